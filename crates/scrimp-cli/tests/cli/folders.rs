//! Folders: which files are taken, and runs that only look.

use crate::room::{Room, grainy};
use scrimp_testkit::scenes;

fn paths(room: &Room, arguments: &str) -> Vec<String> {
    let records = room.scrimp(&format!("shrink photos --dry-run --json {arguments}")).exits(0).json();
    records.iter().map(|record| record["path"].as_str().unwrap().replace('\\', "/")).collect()
}

#[test]
fn globs_hidden_files_and_ignore_files_choose_the_photos() {
    let room = Room::with_photos();
    room.put("photos/.trash/old.JPG", &room.bytes("photos/wall.jpg"));
    room.put("photos/.gitignore", b"deep/\n");
    let (fruit, hills, wall) = ("photos/deep/fruit.jpg", "photos/hills.png", "photos/wall.jpg");
    assert_eq!(paths(&room, ""), [fruit, hills, wall]);
    assert_eq!(paths(&room, "--include *.JPG"), [fruit, wall]);
    assert_eq!(paths(&room, "--include *.jpg --include *.png --exclude deep"), [hills, wall]);
    assert_eq!(paths(&room, "--gitignore"), [hills, wall]);
    assert_eq!(paths(&room, "--hidden --include *.jpg"), ["photos/.trash/old.JPG", fruit, wall]);
    room.scrimp("shrink photos --dry-run --include [").exits(2).complains("glob");
}

#[cfg(unix)]
#[test]
fn links_in_folders_are_followed_only_when_asked_and_never_in_place() {
    let room = Room::with_photos();
    room.put("links/here", b"");
    std::os::unix::fs::symlink("../photos", room.path("links/photos")).unwrap();
    std::os::unix::fs::symlink(".", room.path("photos/loop")).unwrap();
    room.scrimp("shrink links -o out").exits(0).complains("no photos found");
    room.scrimp("shrink links -o out --follow-links")
        .exits(1)
        .says("loop")
        .says("3 of 4 photos made smaller");
    assert_eq!(room.files("out"), ["photos/deep/fruit.jpg", "photos/hills.jpg", "photos/wall.jpg"]);
    room.scrimp("shrink links --in-place --follow-links").exits(2).complains("--follow-links");
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let room = Room::with_photos();
    let before = room.files(".");
    let dry = room.scrimp("shrink photos -o out --dry-run --json").exits(0).json();
    assert_eq!(room.files("."), before);
    let real = room.scrimp("shrink photos -o out --json").exits(0).json();
    for (dry, real) in dry.iter().zip(&real) {
        assert!(dry["output"].is_null());
        for member in ["path", "outcome", "input_bytes", "output_bytes", "width", "height", "score", "probes"]
        {
            assert_eq!(dry[member], real[member]);
        }
    }
    let photo = room.bytes("photos/wall.jpg");
    let mut permissions = std::fs::metadata(room.path("photos/wall.jpg")).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(room.path("photos/wall.jpg"), permissions).unwrap();
    room.scrimp("shrink photos --dry-run").exits(0).says("2 of 3 photos made smaller");
    room.scrimp("shrink photos --in-place --dry-run").exits(0).says("1 of 3 photos made smaller");
    assert_eq!(room.bytes("photos/wall.jpg"), photo);
}

#[test]
fn a_sample_is_the_same_every_time_and_part_of_a_larger_one() {
    let room = Room::empty();
    for number in 0..60 {
        room.put(&format!("photos/{number}.gif"), b"GIF89a, and no more");
    }
    let taken = |percent: u32| -> Vec<String> {
        let run = room.scrimp(&format!("shrink photos --dry-run --json --sample {percent}%"));
        run.json().iter().map(|record| record["path"].as_str().unwrap().to_owned()).collect()
    };
    let (small, large) = (taken(20), taken(50));
    assert!((3..=25).contains(&small.len()) && large.len() < 50, "{} and {}", small.len(), large.len());
    assert!(small.iter().all(|path| large.contains(path)));
    assert_eq!(small, taken(20));
    room.scrimp("shrink photos --dry-run --sample 0").exits(2).complains("above 0");
}

#[test]
fn a_quiet_run_tells_of_failures_alone() {
    let room = Room::with_photos();
    room.put("photos/bad.jpg", b"\xFF\xD8\xFF\xE0 and no more");
    let run = room.scrimp("shrink photos -o out --quiet").exits(1).complains("bad.jpg: it is damaged");
    assert_eq!(run.stdout(), "");
    assert_eq!(run.stderr().lines().count(), 1);
}

#[test]
fn the_sum_tells_each_outcome() {
    let room = Room::with_photos();
    room.put("photos/bad.jpg", b"\xFF\xD8\xFF\xE0 and no more");
    let run = room.scrimp("shrink photos --in-place").exits(1);
    let table = run.says("2 of 4 photos made smaller").says("photos/s").stdout();
    let sums: Vec<_> = table.lines().rev().take(4).collect();
    let words = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    assert_eq!(
        sums.iter().map(|line| words(line)).collect::<Vec<_>>(),
        ["total", "refused", "kept", "saved"]
    );
}

#[test]
fn a_saving_is_turned_into_one_goal_that_is_shown_before_it_is_applied() {
    let room = room_of_jpegs();
    let before = room.files(".");
    let shown = room.scrimp("shrink photos -o out --save 30%").exits(0).complains("<- this one");
    let goal = found(&shown.complains("80 ").complains("nothing is written").stderr()).0;
    assert_eq!(room.files("."), before);
    assert_eq!(saved(&room, 30.0), goal);
    room.scrimp("shrink photos -o out --save 99%").exits(1).complains("ask for less");
    room.scrimp("shrink photos -o out --save 30% --look web").exits(2).complains("--look");
}

#[cfg(unix)]
#[test]
fn no_name_of_a_file_is_taken_for_a_command_by_the_terminal() {
    let room = Room::with_photos();
    let wall = room.bytes("photos/wall.jpg");
    let names = ["odd\u{1b}[31m\n\u{7}.jpg", "gone\r\u{1b}]0;title\u{7}.jpg"];
    room.put(names[0], &wall);
    let names = names.map(str::as_bytes);
    let run = room.scrimp_with_names("shrink -o out/", &names).exits(1);
    let run = run.says(r"  odd\u{1b}[31m\n\u{7}.jpg").complains(r"gone\r\u{1b}]0;title\u{7}.jpg: ");
    let told = run.stdout() + &run.stderr();
    assert!(told.lines().all(|line| !line.contains(|it: char| it.is_control())), "{told:?}");
    let run = room.scrimp_with_names("shrink --quiet -o new/", &names).exits(1);
    assert_eq!(run.stderr().lines().count(), 1, "one failure, one line: {}", run.stderr());
    room.scrimp_with_names("classic", &names[..1]).exits(0).says(r"odd\u{1b}[31m\n\u{7}.jpg");
    let told = room.scrimp_with_names("shrink --json -o json/", &names).exits(1).json();
    assert_eq!(told[0]["path"], "odd\u{1b}[31m\n\u{7}.jpg");
}

#[test]
fn a_saving_is_about_what_was_asked_for_whatever_the_photos_are() {
    let room = room_of_jpegs();
    saved(&room, 15.0);
    saved(&room, 60.0);
    // Some become JPEGs, one is no photo and stays.
    for seed in 1..4 {
        room.put(
            &format!("photos/grain{seed}.png"),
            &scrimp_testkit::png(&grainy(scenes::landscape(480, 360, seed))),
        );
    }
    room.put("photos/small.png", &scrimp_testkit::png(&scenes::facade(90, 60, 1)));
    let least = room.scrimp("shrink photos -o out --save 20% --dry-run").exits(0);
    least.complains("95    ").complains("even goal 95 saves about");
    saved(&room, 88.0);
}

#[test]
fn curves_are_measured_once() {
    let room = room_of_jpegs();
    let command = "shrink photos -o out --ledger notes --save";
    let first = room.scrimp(&format!("{command} 30%")).exits(0).stderr();
    room.scrimp("ledger show notes").exits(0).says("the curves of 8 photos, for --save");
    // What the ledger says is believed, and so it can be seen that nothing was measured again.
    assert_eq!(room.scrimp(&format!("{command} 30%")).exits(0).stderr(), first);
    let entries = room.scrimp("ledger export notes").exits(0).json();
    assert!(entries.iter().all(|entry| entry["measured"]["curve"]["points"].as_array().unwrap().len() > 3));
    room.scrimp(&format!("{command} 40% --yes")).exits(0).says("8 of 8 photos made smaller");
    room.scrimp("ledger show notes").exits(0).says("8 photos: 8 saved").says("the curves of 8 photos");
}

/// JPEGs that have lost little or much before: where all had lost the same, a goal would change nothing or all at once.
fn room_of_jpegs() -> Room {
    let room = Room::empty();
    for seed in 0..8 {
        let photo = scrimp_testkit::jpeg(&grainy(scenes::landscape(240, 180, seed)), 98 - 3 * seed as u8);
        room.put(&format!("photos/{seed}.jpg"), &photo);
    }
    room
}

/// The goal that was found, and what it is said to save, in percent.
fn found(table: &str) -> (f64, f64) {
    let line = table.lines().find(|line| line.contains("this one")).unwrap();
    let mut words = line.split_whitespace().map(|word| word.parse().unwrap());
    (words.next().unwrap(), words.next().unwrap())
}

/// Looks what is saved where so much is asked for; returns the goal.
fn saved(room: &Room, percent: f64) -> f64 {
    let run = room.scrimp(&format!("shrink photos -o out --save {percent}% --dry-run --json")).exits(0);
    let ((goal, told), records) = (found(&run.stderr()), run.json());
    assert!(records.iter().all(|record| record["goal"]["value"] == goal));
    let sum = |member: &str| records.iter().map(|record| record[member].as_f64().unwrap()).sum::<f64>();
    let saved = 100.0 * (1.0 - sum("output_bytes") / sum("input_bytes"));
    assert!((saved - told).abs() < 1.5, "{saved}, not {told} as told, at {goal}");
    assert!((saved - percent).abs() < 5.0, "{saved} for {percent} at {goal}");
    goal
}
