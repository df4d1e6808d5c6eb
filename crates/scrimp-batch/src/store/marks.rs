//! What an output says of itself in its metadata, so that its photo is known to be done.

use super::Row;
use super::object::Known;
use crate::summary::Part;
use crate::{OutcomeKind, Record};
use object_store::{Attribute, Attributes};

/// What became of a photo, as the metadata of its output has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Marks {
    pub(super) source_etag: String,
    /// The hash of the settings, hexadecimal.
    pub(super) settings: String,
    pub(super) outcome: OutcomeKind,
    pub(super) code: String,
    pub(super) bytes_before: u64,
    /// Size of the output: one of another size is no longer what was written.
    pub(super) bytes_after: u64,
    pub(super) score: Option<f64>,
    pub(super) quality: Option<u8>,
    pub(super) rollout: Option<Part>,
    pub(super) cpu_seconds: f64,
}

impl Marks {
    const ETAG: &'static str = "scrimp-source-etag";
    const SETTINGS: &'static str = "scrimp-settings";
    const OUTCOME: &'static str = "scrimp-outcome";
    const CODE: &'static str = "scrimp-code";
    const BYTES: &'static str = "scrimp-source-bytes";
    const OUTPUT_BYTES: &'static str = "scrimp-output-bytes";
    const SCORE: &'static str = "scrimp-score";
    const QUALITY: &'static str = "scrimp-quality";
    const ROLLOUT: &'static str = "scrimp-rollout";
    const SECONDS: &'static str = "scrimp-cpu-seconds";
    /// What all of them begin with.
    const PREFIX: &'static str = "scrimp-";

    /// Of an output of so many bytes, on which so many seconds were spent.
    pub(super) fn of_record(
        record: &Record,
        source_etag: &str,
        settings: &str,
        (bytes_after, cpu_seconds): (u64, f64),
    ) -> Self {
        Self {
            source_etag: source_etag.to_owned(),
            settings: settings.to_owned(),
            outcome: record.outcome,
            code: record.code.to_owned(),
            bytes_before: record.input_bytes as u64,
            bytes_after,
            score: record.score,
            quality: quality(record),
            rollout: record.rollout.map(Part::from),
            cpu_seconds,
        }
    }

    /// Those of an output; none if it is no output of scrimp, or was changed since.
    pub(super) fn of(known: &Known) -> Option<Self> {
        Self::in_attributes(&known.attributes).filter(|marks| marks.bytes_after == known.size)
    }

    fn in_attributes(attributes: &Attributes) -> Option<Self> {
        let text = |name: &'static str| {
            attributes.get(&Attribute::Metadata(name.into())).map(|value| value.to_string())
        };
        Some(Self {
            source_etag: text(Self::ETAG)?,
            settings: text(Self::SETTINGS)?,
            outcome: OutcomeKind::from_name(&text(Self::OUTCOME)?)?,
            code: text(Self::CODE)?,
            bytes_before: text(Self::BYTES)?.parse().ok()?,
            bytes_after: text(Self::OUTPUT_BYTES)?.parse().ok()?,
            score: text(Self::SCORE).and_then(|score| score.parse().ok()),
            quality: text(Self::QUALITY).and_then(|quality| quality.parse().ok()),
            rollout: text(Self::ROLLOUT).and_then(|part| serde_json::from_str(&part).ok()),
            cpu_seconds: text(Self::SECONDS).and_then(|seconds| seconds.parse().ok()).unwrap_or(0.0),
        })
    }

    /// What the source has said of itself, but for an earlier output's marks, and these.
    pub(super) fn beside(&self, source: &Attributes) -> Attributes {
        let is_mark = |attribute: &Attribute| matches!(attribute, Attribute::Metadata(name) if name.starts_with(Self::PREFIX));
        let kept = source.iter().filter(|(attribute, _)| !is_mark(attribute));
        let mut all: Attributes = kept.map(|(attribute, value)| (attribute.clone(), value.clone())).collect();
        let mut mark = |name: &'static str, value: String| {
            all.insert(Attribute::Metadata(name.into()), value.into());
        };
        mark(Self::ETAG, self.source_etag.clone());
        mark(Self::SETTINGS, self.settings.clone());
        mark(Self::OUTCOME, self.outcome.name().to_owned());
        mark(Self::CODE, self.code.clone());
        mark(Self::BYTES, self.bytes_before.to_string());
        mark(Self::OUTPUT_BYTES, self.bytes_after.to_string());
        mark(Self::SECONDS, self.cpu_seconds.to_string());
        if let Some(score) = self.score {
            mark(Self::SCORE, score.to_string());
        }
        if let Some(quality) = self.quality {
            mark(Self::QUALITY, quality.to_string());
        }
        if let Some(Ok(part)) = self.rollout.map(|part| serde_json::to_string(&part)) {
            mark(Self::ROLLOUT, part);
        }
        all
    }

    /// Whether the output is that of this content and these settings.
    pub(super) fn are_of(&self, source_etag: &str, settings: &str) -> bool {
        self.source_etag == source_etag && self.settings == settings
    }

    /// The row of a photo whose output has them.
    pub(super) fn row(&self, key: &str, output: (String, Option<String>, u64)) -> Row {
        let (output_key, output_etag, bytes_after) = output;
        Row {
            key: key.to_owned(),
            source_etag: Some(self.source_etag.clone()),
            output_key: Some(output_key),
            output_etag,
            bytes_before: self.bytes_before,
            bytes_after: Some(bytes_after),
            score: self.score,
            quality: self.quality,
            rollout: self.rollout,
            outcome: self.outcome,
            code: Some(self.code.clone()),
            error: None,
            cpu_seconds: self.cpu_seconds,
            settings: self.settings.clone(),
        }
    }
}

/// The quality that an output was encoded with, on the scale of libjpeg.
pub(super) fn quality(record: &Record) -> Option<u8> {
    let quality = record.setting.as_ref()?.quality;
    (1.0..=100.0).contains(&quality).then_some(quality.round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp::Arm;

    #[test]
    fn marks_are_read_as_they_were_written_and_the_source_keeps_its_own() {
        let marks = Marks {
            source_etag: "abc-2".to_owned(),
            settings: "0f".to_owned(),
            outcome: OutcomeKind::Saved,
            code: "goal_met".to_owned(),
            bytes_before: 1 << 40,
            bytes_after: 1 << 39,
            score: Some(80.123_456_789),
            quality: None,
            rollout: Some(Part { arm: Arm::Treatment, shadow: None }),
            cpu_seconds: 0.25,
        };
        let earlier = Marks {
            score: Some(1.0),
            quality: Some(3),
            rollout: None,
            source_etag: "old".to_owned(),
            ..marks.clone()
        };
        let user = Attribute::Metadata("author".into());
        let mut source = earlier.beside(&Attributes::new());
        source.insert(user.clone(), "Ada".into());
        source.insert(Attribute::CacheControl, "max-age=60".into());
        let all = marks.beside(&source);
        let known = |attributes, size| Known { etag: None, size, attributes };
        assert_eq!(Marks::of(&known(all.clone(), 1 << 39)), Some(marks.clone()));
        assert_eq!(Marks::of(&known(all.clone(), 1)), None, "it was changed since");
        assert_eq!(
            (all.get(&user), all.get(&Attribute::CacheControl)),
            (Some(&"Ada".into()), Some(&"max-age=60".into()))
        );
        assert!(marks.are_of("abc-2", "0f") && !marks.are_of("abc-2", "0e") && !marks.are_of("abc", "0f"));
        assert_eq!(Marks::of(&known(Attributes::new(), 1 << 39)), None);
    }
}
