//! Odd names, files, folders and file systems.

use crate::kill::WAYS;
use crate::lab::{Lab, PHOTO, Tally, ensure, ensure_mounts, has, is_full, is_root, is_stray, pair, skip};
use scrimp_testkit::{Noise, scenes};
use std::ffi::OsStr;
use std::fs::{self, Permissions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;

#[test]
fn f12_mode_and_owner_are_kept_under_any_mask() {
    let (pair, mut tally) = (pair(), Tally::of("F12"));
    for mode in [0o600, 0o640, 0o604, 0o644, 0o664, 0o666, 0o755, 0o2644] {
        for mask in ["000", "022", "077"] {
            for setgid in [false, true] {
                let lab = Lab::with(&[(PHOTO, &pair.old)]);
                if setgid {
                    fs::set_permissions(lab.root(), Permissions::from_mode(0o2755)).unwrap();
                }
                if is_root() {
                    std::os::unix::fs::chown(lab.path(PHOTO), Some(1234), Some(4321)).unwrap();
                }
                fs::set_permissions(lab.path(PHOTO), Permissions::from_mode(mode)).unwrap();
                let before = fs::metadata(lab.path(PHOTO)).unwrap();
                let script = format!("umask {mask}; exec $1 shrink p.jpg --in-place");
                let run = lab.command("sh").args(["-c", &script, "sh", crate::lab::SCRIMP]).output().unwrap();
                let after = fs::metadata(lab.path(PHOTO)).unwrap();
                let facts = |of: &fs::Metadata| (of.mode(), of.uid(), of.gid(), of.mtime(), of.mtime_nsec());
                let done = lab.bytes(PHOTO) == Some(pair.new.clone());
                let verdict = ensure(run.status.success() && done, || format!("{run:?}"));
                let same = facts(&before) == facts(&after);
                let verdict = verdict.and(ensure(same, || format!("{:?}", facts(&after))));
                tally.count(&format!("{mode:o} under {mask}, setgid {setgid}"), verdict);
            }
        }
    }
    tally.end();
}

#[test]
fn f19_odd_names_are_names() {
    let (pair, mut tally) = (pair(), Tally::of("F19"));
    let longest = [[b'x'; 251].as_slice(), b".jpg"].concat();
    let names: [&[u8]; 11] = [
        b"a b.jpg",
        b"new\nline.jpg",
        b"-o.jpg",
        b";$(touch x).jpg",
        b"\xff\xfe.jpg",
        &longest,
        b"P.JPG",
        b"none",
        "n\u{e9}.jpg".as_bytes(),
        "ne\u{301}.jpg".as_bytes(),
        b"really.png",
    ];
    let lab = Lab::with(&[("in/x", b"no image")]);
    for name in names {
        fs::write(lab.path("in").join(OsStr::from_bytes(name)), &pair.old).unwrap();
    }
    let run = lab.scrimp(&["shrink", "in", "--in-place"]);
    for name in names {
        let bytes = fs::read(lab.path("in").join(OsStr::from_bytes(name))).unwrap();
        let verdict = ensure(bytes == pair.new, || String::from_utf8_lossy(&run.stderr).into_owned());
        tally.count(&String::from_utf8_lossy(name), verdict);
    }
    assert_eq!(fs::read_dir(lab.path("in")).unwrap().count(), names.len() + 1, "no other file");
    let lab = Lab::with(&[(PHOTO, &pair.old)]);
    lab.put("in/x", b"");
    let deep = format!("{}p.jpg", "in/../".repeat(800));
    let run = lab.scrimp(&["shrink", &deep, "--in-place"]);
    let whole = lab.bytes(PHOTO) == Some(pair.old.clone()) && run.status.code() == Some(1);
    tally.count("a path too long", ensure(whole, || format!("{run:?}")));
    tally.end();
}

#[test]
fn f20_what_is_no_photo_in_a_tree_is_passed_over_and_not_waited_for() {
    let (pair, mut tally) = (pair(), Tally::of("F20"));
    let deep = format!("in/{}p.jpg", "d/".repeat(200));
    let lab = Lab::with(&[("in/p.jpg", &pair.old), (&deep, &pair.old), ("in/folder.jpg/x", b"no image")]);
    assert!(Command::new("mkfifo").arg(lab.path("in/pipe.jpg")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(lab.path("in/s.jpg")).unwrap();
    for (target, link) in
        [("/dev/zero", "zero.jpg"), ("..", "up"), ("loop", "loop"), ("none", "dangling.jpg")]
    {
        symlink(target, lab.path("in").join(link)).unwrap();
    }
    let run = lab.scrimp(&["shrink", "in", "--in-place"]);
    let done =
        [PHOTO, &deep[3..]].iter().all(|name| lab.bytes(&format!("in/{name}")) == Some(pair.new.clone()));
    tally.count("a tree", ensure(run.status.success() && done, || format!("{run:?}")));
    for name in
        ["in/pipe.jpg", "in/s.jpg", "in/folder.jpg", "in/zero.jpg", "in/loop", "in/dangling.jpg", "/dev/null"]
    {
        let run = lab.scrimp(&["shrink", name, "--in-place"]);
        tally.count(name, ensure(run.status.code().is_some_and(|code| code < 2), || format!("{run:?}")));
    }
    let still = fs::symlink_metadata(lab.path("in/zero.jpg")).unwrap().is_symlink();
    tally.count("links stay", ensure(still, String::new));
    tally.end();
}

#[test]
fn f22_on_other_file_systems_photos_are_as_safe() {
    if !ensure_mounts("F22") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F22"));
    let overlay = "mkdir upper work; mount -t tmpfs none upper; mkdir upper/u upper/w
        mount -t overlay -o lowerdir=given,upperdir=upper/u,workdir=upper/w none disk";
    let vfat = "dd if=/dev/zero of=image bs=1M count=4 status=none; mkfs.vfat image >/dev/null
        mount -o loop image disk; cp given/p.jpg disk/";
    let ext4 = "dd if=/dev/zero of=image bs=1M count=8 status=none; mkfs.ext4 -q image
        mount -o loop image disk; cp given/p.jpg disk/";
    let systems = [
        ("tmpfs", "mount -t tmpfs none disk; cp given/p.jpg disk/"),
        ("overlay", overlay),
        ("vfat", vfat),
        ("ext4", ext4),
    ];
    let mut missing = Vec::new();
    for (name, mounting) in systems {
        let lab = Lab::with(&[("given/p.jpg", &pair.old), ("disk/x", b"")]);
        let script = format!(
            "sh -ec '{mounting}' >/dev/null 2>&1 || exit 77
            cd disk; rm -f x; $1 shrink p.jpg --in-place; sync; ls -A; cp p.jpg ../after.jpg"
        );
        let run = lab.with_mounts(&script);
        if run.status.code() == Some(77) {
            missing.push(name);
            continue;
        }
        let told = String::from_utf8_lossy(&run.stdout);
        let alone = !told.lines().any(is_stray);
        let done = lab.bytes("after.jpg") == Some(pair.new.clone());
        tally.count(name, ensure(run.status.success() && done && alone, || format!("{run:?}")));
    }
    tally.end();
    if !missing.is_empty() {
        skip("F22-more", &format!("{} cannot be mounted here", missing.join(", ")));
    }
}

#[test]
fn f21_outputs_that_a_folder_takes_for_one_are_refused_before_any_work() {
    if !ensure_mounts("F21") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F21"));
    let lab = Lab::with(&[
        ("in/a.jpg", &pair.old),
        ("in/A.JPG", &pair.old),
        ("in/b.jpg", &pair.old),
        ("disk/x", b""),
    ]);
    let script = "sh -ec 'dd if=/dev/zero of=image bs=1M count=4 status=none; mkfs.vfat image
        mount -o loop image disk' >/dev/null 2>&1 || exit 77
        $1 shrink in -o disk/out >told 2>&1 && exit 3
        ls -A disk/out >names; $1 shrink in -o other";
    let run = lab.with_mounts(script);
    if run.status.code() == Some(77) {
        skip("F21", "a file system that folds case cannot be mounted here");
        return;
    }
    let text = |name: &str| String::from_utf8_lossy(&lab.bytes(name).unwrap_or_default()).into_owned();
    let refused = text("told").matches("output of several photos").count() >= 2;
    let told = || format!("{}{}{run:?}", text("told"), text("names"));
    tally.count("a disk that folds case", ensure(refused && text("names").trim() == "b.jpg", told));
    let all = ["a.jpg", "A.JPG", "b.jpg"].iter().all(|name| lab.bytes(&format!("other/{name}")).is_some());
    tally.count("a disk that does not", ensure(all && run.status.success(), told));
    tally.end();
}

#[test]
fn f08_content_and_name_are_durable_in_this_order() {
    if !crate::tracer::ensure_traceable("F8") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F8"));
    for way in &WAYS {
        let lab = way.lab(pair);
        let mut strace = lab.command("strace");
        strace.args(["-f", "-qq", "-y", "-e", "trace=fsync,renameat,renameat2,linkat", "-o", "/dev/stderr"]);
        let run = strace.arg(crate::lab::SCRIMP).args(way.arguments).output().unwrap();
        let log = String::from_utf8_lossy(&run.stderr);
        // The content of a new file, then a name for it, then the folder that holds the name.
        let mut step = 0;
        for line in log.lines() {
            let is_content = line.contains("fsync") && line.contains(".part");
            step = match step {
                0 if is_content => 1,
                1 if line.contains("rename") => 2,
                2 if line.contains("fsync") && !is_content => 3,
                0 | 1 if line.contains("rename") => 9,
                step => step,
            };
        }
        tally.count(way.name, ensure(step == 3, || log.clone().into_owned()));
    }
    tally.end();
}

#[test]
fn f08_what_is_told_as_done_outlasts_the_power() {
    if !ensure_mounts("F8-power") {
        return;
    }
    let (pair, mut tally) = (pair(), Tally::of("F8-power"));
    for way in &WAYS[..3] {
        let lab =
            Lab::with(&[("given/p.jpg", &pair.old), ("disk/x", b""), ("later/x", b""), ("after/x", b"")]);
        // A copy of the disk's image, made the moment the program ends, holds what a lost power would leave.
        let script = format!(
            "sh -ec 'dd if=/dev/zero of=image bs=1M count=8 status=none; mkfs.ext4 -q image
            mount -o loop image disk; cp given/p.jpg disk; sync' >/dev/null 2>&1 || exit 77
            (cd disk; $1 {})
            cp image lost; mount -o loop lost later; cp -a later/. after/",
            way.arguments.join(" ")
        );
        let run = lab.with_mounts(&script);
        if run.status.code() == Some(77) {
            skip("F8-power", "an image with ext4 cannot be mounted here");
            return;
        }
        let bytes = |name: &str| lab.bytes(&format!("after/{name}"));
        let verdict = ensure(run.status.success(), || format!("{run:?}"));
        let right = match way.name {
            "in place" => bytes(PHOTO).as_ref() == Some(&pair.new),
            "elsewhere" => {
                bytes("out/p.jpg").as_ref() == Some(&pair.new) && bytes(PHOTO).as_ref() == Some(&pair.old)
            }
            _ => {
                bytes(PHOTO).as_ref() == Some(&pair.new)
                    && bytes("backup/deep/p.jpg").as_ref() == Some(&pair.old)
            }
        };
        tally.count(way.name, verdict.and(ensure(right, || "it did not last".to_owned())));
    }
    tally.end();
}

#[test]
fn f24_and_f25_cut_and_flipped_photos_stay() {
    let mut tally = Tally::of("F24-F25");
    let photos = if is_full() { 20 } else { 3 };
    let mut noise = Noise::seeded(24);
    for seed in 0..photos {
        let photo = scrimp_testkit::jpeg(&scenes::still_life(64, 48, seed), 97);
        let length = photo.len();
        let lab = Lab::with(&[]);
        for cut in [0, 1, 2, 100, length / 10, length / 2, length * 99 / 100, length - 2, length - 1] {
            lab.put(&format!("in/cut-{cut}.jpg"), &photo[..cut]);
            let zeroes = vec![0; length - cut];
            lab.put(&format!("in/zeroes-{cut}.jpg"), &[&photo[..cut], &zeroes].concat());
        }
        let before = lab.files();
        let run = lab.scrimp(&["shrink", "in", "--in-place"]);
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        for (name, bytes) in lab.files() {
            let stays = before.get(&name) == Some(&bytes);
            // The end of the image alone is missing, and the picture is whole: it may count as damaged or not.
            let verdict =
                ensure(stays && !told.contains("panicked"), || "a cut photo was rewritten".to_owned());
            tally.count(&format!("photo {seed}: {name}"), verdict);
        }
        for flip in 0..if is_full() { 200 } else { 10 } {
            let mut flipped = photo.clone();
            for _ in 0..5 {
                let at = length / 3 + noise.below((length * 2 / 3 - 2) as u64) as usize;
                flipped[at] ^= 1 << noise.below(8);
            }
            let is_damaged = has("djpeg") && {
                lab.put("flipped.jpg", &flipped);
                let mut djpeg = lab.command("djpeg");
                !djpeg.args(["-strict", "-outfile", "/dev/null", "flipped.jpg"]).status().unwrap().success()
            };
            lab.put("flipped.jpg", &flipped);
            let run = lab.scrimp(&["shrink", "flipped.jpg", "--in-place"]);
            let stays = lab.bytes("flipped.jpg") == Some(flipped);
            let verdict = ensure(stays || !is_damaged, || "a damaged photo was rewritten".to_owned())
                .and(ensure(run.status.code().is_some_and(|code| code < 2), || format!("{run:?}")));
            tally.count(&format!("photo {seed}: flip {flip}"), verdict);
        }
    }
    tally.end();
}
