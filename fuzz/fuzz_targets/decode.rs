//! Reading and decoding any bytes as a JPEG never panics. Where that gives a picture, it has the size that the layout
//! told beforehand, and encoding it gives a JPEG that decodes without a warning to the same size. Where it has
//! coefficients to give, the file that they are written to is, byte for byte, what the library writes of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scrimp_jpeg::{
    Coding, DecodeBounds, EncodeSettings, Error, Layout, decode, encode, read_coefficients, transcode,
    write_coefficients,
};

/// Small enough that thousands of runs a second look at what differs and not at more pixels.
const MOST_PIXELS: usize = 64 * 64;
const MOST_SCANS: usize = 16;
const MOST_SEGMENTS: usize = 64;

fn assert_the_library_writes_the_same(bytes: &[u8], bounds: &DecodeBounds<'_>) {
    let Ok(held) = read_coefficients(bytes, bounds) else { return };
    match write_coefficients(&held, Coding::Progressive) {
        Ok(written) => {
            assert_eq!(transcode(&written, Coding::Progressive, bounds).as_ref(), Ok(&written));
        }
        Err(error) => assert!(matches!(error, Error::Library { .. }), "{error}"),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(layout) = Layout::read(bytes, MOST_SEGMENTS) else { return };
    let told = (layout.frame.width, layout.frame.height);
    if told.0.saturating_mul(told.1) > MOST_PIXELS || layout.scans > MOST_SCANS {
        return;
    }
    let bounds = DecodeBounds { memory: 16 << 20, ..DecodeBounds::default() };
    assert_the_library_writes_the_same(bytes, &bounds);
    let Ok(decoded) = decode(bytes, &bounds) else { return };
    let size = (decoded.pixels.width(), decoded.pixels.height());
    assert_eq!(size, told, "the decoder and the layout disagree on the size");

    let quality = bytes.last().copied().unwrap_or(75);
    let encoded =
        encode(&decoded.pixels, &EncodeSettings::libjpeg_turbo(quality)).expect("pixels can be encoded");
    let again = decode(&encoded, &bounds).expect("what was encoded can be decoded");
    assert_eq!(again.warnings.count, 0, "our own output has damage: {:?}", again.warnings.first);
    assert_eq!((again.pixels.width(), again.pixels.height()), size);
    assert_eq!(again.pixels.channels(), decoded.pixels.channels());
});
