//! The hold-off timer of one entity.
//!
//! Clauses: IETF RFC 7347 7.3, the twin protocol. In: what the monitor says. Out: what counts for
//! protection, and from when.

use otn_frame::SimTime;

use super::request::Signal;

/// One entity.
#[derive(Clone, Copy, Debug)]
pub(super) struct HoldOff {
    time: SimTime,
    /// What the monitor says.
    monitored: Signal,
    /// What counts.
    held: Signal,
    expires: Option<SimTime>,
}

impl HoldOff {
    pub(super) const fn new(time: SimTime) -> Self {
        Self { time, monitored: Signal::Normal, held: Signal::Normal, expires: None }
    }

    /// What the monitor says, whether it counts yet or not.
    pub(super) const fn monitored(&self) -> Signal {
        self.monitored
    }

    /// What counts.
    pub(super) const fn held(&self) -> Signal {
        self.held
    }

    /// When the timer expires, if it runs.
    pub(super) const fn next_deadline(&self) -> Option<SimTime> {
        self.expires
    }

    /// Takes what the monitor says. What is worse than before has to wait; what is better counts at
    /// once. A timer that runs goes on, whatever comes and goes.
    //= rfc7347:7.3-hold-off
    pub(super) fn update(&mut self, now: SimTime, signal: Signal) {
        self.monitored = signal;
        if signal <= self.held || self.time == SimTime::ZERO {
            self.held = signal;
        } else if self.expires.is_none() {
            self.expires = Some(now + self.time);
        }
    }

    /// The timer expired: whatever is wrong now counts.
    //= rfc7347:7.3-hold-off
    pub(super) fn expire(&mut self, now: SimTime) {
        if self.expires.is_some_and(|at| at <= now) {
            self.expires = None;
            self.held = self.monitored;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Conformance case 68 of the fact sheet, and a degrade that gets worse while it counts.
    //= type=test rfc7347:7.3-hold-off
    #[test]
    fn a_defect_is_looked_at_again_when_the_timer_expires_and_not_before() {
        let ms = SimTime::from_ms;
        let mut timer = HoldOff::new(ms(100));
        let mut then = |at: u64, signal: Option<Signal>| {
            timer.expire(ms(at));
            if let Some(signal) = signal {
                timer.update(ms(at), signal);
            }
            (timer.held(), timer.next_deadline())
        };
        use Signal::{Degraded, Failed, Normal};
        assert_eq!(then(0, Some(Failed)), (Normal, Some(ms(100))));
        assert_eq!(then(60, Some(Normal)), (Normal, Some(ms(100))));
        assert_eq!(then(100, None), (Normal, None), "(a) one fail of 60 ms");
        assert_eq!(then(200, Some(Failed)), (Normal, Some(ms(300))));
        assert_eq!(then(260, Some(Normal)), (Normal, Some(ms(300))));
        assert_eq!(then(280, Some(Degraded)), (Normal, Some(ms(300))));
        assert_eq!(then(299, None), (Normal, Some(ms(300))));
        assert_eq!(then(300, None), (Degraded, None), "(b) another one is there at the end");
        assert_eq!(then(400, Some(Failed)), (Degraded, Some(ms(500))), "more severe: again");
        assert_eq!(then(500, None), (Failed, None));
        assert_eq!(then(600, Some(Degraded)), (Degraded, None), "less severe: at once");
        assert_eq!(then(601, Some(Normal)), (Normal, None));
    }

    #[test]
    fn without_a_time_nothing_waits() {
        let mut timer = HoldOff::new(SimTime::ZERO);
        for signal in [Signal::Degraded, Signal::Failed, Signal::Degraded, Signal::Normal] {
            timer.update(SimTime::from_ms(5), signal);
            assert_eq!((timer.held(), timer.next_deadline()), (signal, None));
            assert_eq!(timer.monitored(), signal);
        }
    }
}
