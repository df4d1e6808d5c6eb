//! `scrimp classic`.

use crate::room::Room;

#[test]
fn a_photo_gets_a_quality_between_the_bounds() {
    let room = Room::with_photos();
    room.scrimp("classic photos/hills.png photos/wall.jpg")
        .exits(0)
        .says("quality  8")
        .says("photos/wall.jpg");
}

#[test]
fn json_tells_every_quality_that_was_tried_once() {
    let room = Room::with_photos();
    let run = room.scrimp("classic photos/hills.png --json").exits(0);
    let told = &run.json()[0];
    let probes = told["probes"].as_array().unwrap();
    let qualities: Vec<_> = probes.iter().map(|probe| probe[0].as_u64().unwrap()).collect();
    assert_eq!(qualities[..2], [95, 82]);
    assert!(probes.iter().any(|probe| probe[0] == told["quality"] && probe[1] == told["ssim"]));
    for (index, quality) in qualities.iter().enumerate() {
        assert!(!qualities[..index].contains(quality));
    }
}

#[test]
fn switched_off_it_answers_the_highest_quality() {
    let room = Room::with_photos();
    let run = room.scrimp("classic photos/hills.png --off --hi 90 --json").exits(0);
    assert_eq!(run.json()[0]["quality"], 90);
    assert_eq!(run.json()[0]["probes"].as_array().unwrap().len(), 1);
}

#[test]
fn the_photo_at_the_chosen_quality_is_written_where_asked() {
    let room = Room::with_photos();
    room.scrimp("classic photos/hills.png -o out").exits(0);
    assert_eq!(room.files("out"), ["hills.jpg"]);
    room.scrimp("inspect out/hills.jpg").exits(0).says("progressive, 4:2:0").says("standard tables");
    room.scrimp("classic photos/hills.png -o out").exits(1).complains("--overwrite");
    room.scrimp("classic photos/hills.png -o out --overwrite").exits(0);
}

#[test]
fn options_out_of_range_and_broken_photos_are_told_apart() {
    let room = Room::with_photos();
    room.put("broken.png", b"\x89PNG\r\n\x1a\nrubbish");
    room.scrimp("classic photos/hills.png --goal 1.5").exits(2).complains("0 to 1");
    for option in ["--lo 0", "--lo 300", "--hi 0"] {
        let (name, _) = option.split_once(' ').unwrap();
        room.scrimp(&format!("classic photos/hills.png {option}"))
            .exits(2)
            .complains("1 to 100")
            .complains(name);
    }
    room.scrimp("classic broken.png photos/wall.jpg").exits(1).complains("broken.png").says("wall.jpg");
}

#[test]
fn a_photo_is_never_replaced_by_its_own_or_another_ones_output() {
    let room = Room::with_photos();
    let before = room.bytes("photos/wall.jpg");
    room.scrimp("classic photos/wall.jpg -o photos --overwrite")
        .exits(1)
        .says("quality")
        .complains("photos/wall.jpg: the output would be the photo itself");
    room.put("new/wall.png", &room.bytes("photos/hills.png"));
    room.scrimp("classic new/wall.png photos/wall.jpg -o photos --overwrite").exits(1);
    assert_eq!(room.bytes("photos/wall.jpg"), before);
    room.scrimp("classic new/wall.png photos/wall.jpg -o out --overwrite")
        .exits(1)
        .complains("the output of several photos");
    assert!(!room.has("out"));
}

#[test]
fn a_photo_with_more_in_it_is_decided_on_and_not_written() {
    let room = Room::with_photos();
    let mut trailer = room.bytes("photos/wall.jpg");
    // A trailer that counts from the file's start.
    trailer.extend(b"AXS!\0\0\0\x01\0\0\0\0");
    room.put("trailer.jpg", &trailer);
    let with = |code, payload| with_segment(&room.bytes("photos/wall.jpg"), code, payload);
    room.put("pair.jpg", &[with(0xE2, b"MPF\0II*\0"), b"a picture".to_vec()].concat());
    room.put("signed.jpg", &with(0xEB, b"JP\0\x01jumb"));
    for (name, why) in [
        ("trailer.jpg", "12 bytes behind the image"),
        ("pair.jpg", "several pictures"),
        ("signed.jpg", "C2PA"),
    ] {
        room.scrimp(&format!("classic {name} -o out")).exits(1).says("quality").complains(why);
    }
    assert!(!room.has("out"));
}

#[test]
fn bytes_behind_a_photo_are_behind_its_output() {
    let room = Room::with_photos();
    room.put("notes.jpg", &[room.bytes("photos/wall.jpg"), b"my notes".to_vec()].concat());
    room.scrimp("classic notes.jpg -o out").exits(0);
    assert!(room.bytes("out/notes.jpg").ends_with(b"\xFF\xD9my notes"));
}

/// The JPEG with a marker segment right behind its first two bytes.
fn with_segment(jpeg: &[u8], code: u8, payload: &[u8]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let length = u16::try_from(payload.len() + 2).unwrap().to_be_bytes();
    [start, &[0xFF, code], &length, payload, rest].concat()
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_no_unicode_does_not_end_the_json() {
    use std::os::unix::ffi::OsStrExt;
    let room = Room::with_photos();
    let odd = room.path("odd").with_file_name(std::ffi::OsStr::from_bytes(b"odd\xE9.jpg"));
    std::fs::copy(room.path("photos/wall.jpg"), odd).unwrap();
    let run = room.scrimp_with_names("classic --json", &[b"odd\xE9.jpg", b"photos/hills.png"]).exits(0);
    let told = run.json();
    assert_eq!(told[0]["path"], "odd\u{FFFD}.jpg");
    assert_eq!(told[1]["path"], "photos/hills.png");
}
