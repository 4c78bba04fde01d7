//! Polynomials over GF(2) in a word, and the generator of a BCH code.
//!
//! In: a field and the number of errors to correct. Out: bit j is the coefficient of x^j. Degrees
//! stay below 128, as no code of this crate has more parity.

use super::field::Field;

/// Product, `None` where the degree reaches 128.
pub fn product(a: u128, b: u128) -> Option<u128> {
    let degree = a.checked_ilog2().unwrap_or(0) + b.checked_ilog2().unwrap_or(0);
    if degree > 127 {
        return None;
    }
    Some((0..128).filter(|&j| b >> j & 1 == 1).fold(0, |sum, j| sum ^ a << j))
}

/// Remainder of `a` divided by `b`, which is not zero.
pub fn remainder(a: u128, b: u128) -> u128 {
    let degree = b.ilog2();
    let reduce =
        |rest: u128, j: u32| if rest >> j & 1 == 1 { rest ^ b << (j - degree) } else { rest };
    (degree..128).rev().fold(a, reduce)
}

/// The minimal polynomial of alpha^i: the product of (x - alpha^(i 2^j)) over its conjugates.
//= g975.1:i.3-minimal-polynomials
pub fn minimal(field: &Field, i: usize) -> u128 {
    // Coefficients in the field, constant term first; the product has them all in GF(2).
    let mut coefficients = [0u16; super::field::MAX_M as usize + 1];
    coefficients[0] = 1;
    let mut degree = 0;
    let mut conjugate = i % field.order();
    loop {
        let root = field.alpha_pow(conjugate);
        degree += 1;
        for at in (1..=degree).rev() {
            coefficients[at] = coefficients[at - 1] ^ field.mul(coefficients[at], root);
        }
        coefficients[0] = field.mul(coefficients[0], root);
        conjugate = 2 * conjugate % field.order();
        if conjugate == i % field.order() {
            break;
        }
    }
    coefficients.iter().enumerate().fold(0, |sum, (j, &c)| sum | u128::from(c & 1) << j)
}

/// Least common multiple of the minimal polynomials of alpha, alpha^3 ... alpha^(2t-1), times
/// `extension`; `None` where the degree reaches 128.
pub fn generator(field: &Field, t: usize, extension: u128) -> Option<u128> {
    let mut generator = 1;
    for i in (1..2 * t).step_by(2) {
        let factor = minimal(field, i);
        if remainder(generator, factor) != 0 {
            generator = product(generator, factor)?;
        }
    }
    product(generator, extension)
}
