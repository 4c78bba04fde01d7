//! The ports of a network at time zero, what each is for, and what each has to tell at the end.
//!
//! In: a network. Out: for each end of each line a port. At the ends of a route a path begins and
//! ends; between them two ports of a node are joined.

use std::collections::BTreeMap;

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, SimTime, Tti};
use otn_proc::defect::DefectLog;
use otn_proc::odu::Hold;
use otn_proc::section::SectionSource;
use otn_proc::terminal::{Counters, TerminalSink, TerminalSource};
use rand_core::Rng;

use super::fault::Faults;
use super::receiving::{Arrivals, Delivery, Onward, Receiving};
use super::sending::{Output, Role, Sending, Terminal};
use super::through::{LATENCY_FRAMES, Through};
use super::{Direction, Network, seed};
use crate::channel::Channel;
use crate::ledger::{Counts, Lost};

/// One end of a line.
pub(super) struct Port {
    pub(super) sending: Sending,
    pub(super) receiving: Receiving,
    /// The port of the same node, as line and end, to which the ODUk received here goes on.
    pub(super) outward: Option<(usize, usize)>,
}

/// What became of the packets of one direction of a service.
#[derive(Clone, Copy, Debug)]
pub struct FlowReport<'a> {
    /// Packets.
    pub packets: &'a Counts,
    /// The first lost packets, with their causes.
    pub lost: &'a [Lost],
}

/// What one direction of a line did, seen from its receiving end.
#[derive(Clone, Copy, Debug)]
pub struct DirectionReport<'a> {
    /// Frames, FEC, BIP.
    pub counters: &'a Counters,
    /// Defects.
    pub defects: &'a DefectLog,
    /// The sink itself.
    pub sink: &'a TerminalSink,
    /// The path of the ODUk ends here; else it goes on to another line.
    pub path_ends: bool,
    /// Codewords with more than eight wrong octets that the decoder turned into another codeword.
    pub miscorrected_codewords: u64,
    /// Bits still wrong after the decoder, in codewords it gave up on or without FEC.
    pub residual_bit_errors: u64,
}

/// What one end of a line has sent, and what it has received.
#[derive(Clone, Copy, Debug)]
pub struct PortReport<'a> {
    /// Frames sent.
    pub frames_sent: u64,
    /// Bits that the line flipped in them.
    pub bits_flipped: u64,
    /// What arrived here.
    pub received: DirectionReport<'a>,
}

impl Port {
    pub(super) fn report(&self) -> PortReport<'_> {
        let (output, receiving) = (&self.sending.output, &self.receiving);
        let truth = receiving.truth();
        PortReport {
            frames_sent: output.frames,
            bits_flipped: output.flipped,
            received: DirectionReport {
                counters: receiving.sink.counters(),
                defects: &receiving.defects,
                sink: &receiving.sink,
                path_ends: self.outward.is_none(),
                miscorrected_codewords: truth.miscorrected_codewords,
                residual_bit_errors: truth.residual_bit_errors,
            },
        }
    }
}

/// Index of the ledger of what this end of a service sends.
pub(super) const fn flow_of(service: usize, from: usize) -> usize {
    2 * service + from
}

/// All ports at time zero, by line and end; and how many flows they tell of.
pub(super) fn ports(network: &Network) -> (Vec<[Port; 2]>, usize) {
    let joined = joined(network);
    let mut flows = flow_of(network.services.len(), 0);
    let ports = (0..network.lines.len()).map(|line| {
        let first_flow = match network.service_of(line) {
            // The flow that goes from end 0 to end 1 of the line.
            Some((service, hop)) => [flow_of(service, hop.first), flow_of(service, hop.last())],
            None => {
                flows += 2;
                [flows - 2, flows - 1]
            }
        };
        [0, 1].map(|end| {
            let build = Build { network, line, end, flows: first_flow };
            build.port(joined.get(&(line, end)).copied())
        })
    });
    let ports = ports.collect();
    (ports, flows)
}

/// Pairs of ports between which an ODUk passes, each the other way too.
fn joined(network: &Network) -> BTreeMap<(usize, usize), (usize, usize)> {
    let mut joined = BTreeMap::new();
    for service in &network.services {
        for hops in service.route.windows(2) {
            let [one, other] = [(hops[0].line, hops[0].last()), (hops[1].line, hops[1].first)];
            joined.extend([(one, other), (other, one)]);
        }
    }
    joined
}

/// Builds the port at an end of a line.
struct Build<'a> {
    network: &'a Network,
    line: usize,
    end: usize,
    /// By sending end: the flow that the line carries.
    flows: [usize; 2],
}

impl Build<'_> {
    fn port(&self, joined: Option<(usize, usize)>) -> Port {
        let line = &self.network.lines[self.line];
        let (near, far) = (self.name(self.end), self.name(1 - self.end));
        let faults = Faults::new(&line.faults, self.end);
        let errors = self.stream(near, far, "errors");
        let channel = Channel::new(line.ber_towards[1 - self.end], errors);
        let role = match joined {
            Some(inward) => self.through(inward),
            None => self.terminal(),
        };
        let shift = self.stream(far, near, "phase").next_u32() % 8;
        let expected = Some(PayloadType::GFP);
        let sink = TerminalSink::new(line.signal, line.coding, expected, Hold::NOTHING);
        let delivery = match joined {
            Some(_) => {
                let latency = self.latency();
                Delivery::Through(Onward { latency, ..Onward::default() })
            }
            None => Delivery::Client(Arrivals::new(self.flows[1 - self.end])),
        };
        let direction = Direction { line: self.line, from: 1 - self.end };
        let way = (line.delay, shift);
        Port {
            sending: Sending { output: Output::new(channel, faults), role },
            receiving: Receiving::new(direction, way, line.coding.fec, sink, delivery),
            outward: joined,
        }
    }

    fn terminal(&self) -> Role {
        let line = &self.network.lines[self.line];
        let (near, far) = (self.name(self.end), self.name(1 - self.end));
        let section = trace(near, far, &line.name);
        let path = match self.network.service_of(self.line) {
            Some((service, _)) => {
                let service = &self.network.services[service];
                trace(near, self.far_node(service.route.as_slice()), &service.name)
            }
            None => trace(near, far, ""),
        };
        let source = TerminalSource::new(line.coding, section, path);
        Role::Terminal(Box::new(Terminal::new(self.clock(), source, self.flows[self.end])))
    }

    fn through(&self, inward: (usize, usize)) -> Role {
        let line = &self.network.lines[self.line];
        let section = trace(self.name(self.end), self.name(1 - self.end), &line.name);
        let section = SectionSource::new(section);
        Role::Through(Box::new(Through::new(inward, line.coding, section, self.clock())))
    }

    /// Name of the node at the other end of a route that ends here.
    fn far_node(&self, route: &[crate::network::Hop]) -> &str {
        let here = (self.line, self.end);
        let ends = [
            route.first().map(|hop| (hop.line, hop.first)),
            route.last().map(|hop| (hop.line, hop.last())),
        ];
        let far = if ends[0] == Some(here) { ends[1] } else { ends[0] };
        far.map_or("", |(line, end)| self.network.end_name(line, end))
    }

    fn name(&self, end: usize) -> &str {
        self.network.end_name(self.line, end)
    }

    fn clock(&self) -> FrameClock {
        let line = &self.network.lines[self.line];
        FrameClock::new(line.signal, self.network.nodes[line.ends[self.end]].clock)
    }

    fn latency(&self) -> SimTime {
        let signal = self.network.lines[self.line].signal;
        FrameClock::new(signal, Default::default()).frame_start(LATENCY_FRAMES)
    }

    fn stream(&self, from: &str, to: &str, what: &str) -> rand_chacha::ChaCha8Rng {
        let line = &self.network.lines[self.line].name;
        seed::stream(self.network.seed, &format!("{line}/{from}>{to}/{what}"))
    }
}

/// A trace from node to node; names longer than their field are cut.
fn trace(near: &str, far: &str, operator: &str) -> Tti {
    let cut = |text: &str, limit: usize| -> String {
        text.chars().filter(|c| (' '..='~').contains(c)).take(limit).collect()
    };
    let (sapi, dapi) = (cut(near, 15), cut(far, 15));
    // Cut to size and filtered, the fields cannot be refused.
    Tti::new(&sapi, &dapi, &cut(operator, 32)).unwrap_or_else(|_| Tti::from_octets([0; 64]))
}
