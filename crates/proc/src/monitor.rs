//! Trail termination at the sink: the one machine of SM, TCM1 to TCM6 and PM.
//!
//! Clauses: G.798 13.2 (OTUk_TT_Sk), 14.5.1 (ODUkT_TT_Sk), 14.2 (ODUkP_TT_Sk), 6.2 (criteria). In: the
//! three octets of the field in each frame, with the BIP-8 of the OPU area. Out: the defects dTIM,
//! dBDI, dIAE, dBIAE, dAIS, dOCI, dLCK, dLTC, BIP-8 violations, and what goes back to the far end. What
//! follows from a defect is decided in [`crate::supervision`]; dDEG is raised by the seconds of
//! [`crate::performance`].

use alloc::boxed::Box;
use alloc::vec::Vec;

use otn_frame::bip::Bip8;
use otn_frame::layout::{BDI, BEI, Field, IAE, MON_BIP8, MON_STATUS, MON_TTI, PM, SM, STAT};
use otn_frame::overhead::{BeiBiae, PathStatus, TandemStatus, TcmLevel};
use otn_frame::{Frame, Signal, SimTime, Tti};

use crate::bip::BipSink;
use crate::defect::{Defect, DefectSet, TandemDefect};
use crate::performance::bins::RegisterConfig;
use crate::performance::degrade::DegradeConfig;
use crate::performance::monitor::{MonitorEvent, PerformanceMonitor};
use crate::performance::primitives::Conditions;
use crate::performance::threshold::ThresholdReport;
use crate::persist::{BDI_FRAMES, BIAE_FRAMES, IAE_FRAMES, Persistent, STAT_FRAMES};
use crate::supervision::actions::{self, Action, Actions};
use crate::supervision::expression::{Input, Inputs};
use crate::trace::TraceReceiver;

/// Threshold reports that wait to be taken.
const MOST_REPORTS: usize = 1_000;

/// How the seconds of trails are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerformanceProvision {
    /// When a trail is degraded; the standard of its signal where there is nothing.
    pub degrade: Option<DegradeConfig>,
    /// The registers.
    pub registers: RegisterConfig,
}

/// What makes the second of a trail with these defects, in signal fail or not, a defect second.
fn conditions(monitor: Monitor, defects: DefectSet, signal_fail: bool) -> Conditions {
    let has = |kind| monitor.defect(kind).is_some_and(|defect| defects.contains(defect));
    Conditions {
        near_defect: signal_fail || has(TandemDefect::Ltc) || has(TandemDefect::Tim),
        far_defect: has(TandemDefect::Bdi),
        iae: has(TandemDefect::Iae),
        biae: has(TandemDefect::Biae),
        signal_fail,
    }
}

/// Where a trail is monitored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Monitor {
    /// SM of an OTUk.
    Section,
    /// A TCM field of an ODUk.
    Tandem(TcmLevel),
    /// PM of an ODUk.
    Path,
}

impl Monitor {
    /// The field that it reads.
    pub const fn field(self) -> Field {
        match self {
            Self::Section => SM,
            Self::Tandem(level) => level.field(),
            Self::Path => PM,
        }
    }

    /// The defect of this kind, where the monitor has it: SM knows no STAT, PM no alignment error.
    pub const fn defect(self, kind: TandemDefect) -> Option<Defect> {
        use TandemDefect::{Ais, Bdi, Biae, Deg, Iae, Lck, Ltc, Oci, Tim};
        Some(match (self, kind) {
            (Self::Tandem(level), kind) => Defect::Tcm(level, kind),
            (Self::Section, Tim) => Defect::SectionTim,
            (Self::Section, Deg) => Defect::SectionDeg,
            (Self::Section, Bdi) => Defect::SectionBdi,
            (Self::Section, Iae) => Defect::Iae,
            (Self::Section, Biae) => Defect::Biae,
            (Self::Path, Ais) => Defect::Ais,
            (Self::Path, Oci) => Defect::Oci,
            (Self::Path, Lck) => Defect::Lck,
            (Self::Path, Tim) => Defect::PathTim,
            (Self::Path, Deg) => Defect::PathDeg,
            (Self::Path, Bdi) => Defect::PathBdi,
            (Self::Section, Ltc | Ais | Oci | Lck) | (Self::Path, Ltc | Iae | Biae) => return None,
        })
    }
}

/// Which parts of a received trail trace are compared.
//= g798:8.6-tim-modes
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimMode {
    /// None.
    #[default]
    Off,
    /// The source access point identifier.
    Sapi,
    /// The destination access point identifier.
    Dapi,
    /// Both.
    Both,
}

/// The trail trace that a sink expects, and what it compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExpectedTrace {
    /// What is compared.
    pub mode: TimMode,
    /// The expected trace; its operator part is never compared.
    pub tti: Tti,
    /// A mismatch acts: the trail counts as failed. TIMActDis of G.798, the other way round.
    pub action: bool,
}

impl Default for ExpectedTrace {
    fn default() -> Self {
        Self { mode: TimMode::Off, tti: Tti::from_octets([0; 64]), action: false }
    }
}

impl ExpectedTrace {
    /// True where an accepted trace is not the expected one.
    //= g798:6.2.2.1-tim
    pub fn mismatches(&self, accepted: &Tti) -> bool {
        let sapi = self.tti.sapi_octets() != accepted.sapi_octets();
        let dapi = self.tti.dapi_octets() != accepted.dapi_octets();
        match self.mode {
            TimMode::Off => false,
            TimMode::Sapi => sapi,
            TimMode::Dapi => dapi,
            TimMode::Both => sapi || dapi,
        }
    }
}

/// What the status octet of a field says, by the codes of its monitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Status {
    bdi: bool,
    biae: bool,
    /// IAE of SM, or STAT.
    rest: u8,
}

/// Equal status octets after which nothing that is judged from them can change any more.
const SETTLED: u8 = BDI_FRAMES;

/// The sink of one monitored trail.
#[derive(Clone, Debug)]
pub struct MonitorSink {
    monitor: Monitor,
    expected: ExpectedTrace,
    bip: BipSink,
    trace: TraceReceiver,
    bdi: Persistent<bool, BDI_FRAMES>,
    iae: Persistent<bool, IAE_FRAMES>,
    biae: Persistent<bool, BIAE_FRAMES>,
    stat: Persistent<u8, STAT_FRAMES>,
    /// The status octet received last, and how often in a row.
    last: Option<u8>,
    equal: u8,
    /// Violations that the far end told of in the frame received last.
    far: u8,
    /// Violations of the frame two before the one received last.
    near: Option<u8>,
    defects: DefectSet,
    /// The frames that come are known to be frames.
    trusted: bool,
    /// The server signal has failed since the last frame.
    server_failed: bool,
    /// What the operator decided, and what follows.
    inputs: Inputs,
    actions: Actions,
    seconds: Option<Box<Seconds>>,
}

/// The seconds of a trail.
#[derive(Clone, Debug)]
struct Seconds {
    signal: Signal,
    provision: PerformanceProvision,
    /// There is none before the first frame, or the first failure.
    monitor: Option<PerformanceMonitor>,
    /// What the conditions were told for.
    judged: Option<(DefectSet, bool)>,
    reports: Vec<ThresholdReport>,
}

impl MonitorSink {
    /// A sink that has seen nothing.
    pub fn new(monitor: Monitor, expected: ExpectedTrace) -> Self {
        Self {
            monitor,
            expected,
            bip: BipSink::default(),
            trace: TraceReceiver::default(),
            bdi: Persistent::default(),
            iae: Persistent::default(),
            biae: Persistent::default(),
            stat: Persistent::default(),
            last: None,
            equal: 0,
            far: 0,
            near: None,
            defects: DefectSet::default(),
            trusted: true,
            server_failed: false,
            inputs: Inputs::of(&[Input::Operational, Input::NotTransparent])
                .with(Input::TimAction, expected.action),
            actions: Actions::default(),
            seconds: None,
        }
    }

    /// The same where the operator decided otherwise about mode and consequent actions.
    #[must_use]
    pub const fn deciding(mut self, inputs: Inputs) -> Self {
        self.inputs = inputs.with(Input::TimAction, self.expected.action);
        self
    }

    /// Expects another trace from now on; a mismatch is found, or ends, with the next trace that is
    /// accepted.
    pub fn expect(&mut self, expected: ExpectedTrace) {
        self.expected = expected;
        self.inputs = self.inputs.with(Input::TimAction, expected.action);
        self.judge_actions();
    }

    /// What follows from the defects that stand, and from a failed server.
    pub const fn actions(&self) -> Actions {
        self.actions
    }

    fn judge_actions(&mut self) {
        let inputs = self.inputs.with(Input::CiSsf, self.server_failed);
        self.actions = match self.monitor {
            Monitor::Section => actions::section(self.defects, inputs),
            Monitor::Tandem(level) => actions::tandem(level, self.defects, inputs),
            Monitor::Path => actions::path(self.defects, inputs),
        };
    }

    /// The same with seconds counted, for a trail of `signal`.
    #[must_use]
    pub fn counting(mut self, signal: Signal, provision: PerformanceProvision) -> Self {
        let (monitor, judged, reports) = (None, None, Vec::new());
        self.seconds = Some(Box::new(Seconds { signal, provision, monitor, judged, reports }));
        self
    }

    /// Where it monitors.
    pub const fn monitor(&self) -> Monitor {
        self.monitor
    }

    /// Whether the frames that come are known to be frames. Of those that are not, the overhead is not
    /// judged; their parity is, so that no errored block is lost.
    //= g798:8.2.1-trusted-frames
    pub const fn trust(&mut self, trusted: bool) {
        self.trusted = trusted;
    }

    /// Reads the field of a frame whose OPU area has this BIP-8; tells of each defect that changed.
    /// Gives the violations of the frame two before: `None` where that one was not seen, or where the
    /// field is not that of a trail.
    pub fn receive<const COLS: usize>(
        &mut self,
        frame: &Frame<COLS>,
        mfas: u8,
        opu_bip8: Bip8,
        note: &mut impl FnMut(Defect, bool),
    ) -> Option<u8> {
        if core::mem::take(&mut self.server_failed) {
            self.judge_actions();
        }
        let octets = frame.field(self.monitor.field());
        let status = octets[MON_STATUS];
        if !self.trusted {
            self.trace.restart();
            self.far = 0;
            self.equal = 0;
            self.near = self.bip.check(opu_bip8, Bip8::from_octet(octets[MON_BIP8]));
            self.near = self.near.filter(|_| !self.absent());
            return self.near;
        }
        if self.last == Some(status) && self.equal >= SETTLED {
            // Nothing new: this is nearly every frame of nearly every signal.
        } else {
            self.judge_status(status, note);
        }
        let violations = self.bip.check(opu_bip8, Bip8::from_octet(octets[MON_BIP8]));
        if !self.carries_trail(status) {
            // The rest of the field is a maintenance pattern, or nobody wrote it.
            self.trace.restart();
            self.near = None;
            return None;
        }
        if self.trace.receive(mfas, octets[MON_TTI]) {
            self.judge_trace(note);
        }
        // The frame two before may have been one of the maintenance signal still.
        //= g798:6.5-signal-fail-holds
        self.near = violations.filter(|_| !self.absent());
        self.near
    }

    /// Counts the frame received last, which began at `at`, and closes the seconds that are over.
    pub fn count(&mut self, at: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        if self.seconds.is_none() {
            return;
        }
        self.pass(at, note);
        let (near, far) = (self.near.unwrap_or(0) > 0, self.far > 0);
        if let Some(monitor) = self.performance_mut() {
            monitor.frame(near, far);
        }
    }

    /// Lets time pass up to `now`: seconds that are over are closed, frames or not.
    //= g798:6.5-defect-second
    pub fn pass(&mut self, now: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        let present = (self.defects, self.server_failed);
        let failed = self.server_failed || self.maintenance() || self.trail_failed();
        let Some(seconds) = self.seconds.as_deref_mut() else { return };
        let Seconds { signal, provision, monitor, judged, reports } = seconds;
        let monitor = monitor.get_or_insert_with(|| {
            let degrade = provision.degrade.unwrap_or_else(|| DegradeConfig::standard(*signal));
            PerformanceMonitor::new(*signal, degrade, &provision.registers, now)
        });
        if *judged == Some(present) && now < monitor.next_deadline() {
            return;
        }
        let mut degraded = Vec::new();
        let mut tell = |event| match event {
            MonitorEvent::Degrade { at, raised } => degraded.push((at, raised)),
            MonitorEvent::Threshold(report) if reports.len() < MOST_REPORTS => reports.push(report),
            MonitorEvent::Threshold(_) | MonitorEvent::Second(_) => {}
        };
        monitor.advance(now, &mut tell);
        if *judged != Some(present) {
            *judged = Some(present);
            let conditions = conditions(self.monitor, self.defects, failed);
            monitor.set_conditions(now, conditions, &mut tell);
        }
        for (at, raised) in degraded {
            self.set(TandemDefect::Deg, raised, &mut |defect, raised| note(at, defect, raised));
        }
    }

    /// The seconds, where they are counted and have begun.
    pub fn performance(&self) -> Option<&PerformanceMonitor> {
        self.seconds.as_ref()?.monitor.as_ref()
    }

    /// The same, to add what the FEC did, or to reset a register.
    pub fn performance_mut(&mut self) -> Option<&mut PerformanceMonitor> {
        self.seconds.as_mut()?.monitor.as_mut()
    }

    /// Threshold reports since this was asked last.
    pub fn take_reports(&mut self) -> Vec<ThresholdReport> {
        self.seconds.as_mut().map(|s| core::mem::take(&mut s.reports)).unwrap_or_default()
    }

    /// True where the field was written by a source of the trail, by the code of this one frame.
    const fn carries_trail(&self, status: u8) -> bool {
        match self.monitor {
            Monitor::Section => true,
            Monitor::Tandem(_) => TandemStatus::from_code(STAT.get(status)).is_in_use(),
            Monitor::Path => !PathStatus::from_code(STAT.get(status)).is_maintenance(),
        }
    }

    fn judge_status(&mut self, octet: u8, note: &mut impl FnMut(Defect, bool)) {
        self.equal = if self.last == Some(octet) { self.equal + 1 } else { 1 };
        self.last = Some(octet);
        let told = self.carries_trail(octet);
        self.far = if told { BeiBiae::from_code(BEI.get(octet)).errors() } else { 0 };
        let status = Status {
            bdi: BDI.get(octet) == 1,
            biae: BeiBiae::from_code(BEI.get(octet)) == BeiBiae::Biae,
            rest: match self.monitor {
                Monitor::Section => IAE.get(octet),
                Monitor::Tandem(_) | Monitor::Path => STAT.get(octet),
            },
        };
        let iae = match self.monitor {
            Monitor::Section => self.iae.receive(status.rest == 1) == Some(true),
            Monitor::Tandem(_) | Monitor::Path => self.judge_stat(status.rest, note),
        };
        self.set(TandemDefect::Iae, iae, note);
        if self.absent() {
            self.bdi = Persistent::default();
            self.biae = Persistent::default();
            // What is not counted does not settle anything.
            self.equal = 0;
        } else if self.carries_trail(octet) {
            self.bdi.receive(status.bdi);
            self.biae.receive(status.biae);
        } else {
            self.bdi.restart();
            self.biae.restart();
            self.equal = 0;
        }
        self.set(TandemDefect::Bdi, self.bdi.accepted() == Some(true), note);
        self.set(TandemDefect::Biae, self.biae.accepted() == Some(true), note);
    }

    /// The defects that the accepted STAT is; true for an incoming alignment error.
    //= g798:6.2-stat-defects
    fn judge_stat(&mut self, code: u8, note: &mut impl FnMut(Defect, bool)) -> bool {
        let accepted = self.stat.receive(code);
        let path = accepted.map(PathStatus::from_code);
        let tandem = accepted.map(TandemStatus::from_code);
        self.set(TandemDefect::Ais, path == Some(PathStatus::Ais), note);
        self.set(TandemDefect::Oci, path == Some(PathStatus::Oci), note);
        self.set(TandemDefect::Lck, path == Some(PathStatus::Lck), note);
        self.set(TandemDefect::Ltc, tandem == Some(TandemStatus::NoSource), note);
        tandem == Some(TandemStatus::InUseIae)
    }

    fn judge_trace(&mut self, note: &mut impl FnMut(Defect, bool)) {
        if !self.trace.is_valid() {
            // The accepted trace is one from before a failure: it decides nothing.
            return;
        }
        let accepted = self.trace.accepted();
        let mismatch = accepted.is_some_and(|tti| self.expected.mismatches(tti));
        self.set(TandemDefect::Tim, mismatch, note);
    }

    fn set(&mut self, kind: TandemDefect, present: bool, note: &mut impl FnMut(Defect, bool)) {
        let Some(defect) = self.monitor.defect(kind) else { return };
        if self.defects.set(defect, present) {
            self.judge_actions();
            note(defect, present);
        }
    }

    /// True where this defect stands.
    pub fn has(&self, kind: TandemDefect) -> bool {
        self.monitor.defect(kind).is_some_and(|defect| self.defects.contains(defect))
    }

    /// Defects that stand.
    pub const fn defects(&self) -> DefectSet {
        self.defects
    }

    /// True while an accepted maintenance signal takes the place of the trail.
    pub fn maintenance(&self) -> bool {
        let stat = self.stat.accepted().map(PathStatus::from_code);
        stat.is_some_and(PathStatus::is_maintenance)
    }

    /// True while there is accepted to be no trail in the field at all.
    fn absent(&self) -> bool {
        self.maintenance() || self.has(TandemDefect::Ltc)
    }

    /// The trail has failed for those above: AI_TSF.
    //= g798:14.2-tsf
    pub const fn trail_failed(&self) -> bool {
        self.actions.contains(Action::Tsf)
    }

    /// Violations that the far end counted, by the code of the frame received last.
    pub const fn far_violations(&self) -> u8 {
        self.far
    }

    /// BIP-8 violations seen with the frame received last; see [`Self::receive`].
    pub const fn near_violations(&self) -> Option<u8> {
        self.near
    }

    /// The server signal failed: the defects of this function go false and their counts restart. The
    /// accepted trace is kept.
    //= g798:6.2-signal-fail-forces-false
    pub fn signal_fail(&mut self, note: &mut impl FnMut(Defect, bool)) {
        for defect in self.defects.iter() {
            note(defect, false);
        }
        self.defects = DefectSet::default();
        self.server_failed = true;
        self.judge_actions();
        self.bdi = Persistent::default();
        self.iae = Persistent::default();
        self.biae = Persistent::default();
        self.stat = Persistent::default();
        self.last = None;
        self.equal = 0;
        self.far = 0;
        self.near = None;
        self.restart();
        self.trace.invalidate();
        if let Some(monitor) = self.performance_mut() {
            monitor.restart_degrade();
        }
    }

    /// The same at `at`, from when on the seconds know it.
    pub fn fail(&mut self, at: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        self.pass(at, note);
        self.signal_fail(&mut |defect, raised| note(at, defect, raised));
        self.pass(at, note);
    }

    /// Frames do not follow one another here.
    pub const fn restart(&mut self) {
        self.bip.restart();
        self.trace.restart();
    }

    /// Accepted and received trail traces.
    pub const fn trace(&self) -> &TraceReceiver {
        &self.trace
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use otn_frame::OtuFrame;
    use std::vec::Vec;

    fn trace(sapi: &str, dapi: &str, operator: &str) -> Tti {
        Tti::new(sapi, dapi, operator).unwrap()
    }

    fn frame(tti: &Tti, mfas: u8) -> OtuFrame {
        let mut frame = OtuFrame::zeroed();
        frame.field_mut(SM)[MON_TTI] = tti.octet_at(mfas);
        frame
    }

    /// Changes of dTIM, by frame, of traces sent one after another for so many frames.
    fn tim(expected: ExpectedTrace, sent: &[(Tti, usize)]) -> Vec<(usize, bool)> {
        let mut sink = MonitorSink::new(Monitor::Section, expected);
        let frames = sent.iter().flat_map(|&(tti, frames)| std::iter::repeat_n(tti, frames));
        let mut changes = Vec::new();
        for (n, tti) in frames.enumerate() {
            sink.receive(&frame(&tti, n as u8), n as u8, Bip8::default(), &mut |defect, raised| {
                assert_eq!(defect, Defect::SectionTim);
                changes.push((n, raised));
            });
        }
        changes
    }

    /// Conformance cases 23, 25, 26 and 27.
    //= type=test g798:6.2.2.1-tim
    //= type=test g798:8.6-tim-modes
    #[test]
    fn a_trace_mismatches_where_its_mode_compares_and_after_three_copies() {
        let good = trace("FROM", "TO", "op");
        let cases = [
            (trace("ELSE", "TO", "op"), [false, true, false, true]),
            (trace("FROM", "ELSE", "op"), [false, false, true, true]),
            (trace("FROM", "TO", "another"), [false; 4]),
        ];
        for (other, mismatches) in cases {
            for (mode, mismatch) in [TimMode::Off, TimMode::Sapi, TimMode::Dapi, TimMode::Both]
                .into_iter()
                .zip(mismatches)
            {
                let expected = ExpectedTrace { mode, tti: good, action: false };
                let expect = if mismatch { &[(256 + 191, true)][..] } else { &[] };
                assert_eq!(tim(expected, &[(good, 256), (other, 192)]), expect, "{mode:?}");
                assert_eq!(tim(expected, &[(good, 256), (other, 191)]), [], "one frame early");
                let back = tim(expected, &[(good, 256), (other, 256), (good, 192)]);
                assert_eq!(back.len(), if mismatch { 2 } else { 0 });
                assert!(back.get(1).is_none_or(|&end| end == (256 + 256 + 191, false)));
                // One copy of three with a wrong octet decides nothing.
                assert_eq!(tim(expected, &[(good, 256), (other, 64), (good, 256)]), []);
            }
        }
    }

    #[test]
    fn only_a_mismatch_that_acts_fails_the_trail() {
        for action in [false, true] {
            let expected = ExpectedTrace { mode: TimMode::Both, tti: trace("A", "B", ""), action };
            let mut sink = MonitorSink::new(Monitor::Section, expected);
            for n in 0..=255u8 {
                let other = trace("A", "C", "");
                sink.receive(&frame(&other, n), n, Bip8::default(), &mut |_, _| {});
            }
            assert!(sink.has(TandemDefect::Tim));
            assert_eq!(sink.trail_failed(), action);
            let mut cleared = Vec::new();
            sink.signal_fail(&mut |defect, raised| cleared.push((defect, raised)));
            assert_eq!(cleared, [(Defect::SectionTim, false)]);
            assert!(sink.trail_failed(), "by the server now");
            assert!(sink.trace().accepted().is_some());
        }
    }

    /// What comes at once behind a maintenance signal is counted from the frame in which that is gone.
    #[test]
    fn bdi_right_behind_a_maintenance_signal_is_seen() {
        for monitor in [Monitor::Path, Monitor::Tandem(TcmLevel::FIRST)] {
            for before in [0xFFu8, 0x66, 0x55] {
                let mut sink = MonitorSink::new(monitor, ExpectedTrace::default());
                let mut raised = None;
                for (n, status) in [[before; 10], [0x09; 10]].concat().into_iter().enumerate() {
                    let mut frame = OtuFrame::zeroed();
                    frame.field_mut(monitor.field())[MON_STATUS] = status;
                    sink.receive(&frame, n as u8, Bip8::default(), &mut |defect, up| {
                        if Some(defect) == monitor.defect(TandemDefect::Bdi) && up {
                            raised = Some(n);
                        }
                    });
                }
                // The third frame of another STAT is number 12, and the fifth of BDI from there 16.
                assert_eq!(raised, Some(16), "{monitor:?} {before:02X}");
            }
        }
    }

    /// Of frames that are not known to be frames only the parity counts.
    //= type=test g798:8.2.1-trusted-frames
    #[test]
    fn overhead_of_untrusted_frames_is_not_judged() {
        let monitor = Monitor::Path;
        let mut sink = MonitorSink::new(monitor, ExpectedTrace::default());
        let mut frame = OtuFrame::zeroed();
        frame.field_mut(monitor.field())[MON_STATUS] = 0xFF;
        sink.trust(false);
        for n in 0..50u8 {
            let seen = sink.receive(&frame, n, Bip8::from_octet(0x03), &mut |_, _| panic!("news"));
            assert_eq!(seen, if n < 2 { None } else { Some(2) });
        }
        sink.trust(true);
        let mut news = 0;
        for n in 50..53u8 {
            sink.receive(&frame, n, Bip8::default(), &mut |_, _| news += 1);
        }
        assert_eq!((news, sink.has(TandemDefect::Ais)), (1, true));
    }

    /// A trace accepted before a failure decides nothing behind it.
    #[test]
    fn after_a_failure_a_trace_has_to_be_accepted_anew() {
        let tti = trace("GOOD", "", "");
        let expected = ExpectedTrace { mode: TimMode::Sapi, tti, action: true };
        let mut sink = MonitorSink::new(Monitor::Section, expected);
        let mut events = Vec::new();
        for n in 0..512usize {
            if n == 256 {
                sink.signal_fail(&mut |_, _| {});
            }
            let sent = if n < 256 { trace("BAD", "", "") } else { tti };
            let note = &mut |defect: Defect, raised| events.push((n, defect, raised));
            sink.receive(&frame(&sent, n as u8), n as u8, Bip8::default(), note);
        }
        assert_eq!(events, [(191, Defect::SectionTim, true)]);
    }

    /// The short way for a field that does not change gives what the long way gives: against a sink
    /// that is told the same in a status octet which alternates in a bit that means nothing.
    #[test]
    fn every_status_octet_gives_one_verdict_however_it_comes() {
        for octet in 0..=255u8 {
            for monitor in [Monitor::Path, Monitor::Tandem(TcmLevel::FIRST), Monitor::Section] {
                let mut sink = MonitorSink::new(monitor, ExpectedTrace::default());
                let mut events = Vec::new();
                for n in 0..12u8 {
                    let mut frame = OtuFrame::zeroed();
                    frame.field_mut(monitor.field())[MON_STATUS] = octet;
                    let note = &mut |defect: Defect, raised| events.push((defect, raised, n));
                    sink.receive(&frame, n, Bip8::default(), note);
                }
                let stat = STAT.get(octet);
                let biae = BEI.get(octet) == 11;
                let bdi = BDI.get(octet) == 1;
                let mut expected: Vec<(Option<Defect>, u8)> = Vec::new();
                let mut push = |kind, n| expected.push((monitor.defect(kind), n));
                let in_use = match monitor {
                    Monitor::Section => true,
                    Monitor::Tandem(_) => matches!(stat, 1 | 2),
                    Monitor::Path => stat < 5,
                };
                if monitor != Monitor::Section {
                    match stat {
                        0 => push(TandemDefect::Ltc, 2),
                        2 => push(TandemDefect::Iae, 2),
                        5 => push(TandemDefect::Lck, 2),
                        6 => push(TandemDefect::Oci, 2),
                        7 => push(TandemDefect::Ais, 2),
                        _ => {}
                    }
                } else if IAE.get(octet) == 1 {
                    push(TandemDefect::Iae, 4);
                }
                if in_use && biae {
                    push(TandemDefect::Biae, 2);
                }
                if in_use && bdi {
                    push(TandemDefect::Bdi, 4);
                }
                let mut expected: Vec<_> =
                    expected.into_iter().filter_map(|(d, n)| Some((d?, true, n))).collect();
                expected.sort();
                events.sort();
                assert_eq!(events, expected, "{monitor:?} {octet:02X}");
            }
        }
    }
}
