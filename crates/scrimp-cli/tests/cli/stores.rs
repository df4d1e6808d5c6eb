//! Photos in object stores, at the command line.

use crate::bucket::{Request, Store};
use crate::room::{Room, Run};
use scrimp_testkit::scenes;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A store, and a room from which it is used.
struct Office {
    store: Store,
    room: Room,
}

const SECRET: &str = "a-word-that-nobody-may-see";

impl Office {
    fn open() -> Self {
        Self { store: Store::open(), room: Room::empty() }
    }

    fn with_photos() -> Self {
        let office = Self::open();
        for (number, name) in ["a", "deep/b c+é%", "deep/d"].into_iter().enumerate() {
            let photo = scrimp_testkit::jpeg(&scenes::still_life(160, 120, number as u64), 95);
            office.store.put(&format!("bucket/old/{name}.jpg"), &photo);
        }
        office
    }

    fn settings(&self) -> [(&str, &str); 4] {
        [
            ("AWS_ENDPOINT_URL", self.store.endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "name"),
            ("AWS_SECRET_ACCESS_KEY", SECRET),
            ("AWS_REGION", "us-east-1"),
        ]
    }

    fn scrimp(&self, arguments: &str) -> Run {
        let run = self.room.scrimp_within(arguments, &self.settings());
        assert!(!run.stdout().contains(SECRET) && !run.stderr().contains(SECRET));
        run
    }

    fn puts(&self) -> Vec<Request> {
        self.store.asked().into_iter().filter(|request| request.method == "PUT").collect()
    }
}

fn names(requests: &[Request]) -> Vec<&str> {
    requests.iter().map(|request| request.path.as_str()).collect()
}

#[test]
fn what_stands_below_a_prefix_goes_below_another_once() {
    let office = Office::with_photos();
    let run = office.scrimp("shrink s3://bucket/old -o s3://bucket/new --json").exits(0);
    assert_eq!(run.json().len(), 3);
    let outputs = ["bucket/new/a.jpg", "bucket/new/deep/b c+é%.jpg", "bucket/new/deep/d.jpg"];
    assert_eq!(office.store.names("bucket/new/"), outputs);
    let puts = office.puts();
    assert!(
        puts.len() == 3 && puts.iter().all(|put| put.headers["if-none-match"] == "*"),
        "{:?}",
        names(&puts)
    );
    for name in outputs {
        let (old, new) = (office.store.get(&name.replace("new", "old")), office.store.get(name));
        assert!(new.bytes.len() < old.bytes.len());
        for header in ["content-type", "cache-control", "x-amz-meta-author"] {
            assert_eq!(new.headers[header], old.headers[header]);
        }
        assert_eq!(new.headers["x-amz-meta-scrimp-source-etag"], old.etag.trim_matches('"'));
    }
    // Nothing is fetched, and nothing written.
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new").exits(0).says("3 photos");
    let asked = office.store.asked();
    let is_fetched = |request: &Request| request.method == "GET" && request.path.ends_with(".jpg");
    assert!(
        !asked.iter().any(|request| request.method == "PUT" || is_fetched(request)),
        "{:?}",
        names(&asked)
    );
}

#[test]
fn other_settings_replace_an_output_only_where_that_is_asked_for() {
    let office = Office::with_photos();
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new").exits(0);
    let before = office.store.get("bucket/new/a.jpg");
    office
        .scrimp("shrink s3://bucket/old -o s3://bucket/new --look web")
        .exits(1)
        .complains("from another photo or other settings; --overwrite replaces it");
    assert_eq!(office.store.get("bucket/new/a.jpg"), before);
    office.puts();
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new --look web --overwrite").exits(0);
    let puts = office.puts();
    assert!(puts.len() == 3 && puts.iter().all(|put| put.headers.contains_key("if-match")));
}

#[test]
fn shards_of_a_store_are_cut_and_worked_there_and_their_results_end_the_work() {
    let office = Office::with_photos();
    office.scrimp("shard s3://bucket/old/ --rows 2 -o s3://bucket/shards").exits(0).says("3 photos");
    assert_eq!(office.store.names("bucket/shards/").len(), 2);
    let shrink = |number: usize| {
        let to = "s3://bucket/old -o s3://bucket/new --results s3://bucket/results";
        office.scrimp(&format!("shrink --manifest s3://bucket/shards/ --index {number} {to}"))
    };
    shrink(0).exits(0);
    shrink(1).exits(0);
    assert_eq!(office.store.names("bucket/new/").len(), 3);
    office.scrimp("summary s3://bucket/results").exits(0).says("3 photos");
    office.scrimp("summary s3://bucket/results/shard-000001.parquet").exits(0).says("1 photo");
    office.store.asked();
    shrink(1).exits(0).complains("was done before");
    assert_eq!(names(&office.puts()), [""; 0]);
    shrink(2).exits(1).complains("shard-000002.parquet is not there");
}

#[test]
fn a_rollout_is_told_in_results_and_by_outputs_that_are_met_again() {
    let office = Office::with_photos();
    let shrink = "shrink s3://bucket/old -o s3://bucket/new --look thumb --shadow --json";
    let run = |results: &str| {
        let mut records = office.scrimp(&format!("{shrink} --results {results}")).exits(0).json();
        records.sort_by_key(|record| record["path"].to_string());
        records
    };
    let first = run("s3://bucket/results");
    assert_eq!(run("s3://bucket/others"), first, "by the outputs");
    office.scrimp("shrink s3://bucket/old -o s3://bucket/tried --look thumb").exits(0);
    for record in &first {
        let tried = record["path"].as_str().unwrap().replace("s3://bucket/old/", "bucket/tried/");
        let tried = tried.replace("%20", " ").replace("%C3%A9", "é").replace("%25", "%");
        let told = &record["rollout"]["shadow"];
        assert_eq!((&record["rollout"]["arm"], &told["outcome"]), (&"control".into(), &"saved".into()));
        assert_eq!(told["output_bytes"], office.store.get(&tried).bytes.len());
    }
    let told: u64 =
        first.iter().map(|record| record["rollout"]["shadow"]["output_bytes"].as_u64().unwrap()).sum();
    for results in ["s3://bucket/results", "s3://bucket/others"] {
        let summary = office.scrimp(&format!("summary {results} --json")).exits(0).json().remove(0);
        assert_eq!(summary["shadow"]["treatment"]["bytes_after"], told);
        assert_eq!(summary["shadow"]["control"]["bytes_after"], summary["bytes_after"]);
        assert_eq!(summary["rollout"]["control"]["photos"], 3);
    }
}

#[test]
fn who_is_not_known_and_a_bucket_that_is_not_there_are_told_at_once() {
    let office = Office::with_photos();
    office.store.fails(|_| Some((403, "InvalidAccessKeyId")));
    office
        .scrimp("shrink s3://bucket/old -o s3://bucket/new")
        .exits(1)
        .complains("the store does not take the credentials (InvalidAccessKeyId)");
    office.store.fails(|_| Some((404, "NoSuchBucket")));
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new").exits(1).complains("there is no such bucket");
    // That of the outputs alone.
    office.store.fails(|request| request.path.starts_with("other").then_some((404, "NoSuchBucket")));
    office.scrimp("shrink s3://bucket/old -o s3://other/new").exits(1).complains("s3://other/");
}

#[test]
fn each_photo_that_cannot_be_done_has_its_reason_and_the_others_are_done() {
    let office = Office::with_photos();
    office.store.put("bucket/old/empty.jpg", b"");
    office.store.put("bucket/old/huge.jpg", b"not so many");
    office.store.claim_size("bucket/old/huge.jpg", 5_000_000_000);
    office.store.put("bucket/old/text.jpg", b"no photo at all");
    let run = office.scrimp("shrink s3://bucket/old -o s3://bucket/new --json").exits(1);
    let codes = |run: &Run, end: &str| -> Vec<_> {
        let records = run.json();
        let of = records.iter().filter(|record| record["path"].as_str().unwrap().ends_with(end));
        of.map(|record| (record["outcome"].clone(), record["code"].clone())).collect()
    };
    assert_eq!(codes(&run, "/empty.jpg"), [("refused".into(), "empty".into())]);
    assert_eq!(codes(&run, "/huge.jpg"), [("refused".into(), "limit_file_bytes".into())]);
    assert_eq!(codes(&run, "/text.jpg"), [("refused".into(), "not_an_image".into())]);
    assert_eq!(office.store.names("bucket/new/").len(), 3);
    let is_fetched = |request: &Request| request.method == "GET" && request.path.ends_with("huge.jpg");
    assert!(!office.store.asked().iter().any(is_fetched), "five gigabytes are not fetched");
}

#[test]
fn a_photo_that_is_another_than_the_list_names_or_gone_is_told() {
    let office = Office::with_photos();
    office
        .room
        .put("list.csv", b"key,etag\ns3://bucket/old/a.jpg,0123\ns3://bucket/old/none.jpg,\na//b.jpg,\n");
    let run = office.scrimp("shrink s3://bucket/old --manifest list.csv -o s3://bucket/new --json").exits(1);
    let codes: Vec<_> = run.json().iter().map(|record| record["code"].as_str().unwrap().to_owned()).collect();
    let mut codes: Vec<_> = codes.iter().map(String::as_str).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["changed", "store_key", "store_not_found"]);
    assert!(office.store.names("bucket/new/").is_empty());
}

#[test]
fn a_store_that_has_no_time_is_asked_again() {
    let office = Office::with_photos();
    let asked = AtomicUsize::new(0);
    // Each second request meets trouble.
    office
        .store
        .fails(move |_| asked.fetch_add(1, Ordering::Relaxed).is_multiple_of(2).then_some((503, "SlowDown")));
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new").exits(0).says("3 photos");
    assert_eq!(office.store.names("bucket/new/").len(), 3);
}

#[test]
fn who_may_not_list_outputs_writes_them_all_the_same_and_replaces_none() {
    let office = Office::with_photos();
    office.store.put("bucket/new/a.jpg", b"theirs");
    office.store.fails(|request| {
        let is_output = request.method == "HEAD" && request.path.starts_with("bucket/new/");
        is_output.then_some((403, "AccessDenied"))
    });
    office.scrimp("shrink s3://bucket/old -o s3://bucket/new").exits(1).complains("a.jpg is there already");
    assert_eq!(office.store.get("bucket/new/a.jpg").bytes, b"theirs");
    assert_eq!(office.store.names("bucket/new/").len(), 3);
}

#[test]
fn in_place_photos_are_replaced_once_and_by_their_etags() {
    let office = Office::with_photos();
    let before = office.store.get("bucket/old/a.jpg");
    office.scrimp("shrink s3://bucket/old --in-place --dry-run").exits(0);
    assert_eq!(names(&office.puts()), [""; 0]);
    office.scrimp("shrink s3://bucket/old --in-place").exits(0).says("3 photos");
    let after = office.store.get("bucket/old/a.jpg");
    assert!(after.bytes.len() < before.bytes.len() && after.headers["x-amz-meta-author"] == "Ada");
    let puts = office.puts();
    let of_a = puts.iter().find(|put| put.path == "bucket/old/a.jpg").unwrap();
    assert_eq!(of_a.headers["if-match"], before.etag);
    assert_eq!(office.store.names("bucket/old/").len(), 3, "nothing is left of the trial");
    office.scrimp("shrink s3://bucket/old --in-place").exits(0);
    assert_eq!(office.store.get("bucket/old/a.jpg"), after);
    assert!(names(&office.puts()).iter().all(|name| name.ends_with(".probe")));
}

#[test]
fn in_place_nothing_is_touched_where_the_store_keeps_no_conditions() {
    let office = Office::with_photos();
    office.store.ignores_conditions();
    let before = office.store.get("bucket/old/a.jpg");
    office
        .scrimp("shrink s3://bucket/old --in-place")
        .exits(1)
        .complains("the store does not keep the condition If-Match");
    assert_eq!(office.store.get("bucket/old/a.jpg"), before);
    assert!(names(&office.puts()).iter().all(|name| name.ends_with(".probe")));
}

#[cfg(unix)]
#[test]
fn a_store_that_does_not_answer_keeps_nobody_from_ending_it() {
    let office = Office::with_photos();
    office.store.fails(|request| {
        // Longer than anybody waits for the end of a program.
        let is_photo = request.method == "GET" && request.path.ends_with(".jpg");
        is_photo.then(|| std::thread::sleep(std::time::Duration::from_secs(50)));
        None
    });
    let run = office.room.start_within("shrink s3://bucket/old -o s3://bucket/new", &office.settings());
    let mut asked = Vec::new();
    while !asked.iter().any(|request: &Request| request.method == "GET" && request.path.ends_with(".jpg")) {
        std::thread::sleep(std::time::Duration::from_millis(20));
        asked.append(&mut office.store.asked());
    }
    let began = std::time::Instant::now();
    run.meets_ctrl_c().exits(130).complains("the same command goes on where this one ended");
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}

/// A server that others have made: moto, as `scripts/setup --with-clients` gets it.
#[test]
fn a_server_of_others_is_a_store_too() {
    let Some(clients) = std::env::var_os("SCRIMP_CLIENTS").map(PathBuf::from) else {
        eprintln!("client test NOT RUN: scripts/test says what is missing");
        return;
    };
    let mut office = Office::open();
    let photo = scrimp_testkit::jpeg(&scenes::still_life(160, 120, 1), 95);
    office.room.put("photo.jpg", &photo);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scrimp-server/tests/clients/s3_server.py");
    let mut server = Command::new(clients.join("python/bin/python"));
    server.arg(script).arg(office.room.path("photo.jpg")).args(["bucket", "old/deep/a b+é.jpg"]);
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut port = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut port).unwrap();
    office.store.endpoint = format!("http://127.0.0.1:{}", port.trim());
    let shrink = "shrink s3://bucket/old -o s3://bucket/new --results s3://bucket/results --json";
    let first = office.scrimp(shrink).exits(0).json();
    assert_eq!((first.len(), &first[0]["outcome"]), (1, &"saved".into()));
    office.scrimp(shrink).exits(0).complains("was done before");
    let again = office.scrimp("shrink s3://bucket/old -o s3://bucket/new --json").exits(0).json();
    assert_eq!(again, first, "by its output");
    office.scrimp("shrink s3://bucket/old -o s3://none/new").exits(1).complains("there is no such bucket");
    let replaced = office.scrimp("shrink s3://bucket/old --in-place --json").exits(0).json();
    assert_eq!(replaced[0]["output_bytes"], first[0]["output_bytes"]);
    let again = office.scrimp("shrink s3://bucket/old --in-place --json").exits(0).json();
    assert_eq!(again, replaced);
    office.scrimp("shard s3://bucket/old/ -o s3://bucket/shards").exits(0).says("1 photo");
    drop(server.stdin.take());
    server.wait().unwrap();
}
