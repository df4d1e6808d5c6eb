//! The search for the smallest passing setting: a pure loop over a `probe` closure. It owns no encoder, file,
//! thread or printer.
//!
//! Within a family of settings the score rises with quality, but for small wobble. The search holds a bracket, the
//! finest known failure below the coarsest known pass, shrinks it by interpolation in score, and ends when the two
//! are neighbours: one step coarser fails. The pass of each family that can still win is then written, and the
//! smallest file wins; until then sizes are estimates. Wobble in the score cannot make it
//! return a failing setting, since only a setting that was probed and passed is ever returned.
//!
//! Where there is a cheaper scale that runs nearly parallel to the one that counts, a few probes on it lead to the
//! neighbourhood first; how far the two lie apart on this photo is learnt from its first proof.

mod curve;

use curve::{Curve, Mark};
use scrimp_jpeg::{Quality, Subsampling, TableFamily};
use scrimp_metric::Score;

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

impl Family {
    /// The setting of this quality.
    pub(crate) const fn at(self, quality: Quality) -> Setting {
        Setting { subsampling: self.subsampling, tables: self.tables, quality }
    }
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

/// What is asked of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scale {
    /// A score on a cheaper scale, which only leads the way; its bytes are an estimate.
    Guide,
    /// A score on the scale of the goal; its bytes are an estimate.
    Proof,
    /// The file itself: its own score and its own bytes.
    File,
}

/// One setting tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// The setting.
    pub setting: Setting,
    /// What was asked.
    pub scale: Scale,
    /// The size of the whole file, or an estimate of it.
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
    /// Whether there is a guide.
    pub guided: bool,
    /// Points per quarter of quality where nothing is known yet, in the unit of the metric.
    pub slope: f64,
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
    /// The smallest passing file; it is not over the ceiling.
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
pub fn search<E>(brief: &Brief, probe: impl FnMut(Setting, Scale) -> Result<Probe, E>) -> Result<Found, E> {
    let mut walk = Walk { brief, probe, probes: Vec::new(), too_large: false, shift: 0.0, gap: 0.0 };
    for family in &brief.families {
        walk.family(*family)?;
    }
    Ok(best(&walk.probes, brief, walk.too_large))
}

/// A search under way.
struct Walk<'a, P> {
    brief: &'a Brief,
    probe: P,
    probes: Vec<Probe>,
    /// Whether a family was left because all that could pass in it is too large.
    too_large: bool,
    /// How much finer, in quarters, this photo wants to be than most.
    shift: f64,
    /// How many points the guide lies above the proof on this photo.
    gap: f64,
}

/// The most probes on the guide in a family.
const MOST_GUIDES: usize = 3;
/// The part of an estimated size that the file has at least.
const ESTIMATE_AT_LEAST: f64 = 0.93;
/// The greatest part of its bytes that a file loses from one quarter of quality to the next, where the score falls at
/// least as steeply as it does on most photos: 0.5 to 1.3 % on the corpus.
const MOST_BYTES_A_QUARTER: f64 = 0.015;
/// The guide has done its part this near to the goal, in quarters of quality on a typical slope.
const NEAR: f64 = 5.0 / 6.0;

impl<E, P: FnMut(Setting, Scale) -> Result<Probe, E>> Walk<'_, P> {
    fn family(&mut self, family: Family) -> Result<(), E> {
        let start = f64::from(family.start.quarters()) + self.shift;
        let guide = if self.brief.guided { Some(self.guide(family, start)?) } else { None };
        if guide.is_some() && self.cannot_win() {
            self.too_large = true;
            return Ok(());
        }
        let mut curve = Curve::new(self.brief.slope, guide.as_ref().map(Curve::slope));
        let mut start = guide.as_ref().and_then(Curve::root).unwrap_or(start);
        let mut gap_is_known = false;
        while let Some(quality) = curve.next(start) {
            let mark = self.measure(family, quality, Scale::Proof)?;
            if let Some(expected) =
                guide.as_ref().and_then(|guide| guide.margin_at(mark.quarters)).filter(|_| !gap_is_known)
            {
                let gap = expected - mark.margin;
                self.gap += gap;
                start += gap / curve.slope();
                gap_is_known = true;
            }
            curve.learn(mark);
            if self.cannot_win() {
                self.too_large = true;
                break;
            }
        }
        if let Some(pass) = curve.pass() {
            self.too_large = true;
            // A photo that asks for more than most in one family does so in the next.
            self.shift = f64::from(pass.quarters - family.start.quarters());
            if curve.is_closed() && !self.is_hopeless(pass.quarters, family) {
                self.measure(family, Quality::from_quarters(pass.quarters), Scale::File)?;
            }
        }
        Ok(())
    }

    /// A few probes on the cheaper scale, towards where the proof is expected to turn.
    fn guide(&mut self, family: Family, start: f64) -> Result<Curve, E> {
        let mut curve = Curve::new(self.brief.slope, None);
        for _ in 0..MOST_GUIDES {
            let Some(quality) = curve.next(start) else { break };
            let mark = self.measure(family, quality, Scale::Guide)?;
            curve.learn(mark);
            if mark.margin.abs() < NEAR * self.brief.slope || self.cannot_win() {
                break;
            }
        }
        Ok(curve)
    }

    fn measure(&mut self, family: Family, quality: Quality, scale: Scale) -> Result<Mark, E> {
        let made = (self.probe)(family.at(quality), scale)?;
        self.probes.push(made);
        Ok(Mark { quarters: quality.quarters(), margin: self.margin(&made) })
    }

    fn margin(&self, probe: &Probe) -> f64 {
        let gap = if probe.scale == Scale::Guide { self.gap } else { 0.0 };
        self.brief.margin(probe) - gap
    }

    /// Whether the last probe's family is sure to be larger than what there is to beat wherever it passes: finer than a
    /// failure, or not so much coarser than a pass that it could be made up for.
    fn cannot_win(&self) -> bool {
        let Some(probe) = self.probes.last() else { return false };
        let spare = (self.margin(probe) / self.brief.slope).clamp(0.0, 1.0 / MOST_BYTES_A_QUARTER);
        let least = probe.bytes as f64 * (1.0 - MOST_BYTES_A_QUARTER * spare);
        self.is_surely_larger(&Probe { bytes: least as usize, ..*probe })
    }

    /// Whether the pass of a family is surely larger than what there is to beat.
    fn is_hopeless(&self, quarters: i32, family: Family) -> bool {
        let setting = family.at(Quality::from_quarters(quarters));
        self.probes.iter().any(|probe| probe.setting == setting && self.is_surely_larger(probe))
    }

    fn is_surely_larger(&self, probe: &Probe) -> bool {
        let to_beat = bytes_to_beat(&self.probes, self.brief);
        if probe.scale == Scale::File {
            probe.bytes > to_beat
        } else {
            is_surely_larger(probe.bytes, to_beat)
        }
    }
}

/// Whether a file is larger than `to_beat`, whatever the error of its estimated size.
pub(crate) fn is_surely_larger(estimate: usize, to_beat: usize) -> bool {
    estimate as f64 * ESTIMATE_AT_LEAST > to_beat as f64
}

fn passes<'a>(probes: &'a [Probe], brief: &'a Brief) -> impl Iterator<Item = (usize, &'a Probe)> {
    let passes = |probe: &Probe| {
        probe.scale == Scale::File && brief.margin(probe) >= 0.0 && probe.bytes <= brief.ceiling
    };
    probes.iter().enumerate().filter(move |(_, probe)| passes(probe))
}

/// The size over which a setting is of no use: that of the best pass, or the ceiling.
fn bytes_to_beat(probes: &[Probe], brief: &Brief) -> usize {
    passes(probes, brief).map(|(_, probe)| probe.bytes).min().unwrap_or(brief.ceiling)
}

fn best(probes: &[Probe], brief: &Brief, too_large: bool) -> Found {
    if let Some((index, _)) = passes(probes, brief).min_by_key(|(_, probe)| probe.bytes) {
        return Found::Passing(index);
    }
    let margin = |(_, probe): &(usize, &Probe)| brief.margin(probe);
    let proved = probes.iter().enumerate().filter(|(_, probe)| probe.scale == Scale::Proof);
    let finest = proved.max_by(|a, b| margin(a).total_cmp(&margin(b)));
    match finest {
        Some((index, _)) if !too_large => Found::OutOfReach(index),
        _ => Found::TooLarge,
    }
}

#[cfg(test)]
mod tests;
