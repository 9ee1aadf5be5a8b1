// Opens a page made by `--html` in headless Chromium and holds it to the CSV file of the same run:
//
//     node scripts/page_test.mjs PAGE.html CELLS.csv MOST_MILLISECONDS [FOLDER FOR SCREENSHOTS]
//
// Needs playwright-core and Debian's chromium. Leaves with 1 and says why when something does not hold.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createRequire } from "node:module";

const require = createRequire(`${process.cwd()}/`);
const { chromium } = require("playwright-core");
const [file, csvFile, limit, folder] = process.argv.slice(2);

const faults = [];
const check = (holds, text) => {
  if (!holds) faults.push(text);
};

const lines = readFileSync(csvFile, "utf8").trim().split("\n").map((line) => line.split(","));
const columns = lines.shift();
const rowsOf = new Map(lines.map((line) => [line[0], line]));
const csv = (cell, name) => rowsOf.get(cell)?.[columns.indexOf(name)];

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

/** Whether a number that is shown is the CSV's, rounded to the digits shown. */
function agrees(shown, given) {
  if (given === undefined || given === "") return /no value/.test(shown);
  const number = shown.match(/-?[\d,]+(\.\d+)?/)?.[0].replaceAll(",", "");
  if (number === undefined) return false;
  const decimals = number.split(".")[1]?.length ?? 0;
  return Math.abs(Number(number) - Number(given)) <= 0.5 * 10 ** -decimals + 1e-9;
}

const wide = { viewport: { width: 1366, height: 900 } };
const tab = await open({ ...wide, colorScheme: "light" });
const drawn = Number(await tab.evaluate(() => document.documentElement.dataset.drawn));
console.log(`first frame after ${drawn} ms`);
check(drawn <= Number(limit), `the first frame took ${drawn} ms, more than ${limit}`);

// Distinct colours in the middle of the map: cells are there.
const colours = await tab.evaluate(() => {
  const canvas = document.getElementById("map");
  const copy = document.createElement("canvas");
  Object.assign(copy, { width: canvas.width, height: canvas.height });
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen.drawImage(canvas, 0, 0);
  const { data } = pen.getImageData(0, 0, copy.width, copy.height);
  let plain = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (Math.abs(data[at] - 232) + Math.abs(data[at + 1] - 237) + Math.abs(data[at + 2] - 242) < 6) plain++;
  }
  return 1 - plain / (data.length / 4);
});
console.log(`${(100 * colours).toFixed(1)} % of the map is drawn over`);

const names = await tab.evaluate(() => page.layers[0].figures.map((figure) => figure.name));
// Cells that are on the screen, spread over all of them.
const spots = await tab.evaluate(() => {
  const rows = Array.from({ length: 9 }, (_, part) => Math.floor((part * (page.count - 1)) / 8));
  return rows
    .map((row) => app.view.project(...app.placeOf(row)))
    .filter((at) => at && at[0] > 1 && at[1] > 1 && at[0] < app.view.width - 1 && at[1] < app.view.height - 1);
});
const map = await tab.locator("#overlay").boundingBox();
let compared = 0;
for (const [number, [x, y]] of spots.entries()) {
  await tab.selectOption("#figure", String(number % names.length));
  await tab.mouse.move(map.x + x, map.y + y);
  if (await tab.locator("#tip").isHidden()) continue;
  const cell = await tab.locator("#tip strong").innerText();
  const text = await tab.locator("#tip div").innerText();
  const name = names[number % names.length];
  check(rowsOf.has(cell), `${cell} is not in the CSV file`);
  check(agrees(text.split(": ").pop(), csv(cell, name)), `${cell} ${name}: page ${text}, CSV ${csv(cell, name)}`);
  compared++;
}
check(compared > 0, "no cell was hovered");

// A click pins the cell: every figure, and the timeline computed in the page.
const middle = spots[spots.length >> 1];
await tab.mouse.click(map.x + middle[0], map.y + middle[1]);
const pinned = await tab.locator("#pinned h3").innerText({ timeout: 5000 });
for (const row of await tab.locator("#pinned tr[data-figure]").all()) {
  const name = await row.getAttribute("data-figure");
  const text = await row.locator("td").first().innerText();
  const given = csv(pinned, name);
  const same = /T\d\d:/.test(text)
    ? Math.abs(Date.parse(text) - Date.parse(given)) <= 1000
    : agrees(text, given);
  check(same, `${pinned} ${name}: page ${text}, CSV ${given}`);
  compared++;
}
if (await tab.evaluate(() => Boolean(page.sky))) {
  await tab.waitForSelector(".timeline[data-percent]", { timeout: 60000 });
  const percent = Number(await tab.locator(".timeline").getAttribute("data-percent"));
  const given = Number(csv(pinned, "percent_covered") ?? NaN);
  console.log(`timeline of ${pinned}: ${percent.toFixed(3)} %, CSV ${given} %`);
  check(!(Math.abs(percent - given) >= 0.7), `timeline says ${percent} % covered, the CSV file ${given} %`);
}
console.log(`${compared} numbers held to the CSV file`);

// Another figure gives another picture, and so does the globe.
const picture = () => tab.evaluate(() => document.getElementById("map").toDataURL().length);
const before = await picture();
await tab.selectOption("#figure", String(names.length - 1));
await tab.waitForTimeout(300);
check((await picture()) !== before, "another figure gives the same picture");
if (folder) await tab.screenshot({ path: `${folder}/light.png`, fullPage: true });
await tab.click("#globe");
await tab.waitForTimeout(300);
if (folder) await tab.screenshot({ path: `${folder}/globe.png` });
await tab.focus("#map-box");
for (const key of ["ArrowLeft", "ArrowUp", "+", "+", "n", "g", "0", "Enter", "Escape"]) await tab.keyboard.press(key);

const dark = await open({ ...wide, colorScheme: "dark" });
if (folder) await dark.screenshot({ path: `${folder}/dark.png` });
const phone = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth);
check(overflow <= 0, `the page is ${overflow} px wider than a phone of 390 px`);
if (folder) await phone.screenshot({ path: `${folder}/phone.png`, fullPage: true });
if (folder) await tab.pdf({ path: `${folder}/paper.pdf` });
await browser.close();

if (faults.length) {
  console.error(faults.join("\n"));
  process.exit(1);
}
console.log("the page holds");
