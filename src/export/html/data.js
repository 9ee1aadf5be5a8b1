// What the page carries: the description as JSON, and packed numbers as deflated base 64.

/** Bytes of a script element that holds deflated base 64. */
async function unpacked(id) {
  const text = document.getElementById(id).textContent;
  const deflated = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Reads the numbers that `src/export/html/pack.rs` writes. */
class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  number() {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  signed() {
    const zigzag = this.number();
    return zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
  }

  /** Whole numbers in byte planes, each the difference from the one before. */
  column(count) {
    const width = this.bytes[this.at++];
    const values = new Float64Array(count);
    let last = 0;
    for (let row = 0; row < count; row++) {
      let zigzag = 0;
      for (let plane = width - 1; plane >= 0; plane--) {
        zigzag = zigzag * 256 + this.bytes[this.at + plane * count + row];
      }
      last += zigzag % 2 ? -(zigzag + 1) / 2 : zigzag / 2;
      values[row] = last;
    }
    this.at += width * count;
    return values;
  }
}

/** The cells as ascending numbers: base cell and digits of the H3 index, without what all share. */
function readCells(reader, count) {
  const cells = new Float64Array(count);
  let last = -1;
  for (let row = 0; row < count; row++) {
    last += 1 + reader.number();
    cells[row] = last;
  }
  return cells;
}

/** Rows in the order in which values are stored: bands of latitude from the south, in each eastward. */
function storedOrder(places, band) {
  const keys = places.map(([longitude, latitude]) => Math.floor((latitude + 90) / band) * 1000 + longitude + 180);
  return Uint32Array.from(keys.keys()).sort((a, b) => keys[a] - keys[b]);
}

/** The values of a figure by row; NaN where it has none. */
function readFigure(reader, figure, order) {
  const stored = reader.column(order.length);
  const scale = 10 ** figure.decimals;
  const values = new Float64Array(order.length);
  order.forEach((row, at) => {
    values[row] = stored[at] === 0 ? NaN : ((stored[at] - 1 + figure.offset) * figure.coarse) / scale;
  });
  return values;
}

/** The H3 index of a cell as the pair of 32-bit words that h3-js takes. */
function splitIndex(cell, resolution) {
  const unused = 2 ** (3 * (15 - resolution));
  const low52 = cell * unused + (unused - 1);
  const high = Math.floor(low52 / 2 ** 32) + resolution * 2 ** 20 + 2 ** 27;
  return [low52 % 2 ** 32 | 0, high | 0];
}

/** The number of a cell from its H3 index in hexadecimal. */
function cellOfIndex(index, resolution) {
  const low52 = parseInt(index.slice(-13), 16);
  return Math.floor(low52 / 2 ** (3 * (15 - resolution)));
}

/** The H3 index of a cell in hexadecimal. */
function hexIndex(cell, resolution) {
  const [low, high] = splitIndex(cell, resolution);
  const word = (value) => (value >>> 0).toString(16).padStart(8, "0");
  return (word(high) + word(low)).replace(/^0+/, "");
}

/** Position of a value in an ascending array, or -1. */
function positionIn(sorted, value) {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] === value) return middle;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Coast and border lines as [longitude, latitude, …] in degrees. */
function readLines(bytes) {
  const reader = new Reader(bytes);
  const lines = [];
  for (let left = reader.number(); left > 0; left--) {
    const border = reader.number() === 1;
    const points = new Float32Array(2 * reader.number());
    let x = 0;
    let y = 0;
    for (let at = 0; at < points.length; at += 2) {
      x += reader.signed();
      y += reader.signed();
      points[at] = x / 100;
      points[at + 1] = y / 100;
    }
    lines.push({ border, points });
  }
  return lines;
}

/** A value with the digits that are stored, its unit behind it. */
function shown(value, figure) {
  if (Number.isNaN(value)) return "no value";
  if (figure.categories.length) return figure.categories[value] ?? "no value";
  if (figure.instant) return figure.coarse < 60 ? instant(page.start, value) : `${instant(page.start, value).slice(0, 16)}Z`;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: figure.decimals,
    maximumFractionDigits: figure.decimals,
  });
  const signed = figure.centre !== null && value > 0 ? `+${text}` : text;
  return figure.unit ? `${signed} ${figure.unit}` : signed;
}

/**
 * A percentage with so many decimals at most, as `src/report/percent.rs` tells it: what is less than all is never told as
 * 100, and what is more than nothing never as 0. `least` decimals are always there.
 */
function percentText(value, decimals, least = decimals) {
  const unit = 10 ** -decimals;
  const none = 1e-12;
  const units = Math.round(value / unit);
  let told = value;
  if (units === Math.round(100 / unit) && value < 100 - none) told = 100 - unit;
  if (units === 0) told = value > none ? unit : 0;
  return told.toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: decimals });
}

/** Seconds in the largest unit that keeps them readable. */
function duration(seconds) {
  const whole = Math.round(seconds);
  const parts = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  const first = parts.findIndex(([size]) => whole >= size);
  if (first < 0) return `${seconds.toFixed(1)} s`;
  const [size, name] = parts[first];
  const [nextSize, nextName] = parts[first + 1] ?? [0, ""];
  const rest = nextSize ? Math.round((whole % size) / nextSize) : 0;
  return rest ? `${Math.floor(whole / size)} ${name} ${rest} ${nextName}` : `${Math.floor(whole / size)} ${name}`;
}

/** An instant, seconds after the start of a window, as ISO 8601 to the second. */
function instant(start, seconds) {
  return new Date(Date.parse(start) + 1000 * seconds).toISOString().slice(0, 19) + "Z";
}

/** A new element with text and classes. */
function element(name, text = "", classes = "") {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (classes) made.className = classes;
  return made;
}
