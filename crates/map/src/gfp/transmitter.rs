//! Fills OPU payload with GFP frames, and with idles where no client frame waits.
//!
//! Clauses: G.7041 6.1, 6.2 (multiplexing and idle insertion). In: client frames from a queue.
//! Out: octets of OPU payload. Frames run on from one call to the next.

use alloc::vec::Vec;
use core::fmt;

use super::header::{TypeHeader, core_header, pfcs};
use super::layout;
use super::scrambler::Scrambler;

/// A frame to be sent: type header and payload information field.
#[derive(Clone, Copy, Debug)]
pub struct ClientFrame<'a> {
    header: TypeHeader,
    payload: &'a [u8],
    pli: u16,
}

/// A payload that does not fit one GFP frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Octets found.
    pub found: usize,
    /// Octets that fit with this header.
    pub limit: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} octets, a GFP frame holds at most {}", self.found, self.limit)
    }
}

impl core::error::Error for TooLong {}

impl<'a> ClientFrame<'a> {
    /// A frame with this type header and payload. For Ethernet the payload runs from the
    /// destination address to the FCS.
    ///
    /// # Errors
    /// [`TooLong`] where the 16-bit PLI cannot count the frame.
    pub fn new(header: TypeHeader, payload: &'a [u8]) -> Result<Self, TooLong> {
        let pfcs = if header.pfi { layout::PFCS_OCTETS } else { 0 };
        let overhead = layout::TYPE_HEADER_OCTETS + pfcs;
        match u16::try_from(overhead + payload.len()) {
            Ok(pli) => Ok(Self { header, payload, pli }),
            Err(_) => Err(TooLong { found: payload.len(), limit: layout::MAX_PLI - overhead }),
        }
    }

    /// Its type header.
    pub const fn header(&self) -> TypeHeader {
        self.header
    }

    /// Its payload information field.
    pub const fn payload(&self) -> &'a [u8] {
        self.payload
    }

    /// Octets of the whole frame on the line.
    pub fn octets(&self) -> usize {
        layout::CORE_OCTETS + usize::from(self.pli)
    }
}

/// Where the transmitter takes its frames from.
pub trait ClientQueue {
    /// The frame that goes next, if one waits when the octet at `offset` of the payload being
    /// filled is due.
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>>;

    /// Asked after [`Self::next`] had none: no frame will be due before the octet at this offset.
    /// Zero, which promises nothing, is always right; more saves questions.
    fn none_before(&self) -> usize {
        0
    }
}

/// An idle frame on the line.
const IDLE_LINE: [u8; layout::CORE_OCTETS] = (layout::IDLE_CORE ^ layout::CORE_MASK).to_be_bytes();

/// The sending side of a GFP stream.
#[derive(Clone, Debug, Default)]
pub struct Transmitter {
    scrambler: Scrambler,
    /// The frame on its way, as on the line.
    frame: Vec<u8>,
    /// Octets of it already sent.
    sent: usize,
}

impl Transmitter {
    /// A transmitter with a cleared payload scrambler.
    pub fn new() -> Self {
        Self::default()
    }

    /// True between frames: the next octet starts a new one.
    pub fn between_frames(&self) -> bool {
        self.sent == self.frame.len()
    }

    /// Fills a piece of an OPU payload that begins `base` octets into it; asks `queue` for a frame
    /// at every frame boundary.
    //= g7041:6.2-idle-insertion
    pub fn fill(&mut self, base: usize, payload: &mut [u8], queue: &mut impl ClientQueue) {
        let mut at = 0;
        while at < payload.len() {
            if self.between_frames() {
                match queue.next(base + at) {
                    Some(client) => self.load(&client),
                    None => {
                        self.load_idle();
                        // The last idle of the gap goes the ordinary way: it may be cut in two.
                        let gap = queue.none_before().saturating_sub(base + at);
                        let idles = (gap.min(payload.len() - at) / IDLE_LINE.len()).max(1) - 1;
                        let (run, _) = payload[at..].as_chunks_mut();
                        run[..idles].fill(IDLE_LINE);
                        at += idles * IDLE_LINE.len();
                    }
                }
            }
            let part = (self.frame.len() - self.sent).min(payload.len() - at);
            payload[at..at + part].copy_from_slice(&self.frame[self.sent..self.sent + part]);
            self.sent += part;
            at += part;
        }
    }

    fn load_idle(&mut self) {
        self.start(layout::IDLE_CORE);
    }

    //= g7041:6.1-frame
    fn load(&mut self, client: &ClientFrame<'_>) {
        self.start(core_header(client.pli));
        self.frame.extend_from_slice(&client.header.octets());
        self.frame.extend_from_slice(client.payload);
        if client.header.pfi {
            self.frame.extend_from_slice(&pfcs(client.payload).to_be_bytes());
        }
        self.scrambler.scramble(&mut self.frame[layout::CORE_OCTETS..]);
    }

    fn start(&mut self, core: u32) {
        self.frame.clear();
        self.sent = 0;
        self.frame.extend_from_slice(&(core ^ layout::CORE_MASK).to_be_bytes());
    }
}
