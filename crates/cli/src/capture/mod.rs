//! Packet captures: pcap and pcapng, read and written.
//!
//! The parser and the serialisers are those of the crate `pcap-parser`; here are the streaming
//! loop, time stamps in nanoseconds, our own OTN metadata and errors that name file and packet.

mod ethernet;
mod metadata;
mod read;
mod write;

pub use ethernet::{EthernetCapture, InputCounts};
pub use metadata::{OtnMetadata, signal_by_name};
pub use read::{CaptureError, CaptureReader, Interface, Record};
pub use write::{GfpWriter, PcapNgWriter};

/// Link type of Ethernet.
pub const LINK_ETHERNET: i32 = 1;
/// Link type USER0, which our OTN captures use.
pub const LINK_OTN: i32 = 147;
/// Link type of GFP-F frames.
pub const LINK_GFP_F: i32 = 171;

#[cfg(test)]
mod tests;
