//! Connections of a node that change while the network runs.
//!
//! Clauses: G.798 14.1 (ODU connection function: what is connected to nothing sends ODUj-OCI). In: orders of a
//! controller. Out: the matrix and the ends of services as ordered, and notices of lines that cannot be heard.

use std::cmp::Reverse;

use otn_frame::{FrameClock, SimTime};
use otn_proc::defect::{Defect, DefectSet};
use otn_proc::odu::source::Maintenance;

use super::element::{Element, Event, Target, latency};
use super::log::{Point, What};
use super::model::{Hop, Plan};
use super::restoration::{Notice, Order};

/// A tributary of a port.
type Place = (usize, usize);

/// What is done at a node.
#[derive(Debug)]
pub(super) enum Task {
    /// Two tributaries are connected, both ways; with how much later each of them leaves.
    Pass([(Place, SimTime); 2]),
    /// A path ends at this tributary; what is sent there leaves so much later.
    End { path: usize, place: Place, latency: SimTime, lines: Vec<usize>, restored: bool },
    /// Connected to nothing.
    Open(Place),
    /// There is no route for a service.
    TellNone(usize),
}

/// Defects of a section by which its line is known to have failed.
const DEAF: DefectSet = DefectSet::of(&[Defect::Los, Defect::OtuAis, Defect::Lof, Defect::Lom]);

impl Element {
    /// Tributaries that nothing is connected to send ODUj-OCI, where a controller may need them.
    //= g798:14.1-open-and-locked
    pub(super) fn open_unused(&mut self, plan: &Plan) {
        if plan.services.iter().all(|service| service.restoration.is_none()) {
            return;
        }
        for (port, targets) in self.ports.iter_mut().zip(&self.targets) {
            for (queue, target) in port.queues.iter_mut().zip(targets) {
                if target.is_none() {
                    queue.force(Some(Maintenance::Oci));
                }
            }
        }
    }

    /// Tells whoever wants to know that a port lost its line, or has it again.
    pub(super) fn notice(&mut self, index: usize, now: SimTime) {
        let port = &self.ports[index];
        let failed = port.sink.defects().contains_any(DEAF);
        if std::mem::replace(&mut self.deaf[index], failed) != failed {
            let (line, end) = (port.line, port.end);
            self.notices.push(Notice { told: now, line, end, failed });
        }
    }

    /// Takes an order that is due at an instant.
    pub(super) fn order(&mut self, plan: &Plan, at: SimTime, order: &Order) {
        let mut tasks = Vec::new();
        match order {
            Order::Connect { service, route, restored } => {
                for pair in route.windows(2) {
                    tasks.extend(self.pass(plan, pair[0], pair[1]));
                }
                let ends =
                    [route.first().map(|h| (*h, h.first)), route.last().map(|h| (*h, h.last()))];
                for (end, (hop, line_end)) in ends.into_iter().flatten().enumerate() {
                    let port = self.by_port.get(&(hop.line, line_end));
                    if let (Some(&port), Some(path)) = (port, self.path(*service, end)) {
                        let signal = plan.lines[hop.line].signal;
                        let latency = FrameClock::new(signal, Default::default()).frame_start(2);
                        let lines = route.iter().map(|hop| hop.line).collect();
                        let (place, restored) = ((port, hop.tributary), *restored);
                        tasks.push(Task::End { path, place, latency, lines, restored });
                    }
                }
            }
            Order::Open(hops) => {
                let places = hops.iter().flat_map(|hop| [0, 1].map(|end| (hop, end)));
                let here = |(hop, end): (&Hop, usize)| {
                    let port = *self.by_port.get(&(hop.line, end))?;
                    Some(Task::Open((port, hop.tributary)))
                };
                tasks.extend(places.filter_map(here));
            }
            Order::TellNone(service) => tasks.push(Task::TellNone(*service)),
        }
        for task in tasks {
            self.orders.insert((at, self.given), task);
            self.given += 1;
            self.events.push(Reverse((at, Event::Order)));
        }
    }

    fn pass(&self, plan: &Plan, before: Hop, after: Hop) -> Option<Task> {
        let ports = [(before.line, before.last()), (after.line, after.first)];
        let [Some(&first), Some(&second)] = ports.map(|port| self.by_port.get(&port)) else {
            return None;
        };
        let held = |from: Hop| {
            let line = &plan.lines[from.line];
            Some(latency(line.tributaries.get(from.tributary)?.odu, line.signal))
        };
        // What leaves at one came at the other.
        let one = ((first, before.tributary), held(after)?);
        let other = ((second, after.tributary), held(before)?);
        Some(Task::Pass([one, other]))
    }

    /// Does the next task.
    pub(super) fn obey(&mut self, now: SimTime) {
        let Some((_, task)) = self.orders.pop_first() else { return };
        match task {
            Task::Pass([(first, to_first), (second, to_second)]) => {
                for (from, to, latency) in [(second, first, to_first), (first, second, to_second)] {
                    self.leave(to);
                    self.targets[from.0][from.1] =
                        Some(Target::Queue { port: to.0, tributary: to.1 });
                    self.ports[to.0].queues[to.1].reconnect(latency);
                }
            }
            Task::End { path, place, latency, lines, restored } => {
                let old = self.paths[path].legs.first().map(|leg| (leg.port, leg.tributary));
                if let Some(old) = old {
                    self.open(old);
                }
                self.leave(place);
                self.targets[place.0][place.1] = Some(Target::End { path, leg: 0 });
                self.ports[place.0].queues[place.1].reconnect(latency);
                let end = &mut self.paths[path];
                let point = Some(Point::Path { service: end.service, end: end.end });
                end.reroute(now, place.0, place.1);
                self.note(now, point, What::Rerouted { lines, restored });
                self.after_path(path, now);
            }
            Task::Open(place) => self.open(place),
            Task::TellNone(service) => {
                let point = Some(Point::Path { service, end: 0 });
                self.note(now, point, What::NoRoute);
            }
        }
    }

    /// Nothing goes to the queue of a tributary any more.
    fn leave(&mut self, (port, tributary): Place) {
        for target in self.targets.iter_mut().flatten() {
            if matches!(target, Some(Target::Queue { port: p, tributary: t }) if (*p, *t) == (port, tributary))
            {
                *target = None;
            }
        }
    }

    fn open(&mut self, place: Place) {
        self.leave(place);
        self.targets[place.0][place.1] = None;
        self.ports[place.0].queues[place.1].force(Some(Maintenance::Oci));
    }
}
