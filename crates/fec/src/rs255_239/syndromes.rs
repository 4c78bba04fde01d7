//! The syndromes of a whole row at once: sixteen codewords side by side, with XOR alone.
//!
//! Clause: G.709 Annex A. alpha^j and its conjugates alpha^2j, alpha^4j, … are the roots of a polynomial
//! of degree eight whose coefficients are bits. Dividing the codewords by it takes no multiplication,
//! and the remainder of eight octets has the same values at these roots as the codeword of 255. The
//! sixteen octets of a column are two words, which become one vector.
//!
//! Bit literals: polynomials over bits, and multiplication by alpha as a shift.

use super::{N, PARITY, ROW_OCTETS, SUB_ROWS};
use crate::gf256::{alpha_pow_const, mul_const};

/// The octets of a column, one of each sub-row, in two words.
type Column = [u64; 2];

/// Degree of the minimal polynomials.
const DEGREE: usize = 8;

/// Remainders of a row, lowest degree first.
type Remainder = [Column; DEGREE];

/// The minimal polynomial of alpha^j over bits, coefficient of x^i in bit i.
const fn minimal_polynomial(j: usize) -> u16 {
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
        exponent = 2 * exponent % 255;
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

const fn sum(a: Column, b: Column) -> Column {
    [a[0] ^ b[0], a[1] ^ b[1]]
}

fn columns(row: &[u8; ROW_OCTETS]) -> [Column; N] {
    let words = row.as_chunks::<8>().0;
    core::array::from_fn(|at| [2 * at, 2 * at + 1].map(|word| u64::from_le_bytes(words[word])))
}

/// Divides on by eight columns: one turn of the register, in which no octet moves. At step t the
/// coefficient of x^k stands in place k - t.
#[inline]
fn turn<const M: u16>(state: &mut Remainder, columns: &[Column; DEGREE]) {
    for (t, column) in columns.iter().enumerate() {
        let highest = (2 * DEGREE - 1 - t) % DEGREE;
        let leading = state[highest];
        // A minimal polynomial has no root zero: its lowest coefficient is one.
        state[highest] = sum(leading, *column);
        for k in 1..DEGREE {
            if M >> k & 1 == 1 {
                let at = (DEGREE + k - 1 - t) % DEGREE;
                state[at] = sum(state[at], leading);
            }
        }
    }
}

/// The row modulo the polynomial `M`.
fn remainder<const M: u16>(columns: &[Column; N]) -> Remainder {
    // Zeros in front change nothing: 256 columns are whole turns.
    let mut first = [[0; 2]; DEGREE];
    first[1..].copy_from_slice(&columns[..DEGREE - 1]);
    let mut state = [[0; 2]; DEGREE];
    turn::<M>(&mut state, &first);
    for eight in columns[DEGREE - 1..].as_chunks::<DEGREE>().0 {
        turn::<M>(&mut state, eight);
    }
    state
}

/// Multiplies sixteen octets by alpha.
const fn times_alpha(column: Column) -> Column {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const REDUCTION: u64 = 0x1D;
    let [a, b] = column;
    let (carry_a, carry_b) = ((a & HIGH) >> 7, (b & HIGH) >> 7);
    [((a & !HIGH) << 1) ^ (carry_a * REDUCTION), ((b & !HIGH) << 1) ^ (carry_b * REDUCTION)]
}

/// Value of a remainder at alpha^j.
fn value<const J: usize>(remainder: &Remainder) -> Column {
    let mut value = remainder[DEGREE - 1];
    for coefficient in remainder[..DEGREE - 1].iter().rev() {
        for _ in 0..J {
            value = times_alpha(value);
        }
        value = sum(value, *coefficient);
    }
    value
}

/// The sixteen syndromes of each sub-row: the codeword's value at alpha^j, by j.
//= g709:a-syndromes
pub(super) fn syndromes(row: &[u8; ROW_OCTETS]) -> [[u8; SUB_ROWS]; PARITY] {
    let columns = columns(row);
    let mut values = [[0; 2]; PARITY];
    values[0] = columns.iter().fold([0; 2], |all, column| sum(all, *column));
    macro_rules! conjugates {
        ($leader:literal: $($j:literal),+) => {{
            let remainder = remainder::<{ minimal_polynomial($leader) }>(&columns);
            $(values[$j] = value::<$j>(&remainder);)+
        }};
    }
    conjugates!(1: 1, 2, 4, 8);
    conjugates!(3: 3, 6, 12);
    conjugates!(5: 5, 10);
    conjugates!(7: 7, 14);
    conjugates!(9: 9);
    conjugates!(11: 11);
    conjugates!(13: 13);
    conjugates!(15: 15);
    values.map(|words| {
        let mut octets = [0; SUB_ROWS];
        for (part, word) in octets.as_chunks_mut::<8>().0.iter_mut().zip(words) {
            *part = word.to_le_bytes();
        }
        octets
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gf256::{alpha_pow, evaluate};
    use proptest::prelude::*;

    /// The polynomial of the field is that of its own element.
    #[test]
    fn the_minimal_polynomial_of_alpha_is_that_of_the_field() {
        assert_eq!(minimal_polynomial(1), 0x11D);
        assert_eq!(minimal_polynomial(2), minimal_polynomial(1));
        for j in 1..PARITY {
            let bits = minimal_polynomial(j);
            let octets: std::vec::Vec<u8> = (0..=8).map(|i| (bits >> i & 1) as u8).collect();
            assert_eq!(evaluate(&octets, alpha_pow(j)), 0, "alpha^{j}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        /// Sum over all octets of a codeword, by the definition.
        //= type=test g709:a-syndromes
        #[test]
        fn syndromes_are_values_of_the_codewords(seed in any::<u64>()) {
            let mut state = seed | 1;
            let row: std::boxed::Box<[u8; ROW_OCTETS]> = std::boxed::Box::new(core::array::from_fn(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            }));
            let found = syndromes(&row);
            for x in 0..SUB_ROWS {
                let mut word: std::vec::Vec<u8> = row.iter().skip(x).step_by(SUB_ROWS).copied().collect();
                word.reverse();
                for (j, values) in found.iter().enumerate() {
                    prop_assert_eq!(values[x], evaluate(&word, alpha_pow(j)), "{} {}", x, j);
                }
            }
        }
    }
}
