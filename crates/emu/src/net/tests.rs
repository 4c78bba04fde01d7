//! Whole networks: what arrives, what is told, and that it is the same for any number of shards.

use otn_frame::overhead::TcmLevel;
use otn_frame::{PartsPerBillion, Signal, SimTime};
use otn_map::odtu::Slots;
use otn_proc::aps::ApsLevel;
use otn_proc::odu::mux_source::Allocation;
use otn_proc::protection::{Architecture, Monitoring, ProtectionConfig};
use otn_proc::terminal::{Fec, LineCoding};

use super::alarms::{Because, Reach, alarms, chain};
use super::log::Point;
use super::model::{
    Client, Hop, LightState, Line, Node, Plan, ProtectionPlan, Sends, Service, Tributary,
};
use super::*;
use crate::channel::BitErrorRatio;
use crate::net::trails::Traces;

/// A network that grows.
struct Build {
    plan: Plan,
    allocations: Vec<Allocation>,
}

impl Build {
    fn new(nodes: usize, duration_ms: u64) -> Self {
        let node = |n: usize| Node {
            name: format!("n{n}"),
            clock: PartsPerBillion::new([3_000, -7_000, 12_000, -15_000, 0][n % 5]).unwrap(),
            location: None,
        };
        let plan = Plan {
            name: "test".to_string(),
            seed: 5,
            begin: SimTime::ZERO,
            duration: SimTime::from_ms(duration_ms),
            nodes: (0..nodes).map(node).collect(),
            lines: Vec::new(),
            services: Vec::new(),
            actions: Vec::new(),
        };
        Self { plan, allocations: Vec::new() }
    }

    fn line(&mut self, ends: [usize; 2], signal: Signal, delay_us: u64, ber: f64) -> usize {
        let slots = match signal {
            Signal::Otu1 => Slots::Opu1,
            Signal::Otu2 => Slots::Opu2By8,
            Signal::Otu3 => Slots::Opu3By32,
            _ => Slots::Opu4,
        };
        let steady = vec![LightState::steady(BitErrorRatio::new(ber).unwrap())];
        self.plan.lines.push(Line {
            name: format!("l{}", self.plan.lines.len()),
            ends,
            signal,
            coding: LineCoding { fec: Fec::Rs255_239, scrambled: true },
            codes: [None, None],
            delay: SimTime::from_ns(delay_us * 1_000),
            slots: Some(slots),
            tributaries: Vec::new(),
            light: [steady.clone(), steady],
            section: Traces::default(),
            path: Traces::default(),
            degrade: None,
        });
        self.allocations.push(Allocation::new(slots));
        self.plan.lines.len() - 1
    }

    fn route(&mut self, odu: Signal, from: usize, lines: &[usize]) -> Vec<Hop> {
        let mut at = from;
        let hop = |line: &usize| {
            let first = usize::from(self.plan.lines[*line].ends[0] != at);
            at = self.plan.lines[*line].ends[1 - first];
            let content = self.allocations[*line].place(odu, None, None).unwrap();
            let tributaries = &mut self.plan.lines[*line].tributaries;
            tributaries.push(Tributary { odu, content: Some(content) });
            Hop { line: *line, first, tributary: tributaries.len() - 1 }
        };
        lines.iter().map(hop).collect()
    }

    fn service(&mut self, odu: Signal, ends: [usize; 2], lines: &[usize], every_ns: u64) -> usize {
        let route = self.route(odu, ends[0], lines);
        let send = Sends::Numbered { octets: 500, every: SimTime::from_ns(every_ns) };
        self.plan.services.push(Service {
            name: format!("s{}", self.plan.services.len()),
            odu,
            client: Client::EthernetGfp,
            ends,
            route,
            protection: None,
            restoration: None,
            sends: [send.clone(), send],
            path: Traces::default(),
            degrade: None,
            supervision: Default::default(),
        });
        self.plan.services.len() - 1
    }

    fn protect(&mut self, service: usize, lines: &[usize], config: ProtectionConfig) {
        let (odu, from) = (self.plan.services[service].odu, self.plan.services[service].ends[0]);
        let route = self.route(odu, from, lines);
        self.plan.services[service].protection = Some(ProtectionPlan { route, config });
    }

    /// No light in both directions of a line from one instant to another.
    fn cut(&mut self, line: usize, from_ms: u64, until_ms: u64) {
        for light in &mut self.plan.lines[line].light {
            let before = light[0];
            let at =
                |ms: u64, light: bool| LightState { from: SimTime::from_ms(ms), light, ..before };
            light.extend([at(from_ms, false), at(until_ms, true)]);
        }
    }

    fn run(&self) -> Record {
        let sources = self.plan.services.iter().map(|_| [None, None]).collect();
        let plan = Plan { begin: up_by(&self.plan), ..self.plan.clone() };
        run(&plan, sources, &mut |_| true).unwrap()
    }
}

fn reach_of_cut(line: usize, at_ms: u64) -> Reach {
    let lines = vec![(line, 0), (line, 1)];
    Reach { event: 0, at: SimTime::from_ms(at_ms), lines, ..Reach::default() }
}

#[test]
fn packets_cross_a_chain_of_switches_in_every_structure() {
    for (signal, odu, every, ms) in [
        (Signal::Otu1, Signal::Odu0, 5_000, 16),
        (Signal::Otu2, Signal::Odu0, 5_000, 10),
        (Signal::Otu2, Signal::Odu1, 2_500, 7),
        (Signal::Otu3, Signal::Odu2, 1_000, 4),
        (Signal::Otu4, Signal::Odu0, 5_000, 6),
    ] {
        let mut build = Build::new(3, ms);
        let lines = [build.line([0, 1], signal, 20, 1e-5), build.line([2, 1], signal, 35, 1e-5)];
        let service = build.service(odu, [0, 2], &lines, every);
        let record = build.run();
        assert!(
            record.entries.is_empty(),
            "{signal} {odu}: {:?}",
            &record.entries[..4.min(record.entries.len())]
        );
        for flow in &record.flows[service] {
            let counts = flow.counts();
            assert!(counts.sent > 100, "{signal} {odu} {counts:?}");
            assert_eq!(
                (counts.lost, counts.corrupted, counts.duplicated, counts.fcs_errors),
                (0, 0, 0, 0),
                "{signal} {odu} {counts:?} {:?}",
                flow.disruptions()
            );
            assert_eq!(counts.sent, counts.delivered);
        }
        assert!(record.ports.values().all(|port| port.late_frames == 0));
        let corrected: u64 = record.ports.values().map(|p| p.counters.corrected_bits).sum();
        assert!(corrected > 0);
        for path in record.paths.values() {
            let errored = (path.counters.errored_blocks, path.counters.bei);
            assert_eq!(errored, (0, 0), "{signal} {odu} of {}", path.counters.frames);
        }
    }
}

#[test]
fn a_cut_on_a_protected_ring_is_one_fault_and_a_short_gap() {
    let level = |n: u8| ApsLevel::Tandem(TcmLevel::all().nth(usize::from(n) - 1).unwrap());
    for (architecture, monitoring, level) in [
        (Architecture::OnePlusOneUnidirectional, Monitoring::NonIntrusive, ApsLevel::Path),
        (Architecture::OnePlusOneBidirectional, Monitoring::Sublayer, level(3)),
        (Architecture::OneToOne, Monitoring::Sublayer, level(1)),
    ] {
        let mut build = Build::new(4, 60);
        let ring: Vec<usize> =
            (0..4).map(|n| build.line([n, (n + 1) % 4], Signal::Otu2, 50, 1e-6)).collect();
        let service = build.service(Signal::Odu0, [0, 2], &ring[..2], 20_000);
        let mut config = ProtectionConfig::new(architecture, monitoring, level);
        config.wait_to_restore = SimTime::from_ms(10);
        build.protect(service, &[ring[3], ring[2]], config);
        build.cut(ring[1], 20, 35);
        let record = build.run();
        for entry in &record.entries {
            println!("{} n{} {:?} {:?}", entry.at, entry.node, entry.point, entry.what);
        }
        for flow in &record.flows[service] {
            let (counts, (disruptions, _)) = (flow.counts(), flow.disruptions());
            println!("{counts:?} {disruptions:?}");
            assert!(counts.lost > 0 && counts.corrupted == 0, "{counts:?}");
            let first = disruptions.first().unwrap();
            let gap = first.to.since(first.from);
            assert!(gap < SimTime::from_ms(15), "{monitoring:?} {gap}");
        }
        let found = alarms(&build.plan, &record.entries, &[reach_of_cut(ring[1], 20)]);
        let primary: Vec<_> = found.iter().filter(|alarm| alarm.primary).collect();
        // One at each end of the fibre that was cut, both ways.
        assert_eq!(primary.len(), 2, "{primary:#?}");
        assert!(primary.iter().all(|alarm| {
            matches!(alarm.point, Point::Section { line, .. } if line == ring[1])
                && alarm.because == Because::Event(0)
                && alarm.cleared.is_some()
        }));
        for index in 0..found.len() {
            assert_eq!(chain(&found, index).1, Some(0), "{:?}", found[index]);
        }
    }
}
