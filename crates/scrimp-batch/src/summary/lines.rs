//! What `scrimp shrink --json` printed.

use super::{Part, Photo};
use crate::OutcomeKind;
use crate::store::StoreError;
use serde::Deserialize;
use std::borrow::Cow;
use std::io::{BufRead, Read};

/// The longest line: a record of a photo with all its probes has some kB.
const LONGEST: u64 = 16 << 20;

/// What is looked at of a record.
#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    path: Cow<'a, str>,
    #[serde(borrow)]
    outcome: Cow<'a, str>,
    #[serde(borrow)]
    code: Cow<'a, str>,
    input_bytes: u64,
    output_bytes: Option<u64>,
    score: Option<f64>,
    rollout: Option<Part>,
}

/// Tells of each photo in what `scrimp shrink --json` printed, called `place` in errors. One line is in memory at a time;
/// empty ones count as none.
///
/// # Errors
/// [`StoreError::Unreadable`] for a line that is no record, after those before it were told of.
pub fn for_each_line(
    place: &str,
    mut text: impl BufRead,
    mut tell: impl FnMut(Photo<'_>),
) -> Result<(), StoreError> {
    let unreadable = |why: String| StoreError::Unreadable { place: place.to_owned(), why };
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        let read = text.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if read.map_err(|error| unreadable(error.to_string()))? == 0 {
            break;
        } else if !line.trim_ascii().is_empty() {
            let wrong = |why| unreadable(format!("line {number} is no record of a photo: {why}"));
            let line: Line<'_> = serde_json::from_slice(&line).map_err(|error| wrong(error.to_string()))?;
            let outcome = OutcomeKind::from_name(&line.outcome);
            tell(line.photo(outcome.ok_or_else(|| wrong(format!("{:?} is no outcome", line.outcome)))?));
        }
    }
    Ok(())
}

impl Line<'_> {
    fn photo(&self, outcome: OutcomeKind) -> Photo<'_> {
        Photo {
            name: &self.path,
            outcome,
            code: &self.code,
            bytes_before: self.input_bytes,
            bytes_after: self.output_bytes,
            score: self.score,
            rollout: self.rollout,
            cpu_seconds: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileError, Record};
    use std::path::Path;

    fn outcomes(text: &str) -> Result<Vec<(String, OutcomeKind, u64)>, StoreError> {
        let mut told = Vec::new();
        let tell = |photo: Photo<'_>| told.push((photo.name.to_owned(), photo.outcome, photo.bytes_before));
        for_each_line("run.jsonl", text.as_bytes(), tell).map(|()| told)
    }

    #[test]
    fn each_record_is_told_of() {
        let record = Record::trouble(Path::new("\"a\\ b\".jpg"), 12, &FileError::ReadOnly);
        let line = serde_json::to_string(&record).unwrap();
        let expected = ("\"a\\ b\".jpg".to_owned(), OutcomeKind::Kept, 12);
        assert_eq!(outcomes(&format!("{line}\r\n\n{line}")).unwrap(), [expected.clone(), expected]);
        assert!(outcomes("").unwrap().is_empty());
    }

    #[test]
    fn a_line_that_is_no_record_is_told_by_its_number() {
        let error = outcomes("\n{\"path\": 1}\n").unwrap_err().to_string();
        assert!(error.contains("run.jsonl cannot be read: line 2 is no record"), "{error}");
        let odd = r#"{"path": "a", "outcome": "lost", "code": "", "input_bytes": 1}"#;
        assert!(outcomes(odd).unwrap_err().to_string().contains("\"lost\" is no outcome"));
    }
}
