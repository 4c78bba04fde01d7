//! The codes by name: what `otn fec list` prints and what every other command looks a code up in.
//!
//! Figures of performance are what was published, with their source; what this crate's decoders do
//! is measured in `docs/fec.md`.

use crate::bch::plain::{self, PlainBch};
use crate::code::{BlockSize, Code, Input};
use crate::{cfec, g975_1_i3, g975_1_i7, ofec, rs10, rs255_239, staircase};
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
    /// Digits behind the point that were published: of the threshold as a power of ten, of the gain.
    pub digits: (usize, usize),
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

/// Where the figures of C-FEC are from, in either order of its bits.
const CFEC_FIGURES: &str = "a public register: 1.22e-2 to 1.25e-2; 10.8 dB with 16QAM, \
    which is 10.39 with QPSK, at 1.25e-2";

/// All codes, in the order of the Recommendations.
pub static CODES: &[Entry] = &[
    #[cfg(feature = "simulate")]
    Entry {
        name: "uncoded",
        summary: "no code: shows what a channel does",
        block: crate::simulate::uncoded::BLOCK,
        input: Input::Hard,
        latency_bits: 0,
        published: None,
        source: "",
        confidence: Confidence::Derived,
        code: || Box::new(crate::simulate::uncoded::Uncoded),
    },
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
            digits: (2, 3),
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
            digits: (2, 2),
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
            digits: (2, 2),
            source: "computed, closed form",
        }),
        source: "ITU-T G.709.4; the order of bits in a symbol is recalled",
        confidence: Confidence::Memory,
        code: || Box::new(rs10::Kr4::default()),
    },
    Entry {
        name: "bch-3860-3824",
        summary: "BCH(3860,3824), three errors: one outer word of G.975.1 I.3, alone",
        block: BlockSize { information: 3824, coded: 3860 },
        input: Input::Hard,
        latency_bits: 2 * 3860,
        published: None,
        source: "G.975.1 I.3: generator in a public register and an open RTL, recomputed",
        confidence: Confidence::Verified,
        code: || Box::new(PlainBch::named(plain::I3_OUTER)),
    },
    Entry {
        name: "bch-2040-1930",
        summary: "BCH(2040,1930), ten errors: one inner word of G.975.1 I.3, alone",
        block: BlockSize { information: 1930, coded: 2040 },
        input: Input::Hard,
        latency_bits: 2 * 2040,
        published: None,
        source: "G.975.1 I.3: generator in a public register and an open RTL, recomputed",
        confidence: Confidence::Verified,
        code: || Box::new(PlainBch::named(plain::I3_INNER)),
    },
    Entry {
        name: "bch-1022-990",
        summary: "extended BCH(1022,990), three errors: the cyclic component of staircase codes, alone",
        block: BlockSize { information: 990, coded: 1022 },
        input: Input::Hard,
        latency_bits: 2 * 1022,
        published: None,
        source: "arXiv 1201.4106; generator recomputed. The component of G.709.2 has another matrix",
        confidence: Confidence::Memory,
        code: || Box::new(PlainBch::named(plain::EXTENDED)),
    },
    Entry {
        name: "g975.1-i3",
        summary: "BCH(3860,3824) and BCH(2040,1930), interleaved and iterated; 7 % super FEC",
        block: g975_1_i3::BLOCK,
        input: Input::Hard,
        latency_bits: g975_1_i3::WINDOW * g975_1_i3::BLOCK.coded,
        published: Some(Published {
            threshold: 3.15e-3,
            net_coding_gain_db: 8.99,
            digits: (2, 2),
            source: "arXiv 1201.4106: best of G.975.1, 9.41 dB - 0.42 dB; the threshold follows",
        }),
        source: "G.975.1 I.3; frame, interleaver and parity order from one public RTL",
        confidence: Confidence::Memory,
        code: || Box::new(g975_1_i3::G9751I3::default()),
    },
    Entry {
        name: "g975.1-i7",
        summary: "product of BCH(900,860) and BCH(500,491), iterated; 7 % super FEC",
        block: g975_1_i7::BLOCK,
        input: Input::Hard,
        latency_bits: g975_1_i7::BLOCK.coded,
        published: None,
        source: "G.975.1 I.7: generators and lengths; the block is the plain product",
        confidence: Confidence::Memory,
        code: || Box::new(g975_1_i7::G9751I7::default()),
    },
    Entry {
        name: "staircase",
        summary: "SC-FEC: BCH(1022,990) in a staircase, window decoder; OTU4, outer code of 400ZR",
        block: staircase::BLOCK,
        input: Input::Hard,
        latency_bits: staircase::WINDOW * staircase::BLOCK.coded,
        published: Some(Published {
            threshold: 4.5e-3,
            net_coding_gain_db: 9.38,
            digits: (1, 2),
            source: "public project text on G.709.2; arXiv 1201.4106 has 9.41 dB",
        }),
        source: "G.709.2; permutation of Table A.2 inferred",
        confidence: Confidence::Memory,
        code: || Box::new(staircase::Staircase::default()),
    },
    Entry {
        name: "cfec",
        summary: "C-FEC: staircase and Hamming(128,119), soft inner decoding; 400ZR, FlexO-DSH; words in a row",
        block: cfec::GROUP,
        input: Input::Soft,
        latency_bits: 4 * cfec::GROUP.coded,
        published: Some(Published {
            threshold: 1.22e-2,
            net_coding_gain_db: 10.39,
            digits: (2, 2),
            source: CFEC_FIGURES,
        }),
        source: "OIF-400ZR-03.0.1 10; CRC, MBAS and pad recalled, permutation inferred",
        confidence: Confidence::Memory,
        code: || Box::new(cfec::Cfec::default()),
    },
    Entry {
        name: "cfec-400zr",
        summary: "C-FEC in the order of the DP-16QAM symbols of 400ZR: eight words side by side",
        block: cfec::GROUP,
        input: Input::Soft,
        latency_bits: 4 * cfec::GROUP.coded,
        published: Some(Published {
            threshold: 1.22e-2,
            net_coding_gain_db: 10.39,
            digits: (2, 2),
            source: CFEC_FIGURES,
        }),
        source: "as cfec; eight words symbol by symbol transcribed, their order recalled",
        confidence: Confidence::Memory,
        code: || Box::new(cfec::Cfec400zr::default()),
    },
    Entry {
        name: "ofec",
        summary: "oFEC: braided BCH(256,239), soft decoding; Open ROADM W-Port, FlexO-DO, 800ZR",
        block: ofec::STEP,
        input: Input::Soft,
        latency_bits: 51 * ofec::STEP.coded,
        published: Some(Published {
            threshold: 2.0e-2,
            net_coding_gain_db: 11.1,
            digits: (1, 1),
            source: "three soft iterations, QPSK, as published: 2.0e-2 gives 11.13 dB by formula; 11.6 dB with 16QAM",
        }),
        source: "Open ROADM MSA 6.0 W-Port; equal to PyPI maiman 0.17, which is vector-checked",
        confidence: Confidence::Verified,
        code: || Box::new(ofec::Ofec::default()),
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
