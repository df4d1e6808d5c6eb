// The window that shows one photo of many; and the beginning of it all.

const viewer = byId("viewer");
function open(index, focus) {
  const at = shown.indexOf(index);
  const step = (by, name, sign) => {
    const next = shown[at + by];
    return make("button", { type: "button", "aria-label": name, "data-step": by, disabled: next === undefined, onclick: () => open(next, by) }, sign);
  };
  const close = make("button", { type: "button", "aria-label": "Close", onclick: () => viewer.close() }, "\u2715");
  viewer.replaceChildren(
    make("div", { class: "bar" }, make("h2", { id: "viewer-name" }, path(rows[index].p, 0)),
      step(-1, "Previous photo", "\u2190"), step(1, "Next photo", "\u2192"), close),
    make("div", { class: "body" }, photo(rows[index], index).filter(Boolean)));
  viewer.scrollTop = 0;
  if (!viewer.open) viewer.showModal();
  const again = focus && viewer.querySelector(`[data-step="${focus}"]:not(:disabled)`);
  (again || close).focus({ preventScroll: true, focusVisible: Boolean(focus) });
}
viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });

byId("made").textContent = " on " + new Date(data.made * 1000).toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
if (rows.length === 1) {
  document.body.classList.add("alone");
  byId("alone").hidden = false;
  byId("alone").append(...photo(rows[0], 0).filter(Boolean));
} else {
  prepareTable();
}
