//! How far the exact scale of SSIMULACRA2 lies above the standard one: on the pairs of the corpus that golden scores
//! belong to, and on crops of its large wallpapers, where the gap grows with the size.
//!
//! ```text
//! cargo run --release -p scrimp-metric --example scale-gap
//! ```

#![expect(clippy::expect_used, reason = "a study of files that are there")]

use scrimp_metric::{Channels, Error, ImageView, Metric, Reference};
use scrimp_testkit::scenes::Scene;

const BANDS: [(f64, f64); 4] = [(f64::NEG_INFINITY, 65.0), (65.0, 80.0), (80.0, 87.0), (87.0, 100.0)];
const SIDES: [usize; 3] = [512, 1024, 2048];

fn main() -> Result<(), Error> {
    let Some(corpus) = scrimp_testkit::corpus() else { return Ok(()) };
    let pairs = corpus.scored_pairs();
    let scored: Vec<_> =
        pairs.iter().map(|(original, candidate)| scores(original, candidate)).collect::<Result<_, _>>()?;
    println!("| standard score | pairs | exact minus standard: median | least | most |");
    for (from, to) in BANDS {
        let inside = scored.iter().filter(|[standard, _]| (from..to).contains(standard));
        row(&format!("{from} to {to}"), inside.map(|[standard, exact]| exact - standard).collect());
    }
    println!("\n| crop, quality | photos | exact minus standard: median | least | most |");
    let large: Vec<_> =
        corpus.photos_of("wallpaper-large").iter().map(|path| scrimp_testkit::read(path)).collect();
    for quality in [75, 90] {
        for side in SIDES {
            let mut gaps = Vec::new();
            for scene in large.iter().filter(|scene| scene.width.min(scene.height) >= side) {
                let crop = middle(scene, side);
                let candidate = scrimp_testkit::decode(&scrimp_testkit::jpeg(&crop, quality));
                let [standard, exact] = scores(&crop, &candidate.expect("what was made is a picture"))?;
                gaps.push(exact - standard);
            }
            row(&format!("{side}x{side}, {quality}"), gaps);
        }
    }
    Ok(())
}

/// On the standard and on the exact scale.
fn scores(original: &Scene, candidate: &Scene) -> Result<[f64; 2], Error> {
    let score = |metric| Ok(Reference::new(metric, view(original)?)?.score(view(candidate)?)?.value());
    Ok([score(Metric::Ssimulacra2)?, score(Metric::Ssimulacra2Exact)?])
}

fn view(scene: &Scene) -> Result<ImageView<'_>, Error> {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    ImageView::new(scene.width, scene.height, channels, &scene.samples)
}

fn middle(scene: &Scene, side: usize) -> Scene {
    let (left, top) = ((scene.width - side) / 2, (scene.height - side) / 2);
    let row =
        |y| &scene.samples[((top + y) * scene.width + left) * scene.channels..][..side * scene.channels];
    Scene { width: side, height: side, samples: (0..side).flat_map(row).copied().collect(), ..*scene }
}

fn row(name: &str, mut gaps: Vec<f64>) {
    gaps.sort_by(f64::total_cmp);
    let (Some(least), Some(most)) = (gaps.first(), gaps.last()) else { return };
    println!("| {name} | {} | {:+.3} | {least:+.3} | {most:+.3} |", gaps.len(), gaps[gaps.len() / 2]);
}
