// What the checks of all pages share: a browser, what its console tells, axe-core, screenshots.
//
// SCRIMP_BROWSER names a folder whose node_modules hold playwright-core and axe-core; SCRIMP_CHROMIUM the browser.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";

const modules = createRequire(join(process.env.SCRIMP_BROWSER, "package.json"));
const { chromium } = modules("playwright-core");
const axe = readFileSync(modules.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = { phone: [390, 844], desktop: [1280, 900] };
const THEMES = ["light", "dark"];

// Every fault that the page tells of, or that it loads something from elsewhere than `home` names.
function listen(tab, home) {
  const faults = [];
  tab.on("console", (message) => ["error", "warning"].includes(message.type()) && faults.push(message.text()));
  tab.on("pageerror", (error) => faults.push(String(error)));
  tab.on("requestfailed", (request) => faults.push(`${request.url()} could not be loaded`));
  tab.on("request", (request) => /^https?:/.test(request.url()) && !(home && request.url().startsWith(home)) && faults.push(`${request.url()} is elsewhere`));
  tab.on("dialog", (dialog) => { faults.push(`a dialog: ${dialog.message()}`); dialog.dismiss(); });
  return faults;
}

// What axe-core finds of consequence. Evaluated by the debugger, so the page's own policy stays as it is.
export async function accessibility(tab, where) {
  await tab.evaluate(axe);
  const { violations } = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = violations.map(({ id, impact, nodes }) => `${where}: ${impact} ${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
  assert.deepEqual(told, [], "axe-core finds faults");
}

// Nothing is wider than the window.
export async function fits(tab, where) {
  const [content, room] = await tab.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  assert.ok(content <= room, `${where}: the page is ${content} wide in a window of ${room}`);
}

// Both pictures are there, and the edge follows the pointer and the keys.
export async function edge(tab, stage) {
  const range = stage.locator("input[type=range]");
  await stage.scrollIntoViewIfNeeded();
  const loaded = await stage.locator(".layer img:not([hidden])").evaluateAll((images) =>
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
}

// How many pixels of the page one of the picture takes.
export const magnification = (stage) =>
  stage.locator(".layer img").first().evaluate((image) => image.getBoundingClientRect().width / image.naturalWidth);

export async function curve(room) {
  assert.ok(await room.locator(".curve svg .chosen").count() > 0, "the curve shows what was chosen");
  await room.locator(".curve ~ details summary").click();
  assert.ok(await room.locator(".probes tbody tr").nth(1).isVisible());
}

// Runs `checks` in windows of all widths and themes; each must have nothing to complain of at the end.
export async function everywhere(checks, { home, screenshots, kind }) {
  const browser = await chromium.launch({ executablePath: process.env.SCRIMP_CHROMIUM, args: ["--no-sandbox"] });
  try {
    for (const [device, [width, height]] of Object.entries(WIDTHS)) {
      for (const colorScheme of THEMES) {
        const context = await browser.newContext({ viewport: { width, height }, colorScheme, hasTouch: device === "phone" });
        const tab = await context.newPage();
        const faults = listen(tab, home);
        const where = `${device}-${colorScheme}`;
        const screenshot = async (name, fullPage = false) => {
          if (screenshots) await tab.screenshot({ path: join(screenshots, `${kind}-${where}${name && "-" + name}.png`), fullPage });
        };
        await checks({ tab, where, screenshot, faults });
        await fits(tab, where);
        assert.deepEqual(faults, [], `${where}: the console tells of faults`);
        await context.close();
      }
    }
  } finally {
    await browser.close();
  }
}

// A window without scripts.
export async function withoutScript(address, check) {
  const browser = await chromium.launch({ executablePath: process.env.SCRIMP_CHROMIUM, args: ["--no-sandbox"] });
  try {
    const tab = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await tab.goto(address);
    await check(tab);
  } finally {
    await browser.close();
  }
}
