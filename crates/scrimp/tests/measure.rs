//! What is measured: any metric as a goal, and colours as the viewer sees them.

use moxcms::ColorProfile;
use scrimp::{Error, Floor, Goal, Kept, Metric, Options, Outcome, Shrunk, Unsupported};
use scrimp_testkit::{Inks, jpeg_of_inks, png, scenes};

fn options(goal: &str) -> Options {
    let mut options = Options::default();
    options.goal = goal.parse().unwrap();
    options
}

fn saved(photo: &[u8], options: &Options) -> Shrunk {
    match scrimp::shrink(photo, options).unwrap() {
        Outcome::Saved(shrunk) => shrunk,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn value(original: &[u8], candidate: &[u8], metric: Metric) -> f64 {
    scrimp::compare(original, candidate, metric, &Options::default()).unwrap().value()
}

#[test]
fn a_goal_in_any_metric_is_met_in_its_own_unit() {
    let photo = png(&scenes::landscape(160, 120, 3));
    for goal in ["ssimulacra2-exact=75", "ssim=0.97", "butteraugli=2.5", "butteraugli-3norm=1"] {
        let options = options(goal);
        let shrunk = saved(&photo, &options);
        let (metric, wanted) = (options.goal.metric(), options.goal.value());
        let reached = shrunk.score().unwrap();
        assert_eq!(reached, value(&photo, &shrunk.bytes, metric), "{goal}");
        let meets = |value: f64| if metric.is_distance() { value <= wanted } else { value >= wanted };
        assert!(reached > 0.0 && meets(reached), "{goal}: {reached}");

        let (probes, chosen) = (&shrunk.decision.probes, shrunk.decision.setting.unwrap());
        let coarser = probes.iter().find(|probe| {
            let setting = &probe.setting;
            (setting.subsampling, setting.tables) == (chosen.subsampling, chosen.tables)
                && setting.quality == chosen.quality - 0.25
        });
        assert!(coarser.is_some_and(|probe| !meets(probe.score)), "{goal}: {probes:?}");
        assert!(probes.len() <= 18, "{goal}: {} probes", probes.len());
    }
}

#[test]
fn a_floor_of_distances_is_an_upper_bound() {
    let photo = png(&scenes::landscape(200, 160, 3));
    let mut options = options("butteraugli-3norm=1.2");
    let free = saved(&photo, &options).decision;
    assert!(free.goal.floor.is_none() && free.floor >= free.score);
    let bound = (free.floor.unwrap() + free.score.unwrap()) / 2.0;
    options.goal = options.goal.with_floor(Floor::At(bound.max(1.2))).unwrap();
    let bound_too = saved(&photo, &options).decision;
    assert!(bound_too.floor.unwrap() <= bound.max(1.2), "{:?}", bound_too.floor);
}

/// A PNG of the scene with this ICC profile.
fn profiled(profile: &[u8]) -> Vec<u8> {
    let scene = scenes::landscape(160, 120, 3);
    let mut info = png::Info::with_size(160, 120);
    info.color_type = png::ColorType::Rgb;
    info.bit_depth = png::BitDepth::Eight;
    info.icc_profile = Some(profile.into());
    let mut file = Vec::new();
    let mut writer = png::Encoder::with_info(&mut file, info).unwrap().write_header().unwrap();
    writer.write_image_data(&scene.samples).unwrap();
    writer.finish().unwrap();
    file
}

#[test]
fn a_photo_is_measured_in_the_colours_of_its_profile() {
    let plain = png(&scenes::landscape(160, 120, 3));
    let wide = profiled(&ColorProfile::new_display_p3().encode().unwrap());
    let metric = Metric::Ssimulacra2;
    assert_eq!(value(&wide, &wide, metric), 100.0);
    assert!(value(&wide, &plain, metric) < 95.0, "one file's samples are not the other's colours");
    let srgb = profiled(&ColorProfile::new_srgb().encode().unwrap());
    assert_eq!(value(&plain, &srgb, metric), 100.0);

    let shrunk = saved(&wide, &options("ssimulacra2=80"));
    assert_eq!(shrunk.score(), Some(value(&wide, &shrunk.bytes, metric)), "the profile goes along");
    let samples = saved(&plain, &options("ssimulacra2=80"));
    assert_ne!(shrunk.score(), samples.score());
}

#[test]
fn a_photo_whose_colours_are_unknown_is_kept() {
    for profile in [b"no profile at all".to_vec(), ColorProfile::new_gray_with_gamma(2.2).encode().unwrap()] {
        let photo = profiled(&profile);
        match scrimp::shrink(&photo, &Options::default()).unwrap() {
            Outcome::Kept(reason, _) => assert_eq!((reason, reason.code()), (Kept::Profile, "profile")),
            other => panic!("{}", other.reason()),
        }
        let refused = Error::Unsupported(Unsupported::Profile);
        assert_eq!(scrimp::inspect(&photo, &Options::default()).unwrap_err(), refused);
        let compared = scrimp::compare(&photo, &photo, Metric::Ssimulacra2, &Options::default());
        assert_eq!(compared.unwrap_err(), refused);
        assert_eq!(refused.code(), "profile");
    }
}

#[test]
fn a_hungry_metric_is_held_to_the_limit() {
    let photo = png(&scenes::landscape(160, 120, 3));
    let mut options = options("butteraugli=2");
    options.limits.memory = scrimp::memory_needed(160, 120);
    assert!(matches!(scrimp::shrink(&photo, &options), Err(Error::Limit { .. })));
    options.goal = Goal::new(Metric::Ssim, 0.97).unwrap();
    assert!(scrimp::shrink(&photo, &options).is_ok());
}

#[test]
fn four_inks_are_measured_as_they_are_seen() {
    let scene = scenes::landscape(160, 120, 3);
    let (photo, coarse) = (jpeg_of_inks(&scene, Inks::Cmyk, 97), jpeg_of_inks(&scene, Inks::Cmyk, 40));
    let metric = Metric::Ssimulacra2;
    assert_eq!(value(&photo, &photo, metric), 100.0);
    // Black was left out, so that inks without a profile show the very colours of the scene.
    let (fine, lost) = (value(&png(&scene), &photo, metric), value(&photo, &coarse, metric));
    assert!(fine > 85.0 && lost < 75.0, "{fine} {lost}");
    let ycck = jpeg_of_inks(&scene, Inks::Ycck, 97);
    assert!(value(&photo, &ycck, metric) > 80.0);
}

#[test]
fn four_inks_are_looked_at_without_a_curve() {
    let photo = jpeg_of_inks(&scenes::landscape(160, 120, 3), Inks::Ycck, 90);
    let inspection = scrimp::inspect(&photo, &Options::default()).unwrap();
    assert_eq!((inspection.components, inspection.width, inspection.height), (4, 160, 120));
    assert!(inspection.curve.is_empty() && inspection.blind.is_none());
    assert!(
        inspection.metadata.iter().any(|segment| segment.kind == "Adobe colour transform"),
        "{:?}",
        inspection.metadata
    );
}

#[test]
fn damage_among_inks_that_are_looked_at_is_told() {
    let photo = jpeg_of_inks(&scenes::landscape(160, 120, 3), Inks::Cmyk, 90);
    let cut = [&photo[..photo.len() * 2 / 3], &[0xFF, 0xD9]].concat();
    let looked = scrimp::inspect(&cut, &Options::default());
    assert!(matches!(looked, Err(Error::Damaged(_))), "{looked:?}");
}
