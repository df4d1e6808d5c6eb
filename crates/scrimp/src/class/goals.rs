//! Goals that depend on what a photo is.

use super::Class;
use crate::{Goal, Options};
use scrimp_jpeg::Pixels;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Goals of photos of some classes, and which of these a photo was found to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassGoals {
    goals: BTreeMap<Class, Goal>,
    found: Option<Class>,
}

impl ClassGoals {
    /// Those of a photo that is still to be looked at.
    #[must_use]
    pub const fn new(goals: BTreeMap<Class, Goal>) -> Self {
        Self { goals, found: None }
    }

    /// What a photo was found to be; none before it was looked at, or where nothing depends on it.
    #[must_use]
    pub const fn found(&self) -> Option<Class> {
        self.found
    }

    /// All of them.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.goals.values()
    }

    /// The options for a photo, whose class is found where its goal depends on that.
    pub(crate) fn resolve<'a>(options: &'a Options, pixels: &Pixels) -> Cow<'a, Options> {
        if options.class_goals.goals.is_empty() {
            return Cow::Borrowed(options);
        }
        let class = Class::of(pixels);
        let mut options = options.clone();
        options.goal = options.class_goals.goals.get(&class).copied().unwrap_or(options.goal);
        options.class_goals.found = Some(class);
        Cow::Owned(options)
    }
}
