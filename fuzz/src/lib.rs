//! Theorems that several targets share.

use scrimp::{Error, Format, Frames, Limits, Options, Photo};

/// Limits small enough that a run takes milliseconds: what matters is how files differ, not how large they are.
#[must_use]
pub fn small_limits() -> Limits {
    let mut limits = Limits::default();
    limits.side = 64;
    limits.pixels = 64 * 64;
    limits.scan_pixels = 16 * 64 * 64;
    limits.metadata_bytes = 4096;
    limits.metadata_segments = 64;
    limits.file_bytes = 1 << 16;
    limits.time = 5;
    limits
}

/// Reading any bytes as a picture of `format` never panics and is no defect. Where that gives a picture, it has the
/// size that its header told beforehand, which is within the limits, and reading it again gives the same.
///
/// # Panics
/// If that is not so.
pub fn assert_read_holds(format: Format, bytes: &[u8]) {
    if Format::sniff(bytes) != Some(format) {
        return;
    }
    let mut options = Options::default();
    options.limits = small_limits();
    if bytes.last().is_some_and(|byte| byte % 2 == 1) {
        options.background = Some([90; 3]);
        options.frames = Frames::First;
    }
    let told = Photo::size(bytes, &options.limits);
    let photo = match Photo::read(bytes, &options) {
        Ok(photo) => photo,
        Err(Error::Defect(what)) => panic!("a defect: {what}"),
        Err(_) => return,
    };
    let pixels = photo.pixels();
    assert_eq!(told, Ok((pixels.width() as u64, pixels.height() as u64)));
    assert!(pixels.width().max(pixels.height()) <= 64);
    let again = Photo::read(bytes, &options).expect("what was read can be read");
    assert!(pixels.samples() == again.pixels().samples(), "it reads in two ways");
}
