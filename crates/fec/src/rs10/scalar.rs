//! Reed-Solomon codes of ten-bit symbols with tables.
//!
//! To encode, the word is divided by the generator polynomial, four of its symbols in one step, all
//! symbols of the remainder at once. To decode, the word is encoded again: the difference of the parities is zero for a
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

/// Symbols of one step of the division. A step so waits for memory once in four symbols.
const STEP: usize = 4;
/// Bits in which a symbol stands inside a word of four, the highest power in front.
const LANE: usize = 16;
/// Words of a remainder: room for 32 symbols, those behind the last are zeros.
const WORDS: usize = 8;
/// A remainder.
type Rest = [u64; WORDS];
/// For each place in a step, from the last on, and each symbol there: what it adds to a remainder.
type Tables = [[Rest; ORDER + 1]; STEP];

/// `tables()[j][f]` is f * z^(P + j) modulo G(z).
const fn tables<const P: usize>() -> Tables {
    let generator = generator::<P>();
    let mut tables = [[[0; WORDS]; ORDER + 1]; STEP];
    let mut factor = 1;
    while factor <= ORDER {
        // A factor of one bit by multiplication, the others by addition.
        let low = factor & factor.wrapping_neg();
        if low == factor {
            let mut at = 0;
            while at < P {
                let product = mul_const(factor as u16, generator[at]) as u64;
                tables[0][factor][at / STEP] |= product << (LANE * (STEP - 1 - at % STEP));
                at += 1;
            }
        } else {
            tables[0][factor] = sum(tables[0][low], tables[0][factor ^ low]);
        }
        factor += 1;
    }
    let mut place = 1;
    while place < STEP {
        factor = 1;
        while factor <= ORDER {
            // Times z: one symbol on, and what falls out in front is divided in its turn.
            let row = tables[place - 1][factor];
            let leading = row[0] >> (LANE * (STEP - 1));
            tables[place][factor] = sum(one_on(row), tables[0][leading as usize]);
            factor += 1;
        }
        place += 1;
    }
    tables
}

const fn sum(a: Rest, b: Rest) -> Rest {
    let (mut sum, mut at) = (a, 0);
    while at < WORDS {
        sum[at] ^= b[at];
        at += 1;
    }
    sum
}

const fn one_on(mut rest: Rest) -> Rest {
    let mut at = 0;
    while at < WORDS {
        let next = if at + 1 < WORDS { rest[at + 1] } else { 0 };
        rest[at] = rest[at] << LANE | next >> (LANE * (STEP - 1));
        at += 1;
    }
    rest
}

/// Symbols in a word, the last in the lowest bits.
fn lanes(symbols: &[u16]) -> u64 {
    symbols.iter().fold(0, |word, &symbol| word << LANE | u64::from(symbol & MASK))
}

/// Divides on by four symbols.
#[inline(always)]
fn step(tables: &Tables, rest: &mut Rest, symbols: u64) {
    let leading = rest[0] ^ symbols;
    let rows: [&Rest; STEP] = core::array::from_fn(|place| {
        &tables[place][(leading >> (LANE * place)) as usize & usize::from(MASK)]
    });
    for at in 0..WORDS {
        let next = if at + 1 < WORDS { rest[at + 1] } else { 0 };
        rest[at] = rows.iter().fold(next, |sum, row| sum ^ row[at]);
    }
}

impl<const N: usize, const P: usize> ReedSolomon10<N, P> {
    /// Of the code's own generator.
    const TABLES: &'static Tables = &tables::<P>();
    /// Symbols that one codeword can correct.
    pub const T: usize = P / 2;

    /// The parity of 514 symbols.
    //= g709.5:rs10-parity
    pub fn parity(&self, information: &[u16; K]) -> [u16; P] {
        const { assert!(N == K + P && P.is_multiple_of(2) && P < LOCATOR && P <= STEP * WORDS) };
        let mut rest = [0; WORDS];
        // Zeros in front change nothing: the first step has fewer symbols.
        let (first, others) = information.split_at(K % STEP);
        step(Self::TABLES, &mut rest, lanes(first));
        for symbols in others.chunks_exact(STEP) {
            step(Self::TABLES, &mut rest, lanes(symbols));
        }
        core::array::from_fn(|at| (rest[at / STEP] >> (LANE * (STEP - 1 - at % STEP))) as u16)
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
