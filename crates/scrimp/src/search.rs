//! The search for the smallest passing setting: a pure loop over a `probe` closure. It owns no encoder, file,
//! thread or printer.
//!
//! Within a family of settings the score rises with quality, but for small wobble. The search holds a bracket, the
//! finest known failure below the coarsest known pass, shrinks it by interpolation in score, and ends when the two
//! are neighbours: the pass is then the smallest of its family, and one step coarser fails. Wobble cannot make it
//! return a failing setting, since only a setting that was probed and passed is ever returned.

mod curve;

use curve::{Curve, Mark};
use scrimp_jpeg::{Quality, Subsampling, TableFamily};
use scrimp_metric::Score;
use std::cmp::Reverse;

/// Settings that differ in quality alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Quantisation tables.
    pub tables: TableFamily,
    /// The quality to try first.
    pub start: Quality,
}

/// All that decides the bytes of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Quantisation tables.
    pub tables: TableFamily,
    /// Quality.
    pub quality: Quality,
}

/// One setting tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// The setting.
    pub setting: Setting,
    /// The size of the whole file.
    pub bytes: usize,
    /// Its score.
    pub score: Score,
    /// The least score of any of its cells, where a floor is set.
    pub worst: Option<Score>,
}

/// What is searched for.
#[derive(Clone, Debug, PartialEq)]
pub struct Brief {
    /// The least score that passes.
    pub goal: Score,
    /// The least score that any cell may have; none where the whole photo alone counts.
    pub floor: Option<Score>,
    /// The families to try, in this order.
    pub families: Vec<Family>,
    /// The most bytes that are of use.
    pub ceiling: usize,
}

impl Brief {
    /// How far a probe is above what is asked, in points: below zero it fails. The search walks along this.
    #[must_use]
    pub fn margin(&self, probe: &Probe) -> f64 {
        let above_goal = probe.score.value() - self.goal.value();
        match (self.floor, probe.worst) {
            (Some(floor), Some(worst)) => above_goal.min(worst.value() - floor.value()),
            _ => above_goal,
        }
    }
}

/// What a search found. Indices count the probes in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The smallest passing probe; it is not over the ceiling.
    Passing(usize),
    /// The goal can be reached, or might be, but only in more bytes than the ceiling.
    TooLarge,
    /// No family reaches the goal at any quality: the probe that comes nearest.
    OutOfReach(usize),
}

/// Probes until the smallest passing setting of every family that can still win is known.
///
/// # Errors
/// Whatever `probe` fails with ends the search.
pub fn search<E>(brief: &Brief, mut probe: impl FnMut(Setting) -> Result<Probe, E>) -> Result<Found, E> {
    let mut probes: Vec<Probe> = Vec::new();
    let mut too_large = false;
    let mut shift = 0.0;
    for family in &brief.families {
        let mut curve = Curve::new(None);
        let start = f64::from(family.start.quarters()) + shift;
        while let Some(quality) = curve.next(start) {
            let Family { subsampling, tables, .. } = *family;
            let made = probe(Setting { subsampling, tables, quality })?;
            probes.push(made);
            let margin = brief.margin(&made);
            curve.learn(Mark { quarters: quality.quarters(), margin });
            if margin < 0.0 && made.bytes > bytes_to_beat(&probes, brief) {
                // Whatever passes in this family is finer than this failure, and so larger.
                too_large = true;
                break;
            }
        }
        if let Some(pass) = curve.pass() {
            too_large = true;
            // A photo that asks for more than most in one family does so in the next.
            shift = f64::from(pass.quarters - family.start.quarters());
        }
    }
    Ok(best(&probes, brief, too_large))
}

fn passes<'a>(probes: &'a [Probe], brief: &'a Brief) -> impl Iterator<Item = (usize, &'a Probe)> {
    let passes = |probe: &Probe| brief.margin(probe) >= 0.0 && probe.bytes <= brief.ceiling;
    probes.iter().enumerate().filter(move |(_, probe)| passes(probe))
}

/// The size over which a setting is of no use: that of the best pass, or the ceiling.
fn bytes_to_beat(probes: &[Probe], brief: &Brief) -> usize {
    passes(probes, brief).map(|(_, probe)| probe.bytes).min().unwrap_or(brief.ceiling)
}

fn best(probes: &[Probe], brief: &Brief, too_large: bool) -> Found {
    // Each pass of a family is coarser than the one before it: of two of one size the later one stands.
    if let Some((index, _)) =
        passes(probes, brief).min_by_key(|(index, probe)| (probe.bytes, Reverse(*index)))
    {
        return Found::Passing(index);
    }
    let margin = |(_, probe): &(usize, &Probe)| brief.margin(probe);
    let finest = probes.iter().enumerate().max_by(|a, b| margin(a).total_cmp(&margin(b)));
    match finest {
        Some((index, _)) if !too_large => Found::OutOfReach(index),
        _ => Found::TooLarge,
    }
}

#[cfg(test)]
mod tests;
