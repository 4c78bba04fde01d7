//! The decoder of oFEC: soft iterations, then hard ones, over a window that moves by one step.
//!
//! In: 4096 values or bits. Out: the 3552 information bits of an earlier step. A bit is in the back
//! half of a word of its own step and in the front half of a word of a step three to ten later. So an
//! iteration that follows ten steps behind another one finds every bit treated by it in both halves,
//! and each bit needs one value only: what the channel and the last word it was in say together.
//! Delay: ten steps for each iteration.
//!
//! Bit literals: words as bits, and a fraction of 32.

use super::chase::{Beta, CERTAIN, Chase, LIMIT};
use super::component::{COLUMN, Lookup, N, OVERALL};
use super::encoder::{Bits, exchange, lag, twist, write_information};
use super::{BLOCK, CODED_BITS, Config, HALF, REACH, WORDS};
use crate::backend::Backend;
use crate::code::{self, Outcome, Received};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// The values of one step; vectors as in [`super::encoder`].
#[derive(Clone)]
#[repr(align(64))]
struct Values([[i8; WORDS]; HALF]);

/// What a soft iteration does with its results, on the quantised scale.
#[derive(Clone, Copy, Debug)]
struct Rule {
    /// Weight of extrinsic values, in 32nds.
    alpha: i16,
    beta: i16,
    /// The last soft iteration leaves decisions in the front halves.
    last: bool,
}

/// Decoder of one stream.
pub struct Decoder {
    config: Config,
    rules: Vec<Rule>,
    lookup: Lookup,
    chase: Box<Chase>,
    /// What the channel said, a ring of steps.
    channel: Vec<Values>,
    /// The channel and the last word together, a ring of steps.
    current: Vec<Values>,
    /// Bits of the hard iterations, a ring of steps.
    decided: Vec<Bits>,
    /// Steps taken in.
    taken: usize,
    backend: Backend,
}

impl Decoder {
    /// A decoder at the start of a stream.
    pub fn new(config: &Config, backend: Backend) -> Self {
        let steps = REACH * config.iterations() + 1;
        let quantised = |value: f32| (value * config.scale) as i16;
        let rule = |(i, &(alpha, beta)): (usize, &(f32, f32))| Rule {
            alpha: ((alpha * 32.0) as i16).clamp(0, 64),
            beta: quantised(beta).clamp(0, LIMIT),
            last: i + 1 == config.schedule.len(),
        };
        Self {
            rules: config.schedule.iter().enumerate().map(rule).collect(),
            lookup: Lookup::new(),
            chase: Box::new(Chase::new()),
            channel: vec![Values([[0; WORDS]; HALF]); steps],
            current: vec![Values([[0; WORDS]; HALF]); steps],
            decided: vec![[0; HALF]; steps],
            taken: 0,
            config: config.clone(),
            backend,
        }
    }

    fn slot(&self, step: usize) -> usize {
        step % self.channel.len()
    }

    /// Takes the quantised values of a step.
    //= ofec:output-order
    #[inline(always)]
    fn take(&mut self, values: &[i8; CODED_BITS]) {
        let slot = self.slot(self.taken);
        let vectors = &mut self.channel[slot].0;
        for (column, values) in values.chunks_exact(BLOCK * WORDS).enumerate() {
            let vectors = &mut vectors[column * BLOCK..][..BLOCK];
            for (word, row) in values.chunks_exact(BLOCK).enumerate() {
                for (j, vector) in vectors.iter_mut().enumerate() {
                    vector[word] = row[j ^ (word % BLOCK)];
                }
            }
        }
        self.current[slot].0 = *vectors;
        self.taken += 1;
    }

    /// Takes a step and gives the information of an earlier one; `soft` is a soft iteration.
    #[inline(always)]
    fn run(
        &mut self,
        received: Received<'_>,
        information: &mut [u8],
        soft: impl FnMut(&mut Self, usize, Rule) -> Outcome,
    ) -> Outcome {
        let mut quantised = [0; CODED_BITS];
        match received {
            Received::Bits(packed) => {
                let one = (self.config.hard_value * self.config.scale) as i8;
                for (at, value) in quantised.iter_mut().enumerate() {
                    *value = if crate::bits::get(packed, at) { -one } else { one };
                }
            }
            Received::Llr(values) => {
                let (scale, limit) = (self.config.scale, f32::from(LIMIT));
                let (values, _) = values.as_chunks::<BLOCK>();
                for (quantised, values) in quantised.as_chunks_mut().0.iter_mut().zip(values) {
                    // A value that is no number says nothing: the conversion makes it zero.
                    *quantised = values
                        .map(|value| (value * scale).clamp(-limit, limit) as i32)
                        .map(|value| value as i8);
                }
            }
        }
        self.take(&quantised);
        self.advance(information, soft)
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "a closure has the instructions of the function it is in, a name has not"
    )]
    fn run_avx2(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        self.run(received, information, |decoder, step, rule| decoder.soft_body(step, rule))
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi")]
    #[expect(
        clippy::redundant_closure_for_method_calls,
        reason = "a closure has the instructions of the function it is in, a name has not"
    )]
    fn run_avx512(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        self.run(received, information, |decoder, step, rule| decoder.soft_body(step, rule))
    }

    #[cfg(target_arch = "x86_64")]
    #[target_feature(enable = "avx2,bmi1,bmi2,avx512f,avx512bw,avx512vl,avx512dq,avx512vbmi,gfni")]
    fn run_gfni(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        self.run(received, information, |decoder, step, rule| {
            decoder.soft_with(step, rule, |bits, chase, _, beta| match bits {
                ..=4 => chase.decode_gfni::<4>(beta),
                5 => chase.decode_gfni::<5>(beta),
                _ => chase.decode_gfni::<6>(beta),
            })
        })
    }

    /// One soft iteration on the words of `step`, by the plain search.
    #[inline(always)]
    fn soft_body(&mut self, step: usize, rule: Rule) -> Outcome {
        self.soft_with(step, rule, |bits, chase, lookup, beta| match bits {
            ..=4 => chase.decode::<4>(lookup, beta),
            5 => chase.decode::<5>(lookup, beta),
            _ => chase.decode::<6>(lookup, beta),
        })
    }

    /// One soft iteration; `decode` has the number of least reliable bits, the words, and gives the
    /// numbers of clean and of lost ones.
    #[inline(always)]
    fn soft_with(
        &mut self,
        step: usize,
        rule: Rule,
        decode: impl FnOnce(usize, &mut Chase, &Lookup, Beta) -> (u32, u32),
    ) -> Outcome {
        self.gather(step);
        let beta = Beta { front: if rule.last { CERTAIN } else { rule.beta }, back: rule.beta };
        let bits = self.config.pattern_bits;
        let (_, lost) = decode(bits, &mut self.chase, &self.lookup, beta);
        self.scatter(step, rule);
        Outcome { codewords: WORDS as u64, uncorrectable: u64::from(lost), ..Outcome::default() }
    }

    /// Collects the words of `step`.
    #[inline(always)]
    fn gather(&mut self, step: usize) {
        let slot = self.slot(step);
        self.chase.values[HALF..].copy_from_slice(&self.current[slot].0);
        for column in 0..N / 2 / BLOCK {
            //= ofec:start
            if step < REACH {
                self.chase.values[column * BLOCK..][..BLOCK].fill([LIMIT as i8; WORDS]);
                continue;
            }
            let slot = self.slot(step - lag(column));
            let from = &self.current[slot].0[column * BLOCK..][..BLOCK];
            let to = &mut self.chase.values[column * BLOCK..][..BLOCK];
            exchange_block(from, to);
        }
    }

    /// Brings the results back to where the words came from.
    #[inline(always)]
    fn scatter(&mut self, step: usize, rule: Rule) {
        let slot = self.slot(step);
        for k in 0..HALF {
            let channel = &self.channel[slot].0[k];
            let new = self.updated(HALF + k, channel, rule.alpha);
            self.current[slot].0[k] = new;
        }
        for column in 0..N / 2 / BLOCK {
            let Some(source) = step.checked_sub(lag(column)) else { continue };
            let slot = self.slot(source);
            let here = column * BLOCK;
            if step < REACH {
                // No word has these bits in its front half: the next iteration starts anew.
                if !rule.last {
                    let channel = &self.channel[slot].0[here..][..BLOCK];
                    self.current[slot].0[here..][..BLOCK].copy_from_slice(channel);
                }
                continue;
            }
            let mut channel = [[0; WORDS]; BLOCK];
            exchange_block(&self.channel[slot].0[here..][..BLOCK], &mut channel);
            let mut new = [[0; WORDS]; BLOCK];
            for (j, (new, channel)) in new.iter_mut().zip(&channel).enumerate() {
                *new = if rule.last {
                    self.updated(here + j, &self.chase.values[here + j], 32)
                } else {
                    self.updated(here + j, channel, rule.alpha)
                };
            }
            exchange_block(&new, &mut self.current[slot].0[here..][..BLOCK]);
        }
    }

    /// `base` plus the weighted extrinsic values of bit `k`.
    #[inline(always)]
    fn updated(&self, k: usize, base: &[i8; WORDS], alpha: i16) -> [i8; WORDS] {
        let (extrinsic, values) = (&self.chase.extrinsic[k], &self.chase.values[k]);
        let mut new = [0; WORDS];
        for l in 0..WORDS {
            let weighted = (extrinsic[l] * alpha + 16) >> 5;
            let sign = i16::from(values[l]) >> 15;
            let sum = i16::from(base[l]) + ((weighted ^ sign) - sign);
            new[l] = sum.clamp(-LIMIT, LIMIT) as i8;
        }
        new
    }

    /// Bits of `step` after the soft iterations.
    #[inline(always)]
    fn decide(&mut self, step: usize) {
        let slot = self.slot(step);
        for (bits, values) in self.decided[slot].iter_mut().zip(&self.current[slot].0) {
            *bits = signs(values);
        }
    }

    /// One hard iteration on the words of `step`: up to two wrong bits in each.
    #[inline(always)]
    fn hard(&mut self, step: usize) -> Outcome {
        let (mut syndromes, mut odd) = ([0u32; 16], 0);
        for (k, &column) in COLUMN.iter().enumerate() {
            let bits = self.bits(step, k);
            odd ^= bits;
            for (i, syndrome) in syndromes.iter_mut().enumerate() {
                *syndrome ^= if column >> i & 1 == 1 { bits } else { 0 };
            }
        }
        let mut outcome = Outcome { codewords: WORDS as u64, ..Outcome::default() };
        let mut wrong = syndromes.iter().fold(odd, |any, syndrome| any | syndrome);
        while wrong != 0 {
            let word = wrong.trailing_zeros() as usize;
            wrong &= wrong - 1;
            let bit = |(i, vector): (usize, &u32)| ((vector >> word & 1) as u16) << i;
            let syndrome = syndromes.iter().enumerate().map(bit).sum();
            match self.lookup.correct(syndrome, odd >> word & 1 == 1) {
                Some([first, second, overall]) => {
                    let places = [first as usize, second as usize];
                    for place in places.into_iter().filter(|&place| place != OVERALL) {
                        self.flip(step, place, word);
                    }
                    if overall == 1 {
                        self.flip(step, OVERALL, word);
                    }
                }
                None => outcome.uncorrectable += 1,
            }
        }
        outcome
    }

    /// Bits k of all words of `step`.
    #[inline(always)]
    fn bits(&self, step: usize, k: usize) -> u32 {
        if k >= HALF {
            self.decided[self.slot(step)][k - HALF]
        } else if step < REACH {
            0
        } else {
            exchange(self.decided[self.slot(step - lag(k / BLOCK))][k], twist(k))
        }
    }

    /// Inverts bit k of a word.
    fn flip(&mut self, step: usize, k: usize, word: usize) {
        if k >= HALF {
            let slot = self.slot(step);
            self.decided[slot][k - HALF] ^= 1 << word;
        } else if step >= REACH {
            let slot = self.slot(step - lag(k / BLOCK));
            self.decided[slot][k] ^= 1 << (word ^ twist(k));
        }
    }

    /// All iterations after a new step, and the information that is ready.
    #[inline(always)]
    fn advance(
        &mut self,
        information: &mut [u8],
        mut soft: impl FnMut(&mut Self, usize, Rule) -> Outcome,
    ) -> Outcome {
        let newest = self.taken - 1;
        let mut outcome = Outcome::default();
        for i in 0..self.rules.len() {
            if let Some(step) = newest.checked_sub(i * REACH) {
                let done = soft(self, step, self.rules[i]);
                outcome.codewords += done.codewords;
            }
        }
        let behind = self.rules.len() * REACH;
        if let Some(step) = newest.checked_sub(behind) {
            self.decide(step);
        }
        for i in 0..self.config.hard {
            if let Some(step) = newest.checked_sub(behind + i * REACH) {
                let done = self.hard(step);
                outcome.codewords += done.codewords;
                if i + 1 == self.config.hard {
                    outcome.uncorrectable += done.uncorrectable;
                }
            }
        }
        match newest.checked_sub(self.config.iterations() * REACH) {
            Some(step) => {
                outcome.corrected_bits = self.give(step, information);
                outcome.corrected_symbols = outcome.corrected_bits;
            }
            None => information.fill(0),
        }
        outcome
    }

    /// Writes the information of a finished step; gives the number of its coded bits that changed.
    #[inline(always)]
    fn give(&mut self, step: usize, information: &mut [u8]) -> u64 {
        let slot = self.slot(step);
        let bits = &self.decided[slot];
        write_information(bits, information);
        let changed = bits
            .iter()
            .zip(&self.channel[slot].0)
            .map(|(&bits, values)| u64::from((signs(values) ^ bits).count_ones()));
        changed.sum()
    }
}

impl code::Decoder for Decoder {
    fn delay(&self) -> usize {
        self.config.iterations() * REACH
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        match self.backend {
            Backend::Portable => self.run(received, information, Self::soft_body),
            #[cfg(target_arch = "x86_64")]
            Backend::Avx2 => {
                #[expect(unsafe_code, reason = "call of a function for AVX2")]
                // SAFETY: this variant is made only by Backend::detect(), which saw AVX2.
                unsafe {
                    self.run_avx2(received, information)
                }
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512 => {
                #[expect(unsafe_code, reason = "call of a function for AVX-512")]
                // SAFETY: this variant is made only by Backend::detect(), which saw these features.
                unsafe {
                    self.run_avx512(received, information)
                }
            }
            #[cfg(target_arch = "x86_64")]
            Backend::Avx512Gfni => {
                #[expect(unsafe_code, reason = "call of a function for AVX-512 and GFNI")]
                // SAFETY: this variant is made only by Backend::detect(), which saw these features.
                unsafe {
                    self.run_gfni(received, information)
                }
            }
        }
    }
}

/// The signs of a vector, one where the value is negative. Eight octets at a time: the product brings
/// the highest bit of octet i to bit 56 + i.
#[inline(always)]
fn signs(values: &[i8; WORDS]) -> u32 {
    let octets = values.map(|value| value as u8);
    octets.chunks_exact(8).enumerate().fold(0, |signs, (i, octets)| {
        let octets = u64::from_le_bytes(octets.try_into().expect("chunks of eight"));
        let highest = octets >> 7 & 0x0101_0101_0101_0101;
        signs | ((highest.wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32) << (8 * i)
    })
}

/// Exchanges the words of a block's sixteen vectors: vector j of `to` has word w of `from` at
/// `w ^ twist(j)`.
#[inline(always)]
fn exchange_block(from: &[[i8; WORDS]], to: &mut [[i8; WORDS]]) {
    macro_rules! vectors {
        ($($j:literal)*) => { $(
            for w in 0..WORDS {
                to[$j][w] = from[$j][w ^ twist($j)];
            }
        )* };
    }
    vectors!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
}
