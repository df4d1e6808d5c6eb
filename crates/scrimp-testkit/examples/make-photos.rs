//! Writes photo-like pictures into a folder, for who has no photo at hand.
//!
//! ```text
//! cargo run --release -p scrimp-testkit --example make-photos -- FOLDER
//! ```

use scrimp_testkit::scenes::{Scene, facade, landscape, still_life};
use std::{
    error::Error,
    fs::{self, File},
    io::BufWriter,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let [folder] =
        std::env::args_os().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "name one folder")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    let named = |name: &str| folder.join(name);

    write_png(&named("mountains.png"), &landscape(1536, 1024, 1))?;
    write_png(&named("fruit.png"), &still_life(900, 600, 2))?;
    write_png(&named("house-gray.png"), &facade(640, 800, 3).gray())?;
    write_jpeg(&named("lake.jpg"), &landscape(1800, 1200, 4), 95)?;
    write_jpeg(&named("kitchen.jpg"), &still_life(1280, 960, 5), 92)?;
    write_jpeg(&named("street.jpg"), &facade(1200, 900, 6), 90)
}

fn write_png(path: &Path, scene: &Scene) -> Result<(), Box<dyn Error>> {
    let file = BufWriter::new(File::create(path)?);
    let mut encoder = png::Encoder::new(file, u32::try_from(scene.width)?, u32::try_from(scene.height)?);
    encoder.set_color(if scene.channels == 1 { png::ColorType::Grayscale } else { png::ColorType::Rgb });
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&scene.samples)?;
    Ok(writer.finish()?)
}

/// As a camera saves it: baseline, with the colour at half size.
fn write_jpeg(path: &Path, scene: &Scene, quality: u8) -> Result<(), Box<dyn Error>> {
    let mut encoder = jpeg_encoder::Encoder::new_file(path, quality)?;
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_2);
    let (width, height) = (u16::try_from(scene.width)?, u16::try_from(scene.height)?);
    let colours =
        if scene.channels == 1 { jpeg_encoder::ColorType::Luma } else { jpeg_encoder::ColorType::Rgb };
    Ok(encoder.encode(&scene.samples, width, height, colours)?)
}
