//! Runs a network in step with the clock on the wall: nodes on threads, clients at their ports.
//!
//! In: a plan, ports, and somebody who says how far to go and what changes. Out: what the nodes tell. A tick is: hear
//! what changes, read the ports, go on window by window, write to the ports, tell. Within a tick it is the network of
//! `otn run`.

use std::collections::BTreeMap;
use std::sync::{Arc, Barrier, Mutex};

use otn_emu::net::model::{Action, Plan, Timed};
use otn_emu::net::{Flight, Harvest, Notice, Shard, Sources, Summaries, window};
use otn_frame::SimTime;

use super::client::{LivePort, PortCounters};
use super::device::OpenPort;
use super::lines::{Lines, RemoteEnd};
use crate::network::ClientPort;
use crate::network_run::{lock, share_out};

/// Ticks after which interfaces are looked at: up or down, what the kernel dropped.
const LOOK: u64 = 64;

/// An event index that is none of the user's.
const NO_EVENT: usize = usize::MAX;

/// Things that happen from now on.
#[derive(Clone)]
pub(super) struct Order {
    /// The network, with the light that its lines have from now on.
    pub(super) plan: Arc<Plan>,
    /// What nodes do.
    pub(super) actions: Vec<Timed>,
    /// What was asked for, in words.
    pub(super) texts: Vec<String>,
}

/// What comes next.
#[derive(Clone, Default)]
pub(super) struct Tick {
    /// How far to go.
    pub(super) until: SimTime,
    /// What changes first.
    pub(super) orders: Vec<Order>,
    /// Ends of services and lines are to be summed up.
    pub(super) status: bool,
    /// It is over.
    pub(super) stop: bool,
}

/// What a thread tells after a tick.
#[derive(Default)]
pub(super) struct Told {
    /// Log and packets.
    pub(super) harvest: Harvest,
    /// Where it was asked for.
    pub(super) summaries: Option<Summaries>,
    /// Clients that have failed, by service and receiving end.
    pub(super) failed: Vec<((usize, usize), bool)>,
    /// Services whose traffic comes from the protection, by service and end.
    pub(super) on_protection: Vec<((usize, usize), bool)>,
    /// Something came in at a port.
    pub(super) busy: bool,
}

/// Who says how far to go.
pub(super) trait Leader {
    /// Waits, and says what comes next; the network is at `now`.
    fn next(&mut self, now: SimTime) -> Tick;

    /// Takes what was told in the tick that ended at `now`.
    fn collect(&mut self, now: SimTime, told: Vec<Told>);
}

/// A port of a client, opened.
pub(super) struct Opened {
    /// Service and end.
    pub(super) place: (usize, usize),
    /// What the file says of it.
    pub(super) settings: ClientPort,
    /// Its device.
    pub(super) device: Arc<OpenPort>,
    /// What goes through it.
    pub(super) counters: Arc<PortCounters>,
}

/// What the threads share.
pub(super) struct Drive<'a> {
    plan: &'a Plan,
    ports: &'a [Opened],
    lines: &'a Lines,
    sources: &'a (dyn Fn() -> Result<Sources, String> + Sync),
    /// Which thread has a node; none has those that other programs run.
    of_node: Vec<Option<usize>>,
    threads: usize,
    inboxes: Vec<Mutex<Vec<(usize, Flight)>>>,
    notices: Vec<Mutex<Vec<Notice>>>,
    told: Vec<Mutex<Told>>,
    tick: Mutex<Tick>,
    barrier: Barrier,
    error: Mutex<Option<String>>,
}

impl<'a> Drive<'a> {
    /// The nodes of `ours` on so many threads at most.
    pub(super) fn new(
        plan: &'a Plan,
        ours: &[bool],
        threads: usize,
        ports: &'a [Opened],
        lines: &'a Lines,
        sources: &'a (dyn Fn() -> Result<Sources, String> + Sync),
    ) -> Self {
        let shared = share_out(plan, ours, threads);
        let threads = shared.iter().flatten().max().map_or(1, |last| last + 1);
        Self {
            plan,
            ports,
            lines,
            sources,
            of_node: shared,
            threads,
            inboxes: (0..threads).map(|_| Mutex::default()).collect(),
            notices: (0..threads).map(|_| Mutex::default()).collect(),
            told: (0..threads).map(|_| Mutex::default()).collect(),
            tick: Mutex::default(),
            barrier: Barrier::new(threads),
            error: Mutex::default(),
        }
    }

    /// Threads at work.
    pub(super) const fn threads(&self) -> usize {
        self.threads
    }

    /// Runs until the leader says that it is over.
    ///
    /// # Errors
    /// Captures of clients that cannot be read.
    pub(super) fn run(&self, leader: &mut dyn Leader) -> Result<(), String> {
        std::thread::scope(|scope| {
            for index in 1..self.threads {
                scope.spawn(move || self.work(index, &mut || {}, &mut |_| {}));
            }
            let leader = std::cell::RefCell::new(leader);
            let at = std::cell::Cell::new(SimTime::ZERO);
            let mut next = || {
                let failed = lock(&self.error).is_some();
                let tick = leader.borrow_mut().next(at.get());
                *lock(&self.tick) = Tick { stop: tick.stop || failed, ..tick };
            };
            let mut collect = |now| {
                at.set(now);
                let told = self.told.iter().map(|slot| std::mem::take(&mut *lock(slot)));
                leader.borrow_mut().collect(now, told.collect());
            };
            self.work(0, &mut next, &mut collect);
        });
        lock(&self.error).take().map_or(Ok(()), Err)
    }

    /// What thread `index` does. The first one leads: `next` sets the tick, `collect` takes what was told.
    fn work(&self, index: usize, next: &mut dyn FnMut(), collect: &mut dyn FnMut(SimTime)) {
        let mut hands = self.take_up(index);
        let (step, mut now) = (window(self.plan), SimTime::ZERO);
        loop {
            next();
            self.barrier.wait();
            let tick = lock(&self.tick).clone();
            if tick.stop {
                return;
            }
            let mut told = Told { busy: self.begin(&mut hands, &tick, now), ..Told::default() };
            while now + step <= tick.until {
                let notices = std::mem::take(&mut *lock(&self.notices[index]));
                hands.shard.control(self.plan, &notices, now);
                now = now + step;
                self.window(index, &mut hands, now);
                self.barrier.wait();
            }
            self.end(&mut hands, &tick, &mut told);
            *lock(&self.told[index]) = told;
            self.barrier.wait();
            collect(now);
        }
    }

    fn take_up(&self, index: usize) -> Hands {
        let here = |node: &usize| self.of_node[*node] == Some(index);
        let nodes: Vec<usize> = (0..self.plan.nodes.len()).filter(here).collect();
        let mut sources = (self.sources)().unwrap_or_else(|error| {
            lock(&self.error).get_or_insert(error);
            self.plan.services.iter().map(|_| [None, None]).collect()
        });
        let mut ports = Vec::new();
        for Opened { place, settings, device, counters } in self.ports {
            if !nodes.contains(&self.plan.services[place.0].ends[place.1]) {
                continue;
            }
            let (settings, device) = (settings.clone(), Arc::clone(device));
            let port = LivePort::new(*place, settings, device, Arc::clone(counters));
            sources[place.0][place.1] = Some(port.source());
            ports.push(port);
        }
        let mut shard = Shard::new(self.plan, &nodes, &mut sources);
        shard.listen(&[], true);
        let remote = self.lines.ends_at(self.plan, &nodes);
        Hands { shard, ports, remote, ticks: 0 }
    }

    /// What changes, and what came in; true where something did.
    fn begin(&self, hands: &mut Hands, tick: &Tick, now: SimTime) -> bool {
        for order in &tick.orders {
            hands.shard.act(&order.plan, &order.actions, now);
            hands.shard.relight(&order.plan, now);
            hands.remote.iter_mut().for_each(|end| end.relight(&order.plan));
        }
        let failures: BTreeMap<_, _> = hands.shard.client_failures().collect();
        let since = now.since(self.plan.begin);
        let mut busy = false;
        for port in &mut hands.ports {
            busy |= port.read(since);
            port.forward_loss(now > self.plan.begin && failures.get(&port.place) == Some(&true));
            if hands.ticks.is_multiple_of(LOOK)
                && let Some(failed) = port.look()
            {
                let (service, end) = port.place;
                let action = Action::ClientFail { service, end, failed };
                let timed = Timed { at: now, action, event: NO_EVENT };
                hands.shard.act(self.plan, &[timed], now);
            }
        }
        hands.ticks += 1;
        busy
    }

    fn window(&self, index: usize, hands: &mut Hands, until: SimTime) {
        hands.shard.deliver(std::mem::take(&mut *lock(&self.inboxes[index])));
        for end in &mut hands.remote {
            let node = self.plan.lines[end.to().0].ends[end.to().1];
            hands.shard.deliver(end.receive(until).into_iter().map(|flight| (node, flight)));
        }
        let mut parcels: Vec<Vec<(usize, Flight)>> = self.inboxes.iter().map(|_| vec![]).collect();
        for (node, flight) in hands.shard.advance(self.plan, until) {
            match self.of_node[node] {
                Some(thread) => parcels[thread].push((node, flight)),
                None => self.lines.send(&flight),
            }
        }
        for (inbox, parcel) in self.inboxes.iter().zip(parcels) {
            lock(inbox).extend(parcel);
        }
        let told = hands.shard.notices();
        if !told.is_empty() {
            self.notices.iter().for_each(|inbox| lock(inbox).extend_from_slice(&told));
        }
    }

    /// What left goes to the ports, the rest is told.
    fn end(&self, hands: &mut Hands, tick: &Tick, told: &mut Told) {
        told.harvest = hands.shard.harvest();
        for (place, packets) in told.harvest.clients.drain(..) {
            let Some(port) = hands.ports.iter().find(|port| port.place == place) else { continue };
            packets.iter().for_each(|(_, packet)| port.write(packet));
        }
        if let Some(error) = told.harvest.error.take() {
            lock(&self.error).get_or_insert(error);
        }
        if tick.status {
            told.summaries = Some(hands.shard.summaries());
            told.failed = hands.shard.client_failures().collect();
            told.on_protection = hands.shard.on_protection().collect();
        }
    }
}

/// What a thread works with.
struct Hands {
    shard: Shard,
    ports: Vec<LivePort>,
    /// Ends of lines whose other ends are in other programs.
    remote: Vec<RemoteEnd>,
    ticks: u64,
}
