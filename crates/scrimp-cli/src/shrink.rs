//! `scrimp shrink`.

use crate::args::{RuleArguments, ShrinkArguments, nothing_to_try};
use crate::exit::{Exit, UsageError};
use crate::interrupt::Interrupt;
use crate::ledger::{self, Wanted};
use crate::machine;
use crate::progress::Progress;
use crate::save::{self, Found};
use crate::show::Where;
use crate::source::{self, is_stream};
use crate::stores;
use crate::table::{Form, Table};
use scrimp::{ClassRule, ClassRules, Coding, Convert, Credentials, Damage, Frames, Options};
use scrimp_batch::profile::ByClass;
use scrimp_batch::{
    Destination, Effect, Entry, Event, FileError, HardLinks, InPlace, Input, Job, JobError, Overwrite,
    Record, Report, Run, Session, Stream,
};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn run(arguments: &ShrinkArguments) -> anyhow::Result<Exit> {
    if stores::are_meant(arguments) {
        return stores::run(arguments);
    }
    let destination = destination(arguments)?;
    let interrupt = Interrupt::listen()?;
    let options = options(arguments, &interrupt)?;
    let is_printed = matches!(destination, Destination::Stream(_));
    let place = if is_printed { Where::StandardError } else { Where::StandardOutput };
    let table = Table::to(form(arguments), place);
    let stays = matches!(destination, Destination::InPlace(_) | Destination::Nowhere(_));
    let table = if stays { table.of_photos_that_stay() } else { table };
    ensure_one_stream_has_one_name(&arguments.paths, &destination).map_err(usage)?;
    let inputs = match inputs(&arguments.paths, options.limits.file_bytes, &interrupt) {
        Some(Ok(inputs)) => inputs,
        Some(Err(error)) => return unread(&error, table),
        None => return end(1, &interrupt, table),
    };
    let mut job = Job {
        inputs,
        selection: arguments.selection.selection(),
        destination,
        options,
        overwrite: overwrite(arguments),
        effect: if arguments.dry_run { Effect::DryRun } else { Effect::Write },
    };
    let run = Run {
        threads: arguments.jobs.unwrap_or_else(machine::threads),
        memory: arguments.limits.memory(),
        engine: scrimp::shrink,
        ledger: None,
        interrupt: &interrupt.flag,
        patience: PATIENCE,
    };
    let wanted =
        Wanted { file: arguments.ledger.as_deref(), resume: arguments.resume, paths: &arguments.paths };
    let ledger = ledger::of_job(wanted, &job)?;
    job.options.goal = match save::goal(arguments, &job, run, ledger.as_ref(), &interrupt)? {
        Found::Goal(goal) => goal,
        Found::Shown => return Ok(Exit::Done),
        Found::Interrupted => return Ok(interrupt.exit().unwrap_or(Exit::SomeUndone)),
    };
    if job.options.has_nothing_to_try() {
        return Err(nothing_to_try().into());
    }
    let session = |ledger| match arguments.resume {
        true => Session::resuming(ledger, &job),
        false => Session::recording(ledger, &job),
    };
    let run = Run { ledger: ledger.as_ref().map(session), ..run };
    let report = arguments.report.as_deref().map(|path| Report::begin(path, overwrite(arguments)));
    let results = Results { table, report: report.transpose()? };
    let progress = if arguments.quiet { Progress::hide() } else { Progress::show() };
    let (left, Results { table, report }) = work(&job, run, &interrupt, progress, results).map_err(usage)?;
    if left == Some(0) && table.is_empty() && !arguments.quiet {
        let paths: Vec<_> = arguments.paths.iter().map(|path| path.display().to_string()).collect();
        note!("scrimp: no photos found in {}", paths.join(", "));
    }
    let exit = end(left.unwrap_or(0), &interrupt, table);
    report.map_or(Ok(()), |report| report.finish(left.unwrap_or(0)))?;
    exit
}

/// What is in hand when Ctrl-C comes is as a rule through or left before that.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);

fn usage(error: JobError) -> UsageError {
    UsageError(error.to_string())
}

fn form(arguments: &ShrinkArguments) -> Form {
    match (arguments.json, arguments.quiet) {
        (true, _) => Form::Json,
        (_, true) => Form::Quiet,
        _ => Form::Text,
    }
}

pub(crate) fn options(arguments: &ShrinkArguments, interrupt: &Interrupt) -> anyhow::Result<Options> {
    let mut options = arguments.limits.options();
    set_rules(arguments, &mut options)?;
    options.size = arguments.size_limit();
    options.rollout = arguments.rollout.of_class(arguments.of_profile.class.as_deref());
    // That of --save is still to be found.
    if arguments.save.is_none() && options.has_nothing_to_try() {
        return Err(nothing_to_try().into());
    }
    if arguments.control.is_some() && options.rollout.is_none() {
        return Err(UsageError("--control goes with --rollout or --shadow".to_owned()).into());
    }
    options.from = arguments.from.into();
    options.effort = arguments.effort.into();
    options.min_saving = arguments.min_saving;
    options.strip.clone_from(&arguments.strip);
    options.coding = if arguments.baseline { Coding::Baseline } else { Coding::Progressive };
    options.credentials = if arguments.break_credentials { Credentials::Break } else { Credentials::Respect };
    options.background = arguments.background;
    options.frames = if arguments.first_frame { Frames::First } else { Frames::Single };
    options.damage = if arguments.salvage { Damage::Salvage } else { Damage::Refuse };
    options.interrupt = Some(Arc::clone(&interrupt.flag));
    Ok(options)
}

/// Sets the goal, and what holds instead for photos that are found to be of a class. What is said here wins over the
/// profile.
fn set_rules(arguments: &ShrinkArguments, options: &mut Options) -> anyhow::Result<()> {
    let RuleArguments { subsampling, other_formats } = arguments.rule;
    let said = |rule: &mut ClassRule| {
        rule.chroma = subsampling.unwrap_or(rule.chroma);
        rule.others = other_formats.unwrap_or(rule.others);
    };
    let (mut usual, others) = match &arguments.profile {
        None => (ClassRule::of_goal(arguments.goal.goal()?), ClassRules::default()),
        Some(path) => {
            let of_profile = &arguments.of_profile;
            let ByClass { usual, others } =
                of_profile.read(path)?.rules(path, of_profile.class.as_deref())?;
            (usual, ClassRules::new(others))
        }
    };
    said(&mut usual);
    usual.apply(options);
    options.control.goal = arguments.control.unwrap_or(options.control.goal);
    said(&mut options.control);
    options.class_rules = others.map(said);
    Ok(())
}

fn overwrite(arguments: &ShrinkArguments) -> Overwrite {
    match (arguments.overwrite, arguments.resume) {
        (true, _) => Overwrite::Always,
        // What a killed run has written is as good as what this one would write.
        (false, true) => Overwrite::Same,
        (false, false) => Overwrite::Never,
    }
}

fn destination(arguments: &ShrinkArguments) -> Result<Destination, UsageError> {
    let replaces = arguments.in_place || arguments.backup.is_some() || arguments.split_hard_links;
    if arguments.dry_run && arguments.output.is_none() && !replaces {
        return Ok(Destination::Nowhere(Convert::Never));
    }
    if arguments.in_place || (arguments.dry_run && arguments.output.is_none()) {
        let hard_links = if arguments.split_hard_links { HardLinks::Split } else { HardLinks::Leave };
        return Ok(Destination::InPlace(InPlace { backup: arguments.backup.clone(), hard_links }));
    }
    // Not told by clap, which asks for no option that conflicts with another.
    if arguments.backup.is_some() || arguments.split_hard_links {
        return Err(UsageError("--backup and --split-hard-links go with --in-place alone".to_owned()));
    }
    let why = "say where to write: with -o a file for one photo or a folder for several, or --in-place";
    let output = arguments.output.as_deref().ok_or_else(|| UsageError(why.to_owned()))?;
    Ok(output_destination(&arguments.paths, output))
}

/// A stream, or a folder when it exists as one, ends in `/`, or several photos or a folder come in; else a file.
fn output_destination(inputs: &[PathBuf], output: &Path) -> Destination {
    let ends_as_folder = output.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    let many = inputs.len() > 1 || inputs.iter().any(|input| input.is_dir());
    if is_stream(output) {
        Destination::Stream(Stream::new(std::io::stdout()))
    } else if output.is_dir() || ends_as_folder || many {
        Destination::Folder(output.to_path_buf())
    } else {
        Destination::File(output.to_path_buf())
    }
}

/// Looked at before standard input is waited for.
fn ensure_one_stream_has_one_name(paths: &[PathBuf], destination: &Destination) -> Result<(), JobError> {
    match destination {
        _ if !paths.iter().any(|path| is_stream(path)) => Ok(()),
        _ if paths.len() > 1 => Err(JobError::OneStreamForMany),
        Destination::Folder(_) => Err(JobError::NoName),
        Destination::InPlace(_) | Destination::Nowhere(_) => Err(JobError::NoFile),
        Destination::File(_) | Destination::Stream(_) => Ok(()),
    }
}

/// The paths as they are, and the bytes of standard input; none if it was interrupted.
fn inputs(paths: &[PathBuf], limit: u64, interrupt: &Interrupt) -> Option<Result<Vec<Input>, FileError>> {
    let input = |path: &PathBuf| {
        if is_stream(path) {
            let bytes = source::read_until_interrupted(limit, interrupt)?;
            Some(bytes.map(|bytes| Input::Bytes(bytes.into())))
        } else {
            Some(Ok(Input::Path(path.clone())))
        }
    };
    paths.iter().map(input).collect()
}

/// Tells that standard input could not be read.
fn unread(error: &FileError, mut table: Table) -> anyhow::Result<Exit> {
    table.add(&Record::trouble(Path::new("-"), 0, error));
    table.finish(0)?;
    Ok(Exit::SomeUndone)
}

/// What is made of the records of a job: the table, and the page if one is asked for.
struct Results {
    table: Table,
    report: Option<Report>,
}

impl Results {
    fn add(&mut self, record: &Record) {
        self.table.add(record);
        self.report.iter_mut().for_each(|report| report.add(record));
    }

    /// A photo that an earlier run had done.
    fn add_earlier(&mut self, path: &Path, entry: &Entry) {
        self.table.add_earlier(entry);
        self.report.iter_mut().for_each(|report| report.add_earlier(path, entry));
    }
}

/// Does the job and shows each photo; returns how many are left, none where that is not known.
fn work(
    job: &Job,
    run: Run<'_>,
    interrupt: &Interrupt,
    mut progress: Progress,
    mut results: Results,
) -> Result<(Option<usize>, Results), JobError> {
    let planned = job.plan(run.interrupt, |event| progress.tell(&event)).inspect_err(|_| progress.end());
    let mut planned = match planned {
        Err(JobError::Interrupted) => {
            note!("scrimp: {}", JobError::Interrupted);
            return Ok((None, results));
        }
        planned => planned?,
    };
    if let Some(report) = &results.report {
        report.show(&mut planned);
    }
    if let (Some(folder), Effect::Write) = (&planned.mixed_backups, job.effect) {
        progress.suspend(|| {
            note!(
                "scrimp: {} holds other files too, so it is not marked as a folder of backups: a later run over it takes what is in it for photos",
                folder.display()
            );
        });
    }
    progress.begin(planned.tasks.len());
    progress.suspend(|| planned.troubles.iter().for_each(|record| results.add(record)));
    let left = run.work(&planned.tasks, |event| {
        progress.tell(&event);
        match event {
            Event::Record(record) => progress.suspend(|| results.add(&record)),
            Event::PassedOver => results.table.pass_over(),
            Event::DoneBefore { path, entry } => results.add_earlier(&path, &entry),
            Event::GivenUp { left } => {
                progress.end();
                // It is interrupted: the exit code says so, whatever else is to be said.
                let _ = results.table.finish(left);
                let _ = results.report.take().map(|report| report.finish(left));
                interrupt.leave();
            }
            Event::LedgerLost(error) => {
                progress.suspend(|| ledger::lost(error));
            }
            Event::LeftoverRemoved(path) => {
                progress.suspend(|| note!("scrimp: {} removed, which a killed run had left", path.display()));
            }
            _ => {}
        }
    });
    progress.end();
    Ok((Some(left), results))
}

fn end(left: usize, interrupt: &Interrupt, mut table: Table) -> anyhow::Result<Exit> {
    let finished = table.finish(left);
    if let Some(exit) = interrupt.exit() {
        return Ok(exit);
    }
    finished?;
    Ok(if table.is_all_done() { Exit::Done } else { Exit::SomeUndone })
}
