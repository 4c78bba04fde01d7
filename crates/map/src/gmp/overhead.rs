//! JC1 to JC6: the count Cm with its change signalling, and the timing value Sum CnD.
//!
//! Clauses: G.709 Annex D.3 (Cm), D.4 (CnD), Annex VI (CRC). In: counts. Out: overhead octets; and
//! back, with the result of the check. What a receiver makes of it is in [`super::count`].

use super::layout::{self, INVERSIONS, MAX_COUNT, MAX_TIMING};
use crc::{Algorithm, Crc};

/// CRC-8 of JC3: x^8 + x^3 + x^2 + 1 over JC1 and JC2.
//= g709:d.3-crc8
static CRC8: Crc<u8> = Crc::<u8>::new(&Algorithm {
    width: 8,
    poly: 0x0D,
    init: 0,
    refin: false,
    refout: false,
    xorout: 0,
    check: 0xCD,
    residue: 0,
});

/// CRC-5 of JC6: x^5 + x + 1 over D1 to D10.
//= g709:d.4-crc5
static CRC5: Crc<u8> = Crc::<u8>::new(&Algorithm {
    width: 5,
    poly: 0x03,
    init: 0,
    refin: false,
    refout: false,
    xorout: 0,
    check: 0x0F,
    residue: 0,
});

/// A count of data blocks, 0 to 16 383.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count14(u16);

impl Count14 {
    /// A count, or `None` where it has more than 14 bits.
    pub const fn new(count: u16) -> Option<Self> {
        if count <= MAX_COUNT { Some(Self(count)) } else { None }
    }

    /// The count.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// The count this much away, if it is one.
    pub(super) fn offset(self, change: i16) -> Option<Self> {
        self.0.checked_add_signed(change).and_then(Self::new)
    }
}

/// JC1, JC2 and JC3 taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountOverhead {
    /// C1 to C14 as sent, inverted bits included.
    pub c: Count14,
    /// Increment indicator.
    pub increment: bool,
    /// Decrement indicator.
    pub decrement: bool,
}

impl CountOverhead {
    /// What signals the count `next` after `previous`.
    pub fn signal(previous: Count14, next: Count14) -> Self {
        let change = i32::from(next.0) - i32::from(previous.0);
        if change == 0 {
            return Self { c: next, increment: false, decrement: false };
        }
        let pattern = INVERSIONS.iter().find(|(by, ..)| i32::from(*by) == change);
        match pattern {
            Some(&(_, mask, increment, decrement)) => {
                Self { c: Count14(previous.0 ^ mask), increment, decrement }
            }
            None => Self { c: next, increment: true, decrement: true },
        }
    }

    /// JC1, JC2 and JC3.
    pub fn octets(self) -> [u8; 3] {
        let [jc1, jc2] = layout::join_count(self.c.0, self.increment, self.decrement);
        [jc1, jc2, CRC8.checksum(&[jc1, jc2])]
    }

    /// JC1 and JC2 taken apart, and whether JC3 agrees.
    pub fn read(jc: [u8; 3]) -> (Self, bool) {
        let (c, increment, decrement) = layout::split_count([jc[0], jc[1]]);
        (Self { c: Count14(c), increment, decrement }, CRC8.checksum(&jc[..2]) == jc[2])
    }

    /// The count this signals after `previous`, if it is a signal that may follow it.
    pub(super) fn count_after(self, previous: Count14) -> Option<Count14> {
        if self.increment == self.decrement {
            return Some(self.c);
        }
        INVERSIONS
            .iter()
            .filter(|(_, _, up, down)| (*up, *down) == (self.increment, self.decrement))
            .find(|(_, mask, ..)| previous.0 ^ mask == self.c.0)
            .and_then(|&(by, ..)| previous.offset(by))
    }
}

/// JC4, JC5 and JC6: the client data not yet transported, in units of n bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimingOverhead(u16);

impl TimingOverhead {
    /// A value of Sum CnD, or `None` where it has more than 10 bits.
    pub const fn new(sum: u16) -> Option<Self> {
        if sum <= MAX_TIMING { Some(Self(sum)) } else { None }
    }

    /// The value.
    pub const fn get(self) -> u16 {
        self.0
    }

    /// JC4, JC5 and JC6.
    pub fn octets(self) -> [u8; 3] {
        layout::join_timing(self.0, Self::crc(self.0))
    }

    /// The value, or `None` where the CRC-5 does not agree.
    pub fn read(jc: [u8; 3]) -> Option<Self> {
        let (sum, crc) = layout::split_timing(jc);
        (Self::crc(sum) == crc).then_some(Self(sum))
    }

    fn crc(sum: u16) -> u8 {
        // Zeros in front change nothing: ten bits may be taken as sixteen.
        CRC5.checksum(&sum.to_be_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_testkit::crc as oracle;

    fn count(c: u16) -> Count14 {
        Count14::new(c).unwrap()
    }

    /// Conformance case 40 and the worked examples beside it: II = DI = 0.
    //= type=test g709:d.3-crc8
    //= type=test g709:d.3-jc1-jc2
    #[test]
    fn worked_examples_of_the_count_overhead() {
        let examples = [
            (14_405, [0xE1, 0x14, 0x06]),
            (14_407, [0xE1, 0x1C, 0x6E]),
            (14_528, [0xE3, 0x00, 0x40]),
            (15_168, [0xED, 0x00, 0x39]),
            (188, [0x02, 0xF0, 0x26]),
            (475, [0x07, 0x6C, 0x1C]),
            (1_912, [0x1D, 0xE0, 0xF7]),
            (7_648, [0x77, 0x80, 0xCB]),
        ];
        for (c, octets) in examples {
            assert_eq!(CountOverhead::signal(count(c), count(c)).octets(), octets, "{c}");
        }
    }

    #[test]
    fn every_octet_pair_has_the_crc_of_the_oracle_and_reads_back() {
        for word in 0..=u16::MAX {
            let [jc1, jc2] = word.to_be_bytes();
            let jc3 = oracle::gmp_crc8(jc1, jc2);
            let (overhead, good) = CountOverhead::read([jc1, jc2, jc3]);
            assert!(good);
            assert_eq!(overhead.octets(), [jc1, jc2, jc3]);
            assert!(!CountOverhead::read([jc1, jc2, jc3 ^ 1]).1);
        }
    }

    /// Conformance case 41: from 14405 to 14406 the odd C bits are inverted, II = 1.
    //= type=test g709:d.3-inversion-patterns
    #[test]
    fn a_small_change_inverts_the_bits_of_the_count_before() {
        let up = CountOverhead::signal(count(14_405), count(14_406));
        assert_eq!((up.c.get(), up.increment, up.decrement), (14_405 ^ 0x2AAA, true, false));
        for (by, mask) in [(1i16, 0x2AAA), (2, 0x1999), (-1, 0x1555), (-2, 0x2666)] {
            for before in 2..=MAX_COUNT - 2 {
                let after = count(before).offset(by).unwrap();
                let sent = CountOverhead::signal(count(before), after);
                assert_eq!(sent.c.get(), before ^ mask);
                assert_eq!((sent.increment, sent.decrement), (by > 0, by < 0));
                assert_eq!(sent.count_after(count(before)), Some(after));
            }
        }
        let far = CountOverhead::signal(count(100), count(103));
        assert_eq!((far.c.get(), far.increment, far.decrement), (103, true, true));
    }

    //= type=test g709:d.4-crc5
    //= type=test g709:d.4-jc4-jc6
    #[test]
    fn every_timing_value_has_the_crc_of_the_oracle_and_reads_back() {
        for sum in 0..=MAX_TIMING {
            let bits = core::array::from_fn(|i| sum >> (9 - i) & 1 == 1);
            let crc = oracle::gmp_crc5(&bits);
            let jc = TimingOverhead::new(sum).unwrap().octets();
            assert_eq!(jc, [(sum >> 5) as u8, (sum & 0x1F) as u8, crc]);
            assert_eq!(TimingOverhead::read(jc).map(TimingOverhead::get), Some(sum));
            for bit in [0, 4, 8, 12, 16, 20] {
                let mut bad = jc;
                bad[bit / 8] ^= 1 << (bit % 5);
                assert_eq!(TimingOverhead::read(bad), None);
            }
        }
        assert_eq!(TimingOverhead::new(1_024), None);
    }
}
