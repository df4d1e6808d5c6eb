//! Small pictures for people to judge a result by: the photo as a whole, and where it changed most.

use crate::classic::resample::{Filter, resize};
use crate::colour::ToSrgb;
use crate::prober::defect;
use crate::turn::Turn;
use crate::watch::Watch;
use crate::{Error, Options, Photo, WorstCell, written};
use scrimp_jpeg::{Coding, EncodeSettings, Pixels, Subsampling};
use scrimp_metric::Region;

/// A small picture: upright, in sRGB, as a JPEG of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The whole file.
    pub jpeg: Vec<u8>,
    /// Pixels a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// What a person looks at to judge a result.
#[derive(Clone, Debug, PartialEq)]
pub struct Views {
    /// Width and height of the photo, upright.
    pub size: (usize, usize),
    /// The photo, at most [`Self::THUMBNAIL`] pixels wide and high.
    pub thumbnail: View,
    /// The photo and the result, at most [`Self::WHOLE`] pixels wide and high; none without a result.
    pub whole: Option<[View; 2]>,
    /// The worst cell of the photo and of the result; none without a result or where both are the same picture.
    pub worst: Option<WorstViews>,
}

/// The surroundings of the worst cell, pixel for pixel: a window of at most [`Views::WINDOW`] pixels a side.
#[derive(Clone, Debug, PartialEq)]
pub struct WorstViews {
    /// Of the photo and of the result.
    pub views: [View; 2],
    /// The cell within the window, with its score.
    pub cell: WorstCell,
}

impl Views {
    /// The longest side of a thumbnail in pixels.
    pub const THUMBNAIL: usize = 160;
    /// The longest side of a view of the whole in pixels.
    pub const WHOLE: usize = 800;
    /// The sides of the window round the worst cell in pixels, the longer lies along the photo's longer side.
    pub const WINDOW: (usize, usize) = (384, 288);
}

/// What a person looks at to judge `result`, a file made of the photo in `original`, which is worst at `worst`.
///
/// The window round the worst cell loses next to nothing: it is saved at quality 96 with the colour of each pixel.
///
/// # Errors
/// What is wrong with one of the files; [`Error::SizesDiffer`] if they are not of one photo.
pub fn views(
    original: &[u8],
    result: Option<&[u8]>,
    worst: Option<WorstCell>,
    options: &Options,
) -> Result<Views, Error> {
    let watch = Watch::start(options);
    let before = Photo::read_watched(original, options, &watch)?;
    let colour = ToSrgb::of(&before).map_err(Error::Unsupported)?;
    let before = Picture { pixels: &before.pixels, colour: &colour, turn: Turn::of_photo(&before) };
    let Some(result) = result else { return before.alone() };
    let after = Photo::read_watched(result, options, &watch)?;
    let colour = ToSrgb::of(&after).map_err(Error::Unsupported)?;
    let after = Picture { pixels: &after.pixels, colour: &colour, turn: Turn::of_photo(&after) };
    watch.check()?;
    before.beside(&after, worst)
}

/// [`views`] of a photo that is in memory, and of a file that has just been made of it.
pub(crate) fn of_photo(
    photo: &Photo,
    result: Option<&[u8]>,
    worst: Option<WorstCell>,
    watch: &Watch<'_>,
) -> Result<Views, Error> {
    let colour = ToSrgb::of(photo).map_err(Error::Unsupported)?;
    let before = Picture { pixels: &photo.pixels, colour: &colour, turn: Turn::of_photo(photo) };
    let Some(result) = result else { return before.alone() };
    let result = written::decode(result, watch)?;
    before.beside(&Picture { pixels: &result.pixels, ..before }, worst)
}

fn worst_views(before: &Picture<'_>, after: &Picture<'_>, worst: WorstCell) -> Result<WorstViews, Error> {
    let WorstCell { x, y, width, height, score } = worst;
    let window = window(before.size(), Region { x, y, width, height });
    let within = Region { x: x - window.x, y: y - window.y, width, height };
    let cell = before.turn.region((window.width, window.height), within);
    let views = [before.cut(window)?, after.cut(window)?];
    Ok(WorstViews { views, cell: WorstCell::new(cell, score) })
}

/// The window round a cell, moved to lie within the photo.
fn window((width, height): (usize, usize), cell: Region) -> Region {
    let (long, short) = Views::WINDOW;
    let sides = if width >= height { (long, short) } else { (short, long) };
    let along = |side: usize, photo: usize, start: usize, length: usize| {
        let side = side.min(photo);
        let middle = start + length / 2;
        (middle.saturating_sub(side / 2).min(photo - side), side)
    };
    let (x, width) = along(sides.0, width, cell.x, cell.width);
    let (y, height) = along(sides.1, height, cell.y, cell.height);
    Region { x, y, width, height }
}

/// How closely a view is going to be looked at.
#[derive(Clone, Copy)]
enum Detail {
    Glance,
    Whole,
    Pixel,
}

impl Detail {
    fn settings(self) -> EncodeSettings {
        let (quality, subsampling) = match self {
            Self::Glance => (75, Subsampling::S420),
            Self::Whole => (85, Subsampling::S420),
            Self::Pixel => (96, Subsampling::S444),
        };
        // Progressive ones take several times as long to make.
        EncodeSettings { subsampling, coding: Coding::Baseline, ..EncodeSettings::libjpeg_turbo(quality) }
    }
}

/// A file's pixels, and how they become what people see.
#[derive(Clone, Copy)]
struct Picture<'a> {
    pixels: &'a Pixels,
    colour: &'a ToSrgb,
    turn: Turn,
}

impl Picture<'_> {
    /// What is seen of a photo without a result.
    fn alone(&self) -> Result<Views, Error> {
        let thumbnail = self.file(self.reduced(Views::THUMBNAIL)?, Detail::Glance)?;
        Ok(Views { size: self.upright_size(), thumbnail, whole: None, worst: None })
    }

    /// What is seen of a photo and its result.
    fn beside(&self, after: &Self, worst: Option<WorstCell>) -> Result<Views, Error> {
        let sizes = (self.size(), after.size());
        if sizes.0 != sizes.1 {
            return Err(Error::SizesDiffer { original: sizes.0, candidate: sizes.1 });
        }
        let whole = self.reduced(Views::WHOLE)?;
        let thumbnail = self.file(resized(&whole, Views::THUMBNAIL)?, Detail::Glance)?;
        let whole =
            [self.file(whole, Detail::Whole)?, after.file(after.reduced(Views::WHOLE)?, Detail::Whole)?];
        let worst = worst.map(|cell| worst_views(self, after, cell)).transpose()?;
        Ok(Views { size: self.upright_size(), thumbnail, whole: Some(whole), worst })
    }

    fn size(&self) -> (usize, usize) {
        (self.pixels.width(), self.pixels.height())
    }

    fn upright_size(&self) -> (usize, usize) {
        let (width, height) = self.size();
        let Region { width, height, .. } =
            self.turn.region((width, height), Region { x: 0, y: 0, width, height });
        (width, height)
    }

    /// The whole, at most `side` pixels wide and high.
    fn reduced(&self, side: usize) -> Result<Pixels, Error> {
        reduced(self.pixels, side)
    }

    fn cut(&self, Region { x, y, width, height }: Region) -> Result<View, Error> {
        let pixels = self.pixels;
        let channels = pixels.channels().count();
        let rows = pixels.samples().chunks_exact(pixels.stride()).skip(y).take(height);
        let samples = rows.flat_map(|row| &row[x * channels..(x + width) * channels]).copied().collect();
        let cut = Pixels::new(width, height, pixels.channels(), samples).map_err(defect)?;
        self.file(cut, Detail::Pixel)
    }

    fn file(&self, pixels: Pixels, detail: Detail) -> Result<View, Error> {
        file_of(self.colour.apply(&pixels)?.into_owned(), self.turn, detail)
    }
}

fn file_of(pixels: Pixels, turn: Turn, detail: Detail) -> Result<View, Error> {
    let seen = turn.pixels(pixels).map_err(defect)?;
    let jpeg = scrimp_jpeg::encode(&seen, &detail.settings()).map_err(defect)?;
    Ok(View { jpeg, width: seen.width(), height: seen.height() })
}

/// A picture of the whole in sRGB, as those of [`Views::whole`].
pub(crate) fn heat_view(pixels: &Pixels, turn: Turn) -> Result<View, Error> {
    file_of(reduced(pixels, Views::WHOLE)?, turn, Detail::Whole)
}

/// The picture at most `side` pixels wide and high.
fn reduced(pixels: &Pixels, side: usize) -> Result<Pixels, Error> {
    // The mean of blocks is fast, and the cubic filter after it, by two at least, leaves no steps.
    let factor = pixels.width().max(pixels.height()) / (2 * side);
    if factor > 1 { resized(&mean_of_blocks(pixels, factor)?, side) } else { resized(pixels, side) }
}

/// The picture at most `side` pixels wide and high; a smaller one as it is.
fn resized(pixels: &Pixels, side: usize) -> Result<Pixels, Error> {
    let longest = pixels.width().max(pixels.height());
    let scaled = |length: usize| ((length * side + longest / 2) / longest).max(1);
    if longest <= side {
        return Ok(pixels.clone());
    }
    resize(pixels, scaled(pixels.width()), scaled(pixels.height()), Filter::Bicubic).map_err(defect)
}

/// The picture with one pixel for each block of `factor` x `factor`, the last ones of rows and columns smaller.
fn mean_of_blocks(pixels: &Pixels, factor: usize) -> Result<Pixels, Error> {
    let channels = pixels.channels().count();
    let (width, height) = (pixels.width().div_ceil(factor), pixels.height().div_ceil(factor));
    let mut samples = Vec::with_capacity(width * height * channels);
    let mut sums = vec![0_u32; width * channels];
    for rows in pixels.samples().chunks(factor * pixels.stride()) {
        sums.fill(0);
        for row in rows.chunks_exact(pixels.stride()) {
            for (sums, block) in sums.chunks_exact_mut(channels).zip(row.chunks(factor * channels)) {
                for pixel in block.chunks_exact(channels) {
                    sums.iter_mut().zip(pixel).for_each(|(sum, sample)| *sum += u32::from(*sample));
                }
            }
        }
        let high = rows.len() / pixels.stride();
        for (column, sums) in sums.chunks_exact(channels).enumerate() {
            let wide = factor.min(pixels.width() - column * factor);
            // A block has at most 65,500 / 1,600 pixels a side, so neither sum nor count overflows.
            let count = (wide * high) as u32;
            samples.extend(sums.iter().map(|sum| ((sum + count / 2) / count) as u8));
        }
    }
    Pixels::new(width, height, pixels.channels(), samples).map_err(defect)
}

#[cfg(test)]
mod tests;
