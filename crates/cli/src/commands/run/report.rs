//! The report of a run: what is written as JSON and printed as text.
//!
//! In: a simulation that has ended. Out: the report. Its keys are described in `docs/json.md`.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::rc::Rc;

use otn_emu::ledger::{Cause, Codeword, Lost};
use otn_emu::simulation::{DirectionReport, Ending, FlowReport};
use otn_emu::{Network, Service, Simulation};
use otn_frame::SimTime;
use otn_proc::monitor::Monitor;
use otn_proc::tandem::TandemSink;
use otn_proc::terminal::Fec;
use serde::Serialize;

use super::supervision::{self, CauseEntry, DelayEntry, FaultReport, Receiver, Trails};
use super::timeline::{self, Entry};
use crate::capture::InputCounts;
use crate::decoder::{DefectReport, TtiText, defect_list, defect_times};
use crate::text::{Table, grouped, wrap};

/// Captures that are replayed, and what was taken from each.
pub(super) type Inputs = Vec<(String, Rc<Cell<InputCounts>>)>;

/// Lost packets that are listed by direction.
const LOST_LIMIT: usize = 100;

/// Result of `otn run`.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    name: String,
    seed: u64,
    /// Virtual time during which clients sent.
    duration_ns: u64,
    /// Virtual time at the end.
    ended_at_ns: u64,
    interrupted: bool,
    lines: Vec<LineReport>,
    services: Vec<ServiceReport>,
    /// Faults that the lines were given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    faults: Vec<FaultReport>,
    /// Every defect in the order of time, where there is more to tell than of one line in peace.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    timeline: Vec<Entry>,
    pub(super) warnings: Vec<String>,
    pub(super) files: Vec<String>,
    /// Depends on the machine: printed, never written to a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) speed: Option<Speed>,
}

#[derive(Debug, Serialize)]
struct LineReport {
    name: String,
    signal: &'static str,
    fec: &'static str,
    delay_ns: u64,
    directions: Vec<LineDirection>,
}

/// One direction of a line, counted at its receiving end.
#[derive(Debug, Serialize)]
struct LineDirection {
    from: String,
    to: String,
    frames_sent: u64,
    frames_received: u64,
    ber_set: f64,
    /// Corrected bits by all bits decoded: what the receiver can know.
    ber_measured: Option<f64>,
    /// Bits that the line flipped: what only a simulation can know.
    bits_flipped: u64,
    codewords: u64,
    corrected_codewords: u64,
    corrected_symbols: u64,
    corrected_bits: u64,
    uncorrectable_codewords: u64,
    /// Codewords decoded to another codeword, unnoticed by the decoder.
    miscorrected_codewords: u64,
    residual_bit_errors: u64,
    fas_errored_frames: u64,
    oof_events: u64,
    sm_bip_violations: u64,
    sm_errored_blocks: u64,
    sm_bei: u64,
    pm_bip_violations: u64,
    pm_errored_blocks: u64,
    pm_bei: u64,
    sm_tti: Option<TtiText>,
    pm_tti: Option<TtiText>,
    accepted_pt: Option<String>,
    /// Tandem connections that end here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tandem: Vec<TandemReport>,
    defects: Vec<DefectReport>,
    /// Times each defect was raised, listed or not.
    defect_times: BTreeMap<String, u64>,
    /// Fault causes: of the defects of one fault, the one of each layer that names it.
    causes: Vec<CauseEntry>,
    #[serde(skip_serializing_if = "is_zero")]
    causes_left_out: u64,
    /// By monitor: `SM`, and `PM` and `TCM1` to `TCM6` where they end here.
    performance: Trails,
}

impl LineDirection {
    fn receiver(&self) -> Receiver<'_> {
        let Self { from, to, causes, defects, performance, .. } = self;
        Receiver { node: to, from, causes, defects, trails: performance }
    }
}

/// A tandem connection, at its sink.
#[derive(Debug, Serialize)]
struct TandemReport {
    level: u8,
    tti: Option<TtiText>,
    bip_violations: u64,
    /// Violations at the other end, by BEI.
    bei: u64,
}

#[derive(Debug, Serialize)]
struct ServiceReport {
    name: String,
    /// The first line of the route.
    line: String,
    /// All lines of it, where there is more than one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    route: Vec<String>,
    directions: Vec<ServiceDirection>,
    /// Delays there and back that were measured.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    delays: Vec<DelayEntry>,
}

#[derive(Debug, Serialize)]
struct ServiceDirection {
    from: String,
    to: String,
    packets_in: u64,
    packets_out: u64,
    packets_lost: u64,
    octets_in: u64,
    octets_out: u64,
    fcs_errors: u64,
    /// Delivered with a good FCS and yet not what was sent.
    corrupted: u64,
    in_flight: u64,
    lost_by_cause: LostByCause,
    lost: Vec<LostPacket>,
    delay_min_ns: Option<u64>,
    delay_mean_ns: Option<u64>,
    delay_max_ns: Option<u64>,
}

#[derive(Debug, Serialize)]
struct LostByCause {
    uncorrectable_codeword: u64,
    shadow_of_a_codeword: u64,
    alignment: u64,
    unexplained: u64,
    #[serde(skip_serializing_if = "is_zero")]
    fault: u64,
    #[serde(skip_serializing_if = "is_zero")]
    maintenance: u64,
}

/// Nothing to tell.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[derive(Debug, Serialize)]
struct LostPacket {
    packet: u64,
    offered_ns: u64,
    cause: &'static str,
    /// The line that is to blame, where the route has more than one or the line had a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// Codeword to blame: frame from 0, row and sub-row from 1.
    codeword: Option<[u64; 3]>,
}

/// How fast the run went in real time.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Speed {
    seconds: f64,
    /// Line bits of all directions by real time.
    line_gbit_s: f64,
    /// Virtual time by real time.
    real_time_factor: f64,
}

impl Speed {
    pub(super) fn new(report: &Report, seconds: f64) -> Self {
        let frames: u64 =
            report.lines.iter().flat_map(|l| &l.directions).map(|d| d.frames_received).sum();
        let bits = frames as f64 * otn_frame::layout::OTU_BITS as f64;
        Self {
            seconds,
            line_gbit_s: bits / seconds / 1e9,
            real_time_factor: report.ended_at_ns as f64 / 1e9 / seconds,
        }
    }
}

impl Report {
    /// No defect, no packet lost, nothing interrupted.
    pub(super) fn is_fine(&self) -> bool {
        let lines = self.lines.iter().flat_map(|l| &l.directions);
        let services = self.services.iter().flat_map(|s| &s.directions);
        !self.interrupted
            && lines.into_iter().all(|d| d.defects.is_empty())
            && services.into_iter().all(|d| d.packets_lost + d.corrupted == 0)
    }
}

/// Makes the report of a simulation that has ended.
pub(super) fn report(simulation: &Simulation, ending: Ending, inputs: &Inputs) -> Report {
    let network = simulation.network();
    let seen = timeline::entries(simulation);
    let line = |index: usize| {
        let line = &network.lines[index];
        LineReport {
            name: line.name.clone(),
            signal: line.signal.name(),
            fec: line.coding.fec.name(),
            delay_ns: line.delay.as_ns(),
            directions: [0, 1]
                .map(|from| line_direction(simulation, (index, from), ending.at, &seen))
                .into(),
        }
    };
    let service = |(index, s): (usize, &Service)| {
        let names: Vec<String> =
            s.route.iter().map(|hop| network.lines[hop.line].name.clone()).collect();
        ServiceReport {
            name: s.name.clone(),
            line: names.first().cloned().unwrap_or_default(),
            route: if names.len() > 1 { names } else { Vec::new() },
            directions: [0, 1].map(|from| service_direction(simulation, index, from)).into(),
            delays: supervision::delays(simulation, s),
        }
    };
    Report {
        name: network.name.clone(),
        seed: network.seed,
        duration_ns: network.duration.as_ns(),
        ended_at_ns: ending.at.as_ns(),
        interrupted: ending.interrupted,
        lines: (0..network.lines.len()).map(line).collect(),
        services: network.services.iter().enumerate().map(service).collect(),
        faults: supervision::faults(simulation),
        timeline: if timeline::worth_telling(network) { seen } else { Vec::new() },
        warnings: inputs.iter().flat_map(|(path, c)| c.get().warnings(Path::new(path))).collect(),
        files: Vec::new(),
        speed: None,
    }
}

fn line_direction(
    simulation: &Simulation,
    (line, from): (usize, usize),
    now: SimTime,
    seen: &[Entry],
) -> LineDirection {
    let network = simulation.network();
    let to = 1 - from;
    let sent = simulation.port(line, from);
    let received: DirectionReport<'_> = simulation.port(line, to).received;
    let c = received.counters;
    let bits = c.codewords * 255 * 8;
    let with_fec = network.lines[line].coding.fec != Fec::None && bits > 0;
    let sink = received.sink;
    let path = sink.odu().counters();
    let names = (network.end_name(line, to), network.end_name(line, from));
    LineDirection {
        from: network.end_name(line, from).to_string(),
        to: network.end_name(line, to).to_string(),
        frames_sent: sent.frames_sent,
        frames_received: c.frames,
        ber_set: network.lines[line].ber_towards[to].get(),
        ber_measured: with_fec.then(|| c.corrected_bits as f64 / bits as f64),
        bits_flipped: sent.bits_flipped,
        codewords: c.codewords,
        corrected_codewords: c.corrected_codewords,
        corrected_symbols: c.corrected_symbols,
        corrected_bits: c.corrected_bits,
        uncorrectable_codewords: c.uncorrectable_codewords,
        miscorrected_codewords: received.miscorrected_codewords,
        residual_bit_errors: received.residual_bit_errors,
        fas_errored_frames: c.fas_errored_frames,
        oof_events: c.oof_events,
        sm_bip_violations: c.section_bip_violations,
        sm_errored_blocks: c.section_errored_blocks,
        sm_bei: c.section_bei,
        pm_bip_violations: path.bip_violations,
        pm_errored_blocks: path.errored_blocks,
        pm_bei: path.bei,
        sm_tti: sink.section().trace().accepted().map(TtiText::from),
        pm_tti: sink.odu().path().trace().accepted().map(TtiText::from),
        accepted_pt: sink.odu().psi().accepted_type().map(|pt| pt.to_string()),
        tandem: received.tandem.iter().filter_map(tandem_report).collect(),
        defects: defect_list(received.defects),
        defect_times: defect_times(received.defects),
        causes: supervision::causes(&received, names, seen),
        causes_left_out: received.causes.1,
        performance: supervision::trails(&received, now),
    }
}

fn tandem_report((sink, [bip_violations, bei]): &(&TandemSink, [u64; 2])) -> Option<TandemReport> {
    let Monitor::Tandem(level) = sink.monitor().monitor() else { return None };
    let tti = sink.monitor().trace().accepted().map(TtiText::from);
    let (bip_violations, bei) = (*bip_violations, *bei);
    Some(TandemReport { level: level.get(), tti, bip_violations, bei })
}

fn service_direction(simulation: &Simulation, service: usize, from: usize) -> ServiceDirection {
    let network = simulation.network();
    let FlowReport { packets: p, lost } = simulation.flow(service, from);
    let service = &network.services[service];
    let name = |end: usize| {
        let port = service.port(end);
        port.map_or(String::new(), |(line, end)| network.end_name(line, end).to_string())
    };
    let (least, sum, most) = p.delay_ps;
    let known = |ps: u64| (p.packets_out > 0).then_some(ps / 1_000);
    let mean = sum.checked_div(u128::from(p.packets_out)).unwrap_or(0) as u64;
    let [hit, shadow, alignment, unexplained, fault, maintenance] = p.lost;
    ServiceDirection {
        from: name(from),
        to: name(1 - from),
        packets_in: p.packets_in,
        packets_out: p.packets_out,
        packets_lost: p.packets_lost(),
        octets_in: p.octets_in,
        octets_out: p.octets_out,
        fcs_errors: p.fcs_errors,
        corrupted: p.corrupted,
        in_flight: p.in_flight,
        lost_by_cause: LostByCause {
            uncorrectable_codeword: hit,
            shadow_of_a_codeword: shadow,
            alignment,
            unexplained,
            fault,
            maintenance,
        },
        lost: lost
            .iter()
            .take(LOST_LIMIT)
            .map(|lost| lost_packet(lost, service, network))
            .collect(),
        delay_min_ns: known(least),
        delay_mean_ns: known(mean),
        delay_max_ns: known(most),
    }
}

fn lost_packet(lost: &Lost, service: &Service, network: &Network) -> LostPacket {
    let of = |word: Codeword| (Some(word), Some(word.line).filter(|_| service.route.len() > 1));
    let (cause, (word, line)) = match lost.cause {
        Cause::Hit(word) => ("uncorrectable codeword", of(word)),
        Cause::Shadow(word) => ("shadow of a codeword", of(word)),
        Cause::Alignment => ("alignment", (None, None)),
        Cause::Unexplained => ("unexplained", (None, None)),
        Cause::Fault(line) => ("fault", (None, Some(line))),
        Cause::Maintenance => ("maintenance", (None, None)),
    };
    LostPacket {
        packet: lost.packet,
        offered_ns: lost.offered.as_ns(),
        cause,
        line: line.map(|line| network.lines[line].name.clone()),
        codeword: word.map(|w| [w.frame, u64::from(w.row), u64::from(w.sub_row)]),
    }
}

/// The report as text.
pub(super) fn text(report: &Report, folder: &str) -> String {
    let duration = SimTime::from_ns(report.duration_ns);
    let mut out = format!("{}: {duration} of virtual time, seed {}", report.name, report.seed);
    if report.interrupted {
        let at = SimTime::from_ns(report.ended_at_ns);
        // Writing to a String cannot fail: its results are let go in this function.
        let _ = write!(out, ", interrupted at {at}");
    }
    out.push('\n');
    for line in &report.lines {
        let delay = SimTime::from_ns(line.delay_ns);
        let _ = writeln!(out, "\nline {}  {}, FEC {}, {delay}", line.name, line.signal, line.fec);
        out.push_str(&line_table(line, report).render());
    }
    for service in &report.services {
        if !service.route.is_empty() {
            let _ = writeln!(out, "\nservice {}  {}", service.name, service.route.join(", "));
            out.push_str(&service_table(service).render());
        }
        out.push_str(&supervision::delays_text(&service.delays));
    }
    let receivers: Vec<Receiver<'_>> =
        report.lines.iter().flat_map(|l| &l.directions).map(LineDirection::receiver).collect();
    out.push_str(&supervision::performance_text(&receivers));
    out.push('\n');
    out.push_str(&supervision::happenings_text(&report.faults, &receivers));
    if let Some(s) = report.speed {
        let _ = writeln!(
            out,
            "speed   {:.3} s for {:.2} Gbit/s of line signal, {:.4} x real time",
            s.seconds, s.line_gbit_s, s.real_time_factor
        );
    }
    let files = wrap(&format!("{folder}: {}", report.files.join(", ")), 72);
    let _ = writeln!(out, "report  {}", files.join("\n        "));
    let _ = writeln!(out, "{}", conclusion(report));
    out
}

fn conclusion(report: &Report) -> String {
    let directions = || report.services.iter().flat_map(|s| &s.directions);
    let sent: u64 = directions().map(|d| d.packets_in).sum();
    let lost: u64 = directions().map(|d| d.packets_lost).sum();
    let directions = report.lines.iter().flat_map(|l| &l.directions);
    let defects: u64 = directions.flat_map(|d| d.defect_times.values()).sum();
    if report.interrupted {
        return format!("INTERRUPTED: {} packets sent so far", grouped(sent));
    }
    if sent == 0 {
        return "no packet was sent".to_string();
    }
    if report.is_fine() {
        return format!("OK: all {} packets arrived, octet for octet", grouped(sent));
    }
    format!(
        "NOT OK: {} of {} packets lost, {} defects",
        grouped(lost),
        grouped(sent),
        grouped(defects)
    )
}

fn line_table(line: &LineReport, report: &Report) -> Table {
    let mut table = Table::default();
    let mut row = |label: &str, cell: &dyn Fn(&LineDirection) -> String| {
        table.row(label, line.directions.iter().map(cell));
    };
    row("", &|d| format!("{} → {}", d.from, d.to));
    row("frames sent / received", &|d| {
        format!("{} / {}", grouped(d.frames_sent), grouped(d.frames_received))
    });
    row("pre-FEC BER set / measured", &|d| {
        // What was beyond correction was not counted: then this is a lower bound.
        let bound = if d.uncorrectable_codewords > 0 { "≥ " } else { "" };
        let measured = d.ber_measured.map_or("-".to_string(), |b| format!("{bound}{b:.3e}"));
        format!("{:.3e} / {measured}", d.ber_set)
    });
    row("bits flipped / corrected", &|d| {
        format!("{} / {}", grouped(d.bits_flipped), grouped(d.corrected_bits))
    });
    row("codewords corrected", &|d| grouped(d.corrected_codewords));
    row("codewords uncorrectable", &|d| grouped(d.uncorrectable_codewords));
    row("BIP-8 violations SM / PM", &|d| {
        format!("{} / {}", grouped(d.sm_bip_violations), grouped(d.pm_bip_violations))
    });
    row("BEI back SM / PM", &|d| format!("{} / {}", grouped(d.sm_bei), grouped(d.pm_bei)));
    if line.directions.iter().any(|d| !d.tandem.is_empty()) {
        row("BIP-8 violations TCM", &|d| {
            let each =
                |t: &TandemReport| format!("level {}: {}", t.level, grouped(t.bip_violations));
            let all: Vec<String> = d.tandem.iter().map(each).collect();
            if all.is_empty() { "-".to_string() } else { all.join(", ") }
        });
    }
    row("defects", &|d| match d.defect_times.values().sum() {
        0 => "none".to_string(),
        times => grouped(times),
    });
    for service in report.services.iter().filter(|s| s.route.is_empty() && s.line == line.name) {
        service_rows(&mut table, service, &format!("{}: ", service.name));
    }
    table
}

/// A service over more than one line.
fn service_table(service: &ServiceReport) -> Table {
    let mut table = Table::default();
    table.row("", service.directions.iter().map(|d| format!("{} → {}", d.from, d.to)));
    service_rows(&mut table, service, "");
    table
}

fn service_rows(table: &mut Table, service: &ServiceReport, prefix: &str) {
    let mut row = |label: &str, cell: &dyn Fn(&ServiceDirection) -> String| {
        table.row(&format!("{prefix}{label}"), service.directions.iter().map(cell));
    };
    row("packets in / out", &|d| format!("{} / {}", grouped(d.packets_in), grouped(d.packets_out)));
    row("packets lost", &|d| grouped(d.packets_lost));
    row("octets in / out", &|d| format!("{} / {}", grouped(d.octets_in), grouped(d.octets_out)));
    row("delay min / max", &|d| match (d.delay_min_ns, d.delay_max_ns) {
        (Some(least), Some(most)) => {
            format!("{} / {}", SimTime::from_ns(least), SimTime::from_ns(most))
        }
        _ => "-".to_string(),
    });
}
