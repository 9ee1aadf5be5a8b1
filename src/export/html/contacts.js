// Contacts: a timeline of each site or satellite, the list of all, and those of one site.

const ROW_HEIGHT = 20;
/** Contacts of a row that overlap stand in lanes, which take this height at most. */
const MOST_LANES_HEIGHT = 96;
const AXIS_HEIGHT = 22;
/** Rows of a timeline and of a list that are shown at a time. */
const MOST_ROWS = 120;
const LISTED = 25;

/** The instant from which on contacts that begin are not on the page, with milliseconds where it has such. */
function untilText() {
  return new Date(Date.parse(page.start) + 1000 * page.contacts_until_s).toISOString().replace(".000Z", "Z");
}

/** When a contact begins: the time of day, with the date where the window crosses midnight, with the year where that changes. */
function nextText(start, seconds, window) {
  const [first, last] = [0, Math.max(0, window - 1)].map((at) => instant(start, at));
  const from = first.slice(0, 10) === last.slice(0, 10) ? 11 : first.slice(0, 4) === last.slice(0, 4) ? 5 : 0;
  return instant(start, seconds).slice(from, 19).replace("T", " ");
}

class Contacts {
  constructor(app, reader) {
    this.app = app;
    const column = (scale = 1) => reader.column(page.contacts).map((value) => value / scale);
    this.satellite = column();
    this.site = column();
    this.aos = column(1000);
    this.tca = column(1000);
    this.los = column(1000);
    this.elevation = column(100);
    this.rise = column(10);
    this.set = column(10);
    this.range = column();
    this.aos.forEach((aos, row) => {
      this.tca[row] += aos;
      this.los[row] += aos;
    });
    this.byTime = Uint32Array.from(this.aos.keys()).sort((a, b) => this.aos[a] - this.aos[b]);
    this.longest = this.aos.reduce((most, aos, row) => Math.max(most, this.los[row] - aos), 0);
    this.span = [0, this.window];
    this.grouped = "site";
    this.onlySite = -1;
    this.onlySatellite = -1;
    this.order = { key: "aos", down: false };
    this.first = 0;
  }

  at(row) {
    return { satellite: this.satellite[row], site: this.site[row] };
  }

  /** Seconds of the window of which every contact is on the page. */
  get window() {
    return page.contacts_until_s ?? page.sky.duration_s;
  }

  /** What the page lacks of the contacts of the run, in words; empty where it has all. */
  get lacking() {
    if (page.contacts_until_s === null) return "";
    const [here, all] = [page.contacts, page.contacts_in_all].map((count) => count.toLocaleString("en-US"));
    const sites = page.contacts_lacking_before ? ", at the first sites," : "";
    return `Only the ${here} contacts that begin before ${untilText()}${sites} are on this page, of ${all}: the file of --csv has all. `;
  }

  /** Contacts that hold an instant. */
  underWay(seconds) {
    // Sorted by AOS, only those that begin within the longest contact before can hold it.
    let [low, high] = [0, this.byTime.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.aos[this.byTime[middle]] < seconds - this.longest) low = middle + 1;
      else high = middle;
    }
    const found = [];
    for (let at = low; at < this.byTime.length && this.aos[this.byTime[at]] <= seconds; at++) {
      if (this.los[this.byTime[at]] > seconds) found.push(this.byTime[at]);
    }
    return found;
  }

  start() {
    byId("contacts-part").hidden = false;
    this.canvas = byId("timeline");
    const sites = page.places.map(({ name }, number) => new Option(name, number));
    byId("of-site").replaceChildren(new Option("all sites", -1), ...sites);
    byId("group").addEventListener("change", (event) => {
      this.grouped = event.target.value;
      this.layOut();
    });
    byId("of-site").addEventListener("change", (event) => this.app.pin?.(Number(event.target.value)));
    byId("of-satellite").addEventListener("input", (event) => this.filter(event.target.value));
    const zoom = (factor) => () => this.zoom(factor, (this.span[0] + this.span[1]) / 2);
    byId("longer").addEventListener("click", zoom(2));
    byId("shorter").addEventListener("click", zoom(0.5));
    byId("whole").addEventListener("click", () => {
      this.span = [0, this.window];
      this.redraw();
    });
    byId("earlier").addEventListener("click", () => this.turn(-LISTED));
    byId("later").addEventListener("click", () => this.turn(LISTED));
    this.gestures();
    this.layOut();
    new ResizeObserver(() => this.redraw()).observe(byId("timeline-box"));
    this.list();
  }

  /** Shows the contacts of one site, or of all with -1. */
  show(site) {
    this.onlySite = site;
    byId("of-site").value = site;
    this.first = 0;
    this.layOut();
    this.list();
  }

  /** Shows the contacts of one satellite, or of all with -1. */
  choose(satellite) {
    this.onlySatellite = satellite;
    byId("of-satellite").value = satellite < 0 ? "" : page.sky.names[satellite];
    this.text = "";
    this.first = 0;
    this.layOut();
    this.list();
  }

  filter(text) {
    const wanted = text.trim().toLowerCase();
    const exact = page.sky.names.findIndex((name) => name.toLowerCase() === wanted);
    this.onlySatellite = exact;
    this.text = wanted;
    this.app.satellite = exact;
    this.app.redraw();
    this.first = 0;
    this.layOut();
    this.list();
  }

  has(row) {
    if (this.onlySite >= 0 && this.site[row] !== this.onlySite) return false;
    if (this.onlySatellite >= 0) return this.satellite[row] === this.onlySatellite;
    return !this.text || page.sky.names[this.satellite[row]].toLowerCase().includes(this.text);
  }

  /** Rows of the timeline: the number of a site or satellite with its contacts. */
  rows() {
    const of = this.grouped === "site" ? this.site : this.satellite;
    const rows = new Map();
    if (this.grouped === "site") {
      page.places.forEach((_, number) => (this.onlySite < 0 || this.onlySite === number) && rows.set(number, []));
    }
    for (let row = 0; row < of.length; row++) {
      if (!this.has(row)) continue;
      if (!rows.has(of[row])) rows.set(of[row], []);
      rows.get(of[row]).push(row);
    }
    return [...rows].sort((a, b) => a[0] - b[0]);
  }

  /** Places the rows and, in each, contacts that overlap in lanes of their own. */
  layOut() {
    const all = this.rows();
    this.rowsLeft = Math.max(0, all.length - MOST_ROWS);
    this.lane = new Uint16Array(this.aos.length);
    let top = AXIS_HEIGHT;
    this.lines = all.slice(0, MOST_ROWS).map(([number, rows]) => {
      const ends = [];
      for (const row of rows.sort((a, b) => this.aos[a] - this.aos[b])) {
        const free = ends.findIndex((end) => end <= this.aos[row]);
        this.lane[row] = free < 0 ? ends.length : free;
        ends[this.lane[row]] = this.los[row];
      }
      const lanes = Math.max(1, ends.length);
      const tall = lanes === 1 ? ROW_HEIGHT - 6 : Math.max(1.5, Math.min(7, MOST_LANES_HEIGHT / lanes));
      const line = { number, rows, top, tall, height: Math.max(ROW_HEIGHT, Math.ceil(lanes * tall) + 6) };
      top += line.height;
      return line;
    });
    this.height = Math.max(top, AXIS_HEIGHT + ROW_HEIGHT);
    this.redraw();
  }

  nameOf(number) {
    return this.grouped === "site" ? page.places[number].name : page.sky.names[number];
  }

  get label() {
    return this.canvas.clientWidth < 500 ? 84 : 150;
  }

  /** Horizontal position of an instant. */
  across(seconds) {
    const wide = this.canvas.clientWidth - this.label;
    return this.label + (wide * (seconds - this.span[0])) / (this.span[1] - this.span[0]);
  }

  instantAt(x) {
    const wide = this.canvas.clientWidth - this.label;
    return this.span[0] + ((x - this.label) / wide) * (this.span[1] - this.span[0]);
  }

  redraw() {
    if (!this.lines) return;
    const { height } = this;
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.canvas.style.height = `${height}px`;
    const width = this.canvas.clientWidth;
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    const pen = this.canvas.getContext("2d");
    pen.scale(ratio, ratio);
    const ink = getComputedStyle(document.body).color;
    const soft = getComputedStyle(byId("timeline-note")).color;
    const edge = getComputedStyle(byId("timeline-box")).borderTopColor;
    this.axis(pen, width, height, soft, edge);
    pen.font = "12px system-ui, sans-serif";
    this.lines.forEach((line, at) => {
      if (at % 2) {
        pen.globalAlpha = 0.06;
        pen.fillStyle = ink;
        pen.fillRect(0, line.top, width, line.height);
      }
      pen.globalAlpha = 1;
      pen.fillStyle = ink;
      pen.fillText(this.nameOf(line.number), 6, line.top + line.height / 2 + 4, this.label - 12);
      for (const row of line.rows) this.bar(pen, row, line);
    });
    pen.globalAlpha = 1;
    const left = this.rowsLeft;
    byId("timeline-note").textContent = `${this.lacking}${left ? `${left} more rows: narrow the satellites. ` : ""}Colour: largest elevation, dark is low, bright is high. Click a contact to go there; drag to move, Ctrl and wheel to zoom.`;
    this.mark(this.app.clock?.seconds ?? 0);
  }

  axis(pen, width, height, soft, edge) {
    pen.font = "11px system-ui, sans-serif";
    pen.textAlign = "center";
    pen.strokeStyle = edge;
    pen.fillStyle = soft;
    const span = this.span[1] - this.span[0];
    const most = Math.max(2, Math.floor((width - this.label) / 90));
    const step = timeTicks(span, most)[1] ?? span;
    const ticks = [];
    for (let at = Math.ceil(this.span[0] / step) * step; at <= this.span[1]; at += step) ticks.push(at);
    const texts = instantTexts(page.start, ticks);
    ticks.forEach((at, number) => {
      const x = this.across(at);
      pen.beginPath();
      pen.moveTo(x, AXIS_HEIGHT - 4);
      pen.lineTo(x, height);
      pen.stroke();
      if (x < width - 14) pen.fillText(texts[number], x, 12);
    });
    pen.textAlign = "left";
  }

  bar(pen, row, line) {
    const from = Math.max(this.label, this.across(this.aos[row]));
    const to = Math.min(this.canvas.clientWidth, this.across(this.los[row]));
    if (to <= this.label || from >= this.canvas.clientWidth) return;
    const top = line.top + 3 + this.lane[row] * line.tall;
    const tall = line.tall > 3 ? line.tall - 1 : line.tall;
    pen.fillStyle = `rgb(${SCALES.viridis(0.15 + 0.75 * Math.min(1, Math.max(0, this.elevation[row] / 90))).join(",")})`;
    pen.fillRect(from, top, Math.max(1.5, to - from), tall);
    if (row !== this.chosen) return;
    pen.lineWidth = 2;
    pen.strokeStyle = "#e4572e";
    pen.strokeRect(from - 1, top - 1, Math.max(3, to - from + 2), tall + 2);
  }

  /** Moves the line of the clock. */
  mark(seconds) {
    if (!this.lines) return;
    const line = byId("timeline-now");
    const inside = seconds >= this.span[0] && seconds <= this.span[1];
    line.hidden = !inside;
    line.style.left = `${this.across(seconds)}px`;
  }

  zoom(factor, around) {
    const span = Math.min(this.window, Math.max(60, (this.span[1] - this.span[0]) * factor));
    const part = (around - this.span[0]) / (this.span[1] - this.span[0]);
    this.move(around - part * span, span);
  }

  move(from, span = this.span[1] - this.span[0]) {
    const start = Math.min(Math.max(0, from), this.window - span);
    this.span = [start, start + span];
    this.redraw();
  }

  /** Contact under a position of the timeline, or -1; and its row. */
  contactAt(x, y) {
    const line = this.lines.find(({ top, height }) => y >= top && y < top + height);
    if (!line || x < this.label) return { line, row: -1 };
    const near = 3;
    const lane = Math.floor((y - line.top - 3) / line.tall);
    const over = line.rows.filter(
      (row) => this.lane[row] === lane && x >= this.across(this.aos[row]) - near && x <= this.across(this.los[row]) + near,
    );
    const middle = (row) => Math.abs((this.across(this.aos[row]) + this.across(this.los[row])) / 2 - x);
    return { line, row: over.sort((a, b) => middle(a) - middle(b))[0] ?? -1 };
  }

  gestures() {
    const { canvas } = this;
    const tip = byId("timeline-tip");
    let held = null;
    canvas.addEventListener("pointerdown", (event) => {
      held = { x: event.clientX, from: this.span[0], moved: 0 };
      canvas.setPointerCapture(event.pointerId);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (held) {
        const away = event.clientX - held.x;
        held.moved = Math.max(held.moved, Math.abs(away));
        if (held.moved > 4) this.move(held.from - (away / (canvas.clientWidth - this.label)) * (this.span[1] - this.span[0]));
        return;
      }
      const { row } = this.contactAt(event.offsetX, event.offsetY);
      tip.hidden = row < 0;
      if (row < 0) return;
      tip.replaceChildren(element("strong", page.sky.names[this.satellite[row]]), element("div", page.places[this.site[row]].name));
      tip.append(...this.words(row).map((text) => element("div", text)));
      const box = byId("timeline-box").getBoundingClientRect();
      tip.style.left = `${Math.max(4, Math.min(event.clientX - box.left + 12, box.width - tip.offsetWidth - 4))}px`;
      tip.style.top = `${Math.max(2, event.clientY - box.top - tip.offsetHeight - 10)}px`;
    });
    canvas.addEventListener("pointerup", (event) => {
      const click = held && held.moved <= 4;
      held = null;
      if (!click) return;
      const { line, row } = this.contactAt(event.offsetX, event.offsetY);
      if (row >= 0) this.take(row);
      else if (line && event.offsetX < this.label) {
        if (this.grouped === "site") this.app.pin(line.number === this.app.pinned ? -1 : line.number);
        else this.app.choose(line.number);
      } else if (event.offsetX >= this.label) this.app.clock?.goTo(this.instantAt(event.offsetX));
    });
    canvas.addEventListener("pointercancel", () => (held = null));
    canvas.addEventListener("pointerleave", () => (tip.hidden = true));
    canvas.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.shiftKey) return;
      event.preventDefault();
      this.zoom(Math.exp((event.deltaY || event.deltaX) * 0.003), this.instantAt(event.offsetX));
    }, { passive: false });
  }

  /** A contact in words. */
  words(row) {
    return [
      `AOS ${instant(page.start, this.aos[row])}`,
      `LOS ${instant(page.start, this.los[row])}`,
      `${duration(this.los[row] - this.aos[row])}, up to ${this.elevation[row].toFixed(2)}°`,
      `azimuth ${this.rise[row].toFixed(1)}° to ${this.set[row].toFixed(1)}°, ${this.range[row].toLocaleString("en-US")} km at TCA`,
    ];
  }

  /** Goes to a contact: the clock to its middle, its satellite with the ground track on the map. */
  take(row) {
    this.chosen = row;
    this.app.satellite = this.satellite[row];
    this.app.clock?.goTo(this.tca[row]);
    this.redraw();
    this.list();
  }

  turn(by) {
    const next = this.first + by;
    if (next < 0 || next >= this.listed.length) return;
    this.first = next;
    this.list();
  }

  list() {
    const keys = [
      ["satellite", "satellite"], ["site", "site"], ["AOS", "aos"], ["LOS", "los"], ["length", "length"],
      ["largest elevation", "elevation"], ["azimuth at AOS", "rise"], ["at LOS", "set"], ["range at TCA", "range"],
    ];
    const names = { satellite: (row) => page.sky.names[this.satellite[row]], site: (row) => page.places[this.site[row]].name };
    const value = (key) => names[key] ?? (key === "length" ? (row) => this.los[row] - this.aos[row] : (row) => this[key][row]);
    this.listed = Array.from(this.byTime).filter((row) => this.has(row));
    const { key, down } = this.order;
    if (key !== "aos" || down) {
      const of = value(key);
      const sign = down ? -1 : 1;
      this.listed.sort((a, b) => sign * (names[key] ? of(a).localeCompare(of(b), "en", { numeric: true }) : of(a) - of(b)));
    }
    const head = element("tr");
    for (const [title, name] of keys) {
      const button = element("button", `${title}${name === key ? (down ? " ↓" : " ↑") : ""}`, "sort");
      button.addEventListener("click", () => {
        this.order = { key: name, down: name === key && !down };
        this.first = 0;
        this.list();
      });
      const cell = element("th");
      cell.append(button);
      head.append(cell);
    }
    const body = element("tbody");
    for (const row of this.listed.slice(this.first, this.first + LISTED)) {
      const line = element("tr", "", row === this.chosen ? "chosen" : "");
      const texts = [
        names.satellite(row), names.site(row), instant(page.start, this.aos[row]), instant(page.start, this.los[row]),
        `${(this.los[row] - this.aos[row]).toFixed(1)} s`, `${this.elevation[row].toFixed(2)}°`,
        `${this.rise[row].toFixed(1)}°`, `${this.set[row].toFixed(1)}°`, `${this.range[row].toLocaleString("en-US")} km`,
      ];
      texts.forEach((text, number) => line.append(element("td", text, number > 3 ? "number" : "")));
      line.addEventListener("click", () => this.take(row));
      body.append(line);
    }
    const top = element("thead");
    top.append(head);
    byId("contact-list").replaceChildren(top, body);
    const to = Math.min(this.listed.length, this.first + LISTED);
    const until = page.contacts_until_s === null ? "" : ` before ${untilText()}`;
    byId("contact-count").textContent = this.listed.length
      ? `${(this.first + 1).toLocaleString("en-US")} to ${to.toLocaleString("en-US")} of ${this.listed.length.toLocaleString("en-US")} ${this.listed.length === 1 ? "contact" : "contacts"}${until}`
      : `no contacts${until}`;
    byId("earlier").disabled = this.first === 0;
    byId("later").disabled = to >= this.listed.length;
  }

  /** What the panel of a site shows: satellites in sight over time, and the next contacts. */
  ofSite(site) {
    const own = Array.from(this.byTime).filter((row) => this.site[row] === site);
    const ending = (row) => (this.los[row] < this.window ? [[this.los[row], -1]] : []);
    const events = own.flatMap((row) => [[this.aos[row], 1], ...ending(row)]).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const [x, counts] = [[0], [0]];
    for (const [at, change] of events) {
      const count = counts[counts.length - 1] + change;
      if (at === x[x.length - 1]) counts[counts.length - 1] = count;
      else {
        x.push(at);
        counts.push(count);
      }
    }
    x.push(this.window);
    counts.push(counts[counts.length - 1]);
    const drawn = chart({
      title: "Satellites in sight",
      axis: "time", start: page.sky.start, x, x_title: "UTC", y_title: "in sight", from_zero: true, narrow: true, steps: true,
      lines: [{ name: "in sight", values: counts }],
    });
    const now = this.app.clock?.seconds ?? 0;
    const next = own.filter((row) => this.los[row] > now).slice(0, 6);
    const list = element("table", "", "next");
    for (const row of next) {
      const line = element("tr");
      const at = nextText(page.start, this.aos[row], this.window);
      line.append(element("td", at), element("td", page.sky.names[this.satellite[row]]));
      line.append(element("td", `${duration(this.los[row] - this.aos[row])}, ${this.elevation[row].toFixed(0)}°`, "number"));
      line.addEventListener("click", () => this.take(row));
      list.append(line);
    }
    const box = element("div", "", "timeline");
    if (drawn && own.length) box.append(drawn);
    const until = page.contacts_until_s === null ? "" : ` before ${untilText()}`;
    const heading = next.length ? `Next of ${own.length} ${own.length === 1 ? "contact" : "contacts"}${until}` : `No contact follows${until}`;
    box.append(element("p", heading, "small tight"), list);
    return [box];
  }
}
