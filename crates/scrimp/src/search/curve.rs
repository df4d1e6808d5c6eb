//! What is known of a family on one scale, and where to look next.

use scrimp_jpeg::Quality;

/// One quality tried.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) quarters: i32,
    /// Points above what is asked: a pass from zero on.
    pub(super) margin: f64,
}

/// The least distance in quarters over which a slope is taken.
const LEAST_BASE: i32 = 4;

/// The greatest distance in quarters over which a curve is taken for straight.
const NARROW: i32 = 8;

/// The bracket of a family: the finest known failure below the coarsest known pass.
#[derive(Clone, Debug)]
pub(super) struct Curve {
    fail: Option<Mark>,
    pass: Option<Mark>,
    /// Points per quarter of quality.
    slope: f64,
    /// What the slope is where nothing is known yet.
    typical: f64,
    /// How often in a row the last marks fell on the same side.
    run: u32,
    last: Option<Mark>,
    first: Option<Mark>,
}

impl Curve {
    /// Nothing is known but how steep such curves are as a rule.
    pub(super) const fn new(typical: f64) -> Self {
        Self { fail: None, pass: None, slope: typical, typical, run: 0, last: None, first: None }
    }

    pub(super) const fn pass(&self) -> Option<Mark> {
        self.pass
    }

    /// Whether there is nothing left to try.
    pub(super) fn is_closed(&self) -> bool {
        let (low, high) = self.open();
        low > high
    }

    /// Whether there is but one thing left to try.
    pub(super) fn is_almost_closed(&self) -> bool {
        let (low, high) = self.open();
        low == high
    }

    /// Whether a quality lies strictly inside the bracket.
    pub(super) fn is_open_at(&self, quality: Quality) -> bool {
        let (low, high) = self.open();
        (low..=high).contains(&quality.quarters())
    }

    /// Takes in a quality that lies strictly inside the bracket.
    pub(super) fn learn(&mut self, mark: Mark) {
        let passed = mark.margin >= 0.0;
        // Of the two known marks the farther one: over a few steps wobble outweighs the slope.
        let others = [self.last, self.first].into_iter().flatten();
        if let Some(other) = others.max_by_key(|other| (mark.quarters - other.quarters).abs()) {
            let slope = (mark.margin - other.margin) / f64::from(mark.quarters - other.quarters);
            if slope > self.typical / 8.0 && (mark.quarters - other.quarters).abs() >= LEAST_BASE {
                self.slope = slope;
            }
        }
        let same_side = self.last.is_some_and(|last| passed == (last.margin >= 0.0));
        self.run = if same_side { self.run + 1 } else { 1 };
        self.first = self.first.or(Some(mark));
        self.last = Some(mark);
        *(if passed { &mut self.pass } else { &mut self.fail }) = Some(mark);
    }

    /// Whether the bracket is so narrow that a line across it says more than a guide does.
    pub(super) fn is_narrow(&self) -> bool {
        self.fail.zip(self.pass).is_some_and(|(fail, pass)| pass.quarters - fail.quarters <= NARROW)
    }

    /// Where the margin is zero, in quarters, as far as is known; `None` before the first mark.
    fn root(&self) -> Option<f64> {
        match (self.fail, self.pass) {
            (Some(fail), Some(pass)) => {
                let share = -fail.margin / (pass.margin - fail.margin);
                Some(f64::from(fail.quarters) + share * f64::from(pass.quarters - fail.quarters))
            }
            (mark, None) | (None, mark) => {
                mark.map(|mark| f64::from(mark.quarters) - mark.margin / self.slope)
            }
        }
    }

    /// The coarsest and the finest quality strictly inside the bracket.
    fn open(&self) -> (i32, i32) {
        let low = self.fail.map_or(Quality::MIN.quarters(), |fail| fail.quarters + 1);
        let high = self.pass.map_or(Quality::MAX.quarters(), |pass| pass.quarters - 1);
        (low, high)
    }

    /// The quality strictly inside the bracket that is nearest to `wanted`; `None` once it is closed.
    pub(super) fn next_near(&self, wanted: f64) -> Option<Quality> {
        let (low, high) = self.open();
        // To the nearest, of which it is least known whether it passes: whatever it does, the step to its other side is
        // likely to end the search. A conversion of a wild number saturates.
        (low <= high).then(|| Quality::from_quarters((wanted.round() as i32).clamp(low, high)))
    }

    /// The quality to try next, strictly inside the bracket; `None` once it is closed.
    pub(super) fn next(&self, start: f64) -> Option<Quality> {
        let wanted = match (self.fail, self.pass) {
            // Marks in a row on one side: the curve bends, so halve instead of creeping along it.
            (Some(fail), Some(pass)) if self.run > 2 => f64::from(fail.quarters + pass.quarters) / 2.0,
            // One side only, again and again: further each time, so that the other side is found soon.
            (Some(_), None) => self.root().unwrap_or(start) + self.stride(),
            (None, Some(_)) => self.root().unwrap_or(start) - self.stride(),
            _ => self.root().unwrap_or(start),
        };
        self.next_near(wanted)
    }

    /// How far beyond the expected root to look: nothing at first, then 2, 4, 8... quarters.
    fn stride(&self) -> f64 {
        if self.run < 4 { 0.0 } else { f64::from(1_u32 << (self.run - 3).min(8)) }
    }
}
