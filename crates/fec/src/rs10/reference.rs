//! Reed-Solomon codes of ten-bit symbols from their definition, for reading and for tests.
//!
//! In: symbols. Out: parity, or the corrected codeword. The decoder solves linear equations for the
//! locator and again for the values (Peterson, Gorenstein, Zierler), so that it shares no step with
//! the faster one that is tested against it.

use alloc::vec::Vec;

use super::{Uncorrectable, generator};
use crate::gf1024::{alpha_pow, div, evaluate, mul};

/// Parity of `information`: the remainder of I(z) z^P modulo G(z), highest coefficient first.
//= g709.5:rs10-parity
pub fn parity<const P: usize>(information: &[u16]) -> Vec<u16> {
    let generator = generator::<P>();
    let mut rest = information.to_vec();
    rest.resize(information.len() + P, 0);
    for at in 0..information.len() {
        let factor = rest[at];
        for (r, &g) in rest[at + 1..].iter_mut().zip(&generator) {
            *r ^= mul(factor, g);
        }
    }
    rest.split_off(information.len())
}

/// Syndromes: the word at alpha^0 to alpha^(P - 1). The first symbol is the highest coefficient.
pub fn syndromes<const P: usize>(word: &[u16]) -> Vec<u16> {
    let value = |j| word.iter().fold(0, |sum, &symbol| mul(sum, alpha_pow(j)) ^ symbol);
    (0..P).map(value).collect()
}

/// Corrects up to P / 2 symbols of `word` in place and says how many were wrong.
///
/// # Errors
/// [`Uncorrectable`] where no codeword lies within P / 2 symbols; `word` is left as it was.
//= g709.5:rs10-correct
pub fn decode<const P: usize>(word: &mut [u16]) -> Result<usize, Uncorrectable> {
    let syndromes = syndromes::<P>(word);
    if syndromes.iter().all(|&syndrome| syndrome == 0) {
        return Ok(0);
    }
    // The number of errors is the largest size whose equations have one solution.
    let (count, locator) = (1..=P / 2)
        .rev()
        .find_map(|count| Some((count, locator(&syndromes, count)?)))
        .ok_or(Uncorrectable)?;
    let degrees: Vec<usize> = (0..word.len())
        .filter(|&degree| evaluate(&locator, alpha_pow(crate::gf1024::ORDER - degree)) == 0)
        .collect();
    if degrees.len() != count {
        return Err(Uncorrectable);
    }
    // The values e of the errors obey S_j = sum of e alpha^(d j).
    let rows = (0..count)
        .map(|j| degrees.iter().map(|degree| alpha_pow(degree * j)).chain([syndromes[j]]).collect())
        .collect();
    let values = solve(rows).ok_or(Uncorrectable)?;
    let mut corrected = word.to_vec();
    for (degree, value) in degrees.iter().zip(&values) {
        corrected[word.len() - 1 - degree] ^= value;
    }
    if self::syndromes::<P>(&corrected).iter().any(|&syndrome| syndrome != 0) {
        return Err(Uncorrectable);
    }
    word.copy_from_slice(&corrected);
    Ok(count)
}

/// The locator 1 + L1 x + … of `count` errors: S_(j+count) = L1 S_(j+count-1) + … + Lcount S_j.
fn locator(syndromes: &[u16], count: usize) -> Option<Vec<u16>> {
    let rows = (0..count)
        .map(|j| {
            (1..=count).map(|i| syndromes[j + count - i]).chain([syndromes[j + count]]).collect()
        })
        .collect();
    let mut locator = alloc::vec![1];
    locator.extend(solve(rows)?);
    Some(locator)
}

/// Gauss: the one solution of equations whose last column is the right side, or `None`.
fn solve(mut rows: Vec<Vec<u16>>) -> Option<Vec<u16>> {
    let count = rows.len();
    for column in 0..count {
        let pivot = (column..count).find(|&row| rows[row][column] != 0)?;
        rows.swap(column, pivot);
        let leading = rows[column][column];
        for value in &mut rows[column] {
            *value = div(*value, leading)?;
        }
        let reduced = rows[column].clone();
        for (number, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if number != column && factor != 0 {
                row.iter_mut().zip(&reduced).for_each(|(r, &p)| *r ^= mul(factor, p));
            }
        }
    }
    Some(rows.iter().map(|row| row[count]).collect())
}
