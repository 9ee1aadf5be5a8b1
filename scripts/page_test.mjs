// Opens a page made by `--html` in headless Chromium and holds it to the CSV file of the same run:
//
//     node scripts/page_test.mjs PAGE.html ROWS.csv MOST_MILLISECONDS [FOLDER FOR SCREENSHOTS]
//
// ROWS.csv is that of `--csv`: cells, places, or contacts for a page of `passes`; `-` for a page of `view`,
// which has no figures. Needs playwright-core and a Chromium. Leaves with 1 and says why when something
// does not hold.

import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { chromium } = require("playwright-core");
const [file, csvFile, limit, folder] = process.argv.slice(2);
const stem = basename(file, ".html");

const faults = [];
const check = (holds, text) => {
  if (!holds) faults.push(text);
};

const lines = csvFile === "-" ? [[]] : readFileSync(csvFile, "utf8").trim().split("\n").map((line) => line.split(","));
const columns = lines.shift();
const rowsOf = new Map(lines.map((line) => [line[0], line]));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--disable-dev-shm-usage",
  ],
});

async function open(options) {
  const context = await browser.newContext(options);
  const tab = await context.newPage();
  tab.on("console", (message) => {
    // Chromium itself remarks on slow reads of the software renderer.
    if (["error", "warning"].includes(message.type()) && !/GL Driver Message/.test(message.text())) {
      faults.push(`console ${message.type()}: ${message.text()}`);
    }
  });
  tab.on("pageerror", (error) => faults.push(`error: ${error.message}`));
  tab.on("request", (request) => check(request.url().startsWith("file:"), `request to ${request.url()}`));
  await tab.goto(`file://${resolve(file)}`);
  try {
    await tab.waitForFunction(() => document.documentElement.dataset.drawn, null, { timeout: 60000 });
  } catch {
    throw new Error(`the map was not drawn\n${faults.join("\n")}`);
  }
  return tab;
}

const picture = (name, options = {}) => (folder ? options.tab.screenshot({ path: `${folder}/${stem}-${name}.png`, fullPage: options.fullPage ?? false }) : null);

/** The value of a column in the CSV file; the share served stands in no column, but follows from two. */
function csv(key, name) {
  const row = rowsOf.get(key);
  if (row && name === "percent_served") {
    const [demand, served] = ["demand_mbps", "served_mean_mbps"].map((column) => Number(row[columns.indexOf(column)]));
    return demand > 0 ? String((100 * served) / demand) : "";
  }
  return row?.[columns.indexOf(name)];
}

/** Whether a text that is shown is the CSV's value, rounded to the digits shown. */
function agrees(shown, given, slack = 0.5) {
  // Nothing is wanted in cells for which files say 0 and a page says that there is no value.
  if (/^(no value|–)/.test(shown)) return given === "" || given === undefined || Number(given) === 0;
  if (given === undefined || given === "") return false;
  if (/T\d\d:\d\dZ/.test(shown)) return Math.abs(Date.parse(shown) - Date.parse(given)) <= 60000;
  if (/T\d\d:/.test(shown)) return Math.abs(Date.parse(shown) - Date.parse(given)) <= 1000;
  const number = shown.match(/^[-+]?[\d,]+(\.\d+)?/)?.[0].replaceAll(",", "");
  if (number === undefined) return shown.replaceAll(/[ -]/g, "_").toLowerCase() === given.toLowerCase();
  const decimals = number.split(".")[1]?.length ?? 0;
  const unit = 10 ** -decimals;
  // A percentage that is neither nothing nor all is not rounded to that.
  const isNearAnEnd = shown.endsWith("%") && [Number(given), 100 - Number(given)].some((away) => away > 0 && away < unit);
  return Math.abs(Number(number) - Number(given)) <= (isNearAnEnd ? 1 : slack) * unit + 2e-4;
}

const canvas = (tab) => tab.evaluate(() => document.getElementById("map").toDataURL().length);
const wide = { viewport: { width: 1366, height: 900 } };
const tab = await open({ ...wide, colorScheme: "light" });
const kind = await tab.evaluate(() => ({
  figures: page.layers.length > 0, layers: page.layers.length, contacts: page.contacts, sky: Boolean(page.sky), cells: page.resolution !== null,
}));
const drawn = Number(await tab.evaluate(() => document.documentElement.dataset.drawn));
console.log(`${file}: first frame after ${drawn} ms`);
// SLACK loosens the limit where machines are busy with other things.
const most = Number(limit) * Number(process.env.SLACK ?? 1);
check(drawn <= most, `the first frame took ${drawn} ms, more than ${most}`);
const map = await tab.locator("#overlay").boundingBox();
let compared = 0;

// Whatever the page is of can be seen when it opens.
const unseen = () => {
  const rows = page.box && page.layers.length ? Array.from({ length: page.count }, (_, row) => row) : [];
  return rows.filter((row) => {
    const at = app.view.project(...app.placeOf(row));
    return !at || at[0] < 0 || at[1] < 0 || at[0] > app.view.width || at[1] > app.view.height;
  }).length;
};
const missed = await tab.evaluate(unseen);
check(missed === 0, `${missed} of ${await tab.evaluate(() => page.count)} rows are not in view when the page opens`);

if (kind.cells) {
  // Colours other than the background's in the map: cells are there.
  const part = await tab.evaluate(() => {
    const from = document.getElementById("map");
    const copy = Object.assign(document.createElement("canvas"), { width: from.width, height: from.height });
    const pen = copy.getContext("2d", { willReadFrequently: true });
    pen.drawImage(from, 0, 0);
    const { data } = pen.getImageData(0, 0, copy.width, copy.height);
    let plain = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (Math.abs(data[at] - 232) + Math.abs(data[at + 1] - 237) + Math.abs(data[at + 2] - 242) < 6) plain++;
    }
    return 1 - plain / (data.length / 4);
  });
  const least = (await tab.evaluate(() => page.box)) ? 0.05 : 0.2;
  check(part > least, `only ${(100 * part).toFixed(1)} % of the map is drawn over`);
}

/** Rows that are on the screen, spread over all of them, with their positions. */
const spots = () => tab.evaluate(() => {
  const rows = Array.from({ length: 9 }, (_, part) => Math.floor((part * (page.count - 1)) / 8));
  return rows
    .map((row) => app.view.project(...app.placeOf(row)))
    .filter((at) => at && at[0] > 2 && at[1] > 2 && at[0] < app.view.width - 2 && at[1] < app.view.height - 2);
});

if (kind.figures) {
  const names = await tab.evaluate(() => page.layers[0].figures.map((figure) => figure.name));
  const prefix = await tab.evaluate(() => page.layers[0].columns);
  if (!kind.contacts) {
    for (const [number, [x, y]] of (await spots()).entries()) {
      await tab.selectOption("#figure", String(number % names.length));
      await tab.mouse.move(map.x + x, map.y + y);
      if (await tab.locator("#tip strong").isHidden()) continue;
      const key = await tab.locator("#tip strong").innerText();
      const text = (await tab.locator("#tip div").innerText()).replace(/^.*?: /, "");
      const name = prefix + names[number % names.length];
      check(rowsOf.has(key), `${key} is not in the CSV file`);
      if (!columns.includes(name) && !/percent_served/.test(name)) continue;
      check(agrees(text, csv(key, name)), `${key} ${name}: page ${text}, CSV ${csv(key, name)}`);
      compared++;
    }
    check(compared > 0, "no cell was hovered");
    await pinning();
  }
  // Another figure gives another picture.
  if (kind.cells) {
    const before = await canvas(tab);
    await tab.selectOption("#figure", String(names.length - 1));
    await tab.waitForTimeout(300);
    check((await canvas(tab)) !== before, "another figure gives the same picture");
  }
}

/** A click pins a cell: every figure that a column holds, and the timeline computed in the page. */
async function pinning() {
  const all = await spots();
  const middle = all[all.length >> 1];
  await tab.mouse.click(map.x + middle[0], map.y + middle[1]);
  const pinned = await tab.locator("#pinned h3").innerText({ timeout: 30000 });
  for (const cell of await tab.locator("#pinned td[data-column]").all()) {
    const name = await cell.getAttribute("data-column");
    if (!columns.includes(name) && name !== "percent_served") continue;
    const text = await cell.innerText();
    // Differences are of rounded values: half a digit of each.
    const slack = /_minus_/.test(name) ? 1.01 : 0.5;
    check(agrees(text, csv(pinned, name), slack), `${pinned} ${name}: page ${text}, CSV ${csv(pinned, name)}`);
    compared++;
  }
  if (!kind.sky) return;
  await tab.waitForSelector(".timeline[data-percents]", { timeout: 60000 });
  const percents = JSON.parse(await tab.locator(".timeline").getAttribute("data-percents"));
  for (const [number, percent] of percents.entries()) {
    const before = await tab.evaluate((layer) => page.layers[layer].columns, number);
    const given = csv(pinned, `${before}percent_covered`);
    if (given === undefined) continue;
    console.log(`timeline of ${pinned}: ${percent.toFixed(3)} %, CSV ${given} %`);
    check(Math.abs(percent - Number(given)) < 0.7, `timeline says ${percent} % covered, the CSV file ${given} %`);
  }
  await picture("pinned", { tab });
}

if (kind.layers > 1 && kind.cells) await swiping();

/** Two layers on one map with a line that is dragged, then side by side. */
async function swiping() {
  await tab.keyboard.press("Escape");
  await tab.selectOption("#figure", { index: 1 });
  await tab.selectOption("#other", "1");
  await tab.waitForTimeout(300);
  const colourAt = (part) => tab.evaluate((x) => {
    const from = document.getElementById("map");
    const copy = Object.assign(document.createElement("canvas"), { width: from.width, height: from.height });
    const pen = copy.getContext("2d");
    pen.drawImage(from, 0, 0);
    // A strip in the middle of the map: its mean, so that lines do not matter.
    const { data } = pen.getImageData(Math.round(x * from.width) - 4, from.height * 0.4, 8, from.height * 0.2);
    return [0, 1, 2].map((axis) => {
      let sum = 0;
      for (let at = axis; at < data.length; at += 4) sum += data[at];
      return sum / (data.length / 4);
    });
  }, part);
  const apart = (a, b) => Math.hypot(...a.map((value, axis) => value - b[axis]));
  const before = await colourAt(0.35);
  const handle = await tab.locator("#swipe").boundingBox();
  const box = await tab.locator("#map-box").boundingBox();
  const y = handle.y + handle.height / 2;
  await tab.mouse.move(handle.x + handle.width / 2, y);
  await tab.mouse.down();
  for (const part of [0.45, 0.35, 0.25]) await tab.mouse.move(box.x + part * box.width, y);
  await tab.mouse.up();
  await tab.waitForTimeout(300);
  const at = await tab.evaluate(() => app.swipe);
  check(Math.abs(at - 0.25) < 0.01, `the swipe line was dragged to 0.25 and is at ${at}`);
  const after = await colourAt(0.35);
  check(apart(before, after) > 8, `left and right of the swipe line look alike: ${before} and ${after}`);
  await picture("swipe", { tab });
  await tab.focus("#swipe");
  await tab.keyboard.press("ArrowRight");
  check((await tab.evaluate(() => app.swipe)) > at, "an arrow key does not move the swipe line");
  await tab.click("#mode-beside");
  const two = tab.waitForFunction(() => app.panes.length === 2 && !app.waiting, null, { timeout: 30000 });
  await two.catch(() => check(false, "side by side shows no two maps"));
  const half = await tab.locator("#overlay").boundingBox();
  const told = [];
  for (const part of [0.2, 0.7]) {
    await tab.mouse.move(half.x + part * half.width, half.y + half.height / 2);
    told.push(await tab.locator("#tip strong").innerText());
  }
  check(told[0] === told[1], `the two maps show ${told.join(" and ")} at the same place`);
  await picture("beside", { tab });
  const differences = await tab.evaluate(() => page.layers.findIndex((layer) => layer.difference_of));
  await tab.selectOption("#other", "");
  await tab.selectOption("#layer", String(differences));
  await tab.waitForTimeout(300);
  await picture("difference", { tab });
  await tab.selectOption("#layer", "0");
}

if (kind.contacts) await contacts();

/** The list holds the CSV's contacts, a site shows its own, a click in the timeline goes to the contact. */
async function contacts() {
  check(kind.contacts === lines.length, `the page has ${kind.contacts} contacts, the CSV file ${lines.length}`);
  const byPair = new Map(lines.map((line) => [[0, 2].map((at) => line[at]).join("|") + Math.round(Date.parse(line[3]) / 1000), line]));
  await tab.selectOption("#of-site", { index: 1 });
  const site = await tab.locator("#pinned h3").innerText();
  const own = lines.filter((line) => line[2] === site);
  const count = await tab.locator("#contact-count").innerText();
  check(count.replaceAll(",", "").includes(` of ${own.length} contacts`), `${site}: the page says '${count}', the CSV file has ${own.length}`);
  for (const row of await tab.locator("#contact-list tbody tr").all()) {
    const [satellite, at, aos, los, length, elevation, rise, , range] = await row.locator("td").allInnerTexts();
    const start = Date.parse(aos) / 1000;
    const line = [0, 1].map((more) => byPair.get(`${satellite}|${at}${start + more}`)).find(Boolean);
    check(line, `no contact of ${satellite} with ${at} at ${aos} in the CSV file`);
    if (!line) continue;
    check(agrees(los, line[5]), `${satellite} ${at}: LOS ${los}, CSV ${line[5]}`);
    for (const [shown, given] of [[length, line[6]], [elevation, line[7]], [rise, line[8]], [range, line[11]]]) {
      check(agrees(shown, given), `${satellite} ${at} ${aos}: page ${shown}, CSV ${given}`);
      compared++;
    }
  }
  await picture("site", { tab, fullPage: true });
  // The first contact of the site that is long enough to be hit, in the timeline.
  await tab.locator("#timeline").scrollIntoViewIfNeeded();
  const spot = await tab.evaluate(() => {
    const { contacts } = app;
    const line = contacts.lines[0];
    const row = line.rows.find((each) => contacts.across(contacts.los[each]) - contacts.across(contacts.aos[each]) > 2) ?? line.rows[0];
    const x = (contacts.across(contacts.aos[row]) + contacts.across(contacts.los[row])) / 2;
    return { x, y: line.top + 3 + (contacts.lane[row] + 0.5) * line.tall, tca: contacts.tca[row], satellite: contacts.satellite[row] };
  });
  const timeline = await tab.locator("#timeline").boundingBox();
  await tab.mouse.move(timeline.x + spot.x, timeline.y + spot.y);
  check(await tab.locator("#timeline-tip").isVisible(), "the timeline tells nothing under the pointer");
  await tab.mouse.click(timeline.x + spot.x, timeline.y + spot.y);
  const [seconds, satellite] = await tab.evaluate(() => [app.clock.seconds, app.satellite]);
  check(satellite === spot.satellite, `a click on a contact of satellite ${spot.satellite} took ${satellite}`);
  check(Math.abs(seconds - spot.tca) < 1, `a click on a contact went to ${seconds} s, not to its TCA at ${spot.tca} s`);
  // A click on another site of the map shows that one.
  await tab.locator("#overlay").scrollIntoViewIfNeeded();
  const other = await tab.evaluate(() => {
    const row = page.places.findIndex((place, number) => number !== app.pinned && !page.tracks.some(({ name }) => name === place.name));
    return { name: page.places[row].name, at: app.view.project(...app.placeOf(row)) };
  });
  const overlay = await tab.locator("#overlay").boundingBox();
  await tab.mouse.click(overlay.x + other.at[0], overlay.y + other.at[1]);
  const shown = await tab.locator("#pinned h3").innerText();
  // Sites may lie closer together than a pixel.
  check(shown.length > 0 && shown !== site, `a click on ${other.name} shows ${shown}`);
  await tab.fill("#of-satellite", await tab.evaluate(() => page.sky.names[app.contacts.satellite[0]]));
  await tab.selectOption("#group", "satellite");
  check((await tab.evaluate(() => app.contacts.lines.length)) <= 1, "rows of satellites are not narrowed to the one that is named");
  await tab.selectOption("#group", "site");
  await tab.fill("#of-satellite", "");
}

console.log(`${compared} numbers held to the CSV file`);
check(compared > 0 || csvFile === "-", "no number was compared");
// Drawn by software, a frame of so many cells takes a second.
if ((await tab.evaluate(() => page.count)) < 100000) await everythingElse();

/** Motion, globe, keys, dark and phone: they do not depend on the number of cells. */
async function everythingElse() {
  if (kind.sky) {
    // Satellites move: the clock runs, the picture above the map changes.
    const overlay = () => tab.evaluate(() => document.getElementById("overlay").toDataURL());
    if (!(await tab.evaluate(() => app.clock.playing))) await tab.click("#play");
    const [before, first] = [await tab.evaluate(() => app.clock.seconds), await overlay()];
    await tab.waitForTimeout(700);
    const [after, second] = [await tab.evaluate(() => app.clock.seconds), await overlay()];
    check(after !== before && first !== second, "play moves nothing");
    await tab.click("#play");
    const ships = await tab.evaluate(() => page.tracks.length && app.ships(page.sky.duration_s / 2).length);
    check(ships === (await tab.evaluate(() => page.tracks.length)), "a ship is not there in the middle of the window");
    await tab.evaluate(() => app.clock.goTo(page.sky.duration_s / 2));
    await tab.waitForTimeout(300);
    await picture("moving", { tab });
  }

  await tab.waitForTimeout(200);
  await picture("light", { tab, fullPage: true });
  const flat = await canvas(tab);
  await tab.click("#globe");
  await tab.waitForTimeout(300);
  check((await canvas(tab)) !== flat, "the globe looks like the flat map");
  await picture("globe", { tab });
  await tab.click("#home");
  await tab.focus("#map-box");
  const seen = await tab.evaluate(() => [app.view.longitude, app.view.zoom]);
  for (const key of ["ArrowLeft", "ArrowUp", "+", "+", "n"]) await tab.keyboard.press(key);
  const moved = await tab.evaluate(() => [app.view.longitude, app.view.zoom]);
  check(moved[0] !== seen[0] && moved[1] > seen[1], "keys do not move the map");
  for (const key of ["g", "0", "Enter", "Escape", "p"]) await tab.keyboard.press(key);
  check(!(await tab.evaluate(() => app.view.globe)), "g does not lead back to the flat map");

  const dark = await open({ ...wide, colorScheme: "dark" });
  check((await dark.evaluate(() => getComputedStyle(document.body).backgroundColor)) !== "rgb(255, 255, 255)", "dark is white");
  await picture("dark", { tab: dark, fullPage: true });
  const phone = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  const hidden = await phone.evaluate(unseen);
  check(hidden === 0, `${hidden} rows are not in view when the page opens on a phone`);
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  check(overflow <= 0, `the page is ${overflow} px wider than a phone of 390 px`);
  if (kind.cells) {
    await phone.locator("#overlay").scrollIntoViewIfNeeded();
    const box = await phone.locator("#overlay").boundingBox();
    const [x, y] = await phone.evaluate(() => app.view.project(...app.placeOf(page.count >> 1)));
    await phone.touchscreen.tap(box.x + x, box.y + y);
    await phone.waitForTimeout(1500);
    check(await phone.locator("#pinned h3").isVisible(), "a tap pins nothing");
  }
  await picture("phone", { tab: phone, fullPage: true });
}

await browser.close();

if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log("the page holds");
