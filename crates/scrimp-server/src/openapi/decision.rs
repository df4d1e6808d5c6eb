//! The form of the JSON in answers, which docs/json.md tells in words.

use utoipa::ToSchema;

/// How an outcome came about.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
pub(crate) struct Decision {
    /// `-`: no file of the service.
    path: String,
    #[schema(inline)]
    outcome: OutcomeKind,
    /// A stable word for the reason.
    code: String,
    /// The reason as a sentence.
    reason: String,
    input_bytes: u64,
    #[schema(required)]
    output_bytes: Option<u64>,
    /// Pixels a row, where the photo's markers tell.
    #[schema(required)]
    width: Option<u64>,
    /// Rows.
    #[schema(required)]
    height: Option<u64>,
    #[schema(inline)]
    goal: Goal,
    /// Of the file in the answer, in the goal's metric; null of a photo that was kept.
    #[schema(required)]
    score: Option<f64>,
    #[schema(required, inline)]
    proof: Option<Proof>,
    /// By how much an estimated score may be wrong.
    #[schema(required)]
    error_bound: Option<f64>,
    /// What is left of a JPEG's unknown original, an estimate.
    #[schema(required)]
    blind: Option<f64>,
    /// The score of the worst cell.
    #[schema(required)]
    floor: Option<f64>,
    #[schema(required)]
    worst: Option<WorstCell>,
    #[schema(required)]
    setting: Option<Setting>,
    /// Everything that was tried, in order.
    #[schema(inline)]
    probes: Vec<Probe>,
    /// Whether the file carries content credentials that no longer hold, or lost them.
    credentials_broken: bool,
    /// The photo's part in a rollout.
    #[schema(required)]
    rollout: Option<Rollout>,
    /// Null: the service writes no file.
    #[schema(required)]
    output: Option<String>,
    #[schema(inline)]
    ms: Milliseconds,
}

/// What became of the photo.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
enum OutcomeKind {
    Saved,
    Kept,
    BestEffort,
}

/// What is said of the score.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
enum Proof {
    Proved,
    Estimated,
}

/// A photo's part in the rollout of a goal that is tried.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp::RolloutRecord writes")]
struct Rollout {
    #[schema(inline)]
    arm: Arm,
    /// What would have become of the photo by what is tried.
    #[schema(required)]
    shadow: Option<Shadow>,
}

/// What the file is made by.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the form of what scrimp::RolloutRecord writes")]
enum Arm {
    Treatment,
    Control,
}

/// What would have become of a photo.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp::RolloutRecord writes")]
struct Shadow {
    outcome: String,
    code: String,
    #[schema(required)]
    goal: Option<Goal>,
    /// Null where nothing would have been saved.
    #[schema(required)]
    output_bytes: Option<u64>,
    #[schema(required)]
    score: Option<f64>,
    #[schema(required)]
    floor: Option<f64>,
    #[schema(required)]
    setting: Option<Setting>,
}

/// What was asked for, in the metric's own unit.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
struct Goal {
    metric: String,
    #[schema(required)]
    value: Option<f64>,
    #[schema(required)]
    floor: Option<f64>,
    #[schema(required)]
    max_bytes: Option<u64>,
    /// What the photo was found to be, where its goal goes by that.
    #[schema(required)]
    class: Option<String>,
}

/// The place where two pictures look least alike, in pixels from the top left.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp::WorstCell writes")]
struct WorstCell {
    x: u64,
    y: u64,
    width: u64,
    height: u64,
    score: f64,
}

/// How a file was encoded.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
struct Setting {
    /// On libjpeg's scale.
    #[schema(minimum = 1, maximum = 100)]
    quality: f64,
    subsampling: String,
    tables: String,
    effort: String,
}

/// One setting that was tried.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
struct Probe {
    setting: Setting,
    scale: String,
    bytes: u64,
    score: f64,
    #[schema(required)]
    floor: Option<f64>,
}

/// Where the time went, in milliseconds.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what scrimp_batch::Record writes")]
struct Milliseconds {
    decode: f64,
    transform: f64,
    blind: f64,
    reference: f64,
    guides: f64,
    probes: f64,
    proof: f64,
    entropy: f64,
    write: f64,
    total: f64,
}

/// How much alike two photos look.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the form of what the comparison writes")]
pub(crate) struct Score {
    metric: String,
    /// In the metric's own unit and direction.
    score: f64,
    worst: WorstCell,
}
