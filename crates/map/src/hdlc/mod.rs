//! HDLC framing, as it is used inside a general communication channel.
//!
//! Clauses: IETF RFC 1662 3 (frame), 4 (octet-stuffed), 5 (bit-synchronous), C (FCS), after ISO/IEC
//! 13239. Frames in, octets of a channel out, and back, at any bit phase. What is in a frame, and
//! address and control at its start, is the business of others.
//!
//! - [`fcs`]: the frame check sequences.
//! - [`encoder`]: frames into a channel, flags between them.
//! - [`decoder`]: frames out of a channel, counted.

pub mod decoder;
pub mod encoder;
pub mod fcs;

#[cfg(test)]
mod tests;

pub use decoder::{Check, Counters, Decoder};
pub use encoder::{Encoder, FrameQueue};
pub use fcs::Fcs;

/// The flag, which begins and ends a frame.
//= rfc1662:3.1-flag
pub const FLAG: u8 = 0x7E;
/// The escape octet of octet-stuffed frames.
//= rfc1662:4.2-octet-stuffing
pub const ESCAPE: u8 = 0x7D;
/// What an escaped octet is inverted with.
pub const ESCAPED: u8 = 0x20;
/// Ones in a row after which a zero is stuffed.
//= rfc1662:5.2-bit-stuffing
const STUFF_AFTER: u8 = 5;

/// How frames are told apart in the octets of a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Framing {
    /// Zeros stuffed between bits; frames begin at any bit.
    #[default]
    BitSynchronous,
    /// Octets escaped; frames begin at octets of the channel.
    OctetStuffed,
}
