//! A picture of where a candidate looks different: the photo in gray under the colours of its cells, with a legend.

use crate::Error;
use crate::prober::defect;
use scrimp_jpeg::{Channels, Pixels};
use scrimp_metric::{Metric, Region, ScoreMap};

/// From the unnoticeable to the ruined.
const COLOURS: [[u8; 3]; 5] = [[20, 40, 140], [30, 150, 110], [235, 215, 50], [240, 130, 20], [200, 10, 20]];

/// What the colours stand for.
struct Key {
    /// The value of each colour, in the metric's unit; linear between them, level beyond.
    values: [f64; 5],
    /// The values that the legend writes.
    labels: &'static [&'static str],
}

impl Key {
    const fn of(metric: Metric) -> Self {
        match metric {
            Metric::Ssim => {
                Self { values: [1.0, 0.99, 0.97, 0.94, 0.9], labels: &["1", "0.98", "0.96", "0.94", "0.92"] }
            }
            Metric::Butteraugli => {
                Self { values: [0.0, 1.0, 2.0, 4.0, 8.0], labels: &["0", "2", "4", "6", "8"] }
            }
            Metric::Butteraugli3Norm => {
                Self { values: [0.0, 0.5, 1.0, 2.0, 4.0], labels: &["0", "1", "2", "3", "4"] }
            }
            _ => Self { values: [100.0, 85.0, 70.0, 50.0, 20.0], labels: &["100", "80", "60", "40", "20"] },
        }
    }

    const fn ends(&self) -> (f64, f64) {
        (self.values[0], self.values[self.values.len() - 1])
    }

    fn colour_of(&self, value: f64) -> [u8; 3] {
        let (finest, coarsest) = self.ends();
        // How far from the finest, whatever the direction.
        let far = |value: f64| (value - finest) / (coarsest - finest);
        let place = far(value);
        let between = (1..COLOURS.len()).find(|index| place <= far(self.values[*index]));
        match between {
            Some(_) if place <= 0.0 => COLOURS[0],
            Some(index) => {
                let (low, high) = (far(self.values[index - 1]), far(self.values[index]));
                mix(COLOURS[index - 1], COLOURS[index], (place - low) / (high - low))
            }
            None => COLOURS[COLOURS.len() - 1],
        }
    }
}

/// How much of a pixel is the colour of its cell; the rest is the photo.
const SHARE: f64 = 0.55;

const LEGEND_HEIGHT: usize = 26;
const LEAST_WIDTH: usize = 200;

/// A canvas of RGB samples.
struct Canvas {
    width: usize,
    height: usize,
    samples: Vec<u8>,
}

impl Canvas {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, samples: vec![255; width * height * 3] }
    }

    fn put(&mut self, x: usize, y: usize, colour: [u8; 3]) {
        if x < self.width && y < self.height {
            self.samples[(y * self.width + x) * 3..][..3].copy_from_slice(&colour);
        }
    }
}

/// The values at which the colours are unmixed, from the finest to the coarsest.
pub(crate) fn key(metric: Metric) -> Vec<(f64, [u8; 3])> {
    Key::of(metric).values.into_iter().zip(COLOURS).collect()
}

/// The photo in gray under the colours of its cells.
pub(crate) fn tinted(photo: &Pixels, metric: Metric, map: &ScoreMap) -> Result<Pixels, Error> {
    let (width, height) = (photo.width(), photo.height());
    let mut canvas = Canvas::new(width, height);
    tint_all(&mut canvas, photo, metric, map);
    Pixels::new(width, height, Channels::Rgb, canvas.samples).map_err(defect)
}

fn tint_all(canvas: &mut Canvas, photo: &Pixels, metric: Metric, map: &ScoreMap) {
    let key = Key::of(metric);
    for (region, score) in map.cells() {
        tint(canvas, photo, region, key.colour_of(metric.value_of(score)));
    }
}

/// Draws the map over the photo; the worst cell has a white frame. Returns width, height and RGB samples.
pub(crate) fn draw(photo: &Pixels, metric: Metric, map: &ScoreMap) -> (usize, usize, Vec<u8>) {
    let mut canvas = Canvas::new(photo.width().max(LEAST_WIDTH), photo.height() + LEGEND_HEIGHT);
    tint_all(&mut canvas, photo, metric, map);
    frame(&mut canvas, map.worst().0);
    legend(&mut canvas, &Key::of(metric), photo.height());
    (canvas.width, canvas.height, canvas.samples)
}

fn mix(from: [u8; 3], to: [u8; 3], share: f64) -> [u8; 3] {
    std::array::from_fn(|index| {
        (f64::from(from[index]) + share * (f64::from(to[index]) - f64::from(from[index]))).round() as u8
    })
}

fn tint(canvas: &mut Canvas, photo: &Pixels, region: Region, colour: [u8; 3]) {
    let channels = photo.channels().count();
    for y in region.y..region.y + region.height {
        let row = &photo.samples()[y * photo.stride()..][..photo.stride()];
        for x in region.x..region.x + region.width {
            let pixel = &row[x * channels..][..channels];
            let gray = match photo.channels() {
                Channels::Gray => pixel[0],
                // Luma of BT.601 in 8 bits.
                Channels::Rgb => {
                    ((77 * u32::from(pixel[0]) + 150 * u32::from(pixel[1]) + 29 * u32::from(pixel[2])) >> 8)
                        as u8
                }
            };
            canvas.put(x, y, mix([gray; 3], colour, SHARE));
        }
    }
}

fn frame(canvas: &mut Canvas, region: Region) {
    let (right, bottom) = (region.x + region.width - 1, region.y + region.height - 1);
    for x in region.x..=right {
        canvas.put(x, region.y, [255; 3]);
        canvas.put(x, bottom, [255; 3]);
    }
    for y in region.y..=bottom {
        canvas.put(region.x, y, [255; 3]);
        canvas.put(right, y, [255; 3]);
    }
}

/// A strip of colours from the finest on the left to the coarsest on the right, with numbers under it.
fn legend(canvas: &mut Canvas, key: &Key, top: usize) {
    const MARGIN: usize = 10;
    let length = (canvas.width - 2 * MARGIN).min(400);
    let (finest, coarsest) = key.ends();
    for x in 0..length {
        let colour = key.colour_of(finest + (coarsest - finest) * x as f64 / length as f64);
        for y in 0..10 {
            canvas.put(MARGIN + x, top + 4 + y, colour);
        }
    }
    for text in key.labels {
        let value: f64 = text.parse().unwrap_or(finest);
        let x = ((value - finest) / (coarsest - finest) * length as f64).round() as usize;
        let start = (MARGIN + x).saturating_sub(2 * text.len());
        for (index, character) in text.bytes().enumerate() {
            glyph(canvas, start + 4 * index, top + 17, character);
        }
    }
}

/// Digits of 3x5 dots, row by row from the top left, the first dot in the highest of 15 bits.
const DIGITS: [u16; 10] = [
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_010_010_010,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
];

const POINT: u16 = 0b010;

fn glyph(canvas: &mut Canvas, left: usize, top: usize, character: u8) {
    let dots = DIGITS.get(usize::from(character.wrapping_sub(b'0'))).copied().unwrap_or(POINT);
    for index in 0..15 {
        if dots >> (14 - index) & 1 == 1 {
            canvas.put(left + index % 3, top + index / 3, [40; 3]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_run_from_blue_to_red_without_a_jump() {
        for &metric in Metric::ALL {
            let key = Key::of(metric);
            let (finest, coarsest) = key.ends();
            let at = |place: f64| key.colour_of(finest + place * (coarsest - finest));
            assert_eq!([at(-0.2), at(0.0)], [COLOURS[0]; 2]);
            assert_eq!([at(1.0), at(1.7)], [COLOURS[4]; 2]);
            for step in -100..1100 {
                let (a, b) = (at(f64::from(step) / 1000.0), at(f64::from(step + 1) / 1000.0));
                assert!(a.iter().zip(&b).all(|(a, b)| a.abs_diff(*b) <= 3), "{metric:?} {step}");
            }
            assert!(key.labels.iter().all(|label| label.parse::<f64>().is_ok()));
        }
    }
}
