//! Probes: a setting tried on a photo, on the bytes that would be written.

use crate::search::{Probe, Scale, Setting};
use crate::watch::{Watch, timed};
use crate::{Error, Milliseconds, Photo};
use scrimp_jpeg::{Channels, DecodeBounds, EncodeSettings, Pixels};
use scrimp_metric::{ImageView, Metric, Reference};

/// A photo prepared for probes. Each probe encodes, splices the metadata in, decodes the whole file again and
/// scores that: the score belongs to the very bytes that would be written.
pub(crate) struct Prober<'a> {
    pub(crate) photo: &'a Photo,
    reference: Reference,
    /// The cheaper scale that leads the way, for the metric that has one.
    guide: Option<Reference>,
    watch: &'a Watch<'a>,
    /// The file of each probe, in the order in which they were made.
    pub(crate) files: Vec<Vec<u8>>,
    /// The probes.
    pub(crate) probes: Vec<Probe>,
    /// Where the time went so far.
    pub(crate) ms: Milliseconds,
}

impl<'a> Prober<'a> {
    pub(crate) fn new(
        photo: &'a Photo,
        metric: Metric,
        watch: &'a Watch<'a>,
        mut ms: Milliseconds,
    ) -> Result<Self, Error> {
        watch.check()?;
        let original = view(&photo.pixels)?;
        let mut prepare =
            |metric| timed(&mut ms.reference, || Reference::new(metric, original)).map_err(defect);
        let reference = prepare(metric)?;
        let guide =
            if metric == Metric::Ssimulacra2 { Some(prepare(Metric::Ssimulacra2Exact)?) } else { None };
        Ok(Self { photo, reference, guide, watch, files: Vec::new(), probes: Vec::new(), ms })
    }

    /// Tries `setting`.
    pub(crate) fn probe(&mut self, setting: Setting, scale: Scale) -> Result<Probe, Error> {
        self.watch.check()?;
        let mut spent = 0.0;
        let probe = timed(&mut spent, || self.run(setting, scale))?;
        self.ms.probes += spent;
        self.ms.total = self.watch.milliseconds();
        self.probes.push(probe);
        Ok(probe)
    }

    fn run(&mut self, setting: Setting, scale: Scale) -> Result<Probe, Error> {
        let settings = EncodeSettings {
            subsampling: setting.subsampling,
            tables: setting.tables.at(setting.quality),
            ..EncodeSettings::libjpeg_turbo(75)
        };
        let coded = scrimp_jpeg::encode(&self.photo.pixels, &settings).map_err(defect)?;
        let carried = self.photo.carried.iter().map(|(code, payload)| (*code, payload.as_slice()));
        let file = scrimp_jpeg::with_segments(&coded, carried).map_err(defect)?;
        let stop = || self.watch.must_stop();
        let decoded = match scrimp_jpeg::decode(&file, &DecodeBounds { memory: usize::MAX, stop: &stop }) {
            Err(scrimp_jpeg::Error::Stopped) => {
                return Err(self.watch.check().err().unwrap_or(Error::Interrupted));
            }
            other => other.map_err(defect)?,
        };
        if let Some(warning) = decoded.warnings.first {
            return Err(Error::Defect(format!("its own output is damaged: {warning}")));
        }
        let reference = match (scale, &self.guide) {
            (Scale::Guide, Some(guide)) => guide,
            _ => &self.reference,
        };
        let map = reference.score_with_map(view(&decoded.pixels)?).map_err(defect)?;
        let bytes = file.len();
        self.files.push(file);
        Ok(Probe { setting, scale, bytes, score: map.score(), worst: Some(map.worst().1) })
    }
}

/// The pixels as the metric takes them.
pub(crate) fn view(pixels: &Pixels) -> Result<ImageView<'_>, Error> {
    let channels = match pixels.channels() {
        Channels::Gray => scrimp_metric::Channels::Gray,
        Channels::Rgb => scrimp_metric::Channels::Rgb,
    };
    ImageView::new(pixels.width(), pixels.height(), channels, pixels.samples()).map_err(defect)
}

/// What cannot go wrong on a photo that was read: sizes agree, and what we wrote can be read.
fn defect(error: impl std::error::Error) -> Error {
    Error::Defect(error.to_string())
}
