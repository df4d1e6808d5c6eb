//! `scrimp score`.

use crate::room::Room;
use scrimp_testkit::scenes;

#[test]
fn a_photo_against_itself_scores_100() {
    let room = Room::with_photos();
    room.scrimp("score photos/hills.png photos/hills.png").exits(0).says("100.000");
    let run = room.scrimp("score photos/hills.png photos/hills.png --json").exits(0);
    assert_eq!(run.json()[0]["score"], 100.0);
    assert_eq!(run.json()[0]["metric"], "ssimulacra2");
}

#[test]
fn a_gray_file_is_comparable_with_the_same_gray_in_colour() {
    let room = Room::empty();
    let gray = scenes::landscape(64, 48, 1).gray();
    let samples = gray.samples.iter().flat_map(|sample| [*sample; 3]).collect();
    let colour = scenes::Scene { channels: 3, samples, ..gray };
    room.put("gray.png", &scrimp_testkit::png(&gray));
    room.put("colour.png", &scrimp_testkit::png(&colour));
    room.scrimp("score gray.png colour.png").exits(0).says("100.000");
}

#[test]
fn the_worst_cell_is_named_and_the_map_is_drawn() {
    let room = Room::empty();
    let original = scenes::landscape(320, 256, 3);
    let mut spoilt = original.clone();
    for y in 140..170 {
        spoilt.samples[(y * 320 + 200) * 3..(y * 320 + 230) * 3].fill(90);
    }
    room.put("original.png", &scrimp_testkit::png(&original));
    room.put("spoilt.png", &scrimp_testkit::png(&spoilt));
    let run = room.scrimp("score original.png spoilt.png --json --map map.png").exits(0);
    let told = &run.json()[0];
    let worst = &told["worst"];
    assert_eq!((worst["x"].as_u64(), worst["y"].as_u64()), (Some(192), Some(128)));
    assert_eq!((worst["width"].as_u64(), worst["height"].as_u64()), (Some(64), Some(64)));
    assert!(worst["score"].as_f64() < told["score"].as_f64());
    assert!(room.bytes("map.png").starts_with(b"\x89PNG"));
    room.scrimp("score original.png spoilt.png --map map.png").exits(1).complains("--overwrite");
    room.scrimp("score original.png spoilt.png --map map.png --overwrite").exits(0);
    for compared in ["original.png", "spoilt.png"] {
        let before = room.bytes(compared);
        room.scrimp(&format!("score original.png spoilt.png --map {compared} --overwrite")).exits(1);
        assert_eq!(room.bytes(compared), before, "a map never replaces what it is of");
    }
    room.scrimp("score original.png spoilt.png --map -").exits(2).complains("--map FILE.png");
}

#[test]
fn files_of_different_size_are_refused_with_both_sizes() {
    let room = Room::with_photos();
    room.put("small.png", &scrimp_testkit::png(&scenes::flat(10, 20, [1, 2, 3])));
    room.scrimp("score photos/hills.png small.png").exits(1).complains("480 x 360 and 10 x 20");
}

#[test]
fn an_unknown_metric_is_refused_with_the_known_ones() {
    let room = Room::with_photos();
    room.scrimp("score photos/hills.png photos/hills.png --metric beauty").exits(2).complains("ssimulacra2");
}

#[test]
fn the_file_at_fault_is_named_alone() {
    let room = Room::with_photos();
    room.put("broken.png", b"\x89PNG\r\n\x1a\nrubbish");
    for pair in ["photos/wall.jpg broken.png", "broken.png photos/wall.jpg"] {
        room.scrimp(&format!("score {pair}"))
            .exits(1)
            .complains("broken.png: it is damaged")
            .does_not_complain("wall.jpg");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_are_lost_are_told() {
    let room = Room::with_photos();
    for command in [
        "score photos/wall.jpg photos/wall.jpg",
        "shrink photos/wall.jpg -o out.jpg",
        "inspect photos/wall.jpg",
        "classic photos/wall.jpg",
        "completions bash",
    ] {
        room.scrimp_into(command, "/dev/full").exits(1).complains("cannot be written to standard output");
    }
    assert!(room.has("out.jpg"), "the work itself is done");
}
