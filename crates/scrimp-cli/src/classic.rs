//! `scrimp classic`.

use crate::args::ClassicArguments;
use crate::exit::{Exit, UsageError};
use crate::{show, single};
use anyhow::Context;
use scrimp::Photo;
use scrimp::classic::{self, Bounds, Classic, ClassicDecision, Goal, Switch};
use scrimp_batch::Overwrite;
use serde::Serialize;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &ClassicArguments) -> anyhow::Result<Exit> {
    let classic = resolve(arguments)?;
    let mut exit = Exit::Done;
    for path in &arguments.photos {
        match one(path, &classic, arguments) {
            Ok(line) if arguments.json => show::line(&serde_json::to_string(&line)?),
            Ok(line) => {
                show::line(&format!("quality {:3}  SSIM {:.6}  {}", line.quality, line.ssim, path.display()))
            }
            Err(error) => {
                anstream::eprintln!("scrimp: {error:#}");
                exit = Exit::SomeUndone;
            }
        }
    }
    Ok(exit)
}

/// The arguments as the algorithm takes them.
fn resolve(arguments: &ClassicArguments) -> Result<Classic, UsageError> {
    let usage = |error: classic::Error| UsageError(error.to_string());
    let mut classic = Classic::default();
    classic.resize = arguments.resize.into();
    classic.kernel = arguments.kernel.into();
    classic.goal = Goal::new(arguments.goal).map_err(usage)?;
    classic.bounds = Bounds::new(arguments.lo, arguments.hi).map_err(usage)?;
    classic.switch = if arguments.off { Switch::Off } else { Switch::On };
    Ok(classic)
}

/// What is told of a photo.
#[derive(Debug, Serialize)]
struct Line<'a> {
    path: &'a Path,
    quality: u8,
    ssim: f64,
    probes: Vec<(u8, f64)>,
    output: Option<PathBuf>,
}

fn one<'a>(path: &'a Path, classic: &Classic, arguments: &ClassicArguments) -> anyhow::Result<Line<'a>> {
    let about = || path.display().to_string();
    let options = arguments.limits.options();
    let bytes = single::read(path, options.limits.file_bytes)?;
    let photo = Photo::read_as_pillow(&bytes, &options).with_context(about)?;
    let ClassicDecision { quality, ssim, probes } =
        classic::decide(photo.pixels(), classic).with_context(about)?;
    let output = match &arguments.output {
        None => None,
        Some(folder) => {
            Some(write(&photo, quality, path, folder, arguments.overwrite()).with_context(about)?)
        }
    };
    Ok(Line { path, quality, ssim, probes, output })
}

/// Saves the photo at `quality` into `folder`, under its own name with a JPEG's extension.
fn write(
    photo: &Photo,
    quality: u8,
    path: &Path,
    folder: &Path,
    overwrite: Overwrite,
) -> anyhow::Result<PathBuf> {
    let name = path.file_name().context("it has no name to write it under")?;
    let output = folder.join(name).with_extension("jpg");
    scrimp_batch::write_whole(&output, &classic::encode(photo, quality)?, overwrite)?;
    Ok(output)
}
