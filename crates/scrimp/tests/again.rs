//! Running it again changes nothing, whatever a file carries: the answer hangs on the picture alone.

use scrimp::{CountFrom, Goal, Look, Metric, Options, Outcome, blind_score};
use scrimp_jpeg::{
    Channels, Coding, Coefficients, DecodeBounds, Pixels, Quality, QuantisedCoefficients, Rounding,
    Subsampling, TableFamily,
};
use scrimp_testkit::scenes::{self, Scene};

const EVERY_SUBSAMPLING: [Subsampling; 5] =
    [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420, Subsampling::Gray];

fn pixels(scene: &Scene) -> Pixels {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    Pixels::new(scene.width, scene.height, channels, scene.samples.clone()).unwrap()
}

fn quantised(pixels: &Pixels, subsampling: Subsampling, quality: i32) -> QuantisedCoefficients {
    let tables = TableFamily::AnnexK.at(Quality::from_quarters(4 * quality));
    Coefficients::subsampled(pixels, subsampling).quantise(&tables, Rounding::Nearest)
}

fn file(held: &QuantisedCoefficients) -> Vec<u8> {
    scrimp_jpeg::write_coefficients(held, Coding::Progressive).unwrap()
}

fn jpeg(scene: &Scene, subsampling: Subsampling, quality: i32) -> Vec<u8> {
    file(&quantised(&pixels(scene), subsampling, quality))
}

/// The file after a run, the same if it was kept.
fn after(photo: &[u8], options: &Options) -> Vec<u8> {
    let outcome = scrimp::shrink(photo, options).unwrap();
    outcome.bytes().unwrap_or(photo).to_vec()
}

/// The same picture without any marker that it does not need.
fn stripped(photo: &[u8]) -> Vec<u8> {
    scrimp_jpeg::repack(photo, &DecodeBounds::default()).unwrap()
}

fn assert_settled(photo: &[u8], options: &Options, what: &str) {
    for photo in [photo, &stripped(photo)] {
        let second = after(photo, options);
        assert_eq!(second.len(), photo.len(), "{what}: the second run changed it");
        assert!(second == photo, "{what}: the second run changed it");
        assert!(after(&second, options) == photo, "{what}: the third run changed it");
    }
}

#[test]
fn another_run_changes_no_byte_of_any_subsampling() {
    for subsampling in EVERY_SUBSAMPLING {
        for (scene, quality) in [(scenes::landscape(200, 152, 3), 96), (scenes::still_life(168, 200, 5), 88)]
        {
            let scene = if subsampling == Subsampling::Gray { scene.gray() } else { scene };
            let photo = jpeg(&scene, subsampling, quality);
            let first = after(&photo, &Options::look(Look::High));
            let what = format!("{} at {quality}", subsampling.name());
            assert_settled(&first, &Options::look(Look::High), &what);
            // A stricter goal has nothing to do with what a laxer one has left.
            assert_settled(&first, &Options::look(Look::Archive), &what);
        }
    }
}

#[test]
fn another_run_changes_no_byte_of_what_was_made_of_a_png() {
    for (scene, look) in [
        (scenes::landscape(240, 160, 1), Look::Archive),
        (scenes::landscape(240, 160, 2), Look::High),
        (scenes::still_life(240, 160, 3), Look::Web),
        (scenes::landscape(240, 160, 4).gray(), Look::Thumb),
    ] {
        let first = after(&scrimp_testkit::png(&scene), &Options::look(look));
        assert_settled(&first, &Options::look(look), look.name());
    }
}

#[test]
fn another_run_changes_no_byte_by_any_metric() {
    let photo = jpeg(&scenes::landscape(160, 120, 7), Subsampling::S420, 96);
    for goal in ["ssimulacra2-exact=75", "ssim=0.96", "butteraugli=3", "butteraugli-3norm=1"] {
        let mut options = Options::default();
        options.goal = goal.parse().unwrap();
        let first = after(&photo, &options);
        assert!(first.len() < photo.len(), "{goal}: nothing was saved");
        assert_settled(&first, &options, goal);
    }
}

#[test]
fn a_laxer_goal_still_finds_what_there_is_to_save() {
    let photo = jpeg(&scenes::landscape(240, 160, 3), Subsampling::S420, 96);
    let high = after(&photo, &Options::look(Look::High));
    let thumb = after(&high, &Options::look(Look::Thumb));
    assert!(high.len() < photo.len() && thumb.len() < high.len());
    assert_settled(&thumb, &Options::look(Look::Thumb), "thumb after high");
}

#[test]
fn a_photo_at_its_goal_is_kept_with_the_reason_and_written_better_once() {
    let scene = scenes::landscape(240, 160, 3);
    let photo = scrimp_testkit::jpeg(&scene, 60);
    let outcome = scrimp::shrink(&photo, &Options::look(Look::High)).unwrap();
    let Outcome::Saved(shrunk) = &outcome else { panic!("{}", outcome.reason()) };
    assert!(shrunk.decision.setting.unwrap().is_source() && shrunk.decision.probes.len() == 1);
    let outcome = scrimp::shrink(&shrunk.bytes, &Options::look(Look::High)).unwrap();
    assert_eq!((outcome.name(), outcome.code()), ("kept", "already_at_goal"));
    let blind = outcome.decision().blind.unwrap();
    assert!((40.0..83.0).contains(&blind), "{blind}");
    assert!(outcome.reason().contains(&format!("about {blind:.2} is left")), "{}", outcome.reason());
}

/// The blind score and the one that the file has against the original.
fn blind_and_true(original: &Pixels, held: &QuantisedCoefficients) -> (f64, f64) {
    let scene = |pixels: &Pixels| Scene {
        width: pixels.width(),
        height: pixels.height(),
        channels: pixels.channels().count(),
        samples: pixels.samples().to_vec(),
    };
    let photo = file(held);
    let original = scrimp_testkit::png(&scene(original));
    let options = Options::default();
    let known = scrimp::compare(&original, &photo, Metric::Ssimulacra2, &options).unwrap();
    (blind_score(&photo, &options).unwrap().unwrap(), known.score().value())
}

#[test]
fn the_blind_score_tells_what_was_lost() {
    for subsampling in EVERY_SUBSAMPLING {
        for quality in [50, 75, 92] {
            let scene = scenes::landscape(320, 240, 3);
            let scene = if subsampling == Subsampling::Gray { scene.gray() } else { scene };
            let original = pixels(&scene);
            let (blind, known) = blind_and_true(&original, &quantised(&original, subsampling, quality));
            assert!((blind - known).abs() < 4.0, "{subsampling:?} {quality}: {blind} for {known}");
        }
    }
}

#[test]
fn a_coarse_save_is_seen_behind_a_fine_one() {
    let original = pixels(&scenes::landscape(320, 240, 3));
    for (first, second) in [(40, 95), (60, 90), (70, 98)] {
        let once = quantised(&original, Subsampling::S420, first).shown();
        let twice = quantised(&once, Subsampling::S420, second);
        let (blind, known) = blind_and_true(&original, &twice);
        assert!((blind - known).abs() < 6.0, "{first}, then {second}: {blind} for {known}");
    }
}

#[test]
fn of_tiny_pictures_and_other_formats_nothing_is_told() {
    let options = Options::default();
    let scene = scenes::landscape(64, 11, 3);
    assert_eq!(blind_score(&jpeg(&scene, Subsampling::S420, 80), &options), Ok(None));
    assert_eq!(blind_score(&scrimp_testkit::png(&scene), &options), Ok(None));
    let scene = scenes::landscape(12, 12, 3);
    assert!(blind_score(&jpeg(&scene, Subsampling::S420, 80), &options).unwrap().is_some());
}

#[test]
fn a_goal_that_counts_from_the_original_is_estimated_and_says_so() {
    let photo = jpeg(&scenes::landscape(320, 240, 3), Subsampling::S444, 97);
    let mut options = Options::look(Look::Web);
    let from_source = scrimp::shrink(&photo, &options).unwrap();
    options.from = CountFrom::Original;
    let from_original = scrimp::shrink(&photo, &options).unwrap();
    assert!(from_original.bytes().unwrap().len() > from_source.bytes().unwrap().len());
    let decision = from_original.decision();
    assert_eq!((decision.proof, from_source.decision().proof), ("estimated", "proved"));
    assert!(decision.error_bound.is_some() && from_source.decision().error_bound.is_none());
    assert!(decision.score.unwrap() >= 70.0 && decision.blind.unwrap() < 100.0);
    assert!(from_original.reason().contains("about") && !from_original.reason().contains("prove"));
    assert_settled(from_original.bytes().unwrap(), &options, "from the original");

    let png = scrimp_testkit::png(&scenes::landscape(64, 64, 3));
    assert_eq!(scrimp::shrink(&png, &options).unwrap().decision().proof, "proved");
    let tiny = jpeg(&scenes::landscape(64, 8, 3), Subsampling::S444, 97);
    assert_eq!(scrimp::shrink(&tiny, &options).unwrap().code(), "loss_unknown");
}

#[test]
fn a_size_that_is_asked_for_holds_whatever_was_lost() {
    let photo = jpeg(&scenes::landscape(240, 160, 3), Subsampling::S420, 60);
    let limit = photo.len() as u64 / 2;
    for size in [scrimp::SizeLimit::AtMost(limit), scrimp::SizeLimit::Fill(limit)] {
        let mut options = Options::default();
        options.goal = Goal::new(Metric::Ssimulacra2, 80.0).unwrap();
        options.size = size;
        let outcome = scrimp::shrink(&photo, &options).unwrap();
        assert!(outcome.bytes().unwrap().len() as u64 <= limit);
    }
}

#[test]
fn an_output_that_another_program_wrote_anew_without_loss_stays() {
    let bounds = scrimp_jpeg::DecodeBounds::default();
    for seed in 0..4 {
        let photo = scrimp_testkit::jpeg(&scrimp_testkit::scenes::still_life(240, 180, seed), 92);
        let options = scrimp::Options::look(scrimp::Look::High);
        let scrimp::Outcome::Saved(first) = scrimp::shrink(&photo, &options).unwrap() else { continue };
        let coding = scrimp::Coding::ProgressiveStandard;
        let rewritten = scrimp_jpeg::transcode(&first.bytes, coding, &bounds).unwrap();
        assert!(rewritten.len() > first.bytes.len(), "the scans of our own are the better ones");
        for min_saving in [0.0, 3.0] {
            let mut options = options.clone();
            options.min_saving = scrimp::MinSaving::percent(min_saving).unwrap();
            let outcome = scrimp::shrink(&rewritten, &options).unwrap();
            assert_eq!(outcome.name(), "kept", "{seed}, {min_saving} %: {}", outcome.reason());
        }
    }
}
