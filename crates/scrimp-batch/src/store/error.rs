//! What is wrong with lists of photos and with what becomes of them.

/// What is wrong with a manifest, a shard or results, rather than with a photo.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A manifest, shard or file of results that cannot be read.
    #[error("{place} cannot be read: {why}")]
    Unreadable {
        /// The file.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// Anything else.
    #[error("{place}: {why}")]
    Other {
        /// The file.
        place: String,
        /// What is wrong.
        why: String,
    },
}

impl StoreError {
    /// A stable word for this cause.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "store_unreadable",
            Self::Other { .. } => "store",
        }
    }
}
