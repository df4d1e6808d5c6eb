//! Value noise on a lattice, for texture.

use crate::Noise;

/// Value noise on a lattice, for texture.
pub(crate) struct Lattice(Vec<f64>);

impl Lattice {
    const SIDE: usize = 64;

    pub(crate) fn new(noise: &mut Noise) -> Self {
        Self((0..Self::SIDE * Self::SIDE).map(|_| noise.unit()).collect())
    }

    /// Smooth value from 0 to 1; repeats every 64 units.
    pub(crate) fn at(&self, x: f64, y: f64) -> f64 {
        let (fx, fy) = (x - x.floor(), y - y.floor());
        let corner = |dx: i64, dy: i64| {
            let wrap = |value: f64, d: i64| (value.floor() as i64 + d).rem_euclid(Self::SIDE as i64) as usize;
            self.0[wrap(y, dy) * Self::SIDE + wrap(x, dx)]
        };
        let ease = |t: f64| t * t * (3.0 - 2.0 * t);
        let (ex, ey) = (ease(fx), ease(fy));
        let top = corner(0, 0) + ex * (corner(1, 0) - corner(0, 0));
        let bottom = corner(0, 1) + ex * (corner(1, 1) - corner(0, 1));
        top + ey * (bottom - top)
    }

    /// Several octaves, each of half the size and strength; from 0 to 1.
    pub(crate) fn fractal(&self, x: f64, y: f64, octaves: u32) -> f64 {
        let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
        for _ in 0..octaves {
            sum += weight * self.at(x * scale, y * scale);
            total += weight;
            weight *= 0.5;
            scale *= 2.0;
        }
        sum / total
    }

    /// Like [`fractal`](Self::fractal), with sharp crests instead of bumps: rock and mountain ridges.
    pub(crate) fn ridged(&self, x: f64, y: f64, octaves: u32) -> f64 {
        let (mut sum, mut weight, mut total, mut scale) = (0.0, 1.0, 0.0, 1.0);
        for _ in 0..octaves {
            sum += weight * (1.0 - (2.0 * self.at(x * scale, y * scale) - 1.0).abs());
            total += weight;
            weight *= 0.5;
            scale *= 2.0;
        }
        sum / total
    }
}

/// From `a` at 0 to `b` at 1.
pub(crate) fn mix(a: [f64; 3], b: [f64; 3], t: f64) -> [f64; 3] {
    let t = t.clamp(0.0, 1.0);
    [0, 1, 2].map(|i| a[i] + t * (b[i] - a[i]))
}

/// 0 up to `from`, 1 from `to` on, smooth between.
pub(crate) fn step(from: f64, to: f64, value: f64) -> f64 {
    let t = ((value - from) / (to - from)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}
