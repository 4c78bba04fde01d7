//! The field of 256 elements of G.709 Annex A, by long hand.
//!
//! An octet is a polynomial in alpha, its most significant bit the coefficient of alpha^7; alpha is
//! a root of x^8 + x^4 + x^3 + x^2 + 1. Addition is bitwise modulo 2. No tables of logarithms: the
//! product is written out and reduced, the inverse is searched for.

/// x^8 + x^4 + x^3 + x^2 + 1, bit i the coefficient of x^i (G.709 Annex A).
pub const POLYNOMIAL: u16 = 0x11D;

/// The root alpha of the polynomial, the element x.
pub const ALPHA: u8 = 0x02;

/// Sum, which is also the difference.
pub fn add(a: u8, b: u8) -> u8 {
    a ^ b
}

/// The product as a polynomial of degree 14 or less, without reduction.
pub fn carryless_product(a: u8, b: u8) -> u16 {
    let mut product = 0;
    for power in 0..8 {
        if b & (1 << power) != 0 {
            product ^= u16::from(a) << power;
        }
    }
    product
}

/// The remainder of a polynomial of degree 15 or less modulo [`POLYNOMIAL`].
pub fn reduce(polynomial: u16) -> u8 {
    let mut rest = polynomial;
    for power in (8..16).rev() {
        if rest & (1 << power) != 0 {
            rest ^= POLYNOMIAL << (power - 8);
        }
    }
    rest as u8
}

/// Product in the field.
pub fn multiply(a: u8, b: u8) -> u8 {
    reduce(carryless_product(a, b))
}

/// `base` multiplied by itself `exponent` times; 1 for exponent 0.
pub fn power(base: u8, exponent: usize) -> u8 {
    let mut result = 1;
    for _ in 0..exponent {
        result = multiply(result, base);
    }
    result
}

/// The element whose product with `a` is 1, or `None` for zero.
pub fn inverse(a: u8) -> Option<u8> {
    (1..=255).find(|candidate| multiply(a, *candidate) == 1)
}

/// Solves the linear equations `matrix` times x = `right` by Gaussian elimination. `None` when the
/// square matrix is singular.
///
/// # Panics
/// When the matrix is not square or `right` has another length.
pub fn solve(matrix: &[Vec<u8>], right: &[u8]) -> Option<Vec<u8>> {
    let size = right.len();
    assert_eq!(matrix.len(), size, "rows of the matrix");
    let mut rows = Vec::new();
    for (row, value) in matrix.iter().zip(right) {
        assert_eq!(row.len(), size, "columns of the matrix");
        let mut extended = row.clone();
        extended.push(*value);
        rows.push(extended);
    }
    for column in 0..size {
        let pivot = (column..size).find(|row| rows[*row][column] != 0)?;
        rows.swap(column, pivot);
        let scale = inverse(rows[column][column])?;
        for value in &mut rows[column] {
            *value = multiply(*value, scale);
        }
        let pivot_row = rows[column].clone();
        for (index, row) in rows.iter_mut().enumerate() {
            if index == column {
                continue;
            }
            let factor = row[column];
            for (value, pivot_value) in row.iter_mut().zip(&pivot_row) {
                *value = add(*value, multiply(factor, *pivot_value));
            }
        }
    }
    Some(rows.iter().map(|row| row[size]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_a_root_and_primitive() {
        let sum = [8, 4, 3, 2, 0].iter().fold(0, |sum, i| add(sum, power(ALPHA, *i)));
        assert_eq!(sum, 0);
        let mut seen = [false; 256];
        for exponent in 0..255 {
            let value = usize::from(power(ALPHA, exponent));
            assert!(!seen[value], "alpha^{exponent} repeats");
            seen[value] = true;
        }
        assert!(!seen[0]);
        assert_eq!(power(ALPHA, 255), 1);
        assert_eq!(power(ALPHA, 8), 0x1D);
    }

    #[test]
    fn multiplication_agrees_with_exponents() {
        let powers: Vec<u8> = (0..255).map(|i| power(ALPHA, i)).collect();
        for i in 0..255 {
            for j in 0..255 {
                assert_eq!(multiply(powers[i], powers[j]), powers[(i + j) % 255]);
            }
        }
        for a in 0..=255 {
            assert_eq!(multiply(a, 0), 0);
            assert_eq!(multiply(0, a), 0);
            assert_eq!(multiply(a, 1), a);
        }
    }

    #[test]
    fn multiplication_distributes_over_addition() {
        for a in 0..=255 {
            for b in 0..=255u8 {
                let c = a ^ b.rotate_left(3);
                assert_eq!(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)));
            }
        }
    }

    #[test]
    fn every_element_but_zero_has_an_inverse() {
        assert_eq!(inverse(0), None);
        for a in 1..=255 {
            let Some(inverted) = inverse(a) else { panic!("{a:02X} has no inverse") };
            assert_eq!(multiply(a, inverted), 1);
        }
    }

    #[test]
    fn linear_equations() {
        // x + y = 3, x + alpha y = 5, so y (1 + alpha) = 6 and 3 y = 6: y = 2, x = 1.
        assert_eq!(solve(&[vec![1, 1], vec![1, 2]], &[3, 5]), Some(vec![1, 2]));
        assert_eq!(solve(&[vec![0, 1], vec![1, 0]], &[7, 9]), Some(vec![9, 7]));
        assert_eq!(solve(&[vec![1, 2], vec![1, 2]], &[3, 3]), None);
    }
}
