//! The real loop where a guide leads it.

use super::*;
use crate::Effort;
use crate::search::{Brief, Found, Winner, search};
use scrimp_jpeg::{Subsampling, TableFamily};
use scrimp_metric::Score;
use std::convert::Infallible;

fn brief(goal: f64, guide: f64, families: &[(TableFamily, f64)]) -> Brief {
    let families = families.iter().map(|(tables, start)| {
        let start = Quality::new(*start).unwrap();
        Family { subsampling: Subsampling::S420, tables: *tables, effort: Effort::Default, start }
    });
    Brief {
        goal: Score::new(goal).unwrap(),
        floor: None,
        families: families.collect(),
        winner: Winner::Smallest,
        ceiling: usize::MAX,
        guide: Some(guide),
        contest: 1.0,
        slope: 0.12,
    }
}

/// Runs the loop over a table of score and size by setting and scale.
fn run(brief: &Brief, table: impl Fn(Setting, Scale) -> (f64, usize)) -> (Probe, Vec<Probe>) {
    let mut probes = Vec::new();
    let Ok(found) = search(brief, |setting, scale| {
        let (score, bytes) = table(setting, scale);
        let probe = Probe { setting, scale, bytes, score: Score::new(score).unwrap(), worst: None };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    let Found::Passing(index) = found else { panic!("{found:?} is no pass in {probes:?}") };
    (probes[index], probes)
}

/// Score and size as on real photos: bent, and in uneven steps, which the guide sees as well.
fn photo_like(setting: Setting) -> (f64, usize) {
    let (quarters, quality) = (setting.quality.quarters(), setting.quality.value());
    let bent = 95.0 - 2400.0 / (quality + 25.0) + 0.1 * (quality - 70.0);
    (bent + 0.05 * f64::from(quarters * quarters * 7 % 5), 1000 + (quarters * quarters) as usize)
}

fn guided(setting: Setting, scale: Scale, gap: f64) -> (f64, usize) {
    let (score, bytes) = photo_like(setting);
    (if scale == Scale::Guide { score + gap } else { score }, bytes)
}

fn of_scale(probes: &[Probe], scale: Scale) -> impl Iterator<Item = &Probe> {
    probes.iter().filter(move |probe| probe.scale == scale)
}

#[test]
fn a_gap_that_is_known_beforehand_saves_every_second_photo_a_proof() {
    let proofs = |guide: f64| -> usize {
        let goals = (0..60).map(|step| 55.0 + 0.37 * f64::from(step));
        let proofs = goals.map(|goal| {
            let brief = brief(goal, guide, &[(TableFamily::Klein, 70.0)]);
            let (_, probes) = run(&brief, |setting, scale| guided(setting, scale, 2.0));
            of_scale(&probes, Scale::Proof).count()
        });
        proofs.sum()
    };
    // The pass and the step below it, and where the guide's look was not at one of them a third.
    assert!(proofs(2.0) <= 160, "{}", proofs(2.0));
    assert!((proofs(2.0) + 25..=190).contains(&proofs(0.0)), "{}", proofs(0.0));
}

#[test]
fn a_photo_that_is_unlike_most_is_not_proved_before_the_guide_is_near() {
    for (start, goal) in [(30.0, 77.0), (40.0, 78.0), (20.0, 70.0)] {
        let (_, probes) = run(&brief(goal, 1.0, &[(TableFamily::Klein, start)]), |setting, scale| {
            guided(setting, scale, 1.0)
        });
        for proof in of_scale(&probes, Scale::Proof) {
            assert!((proof.score.value() - goal).abs() < 1.5, "goal {goal}: {proof:?}");
        }
        assert!(of_scale(&probes, Scale::Proof).count() <= 3, "goal {goal}: {probes:?}");
    }
}

/// Runs the loop over two families where the guide lies 2 points higher than it was taken for. `table` has score and size of
/// the second. The family that is chosen, and how often the second was proved.
fn run_two(table: impl Fn(Setting, Scale) -> (f64, usize)) -> (TableFamily, usize) {
    let families = [(TableFamily::Klein, 70.0), (TableFamily::AnnexK, 70.0)];
    let (chosen, probes) = run(&brief(70.0, 0.0, &families), |setting, scale| match setting.tables {
        TableFamily::AnnexK => table(setting, scale),
        _ => guided(setting, scale, 2.0),
    });
    let second = of_scale(&probes, Scale::Proof).filter(|probe| probe.setting.tables == TableFamily::AnnexK);
    (chosen.setting.tables, second.count())
}

#[test]
fn a_size_that_was_guessed_from_a_plateau_is_looked_at_again() {
    let (chosen, _) = run_two(|setting, scale| {
        let (score, bytes) = guided(setting, scale, 2.0);
        let is_plateau = scale == Scale::Guide && score < 71.8;
        (if is_plateau { 70.0 + 0.04 * (score - 70.0) } else { score }, bytes * 96 / 100)
    });
    assert_eq!(chosen, TableFamily::AnnexK);
}

#[test]
fn a_second_family_that_its_first_proof_says_is_larger_is_left() {
    let second = |factor: f64| {
        run_two(|setting, scale| {
            let (score, bytes) = guided(setting, scale, 2.0);
            // Larger where the guide first looks, smaller where the first family's proofs say that it should.
            let promised = 1.01 - 0.001 * f64::from(setting.quality.quarters() - 261);
            let factor = if scale == Scale::Guide { promised } else { factor };
            (score, (bytes as f64 * factor) as usize)
        })
    };
    assert_eq!(second(1.03), (TableFamily::Klein, 1));
    assert_eq!(second(0.97).0, TableFamily::AnnexK);
}

#[test]
fn a_second_family_that_is_promised_to_be_larger_is_proved_where_that_may_be_wrong() {
    let families = [(TableFamily::Klein, 70.0), (TableFamily::AnnexK, 70.0)];
    let chosen = |contest: f64| {
        let brief = Brief { contest, ..brief(70.0, 1.0, &families) };
        let (chosen, probes) = run(&brief, |setting, scale| {
            let (score, bytes) = guided(setting, scale, 1.0);
            let thousandths = match (setting.tables, scale) {
                (TableFamily::AnnexK, Scale::File) => 995,
                // Estimates too.
                (TableFamily::AnnexK, _) => 1005,
                _ => 1000,
            };
            (score, bytes * thousandths / 1000)
        });
        let is_second = |probe: &&Probe| probe.setting.tables == TableFamily::AnnexK;
        (chosen.setting.tables, of_scale(&probes, Scale::Proof).filter(is_second).count() > 0)
    };
    assert_eq!(chosen(0.99), (TableFamily::Klein, false));
    assert_eq!(chosen(1.05), (TableFamily::AnnexK, true));
}

#[test]
fn the_tie_that_is_nearest_to_the_goal_tells_the_gap() {
    let tie = |guide, proof| Tie { guide, proof };
    // The last one is far off.
    let ties = [tie(3.0, -1.0), tie(4.0, 0.1), tie(3.7, -0.45)];
    let gap = Tie::gap_at_goal(&ties, 0.12);
    assert!((3.85..4.0).contains(&gap), "{gap}");
    assert_eq!(Tie::gap_at_goal(&[tie(2.5, 0.5)], 0.12), 2.0);
}
