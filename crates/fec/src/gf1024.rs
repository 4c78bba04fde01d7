//! Arithmetic in GF(2^10) = GF(2)\[x\] / (x^10 + x^3 + 1).
//!
//! Clause: the Reed-Solomon codes of FlexO and of OTU25 and OTU50 (G.709.4, G.709.5). In: symbols, of
//! which the ten lowest bits count; the highest of them is the coefficient of alpha^9. Out: symbols.
//! Tables are made at compile time.
//!
//! Bit literals: symbols of ten bits.

/// The field polynomial, x^10 included.
//= g709.5:rs10-field
const POLYNOMIAL: u16 = 0x409;
/// Order of the multiplicative group.
pub const ORDER: usize = 1023;
/// The bits of a symbol.
pub const MASK: u16 = 0x3FF;

/// `EXP[i]` is alpha^i, twice round, so that sums of two logarithms need no reduction.
static EXP: [u16; 2 * ORDER] = exp_table();
/// `LOG[a]` is the discrete logarithm of a; `LOG[0]` is not used.
static LOG: [u16; ORDER + 1] = log_table();

const fn times_alpha(a: u16) -> u16 {
    let doubled = a << 1;
    if doubled > MASK { doubled ^ POLYNOMIAL } else { doubled }
}

const fn exp_table() -> [u16; 2 * ORDER] {
    let mut table = [1; 2 * ORDER];
    let mut i = 1;
    while i < 2 * ORDER {
        table[i] = times_alpha(table[i - 1]);
        i += 1;
    }
    table
}

const fn log_table() -> [u16; ORDER + 1] {
    let exp = exp_table();
    let mut table = [0; ORDER + 1];
    let mut i = 0;
    while i < ORDER {
        table[exp[i] as usize] = i as u16;
        i += 1;
    }
    table
}

/// Product.
pub fn mul(a: u16, b: u16) -> u16 {
    let (a, b) = (usize::from(a & MASK), usize::from(b & MASK));
    if a == 0 || b == 0 {
        return 0;
    }
    EXP[usize::from(LOG[a]) + usize::from(LOG[b])]
}

/// Product, at compile time.
pub(crate) const fn mul_const(a: u16, b: u16) -> u16 {
    let (mut a, mut b, mut product) = (a & MASK, b & MASK, 0);
    while b != 0 {
        if b & 1 != 0 {
            product ^= a;
        }
        a = times_alpha(a);
        b >>= 1;
    }
    product
}

/// alpha to the power `n`.
pub fn alpha_pow(n: usize) -> u16 {
    EXP[n % ORDER]
}

/// Discrete logarithm, `None` for zero.
pub fn log(a: u16) -> Option<u16> {
    Some(a & MASK).filter(|&a| a != 0).map(|a| LOG[usize::from(a)])
}

/// `a / b`, `None` where b is zero.
pub fn div(a: u16, b: u16) -> Option<u16> {
    let inverse = EXP[ORDER - usize::from(log(b)?)];
    Some(mul(a, inverse))
}

/// Value of a polynomial at `x`; `coefficients[0]` is the constant term.
pub fn evaluate(coefficients: &[u16], x: u16) -> u16 {
    coefficients.iter().rev().fold(0, |sum, &c| mul(sum, x) ^ c)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Schoolbook product of polynomials, then reduction from the top.
    fn schoolbook(a: u16, b: u16) -> u16 {
        let mut product = (0..10)
            .fold(0u32, |sum, bit| sum ^ if b >> bit & 1 == 1 { u32::from(a) << bit } else { 0 });
        for degree in (10..19).rev() {
            if product >> degree & 1 == 1 {
                product ^= 0b100_0000_1001 << (degree - 10);
            }
        }
        product as u16
    }

    //= type=test g709.5:rs10-field
    #[test]
    fn products_and_quotients_over_the_whole_field() {
        for a in 0..=MASK {
            for b in 0..=MASK {
                let product = schoolbook(a, b);
                assert_eq!(mul(a, b), product, "{a} {b}");
                if b != 0 {
                    assert_eq!(div(product, b), Some(a));
                }
            }
            assert_eq!(mul_const(a, 0x2A5), schoolbook(a, 0x2A5));
        }
        assert_eq!((log(0), div(1, 0)), (None, None));
        assert_eq!(alpha_pow(10), 0b1001, "alpha^10 = alpha^3 + 1");
    }
}
