//! Photos that a goal is hardest on, before and after.

use crate::calibrate::Scale;
use crate::ledger::content_of;
use crate::{Measured, file};
use scrimp::classic::{self, Goal as Share};
use scrimp::{Goal, Metric, Options, Photo, Show, Views, WorstCell};
use std::path::Path;

/// A photo and what becomes of it.
pub(super) struct Sufferer {
    pub(super) path: String,
    pub(super) before: u64,
    pub(super) after: u64,
    pub(super) quality: Option<f64>,
    pub(super) worst: WorstCell,
    /// The surroundings of the worst cell, before and after: JPEGs with their sizes.
    pub(super) views: [scrimp::View; 2],
}

impl Sufferer {
    /// Makes the file that the goal asks for once more, and looks at it. None where nothing comes of it any more.
    pub(super) fn of(
        path: &Path,
        measured: &Measured,
        (scale, goal): (Scale, f64),
        options: &Options,
    ) -> Option<Self> {
        let bytes = file::read(path, options.limits.file_bytes).ok()?;
        if format!("{:032x}", content_of(&bytes)) != measured.content {
            return None;
        }
        let Made { after, quality, views } = match scale {
            Scale::Metric(metric) => shrunk(&bytes, Goal::new(metric, goal).ok()?, options),
            Scale::Classic(mut classic) => {
                classic.goal = Share::new(goal.clamp(0.0, 1.0)).ok()?;
                classically(&bytes, &classic, options)
            }
        }?;
        let worst = views.worst?;
        let path = path.display().to_string();
        let (before, after) = (bytes.len() as u64, after as u64);
        Some(Self { path, before, after, quality, worst: worst.cell, views: worst.views })
    }
}

/// The file of a goal: its bytes, its quality, and what is seen of it.
struct Made {
    after: usize,
    quality: Option<f64>,
    views: Views,
}

fn shrunk(bytes: &[u8], goal: Goal, options: &Options) -> Option<Made> {
    let mut options = options.clone();
    options.goal = goal;
    options.show = Show::PhotoAndResult;
    let outcome = scrimp::shrink(bytes, &options).ok()?;
    let decision = outcome.decision();
    let (quality, views) = (decision.setting.map(|setting| setting.quality), decision.views.clone());
    Some(Made { after: outcome.bytes()?.len(), quality, views: *views? })
}

fn classically(bytes: &[u8], classic: &classic::Classic, options: &Options) -> Option<Made> {
    let photo = Photo::read_as_pillow(bytes, options).ok()?;
    let quality = classic::decide(photo.pixels(), classic).ok()?.quality;
    let file = classic::encode(&photo, quality).ok()?;
    let compared = scrimp::compare(bytes, &file, Metric::Ssimulacra2, options).ok()?;
    let views = scrimp::views(bytes, Some(&file), Some(compared.worst()), options).ok()?;
    Some(Made { after: file.len(), quality: Some(f64::from(quality)), views })
}
