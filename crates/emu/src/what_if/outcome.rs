//! What a failure did to services.
//!
//! In: the record of a run, and the same of a run without failure. Out: for each service and direction whether its
//! client went on, packets lost, the longest gap, and when its selector moved. A direction whose client sends to the
//! end is judged by its packets; another one (PRBS, nothing sent, a capture that ends) by the alarms of its path.

use otn_frame::SimTime;
use otn_proc::protection::ProtectionChange;

use super::{Failure, Times};
use crate::net::Record;
use crate::net::alarms::{Alarm, Reach, alarms};
use crate::net::log::{Point, What};
use crate::net::model::Plan;

/// What became of a service in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// All is as without the failure.
    NeverHit,
    /// It was hit, and its client goes on before the end.
    Survived,
    /// An end of it has no power.
    EndNode,
    /// It does not work without the failure either.
    Down,
    /// Its client does not go on.
    Lost,
}

/// What a run shows of one direction of a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// Packets sent.
    pub sent: u64,
    /// The client sends to the end, so that packets can tell.
    pub by_packets: bool,
    /// Packets lost from the failure on.
    pub lost: u64,
    /// The longest time from the failure on in which nothing got through, of those that ended.
    pub longest: Option<SimTime>,
    /// One has not ended.
    pub open: bool,
    /// From the failure to the first move of the selector at the receiving end.
    pub switched: Option<SimTime>,
}

/// A run: each service by its sending end, and its alarms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measures {
    /// By service and sending end.
    pub services: Vec<[Measured; 2]>,
    /// Alarms that name a fault.
    pub primary: usize,
    /// Alarms that follow from them.
    pub following: usize,
}

/// One direction of a service after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What became of it.
    pub fate: Fate,
    /// What was seen.
    pub measured: Measured,
}

/// What the record of a run shows, with what its failure touches.
pub fn measure(plan: &Plan, record: &Record, times: Times, reach: &Reach) -> Measures {
    let found = alarms(plan, &record.entries, std::slice::from_ref(reach));
    let services = (0..plan.services.len())
        .map(|service| [0, 1].map(|from| direction(record, &found, times, (service, from))));
    let services = services.collect();
    let primary = found.iter().filter(|alarm| alarm.primary).count();
    Measures { services, primary, following: found.len() - primary }
}

/// What the failure did, by comparison with the run without it.
pub fn judge(
    plan: &Plan,
    failure: &Failure,
    with: &Measures,
    without: &Measures,
) -> Vec<[Outcome; 2]> {
    let fate = |service: usize, with: &Measured, without: &Measured| {
        // A selector that moves to a longer way may lose nothing, and was hit all the same.
        let seen = |of: &Measured| (of.lost, of.longest, of.switched);
        if failure.ends(plan, service) {
            Fate::EndNode
        } else if without.open {
            Fate::Down
        } else if with.open {
            Fate::Lost
        } else if seen(with) == seen(without) {
            Fate::NeverHit
        } else {
            Fate::Survived
        }
    };
    let pairs = with.services.iter().zip(&without.services).enumerate();
    let outcomes = pairs.map(|(service, (with, without))| {
        [0, 1].map(|from| {
            let measured = with[from];
            Outcome { fate: fate(service, &measured, &without[from]), measured }
        })
    });
    outcomes.collect()
}

fn direction(
    record: &Record,
    found: &[Alarm],
    times: Times,
    (service, from): (usize, usize),
) -> Measured {
    let flow = &record.flows[service][from];
    let (gaps, _) = flow.disruptions();
    let early: u64 = gaps.iter().filter(|gap| gap.to <= times.at).map(|gap| gap.lost).sum();
    let counts = flow.counts();
    let here = Point::Path { service, end: 1 - from };
    let mut measured = Measured {
        sent: counts.sent,
        by_packets: sends_to_the_end(flow.bins(), times),
        lost: counts.lost - early,
        switched: switched(record, times.at, here),
        ..Measured::default()
    };
    let last_part = last_part(times);
    let mut gap = |length: SimTime, open: bool| {
        measured.open |= open;
        if !open {
            measured.longest = measured.longest.max(Some(length));
        }
    };
    if measured.by_packets {
        for late in gaps.iter().filter(|gap| gap.to > times.at) {
            // A packet or two may be missing at the very end; nothing of the last part is something else.
            let open = late.to == record.ended && late.sent.0 <= last_part;
            gap(late.to.since(late.from), open);
        }
    } else {
        for (raised, cleared) in failed(found, here) {
            match cleared {
                Some(cleared) if cleared <= times.at => {}
                Some(cleared) => gap(cleared.since(raised), false),
                None => gap(SimTime::ZERO, true),
            }
        }
    }
    measured
}

/// The last quarter of the time that is watched begins here.
fn last_part(Times { at, until }: Times) -> SimTime {
    let quarter = SimTime::from_ps(until.since(at).as_ps() / 4);
    until.since(quarter)
}

fn sends_to_the_end((width, bins): (SimTime, &[crate::net::flows::FlowBin]), times: Times) -> bool {
    let first = (last_part(times).as_ps() / width.as_ps().max(1)) as usize;
    bins.iter().skip(first).any(|bin| bin.sent > 0)
}

/// When the selector at an end of a service moved first.
fn switched(record: &Record, at: SimTime, here: Point) -> Option<SimTime> {
    let moves = record.entries.iter().filter(|entry| {
        let moved = matches!(entry.what, What::Protection(ProtectionChange::Switched { .. }));
        moved && entry.point == Some(here) && entry.at >= at
    });
    moves.map(|entry| entry.at.since(at)).next()
}

/// The times in which a path had an alarm that takes its client away, those that meet as one.
fn failed(found: &[Alarm], here: Point) -> Vec<(SimTime, Option<SimTime>)> {
    // The other direction failed; there were errors and the client goes on.
    let harmless = ["cBDI", "cDEG"];
    let here = found.iter().filter(|a| a.point == here && !harmless.contains(&a.cause.name()));
    let mut spans: Vec<(SimTime, Option<SimTime>)> = here.map(|a| (a.raised, a.cleared)).collect();
    spans.sort_unstable();
    let mut met: Vec<(SimTime, Option<SimTime>)> = Vec::new();
    for (raised, cleared) in spans {
        match met.last_mut() {
            Some((_, end)) if end.is_none_or(|end| end >= raised) => {
                *end = end.zip(cleared).map(|(end, cleared)| end.max(cleared));
            }
            Some(_) | None => met.push((raised, cleared)),
        }
    }
    met
}
