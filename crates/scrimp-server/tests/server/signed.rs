use crate::clients::Clients;
use crate::room::{Request, Room};
use crate::sources::Web;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use scrimp::Options;
use scrimp_testkit::{png, scenes};
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::Ordering;
use std::thread;
use tempfile::TempDir;

fn photo() -> Vec<u8> {
    png(&scenes::landscape(120, 80, 1))
}

/// A path with the signature that the first of [`KEYS`] makes.
fn signed(path: &str) -> String {
    let mac = Hmac::<sha2::Sha256>::new_from_slice(&[0xab, 0xcd]).unwrap();
    let signature = mac.chain_update([0x12]).chain_update(path).finalize().into_bytes();
    format!("/{}{path}", URL_SAFE_NO_PAD.encode(signature))
}

const KEYS: (&str, &str) = ("signatures", "abcd:12, 0011:2233");

/// A service that takes photos of a folder, `photo.png` among them.
fn local(settings: &[(&str, &str)]) -> (TempDir, Room) {
    let folder = tempfile::tempdir().unwrap();
    let photos = folder.path().join("photos");
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("photo.png"), photo()).unwrap();
    fs::write(folder.path().join("secret.png"), photo()).unwrap();
    let cache = folder.path().join("cache");
    let fixed = [
        KEYS,
        ("sources", "local:///"),
        ("local_folder", photos.to_str().unwrap()),
        ("cache_folder", cache.to_str().unwrap()),
    ];
    let room = Room::open(&[&fixed, settings].concat());
    (folder, room)
}

/// A service that takes photos of this server.
fn web(web: &Web, settings: &[(&str, &str)]) -> (TempDir, Room) {
    let folder = tempfile::tempdir().unwrap();
    let source = format!("http://{}/", web.address);
    let fixed =
        [("unsigned", "true"), ("sources", &*source), ("cache_folder", folder.path().to_str().unwrap())];
    let room = Room::open(&[&fixed, settings].concat());
    (folder, room)
}

#[test]
fn a_photo_of_elsewhere_comes_smaller() {
    let (_folder, room) = local(&[]);
    let answer = room.get(&signed("/look:web/plain/local:///photo.png"));
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("image/jpeg")), "{answer:?}");
    let expected = scrimp::shrink(&photo(), &Options::look(scrimp::Look::Web)).unwrap();
    assert!(expected.bytes() == Some(&*answer.body));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=3600"));
    assert_eq!((answer.header("scrimp-outcome"), answer.header("vary")), (Some("saved"), None));
    let other = URL_SAFE_NO_PAD.encode("local:///photo.png");
    let again = room.get(&signed(&format!("/goal:ssimulacra2:70/{}/{}", &other[..7], &other[7..])));
    assert!(again.status == 200 && again.body == answer.body);
}

#[test]
fn only_signed_paths_are_answered() {
    let (_folder, room) = local(&[]);
    let path = "/look:web/plain/local:///photo.png";
    let right = signed(path);
    assert_eq!(room.get(&right).status, 200);
    let signature = &right[1..44];
    for wrong in [
        format!("/insecure{path}"),
        format!("/{signature}/look:thumb/plain/local:///photo.png"),
        format!("/{signature}{path}?x=1").replace(signature, &"A".repeat(43)),
        format!("/{signature}={path}"),
        format!("/{}{path}", &signature[..42]),
        path.to_owned(),
    ] {
        room.get(&wrong).is_problem(403, "bad_signature");
    }
    room.get(&format!("{right}?x=1")).is_problem(400, "bad_path");
}

#[test]
fn options_are_those_of_the_query_and_no_others() {
    let (_folder, room) = local(&[]);
    let refused = |options: &str, code| {
        room.get(&signed(&format!("{options}/plain/local:///photo.png"))).is_problem(400, code);
    };
    refused("/resize:fit:100:100", "unknown_option");
    refused("/look:web/look:high", "duplicate_option");
    refused("/look:pretty", "bad_option");
    room.get(&signed("/look:web")).is_problem(400, "bad_path");
}

#[test]
fn who_has_it_is_told_so() {
    let (_folder, room) = local(&[]);
    let path = signed("/plain/local:///photo.png");
    let tag = room.get(&path).header("etag").unwrap().to_owned();
    let asked = |value: &str| room.ask(&Request::new("GET", &path).header("if-none-match", value));
    for known in [&tag, &format!("\"x\", W/{tag}"), "*"] {
        let answer = asked(known);
        assert_eq!(
            (answer.status, answer.body.len(), answer.header("etag")),
            (304, 0, Some(&*tag)),
            "{known}"
        );
    }
    assert_eq!(asked("\"x\"").status, 200);
    let head = room.ask(&Request::new("HEAD", &path));
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, Some(&*tag)));
}

#[test]
fn a_changed_photo_is_noticed_in_time() {
    let (folder, room) = local(&[("source_seconds", "1")]);
    let path = signed("/plain/local:///photo.png");
    let first = room.get(&path);
    fs::write(folder.path().join("photos/photo.png"), png(&scenes::facade(120, 80, 2))).unwrap();
    assert!(room.get(&path).body == first.body);
    thread::sleep(std::time::Duration::from_millis(1500));
    let second = room.get(&path);
    assert!(second.body != first.body && second.header("etag") != first.header("etag"));
}

#[test]
fn nothing_outside_of_the_folder_is_read() {
    let (folder, room) = local(&[]);
    let photos = folder.path().join("photos");
    fs::create_dir(photos.join("inside")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(folder.path().join("secret.png"), photos.join("out.png")).unwrap();
        symlink(folder.path(), photos.join("up")).unwrap();
        symlink(photos.join("photo.png"), photos.join("inside/in.png")).unwrap();
        std::process::Command::new("mkfifo").arg(photos.join("pipe")).status().unwrap();
        for escape in ["out.png", "up/secret.png", "pipe", "inside"] {
            room.get(&signed(&format!("/plain/local:///{escape}"))).is_problem(404, "source_missing");
        }
        assert_eq!(room.get(&signed("/plain/local:///inside/in.png")).status, 200);
    }
    // What leads up leads to the top at most.
    for up in ["../secret.png", "inside/../../secret.png", "%252e%252e/secret.png", "nothing.png", ""] {
        room.get(&signed(&format!("/plain/local:///{up}"))).is_problem(404, "source_missing");
    }
    let secret = folder.path().join("secret.png");
    room.get(&signed(&format!("/plain/local://{}", secret.display()))).is_problem(404, "source_missing");
    for other in ["file:///etc/passwd", "local:///..%252fsecret.png", "local://photos/photo.png", "photo.png"]
    {
        room.get(&signed(&format!("/plain/{other}"))).is_problem(403, "source_refused");
    }
}

#[test]
fn a_photo_of_a_server_comes_smaller_and_is_asked_for_once() {
    let server = Web::open(photo());
    let (_folder, room) = web(&server, &[("private_sources", "true")]);
    let path = format!("/insecure/look:web/plain/http://{}/photo.png", server.address);
    let answers: Vec<_> = thread::scope(|scope| {
        let asking: Vec<_> = (0..10).map(|_| scope.spawn(|| room.get(&path))).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    let expected = scrimp::shrink(&photo(), &Options::look(scrimp::Look::Web)).unwrap();
    assert!(answers.iter().all(|answer| answer.status == 200 && expected.bytes() == Some(&*answer.body)));
    assert_eq!(server.taken.load(Ordering::SeqCst), 1);
    let escaped = format!("/insecure/plain/http://{}/a%2520b.png%3Fx=1", server.address);
    assert_eq!((room.get(&escaped).status, room.get(&format!("{path}?y")).status), (200, 400));
    let redirected = format!("/insecure/plain/http://{}/redirect", server.address);
    assert_eq!(room.get(&redirected).status, 200);
}

#[test]
fn what_a_server_does_wrong_is_told() {
    let server = Web::open(photo());
    let settings = [("private_sources", "true"), ("fetch_seconds", "2"), ("limit_file_bytes", "1M")];
    let (_folder, room) = web(&server, &settings);
    let refused = |path: &str, status, code| {
        room.get(&format!("/insecure/plain/http://{}{path}", server.address)).is_problem(status, code);
    };
    refused("/nothing", 404, "source_missing");
    refused("/broken", 502, "source_failed");
    refused("/short", 502, "source_failed");
    refused("/round", 502, "source_failed");
    refused("/slow", 504, "source_timeout");
    refused("/huge", 413, "limit_file_bytes");
    refused("/endless", 413, "limit_file_bytes");
    refused("/text", 415, "not_an_image");
    // Redirects go where sources may be, and nowhere else.
    refused("/elsewhere", 403, "source_refused");
    refused("/metadata", 403, "source_refused");
    refused("/file", 403, "source_refused");
}

#[test]
fn no_address_inside_is_connected_to() {
    let server = Web::open(photo());
    let port = server.address.port();
    // All that mean this machine, as people write it who want to get in.
    let hosts = [
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "127.1",
        "0.0.0.0",
        "0",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "127.0.0.1.",
        "\u{2460}\u{2461}\u{2466}.0.0.1",
    ];
    let folder = tempfile::tempdir().unwrap();
    let prefixes: Vec<_> = hosts.iter().map(|host| format!("http://{host}:{port}/")).collect();
    let private =
        ["10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "[fd00::1]", "[fe80::1]"];
    let private: Vec<_> = private.iter().map(|host| format!("http://{host}:{port}/")).collect();
    let room = Room::open(&[
        ("unsigned", "true"),
        ("sources", &[&*prefixes, &*private].concat().join(",")),
        ("cache_folder", folder.path().to_str().unwrap()),
    ]);
    for prefix in prefixes.iter().chain(&private) {
        let source = URL_SAFE_NO_PAD.encode(format!("{prefix}photo.png"));
        room.get(&format!("/insecure/{source}")).is_problem(403, "source_refused");
    }
    assert_eq!(server.taken.load(Ordering::SeqCst), 0);
}

#[test]
fn a_name_that_means_an_address_inside_is_not_connected_to() {
    let server = Web::open(photo());
    // Some systems know the second one, some don't.
    for (host, statuses) in [("localhost", &[403][..]), ("localhost.", &[403, 502])] {
        let (_folder, room) =
            web(&server, &[("sources", &format!("http://{host}:{}/", server.address.port()))]);
        let answer = room.get(&format!("/insecure/plain/http://{host}:{}/photo.png", server.address.port()));
        assert!(statuses.contains(&answer.status), "{host}: {answer:?}");
    }
    assert_eq!(server.taken.load(Ordering::SeqCst), 0);
}

#[test]
fn a_name_is_looked_up_and_judged_by_what_it_means() {
    let server = Web::open(photo());
    let folder = tempfile::tempdir().unwrap();
    let source = format!("http://localhost:{}/", server.address.port());
    let settings = [
        ("unsigned", "true"),
        ("sources", &*source),
        ("private_sources", "true"),
        ("cache_folder", folder.path().to_str().unwrap()),
    ];
    assert_eq!(Room::open(&settings).get(&format!("/insecure/plain/{source}photo.png")).status, 200);
}

#[test]
fn tinifys_clients_may_name_a_source() {
    let server = Web::open(photo());
    let (_folder, room) = web(&server, &[("private_sources", "true")]);
    let body = format!(r#"{{"source":{{"url":"http://{}/photo.png"}}}}"#, server.address);
    let request = Request::new("POST", "/shrink").header("content-type", "application/json");
    let taken = room.ask(&request.body(body.as_bytes()));
    assert_eq!((taken.status, &taken.json()["input"]["size"]), (201, &photo().len().into()));
    assert_eq!(room.get(taken.header("location").unwrap()).status, 200);
}

#[test]
fn a_photo_of_a_bucket_comes_smaller() {
    let Some(clients) = Clients::get() else { return };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("photo.png");
    fs::write(&path, photo()).unwrap();
    let mut server = clients.python("s3_server.py");
    server.arg(&path).args(["bucket", "photos/a b+c.png"]);
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
    let room = Room::open(&[
        ("unsigned", "true"),
        ("sources", "s3://bucket/photos/"),
        ("s3_endpoint", &format!("http://127.0.0.1:{}", port.trim())),
        ("s3_key_id", "name"),
        ("s3_secret", "secret"),
        ("cache_folder", folder.path().join("cache").to_str().unwrap()),
    ]);
    let answer = room.get("/insecure/look:web/plain/s3://bucket/photos/a%2520b+c.png");
    let expected = scrimp::shrink(&photo(), &Options::look(scrimp::Look::Web)).unwrap();
    assert!(answer.status == 200 && expected.bytes() == Some(&*answer.body), "{answer:?}");
    room.get("/insecure/plain/s3://bucket/photos/nothing.png").is_problem(404, "source_missing");
    room.get("/insecure/plain/s3://bucket/a.png").is_problem(403, "source_refused");
    room.get("/insecure/plain/s3://other/photos/a.png").is_problem(403, "source_refused");
    drop(server.stdin.take());
    server.wait().unwrap();
}
