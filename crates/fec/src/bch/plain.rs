//! A binary BCH code alone, to be simulated and held against its closed form.
//!
//! In: k packed information bits. Out: n packed bits; or the information of a received word, at
//! once. A word in which the decoder finds no codeword within t bits is given out as received.
//! The component codes of G.975.1 I.3 and the cyclic one of the staircase paper are named here.
//! This module knows no product, no interleaving and no iterations.

use super::{Bch, Parameters, hard};
use crate::bits;
use crate::code::{self, BlockSize, Code, Input, Outcome, Received};
use crate::g975_1_i3;
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec;
use alloc::vec::Vec;

/// Outer code of G.975.1 I.3, BCH(3860,3824).
pub const I3_OUTER: Parameters = g975_1_i3::OUTER;
/// Inner code of G.975.1 I.3, BCH(2040,1930).
pub const I3_INNER: Parameters = g975_1_i3::INNER;
/// BCH(1022,990) with x^2 + 1 as extension. Its words have even weight.
//= arxiv1201.4106:component
pub const EXTENDED: Parameters = Parameters { field: 0x409, t: 3, n: 1022, extension: 0x5 };

/// One code with its tables, shared by all its encoders and decoders.
pub struct PlainBch {
    bch: Arc<Bch>,
}

impl PlainBch {
    /// Builds the tables.
    ///
    /// # Errors
    /// [`super::ParametersError`] where there is no such code.
    pub fn new(parameters: Parameters) -> Result<Self, super::ParametersError> {
        Ok(Self { bch: Arc::new(Bch::new(parameters)?) })
    }

    /// A code that this module names.
    pub(crate) fn named(parameters: Parameters) -> Self {
        Self::new(parameters).expect("the named codes exist; a test of the registry builds them")
    }
}

impl Code for PlainBch {
    fn block(&self) -> BlockSize {
        BlockSize { information: self.bch.k(), coded: self.bch.n() }
    }

    fn input(&self) -> Input {
        Input::Hard
    }

    fn encoder(&self) -> Box<dyn code::Encoder> {
        Box::new(Encoder { bch: self.bch.clone() })
    }

    fn decoder(&self) -> Box<dyn code::Decoder> {
        let word = vec![0; bits::octets(self.bch.n())];
        Box::new(Decoder { bch: self.bch.clone(), word })
    }
}

struct Encoder {
    bch: Arc<Bch>,
}

impl code::Encoder for Encoder {
    fn encode(&mut self, information: &[u8], coded: &mut [u8]) {
        coded.fill(0);
        self.bch.encode(information, coded);
    }
}

struct Decoder {
    bch: Arc<Bch>,
    word: Vec<u8>,
}

impl code::Decoder for Decoder {
    fn delay(&self) -> usize {
        0
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        hard::decide(received, self.bch.n(), &mut self.word);
        let corrected = self.bch.decode(&mut self.word).ok().map(|bits| bits as u64);
        // Of the last octet, what belongs to the parity is left out.
        information.copy_from_slice(&self.word[..bits::octets(self.bch.k())]);
        (self.bch.k()..8 * information.len()).for_each(|at| bits::set(information, at, false));
        Outcome::of_codeword(corrected.map(|bits| (bits, bits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The fact sheet: m1 m3 m5 (x^2 + 1), recomputed there.
    //= type=test arxiv1201.4106:component
    #[test]
    fn the_extended_code_has_the_generator_of_the_fact_sheet() {
        let code = PlainBch::named(EXTENDED);
        assert_eq!(code.bch.generator(), 0x1_120D_555F);
        assert_eq!(code.block(), BlockSize { information: 990, coded: 1022 });
    }

    #[test]
    fn a_word_beyond_correction_comes_out_as_received_and_is_reported() {
        let code = PlainBch::named(EXTENDED);
        let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
        let information: Vec<u8> =
            (0..124).map(|at| if at < 123 { u8::wrapping_mul(at, 37) } else { 0xFC }).collect();
        let mut coded = vec![0; 128];
        encoder.encode(&information, &mut coded);
        let mut out = vec![0; 124];
        for errors in 0..=4 {
            let mut received = coded.clone();
            let mut expected = information.clone();
            for at in (0..errors).map(|n| 5 + 211 * n) {
                bits::flip(&mut received, at);
                bits::flip(&mut expected, at);
            }
            let outcome = decoder.decode(Received::Bits(&received), &mut out);
            let corrected = if errors < 4 { errors as u64 } else { 0 };
            assert_eq!(outcome.corrected_bits, corrected, "{errors}");
            assert_eq!(outcome.uncorrectable, u64::from(errors == 4));
            assert!(
                out == if errors < 4 { &information } else { &expected }.as_slice(),
                "{errors}"
            );
        }
    }
}
