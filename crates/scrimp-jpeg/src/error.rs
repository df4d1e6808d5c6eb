//! What can be wrong with a JPEG.

/// Why a JPEG could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The first bytes are not those of a JPEG.
    #[error("it does not begin as a JPEG does")]
    NotJpeg,
    /// The file ends within a marker segment or before any picture.
    #[error("it ends too early, at byte {at}")]
    Truncated {
        /// Where the bytes run out.
        at: usize,
    },
    /// A marker segment says what cannot be.
    #[error("the marker segment at byte {at} is malformed")]
    Malformed {
        /// Where the segment begins.
        at: usize,
    },
    /// More marker segments than the caller allows.
    #[error("it has more than {limit} marker segments")]
    TooManySegments {
        /// The most that are allowed.
        limit: usize,
    },
    /// A sound JPEG of a kind that this crate does not read.
    #[error("{what} JPEGs are not supported")]
    Unsupported {
        /// The kind.
        what: &'static str,
    },
    /// The library gave up.
    #[error("{message}")]
    Library {
        /// The library's message number.
        code: i32,
        /// What the library says.
        message: String,
    },
    /// The library found damage, where only a sound file will do.
    #[error("it is damaged: {message}")]
    Damaged {
        /// What the library says first.
        message: String,
    },
    /// There is not enough memory, or not as much as the caller allows.
    #[error("there is not enough memory for it")]
    OutOfMemory {
        /// What could not be had.
        bytes: usize,
    },
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
    /// The number of samples is not width x height x channels, or a side is zero or over 65,500.
    #[error(
        "{samples} samples are no picture of {width}x{height} with {channels} channels and sides from 1 to 65500"
    )]
    Shape {
        /// Pixels a row.
        width: usize,
        /// Rows.
        height: usize,
        /// Samples a pixel.
        channels: usize,
        /// The samples given.
        samples: usize,
    },
    /// A metadata segment is longer than a marker segment can be.
    #[error(
        "a metadata segment of {length} bytes is over the {} that a marker segment can hold",
        crate::layout::MAX_PAYLOAD
    )]
    SegmentTooLong {
        /// Its length.
        length: usize,
    },
    /// A picture stands where a multi-picture index can't point.
    #[error("the multi-picture index cannot point to byte {at}")]
    OutOfIndex {
        /// Where it stands.
        at: usize,
    },
}
