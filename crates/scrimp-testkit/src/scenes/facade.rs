use super::Scene;
use crate::{
    Noise,
    lattice::{Lattice, mix, step},
};

/// Windows a row of the house, and rows of them.
const STOREYS: f64 = 3.0;

/// A brick house in slanting light: straight edges, small regular texture, panes that mirror the sky.
#[must_use]
pub fn facade(width: usize, height: usize, seed: u64) -> Scene {
    let mut noise = Noise::seeded(seed);
    let house =
        House { texture: Lattice::new(&mut noise), sky: Lattice::new(&mut noise), lean: noise.unit() - 0.5 };
    Scene::photograph(width, height, &mut noise, |x, y| {
        let (u, v) = (x as f64 / height as f64, y as f64 / height as f64);
        // Seen from the street: the walls lean together upwards.
        let aspect = width as f64 / height as f64;
        let u = (u - 0.5 * aspect) * (1.18 - 0.18 * v) + 0.02 * house.lean * v + 0.5 * aspect;
        house.at(u, v)
    })
}

struct House {
    texture: Lattice,
    sky: Lattice,
    lean: f64,
}

impl House {
    fn at(&self, u: f64, v: f64) -> [f64; 3] {
        let (column, row) = ((STOREYS * u).floor(), (STOREYS * v).floor());
        // Within its bay, a window is 0.4 wide and 0.6 high.
        let (x, y) = (STOREYS * u - column - 0.5, STOREYS * v - row - 0.5);
        let (inside, below) = (x.abs() < 0.20 && y.abs() < 0.30, (0.30..0.35).contains(&y) && x.abs() < 0.25);
        let day = 1.05 - 0.35 * v + 0.2 * (self.texture.fractal(1.3 * u, 1.3 * v, 3) - 0.5);
        let colour = if inside {
            self.window(x, y, 0.7 * column + 1.3 * row)
        } else if below {
            [0.70, 0.68, 0.63]
                .map(|value| value * (0.9 + 0.2 * self.texture.fractal(150.0 * u, 150.0 * v, 3)))
        } else {
            // The sill's shadow falls on the wall below it.
            let shadow = if (0.35..0.40).contains(&y) && (x - 0.02).abs() < 0.25 { 0.55 } else { 1.0 };
            self.bricks(u, v).map(|value| value * shadow)
        };
        colour.map(|value| value * day)
    }

    fn bricks(&self, u: f64, v: f64) -> [f64; 3] {
        let course = (54.0 * v).floor();
        let along = 18.0 * u + if course.rem_euclid(2.0) < 1.0 { 0.5 } else { 0.0 };
        let (brick, x, y) = (along.floor(), along.rem_euclid(1.0), (54.0 * v).rem_euclid(1.0));
        let wear = self.texture.fractal(160.0 * u, 160.0 * v, 4);
        let rough = 0.05 * (wear - 0.5);
        let joint = step(0.05, 0.08, x.min(1.0 - x) + rough) * step(0.10, 0.18, y.min(1.0 - y) + 3.0 * rough);
        let fired = self.texture.at(brick * 0.731 + 3.0, course * 0.917);
        let clay = mix([0.36, 0.16, 0.12], [0.66, 0.36, 0.25], 0.7 * fired + 0.5 * wear - 0.1);
        // The upper edge of a brick catches the light.
        let edge = 1.0 + 0.25 * step(0.35, 0.2, y);
        mix([0.62, 0.59, 0.54].map(|value| value * (0.7 + 0.4 * wear)), clay.map(|value| value * edge), joint)
    }

    /// Each pane hangs a little differently, so each shows another piece of the sky: `tilt` tells which.
    fn window(&self, x: f64, y: f64, tilt: f64) -> [f64; 3] {
        let frame = x.abs() > 0.18 || y.abs() > 0.285 || x.abs() < 0.008 || (y + 0.08).abs() < 0.008;
        if frame {
            return [0.86, 0.85, 0.82].map(|value| value * if x < 0.0 { 1.0 } else { 0.88 });
        }
        let cloud = self.sky.fractal(2.0 * x + tilt + if x < 0.0 { 0.0 } else { 0.21 }, 3.0 * y + tilt, 5);
        let mirrored = mix([0.28, 0.42, 0.62], [0.85, 0.88, 0.92], step(0.45, 0.7, cloud));
        let fold = (9.0 * x + 0.6 * self.texture.at(7.0 * y, tilt)).rem_euclid(1.0);
        let curtain = step(0.0, 1.0, (2.0 * fold - 1.0).abs());
        let room = mix([0.07, 0.06, 0.06], [0.50, 0.46, 0.40], curtain * step(0.06, 0.12, x.abs()));
        mix(room, mirrored, 0.35 + 0.5 * (0.45 - y))
    }
}
