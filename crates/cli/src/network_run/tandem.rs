//! Tandem connections and measured delays of a service in its report.
//!
//! In: the plan, the record. Out: the values of `report.json` about them. Nothing is counted here.

use otn_emu::net::log::Point;
use otn_emu::net::model::Plan;
use otn_emu::net::supervision::{Domain, domains};
use otn_emu::net::{DelaySummary, TandemSummary};
use otn_frame::SimTime;
use otn_proc::tandem::TandemMode;

use super::fill::Inputs;
use crate::network_report::model;

fn domain(plan: &Plan, (service, tandem): (usize, usize)) -> Option<Domain> {
    domains(&plan.services[service]).get(tandem).copied()
}

/// The node at an end of a tandem connection.
pub(super) fn node(plan: &Plan, of: (usize, usize), end: usize) -> usize {
    let service = &plan.services[of.0];
    let node = domain(plan, of).and_then(|domain| domain.node(plan, service, end));
    node.unwrap_or(service.ends[end])
}

/// What ends at its ends, as text.
pub(super) fn name(plan: &Plan, of: (usize, usize)) -> String {
    let service = &plan.services[of.0];
    let level = domain(plan, of).map_or(0, |domain| domain.tandem.level.get());
    let role = match domain(plan, of).is_some_and(|domain| domain.protection) {
        true => " protection",
        false => "",
    };
    format!("{} {} TCM{level}{role}", service.name, service.odu)
}

fn counts(summary: Option<&TandemSummary>) -> model::TandemCounts {
    summary.map_or_else(Default::default, |summary| model::TandemCounts {
        frames: summary.frames,
        bip_violations: summary.bip_violations,
        errored_blocks: summary.errored_blocks,
        bei: summary.bei,
    })
}

/// The tandem connections of a service.
pub(super) fn tandems(inputs: &Inputs<'_>, index: usize) -> Vec<model::Tandem> {
    let (plan, record) = (inputs.plan, inputs.record);
    let all = domains(&plan.services[index]);
    let of = |(tandem, domain): (usize, &Domain)| model::Tandem {
        level: domain.tandem.level.get(),
        role: if domain.protection { model::Role::Protection } else { model::Role::Working },
        mode: match domain.tandem.mode {
            TandemMode::Operational => "operational",
            TandemMode::Monitor => "monitor",
            TandemMode::Transparent => "transparent",
        }
        .to_string(),
        ends: [0, 1].map(|end| plan.nodes[node(plan, (index, tandem), end)].name.clone()),
        received: [0, 1]
            .map(|end| Point::Tandem { service: index, tandem, end })
            .map(|point| counts(record.tandems.get(&point)))
            .to_vec(),
    };
    all.iter().enumerate().map(of).collect()
}

/// The delays that were measured for a service.
pub(super) fn delays(inputs: &Inputs<'_>, index: usize) -> Vec<model::Delay> {
    let (plan, record) = (inputs.plan, inputs.record);
    let service = &plan.services[index];
    let there_and_back = |hops: &[otn_emu::net::model::Hop]| {
        let one_way = hops.iter().map(|hop| plan.lines[hop.line].delay.as_ps()).sum::<u64>();
        2 * one_way
    };
    let mut all = Vec::new();
    if let Some(summary) = record.paths.get(&(index, 0)).and_then(|path| path.delay.as_ref()) {
        let ends = service.ends.map(|node| plan.nodes[node].name.clone());
        all.push(delay(service.odu.to_string(), ends, there_and_back(&service.route), summary));
    }
    for (tandem, domain) in domains(service).iter().enumerate() {
        let point = Point::Tandem { service: index, tandem, end: 0 };
        let summary = record.tandems.get(&point).and_then(|summary| summary.delay.as_ref());
        if let Some(summary) = summary {
            let ends = [0, 1].map(|end| plan.nodes[node(plan, (index, tandem), end)].name.clone());
            let of = format!("TCM{}", domain.tandem.level.get());
            all.push(delay(of, ends, there_and_back(domain.hops(service)), summary));
        }
    }
    all
}

fn delay(of: String, ends: [String; 2], lines_ps: u64, summary: &DelaySummary) -> model::Delay {
    let one = |one: &otn_emu::net::DelayMeasurement| model::DelayMeasurement {
        began_ps: one.began.as_ps(),
        frames: one.frames,
        lasts_ps: one.lasts.as_ps(),
    };
    model::Delay {
        of,
        ends,
        lines_ps,
        measured: summary.measured,
        abandoned: summary.abandoned,
        waiting: summary.waiting,
        measurements: summary.measurements.iter().map(one).collect(),
    }
}

/// The delays of a report as text.
pub(super) fn text(report: &model::Report, out: &mut String) {
    use std::fmt::Write as _;
    let all = report.services.iter().flat_map(|s| s.delays.iter().map(move |delay| (s, delay)));
    let mut head = false;
    for (service, delay) in all {
        if !std::mem::replace(&mut head, true) {
            out.push_str("\ndelay there and back\n");
        }
        let [from, to] = &delay.ends;
        let time = |ps: u64| SimTime::from_ps(ps).to_string();
        let lasts = delay.measurements.iter().map(|one| one.lasts_ps);
        let found = match (lasts.clone().min(), lasts.max()) {
            (Some(least), Some(most)) if least == most => time(least),
            (Some(least), Some(most)) => format!("{} to {}", time(least), time(most)),
            _ => "none".to_string(),
        };
        let more = [(delay.abandoned, " given up"), (u64::from(delay.waiting), " not back yet")];
        let more: String = more
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!(", {count}{what}"))
            .collect();
        let _ = writeln!(
            out,
            "  {} {} {from} - {to}: {found} ({} times{more}); the lines alone take {}",
            service.name,
            delay.of,
            delay.measured,
            time(delay.lines_ps)
        );
    }
}
