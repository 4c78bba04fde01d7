//! The clock that moves a network: frames leave, cross a line, arrive, and answer.
//!
//! Virtual time goes from event to event: a port starts a frame when its node's clock says so, a
//! frame arrives when its last bit does. A frame carries what its port's sink knew when the frame
//! was started, so BEI and BDI come back with the real delay. Events at the same instant go in
//! the order in which they were made: the run depends on nothing but the network and the seed.

mod direction;

pub use direction::{DirectionReport, PortReport};

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::error::Error;

use otn_frame::layout::OTU_BITS;
use otn_frame::{FrameClock, OtuFrame, SimTime};
use otn_map::gfp::Received;
use otn_proc::defect::DefectEvent;

use crate::network::Network;
use crate::seed;
use crate::traffic::{Client, PacketSource};

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
}

/// Frames sent after the clients have stopped and everything has had time to go there and back:
/// enough for the BIP-8 of the last frame and for the search of an aligner.
const TRAILING_FRAMES: u64 = 16;

/// A network and its state.
pub struct Simulation {
    network: Network,
    ports: Vec<[direction::Port; 2]>,
    events: BinaryHeap<Reverse<(SimTime, u64, Event)>>,
    made: u64,
    /// No frame starts after this.
    last_start: SimTime,
}

/// The packets of a client: by service and end of its line.
pub type Sources = Vec<[Option<Box<dyn PacketSource>>; 2]>;

impl Simulation {
    /// A network at time zero. `sources` has an entry for each service, in the same order.
    pub fn new(network: Network, sources: Sources) -> Self {
        let ports = (0..network.lines.len()).map(|line| direction::ports(&network, line)).collect();
        let turn = network
            .lines
            .iter()
            .map(|line| {
                let clock = FrameClock::new(line.signal, Default::default());
                line.delay + line.delay + clock.frame_start(TRAILING_FRAMES)
            })
            .max()
            .unwrap_or_default();
        let last_start = network.duration + turn;
        let mut simulation =
            Self { network, ports, events: BinaryHeap::new(), made: 0, last_start };
        simulation.connect(sources);
        for line in 0..simulation.network.lines.len() {
            for end in [0, 1] {
                simulation.schedule(SimTime::ZERO, Event::Start { line, end });
            }
        }
        simulation
    }

    fn connect(&mut self, sources: Sources) {
        for (service, ends) in self.network.services.iter().zip(sources) {
            for (end, source) in ends.into_iter().enumerate() {
                if let (Some(source), Some(pace)) = (source, service.pace[end]) {
                    let client = Client::new(source, pace);
                    self.ports[service.line][end].sending.client = Some(client);
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
    pub fn run(&mut self, taps: &mut impl Taps) -> Result<Ending, Box<dyn Error + Send + Sync>> {
        let mut now = SimTime::ZERO;
        let mut interrupted = false;
        while let Some(Reverse((at, _, event))) = self.events.pop() {
            now = at;
            match event {
                Event::Start { line, end } => {
                    if !taps.goes_on(now) {
                        interrupted = true;
                        break;
                    }
                    self.start(now, line, end)?;
                }
                Event::Arrive { line, end } => self.arrive(line, end, taps),
            }
        }
        for ports in &mut self.ports {
            for port in ports {
                port.receiving.finish(now, interrupted);
            }
        }
        Ok(Ending { at: now, interrupted })
    }

    fn start(
        &mut self,
        now: SimTime,
        line: usize,
        end: usize,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        if now > self.last_start {
            return Ok(());
        }
        let accept_until = self.network.duration;
        let [first, second] = &mut self.ports[line];
        let (here, there) = if end == 0 { (first, second) } else { (second, first) };
        let flight = here.sending.send(
            accept_until,
            here.receiving.sink.remote(),
            &mut there.receiving.ledger,
        )?;
        let next = here.sending.frame_start();
        there.receiving.on_the_way.push_back(flight);
        self.schedule(next + self.network.lines[line].delay, Event::Arrive { line, end: 1 - end });
        self.schedule(next, Event::Start { line, end });
        Ok(())
    }

    fn arrive(&mut self, line: usize, end: usize, taps: &mut impl Taps) {
        let direction = Direction { line, from: 1 - end };
        let [first, second] = &mut self.ports[line];
        let (here, there) = if end == 0 { (first, second) } else { (second, first) };
        if let Some(flight) = here.receiving.arrive(direction, taps) {
            there.sending.spare.push(flight);
        }
    }

    /// What one end of a line has sent and received.
    pub fn port(&self, line: usize, end: usize) -> PortReport<'_> {
        self.ports[line][end].report()
    }

    /// The network that runs.
    pub const fn network(&self) -> &Network {
        &self.network
    }
}

/// Bits of a row of an OTUk frame.
const ROW_BITS: u64 = OTU_BITS / 4;

#[cfg(test)]
mod tests;
