//! What is wrong with a configuration.

/// What is wrong with a configuration, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file is not TOML.
    #[error("the configuration is not TOML: {0}")]
    Form(String),
    /// A setting that there is not.
    #[error("{place}: no setting is called {name:?}; docs/server.md lists them")]
    Unknown {
        /// Where it stands.
        place: String,
        /// The name.
        name: String,
    },
    /// A value that the setting cannot have.
    #[error("{place}: {why}")]
    Value {
        /// Where it stands.
        place: String,
        /// What it takes.
        why: String,
    },
}

impl ConfigError {
    /// The same, found at this place.
    pub(super) fn at(self, place: String) -> Self {
        match self {
            Self::Unknown { name, .. } => Self::Unknown { place, name },
            Self::Value { why, .. } => Self::Value { place, why },
            form => form,
        }
    }
}
