//! Scenes as files, and files as scenes.

use crate::scenes::Scene;
use std::fs;
use std::io::Cursor;
use std::path::Path;
use zune_jpeg::zune_core::colorspace::ColorSpace;

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

/// The scene in four inks, black left out, as a baseline JPEG with Adobe's marker: CMYK, or YCCK with all sampled alike.
///
/// # Panics
/// If the scene is no colour picture, or wider or higher than 65,535 pixels.
#[must_use]
pub fn jpeg_of_inks(scene: &Scene, inks: Inks, quality: u8) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder};
    let pixels = scene.samples.as_chunks::<3>().0;
    let samples: Vec<u8> = pixels.iter().flat_map(|[r, g, b]| [255 - r, 255 - g, 255 - b, 0]).collect();
    let mut file = Vec::new();
    let side = |pixels: usize| u16::try_from(pixels).expect("a side fits");
    let colours = match inks {
        Inks::Cmyk => ColorType::Cmyk,
        Inks::Ycck => ColorType::CmykAsYcck,
    };
    Encoder::new(&mut file, quality)
        .encode(&samples, side(scene.width), side(scene.height), colours)
        .expect("a vector takes the picture");
    file
}

/// How four inks are coded.
#[derive(Clone, Copy, Debug)]
pub enum Inks {
    /// As they are.
    Cmyk,
    /// Three as luma and chroma.
    Ycck,
}

/// The scene as a baseline JPEG with colour at a quarter of the width, which has none of the common names.
///
/// # Panics
/// If the scene is no picture, or wider or higher than 65,535 pixels.
#[must_use]
pub fn jpeg_4_1(scene: &Scene, quality: u8) -> Vec<u8> {
    sampled_jpeg(scene, quality, jpeg_encoder::SamplingFactor::F_4_1)
}

/// The scene as a camera saves it: a baseline JPEG with JFIF header, colour at half size, at a quality from 1 to 100.
///
/// # Panics
/// If the scene is no picture, or wider or higher than 65,535 pixels.
#[must_use]
pub fn jpeg(scene: &Scene, quality: u8) -> Vec<u8> {
    sampled_jpeg(scene, quality, jpeg_encoder::SamplingFactor::F_2_2)
}

fn sampled_jpeg(scene: &Scene, quality: u8, sampling: jpeg_encoder::SamplingFactor) -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder};
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(sampling);
    let side = |pixels: usize| u16::try_from(pixels).expect("a side fits");
    let colours = if scene.channels == 1 { ColorType::Luma } else { ColorType::Rgb };
    encoder
        .encode(&scene.samples, side(scene.width), side(scene.height), colours)
        .expect("a vector takes the picture");
    file
}

/// What a PNG or JPEG file shows, gray or colour, with 8 bits a sample; profiles are ignored.
///
/// # Panics
/// If the file can't be read, or is no such picture.
#[must_use]
pub fn read(path: &Path) -> Scene {
    let file = fs::read(path).unwrap_or_else(|error| panic!("{} can't be read: {error}", path.display()));
    decode(&file).unwrap_or_else(|| panic!("{} is no picture in gray or colour", path.display()))
}

/// As [`read`], from a file's bytes; `None` if they are no such picture.
#[must_use]
pub fn decode(file: &[u8]) -> Option<Scene> {
    if file.starts_with(b"\x89PNG") { read_png(file) } else { read_jpeg(file) }
}

fn read_png(file: &[u8]) -> Option<Scene> {
    let mut decoder = png::Decoder::new(Cursor::new(file));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let mut samples = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut samples).ok()?;
    let channels = info.color_type.samples();
    let scene = Scene { width: info.width as usize, height: info.height as usize, channels, samples };
    matches!(channels, 1 | 3).then_some(scene)
}

fn read_jpeg(file: &[u8]) -> Option<Scene> {
    let mut decoder = zune_jpeg::JpegDecoder::new(Cursor::new(file));
    decoder.decode_headers().ok()?;
    if decoder.input_colorspace()? == ColorSpace::Luma {
        let gray = decoder.options().jpeg_set_out_colorspace(ColorSpace::Luma);
        decoder.set_options(gray);
    }
    let samples = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    let channels = samples.len() / (width * height);
    matches!(channels, 1 | 3).then_some(Scene { width, height, channels, samples })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenes;

    #[test]
    fn a_file_shows_the_scene_it_was_made_of() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scene");
        let colour = scenes::landscape(70, 50, 1);
        for scene in [colour.gray(), colour] {
            fs::write(&path, png(&scene)).unwrap();
            assert_eq!(read(&path), scene);
            fs::write(&path, jpeg(&scene, 95)).unwrap();
            let shown = read(&path);
            assert_eq!((shown.width, shown.height, shown.channels), (70, 50, scene.channels));
            let off = shown.samples.iter().zip(&scene.samples).map(|(a, b)| u64::from(a.abs_diff(*b)));
            assert!(off.sum::<u64>() < 5 * scene.samples.len() as u64);
        }
    }
}
