//! The status of a live network as text.

use std::fmt::Write;

use super::status::{DirectionStatus, LineDirection, Status};
use crate::text::Table;

/// What a person wants to know: time, services, ports, lines, alarms.
pub fn text(status: &Status) -> String {
    let mut out = String::new();
    let pace = &status.pace;
    // Writing to a string cannot fail.
    let _ = writeln!(
        out,
        "{}: {:.3} s of the network in {:.3} s, {:.3} of real time (asked for: {}), {:.0} ms behind in all",
        status.name,
        status.virtual_time_s,
        status.wall_time_s,
        pace.real_time_factor,
        pace.asked,
        pace.slip_ms
    );
    out.push('\n');
    out.push_str(&services(status));
    if status.services.iter().any(|service| !service.ports.is_empty()) {
        let _ = write!(out, "\n{}", ports(status));
    }
    let _ = write!(out, "\n{}", lines(status));
    if status.lines.iter().any(|line| line.stream.is_some()) {
        let _ = write!(out, "\n{}", streams(status));
    }
    let _ = writeln!(out, "\nalarms: {}", status.alarms.len());
    for alarm in &status.alarms {
        let why = alarm.because.as_ref().map_or(String::new(), |why| format!(", because of {why}"));
        let mark = if alarm.primary { "!" } else { " " };
        let _ = writeln!(
            out,
            " {mark} {} {} {} since {:.3} s{why}",
            alarm.node, alarm.point, alarm.cause, alarm.since_s
        );
    }
    out
}

fn services(status: &Status) -> String {
    let head = [
        "service",
        "from",
        "to",
        "state",
        "route",
        "sent",
        "delivered",
        "lost",
        "latency",
        "longest gap",
    ];
    let mut table = Table::default();
    table.row(head[0], head[1..].iter().map(ToString::to_string));
    for service in &status.services {
        for direction in &service.directions {
            let route = service.selected.get(&direction.to).map_or("-", String::as_str);
            let latency = direction.latency_us.as_ref();
            table.row(
                &service.name,
                [
                    direction.from.clone(),
                    direction.to.clone(),
                    state(direction).to_string(),
                    route.to_string(),
                    direction.sent.to_string(),
                    direction.delivered.to_string(),
                    direction.lost.to_string(),
                    latency.map_or("-".to_string(), |latency| format!("{:.0} us", latency.mean)),
                    format!("{:.2} ms", direction.longest_disruption_ms),
                ],
            );
        }
    }
    table.render()
}

const fn state(direction: &DirectionStatus) -> &'static str {
    match direction.up {
        Some(true) => "up",
        Some(false) => "down",
        None => "elsewhere",
    }
}

fn ports(status: &Status) -> String {
    let head = ["port", "at", "link", "in", "out", "queue", "most", "dropped"];
    let mut table = Table::default();
    table.row(head[0], head[1..].iter().map(ToString::to_string));
    for port in status.services.iter().flat_map(|service| &service.ports) {
        let link = match (port.gone, port.up, port.carrier) {
            (true, ..) => "gone",
            (_, false, _) => "down",
            (_, true, false) => "no carrier",
            (_, true, true) => "up",
        };
        let dropped = [
            port.dropped_queue_full,
            port.dropped_too_long,
            port.dropped_by_interface,
            port.dropped_by_kernel,
        ];
        table.row(
            &port.device,
            [
                port.node.clone(),
                link.to_string(),
                port.received.to_string(),
                port.sent.to_string(),
                format!("{}/{}", port.queue, port.queue_limit),
                port.queue_most.to_string(),
                dropped.iter().sum::<u64>().to_string(),
            ],
        );
    }
    table.render()
}

fn lines(status: &Status) -> String {
    let head = ["line", "from", "to", "light", "BER", "measured", "corrected", "beyond FEC"];
    let mut table = Table::default();
    table.row(head[0], head[1..].iter().map(ToString::to_string));
    for line in &status.lines {
        for direction in &line.directions {
            table.row(
                &line.name,
                [
                    direction.from.clone(),
                    direction.to.clone(),
                    if direction.light { "on" } else { "dark" }.to_string(),
                    format!("{:.1e}", direction.ber),
                    measured(direction),
                    seen(direction, direction.corrected_bits),
                    seen(direction, direction.uncorrectable_codewords),
                ],
            );
        }
    }
    table.render()
}

/// Lines to other programs.
fn streams(status: &Status) -> String {
    let head = ["stream", "state", "breaks", "sent", "dropped", "came", "discarded", "retimed"];
    let mut table = Table::default();
    table.row(head[0], head[1..].iter().map(ToString::to_string));
    for line in &status.lines {
        let Some(stream) = &line.stream else { continue };
        let counts = [
            stream.breaks,
            stream.sent,
            stream.dropped,
            stream.received,
            stream.discarded,
            stream.retimed,
        ];
        let state = if stream.connected { "connected" } else { "broken" }.to_string();
        let counts = counts.iter().map(ToString::to_string);
        table.row(&line.name, std::iter::once(state).chain(counts));
    }
    table.render()
}

/// What a receiver counted; nothing where it is in another program.
fn seen(direction: &LineDirection, count: u64) -> String {
    if direction.bits == 0 { "-".to_string() } else { count.to_string() }
}

fn measured(direction: &LineDirection) -> String {
    match (direction.bits, direction.flipped_bits) {
        (0, _) => "-".to_string(),
        (_, 0) => "0".to_string(),
        (bits, flipped) => format!("{:.2e}", flipped as f64 / bits as f64),
    }
}
