//! What one photo may take, looked at before it is spent.

use crate::sample::Sample;
use crate::{Error, LimitKind, Photo};
use scrimp_metric::Metric;
use std::num::NonZeroUsize;

/// Bounds for one photo. Each is checked before the memory or time is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Width x height. Default 200 million.
    pub pixels: u64,
    /// The longer side in pixels. Default and highest 65,500.
    pub side: u64,
    /// Size of the file in bytes. Default 512 million.
    pub file_bytes: u64,
    /// Scans x pixels of a JPEG. Default 2,000 million.
    pub scan_pixels: u64,
    /// Bytes of metadata. Default 64 million.
    pub metadata_bytes: u64,
    /// Number of metadata segments. Default 2,000.
    pub metadata_segments: u64,
    /// Memory for the whole work in bytes. Default 4 GiB; programs that know their machine set half of its memory.
    pub memory: u64,
    /// Time for the whole work in seconds. Default 60.
    pub time: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            pixels: 200_000_000,
            side: scrimp_jpeg::Pixels::MAX_SIDE as u64,
            file_bytes: 512_000_000,
            scan_pixels: 2_000_000_000,
            metadata_bytes: 64_000_000,
            metadata_segments: 2_000,
            memory: 4 << 30,
            time: 60,
        }
    }
}

impl Limits {
    /// The field of this kind.
    pub fn get_mut(&mut self, which: LimitKind) -> &mut u64 {
        match which {
            LimitKind::Pixels => &mut self.pixels,
            LimitKind::Side => &mut self.side,
            LimitKind::FileBytes => &mut self.file_bytes,
            LimitKind::ScanPixels => &mut self.scan_pixels,
            LimitKind::MetadataBytes => &mut self.metadata_bytes,
            LimitKind::MetadataSegments => &mut self.metadata_segments,
            LimitKind::Memory => &mut self.memory,
            LimitKind::Time => &mut self.time,
        }
    }

    /// Whether `found` is within the limit of this kind.
    ///
    /// # Errors
    /// [`Error::Limit`] if it is not.
    pub fn check(mut self, which: LimitKind, found: u64) -> Result<(), Error> {
        let limit = *self.get_mut(which);
        if found > limit { Err(Error::Limit { which, found, limit }) } else { Ok(()) }
    }

    /// Checks all that follows from a picture's size: before memory is spent on it.
    ///
    /// # Errors
    /// [`Error::Limit`]; [`Error::Damaged`] for a size of nought.
    pub fn check_size(self, width: u64, height: u64) -> Result<(), Error> {
        if width == 0 || height == 0 {
            return Err(Error::Damaged("it tells a size of nought".into()));
        }
        self.check(LimitKind::Side, width.max(height))?;
        self.check(LimitKind::Pixels, width.saturating_mul(height))?;
        self.check(LimitKind::Memory, memory_needed(width, height))
    }

    /// Checks what a picture of 16 bits a sample takes.
    pub(crate) fn check_deep(self, width: u64, height: u64) -> Result<(), Error> {
        self.check_size(width, height)?;
        let needed = memory_needed(width, height).saturating_add(memory_of_deep(width, height));
        self.check(LimitKind::Memory, needed)
    }

    /// Checks what the metric takes, which may be hungrier than SSIMULACRA2.
    pub(crate) fn check_metric(self, metric: Metric, photo: &Photo) -> Result<(), Error> {
        self.check(LimitKind::Memory, memory_of(metric, photo))
    }

    /// As many of the `wanted` threads as there is memory for beside so much.
    pub(crate) fn threads(self, wanted: NonZeroUsize, needed: u64) -> NonZeroUsize {
        let more = self.memory.saturating_sub(needed) / A_THREAD;
        wanted.min(NonZeroUsize::MIN.saturating_add(usize::try_from(more).unwrap_or(usize::MAX)))
    }
}

/// What each thread but the first takes that shares the work on a photo: five megabytes of a comparison, a band of the
/// widest picture, a stack.
const A_THREAD: u64 = 10 << 20;

/// What so many threads take besides.
pub(crate) const fn memory_of_threads(threads: NonZeroUsize) -> u64 {
    (threads.get() as u64 - 1).saturating_mul(A_THREAD)
}

/// What shrinking a photo takes at most on one thread.
pub(crate) fn memory_of(metric: Metric, photo: &Photo) -> u64 {
    let (width, height) = (photo.pixels.width() as u64, photo.pixels.height() as u64);
    let deep = if photo.deep.is_some() { memory_of_deep(width, height) } else { 0 };
    memory_needed_by(metric, width, height).saturating_add(deep)
}

/// What a picture of 16 bits a sample takes besides.
pub(crate) fn memory_of_deep(width: u64, height: u64) -> u64 {
    // Three samples of two bytes, as they are and in the viewer's colours.
    const DEEP: u64 = 12;
    width.saturating_mul(height).saturating_mul(DEEP)
}

/// The memory in bytes that shrinking a photo of this size by SSIMULACRA2 or SSIM takes at most.
#[must_use]
pub fn memory_needed(width: u64, height: u64) -> u64 {
    memory_needed_by(Metric::Ssimulacra2, width, height)
}

/// The memory in bytes that shrinking a photo of this size by `metric` takes at most.
#[must_use]
pub fn memory_needed_by(metric: Metric, width: u64, height: u64) -> u64 {
    const FIXED: u64 = 16 << 20;
    // The sample that leads the search: its pixels, reference, coefficients of two subsamplings and probes.
    const OF_SAMPLE: u64 = 36;
    // Original and candidate pixels are 3 each, and 3 more in the viewer's colours; the JPEG library's coefficients
    // 6 where a file is read, and not at the same time the entropy coder's tokens at most 3; the encoded probes up to 9.
    const AROUND: u64 = 24;
    let of_metric = match metric {
        // Reference and comparison: at most 236 of a whole shrink's 261 and 269 at 12 and 4 megapixels, 2026-11-22.
        Metric::Butteraugli | Metric::Butteraugli3Norm => 245,
        // A whole shrink takes 31 at 4 megapixels and 30 at 12, so that this is nearly all to spare.
        Metric::Ssim => 10,
        // References for proof and guide: a whole shrink of a 4:4:4 JPEG takes 34 at 4 megapixels and 30 at 12, and some 6
        // more where a second family is proved, 2026-11-30.
        _ => 21,
    };
    let pixels = width.saturating_mul(height);
    let sample = Sample::most_pixels(pixels) * OF_SAMPLE;
    pixels.saturating_mul(AROUND + of_metric).saturating_add(FIXED + sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_more_threads_than_there_is_memory_for() {
        let limits = Limits { memory: 100 << 20, ..Limits::default() };
        let threads =
            |wanted, needed: u64| limits.threads(NonZeroUsize::new(wanted).unwrap(), needed << 20).get();
        assert_eq!(
            [threads(1, 0), threads(4, 50), threads(8, 75), threads(8, 99), threads(8, 300)],
            [1, 4, 3, 1, 1]
        );
        assert_eq!(memory_of_threads(NonZeroUsize::new(3).unwrap()), 20 << 20);
    }

    #[test]
    fn a_limit_holds_at_its_edge() {
        let limits = Limits::default();
        for which in LimitKind::ALL {
            let limit = *limits.clone().get_mut(*which);
            assert_eq!(limits.check(*which, limit), Ok(()));
            let found = limit + 1;
            assert_eq!(limits.check(*which, found), Err(Error::Limit { which: *which, found, limit }));
        }
    }
}
