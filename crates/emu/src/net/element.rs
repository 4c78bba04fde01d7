//! A node as it runs: ports, matrix, ends of services, and what happens to them in the order of time.
//!
//! In: frames that arrive, actions. Out: frames for other nodes, and a log. A node knows nothing of other nodes but
//! what arrives: whatever it does up to an instant follows from what has been delivered before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, VecDeque};

use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};
use otn_map::odtu::Slots;
use otn_proc::defect::DefectEvent;
use otn_proc::odu::source::Maintenance;
use otn_proc::supervision::cause_log::CauseEvent;

use super::injection::At;
use super::log::{Entry, Point, What};
use super::model::{Action, Hop, Plan, Timed, Trail};
use super::odu_queue::OduQueue;
use super::path_end::{Leg, PathEnd, clock_of};
use super::port::{Flight, Heard, Port};
use super::rerouting::Task;
use super::restoration::Notice;
use super::tandem::Termination;
use super::{Packets, Sources};

mod provisioning;

/// Where an ODUj goes that comes in a tributary.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// To a tributary of another port.
    Queue { port: usize, tributary: usize },
    /// To the end of its path.
    End { path: usize, leg: usize },
}

/// What comes next; what is due at the same instant goes in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Event {
    /// The next action.
    Action,
    /// The next order of a controller.
    Order,
    /// The oldest frame on its way to this port is in.
    Arrival(usize),
    /// Timers of this path end.
    Timer(usize),
    /// This path end makes its next frame.
    Client(usize),
    /// This port starts its next frame.
    Start(usize),
}

/// The node.
pub(super) struct Element {
    pub(super) node: usize,
    pub(super) ports: Vec<Port>,
    pub(super) by_port: BTreeMap<(usize, usize), usize>,
    pub(super) paths: Vec<PathEnd>,
    /// By port and tributary.
    pub(super) targets: Vec<Vec<Option<Target>>>,
    arrivals: Vec<VecDeque<Flight>>,
    pub(super) events: BinaryHeap<Reverse<(SimTime, Event)>>,
    actions: VecDeque<Timed>,
    /// Signals that are received elsewhere than they should be.
    swaps: BTreeMap<(usize, usize), (usize, usize)>,
    log: Vec<Entry>,
    pub(super) orders: BTreeMap<(SimTime, usize), Task>,
    pub(super) given: usize,
    /// Ports that cannot hear their line, and what was told of them.
    pub(super) deaf: Vec<bool>,
    pub(super) notices: Vec<Notice>,
}

/// Frames of an ODUj by which it is later behind a matrix than in front of it, and frames of its server: what
/// an aligner may hold back.
const LATENCY: (u64, u64) = (2, 4);

/// When the first frame that an end of a service sends leaves the node behind these hops, and its clock; nothing
/// where it does not fill all of these lines.
fn first_leaves(
    plan: &Plan,
    (service, end): (usize, usize),
    hops: &mut dyn Iterator<Item = &Hop>,
) -> Option<(SimTime, PartsPerBillion)> {
    let odu = plan.services[service].odu;
    let mut at = SimTime::ZERO;
    for hop in hops {
        let line = plan.lines.get(hop.line).filter(|line| line.slots.is_none())?;
        if at == SimTime::ZERO {
            at = source_latency(line.signal);
        }
        at = at + line.delay + latency(odu, line.signal);
    }
    Some((at, clock_of(plan, service, end)))
}

/// What is made here is known when it begins, and asked for up to the end of a frame of the line.
fn source_latency(line: Signal) -> SimTime {
    FrameClock::new(line, Default::default()).frame_start(2)
}

/// What an ODUj needs from a port to another.
pub(super) fn latency(odu: Signal, line: Signal) -> SimTime {
    let period = |signal| FrameClock::new(signal, Default::default());
    period(odu).frame_start(LATENCY.0) + period(line).frame_start(LATENCY.1)
}

impl Element {
    /// A node at time zero. It takes the packets of the clients at its ends out of `sources`.
    pub(super) fn new(plan: &Plan, node: usize, sources: &mut Sources) -> Self {
        let ends = plan.lines.iter().enumerate().flat_map(|(line, l)| {
            [0, 1].into_iter().filter(move |end| l.ends[*end] == node).map(move |end| (line, end))
        });
        let mut ports = Vec::new();
        let mut by_port = BTreeMap::new();
        for (line, end) in ends {
            by_port.insert((line, end), ports.len());
            ports.push(Port::new(plan, (line, end)));
        }
        let targets =
            ports.iter().map(|port| vec![None; plan.lines[port.line].tributaries.len()]).collect();
        let mut element = Self {
            node,
            arrivals: ports.iter().map(|_| VecDeque::new()).collect(),
            ports,
            by_port,
            paths: Vec::new(),
            targets,
            events: BinaryHeap::new(),
            actions: plan
                .actions
                .iter()
                .filter(|a| concerns(plan, node, &a.action))
                .cloned()
                .collect(),
            swaps: BTreeMap::new(),
            log: Vec::new(),
            orders: BTreeMap::new(),
            given: 0,
            deaf: Vec::new(),
            notices: Vec::new(),
        };
        element.deaf = vec![false; element.ports.len()];
        element.queues(plan);
        element.connect(plan, sources);
        element.open_unused(plan);
        element.supervise(plan);
        element.begin();
        element
    }

    fn queues(&mut self, plan: &Plan) {
        let offset = plan.nodes[self.node].clock;
        for port in &mut self.ports {
            let line = &plan.lines[port.line];
            let latency = source_latency(line.signal);
            let tributaries = line.tributaries.iter();
            let queue = |odu| OduQueue::new(odu, offset, latency);
            port.queues = tributaries.map(|tributary| queue(tributary.odu)).collect();
            if line.slots.is_none() && port.queues.is_empty() {
                // Nothing is connected to it.
                //= g798:14.1-open-and-locked
                let mut open = queue(line.signal.odu());
                open.force(Some(Maintenance::Oci));
                port.queues.push(open);
            }
        }
    }

    fn connect(&mut self, plan: &Plan, sources: &mut Sources) {
        for (index, service) in plan.services.iter().enumerate() {
            for route in service.routes() {
                for (at, pair) in route.windows(2).enumerate() {
                    let (before, after) = route.split_at(at + 1);
                    let forth = first_leaves(plan, (index, 0), &mut before.iter());
                    let back = first_leaves(plan, (index, 1), &mut after.iter().rev());
                    self.through(plan, pair[0], pair[1], [forth, back]);
                }
            }
            for end in [0, 1].into_iter().filter(|end| service.ends[*end] == self.node) {
                let legs = self.legs(plan, index, end);
                let path = self.paths.len();
                for (leg, Leg { port, tributary, .. }) in legs.iter().enumerate() {
                    self.targets[*port][*tributary] = Some(Target::End { path, leg });
                    let port = &mut self.ports[*port];
                    if plan.lines[port.line].slots.is_none() {
                        port.queues[*tributary].begin_with_first();
                    }
                }
                let source = sources.get_mut(index).and_then(|ends| ends[end].take());
                let lines = service.routes().flatten().map(|hop| plan.lines[hop.line].signal);
                let turn = lines.map(|line| latency(service.odu, line)).max().unwrap_or_default();
                let times = (grace(plan, index), turn);
                self.paths.push(PathEnd::new(plan, (index, end), legs, source, times));
            }
        }
    }

    /// The node between two hops of a route, if it is this one: both directions pass it.
    fn through(
        &mut self,
        plan: &Plan,
        before: Hop,
        after: Hop,
        first_leaves: [Option<(SimTime, PartsPerBillion)>; 2],
    ) {
        let ports = [(before.line, before.last()), (after.line, after.first)];
        let [Some(&first), Some(&second)] = ports.map(|port| self.by_port.get(&port)) else {
            return;
        };
        let sides = [(first, before.tributary), (second, after.tributary)];
        let ways = [(sides[0], sides[1]), (sides[1], sides[0])];
        for (((from, came), (to, goes)), leaves) in ways.into_iter().zip(first_leaves) {
            self.targets[from][came] = Some(Target::Queue { port: to, tributary: goes });
            let line = &plan.lines[self.ports[from].line];
            let odu = line.tributaries[came].odu;
            let offset = plan.nodes[self.node].clock;
            let mut queue = OduQueue::new(odu, offset, latency(odu, line.signal));
            let fills = plan.lines[self.ports[to].line].slots.is_none();
            if let Some((at, clock)) = leaves.filter(|_| fills) {
                queue.expect_first(at, clock);
            }
            self.ports[to].queues[goes] = queue;
        }
    }

    fn legs(&self, plan: &Plan, index: usize, end: usize) -> Vec<Leg> {
        let service = &plan.services[index];
        let leg = |route: &[Hop]| {
            let hop = if end == 0 { route.first() } else { route.last() }?;
            let line_end = if end == 0 { hop.first } else { hop.last() };
            let port = *self.by_port.get(&(hop.line, line_end))?;
            Some(Leg::new(port, hop.tributary))
        };
        service.routes().filter_map(leg).collect()
    }

    /// The ends of tandem connections at this node.
    fn supervise(&mut self, plan: &Plan) {
        for port in &mut self.ports {
            let all =
                Termination::of_port(plan, (port.line, port.end), |service| grace(plan, service));
            for (tributary, termination) in all {
                port.queues[tributary].tandem = Some(Box::new(termination));
            }
        }
    }

    fn begin(&mut self) {
        let times = self.actions.iter().map(|timed| Reverse((timed.at, Event::Action)));
        self.events.extend(times);
        for (index, path) in self.paths.iter().enumerate() {
            self.events.push(Reverse((path.next_start(), Event::Client(index))));
        }
        for (index, port) in self.ports.iter().enumerate() {
            self.events.push(Reverse((port.next_start(), Event::Start(index))));
        }
    }

    /// These actions happen too, those of the past at once.
    pub(super) fn also(&mut self, plan: &Plan, actions: &[Timed], now: SimTime) {
        let ours = actions.iter().filter(|timed| concerns(plan, self.node, &timed.action));
        for timed in ours {
            let timed = Timed { at: timed.at.max(now), ..timed.clone() };
            let at = self.actions.partition_point(|other| other.at <= timed.at);
            // Each waiting action has an event of its own, and takes the action that is first then.
            self.events.push(Reverse((timed.at, Event::Action)));
            self.actions.insert(at, timed);
        }
    }

    /// A frame is on its way to a port of this node.
    pub(super) fn deliver(&mut self, flight: Flight) {
        let Some(&port) = self.by_port.get(&flight.to) else { return };
        self.events.push(Reverse((flight.end, Event::Arrival(port))));
        let queue = &mut self.arrivals[port];
        // In order but around the instant at which fibres change places.
        let at = queue.partition_point(|other| other.end <= flight.end);
        queue.insert(at, flight);
    }

    /// Does all that is due before `until`; frames that leave go to `out`.
    pub(super) fn advance(&mut self, until: SimTime, out: &mut Vec<Flight>) {
        while let Some(Reverse((at, event))) = self.events.peek().copied() {
            if at >= until {
                break;
            }
            self.events.pop();
            match event {
                Event::Action => self.act(at),
                Event::Order => self.obey(at),
                Event::Arrival(port) => self.arrive(port),
                Event::Timer(path) => {
                    self.paths[path].wait_until(at);
                    self.after_path(path, at);
                }
                Event::Client(path) => {
                    self.paths[path].send(&mut self.ports);
                    if self.paths[path].has_news() {
                        self.after_path(path, at);
                    }
                    let next = self.paths[path].next_start();
                    self.events.push(Reverse((next, Event::Client(path))));
                }
                Event::Start(port) => {
                    let here = &mut self.ports[port];
                    let right = (here.line, 1 - here.end);
                    let to = self.swaps.get(&right).copied().unwrap_or(right);
                    out.push(here.send(to));
                    self.events.push(Reverse((here.next_start(), Event::Start(port))));
                }
            }
        }
    }

    fn arrive(&mut self, index: usize) {
        let Some(flight) = self.arrivals[index].pop_front() else { return };
        let now = flight.end;
        self.ports[index].receive(flight);
        self.mark(index);
        self.hear(index, now);
        let touched: Vec<usize> = self.targets[index]
            .iter()
            .filter_map(|target| match target {
                Some(Target::End { path, .. }) => Some(*path),
                _ => None,
            })
            .collect();
        for path in touched {
            self.paths[path].watch(now, &self.ports);
            self.after_path(path, now);
        }
    }

    /// What happened to octets of tributaries goes where they go.
    fn mark(&mut self, index: usize) {
        for (tributary, mark) in std::mem::take(&mut self.ports[index].ear.witness.marks) {
            match self.targets[index].get(tributary).copied().flatten() {
                Some(Target::End { path, leg }) => self.paths[path].mark(leg, mark),
                Some(Target::Queue { port, tributary }) => {
                    let port = &mut self.ports[port];
                    let latency = port.queues[tributary].latency();
                    port.onward.push((tributary, mark.later(latency)));
                }
                None => {}
            }
        }
    }

    /// Works off what the sinks of a port told.
    fn hear(&mut self, index: usize, now: SimTime) {
        let heard = std::mem::take(&mut self.ports[index].ear.heard);
        let defects = heard.iter().any(|told| matches!(told, Heard::Defect(_)));
        for told in heard {
            match told {
                Heard::Odu(came, mut frame) => {
                    let target = self.target(index, came.place);
                    if let Some(Target::End { path, leg }) = target {
                        self.paths[path].hear_aps(leg, &came, &frame);
                    }
                    if let Some(tandem) = self.ports[index].tandem(came.place) {
                        tandem.receive(&came, &mut frame);
                    }
                    match target {
                        Some(Target::Queue { port, tributary }) => {
                            let queue = &mut self.ports[port].queues[tributary];
                            queue.push((came.at, came.end), came.follows, frame);
                            if let Some(old) = queue.done_with() {
                                self.ports[index].ear.recycle(old);
                            }
                            continue;
                        }
                        Some(Target::End { path, leg }) => {
                            self.paths[path].receive(leg, came, &frame, &mut self.ports);
                        }
                        None => {}
                    }
                    self.ports[index].ear.recycle(frame);
                }
                Heard::Failed { place, at, failed } => {
                    if let Some(tandem) = self.ports[index].tandem(place) {
                        tandem.server(at, failed);
                    }
                    if let Some(Target::End { path, leg }) = self.target(index, place) {
                        self.paths[path].leg_failed(leg, at, failed);
                    }
                }
                Heard::Defect(event) => {
                    let port = &mut self.ports[index];
                    // Frames that came before the port was told something else are judged by that.
                    let event = DefectEvent { at: event.at.max(port.told), ..event };
                    let (line, end) = (port.line, port.end);
                    let tributary = port.tributary(event.place);
                    let mut causes = Vec::new();
                    port.correlate(event, &mut |cause| causes.push(cause));
                    let by_ais: Vec<bool> = causes.iter().map(|c| port.by_ais(c)).collect();
                    let of = (line, end);
                    let point = Point::of(of, event.place, event.defect.layer(), tributary);
                    let what = What::Defect { defect: event.defect, raised: event.raised };
                    if self.ports[index].judged_here(event) {
                        self.note(event.at, Some(point), what);
                    }
                    self.note_causes(index, causes, by_ais);
                }
            }
        }
        if defects {
            self.settle_port(index, now);
            self.notice(index, now);
        }
        self.after_tandems(index, now, false);
    }

    /// What the tandem connections that end at a port told; `all`: judges those too that told nothing.
    fn after_tandems(&mut self, index: usize, now: SimTime, all: bool) {
        let node = self.node;
        for queue in &mut self.ports[index].queues {
            let Some(tandem) = &mut queue.tandem else { continue };
            if all || tandem.has_news() {
                self.log.extend(tandem.news(now).into_iter().map(|(at, point, what)| {
                    let point = Some(point);
                    Entry { at, node, point, what }
                }));
            }
        }
    }

    /// Judges what a port was told.
    fn settle_port(&mut self, index: usize, now: SimTime) {
        let mut causes = Vec::new();
        let port = &mut self.ports[index];
        port.settle(now, &mut |cause| causes.push(cause));
        let by_ais = causes.iter().map(|cause| port.by_ais(cause)).collect();
        self.note_causes(index, causes, by_ais);
    }

    fn target(&self, port: usize, place: otn_proc::place::Place) -> Option<Target> {
        let tributary = self.ports[port].tributary(place)?;
        self.targets[port][tributary]
    }

    pub(super) fn note(&mut self, at: SimTime, point: Option<Point>, what: What) {
        self.log.push(Entry { at, node: self.node, point, what });
    }

    fn note_causes(&mut self, port: usize, causes: Vec<CauseEvent>, by_ais: Vec<bool>) {
        let (line, end) = (self.ports[port].line, self.ports[port].end);
        for (event, by_ais) in causes.into_iter().zip(by_ais) {
            let tributary = self.ports[port].tributary(event.place);
            let place = event.place;
            // The ODUj passes; only what belongs to its port is an alarm here.
            let point = Point::of((line, end), place, event.cause.layer(), tributary);
            let what = What::Cause { cause: event.cause, by_ais, raised: event.raised };
            self.note(event.at, Some(point), what);
        }
    }

    /// What a path end told, and what its protection did.
    pub(super) fn after_path(&mut self, index: usize, now: SimTime) {
        let path = &mut self.paths[index];
        let point = Some(Point::Path { service: path.service, end: path.end });
        let mut entries = Vec::new();
        let defects = std::mem::take(&mut path.ear.defects);
        let told = !defects.is_empty();
        for event in defects {
            let mut causes = Vec::new();
            path.correlate(event, &mut |cause| causes.push(cause));
            if event.place != otn_proc::place::Place::ROOT {
                let what = What::Defect { defect: event.defect, raised: event.raised };
                entries.push((event.at, what));
            }
            entries.extend(causes.into_iter().filter_map(|event| cause_of(path, event)));
        }
        if told {
            let mut causes = Vec::new();
            path.settle(now, &mut |cause| causes.push(cause));
            entries.extend(causes.into_iter().filter_map(|event| cause_of(path, event)));
        }
        while let Some(event) = path.next_event() {
            entries.push((event.at, What::Protection(event.change)));
        }
        if let Some(at) = path.next_deadline() {
            self.events.push(Reverse((at.max(now), Event::Timer(index))));
        }
        for (at, what) in entries {
            self.note(at, point, what);
        }
    }

    /// Lets time pass for those that nothing arrives at, and judges what stands.
    pub(super) fn settle(&mut self, now: SimTime) {
        for index in 0..self.ports.len() {
            self.ports[index].wait_until(now);
            self.hear(index, now);
            self.settle_port(index, now);
            self.ports[index].tandems_mut().for_each(|tandem| tandem.pass(now));
            self.after_tandems(index, now, true);
        }
        for index in 0..self.paths.len() {
            self.paths[index].wait_until(now);
            self.paths[index].watch(now, &self.ports);
            self.after_path(index, now);
            let path = &mut self.paths[index];
            let point = Some(Point::Path { service: path.service, end: path.end });
            let mut causes = Vec::new();
            path.settle(now, &mut |cause| causes.push(cause));
            let entries: Vec<_> = causes.into_iter().filter_map(|e| cause_of(path, e)).collect();
            for (at, what) in entries {
                self.note(at, point, what);
            }
        }
    }

    fn act(&mut self, now: SimTime) {
        let Some(Timed { action, event, .. }) = self.actions.pop_front() else { return };
        let before = self.log.len();
        if self.carry_out(now, &action) {
            // It stands in front of what follows from it.
            let what = What::Action { event, action };
            self.log.insert(before, Entry { at: now, node: self.node, point: None, what });
        }
    }

    /// Gives whether it is this node that tells of it.
    fn carry_out(&mut self, now: SimTime, action: &Action) -> bool {
        match *action {
            Action::Swap([first, second]) => {
                for (from, to) in [(first, second), (second, first)] {
                    if self.swaps.remove(&from).is_none() {
                        self.swaps.insert(from, to);
                    }
                }
                self.by_port.contains_key(&first)
            }
            Action::Power { on, .. } => {
                self.ports.iter_mut().for_each(|port| port.set_power(on));
                self.paths.iter_mut().for_each(|path| path.set_power(on, now));
                true
            }
            Action::Clock { offset, .. } => {
                self.ports.iter_mut().for_each(|port| port.retune(offset));
                self.paths.iter_mut().for_each(|path| path.retune(offset));
                true
            }
            Action::SendTrace { trail, end, trace } => {
                self.trail(trail, end, &mut |side| match side {
                    Side::Port(port, section) => port.send_trace(section, trace),
                    Side::Path(path) => path.send_trace(trace),
                    Side::Tandem(tandem, point) => tandem.send_trace(point, trace),
                })
            }
            Action::ExpectTrace { trail, end, expected } => {
                self.trail(trail, end, &mut |side| match side {
                    Side::Port(port, section) => port.expect_trace(section, expected),
                    Side::Path(path) => path.expect_trace(expected),
                    Side::Tandem(tandem, point) => tandem.expect_trace(point, expected),
                })
            }
            Action::MfasSlip { line, end, by } => {
                let port = self.by_port.get(&(line, end)).copied();
                port.map(|port| self.ports[port].slip(by)).is_some()
            }
            Action::ClientFail { service, end, failed } => self
                .path(service, end)
                .map(|path| self.paths[path].client_fails(failed, now))
                .is_some(),
            Action::Lock { service, end, locked } => {
                let Some(path) = self.path(service, end) else { return false };
                for leg in &self.paths[path].legs {
                    let signal = locked.then_some(Maintenance::Lck);
                    self.ports[leg.port].queues[leg.tributary].force(signal);
                }
                true
            }
            Action::Loopback { service, end, on } => {
                self.path(service, end).map(|path| self.paths[path].set_loopback(on)).is_some()
            }
            Action::PayloadType { .. }
            | Action::Slots { .. }
            | Action::TerminalLoopback { .. }
            | Action::Inject { .. } => self.provision(now, action),
            Action::Protection { service, end, command } => {
                let Some(path) = self.path(service, end) else { return false };
                let result = self.paths[path].command(now, command);
                self.after_path(path, now);
                if let Err(refused) = result {
                    let point = Some(Point::Path { service, end });
                    self.note(now, point, What::Refused(refused));
                }
                true
            }
        }
    }

    pub(super) fn path(&self, service: usize, end: usize) -> Option<usize> {
        self.paths.iter().position(|path| (path.service, path.end) == (service, end))
    }

    /// What was told since this was asked last.
    pub(super) fn take_log(&mut self) -> Vec<Entry> {
        std::mem::take(&mut self.log)
    }

    /// What became of packets at the ends of services since this was asked last.
    pub(super) fn take_packets(&mut self) -> impl Iterator<Item = Packets> {
        self.paths.iter_mut().map(|path| Packets {
            service: path.service,
            end: path.end,
            sent: path.take_sent(),
            arrived: std::mem::take(&mut path.ear.arrived),
            marks: path.take_marks(),
        })
    }

    /// True where it is this node.
    pub(super) const fn is(&self, node: usize) -> bool {
        self.node == node
    }

    /// The ports.
    pub(super) fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// The same, to set what they record.
    pub(super) fn ports_mut(&mut self) -> &mut [Port] {
        &mut self.ports
    }

    /// The ends of services.
    pub(super) fn paths(&self) -> &[PathEnd] {
        &self.paths
    }

    /// The same, to set what they record.
    pub(super) fn paths_mut(&mut self) -> &mut [PathEnd] {
        &mut self.paths
    }
}

/// The end of a trail.
enum Side<'a> {
    /// Of a line: its section or its path.
    Port(&'a mut Port, bool),
    /// Of a service.
    Path(&'a mut PathEnd),
    /// Of a tandem connection.
    Tandem(&'a mut Termination, Point),
}

/// A cause at a path end as an entry; those of the server in front of it are not told.
fn cause_of(path: &PathEnd, event: CauseEvent) -> Option<(SimTime, What)> {
    (event.place != otn_proc::place::Place::ROOT).then(|| {
        let by_ais = path.by_ais(&event);
        (event.at, What::Cause { cause: event.cause, by_ais, raised: event.raised })
    })
}

/// Time after which what never came is a failure: everything could go along the longest route.
pub(super) fn grace(plan: &Plan, service: usize) -> SimTime {
    let service = &plan.services[service];
    let odu = FrameClock::new(service.odu, Default::default());
    let of_hop = |hop: &Hop| {
        let line = &plan.lines[hop.line];
        let otu = FrameClock::new(line.signal, Default::default());
        let multiframes = 4 * line.slots.map_or(0, Slots::count) as u64;
        line.delay_with_code() + odu.frame_start(16) + otu.frame_start(multiframes + 40)
    };
    let along = |route: &[Hop]| route.iter().fold(SimTime::ZERO, |sum, hop| sum + of_hop(hop));
    service.routes().map(along).max().unwrap_or_default()
}

/// True where an action is for a node to carry out.
fn concerns(plan: &Plan, node: usize, action: &Action) -> bool {
    let line = |line: usize| plan.lines[line].ends.contains(&node);
    let service = |service: usize| plan.services[service].ends.contains(&node);
    match *action {
        Action::Swap([first, second]) => line(first.0) || line(second.0),
        Action::Power { node: which, .. } | Action::Clock { node: which, .. } => which == node,
        Action::SendTrace { trail, .. } | Action::ExpectTrace { trail, .. } => match trail {
            Trail::Section(at) | Trail::LinePath(at) => line(at),
            Trail::Path(at) => service(at),
            // Its ends may be anywhere on the route.
            Trail::Tandem(..) => true,
        },
        Action::MfasSlip { line: at, .. } | Action::Slots { line: at, .. } => line(at),
        Action::Inject { at, .. } => match at {
            At::Line { line: at, .. } | At::Tributary { line: at, .. } => line(at),
            At::Path { service: at, .. } => service(at),
        },
        Action::ClientFail { service: at, .. }
        | Action::Lock { service: at, .. }
        | Action::Loopback { service: at, .. }
        | Action::TerminalLoopback { service: at, .. }
        | Action::PayloadType { service: at, .. }
        | Action::Protection { service: at, .. } => service(at),
    }
}
