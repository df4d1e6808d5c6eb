//! `scrimp score`.

use crate::args::ScoreArguments;
use crate::exit::Exit;
use crate::{show, source};
use anyhow::Context;
use scrimp::{Options, Photo};
use serde_json::json;
use std::path::Path;

pub(crate) fn run(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let options = arguments.limits.options();
    let (original, candidate) = (&*arguments.original, &*arguments.candidate);
    let read = |path: &Path| {
        let bytes = source::read(path, options.limits.file_bytes);
        bytes.with_context(|| path.display().to_string())
    };
    let files = [(original, read(original)?), (candidate, read(candidate)?)];
    let comparison = scrimp::compare(&files[0].1, &files[1].1, arguments.metric, &options)
        .with_context(|| at_fault(&files, &options))?;
    let (metric, score, worst) = (comparison.metric().name(), comparison.value(), comparison.worst());
    if let Some(path) = &arguments.map {
        scrimp_batch::write_whole(path, &comparison.heat_map()?, arguments.overwrite())?;
    }
    if arguments.json {
        show::line(&json!({ "metric": metric, "score": score, "worst": worst }).to_string())?;
    } else {
        show::line(&format!("{score:.3}"))?;
    }
    Ok(Exit::Done)
}

/// The name of the file that cannot be read by itself; of both, if it is their being compared that fails.
fn at_fault(files: &[(&Path, Vec<u8>); 2], options: &Options) -> String {
    let [(original, _), (candidate, _)] = files;
    match files.iter().find(|(_, bytes)| Photo::read(bytes, options).is_err()) {
        Some((path, _)) => path.display().to_string(),
        None => format!("{} and {}", original.display(), candidate.display()),
    }
}
