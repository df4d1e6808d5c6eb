//! What is measured of photos where nothing is written.

use crate::Curve;
use crate::ledger::content_of;
use scrimp::classic::{Classic, ClassicCurve, ClassicStep};
use scrimp::{Error, Metric, Options, Outcome, Photo, Quality, fixed_quality};
use serde::{Deserialize, Serialize};

/// What is measured of photos.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gauge {
    /// What a job leaves of each at any goal.
    Goals,
    /// What a fixed quality gives, by the metric of the job's goal; in SSIMULACRA2 points also what a job leaves at any
    /// goal.
    Fixed(Quality),
    /// What the classic algorithm sees.
    Classic(Classic),
}

/// What was measured of a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// Bytes of its file.
    pub input_bytes: usize,
    /// The hash of these bytes, hexadecimal.
    pub content: String,
    /// How many pixels it has.
    pub pixels: u64,
    /// What a job leaves of it at any goal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub curve: Option<Curve>,
    /// What a fixed quality gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fixed: Option<Fixed>,
    /// What the classic algorithm sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub classic: Option<ClassicSteps>,
}

/// What a fixed quality gives.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fixed {
    /// On libjpeg's scale.
    pub quality: f64,
    /// In the metric's own unit.
    pub score: f64,
    /// An estimate of its size.
    pub bytes: usize,
}

/// A [`ClassicCurve`] as it is written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassicSteps {
    ceiling: f64,
    /// Quality, SSIM and bytes.
    steps: Vec<(u8, f64, usize)>,
}

impl From<ClassicCurve> for ClassicSteps {
    fn from(curve: ClassicCurve) -> Self {
        let steps = curve.steps.into_iter().map(|step| (step.quality, step.ssim, step.bytes));
        Self { ceiling: curve.ceiling, steps: steps.collect() }
    }
}

impl ClassicSteps {
    /// The curve.
    pub(crate) fn curve(&self) -> ClassicCurve {
        let step = |&(quality, ssim, bytes): &(u8, f64, usize)| ClassicStep { quality, ssim, bytes };
        ClassicCurve { ceiling: self.ceiling, steps: self.steps.iter().map(step).collect() }
    }
}

impl Measured {
    /// Measures the photo in `bytes`; `left_of` makes the outcome of a job with other options, and the bytes that are there
    /// then.
    ///
    /// # Errors
    /// Those of the photo.
    pub(crate) fn measure(
        gauge: Gauge,
        bytes: &[u8],
        options: &Options,
        mut left_of: impl FnMut(&Options) -> Result<(Outcome, usize), Error>,
    ) -> Result<Self, Error> {
        // What is measured holds for all.
        let mut options = options.clone();
        options.rollout = None;
        let options = &options;
        let input_bytes = bytes.len();
        let mut curve = || {
            let mut options = options.clone();
            Curve::measure(input_bytes, |goal| {
                options.goal = goal;
                left_of(&options)
            })
        };
        let nothing = Self {
            input_bytes,
            content: format!("{:032x}", content_of(bytes)),
            pixels: Photo::size(bytes, &options.limits).map_or(0, |(width, height)| width * height),
            curve: None,
            fixed: None,
            classic: None,
        };
        Ok(match gauge {
            Gauge::Goals => Self { curve: Some(curve()?), ..nothing },
            Gauge::Fixed(quality) => {
                let found = fixed_quality(bytes, quality, options)?;
                let fixed = Fixed { quality: quality.value(), score: found.score, bytes: found.bytes };
                let has_curve = options.goal.metric() == Metric::Ssimulacra2;
                let curve = if has_curve { Some(curve()?) } else { None };
                Self { curve, fixed: Some(fixed), ..nothing }
            }
            Gauge::Classic(classic) => {
                let photo = Photo::read_as_pillow(bytes, options)?;
                let curve = ClassicCurve::measure(photo.pixels(), &classic);
                let curve = curve.map_err(|error| Error::Defect(error.to_string()))?;
                Self { classic: Some(curve.into()), ..nothing }
            }
        })
    }
}
