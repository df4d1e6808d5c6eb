// One photo: its place in the list, and what can be seen of it.

class Photo {
  // `turn` is called when it wants its turn, `open` when it wants to be the one that is seen.
  constructor(file, { turn, open }) {
    Object.assign(this, { file, turn, open, id: "photo-" + Photo.count++, more: [] });
    this.address = URL.createObjectURL(file);
    this.build();
    this.wait();
  }

  static count = 0;

  build() {
    this.thumbnail = make("img", { class: "thumbnail", src: this.address, alt: "", onerror: () => this.thumbnail.replaceWith(make("span", { class: "thumbnail" })) });
    this.state = make("small", {});
    this.gain = make("p", { class: "gain" });
    this.buttons = make("div", { class: "buttons" });
    this.bar = make("progress", { max: 1, "aria-label": `Progress of ${this.file.name}` });
    this.why = make("div", { class: "why" });
    this.detail = make("div", { class: "detail", id: this.id, hidden: true });
    this.name = make("button", { type: "button", class: "name", "aria-expanded": "false", "aria-controls": this.id, disabled: true, onclick: () => this.open(this.detail.hidden ? this : null) },
      make("bdi", {}, this.file.name));
    this.element = make("li", { class: "photo" },
      make("div", { class: "row" }, this.thumbnail, make("div", { class: "title" }, make("h3", {}, this.name), this.state), this.gain, this.buttons),
      this.bar, this.why, this.detail);
  }

  act(name, onclick, more) {
    return make("button", { type: "button", onclick, ...more }, name);
  }

  toRemove() {
    return this.act("Remove", () => this.remove(), { class: "quiet", "aria-label": `Remove ${this.file.name}` });
  }

  show(outcome, text, ...buttons) {
    this.state.className = outcome;
    this.state.textContent = text;
    this.buttons.replaceChildren(...buttons.filter(Boolean));
  }

  // In line for its turn, with options beside those of the form.
  wait(...more) {
    this.clear();
    this.more = more.length ? more : this.more;
    this.isDone = false;
    this.stop = new AbortController();
    this.bar.hidden = true;
    this.show("", lacksKey() ? "Waiting for the key" : "Waiting", this.toRemove());
  }

  clear() {
    if (this.stage) this.stage.close();
    if (this.result) URL.revokeObjectURL(this.result);
    this.stage = this.result = this.decision = this.again = null;
    this.gain.replaceChildren();
    this.why.replaceChildren();
    this.detail.replaceChildren();
    this.detail.hidden = this.name.disabled = true;
    this.name.setAttribute("aria-expanded", "false");
  }

  async work() {
    this.asked = query();
    const asked = new URLSearchParams(this.asked);
    for (const [name, value] of this.more) asked.set(name, value);
    this.bar.hidden = false;
    const began = Date.now();
    const tell = (text) => this.show("", text, cancel);
    const cancel = this.act("Cancel", () => this.stop.abort(), { class: "quiet" });
    const looking = () => tell(`Looking for the smallest file, ${Math.round((Date.now() - began) / 1000)}\u202fs`);
    let ticking;
    const sending = (part) => {
      if (part < 1) { this.bar.value = part; tell(`Sending, ${Math.round(100 * part)}\u202f%`); return; }
      this.bar.removeAttribute("value");
      ticking = ticking || setInterval(looking, 1000);
      looking();
    };
    sending(0);
    try {
      if (this.file.size > limit) throw new Refusal("limit_file_bytes", `It has ${size(this.file.size)}, and this service takes at most ${size(limit)}.`);
      const waiting = () => { clearInterval(ticking); ticking = null; tell("The service is busy; waiting to ask again"); };
      this.finish(await shrink(this.file, asked, { sending, waiting, signal: this.stop.signal }));
    } catch (refusal) {
      this.fail(refusal);
    } finally {
      clearInterval(ticking);
      this.bar.hidden = true;
      this.isDone = true;
    }
  }

  finish({ decision, file }) {
    const isSmaller = decision.output_bytes < decision.input_bytes;
    Object.assign(this, { decision, output: file, result: URL.createObjectURL(file) });
    const download = make("a", { class: "button first", href: this.result, download: this.file.name.replace(/\.[^.]*$/, "") + "-scrimp.jpg" }, "Download");
    this.show(decision.outcome, OUTCOMES[decision.outcome], isSmaller ? download : null);
    this.gain.replaceChildren(...isSmaller
      ? [make("strong", {}, percent(share(decision)) + " smaller"), ` ${size(decision.input_bytes)} \u2192 ${size(decision.output_bytes)}`]
      : [size(decision.input_bytes)]);
    this.name.disabled = false;
    byId("status").textContent = `${this.file.name}: ${OUTCOMES[decision.outcome]}${isSmaller ? `, ${percent(share(decision))} smaller` : ""}`;
  }

  fail({ code, message }) {
    const remedy = REMEDIES[code] || {};
    const ways = (remedy.ways || []).map(({ name, option }) => this.act(name, () => { this.wait(option); this.turn(); }));
    if (AGAIN.has(code)) ways.push(this.act("Try again", () => { this.wait(); this.turn(); }));
    if (code === "unauthorized") forgetKey();
    this.show("refused", code === "cancelled" ? "Cancelled" : OUTCOMES.refused, this.toRemove());
    const why = remedy.text || sentence(code ? message : `this page is at fault, please report it: ${message}`);
    this.why.replaceChildren(make("p", {}, why), make("div", { class: "buttons" }, ways));
    byId("status").textContent = `${this.file.name}: ${message}`;
  }

  // What can be seen of it is made when it is first to be seen.
  toggle(isOpen) {
    this.detail.hidden = !isOpen;
    this.name.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || this.again) return;
    const isOther = this.decision.output_bytes < this.decision.input_bytes && !isSame(this.decision);
    if (isOther) this.stage = new Stage(this.address, this.result, () => mapOf(this.file, this.output));
    this.again = this.act("Shrink again with these options", () => { this.wait(); this.turn(); }, { class: "again", hidden: true });
    this.detail.append(...[make("p", { class: "verdict" }, verdict(this.decision)), this.again, isOther ? this.stage.element : null,
      facts(this.decision), settings(this.decision)].filter(Boolean));
    this.compareOptions();
  }

  // Where the options are others by now, it can be shrunk anew.
  compareOptions() {
    if (this.again) this.again.hidden = this.asked === query();
  }

  remove() {
    this.stop.abort();
    this.clear();
    URL.revokeObjectURL(this.address);
    this.isDone = this.isGone = true;
    this.element.remove();
    this.turn();
  }
}
