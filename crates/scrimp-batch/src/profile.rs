//! Profiles: what was calibrated for classes of photos, in a TOML file.

mod error;

pub use error::ProfileError;

use crate::calibrate::{Aim, Calibrated, Interval};
use crate::{Measured, Overwrite, file, ledger::content_of, write_whole};
use scrimp::classic::{Bounds, Centre, Classic, Filter, Goal as Share};
use scrimp::{Chroma, ClassRule, Floor, Goal, OtherFormats};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

/// Goals of classes of photos.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the goals hold with.
    pub versions: Versions,
    /// By their names.
    #[serde(default)]
    pub classes: BTreeMap<String, Class>,
}

/// What decides scores and bytes: with others a goal means something else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// Of the metrics.
    pub metric: String,
    /// Of the encoder.
    pub encoder: String,
    /// Of what makes a photo 400x400 for the classic algorithm.
    pub resampler: String,
}

/// A class of photos.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// For `scrimp shrink`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shrink: Option<ShrinkRule>,
    /// For `scrimp classic`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classic: Option<ClassicRule>,
}

/// How photos of a class are shrunk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShrinkRule {
    /// METRIC=VALUE.
    pub goal: String,
    /// A score, or `none`; without it the goal's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub floor: Option<String>,
    /// `any` or `keep`; without it any. See [`Chroma`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subsampling: Option<String>,
    /// `photo-like`, `convert` or `keep`; without it photo-like. See [`OtherFormats`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_formats: Option<String>,
    /// Where it comes from.
    pub made: Made,
}

/// How the classic algorithm takes photos of a class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassicRule {
    /// The least share of the ceiling, 0 to 1.
    pub goal: f64,
    /// The lowest quality.
    pub lo: u8,
    /// The highest quality.
    pub hi: u8,
    /// `nearest` or `bicubic`.
    pub resize: String,
    /// `centred` or `shifted`.
    pub kernel: String,
    /// Where it comes from.
    pub made: Made,
}

/// Where a goal comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// When, in UTC.
    pub date: String,
    /// What it is to bring about.
    pub aim: String,
    /// Of how many photos.
    pub photos: usize,
    /// The hash of these: the same for the same photos, whatever they are called.
    pub set: String,
    /// Their megapixels: of the smallest but one in twenty, the middle one, and the largest but one in twenty.
    pub megapixels: [f64; 3],
    /// What other photos would have led to, 19 times in 20.
    pub goal_interval: Interval,
    /// What the aim is about came to, 0 to 1.
    pub figure: f64,
    /// What it may be for as many other photos, 19 times in 20.
    pub figure_interval: Interval,
    /// The share of bytes that is saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saving: Option<f64>,
    /// What it may be for as many other photos, 19 times in 20.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saving_interval: Option<Interval>,
}

impl Versions {
    /// Those of this program.
    #[must_use]
    pub fn current() -> Self {
        Self {
            metric: "ssimulacra2 2.1, ssim of Wang et al. in f64".to_owned(),
            encoder: format!("scrimp {}", env!("CARGO_PKG_VERSION")),
            resampler: "Pillow's, 8-bit fixed point".to_owned(),
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self { versions: Versions::current(), classes: BTreeMap::new() }
    }
}

/// Most bytes of a profile.
const LIMIT: u64 = 1 << 20;

impl Profile {
    /// Reads the profile in the file at `path`, whatever it was made with.
    ///
    /// # Errors
    /// [`ProfileError::Unreadable`] and [`ProfileError::Form`].
    pub fn read(path: &Path) -> Result<Self, ProfileError> {
        let wrong = |why: String| ProfileError::Form { path: path.to_path_buf(), why };
        let unreadable = |cause| ProfileError::Unreadable { path: path.to_path_buf(), cause };
        let bytes = file::read(path, LIMIT).map_err(unreadable)?;
        let text = String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
        let profile: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        for class in profile.classes.values() {
            class.rule().transpose().map_err(wrong)?;
            class.classic().transpose().map_err(wrong)?;
        }
        Ok(profile)
    }

    /// That its goals mean here what they meant where it was made.
    ///
    /// # Errors
    /// [`ProfileError::Stale`], with `path` as its name.
    pub fn ensure_current(&self, path: &Path) -> Result<(), ProfileError> {
        let (theirs, ours) = (&self.versions, Versions::current());
        let pairs = [
            ("metric", &theirs.metric, ours.metric),
            ("encoder", &theirs.encoder, ours.encoder),
            ("resampler", &theirs.resampler, ours.resampler),
        ];
        match pairs.into_iter().find(|(_, theirs, ours)| *theirs != ours) {
            None => Ok(()),
            Some((what, theirs, ours)) => {
                Err(ProfileError::Stale { path: path.to_path_buf(), what, theirs: theirs.clone(), ours })
            }
        }
    }

    /// Writes it whole to `path`, over what is there.
    ///
    /// # Errors
    /// [`ProfileError::Unwritable`]; [`ProfileError::Form`] for what TOML cannot say.
    pub fn write(&self, path: &Path) -> Result<(), ProfileError> {
        let wrong =
            |error: toml::ser::Error| ProfileError::Form { path: path.to_path_buf(), why: error.to_string() };
        let text = toml::to_string(self).map_err(wrong)?;
        Ok(write_whole(path, format!("{HEADER}{text}").as_bytes(), Overwrite::Always)?)
    }

    /// The class of this name that has something for a command; the only one there is, where none is named.
    fn class<'a, T>(
        &'a self,
        (path, name, command): (&Path, Option<&str>, &'static str),
        rule: impl Fn(&'a Class) -> Option<T>,
    ) -> Result<T, ProfileError> {
        let having = || self.classes.iter().filter_map(|(name, class)| Some((name, rule(class)?)));
        let classes = || having().map(|(name, _)| name.clone()).collect();
        if having().next().is_none() {
            return Err(ProfileError::Empty { path: path.to_path_buf(), command });
        }
        let found = match name {
            Some(name) => having().find(|(known, _)| *known == name),
            None if having().count() > 1 => {
                return Err(ProfileError::WhichClass { path: path.to_path_buf(), classes: classes() });
            }
            None => having().next(),
        };
        let class = name.unwrap_or_default().to_owned();
        found.map(|(_, rule)| rule).ok_or_else(|| ProfileError::NoClass {
            path: path.to_path_buf(),
            class,
            command,
            classes: classes(),
        })
    }

    /// What `scrimp shrink` holds photos to: that of the class of this name, or of the only one, for all photos; with [`AUTO`], or where none is named
    /// of several, that of what each photo is found to be. Then there must be the class `photo`, which all go by that are
    /// of no other.
    ///
    /// # Errors
    /// [`ProfileError::NoClass`], [`ProfileError::Empty`] and [`ProfileError::WhichClass`], with `path` as its name.
    pub fn rules(&self, path: &Path, name: Option<&str>) -> Result<ByClass<ClassRule>, ProfileError> {
        // What was read makes sense; what was made in memory might not.
        self.by_class((path, name, "shrink"), |class| class.rule()?.ok())
    }

    /// What the classic algorithm does with photos, as [`Self::rules`].
    ///
    /// # Errors
    /// As [`Self::rules`].
    pub fn classics(&self, path: &Path, name: Option<&str>) -> Result<ByClass<Classic>, ProfileError> {
        self.by_class((path, name, "classic"), |class| class.classic()?.ok())
    }

    /// What the classic algorithm does with photos of the class of this name, or of the only one.
    ///
    /// # Errors
    /// As [`Self::rules`].
    pub fn classic_rule(&self, path: &Path, name: Option<&str>) -> Result<&ClassicRule, ProfileError> {
        self.class((path, name, "classic"), |class| class.classic.as_ref())
    }

    /// What classes have for a command.
    fn by_class<'a, T>(
        &'a self,
        (path, name, command): (&Path, Option<&str>, &'static str),
        rule: impl Fn(&'a Class) -> Option<T>,
    ) -> Result<ByClass<T>, ProfileError> {
        let having = self.classes.values().filter(|class| rule(class).is_some()).count();
        let of = |class: scrimp::Class| self.classes.get(class.name()).and_then(&rule);
        let is_found = match name {
            Some(name) => name == AUTO,
            None => having > 1 && of(scrimp::Class::Photo).is_some(),
        };
        if !is_found {
            let usual = self.class((path, name, command), rule)?;
            return Ok(ByClass { usual, others: BTreeMap::new() });
        }
        let usual = self.class((path, Some(scrimp::Class::Photo.name()), command), &rule)?;
        let others = scrimp::Class::ALL.into_iter().filter_map(|class| Some((class, of(class)?)));
        Ok(ByClass { usual, others: others.collect() })
    }
}

/// In place of a class: that which each photo is found to be.
pub const AUTO: &str = "auto";

/// What holds for photos by their class.
#[derive(Clone, Debug, PartialEq)]
pub struct ByClass<T> {
    /// For photos of no other class.
    pub usual: T,
    /// For photos that are found to be of a class; empty where all are treated alike.
    pub others: BTreeMap<scrimp::Class, T>,
}

const HEADER: &str = "# Made by scrimp calibrate. A goal holds for photos like those that it was made of.\n";

impl Class {
    fn rule(&self) -> Option<Result<ClassRule, String>> {
        let rule = self.shrink.as_ref()?;
        let read = || {
            let floor = rule.floor.as_deref().map_or(Ok(Floor::Default), str::parse);
            let goal = floor.and_then(|floor| rule.goal.parse::<Goal>()?.with_floor(floor));
            let mut read = ClassRule::of_goal(goal.map_err(|error| error.to_string())?);
            if let Some(name) = &rule.subsampling {
                read.chroma =
                    named(&Chroma::ALL.iter().map(|one| (one.name(), *one)).collect::<Vec<_>>(), name)?;
            }
            if let Some(name) = &rule.other_formats {
                let all: Vec<_> = OtherFormats::ALL.iter().map(|one| (one.name(), *one)).collect();
                read.others = named(&all, name)?;
            }
            Ok(read)
        };
        Some(read())
    }

    fn classic(&self) -> Option<Result<Classic, String>> {
        let rule = self.classic.as_ref()?;
        let classic = || {
            let mut classic = Classic::default();
            classic.goal = Share::new(rule.goal).map_err(|error| error.to_string())?;
            classic.bounds = Bounds::new(rule.lo, rule.hi).map_err(|error| error.to_string())?;
            classic.resize = named(&FILTERS, &rule.resize)?;
            classic.kernel = named(&CENTRES, &rule.kernel)?;
            Ok(classic)
        };
        Some(classic())
    }
}

const FILTERS: [(&str, Filter); 2] = [("nearest", Filter::Nearest), ("bicubic", Filter::Bicubic)];
const CENTRES: [(&str, Centre); 2] = [("centred", Centre::Centred), ("shifted", Centre::Shifted)];

fn named<T: Copy>(names: &[(&str, T)], name: &str) -> Result<T, String> {
    let known = names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    known.ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        format!("{name:?} is none of {}", names.join(", "))
    })
}

fn name_of<T: PartialEq>(names: &[(&'static str, T)], value: &T) -> String {
    names.iter().find(|(_, known)| known == value).map_or("", |(name, _)| name).to_owned()
}

impl ClassicRule {
    /// The rule of `classic` with a goal that was found.
    #[must_use]
    pub fn new(classic: &Classic, goal: f64, made: Made) -> Self {
        Self {
            goal,
            lo: classic.bounds.lo(),
            hi: classic.bounds.hi(),
            resize: name_of(&FILTERS, &classic.resize),
            kernel: name_of(&CENTRES, &classic.kernel),
            made,
        }
    }
}

impl Made {
    /// Now, of these photos.
    #[must_use]
    pub fn now<'a>(aim: Aim, photos: impl Iterator<Item = &'a Measured>, calibrated: &Calibrated) -> Self {
        let (mut contents, mut pixels): (Vec<_>, Vec<_>) =
            photos.map(|photo| (photo.content.as_str(), photo.pixels)).unzip();
        contents.sort_unstable();
        pixels.sort_unstable();
        let megapixels = |part: usize| {
            let pixels = pixels.get(part * pixels.len().saturating_sub(1) / 20).copied().unwrap_or_default();
            (pixels as f64 / 1e4).round() / 100.0
        };
        let date = humantime::format_rfc3339_seconds(SystemTime::now()).to_string();
        Self {
            date: date.split('T').next().unwrap_or_default().to_owned(),
            aim: aim.to_string(),
            photos: contents.len(),
            set: format!("{:032x}", content_of(contents.join("\n").as_bytes())),
            megapixels: [1, 10, 19].map(megapixels),
            goal_interval: calibrated.goal_interval.rounded(),
            figure: rounded(calibrated.figure),
            figure_interval: calibrated.figure_interval.rounded(),
            saving: calibrated.saving.map(rounded),
            saving_interval: calibrated.saving_interval.map(Interval::rounded),
        }
    }
}

/// To what anybody wants to read.
fn rounded(number: f64) -> f64 {
    (number * 1e4).round() / 1e4
}

impl Interval {
    fn rounded(self) -> Self {
        Self(rounded(self.0), rounded(self.1))
    }
}

#[cfg(test)]
mod tests;
