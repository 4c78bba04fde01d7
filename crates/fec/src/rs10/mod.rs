//! Reed-Solomon codes of ten-bit symbols: RS(544,514), KP4, and RS(528,514), KR4.
//!
//! Clause: G.709.1 and G.709.5 (FlexO) use KP4, G.709.4 (OTU25, OTU50) both; they are those of
//! Ethernet. In: 514 symbols. Out: parity; or a codeword corrected, and how much of it was wrong; a
//! codeword with too many wrong symbols is reported and left as received.
//!
//! This module does not interleave codewords and knows no frame. [`mod@reference`] is slow and
//! obvious; [`ReedSolomon10`] uses tables.

mod code;
pub mod reference;
mod scalar;

pub use scalar::{Corrected, ReedSolomon10};

/// Information symbols of a codeword.
//= g709.5:rs10-parameters
pub const K: usize = 514;
/// Bits of a symbol.
pub const SYMBOL_BITS: usize = 10;

/// RS(544,514), which corrects 15 symbols.
//= g709.5:rs10-parameters
pub type Kp4 = ReedSolomon10<544, 30>;
/// RS(528,514), which corrects 7 symbols.
//= g709.5:rs10-parameters
pub type Kr4 = ReedSolomon10<528, 14>;

/// More symbols are wrong than the code corrects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncorrectable;

/// Coefficients of the generator polynomial, the product of (z - alpha^i) for i from 0 to `P` - 1,
/// without the highest, which is 1: from z^(P - 1) down.
//= g709.5:rs10-generator
pub const fn generator<const P: usize>() -> [u16; P] {
    let mut g = [0; P];
    let (mut root, mut degree) = (1, 0);
    while degree < P {
        // g[0] is the coefficient below the highest of what is multiplied so far.
        let mut at = degree + 1;
        while at > 0 {
            at -= 1;
            let higher = if at == 0 { 1 } else { g[at - 1] };
            g[at] ^= crate::gf1024::mul_const(higher, root);
        }
        root = crate::gf1024::mul_const(root, 2);
        degree += 1;
    }
    g
}

#[cfg(test)]
mod tests;
