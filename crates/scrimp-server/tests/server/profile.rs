//! Goals of the service's profile.

use crate::room::{Request, Room};
use scrimp_batch::calibrate::Interval;
use scrimp_batch::profile::{Class, Made, Profile, ShrinkRule};
use scrimp_server::{Config, Service, check_config, serve};
use scrimp_testkit::{png, scenes};
use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use tempfile::TempDir;

fn photo() -> Vec<u8> {
    png(&scenes::landscape(240, 160, 1))
}

/// A profile with these classes, each with its goal.
fn profile(classes: &[(&str, &str)]) -> Profile {
    let made = Made {
        date: "2026-11-23".into(),
        aim: "half".into(),
        photos: 30,
        set: "00".into(),
        megapixels: [1.0; 3],
        goal_interval: Interval(60.0, 80.0),
        figure: 0.5,
        figure_interval: Interval(0.4, 0.6),
        saving: None,
        saving_interval: None,
    };
    let class = |(name, goal): &(&str, &str)| {
        let rule = ShrinkRule {
            goal: (*goal).into(),
            floor: None,
            subsampling: None,
            other_formats: None,
            made: made.clone(),
        };
        ((*name).to_owned(), Class { shrink: Some(rule), classic: None })
    };
    Profile { classes: classes.iter().map(class).collect(), ..Profile::default() }
}

/// The same, made with an earlier version.
fn stale(classes: &[(&str, &str)]) -> Profile {
    let mut profile = profile(classes);
    profile.versions.encoder = "scrimp 0.0.1".into();
    profile
}

const CLASSES: &[(&str, &str)] =
    &[("menu", "ssimulacra2=65"), ("photo", "ssimulacra2=85"), ("screenshot", "ssimulacra2=62")];

/// A folder for a profile and results.
struct Place(TempDir);

impl Place {
    fn with(profile: &Profile) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        profile.write(&place.profile()).unwrap();
        place
    }

    fn profile(&self) -> PathBuf {
        self.0.path().join("profile.toml")
    }

    fn settings<'a>(&self, others: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
        let others = others.iter().map(|(name, value)| (*name, (*value).to_owned()));
        [("profile", self.profile().to_str().unwrap().to_owned())].into_iter().chain(others).collect()
    }

    fn serve(&self, others: &[(&str, &str)]) -> Room {
        let settings = self.settings(others);
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, &**value)).collect();
        Room::open(&settings)
    }

    /// What is told of settings that no service can be begun with, the same wherever they are looked at.
    fn refused(&self, others: &[(&str, &str)]) -> String {
        let flags = self.settings(others).into_iter().map(|(name, value)| (name.to_owned(), value));
        let free = ("listen".to_owned(), "127.0.0.1:0".to_owned());
        let config = Config::new(NonZeroUsize::MIN, 1 << 30).read(None, [], flags.chain([free])).unwrap();
        let checked = check_config(&config).unwrap_err();
        let begun = serve(config.clone(), |event| panic!("{event:?}")).unwrap_err();
        let told = |error: &dyn Error| error.source().unwrap().to_string();
        assert_eq!(told(&checked), told(&begun));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let opened = runtime.block_on(Service::new(config).opened()).unwrap_err();
        assert_eq!(opened.to_string(), told(&begun));
        opened.to_string()
    }
}

/// The goal that a photo went by, and the class that it was found to be of.
fn goal(room: &Room, query: &str, photo: &[u8]) -> (serde_json::Value, serde_json::Value) {
    let request = Request::new("POST", &format!("/v1/shrink{query}")).header("accept", "application/json");
    let decision = room.ask(&request.body(photo)).json();
    (decision["goal"]["value"].clone(), decision["goal"]["class"].clone())
}

#[test]
fn a_class_is_named_or_found() {
    let room = Place::with(&profile(CLASSES)).serve(&[]);
    let menu = room.post("/v1/shrink?class=menu", &photo());
    assert_eq!((menu.status, menu.header("scrimp-outcome")), (200, Some("saved")));
    assert!(menu.body == room.post("/v1/shrink?goal=ssimulacra2=65", &photo()).body);
    let screen = png(&scenes::screenshot(320, 240, 3));
    for query in ["", "?class=auto", "?effort=fast"] {
        assert_eq!(goal(&room, query, &photo()), (85.0.into(), "photo".into()), "{query}");
        assert_eq!(goal(&room, query, &screen), (62.0.into(), "screenshot".into()), "{query}");
    }
    let nobody_looked = serde_json::Value::Null;
    assert_eq!(goal(&room, "?class=photo", &screen), (85.0.into(), nobody_looked.clone()));
    assert_eq!(goal(&room, "?look=web", &screen), (70.0.into(), nobody_looked));
}

#[test]
fn a_class_that_cannot_be_is_refused_and_no_place_is_told() {
    let room = Place::with(&profile(CLASSES)).serve(&[]);
    for query in
        ["class=food", "class=menu&look=web", "class=menu&goal=ssimulacra2=80", "class=menu&floor=40"]
    {
        let refusal = room.post(&format!("/v1/shrink?{query}"), &photo());
        refusal.is_problem(400, "bad_option");
        assert!(!refusal.json().to_string().contains("profile.toml"));
    }
    room.post("/v1/shrink?class=menu&class=photo", &photo()).is_problem(400, "duplicate_option");
    Room::plain().post("/v1/shrink?class=menu", &photo()).is_problem(400, "bad_option");
}

#[test]
fn no_service_begins_with_a_profile_that_does_not_do() {
    let place = Place::with(&stale(CLASSES));
    let path = place.profile();
    let told = |others: &[(&str, &str)], what: &[&str]| {
        let told = place.refused(others);
        assert!(told.starts_with("profile: ") && told.contains(path.to_str().unwrap()), "{told}");
        assert!(what.iter().all(|what| told.contains(what)) && !told.contains("--"), "{told}");
    };
    told(
        &[],
        &["encoder", "scrimp 0.0.1 instead of", "calibrate anew", "with the setting accept_stale_profile"],
    );
    told(&[("accept_stale_profile", "false")], &["scrimp 0.0.1"]);
    Profile::default().write(&path).unwrap();
    told(&[], &["no class for shrink", "calibrate"]);
    fs::write(&path, "[classes.menu]\nsoul = 1\n").unwrap();
    told(&[("accept_stale_profile", "true")], &["is no profile as scrimp calibrate writes them", "soul"]);
    fs::remove_file(&path).unwrap();
    told(&[], &["it cannot be read: ", "scrimp calibrate"]);
    fs::create_dir(&path).unwrap();
    told(&[], &["no regular file"]);
}

#[test]
fn a_stale_profile_is_taken_where_that_is_wanted() {
    let room = Place::with(&stale(CLASSES)).serve(&[("accept_stale_profile", "true")]);
    assert_eq!(goal(&room, "?class=menu", &photo()), (65.0.into(), serde_json::Value::Null));
}

#[test]
fn a_profile_is_read_once() {
    let place = Place::with(&profile(CLASSES));
    let room = place.serve(&[]);
    fs::remove_file(place.profile()).unwrap();
    assert_eq!(goal(&room, "?class=menu", &photo()).0, 65.0);
}

/// Where Tinify's path has put the result.
fn place_of(room: &Room) -> String {
    let answer = room.post("/shrink", &photo());
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    answer.header("location").unwrap().to_owned()
}

#[test]
fn results_of_other_goals_are_other_results() {
    let results = tempfile::tempdir().unwrap();
    let cache = [("cache_folder", results.path().to_str().unwrap())];
    let with = |classes: &[(&str, &str)]| {
        let is_free = || match fs::File::open(results.path().join("lock")) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(_) => true,
        };
        // The service before goes when it has ended.
        while !is_free() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let room = Place::with(&profile(classes)).serve(&cache);
        let place = place_of(&room);
        (room.get(&place).body, place)
    };
    let (coarse, first) = with(&[("menu", "ssimulacra2=60")]);
    let (fine, second) = with(&[("menu", "ssimulacra2=85")]);
    assert!(first != second && coarse.len() < fine.len());
    let goal = "ssimulacra2=60".parse().unwrap();
    let mut options = scrimp::Options::default();
    options.goal = goal;
    assert!(scrimp::shrink(&photo(), &options).unwrap().bytes() == Some(&*coarse));
    // The goal counts, and not the profile.
    assert_eq!(with(&[("food", "ssimulacra2=60")]), (coarse, first));
}

#[test]
fn paths_for_photos_of_elsewhere_take_classes_too() {
    let place = Place::with(&profile(CLASSES));
    let (photos, results) = (place.0.path().join("photos"), place.0.path().join("results"));
    fs::create_dir(&photos).unwrap();
    fs::write(photos.join("photo.png"), photo()).unwrap();
    let room = place.serve(&[
        ("unsigned", "true"),
        ("sources", "local:///"),
        ("local_folder", photos.to_str().unwrap()),
        ("cache_folder", results.to_str().unwrap()),
    ]);
    let get = |options: &str| room.get(&format!("/insecure{options}/plain/local:///photo.png"));
    let (menu, found) = (get("/class:menu"), get(""));
    assert!(menu.status == 200 && menu.body == get("/goal:ssimulacra2:65").body);
    assert_eq!(menu.header("etag"), get("/goal:ssimulacra2:65").header("etag"));
    assert!(
        found.status == 200 && found.body == get("/class:auto").body && found.body.len() > menu.body.len()
    );
    get("/class:food").is_problem(400, "bad_option");
    get("/class:menu/look:web").is_problem(400, "bad_option");
}

#[test]
fn a_profile_is_tried_on_a_share_of_the_photos() {
    let tried = |settings: &[(&str, &str)], query: &str| {
        let room = Place::with(&profile(CLASSES)).serve(settings);
        let request =
            Request::new("POST", &format!("/v1/shrink{query}")).header("accept", "application/json");
        let decision = room.ask(&request.body(&photo())).json();
        (decision["goal"]["value"].clone(), decision["rollout"].clone())
    };
    let arm = |arm: &str| serde_json::json!({"arm": arm, "shadow": null});
    assert_eq!(tried(&[("rollout", "100%")], "?class=menu"), (65.0.into(), arm("treatment")));
    assert_eq!(tried(&[("rollout", "0%")], "?class=menu"), (80.0.into(), arm("control")));
    assert_eq!(tried(&[("rollout", "0%"), ("control", "archive")], ""), (90.0.into(), arm("control")));
    assert_eq!(tried(&[("rollout", "0%")], "?look=web"), (70.0.into(), serde_json::Value::Null));
    let (goal, told) = tried(&[("shadow", "true"), ("control", "ssimulacra2=88")], "?class=menu");
    assert_eq!((goal, &told["arm"]), (88.0.into(), &"control".into()));
    assert_eq!(
        (&told["shadow"]["goal"]["value"], &told["shadow"]["outcome"]),
        (&65.0.into(), &"saved".into())
    );
}

#[test]
fn figures_tell_the_arms_apart() {
    let room = Place::with(&profile(CLASSES)).serve(&[("shadow", "true")]);
    let answer = room.post("/v1/shrink?class=menu", &photo());
    let menu = room.post("/v1/shrink?goal=ssimulacra2=65", &photo());
    let figures = room.figures();
    for line in [
        "scrimp_rollout_photos_total{arm=\"control\"} 1".to_owned(),
        format!("scrimp_rollout_input_bytes_total{{arm=\"control\"}} {}", photo().len()),
        format!("scrimp_rollout_output_bytes_total{{arm=\"control\"}} {}", answer.body.len()),
        "scrimp_shadow_photos_total{arm=\"treatment\"} 1".to_owned(),
        format!("scrimp_shadow_output_bytes_total{{arm=\"treatment\"}} {}", menu.body.len()),
        format!("scrimp_shadow_output_bytes_total{{arm=\"control\"}} {}", answer.body.len()),
    ] {
        assert!(figures.contains(&line), "{line} is none of {figures}");
    }
    assert!(!figures.contains("scrimp_rollout_photos_total{arm=\"treatment\"}"));
    room.post("/v1/shrink?class=menu", &photo()[..photo().len() / 2]).is_problem(422, "damaged");
    assert!(room.figures().contains("scrimp_rollout_photos_total{arm=\"control\"} 2"), "refused ones too");
}

#[test]
fn a_rollout_of_nothing_is_told_at_the_start() {
    let place = Place::with(&profile(CLASSES));
    assert!(place.refused(&[("control", "web")]).contains("set one of them"));
    assert!(place.refused(&[("profile", "")]).contains("profile: "));
    for (name, value) in [("rollout", "1"), ("rollout", "200%"), ("shadow", "maybe"), ("control", "best")] {
        let flags = [(name.to_owned(), value.to_owned())];
        let told = Config::new(NonZeroUsize::MIN, 1 << 30).read(None, [], flags).unwrap_err().to_string();
        assert!(told.contains(name) && told.contains(value), "{told}");
    }
    let same = Place::with(&profile(&CLASSES[..1]));
    assert!(same.refused(&[("shadow", "true"), ("control", CLASSES[0].1)]).contains("nothing to try"));
    let flags = [("shadow".to_owned(), "true".to_owned())];
    let config = Config::new(NonZeroUsize::MIN, 1 << 30).read(None, [], flags).unwrap();
    let told = check_config(&config).unwrap_err().source().unwrap().to_string();
    assert!(told.contains("set profile"), "{told}");
}
