//! A line with independent bit errors: the binary symmetric channel.
//!
//! In: octets on their way, a bit error ratio, a generator. Out: the same octets with bits flipped,
//! and where. The distance to the next error is drawn from the geometric distribution, so the cost
//! goes with the errors, not with the bits.
//!
//! Bit literals: a bit position is an octet and a bit in it.

use std::fmt;

use rand_chacha::ChaCha8Rng;

use crate::seed::unit_interval;

/// A bit error ratio from 0 to 0.5; beyond a half the line would carry the inverse.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct BitErrorRatio(f64);

impl BitErrorRatio {
    /// No errors.
    pub const ZERO: Self = Self(0.0);

    /// A ratio, or `None` outside 0 to 0.5 and for NaN.
    pub fn new(ratio: f64) -> Option<Self> {
        (0.0..=0.5).contains(&ratio).then_some(Self(ratio))
    }

    /// The ratio.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for BitErrorRatio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0.0 { f.write_str("0") } else { write!(f, "{:.3e}", self.0) }
    }
}

/// The channel and the place of its next error.
#[derive(Clone, Debug)]
pub struct Channel {
    generator: ChaCha8Rng,
    /// ln(1 - p), negative; zero without errors.
    log_survival: f64,
    /// Bits before the next error.
    gap: u64,
}

impl Channel {
    /// A channel with this ratio.
    pub fn new(ratio: BitErrorRatio, generator: ChaCha8Rng) -> Self {
        let mut channel = Self { generator, log_survival: libm::log1p(-ratio.get()), gap: 0 };
        channel.gap = channel.draw();
        channel
    }

    /// Goes on with another ratio. The errors have no memory: the next one is drawn anew.
    pub fn set_ratio(&mut self, ratio: BitErrorRatio) {
        self.log_survival = libm::log1p(-ratio.get());
        self.gap = self.draw();
    }

    /// Error-free bits before the next error: floor(ln U / ln(1 - p)).
    fn draw(&mut self) -> u64 {
        if self.log_survival == 0.0 {
            return u64::MAX;
        }
        // The library's logarithm, so that every platform draws the same integers.
        (libm::log(unit_interval(&mut self.generator)) / self.log_survival) as u64
    }

    /// Lets so many bits pass that nobody sees; gives how many were flipped.
    pub(crate) fn count(&mut self, bits: u64) -> u64 {
        let (mut at, mut flipped) = (self.gap, 0);
        while at < bits {
            flipped += 1;
            at = at.saturating_add(1).saturating_add(self.draw());
        }
        self.gap = at - bits;
        flipped
    }

    /// Flips bits of `octets`; appends the position of each, counted from the first bit, to
    /// `flipped`, in order.
    pub fn transmit(&mut self, octets: &mut [u8], flipped: &mut Vec<u32>) {
        let bits = octets.len() as u64 * 8;
        let mut at = self.gap;
        while at < bits {
            octets[(at / 8) as usize] ^= 0x80 >> (at % 8);
            flipped.push(at as u32);
            at = at.saturating_add(1).saturating_add(self.draw());
        }
        self.gap = at - bits;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::stream;

    fn flips(ratio: f64, seed: u64, octets: usize, piece: usize) -> Vec<u64> {
        let ratio = BitErrorRatio::new(ratio).unwrap();
        let mut channel = Channel::new(ratio, stream(seed, "test"));
        let mut line = vec![0u8; octets];
        let mut all = Vec::new();
        for (n, part) in line.chunks_mut(piece).enumerate() {
            let mut flipped = Vec::new();
            channel.transmit(part, &mut flipped);
            all.extend(flipped.iter().map(|&bit| (n * piece * 8) as u64 + u64::from(bit)));
        }
        let ones: u64 = line.iter().map(|o| u64::from(o.count_ones())).sum();
        assert_eq!(ones, all.len() as u64, "every position told is a bit flipped");
        all
    }

    #[test]
    fn the_measured_ratio_lies_within_five_sigma() {
        for ratio in [1e-5, 1e-4, 3e-3, 0.1, 0.5] {
            let bits = 4_000_000.0 * 8.0;
            let count = flips(ratio, 11, 4_000_000, 16_320).len() as f64;
            let sigma = (bits * ratio * (1.0 - ratio)).sqrt();
            assert!((count - bits * ratio).abs() < 5.0 * sigma, "{ratio}: {count}");
        }
    }

    #[test]
    fn gaps_have_the_variance_of_the_geometric_distribution() {
        let p = 0.01;
        let at = flips(p, 5, 2_000_000, 2_000_000);
        let gaps: Vec<f64> = at.windows(2).map(|w| (w[1] - w[0] - 1) as f64).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        assert!((mean / ((1.0 - p) / p) - 1.0).abs() < 0.02, "{mean}");
        assert!((variance / ((1.0 - p) / (p * p)) - 1.0).abs() < 0.05, "{variance}");
    }

    #[test]
    fn the_cut_into_pieces_does_not_move_an_error() {
        assert_eq!(flips(2e-3, 3, 50_000, 50_000), flips(2e-3, 3, 50_000, 7));
        assert_eq!(flips(0.0, 3, 1_000, 10), [0u64; 0]);
    }

    #[test]
    fn what_is_no_ratio_is_refused() {
        for bad in [-1e-9, 0.500_001, f64::NAN, f64::INFINITY, -0.1] {
            assert_eq!(BitErrorRatio::new(bad), None, "{bad}");
        }
        assert_eq!(BitErrorRatio::new(1e-4).unwrap().to_string(), "1.000e-4");
    }
}
