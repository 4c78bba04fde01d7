//! The network's time and the clock on the wall.
//!
//! In: how much time has passed on the wall, how far the network is. Out: how far it should be. Where the machine
//! cannot keep up, the network's time falls behind by a slip that is counted, and goes on at its pace from there.

use std::time::Duration;

use otn_frame::SimTime;

/// By how much the network may be late and still catch up.
const PATIENCE: Duration = Duration::from_millis(20);

/// Time over which the present factor is measured.
const SPAN: Duration = Duration::from_secs(1);

/// How the network keeps up.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Kept {
    /// Seconds of the network in a second on the wall, over the last second.
    pub(super) factor: f64,
    /// The same since the start.
    pub(super) factor_in_all: f64,
    /// Time on the wall by which the network slipped in all.
    pub(super) slip: Duration,
    /// Times at which it slipped.
    pub(super) misses: u64,
    /// The largest lateness that was caught up.
    pub(super) worst: Duration,
}

/// The pace of a network.
#[derive(Clone, Debug)]
pub(super) struct Pace {
    factor: f64,
    /// The network goes on by whole steps: by less than one it is not late.
    step: SimTime,
    /// On the wall and in the network: an instant at which they agreed.
    anchor: (Duration, SimTime),
    mark: (Duration, SimTime),
    kept: Kept,
}

impl Pace {
    /// So many seconds of the network in a second, from zero on, in steps of this length.
    pub(super) fn new(factor: f64, step: SimTime) -> Self {
        let zero = (Duration::ZERO, SimTime::ZERO);
        let kept = Kept { factor, factor_in_all: factor, ..Kept::default() };
        Self { factor, step, anchor: zero, mark: zero, kept }
    }

    /// How far the network should be at this time on the wall.
    pub(super) fn due(&self, wall: Duration) -> SimTime {
        let passed = wall.saturating_sub(self.anchor.0).as_nanos() as f64;
        self.anchor.1 + SimTime::from_ps((passed * 1e3 * self.factor) as u64)
    }

    /// Time on the wall of so much time of the network.
    pub(super) fn on_the_wall(&self, time: SimTime) -> Duration {
        Duration::from_nanos((time.as_ps() as f64 / 1e3 / self.factor) as u64)
    }

    /// The network is here at this time on the wall.
    pub(super) fn reached(&mut self, wall: Duration, now: SimTime) {
        let late = self.on_the_wall(self.due(wall).since(now + self.step));
        if late > PATIENCE {
            self.kept.slip += late;
            self.kept.misses += 1;
            self.anchor = (wall, now);
        } else {
            self.kept.worst = self.kept.worst.max(late);
        }
        let since = wall.saturating_sub(self.mark.0);
        if since >= SPAN {
            self.kept.factor = now.since(self.mark.1).as_seconds() / since.as_secs_f64();
            self.mark = (wall, now);
        }
        if wall > Duration::ZERO {
            self.kept.factor_in_all = now.as_seconds() / wall.as_secs_f64();
        }
    }

    /// How it was kept.
    pub(super) const fn kept(&self) -> Kept {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_tenth_of_real_time_is_a_tenth() {
        let mut pace = Pace::new(0.1, SimTime::ZERO);
        assert_eq!(pace.due(ms(500)), SimTime::from_ms(50));
        assert_eq!(pace.on_the_wall(SimTime::from_ms(3)), ms(30));
        for n in 1..=20 {
            pace.reached(ms(100 * n), pace.due(ms(100 * n)));
        }
        assert!((pace.kept().factor - 0.1).abs() < 1e-9);
        assert_eq!(pace.kept().misses, 0);
    }

    #[test]
    fn what_is_a_little_late_is_caught_up_and_what_is_very_late_slips() {
        let mut pace = Pace::new(1.0, SimTime::ZERO);
        pace.reached(ms(15), SimTime::from_ms(5));
        assert_eq!((pace.due(ms(16)), pace.kept().misses), (SimTime::from_ms(16), 0));
        assert_eq!(pace.kept().worst, ms(10));
        pace.reached(ms(100), SimTime::from_ms(40));
        assert_eq!((pace.due(ms(101)), pace.kept().misses), (SimTime::from_ms(41), 1));
        assert_eq!(pace.kept().slip, ms(60));
        // Half as fast as it should be, second after second.
        for n in 1..=40 {
            pace.reached(ms(100 + 100 * n), SimTime::from_ms(40 + 50 * n));
        }
        assert!((pace.kept().factor - 0.5).abs() < 0.01, "{:?}", pace.kept());
        assert_eq!(pace.kept().slip, ms(60 + 40 * 50));
    }

    #[test]
    fn a_step_that_is_not_over_yet_is_not_late() {
        let mut pace = Pace::new(0.02, SimTime::from_ms(1));
        // A step is 50 ms on the wall; whoever looks in between finds the network where the last one ended.
        for n in 1..=40 {
            let wall = ms(33 * n);
            let now = SimTime::from_ms(pace.due(wall).as_ns() / 1_000_000);
            pace.reached(wall, now);
        }
        assert_eq!((pace.kept().misses, pace.kept().slip), (0, Duration::ZERO));
        pace.reached(ms(1_400), SimTime::from_ms(25));
        assert_eq!(pace.kept().slip, ms(100), "three steps are missing, of which one is allowed");
    }
}
