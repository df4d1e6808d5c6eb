//! Files made to break what reads them, each sent to the service.

use crate::child::Child;
use crate::room::Room;
use scrimp_testkit::{decode, jpeg, scenes};
use std::path::PathBuf;
use std::sync::Mutex;
use std::thread::scope;
use std::time::{Duration, Instant};

/// The hostile files of these kinds with their names; none where there is no corpus.
pub(crate) fn files_in(kinds: &[&str]) -> Vec<(String, Vec<u8>)> {
    let files = scrimp_testkit::corpus().map_or_else(Vec::new, |corpus| corpus.hostile());
    let is_wanted =
        |path: &PathBuf| kinds.iter().any(|kind| path.components().any(|part| part.as_os_str() == *kind));
    let named = |path: PathBuf| (path.display().to_string(), std::fs::read(&path).unwrap());
    files.into_iter().filter(is_wanted).map(named).collect()
}

/// Each gets an answer that is no failure of the service, within ten seconds, and nothing of them stays behind.
#[test]
fn hostile_files_are_refused_or_shrunk_and_leave_nothing_behind() {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let child = Child::serve(&[("memory", "256M"), ("queue", "8")]);
    let codes =
        concat!(include_str!("../../../../docs/manual.md"), include_str!("../../../../docs/server.md"));
    let good = jpeg(&scenes::landscape(240, 160, 1), 90);
    let before = child.post("/v1/shrink?effort=fast", &good).body;
    let files = Mutex::new(corpus.hostile());
    let next = || files.lock().unwrap().pop();
    assert!(!corpus.hostile().is_empty());
    scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(path) = next() {
                    let bytes = std::fs::read(&path).unwrap();
                    let began = Instant::now();
                    let answer = child.post("/v1/shrink?effort=fast", &bytes);
                    let name = path.display();
                    assert!(began.elapsed() < Duration::from_secs(10), "{name}: {:?}", began.elapsed());
                    assert!((200..500).contains(&answer.status), "{name}: {answer:?}");
                    if answer.status == 200 && answer.header("scrimp-outcome") == Some("saved") {
                        assert!(decode(&answer.body).is_some(), "{name}: what came back is no JPEG");
                    } else if answer.status != 200 {
                        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
                        assert!(!detail.chars().any(char::is_control), "{name}: {detail:?}");
                        // No place in the code, no file of this machine, no flag that is none here.
                        let foreign = [".rs", " /", "--"].iter().find(|part| detail.contains(**part));
                        assert_eq!(foreign, None, "{name}: {detail:?}");
                        let code = answer.json()["code"].as_str().unwrap().to_owned();
                        assert!(codes.contains(&format!("`{code}`")), "{name}: {code} is in no list");
                    }
                }
            });
        }
    });
    assert!(child.post("/v1/shrink?effort=fast", &good).body == before);
    let most = child.memory("VmHWM");
    println!("S12, S13: memory {} MiB", most >> 20);
    assert!(most < 256 << 20, "{most}");
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
