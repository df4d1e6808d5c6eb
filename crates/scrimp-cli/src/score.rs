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
    let score = comparison.score.value();
    if arguments.json {
        show::line(&json!({ "metric": comparison.metric.name(), "score": score, "worst": null }).to_string());
    } else {
        show::line(&format!("{score:.3}"));
    }
    Ok(Exit::Done)
}
