//! What depends on what a photo is.

use super::Class;
use crate::{Chroma, Goal, Options, OtherFormats};
use scrimp_jpeg::Pixels;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What photos of a class are held to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassRule {
    /// What the written file must reach.
    pub goal: Goal,
    /// Which chroma subsampling may be tried.
    pub chroma: Chroma,
    /// Which photos that are no JPEGs become one, where that is open.
    pub others: OtherFormats,
}

impl ClassRule {
    /// By default but for the goal.
    #[must_use]
    pub fn of_goal(goal: Goal) -> Self {
        Self { goal, chroma: Chroma::default(), others: OtherFormats::default() }
    }

    /// Holds a photo to it.
    pub fn apply(&self, options: &mut Options) {
        options.goal = self.goal;
        options.chroma = self.chroma;
        options.others = self.others;
    }
}

/// Rules for photos of some classes, and which of these a photo was found to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ClassRules {
    rules: BTreeMap<Class, ClassRule>,
    found: Option<Class>,
}

impl ClassRules {
    /// Those of a photo that is still to be looked at.
    #[must_use]
    pub const fn new(rules: BTreeMap<Class, ClassRule>) -> Self {
        Self { rules, found: None }
    }

    /// What a photo was found to be; none before it was looked at, or where nothing depends on it.
    #[must_use]
    pub const fn found(&self) -> Option<Class> {
        self.found
    }

    /// Whether all photos are treated alike.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The goals of all of them.
    pub fn goals(&self) -> impl Iterator<Item = &Goal> {
        self.rules.values().map(|rule| &rule.goal)
    }

    /// The same with each rule changed.
    #[must_use]
    pub fn map(mut self, change: impl Fn(&mut ClassRule)) -> Self {
        self.rules.values_mut().for_each(change);
        self
    }

    /// The options for a photo, whose class is found where its rule depends on that.
    pub(crate) fn resolve<'a>(options: &'a Options, pixels: &Pixels) -> Cow<'a, Options> {
        if options.class_rules.is_empty() {
            return Cow::Borrowed(options);
        }
        let class = Class::of(pixels);
        let mut resolved = options.clone();
        if let Some(rule) = options.class_rules.rules.get(&class) {
            rule.apply(&mut resolved);
        }
        resolved.class_rules.found = Some(class);
        Cow::Owned(resolved)
    }
}
