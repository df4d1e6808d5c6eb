//! Why a photo was refused.

use crate::Format;

/// Why there is no outcome: the photo is at fault, or the caller gave up on it. Nothing is written for it.
///
/// Where an option would help, the sentence ends so that its spelling can be added: " with --background" on the command
/// line. Each shell has its own table from [`Self::code`] to these.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There are no bytes.
    #[error("it is empty")]
    Empty,
    /// The first bytes are of no image format known here.
    #[error(
        "it is no image that scrimp knows by its first bytes (JPEG, PNG, WebP, TIFF, BMP and GIF are read)"
    )]
    NotAnImage,
    /// An image, but of a format that is not read.
    #[error("{0} is not read; convert it to PNG or TIFF first")]
    UnsupportedFormat(Format),
    /// An image of a kind that is not read.
    #[error("{0}")]
    Unsupported(Unsupported),
    /// The file is damaged: a decoder would invent what is missing.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// What is to be left out cannot be taken out of it, and it is not passed off as if that were done.
    #[error("what is to be stripped cannot be taken out of it: {0}")]
    CannotStrip(String),
    /// A limit would be passed.
    #[error("{which} {found}, over the limit of {limit}; if you trust the file, raise it")]
    Limit {
        /// The limit.
        which: LimitKind,
        /// What the photo would take.
        found: u64,
        /// What is allowed.
        limit: u64,
    },
    /// The caller interrupted the work.
    #[error("interrupted")]
    Interrupted,
    /// Two pictures that were to be compared are of different size.
    #[error("the two pictures differ in size: {} x {} and {} x {}", original.0, original.1, candidate.0, candidate.1)]
    SizesDiffer {
        /// Width and height of the original.
        original: (usize, usize),
        /// Width and height of the candidate.
        candidate: (usize, usize),
    },
    /// Something that must not happen did: a defect of scrimp.
    #[error("this is a defect of scrimp, please report it: {0}")]
    Defect(String),
}

impl Error {
    /// A stable word for this cause, as in the JSON and the manual.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::NotAnImage => "not_an_image",
            Self::UnsupportedFormat(_) => "unsupported_format",
            Self::Unsupported(kind) => kind.code(),
            Self::Damaged(_) => "damaged",
            Self::CannotStrip(_) => "cannot_strip",
            Self::Limit { which, .. } => which.code(),
            Self::Interrupted => "interrupted",
            Self::SizesDiffer { .. } => "sizes_differ",
            Self::Defect(_) => "defect",
        }
    }
}

/// Kinds of images that are not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Unsupported {
    /// Four inks.
    #[error(
        "its colours are CMYK, of which only the very same picture is written anew; convert it to RGB first"
    )]
    Cmyk,
    /// A number of bits a sample that is not read in its format.
    #[error(
        "JPEGs are read with 8 bits a sample, others with 8 or 16; convert it to a PNG of 8 or 16 bits first"
    )]
    Depth,
    /// Lossless or hierarchical JPEG.
    #[error("lossless and hierarchical JPEGs are not read; convert it to PNG first")]
    Process,
    /// Two components, or colours of an unknown kind.
    #[error("JPEGs with two components or unknown colours are not read")]
    Colours,
    /// Some pixels are transparent.
    #[error(
        "some pixels are transparent, and a JPEG has no transparency; flatten it first, or say what is behind them"
    )]
    Alpha,
    /// More than one frame.
    #[error("it is animated, and a JPEG is not; save the frame that you want, or take the first")]
    Animation,
    /// More than one page.
    #[error("it holds several pages, and a JPEG does not; save the one that you want, or take the first")]
    Pages,
    /// A TIFF with other pictures below or instead of its first.
    #[error(
        "its first picture is a small one or has layers, which may be a camera's raw format; save the picture that you want as a plain TIFF or PNG"
    )]
    Layers,
    /// A TIFF that is neither gray, RGB nor palette, or stored in a way that is not read.
    #[error(
        "TIFFs are read in gray, RGB and 8-bit palette, packed or compressed by LZW or deflate; convert it to PNG first"
    )]
    Tiff,
    /// A BMP compressed in a way that is not read.
    #[error(
        "BMPs with a JPEG, a PNG, inks or OS/2's compression in them are not read; convert it to PNG first"
    )]
    Bmp,
    /// A PNG whose colours are neither sRGB nor described by an ICC profile.
    #[error(
        "its gAMA, cHRM or cICP chunk says that its colours are not sRGB; convert it to sRGB or embed a profile first"
    )]
    Gamma,
    /// An ICC profile that cannot be read, or that is for other kinds of samples.
    #[error(
        "its ICC profile cannot be read or is not for its kind of pixels, so what people see of it cannot be measured; convert it to sRGB first"
    )]
    Profile,
    /// Pixels in memory with metadata that no segment of a JPEG holds.
    #[error("it carries metadata too long for a JPEG's segments; leave it out or shorten it")]
    Metadata,
}

impl Unsupported {
    /// A stable word for this kind.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cmyk => "cmyk",
            Self::Depth => "depth",
            Self::Process => "jpeg_process",
            Self::Colours => "jpeg_colours",
            Self::Alpha => "alpha",
            Self::Animation => "animation",
            Self::Pages => "pages",
            Self::Layers => "layers",
            Self::Tiff => "tiff_kind",
            Self::Bmp => "bmp_kind",
            Self::Gamma => "gamma",
            Self::Profile => "profile",
            Self::Metadata => "metadata_too_long",
        }
    }
}

/// What is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum LimitKind {
    /// Width x height.
    #[error("its number of pixels would be")]
    Pixels,
    /// The longer side.
    #[error("its longer side in pixels would be")]
    Side,
    /// Size of the file.
    #[error("its size in bytes is at least")]
    FileBytes,
    /// Scans x pixels of a JPEG: what a decoder has to do.
    #[error("its scans x pixels would be")]
    ScanPixels,
    /// Bytes of metadata.
    #[error("its metadata takes at least these bytes:")]
    MetadataBytes,
    /// Number of metadata segments.
    #[error("its number of metadata segments is at least")]
    MetadataSegments,
    /// Memory for the whole work.
    #[error("the memory it needs in bytes is at least")]
    Memory,
    /// Time for the whole work.
    #[error("the seconds that it took are")]
    Time,
}

impl LimitKind {
    /// Every limit.
    pub const ALL: &[Self] = &[
        Self::Pixels,
        Self::Side,
        Self::FileBytes,
        Self::ScanPixels,
        Self::MetadataBytes,
        Self::MetadataSegments,
        Self::Memory,
        Self::Time,
    ];

    /// The name by which it is set.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pixels => "pixels",
            Self::Side => "side",
            Self::FileBytes => "file-bytes",
            Self::ScanPixels => "scan-pixels",
            Self::MetadataBytes => "metadata-bytes",
            Self::MetadataSegments => "metadata-segments",
            Self::Memory => "memory",
            Self::Time => "time",
        }
    }

    /// A stable word for a photo refused by it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Pixels => "limit_pixels",
            Self::Side => "limit_side",
            Self::FileBytes => "limit_file_bytes",
            Self::ScanPixels => "limit_scan_pixels",
            Self::MetadataBytes => "limit_metadata_bytes",
            Self::MetadataSegments => "limit_metadata_segments",
            Self::Memory => "limit_memory",
            Self::Time => "limit_time",
        }
    }
}
