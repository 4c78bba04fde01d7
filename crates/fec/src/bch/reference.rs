//! BCH decoding done slowly, for reading and for tests.
//!
//! In: packed bits and a generator. Out: parity by long division; the nearest codeword by trying
//! all patterns; the number of errors by Peterson's determinants. Nothing here uses the tables of
//! the fast decoder, but [`Field`] itself, which is tested against shift and add.

use super::field::Field;
use crate::bits;
use alloc::vec;
use alloc::vec::Vec;

/// Parity of `information`, first bit first: the remainder of I(x) x^r divided by g(x), bit by bit.
pub fn parity(generator: u128, information: &[bool]) -> Vec<bool> {
    let degree = generator.ilog2() as usize;
    let mut rest = information.to_vec();
    rest.extend(vec![false; degree]);
    for at in 0..information.len() {
        if rest[at] {
            for j in 0..=degree {
                rest[at + j] ^= generator >> (degree - j) & 1 == 1;
            }
        }
    }
    rest.split_off(information.len())
}

/// True where g(x) divides the word.
pub fn is_codeword(generator: u128, word: &[bool]) -> bool {
    let degree = generator.ilog2() as usize;
    parity(generator, &word[..word.len() - degree]) == word[word.len() - degree..]
}

/// All patterns of at most `t` bits (t at most 3) that make a codeword of `word`.
pub fn patterns(generator: u128, word: &[bool], t: usize) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut pattern = Vec::new();
    try_patterns(generator, &mut word.to_vec(), t, 0, &mut pattern, &mut found);
    found
}

fn try_patterns(
    generator: u128,
    word: &mut Vec<bool>,
    left: usize,
    from: usize,
    pattern: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
) {
    if is_codeword(generator, word) {
        found.push(pattern.clone());
    }
    if left == 0 {
        return;
    }
    for at in from..word.len() {
        word[at] ^= true;
        pattern.push(at);
        try_patterns(generator, word, left - 1, at + 1, pattern, found);
        pattern.pop();
        word[at] ^= true;
    }
}

/// S1 to S(2t): the word at alpha, alpha^2 ... alpha^(2t), by Horner's rule.
pub fn power_sums(field: &Field, t: usize, word: &[bool]) -> Vec<u16> {
    let value = |x: u16| word.iter().fold(0, |sum, &bit| field.mul(sum, x) ^ u16::from(bit));
    (1..=2 * t).map(|i| value(field.alpha_pow(i))).collect()
}

/// The positions of at most `t` errors by Peterson, Gorenstein and Zierler: solve the linear
/// equations of the locator for the largest number of errors that has a solution, then try every
/// position. `None` where this gives no codeword.
pub fn locate(field: &Field, t: usize, word: &[bool]) -> Option<Vec<usize>> {
    let sums = power_sums(field, t, word);
    if sums.iter().all(|&s| s == 0) {
        return Some(Vec::new());
    }
    let locator = (1..=t).rev().find_map(|count| solve(field, &sums, count))?;
    let n = word.len();
    let is_error = |&at: &usize| {
        let inverse = field.alpha_pow(field.order() - (n - 1 - at) % field.order());
        locator.iter().rev().fold(0, |sum, &c| field.mul(sum, inverse) ^ c) == 0
    };
    let errors: Vec<usize> = (0..n).filter(is_error).collect();
    let mut corrected = word.to_vec();
    errors.iter().for_each(|&at| corrected[at] ^= true);
    let clean = power_sums(field, t, &corrected).iter().all(|&s| s == 0);
    (errors.len() < locator.len() && clean).then_some(errors)
}

/// 1, l1 ... l(count) with S(i+count) + l1 S(i+count-1) + ... + l(count) S(i) = 0 for i from 1 to
/// count, by Gauss; `None` where the equations depend on each other.
fn solve(field: &Field, sums: &[u16], count: usize) -> Option<Vec<u16>> {
    // Columns: factors of l1 ... l(count), then the right side.
    let mut rows: Vec<Vec<u16>> = (0..count)
        .map(|i| {
            let mut equation: Vec<u16> = (1..=count).map(|j| sums[i + count - j]).collect();
            equation.push(sums[i + count]);
            equation
        })
        .collect();
    for pivot in 0..count {
        let at = (pivot..count).find(|&at| rows[at][pivot] != 0)?;
        rows.swap(pivot, at);
        let lead = rows[pivot][pivot];
        rows[pivot].iter_mut().for_each(|c| *c = field.div(*c, lead));
        let chosen = rows[pivot].clone();
        for (at, other) in rows.iter_mut().enumerate() {
            let factor = other[pivot];
            if at != pivot && factor != 0 {
                other.iter_mut().zip(&chosen).for_each(|(o, &c)| *o ^= field.mul(factor, c));
            }
        }
    }
    let mut locator = vec![1];
    locator.extend(rows.iter().map(|row| row[count]));
    Some(locator)
}

/// Packed bits one by one.
pub fn unpack(packed: &[u8], count: usize) -> Vec<bool> {
    (0..count).map(|at| bits::get(packed, at)).collect()
}

/// Bits, packed.
pub fn pack(unpacked: &[bool]) -> Vec<u8> {
    let mut packed = vec![0; bits::octets(unpacked.len())];
    for (at, &bit) in unpacked.iter().enumerate() {
        bits::set(&mut packed, at, bit);
    }
    packed
}
