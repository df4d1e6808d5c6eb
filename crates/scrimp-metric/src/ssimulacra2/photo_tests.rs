//! Photos of the corpus: the same bits on every instruction set and on any number of threads.

use super::tests::{BOTH, bits, on_threads};
use super::*;
use scrimp_testkit::scenes::Scene;

/// The pairs of originals and worse JPEGs that golden results were made of.
fn pairs() -> Vec<(Scene, Scene)> {
    scrimp_testkit::corpus().map(|corpus| corpus.scored_pairs()).unwrap_or_default()
}

/// The middle of a scene.
fn middle(scene: &Scene, (width, height): (usize, usize)) -> Scene {
    let (width, height) = (width.min(scene.width), height.min(scene.height));
    let (left, top) = ((scene.width - width) / 2, (scene.height - height) / 2);
    let row =
        |y| &scene.samples[((top + y) * scene.width + left) * scene.channels..][..width * scene.channels];
    let samples = (0..height).flat_map(row).copied().collect();
    Scene { width, height, samples, ..*scene }
}

#[test]
fn photos_score_the_same_on_any_number_of_threads_and_every_wide_instruction_set() {
    let scalar = InstructionSet::available().last();
    for (number, (original, candidate)) in pairs().into_iter().enumerate() {
        for evaluation in BOTH {
            let one = bits(on_threads(1), evaluation, &original, &candidate);
            let sets = InstructionSet::available().filter(|set| Some(*set) != scalar);
            let sets = sets.map(|set| Working { set, ..on_threads(1) });
            for working in sets.chain([2, 8].map(on_threads)) {
                let other = bits(working, evaluation, &original, &candidate);
                assert!(one == other, "pair {number}, {evaluation:?}, {working:?}");
            }
        }
    }
}

/// Of the middle only: a machine without fused multiply-adds takes a second for what a vector does in ten
/// milliseconds.
#[test]
fn the_middle_of_photos_scores_the_same_without_vectors() {
    let Some(scalar) = InstructionSet::available().last() else { return };
    for (number, (original, candidate)) in pairs().iter().enumerate().step_by(3) {
        let [original, candidate] = [original, candidate].map(|scene| middle(scene, (270, 120)));
        for evaluation in BOTH {
            let widest = bits(on_threads(1), evaluation, &original, &candidate);
            let working = Working { set: scalar, ..on_threads(1) };
            assert!(
                widest == bits(working, evaluation, &original, &candidate),
                "pair {number}, {evaluation:?}"
            );
        }
    }
}

#[test]
#[ignore = "takes a minute or two; `.ci/run` runs it"]
fn whole_photos_score_the_same_without_vectors() {
    let Some(scalar) = InstructionSet::available().last() else { return };
    for (number, (original, candidate)) in pairs().iter().enumerate() {
        for evaluation in BOTH {
            let widest = bits(on_threads(1), evaluation, original, candidate);
            let working = Working { set: scalar, ..on_threads(2) };
            assert!(
                widest == bits(working, evaluation, original, candidate),
                "pair {number}, {evaluation:?}"
            );
        }
    }
}
