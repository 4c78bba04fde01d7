//! When frames of another program are received here.
//!
//! In: frames as they come, each with the other program's times. Out: the same with the times of this program, in
//! order, one after another, and darkness in between. The first frame of a connection is received as if it had left
//! its node at present, plus a play-out time that evens out how late the others come; from then on the clocks of both
//! programs agree, until frames come too late, or ever sooner: then the time is set anew, and that is counted.

use std::collections::VecDeque;
use std::sync::Arc;

use otn_emu::net::model::Plan;
use otn_emu::net::{Dark, Flight, TimeShift};
use otn_frame::{FrameClock, SimTime};

/// How a line is played out; times are those of the network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timing {
    /// Delay of the line.
    pub(super) delay: SimTime,
    /// How late a frame may come.
    pub(super) play_out: SimTime,
    /// Time over which frames must have come too early before that is believed: they come in bursts.
    pub(super) watch: SimTime,
    /// Frames that wait at most.
    pub(super) most: usize,
}

/// What became of frames that came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Played {
    /// Times at which the time was set anew.
    pub(super) retimed: u64,
    /// Frames that came, and whose time was taken.
    pub(super) discarded: u64,
}

/// The receiving end of a line.
pub(super) struct PlayOut {
    plan: Arc<Plan>,
    to: (usize, usize),
    timing: Timing,
    frame: SimTime,
    /// The connection, and its time.
    shift: Option<(u64, TimeShift)>,
    pending: VecDeque<Flight>,
    /// End of the last frame that was given.
    given: SimTime,
    dark: Option<Dark>,
    /// Since when the least lead is watched, and what it is.
    least: (SimTime, SimTime),
    /// What was counted.
    pub(super) played: Played,
}

/// No lead was seen yet.
const NONE_SEEN: SimTime = SimTime::from_ps(u64::MAX);

impl PlayOut {
    /// Nothing has come at this end of a line.
    pub(super) fn new(plan: Arc<Plan>, to: (usize, usize), timing: Timing) -> Self {
        let clock = FrameClock::new(plan.lines[to.0].signal, Default::default());
        Self {
            plan,
            to,
            timing,
            frame: clock.frame_start(1),
            shift: None,
            pending: VecDeque::new(),
            given: SimTime::ZERO,
            dark: None,
            least: (SimTime::ZERO, NONE_SEEN),
            played: Played::default(),
        }
    }

    /// Line and end.
    pub(super) const fn to(&self) -> (usize, usize) {
        self.to
    }

    /// End of the last frame that is known.
    fn tail(&self) -> SimTime {
        self.pending.back().map_or(self.given, |flight| flight.end)
    }

    /// Clocks differ a little, and what passes a node is an octet sooner or later: by less than this, times agree.
    const fn slack(&self) -> SimTime {
        SimTime::from_ps(self.frame.as_ps() / 16)
    }

    /// A frame of a connection has come at `now`.
    pub(super) fn take(&mut self, now: SimTime, connection: u64, flight: Flight) {
        let theirs = flight.at;
        let shift = self.shift.filter(|(of, _)| *of == connection);
        let Some((_, shift)) = shift else {
            return self.set(now, connection, theirs, flight);
        };
        let flight = flight.moved(shift);
        if flight.begins() + self.slack() < self.tail() {
            self.played.retimed += 1;
            return self.set(now, connection, theirs, flight);
        }
        let (since, least) = self.least;
        self.least.1 = least.min(flight.at.since(now));
        let watched = now.since(since) >= self.timing.watch;
        let early = self.least.1 > self.timing.delay + self.timing.play_out + self.timing.play_out;
        if (watched && early) || self.pending.len() >= self.timing.most {
            self.played.retimed += 1;
            return self.set(now, connection, theirs, flight);
        }
        if watched {
            self.least = (now, NONE_SEEN);
        }
        self.pending.push_back(flight);
    }

    /// Sets the time by this frame, which is at `theirs` at the sender.
    fn set(&mut self, now: SimTime, connection: u64, theirs: SimTime, flight: Flight) {
        let wanted = now + self.timing.delay + self.timing.play_out;
        // What would be received later than this frame has no place any more.
        while self.pending.back().is_some_and(|last| last.end > wanted) {
            self.pending.pop_back();
            self.played.discarded += 1;
        }
        let before = flight.at.since(flight.begins());
        let at = wanted.max(self.tail() + before);
        let now_at = flight.at;
        self.pending.push_back(flight.moved(TimeShift::between(now_at, at)));
        self.shift = Some((connection, TimeShift::between(theirs, at)));
        self.least = (now, NONE_SEEN);
    }

    /// Everything that has been received before `until`: frames, and darkness where there are none.
    pub(super) fn give(&mut self, until: SimTime) -> Vec<Flight> {
        let mut out = Vec::new();
        loop {
            self.darken(until, &mut out);
            if self.pending.front().is_none_or(|next| next.end >= until) {
                return out;
            }
            let Some(next) = self.pending.pop_front() else { return out };
            self.dark = None;
            self.given = next.end;
            out.push(next);
        }
    }

    /// Zeros up to the next frame, or up to `until`.
    fn darken(&mut self, until: SimTime, out: &mut Vec<Flight>) {
        let begins = self.pending.front().map(Flight::begins);
        let limit = begins.map_or(until, |begins| until.min(begins + self.slack()));
        if self.given + self.frame >= limit {
            return;
        }
        let (plan, to, given) = (&self.plan, self.to, self.given);
        let dark = self.dark.get_or_insert_with(|| Dark::new(plan, to, given));
        while let Some(mut flight) = dark.next_before(limit) {
            flight.end = begins.map_or(flight.end, |begins| flight.end.min(begins));
            self.given = flight.end;
            out.push(flight);
        }
    }
}

#[cfg(test)]
#[path = "playout_tests.rs"]
mod tests;
