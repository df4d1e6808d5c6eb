// The page's script, in pieces that are put together in the order of page.rs.
// Text from photos enters as text, never as markup.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const rows = data.rows;
const PAGE = 50;
const byId = (id) => document.getElementById(id);

// Making elements.
const SVG = "http://www.w3.org/2000/svg";
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  for (const child of children.flat()) {
    if (child !== undefined && child !== null && child !== false) element.append(child);
  }
  return element;
}
const make = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const draw = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

// Words and numbers.
function size(bytes) {
  const [unit, per] = bytes < 1e3 ? ["B", 1] : bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  const value = bytes / per;
  return (per === 1 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)) + "\u202f" + unit;
}
const metric = data.goal ? data.goal.metric : "ssimulacra2";
const decimals = metric === "ssim" ? 4 : 2;
const score = (value) => value === undefined || value === null ? "" : value.toFixed(decimals);
const share = (row) => row.b === undefined || !row.i ? undefined : 100 * (1 - row.b / row.i);
const percent = (value) => value === undefined ? "" : value.toFixed(1) + "\u202f%";
const whole = (number) => number.toLocaleString("en");
const outcomes = { saved: "saved", kept: "kept", best_effort: "short of the goal", refused: "refused", failed: "failed" };
const isSame = (row) => Boolean(row.f && row.f[1] === "source");
const number = (value) => String(Math.round(value * 1e4) / 1e4);

// Pictures: in this page, or in the folder beside it.
function picture(what, index) {
  if (data.folder) return data.folder + what + index + ".jpg";
  const element = byId(what + index);
  return element ? "data:image/jpeg;base64," + element.textContent.trim() : "";
}
