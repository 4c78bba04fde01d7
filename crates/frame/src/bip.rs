//! BIP-8: even parity, interleaved over the bits of an octet.
//!
//! Clauses: G.709 15.7.2.1.2 (by reference to G.707). In: octets. Out: one octet whose bit j makes
//! the number of ones among all bits j even. Which octets are covered is the caller's business.

use core::fmt;
use core::ops::BitXor;

/// A BIP-8 value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bip8(u8);

const LANES: usize = 64;

impl Bip8 {
    /// The value as received in an overhead octet.
    pub const fn from_octet(octet: u8) -> Self {
        Self(octet)
    }

    /// The value as sent in an overhead octet.
    pub const fn octet(self) -> u8 {
        self.0
    }

    /// BIP-8 over `octets`.
    //= g709:15.7.2.1.2-bip8-even
    pub fn over(octets: &[u8]) -> Self {
        // Many independent lanes let the compiler use whole vector registers.
        let (blocks, rest) = octets.as_chunks::<LANES>();
        let mut lanes = [0u8; LANES];
        for block in blocks {
            for (lane, octet) in lanes.iter_mut().zip(block) {
                *lane ^= octet;
            }
        }
        Self(lanes.iter().chain(rest).fold(0, |sum, octet| sum ^ octet))
    }

    /// Number of violated parities, 0 to 8, between a computed and a received value.
    pub const fn violations(self, received: Self) -> u8 {
        (self.0 ^ received.0).count_ones() as u8
    }
}

impl BitXor for Bip8 {
    type Output = Self;

    fn bitxor(self, other: Self) -> Self {
        Self(self.0 ^ other.0)
    }
}

impl fmt::Display for Bip8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    //= type=test g709:15.7.2.1.2-bip8-even
    #[test]
    fn parity_is_even_for_every_bit_position_and_length() {
        let octets: Vec<u8> = (0..300u32).map(|i| (i * 167 + i / 3) as u8).collect();
        for len in 0..octets.len() {
            let bip = Bip8::over(&octets[..len]);
            for bit in 0..8 {
                let ones = octets[..len].iter().filter(|&&o| o >> bit & 1 == 1).count();
                assert_eq!((ones + usize::from(bip.octet() >> bit & 1)) % 2, 0, "{len} {bit}");
            }
        }
    }

    #[test]
    fn violations_count_differing_bits() {
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let expected = (0..8).filter(|i| a >> i & 1 != b >> i & 1).count();
                let counted = Bip8::from_octet(a).violations(Bip8::from_octet(b));
                assert_eq!(usize::from(counted), expected);
            }
        }
    }
}
