//! The ports of a network at time zero, what each is for, and what each has to tell at the end.
//!
//! In: a network. Out: for each end of each line a port. At the ends of a route a path begins and
//! ends; between them two ports of a node are joined.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, SimTime, Tti};
use otn_proc::defect::DefectLog;
use otn_proc::delay::DelayLevel;
use otn_proc::odu::Hold;
use otn_proc::odu::passage::Passage;
use otn_proc::place::Place;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::section::SectionSource;
use otn_proc::supervision::settings::Settings;
use otn_proc::tandem::{TandemSettings, TandemSink, TandemSource};
use otn_proc::terminal::{Counters, TerminalSink, TerminalSource};
use rand_core::Rng;

use super::causes::FaultCause;
use super::delay::{DelayMeter, DelayReport};
use super::fault::Faults;
use super::receiving::{Arrivals, Delivery, Onward, Receiving, Supervision};
use super::sending::{Output, Role, Sending, Terminal};
use super::through::{LATENCY_FRAMES, Through};
use super::{Direction, Network, seed};
use crate::channel::Channel;
use crate::ledger::{Counts, Lost};
use crate::network::{Hop, Service, Tandem, trace};

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
#[derive(Clone, Debug)]
pub struct DirectionReport<'a> {
    /// Frames, FEC, BIP.
    pub counters: &'a Counters,
    /// Defects.
    pub defects: &'a DefectLog,
    /// The sink itself.
    pub sink: &'a TerminalSink,
    /// The path of the ODUk ends here; else it goes on to another line.
    pub path_ends: bool,
    /// The tandem connections that end here, each with the BIP-8 violations seen, and those that the
    /// far end told of.
    pub tandem: Vec<(&'a TandemSink, [u64; 2])>,
    /// Fault causes as they were raised, and how many more there were than are kept.
    pub causes: (&'a [FaultCause], u64),
    /// What was measured from here of the delay there and back.
    pub delay: Vec<DelayReport<'a>>,
    /// Codewords with more than eight wrong octets that the decoder turned into another codeword.
    pub miscorrected_codewords: u64,
    /// Bits still wrong after the decoder, in codewords it gave up on or without FEC.
    pub residual_bit_errors: u64,
}

/// What one end of a line has sent, and what it has received.
#[derive(Clone, Debug)]
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
                tandem: receiving.tandem(),
                causes: receiving.causes().found(),
                delay: receiving.delay().reports(),
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
        let provision = self.provision(joined.is_some());
        let supervision = self.supervision(&provision, joined.is_some());
        let mut own = provision.clone();
        if joined.is_some() {
            // What ends here has sinks of its own.
            own.odu.tandem = Default::default();
        }
        let sink = TerminalSink::provisioned(line.signal, line.coding, own, Hold::NOTHING);
        let tandem = self.tandem();
        let delivery = match joined {
            Some(_) => {
                let mut ends = Passage::new();
                for tandem in self.tandem().iter().rev() {
                    // The shortest one is the innermost.
                    ends.ends(tandem.level, *provision.odu.level(tandem.level));
                }
                let ends = ends.counting(line.signal.odu(), provision.odu.performance);
                Delivery::Through(Box::new(Onward::new(self.latency(), ends)))
            }
            None => {
                let levels = tandem.iter().map(|tandem| tandem.level).collect();
                Delivery::Client(Arrivals::new(self.flows[1 - self.end], levels))
            }
        };
        let direction = Direction { line: self.line, from: 1 - self.end };
        let way = (line.delay, shift);
        Port {
            sending: Sending { output: Output::new(channel, faults), role },
            receiving: Receiving::new(
                direction,
                way,
                line.coding.fec,
                (sink, supervision),
                delivery,
            ),
            outward: joined,
        }
    }

    /// What the sinks of the port are told.
    fn provision(&self, passes: bool) -> Provision {
        let line = &self.network.lines[self.line];
        let mut odu = OduProvision::expecting(Some(PayloadType::GFP));
        if let Some((service, hop)) = self.network.service_of(self.line) {
            let service = &self.network.services[service];
            odu.performance.degrade = service.degrade;
            if !passes {
                odu.path = service.traces.expected[self.end_of_service(hop)];
            }
            for tandem in self.tandem() {
                *odu.level_mut(tandem.level) = TandemSettings {
                    mode: tandem.mode,
                    trace: tandem.traces.expected[self.end_of_service(hop)],
                    ltc_action: tandem.ltc_action,
                    provisioned: true,
                };
            }
        }
        let section = line.traces.expected[self.end];
        Provision { section, odu, ..Provision::default() }
    }

    fn supervision(&self, provision: &Provision, passes: bool) -> Supervision {
        let mut settings = Settings::from(provision);
        if let Some(odu) = settings.at.get_mut(&Place::ROOT) {
            // The signal goes through the shortest connection first. A path that does not end here has
            // nobody who would miss it.
            let inner = |level| self.tandem().iter().rev().position(|t| t.level == level);
            odu.tandems.sort_by_key(|(level, _)| inner(*level));
            odu.path.ssf_reported = !passes;
        }
        let mut delay = DelayMeter::new(self.clock(), self.network.duration);
        let mut at_end = |hop: Hop, level, schedule| {
            if self.end_of_service(hop) == 0 {
                delay.measure(level, schedule);
            } else {
                delay.loop_back(level);
            }
        };
        if let Some((service, hop)) = self.network.service_of(self.line)
            && let Some(schedule) = self.network.services[service].delay
        {
            if !passes {
                at_end(hop, DelayLevel::Path, schedule);
            }
            for tandem in self.tandem().iter().filter(|tandem| tandem.delay) {
                at_end(hop, DelayLevel::Tandem(tandem.level), schedule);
            }
        }
        for tandem in self.tandem() {
            delay.tandem_ends(tandem.level, provision.odu.level(tandem.level));
        }
        Supervision::new(provision, settings, delay)
    }

    /// The end, 0 or 1, of a service or of a tandem connection of it that is at this port.
    fn end_of_service(&self, hop: Hop) -> usize {
        usize::from(hop.first != self.end)
    }

    /// The trace of the section that begins here.
    fn section_trace(&self) -> Tti {
        let line = &self.network.lines[self.line];
        let names = trace(self.name(self.end), self.name(1 - self.end), &line.name);
        line.traces.sent[self.end].unwrap_or(names)
    }

    fn terminal(&self) -> Role {
        let line = &self.network.lines[self.line];
        let (near, far) = (self.name(self.end), self.name(1 - self.end));
        let path = match self.network.service_of(self.line) {
            Some((service, hop)) => {
                let service = &self.network.services[service];
                let names = trace(near, self.far_node(service), &service.name);
                service.traces.sent[self.end_of_service(hop)].unwrap_or(names)
            }
            None => trace(near, far, ""),
        };
        let mut source = TerminalSource::new(line.coding, self.section_trace(), path);
        for tandem in self.tandem() {
            let begins = TandemSource::new(tandem.level, self.tandem_trace(tandem));
            source = source.with_tandem(begins);
        }
        Role::Terminal(Box::new(Terminal::new(self.clock(), source, self.flows[self.end])))
    }

    fn through(&self, inward: (usize, usize)) -> Role {
        let line = &self.network.lines[self.line];
        let section = SectionSource::new(self.section_trace());
        let mut begins = Passage::new();
        for tandem in self.tandem() {
            begins.begins(tandem.level, self.tandem_trace(tandem));
        }
        Role::Through(Box::new(Through::new(inward, line.coding, section, begins, self.clock())))
    }

    /// The tandem connections with an end at this port, the longest first: what is sent here begins
    /// one, and what is received here ends it.
    fn tandem(&self) -> Vec<Tandem> {
        let Some((service, hop)) = self.network.service_of(self.line) else { return Vec::new() };
        let service = &self.network.services[service];
        let before = service.route.iter().position(|other| *other == hop).unwrap_or(0);
        let here = |tandem: &&Tandem| {
            if hop.first == self.end { tandem.from == before } else { tandem.to == before + 1 }
        };
        let mut tandem: Vec<Tandem> = service.tandem.iter().filter(here).copied().collect();
        tandem.sort_by_key(|tandem| Reverse((tandem.to - tandem.from, tandem.level)));
        tandem
    }

    /// The trace that a tandem connection carries from here to its other end.
    fn tandem_trace(&self, tandem: Tandem) -> Tti {
        let Some((service, hop)) = self.network.service_of(self.line) else {
            return Tti::from_octets([0; 64]);
        };
        let service = &self.network.services[service];
        let far = service.tandem_port(tandem, usize::from(hop.first == self.end));
        let far = far.map_or("", |(line, end)| self.network.end_name(line, end));
        let names = trace(self.name(self.end), far, &service.name);
        tandem.traces.sent[self.end_of_service(hop)].unwrap_or(names)
    }

    /// Name of the node at the other end of a service that ends here.
    fn far_node(&self, service: &Service) -> &str {
        let ends = [service.port(0), service.port(1)];
        let far = if ends[0] == Some((self.line, self.end)) { ends[1] } else { ends[0] };
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
