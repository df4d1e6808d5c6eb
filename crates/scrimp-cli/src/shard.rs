//! `scrimp shard`: lists of photos become shards.

use crate::args::ShardArguments;
use crate::exit::{Exit, UsageError};
use crate::plain::plain;
use crate::source::is_stream;
use crate::table::photos;
use crate::{show, size};
use scrimp_batch::store::{CutSum, Folder, Item, Items, Manifest, Place, Shard, Shelf, StoreError, cut};
use std::io::{BufReader, stdin};
use std::path::{Path, PathBuf};

pub(crate) fn run(arguments: &ShardArguments) -> anyhow::Result<Exit> {
    arguments
        .manifests
        .iter()
        .try_for_each(|manifest| ensure_of_this_machine(manifest, "fetch the manifest first"))?;
    ensure_of_this_machine(&arguments.output, "write the shards to a folder, and copy it there")?;
    let shelf: Box<dyn Shelf> = Box::new(Folder::at(&arguments.output));
    let sum = cut(photos_of(&arguments.manifests), arguments.rows, shelf.as_ref())?;
    match arguments.json {
        true => show::line(&serde_json::to_string(&sum)?)?,
        false => show::line(&plain(&sentence(&sum, shelf.as_ref())))?,
    }
    Ok(Exit::Done)
}

/// The photos of all manifests, each opened when its turn comes.
fn photos_of(manifests: &[PathBuf]) -> impl Iterator<Item = Result<Item, StoreError>> {
    manifests.iter().flat_map(|manifest| match open(manifest) {
        Ok(items) => items,
        Err(error) => Box::new(std::iter::once(Err(error))),
    })
}

fn open(manifest: &Path) -> Result<Items, StoreError> {
    match is_stream(manifest) {
        true => Ok(Manifest::lines("standard input", BufReader::new(stdin()))),
        false => Manifest::open(manifest),
    }
}

fn ensure_of_this_machine(path: &Path, remedy: &str) -> Result<(), UsageError> {
    match path.to_str().filter(|text| Place::is_url(text)) {
        Some(url) => Err(UsageError(format!("{url} is no file or folder of this machine; {remedy}"))),
        None => Ok(()),
    }
}

fn sentence(sum: &CutSum, shelf: &dyn Shelf) -> String {
    let photos = photos(sum.photos as usize);
    let bytes = match sum.of_unknown_size {
        0 => format!(" of {}", size::show(sum.bytes)),
        unknown if unknown == sum.photos => String::new(),
        unknown => format!(" of {} and, for {unknown}, of unknown size", size::show(sum.bytes)),
    };
    let (first, last) = (shelf.place(&Shard::file_name(0)), Shard::file_name(sum.shards.saturating_sub(1)));
    let shards = match sum.shards {
        0 => return "no photos, no shards".to_owned(),
        1 => format!("1 shard, {first}"),
        shards => format!("{shards} shards, {first} to {last}"),
    };
    let before = match sum.there_before {
        0 => String::new(),
        before => format!("; {before} of them {} there before", if before == 1 { "was" } else { "were" }),
    };
    format!("{photos}{bytes} in {shards}{before}")
}
