//! Random streams by name: one seed, one independent stream for each thing that needs chance.
//!
//! In: the seed of a run and a name. Out: a ChaCha8 generator. Adding a consumer never changes
//! what another one draws.
//!
//! Bit literals: a 53-bit integer is made a fraction.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// The generator called `name` of the run seeded with `seed`.
pub fn stream(seed: u64, name: &str) -> ChaCha8Rng {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    generator.set_stream(fnv1a(name));
    generator
}

/// 64-bit FNV-1a: names to stream numbers, the same on every machine and in every version.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_seeds_give_different_streams_and_the_same_ones_again() {
        let first = |seed, name| stream(seed, name).next_u64();
        assert_eq!(first(1, "line a"), first(1, "line a"));
        assert_ne!(first(1, "line a"), first(1, "line b"));
        assert_ne!(first(1, "line a"), first(2, "line a"));
        assert_eq!(fnv1a(""), 0xCBF2_9CE4_8422_2325);
        assert_eq!(fnv1a("a"), 0xAF63_DC4C_8601_EC8C);
    }

    #[test]
    fn the_unit_interval_has_no_zero() {
        let mut generator = stream(7, "unit");
        let drawn: Vec<f64> = (0..10_000).map(|_| unit_interval(&mut generator)).collect();
        assert!(drawn.iter().all(|&x| x > 0.0 && x <= 1.0));
        let mean = drawn.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
    }
}
