//! What is looked at: blocks of 8 x 8 pixels, as JPEG has them.

use scrimp_jpeg::Pixels;

/// Pixels along a block's side.
pub(super) const SIDE: usize = 8;
/// Neighbours that differ by no more are one tone: what JPEG makes of a flat colour beside an edge at usual qualities.
const STILL: i32 = 10;
/// Neighbours that differ by so much are on two sides of an edge. A lens spreads an edge over two or three pixels; a
/// program steps over it in one.
const STEEP: i32 = 40;
/// Pixels of a long edge: more than letters and most curves have.
const LONG: usize = 64;
/// Tones that are counted.
pub(super) const TONES: usize = 16;
/// Width of a tone in levels.
const TONE: usize = 256 / TONES;

/// What is to be known of a block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Mean luma, 0 to 255.
    pub(super) mean: f64,
    /// Deviation of the noise in levels of luma.
    pub(super) noise: f64,
    /// Whether all its pixels have one luma.
    pub(super) is_flat: bool,
    /// Whether it has an edge that a program drew: steep, with nothing but even colours beside.
    pub(super) is_drawn: bool,
    /// Whether part of a long straight edge, along a row or a column, lies in it: letters have none, frames do.
    pub(super) is_ruled: bool,
    /// Whether no pixel is anything but black or white.
    pub(super) is_bilevel: bool,
    /// How many of its pixels have a tone.
    pub(super) tones: [u8; TONES],
}

type Luma = [[i32; SIDE]; SIDE];

impl Block {
    /// The block whose upper left pixel is `left` and `top`; all of it lies in the picture.
    pub(super) fn of(pixels: &Pixels, (left, top): (usize, usize)) -> Self {
        let luma = luma(pixels, (left, top));
        let all = || luma.iter().flatten().copied();
        let (least, most) = (all().min().unwrap_or(0), all().max().unwrap_or(0));
        let mut tones = [0; TONES];
        all().for_each(|level| tones[level as usize / TONE] += 1);
        let edges = Edges::of(&luma);
        Self {
            mean: f64::from(all().sum::<i32>()) / (SIDE * SIDE) as f64,
            noise: noise(&luma),
            is_flat: least == most,
            is_drawn: edges.is_drawn(),
            is_ruled: edges.is_drawn() && edges.is_long(pixels, (left, top)),
            is_bilevel: all().all(|level| level == 0 || level == 255),
            tones,
        }
    }
}

fn rgb(pixel: &[u8]) -> [u8; 3] {
    match *pixel {
        [red, green, blue] => [red, green, blue],
        _ => [pixel[0]; 3],
    }
}

/// That of Rec. 601, its weights in parts of 256.
fn luma_of(rgb: [u8; 3]) -> i32 {
    let [red, green, blue] = rgb.map(i32::from);
    (77 * red + 150 * green + 29 * blue) >> 8
}

/// The luma of one pixel.
fn level(pixels: &Pixels, (x, y): (usize, usize)) -> i32 {
    let channels = pixels.channels().count();
    let start = (y * pixels.width() + x) * channels;
    luma_of(rgb(&pixels.samples()[start..start + channels]))
}

/// The luma of a block's pixels.
fn luma(pixels: &Pixels, (left, top): (usize, usize)) -> Luma {
    let channels = pixels.channels().count();
    let mut luma = [[0; SIDE]; SIDE];
    for (y, row) in luma.iter_mut().enumerate() {
        let start = ((top + y) * pixels.width() + left) * channels;
        let samples = &pixels.samples()[start..start + SIDE * channels];
        for (level, pixel) in row.iter_mut().zip(samples.chunks_exact(channels)) {
            *level = luma_of(rgb(pixel));
        }
    }
    luma
}

/// Deviation of the noise, by the mask that answers to neither planes nor edges along the axes (Immerkær, "Fast Noise
/// Variance Estimation", 1996).
fn noise(luma: &Luma) -> f64 {
    // The root of pi/2 over the mask's norm, 6.
    const SCALE: f64 = 1.253_314_137 / 6.0;
    let mut sum = 0;
    for rows in luma.windows(3) {
        for x in 1..SIDE - 1 {
            let second = |row: &[i32; SIDE]| row[x - 1] - 2 * row[x] + row[x + 1];
            sum += (second(&rows[0]) - 2 * second(&rows[1]) + second(&rows[2])).abs();
        }
    }
    SCALE * f64::from(sum) / ((SIDE - 2) * (SIDE - 2)) as f64
}

/// How the neighbours in a block differ.
#[derive(Default)]
struct Edges {
    still: usize,
    steep: usize,
    /// Where an edge runs straight through the block: before which column, and before which row.
    upright: Option<usize>,
    level: Option<usize>,
}

impl Edges {
    const PAIRS: usize = 2 * SIDE * (SIDE - 1);

    fn of(luma: &Luma) -> Self {
        let mut edges = Self::default();
        for place in 1..SIDE {
            let across: [i32; SIDE] = std::array::from_fn(|y| luma[y][place] - luma[y][place - 1]);
            let down: [i32; SIDE] = std::array::from_fn(|x| luma[place][x] - luma[place - 1][x]);
            edges.upright = edges.add(&across).then_some(place).or(edges.upright);
            edges.level = edges.add(&down).then_some(place).or(edges.level);
        }
        edges
    }

    /// Adds the differences over one line of the block; tells whether all are steep.
    fn add(&mut self, differences: &[i32; SIDE]) -> bool {
        let steep = differences.iter().filter(|difference| difference.abs() >= STEEP).count();
        self.still += differences.iter().filter(|difference| difference.abs() <= STILL).count();
        self.steep += steep;
        steep == SIDE
    }

    /// Among its neighbours are steep ones, and of the others most are of one tone.
    const fn is_drawn(&self) -> bool {
        self.steep > 0 && 3 * self.still >= 2 * (Self::PAIRS - self.steep)
    }

    /// Whether a straight edge goes on beyond the block whose upper left pixel is `left` and `top`.
    fn is_long(&self, pixels: &Pixels, (left, top): (usize, usize)) -> bool {
        let upright = |column: usize| {
            let step = |y| level(pixels, (left + column, y)) - level(pixels, (left + column - 1, y));
            is_long(top, pixels.height(), step)
        };
        let across = |row: usize| {
            let step = |x| level(pixels, (x, top + row)) - level(pixels, (x, top + row - 1));
            is_long(left, pixels.width(), step)
        };
        self.upright.is_some_and(upright) || self.level.is_some_and(across)
    }
}

/// Whether the edge that is at `start` and the next pixels goes on to make up [`LONG`], on both sides of it together.
fn is_long(start: usize, end: usize, step: impl Fn(usize) -> i32) -> bool {
    let is_steep = |place: &usize| step(*place).abs() >= STEEP;
    let after = (start..end).take(LONG).take_while(is_steep).count();
    let before = (0..start).rev().take(LONG).take_while(is_steep).count();
    before + after >= LONG
}
