//! What a goal is to bring about.

use scrimp::Quality;
use std::fmt;
use std::str::FromStr;

/// What a goal is to bring about over many photos.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// Half of the photos can do with less than the usual quality: the published rule.
    Half,
    /// So much is saved of all photos together, 0 to 1.
    Save(f64),
    /// Next to no photo comes out worse than it does today, with this quality for all.
    NoWorseThan(Quality),
    /// The goal itself, in the unit of the metric.
    Score(f64),
}

/// An aim that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an aim is half, save=30%, no-worse-than=jpeg:85 or score=80, not {0:?}")]
pub struct AimError(String);

impl FromStr for Aim {
    type Err = AimError;

    fn from_str(text: &str) -> Result<Self, AimError> {
        let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
        let aim = match text.split_once('=') {
            None if text == "half" => Some(Self::Half),
            Some(("save", share)) => number(share.strip_suffix('%').unwrap_or(share))
                .filter(|percent| *percent > 0.0 && *percent < 100.0)
                .map(|percent| Self::Save(percent / 100.0)),
            Some(("no-worse-than", quality)) => {
                quality.strip_prefix("jpeg:").and_then(number).and_then(Quality::new).map(Self::NoWorseThan)
            }
            Some(("score", value)) => number(value).map(Self::Score),
            _ => None,
        };
        aim.ok_or_else(|| AimError(text.to_owned()))
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Half => f.write_str("half"),
            Self::Save(share) => write!(f, "save={}%", (share * 1e4).round() / 100.0),
            Self::NoWorseThan(quality) => write!(f, "no-worse-than=jpeg:{}", quality.value()),
            Self::Score(value) => write!(f, "score={value}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_reads_as_it_is_written() {
        for text in ["half", "save=30%", "save=12.5%", "no-worse-than=jpeg:85", "score=80", "score=0.97"] {
            assert_eq!(text.parse::<Aim>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "third",
            "save=0%",
            "save=100%",
            "save=much",
            "no-worse-than=85",
            "no-worse-than=jpeg:101",
            "score=NaN",
        ] {
            assert!(text.parse::<Aim>().unwrap_err().to_string().contains("save=30%"), "{text}");
        }
    }
}
