//! BIP-8: bit-interleaved even parity over octets.
//!
//! Bit j of the BIP-8 makes the number of ones among all covered bits j, itself included, even
//! (G.709 15.7.2.1, 15.8.2.1, by reference to G.707). In OTUk and ODUk the covered octets are the
//! OPU: columns 15 to 3824 of all four rows. Which frame carries the result is not decided here.

/// First column of the OPU, counted from 1 (G.709 clause 12).
pub const OPU_FIRST_COLUMN: usize = 15;
/// Last column of the OPU, counted from 1 (G.709 clause 12).
pub const OPU_LAST_COLUMN: usize = 3824;

/// BIP-8 of `octets`, by counting the ones at each of the eight bit positions.
pub fn bip8<'a>(octets: impl IntoIterator<Item = &'a u8>) -> u8 {
    let mut ones = [0u64; 8];
    for octet in octets {
        for (weight, count) in ones.iter_mut().enumerate() {
            if octet & (1 << weight) != 0 {
                *count += 1;
            }
        }
    }
    let mut parity = 0;
    for (weight, count) in ones.iter().enumerate() {
        if count % 2 == 1 {
            parity += 1 << weight;
        }
    }
    parity
}

/// The octets of the OPU of a frame of 4 rows (G.709 clauses 12 and 13).
///
/// # Panics
/// When `frame` is not 4 rows of `columns_per_row`, or a row ends before column 3824.
pub fn opu(frame: &[u8], columns_per_row: usize) -> Vec<u8> {
    assert!(columns_per_row >= OPU_LAST_COLUMN, "a row of {columns_per_row} columns has no OPU");
    assert_eq!(frame.len(), 4 * columns_per_row, "octets of a frame of 4 rows");
    let mut area = Vec::new();
    for row in 0..4 {
        for column in OPU_FIRST_COLUMN..=OPU_LAST_COLUMN {
            area.push(frame[row * columns_per_row + column - 1]);
        }
    }
    area
}

/// BIP-8 of the OPU of a frame of 4 rows: 4080 columns for an OTUk, 3824 for an ODUk.
///
/// # Panics
/// As [`opu`].
pub fn bip8_opu(frame: &[u8], columns_per_row: usize) -> u8 {
    bip8(&opu(frame, columns_per_row))
}

/// How many of the eight parities are violated (0 to 8), given the BIP-8 received and the one
/// computed (G.709 15.7.2.1).
pub fn violations(received: u8, computed: u8) -> u8 {
    let mut count = 0;
    for weight in 0..8 {
        if (received >> weight) % 2 != (computed >> weight) % 2 {
            count += 1;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    #[test]
    fn small_cases() {
        assert_eq!(bip8(&[]), 0);
        assert_eq!(bip8(&[0x5A]), 0x5A);
        assert_eq!(bip8(&[0xFF, 0xFF]), 0);
        assert_eq!(bip8(&[0xFF, 0x0F, 0x81]), 0x71);
    }

    #[test]
    fn octets_and_their_bip_have_even_parity() {
        let mut octets = vec![0; 1001];
        ChaCha8Rng::seed_from_u64(1).fill_bytes(&mut octets);
        let parity = bip8(&octets);
        octets.push(parity);
        assert_eq!(bip8(&octets), 0);
    }

    #[test]
    fn a_flipped_bit_changes_its_own_bip_bit_only() {
        let mut octets = vec![0; 20];
        ChaCha8Rng::seed_from_u64(2).fill_bytes(&mut octets);
        let before = bip8(&octets);
        for index in 0..octets.len() {
            for weight in 0..8 {
                octets[index] ^= 1 << weight;
                let after = bip8(&octets);
                assert_eq!(violations(after, before), 1);
                assert_eq!(after ^ before, 1 << weight);
                octets[index] ^= 1 << weight;
            }
        }
    }

    #[test]
    fn only_columns_15_to_3824_count() {
        for columns in [3824, 4080] {
            for row in 0..4 {
                for (column, covered) in [(1, false), (14, false), (15, true), (3824, true)] {
                    let mut frame = vec![0; 4 * columns];
                    frame[row * columns + column - 1] = 0x10;
                    assert_eq!(bip8_opu(&frame, columns), if covered { 0x10 } else { 0 });
                }
            }
        }
        let mut frame = vec![0; 4 * 4080];
        frame[3824] = 0x10;
        assert_eq!(bip8_opu(&frame, 4080), 0);
        assert_eq!(opu(&frame, 4080).len(), 15_240);
    }

    #[test]
    fn violations_count_differing_bits() {
        for received in 0..=255u8 {
            for computed in 0..=255u8 {
                let expected = (received ^ computed).count_ones();
                assert_eq!(u32::from(violations(received, computed)), expected);
            }
        }
    }
}
