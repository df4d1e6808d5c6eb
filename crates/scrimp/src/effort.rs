//! How much time a smaller file may take.

use scrimp_jpeg::{Rounding, TableFamily};

/// How hard the smallest file is looked for. The goal is met by any of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effort {
    /// The subsampling that wins on most photos alone; coefficients are rounded to the nearest.
    Fast,
    /// Each subsampling that may win; coefficients are kept where they are worth their bits.
    #[default]
    Default,
    /// Besides, every family of tables, and the order of scans found by trial.
    Max,
}

impl Effort {
    /// From the least to the most.
    pub const ALL: [Self; 3] = [Self::Fast, Self::Default, Self::Max];

    /// Its name in options and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Default => "default",
            Self::Max => "max",
        }
    }

    /// How coefficients are rounded that are divided by tables of this family.
    pub(crate) const fn rounding(self, tables: TableFamily) -> Rounding {
        match (self, tables) {
            // These two are so coarse for high frequencies that weighing gains nothing below 80 points, and above it
            // takes 2 % more.
            (Self::Fast, _) | (_, TableFamily::Klein | TableFamily::Robidoux) => Rounding::Nearest,
            _ => Rounding::Weighed,
        }
    }
}
