use super::Scene;
use crate::{
    Noise,
    lattice::{Lattice, mix, step},
};

/// Fruit on a wooden table before a background out of focus: smooth shading, round edges, blurred lights.
#[must_use]
pub fn still_life(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let aspect = width as f64 / height as f64;
    let table = Table { texture: Lattice::new(&mut noise), edge: 0.55 };
    let lights: Vec<Light> = (0..26).map(|_| Light::new(&mut noise, aspect)).collect();
    let mut fruit: Vec<Fruit> = (0..6).map(|number| Fruit::new(&mut noise, aspect, number)).collect();
    // The nearest stands lowest, and hides the others.
    fruit.sort_by(|a, b| b.foot().total_cmp(&a.foot()));
    Scene::photograph(width, height, &mut noise, |x, y| {
        let (u, v) = (x as f64 / height as f64, y as f64 / height as f64);
        let one = fruit.iter().find_map(|fruit| fruit.at(u, v, &table.texture));
        one.unwrap_or_else(|| {
            if v < table.edge {
                return lights.iter().fold(wall(u, v, aspect), |under, light| light.over(under, u, v));
            }
            let shade = fruit.iter().map(|fruit| fruit.shadow(u, v)).fold(1.0, f64::min);
            table.at(u, v).map(|value| value * shade)
        })
    })
}

fn wall(u: f64, v: f64, aspect: f64) -> [f64; 3] {
    let (x, y) = (u - 0.3 * aspect, v - 0.2);
    let glow = 1.0 / (1.0 + 4.0 * (x * x + y * y));
    mix([0.10, 0.09, 0.12], [0.55, 0.42, 0.30], glow)
}

/// A lamp far behind, blurred to a disc.
struct Light {
    centre: (f64, f64),
    radius: f64,
    colour: [f64; 3],
}

impl Light {
    fn new(noise: &mut Noise, aspect: f64) -> Self {
        Self {
            centre: (aspect * noise.unit(), 0.5 * noise.unit()),
            radius: 0.03 + 0.05 * noise.unit(),
            colour: mix([0.95, 0.70, 0.35], [0.45, 0.65, 0.85], noise.unit()),
        }
    }

    fn over(&self, under: [f64; 3], u: f64, v: f64) -> [f64; 3] {
        let away = distance(u - self.centre.0, v - self.centre.1) / self.radius;
        // A lens draws the disc a little brighter at its rim.
        mix(under, self.colour, step(1.05, 0.95, away) * (0.25 + 0.15 * away * away))
    }
}

/// Not `hypot`: the platforms round that differently.
fn distance(x: f64, y: f64) -> f64 {
    (x * x + y * y).sqrt()
}

struct Table {
    texture: Lattice,
    edge: f64,
}

impl Table {
    fn at(&self, u: f64, v: f64) -> [f64; 3] {
        let near = (v - self.edge) / (1.0 - self.edge);
        let depth = 1.0 / (0.25 + near);
        // Rings of a trunk, cut along its length.
        let (along, across) = (3.0 * u * depth, 9.0 * depth);
        let warp = self.texture.fractal(0.6 * along, across, 3);
        let ring = (7.0 * across + 6.0 * warp).rem_euclid(1.0);
        let pore = self.texture.fractal(40.0 * u, 500.0 * v, 3) - 0.5;
        // Out of focus at the far end.
        let sharp = step(0.0, 0.35, near);
        let wood =
            mix([0.42, 0.26, 0.14], [0.62, 0.42, 0.25], 0.5 + sharp * ((ring - 0.5) * 0.7 + 0.7 * pore));
        wood.map(|value| value * (0.65 + 0.45 * near))
    }
}

struct Fruit {
    centre: (f64, f64),
    radius: f64,
    skin: [f64; 3],
    blush: [f64; 3],
    offset: f64,
}

impl Fruit {
    fn new(noise: &mut Noise, aspect: f64, number: usize) -> Self {
        const SKINS: [([f64; 3], [f64; 3]); 3] = [
            ([0.62, 0.10, 0.08], [0.80, 0.62, 0.22]),
            ([0.90, 0.48, 0.08], [0.95, 0.60, 0.15]),
            ([0.35, 0.50, 0.12], [0.66, 0.66, 0.24]),
        ];
        let (skin, blush) = SKINS[number % SKINS.len()];
        let radius = 0.11 + 0.06 * noise.unit();
        let place = (number as f64 + 0.2 + 0.6 * noise.unit()) / 6.0;
        Self {
            centre: (aspect * place, 0.58 + 0.18 * noise.unit()),
            radius,
            skin,
            blush,
            offset: 9.0 * noise.unit(),
        }
    }

    fn foot(&self) -> f64 {
        self.centre.1 + self.radius
    }

    /// The colour at a point, if the fruit is there.
    fn at(&self, u: f64, v: f64, texture: &Lattice) -> Option<[f64; 3]> {
        let (x, y) = ((u - self.centre.0) / self.radius, (v - self.centre.1) / self.radius);
        let squared = x * x + y * y;
        if squared > 1.0 {
            return None;
        }
        let z = (1.0 - squared).sqrt();
        // Bent with the surface, as seen from far away.
        let (longitude, latitude) = (1.6 * x / (0.6 + z), 1.6 * y / (0.6 + z));
        let streak = texture.fractal(9.0 * longitude + self.offset, 2.0 * latitude + self.offset, 4);
        let dot = texture.at(34.0 * longitude + self.offset, 34.0 * latitude);
        let skin = mix(self.skin, self.blush, step(0.4, 0.8, streak) + 0.5 * step(0.85, 0.95, dot));
        // A window at the upper left, and what the table throws back.
        let facing = -0.50 * x - 0.62 * y + 0.60 * z;
        let window = 0.16 + 0.85 * facing.max(0.0) + 0.12 * y.max(0.0);
        let glint = step(0.965, 0.995, facing) * 0.55;
        Some(mix(skin.map(|value| value * window), [1.0, 0.98, 0.95], glint))
    }

    fn shadow(&self, u: f64, v: f64) -> f64 {
        let (x, y) =
            ((u - self.centre.0 - 0.35 * self.radius) / self.radius, (v - self.foot()) / self.radius);
        let away = (x * x / 1.6 + 9.0 * (y + 0.1) * (y + 0.1)).sqrt();
        0.30 + 0.70 * step(0.2, 1.3, away)
    }
}
