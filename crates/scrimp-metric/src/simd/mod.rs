//! Vectors of 32-bit floats: kernels are written once over [`Lanes`] and compiled for every instruction set.
//!
//! Every operation rounds as IEEE 754 says, a fused multiply-add rounds once on every instruction set (the
//! scalar one included), and no operation mixes lanes except those that only move values. So a kernel whose
//! result for one element does not depend on [`Lanes::WIDTH`] gives the same bits everywhere.

mod lookup;
#[cfg(target_arch = "aarch64")]
mod neon;
mod scalar;
#[cfg(target_arch = "x86_64")]
mod x86;

pub(crate) use lookup::Table;
#[cfg(target_arch = "aarch64")]
use neon::Neon;
use scalar::Scalar;
#[cfg(target_arch = "x86_64")]
use x86::{Avx2, Avx512};

/// The widest vector of any instruction set, in lanes. Rows are padded to a multiple of it.
pub(crate) const WIDEST: usize = 16;

/// Rows of equal length in one slice, the start of each `pitch` samples after the one before.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) samples: &'a [f32],
    pub(crate) pitch: usize,
}

/// Rows to write, laid out as [`Rows`].
pub(crate) struct RowsMut<'a> {
    pub(crate) samples: &'a mut [f32],
    pub(crate) pitch: usize,
}

/// The vector operations of one instruction set. A value of an implementing type is proof that the machine
/// has the instructions, since only [`InstructionSet`] makes one, after asking.
pub(crate) trait Lanes: Copy {
    /// [`Self::WIDTH`] floats.
    type Vector: Copy;
    /// Floats a vector; a power of two, at most [`WIDEST`].
    const WIDTH: usize;

    /// The same value in every lane.
    fn splat(self, value: f32) -> Self::Vector;
    /// The first [`Self::WIDTH`] samples.
    fn load(self, from: &[f32]) -> Self::Vector;
    /// Asks for the line of the cache that begins a slice, which will be read soon.
    #[inline(always)]
    fn fetch(self, _from: &[f32]) {}
    /// Writes the first [`Self::WIDTH`] samples.
    fn store(self, vector: Self::Vector, to: &mut [f32]);
    /// a + b
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a - b
    fn sub(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a b
    fn mul(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// a / b
    fn div(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// The greater of the two; neither may be NaN.
    fn max(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// |a|
    fn abs(self, a: Self::Vector) -> Self::Vector;
    /// a b + c, rounded once
    fn mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// c - a b, rounded once
    fn neg_mul_add(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// -(a b) - c, rounded once
    fn neg_mul_sub(self, a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// For each positive float the one whose bits are `offset - factor * exponent`, with the biased exponent.
    fn seed_from_exponent(self, a: Self::Vector, offset: i32, factor: i32) -> Self::Vector;
    /// The samples of even and of odd index of `a` followed by `b`.
    fn even_odd(self, a: Self::Vector, b: Self::Vector) -> (Self::Vector, Self::Vector);
    /// Nine vectors, each beginning a sample after the one before: the middle one [`WIDEST`] samples after the first of
    /// `from`, which must hold [`WIDEST`] more behind that.
    #[inline(always)]
    fn reaching(self, from: &[f32]) -> [Self::Vector; 9] {
        let mut vectors = [self.splat(0.0); 9];
        for (offset, vector) in vectors.iter_mut().enumerate() {
            *vector = self.load(&from[WIDEST - 4 + offset..]);
        }
        vectors
    }
    /// Turns the square of [`Self::WIDTH`] rows and columns at the start of `from` over its diagonal.
    fn transpose(self, from: Rows<'_>, to: RowsMut<'_>);
}

/// A loop over samples, to be compiled for every instruction set.
pub(crate) trait Kernel {
    /// Does the work. Must be `#[inline(always)]`, and so must whatever it calls with `lanes`: only code
    /// inlined into the instance of an instruction set is compiled for it. Closures are not, in general.
    fn run<L: Lanes>(self, lanes: L);
}

/// Which instructions the kernels use. Cannot be made for instructions that the machine lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstructionSet {
    /// Plain code, one lane.
    Scalar(Scalar),
    /// 8 lanes, with fused multiply-add.
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    /// 16 lanes.
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    /// 4 lanes.
    #[cfg(target_arch = "aarch64")]
    Neon(Neon),
}

impl InstructionSet {
    /// Those that this machine has, the widest first.
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        let wide = [
            #[cfg(target_arch = "x86_64")]
            Avx512::detect().map(Self::Avx512),
            #[cfg(target_arch = "x86_64")]
            Avx2::detect().map(Self::Avx2),
            #[cfg(target_arch = "aarch64")]
            Neon::detect().map(Self::Neon),
            Some(Self::Scalar(Scalar)),
        ];
        wide.into_iter().flatten()
    }

    /// The widest that this machine has.
    pub(crate) fn widest() -> Self {
        Self::available().next().unwrap_or(Self::Scalar(Scalar))
    }

    /// What its makers call it.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Scalar(_) => "none",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(_) => "AVX2 and FMA",
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(_) => "AVX-512",
            #[cfg(target_arch = "aarch64")]
            Self::Neon(_) => "NEON",
        }
    }

    /// Runs the instance of `kernel` for these instructions.
    pub(crate) fn run(self, kernel: impl Kernel) {
        match self {
            Self::Scalar(lanes) => kernel.run(lanes),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2(lanes) => lanes.run(kernel),
            #[cfg(target_arch = "x86_64")]
            Self::Avx512(lanes) => lanes.run(kernel),
            #[cfg(target_arch = "aarch64")]
            Self::Neon(lanes) => lanes.run(kernel),
        }
    }
}

#[cfg(test)]
mod tests;
