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

use crate::Effort;
use curve::{Curve, Mark};
use lead::Lead;
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
    /// By how many points the guide lies above the proof on most photos, in the unit of the metric; none where there
    /// is no guide.
    pub guide: Option<f64>,
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

/// The most probes on the guide in a family to compare it with others.
const COMPARING_GUIDES: usize = 2;
/// The most before a proof, to find the step where the guide turns.
const MOST_GUIDES: usize = 5;
/// The proofs of a family that the guide chooses; where it took more than that, it is no good.
const LED_PROOFS: usize = 5;
/// The part of an estimated size that the file has at least.
const ESTIMATE_AT_LEAST: f64 = 0.93;
/// The part of what the guide promises of one family's size against another's that it has at least, as a rule: 75 of 88
/// times on small lossless photos of the corpus, 19 of 25 on large ones, at 65, 80 and 90 points (2026-11-22). What lies
/// beyond is of photos that their sample is unlike; to leave the second family there takes 0.2 % more bytes on small
/// photos and none on large ones, and so it does with 0.93.
const COMPARISON_AT_LEAST: f64 = 0.975;
/// Families can be compared where the guide was asked this near to the goal, in quarters of quality on a typical slope.
const ROUGH: f64 = 3.0;

impl<E, P: FnMut(Setting, Scale) -> Result<Probe, E>> Walk<'_, P> {
    fn families(&mut self, families: &[Family]) -> Result<(), E> {
        if self.brief.guide.is_some() {
            self.led(families)
        } else {
            families.iter().try_for_each(|family| self.family(*family, None))
        }
    }

    /// The families in the order of what the guide says of their sizes, those left out that it says are larger.
    fn led(&mut self, families: &[Family]) -> Result<(), E> {
        let mut leads = Vec::with_capacity(families.len());
        for family in families {
            let start = f64::from(family.start.quarters()) + self.shift + self.gap / self.brief.slope;
            let mut lead = Lead::new(self.brief.slope, start);
            self.follow(*family, &mut lead)?;
            self.shift += lead.root(self.gap) - start;
            leads.push((*family, lead));
        }
        let promised = |lead: &Lead, gap| lead.bytes(gap).unwrap_or(f64::INFINITY);
        leads.sort_by(|a, b| promised(&a.1, self.gap).total_cmp(&promised(&b.1, self.gap)));
        let mut tried: Option<Lead> = None;
        for (family, mut lead) in leads {
            if tried.is_some() && self.too_large && !self.is_held_by_floor {
                // At this photo's gap, which the first proofs have told.
                self.follow(family, &mut lead)?;
            }
            let least = promised(&lead, self.gap) * COMPARISON_AT_LEAST;
            let is_larger = tried.as_ref().is_some_and(|tried| least > promised(tried, self.gap));
            if !(self.too_large && is_larger) || self.is_held_by_floor {
                self.family(family, Some(&mut lead))?;
                tried = tried.or(Some(lead));
            }
        }
        Ok(())
    }

    /// Makes the guide's root in a family known, roughly.
    fn follow(&mut self, family: Family, lead: &mut Lead) -> Result<(), E> {
        for _ in 0..COMPARING_GUIDES {
            let is_near = |margin: f64| (margin - self.gap).abs() < ROUGH * self.brief.slope;
            let Some(quality) = lead.next(self.gap) else { break };
            if lead.best(self.gap).is_some_and(|mark| is_near(mark.margin)) {
                break;
            }
            self.ask_guide(family, quality, lead)?;
        }
        Ok(())
    }

    fn ask_guide(&mut self, family: Family, quality: Quality, lead: &mut Lead) -> Result<(), E> {
        let (mark, bytes) = self.measure(family, quality, Scale::Guide)?;
        lead.learn(mark, bytes);
        Ok(())
    }

    /// The quality inside the bracket that the guide says is the coarsest to pass.
    fn led_quality(&mut self, family: Family, curve: &Curve, lead: &mut Lead) -> Result<Option<Quality>, E> {
        if !self.is_gap_proved {
            // Any proof near the goal tells the gap, the better where the guide itself was asked.
            let mark = lead.best(self.gap).map(|mark| f64::from(mark.quarters));
            return Ok(curve.next_near(mark.unwrap_or_else(|| lead.root(self.gap))));
        }
        if curve.is_narrow() {
            return Ok(curve.next(0.0));
        }
        for _ in 0..MOST_GUIDES {
            let next = lead.next(self.gap).filter(|quality| curve.is_open_at(*quality));
            let Some(quality) = next.filter(|_| !curve.is_almost_closed()) else { break };
            self.ask_guide(family, quality, lead)?;
        }
        // The guide's own step may be another one's, and a line knows nothing of steps: each is wrong by about one.
        let (guided, line) = (lead.root(self.gap), curve.near_root(lead.slope(self.gap)));
        Ok(curve.next_near(line.map_or(guided, |line| f64::midpoint(line, guided))))
    }

    fn family(&mut self, family: Family, mut lead: Option<&mut Lead>) -> Result<(), E> {
        let mut curve = Curve::new(self.brief.slope);
        let start = f64::from(family.start.quarters()) + self.shift;
        let mut ties = Vec::new();
        loop {
            let next = match lead.as_deref_mut().filter(|_| ties.len() < LED_PROOFS) {
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
                self.gap = gap_at_goal(&ties, self.brief.slope);
                self.is_gap_proved = true;
            }
            if self.cannot_win() {
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

/// What the two scales say of one setting, in points above what is asked.
#[derive(Clone, Copy)]
struct Tie {
    guide: f64,
    proof: f64,
}

/// What the guide says where the proof has no margin left: along the line through the last two ties, where they are far
/// enough apart to tell, else with the guide in parallel.
fn gap_at_goal(ties: &[Tie], slope: f64) -> f64 {
    /// The distance in quarters of quality on a typical slope.
    const APART: f64 = 3.0;
    let Some(last) = ties.last() else { return 0.0 };
    let earlier = ties.iter().rev().skip(1).find(|tie| (tie.guide - last.guide).abs() > APART * slope);
    let ratio = earlier.map_or(1.0, |tie| (tie.proof - last.proof) / (tie.guide - last.guide));
    // Where a floor binds on one side only, for one, a line leads nowhere.
    last.guide - last.proof / ratio.clamp(0.5, 2.0)
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
