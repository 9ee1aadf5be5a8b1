// Time in the page: satellites move, footprints sweep, ships sail, contacts light up. Positions are
// computed for every frame; nothing is interpolated but the ways of ships.

const MOST_FOOTPRINTS = 400;
/** Satellites whose ground tracks are all drawn, where the page is of satellites. */
const MOST_TRACKS = 12;
/** Lines from sites to satellites. */
const MOST_LINES = 1500;
const MEAN_RADIUS_KM = 6371.0072;
/** Colours of the satellites of several systems, as their lines in charts have them. */
const SYSTEM_COLOURS = {
  light: ["#1c6dad", "#c4511d", "#12805c", "#8a4fa3", "#8c6d00", "#5d6874"],
  dark: ["#6db6ee", "#f2925f", "#4fc79b", "#cf96e6", "#e0bd45", "#a7b3bf"],
};

class Clock {
  constructor(app) {
    this.app = app;
    this.seconds = 0;
    this.playing = false;
    // Where nothing hides them, satellites are there from the start.
    this.shown = page.playing || page.contacts > 0;
    this.speed = Number(byId("speed").value);
    byId("time").hidden = false;
    byId("instant").max = page.sky.duration_s;
    byId("play").addEventListener("click", () => this.play(!this.playing));
    byId("speed").addEventListener("change", (event) => (this.speed = Number(event.target.value)));
    byId("instant").addEventListener("input", (event) => this.goTo(Number(event.target.value)));
    this.tell();
    if (page.playing && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play(true);
  }

  goTo(seconds) {
    this.shown = true;
    this.seconds = Math.min(page.sky.duration_s, Math.max(0, seconds));
    this.tell();
    this.app.redraw(true);
  }

  play(on) {
    this.playing = on;
    this.shown = true;
    byId("play").textContent = on ? "Pause" : "Play";
    let last = performance.now();
    const step = (now) => {
      if (!this.playing) return;
      this.seconds = (this.seconds + ((now - last) / 1000) * this.speed) % page.sky.duration_s;
      last = now;
      this.tell();
      this.app.redraw(true);
      requestAnimationFrame(step);
    };
    if (on) requestAnimationFrame(step);
  }

  tell() {
    byId("instant").value = this.seconds;
    const until = page.contacts_until_s;
    const lacking = until !== null && this.seconds >= until ? ` · contacts from ${untilText()} on are not on this page` : "";
    byId("clock").textContent = instant(page.sky.start, this.seconds) + lacking;
    this.app.contacts?.mark(this.seconds);
  }

  paint(pen, look) {
    const { sky, view } = this.app;
    if (!this.shown) return;
    this.positions = sky.positions(this.seconds, this.positions);
    const count = this.positions.length / 3;
    this.screens = Array.from({ length: count }, (_, number) => this.onScreen(view, number));
    if (!page.contacts) {
      pen.lineWidth = 0.8;
      pen.strokeStyle = look.ink;
      pen.globalAlpha = count > 100 ? 0.25 : 0.5;
      // More would be a grey carpet: then only that of the chosen satellite.
      for (let number = 0; count <= MOST_FOOTPRINTS && number < count; number++) this.footprint(pen, view, number);
      pen.globalAlpha = 1;
      if (this.app.satellite >= 0) this.footprint(pen, view, this.app.satellite);
    }
    const ofSatellites = page.playing || page.contacts > 0;
    if (ofSatellites && count <= MOST_TRACKS) {
      for (let number = 0; number < count; number++) this.groundTrack(pen, view, number, look, 0.35);
    }
    if (this.app.satellite >= 0) this.groundTrack(pen, view, this.app.satellite, look, 1);
    this.linesLeft = MOST_LINES;
    if (page.contacts) this.knownContacts(pen, view);
    else this.app.sitesAt(this.seconds).forEach((site) => this.contactsOf(pen, view, site));
    this.satellites(pen, view, look, count);
  }

  satellites(pen, view, look, count) {
    const theme = look === LOOKS.dark ? "dark" : "light";
    const size = count > 400 ? 1.6 : 3;
    const single = theme === "dark" ? "#ffd23f" : "#b3261e";
    const { systems } = this.app.sky;
    systems.forEach(({ from, to }, which) => {
      pen.fillStyle = systems.length > 1 ? SYSTEM_COLOURS[theme][which % 6] : single;
      for (let number = from; number < to; number++) {
        const at = this.screen(number);
        if (at) pen.fillRect(at[0] - size, at[1] - size, 2 * size, 2 * size);
      }
    });
    const chosen = this.app.satellite;
    const at = chosen >= 0 ? this.screen(chosen) : null;
    if (!at) return;
    pen.beginPath();
    pen.arc(at[0], at[1], 7, 0, 2 * Math.PI);
    pen.lineWidth = 2;
    pen.strokeStyle = look.ink;
    pen.stroke();
    this.app.write(pen, page.sky.names[chosen] ?? "", at[0] + 10, at[1] - 6, look);
  }

  /** Longitude, latitude and radius on the sphere of a satellite. */
  below(number) {
    const [x, y, z] = this.positions.subarray(3 * number, 3 * number + 3);
    const radius = Math.hypot(x, y, z);
    return [Math.atan2(y, x) / RADIAN, Math.asin(z / radius) / RADIAN, radius];
  }

  /** Screen position of a satellite in the pane that is painted. */
  screen(number) {
    return this.screens[number];
  }

  onScreen(view, number) {
    const [x, y, z] = this.positions.subarray(3 * number, 3 * number + 3);
    if (Number.isNaN(x)) return null;
    const [longitude, latitude] = Sky.place(x, y, z);
    return view.project(longitude, latitude);
  }

  /** Number of the satellite at a screen position, or -1. */
  satelliteAt(x, y) {
    if (!this.shown || !this.screens || !page.sky.names.length) return -1;
    let [best, nearest] = [-1, 9];
    for (let number = 0; number < this.positions.length / 3; number++) {
      const at = this.screen(number);
      const away = at ? Math.hypot(at[0] - x, at[1] - y) : Infinity;
      if (away < nearest) [best, nearest] = [number, away];
    }
    return best;
  }

  /** The way of a satellite over the ground, half a revolution back and one ahead; dashed behind. */
  groundTrack(pen, view, number, look, strength) {
    const period = this.app.sky.period(number);
    const steps = 180;
    const instants = Array.from({ length: steps + 1 }, (_, step) => this.seconds + period * ((1.5 * step) / steps - 0.5));
    const places = this.app.sky.track(number, instants);
    pen.globalAlpha = strength;
    pen.strokeStyle = look.ink;
    pen.lineWidth = 1.4;
    const ahead = Math.round(steps / 3);
    for (const [from, to, dash] of [[0, ahead, [3, 4]], [ahead, steps, []]]) {
      pen.setLineDash(dash);
      pen.beginPath();
      let last = null;
      for (const place of places.slice(from, to + 1)) {
        const at = place ? view.project(...place) : null;
        const joined = at && last && Math.abs(at[0] - last[0]) < view.width / 2;
        if (at) (joined ? pen.lineTo(...at) : pen.moveTo(...at));
        last = at;
      }
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** The circle on the sphere from which the satellite is at the mask. */
  footprint(pen, view, number) {
    const [longitude, latitude, radius] = this.below(number);
    if (Number.isNaN(radius)) return;
    const system = this.app.sky.systems.find(({ from, to }) => number >= from && number < to);
    const mask = system.min_elevation_deg * RADIAN;
    const reach = Math.acos((MEAN_RADIUS_KM * Math.cos(mask)) / radius) - mask;
    const [lambda0, phi0] = [longitude * RADIAN, latitude * RADIAN];
    pen.beginPath();
    let last = null;
    for (let step = 0; step <= 48; step++) {
      const bearing = (2 * Math.PI * step) / 48;
      const phi = Math.asin(Math.sin(phi0) * Math.cos(reach) + Math.cos(phi0) * Math.sin(reach) * Math.cos(bearing));
      const east = Math.sin(bearing) * Math.sin(reach) * Math.cos(phi0);
      const lambda = lambda0 + Math.atan2(east, Math.cos(reach) - Math.sin(phi0) * Math.sin(phi));
      const at = view.project(lambda / RADIAN, phi / RADIAN);
      const joined = at && last && Math.abs(at[0] - last[0]) < view.width / 2;
      if (at) (joined ? pen.lineTo(...at) : pen.moveTo(...at));
      last = at;
    }
    pen.stroke();
  }

  line(pen, view, from, number) {
    const to = this.screen(number);
    if (!from || !to || Math.abs(to[0] - from[0]) > view.width / 2) return;
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  }

  /** Lines for the contacts of the page that are under way. */
  knownContacts(pen, view) {
    pen.lineWidth = 1.3;
    pen.strokeStyle = "#2a9d8f";
    const rows = this.app.contacts.underWay(this.seconds);
    const { pinned } = this.app;
    for (const row of rows.filter((each) => pinned < 0 || this.app.contacts.at(each).site === pinned).slice(0, 400)) {
      pen.globalAlpha = rows.length > 60 && pinned < 0 ? 0.5 : 1;
      const { satellite, site } = this.app.contacts.at(row);
      const place = this.app.placeAt(site, this.seconds);
      if (place) this.line(pen, view, view.project(...place), satellite);
    }
    pen.globalAlpha = 1;
  }

  /** Lines from a site to the satellites above its mask. */
  contactsOf(pen, view, site) {
    const from = view.project(site.longitude, site.latitude);
    const place = this.app.sky.site(site, site.mask_deg);
    pen.lineWidth = 1.6;
    pen.strokeStyle = "#2a9d8f";
    for (let number = 0; number < this.positions.length / 3; number++) {
      if (this.linesLeft > 0 && this.app.sky.sees(place, this.positions, number)) {
        this.line(pen, view, from, number);
        this.linesLeft--;
      }
    }
  }
}

/** Whether a site is there and in service at an instant; one without stretches of presence is there throughout. */
function isPresent({ present }, seconds) {
  return !present || present.some(([from, to]) => seconds >= from && (seconds < to || to >= page.sky?.duration_s));
}

/** A ship as a marker where it is at an instant, or null when there is none. */
function shipAt(track, seconds) {
  if (!isPresent(track, seconds)) return null;
  const { name, points, times, heights, mask_deg } = track;
  const last = times.length - 1;
  if (last < 1 || !(seconds >= times[0] && seconds <= times[last])) return null;
  // Of two points at one instant, where it is elsewhere at once, the later holds from there on.
  const after = seconds === times[last] ? last : times.findIndex((time) => time > seconds);
  const before = after - 1;
  const part = (seconds - times[before]) / (times[after] - times[before]);
  const [[x0, y0], [x1, y1]] = [points[before], points[after]];
  const longitude = wrap(x0 + part * wrap(x1 - x0));
  const height = heights.length ? heights[before] + part * (heights[after] - heights[before]) : 0;
  return { name, kind: "ship", longitude, latitude: y0 + part * (y1 - y0), height, mask_deg };
}
