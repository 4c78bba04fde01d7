//! One codeword at a time: from its syndromes to its errors.
//!
//! Clause: G.709 Annex A. One wrong octet is told by a ratio, two by a quadratic equation, more by
//! Berlekamp-Massey; the places are then tried all at once, a vector of them at a time. Erasures,
//! octets that are known to be doubtful, start the register of Berlekamp-Massey.
//!
//! In: syndromes. Out: errors, or nothing where no codeword is within reach. Whatever is given out
//! has all its syndromes zero.

use super::lanes::Lanes;
use super::tables::CHIEN;
use super::{Column, N, PARITY, RowOutcome, SUB_ROWS, T};
use crate::gf256::{alpha_pow, div, evaluate, half_square, log, mul};

/// One wrong octet.
#[derive(Clone, Copy, Default)]
pub(super) struct ErrorAt {
    /// Octet of the codeword, from 0.
    pub position: usize,
    /// What is to be added to it.
    pub value: u8,
}

/// The errors of a codeword, as many as its parity can tell.
#[derive(Default)]
pub(super) struct Errors {
    list: [ErrorAt; PARITY],
    len: usize,
}

impl Errors {
    /// The errors.
    #[inline(always)]
    pub(super) fn as_slice(&self) -> &[ErrorAt] {
        &self.list[..self.len]
    }

    #[inline(always)]
    fn push(&mut self, error: ErrorAt) -> Option<()> {
        *self.list.get_mut(self.len)? = error;
        self.len += 1;
        Some(())
    }
}

/// Corrects codeword `x` of a row, whose syndromes are not all zero, and counts it.
//= g709:a-correct-8
#[inline(always)]
pub(super) fn correct_word<L: Lanes>(
    l: L,
    syndromes: &[u8; PARITY],
    row: &mut [Column],
    x: usize,
    outcome: &mut RowOutcome,
) {
    let Some(errors) = locate(l, syndromes) else {
        outcome.uncorrectable |= 1 << x;
        return;
    };
    outcome.corrected_codewords += 1;
    for error in errors.as_slice() {
        row[error.position][x] ^= error.value;
        outcome.corrected_symbols += 1;
        outcome.corrected_bits += error.value.count_ones();
    }
}

/// The error pattern of weight at most eight behind syndromes that are not all zero, or `None`.
#[inline(always)]
pub(super) fn locate<L: Lanes>(l: L, syndromes: &[u8; PARITY]) -> Option<Errors> {
    if let Some(errors) = one_error(syndromes).or_else(|| two_errors(syndromes)) {
        return Some(errors);
    }
    let (locator, length) = several_errors(syndromes)?;
    let zeros = zeros(l, &locator);
    evaluate_errors(syndromes, &locator[..=length], &zeros, length)
}

/// One wrong octet at z^d gives S_j = e * alpha^(d j): by far the most frequent case.
fn one_error(syndromes: &[u8; PARITY]) -> Option<Errors> {
    let ratio = div(syndromes[1], syndromes[0])?;
    let degree = usize::from(log(ratio)?);
    if syndromes.windows(2).any(|pair| mul(pair[0], ratio) != pair[1]) {
        return None;
    }
    let mut errors = Errors::default();
    errors.push(ErrorAt { position: N - 1 - degree, value: syndromes[0] })?;
    Some(errors)
}

/// Two wrong octets at X and Y: S_(j+2) = (X + Y) S_(j+1) + X Y S_j.
fn two_errors(syndromes: &[u8; PARITY]) -> Option<Errors> {
    let [s0, s1, s2, s3, ..] = *syndromes;
    let determinant = mul(s1, s1) ^ mul(s0, s2);
    let sum = div(mul(s1, s2) ^ mul(s0, s3), determinant)?;
    let product = div(mul(s2, s2) ^ mul(s1, s3), determinant)?;
    if syndromes.windows(3).any(|s| mul(sum, s[1]) ^ mul(product, s[0]) != s[2]) {
        return None;
    }
    // X = sum * y turns X^2 + sum X + product = 0 into y^2 + y = product / sum^2.
    let x = mul(sum, half_square(div(product, mul(sum, sum))?)?);
    let (degree_x, degree_y) = (log(x)?, log(x ^ sum)?);
    let value_x = div(mul(s0, x ^ sum) ^ s1, sum)?;
    let mut errors = Errors::default();
    errors.push(ErrorAt { position: N - 1 - usize::from(degree_x), value: value_x })?;
    errors.push(ErrorAt { position: N - 1 - usize::from(degree_y), value: s0 ^ value_x })?;
    Some(errors)
}

/// Coefficients of a locator, constant term first.
type Locator = [u8; PARITY + 1];

#[inline(never)]
fn several_errors(syndromes: &[u8; PARITY]) -> Option<(Locator, usize)> {
    let mut start: Locator = [0; PARITY + 1];
    start[0] = 1;
    let (locator, length) = berlekamp_massey(syndromes, start, 0);
    (length <= T).then_some((locator, length))
}

/// The shortest register that has the `erased` places of `start` and generates the syndromes, and
/// its length.
fn berlekamp_massey(syndromes: &[u8; PARITY], start: Locator, erased: usize) -> (Locator, usize) {
    let (mut current, mut previous) = (start, start);
    let (mut length, mut gap, mut previous_discrepancy) = (erased, 1, 1);
    for n in erased..PARITY {
        let discrepancy = (0..=length.min(n)).fold(0, |d, i| d ^ mul(current[i], syndromes[n - i]));
        let Some(factor) = div(discrepancy, previous_discrepancy).filter(|&factor| factor != 0)
        else {
            gap += 1;
            continue;
        };
        let before = current;
        for i in 0..=PARITY - gap {
            current[i + gap] ^= mul(factor, previous[i]);
        }
        if 2 * length <= n + erased {
            length = n + 1 - length + erased;
            previous = before;
            previous_discrepancy = discrepancy;
            gap = 1;
        } else {
            gap += 1;
        }
    }
    (current, length)
}

/// Chien search: one bit for each place of the codeword, set where its locator value is zero.
#[inline(always)]
fn zeros<L: Lanes>(l: L, locator: &Locator) -> [u64; 4] {
    let mut zeros = [0; 4];
    for first in (0..SUB_ROWS).step_by(L::ROWS) {
        let mut sum = l.times(l.gather(&CHIEN[0], first, 1), locator[0]);
        for (powers, &coefficient) in CHIEN.iter().zip(locator).skip(1) {
            sum = l.xor(sum, l.times(l.gather(powers, first, 1), coefficient));
        }
        let place = first * SUB_ROWS;
        zeros[place / 64] |= l.zeros(sum) << (place % 64);
    }
    // Octet 255 is no place.
    zeros[3] &= u64::MAX >> 1;
    zeros
}

/// Forney: the values at the places found, if there are as many as the locator is long. Fewer mean
/// that no codeword is within reach.
#[inline(never)]
fn evaluate_errors(
    syndromes: &[u8; PARITY],
    locator: &[u8],
    places: &[u64; 4],
    length: usize,
) -> Option<Errors> {
    let found: u32 = places.iter().map(|word| word.count_ones()).sum();
    if found as usize != length {
        return None;
    }
    // Evaluator: syndromes * locator modulo z^16; only its lowest `length` terms are not zero.
    let mut evaluator = [0u8; PARITY];
    for (n, term) in evaluator[..length].iter_mut().enumerate() {
        *term = (0..=n).fold(0, |sum, i| sum ^ mul(locator[i], syndromes[n - i]));
    }
    // z times the derivative of the locator: its odd terms.
    let mut odd = [0u8; PARITY + 1];
    for (term, &coefficient) in odd.iter_mut().zip(locator).skip(1).step_by(2) {
        *term = coefficient;
    }
    let mut errors = Errors::default();
    for (word, &places) in places.iter().enumerate() {
        let mut left = places;
        while left != 0 {
            let position = 64 * word + left.trailing_zeros() as usize;
            left &= left - 1;
            // The degree there is 254 - position, so its inverse is alpha^(position + 1).
            let inverse = alpha_pow(position + 1);
            let above = evaluate(&evaluator[..length], inverse);
            let value = div(above, evaluate(&odd[..=length], inverse))?;
            errors.push(ErrorAt { position, value })?;
        }
    }
    Some(errors)
}

/// Corrects a codeword some of whose octets are doubtful: with s of them, (16 - s) / 2 other octets
/// may be wrong.
//= g709:a-erasures
pub(super) fn locate_with_erasures(syndromes: &[u8; PARITY], erased: &[bool; N]) -> Option<Errors> {
    let mut start: Locator = [0; PARITY + 1];
    start[0] = 1;
    let mut count = 0;
    for position in (0..N).filter(|&position| erased[position]) {
        if count == PARITY {
            return None;
        }
        let location = alpha_pow(N - 1 - position);
        for at in (0..=count).rev() {
            start[at + 1] ^= mul(start[at], location);
        }
        count += 1;
    }
    let (locator, length) = berlekamp_massey(syndromes, start, count);
    if 2 * length > PARITY + count {
        return None;
    }
    let mut places = [0; 4];
    for position in 0..N {
        if evaluate(&locator[..=length], alpha_pow(position + 1)) == 0 {
            places[position / 64] |= 1 << (position % 64);
        }
    }
    evaluate_errors(syndromes, &locator[..=length], &places, length)
}
