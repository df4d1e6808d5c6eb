//! Goals of the service's profile.

use crate::Config;
use scrimp::{ClassRule, ClassRules, Goal, Look, Options, Rollout};
use scrimp_batch::profile::{AUTO, ByClass, Profile, ProfileError};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// What the profile has for requests, resolved when the service starts; nothing where there is no profile.
#[derive(Debug, Default)]
pub(crate) struct Goals {
    /// By what a request may name: the profile's classes, and [`AUTO`] if it has what that needs.
    by_name: BTreeMap<String, ByClass<ClassRule>>,
    /// For a request that names nothing; none where the profile has several classes and no `photo`.
    usual: Option<ByClass<ClassRule>>,
    /// On which photos they are tried, and what the others are held to; none where they hold for all.
    trial: Option<(Rollout, Goal)>,
}

impl Goals {
    /// Those of the profile that the configuration names.
    ///
    /// # Errors
    /// Where it cannot be read, is none, is stale, or has nothing for shrinking.
    pub(crate) fn open(config: &Config) -> io::Result<Self> {
        let trial = trial(config)?;
        let Some(path) = &config.profile else { return Ok(Self::default()) };
        let read = || {
            let profile = Profile::read(path)?;
            if !config.accept_stale_profile {
                profile.ensure_current(path)?;
            }
            Ok(Self { trial, ..Self::of(&profile, path)? })
        };
        let goals =
            read().map_err(|error| io::Error::other(format!("profile: {error}{}", remedy(&error))))?;
        if trial.is_some() && !goals.have_something_to_try() {
            return Err(io::Error::other(
                "rollout and shadow: there is nothing to try, as the profile holds photos to what the control does: \
                 set control to another goal",
            ));
        }
        Ok(goals)
    }

    /// Whether any class holds photos to something else than the control.
    fn have_something_to_try(&self) -> bool {
        self.by_name.values().chain(&self.usual).any(|goals| {
            let mut options = Options::default();
            self.take(goals, None, &mut options);
            !options.has_nothing_to_try()
        })
    }

    fn of(profile: &Profile, path: &Path) -> Result<Self, ProfileError> {
        let usual = match profile.rules(path, None) {
            Ok(usual) => Some(usual),
            Err(ProfileError::WhichClass { .. }) => None,
            Err(error) => return Err(error),
        };
        let names = profile.classes.keys().map(String::as_str).chain([AUTO]);
        let by_name = names.filter_map(|name| Some((name.to_owned(), profile.rules(path, Some(name)).ok()?)));
        Ok(Self { by_name: by_name.collect(), usual, trial: None })
    }

    /// Lets the photo go by the goal of the class of this name.
    ///
    /// # Errors
    /// Where there is no such class: what there is.
    pub(crate) fn take_class(&self, name: &str, options: &mut Options) -> Result<(), String> {
        if self.by_name.is_empty() {
            return Err("the service has no profile; whoever runs it sets profile".to_owned());
        }
        let goals = self.by_name.get(name).ok_or_else(|| {
            let names: Vec<_> = self.by_name.keys().map(String::as_str).collect();
            format!("{name:?} is none of the service's profile, which has {}", names.join(", "))
        })?;
        self.take(goals, Some(name), options);
        Ok(())
    }

    /// Lets the photo go by the profile's goal for whoever names none, if it has one.
    pub(crate) fn take_usual(&self, options: &mut Options) {
        self.usual.iter().for_each(|goals| self.take(goals, None, options));
    }

    /// The one place where a goal of the profile becomes a request's.
    fn take(&self, goals: &ByClass<ClassRule>, name: Option<&str>, options: &mut Options) {
        goals.usual.apply(options);
        options.class_rules = ClassRules::new(goals.others.clone());
        if let Some((rollout, control)) = self.trial {
            options.rollout = Some(match name {
                Some(name) if name != AUTO => rollout.of_class(name),
                // Classes that are found by themselves share one draw.
                _ => rollout,
            });
            options.control.goal = control;
        }
    }
}

/// What the configuration says of a rollout.
///
/// # Errors
/// Where there is nothing to try, or nothing that it is set against.
fn trial(config: &Config) -> io::Result<Option<(Rollout, Goal)>> {
    let Config { profile, rollout, shadow, control, .. } = config;
    let trial = Rollout::asked(*rollout, *shadow);
    match (profile, trial, control) {
        (None, Some(_), _) => {
            Err(io::Error::other("rollout and shadow try the goals of a profile: set profile"))
        }
        (_, None, Some(_)) => Err(io::Error::other("control goes with rollout or shadow: set one of them")),
        (_, trial, control) => {
            Ok(trial.map(|rollout| (rollout, control.unwrap_or_else(|| Look::default().goal()))))
        }
    }
}

/// What whoever runs the service can do about a profile, as the end of its sentence.
const fn remedy(error: &ProfileError) -> &'static str {
    match error {
        ProfileError::Stale { .. } => " with the setting accept_stale_profile",
        _ => "",
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::query;
    use scrimp::{Chroma, Limits, SizeLimit};
    use scrimp_batch::calibrate::Interval;
    use scrimp_batch::profile::{Class, Made, ShrinkRule};

    /// Those of a profile with these classes, each with its goal; without any those of no profile.
    pub(crate) fn goals(classes: &[(&str, &str)]) -> Result<Goals, ProfileError> {
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
        if classes.is_empty() {
            return Ok(Goals::default());
        }
        let mut profile = Profile::default();
        for (name, goal) in classes {
            let rule = ShrinkRule {
                goal: (*goal).into(),
                floor: None,
                subsampling: None,
                other_formats: None,
                made: made.clone(),
            };
            profile.classes.insert((*name).into(), Class { shrink: Some(rule), classic: None });
        }
        Goals::of(&profile, Path::new("profile.toml"))
    }

    /// What a query comes to with such a profile.
    fn asked(classes: &[(&str, &str)], query: &str) -> Result<Options, String> {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let goals = goals(classes).unwrap();
        query::options(pairs, Limits::default(), &goals).map_err(|problem| {
            assert_eq!(problem.code, "bad_option");
            problem.detail
        })
    }

    const SEVERAL: &[(&str, &str)] =
        &[("menu", "ssimulacra2=65"), ("photo", "ssimulacra2=85"), ("scan", "ssimulacra2=62")];
    const NO_PHOTO: &[(&str, &str)] = &[("menu", "ssimulacra2=65"), ("scan", "ssimulacra2=62")];
    const ONE: &[(&str, &str)] = &[("menu", "ssimulacra2=65")];

    #[test]
    fn the_goal_is_that_of_the_class_of_the_profile_or_of_the_request() {
        // A query, the goal, and how many goals there are for what a photo is found to be.
        for (classes, query, goal, others) in [
            (SEVERAL, "", 85.0, 2),
            (SEVERAL, "class=auto", 85.0, 2),
            (SEVERAL, "class=photo", 85.0, 0),
            (SEVERAL, "class=menu&effort=fast", 65.0, 0),
            (SEVERAL, "look=web", 70.0, 0),
            (SEVERAL, "goal=ssimulacra2=50", 50.0, 0),
            (SEVERAL, "floor=none", 80.0, 0),
            (SEVERAL, "max_bytes=10K", 80.0, 0),
            (NO_PHOTO, "", 80.0, 0),
            (NO_PHOTO, "class=scan", 62.0, 0),
            (ONE, "", 65.0, 0),
            (&[], "", 80.0, 0),
        ] {
            let options = asked(classes, query).unwrap();
            let found = (options.goal.value(), options.class_rules.goals().count());
            assert_eq!(found, (goal, others), "{classes:?} {query}");
        }
    }

    #[test]
    fn what_a_request_says_of_colour_wins_over_the_profile() {
        let chroma = |query: &str| asked(SEVERAL, query).unwrap().chroma;
        assert_eq!(["class=auto", "class=auto&subsampling=keep"].map(chroma), [Chroma::Any, Chroma::Keep]);
        let plain = |query: &str| asked(SEVERAL, query).unwrap().class_rules;
        assert_ne!(plain("class=auto"), plain("class=auto&subsampling=keep"), "of each class");
        assert!(asked(SEVERAL, "subsampling=4:2:0").unwrap_err().contains("any, keep"));
    }

    #[test]
    fn a_size_bounds_a_class_and_alone_is_what_is_asked_for() {
        let size = |query: &str| asked(SEVERAL, query).unwrap().size;
        assert!(matches!(size("class=menu&max_bytes=10K"), SizeLimit::AtMost(10_000)));
        assert!(matches!(size("max_bytes=10K"), SizeLimit::Fill(10_000)));
        assert!(matches!(size("class=menu"), SizeLimit::None));
    }

    #[test]
    fn a_class_that_cannot_be_is_told_with_what_there_is() {
        for other in ["look=web", "goal=ssimulacra2=80", "floor=40"] {
            let told = asked(SEVERAL, &format!("class=menu&{other}")).unwrap_err();
            assert!(told.contains("no look, goal or floor"), "{told}");
        }
        let unknown = asked(SEVERAL, "class=food").unwrap_err();
        assert!(
            unknown.ends_with("\"food\" is none of the service's profile, which has auto, menu, photo, scan")
        );
        let auto = asked(NO_PHOTO, "class=auto").unwrap_err();
        assert!(auto.ends_with("which has menu, scan"), "{auto}");
        let none = asked(&[], "class=menu").unwrap_err();
        assert!(none.ends_with("the service has no profile; whoever runs it sets profile"), "{none}");
    }
}
