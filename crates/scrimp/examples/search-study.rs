//! What the search costs: proofs and guides for each photo and goal, and the bytes they come to. Prints a line for each,
//! and the means by size. Probes that share their tables with an earlier one cost nothing and are not counted.
//!
//! ```text
//! cargo run --release -p scrimp --example search-study -- PHOTO...
//! ```

use scrimp::{Goal, Limits, Metric, Options, Outcome, Photo, ProbeRecord};
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::Path;

const GOALS: [f64; 3] = [65.0, 80.0, 90.0];

/// Sums over searches.
#[derive(Default)]
struct Sum {
    searches: usize,
    proofs: usize,
    guides: usize,
    families: usize,
    bytes: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut sums: BTreeMap<&str, Sum> = BTreeMap::new();
    println!("goal  proofs  guides  families      bytes  photo");
    for path in std::env::args_os().skip(1) {
        let photo = fs::read(&path)?;
        let (width, height) = Photo::size(&photo, &Limits::default())?;
        for goal in GOALS {
            let mut options = Options::default();
            options.goal = Goal::new(Metric::Ssimulacra2, goal)?;
            let Ok(outcome) = scrimp::shrink(&photo, &options) else { continue };
            let search = Sum::of(&outcome, photo.len());
            if search.proofs == 0 {
                continue;
            }
            let Sum { proofs, guides, families, bytes, .. } = search;
            let name = Path::new(&path).display();
            println!("{goal:4}  {proofs:6}  {guides:6}  {families:8}  {bytes:9}  {name}");
            for class in [class(width * height, guides), "all"] {
                sums.entry(class).or_default().add(&search);
            }
        }
    }
    for (class, Sum { searches, proofs, guides, families, bytes }) in sums {
        let mean = |count: usize| count as f64 / searches as f64;
        println!(
            "{class}: {searches} searches, {:.2} proofs, {:.2} guides, {:.2} families, {bytes} bytes",
            mean(proofs),
            mean(guides),
            mean(families)
        );
    }
    Ok(())
}

const fn class(pixels: u64, guides: usize) -> &'static str {
    match pixels {
        _ if guides == 0 => "without a guide",
        0..1_000_000 => "below 1 MP",
        1_000_000..5_000_000 => "1 to 5 MP",
        _ => "from 5 MP",
    }
}

impl Sum {
    /// One search; of a photo that was kept, its own bytes.
    fn of(outcome: &Outcome, input: usize) -> Self {
        let (decision, bytes) = match outcome {
            Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk) => (&shrunk.decision, shrunk.bytes.len()),
            Outcome::Kept(_, decision) => (decision, input),
        };
        let of_scale = |scale: &str| -> BTreeSet<_> {
            let of_scale = decision.probes.iter().filter(|probe| probe.scale == scale);
            of_scale.map(|probe: &ProbeRecord| (probe.setting.subsampling, probe.score.to_bits())).collect()
        };
        let (proved, guided) = (of_scale("proof"), of_scale("guide"));
        let families: BTreeSet<_> = proved.iter().map(|(subsampling, _)| subsampling).collect();
        Self { searches: 1, proofs: proved.len(), guides: guided.len(), families: families.len(), bytes }
    }

    fn add(&mut self, other: &Self) {
        self.searches += other.searches;
        self.proofs += other.proofs;
        self.guides += other.guides;
        self.families += other.families;
        self.bytes += other.bytes;
    }
}
