//! What was measured of a code, in the place of its decoder: how often blocks fail, and with how many wrong bits.
//!
//! In: points of a campaign of `otn fec ber`, the bit error ratio of the line. Out: for each block whether it fails,
//! and which of its information bits are wrong. Between two points the share of failed blocks is interpolated
//! in logarithms, and wrong bits are drawn as counted at either. Below the points nothing is extrapolated: the share is
//! the upper limit of the confidence interval of the least point, or none fail, as is asked for. Above the
//! points the decoder is taken to correct nothing. Wrong bits lie anywhere in their block.

use rand_chacha::ChaCha8Rng;

use crate::seed::unit_interval;

/// A point of a campaign.
#[derive(Clone, Debug, PartialEq)]
pub struct TablePoint {
    /// Bit error ratio before the decoder.
    pub ratio: f64,
    /// Share of failed blocks.
    pub failed: f64,
    /// Upper limit of the confidence interval of that share.
    pub at_most: f64,
    /// Failed blocks by their number of wrong information bits.
    pub wrong_bits: Vec<(u64, u64)>,
}

/// What is done below the least ratio that was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Below {
    /// The upper limit of the interval of the least point: never better than what was shown.
    #[default]
    Bound,
    /// No block fails.
    Nothing,
}

/// Where a ratio lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// No errors at all.
    Clean,
    /// Below the least point.
    Below,
    /// Within the points.
    Within,
    /// Above the greatest point.
    Above,
}

/// The table.
#[derive(Clone, Debug, PartialEq)]
pub struct FecTable {
    /// By ratio, the least first.
    points: Vec<TablePoint>,
    below: Below,
    block: u64,
}

impl FecTable {
    /// A table of at least one point at which a block failed, for blocks of so many information bits.
    pub fn new(mut points: Vec<TablePoint>, below: Below, block: u64) -> Option<Self> {
        points.retain(|point| point.ratio > 0.0 && point.ratio <= 0.5);
        points.sort_by(|one, other| one.ratio.total_cmp(&other.ratio));
        points.dedup_by(|one, other| one.ratio == other.ratio);
        let usable = block > 0 && points.iter().any(|point| !point.wrong_bits.is_empty());
        usable.then_some(Self { points, below, block })
    }

    /// The least and the greatest ratio that were measured.
    pub fn range(&self) -> (f64, f64) {
        let least = self.points.first().map_or(0.0, |point| point.ratio);
        (least, self.points.last().map_or(0.0, |point| point.ratio))
    }

    /// What is done below the least.
    pub const fn below(&self) -> Below {
        self.below
    }

    /// Where this ratio lies.
    pub fn place(&self, ratio: f64) -> Range {
        let (least, greatest) = self.range();
        match ratio {
            0.0 => Range::Clean,
            ratio if ratio < least => Range::Below,
            ratio if ratio > greatest => Range::Above,
            _ => Range::Within,
        }
    }

    /// Share of blocks that fail at this ratio.
    //= otn:fec-table
    pub fn failed(&self, ratio: f64) -> f64 {
        let bound = self.points.first().map_or(0.0, |point| point.at_most);
        match (self.place(ratio), self.below) {
            (Range::Clean, _) | (Range::Below, Below::Nothing) => 0.0,
            (Range::Below, Below::Bound) => bound,
            (Range::Above, _) => 1.0,
            (Range::Within, _) => {
                let (low, high, share) = self.between(ratio);
                // Of a point without a failure only the limit is known.
                let known = |p: &TablePoint| if p.failed > 0.0 { p.failed } else { p.at_most };
                let [low, high] = [low, high].map(|point| libm::log(known(point)));
                libm::exp(low + share * (high - low)).min(1.0)
            }
        }
    }

    /// The points around a ratio within, and how far it is from the first to the second.
    fn between(&self, ratio: f64) -> (&TablePoint, &TablePoint, f64) {
        let at = self.points.partition_point(|point| point.ratio <= ratio);
        let low = &self.points[at.saturating_sub(1)];
        let high = &self.points[at.min(self.points.len() - 1)];
        let width = libm::log(high.ratio) - libm::log(low.ratio);
        let share =
            if width > 0.0 { (libm::log(ratio) - libm::log(low.ratio)) / width } else { 0.0 };
        (low, high, share)
    }

    /// Draws what becomes of a block: positions of its wrong information bits, in order, none where it is decoded.
    pub(super) fn draw(&self, ratio: f64, generator: &mut ChaCha8Rng) -> Vec<u64> {
        // One draw for every block, whatever its ratio, so that a block never moves the fate of another.
        let fate = unit_interval(generator);
        if fate > self.failed(ratio) {
            return Vec::new();
        }
        let count = match self.place(ratio) {
            Range::Above => (ratio * self.block as f64) as u64,
            _ => self.wrong_bits(ratio, generator),
        };
        let mut at = std::collections::BTreeSet::new();
        let count = count.clamp(1, self.block / 2 + 1);
        while (at.len() as u64) < count {
            let position = (unit_interval(generator) * self.block as f64) as u64;
            at.insert(position.min(self.block - 1));
        }
        at.into_iter().collect()
    }

    /// Wrong bits of a failed block, as counted at one of the two points next to the ratio.
    fn wrong_bits(&self, ratio: f64, generator: &mut ChaCha8Rng) -> u64 {
        let (low, high, share) = match self.place(ratio) {
            Range::Within => self.between(ratio),
            _ => (&self.points[0], &self.points[0], 0.0),
        };
        let first = if unit_interval(generator) <= share { high } else { low };
        // A point without a failure has nothing to draw from: the next one that has is above it.
        let mut from = self.points.iter().filter(|p| p.ratio >= first.ratio);
        let Some(point) = from.find(|point| !point.wrong_bits.is_empty()) else { return 1 };
        let all: u64 = point.wrong_bits.iter().map(|(_, blocks)| blocks).sum();
        let mut left = (unit_interval(generator) * all as f64) as u64;
        for (bits, blocks) in &point.wrong_bits {
            if left < *blocks {
                return *bits;
            }
            left -= blocks;
        }
        point.wrong_bits.last().map_or(1, |(bits, _)| *bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::stream;

    fn table(below: Below) -> FecTable {
        let point = |ratio, failed, at_most, wrong_bits: &[(u64, u64)]| TablePoint {
            ratio,
            failed,
            at_most,
            wrong_bits: wrong_bits.to_vec(),
        };
        let points = vec![
            point(4e-2, 0.9, 0.95, &[(10, 1), (30, 3)]),
            point(1e-2, 0.0, 1e-3, &[]),
            point(2e-2, 0.1, 0.12, &[(4, 7)]),
        ];
        FecTable::new(points, below, 1_000).unwrap()
    }

    //= type=test otn:fec-table
    #[test]
    fn shares_are_those_of_the_points_and_the_stated_bound_below() {
        let bound = table(Below::Bound);
        let near = |found: f64, expected: f64| assert!((found / expected - 1.0).abs() < 1e-9);
        near(bound.failed(2e-2), 0.1);
        near(bound.failed(4e-2), 0.9);
        // Half way in logarithms: the geometric mean, of the limit where none failed.
        near(bound.failed(2e-2 * 2f64.sqrt()), 0.3);
        near(bound.failed(1e-2 * 2f64.sqrt()), 1e-2);
        near(bound.failed(1e-5), 1e-3);
        near(bound.failed(0.1), 1.0);
        assert_eq!(table(Below::Nothing).failed(1e-5), 0.0);
        assert_eq!(bound.failed(0.0), 0.0);
        assert_eq!(bound.place(1e-5), Range::Below);
        assert!(FecTable::new(Vec::new(), Below::Bound, 10).is_none());
    }

    #[test]
    fn blocks_fail_as_often_and_as_badly_as_was_measured() {
        let (table, mut generator) = (table(Below::Bound), stream(3, "table"));
        let blocks = 20_000;
        let (mut failed, mut bits) = (0, 0);
        for _ in 0..blocks {
            let wrong = table.draw(4e-2, &mut generator);
            assert!(wrong.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(wrong.iter().all(|at| *at < 1_000));
            failed += u64::from(!wrong.is_empty());
            bits += wrong.len();
        }
        // Five deviations of a binomial count; 25 bits in the mean, their deviation 8.7.
        let expected = 0.9 * f64::from(blocks);
        assert!((failed as f64 - expected).abs() < 5.0 * (expected * 0.1).sqrt(), "{failed}");
        let mean = bits as f64 / failed as f64;
        assert!((mean - 25.0).abs() < 5.0 * 8.7 / (failed as f64).sqrt(), "{mean}");
        assert_eq!(table.draw(0.3, &mut generator).len(), 300);
    }
}
