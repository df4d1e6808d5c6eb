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
    /// SSIM of Wang et al. 2004 in 8-bit gray, under a centred Gaussian window of 11 taps, sigma 1.5: 1 for
    /// identical pictures, never below -1. It sees no colour.
    Ssim,
    /// Butteraugli (Google, libjxl): the distance at the place where the two pictures look least alike, at 80 nits.
    /// 0 for identical pictures; at 1 a difference can just be seen by those who look for it.
    Butteraugli,
    /// Butteraugli over the whole picture: the mean of the norms of exponents 3, 6 and 12 over all places, as
    /// libjxl's programs print it.
    Butteraugli3Norm,
}

impl Metric {
    /// Every metric, in the order in which they are offered.
    pub const ALL: &[Self] =
        &[Self::Ssimulacra2, Self::Ssimulacra2Exact, Self::Ssim, Self::Butteraugli, Self::Butteraugli3Norm];

    /// The name by which people ask for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ssimulacra2 => "ssimulacra2",
            Self::Ssimulacra2Exact => "ssimulacra2-exact",
            Self::Ssim => "ssim",
            Self::Butteraugli => "butteraugli",
            Self::Butteraugli3Norm => "butteraugli-3norm",
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
            Self::Ssim => Score(1.0),
            Self::Butteraugli | Self::Butteraugli3Norm => Score(0.0),
        }
    }

    /// Whether the metric's own number is a distance: the lower, the more alike.
    #[must_use]
    pub const fn is_distance(self) -> bool {
        match self {
            Self::Ssimulacra2 | Self::Ssimulacra2Exact | Self::Ssim => false,
            Self::Butteraugli | Self::Butteraugli3Norm => true,
        }
    }

    /// The score that stands for `value` in the metric's own unit and direction; `None` for NaN. A distance is
    /// turned round here and in [`Self::value_of`], and nowhere else.
    #[must_use]
    pub fn score_of(self, value: f64) -> Option<Score> {
        Score::new(self.turned(value))
    }

    /// `score` as the metric's own number, in its unit and direction.
    #[must_use]
    pub const fn value_of(self, score: Score) -> f64 {
        self.turned(score.value())
    }

    const fn turned(self, value: f64) -> f64 {
        // Not the negative, which turns 0 into -0.
        if self.is_distance() { 0.0 - value } else { value }
    }
}

/// How much alike two pictures look: the higher, the more, whatever the metric's own direction. Never NaN.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Score(f64);

impl Score {
    /// A score from a number; `None` for NaN.
    #[must_use]
    pub fn new(value: f64) -> Option<Self> {
        (!value.is_nan()).then_some(Self(value))
    }

    /// The number, in the metric's unit with higher being better: below 0 for a distance.
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
    fn a_distance_is_turned_round_and_back() {
        for metric in Metric::ALL {
            for value in [0.0, 0.25, 1.0, 80.0] {
                assert_eq!(metric.score_of(value).map(|score| metric.value_of(score)), Some(value));
            }
            assert_eq!(metric.score_of(f64::NAN), None);
            assert!(metric.value_of(metric.of_identical()).is_sign_positive());
            assert_eq!(metric.score_of(2.0) < metric.score_of(1.0), metric.is_distance());
        }
    }

    #[test]
    fn a_score_is_never_nan() {
        assert_eq!(Score::new(f64::NAN), None);
        assert_eq!(Score::new(-3.5).map(Score::value), Some(-3.5));
    }
}
