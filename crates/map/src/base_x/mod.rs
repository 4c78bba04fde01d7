//! The physical coding sublayer of 1000BASE-X: MAC frames as code groups, and back.
//!
//! Clauses: IEEE 802.3 36.2 (ordered sets, transmission, reception, synchronisation); G.709
//! 17.7.1.1 (link fault). In: MAC frames, or a stream of bits at any offset. Out: the other.
//! [`SymbolSource`] and [`SymbolSink`] speak in symbols, which is what GFP-T carries; [`Source`] and
//! [`Sink`] add the 8B/10B code and the alignment. Auto-negotiation is heard, not answered; time
//! and lines are not known here.

mod sink;
mod source;
mod symbols;
mod synchronisation;

pub use sink::{Sink, SinkCounters};
pub use source::{Source, SymbolSource};
pub use symbols::{SymbolCounters, SymbolSink};
pub use synchronisation::Synchronisation;

use crate::code8b10b::{Control, Symbol};

/// Start of packet, in the place of the first preamble octet.
//= ieee802.3:36.2.4.11-ordered-sets
pub const START: Symbol = Symbol::Control(Control::K27_7);
/// End of packet.
pub const TERMINATE: Symbol = Symbol::Control(Control::K29_7);
/// Carrier extend, which follows the end of packet up to an even place.
pub const EXTEND: Symbol = Symbol::Control(Control::K23_7);
/// Error propagation.
pub const ERROR: Symbol = Symbol::Control(Control::K30_7);
/// First group of idle and of configuration.
const COMMA: Symbol = Symbol::Control(Control::K28_5);
/// Second group of the idle that turns the disparity, /I1/.
const IDLE_TURNING: Symbol = Symbol::data(5, 6);
/// Second group of the idle that keeps the disparity, /I2/.
const IDLE_KEEPING: Symbol = Symbol::data(16, 2);
/// Second groups of the two configuration sets, /C1/ and /C2/.
const CONFIGURATION: [Symbol; 2] = [Symbol::data(21, 5), Symbol::data(2, 2)];

/// An octet of the preamble.
const PREAMBLE: u8 = 0x55;
/// Octets of preamble between the start of packet and the start frame delimiter.
const PREAMBLE_OCTETS: usize = 6;
/// The start frame delimiter.
const SFD: u8 = 0xD5;
/// Least groups between the last octet of a frame and the next start of packet.
//= ieee802.3:4.4.2-gap
const GAP: u32 = 12;

/// A MAC frame that came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Where its start of packet was, as the caller counts.
    pub position: u64,
    /// Destination address to FCS; the FCS is not checked.
    pub octets: &'a [u8],
    /// The line said so, or an invalid group stood in it, or its end was not that of a packet.
    pub errored: bool,
}

/// What a sink has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A MAC frame.
    Frame(Frame<'a>),
    /// Configuration sets with this register come now, lower octet first on the line.
    Configuration(u16),
    /// Error propagation takes the place of idles and frames, or no longer does.
    LinkFault(bool),
    /// Code group synchronisation was won or lost.
    Synchronised(bool),
}

#[cfg(test)]
mod tests;
