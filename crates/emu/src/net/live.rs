//! A network that somebody works on while it runs: events nobody knew of before, and what clients see of it.
//!
//! In: actions and courses of light that begin now. Out: the same network, going on; which clients have failed. What a
//! shard is told must reach all shards between the same two windows.

use otn_frame::layout::{OTU_BITS, OTU_OCTETS};
use otn_frame::{FrameClock, OtuFrame, SimTime};
use otn_proc::protection::Entity;

use super::element::Element;
use super::log::{Entry, What};
use super::model::{Plan, Timed};
use super::port::{Cargo, Flight, Stub};
use super::{Harvest, Record, Shard, Summaries};

impl Shard {
    /// These things happen too, each at its time, or now where that is past.
    pub fn act(&mut self, plan: &Plan, actions: &[Timed], now: SimTime) {
        self.elements.iter_mut().for_each(|element| element.also(plan, actions, now));
    }

    /// Lines have the light of this plan from now on.
    pub fn relight(&mut self, plan: &Plan, now: SimTime) {
        let ports = self.elements.iter_mut().flat_map(Element::ports_mut);
        ports.for_each(|port| port.relight(plan, now));
    }

    /// By service and end, of the ends that are here: what stands in the place of the client is not the client.
    pub fn client_failures(&self) -> impl Iterator<Item = ((usize, usize), bool)> {
        let paths = self.elements.iter().flat_map(Element::paths);
        paths.map(|path| ((path.service, path.end), path.client_failed()))
    }

    /// By service and end, of the protected ones: traffic comes from the protection.
    pub fn on_protection(&self) -> impl Iterator<Item = ((usize, usize), bool)> {
        let paths = self.elements.iter().flat_map(Element::paths);
        paths.filter_map(|path| {
            let selected = path.protection()?.selected();
            Some(((path.service, path.end), selected == Entity::Protection))
        })
    }
}

/// Frames that are all zeros, for a line end whose fibre is not held by anybody.
#[derive(Clone, Debug)]
pub struct Dark {
    to: (usize, usize),
    clock: FrameClock,
    base: SimTime,
    count: u64,
}

impl Dark {
    /// Nothing comes at this end of a line from `base` on.
    pub fn new(plan: &Plan, to: (usize, usize), base: SimTime) -> Self {
        let clock = FrameClock::new(plan.lines[to.0].signal, Default::default());
        Self { to, clock, base, count: 0 }
    }

    /// The next frame of darkness, where it ends before `until`.
    pub fn next_before(&mut self, until: SimTime) -> Option<Flight> {
        let at = self.base + self.clock.frame_start(self.count);
        let end = self.base + self.clock.frame_start(self.count + 1);
        (end < until).then(|| {
            self.count += 1;
            let cargo = Cargo::Frame(Box::new(OtuFrame::zeroed()));
            Flight::from_elsewhere(self.to, (at, end), 0, (None, cargo)).darkened()
        })
    }
}

/// A frame on its way between two programs: when its first bit is received and when its last has been, as the sender
/// counts time; the bits that the line flipped; then the part of a frame in front of it, with its times and length, or
/// zeros; then the frame. Numbers are big endian.
///
/// `at` 8 octets, `end` 8, flipped 4, stub `at` 8, `end` 8, length 4, stub, frame.
const HEADER: usize = 8 + 8 + 4 + 8 + 8 + 4;

/// The longest message of a flight: a stub is shorter than a frame.
pub const LONGEST_FLIGHT: usize = HEADER + 2 * OTU_OCTETS;

/// Bits that a line can flip in a stub and a frame.
const MOST_FLIPPED: u64 = 2 * OTU_BITS;

impl Flight {
    /// Appends it to `out`, without the port it goes to; false, and nothing appended, for a piece of a line with a code
    /// of its own.
    pub fn encode(&self, out: &mut Vec<u8>) -> bool {
        let Cargo::Frame(frame) = &self.cargo else { return false };
        out.extend(self.at.as_ps().to_be_bytes());
        out.extend(self.end.as_ps().to_be_bytes());
        out.extend(self.flipped().to_be_bytes());
        let (at, end, octets) = match &self.stub {
            Some(Stub { at, end, octets }) => (at.as_ps(), end.as_ps(), octets.as_slice()),
            None => (0, 0, &[][..]),
        };
        out.extend(at.to_be_bytes());
        out.extend(end.to_be_bytes());
        out.extend((octets.len() as u32).to_be_bytes());
        out.extend_from_slice(octets);
        out.extend_from_slice(frame.octets());
        true
    }

    /// Reads what [`Self::encode`] wrote, for this port; nothing where it is not one.
    pub fn decode(to: (usize, usize), octets: &[u8]) -> Option<Self> {
        let (header, rest) = octets.split_at_checked(HEADER)?;
        let mut numbers = Numbers(header);
        let (at, end) = (numbers.time()?, numbers.time()?);
        let flipped = numbers.word()?;
        let (stub_at, stub_end) = (numbers.time()?, numbers.time()?);
        let length = numbers.word()? as usize;
        let (stub, line) = rest.split_at_checked(length)?;
        if line.len() != OTU_OCTETS || length > OTU_OCTETS || u64::from(flipped) > MOST_FLIPPED {
            return None;
        }
        // It comes in one piece: the stub, then the frame.
        let stub_fits = length == 0 || (stub_at <= stub_end && stub_end <= at);
        if end < at || !stub_fits {
            return None;
        }
        let mut frame = Box::new(OtuFrame::zeroed());
        frame.octets_mut().copy_from_slice(line);
        let stub = (length > 0).then(|| Stub { at: stub_at, end: stub_end, octets: stub.to_vec() });
        Some(Self::from_elsewhere(to, (at, end), flipped, (stub, Cargo::Frame(frame))))
    }

    /// When the first bit of it is received, that of the stub where there is one.
    pub fn begins(&self) -> SimTime {
        self.stub.as_ref().map_or(self.at, |stub| stub.at)
    }

    /// The line is dark while it is on its way: nothing but zeros come.
    pub fn darken(&mut self) {
        self.struck.flipped.clear();
        (self.struck.before, self.struck.dark) = (0, true);
        if let Some(stub) = &mut self.stub {
            stub.octets.fill(0);
        }
        match &mut self.cargo {
            Cargo::Frame(frame) => frame.octets_mut().fill(0),
            Cargo::Piece(piece) => piece.octets.fill(0),
        }
    }

    /// The same, so much later or sooner: the times of another program's clock, made those of this one.
    #[must_use]
    pub fn moved(mut self, by: TimeShift) -> Self {
        (self.at, self.end) = (by.of(self.at), by.of(self.end));
        (self.struck.at, self.struck.end) = (self.at, self.end);
        if let Some(stub) = &mut self.stub {
            (stub.at, stub.end) = (by.of(stub.at), by.of(stub.end));
        }
        self
    }
}

/// From one program's time to another's, picoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeShift(i64);

impl TimeShift {
    /// What is at `theirs` there is at `ours` here.
    pub const fn between(theirs: SimTime, ours: SimTime) -> Self {
        Self(ours.as_ps().wrapping_sub(theirs.as_ps()).cast_signed())
    }

    fn of(self, time: SimTime) -> SimTime {
        SimTime::from_ps(time.as_ps().saturating_add_signed(self.0))
    }
}

/// Numbers at the front of octets.
struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*first)
    }

    fn time(&mut self) -> Option<SimTime> {
        self.take().map(u64::from_be_bytes).map(SimTime::from_ps)
    }

    fn word(&mut self) -> Option<u32> {
        self.take().map(u32::from_be_bytes)
    }
}

impl Record {
    /// What line ends and ends of services have seen so far, in place of what they had when this was asked before.
    pub fn sum_up(&mut self, shards: impl IntoIterator<Item = Summaries>) {
        for (ports, paths, tandems) in shards {
            self.ports.extend(ports);
            self.paths.extend(paths);
            self.tandems.extend(tandems);
        }
    }

    /// Forgets the log but for its last `keep` entries and what was raised and stands.
    pub fn forget(&mut self, keep: usize) {
        let old = self.entries.len().saturating_sub(keep);
        let mut standing: Vec<Entry> = Vec::new();
        for entry in self.entries.drain(..old) {
            let What::Cause { cause, raised, .. } = entry.what else { continue };
            let same = |other: &Entry| {
                other.point == entry.point
                    && matches!(other.what, What::Cause { cause: of, .. } if of == cause)
            };
            standing.retain(|other| !same(other));
            if raised {
                standing.push(entry);
            }
        }
        self.entries.splice(..0, standing);
    }
}

impl Harvest {
    /// The log of what was told.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}
