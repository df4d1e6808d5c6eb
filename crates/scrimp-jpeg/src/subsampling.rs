//! Chroma subsampling.

/// How much coarser than luma the chroma planes are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subsampling {
    /// Chroma at full resolution.
    S444,
    /// Chroma at half the width.
    S422,
    /// Chroma at half the height.
    S440,
    /// Chroma at half the width and half the height.
    S420,
    /// No chroma: one component.
    Gray,
}

impl Subsampling {
    /// Its name in the field: `4:4:4`, ..., `gray`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::S444 => "4:4:4",
            Self::S422 => "4:2:2",
            Self::S440 => "4:4:0",
            Self::S420 => "4:2:0",
            Self::Gray => "gray",
        }
    }

    /// Horizontal and vertical sampling factors of luma where those of chroma are 1.
    #[must_use]
    pub const fn luma_factors(self) -> (u8, u8) {
        match self {
            Self::S444 | Self::Gray => (1, 1),
            Self::S422 => (2, 1),
            Self::S440 => (1, 2),
            Self::S420 => (2, 2),
        }
    }
}

impl std::fmt::Display for Subsampling {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
