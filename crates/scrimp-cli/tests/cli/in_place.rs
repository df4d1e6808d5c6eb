//! `scrimp shrink --in-place`.

use crate::room::Room;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::Command;
use std::time::{Duration, SystemTime};

const FRUIT: &str = "photos/deep/fruit.jpg";
const WALL: &str = "photos/wall.jpg";

#[test]
fn jpegs_get_smaller_where_they_stand_and_other_photos_stay() {
    let room = Room::with_photos();
    let before = [FRUIT, WALL, "photos/hills.png"].map(|name| room.bytes(name));
    let run = room.scrimp("shrink photos --in-place --json").exits(0).says_nothing_else();
    let [fruit, wall, hills] = [FRUIT, WALL, "photos/hills.png"].map(|name| room.bytes(name));
    assert!(fruit.len() < before[0].len() && wall.len() < before[1].len());
    assert_eq!(hills, before[2]);
    let records = run.json();
    let told: Vec<_> = records.iter().map(|record| record["code"].as_str().unwrap()).collect();
    assert_eq!(told, ["goal_met", "not_a_jpeg", "goal_met"]);
    assert_eq!(records[0]["output"], FRUIT);
    assert_eq!(records[0]["output_bytes"], fruit.len());
    assert_eq!(room.files("photos"), ["deep/fruit.jpg", "hills.png", "wall.jpg"]);
}

#[test]
fn the_new_file_is_the_one_that_would_be_written_elsewhere() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg -o out.jpg").exits(0);
    room.scrimp("shrink photos/wall.jpg --in-place").exits(0).says("saved");
    assert_eq!(room.bytes(WALL), room.bytes("out.jpg"));
}

#[test]
fn mode_owner_and_times_are_those_of_the_photo() {
    let room = Room::with_photos();
    let time = SystemTime::UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_789);
    let file = fs::File::options().write(true).open(room.path(WALL)).unwrap();
    file.set_times(fs::FileTimes::new().set_modified(time).set_accessed(time)).unwrap();
    fs::set_permissions(room.path(WALL), fs::Permissions::from_mode(0o604)).unwrap();
    let before = fs::metadata(room.path(WALL)).unwrap();
    room.scrimp("shrink photos/wall.jpg --in-place").exits(0).says("saved");
    let after = fs::metadata(room.path(WALL)).unwrap();
    assert_ne!(before.ino(), after.ino(), "it was replaced");
    let facts = |of: &fs::Metadata| (of.mode(), of.uid(), of.gid(), of.mtime(), of.mtime_nsec());
    assert_eq!(facts(&before), facts(&after));
}

#[test]
fn what_is_damaged_or_already_small_is_not_touched() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg --in-place --look thumb").exits(0);
    let mut cut = room.bytes(FRUIT);
    cut.truncate(cut.len() / 2);
    room.put(FRUIT, &cut);
    let inode = |name| fs::metadata(room.path(name)).unwrap().ino();
    let before = (room.bytes(WALL), inode(WALL), inode(FRUIT));
    let run = room.scrimp("shrink photos/wall.jpg photos/deep/fruit.jpg --in-place --goal ssimulacra2=100");
    run.exits(1).says("kept").says("damaged").says("refused");
    assert_eq!((room.bytes(WALL), inode(WALL), inode(FRUIT)), before);
    assert_eq!(room.bytes(FRUIT), cut);
}

#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_done_in_its_own_folder_alone() {
    let room = Room::with_photos();
    let outside = room.bytes(FRUIT);
    symlink("wall.jpg", room.path("photos/near.jpg")).unwrap();
    fs::create_dir(room.path("here")).unwrap();
    symlink("../photos/deep/fruit.jpg", room.path("here/far.jpg")).unwrap();
    symlink("../photos/deep", room.path("here/folder")).unwrap();
    room.scrimp("shrink here here/far.jpg --in-place").exits(0).says("link").says("kept");
    assert_eq!(room.bytes(FRUIT), outside);
    let wall = room.bytes(WALL);
    room.scrimp("shrink photos photos/near.jpg --in-place").exits(0).says("2 of 4 photos");
    assert!(room.bytes(WALL).len() < wall.len());
    for link in ["photos/near.jpg", "here/far.jpg", "here/folder"] {
        assert!(fs::symlink_metadata(room.path(link)).unwrap().is_symlink(), "{link}");
    }
}

#[test]
fn names_of_one_photo_are_parted_only_when_asked() {
    let room = Room::with_photos();
    fs::hard_link(room.path(WALL), room.path("other.jpg")).unwrap();
    let before = room.bytes(WALL);
    let run = room.scrimp("shrink photos/wall.jpg --in-place").exits(0);
    run.says("kept").says("2 names");
    assert_eq!(room.bytes(WALL), before);
    room.scrimp("shrink photos/wall.jpg --in-place --split-hard-links").exits(0).says("saved");
    assert!(room.bytes(WALL).len() < before.len());
    assert_eq!(room.bytes("other.jpg"), before);
}

#[test]
fn names_of_one_photo_in_one_job_are_all_parted() {
    let room = Room::with_photos();
    let names: Vec<_> = (0..6).map(|number| format!("photos/wall{number}.jpg")).collect();
    names.iter().for_each(|name| fs::hard_link(room.path(WALL), room.path(name)).unwrap());
    let told = room.scrimp("shrink photos --in-place --split-hard-links -j 4 --json").exits(0).json();
    let codes: Vec<_> = told.iter().map(|record| record["code"].as_str().unwrap()).collect();
    assert_eq!(codes.iter().filter(|code| **code == "goal_met").count(), 8, "{codes:?}");
    assert!(names.iter().all(|name| room.bytes(name) == room.bytes(WALL)));
}

#[test]
fn a_link_from_which_something_is_to_be_stripped_is_refused() {
    let room = Room::with_photos();
    symlink("wall.jpg", room.path("photos/near.jpg")).unwrap();
    let before = room.bytes(WALL);
    for strip in ["--strip=gps", "--strip"] {
        let run = room.scrimp(&format!("shrink photos/near.jpg --in-place {strip} --json")).exits(1);
        let told = run.json();
        assert_eq!((told[0]["outcome"].as_str(), told[0]["code"].as_str()), (Some("refused"), Some("link")));
        assert!(told[0]["reason"].as_str().unwrap().contains("nothing was stripped"), "{told:?}");
    }
    assert_eq!(room.bytes(WALL), before);
}

#[test]
fn a_photo_that_is_protected_against_writing_is_kept() {
    let room = Room::with_photos();
    let before = room.bytes(WALL);
    fs::set_permissions(room.path(WALL), fs::Permissions::from_mode(0o444)).unwrap();
    room.scrimp("shrink photos/wall.jpg --in-place").exits(0).says("kept").says("protected");
    assert_eq!(room.bytes(WALL), before);
}

#[test]
fn a_photo_that_is_named_twice_is_one_photo() {
    let room = Room::with_photos();
    let run =
        room.scrimp("shrink photos photos/wall.jpg photos/../photos/wall.jpg --in-place --json").exits(0);
    assert_eq!(run.json().len(), 3);
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting_for_it() {
    let room = Room::with_photos();
    assert!(Command::new("mkfifo").arg(room.path("pipe.jpg")).status().unwrap().success());
    room.scrimp("shrink pipe.jpg --in-place").exits(1).says("no regular file");
    room.scrimp("shrink none.jpg --in-place").exits(1).says("cannot be read");
    room.scrimp_with_input("shrink - --in-place", b"").exits(2).complains("standard input");
}

#[test]
fn leftovers_of_killed_runs_are_removed_and_files_of_others_stay() {
    let room = Room::with_photos();
    let leftover = "photos/deep/.scrimp-00112233445566ff.part";
    for name in [leftover, "photos/.scrimp-notes.part", "out/.scrimp-00112233445566ff.part"] {
        room.put(name, b"part of a photo");
    }
    room.scrimp("shrink photos --in-place").exits(0).complains("a killed run had left");
    assert!(!room.has(leftover) && room.has("photos/.scrimp-notes.part"));
    room.scrimp("shrink photos -o out").exits(0);
    assert_eq!(room.files("out"), ["deep/fruit.jpg", "hills.jpg", "wall.jpg"]);
}

#[test]
fn a_backup_keeps_the_tree_and_an_earlier_one() {
    let room = Room::with_photos();
    let before = [FRUIT, WALL].map(|name| room.bytes(name));
    room.scrimp("shrink photos --in-place --backup photos/old").exits(0);
    let backups = [".scrimp-backups", "deep/fruit.jpg", "wall.jpg"];
    assert_eq!(room.files("photos/old"), backups, "what stays needs no backup");
    assert_eq!([room.bytes("photos/old/deep/fruit.jpg"), room.bytes("photos/old/wall.jpg")], before);
    let small = room.bytes(WALL);
    let run = room.scrimp("shrink photos --in-place --backup photos/old --look thumb").exits(1);
    run.says("is there already with other bytes").does_not_complain("old/old");
    assert_eq!(room.bytes(WALL), small);
    assert_eq!(room.bytes("photos/old/wall.jpg"), before[1]);
}

#[test]
fn backups_are_no_photos_of_a_later_run() {
    let room = Room::with_photos();
    room.scrimp("shrink photos --in-place --backup photos/old").exits(0);
    let before = [FRUIT, WALL].map(|name| room.bytes(&name.replace("photos", "photos/old")));
    for run in ["shrink photos --in-place --look thumb", "shrink . --in-place --look thumb"] {
        let told = room.scrimp(&format!("{run} --json")).exits(0).json();
        assert_eq!(told.len(), 3, "{told:?}");
    }
    let told = room.scrimp("shrink photos -o out --json").exits(0).json();
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!([FRUIT, WALL].map(|name| room.bytes(&name.replace("photos", "photos/old"))), before);
    let told = room.scrimp("shrink photos/old -o again --json").exits(0).json();
    assert_eq!(told.len(), 2, "a named folder is what the user means: {told:?}");
}

#[test]
fn a_folder_that_holds_others_too_is_not_marked_by_its_backups() {
    let room = Room::with_photos();
    room.put("album/mine.jpg", &room.bytes(WALL));
    let run = room.scrimp("shrink photos/wall.jpg --in-place --backup album").exits(0);
    run.complains("album holds other files too");
    assert_eq!(room.files("album"), ["mine.jpg", "wall.jpg"]);
    let told = room.scrimp("shrink album -o out --json").exits(0).json();
    assert_eq!(told.len(), 2, "what was a photo stays one: {told:?}");
}

#[test]
fn two_photos_for_one_backup_are_refused_before_any_work() {
    let room = Room::with_photos();
    room.put("more/wall.jpg", &room.bytes(WALL));
    let before = room.bytes(WALL);
    let run = room.scrimp("shrink photos/wall.jpg more/wall.jpg --in-place --backup old");
    run.exits(1).says("output of several photos");
    assert_eq!(room.bytes(WALL), before);
    assert!(!room.has("old"));
}
