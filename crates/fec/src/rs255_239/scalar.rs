//! RS(255,239) on whole rows with lookup tables, portable.
//!
//! Clause: G.709 Annex A. To encode, a row is divided by the generator polynomial, the sixteen
//! remainders side by side. To decode, the syndromes of all sixteen codewords are computed at once
//! ([`super::syndromes`]); an error-free row costs nothing more.

use super::syndromes::syndromes;
use super::{GENERATOR, K, N, PARITY, ROW_INFORMATION, ROW_OCTETS, RowOutcome, SUB_ROWS, T};
use crate::gf256::{alpha_pow, div, evaluate, inverse, log, mul};

/// `TABLE[f]` is f * (G(z) - z^16): what one division step with leading octet f adds.
/// A remainder is one 128-bit word, R15 in its most significant octet.
static TABLE: [u128; 256] = division_table();

const fn division_table() -> [u128; 256] {
    let mut table = [0; 256];
    let mut factor = 0;
    while factor < 256 {
        let mut at = 1;
        while at <= PARITY {
            let product = crate::gf256::mul_const(factor as u8, GENERATOR[at]);
            table[factor] = table[factor] << 8 | product as u128;
            at += 1;
        }
        factor += 1;
    }
    table
}

/// Sub-rows divided side by side: enough to hide the latency of a lookup, few enough to stay in
/// registers.
const LANES: usize = 4;

type Remainders = [u128; SUB_ROWS];

fn remainders(row: &[u8; ROW_OCTETS]) -> Remainders {
    let mut result = [0; SUB_ROWS];
    for (group, out) in result.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let mut lanes = [0u128; LANES];
        for column in row[..ROW_INFORMATION].as_chunks::<SUB_ROWS>().0 {
            for (lane, state) in lanes.iter_mut().enumerate() {
                let leading = column[group * LANES + lane] ^ (*state >> 120) as u8;
                *state = *state << 8 ^ TABLE[leading as usize];
            }
        }
        *out = lanes;
    }
    result
}

/// Parity octet `at` (0 is R15) of the remainders, one of each sub-row.
fn parity_column(remainders: &Remainders, at: usize) -> [u8; SUB_ROWS] {
    core::array::from_fn(|x| (remainders[x] >> (8 * (PARITY - 1 - at))) as u8)
}

/// Fills columns 3825 to 4080 of a row with the parity of columns 1 to 3824.
//= g709:a-interleave
//= g709:a-parity
pub fn encode_row(row: &mut [u8; ROW_OCTETS]) {
    let remainders = remainders(row);
    for (at, column) in row[ROW_INFORMATION..].as_chunks_mut::<SUB_ROWS>().0.iter_mut().enumerate()
    {
        *column = parity_column(&remainders, at);
    }
}

/// Corrects a row in place.
//= g709:a-correct-8
pub fn decode_row(row: &mut [u8; ROW_OCTETS]) -> RowOutcome {
    let values = syndromes(row);
    let mut outcome = RowOutcome::default();
    if values.as_flattened().iter().all(|&value| value == 0) {
        return outcome;
    }
    for x in 0..SUB_ROWS {
        let of_word: [u8; PARITY] = core::array::from_fn(|j| values[j][x]);
        if of_word == [0; PARITY] {
            continue;
        }
        match locate(&of_word) {
            Some(errors) => {
                outcome.corrected_codewords += 1;
                for error in errors.iter() {
                    row[error.position * SUB_ROWS + x] ^= error.value;
                    outcome.corrected_symbols += 1;
                    outcome.corrected_bits += error.value.count_ones();
                }
            }
            None => outcome.uncorrectable |= 1 << x,
        }
    }
    outcome
}

#[derive(Clone, Copy, Default)]
struct ErrorAt {
    /// Octet of the codeword, from 0.
    position: usize,
    value: u8,
}

#[derive(Default)]
struct Errors {
    list: [ErrorAt; T],
    len: usize,
}

impl Errors {
    fn iter(&self) -> core::slice::Iter<'_, ErrorAt> {
        self.list[..self.len].iter()
    }

    fn push(&mut self, error: ErrorAt) -> Option<()> {
        *self.list.get_mut(self.len)? = error;
        self.len += 1;
        Some(())
    }
}

/// The error pattern of weight at most eight behind syndromes that are not all zero, or `None`.
fn locate(syndromes: &[u8; PARITY]) -> Option<Errors> {
    single_error(syndromes).or_else(|| several_errors(syndromes))
}

/// One wrong octet at z^d gives S_j = e * alpha^(d j): by far the most frequent case.
fn single_error(syndromes: &[u8; PARITY]) -> Option<Errors> {
    let ratio = div(syndromes[1], syndromes[0])?;
    let geometric = syndromes.windows(2).all(|pair| mul(pair[0], ratio) == pair[1]);
    let degree = usize::from(log(ratio)?);
    if !geometric {
        return None;
    }
    let mut errors = Errors::default();
    errors.push(ErrorAt { position: N - 1 - degree, value: syndromes[0] })?;
    Some(errors)
}

type Locator = [u8; PARITY + 1];

/// Berlekamp-Massey: the shortest register that generates the syndromes, and its length.
fn berlekamp_massey(syndromes: &[u8; PARITY]) -> Option<(Locator, usize)> {
    let mut current: Locator = [0; PARITY + 1];
    current[0] = 1;
    let mut previous = current;
    let (mut length, mut gap, mut previous_discrepancy) = (0, 1, 1);
    for n in 0..PARITY {
        let discrepancy = (0..=length).fold(0, |d, i| d ^ mul(current[i], syndromes[n - i]));
        if discrepancy == 0 {
            gap += 1;
            continue;
        }
        let factor = div(discrepancy, previous_discrepancy)?;
        let before = current;
        for i in 0..=PARITY - gap {
            current[i + gap] ^= mul(factor, previous[i]);
        }
        if 2 * length <= n {
            length = n + 1 - length;
            previous = before;
            previous_discrepancy = discrepancy;
            gap = 1;
        } else {
            gap += 1;
        }
    }
    (length <= T).then_some((current, length))
}

fn several_errors(syndromes: &[u8; PARITY]) -> Option<Errors> {
    let (locator, length) = berlekamp_massey(syndromes)?;
    let locator = &locator[..=length];
    // Evaluator: syndromes * locator modulo z^16; only its lowest `length` terms are not zero.
    let mut evaluator = [0u8; T];
    for (n, term) in evaluator[..length].iter_mut().enumerate() {
        *term = (0..=n).fold(0, |sum, i| sum ^ mul(locator[i], syndromes[n - i]));
    }
    let mut errors = Errors::default();
    for degree in roots(locator) {
        let x = alpha_pow(degree);
        let inverse_x = inverse(x)?;
        let odd = (1..=length)
            .step_by(2)
            .fold(0, |sum, i| sum ^ mul(locator[i], alpha_pow((N - degree) * (i - 1))));
        let value = div(mul(x, evaluate(&evaluator[..length], inverse_x)), odd)?;
        errors.push(ErrorAt { position: N - 1 - degree, value })?;
    }
    // Fewer roots than the register is long: no codeword within eight octets.
    (errors.len == length).then_some(errors)
}

/// Chien search: the degrees d for which alpha^-d is a root of the locator.
fn roots(locator: &[u8]) -> impl Iterator<Item = usize> {
    let mut terms = [0u8; T + 1];
    terms[..locator.len()].copy_from_slice(locator);
    let length = locator.len() - 1;
    (0..N).filter(move |_| {
        let sum = terms[..=length].iter().fold(0, |sum, &t| sum ^ t);
        for (i, term) in terms[..=length].iter_mut().enumerate().skip(1) {
            *term = mul(*term, alpha_pow(N - i));
        }
        sum == 0
    })
}

const _: () = assert!(K * SUB_ROWS == ROW_INFORMATION);
