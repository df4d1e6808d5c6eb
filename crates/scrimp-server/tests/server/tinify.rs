use crate::clients::{self, Clients};
use crate::room::{Answer, Request, Room};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use scrimp::Options;
use scrimp_testkit::{png, scenes};
use std::fs;
use std::path::Path;
use std::process::Command;

fn photo() -> Vec<u8> {
    png(&scenes::landscape(240, 160, 1))
}

fn room(folder: &Path) -> Room {
    Room::open(&[("cache_folder", folder.to_str().unwrap()), ("keys", "letmein")])
}

fn with_key(method: &str, path: &str) -> Request {
    Request::new(method, path).header("authorization", &format!("Basic {}", STANDARD.encode("api:letmein")))
}

#[track_caller]
fn is_refusal(answer: &Answer, status: u16, error: &str) {
    let told = answer.json();
    assert_eq!((answer.status, &told["error"]), (status, &error.into()), "{told}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert!(!told["message"].as_str().unwrap().is_empty());
}

#[test]
fn a_photo_is_taken_and_its_result_told_of() {
    let (folder, photo) = (tempfile::tempdir().unwrap(), photo());
    let room = room(folder.path());
    let taken = room.ask(&with_key("POST", "/shrink").body(&photo));
    let told = taken.json();
    assert_eq!((taken.status, taken.header("compression-count")), (201, Some("1")), "{told}");
    let place = taken.header("location").unwrap();
    assert_eq!(told["output"]["url"], place);
    assert_eq!((&told["input"]["size"], &told["input"]["type"]), (&photo.len().into(), &"image/png".into()));
    let result = room.ask(&with_key("GET", place));
    let expected = scrimp::shrink(&photo, &Options::default()).unwrap();
    assert!(result.status == 200 && expected.bytes() == Some(&*result.body));
    let output = &told["output"];
    assert_eq!((&output["size"], &output["type"]), (&result.body.len().into(), &"image/jpeg".into()));
    assert_eq!((&output["width"], &output["height"]), (&240.into(), &160.into()));
    let ratio = result.body.len() as f64 / photo.len() as f64;
    assert!((output["ratio"].as_f64().unwrap() - ratio).abs() < 1e-4, "{ratio} {output}");
    assert_eq!((result.header("image-width"), result.header("image-height")), (Some("240"), Some("160")));
    assert_eq!(result.header("scrimp-outcome"), Some("saved"));
}

#[test]
fn refusals_have_tinifys_form() {
    let folder = tempfile::tempdir().unwrap();
    let room = room(folder.path());
    is_refusal(&room.post("/shrink", &photo()), 401, "unauthorized");
    is_refusal(&room.get("/output/ab"), 401, "unauthorized");
    is_refusal(&room.ask(&with_key("POST", "/shrink").body(b"")), 400, "empty");
    is_refusal(&room.ask(&with_key("POST", "/shrink").body(b"no photo")), 415, "not_an_image");
    let json = |body: &str| {
        room.ask(
            &with_key("POST", "/shrink").header("content-type", "application/json").body(body.as_bytes()),
        )
    };
    is_refusal(&json("{"), 400, "bad_json");
    is_refusal(&json(r#"{"source":{"url":"https://example.com/a.jpg"}}"#), 403, "source_refused");
    for id in ["ab", &"0".repeat(64), "..%2F..%2Fetc%2Fpasswd"] {
        is_refusal(&room.ask(&with_key("GET", &format!("/output/{id}"))), 404, "no_result");
    }
    assert_eq!(room.told()[0].code, Some("unauthorized"));
    let without = Room::plain();
    is_refusal(&without.post("/shrink", &photo()), 404, "no_cache");
}

/// Runs a client on the photo; returns the folder in which it has left what it got.
fn run(program: &mut Command, folder: &Path) {
    let output = program.arg(folder).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.trim() == "ok",
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[track_caller]
fn has_results(folder: &Path, names: &[&str]) {
    let expected = scrimp::shrink(&photo(), &Options::default()).unwrap();
    for name in names {
        assert!(expected.bytes() == Some(&*fs::read(folder.join(name)).unwrap()), "{name}");
    }
}

#[test]
fn tinifys_python_client_works_by_another_address() {
    let Some(clients) = Clients::get() else { return };
    let folder = tempfile::tempdir().unwrap();
    let room = room(&folder.path().join("cache"));
    let photo_path = folder.path().join("photo.png");
    fs::write(&photo_path, photo()).unwrap();
    let mut python = clients.python("tinify_client.py");
    python.arg(format!("http://{}", room.address)).arg("letmein").arg(&photo_path);
    run(&mut python, folder.path());
    has_results(folder.path(), &["from_file", "from_opened", "from_buffer"]);
}

#[test]
fn tinifys_node_client_works_by_another_address() {
    let Some(clients) = Clients::get() else { return };
    let folder = tempfile::tempdir().unwrap();
    let room = room(&folder.path().join("cache"));
    let (photo_path, certificate) = (folder.path().join("photo.png"), folder.path().join("certificate.pem"));
    fs::write(&photo_path, photo()).unwrap();
    let key = folder.path().join("key.pem");
    clients::make_certificate(&certificate, &key);
    let mut node = clients.node("tinify_client.cjs");
    node.env("SCRIMP_CERTIFICATE", &certificate).env("SCRIMP_PRIVATE_KEY", &key);
    node.arg(format!("http://{}", room.address)).arg("letmein").arg(&photo_path);
    run(&mut node, folder.path());
    has_results(folder.path(), &["from_file", "from_buffer"]);
}
