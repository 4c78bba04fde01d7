//! The codes by name: what `otn fec list` prints and what every other command looks a code up in.
//!
//! Figures of performance are what was published, with their source; what this crate's decoders do
//! is measured in `docs/fec.md`.

use crate::code::{BlockSize, Code, Input};
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
    #[cfg(feature = "simulate")]
    Entry {
        name: "rs255-239",
        summary: "RS(255,239) of G.709 Annex A, one codeword",
        block: crate::simulate::rs_code::BLOCK,
        input: Input::Hard,
        latency_bits: 32_640,
        published: Some(Published {
            threshold: 8.26e-5,
            net_coding_gain_db: 6.197,
            source: "closed form; 6.2 dB is the usual figure",
        }),
        source: "G.709 Annex A",
        confidence: Confidence::Verified,
        code: || Box::new(crate::simulate::rs_code::Rs255),
    },
];

/// The code of that name.
pub fn find(name: &str) -> Option<&'static Entry> {
    CODES.iter().find(|entry| entry.name == name)
}
