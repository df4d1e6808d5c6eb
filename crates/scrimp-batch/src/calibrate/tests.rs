use super::*;
use crate::{ClassicSteps, Curve, Fixed};
use scrimp::classic::ClassicStep;
use scrimp::{Kept, Outcome};

fn nothing(number: usize) -> Measured {
    Measured {
        input_bytes: 100_000,
        content: format!("{number:032x}"),
        pixels: 1_000_000,
        curve: None,
        fixed: None,
        classic: None,
    }
}

/// A photo that a fixed quality gives this score.
fn scoring(number: usize, score: f64) -> Measured {
    Measured { fixed: Some(Fixed { quality: 85.0, score, bytes: 50_000 }), ..nothing(number) }
}

/// A photo with SSIM that rises by `slope` from quality 80 to 85, and files that grow by a tenth each.
fn classic_photo(number: usize, slope: f64) -> Measured {
    let step = |quality: u8| {
        let above = f64::from(quality - 80);
        let bytes = (50_000.0 * (1.0 + above / 10.0)) as usize;
        ClassicStep { quality, ssim: 0.95 + slope * above, bytes }
    };
    let curve = ClassicCurve { ceiling: 1.0, steps: (80..=85).map(step).collect() };
    Measured { classic: Some(ClassicSteps::from(curve)), ..nothing(number) }
}

fn calibrated(
    scale: Scale,
    aim: Aim,
    photos: impl Iterator<Item = Measured>,
) -> Result<Calibrated, CalibrateError> {
    let mut calibration = Calibration::new(scale, aim, 0.95, MinSaving::default())?;
    photos.for_each(|photo| calibration.add(&photo));
    calibration.goal()
}

const POINTS: Scale = Scale::Metric(Metric::Ssimulacra2);

#[test]
fn half_of_the_photos_reach_the_goal_of_half() {
    let photos = (0..201).map(|number| scoring(number, 60.0 + number as f64 / 10.0));
    let found = calibrated(POINTS, Aim::Half, photos).unwrap();
    assert_eq!(found.goal, 70.0);
    assert!((found.figure - 0.5).abs() < 0.01, "{}", found.figure);
    // Of 201 photos 50 % is known to within seven at each end, and that of others is as uncertain once more.
    let Interval(low, high) = found.figure_interval;
    assert!((0.36..0.44).contains(&low) && (0.56..0.64).contains(&high), "{low} {high}");
    let Interval(low, high) = found.goal_interval;
    assert!((68.0..69.0).contains(&low) && (71.0..72.0).contains(&high), "{low} {high}");
    assert_eq!(found.saving, None);
}

#[test]
fn next_to_no_photo_comes_out_worse_than_at_a_fixed_quality() {
    let photos = || (0..101).map(|number| scoring(number, 60.0 + number as f64 / 5.0));
    let aim = Aim::NoWorseThan(Quality::new(85.0).unwrap());
    let found = calibrated(POINTS, aim, photos()).unwrap();
    assert_eq!(found.goal, 79.0);
    assert!((found.figure - 0.95).abs() < 0.02, "{}", found.figure);
    let distance = Scale::Metric(Metric::Butteraugli);
    let photos = (0..101).map(|number| scoring(number, 1.0 + number as f64 / 100.0));
    let found = calibrated(distance, aim, photos).unwrap();
    assert_eq!(found.goal, 1.05, "of a distance less is better");
    assert!(found.goal_interval.0 <= found.goal && found.goal <= found.goal_interval.1);
}

#[test]
fn a_saving_is_reached_with_the_highest_goal_that_does() {
    let engine = |bytes: f64| {
        // Files fall to a tenth from the highest goal to the lowest.
        let (lowest, highest) = Trade::GOALS;
        let points = [95.0, 75.0, 60.0, 45.0, 30.0].map(|goal: f64| {
            let left = bytes * libm::exp((goal - highest) / (highest - lowest) * std::f64::consts::LN_10);
            serde_json::json!({"goal": goal, "bytes": left as usize, "is_anew": true})
        });
        serde_json::json!({"input_bytes": bytes as usize, "lost": null, "points": points})
    };
    let photos = (1..60).map(|number| {
        let bytes = 20_000.0 * number as f64;
        let curve: Curve = serde_json::from_value(engine(bytes)).unwrap();
        Measured { input_bytes: bytes as usize, curve: Some(curve), ..scoring(number, 80.0) }
    });
    let found = calibrated(POINTS, Aim::Save(0.5), photos.clone()).unwrap();
    let saving = found.saving.unwrap();
    assert!((0.5..0.505).contains(&saving) && saving == found.figure, "{saving}");
    let Interval(low, high) = found.saving_interval.unwrap();
    assert!(low <= saving && saving <= high && high - low < 0.05, "{low} {high}");
    let error = calibrated(POINTS, Aim::Save(0.95), photos).unwrap_err();
    assert!(
        matches!(error, CalibrateError::SavesTooLittle(saving) if (0.88..0.91).contains(&saving)),
        "{error}"
    );
}

#[test]
fn the_classic_goal_of_half_makes_the_switch_happen_mid_range() {
    let scale = Scale::Classic(Classic::default());
    // What a photo has at 84, the last quality tried, runs from 0.954 to 0.974.
    let photos = || (0..101).map(|number| classic_photo(number, 0.001 + number as f64 * 5e-5));
    let found = calibrated(scale, Aim::Half, photos()).unwrap();
    assert!((found.goal - 0.964).abs() < 0.001, "{}", found.goal);
    assert!((found.figure - 0.5).abs() < 0.05);
    let switched = photos().filter(|photo| {
        let mut classic = Classic::default();
        classic.goal = Share::new(found.goal).unwrap();
        photo.classic.as_ref().unwrap().curve().decide(&classic).unwrap().quality < 85
    });
    assert!((40..=60).contains(&switched.count()));
    let saving = found.saving.unwrap();
    assert!(saving > 0.02 && saving < 0.34, "{saving}");
    let at_84 = calibrated(scale, Aim::NoWorseThan(Quality::new(84.0).unwrap()), photos()).unwrap();
    assert!((at_84.goal - 0.973).abs() < 0.001, "{}", at_84.goal);
}

#[test]
fn what_makes_no_sense_is_said_before_anything_is_measured() {
    let new = |scale, aim| Calibration::new(scale, aim, 0.95, MinSaving::default()).map(|_| ()).unwrap_err();
    let classic = Scale::Classic(Classic::default());
    assert!(matches!(new(Scale::Metric(Metric::Ssim), Aim::Save(0.3)), CalibrateError::NoSizes(_)));
    assert!(new(POINTS, Aim::Score(101.0)).to_string().contains("between 0 and 100"));
    assert!(matches!(new(classic, Aim::Score(80.0)), CalibrateError::Goal(_)));
    let aim = Aim::NoWorseThan(Quality::new(75.0).unwrap());
    assert!(new(classic, aim).to_string().contains("80 to 85"));
    let few = calibrated(POINTS, Aim::Half, (0..9).map(|number| scoring(number, 80.0)));
    assert_eq!(few, Err(CalibrateError::TooFew(9)));
}

#[test]
fn a_curve_of_a_photo_that_stays_saves_nothing() {
    let stays = Curve::measure(1000, |_| {
        let decision = scrimp::Decision::nothing_tried(&scrimp::Options::default());
        Ok((Outcome::Kept(Kept::NotPhotoLike, decision), 1000))
    });
    let curve = stays.unwrap();
    let photos = (0..20).map(|number| Measured {
        input_bytes: 1000,
        curve: Some(curve.clone()),
        ..scoring(number, 80.0)
    });
    let found = calibrated(POINTS, Aim::Score(75.0), photos).unwrap();
    assert_eq!((found.goal, found.figure, found.saving), (75.0, 1.0, Some(0.0)));
}
