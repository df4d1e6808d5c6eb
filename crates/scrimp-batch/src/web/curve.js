// The settings that were tried, as a drawing and as a table.

const SHAPES = [
  (x, y) => draw("circle", { cx: x, cy: y, r: 4 }),
  (x, y) => draw("rect", { x: x - 3.6, y: y - 3.6, width: 7.2, height: 7.2 }),
  (x, y) => draw("path", { d: `M${x} ${y - 5}l5 8.6h-10z` }),
  (x, y) => draw("path", { d: `M${x} ${y - 5.2}l5.2 5.2l-5.2 5.2l-5.2 -5.2z` }),
];
function paint(shape, family, guide) {
  const colour = `var(--family-${family % 4})`;
  Object.assign(shape.style, guide ? { fill: "var(--paper)", stroke: "var(--guide)", strokeWidth: 1.5 } : { fill: colour, stroke: "none" });
  return shape;
}
function steps(least, most, count) {
  const raw = (most - least) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= raw);
  const list = [];
  for (let place = Math.ceil(least / step - 1e-9); place * step <= most + step * 1e-9; place++) list.push(place * step);
  return list;
}

// Of what was tried: `probes` have quality, bytes, score, worst, scale, family and whether they are of a survey; `chosen` the bytes,
// score and quality of the file.
function curve({ title, probes, goal, isDistance, chosen: file }) {
  const all = probes.filter((one) => Number.isFinite(one.score));
  if (all.length < 2) return null;
  const score = scoresOf(goal.metric);
  const families = [...new Set(all.map((one) => one.family))];
  const holder = make("div", { class: "curve" });
  const chosen = all.findLast((one) => one.bytes === file.bytes && one.scale === "file" && !one.survey)
    || all.findLast((one) => file.score !== undefined && one.score === file.score && one.quality === file.quality && one.scale !== "guide");
  const render = () => {
    const width = Math.max(260, holder.clientWidth), height = Math.min(380, Math.max(260, width * 0.45));
    const [left, right, top, bottom] = [40, 16, 24, 40];
    const xs = all.map((one) => one.quality);
    const ys = all.flatMap((one) => one.worst === null || one.scale === "guide" ? [one.score] : [one.score, one.worst]).concat([goal.value, goal.floor].filter(Number.isFinite));
    const [x0, x1] = [Math.min(...xs), Math.max(...xs)], [y0, y1] = [Math.min(...ys), Math.max(...ys)];
    const [gapX, gapY] = [(x1 - x0 || 4) * 0.05, (y1 - y0 || 1) * 0.07];
    const x = (quality) => left + (quality - x0 + gapX) / (x1 - x0 + 2 * gapX) * (width - left - right);
    const rise = (value) => (value - y0 + gapY) / (y1 - y0 + 2 * gapY) * (height - top - bottom);
    const y = (value) => isDistance ? top + rise(value) : height - bottom - rise(value);
    const parts = [];
    for (const value of steps(y0 - gapY, y1 + gapY, 6).filter((one) => one <= y1 + gapY)) {
      parts.push(draw("line", { class: "grid", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
        draw("text", { x: left - 7, y: y(value) + 4, "text-anchor": "end" }, number(value)));
    }
    for (const quality of steps(x0 - gapX, x1 + gapX, width < 480 ? 5 : 9).filter((one) => one <= x1 + gapX)) {
      parts.push(draw("text", { x: x(quality), y: height - bottom + 18, "text-anchor": "middle" }, number(quality)));
    }
    parts.push(draw("text", { class: "axis", x: width - right, y: height - 5, "text-anchor": "end" }, "JPEG quality \u2192"),
      draw("text", { class: "axis", x: 0, y: 11 }, isDistance ? "\u2191 distance, the least on top" : "\u2191 score"));
    for (const [word, value] of [[`goal ${number(goal.value)}`, goal.value], [`floor ${number(goal.floor)}, for the worst spot`, goal.floor]]) {
      if (!Number.isFinite(value)) continue;
      parts.push(draw("line", { class: "ask", x1: left, x2: width - right, y1: y(value), y2: y(value) }),
        draw("text", { class: "ask", x: width - right, y: y(value) + 13, "text-anchor": "end" }, word));
    }
    families.forEach((family, at) => {
      const line = all.filter((one) => one.family === family && one.scale !== "guide").sort((a, b) => a.quality - b.quality);
      if (line.length > 1) {
        const path = draw("polyline", { class: "line", points: line.map((one) => `${x(one.quality)},${y(one.score)}`).join(" ") });
        path.style.stroke = `var(--family-${at % 4})`;
        parts.push(path);
      }
    });
    for (const one of all) {
      const at = families.indexOf(one.family), guide = one.scale === "guide";
      const spot = SHAPES[at % 4](x(one.quality), y(one.score));
      spot.append(draw("title", {}, `quality ${one.quality}, ${one.family}: ${about(one)}, score ${score(one.score)}`
        + (one.worst === null ? "" : `, worst spot ${score(one.worst)}`) + (guide ? " (of a sample)" : "")));
      if (!guide && one.worst !== null) {
        const whisker = draw("line", { class: "whisker", x1: x(one.quality), x2: x(one.quality), y1: y(one.score), y2: y(one.worst) });
        whisker.style.stroke = `var(--family-${at % 4})`;
        parts.push(whisker);
      }
      parts.push(paint(spot, at, guide));
    }
    if (chosen) {
      const far = x(chosen.quality) > width * 0.55;
      parts.push(draw("circle", { class: "chosen", cx: x(chosen.quality), cy: y(chosen.score), r: 9 }),
        draw("text", { class: "chosen", x: x(chosen.quality) + (far ? -6 : 6), y: y(chosen.score) - 15, "text-anchor": far ? "end" : "start" }, `chosen: quality ${chosen.quality}, ${about(chosen)}`));
    }
    holder.replaceChildren(draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
      "aria-label": `Score over quality of ${all.length} settings; the table of settings below has the numbers` }, parts));
  };
  new ResizeObserver(render).observe(holder);
  const legend = make("ul", { class: "key" }, families.map((family, at) =>
    make("li", {}, draw("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, paint(SHAPES[at % 4](7, 7), at)), family)),
  all.some((one) => one.scale === "guide") ? make("li", {}, draw("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, paint(SHAPES[0](7, 7), 0, true)), "hollow: scored on a sample only") : null,
  all.some((one) => one.worst !== null && one.scale !== "guide") ? make("li", {}, "The line at a point reaches to its worst spot.") : null);
  return make("section", {}, make("h3", {}, title), holder, legend, tableOf(all, chosen, score));
}

// Sizes are estimates but for files that were written.
const about = (one) => (one.scale === "file" ? "" : "about ") + size(one.bytes);

function tableOf(all, chosen, score) {
  const cell = (text) => make("td", { class: "num" }, text);
  const scales = { guide: "sample", proof: "whole photo", file: "written file" };
  return make("details", {}, make("summary", {}, "The same as a table"),
    make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Settings that were tried" }, make("table", { class: "probes" },
      make("thead", {}, make("tr", {}, ["Setting", "Quality", "Size", "Score", "Worst spot", "Scored on"].map((name, at) => make("th", { scope: "col", class: at && at < 5 ? "num" : null }, name)))),
      make("tbody", {}, all.map((one) => make("tr", {}, make("th", { scope: "row" }, one.family, one === chosen ? make("b", {}, " (chosen)") : null),
        cell(String(one.quality)), cell(about(one)), cell(score(one.score)), cell(one.worst === null ? "" : score(one.worst)), make("td", {}, scales[one.scale])))))));
}
