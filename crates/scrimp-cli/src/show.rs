//! What people and programs see of the results.

use crate::exit::{Exit, UsageError, remedy};
use crate::size;
use anstyle::{AnsiColor, Style};
use anyhow::Context;
use scrimp_batch::{OutcomeKind, Record};
use std::io::{self, Write};
use std::path::Path;

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    StandardOutput,
    StandardError,
}

/// Prints a line of results.
pub(crate) fn line(text: &str) -> anyhow::Result<()> {
    line_to(Where::StandardOutput, text)
}

fn line_to(place: Where, text: &str) -> anyhow::Result<()> {
    let (written, name) = match place {
        Where::StandardOutput => (writeln!(anstream::stdout(), "{text}"), "standard output"),
        Where::StandardError => (writeln!(anstream::stderr(), "{text}"), "standard error"),
    };
    match written {
        // A reader that has gone away is no reason to stop the work.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.with_context(|| format!("the results cannot be written to {name}")),
    }
}

/// The table of a job: a line for each photo as it is done, and the sum at the end; or JSON Lines.
#[derive(Debug)]
pub(crate) struct Table {
    json: bool,
    place: Where,
    /// Whether kept photos are copied to where the outputs go.
    copies: bool,
    photos: usize,
    done: usize,
    saved: usize,
    passed_over: usize,
    bytes_before: u64,
    bytes_after: u64,
    /// The first line that could not be printed; it does not stop the work.
    lost: Option<anyhow::Error>,
}

impl Table {
    pub(crate) fn to(json: bool, place: Where) -> Self {
        Self {
            json,
            place,
            copies: true,
            photos: 0,
            done: 0,
            saved: 0,
            passed_over: 0,
            bytes_before: 0,
            bytes_after: 0,
            lost: None,
        }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.photos += 1;
        self.done += usize::from(record.is_done());
        self.saved += usize::from(record.outcome == OutcomeKind::Saved);
        self.bytes_before += record.input_bytes as u64;
        self.bytes_after += record.output_bytes.unwrap_or(record.input_bytes) as u64;
        if self.json {
            match serde_json::to_string(record) {
                Ok(text) => self.line(&text),
                Err(error) => note!("scrimp: {}: {error}", record.path.display()),
            }
        } else {
            self.line(&row(record));
        }
        // Where JSON goes to standard error, nothing else does.
        if !(self.json && self.place == Where::StandardError) {
            self.warn(record);
        }
    }

    /// What a person should not overlook.
    fn warn(&self, record: &Record) {
        let path = record.path.display();
        if !record.is_done() && !self.json {
            note!("scrimp: {path}: {}{}", record.reason, remedy(record.code));
        }
        if self.copies && record.outcome == OutcomeKind::Kept && record.output.is_none() {
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

    /// Of a job in place, where a kept photo simply stays.
    pub(crate) fn of_photos_that_stay(self) -> Self {
        Self { copies: false, ..self }
    }

    pub(crate) fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.photos == 0
    }

    pub(crate) fn is_all_done(&self) -> bool {
        self.done == self.photos
    }

    /// The sum, for people; and what was not done. Tells if a line of results was lost.
    pub(crate) fn finish(&mut self, left: usize) -> anyhow::Result<()> {
        if left > 0 {
            let are = if left == 1 { "is" } else { "are" };
            note!("scrimp: interrupted; {} {are} left", photos(left));
        }
        if !self.json && self.photos > 1 {
            let (before, after) = (self.bytes_before, self.bytes_after);
            let percent = percent_saved(before, after);
            let sizes = sizes(before, after);
            let done = format!("{} of {} made smaller", self.saved, photos(self.photos));
            self.line(&format!("{:<12}{sizes}  {percent:>7}  {done}", "total"));
        }
        match self.passed_over {
            0 => {}
            _ if self.json => {}
            1 => note!("scrimp: 1 file that is no image was passed over"),
            files => note!("scrimp: {files} files that are no images were passed over"),
        }
        self.lost.take().map_or(Ok(()), Err)
    }
}

fn photos(count: usize) -> String {
    if count == 1 { "1 photo".to_owned() } else { format!("{count} photos") }
}

/// Whether a name claims another format than JPEG.
fn is_misnamed(path: &Path) -> bool {
    const OTHERS: [&str; 9] = ["png", "gif", "webp", "tif", "tiff", "bmp", "heic", "avif", "jxl"];
    path.extension().is_some_and(|ext| OTHERS.iter().any(|other| ext.eq_ignore_ascii_case(other)))
}

fn sizes(before: u64, after: u64) -> String {
    format!("{:>8} -> {:>8}", size::show(before), size::show(after))
}

fn percent_saved(before: u64, after: u64) -> String {
    if before == 0 {
        return "-".to_owned();
    }
    let percent = 100.0 * (after as f64 / before as f64 - 1.0);
    // What is still there is not gone, however small it is.
    format!("{:+.1} %", if after > 0 { percent.max(-99.9) } else { percent })
}

fn row(record: &Record) -> String {
    let colour = match record.outcome {
        OutcomeKind::Saved => AnsiColor::Green,
        OutcomeKind::Kept => AnsiColor::Cyan,
        OutcomeKind::BestEffort | OutcomeKind::Refused | OutcomeKind::Failed => AnsiColor::Red,
    };
    let style = Style::new().fg_color(Some(colour.into()));
    let outcome = format!("{style}{:<12}{style:#}", record.outcome.name());
    let path = record.path.display();
    let before = record.input_bytes as u64;
    match (record.output_bytes, record.score, record.setting) {
        (Some(bytes), Some(score), Some(setting)) => {
            let (sizes, percent) = (sizes(before, bytes as u64), percent_saved(before, bytes as u64));
            let how =
                format!("score {}  q {} {}", in_four_digits(score), setting.quality, setting.subsampling);
            format!("{outcome}{sizes}  {percent:>7}  {how:<28}  {path}")
        }
        _ => format!("{outcome}{:>8}  {path}: {}", size::show(before), record.reason),
    }
}

/// A score in about four digits, whatever the metric's unit.
fn in_four_digits(score: f64) -> String {
    if score.abs() < 10.0 { format!("{score:.4}") } else { format!("{score:.2}") }
}

/// Prints the manual page of the program or of one of its commands.
pub(crate) fn manual_page(mut program: clap::Command, name: Option<&str>) -> anyhow::Result<Exit> {
    program.build();
    let command = match name {
        None => program,
        Some(name) => {
            let unknown = || UsageError(format!("there is no command {name:?}"));
            program.find_subcommand(name).cloned().ok_or_else(unknown)?
        }
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command).render(&mut page)?;
    line(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Exit::Done)
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
