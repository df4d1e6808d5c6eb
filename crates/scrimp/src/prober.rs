//! Probes: settings tried on a photo's stored coefficients.
//!
//! The transform is done once for each chroma subsampling. A probe quantises the coefficients, shows them as every
//! viewer would, bit for bit, and scores that; no file is written and none decoded. The file of a winner is written
//! from the very coefficients that were scored, and read back to prove it.

use crate::colour::ToSrgb;
use crate::fit::Sizes;
use crate::sample::Sample;
use crate::search::{Probe, Scale, Setting, is_surely_larger};
use crate::transforms::Transforms;
use crate::views::{self, Glimpse, Views};
use crate::watch::{Watch, timed};
use crate::written::{self, Writing};
use crate::{Error, Milliseconds, Options, Photo, Show, WorstCell, limits};
use scrimp_jpeg::{Channels, Coding, Coefficients, Pixels, QuantisedCoefficients, Subsampling, TableSet};
use scrimp_metric::{ImageView, Metric, Reference, Region, Score, ScoreMap};
use std::num::NonZeroUsize;

/// A photo prepared for probes.
pub(crate) struct Prober<'a> {
    pub(crate) photo: &'a Photo,
    /// How its pixels, and those of its probes, become what the viewer sees.
    colour: ToSrgb,
    reference: Reference,
    watch: &'a Watch<'a>,
    metric: Metric,
    /// How many share the work on the whole photo.
    threads: NonZeroUsize,
    writing: Writing<'a>,
    /// Coefficients for each subsampling that was asked for.
    transforms: Transforms,
    /// Some of the photo's tiles, once a guide was asked for.
    sample: Option<Sample>,
    /// The memory of the last probe's pixels.
    room: Vec<u8>,
    /// What proofs made of the sizes of their files, before anything that is learnt of those.
    estimates: Vec<(Setting, usize)>,
    /// Bytes of metadata and of the markers around it.
    carried_bytes: usize,
    /// By how much estimates of this photo's files are to be multiplied: learnt from the last file.
    estimate_factor: f64,
    /// The smallest file so far with its setting.
    file: Option<(Setting, Vec<u8>)>,
    /// The probes in the order in which they were made.
    pub(crate) probes: Vec<Probe>,
    /// The worst cells found so far, each with the score of its whole.
    worst: Vec<(Score, Score, Region)>,
    /// From which score on a probe is shown to people if it wins; none where nobody looks.
    shown_from: Option<Score>,
    /// What the last such probe looked like, with its score and that of its worst cell.
    glimpse: Option<(Score, Score, Glimpse)>,
    /// Where the time went so far.
    pub(crate) ms: Milliseconds,
}

impl<'a> Prober<'a> {
    pub(crate) fn new(
        photo: &'a Photo,
        colour: ToSrgb,
        options: &Options,
        watch: &'a Watch<'a>,
        mut ms: Milliseconds,
    ) -> Result<Self, Error> {
        watch.check()?;
        let metric = options.goal.metric();
        let threads = options.limits.threads(options.threads, limits::memory_of(metric, photo));
        let seen = timed(&mut ms.reference, || colour.original(photo, watch))?;
        let original = seen.view()?;
        let reference = timed(&mut ms.reference, || watch.reference(metric, original, threads))?;
        Ok(Self {
            photo,
            colour,
            reference,
            watch,
            metric,
            threads,
            writing: Writing { coding: Coding::Progressive, watch },
            transforms: Transforms::default(),
            sample: None,
            room: Vec::new(),
            estimates: Vec::new(),
            carried_bytes: photo.riders.bytes(),
            estimate_factor: 1.0,
            file: None,
            probes: Vec::new(),
            worst: Vec::new(),
            shown_from: (options.show == Show::PhotoAndResult).then(|| options.goal.score()),
            glimpse: None,
            ms,
        })
    }

    /// The same, but for files of this coding.
    pub(crate) fn coded(mut self, coding: Coding) -> Self {
        // Estimates are of progressive files; baseline ones have about as many percent more.
        const BASELINE: f64 = 1.075;
        self.writing.coding = coding;
        self.estimate_factor = if coding == Coding::Baseline { BASELINE } else { 1.0 };
        self
    }

    /// Tries `setting`.
    pub(crate) fn probe(&mut self, setting: Setting, scale: Scale) -> Result<Probe, Error> {
        self.watch.check()?;
        let probe = match scale {
            Scale::File => self.write(setting)?,
            Scale::Guide | Scale::Proof => match self.twin(setting, scale) {
                Some(twin) => Probe { setting, ..twin },
                None if scale == Scale::Guide => self.glance(setting)?,
                None => self.look(setting)?,
            },
        };
        self.ms.total = self.watch.milliseconds();
        self.probes.push(probe);
        Ok(probe)
    }

    /// The file of `setting`, written now if it is not the last one that was.
    pub(crate) fn into_file(mut self, setting: Setting) -> Result<Vec<u8>, Error> {
        if self.file.as_ref().is_none_or(|(written, _)| *written != setting) {
            self.file = None;
            self.write(setting)?;
        }
        self.file.map(|(_, file)| file).ok_or_else(|| Error::Defect("a written file was lost".into()))
    }

    /// A probe that was made with the very same tables: they stay the same over several steps where qualities are low or
    /// a source's own tables hold them up.
    fn twin(&self, setting: Setting, scale: Scale) -> Option<Probe> {
        let rounding = |setting: Setting| setting.effort.rounding(setting.tables);
        let tables = self.tables(setting);
        let is_twin = |probe: &&Probe| {
            (probe.scale, probe.setting.subsampling) == (scale, setting.subsampling)
                && self.tables(probe.setting) == tables
                && rounding(probe.setting) == rounding(setting)
        };
        self.probes.iter().find(is_twin).copied()
    }

    /// Scores what a file of `setting` would show in a sample of the photo.
    fn glance(&mut self, setting: Setting) -> Result<Probe, Error> {
        let tables = self.tables(setting);
        let mut spent = 0.0;
        let (score, bytes) = timed(&mut spent, || {
            if self.sample.is_none() {
                let mosaic = Sample::mosaic(&self.photo.pixels);
                let mosaic = mosaic.ok_or_else(|| Error::Defect("so small a photo has no sample".into()))?;
                self.sample = Some(Sample::new(self.photo, &mosaic, &self.colour, self.metric)?);
            }
            let sample = self.sample.as_mut();
            let sample = sample.ok_or_else(|| Error::Defect("a sample was lost".into()))?;
            sample.look(setting, &tables, &self.colour)
        })?;
        self.ms.guides += spent;
        let bytes = self.carried_bytes + bytes as usize;
        Ok(Probe { setting, scale: Scale::Guide, bytes, score, worst: None })
    }

    /// Scores what a file of `setting` would show.
    fn look(&mut self, setting: Setting) -> Result<Probe, Error> {
        self.transform(setting.subsampling)?;
        let mut spent = 0.0;
        let (map, estimate, shown) = timed(&mut spent, || {
            let room = std::mem::take(&mut self.room);
            let (coefficients, tables) = (self.coefficients(setting.subsampling)?, self.tables(setting));
            let rounding = setting.effort.rounding(setting.tables);
            let (shown, estimate) = coefficients.shown_and_estimated(&tables, rounding, room, self.threads);
            let seen = self.colour.apply_watched(&shown, self.watch)?;
            let map = self.watch.score_with_map(&self.reference, view(&seen)?)?;
            drop(seen);
            Ok::<_, Error>((map, estimate, shown))
        })?;
        self.ms.probes += spent;
        if self.shown_from.is_some_and(|least| map.score() >= least) {
            let (region, worst) = map.worst();
            self.glimpse = Some((map.score(), worst, Glimpse::of(&shown, Some(region))?));
        }
        self.room = shown.into_samples();
        self.estimates.push((setting, estimate));
        let bytes = self.carried_bytes + self.file_bytes(setting, estimate);
        Ok(self.probe_of(setting, Scale::Proof, bytes, &map))
    }

    /// What an estimate for a setting comes to, by all that was learnt of this photo's files and of its sample's.
    fn file_bytes(&self, setting: Setting, estimate: usize) -> usize {
        let of_family = self.sample.as_ref().map_or(1.0, |sample| sample.factor(setting));
        (estimate as f64 * of_family * self.estimate_factor) as usize
    }

    /// Writes the file of `setting`, proves it, and keeps it if it is the smallest.
    fn write(&mut self, setting: Setting) -> Result<Probe, Error> {
        self.transform(setting.subsampling)?;
        let quantised = self.quantised(setting)?;
        let estimate = match self.estimates.iter().find(|(known, _)| *known == setting) {
            Some((_, estimate)) => *estimate,
            None => {
                let (coefficients, tables) = (self.coefficients(setting.subsampling)?, self.tables(setting));
                coefficients.estimated_bytes(&tables, setting.effort.rounding(setting.tables))
            }
        };
        let file = written::file_of(&quantised, self.photo, self.writing, &mut self.ms)?;
        let coded = file.len().saturating_sub(self.carried_bytes);
        self.estimate_factor *= coded as f64 / self.file_bytes(setting, estimate).max(1) as f64;
        let seen = self.score_of_file(&file, &quantised, setting)?;
        let probe = Probe { bytes: file.len(), ..seen };
        if self.file.as_ref().is_none_or(|(_, smallest)| file.len() < smallest.len()) {
            self.file = Some((setting, file));
        }
        Ok(probe)
    }

    /// The coefficients that the file of `setting` holds.
    pub(crate) fn quantised(&self, setting: Setting) -> Result<QuantisedCoefficients, Error> {
        let tables = self.tables(setting);
        let rounding = setting.effort.rounding(setting.tables);
        Ok(self.coefficients(setting.subsampling)?.quantise(&tables, rounding))
    }

    /// The score of a file that holds `quantised`: that of its probe. Where the coefficients lie beyond what 8-bit
    /// samples can give, decoders differ, and the file's own pixels are scored instead.
    fn score_of_file(
        &mut self,
        file: &[u8],
        quantised: &QuantisedCoefficients,
        setting: Setting,
    ) -> Result<Probe, Error> {
        let known = self.probes.iter().rev().find(|p| p.scale == Scale::Proof && p.setting == setting);
        if let Some(known) = known.filter(|_| quantised.is_within_8_bit_range()) {
            return Ok(Probe { scale: Scale::File, ..*known });
        }
        let mut spent = 0.0;
        let map = timed(&mut spent, || {
            let decoded = written::decode(file, self.watch)?;
            let seen = self.colour.apply_watched(&decoded.pixels, self.watch)?;
            self.watch.score_with_map(&self.reference, view(&seen)?)
        })?;
        self.ms.proof += spent;
        Ok(self.probe_of(setting, Scale::File, file.len(), &map))
    }

    fn probe_of(&mut self, setting: Setting, scale: Scale, bytes: usize, map: &ScoreMap) -> Probe {
        let (region, worst) = map.worst();
        self.worst.push((map.score(), worst, region));
        Probe { setting, scale, bytes, score: map.score(), worst: Some(worst) }
    }

    /// Where a probe is worst. Probes of equal tables share their scores, and with them their worst cell.
    pub(crate) fn worst_cell(&self, probe: &Probe) -> Option<WorstCell> {
        let found =
            self.worst.iter().find(|(score, worst, _)| (*score, Some(*worst)) == (probe.score, probe.worst));
        found.map(|(_, worst, region)| WorstCell::new(*region, self.metric.value_of(*worst)))
    }

    /// What people look at to judge the file of a probe, if a glimpse of it was caught.
    pub(crate) fn views(&mut self, probe: &Probe) -> Option<Views> {
        let (score, worst, glimpse) = self.glimpse.take()?;
        // As for worst cells.
        let is_of_it = (score, Some(worst)) == (probe.score, probe.worst);
        let worst = self.worst_cell(probe).filter(|_| is_of_it)?;
        views::of_glimpse(self.photo, &self.colour, glimpse, worst).ok()
    }

    /// The source's own coefficients, written better, unless that is surely larger than `to_beat` bytes.
    pub(crate) fn repack(&mut self, to_beat: usize) -> Result<Option<Vec<u8>>, Error> {
        let Photo { source, own, riders, .. } = self.photo;
        let file = match (source, own) {
            (None, None) => return Ok(None),
            (Some(source), _) => {
                // Before a file of this photo has told how good they are, estimates are too rough.
                let is_known = self.file.is_some();
                if is_known && is_surely_larger(self.estimate_of_source(source), to_beat) {
                    return Ok(None);
                }
                Some(written::file_of(source, self.photo, self.writing, &mut self.ms)?)
            }
            (None, Some(own)) => written::file_of_own(own, riders, self.writing, &mut self.ms)?,
        };
        self.ms.total = self.watch.milliseconds();
        Ok(file.filter(|file| file.len() <= to_beat))
    }

    /// What the source's coefficients come to.
    fn estimate_of_source(&self, source: &QuantisedCoefficients) -> usize {
        self.carried_bytes + (source.estimated_bytes() as f64 * self.estimate_factor) as usize
    }

    /// Makes the coefficients for a subsampling, if they were not made before.
    fn transform(&mut self, subsampling: Subsampling) -> Result<(), Error> {
        let (photo, watch) = (self.photo, self.watch);
        let mut spent = 0.0;
        let made = timed(&mut spent, || {
            let stop = || watch.must_stop();
            self.transforms.of(subsampling, &photo.pixels, photo.source.as_ref(), &stop).map(drop)
        });
        self.ms.transform += spent;
        made.map_err(|error| written::stopped_or(error, watch))?;
        watch.check()
    }

    fn coefficients(&self, subsampling: Subsampling) -> Result<&Coefficients, Error> {
        self.transforms.known(subsampling).ok_or_else(|| Error::Defect("no transform was made".into()))
    }

    fn source(&self, subsampling: Subsampling) -> Option<&'a QuantisedCoefficients> {
        self.photo.source.as_ref().filter(|source| source.subsampling() == subsampling)
    }

    /// The tables of a setting: never finer than those that the source's coefficients were divided by already.
    fn tables(&self, setting: Setting) -> TableSet {
        let tables = setting.tables.at(setting.quality);
        let source = self.source(setting.subsampling);
        match source.and_then(|source| TableSet::of_components(source.tables())) {
            Some(divided_by) => tables.at_least(&divided_by),
            None => tables,
        }
    }
}

impl Sizes<Error> for Prober<'_> {
    fn estimate(&mut self, setting: Setting) -> Result<usize, Error> {
        self.watch.check()?;
        self.transform(setting.subsampling)?;
        let (coefficients, tables) = (self.coefficients(setting.subsampling)?, self.tables(setting));
        let mut spent = 0.0;
        let coded = timed(&mut spent, || {
            coefficients.estimated_bytes(&tables, setting.effort.rounding(setting.tables))
        });
        self.ms.probes += spent;
        Ok(self.carried_bytes + self.file_bytes(setting, coded))
    }

    fn file(&mut self, setting: Setting) -> Result<Probe, Error> {
        self.probe(setting, Scale::File)
    }
}

/// The same in the metric's words.
pub(crate) const fn channels_of(channels: Channels) -> scrimp_metric::Channels {
    match channels {
        Channels::Gray => scrimp_metric::Channels::Gray,
        Channels::Rgb => scrimp_metric::Channels::Rgb,
    }
}

/// The pixels as the metric takes them.
pub(crate) fn view(pixels: &Pixels) -> Result<ImageView<'_>, Error> {
    ImageView::new(pixels.width(), pixels.height(), channels_of(pixels.channels()), pixels.samples())
        .map_err(defect)
}

/// What cannot go wrong on a photo that was read: sizes agree, and what we wrote can be read.
pub(crate) fn defect(error: impl std::error::Error) -> Error {
    Error::Defect(error.to_string())
}
