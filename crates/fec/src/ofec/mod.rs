//! oFEC, the open forward error correction of coherent interfaces: the W-Port of Open ROADM, FlexO
//! with coherent interfaces (G.709.3, G.709.6), 800ZR.
//!
//! In: 3552 information bits a step. Out: 4096 coded bits a step, and back from values or bits. Every
//! bit is in two words of an extended BCH(256,239): in the back half of a word of its own step, and
//! in the front half of a word of a later one. Encoders and decoders have a stream each and begin at
//! its start, where front halves count as zeros. Source: fact sheet A.5; the arrangement of the
//! W-Port (four encoders, interleavers) is in [`wport`].
//!
//! Not here: CRC, scrambler, framing and mapping of the W-Port, the permutation of the shaped modes,
//! and how 800ZR and FlexO deal their bits to encoders.

mod chase;
pub mod component;
mod encoder;
pub mod reference;
mod window;
pub mod wport;

pub use encoder::Encoder;
pub use window::Decoder;

use crate::backend::Backend;
use crate::code::{self, BlockSize, Code, Input};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// Bits of half a word, and of a row of the matrix.
//= ofec:structure
const HALF: usize = 128;
/// Bits of a side of a square block.
const BLOCK: usize = 16;
/// Block columns.
const COLUMNS: usize = HALF / BLOCK;
/// Words of one step: two block rows.
const WORDS: usize = 2 * BLOCK;
/// Steps back to the oldest bits of a word: twenty block rows.
const REACH: usize = 10;
/// Information bits of a word.
const INFORMATION: usize = component::K - HALF;

/// Information bits of a step.
//= ofec:step
pub const INFORMATION_BITS: usize = INFORMATION * WORDS;
/// Coded bits of a step.
pub const CODED_BITS: usize = HALF * WORDS;
/// Sizes of a step.
pub const STEP: BlockSize = BlockSize { information: INFORMATION_BITS, coded: CODED_BITS };

/// How to decode.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// One entry for each soft iteration: the weight of extrinsic values, at most 2, and the value
    /// given to a bit that no other word contradicts, as a log-likelihood ratio.
    pub schedule: Vec<(f32, f32)>,
    /// Hard iterations behind the soft ones.
    pub hard: usize,
    /// Least reliable bits tried in each word, 4 to 6.
    pub pattern_bits: usize,
    /// Steps of the quantised scale for one unit of a log-likelihood ratio; values are cut at 127.
    pub scale: f32,
    /// Log-likelihood ratio that a received bit counts as, where bits are given.
    pub hard_value: f32,
}

impl Config {
    /// All iterations.
    pub fn iterations(&self) -> usize {
        self.schedule.len() + self.hard
    }
}

impl Default for Config {
    /// Three soft iterations and two hard ones.
    fn default() -> Self {
        Self {
            schedule: vec![(0.29, 3.2), (0.40, 4.5), (0.50, 7.4)],
            hard: 2,
            pattern_bits: 6,
            scale: 4.0,
            hard_value: 4.6,
        }
    }
}

/// One oFEC encoder and its decoder.
#[derive(Clone, Debug, Default)]
pub struct Ofec {
    /// How to decode.
    pub config: Config,
}

impl Code for Ofec {
    fn block(&self) -> BlockSize {
        STEP
    }

    fn input(&self) -> Input {
        Input::Soft
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Encoder::default())
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(Decoder::new(&self.config, Backend::detect()))
    }
}

#[cfg(test)]
mod tests;
