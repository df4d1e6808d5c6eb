//! What decoding takes and gives.

use crate::Pixels;

/// Asked again and again while a picture is worked on, from whatever thread that is; `true` gives it up.
pub type Stop<'a> = &'a (dyn Fn() -> bool + Sync);

/// What a decode may take, and whether it shall go on.
#[derive(Clone, Copy)]
pub struct DecodeBounds<'a> {
    /// The most memory that the library may take for whole-picture buffers, in bytes.
    pub memory: usize,
    /// Asked again and again; `true` ends the decode with [`crate::Error::Stopped`].
    pub stop: Stop<'a>,
}

impl Default for DecodeBounds<'_> {
    /// 4 GiB, never stopped.
    fn default() -> Self {
        Self { memory: 4 << 30, stop: &|| false }
    }
}

/// What the library warned of while decoding: each is damage that it papered over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    /// How many.
    pub count: u32,
    /// The first, in the library's words.
    pub first: Option<String>,
}

/// A decoded JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Its pixels, as libjpeg-turbo's default decoder gives them.
    pub pixels: Pixels,
    /// What was wrong with it.
    pub warnings: Warnings,
}

/// A decoded JPEG of four inks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedInks {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Cyan, magenta, yellow and black of each pixel, row by row, as files hold them and readers of photos take them,
    /// Adobe's way: 255 is no ink, 0 is all of it.
    pub samples: Vec<u8>,
    /// What was wrong with it.
    pub warnings: Warnings,
}
