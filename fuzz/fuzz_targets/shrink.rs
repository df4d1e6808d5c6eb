//! Shrinking any bytes never panics. What it saves is smaller than the input, decodes again without a warning to the
//! same size, and reaches the goal in a comparison that knows nothing of the search.
#![no_main]

use libfuzzer_sys::fuzz_target;
use scrimp::{Error, Goal, Limits, MinSaving, Options, Outcome, Photo, Unsupported, compare, shrink};
use scrimp_fuzz::small_limits;
use scrimp_jpeg::{DecodeBounds, decode, hold_the_same};

fn assert_inks_are_the_same(bytes: &[u8], shrunk: Option<&[u8]>) {
    let Some(shrunk) = shrunk else { return };
    assert!(shrunk.len() < bytes.len(), "{} bytes became {}", bytes.len(), shrunk.len());
    let same = hold_the_same(bytes, shrunk, &DecodeBounds::default());
    assert!(same.expect("both can be read"), "the coefficients have changed");
}

fuzz_target!(|bytes: &[u8]| {
    let mut options = Options::default();
    options.limits = small_limits();
    options.min_saving = MinSaving::percent(0.0).expect("0 is within its range");
    // Every file has its own goal, from 0 to 100 SSIMULACRA2 points.
    let value =
        f64::from(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % 101);
    options.goal = Goal::new(options.goal.metric(), value).expect("the value is within the metric's range");

    let outcome = match shrink(bytes, &options) {
        Ok(outcome) => outcome,
        Err(Error::Defect(what)) => panic!("a defect: {what}"),
        Err(_) => return,
    };
    let photo = match Photo::read(bytes, &options) {
        // Inks have no pixels to score: they are kept, or written better without a change.
        Err(Error::Unsupported(Unsupported::Cmyk)) => {
            return assert_inks_are_the_same(bytes, outcome.bytes());
        }
        photo => photo.expect("what was shrunk can be read"),
    };
    let Some(shrunk) = outcome.bytes() else { return };
    let decoded = decode(shrunk, &DecodeBounds::default()).expect("the output can be decoded");
    assert_eq!(decoded.warnings.count, 0, "the output has damage: {:?}", decoded.warnings.first);
    let size = |pixels: &scrimp::Pixels| (pixels.width(), pixels.height());
    assert_eq!(size(&decoded.pixels), size(photo.pixels()));

    if let Outcome::Saved(saved) = &outcome {
        assert!(saved.bytes.len() < bytes.len(), "{} bytes became {}", bytes.len(), saved.bytes.len());
        let mut generous = options.clone();
        generous.limits = Limits::default();
        let scored =
            compare(bytes, shrunk, options.goal.metric(), &generous).expect("the two can be compared");
        let score = scored.score();
        assert!(score >= options.goal.score(), "{} is not reached: {score:?}", options.goal);
    }
});
