//! The staircase encoder: 32 parity bits for each row of a block, which cover a column of the block
//! before as well.
//!
//! In: 478 information bits for each of 512 rows. Out: the block with its parity.

use super::component::{Component, Line};
use super::{
    BLOCK_COLUMNS, BLOCK_OCTETS, BLOCK_ROWS, INFORMATION_COLUMNS, INFORMATION_OCTETS, PARITY, block,
};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// Codes block after block; before the first stands a block of zeros.
//= g709.2:encoder
pub struct Encoder {
    component: Arc<Component>,
    /// What the block before adds to the syndromes.
    left: Box<[u32; BLOCK_ROWS]>,
    rows: Box<[Line; BLOCK_ROWS]>,
}

impl Encoder {
    /// At the first block, with tables of its own.
    pub fn new() -> Self {
        Self::with(Arc::new(Component::new()))
    }

    /// At the first block, with tables shared.
    pub fn with(component: Arc<Component>) -> Self {
        Self {
            component,
            left: Box::new([0; BLOCK_ROWS]),
            rows: Box::new([Line::default(); BLOCK_ROWS]),
        }
    }

    /// Codes the next block: 512 x 478 packed bits in, 512 x 510 out, both row after row.
    pub fn encode_block(
        &mut self,
        information: &[u8; INFORMATION_OCTETS],
        coded: &mut [u8; BLOCK_OCTETS],
    ) {
        let component = &self.component;
        block::unpack(information, INFORMATION_COLUMNS, &mut self.rows[..]);
        component.add_row_syndromes(&self.rows, &mut self.left);
        for (row, &syndrome) in self.rows.iter_mut().zip(self.left.iter()) {
            let parity = component.parity(syndrome);
            // Columns 478 to 509 lie in the last word: 30 bits of information stand before them.
            row[INFORMATION_COLUMNS / 64] |=
                u64::from(parity) << (64 - INFORMATION_COLUMNS % 64 - PARITY);
        }
        component.left_syndromes(&self.rows, &mut self.left);
        block::pack(&self.rows[..], BLOCK_COLUMNS, coded);
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}
