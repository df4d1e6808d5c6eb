// Making elements, and words and numbers for people: for all pages. A page's script is put together of pieces; this is the
// first. Text from photos enters as text, never as markup.
"use strict";

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
// A line of a list of facts; none without a value.
const fact = (name, value, note) => value === "" || value === undefined || value === null ? null
  : make("div", {}, make("dt", {}, name), make("dd", {}, value, note ? make("span", {}, note) : null));

// Words and numbers.
function size(bytes) {
  const [unit, per] = bytes < 1e3 ? ["B", 1] : bytes < 1e6 ? ["kB", 1e3] : bytes < 1e9 ? ["MB", 1e6] : ["GB", 1e9];
  const value = bytes / per;
  return (per === 1 ? value : value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)) + "\u202f" + unit;
}
const number = (value) => String(Math.round(value * 1e4) / 1e4);
const percent = (value) => value === undefined ? "" : value.toFixed(1) + "\u202f%";
// Scores of a metric, with as many decimals as tell qualities apart.
const scoresOf = (metric) => (value) => value === undefined || value === null ? "" : value.toFixed(metric === "ssim" ? 4 : 2);
