//! What the page says, ready to be shown.

use super::album::Album;
use super::histogram::{HEIGHT, Histogram, Unit, WIDTH};
use super::row::{Inspected, Row, Shown};
use super::tally::{Reason, Tally};
use super::words::{ask, grouped, percent, words};
use super::writing::Pictures;
use super::{Listed, MARK};
use crate::{OutcomeKind, show_bytes, web};
use askama::Template;
use scrimp::{GoalRecord, Metric};
use serde::Serialize;
use std::time::{SystemTime, UNIX_EPOCH};

/// The page's script: its pieces in their order.
const SCRIPT: [&str; 7] = [
    web::ELEMENTS,
    web::SLIDER,
    web::CURVE,
    include_str!("page/words.js"),
    include_str!("page/table.js"),
    include_str!("page/photo.js"),
    include_str!("page/viewer.js"),
];

/// The page's style, in the same way.
const STYLE: [&str; 2] = [web::LOOK, include_str!("page/style.css")];

/// Photos that the page lists without its script.
const WITHOUT_SCRIPT: usize = 100;

/// The page but for its pictures.
pub(super) struct Page<'a> {
    tally: &'a Tally,
    rows: &'a [Listed],
    inspected: Option<&'a Inspected>,
    left: usize,
}

#[derive(Template)]
#[template(path = "page/page.html")]
struct Html<'a> {
    /// What tells a report from other pages.
    mark: &'static str,
    title: String,
    style: String,
    script: String,
    /// What the page's own script is known by: a name of a file can't bring another.
    nonce: &'a str,
    tally: &'a Tally,
    headline: Headline,
    ask: Option<String>,
    inspected: Option<&'a Inspected>,
    counts: Vec<Count>,
    histograms: Vec<Histogram>,
    histogram_size: (f64, f64),
    kept: Vec<Line<'a>>,
    undone: Vec<Line<'a>>,
    first_rows: Vec<StaticRow<'a>>,
    listed: usize,
    left: u64,
    version: &'static str,
    data: String,
    pictures: &'a Pictures<'a>,
}

struct Headline {
    before: String,
    after: String,
    saved: String,
    percent: String,
}

/// How many photos had an outcome.
struct Count {
    word: &'static str,
    outcome: OutcomeKind,
    photos: u64,
}

/// Photos that share an outcome and its reason.
struct Line<'a> {
    outcome: OutcomeKind,
    code: &'a str,
    /// The code as words.
    words: String,
    reason: &'a Reason,
    bytes: String,
}

struct StaticRow<'a> {
    row: &'a Row,
    before: String,
    after: String,
    percent: String,
    score: String,
    worst: String,
}

/// What the page's script gets.
#[derive(Serialize)]
struct Data<'a> {
    /// Where pictures are, if not in the page.
    folder: Option<&'a str>,
    goal: Option<GoalRecord>,
    distance: bool,
    /// When the report was made, in seconds since 1970.
    made: u64,
    inspected: Option<DataOfInspected>,
    rows: Vec<Shown<'a>>,
}

/// Quality, bytes, score, worst score, subsampling, tables and effort.
type DataOfProbe = (f64, usize, f64, Option<f64>, &'static str, &'static str, &'static str);

#[derive(Serialize)]
struct DataOfInspected {
    curve: Vec<DataOfProbe>,
    key: Option<Vec<(f64, [u8; 3])>>,
}

impl<'a> Page<'a> {
    pub(super) const fn new(
        tally: &'a Tally,
        rows: &'a [Listed],
        inspected: Option<&'a Inspected>,
        left: usize,
    ) -> Self {
        Self { tally, rows, inspected, left }
    }

    pub(super) const fn inspected(&self) -> Option<&'a Inspected> {
        self.inspected
    }

    /// The whole page.
    pub(super) fn render(
        &self,
        album: &Album,
        pictures: &Pictures<'_>,
        nonce: &str,
    ) -> askama::Result<String> {
        let Self { tally, rows, inspected, left } = *self;
        let headline = Headline::of(tally);
        let first_rows =
            rows.iter().take(WITHOUT_SCRIPT).map(|listed| StaticRow::of(&listed.row, tally)).collect();
        let html = Html {
            mark: MARK,
            title: title(tally, rows, &headline, inspected),
            style: STYLE.concat(),
            script: SCRIPT.concat(),
            nonce,
            tally,
            headline,
            ask: tally.goal.map(|goal| ask(goal, tally.has_both_arms)),
            inspected,
            counts: counts(tally),
            histograms: histograms(tally),
            histogram_size: (WIDTH, HEIGHT),
            kept: lines(tally, |outcome| outcome == OutcomeKind::Kept),
            undone: lines(tally, |outcome| !matches!(outcome, OutcomeKind::Kept | OutcomeKind::Saved)),
            first_rows,
            listed: rows.len(),
            left: left as u64,
            version: env!("CARGO_PKG_VERSION"),
            data: self.data(album, pictures)?,
            pictures,
        };
        html.render()
    }

    /// The data for the script. Nothing in it can end the element that it stands in.
    fn data(&self, album: &Album, pictures: &Pictures<'_>) -> askama::Result<String> {
        let data = Data {
            folder: pictures.folder(),
            goal: self.tally.goal,
            distance: self.tally.is_distance(),
            made: SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()),
            inspected: self.inspected.map(|inspected| DataOfInspected {
                curve: inspected.curve(),
                key: inspected.heat_map.as_ref().map(|map| map.key.clone()),
            }),
            rows: self
                .rows
                .iter()
                .map(|Listed { row, exhibit }| Shown::of(row, exhibit.as_ref(), album))
                .collect(),
        };
        let json = serde_json::to_string(&data).map_err(askama::Error::custom)?;
        Ok(json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026"))
    }
}

impl Html<'_> {
    /// A number of things with its noun.
    fn count(&self, number: &u64, noun: &str) -> String {
        if *number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", grouped(*number)) }
    }

    fn bytes(&self, bytes: &usize) -> String {
        show_bytes(*bytes as u64)
    }

    /// An outcome's word for people.
    fn plain(&self, outcome: &str) -> String {
        outcome.replace('_', " ")
    }
}

fn title(tally: &Tally, rows: &[Listed], headline: &Headline, inspected: Option<&Inspected>) -> String {
    match (inspected, rows) {
        (Some(_), [only]) => format!("{} \u{b7} scrimp", only.row.path),
        _ if tally.photos == 1 => "1 photo \u{b7} scrimp".to_owned(),
        _ => format!("{} photos, {} smaller \u{b7} scrimp", grouped(tally.photos), headline.percent),
    }
}

impl Headline {
    fn of(tally: &Tally) -> Self {
        let (before, after) = (tally.bytes_before, tally.bytes_after);
        Self {
            before: show_bytes(before),
            after: show_bytes(after),
            saved: show_bytes(before.saturating_sub(after)),
            percent: percent(before, after),
        }
    }
}

fn counts(tally: &Tally) -> Vec<Count> {
    let all = [
        ("saved", OutcomeKind::Saved, tally.saved),
        ("kept as they were", OutcomeKind::Kept, tally.kept),
        ("short of the goal", OutcomeKind::BestEffort, tally.best_effort),
        ("refused", OutcomeKind::Refused, tally.refused),
        ("failed", OutcomeKind::Failed, tally.failed),
    ];
    let told = |(_, outcome, photos): &(_, OutcomeKind, u64)| *photos > 0 || *outcome == OutcomeKind::Saved;
    all.into_iter().filter(told).map(|(word, outcome, photos)| Count { word, outcome, photos }).collect()
}

fn histograms(tally: &Tally) -> Vec<Histogram> {
    let score = match tally.goal.and_then(|goal| Metric::from_name(goal.metric)) {
        Some(Metric::Ssim) => Unit { decimals: 4, suffix: "" },
        _ => Unit { decimals: 2, suffix: "" },
    };
    let goal = tally.goal.and_then(|goal| goal.value).map(|value| ("goal", value));
    let floor = tally.goal.and_then(|goal| goal.floor).map(|value| ("floor", value));
    let percent = Unit { decimals: 0, suffix: "\u{202f}%" };
    let quality = Unit { decimals: 0, suffix: "" };
    let drawings = [
        Histogram::of("Saved", &tally.savings, percent, None),
        Histogram::of("Score", &tally.scores, score, goal),
        Histogram::of("Score of the worst spot", &tally.worst, score, floor),
        Histogram::of("JPEG quality chosen", &tally.qualities, quality, None),
    ];
    // One photo has no distribution.
    if tally.photos > 1 { drawings.into_iter().flatten().collect() } else { Vec::new() }
}

/// The most frequent reason first.
fn lines(tally: &Tally, which: impl Fn(OutcomeKind) -> bool) -> Vec<Line<'_>> {
    let chosen = tally.reasons.iter().filter(|((outcome, _), _)| which(*outcome));
    let mut lines: Vec<_> = chosen
        .map(|((outcome, code), reason)| Line {
            outcome: *outcome,
            code,
            words: words(code),
            reason,
            bytes: show_bytes(reason.bytes),
        })
        .collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.reason.photos));
    lines
}

impl<'a> StaticRow<'a> {
    fn of(row: &'a Row, tally: &Tally) -> Self {
        let decimals = match tally.goal.and_then(|goal| Metric::from_name(goal.metric)) {
            Some(Metric::Ssim) => 4,
            _ => 2,
        };
        let score =
            |score: Option<f64>| score.map_or_else(String::new, |score| format!("{score:.decimals$}"));
        let before = row.input_bytes as u64;
        let after = row.output_bytes.map(|bytes| bytes as u64);
        Self {
            row,
            before: show_bytes(before),
            after: after.map_or_else(String::new, show_bytes),
            percent: after.map_or_else(String::new, |after| percent(before, after)),
            score: score(row.score),
            worst: score(row.worst),
        }
    }
}
