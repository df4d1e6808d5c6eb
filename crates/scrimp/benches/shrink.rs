//! What one whole shrink costs beside the yardstick of the field: one default mozjpeg encode of the same pixels
//! (trellis, scan search, progressive).
//!
//! One thread, photos in memory: `cargo bench -p scrimp --bench shrink` for made photos of four sizes, with the names
//! of photos behind `--` for those. The two sides take turns, so that a busy machine disturbs both alike, and what is
//! compared is the processor's time where the system tells it (Linux), else the clock's.

use scrimp::{Decision, Look, Milliseconds, Options, Photo};
use scrimp_jpeg::{Channels, EncodeSettings, Pixels};
use scrimp_testkit::scenes::landscape;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Width and height of the made photos: 0.4, 4, 12 and 24 megapixels.
const SIZES: [(usize, usize); 4] = [(768, 512), (2432, 1616), (4240, 2832), (6000, 4000)];

/// A photo in the forms that the two sides take.
struct Case {
    name: String,
    pixels: Pixels,
    file: Vec<u8>,
}

impl Case {
    fn made((width, height): (usize, usize)) -> Self {
        let scene = landscape(width, height, 1);
        let file = scrimp_testkit::png(&scene);
        let pixels = Pixels::new(width, height, Channels::Rgb, scene.samples).expect("a scene is a picture");
        Self { name: "made".into(), pixels, file }
    }

    fn read(path: &str) -> Self {
        let file = std::fs::read(path).expect("the photo can be read");
        let photo = Photo::read(&file, &Options::default()).expect("a sound photo");
        let name = path.rsplit('/').next().unwrap_or(path).into();
        Self { name, pixels: photo.pixels().clone(), file }
    }

    fn mozjpeg_default(&self) {
        let settings = EncodeSettings::mozjpeg_default(75);
        black_box(scrimp_jpeg::encode(&self.pixels, &settings).expect("it encodes"));
    }

    fn shrink(&self) -> Decision {
        let mut options = Options::look(Look::High);
        options.limits.time = 600;
        scrimp::shrink(&self.file, &options).expect("a sound photo").decision().clone()
    }

    fn compare(&self) {
        let megapixels = (self.pixels.width() * self.pixels.height()) as f64 / 1e6;
        let turns = if megapixels < 2.0 { 9 } else { 3 };
        let (mut theirs, mut ours) = (Vec::new(), Vec::new());
        for _ in 0..turns {
            theirs.push(cost(|| self.mozjpeg_default()).0);
            ours.push(cost(|| self.shrink()));
        }
        theirs.sort();
        ours.sort_by_key(|(spent, _)| *spent);
        let (theirs, (ours, decision)) = (theirs[turns / 2], &ours[turns / 2]);
        let per_megapixel = |spent: Duration| 1000.0 * spent.as_secs_f64() / megapixels;
        println!(
            "{megapixels:5.1} MP {:40} {:.2} = {:5.1} / {:5.1} ms/MP   {}   {}",
            self.name,
            ours.as_secs_f64() / theirs.as_secs_f64(),
            per_megapixel(*ours),
            per_megapixel(theirs),
            stages(&decision.ms, megapixels),
            probes(decision),
        );
    }
}

/// Each stage's part by the clock, in milliseconds a megapixel.
fn stages(ms: &Milliseconds, megapixels: f64) -> String {
    let stages = [
        ("decode", ms.decode),
        ("reference", ms.reference),
        ("guides", ms.guides),
        ("transform", ms.transform),
        ("probes", ms.probes),
        ("entropy", ms.entropy),
        ("proof", ms.proof),
    ];
    stages.map(|(name, spent)| format!("{name} {:.1}", spent / megapixels)).join(", ")
}

fn probes(decision: &Decision) -> String {
    let count = |scale| decision.probes.iter().filter(|probe| probe.scale == scale).count();
    ["guide", "proof", "file"].map(|scale| format!("{} {scale}", count(scale))).join(", ")
}

/// What `work` takes of this thread's processor time.
fn cost<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let started = (Instant::now(), on_processor());
    let result = work();
    let spent = started.1.zip(on_processor()).map(|(from, to)| to.saturating_sub(from));
    (spent.unwrap_or_else(|| started.0.elapsed()), result)
}

/// For how long this thread has run so far, if the system tells.
fn on_processor() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

fn main() {
    println!("a whole shrink in default mozjpeg encodes, processor time of each; its stages by the clock");
    let named: Vec<_> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    for path in &named {
        Case::read(path).compare();
    }
    if named.is_empty() {
        SIZES.into_iter().for_each(|size| Case::made(size).compare());
    }
}
