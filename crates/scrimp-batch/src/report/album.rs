//! Pictures of photos, kept on the disk until the page is written.

use crate::disk;
use scrimp::{Options, Outcome, Show, View, Views, WorstCell};
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Photos that are shown before and after; of more, those whose worst cells are worst.
pub(super) const SHOWN: usize = 1000;
/// Room for one of them: more than twice what noise of the views' size takes.
const SLOT: u64 = 2 << 20;

/// What the album holds of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhibit {
    /// Width and height, upright.
    pub(super) size: (usize, usize),
    pub(super) thumbnail: Picture,
    /// By which its further views are asked for.
    ticket: Option<u64>,
}

/// A picture in one of the album's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    at: u64,
    pub(super) bytes: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Before and after, whole and where the photo is worst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Detail {
    pub(super) whole: [Picture; 2],
    pub(super) worst: Option<([Picture; 2], WorstCell)>,
}

/// Takes pictures of photos and keeps them.
#[derive(Debug)]
pub(crate) struct Album {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    thumbnails: File,
    end: u64,
    /// Slots of [`SLOT`] bytes.
    details: File,
    shown: HashMap<u64, Shown>,
    next_ticket: u64,
    /// The first thing that went wrong with the files.
    trouble: Option<io::Error>,
}

/// A photo that has a slot.
#[derive(Debug)]
struct Shown {
    slot: u64,
    /// How bad it is at its worst; higher is better.
    worst: f64,
    detail: Detail,
}

impl Album {
    /// An empty one, on the disk of the page at `path`.
    pub(super) fn beside(path: &Path) -> io::Result<Self> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let state = State {
            thumbnails: disk::scratch(folder)?,
            end: 0,
            details: disk::scratch(folder)?,
            shown: HashMap::new(),
            next_ticket: 0,
            trouble: None,
        };
        Ok(Self { state: Mutex::new(state) })
    }

    /// What pictures are best taken while the photo is at hand.
    pub(crate) fn wish(&self) -> Show {
        // Of more photos only few are worse than those that are there.
        if self.lock().shown.len() < SHOWN { Show::PhotoAndResult } else { Show::Photo }
    }

    /// Takes pictures of a photo and of the file that was made of it. None of what cannot be shown: a picture in a
    /// report is no reason for a photo to fail.
    pub(crate) fn take(
        &self,
        original: &[u8],
        result: Option<&[u8]>,
        worst: Option<WorstCell>,
        options: &Options,
    ) -> Option<Exhibit> {
        let badness = worst.map(|cell| badness(cell, options));
        let result = result.filter(|_| self.wants_result(badness));
        let views = scrimp::views(original, result, worst, options).ok()?;
        self.keep(&views, badness)
    }

    /// Keeps the pictures of an outcome, or takes them where some are wanted that it does not have.
    pub(crate) fn take_outcome(
        &self,
        original: &[u8],
        outcome: &Outcome,
        options: &Options,
    ) -> Option<Exhibit> {
        let worst = outcome.decision().worst;
        let badness = worst.map(|cell| badness(cell, options));
        match outcome.decision().views.as_deref() {
            Some(views) if views.whole.is_some() || !self.wants_result(badness) => self.keep(views, badness),
            _ => self.take(original, outcome.bytes(), worst, options),
        }
    }

    /// Whether views of a result would be kept. What is the same picture needs no comparison.
    fn wants_result(&self, badness: Option<f64>) -> bool {
        badness.is_some_and(|badness| self.lock().has_room_for(badness))
    }

    fn keep(&self, views: &Views, badness: Option<f64>) -> Option<Exhibit> {
        let mut state = self.lock();
        let added = state.add(views, badness);
        added.map_err(|error| state.trouble.get_or_insert(error).kind()).ok()
    }

    /// The further views of an exhibit, if they are still there.
    pub(super) fn detail(&self, exhibit: &Exhibit) -> Option<Detail> {
        let ticket = exhibit.ticket?;
        self.lock().shown.get(&ticket).map(|shown| shown.detail)
    }

    pub(super) fn thumbnail(&self, picture: &Picture) -> io::Result<Vec<u8>> {
        read(&mut self.lock().thumbnails, picture)
    }

    /// The file of a picture of a [`Detail`].
    pub(super) fn picture(&self, picture: &Picture) -> io::Result<Vec<u8>> {
        read(&mut self.lock().details, picture)
    }

    /// The first thing that went wrong, if something did.
    pub(super) fn trouble(&self) -> Option<io::Error> {
        self.lock().trouble.take()
    }

    /// A panic of another worker leaves a picture too few behind.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How a photo's worst cell ranks: lower is worse, whatever the metric's direction.
fn badness(cell: WorstCell, options: &Options) -> f64 {
    options.goal.metric().score_of(cell.score).map_or(f64::INFINITY, |score| score.value())
}

impl State {
    /// The one that would be the first to go.
    fn best(&self) -> Option<(u64, f64)> {
        let best = self.shown.iter().max_by(|a, b| a.1.worst.total_cmp(&b.1.worst));
        best.map(|(ticket, shown)| (*ticket, shown.worst))
    }

    fn has_room_for(&self, worst: f64) -> bool {
        self.shown.len() < SHOWN || self.best().is_some_and(|(_, best)| worst < best)
    }

    fn add(&mut self, views: &Views, worst: Option<f64>) -> io::Result<Exhibit> {
        let thumbnail = write(&mut self.thumbnails, self.end, &views.thumbnail)?;
        self.end += thumbnail.bytes as u64;
        let ticket = worst.map(|worst| self.add_detail(views, worst)).transpose()?.flatten();
        Ok(Exhibit { size: views.size, thumbnail, ticket })
    }

    fn add_detail(&mut self, views: &Views, worst: f64) -> io::Result<Option<u64>> {
        let Some(whole) = &views.whole else { return Ok(None) };
        let pictures = whole.iter().chain(views.worst.iter().flat_map(|worst| &worst.views));
        let is_small = pictures.map(|view| view.jpeg.len() as u64).sum::<u64>() <= SLOT;
        let Some(slot) = self.slot_for(worst).filter(|_| is_small) else { return Ok(None) };
        let mut at = slot * SLOT;
        let mut keep = |view: &View| {
            let picture = write(&mut self.details, at, view);
            at += view.jpeg.len() as u64;
            picture
        };
        let whole = [keep(&whole[0])?, keep(&whole[1])?];
        let worst_views = match &views.worst {
            Some(shown) => Some(([keep(&shown.views[0])?, keep(&shown.views[1])?], shown.cell)),
            None => None,
        };
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let detail = Detail { whole, worst: worst_views };
        self.shown.insert(ticket, Shown { slot, worst, detail });
        Ok(Some(ticket))
    }

    /// A free slot, or that of a photo that is less bad; it has none then.
    fn slot_for(&mut self, worst: f64) -> Option<u64> {
        if self.shown.len() < SHOWN {
            return Some(self.shown.len() as u64);
        }
        let (ticket, best) = self.best()?;
        if worst < best { self.shown.remove(&ticket).map(|shown| shown.slot) } else { None }
    }
}

fn write(file: &mut File, at: u64, View { jpeg, width, height }: &View) -> io::Result<Picture> {
    file.seek(SeekFrom::Start(at))?;
    file.write_all(jpeg)?;
    Ok(Picture { at, bytes: jpeg.len(), width: *width, height: *height })
}

fn read(file: &mut File, picture: &Picture) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; picture.bytes];
    file.seek(SeekFrom::Start(picture.at))?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp::WorstViews;

    fn view(number: u8) -> View {
        View { jpeg: vec![number; 1 + usize::from(number)], width: 1, height: 1 }
    }

    fn views(number: u8) -> Views {
        let cell = WorstCell { x: 0, y: 0, width: 1, height: 1, score: f64::from(number) };
        Views {
            size: (1, 1),
            thumbnail: view(number),
            whole: Some([view(number), view(number)]),
            worst: Some(WorstViews { views: [view(number), view(number)], cell }),
        }
    }

    #[test]
    fn of_more_photos_than_are_shown_the_worst_stay() {
        let room = tempfile::tempdir().unwrap();
        let album = Album::beside(&room.path().join("report.html")).unwrap();
        // Named nowhere, and so gone with the run.
        assert_eq!(std::fs::read_dir(room.path()).unwrap().count(), 0);
        let count = SHOWN + 500;
        let exhibits: Vec<_> = (0..count)
            .map(|index| {
                // A full round of the numbers, in no order.
                let worst = (index * 7) % count;
                let exhibit = album.lock().add(&views((worst % 256) as u8), Some(worst as f64)).unwrap();
                (worst, exhibit)
            })
            .collect();
        for (worst, exhibit) in &exhibits {
            let number = (worst % 256) as u8;
            assert_eq!(album.thumbnail(&exhibit.thumbnail).unwrap(), view(number).jpeg);
            let detail = album.detail(exhibit);
            assert_eq!(detail.is_some(), *worst < SHOWN, "{worst}");
            for picture in detail.iter().flat_map(|detail| detail.whole) {
                assert_eq!(album.picture(&picture).unwrap(), view(number).jpeg);
            }
        }
        assert!(!album.lock().has_room_for(SHOWN as f64) && album.lock().has_room_for(0.0));
        assert!(album.lock().details.metadata().unwrap().len() <= SHOWN as u64 * SLOT);
    }

    #[test]
    fn what_cannot_be_read_has_no_pictures() {
        let room = tempfile::tempdir().unwrap();
        let album = Album::beside(&room.path().join("report.html")).unwrap();
        assert_eq!(album.take(b"no image", None, None, &Options::default()), None);
        assert!(album.trouble().is_none());
    }
}
