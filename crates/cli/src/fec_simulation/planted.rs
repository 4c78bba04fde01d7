//! Error floors: patterns planted by threads, and what of it stands in a result file.
//!
//! In: a code with its smallest stall patterns, a point, how many to plant. Out: counts that do not
//! depend on the number of threads, rates with intervals, a record. The engine is
//! `otn_fec::simulate::floor`; this module gives it threads, time and Ctrl-C.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Result, anyhow};
use otn_fec::code::{BlockSize, Code};
use otn_fec::simulate::floor::pattern::StallPatterns;
use otn_fec::simulate::floor::{Estimate, Planted, Planting};
use serde::{Deserialize, Serialize};

use super::campaign::Bounds;
use crate::session::{Interrupt, Unit, progress};

/// Patterns planted at each point, if nothing else was asked for.
const DEFAULT_TRIALS: u64 = 1000;
/// Patterns that a thread plants before it looks at the clock.
const PIECE: u64 = 8;

/// How an estimated point came about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstimateRecord {
    /// Bits of a smallest stall pattern.
    pub pattern_bits: u32,
    /// Such patterns for each codeword.
    pub patterns_per_codeword: f64,
    /// The seed.
    pub seed: u64,
    /// What was planted: whole patterns, then those with bits left out.
    pub planted: Vec<PlantedRecord>,
}

/// Patterns of one kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantedRecord {
    /// Bits of a pattern that the channel left right.
    pub left_out: u32,
    /// Patterns planted.
    pub planted: u64,
    /// Of these, left wrong by the decoder.
    pub left_wrong: u64,
    /// Their share, by weight: less than one for a pattern among errors that hold others too.
    pub share: f64,
    /// Its interval.
    pub share_interval: [f64; 2],
    /// What it adds to the codeword error rate.
    pub codeword_error_rate: f64,
}

/// The rates of a point.
pub struct Floor {
    /// Of codewords.
    pub codeword: Estimate,
    /// Of bits.
    pub bit: Estimate,
    /// How they came about.
    pub record: EstimateRecord,
}

/// What is planted at a point.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The code.
    pub code: &'a dyn Code,
    /// Its patterns.
    pub patterns: &'a StallPatterns,
    /// Bit error ratio before the decoder.
    pub p: f64,
    /// Most bits of a pattern to leave out.
    pub left_out: u32,
    /// Seed of the run.
    pub seed: u64,
    /// Confidence of the intervals.
    pub confidence: f64,
}

impl Plan<'_> {
    /// Plants until it is enough, for each number of bits left out; true with it if Ctrl-C came
    /// first.
    ///
    /// # Errors
    /// A bit error ratio that is none.
    pub fn estimate(&self, bounds: &Bounds, interrupt: &Interrupt) -> Result<(Floor, bool)> {
        let size: BlockSize = self.code.block();
        let kinds = self.left_out.min(self.patterns.most_left_out()) + 1;
        // All parts lie in their intervals together with the confidence that was asked for.
        let confidence = 1.0 - (1.0 - self.confidence) / f64::from(kinds);
        let (mut codeword, mut bit) = (Estimate::NONE, Estimate::NONE);
        let mut planted = Vec::new();
        for left_out in 0..kinds {
            let part = self.plant(left_out, bounds, interrupt)?;
            let rates = part.rates(self.patterns, size, self.p, confidence);
            codeword = codeword.plus(rates[0]);
            bit = bit.plus(rates[1]);
            let share = part.share(self.confidence);
            planted.push(PlantedRecord {
                left_out,
                planted: part.trials,
                left_wrong: part.left,
                share: share.rate,
                share_interval: [share.interval.low, share.interval.high],
                codeword_error_rate: rates[0].rate,
            });
        }
        let record = EstimateRecord {
            pattern_bits: self.patterns.bits(),
            patterns_per_codeword: self.patterns.count(),
            seed: self.seed,
            planted,
        };
        Ok((Floor { codeword, bit, record }, interrupt.requested()))
    }

    fn plant(&self, left_out: u32, bounds: &Bounds, interrupt: &Interrupt) -> Result<Planted> {
        let planting = Planting::new(self.code, self.patterns, self.p, left_out, self.seed)
            .map_err(|bad| anyhow!("--p: found {}, expected up to {}", bad.found, bad.greatest))?;
        let wanted = match (bounds.stop.codewords, bounds.time) {
            (Some(wanted), _) => wanted,
            (None, Some(_)) => u64::MAX / 2,
            (None, None) => DEFAULT_TRIALS,
        };
        let next = AtomicU64::new(0);
        let pieces = Mutex::new(BTreeMap::new());
        let (began, bar) = (Instant::now(), progress(wanted, Unit::Share));
        let work = || {
            loop {
                let late = bounds.time.is_some_and(|time| began.elapsed() >= time);
                if late || interrupt.requested() {
                    return;
                }
                let from = next.fetch_add(PIECE, Ordering::Relaxed);
                if from >= wanted {
                    return;
                }
                let piece = planting.run(from..(from + PIECE).min(wanted));
                bar.inc(piece.trials);
                pieces.lock().unwrap_or_else(PoisonError::into_inner).insert(from, piece);
            }
        };
        std::thread::scope(|scope| {
            (0..bounds.threads.max(1)).for_each(|_| drop(scope.spawn(work)));
        });
        bar.finish_and_clear();
        // In order, as sums of weights are rounded.
        let pieces = pieces.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut all = Planted { left_out, ..Planted::default() };
        pieces.values().for_each(|piece| all.add(piece));
        Ok(all)
    }
}

impl EstimateRecord {
    /// In words, one line for each kind of pattern.
    pub fn text(&self) -> Vec<String> {
        let bits = self.pattern_bits;
        let one = |kind: &PlantedRecord| {
            let less = match kind.left_out {
                0 => String::new(),
                1 => " less 1 bit".to_string(),
                n => format!(" less {n} bits"),
            };
            let [low, high] = kind.share_interval;
            format!(
                "{} patterns of {bits} bits{less} planted, {} stayed wrong: share {:.3e} ({low:.2e} \
                 to {high:.2e}), of {:.3e} patterns a codeword",
                kind.planted, kind.left_wrong, kind.share, self.patterns_per_codeword
            )
        };
        self.planted.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_fec::simulate::progress::Stop;

    #[test]
    fn the_number_of_threads_changes_nothing() {
        let code = (otn_fec::registry::find("g975.1-i3").unwrap().code)();
        let patterns = StallPatterns::of("g975.1-i3").unwrap();
        let (p, seed, confidence) = (2e-3, 3, 0.95);
        let plan = Plan { code: &*code, patterns: &patterns, p, left_out: 0, seed, confidence };
        let with = |threads| {
            let stop = Stop { codewords: Some(30), ..Stop::default() };
            let bounds = Bounds { stop, time: None, threads };
            plan.estimate(&bounds, &Interrupt::default()).unwrap().0
        };
        let (one, three) = (with(1), with(3));
        assert_eq!(one.record, three.record);
        assert_eq!((one.codeword, one.bit), (three.codeword, three.bit));
        assert_eq!(one.record.planted[0].planted, 30);
    }
}
