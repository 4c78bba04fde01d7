//! What `otn whatif` prints.
//!
//! In: its report. Out: failures, worst first, each with the services that it hit; then the services over all failures.

use std::fmt::Write;

use otn_frame::SimTime;

use super::report::{DirectionReport, FailureReport, Report};
use crate::text::{Table, grouped};

/// Failures that are listed; all of them are in the JSON and the CSV.
const LISTED: usize = 24;

/// Failures that are named for one service.
const NAMED: usize = 6;

/// The text of a report.
pub(super) fn text(report: &Report) -> String {
    let mut out = String::new();
    let what = match (report.cut, report.failures.len()) {
        ("all-nodes", 1) => "node",
        ("all-nodes", _) => "nodes, one after another",
        ("all-pairs", 1) => "pair of links",
        ("all-pairs", _) => "pairs of links, one after another",
        (_, 1) => "link",
        (_, _) => "links, one after another",
    };
    let _ = writeln!(
        out,
        "{}: {} {what}; clients send from {} to {}, the failure comes at {}; seed {}",
        report.name,
        report.failures.len(),
        time(report.begin_ns),
        time(report.until_ns),
        time(report.at_ns),
        report.seed
    );
    if report.interrupted {
        let (done, asked) = (report.failures.len(), report.failures_asked);
        let _ = writeln!(out, "interrupted: {done} of {asked} failures were run");
    }
    match report.events_left_out {
        0 => {}
        1 => out.push_str("one event of the file is left out\n"),
        n => {
            let _ = writeln!(out, "{n} events of the file are left out");
        }
    }
    out.push('\n');
    out.push_str(&failures(&report.failures));
    out.push('\n');
    out.push_str(&services(report));
    out.push('\n');
    out.push_str(&verdict(report));
    out
}

fn time(ns: u64) -> String {
    SimTime::from_ns(ns).to_string()
}

fn optional(ns: Option<u64>) -> String {
    ns.map_or("-".to_string(), time)
}

fn failures(failures: &[FailureReport]) -> String {
    let mut table = Table::default();
    let heads = ["", "packets lost", "longest gap", "switched after"];
    table.row("failure", heads.map(str::to_string));
    let (hit, spared): (Vec<_>, Vec<_>) =
        failures.iter().partition(|failure| failure.directions.iter().any(was_hit));
    for failure in hit.iter().take(LISTED) {
        let (lost, gap) = (grouped(failure.packets_lost), optional(failure.longest_gap_ns));
        table.row(&failure.name, [summary(failure), lost, gap]);
        for direction in failure.directions.iter().filter(|direction| was_hit(direction)) {
            table.row(&format!("  {}", label(direction)), cells(direction));
        }
    }
    let mut out = if hit.is_empty() { String::new() } else { table.render() };
    if hit.len() > LISTED {
        let _ = writeln!(out, "  and {} more: --json and --csv tell all", hit.len() - LISTED);
    }
    if !spared.is_empty() {
        let names: Vec<&str> = spared.iter().map(|failure| failure.name.as_str()).collect();
        let _ = writeln!(out, "  no service hit by {}", some(&names, LISTED));
    }
    out
}

fn was_hit(direction: &DirectionReport) -> bool {
    direction.fate != "never-hit"
}

fn summary(failure: &FailureReport) -> String {
    let counts = [
        (failure.services_lost, "lost"),
        (failure.services_survived, "survived"),
        (failure.services_end_node, "end node"),
    ];
    let told = counts.iter().filter(|(count, _)| *count > 0);
    told.map(|(count, what)| format!("{count} {what}")).collect::<Vec<_>>().join(", ")
}

fn label(direction: &DirectionReport) -> String {
    format!("{} {} > {}", direction.service, direction.from, direction.to)
}

fn cells(direction: &DirectionReport) -> [String; 4] {
    let gap = match direction.fate {
        "lost" => "to the end".to_string(),
        "survived" if direction.packets_lost == 0 => "none".to_string(),
        _ => optional(direction.longest_gap_ns),
    };
    let lost = match direction.packets_sent {
        0 => "-".to_string(),
        _ => grouped(direction.packets_lost),
    };
    [direction.fate.replace('-', " "), lost, gap, optional(direction.switched_after_ns)]
}

fn services(report: &Report) -> String {
    let mut table = Table::default();
    let heads =
        ["ODU", "protected", "never hit", "survived", "lost", "end node", "longest gap", "by"];
    table.row("service", heads.map(str::to_string));
    for service in &report.services {
        let cells = [
            service.odu.to_string(),
            if service.protected { "yes" } else { "no" }.to_string(),
            service.never_hit.to_string(),
            service.survived.to_string(),
            service.lost.to_string(),
            service.end_node.to_string(),
            optional(service.longest_gap_ns),
            service.longest_gap_by.clone().unwrap_or_else(|| "-".to_string()),
        ];
        let [from, to] = &service.ends;
        table.row(&format!("{} {from} - {to}", service.name), cells);
    }
    table.render()
}

fn verdict(report: &Report) -> String {
    let mut out = String::new();
    for service in report.protected_lost() {
        let names: Vec<&str> = service.lost_by.iter().map(String::as_str).collect();
        let _ = writeln!(out, "PROTECTED AND LOST: {} by {}", service.name, some(&names, NAMED));
    }
    for service in report.services.iter().filter(|s| !s.protected && s.lost > 0) {
        let names: Vec<&str> = service.lost_by.iter().map(String::as_str).collect();
        let _ = writeln!(out, "lost, not protected: {} by {}", service.name, some(&names, NAMED));
    }
    // Where runs are missing, nothing is known of all.
    if report.cut != "all-pairs" && !report.protection_fails() && !report.interrupted {
        let count = report.services.iter().filter(|service| service.protected).count();
        let _ = match count {
            0 => writeln!(out, "no service is protected"),
            n => {
                writeln!(out, "OK: no single failure takes a service with protection ({n} of them)")
            }
        };
    }
    for service in report.services.iter().filter(|s| report.cut == "all-pairs" && s.protected) {
        let (lost, all) = (service.lost, report.failures.len());
        let _ = writeln!(out, "protected: {} is lost by {lost} of {all} pairs", service.name);
    }
    out
}

/// The first of these names, and how many more there are.
fn some(names: &[&str], count: usize) -> String {
    let list = names.iter().take(count).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(count) {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}
