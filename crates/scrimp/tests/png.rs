//! Pictures in PNG with more in them than pixels: what is carried, what is refused, and what it may cost.

use scrimp::{Error, Kept, LimitKind, Look, MinSaving, Options, Outcome, Photo, Unsupported};
use scrimp_jpeg::{Layout, marker};
use scrimp_testkit::scenes;

const HEADER: usize = 33;
const END: usize = 12;

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = (data.len() as u32).to_be_bytes().to_vec();
    out.extend([kind, data].concat());
    let crc = crc32fast::hash(&out[4..]);
    out.extend(crc.to_be_bytes());
    out
}

fn plain() -> Vec<u8> {
    scrimp_testkit::png(&scenes::landscape(64, 48, 1))
}

/// A photo with chunks before its pixels.
fn with(chunks: &[Vec<u8>]) -> Vec<u8> {
    let photo = plain();
    [&photo[..HEADER], &chunks.concat(), &photo[HEADER..]].concat()
}

/// A photo with chunks behind its pixels.
fn with_late(chunks: &[Vec<u8>]) -> Vec<u8> {
    let photo = plain();
    let (image, end) = photo.split_at(photo.len() - END);
    [image, &chunks.concat(), end].concat()
}

fn zlib(data: &[u8]) -> Vec<u8> {
    fdeflate::compress_to_vec(data)
}

/// A profile that can be read: sRGB's own.
fn profile() -> Vec<u8> {
    moxcms::ColorProfile::new_srgb().encode().unwrap()
}

fn iccp(profile: &[u8]) -> Vec<u8> {
    chunk(b"iCCP", &[b"name\0\0", zlib(profile).as_slice()].concat())
}

fn ztxt(keyword: &[u8], text: &[u8]) -> Vec<u8> {
    chunk(b"zTXt", &[keyword, b"\0\0", &zlib(text)].concat())
}

fn xmp_zipped(text: &[u8]) -> Vec<u8> {
    chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", zlib(text).as_slice()].concat())
}

fn read(photo: &[u8]) -> Result<(), Error> {
    Photo::read(photo, &Options::default()).map(|_| ())
}

/// Damaged to a faithful reader, and read as before by the classic algorithm, as Pillow does.
#[track_caller]
fn is_damaged_but_not_to_pillow(photo: &[u8], word: &str) {
    match read(photo) {
        Err(Error::Damaged(reason)) => assert!(reason.contains(word), "{reason}"),
        other => panic!("{other:?}, not {word}"),
    }
    let classic = Photo::read_as_pillow(photo, &Options::default()).unwrap();
    let plain = Photo::read(&plain(), &Options::default()).unwrap();
    assert_eq!(classic.pixels().samples(), plain.pixels().samples());
}

#[track_caller]
fn is_over(photo: &[u8], which: LimitKind, limit: u64) {
    let mut options = Options::default();
    *options.limits.get_mut(which) = limit;
    for read in [Photo::read, Photo::read_as_pillow] {
        match read(photo, &options) {
            Err(Error::Limit { which: found, limit: named, .. }) => {
                assert_eq!((found, named), (which, limit))
            }
            other => panic!("{:?}, not {which:?}", other.map(|_| ())),
        }
    }
}

fn kept(photo: &[u8]) -> Kept {
    match scrimp::shrink(photo, &Options::look(Look::Web)).unwrap() {
        Outcome::Kept(reason, _) => reason,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

/// The segments of the JPEG that the photo becomes.
fn segments(photo: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let mut options = Options::look(Look::Thumb);
    options.min_saving = MinSaving::percent(0.0).unwrap();
    let outcome = scrimp::shrink(photo, &options).unwrap();
    let file = outcome.bytes().expect("it became a JPEG");
    let layout = Layout::read(file, 1000).unwrap();
    layout.metadata.iter().map(|segment| (segment.marker, file[segment.payload.clone()].to_vec())).collect()
}

#[test]
fn texts_profiles_and_densities_are_carried_in_order() {
    let photo = with(&[
        chunk(b"tEXt", b"Title\0caf\xE9"),
        iccp(&profile()),
        chunk(b"pHYs", &[0, 0, 0x2E, 0x23, 0, 0, 0x2E, 0x23, 1]),
        ztxt(b"Comment", b"long \xFC ago"),
        chunk(b"iTXt", b"Title\0\0\0fr\0Titre\0\xE2\x82\xAC"),
        chunk(b"iTXt", &[b"Zipped\0\x01\0\0\0", zlib(b"text").as_slice()].concat()),
        xmp_zipped(b"<x:xmpmeta/>"),
        chunk(b"tIME", &[0x07, 0xEA, 11, 22, 9, 8, 7]),
        chunk(b"prVt", b"a program's own"),
    ]);
    let end = photo.len() - END;
    let late = [chunk(b"eXIf", b"MM\0*exif"), chunk(b"tEXt", b"Late\0text")].concat();
    let photo = [&photo[..end], &late, &photo[end..]].concat();
    let expected: [(u8, &[u8]); 10] = [
        (marker::APP0, b"JFIF\0\x01\x01\x01\x01\x2C\x01\x2C\0\0"),
        (marker::APP1, b"Exif\0\0MM\0*exif"),
        (marker::APP1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (marker::APP2, &[b"ICC_PROFILE\0\x01\x01".as_slice(), &profile()].concat()),
        (marker::COM, "Title: café".as_bytes()),
        (marker::COM, "Comment: long ü ago".as_bytes()),
        (marker::COM, "Title (fr, Titre): €".as_bytes()),
        (marker::COM, b"Zipped: text"),
        (marker::COM, b"tIME: 2026-11-22T09:08:07Z"),
        (marker::COM, b"Late: text"),
    ];
    assert_eq!(segments(&photo), expected.map(|(code, payload)| (code, payload.to_vec())));
}

#[test]
fn a_plain_png_gets_a_plain_jfif_header() {
    assert_eq!(segments(&plain()), [(marker::APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec())]);
}

#[test]
fn bombs_are_refused_by_the_limit_for_metadata() {
    let zeros = vec![0; 8_000_000];
    for bomb in [iccp(&zeros), ztxt(b"Comment", &zeros), xmp_zipped(&zeros)] {
        assert!(bomb.len() < 100_000);
        is_over(&with(std::slice::from_ref(&bomb)), LimitKind::MetadataBytes, 1_000_000);
        assert_eq!(read(&with(&[bomb])), Ok(()));
    }
    let each_within: Vec<_> = (0..4).map(|_| ztxt(b"Comment", &zeros[..300_000])).collect();
    is_over(&with(&each_within), LimitKind::MetadataBytes, 1_000_000);
    let together = [iccp(&zeros[..600_000]), ztxt(b"Comment", &zeros[..600_000])];
    is_over(&with(&together), LimitKind::MetadataBytes, 1_000_000);
    is_over(&with(&[chunk(b"eXIf", &zeros[..5_000])]), LimitKind::MetadataBytes, 4_999);
    is_over(&with(&[chunk(b"prVt", &zeros[..5_000])]), LimitKind::MetadataBytes, 4_999);
}

#[test]
fn metadata_that_just_fills_its_limit_is_read() {
    let mut options = Options::default();
    let photo = with(&[xmp_zipped(&[0; 90_000])]);
    options.limits.metadata_bytes = 90_000;
    assert!(Photo::read(&photo, &options).is_ok());
    is_over(&photo, LimitKind::MetadataBytes, 89_999);
}

#[test]
fn chunks_of_metadata_are_counted() {
    let texts = vec![chunk(b"tEXt", b"A\0b"); 2_001];
    is_over(&with(&texts), LimitKind::MetadataSegments, 2_000);
    is_over(&with_late(&texts), LimitKind::MetadataSegments, 2_000);
    assert_eq!(read(&with(&texts[1..])), Ok(()));
}

#[test]
fn more_memory_than_allowed_is_no_damage() {
    is_over(&with(&[chunk(b"eXIf", &vec![0; 40_000_000])]), LimitKind::Memory, 17 << 20);
}

#[test]
fn metadata_that_cannot_be_read_is_damage() {
    let cases = [
        (chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0not zlib"), "does not inflate"),
        (chunk(b"zTXt", b"Comment\0\0not zlib"), "does not inflate"),
        (chunk(b"zTXt", b"Comment\0\x07"), "unknown way"),
        (chunk(b"iTXt", b"Title\0\0\0en"), "cut short"),
        (chunk(b"iCCP", b"name\0\0not zlib"), "does not inflate"),
        (chunk(b"pHYs", b"short"), "wrong length"),
        ([iccp(b"one"), iccp(b"two")].concat(), "twice"),
        ([chunk(b"eXIf", b"MM\0*"), chunk(b"eXIf", b"II*\0")].concat(), "twice"),
        (chunk(b"gAMA", b"short"), "wrong length"),
        (chunk(b"tRNS", b"short"), "tRNS"),
    ];
    for (chunk, word) in cases {
        is_damaged_but_not_to_pillow(&with(&[chunk]), word);
    }
    is_damaged_but_not_to_pillow(&with_late(&[iccp(b"late")]), "behind the pixels");
}

#[test]
fn a_wrong_checksum_of_any_chunk_is_damage() {
    let mut text = chunk(b"tEXt", b"A\0b");
    text[9] ^= 1;
    is_damaged_but_not_to_pillow(&with(&[text.clone()]), "wrong checksum");
    is_damaged_but_not_to_pillow(&with_late(&[text]), "wrong checksum");
}

/// The photo with other compressed pixels.
fn with_pixels(data: &[u8]) -> Vec<u8> {
    let photo = plain();
    [&photo[..HEADER], &chunk(b"IDAT", data), &photo[photo.len() - END..]].concat()
}

fn raw_pixels() -> Vec<u8> {
    scenes::landscape(64, 48, 1).samples.chunks(64 * 3).flat_map(|row| [&[0], row].concat()).collect()
}

#[test]
fn compressed_pixels_end_with_the_picture_and_their_checksum() {
    let sound = zlib(&raw_pixels());
    assert_eq!(read(&with_pixels(&sound)), Ok(()));
    let (body, checksum) = sound.split_at(sound.len() - 4);
    is_damaged_but_not_to_pillow(&with_pixels(&[body, &[1, 2, 3, 4]].concat()), "WrongChecksum");
    is_damaged_but_not_to_pillow(&with_pixels(&[body, &checksum[..2]].concat()), "cut short");
    let too_many = [raw_pixels(), vec![0; 1_000_000]].concat();
    is_damaged_but_not_to_pillow(&with_pixels(&zlib(&too_many)), "more than the picture's");
}

#[test]
fn pixels_may_come_in_many_pieces() {
    let photo = plain();
    let pieces: Vec<u8> = zlib(&raw_pixels()).chunks(7).flat_map(|piece| chunk(b"IDAT", piece)).collect();
    let pieces = [&photo[..HEADER], &chunk(b"IDAT", b""), &pieces, &photo[photo.len() - END..]].concat();
    let samples = |file| Photo::read(file, &Options::default()).unwrap().pixels().samples().to_vec();
    assert_eq!(samples(&pieces), samples(&photo));
}

#[test]
fn an_interlaced_photo_is_the_same_photo() {
    const PASSES: [[usize; 4]; 7] =
        [[0, 8, 0, 8], [4, 8, 0, 8], [0, 4, 4, 8], [2, 4, 0, 4], [0, 2, 2, 4], [1, 2, 0, 2], [0, 1, 1, 2]];
    for (width, height) in [(1, 1), (3, 2), (9, 5), (64, 48)] {
        let scene = scenes::static_noise(width, height, 1);
        let mut raw = Vec::new();
        for [column, columns, row, rows] in PASSES {
            for y in (row..height).step_by(rows).filter(|_| column < width) {
                raw.push(0);
                let pixels = (column..width).step_by(columns).map(|x| (y * width + x) * 3);
                raw.extend(pixels.flat_map(|at| scene.samples[at..at + 3].to_vec()));
            }
        }
        let mut header = [width as u32, height as u32].map(u32::to_be_bytes).concat();
        header.extend([8, 2, 0, 0, 1]);
        let chunks = [chunk(b"IHDR", &header), chunk(b"IDAT", &zlib(&raw)), chunk(b"IEND", b"")].concat();
        let file = [b"\x89PNG\r\n\x1A\n".as_slice(), &chunks].concat();
        let photo = Photo::read(&file, &Options::default()).unwrap();
        assert_eq!(photo.pixels().samples(), scene.samples, "{width} x {height}");
    }
}

#[test]
fn what_a_jpeg_cannot_hold_keeps_the_photo() {
    let behind = [plain(), b"more".to_vec()].concat();
    assert_eq!(kept(&behind), Kept::TrailingData { bytes: 4 });
    assert_eq!(kept(&with(&[chunk(b"caBX", b"jumb")])), Kept::ContentCredentials);
    assert_eq!(kept(&with(&[ztxt(b"Comment", &[b'x'; 70_000])])), Kept::MetadataTooLong);
    assert_eq!(kept(&with(&[xmp_zipped(&[b' '; 70_000])])), Kept::MetadataTooLong);
    assert_eq!(kept(&with(&[iccp(&vec![1; 255 * 65_519 + 1])])), Kept::MetadataTooLong);
}

#[test]
fn a_photo_whose_metadata_no_segment_holds_is_measured_all_the_same() {
    let photo = with(&[ztxt(b"Comment", &[b'x'; 70_000])]);
    let inspection = scrimp::inspect(&photo, &Options::default()).unwrap();
    assert_eq!(
        inspection.metadata.last().map(|segment| (segment.kind, segment.bytes)),
        Some(("comment", 70_009))
    );
    assert_eq!(inspection.curve.len(), 10);
}

#[test]
fn a_file_without_an_end_is_damaged() {
    let photo = plain();
    for cut in [photo.len() - 1, photo.len() - END, HEADER, 20, 8] {
        for read in [Photo::read, Photo::read_as_pillow] {
            let error = read(&photo[..cut], &Options::default()).unwrap_err();
            assert!(matches!(error, Error::Damaged(_)), "{cut}: {error}");
        }
    }
}

#[test]
fn colours_that_are_not_srgb_get_a_profile_that_says_so() {
    let gamma = |value: u32| chunk(b"gAMA", &value.to_be_bytes());
    let primaries = |values: [u32; 8]| chunk(b"cHRM", &values.map(u32::to_be_bytes).concat());
    let bt709 = primaries([31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]);
    let rounded = primaries([31_269, 32_899, 63_999, 33_001, 30_000, 60_000, 15_000, 5_999]);
    let adobe = primaries([31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000]);
    let cicp = |code: [u8; 4]| chunk(b"cICP", &code);
    let srgb = chunk(b"sRGB", &[0]);
    for chunks in [
        vec![gamma(45_455)],
        vec![gamma(45_455), bt709.clone()],
        vec![gamma(45_000), rounded],
        vec![adobe.clone(), srgb.clone()],
        vec![gamma(100_000), adobe.clone(), iccp(b"profile")],
        vec![cicp([1, 13, 0, 1])],
    ] {
        assert_eq!(read(&with(&chunks)), Ok(()));
    }
    for chunks in
        [vec![gamma(100_000)], vec![gamma(45_455), adobe.clone()], vec![adobe], vec![gamma(100_000), bt709]]
    {
        let carried = segments(&with(&chunks));
        let head = b"ICC_PROFILE\0\x01\x01";
        let profile = carried.iter().find_map(|(_, payload)| payload.strip_prefix(head)).expect("a profile");
        assert!(moxcms::ColorProfile::new_from_slice(profile).is_ok());
        // The same at any time of day.
        assert_eq!(profile[24..26], 1998_u16.to_be_bytes());
    }
    assert!(matches!(read(&with(&[gamma(0)])), Err(Error::Damaged(_))));
    for chunks in [vec![cicp([12, 13, 0, 1]), srgb], vec![cicp([1, 13, 0, 0])]] {
        let photo = with(&chunks);
        assert_eq!(read(&photo), Err(Error::Unsupported(Unsupported::Gamma)));
        assert!(Photo::read_as_pillow(&photo, &Options::default()).is_ok());
    }
}

#[test]
fn frames_beside_the_picture_are_an_animation() {
    let control = |frames| chunk(b"acTL", &[0, 0, 0, frames, 0, 0, 0, 0]);
    assert_eq!(read(&with(&[control(1)])), Ok(()), "one frame is no animation");
    let photo = with(&[control(2)]);
    assert_eq!(read(&photo), Err(Error::Unsupported(Unsupported::Animation)));
    let mut options = Options::default();
    options.frames = scrimp::Frames::First;
    assert!(Photo::read(&photo, &options).is_ok());
    assert!(Photo::read_as_pillow(&photo, &Options::default()).is_ok());
}

#[test]
fn time_counts_while_a_png_is_read() {
    is_over(&plain(), LimitKind::Time, 0);
}

#[test]
fn every_png_of_the_corpus_is_read() {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let is_png = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "png");
    let mut count = 0;
    for path in corpus.photos().into_iter().filter(is_png) {
        let bytes = std::fs::read(&path).unwrap();
        let classic = Photo::read_as_pillow(&bytes, &Options::default()).unwrap();
        match Photo::read(&bytes, &Options::default()) {
            Ok(photo) if photo.pixels().channels() == classic.pixels().channels() => {
                assert!(photo.pixels() == classic.pixels(), "{}", path.display());
            }
            Ok(_) | Err(Error::Unsupported(Unsupported::Alpha)) => {}
            Err(error) => panic!("{}: {error}", path.display()),
        }
        count += 1;
    }
    assert!(count > 0);
}
