// The page: reads what it carries and draws its map. `panel.js` and `controls.js` add what answers the reader.

const byId = (id) => document.getElementById(id);
const page = JSON.parse(byId("hexsky-page").textContent);
/** Width in pixels below which two maps stand one above the other. */
const NARROW = 600;

const LOOKS = {
  light: {
    background: [232, 237, 242],
    noValue: [205, 210, 216],
    others: "222222",
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
    others: "f2f2f2",
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
    this.mode = "swipe";
    this.figure = 0;
    this.range = "full";
    this.hover = -1;
    this.pinned = -1;
    this.satellite = -1;
    this.swipe = 0.5;
    this.panes = [];
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
    for (const layer of page.layers.filter(({ difference_of }) => !difference_of)) {
      for (const figure of layer.figures) figure.values = readFigure(reader, figure, order);
    }
    for (const layer of page.layers.filter(({ difference_of }) => difference_of)) {
      const [first, second] = layer.difference_of;
      for (const figure of layer.figures) {
        const [a, b] = [this.figureOf(first, figure.name).values, this.figureOf(second, figure.name).values];
        const scale = 10 ** figure.decimals;
        figure.values = a.map((value, row) => Math.round((value - b[row]) * scale) / scale);
      }
    }
    if (page.contacts) this.contacts = new Contacts(this, reader);
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
      this.contacts?.start();
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
      this.clock = new Clock(this);
    }
    this.contacts?.start();
    if (page.box) this.view.reset(page.box);
    this.controls();
    this.gestures();
    this.recolour();
    new ResizeObserver(() => this.redraw()).observe(byId("map-box"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolour());
    addEventListener("beforeprint", () => {
      this.printing = true;
      this.recolour();
      // What WebGL draws does not come onto paper everywhere: a plain canvas with the same pixels does.
      const map = byId("map");
      this.printed ??= byId("map-box").appendChild(document.createElement("canvas"));
      Object.assign(this.printed, { id: "printed", width: map.width, height: map.height });
      const pen = this.printed.getContext("2d");
      pen.drawImage(map, 0, 0);
      pen.drawImage(this.overlay, 0, 0);
    });
    addEventListener("afterprint", () => {
      this.printing = false;
      this.recolour();
    });
  }

  /** How the values of a figure turn into colours: figures of one name and kind share them in all layers. */
  shadingOf(figure) {
    const alike = (other) =>
      other && other.centre === figure.centre && other.categories.length === figure.categories.length;
    const columns = page.layers
      .map((_, layer) => this.figureOf(layer, figure.name))
      .filter(alike)
      .map(({ values }) => values);
    const range = rangeOf(columns, figure, this.range === "clip" ? "clip" : "full");
    return new Shading(figure, range, this.range === "log", "viridis");
  }

  /** Takes up another figure, layer, range or theme. */
  recolour() {
    if (!this.map) return;
    byId("tip").hidden = true;
    const figure = this.figures[this.figure];
    this.contacts?.redraw();
    if (!figure) {
      this.redraw();
      return;
    }
    const beside = this.other === null ? null : this.figureOf(this.other);
    this.sides = [figure, ...(beside ? [beside] : [])].map((each) => {
      const shading = this.shadingOf(each);
      return { figure: each, shading, palette: shading.palette(LOOKS[this.theme]) };
    });
    if (this.cells) {
      const [left, right = left] = this.sides.map(({ figure: each, shading, palette }) => [shading.shades(each.values), palette]);
      this.map.setShades(left, right);
    }
    byId("swipe").hidden = this.other === null || this.mode !== "swipe" || !this.cells;
    const isBeside = this.other !== null && this.mode === "beside";
    byId("map-box").classList.toggle("beside", isBeside);
    document.querySelector(".map-row").classList.toggle("stacked", isBeside);
    this.legend();
    this.redraw();
    this.tell();
  }

  /** Draws anew at the next frame; where only what moves has changed, the cells below it stay. */
  redraw(onlyMoving = false) {
    if (!onlyMoving) this.stale = true;
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

  /** The parts of the map: one, or two that show a system each. */
  panesOf(width, height) {
    if (this.other === null || this.mode === "swipe") {
      const swipe = this.other === null ? 2 * width : this.swipe * width;
      return [{ x: 0, y: 0, width, height, swipe, side: 0 }];
    }
    const gap = 2;
    if (width < NARROW) {
      const half = (height - gap) / 2;
      return [
        { x: 0, y: 0, width, height: half, swipe: 2 * width, side: 0 },
        { x: 0, y: half + gap, width, height: half, swipe: -1, side: 1 },
      ];
    }
    const half = (width - gap) / 2;
    return [
      { x: 0, y: 0, width: half, height, swipe: 2 * width, side: 0 },
      { x: half + gap, y: 0, width: half, height, swipe: -1, side: 1 },
    ];
  }

  paint() {
    const box = byId("map-box");
    const [width, height] = [Math.max(1, box.clientWidth), Math.max(1, box.clientHeight)];
    const ratio = Math.min(devicePixelRatio || 1, 2);
    this.panes = this.panesOf(width, height);
    this.view.resize(this.panes[0].width, this.panes[0].height);
    for (const canvas of [byId("map"), this.overlay]) {
      const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
      if (canvas.width !== size.width || canvas.height !== size.height) Object.assign(canvas, size);
    }
    const sized = `${width} ${height} ${ratio}`;
    if (this.stale || sized !== this.sized) this.map.draw(LOOKS[this.theme], this.panes, ratio);
    this.stale = false;
    this.sized = sized;
    const pen = this.overlay.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.overlay.width, this.overlay.height);
    for (const pane of this.panes) {
      pen.save();
      pen.setTransform(ratio, 0, 0, ratio, pane.x * ratio, pane.y * ratio);
      pen.beginPath();
      pen.rect(0, 0, pane.width, pane.height);
      pen.clip();
      this.paintOverlay(pen, pane);
      pen.restore();
    }
    document.documentElement.dataset.drawn ??= String(Math.round(performance.now()));
  }

  paintOverlay(pen, pane) {
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
    this.clock?.paint(pen, look);
    page.markers.forEach((marker) => {
      // Out of service at the instant that is shown.
      pen.globalAlpha = this.clock?.shown && !isPresent(marker, this.clock.seconds) ? 0.3 : 1;
      this.paintMarker(pen, marker, look);
    });
    pen.globalAlpha = 1;
    if (!this.cells && this.figures.length) this.paintPlaces(pen, look, pane.side);
    if (this.clock?.shown) this.ships(this.clock.seconds).forEach((ship) => this.paintMarker(pen, ship, look));
    this.outline(pen, this.hover, look.halo, look.ink, 1);
    this.outline(pen, this.pinned, look.ink, look.halo, 2.5);
    if (this.panes.length > 1) {
      const layer = page.layers[pane.side ? this.other : this.layer];
      pen.font = "600 13px system-ui, sans-serif";
      this.write(pen, layer.name, 10, 20, look);
    }
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
    for (const [number, [longitude, latitude]] of track.points.entries()) {
      const at = this.view.project(longitude, latitude);
      const [before, now] = [track.times[number - 1], track.times[number]];
      // Twice the same instant: there it is elsewhere at once.
      const away = number > 0 && track.times.length && (before === now || !isPresent(track, (before + now) / 2));
      const breaks = !at || !last || away || Math.abs(at[0] - last[0]) > this.view.width / 2;
      if (at) (breaks ? pen.moveTo(...at) : pen.lineTo(...at));
      last = at;
    }
    pen.lineJoin = "round";
    for (const [width, colour] of [[4.5, look.halo], [2, "#e4572e"]]) {
      pen.lineWidth = width;
      pen.strokeStyle = colour;
      pen.stroke();
    }
    const first = track.points[0];
    const at = first && !this.clock?.shown ? this.view.project(...first) : null;
    if (at) this.paintMarker(pen, { name: track.name, kind: "ship", longitude: first[0], latitude: first[1] }, look);
  }

  /** Text that can be read on any colour. */
  write(pen, text, x, y, look) {
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.strokeStyle = look.halo;
    pen.strokeText(text, x, y);
    pen.fillStyle = look.ink;
    pen.fillText(text, x, y);
  }

  paintMarker(pen, { longitude, latitude, name, kind }, look) {
    const at = this.view.project(longitude, latitude);
    if (!at) return;
    const [x, y] = at;
    pen.beginPath();
    if (kind === "ship") pen.rect(x - 4, y - 4, 8, 8);
    else if (kind === "gateway") {
      pen.moveTo(x, y - 5.5);
      pen.lineTo(x + 5, y + 3.5);
      pen.lineTo(x - 5, y + 3.5);
      pen.closePath();
    } else pen.arc(x, y, 4.5, 0, 2 * Math.PI);
    pen.fillStyle = "#e4572e";
    pen.fill();
    pen.lineWidth = 1.5;
    pen.strokeStyle = look.halo;
    pen.stroke();
    if (page.markers.length <= 40 || this.view.zoom > 3) {
      pen.font = "12px system-ui, sans-serif";
      this.write(pen, name, x + 7, y + 4, look);
    }
  }

  paintPlaces(pen, look, side) {
    const { figure, shading, palette } = this.sides[side] ?? this.sides[0];
    const moving = this.clock?.shown ? new Set(page.tracks.map(({ name }) => name)) : new Set();
    page.places.forEach((place, row) => {
      const at = this.view.project(place.longitude, place.latitude);
      // A ship under way is drawn where it is.
      if (!at || moving.has(place.name)) return;
      const shade = shading.shades(figure.values.subarray(row, row + 1))[0];
      const chosen = row === this.pinned || row === this.hover;
      pen.beginPath();
      pen.arc(at[0], at[1], chosen ? 9 : 6.5, 0, 2 * Math.PI);
      pen.fillStyle = `rgb(${palette.slice(4 * shade, 4 * shade + 3).join(",")})`;
      pen.fill();
      pen.lineWidth = chosen ? 3 : 1.5;
      pen.strokeStyle = look.ink;
      pen.stroke();
      if (page.places.length <= 40 || this.view.zoom > 3) {
        pen.font = "12px system-ui, sans-serif";
        this.write(pen, place.name, at[0] + 10, at[1] + 4, look);
      }
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

  /** Ships where they are at an instant. */
  ships(seconds) {
    return page.tracks.map((track) => shipAt(track, seconds)).filter(Boolean);
  }

  /** Stations, gateways and ships with a mask, at an instant. */
  sitesAt(seconds) {
    const there = page.markers.filter((marker) => isPresent(marker, seconds));
    return [...there, ...this.ships(seconds)].filter(({ mask_deg }) => mask_deg !== null);
  }

  /** [longitude, latitude] of a place at an instant: ships move. Null where a ship is absent. */
  placeAt(row, seconds) {
    const track = page.tracks.find(({ name }) => name === page.places[row].name);
    if (!track) return this.placeOf(row);
    const ship = shipAt(track, seconds);
    return ship && [ship.longitude, ship.latitude];
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
    page.places.forEach((_, row) => {
      const where = this.clock?.shown ? this.placeAt(row, this.clock.seconds) : this.placeOf(row);
      const at = where && this.view.project(...where);
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
}
