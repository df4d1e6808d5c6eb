//! A photo as the page's script reads it.

use super::album::{Album, Detail, Exhibit, Picture};
use crate::{Entry, OutcomeKind, Record};
use scrimp::{HeatMap, Inspection, ProbeRecord, SettingRecord, WorstCell};
use serde::Serialize;
use std::borrow::Cow;
use std::path::Path;

/// What became of a photo, with short names: a page holds thousands.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    /// Path.
    #[serde(rename = "p")]
    pub(super) path: String,
    /// Outcome.
    #[serde(rename = "o")]
    pub(super) outcome: &'static str,
    #[serde(rename = "c")]
    pub(super) code: Cow<'static, str>,
    /// The reason as a sentence, of photos that are not saved.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// Bytes before.
    #[serde(rename = "i")]
    pub(super) input_bytes: usize,
    /// Bytes after.
    #[serde(rename = "b", skip_serializing_if = "Option::is_none")]
    pub(super) output_bytes: Option<usize>,
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    pub(super) score: Option<f64>,
    /// By how much an estimated score may be wrong.
    #[serde(rename = "e", skip_serializing_if = "Option::is_none")]
    pub(super) error_bound: Option<f64>,
    /// The score of the worst cell.
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    pub(super) worst: Option<f64>,
    #[serde(rename = "q", skip_serializing_if = "Option::is_none")]
    pub(super) quality: Option<f64>,
    /// Chroma subsampling and tables.
    #[serde(rename = "f", skip_serializing_if = "Option::is_none")]
    pub(super) family: Option<[&'static str; 2]>,
    /// Probes.
    #[serde(rename = "n", skip_serializing_if = "Vec::is_empty")]
    pub(super) probes: Vec<Tried>,
}

/// A probe: quality, bytes, score, worst cell, subsampling, tables, scale.
type Tried = (f64, usize, f64, Option<f64>, &'static str, &'static str, &'static str);

/// Four decimals tell all metrics' values apart.
fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

fn tried(probe: &ProbeRecord) -> Tried {
    let SettingRecord { quality, subsampling, tables, .. } = probe.setting;
    let (score, floor) = (rounded(probe.score), probe.floor.map(rounded));
    (quality, probe.bytes, score, floor, subsampling, tables, probe.scale)
}

impl Row {
    pub(super) fn of(record: &Record) -> Self {
        let is_saved = record.outcome == OutcomeKind::Saved && !record.credentials_broken;
        Self {
            path: record.path.display().to_string(),
            outcome: record.outcome.name(),
            code: record.code.into(),
            reason: (!is_saved).then(|| record.reason.clone()),
            input_bytes: record.input_bytes,
            output_bytes: record.output_bytes,
            score: record.score.map(rounded),
            error_bound: record.error_bound.map(rounded),
            worst: record.floor.map(rounded),
            quality: record.setting.map(|setting| setting.quality),
            family: record.setting.map(|setting| [setting.subsampling, setting.tables]),
            probes: record.probes.iter().map(tried).collect(),
        }
    }

    /// A photo that an earlier run had done.
    pub(super) fn of_earlier(path: &Path, entry: &Entry) -> Self {
        Self {
            path: path.display().to_string(),
            outcome: entry.outcome().name(),
            code: entry.code.clone().into(),
            reason: Some(format!("{} (done by an earlier run)", entry.reason)),
            input_bytes: entry.input_bytes,
            output_bytes: entry.output_bytes,
            score: entry.score.map(rounded),
            error_bound: None,
            worst: entry.floor.map(rounded),
            quality: entry.quality,
            family: None,
            probes: Vec::new(),
        }
    }
}

/// A row with the sizes of its pictures: what the script gets.
#[derive(Debug, Serialize)]
pub(super) struct Shown<'a> {
    #[serde(flatten)]
    row: &'a Row,
    /// Width and height of the photo.
    #[serde(rename = "z", skip_serializing_if = "Option::is_none")]
    size: Option<(usize, usize)>,
    /// Those of its thumbnail.
    #[serde(rename = "t", skip_serializing_if = "Option::is_none")]
    thumbnail: Option<(usize, usize)>,
    /// Those of the views of the whole.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    whole: Option<(usize, usize)>,
    /// Those of the window round the worst cell, and the cell within.
    #[serde(rename = "x", skip_serializing_if = "Option::is_none")]
    window: Option<(usize, usize, usize, usize, usize, usize)>,
}

fn sides(picture: &Picture) -> (usize, usize) {
    (picture.width, picture.height)
}

impl<'a> Shown<'a> {
    pub(super) fn of(row: &'a Row, exhibit: Option<&Exhibit>, album: &Album) -> Self {
        let detail = exhibit.and_then(|exhibit| album.detail(exhibit));
        let window = |detail: &Detail| {
            let ([before, _], WorstCell { x, y, width, height, .. }) = detail.worst?;
            Some((before.width, before.height, x, y, width, height))
        };
        Self {
            row,
            size: exhibit.map(|exhibit| exhibit.size),
            thumbnail: exhibit.map(|exhibit| sides(&exhibit.thumbnail)),
            whole: detail.as_ref().map(|detail| sides(&detail.whole[0])),
            window: detail.as_ref().and_then(window),
        }
    }
}

/// What was found in a photo that is shown alone.
#[derive(Clone, Debug)]
pub(super) struct Inspected {
    /// What it is, what rides along, and its curve.
    pub(super) inspection: Inspection,
    /// Where the result differs; none where there is none.
    pub(super) heat_map: Option<HeatMap>,
}

impl Inspected {
    pub(super) fn curve(&self) -> Vec<Tried> {
        self.inspection.curve.iter().map(tried).collect()
    }
}
