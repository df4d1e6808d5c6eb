//! Huffman tables made for a scan (T.81 K.2), with the library's choices where the standard leaves one.

use super::scan::Kind;
use super::tokens::bits_behind;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Bits of the longest code (T.81 C.1).
const LONGEST: usize = 16;
/// A symbol that never comes, so that its code of ones alone is no other's, and padding can't be taken for one.
const NONE: usize = 256;

/// A table as its marker segment holds it.
pub(super) struct Table {
    /// How many symbols have codes of 1 to 16 bits.
    pub(super) counts: [u8; LONGEST],
    /// The symbols, those with the shortest codes first.
    pub(super) symbols: Vec<u8>,
}

/// What is written for a symbol.
#[derive(Clone, Copy, Default)]
pub(super) struct Code {
    /// Its bits, on top.
    pub(super) bits: u16,
    pub(super) length: u8,
    /// How many bits follow it that are no part of its code.
    pub(super) behind: u8,
}

impl Table {
    /// The one that takes the fewest bits for symbols that come so often.
    pub(super) fn best(frequencies: &[u64; 256]) -> Self {
        let lengths = lengths(frequencies);
        let mut symbols: Vec<u8> = (0..=255).filter(|symbol| lengths[usize::from(*symbol)] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[usize::from(*symbol)]);
        let mut counts = [0; NONE + 1];
        lengths.iter().filter(|length| **length > 0).for_each(|length| counts[*length] += 1);
        limit(&mut counts);
        // The longest code is that of the symbol that never comes.
        if let Some(longest) = counts.iter_mut().rev().find(|count| **count > 0) {
            *longest -= 1;
        }
        Self { counts: std::array::from_fn(|at| counts[at + 1] as u8), symbols }
    }

    /// The codes by symbol, those of one length one after the other (T.81 C.2). What has none is left out, but not the
    /// bits behind it.
    pub(super) fn codes(&self, kind: Kind) -> [Code; 256] {
        let mut codes =
            std::array::from_fn(|symbol| Code { behind: bits_behind(symbol as u8, kind), ..Code::default() });
        let mut symbols = self.symbols.iter();
        let mut next = 0_u32;
        for (length, count) in (1..).zip(self.counts) {
            for symbol in symbols.by_ref().take(usize::from(count)) {
                let code = &mut codes[usize::from(*symbol)];
                (code.bits, code.length) = (next as u16, length);
                next += 1 << (LONGEST - usize::from(length));
            }
        }
        codes
    }
}

/// How long each symbol's code is in Huffman's own construction; 0 for those that do not come.
fn lengths(frequencies: &[u64; 256]) -> [usize; NONE + 1] {
    let coming = (0..NONE).filter(|symbol| frequencies[*symbol] > 0);
    let coming: Vec<(u64, usize)> =
        coming.map(|symbol| (frequencies[symbol], symbol)).chain([(1, NONE)]).collect();
    // Of those that come as seldom, the one with the greater number is taken first; what two are joined to has the
    // number of the first.
    let leaves = coming
        .iter()
        .enumerate()
        .map(|(node, (frequency, symbol))| Reverse((*frequency, Reverse(*symbol), node)));
    let mut heap: BinaryHeap<_> = leaves.collect();
    let mut parents = vec![None; coming.len()];
    while let (Some(Reverse(one)), Some(Reverse(other))) = (heap.pop(), heap.pop()) {
        let node = parents.len();
        parents[one.2] = Some(node);
        parents[other.2] = Some(node);
        parents.push(None);
        heap.push(Reverse((one.0 + other.0, one.1, node)));
    }
    // A parent has a higher number than its children.
    let mut depths = vec![0; parents.len()];
    for node in (0..parents.len()).rev() {
        depths[node] = parents[node].map_or(0, |parent: usize| depths[parent] + 1);
    }
    let mut lengths = [0; NONE + 1];
    for ((_, symbol), depth) in coming.iter().zip(depths) {
        lengths[*symbol] = depth;
    }
    lengths
}

/// Makes room for codes that are too long, by their number for each length (T.81 figure K.3): the prefix of two goes to
/// one of them, and the other shares that of a shorter code, which becomes longer by one.
fn limit(counts: &mut [usize; NONE + 1]) {
    for length in (LONGEST + 1..=NONE).rev() {
        while counts[length] > 0 {
            let Some(shorter) = (1..length - 1).rev().find(|shorter| counts[*shorter] > 0) else { break };
            counts[length] -= 2;
            counts[length - 1] += 1;
            counts[shorter + 1] += 2;
            counts[shorter] -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scrimp_testkit::Noise;

    /// What a decoder wants of a table: room for a code of ones alone, and each symbol once.
    fn assert_is_sound(frequencies: &[u64; 256]) {
        let table = Table::best(frequencies);
        let taken: u32 =
            (1..).zip(table.counts).map(|(length, count)| u32::from(count) << (16 - length)).sum();
        assert!(taken < 1 << 16, "{taken}");
        let mut symbols = table.symbols.clone();
        symbols.sort_unstable();
        let coming: Vec<u8> = (0..=255).filter(|symbol| frequencies[usize::from(*symbol)] > 0).collect();
        assert!(symbols == coming);
        assert_eq!(table.counts.iter().map(|count| usize::from(*count)).sum::<usize>(), coming.len());
    }

    #[test]
    fn no_frequencies_are_too_many_or_too_far_apart() {
        assert_is_sound(&[0; 256]);
        assert_is_sound(&[1; 256]);
        assert_is_sound(&std::array::from_fn(|symbol| 1 << (symbol / 8)));
        let (mut often, mut next) = (1, 1);
        assert_is_sound(&std::array::from_fn(|symbol| {
            (often, next) = if symbol < 60 { (next, often + next) } else { (0, 0) };
            often
        }));
        let mut noise = Noise::seeded(1);
        for _ in 0..500 {
            let bits = noise.below(40);
            assert_is_sound(&std::array::from_fn(|_| noise.below(1 << noise.clone().below(bits + 1))));
        }
    }

    #[test]
    fn rarer_symbols_have_longer_codes() {
        let mut frequencies = [0; 256];
        (frequencies[3], frequencies[7], frequencies[9]) = (1, 10, 100);
        let table = Table::best(&frequencies);
        assert_eq!((&table.counts[..4], table.symbols.as_slice()), (&[1, 1, 1, 0][..], &[9, 7, 3][..]));
        let codes = table.codes(Kind::First);
        assert_eq!([9, 7, 3].map(|symbol: usize| codes[symbol].bits), [0, 0x8000, 0xC000]);
    }
}
