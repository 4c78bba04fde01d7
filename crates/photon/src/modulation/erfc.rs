//! The complementary error function and its inverse.
//!
//! Sources: Abramowitz and Stegun, 7.1.6 (series) and 7.1.14 (continued fraction).
//! In: a number. Out: erfc of it within 1e-13 relative, or the number whose erfc it is.

use core::f64::consts::PI;

/// Where the series hands over to the continued fraction.
const SERIES_BELOW: f64 = 2.0;

/// 2/sqrt(pi) times the integral of exp(-t^2) from `x` to infinity.
pub fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < SERIES_BELOW { 1.0 - series(x) } else { fraction(x) }
}

/// erf(x) = 2/sqrt(pi) exp(-x^2) sum of 2^n x^(2n+1) / (1 3 5 ... (2n+1)): no terms that cancel.
fn series(x: f64) -> f64 {
    let square = x * x;
    let mut term = x;
    let mut sum = x;
    let mut n = 1.0;
    while term > sum * 1e-17 && n < 200.0 {
        term *= 2.0 * square / (2.0 * n + 1.0);
        sum += term;
        n += 1.0;
    }
    2.0 / PI.sqrt() * (-square).exp() * sum
}

/// erfc(x) = exp(-x^2)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))).
fn fraction(x: f64) -> f64 {
    (-x * x).exp() / PI.sqrt() / denominator(x)
}

/// The continued fraction below the exponential, from its tail on.
fn denominator(x: f64) -> f64 {
    // At 2 the fraction has settled to 16 digits after 100 steps, sooner above.
    let steps = 20 + (320.0 / (x * x)) as u32;
    let mut tail = x;
    for n in (1..=steps).rev() {
        tail = x + 0.5 * f64::from(n) / tail;
    }
    tail
}

/// The number whose [`erfc`] is `y`; infinite at 0 and 2, NaN outside.
pub fn erfc_inverse(y: f64) -> f64 {
    if y > 1.0 {
        return -erfc_inverse(2.0 - y);
    }
    if y.is_nan() || y < 0.0 {
        return f64::NAN;
    }
    if y == 0.0 {
        return f64::INFINITY;
    }
    // Newton's steps go one way only: erf and log erfc are concave, and both starts lie on the outer side.
    let outer = y < fraction(SERIES_BELOW);
    let mut x = if outer { (-y.ln()).sqrt() } else { (1.0 - y) * PI.sqrt() / 2.0 };
    for _ in 0..MOST_STEPS {
        let step = if outer {
            // log erfc(x) = -x^2 - log(sqrt(pi) d), its slope is -2 d.
            let d = denominator(x);
            (-x * x - (PI.sqrt() * d).ln() - y.ln()) / (2.0 * d)
        } else {
            ((1.0 - y) - series(x)) * PI.sqrt() / 2.0 * (x * x).exp()
        };
        x += step;
        if step.abs() <= 1e-16 * x {
            break;
        }
    }
    x
}

/// Most steps of Newton's method; ten are enough.
const MOST_STEPS: u32 = 50;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{erfc, erfc_inverse};

    proptest! {
        /// Over all of its range, from the smallest numbers to two.
        #[test]
        fn the_inverse_leads_back(power in 0.0..305.0f64, near_one in -1.0..1.0f64) {
            for y in [10f64.powf(-power), 1.0 + near_one] {
                let there = erfc(erfc_inverse(y));
                // The last digit of x counts 2 x^2 times in erfc.
                let tolerance = 1e-13 + 4.0 * f64::EPSILON * y.ln().abs();
                prop_assert!((there / y - 1.0).abs() < tolerance, "{y:e} {there:e}");
            }
        }

        /// A number that falls ever less is told apart from the next one.
        #[test]
        fn the_inverse_falls(y in 1e-300..1.9f64) {
            prop_assert!(erfc_inverse(y * 1.001) < erfc_inverse(y));
        }
    }

    /// Quantiles of the normal distribution at 0.9, 0.99, 0.999 and 0.98, from tables.
    #[test]
    fn quantiles() {
        let known = [
            (0.1, 1.281_551_565_544_600_4),
            (0.01, 2.326_347_874_040_841),
            (0.001, 3.090_232_306_167_813_5),
            (0.02, 2.053_748_910_631_823),
            (1e-9, 5.997_807_015_007_687),
        ];
        for (tail, quantile) in known {
            let found = 2f64.sqrt() * erfc_inverse(2.0 * tail);
            assert!((found / quantile - 1.0).abs() < 1e-14, "{tail}: {found}");
            let mirrored = 2f64.sqrt() * erfc_inverse(2.0 - 2.0 * tail);
            assert!((mirrored / quantile + 1.0).abs() < 1e-6, "{tail}: {mirrored}");
        }
        assert_eq!((erfc_inverse(0.0), erfc_inverse(2.0)), (f64::INFINITY, f64::NEG_INFINITY));
        assert_eq!(erfc_inverse(1.0), 0.0);
        for wrong in [-1e-9, 2.1, f64::NAN, f64::NEG_INFINITY, f64::INFINITY] {
            assert!(erfc_inverse(wrong).is_nan(), "{wrong}");
        }
        // The least number there is.
        assert!(erfc_inverse(5e-324) > 27.0);
    }

    /// Values of Abramowitz and Stegun, table 7.1 and 7.3, and of mpmath to 16 digits.
    #[test]
    fn known_values() {
        let known = [
            (0.0, 1.0),
            (0.5, 0.479_500_122_186_953_5),
            (1.0, 0.157_299_207_050_285_13),
            (1.5, 0.033_894_853_524_689_27),
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544e-5),
            (5.0, 1.537_459_794_428_035e-12),
            (10.0, 2.088_487_583_762_545e-45),
        ];
        for (x, expected) in known {
            let found = erfc(x);
            assert!((found / expected - 1.0).abs() < 1e-13, "{x}: {found:e} {expected:e}");
        }
        assert_eq!(erfc(-1.0), 2.0 - erfc(1.0));
        assert_eq!((erfc(f64::INFINITY), erfc(40.0)), (0.0, 0.0));
        assert!(erfc(f64::NAN).is_nan());
    }
}
