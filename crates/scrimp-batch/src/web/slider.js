// Two pictures over each other; a slider moves the edge between them.

// Shows a part of a picture: `scale` page pixels for each of its own, with the point `at` in the middle of a room.
function place(image, natural, scale, room, at) {
  const [width, height] = [natural[0] * scale, natural[1] * scale];
  const along = (length, space, middle) => length <= space ? (space - length) / 2 : Math.min(0, Math.max(space - length, space / 2 - middle * scale));
  const [left, top] = [along(width, room[0], at[0]), along(height, room[1], at[1])];
  Object.assign(image.style, { width: width + "px", height: height + "px", left: left + "px", top: top + "px" });
  return [left, top];
}

function frame(cell, scale, [left, top]) {
  const [x, y, width, height] = cell;
  return { left: left + x * scale + "px", top: top + y * scale + "px", width: width * scale + "px", height: height * scale + "px" };
}

// `over` holds what lies on both: frames and the like. A view before and one after, each one picture or several.
function comparison(before, after, ...over) {
  const range = make("input", { type: "range", min: 0, max: 100, step: 1, value: 50, "aria-label": "Share of the picture that shows the photo before" });
  const names = [make("span", { class: "tag left" }, "Before"), make("span", { class: "tag right" }, "After")];
  const stage = make("div", { class: "stage" }, make("div", { class: "layer" }, before), make("div", { class: "layer" }, after),
    over, names, make("span", { class: "edge" }), range);
  const move = () => {
    stage.style.setProperty("--cut", range.value + "%");
    range.setAttribute("aria-valuetext", `${range.value} percent before, ${100 - range.value} percent after`);
  };
  range.addEventListener("input", move);
  move();
  return { stage, range, names };
}

// How to look at the pictures: pills of which one is chosen.
function pills(legend, group, choices, choose) {
  return make("fieldset", { class: "views" }, make("legend", {}, legend), choices.map((choice, at) =>
    make("label", {}, make("input", { type: "radio", name: group, checked: at === 0, onchange: () => choose(choice) }), make("span", {}, choice.name))));
}

// What the colours of a map stand for: values and their colours, from the finest to the coarsest.
function legendOf(key) {
  const [first, last] = [key[0][0], key[key.length - 1][0]];
  const colours = key.map(([value, rgb]) => `rgb(${rgb.join(" ")}) ${100 * (value - first) / (last - first)}%`).join(", ");
  return make("p", { class: "scale" }, number(first), make("span", { style: { background: `linear-gradient(90deg, ${colours})` } }), number(last));
}
