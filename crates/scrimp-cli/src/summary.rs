//! `scrimp summary`: what many photos came to.

use crate::args::SummaryArguments;
use crate::exit::Exit;
use crate::plain::plain;
use crate::show;
use crate::source::is_stream;
use crate::stores::place;
use crate::sum::Count;
use crate::table::{in_colour, photos};
use anyhow::Context;
use scrimp::Arm;
use scrimp_batch::store::{Place, Results, StoreError, Stores};
use scrimp_batch::summary::{Arms, Gain, Outcomes, Side, for_each_line};
use scrimp_batch::{OutcomeKind, Summary};
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) fn run(arguments: &SummaryArguments) -> anyhow::Result<Exit> {
    let (mut summary, mut unread) = (Summary::default(), 0);
    let (urls, paths): (Vec<_>, Vec<_>) = arguments.results.iter().cloned().partition(|path| is_url(path));
    if !urls.is_empty() {
        unread += add_of_stores(&urls, &mut summary)?;
    }
    for file in files_of(&paths)? {
        if let Err(error) = add(&file, &mut summary) {
            note!("scrimp: {error}");
            unread += 1;
        }
    }
    if arguments.json {
        show::line(&serde_json::to_string(&summary)?)?;
    } else {
        lines(&summary).iter().try_for_each(|line| show::line(line))?;
    }
    Ok(if unread == 0 { Exit::Done } else { Exit::SomeUndone })
}

fn is_url(path: &Path) -> bool {
    path.to_str().is_some_and(Place::is_url)
}

/// Adds the results in stores, each that is named and those right below prefixes that are; returns how many cannot be read.
fn add_of_stores(urls: &[PathBuf], summary: &mut Summary) -> anyhow::Result<usize> {
    let stores = Arc::new(Stores::new()?);
    let mut unread = 0;
    for url in urls {
        let place = place(url)?;
        let is_table = place.file_name().ends_with(".parquet");
        for place in if is_table { vec![place] } else { stores.tables_below(&place)? } {
            match stores.results(&place) {
                Ok(results) => results.rows.iter().for_each(|row| summary.add(row.into())),
                Err(error) => {
                    note!("scrimp: {error}");
                    unread += 1;
                }
            }
        }
    }
    Ok(unread)
}

/// Each file that is named, and those of folders that are, in the order of their names.
fn files_of(places: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    const ENDS: [&str; 4] = ["parquet", "jsonl", "ndjson", "json"];
    let mut files = Vec::new();
    for place in places {
        if !place.is_dir() {
            files.push(place.clone());
            continue;
        }
        let unreadable = || format!("{} cannot be read", place.display());
        let paths =
            std::fs::read_dir(place).with_context(unreadable)?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<Result<Vec<_>, _>>().with_context(unreadable)?;
        paths.retain(|path| {
            path.extension().is_some_and(|end| ENDS.iter().any(|known| end.eq_ignore_ascii_case(known)))
        });
        paths.sort();
        files.append(&mut paths);
    }
    Ok(files)
}

/// Adds the photos of a file; of one that is damaged those before the damage.
fn add(path: &Path, summary: &mut Summary) -> Result<(), StoreError> {
    if is_stream(path) {
        return for_each_line("standard input", io::stdin().lock(), |photo| summary.add(photo));
    }
    let place = path.display().to_string();
    let unreadable =
        |error: io::Error| StoreError::Unreadable { place: place.clone(), why: error.to_string() };
    let mut file = File::open(path).map_err(unreadable)?;
    if is_parquet(&mut file).map_err(unreadable)? {
        let results = Results::of_file(&place, file)?;
        results.rows.iter().for_each(|row| summary.add(row.into()));
        return Ok(());
    }
    for_each_line(&place, BufReader::new(file), |photo| summary.add(photo))
}

/// By its first bytes, the same for all Parquet files.
fn is_parquet(file: &mut File) -> io::Result<bool> {
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head == b"PAR1")
}

/// The sum, and what was not done and why.
pub(crate) fn lines(summary: &Summary) -> Vec<String> {
    let mut lines: Vec<_> =
        summary.outcomes.iter().map(|(kind, outcomes)| outcome_line(*kind, outcomes)).collect();
    let time =
        summary.cpu_seconds.map_or(String::new(), |seconds| format!(", {} of CPU time", hours(seconds)));
    let count =
        Count { photos: summary.photos as usize, before: summary.bytes_before, after: summary.bytes_after };
    lines.push(count.row(&format!("{:<12}", "total"), &format!("{}{time}", photos(count.photos))));
    // Of photos that all are in the shadow the other comparison says all.
    let is_shadow = |arms: &&Arms| summary.shadow.is_some() && arms.treatment.photos == 0;
    if let Some(arms) = summary.rollout.as_ref().filter(|arms| !is_shadow(arms)) {
        lines.extend(arm_lines("rollout", arms));
    }
    if let Some(arms) = &summary.shadow {
        lines.extend(arm_lines("shadow", arms));
    }
    for (kind, outcomes) in summary.outcomes.iter().filter(|(kind, _)| !kind.is_done()) {
        lines.extend(outcomes.codes.iter().map(|(code, reason)| {
            let (count, example) = (photos(reason.photos as usize), plain(&reason.example).into_owned());
            format!("{} {}: {count}, the first is {example}", kind.name(), plain(code))
        }));
    }
    lines
}

/// The arms of a rollout, and what lies between them.
fn arm_lines(what: &str, arms: &Arms) -> Vec<String> {
    let line = |name: &str, side: &Side| {
        let count =
            Count { photos: side.photos as usize, before: side.bytes_before, after: side.bytes_after };
        let mut text = photos(count.photos);
        if side.score.photos > 0 {
            text += &format!(", score {:.2} on average", side.score.mean);
        }
        if side.undone > 0 {
            text += &format!(", {} not done", side.undone);
        }
        count.row(&format!("{name:<12}"), &text)
    };
    let mut lines = vec![
        format!("{what}:"),
        line(Arm::Treatment.name(), &arms.treatment),
        line(Arm::Control.name(), &arms.control),
    ];
    if let Some(Gain { mean, interval: (low, high) }) = arms.gain() {
        let [mean, low, high] = [mean, low, high].map(|share| 100.0 * share);
        lines.push(format!(
            "the treatment saves {mean:+.1} points of a photo's bytes more than the control; 19 times in 20 from {low:+.1} to {high:+.1}"
        ));
    }
    lines
}

fn outcome_line(kind: OutcomeKind, outcomes: &Outcomes) -> String {
    let count = Count {
        photos: outcomes.photos as usize,
        before: outcomes.bytes_before,
        after: outcomes.bytes_after,
    };
    count.row(&in_colour(kind), &photos(count.photos))
}

/// A time that may be that of many machines.
fn hours(seconds: f64) -> String {
    match seconds {
        ..120.0 => format!("{seconds:.1} s"),
        ..7200.0 => format!("{:.1} min", seconds / 60.0),
        _ => format!("{:.1} h", seconds / 3600.0),
    }
}
