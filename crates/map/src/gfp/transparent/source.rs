//! MAC frames to the constant stream of octets that GMP maps into OPU0.
//!
//! Clauses: G.709 17.7.1.1, G.7041 8. In: MAC frames from a queue. Out: octets of GFP frames with
//! one superblock each and no idles between, as long as there is a client.

use super::HEADER;
use super::layout::{CHARACTERS, SUPERBLOCK_OCTETS};
use super::superblock::{Character, encode};
use crate::base_x::SymbolSource;
use crate::ethernet::MacQueue;
use crate::gfp::layout::{CORE_OCTETS, TYPE_HEADER_OCTETS};
use crate::gfp::{ClientFrame, ClientQueue, Transmitter, TypeHeader};

/// Makes the stream.
#[derive(Clone, Debug)]
pub struct TransparentSource {
    symbols: SymbolSource,
    transmitter: Transmitter,
    superblock: [u8; SUPERBLOCK_OCTETS],
    /// Octets filled.
    sent: u64,
    client: bool,
    /// Type header of a frame that goes before the next superblock.
    management: Option<TypeHeader>,
}

impl Default for TransparentSource {
    fn default() -> Self {
        Self {
            symbols: SymbolSource::new(),
            transmitter: Transmitter::new(),
            superblock: [0; SUPERBLOCK_OCTETS],
            sent: 0,
            client: true,
            management: None,
        }
    }
}

impl TransparentSource {
    /// A source with a client that sends idles.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`SymbolSource::set_link_fault`].
    pub fn set_link_fault(&mut self, present: bool) {
        self.symbols.set_link_fault(present);
    }

    /// Without a client, GFP idles take the place of superblocks.
    //= g709:17.7.1.1-client-failed
    pub fn set_client(&mut self, present: bool) {
        self.client = present;
    }

    /// Sends a frame without payload, such as one of client management, at the next frame boundary.
    /// The stream has room for it only while there is no client: a client waits that long.
    pub fn send_management(&mut self, header: TypeHeader) {
        self.management = Some(header);
    }

    /// Fills `octets` with what comes next. The queue is asked with the octet of this stream,
    /// counted from its start, where the packet will begin.
    //= g709:17.7.1.1-75-octets
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl MacQueue) {
        let mut superblocks = Superblocks {
            symbols: &mut self.symbols,
            superblock: &mut self.superblock,
            management: &mut self.management,
            client: self.client,
            first: self.sent,
            queue,
        };
        self.transmitter.fill(0, octets, &mut superblocks);
        self.sent += octets.len() as u64;
    }
}

/// Superblocks as the frames of a transmitter.
struct Superblocks<'a, Q> {
    symbols: &'a mut SymbolSource,
    superblock: &'a mut [u8; SUPERBLOCK_OCTETS],
    management: &'a mut Option<TypeHeader>,
    client: bool,
    first: u64,
    queue: &'a mut Q,
}

impl<Q: MacQueue> ClientQueue for Superblocks<'_, Q> {
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>> {
        if let Some(header) = self.management.take() {
            return ClientFrame::new(header, &[]).ok();
        }
        if !self.client {
            return None;
        }
        let first = self.first + (offset + CORE_OCTETS + TYPE_HEADER_OCTETS) as u64;
        let mut characters = [Character::Pad; CHARACTERS];
        for (position, character) in (first..).zip(&mut characters) {
            *character = Character::Symbol(self.symbols.next(position, self.queue).0);
        }
        *self.superblock = encode(&characters);
        // A superblock always fits a frame.
        ClientFrame::new(HEADER, &*self.superblock).ok()
    }
}

const _: () = assert!(SUPERBLOCK_OCTETS <= crate::gfp::MAX_PAYLOAD);
