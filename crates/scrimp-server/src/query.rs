//! Options of a photo as names and values: of a query, of a signed path.

mod parameters;

pub(crate) use parameters::{OfPair, OfPhoto};

use crate::goals::Goals;
use crate::problem::Problem;
use scrimp::{
    Chroma, Coding, CountFrom, Credentials, Damage, Effort, Floor, Frames, Goal, Limits, Look, MinSaving,
    Options, SizeLimit, Strip,
};
use std::collections::HashSet;

/// The options that these pairs ask for, within the limits; `goals` are those of the service's profile. Each name may come
/// once, and a name that is not known is an error: a misspelt option must not be passed over.
///
/// # Errors
/// `unknown_option`, `duplicate_option` or `bad_option`.
pub(crate) fn options<N: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (N, V)>,
    limits: Limits,
    goals: &Goals,
) -> Result<Options, Problem> {
    let mut asked = Asked::default();
    let mut seen = HashSet::new();
    for (name, value) in pairs {
        let (name, value) = (name.as_ref(), value.as_ref());
        if !seen.insert(name.to_owned()) {
            let detail = format!("{name:?} is given more than once");
            return Err(Problem::bad_request("duplicate_option", detail));
        }
        asked.take(name, value)?;
    }
    asked.options(limits, goals)
}

/// The names, for messages and documents.
pub(crate) const NAMES: &[&str] = &[
    "look",
    "goal",
    "floor",
    "class",
    "max_bytes",
    "from",
    "effort",
    "min_saving",
    "subsampling",
    "strip",
    "baseline",
    "break_credentials",
    "background",
    "first_frame",
    "salvage",
];

/// What was asked for, before it is known to fit together.
#[derive(Debug, Default)]
struct Asked {
    look: Option<Look>,
    goal: Option<Goal>,
    floor: Option<Floor>,
    class: Option<String>,
    max_bytes: Option<u64>,
    chroma: Option<Chroma>,
    rest: Options,
}

impl Asked {
    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let bad = |why: String| Problem::bad_request("bad_option", format!("{name}: {why}"));
        match name {
            "look" => self.look = Some(named(value, Look::ALL, |look| look.name()).map_err(bad)?),
            // In a path, `=` and `:` part alike.
            "goal" => {
                let text = value.replacen(':', "=", 1);
                self.goal = Some(text.parse().map_err(|error: scrimp::GoalError| bad(error.to_string()))?);
            }
            "floor" => {
                self.floor = Some(value.parse().map_err(|error: scrimp::GoalError| bad(error.to_string()))?);
            }
            "class" => self.class = Some(value.to_owned()),
            "max_bytes" => self.max_bytes = Some(scrimp_batch::parse_bytes(value).map_err(bad)?),
            "from" => self.rest.from = named(value, &CountFrom::ALL, |from| from.name()).map_err(bad)?,
            "effort" => self.rest.effort = named(value, &Effort::ALL, |effort| effort.name()).map_err(bad)?,
            "min_saving" => {
                self.rest.min_saving = value.parse::<MinSaving>().map_err(|e| bad(e.to_string()))?
            }
            "subsampling" => {
                self.chroma = Some(named(value, Chroma::ALL, |chroma| chroma.name()).map_err(bad)?);
            }
            "strip" => {
                let groups = value.split(',').map(|name| named(name, Strip::ALL, |group| group.name()));
                self.rest.strip = groups.collect::<Result<_, _>>().map_err(bad)?;
            }
            "baseline" if switch(value).map_err(bad)? => self.rest.coding = Coding::Baseline,
            "break_credentials" if switch(value).map_err(bad)? => self.rest.credentials = Credentials::Break,
            "background" => {
                self.rest.background = Some(scrimp::parse_colour(value).map_err(|e| bad(e.to_string()))?)
            }
            "first_frame" if switch(value).map_err(bad)? => self.rest.frames = Frames::First,
            "salvage" if switch(value).map_err(bad)? => self.rest.damage = Damage::Salvage,
            // Switched off, as by default.
            "baseline" | "break_credentials" | "first_frame" | "salvage" => {}
            _ => {
                let detail = format!("no option is called {name:?}; there are {}", NAMES.join(", "));
                return Err(Problem::bad_request("unknown_option", detail));
            }
        }
        Ok(())
    }

    fn options(mut self, limits: Limits, goals: &Goals) -> Result<Options, Problem> {
        let bad = |why: String| Problem::bad_request("bad_option", why);
        let has_own = self.look.is_some() || self.goal.is_some() || self.floor.is_some();
        // As on the command line: a size alone asks for the best score within.
        self.rest.size = match self.max_bytes {
            None => SizeLimit::None,
            Some(bytes) if has_own || self.class.is_some() => SizeLimit::AtMost(bytes),
            Some(bytes) => SizeLimit::Fill(bytes),
        };
        match &self.class {
            Some(_) if has_own => {
                return Err(bad(
                    "class has a goal of its own: give no look, goal or floor with it".to_owned()
                ));
            }
            Some(class) => {
                goals.take_class(class, &mut self.rest).map_err(|why| bad(format!("class: {why}")))?
            }
            None if !has_own && self.max_bytes.is_none() => goals.take_usual(&mut self.rest),
            None => self.rest.goal = self.own_goal().map_err(bad)?,
        }
        if let Some(chroma) = self.chroma {
            self.rest.chroma = chroma;
            self.rest.control.chroma = chroma;
            self.rest.class_rules = self.rest.class_rules.map(|rule| rule.chroma = chroma);
        }
        self.rest.limits = limits;
        Ok(self.rest)
    }

    /// What look, goal and floor come to.
    fn own_goal(&self) -> Result<Goal, String> {
        let goal = match (self.look, self.goal) {
            (Some(_), Some(_)) => return Err("give look or goal, not both".to_owned()),
            (look, None) => look.unwrap_or_default().goal(),
            (None, Some(goal)) => goal,
        };
        goal.with_floor(self.floor.unwrap_or_default()).map_err(|error| error.to_string())
    }
}

fn named<T: Copy>(text: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    let known = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
    all.iter()
        .copied()
        .find(|one| name(*one) == text)
        .ok_or_else(|| format!("{text:?} is none of {}", known()))
}

fn switch(value: &str) -> Result<bool, String> {
    match value {
        "" | "1" | "true" => Ok(true),
        "0" | "false" => Ok(false),
        _ => Err(format!("{value:?} is neither true nor false")),
    }
}
