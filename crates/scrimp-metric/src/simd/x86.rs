//! AVX2 with fused multiply-add, and AVX-512.
#![allow(unsafe_code)]

use super::{Kernel, Lanes, Rows, RowsMut};
use archmage::{SimdToken, X64V3Token, X64V4Token};
use core::arch::x86_64::*;

/// Proof that the machine has AVX2 and fused multiply-add: [`Self::detect`] alone makes one. What the machine has is asked
/// of the crate that the other kernels ask: where a test switches a set off, it is off for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx2(());

/// Proof that the machine has AVX-512F and what [`Avx2`] stands for: [`Self::detect`] alone makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Avx512(());

impl Avx2 {
    pub(super) fn detect() -> Option<Self> {
        X64V3Token::summon().map(|_| Self(()))
    }

    pub(super) fn run(self, kernel: impl Kernel) {
        #[target_feature(enable = "avx2,fma")]
        fn instance(lanes: Avx2, kernel: impl Kernel) {
            kernel.run(lanes);
        }
        // SAFETY: `self` is proof that the machine has these instructions: x86-64-v3 holds both.
        unsafe { instance(self, kernel) }
    }
}

impl Avx512 {
    pub(super) fn detect() -> Option<Self> {
        X64V4Token::summon().map(|_| Self(()))
    }

    pub(super) fn run(self, kernel: impl Kernel) {
        #[target_feature(enable = "avx512f,avx2,fma")]
        fn instance(lanes: Avx512, kernel: impl Kernel) {
            kernel.run(lanes);
        }
        // SAFETY: `self` is proof that the machine has these instructions: x86-64-v4 holds all three.
        unsafe { instance(self, kernel) }
    }
}

/// Methods that are one instruction each.
macro_rules! instructions {
    ($($method:ident($($operand:ident),+) = $instruction:ident;)+) => {$(
        #[inline(always)]
        fn $method(self, $($operand: Self::Vector),+) -> Self::Vector {
            // SAFETY: `self` is proof that the machine has the instruction; it touches no memory.
            unsafe { $instruction($($operand),+) }
        }
    )+};
}

impl Lanes for Avx2 {
    type Vector = __m256;
    const WIDTH: usize = 8;

    instructions! {
        add(a, b) = _mm256_add_ps;
        sub(a, b) = _mm256_sub_ps;
        mul(a, b) = _mm256_mul_ps;
        div(a, b) = _mm256_div_ps;
        max(a, b) = _mm256_max_ps;
        mul_add(a, b, c) = _mm256_fmadd_ps;
        neg_mul_add(a, b, c) = _mm256_fnmadd_ps;
        neg_mul_sub(a, b, c) = _mm256_fnmsub_ps;
    }

    #[inline(always)]
    fn splat(self, value: f32) -> __m256 {
        // SAFETY: `self` is proof that the machine has the instruction.
        unsafe { _mm256_set1_ps(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> __m256 {
        // SAFETY: the slice of 8 floats holds the 32 bytes read; no alignment is needed.
        unsafe { _mm256_loadu_ps(from[..Self::WIDTH].as_ptr()) }
    }

    #[inline(always)]
    fn store(self, vector: __m256, to: &mut [f32]) {
        // SAFETY: the slice of 8 floats holds the 32 bytes written; no alignment is needed.
        unsafe { _mm256_storeu_ps(to[..Self::WIDTH].as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn abs(self, a: __m256) -> __m256 {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe { _mm256_andnot_ps(_mm256_set1_ps(-0.0), a) }
    }

    #[inline(always)]
    fn seed_from_exponent(self, a: __m256, offset: i32, factor: i32) -> __m256 {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let exponent = _mm256_srli_epi32::<23>(_mm256_castps_si256(a));
            let scaled = _mm256_mullo_epi32(exponent, _mm256_set1_epi32(factor));
            _mm256_castsi256_ps(_mm256_sub_epi32(_mm256_set1_epi32(offset), scaled))
        }
    }

    #[inline(always)]
    fn even_odd(self, a: __m256, b: __m256) -> (__m256, __m256) {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let even = _mm256_castps_pd(_mm256_shuffle_ps::<0b10_00_10_00>(a, b));
            let odd = _mm256_castps_pd(_mm256_shuffle_ps::<0b11_01_11_01>(a, b));
            let even = _mm256_permute4x64_pd::<0b11_01_10_00>(even);
            let odd = _mm256_permute4x64_pd::<0b11_01_10_00>(odd);
            (_mm256_castpd_ps(even), _mm256_castpd_ps(odd))
        }
    }

    #[inline(always)]
    fn transpose(self, from: Rows<'_>, to: RowsMut<'_>) {
        let mut tile = [self.splat(0.0); 8];
        for (row, vector) in tile.iter_mut().enumerate() {
            *vector = self.load(&from.samples[row * from.pitch..]);
        }
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            for pair in tile.as_chunks_mut::<2>().0 {
                let [a, b] = *pair;
                *pair = [_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b)];
            }
            for four in tile.as_chunks_mut::<4>().0 {
                let [a, b, c, d] = *four;
                *four = [
                    _mm256_shuffle_ps::<0x44>(a, c),
                    _mm256_shuffle_ps::<0xee>(a, c),
                    _mm256_shuffle_ps::<0x44>(b, d),
                    _mm256_shuffle_ps::<0xee>(b, d),
                ];
            }
            for column in 0..4 {
                let (top, bottom) = (tile[column], tile[column + 4]);
                tile[column] = _mm256_permute2f128_ps::<0x20>(top, bottom);
                tile[column + 4] = _mm256_permute2f128_ps::<0x31>(top, bottom);
            }
        }
        for (column, vector) in tile.into_iter().enumerate() {
            self.store(vector, &mut to.samples[column * to.pitch..]);
        }
    }
}

impl Lanes for Avx512 {
    type Vector = __m512;
    const WIDTH: usize = 16;

    instructions! {
        add(a, b) = _mm512_add_ps;
        sub(a, b) = _mm512_sub_ps;
        mul(a, b) = _mm512_mul_ps;
        div(a, b) = _mm512_div_ps;
        max(a, b) = _mm512_max_ps;
        abs(a) = _mm512_abs_ps;
        mul_add(a, b, c) = _mm512_fmadd_ps;
        neg_mul_add(a, b, c) = _mm512_fnmadd_ps;
        neg_mul_sub(a, b, c) = _mm512_fnmsub_ps;
    }

    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        // SAFETY: `self` is proof that the machine has the instruction.
        unsafe { _mm512_set1_ps(value) }
    }

    #[inline(always)]
    fn load(self, from: &[f32]) -> __m512 {
        // SAFETY: the slice of 16 floats holds the 64 bytes read; no alignment is needed.
        unsafe { _mm512_loadu_ps(from[..Self::WIDTH].as_ptr()) }
    }

    #[inline(always)]
    fn store(self, vector: __m512, to: &mut [f32]) {
        // SAFETY: the slice of 16 floats holds the 64 bytes written; no alignment is needed.
        unsafe { _mm512_storeu_ps(to[..Self::WIDTH].as_mut_ptr(), vector) }
    }

    #[inline(always)]
    fn seed_from_exponent(self, a: __m512, offset: i32, factor: i32) -> __m512 {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let exponent = _mm512_srli_epi32::<23>(_mm512_castps_si512(a));
            let scaled = _mm512_mullo_epi32(exponent, _mm512_set1_epi32(factor));
            _mm512_castsi512_ps(_mm512_sub_epi32(_mm512_set1_epi32(offset), scaled))
        }
    }

    #[inline(always)]
    fn even_odd(self, a: __m512, b: __m512) -> (__m512, __m512) {
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
            let odd = _mm512_add_epi32(even, _mm512_set1_epi32(1));
            (_mm512_permutex2var_ps(a, even, b), _mm512_permutex2var_ps(a, odd, b))
        }
    }

    #[inline(always)]
    fn fetch(self, from: &[f32]) {
        // SAFETY: whatever the address, this reads nothing that the program sees, and does not fail.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(from.as_ptr().cast()) }
    }

    #[inline(always)]
    fn reaching(self, from: &[f32]) -> [__m512; 9] {
        let (left, middle, right) =
            (self.load(from), self.load(&from[Self::WIDTH..]), self.load(&from[2 * Self::WIDTH..]));
        // A load that crosses a line of the cache costs two; these cost one each.
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            let (left, right) = (_mm512_castps_si512(left), _mm512_castps_si512(right));
            let center = _mm512_castps_si512(middle);
            [
                _mm512_castsi512_ps(_mm512_alignr_epi32::<12>(center, left)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<13>(center, left)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<14>(center, left)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<15>(center, left)),
                middle,
                _mm512_castsi512_ps(_mm512_alignr_epi32::<1>(right, center)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<2>(right, center)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<3>(right, center)),
                _mm512_castsi512_ps(_mm512_alignr_epi32::<4>(right, center)),
            ]
        }
    }

    #[inline(always)]
    fn transpose(self, from: Rows<'_>, to: RowsMut<'_>) {
        let mut tile = [self.splat(0.0); 16];
        for (row, vector) in tile.iter_mut().enumerate() {
            *vector = self.load(&from.samples[row * from.pitch..]);
        }
        // SAFETY: `self` is proof that the machine has the instructions; they touch no memory.
        unsafe {
            for pair in tile.as_chunks_mut::<2>().0 {
                let [a, b] = *pair;
                *pair = [_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b)];
            }
            // Now quarter q of tile[4 g + c] is column 4 q + c of rows 4 g..4 g + 4.
            for four in tile.as_chunks_mut::<4>().0 {
                let [a, b, c, d] = *four;
                *four = [
                    _mm512_shuffle_ps::<0x44>(a, c),
                    _mm512_shuffle_ps::<0xee>(a, c),
                    _mm512_shuffle_ps::<0x44>(b, d),
                    _mm512_shuffle_ps::<0xee>(b, d),
                ];
            }
            for column in 0..4 {
                let [a, b] = [tile[column], tile[column + 4]];
                let [c, d] = [tile[column + 8], tile[column + 12]];
                let (even_top, even_bottom) =
                    (_mm512_shuffle_f32x4::<0x88>(a, b), _mm512_shuffle_f32x4::<0x88>(c, d));
                let (odd_top, odd_bottom) =
                    (_mm512_shuffle_f32x4::<0xdd>(a, b), _mm512_shuffle_f32x4::<0xdd>(c, d));
                tile[column] = _mm512_shuffle_f32x4::<0x88>(even_top, even_bottom);
                tile[column + 4] = _mm512_shuffle_f32x4::<0x88>(odd_top, odd_bottom);
                tile[column + 8] = _mm512_shuffle_f32x4::<0xdd>(even_top, even_bottom);
                tile[column + 12] = _mm512_shuffle_f32x4::<0xdd>(odd_top, odd_bottom);
            }
        }
        for (column, vector) in tile.into_iter().enumerate() {
            self.store(vector, &mut to.samples[column * to.pitch..]);
        }
    }
}
