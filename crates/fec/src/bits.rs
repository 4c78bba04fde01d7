//! Packed bits: eight to an octet, the first in time in the most significant bit.
//!
//! Bit literals: positions inside an octet.

/// Octets that hold `bits` bits.
pub const fn octets(bits: usize) -> usize {
    bits.div_ceil(8)
}

/// Bit `at`.
pub fn get(packed: &[u8], at: usize) -> bool {
    packed[at / 8] & (0x80 >> (at % 8)) != 0
}

/// Sets bit `at`.
pub fn set(packed: &mut [u8], at: usize, value: bool) {
    let mask = 0x80 >> (at % 8);
    if value {
        packed[at / 8] |= mask;
    } else {
        packed[at / 8] &= !mask;
    }
}

/// Inverts bit `at`.
pub fn flip(packed: &mut [u8], at: usize) {
    packed[at / 8] ^= 0x80 >> (at % 8);
}

/// Decides log-likelihood ratios by their sign: a negative one is a one. Bits of the last octet
/// behind the last ratio are zeros.
pub fn decide(ratios: &[f32], packed: &mut [u8]) {
    for (octet, ratios) in packed.iter_mut().zip(ratios.chunks(8)) {
        *octet = 0;
        for (at, &ratio) in ratios.iter().enumerate() {
            *octet |= u8::from(ratio < 0.0) << (7 - at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_is_the_most_significant() {
        let mut packed = [0u8; 2];
        set(&mut packed, 0, true);
        set(&mut packed, 9, true);
        assert_eq!(packed, [0x80, 0x40]);
        assert!(get(&packed, 0) && !get(&packed, 1) && get(&packed, 9));
        let mut decided = [0xFF; 2];
        decide(&[-1.0, 0.5, 0.0, -0.5, 1.0, 1.0, 1.0, 1.0, 2.0, -2.0], &mut decided);
        assert_eq!(decided, [0x90, 0x40]);
        flip(&mut packed, 9);
        set(&mut packed, 0, false);
        assert_eq!((packed, octets(9)), ([0, 0], 2));
    }
}
