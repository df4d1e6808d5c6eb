//! What people and programs see of the results.

use crate::exit::{Exit, UsageError};
use crate::size;
use anstyle::{AnsiColor, Style};
use scrimp_batch::Record;
use std::io::Write;

/// Where results go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Where {
    StandardOutput,
    StandardError,
}

/// Prints a line of results. A reader that has gone away is no reason to stop the work.
pub(crate) fn line(text: &str) {
    line_to(Where::StandardOutput, text);
}

fn line_to(place: Where, text: &str) {
    let _ = match place {
        Where::StandardOutput => writeln!(anstream::stdout(), "{text}"),
        Where::StandardError => writeln!(anstream::stderr(), "{text}"),
    };
}

/// The table of a job: a line for each photo as it is done, and the sum at the end; or JSON Lines.
#[derive(Debug)]
pub(crate) struct Table {
    json: bool,
    place: Where,
    photos: usize,
    done: usize,
    saved: usize,
    passed_over: usize,
    bytes_before: u64,
    bytes_after: u64,
}

impl Table {
    pub(crate) fn new(json: bool) -> Self {
        Self::to(json, Where::StandardOutput)
    }

    pub(crate) fn to(json: bool, place: Where) -> Self {
        Self { json, place, photos: 0, done: 0, saved: 0, passed_over: 0, bytes_before: 0, bytes_after: 0 }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.photos += 1;
        self.done += usize::from(record.is_done());
        self.saved += usize::from(record.outcome == "saved");
        self.bytes_before += record.input_bytes as u64;
        self.bytes_after += record.output_bytes.unwrap_or(record.input_bytes) as u64;
        if self.json {
            match serde_json::to_string(record) {
                Ok(text) => line_to(self.place, &text),
                Err(error) => anstream::eprintln!("scrimp: {}: {error}", record.path.display()),
            }
            return;
        }
        line_to(self.place, &row(record));
        if !record.is_done() {
            anstream::eprintln!("scrimp: {}: {}", record.path.display(), record.reason);
        }
    }

    pub(crate) fn pass_over(&mut self) {
        self.passed_over += 1;
    }

    pub(crate) fn is_all_done(&self) -> bool {
        self.done == self.photos
    }

    /// The sum, for people; and what was not done.
    pub(crate) fn finish(&mut self, left: usize) {
        if left > 0 {
            anstream::eprintln!("scrimp: interrupted; {left} photos are left");
        }
        if self.json {
            return;
        }
        if self.photos > 1 {
            let (before, after) = (self.bytes_before, self.bytes_after);
            let percent = percent_saved(before, after);
            let sizes = sizes(before, after);
            line_to(
                self.place,
                &format!(
                    "{:<12}{sizes}  {percent:>7}  {} of {} photos made smaller",
                    "total", self.saved, self.photos
                ),
            );
        }
        if self.passed_over > 0 {
            anstream::eprintln!("scrimp: {} files that are no images were passed over", self.passed_over);
        }
    }
}

fn sizes(before: u64, after: u64) -> String {
    format!("{:>8} -> {:>8}", size::show(before), size::show(after))
}

fn percent_saved(before: u64, after: u64) -> String {
    if before == 0 {
        "-".to_owned()
    } else {
        format!("{:+.1} %", 100.0 * (after as f64 / before as f64 - 1.0))
    }
}

fn row(record: &Record) -> String {
    let colour = match record.outcome {
        "saved" => AnsiColor::Green,
        "kept" => AnsiColor::Cyan,
        _ => AnsiColor::Red,
    };
    let style = Style::new().fg_color(Some(colour.into()));
    let outcome = format!("{style}{:<12}{style:#}", record.outcome);
    let path = record.path.display();
    let before = record.input_bytes as u64;
    match (record.output_bytes, record.score, record.setting) {
        (Some(bytes), Some(score), Some(setting)) => {
            let (sizes, percent) = (sizes(before, bytes as u64), percent_saved(before, bytes as u64));
            let how = format!("score {score:.2}  q {} {}", setting.quality, setting.subsampling);
            format!("{outcome}{sizes}  {percent:>7}  {how:<28}  {path}")
        }
        _ => format!("{outcome}{:>8}  {path}: {}", size::show(before), record.reason),
    }
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
    line(String::from_utf8_lossy(&page).trim_end());
    Ok(Exit::Done)
}
