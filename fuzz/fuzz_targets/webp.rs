//! Reading any bytes as a WebP: see [`assert_read_holds`].
#![no_main]

use libfuzzer_sys::fuzz_target;
use scrimp::Format;
use scrimp_fuzz::assert_read_holds;

fuzz_target!(|bytes: &[u8]| assert_read_holds(Format::WebP, bytes));
