//! A network of OTN switches as it runs: nodes, multiplexed lines, services over ODUj, and a timeline.
//!
//! Clauses: G.709 19 (multiplexing), G.798 14.1 (ODU connection), G.873.1 (protection). In: values already
//! checked for meaning, each in its unit; references are indices, whoever builds a [`Plan`] from names has
//! resolved them. Out: the same, for the run.

use std::sync::Arc;

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::odtu::{Content, Slots};
use otn_proc::monitor::ExpectedTrace;
use otn_proc::performance::degrade::DegradeConfig;
use otn_proc::terminal::LineCoding;

pub use super::constant::{Carries, ConstantRate, Mapping, Sublayer};
use super::injection::{At, Change, Lasts};
use super::line_code::{LineCode, OwnCode};
use super::supervision::Supervision;
use crate::channel::BitErrorRatio;
use crate::net::trails::Traces;
use crate::traffic::Pace;

/// A site with one clock, and an ODU matrix between its ports.
#[derive(Clone, Debug, Default)]
pub struct Node {
    /// Name.
    pub name: String,
    /// Offset of its clock from nominal.
    pub clock: PartsPerBillion,
    /// Latitude and longitude in degrees.
    pub location: Option<(f64, f64)>,
}

/// What a receiver gets from the light of its line, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LightState {
    /// The first instant.
    pub from: SimTime,
    /// There is light; otherwise every bit is received as zero.
    pub light: bool,
    /// Bit error ratio before FEC.
    pub ber: BitErrorRatio,
}

impl LightState {
    /// Light with this bit error ratio for ever.
    pub const fn steady(ber: BitErrorRatio) -> Self {
        Self { from: SimTime::ZERO, light: true, ber }
    }
}

/// A tributary of a line: an ODUj in the ODUk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tributary {
    /// The ODUj.
    pub odu: Signal,
    /// Its slots and port; nothing where it fills a line without slots.
    pub content: Option<Content>,
}

/// One OTUk in each direction between two nodes. In it is an ODUk whose OPUk is a multiplex of ODUj, or the ODUk
/// of a service, which then passes the nodes on its way as it is.
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
    /// By end, what it codes and decodes with, where that is not said by `coding`.
    pub codes: [Option<LineCode>; 2],
    /// Propagation delay.
    pub delay: SimTime,
    /// Structure of the OPUk; nothing where the ODUk of a service is straight in the OTUk.
    pub slots: Option<Slots>,
    /// What is in it; where there are no slots one at most.
    pub tributaries: Vec<Tributary>,
    /// By receiving end: what its light does; sorted by time, the first one from zero on.
    pub light: [Vec<LightState>; 2],
    /// Traces of its sections, by end.
    pub section: Traces,
    /// Traces of its ODUk paths, by end; a line without slots has none.
    pub path: Traces,
    /// When section and path are degraded; the standard where there is nothing.
    pub degrade: Option<DegradeConfig>,
}

impl Line {
    /// FEC and scrambler of the frame at an end.
    pub fn coding_at(&self, end: usize) -> LineCoding {
        let fec = self.codes[end].as_ref().map_or(self.coding.fec, LineCode::fec);
        LineCoding { fec, ..self.coding }
    }

    /// Name of the code at an end.
    pub fn code_name(&self, end: usize) -> &'static str {
        self.codes[end].as_ref().map_or(self.coding.fec.name(), LineCode::name)
    }

    /// The code of its own at an end.
    pub fn own_code(&self, end: usize) -> Option<&Arc<OwnCode>> {
        self.codes[end].as_ref().and_then(LineCode::own)
    }

    /// From the first bit sent to the first bit behind the decoder: delay, and what its codes hold back.
    pub fn delay_with_code(&self) -> SimTime {
        let own = [0, 1].into_iter().filter_map(|end| self.own_code(end));
        let frames = own.map(|own| own.latency_frames()).max().unwrap_or(0);
        self.delay + FrameClock::new(self.signal, Default::default()).frame_start(frames)
    }
}

/// A hop of a route: a line, met at one of its ends, and the tributary of it that is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hop {
    /// Index of the line.
    pub line: usize,
    /// The end of the line that is met first.
    pub first: usize,
    /// Index of the tributary.
    pub tributary: usize,
}

impl Hop {
    /// The end of the line that is met last.
    pub const fn last(self) -> usize {
        1 - self.first
    }
}

/// What a client is, and how it goes into its ODUj.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Ethernet packets by GFP-F (PT 05).
    EthernetGfp,
    /// The same with their preambles, in the extended OPU2 (PT 09).
    EthernetPreamble,
    /// The PRBS of G.709 17.5.1 (PT FE).
    Prbs,
    /// A client of constant bit rate, on a clock of its own.
    Constant(ConstantRate),
}

impl Client {
    /// It carries packets, and not a bit pattern.
    pub const fn has_packets(&self) -> bool {
        match self {
            Self::EthernetGfp | Self::EthernetPreamble => true,
            Self::Prbs => false,
            Self::Constant(constant) => matches!(constant.carries, Carries::Ethernet(_)),
        }
    }
}

/// What the client at an end of a service sends.
#[derive(Clone, Debug, Default)]
pub enum Sends {
    /// Nothing; it only receives.
    #[default]
    Nothing,
    /// Packets of a source that comes with the run, at this pace.
    Packets(Pace),
    /// Packets of this many octets without FCS, each with a number of its own, one after another with this
    /// time from start to start.
    Numbered {
        /// Octets from destination address to the end of data, at least 60.
        octets: usize,
        /// From the first bit of one to that of the next.
        every: SimTime,
    },
}

/// The two ways of a protected service.
#[derive(Clone, Debug)]
pub struct ProtectionPlan {
    /// The second route, with the same nodes at its ends; it shares no tributary with the first.
    pub route: Vec<Hop>,
    /// How it is switched.
    pub config: otn_proc::protection::ProtectionConfig,
}

/// How a controller finds a service another route when all it has have failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestorationPlan {
    /// From what a node sees to what the controller knows.
    pub management_delay: SimTime,
    /// For each node of a route, one after another.
    pub setup: SimTime,
    /// It goes back to its working route.
    pub revertive: bool,
    /// After that has been sound for so long.
    pub wait_to_restore: SimTime,
}

/// A client at both ends, in an ODUj of its own from one to the other.
#[derive(Clone, Debug)]
pub struct Service {
    /// Name.
    pub name: String,
    /// The ODUj.
    pub odu: Signal,
    /// What it carries.
    pub client: Client,
    /// The nodes at its ends.
    pub ends: [usize; 2],
    /// The working route, from the first end to the last; lines meet at nodes.
    pub route: Vec<Hop>,
    /// The other one.
    pub protection: Option<ProtectionPlan>,
    /// What is done when they have failed.
    pub restoration: Option<RestorationPlan>,
    /// What the client at each end sends.
    pub sends: [Sends; 2],
    /// Traces of its path, by end.
    pub path: Traces,
    /// When its path is degraded; the standard where there is nothing.
    pub degrade: Option<DegradeConfig>,
    /// Tandem connections, delay measurement, payload types.
    pub supervision: Supervision,
}

impl Service {
    /// The routes: the working one, then the other where there is one.
    pub fn routes(&self) -> impl Iterator<Item = &[Hop]> {
        [Some(&self.route), self.protection.as_ref().map(|p| &p.route)]
            .into_iter()
            .flatten()
            .map(Vec::as_slice)
    }
}

/// Whose trace is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trail {
    /// The section of a line.
    Section(usize),
    /// The ODUk path of a line.
    LinePath(usize),
    /// The path of a service.
    Path(usize),
    /// A tandem connection of a service: indices of both, see [`super::supervision::domains`].
    Tandem(usize, usize),
}

/// What happens at an instant. What is lit and dark is not here: it is in [`Line::light`].
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The signals received at two ends of lines (line, end) change places: fibres are misconnected. Done
    /// twice, all is as it was.
    Swap([(usize, usize); 2]),
    /// A node loses its power, or has it again.
    Power {
        /// Index of the node.
        node: usize,
        /// It is there.
        on: bool,
    },
    /// The clock of a node has this offset from now on.
    Clock {
        /// Index of the node.
        node: usize,
        /// Offset from nominal.
        offset: PartsPerBillion,
    },
    /// A trail sends another trace from this end on.
    SendTrace {
        /// Which.
        trail: Trail,
        /// End, 0 or 1.
        end: usize,
        /// The trace.
        trace: Tti,
    },
    /// A trail expects another trace at this end.
    ExpectTrace {
        /// Which.
        trail: Trail,
        /// End, 0 or 1.
        end: usize,
        /// What is compared.
        expected: ExpectedTrace,
    },
    /// The multiframe count of the OTUk sent from this end jumps by this.
    MfasSlip {
        /// Index of the line.
        line: usize,
        /// Sending end.
        end: usize,
        /// Frames, modulo 256.
        by: u8,
    },
    /// The client at an end of a service fails, or is there again.
    ClientFail {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// It has failed.
        failed: bool,
    },
    /// The ODUj of a service is locked at the first node of its routes as seen from an end: LCK is sent.
    Lock {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// It is locked.
        locked: bool,
    },
    /// The ODUj that comes at an end of a service goes straight back there (facility loopback).
    Loopback {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// It is there.
        on: bool,
    },
    /// What the source at an end of a service sends comes to the sink beside it (terminal loopback); the network gets
    /// it as well.
    TerminalLoopback {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// It is there.
        on: bool,
    },
    /// An end of a service is told other payload types; within, nothing stands for that of its client.
    PayloadType {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// Sent from now on, where that changes.
        sends: Option<Option<PayloadType>>,
        /// Expected from now on, where that changes.
        expects: Option<Option<PayloadType>>,
    },
    /// The port of a tributary at an end of a line is told other slots, or an ODTU of another kind; the octets of the
    /// ODUj go where they went.
    Slots {
        /// Index of the line.
        line: usize,
        /// End, 0 or 1.
        end: usize,
        /// Index of the tributary.
        tributary: usize,
        /// What the MSI that is sent says of it, where that changes.
        sends: Option<Content>,
        /// What the MSI that comes shall say of it, where that changes.
        expects: Option<Content>,
    },
    /// Overhead is put into what is sent from a place.
    Inject {
        /// Whose frames.
        at: At,
        /// What.
        change: Change,
        /// How long.
        lasts: Lasts,
    },
    /// An operator's command to the protection of a service, at this end.
    Protection {
        /// Index of the service.
        service: usize,
        /// End, 0 or 1.
        end: usize,
        /// The command.
        command: otn_proc::protection::ExternalCommand,
    },
}

/// An action and its time.
#[derive(Clone, Debug, PartialEq)]
pub struct Timed {
    /// When.
    pub at: SimTime,
    /// What.
    pub action: Action,
    /// Index of the user's event it comes from.
    pub event: usize,
}

/// Everything a run needs but the packets.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name.
    pub name: String,
    /// Seed of every random stream.
    pub seed: u64,
    /// When clients begin to send; by then everything should be aligned, see [`super::up_by`].
    pub begin: SimTime,
    /// When they stop.
    pub duration: SimTime,
    /// Nodes.
    pub nodes: Vec<Node>,
    /// Lines.
    pub lines: Vec<Line>,
    /// Services.
    pub services: Vec<Service>,
    /// What happens, sorted by time.
    pub actions: Vec<Timed>,
}

impl Plan {
    /// When the path of the service in a tributary of a line is degraded.
    pub fn degrade_of(&self, line: usize, tributary: usize) -> Option<DegradeConfig> {
        let here = |hop: &Hop| (hop.line, hop.tributary) == (line, tributary);
        let mut services = self.services.iter();
        services.find(|service| service.routes().flatten().any(here))?.degrade
    }
}
