//! Where a photo comes from: a whole file, or pixels in memory.

use crate::metadata::{Carried, Density, ForeignMetadata, of_foreign};
use crate::rollout::by_arm;
use crate::watch::Watch;
use crate::{
    Comparison, Error, Inspection, LimitKind, Limits, Metric, Options, Outcome, Photo, Raster, compare,
    inspect, shrink,
};

/// A photo as it comes in.
///
/// ```
/// use scrimp::{Alpha, Channels, Look, Metadata, Options, Raster, Samples, Source};
///
/// let ramp = (0..64 * 48 * 3).map(|i| (i % 251) as u8).collect();
/// let raster = Raster::new(64, 48, Channels::Rgb, Alpha::None, Samples::Eight(ramp))?;
/// let outcome = Source::Raster(raster, Metadata::default()).shrink(&Options::look(Look::Web))?;
/// assert!(outcome.bytes().is_some_and(|jpeg| jpeg.starts_with(&[0xFF, 0xD8])));
/// # Ok::<(), scrimp::Error>(())
/// ```
#[derive(Clone, Debug)]
pub enum Source<'a> {
    /// A whole file.
    File(&'a [u8]),
    /// Pixels in memory, and what rides along with them. There is no file that could be kept or be smaller: they always
    /// become a JPEG, and the least saving does not count.
    Raster(Raster, Metadata),
}

/// What rides along with pixels into their JPEG.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// The ICC profile of the samples; without it they are sRGB.
    pub icc: Option<Vec<u8>>,
    /// EXIF, from its byte order on.
    pub exif: Option<Vec<u8>>,
    /// An XMP packet.
    pub xmp: Option<Vec<u8>>,
    /// A comment.
    pub comment: Option<Vec<u8>>,
    /// Pixels a metre, from left to right and from top to bottom.
    pub density: Option<(u32, u32)>,
}

impl<'a> Source<'a> {
    /// As [`shrink()`], which is short for this on a file. Of pixels never [`Outcome::Kept`].
    ///
    /// # Errors
    /// As [`shrink()`].
    pub fn shrink(self, options: &Options) -> Result<Outcome, Error> {
        match self {
            Self::File(bytes) => shrink(bytes, options),
            Self::Raster(raster, metadata) => shrink_by_arm(raster, metadata, options),
        }
    }

    /// As [`compare()`], which is short for this on two files.
    ///
    /// # Errors
    /// As [`compare()`].
    pub fn compare(
        self,
        candidate: Source<'_>,
        metric: Metric,
        options: &Options,
    ) -> Result<Comparison, Error> {
        compare::compare_sources(self, candidate, metric, options)
    }

    /// As [`inspect()`], which is short for this on a file.
    ///
    /// # Errors
    /// As [`inspect()`].
    pub fn inspect(self, options: &Options) -> Result<Inspection, Error> {
        inspect::inspect_source(self, options)
    }

    /// The bytes of the file: none where there is none.
    pub(crate) const fn file(&self) -> &'a [u8] {
        match self {
            Self::File(bytes) => bytes,
            Self::Raster(..) => &[],
        }
    }

    /// The bytes of the file, or of the samples.
    pub(crate) fn size(&self) -> usize {
        match self {
            Self::File(bytes) => bytes.len(),
            Self::Raster(raster, _) => raster.size(),
        }
    }

    /// The photo for what only looks.
    pub(crate) fn read_seen(self, options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
        match self {
            Self::File(bytes) => Photo::read_seen(bytes, options, watch),
            Self::Raster(raster, metadata) => Photo::of_raster(raster, metadata, options),
        }
    }
}

/// Shrinks pixels as their rollout has it. They are copied only where they are shrunk twice.
fn shrink_by_arm(raster: Raster, metadata: Metadata, options: &Options) -> Result<Outcome, Error> {
    let draw = options.rollout.map(|rollout| rollout.draw(&raster.content()));
    let spare = draw.is_some_and(|draw| draw.is_told).then(|| (raster.clone(), metadata.clone()));
    let mut sources = spare.into_iter().chain([(raster, metadata)]);
    by_arm(options, draw, usize::MAX, |options| {
        let spent = || Error::Defect("pixels were shrunk once too often".to_owned());
        let (raster, metadata) = sources.next().ok_or_else(spent)?;
        shrink::shrink_raster(raster, metadata, options)
    })
}

impl Metadata {
    /// As segments of a JPEG.
    pub(crate) fn carried(self, limits: &Limits) -> Result<Vec<Carried>, Error> {
        let parts = [&self.icc, &self.exif, &self.xmp, &self.comment];
        let bytes: usize = parts.into_iter().flatten().map(Vec::len).sum();
        limits.check(LimitKind::MetadataBytes, bytes as u64)?;
        Ok(of_foreign(ForeignMetadata {
            density: self.density.map(|(x, y)| Density { x, y, is_per_metre: true }),
            exif: self.exif,
            xmp: self.xmp.into_iter().collect(),
            icc: self.icc,
            c2pa: None,
            comments: self.comment.into_iter().collect(),
        }))
    }
}
