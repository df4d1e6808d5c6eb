//! The full record of how an outcome came about.

use crate::search::{Probe, Scale, Setting};
use crate::{Class, Options, RolloutRecord, SizeLimit, Views, WorstCell};
use scrimp_jpeg::{Layout, Quality, Subsampling};
use scrimp_metric::Metric;
use serde::Serialize;

/// What is said of a score that was measured, against the photo that came in.
pub(crate) const PROVED: &str = "proved";

/// How an outcome came about: all that was asked, tried and chosen.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// What was asked for.
    pub goal: GoalRecord,
    /// The score of the output in the metric's own unit and direction; of a photo that was kept, none.
    pub score: Option<f64>,
    /// `proved` of the written bytes, or `estimated` where the goal counts from an original that nobody has.
    pub proof: &'static str,
    /// By how much an estimated score may be wrong.
    pub error_bound: Option<f64>,
    /// What is left of a JPEG's unknown original, estimated from the file alone; none where that was not asked or
    /// cannot be told.
    pub blind: Option<f64>,
    /// The score of the output's worst cell.
    pub floor: Option<f64>,
    /// Where that cell is, with its score against the photo; none where the output is the same picture.
    pub worst: Option<WorstCell>,
    /// How the output was encoded.
    pub setting: Option<SettingRecord>,
    /// Everything that was tried, in order.
    pub probes: Vec<ProbeRecord>,
    /// Whether the output carries content credentials that no longer hold, or lost them.
    pub credentials_broken: bool,
    /// Whether the output is the photo as it was coded, and all that changed is that something was left out of it.
    pub is_only_stripped: bool,
    /// The photo's part in a rollout; none where there is none.
    pub rollout: Option<RolloutRecord>,
    /// What is wrong with a photo of which only what can be read was taken.
    pub damage: Option<String>,
    /// What a person looks at to judge the result, where [`Options::show`] asks for it and it could be had.
    #[serde(skip)]
    pub views: Option<Box<Views>>,
    /// Where the time went.
    pub ms: Milliseconds,
}

impl Decision {
    /// The record of a photo for which nothing was tried or chosen.
    #[must_use]
    pub fn nothing_tried(options: &Options) -> Self {
        crate::shrink::decision(options, &[], None, Milliseconds::default())
    }
}

/// A goal in the metric's own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct GoalRecord {
    /// Name of the metric.
    pub metric: &'static str,
    /// What the whole photo must reach; none where the best score within `max_bytes` is asked for.
    pub value: Option<f64>,
    /// What its worst cell must reach; none where no floor is set.
    pub floor: Option<f64>,
    /// The most bytes that the output may have; none where it need only be smaller than the input.
    pub max_bytes: Option<u64>,
    /// The class that the photo was found to be of; none where that was not asked.
    pub class: Option<Class>,
}

impl From<&Options> for GoalRecord {
    fn from(options: &Options) -> Self {
        let (goal, max_bytes) = (&options.goal, options.size.bytes());
        let metric = goal.metric().name();
        let class = options.class_rules.found();
        match options.size {
            SizeLimit::Fill(_) => Self { metric, value: None, floor: None, max_bytes, class },
            _ => Self { metric, value: Some(goal.value()), floor: goal.floor(), max_bytes, class },
        }
    }
}

impl GoalRecord {
    /// A value of the metric with as many decimals as tell qualities apart.
    pub(crate) fn show(&self, value: f64) -> String {
        Self::show_in(Metric::from_name(self.metric).unwrap_or(Metric::Ssimulacra2), value)
    }

    /// [`Self::show`] for a metric.
    pub(crate) fn show_in(metric: Metric, value: f64) -> String {
        let decimals = match metric {
            Metric::Ssim => 5,
            Metric::Butteraugli | Metric::Butteraugli3Norm => 3,
            _ => 2,
        };
        format!("{value:.decimals$}")
    }
}

/// How a file was encoded.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct SettingRecord {
    /// 1 to 100 on libjpeg's scale.
    pub quality: f64,
    /// Chroma subsampling: `4:4:4`, `4:2:2`, `4:4:0`, `4:2:0` or `gray`; [`Self::OTHER_SUBSAMPLING`]
    /// of a source.
    pub subsampling: &'static str,
    /// Name of the quantisation tables' family, or [`Self::SOURCE_TABLES`].
    pub tables: &'static str,
    /// How hard the quantiser tries.
    pub effort: &'static str,
}

impl SettingRecord {
    /// The word for tables that are a JPEG source's own.
    pub const SOURCE_TABLES: &str = "source";

    /// The word for the chroma subsampling of a JPEG source that has none of the common names.
    pub const OTHER_SUBSAMPLING: &str = "other";

    /// Whether the source's own coefficients were kept: the very same picture.
    #[must_use]
    pub fn is_source(&self) -> bool {
        self.tables == Self::SOURCE_TABLES
    }
}

impl From<Setting> for SettingRecord {
    fn from(setting: Setting) -> Self {
        Self {
            quality: setting.quality.value(),
            subsampling: setting.subsampling.name(),
            tables: setting.tables.name(),
            effort: setting.effort.name(),
        }
    }
}

/// One setting tried.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ProbeRecord {
    /// The setting.
    pub setting: SettingRecord,
    /// `proof`: the score is of the goal's metric, the bytes are an estimate; `file`: both are those of a file that was
    /// written; `guide`: the score is of a cheaper metric that only led the way.
    pub scale: &'static str,
    /// Size of the whole file.
    pub bytes: usize,
    /// Its score.
    pub score: f64,
    /// The score of its worst cell.
    pub floor: Option<f64>,
}

impl ProbeRecord {
    /// The record of a probe whose score is in `metric`, in the metric's own unit and direction.
    pub(crate) fn of(probe: &Probe, metric: Metric) -> Self {
        Self {
            setting: probe.setting.into(),
            scale: match probe.scale {
                Scale::Guide => "guide",
                Scale::Proof => "proof",
                Scale::File => "file",
            },
            bytes: probe.bytes,
            score: metric.value_of(probe.score),
            floor: probe.worst.map(|worst| metric.value_of(worst)),
        }
    }

    /// The record of a file of `bytes` bytes with the coefficients of a JPEG of this layout: the score is that of
    /// identical pictures, the quality an estimate from its tables.
    pub(crate) fn of_source(
        layout: Option<&Layout>,
        subsampling: Option<Subsampling>,
        bytes: usize,
        options: &Options,
    ) -> Self {
        let metric = options.goal.metric();
        let quality = layout.and_then(Layout::estimated_quality);
        let score = metric.value_of(metric.of_identical());
        Self {
            setting: SettingRecord {
                quality: quality.map_or(Quality::MAX, |(quality, _)| quality).value(),
                subsampling: subsampling.map_or(SettingRecord::OTHER_SUBSAMPLING, Subsampling::name),
                tables: SettingRecord::SOURCE_TABLES,
                effort: options.effort.name(),
            },
            scale: "file",
            bytes,
            score,
            floor: Some(score),
        }
    }
}

/// Where the time went, in milliseconds of wall clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Milliseconds {
    /// Reading the input's pixels.
    pub decode: f64,
    /// Colour conversion and forward DCT, where done apart from the probes.
    pub transform: f64,
    /// The blind scores of a JPEG that came in and of the one that goes out.
    pub blind: f64,
    /// Preparing the metric's reference.
    pub reference: f64,
    /// Probes of a sample of the photo, its preparation included.
    pub guides: f64,
    /// Probes of the whole photo: each quantised, shown as its file would be, and scored.
    pub probes: f64,
    /// The proof of the written bytes, where not done by the last probe.
    pub proof: f64,
    /// Entropy coding of the output, where done apart from the probes.
    pub entropy: f64,
    /// Writing the file.
    pub write: f64,
    /// Everything.
    pub total: f64,
}
