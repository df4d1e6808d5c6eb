//! `scrimp shrink`.

use crate::args::ShrinkArguments;
use crate::exit::{Exit, UsageError};
use crate::interrupt::Interrupt;
use crate::show::Table;
use crate::{machine, single};
use indicatif::{ProgressBar, ProgressStyle};
use scrimp::Options;
use scrimp_batch::{Destination, Event, Job, Overwrite, Planned, Workers};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn run(arguments: &ShrinkArguments) -> anyhow::Result<Exit> {
    let output = output(arguments)?;
    let interrupt = Interrupt::listen()?;
    let options = options(arguments, &interrupt)?;
    if is_stream(output) || arguments.paths.iter().any(|path| is_stream(path)) {
        return single::run(arguments, output, &options);
    }
    let job = Job {
        inputs: arguments.paths.clone(),
        destination: destination(&arguments.paths, output),
        options,
        overwrite: overwrite(arguments),
    };
    let planned = job.plan().map_err(|error| UsageError(error.to_string()))?;
    let workers = Workers {
        threads: arguments.jobs.unwrap_or_else(machine::threads),
        memory: arguments.limits.memory(),
    };
    Ok(work(planned, workers, &interrupt, Table::new(arguments.json)))
}

fn output(arguments: &ShrinkArguments) -> Result<&Path, UsageError> {
    if arguments.in_place {
        let why = "--in-place is not possible yet; write to another place with -o";
        return Err(UsageError(why.to_owned()));
    }
    let why = "say where to write with -o: a file for one photo, a folder for several";
    arguments.output.as_deref().ok_or_else(|| UsageError(why.to_owned()))
}

fn options(arguments: &ShrinkArguments, interrupt: &Interrupt) -> Result<Options, UsageError> {
    let mut options = arguments.limits.options();
    options.goal = arguments.goal.goal()?;
    options.min_saving = arguments.min_saving;
    options.interrupt = Some(Arc::clone(&interrupt.flag));
    Ok(options)
}

pub(crate) fn overwrite(arguments: &ShrinkArguments) -> Overwrite {
    if arguments.overwrite { Overwrite::Always } else { Overwrite::Never }
}

pub(crate) fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// A folder when it exists as one, ends in `/`, or several photos or a folder come in; else a file.
fn destination(inputs: &[PathBuf], output: &Path) -> Destination {
    let ends_as_folder = output.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    let many = inputs.len() > 1 || inputs.iter().any(|input| input.is_dir());
    if output.is_dir() || ends_as_folder || many {
        Destination::Folder(output.to_path_buf())
    } else {
        Destination::File(output.to_path_buf())
    }
}

fn work(planned: Planned, workers: Workers, interrupt: &Interrupt, mut table: Table) -> Exit {
    let bar = progress_bar(planned.tasks.len());
    for record in &planned.troubles {
        table.add(record);
    }
    let left = scrimp_batch::run(&planned.tasks, workers, &interrupt.flag, |event| match event {
        Event::Finished => bar.inc(1),
        Event::Record(record) => bar.suspend(|| table.add(&record)),
        Event::PassedOver => table.pass_over(),
        _ => {}
    });
    bar.finish_and_clear();
    table.finish(left);
    interrupt.exit().unwrap_or(if table.is_all_done() { Exit::Done } else { Exit::SomeUndone })
}

/// A bar on standard error, on a terminal only.
fn progress_bar(photos: usize) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{spinner} {elapsed} {bar:30} {pos} of {len} photos, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(photos as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
