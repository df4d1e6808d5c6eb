//! Options of a photo as names and values: of a query, of a signed path.

mod parameters;

pub(crate) use parameters::{OfPair, OfPhoto};

use crate::problem::Problem;
use scrimp::{
    Coding, CountFrom, Credentials, Damage, Effort, Floor, Frames, Goal, Limits, Look, MinSaving, Options,
    SizeLimit, Strip,
};
use std::collections::HashSet;

/// The options that these pairs ask for, within the limits. Each name may come once, and a name that is not known is an
/// error: a misspelt option must not be passed over.
///
/// # Errors
/// `unknown_option`, `duplicate_option` or `bad_option`.
pub(crate) fn options<N: AsRef<str>, V: AsRef<str>>(
    pairs: impl IntoIterator<Item = (N, V)>,
    limits: Limits,
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
    asked.options(limits)
}

/// The names, for messages and documents.
pub(crate) const NAMES: &[&str] = &[
    "look",
    "goal",
    "floor",
    "max_bytes",
    "from",
    "effort",
    "min_saving",
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
    max_bytes: Option<u64>,
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
            "max_bytes" => self.max_bytes = Some(scrimp_batch::parse_bytes(value).map_err(bad)?),
            "from" => self.rest.from = named(value, &CountFrom::ALL, |from| from.name()).map_err(bad)?,
            "effort" => self.rest.effort = named(value, &Effort::ALL, |effort| effort.name()).map_err(bad)?,
            "min_saving" => {
                self.rest.min_saving = value.parse::<MinSaving>().map_err(|e| bad(e.to_string()))?
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

    fn options(self, limits: Limits) -> Result<Options, Problem> {
        let bad = |why: String| Problem::bad_request("bad_option", why);
        let is_given = self.look.is_some() || self.goal.is_some() || self.floor.is_some();
        let goal = match (self.look, self.goal) {
            (Some(_), Some(_)) => return Err(bad("give look or goal, not both".to_owned())),
            (look, None) => look.unwrap_or_default().goal(),
            (None, Some(goal)) => goal,
        };
        let mut options = self.rest;
        options.goal =
            goal.with_floor(self.floor.unwrap_or_default()).map_err(|error| bad(error.to_string()))?;
        // As on the command line: a size alone asks for the best score within.
        options.size = match self.max_bytes {
            None => SizeLimit::None,
            Some(bytes) if is_given => SizeLimit::AtMost(bytes),
            Some(bytes) => SizeLimit::Fill(bytes),
        };
        options.limits = limits;
        Ok(options)
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
