//! `scrimp classic`.

use crate::args::ClassicArguments;
use crate::exit::{Exit, UsageError, complain};
use crate::plain::plain;
use crate::{show, source};
use scrimp::classic::{self, Classic, ClassicDecision, Goal, Switch};
use scrimp::{Arm, Class, Photo};
use scrimp_batch::profile::ByClass;
use scrimp_batch::{Claim, FileError, OutcomeKind, Permit, settle};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &ClassicArguments) -> anyhow::Result<Exit> {
    let by_class = resolve(arguments)?;
    let mut exit = Exit::Done;
    for (path, output) in arguments.photos.iter().zip(outputs(arguments)) {
        if let Err(error) = one(path, output, &by_class, arguments)? {
            complain(&error.context(path.display().to_string()));
            exit = Exit::SomeUndone;
        }
    }
    Ok(exit)
}

/// The arguments as the algorithm takes them.
fn resolve(arguments: &ClassicArguments) -> anyhow::Result<ByClass<Classic>> {
    let mut by_class = match &arguments.profile {
        Some(path) => {
            let of_profile = &arguments.of_profile;
            of_profile.read(path)?.classics(path, of_profile.class.as_deref())?
        }
        None => {
            let mut classic = arguments.world.classic()?;
            classic.goal = Goal::new(arguments.goal).map_err(|error| UsageError(error.to_string()))?;
            ByClass { usual: classic, others: BTreeMap::new() }
        }
    };
    let rollout = arguments.rollout.of_class(arguments.of_profile.class.as_deref());
    let switch = match (arguments.off, rollout) {
        (true, _) => Switch::Off,
        (false, Some(rollout)) => Switch::Rollout(rollout),
        (false, None) => Switch::On,
    };
    by_class.usual.switch = switch;
    by_class.others.values_mut().for_each(|classic| classic.switch = switch);
    Ok(by_class)
}

/// What is told of a photo. Names of files need not be Unicode, JSON is.
#[derive(Debug, Serialize)]
struct Line {
    path: String,
    /// `saved` where a file was written, else `kept`.
    outcome: OutcomeKind,
    code: &'static str,
    input_bytes: usize,
    output_bytes: Option<usize>,
    quality: u8,
    ssim: f64,
    probes: Vec<(u8, f64)>,
    rollout: Option<Part>,
    output: Option<String>,
}

/// A photo's part in a rollout.
#[derive(Debug, Serialize)]
struct Part {
    arm: Arm,
    shadow: Option<Shadow>,
}

/// What would have been chosen.
#[derive(Debug, Serialize)]
struct Shadow {
    outcome: OutcomeKind,
    code: &'static str,
    /// Of the file, where others are written too.
    output_bytes: Option<usize>,
    quality: u8,
    ssim: f64,
}

/// What became of a photo, by the file that was written of it.
const fn outcome<T, E>(written: &Result<Option<T>, E>) -> (OutcomeKind, &'static str) {
    match written {
        Ok(Some(_)) => (OutcomeKind::Saved, "quality_chosen"),
        Ok(None) => (OutcomeKind::Kept, "nothing_to_write"),
        Err(_) => (OutcomeKind::Failed, "not_written"),
    }
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
    by_class: &ByClass<Classic>,
    arguments: &ClassicArguments,
) -> anyhow::Result<anyhow::Result<()>> {
    let (Decided { photo, input_bytes }, decision) = match decide(path, by_class, arguments) {
        Ok(decided) => decided,
        Err(error) => return Ok(Err(error)),
    };
    let ClassicDecision { quality, ssim, probes, arm, shadow } = decision;
    let written = output.map(|output| write(&photo, quality, output)).transpose();
    let name = path.display().to_string();
    if arguments.json {
        let shadow = shadow.map(|shadow| told(&photo, shadow, &written)).transpose();
        let rollout = match (arm, shadow) {
            (_, Err(error)) => return Ok(Err(error)),
            (arm, Ok(shadow)) => arm.map(|arm| Part { arm, shadow }),
        };
        let (output, output_bytes) = written.as_ref().ok().and_then(Option::as_ref).cloned().unzip();
        let (outcome, code) = outcome(&written);
        let output = output.map(|path| path.display().to_string());
        let line = Line {
            path: name,
            outcome,
            code,
            input_bytes,
            output_bytes,
            quality,
            ssim,
            probes,
            rollout,
            output,
        };
        show::line(&serde_json::to_string(&line)?)?;
    } else {
        let arm = arm.map_or(String::new(), |arm| format!("{arm:<9}  "));
        show::line(&format!("quality {quality:3}  SSIM {ssim:.6}  {arm}{}", plain(&name)))?;
    }
    Ok(written.map(|_| ()))
}

/// A photo that a quality was chosen for.
struct Decided {
    photo: Photo,
    input_bytes: usize,
}

/// What a file would have come to: one was written by the control.
fn told<T>(
    photo: &Photo,
    (quality, ssim): (u8, f64),
    written: &anyhow::Result<Option<T>>,
) -> anyhow::Result<Shadow> {
    let is_written = matches!(written, Ok(Some(_)));
    let file = is_written.then(|| classic::encode(photo, quality)).transpose()?;
    let (outcome, code) = outcome(written);
    Ok(Shadow { outcome, code, output_bytes: file.map(|file| file.len()), quality, ssim })
}

fn decide(
    path: &Path,
    by_class: &ByClass<Classic>,
    arguments: &ClassicArguments,
) -> anyhow::Result<(Decided, ClassicDecision)> {
    let options = arguments.limits.options();
    let bytes = source::read(path, options.limits.file_bytes)?;
    let photo = Photo::read_as_pillow(&bytes, &options)?;
    let found = if by_class.others.is_empty() { None } else { Some(Class::of(photo.pixels())) };
    let classic = found.and_then(|class| by_class.others.get(&class)).unwrap_or(&by_class.usual);
    let decision = classic::decide(photo.pixels(), classic)?;
    Ok((Decided { photo, input_bytes: bytes.len() }, decision))
}

/// Saves the photo at `quality`; returns where, and the bytes of the file.
fn write(photo: &Photo, quality: u8, output: Output) -> anyhow::Result<(PathBuf, usize)> {
    let Output { path, permit } = output;
    let file = classic::encode(photo, quality)?;
    permit?.write(&path, &file)?;
    Ok((path, file.len()))
}
