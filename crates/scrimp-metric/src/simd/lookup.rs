//! Tables of a float for each 8-bit sample, looked up for many samples at once.
//!
//! AVX-512's byte permutations (VBMI) take 128 entries of a byte at a time, so the four bytes of 256 floats are looked
//! up apart, 64 samples together, and put together afterwards: a third of the time of one sample after the other. The machine
//! is asked for them here, whatever set the kernels use: a table has the same floats either way.
#![allow(unsafe_code)]

/// A float for each 8-bit sample.
pub(crate) struct Table {
    floats: [f32; 256],
    /// Their bytes, the lowest first.
    #[cfg(target_arch = "x86_64")]
    bytes: [[u8; 256]; 4],
}

impl Table {
    pub(crate) const fn new(floats: [f32; 256]) -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let mut bytes = [[0; 256]; 4];
            let mut sample = 0;
            while sample < 256 {
                let [a, b, c, d] = floats[sample].to_bits().to_le_bytes();
                (bytes[0][sample], bytes[1][sample], bytes[2][sample], bytes[3][sample]) = (a, b, c, d);
                sample += 1;
            }
            Self { floats, bytes }
        }
        #[cfg(not(target_arch = "x86_64"))]
        Self { floats }
    }

    /// The float of one sample.
    #[inline(always)]
    pub(crate) const fn of(&self, sample: u8) -> f32 {
        self.floats[sample as usize]
    }

    /// The floats of pixels of three samples, a row of each: as many as the shortest has.
    pub(crate) fn of_pixels(&self, pixels: &[[u8; 3]], [red, green, blue]: [&mut [f32]; 3]) {
        let known = self.of_most(pixels, [&mut *red, &mut *green, &mut *blue]);
        let rows = red.iter_mut().zip(green).zip(blue).skip(known);
        for (pixel, ((r, g), b)) in pixels[known..].iter().zip(rows) {
            (*r, *g, *b) = (self.of(pixel[0]), self.of(pixel[1]), self.of(pixel[2]));
        }
    }

    /// Writes the floats of the first pixels, as many as this machine does at once, and says of how many.
    #[cfg(not(target_arch = "x86_64"))]
    fn of_most(&self, _pixels: &[[u8; 3]], _rows: [&mut [f32]; 3]) -> usize {
        0
    }

    /// Writes the floats of the first pixels, as many as this machine does at once, and says of how many.
    #[cfg(target_arch = "x86_64")]
    fn of_most(&self, pixels: &[[u8; 3]], rows: [&mut [f32]; 3]) -> usize {
        use archmage::{SimdToken, X64V4xToken};
        let length = rows.iter().fold(pixels.len(), |least, row| least.min(row.len()));
        let length = length / vbmi::PIXELS * vbmi::PIXELS;
        if X64V4xToken::summon().is_none() {
            return 0;
        }
        let rows = rows.map(|row| &mut row[..length]);
        // SAFETY: the token is proof that the machine has AVX-512 with VBMI.
        unsafe { vbmi::look_up(&self.bytes, pixels[..length].as_flattened(), rows) };
        length
    }
}

#[cfg(target_arch = "x86_64")]
mod vbmi {
    use core::arch::x86_64::*;

    /// Pixels that are looked up together.
    pub(super) const PIXELS: usize = 64;

    /// For each channel where its samples stand among those of 64 pixels, and which of these the third vector has.
    ///
    /// Samples come in the order in which unpacking bytes, then pairs of bytes, leaves floats in theirs: in quarter k of
    /// a vector four of each of the four vectors of floats.
    const PLACES: [([u8; PIXELS], u64); 3] = [places(0), places(1), places(2)];

    const fn places(channel: usize) -> ([u8; PIXELS], u64) {
        let (mut places, mut in_third) = ([0; PIXELS], 0);
        let mut at = 0;
        while at < PIXELS {
            let (quarter, vector, lane) = (at / 16, at / 4 % 4, at % 4);
            let place = 3 * (16 * vector + 4 * quarter + lane) + channel;
            if place >= 128 {
                in_third |= 1 << at;
            }
            places[at] = (place % 128) as u8;
            at += 1;
        }
        (places, in_third)
    }

    /// Looks up what `bytes` has for each sample. `samples` are those of a multiple of [`PIXELS`] pixels, and each row has
    /// as many floats.
    #[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
    pub(super) fn look_up(bytes: &[[u8; 256]; 4], samples: &[u8], mut rows: [&mut [f32]; 3]) {
        // Loops and no closures, which would not be compiled for these instructions.
        let mut table = [[_mm512_setzero_si512(); 4]; 4];
        for (plane, bytes) in table.iter_mut().zip(bytes) {
            for (quarter, bytes) in plane.iter_mut().zip(bytes.as_chunks().0) {
                *quarter = load(bytes);
            }
        }
        for (block, samples) in samples.as_chunks::<{ 3 * PIXELS }>().0.iter().enumerate() {
            let thirds = samples.as_chunks::<64>().0;
            let (first, second, third) = (load(&thirds[0]), load(&thirds[1]), load(&thirds[2]));
            for (row, (places, in_third)) in rows.iter_mut().zip(&PLACES) {
                let places = load(places);
                let of_two = _mm512_permutex2var_epi8(first, places, second);
                let samples = _mm512_mask_permutexvar_epi8(of_two, *in_third, places, third);
                let upper = _mm512_movepi8_mask(samples);
                let mut found = [_mm512_setzero_si512(); 4];
                for (found, [first, second, third, fourth]) in found.iter_mut().zip(table) {
                    let lower_half = _mm512_permutex2var_epi8(first, samples, second);
                    let upper_half = _mm512_permutex2var_epi8(third, samples, fourth);
                    *found = _mm512_mask_blend_epi8(upper, lower_half, upper_half);
                }
                let [a, b, c, d] = found;
                let (low, high) = (_mm512_unpacklo_epi8(a, b), _mm512_unpackhi_epi8(a, b));
                let (low_above, high_above) = (_mm512_unpacklo_epi8(c, d), _mm512_unpackhi_epi8(c, d));
                let floats = [
                    _mm512_unpacklo_epi16(low, low_above),
                    _mm512_unpackhi_epi16(low, low_above),
                    _mm512_unpacklo_epi16(high, high_above),
                    _mm512_unpackhi_epi16(high, high_above),
                ];
                let out = row[block * PIXELS..][..PIXELS].as_chunks_mut::<16>().0;
                for (out, floats) in out.iter_mut().zip(floats) {
                    // SAFETY: 16 floats are the 64 bytes that are written; no alignment is needed.
                    unsafe { _mm512_storeu_ps(out.as_mut_ptr(), _mm512_castsi512_ps(floats)) };
                }
            }
        }
    }

    #[target_feature(enable = "avx512f")]
    fn load(bytes: &[u8; 64]) -> __m512i {
        // SAFETY: 64 bytes are what is read; no alignment is needed.
        unsafe { _mm512_loadu_si512(bytes.as_ptr().cast()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp_testkit::Noise;

    /// Other bytes in each place for each sample.
    fn bits(sample: u8) -> u32 {
        u32::from(sample).wrapping_mul(0x0102_0408)
    }

    #[test]
    fn every_sample_of_every_length_is_looked_up_in_its_place() {
        let table = Table::new(std::array::from_fn(|sample| f32::from_bits(bits(sample as u8))));
        let mut noise = Noise::seeded(3);
        for length in (0..300).chain([1000]) {
            let pixels: Vec<[u8; 3]> =
                (0..length).map(|_| std::array::from_fn(|_| noise.bits() as u8)).collect();
            let mut rows = [(); 3].map(|()| vec![0.0; length]);
            let [red, green, blue] = &mut rows;
            table.of_pixels(&pixels, [red, green, blue]);
            for (channel, row) in rows.iter().enumerate() {
                for (pixel, float) in pixels.iter().zip(row) {
                    assert_eq!(float.to_bits(), bits(pixel[channel]), "{length}");
                }
            }
        }
    }
}
