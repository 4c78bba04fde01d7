//! What every code shows to the simulator and to the file commands: blocks in, blocks out.
//!
//! In: information bits, or what a channel made of coded bits. Out: coded bits, or information bits
//! and a count of what was done. Bits are packed eight to an octet, the first in time in the most
//! significant bit ([`crate::bits`]). A code with memory (a staircase, an interleaver) is a code of
//! blocks all the same: a decoder that has to see later blocks first answers [`Decoder::delay`]
//! blocks late. This module knows no code; [`crate::registry`] lists them.

use alloc::boxed::Box;

/// What a decoder reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// Bits.
    Hard,
    /// Log-likelihood ratios, ln(P(0)/P(1)): positive for a zero.
    Soft,
}

/// One received block.
#[derive(Clone, Copy, Debug)]
pub enum Received<'a> {
    /// Packed bits.
    Bits(&'a [u8]),
    /// Log-likelihood ratios, one for each bit.
    Llr(&'a [f32]),
}

/// What a decoder did with one block, or with several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Codewords decoded (component codewords where the code has them).
    pub codewords: u64,
    /// Bits changed.
    pub corrected_bits: u64,
    /// Symbols changed; for a binary code the same as bits.
    pub corrected_symbols: u64,
    /// Codewords that the decoder knows it could not correct.
    pub uncorrectable: u64,
}

impl Outcome {
    /// Of one codeword: symbols and bits changed in it, or `None` where it was beyond correction.
    pub fn of_codeword(corrected: Option<(u64, u64)>) -> Self {
        let (corrected_symbols, corrected_bits) = corrected.unwrap_or_default();
        let uncorrectable = u64::from(corrected.is_none());
        Self { codewords: 1, corrected_bits, corrected_symbols, uncorrectable }
    }

    /// Adds what was done with another block.
    pub fn add(&mut self, other: Self) {
        self.codewords += other.codewords;
        self.corrected_bits += other.corrected_bits;
        self.corrected_symbols += other.corrected_symbols;
        self.uncorrectable += other.uncorrectable;
    }
}

/// Sizes of a block, in bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockSize {
    /// Information bits of a block.
    pub information: usize,
    /// Coded bits of a block.
    pub coded: usize,
}

impl BlockSize {
    /// Information bits over coded bits.
    pub fn rate(self) -> f64 {
        self.information as f64 / self.coded as f64
    }

    /// Coded bits over information bits, less one.
    pub fn overhead(self) -> f64 {
        self.coded as f64 / self.information as f64 - 1.0
    }
}

/// Makes coded blocks, one after the other.
pub trait Encoder: Send {
    /// Codes the next block. `information` holds `ceil(information / 8)` octets and `coded`
    /// `ceil(coded / 8)`; bits behind the last are ignored and written as zeros.
    fn encode(&mut self, information: &[u8], coded: &mut [u8]);
}

/// Reads coded blocks, one after the other.
pub trait Decoder: Send {
    /// Blocks between the one received and the one given out.
    fn delay(&self) -> usize;

    /// Takes the next block and writes the information of the block [`Self::delay`] calls ago (the
    /// first calls write something without meaning). A hard decoder decides log-likelihood ratios
    /// by their sign; a soft one takes bits as ratios of equal size.
    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome;
}

/// A code that can be simulated and used on files.
pub trait Code: Send + Sync {
    /// Size of a block.
    fn block(&self) -> BlockSize;
    /// What its decoder makes use of.
    fn input(&self) -> Input;
    /// A new encoder, at the first block.
    fn encoder(&self) -> Box<dyn Encoder>;
    /// A new decoder, at the first block.
    fn decoder(&self) -> Box<dyn Decoder>;
}
