//! Decoding and encoding, seen from outside.

use scrimp_jpeg::{
    Channels, Coding, Coefficients, DecodeBounds, EncodeSettings, Error, Huffman, Layout, Pixels, Process,
    Quality, Quantiser, Rounding, Stop, Subsampling, TableFamily, decode, encode, marker, with_segments,
    write_coefficients, write_coefficients_unless,
};
use scrimp_testkit::scenes::{self, Scene};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

fn pixels(scene: &Scene) -> Pixels {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    Pixels::new(scene.width, scene.height, channels, scene.samples.clone()).unwrap()
}

fn settings(subsampling: Subsampling, quality: f64) -> EncodeSettings {
    let quality = Quality::new(quality).unwrap();
    EncodeSettings {
        subsampling,
        tables: TableFamily::AnnexK.at(quality),
        ..EncodeSettings::libjpeg_turbo(50)
    }
}

#[test]
fn every_size_and_subsampling_comes_back_near_and_without_a_warning() {
    for subsampling in [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420] {
        for (width, height) in [(1, 1), (1, 40), (40, 1), (2, 3), (7, 9), (16, 16), (17, 31), (64, 48)] {
            let scene = pixels(&scenes::flat(width, height, [90, 140, 60]));
            let bytes = encode(&scene, &settings(subsampling, 95.0)).unwrap();
            let decoded = decode(&bytes, &DecodeBounds::default()).unwrap();
            assert_eq!(decoded.warnings.count, 0);
            assert_eq!((decoded.pixels.width(), decoded.pixels.height()), (width, height));
            let worst =
                decoded.pixels.samples().iter().zip(scene.samples()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(worst <= Some(3), "{subsampling} {width}x{height} is off by {worst:?}");
            assert_eq!(Layout::read(&bytes, 10).unwrap().frame.subsampling(), Some(subsampling));
        }
    }
}

#[test]
fn transform_and_file_are_given_up_at_the_next_look_and_else_are_the_same() {
    let scene = pixels(&scenes::landscape(200, 150, 1));
    let made = Coefficients::subsampled(&scene, Subsampling::S420);
    let quantised = made.quantise(&TableFamily::AnnexK.at(Quality::MAX), Rounding::Nearest);
    let transform = |stop: Stop<'_>| {
        Coefficients::subsampled_unless(&scene, Subsampling::S420, stop)
            .map(|made| made.quantise(&TableFamily::AnnexK.at(Quality::MAX), Rounding::Nearest))
            .map(|again| assert!(again == quantised))
    };
    let file = write_coefficients(&quantised, Coding::Progressive).unwrap();
    let write = |stop: Stop<'_>| {
        write_coefficients_unless(&quantised, Coding::Progressive, stop).map(|again| assert_eq!(again, file))
    };
    type Step<'a> = &'a dyn Fn(Stop<'_>) -> Result<(), Error>;
    let steps: [Step<'_>; 2] = [&transform, &write];
    for step in steps {
        let looks = AtomicUsize::new(0);
        let looked_before = |most: usize| looks.fetch_add(1, Ordering::Relaxed) >= most;
        assert_eq!(step(&|| looked_before(usize::MAX)), Ok(()));
        let all = looks.swap(0, Ordering::Relaxed);
        assert!(all >= 10, "{all}");
        assert_eq!(step(&|| looked_before(all / 2)), Err(Error::Stopped));
        assert_eq!(looks.into_inner(), all / 2 + 1);
    }
}

#[test]
fn huffman_tables_change_the_bytes_and_nothing_else() {
    let scene = pixels(&scenes::landscape(100, 75, 1));
    let optimised = EncodeSettings { coding: Coding::Baseline, ..settings(Subsampling::S444, 96.0) };
    let files = [Huffman::Optimised, Huffman::AnnexK]
        .map(|huffman| encode(&scene, &EncodeSettings { huffman, ..optimised.clone() }).unwrap());
    assert!(files[0].len() < files[1].len());
    let [one, other] = files.map(|file| decode(&file, &DecodeBounds::default()).unwrap().pixels);
    assert_eq!(one, other);
}

#[test]
fn a_gray_picture_stays_one_component() {
    let gray = pixels(&scenes::landscape(33, 21, 5).gray());
    let bytes = encode(&gray, &settings(Subsampling::S420, 90.0)).unwrap();
    let layout = Layout::read(&bytes, 10).unwrap();
    assert_eq!(layout.frame.subsampling(), Some(Subsampling::Gray));
    assert_eq!(decode(&bytes, &DecodeBounds::default()).unwrap().pixels.channels(), Channels::Gray);
}

#[test]
fn the_layout_says_what_the_encoder_did() {
    let scene = pixels(&scenes::landscape(100, 75, 1));
    let bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(83)).unwrap();
    let layout = Layout::read(&bytes, 10).unwrap();
    assert_eq!((layout.frame.width, layout.frame.height, layout.frame.precision), (100, 75, 8));
    assert_eq!(layout.frame.process, Process::Progressive);
    assert_eq!(layout.scans, 10, "libjpeg's standard script for colour has ten scans");
    assert_eq!(layout.end, Some(bytes.len()));
    assert_eq!(layout.estimated_quality(), Some((Quality::new(83.0).unwrap(), true)));
    assert_eq!(layout.tables[1], Some(TableFamily::AnnexK.at(Quality::new(83.0).unwrap()).red));
}

#[test]
fn trellis_and_scan_search_make_it_smaller() {
    let scene = pixels(&scenes::landscape(200, 150, 2));
    let plain = EncodeSettings::libjpeg_turbo(80);
    let trellis = EncodeSettings { quantiser: Quantiser::Trellis, ..plain.clone() };
    let searched = EncodeSettings { coding: Coding::ProgressiveSearched, ..plain.clone() };
    let size = |settings: &EncodeSettings| encode(&scene, settings).unwrap().len();
    assert!(size(&trellis) < size(&plain));
    assert!(size(&searched) <= size(&plain));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let scene = pixels(&scenes::landscape(90, 60, 3));
    for settings in [EncodeSettings::libjpeg_turbo(75), EncodeSettings::mozjpeg_default(75)] {
        assert_eq!(encode(&scene, &settings).unwrap(), encode(&scene, &settings).unwrap());
    }
}

#[test]
fn a_cut_file_decodes_with_warnings_and_its_layout_has_no_end() {
    let scene = pixels(&scenes::landscape(120, 90, 4));
    let bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(85)).unwrap();
    let cut = &bytes[..bytes.len() * 2 / 3];
    assert_eq!(Layout::read(cut, 10).unwrap().end, None);
    let decoded = decode(cut, &DecodeBounds::default()).unwrap();
    assert!(decoded.warnings.count > 0);
    assert!(decoded.warnings.first.is_some_and(|text| !text.is_empty()));
}

#[test]
fn every_cut_of_a_file_is_survived() {
    let scene = pixels(&scenes::landscape(24, 24, 4));
    let bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(85)).unwrap();
    for length in 0..bytes.len() {
        let _ = Layout::read(&bytes[..length], 10);
        let _ = decode(&bytes[..length], &DecodeBounds::default());
    }
}

#[test]
fn what_the_library_cannot_read_is_an_error_with_its_words() {
    let error = decode(b"GIF89a", &DecodeBounds::default()).unwrap_err();
    assert!(matches!(&error, Error::Library { message, .. } if message.contains("0x47 0x49")), "{error}");
    assert_eq!(Layout::read(b"GIF89a", 10), Err(Error::NotJpeg));
}

#[test]
fn a_decode_ends_when_it_is_asked_to() {
    let scene = pixels(&scenes::landscape(256, 256, 6));
    let bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(90)).unwrap();
    let asked = AtomicU32::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) > 5;
    assert_eq!(decode(&bytes, &DecodeBounds { stop: &stop, ..Default::default() }), Err(Error::Stopped));
    assert_eq!(asked.into_inner(), 7);
}

#[test]
fn a_decode_stays_within_its_memory() {
    let scene = pixels(&scenes::flat(2000, 2000, [1, 2, 3]));
    let bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(90)).unwrap();
    let bounds = DecodeBounds { memory: 1 << 20, ..Default::default() };
    assert_eq!(decode(&bytes, &bounds), Err(Error::OutOfMemory { bytes: 1 << 20 }));
}

#[test]
fn a_reserved_marker_cannot_hide_a_scan() {
    let scene = pixels(&scenes::landscape(16, 16, 7));
    let mut bytes = encode(&scene, &EncodeSettings::libjpeg_turbo(90)).unwrap();
    bytes.splice(2..2, [0xFF, 0x02, 0xFF, 0xFF]);
    assert_eq!(Layout::read(&bytes, 10), Err(Error::Malformed { at: 4 }));
}

#[test]
fn segments_are_put_in_and_found_again() {
    let scene = pixels(&scenes::landscape(16, 16, 7));
    let coded = encode(&scene, &EncodeSettings::libjpeg_turbo(90)).unwrap();
    let segments = [(marker::APP1, b"Exif\0\0abc".as_slice()), (marker::COM, b"hello".as_slice())];
    let bytes = with_segments(&coded, segments).unwrap();
    let layout = Layout::read(&bytes, 10).unwrap();
    let found: Vec<_> = layout.metadata.iter().map(|s| (s.marker, &bytes[s.payload.clone()])).collect();
    assert_eq!(found, segments);
    assert_eq!(layout.metadata_bytes(), 14);
    assert_eq!(decode(&bytes, &DecodeBounds::default()), decode(&coded, &DecodeBounds::default()));
    assert_eq!(Layout::read(&bytes, 1), Err(Error::TooManySegments { limit: 1 }));
    let long = vec![0; 65_534];
    assert_eq!(
        with_segments(&coded, [(marker::COM, long.as_slice())]),
        Err(Error::SegmentTooLong { length: 65_534 })
    );
}
