//! The page that shows what was calibrated: `scrimp calibrate --report`.

mod chart;
mod sufferer;

use super::distribution::Distribution;
use super::histogram::{self, Histogram, Unit};
use super::words::{grouped, trimmed};
use super::{MARK, may_be_written};
use crate::calibrate::{Aim, Calibrated, Calibration, Interval, Outlook, Scale};
use crate::{FileError, Measured, Overwrite, disk, show_bytes, web};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::{Axis, Chart};
use scrimp::{Metric, Options};
use std::io;
use std::path::{Path, PathBuf};
use sufferer::Sufferer;

/// A page in the making.
#[derive(Debug)]
pub struct CalibrationReport {
    path: PathBuf,
    overwrite: Overwrite,
    photos: Vec<(PathBuf, Measured)>,
    shows_photos: bool,
}

/// What was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// The class.
    pub class: &'a str,
    /// What its goal is to bring about.
    pub aim: Aim,
    /// Its photos.
    pub calibration: &'a Calibration,
    /// Its goal.
    pub calibrated: &'a Calibrated,
    /// Photos that could not be measured.
    pub left_out: usize,
    /// With what photos are looked at once more.
    pub options: &'a Options,
}

/// Photos that are shown before and after.
const SUFFERERS: usize = 10;
/// Photos whose curves are drawn: more would only cover each other.
const CURVES: usize = 300;
/// The same as in other reports, with what this page alone has.
const STYLE: [&str; 3] = [web::LOOK, include_str!("../page/style.css"), include_str!("style.css")];

#[derive(Template)]
#[template(path = "calibration/page.html")]
struct Html<'a> {
    mark: &'static str,
    style: String,
    class: &'a str,
    unit: &'static str,
    goal: String,
    goal_interval: String,
    aim: String,
    photos: String,
    left_out: usize,
    figure: Option<(&'static str, String)>,
    saving: Option<String>,
    charts: Vec<Chart>,
    histograms: Vec<Histogram>,
    chart_size: (f64, f64),
    histogram_size: (f64, f64),
    /// How many photos stay as they are.
    stay: usize,
    steps: Vec<Step>,
    knows_savings: bool,
    sufferers: Vec<Sufferer>,
    version: &'static str,
}

/// A goal beside the chosen one.
struct Step {
    name: &'static str,
    goal: String,
    saving: String,
    figure: String,
    quality: String,
}

impl CalibrationReport {
    /// Begins a page that will be written to `path`, over an earlier report, but over another file only if it may be
    /// replaced.
    ///
    /// # Errors
    /// [`FileError::OutputExists`] or [`FileError::Unwritable`].
    pub fn begin(path: &Path, overwrite: Overwrite) -> Result<Self, FileError> {
        let overwrite = may_be_written(path, overwrite)?;
        Ok(Self { path: path.to_path_buf(), overwrite, photos: Vec::new(), shows_photos: true })
    }

    /// The same page without the photos that suffer most: neither a pixel of a photo nor a name is on it.
    #[must_use]
    pub fn without_photos(self) -> Self {
        Self { shows_photos: false, ..self }
    }

    /// Adds a photo.
    pub fn add(&mut self, path: &Path, measured: &Measured) {
        self.photos.push((path.to_path_buf(), measured.clone()));
    }

    /// Makes the photos that suffer most once more, and writes the page.
    ///
    /// # Errors
    /// [`FileError::OutputExists`] or [`FileError::Unwritable`].
    pub fn finish(self, found: &Found<'_>) -> Result<(), FileError> {
        let unwritable = |source| FileError::Unwritable { path: self.path.clone(), source };
        let page = self.html(found).render().map_err(|error| unwritable(io::Error::other(error)))?;
        disk::write_whole(&self.path, page.as_bytes(), self.overwrite)
    }

    fn html<'a>(&self, found: &Found<'a>) -> Html<'a> {
        let Found { class, aim, calibration, calibrated, left_out, .. } = *found;
        let goal = calibrated.goal;
        let qualities: Vec<_> = self.qualities(found, goal).collect();
        let knows_qualities = qualities.iter().any(Option::is_some);
        let Interval(low, high) = calibrated.goal_interval;
        Html {
            mark: MARK,
            style: STYLE.concat(),
            class,
            unit: unit(calibration.scale()),
            goal: trimmed(goal),
            goal_interval: format!("{} and {}", trimmed(low), trimmed(high)),
            aim: aim.to_string(),
            photos: grouped(calibration.photos() as u64),
            left_out,
            figure: word(aim).map(|word| (word, share(calibrated.figure, calibrated.figure_interval))),
            saving: calibrated.saving.zip(calibrated.saving_interval).map(|(saving, of)| share(saving, of)),
            charts: [self.curves(found), savings(found)].into_iter().flatten().collect(),
            histograms: self.histograms(found, &qualities),
            chart_size: (chart::WIDTH, chart::HEIGHT),
            histogram_size: (histogram::WIDTH, histogram::HEIGHT),
            stay: if knows_qualities { qualities.iter().filter(|known| known.is_none()).count() } else { 0 },
            steps: self.steps(found),
            knows_savings: calibrated.saving.is_some(),
            sufferers: self.sufferers(found),
            version: env!("CARGO_PKG_VERSION"),
        }
    }

    /// The quality of each photo at a goal, as far as it is known and the photo does not stay as it is.
    fn qualities(&self, found: &Found<'_>, goal: f64) -> impl Iterator<Item = Option<f64>> {
        let (scale, min_saving) = (found.calibration.scale(), found.options.min_saving);
        self.photos.iter().map(move |(_, photo)| scale.quality(photo, goal, min_saving))
    }

    /// All curves, with the goal across them.
    fn curves(&self, found: &Found<'_>) -> Option<Chart> {
        let (scale, goal) = (found.calibration.scale(), found.calibrated.goal);
        let every = self.photos.len().div_ceil(CURVES).max(1);
        let photos = self.photos.iter().step_by(every).map(|(_, photo)| photo);
        let curves: Vec<_> = photos.map(|photo| scale.curve(photo, found.options.min_saving)).collect();
        let is_classic = matches!(scale, Scale::Classic(_));
        let percent = |y: f64| if is_classic { y } else { 100.0 * y };
        let points = || curves.iter().flatten().map(|(x, y)| (*x, percent(*y)));
        points().next()?;
        let (across, up, suffix) = match is_classic {
            true => ("quality", "share of the SSIM at quality 95", ""),
            false => ("goal", "bytes left", "\u{202f}%"),
        };
        let ys = points().map(|(_, y)| y).chain(is_classic.then_some(goal));
        let mut chart = Chart {
            title: "Every photo",
            summary: format!("{} curves, {up} over {across}", curves.len()),
            across: Axis::over(across, points().map(|(x, _)| x), ""),
            up: if is_classic {
                Axis::over(up, ys, suffix)
            } else {
                Axis::over(up, [0.0, 100.0].into_iter(), suffix)
            },
            lines: Vec::new(),
            mark: None,
        };
        for curve in &curves {
            let points: Vec<_> = curve.iter().map(|(x, y)| (*x, percent(*y))).collect();
            chart.add(&points, "one");
        }
        chart.mark(!is_classic, goal, format!("goal {}", trimmed(goal)));
        Some(chart)
    }

    fn histograms(&self, found: &Found<'_>, qualities: &[Option<f64>]) -> Vec<Histogram> {
        let of = |step: f64, values: &mut dyn Iterator<Item = f64>| {
            let mut distribution = Distribution::of_steps(step);
            values.for_each(|value| distribution.add(value));
            distribution
        };
        let quality = of(1.0, &mut qualities.iter().flatten().copied());
        let photos = || self.photos.iter().map(|(_, photo)| photo);
        let scores = of(0.01, &mut photos().filter_map(|photo| photo.fixed).map(|fixed| fixed.score));
        let goal = found.calibrated.goal;
        [
            Histogram::of("Photos by JPEG quality", &quality, Unit { decimals: 0, suffix: "" }, None),
            Histogram::of(
                "Score at the fixed quality",
                &scores,
                Unit { decimals: 2, suffix: "" },
                Some(("goal", goal)),
            ),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The goal and its neighbours.
    fn steps(&self, found: &Found<'_>) -> Vec<Step> {
        let names = ["one step laxer", "as calibrated", "one step stricter"];
        let step = |(name, outlook): (&'static str, Outlook)| {
            let mut qualities: Vec<f64> = self.qualities(found, outlook.goal).flatten().collect();
            qualities.sort_by(f64::total_cmp);
            Step {
                name,
                goal: trimmed(outlook.goal),
                saving: outlook.saving.map_or_else(String::new, percent),
                figure: percent(outlook.figure),
                quality: qualities
                    .get(qualities.len() / 2)
                    .map_or_else(String::new, |middle| in_quarters(*middle)),
            }
        };
        names.into_iter().zip(found.calibration.around(found.calibrated.goal)).map(step).collect()
    }

    /// The photos that come out worst where they are worst, the worst first.
    fn sufferers(&self, found: &Found<'_>) -> Vec<Sufferer> {
        if !self.shows_photos {
            return Vec::new();
        }
        let (scale, goal) = (found.calibration.scale(), found.calibrated.goal);
        let min_saving = found.options.min_saving;
        let rank = |(path, photo)| Some((scale.worst(photo, goal, min_saving)?, path, photo));
        let photos = self.photos.iter().map(|(path, photo)| (path, photo));
        let mut ranked: Vec<(f64, &PathBuf, &Measured)> = photos.filter_map(rank).collect();
        ranked.sort_by(|one, other| one.0.total_cmp(&other.0));
        let seen = ranked
            .iter()
            .filter_map(|(_, path, photo)| Sufferer::of(path, photo, (scale, goal), found.options))
            .take(SUFFERERS);
        let mut seen: Vec<_> = seen.collect();
        let metric = if let Scale::Metric(metric) = scale { metric } else { Metric::Ssimulacra2 };
        let goodness = |one: &Sufferer| metric.score_of(one.worst.score).map_or(0.0, |score| score.value());
        seen.sort_by(|one, other| goodness(one).total_cmp(&goodness(other)));
        seen
    }
}

impl Html<'_> {
    fn bytes(&self, bytes: &u64) -> String {
        show_bytes(*bytes)
    }

    fn smaller(&self, photo: &Sufferer) -> String {
        super::words::percent(photo.before, photo.after)
    }

    fn number(&self, value: &f64) -> String {
        trimmed((value * 100.0).round() / 100.0)
    }

    /// Of two pictures.
    fn name(&self, index: &usize) -> &'static str {
        if *index == 0 { "Before" } else { "After" }
    }

    fn url(&self, view: &scrimp::View) -> String {
        format!("data:image/jpeg;base64,{}", STANDARD.encode(&view.jpeg))
    }
}

/// What is saved at every goal.
fn savings(found: &Found<'_>) -> Option<Chart> {
    let points: Vec<_> =
        found.calibration.savings().into_iter().map(|(goal, saving)| (goal, 100.0 * saving)).collect();
    let saving = found.calibrated.saving?;
    let goal = found.calibrated.goal;
    // Shares of SSIM that nobody would ask for save no more.
    let most = points.iter().map(|(_, saving)| *saving).fold(f64::NEG_INFINITY, f64::max);
    let from = points.iter().rposition(|(_, saving)| *saving >= most - 1e-9).unwrap_or_default();
    let points = &points[from..];
    let mut chart = Chart {
        title: "Saving against goal",
        summary: format!("{} at goal {}", percent(saving), trimmed(goal)),
        across: Axis::over("goal", points.iter().map(|(goal, _)| *goal).chain([goal]), ""),
        up: Axis::over("bytes saved", points.iter().map(|(_, saving)| *saving).chain([0.0]), "\u{202f}%"),
        lines: Vec::new(),
        mark: None,
    };
    chart.add(points, "counts");
    chart.mark(true, goal, format!("goal {}", trimmed(goal)));
    Some(chart)
}

const fn unit(scale: Scale) -> &'static str {
    match scale {
        Scale::Metric(Metric::Ssimulacra2 | Metric::Ssimulacra2Exact) => "SSIMULACRA2",
        Scale::Metric(metric) => metric.name(),
        Scale::Classic(_) => "share of SSIM",
    }
}

/// What the aim is about, in words.
const fn word(aim: Aim) -> Option<&'static str> {
    match aim {
        Aim::Half => Some("can do with less than the usual quality"),
        Aim::NoWorseThan(_) => Some("come out no worse"),
        Aim::Save(_) | Aim::Score(_) => None,
    }
}

/// A quality, in its steps.
fn in_quarters(quality: f64) -> String {
    trimmed((4.0 * quality).round() / 4.0)
}

fn percent(share: f64) -> String {
    format!("{:.1}\u{202f}%", 100.0 * share)
}

fn share(figure: f64, Interval(low, high): Interval) -> String {
    format!("{} ({} to {} for as many other photos)", percent(figure), percent(low), percent(high))
}
