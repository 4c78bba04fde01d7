//! RS(255,239) of G.709 Annex A by polynomial long division, and the row of 16 interleaved words.
//!
//! A codeword is 239 information octets and 16 parity octets; its first octet is the coefficient of
//! z^254, its last that of z^0. It is divisible by G(z), the product of z - alpha^i, i = 0 to 15.
//! A row of 4080 octets holds 16 codewords: sub-row X (1 to 16) owns the columns X + 16 (i - 1),
//! i = 1 to 255. The decoder is that of Peterson, Gorenstein and Zierler with Gaussian elimination:
//! it finds the one codeword at distance 8 or less, if there is one.
//!
//! This module does not know the frame beyond its rows, and no other code than RS(255,239).

use crate::gf256::{ALPHA, add, multiply, power, solve};

/// Octets of a codeword (G.709 Annex A).
pub const CODEWORD_OCTETS: usize = 255;
/// Information octets of a codeword (G.709 Annex A).
pub const INFORMATION_OCTETS: usize = 239;
/// Parity octets of a codeword (G.709 Annex A).
pub const PARITY_OCTETS: usize = 16;
/// Octets that are corrected at most: half of the parity octets (G.709 Annex A).
pub const CORRECTABLE_OCTETS: usize = 8;
/// Codewords of a row (G.709 Annex A).
pub const SUB_ROWS: usize = 16;
/// Octets of a row of the OTUk (G.709 11.1).
pub const ROW_OCTETS: usize = 4080;

/// A codeword found by [`decode`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The codeword.
    pub codeword: [u8; CODEWORD_OCTETS],
    /// The positions that were wrong, counted from 0 at the first octet, ascending.
    pub positions: Vec<usize>,
}

/// Coefficients of the generator polynomial, z^16 first (G.709 Annex A).
pub fn generator() -> [u8; PARITY_OCTETS + 1] {
    let mut product = vec![1];
    for i in 0..PARITY_OCTETS {
        // Times z, plus (because minus is plus) times alpha^i.
        let root = power(ALPHA, i);
        let mut next = product.clone();
        next.push(0);
        for (index, coefficient) in product.iter().enumerate() {
            next[index + 1] = add(next[index + 1], multiply(*coefficient, root));
        }
        product = next;
    }
    let mut coefficients = [0; PARITY_OCTETS + 1];
    coefficients.copy_from_slice(&product);
    coefficients
}

/// The codeword of 239 information octets: the remainder of I(z) modulo G(z) behind them
/// (G.709 Annex A).
pub fn encode(information: &[u8; INFORMATION_OCTETS]) -> [u8; CODEWORD_OCTETS] {
    let divisor = generator();
    let mut rest = [0; CODEWORD_OCTETS];
    rest[..INFORMATION_OCTETS].copy_from_slice(information);
    for step in 0..INFORMATION_OCTETS {
        // The divisor begins with 1, so the quotient digit is the leading octet itself.
        let digit = rest[step];
        for (index, coefficient) in divisor.iter().enumerate() {
            rest[step + index] = add(rest[step + index], multiply(digit, *coefficient));
        }
    }
    let mut codeword = [0; CODEWORD_OCTETS];
    codeword[..INFORMATION_OCTETS].copy_from_slice(information);
    codeword[INFORMATION_OCTETS..].copy_from_slice(&rest[INFORMATION_OCTETS..]);
    codeword
}

/// The values of a word at alpha^0 to alpha^15.
pub fn syndromes(word: &[u8; CODEWORD_OCTETS]) -> [u8; PARITY_OCTETS] {
    let mut values = [0; PARITY_OCTETS];
    for (i, value) in values.iter_mut().enumerate() {
        let root = power(ALPHA, i);
        for octet in word {
            *value = add(multiply(*value, root), *octet);
        }
    }
    values
}

/// Whether every root of the generator is a root of the word.
pub fn is_codeword(word: &[u8; CODEWORD_OCTETS]) -> bool {
    syndromes(word) == [0; PARITY_OCTETS]
}

/// The codeword that differs from `word` in at most 8 octets, or `None` when there is none
/// (G.709 Annex A: 8 symbols corrected).
pub fn decode(word: &[u8; CODEWORD_OCTETS]) -> Option<Decoded> {
    let values = syndromes(word);
    if values == [0; PARITY_OCTETS] {
        return Some(Decoded { codeword: *word, positions: Vec::new() });
    }
    // The number of errors is the largest size whose equations have one solution.
    for count in (1..=CORRECTABLE_OCTETS).rev() {
        if let Some(locator) = error_locator(&values, count) {
            return correct(word, &values, &locator);
        }
    }
    None
}

/// Coefficients 1 to `count` of the locator 1 + L1 x + L2 x^2 + ..., whose roots are the inverses
/// of the error locations. They obey S(j+count) = L1 S(j+count-1) + ... + Lcount S(j).
fn error_locator(values: &[u8; PARITY_OCTETS], count: usize) -> Option<Vec<u8>> {
    let mut matrix = Vec::new();
    let mut right = Vec::new();
    for j in 0..count {
        matrix.push((1..=count).map(|i| values[j + count - i]).collect());
        right.push(values[j + count]);
    }
    solve(&matrix, &right)
}

/// Finds locations and values of the errors and takes them off. `None` when the outcome is not a
/// codeword.
fn correct(
    word: &[u8; CODEWORD_OCTETS],
    values: &[u8; PARITY_OCTETS],
    locator: &[u8],
) -> Option<Decoded> {
    let mut positions = Vec::new();
    let mut locations = Vec::new();
    for position in 0..CODEWORD_OCTETS {
        let exponent = CODEWORD_OCTETS - 1 - position;
        let inverse_location = power(ALPHA, 255 - exponent);
        let mut sum = 1;
        for (index, coefficient) in locator.iter().enumerate() {
            sum = add(sum, multiply(*coefficient, power(inverse_location, index + 1)));
        }
        if sum == 0 {
            positions.push(position);
            locations.push(power(ALPHA, exponent));
        }
    }
    if locations.len() != locator.len() {
        return None;
    }
    // S(i) is the sum of value times location^i over all errors.
    let count = locations.len();
    let matrix: Vec<Vec<u8>> = (0..count)
        .map(|i| locations.iter().map(|location| power(*location, i)).collect())
        .collect();
    let errors = solve(&matrix, &values[..count])?;
    let mut codeword = *word;
    for (position, error) in positions.iter().zip(&errors) {
        codeword[*position] = add(codeword[*position], *error);
    }
    is_codeword(&codeword).then_some(Decoded { codeword, positions })
}

/// The 255 octets of sub-row `x` (1 to 16) of a row of 4080 octets (G.709 Annex A).
///
/// # Panics
/// When the row has another length or `x` is out of range.
pub fn sub_row(row: &[u8], x: usize) -> [u8; CODEWORD_OCTETS] {
    check_row(row, x);
    let mut word = [0; CODEWORD_OCTETS];
    for i in 1..=CODEWORD_OCTETS {
        let column = x + SUB_ROWS * (i - 1);
        word[i - 1] = row[column - 1];
    }
    word
}

/// Puts the 255 octets of sub-row `x` (1 to 16) into a row of 4080 octets (G.709 Annex A).
///
/// # Panics
/// As [`sub_row`].
pub fn set_sub_row(row: &mut [u8], x: usize, word: &[u8; CODEWORD_OCTETS]) {
    check_row(row, x);
    for i in 1..=CODEWORD_OCTETS {
        let column = x + SUB_ROWS * (i - 1);
        row[column - 1] = word[i - 1];
    }
}

fn check_row(row: &[u8], x: usize) {
    assert_eq!(row.len(), ROW_OCTETS, "octets of a row");
    assert!((1..=SUB_ROWS).contains(&x), "sub-row {x} of 16");
}

/// Writes the parity of all 16 sub-rows into columns 3825 to 4080 of a row (G.709 Annex A).
///
/// # Panics
/// As [`sub_row`].
pub fn encode_row(row: &mut [u8]) {
    for x in 1..=SUB_ROWS {
        let mut information = [0; INFORMATION_OCTETS];
        information.copy_from_slice(&sub_row(row, x)[..INFORMATION_OCTETS]);
        set_sub_row(row, x, &encode(&information));
    }
}

/// Writes the parity of all four rows of an OTUk frame (G.709 Annex A).
///
/// # Panics
/// When the frame is not made of whole rows of 4080 octets.
pub fn encode_frame(frame: &mut [u8]) {
    for row in frame.chunks_mut(ROW_OCTETS) {
        encode_row(row);
    }
}

/// Decodes the 16 sub-rows of a row in place. Element x - 1 tells how many octets of sub-row x were
/// corrected, `None` when it was left as it was because no codeword is near enough.
///
/// # Panics
/// As [`sub_row`].
pub fn decode_row(row: &mut [u8]) -> Vec<Option<usize>> {
    let mut corrected = Vec::new();
    for x in 1..=SUB_ROWS {
        let decoded = decode(&sub_row(row, x));
        if let Some(found) = &decoded {
            set_sub_row(row, x, &found.codeword);
        }
        corrected.push(decoded.map(|found| found.positions.len()));
    }
    corrected
}

/// How many of the sub-rows of whole rows (64 in an OTUk frame) are not codewords.
///
/// # Panics
/// When the frame is not made of whole rows of 4080 octets.
pub fn wrong_codewords(frame: &[u8]) -> usize {
    let mut count = 0;
    for row in frame.chunks(ROW_OCTETS) {
        count += (1..=SUB_ROWS).filter(|x| !is_codeword(&sub_row(row, *x))).count();
    }
    count
}

#[cfg(test)]
mod tests;
