//! Runs the nodes of a network on one thread or several: each has some of them.
//!
//! In: a plan, packets, what is to be listened to. Out: the record. All go on by one window, hand over the frames that
//! left, and wait for one another; what they tell is collected after a fixed number of windows. So the result is the
//! same for any number of threads.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Barrier, Mutex, PoisonError};

use otn_emu::net::model::Plan;
use otn_emu::net::{Flight, HARVEST, Harvest, Notice, Record, Shard, Sources, Summaries};
use otn_emu::net::{end_of, window};
use otn_frame::SimTime;

/// What a run is told beside the plan.
pub struct Wishes<'a> {
    /// Threads, at least one.
    pub threads: usize,
    /// Line ends whose frames are listened to.
    pub lines: &'a [(usize, usize)],
    /// Whether the packets of clients are.
    pub clients: bool,
    /// Opens the packets of a client; asked for each end of each service by the thread that has it.
    pub sources: &'a (dyn Fn() -> Result<Sources, String> + Sync),
}

/// Takes what was told up to an instant; false ends the run.
pub(super) type Listener<'a> = &'a mut dyn FnMut(SimTime, &mut [Harvest]) -> Result<bool, String>;

/// What the threads share.
struct Shared<'a> {
    plan: &'a Plan,
    wishes: &'a Wishes<'a>,
    /// Which thread has a node.
    of_node: Vec<usize>,
    inboxes: Vec<Mutex<Vec<(usize, Flight)>>>,
    /// What nodes told, for the controller of each thread.
    notices: Vec<Mutex<Vec<Notice>>>,
    harvests: Vec<Mutex<Option<Harvest>>>,
    summaries: Mutex<Vec<Summaries>>,
    barrier: Barrier,
    stop: AtomicBool,
    error: Mutex<Option<String>>,
}

/// Runs a plan to its end, or until the listener ends it.
///
/// # Errors
/// Those of the packet sources and of the listener.
pub fn drive(plan: &Plan, wishes: &Wishes<'_>, listener: Listener<'_>) -> Result<Record, String> {
    let all = vec![true; plan.nodes.len()];
    let of_node: Vec<usize> = share_out(plan, &all, wishes.threads).into_iter().flatten().collect();
    let threads = of_node.iter().max().map_or(1, |last| last + 1);
    let shared = Shared {
        plan,
        wishes,
        of_node,
        inboxes: (0..threads).map(|_| Mutex::default()).collect(),
        notices: (0..threads).map(|_| Mutex::default()).collect(),
        harvests: (0..threads).map(|_| Mutex::default()).collect(),
        summaries: Mutex::default(),
        barrier: Barrier::new(threads),
        stop: AtomicBool::new(false),
        error: Mutex::default(),
    };
    let mut record = Record::new(plan);
    std::thread::scope(|scope| {
        for index in 1..threads {
            let shared = &shared;
            scope.spawn(move || shared.work(index, &mut |_| {}));
        }
        let mut collect = |now: SimTime| {
            let mut told: Vec<Harvest> =
                shared.harvests.iter().filter_map(|slot| lock(slot).take()).collect();
            record.take(&mut told, now);
            record.ended = now;
            let error = told.iter_mut().find_map(|harvest| harvest.error.take());
            let goes_on = error.map_or_else(|| listener(now, &mut told), Err);
            if !matches!(goes_on, Ok(true)) {
                record.interrupted |= goes_on.is_ok() && now < end_of(plan);
                shared.stop.store(true, Ordering::SeqCst);
            }
            if let Err(error) = goes_on {
                shared.fail(error);
            }
        };
        shared.work(0, &mut collect);
    });
    if let Some(error) = lock(&shared.error).take() {
        return Err(error);
    }
    record.finish(lock(&shared.summaries).drain(..));
    Ok(record)
}

impl Shared<'_> {
    fn fail(&self, error: String) {
        lock(&self.error).get_or_insert(error);
        self.stop.store(true, Ordering::SeqCst);
    }

    /// What thread `index` does; the first one collects what all have told.
    fn work(&self, index: usize, collect: &mut dyn FnMut(SimTime)) {
        let plan = self.plan;
        let nodes: Vec<usize> =
            (0..plan.nodes.len()).filter(|node| self.of_node[*node] == index).collect();
        let mut sources = (self.wishes.sources)().unwrap_or_else(|error| {
            self.fail(error);
            plan.services.iter().map(|_| [None, None]).collect()
        });
        let mut shard = Shard::new(plan, &nodes, &mut sources);
        drop(sources);
        shard.listen(self.wishes.lines, self.wishes.clients);
        let (step, end) = (window(plan), end_of(plan));
        let (mut now, mut count) = (SimTime::ZERO, 0u64);
        // A file that cannot be opened is known before anything begins.
        self.barrier.wait();
        while now < end && !self.stop.load(Ordering::SeqCst) {
            // A thread ahead may have told more, of later instants: the controller leaves that for later.
            shard.control(plan, &std::mem::take(&mut *lock(&self.notices[index])), now);
            now = (now + step).min(end);
            shard.deliver(std::mem::take(&mut *lock(&self.inboxes[index])));
            self.hand_over(shard.advance(plan, now));
            let told = shard.notices();
            if !told.is_empty() {
                self.notices.iter().for_each(|inbox| lock(inbox).extend_from_slice(&told));
            }
            count += 1;
            self.barrier.wait();
            if count.is_multiple_of(HARVEST) || now == end {
                if now == end {
                    shard.settle(now);
                }
                *lock(&self.harvests[index]) = Some(shard.harvest());
                self.barrier.wait();
                collect(now);
                self.barrier.wait();
            }
        }
        lock(&self.summaries).push(shard.summaries());
    }

    fn hand_over(&self, flights: Vec<(usize, Flight)>) {
        let mut parcels: Vec<Vec<(usize, Flight)>> = self.inboxes.iter().map(|_| vec![]).collect();
        for (node, flight) in flights {
            parcels[self.of_node[node]].push((node, flight));
        }
        for (inbox, parcel) in self.inboxes.iter().zip(parcels) {
            lock(inbox).extend(parcel);
        }
    }
}

/// Nobody leaves a lock poisoned but by a panic, which ends the run anyway.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Nodes to threads, the busiest first, each to the thread with the least to do; nodes that are not ours to none.
pub(crate) fn share_out(plan: &Plan, ours: &[bool], threads: usize) -> Vec<Option<usize>> {
    let mut work = vec![0.0f64; plan.nodes.len()];
    for line in &plan.lines {
        for end in line.ends {
            work[end] += line.signal.bit_rate().to_f64();
        }
    }
    let mut order: Vec<usize> = (0..work.len()).filter(|node| ours[*node]).collect();
    order.sort_by(|a, b| work[*b].total_cmp(&work[*a]).then(a.cmp(b)));
    let mut load = vec![0.0f64; threads.clamp(1, order.len().max(1))];
    let mut of_node = vec![None; work.len()];
    for node in order {
        let least = (0..load.len()).min_by(|a, b| load[*a].total_cmp(&load[*b])).unwrap_or(0);
        of_node[node] = Some(least);
        load[least] += work[node].max(1.0);
    }
    of_node
}
