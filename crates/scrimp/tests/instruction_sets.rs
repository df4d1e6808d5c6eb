//! The same photo gives the same bytes with every instruction set of this machine that the JPEG model has code for. The
//! metric's own tests hold its sets against each other to the bit. A binary of its own: sets are switched off for the
//! whole process.

#![allow(missing_docs)]

use archmage::testing::{CompileTimePolicy, for_each_token_permutation};
use scrimp::{Look, Options, Outcome};
use scrimp_testkit::scenes;
use std::collections::BTreeSet;

fn bytes(photo: &[u8]) -> Vec<u8> {
    match scrimp::shrink(photo, &Options::look(Look::High)).unwrap() {
        Outcome::Saved(shrunk) => shrunk.bytes,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

#[test]
fn every_instruction_set_gives_the_same_bytes() {
    let scene = scenes::landscape(700, 500, 5);
    let photos = [scrimp_testkit::png(&scene), scrimp_testkit::jpeg(&scene, 97)];
    let mut seen = BTreeSet::new();
    let report = for_each_token_permutation(CompileTimePolicy::Warn, |_| {
        seen.insert(photos.each_ref().map(|photo| bytes(photo)));
    });
    assert_eq!(seen.len(), 1, "{report}");
    assert!(!cfg!(target_arch = "x86_64") || report.permutations_run > 1, "{report}");
}

#[test]
fn several_threads_give_the_same_bytes() {
    let scene = scenes::landscape(700, 500, 6);
    let photo = scrimp_testkit::png(&scene);
    let alone = bytes(&photo);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(|| bytes(&photo))).collect();
        assert!(workers.into_iter().all(|worker| worker.join().unwrap() == alone));
    });
}
