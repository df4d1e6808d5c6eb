use crate::room::{Answer, Request, Room, form};
use scrimp::{Format, Metric, Options};
use scrimp_testkit::{jpeg, png, scenes};

fn pair() -> (Vec<u8>, Vec<u8>) {
    let scene = scenes::landscape(240, 160, 1);
    (png(&scene), jpeg(&scene, 60))
}

#[test]
fn two_photos_are_compared() {
    let (room, (original, candidate)) = (Room::plain(), pair());
    for metric in [Metric::Ssimulacra2, Metric::Ssim] {
        let path = format!("/v1/score?metric={}", metric.name());
        let answer = room.ask(&form(&path, &[("original", &original), ("candidate", &candidate)]));
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let expected = scrimp::compare(&original, &candidate, metric, &Options::default()).unwrap();
        let told = answer.json();
        assert_eq!((&told["metric"], &told["score"]), (&metric.name().into(), &expected.value().into()));
        assert_eq!(told["worst"], serde_json::to_value(expected.worst()).unwrap());
    }
}

#[test]
fn the_map_is_a_picture() {
    let (room, (original, candidate)) = (Room::plain(), pair());
    let request = form("/v1/score", &[("candidate", &candidate), ("original", &original)]);
    let answer = room.ask(&request.header("accept", "image/png"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/png")));
    assert_eq!(Format::sniff(&answer.body), Some(Format::Png));
}

#[test]
fn score_and_map_come_in_one_answer() {
    let (room, (original, candidate)) = (Room::plain(), pair());
    let request = form("/v1/score", &[("original", &original), ("candidate", &candidate)]);
    let answer = room.ask(&request.header("accept", "multipart/form-data"));
    let [(_, record), (head, map)] = &*answer.parts() else { panic!("not two parts") };
    let expected = scrimp::compare(&original, &candidate, Metric::Ssimulacra2, &Options::default()).unwrap();
    let record: serde_json::Value = serde_json::from_slice(record).unwrap();
    assert_eq!(record["score"], expected.value());
    let shown = expected.heat_view().unwrap();
    assert_eq!(record["map"], serde_json::json!({ "worst": shown.worst, "key": shown.key }));
    assert!(head.contains("name=\"map\"; filename=\"map.jpg\"") && *map == shown.view.jpeg, "{head}");
}

#[test]
fn parts_that_do_not_fit_are_refused() {
    let (room, (original, candidate)) = (Room::plain(), pair());
    let ask = |parts: &[(&str, &[u8])]| -> Answer { room.ask(&form("/v1/score", parts)) };
    ask(&[("original", &original)]).is_problem(400, "multipart");
    ask(&[]).is_problem(400, "multipart");
    ask(&[("original", &original), ("original", &original)]).is_problem(400, "multipart");
    ask(&[("original", &original), ("other", &candidate)]).is_problem(400, "multipart");
    let many: Vec<_> = (0..10_000).map(|_| ("original", b"x".as_slice())).collect();
    ask(&many).is_problem(400, "multipart");
    ask(&[("original", &original), ("candidate", &png(&scenes::landscape(60, 40, 1)))])
        .is_problem(422, "sizes_differ");
    room.post("/v1/score", &original).is_problem(415, "multipart");
    room.ask(&form("/v1/score?metric=beauty", &[])).is_problem(400, "bad_option");
    room.ask(&form("/v1/score?look=web", &[])).is_problem(400, "unknown_option");
    let endless =
        Request::new("POST", "/v1/score").header("content-type", "multipart/form-data; boundary=limes");
    room.ask(&endless.body(b"--limes\r\ncontent-disposition: form-data; name=\"original\"\r\n\r\nx"))
        .is_problem(400, "multipart");
}

#[test]
fn a_photo_to_be_shrunk_may_be_a_part_too() {
    let (room, (original, _)) = (Room::plain(), pair());
    let plain = room.post("/v1/shrink?look=web", &original);
    let answer = room.ask(&form("/v1/shrink?look=web", &[("photo", &original)]));
    assert_eq!((answer.status, answer.header("scrimp-outcome")), (200, Some("saved")));
    assert!(answer.body == plain.body);
    assert!(!answer.has("../"), "names of files are nobody's business");
    let small = Room::open(&[("limit_file_bytes", "1K")]);
    small.ask(&form("/v1/shrink", &[("photo", &original)])).is_problem(413, "limit_file_bytes");
}
