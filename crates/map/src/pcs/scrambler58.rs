//! The self-synchronous scrambler 1 + x^39 + x^58 over the payloads of blocks.
//!
//! Clauses: IEEE 802.3 49.2.6, 49.2.10. In: payloads in order, first bit least significant; sync
//! headers and alignment markers are not part of the sequence. Out: the same payloads scrambled or
//! descrambled, 64 bits in a few steps: both lags are more than half a word.
//!
//! Bit literals: the delay line is one machine word.

/// Lags of the polynomial.
//= ieee802.3:49.2.6-scrambler
const LAGS: [u32; 2] = [39, 58];

// No bit of a word may depend on one that itself depends on the same word.
const _: () = assert!(LAGS[0] * 2 > u64::BITS && LAGS[1] <= u64::BITS);

/// The delay line: the last 64 bits on the line, the latest most significant; 58 of them count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scrambler {
    line: u64,
}

impl Default for Scrambler {
    /// All ones. The start is free: a descrambler follows within one block.
    fn default() -> Self {
        Self::new(u64::MAX)
    }
}

impl Scrambler {
    /// A scrambler behind these last bits of the line, the latest most significant.
    pub const fn new(line: u64) -> Self {
        Self { line }
    }

    /// What the line before this word adds to it.
    const fn before(self) -> u64 {
        self.line >> (u64::BITS - LAGS[0]) ^ self.line >> (u64::BITS - LAGS[1])
    }

    /// What a word adds to its own later bits.
    const fn within(word: u64) -> u64 {
        word << LAGS[0] ^ word << LAGS[1]
    }

    /// Scrambles a payload.
    #[inline]
    pub const fn scramble(&mut self, payload: u64) -> u64 {
        let word = payload ^ self.before();
        self.line = word ^ Self::within(word);
        self.line
    }

    /// Descrambles a payload.
    #[inline]
    pub const fn descramble(&mut self, payload: u64) -> u64 {
        let word = payload ^ self.before() ^ Self::within(payload);
        self.line = payload;
        word
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    /// Bit by bit, as the polynomial says: `line` holds what was sent, latest last.
    fn slow(line: &mut Vec<bool>, payloads: &[u64]) -> Vec<u64> {
        let mut out = Vec::new();
        for payload in payloads {
            let mut word = 0;
            for n in 0..64 {
                let bit = payload >> n & 1 == 1;
                let sent = bit ^ line[line.len() - 39] ^ line[line.len() - 58];
                line.push(sent);
                word |= u64::from(sent) << n;
            }
            out.push(word);
        }
        out
    }

    proptest! {
        //= type=test ieee802.3:49.2.6-scrambler
        #[test]
        fn words_are_those_of_the_bit_recurrence(
            start in any::<u64>(), payloads in proptest::collection::vec(any::<u64>(), 1..40),
        ) {
            let mut line: Vec<bool> = (0..64).map(|n| start >> n & 1 == 1).collect();
            let expected = slow(&mut line, &payloads);
            let (mut tx, mut rx) = (Scrambler::new(start), Scrambler::new(start));
            let sent: Vec<u64> = payloads.iter().map(|p| tx.scramble(*p)).collect();
            prop_assert_eq!(&sent, &expected);
            let back: Vec<u64> = sent.iter().map(|p| rx.descramble(*p)).collect();
            prop_assert_eq!(back, payloads);
        }
    }

    /// By hand: with all ones before, the lags 39 and 58 add up to zero for the first 39 bits, to
    /// the bit itself and a one for the next 19.
    #[test]
    fn an_idle_block_behind_ones_is_the_one_worked_out_by_hand() {
        let idle = 0x1E;
        // Bits 0 to 38: the block itself. Bits 39 to 57: bit n - 39 plus 1. Bits 58 to 63: bit
        // n - 39, which is zero, plus bit n - 58.
        let mut expected = idle;
        for n in 39..58 {
            expected |= ((idle >> (n - 39) & 1) ^ 1) << n;
        }
        for n in 58..64 {
            expected |= ((idle >> (n - 39) & 1) ^ (idle >> (n - 58) & 1)) << n;
        }
        assert_eq!(Scrambler::default().scramble(idle), expected);
        assert_eq!(expected, 0x7BFF_F080_0000_001E);
    }

    #[test]
    fn a_wrong_start_heals_after_one_block_and_one_wrong_bit_makes_three() {
        let mut tx = Scrambler::new(7);
        let sent: Vec<u64> = (0..4u64).map(|n| tx.scramble(n)).collect();
        let mut rx = Scrambler::new(0x1234);
        let back: Vec<u64> = sent.iter().map(|p| rx.descramble(*p)).collect();
        assert_ne!(back[0], 0);
        assert_eq!(back[1..], [1, 2, 3]);
        for bit in 0..64 {
            let mut rx = Scrambler::new(7);
            let wrong = [sent[0], sent[1] ^ 1 << bit, sent[2], sent[3]];
            let differences: u32 =
                wrong.iter().zip(0..4u64).map(|(p, n)| (rx.descramble(*p) ^ n).count_ones()).sum();
            assert_eq!(differences, 3);
        }
    }
}
