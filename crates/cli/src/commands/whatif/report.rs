//! What `otn whatif` found, as values: printed as JSON, and what the text and the CSV are made from.
//!
//! In: the plan, the failures, what the runs show. Out: a [`Report`], worst failure first. Keys are described in
//! `docs/json.md`.

use std::cmp::Reverse;

use otn_emu::net::model::Plan;
use otn_emu::what_if::{Failure, Fate, Measures, Outcome, Times, judge};
use otn_frame::SimTime;
use serde::Serialize;

use super::Cut;
use super::runs::Done;
use crate::network_report::csv::{Csv, optional};

/// What the report is about.
pub(super) struct Inputs<'a> {
    pub(super) plan: &'a Plan,
    pub(super) cut: Cut,
    pub(super) times: Times,
    /// Events of the file that were left out.
    pub(super) left_out: usize,
}

/// All that was found.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) name: String,
    pub(super) seed: u64,
    pub(super) cut: &'static str,
    /// When clients begin.
    pub(super) begin_ns: u64,
    /// When it fails.
    pub(super) at_ns: u64,
    /// When clients stop.
    pub(super) until_ns: u64,
    pub(super) events_left_out: usize,
    pub(super) interrupted: bool,
    /// Failures that were asked for.
    pub(super) failures_asked: usize,
    pub(super) services: Vec<ServiceReport>,
    /// Worst first.
    pub(super) failures: Vec<FailureReport>,
    pub(super) warnings: Vec<String>,
}

/// A service over all failures.
#[derive(Debug, Serialize)]
pub(super) struct ServiceReport {
    pub(super) name: String,
    pub(super) ends: [String; 2],
    pub(super) odu: &'static str,
    pub(super) protected: bool,
    /// Packets sent without failure, both directions.
    pub(super) packets_sent: u64,
    /// Packets lost without failure.
    pub(super) packets_lost: u64,
    /// Failures, by the worse of its two directions.
    pub(super) never_hit: usize,
    pub(super) survived: usize,
    pub(super) lost: usize,
    pub(super) end_node: usize,
    pub(super) down: usize,
    pub(super) longest_gap_ns: Option<u64>,
    /// The failure with the longest gap.
    pub(super) longest_gap_by: Option<String>,
    /// Failures by which it is lost.
    pub(super) lost_by: Vec<String>,
}

/// A failure.
#[derive(Debug, Serialize)]
pub(super) struct FailureReport {
    pub(super) name: String,
    pub(super) links: Vec<String>,
    pub(super) nodes: Vec<String>,
    pub(super) services_lost: usize,
    pub(super) services_survived: usize,
    pub(super) services_end_node: usize,
    pub(super) packets_lost: u64,
    pub(super) longest_gap_ns: Option<u64>,
    /// Alarms that name a fault, and those that follow from them.
    pub(super) alarms: [usize; 2],
    pub(super) directions: Vec<DirectionReport>,
}

/// A service in one direction, after a failure.
#[derive(Debug, Serialize)]
pub(super) struct DirectionReport {
    pub(super) service: String,
    pub(super) from: String,
    pub(super) to: String,
    pub(super) protected: bool,
    pub(super) fate: &'static str,
    pub(super) judged_by: &'static str,
    pub(super) packets_sent: u64,
    pub(super) packets_lost: u64,
    pub(super) longest_gap_ns: Option<u64>,
    pub(super) switched_after_ns: Option<u64>,
}

/// A fate in one word.
pub(super) const fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::NeverHit => "never-hit",
        Fate::Survived => "survived",
        Fate::EndNode => "end-node",
        Fate::Down => "down",
        Fate::Lost => "lost",
    }
}

/// A failure that was run, and what it did.
struct Judged<'a> {
    failure: &'a Failure,
    name: String,
    measures: &'a Measures,
    outcomes: Vec<[Outcome; 2]>,
}

impl Judged<'_> {
    /// The worse of both directions of a service.
    fn fate(&self, service: usize) -> Fate {
        let [there, back] = self.outcomes[service].map(|outcome| outcome.fate);
        there.max(back)
    }

    fn count(&self, fate: Fate) -> usize {
        (0..self.outcomes.len()).filter(|service| self.fate(*service) == fate).count()
    }

    /// The longest gap of a service that went on, or of all.
    fn longest(&self, service: Option<usize>) -> Option<SimTime> {
        let of = |(index, _): &(usize, &[Outcome; 2])| service.is_none_or(|of| of == *index);
        let outcomes = self.outcomes.iter().enumerate().filter(of).flat_map(|(_, both)| both);
        outcomes.filter_map(gap).max()
    }
}

/// The longest gap of a direction that was hit and went on.
fn gap(outcome: &Outcome) -> Option<SimTime> {
    outcome.measured.longest.filter(|_| outcome.fate == Fate::Survived)
}

impl Report {
    pub(super) fn new(inputs: &Inputs<'_>, failures: &[Failure], done: &Done) -> Self {
        let plan = inputs.plan;
        let mut judged: Vec<Judged<'_>> = Vec::new();
        for (failure, measures) in failures.iter().zip(&done.with) {
            let Some(measures) = measures else { continue };
            let outcomes = judge(plan, failure, measures, &done.without);
            judged.push(Judged { failure, name: name_of(plan, failure), measures, outcomes });
        }
        judged.sort_by_key(|j| {
            (Reverse(j.count(Fate::Lost)), Reverse(j.longest(None)), Reverse(packets_lost(j)))
        });
        let services = (0..plan.services.len())
            .map(|service| service_report(plan, service, &judged, &done.without));
        let services: Vec<ServiceReport> = services.collect();
        Self {
            name: plan.name.clone(),
            seed: plan.seed,
            cut: inputs.cut.name(),
            begin_ns: plan.begin.as_ns(),
            at_ns: inputs.times.at.as_ns(),
            until_ns: inputs.times.until.as_ns(),
            events_left_out: inputs.left_out,
            interrupted: judged.len() < failures.len(),
            failures_asked: failures.len(),
            warnings: warnings(plan, &done.without),
            services,
            failures: judged.iter().map(|judged| failure_report(plan, judged)).collect(),
        }
    }

    /// A single failure takes a service that is protected.
    pub(super) fn protection_fails(&self) -> bool {
        self.protected_lost().next().is_some()
    }

    /// Services with protection that a single failure takes, with those failures.
    pub(super) fn protected_lost(&self) -> impl Iterator<Item = &ServiceReport> {
        let single = self.cut != Cut::AllPairs.name();
        self.services.iter().filter(move |s| single && s.protected && s.lost > 0)
    }

    /// A row for each failure, service and direction.
    pub(super) fn csv(&self) -> String {
        let mut csv = Csv::new(&[
            "failure",
            "service",
            "from",
            "to",
            "protected",
            "fate",
            "judged_by",
            "packets_sent",
            "packets_lost",
            "longest_gap_ns",
            "switched_after_ns",
        ]);
        for failure in &self.failures {
            for d in &failure.directions {
                csv.row([
                    failure.name.clone(),
                    d.service.clone(),
                    d.from.clone(),
                    d.to.clone(),
                    if d.protected { "yes" } else { "no" }.to_string(),
                    d.fate.to_string(),
                    d.judged_by.to_string(),
                    d.packets_sent.to_string(),
                    d.packets_lost.to_string(),
                    optional(d.longest_gap_ns),
                    optional(d.switched_after_ns),
                ]);
            }
        }
        csv.finish()
    }
}

fn packets_lost(judged: &Judged<'_>) -> u64 {
    judged.outcomes.iter().flatten().map(|outcome| outcome.measured.lost).sum()
}

fn names<'a>(indices: &[usize], name: impl Fn(usize) -> &'a String) -> Vec<String> {
    indices.iter().map(|index| name(*index).clone()).collect()
}

fn name_of(plan: &Plan, failure: &Failure) -> String {
    let lines = names(&failure.lines, |line| &plan.lines[line].name);
    let nodes = names(&failure.nodes, |node| &plan.nodes[node].name);
    let kind = match (lines.len(), nodes.len()) {
        (_, 1..) => "node",
        (0 | 1, 0) => "link",
        (_, 0) => "links",
    };
    format!("{kind} {}", [lines, nodes].concat().join(" + "))
}

fn failure_report(plan: &Plan, judged: &Judged<'_>) -> FailureReport {
    let mut directions = Vec::new();
    for (index, both) in judged.outcomes.iter().enumerate() {
        let service = &plan.services[index];
        for (from, Outcome { fate, measured }) in both.iter().enumerate() {
            let end = |end: usize| plan.nodes[service.ends[end]].name.clone();
            directions.push(DirectionReport {
                service: service.name.clone(),
                from: end(from),
                to: end(1 - from),
                protected: service.protection.is_some(),
                fate: word(*fate),
                judged_by: if measured.by_packets { "packets" } else { "alarms" },
                packets_sent: measured.sent,
                packets_lost: measured.lost,
                longest_gap_ns: gap(&both[from]).map(SimTime::as_ns),
                switched_after_ns: measured.switched.map(SimTime::as_ns),
            });
        }
    }
    FailureReport {
        name: judged.name.clone(),
        links: names(&judged.failure.lines, |line| &plan.lines[line].name),
        nodes: names(&judged.failure.nodes, |node| &plan.nodes[node].name),
        services_lost: judged.count(Fate::Lost),
        services_survived: judged.count(Fate::Survived),
        services_end_node: judged.count(Fate::EndNode),
        packets_lost: packets_lost(judged),
        longest_gap_ns: judged.longest(None).map(SimTime::as_ns),
        alarms: [judged.measures.primary, judged.measures.following],
        directions,
    }
}

fn service_report(
    plan: &Plan,
    index: usize,
    judged: &[Judged<'_>],
    without: &Measures,
) -> ServiceReport {
    let service = &plan.services[index];
    let of = |fate: Fate| judged.iter().filter(move |judged| judged.fate(index) == fate);
    let worst = judged
        .iter()
        .filter_map(|judged| Some((judged.longest(Some(index))?, &judged.name)))
        // Of equal ones the one that comes first.
        .min_by_key(|(gap, _)| Reverse(*gap));
    let sum = |of: fn(&otn_emu::what_if::Measured) -> u64| without.services[index].iter().map(of);
    ServiceReport {
        name: service.name.clone(),
        ends: service.ends.map(|end| plan.nodes[end].name.clone()),
        odu: service.odu.name(),
        protected: service.protection.is_some(),
        packets_sent: sum(|measured| measured.sent).sum(),
        packets_lost: sum(|measured| measured.lost).sum(),
        never_hit: of(Fate::NeverHit).count(),
        survived: of(Fate::Survived).count(),
        lost: of(Fate::Lost).count(),
        end_node: of(Fate::EndNode).count(),
        down: of(Fate::Down).count(),
        longest_gap_ns: worst.map(|(gap, _)| gap.as_ns()),
        longest_gap_by: worst.map(|(_, name)| name.clone()),
        lost_by: of(Fate::Lost).map(|judged| judged.name.clone()).collect(),
    }
}

/// What is wrong already without a failure.
fn warnings(plan: &Plan, without: &Measures) -> Vec<String> {
    let mut warnings = Vec::new();
    for (service, both) in plan.services.iter().zip(&without.services) {
        for (from, measured) in both.iter().enumerate() {
            let end = |end: usize| &plan.nodes[service.ends[end]].name;
            let who = format!("service `{}` {} > {}", service.name, end(from), end(1 - from));
            if measured.open {
                warnings.push(format!("{who} does not work without a failure either"));
            } else if measured.lost > 0 {
                let lost = measured.lost;
                warnings.push(format!("{who} loses {lost} packets without a failure too"));
            }
        }
    }
    warnings
}
