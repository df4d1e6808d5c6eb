//! The document at /openapi.json tells the truth: all that it tells of is seen here, and nothing else.

use crate::room::{Answer, Request, Room, form};
use scrimp::{Decision, Error, Kept, Options, Outcome};
use scrimp_testkit::{jpeg, png, scenes};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::Duration;

/// Method, path, status and type of the content of an answer.
type Seen = (String, String, u16, String);

/// All answers that the document tells of.
fn told(document: &Value) -> BTreeSet<Seen> {
    let mut all = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            for (status, answer) in operation["responses"].as_object().unwrap() {
                for kind in answer["content"].as_object().unwrap().keys() {
                    all.insert((method.to_uppercase(), path.clone(), status.parse().unwrap(), kind.clone()));
                }
            }
        }
    }
    all
}

/// The answers that came.
#[derive(Default)]
struct Observed(BTreeSet<Seen>);

impl Observed {
    fn note(&mut self, method: &str, path: &str, answer: &Answer) {
        let kind = answer.header("content-type").unwrap().split(';').next().unwrap().to_owned();
        self.0.insert((method.to_owned(), path.to_owned(), answer.status, kind));
    }

    fn get(&mut self, room: &Room, path: &str) {
        self.note("GET", path, &room.get(path));
    }

    /// Sends a file to be shrunk, and as a pair.
    fn post(&mut self, room: &Room, query: &str, file: &[u8]) {
        self.note("POST", "/v1/shrink", &room.post(&format!("/v1/shrink{query}"), file));
        let pair = form(&format!("/v1/score{query}"), &[("original", file), ("candidate", file)]);
        self.note("POST", "/v1/score", &room.ask(&pair));
    }

    /// Announces a body of which only the beginning comes.
    fn begin(&mut self, room: &Room, path: &str, kind: &str) {
        let head = Request::new("POST", path).header("content-type", kind).header("content-length", "9");
        let mut stream = room.connect();
        stream.write_all(&head.bytes()).unwrap();
        self.note("POST", path, &Answer::read(&mut stream));
    }
}

fn photo() -> Vec<u8> {
    jpeg(&scenes::landscape(160, 120, 1), 95)
}

/// Keeps every photo, but for one that breaks it, and one on which it works as long as it may.
fn engine(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    assert_ne!(bytes, b"break", "on purpose");
    while bytes == b"stay" && !options.interrupt.as_ref().unwrap().load(Ordering::SeqCst) {
        STAYS.store(true, Ordering::SeqCst);
        sleep(Duration::from_millis(5));
    }
    Ok(Outcome::Kept(Kept::NotAJpeg, Decision::nothing_tried(options)))
}

static STAYS: AtomicBool = AtomicBool::new(false);

/// Results of every kind.
fn results(observed: &mut Observed) {
    let room = Room::with_engine(engine, &[]);
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        observed.get(&room, path);
    }
    for first in [
        &photo(),
        b"\x89PNG\r\n\x1a\n".as_slice(),
        b"RIFF    WEBPVP8 ",
        b"II*\0",
        b"BM    \0\0\0\0",
        b"GIF89a",
    ] {
        observed.note("POST", "/v1/shrink", &room.post("/v1/shrink", first));
    }
    let json = Request::new("POST", "/v1/shrink").header("accept", "application/json");
    observed.note("POST", "/v1/shrink", &room.ask(&json.body(&photo())));
    let both = Request::new("POST", "/v1/shrink").header("accept", "multipart/form-data");
    observed.note("POST", "/v1/shrink", &room.ask(&both.body(&photo())));
    let pair = || form("/v1/score", &[("original", &photo()), ("candidate", &photo())]);
    observed.note("POST", "/v1/score", &room.ask(&pair()));
    for kind in ["image/png", "multipart/form-data"] {
        observed.note("POST", "/v1/score", &room.ask(&pair().header("accept", kind)));
    }
}

/// Problems of every kind.
fn problems(observed: &mut Observed) {
    let room = Room::open(&[]);
    observed.post(&room, "?beauty=1", &photo());
    observed.post(&room, "", b"no photo");
    observed.post(&room, "", &photo()[..1000]);
    observed.post(&Room::open(&[("keys", "one")]), "", &photo());
    observed.post(&Room::open(&[("limit_file_bytes", "1K")]), "", &photo());
    let impatient = Room::open(&[("body_seconds", "1")]);
    observed.begin(&impatient, "/v1/shrink", "image/jpeg");
    observed.begin(&impatient, "/v1/score", "multipart/form-data; boundary=limes");
    let small = Room::with_engine(engine, &[("threads", "1"), ("queue", "0")]);
    observed.note("POST", "/v1/shrink", &small.post("/v1/shrink", b"break"));
    let mut busy = small.connect();
    busy.write_all(&Request::new("POST", "/v1/shrink").body(b"stay").bytes()).unwrap();
    while !STAYS.load(Ordering::SeqCst) {
        sleep(Duration::from_millis(5));
    }
    observed.get(&small, "/readyz");
    observed.post(&small, "", &photo());
}

#[test]
fn each_answer_of_the_document_is_given_and_no_other() {
    let document = Room::plain().get("/openapi.json").json();
    let mut observed = Observed::default();
    results(&mut observed);
    problems(&mut observed);
    let mut told = told(&document);
    // Nothing makes a comparison break off; the work on a photo shares all of its way.
    assert!(told.remove(&("POST".into(), "/v1/score".into(), 500, "application/problem+json".into())));
    let missed: Vec<_> = told.difference(&observed.0).collect();
    assert!(missed.is_empty(), "told, but not seen: {missed:?}");
    let untold: Vec<_> = observed.0.difference(&told).collect();
    assert!(untold.is_empty(), "seen, but not told: {untold:?}");
}

/// The members that a schema of the document asks for.
fn required<'a>(document: &'a Value, schema: &'a Value) -> BTreeSet<&'a str> {
    schema_of(document, schema)["required"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap())
        .collect()
}

fn schema_of<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(place) => document.pointer(place.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// The members of an answer and of the objects in it, against those that the document has.
fn compare(document: &Value, schema: &Value, found: &Value) {
    let schema = schema_of(document, schema);
    if let Some(either) = schema["oneOf"].as_array() {
        let inner = either.iter().find(|one| one["type"] != "null").unwrap();
        if !found.is_null() {
            compare(document, inner, found);
        }
        return;
    }
    match found {
        Value::Object(members) => {
            assert_eq!(
                members.keys().map(String::as_str).collect::<BTreeSet<_>>(),
                required(document, schema)
            );
            members.iter().for_each(|(name, value)| compare(document, &schema["properties"][name], value));
        }
        Value::Array(all) => all.iter().for_each(|one| compare(document, &schema["items"], one)),
        _ => {}
    }
}

#[test]
fn the_members_of_json_are_those_of_the_document() {
    let room = Room::plain();
    let document = room.get("/openapi.json").json();
    let json = |path: &str| {
        let answers = &document["paths"][path]["post"]["responses"]["200"]["content"];
        &answers["application/json"]["schema"]
    };
    let wish = Request::new("POST", "/v1/shrink?look=web").header("accept", "application/json");
    let decision = room.ask(&wish.body(&png(&scenes::landscape(240, 160, 1)))).json();
    assert_eq!(decision["outcome"], "saved");
    compare(&document, json("/v1/shrink"), &decision);
    let pair = form("/v1/score", &[("original", &photo()), ("candidate", &photo())]);
    compare(&document, json("/v1/score"), &room.ask(&pair).json());
    let problem = &document["paths"]["/v1/shrink"]["post"]["responses"]["400"]["content"];
    let problem = &problem["application/problem+json"]["schema"];
    compare(&document, problem, &room.post("/v1/shrink?beauty=1", b"").json());
}

#[test]
fn what_the_document_refers_to_stands_in_it() {
    let document = Room::plain().get("/openapi.json").json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1."));
    let text = document.to_string();
    let places = text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap());
    let places: BTreeSet<_> = places.collect();
    assert!(places.len() > 3);
    for place in places {
        assert!(document.pointer(place).is_some(), "{place}");
    }
}
