//! The blocks of one component, eight of them side by side.

use super::shape::{BLOCK, Component};
use crate::Error;
use archmage::autoversion;

/// Blocks that go through a transform together.
pub(crate) const LANES: usize = 8;

/// Eight neighbouring blocks: of each of 64 places, row by row, the values in the eight.
pub(crate) type Group = [[i16; LANES]; 64];

/// Samples that a row of eight blocks has.
pub(crate) const GROUP_WIDTH: usize = 8 * LANES;

/// The blocks of a component, row by row. Where the last group of a row has places left, these are zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plane {
    groups: Vec<Group>,
    blocks_across: usize,
    groups_across: usize,
}

impl Plane {
    /// All zero.
    pub(crate) fn new(component: Component) -> Self {
        let (blocks_across, blocks_down) = component.blocks();
        let groups_across = blocks_across.div_ceil(LANES);
        let groups = vec![[[0; LANES]; 64]; groups_across * blocks_down];
        Self { groups, blocks_across, groups_across }
    }

    /// All zero, if there is the memory.
    pub(crate) fn try_new(component: Component) -> Result<Self, Error> {
        let (blocks_across, blocks_down) = component.blocks();
        let groups_across = blocks_across.div_ceil(LANES);
        let count = groups_across * blocks_down;
        let mut groups = Vec::new();
        groups
            .try_reserve_exact(count)
            .map_err(|_| Error::OutOfMemory { bytes: count.saturating_mul(size_of::<Group>()) })?;
        groups.resize(count, [[0; LANES]; 64]);
        Ok(Self { groups, blocks_across, groups_across })
    }

    /// As many blocks, each group made from the one in its place.
    pub(crate) fn map(&self, change: impl FnMut(&Group) -> Group) -> Self {
        Self { groups: self.groups.iter().map(change).collect(), ..*self }
    }

    /// Every group.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// Blocks in a row.
    pub(crate) const fn blocks_across(&self) -> usize {
        self.blocks_across
    }

    /// Rows of blocks.
    pub(crate) const fn blocks_down(&self) -> usize {
        self.groups.len() / self.groups_across
    }

    /// Samples a row of whole groups has.
    pub(crate) const fn stride(&self) -> usize {
        self.groups_across * GROUP_WIDTH
    }

    /// A row of blocks.
    pub(crate) fn row(&self, row: usize) -> &[Group] {
        &self.groups[row * self.groups_across..][..self.groups_across]
    }

    /// A row of blocks.
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [Group] {
        &mut self.groups[row * self.groups_across..][..self.groups_across]
    }

    /// Zeroes the places behind the last block of a row.
    pub(crate) fn clear_unused(&mut self, row: usize) {
        let used = self.blocks_across - (self.groups_across - 1) * LANES;
        if let Some(last) = self.row_mut(row).last_mut() {
            last.iter_mut().for_each(|values| values[used..].fill(0));
        }
    }

    /// The block in column `x` of row `y`, its values row by row.
    pub(crate) fn block(&self, x: usize, y: usize) -> [i16; 64] {
        let group = &self.row(y)[x / LANES];
        std::array::from_fn(|at| group[at][x % LANES])
    }

    /// Replaces the block in column `x` of row `y`.
    pub(crate) fn set_block(&mut self, x: usize, y: usize, block: &[i16; 64]) {
        put(&mut self.row_mut(y)[x / LANES], x % LANES, block);
    }

    /// Copies a row into as many blocks.
    pub(crate) fn copy_row(&self, row: usize, blocks: &mut [[i16; 64]]) {
        for (group, blocks) in self.row(row).iter().zip(blocks.chunks_mut(LANES)) {
            blocks.copy_from_slice(&turned(group)[..blocks.len()]);
        }
    }

    /// Whether a row is these blocks.
    pub(crate) fn has_row(&self, row: usize, blocks: &[[i16; 64]]) -> bool {
        let groups = self.row(row).iter().zip(blocks.chunks(LANES));
        blocks.len() == self.blocks_across
            && groups.fold(true, |same, (group, blocks)| same & (turned(group)[..blocks.len()] == *blocks))
    }

    /// Replaces a row.
    pub(crate) fn set_row(&mut self, row: usize, blocks: &[[i16; 64]]) {
        for (group, blocks) in self.row_mut(row).iter_mut().zip(blocks.chunks(LANES)) {
            blocks.iter().enumerate().for_each(|(lane, block)| put(group, lane, block));
        }
    }
}

fn put(group: &mut Group, lane: usize, block: &[i16; 64]) {
    group.iter_mut().zip(block).for_each(|(values, value)| values[lane] = *value);
}

/// The eight blocks of a group, one behind the other.
#[autoversion]
fn turned(group: &Group) -> [[i16; 64]; LANES] {
    let mut blocks = [[0; 64]; LANES];
    for (row, values) in group.as_chunks::<BLOCK>().0.iter().enumerate() {
        let mut places = [0; 64];
        places.copy_from_slice(values.as_flattened());
        for (block, values) in blocks.iter_mut().zip(transpose(places).as_chunks::<BLOCK>().0) {
            block[row * BLOCK..][..BLOCK].copy_from_slice(values);
        }
    }
    blocks
}

/// Turns the rows of 8x8 values into columns: three perfect shuffles, each of which moves the highest bit of a place's
/// number to the lowest, and which compilers make of unpacking instructions.
#[inline(always)]
pub(super) fn transpose<T: Copy + Default>(mut samples: [T; 64]) -> [T; 64] {
    for _ in 0..3 {
        let mut shuffled = [T::default(); 64];
        for at in 0..32 {
            shuffled[2 * at] = samples[at];
            shuffled[2 * at + 1] = samples[at + 32];
        }
        samples = shuffled;
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_turns_rows_into_columns() {
        let transposed = transpose(std::array::from_fn(|at| at as u8));
        assert_eq!(transposed, std::array::from_fn(|at| (at % 8 * 8 + at / 8) as u8));
    }

    #[test]
    fn a_row_is_known_by_its_blocks() {
        let mut plane = Plane::new(Component { width: 100, height: 17, vertical: 1 });
        let mut blocks = vec![[0; 64]; 13];
        for (x, block) in blocks.iter_mut().enumerate() {
            *block = std::array::from_fn(|at| (100 * x + at) as i16);
            plane.set_block(x, 1, block);
        }
        let mut copied = vec![[0; 64]; 13];
        plane.copy_row(1, &mut copied);
        assert!(copied == blocks && plane.has_row(1, &blocks));
        assert!(!plane.has_row(0, &blocks) && !plane.has_row(1, &blocks[..12]));
        for x in [0, 7, 12] {
            let mut other = blocks.clone();
            other[x][63 - x] += 1;
            assert!(!plane.has_row(1, &other), "block {x}");
        }
    }

    #[test]
    fn a_block_is_found_where_it_was_put() {
        let mut plane = Plane::new(Component { width: 100, height: 17, vertical: 1 });
        assert_eq!((plane.blocks_across(), plane.blocks_down(), plane.stride()), (13, 3, 128));
        let block = std::array::from_fn(|at| at as i16 - 30);
        plane.set_block(12, 2, &block);
        assert_eq!(plane.block(12, 2), block);
        assert_eq!(plane.block(11, 2), [0; 64]);
        assert_eq!(plane.row(2)[1][3][4], -27);
    }
}
