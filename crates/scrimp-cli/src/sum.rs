//! What a job came to.

use crate::table::{failure, in_colour, percent_saved, photos, sizes};
use scrimp_batch::{Entry, OutcomeKind, Record};
use std::time::Instant;

const KINDS: [OutcomeKind; 5] = OutcomeKind::ALL;

/// Photos and their bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Count {
    pub(crate) photos: usize,
    pub(crate) before: u64,
    pub(crate) after: u64,
}

/// What a job came to, so far.
#[derive(Debug)]
pub(crate) struct Sum {
    started: Instant,
    counts: [Count; KINDS.len()],
    pixels: u64,
    /// Files of folders that are no images.
    pub(crate) passed_over: usize,
    /// Photos that an earlier run has done, counted with the others.
    done_before: usize,
    /// The first of what went wrong, to be told again at the end of a long list.
    failures: Vec<String>,
}

impl Default for Sum {
    fn default() -> Self {
        Self {
            started: Instant::now(),
            counts: Default::default(),
            pixels: 0,
            passed_over: 0,
            done_before: 0,
            failures: Vec::new(),
        }
    }
}

impl Sum {
    /// So many failures are told again.
    const FAILURES: usize = 10;
    /// After fewer lines than that they can still be seen.
    const SCREEN: usize = 20;

    pub(crate) fn add(&mut self, record: &Record) {
        self.count(record.outcome, record.input_bytes, record.output_bytes);
        self.pixels += record.pixels();
        if !record.is_done() && self.failures.len() < Self::FAILURES {
            self.failures.push(failure(record));
        }
    }

    /// Adds a photo that an earlier run has done, by what that wrote down.
    pub(crate) fn add_earlier(&mut self, entry: &Entry) {
        self.count(entry.outcome(), entry.input_bytes, entry.output_bytes);
        self.done_before += 1;
    }

    fn count(&mut self, outcome: OutcomeKind, before: usize, after: Option<usize>) {
        let place = KINDS.iter().position(|kind| *kind == outcome).unwrap_or_default();
        let count = &mut self.counts[place];
        count.photos += 1;
        count.before += before as u64;
        count.after += after.unwrap_or(before) as u64;
    }

    pub(crate) fn photos(&self) -> usize {
        self.total().photos
    }

    pub(crate) fn is_all_done(&self) -> bool {
        self.undone() == 0
    }

    /// Photos that failed, were refused or missed their goal.
    fn undone(&self) -> usize {
        self.counts[2..].iter().map(|count| count.photos).sum()
    }

    fn total(&self) -> Count {
        self.counts.iter().fold(Count::default(), |sum, count| Count {
            photos: sum.photos + count.photos,
            before: sum.before + count.before,
            after: sum.after + count.after,
        })
    }

    /// The table; of a single photo none, whose line says it all.
    pub(crate) fn lines(&self) -> Vec<String> {
        let total = self.total();
        if total.photos < 2 {
            return Vec::new();
        }
        let mut lines = Vec::new();
        let outcomes = self.counts.iter().filter(|count| count.photos > 0).count();
        if outcomes > 1 {
            let kinds = KINDS.iter().zip(&self.counts).filter(|(_, count)| count.photos > 0);
            lines.extend(kinds.map(|(kind, count)| count.row(&in_colour(*kind), &photos(count.photos))));
        }
        let done = format!("{} of {} made smaller", self.counts[0].photos, photos(total.photos));
        let pace = self.pace(total.photos - self.done_before);
        lines.push(total.row(&format!("{:<12}", "total"), &format!("{done}, {pace}")));
        lines
    }

    /// Time and rate.
    fn pace(&self, photos: usize) -> String {
        let seconds = self.started.elapsed().as_secs_f64().max(1e-3);
        let (rate, megapixels) = (photos as f64 / seconds, self.pixels as f64 / 1e6);
        let time = indicatif::HumanDuration(self.started.elapsed());
        format!("{megapixels:.1} MP in {time:#}, {rate:.1} photos/s, {:.1} MP/s", megapixels / seconds)
    }

    /// What is to be told beside the table.
    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        match self.passed_over {
            0 => {}
            1 => notes.push("1 file that is no image was passed over".to_owned()),
            files => notes.push(format!("{files} files that are no images were passed over")),
        }
        match self.done_before {
            0 => {}
            before => {
                notes.push(format!("{} had been done before, counted here with the others", photos(before)))
            }
        }
        if self.undone() > 0 && self.photos() > Self::SCREEN {
            notes.push(format!("{} of {} are not done:", self.undone(), photos(self.photos())));
            notes.extend(self.failures.iter().cloned());
            if self.undone() > self.failures.len() {
                notes.push(format!("and {} more", self.undone() - self.failures.len()));
            }
        }
        notes
    }
}

impl Count {
    pub(crate) fn row(self, name: &str, text: &str) -> String {
        format!(
            "{name}{}  {:>7}  {text}",
            sizes(self.before, self.after),
            percent_saved(self.before, self.after)
        )
    }
}
