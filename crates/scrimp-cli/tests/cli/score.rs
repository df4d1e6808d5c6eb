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
