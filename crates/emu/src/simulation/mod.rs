//! The clock that moves a network: frames leave, cross a line, arrive, and answer.
//!
//! Virtual time goes from event to event: a port starts a frame when its node's clock says so, or
//! when the frame of another line that it passes on is due; a frame arrives when its last bit does.
//! A frame carries what its port's sink knew when the frame was started, so BEI and BDI come back
//! with the real delay. Events at the same instant go in the order in which they were made: the run
//! depends on nothing but the network and the seed.

mod causes;
pub(crate) mod delay;
mod fault;
mod ports;
mod receiving;
mod sending;
pub(crate) mod stream;
mod through;
mod wrong;

pub use causes::FaultCause;
pub use delay::{DelayMeasurement, DelayReport};
pub use ports::{DirectionReport, FlowReport, PortReport};

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::error::Error;

use otn_frame::access::{OverheadInsertion, OverheadOctets};
use otn_frame::layout::OTU_BITS;
use otn_frame::{FrameClock, OtuFrame, SimTime};
use otn_map::gfp::Received;
use otn_proc::defect::DefectEvent;

use crate::ledger::Ledger;
use crate::network::{Network, Service};
use crate::seed;
use crate::traffic::{Client, PacketSource};
use sending::Role;
use through::{LATENCY_FRAMES, Next};

/// A direction of a line: from the end `from` of `line` to its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Direction {
    /// Index of the line.
    pub line: usize,
    /// The sending end, 0 or 1.
    pub from: usize,
}

impl Direction {
    /// The receiving end.
    pub const fn to(self) -> usize {
        1 - self.from
    }
}

/// What can be listened to while a network runs. Every method may be left out.
pub trait Taps {
    /// A frame as a receiver found it on the line, before correction.
    fn line_frame(&mut self, direction: Direction, at: SimTime, frame: &OtuFrame) {
        let _ = (direction, at, frame);
    }

    /// A GFP frame at the far end of `direction`.
    fn gfp(&mut self, direction: Direction, at: SimTime, received: &Received<'_>) {
        let _ = (direction, at, received);
    }

    /// An Ethernet frame, FCS checked and removed, leaves the far end of `direction`.
    fn packet(&mut self, direction: Direction, at: SimTime, octets: &[u8]) {
        let _ = (direction, at, octets);
    }

    /// A defect at the receiving end of `direction`.
    fn defect(&mut self, direction: Direction, event: DefectEvent) {
        let _ = (direction, event);
    }

    /// What is put into the overhead of the frame that leaves in this direction at `at`, whose multiframe
    /// count is `mfas`: communication channels, APS/PCC, experimental and reserved octets. A node
    /// that sends ODUk-AIS takes what belongs to the OTUk only.
    fn overhead_to_send(
        &mut self,
        direction: Direction,
        at: SimTime,
        mfas: u8,
    ) -> OverheadInsertion {
        let _ = (direction, at, mfas);
        OverheadInsertion::default()
    }

    /// The same octets of a frame that came, corrected, at the far end of `direction`; not of one that may
    /// be none (see `Aligner::trusts`).
    fn overhead_received(
        &mut self,
        direction: Direction,
        at: SimTime,
        mfas: u8,
        octets: &OverheadOctets,
    ) {
        let _ = (direction, at, mfas, octets);
    }

    /// Asked once a frame with the present virtual time; false ends the run early.
    fn goes_on(&mut self, now: SimTime) -> bool {
        let _ = now;
        true
    }
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ending {
    /// Virtual time at the end.
    pub at: SimTime,
    /// [`Taps::goes_on`] said no.
    pub interrupted: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// The port at this end of this line starts its next frame.
    Start { line: usize, end: usize },
    /// The oldest frame on its way to this end of this line is in.
    Arrive { line: usize, end: usize },
    /// The port at this end of this line has sent its frame of an ODUk from another line.
    Onward { line: usize, end: usize },
}

/// Frames sent after the clients have stopped and everything has had time to go there and back:
/// enough for the BIP-8 of the last frame and for the search of an aligner.
const TRAILING_FRAMES: u64 = 16;

/// A network and its state.
pub struct Simulation {
    network: Network,
    ports: Vec<[ports::Port; 2]>,
    /// By flow: the two directions of each service, then those of each line without one.
    ledgers: Vec<Ledger>,
    events: BinaryHeap<Reverse<(SimTime, u64, Event)>>,
    made: u64,
    /// No frame starts after this, but those that are passed on.
    last_start: SimTime,
}

/// The packets of a client: by service and end of its route.
pub type Sources = Vec<[Option<Box<dyn PacketSource>>; 2]>;

type Failure = Box<dyn Error + Send + Sync>;

impl Simulation {
    /// A network at time zero. `sources` has an entry for each service, in the same order.
    pub fn new(network: Network, sources: Sources) -> Self {
        let (ports, flows) = ports::ports(&network);
        let ledgers = (0..flows).map(|_| Ledger::default()).collect();
        let last_start = network.duration + turn(&network);
        let events = BinaryHeap::new();
        let mut simulation = Self { network, ports, ledgers, events, made: 0, last_start };
        simulation.connect(sources);
        for line in 0..simulation.network.lines.len() {
            for end in [0, 1] {
                if let Role::Terminal(_) = simulation.ports[line][end].sending.role {
                    simulation.schedule(SimTime::ZERO, Event::Start { line, end });
                }
            }
        }
        simulation
    }

    fn connect(&mut self, sources: Sources) {
        for (service, ends) in self.network.services.iter().zip(sources) {
            for (end, source) in ends.into_iter().enumerate() {
                let port = service.port(end).map(|(line, end)| &mut self.ports[line][end]);
                if let (Some(source), Some(pace), Some(port)) = (source, service.pace[end], port)
                    && let Role::Terminal(terminal) = &mut port.sending.role
                {
                    terminal.client = Some(Client::new(source, pace));
                }
            }
        }
    }

    fn schedule(&mut self, at: SimTime, event: Event) {
        self.events.push(Reverse((at, self.made, event)));
        self.made += 1;
    }

    /// Runs to the end, or until the taps say no.
    ///
    /// # Errors
    /// Those of the packet sources.
    pub fn run(&mut self, taps: &mut impl Taps) -> Result<Ending, Failure> {
        let mut now = SimTime::ZERO;
        let mut interrupted = false;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            now = at;
            match event {
                Event::Start { .. } | Event::Onward { .. } if !taps.goes_on(now) => {
                    interrupted = true;
                    break;
                }
                Event::Start { line, end } => self.start(now, line, end, taps)?,
                Event::Onward { line, end } => self.onward(now, line, end, taps),
                Event::Arrive { line, end } => self.arrive(now, line, end, taps),
            }
        }
        for port in self.ports.iter_mut().flatten() {
            port.receiving.finish(now, interrupted, &mut self.ledgers, taps);
        }
        Ok(Ending { at: now, interrupted })
    }

    fn start(
        &mut self,
        now: SimTime,
        line: usize,
        end: usize,
        taps: &mut impl Taps,
    ) -> Result<(), Failure> {
        if now > self.last_start {
            return Ok(());
        }
        let accept_until = self.network.duration;
        let port = &mut self.ports[line][end];
        let Role::Terminal(terminal) = &mut port.sending.role else { return Ok(()) };
        let ledger = &mut self.ledgers[terminal.flow];
        let direction = Direction { line, from: end };
        let overhead = &mut |at, mfas| taps.overhead_to_send(direction, at, mfas);
        let back = port.receiving.backward();
        let output = &mut port.sending.output;
        let (flight, next) = terminal.send(output, accept_until, back, overhead, ledger)?;
        self.ports[line][1 - end].receiving.expect(flight);
        self.schedule(next + self.network.lines[line].delay, Event::Arrive { line, end: 1 - end });
        self.schedule(next, Event::Start { line, end });
        Ok(())
    }

    fn arrive(&mut self, now: SimTime, line: usize, end: usize, taps: &mut impl Taps) {
        let [first, second] = &mut self.ports[line];
        let (here, there) = if end == 0 { (first, second) } else { (second, first) };
        if let Some(flight) = here.receiving.arrive(&mut self.ledgers, taps) {
            there.sending.output.recycle(flight);
        }
        let Some(outward) = here.outward else { return };
        let fails = here.receiving.signal_fails();
        let Some(came) = here.receiving.onward() else { return };
        let (frames, before) = (std::mem::take(&mut came.frames), came.before);
        let (line, end) = outward;
        let Role::Through(through) = &mut self.ports[line][end].sending.role else { return };
        through.accept(frames.into_iter(), before);
        // The first frame that comes, or the first alarm, ends the silence.
        let due = if fails { Some(now) } else { through.due() };
        if let (false, Some(at)) = (through.running, due) {
            through.running = true;
            self.schedule(at.max(now), Event::Onward { line, end });
        }
    }

    fn onward(&mut self, now: SimTime, line: usize, end: usize, taps: &mut impl Taps) {
        let Role::Through(through) = &self.ports[line][end].sending.role else { return };
        let (inward_line, inward_end) = through.inward;
        let inward = &mut self.ports[inward_line][inward_end].receiving;
        inward.wait_until(now, &mut self.ledgers, taps);
        let (fails, over) = (inward.signal_fails(), now > self.last_start);
        let port = &mut self.ports[line][end];
        let Role::Through(through) = &mut port.sending.role else { return };
        let direction = Direction { line, from: end };
        let mut overhead = |at, mfas| taps.overhead_to_send(direction, at, mfas);
        let Some(mut back) = port.receiving.back(&mut overhead) else { return };
        if fails && over {
            through.running = false;
            return;
        }
        match through.next(now, (fails, over), &mut back, &mut port.sending.output) {
            Next::Sent(flight, next) => {
                self.ports[line][1 - end].receiving.expect(*flight);
                let arrival = next + self.network.lines[line].delay;
                self.schedule(arrival, Event::Arrive { line, end: 1 - end });
                self.schedule(next, Event::Onward { line, end });
            }
            Next::Wait(until) => self.schedule(until, Event::Onward { line, end }),
            Next::Silence => through.running = false,
        }
    }

    /// What one end of a line has sent and received.
    pub fn port(&self, line: usize, end: usize) -> PortReport<'_> {
        self.ports[line][end].report()
    }

    /// What became of the packets of a service that were sent at this end of its route.
    pub fn flow(&self, service: usize, from: usize) -> FlowReport<'_> {
        let ledger = &self.ledgers[ports::flow_of(service, from)];
        FlowReport { packets: ledger.counts(), lost: ledger.lost() }
    }

    /// The network that runs.
    pub const fn network(&self) -> &Network {
        &self.network
    }
}

/// Time by which frames go on when the clients have stopped: everything can go there and back.
fn turn(network: &Network) -> SimTime {
    let frames = |line: usize, count| {
        FrameClock::new(network.lines[line].signal, Default::default()).frame_start(count)
    };
    let there_and_back = |line: usize| {
        let delay = network.lines[line].delay;
        delay + delay + frames(line, TRAILING_FRAMES)
    };
    let along = |service: &Service| {
        let way = service.route.iter().fold(SimTime::ZERO, |sum, hop| {
            sum + there_and_back(hop.line) + frames(hop.line, 2 * LATENCY_FRAMES)
        });
        // The nodes at the ends pass nothing on.
        way - service
            .route
            .first()
            .map_or(SimTime::ZERO, |hop| frames(hop.line, 2 * LATENCY_FRAMES))
    };
    let lines = (0..network.lines.len()).map(there_and_back);
    lines.chain(network.services.iter().map(along)).max().unwrap_or_default()
}

/// Bits of a row of an OTUk frame.
const ROW_BITS: u64 = OTU_BITS / 4;

#[cfg(test)]
mod chain_tests;
#[cfg(test)]
mod supervision_tests;
#[cfg(test)]
mod tests;
