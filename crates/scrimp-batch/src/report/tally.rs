//! What all photos come to together.

use super::distribution::Distribution;
use crate::{Entry, OutcomeKind, Record};
use scrimp::{Arm, GoalRecord, Metric};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Sums and distributions.
#[derive(Debug)]
pub(super) struct Tally {
    /// What was asked for.
    pub(super) goal: Option<GoalRecord>,
    /// The arm of the first photo of a rollout.
    arm: Option<Arm>,
    /// Whether there are photos of both arms, of which each has a goal of its own.
    pub(super) has_both_arms: bool,
    pub(super) photos: u64,
    /// Photos that an earlier run had done, counted with the others.
    pub(super) done_before: u64,
    pub(super) saved: u64,
    pub(super) kept: u64,
    pub(super) best_effort: u64,
    pub(super) refused: u64,
    pub(super) failed: u64,
    pub(super) bytes_before: u64,
    pub(super) bytes_after: u64,
    /// Percent saved of each photo that got smaller.
    pub(super) savings: Distribution,
    /// The scores of new files in the goal's unit, but for those that hold the same picture.
    pub(super) scores: Distribution,
    /// Those of their worst cells.
    pub(super) worst: Distribution,
    /// Their qualities.
    pub(super) qualities: Distribution,
    /// New files that hold the very same picture.
    pub(super) same: u64,
    /// Why photos are not saved.
    pub(super) reasons: BTreeMap<(OutcomeKind, Cow<'static, str>), Reason>,
}

/// Photos that are not saved for one reason.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) photos: u64,
    pub(super) bytes: u64,
    /// What is said of the first of them.
    pub(super) example: String,
    /// Whether the others are said the same of.
    pub(super) is_same_for_all: bool,
}

impl Default for Tally {
    fn default() -> Self {
        let scores = Distribution::of_steps(0.01);
        Self {
            goal: None,
            arm: None,
            has_both_arms: false,
            photos: 0,
            done_before: 0,
            saved: 0,
            kept: 0,
            best_effort: 0,
            refused: 0,
            failed: 0,
            bytes_before: 0,
            bytes_after: 0,
            savings: Distribution::of_steps(0.1),
            worst: scores.clone(),
            scores,
            qualities: Distribution::of_steps(0.25),
            same: 0,
            reasons: BTreeMap::new(),
        }
    }
}

impl Tally {
    pub(super) fn add(&mut self, record: &Record) {
        self.count(record.outcome, record.input_bytes, record.output_bytes);
        if let (None, Some(goal)) = (self.goal, record.goal) {
            self.ask(goal);
        }
        if let Some(part) = record.rollout {
            self.tell_arms_apart(part.arm);
        }
        if record.outcome != OutcomeKind::Saved {
            self.add_reason((record.outcome, record.code.into()), record.input_bytes, &record.reason);
        } else if record.setting.is_some_and(|setting| setting.is_source()) {
            self.same += 1;
        } else if let Some(setting) = record.setting {
            // Scores of another metric say nothing beside these.
            let is_told = record.goal.map(|goal| goal.metric) == self.goal.map(|goal| goal.metric);
            let [score, floor] = [record.score, record.floor].map(|score| score.filter(|_| is_told));
            self.add_new(setting.quality, score, floor);
        }
    }

    fn tell_arms_apart(&mut self, arm: Arm) {
        self.has_both_arms |= *self.arm.get_or_insert(arm) != arm;
        if let (true, Some(goal)) = (self.has_both_arms, &mut self.goal) {
            // That of one arm is not that of both.
            (goal.value, goal.floor) = (None, None);
        }
    }

    /// Adds a photo that an earlier run had done.
    pub(super) fn add_earlier(&mut self, entry: &Entry) {
        self.done_before += 1;
        let outcome = entry.outcome();
        self.count(outcome, entry.input_bytes, entry.output_bytes);
        if outcome != OutcomeKind::Saved {
            self.add_reason((outcome, entry.code.clone().into()), entry.input_bytes, &entry.reason);
        } else if let Some(quality) = entry.quality {
            self.add_new(quality, entry.score, entry.floor);
        } else {
            self.same += 1;
        }
    }

    fn count(&mut self, outcome: OutcomeKind, before: usize, after: Option<usize>) {
        self.photos += 1;
        *self.count_of(outcome) += 1;
        self.bytes_before += before as u64;
        self.bytes_after += after.unwrap_or(before) as u64;
        if let (OutcomeKind::Saved, Some(after), true) = (outcome, after, before > 0) {
            self.savings.add(100.0 * (1.0 - after as f64 / before as f64));
        }
    }

    fn ask(&mut self, goal: GoalRecord) {
        // That of one class is not that of all.
        self.goal = Some(match goal.class {
            Some(_) => GoalRecord { value: None, floor: None, ..goal },
            None => goal,
        });
        // As finely as the metric's own values are told apart.
        let step = match Metric::from_name(goal.metric) {
            Some(Metric::Ssim) => 0.0001,
            _ => 0.01,
        };
        self.scores = Distribution::of_steps(step);
        self.worst = Distribution::of_steps(step);
    }

    fn count_of(&mut self, outcome: OutcomeKind) -> &mut u64 {
        match outcome {
            OutcomeKind::Saved => &mut self.saved,
            OutcomeKind::Kept => &mut self.kept,
            OutcomeKind::BestEffort => &mut self.best_effort,
            OutcomeKind::Refused => &mut self.refused,
            OutcomeKind::Failed => &mut self.failed,
        }
    }

    /// A file that was quantised anew.
    fn add_new(&mut self, quality: f64, score: Option<f64>, worst: Option<f64>) {
        self.qualities.add(quality);
        score.into_iter().for_each(|score| self.scores.add(score));
        worst.into_iter().for_each(|worst| self.worst.add(worst));
    }

    fn add_reason(&mut self, why: (OutcomeKind, Cow<'static, str>), bytes: usize, text: &str) {
        let reason = self.reasons.entry(why).or_insert_with(|| Reason {
            photos: 0,
            bytes: 0,
            example: text.to_owned(),
            is_same_for_all: true,
        });
        reason.photos += 1;
        reason.bytes += bytes as u64;
        reason.is_same_for_all &= reason.example == text;
    }

    /// Whether a lower value is a better one.
    pub(super) fn is_distance(&self) -> bool {
        let metric = self.goal.and_then(|goal| Metric::from_name(goal.metric));
        metric.is_some_and(Metric::is_distance)
    }
}
