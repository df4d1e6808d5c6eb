// What became of a photo, in plain words.

const sentence = (text) => text[0].toUpperCase() + text.slice(1) + (/[.?!]$/.test(text) ? "" : ".");
const share = ({ input_bytes: before, output_bytes: after }) => 100 * (1 - after / before);
const isSame = (decision) => Boolean(decision.setting && decision.setting.tables === "source");

const OUTCOMES = { saved: "Saved", kept: "Kept as it is", best_effort: "Short of the goal", refused: "Refused" };

function verdict(decision) {
  const { goal, score, outcome, reason } = decision;
  if (outcome !== "saved") return sentence(reason);
  if (isSame(decision)) return "The very same picture, only written better.";
  const asked = goal.value === null ? "" : `, where at least ${number(goal.value)} was asked for`;
  return `It scores ${scoresOf(goal.metric)(score)}${asked}.`;
}

// What can be done about a photo that is refused: what it says, and options that help.
const FIRST = [{ name: "Take the first picture", option: ["first_frame", "true"] }];
const REMEDIES = {
  alpha: {
    text: "Some pixels are transparent, and a JPEG has no transparency. What is to be behind them?",
    ways: [{ name: "White", option: ["background", "white"] }, { name: "Black", option: ["background", "black"] }],
  },
  animation: { text: "It is animated, and a JPEG is not.", ways: FIRST },
  pages: { text: "It holds several pages, and a JPEG does not.", ways: FIRST },
  damaged: { ways: [{ name: "Save what can be read", option: ["salvage", "true"] }] },
};
const AGAIN = new Set(["busy", "interrupted", "unreachable", "unreadable", "cancelled", "body_timeout", "limit_time", "bad_option", "unauthorized"]);

function facts(decision) {
  const { goal, setting, width, height, ms } = decision;
  const score = scoresOf(goal.metric);
  const asked = (value) => Number.isFinite(value) ? `asked for at least ${number(value)}` : null;
  const isNew = setting && !isSame(decision);
  return make("dl", { class: "facts" },
    fact("Before", size(decision.input_bytes), width ? `${width}\u202f\u00d7\u202f${height} pixels` : null),
    decision.outcome === "kept" ? null : fact("After", size(decision.output_bytes), `${percent(share(decision))} smaller`),
    isNew ? fact("Score", score(decision.score), asked(goal.value)) : null,
    isNew ? fact("Worst spot", score(decision.floor), asked(goal.floor)) : null,
    isNew ? fact("JPEG quality", String(setting.quality), `${setting.subsampling}, ${setting.tables}`) : null,
    fact("Time", `${(ms.total / 1000).toFixed(1)}\u202fs`, "of the service"));
}

function settings(decision) {
  const probes = decision.probes.map(({ setting, bytes, score, floor, scale }) =>
    ({ quality: setting.quality, bytes, score, worst: floor, scale, survey: false, family: `${setting.subsampling}, ${setting.tables}` }));
  const { goal, score, setting, output_bytes: bytes } = decision;
  return curve({ title: "How it was found", probes, goal, isDistance: false, chosen: { bytes, score, quality: setting && setting.quality } });
}
