//! The main job: a photo in, the smallest passing JPEG out.

use crate::class::ClassRules;
use crate::decision::PROVED;
use crate::fit::{Fit, fit};
use crate::loss::{Loss, is_at_goal};
use crate::plan::{Plan, limit};
use crate::prober::Prober;
use crate::riders::Riders;
use crate::rollout::by_arm;
use crate::search::{Brief, Found, Probe, Winner, search};
use crate::strip::strip_kept;
use crate::watch::{Watch, timed};
use crate::written::Writing;
use crate::{
    Convert, Credentials, Decision, Error, Frames, Kept, Metadata, Milliseconds, Options, OtherFormats,
    Outcome, Photo, ProbeRecord, Raster, Show, Shrunk, SizeLimit, Unsupported, blind, inks, views, written,
};
use scrimp_jpeg::QuantisedCoefficients;

/// Shrinks one photo, a whole file.
///
/// A [`Outcome::Saved`] reaches the goal with its own bytes, decoded and scored; it is smaller than the input by at
/// least the least saving; and one step coarser in its family fails. But a JPEG that would be kept with something that
/// is to be stripped is `Saved` as it is coded without that, however little it saves.
///
/// # Errors
/// Any [`Error`] but [`Error::SizesDiffer`]: nothing came of it.
pub fn shrink(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let draw = options.rollout.map(|rollout| rollout.draw(bytes));
    by_arm(options, draw, bytes.len(), |options| shrink_file(bytes, options))
}

fn shrink_file(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let watch = Watch::start(options);
    let outcome = match attempt(bytes, options, &watch)? {
        Attempt::Settled(outcome) => outcome,
        // What the blind score leaves open the next run itself decides.
        Attempt::Open { saved, instead } => match attempt(&saved.bytes, &unseen(options), &watch) {
            // A new file may lie beyond a limit that its photo kept to, and the next run would refuse it.
            Ok(Attempt::Open { .. } | Attempt::Settled(Outcome::Saved(_))) | Err(Error::Limit { .. }) => {
                *instead
            }
            Ok(Attempt::Settled(_)) => Outcome::Saved(saved),
            Err(error) => return Err(error),
        },
    };
    match outcome {
        Outcome::Kept(reason, decision) if !options.strip.is_empty() => {
            strip_kept(bytes, reason, decision, options, &watch)
        }
        outcome => Ok(outcome),
    }
}

/// The same without pictures.
fn unseen(options: &Options) -> Options {
    Options { show: Show::Nothing, ..options.clone() }
}

/// What came of a photo.
enum Attempt {
    /// Another run is known to change nothing.
    Settled(Outcome),
    /// Another run might save more of what was saved by this one, and lose more; if so there is something else.
    Open { saved: Shrunk, instead: Box<Outcome> },
}

impl Attempt {
    /// The same, with what is to be told of the riders of a new file.
    fn with_riders(self, riders: &Riders) -> Self {
        match self {
            Self::Settled(outcome) => Self::Settled(outcome.with_riders(riders)),
            Self::Open { saved, instead } => Self::Open {
                saved: saved.with_riders(riders),
                instead: Box::new(instead.with_riders(riders)),
            },
        }
    }

    /// The same, with the views that are asked for. That they cannot be had is no reason to fail.
    fn with_views(mut self, photo: &Photo, options: &Options, watch: &Watch<'_>) -> Self {
        let (result, decision) = match &mut self {
            Self::Settled(
                Outcome::Saved(Shrunk { bytes, decision }) | Outcome::BestEffort(Shrunk { bytes, decision }),
            )
            | Self::Open { saved: Shrunk { bytes, decision }, .. } => (Some(bytes.as_slice()), decision),
            Self::Settled(Outcome::Kept(_, decision)) => (None, decision),
        };
        let result = match options.show {
            Show::Nothing => return self,
            // Caught on the way.
            _ if decision.views.is_some() => return self,
            Show::Photo => None,
            // What is the same picture needs no comparison.
            Show::PhotoAndResult => result.filter(|_| decision.worst.is_some()),
        };
        decision.views = views::of_photo(photo, result, decision.worst, watch).ok().map(Box::new);
        self
    }
}

/// Shrinks pixels in memory, of which nothing can be kept.
pub(crate) fn shrink_raster(raster: Raster, metadata: Metadata, options: &Options) -> Result<Outcome, Error> {
    let options = Options {
        convert: Convert::Always,
        // They are not the bytes that credentials vouch for, whoever made them.
        credentials: Credentials::Break,
        ..options.clone()
    };
    let watch = Watch::start(&options);
    let mut ms = Milliseconds::default();
    let photo = timed(&mut ms.decode, || Photo::of_raster(raster, metadata, &options))?;
    match attempt_photo(photo, None, &options, &watch, ms)? {
        Attempt::Settled(Outcome::Kept(Kept::Profile, _)) => Err(Error::Unsupported(Unsupported::Profile)),
        Attempt::Settled(Outcome::Kept(Kept::MetadataTooLong, _)) => {
            Err(Error::Unsupported(Unsupported::Metadata))
        }
        Attempt::Settled(Outcome::Kept(reason, _)) => {
            Err(Error::Defect(format!("pixels were kept: {reason}")))
        }
        Attempt::Settled(outcome) => Ok(outcome),
        Attempt::Open { saved, .. } => Ok(Outcome::Saved(saved)),
    }
}

fn attempt(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Attempt, Error> {
    let mut ms = Milliseconds::default();
    let photo = match timed(&mut ms.decode, || read(bytes, options, watch)) {
        Err(Error::Unsupported(Unsupported::Cmyk)) => {
            return inks::shrink(bytes, options, watch).map(Attempt::Settled);
        }
        Err(Error::Unsupported(kind)) if options.convert == Convert::Open => {
            let reason = reason_to_keep(kind).ok_or(Error::Unsupported(kind))?;
            return Ok(Attempt::Settled(Outcome::Kept(reason, decision(options, &[], None, ms))));
        }
        photo => photo?,
    };
    attempt_photo(photo, Some(bytes), options, watch, ms)
}

/// As [`attempt`] for a photo that has been read; `file` is what it came in as, which pixels did not.
fn attempt_photo(
    mut photo: Photo,
    file: Option<&[u8]>,
    options: &Options,
    watch: &Watch<'_>,
    ms: Milliseconds,
) -> Result<Attempt, Error> {
    let options = &*ClassRules::resolve(options, &photo.pixels);
    photo.riders.prepare(options, photo.format)?;
    Ok(attempt_prepared(&photo, file, options, watch, ms)?.with_views(&photo, options, watch))
}

/// As [`attempt_photo`], of what rides along all that is to stay.
fn attempt_prepared(
    photo: &Photo,
    file: Option<&[u8]>,
    options: &Options,
    watch: &Watch<'_>,
    mut ms: Milliseconds,
) -> Result<Attempt, Error> {
    // Any file is smaller than none.
    let input_bytes = file.map_or(usize::MAX, <[u8]>::len);
    let (brief, colour) = match Plan::new(photo, input_bytes, options) {
        Plan::Leave(reason) => {
            if let Some(damage) = &photo.damage {
                return Err(Error::Damaged(damage.clone()));
            }
            ms.total = watch.milliseconds();
            let decision = decision(options, &[], None, ms);
            return Ok(Attempt::Settled(Outcome::Kept(reason, decision)));
        }
        Plan::Search(brief, colour) => (brief, colour),
    };
    options.limits.check_metric(options.goal.metric(), photo)?;
    let loss = timed(&mut ms.blind, || Loss::of(photo, file.unwrap_or_default(), options, watch))?;
    let job = Job { brief: loss.raise(brief, options), options, input_bytes, loss, watch };
    if let Some(reason) = loss.reason_to_keep(input_bytes, options) {
        return Ok(Attempt::Settled(job.leave(reason, photo, &[], ms)?).with_riders(&photo.riders));
    }
    let prober = Prober::new(photo, colour, options, watch, ms)?.coded(options.coding());
    let attempt = match options.size {
        SizeLimit::Fill(_) => job.fill(prober).map(Attempt::Settled),
        SizeLimit::None | SizeLimit::AtMost(_) => job.reach(prober),
    };
    attempt.map(|attempt| attempt.with_riders(&photo.riders))
}

/// The photo. One that is to be left as it is in any case is only looked at for damage.
fn read(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Photo, Error> {
    let others_stay = match options.convert {
        Convert::Never => true,
        Convert::Open => options.others == OtherFormats::Keep,
        Convert::Always => false,
    };
    if !others_stay {
        return Photo::read_watched(bytes, options, watch);
    }
    let options = Options { background: Some([255; 3]), frames: Frames::First, ..options.clone() };
    Photo::read_watched(bytes, &options, watch)
}

/// Why a sound file that nobody asked to convert stays what it is, if it may.
const fn reason_to_keep(kind: Unsupported) -> Option<Kept> {
    match kind {
        Unsupported::Alpha => Some(Kept::Alpha),
        Unsupported::Animation | Unsupported::Pages => Some(Kept::Frames),
        _ => None,
    }
}

/// What is asked for a photo.
struct Job<'a> {
    /// What is to be reached against the photo.
    brief: Brief,
    options: &'a Options,
    input_bytes: usize,
    loss: Loss,
    watch: &'a Watch<'a>,
}

impl Job<'_> {
    /// The photo as it is, or its own coefficients written better.
    fn leave(
        &self,
        reason: Kept,
        photo: &Photo,
        probes: &[Probe],
        mut ms: Milliseconds,
    ) -> Result<Outcome, Error> {
        let writing = Writing { coding: self.options.coding(), watch: self.watch };
        let file = written::file_of_source(photo, writing, &mut ms)?;
        let mut file = file.filter(|file| file.len() <= self.brief.ceiling);
        if file.is_some() && self.would_differ_in_scans_alone(photo, &mut ms)? {
            file = None;
        }
        ms.total = self.watch.milliseconds();
        let decision = self.decision(probes, None, ms);
        Ok(match file {
            Some(bytes) => Outcome::Saved(self.repacked(bytes, photo, decision)),
            None => Outcome::Kept(reason, decision),
        })
    }

    /// Whether all that is to be gained from the photo's own coefficients is the order of its scans.
    fn would_differ_in_scans_alone(&self, photo: &Photo, ms: &mut Milliseconds) -> Result<bool, Error> {
        let writing = Writing { coding: self.options.coding(), watch: self.watch };
        let write = |writing: Writing<'_>| written::file_of_source(photo, writing, ms);
        written::differs_in_scans_alone(photo.layout.as_ref(), self.brief.ceiling, writing, write)
    }

    /// The smallest file that reaches the goal.
    fn reach(&self, mut prober: Prober<'_>) -> Result<Attempt, Error> {
        let Self { brief, options, input_bytes, .. } = self;
        let found = search(brief, |setting, scale| prober.probe(setting, scale))?;
        let is_jpeg = prober.photo.is_sound_jpeg();
        let to_beat = match found {
            // Of two files of one size the one that changes nothing is the better.
            Found::Passing(index) => prober.probes[index].bytes,
            Found::OutOfReach(_) | Found::TooLarge => brief.ceiling,
        };
        let mut repacked = prober.repack(to_beat)?;
        let is_all = !matches!(found, Found::Passing(_)) && self.must_settle();
        if is_all && repacked.is_some() && self.would_differ_in_scans_alone(prober.photo, &mut prober.ms)? {
            repacked = None;
        }
        if let Some(bytes) = repacked {
            let decision = self.decision(&prober.probes, None, prober.ms);
            if !self.must_settle() {
                let saved = Outcome::Saved(self.repacked(bytes, prober.photo, decision));
                return Ok(Attempt::Settled(saved));
            }
            let instead = Box::new(Outcome::Kept(Kept::WouldNotSettle, decision.clone()));
            return Ok(Attempt::Open { saved: self.repacked(bytes, prober.photo, decision), instead });
        }
        match found {
            Found::Passing(index) => self.saved(prober, index),
            _ if options.size.is_passed_by(*input_bytes) => self.fill(prober).map(Attempt::Settled),
            // A JPEG is itself a passing candidate.
            Found::OutOfReach(index) if !is_jpeg => {
                self.written(prober, index).map(Outcome::BestEffort).map(Attempt::Settled)
            }
            Found::OutOfReach(_) | Found::TooLarge => {
                let reason =
                    Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
                let decision = self.decision(&prober.probes, None, prober.ms);
                Ok(Attempt::Settled(Outcome::Kept(reason, decision)))
            }
        }
    }

    /// Whether the photo itself may be left in place of an output that another run would not leave as it is. One that is
    /// over its size limit may not: the size is owed first.
    fn must_settle(&self) -> bool {
        !self.options.size.is_passed_by(self.input_bytes)
    }

    /// The file of a probe that passed, and whether its blind score says that another run will leave it.
    fn saved(&self, prober: Prober<'_>, index: usize) -> Result<Attempt, Error> {
        if !prober.photo.is_sound_jpeg() || !self.must_settle() {
            return self.written(prober, index).map(Outcome::Saved).map(Attempt::Settled);
        }
        let (photo, probes) = (prober.photo, prober.probes.clone());
        let held = prober.quantised(prober.probes[index].setting)?;
        let mut shrunk = self.written(prober, index)?;
        let metric = self.options.goal.metric();
        let ms = &mut shrunk.decision.ms;
        let blind = timed(&mut ms.blind, || blind::of_written(&shrunk.bytes, &held, metric, self.watch))?;
        ms.total = self.watch.milliseconds();
        if blind.is_some_and(|blind| is_at_goal(blind, self.options)) {
            return Ok(Attempt::Settled(Outcome::Saved(shrunk)));
        }
        let instead = Box::new(self.leave(Kept::WouldNotSettle, photo, &probes, *ms)?);
        Ok(Attempt::Open { saved: shrunk, instead })
    }

    /// The best score within the size limit.
    fn fill(&self, mut prober: Prober<'_>) -> Result<Outcome, Error> {
        let Self { brief, options, input_bytes, .. } = self;
        let limit = limit(options).min(input_bytes.saturating_sub(1));
        if let Some(bytes) = prober.repack(limit)? {
            let decision = self.decision(&prober.probes, None, prober.ms);
            return Ok(Outcome::Saved(self.repacked(bytes, prober.photo, decision)));
        }
        let families = match brief.winner {
            Winner::First => &brief.families[..brief.families.len().min(1)],
            Winner::Smallest => &brief.families,
        };
        let Some(fit) = fit(families, limit, &mut prober)? else {
            return Err(Error::Defect("there was no setting to try".into()));
        };
        let (best, fits) = match fit {
            Fit::Best(best) => (best, true),
            Fit::Never(smallest) => (smallest, false),
        };
        let is_enough = fits && (matches!(options.size, SizeLimit::Fill(_)) || brief.margin(&best) >= 0.0);
        let index = prober.probes.iter().position(|probe| *probe == best);
        let index = index.ok_or_else(|| Error::Defect("a probe was lost".into()))?;
        let shrunk = self.written(prober, index)?;
        Ok(if is_enough { Outcome::Saved(shrunk) } else { Outcome::BestEffort(shrunk) })
    }

    /// The file of a probe with the record of how it was chosen.
    fn written(&self, mut prober: Prober<'_>, index: usize) -> Result<Shrunk, Error> {
        let decision = self.decision(&prober.probes, Some(index), prober.ms);
        let probe = prober.probes[index];
        let (worst, views) = (prober.worst_cell(&probe), prober.views(&probe).map(Box::new));
        let decision = Decision { damage: prober.photo.damage.clone(), worst, views, ..decision };
        Ok(Shrunk { bytes: prober.into_file(probe.setting)?, decision })
    }

    /// The source's own coefficients in a file of their own: the very same picture.
    fn repacked(&self, bytes: Vec<u8>, photo: &Photo, mut decision: Decision) -> Shrunk {
        let subsampling = photo.source.as_ref().map(QuantisedCoefficients::subsampling);
        let probe = ProbeRecord::of_source(photo.layout.as_ref(), subsampling, bytes.len(), self.options);
        decision.probes.push(probe);
        let (score, setting) = (Some(probe.score), Some(probe.setting));
        let decision = Decision { score, floor: probe.floor, setting, ..decision };
        Shrunk { bytes, decision: self.loss.tell(decision, self.options) }
    }

    fn decision(&self, probes: &[Probe], chosen: Option<usize>, ms: Milliseconds) -> Decision {
        self.loss.tell(decision(self.options, probes, chosen, ms), self.options)
    }
}

/// The record of what was asked, tried and chosen.
pub(crate) fn decision(
    options: &Options,
    probes: &[Probe],
    chosen: Option<usize>,
    ms: Milliseconds,
) -> Decision {
    let metric = options.goal.metric();
    let probes: Vec<_> = probes.iter().map(|probe| ProbeRecord::of(probe, metric)).collect();
    let chosen = chosen.map(|index| probes[index]);
    Decision {
        goal: options.into(),
        score: chosen.map(|probe| probe.score),
        proof: PROVED,
        error_bound: None,
        blind: None,
        floor: chosen.and_then(|probe| probe.floor),
        worst: None,
        setting: chosen.map(|probe| probe.setting),
        probes,
        credentials_broken: false,
        is_only_stripped: false,
        rollout: None,
        damage: None,
        views: None,
        ms,
    }
}
