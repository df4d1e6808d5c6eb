use super::{Scene, lettering::Lettering};
use crate::{Noise, lattice::mix};

/// What a screen shows: windows of flat colours with straight edges, rows of text, buttons, and in some a photo.
#[must_use]
pub fn screenshot(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let (w, h) = (width as f64, height as f64);
    let palette = Palette::new(&mut noise);
    let panels = panels(&mut noise, &palette, (w, h));
    let photo = (noise.below(3) == 0).then(|| Picture::new(&mut noise, width, height));
    Scene::paint(width, height, 3, |x, y| {
        if let Some(colour) = photo.as_ref().and_then(|photo| photo.at(x, y)) {
            return colour;
        }
        let inside = |panel: &&Panel| panel.holds(x as f64, y as f64);
        panels.iter().rev().find(inside).map_or(palette.back, |panel| panel.at(x as f64, y as f64))
    })
}

struct Palette {
    back: [f64; 3],
    raised: [f64; 3],
    ink: [f64; 3],
    accent: [f64; 3],
}

impl Palette {
    fn new(noise: &mut Noise) -> Self {
        let whole = |colour: [f64; 3]| colour.map(f64::round);
        let accent = whole([40.0 + 150.0 * noise.unit(), 90.0 + 80.0 * noise.unit(), 255.0 * noise.unit()]);
        let shade = 10.0 * noise.unit();
        if noise.below(3) == 0 {
            let back = whole([24.0 + shade, 25.0 + shade, 28.0 + shade]);
            return Self { back, raised: back.map(|v| v + 16.0), ink: [212.0, 214.0, 218.0], accent };
        }
        let back = whole([244.0 + shade, 245.0 + shade, 247.0 + shade]).map(|v| v.min(255.0));
        Self { back, raised: back.map(|v| v - 18.0), ink: [32.0, 33.0, 36.0], accent }
    }
}

/// A rectangle of one colour, with or without text.
struct Panel {
    /// Left, top, right and bottom in pixels.
    edges: [f64; 4],
    colour: [f64; 3],
    text: Option<(Lettering, [f64; 3])>,
}

impl Panel {
    fn holds(&self, x: f64, y: f64) -> bool {
        let [left, top, right, bottom] = self.edges;
        (left..right).contains(&x) && (top..bottom).contains(&y)
    }

    fn at(&self, x: f64, y: f64) -> [f64; 3] {
        const MARGIN: f64 = 8.0;
        const LONGEST: f64 = 50.0;
        let [left, top, right, bottom] = self.edges;
        let is_margin =
            x < left + MARGIN || x > right - MARGIN || y < top + MARGIN || y > bottom - MARGIN / 2.0;
        match &self.text {
            Some((lettering, ink)) if !is_margin => {
                mix(self.colour, *ink, lettering.ragged(x - left - MARGIN, y - top - MARGIN, LONGEST))
            }
            _ => self.colour,
        }
    }
}

/// A bar on top, a list at the left, and cards.
fn panels(noise: &mut Noise, palette: &Palette, (w, h): (f64, f64)) -> Vec<Panel> {
    let side = (w * (0.15 + 0.15 * noise.unit())).round();
    let bar = (24.0 + 16.0 * noise.unit()).round();
    let mut text = |colour: [f64; 3], size: f64| Some((Lettering::new(noise, size, 1.0), colour));
    let mut panels = vec![
        Panel { edges: [0.0, 0.0, w, bar], colour: palette.accent, text: text([255.0; 3], 11.0) },
        Panel { edges: [0.0, bar, side, h], colour: palette.raised, text: text(palette.ink, 9.0) },
        Panel { edges: [side + 1.0, bar, w, h], colour: palette.back, text: text(palette.ink, 10.0) },
    ];
    for _ in 0..6 {
        let left = (side + (w - side) * 0.7 * noise.unit()).round();
        let top = (bar + (h - bar) * 0.8 * noise.unit()).round();
        let (wide, high) = (40.0 + 0.25 * w * noise.unit(), 24.0 + 0.2 * h * noise.unit());
        let edges = [left, top, (left + wide).round(), (top + high).round()];
        let frame = [edges[0] - 1.0, edges[1] - 1.0, edges[2] + 1.0, edges[3] + 1.0];
        panels.push(Panel { edges: frame, colour: mix(palette.raised, palette.ink, 0.3), text: None });
        let is_button = noise.below(3) == 0;
        let (colour, ink) =
            if is_button { (palette.accent, [255.0; 3]) } else { (palette.raised, palette.ink) };
        let size = 9.0 + 6.0 * noise.unit();
        let lettering = Lettering::new(noise, size, 1.0);
        panels.push(Panel { edges, colour, text: Some((lettering, ink)) });
    }
    panels
}

/// A photo on the screen.
struct Picture {
    left: usize,
    top: usize,
    scene: Scene,
}

impl Picture {
    fn new(noise: &mut Noise, width: usize, height: usize) -> Self {
        let scene = super::landscape((width / 3).max(1), (height / 3).max(1), noise.bits());
        Self { left: width / 2, top: height / 3, scene }
    }

    fn at(&self, x: usize, y: usize) -> Option<[f64; 3]> {
        let (x, y) = (x.checked_sub(self.left)?, y.checked_sub(self.top)?);
        let is_inside = x < self.scene.width && y < self.scene.height;
        let index = 3 * (y * self.scene.width + x);
        let rgb = self.scene.samples.get(index..index + 3).filter(|_| is_inside)?;
        Some([0, 1, 2].map(|channel| f64::from(rgb[channel])))
    }
}
