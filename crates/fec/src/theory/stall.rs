//! How many smallest stall patterns a code of rows and columns has.
//!
//! Source: Smith and others, arXiv 1201.4106, section on the error floor. In: sides of a block and
//! of a pattern. Out: numbers of patterns. A pattern of so many rows times so many columns with
//! every crossing wrong cannot be corrected where each row and each column has one error more than
//! it corrects. What a decoder makes of such a pattern is not told here:
//! `crate::simulate::floor` tries it.

/// n over k.
pub fn choose(n: f64, k: u32) -> f64 {
    (0..k).fold(1.0, |product, i| product * (n - f64::from(i)) / f64::from(i + 1))
}

/// Patterns of `wrong` rows and columns in a product of `sides` rows and columns.
pub fn in_product(sides: (u32, u32), wrong: (u32, u32)) -> f64 {
    choose(sides.0.into(), wrong.0) * choose(sides.1.into(), wrong.1)
}

//= arxiv1201.4106:error-floor
/// Patterns of `lines` times `lines` that begin in one block of a staircase of `rows` times
/// `columns`: with all their columns there, and their rows in it or in the next (which has as many
/// as the block has columns, its rows and the next block's columns being in the same words), one
/// at least in it.
pub fn in_staircase(rows: u32, columns: u32, lines: u32) -> f64 {
    let both = f64::from(rows) + f64::from(columns);
    choose(columns.into(), lines) * (choose(both, lines) - choose(columns.into(), lines))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fact sheet: the source's floor is 4.0e-21 at 4.8e-3, larger patterns included. That a
    /// bit is wrong by a miscorrection in 5.8e-4 is recalled from the source, and belongs to its
    /// decoder.
    //= type=test arxiv1201.4106:error-floor
    #[test]
    fn the_staircase_code_has_the_floor_of_its_paper() {
        let floor = in_staircase(510, 510, 4) * libm::pow(4.8e-3 + 5.8e-4, 16.0) * 16.0 / 260_100.0;
        assert!((0.8..1.0).contains(&(floor / 4.0e-21)), "{floor:e}");
    }

    /// All patterns of two rows and two columns in blocks of three by three, one by one.
    #[test]
    fn patterns_of_small_codes_are_counted_one_by_one() {
        let (mut staircase, mut product) = (0, 0);
        for columns in 0u32..8 {
            for rows in 0u32..64 {
                let is_pattern = columns.count_ones() == 2 && rows.count_ones() == 2;
                staircase += u32::from(is_pattern && rows % 8 != 0);
                product += u32::from(is_pattern && rows < 8);
            }
        }
        assert_eq!(in_staircase(3, 3, 2), f64::from(staircase));
        assert_eq!(in_product((3, 3), (2, 2)), f64::from(product));
    }
}
