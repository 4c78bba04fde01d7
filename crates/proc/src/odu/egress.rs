//! What the port of a client of constant bit rate sends: the client, or its replacement signal.
//!
//! Clauses: G.798 14.3 (adaptation sinks), G.709 17.7 (replacement signals). In: octets of the client
//! while the path is good, else how many are due. Out: exactly as many octets. The sink says which of
//! the two it is, with [`super::OduSink::client_failed`]; the clock of the port is the caller's.

use alloc::vec::Vec;

use otn_map::replacement::{Replacement, ReplacementSource};

/// The port of one client.
#[derive(Clone, Debug)]
pub struct ClientEgress {
    replacement: ReplacementSource,
    buffer: Vec<u8>,
    sent: u64,
    replaced: u64,
}

impl ClientEgress {
    /// A port that sends this signal in the place of its client.
    pub fn new(replacement: Replacement) -> Self {
        let replacement = ReplacementSource::new(replacement);
        Self { replacement, buffer: Vec::new(), sent: 0, replaced: 0 }
    }

    /// The client is there: its octets go out as they are.
    pub const fn good<'a>(&mut self, octets: &'a [u8]) -> &'a [u8] {
        self.sent += octets.len() as u64;
        octets
    }

    /// The client has failed: so many octets of its replacement signal go out, which goes on where it
    /// ended the last time.
    //= g709:17-client-fail-sink
    pub fn failed(&mut self, octets: usize) -> &[u8] {
        self.buffer.resize(octets, 0);
        self.replacement.fill(&mut self.buffer);
        self.sent += octets as u64;
        self.replaced += octets as u64;
        &self.buffer
    }

    /// Octets sent.
    pub const fn sent(&self) -> u64 {
        self.sent
    }

    /// Of these, octets of the replacement signal.
    pub const fn replaced(&self) -> u64 {
        self.replaced
    }
}
