//! What can be wrong with a question to the classic algorithm.

use crate::Kept;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The goal is no share.
    #[error("a goal of {share}: choose from 0 to 1")]
    Goal {
        /// The goal asked for.
        share: f64,
    },
    /// The quality is not on libjpeg's scale.
    #[error("a quality of {quality}: choose from 1 to 100")]
    Quality {
        /// The quality asked for.
        quality: u8,
    },
    /// The photo could not be resized, encoded or decoded.
    #[error(transparent)]
    Jpeg(#[from] scrimp_jpeg::Error),
    /// Something rides along with the photo that a new file would spoil.
    #[error("it is not written anew: {0}")]
    RidesAlong(Kept),
    /// Original and probe could not be compared.
    #[error(transparent)]
    Metric(#[from] scrimp_metric::Error),
}
