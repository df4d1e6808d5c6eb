//! Small pictures for people to judge a result by: the photo as a whole, and where it changed most.

mod reduce;

use crate::colour::ToSrgb;
use crate::prober::defect;
use crate::turn::Turn;
use crate::watch::Watch;
use crate::{Error, Options, Photo, WorstCell, written};
use reduce::reduced;
use scrimp_jpeg::{Coding, EncodeSettings, Huffman, Pixels, Subsampling};
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
    let before_looks = Looks::of(&before, &colour);
    let Some(result) = result else { return before_looks.alone(&before.pixels) };
    let after = Photo::read_watched(result, options, &watch)?;
    let [size, size_after] = [&before, &after].map(|photo| (photo.pixels.width(), photo.pixels.height()));
    if size != size_after {
        return Err(Error::SizesDiffer { original: size, candidate: size_after });
    }
    watch.check()?;
    let colour = ToSrgb::of(&after).map_err(Error::Unsupported)?;
    let after_looks = Looks::of(&after, &colour);
    let glimpse = Glimpse::of(&after.pixels, worst.map(WorstCell::region))?;
    beside((&before.pixels, &before_looks), (glimpse, &after_looks), worst)
}

/// [`views`] of a photo that is in memory, and of a file that has just been made of it.
pub(crate) fn of_photo(
    photo: &Photo,
    result: Option<&[u8]>,
    worst: Option<WorstCell>,
    watch: &Watch<'_>,
) -> Result<Views, Error> {
    let colour = ToSrgb::of(photo).map_err(Error::Unsupported)?;
    let looks = Looks::of(photo, &colour);
    let Some(result) = result else { return looks.alone(&photo.pixels) };
    let result = written::decode(result, watch)?;
    let glimpse = Glimpse::of(&result.pixels, worst.map(WorstCell::region))?;
    beside((&photo.pixels, &looks), (glimpse, &looks), worst)
}

/// The same of a result of which a glimpse was caught while it was scored.
pub(crate) fn of_glimpse(
    photo: &Photo,
    colour: &ToSrgb,
    after: Glimpse,
    worst: WorstCell,
) -> Result<Views, Error> {
    let looks = Looks::of(photo, colour);
    beside((&photo.pixels, &looks), (after, &looks), Some(worst))
}

/// The pixels that views of a picture are made of: so few that they can be kept until it is known whether they are
/// wanted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glimpse {
    /// At most [`Views::WHOLE`] pixels wide and high.
    whole: Pixels,
    /// The surroundings of the worst cell.
    window: Option<Pixels>,
}

impl Glimpse {
    /// Of a picture that is worst at `worst`.
    pub(crate) fn of(pixels: &Pixels, worst: Option<Region>) -> Result<Self, Error> {
        let size = (pixels.width(), pixels.height());
        let window = worst.map(|cell| cut(pixels, window(size, cell))).transpose()?;
        Ok(Self { whole: reduced(pixels, Views::WHOLE)?, window })
    }
}

/// What is seen of a photo and its result.
fn beside(
    (before, before_looks): (&Pixels, &Looks<'_>),
    (after, after_looks): (Glimpse, &Looks<'_>),
    worst: Option<WorstCell>,
) -> Result<Views, Error> {
    let size = (before.width(), before.height());
    let before = Glimpse::of(before, worst.map(WorstCell::region))?;
    let thumbnail = before_looks.file(reduced(&before.whole, Views::THUMBNAIL)?, Detail::Glance)?;
    let file = |pixels: [Pixels; 2], detail| {
        let [before, after] = pixels;
        Ok::<_, Error>([before_looks.file(before, detail)?, after_looks.file(after, detail)?])
    };
    let worst = match (worst, before.window, after.window) {
        (Some(cell), Some(before), Some(after)) => {
            let cell = before_looks.within_window(size, cell);
            Some(WorstViews { views: file([before, after], Detail::Pixel)?, cell })
        }
        _ => None,
    };
    let whole = file([before.whole, after.whole], Detail::Whole)?;
    Ok(Views { size: before_looks.upright(size), thumbnail, whole: Some(whole), worst })
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
        // Progressive ones, and Huffman tables of their own, take several times as long to make.
        let (coding, huffman) = (Coding::Baseline, Huffman::AnnexK);
        EncodeSettings { subsampling, coding, huffman, ..EncodeSettings::libjpeg_turbo(quality) }
    }
}

/// How the pixels of a file become what people see.
struct Looks<'a> {
    colour: &'a ToSrgb,
    turn: Turn,
}

impl<'a> Looks<'a> {
    fn of(photo: &Photo, colour: &'a ToSrgb) -> Self {
        Self { colour, turn: Turn::of_photo(photo) }
    }

    /// What is seen of a photo without a result.
    fn alone(&self, pixels: &Pixels) -> Result<Views, Error> {
        // By way of the whole, so that the thumbnail is the one that stands beside a result.
        let thumbnail = reduced(&reduced(pixels, Views::WHOLE)?, Views::THUMBNAIL)?;
        let size = self.upright((pixels.width(), pixels.height()));
        Ok(Views { size, thumbnail: self.file(thumbnail, Detail::Glance)?, whole: None, worst: None })
    }

    /// The size of a picture of this size once it is upright.
    fn upright(&self, (width, height): (usize, usize)) -> (usize, usize) {
        let all = Region { x: 0, y: 0, width, height };
        let Region { width, height, .. } = self.turn.region((width, height), all);
        (width, height)
    }

    /// Where the worst cell of a photo of this size lies in its window.
    fn within_window(&self, size: (usize, usize), worst: WorstCell) -> WorstCell {
        let (cell, window) = (worst.region(), window(size, worst.region()));
        let within = Region { x: cell.x - window.x, y: cell.y - window.y, ..cell };
        WorstCell::new(self.turn.region((window.width, window.height), within), worst.score)
    }

    fn file(&self, pixels: Pixels, detail: Detail) -> Result<View, Error> {
        file_of(self.colour.apply(&pixels)?.into_owned(), self.turn, detail)
    }
}

/// A part of a picture.
fn cut(pixels: &Pixels, Region { x, y, width, height }: Region) -> Result<Pixels, Error> {
    let channels = pixels.channels().count();
    let mut samples = Vec::with_capacity(width * height * channels);
    for row in pixels.samples().chunks_exact(pixels.stride()).skip(y).take(height) {
        samples.extend_from_slice(&row[x * channels..(x + width) * channels]);
    }
    Pixels::new(width, height, pixels.channels(), samples).map_err(defect)
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

#[cfg(test)]
mod tests;
