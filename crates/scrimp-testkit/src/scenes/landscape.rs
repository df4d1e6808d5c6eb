use super::Scene;
use crate::{
    Noise,
    lattice::{Lattice, mix, step},
};

/// Rows of mountains, far to near; the last is the wood on the lake's shore.
const RIDGES: usize = 4;

/// A landscape: clouds, mountains that pale with distance, a wood, and a lake with all of it upside down.
#[must_use]
pub fn landscape(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let view = View::new(&mut noise, width as f64 / height as f64);
    let (shore, ripples) = (view.shore, Lattice::new(&mut noise));
    let skyline: Vec<[f64; RIDGES]> =
        (0..width).map(|x| [0, 1, 2, 3].map(|ridge| view.crest(ridge, x as f64 / height as f64))).collect();
    Scene::photograph(width, height, &mut noise, |x, y| {
        // Both in units of the picture's height, so that the scene looks the same at every size.
        let (u, v) = (x as f64 / height as f64, y as f64 / height as f64);
        if v < shore {
            return view.land(u, v, &skyline[x]);
        }
        let depth = (v - shore) / (1.0 - shore);
        // Ripples are wide and low, and larger near the viewer.
        let far = 0.08 + depth;
        let ripple = ripples.fractal(8.0 * u / far, 60.0 * depth / far, 4) - 0.5;
        let mirrored = (shore - 0.9 * (v - shore) + 0.06 * depth * ripple).clamp(0.0, shore - 1e-6);
        let bent = ((u + 0.03 * depth * ripple) * height as f64) as usize;
        let seen = view.land(u, mirrored, &skyline[bent.min(width - 1)]);
        let water = mix(seen, [0.05, 0.13, 0.16], 0.25 + 0.35 * depth);
        water.map(|value| value * (1.0 + 0.5 * ripple))
    })
}

struct View {
    texture: Lattice,
    shape: Lattice,
    aspect: f64,
    shore: f64,
    /// How far the sun has sunk, from 0 to 1: it tints the sky.
    evening: f64,
}

impl View {
    fn new(noise: &mut Noise, aspect: f64) -> Self {
        let (texture, shape) = (Lattice::new(noise), Lattice::new(noise));
        Self { texture, shape, aspect, shore: 0.62 + 0.12 * noise.unit(), evening: noise.unit() }
    }

    /// Where ridge number `ridge` meets what is behind it at `u`.
    fn crest(&self, ridge: usize, u: f64) -> f64 {
        let near = ridge as f64 / (RIDGES - 1) as f64;
        let row = 5.3 * ridge as f64 + 1.7;
        if ridge == RIDGES - 1 {
            // Treetops: narrow points of uneven height on a low bank.
            let tree = (90.0 * u + 3.0 * self.shape.at(30.0 * u, 11.0)).rem_euclid(1.0);
            let height = self.shape.at((90.0 * u).floor() * 0.37, 13.0);
            let bank = 0.04 + 0.03 * self.shape.fractal(2.0 * u, row, 3);
            return self.shore - bank - 0.045 * height * (1.0 - (2.0 * tree - 1.0).abs());
        }
        let rise = (0.42 - 0.24 * near) * self.shape.ridged(1.1 * u + 9.0 * near, row, 6);
        self.shore - 0.02 - rise
    }

    fn land(&self, u: f64, v: f64, skyline: &[f64; RIDGES]) -> [f64; 3] {
        for ridge in (0..RIDGES).rev() {
            if v >= skyline[ridge] {
                return self.slope(ridge, (u, v), v - skyline[ridge]);
            }
        }
        self.sky(u, v)
    }

    fn sky(&self, u: f64, v: f64) -> [f64; 3] {
        let down = v / self.shore;
        let horizon = mix([0.80, 0.87, 0.93], [0.98, 0.74, 0.50], self.evening);
        let clear = mix([0.20, 0.40, 0.72], horizon, down);
        let puff = self.texture.fractal(2.2 * u, 5.0 * v + 20.0, 6);
        let cover = step(0.48, 0.75, puff) * (1.0 - 0.6 * down);
        let lit = self.texture.fractal(2.2 * u + 0.08, 5.0 * v + 19.85, 4);
        mix(clear, mix([0.62, 0.64, 0.70], [1.0, 0.97, 0.93], 0.5 + 4.0 * (puff - lit)), cover)
    }

    /// The side of a ridge, `below` its crest.
    fn slope(&self, ridge: usize, (u, v): (f64, f64), below: f64) -> [f64; 3] {
        let near = ridge as f64 / (RIDGES - 1) as f64;
        let scale = 7.0 + 16.0 * near;
        let row = 3.0 * ridge as f64;
        // Light comes from the left: what rises to the right is bright.
        let here = self.texture.ridged(scale * u, scale * v + row, 6);
        let left = self.texture.ridged(scale * (u - 0.006), scale * v + row, 6);
        let light = 0.55 + (9.0 - 4.0 * near) * (here - left) + 0.25 * here;
        let rock = mix([0.36, 0.33, 0.32], [0.93, 0.95, 1.0], step(0.06, 0.01, below) * (1.0 - near));
        let leaf = self.texture.fractal(90.0 * u, 70.0 * v + row, 4);
        let wood = mix([0.04, 0.10, 0.05], [0.28, 0.36, 0.13], leaf + 0.3 * (here - 0.5));
        let ground = mix(rock, wood, step(0.0, 0.12, below) * 0.8 + near - 0.4);
        let haze = mix([0.66, 0.75, 0.85], [0.93, 0.72, 0.58], self.evening * (u / self.aspect));
        mix(ground.map(|value| value * light.clamp(0.12, 1.3)), haze, 0.62 * (1.0 - near))
    }
}
