//! `scrimp shrink` of photos in object stores, by the shard.

use crate::args::ShrinkArguments;
use crate::exit::{Exit, UsageError};
use crate::interrupt::Interrupt;
use crate::plain::plain;
use crate::progress::Ticker;
use crate::{machine, show, shrink, summary, table};
use scrimp::Options;
use scrimp_batch::store::{Cut, Done, Item, Job, Place, Row, Shard, ShardRun, StoreError, Stores, Writing};
use scrimp_batch::summary::Part;
use scrimp_batch::{OutcomeKind, Summary};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Whether something of it is in a store, or comes by a list.
pub(crate) fn are_meant(arguments: &ShrinkArguments) -> bool {
    let of_stores = &arguments.of_stores;
    let is_url = |path: &Path| path.to_str().is_some_and(Place::is_url);
    of_stores.manifest.is_some()
        || of_stores.results.is_some()
        || arguments.paths.iter().any(|path| is_url(path))
        || arguments.output.as_deref().is_some_and(is_url)
}

pub(crate) fn run(arguments: &ShrinkArguments) -> anyhow::Result<Exit> {
    ensure_all_is_done_in_stores(arguments)?;
    let interrupt = Interrupt::listen()?;
    let job = job(arguments, shrink::options(arguments, &interrupt)?)?;
    let stores = Arc::new(Stores::new()?.interrupted_by(&interrupt.flag));
    let run = ShardRun { job: &job, stores: &stores, engine: scrimp::shrink, interrupt: &interrupt.flag };
    let results = arguments.of_stores.results.as_deref().map(place).transpose()?;
    let mut told = Told::begin(arguments);
    let worked = (|| {
        if job.writing == Writing::InPlace && !job.dry_run {
            stores.ensure_conditions(&job.to)?;
        }
        for shard in shards(arguments, &job, &stores)? {
            let Named { name, shard } = shard?;
            let results = results.as_ref().map(|results| results.join(&name));
            let done = run.work(&shard, results.as_ref(), |row| told.tell(row))?;
            told.end(&name, &done);
        }
        Ok(())
    })();
    told.ticker.end();
    match worked {
        Err(StoreError::Interrupted) => {
            note!("scrimp: interrupted; the same command goes on where this one ended");
            return Ok(interrupt.exit().unwrap_or(Exit::SomeUndone));
        }
        Err(error) => return Err(error.into()),
        Ok(()) => {}
    }
    told.finish(arguments)
}

/// What makes no sense in a store, or is not there for them, is not passed over.
fn ensure_all_is_done_in_stores(arguments: &ShrinkArguments) -> Result<(), UsageError> {
    let unknown = [
        ("--backup", arguments.backup.is_some()),
        ("--split-hard-links", arguments.split_hard_links),
        ("--save", arguments.save.is_some()),
        ("--report", arguments.report.is_some()),
        ("--ledger", arguments.ledger.is_some()),
        ("--resume", arguments.resume),
        ("--include, --exclude and their like", arguments.selection.is_given()),
    ];
    let wrong = |why: String| Err(UsageError(why));
    if let Some((name, _)) = unknown.into_iter().find(|(_, is_given)| *is_given) {
        let resume = "; what is done is known by its output, so the same command goes on by itself";
        let more = if matches!(name, "--resume" | "--ledger") { resume } else { "" };
        return wrong(format!("{name} is for files of this machine, not for object stores or lists{more}"));
    }
    if arguments.output.is_none() && !arguments.in_place {
        return wrong("say with -o to which URL or folder, or --in-place".to_owned());
    }
    if arguments.paths.len() > 1 {
        return wrong("name one prefix of a store, or a list of photos with --manifest".to_owned());
    }
    Ok(())
}

const fn writing(arguments: &ShrinkArguments) -> Writing {
    match (arguments.in_place, arguments.overwrite) {
        (true, _) => Writing::InPlace,
        (false, true) => Writing::Over,
        (false, false) => Writing::New,
    }
}

fn job(arguments: &ShrinkArguments, options: Options) -> Result<Job, UsageError> {
    // In place the photos' own.
    let output = arguments.output.as_ref().or(arguments.paths.first());
    let missing = || UsageError("--in-place: name the prefix of a store that all photos stand in".to_owned());
    let to = place(output.ok_or_else(missing)?)?;
    if !to.is_writable() {
        return Err(UsageError(format!("{to} cannot be written to; name a store (s3://...) or a folder")));
    }
    Ok(Job {
        from: arguments.paths.first().map(|path| place(path)).transpose()?,
        to,
        options,
        writing: writing(arguments),
        dry_run: arguments.dry_run,
        threads: arguments.jobs.unwrap_or_else(machine::threads),
        memory: arguments.limits.memory(),
    })
}

/// A URL, or a path of this machine.
pub(crate) fn place(path: &Path) -> Result<Place, UsageError> {
    match path.to_str().filter(|text| Place::is_url(text)) {
        Some(url) => url.parse().map_err(UsageError),
        None => Ok(Place::of_path(path)),
    }
}

/// A shard, and the name of its results.
struct Named {
    name: String,
    shard: Shard,
}

type Shards<'a> = Box<dyn Iterator<Item = Result<Named, StoreError>> + 'a>;

/// What there is to do, a shard at a time.
fn shards<'a>(
    arguments: &ShrinkArguments,
    job: &Job,
    stores: &'a Arc<Stores>,
) -> Result<Shards<'a>, StoreError> {
    let usage = |error: UsageError| StoreError::Usage(error.0);
    let read = |place: Place| {
        let name = place.file_name().to_owned();
        stores.shard(&place).map(|shard| Named { name, shard })
    };
    let Some(manifest) = &arguments.of_stores.manifest else {
        let from =
            job.from.as_ref().ok_or_else(|| StoreError::Usage("name a prefix of a store".to_owned()))?;
        return Ok(cut(photos(stores, from)?));
    };
    let manifest = place(manifest).map_err(usage)?;
    if let Some(number) = arguments.of_stores.index {
        return Ok(Box::new(std::iter::once(read(manifest.join(&Shard::file_name(number))))));
    }
    if Shard::is_name(manifest.file_name()) {
        return Ok(Box::new(std::iter::once(read(manifest))));
    }
    let there = stores.shards_below(&manifest)?;
    match there.is_empty() {
        true => Ok(cut(stores.manifest(&manifest)?)),
        false => Ok(Box::new(there.into_iter().map(read))),
    }
}

/// Below a prefix; or the one photo of this name.
fn photos(stores: &Arc<Stores>, from: &Place) -> Result<scrimp_batch::store::Items, StoreError> {
    let mut below = stores.list(from)?.peekable();
    match below.peek() {
        Some(_) => Ok(Box::new(below)),
        None if from.path().is_empty() => Ok(Box::new(below)),
        None => Ok(Box::new(stores.one(from)?.into_iter().map(Ok))),
    }
}

fn cut<'a>(items: impl Iterator<Item = Result<Item, StoreError>> + 'a) -> Shards<'a> {
    let name = |number| Shard::file_name(number);
    let cut = Cut::new(items, Shard::USUAL).enumerate();
    Box::new(cut.map(move |(number, shard)| shard.map(|shard| Named { name: name(number), shard })))
}

/// What is told of the work.
struct Told {
    is_json: bool,
    ticker: Ticker,
    began: Instant,
    summary: Summary,
    /// Photos of the shard in hand, which the summary has not yet.
    in_hand: u64,
}

impl Told {
    fn begin(arguments: &ShrinkArguments) -> Self {
        let ticker = if arguments.quiet { Ticker::Nothing } else { Ticker::show() };
        Self {
            is_json: arguments.json,
            ticker,
            began: Instant::now(),
            summary: Summary::default(),
            in_hand: 0,
        }
    }

    fn tell(&mut self, row: &Row) {
        self.in_hand += 1;
        let finished = self.summary.photos + self.in_hand;
        let seconds = self.began.elapsed().as_secs_f64().max(1e-3);
        self.ticker.tell(format!(
            "{}, {:.1} photos/s",
            table::photos(finished as usize),
            finished as f64 / seconds
        ));
        self.ticker.suspend(|| {
            if self.is_json {
                // Standard output that is closed ends the program, as elsewhere.
                let _ = serde_json::to_string(&Line::of(row)).map(|line| show::line(&line));
            } else if !row.is_done() {
                let reason = row.error.as_deref().unwrap_or_default();
                note!("scrimp: {} {}: {reason}", row.outcome.name(), plain(&row.key));
            }
        });
    }

    fn end(&mut self, name: &str, done: &Done) {
        self.in_hand = 0;
        self.summary.add_all(&done.summary);
        if done.before {
            self.ticker.suspend(|| note!("scrimp: {name} was done before, by its results"));
        }
    }

    fn finish(self, arguments: &ShrinkArguments) -> anyhow::Result<Exit> {
        if !arguments.quiet && !self.is_json {
            summary::lines(&self.summary).iter().try_for_each(|line| show::line(line))?;
        }
        let is_done = |kind: &OutcomeKind| matches!(kind, OutcomeKind::Saved | OutcomeKind::Kept);
        Ok(if self.summary.outcomes.keys().all(is_done) { Exit::Done } else { Exit::SomeUndone })
    }
}

/// A row as a record of `--json`, by the names of docs/json.md.
#[derive(Serialize)]
struct Line<'a> {
    path: &'a str,
    outcome: &'a str,
    code: &'a str,
    reason: &'a str,
    input_bytes: u64,
    output_bytes: Option<u64>,
    score: Option<f64>,
    quality: Option<u8>,
    rollout: Option<Part>,
    output: Option<&'a str>,
    source_etag: Option<&'a str>,
    output_etag: Option<&'a str>,
    cpu_seconds: f64,
}

impl<'a> Line<'a> {
    fn of(row: &'a Row) -> Self {
        Self {
            path: &row.key,
            outcome: row.outcome.name(),
            code: row.code.as_deref().unwrap_or_default(),
            reason: row.error.as_deref().unwrap_or_default(),
            input_bytes: row.bytes_before,
            output_bytes: row.bytes_after,
            score: row.score,
            quality: row.quality,
            rollout: row.rollout,
            output: row.output_key.as_deref(),
            source_etag: row.source_etag.as_deref(),
            output_etag: row.output_etag.as_deref(),
            cpu_seconds: row.cpu_seconds,
        }
    }
}
