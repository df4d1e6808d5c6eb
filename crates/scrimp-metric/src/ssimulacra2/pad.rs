//! Pictures under 8 pixels on a side, which the public program refuses.

use crate::image::Samples;
use crate::{Channels, ImageView};

/// The least side that the scales are made for.
const LEAST_SIDE: usize = 8;

/// A picture of at least 8 pixels on each side.
pub(crate) enum Padded<'a> {
    Given(ImageView<'a>),
    /// Mirrored to the right and downwards, the border pixels not repeated, as fast-ssim2 0.9.1 does it.
    Mirrored {
        width: usize,
        height: usize,
        channels: Channels,
        samples: Owned,
    },
}

/// Samples of the width that was given.
pub(crate) enum Owned {
    Eight(Vec<u8>),
    Sixteen(Vec<u16>),
}

impl<'a> Padded<'a> {
    pub(crate) fn new(view: ImageView<'a>) -> Self {
        if view.width() >= LEAST_SIDE && view.height() >= LEAST_SIDE {
            return Self::Given(view);
        }
        let (width, height) = (view.width().max(LEAST_SIDE), view.height().max(LEAST_SIDE));
        let samples = match view.samples() {
            Samples::Eight(samples) => Owned::Eight(mirror(view, (width, height), samples)),
            Samples::Sixteen(samples) => Owned::Sixteen(mirror(view, (width, height), samples)),
        };
        Self::Mirrored { width, height, channels: view.channels(), samples }
    }

    pub(crate) fn view(&self) -> ImageView<'_> {
        match self {
            Self::Given(view) => *view,
            Self::Mirrored { width, height, channels, samples } => {
                let samples = match samples {
                    Owned::Eight(samples) => Samples::Eight(samples),
                    Owned::Sixteen(samples) => Samples::Sixteen(samples),
                };
                ImageView::whole_of((*width, *height), *channels, samples)
            }
        }
    }
}

/// The samples of `view` mirrored to this size.
fn mirror<T: Copy>(view: ImageView<'_>, (width, height): (usize, usize), samples: &[T]) -> Vec<T> {
    let count = view.channels().count();
    let mut mirrored_samples = Vec::with_capacity(width * height * count);
    for y in 0..height {
        for x in 0..width {
            let at = (mirrored(y, view.height()) * view.width() + mirrored(x, view.width())) * count;
            mirrored_samples.extend_from_slice(&samples[at..at + count]);
        }
    }
    mirrored_samples
}

/// Where index `i` falls when `length` samples are mirrored back and forth.
fn mirrored(i: usize, length: usize) -> usize {
    if length == 1 {
        return 0;
    }
    let there_and_back = 2 * (length - 1);
    let i = i % there_and_back;
    i.min(there_and_back - i)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_picture_is_mirrored_up_to_eight() {
        let padded = Padded::new(ImageView::whole((3, 9), Channels::Gray, &[7; 27]));
        assert_eq!((padded.view().width(), padded.view().height()), (8, 9));
        let indices: Vec<usize> = (0..8).map(|i| mirrored(i, 3)).collect();
        assert_eq!(indices, [0, 1, 2, 1, 0, 1, 2, 1]);
        assert_eq!(mirrored(5, 1), 0);
    }
}
