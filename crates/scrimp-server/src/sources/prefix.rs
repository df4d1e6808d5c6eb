//! Places that photos may come from.

use std::str::FromStr;
use url::Url;

/// The beginning of URLs that are allowed: scheme, host and port as they are, and whole parts of the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePrefix(Url);

/// What a source can be.
const SCHEMES: [&str; 4] = ["http", "https", "s3", "local"];

impl SourcePrefix {
    pub(super) fn allows(&self, url: &Url) -> bool {
        let place = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port());
        is_plain(url) && place(&self.0) == place(url) && is_inside(self.0.path(), url.path())
    }

    /// The scheme.
    pub(super) fn scheme(&self) -> &str {
        self.0.scheme()
    }

    /// The host, or the bucket.
    pub(super) fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

/// Whether there is nothing in it that two programs would read in two ways: names and passwords, and separators that
/// are no separators yet.
fn is_plain(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let is_hidden = ["%2f", "%5c", "%00", "\\"].iter().any(|sign| path.contains(sign));
    url.username().is_empty() && url.password().is_none() && !is_hidden
}

fn is_inside(prefix: &str, path: &str) -> bool {
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl FromStr for SourcePrefix {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|error| format!("{text:?} is no URL: {error}"))?;
        let has_host = url.host_str().is_some_and(|host| !host.is_empty());
        let is_source = SCHEMES.contains(&url.scheme()) && has_host == (url.scheme() != "local");
        if is_source && is_plain(&url) && url.query().is_none() && url.fragment().is_none() {
            return Ok(Self(url));
        }
        Err(format!(
            "{text:?} is none of https://HOST/PATH, http://HOST/PATH, s3://BUCKET/PATH, local:///PATH"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(prefix: &str, url: &str) -> bool {
        let url = Url::parse(url).unwrap();
        prefix.parse::<SourcePrefix>().unwrap().allows(&url)
    }

    #[test]
    fn what_is_inside_is_allowed() {
        for (prefix, url) in [
            ("https://example.com", "https://example.com/a.jpg?size=1"),
            ("https://example.com/", "HTTPS://EXAMPLE.com:443/a/b.jpg"),
            ("https://example.com/photos", "https://example.com/photos/a.jpg"),
            ("https://example.com/photos/", "https://example.com/x/../photos/a.jpg"),
            ("http://example.com:8080/", "http://example.com:8080/a.jpg"),
            ("s3://bucket/photos/", "s3://bucket/photos/a%20b.jpg"),
            ("local:///", "local:///a/b.jpg"),
        ] {
            assert!(allows(prefix, url), "{prefix} {url}");
        }
    }

    #[test]
    fn what_only_looks_so_is_not() {
        for (prefix, url) in [
            ("https://example.com", "https://example.com.evil.net/a.jpg"),
            ("https://example.com", "https://example.com@evil.net/a.jpg"),
            ("https://example.com", "https://user@example.com/a.jpg"),
            ("https://example.com", "https://example.com:8443/a.jpg"),
            ("https://example.com", "http://example.com/a.jpg"),
            ("https://example.com/photos", "https://example.com/photos-of-others/a.jpg"),
            ("https://example.com/photos", "https://example.com/photos/../a.jpg"),
            ("https://example.com/photos", "https://example.com/photos/%2e%2e/a.jpg"),
            ("https://example.com/photos", "https://example.com/photos/..%2Fa.jpg"),
            ("https://example.com/photos", "https://example.com/photos/..%5Ca.jpg"),
            ("https://example.com/photos", "https://example.com/photos\\..\\a.jpg"),
            ("s3://bucket/photos", "s3://bucket/photos/../a.jpg"),
            ("s3://bucket", "s3://bucket2/a.jpg"),
            ("local:///photos", "local:///photos/%2e%2e/a.jpg"),
            ("local:///photos", "local://photos/a.jpg"),
            ("local:///", "file:///etc/passwd"),
        ] {
            assert!(!allows(prefix, url), "{prefix} {url}");
        }
    }

    #[test]
    fn places_that_cannot_be_are_refused() {
        for wrong in [
            "",
            "example.com",
            "ftp://example.com/",
            "file:///",
            "gopher://example.com/",
            "local://host/",
            "https://user:word@example.com/",
            "https://example.com/?a",
            "https://example.com/#a",
            "s3:///key",
        ] {
            assert!(wrong.parse::<SourcePrefix>().is_err(), "{wrong}");
        }
    }
}
