//! How fast the ruler is, as ratios to fast-ssim2 0.9.1 in the same run: `cargo bench -p scrimp-metric`.
//!
//! Rounds alternate between the rulers, and the fastest round of each counts, so that what else the machine
//! does falls on all alike. `RULER_MEGAPIXELS=0.4,24` picks the sizes.

#![expect(missing_docs, clippy::unwrap_used, clippy::print_stdout, reason = "a bench")]

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use scrimp_metric::{Channels, ImageView, Metric, Reference};
use scrimp_testkit::scenes::{self, Scene};
use std::hint::black_box;
use std::time::Instant;

/// Milliseconds of the reference and of one comparison.
type Costs = [f64; 2];

fn main() {
    let sizes = std::env::var("RULER_MEGAPIXELS").unwrap_or_else(|_| "0.4,4,12".into());
    println!(
        "{:>7} {:>18} {:>14} {:>8} {:>14} {:>8}",
        "MP", "ruler", "reference", "ratio", "comparison", "ratio"
    );
    for megapixels in sizes.split(',').map(|size| size.parse::<f64>().unwrap()) {
        let height = (megapixels * 1e6 * 3.0 / 4.0).sqrt().round() as usize;
        let original = scenes::landscape(height * 4 / 3, height, 1);
        let candidate = coarser(&original);
        let rounds = (20.0 / megapixels).clamp(3.0, 15.0) as usize;
        let mut costs = [[f64::INFINITY; 2]; 3];
        for _ in 0..rounds {
            let round = [
                by_peer(&original, &candidate),
                by_us(Metric::Ssimulacra2, &original, &candidate),
                by_us(Metric::Ssimulacra2Exact, &original, &candidate),
            ];
            for (least, cost) in costs.as_flattened_mut().iter_mut().zip(round.as_flattened()) {
                *least = least.min(*cost);
            }
        }
        for (name, cost) in ["fast-ssim2", "ssimulacra2", "ssimulacra2-exact"].into_iter().zip(costs) {
            let [reference, comparison] = cost.map(|cost| cost / megapixels);
            let [of_reference, of_comparison] = [costs[0][0] / cost[0], costs[0][1] / cost[1]];
            println!(
                "{megapixels:>7} {name:>18} {reference:>8.2} ms/MP {of_reference:>7.2}x {comparison:>8.2} ms/MP {of_comparison:>7.2}x"
            );
        }
    }
}

/// The picture in fewer shades, as a candidate.
fn coarser(scene: &Scene) -> Scene {
    let samples = scene.samples.iter().map(|sample| sample / 6 * 6).collect();
    Scene { samples, ..*scene }
}

fn by_us(metric: Metric, original: &Scene, candidate: &Scene) -> Costs {
    fn view(scene: &Scene) -> ImageView<'_> {
        ImageView::new(scene.width, scene.height, Channels::Rgb, &scene.samples).unwrap()
    }
    let start = Instant::now();
    let reference = Reference::new(metric, view(original)).unwrap();
    let prepared = Instant::now();
    black_box(reference.score(view(candidate)).unwrap());
    [milliseconds(prepared - start), milliseconds(prepared.elapsed())]
}

fn by_peer(original: &Scene, candidate: &Scene) -> Costs {
    fn slice(scene: &Scene) -> PixelSlice<'_> {
        let (width, height) = (scene.width as u32, scene.height as u32);
        PixelSlice::new(&scene.samples, width, height, scene.width * 3, PixelDescriptor::RGB8_SRGB).unwrap()
    }
    let start = Instant::now();
    let reference = Ssimulacra2Reference::new(&slice(original)).unwrap();
    let prepared = Instant::now();
    black_box(reference.compare(&slice(candidate)).unwrap());
    [milliseconds(prepared - start), milliseconds(prepared.elapsed())]
}

fn milliseconds(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
