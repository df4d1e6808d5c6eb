//! The pictures and numbers of docs/goals.md: what goals look like, and when the mean lies.
//!
//! ```text
//! cargo run --release -p scrimp --example goals -- docs/goals
//! ```
//!
//! Writes into the folder a few pieces of pictures, each as PNG so that nothing is lost again, and prints the tables.

use scrimp::{Floor, Goal, Metric, Options, Outcome, Pixels, Shrunk};
use scrimp_testkit::Noise;
use scrimp_testkit::scenes::{self, Scene};
use std::error::Error;
use std::fs;
use std::path::Path;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const GOALS: [f64; 4] = [60.0, 70.0, 80.0, 90.0];
/// Pixels of a piece, and how many times larger it is shown.
const PIECE: usize = 96;
const TIMES: usize = 2;

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).ok_or("name the folder for the pictures")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    at_goals("fruit", scenes::still_life(960, 640, 8), (330, 330), folder)?;
    mean_and_floor(folder)?;
    chroma()
}

/// One picture at all goals.
fn at_goals(name: &str, scene: Scene, at: (usize, usize), folder: &Path) -> Result<()> {
    println!("| goal | bytes | score | worst cell | quality |\n| ---: | ---: | ---: | ---: | ---: |");
    save(&folder.join(format!("{name}-original.png")), &scene, at)?;
    let photo = scrimp_testkit::png(&scene);
    for goal in GOALS {
        let shrunk = shrink(&photo, Goal::new(Metric::Ssimulacra2, goal)?)?;
        print_line(&format!("{goal}"), &shrunk);
        save(&folder.join(format!("{name}-{goal}.png")), &decoded(&shrunk)?, at)?;
    }
    Ok(())
}

/// A picture of which most is easy and a little is not: with the floor and without.
fn mean_and_floor(folder: &Path) -> Result<()> {
    println!("\n| floor | bytes | score | worst cell | quality |\n| --- | ---: | ---: | ---: | ---: |");
    let scene = flowers_in_a_sky();
    let at = (FLOWERS.0 - 16, FLOWERS.1 - 16);
    save(&folder.join("flowers-original.png"), &scene, at)?;
    let photo = scrimp_testkit::png(&scene);
    let goal = Goal::new(Metric::Ssimulacra2, 60.0)?;
    for (name, floor) in [("none", Floor::Off), ("default", Floor::Default)] {
        let shrunk = shrink(&photo, goal.with_floor(floor)?)?;
        print_line(name, &shrunk);
        save(&folder.join(format!("flowers-{name}.png")), &decoded(&shrunk)?, at)?;
    }
    Ok(())
}

/// Where the flowers are, and their pixels a side.
const FLOWERS: (usize, usize) = (400, 160);
const SIDE: usize = 64;

/// A flat sky with a small patch of flowers before it, each of a pixel.
fn flowers_in_a_sky() -> Scene {
    let mut noise = Noise::seeded(7);
    let mut scene = scenes::flat(640, 480, [120, 160, 210]);
    for y in FLOWERS.1..FLOWERS.1 + SIDE {
        let row = 3 * (y * scene.width + FLOWERS.0);
        for sample in &mut scene.samples[row..row + 3 * SIDE] {
            *sample = sample.saturating_add_signed(noise.below(80) as i8 - 40);
        }
    }
    scene
}

/// What the finest quality comes to at half chroma and at full.
fn chroma() -> Result<()> {
    println!("\n| picture | 4:2:0 at quality 100 | 4:4:4 at quality 100 |\n| --- | ---: | ---: |");
    let pictures = [
        ("landscape", scenes::landscape(480, 320, 1)),
        ("fruit", scenes::still_life(480, 320, 1)),
        ("red text", scenes::red_on_white(480, 320, 3)),
    ];
    let best = |scene: &Scene, subsampling| -> Result<f64> {
        let pixels = pixels(scene)?;
        let mut settings = scrimp_jpeg::EncodeSettings::libjpeg_turbo(100);
        settings.subsampling = subsampling;
        let file = scrimp_jpeg::encode(&pixels, &settings)?;
        let options = Options::default();
        let compared = scrimp::compare(&scrimp_testkit::png(scene), &file, Metric::Ssimulacra2, &options)?;
        Ok(Metric::Ssimulacra2.value_of(compared.score()))
    };
    for (name, scene) in &pictures {
        let [half, full] = [scrimp::Subsampling::S420, scrimp::Subsampling::S444].map(|one| best(scene, one));
        println!("| {name} | {:.1} | {:.1} |", half?, full?);
    }
    Ok(())
}

fn shrink(photo: &[u8], goal: Goal) -> Result<Shrunk> {
    let mut options = Options::default();
    options.goal = goal;
    match scrimp::shrink(photo, &options)? {
        Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk) => Ok(shrunk),
        Outcome::Kept(reason, _) => Err(reason.to_string().into()),
    }
}

fn print_line(name: &str, Shrunk { bytes, decision }: &Shrunk) {
    let number = |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.1}"));
    let quality = decision.setting.map(|setting| setting.quality);
    println!(
        "| {name} | {} | {} | {} | {} |",
        bytes.len(),
        number(decision.score),
        number(decision.floor),
        number(quality)
    );
}

fn pixels(scene: &Scene) -> Result<Pixels> {
    let Scene { width, height, samples, .. } = scene;
    Ok(Pixels::new(*width, *height, scrimp::Channels::Rgb, samples.clone())?)
}

fn decoded(shrunk: &Shrunk) -> Result<Scene> {
    scrimp_testkit::decode(&shrunk.bytes).ok_or_else(|| "what was written cannot be read".into())
}

/// A piece of a picture, larger.
fn save(path: &Path, scene: &Scene, (left, top): (usize, usize)) -> Result<()> {
    let side = PIECE * TIMES;
    let at = |index: usize| {
        let (x, y) = (left + index % side / TIMES, top + index / side / TIMES);
        let start = 3 * (y * scene.width + x);
        scene.samples[start..start + 3].to_vec()
    };
    let samples = (0..side * side).flat_map(at).collect();
    let piece = Scene { width: side, height: side, channels: 3, samples };
    fs::write(path, scrimp_testkit::png(&piece))?;
    Ok(())
}
