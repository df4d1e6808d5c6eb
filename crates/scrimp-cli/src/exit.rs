//! How the program ends.

use scrimp::LimitKind;
use scrimp_batch::FileError;
use scrimp_batch::profile::ProfileError;
use std::borrow::Cow;
use std::process::ExitCode;

/// Exit codes of the manual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is done.
    Done,
    /// Some photo failed, was refused or missed its goal; the rest is done.
    SomeUndone,
    /// The arguments make no sense together.
    Usage,
    /// Ended by this signal.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::SomeUndone => Self::from(1),
            Exit::Usage => Self::from(2),
            Exit::Signal(number) => Self::from(128 + number),
        }
    }
}

/// An error of usage, as opposed to one of a photo or a file.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Prints an error that ended the program, with its causes.
pub(crate) fn report(error: &anyhow::Error) -> Exit {
    complain(error);
    if error.is::<UsageError>() { Exit::Usage } else { Exit::SomeUndone }
}

/// Prints an error with its causes, and what can be done about it.
pub(crate) fn complain(error: &anyhow::Error) {
    let code = error.chain().find_map(|cause| {
        let of_photo = || cause.downcast_ref::<scrimp::Error>().map(scrimp::Error::code);
        cause.downcast_ref::<FileError>().map(FileError::code).or_else(of_photo)
    });
    let of_profile = error.chain().find_map(|cause| cause.downcast_ref()).map_or("", remedy_of_profile);
    note!("scrimp: {error:#}{}{of_profile}", code.map_or(Cow::Borrowed(""), remedy));
}

/// What can be done at the command line about a profile, as the end of its sentence.
const fn remedy_of_profile(error: &ProfileError) -> &'static str {
    match error {
        ProfileError::Stale { .. } => " with --accept-stale-profile",
        ProfileError::WhichClass { .. } => " with --class",
        _ => "",
    }
}

/// What can be done at the command line about a photo with this code.
pub(crate) fn remedy(code: &str) -> Cow<'static, str> {
    if let Some(limit) = LimitKind::ALL.iter().find(|limit| limit.code() == code) {
        return format!(" with --limit {}=NUMBER", limit.name()).into();
    }
    let fixed = match code {
        "output_exists" => "; --overwrite replaces it",
        "hard_linked" => "; --split-hard-links rewrites it all the same",
        "alpha" => " with --background",
        "animation" | "pages" | "frames" => " with --first-frame",
        "content_credentials" => " with --break-credentials",
        _ => "",
    };
    fixed.into()
}
