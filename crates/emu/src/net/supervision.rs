//! What watches over a service beside its path: tandem connections, delay measurement, what its ends are told of it.
//!
//! Clauses: G.798 14.5.1 (TCM domains), 14.2 (delay measurement), 6.2.4.1 (payload type). In: values already checked
//! for meaning. Out: the same, for the run: [`domains`] are all tandem connections of a service, those of an SNC/S too.

use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_proc::aps::ApsLevel;
use otn_proc::protection::{Monitoring, ProtectionConfig};

use super::log::Point;
use super::model::{Hop, Plan, Service};
use crate::net::trails::{DelaySchedule, Tandem};

/// A tandem connection of a service: on which of its routes it is, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    /// It is on the route of the protection.
    pub protection: bool,
    /// Level, ends and settings; its ends count lines of that route.
    pub tandem: Tandem,
}

/// The payload types of an end that is told something else than its client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PayloadTypes {
    /// Sent.
    pub sent: Option<PayloadType>,
    /// Expected.
    pub expected: Option<PayloadType>,
}

/// What a service has beside its client and its path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Supervision {
    /// Tandem connections; no two of one level have a line in common.
    pub tandem: Vec<Domain>,
    /// When the delay of path and tandem connections is measured.
    pub delay: Option<DelaySchedule>,
    /// Payload types, by end.
    pub payload_types: [PayloadTypes; 2],
}

/// The level of the tandem connections that watch the routes of a protected service.
pub(super) const fn sublayer(config: ProtectionConfig) -> Option<TcmLevel> {
    match (config.monitoring, config.level) {
        (Monitoring::Sublayer, ApsLevel::Tandem(level)) => Some(level),
        _ => None,
    }
}

/// All tandem connections of a service: those that were asked for, then the one on each route that an SNC/S has.
pub fn domains(service: &Service) -> Vec<Domain> {
    let mut all = service.supervision.tandem.clone();
    if let Some(level) = service.protection.as_ref().and_then(|plan| sublayer(plan.config)) {
        let routes = [false, true].into_iter().zip(service.routes());
        all.extend(routes.map(|(protection, route)| {
            let tandem = Tandem::new(level, 0, route.len());
            Domain { protection, tandem }
        }));
    }
    all
}

impl Domain {
    /// The hops between its ends, in the direction from the first end of the service to the last.
    pub fn hops<'a>(&self, service: &'a Service) -> &'a [Hop] {
        let route = service.routes().nth(usize::from(self.protection)).unwrap_or(&[]);
        route.get(self.tandem.from..self.tandem.to).unwrap_or(&[])
    }

    /// Line and end of it of the port at which the tandem connection has this end, and the tributary there.
    pub fn port(&self, service: &Service, end: usize) -> Option<(usize, usize, usize)> {
        let hops = self.hops(service);
        let hop = if end == 0 { hops.first() } else { hops.last() }?;
        Some((hop.line, if end == 0 { hop.first } else { hop.last() }, hop.tributary))
    }

    /// The node at an end.
    pub fn node(&self, plan: &Plan, service: &Service, end: usize) -> Option<usize> {
        let (line, at, _) = self.port(service, end)?;
        Some(plan.lines[line].ends[at])
    }
}

/// The points that the signal of a route has passed before it comes to an end of a part of it, the last first. `own`
/// is the tandem connection that asks: of those that end where it does, only what is inside of it comes before.
pub(super) fn upstream(
    plan: &Plan,
    (service, end): (usize, usize),
    of_route: (bool, std::ops::Range<usize>),
    own: Option<usize>,
) -> Vec<Point> {
    let (protection, within) = of_route;
    let here = &plan.services[service];
    let all = domains(here);
    let route = here.routes().nth(usize::from(protection)).unwrap_or(&[]);
    let mut hops: Vec<(usize, &Hop)> =
        route.iter().enumerate().filter(|(at, _)| within.contains(at)).collect();
    if end == 1 {
        hops.reverse();
    }
    let mut points = Vec::new();
    for (at, hop) in hops {
        let line_end = if end == 1 { hop.last() } else { hop.first };
        let (line, tributary) = (hop.line, hop.tributary);
        points.extend([
            Point::Section { line, end: line_end },
            Point::LinePath { line, end: line_end },
            Point::Tributary { line, end: line_end, tributary },
        ]);
        // Those that end behind this hop, the innermost first, as the signal meets them.
        let ends_here = |(_, domain): &(usize, &Domain)| {
            let Tandem { from, to, .. } = domain.tandem;
            domain.protection == protection && if end == 1 { to == at + 1 } else { from == at }
        };
        let mut ending: Vec<(usize, &Domain)> = all.iter().enumerate().filter(ends_here).collect();
        ending.sort_by_key(|(index, domain)| inner_first(domain, *index));
        if let Some(place) = ending.iter().position(|(index, _)| Some(*index) == own) {
            ending.truncate(place);
        }
        let point = |(tandem, _): (usize, &Domain)| Point::Tandem { service, tandem, end };
        points.extend(ending.into_iter().rev().map(point));
    }
    points
}

/// Sorts tandem connections that end at one place: the shortest is the innermost.
pub(super) fn inner_first(domain: &Domain, index: usize) -> (usize, std::cmp::Reverse<usize>) {
    let length = domain.tandem.to - domain.tandem.from;
    (length, std::cmp::Reverse(index))
}
