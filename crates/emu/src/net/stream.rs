//! A line as a stream of bits: when each of them is sent, and in which phase it is received.
//!
//! In: stretches of the stream, each with its start in bits and in time, as they are received: one for each frame.
//! Out: the instant of any bit.
//!
//! Bit literals: the receiver's deserialiser shifts octets by a bit phase.

use std::collections::VecDeque;

use otn_frame::SimTime;

/// A stretch of the stream, in which bits follow one another evenly.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stretch {
    /// First bit.
    pub(super) first_bit: u64,
    /// Its start.
    pub(super) at: SimTime,
    /// So many bits, more than none.
    pub(super) bits: u64,
    /// In this time.
    pub(super) lasts: SimTime,
}

impl Stretch {
    /// Start of a bit of this stretch, or behind it if it went on for ever.
    fn date(&self, bit: u64) -> SimTime {
        let within = bit.saturating_sub(self.first_bit);
        let ps = u128::from(within) * u128::from(self.lasts.as_ps()) / u128::from(self.bits);
        self.at + SimTime::from_ps(u64::try_from(ps).unwrap_or(u64::MAX))
    }
}

/// Stretches kept: more than the frames that a sink may still date.
const KEPT: usize = 16;

/// When the bits of a stream start.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates(VecDeque<Stretch>);

impl Dates {
    /// The stream goes on with this stretch.
    pub(super) fn push(&mut self, stretch: Stretch) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(stretch);
    }

    /// Start of a bit; bits before the first stretch start with it.
    pub(super) fn date(&self, bit: u64) -> SimTime {
        let stretch = self.0.iter().rev().find(|s| s.first_bit <= bit).or(self.0.front());
        stretch.map_or(SimTime::ZERO, |stretch| stretch.date(bit))
    }
}

/// The receiver's octet clock is not in step with the sender's: the stream comes some bits late.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phase {
    pub(super) shift: u32,
    carry: u8,
}

impl Phase {
    pub(super) fn new(shift: u32) -> Self {
        Self { shift, carry: 0 }
    }

    pub(super) fn pass(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if self.shift == 0 {
            out.extend_from_slice(octets);
            return;
        }
        let [first, rest @ ..] = octets else { return };
        let shift = self.shift;
        out.push(self.carry << (8 - shift) | first >> shift);
        // Two plain slices side by side: this loop becomes vector code.
        out.extend(octets.iter().zip(rest).map(|(a, b)| a << (8 - shift) | b >> shift));
        self.carry = octets[octets.len() - 1];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_ends_where_it_should() {
        let mut dates = Dates::default();
        dates.push(Stretch {
            first_bit: 0,
            at: SimTime::ZERO,
            bits: 500,
            lasts: SimTime::from_ns(5),
        });
        assert_eq!(dates.date(499), SimTime::from_ps(4_990));
        // A frame of 1 000 bits in 3 001 ps begins at bit 500, long after the bits before it.
        let (at, lasts) = (SimTime::from_ns(9), SimTime::from_ps(3_001));
        dates.push(Stretch { first_bit: 500, at, bits: 1_000, lasts });
        assert_eq!(dates.date(499), SimTime::from_ps(4_990));
        assert_eq!(dates.date(500), at);
        assert_eq!(dates.date(1_000), SimTime::from_ps(9_000 + 1_500));
        assert_eq!(dates.date(1_500), SimTime::from_ps(12_001));
    }

    #[test]
    fn only_the_last_stretches_are_kept() {
        let mut dates = Dates::default();
        for n in 0..100 {
            let (at, lasts) = (SimTime::from_ps(n * 10), SimTime::from_ps(10));
            dates.push(Stretch { first_bit: n * 10, at, bits: 10, lasts });
        }
        assert_eq!(dates.0.len(), KEPT);
        assert_eq!(dates.date(999), SimTime::from_ps(999));
        assert_eq!(dates.date(0), SimTime::from_ps(840), "forgotten: the first that is known");
    }
}
