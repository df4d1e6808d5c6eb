//! The main job: a photo in, the smallest passing JPEG out.

use crate::plan::Plan;
use crate::prober::Prober;
use crate::search::{Brief, Found, Probe, search};
use crate::watch::{Watch, timed};
use crate::{Decision, Error, Format, Kept, Milliseconds, Options, Outcome, Photo, ProbeRecord, Shrunk};

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
    let photo = timed(&mut ms.decode, || Photo::read_watched(bytes, &options.limits, &watch))?;
    match Plan::new(&photo, bytes.len(), options) {
        Plan::Leave(reason) => {
            ms.total = watch.milliseconds();
            Ok(Outcome::Kept(reason, decision(options, &[], None, ms)))
        }
        Plan::Search(brief, colour) => {
            options.limits.check_metric(options.goal.metric(), &photo)?;
            run(Prober::new(&photo, colour, options.goal.metric(), &watch, ms)?, &brief, options)
        }
    }
}

fn run(mut prober: Prober<'_>, brief: &Brief, options: &Options) -> Result<Outcome, Error> {
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
        // A JPEG is itself a passing candidate.
        Found::OutOfReach(index) if !is_jpeg => Some(index),
        Found::OutOfReach(_) | Found::TooLarge => None,
    };
    let decision = decision(options, &prober.probes, chosen, prober.ms);
    let Some(index) = chosen else {
        let reason = Kept::NothingSmallerPasses { goal: options.goal, min_saving: options.min_saving };
        return Ok(Outcome::Kept(reason, decision));
    };
    let setting = prober.probes[index].setting;
    let shrunk = Shrunk { bytes: prober.into_file(setting)?, decision };
    Ok(if matches!(found, Found::Passing(_)) { Outcome::Saved(shrunk) } else { Outcome::BestEffort(shrunk) })
}

/// The source's own coefficients in a file of their own: the very same picture.
fn repacked(bytes: Vec<u8>, prober: &Prober<'_>, options: &Options) -> Shrunk {
    let mut decision = decision(options, &prober.probes, None, prober.ms);
    let probe = ProbeRecord::of_source(prober.photo, bytes.len(), options.goal.metric());
    decision.probes.push(probe);
    let (score, setting) = (Some(probe.score), Some(probe.setting));
    Shrunk { bytes, decision: Decision { score, floor: probe.floor, setting, ..decision } }
}

fn decision(options: &Options, probes: &[Probe], chosen: Option<usize>, ms: Milliseconds) -> Decision {
    let metric = options.goal.metric();
    let probes: Vec<_> = probes.iter().map(|probe| ProbeRecord::of(probe, metric)).collect();
    let chosen = chosen.map(|index| probes[index]);
    Decision {
        goal: options.goal.into(),
        score: chosen.map(|probe| probe.score),
        floor: chosen.and_then(|probe| probe.floor),
        setting: chosen.map(|probe| probe.setting),
        probes,
        ms,
    }
}
