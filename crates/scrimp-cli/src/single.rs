//! One photo from standard input or to standard output.

use crate::args::ShrinkArguments;
use crate::exit::{Exit, UsageError};
use crate::show::{Table, Where};
use crate::shrink::{is_stream, overwrite};
use anyhow::Context;
use scrimp::{Convert, Format, Options, Outcome};
use scrimp_batch::Record;
use std::io::{self, Read, Write};
use std::path::Path;

pub(crate) fn run(arguments: &ShrinkArguments, output: &Path, options: &Options) -> anyhow::Result<Exit> {
    let [input] = arguments.paths.as_slice() else {
        let why = "standard input and standard output take one photo";
        return Err(UsageError(why.to_owned()).into());
    };
    if !is_stream(output) && (output.is_dir() || output.to_string_lossy().ends_with(std::path::is_separator))
    {
        return Err(
            UsageError("a photo from standard input needs a file name for its output".to_owned()).into()
        );
    }
    let mut options = options.clone();
    options.convert = Convert::Always;
    let bytes = read(input, options.limits.file_bytes)?;
    let (record, written) = match scrimp::shrink(&bytes, &options) {
        Err(error) => (Record::refused(input, bytes.len(), &options, &error), None),
        Ok(outcome) => (Record::of(input, bytes.len(), &outcome), what_to_write(&bytes, outcome)),
    };
    let mut table = Table::to(
        arguments.json,
        if is_stream(output) { Where::StandardError } else { Where::StandardOutput },
    );
    if let Some(written) = written {
        if is_stream(output) {
            let mut stdout = io::stdout().lock();
            stdout
                .write_all(&written)
                .and_then(|()| stdout.flush())
                .context("cannot write to standard output")?;
        } else {
            scrimp_batch::write_whole(output, &written, overwrite(arguments))?;
        }
    }
    table.add(&record);
    table.finish(0);
    Ok(if table.is_all_done() { Exit::Done } else { Exit::SomeUndone })
}

/// The bytes of a file or of standard input, at most one more than `limit`.
pub(crate) fn read(path: &Path, limit: u64) -> anyhow::Result<Vec<u8>> {
    if is_stream(path) {
        let mut bytes = Vec::new();
        let limited = io::stdin().lock().take(limit.saturating_add(1)).read_to_end(&mut bytes);
        limited.context("cannot read standard input")?;
        return Ok(bytes);
    }
    scrimp_batch::read(path, limit).with_context(|| path.display().to_string())
}

fn what_to_write(input: &[u8], outcome: Outcome) -> Option<Vec<u8>> {
    match outcome {
        Outcome::Saved(shrunk) => Some(shrunk.bytes),
        Outcome::BestEffort(shrunk) => Some(shrunk.bytes).filter(|bytes| bytes.len() < input.len()),
        Outcome::Kept(..) => (Format::sniff(input) == Some(Format::Jpeg)).then(|| input.to_vec()),
    }
}
