//! The field GF(2^8) of 0x11B, for which processors have products and inverses (GFNI), and the way
//! there and back from the field of 0x11D.
//!
//! All fields of 256 elements are the same but for the names of their elements: alpha, the root of
//! 0x11D, is renamed to a root of 0x11D among the elements of the other field, and all else
//! follows, as renaming is linear over bits. Nothing here is computed at run time.
//!
//! Bit literals: elements as sums of powers, bit matrices.

use super::N;
use crate::gf256::{alpha_pow_const, mul_const, product_modulo};

/// The matrix of GF2P8AFFINEQB for a map that is linear over bits, given by the images of 1, 2, 4
/// to 128. Its octet 7 - i says which bits of the operand make bit i of the result.
pub(crate) const fn bit_matrix(images: [u8; 8]) -> u64 {
    let mut matrix = 0;
    let mut row = 0;
    while row < 8 {
        let mut column = 0;
        while column < 8 {
            let bit = (images[column] >> row & 1) as u64;
            matrix |= bit << (8 * (7 - row) + column);
            column += 1;
        }
        row += 1;
    }
    matrix
}

/// The matrix that changes nothing.
pub(crate) const IDENTITY: u64 = bit_matrix([1, 2, 4, 8, 16, 32, 64, 128]);

/// `MATRICES[f]` multiplies by f.
pub(super) static MATRICES: [u64; 256] = matrices();

const fn matrices() -> [u64; 256] {
    let mut matrices = [0; 256];
    let mut factor = 0;
    while factor < 256 {
        let mut images = [0; 8];
        let mut bit = 0;
        while bit < 8 {
            images[bit] = mul_const(factor as u8, 1 << bit);
            bit += 1;
        }
        matrices[factor] = bit_matrix(images);
        factor += 1;
    }
    matrices
}

/// Product in the field of 0x11B.
pub(crate) const fn product(a: u8, b: u8) -> u8 {
    product_modulo(a, b, 0x11B)
}

/// The smallest root of x^8 + x^4 + x^3 + x^2 + 1.
const ALPHA: u8 = {
    let mut root = 2;
    loop {
        let square = product(root, root);
        let (third, fourth) = (product(square, root), product(square, square));
        if product(fourth, fourth) ^ fourth ^ third ^ square ^ 1 == 0 {
            break root;
        }
        root += 1;
    }
};

/// The new names of 1, 2, 4 to 128.
const IMAGES: [u8; 8] = {
    let mut images = [1; 8];
    let mut at = 1;
    while at < 8 {
        images[at] = product(images[at - 1], ALPHA);
        at += 1;
    }
    images
};

/// The new name of an octet.
pub(super) const fn renamed(a: u8) -> u8 {
    let (mut name, mut bit) = (0, 0);
    while bit < 8 {
        if a >> bit & 1 == 1 {
            name ^= IMAGES[bit];
        }
        bit += 1;
    }
    name
}

/// The matrix that renames.
pub(crate) const RENAME: u64 = bit_matrix(IMAGES);

/// The matrix that gives the old name back.
pub(super) const RENAME_BACK: u64 = {
    let mut images = [0; 8];
    let mut a = 0;
    while a < 256 {
        let name = renamed(a as u8);
        if name.is_power_of_two() {
            images[name.trailing_zeros() as usize] = a as u8;
        }
        a += 1;
    }
    bit_matrix(images)
};

/// The matrix that gives a y with y^2 + y = c, where there is one.
pub(crate) const HALF_SQUARE: u64 = {
    let (mut halves, mut solvable) = ([0u8; 256], [false; 256]);
    let mut y = 0;
    while y < 256 {
        let sum = (product(y as u8, y as u8) ^ y as u8) as usize;
        halves[sum] = y as u8;
        solvable[sum] = true;
        // y and y + 1 have the same sum; the even one of them makes the map linear.
        y += 2;
    }
    let mut unsolvable = 0;
    while solvable[1 << unsolvable] {
        unsolvable += 1;
    }
    let (mut images, mut bit) = ([0; 8], 0);
    while bit < 8 {
        let sum = if solvable[1 << bit] { 1 << bit } else { 1 << bit ^ 1 << unsolvable };
        images[bit] = halves[sum];
        bit += 1;
    }
    bit_matrix(images)
};

/// `PLACE_OF_LOCATION[X]` is the octet, from 0, of a codeword whose location X = alpha^d has the
/// new name X: 254 - d.
pub(crate) static PLACE_OF_LOCATION: [u8; 256] = {
    let mut places = [0; 256];
    let mut degree = 0;
    while degree < N {
        places[renamed(alpha_pow_const(degree)) as usize] = (N - 1 - degree) as u8;
        degree += 1;
    }
    places
};

/// `PLACE_OF_ROOT[x]` is the same for x, the inverse of the location and root of the locator.
pub(super) static PLACE_OF_ROOT: [u8; 256] = {
    let mut places = [0; 256];
    let mut degree = 0;
    while degree < N {
        places[renamed(alpha_pow_const(N - degree)) as usize] = (N - 1 - degree) as u8;
        degree += 1;
    }
    places
};

/// A step of a walk over all elements but zero, in which one bit changes (Gray).
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The bit that changes.
    pub bit: u8,
    /// The element reached.
    pub x: u8,
    /// Multiplies by x^3.
    pub cube: u64,
}

/// The walk, from zero on.
pub(super) static WALK: [Step; N] = {
    let mut walk = [Step { bit: 0, x: 0, cube: 0 }; N];
    let mut at = 0;
    while at < N {
        let number = at + 1;
        let x = (number ^ number >> 1) as u8;
        let cube = product(product(x, x), x);
        let (mut images, mut bit) = ([0; 8], 0);
        while bit < 8 {
            images[bit] = product(cube, 1 << bit);
            bit += 1;
        }
        walk[at] = Step { bit: number.trailing_zeros() as u8, x, cube: bit_matrix(images) };
        at += 1;
    }
    walk
};

#[cfg(test)]
mod tests {
    use super::*;
    use otn_testkit::gf256 as oracle;

    /// Bit i of the result is the parity of what octet 7 - i of the matrix selects.
    fn affine(matrix: u64, a: u8) -> u8 {
        (0..8).fold(0, |sum, i| {
            let row = matrix.to_le_bytes()[7 - i];
            sum | ((row & a).count_ones() as u8 & 1) << i
        })
    }

    #[test]
    fn matrices_multiply_rename_and_halve() {
        for a in 0..=255u8 {
            assert_eq!(affine(IDENTITY, a), a);
            assert_eq!(affine(RENAME, a), renamed(a));
            assert_eq!(affine(RENAME_BACK, renamed(a)), a);
            let half = affine(HALF_SQUARE, product(a, a) ^ a);
            assert_eq!(half & !1, a & !1, "one of a and a + 1");
            for factor in 0..=255u8 {
                let product = affine(MATRICES[usize::from(factor)], a);
                assert_eq!(product, oracle::multiply(factor, a));
            }
        }
    }

    #[test]
    fn renaming_keeps_sums_and_products() {
        for a in 0..=255u8 {
            for b in 0..=255u8 {
                let product_of_names = product(renamed(a), renamed(b));
                assert_eq!(product_of_names, renamed(oracle::multiply(a, b)), "{a} {b}");
                assert_eq!(renamed(a) ^ renamed(b), renamed(a ^ b));
            }
        }
    }

    #[test]
    fn the_walk_comes_by_every_element_once() {
        let (mut seen, mut x) = ([false; 256], 0);
        for step in &WALK {
            x ^= 1 << step.bit;
            assert_eq!(step.x, x);
            assert!(!seen[usize::from(x)]);
            seen[usize::from(x)] = true;
        }
        assert!(!seen[0]);
    }
}
