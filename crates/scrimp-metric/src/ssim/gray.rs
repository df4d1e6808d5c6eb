//! A picture in gray, as the classic algorithm's world makes it.

use crate::image::Samples;
use crate::{Channels, ImageView};
use archmage::autoversion;
use std::borrow::Cow;

/// The picture in 8-bit gray as Pillow's `convert("L")` makes it: `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
/// A gray picture is left as it is. Of 16 bits, the nearest gray of 8.
#[must_use]
pub fn gray(image: ImageView<'_>) -> Cow<'_, [u8]> {
    match (image.samples(), image.channels()) {
        (Samples::Eight(samples), Channels::Gray) => Cow::Borrowed(samples),
        (Samples::Eight(samples), Channels::Rgb) => {
            let (pixels, _) = samples.as_chunks::<3>();
            let mut gray = vec![0; pixels.len()];
            gray_of_pixels(pixels, &mut gray);
            Cow::Owned(gray)
        }
        (Samples::Sixteen(samples), Channels::Gray) => {
            samples.iter().map(|gray| nearest_of_8(*gray)).collect()
        }
        (Samples::Sixteen(samples), Channels::Rgb) => {
            samples.as_chunks().0.iter().map(|rgb| nearest_of_8(gray_of_16(*rgb))).collect()
        }
    }
}

fn gray_of_16(rgb: [u16; 3]) -> u16 {
    // At most 65,535 x 65,536 + 32,768, which 32 bits hold.
    let [red, green, blue] = rgb.map(u32::from);
    ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) as u16
}

/// The 8-bit sample that is nearest to a 16-bit one.
fn nearest_of_8(sample: u16) -> u8 {
    ((u32::from(sample) + 128) / 257) as u8
}

/// Writes the gray of each pixel.
#[autoversion]
fn gray_of_pixels(pixels: &[[u8; 3]], gray: &mut [u8]) {
    for (gray, rgb) in gray.iter_mut().zip(pixels) {
        let [red, green, blue] = rgb.map(u32::from);
        *gray = ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16) as u8;
    }
}
