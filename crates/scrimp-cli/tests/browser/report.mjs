// Opens a report in a browser as people do, and checks what they see and can do.
//
//   node report.mjs KIND PAGE SCREENSHOTS      KIND: job, inspection, calibration, classic or many
import { pathToFileURL } from "node:url";
import assert from "node:assert/strict";
import { accessibility, curve, edge, everywhere, fits, magnification, withoutScript } from "./browser.mjs";

const [kind, page, screenshots] = process.argv.slice(2);

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

async function slider(tab, room) {
  const stage = room.locator(".stage");
  await edge(tab, stage);
  await room.getByRole("radio", { name: "Worst spot 3:1" }).check();
  assert.ok(await stage.locator(".cell").isVisible());
  const three = await magnification(stage);
  assert.ok(Math.abs(three - 3) < 0.01, `${three}`);
  await room.getByRole("radio", { name: "Worst spot 1:1" }).check();
  const one = await magnification(stage);
  assert.ok(Math.abs(one - 1) < 0.01, `${one}`);
}

async function job({ tab, where, screenshot }) {
  assert.match(await tab.textContent("h1"), /photos, .* smaller/);
  // A photo's name is text, whatever it says.
  assert.ok((await shownNames(tab)).some((name) => name.includes("<img src=x onerror=")));
  assert.equal(await tab.evaluate(() => window.broken), undefined);
  await screenshot("", true);
  await accessibility(tab, where);
  await filters(tab);
  await sorting(tab);
  await tab.getByRole("button", { name: "landscape-1.jpg" }).press("Enter");
  const viewer = tab.locator("#viewer");
  await viewer.waitFor();
  await tab.waitForTimeout(200);
  await screenshot("photo");
  await slider(tab, viewer);
  await screenshot("worst");
  await curve(viewer);
  await screenshot("curve");
  await accessibility(tab, `${where}, one photo`);
  const first = await viewer.locator("h2").textContent();
  await viewer.getByRole("button", { name: "Next photo" }).click();
  assert.notEqual(await viewer.locator("h2").textContent(), first);
  await tab.keyboard.press("Escape");
  assert.ok(!await viewer.isVisible());
}

async function inspection({ tab, where, screenshot }) {
  const room = tab.locator("#alone");
  await screenshot("", true);
  await slider(tab, room);
  assert.ok(await room.locator("img.heat").evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  await curve(room);
  await accessibility(tab, where);
}

// A page of thousands: how long it takes.
async function calibration({ tab, where, screenshot }) {
  assert.match(await tab.textContent("h1"), /menu: goal \d/);
  const loaded = await tab.locator(".pair img").evaluateAll((images) =>
    Promise.all(images.map(async (image) => { await image.decode(); return image.naturalWidth; })));
  assert.ok(loaded.length >= 12 && loaded.length <= 20 && loaded.every((width) => width > 0), `${loaded}`);
  const frames = await tab.locator(".pair").evaluateAll((pairs) => pairs.map((pair) => {
    const [cell, picture] = [pair.querySelector("rect"), pair.querySelector("img")].map((one) => one.getBoundingClientRect());
    return cell.left >= picture.left - 2 && cell.right <= picture.right + 2 && cell.top >= picture.top - 2 && cell.bottom <= picture.bottom + 2;
  }));
  assert.ok(frames.every(Boolean), "each cell lies in its picture");
  // What is drawn can be read.
  const letters = await tab.locator("svg text").evaluateAll((texts) => texts.map((text) => text.getBoundingClientRect().height));
  assert.ok(Math.min(...letters) > 9, `${Math.min(...letters)}`);
  assert.equal(await tab.locator(".steps tbody tr").count(), 3);
  await screenshot("", true);
  await tab.locator(".help summary").click();
  await accessibility(tab, where);
}

async function many({ tab, where, screenshot }) {
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
  await screenshot("");
  await accessibility(tab, where);
}

const address = pathToFileURL(page).href;
await everywhere(async (at) => {
  await at.tab.goto(address);
  await fits(at.tab, at.where);
  await { job, inspection, calibration, classic: calibration, many }[kind](at);
}, { screenshots, kind });
// Without its script the page still tells its sums; that of a calibration has none.
await withoutScript(address, async (tab) => {
  if (kind === "calibration" || kind === "classic") {
    assert.equal(await tab.locator("script").count(), 0);
    return;
  }
  assert.match(await tab.textContent("main"), /need JavaScript/);
  assert.ok(await tab.locator("#rows tr").count() > 0);
});
