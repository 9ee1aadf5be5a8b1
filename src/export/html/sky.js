// Satellites, computed in the page from their mean elements with satellite.js: SGP4 with the constants
// of WGS-72 in improved mode, turned to the Earth by GMST 1982 as hexsky itself does, but with UT1 - UTC of the
// start throughout and without polar motion: 18 m at most.

const EARTH = { a: 6378.137, e2: 0.0066943799901413165 };

class Sky {
  constructor(definition, elements, satelliteJs) {
    this.definition = definition;
    this.start = Date.parse(definition.start);
    this.js = satelliteJs;
    this.lost = new Map(definition.lost);
    this.satellites = elements.map((each) => this.#record(each));
  }

  /** An object that answers `substring` stands for a line, so that the elements keep all their digits. */
  #record([epoch, inclination, node, eccentricity, perigee, anomaly, motion, drag]) {
    const day = 86400000;
    // A year of three digits is one after 1900 to satellite.js, and one of two below 57 one after 2000; no leap year but
    // every fourth is known to it. Before 1957 days are counted back, and from 2100 on they are counted on.
    const year = Math.min(Math.max(new Date(epoch).getUTCFullYear(), 1957), 2100);
    const dayOfYear = 1 + (epoch - Date.UTC(year, 0, 1)) / day;
    const [digits, power] = Math.abs(drag).toExponential(14).split("e");
    const line = (fields) => ({ substring: (from) => fields[from] ?? "0" });
    const first = line({
      2: "0", 18: String(year - 1900), 20: String(dayOfYear),
      53: drag < 0 ? "-" : "", 54: digits.replace(".", ""), 59: String(Number(power) + 1),
    });
    const second = line({
      8: String(inclination), 17: String(node), 26: eccentricity.toFixed(15).slice(2),
      34: String(perigee), 43: String(anomaly), 52: String(motion),
    });
    return this.js.twoline2satrec(first, second);
  }

  /** Julian date of an instant, seconds after the start. */
  julianDate(seconds) {
    return 2440587.5 + (this.start / 1000 + seconds) / 86400;
  }

  /** Greenwich mean sidereal time in radians. */
  angle(date) {
    return this.js.gstime(date + this.definition.ut1_minus_utc_s / 86400);
  }

  /** Earth-fixed positions in km of all satellites, seconds after the start; NaN where there is none. */
  positions(seconds, into = new Float64Array(3 * this.satellites.length)) {
    const date = this.julianDate(seconds);
    const angle = this.angle(date);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    this.satellites.forEach((record, number) => {
      const position = this.#position(number, record, date, seconds);
      if (!position) {
        into.fill(NaN, 3 * number, 3 * number + 3);
        return;
      }
      into[3 * number] = cos * position.x + sin * position.y;
      into[3 * number + 1] = cos * position.y - sin * position.x;
      into[3 * number + 2] = position.z;
    });
    return into;
  }

  /** None from where the satellite is lost, though SGP4 may have positions for it again. */
  #position(number, record, date, seconds) {
    if (this.lost.get(number) <= seconds) return null;
    return this.js.sgp4(record, (date - record.jdsatepoch) * 1440).position;
  }

  /** Longitude, geodetic latitude (degrees) and height (km) of an Earth-fixed position. */
  static place(x, y, z) {
    const radius = Math.hypot(x, y);
    let latitude = Math.atan2(z, radius * (1 - EARTH.e2));
    let normal = EARTH.a;
    for (let round = 0; round < 6; round++) {
      normal = EARTH.a / Math.sqrt(1 - EARTH.e2 * Math.sin(latitude) ** 2);
      latitude = Math.atan2(z + EARTH.e2 * normal * Math.sin(latitude), radius);
    }
    const height = radius * Math.cos(latitude) + z * Math.sin(latitude) - normal * (1 - EARTH.e2 * Math.sin(latitude) ** 2);
    return [Math.atan2(y, x) / RADIAN, latitude / RADIAN, height];
  }

  /** Whether a place sees the satellite of a number, from positions. */
  sees(site, positions, number) {
    const at = 3 * number;
    const x = positions[at] - site.x;
    const y = positions[at + 1] - site.y;
    const z = positions[at + 2] - site.z;
    const up = x * site.up[0] + y * site.up[1] + z * site.up[2];
    return up >= site.sine * Math.sqrt(x * x + y * y + z * z);
  }

  /** The systems with the numbers of their satellites and masks; one where the page names none. */
  get systems() {
    const { systems, min_elevation_deg } = this.definition;
    if (!systems.length) return [{ name: "in view", from: 0, to: this.satellites.length, min_elevation_deg }];
    let from = 0;
    return systems.map(({ name, count, min_elevation_deg: mask }) => {
      from += count;
      return { name, from: from - count, to: from, min_elevation_deg: mask };
    });
  }

  /** Seconds of one revolution of a satellite. */
  period(number) {
    return (60 * 2 * Math.PI) / this.satellites[number].no;
  }

  /** Longitude and latitude below a satellite at instants; null where there is none. */
  track(number, instants) {
    return instants.map((seconds) => {
      const date = this.julianDate(seconds);
      const angle = this.angle(date);
      const position = this.#position(number, this.satellites[number], date, seconds);
      if (!position) return null;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const { x, y, z } = position;
      return Sky.place(cos * x + sin * y, cos * y - sin * x, z).slice(0, 2);
    });
  }

  /** A place, its height in km above the ellipsoid, with a mask in degrees, ready for `sees`. */
  site({ longitude, latitude, height = 0 }, mask = this.definition.min_elevation_deg) {
    const [lambda, phi] = [longitude * RADIAN, latitude * RADIAN];
    const normal = EARTH.a / Math.sqrt(1 - EARTH.e2 * Math.sin(phi) ** 2);
    return {
      x: (normal + height) * Math.cos(phi) * Math.cos(lambda),
      y: (normal + height) * Math.cos(phi) * Math.sin(lambda),
      z: (normal * (1 - EARTH.e2) + height) * Math.sin(phi),
      up: [Math.cos(phi) * Math.cos(lambda), Math.cos(phi) * Math.sin(lambda), Math.sin(phi)],
      sine: Math.sin(mask * RADIAN),
    };
  }

  /** 1 for each satellite that sees one of the gateways at an instant. */
  #linked(positions, gateways) {
    const linked = new Uint8Array(this.satellites.length);
    for (const gateway of gateways) {
      const site = this.site(gateway, gateway.mask_deg);
      for (let number = 0; number < linked.length; number++) {
        if (!linked[number] && this.sees(site, positions, number)) linked[number] = 1;
      }
    }
    return linked;
  }

  /**
   * Number in view at a place at even steps over the window, for each system. Positions are computed once
   * for all places. `gatewaysAt` gives the gateways at an instant, for satellites that need one.
   */
  async timeline(place, gatewaysAt, progress) {
    const systems = this.systems;
    const sites = systems.map((system) => this.site(place, system.min_elevation_deg));
    const { duration_s: span, through_gateways: through, gateways } = this.definition;
    const budget = 4e6 / (1 + (through ? gateways / 8 : 0));
    const steps = Math.max(48, Math.min(Math.ceil(span / 30), Math.floor(budget / this.satellites.length)));
    this.nodes ??= [];
    this.links ??= [];
    const counts = systems.map(() => new Uint16Array(steps));
    let pause = performance.now();
    for (let step = 0; step < steps; step++) {
      const seconds = (step * span) / steps;
      const kept = (this.nodes[step] ??= Float32Array.from(this.positions(seconds)));
      const linked = through ? (this.links[step] ??= this.#linked(kept, gatewaysAt(seconds))) : null;
      systems.forEach(({ from, to }, which) => {
        for (let number = from; number < to; number++) {
          if ((!linked || linked[number]) && this.sees(sites[which], kept, number)) counts[which][step]++;
        }
      });
      if (performance.now() - pause > 40) {
        progress(step / steps);
        await new Promise((resume) => setTimeout(resume));
        pause = performance.now();
      }
    }
    return { systems, counts, step_s: span / steps };
  }
}
