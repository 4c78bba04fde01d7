//! How a live network is: what `otn ctl status --json` tells, and what the screen shows.
//!
//! In: the record of the run so far, sums of line ends and ends of services, counters of ports. Out: one value, whose
//! JSON is described in `docs/live.md`. Nothing in it is estimated: rates are differences of counters.

use std::collections::BTreeMap;

use otn_emu::net::Record;
use otn_emu::net::alarms::{self, Because, Reach};
use otn_emu::net::flows::Flow;
use otn_emu::net::log::{Entry, Point, What};
use otn_emu::net::model::{LightState, Plan};
use otn_frame::SimTime;
use otn_proc::protection::ProtectionChange;
use serde::{Deserialize, Serialize};

use super::client::PortCounters;
use super::drive::Opened;
use super::pace::Kept;
use crate::network::Event;
use crate::network_run::Names;

/// Events that are told.
const EVENTS: usize = 50;

/// How a network is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// Name of the network.
    pub name: String,
    /// Time of the network, s.
    pub virtual_time_s: f64,
    /// Time on the wall since the start, s.
    pub wall_time_s: f64,
    /// Clients may send.
    pub ready: bool,
    /// How time is kept.
    pub pace: PaceStatus,
    /// The services.
    pub services: Vec<ServiceStatus>,
    /// The lines.
    pub lines: Vec<LineStatus>,
    /// Alarms that stand.
    pub alarms: Vec<AlarmStatus>,
    /// What happened last, oldest first.
    pub events: Vec<EventStatus>,
}

/// How the network's time is kept in step with the wall.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PaceStatus {
    /// Seconds of the network asked for in a second.
    pub asked: f64,
    /// What it was in the last second.
    pub real_time_factor: f64,
    /// What it was since the start.
    pub real_time_factor_in_all: f64,
    /// Time on the wall that was lost because the machine could not keep up, ms.
    pub slip_ms: f64,
    /// How often that was.
    pub deadline_misses: u64,
    /// The largest lateness that was caught up, ms.
    pub worst_lateness_ms: f64,
    /// Threads on which nodes run.
    pub threads: usize,
}

/// A service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceStatus {
    /// Name.
    pub name: String,
    /// Nodes at its ends.
    pub ends: [String; 2],
    /// Its ODUj.
    pub odu: String,
    /// Lines of its working route.
    pub route: Vec<String>,
    /// Lines of the other one.
    pub protection_route: Option<Vec<String>>,
    /// By node at its ends that are here: `working` or `protection`, where it is protected.
    pub selected: BTreeMap<String, String>,
    /// Both directions.
    pub directions: Vec<DirectionStatus>,
    /// Ports of clients.
    pub ports: Vec<PortStatus>,
}

/// A direction of a service.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DirectionStatus {
    /// Sending node.
    pub from: String,
    /// Receiving node.
    pub to: String,
    /// What comes out at the far end is the client; nothing where that end is not here.
    pub up: Option<bool>,
    /// Packets taken into the network.
    pub sent: u64,
    /// Packets that came out whole.
    pub delivered: u64,
    /// Packets that did not, or with a wrong FCS. Where an end is in another program nothing is known to be lost.
    pub lost: u64,
    /// Of these: in times in which an alarm stood, had just stood or was about to, or in which traffic went another
    /// way.
    pub explained: u64,
    /// Packets on their way.
    pub in_flight: u64,
    /// Packets with a wrong FCS.
    pub fcs_errors: u64,
    /// Packets that came out twice.
    pub duplicated: u64,
    /// Packets that came out with a right FCS and that nobody had sent.
    pub corrupted: u64,
    /// Octets that came out, with FCS.
    pub octets: u64,
    /// Latency of the network, microseconds.
    pub latency_us: Option<LatencyStatus>,
    /// Times in which packets were missing.
    pub disruptions: u64,
    /// The longest of them, from the last packet before to the first one after, ms.
    pub longest_disruption_ms: f64,
    /// The last one.
    pub last_disruption: Option<DisruptionStatus>,
}

/// Latency in the network: from the port to the port, in its time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LatencyStatus {
    /// Smallest.
    pub min: f64,
    /// Mean.
    pub mean: f64,
    /// Largest.
    pub max: f64,
}

/// A time in which packets were missing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DisruptionStatus {
    /// Arrival of the last packet before it, s of the network.
    pub from_s: f64,
    /// Arrival of the first one after it.
    pub to_s: f64,
    /// Packets missing.
    pub lost: u64,
}

/// A port of a client.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PortStatus {
    /// Its node.
    pub node: String,
    /// Its device, for people.
    pub device: String,
    /// Its owner has it up.
    pub up: bool,
    /// It is shown a carrier.
    pub carrier: bool,
    /// It was deleted while the network ran.
    pub gone: bool,
    /// Packets that came in.
    pub received: u64,
    /// Packets that went out.
    pub sent: u64,
    /// Packets in the queue in front of the ODUj.
    pub queue: u64,
    /// The most there ever were.
    pub queue_most: u64,
    /// The most there may be.
    pub queue_limit: u64,
    /// Time that the last packet waited in it, microseconds.
    pub queue_delay_us: f64,
    /// Dropped because the queue was full.
    pub dropped_queue_full: u64,
    /// Dropped because they were longer than a jumbo frame.
    pub dropped_too_long: u64,
    /// Dropped by the interface on the way out: down, or full.
    pub dropped_by_interface: u64,
    /// Dropped by the kernel on the way in, before the network saw them.
    pub dropped_by_kernel: u64,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineStatus {
    /// Name.
    pub name: String,
    /// Nodes at its ends.
    pub ends: [String; 2],
    /// The OTUk.
    pub signal: String,
    /// Its code.
    pub fec: String,
    /// Both directions.
    pub directions: Vec<LineDirection>,
    /// Its stream, where an end is in another program.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub stream: Option<StreamStatus>,
}

/// A direction of a line.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LineDirection {
    /// Sending node.
    pub from: String,
    /// Receiving node.
    pub to: String,
    /// There is light.
    pub light: bool,
    /// The bit error ratio that the light makes, before FEC.
    pub ber: f64,
    /// Frames received; nothing of ends that are not here.
    pub frames: u64,
    /// Bits received.
    pub bits: u64,
    /// Bits that the line flipped.
    pub flipped_bits: u64,
    /// Bits that the decoder corrected.
    pub corrected_bits: u64,
    /// Codewords beyond it.
    pub uncorrectable_codewords: u64,
    /// BIP-8 violations of the section.
    pub bip_violations: u64,
}

/// The stream of a line between two programs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StreamStatus {
    /// It is there.
    pub connected: bool,
    /// Times that it was lost.
    pub breaks: u64,
    /// Frames sent.
    pub sent: u64,
    /// Frames dropped because the other side was not there, or did not take them.
    pub dropped: u64,
    /// Frames that came.
    pub received: u64,
    /// Of these, frames for which there was no time at the line end.
    pub discarded: u64,
    /// Times at which they came too late, or too early, and time was set anew.
    pub retimed: u64,
}

/// An alarm that stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AlarmStatus {
    /// Where.
    pub node: String,
    /// Port, and what ends there.
    pub point: String,
    /// The fault cause as G.798 names it.
    pub cause: String,
    /// Since when, s of the network.
    pub since_s: f64,
    /// It names a fault; others follow from it.
    pub primary: bool,
    /// What it follows from: an event or another alarm.
    pub because: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EventStatus {
    /// When, s of the network.
    pub at_s: f64,
    /// `alarm`, `clear`, `switch`, `operator` or `refused`.
    pub kind: String,
    /// What, in words.
    pub text: String,
}

/// What a status is made of.
pub(super) struct Inputs<'a> {
    /// The network with the light of now.
    pub(super) plan: &'a Plan,
    /// The run so far.
    pub(super) record: &'a Record,
    /// Operators' and the file's events.
    pub(super) events: &'a [Event],
    /// What they touch.
    pub(super) reaches: &'a [Reach],
    /// Ports.
    pub(super) ports: &'a [Opened],
    /// By service and receiving end: what comes out is not the client.
    pub(super) failed: &'a BTreeMap<(usize, usize), bool>,
    /// By service and end: traffic comes from the protection.
    pub(super) on_protection: &'a BTreeMap<(usize, usize), bool>,
    /// By line: streams.
    pub(super) streams: &'a BTreeMap<usize, StreamStatus>,
    /// What happened, oldest first.
    pub(super) told: &'a [EventStatus],
    /// Time.
    pub(super) kept: Kept,
    /// Time on the wall, s.
    pub(super) wall_s: f64,
    /// Asked for.
    pub(super) pace: f64,
    /// Threads.
    pub(super) threads: usize,
}

/// Time for which an alarm that has cleared or has not been raised yet, or a switch, explains a loss: as long as
/// packets may be on their way.
const EXPLAINS: SimTime = SimTime::from_ms(1_000);

impl Inputs<'_> {
    /// The status.
    pub(super) fn status(&self) -> Status {
        let Self { plan, record, kept, .. } = self;
        let found = alarms::alarms(plan, &record.entries, self.reaches);
        Status {
            name: plan.name.clone(),
            virtual_time_s: record.ended.as_seconds(),
            wall_time_s: self.wall_s,
            ready: record.ended > plan.begin,
            pace: PaceStatus {
                asked: self.pace,
                real_time_factor: kept.factor,
                real_time_factor_in_all: kept.factor_in_all,
                slip_ms: kept.slip.as_secs_f64() * 1e3,
                deadline_misses: kept.misses,
                worst_lateness_ms: kept.worst.as_secs_f64() * 1e3,
                threads: self.threads,
            },
            services: (0..plan.services.len()).map(|at| self.service(at, &found)).collect(),
            lines: (0..plan.lines.len()).map(|at| self.line(at)).collect(),
            alarms: self.alarms(&found),
            events: self.told[self.told.len().saturating_sub(EVENTS)..].to_vec(),
        }
    }

    fn node(&self, node: usize) -> String {
        self.plan.nodes[node].name.clone()
    }

    fn service(&self, index: usize, found: &[alarms::Alarm]) -> ServiceStatus {
        let service = &self.plan.services[index];
        let lines = |route: &[otn_emu::net::model::Hop]| {
            route.iter().map(|hop| self.plan.lines[hop.line].name.clone()).collect()
        };
        let selected = [0, 1].into_iter().filter_map(|end| {
            let protection = *self.on_protection.get(&(index, end))?;
            let word = if protection { "protection" } else { "working" };
            Some((self.node(service.ends[end]), word.to_string()))
        });
        let ports = self.ports.iter().filter(|port| port.place.0 == index);
        ServiceStatus {
            name: service.name.clone(),
            ends: service.ends.map(|node| self.node(node)),
            odu: service.odu.to_string(),
            route: lines(&service.route),
            protection_route: service.protection.as_ref().map(|p| lines(&p.route)),
            selected: selected.collect(),
            directions: [0, 1].map(|from| self.direction(index, from, found)).into(),
            ports: ports.map(|port| self.port(port)).collect(),
        }
    }

    fn direction(&self, index: usize, from: usize, found: &[alarms::Alarm]) -> DirectionStatus {
        let service = &self.plan.services[index];
        let flow = &self.record.flows[index][from];
        let counts = flow.counts();
        let us = |time: SimTime| time.as_ps() as f64 / 1e6;
        let latency = flow.latency();
        let (disruptions, more) = flow.disruptions();
        let longest = disruptions.iter().map(|gap| gap.to.since(gap.from)).max();
        DirectionStatus {
            from: self.node(service.ends[from]),
            to: self.node(service.ends[1 - from]),
            up: self.failed.get(&(index, 1 - from)).map(|failed| !failed),
            sent: counts.sent,
            delivered: counts.delivered,
            lost: counts.lost,
            explained: self.explained(index, flow, found),
            in_flight: flow.on_the_way(),
            fcs_errors: counts.fcs_errors,
            duplicated: counts.duplicated,
            corrupted: counts.corrupted,
            octets: counts.octets,
            latency_us: (counts.delivered > 0 && !flow.is_one_sided()).then(|| LatencyStatus {
                min: us(latency.min),
                mean: us(latency.mean(counts.delivered)),
                max: us(latency.max),
            }),
            disruptions: disruptions.len() as u64 + more,
            longest_disruption_ms: longest.map_or(0.0, |gap| gap.as_seconds() * 1e3),
            last_disruption: disruptions.last().map(|gap| DisruptionStatus {
                from_s: gap.from.as_seconds(),
                to_s: gap.to.as_seconds(),
                lost: gap.lost,
            }),
        }
    }

    /// Packets of a service lost in times for which there was a reason: an alarm, or traffic that went another way.
    fn explained(&self, service: usize, flow: &Flow, found: &[alarms::Alarm]) -> u64 {
        let moved = |entry: &&Entry| {
            let here =
                matches!(entry.point, Some(Point::Path { service: of, .. }) if of == service);
            let switched = matches!(
                entry.what,
                What::Protection(ProtectionChange::Switched { .. }) | What::Rerouted { .. }
            );
            here && switched
        };
        let moves =
            self.record.entries.iter().filter(moved).map(|entry| (entry.at, Some(entry.at)));
        let stood = found.iter().map(|alarm| (alarm.raised, alarm.cleared));
        let reasons: Vec<_> = stood.chain(moves).collect();
        let reason = |from: SimTime, to: SimTime| {
            reasons.iter().any(|(began, ended)| {
                *began <= to + EXPLAINS && ended.is_none_or(|ended| ended + EXPLAINS >= from)
            })
        };
        let (disruptions, _) = flow.disruptions();
        disruptions.iter().filter(|gap| reason(gap.sent.0, gap.to)).map(|gap| gap.lost).sum()
    }

    fn port(&self, port: &Opened) -> PortStatus {
        use std::sync::atomic::Ordering::Relaxed;
        let counters = &port.counters;
        let get = PortCounters::get;
        PortStatus {
            node: self.node(self.plan.services[port.place.0].ends[port.place.1]),
            device: port.device.name.clone(),
            up: counters.up.load(Relaxed),
            carrier: counters.carrier.load(Relaxed),
            gone: counters.gone.load(Relaxed),
            received: get(&counters.received),
            sent: get(&counters.sent),
            queue: get(&counters.waiting),
            queue_most: get(&counters.most_waiting),
            queue_limit: port.settings.queue as u64,
            queue_delay_us: get(&counters.waited_ns) as f64 / 1e3,
            dropped_queue_full: get(&counters.full),
            dropped_too_long: get(&counters.too_long),
            dropped_by_interface: get(&counters.refused),
            dropped_by_kernel: get(&counters.kernel),
        }
    }

    fn line(&self, index: usize) -> LineStatus {
        let line = &self.plan.lines[index];
        let now = self.record.ended;
        let direction = |from: usize| {
            let states = &line.light[1 - from];
            let at = states.partition_point(|state| state.from <= now).saturating_sub(1);
            let state = states.get(at).copied().unwrap_or(LightState::steady(Default::default()));
            let port = self.record.ports.get(&(index, 1 - from));
            let total = port.map(|port| port.samples.total()).unwrap_or_default();
            LineDirection {
                from: self.node(line.ends[from]),
                to: self.node(line.ends[1 - from]),
                light: state.light,
                ber: state.ber.get(),
                frames: total.frames,
                bits: total.line_bits,
                flipped_bits: total.flipped_bits,
                corrected_bits: total.corrected_bits,
                uncorrectable_codewords: total.uncorrectable_codewords,
                bip_violations: total.section_bip_violations,
            }
        };
        LineStatus {
            name: line.name.clone(),
            ends: line.ends.map(|node| self.node(node)),
            signal: line.signal.to_string(),
            fec: line.code_name(0).to_string(),
            directions: [0, 1].map(direction).into(),
            stream: self.streams.get(&index).cloned(),
        }
    }

    fn alarms(&self, found: &[alarms::Alarm]) -> Vec<AlarmStatus> {
        let names = Names { plan: self.plan };
        let label = |alarm: &alarms::Alarm| {
            format!("{} {} {}", names.node(alarm.point), names.point(alarm.point), alarm.cause)
        };
        let standing = found.iter().filter(|alarm| alarm.cleared.is_none());
        let told = standing.map(|alarm| AlarmStatus {
            node: names.node(alarm.point),
            point: names.point(alarm.point),
            cause: alarm.cause.to_string(),
            since_s: alarm.raised.as_seconds(),
            primary: alarm.primary,
            because: match alarm.because {
                Because::Event(event) => self.events.get(event).map(|event| event.text.clone()),
                Because::Alarm(other) => found.get(other).map(label),
                Because::Unknown => None,
            },
        });
        let mut all: Vec<AlarmStatus> = told.collect();
        all.sort_by_key(|alarm| !alarm.primary);
        all
    }
}
