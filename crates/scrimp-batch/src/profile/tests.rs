use super::*;

fn made() -> Made {
    let calibrated = Calibrated {
        goal: 78.4,
        goal_interval: Interval(77.1, 79.0),
        figure: 0.3,
        figure_interval: Interval(0.28, 0.33),
        saving: Some(0.3),
        saving_interval: Some(Interval(0.28, 0.33)),
    };
    let photo = |number: u64| Measured {
        input_bytes: 1000,
        content: format!("{number:032x}"),
        pixels: number * 1_000_000,
        curve: None,
        fixed: None,
        classic: None,
    };
    Made::now(Aim::Save(0.3), (1..=21).map(photo).collect::<Vec<_>>().iter(), &calibrated)
}

fn profile() -> Profile {
    let mut profile = Profile::default();
    let shrink = ShrinkRule {
        goal: "ssimulacra2=78.4".into(),
        floor: Some("50".into()),
        subsampling: Some("keep".into()),
        other_formats: Some("convert".into()),
        made: made(),
    };
    let classic = ClassicRule::new(&Classic::today(), 0.9705, made());
    profile.classes.insert("menu".into(), Class { shrink: Some(shrink), classic: Some(classic) });
    profile
}

#[test]
fn a_profile_reads_as_it_was_written() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("profile.toml");
    profile().write(&path).unwrap();
    let read = Profile::read(&path).unwrap();
    assert_eq!(read, profile());
    assert_eq!(made().megapixels, [2.0, 11.0, 20.0]);
    let ClassRule { goal, chroma, others } = read.rules(&path, None).unwrap().usual;
    assert_eq!((goal.value(), goal.floor()), (78.4, Some(50.0)));
    assert_eq!((chroma, others), (Chroma::Keep, OtherFormats::Convert));
    let classic = read.classics(&path, Some("menu")).unwrap().usual;
    assert_eq!((classic.goal.share(), classic.resize), (0.9705, Filter::Bicubic));
    read.ensure_current(&path).unwrap();
}

#[test]
fn what_is_wrong_with_a_profile_is_told() {
    let path = Path::new("p.toml");
    let mut profile = profile();
    let no_class = profile.rules(path, Some("food")).unwrap_err().to_string();
    assert!(no_class.contains("\"food\"") && no_class.contains("it has menu"), "{no_class}");
    profile.classes.insert("food".into(), Class { classic: None, ..profile.classes["menu"].clone() });
    let which = profile.rules(path, None).unwrap_err().to_string();
    assert!(which.ends_with("has several classes, food, menu: name one of them"), "{which}");
    assert!(profile.classics(path, None).is_ok(), "only one has that");
    profile.versions.encoder = "scrimp 0.0.1".into();
    let stale = profile.ensure_current(path).unwrap_err().to_string();
    assert!(stale.contains("scrimp 0.0.1") && stale.ends_with("or take it as it is"), "{stale}");
    profile.classes.clear();
    for name in [None, Some("menu"), Some(AUTO)] {
        let empty = profile.rules(path, name).unwrap_err().to_string();
        assert_eq!(empty, "p.toml has no class for shrink: calibrate one");
    }
    let missing = Profile::read(Path::new("none.toml")).unwrap_err().to_string();
    assert!(missing.starts_with("none.toml cannot") && missing.contains("it cannot be read: "), "{missing}");
}

#[test]
fn a_class_is_found_where_none_is_named_of_several() {
    use scrimp::Class as Kind;
    let path = Path::new("p.toml");
    let mut profile = profile();
    let menu = profile.classes["menu"].clone();
    let goal_of = |goal: &str| {
        let rule = menu.shrink.clone().map(|rule| ShrinkRule { goal: goal.into(), ..rule });
        Class { shrink: rule, classic: None }
    };
    assert!(profile.rules(path, None).unwrap().others.is_empty(), "there is but one");
    let error = profile.rules(path, Some(AUTO)).unwrap_err().to_string();
    assert!(error.contains("no class \"photo\""), "{error}");
    profile.classes.insert("scan".into(), goal_of("ssimulacra2=60"));
    assert!(matches!(profile.rules(path, None), Err(ProfileError::WhichClass { .. })));
    profile.classes.insert("photo".into(), goal_of("ssimulacra2=80"));
    let found = profile.rules(path, None).unwrap();
    let of = |class: Kind| found.others.get(&class).map(|rule| rule.goal.value());
    assert_eq!((found.usual.goal.value(), of(Kind::Scan), of(Kind::LineArt)), (80.0, Some(60.0), None));
    assert_eq!(profile.rules(path, Some(AUTO)).unwrap(), found);
    let menu = profile.rules(path, Some("menu")).unwrap();
    assert_eq!((menu.usual.goal.value(), menu.others.is_empty()), (78.4, true));
    assert!(profile.classics(path, None).unwrap().others.is_empty(), "only menu has that");
}

#[test]
fn goals_that_make_no_sense_are_no_profile() {
    let room = tempfile::tempdir().unwrap();
    let path = room.path().join("profile.toml");
    let text = toml::to_string(&profile()).unwrap();
    for (right, wrong) in [
        ("ssimulacra2=78.4", "beauty=3"),
        ("\"50\"", "\"90\""),
        ("bicubic", "best"),
        ("lo = 80", "lo = 0"),
        ("\"keep\"", "\"4:1:1\""),
        ("\"convert\"", "\"some\""),
    ] {
        assert!(text.contains(right));
        std::fs::write(&path, text.replace(right, wrong)).unwrap();
        let error = Profile::read(&path).unwrap_err().to_string();
        assert!(error.contains("is no profile"), "{error}");
    }
}
