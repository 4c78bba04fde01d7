//! Failures of a network, one by one: which there are, the plan with one of them, and what services made of it.
//!
//! In: a plan, what fails and when. Out: the plan with the failure, and after its run the fate of every service in
//! each direction, by comparison with a run without failure. [`outcome`] judges. Runs are made by whoever calls.

pub mod outcome;

pub use outcome::{Fate, Measured, Measures, Outcome, judge, measure};

use otn_frame::SimTime;

use crate::channel::BitErrorRatio;
use crate::net::alarms::Reach;
use crate::net::model::{Action, LightState, Plan, Timed};
use crate::net::up_by;

/// Time after which the failure comes, once everything is aligned and clients send.
const SETTLED: SimTime = SimTime::from_ms(5);

/// Time for which clients send after the failure: the 50 ms that a switch may take, and some to see that it holds.
const WATCHED: SimTime = SimTime::from_ms(60);

/// The least of it that a short file may ask for: dLOF takes 3 ms, and a client some more.
const LEAST: SimTime = SimTime::from_ms(20);

/// Lines without light in both directions, and nodes without power, all from one instant on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// Indices of lines.
    pub lines: Vec<usize>,
    /// Indices of nodes.
    pub nodes: Vec<usize>,
}

impl Failure {
    /// One line.
    pub fn of_line(line: usize) -> Self {
        Self { lines: vec![line], nodes: Vec::new() }
    }

    /// One node.
    pub fn of_node(node: usize) -> Self {
        Self { lines: Vec::new(), nodes: vec![node] }
    }

    /// Every pair of these lines.
    pub fn pairs(lines: &[usize]) -> Vec<Self> {
        let pairs = lines.iter().enumerate().flat_map(|(index, first)| {
            lines[index + 1..].iter().map(move |second| vec![*first, *second])
        });
        pairs.map(|lines| Self { lines, nodes: Vec::new() }).collect()
    }

    /// One thing fails, and no other.
    pub fn is_single(&self) -> bool {
        self.lines.len() + self.nodes.len() == 1
    }

    /// True where an end of a service has no power.
    pub fn ends(&self, plan: &Plan, service: usize) -> bool {
        plan.services[service].ends.iter().any(|end| self.nodes.contains(end))
    }

    /// The plan in which this fails, and what it touches. Where that is nothing, the plan stays as it is.
    pub fn in_plan(&self, plan: &Plan, at: SimTime) -> (Plan, Reach) {
        let mut plan = plan.clone();
        let mut reach = Reach { at, ..Reach::default() };
        for line in &self.lines {
            plan.lines[*line].light.iter_mut().for_each(|states| darken(states, at));
            reach.lines.extend([(*line, 0), (*line, 1)]);
        }
        for node in &self.nodes {
            let action = Action::Power { node: *node, on: false };
            let of = Reach::of(&plan, 0, at, &action);
            reach.lines.extend(of.lines);
            reach.nodes.extend(of.nodes);
            plan.actions.push(Timed { at, action, event: 0 });
        }
        plan.actions.sort_by_key(|timed| timed.at);
        (plan, reach)
    }
}

/// No light from an instant on.
fn darken(states: &mut Vec<LightState>, at: SimTime) {
    states.retain(|state| state.from < at);
    let ber = states.last().map_or(BitErrorRatio::ZERO, |state| state.ber);
    if states.is_empty() && at > SimTime::ZERO {
        states.push(LightState::steady(ber));
    }
    states.push(LightState { from: at, light: false, ber });
}

/// When the failure comes, and when clients stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    /// The failure.
    pub at: SimTime,
    /// Clients stop.
    pub until: SimTime,
}

/// The failure would come before clients send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooEarly {
    /// When it would come.
    pub found: SimTime,
    /// When clients begin.
    pub begin: SimTime,
}

impl core::fmt::Display for TooEarly {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let Self { found, begin } = self;
        write!(
            f,
            "found {found}, expected later than {begin}: by then all is aligned, and clients begin"
        )
    }
}

impl core::error::Error for TooEarly {}

impl Times {
    /// As asked for; where nothing is: soon after clients begin, and as long as protection may take, but no
    /// longer than the plan lasts unless that is too short to judge.
    ///
    /// # Errors
    /// [`TooEarly`].
    pub fn new(
        plan: &Plan,
        at: Option<SimTime>,
        watched: Option<SimTime>,
    ) -> Result<Self, TooEarly> {
        let begin = plan.begin.max(up_by(plan));
        let at = at.unwrap_or(begin + SETTLED);
        if at <= begin {
            return Err(TooEarly { found: at, begin });
        }
        let watched = watched.unwrap_or_else(|| {
            let waits = plan.services.iter().filter_map(|service| service.protection.as_ref());
            let hold_off = waits.map(|p| p.config.hold_off).max().unwrap_or_default();
            let left = plan.duration.max(at).since(at);
            left.clamp(LEAST + hold_off, WATCHED + hold_off)
        });
        Ok(Self { at, until: at + watched })
    }
}

/// The plan as it stands at time zero: nothing changes later, and clients send until this instant.
pub fn still(plan: &Plan, until: SimTime) -> Plan {
    let mut plan = plan.clone();
    plan.actions.retain(|timed| timed.at == SimTime::ZERO);
    for states in plan.lines.iter_mut().flat_map(|line| &mut line.light) {
        states.retain(|state| state.from == SimTime::ZERO);
    }
    plan.begin = plan.begin.max(up_by(&plan));
    plan.duration = until;
    plan
}

#[cfg(test)]
mod tests;
