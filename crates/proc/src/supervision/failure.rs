//! From a fault cause to a failure: only what lasts is declared.
//!
//! Clause: G.7710 (the times of SONET and SDH). In: whether the cause stands, and when. Out: raise and
//! clear of the failure, with the exact instant, which may lie before the call that shows it.

use otn_frame::SimTime;

/// Time for which a cause must stand to be a failure.
//= g7710:failure-times
pub const RAISE_AFTER: SimTime = SimTime::from_ms(2_500);

/// Time for which it must be gone for the failure to clear.
//= g7710:failure-times
pub const CLEAR_AFTER: SimTime = SimTime::from_ms(10_000);

/// What equipment may differ by from either.
//= g7710:failure-times
pub const TOLERANCE: SimTime = SimTime::from_ms(500);

/// State of the failure of one cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// No cause, no failure.
    #[default]
    Quiet,
    /// A cause since then, no failure yet.
    Rising(SimTime),
    /// A failure, with its cause.
    Failed,
    /// A failure, without its cause since then.
    Falling(SimTime),
}

/// A failure that was declared or cleared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureChange {
    /// When.
    pub at: SimTime,
    /// True for declared, false for cleared.
    pub raised: bool,
}

/// The failure of one cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    state: State,
}

impl Failure {
    /// True while it is declared.
    pub const fn raised(&self) -> bool {
        matches!(self.state, State::Failed | State::Falling(_))
    }

    /// The instant at which it changes if the cause does not.
    pub fn next_deadline(&self) -> Option<SimTime> {
        match self.state {
            State::Quiet | State::Failed => None,
            State::Rising(since) => Some(since + RAISE_AFTER),
            State::Falling(since) => Some(since + CLEAR_AFTER),
        }
    }

    /// Takes whether the cause stands from `now` on.
    pub fn update(&mut self, now: SimTime, cause: bool) -> Option<FailureChange> {
        let due = self.next_deadline().filter(|&deadline| deadline <= now);
        let change = due.map(|at| FailureChange { at, raised: !self.raised() });
        let state = match (change, self.raised()) {
            (None, _) => self.state,
            (Some(_), false) => State::Failed,
            (Some(_), true) => State::Quiet,
        };
        self.state = match (state, cause) {
            (State::Quiet, false) => State::Quiet,
            (State::Quiet, true) => State::Rising(now),
            (State::Rising(_), false) => State::Quiet,
            (State::Rising(since), true) => State::Rising(since),
            (State::Failed, false) => State::Falling(now),
            (State::Failed, true) => State::Failed,
            (State::Falling(since), false) => State::Falling(since),
            (State::Falling(_), true) => State::Failed,
        };
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> SimTime {
        SimTime::from_ms(n)
    }

    fn before(time: SimTime) -> SimTime {
        SimTime::from_ps(time.as_ps() - 1)
    }

    //= type=test g7710:failure-times
    #[test]
    fn it_is_declared_after_2500_ms_and_cleared_after_10_s() {
        let mut failure = Failure::default();
        assert_eq!(failure.update(ms(1_000), true), None);
        assert_eq!(failure.next_deadline(), Some(ms(3_500)));
        assert_eq!(failure.update(before(ms(3_500)), true), None);
        let change = failure.update(ms(3_500), true);
        assert_eq!(change, Some(FailureChange { at: ms(3_500), raised: true }));
        assert!(failure.raised());
        assert_eq!(failure.update(ms(5_000), false), None);
        assert_eq!(failure.update(before(ms(15_000)), false), None);
        let change = failure.update(ms(16_000), false);
        assert_eq!(change, Some(FailureChange { at: ms(15_000), raised: false }), "dated right");
        assert_eq!((failure.raised(), failure.next_deadline()), (false, None));
        assert_eq!(TOLERANCE, ms(500));
    }

    //= type=test g7710:failure-times
    #[test]
    fn a_break_starts_the_count_again() {
        let mut failure = Failure::default();
        for spell in 0..5 {
            assert_eq!(failure.update(ms(spell * 3_000), true), None);
            assert_eq!(failure.update(ms(spell * 3_000 + 2_499), false), None);
        }
        assert!(!failure.raised());
        failure.update(ms(20_000), true);
        failure.update(ms(22_500), true);
        for spell in 0..5 {
            assert_eq!(failure.update(ms(30_000 + spell * 10_000), false), None);
            assert_eq!(failure.update(ms(30_000 + spell * 10_000 + 9_999), true), None);
        }
        assert!(failure.raised());
    }

    #[test]
    fn a_cause_that_comes_back_just_when_the_failure_clears_counts_anew() {
        let mut failure = Failure::default();
        failure.update(ms(0), true);
        failure.update(ms(2_500), false);
        assert!(failure.raised());
        let change = failure.update(ms(12_500), true);
        assert_eq!(change, Some(FailureChange { at: ms(12_500), raised: false }));
        assert_eq!(failure.next_deadline(), Some(ms(15_000)));
    }
}
