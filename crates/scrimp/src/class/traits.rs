//! What tells classes apart, measured on a part of the picture.

use super::block::{Block, SIDE, TONES};
use scrimp_jpeg::Pixels;
use serde::Serialize;

/// What tells classes apart. Shares are from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Traits {
    /// Of the blocks of 8 x 8 pixels that were looked at, those whose luma is one level all over.
    pub flat: f64,
    /// Of the others, those with an edge as programs draw it: from one even tone to another in one pixel.
    pub drawn: f64,
    /// Of the others, those with a part of such an edge that runs straight along a row or a column for 64 pixels.
    pub ruled: f64,
    /// Of all blocks, those that are black and white alone.
    pub bilevel: f64,
    /// Deviation of the noise in levels of luma, 0 to 255, where the picture is calm.
    pub noise: f64,
    /// The median of the blocks' mean luma, 0 to 255.
    pub light: f64,
    /// Of all blocks, those of nothing but the most common bright tone.
    pub paper: f64,
    /// Of the blocks with something much darker than that tone, those which it shows through.
    pub text: f64,
}

/// A part of the picture's blocks is looked at: one in so many, but no more than the most and no fewer than the least.
const SHARE: usize = 8;
const MOST_BLOCKS: usize = 2048;
const LEAST_BLOCKS: usize = 512;

impl Traits {
    /// Those of a picture; none of one that has no whole block.
    #[must_use]
    pub fn of(pixels: &Pixels) -> Option<Self> {
        let blocks: Vec<Block> = places(pixels.width() / SIDE, pixels.height() / SIDE)
            .map(|(column, row)| Block::of(pixels, (SIDE * column, SIDE * row)))
            .collect();
        if blocks.is_empty() {
            return None;
        }
        let uneven = || blocks.iter().filter(|block| !block.is_flat);
        let of_uneven = |is_so: fn(&Block) -> bool| {
            share(uneven().filter(|block| is_so(block)).count(), uneven().count())
        };
        let (paper, text) = paper(&blocks);
        Some(Self {
            flat: 1.0 - share(uneven().count(), blocks.len()),
            drawn: of_uneven(|block| block.is_drawn),
            ruled: of_uneven(|block| block.is_ruled),
            bilevel: share(blocks.iter().filter(|block| block.is_bilevel).count(), blocks.len()),
            noise: noise(&blocks),
            light: quantile(blocks.iter().map(|block| block.mean).collect(), 0.5),
            paper,
            text,
        })
    }
}

/// Columns and rows of the blocks to look at, spread over all of so many.
pub(super) fn places(columns: usize, rows: usize) -> impl Iterator<Item = (usize, usize)> {
    let all = columns * rows;
    let wanted = (all / SHARE).clamp(LEAST_BLOCKS, MOST_BLOCKS);
    let step = (1..).find(|step| columns.div_ceil(*step) * rows.div_ceil(*step) <= wanted).unwrap_or(1);
    // Each row begins elsewhere, so that what is upright is not met at the same place over and over.
    let places = move |row| {
        ((row / step * 5) % step.min(columns).max(1)..columns).step_by(step).map(move |column| (column, row))
    };
    (0..rows).step_by(step).flat_map(places)
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The value below which this part of them lies; 0 of none.
fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let index = (part * values.len().saturating_sub(1) as f64).round() as usize;
    values.get(index).copied().unwrap_or_default()
}

/// That of the calm quarter of the blocks that are neither flat nor clipped: texture is no noise.
fn noise(blocks: &[Block]) -> f64 {
    const CALM: f64 = 0.25;
    let is_told = |block: &&Block| !block.is_flat && (8.0..=247.0).contains(&block.mean);
    quantile(blocks.iter().filter(is_told).map(|block| block.noise).collect(), CALM)
}

/// How much paper there is, and how much of what is on it is thin.
fn paper(blocks: &[Block]) -> (f64, f64) {
    /// Much darker: so many tones.
    const INK: usize = 5;
    let count = |tone: usize| blocks.iter().map(|block| usize::from(block.tones[tone])).sum::<usize>();
    let tone = (TONES / 2..TONES).max_by_key(|tone| count(*tone)).unwrap_or(TONES - 1);
    let near = |block: &Block| {
        block.tones[tone - 1..(tone + 2).min(TONES)].iter().map(|count| usize::from(*count)).sum::<usize>()
    };
    let ink =
        |block: &Block| block.tones[..tone - INK].iter().map(|count| usize::from(*count)).sum::<usize>();
    let bare = blocks.iter().filter(|block| near(block) == SIDE * SIDE).count();
    let inked = || blocks.iter().filter(|block| ink(block) > 0);
    let thin = inked().filter(|block| near(block) >= SIDE).count();
    (share(bare, blocks.len()), share(thin, inked().count()))
}
