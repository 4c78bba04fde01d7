//! Encoder and decoder of C-FEC, group after group.
//!
//! In: information, or values or bits of 10 976 Hamming words. Out: the words, or the information of
//! an earlier group. The deinterleaver gives a group out when the next one begins, and the outer
//! decoder's window holds blocks back: a group comes out [`Decoder::DELAY`] groups later, or more if
//! the window is longer than six blocks.

use super::Config;
use super::group::{self, BLOCK_INFORMATION, BLOCKS, UNITS};
use super::hamming::{Hamming, N, WORDS};
use super::interleaver::{self, Interleaver};
use crate::backend::Backend;
use crate::code::{self, Outcome, Received};
use crate::staircase::{self, Component, WindowDecoder};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::sync::Arc;

use alloc::vec::Vec;

/// Largest magnitude of a quantised value.
const LIMIT: f32 = 127.0;

/// Encoder of one stream.
pub struct Encoder {
    outer: staircase::Encoder,
    inner: Hamming,
    interleaver: Interleaver,
}

impl Encoder {
    /// At the first group.
    pub fn new(outer: Arc<Component>) -> Self {
        Self {
            outer: staircase::Encoder::with(outer),
            inner: Hamming::new(),
            interleaver: Interleaver::sender(),
        }
    }
}

impl code::Encoder for Encoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        let mut blocks = Vec::with_capacity(BLOCKS);
        for information in information.chunks_exact(BLOCK_INFORMATION) {
            let mut block = Box::new([0; staircase::INFORMATION_OCTETS]);
            group::complete(information, &mut block);
            let mut sent = Box::new([0; staircase::BLOCK_OCTETS]);
            self.outer.encode_block(&block, &mut sent);
            blocks.push(sent.to_vec());
        }
        let units = group::to_units(&blocks);
        for (unit, word) in units.into_iter().zip(coded.chunks_exact_mut(N / 8)) {
            let word_bits = self.inner.encode(self.interleaver.pass(unit));
            word.copy_from_slice(&word_bits.to_be_bytes());
        }
    }
}

/// Decoder of one stream.
pub struct Decoder {
    config: Config,
    backend: Backend,
    outer: WindowDecoder,
    inner: Box<Hamming>,
    interleaver: Interleaver,
    /// Units that are not a whole group yet.
    units: Vec<u128>,
    /// Units still to be thrown away: what the interleavers held at the start.
    empty: usize,
    /// Decoded blocks that are not a whole group yet.
    blocks: VecDeque<Vec<u8>>,
    /// Blocks still to be thrown away: what the window held at the start.
    early: usize,
    /// Quantised values of 32 words.
    values: Box<[[i8; WORDS]; N]>,
}

impl Decoder {
    /// Groups of delay by the interleaver and the work group by group.
    pub const DELAY: usize = 1;

    /// At the first group.
    pub fn new(outer: Arc<Component>, config: Config, backend: Backend) -> Self {
        let outer = WindowDecoder::with(outer, config.outer);
        Self {
            config,
            backend,
            early: outer.delay(),
            outer,
            inner: Box::new(Hamming::new()),
            interleaver: Interleaver::receiver(),
            units: Vec::with_capacity(2 * UNITS),
            empty: interleaver::DELAY,
            blocks: VecDeque::new(),
            values: Box::new([[0; WORDS]; N]),
        }
    }

    /// Decodes [`Self::values`].
    fn inner(&self) -> ([u128; WORDS], u32) {
        match self.backend {
            Backend::Portable => self.inner_body(),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => {
                #[expect(unsafe_code, reason = "call of a function for AVX2")]
                // SAFETY: this variant is made only by Backend::available(), which saw AVX2.
                unsafe {
                    self.inner_avx2()
                }
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 | Backend::Avx512Gfni => {
                #[expect(unsafe_code, reason = "call of a function for AVX-512")]
                // SAFETY: this variant is made only by Backend::available(), which saw these.
                unsafe {
                    self.inner_avx512()
                }
            }
        }
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn inner_avx2(&self) -> ([u128; WORDS], u32) {
        self.inner_body()
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")]
    fn inner_avx512(&self) -> ([u128; WORDS], u32) {
        self.inner_body()
    }

    #[inline(always)]
    fn inner_body(&self) -> ([u128; WORDS], u32) {
        match self.config.pattern_bits {
            ..=4 => self.inner.decode::<4>(&self.values),
            5 => self.inner.decode::<5>(&self.values),
            6 => self.inner.decode::<6>(&self.values),
            _ => self.inner.decode::<7>(&self.values),
        }
    }

    /// Quantises the values of 32 words that begin with word `first`.
    fn take(&mut self, received: Received<'_>, first: usize) {
        let scale = self.config.scale;
        for word in 0..WORDS {
            let at = (first + word) * N;
            match received {
                Received::Bits(packed) => {
                    for (k, values) in self.values.iter_mut().enumerate() {
                        values[word] = if crate::bits::get(packed, at + k) { -1 } else { 1 };
                    }
                }
                Received::Llr(ratios) => {
                    // A value that is no number says nothing: the conversion makes it zero.
                    for (values, &ratio) in self.values.iter_mut().zip(&ratios[at..at + N]) {
                        values[word] = (ratio * scale).clamp(-LIMIT, LIMIT) as i32 as i8;
                    }
                }
            }
        }
    }

    /// Decodes the outer code of the blocks of a whole group of units.
    fn outer(&mut self) -> Outcome {
        let mut outcome = Outcome::default();
        let units: Vec<u128> = self.units.drain(..UNITS).collect();
        for block in group::from_units(&units) {
            let mut information = Box::new([0; staircase::INFORMATION_OCTETS]);
            if let Ok(block) = block.as_slice().try_into() {
                outcome.add(self.outer.decode_block(block, &mut information));
            }
            if self.early > 0 {
                self.early -= 1;
                continue;
            }
            //= oif-400zr:crc
            outcome.uncorrectable += u64::from(!group::is_right(&information[..]));
            self.blocks.push_back(information.to_vec());
        }
        outcome
    }
}

impl code::Decoder for Decoder {
    fn delay(&self) -> usize {
        Self::DELAY + self.outer.delay().div_ceil(BLOCKS)
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut outcome = Outcome { codewords: UNITS as u64, ..Outcome::default() };
        for first in (0..UNITS).step_by(WORDS) {
            self.take(received, first);
            let (words, _) = self.inner();
            for (l, word) in words.into_iter().enumerate() {
                let hard = self.values.iter().fold(0, |w, v| w << 1 | u128::from(v[l] < 0));
                outcome.corrected_bits += u64::from((word ^ hard).count_ones());
                let unit = self.interleaver.pass(word);
                match self.empty {
                    0 => self.units.push(unit),
                    _ => self.empty -= 1,
                }
            }
        }
        if self.units.len() >= UNITS {
            outcome.add(self.outer());
        }
        outcome.corrected_symbols = outcome.corrected_bits;
        information.fill(0);
        if self.blocks.len() >= BLOCKS {
            for (block, out) in
                self.blocks.drain(..BLOCKS).zip(information.chunks_exact_mut(BLOCK_INFORMATION))
            {
                out.copy_from_slice(&block[..BLOCK_INFORMATION]);
            }
        }
        outcome
    }
}

const _: () = assert!(UNITS.is_multiple_of(WORDS));
