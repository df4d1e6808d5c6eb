//! What became of one photo of a job, as one line of JSON.

use crate::report::Exhibit;
use crate::{FileError, Measured};
use scrimp::{
    Error, GoalRecord, Milliseconds, Options, Outcome, ProbeRecord, RolloutRecord, SettingRecord, WorstCell,
};
use serde::{Deserialize, Serialize, Serializer};
use std::path::{Path, PathBuf};

/// What became of a photo, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// A smaller JPEG that reaches the goal.
    Saved,
    /// It is best left as it is.
    Kept,
    /// The goal is out of reach.
    BestEffort,
    /// The photo, or what was asked for it, is at fault.
    Refused,
    /// Its file or disk is at fault.
    Failed,
}

impl OutcomeKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Saved, Self::Kept, Self::BestEffort, Self::Refused, Self::Failed];

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether the photo counts as done: saved or kept.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Saved | Self::Kept)
    }

    /// The word, as in the JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Saved => "saved",
            Self::Kept => "kept",
            Self::BestEffort => "best_effort",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

impl From<&Outcome> for OutcomeKind {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Saved(_) => Self::Saved,
            Outcome::Kept(..) => Self::Kept,
            Outcome::BestEffort(_) => Self::BestEffort,
        }
    }
}

/// What became of one photo. Its JSON is described in docs/json.md.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The photo.
    #[serde(serialize_with = "as_text")]
    pub path: PathBuf,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// A stable word for the reason.
    pub code: &'static str,
    /// The reason as a sentence.
    pub reason: String,
    /// Size of the photo in bytes, as far as it was read.
    pub input_bytes: usize,
    /// Size of what was written to the output, in bytes, or in a dry run would have been; none where nothing was.
    pub output_bytes: Option<usize>,
    /// Pixels a row, if the photo's markers tell them within the limits.
    pub width: Option<u64>,
    /// Rows.
    pub height: Option<u64>,
    /// What was asked for; none where it did not come to that.
    pub goal: Option<GoalRecord>,
    /// The score of the output.
    pub score: Option<f64>,
    /// `proved`, or `estimated` where the goal counts from an original that nobody has; none where it did not come to
    /// that.
    pub proof: Option<&'static str>,
    /// By how much an estimated score may be wrong.
    pub error_bound: Option<f64>,
    /// What is left of a JPEG's unknown original, an estimate.
    pub blind: Option<f64>,
    /// The score of the output's worst cell.
    pub floor: Option<f64>,
    /// Where that cell is, with its score against the photo.
    pub worst: Option<WorstCell>,
    /// How the output was encoded.
    pub setting: Option<SettingRecord>,
    /// Everything that was tried.
    pub probes: Vec<ProbeRecord>,
    /// Whether the output carries content credentials that no longer hold, or lost them.
    pub credentials_broken: bool,
    /// The photo's part in a rollout; none where there is none.
    pub rollout: Option<RolloutRecord>,
    /// The output, if one was written; `-` is a stream.
    #[serde(serialize_with = "as_optional_text")]
    pub output: Option<PathBuf>,
    /// Where the time went.
    pub ms: Milliseconds,
    /// What a report shows of it, where one is made.
    #[serde(skip)]
    pub exhibit: Option<Exhibit>,
    /// What was measured of it, where nothing is written.
    #[serde(skip)]
    pub measured: Option<Measured>,
}

/// Names of files need not be Unicode, JSON is: what is not becomes U+FFFD.
fn as_text<S: Serializer>(path: &Path, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&path.display())
}

fn as_optional_text<S: Serializer>(path: &Option<PathBuf>, serializer: S) -> Result<S::Ok, S::Error> {
    match path {
        Some(path) => as_text(path, serializer),
        None => serializer.serialize_none(),
    }
}

impl Record {
    /// The record of an outcome, before anything is written.
    #[must_use]
    pub fn of(path: &Path, input_bytes: usize, outcome: &Outcome) -> Self {
        let decision = outcome.decision().clone();
        Self {
            goal: Some(decision.goal),
            score: decision.score,
            proof: Some(decision.proof),
            error_bound: decision.error_bound,
            blind: decision.blind,
            floor: decision.floor,
            worst: decision.worst,
            setting: decision.setting,
            probes: decision.probes,
            credentials_broken: decision.credentials_broken,
            rollout: decision.rollout,
            ms: decision.ms,
            ..Self::bare(path, input_bytes, (outcome.into(), outcome.code(), outcome.reason()))
        }
    }

    /// The record of a photo that was measured.
    pub(crate) fn measured(path: &Path, measured: Measured) -> Self {
        let why = (OutcomeKind::Kept, "measured", "its curve was measured".to_owned());
        let bytes = measured.input_bytes;
        Self { measured: Some(measured), ..Self::bare(path, bytes, why) }
    }

    /// The record of a photo that is at fault.
    #[must_use]
    pub fn refused(path: &Path, input_bytes: usize, options: &Options, error: &Error) -> Self {
        let why = (OutcomeKind::Refused, error.code(), error.to_string());
        Self { goal: Some(options.into()), ..Self::bare(path, input_bytes, why) }
    }

    /// The record of a photo whose file or disk is at fault, or whose file is not to be replaced.
    #[must_use]
    pub fn trouble(path: &Path, input_bytes: usize, error: &FileError) -> Self {
        // Two photos for one output are a fault of the asking, not of the disk.
        let outcome = match error {
            FileError::OutputCollision { .. }
            | FileError::OutputIsInput
            | FileError::OutputIsPhoto { .. }
            | FileError::NotAFile => OutcomeKind::Refused,
            FileError::Link | FileError::HardLinked { .. } | FileError::ReadOnly => OutcomeKind::Kept,
            _ => OutcomeKind::Failed,
        };
        Self::bare(path, input_bytes, (outcome, error.code(), error.in_full()))
    }

    /// The same; but where the new file, of so many bytes, stands at its path all the same, this is told.
    #[must_use]
    pub(crate) fn stands(self, bytes: usize, error: &FileError) -> Self {
        match error {
            FileError::Unsettled { path, .. } => {
                Self { output: Some(path.clone()), output_bytes: Some(bytes), ..self }
            }
            _ => self,
        }
    }

    /// The same; but where a photo is not even looked at and something was to be stripped from it, that is no success.
    #[must_use]
    pub(crate) fn unstripped(self, options: &Options) -> Self {
        if options.strip.is_empty() || self.outcome != OutcomeKind::Kept {
            return self;
        }
        let reason = self.reason + "; nothing was stripped from it";
        Self { outcome: OutcomeKind::Refused, reason, ..self }
    }

    /// What is known of a photo that did not come to a decision.
    fn bare(
        path: &Path,
        input_bytes: usize,
        (outcome, code, reason): (OutcomeKind, &'static str, String),
    ) -> Self {
        Self {
            path: path.to_path_buf(),
            outcome,
            code,
            reason,
            input_bytes,
            output_bytes: None,
            width: None,
            height: None,
            goal: None,
            score: None,
            proof: None,
            error_bound: None,
            blind: None,
            floor: None,
            worst: None,
            setting: None,
            probes: Vec::new(),
            credentials_broken: false,
            rollout: None,
            output: None,
            ms: Milliseconds::default(),
            exhibit: None,
            measured: None,
        }
    }

    /// Whether the photo counts as done: saved or kept.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.outcome.is_done()
    }

    /// Bytes saved: what came in less what went out.
    #[must_use]
    pub fn saved_bytes(&self) -> usize {
        self.output_bytes.map_or(0, |output| self.input_bytes.saturating_sub(output))
    }

    /// Pixels of the photo; 0 where that is not known.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        self.width.unwrap_or(0) * self.height.unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_no_unicode_still_has_its_line() {
        use std::os::unix::ffi::OsStrExt;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"photo\xE9.jpg"));
        let record = Record::trouble(path, 0, &FileError::NotAFile);
        let line = serde_json::to_value(&record).unwrap();
        assert_eq!(line["path"], "photo\u{FFFD}.jpg");
        assert_eq!(line["code"], "not_a_file");
        assert!(line["output"].is_null() && line["score"].is_null());
    }

    #[test]
    fn an_outcome_is_one_word_in_json_as_elsewhere() {
        for kind in OutcomeKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
            assert_eq!(OutcomeKind::from_name(kind.name()), Some(kind));
        }
    }
}
