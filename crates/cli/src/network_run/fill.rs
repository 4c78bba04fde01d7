//! From what a run recorded to its report.
//!
//! In: the plan, the record, what the user's events were. Out: the values of `report.json`. Nothing is counted here
//! that was not counted in the run.

use std::collections::BTreeMap;

use otn_emu::net::alarms::{self, Reach};
use otn_emu::net::flows::Flow;
use otn_emu::net::log::{Entry, Point, What};
use otn_emu::net::model::{Action, Client, Hop, Line, Mapping, Plan, Service};
use otn_emu::net::{PatternCounts, PortSummary, Record};
use otn_frame::SimTime;
use otn_proc::performance::monitor::PerformanceMonitor;
use otn_proc::performance::primitives::EndSecond;
use otn_proc::performance::report::{EndCounters as Counted, Period, RegisterReport, Validity};
use otn_proc::protection::{Entity, ProtectionChange, ProtectionState};
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::probable_cause::{Facing, probable_cause};

use super::codes;
use crate::network::Light;
use crate::network_report::model;

/// An event of the user's, as the report tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// When.
    pub at: SimTime,
    /// What, in words.
    pub text: String,
    /// Its kind.
    pub kind: &'static str,
}

/// What the report is made of.
pub struct Inputs<'a> {
    /// The network.
    pub plan: &'a Plan,
    /// What was recorded.
    pub record: &'a Record,
    /// The events, in the order of time.
    pub events: &'a [Told],
    /// What each touches.
    pub reaches: &'a [Reach],
    /// Lines that fail together, by name.
    pub risk_groups: &'a [(String, Vec<usize>)],
    /// Name of the FEC of each line.
    pub fec: &'a [String],
    /// The light under lines, where some go over lightpaths.
    pub light: Option<&'a Light>,
}

/// The report of a run.
pub fn report(inputs: &Inputs<'_>) -> model::Report {
    let Inputs { plan, record, .. } = inputs;
    let found = alarms::alarms(plan, &record.entries, inputs.reaches);
    let names = Names { plan };
    let mut warnings = Vec::new();
    if record.left_out > 0 {
        warnings.push(format!("{} entries of the log were left out", record.left_out));
    }
    warnings.extend(codes::warnings(plan));
    warnings.extend(record.entries.iter().filter_map(|entry| match (&entry.what, entry.point) {
        (What::NoRoute, Some(Point::Path { service, .. })) => Some(format!(
            "service {}: no route to restore it at {}",
            plan.services[service].name, entry.at
        )),
        _ => None,
    }));
    model::Report {
        version: model::VERSION,
        run: model::Run {
            name: plan.name.clone(),
            seed: plan.seed,
            duration_ps: plan.duration.as_ps(),
            ended_at_ps: record.ended.as_ps(),
            interrupted: record.interrupted,
            warnings,
            files: Vec::new(),
        },
        nodes: nodes(inputs),
        fibres: inputs.light.map(super::light::fibres).unwrap_or_default(),
        lines: (0..plan.lines.len()).map(|line| of_line(inputs, &found, line)).collect(),
        services: (0..plan.services.len()).map(|at| of_service(inputs, &found, at)).collect(),
        events: events(inputs),
        alarms: found.iter().enumerate().map(|(at, _)| alarm(&names, &found, at)).collect(),
        switches: switches(inputs, &found),
        performance: performance(inputs, &names),
        captures: Vec::new(),
    }
}

fn nodes(inputs: &Inputs<'_>) -> Vec<model::Node> {
    let plan = inputs.plan;
    let power = |node: usize| {
        inputs.record.entries.iter().filter_map(move |entry| match entry.what {
            What::Action { action: Action::Power { node: which, on }, .. } if which == node => {
                let state = if on { model::NodeState::Up } else { model::NodeState::Down };
                Some(model::NodeStateChange { at_ps: entry.at.as_ps(), state })
            }
            _ => None,
        })
    };
    let ends = |node: usize| plan.services.iter().any(|service| service.ends.contains(&node));
    let lines = |node: usize| plan.lines.iter().filter(|line| line.ends.contains(&node)).count();
    let node = |(index, node): (usize, &otn_emu::net::model::Node)| model::Node {
        name: node.name.clone(),
        kind: match (ends(index), lines(index)) {
            (true, 0 | 1) => model::NodeKind::Terminal,
            _ => model::NodeKind::Switch,
        },
        latitude: node.location.map(|at| at.0),
        longitude: node.location.map(|at| at.1),
        states: power(index).collect(),
    };
    plan.nodes.iter().enumerate().map(node).collect()
}

/// Names of places.
pub(crate) struct Names<'a> {
    /// Where they are.
    pub(crate) plan: &'a Plan,
}

impl Names<'_> {
    fn line(&self, line: usize) -> String {
        self.plan.lines[line].name.clone()
    }

    /// The node at which something ends.
    pub(crate) fn node(&self, point: Point) -> String {
        let node = match point {
            Point::Section { line, end }
            | Point::LinePath { line, end }
            | Point::Tributary { line, end, .. } => self.plan.lines[line].ends[end],
            Point::Path { service, end } => self.plan.services[service].ends[end],
            Point::Tandem { service, tandem, end } => {
                super::tandem::node(self.plan, (service, tandem), end)
            }
        };
        self.plan.nodes[node].name.clone()
    }

    /// Port, and what ends there.
    pub(crate) fn point(&self, point: Point) -> String {
        let line = |line: usize| &self.plan.lines[line];
        match point {
            Point::Section { line: at, .. } => format!("{}.rx {}", line(at).name, line(at).signal),
            Point::LinePath { line: at, .. } => {
                format!("{}.rx {}", line(at).name, line(at).signal.odu())
            }
            Point::Tributary { line: at, tributary, .. } => {
                let inside = &line(at).tributaries[tributary];
                let slot = inside.content.and_then(|c| c.set.first()).unwrap_or_default();
                let odu = line(at).signal.odu();
                format!("{}.rx {odu} slot {slot} {}", line(at).name, inside.odu)
            }
            Point::Path { service, .. } => {
                let service = &self.plan.services[service];
                format!("{} {}", service.name, service.odu)
            }
            Point::Tandem { service, tandem, .. } => {
                super::tandem::name(self.plan, (service, tandem))
            }
        }
    }
}

fn alarm(names: &Names<'_>, found: &[alarms::Alarm], index: usize) -> model::Alarm {
    let alarm = &found[index];
    let (way, event) = alarms::chain(found, index);
    let (line, service) = match alarm.point {
        Point::Section { line, .. }
        | Point::LinePath { line, .. }
        | Point::Tributary { line, .. } => (Some(names.line(line)), None),
        Point::Path { service, .. } | Point::Tandem { service, .. } => {
            (None, Some(names.plan.services[service].name.clone()))
        }
    };
    let defect = match alarm.cause {
        Cause::Of(defect) => defect.name().to_string(),
        Cause::Ssf(_) if alarm.by_ais => "dAIS".to_string(),
        Cause::Ssf(_) => "CI_SSF".to_string(),
    };
    model::Alarm {
        id: id(index),
        raised_ps: alarm.raised.as_ps(),
        cleared_ps: alarm.cleared.map(SimTime::as_ps),
        node: names.node(alarm.point),
        termination_point: names.point(alarm.point),
        line,
        service,
        layer: alarm.cause.layer().to_string(),
        defect,
        fault_cause: Some(alarm.cause.name().to_string()),
        probable_cause: probable_cause(alarm.cause, alarm.by_ais, Facing::Down)
            .map(|known| known.to_string()),
        severity: None,
        primary: alarm.primary,
        causes: way.into_iter().map(id).collect(),
        event: event.map(id),
    }
}

/// Numbers in the report count from 1.
const fn id(index: usize) -> u64 {
    index as u64 + 1
}

/// What a direction of a line is worth, by its alarms.
fn line_states(found: &[alarms::Alarm], line: usize, end: usize) -> Vec<model::LineStateChange> {
    let worth = |alarm: &alarms::Alarm| match alarm.cause.name() {
        "cBDI" => None,
        "cDEG" => Some(model::LineState::Degraded),
        _ => Some(model::LineState::Failed),
    };
    let here = |alarm: &&alarms::Alarm| {
        [Point::Section { line, end }, Point::LinePath { line, end }].contains(&alarm.point)
    };
    let spans: Vec<_> = found
        .iter()
        .filter(here)
        .filter_map(|alarm| Some((alarm.raised, alarm.cleared, worth(alarm)?)))
        .collect();
    let at = |time: SimTime| {
        let standing = spans
            .iter()
            .filter(|(from, until, _)| *from <= time && until.is_none_or(|until| until > time));
        let failed = standing.clone().any(|span| span.2 == model::LineState::Failed);
        match (failed, standing.count()) {
            (true, _) => model::LineState::Failed,
            (false, 0) => model::LineState::Up,
            (false, _) => model::LineState::Degraded,
        }
    };
    changes(spans.iter().map(|(from, until, _)| (*from, *until)), at, model::LineState::Up)
        .map(|(at_ps, state)| model::LineStateChange { at_ps, state })
        .collect()
}

/// The instants at which a state changes, out of the spans that it follows from.
fn changes<S: Copy + PartialEq>(
    spans: impl Iterator<Item = (SimTime, Option<SimTime>)>,
    at: impl Fn(SimTime) -> S,
    first: S,
) -> impl Iterator<Item = (u64, S)> {
    let mut times: Vec<SimTime> =
        spans.flat_map(|(from, until)| [Some(from), until]).flatten().collect();
    times.sort_unstable();
    times.dedup();
    let mut last = first;
    times.into_iter().filter_map(move |time| {
        let state = at(time);
        (std::mem::replace(&mut last, state) != state).then_some((time.as_ps(), state))
    })
}

fn of_line(inputs: &Inputs<'_>, found: &[alarms::Alarm], index: usize) -> model::Line {
    let plan = inputs.plan;
    let line = &plan.lines[index];
    let ends = line.ends.map(|node| plan.nodes[node].name.clone());
    let groups = inputs.risk_groups.iter().filter(|(_, lines)| lines.contains(&index));
    model::Line {
        name: line.name.clone(),
        path: ends.to_vec(),
        signal: line.signal.to_string(),
        fec: inputs.fec.get(index).cloned().unwrap_or_default(),
        fec_model: codes::fec_model(line),
        delay_ps: line.delay.as_ps(),
        length_km: None,
        frequency_thz: lightpath(inputs, index).map(|path| path.frequency_hz * 1e-12),
        risk_groups: groups.map(|(name, _)| name.clone()).collect(),
        slot_count: line.slots.map_or(0, |slots| slots.count() as u32),
        slots: slots(plan, index),
        directions: [0, 1].map(|from| direction(inputs, found, (index, from), &ends)).to_vec(),
        ends,
    }
}

/// The lightpath of a line over light.
fn lightpath<'a>(inputs: &Inputs<'a>, line: usize) -> Option<&'a otn_emu::light::Lightpath> {
    let light = inputs.light?;
    let id = light.lines.get(line).copied().flatten()?;
    light.plant.lightpaths().get(id.0)
}

fn direction(
    inputs: &Inputs<'_>,
    found: &[alarms::Alarm],
    (index, from): (usize, usize),
    ends: &[String; 2],
) -> model::LineDirection {
    let (line, to) = (&inputs.plan.lines[index], 1 - from);
    let mut light = model::LightSeries::default();
    for state in &line.light[to] {
        let ber = state.light.then_some(state.ber.get());
        light.push(model::LightSample {
            at_ps: state.from.as_ps(),
            pre_fec_ber: ber,
            q_db: ber.and_then(super::light::q_db),
            ..model::LightSample::default()
        });
    }
    let over_light = inputs.light.and_then(|light| super::light::series(light, index, from));
    let port = inputs.record.ports.get(&(index, to));
    let sent = inputs.record.ports.get(&(index, from));
    model::LineDirection {
        from: ends[from].clone(),
        to: ends[to].clone(),
        states: line_states(found, index, to),
        light: over_light.unwrap_or(light),
        decoder: port.map(|port| decoder(line, to, port)).unwrap_or_default(),
        totals: port.map(|port| totals((line, to), port, sent)).unwrap_or_default(),
    }
}

fn decoder(line: &Line, end: usize, port: &PortSummary) -> model::DecoderSeries {
    let width = port.samples.width();
    let mut series = model::DecoderSeries { bin_ps: width.as_ps(), ..Default::default() };
    for (index, bin) in port.samples.bins().iter().enumerate() {
        let (wrong, of) = codes::behind(line, end, bin);
        series.push(model::DecoderBin {
            at_ps: width.as_ps() * index as u64,
            frames: bin.frames,
            pre_fec_ber: codes::before(bin),
            post_fec_ber: (of > 0).then(|| wrong as f64 / of as f64),
            corrected_bits: bin.corrected_bits,
            uncorrectable_codewords: bin.uncorrectable_codewords,
        });
    }
    series
}

fn totals(
    (line, end): (&Line, usize),
    port: &PortSummary,
    sent: Option<&PortSummary>,
) -> model::LineTotals {
    let (counters, seen) = (&port.counters, port.samples.total());
    model::LineTotals {
        frames_sent: sent.map_or(0, |sent| sent.frames_sent),
        frames_received: seen.frames,
        codewords: counters.codewords,
        bits_flipped: seen.flipped_bits,
        corrected_bits: counters.corrected_bits,
        uncorrectable_codewords: counters.uncorrectable_codewords,
        residual_bit_errors: codes::residual(line, end, port),
    }
}

/// What each hop of a service is to it.
fn hops(service: &Service) -> impl Iterator<Item = (&Hop, model::Role)> {
    let roles = [model::Role::Working, model::Role::Protection];
    service.routes().zip(roles).flat_map(|(route, role)| route.iter().map(move |hop| (hop, role)))
}

fn slots(plan: &Plan, line: usize) -> Vec<model::SlotUse> {
    let mut all = Vec::new();
    for service in &plan.services {
        for (hop, role) in hops(service).filter(|(hop, _)| hop.line == line) {
            let tributary = &plan.lines[line].tributaries[hop.tributary];
            let slots = tributary.content.map(|content| content.set.iter().collect());
            // What fills a line without slots has none.
            let slots: Vec<usize> = slots.unwrap_or_else(|| vec![0]);
            all.extend(slots.into_iter().map(|slot| model::SlotUse {
                slot: slot as u32,
                service: service.name.clone(),
                role,
                odu: tributary.odu.to_string(),
                from_ps: 0,
                until_ps: None,
            }));
        }
    }
    all.sort_by_key(|used| used.slot);
    all
}

fn of_service(inputs: &Inputs<'_>, found: &[alarms::Alarm], index: usize) -> model::Service {
    let plan = inputs.plan;
    let service = &plan.services[index];
    let ends = service.ends.map(|node| plan.nodes[node].name.clone());
    let roles = [model::Role::Working, model::Role::Protection];
    let route = |(route, role): (&[Hop], model::Role)| {
        let far = route.iter().map(|hop| plan.lines[hop.line].ends[hop.last()]);
        let nodes = std::iter::once(service.ends[0]).chain(far);
        model::Route {
            role,
            nodes: nodes.map(|node| plan.nodes[node].name.clone()).collect(),
            lines: route.iter().map(|hop| plan.lines[hop.line].name.clone()).collect(),
            from_ps: 0,
        }
    };
    let (client, mapping) = match service.client {
        Client::EthernetGfp => ("Ethernet".to_string(), "GFP-F"),
        Client::EthernetPreamble => ("Ethernet".to_string(), "GFP-F with preamble"),
        Client::Prbs => ("PRBS".to_string(), "test signal"),
        Client::Constant(constant) => {
            let mapping = match constant.mapping {
                Mapping::Amp => "AMP",
                Mapping::Bmp => "BMP",
                Mapping::Gmp { .. } => "GMP",
            };
            (constant.name.to_uppercase(), mapping)
        }
    };
    model::Service {
        name: service.name.clone(),
        client,
        mapping: mapping.to_string(),
        odu: service.odu.to_string(),
        routes: service.routes().zip(roles).map(route).collect(),
        protection: service.protection.as_ref().map(|plan| model::Protection {
            kind: format!("{} {}", plan.config.monitoring.name(), plan.config.architecture.name()),
            revertive: plan.config.revertive,
            hold_off_ps: plan.config.hold_off.as_ps(),
            wait_to_restore_ps: plan.config.wait_to_restore.as_ps(),
        }),
        directions: [0, 1]
            .map(|from| service_direction(inputs, found, (index, from), &ends))
            .to_vec(),
        tandem: super::tandem::tandems(inputs, index),
        delays: super::tandem::delays(inputs, index),
        ends,
    }
}

fn service_direction(
    inputs: &Inputs<'_>,
    found: &[alarms::Alarm],
    (index, from): (usize, usize),
    ends: &[String; 2],
) -> model::ServiceDirection {
    let to = 1 - from;
    let flow = &inputs.record.flows[index][from];
    let counts = flow.counts();
    let latency = flow.latency();
    let known = |time: SimTime| (counts.delivered > 0).then_some(time.as_ps());
    let here = Point::Path { service: index, end: to };
    let failed: Vec<_> = found
        .iter()
        .filter(|a| a.point == here && !["cBDI", "cDEG"].contains(&a.cause.name()))
        .collect();
    let (gaps, _) = flow.disruptions();
    let disruptions = gaps.iter().map(|gap| {
        let within = failed.iter().filter(|alarm| {
            alarm.raised <= gap.to && alarm.cleared.is_none_or(|cleared| cleared >= gap.from)
        });
        let defect_ps = within
            .clone()
            .map(|a| a.cleared.unwrap_or(inputs.record.ended).since(a.raised).as_ps())
            .max();
        let of_alarm = within.clone().find_map(|alarm| {
            let index = found.iter().position(|other| std::ptr::eq(other, *alarm))?;
            alarms::chain(found, index).1
        });
        let before = |reach: &&Reach| reach.at <= gap.to && reaches(inputs.plan, reach, index);
        let last = || inputs.reaches.iter().filter(before).max_by_key(|r| (r.at, r.event));
        model::Disruption {
            from_ps: gap.from.as_ps(),
            to_ps: Some(gap.to.as_ps()),
            packets_lost: gap.lost,
            longest_gap_ps: gap.to.since(gap.from).as_ps(),
            defect_ps: defect_ps.unwrap_or(0),
            event: of_alarm.or_else(|| last().map(|reach| reach.event)).map(id),
        }
    });
    model::ServiceDirection {
        from: ends[from].clone(),
        to: ends[to].clone(),
        states: service_states(inputs, &failed, here),
        packets: model::PacketCounts {
            sent: counts.sent,
            delivered: counts.delivered,
            lost: counts.lost,
            fcs_errors: counts.fcs_errors,
            corrupted: counts.corrupted,
            duplicated: counts.duplicated,
            in_flight: counts.in_flight,
            octets: counts.octets,
        },
        pattern: inputs.record.paths.get(&(index, to)).and_then(|path| path.pattern).map(pattern),
        latency: model::Latency {
            min_ps: known(latency.min),
            mean_ps: known(latency.mean(counts.delivered)),
            max_ps: known(latency.max),
        },
        flow: packet_series(flow),
        disruptions: disruptions.collect(),
    }
}

/// What was compared of a bit pattern.
const fn pattern(counts: PatternCounts) -> model::Pattern {
    let PatternCounts { received, bits, errors, sync_losses } = counts;
    model::Pattern { received, bits, errors, sync_losses }
}

/// True where an event touches a line or node of a service, or the service itself.
fn reaches(plan: &Plan, reach: &Reach, service: usize) -> bool {
    let on_the_way = hops(&plan.services[service]).any(|(hop, _)| {
        reach.lines.iter().any(|(line, _)| *line == hop.line)
            || plan.lines[hop.line].ends.iter().any(|node| reach.nodes.contains(node))
    });
    on_the_way || reach.services.iter().any(|(which, _)| *which == service)
}

fn packet_series(flow: &Flow) -> model::PacketSeries {
    let (width, bins) = flow.bins();
    let mut series = model::PacketSeries { bin_ps: width.as_ps(), ..Default::default() };
    for (index, bin) in bins.iter().enumerate() {
        let mean = bin.latency_ps / u128::from(bin.delivered.max(1));
        series.push(model::PacketBin {
            at_ps: width.as_ps() * index as u64,
            sent: bin.sent,
            delivered: bin.delivered,
            lost: bin.lost,
            latency_ps: (bin.delivered > 0).then(|| u64::try_from(mean).unwrap_or(u64::MAX)),
        });
    }
    series
}

fn service_states(
    inputs: &Inputs<'_>,
    failed: &[&alarms::Alarm],
    here: Point,
) -> Vec<model::ServiceStateChange> {
    let moves: Vec<(SimTime, Entity)> = inputs
        .record
        .entries
        .iter()
        .filter(|entry| entry.point == Some(here))
        .filter_map(|entry| match entry.what {
            What::Protection(ProtectionChange::Switched { to, .. }) => Some((entry.at, to)),
            _ => None,
        })
        .collect();
    let at = |time: SimTime| {
        let standing = |a: &&&alarms::Alarm| {
            a.raised <= time && a.cleared.is_none_or(|cleared| cleared > time)
        };
        let last = moves.iter().rev().find(|(at, _)| *at <= time);
        match (failed.iter().find(standing), last) {
            (Some(_), _) => model::ServiceState::Failed,
            (None, Some((_, Entity::Protection))) => model::ServiceState::Protection,
            (None, _) => model::ServiceState::Working,
        }
    };
    let spans = failed.iter().map(|alarm| (alarm.raised, alarm.cleared));
    let spans = spans.chain(moves.iter().map(|(at, _)| (*at, None)));
    changes(spans, at, model::ServiceState::Working)
        .map(|(at_ps, state)| model::ServiceStateChange { at_ps, state })
        .collect()
}

fn events(inputs: &Inputs<'_>) -> Vec<model::Event> {
    let plan = inputs.plan;
    let event = |(index, told): (usize, &Told)| {
        let reach = inputs.reaches.iter().find(|reach| reach.event == index);
        let line = reach.and_then(|r| r.lines.first()).map(|(line, _)| &plan.lines[*line].name);
        let node = reach.and_then(|r| r.nodes.first()).map(|node| &plan.nodes[*node].name);
        let service =
            reach.and_then(|r| r.services.first()).map(|(at, _)| &plan.services[*at].name);
        let place = node.or(service).or(line).cloned().unwrap_or_default();
        model::Event {
            id: id(index),
            at_ps: told.at.as_ps(),
            until_ps: None,
            kind: told.kind.to_string(),
            place,
            text: told.text.clone(),
            node: node.cloned(),
            line: line.filter(|_| node.is_none()).cloned(),
            service: service.cloned(),
        }
    };
    inputs.events.iter().enumerate().map(event).collect()
}

fn switches(inputs: &Inputs<'_>, found: &[alarms::Alarm]) -> Vec<model::ProtectionSwitch> {
    let plan = inputs.plan;
    let switch = |entry: &Entry| {
        if let What::Rerouted { lines, restored } = &entry.what {
            return rerouted(plan, entry, lines, *restored);
        }
        let What::Protection(ProtectionChange::Switched { from, to, reason }) = entry.what else {
            return None;
        };
        let Some(Point::Path { service, end }) = entry.point else { return None };
        let (alarm, event) = asked(inputs, found, entry.at, (service, end), reason);
        let since = alarm.map(|at| entry.at.since(found[at].raised).as_ps());
        Some(model::ProtectionSwitch {
            at_ps: entry.at.as_ps(),
            node: plan.nodes[plan.services[service].ends[end]].name.clone(),
            service: plan.services[service].name.clone(),
            from: from.name().to_string(),
            to: to.name().to_string(),
            request: reason.request().code().name().to_string(),
            reason: reason.to_string(),
            since_detection_ps: since,
            alarm: alarm.map(id),
            event: event.map(id),
        })
    };
    inputs.record.entries.iter().filter_map(switch).collect()
}

/// The end of a service was connected to another route by a controller.
fn rerouted(
    plan: &Plan,
    entry: &Entry,
    lines: &[usize],
    restored: bool,
) -> Option<model::ProtectionSwitch> {
    let Some(Point::Path { service, end }) = entry.point else { return None };
    let names: Vec<&str> = lines.iter().map(|line| plan.lines[*line].name.as_str()).collect();
    let (from, to) = if restored { ("working", "restoration") } else { ("restoration", "working") };
    let why = if restored { "restored" } else { "back" };
    Some(model::ProtectionSwitch {
        at_ps: entry.at.as_ps(),
        node: plan.nodes[plan.services[service].ends[end]].name.clone(),
        service: plan.services[service].name.clone(),
        from: from.to_string(),
        to: to.to_string(),
        request: "restoration".to_string(),
        reason: format!("{why} over {}", names.join(", ")),
        since_detection_ps: None,
        alarm: None,
        event: None,
    })
}

/// The alarm that stood on the route that traffic left, and the event behind it.
fn asked(
    inputs: &Inputs<'_>,
    found: &[alarms::Alarm],
    at: SimTime,
    (service, _): (usize, usize),
    reason: ProtectionState,
) -> (Option<usize>, Option<usize>) {
    let plan = inputs.plan;
    let by_signal = ["SF", "SD"].contains(&reason.request().code().name());
    let on_route = |alarm: &alarms::Alarm| {
        hops(&plan.services[service]).any(|(hop, _)| match alarm.point {
            Point::Section { line, .. } | Point::LinePath { line, .. } => line == hop.line,
            _ => false,
        })
    };
    let standing = |(_, alarm): &(usize, &alarms::Alarm)| {
        alarm.primary && alarm.raised <= at && on_route(alarm)
    };
    let alarm = found
        .iter()
        .enumerate()
        .filter(standing)
        .max_by_key(|(_, alarm)| alarm.raised)
        .map(|(index, _)| index)
        .filter(|_| by_signal);
    let command = || {
        let ordered = inputs.reaches.iter().filter(|reach| {
            reach.at <= at && reach.services.iter().any(|(which, _)| *which == service)
        });
        ordered.max_by_key(|reach| reach.at).map(|reach| reach.event)
    };
    match alarm {
        Some(index) => (Some(index), alarms::chain(found, index).1),
        None => (None, if by_signal { None } else { command() }),
    }
}

fn performance(inputs: &Inputs<'_>, names: &Names<'_>) -> Vec<model::PerformanceBin> {
    let record = inputs.record;
    let mut monitors: BTreeMap<(String, String), &PerformanceMonitor> = BTreeMap::new();
    for ((line, end), port) in &record.ports {
        let (line, end) = (*line, *end);
        let points = [Point::Section { line, end }, Point::LinePath { line, end }];
        for (point, monitor) in points.into_iter().zip(&port.performance) {
            let place = (names.node(point), names.point(point));
            monitors.extend(monitor.as_ref().map(|monitor| (place, monitor)));
        }
    }
    for ((service, end), path) in &record.paths {
        let point = Point::Path { service: *service, end: *end };
        let place = (names.node(point), names.point(point));
        monitors.extend(path.performance.as_ref().map(|monitor| (place, monitor)));
    }
    for (point, tandem) in &record.tandems {
        let place = (names.node(*point), names.point(*point));
        monitors.extend(tandem.performance.as_ref().map(|monitor| (place, monitor)));
    }
    let mut bins = Vec::new();
    for ((node, point), monitor) in monitors {
        let mut closed = monitor.clone();
        closed.finish(record.ended, &mut |_| {});
        let seconds = closed.by_second();
        // A second that was counted is over: the last of them too.
        let whole = |second| RegisterReport { validity: Validity::Complete, ..second };
        let mut all: Vec<RegisterReport> = seconds.history().copied().collect();
        all.reverse();
        all.extend(seconds.current().map(whole));
        bins.extend(all.iter().map(|register| bin(&node, &point, register)));
        bins.extend(open_second(&node, &point, &closed, record.ended));
        for registers in [closed.quarter_hours(), closed.days()] {
            let all = registers.history().copied().chain(registers.current());
            bins.extend(all.map(|register| bin(&node, &point, &register)));
        }
    }
    bins
}

/// The second in which a run ended: what was counted in it, and no verdict.
fn open_second(
    node: &str,
    point: &str,
    monitor: &PerformanceMonitor,
    ended: SimTime,
) -> Option<model::PerformanceBin> {
    let second = SimTime::from_ms(1_000).as_ps();
    let open = monitor.open_second();
    let elapsed_ps = ended.as_ps().checked_sub(open.number * second).filter(|ps| *ps > 0)?;
    let end = |end: EndSecond| model::EndCounters {
        errored_blocks: end.errored_blocks.into(),
        defect_seconds: end.defect.into(),
        ..model::EndCounters::default()
    };
    let decoded = open.fec.codewords > 0;
    Some(model::PerformanceBin {
        node: node.to_string(),
        termination_point: point.to_string(),
        period: model::Period::Second,
        start_ps: open.number * second,
        elapsed_ps,
        validity: model::Validity::Partial,
        near: end(open.near),
        far: end(open.far),
        corrected_bits: decoded.then_some(open.fec.corrected_bits),
        uncorrectable_codewords: decoded.then_some(open.fec.uncorrectable_codewords),
    })
}

fn bin(node: &str, point: &str, register: &RegisterReport) -> model::PerformanceBin {
    let second = SimTime::from_ms(1_000).as_ps();
    let end = |counted: &Counted| model::EndCounters {
        errored_blocks: counted.errored_blocks,
        background_block_errors: counted.background_block_errors,
        errored_seconds: counted.errored_seconds.into(),
        severely_errored_seconds: counted.severely_errored_seconds.into(),
        unavailable_seconds: counted.unavailable_seconds.into(),
        defect_seconds: counted.defect_seconds.into(),
    };
    let decoded = register.fec.codewords > 0;
    model::PerformanceBin {
        node: node.to_string(),
        termination_point: point.to_string(),
        period: match register.period {
            Period::Second => model::Period::Second,
            Period::QuarterHour => model::Period::QuarterHour,
            Period::Day => model::Period::Day,
        },
        start_ps: register.first_second * second,
        elapsed_ps: u64::from(register.elapsed) * second,
        validity: match register.validity {
            Validity::Complete => model::Validity::Complete,
            Validity::Partial => model::Validity::Partial,
            Validity::Suspect => model::Validity::Suspect,
        },
        near: end(&register.near),
        far: end(&register.far),
        corrected_bits: decoded.then_some(register.fec.corrected_bits),
        uncorrectable_codewords: decoded.then_some(register.fec.uncorrectable_codewords),
    }
}
