//! The transform, done once: coefficients that are quantised again and again, each time giving the pixels that the
//! decoded file would have, without a file.

mod colour;
mod dct;
mod plane;

use crate::{Channels, Pixels, TablePair};
use colour::Doubler;
use plane::{Plane, Samples};

/// The DCT coefficients of a picture, colour subsampled 4:2:0, before quantisation. Takes 4 bytes a sample.
#[derive(Clone, Debug)]
pub struct Coefficients {
    width: usize,
    height: usize,
    luma: Plane,
    /// Blue and red; none for a gray picture.
    chroma: Option<[Plane; 2]>,
}

impl Coefficients {
    /// Transforms `pixels` as the encoder does.
    #[must_use]
    pub fn new(pixels: &Pixels) -> Self {
        let (width, height) = (pixels.width(), pixels.height());
        match pixels.channels() {
            Channels::Gray => {
                Self { width, height, luma: Plane::new(pixels.samples(), width, height), chroma: None }
            }
            Channels::Rgb => {
                let [luma, blue, red] = colour::to_ycc(pixels.samples().as_chunks().0);
                let chroma = [blue, red].map(|plane| {
                    let (half, half_width) = colour::halved(&plane, width, height);
                    Plane::new(&half, half_width, height.div_ceil(2))
                });
                Self { width, height, luma: Plane::new(&luma, width, height), chroma: Some(chroma) }
            }
        }
    }

    /// The picture in gray, width x height samples, as it looks once encoded with `tables` (rounding to nearest) and
    /// decoded again: bit for bit what [`crate::encode`] and [`crate::decode`] give, colour turned to gray by
    /// `(19595 R + 38470 G + 7471 B + 32768) >> 16`.
    #[must_use]
    pub fn gray_at(&self, tables: &TablePair) -> Vec<u8> {
        let luma = self.luma.shown(&tables.luma);
        let mut gray = vec![0; self.width * self.height];
        let rows = gray.chunks_exact_mut(self.width).enumerate();
        match &self.chroma {
            None => rows.for_each(|(y, row)| row.copy_from_slice(&luma.row(y)[..self.width])),
            Some(chroma) => {
                let chroma: [Samples; 2] = [0, 1].map(|at| chroma[at].shown(&tables.chroma));
                let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
                let [mut blue, mut red] = [0, 1].map(|at| Doubler::new(&chroma[at], width, height));
                let [mut blue_row, mut red_row] = [(); 2].map(|()| vec![0; 2 * width]);
                for (y, row) in rows {
                    blue.row(y, &mut blue_row);
                    red.row(y, &mut red_row);
                    colour::gray_of_shown(luma.row(y), [&blue_row, &red_row], row);
                }
            }
        }
        gray
    }
}
