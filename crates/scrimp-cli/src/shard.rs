//! `scrimp shard`: lists of photos become shards.

use crate::args::ShardArguments;
use crate::exit::{Exit, UsageError};
use crate::plain::plain;
use crate::progress::Ticker;
use crate::source::is_stream;
use crate::stores::place;
use crate::table::photos;
use crate::{show, size};
use scrimp_batch::store::{
    CutSum, Folder, Item, Items, Manifest, Prefix, Shard, Shelf, StoreError, Stores, cut,
};
use std::io::{BufReader, stdin};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) fn run(arguments: &ShardArguments) -> anyhow::Result<Exit> {
    let stores = Arc::new(Stores::new()?);
    let output = place(&arguments.output)?;
    if !output.is_writable() {
        return Err(UsageError(format!(
            "{output} cannot be written to; name a store (s3://...) or a folder"
        ))
        .into());
    }
    let shelf: Box<dyn Shelf> = match output.is_file() {
        true => Box::new(Folder::at(&arguments.output)),
        false => Box::new(Prefix::at(&stores, &output)),
    };
    let mut ticker = Ticker::show();
    let tell =
        |sum: &CutSum| ticker.tell(format!("{} so far, shards: {}", photos(sum.photos as usize), sum.shards));
    let cut = cut(photos_of(&arguments.manifests, &stores), arguments.rows, shelf.as_ref(), tell);
    ticker.end();
    let sum = cut?;
    match arguments.json {
        true => show::line(&serde_json::to_string(&sum)?)?,
        false => show::line(&plain(&sentence(&sum, shelf.as_ref())))?,
    }
    Ok(Exit::Done)
}

/// The photos of all manifests, each opened when its turn comes.
fn photos_of(manifests: &[PathBuf], stores: &Arc<Stores>) -> impl Iterator<Item = Result<Item, StoreError>> {
    manifests.iter().flat_map(|manifest| match open(manifest, stores) {
        Ok(items) => items,
        Err(error) => Box::new(std::iter::once(Err(error))),
    })
}

fn open(manifest: &Path, stores: &Arc<Stores>) -> Result<Items, StoreError> {
    if is_stream(manifest) {
        return Ok(Manifest::lines("standard input", BufReader::new(stdin())));
    }
    match place(manifest).map_err(|error| StoreError::Usage(error.0))? {
        place if place.is_file() => Manifest::open(manifest),
        place => stores.manifest(&place),
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
