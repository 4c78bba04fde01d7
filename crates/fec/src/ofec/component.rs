//! The component code of oFEC: the extended BCH(256,239) over 0x11D, minimum distance 6.
//!
//! In: syndromes, or words of 256 bits. Out: places of errors. Bit k of a word, k from 0 to 254, is
//! the coefficient of y^(254-k); bit 255 makes the whole word even. What is known of all words is in
//! two tables: the syndrome of each place, and the places of up to two errors for each syndrome.
//!
//! Bit literals: polynomials over GF(2), and a syndrome packed into sixteen bits.

use crate::gf256::{alpha_pow_const, mul_const};
use alloc::boxed::Box;
use alloc::vec;

/// Bits of a word.
//= ofec:component
pub const N: usize = 256;
/// Information bits of a word.
pub const K: usize = 239;
/// The place of the overall parity bit.
pub const OVERALL: usize = 255;
/// Check bits of the cyclic part.
pub const CHECKS: usize = 16;
/// The generator polynomial, the product of the minimal polynomials of alpha and alpha^3; bit i is
/// the coefficient of y^i.
pub const GENERATOR: u32 = 0x16F63;

/// In a pair of places: no error.
pub const NONE: u8 = 255;

/// The syndrome of an error at each place: the word at alpha in the low octet, at alpha^3 in the high
/// one. The overall parity bit has none.
pub static COLUMN: [u16; N] = columns();

const fn columns() -> [u16; N] {
    let mut columns = [0; N];
    let mut power = 1u8;
    let mut k = OVERALL;
    while k > 0 {
        k -= 1;
        let cube = mul_const(power, mul_const(power, power));
        columns[k] = power as u16 | (cube as u16) << 8;
        power = mul_const(power, alpha_pow_const(1));
    }
    columns
}

/// Places of up to two errors in the first 255 bits, for each syndrome.
#[derive(Clone, Debug)]
pub struct Lookup(Box<[u16; 1 << CHECKS]>);

impl Default for Lookup {
    fn default() -> Self {
        Self::new()
    }
}

impl Lookup {
    /// Two equal places other than [`NONE`] cannot be the places of two errors.
    const FAILURE: u16 = 0;

    /// Fills the table: no error, each error, each pair of errors.
    pub fn new() -> Self {
        let mut table = vec![Self::FAILURE; 1 << CHECKS].into_boxed_slice();
        table[0] = u16::from_le_bytes([NONE, NONE]);
        for (first, &a) in COLUMN[..OVERALL].iter().enumerate() {
            table[a as usize] = u16::from_le_bytes([first as u8, NONE]);
            for (second, &b) in COLUMN[..first].iter().enumerate() {
                table[(a ^ b) as usize] = u16::from_le_bytes([first as u8, second as u8]);
            }
        }
        Self(table.try_into().expect("the slice was made with 2^16 entries"))
    }

    /// The places of the errors, [`NONE`] where there are fewer than two; the same place twice, and
    /// not [`NONE`], where no word lies within two bits ([`Self::is_failure`]).
    #[inline(always)]
    pub fn places(&self, syndrome: u16) -> [u8; 2] {
        self.0[syndrome as usize].to_le_bytes()
    }

    /// Whether [`Self::places`] found no word.
    #[inline(always)]
    pub fn is_failure(places: [u8; 2]) -> bool {
        u16::from_le_bytes(places) == Self::FAILURE
    }

    /// The places of up to two errors in all 256 bits, given the parity of the whole word; `None`
    /// where three bits at least are wrong.
    pub fn correct(&self, syndrome: u16, odd: bool) -> Option<[u8; 3]> {
        let [first, second] = self.places(syndrome);
        if Self::is_failure([first, second]) {
            return None;
        }
        let errors = u8::from(first != NONE) + u8::from(second != NONE);
        let overall = odd != (errors % 2 == 1);
        if overall && errors == 2 {
            return None;
        }
        Some([first, second, u8::from(overall)])
    }
}
