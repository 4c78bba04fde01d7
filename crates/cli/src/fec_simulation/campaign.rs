//! Threads, time, progress and Ctrl-C around the engine.
//!
//! In: a point and when to stop. Out: the counts, and how far it came. Workers take ranges of
//! blocks under a lock and simulate them outside; the counts do not depend on how many they are.

use std::ops::Range;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use otn_fec::simulate::engine::{Point, Units, Worker};
use otn_fec::simulate::progress::{Progress, Stop};
use otn_fec::simulate::tally::Tally;

use super::speed::{Clocks, Speed, Timed};
use crate::session::{Interrupt, Unit, progress};

/// What bounds the work on a point.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Counts.
    pub stop: Stop,
    /// Time.
    pub time: Option<Duration>,
    /// Threads.
    pub threads: usize,
}

/// Where the work on a point begins.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// The first block.
    pub block: u64,
    /// What was counted before.
    pub before: Tally,
}

/// What came of a point.
#[derive(Clone, Debug)]
pub struct Ended {
    /// The counts.
    pub tally: Tally,
    /// The first block that is not in them.
    pub done: u64,
    /// True if it was Ctrl-C that ended it.
    pub interrupted: bool,
    /// How fast it was.
    pub speed: Speed,
}

/// Time between two looks at clock and Ctrl-C.
const LOOK: Duration = Duration::from_millis(100);
/// Time between two copies of the counts to the result file.
const SAVE: Duration = Duration::from_secs(30);
/// Steps of the progress bar.
const STEPS: f64 = 1000.0;

struct Shared {
    progress: Mutex<Progress>,
    /// Told when a worker has finished something.
    finished: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Progress> {
        // Counts are added whole or not at all, whatever happened to the thread that held them.
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Simulates a point; `save` is handed the counts and the first block not in them now and then.
pub fn simulate(
    point: Point<'_>,
    bounds: &Bounds,
    start: Start,
    interrupt: &Interrupt,
    mut save: impl FnMut(&Tally, u64) -> anyhow::Result<()>,
) -> anyhow::Result<Ended> {
    let clocks = Clocks::default();
    let timed = Timed::new(point.code, &clocks);
    let point = Point { code: &timed, ..point };
    let before = start.before.coded_bits;
    let information = point.code.block().information;
    let units = Units::of(point.code);
    let work = Progress::new(units, information, bounds.stop, start.block, start.before);
    let shared = Shared { progress: Mutex::new(work), finished: Condvar::new() };
    let bar = progress(STEPS as u64, Unit::Share);
    let threads = bounds.threads.max(1);
    let began = clocks.began();
    let mut saved = began;
    let mut failed = Ok(());
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| work_on(point, &shared, &clocks))).collect();
        while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
            let guard = shared.lock();
            let waited = shared.finished.wait_timeout(guard, LOOK);
            let (mut guard, _) = waited.unwrap_or_else(PoisonError::into_inner);
            let late = bounds.time.is_some_and(|time| began.elapsed() >= time);
            if late || interrupt.requested() || failed.is_err() {
                guard.stop();
            }
            show(&bar, &point, &guard, bounds, began, information);
            // Once it failed it is over, and why must not be forgotten.
            if saved.elapsed() >= SAVE && failed.is_ok() {
                saved = Instant::now();
                let (total, done) = (guard.total().clone(), guard.done());
                drop(guard);
                failed = save(&total, done);
            }
        }
    });
    bar.finish_and_clear();
    failed?;
    let work = shared.progress.into_inner().unwrap_or_else(PoisonError::into_inner);
    let tally = work.total().clone();
    let speed = clocks.speed(tally.coded_bits - before, threads);
    Ok(Ended { tally, done: work.done(), interrupted: interrupt.requested(), speed })
}

fn work_on(point: Point<'_>, shared: &Shared, clocks: &Clocks) {
    let mut worker = Worker::new(point);
    let next = || -> Option<Range<u64>> { shared.lock().work() };
    while let Some(range) = next() {
        let began = Instant::now();
        let tally = worker.run(range.clone());
        clocks.worked(began.elapsed());
        shared.lock().finish(range, tally);
        shared.finished.notify_one();
    }
}

fn show(
    bar: &ProgressBar,
    point: &Point<'_>,
    work: &Progress,
    bounds: &Bounds,
    began: Instant,
    information: usize,
) {
    let by_time = bounds.time.map_or(0.0, |t| began.elapsed().as_secs_f64() / t.as_secs_f64());
    let share = work.share(information).max(by_time).min(1.0);
    let total = work.total();
    bar.set_message(format!(
        "p {:.3e}: {} of {} codewords wrong",
        point.channel.value(),
        total.codeword_errors,
        total.codewords
    ));
    bar.set_position((share * STEPS) as u64);
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_fec::simulate::channel::Channel;

    fn counted(threads: usize, stop: Stop) -> (Tally, u64) {
        let code = (otn_fec::registry::find("rs255-239").unwrap().code)();
        let channel = Channel::BinarySymmetric.at(2.5e-3).unwrap();
        let point = Point { code: &*code, channel, seed: 4 };
        let bounds = Bounds { stop, time: None, threads };
        let ended =
            simulate(point, &bounds, Start::default(), &Interrupt::default(), |_, _| Ok(()))
                .unwrap();
        assert!(!ended.interrupted);
        assert_eq!(ended.speed.coded_bits, ended.tally.coded_bits);
        (ended.tally, ended.done)
    }

    #[test]
    fn the_number_of_threads_changes_nothing() {
        for stop in [
            Stop { codeword_errors: Some(30), ..Stop::default() },
            Stop { codewords: Some(1_234), ..Stop::default() },
        ] {
            let one = counted(1, stop);
            assert!(one.0.codeword_errors > 20);
            for threads in [2, 5] {
                assert_eq!(counted(threads, stop), one);
            }
        }
    }

    #[test]
    fn time_ends_what_has_no_other_end() {
        let code = (otn_fec::registry::find("uncoded").unwrap().code)();
        let channel = Channel::BinarySymmetric.at(0.0).unwrap();
        let point = Point { code: &*code, channel, seed: 4 };
        let time = Some(Duration::from_millis(300));
        let bounds = Bounds { stop: Stop::default(), time, threads: 2 };
        let Ended { tally, done, speed, .. } =
            simulate(point, &bounds, Start::default(), &Interrupt::default(), |_, _| Ok(()))
                .unwrap();
        assert!(speed.wall >= Duration::from_millis(200), "{speed:?}");
        assert!(tally.codewords > 0 && tally.codewords == done && tally.codeword_errors == 0);
    }
}
