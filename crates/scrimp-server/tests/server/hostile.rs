//! Files made to break what reads them, each sent to the service.

use crate::room::Room;
use scrimp_testkit::{decode, jpeg, scenes};
use std::sync::Mutex;
use std::thread::scope;
use std::time::{Duration, Instant};

/// Each gets an answer that is no failure of the service, within ten seconds, and nothing of them stays behind.
#[test]
fn hostile_files_are_refused_or_shrunk_and_leave_nothing_behind() {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let room = Room::open(&[("memory", "1G"), ("queue", "8")]);
    let good = jpeg(&scenes::landscape(240, 160, 1), 90);
    let before = room.post("/v1/shrink?effort=fast", &good).body;
    let files = Mutex::new(corpus.hostile());
    let next = || files.lock().unwrap().pop();
    assert!(!corpus.hostile().is_empty());
    scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(path) = next() {
                    let bytes = std::fs::read(&path).unwrap();
                    let began = Instant::now();
                    let answer = room.post("/v1/shrink?effort=fast", &bytes);
                    let name = path.display();
                    assert!(began.elapsed() < Duration::from_secs(10), "{name}: {:?}", began.elapsed());
                    assert!((200..500).contains(&answer.status), "{name}: {answer:?}");
                    if answer.status == 200 && answer.header("scrimp-outcome") == Some("saved") {
                        assert!(decode(&answer.body).is_some(), "{name}: what came back is no JPEG");
                    } else if answer.status != 200 {
                        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                        assert!(!detail.chars().any(char::is_control), "{name}: {detail:?}");
                    }
                }
            });
        }
    });
    assert!(room.post("/v1/shrink?effort=fast", &good).body == before);
    let figures = room.figures();
    assert!(figures.contains("\nscrimp_working 0\n") && figures.contains("\nscrimp_waiting 0\n"));
}

/// What a damaged file gets does not depend on what was sent before it.
#[test]
fn damaged_files_show_nothing_of_other_photos() {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let room = Room::plain();
    let good = [1, 2].map(|seed| jpeg(&scenes::landscape(240, 160, seed), 90));
    let is_cut = |path: &std::path::PathBuf| path.to_string_lossy().contains("jpeg-damaged");
    let damaged: Vec<_> = corpus.hostile().into_iter().filter(is_cut).take(10).collect();
    for path in damaged {
        let bytes = std::fs::read(&path).unwrap();
        let salvaged = good.each_ref().map(|good| {
            assert_eq!(room.post("/v1/shrink?effort=fast", good).status, 200);
            room.post("/v1/shrink?effort=fast&salvage", &bytes).body
        });
        assert!(salvaged[0] == salvaged[1], "{}", path.display());
    }
}
