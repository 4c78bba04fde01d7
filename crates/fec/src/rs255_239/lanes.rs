//! What a processor offers to this code: vectors of octets, one codeword in each octet.
//!
//! A value of a type that implements [`Lanes`] is the proof that the processor has what the type is
//! named after, so that its methods need no check; only a detection makes one. The kernels
//! ([`super::kernel`], `solve.rs`) are written once over this trait and are compiled for each
//! processor inside a function with its target features, into which everything is inlined.

use super::{Column, SUB_ROWS};

/// One octet each of up to sixty-four codewords.
pub(super) type Octets = [u8; 4 * SUB_ROWS];

/// Vectors of octets of GF(2^8).
pub(super) trait Lanes: Copy {
    /// A vector.
    type Vector: Copy;
    /// Rows of the frame that are worked on side by side: sixteen octets of a vector each.
    const ROWS: usize;

    /// The vector of zeros.
    fn zero(self) -> Self::Vector;
    /// Columns `first`, `first + stride` and so on, one for each row.
    fn gather(self, columns: &[Column], first: usize, stride: usize) -> Self::Vector;
    /// Sum, which is the difference too.
    fn xor(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Product with one factor.
    fn times(self, a: Self::Vector, factor: u8) -> Self::Vector;
    /// The octets; those beyond the vector's stay zero.
    fn octets(self, a: Self::Vector) -> Octets;

    /// Whether all octets are zero.
    fn is_zero(self, a: Self::Vector) -> bool;

    /// Sum of products.
    #[inline(always)]
    fn combination(self, of: &[Self::Vector], factors: &[u8]) -> Self::Vector {
        let mut sum = self.zero();
        for (&a, &factor) in of.iter().zip(factors) {
            sum = self.xor(sum, self.times(a, factor));
        }
        sum
    }

    /// Which octets are zero: bit x is octet x.
    #[inline(always)]
    fn zeros(self, a: Self::Vector) -> u64 {
        if self.is_zero(a) {
            return u64::MAX >> (64 - Self::ROWS * SUB_ROWS);
        }
        let octets = self.octets(a);
        let used = &octets[..Self::ROWS * SUB_ROWS];
        used.iter().rev().fold(0, |mask, &octet| mask << 1 | u64::from(octet == 0))
    }

    /// Writes the vector to columns `first`, `first + stride` and so on.
    #[inline(always)]
    fn scatter(self, a: Self::Vector, columns: &mut [Column], first: usize, stride: usize) {
        let octets = self.octets(a);
        for (row, part) in octets.as_chunks().0.iter().take(Self::ROWS).enumerate() {
            columns[first + row * stride] = *part;
        }
    }
}

/// Vectors of octets of the other GF(2^8), that of 0x11B, for which GFNI has products
/// (`aes.rs`), with masks that choose octets.
#[cfg(target_arch = "x86_64")]
pub(super) trait Field: Lanes {
    /// One bit for each octet, in whatever form.
    type Mask: Copy;

    /// A map that is linear over bits.
    fn affine(self, a: Self::Vector, matrix: u64) -> Self::Vector;
    /// Product in the field of 0x11B.
    fn product(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Inverse in the field of 0x11B; that of zero is zero.
    fn inverse(self, a: Self::Vector) -> Self::Vector;
    /// The octet everywhere.
    fn splat(self, octet: u8) -> Self::Vector;
    /// Sum of numbers.
    fn add(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Difference of numbers.
    fn subtract(self, a: Self::Vector, b: Self::Vector) -> Self::Vector;
    /// Where both are the same.
    fn equal(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Where the number a is at most b.
    fn at_most(self, a: Self::Vector, b: Self::Vector) -> Self::Mask;
    /// Where both masks are set.
    fn both(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// Where the first mask is set and the second is not.
    fn without(self, a: Self::Mask, b: Self::Mask) -> Self::Mask;
    /// `yes` where the mask is set, else `no`.
    fn select(self, mask: Self::Mask, yes: Self::Vector, no: Self::Vector) -> Self::Vector;
    /// The mask, octet x in bit x.
    fn bits(self, mask: Self::Mask) -> u64;
}
