//! The staircase code SC-FEC of G.709.2, also the outer code of 400ZR.
//!
//! Clause: G.709.2. In: blocks of 244 736 information bits, packed, row after row. Out: blocks of
//! 512 rows and 510 columns, 478 of information and 32 of parity; or the information of a received
//! block, [`WindowDecoder::delay`] blocks late. Row j of a block, together with a column of the
//! block before, is a word of the component code (1022, 990), which corrects three errors.
//!
//! - [`Encoder`], [`WindowDecoder`]: block after block.
//! - [`Staircase`]: both, as a [`Code`].
//! - [`reference`]: encoder and check straight from the matrix, for tests.
//!
//! This module does not know how OTU4 frames or 400ZR frames are laid into the blocks, and it has
//! no error decorrelator: the tables of that are in no public text.

mod block;
mod component;
mod encoder;
pub mod reference;
mod window;

pub use component::{Component, Line};
pub use encoder::Encoder;
pub use window::{WindowConfig, WindowDecoder};

use crate::bch::hard;
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// Rows of a block.
//= g709.2:block
pub const BLOCK_ROWS: usize = 512;
/// Columns of a block.
pub const BLOCK_COLUMNS: usize = 510;
/// Columns of information; parity is in the others.
pub const INFORMATION_COLUMNS: usize = 478;
/// Parity bits of a row.
pub const PARITY: usize = BLOCK_COLUMNS - INFORMATION_COLUMNS;
/// Octets of a block.
pub const BLOCK_OCTETS: usize = BLOCK_ROWS * BLOCK_COLUMNS / 8;
/// Octets of a block's information.
pub const INFORMATION_OCTETS: usize = BLOCK_ROWS * INFORMATION_COLUMNS / 8;
/// Blocks decoded together, unless told otherwise.
pub const WINDOW: usize = 7;
/// Size of a block.
pub const BLOCK: BlockSize =
    BlockSize { information: BLOCK_ROWS * INFORMATION_COLUMNS, coded: BLOCK_ROWS * BLOCK_COLUMNS };

/// The code with tables shared by all its encoders and decoders.
pub struct Staircase {
    component: Arc<Component>,
    config: WindowConfig,
}

impl Staircase {
    /// With decoders that work as `config` says.
    pub fn new(config: WindowConfig) -> Self {
        Self { component: Arc::new(Component::new()), config }
    }
}

impl Default for Staircase {
    fn default() -> Self {
        Self::new(WindowConfig::default())
    }
}

impl Code for Staircase {
    fn block(&self) -> BlockSize {
        BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Encoder::with(self.component.clone()))
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(WindowDecoder::with(self.component.clone(), self.config))
    }
}

impl code::Encoder for Encoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        let information = information[..INFORMATION_OCTETS].try_into();
        let coded = (&mut coded[..BLOCK_OCTETS]).try_into();
        if let (Ok(information), Ok(coded)) = (information, coded) {
            self.encode_block(information, coded);
        }
    }
}

impl code::Decoder for WindowDecoder {
    fn delay(&self) -> usize {
        Self::delay(self)
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut decided = [0; BLOCK_OCTETS];
        hard::decide(received, BLOCK.coded, &mut decided);
        match (&mut information[..INFORMATION_OCTETS]).try_into() {
            Ok(information) => self.decode_block(&decided, information),
            Err(_) => Outcome::default(),
        }
    }
}

#[cfg(test)]
mod tests;
