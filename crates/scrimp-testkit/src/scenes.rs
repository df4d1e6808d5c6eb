//! Pictures by what they show, as interleaved 8-bit samples.

use crate::Noise;

/// A made picture: `channels` interleaved 8-bit samples a pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scene {
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// 1 (gray) or 3 (red, green, blue).
    pub channels: usize,
    /// width x height x channels samples.
    pub samples: Vec<u8>,
}

impl Scene {
    fn paint(
        width: usize,
        height: usize,
        channels: usize,
        mut colour: impl FnMut(usize, usize) -> [f64; 3],
    ) -> Self {
        let mut samples = Vec::with_capacity(width * height * channels);
        for y in 0..height {
            for x in 0..width {
                let rgb = colour(x, y).map(|value| value.round().clamp(0.0, 255.0) as u8);
                samples.extend_from_slice(&rgb[..channels]);
            }
        }
        Self { width, height, channels, samples }
    }

    /// The picture with one sample a pixel: its green.
    #[must_use]
    pub fn gray(&self) -> Self {
        let samples =
            self.samples.chunks_exact(self.channels).map(|pixel| pixel[self.channels / 2]).collect();
        Self { channels: 1, samples, ..*self }
    }
}

/// A landscape: sky with a smooth gradient, hills with texture at several scales, film grain.
#[must_use]
pub fn landscape(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let texture = Lattice::new(&mut noise);
    let (hill, tint) = (0.35 + 0.2 * noise.unit(), noise.unit());
    Scene::paint(width, height, 3, |x, y| {
        let (u, v) = (x as f64 / width as f64, y as f64 / height as f64);
        let grain = 6.0 * (noise.unit() - 0.5);
        let ridge = hill + 0.15 * (texture.at(u * 4.0, 7.3) - 0.5);
        let rgb = if v < ridge {
            let cloud = 40.0 * texture.fractal(u * 3.0, v * 6.0, 4);
            [120.0 + 60.0 * v + cloud, 160.0 + 50.0 * v + cloud, 225.0 - 20.0 * v + 0.4 * cloud]
        } else {
            let rough = texture.fractal(x as f64 / 37.0, y as f64 / 23.0, 5);
            let fine = texture.fractal(x as f64 / 3.1, y as f64 / 2.7, 2) - 0.5;
            let light = 40.0 + 150.0 * rough + 60.0 * fine;
            [light * (0.6 + 0.5 * tint), light, light * (0.9 - 0.5 * tint)]
        };
        rgb.map(|value| value + grain)
    })
}

/// Even random samples: the hardest picture there is.
#[must_use]
pub fn static_noise(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    Scene::paint(width, height, 3, |_, _| [0; 3].map(|_: u8| noise.below(256) as f64))
}

/// One colour all over.
#[must_use]
pub fn flat(width: usize, height: usize, rgb: [u8; 3]) -> Scene {
    Scene::paint(width, height, 3, |_, _| rgb.map(f64::from))
}

/// Thin saturated red strokes on white, as of small text: what chroma subsampling ruins first.
#[must_use]
pub fn red_on_white(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let strokes: Vec<bool> = (0..=(width / 3) * (height / 5)).map(|_| noise.below(100) < 35).collect();
    Scene::paint(width, height, 3, |x, y| {
        let (column, row) = (x / 3, y / 5);
        let inked = x % 3 == 1 && y % 5 < 4 && strokes.get(row * (width / 3) + column) == Some(&true);
        if inked { [220.0, 0.0, 10.0] } else { [255.0; 3] }
    })
}

/// Value noise on a lattice, for texture.
struct Lattice(Vec<f64>);

impl Lattice {
    const SIDE: usize = 64;

    fn new(noise: &mut Noise) -> Self {
        Self((0..Self::SIDE * Self::SIDE).map(|_| noise.unit()).collect())
    }

    /// Smooth value from 0 to 1; repeats every 64 units.
    fn at(&self, x: f64, y: f64) -> f64 {
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let corner = |dx: i64, dy: i64| {
            let wrap = |value: f64, d: i64| (value.floor() as i64 + d).rem_euclid(Self::SIDE as i64) as usize;
            self.0[wrap(y, dy) * Self::SIDE + wrap(x, dx)]
        };
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (ex, ey) = (ease(fx), ease(fy));
        let top = corner(0, 0) + ex * (corner(1, 0) - corner(0, 0));
        let bottom = corner(0, 1) + ex * (corner(1, 1) - corner(0, 1));
        top + ey * (bottom - top)
    }

    /// Several octaves, each of half the size and strength; from 0 to 1.
    fn fractal(&self, x: f64, y: f64, octaves: u32) -> f64 {
        let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
        for _ in 0..octaves {
            sum += weight * self.at(x * scale, y * scale);
            total += weight;
            weight *= 0.5;
            scale *= 2.0;
        }
        sum / total
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_names_one_picture() {
        assert_eq!(landscape(40, 30, 7), landscape(40, 30, 7));
        assert_ne!(landscape(40, 30, 7), landscape(40, 30, 8));
        assert_eq!(landscape(1, 9, 1).samples.len(), 27);
    }
}
