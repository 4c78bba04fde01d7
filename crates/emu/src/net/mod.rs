//! A network of OTN switches in virtual time: multiplexed lines, an ODU matrix in every node, protection.
//!
//! - [`model`]: what a network is, and what happens to it.
//! - `element`, `port`, `path_end`: a node, its line ends, the ends of services at it. `odu_queue` is the matrix;
//!   `constant` are clients of constant bit rate.
//! - [`line_code`], [`fec_table`]: codes of lines beside that of the frame; `coded` runs them.
//! - `restoration`, `rerouting`: a controller outside the nodes, and what they do for it.
//! - [`spoiled`]: what happened to octets on their way, and so to packets.
//! - [`flows`], [`log`], [`samples`]: what became of packets, what was told, what receivers saw over time.
//! - [`supervision`]: tandem connections and delay measurement of services; `tandem` is their ends at a node.
//! - [`trails`]: traces, tandem connections and measurements of delay, as they are provisioned; `delay` measures.
//! - [`injection`]: overhead that is put into frames on purpose.
//! - [`routes`]: shortest ways, and pairs of them that do not fail together; they live in `otn-plan`.
//! - [`live`]: a network that somebody works on while it runs.
//! - [`alarms`]: fault causes as alarms, each with the chain of causes back to the event.
//!
//! A node sees of others only frames that arrive, and none arrives sooner than its own duration and the delay of
//! its line after it was begun. So all nodes can go on by that much ([`window`]) without asking one another: a
//! [`Shard`] holds some of the nodes, and any number of shards, on any number of threads, give the same. No file,
//! thread or clock is in here; who runs shards moves [`Flight`]s between them after each window.

pub mod alarms;
mod bit_queue;
mod clock;
mod coded;
mod constant;
mod delay;
mod element;
pub mod fec_table;
pub mod flows;
pub mod injection;
mod light;
pub mod line_code;
pub mod live;
pub mod log;
pub mod model;
mod odu_queue;
mod path_end;
mod pool;
mod port;
mod rerouting;
mod restoration;
pub mod samples;
pub mod spoiled;
mod stream;
pub mod supervision;
mod tandem;
mod traffic;
pub mod trails;

pub use delay::DelayMeasurement;
pub use live::{Dark, LONGEST_FLIGHT, TimeShift};
pub use otn_plan::routes;
pub use port::Flight;
pub use restoration::Notice;
pub use tandem::{DelaySummary, TandemSummary};
pub use traffic::Seen;

use std::collections::BTreeMap;

use otn_frame::{FrameClock, OduFrame, OtuFrame, SimTime};
use otn_proc::odu::OduCounters;
use otn_proc::performance::monitor::PerformanceMonitor;
use otn_proc::protection::{ProtectionCounts, ProtectionState};
use otn_proc::terminal::Counters;

use crate::traffic::PacketSource;
use element::Element;
use flows::Flow;
use log::{Entry, Point};
use model::{Hop, Plan, Service};
use port::Port;
use restoration::{Controller, Ordered};
use samples::Samples;

/// The packets of clients: by service and end. What a shard needs it takes out.
pub type Sources = Vec<[Option<Box<dyn PacketSource>>; 2]>;

/// What was seen at a receiving line end.
#[derive(Clone, Debug)]
pub struct PortSummary {
    /// Counters since the start.
    pub counters: Counters,
    /// Counters of the ODUk.
    pub odu: OduCounters,
    /// Over time.
    pub samples: Samples,
    /// Seconds of the section, and of the ODUk path.
    pub performance: [Option<PerformanceMonitor>; 2],
    /// Frames sent from this end.
    pub frames_sent: u64,
    /// Frames of ODUj that came too late to be passed on, in what this end sends.
    pub late_frames: u64,
}

/// What was received of a client that is a bit pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PatternCounts {
    /// Bits of the client.
    pub received: u64,
    /// Of these, bits compared with the pattern: while it is found.
    pub bits: u64,
    /// Wrong bits.
    pub errors: u64,
    /// Times it was there and then was no more.
    pub sync_losses: u64,
}

/// What was seen at an end of a service.
#[derive(Clone, Debug)]
pub struct PathSummary {
    /// Counters of the path.
    pub counters: OduCounters,
    /// Its seconds.
    pub performance: Option<PerformanceMonitor>,
    /// Its delay, where it is measured from here.
    pub delay: Option<DelaySummary>,
    /// What was compared, of a client that is a bit pattern.
    pub pattern: Option<PatternCounts>,
    /// State and counts of the protection.
    pub protection: Option<(ProtectionState, ProtectionCounts)>,
}

/// Packets at an end of a service.
#[derive(Debug)]
pub(crate) struct Packets {
    service: usize,
    end: usize,
    /// Sent from here, and come here.
    sent: Vec<Seen>,
    arrived: Vec<Seen>,
    /// What happened to octets that should have come here.
    marks: Vec<spoiled::Mark>,
}

/// What shards have to say after a window.
#[derive(Debug, Default)]
pub struct Harvest {
    entries: Vec<Entry>,
    packets: Vec<Packets>,
    /// Frames as line ends received them, by line and end, where they are listened to.
    pub frames: Heard<Box<OtuFrame>>,
    /// Packets as they left, FCS removed, by service and end, where they are listened to.
    pub clients: Heard<Vec<u8>>,
    /// Why the packets of a client could not be read on.
    pub error: Option<String>,
}

/// What was heard at a place, each with its time.
pub type Heard<T> = Vec<((usize, usize), Vec<(SimTime, T)>)>;

/// Some of the nodes.
pub struct Shard {
    elements: Vec<Element>,
    controller: Option<Controller>,
}

impl Shard {
    /// These nodes at time zero.
    pub fn new(plan: &Plan, nodes: &[usize], sources: &mut Sources) -> Self {
        let elements = nodes.iter().map(|node| Element::new(plan, *node, sources)).collect();
        Self { elements, controller: Controller::new(plan) }
    }

    /// Keeps the frames received at these line ends, and the packets of all clients if so wished.
    pub fn listen(&mut self, lines: &[(usize, usize)], clients: bool) {
        for element in &mut self.elements {
            for port in element.ports_mut() {
                port.ear.line = lines.contains(&(port.line, port.end)).then(Vec::new);
            }
            for path in element.paths_mut() {
                path.ear.packets = clients.then(Vec::new);
            }
        }
    }

    /// Frames are on their way; those for other nodes are passed over.
    pub fn deliver(&mut self, flights: impl IntoIterator<Item = (usize, Flight)>) {
        for (node, flight) in flights {
            if let Some(element) = self.elements.iter_mut().find(|e| e.is(node)) {
                element.deliver(flight);
            }
        }
    }

    /// Does all that is due before `until`; gives the frames that leave, each with the node it goes to.
    pub fn advance(&mut self, plan: &Plan, until: SimTime) -> Vec<(usize, Flight)> {
        let mut out = Vec::new();
        for element in &mut self.elements {
            element.advance(until, &mut out);
        }
        let node = |flight: &Flight| plan.lines[flight.to.0].ends[flight.to.1];
        out.into_iter().map(|flight| (node(&flight), flight)).collect()
    }

    /// What its nodes told of lines since this was asked last: it is for the controllers of all shards.
    pub fn notices(&mut self) -> Vec<Notice> {
        self.elements.iter_mut().flat_map(|element| std::mem::take(&mut element.notices)).collect()
    }

    /// The window that ended at `until` is over everywhere: the controller hears what was told in it, or later.
    pub fn control(&mut self, plan: &Plan, notices: &[Notice], until: SimTime) {
        let Some(controller) = &mut self.controller else { return };
        for Ordered { at, node, order } in controller.hear(plan, notices, until) {
            if let Some(element) = self.elements.iter_mut().find(|e| e.is(node)) {
                element.order(plan, at, &order);
            }
        }
    }

    /// What was told since this was asked last.
    pub fn harvest(&mut self) -> Harvest {
        let mut harvest = Harvest::default();
        for element in &mut self.elements {
            harvest.entries.extend(element.take_log());
            harvest.packets.extend(element.take_packets());
            for port in element.ports_mut() {
                let place = (port.line, port.end);
                let heard = port.ear.line.as_mut().map(std::mem::take);
                harvest.frames.extend(heard.map(|frames| (place, frames)));
            }
            for path in element.paths_mut() {
                let place = (path.service, path.end);
                let heard = path.ear.packets.as_mut().map(std::mem::take);
                harvest.clients.extend(heard.map(|packets| (place, packets)));
            }
            let errors = element.paths().iter().filter_map(path_end::PathEnd::error);
            harvest.error = harvest.error.take().or_else(|| errors.into_iter().next());
        }
        harvest
    }

    /// Lets time pass for those that nothing arrives at.
    pub fn settle(&mut self, now: SimTime) {
        self.elements.iter_mut().for_each(|element| element.settle(now));
    }

    /// What the line ends and ends of services saw, by line and end, and by service and end.
    pub fn summaries(&self) -> Summaries {
        let ports = self.elements.iter().flat_map(Element::ports);
        let ports = ports.map(|port| {
            let sink = &port.sink;
            let performance = [sink.section(), sink.odu().path()].map(|m| m.performance().cloned());
            let summary = PortSummary {
                counters: *sink.counters(),
                odu: *sink.odu().counters(),
                samples: port.samples.clone(),
                performance,
                frames_sent: port.frames_sent,
                late_frames: port.queues.iter().map(odu_queue::OduQueue::late).sum(),
            };
            ((port.line, port.end), summary)
        });
        let paths = self.elements.iter().flat_map(Element::paths).map(|path| {
            let protection = path.protection();
            let summary = PathSummary {
                counters: *path.sink().counters(),
                performance: path.sink().path().performance().cloned(),
                delay: path.delay(),
                pattern: path.pattern(),
                protection: protection.map(|p| (p.state(), p.counts(SimTime::ZERO))),
            };
            ((path.service, path.end), summary)
        });
        let terminations = self.elements.iter().flat_map(Element::ports).flat_map(Port::tandems);
        let tandems = terminations.flat_map(tandem::Termination::summaries);
        (ports.collect(), paths.collect(), tandems.collect())
    }
}

/// What a shard has to tell at the end: of ports, paths, tandem connections.
pub type Summaries = (Ends<PortSummary>, Ends<PathSummary>, BTreeMap<Point, TandemSummary>);

/// By line and end, or by service and end.
pub type Ends<T> = BTreeMap<(usize, usize), T>;

/// Everything that a run told.
#[derive(Debug, Default)]
pub struct Record {
    /// In the order of time.
    pub entries: Vec<Entry>,
    /// Entries beyond those kept.
    pub left_out: u64,
    /// By service and sending end.
    pub flows: Vec<[Flow; 2]>,
    /// Line ends.
    pub ports: Ends<PortSummary>,
    /// Ends of services.
    pub paths: Ends<PathSummary>,
    /// Ends of tandem connections.
    pub tandems: BTreeMap<Point, TandemSummary>,
    /// Virtual time at the end.
    pub ended: SimTime,
    /// It was stopped before its end.
    pub interrupted: bool,
}

/// Entries kept.
const ENTRIES: usize = 500_000;

/// Packets that have not come in this time will not come; more than any delay and queue.
const FORGOTTEN: SimTime = SimTime::from_ms(1_000);

impl Record {
    /// Of a run that has not begun.
    pub fn new(plan: &Plan) -> Self {
        let flows = plan.services.iter().map(|service| flows_of(plan, service)).collect();
        Self { flows, ..Self::default() }
    }

    /// Takes what shards told after the window that ended at `now`.
    pub fn take<'a>(&mut self, harvests: impl IntoIterator<Item = &'a mut Harvest>, now: SimTime) {
        let mut arrived = Vec::new();
        for harvest in harvests {
            let room = ENTRIES.saturating_sub(self.entries.len());
            self.left_out += harvest.entries.len().saturating_sub(room) as u64;
            self.entries.extend(harvest.entries.drain(..).take(room));
            for Packets { service, end, sent, arrived: came, marks } in harvest.packets.drain(..) {
                sent.into_iter().for_each(|packet| self.flows[service][end].sent(packet));
                arrived.push((service, end, came, marks));
            }
        }
        for (service, end, came, marks) in arrived {
            let flow = &mut self.flows[service][1 - end];
            marks.into_iter().for_each(|mark| flow.mark(mark));
            came.into_iter().for_each(|packet| flow.arrived(packet));
        }
        for flow in self.flows.iter_mut().flatten() {
            flow.expire(now, FORGOTTEN);
        }
    }

    /// The run is over.
    pub fn finish(&mut self, shards: impl IntoIterator<Item = Summaries>) {
        for (ports, paths, tandems) in shards {
            self.ports.extend(ports);
            self.paths.extend(paths);
            self.tandems.extend(tandems);
        }
        for flow in self.flows.iter_mut().flatten() {
            flow.finish(self.ended, self.interrupted);
        }
        self.entries.sort_by_key(|entry| (entry.at, entry.node));
    }
}

/// The flows of a service, by sending end. Without slots octets leave a fixed time after they came; in slots they wait
/// for their turn, and for what justification makes of their clock.
fn flows_of(plan: &Plan, service: &Service) -> [Flow; 2] {
    let in_slots = |hop: &&Hop| plan.lines[hop.line].slots.is_some();
    let hops = service.routes().map(|route| route.iter().filter(in_slots).count()).max();
    let odu = FrameClock::new(service.odu, Default::default()).frame_start(1).as_ps();
    let octet = odu / OduFrame::OCTETS as u64;
    let slack = SimTime::from_ps(octet * (1 + WAIT * hops.unwrap_or(0) as u64));
    [(); 2].map(|()| Flow::new(end_of(plan), slack))
}

/// Octets of an ODUj that it may be off in the slots of a line.
const WAIT: u64 = 512;

/// Time by which every node can go on alone: no frame arrives sooner than its own duration and the delay of its
/// line after it was begun.
pub fn window(plan: &Plan) -> SimTime {
    let least = plan.lines.iter().map(|line| {
        // A clock may be fast, and become faster: a tenth is more than any clock's offset.
        let frame = FrameClock::new(line.signal, Default::default()).frame_start(1).as_ps();
        line.delay + SimTime::from_ps(frame - frame / 10)
    });
    least.min().unwrap_or(SimTime::from_ms(1)).max(SimTime::from_ps(1))
}

/// Virtual time by which everything is aligned, from the line up, if nothing is wrong.
pub fn up_by(plan: &Plan) -> SimTime {
    let services = 0..plan.services.len();
    let longest = services.map(|service| element::grace(plan, service)).max().unwrap_or_default();
    // Whole milliseconds read better.
    SimTime::from_ms(longest.as_ns().div_ceil(1_000_000))
}

/// Virtual time at which a run ends: clients have stopped, and everything had time to arrive.
pub fn end_of(plan: &Plan) -> SimTime {
    plan.duration + up_by(plan)
}

/// Windows after which packets and log entries are collected.
pub const HARVEST: u64 = 64;

/// Runs a plan on the calling thread until its end, or until `goes_on` says no.
///
/// # Errors
/// Those of the packet sources.
pub fn run(
    plan: &Plan,
    mut sources: Sources,
    goes_on: &mut dyn FnMut(SimTime) -> bool,
) -> Result<Record, String> {
    let nodes: Vec<usize> = (0..plan.nodes.len()).collect();
    let mut shard = Shard::new(plan, &nodes, &mut sources);
    let mut record = Record::new(plan);
    let (window, end) = (window(plan), end_of(plan));
    let (mut now, mut count) = (SimTime::ZERO, 0);
    while now < end {
        now = (now + window).min(end);
        let out = shard.advance(plan, now);
        shard.deliver(out);
        let notices = shard.notices();
        shard.control(plan, &notices, now);
        count += 1;
        if count % HARVEST == 0 {
            let mut harvest = shard.harvest();
            record.take([&mut harvest], now);
            if let Some(error) = harvest.error {
                return Err(error);
            }
            if !goes_on(now) {
                record.interrupted = true;
                break;
            }
        }
    }
    shard.settle(now);
    record.take([&mut shard.harvest()], now);
    record.ended = now;
    record.finish([shard.summaries()]);
    Ok(record)
}

#[cfg(test)]
mod tests;
