use super::*;
use scrimp::Outcome;
use scrimp_testkit::{jpeg, scenes};
use serde_json::Value;
use std::fs;

/// A record of a made photo under a name, with pictures of it.
fn add(report: &mut Report, name: &str, seed: u64) -> Outcome {
    let photo = jpeg(&scenes::landscape(200, 140, seed), 97);
    let options = Options::default();
    let outcome = scrimp::shrink(&photo, &options).unwrap();
    let mut record = Record::of(Path::new(name), photo.len(), &outcome);
    record.output_bytes = outcome.bytes().map(<[u8]>::len);
    record.exhibit = report.take(&photo, outcome.bytes(), record.worst, &options);
    report.add(&record);
    outcome
}

fn data(html: &str) -> Value {
    let start = "<script type=\"application/json\" id=\"data\">";
    let (_, rest) = html.split_once(start).unwrap();
    serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap()
}

/// What a ledger holds of a photo that was saved.
fn earlier() -> Entry {
    let json = r#"{"path": "/elsewhere/four.jpg", "outcome": "saved", "code": "goal_met", "reason": "as it should",
        "input_bytes": 100, "output_bytes": 70, "score": 80.5, "floor": 70.25, "quality": 81.5, "output": null,
        "recorded": 1, "done": true, "settings": "", "stamp": {"bytes": 70, "modified": 1}, "content": "",
        "output_stamp": null}"#;
    serde_json::from_str(json).unwrap()
}

#[test]
fn a_page_tells_all_that_became_of_photos() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("new/report.html");
    let mut report = Report::begin(&path, Overwrite::Never).unwrap();
    let Outcome::Saved(saved) = add(&mut report, "one.jpg", 1) else { panic!("not saved") };
    report.add(&Record::trouble(Path::new("two.jpg"), 40, &FileError::NotAFile));
    report.add(&Record::trouble(Path::new("three.jpg"), 60, &FileError::Link));
    report.add_earlier(Path::new("four.jpg"), &earlier());
    report.finish(7).unwrap();
    let html = fs::read_to_string(&path).unwrap();
    for text in [
        "4 photos, ",
        "2 photos</b> saved",
        "1 photo</b> refused",
        "7 photos left",
        "1 photo of them had been done",
        "done by an earlier run",
        "Not a file",
        "Link",
    ] {
        assert!(html.contains(text), "{text}");
    }
    let data = data(&html);
    let row = &data["rows"][0];
    assert_eq!(row["p"], "one.jpg");
    assert_eq!(row["b"], saved.bytes.len());
    assert!((row["s"].as_f64().unwrap() - saved.decision.score.unwrap()).abs() < 1e-4);
    assert_eq!(row["n"].as_array().unwrap().len(), saved.decision.probes.len());
    assert_eq!(row["z"], serde_json::json!([200, 140]));
    assert_eq!(data["rows"][1]["c"], "not_a_file");
    let earlier = &data["rows"][3];
    assert_eq!((&earlier["p"], &earlier["b"], &earlier["q"]), (&"four.jpg".into(), &70.into(), &81.5.into()));
    assert_eq!((data["goal"]["value"].as_f64(), &data["folder"]), (Some(80.0), &Value::Null));
    for picture in ["t0", "b0", "a0", "x0", "y0"] {
        assert!(html.contains(&format!("<script type=\"image/jpeg\" id=\"{picture}\">/9j/")), "{picture}");
    }
    assert!(!html.contains("src=\"http"));
    assert_eq!(fs::read_dir(room.path().join("new")).unwrap().count(), 1);
}

#[test]
fn a_name_is_never_markup() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("report.html");
    let mut report = Report::begin(&path, Overwrite::Never).unwrap();
    let names = [
        "</script><script>alert(1)</script>.jpg",
        "<!--<script>.jpg",
        "\"><img src=x onerror=alert(1)>.jpg",
        "a\u{2028}b&amp;'.jpg",
    ];
    for name in names {
        report.add(&Record::trouble(Path::new(name), 1, &FileError::NotAFile));
    }
    report.finish(0).unwrap();
    let html = fs::read_to_string(&path).unwrap();
    for markup in ["<script>alert", "<!--", "<img src=x", "\"><img"] {
        assert!(!html.contains(markup), "{markup}");
    }
    let rows = data(&html);
    for (row, name) in rows["rows"].as_array().unwrap().iter().zip(names) {
        assert_eq!(row["p"], name);
    }
    // The page's own scripts and data, and nothing else.
    assert_eq!(html.matches("<script").count(), html.matches("</script>").count());
}

#[cfg(unix)]
#[test]
fn a_name_that_is_no_unicode_is_shown_as_far_as_it_is() {
    use std::os::unix::ffi::OsStrExt;
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("report.html");
    let mut report = Report::begin(&path, Overwrite::Never).unwrap();
    let name = Path::new(std::ffi::OsStr::from_bytes(b"ni\xF1o.jpg"));
    report.add(&Record::trouble(name, 1, &FileError::NotAFile));
    report.finish(0).unwrap();
    assert_eq!(data(&fs::read_to_string(&path).unwrap())["rows"][0]["p"], "ni\u{FFFD}o.jpg");
}

#[test]
fn too_many_pictures_go_to_a_folder_and_the_last_pages_are_removed() {
    let room = tempfile::tempdir().unwrap();
    let (path, folder) = (room.path().join("my report.html"), room.path().join("my report_files"));
    let names = || {
        let entries = fs::read_dir(&folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let write = || {
        let mut report = Report::begin(&path, Overwrite::Never).unwrap();
        add(&mut report, "one.jpg", 1);
        report.write(0, 1000).unwrap();
        data(&fs::read_to_string(&path).unwrap())["folder"].as_str().unwrap().to_owned()
    };
    let first = write();
    let token = first.strip_prefix("./my%20report_files/").unwrap().to_owned();
    assert_eq!(names().len(), 5);
    assert!(names().iter().all(|name| name.starts_with(&token)));
    let picture = fs::read(folder.join(format!("{token}t0.jpg"))).unwrap();
    assert!(picture.starts_with(&[0xFF, 0xD8]));
    // What somebody else put there stays.
    fs::write(folder.join("mine.jpg"), b"mine").unwrap();
    let second = write();
    assert_ne!(first, second);
    assert_eq!(names().len(), 6);
    assert!(!names().iter().any(|name| name.starts_with(&token)));
    let report = Report::begin(&path, Overwrite::Never).unwrap();
    report.finish(0).unwrap();
    assert_eq!(names(), ["mine.jpg"]);
}

#[test]
fn only_an_earlier_report_is_replaced_unasked() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("photo.jpg");
    fs::write(&path, b"a photo").unwrap();
    assert_eq!(Report::begin(&path, Overwrite::Never).unwrap_err().code(), "output_exists");
    assert_eq!(fs::read(&path).unwrap(), b"a photo");
    Report::begin(&path, Overwrite::Always).unwrap().finish(0).unwrap();
    Report::begin(&path, Overwrite::Never).unwrap().finish(0).unwrap();
    assert_eq!(Report::begin(room.path(), Overwrite::Always).unwrap_err().code(), "unwritable");
}

#[test]
fn sums_hold_for_more_photos_than_are_listed() {
    let mut report =
        Report::begin(&tempfile::tempdir().unwrap().path().join("r.html"), Overwrite::Never).unwrap();
    let record = Record::trouble(Path::new("photo.jpg"), 10, &FileError::NotAFile);
    for _ in 0..LISTED + 3 {
        report.add(&record);
    }
    assert_eq!((report.rows.len(), report.tally.photos), (LISTED, LISTED as u64 + 3));
    assert_eq!(report.tally.bytes_before, 10 * (LISTED as u64 + 3));
}
