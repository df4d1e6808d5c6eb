//! What can be wrong with a comparison.

use crate::Metric;

/// Why two pictures could not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The number of samples is not width x height x channels, or a side is zero.
    #[error(
        "a picture of {width}x{height} with {channels} channels needs {needed:?} samples and both sides above zero, not {samples} samples"
    )]
    Shape {
        /// Pixels a row.
        width: usize,
        /// Rows.
        height: usize,
        /// Samples a pixel.
        channels: usize,
        /// The samples that such a picture has, if that number can be held at all.
        needed: Option<usize>,
        /// The samples given.
        samples: usize,
    },
    /// The candidate is not of the original's size.
    #[error("the pictures differ in size: the original has {original:?} pixels, the candidate {candidate:?}")]
    SizesDiffer {
        /// Width and height of the original.
        original: (usize, usize),
        /// Width and height of the candidate.
        candidate: (usize, usize),
    },
    /// More pixels than the metric can take.
    #[error("the picture has {pixels} pixels, more than the metric can take")]
    TooLarge {
        /// Width x height.
        pixels: usize,
    },
    /// The caller asked to give up.
    #[error("the comparison was given up on request")]
    Stopped,
    /// The metric's crate gives no number: a defect of the metric.
    #[error("{} gives no number for these pictures", metric.name())]
    NoScore {
        /// The metric.
        metric: Metric,
    },
}
