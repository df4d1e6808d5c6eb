//! What the page of a calibration draws, as numbers for whoever draws it otherwise.

use super::Calibration;
use crate::Measured;
use serde::Serialize;
use std::path::Path;

/// What the page of a calibration draws. Its JSON is described in docs/json.md.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figures {
    /// Goals and the share of bytes that each saves, the laxest first; empty where sizes are not known.
    pub savings: Vec<(f64, f64)>,
    /// Each photo.
    pub photos: Vec<PhotoFigures>,
}

/// A photo of a calibration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhotoFigures {
    /// Its path; what is no Unicode in it is U+FFFD.
    pub path: String,
    /// The JPEG quality that it comes to; none where it stays as it is, or that is not known.
    pub quality: Option<f64>,
    /// With SSIMULACRA2 the share of its bytes that is left at goals, with the classic algorithm the share of the ceiling
    /// at qualities; empty where there is none.
    pub curve: Vec<(f64, f64)>,
}

impl Calibration {
    /// What the page draws of these photos, which it was made of, with this goal.
    #[must_use]
    pub fn figures(&self, photos: &[(impl AsRef<Path>, Measured)], goal: f64) -> Figures {
        let of = |(path, photo): &(_, Measured)| PhotoFigures {
            path: AsRef::<Path>::as_ref(path).display().to_string(),
            quality: self.scale.quality(photo, goal, self.min_saving),
            curve: self.scale.curve(photo, self.min_saving),
        };
        Figures { savings: self.savings(), photos: photos.iter().map(of).collect() }
    }
}
