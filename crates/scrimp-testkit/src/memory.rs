//! What a process takes.

use std::fs;

/// The most bytes of memory that this process takes while it works, beyond what it has before. On Linux, in a test binary of its own:
/// what other tests do counts too.
///
/// # Panics
/// Where the kernel does not tell.
#[must_use]
pub fn memory_taken_by(work: impl FnOnce()) -> u64 {
    // Sets the peak back to what is taken at present.
    fs::write("/proc/self/clear_refs", "5").expect("the kernel can be asked to forget the peak");
    let before = told("VmRSS:");
    work();
    told("VmHWM:").saturating_sub(before)
}

/// A line of what the kernel tells of this process, in bytes.
fn told(name: &str) -> u64 {
    let text = fs::read_to_string("/proc/self/status").expect("the kernel tells of processes");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("it tells of memory");
    line.trim_matches(|sign: char| !sign.is_ascii_digit()).parse::<u64>().expect("in kB") * 1024
}
