//! `scrimp inspect`.

use crate::room::Room;

#[test]
fn a_jpeg_is_told_with_its_curve() {
    let room = Room::with_photos();
    room.scrimp("inspect photos/deep/fruit.jpg")
        .says("has already lost about")
        .exits(0)
        .says("JPEG, 160 x 120, colour")
        .says("sequential, 4:2:0")
        .says("saved at quality 95")
        .says("JFIF")
        .says("class photo: ")
        .says("####");
}

#[test]
fn json_has_the_curve_from_coarse_to_fine() {
    let room = Room::with_photos();
    let run = room.scrimp("inspect photos/hills.png --json").exits(0);
    let told = &run.json()[0];
    assert_eq!((told["format"].as_str(), told["width"].as_u64()), (Some("PNG"), Some(480)));
    assert_eq!((told["class"].as_str(), told["traits"]["drawn"].is_number()), (Some("photo"), true));
    let curve = told["curve"].as_array().unwrap();
    assert_eq!(curve.len(), 10);
    let sizes: Vec<_> = curve.iter().map(|probe| probe["bytes"].as_u64().unwrap()).collect();
    assert!(sizes.is_sorted());
    assert!(curve[0]["score"].as_f64() < curve[9]["score"].as_f64());
}

#[test]
fn a_broken_file_is_refused_by_name() {
    let room = Room::empty();
    room.put("broken.jpg", &[0xFF, 0xD8, 0xFF, 0xE0, 0, 16]);
    room.scrimp("inspect broken.jpg").exits(1).complains("broken.jpg: it is damaged");
}
