//! An end of a service: client, ODUj path, bridge and selector.
//!
//! Clauses: G.798 14.2 (ODUjP), 14.1 (bridge and selector of an SNC), G.873.1, G.709 15.8.2 (APS/PCC, TCM). In: the
//! client's packets; frames of the ODUj from one route or two, and what monitors say of them. Out: frames of the
//! ODUj for the queues of ports, packets that leave the network, defects, switches.

use std::rc::Rc;

use otn_frame::layout::{PAYLOAD_OCTETS, PM_TCM};
use otn_frame::overhead::{PathStatus, PayloadType, TcmLevel};
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, SimTime, Tti};
use otn_map::ethernet;
use otn_map::gfp::preamble::{self, Carried};
use otn_map::gfp::{Pti, Received, Upi};
use otn_proc::aps::{ApsLevel, ApsSink, ApsSource};
use otn_proc::defect::{Defect, DefectEvent};
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::{ExpectedTrace, PerformanceProvision};
use otn_proc::observer::{ClientPacket, Observer, OduCame};
use otn_proc::odu::source::{Maintenance, OduSource, PayloadSource};
use otn_proc::odu::{Arrival, Hold, OduSink, Payload};
use otn_proc::place::Place;
use otn_proc::protection::{
    Bridge, Entity, ExternalCommand, Monitoring, Protection, ProtectionEvent, Refused,
    Signal as EntitySignal,
};
use otn_proc::provision::OduProvision;
use otn_proc::supervision::actions::Action;
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::Settings;

use super::PatternCounts;
use super::clock::Frames;
use super::injection::{Change, Injector, Lasts};
use super::model::{Carries, Client, ConstantRate, Plan, Sends, Service};
use super::port::Port;
use super::spoiled::{Cause, Mark};
use super::tandem::DelaySummary;
use super::traffic::{Numbered, Queue, Seen, Shared, digest, opening};
use crate::net::delay::DelayMeter;
use crate::net::trails::trace;
use crate::traffic::{self, PacketSource};

/// A route as it is seen from one of its ends.
#[derive(Debug)]
pub(super) struct Leg {
    /// Index of the port in its element.
    pub(super) port: usize,
    /// Index of the tributary in its line.
    pub(super) tributary: usize,
    /// Its server has failed.
    failed: bool,
    /// A frame of the path came once: before that nothing is judged.
    found: bool,
    /// It was connected while the network ran: it is not there until a frame of the path comes.
    fresh: bool,
    /// Frames of it in a row, while it is not.
    steady: u32,
    /// Its monitor once had nothing to tell: before that it is not asked.
    good: bool,
    /// What happened to octets that are still to come on it, or have come.
    marks: Vec<Mark>,
}

impl Leg {
    pub(super) const fn new(port: usize, tributary: usize) -> Self {
        let (failed, found, fresh, steady, good) = (false, false, false, 0, false);
        Self { port, tributary, failed, found, fresh, steady, good, marks: Vec::new() }
    }
}

/// Frames after which nothing is on its way from the line that would have come.
const SILENT: u64 = 16;

/// Frames in a row with which a path is there for the first time.
const STEADY: u32 = 8;

/// A protection group at this end.
#[derive(Debug)]
struct Group {
    machine: Protection,
    source: ApsSource,
    sink: ApsSink,
    level: ApsLevel,
    /// The tandem connections that are looked at, where it is they that tell.
    tandem: Option<TcmLevel>,
}

/// What the sink of the path told.
#[derive(Debug)]
pub(super) struct PathEar {
    /// Digest of the packet that is no client's.
    opening: u64,
    pub(super) arrived: Vec<Seen>,
    pub(super) defects: Vec<DefectEvent>,
    /// What happened to octets of the selected leg.
    pub(super) marks: Vec<Mark>,
    /// Packets as they leave, FCS removed, where somebody wants them.
    pub(super) packets: Option<Vec<(SimTime, Vec<u8>)>>,
}

impl PathEar {
    fn new() -> Self {
        let opening = digest(&opening());
        let (arrived, defects, marks) = (Vec::new(), Vec::new(), Vec::new());
        Self { opening, arrived, defects, marks, packets: None }
    }
}

impl Observer for PathEar {
    fn gfp(&mut self, _: Place, at: SimTime, received: &Received<'_>) {
        let Ok(header) = received.header else { return };
        let packet = if (header.pti, header.upi) == (Pti::ClientData, Upi::ETHERNET) {
            received.payload
        } else {
            match preamble::decode(header, received.payload) {
                Ok(Carried::Packet { frame, .. }) => frame,
                Ok(_) | Err(_) => return,
            }
        };
        self.packet_came(at, packet);
    }

    fn packet(&mut self, packet: &ClientPacket<'_>) {
        self.packet_came(packet.came, packet.octets);
    }

    fn defect(&mut self, event: DefectEvent) {
        // Tandem connections have ends of their own, which tell.
        if !matches!(event.defect, Defect::Tcm(..)) {
            self.defects.push(event);
        }
    }
}

impl PathEar {
    /// A packet leaves the network.
    fn packet_came(&mut self, at: SimTime, packet: &[u8]) {
        let checked = ethernet::check_fcs(packet);
        let (octets, digest) = (packet.len() as u32, digest(packet));
        if digest == self.opening {
            return;
        }
        self.arrived.push(Seen { at, carried: (at, at), octets, digest, good: checked.is_ok() });
        if let (Some(packets), Ok(packet)) = (&mut self.packets, checked) {
            packets.push((at, packet.to_vec()));
        }
    }
}

/// The end.
pub(super) struct PathEnd {
    pub(super) service: usize,
    pub(super) end: usize,
    client: Client,
    frames: Frames,
    source: OduSource,
    shared: Rc<Shared>,
    frame: Box<OduFrame>,
    pub(super) legs: Vec<Leg>,
    selected: usize,
    /// The leg that the frame before came from.
    last: Option<usize>,
    /// Up to here it is known what came.
    known: SimTime,
    sink: OduSink,
    correlator: Correlator,
    received: u64,
    /// There is nothing to terminate.
    server_failed: bool,
    group: Option<Group>,
    loopback: bool,
    /// What is sent from here comes to the sink here.
    terminal: bool,
    /// The payload type of the client.
    own_type: PayloadType,
    meter: Option<Box<DelayMeter>>,
    injector: Option<Rc<Injector>>,
    /// How much later what is looped back leaves than what is made here.
    turn: SimTime,
    powered: bool,
    /// Until then, what has not come yet is no failure.
    grace: SimTime,
    pub(super) ear: PathEar,
}

/// In the place of a leg: the frames come from the source beside the sink.
const TERMINAL: usize = 2;

/// Where the sink of a path is in its correlator: behind a server that has no alarms of its own.
const BEHIND: usize = 1;

impl PathEnd {
    /// The end of a service, at time zero. `source` gives the packets of a client that is not made here.
    pub(super) fn new(
        plan: &Plan,
        (service, end): (usize, usize),
        legs: Vec<Leg>,
        packets: Option<Box<dyn PacketSource>>,
        (grace, turn): (SimTime, SimTime),
    ) -> Self {
        let index = service;
        let service = &plan.services[index];
        let node = &plan.nodes[service.ends[end]];
        let far = &plan.nodes[service.ends[1 - end]];
        let shared = Rc::new(Shared::default());
        let own = clock_of(plan, index, end);
        let (payload_type, payload) = payload(plan, (index, end), packets, &shared, own);
        let names = || trace(&node.name, &far.name, &service.name);
        let tti = service.path.sent[end].unwrap_or_else(names);
        let place = Place::ROOT.child(BEHIND).unwrap_or(Place::ROOT);
        let performance = PerformanceProvision { degrade: service.degrade, ..Default::default() };
        let types = service.supervision.payload_types[end];
        let own_type = payload_type;
        let payload_type = types.sent.unwrap_or(own_type);
        let provision = OduProvision {
            path: service.path.expected[end],
            payload_type: Some(types.expected.unwrap_or(own_type)),
            performance,
            ..OduProvision::default()
        };
        let mut correlator = Correlator::new(Settings::default());
        correlator.watch(place);
        Self {
            service: index,
            end,
            client: service.client,
            frames: Frames::new(service.odu, own, SimTime::ZERO),
            source: OduSource::new(service.odu, own, payload_type, payload, tti),
            shared,
            frame: Box::new(OduFrame::zeroed()),
            legs,
            selected: 0,
            last: None,
            known: SimTime::ZERO,
            sink: OduSink::new(service.odu, place, provision, Hold::NOTHING),
            correlator,
            received: 0,
            server_failed: false,
            group: group(service),
            loopback: false,
            terminal: false,
            own_type,
            meter: meter(plan, (index, end)),
            injector: None,
            turn,
            powered: true,
            grace,
            ear: PathEar::new(),
        }
    }

    /// When the next frame starts.
    pub(super) fn next_start(&self) -> SimTime {
        self.frames.next_start()
    }

    /// Makes the next frame of the ODUj and hands it to the queues of its legs.
    pub(super) fn send(&mut self, ports: &mut [Port]) {
        let window = self.frames.advance();
        self.shared.window.set(window);
        let mfas = self.source.mfas();
        let first = self.source.frames() == 0;
        if let Some(injector) = &self.injector {
            injector.begin(window.0);
        }
        self.source.next_frame(&mut self.frame);
        if let Some(meter) = &mut self.meter {
            let octet = meter.send(window.0, self.frame.octet(PM_TCM));
            self.frame.set_octet(PM_TCM, octet);
        }
        if self.terminal && self.powered {
            let (at, end) = window;
            let (follows, trusted, place) = (true, true, Place::ROOT);
            let frame = self.frame.clone();
            self.terminate(TERMINAL, OduCame { place, at, end, mfas, follows, trusted }, &frame);
        }
        if self.loopback || !self.powered {
            return;
        }
        let bridge = self.group.as_ref().map(|group| group.machine.bridged());
        // GFP writes all of a payload: the last leg may take the frame, and the next one is made in an old one.
        let gives_away = self.client == Client::EthernetGfp;
        let last = self.legs.len().checked_sub(1).filter(|_| gives_away);
        for (index, leg) in self.legs.iter_mut().enumerate() {
            let Some(queue) = ports[leg.port].queues.get_mut(leg.tributary) else { continue };
            let mut frame = queue.blank();
            if last == Some(index) {
                std::mem::swap(&mut frame, &mut self.frame);
            } else {
                frame.octets_mut().copy_from_slice(self.frame.octets());
            }
            if index == 0 && bridge == Some(Bridge::Only(Entity::Protection))
                || index == 1 && bridge == Some(Bridge::Only(Entity::Working))
            {
                Maintenance::Oci.write(&mut frame);
            }
            if let Some(group) = self.group.as_mut().filter(|_| index == 1)
                && group.machine.config().architecture.uses_channel()
            {
                group.source.set(group.level, Some(group.machine.transmit()));
                group.source.write(&mut frame, mfas);
            }
            queue.push(window, !first, frame);
        }
    }

    /// Reads APS/PCC of a frame that came on a leg, before a tandem connection that ends there may take its place.
    pub(super) fn hear_aps(&mut self, leg: usize, came: &OduCame, frame: &OduFrame) {
        if let Some(group) = self.group.as_mut().filter(|_| leg == 1 && self.powered)
            && came.trusted
            && group.machine.config().architecture.uses_channel()
            && let Some(change) = group.sink.read(frame, came.mfas)
            && change.level == group.level
        {
            let word = group.sink.valid(group.level);
            group.machine.received(came.end, word);
        }
    }

    /// Takes a frame that came on a leg.
    pub(super) fn receive(
        &mut self,
        leg: usize,
        came: OduCame,
        frame: &OduFrame,
        ports: &mut [Port],
    ) {
        if !self.powered {
            return;
        }
        let stat = otn_frame::overhead::PathMonitoring::read(frame).stat;
        let here = &mut self.legs[leg];
        here.failed = false;
        if !here.found {
            let normal = stat == PathStatus::Normal && came.trusted && came.follows;
            here.steady = if normal { here.steady + 1 } else { 0 };
            if here.steady < STEADY && (here.fresh || came.at < self.grace) {
                return;
            }
            (here.found, here.fresh) = (true, false);
        }
        if self.loopback {
            let queue = &mut ports[here.port].queues[here.tributary];
            let mut back = queue.blank();
            back.octets_mut().copy_from_slice(frame.octets());
            // The queue is one for frames that are known before they begin; these are known when they are in.
            let window = (came.at + self.turn, came.end + self.turn);
            queue.push(window, came.follows, back);
        }
        if leg == self.selected && !self.terminal {
            self.terminate(leg, came, frame);
        }
    }

    fn terminate(&mut self, leg: usize, came: OduCame, frame: &OduFrame) {
        self.witness(leg, &came, frame);
        if !(came.follows && self.last == Some(leg)) {
            self.sink.restart();
        }
        self.last = Some(leg);
        let first = self.received * PAYLOAD_OCTETS as u64;
        self.received += 1;
        let OduCame { at, end, mfas, trusted, .. } = came;
        let lasts = u128::from(end.since(at).as_ps());
        let when = |position: u64| {
            let gone = lasts * u128::from(position.saturating_sub(first));
            at + SimTime::from_ps((gone / PAYLOAD_OCTETS as u128) as u64)
        };
        let arrival = Arrival { at, end, first, in_frame: trusted, when: &when };
        let sample = self.sink.receive(&arrival, frame, mfas, &mut self.ear);
        self.set_server(at, false);
        if let Some(meter) = &mut self.meter {
            meter.receive(frame.octet(PM_TCM), self.sink.path().defects());
        }
        self.source.remote().report(sample.violations.unwrap_or(0));
        self.tell_back();
    }

    /// Something happened to octets that will come on a leg, or have come.
    pub(super) fn mark(&mut self, leg: usize, mark: Mark) {
        self.legs[leg].marks.push(mark);
    }

    /// What is to be known of the frame that is terminated now, and of the time before it.
    fn witness(&mut self, leg: usize, came: &OduCame, frame: &OduFrame) {
        if !(came.follows && self.last == Some(leg)) {
            let switched = self.last.is_some_and(|last| last != leg);
            let cause = if switched { Cause::Switched } else { Cause::Absent };
            let from = self.known.min(came.at);
            self.ear.marks.push(Mark { from, to: came.at, cause });
        }
        self.marks_before(came.end);
        let stat = otn_frame::overhead::PathMonitoring::read(frame).stat;
        let cause = match (came.trusted, stat) {
            (false, _) => Cause::Absent,
            (true, PathStatus::Normal) => return,
            (true, _) => Cause::Maintenance,
        };
        self.ear.marks.push(Mark { from: came.at, to: came.end, cause });
    }

    /// Tells what happened to octets before `end`, which are terminated or gone.
    fn marks_before(&mut self, end: SimTime) {
        let heard = &mut self.ear.marks;
        for (leg, Leg { marks, .. }) in self.legs.iter_mut().enumerate() {
            let selected = leg == self.selected;
            heard.extend(marks.iter().filter(|mark| selected && mark.from < end));
            marks.retain(|mark| mark.from >= end);
        }
        self.known = self.known.max(end);
    }

    /// What happened to octets since this was asked last. Where nothing came for long, that is told too.
    pub(super) fn take_marks(&mut self) -> Vec<Mark> {
        let now = self.next_start();
        let lasts = FrameClock::new(self.source.signal(), Default::default());
        if self.known + lasts.frame_start(SILENT) < now {
            let (from, cause) = (self.known, Cause::Absent);
            self.marks_before(now);
            self.ear.marks.push(Mark { from, to: now, cause });
        }
        std::mem::take(&mut self.ear.marks)
    }

    /// The frames of a leg end with a failure of its server, or begin again.
    pub(super) fn leg_failed(&mut self, leg: usize, at: SimTime, failed: bool) {
        let here = &mut self.legs[leg];
        if !here.found && (here.fresh || at < self.grace) {
            return;
        }
        here.failed = failed;
        if failed && let Some(group) = self.group.as_mut().filter(|_| leg == 1) {
            group.sink.signal_fail(group.level);
        }
        if leg == self.selected && failed {
            self.fail(at);
        }
    }

    /// There is nothing to terminate from `at` on.
    fn fail(&mut self, at: SimTime) {
        if self.terminal {
            return;
        }
        if let Some(meter) = &mut self.meter {
            meter.signal_fail();
        }
        self.sink.signal_fail(at, &mut self.ear);
        self.set_server(at, true);
        self.tell_back();
    }

    /// The correlator learns of the server by a defect in front of the path.
    fn set_server(&mut self, at: SimTime, failed: bool) {
        if std::mem::replace(&mut self.server_failed, failed) != failed {
            let (place, defect) = (Place::ROOT, Defect::Los);
            self.ear.defects.push(DefectEvent { place, at, defect, raised: failed });
        }
    }

    fn tell_back(&mut self) {
        let bdi = self.sink.path().actions().contains(Action::Bdi);
        self.source.remote().set_bdi(bdi);
    }

    /// Time passes without frames.
    pub(super) fn wait_until(&mut self, now: SimTime) {
        if !self.powered {
            return;
        }
        self.sink.pass(now, &mut self.ear);
        if now >= self.grace {
            self.legs.iter_mut().for_each(|leg| leg.found |= !leg.fresh);
        }
        if let Some(group) = &mut self.group {
            group.machine.wait(now);
        }
        self.select(now);
    }

    /// The first leg goes another way from now on. Until a path comes there, there is none.
    pub(super) fn reroute(&mut self, now: SimTime, port: usize, tributary: usize) {
        if let Some(leg) = self.legs.first_mut() {
            *leg = Leg { fresh: true, ..Leg::new(port, tributary) };
        }
        if self.selected == 0 {
            self.last = None;
            self.sink.signal_fail(now, &mut self.ear);
            self.set_server(now, true);
            self.tell_back();
        }
    }

    /// Looks at the monitors of the legs and switches where that is due.
    pub(super) fn watch(&mut self, now: SimTime, ports: &[Port]) {
        let Some(group) = &mut self.group else { return };
        for (entity, leg) in Entity::ALL.into_iter().zip(&mut self.legs) {
            if !leg.found {
                continue;
            }
            let monitoring = group.machine.config().monitoring;
            let signal = match (leg.failed, monitoring) {
                (true, _) => EntitySignal::Failed,
                (false, Monitoring::Inherent) if ports[leg.port].tandem_fails(leg.tributary) => {
                    EntitySignal::Failed
                }
                (false, Monitoring::Inherent) => EntitySignal::Normal,
                (false, Monitoring::NonIntrusive | Monitoring::Sublayer) => {
                    ports[leg.port].entity(leg.tributary, group.tandem)
                }
            };
            leg.good |= signal == EntitySignal::Normal || now >= self.grace;
            if !leg.good {
                continue;
            }
            if signal != group.machine.counts_as(entity) || signal == EntitySignal::Failed {
                group.machine.signal(now, entity, signal);
            }
        }
        self.select(now);
    }

    fn select(&mut self, now: SimTime) {
        let Some(group) = &self.group else { return };
        let selected = usize::from(group.machine.selected() == Entity::Protection);
        if std::mem::replace(&mut self.selected, selected) != selected && self.legs[selected].failed
        {
            self.fail(now);
        }
    }

    /// When the protection has something to do by itself.
    pub(super) fn next_deadline(&self) -> Option<SimTime> {
        self.group.as_ref().and_then(|group| group.machine.next_deadline())
    }

    /// An operator's command.
    pub(super) fn command(
        &mut self,
        now: SimTime,
        command: ExternalCommand,
    ) -> Result<(), Option<Refused>> {
        let Some(group) = &mut self.group else { return Err(None) };
        let result = group.machine.command(now, command).map_err(Some);
        self.select(now);
        result
    }

    /// What the protection did.
    pub(super) fn next_event(&mut self) -> Option<ProtectionEvent> {
        self.group.as_mut()?.machine.next_event()
    }

    /// The protection of this end.
    pub(super) fn protection(&self) -> Option<&Protection> {
        self.group.as_ref().map(|group| &group.machine)
    }

    /// Takes a defect; gives the causes that change by that.
    pub(super) fn correlate(&mut self, event: DefectEvent, out: &mut impl FnMut(CauseEvent)) {
        self.correlator.note(event, out);
    }

    /// No more defects of up to `now` will come.
    pub(super) fn settle(&mut self, now: SimTime, out: &mut impl FnMut(CauseEvent)) {
        self.correlator.settle(now, out);
    }

    /// True where the server of a layer failed by an AIS that the layer itself sees.
    pub(super) fn by_ais(&self, event: &CauseEvent) -> bool {
        self.correlator.failed_by_ais(event.place, event.cause.layer())
    }

    /// Packets that the client sent since this was asked last.
    pub(super) fn take_sent(&mut self) -> Vec<Seen> {
        self.shared.sent.take()
    }

    /// Why the source of packets cannot go on.
    pub(super) fn error(&self) -> Option<String> {
        self.shared.error.borrow().clone()
    }

    /// What stands in the place of the client is not the client.
    pub(super) fn client_failed(&self) -> bool {
        !self.powered || self.server_failed || self.sink.client_failed()
    }

    /// The sink of the path.
    pub(super) const fn sink(&self) -> &OduSink {
        &self.sink
    }

    /// What was compared of a client that is a bit pattern.
    pub(super) fn pattern(&self) -> Option<PatternCounts> {
        let bits = match (self.client, self.sink.payload()) {
            (Client::Prbs, Payload::Prbs(bits)) => &**bits,
            (
                Client::Constant(ConstantRate { carries: Carries::Pattern(_), .. }),
                Payload::Cbr(sink, _),
            ) => sink.bits(),
            _ => return None,
        };
        let counters = bits.prbs().counters();
        let (received, found) = (bits.octets() * 8, bits.prbs().polarity().is_some());
        let sync_losses = counters.locks - u64::from(found);
        Some(PatternCounts { received, bits: counters.bits, errors: counters.errors, sync_losses })
    }

    /// The client fails, or is there again.
    pub(super) fn client_fails(&mut self, failed: bool, now: SimTime) {
        self.shared.skip.set(now);
        let from = self.source.frames();
        self.source.client_fails(from, (!failed).then_some(from));
        self.shared.closed.set(failed);
    }

    /// What comes goes straight back.
    pub(super) const fn set_loopback(&mut self, on: bool) {
        self.loopback = on;
    }

    /// What is sent from here comes to the sink here, or does so no more.
    pub(super) fn set_terminal_loopback(&mut self, on: bool, now: SimTime) {
        self.terminal = on;
        self.last = None;
        if !on && self.legs.get(self.selected).is_some_and(|leg| leg.failed) {
            self.fail(now);
        }
    }

    /// Other payload types are sent or expected; within, nothing stands for that of the client.
    pub(super) fn set_types(
        &mut self,
        sends: Option<Option<PayloadType>>,
        expects: Option<Option<PayloadType>>,
    ) {
        if let Some(sends) = sends {
            self.source.set_payload_type(sends.unwrap_or(self.own_type));
        }
        if let Some(expects) = expects {
            self.sink.expect_type(Some(expects.unwrap_or(self.own_type)));
        }
    }

    /// A change of the OPU that is sent from now on.
    pub(super) fn inject(&mut self, change: Change, now: SimTime, lasts: Lasts) {
        if self.injector.is_none() {
            let injector = Injector::new(true);
            self.source.set_editor(injector.editor(false));
            self.injector = Some(injector);
        }
        if let Some(injector) = &self.injector {
            injector.add(change, now, lasts);
        }
    }

    /// There are defects to tell of.
    pub(super) const fn has_news(&self) -> bool {
        !self.ear.defects.is_empty()
    }

    /// What the measurements of its delay gave.
    pub(super) fn delay(&self) -> Option<DelaySummary> {
        self.meter.as_ref()?.reports().first().map(DelaySummary::of)
    }

    /// The node has lost its power, or has it again.
    pub(super) fn set_power(&mut self, on: bool, now: SimTime) {
        self.powered = on;
        self.shared.closed.set(!on);
        self.shared.skip.set(now);
        if on {
            self.last = None;
        } else {
            self.sink.signal_fail(now, &mut self.ear);
        }
    }

    /// Another trace is sent.
    pub(super) const fn send_trace(&mut self, tti: Tti) {
        self.source.set_trace(tti);
    }

    /// Another trace is expected.
    pub(super) fn expect_trace(&mut self, expected: ExpectedTrace) {
        self.sink.expect_path(expected);
    }

    /// The clock of the node has another offset.
    pub(super) fn retune(&mut self, offset: PartsPerBillion) {
        let mut clock = offset;
        if let Client::Constant(constant) = self.client {
            clock = constant.odu_clock(self.end, offset);
            let pace = constant.pace(self.end, self.source.signal(), clock);
            let frame = self.source.frames();
            self.source.payload_mut().set_pace(frame, pace);
        }
        self.frames.retune(clock);
    }
}

/// The clock of the ODUj that an end of a service sends: a client by BMP gives it, all others have that of the node.
pub(super) fn clock_of(plan: &Plan, service: usize, end: usize) -> PartsPerBillion {
    let service = &plan.services[service];
    let node = plan.nodes[service.ends[end]].clock;
    match service.client {
        Client::Constant(constant) => constant.odu_clock(end, node),
        _ => node,
    }
}

/// The delay measurement of the path: the first end measures, the other one sends back.
fn meter(plan: &Plan, (index, end): (usize, usize)) -> Option<Box<DelayMeter>> {
    let service = &plan.services[index];
    let schedule = service.supervision.delay?;
    let clock = FrameClock::new(service.odu, plan.nodes[service.ends[end]].clock);
    let mut meter = DelayMeter::new(clock, plan.duration);
    match end {
        0 => meter.measure(DelayLevel::Path, schedule),
        _ => meter.loop_back(DelayLevel::Path),
    }
    Some(Box::new(meter))
}

fn group(service: &Service) -> Option<Group> {
    let config = service.protection.as_ref()?.config;
    let tandem = match (config.monitoring, config.level) {
        (Monitoring::Sublayer, ApsLevel::Tandem(level)) => Some(level),
        _ => None,
    };
    Some(Group {
        machine: Protection::new(config).ok()?,
        source: ApsSource::default(),
        sink: ApsSink::default(),
        level: config.level,
        tandem,
    })
}

fn payload(
    plan: &Plan,
    (index, end): (usize, usize),
    packets: Option<Box<dyn PacketSource>>,
    shared: &Rc<Shared>,
    clock: PartsPerBillion,
) -> (PayloadType, PayloadSource) {
    let service = &plan.services[index];
    let queue = || queue(plan, (index, end), packets, shared);
    match service.client {
        Client::Prbs => (PayloadType::PRBS, PayloadSource::prbs()),
        Client::EthernetGfp => (PayloadType::GFP, PayloadSource::gfp(Box::new(queue()))),
        Client::EthernetPreamble => {
            let mut payload = PayloadSource::gfp(Box::new(queue().with_preamble()));
            if let PayloadSource::Gfp { extended, .. } = &mut payload {
                *extended = true;
            }
            (PayloadType::GFP_EXTENDED, payload)
        }
        Client::Constant(constant) => {
            let packets = matches!(constant.carries, Carries::Ethernet(_)).then(queue);
            let payload = constant.payload(end, service.odu, clock, packets);
            // A plan whose client has no such mapping sends nothing that could be taken for it.
            (constant.payload_type, payload.unwrap_or(PayloadSource::Null))
        }
    }
}

/// The packets of the client at an end of a service.
fn queue(
    plan: &Plan,
    (index, end): (usize, usize),
    packets: Option<Box<dyn PacketSource>>,
    shared: &Rc<Shared>,
) -> Queue {
    let service = &plan.services[index];
    let client = match (&service.sends[end], packets) {
        (Sends::Packets(pace), Some(source)) => Some((source, *pace)),
        (Sends::Numbered { octets, every }, _) => {
            let number = u16::try_from(index).unwrap_or(u16::MAX);
            let made = Numbered::new(*octets, *every, number, end as u8);
            let source: Box<dyn PacketSource> = Box::new(made);
            Some((source, traffic::Pace::Captured))
        }
        (Sends::Nothing | Sends::Packets(_), _) => None,
    };
    let none: Box<dyn PacketSource> = Box::new(Silence);
    let (source, pace) = client.unwrap_or((none, traffic::Pace::Captured));
    let client = traffic::Client::new(source, pace);
    Queue::new(client, Rc::clone(shared), (plan.begin, plan.duration))
}

/// A client that sends nothing.
struct Silence;

impl PacketSource for Silence {
    fn next_packet(
        &mut self,
        _: &mut traffic::Packet,
    ) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
        Ok(false)
    }
}
