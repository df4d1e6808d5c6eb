use crate::Noise;

/// Letters of no alphabet, set in rows: each is of three strokes, and words are of several letters.
pub(super) struct Lettering {
    alphabet: Vec<[Stroke; 3]>,
    /// Pixels from the top of a letter to its foot.
    height: f64,
    /// Pixels over which the rim of a stroke fades; 1 is what programs draw.
    blur: f64,
    seed: u64,
}

/// From one point to another, in parts of a letter's height.
#[derive(Clone, Copy)]
struct Stroke {
    from: (f64, f64),
    to: (f64, f64),
}

/// Letters of a kind that are told apart.
const LETTERS: usize = 24;
/// In parts of the letters' height: from letter to letter, from row to row, and how wide strokes are.
const ADVANCE: f64 = 0.75;
const LEADING: f64 = 1.7;
const WEIGHT: f64 = 0.13;
/// Letters of a row, of which one in so many is a space.
const SPACE: u64 = 6;

impl Lettering {
    pub(super) fn new(noise: &mut Noise, height: f64, blur: f64) -> Self {
        // On a lattice of few points, as letters are.
        let mut point = || (noise.below(3) as f64 * 0.25, noise.below(4) as f64 / 3.0);
        let mut stroke = || Stroke { from: point(), to: point() };
        let alphabet = (0..LETTERS).map(|_| [stroke(), stroke(), stroke()]).collect();
        Self { alphabet, height, blur, seed: noise.bits() }
    }

    /// How much of a point is inked, 0 to 1; `x` and `y` in pixels from where the text begins.
    pub(super) fn ink(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x / self.height, y / self.height);
        let (column, row) = ((x / ADVANCE).floor(), (y / LEADING).floor());
        let Some(letter) = self.letter(column as i64, row as i64) else { return 0.0 };
        let at = (x - column * ADVANCE - 0.1, y - row * LEADING - 0.2);
        let nearest = letter.iter().map(|stroke| stroke.distance(at)).fold(f64::INFINITY, f64::min);
        (0.5 + (WEIGHT / 2.0 - nearest) * self.height / self.blur).clamp(0.0, 1.0)
    }

    /// The same in lines of unlike length with gaps between, at most so many letters long: what is read on screens.
    pub(super) fn ragged(&self, x: f64, y: f64, most: f64) -> f64 {
        let row = (y / self.height / LEADING).floor();
        let mut noise = Noise::seeded(self.seed ^ row as i64 as u64);
        let is_gap = noise.below(5) < 2;
        let end = most * noise.unit() * ADVANCE * self.height;
        if is_gap || x > end { 0.0 } else { self.ink(x, y) }
    }

    fn letter(&self, column: i64, row: i64) -> Option<&[Stroke; 3]> {
        let place = (column as u64).wrapping_mul(0x9E37_79B9).wrapping_add((row as u64) << 32);
        let mut noise = Noise::seeded(self.seed ^ place);
        let is_space = noise.below(SPACE) == 0 || row.rem_euclid(9) == 8;
        if is_space { None } else { self.alphabet.get(noise.below(LETTERS as u64) as usize) }
    }
}

impl Stroke {
    fn distance(&self, at: (f64, f64)) -> f64 {
        let (along, away) =
            ((self.to.0 - self.from.0, self.to.1 - self.from.1), (at.0 - self.from.0, at.1 - self.from.1));
        let length = along.0 * along.0 + along.1 * along.1;
        let part = if length > 0.0 { (along.0 * away.0 + along.1 * away.1) / length } else { 0.0 };
        let part = part.clamp(0.0, 1.0);
        let (x, y) = (away.0 - part * along.0, away.1 - part * along.1);
        (x * x + y * y).sqrt()
    }
}
