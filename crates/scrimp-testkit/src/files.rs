//! Scenes as files.

use crate::scenes::Scene;

/// The scene as a PNG of 8 bits a sample.
///
/// # Panics
/// If the scene is no picture.
#[must_use]
pub fn png(scene: &Scene) -> Vec<u8> {
    let mut file = Vec::new();
    let side = |pixels: usize| u32::try_from(pixels).expect("a side fits");
    let mut encoder = png::Encoder::new(&mut file, side(scene.width), side(scene.height));
    encoder.set_color(if scene.channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    let mut writer = encoder.write_header().expect("a vector takes the header");
    writer.write_image_data(&scene.samples).expect("a vector takes the samples");
    writer.finish().expect("a vector takes the end");
    file
}

/// The scene as a camera saves it: a baseline JPEG with JFIF header, colour at half size, at a quality from 1 to 100.
///
/// # Panics
/// If the scene is no picture, or wider or higher than 65,535 pixels.
#[must_use]
pub fn jpeg(scene: &Scene, quality: u8) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = |pixels: usize| u16::try_from(pixels).expect("a side fits");
    let colours = if scene.channels == 1 { ColorType::Luma } else { ColorType::Rgb };
    encoder
        .encode(&scene.samples, side(scene.width), side(scene.height), colours)
        .expect("a vector takes the picture");
    file
}
