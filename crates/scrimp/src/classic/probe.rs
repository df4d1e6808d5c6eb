//! SSIM at a quality: encode, decode, compare.
//!
//! The file itself is never written: its pixels follow from the quantised coefficients alone, band by band.

use super::{CEILING_QUALITY, Curve, Error, options::checked_quality};
use scrimp_jpeg::{Bands, Coefficients, EncodeSettings, Pixels};
use scrimp_metric::ssim::{Centre, Comparison, Kernel, Reference};
use scrimp_metric::{Channels, ImageView};

/// A photo, prepared once.
pub(super) struct Prepared {
    coefficients: Coefficients,
    reference: Reference,
}

impl Prepared {
    pub(super) fn new(photo: &Pixels, kernel: Centre) -> Result<Self, Error> {
        // Y of a JPEG is the gray that SSIM looks at.
        let (coefficients, gray) = Coefficients::with_luma(photo);
        let gray = ImageView::new(photo.width(), photo.height(), Channels::Gray, &gray)?;
        Ok(Self { coefficients, reference: Reference::new(gray, Kernel::of_wang(kernel)) })
    }

    fn probe(&self, quality: u8) -> Result<Probe<'_>, Error> {
        let settings = EncodeSettings::libjpeg_turbo(checked_quality(quality)?);
        let bands = self.coefficients.gray_bands_at(&settings.tables);
        Ok(Probe { bands, comparison: self.reference.comparison() })
    }
}

/// A photo at a quality, from the top down as far as was looked.
struct Probe<'a> {
    bands: Bands<'a>,
    comparison: Comparison<'a>,
}

impl Probe<'_> {
    /// Looks at one more band, if there is one.
    fn advance(&mut self) -> bool {
        let band = self.bands.advance();
        let is_one = band.is_some();
        self.comparison.take(band.map_or(&[], |band| band.samples));
        is_one
    }

    /// SSIM of all of it.
    fn ssim(mut self) -> f64 {
        while self.advance() {}
        // All bands are all rows.
        self.comparison.bounds().0
    }
}

/// Each quality tried on a photo.
pub(super) struct Prober<'a> {
    photo: &'a Prepared,
    tried: Vec<(u8, f64)>,
    /// The photo at [`CEILING_QUALITY`], where it was not tried but its SSIM bounded.
    ceiling: Option<Probe<'a>>,
}

impl<'a> Prober<'a> {
    pub(super) fn new(photo: &'a Prepared) -> Self {
        Self { photo, tried: Vec::new(), ceiling: None }
    }

    fn known(&self, quality: u8) -> Option<f64> {
        self.tried.iter().find(|(tried, _)| *tried == quality).map(|(_, ssim)| *ssim)
    }

    /// Every quality tried and its SSIM, in the order of trying.
    pub(super) fn into_tried(self) -> Vec<(u8, f64)> {
        self.tried
    }
}

impl Curve for Prober<'_> {
    type Error = Error;

    /// SSIM of the photo at `quality` (1 to 100) to the photo itself; known at once where it was tried before.
    fn ssim_at(&mut self, quality: u8) -> Result<f64, Error> {
        if let Some(ssim) = self.known(quality) {
            return Ok(ssim);
        }
        let ssim = self.photo.probe(quality)?.ssim();
        self.tried.push((quality, ssim));
        Ok(ssim)
    }

    /// Where the ceiling was not tried, looks at no more of it than it takes to tell.
    fn is_share_of_ceiling(&mut self, ssim: f64, share: f64) -> Result<bool, Error> {
        if let Some(ceiling) = self.known(CEILING_QUALITY) {
            return Ok(ssim / ceiling >= share);
        }
        let ceiling = match &mut self.ceiling {
            Some(ceiling) => ceiling,
            none => none.insert(self.photo.probe(CEILING_QUALITY)?),
        };
        loop {
            let (at_least, at_most) = ceiling.comparison.bounds();
            if let Some(verdict) = verdict(ssim, share, (at_least, at_most)) {
                return Ok(verdict);
            }
            if !ceiling.advance() {
                return Ok(ssim / at_least >= share);
            }
        }
    }
}

/// Whether `ssim` is at least `share` of a ceiling that lies within bounds; none if that hangs on where. A quotient
/// rises as its divisor falls towards 0, rounding included.
fn verdict(ssim: f64, share: f64, (at_least, at_most): (f64, f64)) -> Option<bool> {
    if at_least <= 0.0 {
        return None;
    }
    let [lowest, highest] = if ssim >= 0.0 { [at_most, at_least] } else { [at_least, at_most] };
    let (passes, may_pass) = (ssim / lowest >= share, ssim / highest >= share);
    (passes == may_pass).then_some(passes)
}

/// The pixels as the metric takes them.
pub(super) fn view(pixels: &Pixels) -> Result<ImageView<'_>, Error> {
    let channels = match pixels.channels() {
        scrimp_jpeg::Channels::Gray => Channels::Gray,
        scrimp_jpeg::Channels::Rgb => Channels::Rgb,
    };
    Ok(ImageView::new(pixels.width(), pixels.height(), channels, pixels.samples())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_holds_for_every_ceiling_within_the_bounds() {
        let ceilings: Vec<f64> = (-20..=20).map(|twentieth| f64::from(twentieth) / 20.0).collect();
        let mut told = [0, 0];
        for (at, at_least) in ceilings.iter().enumerate() {
            for at_most in &ceilings[at..] {
                for ssim in &ceilings {
                    let Some(told_so) = verdict(*ssim, 0.95, (*at_least, *at_most)) else { continue };
                    told[usize::from(told_so)] += 1;
                    for ceiling in ceilings.iter().filter(|ceiling| (at_least..=at_most).contains(ceiling)) {
                        assert_eq!(ssim / ceiling >= 0.95, told_so, "{ssim} of {ceiling}");
                    }
                }
            }
        }
        assert!(told.iter().all(|times| *times > 100), "{told:?}");
    }

    #[test]
    fn of_a_ceiling_that_need_not_be_told_no_more_is_looked_at_than_it_takes() {
        let scene = scrimp_testkit::scenes::landscape(400, 400, 2);
        let photo = Pixels::new(400, 400, scrimp_jpeg::Channels::Rgb, scene.samples).unwrap();
        let prepared = Prepared::new(&photo, Centre::Centred).unwrap();
        let mut prober = Prober::new(&prepared);
        assert!(prober.is_share_of_ceiling(1.0, 0.95).unwrap());
        let ceiling = prober.ceiling.as_ref().unwrap();
        assert_eq!(ceiling.comparison.ssim(), None, "it was looked at to its end");
        assert!(prober.into_tried().is_empty());
    }
}
