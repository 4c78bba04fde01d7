//! Restoration: a controller outside the nodes that finds a new route for a service when all it has have failed.
//!
//! In: which line ends cannot hear their line, as nodes tell it; each is heard one management delay later. Out: orders
//! to nodes: connect a new route node by node, open what is not used any more, go back to the working route when it has
//! been sound for the wait-to-restore time. It knows nothing else of nodes, and acts at the end of a window on
//! what was told before it; every shard has a controller of its own, and all of them come to the same.
//!
//! New routes take tributaries that no service has: they are in the MSI of both ends from the start, and carry ODUj-OCI
//! until they are connected (G.798 14.1), so that an MSI never changes while the network runs.

use std::collections::BTreeSet;
use std::sync::Arc;

use otn_frame::SimTime;

use super::model::{Hop, Plan, RestorationPlan};
use super::routes::{Edge, Graph};

/// A line end cannot hear its line any more, or can again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Notice {
    /// When the node knew.
    pub(super) told: SimTime,
    pub(super) line: usize,
    pub(super) end: usize,
    pub(super) failed: bool,
}

/// What a node is told to do.
#[derive(Clone, Debug)]
pub(super) enum Order {
    /// Its part of a route.
    Connect {
        service: usize,
        route: Arc<[Hop]>,
        /// It is not the one that the service had at first.
        restored: bool,
    },
    /// What it has of these hops is connected to nothing.
    Open(Arc<[Hop]>),
    /// There is no route.
    TellNone(usize),
}

/// An order, to whom, and when.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    pub(super) at: SimTime,
    pub(super) node: usize,
    pub(super) order: Order,
}

/// What it knows of a service.
#[derive(Clone, Debug)]
struct Watched {
    service: usize,
    plan: RestorationPlan,
    /// Told and not heard yet, in order.
    coming: Vec<Notice>,
    failed: BTreeSet<(usize, usize)>,
    route: Arc<[Hop]>,
    restored: bool,
    /// When it goes back.
    back: Option<SimTime>,
    /// Orders have been given up to here.
    busy_until: SimTime,
}

impl Watched {
    fn next(&self) -> Option<SimTime> {
        let heard = self.coming.first().map(|notice| notice.told + self.plan.management_delay);
        heard.into_iter().chain(self.back).min()
    }

    fn has_failed(&self, route: &[Hop]) -> bool {
        let dead = |hop: &Hop| [0, 1].iter().any(|end| self.failed.contains(&(hop.line, *end)));
        route.iter().any(dead)
    }
}

/// The controller.
#[derive(Clone, Debug)]
pub(super) struct Controller {
    watched: Vec<Watched>,
    /// Tributaries that belong to a service.
    taken: BTreeSet<(usize, usize)>,
}

impl Controller {
    /// A controller, where a service asks for one.
    pub(super) fn new(plan: &Plan) -> Option<Self> {
        let watched: Vec<Watched> = plan
            .services
            .iter()
            .enumerate()
            .filter_map(|(service, of)| {
                Some(Watched {
                    service,
                    plan: of.restoration?,
                    coming: Vec::new(),
                    failed: BTreeSet::new(),
                    route: of.route.as_slice().into(),
                    restored: false,
                    back: None,
                    busy_until: SimTime::ZERO,
                })
            })
            .collect();
        let hops = plan.services.iter().flat_map(|service| service.routes().flatten());
        let taken = hops.map(|hop| (hop.line, hop.tributary)).collect();
        (!watched.is_empty()).then_some(Self { watched, taken })
    }

    //= otn:restoration
    /// Takes what nodes told; gives the orders that follow from all that was told before `until`, none of them for an
    /// earlier instant.
    pub(super) fn hear(&mut self, plan: &Plan, notices: &[Notice], until: SimTime) -> Vec<Ordered> {
        for watched in &mut self.watched {
            watched.coming.extend_from_slice(notices);
            watched.coming.sort_unstable();
        }
        let mut orders = Vec::new();
        loop {
            let due = |(at, watched): (usize, &Watched)| Some((watched.next()?, at));
            let next = self.watched.iter().enumerate().filter_map(due).min();
            let Some((now, index)) = next.filter(|(now, _)| *now < until) else { break };
            self.act(plan, index, (now, until), &mut orders);
        }
        orders
    }

    /// Something is due for a service: it hears of a line, or goes back.
    fn act(
        &mut self,
        plan: &Plan,
        index: usize,
        (now, until): (SimTime, SimTime),
        orders: &mut Vec<Ordered>,
    ) {
        let here = &mut self.watched[index];
        let heard = here.coming.first().copied();
        let heard = heard.filter(|notice| notice.told + here.plan.management_delay <= now);
        let service = &plan.services[here.service];
        if let Some(notice) = heard {
            here.coming.remove(0);
            let place = (notice.line, notice.end);
            let news =
                if notice.failed { here.failed.insert(place) } else { here.failed.remove(&place) };
            if !news {
                return;
            }
            let working = !here.has_failed(&service.route);
            if here.restored && here.plan.revertive && working {
                here.back.get_or_insert(now + here.plan.wait_to_restore);
            } else {
                here.back = None;
            }
            let other = service.protection.as_ref().map(|other| other.route.as_slice());
            let all_failed =
                here.has_failed(&here.route) && other.is_none_or(|other| here.has_failed(other));
            if all_failed {
                match self.find(plan, index) {
                    Some(route) => self.go(plan, index, &route, (now, until), orders),
                    None => orders.push(Ordered {
                        at: now.max(until),
                        node: service.ends[0],
                        order: Order::TellNone(self.watched[index].service),
                    }),
                }
            }
        } else if here.back.take().is_some() {
            let route: Arc<[Hop]> = service.route.as_slice().into();
            self.go(plan, index, &route, (now, until), orders);
        }
    }

    /// The tributary of a line that a service may have: its own, or the first that nobody has.
    fn tributary(&self, plan: &Plan, index: usize, line: usize) -> Option<usize> {
        let here = &self.watched[index];
        let service = &plan.services[here.service];
        let own = here.route.iter().chain(&service.route).find(|hop| hop.line == line);
        let free = || {
            let all = plan.lines[line].tributaries.iter().enumerate();
            let mut fit = all.filter(|(_, tributary)| tributary.odu == service.odu);
            fit.find(|(at, _)| !self.taken.contains(&(line, *at))).map(|(at, _)| at)
        };
        own.map(|hop| hop.tributary).or_else(free)
    }

    /// The fastest route over lines that are not known to have failed and have room.
    fn find(&self, plan: &Plan, index: usize) -> Option<Arc<[Hop]>> {
        let here = &self.watched[index];
        let service = &plan.services[here.service];
        let protection = service.protection.as_ref().map_or(&[][..], |other| &other.route);
        let edges = plan.lines.iter().enumerate().map(|(line, of)| {
            let sound = [0, 1].iter().all(|end| !here.failed.contains(&(line, *end)));
            // A line of the other route has failed or will be needed.
            let free = protection.iter().all(|hop| hop.line != line);
            let usable = sound && free && self.tributary(plan, index, line).is_some();
            let weight = of.delay.as_ps().saturating_add(1);
            Edge { ends: of.ends, weight, groups: Vec::new(), usable }
        });
        let graph = Graph { nodes: plan.nodes.len(), edges: edges.collect() };
        let route = graph.shortest(service.ends).ok()?;
        let mut at = service.ends[0];
        let hops = route.into_iter().map(|line| {
            let first = usize::from(plan.lines[line].ends[0] != at);
            at = plan.lines[line].ends[1 - first];
            Some(Hop { line, first, tributary: self.tributary(plan, index, line)? })
        });
        hops.collect()
    }

    /// Orders a route, node by node, and opens what the service leaves.
    fn go(
        &mut self,
        plan: &Plan,
        index: usize,
        route: &Arc<[Hop]>,
        (now, until): (SimTime, SimTime),
        orders: &mut Vec<Ordered>,
    ) {
        let here = &mut self.watched[index];
        let service = &plan.services[here.service];
        let place = |hop: &Hop| (hop.line, hop.tributary);
        let restored = route[..] != service.route[..];
        let before = std::mem::replace(&mut here.route, route.clone());
        here.restored = restored;
        here.back = None;
        // The working route stays with a service that goes back to it.
        let stays = |hop: &Hop| {
            route.iter().any(|other| place(other) == place(hop))
                || here.plan.revertive
                    && service.route.iter().any(|other| place(other) == place(hop))
        };
        let gone: Arc<[Hop]> = before.iter().filter(|hop| !stays(hop)).copied().collect();
        let mut at = now.max(here.busy_until);
        let mut node = service.ends[0];
        let mut give = |node: usize, orders: &mut Vec<Ordered>| {
            at = at + here.plan.setup;
            let order = Order::Connect { service: here.service, route: route.clone(), restored };
            orders.push(Ordered { at: at.max(until), node, order });
        };
        give(node, orders);
        for hop in route.iter() {
            node = plan.lines[hop.line].ends[hop.last()];
            give(node, orders);
        }
        here.busy_until = at.max(until);
        let open: BTreeSet<usize> = gone.iter().flat_map(|hop| plan.lines[hop.line].ends).collect();
        orders.extend(open.into_iter().map(|node| Ordered {
            at: here.busy_until,
            node,
            order: Order::Open(gone.clone()),
        }));
        gone.iter().for_each(|hop| _ = self.taken.remove(&place(hop)));
        self.taken.extend(route.iter().map(place));
    }
}
