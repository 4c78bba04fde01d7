//! RS(255,239) of G.709 Annex A: sixteen codewords, octet-interleaved over one row of 4080 octets.
//!
//! In: a frame of four rows, or a row. Out: the same with parity, or corrected and a count of what
//! was corrected. A codeword with more than eight wrong octets is reported and left as received.
//! This module does not know what a frame holds, nor which row of it a row is.
//!
//! [`FrameCodec`] works on 64 codewords at a time with what the processor has ([`Backend`]): the
//! sixteen octets of a column are those of sixteen codewords, four rows make 64. [`mod@reference`] is
//! the code as the clause has it; every backend is tested against it.

#[cfg(target_arch = "x86_64")]
pub(crate) mod aes;
#[cfg(target_arch = "x86_64")]
mod avx2;
mod code;
mod codec;
mod correct;
#[cfg(target_arch = "x86_64")]
mod gfni;
mod kernel;
mod lanes;
#[cfg(target_arch = "aarch64")]
mod neon;
mod portable;
pub mod reference;
#[cfg(target_arch = "x86_64")]
mod solve;
#[cfg(target_arch = "x86_64")]
mod ssse3;
mod tables;

pub use code::{Rs255x239, decode_word, encode_word};
pub use codec::{
    Backend, FrameCodec, FrameOutcome, decode_row, decode_row_with_erasures, encode_row,
};

/// Octets of a codeword.
//= g709:a-code-parameters
pub const N: usize = 255;
/// Information octets of a codeword.
pub const K: usize = 239;
/// Parity octets of a codeword.
pub const PARITY: usize = N - K;
/// Octets that one codeword can correct.
pub const T: usize = PARITY / 2;
/// Codewords interleaved in one row.
//= g709:a-interleave
pub const SUB_ROWS: usize = 16;
/// Octets of one row.
pub const ROW_OCTETS: usize = N * SUB_ROWS;
/// Rows of one frame.
pub const ROWS: usize = 4;
/// Octets of one frame.
pub const FRAME_OCTETS: usize = ROWS * ROW_OCTETS;
/// Information octets of one row.
pub const ROW_INFORMATION: usize = K * SUB_ROWS;

/// One octet of each sub-row.
type Column = [u8; SUB_ROWS];

/// Coefficients of the generator polynomial from z^16 (always 1) down to z^0.
//= g709:a-generator
pub const GENERATOR: [u8; PARITY + 1] = generator();

const fn generator() -> [u8; PARITY + 1] {
    // g starts as 1 and is multiplied by (z - alpha^i) for i from 0 to 15.
    let mut g = [0u8; PARITY + 1];
    g[0] = 1;
    let mut root = 1;
    let mut degree = 0;
    while degree < PARITY {
        let mut at = degree + 1;
        while at > 0 {
            g[at] ^= crate::gf256::mul_const(g[at - 1], root);
            at -= 1;
        }
        root = crate::gf256::mul_const(root, 2);
        degree += 1;
    }
    g
}

/// What the decoder did to one row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowOutcome {
    /// Bits changed.
    pub corrected_bits: u32,
    /// Octets changed.
    pub corrected_symbols: u32,
    /// Codewords changed.
    pub corrected_codewords: u32,
    /// Sub-rows beyond correction: bit x is sub-row x + 1.
    pub uncorrectable: u16,
}

impl RowOutcome {
    /// Number of codewords beyond correction.
    pub const fn uncorrectable_codewords(&self) -> u32 {
        self.uncorrectable.count_ones()
    }
}

#[cfg(test)]
mod tests;
