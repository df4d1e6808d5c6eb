use super::{Scene, lettering::Lettering};
use crate::{
    Noise,
    lattice::{Lattice, mix, step},
};

/// Text as a program sets it: black on white, smooth at its rims.
#[must_use]
pub fn text_page(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let size = 9.0 + 9.0 * noise.unit();
    let lettering = Lettering::new(&mut noise, size, 1.0);
    let margin = 0.06 * width as f64;
    let paper = if noise.below(4) == 0 { [250.0, 246.0, 235.0] } else { [255.0; 3] };
    Scene::paint(width, height, 3, |x, y| {
        let (x, y) = (x as f64 - margin, y as f64 - margin);
        let is_margin = x < 0.0 || y < 0.0 || x > width as f64 - 2.0 * margin;
        mix(paper, [20.0; 3], if is_margin { 0.0 } else { lettering.ink(x, y) })
    })
}

/// A drawing of few flat colours with dark outlines.
#[must_use]
pub fn drawing(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let (w, h) = (width as f64, height as f64);
    let short = w.min(h);
    let mut disc = || Disc {
        centre: (w * noise.unit(), h * noise.unit()),
        radius: short * (0.06 + 0.2 * noise.unit()),
        stretch: 0.5 + noise.unit(),
        colour: [0; 3].map(|_: u8| (255.0 * noise.unit()).round()),
    };
    let discs: Vec<Disc> = (0..9).map(|_| disc()).collect();
    let outline = (short / 120.0).max(1.0);
    Scene::paint(width, height, 3, |x, y| {
        let over = |under, disc: &Disc| disc.over(under, (x as f64, y as f64), outline);
        discs.iter().fold([255.0; 3], over)
    })
}

struct Disc {
    centre: (f64, f64),
    radius: f64,
    stretch: f64,
    colour: [f64; 3],
}

impl Disc {
    fn over(&self, under: [f64; 3], (x, y): (f64, f64), outline: f64) -> [f64; 3] {
        let (x, y) = ((x - self.centre.0) * self.stretch, y - self.centre.1);
        let outside = (x * x + y * y).sqrt() - self.radius;
        let filled = mix(under, self.colour, (0.5 - outside).clamp(0.0, 1.0));
        mix(filled, [15.0; 3], (0.5 + outline / 2.0 - outside.abs()).clamp(0.0, 1.0))
    }
}

/// A printed page on a scanner's glass: paper with its grain, light that falls off, soft ink, a little askew.
#[must_use]
pub fn scan(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let size = 12.0 + 12.0 * noise.unit();
    let blur = 2.0 + 1.5 * noise.unit();
    let lettering = Lettering::new(&mut noise, size, blur);
    let paper = Lattice::new(&mut noise);
    let tint = mix([0.96, 0.96, 0.96], [0.93, 0.90, 0.82], noise.unit());
    let slope = 0.02 * (noise.unit() - 0.5);
    let margin = 0.08 * width as f64;
    let fall = 0.12 * noise.unit();
    Scene::photograph(width, height, &mut noise, |x, y| {
        let (x, y) = (x as f64, y as f64);
        let light = 1.0 - fall * x / width as f64 - 0.04 * paper.fractal(x / 9.0, y / 9.0, 3);
        let (across, down) = (x + slope * y - margin, y - slope * x - margin);
        let is_text = across > 0.0 && down > 0.0 && across < width as f64 - 2.0 * margin;
        let ink = if is_text { lettering.ink(across, down) } else { 0.0 };
        // Ink is never all black, nor even.
        let black = 0.12 + 0.1 * paper.at(x / 2.0, y / 2.0);
        mix(tint, [black; 3], ink * step(0.0, 0.1, ink + 0.05)).map(|value| value * light)
    })
}
