//! How the cheaper scale leads the search.
//!
//! Constants were chosen by running the loop on tables of 61 photos, 56 of them of the corpus, at 65, 80 and 90 points: their
//! scores on both scales and their sizes at every quarter about each root (2026-11-30). What they come to in proofs is certain
//! to 0.1 a photo.

use super::curve::{Curve, Mark};
use super::lead::Lead;
use super::{Family, Probe, Scale, Setting, Walk};
use scrimp_jpeg::Quality;

/// The most probes on the guide in the first family before its first proof, which tells the more the nearer to the goal
/// it is made.
const FIRST_GUIDES: usize = 4;
/// The most in each further one, which begins where the one before it turned.
const COMPARING_GUIDES: usize = 2;
/// The most before a later proof, to find the step where the guide turns.
const STEP_GUIDES: usize = 3;
/// The proofs of a family that the guide chooses; where it took more than that, it is no good.
const LED_PROOFS: usize = 5;
/// Where the guide was asked this near to the goal, in quarters of quality on a typical slope, a first proof is well
/// placed and families can be compared.
const ROUGH: f64 = 4.0;
/// Farther from the goal than this a size is a guess: a slope that was taken on a plateau has misled by a fifth.
const GUESSED: f64 = 8.0;

impl<E, P: FnMut(Setting, Scale) -> Result<Probe, E>> Walk<'_, P> {
    /// The families in the order of what the guide says of their sizes, those left out that it says are larger.
    pub(super) fn led(&mut self, families: &[Family]) -> Result<(), E> {
        let mut leads = Vec::with_capacity(families.len());
        for family in families {
            let start = f64::from(family.start.quarters()) + self.shift + self.gap / self.brief.slope;
            let mut lead = Lead::new(self.brief.slope, start);
            let guides = if leads.is_empty() { FIRST_GUIDES } else { COMPARING_GUIDES };
            self.follow(*family, &mut lead, guides)?;
            self.shift += lead.root(self.gap) - start;
            leads.push((*family, lead));
        }
        let promised = |lead: &Lead, gap| lead.bytes(gap).unwrap_or(f64::INFINITY);
        leads.sort_by(|a, b| promised(&a.1, self.gap).total_cmp(&promised(&b.1, self.gap)));
        let mut tried: Option<Lead> = None;
        for (family, mut lead) in leads {
            if let Some(tried) = tried.as_ref().filter(|_| self.too_large && !self.is_held_by_floor) {
                // At this photo's gap, which the first proofs have told.
                if !self.is_within(GUESSED, &lead) {
                    self.follow(family, &mut lead, 1)?;
                }
                if promised(&lead, self.gap) > self.brief.contest * promised(tried, self.gap) {
                    continue;
                }
            }
            self.family(family, Some(&mut lead))?;
            tried = tried.or(Some(lead));
        }
        Ok(())
    }

    /// Makes the guide's root in a family known, roughly.
    fn follow(&mut self, family: Family, lead: &mut Lead, guides: usize) -> Result<(), E> {
        for _ in 0..guides {
            let Some(quality) = lead.next(self.gap).filter(|_| !self.is_within(ROUGH, lead)) else { break };
            self.ask_guide(family, quality, lead)?;
        }
        Ok(())
    }

    /// Whether the guide was asked this near to the goal, in quarters of quality on a typical slope.
    fn is_within(&self, quarters: f64, lead: &Lead) -> bool {
        let is_near = |mark: Mark| (mark.margin - self.gap).abs() < quarters * self.brief.slope;
        lead.best(self.gap).is_some_and(is_near)
    }

    fn ask_guide(&mut self, family: Family, quality: Quality, lead: &mut Lead) -> Result<(), E> {
        let (mark, bytes) = self.measure(family, quality, Scale::Guide)?;
        lead.learn(mark, bytes);
        Ok(())
    }

    /// The quality inside the bracket of which the guide says least whether it passes.
    pub(super) fn led_quality(
        &mut self,
        family: Family,
        curve: &Curve,
        lead: &mut Lead,
    ) -> Result<Option<Quality>, E> {
        if !self.is_gap_proved {
            // Any proof near the goal tells the gap, the better where the guide itself was asked.
            let mark = lead.best(self.gap).map(|mark| f64::from(mark.quarters));
            return Ok(curve.next_near(mark.unwrap_or_else(|| lead.root(self.gap))));
        }
        if curve.is_narrow() {
            return Ok(curve.next(0.0));
        }
        for _ in 0..STEP_GUIDES {
            let next = lead.next(self.gap).filter(|quality| curve.is_open_at(*quality));
            let Some(quality) = next.filter(|_| !curve.is_almost_closed()) else { break };
            self.ask_guide(family, quality, lead)?;
        }
        Ok(curve.next_near(lead.root(self.gap)))
    }
}

/// What the two scales say of one setting, in points above what is asked.
#[derive(Clone, Copy)]
pub(super) struct Tie {
    pub(super) guide: f64,
    pub(super) proof: f64,
}

impl Tie {
    /// Whether the guide that has led to these is to lead on.
    pub(super) const fn can_lead(ties: &[Self]) -> bool {
        ties.len() < LED_PROOFS
    }

    /// What the guide says where the proof has no margin left: with the guide in parallel to the tie that is nearest to
    /// there, or along the line through it and another one that is far enough apart to tell.
    pub(super) fn gap_at_goal(ties: &[Self], slope: f64) -> f64 {
        /// The distance in quarters of quality on a typical slope.
        const APART: f64 = 3.0;
        let Some(near) = ties.iter().min_by(|a, b| a.proof.abs().total_cmp(&b.proof.abs())) else {
            return 0.0;
        };
        let other = ties.iter().rev().find(|tie| (tie.guide - near.guide).abs() > APART * slope);
        let ratio = other.map_or(1.0, |tie| (tie.proof - near.proof) / (tie.guide - near.guide));
        // Where a floor binds on one side only, for one, a line leads nowhere.
        near.guide - near.proof / ratio.clamp(0.5, 2.0)
    }
}

#[cfg(test)]
mod tests;
