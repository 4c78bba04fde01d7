//! What a fault of a line does to the octets on their way.
//!
//! In: a piece of the stream of one direction, and when its octets are sent. Out: the same octets,
//! those sent during a fault replaced, and whether there were any.

use std::ops::Range;

use otn_frame::SimTime;
use otn_frame::frame::FAS_PATTERN;
use otn_map::pn11::Pn11Source;

use super::stream::Stretch;
use crate::network::{Fault, FaultKind};

/// The faults of one direction of a line.
#[derive(Clone, Debug)]
pub(super) struct Faults {
    /// In the order in which they begin.
    faults: Vec<Fault>,
    ais: Pn11Source,
}

impl Faults {
    /// The faults that hit the direction from this end.
    pub(super) fn new(all: &[Fault], from: usize) -> Self {
        let mut faults: Vec<Fault> =
            all.iter().copied().filter(|fault| fault.directions[from]).collect();
        faults.sort_by_key(|fault| fault.from);
        Self { faults, ais: Pn11Source::new() }
    }

    /// Spoils octets of the stream, a frame or the beginning of one, the first of which starts with
    /// bit `first_bit`; gives the octets that are touched. The last bit of them ends at `end`.
    pub(super) fn strike(
        &mut self,
        octets: &mut [u8],
        first_bit: u64,
        stretch: &Stretch,
        end: SimTime,
    ) -> Option<Range<usize>> {
        let start = stretch.date(first_bit);
        let mut touched: Option<Range<usize>> = None;
        for fault in self.faults.iter().filter(|f| f.from < end && f.until > start) {
            // The first octet that starts at an instant or later.
            let octet_at = |time: SimTime| {
                let starts_before =
                    |octet: &usize| stretch.date(first_bit + *octet as u64 * 8) < time;
                partition(octets.len(), starts_before)
            };
            let mut range = octet_at(fault.from)..octet_at(fault.until);
            if fault.kind == FaultKind::Lof {
                range.end = range.end.min(FAS_PATTERN.len());
            }
            if range.is_empty() {
                continue;
            }
            match fault.kind {
                FaultKind::Cut => octets[range.clone()].fill(0),
                FaultKind::Lof => octets[range.clone()].iter_mut().for_each(|o| *o = !*o),
                FaultKind::OtuAis => self.ais.fill(&mut octets[range.clone()]),
            }
            touched = Some(match touched {
                Some(other) => other.start.min(range.start)..other.end.max(range.end),
                None => range,
            });
        }
        touched
    }
}

/// How many of `0..count` come before the first that `before` does not hold for.
fn partition(count: usize, before: impl Fn(&usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = usize::midpoint(low, high);
        if before(&middle) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::super::stream::Pace;
    use super::*;

    /// One octet each 10 ps.
    const STRETCH: Stretch = Stretch {
        first_bit: 0,
        at: SimTime::from_ps(1_000),
        pace: Pace::Even { bits: 8, lasts: SimTime::from_ps(10) },
    };

    fn fault(kind: FaultKind, from: u64, until: u64) -> Fault {
        let (from, until) = (SimTime::from_ps(from), SimTime::from_ps(until));
        Fault { kind, from, until, directions: [true, false] }
    }

    #[test]
    fn octets_that_start_during_the_fault_are_zero_and_no_others() {
        let mut faults = Faults::new(&[fault(FaultKind::Cut, 1_015, 1_050)], 0);
        let mut octets = [0xA5; 10];
        let end = SimTime::from_ps(1_100);
        assert_eq!(faults.strike(&mut octets, 0, &STRETCH, end), Some(2..5));
        assert_eq!(octets, [0xA5, 0xA5, 0, 0, 0, 0xA5, 0xA5, 0xA5, 0xA5, 0xA5]);
        let mut later = [0xA5; 10];
        let end = SimTime::from_ps(1_200);
        assert_eq!(faults.strike(&mut later, 80, &STRETCH, end), None);
        assert_eq!(Faults::new(&faults.faults, 1).strike(&mut later, 0, &STRETCH, end), None);
        assert_eq!(later, [0xA5; 10]);
    }

    #[test]
    fn a_frame_without_its_alignment_signal_is_whole_otherwise() {
        let mut faults = Faults::new(&[fault(FaultKind::Lof, 1_025, 9_000)], 0);
        for (first_bit, touched) in [(0, Some(3..6)), (80, Some(0..6))] {
            let mut octets = [0xA5; 10];
            let end = STRETCH.date(first_bit + 80);
            assert_eq!(faults.strike(&mut octets, first_bit, &STRETCH, end), touched);
            let inverted: Vec<_> = (0..10).filter(|&n| octets[n] == 0x5A).collect();
            assert_eq!(inverted, touched.unwrap().collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_otu_ais_goes_on_from_piece_to_piece() {
        let mut faults = Faults::new(&[fault(FaultKind::OtuAis, 0, 9_000)], 0);
        let mut line = vec![0u8; 600];
        for (n, piece) in line.chunks_mut(100).enumerate() {
            let first_bit = n as u64 * 800;
            let end = STRETCH.date(first_bit + 800);
            assert_eq!(faults.strike(piece, first_bit, &STRETCH, end), Some(0..100));
        }
        let mut expected = vec![0u8; 600];
        Pn11Source::new().fill(&mut expected);
        assert_eq!(line, expected);
    }
}
