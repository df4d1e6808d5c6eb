//! JPEGs of four inks. Nothing measures what people see of them here, so all that may change is how their own
//! coefficients are written.

use crate::photo::jpeg::Inks;
use crate::plan::{fits, what_rides_along};
use crate::shrink::decision;
use crate::watch::{Watch, timed};
use crate::written::{Writing, differs_in_scans_alone, file_of_own};
use crate::{
    Decision, Error, Format, Kept, Milliseconds, Options, Outcome, ProbeRecord, Shrunk, Unsupported,
};

/// The very same picture in fewer bytes, or the photo as it is.
pub(crate) fn shrink(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Outcome, Error> {
    let mut ms = Milliseconds::default();
    let writing = Writing { coding: options.coding(), watch };
    let mut inks = timed(&mut ms.decode, || Inks::read(bytes, &options.limits))?;
    inks.riders.prepare(options, Format::Jpeg)?;
    let obstacle = what_rides_along(&inks.riders, options.credentials);
    // Damage is found while the coefficients are read.
    let file = file_of_own(&inks.own, &inks.riders, writing, &mut ms)?;
    let is_too_large = options.size.is_passed_by(bytes.len());
    // A size is to be kept to however little that saves.
    let least =
        if is_too_large { bytes.len().saturating_sub(1) } else { options.min_saving.ceiling(bytes.len()) };
    let mut smaller = file.filter(|file| file.len() <= least);
    let write = |writing: Writing<'_>| file_of_own(&inks.own, &inks.riders, writing, &mut ms);
    if smaller.is_some()
        && !is_too_large
        && differs_in_scans_alone(Some(&inks.layout), least, writing, write)?
    {
        smaller = None;
    }
    ms.total = watch.milliseconds();
    let decision = decision(options, &[], None, ms);
    if let Some(reason) = obstacle.or_else(|| fits(bytes.len(), options)) {
        return Ok(Outcome::Kept(reason, decision));
    }
    let Some(bytes) = smaller else {
        // Without its pixels nothing smaller can be made of it.
        return if is_too_large {
            Err(Error::Unsupported(Unsupported::Cmyk))
        } else {
            Ok(Outcome::Kept(Kept::Cmyk, decision))
        };
    };
    let probe = ProbeRecord::of_source(Some(&inks.layout), None, bytes.len(), options);
    let (score, setting) = (Some(probe.score), Some(probe.setting));
    let decision = Decision { score, floor: probe.floor, setting, probes: vec![probe], ..decision };
    let fits = !options.size.is_passed_by(bytes.len());
    let shrunk = Shrunk { bytes, decision };
    let outcome = if fits { Outcome::Saved(shrunk) } else { Outcome::BestEffort(shrunk) };
    Ok(outcome.with_riders(&inks.riders))
}
