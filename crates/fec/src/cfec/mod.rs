//! C-FEC, the concatenated code of 400ZR and of FlexO with DSH framing: a staircase code outside, an
//! extended Hamming code with soft decoding inside.
//!
//! Clause: OIF-400ZR-03.0.1, 10; G.709.3 Annex D for the inner code. In: the information of five
//! staircase blocks, 1 223 320 bits. Out: 10 976 Hamming words, 1 404 928 bits, one after the other;
//! and back from values or bits. Between the codes are the scrambler and a convolutional interleaver
//! of units of 119 bits. The staircase is [`crate::staircase`]; how CRC, MBAS and pad lie in a block
//! is recalled (fact sheet A.4).
//!
//! [`Cfec`] gives the words one after the other, for any modulation; [`Cfec400zr`] in the order in
//! which the symbols of 400ZR carry them ([`symbols`]).
//!
//! Not here: which amplitudes a symbol has, and the 400ZR frame.

mod group;
pub mod hamming;
mod interleaver;
mod stream;
pub mod symbols;

pub use stream::{Decoder, Encoder};
pub use symbols::Cfec400zr;

use crate::backend::Backend;
use crate::code::{self, BlockSize, Code, Input};
use crate::staircase::{Component, WindowConfig};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// Size of a group of five staircase blocks.
//= oif-400zr:group
pub const GROUP: BlockSize = BlockSize {
    information: group::BLOCKS * group::BLOCK_INFORMATION * 8,
    coded: group::UNITS * hamming::N,
};

/// How to decode.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// Least reliable bits tried in each Hamming word, 4 to 7.
    pub pattern_bits: usize,
    /// Steps of the quantised scale for one unit of a log-likelihood ratio; values are cut at 127.
    pub scale: f32,
    /// How the outer decoder works.
    pub outer: WindowConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self { pattern_bits: 6, scale: 5.0, outer: WindowConfig::default() }
    }
}

/// The code with tables shared by all its encoders and decoders.
pub struct Cfec {
    /// How to decode.
    pub config: Config,
    outer: Arc<Component>,
}

impl Cfec {
    /// With decoders that work as `config` says.
    pub fn new(config: Config) -> Self {
        Self { config, outer: Arc::new(Component::new()) }
    }
}

impl Default for Cfec {
    fn default() -> Self {
        Self::new(Config::default())
    }
}

impl Code for Cfec {
    fn block(&self) -> BlockSize {
        GROUP
    }

    fn input(&self) -> Input {
        Input::Soft
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Encoder::new(self.outer.clone()))
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(Decoder::new(self.outer.clone(), self.config, Backend::detect()))
    }
}

#[cfg(test)]
mod tests;
