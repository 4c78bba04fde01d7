//! The Q function, its inverse, and decibels.
//!
//! In: a distance in standard deviations, or a probability. Out: the other. `erfc` is the C
//! library's, in its portable form.

use super::root;

/// Probability that a normal variable lies more than `x` standard deviations above its mean.
pub fn q(x: f64) -> f64 {
    0.5 * libm::erfc(x * core::f64::consts::FRAC_1_SQRT_2)
}

/// The `x` for which [`q`] is `probability`, which lies between 1e-300 and one half.
pub fn q_inverse(probability: f64) -> f64 {
    // Falling, hence the sign; compared as logarithms, so that the tail is as exact as the middle.
    let wanted = libm::log(probability);
    root(0.0, 38.0, |x| wanted - libm::log(q(x)))
}

/// A ratio of powers as decibels.
pub fn decibels(ratio: f64) -> f64 {
    10.0 * libm::log10(ratio)
}

/// Decibels as a ratio of powers.
pub fn ratio(decibels: f64) -> f64 {
    libm::pow(10.0, decibels / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_has_its_tabled_values() {
        // Printed tables of the normal distribution.
        for (x, tail) in [(0.0, 0.5), (1.0, 0.158_655_253_9), (3.0, 1.349_898_03e-3)] {
            assert!((q(x) / tail - 1.0).abs() < 1e-8, "{x}");
        }
        for p in [0.499, 1e-2, 1e-9, 1e-15, 1e-30, 1e-200] {
            assert!((q(q_inverse(p)) / p - 1.0).abs() < 1e-10, "{p}");
        }
        // 1e-15 is Q = 17.998 dB (20 log10) of the fact sheet.
        assert!((2.0 * decibels(q_inverse(1e-15)) - 17.998).abs() < 5e-4);
        assert!((ratio(decibels(7.5)) - 7.5).abs() < 1e-12);
    }
}
