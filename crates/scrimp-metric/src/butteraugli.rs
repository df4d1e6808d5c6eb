//! Butteraugli (Jyrki Alakuijala et al.; Google and libjxl), through the crate of that name.
//!
//! The crate gives a distance for each pixel; the norms over them are taken here, as libjxl takes them, so that a
//! cell's means the same as the whole picture's. Linear light comes from the table that SSIMULACRA2 reads.

use crate::image::Samples;
use crate::map::Grid;
use crate::ssimulacra2::{LINEAR, Padded, linear_16};
use crate::{Channels, Error, ImageView, Metric};
use ::butteraugli::{ButteraugliParams, ButteraugliReference};
use std::fmt;

/// How the distances of pixels become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Norm {
    /// The greatest.
    Max,
    /// The mean of the norms of exponents 3, 6 and 12 (libjxl's `ComputeDistanceP` at 3).
    Three,
}

/// All that depends on the original alone.
pub(crate) struct Prepared {
    norm: Norm,
    reference: ButteraugliReference,
}

/// What is summed over pixels for either norm.
#[derive(Clone, Copy, Default)]
struct Sums {
    greatest: f32,
    /// Of third, sixth and twelfth powers.
    powers: [f64; 3],
    pixels: usize,
}

impl Prepared {
    pub(crate) fn new(norm: Norm, original: ImageView<'_>) -> Result<Self, Error> {
        let padded = Padded::new(original);
        let view = padded.view();
        let light = Light::of(view);
        let [red, green, blue] = light.planes();
        // The defaults are those of the public program: 80 nits, no asymmetry.
        let parameters = ButteraugliParams::new();
        let (width, height) = (view.width(), view.height());
        ButteraugliReference::new_linear_planar(red, green, blue, width, height, width, parameters)
            .map(|reference| Self { norm, reference })
            .map_err(|_| no_score())
    }

    /// The distance of a candidate of the original's size, and that of each cell.
    pub(crate) fn distances(&self, candidate: ImageView<'_>, grid: Grid) -> Result<(f64, Vec<f64>), Error> {
        let padded = Padded::new(candidate);
        let light = Light::of(padded.view());
        let [red, green, blue] = light.planes();
        let stride = padded.view().width();
        let result =
            self.reference.compare_linear_planar(red, green, blue, stride).map_err(|_| no_score())?;
        let map = result.diffmap.ok_or_else(no_score)?;
        let mut cells = vec![Sums::default(); grid.cells()];
        // What lies beyond the picture's own size is padding.
        for (y, row) in map.rows().take(candidate.height()).enumerate() {
            for (x, distance) in row.iter().take(candidate.width()).enumerate() {
                cells[grid.at(x, y)].add(*distance);
            }
        }
        let whole = cells.iter().fold(Sums::default(), Sums::with);
        let distance = |sums: &Sums| sums.norm(self.norm);
        Ok((distance(&whole), cells.iter().map(distance).collect()))
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Butteraugli({:?} {}x{})", self.norm, self.reference.width(), self.reference.height())
    }
}

/// What cannot happen to pictures of 8-bit samples and at least 8 pixels a side: the crate refuses none of them.
const fn no_score() -> Error {
    Error::NoScore { metric: Metric::Butteraugli }
}

impl Sums {
    fn add(&mut self, distance: f32) {
        let third = f64::from(distance) * f64::from(distance) * f64::from(distance);
        let sixth = third * third;
        self.greatest = self.greatest.max(distance);
        self.powers = [self.powers[0] + third, self.powers[1] + sixth, self.powers[2] + sixth * sixth];
        self.pixels += 1;
    }

    fn with(self, other: &Self) -> Self {
        Self {
            greatest: self.greatest.max(other.greatest),
            powers: std::array::from_fn(|index| self.powers[index] + other.powers[index]),
            pixels: self.pixels + other.pixels,
        }
    }

    fn norm(&self, norm: Norm) -> f64 {
        match norm {
            Norm::Max => f64::from(self.greatest),
            Norm::Three => {
                let root = |sum: f64, exponent: f64| libm::pow(sum / self.pixels as f64, 1.0 / exponent);
                let [third, sixth, twelfth] = self.powers;
                (root(third, 3.0) + root(sixth, 6.0) + root(twelfth, 12.0)) / 3.0
            }
        }
    }
}

/// Linear light in planes: one for gray, three for colour.
struct Light {
    planes: Vec<Vec<f32>>,
}

impl Light {
    fn of(view: ImageView<'_>) -> Self {
        let channels = view.channels().count();
        let plane = |channel| match view.samples() {
            Samples::Eight(samples) => {
                let samples = samples.iter().skip(channel).step_by(channels);
                samples.map(|sample| LINEAR[usize::from(*sample)]).collect()
            }
            Samples::Sixteen(samples) => {
                let light = linear_16();
                let samples = samples.iter().skip(channel).step_by(channels);
                samples.map(|sample| light[usize::from(*sample)]).collect()
            }
        };
        debug_assert!(view.channels() == Channels::Gray || channels == 3);
        Self { planes: (0..channels).map(plane).collect() }
    }

    fn planes(&self) -> [&[f32]; 3] {
        std::array::from_fn(|channel| self.planes[channel % self.planes.len()].as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp_testkit::scenes;

    #[test]
    fn the_norms_are_the_crates_own() -> Result<(), Error> {
        let (width, height) = (150, 130);
        let (original, candidate) =
            (scenes::landscape(width, height, 5), scenes::landscape(width, height, 6));
        let theirs = ButteraugliReference::new(&original.samples, width, height, ButteraugliParams::new())
            .and_then(|reference| reference.compare(&candidate.samples))
            .unwrap();
        for (norm, expected) in [(Norm::Max, theirs.score), (Norm::Three, theirs.pnorm_3)] {
            let view = |samples| ImageView::new(width, height, Channels::Rgb, samples);
            let prepared = Prepared::new(norm, view(&original.samples)?)?;
            let grid = Grid::new((width, height));
            let (distance, cells) = prepared.distances(view(&candidate.samples)?, grid)?;
            // Their table of linear light differs in the last digits.
            assert!((distance / expected - 1.0).abs() < 1e-4, "{norm:?}: {distance} against {expected}");
            assert_eq!(cells.len(), 4);
            let worst = cells.iter().fold(0.0, |worst: f64, cell| worst.max(*cell));
            assert!(worst >= distance, "{norm:?}: {worst}, {distance}");
        }
        Ok(())
    }

    #[test]
    fn gray_is_colour_of_three_equal_samples() -> Result<(), Error> {
        let gray: Vec<u8> = scenes::landscape(40, 30, 5).samples.chunks(3).map(|rgb| rgb[1]).collect();
        let blurred: Vec<u8> = gray.iter().map(|sample| sample / 16 * 16).collect();
        let colour = |gray: &[u8]| gray.iter().flat_map(|sample| [*sample; 3]).collect::<Vec<_>>();
        let distance = |channels, original: &[u8], candidate: &[u8]| {
            let prepared = Prepared::new(Norm::Three, ImageView::new(40, 30, channels, original)?)?;
            prepared.distances(ImageView::new(40, 30, channels, candidate)?, Grid::new((40, 30)))
        };
        let (as_gray, _) = distance(Channels::Gray, &gray, &blurred)?;
        assert_eq!(as_gray, distance(Channels::Rgb, &colour(&gray), &colour(&blurred))?.0);
        assert!(as_gray > 0.5);
        Ok(())
    }
}
