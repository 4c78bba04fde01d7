//! GFP-F: Ethernet frames as a stream of octets with headers, checks and idles.
//!
//! Clauses: G.7041 6 (frame), 6.3 (delineation), 7.1 (Ethernet MAC payload).
//! [`Transmitter`] fills OPU payload; [`Receiver`] finds frames in it again. [`layout`] is the
//! one place for the format's offsets, widths and constants. [`transparent`] is GFP-T, which puts an
//! 8B/10B client into such frames; [`management`] tells of the client, [`preamble`] carries 10GBASE-R.

pub mod header;
pub mod layout;
pub mod management;
pub mod preamble;
mod receiver;
mod scrambler;
mod transmitter;
pub mod transparent;

pub use header::{Exi, Pti, TypeHeader, Upi, linear_extension};
pub use receiver::{Delineation, HeaderFault, PayloadFcs, Received, Receiver, ReceiverCounters};
pub use scrambler::Scrambler;
pub use transmitter::{ClientFrame, ClientQueue, TooLong, Transmitter};

/// Most payload octets one frame without payload FCS can hold: PLI has 16 bits and counts the
/// payload header too.
pub const MAX_PAYLOAD: usize = layout::MAX_PLI - layout::TYPE_HEADER_OCTETS;

#[cfg(test)]
mod tests;
