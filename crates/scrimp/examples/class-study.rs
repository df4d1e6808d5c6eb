//! How well classes are told apart: the tables of docs/classes.md. Looks at the photos of the corpus, labelled by hand,
//! and at 300 made pictures, and prints for each class what they were called, each miss with its numbers, and what it
//! cost.
//!
//! ```text
//! cargo run --release -p scrimp --example class-study [-- --traits]
//! ```
//!
//! With `--traits` it prints what was measured of every picture, which is what the thresholds were chosen by.

use scrimp::{Class, Frames, Options, Photo, Pixels, Traits};
use scrimp_testkit::scenes::{self, Scene};
use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What each folder of the corpus holds.
const FOLDERS: [(&str, Class); 9] = [
    ("camera-jpeg", Class::Photo),
    ("exif-orientation", Class::Photo),
    ("line-art", Class::LineArt),
    ("phone-ultrahdr", Class::Photo),
    ("photo-gray", Class::Photo),
    ("photo-lossless", Class::Photo),
    ("screenshot", Class::Screenshot),
    ("text-scan", Class::Scan),
    ("wallpaper-large", Class::Photo),
];

/// What else files are, by how their names end.
const FILES: [(&str, Class); 9] = [
    // Nothing but noise.
    ("mathoverflow.jpg", Class::DarkNoisy),
    // More than half of them lie in the dark.
    ("codec-corpus__100f17892cf7bb12beb12479641fcc4c.png", Class::DarkNoisy),
    ("city-lossless.png", Class::DarkNoisy),
    ("guitar-lossless.png", Class::DarkNoisy),
    ("mc3-lossless.png", Class::DarkNoisy),
    ("pixel-lossless.png", Class::DarkNoisy),
    ("rain-lossless.png", Class::DarkNoisy),
    // Drawn, and typeset by a program.
    ("Sway_Wallpaper_Blue_2048x1536.png", Class::LineArt),
    ("phototest_2_84293a.png", Class::LineArt),
];

/// How many pictures are made of each class.
const MADE: u64 = 60;

struct Picture {
    name: String,
    is_made: bool,
    class: Class,
    traits: Traits,
    megapixels: f64,
    milliseconds: f64,
}

fn main() -> Result<()> {
    let pictures: Vec<Picture> = corpus()?.into_iter().chain(made()?).collect();
    if std::env::args().any(|argument| argument == "--traits") {
        pictures.iter().for_each(print_traits);
    }
    for (title, is_made) in [("The corpus", false), ("Made pictures", true)] {
        let some: Vec<_> = pictures.iter().filter(|picture| picture.is_made == is_made).collect();
        println!("\n## {title}: {} pictures\n", some.len());
        print_matrix(&some);
        print_misses(&some);
    }
    print_cost(&pictures);
    Ok(())
}

fn corpus() -> Result<Vec<Picture>> {
    let Some(corpus) = scrimp_testkit::corpus() else { return Ok(Vec::new()) };
    let mut options = Options::default();
    options.background = Some([255; 3]);
    options.frames = Frames::First;
    let mut pictures = Vec::new();
    for path in corpus.photos() {
        let folder = path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
        let Some((_, of_folder)) = FOLDERS.iter().find(|(name, _)| folder == *name) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let of_file = FILES.iter().find(|(end, _)| name.ends_with(end)).map(|(_, class)| *class);
        let photo = Photo::read(&std::fs::read(&path)?, &options)?;
        let name = format!("{}/{name}", folder.to_string_lossy());
        pictures.extend(Picture::of(name, of_file.unwrap_or(*of_folder), photo.pixels()));
    }
    Ok(pictures)
}

fn made() -> Result<Vec<Picture>> {
    type Painter = fn(usize, usize, u64) -> Scene;
    const PAINTERS: [(Class, &[Painter]); 5] = [
        (Class::Photo, &[scenes::landscape, scenes::still_life, scenes::facade, cut_out]),
        (Class::Screenshot, &[scenes::screenshot]),
        (Class::LineArt, &[scenes::text_page, scenes::drawing]),
        (Class::Scan, &[scenes::scan]),
        (Class::DarkNoisy, &[scenes::night]),
    ];
    const SIZES: [(usize, usize); 4] = [(320, 240), (480, 640), (800, 600), (1280, 960)];
    let mut pictures = Vec::new();
    for (class, painters) in PAINTERS {
        for seed in 0..MADE {
            let (width, height) = SIZES[seed as usize / 2 % SIZES.len()];
            let scene = painters[seed as usize % painters.len()](width, height, 1000 + seed);
            // Half of them as people have them: saved as a JPEG before.
            let (how, file) = match seed / 8 % 2 {
                0 => ("made", scrimp_testkit::png(&scene)),
                _ => ("made and saved as a JPEG", scrimp_testkit::jpeg(&scene, 85)),
            };
            let photo = Photo::read(&file, &Options::default())?;
            let picture = Picture::of(format!("{class} {seed}, {how}"), class, photo.pixels());
            pictures.extend(picture.map(|picture| Picture { is_made: true, ..picture }));
        }
    }
    Ok(pictures)
}

/// As shops show their goods: in front of nothing at all, which is the flattest that a photo gets.
fn cut_out(width: usize, height: usize, seed: u64) -> Scene {
    let mut scene = scenes::still_life(width, height, seed);
    for (index, pixel) in scene.samples.chunks_exact_mut(3).enumerate() {
        let (x, y) = ((index % width) as f64 / width as f64, (index / width) as f64 / height as f64);
        if (x - 0.5) * (x - 0.5) + (y - 0.6) * (y - 0.6) > 0.09 {
            pixel.fill(255);
        }
    }
    scene
}

impl Picture {
    fn of(name: String, class: Class, pixels: &Pixels) -> Option<Self> {
        let megapixels = (pixels.width() * pixels.height()) as f64 / 1e6;
        let traits = Traits::of(pixels)?;
        // The least of some: what else the machine does is no cost of this.
        let time = || {
            let started = Instant::now();
            black_box(Traits::of(black_box(pixels)));
            1000.0 * started.elapsed().as_secs_f64()
        };
        let milliseconds = (0..5).map(|_| time()).fold(f64::INFINITY, f64::min);
        Some(Self { name, is_made: false, class, traits, megapixels, milliseconds })
    }
}

fn print_traits(picture: &Picture) {
    let Traits { flat, drawn, ruled, bilevel, noise, light, paper, text } = picture.traits;
    println!(
        "{:11} {:11} flat {flat:.3} drawn {drawn:.3} ruled {ruled:.3} bilevel {bilevel:.3} noise {noise:6.2} \
         light {light:6.1} paper {paper:.3} text {text:.3}  {}",
        picture.class.name(),
        picture.traits.class().name(),
        picture.name
    );
}

fn print_matrix(pictures: &[&Picture]) {
    let names = Class::ALL.map(Class::name).join(" | ");
    println!("| it is | {names} |\n| --- |{}", " ---: |".repeat(Class::ALL.len()));
    for class in Class::ALL {
        let called = |name: Class| {
            let is_so = |picture: &&&Picture| picture.class == class && picture.traits.class() == name;
            pictures.iter().filter(is_so).count().to_string()
        };
        println!("| {class} | {} |", Class::ALL.map(called).join(" | "));
    }
    let photos: Vec<_> = pictures.iter().filter(|picture| picture.class == Class::Photo).collect();
    let wrong = photos.iter().filter(|photo| photo.traits.class() != Class::Photo).count();
    println!("\n{wrong} of {} photos are called something else.", photos.len());
}

fn print_misses(pictures: &[&Picture]) {
    println!("\n| missed | it is | called | because |\n| --- | --- | --- | --- |");
    for Picture { name, class, traits, .. } in pictures {
        if traits.class() != *class {
            println!("| {name} | {class} | {} | {} |", traits.class(), traits.reason());
        }
    }
}

fn print_cost(pictures: &[Picture]) {
    let (mut all, mut time) = (0.0, 0.0);
    let mut each: Vec<f64> = Vec::new();
    for picture in pictures {
        all += picture.megapixels;
        time += picture.milliseconds;
        each.push(picture.milliseconds / picture.megapixels);
    }
    each.sort_by(f64::total_cmp);
    let middle = each.get(each.len() / 2).copied().unwrap_or_default();
    let most = each.last().copied().unwrap_or_default();
    println!(
        "\nTook {:.3} ms a megapixel in all; a picture {middle:.2} in the middle and {most:.2} at most.",
        time / all
    );
}
