//! How a picture is to be encoded.

use crate::{Quality, Subsampling, TableFamily, TableSet};

/// The order in which coefficients are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// Sequential, in one scan: what every decoder reads, however old; some percent larger than progressive.
    Baseline,
    /// Progressive with a scan script of our own: some 2.5 % smaller than with libjpeg's standard one.
    Progressive,
    /// Progressive with libjpeg's standard scan script.
    ProgressiveStandard,
    /// Progressive, the scan script chosen by trial: several times the time.
    ProgressiveSearched,
}

/// How coefficients become whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantiser {
    /// To the nearest whole number, as libjpeg-turbo does.
    Nearest,
    /// By mozjpeg's rate-distortion trellis with overshoot deringing: four to five times the time.
    Trellis,
}

/// Where the Huffman tables come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Huffman {
    /// Made for the picture.
    Optimised,
    /// Those of ITU-T T.81 Annex K: some percent larger, and made in one pass, of [`Coding::Baseline`] alone.
    AnnexK,
}

/// All that decides the bytes of an encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodeSettings {
    /// Chroma subsampling; a gray picture has one component whatever this says.
    pub subsampling: Subsampling,
    /// Quantisation tables for luma and chroma.
    pub tables: TableSet,
    /// Order of coefficients.
    pub coding: Coding,
    /// Rounding of coefficients.
    pub quantiser: Quantiser,
    /// Huffman tables.
    pub huffman: Huffman,
}

impl EncodeSettings {
    /// What libjpeg-turbo does when asked for a progressive JPEG at `quality` (1 to 100, moved into that range):
    /// Annex K tables, 4:2:0, rounding to nearest.
    #[must_use]
    pub fn libjpeg_turbo(quality: u8) -> Self {
        Self {
            subsampling: Subsampling::S420,
            tables: TableFamily::AnnexK.at(Quality::from_quarters(i32::from(quality) * 4)),
            coding: Coding::ProgressiveStandard,
            quantiser: Quantiser::Nearest,
            huffman: Huffman::Optimised,
        }
    }

    /// What mozjpeg's encoder does by default at `quality` (1 to 100, moved into that range): Robidoux's tables,
    /// 4:2:0, trellis, scan search. The yardstick of the benches.
    #[must_use]
    pub fn mozjpeg_default(quality: u8) -> Self {
        Self {
            subsampling: Subsampling::S420,
            tables: TableFamily::Robidoux.at(Quality::from_quarters(i32::from(quality) * 4)),
            coding: Coding::ProgressiveSearched,
            quantiser: Quantiser::Trellis,
            huffman: Huffman::Optimised,
        }
    }
}
