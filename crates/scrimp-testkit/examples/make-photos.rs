//! Writes photo-like pictures into a folder, for who has no photo at hand.
//!
//! ```text
//! cargo run --release -p scrimp-testkit --example make-photos -- FOLDER
//! ```

use scrimp_testkit::scenes::{facade, landscape, still_life};
use scrimp_testkit::{jpeg, png};
use std::{error::Error, fs, path::PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    let [folder] =
        std::env::args_os().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "name one folder")?;
    let folder = PathBuf::from(folder);
    fs::create_dir_all(&folder)?;
    for (name, file) in [
        ("mountains.png", png(&landscape(1536, 1024, 1))),
        ("fruit.png", png(&still_life(1500, 1000, 2))),
        ("house-gray.jpg", jpeg(&facade(640, 800, 3).gray(), 93)),
        ("lake.jpg", jpeg(&landscape(1800, 1200, 4), 95)),
        ("kitchen.jpg", jpeg(&still_life(1280, 960, 5), 92)),
        ("street.jpg", jpeg(&facade(1200, 900, 6), 90)),
    ] {
        fs::write(folder.join(name), file)?;
    }
    Ok(())
}
