//! Pictures by what they show, as interleaved 8-bit samples.

mod facade;
mod landscape;
mod lettering;
mod night;
mod paper;
mod screen;
mod still_life;

use crate::Noise;

pub use facade::facade;
pub use landscape::landscape;
pub use night::night;
pub use paper::{drawing, scan, text_page};
pub use screen::screenshot;
pub use still_life::still_life;

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

    /// What a camera makes of light: channels from 0 to 1 become samples, with the sensor's noise in them.
    ///
    /// The noise is that of photons, so it grows with the root of the light, and is blurred along the row a little, as
    /// demosaicking does; one level is its standard deviation in middle gray.
    fn photograph(
        width: usize,
        height: usize,
        noise: &mut Noise,
        mut light: impl FnMut(usize, usize) -> [f64; 3],
    ) -> Self {
        let mut last = [0.0; 3];
        Self::paint(width, height, 3, |x, y| {
            let shared = noise.bell();
            let mut channel = 0;
            light(x, y).map(|value| {
                let value = value.clamp(0.0, 1.0);
                let own = shared + 0.7 * noise.bell() + 0.6 * last[channel];
                last[channel] = own;
                channel += 1;
                255.0 * value + (0.4 + 0.9 * value.sqrt()) * own
            })
        })
    }

    /// The picture with one sample a pixel: its green.
    #[must_use]
    pub fn gray(&self) -> Self {
        let samples =
            self.samples.chunks_exact(self.channels).map(|pixel| pixel[self.channels / 2]).collect();
        Self { channels: 1, samples, ..*self }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    const SCENES: [fn(usize, usize, u64) -> Scene; 8] =
        [landscape, still_life, facade, night, screenshot, text_page, drawing, scan];

    #[test]
    fn a_seed_names_one_picture() {
        for scene in SCENES {
            assert_eq!(scene(40, 30, 7), scene(40, 30, 7));
            assert_ne!(scene(40, 30, 7), scene(40, 30, 8));
        }
    }

    #[test]
    fn a_scene_can_have_any_size() {
        for (width, height) in [(1, 9), (9, 1), (1, 1), (33, 17)] {
            for scene in SCENES {
                let made = scene(width, height, 1);
                assert_eq!(
                    (made.width, made.height, made.samples.len()),
                    (width, height, width * height * 3)
                );
            }
        }
    }
}
