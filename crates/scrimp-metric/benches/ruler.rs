//! How fast the ruler is, as ratios to fast-ssim2 0.9.1 in the same run: `cargo bench -p scrimp-metric`.
//!
//! One thread. Rounds alternate between the rulers, and the fastest round of each counts, so that what else
//! the machine does falls on all alike; time is that of the processor, where the system tells it.
//! `RULER_MEGAPIXELS=0.4,24` picks the sizes. Then what more threads gain, by the clock on the wall, so on a machine
//! that does nothing else; and how fast one thread reads and writes memory that no cache holds.

#![expect(clippy::unwrap_used, reason = "a bench")]

use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use scrimp_metric::{Channels, ImageView, Metric, Reference};
use scrimp_testkit::scenes::{self, Scene};
use std::hint::black_box;
use std::num::NonZeroUsize;
use std::time::Instant;

/// Pixels that a measurement goes through at least, so that it outlasts the clock's steps.
const LEAST_WORK: f64 = 4e6;

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
    println!("\n{:>7} {:>18} {:>8} {:>14} {:>14}", "MP", "ruler", "threads", "reference", "comparison");
    for megapixels in sizes.split(',').map(|size| size.parse::<f64>().unwrap()) {
        for metric in [Metric::Ssimulacra2, Metric::Ssimulacra2Exact] {
            gain_of_threads(metric, megapixels);
        }
    }
    let [read, write] = memory();
    println!(
        "\none thread reads {read:.1} GB/s of memory and writes {write:.1} GB/s of memory touched before"
    );
}

/// Prints what 1 and 2 threads take for a picture.
fn gain_of_threads(metric: Metric, megapixels: f64) {
    let height = (megapixels * 1e6 * 3.0 / 4.0).sqrt().round() as usize;
    let original = scenes::landscape(height * 4 / 3, height, 1);
    let candidate = coarser(&original);
    let threads = [1, 2].map(|threads| NonZeroUsize::new(threads).unwrap());
    let mut costs = [[f64::INFINITY; 2]; 2];
    for _ in 0..(60.0 / megapixels).clamp(5.0, 60.0) as usize {
        for (costs, threads) in costs.iter_mut().zip(threads) {
            let start = Instant::now();
            let reference = Reference::with_threads(metric, view(&original), threads).unwrap();
            let prepared = Instant::now();
            black_box(reference.score(view(&candidate)).unwrap());
            let round = [prepared - start, prepared.elapsed()];
            for (least, cost) in costs.iter_mut().zip(round) {
                *least = least.min(cost.as_secs_f64() * 1e3 / megapixels);
            }
        }
    }
    for ([reference, comparison], threads) in costs.into_iter().zip(threads) {
        let name = metric.name();
        println!("{megapixels:>7} {name:>18} {threads:>8} {reference:>8.2} ms/MP {comparison:>8.2} ms/MP");
    }
}

/// Gigabytes a second that are read and written, of 256 MB.
fn memory() -> [f64; 2] {
    let mut samples = vec![1.0_f32; 64_000_000];
    let mut best = [0.0_f64; 2];
    for round in 0..5 {
        let start = Instant::now();
        // Sums side by side: one alone would wait for each addition.
        let mut sums = [0.0; 64];
        for part in samples.as_chunks::<64>().0 {
            for (sum, sample) in sums.iter_mut().zip(part) {
                *sum += *sample;
            }
        }
        black_box(sums);
        let read = start.elapsed();
        black_box(&mut samples).fill(round as f32);
        let write = start.elapsed() - read;
        for (best, time) in best.iter_mut().zip([read, write]) {
            *best = best.max(0.256 / time.as_secs_f64());
        }
    }
    best
}

/// The picture in fewer shades, as a candidate.
fn coarser(scene: &Scene) -> Scene {
    let samples = scene.samples.iter().map(|sample| sample / 6 * 6).collect();
    Scene { samples, ..*scene }
}

fn view(scene: &Scene) -> ImageView<'_> {
    ImageView::new(scene.width, scene.height, Channels::Rgb, &scene.samples).unwrap()
}

fn by_us(metric: Metric, original: &Scene, candidate: &Scene) -> Costs {
    let reference = Reference::new(metric, view(original)).unwrap();
    [
        milliseconds(original, || drop(black_box(Reference::new(metric, view(original)).unwrap()))),
        milliseconds(original, || _ = black_box(reference.score(view(candidate)).unwrap())),
    ]
}

fn by_peer(original: &Scene, candidate: &Scene) -> Costs {
    fn slice(scene: &Scene) -> PixelSlice<'_> {
        let (width, height) = (scene.width as u32, scene.height as u32);
        PixelSlice::new(&scene.samples, width, height, scene.width * 3, PixelDescriptor::RGB8_SRGB).unwrap()
    }
    let reference = Ssimulacra2Reference::new(&slice(original)).unwrap();
    [
        milliseconds(original, || drop(black_box(Ssimulacra2Reference::new(&slice(original)).unwrap()))),
        milliseconds(original, || _ = black_box(reference.compare(&slice(candidate)).unwrap())),
    ]
}

/// Milliseconds that `work` takes on a picture of this size.
fn milliseconds(scene: &Scene, work: impl Fn()) -> f64 {
    let times = (LEAST_WORK / (scene.width * scene.height) as f64).ceil();
    let (clock, start) = (Instant::now(), processor_milliseconds());
    (0..times as usize).for_each(|_| work());
    let spent = match (start, processor_milliseconds()) {
        (Some(start), Some(end)) => end - start,
        _ => clock.elapsed().as_secs_f64() * 1e3,
    };
    spent / times
}

/// What this thread has spent on a processor, as Linux tells it.
fn processor_milliseconds() -> Option<f64> {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(spent.split(' ').next()?.parse::<f64>().ok()? / 1e6)
}
