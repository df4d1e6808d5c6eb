// What the report is about.

const data = JSON.parse(byId("data").textContent);
const rows = data.rows;
const PAGE = 50;
const goal = data.goal || {};
const score = scoresOf(goal.metric);
const share = (row) => row.b === undefined || !row.i ? undefined : 100 * (1 - row.b / row.i);
const whole = (number) => number.toLocaleString("en");
const outcomes = { saved: "saved", kept: "kept", best_effort: "short of the goal", refused: "refused", failed: "failed" };
const isSame = (row) => Boolean(row.f && row.f[1] === "source");

// Pictures: in this page, or in the folder beside it.
function picture(what, index) {
  if (data.folder) return data.folder + what + index + ".jpg";
  const element = byId(what + index);
  return element ? "data:image/jpeg;base64," + element.textContent.trim() : "";
}
