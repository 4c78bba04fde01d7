//! Reed-Solomon codes of ten-bit symbols with tables.
//!
//! To encode, the word is divided by the generator polynomial, all symbols of the remainder in one
//! step. To decode, the word is encoded again: the difference of the parities is zero for a
//! codeword, else it has the word's syndromes. Berlekamp-Massey, a Chien search and Forney's formula
//! do the rest.
//!
//! Bit literals: symbols by their bits.

use super::{K, Uncorrectable, generator};
use crate::gf1024::{MASK, ORDER, alpha_pow, div, evaluate, log, mul, mul_const};

/// A code of `N` symbols with `P` of parity; only the ten lowest bits of a symbol count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReedSolomon10<const N: usize, const P: usize>;

/// What was corrected in a codeword.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Corrected {
    /// Symbols changed.
    pub symbols: u32,
    /// Bits changed.
    pub bits: u32,
}

/// Coefficients of a locator, constant term first; room for those that are too long.
type Locator = [u16; LOCATOR];
const LOCATOR: usize = 31;

const fn table<const P: usize>() -> [[u16; P]; ORDER + 1] {
    let generator = generator::<P>();
    let mut table = [[0; P]; ORDER + 1];
    let mut factor = 1;
    while factor <= ORDER {
        // A factor of one bit by multiplication, the others by addition.
        let low = factor & factor.wrapping_neg();
        let mut at = 0;
        while at < P {
            table[factor][at] = if low == factor {
                mul_const(factor as u16, generator[at])
            } else {
                table[low][at] ^ table[factor ^ low][at]
            };
            at += 1;
        }
        factor += 1;
    }
    table
}

impl<const N: usize, const P: usize> ReedSolomon10<N, P> {
    /// `TABLE[f]` is f * (G(z) - z^P), highest coefficient first.
    const TABLE: &'static [[u16; P]; ORDER + 1] = &table::<P>();
    /// Symbols that one codeword can correct.
    pub const T: usize = P / 2;

    /// The parity of 514 symbols.
    //= g709.5:rs10-parity
    pub fn parity(&self, information: &[u16; K]) -> [u16; P] {
        const { assert!(N == K + P && P.is_multiple_of(2) && P < LOCATOR) };
        let mut rest = [0; P];
        for &symbol in information {
            let leading = (symbol & MASK) ^ rest[0];
            rest.copy_within(1.., 0);
            rest[P - 1] = 0;
            for (r, &product) in rest.iter_mut().zip(&Self::TABLE[usize::from(leading)]) {
                *r ^= product;
            }
        }
        rest
    }

    /// Writes the parity of a codeword: its last `P` symbols.
    pub fn encode(&self, word: &mut [u16; N]) {
        let (information, rest) = word.split_first_chunk_mut().expect("N is more than K");
        rest.copy_from_slice(&self.parity(information));
    }

    /// Corrects a codeword in place.
    ///
    /// # Errors
    /// [`Uncorrectable`] where no codeword lies within `T` symbols; `word` is left as it was.
    //= g709.5:rs10-correct
    pub fn decode(&self, word: &mut [u16; N]) -> Result<Corrected, Uncorrectable> {
        let (information, received) = word.split_first_chunk().expect("N is more than K");
        let mut difference = self.parity(information);
        for (symbol, received) in difference.iter_mut().zip(received) {
            *symbol ^= received & MASK;
        }
        if difference == [0; P] {
            return Ok(Corrected::default());
        }
        difference.reverse();
        let syndromes: [u16; P] = core::array::from_fn(|j| evaluate(&difference, alpha_pow(j)));
        let (locator, length) = berlekamp_massey(&syndromes);
        if length > Self::T {
            return Err(Uncorrectable);
        }
        let locator = &locator[..=length];
        let mut found = [0; LOCATOR];
        let mut count = 0;
        for degree in roots::<N>(locator) {
            found[count] = degree;
            count += 1;
        }
        // A root beyond the shortened codeword, or none: no codeword within reach.
        if count != length {
            return Err(Uncorrectable);
        }
        let mut corrected = Corrected { symbols: length as u32, bits: 0 };
        let mut values = [0; LOCATOR];
        for (value, &degree) in values.iter_mut().zip(&found[..length]) {
            *value = error_value(&syndromes, locator, degree).ok_or(Uncorrectable)?;
        }
        for (value, degree) in values.iter().zip(&found[..length]) {
            word[N - 1 - degree] ^= value;
            corrected.bits += value.count_ones();
        }
        Ok(corrected)
    }
}

/// The shortest register that generates the syndromes, and its length.
fn berlekamp_massey(syndromes: &[u16]) -> (Locator, usize) {
    let mut current: Locator = [0; LOCATOR];
    current[0] = 1;
    let mut previous = current;
    let (mut length, mut gap, mut previous_discrepancy) = (0, 1, 1);
    for n in 0..syndromes.len() {
        let discrepancy = (0..=length).fold(0, |d, i| d ^ mul(current[i], syndromes[n - i]));
        let factor = div(discrepancy, previous_discrepancy).unwrap_or(0);
        if factor == 0 {
            gap += 1;
            continue;
        }
        let before = current;
        for i in 0..LOCATOR - gap {
            current[i + gap] ^= mul(factor, previous[i]);
        }
        if 2 * length <= n {
            length = n + 1 - length;
            (previous, previous_discrepancy, gap) = (before, discrepancy, 1);
        } else {
            gap += 1;
        }
    }
    (current, length)
}

/// Chien search: the degrees d below `N` for which alpha^-d is a root of the locator.
fn roots<const N: usize>(locator: &[u16]) -> impl Iterator<Item = usize> {
    // The terms as logarithms: from one degree to the next term i loses i.
    let mut terms = [(0, 0); LOCATOR];
    let mut count = 0;
    for (i, &coefficient) in locator.iter().enumerate().skip(1) {
        if let Some(log) = log(coefficient) {
            terms[count] = (usize::from(log), i);
            count += 1;
        }
    }
    let constant = locator[0];
    (0..N).filter(move |_| {
        let mut sum = constant;
        for (log, step) in &mut terms[..count] {
            sum ^= alpha_pow(*log);
            *log = if *log < *step { *log + ORDER - *step } else { *log - *step };
        }
        sum == 0
    })
}

/// Forney: the value of the error at z^degree. With alpha^0 the first root of the code it is that
/// of the evaluator over that of the odd terms of the locator.
fn error_value(syndromes: &[u16], locator: &[u16], degree: usize) -> Option<u16> {
    let inverse = alpha_pow(ORDER - degree);
    let (mut above, mut below, mut power) = (0, 0, 1);
    for n in 0..locator.len() {
        if n + 1 < locator.len() {
            let term = (0..=n).fold(0, |sum, i| sum ^ mul(locator[i], syndromes[n - i]));
            above ^= mul(term, power);
        }
        if n % 2 == 1 {
            below ^= mul(locator[n], power);
        }
        power = mul(power, inverse);
    }
    div(above, below)
}
