//! Butteraugli (Jyrki Alakuijala et al.; Google and libjxl), through the crate of that name.
//!
//! The crate gives a distance for each pixel; the norms over them are taken here, as libjxl takes them, so that a
//! cell's means the same as the whole picture's. Linear light comes from the table that SSIMULACRA2 reads.

use crate::image::Samples;
use crate::map::Grid;
use crate::ssimulacra2::{LINEAR, Padded, linear_16};
use crate::stop::Stop;
use crate::{Channels, Error, ImageView, Metric};
use ::butteraugli::{ButteraugliParams, ButteraugliReference};
use std::fmt;
use std::ops::Range;

/// How the distances of pixels become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Norm {
    /// The greatest.
    Max,
    /// The mean of the norms of exponents 3, 6 and 12 (libjxl's `ComputeDistanceP` at 3).
    Three,
}

/// Pixels that are compared at once. The crate cannot be stopped in the midst of a comparison, so that a large picture is
/// compared in strips; some tenths of a second each.
const AT_ONCE: usize = 3 << 20;

/// Rows above and below a strip that its distances depend on, which are the whole picture's then.
const HALO: usize = ::butteraugli::HALO_ROWS_DEFAULT;

/// All that depends on the original alone.
pub(crate) struct Prepared {
    norm: Norm,
    size: (usize, usize),
    strips: Vec<Strip>,
}

/// Some rows of a picture.
struct Strip {
    /// Those that count.
    rows: Range<usize>,
    /// Those that are looked at.
    around: Range<usize>,
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
    /// Prepares for comparisons, or gives up once `stop` says so.
    pub(crate) fn new(norm: Norm, original: ImageView<'_>, stop: Stop<'_>) -> Result<Self, Error> {
        Self::in_strips(norm, original, AT_ONCE, stop)
    }

    fn in_strips(norm: Norm, original: ImageView<'_>, at_once: usize, stop: Stop<'_>) -> Result<Self, Error> {
        let padded = Padded::new(original);
        let view = padded.view();
        let size = (view.width(), view.height());
        let strip = |rows: Range<usize>| {
            let around = rows.start.saturating_sub(HALO)..size.1.min(rows.end + HALO);
            let light = Light::of(view, &around, stop)?;
            let [red, green, blue] = light.planes();
            // The defaults are those of the public program: 80 nits, no asymmetry.
            let parameters = ButteraugliParams::new();
            let (width, height) = (size.0, around.len());
            ButteraugliReference::new_linear_planar(red, green, blue, width, height, width, parameters)
                .map(|reference| Strip { rows, around, reference })
                .map_err(|_| no_score())
        };
        let strips = strips(size, at_once).map(strip).collect::<Result<_, _>>()?;
        Ok(Self { norm, size, strips })
    }

    /// The distance of a candidate of the original's size, and that of each cell; given up once `stop` says so.
    pub(crate) fn distances(
        &self,
        candidate: ImageView<'_>,
        grid: Grid,
        stop: Stop<'_>,
    ) -> Result<(f64, Vec<f64>), Error> {
        let padded = Padded::new(candidate);
        let mut cells = vec![Sums::default(); grid.cells()];
        for Strip { rows, around, reference } in &self.strips {
            let light = Light::of(padded.view(), around, stop)?;
            let [red, green, blue] = light.planes();
            let result =
                reference.compare_linear_planar(red, green, blue, self.size.0).map_err(|_| no_score())?;
            let map = result.diffmap.ok_or_else(no_score)?;
            // What lies beyond the picture's own size is padding.
            let rows = rows.start..rows.end.min(candidate.height());
            for (y, row) in rows.clone().zip(map.rows().skip(rows.start - around.start)) {
                for (x, distance) in row.iter().take(candidate.width()).enumerate() {
                    cells[grid.at(x, y)].add(*distance);
                }
            }
        }
        let whole = cells.iter().fold(Sums::default(), Sums::with);
        let distance = |sums: &Sums| sums.norm(self.norm);
        Ok((distance(&whole), cells.iter().map(distance).collect()))
    }
}

/// The rows of a picture in strips of about as many pixels, from the top down; one of a small picture.
fn strips((width, height): (usize, usize), pixels: usize) -> impl Iterator<Item = Range<usize>> {
    // An even number, as the crate also looks at the picture at half its size.
    let rows = height.div_ceil((width * height).div_ceil(pixels)).max(2 * HALO).next_multiple_of(2);
    (0..height).step_by(rows).map(move |start| start..height.min(start + rows))
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Butteraugli({:?} {}x{})", self.norm, self.size.0, self.size.1)
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
    /// Of some rows, unless it is to be given up.
    fn of(view: ImageView<'_>, rows: &Range<usize>, stop: Stop<'_>) -> Result<Self, Error> {
        if stop() {
            return Err(Error::Stopped);
        }
        let channels = view.channels().count();
        let stride = view.width() * channels;
        let within = rows.start * stride..rows.end * stride;
        let plane = |channel| match view.samples() {
            Samples::Eight(samples) => {
                let samples = samples[within.clone()].iter().skip(channel).step_by(channels);
                samples.map(|sample| LINEAR.of(*sample)).collect()
            }
            Samples::Sixteen(samples) => {
                let light = linear_16();
                let samples = samples[within.clone()].iter().skip(channel).step_by(channels);
                samples.map(|sample| light[usize::from(*sample)]).collect()
            }
        };
        debug_assert!(view.channels() == Channels::Gray || channels == 3);
        Ok(Self { planes: (0..channels).map(plane).collect() })
    }

    fn planes(&self) -> [&[f32]; 3] {
        std::array::from_fn(|channel| self.planes[channel % self.planes.len()].as_slice())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stop::NEVER;
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
            let prepared = Prepared::new(norm, view(&original.samples)?, NEVER)?;
            let grid = Grid::new((width, height));
            let (distance, cells) = prepared.distances(view(&candidate.samples)?, grid, NEVER)?;
            // Their table of linear light differs in the last digits.
            assert!((distance / expected - 1.0).abs() < 1e-4, "{norm:?}: {distance} against {expected}");
            assert_eq!(cells.len(), 4);
            let worst = cells.iter().fold(0.0, |worst: f64, cell| worst.max(*cell));
            assert!(worst >= distance, "{norm:?}: {worst}, {distance}");
        }
        Ok(())
    }

    #[test]
    fn strips_show_the_distances_of_the_whole() -> Result<(), Error> {
        let (width, height) = (90, 700);
        let [original, candidate] = [5, 6].map(|seed| scenes::landscape(width, height, seed));
        let view = |samples| ImageView::new(width, height, Channels::Rgb, samples);
        let distances = |at_once| {
            let prepared = Prepared::in_strips(Norm::Three, view(&original.samples)?, at_once, NEVER)?;
            let found = prepared.distances(view(&candidate.samples)?, Grid::new((width, height)), NEVER)?;
            Ok::<_, Error>((prepared.strips.len(), found))
        };
        let (whole, in_strips) = (distances(AT_ONCE)?, distances(width * 200)?);
        assert_eq!((whole.0, in_strips.0), (1, 4));
        let ((whole, cells), (sum_of_strips, cells_of_strips)) = (whole.1, in_strips.1);
        // Rows of another length of vectors are rounded otherwise in the last digit of 32 bits.
        let is_near = |one: f64, other: f64| (one / other - 1.0).abs() < 1e-6;
        assert!(is_near(whole, sum_of_strips), "{whole} and {sum_of_strips}");
        assert!(cells.iter().zip(cells_of_strips).all(|(one, other)| is_near(*one, other)));
        Ok(())
    }

    #[test]
    fn gray_is_colour_of_three_equal_samples() -> Result<(), Error> {
        let gray: Vec<u8> = scenes::landscape(40, 30, 5).samples.chunks(3).map(|rgb| rgb[1]).collect();
        let blurred: Vec<u8> = gray.iter().map(|sample| sample / 16 * 16).collect();
        let colour = |gray: &[u8]| gray.iter().flat_map(|sample| [*sample; 3]).collect::<Vec<_>>();
        let distance = |channels, original: &[u8], candidate: &[u8]| {
            let prepared = Prepared::new(Norm::Three, ImageView::new(40, 30, channels, original)?, NEVER)?;
            prepared.distances(ImageView::new(40, 30, channels, candidate)?, Grid::new((40, 30)), NEVER)
        };
        let (as_gray, _) = distance(Channels::Gray, &gray, &blurred)?;
        assert_eq!(as_gray, distance(Channels::Rgb, &colour(&gray), &colour(&blurred))?.0);
        assert!(as_gray > 0.5);
        Ok(())
    }
}
