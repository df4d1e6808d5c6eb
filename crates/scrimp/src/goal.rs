//! What is asked for: a metric and the value to reach.

use scrimp_metric::{Metric, Score};
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
        Goal { metric: Metric::Ssimulacra2, value, floor: default_floor(Metric::Ssimulacra2, value) }
    }
}

/// A metric, the value in its own unit that the written file must reach, and the one that each of its regions must.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Goal {
    metric: Metric,
    value: f64,
    floor: Option<f64>,
}

/// What any region of the output must reach, in the goal's metric, unit and direction.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Floor {
    /// For SSIMULACRA2 [`DEFAULT_DEPTH`] times as far below the goal as the goal lies below 100; for other metrics none.
    #[default]
    Default,
    /// The score counts for the whole photo alone.
    Off,
    /// This score.
    At(f64),
}

/// How far below the goal the worst region may lie by default, as a part of what the goal lies below 100:
/// docs/floor.md has the evidence.
pub const DEFAULT_DEPTH: f64 = 0.75;

/// No floor without evidence for it.
const fn default_floor(metric: Metric, value: f64) -> Option<f64> {
    match metric {
        Metric::Ssimulacra2 | Metric::Ssimulacra2Exact => {
            Some(value - DEFAULT_DEPTH * (metric.of_identical().value() - value))
        }
        _ => None,
    }
}

/// The goals that make sense: what any picture reaches is none, nor what only the original does. A distance over the
/// highest is more likely a number of points.
const fn range(metric: Metric) -> (f64, f64) {
    match metric {
        Metric::Ssimulacra2 | Metric::Ssimulacra2Exact => (0.0, 100.0),
        Metric::Ssim => (0.0, 1.0),
        Metric::Butteraugli | Metric::Butteraugli3Norm => (0.0, 20.0),
        _ => (f64::MIN, f64::MAX),
    }
}

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
    /// Neither a look nor METRIC=VALUE.
    #[error("{name:?} is none of {}, and not written METRIC=VALUE, as ssimulacra2=80", looks())]
    Name {
        /// What was given.
        name: String,
    },
    /// No metric of this name.
    #[error("no metric is called {name:?}; there {}", names())]
    Metric {
        /// The name given.
        name: String,
    },
    /// Not a number and not `none`.
    #[error("a floor is a number in the goal's unit, or none, not {0:?}")]
    FloorForm(String),
    /// A floor stricter than the goal would itself be the goal.
    #[error(
        "the floor of {floor} lies {} the goal of {goal}; no region can be asked for more than the whole",
        if metric.is_distance() { "below" } else { "above" }
    )]
    Floor {
        /// The metric.
        metric: Metric,
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

fn looks() -> String {
    Look::ALL.iter().map(|look| look.name()).collect::<Vec<_>>().join(", ")
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
        let range = range(metric);
        if (range.0..=range.1).contains(&value) {
            Ok(Self { metric, value, floor: default_floor(metric, value) })
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
    /// [`GoalError::Floor`] for one stricter than the goal: higher, or lower for a distance.
    pub fn with_floor(self, floor: Floor) -> Result<Self, GoalError> {
        let Self { metric, value, .. } = self;
        let is_lax = |floor| metric.score_of(floor).is_some_and(|floor| floor <= self.score());
        let floor = match floor {
            Floor::Off => None,
            Floor::Default => default_floor(metric, value),
            Floor::At(floor) if is_lax(floor) => Some(floor),
            Floor::At(floor) => return Err(GoalError::Floor { metric, floor, goal: value }),
        };
        Ok(Self { floor, ..self })
    }

    /// The floor in the metric's own unit, if there is one.
    #[must_use]
    pub const fn floor(&self) -> Option<f64> {
        self.floor
    }

    /// The least score that reaches the goal.
    #[must_use]
    pub fn score(&self) -> Score {
        self.score_of(self.value)
    }

    /// The least score of a region that reaches the floor, if there is one.
    #[must_use]
    pub fn floor_score(&self) -> Option<Score> {
        self.floor.map(|floor| self.score_of(floor))
    }

    /// Neither goal nor floor is NaN: [`Self::new`] and [`Self::with_floor`] see to that.
    fn score_of(&self, value: f64) -> Score {
        self.metric.score_of(value).unwrap_or(self.metric.of_identical())
    }
}

impl Goal {
    /// The goal that the name of a look says, or METRIC=VALUE.
    ///
    /// # Errors
    /// [`GoalError`] for what is neither.
    pub fn named(text: &str) -> Result<Self, GoalError> {
        match Look::ALL.iter().find(|look| look.name() == text) {
            Some(look) => Ok(look.goal()),
            None if text.contains('=') => text.parse(),
            None => Err(GoalError::Name { name: text.to_owned() }),
        }
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
    fn a_goal_may_have_the_name_of_a_look() {
        assert_eq!(Goal::named("web"), Ok(Look::Web.goal()));
        assert_eq!(Goal::named("ssim=0.99"), "ssim=0.99".parse());
        let told = Goal::named("best").unwrap_err().to_string();
        assert!(told.contains("\"best\" is none of archive, high, web, thumb"), "{told}");
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
    fn a_distance_is_an_upper_bound() {
        let goal: Goal = "butteraugli=1.5".parse().unwrap();
        assert_eq!((goal.value(), goal.floor()), (1.5, None));
        let reached = |distance| goal.metric().score_of(distance).is_some_and(|score| score >= goal.score());
        assert!(reached(1.5) && reached(0.0) && !reached(1.6));
        let floored = goal.with_floor(Floor::At(2.5)).unwrap();
        assert_eq!(floored.floor(), Some(2.5));
        assert!(floored.floor_score() < Some(floored.score()));
        let refused = goal.with_floor(Floor::At(1.0)).unwrap_err().to_string();
        assert!(refused.contains("below the goal of 1.5"), "{refused}");
        assert!(goal.with_floor(Floor::At(f64::NAN)).is_err());
        assert!("butteraugli=80".parse::<Goal>().is_err() && "butteraugli=-1".parse::<Goal>().is_err());
        let ssim: Goal = "ssim=0.97".parse().unwrap();
        assert_eq!((ssim.score().value(), ssim.floor()), (0.97, None));
        assert!("ssim=97".parse::<Goal>().is_err());
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
        assert_eq!(goal.floor(), Some(65.0));
    }
}
