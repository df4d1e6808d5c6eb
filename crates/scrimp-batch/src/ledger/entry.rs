//! What is written down of a photo.

use crate::{Measured, OutcomeKind, Record, file};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use twox_hash::XxHash3_128;

/// What is written down of a photo. Its JSON is described in docs/json.md.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The photo, absolute.
    pub path: String,
    /// What became of it.
    pub outcome: String,
    /// A stable word for the reason.
    pub code: String,
    /// The reason as a sentence.
    #[serde(default)]
    pub reason: String,
    /// Size of the photo in bytes before.
    pub input_bytes: usize,
    /// Size of what was written.
    pub output_bytes: Option<usize>,
    /// The score of the output.
    pub score: Option<f64>,
    /// The score of the output's worst cell.
    #[serde(default)]
    pub floor: Option<f64>,
    /// The quality of the output, if it was quantised anew.
    #[serde(default)]
    pub quality: Option<f64>,
    /// The output, absolute, if it is another file than the photo.
    pub output: Option<String>,
    /// When that was, in seconds since 1970.
    pub recorded: u64,
    /// Whether it need not be done again as long as all this holds.
    pub(crate) done: bool,
    /// The hash of the job's settings, hexadecimal.
    pub settings: String,
    /// The photo's file as it stood after the work.
    pub(crate) stamp: Stamp,
    /// The hash of its bytes then, hexadecimal.
    pub content: String,
    /// The output's file.
    pub(crate) output_stamp: Option<Stamp>,
    /// What was measured of it, where nothing else was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measured: Option<Measured>,
}

/// What tells cheaply whether a file is another one than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    pub(crate) bytes: u64,
    /// Time of modification in nanoseconds since 1970.
    pub(crate) modified: i64,
}

impl Stamp {
    /// None if it is not there or no regular file.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = path.metadata().ok().filter(std::fs::Metadata::is_file)?;
        let modified = match metadata.modified().ok()?.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos()).ok()?,
            Err(before) => -i64::try_from(before.duration().as_nanos()).ok()?,
        };
        Some(Self { bytes: metadata.len(), modified })
    }
}

/// A hash of a photo's bytes.
pub(crate) fn content_of(bytes: &[u8]) -> u128 {
    XxHash3_128::oneshot(bytes)
}

/// What is known of a photo's files after the work.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    /// The photo's own file.
    pub(crate) stamp: Option<Stamp>,
    pub(crate) content: u128,
    /// Another file that was written.
    pub(crate) output: Option<PathBuf>,
}

impl Entry {
    /// None if nothing is there that could be found again.
    pub(crate) fn of(path: &Path, settings: u128, record: &Record, standing: &Standing) -> Option<Self> {
        let output = standing.output.as_ref().and_then(|output| std::path::absolute(output).ok());
        let output_stamp = match &output {
            Some(output) => Some(Stamp::of(output)?),
            None => None,
        };
        let recorded = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Some(Self {
            path: path.display().to_string(),
            outcome: record.outcome.name().to_owned(),
            code: record.code.to_owned(),
            reason: record.reason.clone(),
            input_bytes: record.input_bytes,
            output_bytes: record.output_bytes,
            score: record.score,
            floor: record.floor,
            quality: record.setting.filter(|setting| !setting.is_source()).map(|setting| setting.quality),
            output: output.map(|output| output.display().to_string()),
            recorded,
            done: record.is_done(),
            settings: format!("{settings:032x}"),
            stamp: standing.stamp?,
            content: format!("{:032x}", standing.content),
            output_stamp,
            measured: record.measured.clone(),
        })
    }

    /// What became of it.
    pub fn outcome(&self) -> OutcomeKind {
        OutcomeKind::from_name(&self.outcome).unwrap_or(OutcomeKind::Kept)
    }

    /// Whether the photo at `path` was done and is still as it was then, its output too.
    pub(crate) fn still_holds(&self, path: &Path) -> bool {
        let is_as_it_was = match Stamp::of(path) {
            Some(now) if now == self.stamp => true,
            // Touched or copied back: its bytes tell.
            Some(now) if now.bytes == self.stamp.bytes => file::read(path, now.bytes)
                .is_ok_and(|bytes| format!("{:032x}", content_of(&bytes)) == self.content),
            _ => false,
        };
        let output = self.output.as_ref().map(|output| Stamp::of(Path::new(output)));
        self.done && is_as_it_was && output.is_none_or(|now| now == self.output_stamp)
    }

    /// None of what another version wrote in another form: it is as good as forgotten.
    pub(crate) fn read(json: &[u8]) -> Option<Self> {
        serde_json::from_slice(json).ok()
    }

    pub(crate) fn to_json(&self) -> Vec<u8> {
        // Numbers and strings alone, which can always be written.
        serde_json::to_vec(self).unwrap_or_default()
    }
}
