//! What rides along with photos: kept, told and left out.

use crate::room::Room;
use scrimp_testkit::riders::{Exif, container, multi_picture, video, with_segments, xmp};
use scrimp_testkit::scenes;

/// A phone's photo: a place, a thumbnail, a comment, a gain map and a video.
fn room() -> Room {
    let room = Room::with_photos();
    let photo = room.bytes("photos/deep/fruit.jpg");
    let map = scrimp_testkit::jpeg(&scenes::facade(32, 24, 2).gray(), 80);
    let map = with_segments(&map, &[xmp("hdrgm:Version=\"1.0\"")]);
    let video = video(2_000);
    let (latitude, thumbnail) = (Some(b"LATITUDE-OF-THE-BIRTHDAY".to_vec()), Some(map.clone()));
    let exif = Exif { orientation: 6, maker_note: b"maker".to_vec(), latitude, thumbnail, ..Exif::default() };
    let items = container(&[("GainMap", map.len()), ("MotionPhoto", video.len())]);
    let photo = with_segments(&photo, &[exif.segment(), items, (0xFE, b"a comment".to_vec())]);
    room.put("phone.jpg", &[multi_picture(&photo, &[map], 0), video].concat());
    room
}

#[test]
fn inspect_names_what_rides_along_with_sizes() {
    let room = room();
    room.scrimp("inspect phone.jpg")
        .exits(0)
        .says("EXIF (")
        .says("multi-picture index (")
        .says("gain map (")
        .says("motion video (2.04 kB)")
        .says("comment (9 B)");
    let told = &room.scrimp("inspect phone.jpg --json").exits(0).json()[0];
    assert_eq!(told["behind"][0]["kind"], "gain map");
    assert_eq!(told["behind"][1]["kind"], "motion video");
    let sum: u64 = (0..2).map(|at| told["behind"][at]["bytes"].as_u64().unwrap()).sum();
    assert_eq!(told["trailing_bytes"].as_u64(), Some(sum));
}

#[test]
fn what_is_named_is_left_out() {
    let room = room();
    let has = |name: &str, part: &[u8]| room.bytes(name).windows(part.len()).any(|window| window == part);
    room.scrimp("shrink phone.jpg -o all.jpg").exits(0).says("saved");
    assert!(has("all.jpg", b"LATITUDE") && has("all.jpg", b"a comment") && has("all.jpg", b"ftypmp42"));
    room.scrimp("shrink phone.jpg -o some.jpg --strip=gps,comments").exits(0).says("saved");
    assert!(!has("some.jpg", b"LATITUDE") && !has("some.jpg", b"a comment") && has("some.jpg", b"ftypmp42"));
    room.scrimp("shrink --strip phone.jpg -o bare.jpg").exits(0).says("saved");
    assert!(has("bare.jpg", b"Exif") && !has("bare.jpg", b"maker") && !has("bare.jpg", b"ftypmp42"));
    room.scrimp("shrink phone.jpg -o no.jpg --strip=beauty").exits(2).complains("all-but-icc");
}

#[test]
fn baseline_and_broken_credentials_are_asked_for() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg -o old.jpg --baseline").exits(0).says("saved");
    room.scrimp("inspect old.jpg").exits(0).says("sequential, gray, 1 scan");
    let credential = (0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x0Cjumb".to_vec());
    room.put("signed.jpg", &with_segments(&room.bytes("photos/wall.jpg"), &[credential]));
    room.scrimp("shrink signed.jpg -o kept.jpg").exits(0).says("--break-credentials");
    assert_eq!(room.bytes("kept.jpg"), room.bytes("signed.jpg"));
    let run = room.scrimp("shrink signed.jpg -o new.jpg --break-credentials --json").exits(0);
    let told = &run.json()[0];
    assert_eq!((told["outcome"].as_str(), told["credentials_broken"].as_bool()), (Some("saved"), Some(true)));
}
