//! Packed bits into the rows of a block and back.
//!
//! In: packed bits, row after row without gaps. Out: lines of 512 bits, and the other way round.

use super::component::{Line, WORDS};

/// 64 bits from bit `at` on; what lies behind the end is zero.
#[inline]
fn word_at(packed: &[u8], at: usize) -> u64 {
    let (octet, shift) = (at / 8, at % 8);
    match packed.get(octet..octet + 9).and_then(|octets| octets.split_first_chunk()) {
        Some((first, rest)) => {
            u64::from_be_bytes(*first) << shift | u64::from(rest[0]) >> (8 - shift)
        }
        None => {
            let rest = packed.get(octet..).unwrap_or_default();
            let octets = (0..9).map(|k| rest.get(k).copied().unwrap_or(0));
            let wide = octets.fold(0u128, |all, octet| all << 8 | u128::from(octet));
            (wide << shift >> 8) as u64
        }
    }
}

/// Rows of `columns` bits each; the rest of each line is zero.
pub(super) fn unpack(packed: &[u8], columns: usize, rows: &mut [Line]) {
    for (j, row) in rows.iter_mut().enumerate() {
        for (w, word) in row.iter_mut().enumerate() {
            let beyond = (64 * (w + 1)).saturating_sub(columns);
            *word = word_at(packed, columns * j + 64 * w);
            if beyond > 0 {
                *word = if beyond < 64 { *word >> beyond << beyond } else { 0 };
            }
        }
    }
}

/// The first `columns` bits of each row. `packed` has room for them all and ends with them.
pub(super) fn pack(rows: &[Line], columns: usize, packed: &mut [u8]) {
    // Bits not yet written stand at the top of `pending`.
    let (mut pending, mut count, mut at) = (0u128, 0, 0);
    for row in rows {
        for (w, &word) in row.iter().enumerate().take(WORDS.min(columns.div_ceil(64))) {
            let taken = (columns - 64 * w).min(64);
            let kept = word >> (64 - taken) << (64 - taken);
            pending |= u128::from(kept) << 64 >> count;
            count += taken;
            if count >= 64 {
                packed[at..at + 8].copy_from_slice(&((pending >> 64) as u64).to_be_bytes());
                (pending, count, at) = (pending << 64, count - 64, at + 8);
            }
        }
    }
    let rest = count.div_ceil(8);
    packed[at..at + rest].copy_from_slice(&pending.to_be_bytes()[..rest]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits;
    use std::vec;
    use std::vec::Vec;

    #[test]
    fn rows_are_the_bits_one_after_the_other() {
        for columns in [478, 510, 512, 64, 65, 3] {
            let packed: Vec<u8> = (0..(columns * 512usize).div_ceil(8))
                .map(|at| (at * 167 + at / 256) as u8)
                .collect();
            let mut rows = vec![[0; WORDS]; 512];
            unpack(&packed, columns, &mut rows);
            for (j, row) in rows.iter().enumerate() {
                for c in 0..512 {
                    let bit = row[c / 64] >> (63 - c % 64) & 1 == 1;
                    assert_eq!(bit, c < columns && bits::get(&packed, columns * j + c));
                }
            }
            let mut back = vec![0; packed.len()];
            pack(&rows, columns, &mut back);
            assert_eq!(back, packed);
        }
    }
}
