//! What the page says, in words and numbers for people.

use crate::show_bytes;
use scrimp::{GoalRecord, Metric};

/// How much smaller, in percent.
pub(super) fn percent(before: u64, after: u64) -> String {
    if before == 0 {
        return "0\u{202f}%".to_owned();
    }
    format!("{:.1}\u{202f}%", 100.0 * (1.0 - after as f64 / before as f64))
}

/// A whole number with its thousands apart.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn metric_name(goal: &GoalRecord) -> &'static str {
    match Metric::from_name(goal.metric) {
        Some(Metric::Ssimulacra2) => "SSIMULACRA2",
        Some(Metric::Ssimulacra2Exact) => "SSIMULACRA2 (exact scale)",
        Some(Metric::Ssim) => "SSIM",
        Some(Metric::Butteraugli) => "Butteraugli",
        Some(Metric::Butteraugli3Norm) => "Butteraugli (3-norm)",
        _ => goal.metric,
    }
}

/// What was asked for, in a sentence; of both arms of a rollout or of all photos.
pub(super) fn ask(goal: GoalRecord, has_both_arms: bool) -> String {
    let is_distance = Metric::from_name(goal.metric).is_some_and(Metric::is_distance);
    let (metric, bound) = (metric_name(&goal), if is_distance { "at most" } else { "at least" });
    let size = goal.max_bytes.map(|limit| format!(" and at most {} each", show_bytes(limit)));
    let size = size.unwrap_or_default();
    if has_both_arms {
        return format!(
            "Asked for: {metric} scores, of the photos that a rollout drew those that are tried and of the others those of the control{size}."
        );
    }
    if goal.class.is_some() {
        return format!("Asked for: the {metric} scores that are set for each photo's class{size}.");
    }
    match (goal.value, goal.floor) {
        (Some(value), Some(floor)) => format!(
            "Asked for: {metric} {bound} {}, {} where a photo is worst{size}.",
            trimmed(value),
            trimmed(floor)
        ),
        (Some(value), None) => format!("Asked for: {metric} {bound} {}{size}.", trimmed(value)),
        (None, _) => format!("Asked for: the best {metric} score{size}."),
    }
}

/// A code as people read it.
pub(super) fn words(code: &str) -> String {
    let text = code.replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A number as people write it.
pub(super) fn trimmed(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_codes_are_written_for_people() {
        assert_eq!([grouped(7), grouped(1234), grouped(1_234_567)], ["7", "1,234", "1,234,567"]);
        assert_eq!(words("already_at_goal"), "Already at goal");
        assert_eq!([percent(0, 0), percent(1000, 250)], ["0\u{202f}%", "75.0\u{202f}%"]);
    }
}
