//! Curves as a drawing: lines over two axes in an SVG of [`WIDTH`] x [`HEIGHT`] units.

use super::super::distribution::round_width;
use std::fmt::Write;

pub(super) const WIDTH: f64 = 400.0;
pub(super) const HEIGHT: f64 = 250.0;
/// Room for the numbers at the left and below, and for what stands above and at the right.
const LEFT: f64 = 42.0;
const FOOT: f64 = 38.0;
const HEAD: f64 = 24.0;
const RIGHT: f64 = 12.0;

/// A titled drawing of lines.
pub(super) struct Chart {
    pub(super) title: &'static str,
    /// The same in words.
    pub(super) summary: String,
    pub(super) across: Axis,
    pub(super) up: Axis,
    /// Points of each line, and what sort of line it is: `one` of many, or the one that `counts`.
    pub(super) lines: Vec<(String, &'static str)>,
    /// Where the goal lies: an upright line, or a level one.
    pub(super) mark: Option<Mark>,
}

/// From one value to another.
pub(super) struct Axis {
    pub(super) name: &'static str,
    from: f64,
    to: f64,
    suffix: &'static str,
}

pub(super) struct Mark {
    pub(super) is_upright: bool,
    /// Along its axis.
    pub(super) place: f64,
    pub(super) label: String,
}

/// A number at a place.
pub(super) struct Tick {
    pub(super) place: f64,
    pub(super) label: String,
}

impl Axis {
    /// From the least to the most of some values.
    pub(super) fn over(name: &'static str, values: impl Iterator<Item = f64>, suffix: &'static str) -> Self {
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        values.filter(|value| value.is_finite()).for_each(|value| {
            from = from.min(value);
            to = to.max(value);
        });
        if from >= to {
            (from, to) = if from.is_finite() { (from - 1.0, to + 1.0) } else { (0.0, 1.0) };
        }
        Self { name, from, to, suffix }
    }

    fn part(&self, value: f64) -> f64 {
        ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0)
    }

    /// Round numbers along the axis, three to eight of them.
    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let step = round_width((self.to - self.from) / 7.0);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let (first, last) = ((self.from / step - 1e-9).ceil() as i64, (self.to / step + 1e-9).floor() as i64);
        (first..=last).map(move |number| {
            let value = number as f64 * step;
            (value, format!("{value:.decimals$}{}", self.suffix))
        })
    }
}

impl Chart {
    fn x(&self, value: f64) -> f64 {
        LEFT + self.across.part(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - FOOT - self.up.part(value) * (HEIGHT - FOOT - HEAD)
    }

    /// Draws a line through points.
    pub(super) fn add(&mut self, points: &[(f64, f64)], sort: &'static str) {
        let mut text = String::new();
        for (x, y) in points {
            // Writing to a string cannot fail.
            let _ = write!(text, "{:.1},{:.1} ", self.x(*x), self.y(*y));
        }
        self.lines.push((text, sort));
    }

    /// Draws where the goal lies: upright at this place across, or level at this one up.
    pub(super) fn mark(&mut self, is_upright: bool, goal: f64, label: String) {
        let place = if is_upright { self.x(goal) } else { self.y(goal) };
        self.mark = Some(Mark { is_upright, place, label });
    }

    /// Whether the word at an upright mark has more room at its left.
    fn is_right(&self, mark: &Mark) -> bool {
        mark.is_upright && mark.place > WIDTH / 2.0
    }

    pub(super) fn anchor(&self, mark: &Mark) -> &'static str {
        if self.is_right(mark) || !mark.is_upright { "end" } else { "start" }
    }

    /// Where the word at the mark stands.
    pub(super) fn label_at(&self, mark: &Mark) -> (f64, f64) {
        match (mark.is_upright, self.is_right(mark)) {
            (true, true) => (mark.place - 5.0, HEAD + 10.0),
            (true, false) => (mark.place + 5.0, HEAD + 10.0),
            (false, _) => (WIDTH - RIGHT, mark.place - 5.0),
        }
    }

    pub(super) fn ticks_across(&self) -> Vec<Tick> {
        self.across.ticks().map(|(value, label)| Tick { place: self.x(value), label }).collect()
    }

    pub(super) fn ticks_up(&self) -> Vec<Tick> {
        self.up.ticks().map(|(value, label)| Tick { place: self.y(value), label }).collect()
    }

    /// Left, right, top and bottom of the lines' field.
    pub(super) const fn field(&self) -> [f64; 4] {
        [LEFT, WIDTH - RIGHT, HEAD, HEIGHT - FOOT]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[(f64, f64)]) -> Chart {
        let across = Axis::over("goal", values.iter().map(|(x, _)| *x), "");
        let up = Axis::over("left", values.iter().map(|(_, y)| *y), " %");
        Chart { title: "T", summary: String::new(), across, up, lines: Vec::new(), mark: None }
    }

    #[test]
    fn lines_and_marks_stay_within_the_field() {
        let points = [(30.0, 100.0), (60.0, 40.0), (95.0, 0.5)];
        let mut chart = chart(&points);
        chart.add(&points, "one");
        let [left, right, top, bottom] = chart.field();
        assert_eq!(chart.lines[0].0.split(' ').next(), Some("42.0,24.0"));
        for point in chart.lines[0].0.split_whitespace() {
            let (x, y) = point.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((left..=right).contains(&x) && (top..=bottom).contains(&y), "{point}");
        }
        for goal in [0.0, 62.0, 99.0] {
            chart.mark(true, goal, String::new());
            assert!((left..=right).contains(&chart.mark.as_ref().unwrap().place));
        }
        assert_eq!(chart.ticks_up().iter().map(|tick| tick.label.as_str()).next_back(), Some("100 %"));
    }

    #[test]
    fn numbers_along_an_axis_are_round() {
        for (from, to, labels) in [
            (30.0, 95.0, "30 40 50 60 70 80 90"),
            (0.0, 100.0, "0 20 40 60 80 100"),
            (0.953, 1.001, "0.96 0.97 0.98 0.99 1.00"),
            (80.0, 85.0, "80 81 82 83 84 85"),
        ] {
            let axis = Axis::over("goal", [from, to].into_iter(), "");
            assert_eq!(axis.ticks().map(|(_, label)| label).collect::<Vec<_>>().join(" "), labels);
        }
    }

    #[test]
    fn an_axis_of_one_value_or_none_has_a_length() {
        for values in [&[][..], &[(80.0, 1.0)], &[(f64::NAN, f64::INFINITY)]] {
            let mut chart = chart(values);
            chart.add(&[(80.0, 1.0)], "one");
            assert!(!chart.lines[0].0.contains("NaN"), "{}", chart.lines[0].0);
        }
    }
}
