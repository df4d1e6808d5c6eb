//! The classic algorithm on pixels from Python.

use crate::error::{Failure, refuse};
use crate::wish::{named, read_profile, rollout};
use crate::worker::{Flag, at_once, attended};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use scrimp::classic::{self, Bounds, Centre, Classic, ClassicDecision, Filter, Goal, Kernel, Switch};
use scrimp::{Arm, Channels, Pixels};
use std::path::PathBuf;

/// Width, height, samples a pixel and the samples, row by row.
type Picture = (usize, usize, usize, PyBackedBytes);

fn pixels((width, height, channels, samples): Picture) -> Result<Pixels, Failure> {
    let channels = if channels == 1 { Channels::Gray } else { Channels::Rgb };
    Pixels::new(width, height, channels, samples.to_vec()).map_err(Failure::of_option)
}

/// As [`attended`], but at once for a photo that takes only some hundredths of a second.
fn answered<T: Send + 'static>(
    py: Python<'_>,
    (width, height): (usize, usize),
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    const AT_ONCE: usize = 4_000_000;
    let is_small = width.saturating_mul(height) <= AT_ONCE;
    let answer = if is_small { at_once(py, work) } else { attended(py, &Flag::default(), work) };
    refuse(py, answer?)
}

fn centre(name: &str) -> Result<Centre, Failure> {
    choice("kernel", name, [("centred", Centre::Centred), ("shifted", Centre::Shifted)])
}

fn choice<T: Copy>(keyword: &str, name: &str, all: [(&'static str, T); 2]) -> Result<T, Failure> {
    let find = |name: &str| all.into_iter().find(|(known, _)| *known == name);
    named(keyword, name, find, &all, |(known, _)| known).map(|(_, value)| value)
}

/// What the algorithm is told: an item for each keyword.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct ClassicWish {
    resize: String,
    kernel: String,
    goal: f64,
    lo: u8,
    hi: u8,
    enabled: bool,
    /// A share in percent.
    rollout: Option<String>,
    shadow: bool,
}

impl ClassicWish {
    fn classic(&self) -> Result<Classic, Failure> {
        let filters = [("nearest", Filter::Nearest), ("bicubic", Filter::Bicubic)];
        let mut classic = Classic::default();
        classic.resize = choice("resize", &self.resize, filters)?;
        classic.kernel = centre(&self.kernel)?;
        classic.goal = Goal::new(self.goal)?;
        classic.bounds = Bounds::new(self.lo, self.hi)?;
        classic.switch = match rollout(self.rollout.as_deref(), self.shadow)? {
            Some(_) if !self.enabled => {
                return Err(Failure::of_option(
                    "what is switched off cannot be tried: name no rollout and no shadow",
                ));
            }
            Some(rollout) => Switch::Rollout(rollout),
            None if self.enabled => Switch::On,
            None => Switch::Off,
        };
        Ok(classic)
    }
}

/// What a profile tells the algorithm for a class: filter, kernel, goal, lowest and highest quality.
#[pyfunction]
pub(crate) fn classic_of_profile(
    py: Python<'_>,
    path: PathBuf,
    class: Option<&str>,
    accept_stale_profile: bool,
) -> PyResult<(String, String, f64, u8, u8)> {
    let rule = || {
        let profile = read_profile(&path, accept_stale_profile)?;
        let rule = profile.classic_rule(&path, class).map_err(Failure::of_profile)?;
        Ok((rule.resize.clone(), rule.kernel.clone(), rule.goal, rule.lo, rule.hi))
    };
    refuse(py, rule())
}

/// Quality, SSIM, all qualities tried, the arm, and what would have been chosen.
type Decided = (u8, f64, Vec<(u8, f64)>, Option<&'static str>, Option<(u8, f64)>);

#[pyfunction]
pub(crate) fn classic_decide(py: Python<'_>, photo: Picture, wish: ClassicWish) -> PyResult<Decided> {
    let classic = refuse(py, wish.classic())?;
    answered(py, (photo.0, photo.1), move || {
        let ClassicDecision { quality, ssim, probes, arm, shadow } =
            classic::decide(&pixels(photo)?, &classic)?;
        Ok((quality, ssim, probes, arm.map(Arm::name), shadow))
    })
}

/// Quality and SSIM alone, which takes less.
#[pyfunction]
pub(crate) fn classic_quality(py: Python<'_>, photo: Picture, wish: ClassicWish) -> PyResult<(u8, f64)> {
    let classic = refuse(py, wish.classic())?;
    answered(py, (photo.0, photo.1), move || Ok(classic::jpeg_dynamic_quality(&pixels(photo)?, &classic)?))
}

#[pyfunction]
pub(crate) fn ssim_at_quality(py: Python<'_>, photo: Picture, quality: u8, kernel: &str) -> PyResult<f64> {
    let centre = refuse(py, centre(kernel))?;
    answered(py, (photo.0, photo.1), move || {
        Ok(classic::get_ssim_at_quality(&pixels(photo)?, quality, centre)?)
    })
}

#[pyfunction]
pub(crate) fn compute_ssim(
    py: Python<'_>,
    images: (Picture, Picture),
    sigma: f64,
    width: usize,
    kernel: &str,
) -> PyResult<f64> {
    let centre = refuse(py, centre(kernel))?;
    let kernel = refuse(py, Kernel::gaussian(width, sigma, centre).map_err(Failure::of_option))?;
    let work = move || Ok(classic::compute_ssim(&pixels(images.0)?, &pixels(images.1)?, kernel)?);
    refuse(py, attended(py, &Flag::default(), work)?)
}
