//! RS(255,239) from the text of G.709 Annex A, one codeword at a time, for reading and for tests.
//!
//! In: 239 information octets, or a codeword of 255. Out: parity, or the corrected codeword. The
//! decoder solves the key equation with Euclid's algorithm, so that it shares no step with the
//! faster decoder that is tested against it.

use super::{GENERATOR, K, N, PARITY, T};
use crate::gf256::{alpha_pow, div, evaluate, mul};

/// More than eight octets are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uncorrectable;

/// Parity of `information`: the remainder of I(z) modulo G(z), R15 first.
//= g709:a-parity
pub fn parity(information: &[u8; K]) -> [u8; PARITY] {
    let mut rest = [0u8; N];
    rest[..K].copy_from_slice(information);
    for at in 0..K {
        let factor = rest[at];
        for (r, &g) in rest[at..].iter_mut().zip(&GENERATOR) {
            *r ^= mul(factor, g);
        }
    }
    let mut parity = [0; PARITY];
    parity.copy_from_slice(&rest[K..]);
    parity
}

/// Syndromes: the received word at alpha^0 to alpha^15. Octet 1 is the coefficient of z^254.
pub fn syndromes(word: &[u8; N]) -> [u8; PARITY] {
    core::array::from_fn(|j| word.iter().fold(0, |sum, &c| mul(sum, alpha_pow(j)) ^ c))
}

/// Corrects up to eight octets of `word` in place and says how many were wrong.
///
/// # Errors
/// [`Uncorrectable`] where no codeword lies within eight octets; `word` is left as it was.
//= g709:a-correct-8
pub fn decode(word: &mut [u8; N]) -> Result<usize, Uncorrectable> {
    let syndromes = syndromes(word);
    if syndromes == [0; PARITY] {
        return Ok(0);
    }
    let (locator, evaluator) = solve_key_equation(&syndromes).ok_or(Uncorrectable)?;
    let mut corrected = *word;
    let mut errors = 0;
    for (at, octet) in corrected.iter_mut().enumerate() {
        let degree = N - 1 - at;
        let inverse_root = alpha_pow(N - degree);
        if evaluate(&locator, inverse_root) != 0 {
            continue;
        }
        // Forney with first root alpha^0: e = X * evaluator(1/X) / locator'(1/X).
        let numerator = mul(alpha_pow(degree), evaluate(&evaluator, inverse_root));
        let slope = evaluate(&derivative(&locator), inverse_root);
        *octet ^= div(numerator, slope).ok_or(Uncorrectable)?;
        errors += 1;
    }
    if errors > T || super::reference::syndromes(&corrected) != [0; PARITY] {
        return Err(Uncorrectable);
    }
    *word = corrected;
    Ok(errors)
}

type Polynomial = [u8; PARITY + 1];

fn degree(p: &Polynomial) -> Option<usize> {
    p.iter().rposition(|&c| c != 0)
}

fn derivative(p: &Polynomial) -> Polynomial {
    core::array::from_fn(|i| if i % 2 == 0 && i < PARITY { p[i + 1] } else { 0 })
}

/// Euclid's algorithm on z^16 and the syndrome polynomial, stopped below degree eight.
fn solve_key_equation(syndromes: &[u8; PARITY]) -> Option<(Polynomial, Polynomial)> {
    let mut older: Polynomial = [0; PARITY + 1];
    older[PARITY] = 1;
    let mut newer: Polynomial = [0; PARITY + 1];
    newer[..PARITY].copy_from_slice(syndromes);
    let (mut older_locator, mut locator): (Polynomial, Polynomial) =
        ([0; PARITY + 1], [0; PARITY + 1]);
    locator[0] = 1;
    while degree(&newer)? >= T {
        let leading = degree(&newer)?;
        let (mut remainder, mut next_locator) = (older, older_locator);
        while let Some(top) = degree(&remainder).filter(|&top| top >= leading) {
            let factor = div(remainder[top], newer[leading])?;
            let shift = top - leading;
            for i in 0..=PARITY - shift {
                remainder[i + shift] ^= mul(factor, newer[i]);
                next_locator[i + shift] ^= mul(factor, locator[i]);
            }
        }
        (older, newer) = (newer, remainder);
        (older_locator, locator) = (locator, next_locator);
        degree(&newer)?;
    }
    Some((locator, newer))
}
