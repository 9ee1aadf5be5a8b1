// Time in the page: satellites move, footprints sweep, ships sail, contacts light up. Positions are
// computed for every frame; nothing is interpolated but the ways of ships.

const MOST_FOOTPRINTS = 400;
const MEAN_RADIUS_KM = 6371.0072;

class Clock {
  constructor(app) {
    this.app = app;
    this.seconds = 0;
    this.playing = false;
    this.shown = page.playing;
    this.speed = Number(byId("speed").value);
    byId("time").hidden = false;
    byId("instant").max = page.sky.duration_s;
    byId("play").addEventListener("click", () => this.play(!this.playing));
    byId("speed").addEventListener("change", (event) => (this.speed = Number(event.target.value)));
    byId("instant").addEventListener("input", (event) => {
      this.shown = true;
      this.seconds = Number(event.target.value);
      this.tell();
      app.redraw();
    });
    this.tell();
    if (page.playing && !matchMedia("(prefers-reduced-motion: reduce)").matches) this.play(true);
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
      this.app.redraw();
      requestAnimationFrame(step);
    };
    if (on) requestAnimationFrame(step);
  }

  tell() {
    byId("instant").value = this.seconds;
    byId("clock").textContent = instant(page.sky.start, this.seconds);
  }

  paint(pen, look) {
    if (!this.shown) return;
    const { sky, view } = this.app;
    this.positions = sky.positions(this.seconds, this.positions);
    const count = this.positions.length / 3;
    const sites = [...page.markers, ...page.tracks.map((track) => this.shipAt(track)).filter(Boolean)];
    pen.lineWidth = 0.8;
    pen.strokeStyle = look.ink;
    pen.globalAlpha = count > 100 ? 0.25 : 0.5;
    for (let number = 0; number < Math.min(count, MOST_FOOTPRINTS); number++) this.footprint(pen, view, number);
    pen.globalAlpha = 1;
    sites.forEach((site) => this.contacts(pen, view, site));
    pen.fillStyle = look === LOOKS.dark ? "#ffd23f" : "#b3261e";
    const size = count > 400 ? 1.6 : 3;
    for (let number = 0; number < count; number++) {
      const at = this.screen(view, number);
      if (at) pen.fillRect(at[0] - size, at[1] - size, 2 * size, 2 * size);
    }
    for (const ship of sites) if (ship.kind === "ship") this.app.paintMarker(pen, ship, look);
  }

  /** Longitude, latitude and radius on the sphere of a satellite. */
  below(number) {
    const [x, y, z] = this.positions.subarray(3 * number, 3 * number + 3);
    const radius = Math.hypot(x, y, z);
    return [Math.atan2(y, x) / RADIAN, Math.asin(z / radius) / RADIAN, radius];
  }

  screen(view, number) {
    const [x, y, z] = this.positions.subarray(3 * number, 3 * number + 3);
    if (Number.isNaN(x)) return null;
    const [longitude, latitude] = Sky.place(x, y, z);
    return view.project(longitude, latitude);
  }

  /** The circle on the sphere from which the satellite is at the mask. */
  footprint(pen, view, number) {
    const [longitude, latitude, radius] = this.below(number);
    if (Number.isNaN(radius)) return;
    const mask = page.sky.min_elevation_deg * RADIAN;
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

  /** Lines from a site to the satellites above its mask. */
  contacts(pen, view, site) {
    if (site.mask_deg === null) return;
    const from = view.project(site.longitude, site.latitude);
    if (!from) return;
    const place = this.app.sky.site(site.longitude, site.latitude);
    place.sine = Math.sin(site.mask_deg * RADIAN);
    pen.lineWidth = 1.6;
    pen.strokeStyle = "#2a9d8f";
    for (let number = 0; number < this.positions.length / 3; number++) {
      if (!this.app.sky.inView(place, this.positions.subarray(3 * number, 3 * number + 3))) continue;
      const to = this.screen(view, number);
      if (!to || Math.abs(to[0] - from[0]) > view.width / 2) continue;
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }
  }

  /** A ship as a marker where it is now, or null when there is none. */
  shipAt({ name, points, times, mask_deg }) {
    const after = times.findIndex((time) => time >= this.seconds);
    if (after < 0 || (after === 0 && times[0] > this.seconds)) return null;
    const before = Math.max(0, after - 1);
    const part = after === before ? 0 : (this.seconds - times[before]) / (times[after] - times[before]);
    const [[x0, y0], [x1, y1]] = [points[before], points[after]];
    const longitude = wrap(x0 + part * wrap(x1 - x0));
    return { name, kind: "ship", longitude, latitude: y0 + part * (y1 - y0), mask_deg };
  }
}
