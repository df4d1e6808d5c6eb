//! The original, prepared once; candidates are scored against it.

use crate::{Channels, Error, ImageView, Metric, Score};
use fast_ssim2::{PixelDescriptor, PixelSlice, Ssimulacra2Error, Ssimulacra2Reference};

/// All that depends on the original alone.
///
/// Takes about 150 bytes a pixel together with one comparison.
#[derive(Debug)]
pub struct Reference {
    size: (usize, usize),
    ssimulacra2: Ssimulacra2Reference,
}

impl Reference {
    /// Prepares `original` for comparisons by `metric`.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if the picture has more pixels than the metric can take.
    pub fn new(metric: Metric, original: ImageView<'_>) -> Result<Self, Error> {
        let size = (original.width(), original.height());
        match metric {
            Metric::Ssimulacra2 => {
                let ssimulacra2 =
                    with_slice(original, Ssimulacra2Reference::new)?.map_err(|_| too_large(size))?;
                Ok(Self { size, ssimulacra2 })
            }
        }
    }

    /// How much `candidate` looks like the original.
    ///
    /// # Errors
    /// [`Error::SizesDiffer`] unless the candidate has the original's size.
    pub fn score(&self, candidate: ImageView<'_>) -> Result<Score, Error> {
        let size = (candidate.width(), candidate.height());
        if size != self.size {
            return Err(Error::SizesDiffer { original: self.size, candidate: size });
        }
        let points =
            with_slice(candidate, |slice| self.ssimulacra2.compare(slice))?.map_err(|_| too_large(size))?;
        Score::new(points).ok_or_else(|| too_large(size))
    }
}

fn too_large((width, height): (usize, usize)) -> Error {
    Error::TooLarge { pixels: width.saturating_mul(height) }
}

/// Hands the picture to `work` as the metric's library wants it.
fn with_slice<T>(
    image: ImageView<'_>,
    work: impl FnOnce(&PixelSlice<'_>) -> Result<T, Ssimulacra2Error>,
) -> Result<Result<T, Ssimulacra2Error>, Error> {
    let size = (image.width(), image.height());
    let descriptor = match image.channels() {
        Channels::Gray => PixelDescriptor::GRAY8_SRGB,
        Channels::Rgb => PixelDescriptor::RGB8_SRGB,
    };
    let (Ok(width), Ok(height)) = (u32::try_from(size.0), u32::try_from(size.1)) else {
        return Err(too_large(size));
    };
    let stride = size.0 * image.channels().count();
    let slice =
        PixelSlice::new(image.samples(), width, height, stride, descriptor).map_err(|_| too_large(size))?;
    Ok(work(&slice))
}
