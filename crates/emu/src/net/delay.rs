//! Two-way delay measurement at a port: when it is begun, and what it gave.
//!
//! Clauses: G.709 15.8.2 (PM&TCM), G.798 14.2, 14.5.1. In: the PM&TCM octet of each frame that leaves
//! and of each one that came, and the defects that stand. Out: the octet to send; the frames that each
//! way there and back took, as the end that measures counts them.

use otn_frame::overhead::TcmLevel;
use otn_frame::{FrameClock, SimTime};
use otn_proc::defect::{Defect, DefectSet, TandemDefect};
use otn_proc::delay::{
    DelayLevel, DelayProcess, DelayResult, DelayResults, DelayRole, LEVELS, duration,
};
use otn_proc::tandem::{TandemMode, TandemSettings};

use super::trails::DelaySchedule;

/// One way there and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelayMeasurement {
    /// Start of the first frame with the inverted bit.
    pub began: SimTime,
    /// Frames until it was back.
    pub frames: u32,
    /// What they last on the clock of the end that measures.
    pub lasts: SimTime,
}

/// What the measurements of one level gave.
#[derive(Clone, Copy, Debug)]
pub(super) struct DelayReport<'a> {
    /// Of what.
    pub level: DelayLevel,
    /// Counts.
    pub results: &'a DelayResults,
    /// The first `KEPT` of them.
    pub measurements: &'a [DelayMeasurement],
    /// A measurement has not come back yet.
    pub waiting: bool,
}

/// Measurements kept of a level.
pub(super) const KEPT: usize = 1_000;

/// A level that is measured from here.
#[derive(Debug)]
struct Measured {
    level: DelayLevel,
    began: SimTime,
    measurements: Vec<DelayMeasurement>,
}

/// The delay measurement of a port.
#[derive(Debug)]
pub(super) struct DelayMeter {
    process: DelayProcess,
    /// Some level does not just pass.
    active: bool,
    clock: FrameClock,
    next: Option<SimTime>,
    every: Option<SimTime>,
    /// None begins from then on.
    until: SimTime,
    measured: Vec<Measured>,
    /// By level: the defects with which its bit means nothing.
    fails: [DefectSet; LEVELS],
}

impl DelayMeter {
    /// A port that lets all bits pass; it sends frames by this clock, and begins no measurement from
    /// `until` on, since it may send no frames for it any more.
    pub(super) fn new(clock: FrameClock, until: SimTime) -> Self {
        let mut fails = [DefectSet::default(); LEVELS];
        fails[DelayLevel::Path.index()] = DefectSet::of(&[Defect::Ais, Defect::Oci, Defect::Lck]);
        let process = DelayProcess::default();
        let (next, every, measured) = (None, None, Vec::new());
        Self { process, active: false, clock, next, every, until, measured, fails }
    }

    /// A tandem connection ends here. What fails it fails the path where it acts.
    pub(super) fn tandem_ends(&mut self, level: TcmLevel, settings: &TandemSettings) {
        let mut those = DefectSet::default();
        for kind in [TandemDefect::Ais, TandemDefect::Oci, TandemDefect::Lck, TandemDefect::Ltc] {
            those.set(Defect::Tcm(level, kind), true);
        }
        self.fails[DelayLevel::Tandem(level).index()] = those;
        if settings.mode == TandemMode::Operational {
            those.set(Defect::Tcm(level, TandemDefect::Ltc), settings.ltc_action);
            those.set(Defect::Tcm(level, TandemDefect::Tim), settings.trace.action);
            let path = &mut self.fails[DelayLevel::Path.index()];
            *path = path.union(those);
        }
    }

    /// Measures this level from here.
    pub(super) fn measure(&mut self, level: DelayLevel, schedule: DelaySchedule) {
        self.active = true;
        self.process.set_role(level, DelayRole::Initiator);
        self.next = Some(schedule.start);
        self.every = schedule.every;
        let (began, measurements) = (SimTime::ZERO, Vec::new());
        self.measured.push(Measured { level, began, measurements });
    }

    /// Sends back what comes of this level.
    pub(super) fn loop_back(&mut self, level: DelayLevel) {
        self.active = true;
        self.process.set_role(level, DelayRole::LoopBack);
    }

    /// The octet of a frame that leaves at `at` and would have `passing`.
    //= g709:15.8.2-delay-process
    pub(super) fn send(&mut self, at: SimTime, passing: u8) -> u8 {
        if !self.active {
            return passing;
        }
        if let Some(due) = self.next.filter(|due| *due <= at && at < self.until) {
            self.measured.iter().for_each(|measured| self.process.start(measured.level));
            self.next = self.every.map(|every| due + every);
        }
        let octet = self.process.send(passing);
        for measured in &mut self.measured {
            if self.process.waiting(measured.level) == Some(0) {
                measured.began = at;
            }
        }
        octet
    }

    /// Takes the octet of a frame that came while these defects stand.
    pub(super) fn receive(&mut self, octet: u8, standing: DefectSet) {
        if !self.active {
            return;
        }
        let failed = self.fails.map(|those| standing.contains_any(those));
        let (measured, clock) = (&mut self.measured, &self.clock);
        self.process.receive(octet, failed, |DelayResult { level, frames }| {
            let of_level = measured.iter_mut().find(|measured| measured.level == level);
            if let Some(Measured { began, measurements, .. }) = of_level
                && measurements.len() < KEPT
            {
                let lasts = duration(frames, clock);
                measurements.push(DelayMeasurement { began: *began, frames, lasts });
            }
        });
    }

    /// There is no ODUk.
    //= g798:14.2-dm-abandoned
    pub(super) fn signal_fail(&mut self) {
        if self.active {
            self.process.signal_fail();
        }
    }

    /// What is measured from here, and what it gave.
    pub(super) fn reports<'a>(&'a self) -> Vec<DelayReport<'a>> {
        let report = |measured: &'a Measured| DelayReport {
            level: measured.level,
            results: self.process.results(measured.level),
            measurements: &measured.measurements,
            waiting: self.process.waiting(measured.level).is_some(),
        };
        self.measured.iter().map(report).collect()
    }
}
