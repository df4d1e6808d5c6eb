//! The disk is full, or gets so at the last byte.

use crate::kill::WAYS;
use crate::lab::{Files, Lab, PHOTO, Pair, Tally, ensure, ensure_mounts, is_full, is_stray};
use scrimp_testkit::scenes;

const PAGE: usize = 4096;

/// Runs scrimp on a small disk of its own, and brings back what stands there afterwards and the exit code.
fn on_disk(pair: &Pair, options: &str, arguments: &[&str]) -> (Files, String, String) {
    let lab = Lab::with(&[("given/p.jpg", &pair.old), ("disk/x", b""), ("after/x", b"")]);
    let arguments = arguments.join(" ");
    let script = format!(
        "mount -t tmpfs -o {options} none disk
        cp given/p.jpg disk/p.jpg
        code=0
        (cd disk; $1 {arguments}) >told 2>&1 || code=$?
        cp -a disk/. after/
        echo $code >code"
    );
    // The path of the program is the script's first argument.
    let run = lab.with_mounts(&script);
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = |name: &str| String::from_utf8_lossy(&lab.bytes(name).unwrap()).trim().to_owned();
    let files = lab.files().into_iter();
    let files = files.filter_map(|(name, bytes)| Some((name.strip_prefix("after/")?.to_owned(), bytes)));
    (files.filter(|(name, _)| name != "x").collect(), text("code"), text("told"))
}

#[test]
fn f03_a_disk_with_a_few_bytes_too_little_costs_no_photo() {
    if !ensure_mounts("F3") {
        return;
    }
    let (width, height) = if is_full() { (640, 480) } else { (240, 180) };
    let pair = &Pair::of(scrimp_testkit::jpeg(&scenes::landscape(width, height, 7), 97));
    let pages = |bytes: &[u8]| bytes.len().div_ceil(PAGE);
    let mut tally = Tally::of("F3");
    for way in &WAYS[..3] {
        // A page for the file that says what the folder is for.
        let copies = if way.name == "with a backup" { 1 + pages(&pair.old) } else { 0 };
        let needed = pages(&pair.new) + copies;
        for free in 0..=needed + 16 {
            let options = format!("size={}", (pages(&pair.old) + free) * PAGE);
            let (files, code, told) = on_disk(pair, &options, way.arguments);
            let is_new = |name: &str| files.get(name) == Some(&pair.new);
            let done = if way.name == "elsewhere" { is_new("out/p.jpg") } else { is_new(PHOTO) };
            let photo =
                files.get(PHOTO).is_some_and(|bytes| *bytes == pair.old || (*bytes == pair.new && done));
            let others = files.iter().all(|(name, bytes)| match name.as_str() {
                "backup/deep/p.jpg" => *bytes == pair.old,
                "backup/deep/.scrimp-backups" => !bytes.is_empty(),
                "out/p.jpg" => *bytes == pair.new,
                name => name == PHOTO,
            });
            let verdict = ensure(photo && others, || format!("{:?}", files.keys()))
                .and(ensure(!files.keys().any(|name| is_stray(name)), || "a stray file".to_owned()))
                .and(ensure((code == "0") == done, || format!("exit {code}: {told}")))
                .and(ensure(done == (free >= needed), || format!("done: {done}: {told}")))
                .and(ensure(done || (told.contains("No space") && told.contains(PHOTO)), || told.clone()));
            tally.count(&format!("{}: {free} of {needed} pages", way.name), verdict);
        }
    }
    tally.end();
}

#[test]
fn f06_a_disk_without_room_for_another_name_costs_no_photo() {
    if !ensure_mounts("F6") {
        return;
    }
    let (pair, mut tally) = (crate::lab::pair(), Tally::of("F6"));
    // The root folder and the photo take two.
    for inodes in 2..6 {
        for way in &WAYS[..3] {
            let (files, code, told) = on_disk(pair, &format!("nr_inodes={inodes}"), way.arguments);
            let done = files.get(PHOTO) == Some(&pair.new) || files.get("out/p.jpg") == Some(&pair.new);
            let photo =
                files.get(PHOTO).is_some_and(|bytes| *bytes == pair.old || (*bytes == pair.new && done));
            let verdict = ensure(photo && (code == "0") == done, || format!("exit {code}: {told}"))
                .and(ensure(!files.keys().any(|name| is_stray(name)), || "a stray file".to_owned()));
            tally.count(&format!("{}: {inodes} inodes", way.name), verdict);
        }
    }
    tally.end();
}

#[test]
fn f07_a_disk_that_only_reads_is_told() {
    if !ensure_mounts("F7") {
        return;
    }
    let (pair, mut tally) = (crate::lab::pair(), Tally::of("F7"));
    let lab = Lab::with(&[("disk/p.jpg", &pair.old)]);
    let script = "mount --bind disk disk
        mount -o remount,ro,bind disk
        cd disk
        if $1 shrink p.jpg --in-place 2>../told; then exit 3; fi
        grep -q 'Read-only' ../told";
    let run = lab.with_mounts(script);
    let whole = lab.bytes("disk/p.jpg") == Some(pair.old.clone());
    tally.count("read-only mount", ensure(run.status.success() && whole, || format!("{run:?}")));
    tally.end();
}
