//! Our two scales against the public formula in 64-bit floats and against fast-ssim2.

use super::*;
use crate::Channels;
use crate::stop::NEVER;
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Reference};
use scrimp_testkit::Noise;
use scrimp_testkit::scenes::{self, Scene};

pub(super) fn view(scene: &Scene) -> ImageView<'_> {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    ImageView::whole((scene.width, scene.height), channels, &scene.samples)
}

/// What the crate that follows the public program says.
fn published(original: &Scene, candidate: &Scene) -> f64 {
    let slice = |scene: &Scene, work: &mut dyn FnMut(&PixelSlice<'_>) -> f64| {
        let descriptor =
            if scene.channels == 1 { PixelDescriptor::GRAY8_SRGB } else { PixelDescriptor::RGB8_SRGB };
        let (width, height) = (scene.width as u32, scene.height as u32);
        let stride = scene.width * scene.channels;
        work(&PixelSlice::new(&scene.samples, width, height, stride, descriptor).unwrap())
    };
    slice(original, &mut |original| {
        let reference = Ssimulacra2Reference::new(original).unwrap();
        slice(candidate, &mut |candidate| reference.compare(candidate).unwrap())
    })
}

fn score_by(working: Working, evaluation: Evaluation, original: &Scene, candidate: &Scene) -> f64 {
    let prepared = Prepared::new(working, view(original), NEVER).unwrap();
    prepared.errors(view(candidate), evaluation, NEVER).unwrap().score()
}

fn score(evaluation: Evaluation, original: &Scene, candidate: &Scene) -> f64 {
    score_by(on_threads(1), evaluation, original, candidate)
}

pub(super) fn on_threads(threads: usize) -> Working {
    Working { set: InstructionSet::widest(), threads: NonZeroUsize::new(threads).unwrap() }
}

/// A picture of one of many kinds, and a worse version of it.
fn pair(seed: u64) -> (Scene, Scene) {
    let mut noise = Noise::seeded(seed);
    let (width, height) = match noise.below(8) {
        0 => (8, 8),
        1 => (9, 7),
        2 => (4 + noise.below(6) as usize, 400 + noise.below(50) as usize),
        3 => (400 + noise.below(50) as usize, 8 + noise.below(3) as usize),
        4 => (1 + noise.below(12) as usize, 1 + noise.below(12) as usize),
        _ => (20 + noise.below(280) as usize, 20 + noise.below(200) as usize),
    };
    let colour = [0; 3].map(|_: u8| noise.below(256) as u8);
    let original = match noise.below(6) {
        0 => scenes::static_noise(width, height, seed),
        1 => scenes::flat(width, height, colour),
        2 => scenes::red_on_white(width, height, seed),
        _ => scenes::landscape(width, height, seed),
    };
    let original = if noise.below(5) == 0 { original.gray() } else { original };
    let mut candidate = original.clone();
    let (kind, strength) = (noise.below(5), 1 + noise.below(60));
    for (index, sample) in candidate.samples.iter_mut().enumerate() {
        let value = i64::from(*sample);
        let moved = match kind {
            0 => value + noise.below(2 * strength + 1) as i64 - strength as i64,
            1 => value / strength as i64 * strength as i64,
            2 => value + strength as i64 * (index as i64 / 24 % 2),
            3 => {
                if noise.below(400) == 0 {
                    255 - value
                } else {
                    value
                }
            }
            _ => 255 * i64::from(value > 128),
        };
        *sample = moved.clamp(0, 255) as u8;
    }
    (original, candidate)
}

/// How far a score may lie from what the oracle says: what is left out grows with the errors.
fn allowed(score: f64) -> f64 {
    if score > 0.0 { 0.002 } else { 0.005 }
}

#[test]
fn the_standard_scale_is_that_of_the_public_program() {
    for seed in 0..500 {
        let (original, candidate) = pair(seed);
        let ours = score(Evaluation::Standard, &original, &candidate);
        let theirs = published(&original, &candidate);
        let shape = (original.width, original.height, original.channels);
        assert!((ours - theirs).abs() < allowed(theirs), "pair {seed} of {shape:?}: {ours} for {theirs}");
    }
}

#[test]
fn the_exact_scale_is_that_of_the_definition() {
    for seed in 0..500 {
        let (original, candidate) = pair(seed);
        let ours = score(Evaluation::Exact, &original, &candidate);
        let theirs = oracle::score(view(&original), view(&candidate));
        let shape = (original.width, original.height, original.channels);
        assert!((ours - theirs).abs() < allowed(theirs), "pair {seed} of {shape:?}: {ours} for {theirs}");
        // What differs is what is left out, and hardly any rounding.
        let theirs = oracle::score_of_what_counts(view(&original), view(&candidate));
        let rounding = 1e-3_f64.max((100.0 - theirs) / 100_000.0);
        assert!((ours - theirs).abs() < rounding, "pair {seed} of {shape:?}: {ours} for {theirs}");
    }
}

/// The same on every machine: whole numbers all the way to the samples, which no library's rounding touches.
#[test]
fn scores_are_pinned_to_the_bit() {
    let original = scenes::static_noise(333, 217, 5);
    let candidate =
        Scene { samples: original.samples.iter().map(|sample| sample / 9 * 9).collect(), ..original };
    let scores = BOTH.map(|evaluation| score(evaluation, &original, &candidate).to_bits());
    assert_eq!(scores, PINNED, "{scores:x?}: a change of any score is one to tell");
}

const PINNED: [u64; 2] = [0x4056_382f_7cdf_f986, 0x4056_3906_36a2_2952];

pub(super) const BOTH: [Evaluation; 2] = [Evaluation::Standard, Evaluation::Exact];

#[test]
fn every_instruction_set_gives_the_same_bits() {
    for seed in 0..60 {
        let (original, candidate) = pair(seed);
        for evaluation in BOTH {
            let score = score(evaluation, &original, &candidate);
            for set in InstructionSet::available() {
                let other = score_by(Working { set, ..on_threads(1) }, evaluation, &original, &candidate);
                assert_eq!(score.to_bits(), other.to_bits(), "pair {seed}, {evaluation:?}, {set:?}");
            }
        }
    }
}

/// Pictures that are cut into strips, one of them into strips of all widths.
fn wide_pairs() -> impl Iterator<Item = (Scene, Scene)> {
    let sizes = [(513, 90), (640, 200), (1023, 130), (1301, 117), (2500, 33), (4097, 8)];
    sizes.into_iter().zip(0..).map(|((width, height), seed)| {
        let original = match seed {
            1 => scenes::static_noise(width, height, seed),
            _ => scenes::landscape(width, height, seed),
        };
        let mut noise = Noise::seeded(seed);
        let coarser =
            original.samples.iter().map(|sample| (sample / 7 * 7).saturating_add(noise.below(5) as u8));
        let candidate = Scene { samples: coarser.collect(), ..original };
        (original, candidate)
    })
}

/// The score and those of the cells, to the bit.
pub(super) fn bits(
    working: Working,
    evaluation: Evaluation,
    original: &Scene,
    candidate: &Scene,
) -> Vec<u64> {
    let prepared = Prepared::new(working, view(original), NEVER).unwrap();
    let errors = prepared.errors(view(candidate), evaluation, NEVER).unwrap();
    let grid = crate::map::Grid::new((original.width, original.height));
    let (columns, rows) = (grid.columns, grid.rows);
    let cell = |index| errors.score_of_cell((index % columns, columns), (index / columns, rows));
    let cells = (0..grid.cells()).map(cell);
    cells.chain([errors.score()]).map(f64::to_bits).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    for (original, candidate) in wide_pairs() {
        for evaluation in BOTH {
            let one = bits(on_threads(1), evaluation, &original, &candidate);
            for threads in [2, 3, 8] {
                let more = bits(on_threads(threads), evaluation, &original, &candidate);
                assert!(one == more, "{} columns, {evaluation:?}, {threads} threads", original.width);
            }
        }
    }
}

#[test]
fn strips_score_as_the_whole_picture_does() {
    for (original, candidate) in wide_pairs() {
        let shape = (original.width, original.height);
        for threads in [1, 8] {
            let score = |evaluation| score_by(on_threads(threads), evaluation, &original, &candidate);
            let (ours, theirs) = (score(Evaluation::Standard), published(&original, &candidate));
            assert!((ours - theirs).abs() < allowed(theirs), "{shape:?}: {ours} for {theirs}");
            let (ours, theirs) = (score(Evaluation::Exact), oracle::score(view(&original), view(&candidate)));
            assert!((ours - theirs).abs() < allowed(theirs), "{shape:?}: {ours} for {theirs}");
        }
    }
}

#[test]
fn identical_pictures_score_a_hundred() {
    for seed in 0..40 {
        let (original, _) = pair(seed);
        for evaluation in BOTH {
            assert_eq!(score(evaluation, &original, &original), 100.0, "picture {seed}, {evaluation:?}");
        }
    }
}

#[test]
fn what_is_left_out_changes_the_score_of_a_photo_by_less_than_a_thousandth() {
    for seed in 0..4 {
        let original = scenes::landscape(300, 200, seed);
        let mut candidate = original.clone();
        for sample in &mut candidate.samples {
            *sample = *sample / (3 + 5 * seed as u8) * (3 + 5 * seed as u8);
        }
        let ours = score(Evaluation::Exact, &original, &candidate);
        let theirs = oracle::score(view(&original), view(&candidate));
        assert!((ours - theirs).abs() < 0.001, "{ours} for {theirs}");
    }
}

/// A large picture, quick to make: a small one over and over, or a gradient.
fn large((width, height): (usize, usize), kind: usize) -> Scene {
    let small = scenes::landscape(311, 233, 1);
    let mut samples = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let at = (y % small.height * small.width + x % small.width) * 3;
            let level = (x / 97 + y / 40) as u8;
            samples.extend(if kind == 0 { [level; 3] } else { [0, 1, 2].map(|rgb| small.samples[at + rgb]) });
        }
    }
    Scene { width, height, channels: 3, samples }
}

fn scores_large_pictures_as_the_public_program_does(sizes: &[(usize, usize)]) {
    for size in sizes {
        for kind in [0, 1] {
            let original = large(*size, kind);
            let coarser = original.samples.iter().map(|sample| sample / 4 * 4);
            let candidate = Scene { samples: coarser.collect(), ..original };
            let ours = score_by(on_threads(2), Evaluation::Standard, &original, &candidate);
            let theirs = published(&original, &candidate);
            assert!((ours - theirs).abs() < 0.01, "{size:?}, kind {kind}: {ours} for {theirs}");
        }
    }
}

#[test]
fn large_pictures_score_as_the_public_program_says() {
    scores_large_pictures_as_the_public_program_does(&[(2000, 1500), (20_000, 100), (60, 20_000)]);
}

#[test]
#[ignore = "the public program's crate takes four gigabytes of memory; `.ci/run` runs it"]
fn pictures_of_up_to_24_megapixels_score_as_the_public_program_says() {
    scores_large_pictures_as_the_public_program_does(&[(4000, 3000), (6000, 4000), (20_000, 400)]);
}
