//! The two arms of a rollout, compared.

use super::Photo;
use crate::OutcomeKind;
use scrimp::{Arm, RolloutRecord};
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

/// A photo's part in a rollout, as far as a summary looks at it: in JSON as in a record.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// By what its output is made.
    pub arm: Arm,
    /// What would have become of it by what is tried; none where it was not drawn, or that was done.
    pub shadow: Option<Told>,
}

/// What would have become of a photo.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// In one word.
    pub outcome: OutcomeKind,
    /// Bytes of the output; none where there would have been none.
    pub output_bytes: Option<u64>,
    /// Its score.
    pub score: Option<f64>,
}

impl From<RolloutRecord> for Part {
    fn from(record: RolloutRecord) -> Self {
        let told = |shadow: scrimp::Shadow| Told {
            outcome: OutcomeKind::from_name(shadow.outcome).unwrap_or(OutcomeKind::Refused),
            output_bytes: shadow.output_bytes.map(|bytes| bytes as u64),
            score: shadow.score,
        };
        Self { arm: record.arm, shadow: record.shadow.map(told) }
    }
}

/// What came of the photos of both arms.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(into = "Compared")]
pub struct Arms {
    /// What is tried.
    pub treatment: Side,
    /// What holds without it.
    pub control: Side,
    /// By how much the treatment saves more of a photo, where each photo is in both arms.
    paired: Mean,
}

/// What came of the photos of one arm.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Side {
    /// How many there are.
    pub photos: u64,
    /// Those that failed, were refused or missed their goal.
    pub undone: u64,
    /// Their bytes before the work.
    pub bytes_before: u64,
    /// And after it; a photo without an output counts as it was.
    pub bytes_after: u64,
    /// What is saved of a photo, 0 to 1.
    pub saving: Mean,
    /// The score of an output, in the unit of its goal's metric.
    pub score: Mean,
}

/// A mean of so many numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Mean {
    /// How many there are.
    pub photos: u64,
    /// Their mean; 0 of none.
    pub mean: f64,
    /// The sum of the squares of what they are off it.
    #[serde(skip)]
    squares: f64,
}

/// By how much the treatment saves more of a photo, in its share of the photo's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gain {
    /// On average.
    pub mean: f64,
    /// Between what it lies, 19 times in 20, for as many other photos.
    pub interval: (f64, f64),
}

/// [`Arms`] as JSON.
#[derive(Serialize)]
struct Compared {
    treatment: Side,
    control: Side,
    gain: Option<Gain>,
}

impl From<Arms> for Compared {
    fn from(arms: Arms) -> Self {
        let gain = arms.gain();
        Self { treatment: arms.treatment, control: arms.control, gain }
    }
}

impl Arms {
    /// Adds a photo with what became of it in its arm.
    pub(super) fn add(&mut self, photo: &Photo<'_>, arm: Arm) {
        self.side(arm).add(photo);
    }

    /// Adds a photo of the control with what would have become of it otherwise.
    pub(super) fn add_both(&mut self, photo: &Photo<'_>, told: Told) {
        let Told { outcome, output_bytes, score } = told;
        let treated = Photo { outcome, bytes_after: output_bytes, score, ..*photo };
        self.control.add(photo);
        self.treatment.add(&treated);
        if let (Some(treated), Some(left)) = (saving(&treated), saving(photo)) {
            self.paired.add(treated - left);
        }
    }

    pub(super) fn add_all(&mut self, other: &Self) {
        self.treatment.add_all(&other.treatment);
        self.control.add_all(&other.control);
        self.paired.add_all(&other.paired);
    }

    fn side(&mut self, arm: Arm) -> &mut Side {
        match arm {
            Arm::Treatment => &mut self.treatment,
            Arm::Control => &mut self.control,
        }
    }

    /// By how much the treatment saves more of a photo; none of fewer than two photos an arm. The interval is Student's: of
    /// the differences where each photo is in both arms, else of two independent means, whose variances may differ.
    #[must_use]
    pub fn gain(&self) -> Option<Gain> {
        let (treatment, control) = (&self.treatment.saving, &self.control.saving);
        let (mean, spread) = match self.paired.photos {
            0 => (treatment.mean - control.mean, treatment.spread()?.and(control.spread()?)),
            _ => (self.paired.mean, self.paired.spread()?),
        };
        let error = spread.half_of_interval();
        Some(Gain { mean, interval: (mean - error, mean + error) })
    }
}

impl Side {
    fn add(&mut self, photo: &Photo<'_>) {
        let after = photo.bytes_after.unwrap_or(photo.bytes_before);
        self.photos += 1;
        self.undone += u64::from(!photo.outcome.is_done());
        self.bytes_before = self.bytes_before.saturating_add(photo.bytes_before);
        self.bytes_after = self.bytes_after.saturating_add(after);
        saving(photo).into_iter().for_each(|saving| self.saving.add(saving));
        photo.score.into_iter().for_each(|score| self.score.add(score));
    }

    fn add_all(&mut self, other: &Self) {
        self.photos += other.photos;
        self.undone += other.undone;
        self.bytes_before = self.bytes_before.saturating_add(other.bytes_before);
        self.bytes_after = self.bytes_after.saturating_add(other.bytes_after);
        self.saving.add_all(&other.saving);
        self.score.add_all(&other.score);
    }
}

/// The share of a photo's bytes that is saved; none where these are not known.
fn saving(photo: &Photo<'_>) -> Option<f64> {
    let before = Some(photo.bytes_before).filter(|bytes| *bytes > 0)?;
    Some(1.0 - photo.bytes_after.unwrap_or(before) as f64 / before as f64)
}

impl Mean {
    fn add(&mut self, number: f64) {
        self.add_all(&Self { photos: 1, mean: number, squares: 0.0 });
    }

    /// As Chan, Golub and LeVeque combine variances (1979), which loses no digits to sums of squares.
    fn add_all(&mut self, other: &Self) {
        let photos = self.photos + other.photos;
        if other.photos > 0 {
            let (off, part) = (other.mean - self.mean, other.photos as f64 / photos as f64);
            self.squares += other.squares + off * off * self.photos as f64 * part;
            self.mean += off * part;
            self.photos = photos;
        }
    }

    /// How far the mean of as many other numbers would be off; none of fewer than two.
    fn spread(&self) -> Option<Spread> {
        let (photos, freedom) = (self.photos as f64, self.photos.checked_sub(1)? as f64);
        (freedom > 0.0).then(|| Spread { variance: self.squares / freedom / photos, freedom })
    }
}

/// How far a mean, or a difference of means, is off.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Spread {
    /// Its variance, as estimated.
    variance: f64,
    /// The degrees of freedom of that estimate.
    freedom: f64,
}

impl Spread {
    /// Of the difference of two means (Welch, "The generalization of 'Student's' problem when several different population
    /// variances are involved", Biometrika 34, 1947).
    fn and(self, other: Self) -> Self {
        let variance = self.variance + other.variance;
        let of = |part: Self| part.variance * part.variance / part.freedom;
        let freedom = variance * variance / (of(self) + of(other));
        // Where nothing varies at all, any number does.
        Self {
            variance,
            freedom: if freedom.is_finite() { freedom } else { self.freedom.min(other.freedom) },
        }
    }

    /// Half of the interval in which the mean of many others lies 19 times in 20, by Student's distribution.
    fn half_of_interval(self) -> f64 {
        const UPPER: f64 = 0.975;
        // There is one for all degrees of freedom above 0, which these are.
        let quantile = StudentsT::new(0.0, 1.0, self.freedom).map_or(f64::INFINITY, |t| t.inverse_cdf(UPPER));
        quantile * self.variance.sqrt()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(bytes_after: u64, score: f64, rollout: Part) -> Photo<'static> {
        Photo {
            name: "a.jpg",
            outcome: OutcomeKind::Saved,
            code: "goal_met",
            bytes_before: 1000,
            bytes_after: Some(bytes_after),
            score: Some(score),
            rollout: Some(rollout),
            cpu_seconds: None,
        }
    }

    const fn of(arm: Arm) -> Part {
        Part { arm, shadow: None }
    }

    #[test]
    fn arms_of_different_photos_are_compared_by_their_means() {
        let mut summary = crate::Summary::default();
        for (bytes, score) in [(400, 80.0), (500, 82.0), (600, 84.0)] {
            summary.add(photo(bytes, score, of(Arm::Treatment)));
        }
        for bytes in [700, 900] {
            summary.add(photo(bytes, 90.0, of(Arm::Control)));
        }
        assert!(summary.shadow.is_none());
        let arms = summary.rollout.unwrap();
        assert_eq!((arms.treatment.photos, arms.treatment.bytes_after), (3, 1500));
        assert!((arms.treatment.score.mean - 82.0).abs() < 1e-12);
        let gain = arms.gain().unwrap();
        assert!((gain.mean - 0.3).abs() < 1e-12);
        // Variances of 0.01 and 0.02, of three and of two.
        // Welch's degrees of freedom are 1.6842, of which Student's 97.5 % is 5.1762 (SciPy: t.ppf(0.975, 1.6842)).
        let error = 5.1762 * (0.01_f64 / 3.0 + 0.02 / 2.0).sqrt();
        assert!((gain.interval.1 - gain.mean - error).abs() < 1e-4, "{gain:?}");
    }

    #[test]
    fn few_photos_make_a_wide_interval_and_many_the_usual_one() {
        // The table of Student's distribution: two-sided, 95 %.
        let table = [(1.0, 12.706), (4.0, 2.776), (9.0, 2.262), (29.0, 2.045), (1e6, 1.960)];
        for (freedom, quantile) in table {
            let half = Spread { variance: 4.0, freedom }.half_of_interval();
            assert!((half / 2.0 - quantile).abs() < 5e-4, "{freedom}: {half}");
        }
        let [some, none] = [0.5, 0.0].map(|variance| Spread { variance, freedom: 7.0 });
        // Of two arms that vary alike and are as large all degrees count.
        assert_eq!(some.and(some), Spread { variance: 1.0, freedom: 14.0 });
        assert_eq!(some.and(none), some);
        assert_eq!(none.and(none).half_of_interval(), 0.0);
    }

    #[test]
    fn a_shadow_is_compared_with_the_same_photo() {
        let mut summary = crate::Summary::default();
        for (bytes, less) in [(900, 200), (500, 200), (300, 200)] {
            let told = Told { outcome: OutcomeKind::Saved, output_bytes: Some(bytes - less), score: None };
            summary.add(photo(bytes, 90.0, Part { arm: Arm::Control, shadow: Some(told) }));
        }
        let refused = Told { outcome: OutcomeKind::Refused, output_bytes: None, score: None };
        let arms = summary.shadow.clone().unwrap();
        let gain = arms.gain().unwrap();
        assert!((gain.mean - 0.2).abs() < 1e-12 && gain.interval.1 - gain.interval.0 < 1e-9, "{gain:?}");
        summary.add(photo(500, 90.0, Part { arm: Arm::Control, shadow: Some(refused) }));
        let arms = summary.shadow.unwrap();
        assert_eq!((arms.treatment.undone, arms.control.undone), (1, 0));
        assert_eq!((arms.treatment.bytes_after, arms.control.bytes_after), (1700 - 600 + 1000, 2200));
        let controls = summary.rollout.unwrap();
        assert_eq!((controls.control.photos, controls.treatment.photos), (4, 0));
        assert_eq!(controls.gain(), None);
    }

    #[test]
    fn parts_of_means_come_to_the_mean_of_all() {
        let numbers: Vec<_> = (0..40).map(|number| f64::from(number * number % 17)).collect();
        let mean_of = |numbers: &[f64]| {
            let mut mean = Mean::default();
            numbers.iter().for_each(|number| mean.add(*number));
            mean
        };
        let mut parts = mean_of(&numbers[..11]);
        parts.add_all(&mean_of(&numbers[11..]));
        parts.add_all(&Mean::default());
        let (mean, photos) = (numbers.iter().sum::<f64>() / 40.0, 40);
        let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
        for found in [parts, mean_of(&numbers)] {
            assert_eq!(found.photos, photos);
            assert!((found.mean - mean).abs() < 1e-12 && (found.squares - squares).abs() < 1e-9, "{found:?}");
        }
    }

    #[test]
    fn the_part_of_a_record_is_read_from_its_json() {
        let shadow = scrimp::Shadow {
            outcome: "best_effort",
            code: "goal_out_of_reach",
            goal: None,
            output_bytes: Some(12),
            score: Some(61.5),
            floor: None,
            setting: None,
        };
        let record = RolloutRecord { arm: Arm::Control, shadow: Some(shadow) };
        let read: Part = serde_json::from_value(serde_json::to_value(record).unwrap()).unwrap();
        assert_eq!(read, record.into());
        assert_eq!(read.shadow.unwrap().outcome, OutcomeKind::BestEffort);
    }
}
