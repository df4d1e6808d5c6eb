//! Quality on libjpeg's scale, in quarter steps.

/// A number from 1 to 100 in steps of 0.25 on libjpeg's scale: higher is better and larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quality {
    quarters: u16,
}

impl Quality {
    /// The coarsest.
    pub const MIN: Self = Self { quarters: 4 };
    /// The finest.
    pub const MAX: Self = Self { quarters: 400 };

    /// The quality nearest to `value`; `None` outside 1 to 100.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (1.0..=100.0).contains(&value).then(|| Self { quarters: (value * 4.0).round() as u16 })
    }

    /// The quality of so many quarters, moved into 4..=400.
    #[must_use]
    pub fn from_quarters(quarters: i32) -> Self {
        Self { quarters: quarters.clamp(4, 400) as u16 }
    }

    /// Four times the number: 4 to 400.
    #[must_use]
    pub const fn quarters(self) -> i32 {
        self.quarters as i32
    }

    /// The number: 1 to 100.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from(self.quarters) / 4.0
    }

    /// The next one down, if there is one.
    #[must_use]
    pub fn coarser(self) -> Option<Self> {
        (self > Self::MIN).then(|| Self { quarters: self.quarters - 1 })
    }
}

impl std::fmt::Display for Quality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quality_holds_only_quarter_steps_from_1_to_100() {
        assert_eq!(Quality::new(0.99), None);
        assert_eq!(Quality::new(100.01), None);
        assert_eq!(Quality::new(f64::NAN), None);
        assert_eq!(Quality::new(80.3).map(Quality::value), Some(80.25));
        assert_eq!(Quality::from_quarters(-3), Quality::MIN);
        assert_eq!(Quality::MIN.coarser(), None);
        assert_eq!(Quality::MAX.coarser().map(Quality::value), Some(99.75));
    }
}
