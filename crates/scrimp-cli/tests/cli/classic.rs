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
    room.scrimp("classic photos/hills.png --lo 0").exits(2).complains("1 to 100");
    room.scrimp("classic broken.png photos/wall.jpg").exits(1).complains("broken.png").says("wall.jpg");
}
