//! What a person sees in a terminal: the program runs in a pseudo-terminal that `script` of util-linux makes.

use crate::room::Room;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a shell command in a terminal of its own; none where `script` is missing.
fn in_terminal(room: &Room, command: &str) -> Option<Child> {
    let program = env!("CARGO_BIN_EXE_scrimp");
    let command = format!("stty cols 100 rows 24; {}", command.replace("scrimp", program));
    let mut script = Command::new("script");
    script.args(["--quiet", "--return", "--command", &command, "/dev/null"]).current_dir(room.path("."));
    script.env("TERM", "xterm").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = script.spawn().ok();
    if child.is_none() {
        let _ = writeln!(std::io::stderr(), "SKIPPED: `script` of util-linux is not here");
    }
    child
}

/// What the terminal got, and how the command ended.
fn seen(child: Child) -> (String, Option<i32>) {
    let output = child.wait_with_output().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

fn room_with(photos: usize) -> Room {
    let room = Room::with_photos();
    let (wall, fruit) = (room.bytes("photos/wall.jpg"), room.bytes("photos/deep/fruit.jpg"));
    for number in 0..photos {
        room.put(&format!("photos/{number:03}.jpg"), if number % 2 == 0 { &wall } else { &fruit });
    }
    room
}

#[test]
fn progress_tells_what_is_done_in_hand_and_left_and_failures_stay_in_sight() {
    let room = room_with(20);
    room.put("photos/000.jpg", b"\xFF\xD8\xFF\xE0 and no more");
    let Some(child) = in_terminal(&room, "scrimp shrink photos -o out -j2") else { return };
    let (text, code) = seen(child);
    assert_eq!(code, Some(1), "{text}");
    for words in ["of 23 photos", "left", "saved", "MP/s", "in hand: photos/", "not done: 1"] {
        assert!(text.contains(words), "{words:?} is not in:\n{text}");
    }
    let last = text.rfind("not done: 1").unwrap();
    assert!(text[..last].contains("photos/010.jpg"), "the failure stays below later lines");
    assert!(text.contains("\u{1b}[32msaved"), "in colour");
}

#[test]
fn cutting_a_list_tells_how_far_it_is() {
    let room = Room::empty();
    room.put("list.txt", "s3://photos/a.jpg\n".repeat(1000).as_bytes());
    let Some(child) = in_terminal(&room, "scrimp shard list.txt -o shards --rows 10") else { return };
    let (text, code) = seen(child);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("photos so far, shards: "), "{text}");
    assert!(text.trim_end().ends_with("shard-000099.parquet"), "the sum is the last word:\n{text}");
}

#[test]
fn there_is_no_colour_where_nobody_wants_it() {
    let room = room_with(0);
    let Some(child) = in_terminal(&room, "NO_COLOR=1 scrimp shrink photos -o out") else { return };
    let (text, code) = seen(child);
    assert_eq!(code, Some(0));
    assert!(text.contains("saved") && !text.contains("\u{1b}[32m") && !text.contains("\u{1b}[36m"), "{text}");
}

#[test]
fn a_terminal_that_gets_narrower_is_not_flooded() {
    let room = room_with(300);
    let narrow = "(sleep 0.3; stty -F /dev/tty cols 30 rows 10) &";
    let Some(child) =
        in_terminal(&room, &format!("{narrow} scrimp shrink photos -o out -j1 > /dev/null; wait"))
    else {
        return;
    };
    let (text, code) = seen(child);
    assert_eq!(code, Some(0), "{text}");
    // What has no room any more is cut off, so that each line stays one line and can be taken back.
    let last = text.rfind(" of 303").unwrap();
    let middle = text[..last].rfind("MP/s").unwrap();
    assert!(text[middle..].matches(" of 303").count() > 5, "{text}");
}

#[test]
fn ctrl_c_ends_the_run_soon_says_what_is_left_and_leaves_the_terminal_clean() {
    // More than any machine does before Ctrl-C.
    let room = room_with(1500);
    let Some(mut child) = in_terminal(&room, "scrimp shrink photos --in-place -j2") else { return };
    std::thread::sleep(Duration::from_millis(700));
    let pressed = Instant::now();
    child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    let (text, code) = seen(child);
    assert!(pressed.elapsed() < Duration::from_secs(5));
    assert_eq!(code, Some(130), "{text}");
    assert!(text.contains("interrupted; ") && text.contains(" are left"), "{text}");
    assert!(room.files("photos").iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_reader_that_goes_away_is_no_reason_to_stop() {
    let room = room_with(20);
    for command in ["scrimp shrink photos -o out", "scrimp shrink photos -o json --json"] {
        let Some(child) = in_terminal(&room, &format!("{command} -j2 | head -n 1; echo ended")) else {
            return;
        };
        let (text, _) = seen(child);
        assert!(text.contains("ended") && !text.contains("panicked"), "{text}");
    }
    assert_eq!(room.files("out").len(), 23);
    assert_eq!(room.files("json").len(), 23);
}
