//! `scrimp calibrate`, and what takes its profiles.

use crate::room::Room;
use scrimp_testkit::{jpeg, png, scenes};
#[cfg(unix)]
use std::{fs, time::Duration};

/// A room with a folder of photos of one class, `class`.
fn room_with_class() -> Room {
    let room = Room::empty();
    for seed in 0..6 {
        room.put(&format!("class/hills{seed}.png"), &png(&scenes::landscape(96, 64, seed)));
        room.put(&format!("class/wall{seed}.jpg"), &jpeg(&scenes::facade(96, 64, seed), 97));
    }
    room.put("class/notes.txt", b"no photo");
    room
}

#[test]
fn a_goal_that_was_calibrated_is_the_one_that_photos_are_shrunk_to() {
    let room = room_with_class();
    room.scrimp("calibrate class --class menu --aim half -o profile.toml")
        .exits(0)
        .says("menu: ssimulacra2 ")
        .says("of 12 photos")
        .says("can do with less than the usual quality: 5")
        .says("saves about");
    let profile = String::from_utf8(room.bytes("profile.toml")).unwrap();
    assert!(profile.contains("aim = \"half\"") && profile.contains("photos = 12"), "{profile}");
    let goal = profile.lines().find_map(|line| line.strip_prefix("goal = ")).unwrap().trim_matches('"');
    let run = room.scrimp("shrink class -o out --profile profile.toml --json").exits(0);
    let value: f64 = goal.strip_prefix("ssimulacra2=").unwrap().parse().unwrap();
    assert!(run.json().iter().all(|told| told["goal"]["value"] == value), "{goal}");
    assert_eq!(room.files("class").len(), 13, "nothing is written among photos");
}

#[test]
fn one_profile_holds_many_classes_and_both_algorithms() {
    let room = room_with_class();
    room.scrimp("calibrate class --class menu --aim score=75 -o p.toml").exits(0);
    room.scrimp("calibrate class --class menu --aim half --classic -o p.toml")
        .exits(0)
        .says("share of SSIM 0.9");
    room.scrimp("calibrate class --class food --aim save=50% -o p.toml --json")
        .exits(0)
        .says("\"aim\":\"save=50%\"");
    room.scrimp("shrink class/hills0.png -o x.jpg --profile p.toml").exits(1).complains("food, menu");
    let run = room.scrimp("shrink class/hills0.png -o x.jpg --profile p.toml --class menu --json").exits(0);
    assert_eq!(run.json()[0]["goal"]["value"], 75.0);
    // One class alone has a goal for it.
    room.scrimp("classic class/hills0.png --profile p.toml").exits(0).says("quality  8");
    room.scrimp("shrink class/hills0.png -o y.jpg --profile p.toml --class pets").exits(1).complains("pets");
    room.scrimp("shrink class/hills0.png -o y.jpg --profile p.toml")
        .exits(1)
        .complains("food, menu: name one of them with --class");
    room.scrimp("shrink class/hills0.png -o y.jpg --profile no.toml").exits(1).complains("no.toml cannot be");
}

#[test]
fn a_stale_profile_is_refused_with_the_remedy() {
    let room = room_with_class();
    room.scrimp("calibrate class --class menu --aim score=75 -o p.toml").exits(0);
    let stale = String::from_utf8(room.bytes("p.toml"))
        .unwrap()
        .replace("encoder = \"scrimp ", "encoder = \"scrimp 0.");
    room.put("p.toml", stale.as_bytes());
    let shrink = "shrink class/hills0.png -o x.jpg --profile p.toml";
    room.scrimp(shrink).exits(1).complains("encoder").complains("as it is with --accept-stale-profile");
    room.scrimp(&format!("{shrink} --accept-stale-profile")).exits(0);
    room.scrimp("calibrate class --class food --aim half -o p.toml").exits(2).complains("another profile");
}

#[test]
fn what_was_measured_is_not_measured_again() {
    let room = room_with_class();
    let calibrate = "calibrate class --class menu --ledger seen.redb --resume -o p.toml --aim";
    room.scrimp(&format!("{calibrate} half")).exits(0);
    room.scrimp("ledger show seen.redb").exits(0).says("the curves of 12 photos");
    let first = room.bytes("p.toml");
    // A photo that is gone wrong since would be told of, if it were looked at: its file is as it was.
    room.scrimp(&format!("{calibrate} half")).exits(0);
    assert_eq!(room.bytes("p.toml"), first);
    room.put("class/wall0.jpg", b"\xFF\xD8\xFF\xE0 broken");
    room.scrimp(&format!("{calibrate} save=40%")).exits(1).complains("wall0.jpg").says("of 11 photos");
}

#[test]
fn what_makes_no_sense_is_said_at_once() {
    let room = room_with_class();
    let calibrate = "calibrate class --class menu -o p.toml --aim";
    room.scrimp(&format!("{calibrate} third")).exits(2).complains("no-worse-than=jpeg:85");
    room.scrimp(&format!("{calibrate} save=30% --metric ssim")).exits(2).complains("SSIMULACRA2");
    room.scrimp(&format!("{calibrate} no-worse-than=jpeg:70 --classic")).exits(2).complains("80 to 85");
    room.scrimp("calibrate class/hills0.png --class menu --aim half -o p.toml")
        .exits(1)
        .complains("at least 10");
    room.put("p.toml", b"goal = 3");
    room.scrimp(&format!("{calibrate} half")).exits(1).complains("is no profile");
    room.scrimp("shrink class -o out --profile p.toml --goal ssimulacra2=80").exits(2).complains("--goal");
}

#[test]
fn where_no_class_is_named_each_photo_goes_by_its_own() {
    let room = room_with_class();
    room.put("shots/screen.png", &png(&scenes::screenshot(320, 240, 3)));
    room.scrimp("calibrate class --class photo --aim score=85 -o p.toml").exits(0);
    room.scrimp("calibrate class --class screenshot --aim score=62 -o p.toml").exits(0);
    let shrink = "shrink class/hills0.png shots/screen.png -o out/ --overwrite --profile p.toml --json";
    for class in ["", " --class auto"] {
        let told = room.scrimp(&format!("{shrink}{class}")).exits(0).json();
        let goal = |row: usize, name: &str| told[row]["goal"][name].clone();
        assert_eq!((goal(0, "value"), goal(0, "class")), (85.0.into(), "photo".into()));
        assert_eq!((goal(1, "value"), goal(1, "class")), (62.0.into(), "screenshot".into()));
    }
    let named = room.scrimp(&format!("{shrink} --class photo")).exits(0).json();
    assert_eq!((&named[1]["goal"]["value"], named[1]["goal"]["class"].is_null()), (&85.0.into(), true));
    for (class, goal) in [("photo", 0.99), ("scan", 0.5), ("screenshot", 0.5)] {
        room.scrimp(&format!("calibrate class --classic --class {class} --aim score={goal} -o p.toml"))
            .exits(0);
    }
    let told =
        room.scrimp("classic class/hills0.png shots/screen.png --profile p.toml --json").exits(0).json();
    assert_eq!((&told[0]["quality"], &told[1]["quality"]), (&85.into(), &80.into()));
    room.scrimp("calibrate class --class auto --aim half -o p.toml")
        .exits(2)
        .complains("where a goal is applied");
}

#[test]
fn a_page_shows_the_goal_among_the_photos() {
    let room = room_with_class();
    let calibrate = "calibrate class --class <b>menu -o p.toml --report seen.html --aim";
    room.scrimp(&format!("{calibrate} save=30%")).exits(0);
    let page = String::from_utf8(room.bytes("seen.html")).unwrap();
    assert!(!page.contains("<b>menu") && page.contains("menu"), "a name is no markup");
    assert_eq!(page.matches("<polyline class=\"one\"").count(), 12, "every curve");
    assert_eq!(page.matches("<polyline class=\"counts\"").count(), 1, "saving against goal");
    // JPEGs of which only their own coefficients are written better suffer nothing.
    assert!((6..=10).contains(&page.matches("<div class=\"pair\">").count()), "those that suffer most");
    assert!(page.contains("Photos by JPEG quality") && page.contains("one step laxer"));
    assert!(!page.contains("http:") && !page.contains("https:"), "nothing is loaded");
    // An earlier page is replaced, another file is not.
    room.scrimp(&format!("{calibrate} half --classic")).exits(0);
    let page = String::from_utf8(room.bytes("seen.html")).unwrap();
    assert!(page.contains("share of SSIM") && page.matches("<div class=\"pair\">").count() == 10);
    room.scrimp(&format!("{calibrate} score=0.999 --metric ssim")).exits(0);
    let page = String::from_utf8(room.bytes("seen.html")).unwrap();
    assert!(
        page.contains("Score at the fixed quality") && !page.contains("<polyline"),
        "sizes are not known"
    );
    room.scrimp(&format!("{calibrate} half --no-pictures")).exits(0);
    let page = String::from_utf8(room.bytes("seen.html")).unwrap();
    assert_eq!(page.matches("<polyline class=\"one\"").count(), 12, "every curve");
    assert!(!page.contains("<img") && !page.contains(".png"), "no photo and no name");
    room.scrimp("calibrate class --class menu -o p.toml --aim half --no-pictures")
        .exits(2)
        .complains("--report");
    room.put("seen.html", b"mine");
    room.scrimp(&format!("{calibrate} half")).exits(1).complains("seen.html");
    assert_eq!(room.bytes("seen.html"), b"mine");
}

#[test]
fn json_has_what_the_page_draws() {
    let room = room_with_class();
    let calibrate = "calibrate class --class menu -o p.toml --json --aim";
    let told = room.scrimp(&format!("{calibrate} save=30%")).exits(0).json().remove(0);
    let goal: f64 =
        told["shrink"]["goal"].as_str().unwrap().strip_prefix("ssimulacra2=").unwrap().parse().unwrap();
    assert_eq!((&told["name"], told["photos"].as_array().unwrap().len()), (&"menu".into(), 12));
    let savings: Vec<(f64, f64)> = serde_json::from_value(told["savings"].clone()).unwrap();
    let at_goal = savings.iter().find(|(of, _)| (of - goal).abs() < 1e-9).unwrap().1;
    assert!((at_goal - told["shrink"]["made"]["saving"].as_f64().unwrap()).abs() < 1e-4, "{at_goal}");
    for photo in told["photos"].as_array().unwrap() {
        assert!(room.has(photo["path"].as_str().unwrap()));
        let curve: Vec<(f64, f64)> = serde_json::from_value(photo["curve"].clone()).unwrap();
        assert!(curve.len() > 30 && curve.iter().all(|(_, left)| (0.0..=1.0).contains(left)));
        assert!(photo["quality"].is_null() || photo["quality"].as_f64().is_some_and(|quality| quality > 1.0));
    }
    let classic = room.scrimp(&format!("{calibrate} half --classic")).exits(0).json().remove(0);
    assert!(classic["classic"]["goal"].as_f64().is_some() && classic["shrink"]["goal"].is_string());
    let curve = classic["photos"][0]["curve"].as_array().unwrap();
    let qualities: Vec<_> = curve.iter().map(|point| point[0].as_f64().unwrap()).collect();
    assert_eq!(qualities, [80.0, 81.0, 82.0, 83.0, 84.0, 85.0]);
}

#[cfg(unix)]
#[test]
fn a_killed_calibration_goes_on_with_what_it_had_measured() {
    const PHOTOS: u64 = 40;
    let room = Room::empty();
    for seed in 0..PHOTOS {
        room.put(&format!("class/{seed:02}.png"), &png(&scenes::landscape(200, 150, seed)));
    }
    let calibrate = "calibrate class --class menu --aim save=30%";
    room.scrimp(&format!("{calibrate} -o whole.toml")).exits(0);
    let calibrate = format!("{calibrate} --ledger seen.redb --resume -o p.toml");
    // What is measured is written down each two seconds.
    let measured = (1..20).find_map(|tenths| {
        room.start(&format!("{calibrate} --jobs 1"))
            .ends_killed_after(Duration::from_millis(2000 + 100 * tenths));
        assert!(!room.has("p.toml"), "it had ended before");
        let seen = room.scrimp("ledger export seen.redb").exits(0).json();
        seen.first().map(|first| first["path"].as_str().unwrap().to_owned())
    });
    // A photo that would be refused if it were looked at again; by size and time it is as it was.
    let measured = measured.expect("nothing was written down");
    let seen = fs::metadata(&measured).unwrap();
    let mut broken = fs::read(&measured).unwrap();
    broken[64..].fill(0);
    fs::write(&measured, broken).unwrap();
    fs::File::options().write(true).open(&measured).unwrap().set_modified(seen.modified().unwrap()).unwrap();
    room.scrimp(&calibrate).exits(0).says(&format!("of {PHOTOS} photos"));
    assert_eq!(room.bytes("p.toml"), room.bytes("whole.toml"));
}

#[test]
fn a_class_may_have_rules_beside_its_goal() {
    let room = room_with_class();
    let calibrate =
        "calibrate class --class menu --aim score=60 -o p.toml --subsampling keep --other-formats convert";
    room.scrimp(calibrate).exits(0);
    let profile = String::from_utf8(room.bytes("p.toml")).unwrap();
    assert!(profile.contains("subsampling = \"keep\"") && profile.contains("other_formats = \"convert\""));
    let subsamplings = |options: &str| -> Vec<(bool, String)> {
        let records =
            room.scrimp(&format!("shrink class -o out --overwrite --json {options}")).exits(0).json();
        let setting = |record: &serde_json::Value| {
            let is_jpeg = record["output"].as_str().is_some_and(|output| output.ends_with(".jpg"));
            (is_jpeg, record["setting"]["subsampling"].as_str().unwrap_or("none").to_owned())
        };
        records.iter().map(setting).collect()
    };
    let (full, half) = ((true, "4:4:4".to_owned()), (true, "4:2:0".to_owned()));
    // Six photos that came as PNGs, which are small here, then six JPEGs at 4:2:0.
    assert_eq!(subsamplings("--profile p.toml"), [vec![full.clone(); 6], vec![half.clone(); 6]].concat());
    let free = subsamplings("--profile p.toml --subsampling any");
    assert_ne!(free, [vec![full.clone(); 6], vec![half.clone(); 6]].concat());
    let kept = subsamplings("--profile p.toml --other-formats keep");
    assert!(kept[..6].iter().all(|(is_jpeg, _)| !is_jpeg), "{kept:?}");
    room.scrimp("calibrate class --class menu --aim half --classic --subsampling keep -o p.toml")
        .exits(2)
        .complains("--classic");
    room.scrimp("shrink class -o out --subsampling 4:1:1").exits(2).complains("any or keep");
}
