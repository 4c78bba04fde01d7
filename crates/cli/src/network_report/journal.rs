//! `events.jsonl`: all that happened, in order of time, one JSON object a line.
//!
//! In: a report. Out: lines. Of one instant, what was ordered comes first, then what it did to nodes and
//! lines, then alarms, switches, services. Each line stands for itself: names and not only numbers.

use serde::Serialize;

use super::model::{
    Alarm, Event, LineState, NodeState, ProtectionSwitch, Report, Service, ServiceDirection,
    ServiceState,
};

/// One line.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    at_ps: u64,
    #[serde(flatten)]
    what: What<'a>,
}

/// What happened. The order of the variants is that of one instant.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum What<'a> {
    EventBegins {
        event: u64,
        kind: &'a str,
        place: &'a str,
        text: &'a str,
    },
    EventEnds {
        event: u64,
        kind: &'a str,
        place: &'a str,
    },
    NodeState {
        node: &'a str,
        state: NodeState,
    },
    LineState {
        line: &'a str,
        from: &'a str,
        to: &'a str,
        state: LineState,
    },
    AlarmRaised(&'a Alarm),
    AlarmCleared {
        id: u64,
        node: &'a str,
        termination_point: &'a str,
        layer: &'a str,
        defect: &'a str,
        fault_cause: Option<&'a str>,
    },
    ProtectionSwitch {
        node: &'a str,
        service: &'a str,
        from: &'a str,
        to: &'a str,
        request: &'a str,
        reason: &'a str,
        since_detection_ps: Option<u64>,
        alarm: Option<u64>,
        event: Option<u64>,
    },
    ServiceState {
        service: &'a str,
        from: &'a str,
        to: &'a str,
        state: ServiceState,
    },
    DisruptionBegins {
        service: &'a str,
        from: &'a str,
        to: &'a str,
        event: Option<u64>,
    },
    DisruptionEnds {
        service: &'a str,
        from: &'a str,
        to: &'a str,
        packets_lost: u64,
        longest_gap_ps: u64,
        defect_ps: u64,
        event: Option<u64>,
    },
}

/// The whole file.
///
/// # Errors
/// None that a report can bring about; those of the JSON writer.
pub(super) fn text(report: &Report) -> serde_json::Result<String> {
    let mut entries = Vec::new();
    report.events.iter().for_each(|event| events(&mut entries, event));
    for node in &report.nodes {
        let state = |change: &super::model::NodeStateChange| Entry {
            at_ps: change.at_ps,
            what: What::NodeState { node: &node.name, state: change.state },
        };
        entries.extend(node.states.iter().map(state));
    }
    for line in &report.lines {
        for direction in &line.directions {
            let (from, to) = (&direction.from, &direction.to);
            entries.extend(direction.states.iter().map(|change| Entry {
                at_ps: change.at_ps,
                what: What::LineState { line: &line.name, from, to, state: change.state },
            }));
        }
    }
    report.alarms.iter().for_each(|alarm| alarms(&mut entries, alarm));
    entries.extend(report.switches.iter().map(switch));
    for service in &report.services {
        service.directions.iter().for_each(|direction| services(&mut entries, service, direction));
    }
    // Stable: what happens at one instant stays in the order of the pushes above.
    entries.sort_by_key(|entry| entry.at_ps);
    let mut text = String::new();
    for entry in &entries {
        text.push_str(&serde_json::to_string(entry)?);
        text.push('\n');
    }
    Ok(text)
}

fn events<'a>(entries: &mut Vec<Entry<'a>>, event: &'a Event) {
    let Event { id, at_ps, until_ps, kind, place, text, .. } = event;
    let what = What::EventBegins { event: *id, kind, place, text };
    entries.push(Entry { at_ps: *at_ps, what });
    if let Some(at_ps) = *until_ps {
        entries.push(Entry { at_ps, what: What::EventEnds { event: *id, kind, place } });
    }
}

fn alarms<'a>(entries: &mut Vec<Entry<'a>>, alarm: &'a Alarm) {
    entries.push(Entry { at_ps: alarm.raised_ps, what: What::AlarmRaised(alarm) });
    if let Some(at_ps) = alarm.cleared_ps {
        let Alarm { id, node, termination_point, layer, defect, .. } = alarm;
        let fault_cause = alarm.fault_cause.as_deref();
        let what =
            What::AlarmCleared { id: *id, node, termination_point, layer, defect, fault_cause };
        entries.push(Entry { at_ps, what });
    }
}

fn switch(switch: &ProtectionSwitch) -> Entry<'_> {
    let ProtectionSwitch { at_ps, node, service, from, to, request, reason, .. } = switch;
    let what = What::ProtectionSwitch {
        node,
        service,
        from,
        to,
        request,
        reason,
        since_detection_ps: switch.since_detection_ps,
        alarm: switch.alarm,
        event: switch.event,
    };
    Entry { at_ps: *at_ps, what }
}

fn services<'a>(
    entries: &mut Vec<Entry<'a>>,
    service: &'a Service,
    direction: &'a ServiceDirection,
) {
    let (service, from, to) = (service.name.as_str(), &direction.from, &direction.to);
    entries.extend(direction.states.iter().map(|change| Entry {
        at_ps: change.at_ps,
        what: What::ServiceState { service, from, to, state: change.state },
    }));
    for disruption in &direction.disruptions {
        let event = disruption.event;
        let what = What::DisruptionBegins { service, from, to, event };
        entries.push(Entry { at_ps: disruption.from_ps, what });
        if let Some(at_ps) = disruption.to_ps {
            let what = What::DisruptionEnds {
                service,
                from,
                to,
                packets_lost: disruption.packets_lost,
                longest_gap_ps: disruption.longest_gap_ps,
                defect_ps: disruption.defect_ps,
                event,
            };
            entries.push(Entry { at_ps, what });
        }
    }
}
