//! Sixteen octets in two words: what every processor can do. A compiler that knows a vector of 128
//! bits makes one of them.
//!
//! Bit literals: multiplication by alpha as a shift.

use super::lanes::{Lanes, Octets};
use super::{Column, SUB_ROWS};

/// Two words of 64 bits.
#[derive(Clone, Copy)]
pub(super) struct Portable;

/// Multiplies sixteen octets by alpha.
#[inline(always)]
fn times_alpha([a, b]: [u64; 2]) -> [u64; 2] {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const REDUCTION: u64 = 0x1D;
    let (carry_a, carry_b) = ((a & HIGH) >> 7, (b & HIGH) >> 7);
    [((a & !HIGH) << 1) ^ (carry_a * REDUCTION), ((b & !HIGH) << 1) ^ (carry_b * REDUCTION)]
}

impl Lanes for Portable {
    type Vector = [u64; 2];
    const ROWS: usize = 1;

    #[inline(always)]
    fn zero(self) -> Self::Vector {
        [0; 2]
    }

    #[inline(always)]
    fn gather(self, columns: &[Column], first: usize, _: usize) -> Self::Vector {
        let words = columns[first].as_chunks::<8>().0;
        [u64::from_le_bytes(words[0]), u64::from_le_bytes(words[1])]
    }

    #[inline(always)]
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector {
        [a[0] ^ b[0], a[1] ^ b[1]]
    }

    #[inline(always)]
    fn times(self, a: Self::Vector, factor: u8) -> Self::Vector {
        // Horner over the bits of the factor; masks, as a branch would be guessed wrong.
        let mut product = [0; 2];
        for bit in (0..8).rev() {
            let mask = (u64::from(factor >> bit) & 1).wrapping_neg();
            product = self.xor(times_alpha(product), [a[0] & mask, a[1] & mask]);
        }
        product
    }

    #[inline(always)]
    fn combination(self, of: &[Self::Vector], factors: &[u8]) -> Self::Vector {
        // As one product, but with one multiplication by alpha for all.
        let mut sum = [0; 2];
        for bit in (0..8).rev() {
            sum = times_alpha(sum);
            for (a, factor) in of.iter().zip(factors) {
                let mask = (u64::from(factor >> bit) & 1).wrapping_neg();
                sum = self.xor(sum, [a[0] & mask, a[1] & mask]);
            }
        }
        sum
    }

    #[inline(always)]
    fn octets(self, a: Self::Vector) -> Octets {
        let mut octets = [0; 4 * SUB_ROWS];
        for (part, word) in octets.as_chunks_mut::<8>().0.iter_mut().zip(a) {
            *part = word.to_le_bytes();
        }
        octets
    }

    #[inline(always)]
    fn is_zero(self, a: Self::Vector) -> bool {
        a[0] | a[1] == 0
    }
}
