// A photo and its result, to be looked at closely: an edge between them, zoomed and moved about, the map of scores over it.

const ZOOMS = [{ name: "Fit", zoom: 0 }, { name: "1:1", zoom: 1 }, { name: "2:1", zoom: 2 }, { name: "4:1", zoom: 4 }];
const within = (value, least, most) => least > most ? (least + most) / 2 : Math.min(most, Math.max(least, value));

class Stage {
  // The addresses of both pictures, and what gives the map, if there is one.
  constructor(before, after, map) {
    this.map = map;
    this.images = [before, after].map((src, side) => make("img", { src, alt: side ? "After" : "Before", draggable: "false" }));
    this.overlay = make("img", { class: "map", alt: "", draggable: "false", hidden: true });
    this.mark = make("span", { class: "cell", hidden: true });
    Object.assign(this, comparison(this.images[0], [this.images[1], this.overlay], this.mark));
    this.note = make("p", { class: "caption", role: "status" });
    this.legend = make("div", {});
    this.zooms = pills("Slide across to compare. Zoomed in, drag the picture to move it.", "zoom-" + Stage.count++, ZOOMS, ({ zoom }) => this.look(zoom));
    this.mapButton = make("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggleMap() }, "Score map");
    this.worstButton = make("button", { type: "button", onclick: () => this.showWorst() }, "Worst spot");
    this.mat = make("div", { class: "mat" }, this.stage);
    this.element = make("div", { class: "looking" },
      make("div", { class: "tools" }, this.zooms, map ? make("div", { class: "buttons" }, this.mapButton, this.worstButton) : null),
      this.mat, this.legend, this.note);
    this.zoom = 0;
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("dblclick", (event) => this.zoomAt(event));
    this.range.addEventListener("keydown", (event) => this.steer(event));
    this.load();
  }

  static count = 0;

  async load() {
    const [before, after] = await Promise.allSettled(this.images.map((image) => image.decode()));
    const [from, to] = this.images.map((image) => [image.naturalWidth, image.naturalHeight]);
    if (after.status === "rejected") {
      this.element.replaceChildren(make("p", { class: "note" }, "This browser cannot show pictures of this format or size."));
      return;
    }
    this.natural = to;
    this.at = to.map((side) => side / 2);
    if (before.status === "rejected" || from.join() !== to.join()) {
      this.stage.classList.add("alone");
      this.zooms.querySelector("legend").textContent = "This browser cannot show the original, so here is the result alone.";
    }
    new ResizeObserver(() => this.fit()).observe(this.mat);
  }

  // Lays the pictures out as they are looked at. One pixel of a photo at 1:1 is one of the screen.
  fit() {
    const space = this.mat.clientWidth;
    if (!space) return;
    const [width, height] = this.natural;
    const pixel = 1 / window.devicePixelRatio;
    const high = Math.min(within(window.innerHeight * 0.7, 220, 760), this.zoom ? space : Infinity);
    const scale = this.zoom ? this.zoom * pixel : Math.min(space / width, high / height, pixel);
    const room = [Math.min(space, width * scale), Math.min(high, height * scale)].map(Math.floor);
    this.at = this.at.map((middle, axis) => within(middle, room[axis] / 2 / scale, this.natural[axis] - room[axis] / 2 / scale));
    Object.assign(this.stage.style, { width: room[0] + "px", height: room[1] + "px" });
    let corner;
    for (const image of [...this.images, this.overlay]) corner = place(image, this.natural, scale, room, this.at);
    if (this.worst) {
      const { x, y, width, height } = this.worst;
      Object.assign(this.mark.style, frame([x, y, width, height], scale, corner));
    }
    this.stage.classList.toggle("pans", width * scale > room[0] + 1 || height * scale > room[1] + 1);
    this.stage.classList.toggle("zoomed", this.zoom > 1);
    Object.assign(this, { scale, room });
  }

  look(zoom, at) {
    this.zoom = zoom;
    if (at) this.at = at;
    this.zooms.querySelectorAll("input")[ZOOMS.findIndex((one) => one.zoom === zoom)].checked = true;
    this.fit();
  }

  // Where on the photo a pointer is.
  under({ clientX, clientY }) {
    const { left, top } = this.images[1].getBoundingClientRect();
    return [(clientX - left) / this.scale, (clientY - top) / this.scale];
  }

  zoomAt(event) {
    if (this.zoom) this.look(0);
    else this.look(1, this.under(event));
  }

  // What does not fit is moved by dragging it, and then the edge alone moves the edge.
  grab(event) {
    if (!this.stage.classList.contains("pans") || event.button) return;
    const isEdge = event.target.classList.contains("edge");
    const end = new AbortController();
    let last = [event.clientX, event.clientY];
    this.stage.setPointerCapture(event.pointerId);
    this.range.focus({ preventScroll: true, focusVisible: false });
    event.preventDefault();
    this.stage.addEventListener("pointermove", (moved) => {
      const now = [moved.clientX, moved.clientY];
      if (isEdge) this.moveEdge(100 * (now[0] - this.stage.getBoundingClientRect().left) / this.room[0]);
      else this.move(last.map((before, axis) => before - now[axis]));
      last = now;
    }, end);
    for (const name of ["pointerup", "pointercancel"]) this.stage.addEventListener(name, () => end.abort(), end);
  }

  move(by) {
    this.at = this.at.map((middle, axis) => middle + by[axis] / this.scale);
    this.fit();
  }

  moveEdge(percent) {
    this.range.value = percent;
    this.range.dispatchEvent(new Event("input"));
  }

  // The range's own keys move the edge.
  steer(event) {
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const step = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (event.shiftKey && arrow) this.move(arrow.map((sign, axis) => sign * this.room[axis] / 8));
    else if (step) this.look(ZOOMS[within(ZOOMS.findIndex(({ zoom }) => zoom === this.zoom) + step, 0, ZOOMS.length - 1)].zoom);
    else if (event.key === "0") this.look(0);
    else return;
    event.preventDefault();
  }

  // The map costs a comparison, so it is asked for when somebody wants to see it.
  async hasMap() {
    if (this.worst) return true;
    for (const button of [this.mapButton, this.worstButton]) button.disabled = true;
    this.note.textContent = "Comparing cell by cell…";
    try {
      const { picture, key, worst } = await this.map();
      this.overlay.src = URL.createObjectURL(picture);
      this.worst = worst;
      this.mark.hidden = false;
      this.legend.append(legendOf(key));
      this.legend.hidden = true;
      this.note.textContent = "";
      this.fit();
      return true;
    } catch (refusal) {
      this.note.textContent = "There is no map: " + refusal.message;
      return false;
    } finally {
      for (const button of [this.mapButton, this.worstButton]) button.disabled = false;
    }
  }

  async toggleMap() {
    if (!await this.hasMap()) return;
    const isShown = this.overlay.hidden;
    this.overlay.hidden = !isShown;
    this.legend.hidden = !isShown;
    this.mapButton.setAttribute("aria-pressed", String(isShown));
    this.names[1].textContent = isShown ? "Score map" : "After";
    this.note.textContent = isShown ? "Each cell of 64\u202f\u00d7\u202f64 pixels in the colour of its own score. The frame marks the one that scores least." : "";
    this.mapButton.focus();
  }

  async showWorst() {
    if (!await this.hasMap()) return;
    const { x, y, width, height, score } = this.worst;
    this.look(2, [x + width / 2, y + height / 2]);
    this.note.textContent = `The frame marks where the result differs most: it scores ${scoresOf()(score)} there.`;
    this.worstButton.focus();
  }

  close() {
    URL.revokeObjectURL(this.overlay.src);
  }
}
