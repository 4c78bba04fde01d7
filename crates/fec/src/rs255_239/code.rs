//! One codeword alone: a block of 1912 information bits and 2040 coded ones.
//!
//! Clause: G.709 Annex A. The word is divided by the generator polynomial with a table; that is slower
//! for each codeword than a whole frame ([`super::FrameCodec`]) and needs no frame.
//!
//! Bit literals: octets of a word of 128 bits.

use alloc::boxed::Box;

use super::correct::locate;
use super::portable::Portable;
use super::reference::Uncorrectable;
use super::{GENERATOR, K, N, PARITY};
use crate::bits;
use crate::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};
use crate::gf256::{alpha_pow, evaluate, mul_const};

/// `TABLE[f]` is f * (G(z) - z^16): what one division step with leading octet f adds.
/// A remainder is one 128-bit word, R15 in its most significant octet.
static TABLE: [u128; 256] = {
    let mut table = [0; 256];
    let mut factor = 0;
    while factor < 256 {
        let mut at = 1;
        while at <= PARITY {
            table[factor] = table[factor] << 8 | mul_const(factor as u8, GENERATOR[at]) as u128;
            at += 1;
        }
        factor += 1;
    }
    table
};

/// The parity of 239 octets, R15 first.
//= g709:a-parity
fn parity(information: &[u8; K]) -> [u8; PARITY] {
    let mut rest = 0u128;
    for &octet in information {
        let leading = octet ^ (rest >> 120) as u8;
        rest = rest << 8 ^ TABLE[usize::from(leading)];
    }
    rest.to_be_bytes()
}

/// Writes the parity of a codeword.
pub fn encode_word(word: &mut [u8; N]) {
    let (information, rest) = word.split_first_chunk_mut().expect("239 is less than 255");
    rest.copy_from_slice(&parity(information));
}

/// Corrects a codeword in place; says how many octets and bits were wrong.
///
/// # Errors
/// [`Uncorrectable`] where no codeword lies within eight octets; `word` is left as it was.
//= g709:a-correct-8
pub fn decode_word(word: &mut [u8; N]) -> Result<(usize, u32), Uncorrectable> {
    let (information, received) = word.split_first_chunk().expect("239 is less than 255");
    let mut difference = parity(information);
    for (octet, received) in difference.iter_mut().zip(received) {
        *octet ^= received;
    }
    if difference == [0; PARITY] {
        return Ok((0, 0));
    }
    // Values of the difference are those of the word, as a codeword has none.
    difference.reverse();
    let syndromes = core::array::from_fn(|j| evaluate(&difference, alpha_pow(j)));
    let errors = locate(Portable, &syndromes).ok_or(Uncorrectable)?;
    let mut bits = 0;
    for error in errors.as_slice() {
        word[error.position] ^= error.value;
        bits += error.value.count_ones();
    }
    Ok((errors.as_slice().len(), bits))
}

/// RS(255,239), one codeword a block.
#[derive(Clone, Copy, Debug)]
pub struct Rs255x239;

impl Rs255x239 {
    /// Size of a block.
    pub const BLOCK: BlockSize = BlockSize { information: 8 * K, coded: 8 * N };
}

impl Code for Rs255x239 {
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

impl Encoder for Rs255x239 {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        let mut word = [0; N];
        word[..K].copy_from_slice(&information[..K]);
        encode_word(&mut word);
        coded[..N].copy_from_slice(&word);
    }
}

impl Decoder for Rs255x239 {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        let mut word = [0; N];
        match received {
            Received::Bits(bits) => word.copy_from_slice(&bits[..N]),
            Received::Llr(ratios) => bits::decide(ratios, &mut word),
        }
        let corrected = decode_word(&mut word).ok();
        information[..K].copy_from_slice(&word[..K]);
        Outcome::of_codeword(corrected.map(|(symbols, bits)| (symbols as u64, bits.into())))
    }
}
