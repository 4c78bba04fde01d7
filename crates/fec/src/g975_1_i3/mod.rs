//! The super FEC of G.975.1 I.3: two BCH codes, interleaved over eight rows and decoded in turns.
//!
//! Clause: G.975.1 I.3. In: rows of 3824 octets of information. Out: rows of 4080 octets; or the
//! information of a received row, [`RowDecoder::delay`] rows late. The outer code BCH(3860,3824)
//! corrects three bits, the inner one BCH(2040,1930) ten.
//!
//! An outer frame is a row of information and 288 bits of outer parity: 3860 octets, outer word h
//! having bit h of each. Sixteen octets of it are a unit, and row n carries unit j of the outer frame
//! n - (j mod 8); the last unit has four octets only. Inner word g of a row has octet g of each
//! unit, and two bits of the last one. Its 110 parity bits follow: each inner word fills the octets
//! that a codeword of RS(255,239) fills.
//!
//! - [`RowEncoder`], [`RowDecoder`]: row after row.
//! - [`G9751I3`]: both, as a [`Code`].
//! - [`mod@reference`]: the encoder bit by bit, for tests.
//!
//! This module knows no frame alignment: it is told where rows begin.

mod decoder;
mod encoder;
mod place;
pub mod reference;
mod syndromes;

pub use decoder::{RowConfig, RowDecoder};
pub use encoder::RowEncoder;

use crate::bch::{Bch, Parameters, hard};
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};
use alloc::boxed::Box;
use alloc::sync::Arc;
use syndromes::Syndromes;

/// Octets of information in a row.
pub const INFORMATION_OCTETS: usize = 3824;
/// Octets of a row.
pub const ROW_OCTETS: usize = 4080;
/// Octets of an outer frame.
pub const OUTER_OCTETS: usize = 3860;
/// Inner words of a row, and octets of a unit.
pub const INNER_WORDS: usize = 16;
/// Outer words of an outer frame.
pub const OUTER_WORDS: usize = 8;
/// Rows over which an outer frame is spread.
pub const SPREAD: usize = 8;
/// Rows decoded together, unless told otherwise.
pub const WINDOW: usize = 32;
/// Size of a block, which is a row.
pub const BLOCK: BlockSize =
    BlockSize { information: 8 * INFORMATION_OCTETS, coded: 8 * ROW_OCTETS };
/// The outer code.
//= g975.1:i.3-outer
pub const OUTER: Parameters = Parameters { field: 0x1941, t: 3, n: OUTER_OCTETS, extension: 1 };
/// The inner code.
//= g975.1:i.3-inner
pub const INNER: Parameters = Parameters { field: 0x805, t: 10, n: 2040, extension: 1 };

/// The outer word that has bit `position` of inner word `inner`: the rows since its frame began, and
/// its number in the frame. `None` for parity of the inner code.
pub fn outer_word(inner: usize, position: usize) -> Option<(usize, usize)> {
    let outer = place::Inner { word: inner, position }.outer()?;
    Some((outer.age, outer.word))
}

/// Place among the bits of a row of bit `position` of inner word `inner`.
pub fn place_in_row(inner: usize, position: usize) -> usize {
    let (octet, bit) = place::Inner { word: inner, position }.in_row();
    8 * octet + bit
}

/// The two codes with their tables.
#[derive(Clone, Debug)]
pub struct Codes {
    /// BCH(3860,3824).
    pub outer: Bch,
    /// BCH(2040,1930).
    pub inner: Bch,
    syndromes: Syndromes,
}

impl Codes {
    /// Builds the tables.
    pub fn new() -> Self {
        let build = |parameters| Bch::new(parameters).expect("both codes exist; a test says so");
        let (outer, inner) = (build(OUTER), build(INNER));
        let best = Syndromes::all(&outer, &inner).pop();
        Self { outer, inner, syndromes: best.unwrap_or(Syndromes::Portable) }
    }
}

impl Default for Codes {
    fn default() -> Self {
        Self::new()
    }
}

/// The code with tables shared by all its encoders and decoders.
pub struct G9751I3 {
    codes: Arc<Codes>,
    config: RowConfig,
}

impl G9751I3 {
    /// With decoders that work as `config` says.
    pub fn new(config: RowConfig) -> Self {
        Self { codes: Arc::new(Codes::new()), config }
    }
}

impl Default for G9751I3 {
    fn default() -> Self {
        Self::new(RowConfig::default())
    }
}

impl Code for G9751I3 {
    fn block(&self) -> BlockSize {
        BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(RowEncoder::with(self.codes.clone()))
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(RowDecoder::with(self.codes.clone(), self.config))
    }
}

impl code::Encoder for RowEncoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        let information = information[..INFORMATION_OCTETS].try_into();
        let coded = (&mut coded[..ROW_OCTETS]).try_into();
        if let (Ok(information), Ok(coded)) = (information, coded) {
            self.encode_row(information, coded);
        }
    }
}

impl code::Decoder for RowDecoder {
    fn delay(&self) -> usize {
        Self::delay(self)
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut decided = [0; ROW_OCTETS];
        hard::decide(received, BLOCK.coded, &mut decided);
        match (&mut information[..INFORMATION_OCTETS]).try_into() {
            Ok(information) => self.decode_row(&decided, information),
            Err(_) => Outcome::default(),
        }
    }
}

#[cfg(test)]
mod tests;
