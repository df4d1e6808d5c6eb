//! `--rollout`, `--shadow`, and what `scrimp summary` says of them.

use crate::room::Room;
use scrimp_testkit::scenes;
use serde_json::Value;

/// A room with so many small photos.
fn room(photos: u64) -> Room {
    let room = Room::empty();
    for seed in 0..photos {
        room.put(&format!("in/{seed:02}.jpg"), &scrimp_testkit::jpeg(&scenes::still_life(64, 48, seed), 97));
    }
    room
}

fn arms(records: &[Value]) -> Vec<&str> {
    records.iter().map(|record| record["rollout"]["arm"].as_str().unwrap()).collect()
}

#[test]
fn a_share_of_the_photos_is_held_to_the_new_goal_and_the_rest_to_the_control() {
    let room = room(24);
    let [new, old] = ["ssimulacra2=60", "ssimulacra2=88"].map(|goal| {
        let folder = goal.replace('=', "");
        room.scrimp(&format!("shrink in -o {folder} --goal {goal}")).exits(0);
        folder
    });
    let trial = "shrink in --goal ssimulacra2=60 --control ssimulacra2=88";
    let records = room.scrimp(&format!("{trial} --rollout 40% -o out --json")).exits(0).json();
    let first = arms(&records);
    assert!(first.contains(&"treatment") && first.contains(&"control"), "{first:?}");
    for record in &records {
        let name = record["path"].as_str().unwrap().rsplit('/').next().unwrap();
        let like = if record["rollout"]["arm"] == "treatment" { &new } else { &old };
        assert_eq!(room.bytes(&format!("out/{name}")), room.bytes(&format!("{like}/{name}")), "{name}");
        assert!(record["rollout"]["shadow"].is_null());
    }
    let again = room.scrimp(&format!("{trial} --rollout 40% --dry-run --json")).exits(0).json();
    assert_eq!(arms(&again), first);
    let more = room.scrimp(&format!("{trial} --rollout 80% --dry-run --json")).exits(0).json();
    let stays = |(one, other): (&&str, &&str)| *one == "control" || *other == "treatment";
    assert!(first.iter().zip(&arms(&more)).all(stays), "the same photos and more");
    let all = room.scrimp(&format!("{trial} --rollout 100% --dry-run --json")).exits(0).json();
    assert!(arms(&all).iter().all(|arm| *arm == "treatment"));
}

#[test]
fn a_summary_compares_the_arms() {
    let room = room(24);
    let trial = "shrink in --goal ssimulacra2=60 --control ssimulacra2=88";
    let printed = room.scrimp(&format!("{trial} --rollout 40% -o out --json")).exits(0);
    let summary =
        room.scrimp_with_input("summary - --json", printed.stdout().as_bytes()).exits(0).json().remove(0);
    let arms = &summary["rollout"];
    let photos = |arm: &str| arms[arm]["photos"].as_u64().unwrap();
    assert_eq!(photos("treatment") + photos("control"), 24);
    assert_eq!(
        photos("treatment"),
        self::arms(&printed.json()).iter().filter(|arm| **arm == "treatment").count() as u64
    );
    let of = |arm: &str, what: &str| arms[arm][what]["mean"].as_f64().unwrap();
    assert!(of("treatment", "score") < of("control", "score"));
    let gain = arms["gain"]["mean"].as_f64().unwrap();
    assert!(
        (gain - of("treatment", "saving") + of("control", "saving")).abs() < 1e-9 && gain > 0.0,
        "{gain}"
    );
    assert!(summary["shadow"].is_null());
    room.scrimp_with_input("summary -", printed.stdout().as_bytes())
        .exits(0)
        .says("rollout:")
        .says("points of a photo's bytes more than the control");
}

#[test]
fn a_shadow_writes_the_control_and_tells_of_the_rest() {
    let room = room(6);
    room.scrimp("shrink in -o old").exits(0);
    room.scrimp("shrink in -o new --look thumb").exits(0);
    let printed = room.scrimp("shrink in -o out --look thumb --shadow --json").exits(0);
    for record in printed.json() {
        let name = record["path"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        assert_eq!(room.bytes(&format!("out/{name}")), room.bytes(&format!("old/{name}")), "{name}");
        let told = &record["rollout"]["shadow"];
        assert_eq!(told["output_bytes"], room.bytes(&format!("new/{name}")).len());
        assert_eq!((&told["outcome"], &told["goal"]["value"]), (&"saved".into(), &60.0.into()));
    }
    let summary =
        room.scrimp_with_input("summary - --json", printed.stdout().as_bytes()).exits(0).json().remove(0);
    let text = room.scrimp_with_input("summary -", printed.stdout().as_bytes()).exits(0).says("shadow:");
    assert!(!text.stdout().contains("rollout:"), "{}", text.stdout());
    let after = |arm: &str| summary["shadow"][arm]["bytes_after"].as_u64().unwrap();
    let size = |folder: &str| -> u64 {
        room.files(folder).iter().map(|name| room.bytes(&format!("{folder}/{name}")).len() as u64).sum()
    };
    assert_eq!((after("treatment"), after("control")), (size("new"), size("old")));
}

#[test]
fn a_goal_that_is_found_can_be_tried_unless_it_is_the_controls() {
    let room = room(4);
    let save = "shrink in -o out --save 30% --yes --shadow --json";
    let records = room.scrimp(&format!("{save} --dry-run")).exits(0).json();
    let tried = records[0]["rollout"]["shadow"]["goal"]["value"].as_f64().unwrap();
    assert_eq!(arms(&records), ["control"; 4]);
    room.scrimp(&format!("{save} --control ssimulacra2={tried}")).exits(2).complains("--control");
    assert!(!room.has("out"));
}

#[test]
fn a_report_of_both_arms_has_no_goal_for_all() {
    let room = room(24);
    let page = |share: &str| {
        let job = "shrink in --goal ssimulacra2=60 --control ssimulacra2=88 --dry-run --report seen.html";
        room.scrimp(&format!("{job} --rollout {share}")).exits(0);
        String::from_utf8(room.bytes("seen.html")).unwrap()
    };
    let [both, tried] = ["40%", "100%"].map(page);
    assert!(both.contains("of the photos that a rollout drew") && !both.contains("goal 60"));
    assert!(tried.contains("SSIMULACRA2 at least 60") && tried.contains("goal 60"));
}

#[test]
fn a_photo_of_a_shard_that_is_refused_counts_in_its_arm() {
    let room = room(2);
    room.put("in/text.jpg", b"this is no photo");
    room.put("list.txt", b"00.jpg\n01.jpg\ntext.jpg\n");
    let shrink = "shrink in --manifest list.txt -o out/ --results results --look web --rollout 100%";
    room.scrimp(shrink).exits(1);
    let summary = &room.scrimp("summary results --json").exits(0).json()[0];
    let treatment = &summary["rollout"]["treatment"];
    assert_eq!((&treatment["photos"], &treatment["undone"]), (&3.into(), &1.into()));
    assert_eq!(treatment["bytes_before"], summary["bytes_before"]);
}

#[test]
fn another_share_is_another_job_for_the_ledger() {
    let room = room(4);
    let trial = "shrink in -o out --look thumb --resume --ledger done.ledger --json";
    room.scrimp(&format!("{trial} --rollout 0%")).exits(0);
    assert!(room.scrimp(&format!("{trial} --rollout 0%")).exits(0).json().is_empty());
    let records = room.scrimp(&format!("{trial} --rollout 100% --overwrite")).exits(0).json();
    assert_eq!(arms(&records), ["treatment"; 4]);
}

#[test]
fn the_classic_algorithm_is_rolled_out_in_place_of_its_switch() {
    let room = room(8);
    let qualities = |options: &str| -> Vec<u64> {
        let lines = room.scrimp(&format!("classic {PHOTOS} --goal 0.9 --json {options}")).exits(0).json();
        lines.iter().map(|line| line["quality"].as_u64().unwrap()).collect()
    };
    let (on, off) = (qualities(""), qualities("--off"));
    assert_eq!((qualities("--rollout 100%"), qualities("--rollout 0%")), (on.clone(), off.clone()));
    let lines = room.scrimp(&format!("classic {PHOTOS} --goal 0.9 --shadow -o out --json")).exits(0);
    for (line, (on, off)) in lines.json().iter().zip(on.iter().zip(&off)) {
        assert_eq!((&line["quality"], &line["rollout"]["arm"]), (&(*off).into(), &"control".into()));
        let told = &line["rollout"]["shadow"];
        assert_eq!(told["quality"], *on);
        assert!(told["output_bytes"].as_u64() < line["output_bytes"].as_u64());
    }
    let summary =
        room.scrimp_with_input("summary - --json", lines.stdout().as_bytes()).exits(0).json().remove(0);
    assert_eq!(summary["shadow"]["treatment"]["photos"], 8);
    assert!(summary["shadow"]["gain"]["mean"].as_f64().unwrap() > 0.0);
    // What is there already stays, and no shadow is told of more than the control.
    let again = room.scrimp(&format!("classic {PHOTOS} --goal 0.9 --shadow -o out --json")).exits(1).json();
    let told: Vec<_> =
        again.iter().map(|line| (&line["outcome"], &line["rollout"]["shadow"]["output_bytes"])).collect();
    assert_eq!(told, [(&"failed".into(), &Value::Null); 8]);
    room.scrimp("classic in/00.jpg --off --shadow").exits(2).complains("--off");
}

const PHOTOS: &str = "in/00.jpg in/01.jpg in/02.jpg in/03.jpg in/04.jpg in/05.jpg in/06.jpg in/07.jpg";

#[test]
fn a_rollout_of_nothing_new_is_refused() {
    let room = room(1);
    room.scrimp("shrink in -o out --rollout 1%").exits(2).complains("--control");
    room.scrimp("shrink in -o out --rollout 1% --max-bytes 1K").exits(2).complains("need a goal to try");
    room.scrimp("shrink in -o out --look web --rollout 1").exits(2).complains("as 1% or 0.05%");
    room.scrimp("shrink in -o out --look web --control thumb").exits(2).complains("--rollout or --shadow");
    room.scrimp("shrink in -o out --look web --shadow --control best").exits(2).complains("best");
    assert!(!room.has("out"));
}
