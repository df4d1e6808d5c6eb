//! Draws bytes against score, ours and other encoders', and writes the page that shows them.
//!
//! ```text
//! cargo run --release -p scrimp --example curves -- PHOTOS PEERS.csv docs
//! ```
//!
//! PEERS.csv has a row for each file that another encoder made of a photo below the folder PHOTOS; its columns `file`,
//! `megapixels`, `peer`, `bytes` and `ssimulacra2` are read. For each row the same pixels are shrunk to the score that
//! the peer reached, so that bytes are compared at the same score. Writes `curves.md` and `curves-*.svg`.

mod chart;
mod page;
mod rows;

use rows::PhotoRows;
use scrimp::{Floor, Goal, Metric, MinSaving, Options, Outcome, Photo};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// Where our curves end, whatever the peers' scores are.
const ENDS: [f64; 2] = [60.0, 90.0];

/// A photo with our files and the peers' of it.
pub(crate) struct Compared {
    pub(crate) name: String,
    pub(crate) pixels: f64,
    /// Score and bytes of our files, by score.
    pub(crate) ours: Vec<(f64, f64)>,
    /// Each peer's file, and the bytes of ours that reaches the same score.
    pub(crate) peers: Vec<Rival>,
}

/// A peer's file.
#[derive(Clone)]
pub(crate) struct Rival {
    pub(crate) peer: String,
    pub(crate) score: f64,
    pub(crate) bytes: f64,
    /// Bytes of our file at this score; none where we do not reach it.
    pub(crate) ours: Option<f64>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let [photos, peers, docs] = arguments.as_slice() else {
        return Err(
            "three arguments: the folder of photos, the table of peers, the folder to write to".into()
        );
    };
    let rows = rows::by_photo(&fs::read_to_string(peers)?)?;
    let compared = rows.iter().map(|rows| compare(photos, rows)).collect::<Result<Vec<_>, _>>()?;
    fs::write(docs.join("curves-mean.svg"), chart::mean_curve(&compared))?;
    fs::write(docs.join("curves-ratio.svg"), chart::ratios(&compared))?;
    fs::write(docs.join("curves-photos.svg"), chart::each_photo(&compared))?;
    fs::write(docs.join("curves.md"), page::page(&compared))?;
    Ok(())
}

fn compare(photos: &Path, rows: &PhotoRows) -> Result<Compared, Box<dyn Error>> {
    let plain = plain_png(&fs::read(photos.join(&rows.file))?)?;
    let mut ours = Vec::new();
    let mut peers = Vec::new();
    for row in &rows.peers {
        let reached = shrunk(&plain, row.score)?;
        ours.extend(reached);
        peers.push(Rival { ours: reached.map(|(_, bytes)| bytes), ..row.clone() });
        eprintln!("{} {} {:?} for {}", rows.file, row.peer, reached, row.bytes);
    }
    for end in ENDS {
        ours.extend(shrunk(&plain, end)?);
    }
    ours.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(Compared { name: rows.name(), pixels: rows.megapixels * 1e6, ours, peers })
}

/// The pixels alone: what every peer saw.
fn plain_png(photo: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let photo = Photo::read(photo, &Options::default())?;
    let pixels = photo.pixels();
    let samples = match pixels.channels() {
        scrimp::Channels::Gray => pixels.samples().iter().flat_map(|gray| [*gray; 3]).collect(),
        scrimp::Channels::Rgb => pixels.samples().to_vec(),
    };
    let (width, height) = (pixels.width(), pixels.height());
    Ok(scrimp_testkit::png(&scrimp_testkit::scenes::Scene { width, height, channels: 3, samples }))
}

/// Score and bytes of the smallest JPEG that reaches `points`, if one does.
fn shrunk(photo: &[u8], points: f64) -> Result<Option<(f64, f64)>, Box<dyn Error>> {
    let mut options = Options::default();
    options.goal = Goal::new(Metric::Ssimulacra2, points)?.with_floor(Floor::Off)?;
    options.min_saving = MinSaving::percent(0.0).ok_or("0 % is a saving")?;
    Ok(match scrimp::shrink(photo, &options)? {
        Outcome::Saved(shrunk) => shrunk.score().map(|score| (score, shrunk.bytes.len() as f64)),
        _ => None,
    })
}
