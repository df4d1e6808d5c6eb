//! Pages in a real browser: reports opened from the disk, as people open them, and the page of the service.
//!
//! It needs node, a Chromium, and two packages of npm; `scripts/setup --with-browser` brings them, and `scripts/test`
//! says whether they were there. Screenshots stay in the target folder, under `tmp/browser`.

#![forbid(unsafe_code)]

mod page;

use scrimp::{Effort, Options, Outcome};
use scrimp_batch::{FileError, Overwrite, Record, Report};
use scrimp_testkit::{jpeg, scenes};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with the packages, and the browser: as `scripts/test` names them.
fn is_there() -> bool {
    let is_there = ["SCRIMP_BROWSER", "SCRIMP_CHROMIUM"].iter().all(|name| std::env::var_os(name).is_some());
    if !is_there {
        eprintln!("browser test NOT RUN: scripts/test says what is missing");
    }
    is_there
}

/// Where pictures of the pages are left.
fn folder_of_screenshots() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the checks in `script`; returns what they told.
fn node(script: &str, arguments: &[&Path]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser").join(script);
    let output = Command::new("node").arg(script).args(arguments).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    told
}

/// Runs the checks of `kind` on a report.
fn check(kind: &str, page: &Path) -> String {
    node("report.mjs", &[kind.as_ref(), page, &folder_of_screenshots()])
}

fn scrimp(arguments: &[&Path]) {
    let output = Command::new(env!("CARGO_BIN_EXE_scrimp")).args(arguments).output().unwrap();
    let code = output.status.code().unwrap();
    assert!(code < 2, "{}", String::from_utf8_lossy(&output.stderr));
}

/// Photos of all fates, some with names that would be markup or no text.
fn photos(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let write = |name: OsString, bytes: &[u8]| fs::write(folder.join(name), bytes).unwrap();
    for seed in 1..=4 {
        write(format!("landscape-{seed}.jpg").into(), &jpeg(&scenes::landscape(900, 600, seed), 96));
        write(format!("facade-{seed}.jpg").into(), &jpeg(&scenes::facade(500, 700, seed), 95));
    }
    let plain = jpeg(&scenes::still_life(400, 300, 1), 60);
    write("kept.jpg".into(), &plain);
    write("damaged-1.jpg".into(), &plain[..plain.len() / 2]);
    write("damaged-2.jpg".into(), &plain[..plain.len() / 3]);
    if cfg!(unix) {
        write("<img src=x onerror=window.broken=1>.jpg".into(), &plain);
        write("<!--<script>window.broken=1.jpg".into(), &plain);
    }
    #[cfg(target_os = "linux")]
    write(std::os::unix::ffi::OsStringExt::from_vec(b"ni\xF1o.jpg".to_vec()), &plain);
}

#[test]
fn a_jobs_report_can_be_used() {
    if !is_there() {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let (folder, out, page) =
        (room.path().join("in"), room.path().join("out"), room.path().join("report.html"));
    photos(&folder);
    scrimp(&["shrink".as_ref(), &*folder, "-o".as_ref(), &*out, "--report".as_ref(), &*page]);
    check("job", &page);
}

#[test]
fn the_report_of_one_photo_can_be_used() {
    if !is_there() {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let (photo, page) = (room.path().join("photo.jpg"), room.path().join("photo.html"));
    fs::write(&photo, jpeg(&scenes::landscape(900, 600, 5), 96)).unwrap();
    scrimp(&["inspect".as_ref(), &*photo, "--report".as_ref(), &*page]);
    check("inspection", &page);
}

#[test]
fn the_page_of_a_calibration_can_be_read() {
    if !is_there() {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let (folder, profile) = (room.path().join("in"), room.path().join("p.toml"));
    photos(&folder);
    let (page, classic) = (room.path().join("seen.html"), room.path().join("classic.html"));
    let calibrate: [&Path; 6] =
        ["calibrate".as_ref(), &folder, "--class".as_ref(), "menu".as_ref(), "-o".as_ref(), &profile];
    let report = |kind: &str, aim: &[&str], page: &Path| {
        let aim = aim.iter().map(Path::new).chain(["--report".as_ref(), page]);
        scrimp(&calibrate.into_iter().chain(aim).collect::<Vec<_>>());
        check(kind, page);
    };
    report("calibration", &["--aim", "half"], &page);
    report("classic", &["--aim", "save=10%", "--classic"], &classic);
}

/// A report of 10,000 photos, some of them with pictures before and after.
fn report_of_many(room: &Path) -> PathBuf {
    const PHOTOS: usize = 10_000;
    const SHOWN: usize = 600;
    let mut options = Options::default();
    options.effort = Effort::Fast;
    let made: Vec<_> = (0..12)
        .map(|seed| {
            let photo = jpeg(&scenes::landscape(480, 320, seed), 96);
            let outcome = scrimp::shrink(&photo, &options).unwrap();
            (photo, outcome)
        })
        .collect();
    let page = room.join("many.html");
    let mut report = Report::begin(&page, Overwrite::Never).unwrap();
    let alone: Vec<_> = made.iter().map(|(photo, _)| report.take(photo, None, None, &options)).collect();
    for index in 0..PHOTOS {
        let (photo, outcome) = &made[index % made.len()];
        let kind = ["facade", "holiday", "garden"][index % 3];
        let path = PathBuf::from(format!("photos/{}/{kind}-{index:05}.jpg", 2000 + index % 25));
        if index % 400 == 0 {
            report.add(&Record::trouble(&path, 0, &FileError::NotAFile));
            continue;
        }
        let mut record = Record::of(&path, photo.len(), outcome);
        // No two alike.
        record.output_bytes = outcome.bytes().map(|bytes| bytes.len() + index % 5000);
        record.score = record.score.map(|score| score + (index % 97) as f64 / 200.0);
        record.exhibit = if index < SHOWN {
            report.take(photo, outcome.bytes(), record.worst, &options)
        } else {
            alone[index % made.len()]
        };
        report.add(&record);
    }
    assert!(made.iter().any(|(_, outcome)| matches!(outcome, Outcome::Saved(_))));
    report.finish(0).unwrap();
    page
}

#[test]
fn a_report_of_thousands_can_be_used() {
    if !is_there() {
        return;
    }
    let room = tempfile::tempdir().unwrap();
    let page = report_of_many(room.path());
    let bytes = fs::metadata(&page).unwrap().len();
    let files = fs::read_dir(room.path().join("many_files")).map_or(0, Iterator::count);
    println!("10,000 photos: a page of {bytes} bytes and {files} pictures beside it");
    println!("{}", check("many", &page));
    assert!(bytes < 50_000_000 && files > 10_000, "{bytes} {files}");
}
