// Line charts as SVG: a latitude profile stands upright, a series runs along time.

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text) made.textContent = text;
  return made;
}

const isNumber = (value) => value !== null && !Number.isNaN(value);

/** `M x y L …`, broken where there is no value; in steps when each value holds until the next. */
function pathOf(points, steps) {
  let path = "";
  let drawing = false;
  for (const point of points) {
    if (point && drawing && steps) path += `H${point[0].toFixed(1)}`;
    if (point) path += `${drawing ? "L" : "M"}${point[0].toFixed(1)} ${point[1].toFixed(1)}`;
    drawing = Boolean(point);
  }
  return path;
}

function axisText(value, kind) {
  if (kind === "latitude") return value === 0 ? "0°" : `${Math.abs(value)}° ${value > 0 ? "N" : "S"}`;
  return value.toLocaleString("en-US", { maximumFractionDigits: 6 });
}

/**
 * Instants along an axis, seconds after a start: times of day, with seconds where these differ, and the date where a day
 * begins. `each` gives every one of them its date, for marks that do not stand side by side on an axis.
 */
function instantTexts(start, seconds, each = false) {
  const texts = seconds.map((value) => new Date(Date.parse(start) + 1000 * Math.round(value)).toISOString());
  const differs = (from, to) => texts.some((text) => text.slice(from, to) !== texts[0].slice(from, to));
  const withSeconds = new Set(texts.map((text) => text.slice(0, 16))).size < texts.length;
  const time = (text) => text.slice(11, withSeconds ? 19 : 16);
  if (!differs(0, 10)) return texts.map(time);
  const date = (text) => text.slice(differs(0, 4) ? 0 : 5, 10);
  if (!differs(11, 19)) return texts.map(date);
  return texts.map((text, number) => {
    if (each) return `${date(text)} ${time(text)}`;
    if (number > 0 && texts[number - 1].slice(0, 10) === text.slice(0, 10)) return time(text);
    return text.slice(11, 19) === "00:00:00" ? date(text) : `${date(text)} ${time(text)}`;
  });
}

/** Least and greatest of the numbers of lists, however long; none where there is no number. */
function extentOf(lists) {
  let [low, high] = [Infinity, -Infinity];
  for (const list of lists) {
    for (const value of list) {
      if (!isNumber(value)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? null : [low, high];
}

function timeTicks(span, most) {
  const steps = [1, 5, 10, 30, 60, 300, 600, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000];
  const step = steps.find((size) => span / size <= most) ?? 30 * 86400;
  return Array.from({ length: Math.floor(span / step + 1e-9) + 1 }, (_, number) => number * step);
}

/**
 * Rows of a line that are drawn: where many fall on a pixel, the first, the lowest, the highest and the last of each part,
 * which look like all, and one without a value, where the line breaks.
 */
function drawnRows(values, parts) {
  const count = values.length;
  if (count <= 5 * parts) return Array.from(values, (_, row) => row);
  const rows = [];
  for (let part = 0; part < parts; part++) {
    const [from, to] = [part, part + 1].map((at) => Math.floor((at * count) / parts));
    let [low, high, none] = [-1, -1, -1];
    for (let row = from; row < to; row++) {
      if (!isNumber(values[row])) none = row;
      else {
        if (low < 0 || values[row] < values[low]) low = row;
        if (high < 0 || values[row] > values[high]) high = row;
      }
    }
    const kept = new Set([from, low, high, none, to - 1].filter((row) => row >= 0));
    for (const row of [...kept].sort((a, b) => a - b)) rows.push(row);
  }
  return rows;
}

/** A value of a chart. */
function readText(value, title) {
  return title.startsWith("%") ? percentText(value, 3, 0) : value.toLocaleString("en-US", { maximumFractionDigits: 3 });
}

const COLOURS = 6;
const DASHES = 4;

/** Classes of a line: lines of one colour are told apart by their dashes. */
const lineClass = (number) => `line line-${number % COLOURS} dash-${Math.floor(number / COLOURS) % DASHES}`;

/** The key of a chart with several lines. */
function keyOf(lines) {
  const key = element("ul", "", "key");
  lines.forEach((line, number) => {
    const item = element("li");
    const sample = svg("svg", { viewBox: "0 0 30 6", "aria-hidden": "true" });
    sample.append(svg("line", { x1: 0, y1: 3, x2: 30, y2: 3, class: lineClass(number) }));
    item.append(sample, line.name);
    key.append(item);
  });
  const most = COLOURS * DASHES;
  if (lines.length > most) key.append(element("li", `lines from the ${most + 1}th on look like those before: point at them to read their values`));
  return key;
}

/** A chart of the page as a figure element. */
function chart(definition) {
  const upright = definition.axis === "latitude";
  const [width, height] = upright ? [340, 380] : definition.narrow ? [340, 170] : [720, 260];
  const edge = { left: 58, right: 14, top: 10, bottom: 44 };
  const along = definition.x;
  const extent = extentOf(definition.lines.map((line) => line.values));
  if (!extent || !along.length) return null;
  let [low, high] = extent;
  if (definition.from_zero) low = Math.min(0, low);
  // Sums of many numbers differ in their last digits: such a line is level.
  if (high - low <= 1e-9 * Math.max(1, Math.abs(high))) [low, high] = [low - Math.max(1, Math.abs(low)) * 0.05, high + Math.max(1, Math.abs(high)) * 0.05];
  const ends = upright ? [-90, 90] : [along[0], along[along.length - 1]];
  const span = ends[1] - ends[0] || 1;
  const [inner, tall] = [width - edge.left - edge.right, height - edge.top - edge.bottom];
  const across = (value) => (value - low) / (high - low);
  const down = (value) => (value - ends[0]) / span;
  const place = upright
    ? (at, value) => [edge.left + inner * across(value), edge.top + tall * (1 - down(at))]
    : (at, value) => [edge.left + inner * down(at), edge.top + tall * (1 - across(value))];
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": definition.title });
  const alongTicks = upright
    ? [-90, -60, -30, 0, 30, 60, 90]
    : definition.axis === "time" ? timeTicks(span, definition.narrow ? 5 : 8) : ticks(ends[0], ends[1], 8);
  const grid = (from, to) => picture.append(
    svg("line", { x1: from[0], y1: from[1], x2: to[0], y2: to[1], class: "grid" }),
  );
  const label = (x, y, text, anchor) => picture.append(svg("text", { x, y, "text-anchor": anchor }, text));
  const alongTexts = definition.axis === "time"
    ? instantTexts(definition.start, alongTicks)
    : alongTicks.map((tick) => axisText(tick, definition.axis));
  alongTicks.forEach((tick, number) => {
    grid(place(tick, low), place(tick, high));
    const [x, y] = place(tick, low);
    if (upright) label(x - 6, y + 4, alongTexts[number], "end");
    else label(x, y + 16, alongTexts[number], "middle");
  });
  for (const tick of ticks(low, high, upright ? 4 : 5)) {
    grid(place(ends[0], tick), place(ends[1], tick));
    const [x, y] = place(ends[0], tick);
    if (upright) label(x, y + 16, axisText(tick), "middle");
    else label(x - 6, y + 4, axisText(tick), "end");
  }
  label(edge.left + inner / 2, height - 8, upright ? definition.y_title : definition.x_title, "middle");
  definition.lines.forEach((line, number) => {
    const rows = drawnRows(line.values, inner);
    const points = rows.map((row) => (isNumber(line.values[row]) ? place(along[row], line.values[row]) : null));
    picture.append(svg("path", { d: pathOf(points, definition.steps), class: lineClass(number) }));
  });
  const figure = element("figure", "", upright ? "chart upright" : "chart");
  const caption = element("figcaption", definition.title);
  const readout = element("span", upright ? "" : definition.y_title, "readout");
  figure.append(caption, readout, picture);
  if (definition.lines.length > 1) figure.append(keyOf(definition.lines));
  const cursor = svg("line", { class: "cursor", visibility: "hidden" });
  picture.append(cursor);
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const part = upright
      ? 1 - ((event.clientY - box.top) / box.height * height - edge.top) / tall
      : ((event.clientX - box.left) / box.width * width - edge.left) / inner;
    const wanted = ends[0] + part * span;
    let row = 0;
    along.forEach((at, number) => {
      if (Math.abs(at - wanted) < Math.abs(along[row] - wanted)) row = number;
    });
    const [from, to] = [place(along[row], low), place(along[row], high)];
    for (const [name, value] of [["x1", from[0]], ["y1", from[1]], ["x2", to[0]], ["y2", to[1]], ["visibility", "visible"]]) {
      cursor.setAttribute(name, value);
    }
    const at = definition.axis === "time" ? instant(definition.start, along[row]) : axisText(along[row], definition.axis);
    const numbers = definition.lines.map((line) => {
      const value = line.values[row];
      const text = isNumber(value) ? readText(value, definition.y_title) : "no value";
      return definition.lines.length > 1 ? `${line.name} ${text}` : text;
    });
    readout.textContent = `${at}: ${numbers.join(" · ")}`;
  });
  return figure;
}

/** Amounts by name as horizontal bars. */
function bars({ title, unit, decimals, rows }) {
  const figure = element("figure", "", "chart bars");
  figure.append(element("figcaption", title));
  const [, most] = extentOf([[1e-9], rows.map(([, value]) => value)]);
  const list = element("div", "", "bar-rows");
  for (const [name, value] of rows) {
    const number = value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const bar = element("span", "", "bar");
    bar.style.width = `${(100 * value) / most}%`;
    const rail = element("span", "", "rail");
    rail.append(bar);
    list.append(element("span", name), rail, element("span", `${number} ${unit}`, "number"));
  }
  figure.append(list);
  return figure;
}

/** A table of the page. */
function table(definition) {
  const box = element("div", "", "table");
  const made = element("table");
  made.append(element("caption", definition.title));
  const head = element("tr");
  definition.columns.forEach((column) => head.append(element("th", column)));
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  for (const row of definition.rows) {
    const line = element("tr");
    row.forEach((text, number) => {
      const cell = element(number === 0 ? "th" : "td", text);
      if (number > 0 && /^([-+−]?[\d,.]+|–$)/.test(text)) cell.className = "number";
      line.append(cell);
    });
    body.append(line);
  }
  made.append(top, body);
  box.append(made);
  return box;
}
