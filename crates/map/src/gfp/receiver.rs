//! Finds GFP frames in OPU payload again: delineation, header checks, descrambling.
//!
//! Clauses: G.7041 6.3 (delineation), 6.1 (frame). In: octets of OPU payload, in order, each call
//! with the position of its first octet as the caller counts. Out: one [`Received`] a frame.
//! What a frame means, and what a loss of delineation means to others, is decided elsewhere.

use alloc::vec::Vec;

use super::header::{Exi, TypeHeader, check_core, correct_core, hec, pfcs};
use super::layout::{
    self, CORE_MASK, CORE_OCTETS, LINEAR_EXTENSION_OCTETS, MIN_CLIENT_PLI, PFCS_OCTETS,
    TYPE_HEADER_OCTETS,
};
use super::scrambler::Scrambler;

/// Correct headers that must follow a candidate before it is trusted.
//= g7041:6.3-delta
const DELTA: u32 = 1;

/// State of the delineation process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Delineation {
    /// Every octet may start a frame.
    #[default]
    Hunt,
    /// A candidate was found; `confirmed` headers behind it were correct.
    Presync {
        /// Correct headers so far.
        confirmed: u32,
    },
    /// Frames follow one another by their length.
    Sync,
}

/// Result of the payload FCS check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PayloadFcs {
    /// The type header says there is none.
    Absent,
    /// Present and correct.
    Good,
    /// Present and wrong, or no room for it.
    Bad,
}

/// Why a payload header cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderFault {
    /// tHEC is wrong.
    Type,
    /// eHEC is wrong.
    Extension,
    /// The extension header type has no known length, or the frame is too short for it.
    Unknown(TypeHeader),
}

/// One frame with a payload area.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// Position of the first core header octet, as the caller counts.
    pub position: u64,
    /// Core header as sent: descrambled and repaired.
    pub core: [u8; CORE_OCTETS],
    /// Whole payload area, descrambled.
    pub area: &'a [u8],
    /// Type header, once its check and that of the extension header are good.
    pub header: Result<TypeHeader, HeaderFault>,
    /// Payload information field; empty where the header cannot be used.
    pub payload: &'a [u8],
    /// Payload FCS check.
    pub pfcs: PayloadFcs,
}

impl Received<'_> {
    /// Octets of the frame on the line, core header included.
    pub fn octets(&self) -> usize {
        CORE_OCTETS + self.area.len()
    }
}

/// What a receiver has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReceiverCounters {
    /// Idle frames.
    pub idles: u64,
    /// Control frames with a reserved length of 1 to 3.
    pub reserved_control: u64,
    /// Frames with a payload area that were handed out.
    pub frames: u64,
    /// Core headers repaired.
    pub chec_corrected: u64,
    /// Times the receiver fell from Sync to Hunt.
    pub sync_losses: u64,
    /// Frames with a wrong tHEC.
    pub thec_errors: u64,
    /// Frames with a wrong eHEC.
    pub ehec_errors: u64,
    /// Frames with a wrong payload FCS.
    pub pfcs_errors: u64,
}

/// The receiving side of a GFP stream.
#[derive(Clone, Debug, Default)]
pub struct Receiver {
    state: Delineation,
    descrambler: Scrambler,
    /// The last octets, most recent least significant; a header when four are in.
    window: u32,
    window_octets: usize,
    /// Payload area of the frame on its way.
    area: Vec<u8>,
    /// Octets of payload area still to come.
    missing: usize,
    position: u64,
    core: u32,
    counters: ReceiverCounters,
}

impl Receiver {
    /// A receiver that hunts.
    pub fn new() -> Self {
        Self::default()
    }

    /// State of the delineation process.
    pub fn delineation(&self) -> Delineation {
        self.state
    }

    /// Counters since the start.
    pub fn counters(&self) -> ReceiverCounters {
        self.counters
    }

    /// What comes next has nothing to do with what came: hunts anew. The frame on its way is given up,
    /// and no loss is counted.
    pub fn hunt(&mut self) {
        self.state = Delineation::Hunt;
        self.window_octets = 0;
        self.missing = 0;
    }

    /// Takes octets whose first one has position `first`; hands every frame with a payload area
    /// to `on_frame` when its last octet is in.
    pub fn push(&mut self, first: u64, octets: &[u8], mut on_frame: impl FnMut(Received<'_>)) {
        let mut at = 0;
        while at < octets.len() {
            if self.missing > 0 {
                let part = self.missing.min(octets.len() - at);
                self.area.extend_from_slice(&octets[at..at + part]);
                self.missing -= part;
                at += part;
                if self.missing == 0 {
                    self.finish(&mut on_frame);
                }
                continue;
            }
            if self.state == Delineation::Sync && self.window_octets == 0 {
                let idles = leading_idles(&octets[at..]);
                self.counters.idles += idles as u64;
                at += idles * CORE_OCTETS;
                if at == octets.len() {
                    break;
                }
            }
            self.window = self.window << u8::BITS | u32::from(octets[at]);
            self.window_octets += 1;
            at += 1;
            if self.window_octets >= CORE_OCTETS {
                let start = (first + at as u64).wrapping_sub(CORE_OCTETS as u64);
                self.header(start);
            }
        }
    }

    /// One step of the delineation machine: four octets of a possible core header are in.
    //= g7041:6.3-delineation
    fn header(&mut self, start: u64) {
        let core = self.window ^ CORE_MASK;
        let (next, pli) = match (self.state, check_core(core)) {
            (Delineation::Hunt, Some(pli)) => (Delineation::Presync { confirmed: 0 }, Some(pli)),
            (Delineation::Hunt, None) => (Delineation::Hunt, None),
            (Delineation::Presync { confirmed }, Some(pli)) if confirmed + 1 >= DELTA => {
                (Delineation::Sync, Some(pli))
            }
            (Delineation::Presync { confirmed }, Some(pli)) => {
                (Delineation::Presync { confirmed: confirmed + 1 }, Some(pli))
            }
            (Delineation::Presync { .. }, None) => (Delineation::Hunt, None),
            (Delineation::Sync, Some(pli)) => (Delineation::Sync, Some(pli)),
            (Delineation::Sync, None) => match correct_core(core) {
                Some((pli, _)) => {
                    self.counters.chec_corrected += 1;
                    (Delineation::Sync, Some(pli))
                }
                None => {
                    self.counters.sync_losses += 1;
                    (Delineation::Hunt, None)
                }
            },
        };
        self.state = next;
        match pli {
            Some(pli) => self.open(start, pli),
            None => {
                // Hunting goes on one octet later: the other three stay in the window. The one
                // that leaves may be payload: then the next frame descrambles from its first bit.
                self.descrambler.follow(self.window.to_be_bytes()[0]);
                self.window_octets = CORE_OCTETS - 1;
            }
        }
    }

    fn open(&mut self, start: u64, pli: u16) {
        self.window_octets = 0;
        match usize::from(pli) {
            0 => self.counters.idles += 1,
            1..MIN_CLIENT_PLI => self.counters.reserved_control += 1,
            length => {
                self.area.clear();
                self.missing = length;
                self.position = start;
                self.core = super::header::core_header(pli);
            }
        }
    }

    fn finish(&mut self, on_frame: &mut impl FnMut(Received<'_>)) {
        self.descrambler.descramble(&mut self.area);
        let (header, payload, pfcs) = split_area(&self.area);
        // A candidate not yet confirmed by the header behind it is a frame if its own checks say
        // so, and an accident of the hunt, not an error, if they do not.
        if matches!(self.state, Delineation::Presync { .. }) && header.is_err() {
            return;
        }
        match header {
            Err(HeaderFault::Type) => self.counters.thec_errors += 1,
            Err(HeaderFault::Extension) => self.counters.ehec_errors += 1,
            Err(HeaderFault::Unknown(_)) | Ok(_) => {}
        }
        self.counters.pfcs_errors += u64::from(pfcs == PayloadFcs::Bad);
        self.counters.frames += 1;
        on_frame(Received {
            position: self.position,
            core: self.core.to_be_bytes(),
            area: &self.area,
            header,
            payload,
            pfcs,
        });
    }
}

/// Number of whole, undamaged idle frames at the start of `octets`.
fn leading_idles(octets: &[u8]) -> usize {
    const IDLE: [u8; CORE_OCTETS] = (layout::IDLE_CORE ^ CORE_MASK).to_be_bytes();
    /// Idle frames that are compared at once, as vectors.
    const MANY: usize = 16;
    const IDLES: [[u8; CORE_OCTETS]; MANY] = [IDLE; MANY];
    let (frames, _) = octets.as_chunks();
    let (parts, _) = frames.as_chunks::<MANY>();
    let whole = MANY * parts.iter().take_while(|part| **part == IDLES).count();
    whole + frames[whole..].iter().take_while(|frame| **frame == IDLE).count()
}

/// Takes a descrambled payload area apart.
fn split_area(area: &[u8]) -> (Result<TypeHeader, HeaderFault>, &[u8], PayloadFcs) {
    let unusable = |fault| (Err(fault), &area[..0], PayloadFcs::Absent);
    let Some((octets, rest)) = area.split_first_chunk::<TYPE_HEADER_OCTETS>() else {
        return unusable(HeaderFault::Type);
    };
    let Some(header) = TypeHeader::read(*octets) else {
        return unusable(HeaderFault::Type);
    };
    let rest = match header.exi {
        Exi::Null => rest,
        Exi::Linear => match rest.split_first_chunk::<LINEAR_EXTENSION_OCTETS>() {
            Some(([a, b, h0, h1], rest)) if hec(&[*a, *b]) == u16::from_be_bytes([*h0, *h1]) => {
                rest
            }
            Some(_) => return unusable(HeaderFault::Extension),
            None => return unusable(HeaderFault::Unknown(header)),
        },
        Exi::Other(_) => return unusable(HeaderFault::Unknown(header)),
    };
    if !header.pfi {
        return (Ok(header), rest, PayloadFcs::Absent);
    }
    match rest.split_last_chunk::<PFCS_OCTETS>() {
        Some((payload, found)) if pfcs(payload) == u32::from_be_bytes(*found) => {
            (Ok(header), payload, PayloadFcs::Good)
        }
        Some((payload, _)) => (Ok(header), payload, PayloadFcs::Bad),
        None => (Ok(header), rest, PayloadFcs::Bad),
    }
}

const _: () = assert!(MIN_CLIENT_PLI >= TYPE_HEADER_OCTETS);
