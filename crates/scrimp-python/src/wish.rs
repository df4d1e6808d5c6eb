//! The keywords of Python as options.

use crate::error::Failure;
use crate::worker::Flag;
use pyo3::prelude::*;
use scrimp::{
    Chroma, ClassRule, ClassRules, Coding, CountFrom, Credentials, Damage, Effort, Floor, Frames, Goal,
    LimitKind, Limits, Look, MinSaving, Options, OtherFormats, Rollout, SizeLimit, Strip,
};
use scrimp_batch::profile::{AUTO, ByClass, Profile};
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a caller asks for: an item for each keyword.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Wish {
    look: Option<String>,
    goal: Option<String>,
    floor: Option<String>,
    profile: Option<PathBuf>,
    /// In the profile.
    class: Option<String>,
    accept_stale_profile: bool,
    /// A share in percent.
    rollout: Option<String>,
    shadow: bool,
    /// A look, or METRIC=VALUE.
    control: Option<String>,
    max_bytes: Option<u64>,
    min_saving: f64,
    effort: String,
    subsampling: Option<String>,
    other_formats: Option<String>,
    strip: Vec<String>,
    baseline: bool,
    from_original: bool,
    break_credentials: bool,
    background: Option<[u8; 3]>,
    first_frame: bool,
    salvage: bool,
    threads: usize,
    limits: HashMap<String, u64>,
}

impl Wish {
    /// As options that end the work when the flag is set.
    pub(crate) fn options(self, flag: &Flag) -> Result<Options, Failure> {
        let mut options = Options::default();
        self.set_rules(&mut options)?;
        options.size = self.size();
        self.roll_out(&mut options)?;
        options.from = if self.from_original { CountFrom::Original } else { CountFrom::Source };
        options.min_saving = MinSaving::percent(self.min_saving).ok_or_else(|| {
            Failure::of_option(format!("min_saving is 0 to 99 percent, not {}", self.min_saving))
        })?;
        options.effort = named(
            "effort",
            &self.effort,
            |name| Effort::ALL.into_iter().find(|effort| effort.name() == name),
            &Effort::ALL,
            |effort| effort.name(),
        )?;
        options.strip = self.strip.iter().map(|name| group(name)).collect::<Result<_, _>>()?;
        options.coding = if self.baseline { Coding::Baseline } else { Coding::Progressive };
        options.credentials = if self.break_credentials { Credentials::Break } else { Credentials::Respect };
        options.background = self.background;
        options.frames = if self.first_frame { Frames::First } else { Frames::Single };
        options.damage = if self.salvage { Damage::Salvage } else { Damage::Refuse };
        options.limits = limits(&self.limits)?;
        options.threads = NonZeroUsize::new(self.threads)
            .ok_or_else(|| Failure::of_option("threads: at least one has to do the work"))?;
        options.interrupt = Some(Arc::clone(flag));
        Ok(options)
    }

    /// Sets the goal, and what holds instead for photos that are found to be of a class. What is said here wins over the
    /// profile.
    fn set_rules(&self, options: &mut Options) -> Result<(), Failure> {
        let chroma = self.subsampling.as_deref().map(chroma).transpose()?;
        let others = self.other_formats.as_deref().map(other_formats).transpose()?;
        let said = |rule: &mut ClassRule| {
            rule.chroma = chroma.unwrap_or(rule.chroma);
            rule.others = others.unwrap_or(rule.others);
        };
        let (mut usual, of_classes) = self.rules()?;
        said(&mut usual);
        usual.apply(options);
        said(&mut options.control);
        options.class_rules = of_classes.map(said);
        Ok(())
    }

    fn rules(&self) -> Result<(ClassRule, ClassRules), Failure> {
        let Some(path) = &self.profile else {
            return match &self.class {
                None => Ok((ClassRule::of_goal(self.goal()?), ClassRules::default())),
                Some(_) => Err(Failure::of_option("class_ is one of a profile: name that too")),
            };
        };
        if self.look.is_some() || self.goal.is_some() || self.floor.is_some() {
            return Err(Failure::of_option("the goal comes from the profile: name no look, goal or floor"));
        }
        let profile = read_profile(path, self.accept_stale_profile)?;
        let ByClass { usual, others } =
            profile.rules(path, self.class.as_deref()).map_err(Failure::of_profile)?;
        Ok((usual, ClassRules::new(others)))
    }

    /// Sets on which photos the goal is tried, and what the others are held to.
    fn roll_out(&self, options: &mut Options) -> Result<(), Failure> {
        let rollout = rollout(self.rollout.as_deref(), self.shadow)?;
        options.rollout = rollout.map(|rollout| match &self.class {
            Some(class) if class != AUTO => rollout.of_class(class),
            // Classes that are found by themselves share one draw.
            _ => rollout,
        });
        match &self.control {
            Some(_) if options.rollout.is_none() => {
                return Err(Failure::of_option("control goes with rollout or shadow"));
            }
            Some(goal) => options.control.goal = Goal::named(goal).map_err(Failure::of_option)?,
            None => {}
        }
        if options.has_nothing_to_try() {
            return Err(Failure::of_option(
                "rollout and shadow need a goal to try that is not that of the other photos: name one by goal, look or \
                 profile, or theirs by control",
            ));
        }
        Ok(())
    }

    fn goal(&self) -> Result<Goal, Failure> {
        let goal = match (&self.look, &self.goal) {
            (Some(_), Some(_)) => return Err(Failure::of_option("look and goal: name one of them")),
            (None, Some(goal)) => goal.parse().map_err(Failure::of_option)?,
            (Some(name), None) => look(name)?.goal(),
            (None, None) => Look::default().goal(),
        };
        let floor: Floor = match &self.floor {
            Some(floor) => floor.parse().map_err(Failure::of_option)?,
            None => Floor::Default,
        };
        goal.with_floor(floor).map_err(Failure::of_option)
    }

    /// Without a goal, the best score within.
    fn size(&self) -> SizeLimit {
        let has_goal =
            self.look.is_some() || self.goal.is_some() || self.floor.is_some() || self.profile.is_some();
        match self.max_bytes {
            None => SizeLimit::None,
            Some(bytes) if has_goal => SizeLimit::AtMost(bytes),
            Some(bytes) => SizeLimit::Fill(bytes),
        }
    }
}

/// What is tried on a share of the photos, and whether that is only told; none where that is not asked.
pub(crate) fn rollout(share: Option<&str>, is_shadow: bool) -> Result<Option<Rollout>, Failure> {
    let share = share.map(str::parse).transpose().map_err(Failure::of_option)?;
    Ok(Rollout::asked(share, is_shadow))
}

/// A profile, unless it is stale and that matters.
pub(crate) fn read_profile(path: &Path, accepts_stale: bool) -> Result<Profile, Failure> {
    let profile = Profile::read(path).map_err(Failure::of_profile)?;
    if !accepts_stale {
        profile.ensure_current(path).map_err(Failure::of_profile)?;
    }
    Ok(profile)
}

fn look(name: &str) -> Result<Look, Failure> {
    let find = |name: &str| Look::ALL.iter().copied().find(|look| look.name() == name);
    named("look", name, find, Look::ALL, |look| look.name())
}

fn chroma(name: &str) -> Result<Chroma, Failure> {
    named("subsampling", name, Chroma::from_name, Chroma::ALL, |chroma| chroma.name())
}

fn other_formats(name: &str) -> Result<OtherFormats, Failure> {
    named("other_formats", name, OtherFormats::from_name, OtherFormats::ALL, |others| others.name())
}

fn group(name: &str) -> Result<Strip, Failure> {
    named("strip", name, Strip::from_name, Strip::ALL, |group| group.name())
}

fn limits(wished: &HashMap<String, u64>) -> Result<Limits, Failure> {
    let mut limits = Limits::default();
    for (name, value) in wished {
        *limits.get_mut(limit(name)?) = *value;
    }
    Ok(limits)
}

/// The limit of this name.
pub(crate) fn limit(name: &str) -> Result<LimitKind, Failure> {
    let find = |name: &str| LimitKind::ALL.iter().copied().find(|which| which.name() == name);
    named("limits", name, find, LimitKind::ALL, |which| which.name())
}

/// What is called `name`, or the names that there are.
pub(crate) fn named<T: Copy>(
    keyword: &str,
    name: &str,
    find: impl Fn(&str) -> Option<T>,
    all: &[T],
    name_of: impl Fn(T) -> &'static str,
) -> Result<T, Failure> {
    find(name).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name_of(*one)).collect();
        Failure::of_option(format!("{keyword}: {name:?} is none of {}", names.join(", ")))
    })
}
