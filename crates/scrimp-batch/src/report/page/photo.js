// One photo: what became of it, and its pictures before and after.

function facts(row) {
  const saved = share(row);
  const bound = data.distance ? "at most" : "at least";
  return make("dl", { class: "facts" },
    fact("Before", size(row.i), row.z ? `${row.z[0]}\u202f\u00d7\u202f${row.z[1]} pixels` : null),
    row.b === undefined ? null : fact("After", size(row.b), saved > 0 ? `${percent(saved)} saved` : null),
    isSame(row) ? null : fact("Score", score(row.s), row.e !== undefined ? `an estimate, give or take ${number(row.e)}`
      : goal.value === null || goal.value === undefined ? null : `asked for ${bound} ${number(goal.value)}`),
    isSame(row) ? null : fact("Worst spot", score(row.w), goal.floor === null || goal.floor === undefined ? null : `asked for ${bound} ${number(goal.floor)}`),
    row.q === undefined || isSame(row) ? null : fact("JPEG quality", String(row.q), row.f ? row.f.join(", ") : ""));
}

function verdict(row) {
  const text = {
    saved: isSame(row) ? "The new file holds the very same picture, only written better." : `The new file reaches what was asked in ${percent(share(row))} fewer bytes.`,
    kept: "Left as it was: ", best_effort: "Out of reach: ", refused: "Refused: ", failed: "Failed: ",
  }[row.o];
  return make("p", { class: "verdict" },
    make("span", { class: "outcome " + row.o }, outcomes[row.o][0].toUpperCase() + outcomes[row.o].slice(1)), ". ",
    text, row.r ? (row.o === "saved" ? " " : "") + row.r + "." : "");
}

// The two pictures over each other; the slider moves the edge between them.
function slider(row, index) {
  const views = [];
  if (row.v) views.push({ name: "Whole photo", what: ["b", "a"], natural: row.v, caption: "The whole photo, reduced to fit." });
  if (row.x) {
    const cell = row.x.slice(2);
    views.push({ name: "Worst spot 1:1", what: ["x", "y"], natural: row.x, cell, scale: 1, caption: "Where the new file differs most, pixel for pixel. The frame marks the spot that scores least." });
    views.push({ name: "Worst spot 3:1", what: ["x", "y"], natural: row.x, cell, scale: 3, caption: "The same, each pixel three times as wide and high." });
  }
  if (!views.length) return null;
  const images = [make("img", { alt: "Before" }), make("img", { alt: "After" })];
  const cellFrame = make("span", { class: "cell" });
  const { stage } = comparison(images[0], images[1], cellFrame);
  const caption = make("p", { class: "caption" });
  let view = views[0];
  const fit = () => {
    const space = stage.parentElement ? stage.parentElement.clientWidth : 0;
    if (!space) return;
    const [width, height] = view.natural;
    const high = Math.min(560, window.innerHeight * 0.62);
    const scale = view.scale || Math.min(space / width, high / height, 1);
    const room = [Math.min(space, width * scale, view.scale ? 768 : 1e9), Math.min(height * scale, high)].map(Math.floor);
    const at = view.cell ? [view.cell[0] + view.cell[2] / 2, view.cell[1] + view.cell[3] / 2] : [width / 2, height / 2];
    Object.assign(stage.style, { width: room[0] + "px", height: room[1] + "px" });
    let corner;
    for (const image of images) corner = place(image, view.natural, scale, room, at);
    cellFrame.hidden = !view.cell;
    if (view.cell) Object.assign(cellFrame.style, frame(view.cell, scale, corner));
  };
  const select = (chosen) => {
    view = chosen;
    images.forEach((image, side) => { image.src = picture(view.what[side], index); });
    stage.classList.toggle("zoomed", view.scale === 3);
    caption.textContent = view.caption;
    fit();
  };
  const box = make("div", {}, pills("Slide across to compare. The arrow keys move the edge too.", "view-" + index, views, select), stage, caption);
  new ResizeObserver(fit).observe(box);
  select(view);
  return make("section", {}, make("h3", {}, "Before and after"), box);
}

// The worst spot side by side.
function tiles(row, index) {
  if (!row.x) return null;
  const cell = row.x.slice(2);
  const at = [cell[0] + cell[2] / 2, cell[1] + cell[3] / 2];
  const all = [["x", 1, "Before, 1:1"], ["y", 1, "After, 1:1"], ["x", 3, "Before, 3:1"], ["y", 3, "After, 3:1"]];
  const list = all.map(([what, scale, name]) => {
    const image = make("img", { src: picture(what, index), alt: "Worst spot, " + name.toLowerCase() });
    const mark = make("span", { class: "cell" });
    const tile = make("div", { class: "tile" + (scale === 3 ? " zoomed" : "") }, image, mark);
    const fit = () => Object.assign(mark.style, frame(cell, scale, place(image, row.x, scale, [tile.clientWidth, tile.clientHeight], at)));
    new ResizeObserver(fit).observe(tile);
    return make("figure", {}, tile, make("figcaption", {}, name));
  });
  return make("section", {}, make("h3", {}, "The worst spot, side by side"), make("div", { class: "tiles" }, list));
}

function heat(row) {
  const key = data.inspected && data.inspected.key;
  if (!key || !row.v) return null;
  return make("section", {}, make("h3", {}, "Where it changed"),
    make("img", { class: "heat", src: picture("m", 0), width: row.v[0], height: row.v[1], alt: "The photo in gray under the colours of its cells' scores" }),
    legendOf(key),
    make("p", { class: "caption" }, "Each cell of 64\u202f\u00d7\u202f64 pixels in the colour of its own score."));
}

function noPictures(row) {
  if (row.v || row.o === "refused" || row.o === "failed" || row.o === "kept" || isSame(row)) return null;
  return make("p", { class: "note" }, "No pictures of this one: they are kept of the 1,000 photos whose worst spots changed most.");
}

// The settings that were tried, and those of the survey of a photo that is shown alone.
function settings(row) {
  const survey = data.inspected ? data.inspected.curve : [];
  const probe = ([quality, bytes, score, worst, subsampling, tables, scale], isSurvey) =>
    ({ quality, bytes, score, worst, scale, survey: isSurvey, family: `${isSurvey ? "survey: " : ""}${subsampling}, ${tables}` });
  const probes = [...survey.map((one) => probe(one, true)), ...(row.n || []).map((one) => probe(one, false))];
  const title = data.inspected ? "Score over quality" : "Every setting that was tried";
  return curve({ title, probes, goal, isDistance: data.distance, chosen: { bytes: row.b, score: row.s, quality: row.q } });
}

function photo(row, index) {
  return [verdict(row), facts(row), noPictures(row), slider(row, index), tiles(row, index), heat(row), settings(row)];
}
