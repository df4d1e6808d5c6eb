//! `scrimp classic`.

use crate::args::ClassicArguments;
use crate::exit::{Exit, UsageError, complain};
use crate::plain::plain;
use crate::{show, source};
use scrimp::Photo;
use scrimp::classic::{self, Classic, ClassicDecision, Goal, Switch};
use scrimp_batch::{Claim, FileError, Permit, settle};
use serde::Serialize;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &ClassicArguments) -> anyhow::Result<Exit> {
    let classic = resolve(arguments)?;
    let mut exit = Exit::Done;
    for (path, output) in arguments.photos.iter().zip(outputs(arguments)) {
        if let Err(error) = one(path, output, &classic, arguments)? {
            complain(&error.context(path.display().to_string()));
            exit = Exit::SomeUndone;
        }
    }
    Ok(exit)
}

/// The arguments as the algorithm takes them.
fn resolve(arguments: &ClassicArguments) -> anyhow::Result<Classic> {
    let mut classic = match &arguments.profile {
        Some(path) => {
            let of_profile = &arguments.of_profile;
            of_profile.read(path)?.classic(path, of_profile.class.as_deref())?
        }
        None => {
            let mut classic = arguments.world.classic()?;
            classic.goal = Goal::new(arguments.goal).map_err(|error| UsageError(error.to_string()))?;
            classic
        }
    };
    classic.switch = if arguments.off { Switch::Off } else { Switch::On };
    Ok(classic)
}

/// What is told of a photo. Names of files need not be Unicode, JSON is.
#[derive(Debug, Serialize)]
struct Line {
    path: String,
    quality: u8,
    ssim: f64,
    probes: Vec<(u8, f64)>,
    output: Option<String>,
}

/// Where a photo goes, and whether it may.
struct Output {
    path: PathBuf,
    permit: Result<Permit, FileError>,
}

/// The outputs of all photos, settled together: under their own names with a JPEG's extension.
fn outputs(arguments: &ClassicArguments) -> Vec<Option<Output>> {
    let Some(folder) = &arguments.output else { return arguments.photos.iter().map(|_| None).collect() };
    let name = |photo: &PathBuf| photo.file_name().map_or_else(|| photo.clone(), PathBuf::from);
    let path = |photo: &PathBuf| folder.join(name(photo)).with_extension("jpg");
    let claim = |photo: &PathBuf| Claim { input: Some(photo.clone()), outputs: vec![path(photo)] };
    let claims: Vec<_> = arguments.photos.iter().map(claim).collect();
    let permits = settle(&claims, arguments.overwrite());
    arguments
        .photos
        .iter()
        .zip(permits)
        .map(|(photo, permit)| Some(Output { path: path(photo), permit }))
        .collect()
}

/// Decides, writes and tells: an outer error ends the program, an inner one is this photo's.
fn one(
    path: &Path,
    output: Option<Output>,
    classic: &Classic,
    arguments: &ClassicArguments,
) -> anyhow::Result<anyhow::Result<()>> {
    let (photo, ClassicDecision { quality, ssim, probes }) = match decide(path, classic, arguments) {
        Ok(decided) => decided,
        Err(error) => return Ok(Err(error)),
    };
    let written = output.map(|output| write(&photo, quality, output)).transpose();
    let name = path.display().to_string();
    if arguments.json {
        let output = written.as_ref().ok().and_then(Option::as_ref).map(|path| path.display().to_string());
        show::line(&serde_json::to_string(&Line { path: name, quality, ssim, probes, output })?)?;
    } else {
        show::line(&format!("quality {quality:3}  SSIM {ssim:.6}  {}", plain(&name)))?;
    }
    Ok(written.map(|_| ()))
}

fn decide(
    path: &Path,
    classic: &Classic,
    arguments: &ClassicArguments,
) -> anyhow::Result<(Photo, ClassicDecision)> {
    let options = arguments.limits.options();
    let bytes = source::read(path, options.limits.file_bytes)?;
    let photo = Photo::read_as_pillow(&bytes, &options)?;
    let decision = classic::decide(photo.pixels(), classic)?;
    Ok((photo, decision))
}

/// Saves the photo at `quality`.
fn write(photo: &Photo, quality: u8, output: Output) -> anyhow::Result<PathBuf> {
    let Output { path, permit } = output;
    permit?.write(&path, &classic::encode(photo, quality)?)?;
    Ok(path)
}
