//! GF(2^m) by tables of logarithms, m from 3 to 13.
//!
//! In: elements as integers, bit j the coefficient of x^j. Out: the same. The primitive polynomial
//! is an argument, x^m included. GF(2^8) of the Reed-Solomon code has a module of its own.

use alloc::vec;
use alloc::vec::Vec;

/// Smallest m that a [`Field`] can have.
pub const MIN_M: u32 = 3;
/// Largest m that a [`Field`] can have.
pub const MAX_M: u32 = 13;

/// The polynomial is not primitive, or its degree is not between [`MIN_M`] and [`MAX_M`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPrimitive {
    /// The polynomial asked for.
    pub polynomial: u32,
}

/// A field with its tables.
#[derive(Clone, Debug)]
pub struct Field {
    m: u32,
    order: usize,
    /// `exp[i]` is alpha^i; twice around, and then zeros from `2 order` on, so that the logarithm
    /// of zero may be added like any other.
    exp: Vec<u16>,
    /// Logarithms; that of zero is `2 order`.
    log: Vec<u16>,
}

impl Field {
    /// The field whose alpha is a root of `polynomial`.
    ///
    /// # Errors
    /// [`NotPrimitive`] where alpha does not generate all elements.
    pub fn new(polynomial: u32) -> Result<Self, NotPrimitive> {
        let error = NotPrimitive { polynomial };
        let m = polynomial.checked_ilog2().ok_or(error)?;
        if !(MIN_M..=MAX_M).contains(&m) {
            return Err(error);
        }
        let order = (1usize << m) - 1;
        let mut exp = vec![0u16; 4 * order + 1];
        let mut log = vec![0u16; order + 1];
        let mut value = 1u32;
        for i in 0..order {
            if i > 0 && value == 1 {
                return Err(error);
            }
            exp[i] = value as u16;
            exp[i + order] = value as u16;
            log[value as usize] = i as u16;
            value <<= 1;
            if value > order as u32 {
                value ^= polynomial;
            }
        }
        if value != 1 {
            return Err(error);
        }
        log[0] = 2 * order as u16;
        Ok(Self { m, order, exp, log })
    }

    /// Bits of an element.
    pub fn m(&self) -> u32 {
        self.m
    }

    /// Elements other than zero: 2^m - 1.
    pub fn order(&self) -> usize {
        self.order
    }

    /// Product.
    #[inline]
    pub fn mul(&self, a: u16, b: u16) -> u16 {
        self.exp[self.log[a as usize] as usize + self.log[b as usize] as usize]
    }

    /// `a / b`; zero where b is zero.
    #[inline]
    pub fn div(&self, a: u16, b: u16) -> u16 {
        let Some(log) = self.log(b) else { return 0 };
        self.exp[self.log[a as usize] as usize + self.order - log]
    }

    /// alpha to the power `n`.
    #[inline]
    pub fn alpha_pow(&self, n: usize) -> u16 {
        self.exp[n % self.order]
    }

    /// alpha to the power `n`, n below twice the order.
    #[inline]
    pub(crate) fn alpha_pow_small(&self, n: usize) -> u16 {
        self.exp[n]
    }

    /// Discrete logarithm, `None` for zero.
    #[inline]
    pub fn log(&self, a: u16) -> Option<usize> {
        if a == 0 { None } else { Some(self.log[a as usize] as usize) }
    }

    /// `a` to the power `n`; 0 to the power 0 is 1.
    pub fn pow(&self, a: u16, n: usize) -> u16 {
        match (self.log(a), n) {
            (_, 0) => 1,
            (None, _) => 0,
            (Some(log), _) => self.alpha_pow(log * n),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shift and add, and reduction at the end: no tables.
    fn product(a: u16, b: u16, polynomial: u32) -> u16 {
        let m = polynomial.ilog2();
        let wide = (0..m).filter(|&j| b >> j & 1 == 1).fold(0u32, |sum, j| sum ^ u32::from(a) << j);
        let reduce = |rest: u32, j: u32| {
            if rest >> j & 1 == 1 { rest ^ polynomial << (j - m) } else { rest }
        };
        (m..2 * m).rev().fold(wide, reduce) as u16
    }

    #[test]
    fn products_and_quotients_are_those_of_shift_and_add() {
        for polynomial in [0b1011, 0x89, 0x11D, 0x211, 0x409, 0x805, 0x1941, 0x201B] {
            let field = Field::new(polynomial).unwrap();
            let step = if field.m() > 8 { 61 } else { 1 };
            for a in 0..=field.order() as u16 {
                for b in (0..=field.order() as u16).step_by(step) {
                    let expected = product(a, b, polynomial);
                    assert_eq!(field.mul(a, b), expected);
                    assert!(b == 0 || field.div(expected, b) == a);
                }
                assert_eq!(field.pow(a, 3), field.mul(a, field.mul(a, a)));
            }
        }
    }

    #[test]
    fn polynomials_that_make_no_such_field_are_refused() {
        // Degree too small and too great; reducible; irreducible, but alpha has order 5 only.
        for polynomial in [0, 1, 0b111, 0x4443, 0b1001, 0b11111] {
            assert_eq!(Field::new(polynomial).unwrap_err(), NotPrimitive { polynomial });
        }
    }
}
