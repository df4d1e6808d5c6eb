//! The table of a job: a line for each photo as it is done, and the sum at the end; or JSON Lines.

use crate::exit::remedy;
use crate::plain::plain;
use crate::show::{Where, line_to};
use crate::size;
use crate::sum::Sum;
use anstyle::{AnsiColor, Style};
use scrimp_batch::{Entry, OutcomeKind, Record};
use std::path::Path;

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A line for each photo, and the sum.
    Text,
    /// An object for each photo.
    Json,
    /// Failures alone.
    Quiet,
}

/// What a table is told, shown as it comes.
#[derive(Debug)]
pub(crate) struct Table {
    form: Form,
    place: Where,
    /// Whether kept photos are copied to where the outputs go.
    copies: bool,
    sum: Sum,
    /// The first line that could not be printed; it does not stop the work.
    lost: Option<anyhow::Error>,
}

impl Table {
    pub(crate) fn to(form: Form, place: Where) -> Self {
        Self { form, place, copies: true, sum: Sum::default(), lost: None }
    }

    /// Of a job where a kept photo simply stays.
    pub(crate) fn of_photos_that_stay(self) -> Self {
        Self { copies: false, ..self }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.sum.add(record);
        match self.form {
            Form::Text => self.line(&row(record)),
            Form::Json => match serde_json::to_string(record) {
                Ok(text) => self.line(&text),
                Err(error) => note!("scrimp: {}: {error}", record.path.display()),
            },
            Form::Quiet => {}
        }
        // Where JSON goes to standard error, nothing else does.
        if !(self.form == Form::Json && self.place == Where::StandardError) {
            self.warn(record);
        }
    }

    /// What a person should not overlook.
    fn warn(&self, record: &Record) {
        let path = record.path.display();
        if !record.is_done() && self.form != Form::Json {
            note!("scrimp: {}", failure(record));
        }
        if self.form == Form::Quiet {
            return;
        }
        if self.copies && record.outcome == OutcomeKind::Kept && record.output_bytes.is_none() {
            note!("scrimp: {path}: it is kept and no JPEG, so nothing is written");
        }
        let is_jpeg = matches!(record.outcome, OutcomeKind::Saved | OutcomeKind::BestEffort);
        if let Some(output) = record.output.as_deref().filter(|output| is_jpeg && is_misnamed(output)) {
            note!("scrimp: {} is a JPEG, whatever its name says", output.display());
        }
    }

    fn line(&mut self, text: &str) {
        if let Err(error) = line_to(self.place, text) {
            self.lost.get_or_insert(error);
        }
    }

    pub(crate) fn pass_over(&mut self) {
        self.sum.passed_over += 1;
    }

    /// An earlier run has done it.
    pub(crate) fn add_earlier(&mut self, entry: &Entry) {
        self.sum.add_earlier(entry);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sum.photos() == 0
    }

    pub(crate) fn is_all_done(&self) -> bool {
        self.sum.is_all_done()
    }

    /// The sum, for people; and what was not done. Tells if a line of results was lost.
    pub(crate) fn finish(&mut self, left: usize) -> anyhow::Result<()> {
        if left > 0 {
            let are = if left == 1 { "is" } else { "are" };
            note!("scrimp: interrupted; {} {are} left", photos(left));
        }
        if self.form == Form::Text {
            for line in self.sum.lines() {
                self.line(&line);
            }
            self.sum.notes().iter().for_each(|text| note!("scrimp: {text}"));
        }
        self.lost.take().map_or(Ok(()), Err)
    }
}

/// Why a photo is not done, and what to do about it.
pub(crate) fn failure(record: &Record) -> String {
    format!("{}: {}{}", record.path.display(), record.reason, remedy(record.code))
}

pub(crate) fn photos(count: usize) -> String {
    if count == 1 { "1 photo".to_owned() } else { format!("{count} photos") }
}

/// Whether a name claims another format than JPEG.
fn is_misnamed(path: &Path) -> bool {
    const OTHERS: [&str; 9] = ["png", "gif", "webp", "tif", "tiff", "bmp", "heic", "avif", "jxl"];
    path.extension().is_some_and(|ext| OTHERS.iter().any(|other| ext.eq_ignore_ascii_case(other)))
}

pub(crate) fn sizes(before: u64, after: u64) -> String {
    format!("{:>8} -> {:>8}", size::show(before), size::show(after))
}

pub(crate) fn percent_saved(before: u64, after: u64) -> String {
    if before == 0 {
        return "-".to_owned();
    }
    let percent = 100.0 * (after as f64 / before as f64 - 1.0);
    // What is still there is not gone, however small it is.
    format!("{:+.1} %", if after > 0 { percent.max(-99.9) } else { percent })
}

fn row(record: &Record) -> String {
    let outcome = in_colour(record.outcome);
    let path = record.path.display().to_string();
    let path = plain(&path);
    let before = record.input_bytes as u64;
    match (record.output_bytes, record.score, record.setting) {
        (Some(bytes), Some(score), Some(setting)) => {
            let (sizes, percent) = (sizes(before, bytes as u64), percent_saved(before, bytes as u64));
            let how =
                format!("score {}  q {} {}", in_four_digits(score), setting.quality, setting.subsampling);
            format!("{outcome}{sizes}  {percent:>7}  {how:<28}  {path}")
        }
        _ => format!(
            "{outcome}{:>8}  {path}: {}{}",
            size::show(before),
            plain(&record.reason),
            remedy(record.code)
        ),
    }
}

/// A score in about four digits, whatever the metric's unit.
fn in_four_digits(score: f64) -> String {
    if score.abs() < 10.0 { format!("{score:.4}") } else { format!("{score:.2}") }
}

/// The word for an outcome, in a column.
pub(crate) fn in_colour(outcome: OutcomeKind) -> String {
    let colour = match outcome {
        OutcomeKind::Saved => AnsiColor::Green,
        OutcomeKind::Kept => AnsiColor::Cyan,
        OutcomeKind::BestEffort | OutcomeKind::Refused | OutcomeKind::Failed => AnsiColor::Red,
    };
    let style = Style::new().fg_color(Some(colour.into()));
    format!("{style}{:<12}{style:#}", outcome.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_gone_is_100_percent_smaller() {
        assert_eq!(percent_saved(1_000_000, 10), "-99.9 %");
        assert_eq!(percent_saved(1_000_000, 0), "-100.0 %");
        assert_eq!(percent_saved(1000, 755), "-24.5 %");
        assert_eq!(percent_saved(0, 0), "-");
    }
}
