//! Parity and syndromes of whole rows, with XOR almost alone.
//!
//! Clause: G.709 Annex A. alpha^j and its conjugates alpha^2j, alpha^4j, … are the roots of a
//! polynomial of degree eight whose coefficients are bits. Dividing the codewords by it takes no
//! multiplication, and the remainder of eight octets has the same values at these roots as the
//! codeword of 255. Only these few octets are multiplied. This module does not locate errors ([`super::correct`]).

use super::correct::correct_word;
use super::lanes::Lanes;
use super::tables::{DEGREE, TO_PARITY, minimal_polynomial};
use super::{Column, K, N, PARITY, RowOutcome, SUB_ROWS};
use crate::gf256::alpha_pow;

/// The lowest exponent of each set of conjugates among alpha^1 to alpha^15.
const LEADERS: [usize; 8] = [1, 3, 5, 7, 9, 11, 13, 15];

/// For each exponent from 1 on, the set of conjugates it is in and itself.
const CONJUGATES: [(usize, usize); PARITY - 1] = {
    let mut of = [(0, 0); PARITY - 1];
    let mut j = 1;
    while j < PARITY {
        let leader = j >> j.trailing_zeros();
        of[j - 1] = (leader / 2, j);
        j += 1;
    }
    of
};

/// Remainder of one division, lowest degree first.
type Remainder<V> = [V; DEGREE];

/// All that is left of the codewords: their sum (the value at 1) and a remainder for each set.
struct Remainders<V> {
    sum: V,
    of: [Remainder<V>; LEADERS.len()],
}

/// Divides on by eight columns: one turn of the register, in which no octet moves. At step t the
/// coefficient of x^k stands in place k - t.
#[inline(always)]
fn turn<L: Lanes, const M: u16>(l: L, state: &mut Remainder<L::Vector>, columns: &[L::Vector]) {
    for (t, &column) in columns.iter().enumerate().take(DEGREE) {
        let highest = (2 * DEGREE - 1 - t) % DEGREE;
        let leading = state[highest];
        // A minimal polynomial has no root zero: its lowest coefficient is one.
        state[highest] = l.xor(leading, column);
        for k in 1..DEGREE {
            if M >> k & 1 == 1 {
                let at = (DEGREE + k - 1 - t) % DEGREE;
                state[at] = l.xor(state[at], leading);
            }
        }
    }
}

/// The columns modulo the polynomial `M`. Their number is one less than a multiple of eight.
#[inline(always)]
fn remainder<L: Lanes, const M: u16>(l: L, columns: &[L::Vector]) -> Remainder<L::Vector> {
    // Seven columns do not fill the register yet; what follows are whole turns.
    let (first, rest) = columns.split_at(DEGREE - 1);
    let mut state = [l.zero(); DEGREE];
    for (place, &column) in state[..DEGREE - 1].iter_mut().rev().zip(first) {
        *place = column;
    }
    for eight in rest.as_chunks::<DEGREE>().0 {
        turn::<L, M>(l, &mut state, eight);
    }
    state
}

/// Divides `COLUMNS` columns, row after row being `N` columns apart, the first at `first`.
#[inline(always)]
fn remainders<L: Lanes, const COLUMNS: usize>(
    l: L,
    columns: &[Column],
    first: usize,
) -> Remainders<L::Vector> {
    // Side by side in memory, as eight divisions read them.
    let mut vectors = [l.zero(); COLUMNS];
    let mut sum = l.zero();
    for (at, vector) in vectors.iter_mut().enumerate() {
        *vector = l.gather(columns, first + at, N);
        sum = l.xor(sum, *vector);
    }
    macro_rules! each {
        ($($j:literal),+) => {
            [$(remainder::<L, { minimal_polynomial($j) }>(l, &vectors)),+]
        };
    }
    Remainders { sum, of: each!(1, 3, 5, 7, 9, 11, 13, 15) }
}

/// The values at alpha^0 to alpha^15.
#[inline(always)]
fn values<L: Lanes>(l: L, remainders: &Remainders<L::Vector>) -> [L::Vector; PARITY] {
    let mut values = [remainders.sum; PARITY];
    for (set, j) in CONJUGATES {
        let (highest, lower) = (remainders.of[set][DEGREE - 1], &remainders.of[set][..DEGREE - 1]);
        let mut value = highest;
        for &coefficient in lower.iter().rev() {
            value = l.xor(l.times(value, alpha_pow(j)), coefficient);
        }
        values[j] = value;
    }
    values
}

/// Writes the parity of `L::ROWS` rows, the first of which begins at column `first`.
#[inline(always)]
pub(super) fn encode<L: Lanes>(l: L, columns: &mut [Column], first: usize) {
    let values = values(l, &remainders::<L, K>(l, columns, first));
    for (at, factors) in TO_PARITY.iter().enumerate() {
        let octet = l.combination(&values, factors);
        l.scatter(octet, columns, first + K + at, N);
    }
}

/// Corrects `L::ROWS` rows, the first of which begins at column `first`: the codewords with an
/// error one after the other.
#[inline(always)]
pub(super) fn decode<L: Lanes>(
    l: L,
    columns: &mut [Column],
    first: usize,
    outcomes: &mut [RowOutcome],
) {
    let (values, mut wrong) = syndromes(l, columns, first);
    if wrong == 0 {
        return;
    }
    // A loop, as `map` is compiled apart and without the target features.
    let mut octets = [[0; 4 * SUB_ROWS]; PARITY];
    for (octets, &value) in octets.iter_mut().zip(&values) {
        *octets = l.octets(value);
    }
    while wrong != 0 {
        let lane = wrong.trailing_zeros() as usize;
        wrong &= wrong - 1;
        let (row, x) = (lane / SUB_ROWS, lane % SUB_ROWS);
        let words = &mut columns[first + row * N..][..N];
        let syndromes = octets.map(|octets| octets[lane]);
        correct_word(l, &syndromes, words, x, &mut outcomes[row]);
    }
}

/// The sixteen syndromes of each codeword, by their number, and which codewords have an error: bit x
/// is octet x.
//= g709:a-syndromes
#[inline(always)]
pub(super) fn syndromes<L: Lanes>(
    l: L,
    columns: &[Column],
    first: usize,
) -> ([L::Vector; PARITY], u64) {
    let values = values(l, &remainders::<L, N>(l, columns, first));
    let mut clean = u64::MAX;
    for &value in &values {
        clean &= l.zeros(value);
    }
    let all = u64::MAX >> (64 - L::ROWS * SUB_ROWS);
    (values, all & !clean)
}
