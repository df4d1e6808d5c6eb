//! What a photo is, what rides along, and its curve.

use crate::colour::ToSrgb;
use crate::metadata::Rider;
use crate::plan::LONGEST_PAYLOAD;
use crate::prober::Prober;
use crate::search::{Scale, Setting};
use crate::watch::Watch;
use crate::{Channels, Class, Error, Milliseconds, Options, Photo, ProbeRecord, Source, Traits, blind};
use scrimp_jpeg::{Layout, Process, Quality, Subsampling, TableFamily};
use serde::Serialize;

/// What a photo is, what rides along, and its curve.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// [`Photo::format`] by its name: `JPEG`, `PNG`, `WebP`, `TIFF`, `BMP` or `GIF`; of pixels in memory `pixels`.
    pub format: String,
    /// Size of the file; of pixels in memory that of their samples.
    pub bytes: usize,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Components: 1, 3, or 4 of a CMYK JPEG.
    pub components: usize,
    /// What kind of picture it is.
    pub class: Class,
    /// What was measured to tell; none of a picture too small to tell anything.
    pub traits: Option<Traits>,
    /// Of a JPEG: `sequential`, `progressive` or `arithmetic`.
    pub process: Option<&'static str>,
    /// Of a JPEG: the chroma subsampling, where it is one of the common ones.
    pub subsampling: Option<&'static str>,
    /// Of a JPEG: the quality on libjpeg's scale whose Annex K table lies nearest to its own.
    pub estimated_quality: Option<f64>,
    /// Whether that is its very table.
    pub standard_tables: Option<bool>,
    /// Of a JPEG: how many scans.
    pub scans: Option<usize>,
    /// Of a JPEG: the blind score, its score against its unknown original as estimated from the file alone; none where
    /// nothing tells.
    pub blind: Option<f64>,
    /// What rides along, in order.
    pub metadata: Vec<SegmentSummary>,
    /// What stands behind the end of the image, in order.
    pub behind: Vec<SegmentSummary>,
    /// Bytes behind the end of the image.
    pub trailing_bytes: usize,
    /// Size and score over quality, the coarsest first; empty for a CMYK JPEG, which is never quantised anew.
    pub curve: Vec<ProbeRecord>,
}

/// A metadata segment, or a piece of what stands behind the image.
#[derive(Clone, Debug, Serialize)]
pub struct SegmentSummary {
    /// What it is.
    pub kind: &'static str,
    /// Its bytes; of a segment those of its payload.
    pub bytes: usize,
}

/// The qualities of the curve.
const CURVE: [u8; 10] = [30, 40, 50, 60, 70, 75, 80, 85, 90, 95];

/// Tells what the photo in `bytes` is and measures its curve by the goal's metric: 4:2:0 (gray for gray photos) with
/// the tables fitted for it.
///
/// # Errors
/// Any [`Error`] but [`Error::SizesDiffer`].
pub fn inspect(bytes: &[u8], options: &Options) -> Result<Inspection, Error> {
    inspect_source(Source::File(bytes), options)
}

pub(crate) fn inspect_source(source: Source<'_>, options: &Options) -> Result<Inspection, Error> {
    let watch = Watch::start(options);
    let (file, size) = (source.file(), source.size());
    let mut photo = source.read_seen(options, &watch)?;
    let metadata = riders(file, &photo);
    let metric = options.goal.metric();
    // What no segment holds keeps a photo from being shrunk, not from being measured.
    photo.riders.segments.retain(|(_, payload)| payload.len() <= LONGEST_PAYLOAD);
    options.limits.check_metric(metric, &photo)?;
    if components(&photo) > 3 {
        // Its own coefficients are all that is ever written of it.
        return Ok(describe(size, &photo, metadata, Vec::new()));
    }
    let blind = blind::of_photo(&photo, file, metric, &watch)?;
    let curve = curve(&photo, options, &watch)?;
    let blind = blind.map(|score| metric.value_of(score));
    Ok(Inspection { blind, ..describe(size, &photo, metadata, curve) })
}

fn curve(photo: &Photo, options: &Options, watch: &Watch<'_>) -> Result<Vec<ProbeRecord>, Error> {
    let (metric, effort) = (options.goal.metric(), options.effort);
    let colour = ToSrgb::of(photo).map_err(Error::Unsupported)?;
    let mut prober = Prober::new(photo, colour, options, watch, Milliseconds::default())?;
    let subsampling =
        if photo.pixels.channels() == Channels::Gray { Subsampling::Gray } else { Subsampling::S420 };
    let probe = |quality: u8| {
        let quality = Quality::from_quarters(4 * i32::from(quality));
        let setting = Setting { subsampling, tables: TableFamily::Fitted420, effort, quality };
        prober.probe(setting, Scale::File).map(|probe| ProbeRecord::of(&probe, metric))
    };
    CURVE.into_iter().map(probe).collect()
}

/// Samples a pixel, as the file holds them.
fn components(photo: &Photo) -> usize {
    let of_jpeg = photo.layout.as_ref().map(|layout| layout.frame.components.len());
    of_jpeg.unwrap_or_else(|| photo.pixels.channels().count())
}

/// What rides along in the file itself: of a JPEG every segment, of a PNG what its JPEG would carry but the JFIF header.
fn riders(bytes: &[u8], photo: &Photo) -> Vec<SegmentSummary> {
    let summary =
        |code, payload: &[u8]| SegmentSummary { kind: Rider::of(code, payload).name(), bytes: payload.len() };
    match &photo.layout {
        Some(layout) => layout
            .metadata
            .iter()
            .map(|segment| summary(segment.marker, &bytes[segment.payload.clone()]))
            .collect(),
        None => {
            let carried = photo.riders.segments.iter().filter(|(code, _)| *code != scrimp_jpeg::marker::APP0);
            carried.map(|(code, payload)| summary(*code, payload)).collect()
        }
    }
}

fn describe(
    bytes: usize,
    photo: &Photo,
    metadata: Vec<SegmentSummary>,
    curve: Vec<ProbeRecord>,
) -> Inspection {
    let layout = photo.layout.as_ref();
    let traits = Traits::of(&photo.pixels);
    let estimate = layout.and_then(Layout::estimated_quality);
    Inspection {
        format: photo.format.to_string(),
        bytes,
        width: photo.pixels.width(),
        height: photo.pixels.height(),
        components: components(photo),
        class: traits.map_or(Class::Photo, |traits| traits.class()),
        traits,
        process: layout.map(|layout| match layout.frame.process {
            Process::Sequential => "sequential",
            Process::Progressive => "progressive",
            Process::Arithmetic => "arithmetic",
            Process::Other => "other",
        }),
        subsampling: layout.and_then(|layout| layout.frame.subsampling()).map(Subsampling::name),
        estimated_quality: estimate.map(|(quality, _)| quality.value()),
        standard_tables: estimate.map(|(_, exact)| exact),
        scans: layout.map(|layout| layout.scans),
        blind: None,
        metadata,
        behind: photo
            .riders
            .behind
            .parts
            .iter()
            .map(|part| SegmentSummary { kind: part.kind.name(), bytes: part.bytes })
            .collect(),
        trailing_bytes: photo.riders.behind.len(),
        curve,
    }
}
