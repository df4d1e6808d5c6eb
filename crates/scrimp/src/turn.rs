//! Turning pictures as EXIF's orientation says.

use crate::Photo;
use crate::metadata::{Carried, exif};
use scrimp_jpeg::{Channels, Pixels};
use scrimp_metric::Region;

/// How a picture is to be turned to stand upright: EXIF's orientation, 1 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Turn(u8);

impl Turn {
    /// The turn of this orientation; one that EXIF doesn't know turns nothing.
    pub(crate) const fn of(orientation: u8) -> Self {
        Self(orientation)
    }

    /// That of a photo by its EXIF.
    pub(crate) fn of_photo(photo: &Photo) -> Self {
        let orientation = |(code, payload): &Carried| exif::orientation(exif::block(*code, payload)?);
        Self::of(photo.riders.segments.iter().find_map(orientation).unwrap_or(1))
    }

    /// Whether width and height change places.
    const fn is_sideways(self) -> bool {
        matches!(self.0, 5..=8)
    }

    /// Where the pixel at `x`, `y` of a picture of this size goes.
    const fn place(self, (width, height): (usize, usize), x: usize, y: usize) -> (usize, usize) {
        let (right, down) = (width - 1 - x, height - 1 - y);
        match self.0 {
            2 => (right, y),
            3 => (right, down),
            4 => (x, down),
            5 => (y, x),
            6 => (down, x),
            7 => (down, right),
            8 => (y, right),
            _ => (x, y),
        }
    }

    /// The picture upright.
    pub(crate) fn pixels(self, pixels: Pixels) -> Result<Pixels, scrimp_jpeg::Error> {
        if !(2..=8).contains(&self.0) {
            return Ok(pixels);
        }
        let (size, channels) = ((pixels.width(), pixels.height()), pixels.channels());
        let (width, height) = if self.is_sideways() { (size.1, size.0) } else { size };
        let samples = match channels {
            Channels::Gray => self.samples::<1>(&pixels, width),
            Channels::Rgb => self.samples::<3>(&pixels, width),
        };
        Pixels::new(width, height, channels, samples)
    }

    fn samples<const CHANNELS: usize>(self, pixels: &Pixels, new_width: usize) -> Vec<u8> {
        let size = (pixels.width(), pixels.height());
        let (old, _) = pixels.samples().as_chunks::<CHANNELS>();
        let mut new = vec![[0; CHANNELS]; old.len()];
        for (y, row) in old.chunks_exact(size.0).enumerate() {
            for (x, pixel) in row.iter().enumerate() {
                let (column, row) = self.place(size, x, y);
                new[row * new_width + column] = *pixel;
            }
        }
        new.into_flattened()
    }

    /// Where a region of a picture of this size comes to lie.
    pub(crate) fn region(self, size: (usize, usize), Region { x, y, width, height }: Region) -> Region {
        let one = self.place(size, x, y);
        let other = self.place(size, x + width - 1, y + height - 1);
        let (x, y) = (one.0.min(other.0), one.1.min(other.1));
        Region { x, y, width: one.0.abs_diff(other.0) + 1, height: one.1.abs_diff(other.1) + 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_orientation_turns_as_exif_says() {
        // Rows "abc" and "def", as they are stored; upright as in the table of EXIF 2.32, 4.6.4 A.
        let upright =
            ["abc def", "cba fed", "fed cba", "def abc", "ad be cf", "da eb fc", "fc eb da", "cf be ad"];
        for (orientation, expected) in (1..).zip(upright) {
            let stored = Pixels::new(3, 2, Channels::Gray, b"abcdef".to_vec()).unwrap();
            let turned = Turn::of(orientation).pixels(stored).unwrap();
            let rows: Vec<_> = turned.samples().chunks(turned.width()).map(String::from_utf8_lossy).collect();
            assert_eq!(rows.join(" "), expected, "{orientation}");
        }
    }

    #[test]
    fn a_region_goes_where_its_pixels_go() {
        let (size, region) = ((5, 4), Region { x: 1, y: 2, width: 3, height: 1 });
        let inside = |region: Region, x: usize, y: usize| {
            (region.x..region.x + region.width).contains(&x)
                && (region.y..region.y + region.height).contains(&y)
        };
        for orientation in 0..=9 {
            let turn = Turn::of(orientation);
            let turned = turn.region(size, region);
            assert_eq!(turned.width * turned.height, 3);
            for (x, y) in (0..5).flat_map(|x| (0..4).map(move |y| (x, y))) {
                let (column, row) = turn.place(size, x, y);
                assert_eq!(inside(region, x, y), inside(turned, column, row), "{orientation}");
            }
        }
    }
}
