//! What rides along with a photo is there in its smaller form, byte for byte and where the form says that it is; or
//! the photo is left alone with the reason.

use proptest::prelude::*;
use scrimp::{Kept, Look, MinSaving, Options, Outcome};
use scrimp_jpeg::{Layout, PictureIndex, marker};
use scrimp_testkit::riders::{
    self, Exif, container, multi_picture, samsung_trailer, video, with_segments, xmp,
};
use scrimp_testkit::scenes;

fn options() -> Options {
    let mut options = Options::look(Look::Thumb);
    options.min_saving = MinSaving::percent(0.0).unwrap();
    options
}

fn image() -> Vec<u8> {
    scrimp_testkit::jpeg(&scenes::landscape(64, 48, 9), 95)
}

fn gain_map() -> Vec<u8> {
    let map = scrimp_testkit::jpeg(&scenes::facade(32, 24, 2).gray(), 80);
    with_segments(&map, &[xmp("hdrgm:Version=\"1.0\"")])
}

fn smaller(photo: &[u8]) -> Vec<u8> {
    match scrimp::shrink(photo, &options()).unwrap() {
        Outcome::Saved(shrunk) => {
            assert!(shrunk.bytes.len() < photo.len());
            shrunk.bytes
        }
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn kept(photo: &[u8]) -> Kept {
    match scrimp::shrink(photo, &options()).unwrap() {
        Outcome::Kept(reason, _) => reason,
        other => panic!("{} ({})", other.name(), other.reason()),
    }
}

fn segments(file: &[u8]) -> Vec<(u8, Vec<u8>)> {
    let layout = Layout::read(file, 1000).unwrap();
    layout.metadata.iter().map(|segment| (segment.marker, file[segment.payload.clone()].to_vec())).collect()
}

fn behind(file: &[u8]) -> &[u8] {
    &file[Layout::read(file, 1000).unwrap().end.unwrap()..]
}

/// The pictures where the file's index says they are.
fn pictures(file: &[u8]) -> Vec<Vec<u8>> {
    let layout = Layout::read(file, 1000).unwrap();
    let index = PictureIndex::read(file, &layout).unwrap().unwrap();
    index.pictures.iter().map(|picture| file[picture.place.clone()].to_vec()).collect()
}

fn segment() -> impl Strategy<Value = (u8, Vec<u8>)> {
    let code = prop_oneof![Just(marker::APP0), Just(0xE3_u8), Just(0xEC), Just(0xED), Just(marker::COM)];
    let other = (code, prop::collection::vec(any::<u8>(), 0..300));
    let exif = (any::<bool>(), 1..=8_u16, prop::collection::vec(any::<u8>(), 5..40));
    let exif = exif.prop_map(|(is_big_endian, orientation, maker_note)| {
        let (latitude, thumbnail) = (Some(vec![7; 24]), Some(image()));
        Exif { is_big_endian, orientation, maker_note, latitude, thumbnail }.segment()
    });
    let text = "[a-z:=\"<>/ ]{0,60}".prop_map(|text| riders::xmp(&text));
    prop_oneof![3 => other, 1 => exif, 1 => text]
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        Just(gain_map()),
        Just(image()),
        (0..4000_usize).prop_map(video),
        (1..40_usize).prop_map(|length| vec![0; length]),
        prop::collection::vec(any::<u8>(), 1..400),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn segments_and_what_stands_behind_come_through_byte_for_byte(
        carried in prop::collection::vec(segment(), 0..8),
        pieces in prop::collection::vec(piece(), 0..4),
        is_samsung in any::<bool>(),
    ) {
        let trailer = if is_samsung { samsung_trailer(b"block of a phone") } else { Vec::new() };
        let photo = [with_segments(&image(), &carried), pieces.concat(), trailer].concat();
        match scrimp::shrink(&photo, &options()).unwrap() {
            Outcome::Saved(shrunk) => {
                prop_assert_eq!(segments(&shrunk.bytes), segments(&photo));
                prop_assert_eq!(behind(&shrunk.bytes), behind(&photo));
            }
            // A number in made-up metadata may be a place behind the image.
            other => prop_assert!(matches!(other.code(), "trailing_data" | "nothing_smaller_passes")),
        }
    }

    #[test]
    fn the_index_tells_where_the_pictures_are(
        others in prop::collection::vec(prop_oneof![Just(gain_map()), Just(image())], 1..4),
        gap in 0..5_usize,
        carried in prop::collection::vec(segment(), 0..3),
        tail in prop_oneof![Just(Vec::new()), (1..600_usize).prop_map(video)],
    ) {
        // The index stands first, so that what is put in behind it moves nothing that counts from it.
        let image = with_segments(&image(), &carried);
        let photo = [multi_picture(&image, &others, gap), tail].concat();
        let Outcome::Saved(shrunk) = scrimp::shrink(&photo, &options()).unwrap() else { return Ok(()) };
        let told = pictures(&shrunk.bytes);
        prop_assert_eq!(&told[1..], &others[..]);
        let end = Layout::read(&shrunk.bytes, 1000).unwrap().end.unwrap();
        prop_assert_eq!(&told[0], &shrunk.bytes[..end]);
        prop_assert_eq!(behind(&shrunk.bytes), behind(&photo));
    }
}

#[test]
fn a_gain_map_stands_where_index_and_container_say() {
    let map = gain_map();
    let image = with_segments(&image(), &[container(&[("GainMap", map.len())])]);
    let photo = multi_picture(&image, std::slice::from_ref(&map), 0);
    let shrunk = smaller(&photo);
    assert_eq!(pictures(&shrunk)[1], map);
    assert_eq!(shrunk[shrunk.len() - map.len()..], map);
    assert_eq!(segments(&shrunk)[1..], segments(&photo)[1..], "all but the index is as it was");
}

#[test]
fn a_wrong_length_of_the_image_in_the_index_is_set_right() {
    let mut photo = multi_picture(&image(), &[gain_map()], 0);
    let length = 2 + 4 + 4 + 50 + 4;
    photo[length..length + 4].copy_from_slice(&77_u32.to_be_bytes());
    let shrunk = smaller(&photo);
    assert_eq!(pictures(&shrunk)[0].len(), Layout::read(&shrunk, 100).unwrap().end.unwrap());
}

#[test]
fn motion_photos_of_every_kind_keep_their_video() {
    let video = video(3000);
    let offset = xmp(&format!("GCamera:MicroVideo=\"1\" GCamera:MicroVideoOffset=\"{}\"", video.len()));
    let map = gain_map();
    let both = container(&[("GainMap", map.len()), ("MotionPhoto", video.len())]);
    for photo in [
        [with_segments(&image(), &[offset]), video.clone()].concat(),
        [with_segments(&image(), &[container(&[("MotionPhoto", video.len())])]), video.clone()].concat(),
        [multi_picture(&with_segments(&image(), &[both]), &[map], 0), video.clone()].concat(),
        [image(), samsung_trailer(&video)].concat(),
    ] {
        let shrunk = smaller(&photo);
        assert_eq!(behind(&shrunk), behind(&photo));
    }
}

#[test]
fn what_may_lose_its_meaning_elsewhere_keeps_the_photo() {
    let video = video(3000);
    let behind =
        |segment, bytes: &[u8]| kept(&[with_segments(&image(), &[segment]), bytes.to_vec()].concat());
    let too_far = xmp(&format!("GCamera:MicroVideoOffset='{}'", video.len() + 1));
    assert_eq!(behind(too_far, &video), Kept::MotionPhoto);
    assert_eq!(behind(container(&[("MotionPhoto", video.len() + 1)]), &video), Kept::MotionPhoto);
    let map = gain_map();
    assert_eq!(behind(container(&[("GainMap", map.len() + 1)]), &map), Kept::GainMap);
    let absolute =
        "x=\"/container/\"><C:Item I:Length=\"5000\"/><C:Item I:Semantic=\"GainMap\" I:Length=\"9\"/";
    assert_eq!(behind(xmp(absolute), &map), Kept::GainMap);
    let mut wrong = multi_picture(&image(), &[map], 0);
    wrong.truncate(wrong.len() - 1);
    assert_eq!(kept(&wrong), Kept::MultiPicture);
    let twice = [(marker::APP2, b"MPF\0".to_vec())];
    assert_eq!(kept(&with_segments(&wrong, &twice)), Kept::MultiPicture);
}

#[test]
fn a_preview_that_the_maker_note_points_to_keeps_the_photo() {
    let image = scrimp_testkit::jpeg(&scenes::landscape(160, 120, 9), 97);
    let photo = |place: usize| {
        let note = [b"MAKER", &(place as u32).to_be_bytes()[..], b"0123456789"].concat();
        let exif = Exif { orientation: 1, maker_note: note, ..Exif::default() }.segment();
        with_segments(&image, &[exif])
    };
    let end = photo(0).len();
    let header = 2 + 4 + 6;
    let preview = gain_map();
    for place in [end, end - header] {
        let photo = [photo(place), preview.clone()].concat();
        assert_eq!(kept(&photo), Kept::TrailingData { bytes: preview.len() });
    }
    smaller(&[photo(1), preview].concat());
}

/// Bytes that nothing is known of: no run of one byte, no JPEG, no number that is a place.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 2_463_534_242_u32;
    let bytes = std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 8) as u8
    });
    bytes.take(length).collect()
}

#[test]
fn bytes_of_an_unknown_kind_are_carried_over_as_they_are() {
    let slack = [vec![0; 300], noise(5000)].concat();
    for unknown in [b"whatever".to_vec(), noise(20_000), slack] {
        let photo = [image(), unknown.clone()].concat();
        assert_eq!(behind(&smaller(&photo)), unknown);
        let with_more = [image(), gain_map(), unknown.clone(), samsung_trailer(b"block")].concat();
        assert_eq!(behind(&smaller(&with_more)), behind(&with_more));
        let of_several = [multi_picture(&image(), &[gain_map()], 1), unknown].concat();
        let shrunk = smaller(&of_several);
        assert_eq!(pictures(&shrunk)[1], gain_map(), "and what the index tells of is where it tells");
        assert_eq!(behind(&shrunk), behind(&of_several));
    }
}

#[test]
fn bytes_of_an_unknown_kind_that_tell_of_places_keep_the_photo() {
    let (image, tail) = (image(), noise(400));
    let place = (image.len() + 8) as u32;
    let tell = |bytes: &[u8]| [&image[..], b"\0\0\0\0\0\0\0\0", &tail, bytes].concat();
    smaller(&tell(&[]));
    for number in [place.to_le_bytes(), place.to_be_bytes()] {
        assert_eq!(kept(&tell(&number)).code(), "trailing_data");
    }
    assert_eq!(kept(&tell(b"AXS!\0\0\0\x01\0\0\0\0")).code(), "trailing_data", "AFCP");
}

#[test]
fn segments_that_point_into_bytes_of_an_unknown_kind_keep_the_photo() {
    let preview = [b"HEAD".as_slice(), &image(), &noise(100)].concat();
    let photo = |code: u8, place: usize| {
        let payload = [b"MAKER\0".as_slice(), &(place as u32).to_le_bytes()].concat();
        [with_segments(&image(), &[(code, payload)]), preview.clone()].concat()
    };
    let end = photo(0xE7, 0).len() - preview.len();
    for place in [end, end + 4] {
        assert_eq!(kept(&photo(0xE7, place)), Kept::TrailingData { bytes: preview.len() });
    }
    smaller(&photo(0xE7, end + 3));
    // A comment is text.
    smaller(&photo(marker::COM, end));
}

#[test]
fn what_tells_of_bytes_that_are_gone_is_no_obstacle() {
    let mut photo =
        multi_picture(&with_segments(&image(), &[container(&[("GainMap", 99)])]), &[gain_map()], 0);
    photo.truncate(photo.len() - gain_map().len());
    assert_eq!(segments(&smaller(&photo)), segments(&photo));
}

#[test]
fn adobes_segment_stays_where_it_is_true() {
    let adobe = |transform| (marker::APP14, [b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat());
    let photo = with_segments(&image(), &[adobe(1)]);
    assert_eq!(segments(&smaller(&photo)), segments(&photo));
}

#[test]
fn a_profile_in_pieces_of_any_order_or_twice_is_kept_and_used() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let piece = |number: u8, bytes: &[u8]| {
        (marker::APP2, [b"ICC_PROFILE\0".as_slice(), &[number, 2], bytes].concat())
    };
    let (first, second) = profile.split_at(profile.len() / 2);
    let photo = with_segments(&image(), &[piece(2, second), piece(1, first), piece(2, second)]);
    assert_eq!(segments(&smaller(&photo)), segments(&photo));
    let other = with_segments(&image(), &[piece(2, second), piece(1, first), piece(2, first)]);
    assert_eq!(kept(&other), Kept::Profile);
}
