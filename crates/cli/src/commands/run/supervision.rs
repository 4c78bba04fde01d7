//! What supervision made of a run: fault causes, performance of the trails, delays there and back.
//!
//! Clauses: G.798 6.4, 6.5, 14.2. In: a simulation that has ended. Out: the same as parts of the report,
//! and as text for a terminal of 80 columns.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use otn_emu::simulation::{DelayReport, DirectionReport, FaultCause};
use otn_emu::{Service, Simulation};
use otn_frame::SimTime;
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::{Monitor, MonitorSink};
use otn_proc::supervision::probable_cause::{Facing, probable_cause};
use serde::Serialize;

use super::timeline::{Answer, Entry};
use crate::decoder::{DefectReport, EndTotals, PerformanceReport, Register, performance};
use crate::text::{Table, grouped};

/// A fault of a line, as the network file asks for it.
#[derive(Debug, Serialize)]
pub(super) struct FaultReport {
    at_ns: u64,
    for_ns: u64,
    line: String,
    kind: &'static str,
    /// The nodes that receive it.
    towards: Vec<String>,
}

/// A fault cause of a receiver.
#[derive(Debug, Serialize)]
pub(super) struct CauseEntry {
    layer: String,
    cause: &'static str,
    /// Name in OpenROADM; `null` where it has none.
    probable_cause: Option<String>,
    raised_ns: u64,
    cleared_ns: Option<u64>,
    /// Of a BDI: what it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<Answer>,
}

/// The delay of a path or of a tandem connection there and back.
#[derive(Debug, Serialize)]
pub(super) struct DelayEntry {
    /// `PM` or `TCM1` to `TCM6`.
    monitor: String,
    /// Where it was measured, and where it was sent back.
    from: String,
    to: String,
    /// Of the lines alone: what the network file says.
    lines_ns: u64,
    measured: u64,
    /// Given up, as the signal failed.
    abandoned: u64,
    /// The last one was still on its way at the end.
    waiting: bool,
    frames_min: Option<u32>,
    frames_max: Option<u32>,
    measurements: Vec<MeasurementEntry>,
}

/// One way there and back.
#[derive(Debug, Serialize)]
struct MeasurementEntry {
    began_ns: u64,
    frames: u32,
    us: f64,
}

/// Performance of the trails that end at a receiver, by monitor.
pub(super) type Trails = BTreeMap<String, PerformanceReport>;

/// The faults that the lines were given.
pub(super) fn faults(simulation: &Simulation) -> Vec<FaultReport> {
    let network = simulation.network();
    let mut all = Vec::new();
    for (index, line) in network.lines.iter().enumerate() {
        for fault in &line.faults {
            let hit = [0, 1].into_iter().filter(|&from| fault.directions[from]);
            all.push(FaultReport {
                at_ns: fault.from.as_ns(),
                for_ns: fault.until.since(fault.from).as_ns(),
                line: line.name.clone(),
                kind: fault.kind.name(),
                towards: hit.map(|from| network.end_name(index, 1 - from).to_string()).collect(),
            });
        }
    }
    all
}

/// The fault causes of a receiver; `seen` are all defects of it and of others.
pub(super) fn causes(
    received: &DirectionReport<'_>,
    (node, from): (&str, &str),
    seen: &[Entry],
) -> Vec<CauseEntry> {
    let entry = |found: &FaultCause| {
        let layer = found.cause.layer().to_string();
        let backward = found.cause.name() == "cBDI";
        let told = |entry: &&Entry| {
            entry.is_at(node, from, &layer) && entry.at_ns() <= found.raised.as_ns()
        };
        let last = seen.iter().rev().filter(told).find_map(Entry::answers);
        CauseEntry {
            cause: found.cause.name(),
            // A monitor of what comes from the line looks towards the facility.
            probable_cause: probable_cause(found.cause, found.by_ais, Facing::Down)
                .map(|known| known.to_string()),
            raised_ns: found.raised.as_ns(),
            cleared_ns: found.cleared.map(SimTime::as_ns),
            answers: last.filter(|_| backward).cloned(),
            layer,
        }
    };
    received.causes.0.iter().map(entry).collect()
}

/// The performance of every trail that ends at a receiver, up to `now`.
pub(super) fn trails(received: &DirectionReport<'_>, now: SimTime) -> Trails {
    let mut all = Trails::new();
    let (c, sink) = (received.counters, received.sink);
    let section = [c.section_bip_violations, c.section_bei];
    all.insert("SM".to_string(), trail(sink.section(), now, section));
    for (tandem, violations) in &received.tandem {
        if let Monitor::Tandem(level) = tandem.monitor().monitor() {
            all.insert(format!("TCM{}", level.get()), trail(tandem.monitor(), now, *violations));
        }
    }
    if received.path_ends {
        let path = sink.odu().counters();
        let violations = [path.bip_violations, path.bei];
        all.insert("PM".to_string(), trail(sink.odu().path(), now, violations));
    }
    all
}

fn trail(sink: &MonitorSink, now: SimTime, [near, far]: [u64; 2]) -> PerformanceReport {
    let totals = |violations| EndTotals { errored_blocks: 0, violations };
    let mut report = performance(sink, now, totals(near), totals(far));
    // What the registers have, and what the second that the end of the run cut has beside them.
    for Register { near, far, .. } in &report.days {
        report.near.errored_blocks += near.errored_blocks;
        report.far.errored_blocks += far.errored_blocks;
    }
    if let Some(open) = report.open_second {
        report.near.errored_blocks += u64::from(open.near_errored_blocks);
        report.far.errored_blocks += u64::from(open.far_errored_blocks);
    }
    report
}

/// The delays that were measured of a service.
pub(super) fn delays(simulation: &Simulation, service: &Service) -> Vec<DelayEntry> {
    let mut all = Vec::new();
    let whole = (DelayLevel::Path, 0, service.route.len(), service.port(0));
    let tandem = service.tandem.iter().map(|&tandem| {
        let port = service.tandem_port(tandem, 0);
        (DelayLevel::Tandem(tandem.level), tandem.from, tandem.to, port)
    });
    for (level, from, to, port) in std::iter::once(whole).chain(tandem) {
        let Some((line, end)) = port else { continue };
        let reports = simulation.port(line, end).received.delay;
        if let Some(report) = reports.into_iter().find(|report| report.level == level) {
            all.push(delay(simulation, service, (from, to), &report));
        }
    }
    all
}

fn delay(
    simulation: &Simulation,
    service: &Service,
    (from, to): (usize, usize),
    report: &DelayReport<'_>,
) -> DelayEntry {
    let network = simulation.network();
    let name = |at: usize| match service.route.get(at) {
        Some(hop) => network.end_name(hop.line, hop.first).to_string(),
        None => service
            .route
            .last()
            .map_or(String::new(), |hop| network.end_name(hop.line, hop.last()).to_string()),
    };
    let one = |one: &otn_emu::simulation::DelayMeasurement| MeasurementEntry {
        began_ns: one.began.as_ns(),
        frames: one.frames,
        us: one.lasts.as_ns() as f64 / 1e3,
    };
    DelayEntry {
        monitor: match report.level {
            DelayLevel::Path => "PM".to_string(),
            DelayLevel::Tandem(level) => format!("TCM{}", level.get()),
        },
        from: name(from),
        to: name(to),
        lines_ns: network.round_trip(service, from, to).as_ns(),
        measured: report.results.measured,
        abandoned: report.results.abandoned,
        waiting: report.waiting,
        frames_min: report.results.min,
        frames_max: report.results.max,
        measurements: report.measurements.iter().map(one).collect(),
    }
}

/// Measured delays as text, a line each.
pub(super) fn delays_text(delays: &[DelayEntry]) -> String {
    if delays.is_empty() {
        return String::new();
    }
    let mut table = Table::default();
    let titles = ["measured", "lines alone", "times", "abandoned"];
    let shown = if delays.iter().any(|d| d.abandoned > 0) { titles.len() } else { 3 };
    table.row("there and back", titles[..shown].iter().map(|title| (*title).to_string()));
    for d in delays {
        let frames = match (d.frames_min, d.frames_max) {
            (Some(least), Some(most)) if least < most => format!(", {least} to {most} frames"),
            (Some(frames), _) => format!(", {frames} frames"),
            (None, _) => String::new(),
        };
        let lasts = d.measurements.last().map_or("-".to_string(), |last| {
            SimTime::from_ns((last.us * 1e3).round() as u64).to_string()
        });
        let cells = [
            format!("{lasts}{frames}"),
            SimTime::from_ns(d.lines_ns).to_string(),
            grouped(d.measured),
            grouped(d.abandoned),
        ];
        let label = format!("{:<4} {} ⇄ {}", d.monitor, d.from, d.to);
        table.row(&label, cells.into_iter().take(shown));
    }
    table.render()
}

/// A receiver and what it found.
pub(super) struct Receiver<'a> {
    pub(super) node: &'a str,
    pub(super) from: &'a str,
    pub(super) causes: &'a [CauseEntry],
    pub(super) defects: &'a [DefectReport],
    pub(super) trails: &'a Trails,
}

/// Rows of what happened that are printed; all of it is in the JSON.
const SHOWN: usize = 60;

/// Times that one cause of a receiver is printed by itself.
const EACH: usize = 3;

/// Defects that are no fault, and so no cause, and yet something that happened.
const NO_FAULT: [(&str, &str); 2] =
    [("dIAE", "frame start moved"), ("dBIAE", "told: frame start moved")];

/// A row of what happened.
struct Row {
    at_ns: u64,
    lasted: String,
    place: String,
    what: String,
    words: String,
    told: Option<String>,
}

/// Faults and their causes in the order of time: what failed, who told whom, after how long.
pub(super) fn happenings_text(faults: &[FaultReport], receivers: &[Receiver<'_>]) -> String {
    let mut rows: Vec<Row> = faults.iter().map(fault_row).collect();
    rows.extend(receivers.iter().flat_map(cause_rows));
    rows.extend(receivers.iter().flat_map(movement_rows));
    if rows.is_empty() {
        return String::new();
    }
    // What happens at one instant stays in the order of receivers.
    rows.sort_by_key(|row| row.at_ns);
    let place = rows.iter().map(|row| row.place.chars().count()).max().unwrap_or(0).max(9);
    let titles = ("since", "for", "at ← from", "what");
    let mut out =
        format!("  {:>9} {:>9}  {:<place$}  {}\n", titles.0, titles.1, titles.2, titles.3);
    for row in rows.iter().take(SHOWN) {
        let at = SimTime::from_ns(row.at_ns).to_string();
        let Row { lasted, what, words, .. } = row;
        let line = format!("  {at:>9} {lasted:>9}  {:<place$}  {what:<10} {words}", row.place);
        // Writing to a String cannot fail: its results are let go in this file.
        let _ = writeln!(out, "{}", line.trim_end());
        if let Some(told) = &row.told {
            let _ = writeln!(out, "{:23}{told}", "");
        }
    }
    if let Some(more) = rows.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(out, "  … and {} more, see report.json", grouped(more as u64));
    }
    out.push('\n');
    out
}

fn fault_row(fault: &FaultReport) -> Row {
    Row {
        at_ns: fault.at_ns,
        lasted: SimTime::from_ns(fault.for_ns).to_string(),
        place: format!("→ {}", fault.towards.join(", ")),
        what: "fault".to_string(),
        words: format!("{} of {}", fault.kind, fault.line),
        told: None,
    }
}

fn cause_rows(receiver: &Receiver<'_>) -> Vec<Row> {
    let mut by_name: BTreeMap<(&str, &str), Vec<&CauseEntry>> = BTreeMap::new();
    for cause in receiver.causes {
        by_name.entry((&cause.layer, cause.cause)).or_default().push(cause);
    }
    let place = || format!("{} ← {}", receiver.node, receiver.from);
    let mut rows = Vec::new();
    for ((layer, name), causes) in by_name {
        let row = |cause: &CauseEntry, lasted: String| Row {
            at_ns: cause.raised_ns,
            lasted,
            place: place(),
            what: format!("{layer} {name}"),
            // The level of a tandem connection stands in the column before.
            words: match cause.probable_cause.as_deref().unwrap_or_default() {
                tandem if tandem.ends_with("-down") => {
                    tandem.split_once("TCM").map_or(tandem, |(stem, _)| stem).to_string()
                }
                name => name.to_string(),
            },
            told: cause.answers.as_ref().map(|answer| format!("told by {answer}")),
        };
        if let [first, .., last] = causes.as_slice()
            && causes.len() > EACH
        {
            let mut row = row(first, format!("{} times", grouped(causes.len() as u64)));
            row.told = Some(format!("the last one at {}", SimTime::from_ns(last.raised_ns)));
            rows.push(row);
            continue;
        }
        let lasted = |cause: &CauseEntry| lasted(cause.raised_ns, cause.cleared_ns);
        rows.extend(causes.into_iter().map(|cause| row(cause, lasted(cause))));
    }
    rows
}

fn lasted(raised_ns: u64, cleared_ns: Option<u64>) -> String {
    cleared_ns.map_or("the rest".to_string(), |until| {
        SimTime::from_ns(until.saturating_sub(raised_ns)).to_string()
    })
}

fn movement_rows(receiver: &Receiver<'_>) -> Vec<Row> {
    let row = |d: &DefectReport| {
        let (_, words) = NO_FAULT.iter().find(|(name, _)| *name == d.defect)?;
        Some(Row {
            at_ns: d.raised_ns,
            lasted: lasted(d.raised_ns, d.cleared_ns),
            place: format!("{} ← {}", receiver.node, receiver.from),
            what: format!("{} {}", d.layer, d.defect),
            words: (*words).to_string(),
            told: None,
        })
    };
    receiver.defects.iter().filter_map(row).collect()
}

/// Trails with errors or unavailable time, near end and far end.
pub(super) fn performance_text(receivers: &[Receiver<'_>]) -> String {
    let all = || {
        receivers.iter().flat_map(|receiver| {
            receiver.trails.iter().map(move |(monitor, trail)| (receiver, monitor, trail))
        })
    };
    let seconds = all().flat_map(|(_, _, trail)| &trail.days).map(|day| day.elapsed).max();
    let mut table = Table::default();
    let columns = ["EBC", "ES", "SES", "BBE", "UAS"];
    let shown = if seconds.is_some() { columns.len() } else { 1 };
    table.row("near / far", columns[..shown].iter().map(|name| (*name).to_string()));
    let (mut listed, mut quiet) = (0, 0);
    let mut trails: Vec<_> = all().collect();
    // From the line inwards.
    trails.sort_by_key(|(_, monitor, _)| (*monitor == "PM", *monitor != "SM"));
    for (receiver, monitor, trail) in trails {
        let (near, far) = (trail.near.errored_blocks, trail.far.errored_blocks);
        let mut cells = vec![[near, far]];
        let sum = |of: fn(&Register) -> [u64; 2]| {
            trail.days.iter().map(of).fold([0; 2], |[a, b], [c, d]| [a + c, b + d])
        };
        cells.push(sum(|d| [d.near.errored_seconds, d.far.errored_seconds].map(u64::from)));
        cells.push(sum(|d| {
            [d.near.severely_errored_seconds, d.far.severely_errored_seconds].map(u64::from)
        }));
        cells.push(sum(|d| [d.near.background_block_errors, d.far.background_block_errors]));
        cells.push(sum(|d| [d.near.unavailable_seconds, d.far.unavailable_seconds].map(u64::from)));
        if cells.iter().flatten().all(|count| *count == 0) {
            quiet += 1;
            continue;
        }
        listed += 1;
        let label = format!("{monitor:<4} {} ← {}", receiver.node, receiver.from);
        let cells = cells.into_iter().take(shown);
        let pair = |[near, far]: [u64; 2]| format!("{} / {}", grouped(near), grouped(far));
        table.row(&label, cells.map(pair));
    }
    if listed == 0 {
        return String::new();
    }
    let whole = match seconds {
        Some(seconds) => format!("in {seconds} s and the partial second behind"),
        None => "in a partial second".to_string(),
    };
    let others = if quiet > 0 { format!("; none in {quiet} other trails") } else { String::new() };
    format!("\nerrored blocks (EBC) {whole}{others}\n{}", table.render())
}
