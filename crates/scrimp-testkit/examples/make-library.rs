//! Writes a library of small photos into a folder: folders of a hundred, of all scenes, sizes and qualities, with a PNG,
//! a gray, a damaged and a coarse one in each, and few of 12 megapixels. The same number gives the same library.
//!
//! ```text
//! cargo run --release -p scrimp-testkit --example make-library -- FOLDER PHOTOS
//! ```

use scrimp_testkit::scenes::{Scene, facade, landscape, still_life};
use scrimp_testkit::{jpeg, png};
use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [folder, photos] = arguments.as_slice() else { return Err("name a folder and a number".into()) };
    for number in 0..photos.parse::<u64>()? {
        let folder = PathBuf::from(folder).join(format!("{:03}", number / 100));
        fs::create_dir_all(&folder)?;
        let (name, bytes) = photo(number);
        fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}

fn photo(number: u64) -> (String, Vec<u8>) {
    // Numbers without a common factor, so that size, scene and quality vary independently. Two large ones in a row ask
    // for more memory together than a small budget has.
    let (width, height) = match number % 2500 {
        7 | 8 => (4000, 3000),
        _ => (96 + 8 * (number % 31) as usize, 80 + 8 * (number % 23) as usize),
    };
    let make: fn(usize, usize, u64) -> Scene = [landscape, facade, still_life][(number % 3) as usize];
    let scene = make(width, height, number);
    let quality = 70 + (number % 29) as u8;
    let jpeg_name = format!("{number:06}.jpg");
    match number % 100 {
        0 => (format!("{number:06}.png"), png(&scene)),
        1 => (jpeg_name, jpeg(&scene.gray(), quality)),
        2 => {
            let mut cut = jpeg(&scene, quality);
            cut.truncate(cut.len() * 2 / 3);
            (jpeg_name, cut)
        }
        3 => (jpeg_name, jpeg(&scene, 40)),
        _ => (jpeg_name, jpeg(&scene, quality)),
    }
}
