//! JPEGs of four inks. Nothing measures what people see of them here, so all that may change is how their own
//! coefficients are written.

use crate::photo::jpeg::Inks;
use crate::plan::what_rides_along;
use crate::shrink::decision;
use crate::watch::{Watch, timed};
use crate::written::{Writing, file_of_own};
use crate::{Decision, Error, Format, Kept, Milliseconds, Options, Outcome, ProbeRecord, Shrunk};

/// The very same picture in fewer bytes, or the photo as it is.
pub(crate) fn shrink(bytes: &[u8], options: &Options, watch: &Watch<'_>) -> Result<Outcome, Error> {
    let mut ms = Milliseconds::default();
    let writing = Writing { coding: options.coding(), watch };
    let mut inks = timed(&mut ms.decode, || Inks::read(bytes, &options.limits))?;
    inks.riders.prepare(options, Format::Jpeg)?;
    let obstacle = what_rides_along(&inks.riders, options.credentials);
    // Damage is found while the coefficients are read.
    let file = file_of_own(&inks.own, &inks.riders, writing, &mut ms)?;
    let ceiling = options.min_saving.ceiling(bytes.len());
    let smaller = file.filter(|file| file.len() <= ceiling && !options.size.is_passed_by(file.len()));
    ms.total = watch.milliseconds();
    let decision = decision(options, &[], None, ms);
    Ok(match (obstacle, smaller) {
        (Some(reason), _) => Outcome::Kept(reason, decision),
        (None, None) => Outcome::Kept(Kept::Cmyk, decision),
        (None, Some(bytes)) => {
            let probe = ProbeRecord::of_source(Some(&inks.layout), None, bytes.len(), options);
            let (score, setting) = (Some(probe.score), Some(probe.setting));
            let decision = Decision { score, floor: probe.floor, setting, probes: vec![probe], ..decision };
            Outcome::Saved(Shrunk { bytes, decision }).with_riders(&inks.riders)
        }
    })
}
