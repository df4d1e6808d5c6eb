//! What one fixed quality gives, as most programs save photos today.

use crate::colour::ToSrgb;
use crate::prober::Prober;
use crate::search::{Scale, Setting};
use crate::watch::Watch;
use crate::{Channels, Effort, Error, Milliseconds, Options, Photo, ProbeRecord};
use scrimp_jpeg::{Quality, Subsampling, TableFamily};

/// What `quality` gives for the photo in `bytes`: the tables of ITU-T T.81 Annex K, chroma at half width and height
/// (gray for gray photos), every coefficient rounded to the nearest; so libjpeg-turbo does it, and with it Pillow. The score
/// is on the scale of the goal's metric; the bytes are an estimate of a progressive file with optimised Huffman tables.
///
/// A JPEG is quantised anew from its own coefficients, never finer than they are.
///
/// # Errors
/// Any [`Error`] but [`Error::SizesDiffer`].
pub fn fixed_quality(bytes: &[u8], quality: Quality, options: &Options) -> Result<ProbeRecord, Error> {
    let watch = Watch::start(options);
    let photo = Photo::read_watched(bytes, options, &watch)?;
    let metric = options.goal.metric();
    options.limits.check_metric(metric, &photo)?;
    let colour = ToSrgb::of(&photo).map_err(Error::Unsupported)?;
    let mut prober = Prober::new(&photo, colour, options, &watch, Milliseconds::default())?;
    let subsampling =
        if photo.pixels.channels() == Channels::Gray { Subsampling::Gray } else { Subsampling::S420 };
    let setting = Setting { subsampling, tables: TableFamily::AnnexK, effort: Effort::Fast, quality };
    prober.probe(setting, Scale::Proof).map(|probe| ProbeRecord::of(&probe, metric))
}
