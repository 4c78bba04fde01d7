//! Net coding gain, and how far it is from what Shannon allows.
//!
//! Source: the formula of section B of the fact sheet (BPSK or QPSK). In: a threshold and a rate.
//! Out: decibels.

use super::gaussian::{decibels, q_inverse};
use super::shannon::{Decision, limit};

/// Bit error ratio that a client wants to see.
pub const TARGET: f64 = 1e-15;

/// Net coding gain in dB: how much less energy a bit of the client needs than without a code, with
/// `threshold` the bit error ratio before the decoder that leaves [`TARGET`] behind it.
pub fn net_coding_gain_db(threshold: f64, rate: f64) -> f64 {
    2.0 * decibels(q_inverse(TARGET) / q_inverse(threshold)) + decibels(rate)
}

/// The best net coding gain in dB that any code of this rate can have.
pub fn best_gain_db(rate: f64, decision: Decision) -> f64 {
    let q = q_inverse(TARGET);
    decibels(q * q / 2.0) - limit(rate, decision).eb_n0_db
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section B: threshold, rate, gain by formula.
    #[test]
    fn gains_follow_the_formula_of_the_fact_sheet() {
        let rate = 239.0 / 255.0;
        for (threshold, rate, gain) in
            [(4.5e-3, rate, 9.377), (8.26e-5, rate, 6.197), (2.0e-2, 111.0 / 128.0, 11.13)]
        {
            let found = net_coding_gain_db(threshold, rate);
            assert!((found - gain).abs() < 5e-3, "{threshold}: {found}");
        }
        // Without a code the gain is none, and uncoded 1e-15 needs 14.988 dB.
        assert!(net_coding_gain_db(TARGET, 1.0).abs() < 1e-9);
        let q = q_inverse(TARGET);
        assert!((decibels(q * q / 2.0) - 14.988).abs() < 5e-4);
    }
}
