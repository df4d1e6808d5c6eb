//! The page that shows what became of photos: `--report`.
//!
//! Pictures go to a file without a name on the disk as they come, so that what is held in memory does not grow with
//! them; the page itself is written at the end, whole or not at all.

mod album;
mod calibration;
mod distribution;
mod histogram;
mod page;
mod row;
mod tally;
mod words;
mod writing;

pub(crate) use album::Album;
pub use album::Exhibit;
pub use calibration::{CalibrationReport, Found};
pub(crate) use writing::is_reports;

use crate::{Entry, FileError, Overwrite, Planned, Record};
use page::Page;
use row::{Inspected, Row};
use scrimp::{Error, Inspection, Options, WorstCell};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tally::Tally;
use writing::{ONE_FILE, Writing};

/// Photos that the page lists; beyond, they are only counted.
const LISTED: usize = 50_000;

/// A report in the making.
#[derive(Debug)]
pub struct Report {
    path: PathBuf,
    overwrite: Overwrite,
    album: Arc<Album>,
    tally: Tally,
    rows: Vec<Listed>,
    inspected: Option<Inspected>,
}

/// What every report says of itself, near its beginning.
const MARK: &str = "<meta name=\"generator\" content=\"scrimp report\">";

/// Whether an earlier report stands there.
fn is_report(path: &Path) -> bool {
    const HEAD: u64 = 1024;
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
    let is_file = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    is_file && read.is_ok() && head.windows(MARK.len()).any(|text| text == MARK.as_bytes())
}

/// That a report may be written there, and over what: an earlier one in any case.
fn may_be_written(path: &Path, overwrite: Overwrite) -> Result<Overwrite, FileError> {
    if path.file_name().is_none() || path.is_dir() {
        let source = io::Error::from(io::ErrorKind::IsADirectory);
        return Err(FileError::Unwritable { path: path.to_path_buf(), source });
    }
    let overwrite = if is_report(path) { Overwrite::Always } else { overwrite };
    if overwrite != Overwrite::Always && path.symlink_metadata().is_ok() {
        return Err(FileError::OutputExists { path: path.to_path_buf() });
    }
    Ok(overwrite)
}

/// A photo on the page.
#[derive(Debug)]
struct Listed {
    row: Row,
    exhibit: Option<Exhibit>,
}

impl Report {
    /// Begins a report that will be written to `path`, over an earlier report, but over another file only if it may be
    /// replaced.
    ///
    /// # Errors
    /// [`FileError::OutputExists`] or [`FileError::Unwritable`] if nothing could be written there at the end.
    pub fn begin(path: &Path, overwrite: Overwrite) -> Result<Self, FileError> {
        let overwrite = may_be_written(path, overwrite)?;
        let unwritable = |source| FileError::Unwritable { path: path.to_path_buf(), source };
        let album = Album::beside(path).map_err(unwritable)?;
        Ok(Self {
            path: path.to_path_buf(),
            overwrite,
            album: Arc::new(album),
            tally: Tally::default(),
            rows: Vec::new(),
            inspected: None,
        })
    }

    /// Has pictures taken of the photos of a job.
    pub fn show(&self, planned: &mut Planned) {
        planned.tasks.album = Some(Arc::clone(&self.album));
    }

    /// Takes pictures of a photo and of the file that was made of it, worst at `worst`: the [`Record::exhibit`] of a
    /// photo of no job. None if they cannot be shown.
    #[must_use]
    pub fn take(
        &self,
        original: &[u8],
        result: Option<&[u8]>,
        worst: Option<WorstCell>,
        options: &Options,
    ) -> Option<Exhibit> {
        self.album.take(original, result, worst, options)
    }

    /// Adds what became of a photo.
    pub fn add(&mut self, record: &Record) {
        self.tally.add(record);
        if self.rows.len() < LISTED {
            self.rows.push(Listed { row: Row::of(record), exhibit: record.exhibit });
        }
    }

    /// Adds a photo that an earlier run had done, by what that wrote down: there are no pictures of it, and no probes.
    pub fn add_earlier(&mut self, path: &Path, entry: &Entry) {
        self.tally.add_earlier(entry);
        if self.rows.len() < LISTED {
            self.rows.push(Listed { row: Row::of_earlier(path, entry), exhibit: None });
        }
    }

    /// Adds a photo that is shown alone, by its path and its bytes: what was found in it, and what it would become.
    ///
    /// # Errors
    /// What is wrong with the photo.
    pub fn inspect(
        &mut self,
        path: &Path,
        bytes: &[u8],
        inspection: Inspection,
        options: &Options,
    ) -> Result<(), Error> {
        let outcome = scrimp::shrink(bytes, options)?;
        let result = outcome.bytes();
        let mut record = Record::of(path, bytes.len(), &outcome);
        record.output_bytes = result.map(<[u8]>::len);
        record.exhibit = self.take(bytes, result, record.worst, options);
        let heat_map = match (result, record.worst) {
            (Some(result), Some(_)) => {
                Some(scrimp::compare(bytes, result, options.goal.metric(), options)?.heat_view()?)
            }
            _ => None,
        };
        self.add(&record);
        self.inspected = Some(Inspected { inspection, heat_map });
        Ok(())
    }

    /// Writes the page; `left` photos were not worked on.
    ///
    /// # Errors
    /// [`FileError::OutputExists`] or [`FileError::Unwritable`]; there is no page then, or the one that was there
    /// before.
    pub fn finish(self, left: usize) -> Result<(), FileError> {
        self.write(left, ONE_FILE)
    }

    /// As [`Self::finish`], with at most so many bytes of pictures in the page itself.
    fn write(&self, left: usize, one_file: usize) -> Result<(), FileError> {
        let Self { path, overwrite, album, rows, .. } = self;
        let page = Page::new(&self.tally, rows, self.inspected.as_ref(), left);
        Writing { path, overwrite: *overwrite, album, rows, one_file }.write(&page)
    }
}

#[cfg(test)]
mod tests;
