//! Up to three errors by closed formulas: a quadratic or a cubic whose roots stand in a table.
//!
//! In: the power sums S1, S3, S5 of at most three unknown elements. Out: the elements. Which place
//! of a codeword an element stands for is the caller's matter.
//!
//! With D = S1^3 + S3 the locator of two or three errors is x^3 + S1 x^2 + s2 x + s3, where
//! s2 = (S1^2 S3 + S5) / D and s3 = D + S1 s2 (Peterson). x = y + S1 gives y^3 + a y + D with
//! a = S1^2 + s2, and y = sqrt(a) z gives z^3 + z = D / sqrt(a)^3, which has one parameter.

use super::field::Field;
use alloc::vec;
use alloc::vec::Vec;

/// Not in the table: the equation has fewer roots in the field than its degree.
const NONE: u16 = 0;

/// Up to three elements; those behind `count` are zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Few {
    /// How many.
    pub count: usize,
    /// The elements.
    pub element: [u16; 3],
}

/// Tables of the roots of quadratics and cubics over one field.
#[derive(Clone, Debug)]
pub struct Roots {
    field: Field,
    /// One root z of z^2 + z = c that is not zero.
    quadratic: Vec<u16>,
    /// Two of the three different roots z of z^3 + z = c, c not zero; the third is their sum.
    cubic: Vec<[u16; 2]>,
    /// Square roots.
    sqrt: Vec<u16>,
}

impl Roots {
    /// Tables over `field`.
    pub fn new(field: &Field) -> Self {
        let size = field.order() + 1;
        let mut quadratic = vec![NONE; size];
        let mut cubic = vec![[NONE; 2]; size];
        let mut sqrt = vec![0; size];
        let mut seen = vec![0u8; size];
        for z in 1..size as u16 {
            let square = field.mul(z, z);
            sqrt[square as usize] = z;
            quadratic[(square ^ z) as usize] = z;
            let c = (field.mul(square, z) ^ z) as usize;
            if seen[c] < 2 {
                cubic[c][seen[c] as usize] = z;
            }
            seen[c] += 1;
        }
        for (pair, &seen) in cubic.iter_mut().zip(&seen) {
            if seen != 3 {
                *pair = [NONE; 2];
            }
        }
        Self { field: field.clone(), quadratic, cubic, sqrt }
    }

    /// The one element whose first power sum is `s1`.
    pub fn one(s1: u16) -> Option<Few> {
        (s1 != 0).then_some(Few { count: 1, element: [s1, 0, 0] })
    }

    /// One or two elements with these power sums, `s1` and `s3` not both zero.
    pub fn up_to_two(&self, s1: u16, s3: u16) -> Option<Few> {
        let field = &self.field;
        if s1 == 0 {
            return None;
        }
        let d = field.mul(field.mul(s1, s1), s1) ^ s3;
        if d == 0 {
            return Self::one(s1);
        }
        self.quadratic(s1, field.div(d, s1))
    }

    /// Two different roots, neither zero, of x^2 + s1 x + s2.
    fn quadratic(&self, s1: u16, s2: u16) -> Option<Few> {
        let field = &self.field;
        let z = self.quadratic[field.div(field.div(s2, s1), s1) as usize];
        let first = field.mul(z, s1);
        (z > 1).then_some(Few { count: 2, element: [first, first ^ s1, 0] })
    }

    /// One, two or three elements with these power sums, not all zero.
    #[inline]
    pub fn up_to_three(&self, s1: u16, s3: u16, s5: u16) -> Option<Few> {
        let field = &self.field;
        let square = field.mul(s1, s1);
        let d = field.mul(square, s1) ^ s3;
        if d == 0 {
            let fifth = field.mul(field.mul(square, square), s1);
            return if fifth == s5 { Self::one(s1) } else { None };
        }
        let s2 = field.div(field.mul(square, s3) ^ s5, d);
        let product = d ^ field.mul(s1, s2);
        if product == 0 {
            // The third root is zero, which is no error.
            return if s1 == 0 { None } else { self.quadratic(s1, s2) };
        }
        let a = square ^ s2;
        if a == 0 {
            return self.cube_roots(s1, d);
        }
        let scale = self.sqrt[a as usize];
        let [z1, z2] = self.cubic[field.div(field.div(d, a), scale) as usize];
        if z1 == NONE {
            return None;
        }
        let (y1, y2) = (field.mul(z1, scale), field.mul(z2, scale));
        Some(Few { count: 3, element: [y1 ^ s1, y2 ^ s1, y1 ^ y2 ^ s1] })
    }

    /// The roots of (x + s1)^3 = d, where there are three.
    fn cube_roots(&self, s1: u16, d: u16) -> Option<Few> {
        let field = &self.field;
        let third = field.order() / 3;
        let log = field.log(d)?;
        if !field.order().is_multiple_of(3) || !log.is_multiple_of(3) {
            return None;
        }
        let root = |turn: usize| field.alpha_pow(log / 3 + turn * third) ^ s1;
        Some(Few { count: 3, element: [root(0), root(1), root(2)] })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(field: &Field, elements: &[u16]) -> [u16; 3] {
        [1, 3, 5].map(|n| elements.iter().fold(0, |sum, &x| sum ^ field.pow(x, n)))
    }

    /// All single, double and triple errors of the fields with 31 and 63 elements (63 is divisible
    /// by three, so that pure cubes occur), and for every other power sums: no false answer.
    #[test]
    fn every_pattern_of_small_fields_is_found_and_nothing_else() {
        for polynomial in [0b100101, 0b1000011] {
            let field = Field::new(polynomial).unwrap();
            let roots = Roots::new(&field);
            let size = field.order() as u16;
            let mut solvable = 0;
            let mut check = |elements: &[u16]| {
                let [s1, s3, s5] = sums(&field, elements);
                let found = roots.up_to_three(s1, s3, s5).unwrap();
                let mut sorted = found.element[..found.count].to_vec();
                sorted.sort_unstable();
                assert_eq!(sorted, elements);
                solvable += 1;
            };
            for a in 1..=size {
                check(&[a]);
                for b in a + 1..=size {
                    check(&[a, b]);
                    (b + 1..=size).for_each(|c| check(&[a, b, c]));
                }
            }
            let mut answered = 0;
            for s1 in 0..=size {
                for s3 in 0..=size {
                    for s5 in 0..=size {
                        let zero = s1 | s3 | s5 == 0;
                        let Some(found) = roots.up_to_three(s1, s3, s5).filter(|_| !zero) else {
                            continue;
                        };
                        if !found.element[..found.count].contains(&0) {
                            assert_eq!(sums(&field, &found.element[..found.count]), [s1, s3, s5]);
                            answered += 1;
                        }
                    }
                }
            }
            assert_eq!(answered, solvable);
        }
    }

    #[test]
    fn two_errors_of_a_small_field() {
        let field = Field::new(0b100101).unwrap();
        let roots = Roots::new(&field);
        let mut answered = 0;
        for s1 in 0..32 {
            for s3 in 0..32 {
                if let Some(found) = roots.up_to_two(s1, s3).filter(|_| s1 | s3 != 0) {
                    assert_eq!(sums(&field, &found.element[..found.count])[..2], [s1, s3]);
                    answered += 1;
                }
            }
        }
        assert_eq!(answered, 31 + 31 * 30 / 2);
    }
}
