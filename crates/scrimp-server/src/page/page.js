// The page: photos come in, and are worked on one after the other.

let photos = [];
let opened = null;
let isWorking = false;

function open(photo) {
  if (opened && opened.decision) opened.toggle(false);
  opened = photo;
  if (opened) opened.toggle(true);
}

function add(files) {
  for (const file of files) {
    const photo = new Photo(file, { turn: work, open });
    photos.push(photo);
    byId("list").append(photo.element);
  }
  work();
}

async function work() {
  tellSum();
  byId("key").hidden = !lacksKey();
  if (isWorking || lacksKey()) return;
  isWorking = true;
  for (let next; (next = photos.find((photo) => !photo.isDone)) && !lacksKey();) {
    await next.work();
    if (next.decision && (opened === next || !(opened && opened.decision))) open(next);
    tellSum();
  }
  isWorking = false;
  byId("key").hidden = !lacksKey();
}

function tellSum() {
  photos = photos.filter((photo) => !photo.isGone);
  const done = photos.filter((photo) => photo.decision).map((photo) => photo.decision);
  const [before, after] = ["input_bytes", "output_bytes"].map((name) => done.reduce((sum, decision) => sum + decision[name], 0));
  byId("photos").hidden = !photos.length;
  document.body.classList.toggle("busy", photos.length > 0);
  byId("sum").hidden = done.length < 2;
  byId("sum").replaceChildren(`${done.length} photos: ${size(before)} became ${size(after)}, `, make("strong", {}, `${percent(100 * (1 - after / before))} smaller`), ".");
}

function takeKey() {
  byId("key").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = byId("key-text").value.trim();
    const isRight = await takesKey(text);
    byId("key-wrong").textContent = isRight ? "" : "The service does not take this key.";
    if (!isRight) { byId("key-text").focus(); return; }
    key = text;
    byId("key-text").value = "";
    work();
  });
}

function takePhotos() {
  const drop = byId("drop"), input = byId("files");
  byId("choose").addEventListener("click", () => input.click());
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  // Anywhere on the page: what misses the place would open in the browser instead.
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add(event.dataTransfer.files);
  });
  document.addEventListener("paste", (event) => add(event.clipboardData.files));
}

byId("limit").textContent = size(limit).replace(/\.0+(?=\D)/, "");
options.addEventListener("input", () => photos.forEach((photo) => photo.compareOptions()));
takeKey();
takePhotos();
work();
