//! Records as lines of JSON.

use serde::Serialize;

/// `record` as one line of JSON without its end: what the command line prints and docs/json.md describes.
///
/// # Errors
/// [`NotJson`] for what JSON cannot say, which no record of scrimp holds.
pub fn json_line(record: &impl Serialize) -> Result<String, NotJson> {
    Ok(serde_json::to_string(record)?)
}

/// A value that JSON cannot say.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct NotJson(#[from] serde_json::Error);

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_record_is_one_line() {
        assert_eq!(json_line(&BTreeMap::from([("text", "two\nlines")])).unwrap(), r#"{"text":"two\nlines"}"#);
        assert!(json_line(&BTreeMap::from([([1], 2)])).is_err());
    }
}
