//! What a run of a network prints.
//!
//! In: its report. Out: a table of services, the switches, the alarms that name a fault.

use std::fmt::Write;

use otn_frame::SimTime;

use crate::network_report::model::{Alarm, Report, Service, ServiceDirection};
use crate::text::{Table, grouped, wrap};

/// Alarms and switches that are listed; all of them are in the report folder.
const LISTED: usize = 24;

/// Columns of a list of files.
const COLUMNS: usize = 90;

/// How fast a run was.
#[derive(Clone, Copy, Debug)]
pub struct Speed {
    /// Seconds by the wall clock.
    pub seconds: f64,
    /// Bits of all OTUk that were received.
    pub line_bits: f64,
}

/// The text of a report.
pub fn text(report: &Report, folder: &str, speed: Option<Speed>) -> String {
    let mut out = String::new();
    let run = &report.run;
    let ended = SimTime::from_ps(run.ended_at_ps);
    let _ = writeln!(
        out,
        "{}: {}, {}, {}; {ended} of virtual time, seed {}",
        run.name,
        counted(report.nodes.len(), "node"),
        counted(report.lines.len(), "line"),
        counted(report.services.len(), "service"),
        run.seed
    );
    if let Some(Speed { seconds, line_bits }) = speed {
        let factor = ended.as_seconds() / seconds.max(1e-9);
        let rate = line_bits / seconds.max(1e-9) / 1e9;
        let _ = writeln!(
            out,
            "{seconds:.2} s by the wall clock: {factor:.3} of real time, {rate:.2} Gbit/s of line signal"
        );
    }
    out.push('\n');
    out.push_str(&services(report));
    patterns(report, &mut out);
    super::losses::text(report, &mut out);
    lines(report, &mut out);
    super::tandem::text(report, &mut out);
    switches(report, &mut out);
    alarms(report, &mut out);
    for warning in &run.warnings {
        let _ = writeln!(out, "warning: {warning}");
    }
    if !folder.is_empty() {
        let _ = writeln!(out, "\nreport: {folder}/report.html");
        let files = run.files.iter().filter(|file| file.ends_with(".pcapng"));
        let files: Vec<&str> = files.map(String::as_str).collect();
        if (1..=LISTED).contains(&files.len()) {
            for (index, line) in wrap(&files.join(", "), COLUMNS).iter().enumerate() {
                let head = if index == 0 { "captures: " } else { "          " };
                let _ = writeln!(out, "{head}{line}");
            }
        }
    }
    verdict(report, &mut out);
    out
}

/// So many of something.
fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// One line for a run in which packets were sent and all is well.
fn verdict(report: &Report, out: &mut String) {
    let directions = report.services.iter().flat_map(|service| &service.directions);
    let sent: u64 = directions.map(|direction| direction.packets.sent).sum();
    if sent > 0 && super::is_fine(report) && !report.run.interrupted {
        let _ = writeln!(out, "OK: all {} packets arrived, octet for octet", grouped(sent));
    }
}

fn services(report: &Report) -> String {
    let mut table = Table::default();
    let heads = ["ODU", "sent", "delivered", "lost", "latency", "disrupted", "longest", "state"];
    let mut any = false;
    table.row("service", heads.map(str::to_string));
    for service in &report.services {
        for direction in &service.directions {
            if direction.packets.sent == 0 {
                continue;
            }
            any = true;
            table.row(&label(service, direction), cells(service, direction));
        }
    }
    if any { table.render() } else { String::new() }
}

/// Services whose clients are bit patterns.
fn patterns(report: &Report, out: &mut String) {
    let mut table = Table::default();
    let heads = ["ODU", "client", "bits received", "compared", "wrong", "sync losses", "state"];
    table.row("bits", heads.map(str::to_string));
    let mut any = false;
    for service in &report.services {
        for direction in &service.directions {
            let Some(pattern) = &direction.pattern else { continue };
            any = true;
            let numbers = [pattern.received, pattern.bits, pattern.errors, pattern.sync_losses];
            let what = [service.odu.clone(), service.client.clone()];
            let cells = what.into_iter().chain(numbers.map(grouped)).chain([state(direction)]);
            table.row(&label(service, direction), cells);
        }
    }
    if any {
        if !out.ends_with("\n\n") {
            out.push('\n');
        }
        out.push_str(&table.render());
    }
}

/// Where the traffic of a direction came from at the end.
fn state(direction: &ServiceDirection) -> String {
    direction.states.last().map_or("working".to_string(), |change| {
        serde_json::to_value(change.state)
            .ok()
            .and_then(|value| value.as_str().map(str::to_string))
            .unwrap_or_default()
    })
}

fn label(service: &Service, direction: &ServiceDirection) -> String {
    format!("{} {} > {}", service.name, direction.from, direction.to)
}

fn cells(service: &Service, direction: &ServiceDirection) -> Vec<String> {
    let packets = &direction.packets;
    let time = |ps: Option<u64>| ps.map_or("-".to_string(), |ps| SimTime::from_ps(ps).to_string());
    let longest = direction.disruptions.iter().map(|gap| gap.longest_gap_ps).max();
    vec![
        service.odu.clone(),
        grouped(packets.sent),
        grouped(packets.delivered),
        grouped(packets.lost),
        time(direction.latency.mean_ps),
        format!("{}x", direction.disruptions.len()),
        time(longest),
        state(direction),
    ]
}

fn lines(report: &Report, out: &mut String) {
    let mut table = Table::default();
    let heads = ["OTU", "frames", "before FEC", "behind FEC", "lost codewords", "slots"];
    table.row("line", heads.map(str::to_string));
    for line in &report.lines {
        for direction in &line.directions {
            let totals = &direction.totals;
            let bits = totals.frames_received as f64 * otn_frame::layout::OTU_BITS as f64;
            let ratio = |wrong: u64| match wrong {
                0 => "0".to_string(),
                wrong => format!("{:.2e}", wrong as f64 / bits.max(1.0)),
            };
            let label = format!("{} {} > {}", line.name, direction.from, direction.to);
            table.row(
                &label,
                [
                    line.signal.clone(),
                    grouped(totals.frames_received),
                    ratio(totals.bits_flipped),
                    ratio(totals.residual_bit_errors),
                    grouped(totals.uncorrectable_codewords),
                    match line.slot_count {
                        0 => "none".to_string(),
                        count => format!("{}/{count}", line.slots.len()),
                    },
                ],
            );
        }
    }
    out.push('\n');
    out.push_str(&table.render());
}

fn switches(report: &Report, out: &mut String) {
    if report.switches.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nprotection switches: {}", report.switches.len());
    for switch in report.switches.iter().take(LISTED) {
        let since = switch
            .since_detection_ps
            .map_or(String::new(), |ps| format!(", {} after detection", SimTime::from_ps(ps)));
        let _ = writeln!(
            out,
            "  {:>12}  {} at {}: to {} ({}{since})",
            SimTime::from_ps(switch.at_ps).to_string(),
            switch.service,
            switch.node,
            switch.to,
            switch.request
        );
    }
    more(report.switches.len(), out);
}

/// Alarms of one kind at one place that go back to one event.
struct Group<'a> {
    first: &'a Alarm,
    times: usize,
    /// Picoseconds for which one of them stood; nothing where one still does.
    stood_ps: Option<u64>,
}

/// The alarms that name a fault, those of one kind together, in the order of the first of each.
fn grouped_alarms<'a>(primary: &[&'a Alarm]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for alarm in primary {
        let stood = alarm.cleared_ps.map(|cleared| cleared - alarm.raised_ps);
        let same = |group: &&mut Group<'_>| {
            let first = group.first;
            (&first.node, &first.termination_point, &first.fault_cause, first.event)
                == (&alarm.node, &alarm.termination_point, &alarm.fault_cause, alarm.event)
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.times += 1;
                group.stood_ps = group.stood_ps.zip(stood).map(|(sum, more)| sum + more);
            }
            None => groups.push(Group { first: alarm, times: 1, stood_ps: stood }),
        }
    }
    groups
}

fn alarms(report: &Report, out: &mut String) {
    let primary: Vec<_> = report.alarms.iter().filter(|alarm| alarm.primary).collect();
    let rest = report.alarms.len() - primary.len();
    let count = primary.len();
    if report.alarms.is_empty() {
        out.push_str("\nalarms: none\n");
        return;
    }
    let _ = writeln!(out, "\nalarms: {count} name a fault, {rest} follow from them");
    let groups = grouped_alarms(&primary);
    for Group { first: alarm, times, stood_ps } in groups.iter().take(LISTED) {
        let stood =
            stood_ps.map_or("stands".to_string(), |ps| format!("for {}", SimTime::from_ps(ps)));
        let times = if *times > 1 { format!(" {times} times,") } else { String::new() };
        let because = alarm
            .event
            .and_then(|id| report.events.iter().find(|event| event.id == id))
            .map_or(String::new(), |event| format!("  because: {}", event.text));
        let _ = writeln!(
            out,
            "  {:>12}  {} {} {},{times} {stood}{because}",
            SimTime::from_ps(alarm.raised_ps).to_string(),
            alarm.node,
            alarm.termination_point,
            alarm.fault_cause.as_deref().unwrap_or(&alarm.defect),
        );
    }
    more(groups.len(), out);
}

fn more(count: usize, out: &mut String) {
    if count > LISTED {
        let _ = writeln!(out, "  and {} more in the report", count - LISTED);
    }
}
