//! Error floors by importance sampling: what a decoder cannot correct is put where it looks.
//!
//! Source: the method of arXiv 1201.4106 (stall patterns counted and weighted), with the decoder in
//! the loop. In: a code, the bit error ratio of a binary symmetric channel, a seed, numbers of
//! trials. Out: how many trials stayed wrong, and from this error ratios with their intervals.
//!
//! A trial draws one of the smallest stall patterns of the code, sends random information, lets the
//! channel err as always, and makes every bit of the pattern wrong. The share of trials that stay
//! wrong, times the number of patterns, times p^K for the K bits, is the error ratio that full
//! patterns cause. Of a pattern with some bits left out, those bits are made right, and it counts
//! where the decoder itself completes it: the wrong bits behind it are those of the pattern and no
//! others. Its weight is C(K, j) p^(K-j) (1-p)^j. Such patterns are drawn among the information bits
//! alone, and stand for all.
//!
//! This is no estimate of the waterfall, and it knows nothing of larger patterns that hold no
//! smallest one: what it gives is a part of the error ratio, the largest far below the threshold.

pub mod pattern;

use alloc::vec;
use alloc::vec::Vec;
use core::ops::Range;

use rand_chacha::ChaCha8Rng;
use rand_core::Rng;

use super::channel::{Channel, OutOfRange, Reception, Set};
use super::engine::{clear_behind, differences};
use super::interval::{Interval, clopper_pearson};
use super::streams::Streams;
use crate::bits;
use crate::code::{BlockSize, Code, Received};
use crate::theory::stall::choose;
use pattern::{Place, StallPatterns, subset};

/// What is planted.
pub struct Planting<'a> {
    code: &'a dyn Code,
    patterns: &'a StallPatterns,
    channel: Set,
    left_out: u32,
    streams: Streams,
}

/// What came of it. Sums are of weights: one for a trial whose errors hold one smallest pattern,
/// half for one that would be drawn twice as often as it happens, and so on.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Planted {
    /// Bits of each pattern that were left out.
    pub left_out: u32,
    /// Patterns planted.
    pub trials: u64,
    /// Trials that stayed wrong.
    pub left: u64,
    /// Their weights.
    pub weight: f64,
    /// The squares of their weights.
    pub squares: f64,
    /// Their wrong blocks, weighted.
    pub wrong_blocks: f64,
    /// Their wrong information bits, weighted.
    pub wrong_bits: f64,
}

/// What one trial left.
struct Remains {
    weight: f64,
    blocks: u64,
    bits: u64,
}

/// A ratio and its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The ratio.
    pub rate: f64,
    /// Its interval.
    pub interval: Interval,
}

impl<'a> Planting<'a> {
    /// Plants `patterns`, which are those of `code`, with `left_out` bits fewer, at a bit error
    /// ratio of `p`.
    ///
    /// # Errors
    /// A bit error ratio that is none.
    pub fn new(
        code: &'a dyn Code,
        patterns: &'a StallPatterns,
        p: f64,
        left_out: u32,
        seed: u64,
    ) -> Result<Self, OutOfRange> {
        let channel = Channel::BinarySymmetric.at(p)?;
        let left_out = left_out.min(patterns.most_left_out());
        let name = alloc::format!("stall-{left_out}");
        Ok(Self { code, patterns, channel, left_out, streams: Streams::new(seed, &name, p) })
    }

    /// Plants once for each number of `trials`; what a number gives depends on nothing else.
    pub fn run(&self, trials: Range<u64>) -> Planted {
        let mut planted = Planted { left_out: self.left_out, ..Planted::default() };
        for number in trials {
            planted.trials += 1;
            if let Some(Remains { weight, blocks, bits }) = self.trial(number) {
                planted.left += 1;
                planted.weight += weight;
                planted.squares += weight * weight;
                planted.wrong_blocks += weight * blocks as f64;
                planted.wrong_bits += weight * bits as f64;
            }
        }
        planted
    }

    //= arxiv1201.4106:planted-patterns
    fn trial(&self, number: u64) -> Option<Remains> {
        let mut generator = self.streams.stream(number);
        let pattern = self.drawn(&mut generator);
        let right = subset(pattern.len(), self.left_out as usize, &mut generator);
        let size = self.code.block();
        let (mut encoder, mut decoder) = (self.code.encoder(), self.code.decoder());
        let (delay, span) = (decoder.delay(), self.patterns.span());
        let mut coded = vec![0; bits::octets(size.coded)];
        let mut decoded = vec![0; bits::octets(size.information)];
        let mut reception = Reception::default();
        let (mut sent, mut errors, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
        // Blocks before the pattern, as the first ones of a stream are better protected.
        for index in 0..2 * delay + span {
            let mut information = vec![0; bits::octets(size.information)];
            generator.fill_bytes(&mut information);
            clear_behind(&mut information, size.information);
            encoder.encode(&information, &mut coded);
            self.channel.carry(&coded, size.coded, false, &mut generator, &mut reception);
            let block = index.wrapping_sub(delay);
            if block < span {
                for (n, place) in pattern.iter().enumerate().filter(|(_, at)| at.block == block) {
                    // The bit sent, inverted unless it is one of those left right.
                    let is_one = bits::get(&coded, place.at) == right.contains(&n);
                    bits::set(&mut reception.bits, place.at, is_one);
                }
                let pairs = reception.bits.iter().zip(&coded);
                errors.push(pairs.map(|(a, b)| a ^ b).collect::<Vec<u8>>());
                sent.push(information);
            }
            decoder.decode(Received::Bits(&reception.bits), &mut decoded);
            if let Some(sent) = index.checked_sub(2 * delay).and_then(|block| sent.get(block)) {
                wrong.push(sent.iter().zip(&decoded).map(|(a, b)| a ^ b).collect::<Vec<u8>>());
            }
        }
        self.remains(&pattern, &errors, &wrong)
    }

    /// A pattern. With bits left out it is one whose bits are all seen behind the decoder, as others
    /// that have the same information bits could not be told from it.
    fn drawn(&self, generator: &mut ChaCha8Rng) -> Vec<Place> {
        loop {
            let pattern = self.patterns.draw(generator);
            if self.left_out == 0 || pattern.iter().all(|place| place.information.is_some()) {
                return pattern;
            }
        }
    }

    /// Judges what is wrong behind the decoder.
    fn remains(&self, pattern: &[Place], errors: &[Vec<u8>], wrong: &[Vec<u8>]) -> Option<Remains> {
        let counts = wrong.iter().map(|block| differences(block, &vec![0; block.len()]));
        let counts: Vec<u64> = counts.collect();
        let (blocks, all) = (counts.iter().filter(|&&n| n > 0).count() as u64, counts.iter().sum());
        let places = pattern.iter().filter_map(|place| place.information);
        let of_pattern = places.clone().filter(|&(block, at)| bits::get(&wrong[block], at)).count();
        let whole = of_pattern == places.count() && of_pattern as u64 == all;
        let left = of_pattern > 0 && (self.left_out == 0 || whole);
        left.then(|| {
            let is_wrong = |block: usize, at| errors.get(block).is_some_and(|e| bits::get(e, at));
            let held = if self.left_out == 0 { self.patterns.held(pattern, is_wrong) } else { 1.0 };
            Remains { weight: 1.0 / held.max(1.0), blocks, bits: all }
        })
    }
}

impl Planted {
    /// Adds later trials of the same kind.
    pub fn add(&mut self, other: &Self) {
        self.left_out = other.left_out;
        self.trials += other.trials;
        self.left += other.left;
        self.weight += other.weight;
        self.squares += other.squares;
        self.wrong_blocks += other.wrong_blocks;
        self.wrong_bits += other.wrong_bits;
    }

    /// The share of trials that stayed wrong, by weight. Unequal weights count as
    /// (sum w)^2 / (sum w^2) events.
    pub fn share(&self, confidence: f64) -> Estimate {
        let trials = self.trials as f64;
        if self.left == 0 {
            return Estimate { rate: 0.0, interval: clopper_pearson(0.0, trials, confidence) };
        }
        let scale = self.weight / self.squares;
        let interval = clopper_pearson(self.weight * scale, trials * scale, confidence);
        Estimate { rate: self.weight / trials, interval }
    }

    /// Of blocks, then of information bits: the error ratios that these patterns cause at a bit
    /// error ratio of `p`.
    pub fn rates(
        &self,
        patterns: &StallPatterns,
        size: BlockSize,
        p: f64,
        confidence: f64,
    ) -> [Estimate; 2] {
        let (all, out) = (patterns.bits(), self.left_out);
        let chance = libm::pow(p, f64::from(all - out)) * libm::pow(1.0 - p, f64::from(out));
        let weight = patterns.count() * choose(all.into(), out) * chance;
        let share = self.share(confidence);
        // Where none stayed wrong, a block with one pattern's bits stands for what might have.
        let of_left =
            |sum: f64, else_one: f64| if self.left > 0 { sum / self.weight } else { else_one };
        // Patterns in the information stand for all, of whose bits some are parity.
        let seen = if out > 0 { size.rate() } else { 1.0 };
        let bits = seen * of_left(self.wrong_bits, all.into()) / size.information as f64;
        [of_left(self.wrong_blocks, 1.0), bits].map(|factor| share.times(weight * factor))
    }
}

impl Estimate {
    /// Nothing, for certain.
    pub const NONE: Self = Self { rate: 0.0, interval: Interval { low: 0.0, high: 0.0 } };

    fn times(self, factor: f64) -> Self {
        let Interval { low, high } = self.interval;
        Self {
            rate: self.rate * factor,
            interval: Interval { low: low * factor, high: high * factor },
        }
    }

    /// The sum of two, its interval from both lower to both upper ends; one at the most.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        let sum = |a: f64, b: f64| (a + b).min(1.0);
        Self {
            rate: sum(self.rate, other.rate),
            interval: Interval {
                low: sum(self.interval.low, other.interval.low),
                high: sum(self.interval.high, other.interval.high),
            },
        }
    }
}

#[cfg(test)]
mod small;
#[cfg(test)]
mod tests;
