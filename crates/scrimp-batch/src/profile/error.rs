//! What can be wrong with a profile.

use crate::FileError;
use std::path::PathBuf;

/// What is wrong with a profile. Where an option is the remedy, the text ends before it, as it is spelt otherwise in each
/// place where it is read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// It cannot be read.
    #[error("{} cannot be taken for a profile, as scrimp calibrate writes them: {}", .path.display(), .cause.in_full())]
    Unreadable {
        /// The profile.
        path: PathBuf,
        /// Why.
        cause: FileError,
    },
    /// It cannot be written.
    #[error(transparent)]
    Unwritable(#[from] FileError),
    /// It is not written as profiles are.
    #[error("{} is no profile as scrimp calibrate writes them: {why}", .path.display())]
    Form {
        /// The profile.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// It was made with other versions. The remedy is to be spelt behind, as ` with --accept-stale-profile`.
    #[error(
        "{} was made with another {what}, {theirs} instead of {ours}: calibrate anew, or take it as it is",
        .path.display()
    )]
    Stale {
        /// The profile.
        path: PathBuf,
        /// What differs.
        what: &'static str,
        /// With what it was made.
        theirs: String,
        /// What there is.
        ours: String,
    },
    /// There is no such class.
    #[error("{} has no class {class:?} for {command}; it has {}", .path.display(), .classes.join(", "))]
    NoClass {
        /// The profile.
        path: PathBuf,
        /// What was asked for.
        class: String,
        /// What it was asked for.
        command: &'static str,
        /// What there is.
        classes: Vec<String>,
    },
    /// Nothing for a command.
    #[error("{} has no class for {command}: calibrate one", .path.display())]
    Empty {
        /// The profile.
        path: PathBuf,
        /// What it was asked for.
        command: &'static str,
    },
    /// Several classes, and none was named. The remedy is to be spelt behind, as ` with --class`.
    #[error("{} has several classes, {}: name one of them", .path.display(), .classes.join(", "))]
    WhichClass {
        /// The profile.
        path: PathBuf,
        /// What there is.
        classes: Vec<String>,
    },
}
