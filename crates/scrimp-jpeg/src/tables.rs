//! Quantisation tables and the families that quality scales.

mod diagonals;
mod fitted;

use crate::Quality;
pub use diagonals::{Diagonals, KNOTS};

/// Divisors of the 64 coefficients of a block, each 1 to 255, in natural order (row by row, not zigzag).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuantTable([u8; 64]);

impl QuantTable {
    /// Every divisor 1: coefficients are rounded and no more.
    pub const ONES: Self = Self([1; 64]);

    /// The table with these divisors by place, row by row; for one of 0 there is 1.
    #[must_use]
    pub fn from_steps(step: impl FnMut(usize) -> u8) -> Self {
        Self(std::array::from_fn(step).map(|divisor: u8| divisor.max(1)))
    }

    /// A table from its divisors in natural order; `None` if one is zero.
    #[must_use]
    pub fn new(divisors: [u8; 64]) -> Option<Self> {
        divisors.iter().all(|divisor| *divisor > 0).then_some(Self(divisors))
    }

    /// `base` scaled as libjpeg scales it (`jpeg_quality_scaling` and `jpeg_add_quant_table`, forced to baseline):
    /// for a whole quality the very same table, for the quarters between in the same manner.
    #[must_use]
    pub fn scaled(base: &[u16; 64], quality: Quality) -> Self {
        let doubled = doubled_percentage(quality);
        Self(base.map(|divisor| ((u32::from(divisor) * doubled + 100) / 200).clamp(1, 255) as u8))
    }

    /// Of each place the coarser divisor of the two.
    #[must_use]
    pub fn at_least(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|place| self.0[place].max(other.0[place])))
    }

    /// The divisors in natural order.
    #[must_use]
    pub const fn divisors(&self) -> &[u8; 64] {
        &self.0
    }
}

/// Twice libjpeg's percentage, so that quarter steps stay whole: 5000 / q below 50, else 200 - 2 q.
const fn doubled_percentage(quality: Quality) -> u32 {
    let quarters = quality.quarters() as u32;
    if quarters < 200 { 2 * (20_000 / quarters) } else { 400 - quarters }
}

impl std::fmt::Debug for QuantTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "QuantTable({:?}...)", &self.0[..8])
    }
}

/// The tables of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct TableSet {
    /// For luma, or the one component of a gray picture.
    pub luma: QuantTable,
    /// For blue less luma, Cb.
    pub blue: QuantTable,
    /// For red less luma, Cr.
    pub red: QuantTable,
}

impl TableSet {
    /// The tables of one component, or of Y, Cb and Cr; `None` for another number of them. One table stands for all.
    #[must_use]
    pub const fn of_components(tables: &[QuantTable]) -> Option<Self> {
        match *tables {
            [luma] => Some(Self { luma, blue: luma, red: luma }),
            [luma, blue, red] => Some(Self { luma, blue, red }),
            _ => None,
        }
    }

    /// The tables of Y, Cb and Cr.
    #[must_use]
    pub const fn components(&self) -> [&QuantTable; 3] {
        [&self.luma, &self.blue, &self.red]
    }

    /// Of each place of each table the coarser divisor of the two.
    #[must_use]
    pub fn at_least(&self, other: &Self) -> Self {
        Self {
            luma: self.luma.at_least(&other.luma),
            blue: self.blue.at_least(&other.blue),
            red: self.red.at_least(&other.red),
        }
    }
}

/// A shape of quantisation tables that quality scales finer or coarser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TableFamily {
    /// ITU-T T.81 Annex K, tables K.1 and K.2.
    AnnexK,
    /// N. Robidoux's, ImageMagick forum 2012; number 3 of mozjpeg and its default.
    Robidoux,
    /// Klein, Silverstein and Carney, "Relevance of human vision to JPEG-DCT compression", 1992; number 5 of
    /// mozjpeg. The same for luma and chroma.
    Klein,
    /// Fitted to photos, for chroma at half width and height: the fewest bytes at the same SSIMULACRA2. Its shape
    /// changes with quality, and each component has its own. Good for gray too.
    Fitted420,
    /// Fitted in the same way, for chroma at full size.
    Fitted444,
}

impl TableFamily {
    /// Every family.
    pub const ALL: &[Self] = &[Self::AnnexK, Self::Robidoux, Self::Klein, Self::Fitted420, Self::Fitted444];

    /// Its name in options and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnnexK => "annex-k",
            Self::Robidoux => "robidoux",
            Self::Klein => "klein",
            Self::Fitted420 => "fitted-420",
            Self::Fitted444 => "fitted-444",
        }
    }

    /// What the tables of a fitted family are made of at `quality`; `None` for a published one.
    #[must_use]
    pub fn diagonals(self, quality: Quality) -> Option<Diagonals> {
        let anchors = match self {
            Self::Fitted420 => &fitted::HALVED,
            Self::Fitted444 => &fitted::FULL,
            _ => return None,
        };
        Some(diagonals::at(anchors, doubled_percentage(quality)))
    }

    /// The tables of this family at `quality`.
    #[must_use]
    pub fn at(self, quality: Quality) -> TableSet {
        let scale = doubled_percentage(quality);
        let (luma, chroma) = match self {
            Self::AnnexK => (&ANNEX_K_LUMA, &ANNEX_K_CHROMA),
            Self::Robidoux => (&ROBIDOUX, &ROBIDOUX),
            Self::Klein => (&KLEIN, &KLEIN),
            Self::Fitted420 => return diagonals::at(&fitted::HALVED, scale).tables(),
            Self::Fitted444 => return diagonals::at(&fitted::FULL, scale).tables(),
        };
        let [luma, chroma] = [luma, chroma].map(|base| QuantTable::scaled(base, quality));
        TableSet { luma, blue: chroma, red: chroma }
    }
}

#[rustfmt::skip]
const ANNEX_K_LUMA: [u16; 64] = [
    16, 11, 10, 16,  24,  40,  51,  61,
    12, 12, 14, 19,  26,  58,  60,  55,
    14, 13, 16, 24,  40,  57,  69,  56,
    14, 17, 22, 29,  51,  87,  80,  62,
    18, 22, 37, 56,  68, 109, 103,  77,
    24, 35, 55, 64,  81, 104, 113,  92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103,  99,
];

#[rustfmt::skip]
const ANNEX_K_CHROMA: [u16; 64] = [
    17, 18, 24, 47, 99, 99, 99, 99,
    18, 21, 26, 66, 99, 99, 99, 99,
    24, 26, 56, 99, 99, 99, 99, 99,
    47, 66, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99,
];

#[rustfmt::skip]
const ROBIDOUX: [u16; 64] = [
    16, 16,  16,  18,  25,  37,  56,  85,
    16, 17,  20,  27,  34,  40,  53,  75,
    16, 20,  24,  31,  43,  62,  91, 135,
    18, 27,  31,  40,  53,  74, 106, 156,
    25, 34,  43,  53,  69,  94, 131, 189,
    37, 40,  62,  74,  94, 124, 169, 238,
    56, 53,  91, 106, 131, 169, 226, 311,
    85, 75, 135, 156, 189, 238, 311, 418,
];

#[rustfmt::skip]
const KLEIN: [u16; 64] = [
    10, 12,  14,  19,  26,  38,  57,  86,
    12, 18,  21,  28,  35,  41,  54,  76,
    14, 21,  25,  32,  44,  63,  92, 136,
    19, 28,  32,  41,  54,  75, 107, 157,
    26, 35,  44,  54,  70,  95, 132, 190,
    38, 41,  63,  75,  95, 125, 170, 239,
    57, 54,  92, 107, 132, 170, 227, 312,
    86, 76, 136, 157, 190, 239, 312, 419,
];

#[cfg(test)]
mod tests {
    use super::*;

    /// libjpeg's arithmetic for whole qualities, as jcparam.c describes it.
    fn libjpeg(base: u16, quality: u32) -> u8 {
        let percent = if quality < 50 { 5000 / quality } else { 200 - quality * 2 };
        ((u32::from(base) * percent + 50) / 100).clamp(1, 255) as u8
    }

    #[test]
    fn whole_qualities_give_libjpegs_tables() {
        for base in [&ANNEX_K_LUMA, &ANNEX_K_CHROMA, &ROBIDOUX, &KLEIN] {
            for quality in 1..=100 {
                let table = QuantTable::scaled(base, Quality::from_quarters(4 * quality as i32));
                assert_eq!(table.0, base.map(|divisor| libjpeg(divisor, quality)), "quality {quality}");
            }
        }
    }

    #[test]
    fn a_finer_quality_never_has_a_coarser_divisor() {
        for family in TableFamily::ALL.iter().copied() {
            for quarters in 5..=400 {
                let (finer, coarser) = (
                    family.at(Quality::from_quarters(quarters)),
                    family.at(Quality::from_quarters(quarters - 1)),
                );
                for (a, b) in finer.components().into_iter().zip(coarser.components()) {
                    assert!(
                        a.0.iter().zip(&b.0).all(|(fine, coarse)| fine <= coarse),
                        "{family:?} {quarters}"
                    );
                }
            }
        }
    }
}
