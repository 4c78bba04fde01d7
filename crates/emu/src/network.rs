//! A network as it is simulated: nodes, lines between them and their faults, services over lines.
//!
//! In: values already checked for meaning, each in its unit. Out: the same, for the simulation.
//! References are indices; whoever builds a [`Network`] from names has resolved them.

use otn_frame::overhead::TcmLevel;
use otn_frame::{PartsPerBillion, Signal, SimTime, Tti};
use otn_proc::monitor::ExpectedTrace;
use otn_proc::performance::degrade::DegradeConfig;
use otn_proc::tandem::TandemMode;
use otn_proc::terminal::LineCoding;

use crate::channel::BitErrorRatio;
use crate::traffic::Pace;

/// A site with one clock.
#[derive(Clone, Debug)]
pub struct Node {
    /// Name.
    pub name: String,
    /// Offset of its clock from nominal.
    pub clock: PartsPerBillion,
}

/// The traces of a trail in both directions, by its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// What an end sends in the place of the names of the nodes.
    pub sent: [Option<Tti>; 2],
    /// What an end expects to receive.
    pub expected: [ExpectedTrace; 2],
}

/// The trace from node to node that a trail sends unless it is told otherwise; names longer than
/// their field are cut.
pub fn trace(near: &str, far: &str, operator: &str) -> Tti {
    let cut = |text: &str, limit: usize| -> String {
        text.chars().filter(|c| (' '..='~').contains(c)).take(limit).collect()
    };
    let (sapi, dapi) = (cut(near, 15), cut(far, 15));
    // Cut to size and filtered, the fields cannot be refused.
    Tti::new(&sapi, &dapi, &cut(operator, 32)).unwrap_or_else(|_| Tti::from_octets([0; 64]))
}

/// One OTUk in each direction between two nodes.
#[derive(Clone, Debug)]
pub struct Line {
    /// Name.
    pub name: String,
    /// The nodes at its ends, as indices.
    pub ends: [usize; 2],
    /// The OTUk.
    pub signal: Signal,
    /// FEC and scrambler.
    pub coding: LineCoding,
    /// Propagation delay.
    pub delay: SimTime,
    /// Bit error ratio on the way to each end.
    pub ber_towards: [BitErrorRatio; 2],
    /// Times at which it is out of order.
    pub faults: Vec<Fault>,
    /// Traces of its sections, by end.
    pub traces: Traces,
}

/// What happens to the light of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No light: every bit is received as zero.
    Cut,
    /// The frame alignment signal of every frame is inverted; all else is as it was.
    Lof,
    /// The OTUk-AIS in the place of the frames: a regenerator on the way has lost its input.
    OtuAis,
}

impl FaultKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Cut, Self::Lof, Self::OtuAis];

    /// Name as the network file spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Lof => "lof",
            Self::OtuAis => "otu-ais",
        }
    }
}

/// A time during which a line is out of order. It is told at the sending end: the receiver meets
/// it one line delay later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What happens.
    pub kind: FaultKind,
    /// The first instant.
    pub from: SimTime,
    /// The instant at which all is well again.
    pub until: SimTime,
    /// By sending end: that direction is hit.
    pub directions: [bool; 2],
}

/// One line of a route, in the direction from the route's first end to its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Index of the line.
    pub line: usize,
    /// The end of the line that is met first.
    pub first: usize,
}

impl Hop {
    /// The end of the line that is met last.
    pub const fn last(self) -> usize {
        1 - self.first
    }
}

/// A tandem connection of a service, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tandem {
    /// The TCM field that it uses.
    pub level: TcmLevel,
    /// Where it begins: lines of the route before its first node.
    pub from: usize,
    /// Where it ends: lines of the route before its last node, more than `from`.
    pub to: usize,
    /// What its sinks do.
    pub mode: TandemMode,
    /// A source that is not there is a failure.
    pub ltc_action: bool,
    /// Its delay is measured when that of the path is.
    pub delay: bool,
    /// Its traces: those of the end at `from`, then those of the other.
    pub traces: Traces,
}

impl Tandem {
    /// One that terminates and acts, and takes any trace.
    pub fn new(level: TcmLevel, from: usize, to: usize) -> Self {
        let (mode, traces) = (TandemMode::Operational, Traces::default());
        Self { level, from, to, mode, ltc_action: true, delay: false, traces }
    }
}

/// When the two-way delay of a service is measured. Its first end measures, its last one sends back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelaySchedule {
    /// The first measurement begins with the first frame from then on.
    pub start: SimTime,
    /// From one to the next; one only where there is nothing.
    pub every: Option<SimTime>,
}

/// An Ethernet service over an ODUk of its own, which passes through the nodes between its ends.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name.
    pub name: String,
    /// Lines on the way, at least one; neighbours meet at a node, and all carry the same OTUk.
    pub route: Vec<Hop>,
    /// Tandem connections; no two of one level have a line in common.
    pub tandem: Vec<Tandem>,
    /// How the client at each end of the route sends; `None` where it only receives.
    pub pace: [Option<Pace>; 2],
    /// Traces of its path, by end of the route.
    pub traces: Traces,
    /// When path and tandem connections are degraded; the standard where there is nothing.
    pub degrade: Option<DegradeConfig>,
    /// When the delay is measured.
    pub delay: Option<DelaySchedule>,
}

impl Service {
    /// Line, and end of that line, of the port at an end of the route, 0 or 1; `None` for an empty
    /// route.
    pub fn port(&self, end: usize) -> Option<(usize, usize)> {
        if end == 0 {
            self.route.first().map(|hop| (hop.line, hop.first))
        } else {
            self.route.last().map(|hop| (hop.line, hop.last()))
        }
    }

    /// The same for the ends of a tandem connection of the service.
    pub fn tandem_port(&self, tandem: Tandem, end: usize) -> Option<(usize, usize)> {
        if end == 0 {
            self.route.get(tandem.from).map(|hop| (hop.line, hop.first))
        } else {
            self.route.get(tandem.to.checked_sub(1)?).map(|hop| (hop.line, hop.last()))
        }
    }
}

/// Everything a run needs but the packets.
#[derive(Clone, Debug)]
pub struct Network {
    /// Name.
    pub name: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// Virtual time during which clients send.
    pub duration: SimTime,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Services, at most one a line.
    pub services: Vec<Service>,
}

impl Network {
    /// The propagation delay of the lines of a service between two of its nodes, there and back.
    pub fn round_trip(&self, service: &Service, from: usize, to: usize) -> SimTime {
        let way = service.route.get(from..to).unwrap_or(&[]).iter();
        way.fold(SimTime::ZERO, |sum, hop| {
            sum + self.lines[hop.line].delay + self.lines[hop.line].delay
        })
    }

    /// Name of the node at an end of a line.
    pub fn end_name(&self, line: usize, end: usize) -> &str {
        &self.nodes[self.lines[line].ends[end]].name
    }

    /// The service that a line carries, as an index, and the hop of its route.
    pub fn service_of(&self, line: usize) -> Option<(usize, Hop)> {
        self.services.iter().enumerate().find_map(|(index, service)| {
            service.route.iter().find(|hop| hop.line == line).map(|hop| (index, *hop))
        })
    }
}
