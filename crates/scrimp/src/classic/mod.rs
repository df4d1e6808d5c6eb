//! The classic algorithm (2017): a JPEG quality for each photo, such that SSIM, relative to what quality 95 gives,
//! stays at or above a goal.
//!
//! The `today` world is that of Pillow 13, which shrinks columns before rows where that is less work; older versions
//! give slightly other numbers on tall photos.
//!
//! It looks at a copy of 400x400 pixels and knows neither orientation nor colour profiles. Its answers are those of the
//! published Python to 1e-9 in SSIM: [`Classic::default`] with the libraries of its time, [`Classic::today`] with
//! those of now.
//!
//! ```
//! use scrimp::classic::{Classic, jpeg_dynamic_quality};
//! use scrimp_jpeg::{Channels, Pixels};
//!
//! let ramp: Vec<u8> = (0..64 * 48).map(|i| (i % 64 * 4) as u8).collect();
//! let photo = Pixels::new(64, 48, Channels::Gray, ramp)?;
//! let (quality, ssim) = jpeg_dynamic_quality(&photo, &Classic::default())?;
//! assert!((80..=85).contains(&quality) && ssim > 0.9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod curve;
mod error;
mod options;
mod probe;
pub mod resample;

pub use curve::{ClassicCurve, ClassicStep};
pub use error::Error;
pub use options::{Bounds, Centre, Classic, Goal, Switch};
pub use resample::Filter;
pub use scrimp_metric::ssim::{Kernel, KernelError};

use crate::plan::what_rides_along;
use crate::rollout::Draw;
use crate::{Arm, Credentials, Photo};
use probe::{Prepared, Prober};
use scrimp_jpeg::{EncodeSettings, Pixels};
use std::borrow::Cow;

/// The photo is judged at this many pixels in width and in height.
pub const SIDE: usize = 400;
/// SSIM at this quality is the photo's own ceiling.
pub const CEILING_QUALITY: u8 = 95;

/// The quality chosen, and how it came about.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassicDecision {
    /// The quality to save the photo at, 1 to 100.
    pub quality: u8,
    /// SSIM at that quality.
    pub ssim: f64,
    /// Every quality tried and its SSIM, in the order of trying; none twice.
    pub probes: Vec<(u8, f64)>,
    /// By what the quality was chosen; none where there is no rollout.
    pub arm: Option<Arm>,
    /// The quality that would have been chosen, and SSIM at it, where it is only told.
    pub shadow: Option<(u8, f64)>,
}

/// The quality for `photo`, and SSIM at that quality: those of [`decide`], sooner where that need not be told, since of
/// the ceiling no more is looked at than it takes to tell what passes, which is half of it for most photos.
///
/// # Errors
/// As for [`decide`].
pub fn jpeg_dynamic_quality(photo: &Pixels, classic: &Classic) -> Result<(u8, f64), Error> {
    if matches!(classic.switch, Switch::Rollout(_)) {
        return decide(photo, classic).map(|decision| (decision.quality, decision.ssim));
    }
    let photo = Prepared::new(&*small(photo, classic)?, classic.kernel)?;
    choose(classic, &mut Prober::new(&photo))
}

/// The quality for `photo`, with every quality that was tried.
///
/// # Errors
/// [`Error::Jpeg`] if the library cannot encode the resized photo.
pub fn decide(photo: &Pixels, classic: &Classic) -> Result<ClassicDecision, Error> {
    let small = small(photo, classic)?;
    let prepared = Prepared::new(&small, classic.kernel)?;
    let mut prober = Prober::new(&prepared);
    let mut choose = |switch| {
        if switch == Switch::On {
            prober.ssim_at(CEILING_QUALITY)?;
        }
        choose(&Classic { switch, ..*classic }, &mut prober)
    };
    let (arm, shadow, (quality, ssim)) = match classic.switch {
        Switch::Rollout(rollout) => {
            let Draw { arm, is_told } = rollout.draw(small.samples());
            let shadow = is_told.then(|| choose(Switch::On)).transpose()?;
            let switch = if arm == Arm::Treatment { Switch::On } else { Switch::Off };
            (Some(arm), shadow, choose(switch)?)
        }
        switch => (None, None, choose(switch)?),
    };
    Ok(ClassicDecision { quality, ssim, probes: prober.into_tried(), arm, shadow })
}

/// The copy that is looked at.
fn small<'a>(photo: &'a Pixels, classic: &Classic) -> Result<Cow<'a, Pixels>, Error> {
    if (photo.width(), photo.height()) == (SIDE, SIDE) {
        return Ok(Cow::Borrowed(photo));
    }
    Ok(Cow::Owned(resample::resize(photo, SIDE, SIDE, classic.resize)?))
}

/// The whole photo at `quality` (1 to 100), as the probes were saved: progressive, 4:2:0, libjpeg-turbo's own tables,
/// with the photo's metadata.
///
/// # Errors
/// [`Error::Quality`] for a quality out of range; [`Error::Jpeg`] if the library cannot encode the photo;
/// [`Error::RidesAlong`] if the photo holds more than a new file can carry.
pub fn encode(photo: &Photo, quality: u8) -> Result<Vec<u8>, Error> {
    if let Some(rider) = what_rides_along(&photo.riders, Credentials::Respect) {
        return Err(Error::RidesAlong(rider));
    }
    let settings = EncodeSettings::libjpeg_turbo(options::checked_quality(quality)?);
    let coded = scrimp_jpeg::encode(&photo.pixels, &settings)?;
    Ok(photo.file_of(&coded)?)
}

/// SSIM of `photo`, saved at `quality` (1 to 100) as a progressive 4:2:0 JPEG with libjpeg-turbo's own tables, to
/// `photo` itself; at its own size.
///
/// # Errors
/// [`Error::Quality`] for a quality out of range; [`Error::Jpeg`] if the library cannot encode the photo.
pub fn get_ssim_at_quality(photo: &Pixels, quality: u8, kernel: Centre) -> Result<f64, Error> {
    Prober::new(&Prepared::new(photo, kernel)?).ssim_at(quality)
}

/// SSIM of `candidate` to `original` under `kernel`, both in 8-bit gray: 1 for identical pictures, never below -1.
///
/// # Errors
/// [`Error::Metric`] unless the two are of one size.
pub fn compute_ssim(original: &Pixels, candidate: &Pixels, kernel: Kernel) -> Result<f64, Error> {
    let reference = scrimp_metric::ssim::Reference::new(probe::view(original)?, kernel);
    Ok(reference.ssim(probe::view(candidate)?)?)
}

/// Halvings that bring `lo` and `hi` together: 0 unless `lo` is below `hi`.
#[must_use]
pub fn ssim_iteration_count(lo: u8, hi: u8) -> u32 {
    hi.saturating_sub(lo).checked_ilog2().map_or(0, |halvings| halvings + 1)
}

/// What the bisection knows of a photo.
trait Curve {
    type Error;

    /// SSIM at a quality.
    fn ssim_at(&mut self, quality: u8) -> Result<f64, Self::Error>;

    /// Whether SSIM, divided by that at [`CEILING_QUALITY`], is at least `share`.
    fn is_share_of_ceiling(&mut self, ssim: f64, share: f64) -> Result<bool, Self::Error>;
}

/// The bisection. Pure: all it knows of the photo comes from its curve.
fn choose<C: Curve>(classic: &Classic, curve: &mut C) -> Result<(u8, f64), C::Error> {
    let (mut lo, mut hi) = (classic.bounds.lo(), classic.bounds.hi());
    // Who is in a rollout has been settled.
    if classic.switch != Switch::On {
        return Ok((hi, curve.ssim_at(hi)?));
    }
    let mut chosen = None;
    for _ in 0..ssim_iteration_count(lo, hi) {
        let quality = lo.midpoint(hi);
        let ssim = curve.ssim_at(quality)?;
        if curve.is_share_of_ceiling(ssim, classic.goal.share())? {
            chosen = Some((quality, ssim));
            hi = quality;
        } else {
            lo = quality;
        }
    }
    match chosen {
        Some(chosen) => Ok(chosen),
        None => Ok((hi, curve.ssim_at(hi)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rollout;
    use scrimp_testkit::{Noise, scenes};
    use std::collections::HashSet;
    use std::convert::Infallible;

    /// A curve that is known, and the qualities asked for.
    struct Known<F> {
        ssim: F,
        asked: Vec<u8>,
    }

    impl<F: Fn(u8) -> f64> Curve for Known<F> {
        type Error = Infallible;

        fn ssim_at(&mut self, quality: u8) -> Result<f64, Infallible> {
            self.asked.push(quality);
            Ok((self.ssim)(quality))
        }

        fn is_share_of_ceiling(&mut self, ssim: f64, share: f64) -> Result<bool, Infallible> {
            Ok(ssim / (self.ssim)(CEILING_QUALITY) >= share)
        }
    }

    /// The answer where SSIM at each quality is `ssim`, and the qualities asked for.
    fn run(classic: &Classic, ssim: impl Fn(u8) -> f64) -> ((u8, f64), Vec<u8>) {
        let mut curve = Known { ssim, asked: Vec::new() };
        let answer = choose(classic, &mut curve);
        (answer.unwrap(), curve.asked)
    }

    fn between(lo: u8, hi: u8) -> Classic {
        Classic { bounds: Bounds::new(lo, hi).unwrap(), ..Classic::default() }
    }

    #[test]
    fn the_rounds_are_those_of_the_published_formula() {
        // int(log2(hi - lo)) + 1
        let rounds = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 99].map(|width| ssim_iteration_count(1, 1 + width));
        assert_eq!(rounds, [0, 1, 2, 2, 3, 3, 3, 4, 4, 5, 7]);
        assert_eq!(ssim_iteration_count(85, 80), 0);
    }

    #[test]
    fn a_photo_that_always_passes_gets_the_lowest_quality() {
        let ((quality, ssim), asked) = run(&Classic::default(), |quality| f64::from(quality) / 100.0 + 9.0);
        assert_eq!((quality, ssim), (80, 9.8));
        assert_eq!(asked, [82, 81, 80]);
    }

    #[test]
    fn a_photo_that_never_passes_gets_the_highest_quality() {
        let ((quality, ssim), asked) =
            run(&Classic::default(), |quality| if quality == 95 { 1.0 } else { 0.9 });
        assert_eq!((quality, ssim), (85, 0.9));
        assert_eq!(asked, [82, 83, 84, 85]);
    }

    #[test]
    fn the_lowest_quality_met_on_the_way_that_passes_is_chosen() {
        let passes_from = |least: u8| run(&Classic::default(), move |q| if q >= least { 1.0 } else { 0.5 });
        assert_eq!(passes_from(83), ((83, 1.0), vec![82, 83, 82]));
        assert_eq!(passes_from(84), ((84, 1.0), vec![82, 83, 84]));
        assert_eq!(passes_from(82), ((82, 1.0), vec![82, 81, 81]));
    }

    #[test]
    fn bounds_that_leave_nothing_to_try_give_the_highest_quality() {
        for (lo, hi) in [(85, 80), (80, 80)] {
            assert_eq!(run(&between(lo, hi), |_| 1.0), ((80, 1.0), vec![80]));
        }
        assert_eq!(run(&between(80, 81), |_| 1.0), ((80, 1.0), vec![80]));
        assert_eq!(run(&between(1, 100), |_| 0.9).1, [50, 25, 13, 7, 4, 2, 1]);
    }

    #[test]
    fn switched_off_only_the_highest_quality_is_looked_at() {
        let off = Classic { switch: Switch::Off, ..Classic::default() };
        assert_eq!(run(&off, |_| 0.5), ((85, 0.5), vec![85]));
    }

    #[test]
    fn in_a_rollout_some_are_chosen_for_and_the_others_get_the_highest_quality() {
        let noise = (0..64 * 48).map(|i: u32| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        let photo = Pixels::new(64, 48, scrimp_jpeg::Channels::Gray, noise).unwrap();
        let decided = |switch| decide(&photo, &Classic { switch, ..Classic::default() }).unwrap();
        let (on, off) = (decided(Switch::On), decided(Switch::Off));
        assert!(on.quality < off.quality && on.arm.is_none() && on.shadow.is_none());
        let none = "0%".parse::<Rollout>().unwrap();
        for (rollout, arm, like) in [(Rollout::ALL, Arm::Treatment, &on), (none, Arm::Control, &off)] {
            let found = decided(Switch::Rollout(rollout));
            assert_eq!(found, ClassicDecision { arm: Some(arm), ..like.clone() });
        }
        let shadowed = decided(Switch::Rollout(Rollout::ALL.in_shadow()));
        assert_eq!((shadowed.quality, shadowed.ssim, shadowed.arm), (85, off.ssim, Some(Arm::Control)));
        assert_eq!(shadowed.shadow, Some((on.quality, on.ssim)));
    }

    #[test]
    fn the_quality_alone_is_that_of_the_whole_decision() {
        let mut noise = Noise::seeded(3);
        let mut samples = |least: u64, below: u64| -> Vec<u8> {
            (0..90 * 70 * 3).map(|_| (least + noise.below(below - least)) as u8).collect()
        };
        let mut photos = vec![samples(0, 256), samples(120, 136), samples(0, 2), vec![77; 90 * 70 * 3]];
        photos.extend((0..6).map(|seed| scenes::landscape(90, 70, seed).samples));
        let mut chosen = HashSet::new();
        for photo in photos {
            let photo = Pixels::new(90, 70, scrimp_jpeg::Channels::Rgb, photo).unwrap();
            for (goal, (lo, hi)) in [(0.95, (80, 85)), (0.985, (40, 95)), (0.9, (1, 100)), (1.0, (80, 100))] {
                let (goal, bounds) = (Goal::new(goal).unwrap(), Bounds::new(lo, hi).unwrap());
                for (resize, kernel) in
                    [(Filter::Nearest, Centre::Centred), (Filter::Bicubic, Centre::Shifted)]
                {
                    let classic = Classic { goal, bounds, resize, kernel, ..Classic::default() };
                    let decision = decide(&photo, &classic).unwrap();
                    let (quality, ssim) = jpeg_dynamic_quality(&photo, &classic).unwrap();
                    assert_eq!((quality, ssim), (decision.quality, decision.ssim), "{classic:?}");
                    chosen.insert(quality);
                }
            }
        }
        assert!(chosen.len() > 10, "{chosen:?}");
    }

    #[test]
    fn a_photo_without_a_ceiling_is_given_the_highest_quality() {
        assert_eq!(run(&Classic::default(), |_| 0.0).0, (85, 0.0));
    }
}
