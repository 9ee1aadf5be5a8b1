// Where a place is on the screen: a flat map (plate carrée) that goes round and round, or a globe
// (orthographic). The shaders in map.js hold the same equations.

const RADIAN = Math.PI / 180;
const wrap = (degrees) => ((((degrees + 180) % 360) + 360) % 360) - 180;

class View {
  constructor() {
    this.globe = false;
    this.width = 1;
    this.height = 1;
    this.reset();
  }

  /** The whole Earth, or a box [west, south, east, north]. */
  reset(box = null) {
    this.box = box ?? this.box ?? null;
    this.longitude = this.box ? (this.box[0] + this.box[2]) / 2 : 0;
    this.latitude = this.box ? (this.box[1] + this.box[3]) / 2 : 0;
    this.zoom = 1;
    if (this.box) {
      const span = Math.max((this.box[2] - this.box[0]) / 360, (this.box[3] - this.box[1]) / 180, 1e-3);
      this.zoom = Math.min(Math.max(1, 0.85 / span), 400);
    }
    if (this.globe && !this.box) this.latitude = 25;
    this.moved = false;
    this.settle();
  }

  /** Takes the size in pixels; until it is moved, it goes on showing what it was reset to. */
  resize(width, height) {
    const same = width === this.width && height === this.height;
    Object.assign(this, { width, height });
    if (same || this.moved) this.settle();
    else this.reset();
  }

  /** Pixels of a degree at the centre. */
  get scale() {
    const fits = this.globe
      ? (Math.min(this.width, this.height) / 2) * 0.94 * RADIAN
      : Math.min(this.width / 360, this.height / 180);
    return fits * this.zoom;
  }

  /** Keeps the view within its limits. */
  settle() {
    this.zoom = Math.min(Math.max(this.zoom, this.globe ? 0.6 : 1), 2000);
    this.longitude = wrap(this.longitude);
    const reach = this.globe ? 90 : Math.max(0, 90 - this.height / 2 / this.scale);
    this.latitude = Math.min(reach, Math.max(-reach, this.latitude));
  }

  /** Screen position [x, y] in pixels, or null when it is behind the globe. */
  project(longitude, latitude) {
    const [x0, y0] = [this.width / 2, this.height / 2];
    if (!this.globe) {
      return [x0 + wrap(longitude - this.longitude) * this.scale, y0 - (latitude - this.latitude) * this.scale];
    }
    const [lambda, phi, phi0] = [(longitude - this.longitude) * RADIAN, latitude * RADIAN, this.latitude * RADIAN];
    const front = Math.sin(phi0) * Math.sin(phi) + Math.cos(phi0) * Math.cos(phi) * Math.cos(lambda);
    if (front < 0) return null;
    const radius = this.scale / RADIAN;
    const y = Math.cos(phi0) * Math.sin(phi) - Math.sin(phi0) * Math.cos(phi) * Math.cos(lambda);
    return [x0 + radius * Math.cos(phi) * Math.sin(lambda), y0 - radius * y];
  }

  /** [longitude, latitude] of a screen position, or null outside the Earth. */
  unproject(x, y) {
    const [dx, dy] = [x - this.width / 2, this.height / 2 - y];
    if (!this.globe) {
      const latitude = this.latitude + dy / this.scale;
      return Math.abs(latitude) <= 90 ? [wrap(this.longitude + dx / this.scale), latitude] : null;
    }
    const radius = this.scale / RADIAN;
    const [u, v] = [dx / radius, dy / radius];
    const square = u * u + v * v;
    if (square > 1) return null;
    const front = Math.sqrt(1 - square);
    const phi0 = this.latitude * RADIAN;
    const latitude = Math.asin(v * Math.cos(phi0) + front * Math.sin(phi0)) / RADIAN;
    const turned = Math.atan2(u, front * Math.cos(phi0) - v * Math.sin(phi0)) / RADIAN;
    return [wrap(this.longitude + turned), latitude];
  }

  pan(dx, dy) {
    this.moved = true;
    const stretch = this.globe ? Math.max(0.2, Math.cos(this.latitude * RADIAN)) : 1;
    this.longitude -= dx / this.scale / stretch;
    this.latitude += dy / this.scale;
    this.settle();
  }

  /** Zooms so that the place under [x, y] stays there on the flat map. */
  zoomAt(factor, x, y) {
    this.moved = true;
    const held = this.globe ? null : this.unproject(x, y);
    this.zoom *= factor;
    this.settle();
    if (held) {
      this.longitude = held[0] - (x - this.width / 2) / this.scale;
      this.latitude = held[1] - (this.height / 2 - y) / this.scale;
      this.settle();
    }
  }

  /** Turns to the other projection and stays where it is. */
  toggle() {
    this.globe = !this.globe;
    if (this.globe && this.zoom === 1 && !this.box && Math.abs(this.latitude) < 1) this.latitude = 25;
    this.settle();
  }
}
