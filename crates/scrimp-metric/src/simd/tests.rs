//! Every instruction set against the scalar one, operation by operation.

use super::*;
use scrimp_testkit::Noise;

const LENGTH: usize = 2 * WIDEST;
/// Vectors that [`Lanes::reaching`] gives.
const REACHING: usize = 9;

/// Runs every operation over three rows of operands and writes down every result.
struct EveryOperation<'a> {
    operands: [&'a [f32]; 3],
    results: &'a mut Vec<Vec<u32>>,
}

impl Kernel for EveryOperation<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let mut results = vec![vec![0.0; LENGTH]; 12 + REACHING];
        for at in (0..LENGTH).step_by(L::WIDTH) {
            let [a, b, c] = self.operands.map(|row| lanes.load(&row[at..]));
            let found = [
                lanes.add(a, b),
                lanes.sub(a, b),
                lanes.mul(a, b),
                lanes.div(a, b),
                lanes.max(a, b),
                lanes.abs(a),
                lanes.mul_add(a, b, c),
                lanes.neg_mul_add(a, b, c),
                lanes.neg_mul_sub(a, b, c),
                lanes.seed_from_exponent(lanes.abs(a), 0x5480_0000, 0x002a_aaaa),
            ];
            for (row, vector) in results.iter_mut().zip(found) {
                lanes.store(vector, &mut row[at..]);
            }
        }
        for at in (0..WIDEST).step_by(L::WIDTH) {
            let row = self.operands[0];
            let (even, odd) =
                lanes.even_odd(lanes.load(&row[2 * at..]), lanes.load(&row[2 * at + L::WIDTH..]));
            lanes.store(even, &mut results[10][at..]);
            lanes.store(odd, &mut results[11][at..]);
            // From the middle of three vectors' worth of samples.
            let samples: Vec<f32> = self.operands.concat();
            for (row, vector) in results[12..].iter_mut().zip(lanes.reaching(&samples[at..])) {
                lanes.store(vector, &mut row[at..]);
            }
        }
        self.results.extend(results.iter().map(|row| row.iter().map(|value| value.to_bits()).collect()));
    }
}

/// Turns a square of [`WIDEST`] rows in pieces of the instruction set's own width.
struct Turn<'a> {
    from: &'a [f32],
    to: &'a mut [f32],
}

impl Kernel for Turn<'_> {
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        for row in (0..WIDEST).step_by(L::WIDTH) {
            for column in (0..WIDEST).step_by(L::WIDTH) {
                let from = Rows { samples: &self.from[row * WIDEST + column..], pitch: WIDEST };
                let to = RowsMut { samples: &mut self.to[column * WIDEST + row..], pitch: WIDEST };
                lanes.transpose(from, to);
            }
        }
    }
}

#[test]
fn operations_give_the_same_bits_on_every_instruction_set() {
    let mut noise = Noise::seeded(3);
    let operands: [Vec<f32>; 3] =
        core::array::from_fn(|_| (0..LENGTH).map(|_| (4.0 * noise.unit() - 2.0) as f32).collect());
    let results = |set: InstructionSet| {
        let mut results = Vec::new();
        set.run(EveryOperation {
            operands: [&operands[0], &operands[1], &operands[2]],
            results: &mut results,
        });
        results
    };
    let plain = results(InstructionSet::Scalar(Scalar));
    assert_eq!(plain.len(), 12 + REACHING);
    assert_eq!(plain[12 + 4][1], operands[0][WIDEST + 1].to_bits());
    for set in InstructionSet::available() {
        assert_eq!(results(set), plain, "{set:?}");
    }
}

#[test]
fn a_square_is_turned_over_its_diagonal() {
    let square: Vec<f32> = (0..WIDEST * WIDEST).map(|index| index as f32).collect();
    for set in InstructionSet::available() {
        let mut turned = vec![0.0; WIDEST * WIDEST];
        set.run(Turn { from: &square, to: &mut turned });
        for (index, value) in turned.iter().enumerate() {
            assert_eq!(*value, square[index % WIDEST * WIDEST + index / WIDEST], "{set:?} at {index}");
        }
    }
}
