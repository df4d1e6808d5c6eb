//! `scrimp score`.

use crate::args::ScoreArguments;
use crate::exit::Exit;
use crate::{show, single};
use anyhow::Context;
use serde_json::json;

pub(crate) fn run(arguments: &ScoreArguments) -> anyhow::Result<Exit> {
    let options = arguments.limits.options();
    let read = |path| single::read(path, options.limits.file_bytes);
    let (original, candidate) = (read(&arguments.original)?, read(&arguments.candidate)?);
    let comparison = scrimp::compare(&original, &candidate, arguments.metric, &options)
        .with_context(|| format!("{} and {}", arguments.original.display(), arguments.candidate.display()))?;
    let (metric, score, worst) = (comparison.metric().name(), comparison.score().value(), comparison.worst());
    if let Some(path) = &arguments.map {
        scrimp_batch::write_whole(path, &comparison.heat_map()?, arguments.overwrite())?;
    }
    if arguments.json {
        show::line(&json!({ "metric": metric, "score": score, "worst": worst }).to_string());
    } else {
        show::line(&format!("{score:.3}"));
    }
    Ok(Exit::Done)
}
