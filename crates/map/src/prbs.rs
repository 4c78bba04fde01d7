//! The PRBS test signal 2^31 - 1: made, and checked with a count of wrong bits.
//!
//! Clauses: G.709 17.5.2, O.150 5.8. In: octets of OPU payload, first bit most significant. Out: the
//! sequence, or the number of bits that differ from it. The polynomial is 1 + x^28 + x^31. A
//! polynomial modulo 2 raised to a power of two has the same terms at that many times the distance:
//! octets follow the recurrence of the bits, and so do words of eight octets, which makes a block
//! of 28 words out of the 31 words before it with no word depending on another of the block.

/// Lags of the recurrence, in bits and, by the identity above, in octets and in words.
//= g709:17.5.2-prbs31
const LAGS: [usize; 2] = [28, 31];
/// Octets that determine all that follow.
const HISTORY: usize = LAGS[1];
/// Octets of a word.
const WORD: usize = 8;
/// Octets of a window: as many words as determine all that follow.
const WINDOW_OCTETS: usize = LAGS[1] * WORD;
/// Octets of a block: as many words as can be made at once.
const BLOCK: usize = LAGS[0] * WORD;
/// Octets of the window before its newest block.
const KEPT: usize = WINDOW_OCTETS - BLOCK;

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

/// A stretch of the sequence, block by block.
#[derive(Clone, Debug)]
struct Sequence {
    octets: [u8; WINDOW_OCTETS],
    /// Octets of the window already taken.
    used: usize,
}

impl Sequence {
    /// The sequence that begins with these octets, of which `used` are taken already.
    fn beginning(first: &[u8; HISTORY], used: usize) -> Self {
        let mut octets = [0; WINDOW_OCTETS];
        octets[..HISTORY].copy_from_slice(first);
        for n in HISTORY..WINDOW_OCTETS {
            octets[n] = octets[n - LAGS[0]] ^ octets[n - LAGS[1]];
        }
        Self { octets, used }
    }

    /// Makes the next block; the one before must be used up.
    #[inline]
    fn advance(&mut self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        for ((new, old), recent) in block.iter_mut().zip(&self.octets).zip(&self.octets[KEPT..]) {
            *new = old ^ recent;
        }
        self.octets.copy_within(BLOCK.., 0);
        self.octets[KEPT..].copy_from_slice(&block);
        block
    }

    /// What comes next: at most `limit` octets, at least one if the limit allows.
    fn take(&mut self, limit: usize) -> &[u8] {
        if self.used == WINDOW_OCTETS {
            self.advance();
            self.used = KEPT;
        }
        let from = self.used;
        self.used = WINDOW_OCTETS.min(from + limit);
        &self.octets[from..self.used]
    }

    /// True where the next octet starts a block of its own.
    const fn at_block(&self) -> bool {
        self.used == WINDOW_OCTETS
    }

    /// The last octets taken.
    fn history(&self) -> [u8; HISTORY] {
        if let Some(before) = self.octets[..self.used].last_chunk() {
            return *before;
        }
        // Too few are left: step back from the ones to come.
        let mut history = core::array::from_fn(|n| self.octets[self.used + n]);
        for step in (0..HISTORY).rev() {
            // s(n) = s(n - 28) ^ s(n - 31), so s(n - 31) = s(n) ^ s(n - 28).
            let recent = (step + HISTORY - LAGS[0]) % HISTORY;
            history[step] ^= history[recent];
        }
        history
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
        // The first octets on the line: run the bit recurrence once, from 31 ones.
        let mut bits = [true; HISTORY + 8 * HISTORY];
        for n in HISTORY..bits.len() {
            bits[n] = bits[n - LAGS[0]] ^ bits[n - LAGS[1]];
        }
        let octet = |i: usize| {
            let first = HISTORY + 8 * i;
            bits[first..first + 8].iter().fold(0, |o, &b| o * 2 + u8::from(b))
        };
        Self { sequence: Sequence::beginning(&core::array::from_fn(octet), 0), polarity }
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8]) {
        let mask = self.polarity.mask();
        let mut rest = octets;
        while !rest.is_empty() {
            if self.sequence.at_block() {
                let (blocks, after) = rest.as_chunks_mut();
                for out in blocks {
                    *out = self.sequence.advance().map(|octet| octet ^ mask);
                }
                rest = after;
            }
            let next = self.sequence.take(rest.len());
            let (out, after) = rest.split_at_mut(next.len());
            for (octet, new) in out.iter_mut().zip(next) {
                *octet = new ^ mask;
            }
            rest = after;
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

/// Looks for the sequence, octet by octet.
#[derive(Clone, Debug)]
struct Search {
    /// The last octets; the oldest at `at`.
    history: [u8; HISTORY],
    at: usize,
    /// Octets in a row that follow from those before, for each polarity.
    runs: [u32; 2],
}

impl Search {
    const fn new(history: [u8; HISTORY]) -> Self {
        Self { history, at: 0, runs: [0; 2] }
    }

    /// Predicts each octet from those received; inverted octets predict the inverse of the next
    /// one. Gives the polarity when a run is long enough.
    fn take(&mut self, octet: u8) -> Option<Polarity> {
        // 31 octets ago is the oldest; 28 ago is three further on.
        let recent = (self.at + HISTORY - LAGS[0]) % HISTORY;
        let difference = self.history[self.at] ^ self.history[recent] ^ octet;
        self.history[self.at] = octet;
        self.at = (self.at + 1) % HISTORY;
        let mut found = None;
        for (run, polarity) in self.runs.iter_mut().zip([Polarity::Normal, Polarity::Inverted]) {
            // A dead line follows the recurrence too, and is no sequence.
            let follows =
                difference == polarity.mask() && self.history.iter().any(|&other| other != octet);
            *run = if follows { *run + 1 } else { 0 };
            if *run == LOCK {
                found = Some(polarity);
            }
        }
        found
    }

    /// The sequence that goes on from here, the last octets taken being of this polarity.
    fn sequence(&self, polarity: Polarity) -> Sequence {
        let octet = |n| self.history[(self.at + n) % HISTORY] ^ polarity.mask();
        Sequence::beginning(&core::array::from_fn(octet), HISTORY)
    }
}

#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "the large one is the one in use")]
enum State {
    Search(Search),
    Locked(Sequence, Polarity),
}

/// Checks a received sequence of either polarity.
#[derive(Clone, Debug)]
pub struct PrbsChecker {
    state: State,
    seen: u32,
    wrong: u32,
    counters: PrbsCounters,
}

impl Default for PrbsChecker {
    fn default() -> Self {
        Self {
            state: State::Search(Search::new([0; HISTORY])),
            seen: 0,
            wrong: 0,
            counters: PrbsCounters::default(),
        }
    }
}

impl PrbsChecker {
    /// Takes received octets.
    pub fn check(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            rest = match self.state {
                State::Search(_) => self.seek(rest),
                State::Locked(..) => self.compare(rest),
            };
        }
    }

    /// Polarity of the sequence, while locked.
    pub const fn polarity(&self) -> Option<Polarity> {
        match self.state {
            State::Search(_) => None,
            State::Locked(_, polarity) => Some(polarity),
        }
    }

    /// Counters since the start.
    pub const fn counters(&self) -> PrbsCounters {
        self.counters
    }

    /// Looks for the sequence in `octets`; gives those behind the place where it was found.
    fn seek<'a>(&mut self, octets: &'a [u8]) -> &'a [u8] {
        let State::Search(search) = &mut self.state else { return octets };
        let Some((at, polarity)) =
            octets.iter().enumerate().find_map(|(at, &octet)| Some((at, search.take(octet)?)))
        else {
            return &[];
        };
        // From here on the history is that of the register.
        self.state = State::Locked(search.sequence(polarity), polarity);
        self.counters.locks += 1;
        self.seen = 0;
        self.wrong = 0;
        &octets[at + 1..]
    }

    /// Compares a piece of `octets` with a sequence of its own, so that a wrong bit counts once;
    /// gives the octets behind the piece.
    fn compare<'a>(&mut self, octets: &'a [u8]) -> &'a [u8] {
        let State::Locked(sequence, polarity) = &mut self.state else { return octets };
        let mask = polarity.mask();
        if sequence.at_block()
            && self.wrong < UNLOCK
            && let Some((received, after)) = octets.split_first_chunk::<BLOCK>()
        {
            let expected = sequence.advance();
            let different = received.iter().zip(&expected).fold(0, |o, (r, e)| o | (r ^ e ^ mask));
            if different == 0 {
                // A block is longer than the window of the unlock rule: one or more end in it, and
                // none of them with wrong octets enough.
                self.counters.bits += u64::from(u8::BITS) * BLOCK as u64;
                self.seen = (self.seen + BLOCK as u32) % WINDOW;
                self.wrong = 0;
                return after;
            }
            // The block is made, but none of it is taken: it goes piece by piece.
            sequence.used = KEPT;
        }
        let limit = octets.len().min((WINDOW - self.seen) as usize);
        let expected = sequence.take(limit);
        let (received, after) = octets.split_at(expected.len());
        for (r, e) in received.iter().zip(expected) {
            let different = r ^ e ^ mask;
            self.counters.errors += u64::from(different.count_ones());
            self.wrong += u32::from(different != 0);
        }
        self.counters.bits += u64::from(u8::BITS) * received.len() as u64;
        self.seen += received.len() as u32;
        if self.seen == WINDOW {
            if self.wrong >= UNLOCK {
                self.state = State::Search(Search::new(sequence.history()));
            }
            self.seen = 0;
            self.wrong = 0;
        }
        after
    }
}

const _: () = assert!(BLOCK >= WINDOW as usize);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
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

    /// The rules of the checker, octet by octet, over everything received so far.
    #[derive(Default)]
    struct Naive {
        history: Vec<u8>,
        runs: [u32; 2],
        locked: Option<u8>,
        window: Vec<bool>,
        counters: PrbsCounters,
    }

    impl Naive {
        fn check(&mut self, octet: u8) {
            if self.history.is_empty() {
                self.history = vec![0; 31];
            }
            let n = self.history.len();
            let predicted = self.history[n - 31] ^ self.history[n - 28];
            if let Some(mask) = self.locked {
                self.history.push(predicted);
                let different = predicted ^ mask ^ octet;
                self.counters.bits += 8;
                self.counters.errors += u64::from(different.count_ones());
                self.window.push(different != 0);
                if self.window.len() == 128 {
                    if self.window.iter().filter(|wrong| **wrong).count() >= 32 {
                        self.locked = None;
                        self.runs = [0; 2];
                    }
                    self.window.clear();
                }
                return;
            }
            self.history.push(octet);
            let dead = self.history[n - 30..].iter().all(|o| *o == octet);
            for (run, mask) in self.runs.iter_mut().zip([0x00, 0xFF]) {
                *run = if predicted ^ mask == octet && !dead { *run + 1 } else { 0 };
                if *run == 64 {
                    self.locked = Some(mask);
                    self.counters.locks += 1;
                    self.window.clear();
                }
            }
            if let Some(mask) = self.locked {
                self.history.iter_mut().for_each(|o| *o ^= mask);
            }
        }
    }

    fn in_pieces(octets: &[u8], cuts: &[usize], mut take: impl FnMut(std::ops::Range<usize>)) {
        let mut at = 0;
        for cut in cuts.iter().cycle() {
            let end = octets.len().min(at + cut);
            take(at..end);
            at = end;
            if at == octets.len() {
                break;
            }
        }
    }

    proptest! {
        //= type=test g709:17.5.2-prbs31
        #[test]
        fn any_cut_makes_the_same_octets(
            length in 0usize..3_000,
            cuts in proptest::collection::vec(1usize..700, 1..8),
        ) {
            let expected = {
                let bits = otn_testkit::pn::recurrence(&[28, 31], 31 + 8 * length);
                otn_testkit::bits::to_bytes(&bits[31..])
            };
            let mut out = vec![0; length];
            let mut source = PrbsSource::new(Polarity::Normal);
            in_pieces(&expected, &cuts, |range| source.fill(&mut out[range]));
            prop_assert_eq!(out, expected);
        }

        #[test]
        fn any_line_in_any_cut_counts_as_octet_by_octet(
            inverted in any::<bool>(),
            single in proptest::collection::vec((0usize..6_000, any::<u8>()), 0..60),
            burst in (0usize..6_000, 0usize..600),
            slip in (0usize..5_000, 0usize..3),
            cuts in proptest::collection::vec(1usize..700, 1..8),
        ) {
            let polarity = if inverted { Polarity::Inverted } else { Polarity::Normal };
            let mut line = made(polarity, 6_000);
            for (at, change) in single {
                line[at] ^= change;
            }
            let end = line.len().min(burst.0 + burst.1);
            line[burst.0..end].iter_mut().enumerate().for_each(|(n, o)| *o ^= (n * 37) as u8);
            line.drain(slip.0..slip.0 + slip.1);
            let (mut checker, mut naive) = (PrbsChecker::default(), Naive::default());
            let mut same = true;
            in_pieces(&line, &cuts, |range| {
                checker.check(&line[range.clone()]);
                line[range].iter().for_each(|octet| naive.check(*octet));
                same &= checker.counters() == naive.counters;
                same &= checker.polarity().map(Polarity::mask) == naive.locked;
            });
            prop_assert!(same, "{:?} {:?}", checker.counters(), naive.counters);
        }
    }
}
