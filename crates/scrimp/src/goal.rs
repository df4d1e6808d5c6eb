//! What is asked for: a metric and the value to reach.

use scrimp_metric::Metric;
use std::fmt;
use std::str::FromStr;

/// A named goal, in SSIMULACRA2 points on the standard scale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Look {
    /// 90: most people see no difference side by side.
    Archive,
    /// 80.
    #[default]
    High,
    /// 70.
    Web,
    /// 60.
    Thumb,
}

impl Look {
    /// Every look, the strictest first.
    pub const ALL: &[Self] = &[Self::Archive, Self::High, Self::Web, Self::Thumb];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Archive => "archive",
            Self::High => "high",
            Self::Web => "web",
            Self::Thumb => "thumb",
        }
    }

    /// The goal that it stands for.
    #[must_use]
    pub const fn goal(self) -> Goal {
        let value = match self {
            Self::Archive => 90.0,
            Self::High => 80.0,
            Self::Web => 70.0,
            Self::Thumb => 60.0,
        };
        Goal { metric: Metric::Ssimulacra2, value, floor: Some(value - DEFAULT_DEPTH) }
    }
}

/// A metric, the value in its own unit that the written file must reach, and the one that each of its regions must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    metric: Metric,
    value: f64,
    floor: Option<f64>,
}

/// The least score that any region of the output may have, in the goal's metric and unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Floor {
    /// So far below the goal as the metric's own default says.
    #[default]
    Default,
    /// The score counts for the whole photo alone.
    Off,
    /// This score.
    At(f64),
}

/// How far below the goal the worst region may be by default, in SSIMULACRA2 points: docs/floor.md has the evidence.
pub const DEFAULT_DEPTH: f64 = 40.0;

impl FromStr for Floor {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        if text == "none" {
            return Ok(Self::Off);
        }
        let number: f64 = text.parse().map_err(|_| GoalError::FloorForm(text.to_owned()))?;
        if number.is_finite() { Ok(Self::At(number)) } else { Err(GoalError::FloorForm(text.to_owned())) }
    }
}

/// What is wrong with a goal.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GoalError {
    /// Not of the form METRIC=VALUE.
    #[error("a goal is written METRIC=VALUE, for example ssimulacra2=80, not {0:?}")]
    Form(String),
    /// No metric of this name.
    #[error("no metric is called {name:?}; there {}", names())]
    Metric {
        /// The name given.
        name: String,
    },
    /// Not a number and not `none`.
    #[error("a floor is a number in the goal's unit, or none, not {0:?}")]
    FloorForm(String),
    /// A floor above the goal would itself be the goal.
    #[error(
        "the floor of {floor} lies above the goal of {goal}; no region can be asked for more than the whole"
    )]
    Floor {
        /// The floor given.
        floor: f64,
        /// The goal's value.
        goal: f64,
    },
    /// The value is out of the metric's range.
    #[error("{} goals lie between {} and {}, not at {value}", metric.name(), range.0, range.1)]
    Value {
        /// The metric.
        metric: Metric,
        /// The value given.
        value: f64,
        /// The lowest and the highest that make sense.
        range: (f64, f64),
    },
}

fn names() -> String {
    let names: Vec<_> = Metric::ALL.iter().map(|metric| metric.name()).collect();
    if names.len() == 1 { format!("is {}", names[0]) } else { format!("are {}", names.join(", ")) }
}

impl Goal {
    /// The goal that `metric` reach `value`, in the metric's own unit and direction, with the default floor.
    ///
    /// # Errors
    /// [`GoalError::Value`] if no picture could reach it, or any would.
    pub fn new(metric: Metric, value: f64) -> Result<Self, GoalError> {
        let range = match metric {
            Metric::Ssimulacra2 | Metric::Ssimulacra2Exact => (0.0, 100.0),
            _ => (f64::MIN, metric.of_identical().value()),
        };
        if (range.0..=range.1).contains(&value) {
            Ok(Self { metric, value, floor: Some(value - DEFAULT_DEPTH) })
        } else {
            Err(GoalError::Value { metric, value, range })
        }
    }

    /// The metric.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        self.metric
    }

    /// The value in the metric's own unit.
    #[must_use]
    pub const fn value(&self) -> f64 {
        self.value
    }

    /// This goal with another floor.
    ///
    /// # Errors
    /// [`GoalError::Floor`] for one above the goal.
    pub fn with_floor(self, floor: Floor) -> Result<Self, GoalError> {
        let floor = match floor {
            Floor::Off => None,
            Floor::Default => Some(self.value - DEFAULT_DEPTH),
            Floor::At(floor) if floor <= self.value => Some(floor),
            Floor::At(floor) => return Err(GoalError::Floor { floor, goal: self.value }),
        };
        Ok(Self { floor, ..self })
    }

    /// The floor in the metric's own unit, if there is one.
    #[must_use]
    pub const fn floor(&self) -> Option<f64> {
        self.floor
    }
}

impl FromStr for Goal {
    type Err = GoalError;

    fn from_str(text: &str) -> Result<Self, GoalError> {
        let form = || GoalError::Form(text.to_owned());
        let (name, value) = text.split_once('=').ok_or_else(form)?;
        let metric = Metric::from_name(name).ok_or_else(|| GoalError::Metric { name: name.to_owned() })?;
        Self::new(metric, value.parse().map_err(|_| form())?)
    }
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.metric.name(), self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_reads_as_it_is_written() {
        let goal: Goal = "ssimulacra2=72.5".parse().unwrap();
        assert_eq!((goal.metric(), goal.value()), (Metric::Ssimulacra2, 72.5));
        assert_eq!(goal.to_string(), "ssimulacra2=72.5");
    }

    #[test]
    fn a_goal_that_cannot_be_says_why() {
        let message = |text: &str| text.parse::<Goal>().unwrap_err().to_string();
        assert!(message("80").contains("METRIC=VALUE"));
        assert!(message("ssimulacra2=high").contains("METRIC=VALUE"));
        assert!(message("beauty=80").contains("ssimulacra2"));
        assert!(message("ssimulacra2=100.5").contains("between 0 and 100"));
        assert!(message("ssimulacra2=NaN").contains("between 0 and 100"));
    }

    #[test]
    fn a_floor_lies_below_its_goal() {
        let goal = Look::High.goal();
        let floor =
            |text: &str| text.parse().and_then(|floor| goal.with_floor(floor)).map(|goal| goal.floor());
        assert_eq!(floor("none"), Ok(None));
        assert_eq!(floor("55.5"), Ok(Some(55.5)));
        assert_eq!(floor("-10"), Ok(Some(-10.0)));
        assert!(floor("80.5").unwrap_err().to_string().contains("above the goal of 80"));
        assert!(floor("NaN").is_err() && floor("deep").is_err());
        assert_eq!(goal.floor(), Some(80.0 - DEFAULT_DEPTH));
    }
}
