//! The photos of a job, of which there may be millions: some forty bytes each, and a [`Task`] of one when its turn comes.

mod names;

use crate::disk::{Place, parent_and_name};
use crate::permit::{self, Verdict};
use crate::report::Album;
use crate::task::{Backup, Replacement, Sink, Source};
use crate::{Destination, Effect, InPlace, Origin, Overwrite, Permit, Task};
use names::Names;
use scrimp::{Format, Options};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The photos of a job in their order, and what is to be done with them.
#[derive(Debug)]
pub struct Tasks {
    pub(crate) options: Arc<Options>,
    pub(crate) effect: Effect,
    /// What takes pictures of them, where a report is made.
    pub(crate) album: Option<Arc<Album>>,
    destination: Destination,
    /// Whether the folder for backups holds nothing else.
    marks_backups: bool,
    overwrite: Overwrite,
    /// The one photo of the job, if it is in memory already.
    bytes: Option<Arc<[u8]>>,
    folders: Vec<Folder>,
    /// Of named photos their whole paths.
    names: Names,
    entries: Vec<Entry>,
}

/// A folder that was met below one that was named.
#[derive(Debug)]
struct Folder {
    root: Arc<Path>,
    path: PathBuf,
}

#[derive(Debug)]
struct Entry {
    /// Where its name ends, which begins where the one before ends.
    end: u64,
    /// Its folder; [`NAMED`] of a photo that was named.
    folder: u32,
    /// By its first bytes, when the job was planned.
    format: Option<Format>,
    /// What stands against writing it.
    verdict: Verdict,
}

const NAMED: u32 = u32::MAX;

impl Tasks {
    pub(crate) const fn new(
        options: Arc<Options>,
        effect: Effect,
        destination: Destination,
        overwrite: Overwrite,
        marks_backups: bool,
    ) -> Self {
        Self {
            options,
            effect,
            album: None,
            destination,
            marks_backups,
            overwrite,
            bytes: None,
            folders: Vec::new(),
            names: Names::new(),
            entries: Vec::new(),
        }
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The photo's name: its path, or `-`.
    #[must_use]
    pub fn path(&self, index: usize) -> Option<PathBuf> {
        let entry = self.entries.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.entries[before].end);
        let name = self.names.read(start, entry.end);
        Some(self.folder(entry).map_or_else(|| PathBuf::from(&name), |folder| folder.path.join(&name)))
    }

    /// One of them.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Task> {
        let (entry, input) = (self.entries.get(index)?, self.path(index)?);
        let place = match self.folder(entry) {
            None => named(&input),
            Some(Folder { root, .. }) => {
                let below = input.strip_prefix(root).map_or_else(|_| input.clone(), Path::to_path_buf);
                Place { root: root.to_path_buf(), below }
            }
        };
        let task = Task {
            sink: self.sink(place),
            source: self.bytes.as_ref().map_or(Source::File, |bytes| Source::Bytes(Arc::clone(bytes))),
            origin: if entry.folder == NAMED { Origin::Named } else { Origin::Walked },
            input,
            format: entry.format,
            permit: Ok(Permit::default()),
            options: Arc::clone(&self.options),
            effect: self.effect,
            album: self.album.clone(),
        };
        Some(Task { permit: entry.verdict.permit(task.claim().outputs, self.overwrite), ..task })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Task> {
        (0..self.len()).map_while(|index| self.get(index))
    }

    fn folder(&self, entry: &Entry) -> Option<&Folder> {
        self.folders.get(entry.folder as usize)
    }

    /// Where the output of a photo goes.
    fn sink(&self, place: Place) -> Sink {
        match &self.destination {
            Destination::File(path) => Sink::File(path.clone()),
            Destination::Stream(stream) => Sink::Stream(stream.clone()),
            Destination::Folder(folder) => Sink::InFolder(folder.join(&place.below)),
            Destination::Nowhere(_) => Sink::Nowhere,
            Destination::InPlace(InPlace { backup, hard_links }) => {
                let backup = backup.as_ref().map(|folder| Backup {
                    path: folder.join(&place.below),
                    folder: folder.clone(),
                    is_marked: self.marks_backups,
                });
                Sink::InPlace(Replacement { place, backup, hard_links: *hard_links })
            }
        }
    }

    /// Adds a photo that was named.
    pub(crate) fn add_named(&mut self, path: &Path, format: Option<Format>) {
        self.add(path, NAMED, format);
    }

    /// Makes a photo in memory the only one.
    pub(crate) fn add_bytes(&mut self, bytes: &Arc<[u8]>) {
        self.add(Path::new("-"), NAMED, Format::sniff(bytes));
        self.bytes = Some(Arc::clone(bytes));
    }

    /// Adds a photo that was met below `root`.
    pub(crate) fn add_walked(&mut self, root: &Arc<Path>, path: &Path, format: Option<Format>) {
        let above = path.parent().unwrap_or(Path::new(""));
        // Photos come folder by folder.
        let is_last = |folder: &&Folder| {
            folder.path.as_os_str() == above.as_os_str() && Arc::ptr_eq(&folder.root, root)
        };
        if self.folders.last().filter(is_last).is_none() {
            self.folders.push(Folder { root: Arc::clone(root), path: above.to_path_buf() });
        }
        // No disk holds as many folders as the number has values.
        let folder = (self.folders.len() - 1) as u32;
        self.add(Path::new(path.file_name().unwrap_or_default()), folder, format);
    }

    fn add(&mut self, name: &Path, folder: u32, format: Option<Format>) {
        let end = self.names.add(name.as_os_str());
        self.entries.push(Entry { end, folder, format, verdict: Verdict::FREE });
    }

    /// Settles what may be written, for all of them.
    pub(crate) fn settle(&mut self) {
        let claim = |index| self.get(index).map(|task| task.claim()).unwrap_or_default();
        let verdicts = permit::verdicts(self.len(), claim, self.overwrite);
        for (entry, verdict) in self.entries.iter_mut().zip(verdicts) {
            entry.verdict = verdict;
        }
    }
}

/// The place of a photo that was named.
fn named(path: &Path) -> Place {
    match parent_and_name(path) {
        Some((above, name)) => Place { root: above.to_path_buf(), below: name.into() },
        // Nothing that can be a file, as reading it will tell.
        None => Place { root: path.to_path_buf(), below: PathBuf::new() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tasks() -> Tasks {
        let destination = Destination::Folder(PathBuf::from("out"));
        Tasks::new(Arc::default(), Effect::Write, destination, Overwrite::Never, false)
    }

    #[test]
    fn paths_come_back_as_they_went_in() {
        let mut tasks = tasks();
        let root = Arc::from(Path::new("./photos"));
        let walked = ["./photos/a.jpg", "./photos/deep/b.jpg", "./photos/deep/c.jpg", "./photos/z.jpg"];
        walked.iter().for_each(|path| tasks.add_walked(&root, Path::new(path), None));
        let named = ["photo.jpg", "dir/../photo.jpg", "./x", "dir/", "/"];
        named.iter().for_each(|path| tasks.add_named(Path::new(path), Some(Format::Jpeg)));
        let found: Vec<_> = tasks.iter().map(|task| task.input.into_os_string()).collect();
        assert_eq!(found, [&walked[..], &named].concat());
        assert_eq!((tasks.folders.len(), tasks.len(), tasks.get(9).is_none()), (3, 9, true));
        let outputs: Vec<_> = tasks.iter().flat_map(|task| task.claim().outputs).collect();
        let expected = ["out/photo.jpg", "out/photo.jpg", "out/x", "out/dir"].map(PathBuf::from);
        assert_eq!(outputs[..4], expected);
        assert!(
            matches!(tasks.get(1).unwrap().sink, Sink::InFolder(path) if path == Path::new("out/deep/b.jpg"))
        );
    }

    #[test]
    fn a_photo_takes_few_bytes() {
        let mut tasks = tasks();
        let root = Arc::from(Path::new("photos"));
        let count = 10_000;
        for number in 0..count {
            let path = format!("photos/{:04}/IMG_{number:08}.JPG", number / 100);
            tasks.add_walked(&root, Path::new(&path), Some(Format::Jpeg));
        }
        let folders = tasks.folders.iter().map(|folder| folder.path.capacity() + size_of::<Folder>());
        let bytes = tasks.names.capacity()
            + tasks.entries.capacity() * size_of::<Entry>()
            + tasks.folders.capacity() * size_of::<Folder>()
            + folders.sum::<usize>();
        assert!(bytes < 64 * count, "{} bytes a photo", bytes / count);
    }
}
