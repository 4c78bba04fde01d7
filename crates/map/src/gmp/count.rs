//! The receiver of the count Cm: synchronisation, and what it does when the check fails.
//!
//! Clause: G.709 Annex D.3. In: JC1 to JC3 of each frame or multiframe. Out: the count that holds
//! for the next one. The C bits, II and DI are protected by a CRC-8; a synchronised receiver can
//! also tell from each of JC1 and JC2 alone what was meant, since only few values may follow.

use super::layout::{self, INVERSIONS};
use super::overhead::{Count14, CountOverhead};

/// State of the receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// The count is not known.
    #[default]
    Hunting,
    /// A change was seen, from a count not known: what it may have led to.
    Guessing(Guess),
    /// The count is known.
    Synchronised(Count14),
}

/// Counts to which an increment or a decrement may have led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Guess([Option<Count14>; 2]);

/// What a frame's overhead said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reception {
    /// Count for the next frame, once it is known. While it is lost the last one goes on.
    pub count: Option<Count14>,
    /// The CRC-8 was right.
    pub crc_good: bool,
    /// The receiver is synchronised.
    pub synchronised: bool,
}

/// Follows Cm.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountReceiver {
    state: State,
    /// The last count that was known.
    last: Option<Count14>,
}

impl CountReceiver {
    /// Takes JC1, JC2 and JC3.
    pub fn receive(&mut self, jc: [u8; 3]) -> Reception {
        let (overhead, crc_good) = CountOverhead::read(jc);
        self.state = match (self.state, crc_good) {
            (State::Synchronised(count), true) => after_good(Guess([Some(count), None]), overhead),
            (State::Synchronised(count), false) => after_bad(count, [jc[0], jc[1]]),
            (State::Guessing(guess), true) => after_good(guess, overhead),
            (State::Hunting, true) => after_good(Guess([None, None]), overhead),
            (State::Guessing(_) | State::Hunting, false) => State::Hunting,
        };
        if let State::Synchronised(count) = self.state {
            self.last = Some(count);
        }
        let synchronised = matches!(self.state, State::Synchronised(_));
        Reception { count: self.last, crc_good, synchronised }
    }
}

/// A good check: the value in clear is taken; a change is added to what is known.
//= g709:d.3-sink-synchronisation
fn after_good(known: Guess, overhead: CountOverhead) -> State {
    if overhead.increment == overhead.decrement {
        return State::Synchronised(overhead.c);
    }
    let followed = known.0.iter().flatten().find_map(|&before| overhead.count_after(before));
    if let Some(count) = followed {
        return State::Synchronised(count);
    }
    // The count before is not known: each pattern of this direction gives one candidate.
    let mut candidates = INVERSIONS
        .iter()
        .filter(|(_, _, up, down)| (*up, *down) == (overhead.increment, overhead.decrement))
        .map(|&(by, mask, ..)| {
            Count14::new(overhead.c.get() ^ mask).and_then(|before| before.offset(by))
        });
    State::Guessing(Guess([candidates.next().flatten(), candidates.next().flatten()]))
}

/// A bad check while synchronised: JC1 or JC2 that is, alone, what may follow the present count
/// tells the next one. If both are, they must not disagree.
//= g709:d.3-bad-crc
fn after_bad(count: Count14, jc: [u8; 2]) -> State {
    let none = core::iter::once((0i16, 0u16, false, false));
    let valid = none.chain(INVERSIONS).filter_map(|(by, mask, up, down)| {
        let expected = layout::join_count(count.get() ^ mask, up, down);
        Some((count.offset(by)?, expected[0] == jc[0], expected[1] == jc[1]))
    });
    let mut by_first = None;
    let mut by_second = None;
    for (next, first, second) in valid {
        if first && by_first.is_none() {
            by_first = Some(next);
        }
        if second && by_second.is_none() {
            by_second = Some(next);
        }
    }
    match (by_first, by_second) {
        (Some(a), Some(b)) if a != b => State::Hunting,
        (Some(next), _) | (None, Some(next)) => State::Synchronised(next),
        (None, None) => State::Hunting,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec::Vec;

    fn count(c: u16) -> Count14 {
        Count14::new(c).unwrap()
    }

    /// The overhead that signals each count after the one before.
    fn signal(counts: &[u16]) -> Vec<[u8; 3]> {
        counts
            .windows(2)
            .map(|w| CountOverhead::signal(count(w[0]), count(w[1])).octets())
            .collect()
    }

    #[test]
    fn a_synchronised_receiver_follows_every_step() {
        let counts = [188, 188, 189, 191, 190, 188, 9_000, 9_002, 9_001, 9_001];
        let mut receiver = CountReceiver::default();
        for (jc, &expected) in signal(&counts).iter().zip(&counts[1..]) {
            let reception = receiver.receive(*jc);
            assert_eq!(reception.count, Some(count(expected)));
            assert!(reception.synchronised && reception.crc_good);
        }
    }

    //= type=test g709:d.3-sink-synchronisation
    #[test]
    fn a_receiver_that_starts_in_the_middle_of_changes_finds_the_count() {
        // Two changes in a row tell the count where only one pair of patterns fits.
        for counts in [[100u16, 101, 102], [100, 102, 101], [14_000, 13_999, 13_997]] {
            let mut receiver = CountReceiver::default();
            let jc = signal(&counts);
            assert!(!receiver.receive(jc[0]).synchronised);
            let second = receiver.receive(jc[1]);
            assert_eq!((second.count, second.synchronised), (Some(count(counts[2])), true));
        }
        // A change, then none.
        let mut receiver = CountReceiver::default();
        let jc = signal(&[500, 499, 499]);
        receiver.receive(jc[0]);
        assert_eq!(receiver.receive(jc[1]).count, Some(count(499)));
    }

    #[test]
    fn a_lost_receiver_keeps_the_last_count_and_hunts() {
        let mut receiver = CountReceiver::default();
        receiver.receive(signal(&[188, 188])[0]);
        let lost = receiver.receive([0xFF, 0xFF, 0x00]);
        assert_eq!(
            (lost.count, lost.crc_good, lost.synchronised),
            (Some(count(188)), false, false)
        );
        let found = receiver.receive(signal(&[189, 189])[0]);
        assert_eq!((found.count, found.synchronised), (Some(count(189)), true));
    }

    proptest! {
        /// No single wrong bit in JC1 to JC3 moves a synchronised receiver off the count.
        //= type=test g709:d.3-bad-crc
        #[test]
        fn one_wrong_bit_never_moves_the_count(
            before in 2u16..16_000, change in -2i16..=2, bit in 0usize..24,
        ) {
            let after = before.checked_add_signed(change).unwrap();
            let mut receiver = CountReceiver::default();
            receiver.receive(signal(&[before, before])[0]);
            let mut jc = signal(&[before, after])[0];
            jc[bit / 8] ^= 0x80 >> (bit % 8);
            let reception = receiver.receive(jc);
            prop_assert_eq!(reception.count, Some(count(after)));
            prop_assert!(reception.synchronised && !reception.crc_good);
        }
    }

    /// The same for every count and every bit, where nothing changes: by far the most frequent.
    #[test]
    fn one_wrong_bit_in_a_steady_count_is_harmless_for_every_count() {
        for c in 0..=layout::MAX_COUNT {
            let jc = signal(&[c, c])[0];
            for bit in 0..24 {
                let mut receiver = CountReceiver::default();
                receiver.receive(jc);
                let mut bad = jc;
                bad[bit / 8] ^= 0x80 >> (bit % 8);
                assert_eq!(receiver.receive(bad).count, Some(count(c)), "{c} {bit}");
            }
        }
    }
}
