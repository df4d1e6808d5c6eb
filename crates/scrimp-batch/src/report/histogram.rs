//! A distribution as a drawing: bars in an SVG of [`WIDTH`] x [`HEIGHT`] units.

use super::distribution::Distribution;
use super::words::trimmed;

pub(super) const WIDTH: f64 = 280.0;
pub(super) const HEIGHT: f64 = 104.0;
/// Room below the bars for the numbers.
const FOOT: f64 = 20.0;
/// Room above them, for the mark's word.
const HEAD: f64 = 14.0;
/// Height and width of a number in a bar.
const LINE: f64 = 12.0;
const DIGIT: f64 = 6.0;

/// A titled drawing with its sum in words.
#[derive(Debug)]
pub(super) struct Histogram {
    pub(super) title: &'static str,
    /// The middle and the ends in words.
    pub(super) summary: String,
    pub(super) bars: Vec<Bar>,
    pub(super) ticks: Vec<Tick>,
    /// What was asked for, where it lies among the values.
    pub(super) mark: Option<Tick>,
}

/// A bar of the drawing, in its units.
#[derive(Debug)]
pub(super) struct Bar {
    pub(super) x: String,
    pub(super) y: String,
    pub(super) width: String,
    pub(super) height: String,
    /// What it stands for.
    pub(super) label: String,
    /// How many, where there is room for the number within it.
    pub(super) count: Option<Tick>,
}

/// A number at a place.
#[derive(Debug)]
pub(super) struct Tick {
    pub(super) x: String,
    pub(super) anchor: &'static str,
    pub(super) label: String,
}

/// What values are and how they are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit {
    pub(super) decimals: usize,
    pub(super) suffix: &'static str,
}

impl Unit {
    fn show(self, value: f64) -> String {
        let Self { decimals, suffix } = self;
        format!("{value:.decimals$}{suffix}")
    }
}

impl Histogram {
    /// None of nothing.
    pub(super) fn of(
        title: &'static str,
        values: &Distribution,
        unit: Unit,
        mark: Option<(&'static str, f64)>,
    ) -> Option<Self> {
        let bins = values.bins();
        let (first, last) = (*bins.first()?, *bins.last()?);
        let (middle, least, most) = (values.quantile(0.5)?, values.quantile(0.0)?, values.quantile(1.0)?);
        let highest = bins.iter().map(|bin| bin.count).max()?.max(1);
        let place = |value: f64| WIDTH * (value - first.from) / (last.to - first.from);
        let room = HEIGHT - FOOT - HEAD;
        let bars = bins.iter().filter(|bin| bin.count > 0).map(|bin| {
            // What is there is seen, however little it is.
            let height = (room * bin.count as f64 / highest as f64).max(1.5);
            let (left, right) = (place(bin.from), place(bin.to));
            let has_room = height >= LINE && right - left >= DIGIT * f64::from(bin.count.ilog10() + 2);
            let count = has_room.then(|| Tick {
                x: format!("{:.1}", (left + right) / 2.0),
                anchor: "middle",
                label: bin.count.to_string(),
            });
            let photos = if bin.count == 1 { "photo" } else { "photos" };
            Bar {
                x: format!("{:.1}", place(bin.from) + 0.5),
                y: format!("{:.1}", HEIGHT - FOOT - height),
                width: format!("{:.1}", (place(bin.to) - place(bin.from) - 1.0).max(1.0)),
                height: format!("{height:.1}"),
                label: format!("{} to {}: {} {photos}", unit.show(bin.from), unit.show(bin.to), bin.count),
                count,
            }
        });
        let ends = [(first.from, "start"), ((first.from + last.to) / 2.0, "middle"), (last.to, "end")];
        let tick =
            |value: f64, anchor| Tick { x: format!("{:.1}", place(value)), anchor, label: unit.show(value) };
        let mark = mark.filter(|(_, value)| (first.from..=last.to).contains(value)).map(|(word, value)| {
            let anchor = if place(value) > WIDTH / 2.0 { "end" } else { "start" };
            Tick { label: format!("{word} {}", trimmed(value)), ..tick(value, anchor) }
        });
        Some(Self {
            title,
            summary: format!(
                "median {}, from {} to {}",
                unit.show(middle),
                unit.show(least),
                unit.show(most)
            ),
            bars: bars.collect(),
            ticks: ends.map(|(value, anchor)| tick(value, anchor)).into(),
            mark,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCORE: Unit = Unit { decimals: 1, suffix: "" };

    #[test]
    fn bars_stand_on_one_line_within_the_drawing() {
        let mut values = Distribution::of_steps(0.01);
        (0..500).for_each(|value| values.add(80.0 + f64::from(value * value % 97) / 100.0));
        let drawing = Histogram::of("Score", &values, SCORE, Some(("goal", 80.5))).unwrap();
        let number = |text: &str| text.parse::<f64>().unwrap();
        for bar in &drawing.bars {
            assert!((number(&bar.y) + number(&bar.height) - (HEIGHT - FOOT)).abs() < 0.11);
            assert!(number(&bar.x) >= 0.0 && number(&bar.x) + number(&bar.width) <= WIDTH);
            assert!(number(&bar.y) >= HEAD - 0.1);
            // How many they are is seen, but where there is no room for a number.
            let count = bar.count.as_ref().map(|count| count.label.as_str());
            assert!(count.is_none_or(|count| bar.label.contains(&format!(": {count} photo"))));
        }
        assert!(drawing.bars.iter().any(|bar| bar.count.is_some()));
        assert_eq!(drawing.mark.unwrap().label, "goal 80.5");
        assert!(drawing.summary.contains("from 80.0 to 81.0"), "{}", drawing.summary);
    }

    #[test]
    fn a_mark_outside_the_values_is_not_drawn_and_nothing_has_no_drawing() {
        let mut values = Distribution::of_steps(0.01);
        assert!(Histogram::of("Score", &values, SCORE, None).is_none());
        values.add(90.0);
        assert!(Histogram::of("Score", &values, SCORE, Some(("goal", 80.0))).unwrap().mark.is_none());
    }
}
