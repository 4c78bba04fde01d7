//! Which blocks are next, which are finished, and when it is enough.
//!
//! In: requests for work and finished work, in any order, from any number of workers. Out: ranges
//! of blocks, and the counts of the finished blocks from the first on without a gap. When it is
//! enough is decided on these alone, unit by unit, so the result is the same for one worker and
//! for many. Time is not known here: who knows it calls [`Progress::stop`].

use alloc::collections::BTreeMap;
use core::ops::Range;

use super::engine::Units;
use super::tally::Tally;

/// When it is enough: as soon as one of these is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stop {
    /// Wrong codewords; judged at the end of a unit.
    pub codeword_errors: Option<u64>,
    /// Codewords, exactly.
    pub codewords: Option<u64>,
    /// Information bits, rounded up to whole codewords.
    pub bits: Option<u64>,
}

impl Stop {
    /// Codewords at the most, of so many information bits.
    fn most(&self, information: u64) -> u64 {
        let by_bits = self.bits.map(|bits| bits.div_ceil(information.max(1)));
        self.codewords.unwrap_or(u64::MAX).min(by_bits.unwrap_or(u64::MAX))
    }
}

/// The work on one point.
#[derive(Clone, Debug)]
pub struct Progress {
    units: Units,
    stop: Stop,
    /// Blocks from which on none are handed out.
    limit: u64,
    /// The block to hand out next.
    next: u64,
    /// The first block that is not in `total`.
    done: u64,
    /// Finished work behind a gap, by its first block.
    early: BTreeMap<u64, (u64, Tally)>,
    total: Tally,
    enough: bool,
}

impl Progress {
    /// Work that begins at block `first`, with the counts of what was done before.
    pub fn new(units: Units, information: usize, stop: Stop, first: u64, before: Tally) -> Self {
        let left = stop.most(information as u64).saturating_sub(before.codewords);
        let mut progress = Self {
            units,
            stop,
            limit: first.saturating_add(left),
            next: first,
            done: first,
            early: BTreeMap::new(),
            total: before,
            enough: false,
        };
        progress.judge();
        progress
    }

    /// The next blocks to simulate: one unit or what is left of it; `None` when there is no more
    /// to do.
    pub fn work(&mut self) -> Option<Range<u64>> {
        if self.enough || self.next >= self.limit {
            return None;
        }
        let from = self.next;
        self.next = self.units.end(from).min(self.limit);
        Some(from..self.next)
    }

    /// Takes finished work.
    pub fn finish(&mut self, range: Range<u64>, tally: Tally) {
        self.early.insert(range.start, (range.end, tally));
        while !self.enough {
            let Some((end, tally)) = self.early.remove(&self.done) else { return };
            self.total.add(&tally);
            self.done = end;
            self.judge();
        }
        // What lies behind the end was simulated for nothing.
        self.early.clear();
    }

    /// Hands out no more work.
    pub fn stop(&mut self) {
        self.limit = self.next.min(self.limit);
    }

    /// The counts of the finished blocks, in order and without a gap.
    pub fn total(&self) -> &Tally {
        &self.total
    }

    /// The first block that is not in [`Self::total`].
    pub fn done(&self) -> u64 {
        self.done
    }

    /// True if no more work will be counted.
    pub fn is_over(&self) -> bool {
        self.enough || self.done >= self.limit
    }

    /// Share of the way to the nearest end that is known, from 0 to 1.
    pub fn share(&self, information: usize) -> f64 {
        let by_codewords = self.total.codewords as f64 / self.stop.most(information as u64) as f64;
        let by_errors = self
            .stop
            .codeword_errors
            .map_or(0.0, |errors| self.total.codeword_errors as f64 / errors.max(1) as f64);
        by_codewords.max(by_errors).min(1.0)
    }

    fn judge(&mut self) {
        let errors = self.total.codeword_errors;
        self.enough |= self.stop.codeword_errors.is_some_and(|enough| errors >= enough);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    const UNITS: Units = Units { blocks: 10, memory: 0 };

    /// What a unit counts: block n is wrong if n is a multiple of 7.
    fn tally(range: &Range<u64>) -> Tally {
        let wrong = range.clone().filter(|n| n.is_multiple_of(7)).count() as u64;
        Tally {
            codewords: range.end - range.start,
            codeword_errors: wrong,
            information_bits: 4 * (range.end - range.start),
            ..Tally::default()
        }
    }

    fn run(stop: Stop, order: &[usize]) -> (Tally, u64) {
        let mut progress = Progress::new(UNITS, 4, stop, 0, Tally::default());
        let mut at_work: Vec<Range<u64>> = Vec::new();
        // Now and then the oldest, so that none is at work for ever.
        let mut picks = order.iter().chain(&[0]).cycle();
        loop {
            while at_work.len() < 3 {
                match progress.work() {
                    Some(range) => at_work.push(range),
                    None => break,
                }
            }
            if at_work.is_empty() {
                break;
            }
            let pick = picks.next().unwrap() % at_work.len();
            let range = at_work.remove(pick);
            let counts = tally(&range);
            progress.finish(range, counts);
        }
        assert!(progress.is_over());
        (progress.total().clone(), progress.done())
    }

    proptest! {
        #[test]
        fn the_order_of_finishing_changes_nothing(order in prop::collection::vec(0usize..3, 1..20)) {
            for stop in [
                Stop { codeword_errors: Some(9), ..Stop::default() },
                Stop { codewords: Some(103), ..Stop::default() },
                Stop { bits: Some(401), codeword_errors: Some(1000), codewords: None },
            ] {
                prop_assert_eq!(run(stop, &order), run(stop, &[0]));
            }
        }
    }

    #[test]
    fn ends_are_where_they_were_asked_for() {
        let of = |stop| run(stop, &[0]);
        let (total, done) = of(Stop { codewords: Some(103), ..Stop::default() });
        assert_eq!((total.codewords, done), (103, 103));
        let (total, _) = of(Stop { bits: Some(401), ..Stop::default() });
        assert_eq!(total.codewords, 101);
        // Blocks 0, 7, .. 56 are nine: the unit with the ninth is the last.
        let (total, done) = of(Stop { codeword_errors: Some(9), ..Stop::default() });
        assert_eq!((total.codeword_errors, done), (9, 60));
        let (total, _) = of(Stop { codewords: Some(0), ..Stop::default() });
        assert_eq!(total.codewords, 0);
    }

    #[test]
    fn work_is_taken_up_in_the_middle_of_a_unit() {
        let whole = run(Stop { codewords: Some(50), ..Stop::default() }, &[0]).0;
        let (before, done) = run(Stop { codewords: Some(23), ..Stop::default() }, &[0]);
        let stop = Stop { codewords: Some(50), ..Stop::default() };
        let mut progress = Progress::new(UNITS, 4, stop, done, before);
        assert_eq!(progress.clone().work(), Some(23..30));
        while let Some(range) = progress.work() {
            let counts = tally(&range);
            progress.finish(range, counts);
        }
        assert_eq!(*progress.total(), whole);
        progress.stop();
        assert_eq!(progress.work(), None);
    }

    #[test]
    fn a_stop_keeps_what_is_at_work() {
        let mut progress = Progress::new(UNITS, 4, Stop::default(), 0, Tally::default());
        let (a, b) = (progress.work().unwrap(), progress.work().unwrap());
        progress.stop();
        assert_eq!(progress.work(), None);
        assert!(!progress.is_over());
        progress.finish(b.clone(), tally(&b));
        assert_eq!(progress.total().codewords, 0);
        progress.finish(a.clone(), tally(&a));
        assert_eq!((progress.total().codewords, progress.is_over()), (20, true));
    }
}
