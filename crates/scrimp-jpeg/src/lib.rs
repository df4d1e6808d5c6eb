//! The JPEG model: what a JPEG file is made of, its pixels as every viewer shows them, and writing it again.
//!
//! Decoding goes through mozjpeg's library, whose default decoder gives the pixels of libjpeg-turbo bit for bit
//! (accurate integer inverse DCT, "fancy" upsampling), and so does encoding, but that coefficients have a progressive
//! entropy coder of our own. All `unsafe` stands in one file, `ffi.rs`.
//!
//! ```
//! use scrimp_jpeg::{Channels, DecodeBounds, EncodeSettings, Pixels};
//!
//! let ramp: Vec<u8> = (0..32 * 16).map(|i| (i % 32 * 8) as u8).collect();
//! let pixels = Pixels::new(32, 16, Channels::Gray, ramp)?;
//! let bytes = scrimp_jpeg::encode(&pixels, &EncodeSettings::libjpeg_turbo(90))?;
//! let decoded = scrimp_jpeg::decode(&bytes, &DecodeBounds::default())?;
//! assert_eq!((decoded.pixels.width(), decoded.pixels.height()), (32, 16));
//! # Ok::<(), scrimp_jpeg::Error>(())
//! ```

#![deny(unsafe_code)]
#![deny(clippy::print_stdout, clippy::print_stderr)]
#![warn(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![cfg_attr(not(test), deny(unused_crate_dependencies))]

mod decoded;
mod directory;
mod entropy;
mod error;
#[allow(unsafe_code)]
mod ffi;
mod layout;
mod pictures;
mod pixels;
mod quality;
mod repack;
mod scans;
mod settings;
mod splice;
mod subsampling;
mod tables;
mod transform;
mod write;

pub use decoded::{DecodeBounds, Decoded, DecodedInks, Stop, Warnings};
pub use directory::{ByteOrder, Directory, Entry};
pub use error::Error;
pub use ffi::{
    decode, decode_inks, encode, has_assembly, hold_the_same, holds, read_coefficients, transcode,
};
pub use layout::{Component, Frame, Layout, Process, Segment, marker};
pub use pictures::{Picture, PictureIndex};
pub use pixels::{Channels, Pixels};
pub use quality::Quality;
pub use repack::repack;
pub use settings::{Coding, EncodeSettings, Huffman, Quantiser};
pub use splice::{with_segments, without_segments};
pub use subsampling::Subsampling;
pub use tables::{Diagonals, KNOTS, QuantTable, TableFamily, TableSet};
pub use transform::{Band, Bands, Coefficients, Mosaic, QuantisedCoefficients, Rounding};
pub use write::{write_coefficients, write_coefficients_unless};
