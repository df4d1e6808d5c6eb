//! The main job, seen from outside: bytes in, outcome out.

use scrimp::{
    Convert, Damage, Effort, Error, Floor, Goal, Kept, LimitKind, Look, Metric, MinSaving, Options, Outcome,
    Shrunk, SizeLimit, Unsupported,
};
use scrimp_jpeg::{Channels, EncodeSettings, Layout, Pixels, QuantTable, Subsampling, marker, with_segments};
use scrimp_testkit::scenes;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn saved(photo: &[u8], options: &Options) -> Shrunk {
    match scrimp::shrink(photo, options).unwrap() {
        Outcome::Saved(shrunk) => shrunk,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn kept(photo: &[u8], options: &Options) -> Kept {
    match scrimp::shrink(photo, options).unwrap() {
        Outcome::Kept(reason, decision) => {
            assert_eq!((decision.score, decision.setting), (None, None));
            reason
        }
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn goal(points: f64) -> Options {
    let mut options = Options::default();
    options.goal = Goal::new(Metric::Ssimulacra2, points).unwrap();
    options
}

/// The score of the written bytes by the metric's own library, from pixels decoded afresh.
fn score(original: &[u8], written: &[u8]) -> f64 {
    scrimp::compare(original, written, Metric::Ssimulacra2, &Options::default()).unwrap().score().value()
}

#[test]
fn the_written_bytes_reach_the_goal_and_one_step_coarser_fails() {
    let photo = scrimp_testkit::png(&scenes::landscape(160, 120, 3));
    for look in Look::ALL {
        let shrunk = saved(&photo, &Options::look(*look));
        let reached = score(&photo, &shrunk.bytes);
        assert_eq!(Some(reached), shrunk.score(), "the score is that of the bytes");
        assert!(reached >= look.goal().value());
        assert!(shrunk.bytes.len() < photo.len());

        let chosen = shrunk.decision.setting.unwrap();
        let coarser = shrunk
            .decision
            .probes
            .iter()
            .find(|probe| {
                let setting = &probe.setting;
                probe.scale == "proof"
                    && (setting.subsampling, setting.tables) == (chosen.subsampling, chosen.tables)
                    && setting.quality == chosen.quality - 0.25
            })
            .expect("the step below was probed");
        assert!(coarser.score < look.goal().value());
    }
}

#[test]
fn no_passing_probe_is_smaller_than_the_chosen_one() {
    let photo = scrimp_testkit::png(&scenes::still_life(150, 110, 2));
    let shrunk = saved(&photo, &goal(75.0));
    let passing = shrunk.decision.probes.iter().filter(|probe| probe.scale == "file" && probe.score >= 75.0);
    assert_eq!(passing.map(|probe| probe.bytes).min(), Some(shrunk.bytes.len()));
}

/// With the grain of scanned paper, so that a PNG of it is no smaller than a JPEG.
fn thin_red_strokes_on_white() -> Vec<u8> {
    let mut scene = scenes::red_on_white(192, 128, 4);
    let mut noise = scrimp_testkit::Noise::seeded(4);
    scene.samples.iter_mut().for_each(|sample| *sample = sample.saturating_sub(noise.below(9) as u8));
    scrimp_testkit::png(&scene)
}

#[test]
fn thin_red_strokes_on_white_keep_their_colour_at_full_size() {
    let photo = thin_red_strokes_on_white();
    let setting = saved(&photo, &goal(75.0)).decision.setting.unwrap();
    assert_eq!((setting.subsampling, setting.tables), ("4:4:4", "fitted-444"));
}

#[test]
fn thin_coloured_lines_keep_their_colour_at_full_size() {
    let mut scene = scenes::static_noise(192, 128, 9);
    // Lines of one pixel, blue and red in turn, on gray of some grain.
    for (at, pixel) in scene.samples.chunks_exact_mut(3).enumerate() {
        let grain = pixel[1] >> 4;
        let line = (at % 192 + 2 * (at / 192)) % 12;
        let colour = match line {
            0 => [40, 40, 210],
            6 => [210, 40, 40],
            _ => [160; 3],
        };
        pixel.copy_from_slice(&colour.map(|level: u8| level + grain));
    }
    let setting = saved(&scrimp_testkit::png(&scene), &goal(75.0)).decision.setting.unwrap();
    assert_eq!((setting.subsampling, setting.tables), ("4:4:4", "fitted-444"));
}

#[test]
fn what_has_no_fine_colour_takes_half_of_it() {
    for photo in [scenes::landscape(160, 120, 3), scenes::landscape(160, 120, 3).gray()] {
        let setting = saved(&scrimp_testkit::png(&photo), &goal(65.0)).decision.setting.unwrap();
        assert_ne!(setting.subsampling, "4:4:4");
        assert_eq!(setting.tables, "fitted-420");
    }
}

/// A flat sky that is easy, and a small patch of fine noise that is not: the mean hides what the floor shows.
fn sky_with_a_face() -> scenes::Scene {
    let mut scene = scenes::flat(512, 512, [120, 160, 210]);
    let mut noise = scrimp_testkit::Noise::seeded(7);
    for y in 200..264 {
        for sample in &mut scene.samples[(y * 512 + 200) * 3..(y * 512 + 264) * 3] {
            *sample = sample.saturating_add_signed(noise.below(80) as i8 - 40);
        }
    }
    scene
}

#[test]
fn a_floor_keeps_a_flat_sky_from_hiding_a_ruined_face() {
    let photo = scrimp_testkit::png(&sky_with_a_face());
    let with_floor = |floor| {
        let mut options = goal(80.0);
        options.goal = options.goal.with_floor(floor).unwrap();
        saved(&photo, &options)
    };
    let (hidden, kept) = (with_floor(Floor::Off), with_floor(Floor::At(70.0)));
    let worst = |shrunk: &Shrunk| shrunk.decision.floor.unwrap();
    assert!(hidden.score().unwrap() >= 80.0 && worst(&hidden) < 65.0, "{}", worst(&hidden));
    assert!(worst(&kept) >= 70.0, "{}", worst(&kept));
    assert!(kept.bytes.len() > hidden.bytes.len());
    let cell =
        scrimp::compare(&photo, &hidden.bytes, Metric::Ssimulacra2, &Options::default()).unwrap().worst();
    assert!((128..=256).contains(&cell.x) && (128..=256).contains(&cell.y), "{cell:?}");
}

#[test]
fn a_gray_photo_stays_one_component() {
    for photo in [
        scrimp_testkit::png(&scenes::facade(120, 90, 1).gray()),
        scrimp_testkit::jpeg(&scenes::landscape(240, 180, 1).gray(), 97),
    ] {
        let shrunk = saved(&photo, &Options::look(Look::Web));
        let layout = Layout::read(&shrunk.bytes, 100).unwrap();
        assert_eq!(layout.frame.subsampling(), Some(Subsampling::Gray));
    }
}

#[test]
fn every_size_works_down_to_a_single_pixel() {
    for (width, height) in [(1, 1), (1, 200), (200, 1), (2, 2), (7, 9), (8, 8), (9, 7), (33, 65)] {
        let mut options = Options::look(Look::Thumb);
        options.min_saving = MinSaving::percent(0.0).unwrap();
        for photo in [
            scrimp_testkit::png(&scenes::landscape(width, height, 5)),
            scrimp_testkit::png(&scenes::landscape(width, height, 5).gray()),
            scrimp_testkit::jpeg(&scenes::static_noise(width, height, 5), 98),
        ] {
            let outcome = scrimp::shrink(&photo, &options).unwrap();
            if let Outcome::Saved(shrunk) = outcome {
                assert!(score(&photo, &shrunk.bytes) >= 60.0, "{width}x{height}");
                assert!(shrunk.bytes.len() < photo.len());
            }
        }
    }
}

#[test]
fn a_jpeg_from_which_nothing_can_be_saved_is_kept() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 6), 90);
    let once = saved(&photo, &Options::look(Look::High)).bytes;
    assert!(matches!(kept(&once, &goal(100.0)), Kept::AlreadyAtGoal { .. }));
}

#[test]
fn a_jpeg_at_its_goal_is_written_better_without_any_loss() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 6), 60);
    let shrunk = saved(&photo, &goal(100.0));
    assert_eq!(shrunk.score(), Some(100.0));
    let pixels = |file: &[u8]| scrimp_jpeg::decode(file, &Default::default()).unwrap().pixels;
    assert_eq!(pixels(&shrunk.bytes), pixels(&photo));
}

/// The table of each component.
fn tables(jpeg: &[u8]) -> Vec<QuantTable> {
    let layout = Layout::read(jpeg, 100).unwrap();
    let of = |component: &scrimp_jpeg::Component| layout.tables[usize::from(component.table)].unwrap();
    layout.frame.components.iter().map(of).collect()
}

#[test]
fn a_jpeg_is_never_quantised_finer_than_it_was() {
    let scene = scenes::landscape(200, 150, 6);
    let pixels = Pixels::new(200, 150, Channels::Rgb, scene.samples.clone()).unwrap();
    let mut settings = EncodeSettings::libjpeg_turbo(75);
    settings.tables.red = QuantTable::new([33; 64]).unwrap();
    let of_three = scrimp_jpeg::encode(&pixels, &settings).unwrap();
    // The second has optimised Huffman tables already: there is nothing to save near its own score.
    let photos = [(scrimp_testkit::jpeg(&scene, 75), &[60.0, 65.0, 95.0][..]), (of_three, &[50.0, 60.0])];
    for (photo, goals) in photos {
        let source = tables(&photo);
        let shrunk =
            goals.iter().filter_map(|points| match scrimp::shrink(&photo, &goal(*points)).unwrap() {
                Outcome::Saved(shrunk) => Some((*points, shrunk)),
                _ => None,
            });
        // Chroma of another size is sampled anew, and no step that it was divided by binds it.
        let of_own_size = |shrunk: &Shrunk| shrunk.decision.setting.as_ref().unwrap().subsampling == "4:2:0";
        let shrunk: Vec<_> = shrunk.filter(|(_, shrunk)| of_own_size(shrunk)).collect();
        assert!(!shrunk.is_empty());
        for (points, shrunk) in shrunk {
            for (coarse, fine) in tables(&shrunk.bytes).iter().zip(&source) {
                let mut pairs = coarse.divisors().iter().zip(fine.divisors());
                assert!(pairs.all(|(coarse, fine)| coarse >= fine), "{points}: {coarse:?} {fine:?}");
            }
        }
    }
}

#[test]
fn a_saving_below_the_least_is_none() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 7), 90);
    let mut options = goal(70.0);
    let bytes = saved(&photo, &options).bytes.len();
    let saving = 100.0 * (photo.len() - bytes) as f64 / photo.len() as f64;
    options.min_saving = MinSaving::percent(saving.ceil()).unwrap();
    assert!(matches!(kept(&photo, &options), Kept::NothingSmallerPasses { .. }));
    options.min_saving = MinSaving::percent(saving.floor()).unwrap();
    assert_eq!(saved(&photo, &options).bytes.len(), bytes);
}

#[test]
fn a_goal_out_of_reach_gives_the_best_attempt_for_a_png_and_keeps_a_jpeg() {
    let scene = scenes::landscape(64, 64, 8);
    let photo = scrimp_testkit::png(&scene);
    let Outcome::BestEffort(shrunk) = scrimp::shrink(&photo, &goal(100.0)).unwrap() else {
        panic!("a lossy JPEG cannot score 100")
    };
    let proofs = shrunk.decision.probes.iter().filter(|probe| probe.scale == "proof");
    let best = proofs.map(|probe| probe.score).fold(f64::MIN, f64::max);
    assert_eq!(shrunk.score(), Some(best));
    assert_eq!(score(&photo, &shrunk.bytes), best);
    let jpeg = saved(&scrimp_testkit::jpeg(&scene, 60), &goal(90.0)).bytes;
    kept(&jpeg, &goal(100.0));
}

#[test]
fn metadata_is_carried_over_in_its_order() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 9), 95);
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let icc: Vec<u8> = [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat();
    let segments: [(u8, &[u8]); 4] = [
        (marker::APP1, b"Exif\0\0MM\0*maker's own"),
        (marker::APP2, &icc),
        (0xE7, b"something else"),
        (marker::COM, b"a comment"),
    ];
    let photo = with_segments(&photo, segments).unwrap();
    let shrunk = saved(&photo, &Options::look(Look::Web));
    let found = |file: &[u8]| -> Vec<(u8, Vec<u8>)> {
        let layout = Layout::read(file, 100).unwrap();
        layout.metadata.iter().map(|s| (s.marker, file[s.payload.clone()].to_vec())).collect()
    };
    assert_eq!(found(&shrunk.bytes), found(&photo));
    assert_eq!(found(&photo).len(), 5, "the four and JFIF");
}

#[test]
fn the_size_that_counts_includes_the_metadata() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 9), 90);
    let comment = vec![b'x'; 60_000];
    let photo = with_segments(&photo, [(marker::COM, comment.as_slice())]).unwrap();
    let mut options = Options::look(Look::High);
    options.min_saving = MinSaving::percent(50.0).unwrap();
    assert!(matches!(kept(&photo, &options), Kept::NothingSmallerPasses { .. }));
}

#[test]
fn what_would_be_lost_behind_or_around_the_image_keeps_the_photo() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 9), 95);
    let options = Options::look(Look::Web);
    let with = |code, payload: &[u8]| with_segments(&photo, [(code, payload)]).unwrap();
    assert_eq!(kept(&with(marker::APP11, b"JP\0\x01jumb"), &options), Kept::ContentCredentials);
}

#[test]
fn in_a_folder_job_only_photo_like_pngs_are_converted() {
    let mut options = Options::look(Look::Web);
    options.convert = Convert::Open;
    let drawing = scrimp_testkit::png(&scenes::red_on_white(900, 700, 1));
    assert_eq!(kept(&drawing, &options), Kept::NotPhotoLike);
    let photo = scrimp_testkit::png(&scenes::landscape(640, 480, 2));
    assert!(photo.len() > 300 * 1024);
    saved(&photo, &options);
}

#[test]
fn what_is_no_sound_photo_is_refused_with_its_code() {
    let options = Options::default();
    let code = |bytes: &[u8]| scrimp::shrink(bytes, &options).unwrap_err().code();
    let jpeg = scrimp_testkit::jpeg(&scenes::landscape(64, 64, 1), 90);
    let png = scrimp_testkit::png(&scenes::landscape(64, 64, 1));
    assert_eq!(code(b""), "empty");
    assert_eq!(code(b"#!/bin/sh\n"), "not_an_image");
    assert_eq!(code(b"\0\0\0\x18ftypheic"), "unsupported_format");
    assert_eq!(code(&jpeg[..jpeg.len() / 2]), "damaged");
    assert_eq!(code(&jpeg[..100]), "damaged");
    assert_eq!(code(&jpeg[..jpeg.len() - 2]), "damaged", "the end-of-image marker is missing");
    assert_eq!(code(&png[..png.len() / 2]), "damaged");
    assert_eq!(code(&png[..20]), "damaged");
    let mut flipped = png.clone();
    flipped[png.len() / 2] ^= 1;
    assert_eq!(code(&flipped), "damaged");
}

#[test]
fn limits_hold_before_anything_is_decoded() {
    // A header that speaks of 65,500 x 65,500 pixels, and nothing behind it.
    let mut liar = scrimp_testkit::jpeg(&scenes::landscape(16, 16, 1), 90);
    let frame = liar.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    liar[frame + 5..frame + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    assert_eq!(
        scrimp::shrink(&liar, &Options::default()).unwrap_err(),
        Error::Limit { which: LimitKind::Pixels, found: 65_500 * 65_500, limit: 200_000_000 }
    );

    let photo = scrimp_testkit::jpeg(&scenes::landscape(100, 80, 1), 90);
    let refused = |which: LimitKind, limit: u64| {
        let mut options = Options::default();
        *options.limits.get_mut(which) = limit;
        match scrimp::shrink(&photo, &options) {
            Err(Error::Limit { which: found, .. }) => assert_eq!(found, which),
            other => panic!("{which:?}: {other:?}"),
        }
    };
    refused(LimitKind::Pixels, 7_999);
    refused(LimitKind::Side, 99);
    refused(LimitKind::FileBytes, photo.len() as u64 - 1);
    refused(LimitKind::ScanPixels, 7_999);
    refused(LimitKind::MetadataSegments, 0);
    refused(LimitKind::MetadataBytes, 13);
    refused(LimitKind::Memory, 1 << 20);
    refused(LimitKind::Time, 0);
}

#[test]
fn an_interrupted_caller_is_heard() {
    let mut options = Options::default();
    options.interrupt = Some(Arc::new(AtomicBool::new(true)));
    let photo = scrimp_testkit::jpeg(&scenes::landscape(100, 80, 1), 90);
    assert_eq!(scrimp::shrink(&photo, &options).unwrap_err(), Error::Interrupted);
}

#[test]
fn kinds_that_are_not_read_are_refused_by_name() {
    let with_colour = |colour, depth, samples: &[u8]| {
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, 2, 2);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        encoder.write_header().unwrap().write_image_data(samples).unwrap();
        file
    };
    let error = |file: &[u8]| scrimp::shrink(file, &Options::default()).unwrap_err();
    let see_through = with_colour(png::ColorType::Rgba, png::BitDepth::Eight, &[200; 16]);
    assert_eq!(error(&see_through), Error::Unsupported(Unsupported::Alpha));
    let deep = with_colour(png::ColorType::Rgb, png::BitDepth::Sixteen, &[9; 24]);
    assert!(scrimp::Photo::read(&deep, &Options::default()).is_ok());
    let opaque: Vec<u8> = [[10, 20, 30, 255]; 4].concat();
    let opaque = with_colour(png::ColorType::Rgba, png::BitDepth::Eight, &opaque);
    assert!(
        scrimp::shrink(&opaque, &Options::default()).is_ok(),
        "an alpha that says nothing is nothing lost"
    );
}

#[test]
fn the_same_photo_gives_the_same_bytes_on_any_thread() {
    let photo = scrimp_testkit::png(&scenes::landscape(128, 96, 9));
    let alone = saved(&photo, &Options::default()).bytes;
    let together: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..3).map(|_| scope.spawn(|| saved(&photo, &Options::default()).bytes)).collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert!(together.iter().all(|bytes| *bytes == alone));
}

/// Next to nothing may be taken from the picture, so only its coding can be better.
#[test]
fn a_jpeg_that_is_to_stay_as_it_is_is_written_better_without_any_change() {
    for scene in [scenes::landscape(240, 180, 6), scenes::landscape(240, 180, 6).gray()] {
        let photo = scrimp_testkit::jpeg(&scene, 60);
        let shrunk = saved(&photo, &goal(99.9));
        let setting = shrunk.decision.setting.unwrap();
        assert_eq!((setting.tables, shrunk.score()), ("source", Some(100.0)));
        assert!((55.0..=65.0).contains(&setting.quality), "{}", setting.quality);
        let coefficients = |bytes: &[u8]| {
            let bounds = scrimp_jpeg::DecodeBounds { memory: usize::MAX, stop: &|| false };
            scrimp_jpeg::read_coefficients(bytes, &bounds).unwrap()
        };
        assert!(coefficients(&photo) == coefficients(&shrunk.bytes));
        assert!(shrunk.bytes.len() < photo.len());
        let last = shrunk.decision.probes.last().unwrap();
        assert_eq!((last.setting, last.bytes, last.scale), (setting, shrunk.bytes.len(), "file"));
    }
}

fn within(size: SizeLimit, points: f64) -> Options {
    let mut options = goal(points);
    options.size = size;
    options
}

#[test]
fn a_size_alone_is_filled_with_the_best_score() {
    let photo = scrimp_testkit::png(&scenes::landscape(200, 150, 6));
    let shrunk = saved(&photo, &within(SizeLimit::Fill(6_000), 80.0));
    assert!(shrunk.bytes.len() <= 6_000);
    assert_eq!(Some(score(&photo, &shrunk.bytes)), shrunk.score());
    assert_eq!((shrunk.decision.goal.value, shrunk.decision.goal.max_bytes), (None, Some(6_000)));
    let chosen = shrunk.decision.setting.unwrap();
    let files = || shrunk.decision.probes.iter().filter(|probe| probe.scale == "file");
    let finer = files().find(|probe| {
        let setting = probe.setting;
        let is_family = (setting.subsampling, setting.tables) == (chosen.subsampling, chosen.tables);
        is_family && setting.quality == chosen.quality + 0.25
    });
    assert!(finer.expect("the step above was written").bytes > 6_000);
    let fitting = files().filter(|probe| probe.bytes <= 6_000).map(|probe| probe.score);
    assert_eq!(fitting.reduce(f64::max), shrunk.score());
}

#[test]
fn of_goal_and_size_it_is_told_which_one_held() {
    let photo = scrimp_testkit::png(&scenes::landscape(200, 150, 6));
    let free = saved(&photo, &goal(85.0)).bytes;
    let code = |size| {
        let outcome = scrimp::shrink(&photo, &within(SizeLimit::AtMost(size), 85.0)).unwrap();
        let shrunk = match &outcome {
            Outcome::Saved(shrunk) | Outcome::BestEffort(shrunk) => shrunk.clone(),
            Outcome::Kept(reason, _) => panic!("{reason}"),
        };
        (outcome.name(), outcome.code(), outcome.reason(), shrunk)
    };
    let (name, held, _, both) = code(free.len() as u64);
    assert_eq!((name, held), ("saved", "goal_met"));
    assert_eq!(both.bytes, free);
    let (name, held, reason, smaller) = code(free.len() as u64 - 1);
    assert_eq!((name, held), ("best_effort", "goal_out_of_reach"));
    assert!(smaller.bytes.len() < free.len() && smaller.score().unwrap() < 85.0);
    assert!(reason.contains(&format!("within {} bytes", free.len() - 1)), "{reason}");
    let (name, held, reason, smallest) = code(100);
    assert_eq!((name, held), ("best_effort", "max_bytes_out_of_reach"));
    assert!(reason.ends_with(&format!("the smallest has {}", smallest.bytes.len())), "{reason}");
}

#[test]
fn a_jpeg_that_fits_is_kept_and_one_that_fits_when_written_better_keeps_its_pixels() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 6), 90);
    let all = photo.len() as u64;
    assert_eq!(kept(&photo, &within(SizeLimit::Fill(all), 80.0)), Kept::Fits { limit: all });
    let repacked = saved(&photo, &within(SizeLimit::Fill(all - 1), 80.0));
    assert_eq!((repacked.decision.setting.unwrap().tables, repacked.score()), ("source", Some(100.0)));
    let half = saved(&photo, &within(SizeLimit::Fill(all / 2), 80.0));
    assert!(half.bytes.len() as u64 <= all / 2 && half.score().unwrap() < 100.0);
}

#[test]
fn a_jpeg_over_its_size_is_never_kept_whatever_the_next_run_would_do() {
    for (seed, points) in [(6, 40.0), (6, 60.0), (7, 70.0), (8, 80.0)] {
        let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, seed), 97);
        for part in [10, 9, 7, 5] {
            let limit = (photo.len() * part / 10 - 1) as u64;
            let outcome = scrimp::shrink(&photo, &within(SizeLimit::AtMost(limit), points)).unwrap();
            let bytes = outcome.bytes().map(<[u8]>::len);
            assert!(bytes.is_some_and(|bytes| bytes as u64 <= limit), "{limit}: {}", outcome.reason());
        }
    }
}

#[test]
fn what_is_salvaged_keeps_to_its_size_and_is_not_refused_for_being_small() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(200, 150, 6), 95);
    let cut = &photo[..photo.len() / 2];
    let salvage = |size, points| {
        let mut options = within(size, points);
        options.damage = Damage::Salvage;
        scrimp::shrink(cut, &options).unwrap()
    };
    let free = salvage(SizeLimit::None, 80.0).bytes().unwrap().len();
    let limit = free * 2 / 3;
    let outcome = salvage(SizeLimit::AtMost(limit as u64), 80.0);
    assert!(outcome.bytes().unwrap().len() <= limit);
    assert_eq!((outcome.name(), outcome.code()), ("best_effort", "goal_out_of_reach"));
    assert!(outcome.reason().contains("it is damaged"), "{}", outcome.reason());
    let outcome = salvage(SizeLimit::Fill(1 << 20), 80.0);
    assert_eq!((outcome.name(), outcome.code()), ("saved", "salvaged"));
}

#[test]
fn a_limit_that_only_the_next_run_would_meet_refuses_nothing() {
    for seed in 0..6 {
        let scene = scenes::landscape(120, 90, seed);
        let photo = scrimp_testkit::jpeg(&scene, 96);
        let mut options = goal(70.0);
        // One scan: what is written has more.
        options.limits.scan_pixels = 120 * 90;
        let outcome = scrimp::shrink(&photo, &options);
        assert!(outcome.is_ok(), "{seed}: {:?}", outcome.err());
    }
}

#[test]
fn every_effort_reaches_the_goal_and_more_of_it_tries_more() {
    let photo = scrimp_testkit::png(&scenes::still_life(224, 160, 3));
    let tried = Effort::ALL.map(|effort| {
        let mut options = goal(70.0);
        options.effort = effort;
        let shrunk = saved(&photo, &options);
        assert!(score(&photo, &shrunk.bytes) >= 70.0);
        let setting = shrunk.decision.setting.unwrap();
        assert_eq!(setting.effort, effort.name());
        let families =
            shrunk.decision.probes.iter().map(|probe| (probe.setting.subsampling, probe.setting.tables));
        let mut families: Vec<_> = families.collect();
        families.sort_unstable();
        families.dedup();
        let coarser = setting.quality - 0.25;
        let fails = |probe: &&scrimp::ProbeRecord| {
            probe.setting == scrimp::SettingRecord { quality: coarser, ..setting } && probe.score < 70.0
        };
        assert!(shrunk.decision.probes.iter().any(|probe| fails(&probe)));
        (families.len(), shrunk.bytes.len())
    });
    let [fast, default, max] = tried;
    assert!(fast.0 == 1 && fast.0 < default.0 && default.0 < max.0, "{tried:?}");
    assert!(max.1 < default.1, "{tried:?}");
}

#[test]
fn the_least_effort_goes_on_where_its_first_setting_cannot_reach_the_goal() {
    let photo = thin_red_strokes_on_white();
    let mut options = goal(79.0);
    options.effort = Effort::Fast;
    let shrunk = saved(&photo, &options);
    assert_eq!(shrunk.decision.setting.unwrap().subsampling, "4:4:4");
    assert_eq!(shrunk.decision.probes[0].setting.subsampling, "4:2:0");
}

#[test]
fn a_sample_leads_a_large_photo_to_what_the_whole_photo_proves() {
    let photo = scrimp_testkit::png(&scenes::landscape(1920, 1280, 9));
    let shrunk = saved(&photo, &goal(75.0));
    let probes = |scale| shrunk.decision.probes.iter().filter(move |probe| probe.scale == scale);
    let chosen = shrunk.decision.setting.unwrap();
    let proofs = probes("proof").filter(|probe| probe.setting.tables == chosen.tables).count();
    assert!(probes("guide").count() > 0 && proofs <= 4, "{:?}", shrunk.decision.probes);
    assert!(probes("guide").all(|probe| probe.floor.is_none()));
    assert_eq!(Some(score(&photo, &shrunk.bytes)), shrunk.score());
    let coarser = probes("proof").find(|probe| {
        (probe.setting.tables, probe.setting.quality) == (chosen.tables, chosen.quality - 0.25)
    });
    assert!(coarser.expect("the step below was proved").score < 75.0);
}

#[test]
fn of_a_large_jpeg_one_family_alone_is_proved() {
    let jpeg = scrimp_testkit::jpeg(&scenes::landscape(1600, 1200, 4), 96);
    let shrunk = saved(&jpeg, &goal(75.0));
    let probes = |scale| shrunk.decision.probes.iter().filter(move |probe| probe.scale == scale);
    let families = |scale| probes(scale).map(|probe| probe.setting.tables).collect::<BTreeSet<_>>().len();
    assert!(families("guide") > 1 && families("proof") == 1, "{:?}", shrunk.decision.probes);
    assert!(probes("proof").count() <= 4, "{:?}", shrunk.decision.probes);
}
