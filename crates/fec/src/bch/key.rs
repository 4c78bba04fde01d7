//! The error locator by Berlekamp and Massey, in the binary form that needs every other step only.
//!
//! In: the odd power sums S1, S3 ... S(2t-1). Out: the locator polynomial of at most t errors.

use super::field::Field;
use super::{Locator, MAX_T};

/// Terms of the locator, and room for the shift by two.
const TERMS: usize = MAX_T + 3;

/// 1 + l1 z + ... whose roots are the inverses of the error elements; `None` where more than `t`
/// errors are needed to explain `odd` (entry k is S(2k+1)).
pub(super) fn locator(field: &Field, t: usize, odd: &[u16; MAX_T]) -> Option<Locator> {
    // sums[n] is S(n); an even one is the square of its half.
    let mut sums = [0u16; 2 * MAX_T + 1];
    for n in 1..2 * t {
        sums[n] = if n % 2 == 1 { odd[n / 2] } else { field.mul(sums[n / 2], sums[n / 2]) };
    }
    let mut current = [0u16; TERMS];
    current[0] = 1;
    let mut degree = 0;
    // The locator before the last change of length, already shifted to the present step.
    let mut before = [0u16; TERMS];
    before[1] = 1;
    let mut before_degree = 1;
    let mut before_discrepancy = 1;
    for step in 0..t {
        let newest = 2 * step + 1;
        let discrepancy = (0..=degree.min(newest - 1))
            .fold(0, |sum, j| sum ^ field.mul(current[j], sums[newest - j]));
        if discrepancy != 0 {
            let factor = field.div(discrepancy, before_discrepancy);
            let old = current;
            for j in 0..=before_degree.min(TERMS - 1) {
                current[j] ^= field.mul(factor, before[j]);
            }
            if 2 * degree <= 2 * step {
                (before, before_degree) = (old, degree);
                degree = newest - degree;
                before_discrepancy = discrepancy;
            }
        }
        before.copy_within(0..TERMS - 2, 2);
        before[..2].fill(0);
        before_degree += 2;
        if degree > t {
            return None;
        }
    }
    let mut coefficient = [0; MAX_T + 1];
    coefficient.copy_from_slice(&current[..=MAX_T]);
    (coefficient[degree] != 0).then_some(Locator { degree, coefficient })
}
