// Opens a report in a browser as people do, and checks what they see and can do.
//
//   node report.mjs KIND PAGE SCREENSHOTS      KIND: job, inspection or many
//
// SCRIMP_BROWSER names a folder whose node_modules hold playwright-core and axe-core; SCRIMP_CHROMIUM the browser.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";

const modules = createRequire(join(process.env.SCRIMP_BROWSER, "package.json"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");
const [kind, page, screenshots] = process.argv.slice(2);

const WIDTHS = { phone: [390, 844], desktop: [1280, 900] };
const THEMES = ["light", "dark"];

// Every fault that the page tells of, or that it loads something from elsewhere.
function listen(tab) {
  const faults = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  tab.on("pageerror", (error) => faults.push(String(error)));
  tab.on("requestfailed", (request) => faults.push(`${request.url()} could not be loaded`));
  tab.on("request", (request) => /^https?:/.test(request.url()) && faults.push(`${request.url()} is elsewhere`));
  tab.on("dialog", (dialog) => { faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  return faults;
}

// What axe-core finds of consequence. Evaluated by the debugger, so the page's own policy stays as it is.
async function accessibility(tab, where) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = violations.map(({ id, impact, nodes }) => `${where}: ${impact} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
  assert.deepEqual(told, [], "axe-core finds faults");
}

async function screenshot(tab, name, fullPage = false) {
  if (screenshots) await tab.screenshot({ path: join(screenshots, `${kind}-${name}.png`), fullPage });
}

// Nothing is wider than the window.
async function fits(tab, where) {
  const [content, room] = await tab.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= room, `${where}: the page is ${content} wide in a window of ${room}`);
}

const shownNames = (tab) => tab.locator("#rows th bdi").allTextContents();

async function filters(tab) {
  const all = await tab.locator("#rows tr").count();
  await tab.fill("#search", "facade");
  const found = await shownNames(tab);
  assert.ok(found.length > 0 && found.length < all && found.every((name) => name.includes("facade")), `${found}`);
  await tab.fill("#search", "nothing is called this");
  assert.match(await tab.textContent("#rows"), /No photo fits/);
  await tab.fill("#search", "");
  await tab.selectOption("#outcome", "saved");
  assert.ok((await tab.locator("#rows small").allTextContents()).every((text) => text.startsWith("saved")));
  await tab.selectOption("#outcome", "");
  assert.equal(await tab.locator("#rows tr").count(), all);
  // A reason leads to its photos.
  const reason = tab.locator("button[data-code=damaged]");
  await reason.click();
  assert.match(await tab.textContent("#shown"), /damaged/);
  assert.equal(await tab.locator("#rows tr").count(), Number(await reason.textContent()));
  await tab.getByRole("button", { name: "show all reasons" }).click();
  assert.equal(await tab.locator("#rows tr").count(), all);
}

async function sorting(tab) {
  const head = tab.locator("th[data-key=percent]");
  const values = async () => {
    const texts = await tab.locator("#rows tr td:nth-child(5)").allTextContents();
    return texts.filter(Boolean).map((text) => Number.parseFloat(text));
  };
  await head.getByRole("button").click();
  assert.equal(await head.getAttribute("aria-sort"), "descending");
  const falling = await values();
  assert.deepEqual(falling, [...falling].sort((a, b) => b - a));
  await head.getByRole("button").press("Enter");
  assert.equal(await head.getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await values(), [...falling].reverse());
  await tab.selectOption("#sort", "order");
  assert.equal(await head.getAttribute("aria-sort"), null);
}

// The edge follows the pointer and the keys, and both pictures are there.
async function slider(tab, room) {
  const stage = room.locator(".stage");
  const range = stage.locator("input[type=range]");
  await stage.scrollIntoViewIfNeeded();
  const loaded = await stage.locator("img").evaluateAll((images) =>
    Promise.all(images.map(async (image) => { await image.decode(); return image.naturalWidth; })));
  assert.ok(loaded.length === 2 && loaded.every((width) => width > 0));
  const cut = () => stage.evaluate((element) => element.style.getPropertyValue("--cut"));
  const box = await stage.boundingBox();
  await tab.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.3);
  await tab.mouse.down();
  await tab.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.3, { steps: 4 });
  await tab.mouse.up();
  const dragged = Number.parseInt(await cut(), 10);
  assert.ok(dragged > 10 && dragged < 30, `dragged to ${dragged} %`);
  await range.press("ArrowRight");
  assert.equal(await cut(), `${dragged + 1}%`);
  assert.match(await range.getAttribute("aria-valuetext"), new RegExp(`^${dragged + 1} percent before`));
  await range.fill("50");
  await room.getByRole("radio", { name: "Worst spot 3:1" }).check();
  assert.ok(await stage.locator(".cell").isVisible());
  const three = await stage.locator("img").first().evaluate((image) => image.getBoundingClientRect().width / image.naturalWidth);
  assert.ok(Math.abs(three - 3) < 0.01, `${three}`);
  await room.getByRole("radio", { name: "Worst spot 1:1" }).check();
  const one = await stage.locator("img").first().evaluate((image) => image.getBoundingClientRect().width / image.naturalWidth);
  assert.ok(Math.abs(one - 1) < 0.01, `${one}`);
}

async function curve(room) {
  assert.ok(await room.locator(".curve svg .chosen").count() > 0, "the curve shows what was chosen");
  await room.locator("details summary").click();
  assert.ok(await room.locator(".probes tbody tr").count() > 1);
}

async function job(tab, where) {
  assert.match(await tab.textContent("h1"), /photos, .* smaller/);
  // A photo's name is text, whatever it says.
  assert.ok((await shownNames(tab)).some((name) => name.includes("<img src=x onerror=")));
  assert.equal(await tab.evaluate(() => window.broken), undefined);
  await screenshot(tab, where, true);
  await accessibility(tab, where);
  await filters(tab);
  await sorting(tab);
  await tab.getByRole("button", { name: "landscape-1.jpg" }).press("Enter");
  const viewer = tab.locator("#viewer");
  await viewer.waitFor();
  await tab.waitForTimeout(200);
  await screenshot(tab, `${where}-photo`);
  await slider(tab, viewer);
  await screenshot(tab, `${where}-worst`);
  await curve(viewer);
  await screenshot(tab, `${where}-curve`);
  await accessibility(tab, `${where}, one photo`);
  const first = await viewer.locator("h2").textContent();
  await viewer.getByRole("button", { name: "Next photo" }).click();
  assert.notEqual(await viewer.locator("h2").textContent(), first);
  await tab.keyboard.press("Escape");
  assert.ok(!await viewer.isVisible());
}

async function inspection(tab, where) {
  const room = tab.locator("#alone");
  await screenshot(tab, where, true);
  await slider(tab, room);
  assert.ok(await room.locator("img.heat").evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await curve(room);
  await accessibility(tab, where);
}

// A page of thousands: how long it takes.
async function many(tab, where) {
  const timing = await tab.evaluate(() => performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd);
  const filter = await tab.evaluate(() => {
    const search = document.getElementById("search");
    const times = ["1", "12", "facade", ""].map((text) => {
      const start = performance.now();
      search.value = text;
      search.dispatchEvent(new Event("input"));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    });
    return Math.max(...times);
  });
  const sort = await tab.evaluate(() => {
    const start = performance.now();
    document.querySelector("th[data-key=path] button").click();
    document.body.getBoundingClientRect();
    return performance.now() - start;
  });
  console.log(`${where}: loaded in ${timing.toFixed(0)} ms, filtered in ${filter.toFixed(0)} ms, sorted in ${sort.toFixed(0)} ms`);
  assert.ok(await tab.locator("#rows tr").count() === 50);
  await tab.getByRole("button", { name: "Later" }).click();
  assert.match(await tab.textContent("#place"), /^51.100 of/);
  const pictures = await tab.locator("#rows img").evaluateAll((images) => Promise.all(images.slice(0, 3).map((image) => {
    image.loading = "eager";
    return image.decode().then(() => image.naturalWidth);
  })));
  assert.ok(pictures.length === 0 || pictures.every((width) => width > 0));
  await screenshot(tab, where);
  await accessibility(tab, where);
}

const browser = await chromium.launch({ executablePath: process.env.SCRIMP_CHROMIUM, args: ["--no-sandbox"] });
try {
  for (const [device, [width, height]] of Object.entries(WIDTHS)) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, hasTouch: device === "phone" });
      const tab = await context.newPage();
      const faults = listen(tab);
      const where = `${device}-${colorScheme}`;
      await tab.goto(pathToFileURL(page).href);
      await fits(tab, where);
      await { job, inspection, many }[kind](tab, where);
      await fits(tab, where);
      assert.deepEqual(faults, [], `${where}: the console tells of faults`);
      await context.close();
    }
  }
  // Without its script the page still tells its sums.
  const context = await browser.newContext({ javaScriptEnabled: false });
  const tab = await context.newPage();
  await tab.goto(pathToFileURL(page).href);
  assert.match(await tab.textContent("main"), /need JavaScript/);
  assert.ok(await tab.locator("#rows tr").count() > 0);
  await context.close();
} finally {
  await browser.close();
}
