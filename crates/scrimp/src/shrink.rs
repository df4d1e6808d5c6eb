//! The main job: a photo in, the smallest passing JPEG out.

use crate::fit::{Fit, fit};
use crate::plan::Plan;
use crate::prober::Prober;
use crate::search::{Brief, Found, Probe, search};
use crate::watch::{Watch, timed};
use crate::{
    Decision, Error, Format, Kept, Milliseconds, Options, Outcome, Photo, ProbeRecord, Shrunk, SizeLimit,
    Unsupported, inks,
};
use scrimp_jpeg::QuantisedCoefficients;

/// Shrinks one photo, a whole JPEG or PNG file.
///
/// A [`Outcome::Saved`] reaches the goal with its own bytes, decoded and scored; it is smaller than the input by at
/// least the least saving; and one step coarser in its family fails.
///
/// # Errors
/// Any [`Error`] but [`Error::SizesDiffer`]: nothing came of it.
pub fn shrink(bytes: &[u8], options: &Options) -> Result<Outcome, Error> {
    let watch = Watch::start(options);
    let mut ms = Milliseconds::default();
    let photo = match timed(&mut ms.decode, || Photo::read_watched(bytes, &options.limits, &watch)) {
        Err(Error::Unsupported(Unsupported::Cmyk)) => return inks::shrink(bytes, options, &watch),
        photo => photo?,
    };
    match Plan::new(&photo, bytes.len(), options) {
        Plan::Leave(reason) => {
            ms.total = watch.milliseconds();
            Ok(Outcome::Kept(reason, decision(options, &[], None, ms)))
        }
        Plan::Search(brief, colour) => {
            options.limits.check_metric(options.goal.metric(), &photo)?;
            let prober = Prober::new(&photo, colour, options.goal.metric(), &watch, ms)?;
            let job = Job { brief: &brief, options, input_bytes: bytes.len() };
            match options.size {
                SizeLimit::Fill(_) => job.fill(prober),
                SizeLimit::None | SizeLimit::AtMost(_) => job.reach(prober),
            }
        }
    }
}

/// What is asked for a photo.
struct Job<'a> {
    brief: &'a Brief,
    options: &'a Options,
    input_bytes: usize,
}

impl Job<'_> {
    /// The smallest file that reaches the goal.
    fn reach(&self, mut prober: Prober<'_>) -> Result<Outcome, Error> {
        let Self { brief, options, input_bytes } = *self;
        let found = search(brief, |setting, scale| prober.probe(setting, scale))?;
        let is_jpeg = prober.photo.format == Format::Jpeg;
        let to_beat = match found {
            // Of two files of one size the one that changes nothing is the better.
            Found::Passing(index) => prober.probes[index].bytes,
            Found::OutOfReach(_) | Found::TooLarge => brief.ceiling,
        };
        if let Some(bytes) = prober.repack(to_beat)? {
            return Ok(Outcome::Saved(repacked(bytes, &prober, options)));
        }
        let chosen = match found {
            Found::Passing(index) => Some(index),
            _ if options.size.is_passed_by(input_bytes) => return self.fill(prober),
            // A JPEG is itself a passing candidate.
            Found::OutOfReach(index) if !is_jpeg => Some(index),
            Found::OutOfReach(_) | Found::TooLarge => None,
        };
        let Some(index) = chosen else {
            let reason = Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
            return Ok(Outcome::Kept(reason, decision(options, &prober.probes, None, prober.ms)));
        };
        let shrunk = written(prober, index, options)?;
        Ok(if matches!(found, Found::Passing(_)) {
            Outcome::Saved(shrunk)
        } else {
            Outcome::BestEffort(shrunk)
        })
    }

    /// The best score within the size limit.
    fn fill(&self, mut prober: Prober<'_>) -> Result<Outcome, Error> {
        let Self { brief, options, input_bytes } = *self;
        let limit = options.size.bytes().and_then(|bytes| usize::try_from(bytes).ok()).unwrap_or(usize::MAX);
        let limit = limit.min(input_bytes.saturating_sub(1));
        if let Some(bytes) = prober.repack(limit)? {
            return Ok(Outcome::Saved(repacked(bytes, &prober, options)));
        }
        let Some(fit) = fit(&brief.families, limit, &mut prober)? else {
            return Err(Error::Defect("there was no setting to try".into()));
        };
        let (best, fits) = match fit {
            Fit::Best(best) => (best, true),
            Fit::Never(smallest) => (smallest, false),
        };
        let is_enough = fits && (matches!(options.size, SizeLimit::Fill(_)) || brief.margin(&best) >= 0.0);
        let index = prober.probes.iter().position(|probe| *probe == best);
        let index = index.ok_or_else(|| Error::Defect("a probe was lost".into()))?;
        let shrunk = written(prober, index, options)?;
        Ok(if is_enough { Outcome::Saved(shrunk) } else { Outcome::BestEffort(shrunk) })
    }
}

/// The file of a probe with the record of how it was chosen.
fn written(prober: Prober<'_>, index: usize, options: &Options) -> Result<Shrunk, Error> {
    let decision = decision(options, &prober.probes, Some(index), prober.ms);
    let setting = prober.probes[index].setting;
    Ok(Shrunk { bytes: prober.into_file(setting)?, decision })
}

/// The source's own coefficients in a file of their own: the very same picture.
fn repacked(bytes: Vec<u8>, prober: &Prober<'_>, options: &Options) -> Shrunk {
    let mut decision = decision(options, &prober.probes, None, prober.ms);
    let Photo { layout, source, .. } = prober.photo;
    let subsampling = source.as_ref().map(QuantisedCoefficients::subsampling);
    let probe = ProbeRecord::of_source(layout.as_ref(), subsampling, bytes.len(), options.goal.metric());
    decision.probes.push(probe);
    let (score, setting) = (Some(probe.score), Some(probe.setting));
    Shrunk { bytes, decision: Decision { score, floor: probe.floor, setting, ..decision } }
}

fn decision(options: &Options, probes: &[Probe], chosen: Option<usize>, ms: Milliseconds) -> Decision {
    let metric = options.goal.metric();
    let probes: Vec<_> = probes.iter().map(|probe| ProbeRecord::of(probe, metric)).collect();
    let chosen = chosen.map(|index| probes[index]);
    Decision {
        goal: options.into(),
        score: chosen.map(|probe| probe.score),
        floor: chosen.and_then(|probe| probe.floor),
        setting: chosen.map(|probe| probe.setting),
        probes,
        ms,
    }
}
