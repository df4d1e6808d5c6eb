//! The page round the drawings.

use crate::{Compared, chart};
use std::fmt::Write;

/// The page in Markdown.
pub(crate) fn page(compared: &[Compared]) -> String {
    let peers = chart::peers(compared);
    let mut page = String::from(INTRODUCTION);
    let megapixels = || compared.iter().map(|photo| photo.pixels / 1e6);
    let _ = writeln!(
        page,
        "{} photos, screenshots and drawings among them, of {:.1} to {:.1} megapixels.\n",
        compared.len(),
        megapixels().fold(f64::MAX, f64::min),
        megapixels().fold(0.0, f64::max),
    );
    page += "| peer | photos | bytes of ours to the peer's, mean | least | most |\n| --- | --- | --- | --- | --- |\n";
    for peer in &peers {
        let mut ratios: Vec<f64> = compared.iter().filter_map(|photo| ratio(photo, peer)).collect();
        ratios.sort_by(f64::total_cmp);
        let (Some(least), Some(most)) = (ratios.first(), ratios.last()) else { continue };
        let mean = chart::geometric_mean(&ratios);
        let _ = writeln!(page, "| {peer} | {} | {mean:.3} | {least:.3} | {most:.3} |", ratios.len());
    }
    page += DRAWINGS;
    let _ = writeln!(page, "| photo | megapixels | {} |", peers.join(" | "));
    let _ = writeln!(page, "| --- | --- |{}", " --- |".repeat(peers.len()));
    for photo in compared {
        let cells: Vec<String> = peers
            .iter()
            .map(|peer| ratio(photo, peer).map_or("-".to_owned(), |ratio| format!("{ratio:.3}")))
            .collect();
        let _ = writeln!(page, "| {} | {:.1} | {} |", photo.name, photo.pixels / 1e6, cells.join(" | "));
    }
    page
}

fn ratio(photo: &Compared, peer: &str) -> Option<f64> {
    let rival = photo.peers.iter().find(|rival| rival.peer == peer)?;
    Some(rival.ours? / rival.bytes)
}

const INTRODUCTION: &str = "\
# Bytes against score

How many bytes a score costs, here and with other encoders. For every file that an encoder made of a photo, the same
pixels were shrunk to the SSIMULACRA2 that this file reaches, and the bytes of the two compared: below 1 ours is the
smaller. Each of ours was written, read back and scored; where it came out above the score that was asked for, that
counts against it. No floor, default effort. Means are geometric.

";

const DRAWINGS: &str = "
![Bits a pixel against score, the mean of all photos](curves-mean.svg)

The line is ours; a dot is a peer's files, at their mean score.

![Our bytes to the peer's, for each file against its score](curves-ratio.svg)

Each dot is one file of a peer. Below the line ours is smaller.

## Photo by photo

![Bytes against score for each photo](curves-photos.svg)

Each drawing has its own scale of bytes, and the colours are those of the drawing above. This page is made by

    cargo run --release -p scrimp --example curves -- PHOTOS PEERS.csv docs

Our bytes to the peer's, at the peer's score; a dash where no JPEG is smaller than the photo without loss:

";
