// Colour scales. The sequential one is viridis (van der Walt and Smith 2015, CC0), the other sequential
// one cividis (Nuñez, Anderton and Renslow 2018, CC0); the diverging one is built in OKLab, with even
// steps of lightness from white to blue and to orange. All three stay ordered for colour-blind readers.

const VIRIDIS = "440154 472d7b 3b528b 2c728e 21918c 28ae80 5ec962 addc30 fde725".split(" ");
const CIVIDIS = "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838".split(" ");
/** Okabe and Ito 2008, with a brown, and two of Tol 2021: told apart by colour-blind readers. */
const CATEGORIES = "0072b2 e69f00 009e73 d55e00 56b4e9 cc79a7 f0e442 8a5a2b 882255 332288".split(" ");
/** Colour of the category that stands for none of the others. */
const NEUTRAL = "777777";
const SHADES = 254;

const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const encoded = (value) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** OKLab (Ottosson 2020) of a colour written as rrggbb. */
function oklab(hex) {
  const [r, g, b] = [0, 2, 4].map((at) => linear(parseInt(hex.slice(at, at + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/** Red, green and blue, 0 to 255, of an OKLab colour. */
function rgb([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ].map((value) => Math.round(255 * encoded(Math.min(1, Math.max(0, value)))));
}

function between(from, to, part) {
  return from.map((value, axis) => value + part * (to[axis] - value));
}

function throughStops(stops) {
  const labs = stops.map(oklab);
  return (part) => {
    const along = part * (labs.length - 1);
    const stop = Math.min(Math.floor(along), labs.length - 2);
    return rgb(between(labs[stop], labs[stop + 1], along - stop));
  };
}

function diverging(part) {
  const polar = (L, chroma, degrees) => {
    const hue = (degrees * Math.PI) / 180;
    return [L, chroma * Math.cos(hue), chroma * Math.sin(hue)];
  };
  const side = Math.abs(2 * part - 1);
  const end = part < 0.5 ? polar(0.36, 0.13, 258) : polar(0.36, 0.09, 50);
  const middle = part < 0.5 ? polar(0.62, 0.14, 258) : polar(0.62, 0.14, 55);
  const white = [0.97, 0, 0];
  // A quadratic through white, middle and end, so that chroma first rises and then falls.
  return rgb(side < 0.5 ? between(white, middle, 2 * side) : between(middle, end, 2 * side - 1));
}

const SCALES = { viridis: throughStops(VIRIDIS), cividis: throughStops(CIVIDIS), diverging };

/** The range of a figure over all layers: `full`, or `clip` from the 2nd to the 98th percentile. */
function rangeOf(columns, figure, kind) {
  const values = columns.flatMap((column) => Array.from(column.filter((value) => !Number.isNaN(value))));
  values.sort((a, b) => a - b);
  if (!values.length) return { low: 0, high: 1, clipped: false };
  const at = (part) => values[Math.round(part * (values.length - 1))];
  let low = kind === "clip" ? at(0.02) : at(0);
  let high = kind === "clip" ? at(0.98) : at(1);
  if (figure.centre !== null) {
    const reach = Math.max(Math.abs(low - figure.centre), Math.abs(high - figure.centre)) || 1;
    low = figure.centre - reach;
    high = figure.centre + reach;
  }
  return { low, high, clipped: low > values[0] || high < values[values.length - 1] };
}

/** Which categories have colours of their own: all that have values, or of too many the most frequent; as in colour.rs. */
function categoriesOf({ neutral, values }) {
  const counts = new Map();
  for (const value of values) if (!Number.isNaN(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  const isNeutral = counts.delete(neutral);
  const used = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a) || a - b);
  const others = used.splice(CATEGORIES.length).sort((a, b) => a - b);
  used.sort((a, b) => a - b);
  // The first categories keep their colours from figure to figure; the rest take what is free.
  const free = CATEGORIES.filter((_, number) => !used.includes(number));
  const own = new Map(used.map((number) => [number, CATEGORIES[number] ?? free.shift()]));
  return { own, others, neutral: isNeutral ? neutral : null };
}

/** How the values of a figure turn into shades: 1 to 255, 0 for no value. */
class Shading {
  constructor(figure, range, logarithmic, theme) {
    this.figure = figure;
    this.range = range;
    this.logarithmic = logarithmic && range.high > 0;
    this.floor = Math.max(range.low, range.high / 1e4, 1e-9);
    this.scale = SCALES[figure.centre !== null ? "diverging" : theme];
    // Bright is good: a figure of which less is better runs the other way.
    this.reversed = figure.better === "low" && figure.centre === null;
    if (this.isOfCategories) this.categories = categoriesOf(figure);
  }

  get isOfCategories() {
    return this.figure.categories.length > 0;
  }

  part(value) {
    const { low, high } = this.range;
    let part = high > low ? (value - low) / (high - low) : 0.5;
    if (this.logarithmic && high > this.floor) {
      part = Math.log(Math.max(value, this.floor) / this.floor) / Math.log(high / this.floor);
    }
    return Math.min(1, Math.max(0, part));
  }

  value(part) {
    const { low, high } = this.range;
    if (this.logarithmic && high > this.floor) return this.floor * (high / this.floor) ** part;
    return low + part * (high - low);
  }

  colour(part) {
    return this.scale(this.reversed ? 1 - part : part);
  }

  shades(values) {
    const shades = new Uint8Array(values.length);
    if (this.isOfCategories) {
      values.forEach((value, row) => (shades[row] = Number.isNaN(value) ? 0 : 1 + value));
      return shades;
    }
    for (let row = 0; row < values.length; row++) {
      if (!Number.isNaN(values[row])) shades[row] = 1 + Math.round(SHADES * this.part(values[row]));
    }
    return shades;
  }

  /** A number and the name of the categories of each colour. */
  key() {
    const { own, others, neutral } = this.categories;
    const names = this.figure.categories;
    const key = [...own.keys()].map((number) => [number, names[number]]);
    const together = others.map((number) => names[number]).join(", ");
    if (others.length) key.push([others[0], others.length > 1 ? `others: ${together}` : together]);
    if (neutral !== null) key.push([neutral, names[neutral]]);
    return key;
  }

  /** 256 colours as RGBA; the first stands for no value. */
  palette({ noValue, others }) {
    const palette = new Uint8Array(256 * 4);
    const category = (number) => {
      const hex = number === this.categories.neutral ? NEUTRAL : this.categories.own.get(number) ?? others;
      return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
    };
    const colour = (shade) => (this.isOfCategories ? category(shade - 1) : this.colour((shade - 1) / SHADES));
    for (let shade = 0; shade < 256; shade++) {
      palette.set([...(shade ? colour(shade) : noValue), 255], 4 * shade);
    }
    return palette;
  }
}

/** Marks of a scale with as many digits as tell them apart; a percentage is not told as all or nothing where it is not. */
function markTexts(values, isPercent) {
  const apart = new Set(values).size;
  let texts = [];
  for (let digits = 4; digits <= 12; digits++) {
    const told = values.map((value) => Number(value.toPrecision(digits)));
    texts = told.map((value) => value.toLocaleString("en-US", { maximumFractionDigits: 12 }));
    const shown = texts.map((text) => Number(text.replaceAll(",", "")));
    const isHidden = (end) => shown.some((value, number) => value === end && Math.abs(values[number] - end) > 1e-12);
    if (new Set(texts).size === apart && !(isPercent && (isHidden(0) || isHidden(100)))) break;
  }
  return texts;
}

/** About `count` round numbers from `low` to `high`. */
function ticks(low, high, count) {
  if (!(high - low > 1e-9 * Math.max(Math.abs(low), Math.abs(high)))) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const made = [];
  for (let number = Math.ceil(low / step - 1e-9); number * step <= high + step * 1e-9; number++) {
    made.push(Number((number * step).toPrecision(12)));
  }
  return made;
}
