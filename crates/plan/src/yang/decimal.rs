//! Numbers as YANG data writes them.
//!
//! Clauses: RFC 7950 9.3 (decimal64), RFC 7951 6.1 (decimal64 and 64-bit numbers are texts).
//! In: numbers. Out: texts without an exponent, with at least one and at most the leaf's decimals.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Leaves and their fraction digits.
const TABLE: &str = include_str!("../../data/fraction_digits.txt");

/// How a leaf is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaf {
    /// A text, or a word.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number of so many decimals.
    Decimal(usize),
    /// Not in the table.
    Other,
}

/// How the leaf of this name is written.
pub(super) fn leaf(name: &str) -> Leaf {
    static LEAVES: OnceLock<HashMap<&'static str, Leaf>> = OnceLock::new();
    let leaves = LEAVES.get_or_init(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|row| {
            let (name, digits) = row.split_once(' ')?;
            Some((name, of_digits(digits.parse().ok()?)))
        })
        .collect()
    });
    leaves.get(name).copied().unwrap_or(Leaf::Other)
}

fn of_digits(digits: i32) -> Leaf {
    match usize::try_from(digits) {
        Err(_) => Leaf::Text,
        Ok(0) => Leaf::Integer,
        Ok(digits) => Leaf::Decimal(digits),
    }
}

/// From so many decimals on, the shortest digits of a number are cut instead of rounded.
const CUT_FROM: usize = 17;

/// A number as a text: at most `digits` decimals where given, no exponent, at least one decimal.
//= gnpy:1.2-yang-decimal
pub(super) fn text(number: f64, digits: Option<usize>) -> String {
    let text = match digits {
        // Below this size GNPy's digits would have an exponent, and it rounds again.
        Some(digits) if digits >= CUT_FROM && number.abs() >= 1e-4 => {
            let text = number.to_string();
            let end = text.find('.').map_or(text.len(), |point| point + 1 + digits);
            text.get(..end).unwrap_or(&text).to_owned()
        }
        Some(digits) => format!("{number:.digits$}"),
        None => number.to_string(),
    };
    match text.split_once('.') {
        None => text + ".0",
        Some((whole, decimals)) => match decimals.trim_end_matches('0') {
            "" => format!("{whole}.0"),
            decimals => format!("{whole}.{decimals}"),
        },
    }
}

/// The number a decimal text stands for.
pub(super) fn number(text: &str) -> Option<f64> {
    let first = text.trim_start_matches(['-', '+']).bytes().next()?;
    let number: f64 = text.parse().ok()?;
    (first.is_ascii_digit() && number.is_finite()).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Leaf, leaf, number, text};

    proptest! {
        /// A text stands for its number but for what the decimals cut off, and has the form of one.
        #[test]
        fn a_text_stands_for_its_number(mantissa in -1e6..1e6f64, power in -20..20i32, digits in 1..19usize) {
            let given = mantissa * 10f64.powi(power);
            let written = text(given, Some(digits));
            let whole = written.trim_start_matches('-');
            prop_assert!(whole.bytes().all(|octet| octet.is_ascii_digit() || octet == b'.'));
            let (_, decimals) = whole.split_once('.').expect("a point");
            prop_assert!((1..=digits).contains(&decimals.len()));
            let unit = 10f64.powi(-(digits as i32));
            let error = (number(&written).expect("a number") - given).abs();
            prop_assert!(error <= unit + given.abs() * f64::EPSILON, "{written}");
            let full = number(&text(given, None));
            prop_assert_eq!(full, Some(given));
        }
    }

    //= type=test gnpy:1.2-yang-decimal
    #[test]
    fn decimals_as_the_reference_writes_them() {
        // Pairs printed by GNPy 2.14.2 for leaves of two decimals.
        let pairs = [
            (0.005, "0.01"),
            (0.015, "0.01"),
            (2.675, "2.67"),
            (1e22, "10000000000000000000000.0"),
            (-0.0, "-0.0"),
            (191.3e12, "191300000000000.0"),
            (-20.123456, "-20.12"),
            (0.125, "0.12"),
            (0.375, "0.38"),
        ];
        for (given, expected) in pairs {
            assert_eq!(text(given, Some(2)), expected, "{given}");
        }
        assert_eq!(text(1.67e-5, Some(8)), "0.0000167");
        assert_eq!(text(8.3e-11, Some(14)), "0.000000000083");
        assert_eq!(text(1e-20, Some(18)), "0.0");
        assert_eq!(text(0.002_172_653_020_839_021_6, Some(18)), "0.002172653020839021");
        assert_eq!(text(0.9e-18, Some(18)), "0.000000000000000001");
        assert_eq!(text(1.5e-18, Some(18)), "0.000000000000000001");
        assert_eq!(text(1e-20, None), "0.00000000000000000001");
    }

    #[test]
    fn the_table_is_read() {
        assert_eq!(leaf("length"), Leaf::Decimal(6));
        assert_eq!(leaf("uid"), Leaf::Text);
        assert_eq!(leaf("N"), Leaf::Integer);
        assert_eq!(leaf("no such leaf"), Leaf::Other);
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        assert_eq!(number("-1.5"), Some(-1.5));
        for wrong in ["", "-", "nan", "inf", "1e999", "x1", ".5"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
