//! The runs of `otn whatif`: one without failure, and one for each failure, several at a time.
//!
//! In: a network, failures. Out: what each run shows, in the order of the failures, whatever the number of threads.
//! Each run is on one thread, from its beginning to its end; Ctrl-C leaves out those that have not ended.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, anyhow, bail};
use indicatif::ProgressBar;
use otn_emu::what_if::{Failure, Measures, Times, measure};

use crate::network::NetworkFile;
use crate::network_run::sources;
use crate::session::{Interrupt, Unit, progress};

/// What the runs show.
pub(super) struct Done {
    /// The one without failure.
    pub(super) without: Measures,
    /// The others, where they ended.
    pub(super) with: Vec<Option<Measures>>,
}

/// What the threads share.
struct Shared<'a> {
    file: &'a NetworkFile,
    times: Times,
    /// The first one is none.
    failures: Vec<Failure>,
    interrupt: &'a Interrupt,
    bar: ProgressBar,
    next: AtomicUsize,
    stop: AtomicBool,
    done: Mutex<Vec<Option<Measures>>>,
    error: Mutex<Option<anyhow::Error>>,
}

/// Makes all runs.
///
/// # Errors
/// Captures that cannot be read; Ctrl-C before the run without failure has ended.
pub(super) fn all(
    file: &NetworkFile,
    times: Times,
    failures: &[Failure],
    threads: usize,
    interrupt: &Interrupt,
) -> Result<Done> {
    let failures: Vec<Failure> =
        std::iter::once(Failure::default()).chain(failures.iter().cloned()).collect();
    let count = failures.len();
    let shared = Shared {
        file,
        times,
        interrupt,
        bar: progress(count as u64, Unit::Share),
        next: AtomicUsize::new(0),
        stop: AtomicBool::new(false),
        done: Mutex::new(vec![None; count]),
        error: Mutex::default(),
        failures,
    };
    shared.show(0);
    std::thread::scope(|scope| {
        for _ in 1..threads.clamp(1, count) {
            scope.spawn(|| shared.work());
        }
        shared.work();
    });
    shared.bar.finish_and_clear();
    if let Some(error) = lock(&shared.error).take() {
        return Err(error);
    }
    let mut done = std::mem::take(&mut *lock(&shared.done)).into_iter();
    let Some(without) = done.next().flatten() else {
        bail!("interrupted before the run without failure had ended: nothing to compare with");
    };
    Ok(Done { without, with: done.collect() })
}

impl Shared<'_> {
    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.interrupt.requested()
    }

    fn work(&self) {
        while !self.stopped() {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(failure) = self.failures.get(index) else { return };
            match self.one(failure) {
                Ok(None) => {}
                Ok(measures) => {
                    let mut done = lock(&self.done);
                    done[index] = measures;
                    self.show(done.iter().flatten().count());
                }
                Err(error) => {
                    lock(&self.error).get_or_insert(error);
                    self.stop.store(true, Ordering::Relaxed);
                }
            }
        }
    }

    fn show(&self, done: usize) {
        self.bar.set_position(done as u64);
        self.bar.set_message(format!("{done} of {} runs", self.failures.len()));
    }

    /// One run; nothing where it did not come to its end.
    fn one(&self, failure: &Failure) -> Result<Option<Measures>> {
        let (plan, reach) = failure.in_plan(&self.file.plan, self.times.at);
        let sources = sources(self.file)?;
        let record = otn_emu::net::run(&plan, sources, &mut |_| !self.stopped())
            .map_err(|error| anyhow!(error))?;
        Ok((!record.interrupted).then(|| measure(&plan, &record, self.times, &reach)))
    }
}

/// Nobody leaves a lock poisoned but by a panic, which ends the program anyway.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
