//! Writing the page: as one file, or with its pictures in a folder beside it where it would be too large.

use super::Listed;
use super::album::{Album, Picture};
use super::page::Page;
use crate::{FileError, Overwrite, disk};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The most bytes of a page with its pictures in it.
pub(super) const ONE_FILE: usize = 50_000_000;

/// A picture and the name that the page's script knows it by: what it shows, and the row.
struct Named<'a> {
    name: String,
    bytes: usize,
    file: Source<'a>,
}

enum Source<'a> {
    Thumbnail(Picture),
    Detail(Picture),
    Made(&'a [u8]),
}

/// All pictures of a page.
pub(super) struct Pictures<'a> {
    album: &'a Album,
    list: Vec<Named<'a>>,
    /// The start of each one's URL, if they are files of their own.
    folder: Option<String>,
    /// What went wrong when they were put into the page.
    trouble: Mutex<Option<io::Error>>,
}

impl<'a> Pictures<'a> {
    fn of(album: &'a Album, rows: &[Listed], heat_map: Option<&'a [u8]>) -> Self {
        let mut list = Vec::new();
        for (index, exhibit) in rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.exhibit?))) {
            let mut add =
                |what: char, file, bytes| list.push(Named { name: format!("{what}{index}"), bytes, file });
            add('t', Source::Thumbnail(exhibit.thumbnail), exhibit.thumbnail.bytes);
            let Some(detail) = album.detail(&exhibit) else { continue };
            for (what, picture) in ['b', 'a'].into_iter().zip(detail.whole) {
                add(what, Source::Detail(picture), picture.bytes);
            }
            for (what, picture) in ['x', 'y'].into_iter().zip(detail.worst.iter().flat_map(|worst| worst.0)) {
                add(what, Source::Detail(picture), picture.bytes);
            }
        }
        if let Some(jpeg) = heat_map {
            list.push(Named { name: "m0".to_owned(), bytes: jpeg.len(), file: Source::Made(jpeg) });
        }
        Self { album, list, folder: None, trouble: Mutex::new(None) }
    }

    pub(super) fn folder(&self) -> Option<&str> {
        self.folder.as_deref()
    }

    fn read(&self, picture: &Named<'_>) -> io::Result<Vec<u8>> {
        match &picture.file {
            Source::Thumbnail(picture) => self.album.thumbnail(picture),
            Source::Detail(picture) => self.album.picture(picture),
            Source::Made(jpeg) => Ok(jpeg.to_vec()),
        }
    }

    /// Bytes in the page.
    fn embedded_bytes(&self) -> usize {
        const AROUND: usize = 50;
        self.list.iter().map(|picture| picture.bytes.div_ceil(3) * 4 + AROUND).sum()
    }
}

/// As elements of the page, in base64.
impl fmt::Display for Pictures<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.folder.is_some() {
            return Ok(());
        }
        for picture in &self.list {
            let jpeg = self.read(picture).map_err(|error| {
                let mut trouble = self.trouble.lock().unwrap_or_else(PoisonError::into_inner);
                trouble.get_or_insert(error);
                fmt::Error
            })?;
            writeln!(
                f,
                "<script type=\"image/jpeg\" id=\"{}\">{}</script>",
                picture.name,
                STANDARD.encode(jpeg)
            )?;
        }
        Ok(())
    }
}

/// Where a page goes, and what it shows besides its words.
pub(super) struct Writing<'a> {
    pub(super) path: &'a Path,
    pub(super) overwrite: Overwrite,
    pub(super) album: &'a Album,
    pub(super) rows: &'a [Listed],
    /// The most bytes of pictures in the page itself: [`ONE_FILE`], but for tests.
    pub(super) one_file: usize,
}

impl Writing<'_> {
    /// Writes the page.
    pub(super) fn write(&self, page: &Page<'_>) -> Result<(), FileError> {
        let Self { path, overwrite, album, rows, one_file } = *self;
        if let Some(error) = album.trouble() {
            return Err(self.unwritable(error));
        }
        let heat_map = page.inspected().and_then(|inspected| inspected.heat_map.as_ref());
        let mut pictures = Pictures::of(album, rows, heat_map.map(|map| map.view.jpeg.as_slice()));
        let token = disk::token();
        let (folder, name) = folder_of(path);
        let is_one_file = pictures.embedded_bytes() <= one_file;
        if !is_one_file {
            let file = |picture: &Named<'_>| {
                Ok((format!("{token}-{}.jpg", picture.name).into(), pictures.read(picture)?))
            };
            disk::fill(&folder, pictures.list.iter().map(file)).map_err(|error| self.unwritable(error))?;
            pictures.folder = Some(format!("{}/{token}-", url_of(&name)));
        }
        let written = self.write_page(page, &pictures, &token);
        match &written {
            Err(_) if !is_one_file => disk::clear(&folder, |name| name.starts_with(&token)),
            // Those of the page that was there before.
            Ok(()) if overwrite == Overwrite::Always => {
                disk::clear(&folder, |name| is_picture(name) && !name.starts_with(&token));
            }
            _ => {}
        }
        written
    }

    fn write_page(&self, page: &Page<'_>, pictures: &Pictures<'_>, token: &str) -> Result<(), FileError> {
        let html = page.render(self.album, pictures, token).map_err(|error| {
            let of_picture = pictures.trouble.lock().unwrap_or_else(PoisonError::into_inner).take();
            self.unwritable(of_picture.unwrap_or_else(|| io::Error::other(error)))
        })?;
        disk::write_whole(self.path, html.as_bytes(), self.overwrite)
    }

    fn unwritable(&self, source: io::Error) -> FileError {
        FileError::Unwritable { path: self.path.to_path_buf(), source }
    }
}

/// How the names of folders with a page's pictures end.
const FOLDER: &str = "_files";

/// Whether a file is a report's picture, by its name and that of its folder: no photo of anybody's.
pub(crate) fn is_reports(path: &Path) -> bool {
    let folder = path.parent().and_then(Path::file_name).and_then(OsStr::to_str);
    let name = path.file_name().and_then(OsStr::to_str);
    folder.is_some_and(|folder| folder.ends_with(FOLDER)) && name.is_some_and(is_picture)
}

/// The folder for a page's pictures, and its name.
fn folder_of(path: &Path) -> (PathBuf, OsString) {
    let mut name = path.file_stem().unwrap_or_default().to_os_string();
    name.push(FOLDER);
    (path.with_file_name(&name), name)
}

/// Whether a file is one that [`Writing::write`] has made: a token, a letter and a number.
fn is_picture(name: &str) -> bool {
    let Some((token, rest)) = name.strip_suffix(".jpg").and_then(|name| name.split_once('-')) else {
        return false;
    };
    let is_hex = |digit: u8| matches!(digit, b'0'..=b'9' | b'a'..=b'f');
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    let is_known = |letter: char| "tbaxym".contains(letter);
    token.len() == 16
        && token.bytes().all(is_hex)
        && rest.starts_with(is_known)
        && rest.get(1..).is_some_and(is_number)
}

/// A name as a relative URL.
fn url_of(name: &OsStr) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escaped = name.as_encoded_bytes().iter().map(|byte| match *byte {
        byte if is_plain(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    });
    // Else a name with a colon could be taken for a scheme.
    format!("./{}", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_reports_own_pictures_are_taken_for_such() {
        for (name, is_one) in [
            ("0123456789abcdef-t17.jpg", true),
            ("0123456789abcdef-b0.jpg", true),
            ("0123456789abcdef-q0.jpg", false),
            ("0123456789abcdef-t.jpg", false),
            ("0123456789abcde-t1.jpg", false),
            ("holiday-t1.jpg", false),
            ("0123456789abcdef-t1.png", false),
        ] {
            assert_eq!(is_picture(name), is_one, "{name}");
        }
    }

    #[test]
    fn a_name_becomes_a_url_that_leads_to_it() {
        assert_eq!(url_of(OsStr::new("my report_files")), "./my%20report_files");
        assert_eq!(url_of(OsStr::new("a:b#c?d%_files")), "./a%3Ab%23c%3Fd%25_files");
        assert_eq!(folder_of(Path::new("out/report.html")).0, Path::new("out/report_files"));
    }
}
