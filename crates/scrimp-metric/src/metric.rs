//! The metrics by name, and what they answer.

/// A way to measure how much alike two pictures look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Metric {
    /// SSIMULACRA2 v2.1 (Cloudinary, libjxl) on the scale that the public programs print: 100 for identical
    /// pictures, 90 where most people see no difference side by side, 70 for high, 50 for medium quality;
    /// may be negative.
    Ssimulacra2,
    /// SSIMULACRA2 v2.1 as it is defined, without the rounding errors that pile up in the public programs'
    /// blur and cost large smooth pictures up to three points. Same meaning; faster.
    Ssimulacra2Exact,
}

impl Metric {
    /// Every metric, in the order in which they are offered.
    pub const ALL: &[Self] = &[Self::Ssimulacra2, Self::Ssimulacra2Exact];

    /// The name by which people ask for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssimulacra2 => "ssimulacra2",
            Self::Ssimulacra2Exact => "ssimulacra2-exact",
        }
    }

    /// The metric of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|metric| metric.name() == name)
    }

    /// The score of two identical pictures, the highest there is.
    #[must_use]
    pub const fn of_identical(self) -> Score {
        match self {
            Self::Ssimulacra2 | Self::Ssimulacra2Exact => Score(100.0),
        }
    }
}

/// How much alike two pictures look: the higher, the more. Never NaN.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// A score from a number; `None` for NaN.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (!value.is_nan()).then_some(Self(value))
    }

    /// The number, in the metric's unit with higher being better.
    #[must_use]
    pub const fn value(self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_metric() {
        for metric in Metric::ALL {
            assert_eq!(Metric::from_name(metric.name()), Some(*metric));
        }
        assert_eq!(Metric::from_name("beauty"), None);
    }

    #[test]
    fn a_score_is_never_nan() {
        assert_eq!(Score::new(f64::NAN), None);
        assert_eq!(Score::new(-3.5).map(Score::value), Some(-3.5));
    }
}
