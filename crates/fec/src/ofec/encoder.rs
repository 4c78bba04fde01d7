//! The encoder of oFEC, 32 words at a time.
//!
//! In: 3552 information bits. Out: 4096 coded bits. The bits of a step are kept as 128 vectors of 32
//! bits: vector 16c + j holds, for each of the 32 words, the bit of block column c whose bit column
//! is j xor the word's row. In this order the back half of all words is the vectors of a step as they
//! stand, and the front half is vectors of earlier steps whose places are exchanged by one xor: the
//! twist of the code becomes the five stages of a butterfly.
//!
//! Bit literals: masks of the butterfly, and bits of a row.

use super::component::{CHECKS, GENERATOR, K};
use super::{BLOCK, CODED_BITS, COLUMNS, HALF, INFORMATION, INFORMATION_BITS, REACH, WORDS};
use crate::code;
use alloc::collections::VecDeque;

/// The bits of one step, see the module.
pub(super) type Bits = [u32; HALF];

/// Word w of the result is word `w ^ by` of `bits`.
#[inline(always)]
pub(super) fn exchange(bits: u32, by: usize) -> u32 {
    const STAGES: [(usize, u32); 5] =
        [(1, 0x5555_5555), (2, 0x3333_3333), (4, 0x0F0F_0F0F), (8, 0x00FF_00FF), (16, 0x0000_FFFF)];
    STAGES.iter().fold(bits, |bits, &(shift, mask)| {
        if by & shift == 0 { bits } else { (bits & mask) << shift | bits >> shift & mask }
    })
}

/// What xor turns the places of a step's vector `k` into the words that have it in the front half.
/// Words of an even block row read the odd one of the step before, and the other way round: that is
/// the `R xor 1` of the code, and the sixteen in this number.
//= ofec:structure
pub(super) const fn twist(k: usize) -> usize {
    BLOCK | (k % BLOCK)
}

/// Steps between a word and the step that gives it the front bits of block column `column`.
pub(super) const fn lag(column: usize) -> usize {
    REACH - column
}

/// Reads rows of 16 bits into the vectors of block column `column`; `rows(w)` is bit row w, its first
/// bit the most significant.
fn to_vectors(bits: &mut Bits, column: usize, rows: impl Fn(usize) -> u16, twisted: bool) {
    for word in 0..WORDS {
        let row = rows(word);
        let turn = if twisted { word % BLOCK } else { 0 };
        for (j, vector) in bits[column * BLOCK..][..BLOCK].iter_mut().enumerate() {
            *vector |= u32::from(row >> (BLOCK - 1 - (j ^ turn)) & 1) << word;
        }
    }
}

/// The information of a step as vectors: bit k of word w is vector k.
//= ofec:information-order
pub(super) fn read_information(packed: &[u8]) -> Bits {
    let mut bits = [0; HALF];
    for column in 0..INFORMATION / BLOCK {
        let octets = &packed[column * 64..][..64];
        let row = |w: usize| u16::from_be_bytes([octets[2 * w], octets[2 * w + 1]]);
        to_vectors(&mut bits, column, row, false);
    }
    // The last block column has fifteen information bits a row, so rows begin anywhere in an octet.
    let last = INFORMATION / BLOCK;
    for word in 0..WORDS {
        for j in 0..INFORMATION % BLOCK {
            let at = last * 512 + word * (INFORMATION % BLOCK) + j;
            bits[last * BLOCK + j] |= u32::from(crate::bits::get(packed, at)) << word;
        }
    }
    bits
}

/// The inverse of [`read_information`].
#[inline(always)]
pub(super) fn write_information(bits: &Bits, packed: &mut [u8]) {
    for column in 0..INFORMATION / BLOCK {
        let packed = packed[column * 64..][..64].as_chunks_mut().0.iter_mut();
        for (packed, row) in packed.zip(rows(bits, column)) {
            *packed = row.to_be_bytes();
        }
    }
    let last = INFORMATION / BLOCK;
    for word in 0..WORDS {
        for j in 0..INFORMATION % BLOCK {
            let at = last * 512 + word * (INFORMATION % BLOCK) + j;
            crate::bits::set(packed, at, bits[last * BLOCK + j] >> word & 1 == 1);
        }
    }
}

/// Coded bits of a step from its vectors.
//= ofec:output-order
fn write_coded(bits: &Bits, packed: &mut [u8]) {
    for column in 0..COLUMNS {
        let packed = packed[column * 64..][..64].as_chunks_mut().0.iter_mut();
        for (word, (packed, row)) in packed.zip(rows(bits, column)).enumerate() {
            *packed = (exchange(row.into(), word % BLOCK) as u16).to_be_bytes();
        }
    }
}

/// The bits of all words in a block column, that of its first vector in the most significant place.
/// Two matrices of 16 by 16 bits, one in the lower and one in the upper halves, are transposed in
/// four stages.
#[inline(always)]
fn rows(bits: &Bits, column: usize) -> [u16; WORDS] {
    const STAGES: [(usize, u32); 4] =
        [(8, 0x00FF_00FF), (4, 0x0F0F_0F0F), (2, 0x3333_3333), (1, 0x5555_5555)];
    let mut square: [u32; BLOCK] = core::array::from_fn(|i| bits[column * BLOCK + BLOCK - 1 - i]);
    for (shift, mask) in STAGES {
        for i in (0..BLOCK).filter(|i| i & shift == 0) {
            let change = (square[i] >> shift ^ square[i + shift]) & mask;
            square[i + shift] ^= change;
            square[i] ^= change << shift;
        }
    }
    core::array::from_fn(|word| (square[word % BLOCK] >> (word / BLOCK * BLOCK)) as u16)
}

/// Encoder with the last steps in memory.
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    /// The newest in front; empty at the start, where the front halves are zero.
    steps: VecDeque<Bits>,
}

impl Encoder {
    /// Divides 32 words at a time by the generator polynomial: a register of 16 vectors.
    fn complete(&self, bits: &mut Bits) {
        let mut register = [0u32; CHECKS];
        let mut overall = 0;
        let mut shift = |bit: u32| {
            overall ^= bit;
            let feedback = register[CHECKS - 1] ^ bit;
            for i in (1..CHECKS).rev() {
                let tap = if GENERATOR >> i & 1 == 1 { feedback } else { 0 };
                register[i] = register[i - 1] ^ tap;
            }
            register[0] = feedback;
        };
        //= ofec:start
        if self.steps.len() == REACH {
            for k in 0..HALF {
                shift(exchange(self.steps[lag(k / BLOCK) - 1][k], twist(k)));
            }
        }
        bits[..INFORMATION].iter().for_each(|&vector| shift(vector));
        //= ofec:bit-order
        for (i, vector) in bits[K - HALF..K - HALF + CHECKS].iter_mut().enumerate() {
            *vector = register[CHECKS - 1 - i];
            overall ^= *vector;
        }
        bits[HALF - 1] = overall;
    }

    /// Codes one step into vectors.
    fn step(&mut self, packed: &[u8]) -> &Bits {
        let mut bits = read_information(packed);
        self.complete(&mut bits);
        self.steps.truncate(REACH - 1);
        self.steps.push_front(bits);
        &self.steps[0]
    }
}

impl code::Encoder for Encoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        debug_assert_eq!((information.len(), coded.len()), (INFORMATION_BITS / 8, CODED_BITS / 8));
        write_coded(self.step(information), coded);
    }
}
