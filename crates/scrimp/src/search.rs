//! The search for the smallest passing setting: a pure loop over a `probe` closure. It owns no encoder, file,
//! thread or printer.
//!
//! Within a family of settings the score rises with quality, but for small wobble. The search holds a bracket, the
//! finest known failure below the coarsest known pass, shrinks it by interpolation in score, and ends when the two
//! are neighbours: one step coarser fails. The pass of each family that can still win is then written, and the
//! smallest file wins; until then sizes are estimates. Wobble in the score cannot make it
//! return a failing setting, since only a setting that was probed and passed is ever returned.
//!
//! Where there is a cheaper scale that runs nearly parallel to the one that counts, it leads: it says which family
//! promises the smallest file, and where to look in it. How far the two scales lie apart on this photo is learnt from
//! each proof. What the guide says is never believed of a setting that is returned: that is proved, and so is that the
//! step below it fails.

mod curve;
mod growth;
mod lead;
mod led;

use crate::Effort;
use curve::{Curve, Mark};
use lead::Lead;
use led::Tie;
use scrimp_jpeg::{Quality, Subsampling, TableFamily};
use scrimp_metric::Score;

/// Settings that differ in quality alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Quantisation tables.
    pub tables: TableFamily,
    /// How coefficients are rounded and coded.
    pub effort: Effort,
    /// The quality to try first.
    pub start: Quality,
}

impl Family {
    /// The setting of this quality.
    pub(crate) const fn at(self, quality: Quality) -> Setting {
        Setting { subsampling: self.subsampling, tables: self.tables, effort: self.effort, quality }
    }
}

/// All that decides the bytes of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Setting {
    /// Chroma subsampling.
    pub subsampling: Subsampling,
    /// Quantisation tables.
    pub tables: TableFamily,
    /// How coefficients are rounded and coded.
    pub effort: Effort,
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

/// Which family wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Winner {
    /// The first that has a pass: no other is tried.
    First,
    /// The one whose pass is the smallest file.
    Smallest,
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
    /// Which of them wins.
    pub winner: Winner,
    /// The most bytes that are of use.
    pub ceiling: usize,
    /// By how many points the guide is expected to lie above the proof on this photo, in the unit of the metric; none where
    /// there is no guide.
    pub guide: Option<f64>,
    /// The part of the size that the guide promises of the first family's file below which another's is proved too.
    pub contest: f64,
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

    /// Whether a probe is farther from the floor than from the goal, or less far above it.
    fn is_held_by_floor(&self, probe: &Probe) -> bool {
        self.margin(probe) < probe.score.value() - self.goal.value()
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

/// Probes until the smallest passing setting of every family that can still win is known, or of the first that has one.
///
/// # Errors
/// Whatever `probe` fails with ends the search.
pub fn search<E>(brief: &Brief, probe: impl FnMut(Setting, Scale) -> Result<Probe, E>) -> Result<Found, E> {
    let mut walk = Walk {
        brief,
        probe,
        probes: Vec::new(),
        too_large: false,
        shift: 0.0,
        gap: brief.guide.unwrap_or_default(),
        is_gap_proved: false,
        is_held_by_floor: false,
    };
    // All against each other, or each by itself until one passes.
    let together = if brief.winner == Winner::First { 1 } else { brief.families.len().max(1) };
    for families in brief.families.chunks(together) {
        walk.families(families)?;
        if passes(&walk.probes, brief).next().is_some() {
            break;
        }
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
    /// Whether a proof has told it.
    is_gap_proved: bool,
    /// Whether the floor has bound in a proof, so that scores alone don't tell which family is smaller.
    is_held_by_floor: bool,
}

/// The part of an estimated size that the file has at least.
const ESTIMATE_AT_LEAST: f64 = 0.93;

impl<E, P: FnMut(Setting, Scale) -> Result<Probe, E>> Walk<'_, P> {
    fn families(&mut self, families: &[Family]) -> Result<(), E> {
        if self.brief.guide.is_some() {
            self.led(families)
        } else {
            families.iter().try_for_each(|family| self.family(*family, None))
        }
    }

    fn family(&mut self, family: Family, mut lead: Option<&mut Lead>) -> Result<(), E> {
        let mut curve = Curve::new(self.brief.slope);
        let start = f64::from(family.start.quarters()) + self.shift;
        let mut ties = Vec::new();
        loop {
            let next = match lead.as_deref_mut().filter(|_| Tie::can_lead(&ties)) {
                Some(lead) => self.led_quality(family, &curve, lead)?,
                None => curve.next(start),
            };
            let Some(quality) = next else { break };
            let (mark, _) = self.measure(family, quality, Scale::Proof)?;
            curve.learn(mark);
            if self.probes.last().is_some_and(|probe| self.brief.is_held_by_floor(probe)) {
                // What the worst cell does the guide does not see.
                (lead, self.is_held_by_floor) = (None, true);
            }
            if let Some(guide) = lead.as_ref().and_then(|lead| lead.margin_at(mark.quarters)) {
                ties.push(Tie { guide, proof: mark.margin });
                self.gap = Tie::gap_at_goal(&ties, self.brief.slope);
                self.is_gap_proved = true;
            }
            let slope = lead.as_ref().map(|lead| lead.slope(self.gap));
            if self.cannot_win() || slope.is_some_and(|slope| self.is_outdone(mark, slope)) {
                self.too_large = true;
                break;
            }
        }
        if let Some(pass) = curve.pass() {
            self.too_large = true;
            if lead.is_none() {
                // A photo that asks for more than most in one family does so in the next.
                self.shift = f64::from(pass.quarters - family.start.quarters());
            }
            if curve.is_closed() && !self.is_hopeless(pass.quarters, family) {
                self.measure(family, Quality::from_quarters(pass.quarters), Scale::File)?;
            }
        }
        Ok(())
    }

    fn measure(&mut self, family: Family, quality: Quality, scale: Scale) -> Result<(Mark, usize), E> {
        let made = (self.probe)(family.at(quality), scale)?;
        self.probes.push(made);
        Ok((Mark { quarters: quality.quarters(), margin: self.brief.margin(&made) }, made.bytes))
    }

    /// Whether the last probe's family is sure to be larger than what there is to beat wherever it passes: finer than a
    /// failure, or not so much coarser than a pass that it could be made up for.
    fn cannot_win(&self) -> bool {
        let Some(probe) = self.probes.last() else { return false };
        let spare = (self.brief.margin(probe) / self.brief.slope).max(0.0);
        let least = probe.bytes as f64 * growth::least(f64::from(probe.setting.quality.quarters()), spare);
        self.is_surely_larger(&Probe { bytes: least as usize, ..*probe })
    }

    /// Whether the last probe's family is likely to be larger than a file that passes, were it to turn where a line of
    /// this slope does. To search it to its end would take some two proofs more, for what an estimate is wrong by.
    fn is_outdone(&self, mark: Mark, slope: f64) -> bool {
        let (Some(probe), Some((_, best))) = (self.probes.last(), smallest(&self.probes, self.brief)) else {
            return false;
        };
        let quarters = f64::from(mark.quarters);
        let expected = probe.bytes as f64 * growth::usual(quarters, quarters - mark.margin / slope);
        expected > best.bytes as f64 * self.brief.contest.max(1.0)
    }

    /// Whether the pass of a family is surely larger than what there is to beat.
    fn is_hopeless(&self, quarters: i32, family: Family) -> bool {
        let setting = family.at(Quality::from_quarters(quarters));
        // Not by the guide's size: of sparse pictures a sample says too little.
        let of_whole = self.probes.iter().filter(|probe| probe.scale != Scale::Guide);
        of_whole.filter(|probe| probe.setting == setting).any(|probe| self.is_surely_larger(probe))
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
    smallest(probes, brief).map_or(brief.ceiling, |(_, probe)| probe.bytes)
}

/// The smallest file that passes.
fn smallest<'a>(probes: &'a [Probe], brief: &'a Brief) -> Option<(usize, &'a Probe)> {
    passes(probes, brief).min_by_key(|(_, probe)| probe.bytes)
}

fn best(probes: &[Probe], brief: &Brief, too_large: bool) -> Found {
    if let Some((index, _)) = smallest(probes, brief) {
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
