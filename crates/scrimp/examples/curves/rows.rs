//! The table of the peers' files.

use crate::Rival;
use std::error::Error;

/// The rows of one photo.
pub(crate) struct PhotoRows {
    pub(crate) file: String,
    pub(crate) megapixels: f64,
    pub(crate) peers: Vec<Rival>,
}

impl PhotoRows {
    /// What the photo is called on the page.
    pub(crate) fn name(&self) -> String {
        let file = self.file.rsplit('/').next().unwrap_or_default();
        let file = file.rsplit_once('.').map_or(file, |(name, _)| name);
        let (set, name) = file.split_once("__").unwrap_or(("", file));
        // A number alone says nothing.
        let set = if name.len() < 4 { set.split('-').next().unwrap_or_default() } else { "" };
        set.chars().chain(name.chars().take(20)).collect()
    }
}

/// Reads a table of comma-separated values, and puts together what belongs to one photo; rows without a result are
/// left out.
pub(crate) fn by_photo(table: &str) -> Result<Vec<PhotoRows>, Box<dyn Error>> {
    let mut lines = table.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().ok_or("the table of peers is empty")?;
    let column = |name: &str| {
        head.iter().position(|known| *known == name).ok_or(format!("the table of peers has no column {name}"))
    };
    let [file, megapixels, peer, bytes, score] =
        ["file", "megapixels", "peer", "bytes", "ssimulacra2"].map(column);
    let (file, megapixels, peer, bytes, score) = (file?, megapixels?, peer?, bytes?, score?);
    let mut photos: Vec<PhotoRows> = Vec::new();
    for line in lines {
        let field = |at: usize| line.get(at).copied().unwrap_or_default();
        if field(bytes).is_empty() || field(score).is_empty() {
            continue;
        }
        if photos.last().is_none_or(|photo| photo.file != field(file)) {
            let megapixels = field(megapixels).parse()?;
            photos.push(PhotoRows { file: field(file).to_owned(), megapixels, peers: Vec::new() });
        }
        let rival = Rival {
            peer: field(peer).to_owned(),
            score: field(score).parse()?,
            bytes: field(bytes).parse()?,
            ours: None,
        };
        photos.last_mut().ok_or("a row belongs to a photo")?.peers.push(rival);
    }
    Ok(photos)
}
