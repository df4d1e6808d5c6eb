//! From pixels to coefficients times 8, band by band (ITU-T T.81, A.1 and A.3.3).

use super::plane::{GROUP_WIDTH, Group, LANES, Plane, transpose};
use super::shape::{BLOCK, Shape};
use super::{colour, dct};
use crate::{Channels, Pixels, Stop};
use archmage::autoversion;

/// The coefficients times 8 of each component; none if `stop` said so before the last band. `see_luma` sees each row of Y,
/// from the top down.
pub(super) fn planes(
    pixels: &Pixels,
    shape: Shape,
    stop: Stop<'_>,
    mut see_luma: impl FnMut(&[u8]),
) -> Option<Vec<Plane>> {
    let mut planes: Vec<Plane> = (0..shape.components()).map(|at| Plane::new(shape.component(at))).collect();
    let mut rows = Rows::new(pixels, shape, &planes);
    for band in 0..shape.bands() {
        if stop() {
            return None;
        }
        let first = band * BLOCK;
        let groups_of_rows = shape.height.div_ceil(shape.factors().1);
        for y in first..(first + BLOCK).min(groups_of_rows) {
            rows.load(y);
            rows.luma(y).for_each(&mut see_luma);
            rows.store(y, &mut planes);
        }
        for (at, plane) in planes.iter_mut().enumerate() {
            let component = shape.component(at);
            let first = band * component.vertical;
            for row in first..(first + component.vertical).min(plane.blocks_down()) {
                repeat_last_line(plane.row_mut(row), component.height - row * BLOCK);
                dct::forward(plane.row_mut(row));
                plane.clear_unused(row);
            }
        }
    }
    Some(planes)
}

/// The pixel rows that share a row of chroma, and that row.
struct Rows<'a> {
    pixels: &'a Pixels,
    shape: Shape,
    /// One or two rows of Y, Cb and Cr each. Longer than the picture is wide: behind the edge the last column is
    /// repeated before it is halved, as it makes a difference to the rounding.
    full: Vec<[Vec<u8>; 3]>,
    /// A row of subsampled chroma.
    chroma: Vec<u8>,
}

impl<'a> Rows<'a> {
    fn new(pixels: &'a Pixels, shape: Shape, planes: &[Plane]) -> Self {
        let (across, down) = shape.factors();
        let chroma = planes.last().map_or(0, Plane::stride);
        let length = planes[0].stride().max(chroma * across);
        let row = || vec![0; if shape.components() == 3 { length } else { 0 }];
        let full = (0..down).map(|_| [vec![0; length], row(), row()]).collect();
        Self { pixels, shape, full, chroma: vec![0; chroma] }
    }

    /// Reads the pixel rows of group `y`; where the last group lacks a row, the one above is taken again.
    fn load(&mut self, y: usize) {
        let (stride, width) = (self.pixels.stride(), self.pixels.width());
        let down = self.full.len();
        for (line, planes) in self.full.iter_mut().enumerate() {
            let row = (y * down + line).min(self.pixels.height() - 1);
            let row = &self.pixels.samples()[row * stride..][..stride];
            let [luma, blue, red] = planes;
            match (self.pixels.channels(), self.shape.channels()) {
                (Channels::Gray, _) => luma[..width].copy_from_slice(row),
                (Channels::Rgb, Channels::Gray) => colour::to_luma(row.as_chunks().0, luma),
                (Channels::Rgb, Channels::Rgb) => colour::to_ycc(row.as_chunks().0, [luma, blue, red]),
            }
            for plane in planes.iter_mut().filter(|plane| !plane.is_empty()) {
                let last = plane[width - 1];
                plane[width..].fill(last);
            }
        }
    }

    /// Y of the pixel rows of group `y`.
    fn luma(&self, y: usize) -> impl Iterator<Item = &[u8]> {
        let Shape { width, height, .. } = self.shape;
        self.full.iter().take(height - y * self.full.len()).map(move |[luma, ..]| &luma[..width])
    }

    /// Puts the rows of group `y` into their blocks.
    fn store(&mut self, y: usize, planes: &mut [Plane]) {
        let down = self.full.len();
        for (line, full) in self.full.iter().enumerate() {
            let row = y * down + line;
            store_line(planes[0].row_mut(row / BLOCK), row % BLOCK, &full[0]);
        }
        for (at, plane) in planes.iter_mut().enumerate().skip(1) {
            let row = match (self.shape.factors(), self.full.as_slice()) {
                ((2, 1), [only]) => {
                    colour::halve_width(&only[at], &mut self.chroma);
                    &self.chroma
                }
                ((1, 2), [upper, lower]) => {
                    colour::halve_height([&upper[at], &lower[at]], &mut self.chroma);
                    &self.chroma
                }
                ((2, 2), [upper, lower]) => {
                    colour::halve_both([&upper[at], &lower[at]], &mut self.chroma);
                    &self.chroma
                }
                (_, rows) => &rows[0][at],
            };
            store_line(plane.row_mut(y / BLOCK), y % BLOCK, row);
        }
    }
}

/// Puts a row of samples, less 128, into row `line` of a row of blocks.
#[autoversion]
fn store_line(groups: &mut [Group], line: usize, samples: &[u8]) {
    for (group, samples) in groups.iter_mut().zip(samples.as_chunks::<GROUP_WIDTH>().0) {
        let samples = transpose(*samples);
        let lines = group[line * BLOCK..][..BLOCK].iter_mut().zip(samples.as_chunks::<LANES>().0);
        for (values, samples) in lines {
            for (value, sample) in values.iter_mut().zip(samples) {
                *value = i16::from(*sample) - 128;
            }
        }
    }
}

/// Fills the lines of a row of blocks from `lines` on with the last one before.
fn repeat_last_line(groups: &mut [Group], lines: usize) {
    for group in groups.iter_mut().filter(|_| lines < BLOCK) {
        let (filled, empty) = group.split_at_mut(lines * BLOCK);
        let last = &filled[(lines - 1) * BLOCK..];
        empty.chunks_exact_mut(BLOCK).for_each(|line| line.copy_from_slice(last));
    }
}
