//! One photo of a manifest.

/// A photo in a store, as a manifest names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Item {
    /// A URL (`s3://bucket/a%20b.jpg`, percent-encoded), or the bare name in the bucket or folder that the manifest is worked
    /// for, as it is (`a b.jpg`).
    pub key: String,
    /// What the store gave for its content when it was listed, without quotation marks; none where that is not known.
    pub etag: Option<String>,
    /// Size in bytes when it was listed; none where that is not known.
    pub size: Option<u64>,
}

impl Item {
    /// The longest key, in bytes: S3 and its like allow 1,024, three times as much when each is percent-encoded, and a URL of
    /// the web has no limit but that of who serves it.
    pub const LONGEST: usize = 8192;

    /// A photo of which no more is known than its key.
    ///
    /// # Errors
    /// Why it is no key, as the end of a sentence.
    pub fn of_key(key: &str) -> Result<Self, String> {
        Self::new(key, None, None)
    }

    /// # Errors
    /// Why the key is none, as the end of a sentence.
    pub(super) fn new(key: &str, etag: Option<&str>, size: Option<u64>) -> Result<Self, String> {
        if key.is_empty() {
            return Err("there is no key".to_owned());
        } else if key.len() > Self::LONGEST {
            return Err(format!(
                "the key has {} bytes, and the longest may have {}",
                key.len(),
                Self::LONGEST
            ));
        } else if key.contains(['\0', '\n', '\r']) {
            return Err("the key holds a line end or a zero; write it as a URL, percent-encoded".to_owned());
        }
        if has_scheme(key) {
            key.parse::<super::Place>()?;
        }
        // Listings have them in quotation marks, as HTTP does; other inventories have not.
        let bare =
            |etag| str::strip_prefix(etag, '"').and_then(|etag| etag.strip_suffix('"')).unwrap_or(etag);
        let etag = etag.map(bare).filter(|etag| !etag.is_empty());
        Ok(Self { key: key.to_owned(), etag: etag.map(str::to_owned), size })
    }
}

/// Whether it begins as a URL does, also with a scheme that is not known. A single letter is a drive of Windows.
fn has_scheme(key: &str) -> bool {
    key.split_once("://").is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_taken_as_they_are_and_urls_are_looked_at() {
        for key in
            ["a b.jpg", " x.jpg ", "é%2F#.jpg", "#1.jpg", "s3://bucket/a%20b.jpg", "c://x", "a//b", "a b://c"]
        {
            assert_eq!(Item::of_key(key).unwrap().key, key);
        }
        for wrong in
            ["", "a\nb", "s3://bucket/a?b", "s3://name:word@bucket/a", "https:///a", "a\0", "ftp://a/b"]
        {
            assert!(Item::of_key(wrong).is_err(), "{wrong:?}");
        }
        let long = "x".repeat(Item::LONGEST + 1);
        assert!(Item::of_key(&long).unwrap_err().contains("8193") && Item::of_key(&long[1..]).is_ok());
    }

    #[test]
    fn an_etag_is_the_same_with_and_without_quotation_marks() {
        let etag = |text| Item::new("a", Some(text), None).unwrap().etag;
        assert_eq!(etag("\"abc-2\""), etag("abc-2"));
        assert_eq!(etag("abc-2").as_deref(), Some("abc-2"));
        assert_eq!(etag("W/\"abc\"").as_deref(), Some("W/\"abc\""));
        assert_eq!(etag(""), None);
        assert_eq!(etag("\"\""), None);
    }
}
