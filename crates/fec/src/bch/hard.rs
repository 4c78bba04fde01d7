//! Decisions: what a hard decoder makes of a received block.
//!
//! In: packed bits, or log-likelihood ratios. Out: packed bits.

use crate::bits;
use crate::code::Received;

/// Writes the first `count` received bits, a ratio below zero being a one. What was not received is
/// zero.
pub(crate) fn decide(received: Received<'_>, count: usize, decided: &mut [u8]) {
    decided.fill(0);
    match received {
        Received::Bits(packed) => {
            let octets = bits::octets(count).min(packed.len());
            decided[..octets].copy_from_slice(&packed[..octets]);
        }
        Received::Llr(ratios) => {
            for (at, &ratio) in ratios.iter().enumerate().take(count) {
                bits::set(decided, at, ratio < 0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_ratio_is_a_one() {
        let mut decided = [0xFF; 2];
        decide(Received::Llr(&[-1.0, 2.0, -0.0, f32::NAN, -1e-9, 0.5, 1.0, -3.0]), 8, &mut decided);
        assert_eq!(decided, [0b1000_1001, 0]);
        decide(Received::Bits(&[0x12]), 16, &mut decided);
        assert_eq!(decided, [0x12, 0]);
    }
}
