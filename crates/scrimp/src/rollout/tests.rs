use super::*;
use crate::{
    Alpha, Channels, Goal, Look, Metadata, Metric, Photo, Raster, Samples, SizeLimit, Source, shrink,
};
use scrimp_testkit::scenes;

fn rollout(text: &str) -> Rollout {
    text.parse().unwrap()
}

fn drawn(rollout: Rollout) -> Vec<u32> {
    (0..100_000_u32).filter(|number| rollout.draws(&number.to_le_bytes())).collect()
}

#[test]
fn a_share_is_written_in_percent() {
    let shares = ["0%", "0.05%", " 1 %", "33.3333%", "100%"].map(|text| rollout(text).share());
    assert_eq!(shares, [0.0, 0.0005, 0.01, 0.333_333, 1.0]);
    for wrong in ["1", "", "%", "-1%", "100.1%", "NaN%", "one%", "0.00001%"] {
        let error = wrong.parse::<Rollout>().unwrap_err().to_string();
        assert!(error.contains("0% to 100%") && error.contains(&format!("{wrong:?}")), "{error}");
    }
}

#[test]
fn as_many_are_drawn_as_the_share_says_and_more_of_them_by_a_larger_one() {
    assert!(drawn(rollout("0%")).is_empty());
    assert_eq!(drawn(rollout("100%")).len(), 100_000);
    let (few, many) = (drawn(rollout("1%")), drawn(rollout("10%")));
    // Four standard deviations of a binomial distribution.
    assert!(
        few.len().abs_diff(1000) < 126 && many.len().abs_diff(10_000) < 380,
        "{} {}",
        few.len(),
        many.len()
    );
    assert!(few.iter().all(|number| many.contains(number)));
    assert_eq!(few[..4], [80, 114, 257, 687], "the same photos in every version and on every machine");
}

#[test]
fn each_class_has_a_draw_of_its_own() {
    let [menu, food] = ["menu", "food"].map(|name| drawn(rollout("10%").of_class(name)));
    let both = menu.iter().filter(|number| food.contains(number)).count();
    assert!(menu.len().abs_diff(10_000) < 380 && food.len().abs_diff(10_000) < 380);
    assert!(both.abs_diff(1000) < 126, "{both}");
    assert_eq!(menu, drawn(rollout("10%").of_class("menu")));
}

/// 70 points are tried, and the others are held to 90.
fn options(rollout: Option<Rollout>) -> Options {
    Options { rollout, control: ClassRule::of_goal(Look::Archive.goal()), ..Options::look(Look::Web) }
}

fn made() -> Vec<u8> {
    scrimp_testkit::png(&scenes::landscape(160, 120, 3))
}

fn by(look: Look) -> Outcome {
    shrink(&made(), &Options::look(look)).unwrap()
}

#[test]
fn who_is_drawn_is_held_to_what_is_tried_and_the_others_to_the_control() {
    for (share, arm, look) in [("100%", Arm::Treatment, Look::Web), ("0%", Arm::Control, Look::Archive)] {
        let outcome = shrink(&made(), &options(Some(rollout(share)))).unwrap();
        assert_eq!(outcome.bytes(), by(look).bytes());
        assert_eq!(outcome.decision().rollout, Some(RolloutRecord { arm, shadow: None }));
        assert_eq!(outcome.decision().goal, by(look).decision().goal);
    }
    assert_eq!(shrink(&made(), &options(None)).unwrap().decision().rollout, None);
}

#[test]
fn in_the_shadow_it_is_told_what_would_have_become_of_it() {
    let outcome = shrink(&made(), &options(Some(Rollout::ALL.in_shadow()))).unwrap();
    let tried = by(Look::Web);
    assert_eq!(outcome.bytes(), by(Look::Archive).bytes());
    let record = outcome.decision().rollout.unwrap();
    let shadow = record.shadow.unwrap();
    assert_eq!(record.arm, Arm::Control);
    assert_eq!((shadow.outcome, shadow.code), ("saved", "goal_met"));
    assert_eq!(shadow.output_bytes, tried.bytes().map(<[u8]>::len));
    assert_eq!((shadow.score, shadow.setting), (tried.decision().score, tried.decision().setting));
    assert_eq!(shadow.goal, Some(tried.decision().goal));
    let left_out = shrink(&made(), &options(Some(rollout("0%").in_shadow()))).unwrap();
    assert_eq!(left_out.decision().rollout, Some(RolloutRecord { arm: Arm::Control, shadow: None }));
}

#[test]
fn the_control_has_none_of_the_rules_that_are_tried() {
    let rules = |rollout| Options {
        chroma: crate::Chroma::Keep,
        others: crate::OtherFormats::Convert,
        convert: Convert::Open,
        ..options(rollout)
    };
    let treated = shrink(&made(), &rules(Some(Rollout::ALL))).unwrap();
    assert_eq!(treated.decision().setting.unwrap().subsampling, "4:4:4");
    let shadowed = shrink(&made(), &rules(Some(Rollout::ALL.in_shadow()))).unwrap();
    assert_eq!(shadowed.code(), "not_photo_like", "as without what is tried");
    assert_eq!(shadowed.decision().rollout.unwrap().shadow.unwrap().outcome, "saved");
    let mut only_rules = rules(Some(Rollout::ALL));
    only_rules.control.goal = only_rules.goal;
    assert!(!only_rules.has_nothing_to_try());
}

#[test]
fn pixels_in_memory_are_drawn_by_their_samples() {
    let samples: Vec<u8> = (0..64 * 48 * 3).map(|i| (i * i % 251) as u8).collect();
    let eight = |samples| Raster::new(64, 48, Channels::Rgb, Alpha::None, samples).unwrap();
    let wide = samples.iter().map(|sample| u16::from(*sample) * 257).collect();
    for raster in [eight(Samples::Eight(samples)), eight(Samples::Sixteen(wide))] {
        let shrunk = |options: &Options| Source::Raster(raster.clone(), Metadata::default()).shrink(options);
        let shadowed = shrunk(&options(Some(Rollout::ALL.in_shadow()))).unwrap();
        let [tried, control] = [Look::Web, Look::Archive].map(|look| shrunk(&Options::look(look)).unwrap());
        assert_eq!(shadowed.bytes(), control.bytes());
        let shadow = shadowed.decision().rollout.unwrap().shadow.unwrap();
        assert_eq!(shadow.output_bytes, tried.bytes().map(<[u8]>::len));
        assert!(shadow.output_bytes < control.bytes().map(<[u8]>::len));
    }
}

#[test]
fn what_is_tried_cannot_harm_a_photo_but_an_interruption_is_heard() {
    let shadow = Shadow::of(Err(Error::Damaged("torn".into())), 100, Convert::Always).unwrap();
    assert_eq!((shadow.outcome, shadow.code, shadow.output_bytes), ("refused", "damaged", None));
    assert!(matches!(Shadow::of(Err(Error::Interrupted), 100, Convert::Always), Err(Error::Interrupted)));
    let Outcome::Saved(shrunk) = by(Look::Web) else { panic!("it gets smaller") };
    let larger = Shadow::of(Ok(Outcome::BestEffort(shrunk)), 1, Convert::Always).unwrap();
    assert_eq!((larger.outcome, larger.output_bytes), ("best_effort", None), "it would not be written");
}

#[test]
fn a_defect_in_what_is_tried_leaves_the_control_its_result() {
    let options = options(Some(Rollout::ALL.in_shadow()));
    let outcome =
        by_arm(&options, options.rollout.map(|rollout| rollout.draw(b"photo")), 1 << 20, |options| {
            if options.goal == Look::Web.goal() {
                std::panic::resume_unwind(Box::new("a defect"));
            }
            Ok(by(Look::Archive))
        });
    let outcome = outcome.unwrap();
    assert_eq!(outcome.bytes(), by(Look::Archive).bytes());
    let shadow = outcome.decision().rollout.unwrap().shadow.unwrap();
    assert_eq!((shadow.outcome, shadow.code), ("refused", "defect"));
}

#[test]
fn both_arms_together_have_the_time_of_one() {
    let options = options(Some(Rollout::ALL.in_shadow()));
    let left = |spent| options.in_shadow(Duration::from_millis(spent)).limits.time;
    assert_eq!([0, 1999, 59_000, 90_000].map(left), [60, 59, 1, 0]);
}

#[test]
fn a_photo_is_held_to_what_its_arm_says() {
    let goal = |rollout| options(rollout).of_arm(b"photo").goal.value();
    assert_eq!([None, Some(Rollout::ALL), Some(rollout("0%"))].map(goal), [70.0, 70.0, 90.0]);
}

#[test]
fn one_goal_for_both_arms_is_nothing_to_try() {
    let trial = |change: fn(&mut Options)| {
        let mut options = options(Some(Rollout::ALL));
        change(&mut options);
        options.has_nothing_to_try()
    };
    assert!(!trial(|_| ()));
    assert!(trial(|options| options.control.goal = options.goal));
    assert!(trial(|options| options.size = SizeLimit::Fill(1000)));
    assert!(!trial(|options| {
        options.control.goal = options.goal;
        options.rollout = None;
    }));
}

#[test]
fn the_memory_is_that_of_the_photos_own_arm_and_of_a_shadow_that_fits() {
    let (hungry, frugal) = (Goal::new(Metric::Butteraugli, 1.0).unwrap(), options(None).goal);
    let needed = |[tried, control]: [Goal; 2], rollout, memory| {
        let control = ClassRule::of_goal(control);
        let mut options = Options { goal: tried, control, ..options(rollout) };
        options.limits.memory = memory;
        Photo::memory_needed(&made(), &options).unwrap()
    };
    let [little, much] = [frugal, hungry].map(|goal| needed([goal, goal], None, u64::MAX));
    assert!(little < much);
    let (all, shadow) = (Some(Rollout::ALL), Some(Rollout::ALL.in_shadow()));
    assert_eq!(needed([frugal, hungry], all, u64::MAX), little);
    assert_eq!(needed([frugal, hungry], Some(rollout("0%")), u64::MAX), much);
    assert_eq!(needed([hungry, frugal], shadow, u64::MAX), much);
    assert_eq!(needed([hungry, frugal], shadow, much - 1), little);
}

#[test]
fn a_shadow_that_takes_too_much_memory_is_told_to_be_refused_and_the_photo_is_done() {
    let tried = Goal::new(Metric::Butteraugli, 1.0).unwrap();
    let mut options = Options { goal: tried, ..options(Some(Rollout::ALL.in_shadow())) };
    options.limits.memory = Photo::memory_needed(&made(), &options).unwrap() - 1;
    let outcome = shrink(&made(), &options).unwrap();
    let part = outcome.decision().rollout.unwrap();
    let told = part.shadow.map(|shadow| (shadow.outcome, shadow.code));
    assert_eq!((outcome.name(), told), ("saved", Some(("refused", "limit_memory"))));
}
