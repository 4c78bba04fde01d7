//! Constants of RS(255,239) for vectors, made at compile time.
//!
//! In: the field and the generator polynomial. Out: products as tables of nibbles,
//! powers in the order of a codeword, the way from syndromes to parity. Nothing here is computed at
//! run time.
//!
//! Bit literals: nibbles and polynomials over bits.

use super::{K, N, PARITY, SUB_ROWS, T};
use crate::gf256::{alpha_pow_const, inverse_const, mul_const};

/// Degree of the minimal polynomials.
pub(super) const DEGREE: usize = 8;

/// The minimal polynomial of alpha^j over bits, coefficient of x^i in bit i.
pub(super) const fn minimal_polynomial(j: usize) -> u16 {
    let mut product = [0u8; DEGREE + 1];
    product[0] = 1;
    let (mut exponent, mut degree) = (j, 0);
    while degree < DEGREE {
        // Multiplied by x - alpha^exponent, from the highest coefficient down.
        let root = alpha_pow_const(exponent);
        let mut at = degree + 1;
        while at > 0 {
            product[at] = product[at - 1] ^ mul_const(product[at], root);
            at -= 1;
        }
        product[0] = mul_const(product[0], root);
        exponent = 2 * exponent % N;
        degree += 1;
    }
    let mut bits = 0;
    let mut at = 0;
    while at <= DEGREE {
        assert!(product[at] <= 1, "the coefficients are bits");
        bits |= (product[at] as u16) << at;
        at += 1;
    }
    bits
}

/// Products of one factor: with the low nibbles 0 to 15, then with the high nibbles.
#[derive(Clone, Copy)]
#[repr(align(32))]
pub(super) struct Nibbles(pub [[u8; 16]; 2]);

/// `NIBBLES[f]` multiplies by f.
pub(super) static NIBBLES: [Nibbles; 256] = nibbles();

const fn nibbles() -> [Nibbles; 256] {
    let mut tables = [Nibbles([[0; 16]; 2]); 256];
    let mut factor = 0;
    while factor < 256 {
        let mut nibble = 0;
        while nibble < 16 {
            tables[factor].0[0][nibble] = mul_const(factor as u8, nibble as u8);
            tables[factor].0[1][nibble] = mul_const(factor as u8, (nibble as u8) << 4);
            nibble += 1;
        }
        factor += 1;
    }
    tables
}

/// `TO_PARITY[at][j]`: what syndrome j of the information, taken as the highest 239 coefficients
/// of a polynomial of degree 238, adds to parity octet `at` (0 is R15).
pub(super) static TO_PARITY: [[u8; PARITY]; PARITY] = to_parity();

const fn to_parity() -> [[u8; PARITY]; PARITY] {
    let mut result = [[0; PARITY]; PARITY];
    let mut j = 0;
    while j < PARITY {
        let root = alpha_pow_const(j);
        // G(z) / (z - alpha^j), highest coefficient first, and its value at alpha^j.
        let mut quotient = [0u8; PARITY];
        let (mut carry, mut value, mut at) = (0, 0, 0);
        while at < PARITY {
            carry = mul_const(carry, root) ^ super::GENERATOR[at];
            quotient[at] = carry;
            value = mul_const(value, root) ^ carry;
            at += 1;
        }
        // The one polynomial below degree 16 that is 1 at alpha^j and 0 at the other roots, times
        // z^16 there: the information stands sixteen places higher in its codeword.
        let shift = alpha_pow_const(j * (N - K));
        let scale = mul_const(inverse_const(value), shift);
        let mut at = 0;
        while at < PARITY {
            result[at][j] = mul_const(quotient[at], scale);
            at += 1;
        }
        j += 1;
    }
    result
}

/// `CHIEN[i]` holds alpha^(-i d) at octet 254 - d, that is in the order of a codeword: what the
/// coefficient i of a locator is multiplied with. Octet 255 is no place of the codeword.
pub(super) static CHIEN: [[[u8; SUB_ROWS]; 16]; T + 1] = chien();

const fn chien() -> [[[u8; SUB_ROWS]; 16]; T + 1] {
    let mut powers = [[[0; SUB_ROWS]; 16]; T + 1];
    let mut i = 0;
    while i <= T {
        let step = alpha_pow_const(i);
        // At octet 0 the degree is 254 = -1: alpha^i.
        let (mut power, mut at) = (step, 0);
        while at < N {
            powers[i][at / SUB_ROWS][at % SUB_ROWS] = power;
            power = mul_const(power, step);
            at += 1;
        }
        i += 1;
    }
    powers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gf256::{alpha_pow, evaluate, mul};
    use std::vec::Vec;

    /// The polynomial of the field is that of its own element.
    #[test]
    fn the_minimal_polynomial_of_alpha_is_that_of_the_field() {
        assert_eq!(minimal_polynomial(1), 0x11D);
        assert_eq!(minimal_polynomial(2), minimal_polynomial(1));
        for j in 1..PARITY {
            let bits = minimal_polynomial(j);
            let octets: Vec<u8> = (0..=8).map(|i| (bits >> i & 1) as u8).collect();
            assert_eq!(evaluate(&octets, alpha_pow(j)), 0, "alpha^{j}");
        }
    }

    #[test]
    fn tables_multiply() {
        for factor in 0..=255u8 {
            let [low, high] = NIBBLES[usize::from(factor)].0;
            for a in 0..=255u8 {
                let product = low[usize::from(a % 16)] ^ high[usize::from(a / 16)];
                assert_eq!(product, mul(factor, a));
            }
        }
    }
}
