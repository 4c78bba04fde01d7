//! Two-way delay measurement of the path and of the six tandem connection levels.
//!
//! Clauses: G.709 15.8.2 (PM&TCM), G.798 14.2, 14.5.1 (the process). In: the PM&TCM octet of each
//! frame received, and of each frame that passes through to be sent. Out: the octet to send, and how
//! many frames the way there and back took. One object does all seven levels of an end point; it only
//! ever sees a round trip. Whether the signal has failed the caller says.

use otn_frame::layout::{Bits, DM_PATH, DM_TCM, TCM};
use otn_frame::overhead::TcmLevel;
use otn_frame::{FrameClock, SimTime};

/// Levels with a delay measurement bit: the path and six tandem connections.
pub const LEVELS: usize = TCM.len() + 1;

/// Frames for which the inverted value has to stand after the first one, unless it is set otherwise.
//= g798:14.2-dm-persistency
pub const DM_PERSIST: u8 = 3;

/// What a delay is measured of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DelayLevel {
    /// The ODUk path: bit DMp.
    Path,
    /// A tandem connection: bit DMti.
    Tandem(TcmLevel),
}

impl DelayLevel {
    /// All levels, the path first.
    pub fn all() -> impl Iterator<Item = Self> {
        core::iter::once(Self::Path).chain(TcmLevel::all().map(Self::Tandem))
    }

    /// Its place among all levels: 0 is the path.
    pub const fn index(self) -> usize {
        match self {
            Self::Path => 0,
            Self::Tandem(level) => level.get() as usize,
        }
    }

    /// Its bit in the PM&TCM octet.
    //= g709:15.8.2-delay-bits
    pub const fn bit(self) -> Bits {
        match self {
            Self::Path => DM_PATH,
            Self::Tandem(level) => {
                let place = DM_TCM.first + level.get() - 1;
                Bits { name: DM_TCM.name, first: place, last: place }
            }
        }
    }
}

/// What an end point does with the bit of a level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DelayRole {
    /// Lets it pass: no end of a trail is here.
    #[default]
    PassThrough,
    /// Sends back what it receives.
    LoopBack,
    /// Measures.
    Initiator,
}

/// What the measurements of a level gave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DelayResults {
    /// Frames of the last measurement; none where it was abandoned.
    pub last: Option<u32>,
    /// Fewest frames of all measurements.
    pub min: Option<u32>,
    /// Most frames of all measurements.
    pub max: Option<u32>,
    /// Measurements that gave a result.
    pub measured: u64,
    /// Measurements given up because the signal failed.
    pub abandoned: u64,
}

impl DelayResults {
    fn note(&mut self, frames: u32) {
        self.last = Some(frames);
        self.min = Some(self.min.map_or(frames, |min| min.min(frames)));
        self.max = Some(self.max.map_or(frames, |max| max.max(frames)));
        self.measured += 1;
    }
}

/// The time that so many frames of this clock take.
pub const fn duration(frames: u32, clock: &FrameClock) -> SimTime {
    clock.frame_start(frames as u64)
}

/// A result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelayResult {
    /// What was measured.
    pub level: DelayLevel,
    /// Frames sent between the inversion and its return.
    pub frames: u32,
}

/// How far a measurement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// None is under way.
    Idle,
    /// One is to begin with the next frame sent for which nothing is on its way any more.
    Due,
    /// The inverted value is on its way.
    Waiting {
        /// Frames sent since the one that carried it first.
        sent: u32,
        /// What that was when the inverted value came, and the frames in which it has stood.
        seen: Option<(u32, u32)>,
    },
}

/// One level of an end point.
#[derive(Clone, Copy, Debug)]
struct Point {
    role: DelayRole,
    persistency: u8,
    /// Frames from one measurement to the next, where they repeat.
    interval: Option<u32>,
    /// Frames until the next one.
    next_in: u32,
    /// The value sent, 0 or 1, by any role that does not let it pass.
    value: u8,
    /// The value received last; none while the signal fails.
    received: Option<u8>,
    state: State,
    results: DelayResults,
}

impl Default for Point {
    fn default() -> Self {
        Self {
            role: DelayRole::default(),
            persistency: DM_PERSIST,
            interval: None,
            next_in: 0,
            value: 0,
            received: None,
            state: State::Idle,
            results: DelayResults::default(),
        }
    }
}

impl Point {
    /// The value to send in the next frame, in the place of the one that passes.
    //= g709:15.8.2-delay-process
    fn send(&mut self, passing: u8) -> u8 {
        match self.role {
            DelayRole::PassThrough => return passing,
            DelayRole::LoopBack => return self.value,
            DelayRole::Initiator => {}
        }
        self.repeat();
        match &mut self.state {
            State::Idle => {}
            // An old value that is still on its way would be taken for the answer.
            State::Due if self.received == Some(self.value) => {
                self.value = 1 - self.value;
                self.state = State::Waiting { sent: 0, seen: None };
            }
            State::Due => {}
            State::Waiting { sent, .. } => *sent = sent.saturating_add(1),
        }
        self.value
    }

    /// Makes the next of repeated measurements due.
    fn repeat(&mut self) {
        let Some(interval) = self.interval else { return };
        self.next_in = self.next_in.saturating_sub(1);
        if self.next_in == 0 {
            self.next_in = interval;
            if self.state == State::Idle {
                self.state = State::Due;
            }
        }
    }

    /// Takes the value of the next frame received; gives the frames of a measurement that ends.
    fn receive(&mut self, value: u8) -> Option<u32> {
        self.received = Some(value);
        match self.role {
            DelayRole::PassThrough => return None,
            DelayRole::LoopBack => {
                self.value = value;
                return None;
            }
            DelayRole::Initiator => {}
        }
        let State::Waiting { sent, seen } = &mut self.state else { return None };
        if value != self.value {
            *seen = None;
            return None;
        }
        // The frames for which it has to stand do not count: the first one in the row does.
        let (first, stood) = seen.map_or((*sent, 0), |(first, stood)| (first, stood + 1));
        *seen = Some((first, stood));
        if stood < u32::from(self.persistency) {
            return None;
        }
        self.state = State::Idle;
        self.results.note(first);
        Some(first)
    }

    /// The signal received has failed.
    //= g798:14.2-dm-abandoned
    fn fail(&mut self) {
        self.received = None;
        if let State::Waiting { .. } = self.state {
            self.state = State::Idle;
            self.results.last = None;
            self.results.abandoned += 1;
        }
    }
}

/// Delay measurement of all levels at one end point.
#[derive(Clone, Debug, Default)]
pub struct DelayProcess {
    points: [Point; LEVELS],
}

impl DelayProcess {
    /// What is done with the bit of a level from now on. What was under way ends without a result.
    pub const fn set_role(&mut self, level: DelayLevel, role: DelayRole) {
        let point = &mut self.points[level.index()];
        point.role = role;
        point.state = State::Idle;
    }

    /// Frames for which the inverted value has to stand after the first one; they are not counted.
    pub const fn set_persistency(&mut self, level: DelayLevel, frames: u8) {
        self.points[level.index()].persistency = frames;
    }

    /// Measures again and again, so many frames from one start to the next at least, or only when
    /// asked to.
    pub const fn set_interval(&mut self, level: DelayLevel, frames: Option<u32>) {
        let point = &mut self.points[level.index()];
        point.interval = frames;
        point.next_in = 0;
    }

    /// Starts a measurement with the next frame sent, if this end point measures and none is under
    /// way.
    pub fn start(&mut self, level: DelayLevel) {
        let point = &mut self.points[level.index()];
        if point.role == DelayRole::Initiator && point.state == State::Idle {
            point.state = State::Due;
        }
    }

    /// The PM&TCM octet of the next frame sent, whose octet would be `passing` without this end
    /// point.
    pub fn send(&mut self, passing: u8) -> u8 {
        DelayLevel::all().zip(&mut self.points).fold(passing, |octet, (level, point)| {
            let bit = level.bit();
            bit.set(octet, point.send(bit.get(passing)))
        })
    }

    /// Takes the PM&TCM octet of the next frame received. `failed` tells of each level, by
    /// [`DelayLevel::index`], whether the signal has failed or is a maintenance signal there: its
    /// bit then means nothing. Tells of results.
    pub fn receive(
        &mut self,
        octet: u8,
        failed: [bool; LEVELS],
        mut result: impl FnMut(DelayResult),
    ) {
        let points = DelayLevel::all().zip(&mut self.points).zip(failed);
        for ((level, point), failed) in points {
            if failed {
                point.fail();
            } else if let Some(frames) = point.receive(level.bit().get(octet)) {
                result(DelayResult { level, frames });
            }
        }
    }

    /// No frame was received at all: every measurement is given up.
    pub fn signal_fail(&mut self) {
        self.points.iter_mut().for_each(Point::fail);
    }

    /// Results so far.
    pub const fn results(&self, level: DelayLevel) -> &DelayResults {
        &self.points[level.index()].results
    }

    /// Frames sent since the inversion that has not come back yet.
    pub const fn waiting(&self, level: DelayLevel) -> Option<u32> {
        match self.points[level.index()].state {
            State::Waiting { sent, .. } => Some(sent),
            State::Idle | State::Due => None,
        }
    }
}

#[cfg(test)]
mod tests;
