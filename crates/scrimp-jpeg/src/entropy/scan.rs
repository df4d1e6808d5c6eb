//! One scan of one component.

use crate::scans::Scan as LibraryScan;

/// Coefficients of a component, from `first` to `last` in zigzag order, without the lowest `after` bits; where `before` is
/// not zero, of those bits that are left out before (T.81 G.1.1.1) only the next.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scan {
    pub(super) component: usize,
    pub(super) first: u8,
    pub(super) last: u8,
    pub(super) before: u8,
    pub(super) after: u8,
}

/// How a scan is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Differences of DC (T.81 G.1.2.1).
    Dc,
    /// AC coefficients for the first time (G.1.2.2).
    First,
    /// One bit more of AC coefficients (G.1.2.3).
    Refinement,
}

impl From<&LibraryScan> for Scan {
    fn from(scan: &LibraryScan) -> Self {
        // All of them small by T.81 B.2.3.
        let [first, last, before, after] = [scan.Ss, scan.Se, scan.Ah, scan.Al].map(|value| value as u8);
        let component = usize::try_from(scan.component_index[0]).unwrap_or(usize::MAX);
        Self { component, first, last: last.min(63), before, after }
    }
}

impl Scan {
    /// How it is coded. A further bit of DC, which has no table, is in no script of [`crate::scans`].
    pub(super) const fn kind(&self) -> Kind {
        match (self.first, self.before) {
            (0, _) => Kind::Dc,
            (_, 0) => Kind::First,
            _ => Kind::Refinement,
        }
    }

    /// A bit for each of its coefficients.
    pub(super) const fn band(&self) -> u64 {
        (u64::MAX >> (63 - self.last)) & (u64::MAX << self.first)
    }
}
