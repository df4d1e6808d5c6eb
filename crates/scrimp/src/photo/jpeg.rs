//! A photo from a JPEG.

use super::{Format, Photo};
use crate::metadata::Rider;
use crate::riders::Riders;
use crate::watch::Watch;
use crate::{Damage, Error, LimitKind, Limits, Options, Unsupported, colour};
use scrimp_jpeg::{Channels, DecodeBounds, Layout, Pixels, Process, QuantisedCoefficients};

/// A JPEG whose coefficients can be written anew, but are of a kind that cannot be quantised here: odd sampling, RGB,
/// CMYK.
#[derive(Clone, Debug)]
pub(crate) struct OwnFile {
    /// The whole file.
    pub(crate) bytes: Vec<u8>,
}

impl OwnFile {
    fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec() }
    }
}

/// A JPEG of four inks, of which the pixels are not shown.
pub(crate) struct Inks {
    pub(crate) own: OwnFile,
    pub(crate) layout: Layout,
    pub(crate) riders: Riders,
}

impl Inks {
    /// Reads the markers of a CMYK or YCCK JPEG, within the limits. Whether its picture is sound is not yet known.
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let layout = read_layout(bytes, limits)?;
        match check(&layout, limits) {
            Err(Error::Unsupported(Unsupported::Cmyk)) => {}
            Err(error) => return Err(error),
            Ok(()) => return Err(Error::Defect("there are no four inks".into())),
        }
        let end = layout.end.ok_or_else(|| Error::Damaged(NO_END.into()))?;
        Ok(Self { own: OwnFile::of(bytes), riders: Riders::of_jpeg(bytes, &layout, end), layout })
    }
}

const NO_END: &str = "it has no end-of-image marker";

pub(super) fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    let layout = read_layout(bytes, limits)?;
    check(&layout, limits)?;
    let Shown { pixels, source, mut damage } = decode(bytes, limits, watch)?;
    if (pixels.width(), pixels.height()) != (layout.frame.width, layout.frame.height) {
        return Err(Error::Damaged("it has more than one frame header, and they disagree".into()));
    }
    if layout.end.is_none() {
        damage.get_or_insert_with(|| NO_END.to_owned());
    }
    match damage {
        Some(damage) if options.damage == Damage::Refuse => return Err(Error::Damaged(damage)),
        _ => {}
    }
    // Only pixels are left of a damaged one: no coefficient of it is trusted.
    let source = source.filter(|_| damage.is_none());
    Ok(Photo {
        format: Format::Jpeg,
        pixels,
        deep: None,
        riders: Riders::of_jpeg(bytes, &layout, layout.end.unwrap_or(bytes.len())),
        own: (source.is_none() && damage.is_none()).then(|| OwnFile::of(bytes)),
        layout: Some(layout),
        source,
        damage,
    })
}

/// A CMYK or YCCK JPEG as [`Photo::read_seen`] takes it: to be measured, not to be written.
pub(super) fn read_inks(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let limits = &options.limits;
    let Inks { layout, mut riders, .. } = Inks::read(bytes, limits)?;
    let stop = || watch.must_stop();
    let inks = scrimp_jpeg::decode_inks(bytes, &bounds(limits, &stop))
        .map_err(|error| refusal(error, limits, watch))?;
    if let Some(damage) = inks.warnings.first.clone().filter(|_| options.damage == Damage::Refuse) {
        return Err(Error::Damaged(damage));
    }
    let seen = colour::inks::to_srgb(&inks, &riders.segments).map_err(Error::Unsupported)?;
    let pixels = Pixels::new(inks.width, inks.height, Channels::Rgb, seen)
        .map_err(|error| Error::Defect(error.to_string()))?;
    riders.segments.retain(|(code, payload)| Rider::of(*code, payload) != Rider::Icc);
    Ok(Photo {
        format: Format::Jpeg,
        pixels,
        deep: None,
        damage: inks.warnings.first,
        riders,
        layout: Some(layout),
        source: None,
        own: None,
    })
}

/// What a JPEG shows.
struct Shown {
    /// The pixels as every viewer shows them.
    pixels: Pixels,
    /// The coefficients behind them, where these alone decide the pixels.
    source: Option<QuantisedCoefficients>,
    /// What the decoder first warned of.
    damage: Option<String>,
}

fn decode(bytes: &[u8], limits: &Limits, watch: &Watch<'_>) -> Result<Shown, Error> {
    let stop = || watch.must_stop();
    let bounds = bounds(limits, &stop);
    match scrimp_jpeg::read_coefficients(bytes, &bounds) {
        Ok(source) if source.is_within_8_bit_range() => {
            return Ok(Shown { pixels: source.shown(), source: Some(source), damage: None });
        }
        Ok(_) | Err(scrimp_jpeg::Error::Unsupported { .. } | scrimp_jpeg::Error::Damaged { .. }) => {}
        Err(error) => return Err(refusal(error, limits, watch)),
    }
    let decoded = scrimp_jpeg::decode(bytes, &bounds).map_err(|error| refusal(error, limits, watch))?;
    Ok(Shown { pixels: decoded.pixels, source: None, damage: decoded.warnings.first })
}

fn bounds<'a>(limits: &Limits, stop: &'a (dyn Fn() -> bool + Sync)) -> DecodeBounds<'a> {
    DecodeBounds { memory: usize::try_from(limits.memory).unwrap_or(usize::MAX), stop }
}

fn refusal(error: scrimp_jpeg::Error, limits: &Limits, watch: &Watch<'_>) -> Error {
    match error {
        scrimp_jpeg::Error::Stopped => watch.check().err().unwrap_or(Error::Interrupted),
        scrimp_jpeg::Error::OutOfMemory { .. } => Error::Limit {
            which: LimitKind::Memory,
            found: limits.memory.saturating_add(1),
            limit: limits.memory,
        },
        scrimp_jpeg::Error::Unsupported { .. } => Error::Unsupported(Unsupported::Colours),
        scrimp_jpeg::Error::Damaged { message } => Error::Damaged(message),
        other => Error::Damaged(other.to_string()),
    }
}

pub(super) fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
    let layout = read_layout(bytes, limits)?;
    match check(&layout, limits) {
        // Their coefficients are written better, which takes memory too.
        Ok(()) | Err(Error::Unsupported(Unsupported::Cmyk)) => {}
        Err(error) => return Err(error),
    }
    Ok((layout.frame.width as u64, layout.frame.height as u64))
}

fn read_layout(bytes: &[u8], limits: &Limits) -> Result<Layout, Error> {
    let most = usize::try_from(limits.metadata_segments).unwrap_or(usize::MAX);
    Layout::read(bytes, most).map_err(|error| match error {
        scrimp_jpeg::Error::TooManySegments { .. } => Error::Limit {
            which: LimitKind::MetadataSegments,
            found: limits.metadata_segments.saturating_add(1),
            limit: limits.metadata_segments,
        },
        other => Error::Damaged(other.to_string()),
    })
}

/// Everything that can be refused before a pixel is decoded.
fn check(layout: &Layout, limits: &Limits) -> Result<(), Error> {
    let frame = &layout.frame;
    let (width, height) = (frame.width as u64, frame.height as u64);
    limits.check_size(width, height)?;
    limits.check(LimitKind::ScanPixels, (layout.scans as u64).saturating_mul(width * height))?;
    limits.check(LimitKind::MetadataBytes, layout.metadata_bytes() as u64)?;
    let kind = match (frame.process, frame.precision, frame.components.len()) {
        (Process::Other, _, _) => Unsupported::Process,
        (_, 8, 4) => Unsupported::Cmyk,
        (_, 8, 1 | 3) => return Ok(()),
        (_, 8, _) => Unsupported::Colours,
        _ => Unsupported::Depth,
    };
    Err(Error::Unsupported(kind))
}
