//! What the cheaper scale says of a family: where it would turn, and at what size.

use super::curve::Mark;
use super::growth;
use scrimp_jpeg::Quality;

/// The greatest distance in quarters over which the guide is trusted to be straight.
const STRAIGHT: i32 = 6;
/// The farthest from a mark, in quarters, that its slope is followed: on photos with large flat parts it changes tenfold.
/// With half of it the first proof of photos that want to be much coarser than most is made too early.
const FARTHEST: f64 = 100.0;
/// The greatest distance in quarters over which a bracket is halved: tables change in steps, and so does the score.
const STEPPED: i32 = 4;

/// Marks of the guide in one family. Their margins lie some points off those of the proof: by a gap that hardly
/// changes from one quality of a photo to another.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    /// By quality, with the estimated size of the file.
    marks: Vec<(Mark, f64)>,
    /// Points per quarter of quality where nothing is known yet.
    typical: f64,
    /// Where to begin, in quarters.
    start: f64,
}

impl Lead {
    pub(super) const fn new(typical: f64, start: f64) -> Self {
        Self { marks: Vec::new(), typical, start }
    }

    pub(super) fn learn(&mut self, mark: Mark, bytes: usize) {
        let place = self.marks.partition_point(|(known, _)| known.quarters < mark.quarters);
        self.marks.insert(place, (mark, bytes as f64));
    }

    /// The margin at a quality: that of a mark, else between the two next to it or beyond the outermost.
    pub(super) fn margin_at(&self, quarters: i32) -> Option<f64> {
        let (mark, slope) = self.nearest(|mark| f64::from((mark.quarters - quarters).abs()))?;
        Some(mark.0.margin + slope * f64::from(quarters - mark.0.quarters))
    }

    /// Where the margin comes to be `gap`, in quarters: between the last mark that lies below and the first that does not.
    pub(super) fn root(&self, gap: f64) -> f64 {
        match self.bracket(gap) {
            [Some((below, _)), Some((above, _))] => {
                let share = (gap - below.margin) / (above.margin - below.margin);
                f64::from(below.quarters) + share * f64::from(above.quarters - below.quarters)
            }
            _ => self.nearest(|mark| (mark.margin - gap).abs()).map_or(self.start, |(mark, slope)| {
                f64::from(mark.0.quarters) - ((mark.0.margin - gap) / slope).clamp(-FARTHEST, FARTHEST)
            }),
        }
    }

    /// The quality to ask the guide for next; `None` once the step is known at which its margin comes to be `gap`.
    pub(super) fn next(&self, gap: f64) -> Option<Quality> {
        // Up, so that a good guess passes; a conversion of a wild number saturates.
        let wanted = self.root(gap).ceil() as i32;
        let (low, high) = match self.bracket(gap) {
            [Some((below, _)), Some((above, _))] => (below.quarters + 1, above.quarters - 1),
            [Some((below, _)), None] => (below.quarters + 1, Quality::MAX.quarters()),
            [None, Some((above, _))] => (Quality::MIN.quarters(), above.quarters - 1),
            [None, None] => (Quality::MIN.quarters(), Quality::MAX.quarters()),
        };
        let wanted = if high - low < STEPPED { i32::midpoint(low, high) } else { wanted };
        (low <= high).then(|| Quality::from_quarters(wanted.clamp(low, high)))
    }

    /// The mark that is nearest to `gap`.
    pub(super) fn best(&self, gap: f64) -> Option<Mark> {
        self.nearest(|mark| (mark.margin - gap).abs()).map(|((mark, _), _)| *mark)
    }

    /// Points per quarter of quality about the mark that is nearest to `gap`.
    pub(super) fn slope(&self, gap: f64) -> f64 {
        self.nearest(|mark| (mark.margin - gap).abs()).map_or(self.typical, |(_, slope)| slope)
    }

    /// About the size of the file at the root.
    pub(super) fn bytes(&self, gap: f64) -> Option<f64> {
        let root = self.root(gap);
        if let [Some((below, coarse)), Some((above, fine))] = self.bracket(gap) {
            let share = (root - f64::from(below.quarters)) / f64::from(above.quarters - below.quarters);
            return Some(coarse + share * (fine - coarse));
        }
        let distance = |mark: &Mark| (f64::from(mark.quarters) - root).abs();
        let (mark, bytes) = self.marks.iter().min_by(|a, b| distance(&a.0).total_cmp(&distance(&b.0)))?;
        Some(bytes * growth::usual(f64::from(mark.quarters), root))
    }

    /// The coarsest mark that is not below `gap`, and the one before it; the finest where all are below.
    fn bracket(&self, gap: f64) -> [Option<&(Mark, f64)>; 2] {
        let above = self.marks.iter().position(|(mark, _)| mark.margin >= gap);
        let before = above.unwrap_or(self.marks.len()).checked_sub(1);
        [before, above].map(|at| at.map(|at| &self.marks[at]))
    }

    /// The mark that is nearest in some sense, and the slope about it: to the next mark that is not too near to tell.
    fn nearest(&self, distance: impl Fn(&Mark) -> f64) -> Option<(&(Mark, f64), f64)> {
        let nearest = self.marks.iter().min_by(|a, b| distance(&a.0).total_cmp(&distance(&b.0)))?;
        let apart = |other: &&(Mark, f64)| (other.0.quarters - nearest.0.quarters).abs();
        let others = self.marks.iter().filter(|other| apart(other) >= STRAIGHT / 2);
        let slope = others.min_by_key(apart).map(|(other, _)| {
            (other.margin - nearest.0.margin) / f64::from(other.quarters - nearest.0.quarters)
        });
        // Wobble, or a floor that binds on one side only: such a slope says nothing.
        let slope = slope.filter(|slope| *slope > self.typical / 8.0);
        Some((nearest, slope.unwrap_or(self.typical)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(marks: &[(i32, f64)]) -> Lead {
        let mut lead = Lead::new(0.1, 300.0);
        marks.iter().for_each(|(quarters, margin)| {
            let (quarters, margin) = (*quarters, *margin);
            lead.learn(Mark { quarters, margin }, (1000 + 10 * quarters) as usize);
        });
        lead
    }

    #[test]
    fn a_lead_without_marks_begins_at_its_start() {
        assert_eq!(lead(&[]).next(3.0), Some(Quality::from_quarters(300)));
        assert_eq!(lead(&[]).margin_at(300), None);
    }

    #[test]
    fn the_root_follows_the_gap() {
        let lead = lead(&[(300, 1.0), (320, 5.0)]);
        assert_eq!((lead.root(0.0), lead.root(2.0), lead.root(4.4)), (295.0, 305.0, 317.0));
        assert_eq!(lead.margin_at(310), Some(3.0));
        assert_eq!(lead.next(2.0), Some(Quality::from_quarters(305)));
        assert_eq!(lead.best(2.0).map(|mark| mark.quarters), Some(300));
    }

    #[test]
    fn the_step_at_which_the_guide_turns_is_found() {
        let mut lead = lead(&[(300, 1.0), (308, 2.0)]);
        let mut asked = 0;
        while let Some(quality) = lead.next(1.7) {
            let margin = if quality.quarters() < 303 { 1.2 } else { 1.8 };
            lead.learn(Mark { quarters: quality.quarters(), margin }, 1000);
            asked += 1;
        }
        assert_eq!(lead.root(1.7).ceil(), 303.0);
        assert!(asked <= 4, "{asked}");
    }

    #[test]
    fn sizes_are_told_at_the_root() {
        let lead = lead(&[(300, 1.0), (320, 5.0)]);
        assert_eq!((lead.bytes(1.0), lead.bytes(3.0)), (Some(4000.0), Some(4100.0)));
        assert!((3700.0..3900.0).contains(&lead.bytes(0.0).unwrap()));
    }

    #[test]
    fn a_slope_is_not_followed_to_the_end_of_the_world() {
        assert_eq!(lead(&[(300, 8.0), (310, 8.3)]).root(0.0), 300.0 - FARTHEST);
    }

    #[test]
    fn a_slope_that_says_nothing_is_not_followed() {
        assert_eq!(lead(&[(300, 1.0), (320, 1.0)]).root(0.0), 290.0);
    }
}
