//! ODUj into the tributary slots of an OPUk, and the connections that feed them.
//!
//! Clauses: G.798 14.3.9, 14.3.10 (ODUkP/ODUj_A_So), 14.1 (ODU connection function), G.709 19. In: for
//! each tributary port an ODUj, made here or taken from elsewhere. Out: OPU payload, MSI, JC, OMFI.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use otn_frame::layout::{JC1, JC2, JC3, MFAS, NJO, ODU_COLS, OMFI};
use otn_frame::{OduFrame, PartsPerBillion, Signal};
use otn_map::gmp::Count14;
use otn_map::odtu::amp::{Amp, Justifier};
use otn_map::odtu::ts::{TsSource, shape};
use otn_map::odtu::{Content, Interleave, Odtu, SlotSet, Slots, msi, rate};

use super::source::{Maintenance, OduSource, Pace, put_jc};

/// Octets of an ODUj made frame by frame.
#[derive(Debug)]
struct Made {
    source: OduSource,
    pace: Pace,
    frame: OduFrame,
    /// Octets of the frame already given.
    given: usize,
}

impl Made {
    fn fill(&mut self, octets: &mut [u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            if self.given == OduFrame::OCTETS {
                self.source.next_frame(&mut self.frame);
                self.given = 0;
            }
            let ready = &self.frame.octets()[self.given..];
            let length = ready.len().min(rest.len());
            let (now, later) = rest.split_at_mut(length);
            now.copy_from_slice(&ready[..length]);
            self.given += length;
            rest = later;
        }
    }
}

/// An ODUj that comes from elsewhere, waiting to be mapped: one side of an ODU connection.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    waiting: VecDeque<u8>,
    come: u64,
    /// Octets that have come before any is due.
    lead: u64,
    /// Octets that were asked for before they came.
    missed: u64,
    /// Its nominal clock, to make a signal in place of the one that is not there.
    pace: Option<Pace>,
    input: ConnectionInput,
    locked: bool,
    /// Multiframe count of the frame to come.
    mfas: u8,
    /// Frame of the server in which the present signal began to be made, and the octets before it.
    making: Option<(u64, u64)>,
}

/// What a connection is connected to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ConnectionInput {
    /// An ODUj that comes.
    #[default]
    Signal,
    /// An ODUj whose server has failed; see [`crate::observer::Observer::odu_failed`].
    Failed,
    /// Nothing.
    Open,
}

impl Connection {
    /// Says what it is connected to from now on.
    pub const fn set_input(&mut self, input: ConnectionInput) {
        self.input = input;
    }

    /// Locks it, or unlocks it: whatever it is connected to, locked it sends ODUj-LCK.
    pub const fn set_locked(&mut self, locked: bool) {
        self.locked = locked;
    }

    /// The signal that is made here in place of what it is connected to.
    //= g798:14.3-aais
    //= g798:14.1-open-and-locked
    pub const fn replacement(&self) -> Option<Maintenance> {
        match (self.locked, self.input) {
            (true, _) => Some(Maintenance::Lck),
            (false, ConnectionInput::Failed) => Some(Maintenance::Ais),
            (false, ConnectionInput::Open) => Some(Maintenance::Oci),
            (false, ConnectionInput::Signal) => None,
        }
    }

    /// Makes the frames that are due by the end of frame `number` of the server, and one more.
    fn make(&mut self, number: u64) {
        let (Some(signal), Some(pace)) = (self.replacement(), self.pace) else {
            self.making = None;
            return;
        };
        let (from, before) = *self.making.get_or_insert((number, self.come));
        let due = before + pace.come(number + 1) - pace.come(from);
        while self.come <= due {
            let mut frame = OduFrame::zeroed();
            frame.set_alignment(self.mfas);
            signal.write(&mut frame);
            self.take(frame.octets());
        }
    }

    /// Takes octets of the ODUj: whole frames from a sink, one after another. They are passed over
    /// while another signal stands in their place.
    pub fn push(&mut self, octets: &[u8]) {
        if self.pace.is_none() || self.replacement().is_none() {
            self.take(octets);
        }
    }

    fn take(&mut self, octets: &[u8]) {
        self.mfas = octets.get(MFAS.offset(ODU_COLS)).map_or(0, |mfas| mfas.wrapping_add(1));
        self.waiting.extend(octets);
        self.come += octets.len() as u64;
    }

    /// So many octets come before any of them is due, so that a mapping that runs ahead of the
    /// clock by less has them.
    pub const fn set_lead(&mut self, octets: u64) {
        self.lead = octets;
    }

    /// Octets that were due before they came; zero where the mapping follows the clock.
    pub const fn missed(&self) -> u64 {
        self.missed
    }

    fn fill(&mut self, octets: &mut [u8]) {
        let there = octets.len().min(self.waiting.len());
        let (due, missed) = octets.split_at_mut(there);
        let (first, second) = self.waiting.as_slices();
        let (early, late) = due.split_at_mut(there.min(first.len()));
        early.copy_from_slice(&first[..early.len()]);
        late.copy_from_slice(&second[..late.len()]);
        self.waiting.drain(..there);
        missed.fill(0);
        self.missed += missed.len() as u64;
    }
}

/// What feeds a tributary port.
#[derive(Debug)]
enum Feed {
    Made(Box<Made>),
    Connected(Connection),
}

impl Feed {
    fn come(&self, frames: u64) -> u64 {
        match self {
            Self::Made(made) => made.pace.come(frames),
            Self::Connected(connection) => connection.come.saturating_sub(connection.lead),
        }
    }

    fn fill(&mut self, octets: &mut [u8]) {
        match self {
            Self::Made(made) => made.fill(octets),
            Self::Connected(connection) => connection.fill(octets),
        }
    }
}

#[derive(Debug)]
enum Carrier {
    Amp(Amp, Justifier),
    Ts(TsSource),
}

impl Carrier {
    const fn interleave(&self) -> Interleave {
        match self {
            Self::Amp(amp, _) => amp.interleave(),
            Self::Ts(source) => source.interleave(),
        }
    }
}

#[derive(Debug)]
struct Tributary {
    content: Content,
    carrier: Carrier,
    feed: Feed,
    /// Its slot, where it has only one.
    single: Option<usize>,
    /// Its octets of a frame, where it has more.
    octets: Vec<u8>,
}

/// Why an ODUj cannot be put into an OPUk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unplaced {
    /// This structure has no ODTU for it.
    NoOdtu(Signal),
    /// It needs another number of slots than it was given.
    Size {
        /// Slots given.
        found: usize,
        /// Slots needed.
        expected: usize,
    },
    /// A slot is taken already, or does not exist.
    Slot(usize),
    /// Not enough slots are free.
    Full {
        /// Slots free.
        found: usize,
        /// Slots needed.
        expected: usize,
    },
    /// The port is taken already, or is not one of this structure.
    Port(u8),
    /// An ODTU of a fixed place, such as ODTU12 in a slot of 2.5G, has the port of its slot.
    FixedPort {
        /// Port asked for.
        found: u8,
        /// Port of the slot.
        expected: u8,
    },
}

impl fmt::Display for Unplaced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoOdtu(odu) => write!(f, "found {odu}, which has no ODTU in this OPU"),
            Self::Size { found, expected } => {
                write!(f, "found {found} tributary slots, expected {expected}")
            }
            Self::Slot(slot) => write!(f, "tributary slot {slot} is taken or does not exist"),
            Self::Full { found, expected } => {
                write!(f, "found {found} free tributary slots, expected {expected}")
            }
            Self::Port(port) => write!(f, "tributary port {port} is taken or does not exist"),
            Self::FixedPort { found, expected } => {
                write!(f, "found tributary port {found}, expected {expected}, that of the slot")
            }
        }
    }
}

impl core::error::Error for Unplaced {}

/// Finds slots and ports for ODUj in one OPUk.
#[derive(Clone, Debug)]
pub struct Allocation {
    slots: Slots,
    contents: Vec<Content>,
}

impl Allocation {
    /// An empty OPUk.
    pub const fn new(slots: Slots) -> Self {
        Self { slots, contents: Vec::new() }
    }

    /// Places an ODUj: in these slots and at this port, or in the first that are free.
    ///
    /// # Errors
    /// [`Unplaced`] where that cannot be.
    pub fn place(
        &mut self,
        odu: Signal,
        set: Option<SlotSet>,
        port: Option<u8>,
    ) -> Result<Content, Unplaced> {
        let slots = self.slots;
        let kind = Odtu::carrying(slots, odu).ok_or(Unplaced::NoOdtu(odu))?;
        let needed = rate::slots_needed(slots, odu).ok_or(Unplaced::NoOdtu(odu))?;
        let taken = self.contents.iter().fold(SlotSet::default(), |all, c| all.union(c.set));
        let set = match set {
            Some(set) => {
                let wrong = set.iter().find(|&s| s > slots.count() || taken.contains(s));
                if let Some(slot) = wrong {
                    return Err(Unplaced::Slot(slot));
                }
                set
            }
            None => {
                let free: Vec<usize> =
                    (1..=slots.count()).filter(|&s| !taken.contains(s)).collect();
                let full = Unplaced::Full { found: free.len(), expected: needed };
                let chosen = free.get(..needed).ok_or(full)?;
                SlotSet::new(chosen.iter().copied()).ok_or(full)?
            }
        };
        if set.len() != needed {
            return Err(Unplaced::Size { found: set.len(), expected: needed });
        }
        let port = self.port(kind, set, port)?;
        let content = Content { kind, port, set };
        self.contents.push(content);
        Ok(content)
    }

    //= g709:19.4.1-fixed-ports
    fn port(&self, kind: Odtu, set: SlotSet, port: Option<u8>) -> Result<u8, Unplaced> {
        let fixed = matches!(
            (self.slots, kind),
            (Slots::Opu1 | Slots::Opu2By4, _) | (Slots::Opu3By16, Odtu::Odtu13)
        );
        if fixed {
            let expected = set.last().unwrap_or(1) as u8;
            return match port {
                Some(found) if found != expected => Err(Unplaced::FixedPort { found, expected }),
                _ => Ok(expected),
            };
        }
        let most = match kind {
            Odtu::Odtu12 | Odtu::Odtu23 => 4,
            Odtu::Odtu13 => 16,
            Odtu::Odtu01 | Odtu::Ts => self.slots.count() as u8,
        };
        let taken = |port: u8| self.contents.iter().any(|c| (c.kind, c.port) == (kind, port));
        match port {
            Some(port) if port == 0 || port > most || taken(port) => Err(Unplaced::Port(port)),
            Some(port) => Ok(port),
            None => (1..=most).find(|&p| !taken(p)).ok_or(Unplaced::Port(most)),
        }
    }

    /// What has been placed.
    pub fn contents(&self) -> &[Content] {
        &self.contents
    }
}

/// The adaptation of ODUj into one OPUk.
#[derive(Debug)]
pub struct MultiplexSource {
    slots: Slots,
    offset: PartsPerBillion,
    tributaries: Vec<Tributary>,
    msi: Vec<u8>,
    payload: Vec<u8>,
    /// Octets of the slots that are an ODTU of their own, slot by slot.
    pieces: Vec<u8>,
    /// Octets of one ODUj on their way into a frame.
    data: Vec<u8>,
}

impl MultiplexSource {
    /// An OPUk without ODUj, in an ODUk whose clock is `offset` from nominal.
    pub fn new(slots: Slots, offset: PartsPerBillion) -> Self {
        let payload = alloc::vec![0; slots.slot_octets()];
        let pieces = payload.clone();
        let (tributaries, msi, data) = (Vec::new(), msi::octets(slots, &[]), Vec::new());
        Self { slots, offset, tributaries, msi, payload, pieces, data }
    }

    /// Adds an ODUj that is made here, as it was placed. The first multiframe carries what comes in
    /// one. A content that [`Allocation`] did not place is left out.
    pub fn add(&mut self, content: Content, source: OduSource) {
        let pace = source.pace_in(self.slots.odu(), self.offset);
        let frame = OduFrame::zeroed();
        let made = Made { source, pace, frame, given: OduFrame::OCTETS };
        let octets = pace.come(self.slots.count() as u64);
        self.push(content, octets, Feed::Made(Box::new(made)));
    }

    /// Adds an ODUj that comes from elsewhere; its [`Connection`] is at this index.
    pub fn connect(&mut self, content: Content) -> usize {
        self.push(content, 0, Feed::Connected(Connection::default()));
        self.tributaries.len() - 1
    }

    /// The same for an ODUj that is known: while it is not there the connection sends ODUj-AIS,
    /// ODUj-OCI or ODUj-LCK on the nominal clock of that ODUj.
    pub fn connect_odu(&mut self, content: Content, odu: Signal) -> usize {
        let server = self.slots.odu();
        let nominal = PartsPerBillion::default();
        let pace = Some(Pace::new(odu.odu().bit_rate(), nominal, server, self.offset));
        let connection = Connection { pace, ..Connection::default() };
        self.push(content, 0, Feed::Connected(connection));
        self.tributaries.len() - 1
    }

    /// The connection at that index, if one is there.
    pub fn connection(&mut self, index: usize) -> Option<&mut Connection> {
        match &mut self.tributaries.get_mut(index)?.feed {
            Feed::Connected(connection) => Some(connection),
            Feed::Made(_) => None,
        }
    }

    /// The ODUj made here, with their places.
    pub fn sources(&mut self) -> impl Iterator<Item = (Content, &mut OduSource)> {
        self.tributaries.iter_mut().filter_map(|t| match &mut t.feed {
            Feed::Made(made) => Some((t.content, &mut made.source)),
            Feed::Connected(_) => None,
        })
    }

    fn push(&mut self, content: Content, first_octets: u64, feed: Feed) {
        let Some(interleave) = Interleave::new(self.slots, content.set) else { return };
        let ts = content.set.len();
        let carrier = match content.kind {
            Odtu::Ts => {
                let blocks = (first_octets / ts as u64).min(shape(self.slots, ts).blocks.into());
                let count = Count14::new(blocks as u16).unwrap_or_default();
                Carrier::Ts(TsSource::new(interleave, count))
            }
            kind => Carrier::Amp(Amp::new(kind, interleave), Justifier::default()),
        };
        let (single, octets) = (interleave.single(), alloc::vec![0; interleave.octets()]);
        self.tributaries.push(Tributary { content, carrier, feed, single, octets });
        let contents: Vec<Content> = self.tributaries.iter().map(|t| t.content).collect();
        self.msi = msi::octets(self.slots, &contents);
    }

    /// The MSI octets.
    pub fn msi(&self) -> &[u8] {
        &self.msi
    }

    /// Sends other MSI octets from now on, whatever the slots carry: as an end does that is told something else.
    pub fn set_msi(&mut self, msi: Vec<u8>) {
        self.msi = msi;
    }

    /// The structure.
    pub const fn slots(&self) -> Slots {
        self.slots
    }

    /// Fills the OPU of frame `number` of the ODUk; frame 0 has this multiframe count.
    pub(super) fn fill(&mut self, number: u64, first_mfas: u8, frame: &mut OduFrame) {
        let frames = self.slots.count();
        // The multiframe of OPU4 does not lock to that of the ODU4.
        let shift = if self.slots == Slots::Opu4 { 0 } else { u64::from(first_mfas) };
        let at = ((number + shift) % frames as u64) as usize;
        for tributary in &mut self.tributaries {
            let octets = match tributary.single {
                Some(slot) => &mut self.pieces[self.slots.piece(slot)],
                None => &mut tributary.octets[..],
            };
            let feed = &mut tributary.feed;
            if let Feed::Connected(connection) = feed {
                connection.make(number);
            }
            match &mut tributary.carrier {
                Carrier::Amp(amp, justifier) => {
                    let opportunity = amp.has_opportunity(at);
                    let come = feed.come(number + 1);
                    let justification = justifier.next(amp.nominal(), opportunity, come);
                    let njo = amp.map(at, justification, octets, |part| feed.fill(part));
                    if opportunity {
                        for field in [JC1, JC2, JC3] {
                            frame.set_octet(field, justification.octet());
                        }
                        frame.set_octet(NJO, njo);
                    }
                }
                Carrier::Ts(source) => {
                    if at == 0 || number == 0 {
                        source.begin(feed.come(number + frames as u64));
                    }
                    self.data.resize(source.data_within(octets.len()), 0);
                    feed.fill(&mut self.data);
                    source.spread(&self.data, octets);
                    if let Some([jc123, jc456]) = source.overhead(at) {
                        put_jc(frame, jc123, jc456);
                    }
                }
            }
        }
        if self.tributaries.iter().any(|t| t.single.is_some()) {
            self.slots.in_turn(&self.pieces, &mut self.payload);
        }
        for tributary in self.tributaries.iter().filter(|t| t.single.is_none()) {
            tributary.carrier.interleave().scatter(&tributary.octets, &mut self.payload);
        }
        self.slots.put(&self.payload, frame);
        if self.slots == Slots::Opu4 {
            //= g709:19.4.4-omfi
            frame.set_octet(NJO, OMFI.set(0, at as u8));
        }
    }
}
