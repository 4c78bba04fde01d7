//! Hamming words on the line: several of them side by side, symbol by symbol.
//!
//! Clause: OIF-400ZR-03.0.1, 10; FlexO with DSH framing has other sizes. In: Hamming words one after
//! the other, as bits or as log-likelihood ratios. Out: the same bits in the order in which symbols
//! of both polarisations carry them, and back. A symbol takes successive bits of one word; symbol n
//! of a set of words is of word n mod `words`. A fade of that many symbols so costs each word one.
//!
//! What of this is recalled stands in the constants and in `SymbolInterleaver::source` alone. Not
//! here: which amplitudes the bits of a symbol make.

use super::hamming::N;
use super::{Cfec, GROUP};
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;

/// An interleaving of words symbol by symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SymbolInterleaver {
    /// Words side by side.
    words: usize,
    /// Bits of a symbol, both polarisations together; a divisor of eight.
    symbol_bits: usize,
}

impl SymbolInterleaver {
    /// 400ZR: eight words, dual-polarisation 16QAM.
    //= oif-400zr:symbol-interleaving
    pub const ZR400: Self = Self { words: 8, symbol_bits: 8 };
    /// FlexO-DSH with QPSK: eight words.
    //= g709.3:dsh-symbol-interleaving
    pub const DSH_QPSK: Self = Self { words: 8, symbol_bits: 4 };
    /// FlexO-DSH with 16QAM: four words.
    //= g709.3:dsh-symbol-interleaving
    pub const DSH_QAM16: Self = Self { words: 4, symbol_bits: 8 };

    /// Symbols of a word.
    const fn symbols_of_word(self) -> usize {
        N / self.symbol_bits
    }

    /// Bits after which the order repeats: a set of words.
    pub const fn set_bits(self) -> usize {
        self.words * N
    }

    /// The symbol among the words one after the other that goes out as symbol `at` of the line.
    //= oif-400zr:symbol-interleaving
    const fn source(self, at: usize) -> usize {
        let (word, symbol) = (at % self.words, at / self.words % self.symbols_of_word());
        let set = at / (self.words * self.symbols_of_word());
        (set * self.words + word) * self.symbols_of_word() + symbol
    }

    /// Symbols of the line in whole sets of so many bits, each with its source.
    fn pairs(self, bits: usize) -> impl Iterator<Item = (usize, usize)> {
        let symbols = bits / self.set_bits() * self.words * self.symbols_of_word();
        (0..symbols).map(move |at| (at, self.source(at)))
    }

    /// The order of the line from words one after the other. Both are packed bits of the same
    /// length; what is no whole set behind the last comes out as zeros.
    pub fn interleave_bits(self, words: &[u8], line: &mut [u8]) {
        let bits = 8 * words.len().min(line.len());
        line.fill(0);
        for (at, source) in self.pairs(bits) {
            self.put(line, at, self.symbol(words, source));
        }
    }

    /// The inverse of [`Self::interleave_bits`].
    pub fn deinterleave_bits(self, line: &[u8], words: &mut [u8]) {
        let bits = 8 * words.len().min(line.len());
        words.fill(0);
        for (at, source) in self.pairs(bits) {
            self.put(words, source, self.symbol(line, at));
        }
    }

    /// The order of the line from log-likelihood ratios of words one after the other; of the same
    /// length. What is no whole set behind the last stays as it was in `line`.
    pub fn interleave_llr(self, words: &[f32], line: &mut [f32]) {
        let bits = self.symbol_bits;
        for (at, source) in self.pairs(words.len().min(line.len())) {
            line[at * bits..][..bits].copy_from_slice(&words[source * bits..][..bits]);
        }
    }

    /// The inverse of [`Self::interleave_llr`].
    pub fn deinterleave_llr(self, line: &[f32], words: &mut [f32]) {
        let bits = self.symbol_bits;
        for (at, source) in self.pairs(words.len().min(line.len())) {
            words[source * bits..][..bits].copy_from_slice(&line[at * bits..][..bits]);
        }
    }

    /// Symbol `at` of packed bits, in the lowest bits.
    fn symbol(self, packed: &[u8], at: usize) -> u8 {
        let (of_octet, bits) = (8 / self.symbol_bits, self.symbol_bits);
        packed[at / of_octet] << (at % of_octet * bits) >> (8 - bits)
    }

    /// Puts symbol `at` where zeros are.
    fn put(self, packed: &mut [u8], at: usize, symbol: u8) {
        let (of_octet, bits) = (8 / self.symbol_bits, self.symbol_bits);
        packed[at / of_octet] |= symbol << (8 - bits - at % of_octet * bits);
    }
}

/// C-FEC in the order of the line of 400ZR: [`Cfec`] with [`SymbolInterleaver::ZR400`] behind it.
#[derive(Default)]
pub struct Cfec400zr(pub Cfec);

impl Code for Cfec400zr {
    fn block(&self) -> BlockSize {
        self.0.block()
    }

    fn input(&self) -> Input {
        self.0.input()
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(LineEncoder { inner: self.0.encoder(), words: vec![0; GROUP.coded / 8] })
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        Box::new(LineDecoder { inner: self.0.decoder(), bits: Vec::new(), llr: Vec::new() })
    }
}

struct LineEncoder {
    inner: Box<dyn code::Encoder>,
    words: Vec<u8>,
}

impl code::Encoder for LineEncoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        self.inner.encode(information, &mut self.words);
        SymbolInterleaver::ZR400.interleave_bits(&self.words, coded);
    }
}

/// Has room for the words once it was given some.
struct LineDecoder {
    inner: Box<dyn code::Decoder>,
    bits: Vec<u8>,
    llr: Vec<f32>,
}

impl code::Decoder for LineDecoder {
    fn delay(&self) -> usize {
        self.inner.delay()
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let order = SymbolInterleaver::ZR400;
        let words = match received {
            Received::Bits(line) => {
                self.bits.resize(line.len(), 0);
                order.deinterleave_bits(line, &mut self.bits);
                Received::Bits(&self.bits)
            }
            Received::Llr(line) => {
                self.llr.resize(line.len(), 0.0);
                order.deinterleave_llr(line, &mut self.llr);
                Received::Llr(&self.llr)
            }
        };
        self.inner.decode(words, information)
    }
}

const _: () = assert!(GROUP.coded.is_multiple_of(SymbolInterleaver::ZR400.set_bits()));
// 175 616 symbols of both polarisations.
const _: () = assert!(GROUP.coded / SymbolInterleaver::ZR400.symbol_bits == 175_616);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits;
    use rand_chacha::ChaCha8Rng;
    use rand_core::{Rng, SeedableRng};

    const ALL: [SymbolInterleaver; 3] =
        [SymbolInterleaver::ZR400, SymbolInterleaver::DSH_QPSK, SymbolInterleaver::DSH_QAM16];

    /// The order as the fact sheet says it, bit by bit: words side by side, a symbol of each in turn.
    fn slow_order(words: usize, symbol_bits: usize, sets: usize) -> Vec<usize> {
        let mut order = Vec::new();
        for set in 0..sets {
            let mut queues: Vec<Vec<usize>> = Vec::new();
            for word in 0..words {
                let first = (set * words + word) * 128;
                queues.push((first..first + 128).collect());
            }
            while !queues[0].is_empty() {
                for queue in &mut queues {
                    order.extend(queue.drain(..symbol_bits));
                }
            }
        }
        order
    }

    //= type=test oif-400zr:symbol-interleaving
    //= type=test g709.3:dsh-symbol-interleaving
    #[test]
    fn words_take_turns_symbol_by_symbol() {
        for (interleaver, (words, symbol_bits)) in ALL.into_iter().zip([(8, 8), (8, 4), (4, 8)]) {
            let order = slow_order(words, symbol_bits, 3);
            let count = order.len();
            let mut rng = ChaCha8Rng::seed_from_u64(9);
            let mut packed = vec![0; count / 8];
            rng.fill_bytes(&mut packed);
            let (mut line, mut back) = (vec![0xFF; count / 8], vec![0xFF; count / 8]);
            interleaver.interleave_bits(&packed, &mut line);
            for (at, &source) in order.iter().enumerate() {
                assert_eq!(
                    bits::get(&line, at),
                    bits::get(&packed, source),
                    "{interleaver:?} {at}"
                );
            }
            interleaver.deinterleave_bits(&line, &mut back);
            assert_eq!(back, packed);
            let ratios: Vec<f32> = (0..count).map(|at| at as f32).collect();
            let (mut line, mut back) = (vec![0.0; count], vec![0.0; count]);
            interleaver.interleave_llr(&ratios, &mut line);
            assert!(line.iter().zip(&order).all(|(&found, &source)| found == source as f32));
            interleaver.deinterleave_llr(&line, &mut back);
            assert_eq!(back, ratios);
        }
    }

    /// What the interleaver is for: eight symbols in a row are one symbol of each of eight words.
    //= type=test oif-400zr:symbol-interleaving
    #[test]
    fn a_fade_of_eight_symbols_costs_each_word_one() {
        let (words, order) = (8, SymbolInterleaver::ZR400);
        for first in 0..=128 - words {
            let (mut line, mut back) = (vec![0; 128], vec![0; 128]);
            line[first..first + words].fill(0xFF);
            order.deinterleave_bits(&line, &mut back);
            for word in back.chunks(N / 8) {
                assert_eq!(word.iter().filter(|&&symbol| symbol == 0xFF).count(), 1);
            }
        }
    }

    /// On the line there is what [`Cfec`] makes, in the other order; bits and ratios find back.
    //= type=test oif-400zr:symbol-interleaving
    #[test]
    fn the_code_of_the_line_is_the_code_in_another_order() {
        let (line_code, plain) = (Cfec400zr::default(), Cfec::default());
        assert_eq!((line_code.block(), line_code.input()), (plain.block(), plain.input()));
        let (mut on_line, mut in_words) = (line_code.encoder(), plain.encoder());
        let (mut by_bits, mut by_ratios) = (line_code.decoder(), line_code.decoder());
        let order = slow_order(8, 8, GROUP.coded / 1024);
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        let mut sent = Vec::new();
        let (mut line, mut words) = (vec![0; GROUP.coded / 8], vec![0; GROUP.coded / 8]);
        let mut out = vec![0; GROUP.information / 8];
        for group in 0..=by_bits.delay() {
            let mut information = vec![0; GROUP.information / 8];
            rng.fill_bytes(&mut information);
            on_line.encode(&information, &mut line);
            in_words.encode(&information, &mut words);
            assert!(
                order
                    .iter()
                    .enumerate()
                    .all(|(at, &source)| bits::get(&line, at) == bits::get(&words, source))
            );
            sent.push(information);
            // One wrong bit in the first word of the group: it must be found where it stands.
            bits::flip(&mut line, 64);
            let count = by_bits.decode(Received::Bits(&line), &mut out).corrected_bits;
            assert_eq!(count, 1);
            if group == by_bits.delay() {
                assert!(out == sent[0]);
            }
            let llr: Vec<f32> =
                (0..GROUP.coded).map(|at| if bits::get(&line, at) { -3.0 } else { 3.0 }).collect();
            assert_eq!(by_ratios.decode(Received::Llr(&llr), &mut out).corrected_bits, 1);
            if group == by_ratios.delay() {
                assert!(out == sent[0]);
            }
        }
    }
}
