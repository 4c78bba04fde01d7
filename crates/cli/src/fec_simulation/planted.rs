//! Error floors: patterns planted by threads, and what of it stands in a result file.
//!
//! In: a code with its smallest stall patterns, a point, how many to plant. Out: counts that do not
//! depend on the number of threads, a record that can be gone on with and added to others, rates with
//! intervals. The engine is `otn_fec::simulate::floor`; this module gives it threads, time and Ctrl-C.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result, anyhow, ensure};
use otn_fec::code::{BlockSize, Code};
use otn_fec::simulate::floor::pattern::StallPatterns;
use otn_fec::simulate::floor::{Estimate, Planted, Planting};
use serde::{Deserialize, Serialize};

use super::campaign::Bounds;
use super::result::{Run, joined};
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
    /// Sum of their weights: less than one for a pattern among errors that hold others too.
    pub weight: f64,
    /// Sum of the squares of these.
    pub squares: f64,
    /// Their wrong codewords, by weight.
    pub wrong_codewords: f64,
    /// Their wrong information bits, by weight.
    pub wrong_bits: f64,
    /// Their share, by weight.
    pub share: f64,
    /// Its interval.
    pub share_interval: [f64; 2],
    /// What it adds to the codeword error rate.
    pub codeword_error_rate: f64,
    /// Which were planted: patterns have a number of their own for each seed, as codewords have.
    pub runs: Vec<Run>,
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
    /// Number of the first pattern.
    pub first: u64,
}

impl Plan<'_> {
    /// Plants until it is enough, for each number of bits left out, beside what was planted before;
    /// true with it if Ctrl-C came first.
    ///
    /// # Errors
    /// A bit error ratio that is none.
    pub fn estimate(
        &self,
        bounds: &Bounds,
        interrupt: &Interrupt,
        before: Option<EstimateRecord>,
    ) -> Result<(EstimateRecord, bool)> {
        let mut record = before.unwrap_or_else(|| EstimateRecord::new(self.patterns));
        for left_out in 0..=self.left_out.min(self.patterns.most_left_out()) {
            let old = record.planted.iter().find(|kind| kind.left_out == left_out);
            let (done, runs) = old.map_or((0, &[][..]), |old| (old.planted, &old.runs));
            let behind = runs.iter().filter(|run| run.seed == self.seed).map(Run::end).max();
            let first = behind.unwrap_or(0).max(self.first);
            let part = self.plant(left_out, first, done, bounds, interrupt)?;
            let run = Run { seed: self.seed, first, codewords: part.trials };
            record.add(&PlantedRecord::of(&part, joined(&[run], &[])?))?;
        }
        Ok((record, interrupt.requested()))
    }

    /// Plants patterns from number `first` on; `done` were planted before.
    fn plant(
        &self,
        left_out: u32,
        first: u64,
        done: u64,
        bounds: &Bounds,
        interrupt: &Interrupt,
    ) -> Result<Planted> {
        let planting = Planting::new(self.code, self.patterns, self.p, left_out, self.seed)
            .map_err(|bad| anyhow!("--p: found {}, expected up to {}", bad.found, bad.greatest))?;
        let wanted = match (bounds.stop.codewords, bounds.time) {
            (Some(wanted), _) => wanted.saturating_sub(done),
            (None, Some(_)) => u64::MAX / 2,
            (None, None) => DEFAULT_TRIALS.saturating_sub(done),
        };
        let end = first.saturating_add(wanted);
        let next = AtomicU64::new(first);
        let pieces = Mutex::new(BTreeMap::new());
        let (began, bar) = (Instant::now(), progress(wanted, Unit::Share));
        let work = || {
            loop {
                let late = bounds.time.is_some_and(|time| began.elapsed() >= time);
                if late || interrupt.requested() {
                    return;
                }
                let from = next.fetch_add(PIECE, Ordering::Relaxed);
                if from >= end {
                    return;
                }
                let piece = planting.run(from..(from + PIECE).min(end));
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

impl PlantedRecord {
    /// The sums of some runs; what follows from them is not computed yet.
    fn of(part: &Planted, runs: Vec<Run>) -> Self {
        Self {
            left_out: part.left_out,
            planted: part.trials,
            left_wrong: part.left,
            weight: part.weight,
            squares: part.squares,
            wrong_codewords: part.wrong_blocks,
            wrong_bits: part.wrong_bits,
            share: 0.0,
            share_interval: [0.0, 1.0],
            codeword_error_rate: 0.0,
            runs,
        }
    }

    /// The sums again.
    fn sums(&self) -> Planted {
        Planted {
            left_out: self.left_out,
            trials: self.planted,
            left: self.left_wrong,
            weight: self.weight,
            squares: self.squares,
            wrong_blocks: self.wrong_codewords,
            wrong_bits: self.wrong_bits,
        }
    }
}

impl EstimateRecord {
    fn new(patterns: &StallPatterns) -> Self {
        Self {
            pattern_bits: patterns.bits(),
            patterns_per_codeword: patterns.count(),
            planted: Vec::new(),
        }
    }

    /// Adds patterns of one kind.
    fn add(&mut self, other: &PlantedRecord) -> Result<()> {
        let Some(mine) = self.planted.iter_mut().find(|kind| kind.left_out == other.left_out)
        else {
            self.planted.push(other.clone());
            self.planted.sort_by_key(|kind| kind.left_out);
            return Ok(());
        };
        let (runs, mut sums) = (joined(&mine.runs, &other.runs)?, mine.sums());
        sums.add(&other.sums());
        *mine = PlantedRecord::of(&sums, runs);
        Ok(())
    }

    /// The sums of two records; shares and rates are to be computed once more.
    ///
    /// # Errors
    /// Patterns that both have planted.
    pub fn merged(&self, other: &Self) -> Result<Self> {
        let mut all = self.clone();
        let mut kinds = other.planted.iter();
        kinds.try_for_each(|kind| all.add(kind)).context("planted patterns")?;
        Ok(all)
    }

    /// Rates of codewords and of bits at `p`, from the sums; shares are filled in.
    ///
    /// # Errors
    /// A code without known patterns, or whose patterns are others now.
    pub fn rates(
        &mut self,
        code: &str,
        size: BlockSize,
        p: f64,
        confidence: f64,
    ) -> Result<[Estimate; 2]> {
        let patterns = StallPatterns::of(code);
        let patterns = patterns.with_context(|| format!("no error floor estimate of {code}"))?;
        let (found, expected) = (self.pattern_bits, patterns.bits());
        ensure!(found == expected, "pattern_bits: found {found}, expected {expected}");
        self.patterns_per_codeword = patterns.count();
        // All parts lie in their intervals together with the confidence that was asked for.
        let of_part = 1.0 - (1.0 - confidence) / self.planted.len().max(1) as f64;
        let mut sum = [Estimate::NONE; 2];
        for kind in &mut self.planted {
            let (found, most) = (kind.left_out, patterns.most_left_out());
            ensure!(found <= most, "left_out: found {found}, expected {most} at the most");
            let part = kind.sums();
            let rates = part.rates(&patterns, size, p, of_part);
            sum = [sum[0].plus(rates[0]), sum[1].plus(rates[1])];
            let share = part.share(confidence);
            kind.share = share.rate;
            kind.share_interval = [share.interval.low, share.interval.high];
            kind.codeword_error_rate = rates[0].rate;
        }
        Ok(sum)
    }

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
    fn threads_and_pauses_change_nothing() {
        let code = (otn_fec::registry::find("g975.1-i3").unwrap().code)();
        let patterns = StallPatterns::of("g975.1-i3").unwrap();
        let plan =
            Plan { code: &*code, patterns: &patterns, p: 2e-3, left_out: 0, seed: 3, first: 0 };
        let with = |threads, wanted, before| {
            let stop = Stop { codewords: Some(wanted), ..Stop::default() };
            let bounds = Bounds { stop, time: None, threads };
            plan.estimate(&bounds, &Interrupt::default(), before).unwrap().0
        };
        let one = with(1, 30, None);
        assert_eq!(one, with(3, 30, None));
        assert_eq!(one.planted[0].planted, 30);
        assert_eq!(one.planted[0].runs, [Run { seed: 3, first: 0, codewords: 30 }]);
        let paused = with(1, 30, Some(with(2, 12, None)));
        let (a, b) = (&one.planted[0], &paused.planted[0]);
        assert_eq!((&a.runs, a.planted, a.left_wrong), (&b.runs, b.planted, b.left_wrong));
        // Sums of weights are rounded in another order.
        assert!((a.weight / b.weight - 1.0).abs() < 1e-12, "{a:?} {b:?}");
        assert!((a.wrong_bits / b.wrong_bits - 1.0).abs() < 1e-12, "{a:?} {b:?}");
    }
}
