//! Options and help.

use crate::room::Room;

#[test]
fn options_out_of_range_are_refused_with_the_range() {
    let room = Room::with_photos();
    for (option, words) in [
        ("--goal ssimulacra2=101", "between 0 and 100"),
        ("--goal 80", "METRIC=VALUE"),
        ("--goal beauty=8", "ssimulacra2"),
        ("--look pretty", "archive, high, web, thumb"),
        ("--min-saving 100", "between 0 and 99"),
        ("--jobs 0", "1 to 1024"),
        ("--memory lots", "a number of bytes"),
        ("--memory 0", "at least 64M"),
        ("--limit side=70000", "at most 65500"),
        ("--limit pixels", "NAME=VALUE"),
        ("--floor 80.5", "above the goal of 80"),
        ("--floor deep", "or none"),
        ("--look web --goal ssimulacra2=70", "cannot be used with"),
    ] {
        room.scrimp(&format!("shrink photos/wall.jpg -o out.jpg {option}")).exits(2).complains(words);
        assert!(!room.has("out.jpg"));
    }
}

#[test]
fn what_cannot_be_done_is_said_with_what_can() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg").exits(2).complains("-o");
    room.scrimp("shrink photos/wall.jpg -o out.jpg --in-place").exits(2).complains("cannot be used with");
    room.scrimp("shrink photos/wall.jpg -o out.jpg --backup old").exits(2).complains("--in-place");
    room.scrimp("shrink photos/wall.jpg photos/hills.png -o -").exits(2).complains("one photo");
    room.scrimp("shrink - -o photos/").exits(2).complains("file name");
}

#[test]
fn help_teaches_every_command() {
    let room = Room::empty();
    for command in ["shrink", "score", "inspect", "classic", "ledger", "shard", "summary", "doctor"] {
        room.scrimp("--help").exits(0).says(command);
        room.scrimp(&format!("{command} --help")).exits(0).says("Usage: scrimp");
        room.scrimp(&format!("man {command}")).exits(0).says(".TH");
    }
    room.scrimp("man").exits(0).says("Exit codes");
    room.scrimp("man nonsense").exits(2).complains("nonsense");
    room.scrimp("completions bash").exits(0).says("_scrimp");
}

#[test]
fn the_doctor_tells_what_the_program_and_the_machine_have() {
    let run = Room::empty().scrimp("doctor").exits(0).says(env!("CARGO_PKG_VERSION")).says("limit pixels");
    let run = run.says("vector instructions").says("assembly").says("ledgers");
    assert!(!cfg!(target_arch = "x86_64") || run.stdout().contains("in use"), "{}", run.stdout());
}
