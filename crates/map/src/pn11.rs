//! PN-11: the generic-AIS of constant bit rate clients and the OTUk-AIS, made and detected.
//!
//! Clauses: G.709 16.6.1, 16.4.1; O.150 5.2; G.798 6.2.6.3.1 (detection). In: octets of a signal,
//! first bit most significant. Out: the sequence, or whether a signal is this sequence. It is
//! unframed, so its phase is free. The time that a defect lasts is the caller's matter.
//!
//! Bit literals: the register of the detector is one machine word.

/// Places of the polynomial 1 + x^9 + x^11.
//= g709:16.6-pn11
const LAGS: [usize; 2] = [9, 11];
/// Bits, and since 8 and 2047 have no common factor also octets, after which it repeats.
const PERIOD: usize = 2047;

/// One period from the all-ones register; octets follow the recurrence of the bits.
static OCTETS: [u8; PERIOD] = one_period();

const fn one_period() -> [u8; PERIOD] {
    let mut octets = [0; PERIOD];
    let mut bits = [true; LAGS[1] * 8];
    let mut n = LAGS[1];
    while n < bits.len() {
        bits[n] = bits[n - LAGS[0]] ^ bits[n - LAGS[1]];
        n += 1;
    }
    n = 0;
    while n < bits.len() {
        octets[n / 8] = octets[n / 8] * 2 + bits[n] as u8;
        n += 1;
    }
    n = LAGS[1];
    while n < PERIOD {
        octets[n] = octets[n - LAGS[0]] ^ octets[n - LAGS[1]];
        n += 1;
    }
    octets
}

/// Makes the sequence.
#[derive(Clone, Debug, Default)]
pub struct Pn11Source {
    /// Octets of the period already sent.
    at: usize,
}

impl Pn11Source {
    /// A source whose register starts all ones.
    pub const fn new() -> Self {
        Self { at: 0 }
    }

    /// Fills `octets` with what comes next.
    pub fn fill(&mut self, octets: &mut [u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            let part = rest.len().min(PERIOD - self.at);
            let (now, later) = rest.split_at_mut(part);
            now.copy_from_slice(&OCTETS[self.at..self.at + part]);
            self.at = (self.at + part) % PERIOD;
            rest = later;
        }
    }
}

/// Bits of an interval of the detector.
//= g798:6.2.6.3.1-pn11-interval
pub const INTERVAL_BITS: u32 = 8192;
/// Ones that an interval of the sequence stays below, after the inverse polynomial.
//= g798:6.2.6.3.1-pn11-ones
const MOST_ONES: u32 = 256;
/// Ones that an interval of the sequence has at least as received. An all-zeros line gives no ones
/// after the inverse polynomial either, and is no AIS.
//= g798:6.2.6.3.1-pn11-ones
const FEWEST_RECEIVED: u32 = 256;
/// Intervals in a row that raise or clear.
//= g798:6.2.6.3.1-pn11-interval
pub const INTERVALS: u32 = 3;

/// Says whether a received signal is the sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pn11Detector {
    /// The last bits received, the newest least significant.
    register: u64,
    seen: u32,
    /// Ones of this interval after the inverse polynomial, and as received.
    ones: u32,
    received: u32,
    /// Intervals in a row that speak against what is reported.
    contrary: u32,
    present: bool,
}

impl Pn11Detector {
    /// A detector that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// True while the signal is the sequence.
    pub const fn present(&self) -> bool {
        self.present
    }

    /// Takes received octets; says whether the signal is the sequence after the last of them.
    pub fn push(&mut self, octets: &[u8]) -> bool {
        self.push_noting(octets, |_, _| {});
        self.present
    }

    /// Takes received octets and tells each change of the verdict at the end of the interval that
    /// brought it: how many of these octets had been taken, and whether the signal is the sequence.
    //= g798:6.2.6.3.1-pn11-interval-end
    pub fn push_noting(&mut self, octets: &[u8], mut on_change: impl FnMut(usize, bool)) {
        let mut taken = 0;
        while let Some(rest) = octets.get(taken..).filter(|rest| !rest.is_empty()) {
            let missing = ((INTERVAL_BITS - self.seen) / u8::BITS) as usize;
            let part = missing.min(rest.len());
            self.count(&rest[..part]);
            taken += part;
            if self.seen == INTERVAL_BITS && self.judge() {
                on_change(taken, self.present);
            }
        }
    }

    fn count(&mut self, octets: &[u8]) {
        let (words, rest) = octets.as_chunks::<4>();
        for word in words {
            self.shift_in(u32::from_be_bytes(*word), u32::BITS);
        }
        for octet in rest {
            self.shift_in(u32::from(*octet), u8::BITS);
        }
    }

    /// Counts the ones that 1 + x^9 + x^11 leaves of the newest bits.
    fn shift_in(&mut self, bits: u32, count: u32) {
        self.register = self.register << count | u64::from(bits);
        let left = self.register ^ self.register >> LAGS[0] ^ self.register >> LAGS[1];
        self.ones += (left & ((1 << count) - 1)).count_ones();
        self.received += bits.count_ones();
        self.seen += count;
    }

    /// Judges a whole interval; true where the verdict changed.
    fn judge(&mut self) -> bool {
        let found = self.ones < MOST_ONES && self.received >= FEWEST_RECEIVED;
        self.contrary = if found == self.present { 0 } else { self.contrary + 1 };
        let changed = self.contrary == INTERVALS;
        if changed {
            self.present = found;
            self.contrary = 0;
        }
        self.seen = 0;
        self.ones = 0;
        self.received = 0;
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::vec;
    use std::vec::Vec;

    const INTERVAL: usize = INTERVAL_BITS as usize / 8;

    fn made(octets: usize) -> Vec<u8> {
        let mut out = vec![0; octets];
        Pn11Source::new().fill(&mut out);
        out
    }

    /// Intervals in which the inverse polynomial, bit by bit, leaves fewer than 256 ones.
    fn naive(octets: &[u8]) -> Vec<bool> {
        let bits = otn_testkit::bits::from_bytes(octets);
        let bit = |n: usize, lag: usize| n >= lag && bits[n - lag];
        let left: Vec<bool> = (0..bits.len()).map(|n| bits[n] ^ bit(n, 9) ^ bit(n, 11)).collect();
        let ones = |bits: &[bool]| bits.iter().filter(|b| **b).count();
        left.chunks_exact(8192)
            .zip(bits.chunks_exact(8192))
            .map(|(left, received)| ones(left) < 256 && ones(received) >= 256)
            .collect()
    }

    proptest! {
        //= type=test g709:16.6-pn11
        #[test]
        fn any_cut_of_the_sequence_is_that_of_the_oracle(
            octets in 0usize..5_000,
            piece in 1usize..3_000,
        ) {
            let mut out = vec![0; octets];
            let mut source = Pn11Source::new();
            out.chunks_mut(piece).for_each(|part| source.fill(part));
            prop_assert_eq!(out, otn_testkit::pn::pn11(octets));
        }

        //= type=test g798:6.2.6.3.1-pn11-ones
        //= type=test g798:6.2.6.3.1-pn11-interval-end
        #[test]
        fn a_damaged_line_is_judged_as_bit_by_bit(
            wrong in proptest::collection::vec((0usize..12 * INTERVAL, any::<u8>()), 0..500),
            piece in 1usize..3_000,
        ) {
            let mut line = made(12 * INTERVAL);
            wrong.iter().for_each(|(at, change)| line[at % (4 * INTERVAL)] ^= change);
            let (mut present, mut run) = (false, 0);
            let mut expected = Vec::new();
            for (interval, found) in naive(&line).into_iter().enumerate() {
                run = if found == present { 0 } else { run + 1 };
                if run == 3 {
                    present = found;
                    run = 0;
                    expected.push(((interval + 1) * INTERVAL, present));
                }
            }
            let mut detector = Pn11Detector::new();
            let mut changes = Vec::new();
            for (number, part) in line.chunks(piece).enumerate() {
                let start = number * piece;
                detector.push_noting(part, |at, present| changes.push((start + at, present)));
            }
            prop_assert_eq!(detector.present(), present);
            prop_assert_eq!(changes, expected);
        }
    }

    //= type=test g709:16.6-pn11
    #[test]
    fn a_period_starts_as_in_the_fact_sheet_and_has_1024_ones() {
        assert_eq!(made(8), [0xFF, 0xE0, 0x0C, 0x07, 0x83, 0x31, 0xFE, 0xC0]);
        let ones: u32 = OCTETS.iter().map(|octet| octet.count_ones()).sum();
        assert_eq!(ones, 8 * 1024);
        assert_eq!(made(2 * PERIOD)[PERIOD..], OCTETS);
    }

    //= type=test g798:6.2.6.3.1-pn11-interval
    #[test]
    fn three_intervals_raise_and_three_clear() {
        let line = made(10 * INTERVAL);
        // Any phase of the octets: the detector needs no alignment.
        let shifted: Vec<u8> = line.windows(2).map(|w| w[0] << 3 | w[1] >> 5).collect();
        for line in [&line, &shifted] {
            let mut detector = Pn11Detector::new();
            assert!(!detector.push(&line[..3 * INTERVAL - 1]));
            assert!(detector.push(&line[3 * INTERVAL - 1..3 * INTERVAL]));
            let other: Vec<u8> = (0..3 * INTERVAL).map(|n| (n * n / 7) as u8).collect();
            assert!(detector.push(&other[..3 * INTERVAL - 1]));
            assert!(!detector.push(&other[3 * INTERVAL - 1..]));
        }
    }

    //= type=test g798:6.2.6.3.1-pn11-ones
    #[test]
    fn a_dead_line_is_no_ais() {
        for dead in [0x00, 0xFF, 0x55] {
            assert!(!Pn11Detector::new().push(&[dead; 8 * INTERVAL]), "{dead:02X}");
        }
    }

    //= type=test g798:6.2.6.3.1-pn11-ones
    #[test]
    fn ones_256_in_an_interval_are_too_many() {
        // A wrong bit far from others leaves three ones: at its place and 9 and 11 bits later.
        for (wrong, expected) in [(85, true), (86, false)] {
            let mut line = made(4 * INTERVAL);
            for interval in 0..4 {
                for n in 0..wrong {
                    line[interval * INTERVAL + 11 * n + 20] ^= 0x10;
                }
            }
            assert_eq!(Pn11Detector::new().push(&line), expected, "{}", 3 * wrong);
        }
    }

    fn changes(line: &[u8]) -> Vec<(usize, bool)> {
        let mut changes = Vec::new();
        Pn11Detector::new().push_noting(line, |at, present| changes.push((at, present)));
        changes
    }

    /// Conformance case 12: one interval, and two, are none; the third is, at its last octet.
    //= type=test g798:6.2.6.3.1-pn11-interval
    //= type=test g798:6.2.6.3.1-pn11-interval-end
    #[test]
    fn changes_are_told_at_the_end_of_the_third_interval() {
        let noise = |octets: usize| (0..octets).map(|n| (n * n / 7) as u8);
        for (intervals, expected) in [
            (1, &[][..]),
            (2, &[][..]),
            (3, &[(5 * 1_024, true), (8 * 1_024, false)][..]),
            (7, &[(5 * 1_024, true), (12 * 1_024, false)][..]),
        ] {
            let mut line: Vec<u8> = noise(2 * INTERVAL).collect();
            line.extend(made(intervals * INTERVAL));
            line.extend(noise(8 * INTERVAL));
            assert_eq!(changes(&line), expected, "{intervals} intervals");
        }
    }

    /// Conformance case 10: a bit in a thousand is wrong, and it is still the sequence.
    //= type=test g798:6.2.6.3.1-pn11-ones
    #[test]
    fn the_sequence_with_an_error_ratio_of_a_thousandth_is_still_found() {
        let mut line = made(200 * INTERVAL);
        let mut state = 1u64;
        let mut wrong = 0;
        for octet in &mut line {
            for bit in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                let hit = (state >> 33).is_multiple_of(1_000);
                *octet ^= u8::from(hit) << bit;
                wrong += u32::from(hit);
            }
        }
        let per_interval = f64::from(wrong) / 200.0;
        assert!((7.0..10.0).contains(&per_interval), "{per_interval} of 8.19 errors an interval");
        assert_eq!(changes(&line), [(3 * INTERVAL, true)]);
    }
}
