//! `scrimp calibrate`.

use crate::args::{CalibrateArguments, RuleArguments};
use crate::exit::{Exit, UsageError};
use crate::interrupt::Interrupt;
use crate::ledger::{self, Wanted};
use crate::measure::{Looked, measure};
use crate::plain::plain;
use crate::progress::Progress;
use crate::shrink::PATIENCE;
use crate::table::photos;
use crate::{machine, show};
use scrimp::{Convert, Goal, Options};
use scrimp_batch::calibrate::{Aim, Calibrated, Calibration, Figures, Interval, Scale};
use scrimp_batch::profile::{Class, ClassicRule, Made, Profile, ShrinkRule};
use scrimp_batch::{
    CalibrationReport, Destination, Effect, Found, Input, Job, Measured, Overwrite, Run, Session,
};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

pub(crate) fn run(arguments: &CalibrateArguments) -> anyhow::Result<Exit> {
    // Before hours of work.
    let mut profile = profile(arguments)?;
    let scale = scale(arguments)?;
    let share = arguments.percentile / 100.0;
    let mut calibration =
        Calibration::new(scale, arguments.aim, share, arguments.min_saving).map_err(usage)?;
    let report = arguments.report.as_deref().map(|path| CalibrationReport::begin(path, Overwrite::Never));
    let mut report = report.transpose()?;
    if arguments.no_pictures {
        report = report.map(CalibrationReport::without_photos);
    }
    let interrupt = Interrupt::listen()?;
    let job = job(arguments, &calibration, &interrupt);
    let wanted =
        Wanted { file: arguments.ledger.as_deref(), resume: arguments.resume, paths: &arguments.paths };
    let ledger = ledger::of_job(wanted, &job)?;
    let session = |ledger| match arguments.resume {
        true => Session::resuming(ledger, &job),
        false => Session::recording(ledger, &job),
    };
    let run = Run {
        threads: arguments.jobs.unwrap_or_else(machine::threads),
        memory: arguments.limits.memory(),
        engine: scrimp::shrink,
        ledger: ledger.as_ref().map(session),
        interrupt: &interrupt.flag,
        patience: PATIENCE,
    };
    let progress = if arguments.quiet { Progress::hide() } else { Progress::show() };
    let (mut measured, mut left_out): (Vec<(PathBuf, Measured)>, usize) = (Vec::new(), 0);
    let is_complete = measure(&job, run, progress, &interrupt, |looked| match looked {
        Looked::Measured(path, photo) => {
            calibration.add(photo);
            report.iter_mut().for_each(|report| report.add(path, photo));
            measured.push((path.to_path_buf(), photo.clone()));
        }
        Looked::Not(record) => {
            left_out += 1;
            note!("scrimp: {}: {}; left out", record.path.display(), record.reason);
        }
    })?;
    if !is_complete {
        note!("scrimp: interrupted; no profile is written{}", resumable(arguments));
        return Ok(interrupt.exit().unwrap_or(Exit::SomeUndone));
    }
    let calibrated = calibration.goal()?;
    let made = Made::now(arguments.aim, measured.iter().map(|(_, photo)| photo), &calibrated);
    let class = profile.classes.entry(arguments.class.clone()).or_default();
    put(class, (scale, arguments.rule), &calibrated, made)?;
    profile.write(&arguments.output)?;
    if let Some(report) = report {
        report.finish(&Found {
            class: &arguments.class,
            aim: arguments.aim,
            calibration: &calibration,
            calibrated: &calibrated,
            left_out,
            options: &job.options,
        })?;
    }
    if arguments.json {
        let figures = calibration.figures(&measured, calibrated.goal);
        let line = Line { name: &arguments.class, class: &profile.classes[&arguments.class], figures };
        show::line(&serde_json::to_string(&line)?)?;
    } else if !arguments.quiet {
        tell(arguments, scale, &calibrated, measured.len())?;
    }
    Ok(if left_out == 0 { Exit::Done } else { Exit::SomeUndone })
}

/// What is told of a class.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    #[serde(flatten)]
    class: &'a Class,
    #[serde(flatten)]
    figures: Figures,
}

fn usage(error: impl std::fmt::Display) -> UsageError {
    UsageError(error.to_string())
}

fn resumable(arguments: &CalibrateArguments) -> &'static str {
    if arguments.resume || arguments.ledger.is_some() { "; --resume goes on from here" } else { "" }
}

/// The profile that is there already, or an empty one.
fn profile(arguments: &CalibrateArguments) -> anyhow::Result<Profile> {
    if !arguments.output.exists() {
        return Ok(Profile::default());
    }
    let profile = Profile::read(&arguments.output)?;
    // One file has one set of versions.
    profile.ensure_current(&arguments.output).map_err(|_| {
        usage(format!(
            "{} was made with other versions of scrimp; write another profile, or remove it",
            arguments.output.display()
        ))
    })?;
    Ok(profile)
}

fn scale(arguments: &CalibrateArguments) -> Result<Scale, UsageError> {
    Ok(match arguments.classic {
        true => Scale::Classic(arguments.world.classic()?),
        false => Scale::Metric(arguments.metric),
    })
}

fn job(arguments: &CalibrateArguments, calibration: &Calibration, interrupt: &Interrupt) -> Job {
    let mut options: Options = arguments.limits.options();
    let metric = arguments.metric;
    options.goal = Goal::new(metric, metric.value_of(metric.of_identical())).unwrap_or(options.goal);
    options.min_saving = arguments.min_saving;
    options.chroma = arguments.rule.subsampling.unwrap_or_default();
    options.interrupt = Some(Arc::clone(&interrupt.flag));
    Job {
        inputs: arguments.paths.iter().cloned().map(Input::Path).collect(),
        selection: arguments.selection.selection(),
        destination: Destination::Nowhere(Convert::Always),
        options,
        overwrite: Overwrite::Never,
        effect: Effect::Measure(calibration.gauge(arguments.usual)),
    }
}

/// Puts the goal into its class, with the rule that it was measured by.
fn put(
    class: &mut Class,
    (scale, rule): (Scale, RuleArguments),
    calibrated: &Calibrated,
    made: Made,
) -> anyhow::Result<()> {
    match scale {
        Scale::Metric(metric) => {
            let goal = Goal::new(metric, calibrated.goal)?;
            class.shrink = Some(ShrinkRule {
                goal: goal.to_string(),
                floor: None,
                subsampling: rule.subsampling.map(|chroma| chroma.name().to_owned()),
                other_formats: rule.other_formats.map(|others| others.name().to_owned()),
                made,
            });
        }
        Scale::Classic(classic) => class.classic = Some(ClassicRule::new(&classic, calibrated.goal, made)),
    }
    Ok(())
}

fn tell(
    arguments: &CalibrateArguments,
    scale: Scale,
    calibrated: &Calibrated,
    count: usize,
) -> anyhow::Result<()> {
    let name = match scale {
        Scale::Metric(metric) => metric.name(),
        Scale::Classic(_) => "share of SSIM",
    };
    let Calibrated { goal, goal_interval: Interval(low, high), .. } = calibrated;
    let class = plain(&arguments.class);
    show::line(&format!("{class}: {name} {goal} ({low:.4} to {high:.4}), of {}", photos(count)))?;
    let what = match arguments.aim {
        Aim::Half => "can do with less than the usual quality",
        Aim::NoWorseThan(_) => "come out no worse",
        Aim::Save(_) | Aim::Score(_) => "",
    };
    if !what.is_empty() {
        show::line(&format!(
            "  photos that {what}: {}",
            share(calibrated.figure, calibrated.figure_interval)
        ))?;
    }
    if let (Some(saving), Some(interval)) = (calibrated.saving, calibrated.saving_interval) {
        show::line(&format!("  saves about {}", share(saving, interval)))?;
    }
    show::line(&format!("  written to {}", plain(&arguments.output.display().to_string())))
}

fn share(figure: f64, Interval(low, high): Interval) -> String {
    format!("{:.1} % ({:.1} to {:.1} % for as many other photos)", 100.0 * figure, 100.0 * low, 100.0 * high)
}
