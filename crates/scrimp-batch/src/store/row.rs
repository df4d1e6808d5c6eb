//! What became of one photo of a shard.

use super::StoreError;
use super::table::{Cell, Column, Kind};
use crate::OutcomeKind;
use crate::summary::{Part, Told};
use scrimp::Arm;

/// What became of one photo of a shard, as its results keep it: a row of the Parquet file that docs/shards.md describes.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The photo, as the shard names it.
    pub key: String,
    /// What the store gave for the content that was read; none where it gave nothing or the photo was not found.
    pub source_etag: Option<String>,
    /// The output, a URL; none where nothing was written.
    pub output_key: Option<String>,
    /// What the store gave for the output; none where nothing was written.
    pub output_etag: Option<String>,
    /// Size of the photo in bytes, as far as that is known.
    pub bytes_before: u64,
    /// Size of the output in bytes; none where nothing was written.
    pub bytes_after: Option<u64>,
    /// The score of the output in the unit of the goal's metric; none where that was not measured.
    pub score: Option<f64>,
    /// The quality that it was encoded with, 1 to 100; none where no quality tells it.
    pub quality: Option<u8>,
    /// Its part in a rollout; none where there is none.
    pub rollout: Option<Part>,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// A stable word for the reason: that of the JSON record; none where a store keeps less.
    pub code: Option<String>,
    /// The reason as a sentence, where it did not go well.
    pub error: Option<String>,
    /// CPU time spent on it, in seconds.
    pub cpu_seconds: f64,
    /// The hash of the settings, hexadecimal.
    pub settings: String,
}

impl Row {
    /// The columns, in their order in the file.
    pub(super) const COLUMNS: [Column; 17] = [
        Column::needed("key", Kind::Text),
        Column::optional("source_etag", Kind::Text),
        Column::optional("output_key", Kind::Text),
        Column::optional("output_etag", Kind::Text),
        Column::needed("bytes_before", Kind::Whole),
        Column::optional("bytes_after", Kind::Whole),
        Column::optional("score", Kind::Real),
        Column::optional("quality", Kind::Whole),
        Column::optional("arm", Kind::Text),
        Column::optional("shadow_outcome", Kind::Text),
        Column::optional("shadow_bytes", Kind::Whole),
        Column::optional("shadow_score", Kind::Real),
        Column::needed("outcome", Kind::Text),
        Column::optional("code", Kind::Text),
        Column::optional("error", Kind::Text),
        Column::needed("cpu_seconds", Kind::Real),
        Column::needed("settings", Kind::Text),
    ];

    /// Its values, in the order of the columns.
    pub(super) fn cells(&self) -> Vec<Option<Cell>> {
        let text = |text: &Option<String>| text.clone().map(Cell::Text);
        let word = |word: &'static str| Cell::Text(word.to_owned());
        let shadow = self.rollout.and_then(|part| part.shadow);
        vec![
            Some(Cell::Text(self.key.clone())),
            text(&self.source_etag),
            text(&self.output_key),
            text(&self.output_etag),
            Some(Cell::Whole(self.bytes_before)),
            self.bytes_after.map(Cell::Whole),
            self.score.map(Cell::Real),
            self.quality.map(|quality| Cell::Whole(quality.into())),
            self.rollout.map(|part| word(part.arm.name())),
            shadow.map(|told| word(told.outcome.name())),
            shadow.and_then(|told| told.output_bytes).map(Cell::Whole),
            shadow.and_then(|told| told.score).map(Cell::Real),
            Some(word(self.outcome.name())),
            text(&self.code),
            text(&self.error),
            Some(Cell::Real(self.cpu_seconds)),
            Some(Cell::Text(self.settings.clone())),
        ]
    }

    /// # Errors
    /// Why they are no row, as the end of a sentence.
    pub(super) fn of_cells(cells: Vec<Option<Cell>>) -> Result<Self, String> {
        let mut cells = Cells(cells.into_iter());
        Ok(Self {
            key: cells.needed_text("key")?,
            source_etag: cells.text(),
            output_key: cells.text(),
            output_etag: cells.text(),
            bytes_before: cells.whole().ok_or("bytes_before is missing")?,
            bytes_after: cells.whole(),
            score: cells.real(),
            quality: cells.whole().map(u8::try_from).transpose().map_err(|_| "quality is beyond 255")?,
            rollout: cells.rollout()?,
            outcome: cells.outcome()?.ok_or("outcome is missing")?,
            code: cells.text(),
            error: cells.text(),
            cpu_seconds: cells.real().ok_or("cpu_seconds is missing")?,
            settings: cells.needed_text("settings")?,
        })
    }

    /// Whether it tells of troubles of the store, and not of the photo.
    pub(super) fn is_of_store(&self) -> bool {
        self.code.as_deref().is_some_and(|code| StoreError::PASSING.contains(&code))
    }

    /// Whether the photo counts as done: saved or kept.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.outcome.is_done()
    }
}

/// The values of a row, taken one after the other.
struct Cells(std::vec::IntoIter<Option<Cell>>);

impl Cells {
    fn text(&mut self) -> Option<String> {
        self.0.next().flatten().and_then(Cell::into_text)
    }

    fn needed_text(&mut self, name: &str) -> Result<String, String> {
        self.text().ok_or_else(|| format!("{name} is missing"))
    }

    fn whole(&mut self) -> Option<u64> {
        self.0.next().flatten().and_then(Cell::into_whole)
    }

    fn real(&mut self) -> Option<f64> {
        self.0.next().flatten().and_then(Cell::into_real)
    }

    fn outcome(&mut self) -> Result<Option<OutcomeKind>, String> {
        self.word("outcome", OutcomeKind::from_name)
    }

    fn rollout(&mut self) -> Result<Option<Part>, String> {
        let (arm, outcome) = (self.word("arm", Arm::from_name)?, self.outcome()?);
        let (output_bytes, score) = (self.whole(), self.real());
        let shadow = outcome.map(|outcome| Told { outcome, output_bytes, score });
        Ok(arm.map(|arm| Part { arm, shadow }))
    }

    fn word<T>(&mut self, what: &str, named: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        let known = |name: String| named(&name).ok_or_else(|| format!("{name:?} is no {what}"));
        self.text().map(known).transpose()
    }
}
