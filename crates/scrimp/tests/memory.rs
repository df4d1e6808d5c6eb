//! A whole shrink takes no more memory than it is said to. A binary of its own: what is measured is the process.

#![cfg(target_os = "linux")]
#![allow(missing_docs)]

use scrimp::{Goal, Look, Options, Photo, memory_needed};
use scrimp_testkit::{memory_taken_by, scenes};
use std::num::NonZeroUsize;

#[test]
fn a_shrink_takes_no_more_memory_than_it_is_said_to() {
    for (width, height) in [(640_usize, 480_usize), (2400, 1600)] {
        let scene = scenes::landscape(width, height, 3);
        let files = [scrimp_testkit::png(&scene), scrimp_testkit::jpeg(&scene, 95)];
        drop(scene);
        for file in &files {
            let taken = taken_by(file, &Options::look(Look::High));
            let (width, height) = (width as u64, height as u64);
            let said = memory_needed(width, height);
            println!("{width}x{height}: {taken} bytes of {said}");
            assert!(taken <= said, "{taken} bytes, {said} were said");
            assert!(said <= 64_000_000 + 60 * width * height);
        }
    }
    let mut shared = Options::look(Look::High);
    shared.threads = NonZeroUsize::new(4).unwrap();
    let file = scrimp_testkit::png(&scenes::landscape(2400, 1600, 3));
    let (taken, said) = (taken_by(&file, &shared), Photo::memory_needed(&file, &shared).unwrap());
    println!("4 threads: {taken} bytes of {said}");
    assert!(taken <= said && said > memory_needed(2400, 1600), "{taken} bytes, {said} were said");

    let scene = scenes::landscape(1200, 900, 3);
    for goal in ["ssim=0.97", "butteraugli=1.5", "butteraugli-3norm=0.8"] {
        let mut options = Options::default();
        options.goal = goal.parse::<Goal>().unwrap();
        for file in [scrimp_testkit::png(&scene), sixteen_bits(&scene)] {
            let (taken, said) = (taken_by(&file, &options), Photo::memory_needed(&file, &options).unwrap());
            println!("{goal}: {taken} bytes of {said}");
            assert!(taken <= said, "{goal}: {taken} bytes, {said} were said");
        }
    }
}

/// The memory that shrinking it takes beside it.
fn taken_by(file: &[u8], options: &Options) -> u64 {
    memory_taken_by(|| drop(scrimp::shrink(file, options).unwrap()))
}

/// The scene as a PNG of 16 bits that 8 cannot hold.
fn sixteen_bits(scene: &scenes::Scene) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, scene.width as u32, scene.height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Sixteen);
    let bytes: Vec<u8> = scene.samples.iter().flat_map(|sample| [*sample, sample ^ 0x55]).collect();
    encoder.write_header().unwrap().write_image_data(&bytes).unwrap();
    file
}
