//! The codes by name: what `otn fec list` prints and what every other command looks a code up in.
//!
//! Figures of performance are what was published, with their source; what this crate's decoders do
//! is measured in `docs/fec.md`.

use crate::code::{BlockSize, Code, Input};
use crate::{rs10, rs255_239};
use alloc::boxed::Box;

/// How sure the parameters of a code are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confidence {
    /// Read in the source, or recomputed from it.
    Verified,
    /// Follows from verified facts.
    Derived,
    /// At least one part is recalled, inferred or read in one program only.
    Memory,
}

/// A published figure and where it was published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Published {
    /// Bit error ratio before the decoder at which 1e-15 is left behind it.
    pub threshold: f64,
    /// Net coding gain in dB, BPSK/QPSK, at 1e-15.
    pub net_coding_gain_db: f64,
    /// Where the figures are from.
    pub source: &'static str,
}

/// A code of the registry.
pub struct Entry {
    /// Name on the command line.
    pub name: &'static str,
    /// One line: what it is and who uses it.
    pub summary: &'static str,
    /// Size of a block.
    pub block: BlockSize,
    /// What the decoder reads.
    pub input: Input,
    /// Delay of encoder and decoder, in coded bits.
    pub latency_bits: usize,
    /// What was published about it.
    pub published: Option<Published>,
    /// Where the parameters are from.
    pub source: &'static str,
    /// How sure they are.
    pub confidence: Confidence,
    /// Makes the code.
    pub code: fn() -> Box<dyn Code>,
}

/// All codes, in the order of the Recommendations.
pub static CODES: &[Entry] = &[
    Entry {
        name: "rs255-239",
        summary: "RS(255,239) of OTU1 to OTU4, one codeword",
        block: rs255_239::Rs255x239::BLOCK,
        input: Input::Hard,
        // A row holds sixteen codewords, interleaved: parity is known at its end.
        latency_bits: 2 * 8 * rs255_239::ROW_OCTETS,
        published: Some(Published {
            threshold: 8.26e-5,
            net_coding_gain_db: 6.197,
            source: "computed, closed form; 6.2 dB is the usual figure",
        }),
        source: "ITU-T G.709 Annex A, ITU book 5G Basics (2017), pp. 1247, 1248",
        confidence: Confidence::Verified,
        code: || Box::new(rs255_239::Rs255x239),
    },
    Entry {
        name: "kp4",
        summary: "RS(544,514) of FlexO, OTU25 and OTU50, one codeword",
        block: rs10::Kp4::BLOCK,
        input: Input::Hard,
        latency_bits: 2 * rs10::Kp4::BLOCK.coded,
        published: Some(Published {
            threshold: 2.26e-4,
            net_coding_gain_db: 6.85,
            source: "computed, closed form; a public receiver project quotes about 2.2e-4",
        }),
        source: "ITU-T G.709.1, G.709.4, G.709.5; the order of bits in a symbol is recalled",
        confidence: Confidence::Memory,
        code: || Box::new(rs10::Kp4::default()),
    },
    Entry {
        name: "kr4",
        summary: "RS(528,514) of OTU25 and OTU50, one codeword",
        block: rs10::Kr4::BLOCK,
        input: Input::Hard,
        latency_bits: 2 * rs10::Kr4::BLOCK.coded,
        published: Some(Published {
            threshold: 2.18e-5,
            net_coding_gain_db: 5.65,
            source: "computed, closed form",
        }),
        source: "ITU-T G.709.4; the order of bits in a symbol is recalled",
        confidence: Confidence::Memory,
        code: || Box::new(rs10::Kr4::default()),
    },
];

/// The code of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    CODES.iter().find(|entry| entry.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bits;
    use crate::code::{Outcome, Received};
    use std::vec;

    /// Every code of the registry gives back what went in, and its entry says what it is.
    #[test]
    fn every_block_comes_back() {
        for entry in CODES {
            let code = (entry.code)();
            assert_eq!((code.block(), code.input()), (entry.block, entry.input), "{}", entry.name);
            assert!(find(entry.name).is_some_and(|found| found.block == entry.block));
            let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
            let mut information = vec![0xA5; bits::octets(entry.block.information)];
            for at in entry.block.information..8 * information.len() {
                bits::set(&mut information, at, false);
            }
            let mut coded = vec![0; bits::octets(entry.block.coded)];
            let mut out = vec![0; information.len()];
            for _ in 0..=decoder.delay() {
                encoder.encode(&information, &mut coded);
                let outcome: Outcome = decoder.decode(Received::Bits(&coded), &mut out);
                assert_eq!((outcome.corrected_bits, outcome.uncorrectable), (0, 0));
            }
            assert!(out == information, "{}", entry.name);
        }
        assert!(find("rs255").is_none());
    }
}
