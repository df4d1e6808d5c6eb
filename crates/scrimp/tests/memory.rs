//! A whole shrink takes no more memory than it is said to. A binary of its own: what is measured is the process.

#![cfg(target_os = "linux")]
#![allow(missing_docs)]

use scrimp::{Look, Options, memory_needed};
use scrimp_testkit::scenes;
use std::fs;

/// A line of what the kernel tells of this process, in bytes.
fn told(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap();
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim_matches(|sign: char| !sign.is_ascii_digit()).parse::<u64>().unwrap() * 1024
}

#[test]
fn a_shrink_takes_no_more_memory_than_it_is_said_to() {
    for (width, height) in [(640_usize, 480_usize), (2400, 1600)] {
        let scene = scenes::landscape(width, height, 3);
        let files = [scrimp_testkit::png(&scene), scrimp_testkit::jpeg(&scene, 95)];
        drop(scene);
        for file in &files {
            // Sets the peak back to what is taken at present.
            fs::write("/proc/self/clear_refs", "5").expect("the kernel can be asked to forget the peak");
            let before = told("VmRSS:");
            scrimp::shrink(file, &Options::look(Look::High)).unwrap();
            let taken = told("VmHWM:").saturating_sub(before);
            let (width, height) = (width as u64, height as u64);
            let said = memory_needed(width, height);
            println!("{width}x{height}: {taken} bytes of {said}");
            assert!(taken <= said, "{taken} bytes, {said} were said");
            assert!(said <= 64_000_000 + 60 * width * height);
        }
    }
}
