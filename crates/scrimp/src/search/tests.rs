//! The real loop over tables of quality, size and score.

use super::*;
use proptest::prelude::*;
use std::convert::Infallible;

/// A made family: score and size of each quality in quarters.
type Curve = Box<dyn Fn(i32) -> (f64, usize)>;

const START: Quality = Quality::MIN;

fn family(tables: TableFamily, start: f64) -> Family {
    let start = Quality::new(start).unwrap_or(START);
    Family { subsampling: Subsampling::S420, tables, effort: Effort::Default, start }
}

fn brief(goal: f64, families: Vec<Family>) -> Brief {
    let goal = Score::new(goal).unwrap();
    let winner = Winner::Smallest;
    Brief { goal, floor: None, families, winner, ceiling: usize::MAX, guide: None, contest: 1.0, slope: 0.12 }
}

/// Runs the loop; returns what it found, and the probes.
fn run(brief: &Brief, curve_of: impl Fn(TableFamily) -> Curve) -> (Found, Vec<Probe>) {
    let mut probes = Vec::new();
    let found = search(brief, |setting, scale| {
        let (score, bytes) = curve_of(setting.tables)(setting.quality.quarters());
        let probe = Probe { setting, bytes, score: Score::new(score).unwrap(), worst: None, scale };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    let Ok(found) = found;
    (found, probes)
}

fn passing(found: Found, probes: &[Probe]) -> Probe {
    let Found::Passing(index) = found else { panic!("{found:?} is no pass in {probes:?}") };
    probes[index]
}

/// Score and size as on real photos: bent, monotone.
fn photo_like(quarters: i32) -> (f64, usize) {
    let quality = f64::from(quarters) / 4.0;
    (95.0 - 2400.0 / (quality + 25.0) + 0.1 * (quality - 70.0), 1000 + (quarters * quarters) as usize)
}

#[test]
fn from_every_start_the_smallest_pass_is_found_and_its_neighbour_fails() {
    for start in 1..=100 {
        for goal in [-4.0, 30.0, 61.3, 77.99, 78.7] {
            let brief = brief(goal, vec![family(TableFamily::Klein, f64::from(start))]);
            let (found, probes) = run(&brief, |_| Box::new(photo_like));
            let chosen = passing(found, &probes);
            let expected = (4..=400).find(|quarters| photo_like(*quarters).0 >= goal).unwrap();
            assert_eq!(chosen.setting.quality.quarters(), expected, "start {start}, goal {goal}");
            let neighbour = chosen.setting.quality.coarser().unwrap();
            assert!(
                probes.iter().any(|probe| probe.setting.quality == neighbour && probe.score < brief.goal)
            );
        }
    }
}

#[test]
fn a_good_start_needs_few_probes() {
    for goal in [60.0, 70.0, 76.0] {
        let exact = (4..=400).find(|quarters| photo_like(*quarters).0 >= goal).unwrap();
        for off in [-5.0, -2.0, 0.0, 2.0, 5.0] {
            let start = f64::from(exact) / 4.0 + off;
            let (_, probes) =
                run(&brief(goal, vec![family(TableFamily::Klein, start)]), |_| Box::new(photo_like));
            assert!(probes.len() <= 5, "goal {goal}, {off} off: {} probes", probes.len());
        }
    }
}

#[test]
fn no_setting_is_probed_twice() {
    for goal in [-99.0, 0.0, 50.0, 77.7, 99.0] {
        let families = vec![family(TableFamily::Klein, 70.0), family(TableFamily::AnnexK, 30.0)];
        let (_, probes) = run(&brief(goal, families), |_| Box::new(photo_like));
        for (index, probe) in probes.iter().enumerate() {
            assert!(probes[..index].iter().all(|b| (b.setting, b.scale) != (probe.setting, probe.scale)));
        }
    }
}

#[test]
fn a_goal_that_every_setting_reaches_ends_at_the_coarsest() {
    let (found, probes) =
        run(&brief(-1000.0, vec![family(TableFamily::Klein, 75.0)]), |_| Box::new(photo_like));
    assert_eq!(passing(found, &probes).setting.quality, Quality::MIN);
}

#[test]
fn a_goal_that_none_reaches_ends_with_the_best_attempt() {
    let families = vec![family(TableFamily::Klein, 75.0), family(TableFamily::AnnexK, 75.0)];
    let (found, probes) = run(&brief(100.0, families), |tables| {
        let bonus = if tables == TableFamily::AnnexK { 0.5 } else { 0.0 };
        Box::new(move |quarters| (photo_like(quarters).0 + bonus, photo_like(quarters).1))
    });
    let Found::OutOfReach(index) = found else { panic!("{found:?}") };
    assert_eq!(probes[index].setting.quality, Quality::MAX);
    assert_eq!(probes[index].setting.tables, TableFamily::AnnexK);
}

#[test]
fn plateaus_end_at_their_coarsest_setting() {
    // Blocks of ten quarters share one score, as tables at high quality do.
    let plateau = |quarters: i32| (f64::from(quarters / 10), 1000 + (quarters / 10) as usize);
    for goal in [5.0, 19.5, 20.0] {
        let (found, probes) =
            run(&brief(goal, vec![family(TableFamily::Klein, 80.0)]), |_| Box::new(plateau));
        let expected = (4..=400).find(|quarters| plateau(*quarters).0 >= goal).unwrap();
        assert_eq!(passing(found, &probes).setting.quality.quarters(), expected);
    }
}

#[test]
fn a_step_curve_is_survived() {
    // All or nothing: interpolation has no slope to go by.
    for edge in [4, 5, 137, 399, 400] {
        let step =
            move |quarters: i32| (if quarters >= edge { 100.0 } else { -500.0 }, 1000 + quarters as usize);
        for start in [1.0, 50.0, 100.0] {
            let (found, probes) =
                run(&brief(50.0, vec![family(TableFamily::Klein, start)]), |_| Box::new(step));
            assert_eq!(passing(found, &probes).setting.quality.quarters(), edge);
            assert!(probes.len() <= 30, "{} probes", probes.len());
        }
    }
}

#[test]
fn the_smaller_of_two_families_wins_in_either_order() {
    for order in [[TableFamily::Klein, TableFamily::AnnexK], [TableFamily::AnnexK, TableFamily::Klein]] {
        let families = order.map(|tables| family(tables, 70.0)).to_vec();
        let (found, probes) = run(&brief(75.0, families), |tables| {
            let factor = if tables == TableFamily::Klein { 9 } else { 10 };
            Box::new(move |quarters| (photo_like(quarters).0, photo_like(quarters).1 * factor / 10))
        });
        assert_eq!(passing(found, &probes).setting.tables, TableFamily::Klein);
    }
}

#[test]
fn a_family_that_cannot_win_is_dropped() {
    let families = vec![family(TableFamily::Klein, 75.0), family(TableFamily::AnnexK, 60.0)];
    let (_, probes) = run(&brief(75.0, families), |tables| {
        let factor = if tables == TableFamily::Klein { 1 } else { 10 };
        Box::new(move |quarters| (photo_like(quarters).0, photo_like(quarters).1 * factor))
    });
    let tried = probes.iter().filter(|probe| probe.setting.tables == TableFamily::AnnexK).count();
    assert_eq!(tried, 1, "its first failure is already larger than the pass to beat");
}

#[test]
fn what_passes_only_above_the_ceiling_is_too_large() {
    let mut brief = brief(75.0, vec![family(TableFamily::Klein, 70.0)]);
    brief.ceiling = 2000;
    let (found, probes) = run(&brief, |_| Box::new(photo_like));
    assert_eq!(found, Found::TooLarge);
    assert!(probes.len() < 3);
}

#[test]
fn a_floor_binds_where_the_worst_cell_lags_behind() {
    for lag in [5.0, 20.0, 35.0] {
        let mut brief = brief(70.0, vec![family(TableFamily::Klein, 60.0)]);
        brief.floor = Score::new(50.0);
        let passes = |quarters: i32| photo_like(quarters).0 >= 70.0_f64.max(50.0 + lag);
        let mut probes = Vec::new();
        let Ok(found) = search(&brief, |setting, scale| {
            let (score, bytes) = photo_like(setting.quality.quarters());
            let (score, worst) = (Score::new(score).unwrap(), Score::new(score - lag));
            let probe = Probe { setting, scale, bytes, score, worst };
            probes.push(probe);
            Ok::<_, Infallible>(probe)
        });
        match (4..=400).find(|quarters| passes(*quarters)) {
            Some(expected) => assert_eq!(passing(found, &probes).setting.quality.quarters(), expected),
            None => assert!(matches!(found, Found::OutOfReach(_)), "lag {lag}: {found:?}"),
        }
    }
}

/// Runs the loop on curves whose guide lies `gap` points above the proof.
fn run_guided(brief: &Brief, gap: f64) -> (Found, Vec<Probe>) {
    let mut probes = Vec::new();
    let Ok(found) = search(brief, |setting, scale| {
        let (score, bytes) = photo_like(setting.quality.quarters());
        let score = Score::new(if scale == Scale::Guide { score + gap } else { score }).unwrap();
        let probe = Probe { setting, scale, bytes, score, worst: None };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    (found, probes)
}

#[test]
fn a_guide_changes_what_is_spent_and_not_what_is_found() {
    let proofs = |probes: &[Probe]| probes.iter().filter(|probe| probe.scale == Scale::Proof).count();
    for goal in [50.0, 61.3, 70.0, 77.9] {
        for gap in [0.0, 0.2, -0.3, 1.5] {
            for start in [40.0, 75.0, 90.0] {
                let families = vec![family(TableFamily::Klein, start)];
                let brief = Brief { guide: Some(0.0), ..brief(goal, families) };
                let (found, probes) = run_guided(&brief, gap);
                let expected = (4..=400).find(|quarters| photo_like(*quarters).0 >= goal).unwrap();
                assert_eq!(passing(found, &probes).setting.quality.quarters(), expected);
                assert_eq!(passing(found, &probes).scale, Scale::File);
                let most = if gap == 0.0 { 3 } else { 4 };
                assert!(proofs(&probes) <= most, "goal {goal}, gap {gap}, start {start}: {probes:?}");
                let guides = probes.iter().filter(|probe| probe.scale == Scale::Guide).count();
                assert!(guides <= 4 + 3 * proofs(&probes), "goal {goal}, gap {gap}, start {start}: {guides}");
            }
        }
    }
}

/// Runs the loop over two families of which the second's files are `factor` times as large.
fn run_led(goal: f64, factor: f64) -> (Found, Vec<Probe>) {
    let families = vec![family(TableFamily::Klein, 70.0), family(TableFamily::AnnexK, 70.0)];
    let mut probes = Vec::new();
    let brief = Brief { guide: Some(1.0), ..brief(goal, families) };
    let Ok(found) = search(&brief, |setting, scale| {
        let (score, bytes) = photo_like(setting.quality.quarters());
        let score = Score::new(if scale == Scale::Guide { score + 1.5 } else { score }).unwrap();
        let second = if setting.tables == TableFamily::AnnexK { factor } else { 1.0 };
        let bytes = (bytes as f64 * second) as usize;
        let probe = Probe { setting, scale, bytes, score, worst: None };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    (found, probes)
}

fn proofs(probes: &[Probe], tables: TableFamily) -> usize {
    probes.iter().filter(|probe| probe.scale == Scale::Proof && probe.setting.tables == tables).count()
}

#[test]
fn only_the_family_that_the_guide_says_is_smaller_is_proved() {
    for (factor, smaller, larger) in
        [(1.2, TableFamily::Klein, TableFamily::AnnexK), (0.8, TableFamily::AnnexK, TableFamily::Klein)]
    {
        let (found, probes) = run_led(70.0, factor);
        assert_eq!(passing(found, &probes).setting.tables, smaller);
        assert_eq!(proofs(&probes, larger), 0, "{probes:?}");
        assert!(proofs(&probes, smaller) <= 3);
    }
}

#[test]
fn a_size_that_only_the_guide_promises_leaves_no_pass_unwritten() {
    let mut brief = Brief { guide: Some(0.0), ..brief(70.0, vec![family(TableFamily::Klein, 70.0)]) };
    let pass = (4..=400).find(|quarters| photo_like(*quarters).0 >= 70.0).unwrap();
    brief.ceiling = photo_like(pass).1;
    let mut probes = Vec::new();
    let Ok(found) = search(&brief, |setting, scale| {
        let (score, bytes) = photo_like(setting.quality.quarters());
        let bytes = if scale == Scale::Guide { 2 * bytes } else { bytes };
        let probe = Probe { setting, scale, bytes, score: Score::new(score).unwrap(), worst: None };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    assert_eq!(passing(found, &probes).setting.quality.quarters(), pass);
}

#[test]
fn where_the_floor_binds_the_guide_does_not_lead() {
    let families = vec![family(TableFamily::Klein, 70.0), family(TableFamily::AnnexK, 70.0)];
    let mut brief = Brief { guide: Some(0.0), ..brief(60.0, families) };
    brief.floor = Score::new(50.0);
    let mut probes = Vec::new();
    let Ok(found) = search(&brief, |setting, scale| {
        let (score, bytes) = photo_like(setting.quality.quarters());
        // The second family is larger at the same score, but not at the same worst cell.
        let (lag, bytes) =
            if setting.tables == TableFamily::AnnexK { (1.0, bytes * 5 / 4) } else { (22.0, bytes) };
        let worst = if scale == Scale::Guide { None } else { Score::new(score - lag) };
        let probe = Probe { setting, scale, bytes, score: Score::new(score).unwrap(), worst };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    let chosen = passing(found, &probes);
    assert_eq!(chosen.setting.tables, TableFamily::AnnexK);
    assert!(proofs(&probes, TableFamily::Klein) <= 7, "{probes:?}");
    let guided = |probe: &&Probe| probe.scale == Scale::Guide;
    assert!(probes.iter().filter(guided).count() <= 8);
}

#[test]
fn where_one_family_is_out_of_reach_the_next_is_tried_whatever_the_guide_says() {
    let families = vec![family(TableFamily::Klein, 70.0), family(TableFamily::AnnexK, 70.0)];
    let brief = Brief { guide: Some(0.0), ..brief(80.0, families) };
    let mut probes = Vec::new();
    let Ok(found) = search(&brief, |setting, scale| {
        let (score, bytes) = photo_like(setting.quality.quarters());
        let annex_k = setting.tables == TableFamily::AnnexK;
        let bonus = if annex_k || scale == Scale::Guide { 4.0 } else { 0.0 };
        let bytes = if annex_k { 2 * bytes } else { bytes };
        let probe = Probe { setting, scale, bytes, score: Score::new(score + bonus).unwrap(), worst: None };
        probes.push(probe);
        Ok::<_, Infallible>(probe)
    });
    assert_eq!(passing(found, &probes).setting.tables, TableFamily::AnnexK);
}

#[test]
fn an_error_of_the_probe_ends_the_search() {
    let brief = brief(75.0, vec![family(TableFamily::Klein, 70.0)]);
    assert_eq!(search(&brief, |_, _| Err::<Probe, _>("no disk")), Err("no disk"));
}

proptest! {
    /// Any table of scores and sizes, however wild: the loop ends, and what it returns passes, is within the
    /// ceiling, and no passing probe is smaller.
    #[test]
    fn whatever_the_curve_only_a_pass_is_returned(
        scores in prop::collection::vec(-50.0..100.0_f64, 397),
        bytes in prop::collection::vec(1_usize..10_000, 397),
        goal in -60.0..110.0_f64,
        start in 1.0..100.0_f64,
        ceiling in 1_usize..20_000,
    ) {
        let mut brief = brief(goal, vec![family(TableFamily::Klein, start), family(TableFamily::AnnexK, start)]);
        brief.ceiling = ceiling;
        let (found, probes) = run(&brief, |_| {
            let (scores, bytes) = (scores.clone(), bytes.clone());
            Box::new(move |quarters| (scores[(quarters - 4) as usize], bytes[(quarters - 4) as usize]))
        });
        match found {
            Found::Passing(index) => {
                let chosen = probes[index];
                prop_assert!(chosen.score >= brief.goal && chosen.bytes <= ceiling);
                let files = probes.iter().filter(|p| p.scale == Scale::File && p.score >= brief.goal);
                prop_assert!(files.clone().all(|p| p.bytes >= chosen.bytes));
                prop_assert_eq!(chosen.scale, Scale::File);
            }
            Found::OutOfReach(index) => {
                prop_assert!(probes.iter().all(|p| p.score < brief.goal && p.score <= probes[index].score));
            }
            Found::TooLarge => {
                let files = probes.iter().filter(|p| p.scale == Scale::File);
                prop_assert!(files.clone().all(|p| p.bytes > ceiling));
            }
        }
    }

    /// On a curve that wobbles around a rising one, the neighbour of the answer failed.
    #[test]
    fn under_wobble_the_neighbour_of_the_answer_failed(
        wobble in prop::collection::vec(-0.4..0.4_f64, 397),
        goal in 30.0..85.0_f64,
        start in 1.0..100.0_f64,
    ) {
        let brief = brief(goal, vec![family(TableFamily::Klein, start)]);
        let (found, probes) = run(&brief, |_| {
            let wobble = wobble.clone();
            Box::new(move |quarters| (photo_like(quarters).0 + wobble[(quarters - 4) as usize], photo_like(quarters).1))
        });
        if let Found::Passing(index) = found {
            // Sizes matter not: where the bracket closed, the step below the pass has failed.
            let neighbour = probes[index].setting.quality.coarser();
            prop_assert!(probes.iter().any(|p| Some(p.setting.quality) == neighbour && p.score < brief.goal));
        }
        prop_assert!(probes.len() <= 24, "{} probes", probes.len());
    }

    /// A guide that says anything at all costs probes and nothing else.
    #[test]
    fn whatever_the_guide_says_the_neighbour_of_the_answer_failed(
        guide in prop::collection::vec(-50.0..100.0_f64, 397),
        goal in 30.0..78.5_f64,
        start in 1.0..100.0_f64,
        gap in -5.0..5.0_f64,
    ) {
        let brief = Brief { guide: Some(gap), ..brief(goal, vec![family(TableFamily::Klein, start)]) };
        let mut probes = Vec::new();
        let Ok(found) = search(&brief, |setting, scale| {
            let quarters = setting.quality.quarters();
            let (score, bytes) = photo_like(quarters);
            let score = if scale == Scale::Guide { guide[(quarters - 4) as usize] } else { score };
            let probe = Probe { setting, scale, bytes, score: Score::new(score).unwrap(), worst: None };
            probes.push(probe);
            Ok::<_, Infallible>(probe)
        });
        let expected = (4..=400).find(|quarters| photo_like(*quarters).0 >= goal).unwrap();
        prop_assert_eq!(passing(found, &probes).setting.quality.quarters(), expected);
        let proofs = probes.iter().filter(|probe| probe.scale == Scale::Proof).count();
        prop_assert!(proofs <= 20, "{} proofs", proofs);
    }
}

#[test]
fn where_the_first_pass_wins_no_other_family_is_tried_but_after_a_family_without_one() {
    let families = || vec![family(TableFamily::Klein, 70.0), family(TableFamily::AnnexK, 70.0)];
    let curve_of = |tables| -> Curve {
        let lost = if tables == TableFamily::Klein { 10.0 } else { 0.0 };
        Box::new(move |quarters| (photo_like(quarters).0 - lost, photo_like(quarters).1))
    };
    let goals = [(60.0, TableFamily::Klein), (75.0, TableFamily::AnnexK)];
    for ((goal, wanted), guide) in goals.into_iter().flat_map(|goal| [(goal, None), (goal, Some(0.5))]) {
        let brief = Brief { winner: Winner::First, guide, ..brief(goal, families()) };
        let (found, probes) = run(&brief, curve_of);
        assert_eq!(passing(found, &probes).setting.tables, wanted, "goal {goal}");
        let tried_second = probes.iter().any(|probe| probe.setting.tables == TableFamily::AnnexK);
        assert_eq!(tried_second, wanted == TableFamily::AnnexK);
    }
    let (found, probes) = run(&brief(60.0, families()), curve_of);
    assert_eq!(passing(found, &probes).setting.tables, TableFamily::AnnexK);
}
