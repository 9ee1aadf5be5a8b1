// The page: reads what it carries, builds its parts and answers the reader.

const byId = (id) => document.getElementById(id);
const page = JSON.parse(byId("hexsky-page").textContent);

const LOOKS = {
  light: {
    background: [232, 237, 242],
    noValue: [205, 210, 216],
    lines: [
      ["graticule", 1, [0.2, 0.25, 0.3, 0.16]],
      ["coast", 2.6, [1, 1, 1, 0.5]],
      ["border", 0.8, [0, 0, 0, 0.45]],
      ["coast", 1.1, [0, 0, 0, 0.85]],
    ],
    ink: "#10161c",
    halo: "rgba(255,255,255,0.85)",
  },
  dark: {
    background: [18, 24, 31],
    noValue: [58, 66, 75],
    lines: [
      ["graticule", 1, [0.8, 0.85, 0.9, 0.14]],
      ["coast", 2.6, [0, 0, 0, 0.5]],
      ["border", 0.8, [1, 1, 1, 0.45]],
      ["coast", 1.1, [1, 1, 1, 0.85]],
    ],
    ink: "#f2f6fa",
    halo: "rgba(0,0,0,0.8)",
  },
};

class App {
  constructor() {
    this.view = new View();
    this.layer = 0;
    this.other = null;
    this.figure = 0;
    this.range = "full";
    this.hover = -1;
    this.pinned = -1;
    this.swipe = 0.5;
  }

  get theme() {
    const chosen = document.documentElement.dataset.theme;
    if (this.printing) return "light";
    return chosen || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
  }

  get figures() {
    return page.layers[this.layer]?.figures ?? [];
  }

  /** The same figure of another layer, or null. */
  figureOf(layer, name = this.figures[this.figure].name) {
    return page.layers[layer].figures.find((figure) => figure.name === name) ?? null;
  }

  async start() {
    const [data, land] = await Promise.all([unpacked("hexsky-data"), unpacked("hexsky-land")]);
    this.headers();
    this.charts();
    if (page.resolution !== null) this.h3 = await App.library("hexsky-h3");
    this.read(new Reader(data));
    if (page.layers.length || page.sky) await this.startMap(readLines(land));
    else byId("map-part").remove();
    document.documentElement.dataset.ready = "yes";
  }

  read(reader) {
    this.cells = page.resolution === null ? null : readCells(reader, page.count);
    const rows = Array.from({ length: page.count }, (_, row) => row);
    const order = page.band ? storedOrder(rows.map((row) => this.placeOf(row)), page.band) : rows;
    for (const layer of page.layers) {
      for (const figure of layer.figures) figure.values = readFigure(reader, figure, order);
    }
    // A figure that is the same everywhere makes no picture: begin with one that is not.
    const varies = ({ values }) => values.some((value) => value !== values[0] && !Number.isNaN(value));
    this.figure = Math.max(0, page.layers[0]?.figures.findIndex(varies) ?? 0);
  }

  /** The library in a script element that is not run by the browser itself. */
  static async library(id) {
    const text = new TextDecoder().decode(await unpacked(id));
    const module = { exports: {} };
    new Function("module", "exports", text)(module, module.exports);
    return module.exports;
  }

  async startMap(lines) {
    this.overlay = byId("overlay");
    try {
      this.map = new GroundMap(byId("map"), this.view, lines);
    } catch (error) {
      byId("map-part").classList.add("no-map");
      byId("map-note").textContent = `The map cannot be drawn: ${error.message}. Figures and tables are complete.`;
      return;
    }
    for (const part of document.querySelectorAll(".of-figures")) part.hidden = !page.layers.length;
    if (this.cells) {
      const resolution = page.resolution;
      const boundary = (row) => this.h3.cellToBoundary(splitIndex(this.cells[row], resolution));
      this.map.setCells(trianglesOf(boundary, page.count), page.count);
    }
    if (page.sky) {
      const library = await App.library("hexsky-satellites");
      const elements = JSON.parse(new TextDecoder().decode(await unpacked("hexsky-sky")));
      this.sky = new Sky(page.sky, elements, library);
    }
    if (this.sky) this.clock = new Clock(this);
    if (page.box) this.view.reset(page.box);
    this.controls();
    this.gestures();
    this.recolour();
    new ResizeObserver(() => this.redraw()).observe(byId("map-box"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    addEventListener("beforeprint", () => {
      this.printing = true;
      this.recolour();
    });
    addEventListener("afterprint", () => {
      this.printing = false;
      this.recolour();
    });
  }

  /** Takes up another figure, layer, range or theme. */
  recolour() {
    if (!this.map) return;
    const figure = this.figures[this.figure];
    if (!figure) {
      this.redraw();
      return;
    }
    const columns = page.layers.map((_, layer) => this.figureOf(layer)?.values).filter(Boolean);
    const range = rangeOf(columns, figure, this.range === "clip" ? "clip" : "full");
    this.shading = new Shading(figure, range, this.range === "log", "viridis");
    const look = LOOKS[this.theme];
    this.palette = this.shading.palette(look.noValue);
    if (this.cells) {
      const left = this.shading.shades(figure.values);
      const beside = this.other === null ? null : this.figureOf(this.other);
      this.map.setShades(left, beside ? this.shading.shades(beside.values) : left, this.palette);
    }
    byId("swipe").hidden = this.other === null;
    this.legend();
    this.redraw();
    this.tell();
  }

  redraw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.paint();
    });
    if (this.printing) {
      cancelAnimationFrame(this.waiting);
      this.waiting = 0;
      this.paint();
    }
  }

  paint() {
    const box = byId("map-box").getBoundingClientRect();
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.view.width = Math.max(1, box.width);
    this.view.height = Math.max(1, box.height);
    this.view.settle();
    for (const canvas of [byId("map"), this.overlay]) {
      const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    }
    this.map.swipe = this.other === null ? 2 : this.swipe;
    this.map.draw(LOOKS[this.theme]);
    this.paintOverlay(ratio);
    document.documentElement.dataset.drawn ??= String(Math.round(performance.now()));
  }

  paintOverlay(ratio) {
    const pen = this.overlay.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, this.view.width, this.view.height);
    const look = LOOKS[this.theme];
    if (this.view.globe) {
      pen.strokeStyle = look.ink;
      pen.globalAlpha = 0.35;
      pen.beginPath();
      pen.arc(this.view.width / 2, this.view.height / 2, this.view.scale / RADIAN, 0, 2 * Math.PI);
      pen.stroke();
      pen.globalAlpha = 1;
    }
    page.tracks.forEach((track) => this.paintTrack(pen, track, look));
    page.markers.forEach((marker) => this.paintMarker(pen, marker, look));
    if (!this.cells && this.figures.length) this.paintPlaces(pen, look);
    this.clock?.paint(pen, look);
    this.outline(pen, this.hover, look.halo, look.ink, 1);
    this.outline(pen, this.pinned, look.ink, look.halo, 2.5);
    if (this.cross) {
      const [x, y] = [this.view.width / 2, this.view.height / 2];
      pen.strokeStyle = look.ink;
      pen.lineWidth = 1.5;
      pen.strokeRect(x - 7, y - 7, 14, 14);
    }
  }

  paintTrack(pen, track, look) {
    pen.beginPath();
    let last = null;
    for (const [longitude, latitude] of track.points) {
      const at = this.view.project(longitude, latitude);
      const breaks = !at || !last || Math.abs(at[0] - last[0]) > this.view.width / 2;
      if (at) (breaks ? pen.moveTo(...at) : pen.lineTo(...at));
      last = at;
    }
    for (const [width, colour] of [[3.5, look.halo], [1.5, look.ink]]) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  }

  paintMarker(pen, { longitude, latitude, name, kind }, look) {
    const at = this.view.project(longitude, latitude);
    if (!at) return;
    pen.beginPath();
    if (kind === "ship") pen.rect(at[0] - 4, at[1] - 4, 8, 8);
    else pen.arc(at[0], at[1], 4.5, 0, 2 * Math.PI);
    pen.fillStyle = kind === "satellite" ? "#ffd23f" : "#e4572e";
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = look.halo;
    pen.stroke();
    if (page.markers.length <= 40 || this.view.zoom > 3) {
      pen.font = "12px system-ui, sans-serif";
      pen.lineWidth = 3;
      pen.strokeText(name, at[0] + 7, at[1] + 4);
      pen.fillStyle = look.ink;
      pen.fillText(name, at[0] + 7, at[1] + 4);
    }
  }

  paintPlaces(pen, look) {
    const values = this.figures[this.figure].values;
    page.places.forEach((place, row) => {
      const at = this.view.project(place.longitude, place.latitude);
      if (!at) return;
      const shade = this.shading.shades(values.subarray(row, row + 1))[0];
      pen.beginPath();
      pen.arc(at[0], at[1], row === this.pinned || row === this.hover ? 8 : 6, 0, 2 * Math.PI);
      pen.fillStyle = `rgb(${this.palette.slice(4 * shade, 4 * shade + 3).join(",")})`;
      pen.fill();
      pen.lineWidth = 1.5;
      pen.strokeStyle = look.ink;
      pen.stroke();
    });
  }

  outline(pen, row, outer, inner, width) {
    if (row < 0 || !this.cells) return;
    const boundary = this.h3.cellToBoundary(splitIndex(this.cells[row], page.resolution));
    const points = boundary.map(([latitude, longitude]) => this.view.project(longitude, latitude));
    if (points.some((point) => !point)) return;
    pen.beginPath();
    points.forEach((point) => {
      // A corner beyond the edge of the flat map is brought beside the first one.
      const turn = this.view.globe ? 0 : Math.round((point[0] - points[0][0]) / (360 * this.view.scale));
      pen.lineTo(point[0] - turn * 360 * this.view.scale, point[1]);
    });
    pen.closePath();
    for (const [stroke, colour] of [[width + 2, outer], [width, inner]]) {
      pen.lineWidth = stroke;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  }

  /** Row of the cell or place at a screen position, or -1. */
  rowAt(x, y) {
    const place = this.view.unproject(x, y);
    if (!place) return -1;
    if (this.cells) {
      const index = this.h3.latLngToCell(place[1], place[0], page.resolution);
      return positionIn(this.cells, cellOfIndex(index, page.resolution));
    }
    if (!this.figures.length) return -1;
    let [best, nearest] = [-1, 14];
    page.places.forEach(({ longitude, latitude }, row) => {
      const at = this.view.project(longitude, latitude);
      const away = at ? Math.hypot(at[0] - x, at[1] - y) : Infinity;
      if (away < nearest) [best, nearest] = [row, away];
    });
    return best;
  }

  nameOf(row) {
    return this.cells ? hexIndex(this.cells[row], page.resolution) : page.places[row].name;
  }

  /** [longitude, latitude] of a row. */
  placeOf(row) {
    if (!this.cells) return [page.places[row].longitude, page.places[row].latitude];
    const [latitude, longitude] = this.h3.cellToLatLng(splitIndex(this.cells[row], page.resolution));
    return [longitude, latitude];
  }

  hovered(x, y) {
    const row = this.rowAt(x, y);
    const tip = byId("tip");
    if (row !== this.hover) {
      this.hover = row;
      this.redraw();
    }
    tip.hidden = row < 0;
    if (row < 0) return;
    tip.replaceChildren(element("strong", this.nameOf(row)));
    const beside = this.other !== null;
    for (const layer of beside ? [this.layer, this.other] : [this.layer]) {
      const figure = this.figureOf(layer);
      if (!figure) continue;
      const title = beside ? page.layers[layer].name : figure.title;
      tip.append(element("div", `${title}: ${shown(figure.values[row], figure)}`));
    }
    tip.style.left = `${Math.min(x + 14, this.view.width - tip.offsetWidth - 4)}px`;
    tip.style.top = `${Math.max(4, y - tip.offsetHeight - 10)}px`;
  }

  async pin(row) {
    this.pinned = row;
    this.redraw();
    const panel = byId("pinned");
    panel.hidden = row < 0;
    if (row < 0) return;
    const [longitude, latitude] = this.placeOf(row);
    const side = (value, [positive, negative]) => `${Math.abs(value).toFixed(3)}° ${value < 0 ? negative : positive}`;
    const close = element("button", "×", "close");
    close.title = "Unpin (Escape)";
    close.addEventListener("click", () => this.pin(-1));
    const numbers = element("table");
    const head = element("tr");
    head.append(element("th", ""));
    if (page.layers.length > 1) page.layers.forEach((layer) => head.append(element("th", layer.name)));
    numbers.append(head);
    for (const figure of this.figures) {
      const line = element("tr");
      line.dataset.figure = figure.name;
      line.append(element("th", figure.title));
      page.layers.forEach((_, layer) => {
        const own = this.figureOf(layer, figure.name);
        const text = own ? this.valueText(own, row) : "";
        line.append(element("td", text, "number"));
      });
      numbers.append(line);
    }
    const heading = element("h3", this.nameOf(row));
    const where = element("p", `${side(latitude, "NS")}, ${side(longitude, "EW")}`, "where");
    panel.replaceChildren(close, heading, where, numbers);
    if (this.sky) await this.timeline(panel, row, longitude, latitude);
  }

  valueText(figure, row) {
    const value = figure.values[row];
    if (figure.instant && !Number.isNaN(value)) return instant(page.start, value);
    return figure.unit === "s" && value >= 120
      ? `${shown(value, figure)} (${duration(value)})`
      : shown(value, figure);
  }

  async timeline(panel, row, longitude, latitude) {
    const box = element("div", "computing the timeline…", "timeline");
    panel.append(box);
    const progress = (part) => (box.textContent = `computing the timeline… ${Math.round(100 * part)} %`);
    const { counts, step_s } = await this.sky.timeline(longitude, latitude, progress);
    if (this.pinned !== row) return;
    const least = page.sky.at_least;
    const covered = counts.reduce((sum, count) => sum + (count >= least ? 1 : 0), 0) / counts.length;
    box.dataset.percent = String(100 * covered);
    box.replaceChildren(chart({
      title: "Satellites in view",
      axis: "time",
      start: page.sky.start,
      x: Array.from(counts, (_, step) => step * step_s),
      x_title: "UTC",
      y_title: "in view",
      from_zero: true,
      narrow: true,
      steps: true,
      lines: [{ name: "in view", values: Array.from(counts) }],
    }));
    const strip = element("canvas", "", "strip");
    strip.width = counts.length;
    strip.height = 1;
    const pen = strip.getContext("2d");
    const bar = pen.createImageData(counts.length, 1);
    counts.forEach((count, step) => bar.data.set(count >= least ? [42, 157, 143, 255] : [214, 72, 48, 255], 4 * step));
    pen.putImageData(bar, 0, 0);
    box.append(strip, element("p", `Green: ${least} or more in view. Sampled every ${step_s.toFixed(0)} s in this page with SGP4 from the mean elements: ${(100 * covered).toFixed(2)} % of the time. The figures above are hexsky's own, with solved edges.`, "small"));
  }

  legend() {
    const figure = this.figures[this.figure];
    const canvas = byId("legend-bar");
    const pen = canvas.getContext("2d");
    for (let x = 0; x < canvas.width; x++) {
      pen.fillStyle = `rgb(${this.shading.colour(x / (canvas.width - 1)).join(",")})`;
      pen.fillRect(x, 0, 1, canvas.height);
    }
    const { low, high } = this.shading.range;
    const marks = byId("legend-marks");
    marks.replaceChildren();
    const values = this.shading.logarithmic ? [0, 0.25, 0.5, 0.75, 1].map((part) => this.shading.value(part)) : ticks(low, high, 4);
    for (const value of values) {
      const mark = element("span", Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 4 }));
      mark.style.left = `${100 * this.shading.part(value)}%`;
      marks.append(mark);
    }
    byId("legend-title").textContent = figure.unit ? `${figure.title}, ${figure.unit}` : figure.title;
    const note = this.shading.range.clipped ? "ends take all beyond them" : "";
    byId("legend-note").textContent = [figure.note, note].filter(Boolean).join(" · ");
  }

  /** Says the figure to screen readers and shows the layer names at the swipe line. */
  tell() {
    byId("swipe-left").textContent = page.layers[this.layer].name;
    byId("swipe-right").textContent = this.other === null ? "" : page.layers[this.other].name;
    byId("swipe").style.left = `${100 * this.swipe}%`;
    byId("map").setAttribute("aria-label", `Map of ${this.figures[this.figure].title}`);
  }

  controls() {
    const figure = byId("figure");
    figure.replaceChildren(...this.figures.map((each, number) => new Option(each.title, number)));
    figure.value = this.figure;
    figure.addEventListener("change", () => {
      this.figure = Number(figure.value);
      this.recolour();
    });
    byId("range").addEventListener("change", (event) => {
      this.range = event.target.value;
      this.recolour();
    });
    if (!this.figures.length) byId("figure").disabled = true;
    const many = page.layers.length > 1;
    for (const id of ["layer-label", "other-label"]) byId(id).hidden = !many;
    byId("layer").replaceChildren(...page.layers.map((layer, number) => new Option(layer.name, number)));
    byId("other").replaceChildren(new Option("nothing", ""), ...page.layers.map((layer, number) => new Option(layer.name, number)));
    byId("layer").addEventListener("change", (event) => {
      const { name } = this.figures[this.figure];
      this.layer = Number(event.target.value);
      this.figure = Math.max(0, this.figures.findIndex((each) => each.name === name));
      figure.replaceChildren(...this.figures.map((each, number) => new Option(each.title, number)));
      figure.value = this.figure;
      this.recolour();
    });
    byId("other").addEventListener("change", (event) => {
      this.other = event.target.value === "" ? null : Number(event.target.value);
      this.recolour();
    });
    const press = (id, action) => byId(id).addEventListener("click", action);
    press("globe", () => this.toggleGlobe());
    press("closer", () => this.zoom(1.6));
    press("farther", () => this.zoom(1 / 1.6));
    press("home", () => {
      this.view.reset();
      this.redraw();
    });
  }

  toggleGlobe() {
    this.view.toggle();
    byId("globe").textContent = this.view.globe ? "Flat map" : "Globe";
    this.redraw();
  }

  zoom(factor) {
    this.view.zoomAt(factor, this.view.width / 2, this.view.height / 2);
    this.redraw();
  }

  gestures() {
    const box = byId("map-box");
    const fingers = new Map();
    let moved = 0;
    const at = (event) => {
      const { left, top } = box.getBoundingClientRect();
      return [event.clientX - left, event.clientY - top];
    };
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return Math.hypot(a[0] - b[0], a[1] - b[1]);
    };
    this.overlay.addEventListener("pointerdown", (event) => {
      this.overlay.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, at(event));
      moved = 0;
    });
    this.overlay.addEventListener("pointermove", (event) => {
      const [x, y] = at(event);
      const before = fingers.get(event.pointerId);
      if (!before) {
        this.hovered(x, y);
        return;
      }
      const apart = fingers.size === 2 ? spread() : 0;
      fingers.set(event.pointerId, [x, y]);
      moved += Math.hypot(x - before[0], y - before[1]);
      this.view.pan((x - before[0]) / fingers.size, (y - before[1]) / fingers.size);
      if (apart) this.view.zoomAt(spread() / apart, x, y);
      byId("tip").hidden = true;
      this.redraw();
    });
    const lift = (event) => {
      const only = fingers.size === 1;
      if (fingers.delete(event.pointerId) && only && moved < 5 && event.type === "pointerup") {
        this.hovered(...at(event));
        this.pin(this.rowAt(...at(event)));
      }
    };
    this.overlay.addEventListener("pointerup", lift);
    this.overlay.addEventListener("pointercancel", lift);
    this.overlay.addEventListener("pointerleave", () => {
      this.hover = -1;
      byId("tip").hidden = true;
      this.redraw();
    });
    this.overlay.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.view.zoomAt(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002)), ...at(event));
      this.hovered(...at(event));
      this.redraw();
    }, { passive: false });
    const swipe = byId("swipe");
    swipe.addEventListener("pointerdown", (event) => swipe.setPointerCapture(event.pointerId));
    swipe.addEventListener("pointermove", (event) => {
      if (!swipe.hasPointerCapture(event.pointerId)) return;
      this.swipe = Math.min(1, Math.max(0, at(event)[0] / this.view.width));
      this.tell();
      this.redraw();
    });
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focus", () => {
      this.cross = box.matches(":focus-visible");
      this.redraw();
    });
    box.addEventListener("blur", () => {
      this.cross = false;
      this.redraw();
    });
  }

  key(event) {
    const [x, y] = [this.view.width / 2, this.view.height / 2];
    const step = event.shiftKey ? 10 : 60;
    const actions = {
      ArrowLeft: () => this.view.pan(step, 0),
      ArrowRight: () => this.view.pan(-step, 0),
      ArrowUp: () => this.view.pan(0, step),
      ArrowDown: () => this.view.pan(0, -step),
      "+": () => this.view.zoomAt(1.3, x, y),
      "=": () => this.view.zoomAt(1.3, x, y),
      "-": () => this.view.zoomAt(1 / 1.3, x, y),
      0: () => this.view.reset(),
      g: () => this.toggleGlobe(),
      n: () => this.stepFigure(1),
      p: () => this.stepFigure(-1),
      Enter: () => this.pin(this.rowAt(x, y)),
      Escape: () => this.pin(-1),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.cross = true;
    action();
    if (event.key.startsWith("Arrow")) this.hovered(x, y);
    this.redraw();
  }

  stepFigure(step) {
    const count = this.figures.length;
    if (!count) return;
    this.figure = (this.figure + step + count) % count;
    byId("figure").value = this.figure;
    this.recolour();
  }

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
  }

  charts() {
    page.charts.forEach((each) => {
      const made = chart(each);
      if (made) byId("charts").append(made);
    });
    page.tables.forEach((each) => byId("tables").append(table(each)));
    byId("charts-part").hidden = !page.charts.length;
    byId("tables-part").hidden = !page.tables.length;
  }
}

const app = new App();
app.start().catch((error) => {
  byId("map-note").textContent = `This page cannot be shown: ${error.message}`;
  throw error;
});
