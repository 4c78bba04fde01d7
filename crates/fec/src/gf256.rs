//! Arithmetic in GF(2^8) = GF(2)\[x\] / (x^8 + x^4 + x^3 + x^2 + 1).
//!
//! Clause: G.709 Annex A. Bit 7 (the most significant) of an octet is the coefficient of
//! alpha^7. In: octets. Out: octets. Tables are made at compile time.

/// The field polynomial, x^8 included.
//= g709:a-field
const POLYNOMIAL: u16 = 0x11D;
/// Order of the multiplicative group.
const ORDER: usize = 255;

/// `EXP[i]` is alpha^i, for i from 0 to 509, so that sums of two logarithms need no reduction.
static EXP: [u8; 2 * ORDER] = exp_table();
/// `LOG[a]` is the discrete logarithm of a; `LOG[0]` is not used.
static LOG: [u8; 256] = log_table();

const fn exp_table() -> [u8; 2 * ORDER] {
    let mut table = [0; 2 * ORDER];
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

const fn log_table() -> [u8; 256] {
    let exp = exp_table();
    let mut table = [0; 256];
    let mut i = 0;
    while i < ORDER {
        table[exp[i] as usize] = i as u8;
        i += 1;
    }
    table
}

/// Product.
pub fn mul(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    EXP[LOG[a as usize] as usize + LOG[b as usize] as usize]
}

/// Product, at compile time.
pub(crate) const fn mul_const(a: u8, b: u8) -> u8 {
    let (mut a, mut b, mut product) = (a as u16, b, 0u16);
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a <<= 1;
        if a & 0x100 != 0 {
            a ^= POLYNOMIAL;
        }
        b >>= 1;
    }
    product as u8
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
    if a == 0 { None } else { Some(LOG[a as usize]) }
}

/// Multiplicative inverse, `None` for zero.
pub fn inverse(a: u8) -> Option<u8> {
    log(a).map(|l| EXP[ORDER - l as usize])
}

/// `a / b`, `None` where b is zero.
pub fn div(a: u8, b: u8) -> Option<u8> {
    inverse(b).map(|i| mul(a, i))
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
        assert_eq!(alpha_pow(8), 0x1D);
        assert_eq!(alpha_pow(255), 1);
    }
}
