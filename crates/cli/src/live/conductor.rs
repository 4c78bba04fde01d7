//! Who says how far a live network goes: the clock on the wall, the ports, the operator.
//!
//! In: time, orders, what the nodes told. Out: ticks for the drive; the status for whoever wants it; a line for
//! everything that happens.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use otn_emu::net::log::{Entry, What};
use otn_emu::net::model::{Action, Plan};
use otn_emu::net::{Record, window};
use otn_frame::SimTime;
use otn_proc::protection::ProtectionChange;

use super::drive::{Leader, Opened, Order, Tick, Told};
use super::lines::Lines;
use super::operator::Operator;
use super::pace::Pace;
use super::status::{EventStatus, Inputs, Status};
use crate::network_run::{Names, lock};
use crate::session::Interrupt;

/// From one tick to the next while packets come, on the wall.
const TICK: Duration = Duration::from_micros(400);

/// The same when none have come for a while: a port that gets one ends it.
const IDLE_TICK: Duration = Duration::from_millis(2);

/// Time without packets after which ticks are long.
const IDLE: Duration = Duration::from_millis(50);

/// The network goes on by no more at once, so that ports are read often while it catches up.
pub(super) const AT_ONCE: SimTime = SimTime::from_ms(5);

/// From one status to the next when nobody asks.
const STATUS: Duration = Duration::from_millis(250);

/// From one complaint that the machine cannot keep up to the next.
const COMPLAINTS: Duration = Duration::from_secs(20);

/// Events kept for the status.
const EVENTS: usize = 1_000;

/// Entries of the log kept for the alarms, and how many more there may be before they are forgotten.
const LOG: (usize, usize) = (4_000, 2_000);

/// What the threads around a live network share.
#[derive(Default)]
pub(super) struct Board {
    status: Mutex<(u64, Arc<Status>)>,
    changed: Condvar,
    wanted: AtomicBool,
    /// It is to end.
    stop: AtomicBool,
    /// It has ended.
    ended: AtomicBool,
}

impl Board {
    /// The status, as fresh as it can be had.
    pub(super) fn fresh(&self) -> Arc<Status> {
        let guard = lock(&self.status);
        let before = guard.0;
        self.wanted.store(true, Ordering::SeqCst);
        let waiting = self.changed.wait_timeout_while(guard, Duration::from_secs(2), |status| {
            status.0 == before && !self.has_ended()
        });
        let (status, _) = waiting.unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&status.1)
    }

    /// The status as it was shown last.
    pub(super) fn last(&self) -> Arc<Status> {
        Arc::clone(&lock(&self.status).1)
    }

    fn show(&self, status: Status) {
        let mut shown = lock(&self.status);
        *shown = (shown.0 + 1, Arc::new(status));
        self.changed.notify_all();
    }

    /// Asks the network to end.
    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    /// Tells that it has ended.
    pub(super) fn end(&self) {
        self.ended.store(true, Ordering::SeqCst);
        self.changed.notify_all();
    }

    /// True once it has.
    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::SeqCst)
    }
}

/// The conductor.
pub(super) struct Conductor<'a> {
    means: Means<'a>,
    state: State,
}

/// What it keeps in mind.
struct State {
    started: Instant,
    keeping: Pace,
    step: SimTime,
    last: Duration,
    busy: Duration,
    shown: Option<Duration>,
    asked: bool,
    plan: Arc<Plan>,
    record: Record,
    told: VecDeque<EventStatus>,
    failed: BTreeMap<(usize, usize), bool>,
    on_protection: BTreeMap<(usize, usize), bool>,
    misses: u64,
    complained: Option<Duration>,
}

/// What a conductor works with.
pub(super) struct Means<'a> {
    /// Where the status is shown.
    pub(super) board: &'a Board,
    /// Events and light.
    pub(super) operator: &'a Mutex<Operator>,
    /// Orders of operators.
    pub(super) orders: Receiver<Order>,
    /// Everything that happens goes there.
    pub(super) tell: Sender<EventStatus>,
    /// Ctrl-C.
    pub(super) interrupt: &'a Interrupt,
    /// Ports of clients.
    pub(super) ports: &'a [Opened],
    /// Lines to other programs.
    pub(super) lines: &'a Lines,
    /// Threads at work.
    pub(super) threads: usize,
    /// Pace asked for.
    pub(super) pace: f64,
    /// By service: both its ends are here.
    pub(super) whole: Vec<bool>,
}

impl<'a> Conductor<'a> {
    /// A conductor at time zero.
    pub(super) fn new(means: Means<'a>) -> Self {
        let plan = Arc::clone(&lock(means.operator).plan);
        let mut record = Record::new(&plan);
        for (flows, whole) in record.flows.iter_mut().zip(&means.whole) {
            if !whole {
                flows.iter_mut().for_each(otn_emu::net::flows::Flow::see_one_side);
            }
        }
        let state = State {
            started: Instant::now(),
            keeping: Pace::new(means.pace, window(&plan)),
            step: window(&plan),
            last: Duration::ZERO,
            busy: Duration::ZERO,
            shown: None,
            asked: false,
            plan,
            record,
            told: VecDeque::new(),
            failed: BTreeMap::new(),
            on_protection: BTreeMap::new(),
            misses: 0,
            complained: None,
        };
        Self { means, state }
    }

    /// Waits until there is something to do: a tick later, or, when nothing happens, as soon as a packet comes.
    fn wait(&mut self) {
        let state = &mut self.state;
        let tick = TICK.max(state.keeping.on_the_wall(state.step));
        let wall = state.started.elapsed();
        let next = state.last + tick;
        if wall < next {
            std::thread::sleep(next - wall);
        }
        if state.started.elapsed() > state.busy + IDLE && IDLE_TICK > tick {
            let mut wait: Vec<PollFd<'_>> = self
                .means
                .ports
                .iter()
                .map(|port| PollFd::new(port.device.descriptor(), PollFlags::POLLIN))
                .collect();
            let rest = (IDLE_TICK - tick).as_millis().max(1);
            // However it ends, what there is to do is found out.
            let _ = poll(&mut wait, PollTimeout::try_from(rest).unwrap_or(PollTimeout::ZERO));
        }
        state.last = state.started.elapsed();
    }

    fn say(&mut self, at: SimTime, kind: &str, text: String) {
        let event = EventStatus { at_s: at.as_seconds(), kind: kind.to_string(), text };
        if self.state.told.len() == EVENTS {
            self.state.told.pop_front();
        }
        self.state.told.push_back(event.clone());
        // Nobody listens: then it is in the status all the same.
        let _ = self.means.tell.send(event);
    }

    fn note(&mut self, entry: &Entry) {
        let plan = Arc::clone(&self.state.plan);
        if let Some((kind, text)) = in_words(&plan, entry, &lock(self.means.operator).events) {
            self.say(entry.at, kind, text);
        }
    }

    fn show(&mut self) {
        let streams = self.means.lines.status();
        let operator = lock(self.means.operator);
        let state = &mut self.state;
        let told = state.told.make_contiguous();
        let inputs = Inputs {
            plan: &operator.plan,
            record: &state.record,
            events: &operator.events,
            reaches: &operator.reaches,
            ports: self.means.ports,
            failed: &state.failed,
            on_protection: &state.on_protection,
            streams: &streams,
            told,
            kept: state.keeping.kept(),
            wall_s: state.started.elapsed().as_secs_f64(),
            pace: self.means.pace,
            threads: self.means.threads,
        };
        self.means.board.show(inputs.status());
    }

    /// The network is behind, and by how much: said now and then, as long as it goes on.
    fn complain(&mut self, now: SimTime) {
        let kept = self.state.keeping.kept();
        let wall = self.state.last;
        let due = self.state.complained.is_none_or(|before| wall >= before + COMPLAINTS);
        // The factor of the first second is not known before it is over.
        if due && wall > COMPLAINTS / 10 && kept.misses > self.state.misses {
            (self.state.misses, self.state.complained) = (kept.misses, Some(wall));
            let text = format!(
                "the machine cannot keep up: {:.2} of real time where {} was asked for, {:.0} ms behind in all; \
                 `live: {{pace: 1/10}}` slows the network's clock",
                kept.factor,
                self.means.pace,
                kept.slip.as_secs_f64() * 1e3
            );
            self.say(now, "pace", text);
        }
    }
}

impl Leader for Conductor<'_> {
    fn next(&mut self, now: SimTime) -> Tick {
        self.wait();
        let state = &mut self.state;
        let due = state.keeping.due(state.last);
        let wanted = self.means.board.wanted.swap(false, Ordering::SeqCst);
        let old = state.shown.is_none_or(|shown| state.last >= shown + STATUS);
        state.asked = wanted || old;
        let (orders, status): (Vec<Order>, _) =
            (self.means.orders.try_iter().collect(), state.asked);
        for text in orders.iter().flat_map(|order| &order.texts) {
            self.say(now, "operator", text.clone());
        }
        let stop = self.means.interrupt.requested() || self.means.board.stop.load(Ordering::SeqCst);
        Tick { until: due.min(now + AT_ONCE), orders, status, stop }
    }

    fn collect(&mut self, now: SimTime, mut told: Vec<Told>) {
        for entry in told.iter().flat_map(|told| told.harvest.entries()) {
            self.note(entry);
        }
        for text in self.means.lines.news() {
            self.say(now, "stream", text);
        }
        let state = &mut self.state;
        if told.iter().any(|told| told.busy) {
            state.busy = state.last;
        }
        state.record.take(told.iter_mut().map(|told| &mut told.harvest), now);
        state.record.ended = now;
        if state.record.entries.len() > LOG.0 + LOG.1 {
            state.record.forget(LOG.0);
        }
        state.keeping.reached(state.started.elapsed(), now);
        if state.asked {
            for told in &mut told {
                state.failed.extend(told.failed.drain(..));
                state.on_protection.extend(told.on_protection.drain(..));
            }
            state.record.sum_up(told.into_iter().filter_map(|told| told.summaries));
            state.shown = Some(state.last);
            self.complain(now);
            self.show();
        }
    }
}

/// An entry of the log for people, and its kind; nothing where it is not worth a line.
fn in_words(
    plan: &Plan,
    entry: &Entry,
    events: &[crate::network::Event],
) -> Option<(&'static str, String)> {
    let names = Names { plan };
    let place = entry.point.map(|point| format!("{} {}", names.node(point), names.point(point)));
    let place = place.unwrap_or_else(|| plan.nodes[entry.node].name.clone());
    let told = match &entry.what {
        What::Cause { cause, raised: true, .. } => ("alarm", format!("{place} {cause}")),
        What::Cause { cause, raised: false, .. } => ("clear", format!("{place} {cause}")),
        What::Protection(ProtectionChange::Switched { from, to, reason }) => {
            ("switch", format!("{place}: from {} to {} ({reason})", from.name(), to.name()))
        }
        What::Refused(_) => ("refused", format!("{place}: the command is refused")),
        What::Rerouted { lines, .. } => {
            let lines: Vec<&str> = lines.iter().map(|l| plan.lines[*l].name.as_str()).collect();
            ("restoration", format!("{place}: over {}", lines.join(", ")))
        }
        What::NoRoute => ("restoration", format!("{place}: no other route")),
        What::Action { event, action } => match (events.get(*event), action) {
            (Some(told), _) => ("event", told.text.clone()),
            (None, Action::ClientFail { failed: true, .. }) => {
                ("port", format!("{place}: the client's port is down"))
            }
            (None, _) => ("port", format!("{place}: the client's port is up")),
        },
        What::Defect { .. } | What::Protection(_) => return None,
    };
    Some(told)
}
