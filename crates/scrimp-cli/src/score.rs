//! `scrimp score`.

use crate::args::ScoreArguments;
use crate::exit::{Exit, UsageError};
use crate::show;
use crate::source::{self, is_stream};
use anyhow::Context;
use scrimp::{Options, Photo};
use scrimp_batch::{Claim, Permit, settle};
use serde_json::json;
use std::path::Path;

pub(crate) fn run(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let options = arguments.limits.options();
    let map = arguments
        .map
        .as_deref()
        .map(|path| permit(arguments, path).map(|permit| (path, permit)))
        .transpose()?;
    let (original, candidate) = (&*arguments.original, &*arguments.candidate);
    let read = |path: &Path| {
        let bytes = source::read(path, options.limits.file_bytes);
        bytes.with_context(|| path.display().to_string())
    };
    let files = [(original, read(original)?), (candidate, read(candidate)?)];
    let comparison = scrimp::compare(&files[0].1, &files[1].1, arguments.metric, &options)
        .with_context(|| at_fault(&files, &options))?;
    let (metric, score, worst) = (comparison.metric().name(), comparison.value(), comparison.worst());
    if let Some((path, permit)) = map {
        permit.write(path, &comparison.heat_map()?)?;
    }
    if arguments.json {
        show::line(&json!({ "metric": metric, "score": score, "worst": worst }).to_string())?;
    } else {
        show::line(&format!("{score:.3}"))?;
    }
    Ok(Exit::Done)
}

/// That the map is neither of the pictures that are compared, and may be written.
fn permit(arguments: &ScoreArguments, map: &Path) -> anyhow::Result<Permit> {
    if is_stream(map) {
        return Err(UsageError("the map needs a file: --map FILE.png".to_owned()).into());
    }
    let claim = |input: &Path, outputs| Claim { input: Some(input.to_path_buf()), outputs };
    let claims =
        [claim(&arguments.original, vec![map.to_path_buf()]), claim(&arguments.candidate, Vec::new())];
    let first = settle(&claims, arguments.overwrite()).into_iter().next();
    Ok(first.transpose()?.unwrap_or_default())
}

/// The name of the file that cannot be read by itself; of both, if it is their being compared that fails.
fn at_fault(files: &[(&Path, Vec<u8>); 2], options: &Options) -> String {
    let [(original, _), (candidate, _)] = files;
    match files.iter().find(|(_, bytes)| Photo::read(bytes, options).is_err()) {
        Some((path, _)) => path.display().to_string(),
        None => format!("{} and {}", original.display(), candidate.display()),
    }
}
