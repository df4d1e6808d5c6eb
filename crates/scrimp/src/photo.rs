//! A photo: what comes in, decoded, with all that rides along.

mod bmp;
mod gif;
pub(crate) mod jpeg;
mod png;
pub(crate) mod raster;
mod tiff;
mod watched;
mod webp;

use crate::deep::Deep;
use crate::metadata::{self, Carried};
use crate::riders::Riders;
use crate::rollout::Draw;
use crate::watch::Watch;
use crate::{Arm, Error, Goal, LimitKind, Limits, Metadata, Options, Unsupported, limits, memory_needed_by};
use raster::{Raster, Samples};
use scrimp_jpeg::{Channels, Layout, Pixels, QuantisedCoefficients};
use std::fmt;

/// An image format, known by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// GIF.
    Gif,
    /// WebP.
    WebP,
    /// TIFF, and raw formats built on it.
    Tiff,
    /// BMP.
    Bmp,
    /// HEIC, AVIF and relatives.
    Heif,
    /// JPEG XL.
    JpegXl,
    /// JPEG 2000.
    Jpeg2000,
    /// A camera's raw data.
    Raw,
    /// Photoshop's own.
    Psd,
    /// Windows icons and cursors.
    Icon,
    /// PDF: a document, never taken for a photo in a folder.
    Pdf,
    /// SVG: a drawing, never taken for a photo in a folder.
    Svg,
    /// None: pixels in memory.
    Pixels,
}

impl Format {
    /// The format that begins like this.
    #[must_use]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFF, 0xD8, 0xFF, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Self::Png),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [b'I', b'I', 42, 0, _, _, _, _, b'C', b'R', ..]
            | [b'I', b'I', b'R', b'O' | b'S', ..]
            | [b'M', b'M', b'O', b'R', ..]
            | [b'I', b'I', b'U', 0, ..]
            | [
                b'F',
                b'U',
                b'J',
                b'I',
                b'F',
                b'I',
                b'L',
                b'M',
                b'C',
                b'C',
                b'D',
                b'-',
                b'R',
                b'A',
                b'W',
                ..,
            ]
            | [_, _, _, _, b'f', b't', b'y', b'p', b'c', b'r', b'x', b' ', ..] => Some(Self::Raw),
            [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Some(Self::Tiff),
            [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => Some(Self::Bmp),
            // Videos begin in the same way; the brand tells (ISO/IEC 23008-12 and the AVIF specification).
            [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] if is_heif_brand(brand) => Some(Self::Heif),
            [0, 0, 0, 12, b'j', b'P', b' ', b' ', ..] | [0xFF, 0x4F, 0xFF, 0x51, ..] => Some(Self::Jpeg2000),
            [b'8', b'B', b'P', b'S', 0, 1 | 2, ..] => Some(Self::Psd),
            [0, 0, 1 | 2, 0, 1..=64, 0, _, _, _, 0, ..] => Some(Self::Icon),
            [0xFF, 0x0A, ..] | [0, 0, 0, 12, b'J', b'X', b'L', b' ', ..] => Some(Self::JpegXl),
            _ => None,
        }
    }
}

/// Documents that people may name as photos.
fn document(bytes: &[u8]) -> Option<Format> {
    let start = bytes.trim_ascii_start();
    let holds_svg =
        || start.iter().take(1024).copied().collect::<Vec<u8>>().windows(4).any(|tag| tag == b"<svg");
    if start.starts_with(b"%PDF-") {
        Some(Format::Pdf)
    } else if start.starts_with(b"<") && holds_svg() {
        Some(Format::Svg)
    } else {
        None
    }
}

fn is_heif_brand(rest: &[u8]) -> bool {
    const BRANDS: [&[u8]; 10] =
        [b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"];
    BRANDS.iter().any(|brand| rest.starts_with(brand))
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Gif => "GIF",
            Self::WebP => "WebP",
            Self::Tiff => "TIFF",
            Self::Bmp => "BMP",
            Self::Heif => "HEIC or AVIF",
            Self::JpegXl => "JPEG XL",
            Self::Jpeg2000 => "JPEG 2000",
            Self::Raw => "A camera's raw format",
            Self::Psd => "Photoshop's format",
            Self::Icon => "ICO",
            Self::Pdf => "PDF",
            Self::Svg => "SVG",
            Self::Pixels => "pixels",
        })
    }
}

/// A decoded photo.
#[derive(Clone, Debug)]
pub struct Photo {
    pub(crate) format: Format,
    pub(crate) pixels: Pixels,
    /// All of its bits, if it has more than 8 a sample.
    pub(crate) deep: Option<Deep>,
    /// What is wrong with it, if it was salvaged.
    pub(crate) damage: Option<String>,
    /// What its smaller form carries on.
    pub(crate) riders: Riders,
    /// What its markers say, if it is a JPEG.
    pub(crate) layout: Option<Layout>,
    /// Its own coefficients, if it is a JPEG of a kind that can be requantised without a way through pixels.
    pub(crate) source: Option<QuantisedCoefficients>,
    /// Itself, if it is a JPEG of another kind.
    pub(crate) own: Option<jpeg::OwnFile>,
}

impl Photo {
    /// Reads a photo within the limits: JPEG, PNG, WebP, TIFF, BMP or GIF, as the options say.
    ///
    /// # Errors
    /// Any [`Error`] but those of a comparison: the photo is at fault, or a limit would be passed.
    pub fn read(bytes: &[u8], options: &Options) -> Result<Self, Error> {
        Self::read_watched(bytes, options, &Watch::start(options))
    }

    /// The photo of pixels in memory, within the limits and on the options' background.
    ///
    /// # Errors
    /// [`Error::Limit`]; [`Error::Damaged`] for a picture without pixels; [`Unsupported::Alpha`] for one with transparent
    /// pixels and no background.
    pub fn of_raster(raster: Raster, metadata: Metadata, options: &Options) -> Result<Self, Error> {
        options.limits.check_size(raster.width as u64, raster.height as u64)?;
        let carried = metadata.carried(&options.limits)?;
        Self::still(Format::Pixels, raster, carried, 0, options)
    }

    /// As [`Self::read`] for the classic algorithm, which reads JPEG and PNG, takes more kinds of PNG and turns them into
    /// RGB as Pillow's `convert("RGB")` does: transparency is dropped, palettes and 1-bit pictures become RGB, and of 16
    /// bits RGB keeps the upper 8. CMYK and 16-bit gray are not supported.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn read_as_pillow(bytes: &[u8], options: &Options) -> Result<Self, Error> {
        let watch = Watch::start(options);
        match check_bytes(bytes, &options.limits)? {
            Format::Png => png::read(bytes, options, png::Reading::AsPillow, &watch),
            Format::Jpeg => jpeg::read(bytes, options, &watch),
            other => Err(Error::UnsupportedFormat(other)),
        }
    }

    /// Width and height as the file's header says, within the limits: a look at the markers, no pixel is decoded.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn size(bytes: &[u8], limits: &Limits) -> Result<(u64, u64), Error> {
        match check_bytes(bytes, limits)? {
            Format::Png => png::size(bytes, limits),
            Format::Jpeg => jpeg::size(bytes, limits),
            Format::WebP => webp::size(bytes, limits),
            Format::Tiff => tiff::size(bytes, limits),
            Format::Bmp => bmp::size(bytes, limits),
            Format::Gif => gif::size(bytes, limits),
            other => Err(Error::UnsupportedFormat(other)),
        }
    }

    /// The memory in bytes that shrinking a photo with these options takes at most beside its file, as its header says.
    ///
    /// In a rollout it is that of the photo's own arm. What would only be told of its other arm counts where it keeps to
    /// the limits; where it does not it is not tried, which is no reason to refuse the photo.
    ///
    /// # Errors
    /// As [`Self::size`].
    pub fn memory_needed(bytes: &[u8], options: &Options) -> Result<u64, Error> {
        let (width, height) = Self::size(bytes, &options.limits)?;
        let is_deep = match Format::sniff(bytes) {
            Some(Format::Png) => png::is_deep(bytes),
            Some(Format::Tiff) => tiff::is_deep(bytes),
            _ => false,
        };
        let deep = if is_deep { limits::memory_of_deep(width, height) } else { 0 };
        let by = |goal: &Goal| memory_needed_by(goal.metric(), width, height).saturating_add(deep);
        let by_own = options.class_rules.goals().map(by).fold(by(&options.goal), u64::max);
        let needed = match options.rollout.map(|rollout| rollout.draw(bytes)) {
            Some(Draw { arm: Arm::Control, is_told }) => {
                let told = Some(by_own).filter(|told| is_told && *told <= options.limits.memory);
                by(&options.control.goal).max(told.unwrap_or(0))
            }
            Some(Draw { arm: Arm::Treatment, .. }) | None => by_own,
        };
        let threads = options.limits.threads(options.threads, needed);
        Ok(needed.saturating_add(limits::memory_of_threads(threads)))
    }

    pub(crate) fn read_watched(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Self, Error> {
        watch.check()?;
        match check_bytes(bytes, &options.limits)? {
            Format::Png => png::read(bytes, options, png::Reading::Faithful, watch),
            Format::Jpeg => jpeg::read(bytes, options, watch),
            Format::WebP => webp::read(bytes, options, watch),
            Format::Tiff => tiff::read(bytes, options, watch),
            Format::Bmp => bmp::read(bytes, options, watch),
            Format::Gif => gif::read(bytes, options, watch),
            other => Err(Error::UnsupportedFormat(other)),
        }
    }

    /// As [`Self::read_watched`] for what only looks: a CMYK JPEG comes in the sRGB that its viewers see, and without its
    /// profile, as this has been followed.
    pub(crate) fn read_seen(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Self, Error> {
        match Self::read_watched(bytes, options, watch) {
            Err(Error::Unsupported(Unsupported::Cmyk)) => jpeg::read_inks(bytes, options, watch),
            read => read,
        }
    }

    /// A new file: the picture as it was coded anew, in gray or YCbCr and without any metadata, and all that this
    /// photo carries and that is true of it.
    pub(crate) fn file_of(&self, coded: &[u8]) -> Result<Vec<u8>, scrimp_jpeg::Error> {
        let is_gray = self.pixels.channels() == Channels::Gray;
        self.riders.around(coded, |code, payload| is_gray || !metadata::denies_ycc(code, payload))
    }

    /// A photo of another format than JPEG.
    fn still(
        format: Format,
        raster: Raster,
        carried: Vec<Carried>,
        trailing_bytes: usize,
        options: &Options,
    ) -> Result<Self, Error> {
        if matches!(raster.samples, Samples::Sixteen(_)) {
            options.limits.check_deep(raster.width as u64, raster.height as u64)?;
        }
        let (pixels, deep) = raster.flatten(options.background)?;
        let riders = Riders::of_other(carried, trailing_bytes);
        let (layout, source, own, damage) = (None, None, None, None);
        Ok(Self { format, pixels, deep, damage, riders, layout, source, own })
    }

    /// Its format.
    #[must_use]
    pub const fn format(&self) -> Format {
        self.format
    }

    /// Whether it is itself a file that passes, which a salvaged one is not.
    pub(crate) fn is_sound_jpeg(&self) -> bool {
        self.format == Format::Jpeg && self.damage.is_none()
    }

    /// Its pixels.
    #[must_use]
    pub const fn pixels(&self) -> &Pixels {
        &self.pixels
    }

    /// Whether a picture of so many bytes that is no JPEG looks like a photo: over 300 KiB of file and over 2^16
    /// colours (the rule of the article that published the classic algorithm).
    #[must_use]
    pub fn is_photo_like(&self, file_bytes: usize) -> bool {
        const FILE_BYTES: usize = 300 * 1024;
        const COLOURS: usize = 1 << 16;
        file_bytes > FILE_BYTES && self.has_more_colours_than(COLOURS)
    }

    fn has_more_colours_than(&self, most: usize) -> bool {
        // One bit for each of the 2^24 colours: 2 MiB.
        let mut seen = vec![0_u64; 1 << 18];
        let mut count = 0;
        for pixel in self.pixels.samples().chunks_exact(self.pixels.channels().count()) {
            let colour = pixel.iter().fold(0, |sum, sample| sum << 8 | usize::from(*sample));
            let (word, bit) = (colour / 64, 1 << (colour % 64));
            if seen[word] & bit == 0 {
                seen[word] |= bit;
                count += 1;
                if count > most {
                    return true;
                }
            }
        }
        false
    }
}

/// How many bytes stand behind the end of a picture. The same byte again and again fills up and says nothing.
fn trailing_bytes(bytes: &[u8], end: usize) -> usize {
    match bytes.get(end..) {
        Some([first, rest @ ..]) if rest.iter().any(|byte| byte != first) => 1 + rest.len(),
        _ => 0,
    }
}

fn check_bytes(bytes: &[u8], limits: &Limits) -> Result<Format, Error> {
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    limits.check(LimitKind::FileBytes, bytes.len() as u64)?;
    Format::sniff(bytes).or_else(|| document(bytes)).ok_or(Error::NotAnImage)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_their_first_bytes() {
        for (bytes, format) in [
            (b"\xFF\xD8\xFF\xE0abcdefgh".as_slice(), Some(Format::Jpeg)),
            (b"\x89PNG\r\n\x1A\n", Some(Format::Png)),
            (b"GIF89a", Some(Format::Gif)),
            (b"RIFF\0\0\0\0WEBP", Some(Format::WebP)),
            (b"II*\0", Some(Format::Tiff)),
            (b"\0\0\0\x18ftypheic", Some(Format::Heif)),
            (b"\0\0\0\x18ftypmp42", None),
            (b"hello", None),
            (b"", None),
        ] {
            assert_eq!(Format::sniff(bytes), format);
        }
    }
}
