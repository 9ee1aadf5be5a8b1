// What the page tells: the figure under the pointer, the pinned cell or site, the legend, headers and tables.

Object.assign(App.prototype, {
  /** Shows the numbers at a place of a pane. */
  hovered(x, y, pane = this.panes[0]) {
    const row = this.rowAt(x, y);
    const tip = byId("tip");
    if (row !== this.hover) {
      this.hover = row;
      this.redraw(true);
    }
    const named = this.namedAt(x, y);
    tip.hidden = row < 0 && !named;
    if (tip.hidden) return;
    tip.replaceChildren();
    if (named) tip.append(element("em", named));
    if (row >= 0) tip.append(element("strong", this.nameOf(row)));
    const beside = this.other !== null;
    for (const layer of row < 0 ? [] : beside ? [this.layer, this.other] : [this.layer]) {
      const figure = this.figureOf(layer);
      if (!figure) continue;
      const title = beside ? page.layers[layer].name : figure.title;
      tip.append(element("div", `${title}: ${shown(figure.values[row], figure)}`));
    }
    const box = byId("map-box");
    tip.style.left = `${Math.max(4, Math.min(pane.x + x + 14, box.clientWidth - tip.offsetWidth - 4))}px`;
    tip.style.top = `${Math.max(4, pane.y + y - tip.offsetHeight - 10)}px`;
  },

  /** Name of a marker, ship or satellite at a screen position, or "". */
  namedAt(x, y) {
    const ships = this.clock?.shown ? this.ships(this.clock.seconds) : [];
    let [name, nearest] = ["", 9];
    for (const each of [...page.markers, ...ships]) {
      const at = this.view.project(each.longitude, each.latitude);
      const away = at ? Math.hypot(at[0] - x, at[1] - y) : Infinity;
      if (away < nearest) [name, nearest] = [`${each.kind} ${each.name}`, away];
    }
    if (name) return name;
    const satellite = this.clock?.satelliteAt(x, y) ?? -1;
    return satellite < 0 ? "" : page.sky.names[satellite];
  },

  /** Takes what is at a screen position: a site or cell is pinned, a satellite shows its ground track. */
  take(x, y) {
    const row = this.rowAt(x, y);
    const satellite = this.cells || row >= 0 ? -1 : this.clock?.satelliteAt(x, y) ?? -1;
    if (satellite >= 0) this.choose(satellite === this.satellite ? -1 : satellite);
    else this.pin(row);
  },

  /** Shows the ground track of a satellite, or of none. */
  choose(satellite) {
    this.satellite = satellite;
    this.contacts?.choose(satellite);
    this.redraw(true);
  },

  async pin(row) {
    this.pinned = row;
    this.redraw(true);
    if (row < 0 || page.contacts) this.contacts?.show(row);
    const panel = byId("pinned");
    panel.hidden = row < 0;
    panel.classList.toggle("wide", page.layers.length > 2);
    if (row < 0) return;
    const [longitude, latitude] = this.placeOf(row);
    const height = this.cells ? 0 : page.places[row].height_km;
    const side = (value, [positive, negative]) => `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;
    const close = element("button", "×", "close");
    close.title = "Unpin (Escape)";
    close.setAttribute("aria-label", "Unpin");
    close.addEventListener("click", () => this.pin(-1));
    const heading = element("h3", this.nameOf(row));
    const high = height ? `, ${(1000 * height).toLocaleString("en-US", { maximumFractionDigits: 0 })} m` : "";
    const where = element("p", `${side(latitude, "NS")}, ${side(longitude, "EW")}${high}`, "where");
    panel.replaceChildren(close, heading, where, this.numbers(row));
    if (page.contacts) panel.append(...this.contacts.ofSite(row));
    else if (this.sky) await this.timeline(panel, row, { longitude, latitude, height });
  },

  /** The figures of a row: a column for each system, then differences and the best where there are some. */
  numbers(row) {
    let groups = this.layerGroups();
    // Two systems and their difference fit side by side.
    if (groups.map(({ layers }) => layers.length).slice(0, 2).join() === "2,1") {
      groups = [{ title: "", layers: [...groups[0].layers, ...groups[1].layers] }, ...groups.slice(2)];
    }
    const box = element("div");
    for (const { title, layers } of groups) {
      const numbers = element("table");
      if (groups.length > 1 || layers.length > 1) {
        const head = element("tr");
        head.append(element("th", groups.length > 1 ? title : ""));
        for (const layer of layers) {
          const name = title === "Best" ? "" : title || !page.layers[layer].difference_of ? page.layers[layer].name : "difference";
          head.append(element("th", name, "number"));
        }
        numbers.append(head);
      }
      for (const figure of page.layers[layers[0]].figures) {
        const line = element("tr");
        line.dataset.figure = figure.name;
        line.append(element("th", figure.title));
        for (const layer of layers) {
          const own = this.figureOf(layer, figure.name);
          const text = own ? this.valueText(own, row, layers.length > 1) : "";
          const cell = element("td", text, "number");
          cell.dataset.column = page.layers[layer].columns + figure.name;
          line.append(cell);
        }
        numbers.append(line);
      }
      box.append(numbers);
    }
    return box;
  },

  /** Layers by what they hold. */
  layerGroups() {
    const titleOf = ({ difference_of, figures }) =>
      difference_of ? "Differences" : figures.some(({ categories }) => categories.length) && page.layers.length > 1 ? "Best" : "Systems";
    const groups = new Map();
    page.layers.forEach((layer, number) => {
      const title = titleOf(layer);
      groups.set(title, [...(groups.get(title) ?? []), number]);
    });
    return [...groups].map(([title, layers]) => ({ title, layers }));
  },

  valueText(figure, row, short) {
    const value = figure.values[row];
    if (Number.isNaN(value)) return "–";
    return figure.unit === "s" && figure.centre === null && value >= 120 && !short
      ? `${shown(value, figure)} (${duration(value)})`
      : shown(value, figure);
  },

  async timeline(panel, row, place) {
    const box = element("div", "computing the timeline…", "timeline");
    panel.append(box);
    const progress = (part) => (box.textContent = `computing the timeline… ${Math.round(100 * part)} %`);
    const gatewaysAt = (seconds) => this.sitesAt(seconds);
    const { systems, counts, step_s } = await this.sky.timeline(place, gatewaysAt, progress);
    if (this.pinned !== row) return;
    const least = page.sky.at_least;
    const shares = counts.map((each) => (100 * each.reduce((sum, count) => sum + (count >= least ? 1 : 0), 0)) / each.length);
    box.dataset.percents = JSON.stringify(shares);
    box.replaceChildren(chart({
      title: "Satellites in view",
      axis: "time",
      start: page.sky.start,
      x: Array.from(counts[0], (_, step) => step * step_s),
      x_title: "UTC",
      y_title: page.sky.through_gateways ? "in view, and in reach of a gateway" : "in view",
      from_zero: true,
      narrow: true,
      steps: true,
      lines: counts.map((each, which) => ({ name: systems[which].name, values: Array.from(each) })),
    }));
    counts.forEach((each, which) => {
      if (counts.length > 1) box.append(element("p", `${systems[which].name}: ${percentText(shares[which], 2)} % of the time`, "small tight"));
      box.append(this.strip(each, least, step_s));
    });
    const share = counts.length > 1 ? "" : `: ${percentText(shares[0], 2)} % of the time`;
    const gateways = page.sky.through_gateways ? " Masks of gateways count with their lowest elevation." : "";
    box.append(element("p", `Green: ${least} or more in view. Sampled every ${step_s.toFixed(0)} s in this page with SGP4 from the mean elements${share}.${gateways} The figures above are hexsky's own, with solved edges.`, "small"));
  },

  /** A strip of time, green where enough satellites are in view; a click goes to that instant. */
  strip(counts, least, step_s) {
    const strip = element("canvas", "", "strip");
    // A canvas of more columns is not drawn: each mixes the colours of its steps.
    strip.width = Math.min(counts.length, 4096);
    strip.height = 1;
    const pen = strip.getContext("2d");
    const bar = pen.createImageData(strip.width, 1);
    for (let column = 0; column < strip.width; column++) {
      const [from, to] = [column, column + 1].map((at) => Math.floor((at * counts.length) / strip.width));
      const share = counts.subarray(from, to).reduce((sum, count) => sum + (count >= least ? 1 : 0), 0) / (to - from);
      bar.data.set([...between([214, 72, 48], [42, 157, 143], share), 255], 4 * column);
    }
    pen.putImageData(bar, 0, 0);
    strip.title = "Click to see the satellites at that instant";
    strip.addEventListener("click", (event) => {
      const { left, width } = strip.getBoundingClientRect();
      this.clock?.goTo(((event.clientX - left) / width) * counts.length * step_s);
    });
    return strip;
  },

  legend() {
    const legend = byId("legend");
    legend.replaceChildren();
    const [first, second] = this.sides;
    const alike = !second || (second.figure.centre === first.figure.centre && second.figure.title === first.figure.title);
    for (const side of alike ? [first] : [first, second]) legend.append(...this.legendOf(side));
  },

  legendOf({ figure, shading, palette }) {
    const title = element("span", figure.unit ? `${figure.title}, ${figure.unit}` : figure.title, "legend-title");
    const note = shading.range.clipped ? "ends take all beyond them" : "";
    const remark = element("span", [figure.note, note].filter(Boolean).join(" · "), "small");
    if (shading.isOfCategories) {
      const swatches = element("span", "", "swatches");
      for (const [number, name] of shading.key()) {
        const swatch = element("span", name, "swatch");
        swatch.style.setProperty("--colour", `rgb(${palette.slice(4 * (1 + number), 4 * (1 + number) + 3).join(",")})`);
        swatches.append(swatch);
      }
      return [title, swatches, remark];
    }
    const scale = element("div", "", figure.instant ? "scale wide-marks" : "scale");
    const canvas = element("canvas", "", "legend-bar");
    Object.assign(canvas, { width: 512, height: 1 });
    const pen = canvas.getContext("2d");
    for (let x = 0; x < canvas.width; x++) {
      pen.fillStyle = `rgb(${shading.colour(x / (canvas.width - 1)).join(",")})`;
      pen.fillRect(x, 0, 1, canvas.height);
    }
    const marks = element("div", "", "legend-marks");
    const { low, high } = shading.range;
    const values = shading.logarithmic ? [0, 0.25, 0.5, 0.75, 1].map((part) => shading.value(part)) : ticks(low, high, 4);
    const texts = figure.instant
      ? instantTexts(page.start, values, true)
      : markTexts(values, figure.unit === "%");
    for (const [number, value] of values.entries()) {
      const mark = element("span", texts[number]);
      mark.style.left = `${100 * shading.part(value)}%`;
      marks.append(mark);
    }
    scale.append(canvas, marks);
    return [title, scale, remark];
  },

  /** Says the figure to screen readers and shows the layer names at the swipe line. */
  tell() {
    byId("swipe-left").textContent = page.layers[this.layer].name;
    byId("swipe-right").textContent = this.other === null ? "" : page.layers[this.other].name;
    byId("swipe").style.left = `${100 * this.swipe}%`;
    byId("swipe").setAttribute("aria-valuenow", String(Math.round(100 * this.swipe)));
    byId("map").setAttribute("aria-label", `Map of ${this.figures[this.figure].title}`);
  },

  headers() {
    const headline = byId("headline");
    for (const [label, value] of page.headline) {
      const item = element("div");
      item.append(element("dt", label), element("dd", value));
      headline.append(item);
    }
    byId("theme").addEventListener("click", () => {
      document.documentElement.dataset.theme = this.theme === "dark" ? "light" : "dark";
      this.recolour();
    });
    for (const { heading, rows } of page.made) {
      const list = element("dl");
      rows.forEach(([label, text]) => list.append(element("dt", label), element("dd", text)));
      byId("made").append(element("h3", heading), list);
    }
  },

  charts() {
    page.charts.forEach((each) => {
      const made = chart(each);
      if (made) byId("charts").append(made);
    });
    page.bars.forEach((each) => byId("charts").append(bars(each)));
    page.tables.forEach((each) => byId("tables").append(table(each)));
    byId("charts-part").hidden = !page.charts.length && !page.bars.length;
    byId("tables-part").hidden = !page.tables.length;
  },
});
