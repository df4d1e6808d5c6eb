//! Where objects are: `s3://bucket/prefix`, `file:///folder`, `https://host/path`.

use super::StoreError;
use object_store::path::Path as Key;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What stands as it is in the path of a URL (RFC 3986, 3.3).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// What kind of store holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Scheme {
    S3,
    Google,
    Azure,
    Http,
    File,
}

impl Scheme {
    const NAMES: [(&'static str, Self); 6] = [
        ("s3", Self::S3),
        ("gs", Self::Google),
        ("az", Self::Azure),
        ("http", Self::Http),
        ("https", Self::Http),
        ("file", Self::File),
    ];
}

/// An object, or the beginning of the names of many.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Place {
    scheme: Scheme,
    /// Scheme, and bucket or host: `s3://bucket`.
    root: String,
    /// What follows, neither encoded nor with a `/` before it.
    path: String,
}

impl Place {
    /// Whether the text is a URL and no path of this machine.
    #[must_use]
    pub fn is_url(text: &str) -> bool {
        Scheme::NAMES.iter().any(|(name, _)| scheme_and_rest(text).is_some_and(|(scheme, _)| scheme == *name))
    }

    /// A file or folder of this machine.
    #[must_use]
    pub fn of_path(path: &Path) -> Self {
        let ends_as_folder = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
        let parts: Vec<_> = path
            .components()
            .filter(|part| !matches!(part, std::path::Component::RootDir))
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        let end = if ends_as_folder { "/" } else { "" };
        Self { scheme: Scheme::File, root: "file://".to_owned(), path: parts.join("/") + end }
    }

    /// What stands below this as below a folder.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        let path = match self.path.trim_end_matches('/') {
            "" => name.to_owned(),
            folder => format!("{folder}/{name}"),
        };
        Self { path, ..self.clone() }
    }

    /// The folder that it stands in.
    #[must_use]
    pub fn parent(&self) -> Self {
        let path = self.path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
        Self { path: path.to_owned(), ..self.clone() }
    }

    /// The same, whose name ends otherwise: results beside photos.
    #[must_use]
    pub fn beside(&self, end: &str) -> Self {
        Self { path: self.path.trim_end_matches('/').to_owned() + end, ..self.clone() }
    }

    /// The last part of its name.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Its name as seen from a folder above it.
    #[must_use]
    pub fn name_below<'a>(&'a self, folder: &Self) -> Option<&'a str> {
        let rest = (self.root == folder.root)
            .then_some(())
            .and_then(|()| self.path.strip_prefix(folder.path.trim_end_matches('/')))?;
        if folder.path.trim_end_matches('/').is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }

    /// Its name in its bucket.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether it is in this machine's files, which keep no metadata of objects.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.scheme == Scheme::File
    }

    /// Its path, if it is in this machine's files.
    #[must_use]
    pub fn to_path(&self) -> Option<PathBuf> {
        let root = if cfg!(windows) { "" } else { "/" };
        self.is_file().then(|| PathBuf::from(format!("{root}{}", self.path)))
    }

    /// Whether it can be written to and listed.
    #[must_use]
    pub fn is_writable(&self) -> bool {
        self.scheme != Scheme::Http
    }

    pub(super) fn scheme(&self) -> Scheme {
        self.scheme
    }

    pub(super) fn root(&self) -> &str {
        &self.root
    }

    pub(super) fn bucket(&self) -> &str {
        self.root.split_once("://").map_or("", |(_, bucket)| bucket)
    }

    /// The object of this name in the store at its root.
    pub(super) fn with_key(&self, key: &Key) -> Self {
        Self { path: key.as_ref().to_owned(), ..self.clone() }
    }

    /// Its name as the store takes it.
    pub(super) fn key(&self) -> Result<Key, StoreError> {
        Key::parse(&self.path)
            .map_err(|error| StoreError::Key { place: self.to_string(), why: error.to_string() })
    }
}

fn scheme_and_rest(text: &str) -> Option<(String, &str)> {
    text.split_once("://").map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest))
}

impl FromStr for Place {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((name, rest)) = scheme_and_rest(text) else { return Ok(Self::of_path(Path::new(text))) };
        let scheme = Scheme::NAMES.iter().find(|(known, _)| *known == name).map(|(_, scheme)| *scheme);
        let scheme = scheme
            .ok_or_else(|| format!("{name}:// is none of s3://, gs://, az://, http://, https://, file://"))?;
        let (bucket, path) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.contains('@') {
            return Err(
                "a URL holds no name and password: credentials come from the environment alone".to_owned()
            );
        } else if (scheme == Scheme::File) != bucket.is_empty() {
            return Err(format!(
                "{text} is none of s3://BUCKET/NAME, https://HOST/NAME, file:///FOLDER/NAME"
            ));
        } else if path.contains(['?', '#']) {
            return Err(format!("{text} is no plain URL: write ? as %3F and # as %23"));
        }
        let path = percent_decode_str(path)
            .decode_utf8()
            .map_err(|_| format!("{text} is no UTF-8 when it is decoded"))?;
        Ok(Self { scheme, root: format!("{name}://{bucket}"), path: path.into_owned() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.root, utf8_percent_encode(&self.path, PLAIN))
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str) -> Place {
        text.parse().unwrap()
    }

    #[test]
    fn a_url_and_its_name_are_told_apart_and_put_together_again() {
        let odd = place("s3://bucket/a%20b/%C3%A9+%25%3F%23.jpg");
        assert_eq!(odd.path(), "a b/é+%?#.jpg");
        assert_eq!(odd.to_string(), "s3://bucket/a%20b/%C3%A9+%25%3F%23.jpg");
        assert_eq!(odd.to_string().parse::<Place>().unwrap(), odd);
        assert_eq!(odd.key().unwrap().as_ref(), odd.path());
        assert_eq!(odd.file_name(), "é+%?#.jpg");
        assert_eq!(place("s3://bucket").join("a.jpg"), place("s3://bucket/a.jpg"));
        assert_eq!(place("s3://bucket/x/").join("a.jpg").parent(), place("s3://bucket/x"));
        assert_eq!(place("s3://bucket/x/").beside("-results").to_string(), "s3://bucket/x-results");
    }

    #[test]
    fn what_stands_below_has_its_name_from_there() {
        let photo = place("s3://bucket/x/y/a.jpg");
        assert_eq!(photo.name_below(&place("s3://bucket/x/")), Some("y/a.jpg"));
        assert_eq!(photo.name_below(&place("s3://bucket/")), Some("x/y/a.jpg"));
        assert_eq!(photo.name_below(&place("s3://bucket/x/y/a")), None);
        assert_eq!(photo.name_below(&place("s3://other/x")), None);
    }

    #[test]
    fn a_path_is_a_place_of_this_machine() {
        assert!(place("photos/a.jpg").is_file());
        assert!(place("photos/a.jpg").path().ends_with("photos/a.jpg"));
        assert!(Place::is_url("S3://bucket") && !Place::is_url("photos/a.jpg") && !Place::is_url("c://x"));
    }

    #[test]
    fn what_makes_no_sense_is_refused_and_passwords_are_not_repeated() {
        for wrong in ["ftp://host/a", "s3:///a", "file://host/a", "s3://bucket/a?b", "s3://b/%ff"] {
            assert!(wrong.parse::<Place>().is_err(), "{wrong}");
        }
        assert!(!"https://name:secret@host/a".parse::<Place>().unwrap_err().contains("secret"));
        for wrong in ["s3://bucket/a//b", "s3://bucket/a/../b"] {
            assert_eq!(place(wrong).key().unwrap_err().code(), "store_key");
        }
    }
}
