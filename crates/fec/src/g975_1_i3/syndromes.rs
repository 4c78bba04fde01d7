//! Syndromes of all inner words of a row, and of all outer words of an outer frame, at once.
//!
//! In: a row; an outer frame. Out: a syndrome for each word. The portable way divides word by word;
//! it is what the others are tested against. With GFNI and AVX-512 each octet of a row is multiplied
//! by the 8 by 8 bit matrices of its unit, sixteen words and four octets of syndrome at a time. An
//! octet of an outer frame is one bit of eight words: it is added, under a mask, to each bit of the
//! eight syndromes in whose check it is.

use super::encoder::to_words;
use super::{Codes, INNER_WORDS, OUTER_OCTETS, OUTER_WORDS, ROW_OCTETS};
use crate::bch::Bch;
use alloc::vec;
use alloc::vec::Vec;

/// Zero bits in front of an outer word that make its length whole octets.
const OUTER_LEAD: usize = OUTER_OCTETS.next_multiple_of(8) - OUTER_OCTETS;
/// Octets of an outer frame added at a time.
const CHUNK: usize = 64;
/// Bits of an outer syndrome.
const OUTER_BITS: usize = 36;
/// Octets of an inner syndrome, of which 110 bits are used, in fours.
const INNER_FOURS: usize = 4;

/// A way to compute syndromes, with its tables.
#[derive(Clone, Debug)]
pub(super) enum Syndromes {
    /// By division.
    Portable,
    /// With GFNI and AVX-512.
    #[cfg(target_arch = "x86_64")]
    Gfni {
        /// For each unit of a row, the matrices of four times four octets of syndrome, each twice.
        matrices: Vec<[[u64; 8]; INNER_FOURS]>,
        /// For each chunk of an outer frame and each bit of the syndrome, ones at the octets that
        /// it checks.
        masks: Vec<[[u8; CHUNK]; OUTER_BITS]>,
    },
}

impl Syndromes {
    /// All that this processor has, the best last.
    pub(super) fn all(outer: &Bch, inner: &Bch) -> Vec<Self> {
        let mut all = vec![Self::Portable];
        #[cfg(target_arch = "x86_64")]
        if crate::detect::detected!("gfni", "avx512f", "avx512bw", "avx512vl") {
            all.push(Self::Gfni { matrices: matrices(inner), masks: masks(outer) });
        }
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (outer, inner);
        all
    }

    /// Of the inner words of a row.
    pub(super) fn inner(&self, codes: &Codes, row: &[u8; ROW_OCTETS]) -> [u128; INNER_WORDS] {
        match self {
            Self::Portable => {
                let rests = codes.inner.divide_interleaved::<INNER_WORDS>(row);
                rests.map(|rest| codes.inner.syndrome_of_remainder(rest))
            }
            #[cfg(target_arch = "x86_64")]
            Self::Gfni { matrices, .. } => {
                #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
                // SAFETY: this variant comes from Syndromes::all(), which saw the features.
                unsafe {
                    inner_gfni(matrices, row)
                }
            }
        }
    }

    /// Of the outer words of an outer frame.
    pub(super) fn outer(&self, codes: &Codes, frame: &[u8; OUTER_OCTETS]) -> [u128; OUTER_WORDS] {
        match self {
            Self::Portable => {
                let mut words = [0; OUTER_OCTETS + OUTER_LEAD];
                words[OUTER_LEAD..].copy_from_slice(frame);
                for octets in words.as_chunks_mut().0 {
                    *octets = to_words(*octets);
                }
                let rests = codes.outer.divide_interleaved::<OUTER_WORDS>(&words);
                rests.map(|rest| codes.outer.syndrome_of_remainder(rest))
            }
            #[cfg(target_arch = "x86_64")]
            Self::Gfni { masks, .. } => {
                #[expect(unsafe_code, reason = "call into a #[target_feature] kernel")]
                // SAFETY: this variant comes from Syndromes::all(), which saw the features.
                let bits = unsafe { outer_avx512(masks, frame) };
                let word = |word: usize| {
                    let bit =
                        |(at, &octet): (usize, &u8)| u128::from(octet >> (7 - word) & 1) << at;
                    bits.iter().enumerate().map(bit).fold(0, |all, bit| all | bit)
                };
                core::array::from_fn(word)
            }
        }
    }
}

/// Bit i of an octet of syndrome is the parity of the data octet under row 7 - i of the matrix.
#[cfg(target_arch = "x86_64")]
fn matrices(inner: &Bch) -> Vec<[[u64; 8]; INNER_FOURS]> {
    let matrix = |unit: usize, octet: usize| {
        let row = |bit: usize| {
            let column = |data: usize| inner.column(8 * unit + 7 - data) >> (8 * octet + bit) & 1;
            (0..8).fold(0u64, |all, data| all | (column(data) as u64) << data)
        };
        (0..8).fold(0u64, |all, bit| all | row(bit) << (8 * (7 - bit)))
    };
    (0..inner.n() / 8)
        .map(|unit| {
            core::array::from_fn(|four| core::array::from_fn(|at| matrix(unit, 4 * four + at / 2)))
        })
        .collect()
}

#[cfg(target_arch = "x86_64")]
fn masks(outer: &Bch) -> Vec<[[u8; CHUNK]; OUTER_BITS]> {
    let is_checked = |position: usize, bit: usize| {
        position < OUTER_OCTETS && outer.column(position) >> bit & 1 == 1
    };
    (0..OUTER_OCTETS.div_ceil(CHUNK))
        .map(|chunk| {
            core::array::from_fn(|bit| {
                core::array::from_fn(
                    |at| if is_checked(CHUNK * chunk + at, bit) { 0xFF } else { 0 },
                )
            })
        })
        .collect()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "gfni,avx512f,avx512bw,avx512vl")]
fn inner_gfni(matrices: &[[[u64; 8]; INNER_FOURS]], row: &[u8; ROW_OCTETS]) -> [u128; INNER_WORDS] {
    use core::arch::x86_64::{
        __m512i, _mm_loadu_si128, _mm512_broadcast_i32x4, _mm512_gf2p8affine_epi64_epi8,
        _mm512_loadu_si512, _mm512_setzero_si512, _mm512_storeu_si512, _mm512_xor_si512,
    };
    let mut sums = [_mm512_setzero_si512(); INNER_FOURS];
    for (octets, fours) in row.as_chunks::<INNER_WORDS>().0.iter().zip(matrices) {
        #[expect(unsafe_code, reason = "a load through a pointer")]
        // SAFETY: the pointer is that of sixteen octets.
        let octets = _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(octets.as_ptr().cast()) });
        for (sum, matrix) in sums.iter_mut().zip(fours) {
            #[expect(unsafe_code, reason = "a load through a pointer")]
            // SAFETY: the pointer is that of eight words of 64 bits.
            let matrix: __m512i = unsafe { _mm512_loadu_si512(matrix.as_ptr().cast()) };
            let product = _mm512_gf2p8affine_epi64_epi8::<0>(octets, matrix);
            *sum = _mm512_xor_si512(*sum, product);
        }
    }
    // Octet of syndrome by inner word.
    let mut octets = [[[0u8; INNER_WORDS]; 4]; INNER_FOURS];
    for (to, sum) in octets.iter_mut().zip(sums) {
        #[expect(unsafe_code, reason = "a store through a pointer")]
        // SAFETY: the pointer is that of 64 octets.
        unsafe {
            _mm512_storeu_si512(to.as_mut_ptr().cast(), sum);
        }
    }
    let octets = octets.as_flattened();
    core::array::from_fn(|word| {
        u128::from_le_bytes(core::array::from_fn(|octet| octets[octet][word]))
    })
}

/// An octet for each bit of the syndromes, word 0 in its most significant bit.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl")]
fn outer_avx512(
    masks: &[[[u8; CHUNK]; OUTER_BITS]],
    frame: &[u8; OUTER_OCTETS],
) -> [u8; OUTER_BITS] {
    use core::arch::x86_64::{
        _mm512_loadu_si512, _mm512_setzero_si512, _mm512_storeu_si512, _mm512_ternarylogic_epi64,
    };
    /// a + b c, bit by bit.
    const ADD_MASKED: i32 = 0x78;
    /// Half of the bits at a time, as 36 sums have no room in 32 registers.
    const HALF: usize = OUTER_BITS / 2;
    let (whole, last) = frame.as_chunks::<CHUNK>();
    let mut padded = [0; CHUNK];
    padded[..last.len()].copy_from_slice(last);
    let mut bits = [0; OUTER_BITS];
    for (half, bits) in bits.chunks_exact_mut(HALF).enumerate() {
        let mut sums = [_mm512_setzero_si512(); HALF];
        for (octets, masks) in whole.iter().chain([&padded]).zip(masks) {
            #[expect(unsafe_code, reason = "a load through a pointer")]
            // SAFETY: the pointer is that of 64 octets.
            let octets = unsafe { _mm512_loadu_si512(octets.as_ptr().cast()) };
            for (sum, mask) in sums.iter_mut().zip(&masks[half * HALF..][..HALF]) {
                #[expect(unsafe_code, reason = "a load through a pointer")]
                // SAFETY: the pointer is that of 64 octets.
                let mask = unsafe { _mm512_loadu_si512(mask.as_ptr().cast()) };
                *sum = _mm512_ternarylogic_epi64::<ADD_MASKED>(*sum, octets, mask);
            }
        }
        for (bit, sum) in bits.iter_mut().zip(sums) {
            let mut octets = [0u8; CHUNK];
            #[expect(unsafe_code, reason = "a store through a pointer")]
            // SAFETY: the pointer is that of 64 octets.
            unsafe {
                _mm512_storeu_si512(octets.as_mut_ptr().cast(), sum);
            }
            *bit = octets.iter().fold(0, |all, &octet| all ^ octet);
        }
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    /// Every way that this machine has agrees with the sum of the columns of all ones.
    #[test]
    fn all_ways_give_the_sums_of_columns() {
        let codes = Codes::new();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        for syndromes in Syndromes::all(&codes.outer, &codes.inner) {
            for _ in 0..5 {
                let mut row = [0; ROW_OCTETS];
                rng.fill_bytes(&mut row);
                let inner = core::array::from_fn(|word| {
                    let bit = |&at: &usize| row[16 * (at / 8) + word] >> (7 - at % 8) & 1 == 1;
                    (0..2040).filter(bit).fold(0, |sum, at| sum ^ codes.inner.column(at))
                });
                assert_eq!(syndromes.inner(&codes, &row), inner);
                let mut frame = [0; OUTER_OCTETS];
                rng.fill_bytes(&mut frame);
                let outer = core::array::from_fn(|word| {
                    let bit = |&at: &usize| frame[at] >> (7 - word) & 1 == 1;
                    (0..OUTER_OCTETS).filter(bit).fold(0, |sum, at| sum ^ codes.outer.column(at))
                });
                assert_eq!(syndromes.outer(&codes, &frame), outer);
            }
        }
    }
}
