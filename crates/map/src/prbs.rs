//! The PRBS test signal 2^31 - 1: made, and checked with a count of wrong bits.
//!
//! Clauses: G.709 17.5.2, O.150 5.8. In: octets of OPU payload, first bit most significant. Out: the
//! sequence, or the number of bits that differ from it. The polynomial is 1 + x^28 + x^31; since
//! (1 + x^28 + x^31)^8 = 1 + x^224 + x^248 modulo 2, octets follow the same recurrence as bits do.

/// Lags of the recurrence, in bits and, by the identity above, in octets.
//= g709:17.5.2-prbs31
const LAGS: [usize; 2] = [28, 31];
/// Octets that determine all that follow.
const HISTORY: usize = LAGS[1];

/// Octet that adds `Polarity::Inverted`.
const ALL_ONES: u8 = 0xFF;

/// Whether the sequence is sent as the register makes it, or every bit inverted, as O.150 asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Polarity {
    /// As made.
    Normal,
    /// Inverted.
    Inverted,
}

impl Polarity {
    const fn mask(self) -> u8 {
        match self {
            Self::Normal => 0,
            Self::Inverted => ALL_ONES,
        }
    }
}

/// The sequence, octet by octet, from any state.
#[derive(Clone, Debug)]
struct Sequence {
    /// The last octets; the oldest at `at`.
    history: [u8; HISTORY],
    at: usize,
}

impl Sequence {
    fn next(&mut self) -> u8 {
        // 31 octets ago is the oldest; 28 ago is three further on.
        let recent = (self.at + HISTORY - LAGS[0]) % HISTORY;
        let octet = self.history[self.at] ^ self.history[recent];
        self.history[self.at] = octet;
        self.at = (self.at + 1) % HISTORY;
        octet
    }
}

/// Makes the sequence.
#[derive(Clone, Debug)]
pub struct PrbsSource {
    sequence: Sequence,
    polarity: Polarity,
}

impl PrbsSource {
    /// A source whose register starts all ones.
    pub fn new(polarity: Polarity) -> Self {
        // The octets before the first: run the bit recurrence once, from 31 ones.
        let mut bits = [true; HISTORY + 8 * HISTORY];
        for n in HISTORY..bits.len() {
            bits[n] = bits[n - LAGS[0]] ^ bits[n - LAGS[1]];
        }
        let octet = |i: usize| {
            let first = HISTORY + 8 * i;
            bits[first..first + 8].iter().fold(0, |o, &b| o * 2 + u8::from(b))
        };
        // These octets come first on the line: the source starts before them.
        let mut sequence = Sequence { history: core::array::from_fn(octet), at: 0 };
        sequence.rewind();
        Self { sequence, polarity }
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8]) {
        let mask = self.polarity.mask();
        for octet in octets {
            *octet = self.sequence.next() ^ mask;
        }
    }
}

impl Sequence {
    /// Steps back by as many octets as the history holds.
    fn rewind(&mut self) {
        for step in (0..HISTORY).rev() {
            // next(n) = h(n - 31) ^ h(n - 28), so h(n - 31) = next(n) ^ h(n - 28).
            let recent = (step + HISTORY - LAGS[0]) % HISTORY;
            self.history[step] ^= self.history[recent];
        }
    }
}

/// Octets without a wrong bit that make a checker lock.
const LOCK: u32 = 64;
/// Wrong octets of a window that make it unlock.
const UNLOCK: u32 = 32;
/// Octets of that window.
const WINDOW: u32 = 128;

/// What a checker has seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrbsCounters {
    /// Bits compared while locked.
    pub bits: u64,
    /// Of these, wrong ones.
    pub errors: u64,
    /// Times the checker locked.
    pub locks: u64,
}

/// Checks a received sequence of either polarity.
#[derive(Clone, Debug)]
pub struct PrbsChecker {
    sequence: Sequence,
    locked: Option<Polarity>,
    /// Octets in a row that follow from those before, for each polarity.
    runs: [u32; 2],
    seen: u32,
    wrong: u32,
    counters: PrbsCounters,
}

impl Default for PrbsChecker {
    fn default() -> Self {
        Self {
            sequence: Sequence { history: [0; HISTORY], at: 0 },
            locked: None,
            runs: [0; 2],
            seen: 0,
            wrong: 0,
            counters: PrbsCounters::default(),
        }
    }
}

impl PrbsChecker {
    /// Takes received octets.
    pub fn check(&mut self, octets: &[u8]) {
        for &octet in octets {
            match self.locked {
                Some(polarity) => self.compare(octet, polarity),
                None => self.seek(octet),
            }
        }
    }

    /// Polarity of the sequence, while locked.
    pub const fn polarity(&self) -> Option<Polarity> {
        self.locked
    }

    /// Counters since the start.
    pub const fn counters(&self) -> PrbsCounters {
        self.counters
    }

    /// Compares with a sequence of its own, so that a wrong bit counts once.
    fn compare(&mut self, octet: u8, polarity: Polarity) {
        let errors = (self.sequence.next() ^ polarity.mask() ^ octet).count_ones();
        self.counters.bits += u64::from(u8::BITS);
        self.counters.errors += u64::from(errors);
        self.wrong += u32::from(errors > 0);
        self.seen += 1;
        if self.seen == WINDOW {
            if self.wrong >= UNLOCK {
                self.locked = None;
                self.runs = [0; 2];
            }
            self.seen = 0;
            self.wrong = 0;
        }
    }

    /// Predicts each octet from those received. The history then holds what was received; inverted
    /// octets predict the inverse of the next one.
    fn seek(&mut self, octet: u8) {
        let at = self.sequence.at;
        let predicted = self.sequence.next();
        self.sequence.history[at] = octet;
        let constant = self.sequence.history.iter().all(|&o| o == octet);
        for (run, polarity) in self.runs.iter_mut().zip([Polarity::Normal, Polarity::Inverted]) {
            // A dead line follows the recurrence too, and is no sequence.
            let follows = predicted ^ octet == polarity.mask() && !constant;
            *run = if follows { *run + 1 } else { 0 };
            if *run == LOCK {
                self.locked = Some(polarity);
                self.counters.locks += 1;
                self.seen = 0;
                self.wrong = 0;
            }
        }
        if let Some(polarity) = self.locked {
            // From here on the history is that of the register.
            self.sequence.history.iter_mut().for_each(|o| *o ^= polarity.mask());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;
    use std::vec::Vec;

    fn made(polarity: Polarity, octets: usize) -> Vec<u8> {
        let mut out = vec![0; octets];
        PrbsSource::new(polarity).fill(&mut out);
        out
    }

    //= type=test g709:17.5.2-prbs31
    #[test]
    fn octets_are_those_of_the_bit_recurrence() {
        let bits = otn_testkit::pn::recurrence(&[28, 31], 31 + 8 * 5_000);
        let expected = otn_testkit::bits::to_bytes(&bits[31..]);
        assert_eq!(made(Polarity::Normal, 5_000), expected);
        let inverted: Vec<u8> = expected.iter().map(|o| !o).collect();
        assert_eq!(made(Polarity::Inverted, 5_000), inverted);
    }

    #[test]
    fn wrong_bits_are_counted_once_each_in_either_polarity() {
        for polarity in [Polarity::Normal, Polarity::Inverted] {
            let mut line = made(polarity, 4_000);
            line[2_000] ^= 0x10;
            line[3_000] ^= 0x81;
            let mut checker = PrbsChecker::default();
            line.chunks(77).for_each(|part| checker.check(part));
            assert_eq!(checker.polarity(), Some(polarity));
            let counters = checker.counters();
            assert_eq!((counters.errors, counters.locks), (3, 1));
            // All but the octets that fill the history and those that make the checker sure.
            let compared = 4_000 - u64::from(LOCK) - counters.bits / 8;
            assert!(compared <= HISTORY as u64, "{compared}");
        }
    }

    #[test]
    fn a_dead_line_is_no_sequence_and_a_slip_locks_again() {
        for dead in [0x00, 0xFF, 0x55] {
            let mut checker = PrbsChecker::default();
            checker.check(&[dead; 5_000]);
            assert_eq!(checker.polarity(), None, "{dead:02X}");
        }
        let line = made(Polarity::Inverted, 6_000);
        let mut checker = PrbsChecker::default();
        checker.check(&line[..3_000]);
        checker.check(&line[3_001..]);
        assert_eq!((checker.counters().locks, checker.polarity()), (2, Some(Polarity::Inverted)));
    }
}
