//! `scrimp shrink`.

use crate::room::Room;
use scrimp_testkit::scenes;

#[test]
fn one_photo_becomes_one_smaller_jpeg_that_scores_what_was_asked() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/hills.png -o out.jpg").exits(0).says("saved").says_nothing_else();
    assert!(room.bytes("out.jpg").len() < room.bytes("photos/hills.png").len());
    let run = room.scrimp("score photos/hills.png out.jpg").exits(0);
    assert!(run.stdout().trim().parse::<f64>().unwrap() >= 80.0);
}

#[test]
fn a_folder_keeps_its_tree() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o smaller").exits(0).says("3 of 3 photos made smaller").says_nothing_else();
    assert_eq!(room.files("smaller"), ["deep/fruit.jpg", "hills.jpg", "wall.jpg"]);
    assert_eq!(room.files("photos"), ["deep/fruit.jpg", "hills.png", "wall.jpg"], "the photos stay");
}

#[test]
fn several_photos_go_into_a_folder_that_is_made() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg photos/deep/fruit.jpg -o new/folder").exits(0);
    assert_eq!(room.files("new/folder"), ["fruit.jpg", "wall.jpg"]);
}

#[test]
fn what_is_there_and_no_folder_takes_no_photos() {
    let room = Room::with_photos();
    room.put("mine.txt", b"mine");
    for given in [
        "photos -o mine.txt",
        "photos/wall.jpg photos/deep/fruit.jpg -o mine.txt",
        "photos/wall.jpg -o mine.txt/",
        "photos -o mine.txt/below/that",
        "photos -o /dev/null",
    ] {
        let run = room.scrimp(&format!("shrink {given}")).exits(2);
        assert_eq!(run.stderr().matches("is there and no folder").count(), 1, "{given}: {}", run.stderr());
    }
    assert_eq!(room.bytes("mine.txt"), b"mine");
}

#[test]
fn one_photo_goes_into_a_folder_that_ends_in_a_slash() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg -o new/").exits(0);
    assert_eq!(room.files("new"), ["wall.jpg"]);
}

#[test]
fn threads_change_no_byte() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o one --jobs 1").exits(0);
    room.scrimp("shrink photos -o two --jobs 2").exits(0);
    for name in room.files("one") {
        assert_eq!(room.bytes(&format!("one/{name}")), room.bytes(&format!("two/{name}")), "{name}");
    }
}

#[test]
fn a_pipe_takes_a_photo_and_gives_a_jpeg() {
    let room = Room::with_photos();
    let photo = room.bytes("photos/hills.png");
    let run = room.scrimp_with_input("shrink - -o - --look web", &photo).exits(0).complains("saved");
    assert!(run.bytes().starts_with(&[0xFF, 0xD8, 0xFF]));
    room.scrimp("shrink photos/hills.png -o file.jpg --look web").exits(0);
    assert_eq!(run.bytes(), room.bytes("file.jpg"), "the pipe gives what the file gives");
    let run = room.scrimp("shrink photos/hills.png -o - --look web").exits(0);
    assert_eq!(run.bytes(), room.bytes("file.jpg"));
    room.scrimp_with_input("shrink - -o piped.jpg --look web", &photo).exits(0).says("saved");
    assert_eq!(room.bytes("piped.jpg"), room.bytes("file.jpg"));
}

#[test]
fn a_kept_jpeg_is_copied_as_it_is() {
    let room = Room::with_photos();
    // As small as its looks allow already, and written as well as can be.
    room.scrimp("shrink photos/hills.png -o poor.jpg --look thumb").exits(0);
    let poor = room.bytes("poor.jpg");
    room.scrimp("shrink poor.jpg -o out.jpg --goal ssimulacra2=100").exits(0).says("kept");
    assert_eq!(room.bytes("out.jpg"), poor);
    let run = room.scrimp("shrink poor.jpg -o - --goal ssimulacra2=100").exits(0).complains("kept");
    assert_eq!(run.bytes(), poor);
}

#[test]
fn a_kept_png_keeps_its_name_in_a_folder_and_is_not_written_under_a_jpegs() {
    let room = Room::empty();
    let drawing = scrimp_testkit::png(&scenes::flat(64, 64, [200, 10, 10]));
    room.put("in/drawing.png", &drawing);
    room.scrimp("shrink in -o out").exits(0).says("not photo-like");
    assert_eq!(room.bytes("out/drawing.png"), drawing);
    room.scrimp("shrink in/drawing.png -o drawing.jpg")
        .exits(0)
        .says("kept")
        .complains("in/drawing.png: it is kept and no JPEG, so nothing is written");
    assert!(!room.has("drawing.jpg"));
    let run = room.scrimp("shrink in/drawing.png -o drawing.jpg --json").exits(0);
    assert!(run.json()[0]["output"].is_null() && run.json()[0]["output_bytes"].is_null());
}

#[test]
fn a_goal_out_of_reach_writes_the_best_attempt_and_exits_with_1() {
    let room = Room::empty();
    room.put("hills.png", &scrimp_testkit::png(&scenes::landscape(64, 64, 8)));
    let run = room.scrimp("shrink hills.png -o out.jpg --goal ssimulacra2=100 --json").exits(1);
    let told = &run.json()[0];
    assert_eq!(
        (told["outcome"].as_str(), told["code"].as_str()),
        (Some("best_effort"), Some("goal_out_of_reach"))
    );
    assert_eq!(told["output_bytes"], room.bytes("out.jpg").len());
    room.scrimp("shrink hills.png -o again.jpg --goal ssimulacra2=100")
        .exits(1)
        .complains("the best one scores");
}

#[test]
fn a_size_is_filled_alone_and_a_limit_beside_a_goal() {
    let room = Room::empty();
    room.put("hills.png", &scrimp_testkit::png(&scenes::landscape(160, 120, 8)));
    let run = room.scrimp("shrink hills.png -o full.jpg --max-bytes 4K --json").exits(0);
    assert_eq!(run.json()[0]["code"], "max_bytes_met");
    assert!((3_500..=4_000).contains(&room.bytes("full.jpg").len()));
    let run = room.scrimp("shrink hills.png -o high.jpg --max-bytes 4K --look archive --json").exits(1);
    let told = &run.json()[0];
    assert_eq!(
        (told["outcome"].as_str(), told["goal"]["max_bytes"].as_u64()),
        (Some("best_effort"), Some(4000))
    );
    assert!(told["reason"].as_str().unwrap().contains("within 4000 bytes"), "{told}");
    room.scrimp("shrink hills.png -o none.jpg --max-bytes many")
        .exits(2)
        .complains("a size is a number of bytes");
}

#[test]
fn json_tells_everything_of_each_photo_in_order() {
    let room = Room::with_photos();
    let run = room.scrimp("shrink photos -o out --json").exits(0).says_nothing_else();
    let told = run.json();
    let names: Vec<_> = told.iter().map(|line| line["path"].as_str().unwrap().replace('\\', "/")).collect();
    assert_eq!(names, ["photos/deep/fruit.jpg", "photos/hills.png", "photos/wall.jpg"]);
    for line in &told {
        assert_eq!(line["outcome"], "saved");
        assert_eq!(line["goal"]["metric"], "ssimulacra2");
        assert!(line["score"].as_f64().unwrap() >= 80.0);
        assert_eq!(line["output_bytes"], room.bytes(line["output"].as_str().unwrap()).len());
        assert!(line["output_bytes"].as_u64() < line["input_bytes"].as_u64());
        let probes = line["probes"].as_array().unwrap();
        assert!(
            probes.iter().any(|probe| probe["setting"] == line["setting"] && probe["score"] == line["score"])
        );
        for stage in ["decode", "transform", "reference", "probes", "proof", "entropy", "write", "total"] {
            assert!(line["ms"][stage].is_number(), "{stage}");
        }
    }
    assert_eq!(told[2]["setting"]["subsampling"], "gray");
}

#[test]
fn a_broken_photo_is_one_clear_line_and_the_others_are_done() {
    let room = Room::with_photos();
    let sound = room.bytes("photos/wall.jpg");
    room.put("photos/cut.jpg", &sound[..sound.len() / 2]);
    room.put("photos/empty.jpg", b"");
    room.put("photos/notes.txt", b"not a photo");
    let run = room.scrimp("shrink photos -o out").exits(1);
    let complaints = run.stderr();
    let about: Vec<_> = complaints.lines().filter(|line| line.contains("cut.jpg")).collect();
    assert_eq!(about.len(), 1, "{complaints}");
    assert!(about[0].contains("it is damaged: "));
    let run = run.complains("2 files that are no images were passed over");
    assert_eq!(room.files("out"), ["deep/fruit.jpg", "hills.jpg", "wall.jpg"]);
    run.says("refused");
}

#[test]
fn each_fault_has_its_code() {
    let room = Room::with_photos();
    room.put("empty.jpg", b"");
    room.put("notes.txt", b"not a photo");
    room.put("phone.heic", b"\0\0\0\x18ftypheic....");
    let sound = room.bytes("photos/wall.jpg");
    room.put("cut.jpg", &sound[..200]);
    for (arguments, outcome, code) in [
        ("empty.jpg", "refused", "empty"),
        ("notes.txt", "refused", "not_an_image"),
        ("phone.heic", "refused", "unsupported_format"),
        ("cut.jpg", "refused", "damaged"),
        ("none.jpg", "failed", "unreadable"),
        ("photos/wall.jpg --limit pixels=100", "refused", "limit_pixels"),
        ("photos/wall.jpg --limit file-bytes=1K", "refused", "limit_file_bytes"),
        ("photos/wall.jpg --limit memory=1M", "refused", "limit_memory"),
    ] {
        let run = room.scrimp(&format!("shrink {arguments} -o out.jpg --json")).exits(1);
        let told = &run.json()[0];
        assert_eq!((told["outcome"].as_str(), told["code"].as_str()), (Some(outcome), Some(code)));
        assert!(!told["reason"].as_str().unwrap().is_empty());
        assert!(!room.has("out.jpg"));
    }
}

#[test]
fn a_remedy_is_told_as_a_flag() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/wall.jpg -o out.jpg --limit pixels=100")
        .complains("raise it with --limit pixels=");
    room.scrimp("score photos/wall.jpg photos/wall.jpg --limit side=10")
        .complains("raise it with --limit side=");
}

#[test]
fn an_output_that_is_there_stays_unless_told_otherwise() {
    let room = Room::with_photos();
    room.put("out.jpg", b"precious");
    room.scrimp("shrink photos/wall.jpg -o out.jpg").exits(1).complains("--overwrite");
    assert_eq!(room.bytes("out.jpg"), b"precious");
    room.scrimp("shrink photos/wall.jpg -o out.jpg --overwrite").exits(0);
    assert!(room.bytes("out.jpg").starts_with(&[0xFF, 0xD8]));
}

#[test]
fn a_photo_is_never_its_own_output() {
    let room = Room::with_photos();
    let before = room.bytes("photos/wall.jpg");
    room.scrimp("shrink photos/wall.jpg -o photos/ --overwrite").exits(1).complains("the photo itself");
    room.scrimp("shrink photos/wall.jpg -o photos/wall.jpg --overwrite")
        .exits(1)
        .complains("the photo itself");
    assert_eq!(room.bytes("photos/wall.jpg"), before);
}

#[test]
fn two_photos_for_one_output_are_refused_before_any_work() {
    let room = Room::with_photos();
    room.put("photos/hills.jpg", &scrimp_testkit::jpeg(&scenes::landscape(64, 64, 9), 95));
    let run = room.scrimp("shrink photos -o out --json").exits(1);
    let told = run.json();
    let refused = told.iter().filter(|line| line["code"] == "output_collision").count();
    assert_eq!((refused, told.len()), (2, 4));
    assert_eq!(room.files("out"), ["deep/fruit.jpg", "wall.jpg"]);
}

#[test]
fn the_outputs_of_an_earlier_run_inside_the_folder_are_no_photos_of_it() {
    let room = Room::with_photos();
    room.scrimp("shrink photos -o photos/smaller").exits(0);
    let before = room.files("photos");
    room.scrimp("shrink photos -o photos/smaller --overwrite").exits(0).says("of 3 photos");
    assert_eq!(room.files("photos"), before);
}

#[cfg(unix)]
#[test]
fn nothing_hangs_on_a_pipe_in_a_folder() {
    let room = Room::with_photos();
    let made = std::process::Command::new("mkfifo").arg(room.path("photos/pipe.jpg")).status().unwrap();
    assert!(made.success());
    room.scrimp("shrink photos -o out").exits(0);
    room.scrimp("shrink photos/pipe.jpg -o out.jpg").exits(1).complains("no regular file");
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_130_and_leaves_only_whole_files() {
    use std::process::{Command, Stdio};
    let room = Room::empty();
    let photo = scrimp_testkit::jpeg(&scenes::landscape(800, 600, 1), 95);
    for number in 0..60 {
        room.put(&format!("photos/{number:02}.jpg"), &photo);
    }
    let child = Command::new(env!("CARGO_BIN_EXE_scrimp"))
        .args(["shrink", "photos", "-o", "out", "--jobs", "1"])
        .current_dir(room.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !room.has("out/00.jpg") {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert!(String::from_utf8_lossy(&output.stderr).contains("photos are left"));
    let written = room.files("out");
    assert!(written.len() < 60);
    assert!(written.iter().all(|name| name.ends_with(".jpg")), "{written:?}");
    let whole = room.bytes("out/00.jpg");
    assert!(written.iter().all(|name| room.bytes(&format!("out/{name}")) == whole));
}

#[test]
fn a_png_under_a_jpegs_name_claims_the_jpegs_output_too() {
    let room = Room::with_photos();
    room.put("in/x.jpeg", &room.bytes("photos/hills.png"));
    room.put("in/x.jpg", &room.bytes("photos/wall.jpg"));
    for option in ["", "--overwrite"] {
        let run = room.scrimp(&format!("shrink in -o out --json {option}")).exits(1);
        let codes: Vec<_> = run.json().iter().map(|line| line["code"].clone()).collect();
        assert_eq!(codes, ["output_collision", "output_collision"]);
    }
    assert!(!room.has("out"));
    room.scrimp("shrink in/x.jpeg -o out/").exits(0);
    assert_eq!(room.files("out"), ["x.jpg"], "one photo alone does not collide with itself");
}

#[test]
fn a_photo_is_never_the_output_of_another() {
    let room = Room::with_photos();
    room.put("new/wall.jpg", &room.bytes("photos/deep/fruit.jpg"));
    let before = room.bytes("photos/wall.jpg");
    room.scrimp("shrink new/wall.jpg photos/wall.jpg -o photos/ --overwrite")
        .exits(1)
        .complains("photos/wall.jpg would be replaced")
        .complains("the photo itself");
    assert_eq!(room.bytes("photos/wall.jpg"), before);
}

#[test]
fn records_are_in_the_order_of_the_photos_whatever_became_of_them() {
    let room = Room::with_photos();
    room.put("photos/hills.jpg", &room.bytes("photos/wall.jpg"));
    let run = room.scrimp("shrink photos -o out --json").exits(1);
    let outcomes: Vec<_> = run.json().iter().map(|line| line["outcome"].clone()).collect();
    assert_eq!(outcomes, ["saved", "refused", "refused", "saved"]);
}

#[test]
fn a_folder_without_photos_is_named() {
    let room = Room::empty();
    room.put("in/notes.txt", b"no photo");
    room.scrimp("shrink in -o out/")
        .exits(0)
        .complains("no photos found in in\n")
        .complains("1 file that is no image was passed over");
}

#[test]
fn a_jpeg_under_another_formats_name_is_warned_of() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/hills.png -o a.png").exits(0).complains("a.png is a JPEG");
}

#[test]
fn a_pipes_record_is_that_of_a_file() {
    let room = Room::with_photos();
    let photo = room.bytes("photos/wall.jpg");
    let run = room.scrimp_with_input("shrink - -o out.jpg --json", &photo).exits(0);
    let told = &run.json()[0];
    assert_eq!((told["path"].as_str(), told["output"].as_str()), (Some("-"), Some("out.jpg")));
    assert_eq!(told["output_bytes"], room.bytes("out.jpg").len());
    assert!(told["ms"]["write"].as_f64() > Some(0.0));
    let run = room.scrimp_with_input("shrink - -o out.jpg --json", &photo).exits(1);
    let told = &run.json()[0];
    assert_eq!((told["outcome"].as_str(), told["code"].as_str()), (Some("failed"), Some("output_exists")));
    assert_eq!(told["probes"].as_array().unwrap().len(), 0, "looked at before the work");
    let run = room.scrimp("shrink nothing.jpg -o - --json").exits(1);
    let told: serde_json::Value = serde_json::from_str(run.stderr().trim()).unwrap();
    assert_eq!((told["outcome"].as_str(), told["code"].as_str()), (Some("failed"), Some("unreadable")));
}

#[cfg(target_os = "linux")]
#[test]
fn a_photo_that_cannot_be_given_away_has_failed() {
    let room = Room::with_photos();
    let run = room.scrimp_into("shrink photos/wall.jpg -o - --json", "/dev/full").exits(1);
    let told: serde_json::Value = serde_json::from_str(run.stderr().trim()).unwrap();
    assert_eq!((told["outcome"].as_str(), told["code"].as_str()), (Some("failed"), Some("unwritable")));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_waiting_for_a_pipe_and_the_work_on_it_with_130() {
    let room = Room::empty();
    // Longer than a pipe holds: when it is given, the program listens.
    let photo = scrimp_testkit::png(&scenes::landscape(1600, 1200, 1));
    assert!(photo.len() > 1 << 17);
    let waiting = room.start("shrink - -o out.jpg").takes(&photo);
    waiting.meets_ctrl_c().exits(130).complains("interrupted; 1 photo is left");
    let working = room.start("shrink - -o out.jpg").takes(&photo).gets_no_more();
    std::thread::sleep(std::time::Duration::from_millis(100));
    working.meets_ctrl_c().exits(130).complains("interrupted; 1 photo is left");
    assert_eq!(room.files("."), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_file_is_said_once() {
    let room = Room::with_photos();
    let run =
        room.scrimp("shrink nothing.jpg -o out.jpg").exits(1).complains("nothing.jpg: it cannot be read");
    assert_eq!(run.stderr().matches("os error").count(), 1, "{}", run.stderr());
    for command in ["score nothing.jpg photos/wall.jpg", "inspect nothing.jpg", "classic nothing.jpg"] {
        let run = room.scrimp(command).exits(1).complains("nothing.jpg: it cannot be read");
        assert_eq!(run.stderr().matches("os error").count(), 1, "{}", run.stderr());
    }
}

#[test]
fn a_kept_photo_is_told_with_what_was_to_be_saved() {
    let room = Room::with_photos();
    room.scrimp("shrink photos/hills.png -o fine.jpg --look archive").exits(0);
    room.scrimp("shrink fine.jpg -o out.jpg --goal ssimulacra2=75 --min-saving 95.5")
        .exits(0)
        .says("no JPEG that reaches SSIMULACRA2 75 saves the least 95.5 %");
    room.scrimp("shrink fine.jpg -o out.jpg --look archive --overwrite")
        .exits(0)
        .says("it has lost as much before as SSIMULACRA2 90 allows");
}

#[test]
fn a_goal_from_the_original_is_estimated_and_one_from_the_source_proved() {
    let room = Room::with_photos();
    let record = |room: &Room, from: &str| {
        let run = room
            .scrimp(&format!("shrink photos/deep/fruit.jpg -o {from}.jpg --look thumb --from {from} --json"));
        serde_json::from_str::<serde_json::Value>(&run.exits(0).stdout()).unwrap()
    };
    let (source, original) = (record(&room, "source"), record(&room, "original"));
    assert_eq!((&source["proof"], &source["error_bound"]), (&"proved".into(), &serde_json::Value::Null));
    assert_eq!(original["proof"], "estimated");
    assert!(original["error_bound"].as_f64() > Some(0.0) && source["blind"].as_f64() < Some(100.0));
}

#[test]
fn the_effort_is_asked_for_by_name_and_told() {
    let room = Room::with_photos();
    for effort in ["fast", "default", "max"] {
        let run = room
            .scrimp(&format!("shrink photos/hills.png -o {effort}.jpg --effort {effort} --json"))
            .exits(0);
        let told: serde_json::Value = serde_json::from_str(run.stdout().trim()).unwrap();
        assert_eq!(told["setting"]["effort"], effort);
    }
    room.scrimp("shrink photos/hills.png -o default-again.jpg").exits(0);
    assert_eq!(room.bytes("default.jpg"), room.bytes("default-again.jpg"));
    room.scrimp("shrink photos/hills.png -o none.jpg --effort all").exits(2).complains("--effort");
}
