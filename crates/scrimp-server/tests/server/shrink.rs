use crate::room::{Request, Room};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scrimp::{Format, Metric, Options};
use scrimp_testkit::{Noise, jpeg, png, riders, scenes};

fn photo() -> Vec<u8> {
    png(&scenes::landscape(240, 160, 1))
}

#[test]
fn a_photo_comes_back_smaller_and_reaches_its_goal() {
    let (room, photo) = (Room::plain(), photo());
    let answer = room.post("/v1/shrink?look=web&effort=fast", &photo);
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")));
    assert_eq!(answer.header("scrimp-outcome"), Some("saved"));
    assert_eq!(Format::sniff(&answer.body), Some(Format::Jpeg));
    let number = |name: &str| answer.header(name).unwrap().parse::<f64>().unwrap();
    assert_eq!(number("scrimp-saved-bytes") as usize, photo.len() - answer.body.len());
    assert!((1.0..=100.0).contains(&number("scrimp-quality")));
    let told = number("scrimp-score");
    let found = scrimp::compare(&photo, &answer.body, Metric::Ssimulacra2, &Options::default()).unwrap();
    assert!(told >= 70.0 && (found.value() - told).abs() < 1e-9, "told {told}, found {}", found.value());
}

#[test]
fn the_bytes_are_those_of_the_library() {
    let (room, photo) = (Room::plain(), photo());
    let answer = room.post("/v1/shrink", &photo);
    let expected = scrimp::shrink(&photo, &Options::default()).unwrap();
    assert!(expected.bytes() == Some(&*answer.body));
}

#[test]
fn a_photo_that_gains_nothing_comes_back_as_it_was() {
    let room = Room::plain();
    let first = room.post("/v1/shrink", &photo());
    let again = room.post("/v1/shrink", &first.body);
    assert_eq!((again.status, again.header("scrimp-outcome")), (200, Some("kept")));
    assert_eq!((again.header("scrimp-saved-bytes"), again.header("scrimp-score")), (Some("0"), None));
    assert!(again.body == first.body);
}

#[test]
fn the_decision_comes_without_the_bytes() {
    let (room, photo) = (Room::plain(), photo());
    let request = Request::new("POST", "/v1/shrink?goal=ssimulacra2:75").header("accept", "application/json");
    let answer = room.ask(&request.body(&photo));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")));
    let decision = answer.json();
    assert_eq!((&decision["outcome"], &decision["goal"]["value"]), (&"saved".into(), &75.0.into()));
    assert_eq!((&decision["width"], &decision["height"]), (&240.into(), &160.into()));
    assert!(decision["output_bytes"].as_u64().unwrap() < photo.len() as u64);
    assert!(!decision["probes"].as_array().unwrap().is_empty());
}

#[test]
fn decision_and_bytes_come_in_one_answer() {
    let (room, photo) = (Room::plain(), photo());
    let request = Request::new("POST", "/v1/shrink?look=web").header("accept", "multipart/form-data");
    let answer = room.ask(&request.body(&photo));
    assert_eq!((answer.status, answer.header("scrimp-outcome")), (200, Some("saved")));
    assert_eq!(answer.header("content-length"), Some(&*answer.body.len().to_string()));
    let [(head, decision), (photo_head, bytes)] = &*answer.parts() else { panic!("not two parts") };
    assert!(head.contains("name=\"decision\"") && head.contains("content-type: application/json"), "{head}");
    assert!(photo_head.contains("name=\"photo\"; filename=\"photo.jpg\""), "{photo_head}");
    assert!(photo_head.contains("content-type: image/jpeg"), "{photo_head}");
    assert!(*bytes == room.post("/v1/shrink?look=web", &photo).body);
    let decision: serde_json::Value = serde_json::from_slice(decision).unwrap();
    assert_eq!((&decision["outcome"], &decision["output_bytes"]), (&"saved".into(), &bytes.len().into()));
    assert!(!decision["probes"].as_array().unwrap().is_empty());
}

#[test]
fn each_option_is_heard() {
    let (room, photo) = (Room::plain(), photo());
    let bytes = |query: &str| {
        let answer = room.post(&format!("/v1/shrink?{query}"), &photo);
        assert_eq!(answer.status, 200, "{query}: {}", String::from_utf8_lossy(&answer.body));
        answer.body
    };
    let plain = bytes("look=high");
    assert!(bytes("look=thumb").len() < plain.len());
    assert!(bytes("goal=ssimulacra2=60").len() < plain.len());
    assert!(bytes("max_bytes=5K").len() <= 5_000);
    assert!(bytes("floor=none").len() <= plain.len());
    // Start of frame: baseline is FFC0, progressive FFC2.
    let has = |bytes: &[u8], marker: [u8; 2]| bytes.windows(2).any(|two| two == marker);
    assert!(has(&bytes("baseline"), [0xFF, 0xC0]) && has(&plain, [0xFF, 0xC2]));
    let kept = room.post("/v1/shrink?min_saving=99", &jpeg(&scenes::landscape(240, 160, 1), 95));
    assert_eq!(kept.header("scrimp-outcome"), Some("kept"));
}

#[test]
fn an_option_that_cannot_be_is_refused() {
    let (room, photo) = (Room::plain(), photo());
    let refused = |query: &str, code| room.post(&format!("/v1/shrink?{query}"), &photo).is_problem(400, code);
    refused("quality=80", "unknown_option");
    refused("look=high&look=web", "duplicate_option");
    refused("look=pretty", "bad_option");
    refused("look=high&goal=ssimulacra2=80", "bad_option");
    for value in ["NaN", "inf", "-1", "1e309", ""] {
        refused(&format!("goal=ssimulacra2={value}"), "bad_option");
        refused(&format!("min_saving={value}"), "bad_option");
    }
    refused("floor=90", "bad_option");
    refused("max_bytes=many", "bad_option");
    refused("strip=gps,soul", "bad_option");
    refused("baseline=perhaps", "bad_option");
}

#[test]
fn what_is_no_photo_is_refused_with_the_engines_code() {
    let (room, photo) = (Room::plain(), jpeg(&scenes::landscape(240, 160, 1), 90));
    room.post("/v1/shrink", b"").is_problem(400, "empty");
    room.post("/v1/shrink", b"hello").is_problem(415, "not_an_image");
    room.post("/v1/shrink", &photo[..photo.len() / 2]).is_problem(422, "damaged");
    let small = Room::open(&[("limit_pixels", "10K")]);
    small.post("/v1/shrink", &photo).is_problem(422, "limit_pixels");
}

#[test]
fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let room = Room::open(&[("limit_file_bytes", "10K")]);
    let announced = Request::new("POST", "/v1/shrink").header("content-length", "1000000000");
    room.ask(&announced).is_problem(413, "limit_file_bytes");
    let mut noise = Noise::seeded(1);
    let large: Vec<u8> = (0..100_000).map(|_| noise.below(256) as u8).collect();
    room.post("/v1/shrink", &large).is_problem(413, "limit_file_bytes");
    // Without a length, it is known only when it has come.
    let mut chunked = Request::new("POST", "/v1/shrink").header("transfer-encoding", "chunked").bytes();
    for _ in 0..20 {
        chunked.extend_from_slice(b"3E8\r\n");
        chunked.extend_from_slice(&large[..1000]);
        chunked.extend_from_slice(b"\r\n");
    }
    let mut stream = room.connect();
    std::io::Write::write_all(&mut stream, &chunked).unwrap();
    crate::room::Answer::read(&mut stream).is_problem(413, "limit_file_bytes");
}

#[test]
fn paths_and_methods_that_there_are_not_are_problems_too() {
    let room = Room::plain();
    room.get("/v1/nothing").is_problem(404, "not_found");
    room.get("/v1/shrink").is_problem(405, "method_not_allowed");
    assert_eq!((room.get("/healthz").status, &*room.get("/healthz").body), (200, b"ok\n".as_slice()));
    let gzip = Request::new("POST", "/v1/shrink").header("content-encoding", "gzip").body(&photo());
    room.ask(&gzip).is_problem(415, "content_encoding");
}

/// Two by two pixels that are transparent.
const CLEAR_PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAC0lEQVR4nGNgQAcAABIAAXfx+gAAAAAASUVORK5CYII=";

/// A remedy is told in words of HTTP: nobody who asks has a command line.
#[test]
fn remedies_are_options_and_settings_of_the_service() {
    let detail = |room: &Room, photo: &[u8]| {
        let told = room.post("/v1/shrink", photo).json()["detail"].as_str().unwrap().to_owned();
        assert!(!told.contains("--"), "{told}");
        told
    };
    let photo = jpeg(&scenes::landscape(240, 160, 1), 90);
    let small = Room::open(&[("limit_pixels", "10K")]);
    assert!(detail(&small, &photo).ends_with("with the service's setting limit_pixels"));
    let room = Room::plain();
    let clear = STANDARD.decode(CLEAR_PNG).unwrap();
    assert!(detail(&room, &clear).ends_with("with the option background"));
    let signed = riders::with_segments(&photo, &[(0xEB, b"JP\0\x01\0\0\0\x01\0\0\0\x0Cjumb".to_vec())]);
    let request = Request::new("POST", "/v1/shrink").header("accept", "application/json").body(&signed);
    let kept = room.ask(&request).json();
    assert_eq!(kept["code"], "content_credentials");
    assert!(kept["reason"].as_str().unwrap().ends_with("with the option break_credentials"));
}
