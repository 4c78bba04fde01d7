//! What was counted, and the ratios that follow from it.
//!
//! In: one block after another, or other tallies. Out: sums. Adding is associative, so that counts
//! of different machines become one.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use super::interval::{Interval, clopper_pearson};
use crate::code::Outcome;

/// Failed blocks that are remembered, the first ones by seed and number.
pub const FAILURES_KEPT: usize = 1000;

/// A block that came out wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Seed of its run.
    pub seed: u64,
    /// Its number in the run.
    pub block: u64,
    /// Wrong information bits.
    pub bit_errors: u64,
}

/// The counts of a point. A codeword is a block of [`crate::code::Code`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Codewords simulated.
    pub codewords: u64,
    /// Codewords with a wrong information bit behind the decoder.
    pub codeword_errors: u64,
    /// Codewords that the decoder reported beyond correction; counted for codes without memory.
    pub reported: u64,
    /// Wrong codewords about which the decoder said nothing; counted for codes without memory.
    pub undetected: u64,
    /// Information bits.
    pub information_bits: u64,
    /// Wrong information bits behind the decoder.
    pub bit_errors: u64,
    /// Bits on the line.
    pub coded_bits: u64,
    /// Wrong bits on the line.
    pub channel_errors: u64,
    /// What the decoders say they did.
    pub outcome: Outcome,
    /// Wrong codewords by the number of their wrong information bits.
    pub histogram: BTreeMap<u64, u64>,
    /// The first wrong codewords.
    pub failures: Vec<Failure>,
}

impl Tally {
    /// Adds the counts of later blocks, or of another run.
    pub fn add(&mut self, other: &Self) {
        self.codewords += other.codewords;
        self.codeword_errors += other.codeword_errors;
        self.reported += other.reported;
        self.undetected += other.undetected;
        self.information_bits += other.information_bits;
        self.bit_errors += other.bit_errors;
        self.coded_bits += other.coded_bits;
        self.channel_errors += other.channel_errors;
        self.outcome.add(other.outcome);
        for (&errors, &codewords) in &other.histogram {
            *self.histogram.entry(errors).or_default() += codewords;
        }
        self.failures.extend(&other.failures);
        // In order, whichever was counted first: the sum must not depend on who is added to whom.
        self.failures.sort_by_key(|failure| (failure.seed, failure.block));
        self.failures.truncate(FAILURES_KEPT);
    }

    /// Notes a codeword that came out with this many wrong bits.
    pub(super) fn wrong(&mut self, failure: Failure) {
        self.codeword_errors += 1;
        self.bit_errors += failure.bit_errors;
        *self.histogram.entry(failure.bit_errors).or_default() += 1;
        if self.failures.len() < FAILURES_KEPT {
            self.failures.push(failure);
        }
    }

    /// Share of wrong codewords.
    pub fn codeword_error_rate(&self) -> f64 {
        ratio(self.codeword_errors, self.codewords)
    }

    /// Share of wrong information bits.
    pub fn bit_error_rate(&self) -> f64 {
        ratio(self.bit_errors, self.information_bits)
    }

    /// Share of wrong bits on the line.
    pub fn channel_error_rate(&self) -> f64 {
        ratio(self.channel_errors, self.coded_bits)
    }

    /// Interval of the share of wrong codewords.
    pub fn codeword_interval(&self, confidence: f64) -> Interval {
        clopper_pearson(self.codeword_errors as f64, self.codewords as f64, confidence)
    }

    /// Interval of the share of wrong bits. Wrong bits come together, in wrong codewords, so that
    /// they tell less than as many lone ones: they count as (sum e)^2 / (sum e^2) events, with e
    /// the wrong bits of a codeword. Where nothing went wrong it is that of codewords, each of
    /// which might be all wrong.
    pub fn bit_interval(&self, confidence: f64) -> Interval {
        if self.bit_errors == 0 {
            return self.codeword_interval(confidence);
        }
        let squares: f64 =
            self.histogram.iter().map(|(&e, &count)| e as f64 * e as f64 * count as f64).sum();
        let sum = self.bit_errors as f64;
        let share = sum / squares;
        clopper_pearson(sum * share, self.information_bits as f64 * share, confidence)
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(errors: &[u64], codewords: u64) -> Tally {
        let mut tally = Tally { codewords, information_bits: codewords * 100, ..Tally::default() };
        for (block, &bit_errors) in errors.iter().enumerate() {
            tally.wrong(Failure { seed: 1, block: block as u64, bit_errors });
        }
        tally
    }

    #[test]
    fn sums_do_not_depend_on_how_they_are_grouped() {
        let parts = [of(&[1, 3], 10), of(&[], 5), of(&[3; 1200], 2000), of(&[7], 1)];
        let mut left = Tally::default();
        parts.iter().for_each(|part| left.add(part));
        let mut right = parts[2].clone();
        right.add(&parts[3]);
        let mut start = parts[0].clone();
        start.add(&parts[1]);
        start.add(&right);
        assert_eq!(left, start);
        assert_eq!(
            (left.codeword_errors, left.bit_errors, left.failures.len()),
            (1203, 3611, 1000)
        );
        assert_eq!(left.histogram[&3], 1201);
    }

    #[test]
    fn it_does_not_matter_which_of_two_is_added_to_the_other() {
        let mut late = of(&[2; 900], 900);
        late.failures.iter_mut().for_each(|failure| failure.block += 5_000);
        let other_seed = |mut tally: Tally| {
            tally.failures.iter_mut().for_each(|failure| failure.seed = 0);
            tally
        };
        let parts = [of(&[1; 200], 300), late, other_seed(of(&[3; 100], 100))];
        let sum = |order: [usize; 3]| {
            let mut sum = Tally::default();
            order.iter().for_each(|&n| sum.add(&parts[n]));
            sum
        };
        let first = sum([0, 1, 2]);
        assert_eq!((first.failures[0].seed, first.failures.len()), (0, FAILURES_KEPT));
        for order in [[1, 0, 2], [2, 1, 0], [1, 2, 0]] {
            assert_eq!(sum(order), first);
        }
    }

    #[test]
    fn bits_that_fail_together_tell_less_than_lone_ones() {
        let lone = of(&[1; 40], 1000);
        let together = of(&[10; 4], 1000);
        assert_eq!(lone.bit_error_rate(), together.bit_error_rate());
        let (a, b) = (lone.bit_interval(0.95), together.bit_interval(0.95));
        assert!(b.low < a.low && a.high < b.high);
        // Four codewords of ten bits are four events: the interval of codewords, by ten.
        let c = together.codeword_interval(0.95);
        assert!((b.high * 10.0 / c.high - 1.0).abs() < 5e-3, "{b:?} {c:?}");
        let none = of(&[], 1000);
        assert_eq!(none.bit_interval(0.95), none.codeword_interval(0.95));
        assert_eq!(Tally::default().bit_error_rate(), 0.0);
    }
}
