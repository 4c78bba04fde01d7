//! Arithmetic in GF(2^8) = GF(2)\[x\] / (x^8 + x^4 + x^3 + x^2 + 1).
//!
//! Clause: G.709 Annex A. Bit 7 (the most significant) of an octet is the coefficient of
//! alpha^7. In: octets. Out: octets. Tables are made at compile time.

/// The field polynomial, x^8 included.
//= g709:a-field
const POLYNOMIAL: u16 = 0x11D;
/// Order of the multiplicative group.
const ORDER: usize = 255;

/// The logarithm of zero: whatever is added to it, `EXP` has a zero there.
const LOG_OF_ZERO: usize = 2 * ORDER;

/// `EXP[i]` is alpha^i, for i from 0 to 509, so that sums of two logarithms need no reduction; above
/// that zeros, so that a product with zero needs no branch.
static EXP: [u8; 2 * LOG_OF_ZERO + 1] = exp_table();
/// `LOG[a]` is the discrete logarithm of a.
static LOG: [u16; 256] = log_table();

const fn exp_table() -> [u8; 2 * LOG_OF_ZERO + 1] {
    let mut table = [0; 2 * LOG_OF_ZERO + 1];
    let mut value: u16 = 1;
    let mut i = 0;
    while i < 2 * ORDER {
        table[i] = value as u8;
        value <<= 1;
        if value & 0x100 != 0 {
            value ^= POLYNOMIAL;
        }
        i += 1;
    }
    table
}

const fn log_table() -> [u16; 256] {
    let exp = exp_table();
    let mut table = [LOG_OF_ZERO as u16; 256];
    let mut i = 0;
    while i < ORDER {
        table[exp[i] as usize] = i as u16;
        i += 1;
    }
    table
}

/// Product.
pub fn mul(a: u8, b: u8) -> u8 {
    EXP[LOG[a as usize] as usize + LOG[b as usize] as usize]
}

/// Product, at compile time.
pub(crate) const fn mul_const(a: u8, b: u8) -> u8 {
    product_modulo(a, b, POLYNOMIAL)
}

/// Product in the field of another polynomial of degree eight, at compile time.
pub(crate) const fn product_modulo(a: u8, b: u8, polynomial: u16) -> u8 {
    let (mut a, mut b, mut product) = (a as u16, b, 0u16);
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a <<= 1;
        if a & 0x100 != 0 {
            a ^= polynomial;
        }
        b >>= 1;
    }
    product as u8
}

/// Multiplicative inverse at compile time; that of zero is zero.
pub(crate) const fn inverse_const(a: u8) -> u8 {
    // a^254, as the order of the group is 255.
    let (mut power, mut left) = (1, ORDER - 1);
    while left > 0 {
        power = mul_const(power, a);
        left -= 1;
    }
    power
}

/// alpha to the power `n`, at compile time.
pub(crate) const fn alpha_pow_const(n: usize) -> u8 {
    let (mut power, mut left) = (1, n);
    while left > 0 {
        power = mul_const(power, 2);
        left -= 1;
    }
    power
}

/// alpha to the power `n`.
pub fn alpha_pow(n: usize) -> u8 {
    EXP[n % ORDER]
}

/// Discrete logarithm, `None` for zero.
pub fn log(a: u8) -> Option<u8> {
    if a == 0 { None } else { Some(LOG[a as usize] as u8) }
}

/// Multiplicative inverse, `None` for zero.
pub fn inverse(a: u8) -> Option<u8> {
    log(a).map(|l| EXP[ORDER - l as usize])
}

/// `a / b`, `None` where b is zero.
pub fn div(a: u8, b: u8) -> Option<u8> {
    inverse(b).map(|i| mul(a, i))
}

/// `HALVES[c]` is an y with y^2 + y = c, even; 1 where there is none, as y^2 + y = 0 has 0 for it.
static HALVES: [u8; 256] = halves();

const fn halves() -> [u8; 256] {
    let mut table = [1; 256];
    let mut y = 0;
    while y < 256 {
        table[(mul_const(y as u8, y as u8) ^ y as u8) as usize] = y as u8;
        y += 2;
    }
    table
}

/// A solution y of y^2 + y = c, the even one of y and y + 1; `None` where there is none.
pub fn half_square(c: u8) -> Option<u8> {
    Some(HALVES[c as usize]).filter(|&y| y != 1)
}

/// Value of a polynomial at `x`; `coefficients[0]` is the constant term.
pub fn evaluate(coefficients: &[u8], x: u8) -> u8 {
    coefficients.iter().rev().fold(0, |sum, &c| mul(sum, x) ^ c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_testkit::gf256 as oracle;

    //= type=test g709:a-field
    #[test]
    fn products_and_inverses_over_the_whole_field() {
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let product = oracle::multiply(a, b);
                assert_eq!(mul(a, b), product, "{a} {b}");
                assert_eq!(mul_const(a, b), product, "{a} {b}");
                if b != 0 {
                    assert_eq!(div(product, b), Some(a));
                }
            }
        }
        assert_eq!((inverse(0), log(0), div(3, 0)), (None, None, None));
        assert_eq!(inverse_const(0), 0);
        assert!((1..=255).all(|a| inverse(a) == Some(inverse_const(a))));
        assert_eq!(alpha_pow(8), 0x1D);
        assert_eq!(alpha_pow(255), 1);
    }

    #[test]
    fn the_quadratic_equation_is_solved_where_it_can_be() {
        for c in 0..=255u8 {
            let found = (0..=255u8).find(|&y| oracle::multiply(y, y) ^ y == c);
            assert_eq!(half_square(c), found.map(|y| y & !1), "{c}");
        }
    }
}
