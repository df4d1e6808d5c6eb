//! What is left out on request, and that nothing else goes with it.

use scrimp::{Coding, Convert, Credentials, Kept, Look, MinSaving, Options, Outcome, Strip};
use scrimp_jpeg::{ByteOrder, Directory, Layout, Process, marker};
use scrimp_testkit::riders::{Exif, container, multi_picture, samsung_trailer, video, with_segments, xmp};
use scrimp_testkit::scenes;

type Segments = Vec<(u8, Vec<u8>)>;

fn stripping(groups: &[Strip]) -> Options {
    let mut options = Options::look(Look::Thumb);
    options.min_saving = MinSaving::percent(0.0).unwrap();
    options.strip = groups.to_vec();
    options
}

fn image() -> Vec<u8> {
    scrimp_testkit::jpeg(&scenes::landscape(64, 48, 9), 95)
}

fn smaller(photo: &[u8], options: &Options) -> Vec<u8> {
    match scrimp::shrink(photo, options).unwrap() {
        Outcome::Saved(shrunk) => shrunk.bytes,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn kept(photo: &[u8], options: &Options) -> Kept {
    match scrimp::shrink(photo, options).unwrap() {
        Outcome::Kept(reason, _) => reason,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

/// Why the photo is refused: nothing is passed off as stripped that isn't.
fn refusal(photo: &[u8], options: &Options) -> String {
    match scrimp::shrink(photo, options) {
        Err(error) => {
            assert_eq!(error.code(), "cannot_strip");
            error.to_string()
        }
        Ok(other) => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn segments(file: &[u8]) -> Segments {
    let layout = Layout::read(file, 1000).unwrap();
    layout.metadata.iter().map(|segment| (segment.marker, file[segment.payload.clone()].to_vec())).collect()
}

/// The segments that come of these by stripping.
fn stripped(carried: &[(u8, Vec<u8>)], groups: &[Strip]) -> Segments {
    let all = segments(&smaller(&with_segments(&image(), carried), &stripping(groups)));
    // Behind them stands the JFIF header of the image.
    all[..all.len() - 1].to_vec()
}

const LATITUDE: [u8; 24] = *b"LATITUDE-OF-THE-BIRTHDAY";

fn exif(is_big_endian: bool) -> Exif {
    let (latitude, thumbnail) = (Some(LATITUDE.to_vec()), Some(image()));
    Exif { is_big_endian, orientation: 6, maker_note: b"the maker's own".to_vec(), latitude, thumbnail }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Tags of the first directory, and those of the next.
fn tags(segment: &[u8]) -> (Vec<u16>, Vec<u16>) {
    let block = &segment[6..];
    let (order, first) = Directory::header(block).unwrap();
    let main = Directory::read(block, order, first).unwrap();
    let next = main.next.map_or_else(Vec::new, |at| Directory::read(block, order, at).unwrap().entries);
    let tags = |entries: &[scrimp_jpeg::Entry]| entries.iter().map(|entry| entry.tag).collect();
    (tags(&main.entries), tags(&next))
}

#[test]
fn the_place_goes_from_exif_and_nothing_else_moves() {
    for is_big_endian in [false, true] {
        let before = exif(is_big_endian).segment();
        let after = &stripped(std::slice::from_ref(&before), &[Strip::Gps])[0].1;
        assert!(contains(&before.1, &LATITUDE) && !contains(after, &LATITUDE));
        assert_eq!(after.len(), before.1.len());
        assert_eq!(tags(after), (vec![0x10F, 0x112, 0x8769], vec![0x201, 0x202]));
        let place = |segment: &[u8]| segment.windows(15).position(|window| window == b"the maker's own");
        assert_eq!(place(after), place(&before.1));
        assert!(contains(after, &image()), "the thumbnail stays");
        // What differs lies in the first directory and in that of the place.
        let changed = before.1.iter().zip(after).filter(|(was, is)| was != is).count();
        assert!(changed <= 2 + 3 * 12 + 4 + 2 + 2 * 12 + LATITUDE.len(), "{changed}");
    }
}

#[test]
fn the_thumbnail_goes_with_its_bytes() {
    for is_big_endian in [false, true] {
        let before = exif(is_big_endian).segment();
        let after = &stripped(std::slice::from_ref(&before), &[Strip::Thumbnail])[0].1;
        let place = Exif { thumbnail: None, ..exif(is_big_endian) }.segment().1;
        assert_eq!(*after, place, "as if there had never been one");
    }
    let jfif = [b"JFIF\0\x01\x01\0\0\x01\0\x01\x01\x01".as_slice(), &[7; 3]].concat();
    let carried = [(marker::APP0, jfif), (marker::APP0, b"JFXX\0\x11".to_vec())];
    let left = stripped(&carried, &[Strip::Thumbnail]);
    assert_eq!(left, [(marker::APP0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0".to_vec())]);
}

#[test]
fn a_thumbnail_that_shares_its_bytes_is_not_stripped() {
    let mut segment = exif(true).segment();
    // Its directory begins behind the latitude; the value of its first entry becomes the place of the maker note.
    let block = &segment.1[6..];
    let main = Directory::read(block, ByteOrder::Big, 8).unwrap();
    let value = 6 + main.next.unwrap() + 2 + 8;
    let exif_at = main.entry(0x8769).unwrap().number(block, ByteOrder::Big).unwrap();
    segment.1[value..value + 4].copy_from_slice(&(exif_at + 18).to_be_bytes());
    let photo = with_segments(&image(), &[segment]);
    assert!(refusal(&photo, &stripping(&[Strip::Thumbnail])).contains("thumbnail"));
}

#[test]
fn the_place_goes_from_xmp_in_one_piece_or_many() {
    let text = "exif:GPSLatitude=\"51,2N\" x:y=\"z\"";
    let main = &stripped(&[xmp(text)], &[Strip::Gps])[0].1;
    assert!(contains(main, b"x:y=\"z\"") && !contains(main, b"51,2N"));
    let piece = |offset: u32, text: &str| {
        let head = [b"http://ns.adobe.com/xmp/extension/\0".as_slice(), &[b'A'; 32]].concat();
        (marker::APP1, [&head[..], &37_u32.to_be_bytes(), &offset.to_be_bytes(), text.as_bytes()].concat())
    };
    let (first, second) = (piece(0, "<a exif:GPSLatit"), piece(16, "ude='51,2N' b:c='d'/>"));
    for pieces in [[first.clone(), second.clone()], [second.clone(), first]] {
        let left: Vec<u8> =
            stripped(&pieces, &[Strip::Gps]).into_iter().flat_map(|(_, payload)| payload).collect();
        assert!(!contains(&left, b"GPSLat") && !contains(&left, b"51,2N") && contains(&left, b"b:c='d'"));
    }
    let photo = with_segments(&image(), &[second]);
    assert!(refusal(&photo, &stripping(&[Strip::Gps])).contains("gps"), "a piece is missing");
}

#[test]
fn a_place_where_none_belongs_is_not_passed_over() {
    let mut segment = exif(true).segment();
    let main = Directory::read(&segment.1[6..], ByteOrder::Big, 8).unwrap();
    // The first entry of the thumbnail's directory becomes a pointer to places.
    let tag = 6 + main.next.unwrap() + 2;
    segment.1[tag..tag + 2].copy_from_slice(&0x8825_u16.to_be_bytes());
    let photo = with_segments(&image(), &[segment]);
    assert!(refusal(&photo, &stripping(&[Strip::Gps])).contains("gps"));
}

#[test]
fn a_chain_of_directories_without_end_is_not_taken_for_one_without_places() {
    let mut segment = exif(true).segment();
    let block = &segment.1[6..];
    let main = Directory::read(block, ByteOrder::Big, 8).unwrap();
    let thumbnail = Directory::read(block, ByteOrder::Big, main.next.unwrap()).unwrap();
    let (pointer, at) = (6 + thumbnail.place().end - 4, u32::try_from(thumbnail.at).unwrap());
    segment.1[pointer..pointer + 4].copy_from_slice(&at.to_be_bytes());
    let photo = with_segments(&image(), &[segment]);
    assert!(refusal(&photo, &stripping(&[Strip::Gps])).contains("gps"));
}

#[test]
fn a_value_of_zeros_behind_the_thumbnail_stays() {
    let mut segment = exif(true).segment();
    let block = &segment.1[6..];
    let end = block.len();
    let make = Directory::read(block, ByteOrder::Big, 8).unwrap().entry(0x10F).unwrap().at;
    let pointer = 6 + make + 8;
    segment.1[pointer..pointer + 4].copy_from_slice(&u32::try_from(end).unwrap().to_be_bytes());
    segment.1.extend([0; 6]);
    let after = &stripped(&[segment], &[Strip::Thumbnail])[0].1;
    assert_eq!(after.len(), 6 + end + 6, "it is still there");
    assert!(!contains(after, &image()));
}

#[test]
fn a_value_of_zeros_of_another_picture_stays_behind_the_thumbnail() {
    // A directory of one text, which stands in the maker note, the text behind all else.
    let below =
        |text: u32| [&[0, 1, 0x01, 0x0F, 0, 2, 0, 0, 0, 6][..], &text.to_be_bytes(), &[0; 4]].concat();
    let of = |text| Exif { maker_note: below(text), ..exif(true) }.segment();
    let end = of(0).1.len() - 6;
    let mut segment = of(u32::try_from(end).unwrap());
    let at = segment.1.windows(10).position(|window| *window == below(0)[..10]).unwrap() - 6;
    let make = 6 + Directory::read(&segment.1[6..], ByteOrder::Big, 8).unwrap().entry(0x10F).unwrap().at;
    let pointer = [&[0x01, 0x4A, 0, 4, 0, 0, 0, 1][..], &u32::try_from(at).unwrap().to_be_bytes()].concat();
    segment.1[make..make + 12].copy_from_slice(&pointer);
    segment.1.extend([0; 6]);
    let after = &stripped(&[segment], &[Strip::Thumbnail])[0].1;
    assert_eq!(after.len(), 6 + end + 6, "it is still there");
    assert!(!contains(after, &image()));
}

#[test]
fn an_orientation_of_two_numbers_stays() {
    let mut segment = exif(true).segment();
    let entry = Directory::read(&segment.1[6..], ByteOrder::Big, 8).unwrap().entry(0x112).unwrap().at;
    segment.1[6 + entry + 4..6 + entry + 8].copy_from_slice(&2_u32.to_be_bytes());
    let left = stripped(&[segment], &[Strip::AllButIcc]);
    let block = &left[0].1[6..];
    let orientation = Directory::read(block, ByteOrder::Big, 8).unwrap().entry(0x112).unwrap().clone();
    assert_eq!(orientation.number(block, ByteOrder::Big), Some(6));
}

#[test]
fn the_place_goes_from_what_stands_behind_the_image() {
    let other = with_segments(&image(), &[exif(true).segment()]);
    let mut video = video(500);
    // Into the last box, which describes the movie.
    let at = video.len() - 16;
    video.truncate(at);
    video.extend(
        [&32_u32.to_be_bytes()[..], b"moov", &24_u32.to_be_bytes(), b"\xA9xyz", b"+51.2-001.8/...."].concat(),
    );
    let photo = [multi_picture(&image(), std::slice::from_ref(&other), 0), video].concat();
    let after = smaller(&photo, &stripping(&[Strip::Gps]));
    assert!(contains(&photo, &LATITUDE) && !contains(&after, &LATITUDE));
    assert!(contains(&photo, b"+51.2") && !contains(&after, b"+51.2"));
    let behind = |file: &[u8]| file.len() - Layout::read(file, 100).unwrap().end.unwrap();
    assert_eq!(behind(&after), behind(&photo));
    for unknown in [samsung_trailer(b"....\xA9xyz+51.2"), b"any GPSLatitude 51.2".to_vec()] {
        assert!(refusal(&[image(), unknown].concat(), &stripping(&[Strip::Gps])).contains("gps"));
    }
}

#[test]
fn what_cannot_be_read_is_not_stripped_by_halves() {
    let photo = with_segments(&image(), &[(marker::APP1, b"Exif\0\0II*\0\xFF\xFF\0\0".to_vec())]);
    for group in [Strip::Gps, Strip::Thumbnail] {
        assert!(refusal(&photo, &stripping(&[group])).contains(group.name()));
    }
    smaller(&photo, &stripping(&[Strip::Comments]));
}

#[test]
fn comments_go_and_groups_add_up() {
    let carried = [(marker::COM, b"hello".to_vec()), exif(false).segment(), (0xE5, b"other".to_vec())];
    let left = stripped(&carried, &[Strip::Comments]);
    assert_eq!(left, carried[1..]);
    let left = stripped(&carried, &[Strip::Comments, Strip::Thumbnail, Strip::Gps]);
    assert_eq!((left.len(), tags(&left[0].1)), (2, (vec![0x10F, 0x112, 0x8769], vec![])));
}

#[test]
fn all_but_icc_leaves_profile_and_orientation() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let icc = (marker::APP2, [b"ICC_PROFILE\0\x01\x01".as_slice(), &profile].concat());
    for orientation in 1..=8 {
        let exif = Exif { orientation, ..exif(orientation % 2 == 0) }.segment();
        let carried = [
            container(&[]),
            exif,
            (marker::COM, b"x".to_vec()),
            icc.clone(),
            (marker::APP11, b"JP\0\x01jumb".to_vec()),
        ];
        let photo = multi_picture(&with_segments(&image(), &carried), &[image()], 0);
        let after = smaller(&photo, &stripping(&[Strip::AllButIcc]));
        let left = segments(&after);
        let turned = left.iter().find(|(code, _)| *code == marker::APP1);
        let tag = |segment: &[u8]| {
            let block = &segment[6..];
            let (order, first) = Directory::header(block).unwrap();
            Directory::read(block, order, first).unwrap().entry(0x112).unwrap().number(block, order)
        };
        assert_eq!(turned.map_or(Some(1), |(_, segment)| tag(segment)), Some(u32::from(orientation)));
        let others: Vec<_> =
            left.iter().filter(|(code, _)| *code != marker::APP1).map(|(code, _)| *code).collect();
        assert_eq!(others, [marker::APP2, marker::APP0]);
        assert!(left.contains(&icc));
        assert_eq!(Layout::read(&after, 10).unwrap().end, Some(after.len()), "nothing stands behind");
    }
}

#[test]
fn credentials_are_respected_unless_they_may_be_broken() {
    let credential = (marker::APP11, b"JP\0\x01\0\0\0\x01\0\0\0\x0Cjumb".to_vec());
    let elsewhere = xmp("dcterms:provenance=\"https://example.com/manifest\"");
    for carried in [credential, elsewhere] {
        let photo = with_segments(&image(), std::slice::from_ref(&carried));
        let mut options = stripping(&[]);
        assert_eq!(kept(&photo, &options), Kept::ContentCredentials);
        options.credentials = Credentials::Break;
        let outcome = scrimp::shrink(&photo, &options).unwrap();
        assert!(outcome.decision().credentials_broken);
        assert!(outcome.reason().ends_with("its content credentials no longer hold"), "{}", outcome.reason());
        assert_eq!(segments(outcome.bytes().unwrap())[0], carried);
    }
    let layer = (marker::APP11, b"JP\0\x01\0\0\0\x01\0\0\0\x0CRESI".to_vec());
    let mut options = stripping(&[]);
    options.credentials = Credentials::Break;
    assert_eq!(kept(&with_segments(&image(), &[layer]), &options), Kept::ExtensionLayer);
}

#[test]
fn baseline_files_are_sequential_and_hold_the_same() {
    let photo = scrimp_testkit::jpeg(&scenes::landscape(160, 120, 9), 95);
    let mut options = stripping(&[]);
    let progressive = smaller(&photo, &options);
    options.coding = Coding::Baseline;
    let baseline = smaller(&photo, &options);
    let layout = |file: &[u8]| Layout::read(file, 10).unwrap();
    assert_eq!((layout(&baseline).frame.process, layout(&baseline).scans), (Process::Sequential, 1));
    assert_eq!(layout(&progressive).frame.process, Process::Progressive);
    assert!(baseline.windows(2).any(|pair| pair == [0xFF, 0xC0]), "baseline and not extended");
    let bounds = scrimp_jpeg::DecodeBounds::default();
    let coefficients = |file: &[u8]| scrimp_jpeg::read_coefficients(file, &bounds).unwrap();
    assert!(coefficients(&baseline) == coefficients(&progressive));
}

/// Options by which nothing is small enough.
fn keeping(groups: &[Strip]) -> Options {
    let mut options = stripping(groups);
    options.min_saving = MinSaving::percent(99.0).unwrap();
    options
}

/// The image as it is coded, and nothing else.
fn coded(file: &[u8]) -> Vec<u8> {
    scrimp_jpeg::without_segments(file, &Layout::read(file, 1000).unwrap())
}

#[test]
fn a_kept_photo_is_stripped_and_else_as_it_was() {
    let carried = [exif(true).segment(), (marker::COM, b"hello".to_vec()), (0xE5, b"other".to_vec())];
    let other = with_segments(&image(), &[exif(false).segment()]);
    let photo = multi_picture(&with_segments(&image(), &carried), &[other], 0);
    for group in Strip::ALL {
        let Outcome::Saved(stripped) = scrimp::shrink(&photo, &keeping(&[*group])).unwrap() else {
            panic!("{} is still in it", group.name())
        };
        assert!(stripped.bytes.len() <= photo.len() && stripped.bytes != photo);
        assert_eq!(coded(&stripped.bytes), coded(&photo), "not a bit of the picture has changed");
        assert_eq!(Outcome::Saved(stripped.clone()).code(), "stripped");
        kept(&stripped.bytes, &keeping(&[*group]));
    }
    let Outcome::Saved(stripped) = scrimp::shrink(&photo, &keeping(&[Strip::Gps])).unwrap() else { panic!() };
    assert_eq!(stripped.bytes.len(), photo.len(), "nothing moves");
    assert!(contains(&photo, &LATITUDE) && !contains(&stripped.bytes, &LATITUDE));
    assert_eq!(segments(&stripped.bytes)[2..], segments(&photo)[2..]);
}

#[test]
fn a_kept_photo_without_what_is_to_be_stripped_is_kept_for_its_reason() {
    let photo = with_segments(&image(), &[(marker::COM, b"hello".to_vec())]);
    assert_eq!(kept(&photo, &keeping(&[Strip::Gps])), kept(&photo, &keeping(&[])));
    let mut options = keeping(&[Strip::Gps]);
    options.convert = Convert::Never;
    assert_eq!(kept(&scrimp_testkit::png(&scenes::landscape(64, 48, 9)), &options), Kept::NotAJpeg);
}

#[test]
fn bytes_that_cannot_be_moved_stay_where_they_are_or_nothing_is_done() {
    // Its multi-picture index names a picture beyond the file's end.
    let mut photo = multi_picture(&with_segments(&image(), &[exif(true).segment()]), &[image()], 0);
    photo.truncate(photo.len() - 1);
    let Outcome::Saved(stripped) = scrimp::shrink(&photo, &stripping(&[Strip::Gps])).unwrap() else {
        panic!("the place is still in it")
    };
    assert!(!contains(&stripped.bytes, &LATITUDE));
    assert_eq!((stripped.bytes.len(), coded(&stripped.bytes)), (photo.len(), coded(&photo)));
    assert!(refusal(&photo, &stripping(&[Strip::Thumbnail])).contains("several pictures"));
}

#[test]
fn what_is_not_stripped_is_refused_and_not_kept() {
    let credential = (marker::APP11, b"JP\0\x01\0\0\0\x01\0\0\0\x10jumb".to_vec());
    let photo = with_segments(&image(), &[exif(true).segment(), credential]);
    assert!(refusal(&photo, &stripping(&[Strip::Gps])).contains("credentials"));
    assert_eq!(kept(&photo, &stripping(&[Strip::Comments])), Kept::ContentCredentials);
    let (mut text, chunk) = (scrimp_testkit::png(&scenes::landscape(64, 48, 9)), b"tEXtComment\0hello");
    let chunk = [&[0, 0, 0, 13], &chunk[..], &crc32fast::hash(chunk).to_be_bytes()].concat();
    text.splice(33..33, chunk);
    let mut options = stripping(&[Strip::Comments]);
    options.convert = Convert::Never;
    assert!(refusal(&text, &options).contains("only JPEGs"));
}
