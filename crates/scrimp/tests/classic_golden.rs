//! The classic algorithm against the published Python, on the photos of the corpus: same qualities, every SSIM within
//! 1e-9.

#![allow(missing_docs)]

use scrimp::classic::{Classic, ClassicDecision, Goal, Switch, decide};
use scrimp::{Options, Photo};
use serde_json::Value;

const TOLERANCE: f64 = 1e-9;

/// How far `decision` is from what `golden` says: quality and SSIM, and the probes where it lists them.
fn gap(decision: &ClassicDecision, quality: &Value, ssim: &Value, probes: Option<&Value>) -> f64 {
    if quality.as_u64() != Some(decision.quality.into()) {
        return f64::INFINITY;
    }
    let known = probes.and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter();
    let gap_of = |probe: &Value| {
        let tried = decision.probes.iter().find(|(quality, _)| probe[0].as_u64() == Some((*quality).into()));
        tried.map_or(f64::INFINITY, |(_, ssim)| (ssim - probe[1].as_f64().unwrap()).abs())
    };
    known.map(gap_of).fold((decision.ssim - ssim.as_f64().unwrap()).abs(), f64::max)
}

#[test]
fn the_published_answers_are_given_on_every_photo_of_the_corpus() {
    let Some(corpus) = scrimp_testkit::corpus() else { return };
    let golden = std::fs::read_to_string(corpus.golden("classic.jsonl")).unwrap();
    let (mut cases, mut worst) = (0, 0.0_f64);
    for row in golden.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
        let file = row["file"].as_str().unwrap();
        let bytes = std::fs::read(corpus.photo(file)).unwrap();
        let photo = Photo::read_as_pillow(&bytes, &Options::default()).unwrap();
        for (world, classic) in [("published", Classic::default()), ("today", Classic::today())] {
            let golden = &row[world];
            let [mut off, mut stricter] = [classic; 2];
            off.switch = Switch::Off;
            stricter.goal = Goal::new(0.97).unwrap();
            let (disabled, strict) = (&golden["disabled"], &golden["goal_0_97"]);
            let wanted = [
                (classic, &golden["quality"], &golden["ssim"], Some(&golden["probes"])),
                (off, &disabled[0], &disabled[1], None),
                (stricter, &strict["quality"], &strict["ssim"], None),
            ];
            for (classic, quality, ssim, probes) in wanted {
                let decision = decide(photo.pixels(), &classic).unwrap();
                let gap = gap(&decision, quality, ssim, probes);
                assert!(gap <= TOLERANCE, "{file}, {world}: off by {gap:e}: {decision:?}, not {golden}");
                (cases, worst) = (cases + 1, worst.max(gap));
            }
        }
    }
    eprintln!("classic: {cases} cases agree, largest SSIM difference {worst:e}");
}
