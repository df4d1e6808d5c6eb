//! What all photos come to together.

use super::distribution::Distribution;
use crate::{OutcomeKind, Record};
use scrimp::{GoalRecord, Metric};
use std::collections::BTreeMap;

/// Sums and distributions.
#[derive(Debug)]
pub(super) struct Tally {
    /// What was asked for.
    pub(super) goal: Option<GoalRecord>,
    pub(super) photos: u64,
    /// Photos of which an earlier run had told.
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
    pub(super) reasons: BTreeMap<(OutcomeKind, &'static str), Reason>,
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
        self.photos += 1;
        *self.count_of(record.outcome) += 1;
        self.bytes_before += record.input_bytes as u64;
        self.bytes_after += record.output_bytes.unwrap_or(record.input_bytes) as u64;
        if let (None, Some(goal)) = (self.goal, record.goal) {
            self.ask(goal);
        }
        if record.outcome == OutcomeKind::Saved {
            self.add_saved(record);
        } else {
            self.add_reason(record);
        }
    }

    fn ask(&mut self, goal: GoalRecord) {
        self.goal = Some(goal);
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

    fn add_saved(&mut self, record: &Record) {
        if let (Some(output), true) = (record.output_bytes, record.input_bytes > 0) {
            self.savings.add(100.0 * (1.0 - output as f64 / record.input_bytes as f64));
        }
        let Some(setting) = record.setting else { return };
        if setting.is_source() {
            self.same += 1;
            return;
        }
        self.qualities.add(setting.quality);
        record.score.into_iter().for_each(|score| self.scores.add(score));
        record.floor.into_iter().for_each(|worst| self.worst.add(worst));
    }

    fn add_reason(&mut self, record: &Record) {
        let reason = self.reasons.entry((record.outcome, record.code)).or_insert_with(|| Reason {
            photos: 0,
            bytes: 0,
            example: record.reason.clone(),
            is_same_for_all: true,
        });
        reason.photos += 1;
        reason.bytes += record.input_bytes as u64;
        reason.is_same_for_all &= reason.example == record.reason;
    }

    /// Whether a lower value is a better one.
    pub(super) fn is_distance(&self) -> bool {
        let metric = self.goal.and_then(|goal| Metric::from_name(goal.metric));
        metric.is_some_and(Metric::is_distance)
    }
}
