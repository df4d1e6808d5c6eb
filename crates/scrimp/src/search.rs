//! The search for the smallest passing setting: a pure loop over a `probe` closure. It owns no encoder, file,
//! thread or printer.
//!
//! Within a family of settings the score rises with quality, but for small wobble. The search holds a bracket, the
//! finest known failure below the coarsest known pass, shrinks it by interpolation in score, and ends when the two
//! are neighbours: the pass is then the smallest of its family, and one step coarser fails. Wobble cannot make it
//! return a failing setting, since only a setting that was probed and passed is ever returned.

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
    let mut shift = 0;
    for family in &brief.families {
        let mut bracket = Bracket::default();
        let start = Quality::from_quarters(family.start.quarters() + shift);
        while let Some(quality) = bracket.next(start) {
            let Family { subsampling, tables, .. } = *family;
            let made = probe(Setting { subsampling, tables, quality })?;
            probes.push(made);
            bracket.learn(&made, brief.margin(&made));
            if bracket.fail.is_some_and(|fail| fail.bytes > bytes_to_beat(&probes, brief)) {
                // Whatever passes in this family is finer than this failure, and so larger.
                too_large = true;
                break;
            }
        }
        if let Some(pass) = bracket.pass {
            too_large = true;
            // A photo that asks for more than most in one family does so in the next.
            shift = pass.quarters - family.start.quarters();
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

/// A probe as the bracket sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Mark {
    quarters: i32,
    /// Points above what is asked: a pass from zero on.
    margin: f64,
    bytes: usize,
}

/// The finest known failure and, above it, the coarsest known pass.
#[derive(Debug, Default)]
struct Bracket {
    fail: Option<Mark>,
    pass: Option<Mark>,
    /// The mark that the last one replaced on the same side: two points of one side give a slope.
    replaced: Option<Mark>,
    /// How often in a row the last probes fell on the same side.
    run: u32,
    last_passed: Option<bool>,
}

/// Points per quarter of quality where nothing is known yet: the steep end of what the corpus shows between scores
/// of 60 and 85, so that the first jump falls short rather than far.
const TYPICAL_SLOPE: f64 = 0.12;

impl Bracket {
    fn learn(&mut self, probe: &Probe, margin: f64) {
        let mark = Mark { quarters: probe.setting.quality.quarters(), margin, bytes: probe.bytes };
        let passed = margin >= 0.0;
        let side = if passed { &mut self.pass } else { &mut self.fail };
        self.replaced = side.replace(mark);
        self.run = if self.last_passed == Some(passed) { self.run + 1 } else { 1 };
        self.last_passed = Some(passed);
    }

    /// The quality to try next: strictly inside the bracket; `None` when there is none.
    fn next(&self, start: Quality) -> Option<Quality> {
        let (low, high) = match (self.fail, self.pass) {
            (None, None) => return Some(start),
            (Some(fail), None) => (fail.quarters + 1, Quality::MAX.quarters()),
            (None, Some(pass)) => (Quality::MIN.quarters(), pass.quarters - 1),
            (Some(fail), Some(pass)) => (fail.quarters + 1, pass.quarters - 1),
        };
        if low > high {
            return None;
        }
        let wanted = match (self.fail, self.pass) {
            // Two probes in a row on one side: the curve bends, so halve instead of creeping along it.
            (Some(fail), Some(pass)) if self.run > 2 => f64::from(fail.quarters + pass.quarters) / 2.0,
            (Some(fail), Some(pass)) => {
                let share = -fail.margin / (pass.margin - fail.margin);
                f64::from(fail.quarters) + share * f64::from(pass.quarters - fail.quarters)
            }
            (Some(mark), None) | (None, Some(mark)) => self.beyond(mark),
            (None, None) => f64::from(start.quarters()),
        };
        // Up, so that a good guess passes; a conversion of a wild number saturates.
        Some(Quality::from_quarters((wanted.ceil() as i32).clamp(low, high)))
    }

    /// Where the goal might lie when only one side is known: along the slope of the last two marks, and a little
    /// further each time, so that the other side is found soon.
    fn beyond(&self, mark: Mark) -> f64 {
        let slope = self
            .replaced
            .map(|before| (mark.margin - before.margin) / f64::from(mark.quarters - before.quarters))
            .filter(|slope| *slope > TYPICAL_SLOPE / 8.0)
            .unwrap_or(TYPICAL_SLOPE);
        let distance = -mark.margin / slope;
        let margin = f64::from(1_i32 << self.run.min(8)) * if mark.margin < 0.0 { 0.5 } else { -1.0 };
        f64::from(mark.quarters) + distance + margin
    }
}

#[cfg(test)]
mod tests;
