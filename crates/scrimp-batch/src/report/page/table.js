// The table of photos: what is in it, in which order, fifty at a time.

const VALUES = {
  order: (row, index) => index,
  path: (row) => row.p,
  before: (row) => row.i,
  after: (row) => row.b,
  saved: (row) => row.b === undefined ? undefined : row.i - row.b,
  percent: (row) => row.o === "kept" ? undefined : share(row),
  score: (row) => row.s,
  worst: (row) => row.w,
  quality: (row) => row.q,
};
const state = { search: "", outcome: "", code: "", key: "order", direction: 1, page: 0 };
let shown = [];
const collator = new Intl.Collator(undefined, { numeric: true });

function choose() {
  const word = state.search.toLowerCase();
  shown = [];
  rows.forEach((row, index) => {
    if (state.outcome && row.o !== state.outcome) return;
    if (state.code && row.c !== state.code) return;
    if (word && !row.p.toLowerCase().includes(word)) return;
    shown.push(index);
  });
  if (state.key === "order" && state.direction === 1) return;
  const value = VALUES[state.key];
  const values = new Map(shown.map((index) => [index, value(rows[index], index)]));
  const compare = state.key === "path" ? collator.compare : (a, b) => a - b;
  shown.sort((one, other) => {
    const [a, b] = [values.get(one), values.get(other)];
    // What has no value comes last, whatever the direction.
    if (a === undefined || b === undefined) return (a === undefined) - (b === undefined) || one - other;
    return state.direction * compare(a, b) || one - other;
  });
}

// Where a path's own name begins, behind its folders.
const nameAt = (path) => Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1;

// The folder that all photos are in; it is said once, and left out of the table.
const root = rows.reduce((common, { p }) => {
  let end = Math.min(common.length, nameAt(p));
  while (!p.startsWith(common.slice(0, end))) end = nameAt(common.slice(0, end - 1));
  return common.slice(0, end);
}, rows.length ? rows[0].p.slice(0, nameAt(rows[0].p)) : "");

// The name stands out from the folders before it, shown from `start` on.
function path(text, start) {
  const split = nameAt(text);
  return make("bdi", {}, split > start ? make("span", { class: "folder" }, text.slice(start, split)) : null, text.slice(split));
}

function thumbnail(row, index) {
  if (!row.t) return make("span", { class: "none" });
  return make("img", { src: picture("t", index), alt: "", width: row.t[0], height: row.t[1], loading: data.folder ? "lazy" : null, decoding: "async" });
}

function tableRow(index) {
  const row = rows[index];
  const note = outcomes[row.o] + (row.o === "saved" ? isSame(row) ? ": the very same picture, written better" : "" : ": " + row.c.replaceAll("_", " "));
  const cell = (text, more) => make("td", { class: "num" + (more || "") }, text);
  return make("tr", { class: "opens", onclick: (event) => event.target.closest("button") || open(index) },
    make("td", { class: "pic" }, thumbnail(row, index)),
    make("th", { scope: "row" },
      make("button", { type: "button", class: "name", onclick: () => open(index) }, path(row.p, root.length)),
      make("small", { class: row.o }, note)),
    cell(size(row.i), " wide"), cell(row.b === undefined ? "" : size(row.b), " wide"),
    cell(row.o === "kept" ? "" : percent(share(row))), cell(isSame(row) ? "same" : score(row.s)), cell(isSame(row) ? "" : score(row.w), " wide"),
    cell(row.q === undefined || isSame(row) ? "" : String(row.q), " wide"));
}

function showPage() {
  const pages = Math.max(1, Math.ceil(shown.length / PAGE));
  state.page = Math.min(Math.max(state.page, 0), pages - 1);
  const start = state.page * PAGE;
  const part = shown.slice(start, start + PAGE);
  const empty = make("tr", {}, make("td", { colspan: 8 }, "No photo fits these filters."));
  byId("rows").replaceChildren(...(part.length ? part.map(tableRow) : [empty]));
  byId("place").textContent = part.length ? `${whole(start + 1)}\u2013${whole(start + part.length)} of ${whole(shown.length)}` : "";
  byId("pager").hidden = pages < 2;
  byId("earlier").disabled = state.page === 0;
  byId("later").disabled = state.page === pages - 1;
  for (const head of document.querySelectorAll("#table th[data-key]")) {
    if (head.dataset.key === state.key) head.setAttribute("aria-sort", state.direction === 1 ? "ascending" : "descending");
    else head.removeAttribute("aria-sort");
  }
  byId("sort").value = state.key;
  byId("direction").value = String(state.direction);
  const ends = { order: ["first to last", "last to first"], path: ["A to Z", "Z to A"] }[state.key] || ["lowest first", "highest first"];
  [...byId("direction").options].forEach((option, at) => { option.textContent = ends[at]; });
}

function update(change) {
  Object.assign(state, { page: 0 }, change);
  choose();
  showPage();
  const bytes = shown.reduce((sum, index) => {
    const { i, b } = rows[index];
    return [sum[0] + i, sum[1] + (b === undefined ? i : b)];
  }, [0, 0]);
  const code = state.code ? `, ${state.code.replaceAll("_", " ")}` : "";
  byId("shown").replaceChildren(
    `${whole(shown.length)} of ${whole(rows.length)} photos${root ? " in " : ""}`, make("bdi", {}, root), `${code}: ${size(bytes[0])} before, ${size(bytes[1])} after`,
    ...(state.code ? [" \u00b7 ", make("button", { type: "button", class: "link", onclick: () => { byId("outcome").value = ""; update({ code: "", outcome: "" }); } }, "show all reasons")] : []));
}

function turnPage(step) {
  state.page += step;
  showPage();
  byId("list").scrollIntoView({ block: "start" });
}

function prepareTable() {
  const found = new Set(rows.map((row) => row.o));
  for (const [outcome, word] of Object.entries(outcomes)) {
    if (found.has(outcome)) byId("outcome").append(make("option", { value: outcome }, word));
  }
  byId("filters").hidden = false;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("search").addEventListener("input", (event) => update({ search: event.target.value }));
  byId("outcome").addEventListener("change", (event) => update({ outcome: event.target.value, code: "" }));
  byId("sort").addEventListener("change", (event) => update({ key: event.target.value }));
  byId("direction").addEventListener("change", (event) => update({ direction: Number(event.target.value) }));
  for (const head of document.querySelectorAll("#table th[data-key]")) {
    const key = head.dataset.key;
    const sort = () => {
      // First what people look for: the largest saving, the worst score.
      const first = ["percent", "before", "after"].includes(key) ? -1 : 1;
      update({ key, direction: state.key === key ? -state.direction : first });
    };
    head.replaceChildren(make("button", { type: "button", onclick: sort }, head.textContent));
  }
  for (const button of document.querySelectorAll("button[data-code]")) {
    button.disabled = false;
    button.setAttribute("aria-label", `Show these ${button.textContent} photos`);
    button.addEventListener("click", () => {
      byId("outcome").value = button.dataset.outcome;
      update({ code: button.dataset.code, outcome: button.dataset.outcome });
      byId("list").scrollIntoView({ block: "start" });
      byId("search").focus({ preventScroll: true });
    });
  }
  byId("earlier").addEventListener("click", () => turnPage(-1));
  byId("later").addEventListener("click", () => turnPage(1));
  update({});
}
