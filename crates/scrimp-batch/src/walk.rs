//! Files in a folder.

use crate::{FileError, JobError, Overwrite, Share, disk, report};
use ignore::overrides::{Override, OverrideBuilder};
use std::io;
use std::path::{Path, PathBuf};

/// The name of a file that says that a folder holds backups.
const MARK: &str = ".scrimp-backups";

/// Says of a folder, which is made if it is missing, that it holds backups, so that no run takes them for photos that
/// it met in a folder.
pub(crate) fn mark_backups(folder: &Path) -> Result<(), FileError> {
    const TEXT: &[u8] = b"scrimp --backup keeps originals here, and scrimp passes over this folder.\n";
    let mark = folder.join(MARK);
    if mark.symlink_metadata().is_ok() {
        return Ok(());
    }
    match disk::write_whole(&mark, TEXT, Overwrite::Never) {
        // Another thread's.
        Err(FileError::OutputExists { .. }) => Ok(()),
        // Not the photo that is going to be replaced.
        Err(FileError::Unsettled { path, source, .. }) => Err(FileError::Unwritable { path, source }),
        written => written,
    }
}

/// Whether a folder for backups may be marked as one: nothing else is in it, or it is marked already.
pub(crate) fn may_be_marked(folder: &Path) -> bool {
    let is_none_of_others = |entry: io::Result<std::fs::DirEntry>| {
        entry.is_ok_and(|entry| disk::is_temporary(&entry.file_name()))
    };
    let holds_nothing = || match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.all(is_none_of_others),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    };
    folder.join(MARK).symlink_metadata().is_ok() || holds_nothing()
}

/// Which files of a folder are looked at. Named files are, whatever is said here.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// If there are any, only files that match one of these globs, written as in a `.gitignore` and read without regard
    /// to upper and lower case.
    pub include: Vec<String>,
    /// No files or folders that match one of these.
    pub exclude: Vec<String>,
    /// Hidden files and folders too, whose names begin with a dot.
    pub hidden: bool,
    /// None that a `.gitignore` or `.ignore` leaves out.
    pub ignore_files: bool,
    /// Also what links lead to. Not for photos that are replaced: a link is another name for a photo of elsewhere.
    pub follow_links: bool,
    /// Of those the part to take, by their paths below the folder.
    pub share: Share,
}

impl Selection {
    /// Every regular file under `folder` that is selected, in the order of names; those under `outside` left out, and
    /// what scrimp itself put there: temporary files, backups, pictures of reports. At most ten folders are open at once.
    ///
    /// # Errors
    /// [`JobError::Glob`].
    pub(crate) fn files(
        &self,
        folder: &Path,
        outside: Option<&Path>,
    ) -> Result<impl Iterator<Item = Result<PathBuf, FileError>>, JobError> {
        let (globs, share, root) = (self.globs(folder)?, self.share, folder.to_path_buf());
        let outside = outside.map(Path::to_path_buf);
        let walk = ignore::WalkBuilder::new(folder)
            .standard_filters(false)
            .hidden(!self.hidden)
            .ignore(self.ignore_files)
            .git_ignore(self.ignore_files)
            .parents(self.ignore_files)
            .require_git(false)
            .follow_links(self.follow_links)
            .sort_by_file_name(|a, b| a.cmp(b))
            .filter_entry(move |entry| {
                let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
                let is_left_out = globs.matched(entry.path(), is_folder).is_ignore();
                // An output folder within the input folder is no input.
                let is_outside = outside.as_deref().is_some_and(|outside| {
                    is_folder && entry.path().canonicalize().is_ok_and(|path| path == outside)
                });
                let holds_backups = || is_folder && entry.path().join(MARK).symlink_metadata().is_ok();
                let is_own = disk::is_temporary(entry.file_name()) || report::is_reports(entry.path());
                entry.depth() == 0 || !(is_left_out || is_outside || is_own || holds_backups())
            })
            .build();
        Ok(walk.filter_map(regular_file).filter(move |found| {
            found.as_ref().map_or(true, |path| share.takes(path.strip_prefix(&root).unwrap_or(path)))
        }))
    }

    fn globs(&self, folder: &Path) -> Result<Override, JobError> {
        let mut builder = OverrideBuilder::new(folder);
        let wrong = |error: ignore::Error| JobError::Glob(error.to_string());
        builder.case_insensitive(true).map_err(wrong)?;
        for glob in &self.include {
            builder.add(glob).map_err(wrong)?;
        }
        for glob in &self.exclude {
            builder.add(&format!("!{glob}")).map_err(wrong)?;
        }
        builder.build().map_err(wrong)
    }
}

fn regular_file(entry: Result<ignore::DirEntry, ignore::Error>) -> Option<Result<PathBuf, FileError>> {
    match entry {
        Ok(entry) => entry.file_type().is_some_and(|kind| kind.is_file()).then(|| Ok(entry.into_path())),
        Err(error) => {
            let why = error.to_string();
            let error = error.into_io_error().unwrap_or_else(|| io::Error::other(why));
            Some(Err(FileError::Unreadable(error)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    const FILES: [&str; 6] =
        ["a.JPG", "b.png", "deep/c.jpg", "deep/raw/d.jpg", ".hidden/e.jpg", ".scrimp-0123456789abcdef.part"];

    fn found(selection: &Selection) -> Vec<String> {
        let room = tempfile::tempdir().unwrap();
        for name in FILES {
            let path = room.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"bytes").unwrap();
        }
        fs::write(room.path().join("deep/.gitignore"), b"raw/\n").unwrap();
        let files = selection.files(room.path(), None).unwrap();
        let names = files.map(|path| path.unwrap().strip_prefix(room.path()).unwrap().display().to_string());
        names.map(|name| name.replace('\\', "/")).collect()
    }

    #[test]
    fn globs_choose_files_and_hidden_ones_stay_hidden() {
        let all = Selection::default();
        assert_eq!(found(&all), ["a.JPG", "b.png", "deep/c.jpg", "deep/raw/d.jpg"]);
        let jpegs = Selection { include: vec!["*.jpg".into()], ..Selection::default() };
        assert_eq!(found(&jpegs), ["a.JPG", "deep/c.jpg", "deep/raw/d.jpg"]);
        let some = Selection { exclude: vec!["raw".into(), "/a.*".into()], ..jpegs };
        assert_eq!(found(&some), ["deep/c.jpg"]);
        let wrong = Selection { include: vec!["[".into()], ..Selection::default() };
        assert!(matches!(wrong.files(Path::new("."), None).err(), Some(JobError::Glob(_))));
    }

    #[test]
    fn pictures_of_a_report_are_no_photos() {
        let room = tempfile::tempdir().unwrap();
        let picture = "0123456789abcdef-t17.jpg";
        for name in ["report_files/mine.jpg", &format!("report_files/{picture}"), &format!("other/{picture}")]
        {
            let path = room.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, b"bytes").unwrap();
        }
        let selection = Selection::default();
        let files = selection.files(room.path(), None).unwrap();
        let names: Vec<_> = files.map(|path| path.unwrap().file_name().unwrap().to_owned()).collect();
        assert_eq!(names, [picture, "mine.jpg"]);
    }

    #[test]
    fn hidden_files_and_ignored_ones_are_a_matter_of_choice() {
        let hidden = Selection { hidden: true, ..Selection::default() };
        assert_eq!(
            found(&hidden),
            [".hidden/e.jpg", "a.JPG", "b.png", "deep/.gitignore", "deep/c.jpg", "deep/raw/d.jpg"],
            "but no file in the making"
        );
        let ignoring = Selection { ignore_files: true, ..Selection::default() };
        assert_eq!(found(&ignoring), ["a.JPG", "b.png", "deep/c.jpg"]);
    }
}
