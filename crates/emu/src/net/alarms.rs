//! Fault causes as alarms, each with what caused it: another alarm, or an event of the user's.
//!
//! Clauses: G.798 6.4 (fault causes), M.3100 (probable causes by name). In: the log of a run, and what each event
//! touches. Out: alarms in the order in which they were raised. The chain follows the network, not the clock alone: a
//! failed server is because of what stands below it or in front of it on the route, a backward indication because of
//! what stands at the other end of its trail, and what fails by itself because of an event that touches its signal.

use otn_frame::SimTime;
use otn_proc::defect::{Defect, TandemDefect};
use otn_proc::supervision::causes::Cause;

use super::injection::At;
use super::log::{Entry, Point, What};
use super::model::{Action, Hop, Plan, Trail};
use super::supervision::{domains, upstream};

/// What an event of the user's touches, and when it begins to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Index of the event.
    pub event: usize,
    /// When.
    pub at: SimTime,
    /// Directions of lines, by line and receiving end.
    pub lines: Vec<(usize, usize)>,
    /// Nodes.
    pub nodes: Vec<usize>,
    /// Services, by the end that receives; both where there is nothing.
    pub services: Vec<(usize, Option<usize>)>,
}

impl Reach {
    /// What an action touches.
    pub fn of(plan: &Plan, event: usize, at: SimTime, action: &Action) -> Self {
        let mut reach = Self { event, at, ..Self::default() };
        match *action {
            Action::Swap(ends) => reach.lines.extend(ends),
            Action::Power { node, .. } | Action::Clock { node, .. } => {
                reach.nodes.push(node);
                for (index, line) in plan.lines.iter().enumerate() {
                    let far = [0, 1].into_iter().filter(|end| line.ends[1 - end] == node);
                    reach.lines.extend(far.map(|end| (index, end)));
                }
            }
            Action::SendTrace { trail, end, .. } => reach.trail(trail, 1 - end),
            Action::ExpectTrace { trail, end, .. } => reach.trail(trail, end),
            Action::MfasSlip { line, end, .. } => reach.lines.push((line, 1 - end)),
            Action::ClientFail { service, end, .. } | Action::Lock { service, end, .. } => {
                reach.services.push((service, Some(1 - end)));
            }
            Action::Loopback { service, .. }
            | Action::TerminalLoopback { service, .. }
            | Action::Protection { service, .. } => reach.services.push((service, None)),
            Action::PayloadType { service, end, sends, expects } => {
                reach.services.extend(sends.map(|_| (service, Some(1 - end))));
                reach.services.extend(expects.map(|_| (service, Some(end))));
            }
            Action::Slots { line, end, sends, expects, .. } => {
                reach.lines.extend(sends.map(|_| (line, 1 - end)));
                reach.lines.extend(expects.map(|_| (line, end)));
            }
            Action::Inject { at, .. } => match at {
                At::Line { line, end } => reach.lines.push((line, 1 - end)),
                At::Path { service, end } => reach.services.push((service, Some(1 - end))),
                At::Tributary { line, end, tributary } => {
                    let uses = |hop: &&Hop| (hop.line, hop.tributary) == (line, tributary);
                    for (index, service) in plan.services.iter().enumerate() {
                        // What leaves the end at which a hop is met first goes to the last end.
                        let hop = service.routes().flatten().find(uses);
                        let to = hop.map(|hop| usize::from(hop.first == end));
                        reach.services.extend(to.map(|to| (index, Some(to))));
                    }
                }
            },
        }
        reach
    }

    fn trail(&mut self, trail: Trail, end: usize) {
        match trail {
            Trail::Section(line) | Trail::LinePath(line) => self.lines.push((line, end)),
            Trail::Path(service) | Trail::Tandem(service, _) => {
                self.services.push((service, Some(end)));
            }
        }
    }
}

/// Why an alarm is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// An event of the user's, by its index.
    Event(usize),
    /// Another alarm, by its index.
    Alarm(usize),
    /// Nothing that is known: errors that the line has all the time.
    Unknown,
}

/// A fault cause while it stood.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// The node that tells.
    pub node: usize,
    /// Where.
    pub point: Point,
    /// What.
    pub cause: Cause,
    /// Of a failed server: the layer itself sees AIS.
    pub by_ais: bool,
    /// When it was raised.
    pub raised: SimTime,
    /// When it cleared, if it did.
    pub cleared: Option<SimTime>,
    /// It names the fault; others follow from it.
    pub primary: bool,
    /// Why.
    pub because: Because,
}

impl Alarm {
    /// True where it follows from something elsewhere by its nature.
    fn is_consequence(&self) -> bool {
        matches!(self.cause, Cause::Ssf(_)) || is_bdi(self.cause)
    }

    /// It stood at `at`, or had cleared no longer than `slack` before, or would be found soon.
    fn stands_behind(&self, at: SimTime, (found, slack): (SimTime, SimTime)) -> bool {
        self.raised <= at + found && self.cleared.is_none_or(|cleared| cleared + slack >= at)
    }
}

fn is_bdi(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::Of(Defect::SectionBdi | Defect::PathBdi | Defect::Tcm(_, TandemDefect::Bdi))
    )
}

/// Time for which what has cleared may still have consequences elsewhere.
const SLACK: SimTime = SimTime::from_ms(50);

/// Time that a layer below may need longer to find what a layer above sees at once: dLOF takes 3 ms.
const FOUND: SimTime = SimTime::from_ms(4);

/// The alarms of a log, in the order in which they were raised.
pub fn alarms(plan: &Plan, entries: &[Entry], reaches: &[Reach]) -> Vec<Alarm> {
    let mut alarms: Vec<Alarm> = Vec::new();
    for entry in entries {
        let (Some(point), What::Cause { cause, by_ais, raised }) = (entry.point, &entry.what)
        else {
            continue;
        };
        if *raised {
            alarms.push(Alarm {
                node: entry.node,
                point,
                cause: *cause,
                by_ais: *by_ais,
                raised: entry.at,
                cleared: None,
                primary: false,
                because: Because::Unknown,
            });
        } else if let Some(open) = alarms
            .iter_mut()
            .rev()
            .find(|alarm| (alarm.point, alarm.cause) == (point, *cause) && alarm.cleared.is_none())
        {
            open.cleared = Some(entry.at);
        }
    }
    for index in 0..alarms.len() {
        let because = why(plan, &alarms, index, reaches);
        alarms[index].because = because;
        alarms[index].primary =
            !alarms[index].is_consequence() && !matches!(because, Because::Alarm(_));
    }
    alarms
}

/// The chain of causes of an alarm: other alarms, and the event at its end where one is known.
pub fn chain(alarms: &[Alarm], index: usize) -> (Vec<usize>, Option<usize>) {
    let (mut way, mut at) = (Vec::new(), index);
    loop {
        match alarms.get(at).map(|alarm| alarm.because) {
            Some(Because::Alarm(next)) if next != index && !way.contains(&next) => {
                way.push(next);
                at = next;
            }
            Some(Because::Event(event)) => return (way, Some(event)),
            _ => return (way, None),
        }
    }
}

fn why(plan: &Plan, alarms: &[Alarm], index: usize, reaches: &[Reach]) -> Because {
    let alarm = &alarms[index];
    let mut places = Vec::new();
    match alarm.point {
        Point::Section { line, end } if is_bdi(alarm.cause) => {
            places.push(Point::Section { line, end: 1 - end });
        }
        // What comes behind a loss of signal at the same place is the end of the same fault.
        Point::Section { line, end } => places.push(Point::Section { line, end }),
        Point::LinePath { line, end } if is_bdi(alarm.cause) => {
            places.push(Point::LinePath { line, end: 1 - end });
            places.push(Point::Section { line, end: 1 - end });
        }
        Point::LinePath { line, end } => places.push(Point::Section { line, end }),
        Point::Tributary { line, end, .. } => {
            places.extend([Point::LinePath { line, end }, Point::Section { line, end }]);
        }
        Point::Path { service, end } if is_bdi(alarm.cause) => {
            places.push(Point::Path { service, end: 1 - end });
        }
        Point::Path { service, end } => places.extend(passed(plan, service, end)),
        Point::Tandem { service, tandem, end } if is_bdi(alarm.cause) => {
            places.push(Point::Tandem { service, tandem, end: 1 - end });
        }
        Point::Tandem { service, tandem, end } => {
            places.extend(inside(plan, (service, tandem), end));
        }
    }
    let is_server = matches!(alarm.cause, Cause::Ssf(_));
    let standing = |place: &Point| {
        let fits = |(at, other): &(usize, &Alarm)| {
            let server = matches!(other.cause, Cause::Ssf(_));
            if other.point == alarm.point && (server || is_server && *at == index) {
                return false;
            }
            if other.point == alarm.point && is_server {
                return other.stands_behind(alarm.raised, (SimTime::ZERO, SimTime::ZERO))
                    && !is_bdi(other.cause);
            }
            (*at < index || (*at > index && other.point != alarm.point))
                && other.point == *place
                && !is_bdi(other.cause)
                && other.stands_behind(alarm.raised, (FOUND, SLACK))
        };
        alarms
            .iter()
            .enumerate()
            .filter(fits)
            .max_by_key(|(_, other)| (!matches!(other.cause, Cause::Ssf(_)), other.raised))
    };
    if let Some((other, _)) = places.iter().find_map(standing) {
        return Because::Alarm(other);
    }
    let touched = |reach: &&Reach| reach.at <= alarm.raised && touches(plan, reach, alarm.point);
    let last = reaches.iter().filter(touched).max_by_key(|reach| (reach.at, reach.event));
    last.map_or(Because::Unknown, |reach| Because::Event(reach.event))
}

/// The points that the signal of a service has passed before it comes to an end of it, the last first.
fn passed(plan: &Plan, service: usize, end: usize) -> Vec<Point> {
    let routes = [false, true].into_iter().zip(plan.services[service].routes());
    let of_route = |(protection, route): (bool, &[Hop])| {
        upstream(plan, (service, end), (protection, 0..route.len()), None)
    };
    routes.flat_map(of_route).collect()
}

/// The same between the ends of a tandem connection.
fn inside(plan: &Plan, (service, tandem): (usize, usize), end: usize) -> Vec<Point> {
    let Some(domain) = domains(&plan.services[service]).get(tandem).copied() else {
        return Vec::new();
    };
    let within = domain.tandem.from..domain.tandem.to;
    upstream(plan, (service, end), (domain.protection, within), Some(tandem))
}

fn touches(plan: &Plan, reach: &Reach, point: Point) -> bool {
    match point {
        Point::Section { line, end }
        | Point::LinePath { line, end }
        | Point::Tributary { line, end, .. } => reach.lines.contains(&(line, end)),
        Point::Path { service, end } => {
            let lines = plan.services[service].routes().flatten();
            touches_trail(plan, reach, (service, end), lines, &passed(plan, service, end))
        }
        Point::Tandem { service, tandem, end } => {
            let all = domains(&plan.services[service]);
            let hops = all.get(tandem).map_or(&[][..], |d| d.hops(&plan.services[service]));
            let places = inside(plan, (service, tandem), end);
            touches_trail(plan, reach, (service, end), hops.iter(), &places)
        }
    }
}

/// True where an event touches a trail of a service over these hops, by way of these places.
fn touches_trail<'a>(
    plan: &Plan,
    reach: &Reach,
    (service, end): (usize, usize),
    mut hops: impl Iterator<Item = &'a Hop>,
    places: &[Point],
) -> bool {
    let of_service =
        |(index, of): &(usize, Option<usize>)| *index == service && of.is_none_or(|of| of == end);
    let by_node =
        |hop: &Hop| plan.lines[hop.line].ends.into_iter().any(|node| reach.nodes.contains(&node));
    let on_the_way = places.iter().any(|point| match *point {
        Point::Section { line, end } => reach.lines.contains(&(line, end)),
        _ => false,
    });
    reach.services.iter().any(of_service) || hops.any(by_node) || on_the_way
}
