use super::*;
use crate::{Chroma, Goal, Options, OtherFormats};
use proptest::prelude::*;
use scrimp_jpeg::Channels;
use scrimp_testkit::scenes::{self, Scene};

fn pixels(scene: Scene) -> Pixels {
    let channels = if scene.channels == 1 { Channels::Gray } else { Channels::Rgb };
    Pixels::new(scene.width, scene.height, channels, scene.samples).unwrap()
}

#[test]
fn pictures_are_called_what_they_are() {
    type Painter = fn(usize, usize, u64) -> Scene;
    let painters: [(Class, &[Painter]); 5] = [
        (Class::Photo, &[scenes::landscape, scenes::still_life, scenes::facade]),
        (Class::Screenshot, &[scenes::screenshot]),
        (Class::LineArt, &[scenes::text_page, scenes::drawing]),
        (Class::Scan, &[scenes::scan]),
        (Class::DarkNoisy, &[scenes::night]),
    ];
    for (class, painters) in painters {
        for (painter, seed) in painters.iter().flat_map(|painter| [(painter, 3), (painter, 4)]) {
            let scene = painter(640, 480, seed);
            let traits = Traits::of(&pixels(scene.clone())).unwrap();
            assert_eq!(traits.class(), class, "{seed}: {traits:?}");
            assert_eq!(Class::of(&pixels(scene.gray())), class, "{seed}, gray: {traits:?}");
        }
    }
}

#[test]
fn what_is_not_clearly_something_else_is_a_photo() {
    // Calm as a drawing, but for its edges: a gradient, one colour, a photo before nothing.
    let ramp = |x: usize| [(x / 3) as u8; 3];
    let gradient: Vec<u8> = (0..480).flat_map(|_| (0..640).flat_map(ramp)).collect();
    let mut masked = scenes::landscape(640, 480, 1);
    let inside = masked.samples.chunks_exact_mut(3).enumerate().filter(|(index, _)| index % 640 > 200);
    inside.for_each(|(_, pixel)| pixel.fill(255));
    for scene in [
        Scene { width: 640, height: 480, channels: 3, samples: gradient },
        scenes::flat(640, 480, [200, 30, 40]),
        masked,
    ] {
        assert_eq!(Class::of(&pixels(scene)), Class::Photo);
    }
}

#[test]
fn names_name_their_classes() {
    for class in Class::ALL {
        assert_eq!(Class::from_name(class.name()), Some(class));
    }
    assert_eq!(Class::from_name("Photo"), None);
}

#[test]
fn the_blocks_that_are_looked_at_lie_in_the_picture_and_are_not_too_many() {
    for (columns, rows) in [(0, 5), (1, 1), (8187, 1), (1, 8187), (33, 17), (500, 375), (2000, 2000)] {
        let places: Vec<_> = traits::places(columns, rows).collect();
        assert!(places.iter().all(|(column, row)| *column < columns && *row < rows));
        assert!(places.len() <= 2048, "{}", places.len());
        assert!(places.len() >= (columns * rows).min(512) / 4, "{columns} x {rows}: {}", places.len());
    }
}

#[test]
fn a_photo_goes_by_the_goal_of_its_class() {
    let mut options = Options::default();
    let goal = |value: f64| Goal::new(crate::Metric::Ssimulacra2, value).unwrap();
    options.class_rules = ClassRules::new([(Class::Screenshot, ClassRule::of_goal(goal(62.0)))].into());
    let goal_of = |scene: Scene| {
        let outcome = crate::shrink(&scrimp_testkit::png(&scene), &options).unwrap();
        (outcome.decision().goal.value, outcome.decision().goal.class)
    };
    assert_eq!(goal_of(scenes::screenshot(320, 240, 3)), (Some(62.0), Some(Class::Screenshot)));
    assert_eq!(goal_of(scenes::landscape(160, 120, 3)), (Some(options.goal.value()), Some(Class::Photo)));
    options.class_rules = ClassRules::default();
    let outcome = crate::shrink(&scrimp_testkit::png(&scenes::landscape(64, 48, 3)), &options).unwrap();
    assert_eq!(outcome.decision().goal.class, None, "nobody asked");
}

#[test]
fn a_class_has_its_own_rules_for_colour_and_other_formats() {
    let mut options = Options { convert: crate::Convert::Open, ..Options::default() };
    let goal = options.goal;
    let rule = |chroma, others| ClassRule { goal, chroma, others };
    let rules = [
        (Class::Photo, rule(Chroma::Keep, OtherFormats::Convert)),
        (Class::Screenshot, rule(Chroma::Any, OtherFormats::Keep)),
    ];
    options.class_rules = ClassRules::new(rules.into());
    let shrunk = |scene: Scene| crate::shrink(&scrimp_testkit::png(&scene), &options).unwrap();
    let photo = shrunk(scenes::landscape(160, 120, 3));
    assert!(photo.decision().probes.iter().all(|probe| probe.setting.subsampling == "4:4:4"));
    assert_eq!(photo.code(), "goal_met");
    assert_eq!(shrunk(scenes::screenshot(320, 240, 3)).code(), "not_a_jpeg");
    assert_eq!(shrunk(scenes::scan(320, 240, 3)).code(), "not_photo_like", "of no class that has rules");
}

proptest! {
    #[test]
    fn a_picture_of_any_size_is_of_some_class(
        (width, height, is_gray, seed) in (1_usize..80, 1_usize..80, any::<bool>(), any::<u64>())
    ) {
        for painter in [scenes::static_noise, scenes::screenshot, scenes::scan] {
            let scene = painter(width, height, seed);
            let pixels = pixels(if is_gray { scene.gray() } else { scene });
            let traits = Traits::of(&pixels);
            prop_assert_eq!(traits.is_some(), width >= 8 && height >= 8);
            if let Some(Traits { flat, drawn, ruled, bilevel, paper, text, noise, light }) = traits {
                let shares = [flat, drawn, ruled, bilevel, paper, text];
                prop_assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)));
                prop_assert!((0.0..=255.0).contains(&light) && noise.is_finite());
            }
        }
    }
}
