//! `scrimp shrink --save`: the goal that saves so much of all photos.

use crate::args::ShrinkArguments;
use crate::interrupt::Interrupt;
use crate::measure::{Looked, measure};
use crate::progress::Progress;
use crate::size;
use crate::table::photos;
use anyhow::Context;
use scrimp::{Goal, Look, Metric};
use scrimp_batch::{Effect, Gauge, Job, Ledger, Run, Session, Trade};
use std::io::{self, BufRead, IsTerminal, Write};

/// What came of it.
pub(crate) enum Found {
    /// The goal, which is to be applied.
    Goal(Goal),
    /// It was only shown.
    Shown,
    /// It was interrupted.
    Interrupted,
}

/// With `--save` measures the curve of each photo, tells what goals would save, and asks; else the goal that was given.
pub(crate) fn goal(
    arguments: &ShrinkArguments,
    job: &Job,
    run: Run<'_>,
    ledger: Option<&Ledger>,
    interrupt: &Interrupt,
) -> anyhow::Result<Found> {
    let Some(percent) = arguments.save else { return Ok(Found::Goal(job.options.goal)) };
    let job = Job { effect: Effect::Measure(Gauge::Goals), ..job.clone() };
    // A curve that was measured once is as good as measured again.
    let run = Run { ledger: ledger.map(|ledger| Session::resuming(ledger, &job)), ..run };
    let progress = if arguments.quiet { Progress::hide() } else { Progress::show() };
    let mut trade = Trade::with(job.options.min_saving);
    let is_complete = measure(&job, run, progress, interrupt, |looked| match looked {
        Looked::Measured(_, measured) => measured.curve.iter().for_each(|curve| trade.add(curve)),
        // It stays as it is.
        Looked::Not(record) => trade.add_kept(record.input_bytes),
    })?;
    if !is_complete {
        return Ok(Found::Interrupted);
    }
    let saving = percent / 100.0;
    let found = trade.goal_for(saving);
    show(&trade, found);
    let (lowest, highest) = Trade::GOALS;
    let found = found.with_context(|| {
        let most = 100.0 * trade.saving_at(lowest);
        format!("even goal {lowest} saves only about {most:.1} %; ask for less")
    })?;
    let least = trade.saving_at(highest);
    if found == highest && least > saving {
        note!(
            "scrimp: even goal {highest} saves about {:.1} %; nothing finer is worth its bytes",
            100.0 * least
        );
    }
    // A dry run needs no permission.
    if arguments.yes || arguments.dry_run || confirm(found)? {
        return Ok(Found::Goal(Goal::new(Metric::Ssimulacra2, found)?));
    }
    note!("scrimp: nothing is written; --yes goes on with goal {found}");
    Ok(Found::Shown)
}

/// The table of goals and what they save, with the one that was found.
fn show(trade: &Trade, found: Option<f64>) {
    let mut goals: Vec<_> = (8..=18).rev().map(|step| 5.0 * f64::from(step)).chain(found).collect();
    goals.sort_by(|one, other| other.total_cmp(one));
    goals.dedup();
    note!(
        "goal  saves about        to, of {} in {}",
        size::show(trade.bytes_before() as u64),
        photos(trade.photos())
    );
    for goal in goals {
        let saves = 100.0 * trade.saving_at(goal);
        let bytes = size::show(trade.bytes_at(goal) as u64);
        let look = Look::ALL.iter().find(|look| look.goal().value() == goal).map_or("", |look| look.name());
        let mark = if Some(goal) == found { "<- this one" } else { "" };
        note!("{}", format!("{goal:<5} {saves:>8.1} % {bytes:>12}  {look:<8} {mark}").trim_end());
    }
}

fn confirm(goal: f64) -> anyhow::Result<bool> {
    if !(io::stdin().is_terminal() && io::stderr().is_terminal()) {
        return Ok(false);
    }
    write!(anstream::stderr(), "Go on with goal {goal}? [y/N] ")?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
