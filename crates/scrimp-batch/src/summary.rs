//! What many photos came to, of any number of runs and machines.

mod arms;
mod lines;

pub use arms::{Arms, Gain, Mean, Part, Side, Told};
pub use lines::for_each_line;

use crate::OutcomeKind;
use crate::store::Row;
use serde::Serialize;
use std::collections::BTreeMap;

/// One photo, as far as a summary looks at it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Photo<'a> {
    /// Its path, URL or key.
    pub name: &'a str,
    /// What became of it.
    pub outcome: OutcomeKind,
    /// The stable word for the reason; empty where it is not known.
    pub code: &'a str,
    /// Its bytes.
    pub bytes_before: u64,
    /// Bytes of its output; none where nothing was written.
    pub bytes_after: Option<u64>,
    /// The score of its output, in the unit of its goal's metric; none where that is not known.
    pub score: Option<f64>,
    /// Its part in a rollout; none where there is none.
    pub rollout: Option<Part>,
    /// CPU time spent on it, in seconds; none where that is not known.
    pub cpu_seconds: Option<f64>,
}

impl<'a> From<&'a Row> for Photo<'a> {
    fn from(row: &'a Row) -> Self {
        Self {
            name: &row.key,
            outcome: row.outcome,
            code: row.code.as_deref().unwrap_or_default(),
            bytes_before: row.bytes_before,
            bytes_after: row.bytes_after,
            score: row.score,
            rollout: row.rollout,
            cpu_seconds: Some(row.cpu_seconds),
        }
    }
}

/// What photos came to. It takes the same memory for any number of them. Its JSON is described in docs/json.md.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// How many there are.
    pub photos: u64,
    /// Bytes of all of them before the work, as far as they are known.
    pub bytes_before: u64,
    /// And after it; a photo without an output counts as it was.
    pub bytes_after: u64,
    /// CPU time spent on those of which it is known, in seconds; none where that is none of them.
    pub cpu_seconds: Option<f64>,
    /// The same for each outcome that there is.
    pub outcomes: BTreeMap<OutcomeKind, Outcomes>,
    /// The photos of a rollout by what their outputs were made by; none where there is none.
    pub rollout: Option<Arms>,
    /// Those of which it was told what would have become of them by what is tried, in both arms; none where there are none.
    pub shadow: Option<Arms>,
}

/// The photos with one outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outcomes {
    /// How many there are.
    pub photos: u64,
    /// Their bytes before the work.
    pub bytes_before: u64,
    /// And after it.
    pub bytes_after: u64,
    /// What the reasons were, by their codes.
    pub codes: BTreeMap<String, Reason>,
}

/// The photos with one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// How many there are.
    pub photos: u64,
    /// The first of them.
    pub example: String,
}

impl Summary {
    /// More codes than scrimp has; of what is no result of scrimp the others are counted under [`Summary::OTHERS`].
    const MOST_CODES: usize = 250;
    /// What stands for all codes beyond the most.
    const OTHERS: &'static str = "others";

    /// Adds a photo.
    pub fn add(&mut self, photo: Photo<'_>) {
        let after = photo.bytes_after.unwrap_or(photo.bytes_before);
        self.photos += 1;
        self.bytes_before = self.bytes_before.saturating_add(photo.bytes_before);
        self.bytes_after = self.bytes_after.saturating_add(after);
        if let Some(seconds) = photo.cpu_seconds {
            *self.cpu_seconds.get_or_insert(0.0) += seconds;
        }
        if let Some(part) = photo.rollout {
            self.rollout.get_or_insert_default().add(&photo, part.arm);
            if let Some(told) = part.shadow {
                self.shadow.get_or_insert_default().add_both(&photo, told);
            }
        }
        let outcomes = self.outcomes.entry(photo.outcome).or_default();
        outcomes.photos += 1;
        outcomes.bytes_before = outcomes.bytes_before.saturating_add(photo.bytes_before);
        outcomes.bytes_after = outcomes.bytes_after.saturating_add(after);
        let is_known = outcomes.codes.contains_key(photo.code) || outcomes.codes.len() < Self::MOST_CODES;
        let code = if is_known { photo.code } else { Self::OTHERS };
        if !outcomes.codes.contains_key(code) {
            let reason = Reason { photos: 0, example: photo.name.to_owned() };
            outcomes.codes.insert(code.to_owned(), reason);
        }
        if let Some(reason) = outcomes.codes.get_mut(code) {
            reason.photos += 1;
        }
    }

    /// Adds those of another summary.
    pub fn add_all(&mut self, other: &Self) {
        self.photos += other.photos;
        self.bytes_before = self.bytes_before.saturating_add(other.bytes_before);
        self.bytes_after = self.bytes_after.saturating_add(other.bytes_after);
        if let Some(seconds) = other.cpu_seconds {
            *self.cpu_seconds.get_or_insert(0.0) += seconds;
        }
        if let Some(more) = &other.rollout {
            self.rollout.get_or_insert_default().add_all(more);
        }
        if let Some(more) = &other.shadow {
            self.shadow.get_or_insert_default().add_all(more);
        }
        for (kind, more) in &other.outcomes {
            let outcomes = self.outcomes.entry(*kind).or_default();
            outcomes.photos += more.photos;
            outcomes.bytes_before = outcomes.bytes_before.saturating_add(more.bytes_before);
            outcomes.bytes_after = outcomes.bytes_after.saturating_add(more.bytes_after);
            for (code, reason) in &more.codes {
                let first = || Reason { photos: 0, example: reason.example.clone() };
                outcomes.codes.entry(code.clone()).or_insert_with(first).photos += reason.photos;
            }
        }
    }

    /// Photos that failed, were refused or missed their goal.
    #[must_use]
    pub fn undone(&self) -> u64 {
        self.outcomes.iter().filter(|(kind, _)| !kind.is_done()).map(|(_, outcomes)| outcomes.photos).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(outcome: OutcomeKind, code: &str) -> Photo<'_> {
        Photo {
            name: "a.jpg",
            outcome,
            code,
            bytes_before: 100,
            bytes_after: None,
            score: None,
            rollout: None,
            cpu_seconds: None,
        }
    }

    #[test]
    fn photos_are_counted_by_outcome_and_reason_and_the_first_is_told() {
        let mut summary = Summary::default();
        summary.add(Photo {
            bytes_after: Some(40),
            cpu_seconds: Some(0.5),
            ..photo(OutcomeKind::Saved, "goal_met")
        });
        summary.add(Photo { name: "b.jpg", ..photo(OutcomeKind::Failed, "unreadable") });
        summary.add(Photo { name: "c.jpg", ..photo(OutcomeKind::Failed, "unreadable") });
        let expected = serde_json::json!({
            "photos": 3, "bytes_before": 300, "bytes_after": 240, "cpu_seconds": 0.5,
            "outcomes": {
                "saved": {"photos": 1, "bytes_before": 100, "bytes_after": 40,
                    "codes": {"goal_met": {"photos": 1, "example": "a.jpg"}}},
                "failed": {"photos": 2, "bytes_before": 200, "bytes_after": 200,
                    "codes": {"unreadable": {"photos": 2, "example": "b.jpg"}}},
            },
            "rollout": null, "shadow": null,
        });
        assert_eq!(serde_json::to_value(&summary).unwrap(), expected);
        assert_eq!(summary.undone(), 2);
    }

    #[test]
    fn words_that_are_no_codes_do_not_fill_the_memory() {
        let mut summary = Summary::default();
        for number in 0..10_000 {
            summary.add(photo(OutcomeKind::Kept, &format!("code{number}")));
        }
        let codes = &summary.outcomes[&OutcomeKind::Kept].codes;
        assert!(codes.len() <= Summary::MOST_CODES + 1, "{} codes", codes.len());
        assert_eq!(codes.values().map(|reason| reason.photos).sum::<u64>(), 10_000);
    }
}
