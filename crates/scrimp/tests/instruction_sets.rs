//! The same photo gives the same bytes with every instruction set of this machine that the JPEG model and the metric have
//! code for. A binary of its own: sets are switched off for the whole process.

#![allow(missing_docs)]

use archmage::testing::{CompileTimePolicy, for_each_token_permutation};
use scrimp::{Look, Options, Outcome};
use scrimp_testkit::scenes;
use std::collections::BTreeSet;
use std::num::NonZeroUsize;

fn bytes(photo: &[u8]) -> Vec<u8> {
    match scrimp::shrink(photo, &Options::look(Look::High)).unwrap() {
        Outcome::Saved(shrunk) => shrunk.bytes,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

#[test]
fn every_instruction_set_gives_the_same_bytes() {
    let scene = scenes::landscape(400, 300, 5);
    let photos = [scrimp_testkit::png(&scene), scrimp_testkit::jpeg(&scene, 97)];
    let (mut seen, mut sets) = (BTreeSet::new(), BTreeSet::new());
    let report = for_each_token_permutation(CompileTimePolicy::Warn, |_| {
        // Each of the metric's own is looked at once: the plain one takes its time.
        let of_metric = scrimp::vector_instructions();
        if sets.insert(of_metric) || of_metric != "none" {
            seen.insert(photos.each_ref().map(|photo| bytes(photo)));
        }
    });
    assert_eq!(seen.len(), 1, "{report}");
    assert!(sets.contains("none") || !cfg!(target_arch = "x86_64"), "{sets:?}");
    assert!(!cfg!(target_arch = "x86_64") || report.permutations_run > 1, "{report}");
}

#[test]
fn several_threads_give_the_same_bytes() {
    let scene = scenes::landscape(1100, 700, 6);
    for photo in [scrimp_testkit::png(&scene), scrimp_testkit::jpeg(&scene, 97)] {
        let alone = bytes(&photo);
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..2).map(|_| scope.spawn(|| bytes(&photo))).collect();
            assert!(workers.into_iter().all(|worker| worker.join().unwrap() == alone));
        });
        for threads in [2, 3, 7] {
            let mut options = Options::look(Look::High);
            options.threads = NonZeroUsize::new(threads).unwrap();
            let shared = scrimp::shrink(&photo, &options).unwrap();
            assert_eq!(shared.bytes(), Some(alone.as_slice()), "{threads} threads in one photo");
        }
    }
}
