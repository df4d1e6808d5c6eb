//! HTTP at its edges, keys, numbers and figures.

use crate::room::{Answer, Request, Room};
use scrimp_testkit::{jpeg, scenes};
use std::io::Write;
use std::net::TcpStream;

fn photo() -> Vec<u8> {
    jpeg(&scenes::landscape(160, 120, 1), 95)
}

/// What comes back for these bytes.
fn raw(room: &Room, bytes: &[u8]) -> Answer {
    let mut stream = room.connect();
    let _ = stream.write_all(bytes);
    Answer::read(&mut stream)
}

#[test]
fn odd_requests_get_an_answer_and_the_service_goes_on() {
    let room = Room::plain();
    let odd = |bytes: &[u8]| raw(&room, bytes).status;
    let large_header = [b"GET /healthz HTTP/1.1\r\nx: ".as_slice(), &[b'x'; 1 << 20], b"\r\n\r\n"].concat();
    assert_eq!(odd(&large_header), 431);
    let many_headers =
        [b"GET /healthz HTTP/1.1\r\n".as_slice(), &b"x: y\r\n".repeat(10_000), b"\r\n"].concat();
    assert_eq!(odd(&many_headers), 431);
    assert_eq!(odd(b"nonsense\r\n\r\n"), 400);
    assert_eq!(odd(b"POST /v1/shrink HTTP/1.1\r\nhost: a\r\ncontent-length: -5\r\n\r\n"), 400);
    let both = b"POST /v1/shrink HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 4\r\n\
        transfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert!((400..500).contains(&odd(both)));
    for method in ["OPTIONS", "TRACE", "PUT", "DELETE", "BREW"] {
        room.ask(&Request::new(method, "/v1/shrink")).is_problem(405, "method_not_allowed");
    }
    let head = room.ask(&Request::new("HEAD", "/healthz"));
    assert_eq!((head.status, head.body.len()), (200, 0));
    for path in ["/../../etc/passwd", "/%2e%2e%2fetc/passwd", "/v1/shrink/", "//", "/v1\\shrink", "/%00"] {
        assert_eq!(room.get(path).status, 404, "{path}");
    }
    assert_eq!(room.get("/healthz").status, 200);
}

#[test]
fn whatever_is_said_of_its_type_a_photo_is_told_by_its_bytes() {
    let room = Room::plain();
    for kind in ["image/png", "text/html", "application/x-www-form-urlencoded", ";;", "multipart/mixed"] {
        let request = Request::new("POST", "/v1/shrink").header("content-type", kind);
        assert_eq!(room.ask(&request.body(&photo())).status, 200, "{kind}");
    }
    let twice =
        Request::new("POST", "/v1/shrink").header("content-type", "a/b").header("content-type", "c/d");
    assert_eq!(room.ask(&twice.body(&photo())).status, 200);
}

#[test]
fn a_client_that_waits_to_be_told_to_go_on_is_told() {
    let room = Room::open(&[("limit_file_bytes", "1M")]);
    let ask = |length: usize| {
        let expecting = Request::new("POST", "/v1/shrink").header("expect", "100-continue");
        expecting.header("content-length", &length.to_string()).bytes()
    };
    let mut stream = room.connect();
    stream.write_all(&ask(photo().len())).unwrap();
    let mut told = [0; 25];
    std::io::Read::read_exact(&mut stream, &mut told).unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue\r\n\r\n");
    stream.write_all(&photo()).unwrap();
    assert_eq!(Answer::read(&mut stream).status, 200);
    // Told no before anything is sent.
    raw(&room, &ask(50_000_000)).is_problem(413, "limit_file_bytes");
}

#[test]
fn a_body_that_is_not_as_long_as_announced_costs_its_own_request() {
    let room = Room::open(&[("body_seconds", "1")]);
    let announcing =
        |length: usize| Request::new("POST", "/v1/shrink").header("content-length", &length.to_string());
    // Shorter, and the connection goes: nobody is there to be answered; and stays: it is waited for.
    drop(raw_half(&room, &announcing(photo().len() + 1).bytes()));
    raw(&room, &[announcing(photo().len() + 1).bytes(), photo()].concat()).is_problem(408, "body_timeout");
    // Longer: what is too much is no part of it.
    let answer = raw(&room, &[announcing(photo().len()).bytes(), photo(), vec![b'x'; 1000]].concat());
    assert_eq!(answer.status, 200);
    assert_eq!(room.get("/readyz").status, 200);
}

/// Sends these bytes and the photo, and no more.
fn raw_half(room: &Room, head: &[u8]) -> TcpStream {
    let mut stream = room.connect();
    stream.write_all(&[head, &photo()].concat()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    stream
}

#[test]
fn requests_one_behind_the_other_are_answered_in_their_order() {
    let room = Room::plain();
    let get = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n".repeat(20);
    let last = Request::new("GET", "/nothing").bytes();
    let answer = raw(&room, &[get, last].concat());
    let text = String::from_utf8(answer.body).unwrap();
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 19);
    assert_eq!(text.matches("HTTP/1.1 404").count(), 1);
}

#[test]
fn without_a_key_nothing_is_read() {
    let room = Room::open(&[("keys", "one,two")]);
    let announced = Request::new("POST", "/v1/shrink").header("content-length", "5000000");
    let refused = room.ask(&announced);
    refused.is_problem(401, "unauthorized");
    assert!(refused.header("www-authenticate").is_some());
    room.post("/v1/score", b"").is_problem(401, "unauthorized");
    let allowed = Request::new("POST", "/v1/shrink").header("authorization", "Bearer two");
    assert_eq!(room.ask(&allowed.body(&photo())).status, 200);
    assert_eq!((room.get("/healthz").status, room.get("/readyz").status), (200, 200));
}

#[test]
fn each_answer_has_a_number_and_the_client_may_give_it() {
    let room = Room::plain();
    let given = |number: &str| {
        let answer = room.ask(&Request::new("GET", "/healthz").header("x-request-id", number));
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(given("abc-1"), "abc-1");
    assert_ne!(given("a b\"c"), "a b\"c");
    assert_ne!(given(&"x".repeat(65)), "x".repeat(65));
    let made = room.get("/nothing").header("x-request-id").unwrap().to_owned();
    assert_ne!(Some(&*made), room.get("/nothing").header("x-request-id"));
}

#[test]
fn what_happened_is_counted() {
    let room = Room::plain();
    assert_eq!(room.post("/v1/shrink?look=web", &photo()).header("scrimp-outcome"), Some("saved"));
    room.post("/v1/shrink", b"nothing").is_problem(415, "not_an_image");
    room.ask(&Request::new("BREW", "/made/up?secret=1")).is_problem(404, "not_found");
    let figures = room.figures();
    for line in [
        r#"scrimp_requests_total{method="POST",route="/v1/shrink",status="200"} 1"#,
        r#"scrimp_requests_total{method="POST",route="/v1/shrink",status="415"} 1"#,
        r#"scrimp_requests_total{method="other",route="none",status="404"} 1"#,
        r#"scrimp_problems_total{code="not_an_image"} 1"#,
        r#"scrimp_outcomes_total{outcome="saved"} 1"#,
        r#"scrimp_stage_seconds_count{stage="probes"} 1"#,
        "scrimp_score_count 1",
        "scrimp_working 0",
    ] {
        assert!(figures.lines().any(|found| found == line), "{line} is not in\n{figures}");
    }
    assert!(!figures.contains("secret"));
    assert_eq!(room.get("/metrics").status, 404, "not for the public");
    let told = room.told();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!((told[1].status, told[1].code), (415, Some("not_an_image")));
    assert_eq!(told[2].route, None);
}

#[test]
fn who_asks_at_a_wrong_path_is_told_of_paths_that_are_there() {
    let room = Room::plain();
    let wrong = room.get("/shrimp");
    wrong.is_problem(404, "not_found");
    let told = wrong.json()["detail"].as_str().unwrap().to_owned();
    let paths: Vec<_> =
        told.split([' ', ',']).filter(|word| word.starts_with('/') && word.len() > 1).collect();
    assert_eq!(paths.len(), 4, "{told}");
    assert!(paths.iter().all(|path| room.get(path).status != 404), "{told}");
}
