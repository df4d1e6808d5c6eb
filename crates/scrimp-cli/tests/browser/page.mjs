// Uses the page of a running service as people do, and checks what they see and can do.
//
//   node page.mjs ADDRESS KEYED PHOTOS SCREENSHOTS
//
// ADDRESS is that of a service without keys, KEYED of one whose key is `sesame`; PHOTOS a folder of photos.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import assert from "node:assert/strict";
import { accessibility, curve, edge, everywhere, fits, magnification, withoutScript } from "./browser.mjs";

const [address, keyed, photos, screenshots] = process.argv.slice(2);
const path = (name) => join(photos, name);
const row = (tab, name) => tab.locator(".photo").filter({ hasText: name });
const is = (tab, name, state) => row(tab, name).locator(".title small", { hasText: state }).waitFor({ timeout: 60_000 });

async function choose(tab, ...names) {
  const chooser = tab.waitForEvent("filechooser");
  await tab.getByRole("button", { name: "Choose photos" }).click();
  await (await chooser).setFiles(names.map(path));
}

// A photo with transparent pixels.
async function drawClear(tab) {
  const text = await tab.evaluate(() => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 200 });
    const brush = canvas.getContext("2d");
    const image = brush.createImageData(300, 200);
    // Waves with grain, which a PNG takes many bytes for.
    image.data.forEach((_, at, samples) => {
      const grain = (at * 2654435761 >>> 24) / 8;
      samples[at] = at % 4 === 3 ? at / 4 % 300 : 120 + 90 * Math.sin(at / 4 % 300 / 40 + at / 90_000) + grain;
    });
    brush.putImageData(image, 0, 0);
    return canvas.toDataURL().split(",")[1];
  });
  writeFileSync(path("clear.png"), Buffer.from(text, "base64"));
}

// As a drop or a paste, which cannot be made with real files here.
async function bring(tab, event, names) {
  const files = names.map((name) => [name, readFileSync(path(name)).toString("base64")]);
  await tab.evaluate(([event, files]) => {
    const data = new DataTransfer();
    for (const [name, text] of files) data.items.add(new File([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], name));
    const carrier = event === "drop" ? { dataTransfer: data } : { clipboardData: data };
    const [Kind, type] = event === "drop" ? [DragEvent, "drop"] : [ClipboardEvent, "paste"];
    document.body.dispatchEvent(new Kind(type, { ...carrier, bubbles: true, cancelable: true }));
  }, [event, files]);
}

// The bytes that are downloaded are those that any other client gets.
async function download(tab) {
  const coming = tab.waitForEvent("download");
  await row(tab, "landscape.jpg").getByRole("link", { name: "Download" }).click();
  const come = await coming;
  assert.equal(come.suggestedFilename(), "landscape-scrimp.jpg");
  const answer = await fetch(`${address}v1/shrink?look=high`, { method: "POST", body: readFileSync(path("landscape.jpg")) });
  assert.ok(readFileSync(await come.path()).equals(Buffer.from(await answer.arrayBuffer())), "other bytes than of /v1/shrink");
}

// Zoomed, the picture is moved by dragging it and by keys, and the edge by dragging it.
async function pan(tab, stage) {
  const range = stage.locator("input[type=range]");
  await range.focus();
  for (const zoom of [1, 2, 4]) {
    await range.press("+");
    assert.ok(Math.abs(await magnification(stage) - zoom) < 0.01, `${zoom}:1`);
  }
  const left = () => stage.locator("img").first().evaluate((image) => Number.parseFloat(image.style.left));
  const cut = () => stage.evaluate((element) => Number.parseFloat(element.style.getPropertyValue("--cut")));
  const begin = await left();
  await stage.scrollIntoViewIfNeeded();
  const box = await stage.boundingBox();
  const drag = async (from, to) => {
    await tab.mouse.move(box.x + box.width * from, box.y + box.height / 3);
    await tab.mouse.down();
    await tab.mouse.move(box.x + box.width * to, box.y + box.height / 3, { steps: 4 });
    await tab.mouse.up();
  };
  await drag(0.8, 0.7);
  assert.ok(Math.abs(begin - await left() - box.width * 0.1) < 2, "the picture follows the pointer");
  assert.equal(await cut(), 50);
  await range.press("Shift+ArrowLeft");
  assert.ok(Math.abs(begin - await left() + box.width * 0.025) < 2, "and the keys");
  await drag(0.5, 0.3);
  assert.ok(Math.abs(await cut() - 30) <= 1, "the edge follows the pointer");
  await range.press("0");
  await range.fill("50");
}

async function map(room, stage, screenshot) {
  const button = room.getByRole("button", { name: "Score map" });
  await button.click();
  await room.locator("[aria-pressed=true]").waitFor();
  assert.ok(await stage.locator("img.map").evaluate((image) => image.decode().then(() => image.naturalWidth > 0)));
  assert.ok(await room.locator(".scale").isVisible());
  await screenshot("map");
  await button.click();
  assert.ok(await stage.locator("img.map").isHidden());
  await room.getByRole("button", { name: "Worst spot" }).click();
  const [frame, whole] = [await stage.locator(".cell").boundingBox(), await stage.boundingBox()];
  assert.ok(frame.x >= whole.x && frame.x + frame.width <= whole.x + whole.width + 1, "the worst spot is in view");
  await screenshot("worst");
}

// One photo, looked at from all sides.
async function oneJpeg(tab, where, screenshot) {
  await choose(tab, "landscape.jpg");
  await is(tab, "landscape.jpg", "Saved");
  const room = row(tab, "landscape.jpg").locator(".detail");
  await room.waitFor();
  assert.match(await room.locator(".verdict").textContent(), /It scores 8\d\.\d\d, where at least 80 was asked for/);
  assert.match(await row(tab, "landscape.jpg").locator(".gain").textContent(), /% smaller/);
  const stage = room.locator(".stage");
  await stage.locator("img").first().evaluate((image) => image.decode());
  await screenshot("one", true);
  await edge(tab, stage);
  await pan(tab, stage);
  await map(room, stage, screenshot);
  await curve(room);
  await accessibility(tab, `${where}, one photo`);
  await download(tab);
}

// With other options it can be shrunk again.
async function again(tab) {
  const photo = row(tab, "landscape.jpg");
  const gain = await photo.locator(".gain strong").textContent();
  const button = photo.getByRole("button", { name: "Shrink again" });
  assert.ok(await button.isHidden());
  await tab.getByRole("radio", { name: "Web" }).check();
  assert.match(await tab.textContent("#look-means"), /70/);
  await button.click();
  await photo.locator(".gain strong").filter({ hasNotText: gain }).waitFor({ timeout: 60_000 });
  assert.match(await photo.locator(".verdict").textContent(), /at least 70 was asked for/);
  await tab.getByText("More options").click();
  await tab.getByLabel("No larger than").fill("many");
  await photo.getByRole("button", { name: "Shrink again" }).click();
  await photo.getByText("max_bytes:").waitFor();
  await tab.getByLabel("No larger than").fill("");
  await photo.getByRole("button", { name: "Try again" }).click();
  await is(tab, "landscape.jpg", "Saved");
  await tab.getByRole("radio", { name: "High" }).check();
}

// Of photos that are refused the remedy is told, and it works; others are not held up.
async function refused(tab, where, screenshot) {
  await bring(tab, "drop", ["damaged.jpg", "clear.png", "note.txt", "kept.jpg"]);
  await is(tab, "kept.jpg", "Kept as it is");
  assert.match(await row(tab, "note.txt").locator(".why").textContent(), /no image that scrimp knows/);
  assert.match(await row(tab, "clear.png").locator(".why").textContent(), /transparent/);
  await screenshot("refused", true);
  await accessibility(tab, `${where}, refused`);
  await row(tab, "clear.png").getByRole("button", { name: "White" }).click();
  await is(tab, "clear.png", "Saved");
  await row(tab, "damaged.jpg").getByRole("button", { name: "Save what can be read" }).click();
  await is(tab, "damaged.jpg", "Saved");
  await row(tab, "note.txt").getByRole("button", { name: "Remove" }).click();
  assert.equal(await row(tab, "note.txt").count(), 0);
}

// What is too large is refused before it is sent.
async function tooLarge(tab) {
  await tab.evaluate(() => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(65_000_000)], "huge.jpg"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
  });
  await row(tab, "huge.jpg").getByText("takes at most 64").waitFor();
  await row(tab, "huge.jpg").getByRole("button", { name: "Remove" }).click();
}

// A busy service is asked again; what takes too long can be cancelled, and tried again.
async function patience(tab) {
  const requests = "**/v1/shrink?*";
  let asked = 0;
  await tab.goto(address);
  await tab.route(requests, (route) => asked++ ? route.continue() : route.fulfill({
    status: 503, contentType: "application/problem+json", headers: { "Retry-After": "3" }, body: '{"code": "busy", "detail": "later"}',
  }));
  await choose(tab, "kept.jpg");
  await is(tab, "kept.jpg", "is busy");
  await is(tab, "kept.jpg", "Kept as it is");
  await tab.unroute(requests);
  await tab.route(requests, () => {});
  await choose(tab, "landscape.jpg");
  await row(tab, "landscape.jpg").getByRole("button", { name: "Cancel" }).click();
  await is(tab, "landscape.jpg", "Cancelled");
  await tab.unroute(requests);
  await row(tab, "landscape.jpg").getByRole("button", { name: "Try again" }).click();
  await is(tab, "landscape.jpg", "Saved");
}

// Nothing moves for those who do not want that.
async function still(tab) {
  const moving = () => tab.evaluate(() => {
    const bar = document.createElement("progress");
    document.body.append(bar);
    const name = getComputedStyle(bar).animationName;
    bar.remove();
    return name;
  });
  assert.equal(await moving(), "seek");
  await tab.emulateMedia({ reducedMotion: "reduce" });
  assert.equal(await moving(), "none");
  await tab.emulateMedia({ reducedMotion: null });
}

// What the browser cannot show is worked on all the same.
async function unseen(tab, screenshot) {
  await bring(tab, "paste", ["scan.tif"]);
  await is(tab, "scan.tif", "Saved");
  await row(tab, "scan.tif").locator("button.name").press("Enter");
  const room = row(tab, "scan.tif").locator(".detail");
  await room.getByText("cannot show the original").waitFor();
  assert.ok(await row(tab, "landscape.jpg").locator(".detail").isHidden());
  await room.getByRole("button", { name: "Score map" }).click();
  await room.locator("[aria-pressed=true]").waitFor();
  await screenshot("unseen", true);
  assert.match(await tab.textContent("#sum"), /\d photos: .* smaller/);
}

// A key is asked for, and kept nowhere but in the page.
async function withKey(tab, where, screenshot) {
  await tab.goto(keyed);
  await choose(tab, "landscape.jpg");
  await is(tab, "landscape.jpg", "Waiting");
  await screenshot("key");
  await accessibility(tab, `${where}, key`);
  await tab.locator("#key-text").fill("wrong");
  await tab.keyboard.press("Enter");
  await tab.getByText("does not take this key").waitFor();
  await tab.locator("#key-text").fill("sesame");
  await tab.getByRole("button", { name: "Use this key" }).click();
  await is(tab, "landscape.jpg", "Saved");
  assert.ok(await tab.locator("#key").isHidden());
  const kept = await tab.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]);
  assert.deepEqual(kept, ["", 0, 0]);
}

// The browser tells of each answer that is an error, and of what was cancelled; of these alone it may.
function forgive(faults) {
  const answers = /^Failed to load resource: the server responded with a status of (400|401|415|422|503) |shrink\?\S* could not be loaded$/;
  faults.splice(0, faults.length, ...faults.filter((fault) => !answers.test(fault)));
}

await everywhere(async ({ tab, where, screenshot, faults }) => {
  await tab.addInitScript(() => document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error(`against the policy: ${violatedDirective} ${blockedURI}`)));
  await tab.goto(address);
  await fits(tab, where);
  await screenshot("");
  await accessibility(tab, where);
  await drawClear(tab);
  await oneJpeg(tab, where, screenshot);
  assert.deepEqual(faults, [], where);
  await again(tab);
  await refused(tab, where, screenshot);
  await tooLarge(tab);
  await unseen(tab, screenshot);
  await fits(tab, where);
  await still(tab);
  await patience(tab);
  await withKey(tab, where, screenshot);
  forgive(faults);
}, { home: "http://127.0.0.1", screenshots, kind: "page" });

await withoutScript(address, async (tab) => assert.match(await tab.textContent("main"), /needs JavaScript/));
