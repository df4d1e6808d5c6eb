//! SSIM at a quality: encode, decode, compare.
//!
//! The file itself is never written: its pixels follow from the quantised coefficients alone.

use super::{Error, options::checked_quality};
use scrimp_jpeg::{Coefficients, EncodeSettings, Pixels};
use scrimp_metric::ssim::{Centre, Kernel, Reference};
use scrimp_metric::{Channels, ImageView};

/// A photo, prepared once, and each quality tried on it.
pub(super) struct Prober {
    coefficients: Coefficients,
    size: (usize, usize),
    reference: Reference,
    tried: Vec<(u8, f64)>,
}

impl Prober {
    pub(super) fn new(photo: &Pixels, kernel: Centre) -> Result<Self, Error> {
        let reference = Reference::new(view(photo)?, Kernel::of_wang(kernel));
        let size = (photo.width(), photo.height());
        Ok(Self { coefficients: Coefficients::new(photo), size, reference, tried: Vec::new() })
    }

    /// SSIM of the photo at `quality` (1 to 100) to the photo itself; known at once where it was tried before.
    pub(super) fn ssim_at(&mut self, quality: u8) -> Result<f64, Error> {
        let known = self.tried.iter().find(|(tried, _)| *tried == quality);
        if let Some((_, ssim)) = known {
            return Ok(*ssim);
        }
        let settings = EncodeSettings::libjpeg_turbo(checked_quality(quality)?);
        let gray = self.coefficients.gray_at(&settings.tables);
        let ssim = self.reference.ssim(ImageView::new(self.size.0, self.size.1, Channels::Gray, &gray)?)?;
        self.tried.push((quality, ssim));
        Ok(ssim)
    }

    /// Every quality tried and its SSIM, in the order of trying.
    pub(super) fn into_tried(self) -> Vec<(u8, f64)> {
        self.tried
    }
}

/// The pixels as the metric takes them.
pub(super) fn view(pixels: &Pixels) -> Result<ImageView<'_>, Error> {
    let channels = match pixels.channels() {
        scrimp_jpeg::Channels::Gray => Channels::Gray,
        scrimp_jpeg::Channels::Rgb => Channels::Rgb,
    };
    Ok(ImageView::new(pixels.width(), pixels.height(), channels, pixels.samples())?)
}
