use super::*;
use crate::{Look, Metric, Outcome, Show};
use scrimp_jpeg::{Channels, DecodeBounds};
use scrimp_testkit::{jpeg, png, riders, scenes};

fn decoded(view: &View) -> Pixels {
    let pixels = scrimp_jpeg::decode(&view.jpeg, &DecodeBounds::default()).unwrap().pixels;
    assert_eq!((pixels.width(), pixels.height()), (view.width, view.height));
    pixels
}

fn mean_difference(a: &Pixels, b: &Pixels) -> f64 {
    let sum: u64 = a.samples().iter().zip(b.samples()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / a.samples().len() as f64
}

#[test]
fn a_result_is_seen_whole_and_where_it_is_worst() {
    let photo = jpeg(&scenes::landscape(1000, 700, 3), 95);
    let options = Options::look(Look::Web);
    let Outcome::Saved(shrunk) = crate::shrink(&photo, &options).unwrap() else { panic!("not saved") };
    let found = crate::compare(&photo, &shrunk.bytes, Metric::Ssimulacra2, &options).unwrap().worst();
    let worst = shrunk.decision.worst.unwrap();
    assert_eq!(worst, found);
    assert_eq!(Some(worst.score), shrunk.decision.floor);
    let seen = views(&photo, Some(&shrunk.bytes), Some(worst), &options).unwrap();
    assert_eq!(seen.size, (1000, 700));
    assert_eq!((seen.thumbnail.width, seen.thumbnail.height), (160, 112));
    let whole = seen.whole.unwrap();
    assert_eq!((whole[0].width, whole[0].height), (800, 560));
    assert_eq!((whole[1].width, whole[1].height), (800, 560));
    let WorstViews { views: [before, after], cell } = seen.worst.unwrap();
    assert_eq!((before.width, before.height, cell.width, cell.height), (384, 288, worst.width, worst.height));
    assert!(cell.x + cell.width <= 384 && cell.y + cell.height <= 288);
    // What the views themselves lost is little beside what they show.
    let cut = |file: &[u8]| {
        let photo = Photo::read(file, &options).unwrap();
        let (left, top) = (worst.x - cell.x, worst.y - cell.y);
        let row = |y: usize| photo.pixels.samples()[(y * 1000 + left) * 3..][..384 * 3].to_vec();
        Pixels::new(384, 288, Channels::Rgb, (top..top + 288).flat_map(row).collect()).unwrap()
    };
    let (original, result) = (cut(&photo), cut(&shrunk.bytes));
    let shown = mean_difference(&original, &result);
    assert!(mean_difference(&original, &decoded(&before)) < shown / 3.0);
    assert!(mean_difference(&result, &decoded(&after)) < shown / 3.0);
}

#[test]
fn what_is_seen_on_the_way_is_what_is_seen_of_the_files() {
    let mut options = Options::look(Look::Web);
    for (show, photo) in [
        (Show::PhotoAndResult, jpeg(&scenes::landscape(500, 350, 3), 95)),
        (Show::PhotoAndResult, jpeg(&scenes::landscape(500, 350, 3), 30)),
        (Show::PhotoAndResult, png(&scenes::facade(300, 400, 2))),
        (Show::PhotoAndResult, jpeg(&scenes::still_life(1100, 900, 4), 95)),
        (Show::Photo, jpeg(&scenes::landscape(500, 350, 3), 95)),
    ] {
        options.show = show;
        let outcome = crate::shrink(&photo, &options).unwrap();
        let decision = outcome.decision();
        let result = outcome.bytes().filter(|_| show == Show::PhotoAndResult && decision.worst.is_some());
        let afterwards = views(&photo, result, decision.worst, &options).unwrap();
        assert_eq!(decision.views.as_deref(), Some(&afterwards), "{}", outcome.code());
    }
    options.show = Show::Nothing;
    let outcome = crate::shrink(&jpeg(&scenes::landscape(60, 40, 3), 95), &options).unwrap();
    assert_eq!(outcome.decision().views, None);
}

#[test]
fn a_photo_is_seen_upright() {
    // Bright above, dark below; stored with its top at the right.
    let mut scene = scenes::flat(320, 200, [20, 20, 20]);
    for row in scene.samples.chunks_exact_mut(320 * 3) {
        row[160 * 3..].fill(230);
    }
    let exif =
        [b"Exif\0\0MM\0*\0\0\0\x08".as_slice(), &[0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 8, 0, 0, 0, 0, 0, 0]];
    let photo = riders::with_segments(&jpeg(&scene, 90), &[(0xE1, exif.concat())]);
    let worst = WorstCell { x: 256, y: 0, width: 64, height: 64, score: 70.0 };
    let seen = views(&photo, Some(&photo), Some(worst), &Options::default()).unwrap();
    assert_eq!(seen.size, (200, 320));
    assert_eq!((seen.thumbnail.width, seen.thumbnail.height), (100, 160));
    let thumbnail = decoded(&seen.thumbnail);
    assert!(thumbnail.samples()[0] > 200 && thumbnail.samples().last().is_some_and(|last| *last < 50));
    let WorstViews { views: [before, _], cell } = seen.worst.unwrap();
    assert_eq!((before.width, before.height), (200, 320));
    assert_eq!((cell.x, cell.y, cell.width, cell.height), (0, 0, 64, 64));
}

#[test]
fn small_and_gray_photos_are_seen_as_they_are() {
    for scene in [scenes::landscape(33, 9, 1), scenes::landscape(9, 33, 1).gray(), scenes::flat(1, 1, [9; 3])]
    {
        let photo = png(&scene);
        let (width, height) = (scene.width, scene.height);
        let worst = WorstCell { x: 0, y: 0, width, height, score: 1.0 };
        let seen = views(&photo, Some(&photo), Some(worst), &Options::default()).unwrap();
        let WorstViews { views: [before, after], cell } = seen.worst.unwrap();
        assert_eq!((cell.width, cell.height), (width, height));
        assert_eq!((before.width, before.height), (width, height));
        assert_eq!(before, after);
        assert_eq!(decoded(&seen.thumbnail).channels().count(), scene.channels);
        let alone = views(&photo, None, None, &Options::default()).unwrap();
        assert!(alone.whole.is_none() && alone.worst.is_none());
        assert_eq!(alone.thumbnail, seen.thumbnail);
    }
}

#[test]
fn a_window_keeps_within_the_photo() {
    let cell = |x, y| Region { x, y, width: 64, height: 64 };
    for (size, cell, expected) in [
        ((4000, 3000), cell(0, 0), (0, 0, 384, 288)),
        ((4000, 3000), cell(3936, 2936), (3616, 2712, 384, 288)),
        ((3000, 4000), cell(1472, 1968), (1360, 1808, 288, 384)),
        ((300, 90), cell(128, 0), (0, 0, 300, 90)),
    ] {
        let Region { x, y, width, height } = window(size, cell);
        assert_eq!((x, y, width, height), expected);
    }
}

#[test]
fn a_result_of_another_photo_is_refused() {
    let [one, other] = [30, 31].map(|width| png(&scenes::landscape(width, 20, 1)));
    let error = views(&one, Some(&other), None, &Options::default()).unwrap_err();
    assert_eq!(error.code(), "sizes_differ");
}
