//! Time and interruption of the work on one photo.

use crate::{Error, LimitKind, Options};
use scrimp_metric::{ImageView, Metric, Reference, ScoreMap};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Knows when the work on a photo began, how long it may take and whether the caller wants it to end.
#[derive(Debug)]
pub(crate) struct Watch<'a> {
    started: Instant,
    seconds: u64,
    interrupt: Option<&'a AtomicBool>,
}

impl<'a> Watch<'a> {
    pub(crate) fn start(options: &'a Options) -> Self {
        Self {
            started: Instant::now(),
            seconds: options.limits.time,
            interrupt: options.interrupt.as_deref(),
        }
    }

    /// Whether the work has to end; [`Self::check`] then says why.
    pub(crate) fn must_stop(&self) -> bool {
        self.check().is_err()
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        if self.interrupt.is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(Error::Interrupted);
        }
        if self.started.elapsed() > Duration::from_secs(self.seconds) {
            let found = self.started.elapsed().as_secs() + 1;
            return Err(Error::Limit { which: LimitKind::Time, found, limit: self.seconds });
        }
        Ok(())
    }

    /// That a step which cannot be given up, and takes about so long, ends within a second of the time that is left.
    pub(crate) fn check_for(&self, step: Duration) -> Result<(), Error> {
        const LATE: Duration = Duration::from_secs(1);
        self.check()?;
        let end = self.started.elapsed() + step;
        if end > Duration::from_secs(self.seconds) + LATE {
            return Err(Error::Limit {
                which: LimitKind::Time,
                found: end.as_secs() + 1,
                limit: self.seconds,
            });
        }
        Ok(())
    }

    /// Prepares for comparisons with `original`, or gives up as [`Self::check`] says.
    pub(crate) fn reference(
        &self,
        metric: Metric,
        original: ImageView<'_>,
        threads: NonZeroUsize,
    ) -> Result<Reference, Error> {
        let prepared = Reference::with_threads_unless(metric, original, threads, &|| self.must_stop());
        prepared.map_err(|error| self.why(&error))
    }

    /// Compares, or gives up as [`Self::check`] says.
    pub(crate) fn score_with_map(
        &self,
        reference: &Reference,
        candidate: ImageView<'_>,
    ) -> Result<ScoreMap, Error> {
        let map = reference.score_with_map_unless(candidate, &|| self.must_stop());
        map.map_err(|error| self.why(&error))
    }

    fn why(&self, error: &scrimp_metric::Error) -> Error {
        let stopped = if *error == scrimp_metric::Error::Stopped { self.check().err() } else { None };
        stopped.unwrap_or_else(|| Error::Defect(error.to_string()))
    }

    /// Since the work began.
    pub(crate) fn milliseconds(&self) -> f64 {
        self.started.elapsed().as_secs_f64() * 1000.0
    }
}

/// Runs `work` and adds its time in milliseconds to `sum`.
pub(crate) fn timed<T>(sum: &mut f64, work: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let result = work();
    *sum += started.elapsed().as_secs_f64() * 1000.0;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_cannot_be_given_up_is_begun_only_if_it_ends_in_time() {
        let mut options = Options::default();
        options.limits.time = 3;
        let watch = Watch::start(&options);
        assert_eq!(watch.check_for(Duration::from_millis(3500)), Ok(()));
        let refused = Error::Limit { which: LimitKind::Time, found: 6, limit: 3 };
        assert_eq!(watch.check_for(Duration::from_millis(5100)), Err(refused));
    }
}
