//! KP4 and KR4 as codes of blocks of packed bits: one codeword a block, each symbol with its most
//! significant bit first.

use alloc::boxed::Box;

use super::{K, ReedSolomon10, SYMBOL_BITS};
use crate::bits;
use crate::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};

/// Symbols that fill whole octets together.
const GROUP: usize = 4;
/// Values of a symbol.
const SYMBOLS: u16 = 1 << SYMBOL_BITS;
/// The octets that they fill.
const GROUP_OCTETS: usize = GROUP * SYMBOL_BITS / 8;

/// Reads symbols out of packed bits.
//= g709.5:rs10-bit-order
fn unpack(packed: &[u8], symbols: &mut [u16]) {
    let whole = symbols.len() / GROUP * GROUP;
    let (groups, left) = symbols.split_at_mut(whole);
    for (group, octets) in groups.chunks_exact_mut(GROUP).zip(packed.chunks_exact(GROUP_OCTETS)) {
        let bits = octets.iter().fold(0, |sum, &octet| sum << 8 | u64::from(octet));
        for (n, symbol) in group.iter_mut().enumerate() {
            *symbol = (bits >> (SYMBOL_BITS * (GROUP - 1 - n))) as u16 % SYMBOLS;
        }
    }
    for (at, symbol) in (whole..).zip(left) {
        let bits = at * SYMBOL_BITS..(at + 1) * SYMBOL_BITS;
        *symbol = bits.fold(0, |sum, bit| sum << 1 | u16::from(bits::get(packed, bit)));
    }
}

/// Writes symbols into packed bits; what is left of the last octet becomes zero.
fn pack(symbols: &[u16], packed: &mut [u8]) {
    let whole = symbols.len() / GROUP * GROUP;
    let (groups, left) = symbols.split_at(whole);
    packed[whole / GROUP * GROUP_OCTETS..].fill(0);
    for (group, octets) in groups.chunks_exact(GROUP).zip(packed.chunks_exact_mut(GROUP_OCTETS)) {
        let bits = group.iter().fold(0, |sum, &symbol| sum << SYMBOL_BITS | u64::from(symbol));
        octets.copy_from_slice(&bits.to_be_bytes()[8 - GROUP_OCTETS..]);
    }
    for (at, symbol) in (whole..).zip(left) {
        for bit in 0..SYMBOL_BITS {
            let value = symbol >> (SYMBOL_BITS - 1 - bit) & 1 == 1;
            bits::set(packed, at * SYMBOL_BITS + bit, value);
        }
    }
}

impl<const N: usize, const P: usize> ReedSolomon10<N, P> {
    /// Size of a block.
    pub const BLOCK: BlockSize = BlockSize { information: K * SYMBOL_BITS, coded: N * SYMBOL_BITS };
}

impl<const N: usize, const P: usize> Code for ReedSolomon10<N, P> {
    fn block(&self) -> BlockSize {
        Self::BLOCK
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        Box::new(*self)
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(*self)
    }
}

impl<const N: usize, const P: usize> Encoder for ReedSolomon10<N, P> {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        let mut word = [0; N];
        unpack(information, &mut word[..K]);
        ReedSolomon10::encode(self, &mut word);
        pack(&word, &mut coded[..bits::octets(N * SYMBOL_BITS)]);
    }
}

impl<const N: usize, const P: usize> Decoder for ReedSolomon10<N, P> {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut word = [0; N];
        match received {
            Received::Bits(packed) => unpack(packed, &mut word),
            Received::Llr(ratios) => {
                for (symbol, ratios) in word.iter_mut().zip(ratios.chunks(SYMBOL_BITS)) {
                    let bit = |sum, &ratio: &f32| sum << 1 | u16::from(ratio < 0.0);
                    *symbol = ratios.iter().fold(0, bit);
                }
            }
        }
        let corrected = ReedSolomon10::decode(self, &mut word).ok();
        pack(&word[..K], &mut information[..bits::octets(K * SYMBOL_BITS)]);
        Outcome::of_codeword(corrected.map(|done| (done.symbols.into(), done.bits.into())))
    }
}
