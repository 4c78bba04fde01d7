//! oFEC: the encoder and the decoder against the formulas.

use super::component::{COLUMN, Lookup, N, NONE, OVERALL};
use super::*;
use crate::code::{Decoder as _, Encoder as _, Received};
use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

fn random_bits(count: usize, rng: &mut ChaCha8Rng) -> Vec<bool> {
    (0..count).map(|_| rng.next_u32() & 1 == 1).collect()
}

fn pack(bits: &[bool]) -> Vec<u8> {
    let mut packed = vec![0; crate::bits::octets(bits.len())];
    bits.iter().enumerate().for_each(|(at, &bit)| crate::bits::set(&mut packed, at, bit));
    packed
}

#[test]
fn the_encoder_is_the_formulas() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let bits = random_bits(25 * INFORMATION_BITS, &mut rng);
    let expected = pack(&reference::encode(&bits));
    let mut encoder = Encoder::default();
    let mut coded = vec![0; CODED_BITS / 8];
    let packed = pack(&bits);
    for (u, y) in packed.chunks(INFORMATION_BITS / 8).zip(expected.chunks(CODED_BITS / 8)) {
        encoder.encode(u, &mut coded);
        assert!(coded == y);
    }
}
