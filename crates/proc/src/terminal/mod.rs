//! The atomic functions stacked into a terminal: Ethernet over GFP over ODUk over OTUk.
//!
//! Clauses: G.798 13, 14; G.709 11.2 (order of FEC and scrambler). [`TerminalSource`] goes straight
//! down, [`TerminalSink`] straight up. Between them is a line of bits that neither knows.

mod sink;
mod source;

pub use sink::{Counters, TerminalSink};
pub use source::{OtuSource, TerminalSource};

/// Forward error correction of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fec {
    /// None: the FEC area is sent as zeros and ignored.
    None,
    /// RS(255,239) of G.709 Annex A.
    Rs255_239,
}

impl Fec {
    /// Name as our captures and the network file spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Rs255_239 => "rs255-239",
        }
    }

    /// The code of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::None, Self::Rs255_239].into_iter().find(|fec| fec.name() == name)
    }
}

/// How a frame is put on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineCoding {
    /// The code in the FEC area.
    pub fec: Fec,
    /// True on every real line; false for signals taken from inside a framer.
    pub scrambled: bool,
}

#[cfg(test)]
mod seconds_tests;
#[cfg(test)]
mod tandem_tests;
#[cfg(test)]
mod tests;
