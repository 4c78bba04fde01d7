//! The Shannon limits of a rate: with hard decisions (binary symmetric channel) and with soft ones
//! (binary-input additive white Gaussian noise).
//!
//! Source: the two capacity formulas. In: a rate. Out: the worst bit error ratio before the decoder
//! and the least Eb/N0. Confidence: section B of the fact sheet prints the same numbers.

use super::gaussian::{decibels, q, q_inverse};
use super::root;

/// What the decoder may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Bits.
    Hard,
    /// Log-likelihood ratios.
    Soft,
}

/// Where a rate ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    /// Bit error ratio before the decoder.
    pub bit_error_ratio: f64,
    /// Energy of an information bit over the noise density, in dB.
    pub eb_n0_db: f64,
}

/// The limit of codes of `rate`, which lies between 0 and 1.
pub fn limit(rate: f64, decision: Decision) -> Limit {
    // Of the argument of Q: amplitude over deviation of the noise.
    let amplitude = match decision {
        Decision::Hard => q_inverse(root(1e-18, 0.5, |p| rate - hard_capacity(p))),
        Decision::Soft => root(1e-3, 9.0, |amplitude| soft_capacity(amplitude) - rate),
    };
    Limit {
        bit_error_ratio: q(amplitude),
        eb_n0_db: decibels(amplitude * amplitude / (2.0 * rate)),
    }
}

/// Bits that go through a binary symmetric channel with each bit sent.
pub fn hard_capacity(p: f64) -> f64 {
    let share = |p: f64| if p > 0.0 { p * libm::log2(p) } else { 0.0 };
    1.0 + share(p) + share(1.0 - p)
}

/// Bits that go through noise with each bit sent as plus or minus `amplitude` deviations.
pub fn soft_capacity(amplitude: f64) -> f64 {
    // The ratio of likelihoods of a bit is normal with mean 2 a^2 and deviation 2 a. The
    // trapezoids of a smooth function that dies out at both ends converge beyond every power.
    const STEP: f64 = 1.0 / 32.0;
    const REACH: i32 = 12 * 32;
    let mut lost = 0.0;
    for n in -REACH..=REACH {
        let z = f64::from(n) * STEP;
        let likelihood = 2.0 * amplitude * (amplitude + z);
        lost += libm::exp(-z * z / 2.0) * softplus(-likelihood);
    }
    1.0 - lost * STEP / (libm::sqrt(2.0 * core::f64::consts::PI) * core::f64::consts::LN_2)
}

/// ln(1 + e^x), without overflow.
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + libm::log1p(libm::exp(-x)) } else { libm::log1p(libm::exp(x)) }
}

#[cfg(test)]
mod tests {
    use super::super::gain::best_gain_db;
    use super::*;

    /// Section B of the fact sheet: rate; hard p, Eb/N0, gain; soft p, Eb/N0, gain.
    #[test]
    fn limits_are_those_of_the_fact_sheet() {
        let printed = [
            (239.0 / 255.0, [7.36e-3, 5.016, 9.972], [1.615e-2, 3.882, 11.106]),
            (514.0 / 528.0, [2.65e-3, 6.012, 8.975], [6.65e-3, 4.981, 10.006]),
            (514.0 / 544.0, [6.30e-3, 5.176, 9.811], [1.413e-2, 4.060, 10.928]),
            (0.87135, [1.776e-2, 4.042, 10.945], [3.42e-2, 2.798, 12.190]),
            (111.0 / 128.0, [1.848e-2, 3.996, 10.992], [3.54e-2, 2.746, 12.242]),
            (0.82487, [2.62e-2, 3.579, 11.409], [4.75e-2, 2.276, 12.711]),
            (1.0 / 1.2448, [3.05e-2, 3.397, 11.591], [5.38e-2, 2.070, 12.917]),
        ];
        for (rate, hard, soft) in printed {
            for (decision, [p, eb_n0, gain]) in [(Decision::Hard, hard), (Decision::Soft, soft)] {
                let found = limit(rate, decision);
                assert!((found.bit_error_ratio / p - 1.0).abs() < 3e-3, "{rate} {found:?}");
                assert!((found.eb_n0_db - eb_n0).abs() < 1e-3, "{rate} {found:?}");
                assert!((best_gain_db(rate, decision) - gain).abs() < 1.6e-3, "{rate}");
            }
        }
    }

    #[test]
    fn capacities_have_their_known_ends() {
        assert_eq!((hard_capacity(0.0), hard_capacity(0.5)), (1.0, 0.0));
        assert!(soft_capacity(1e-3) < 1e-5 && soft_capacity(8.0) > 0.999_999);
        // Rate one half: 0.187 dB soft and 1.772 dB hard are in every textbook.
        assert!((limit(0.5, Decision::Soft).eb_n0_db - 0.187).abs() < 1e-3);
        assert!((limit(0.5, Decision::Hard).eb_n0_db - 1.772).abs() < 1e-3);
        assert!((limit(0.5, Decision::Hard).bit_error_ratio - 0.110).abs() < 1e-4);
    }
}
