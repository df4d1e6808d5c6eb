// Asking the service. A key is kept in memory alone.

const limit = Number(document.body.dataset.limit);
let needsKey = "needsKey" in document.body.dataset;
let key = null;
const lacksKey = () => needsKey && !key;
function forgetKey() {
  needsKey = true;
  key = null;
}

// Why there is no result: a stable word, and a sentence for people.
class Refusal extends Error {
  constructor(code, detail, retryAfter) {
    super(detail);
    Object.assign(this, { code, retryAfter });
  }
}

// Posts a body; answers with the parts of a form. `sending` hears what share of the body has been sent. Not by fetch, which
// cannot tell that.
function ask(path, body, { sending, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const cancelled = () => reject(new Refusal("cancelled", "Cancelled."));
    if (signal.aborted) return cancelled();
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.open("POST", path);
    request.responseType = "blob";
    request.setRequestHeader("Accept", "multipart/form-data");
    if (key) request.setRequestHeader("Authorization", "Bearer " + key);
    if (sending) {
      request.upload.addEventListener("progress", ({ loaded, total }) => sending(loaded / total));
      request.upload.addEventListener("load", () => sending(1));
    }
    request.addEventListener("load", () => parts(request).then(resolve, reject));
    request.addEventListener("error", () => reject(new Refusal("unreachable", "The service cannot be reached, or the file cannot be read any more.")));
    request.addEventListener("abort", cancelled);
    request.send(body);
  });
}

async function parts(request) {
  const kind = request.getResponseHeader("Content-Type") || "";
  if (request.status === 200 && kind.startsWith("multipart/form-data")) {
    return new Response(request.response, { headers: { "Content-Type": kind } }).formData();
  }
  const isProblem = kind.startsWith("application/problem+json");
  const { code, detail } = isProblem ? JSON.parse(await request.response.text()) : {};
  const unknown = `The service gave an answer that this page does not understand (status ${request.status}).`;
  throw new Refusal(code || "unreadable", detail || unknown, Number(request.getResponseHeader("Retry-After")));
}

const pause = (seconds, signal) => new Promise((resolve) => {
  setTimeout(resolve, 1000 * seconds);
  signal.addEventListener("abort", resolve, { once: true });
});

// The decision on a photo and the file that came of it. A service that has too much to do is asked again some times.
async function shrink(photo, query, { sending, waiting, signal }) {
  for (let seconds = 1; ; seconds *= 2) {
    try {
      const form = await ask("v1/shrink?" + query, photo, { sending, signal });
      return { decision: JSON.parse(form.get("decision")), file: form.get("photo") };
    } catch (refusal) {
      if (refusal.code !== "busy" || seconds > 16) throw refusal;
      waiting();
      await pause(Math.max(seconds, refusal.retryAfter || 0), signal);
    }
  }
}

// Where a photo and its result differ: a small map, the key to its colours, and the worst cell of the upright photo.
async function mapOf(original, candidate) {
  const together = original.size + candidate.size;
  if (together >= limit) throw new Refusal("limit_file_bytes", `both files have ${size(together)}, and this service takes less than ${size(limit)}.`);
  const pair = new FormData();
  pair.set("original", original);
  pair.set("candidate", candidate);
  const form = await ask("v1/score", pair, { signal: new AbortController().signal });
  const { map } = JSON.parse(form.get("score"));
  return { picture: form.get("map"), key: map.key, worst: map.worst };
}

// Whether the service takes this key: an empty photo is refused for something else then. Without credentials, so that the
// browser does not ask for a password of its own.
async function takesKey(text) {
  try {
    const headers = { Authorization: "Bearer " + text };
    return (await fetch("v1/shrink", { method: "POST", credentials: "omit", headers })).status !== 401;
  } catch {
    return false;
  }
}
