//! One random stream for each block of a point: what a block meets depends on its number alone.
//!
//! In: a seed, the point, the number of a block. Out: a ChaCha8 generator.
//!
//! Bit literals: a 53-bit integer is made a fraction.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Name of this family of streams, part of every key.
const FAMILY: [u8; 8] = *b"otn-fec1";

/// The streams of one point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Streams {
    key: [u8; 32],
}

impl Streams {
    /// The streams of the point that `value` tells (a bit error ratio) in a run seeded with `seed`
    /// over the channel called `channel`.
    pub fn new(seed: u64, channel: &str, value: f64) -> Self {
        let mut key = [0; 32];
        let words = [
            seed.to_le_bytes(),
            value.to_bits().to_le_bytes(),
            fnv1a(channel).to_le_bytes(),
            FAMILY,
        ];
        key.copy_from_slice(words.as_flattened());
        Self { key }
    }

    /// The generator of stream `number`.
    pub fn stream(&self, number: u64) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::from_seed(self.key);
        generator.set_stream(number);
        generator
    }
}

/// 64-bit FNV-1a: names to numbers, the same on every machine and in every version.
fn fnv1a(name: &str) -> u64 {
    name.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, octet| {
        (hash ^ u64::from(octet)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// A number in (0, 1], never zero, in steps of 2^-53.
pub fn unit_interval(generator: &mut ChaCha8Rng) -> f64 {
    const SCALE: f64 = 1.0 / (1u64 << 53) as f64;
    ((generator.next_u64() >> 11) + 1) as f64 * SCALE
}

/// Trials without the event before the next one with it, each of which has it with the probability
/// whose `ln(1 - p)` is given: the geometric distribution, exactly.
pub fn geometric(log_survival: f64, generator: &mut ChaCha8Rng) -> u64 {
    if log_survival == 0.0 {
        return u64::MAX;
    }
    // The portable logarithm, so that every platform draws the same integers.
    (libm::log(unit_interval(generator)) / log_survival) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_differ_by_everything_that_names_them() {
        let first = |seed, channel, value, block| {
            Streams::new(seed, channel, value).stream(block).next_u64()
        };
        let drawn = first(1, "bsc", 1e-3, 0);
        assert_eq!(first(1, "bsc", 1e-3, 0), drawn);
        for other in [
            first(2, "bsc", 1e-3, 0),
            first(1, "bec", 1e-3, 0),
            first(1, "bsc", 2e-3, 0),
            first(1, "bsc", 1e-3, 1),
        ] {
            assert_ne!(other, drawn);
        }
    }

    #[test]
    fn gaps_have_the_moments_of_the_geometric_distribution() {
        let p = 0.05f64;
        let mut generator = Streams::new(3, "test", p).stream(0);
        let log_survival = libm::log1p(-p);
        let n = 200_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..n {
            let gap = geometric(log_survival, &mut generator) as f64;
            sum += gap;
            squares += gap * gap;
        }
        let mean = sum / f64::from(n);
        let variance = squares / f64::from(n) - mean * mean;
        // Five deviations of the mean of 200 000 are 1.2 % of it.
        assert!((mean / ((1.0 - p) / p) - 1.0).abs() < 0.012, "{mean}");
        assert!((variance / ((1.0 - p) / (p * p)) - 1.0).abs() < 0.04, "{variance}");
        assert_eq!(geometric(0.0, &mut generator), u64::MAX);
    }
}
