//! Client packets at the ends of services: made or replayed on one side, recognised on the other.
//!
//! In: packets of a source with their pace; packets as they leave the network. Out: a queue that GFP takes
//! them from, each once it has arrived; and digests of what was sent and received, for the [`super::flows`].

use std::cell::{Cell, RefCell};
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::Hasher;
use std::rc::Rc;

use otn_frame::SimTime;
use otn_frame::layout::PAYLOAD_OCTETS;
use otn_map::ethernet;
use otn_map::gfp::preamble::{Carried, USUAL_PREAMBLE, encode};
use otn_map::gfp::{ClientFrame, ClientQueue, TooLong, TypeHeader};

use crate::traffic::{Client, Packet, PacketSource};

/// A packet, as much of it as is needed to know it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// When it was handed over.
    pub at: SimTime,
    /// Octets with FCS.
    pub octets: u32,
    /// Of its octets.
    pub digest: u64,
    /// Its FCS is right.
    pub good: bool,
}

/// The digest by which a packet is known again within a run.
pub(super) fn digest(octets: &[u8]) -> u64 {
    // With the fixed keys of a new hasher: the same within a run, and nothing of it is ever written.
    let mut hasher = DefaultHasher::new();
    hasher.write(octets);
    hasher.finish()
}

/// What the queue in the source of an ODUj shares with the path end around it.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Start and end of the frame being made.
    pub(super) window: Cell<(SimTime, SimTime)>,
    /// No packet is taken any more.
    pub(super) closed: Cell<bool>,
    /// Packets due before this do not exist: their client had failed.
    pub(super) skip: Cell<SimTime>,
    /// Packets taken since they were last asked for.
    pub(super) sent: RefCell<Vec<Seen>>,
    /// Why the source cannot go on.
    pub(super) error: RefCell<Option<String>>,
}

/// The packets of a client as GFP takes them.
pub(super) struct Queue {
    client: Client,
    shared: Rc<Shared>,
    packet: Vec<u8>,
    /// Each packet goes with its preamble, in this room.
    preamble: Option<Vec<u8>>,
    /// When the client begins, and when it stops.
    open: (SimTime, SimTime),
    /// The opening was sent.
    opened: bool,
}

/// Octets of the packet that opens the descrambler of the far end.
const OPENING_OCTETS: usize = 60;

/// A packet of no client that goes before all others. The descrambler of GFP follows what it receives, and idle
/// frames do not move it: without one, the first packet of every client would be lost.
//= g7041:6.1.2.3-payload-scrambler
pub(super) fn opening() -> Vec<u8> {
    let mut packet = vec![0; OPENING_OCTETS];
    packet.extend(ethernet::fcs(&packet));
    packet
}

impl Queue {
    /// Packets of a client that is there in this time.
    pub(super) fn new(client: Client, shared: Rc<Shared>, open: (SimTime, SimTime)) -> Self {
        Self { client, shared, packet: Vec::new(), preamble: None, open, opened: false }
    }

    /// The same with the preamble of each packet.
    pub(super) fn with_preamble(mut self) -> Self {
        self.preamble = Some(Vec::new());
        self
    }

    /// The packet that is there by an instant, for a client that is not mapped by GFP-F.
    pub(super) fn next_by(&mut self, now: SimTime) -> Option<&[u8]> {
        let seen = self.take_by(now)?;
        self.shared.sent.borrow_mut().push(seen);
        Some(&self.packet)
    }

    fn take_by(&mut self, now: SimTime) -> Option<Seen> {
        if self.due()? > now {
            return None;
        }
        let (at, packet) = self.client.take()?;
        let at = self.open.0 + at;
        let seen = Seen { at, octets: packet.len() as u32, digest: digest(packet), good: true };
        self.packet.clear();
        self.packet.extend_from_slice(packet);
        Some(seen)
    }

    /// The packet as GFP carries it.
    fn frame(&mut self) -> Result<ClientFrame<'_>, TooLong> {
        let frame = &self.packet;
        match &mut self.preamble {
            None => ClientFrame::new(TypeHeader::ethernet(false), frame),
            Some(room) => encode(Carried::Packet { preamble: USUAL_PREAMBLE, frame }, false, room),
        }
    }

    /// When the packet that waits arrives.
    fn arrival(&self) -> Option<SimTime> {
        let (begin, end) = self.open;
        self.client.arrival().map(|at| begin + at).filter(|at| *at < end)
    }

    /// When the packet that comes next arrives.
    fn due(&mut self) -> Option<SimTime> {
        if self.shared.closed.get() {
            return None;
        }
        loop {
            if let Err(error) = self.client.prepare() {
                self.shared.error.replace(Some(error.to_string()));
                self.shared.closed.set(true);
                return None;
            }
            let due = self.arrival();
            if due.is_none_or(|at| at >= self.shared.skip.get()) {
                return due;
            }
            self.client.take()?;
        }
    }

    /// The instant at which an octet of the payload of the present frame is due.
    fn instant(&self, offset: usize) -> SimTime {
        let (start, end) = self.shared.window.get();
        let gone = u128::from(end.since(start).as_ps()) * offset as u128;
        start + SimTime::from_ps((gone / PAYLOAD_OCTETS as u128) as u64)
    }
}

impl fmt::Debug for Queue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Queue").field("open", &self.open).finish_non_exhaustive()
    }
}

impl ClientQueue for Queue {
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>> {
        let now = self.instant(offset);
        if !self.opened && now.as_ps() >= self.open.0.as_ps() / 4 * 3 {
            self.opened = true;
            self.packet = opening();
            return self.frame().ok();
        }
        let seen = self.take_by(now)?;
        let shared = Rc::clone(&self.shared);
        match self.frame() {
            Ok(frame) => {
                shared.sent.borrow_mut().push(seen);
                Some(frame)
            }
            Err(too_long) => {
                shared.error.replace(Some(too_long.to_string()));
                None
            }
        }
    }

    fn none_before(&self) -> usize {
        let (start, end) = self.shared.window.get();
        if !self.opened {
            return 0;
        }
        // Asked for a packet just now, the client had none: what it has later comes behind this frame.
        let Some(at) = self.arrival() else { return PAYLOAD_OCTETS };
        let lasts = u128::from(end.since(start).as_ps().max(1));
        let before = u128::from(at.since(start).as_ps()) * PAYLOAD_OCTETS as u128 / lasts;
        before.min(PAYLOAD_OCTETS as u128) as usize
    }
}

/// Octets of an Ethernet header: two addresses and a type.
const HEADER: usize = 14;

/// EtherType of local experiments (IEEE 802, 88B5).
const EXPERIMENTAL: [u8; 2] = [0x88, 0xB5];

/// Packets of one length, each with a number, evenly spaced.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    octets: usize,
    every: SimTime,
    /// The sender: service and end.
    from: [u8; 4],
    number: u64,
}

impl Numbered {
    /// Packets of an end of a service.
    pub(super) const fn new(octets: usize, every: SimTime, service: u16, end: u8) -> Self {
        let [high, low] = service.to_be_bytes();
        Self { octets, every, from: [0, high, low, end], number: 0 }
    }
}

impl PacketSource for Numbered {
    fn next_packet(
        &mut self,
        packet: &mut Packet,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        let octets = &mut packet.octets;
        octets.clear();
        // Locally administered addresses: the far end, then this one.
        octets.extend([0x02, 0x00]);
        octets.extend(self.from.map(|octet| octet ^ 1));
        octets.extend([0x02, 0x00]);
        octets.extend(self.from);
        octets.extend(EXPERIMENTAL);
        octets.extend(self.number.to_be_bytes());
        let length = self.octets.max(HEADER + size_of::<u64>());
        octets.extend((octets.len()..length).map(|at| at as u8));
        packet.stamp = SimTime::from_ps(self.every.as_ps().saturating_mul(self.number));
        self.number += 1;
        Ok(true)
    }
}
