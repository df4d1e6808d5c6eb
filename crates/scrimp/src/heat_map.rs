//! A picture of where a candidate looks different: the photo in gray under the colours of its cells, with a legend.

use scrimp_jpeg::{Channels, Pixels};
use scrimp_metric::{Region, ScoreMap};

/// Scores and their colours: linear between them, level beyond. From the unnoticeable to the ruined.
const COLOURS: [(f64, [u8; 3]); 5] = [
    (100.0, [20, 40, 140]),
    (85.0, [30, 150, 110]),
    (70.0, [235, 215, 50]),
    (50.0, [240, 130, 20]),
    (20.0, [200, 10, 20]),
];

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

/// Draws the map over the photo; the worst cell has a white frame. Returns width, height and RGB samples.
pub(crate) fn draw(photo: &Pixels, map: &ScoreMap) -> (usize, usize, Vec<u8>) {
    let mut canvas = Canvas::new(photo.width().max(LEAST_WIDTH), photo.height() + LEGEND_HEIGHT);
    for (region, score) in map.cells() {
        tint(&mut canvas, photo, region, colour_of(score.value()));
    }
    frame(&mut canvas, map.worst().0);
    legend(&mut canvas, photo.height());
    (canvas.width, canvas.height, canvas.samples)
}

fn colour_of(score: f64) -> [u8; 3] {
    let between = COLOURS.windows(2).find(|pair| (pair[1].0..=pair[0].0).contains(&score));
    match between {
        Some(pair) => {
            let share = (pair[0].0 - score) / (pair[0].0 - pair[1].0);
            mix(pair[0].1, pair[1].1, share)
        }
        None if score > COLOURS[0].0 => COLOURS[0].1,
        None => COLOURS[COLOURS.len() - 1].1,
    }
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

/// A strip of colours from 100 on the left to 20 on the right, with numbers under it.
fn legend(canvas: &mut Canvas, top: usize) {
    const MARGIN: usize = 10;
    let length = (canvas.width - 2 * MARGIN).min(400);
    let (finest, coarsest) = (COLOURS[0].0, COLOURS[COLOURS.len() - 1].0);
    let at = |x: usize| finest - (finest - coarsest) * x as f64 / length as f64;
    for x in 0..length {
        for y in 0..10 {
            canvas.put(MARGIN + x, top + 4 + y, colour_of(at(x)));
        }
    }
    for score in [100_u8, 80, 60, 40, 20] {
        let x = ((finest - f64::from(score)) / (finest - coarsest) * length as f64).round() as usize;
        let text = score.to_string();
        let start = (MARGIN + x).saturating_sub(2 * text.len());
        for (index, digit) in text.bytes().enumerate() {
            glyph(canvas, start + 4 * index, top + 17, digit - b'0');
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

fn glyph(canvas: &mut Canvas, left: usize, top: usize, digit: u8) {
    let dots = DIGITS[usize::from(digit % 10)];
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
        assert_eq!(colour_of(120.0), COLOURS[0].1);
        assert_eq!(colour_of(-40.0), COLOURS[4].1);
        for tenth in 0..1200 {
            let (a, b) = (colour_of(f64::from(tenth) / 10.0), colour_of(f64::from(tenth + 1) / 10.0));
            assert!(a.iter().zip(&b).all(|(a, b)| a.abs_diff(*b) <= 3), "{tenth}");
        }
    }
}
