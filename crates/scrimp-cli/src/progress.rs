//! What is to be seen of a job while it goes on.

use crate::plain::plain;
use crate::size;
use crate::table::failure;
use indicatif::{HumanDuration, MultiProgress, ProgressBar, ProgressStyle};
use scrimp_batch::{Event, Record};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// The progress of a job, on standard error.
pub(crate) struct Progress {
    view: View,
    found: usize,
    total: usize,
    finished: usize,
    pixels: u64,
    saved: u64,
    began: Instant,
}

enum View {
    Terminal(Board),
    /// No terminal: a plain line now and then.
    Lines(Interval),
    Nothing,
}

/// The time between two plain lines.
pub(crate) struct Interval {
    last: Instant,
}

impl Interval {
    const LENGTH: Duration = Duration::from_secs(30);

    fn begin() -> Self {
        Self { last: Instant::now() }
    }

    /// Whether one is over, and the next begins.
    fn is_over(&mut self, now: Instant) -> bool {
        let is_over = now.saturating_duration_since(self.last) >= Self::LENGTH;
        if is_over {
            self.last = now;
        }
        is_over
    }
}

impl Progress {
    /// On a terminal lines that move, else plain ones.
    pub(crate) fn show() -> Self {
        let board = Board::new();
        let view =
            if board.lines.is_hidden() { View::Lines(Interval::begin()) } else { View::Terminal(board) };
        Self::of(view)
    }

    /// Nothing to be seen, but what a person looks for in a terminal.
    pub(crate) fn hide() -> Self {
        Self::of(View::Nothing)
    }

    fn of(view: View) -> Self {
        Self { view, found: 0, total: 0, finished: 0, pixels: 0, saved: 0, began: Instant::now() }
    }

    /// The photos are known, and the work begins.
    pub(crate) fn begin(&mut self, total: usize) {
        (self.total, self.began) = (total, Instant::now());
        if let View::Terminal(board) = &self.view {
            board.begin(total);
        }
    }

    pub(crate) fn tell(&mut self, event: &Event) {
        match event {
            Event::Found => self.find(),
            Event::Started { index, path } => {
                if let View::Terminal(board) = &mut self.view {
                    board.take_in_hand(*index, path.clone());
                }
            }
            Event::Finished { index, record } => self.finish_one(*index, record.as_deref()),
            Event::Pulse => {
                if let View::Terminal(board) = &self.view {
                    board.main.tick();
                }
            }
            _ => {}
        }
    }

    fn find(&mut self) {
        self.found += 1;
        if let View::Terminal(board) = &self.view {
            board.main.set_message(format!("looking for photos: {} found", self.found));
        }
    }

    fn finish_one(&mut self, index: usize, record: Option<&Record>) {
        self.finished += 1;
        self.pixels += record.map_or(0, Record::pixels);
        self.saved += record.map_or(0, Record::saved_bytes) as u64;
        let so_far = self.so_far();
        match &mut self.view {
            View::Terminal(board) => {
                board.main.inc(1);
                let left = HumanDuration(board.main.eta());
                let (finished, total) = (self.finished, self.total);
                board.main.set_message(format!("{finished} of {total} photos, {left:#} left, {so_far}"));
                board.put_down(index);
                if let Some(record) = record.filter(|record| !record.is_done()) {
                    board.fail(plain(&failure(record)).into_owned());
                }
            }
            View::Lines(interval) => {
                if self.finished < self.total && interval.is_over(Instant::now()) {
                    note!("scrimp: {} of {} photos, {so_far}", self.finished, self.total);
                }
            }
            View::Nothing => {}
        }
    }

    fn so_far(&self) -> String {
        let seconds = self.began.elapsed().as_secs_f64().max(1e-3);
        let (photos, megapixels) = (self.finished as f64, self.pixels as f64 / 1e6);
        let saved = size::show(self.saved);
        format!(
            "{saved} saved, {megapixels:.1} MP, {:.1} photos/s, {:.1} MP/s",
            photos / seconds,
            megapixels / seconds
        )
    }

    /// Prints something, with the moving lines out of its way.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        match &self.view {
            View::Terminal(board) => board.lines.suspend(print),
            View::Lines(_) | View::Nothing => print(),
        }
    }

    /// Takes the moving lines away.
    pub(crate) fn end(&self) {
        if let View::Terminal(board) = &self.view {
            // That the terminal has gone away is no reason to fail.
            let _ = board.lines.clear();
        }
    }
}

/// The lines at the foot of a terminal: what went wrong, what is in hand, how far it is.
struct Board {
    lines: MultiProgress,
    failures: Vec<ProgressBar>,
    last_failures: Vec<String>,
    failed: usize,
    hands: ProgressBar,
    in_hand: BTreeMap<usize, PathBuf>,
    main: ProgressBar,
}

impl Board {
    /// So many failures stay to be seen.
    const FAILURES: usize = 4;

    fn new() -> Self {
        let lines = MultiProgress::new();
        let hands = lines.add(line());
        let main = lines.add(ProgressBar::new_spinner().with_style(style("{spinner} {wide_msg}")));
        Self {
            lines,
            failures: Vec::new(),
            last_failures: Vec::new(),
            failed: 0,
            hands,
            in_hand: BTreeMap::new(),
            main,
        }
    }

    fn begin(&self, total: usize) {
        self.main.set_length(total as u64);
        self.main.set_position(0);
        self.main.set_style(style("{spinner} {bar:12} {wide_msg}"));
        self.main.reset_eta();
        self.main.set_message(format!("0 of {total} photos"));
    }

    fn take_in_hand(&mut self, index: usize, path: PathBuf) {
        self.in_hand.insert(index, path);
        self.show_hands();
    }

    fn put_down(&mut self, index: usize) {
        self.in_hand.remove(&index);
        self.show_hands();
    }

    fn show_hands(&self) {
        let names: Vec<_> = self.in_hand.values().map(|path| path.display().to_string()).collect();
        self.hands.set_message(format!("  in hand: {}", plain(&names.join(", "))));
    }

    /// The last failures stay above the moving lines, whatever else is printed.
    fn fail(&mut self, text: String) {
        self.failed += 1;
        self.last_failures.push(text);
        if self.last_failures.len() > Self::FAILURES {
            self.last_failures.remove(0);
        }
        while self.failures.len() <= self.last_failures.len() {
            self.failures.push(self.lines.insert(self.failures.len(), line()));
        }
        let head = format!("  not done: {}; the last:", self.failed);
        let texts = self.last_failures.iter().map(|text| format!("    {text}"));
        for (bar, text) in self.failures.iter().zip(std::iter::once(head).chain(texts)) {
            bar.set_message(text);
        }
    }
}

/// How far work has come whose length nobody knows: one line that moves on a terminal, else a plain one now and then.
pub(crate) enum Ticker {
    Terminal(ProgressBar),
    Lines(Interval),
    Nothing,
}

impl Ticker {
    pub(crate) fn show() -> Self {
        let bar = ProgressBar::new_spinner().with_style(style("{spinner} {wide_msg}"));
        if bar.is_hidden() {
            return Self::Lines(Interval::begin());
        }
        bar.enable_steady_tick(Duration::from_millis(250));
        Self::Terminal(bar)
    }

    pub(crate) fn tell(&mut self, text: String) {
        if let Some(line) = self.line(text, Instant::now()) {
            note!("scrimp: {line}");
        }
    }

    /// What is to be printed of it, if anything is.
    fn line(&mut self, text: String, now: Instant) -> Option<String> {
        match self {
            Self::Terminal(bar) => {
                bar.set_message(text);
                None
            }
            Self::Lines(interval) => interval.is_over(now).then_some(text),
            Self::Nothing => None,
        }
    }

    /// Prints something, with the moving line out of its way.
    pub(crate) fn suspend(&self, print: impl FnOnce()) {
        match self {
            Self::Terminal(bar) => bar.suspend(print),
            Self::Lines(_) | Self::Nothing => print(),
        }
    }

    /// Takes the moving line away.
    pub(crate) fn end(&self) {
        if let Self::Terminal(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn line() -> ProgressBar {
    ProgressBar::new_spinner().with_style(style("{wide_msg}"))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_lines_come_now_and_then() {
        let mut shown = Ticker::Lines(Interval::begin());
        let start = Instant::now();
        let told = [0, 29, 31, 32, 59, 62, 200, 201].map(|second| {
            let now = start + Duration::from_secs(second);
            shown.line(second.to_string(), now).is_some()
        });
        assert_eq!(told, [false, false, true, false, false, true, true, false]);
        let later = start + Duration::from_secs(300);
        assert_eq!(shown.line("300".to_owned(), later).as_deref(), Some("300"));
        assert_eq!(Ticker::Nothing.line("300".to_owned(), later), None);
    }
}
