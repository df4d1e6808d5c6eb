//! From linear light to the colour space XYB, all of whose samples are made positive.

use crate::simd::{Kernel, Lanes};

/// Opsin absorbance: how much each of the three receptors takes of red, green and blue (libjxl).
const ABSORBANCE: [[f32; 3]; 3] = {
    let blue_row = [0.243_422_69, 0.204_767_45];
    [
        [0.30, 1.0 - 0.078 - 0.30, 0.078],
        [0.23, 1.0 - 0.078 - 0.23, 0.078],
        [blue_row[0], blue_row[1], 1.0 - blue_row[0] - blue_row[1]],
    ]
};
/// Opsin absorbance bias (libjxl). Keeps the cube root away from zero.
const BIAS: f32 = 0.003_793_073_4;
/// Minus the cube root of [`BIAS`]: black is 0.
const NEGATIVE_ROOT_OF_BIAS: f32 = f32::from_bits(0xbe1f_b275);

/// Turns rows of linear red, green and blue into rows of X, Y and B; all of the same length, a multiple of
/// the widest vector.
pub(crate) struct ToXyb<'a> {
    /// Red, green and blue from 0 to 1.
    pub(crate) linear: [&'a [f32]; 3],
    /// X, Y and B, between 0 and 1.
    pub(crate) xyb: [&'a mut [f32]; 3],
    /// Whether the B row is needed; if not, it is left as it is.
    pub(crate) blue: bool,
}

impl Kernel for ToXyb<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let [red, green, blue] = self.linear;
        let [xs, ys, bs] = self.xyb;
        let half = lanes.splat(0.5);
        for at in (0..ys.len()).step_by(L::WIDTH) {
            let rgb = [lanes.load(&red[at..]), lanes.load(&green[at..]), lanes.load(&blue[at..])];
            let (long, medium) = (receptor(lanes, 0, rgb), receptor(lanes, 1, rgb));
            let x = lanes.mul(half, lanes.sub(long, medium));
            let y = lanes.mul(half, lanes.add(long, medium));
            // The program does not fuse this multiply-add.
            let x = lanes.add(lanes.mul(x, lanes.splat(14.0)), lanes.splat(0.42));
            lanes.store(x, &mut xs[at..]);
            lanes.store(lanes.add(y, lanes.splat(0.01)), &mut ys[at..]);
            if self.blue {
                let b = lanes.add(lanes.sub(receptor(lanes, 2, rgb), y), lanes.splat(0.55));
                lanes.store(b, &mut bs[at..]);
            }
        }
    }
}

/// What one receptor answers to linear red, green and blue; 0 for black.
#[inline(always)]
fn receptor<L: Lanes>(lanes: L, receptor: usize, [red, green, blue]: [L::Vector; 3]) -> L::Vector {
    let [of_red, of_green, of_blue] = ABSORBANCE[receptor];
    let taken = lanes.mul_add(lanes.splat(of_blue), blue, lanes.splat(BIAS));
    let taken = lanes.mul_add(lanes.splat(of_green), green, taken);
    cube_root_less_bias(lanes, lanes.mul_add(lanes.splat(of_red), red, taken))
}

/// Cube root of a positive `a`, less that of the bias, within 6 units in the last place.
///
/// The steps are those of the public program (libjxl's `CubeRootAndAdd`, BSD-3-Clause): a first guess of the
/// inverse root from the exponent, three steps of Newton's method on it, a last one in a form that loses
/// less, then a times its square.
#[inline(always)]
fn cube_root_less_bias<L: Lanes>(lanes: L, a: L::Vector) -> L::Vector {
    let (third, four_thirds) = (lanes.splat(1.0 / 3.0), lanes.splat(4.0 / 3.0));
    let a_third = lanes.mul(third, a);
    let mut inverse = lanes.seed_from_exponent(a, 0x5480_0000, 0x002a_aaaa);
    for _ in 0..3 {
        let square = lanes.mul(inverse, inverse);
        inverse = lanes.neg_mul_add(a_third, lanes.mul(square, square), lanes.mul(four_thirds, inverse));
    }
    let square = lanes.mul(inverse, inverse);
    let left = lanes.neg_mul_add(a, lanes.mul(square, square), inverse);
    inverse = lanes.mul_add(third, left, inverse);
    let square = lanes.mul(inverse, inverse);
    lanes.mul_add(square, a, lanes.splat(NEGATIVE_ROOT_OF_BIAS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::InstructionSet;

    #[test]
    fn every_colour_lies_between_0_and_1_on_every_instruction_set() {
        let colours: Vec<[f32; 3]> =
            (0..4096).map(|n| [n % 16, n / 16 % 16, n / 256].map(|step| step as f32 / 15.0)).collect();
        let linear = [0, 1, 2].map(|channel| colours.iter().map(|rgb| rgb[channel]).collect::<Vec<f32>>());
        let convert = |set: InstructionSet| {
            let mut xyb = [vec![0.0; 4096], vec![0.0; 4096], vec![0.0; 4096]];
            let [x, y, b] = &mut xyb;
            set.run(ToXyb { linear: [&linear[0], &linear[1], &linear[2]], xyb: [x, y, b], blue: true });
            xyb
        };
        let first = convert(InstructionSet::widest());
        assert!(first.iter().flatten().all(|value| (0.0..=1.0).contains(value)));
        for set in InstructionSet::available() {
            assert_eq!(convert(set), first, "{set:?}");
        }
    }
}
