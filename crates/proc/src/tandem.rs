//! Termination of a tandem connection: the TCM field, written, and read where it is in use.
//!
//! Clauses: G.798 14.5.1 (ODUkT_TT_So, ODUkT_TT_Sk), G.709 15.8.2.2. In, source: a frame whose OPU area
//! is final, and remote information. In, sink: frames. Out: the three octets of one level; what they
//! said, and whether the connection has failed for those above.

use otn_frame::bip::Bip8;
use otn_frame::overhead::{TandemConnectionMonitoring, TandemStatus, TcmLevel};
use otn_frame::{Frame, Signal, SimTime, Tti};

use crate::bip::BipSource;
use crate::defect::Defect;
use crate::monitor::{ExpectedTrace, Monitor, MonitorSink, PerformanceProvision};
use crate::remote::RemoteIndication;
use crate::supervision::actions::{Action, Actions};
use crate::supervision::expression::{Input, Inputs};

/// Frames for which a source tells of an incoming alignment error: 16 multiframes.
//= g798:14.5.1-iae-16-multiframes
pub const IAE_HOLD_FRAMES: u32 = 16 * 256;

/// ODUkT_TT_So of one level.
#[derive(Clone, Debug)]
pub struct TandemSource {
    level: TcmLevel,
    tti: Tti,
    bip: BipSource,
    /// Frames in which the status still tells of an incoming alignment error.
    iae_frames: u32,
}

impl TandemSource {
    /// A source of this level that sends `tti`.
    pub fn new(level: TcmLevel, tti: Tti) -> Self {
        Self { level, tti, bip: BipSource::default(), iae_frames: 0 }
    }

    /// The level.
    pub const fn level(&self) -> TcmLevel {
        self.level
    }

    /// Sends another trail trace from now on.
    pub const fn set_tti(&mut self, tti: Tti) {
        self.tti = tti;
    }

    /// The incoming ODUk has begun at an unexpected place: tells the far end from now on.
    pub const fn alignment_error(&mut self) {
        self.iae_frames = IAE_HOLD_FRAMES;
    }

    /// Writes the field into the frame with this MFAS, whose OPU area has this BIP-8.
    pub fn write<const COLS: usize>(
        &mut self,
        frame: &mut Frame<COLS>,
        mfas: u8,
        opu_bip8: Bip8,
        remote: &mut RemoteIndication,
    ) {
        let iae = self.iae_frames > 0;
        self.iae_frames = self.iae_frames.saturating_sub(1);
        let tcm = TandemConnectionMonitoring {
            tti: self.tti.octet_at(mfas),
            //= g709:15.8.2.2-tcm-bip8
            bip8: self.bip.exchange(opu_bip8),
            bei: remote.bei_or_biae(),
            bdi: remote.bdi(),
            stat: if iae { TandemStatus::InUseIae } else { TandemStatus::InUse },
        };
        tcm.write(frame, self.level);
    }
}

/// Frames in a row with a source after which a level that was not provisioned is monitored: more than
/// those that are taken for good before an alignment process gives up.
const USED_FRAMES: u8 = 16;

/// What a sink does about what it sees.
//= g798:14.5.1-modes
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TandemMode {
    /// Terminates: detects, acts, takes the overhead out.
    Operational,
    /// Detects and tells the far end, but does not act; the overhead goes on.
    #[default]
    Monitor,
    /// Lets the overhead pass and sends nothing back.
    Transparent,
}

/// What the sink of a level is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TandemSettings {
    /// What it does.
    pub mode: TandemMode,
    /// The trace that it expects.
    pub trace: ExpectedTrace,
    /// Loss of the tandem connection counts as a failure: LTCAct.
    pub ltc_action: bool,
    /// The level is monitored from the first frame on; else once a source has been seen in it, so that
    /// a level nobody uses has no defect.
    pub provisioned: bool,
}

/// ODUkT_TT_Sk or, in monitor mode, ODUkTm_TT_Sk of one level.
#[derive(Clone, Debug)]
pub struct TandemSink {
    settings: TandemSettings,
    monitor: MonitorSink,
    /// Frames in a row in which a source was seen, until there were enough.
    used: u8,
}

impl TandemSink {
    /// A sink of this level.
    pub fn new(level: TcmLevel, settings: TandemSettings) -> Self {
        let inputs = Inputs::default()
            .with(Input::LtcAction, settings.ltc_action)
            .with(Input::Operational, settings.mode == TandemMode::Operational)
            .with(Input::NotTransparent, settings.mode != TandemMode::Transparent);
        let monitor = MonitorSink::new(Monitor::Tandem(level), settings.trace).deciding(inputs);
        let used = if settings.provisioned { USED_FRAMES } else { 0 };
        Self { settings, monitor, used }
    }

    /// The same with seconds counted, in an ODU of `signal`.
    #[must_use]
    pub fn counting(mut self, signal: Signal, provision: PerformanceProvision) -> Self {
        self.monitor = self.monitor.counting(signal, provision);
        self
    }

    /// True once the level is monitored.
    pub const fn watches(&self) -> bool {
        self.used >= USED_FRAMES
    }

    /// What it was told.
    pub const fn settings(&self) -> &TandemSettings {
        &self.settings
    }

    /// Its defects and traces.
    pub const fn monitor(&self) -> &MonitorSink {
        &self.monitor
    }

    /// The same, to tell it of degraded seconds or a failed server.
    pub const fn monitor_mut(&mut self) -> &mut MonitorSink {
        &mut self.monitor
    }

    /// What follows from its defects; nothing while the level is not in use.
    //= g798:14.5.1-atsf
    //= g798:14.5.1-abdi
    pub fn actions(&self) -> Actions {
        if self.watches() { self.monitor.actions() } else { Actions::default() }
    }

    /// The connection has failed for those above: AI_TSF.
    pub fn trail_failed(&self) -> bool {
        self.actions().contains(Action::Tsf)
    }

    /// Reads the field of a frame; see [`MonitorSink::receive`]. `None` while the level is not in use. A
    /// frame that was not cut `in_frame` does not tell which levels are.
    pub fn receive<const COLS: usize>(
        &mut self,
        frame: &Frame<COLS>,
        in_frame: bool,
        mfas: u8,
        opu_bip8: Bip8,
        note: &mut impl FnMut(Defect, bool),
    ) -> Option<u8> {
        let Monitor::Tandem(level) = self.monitor.monitor() else { return None };
        let watched = self.watches();
        if !watched {
            let stat = TandemConnectionMonitoring::read(frame, level).stat;
            if !stat.is_in_use() || !in_frame {
                if core::mem::take(&mut self.used) > 0 {
                    self.monitor.signal_fail(&mut |_, _| {});
                }
                return None;
            }
            self.used += 1;
        }
        let mut note_watched = |defect, raised| {
            if watched {
                note(defect, raised);
            }
        };
        let violations = self.monitor.receive(frame, mfas, opu_bip8, &mut note_watched);
        if !watched && self.watches() {
            // What has shown itself by now is known from here on.
            self.monitor.defects().iter().for_each(|defect| note(defect, true));
        }
        violations
    }

    /// Lets time pass; see [`MonitorSink::pass`].
    pub fn pass(&mut self, now: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        if self.watches() {
            self.monitor.pass(now, note);
        }
    }

    /// Counts the frame received last, which began at `at`; see [`MonitorSink::count`].
    pub fn count(&mut self, at: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        if self.watches() {
            self.monitor.count(at, note);
        }
    }

    /// The server signal failed at `at`.
    pub fn fail(&mut self, at: SimTime, note: &mut impl FnMut(SimTime, Defect, bool)) {
        if self.watches() {
            self.monitor.fail(at, note);
        } else {
            self.monitor.signal_fail(&mut |_, _| {});
        }
    }

    /// Violations to send back as BEI of the frame received last.
    pub fn last_violations(&self) -> u8 {
        let seen = self.monitor.near_violations().unwrap_or(0);
        if self.settings.mode == TandemMode::Transparent || !self.watches() { 0 } else { seen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::{DefectSet, TandemDefect};
    use otn_frame::OduFrame;
    use otn_frame::overhead::BeiBiae;

    //= type=test g709:15.8.2.2-tcm-bip8
    //= type=test g798:14.5.1-iae-16-multiframes
    #[test]
    fn an_alignment_error_is_told_for_4096_frames_and_the_bip_comes_two_frames_later() {
        for level in TcmLevel::all() {
            let mut source = TandemSource::new(level, Tti::new("A", "B", "").unwrap());
            let mut remote = RemoteIndication::default();
            source.alignment_error();
            for n in 0..4_100u32 {
                let mut frame = OduFrame::zeroed();
                remote.report(u8::from(n == 7) * 5);
                let bip8 = Bip8::from_octet(n as u8);
                source.write(&mut frame, n as u8, bip8, &mut remote);
                let tcm = TandemConnectionMonitoring::read(&frame, level);
                let stat = if n < 4_096 { TandemStatus::InUseIae } else { TandemStatus::InUse };
                assert_eq!(tcm.stat, stat, "frame {n}");
                assert_eq!(tcm.bip8.octet(), if n < 2 { 0 } else { (n - 2) as u8 });
                assert_eq!(tcm.bei, BeiBiae::from_code(u8::from(n == 7) * 5));
                assert_eq!(tcm.tti, Tti::new("A", "B", "").unwrap().octet_at(n as u8));
            }
        }
    }

    /// A sink of level 3 and what stands after each frame with these codes of STAT.
    fn run(settings: TandemSettings, codes: &[(u8, usize)]) -> (TandemSink, DefectSet) {
        let level = TcmLevel::new(3).unwrap();
        let mut sink = TandemSink::new(level, settings);
        let mut set = DefectSet::default();
        let stats = codes.iter().flat_map(|&(code, times)| std::iter::repeat_n(code, times));
        for (n, code) in stats.enumerate() {
            let mut frame = OduFrame::zeroed();
            frame.field_mut(level.field())[2] = code;
            sink.receive(&frame, true, n as u8, Bip8::default(), &mut |defect, raised| {
                assert!(set.set(defect, raised), "{defect} is news");
            });
        }
        (sink, set)
    }

    fn tcm3(kind: TandemDefect) -> Defect {
        Defect::Tcm(TcmLevel::new(3).unwrap(), kind)
    }

    /// Conformance cases 18 to 22, as far as they are about one sink.
    //= type=test g798:14.5.1-atsf
    //= type=test g798:14.5.1-modes
    #[test]
    fn what_fails_the_trail_depends_on_mode_and_settings() {
        use TandemMode::{Monitor, Operational, Transparent};
        let codes = [(0, TandemDefect::Ltc), (5, TandemDefect::Lck), (6, TandemDefect::Oci)];
        for (code, kind) in codes.into_iter().chain([(7, TandemDefect::Ais)]) {
            for mode in [Operational, Monitor, Transparent] {
                for ltc_action in [false, true] {
                    let settings = TandemSettings {
                        mode,
                        ltc_action,
                        provisioned: true,
                        ..Default::default()
                    };
                    let (sink, set) = run(settings, &[(1, 5), (code, 2)]);
                    assert!(set.is_empty() && !sink.trail_failed(), "two frames of {code}");
                    let (sink, set) = run(settings, &[(1, 5), (code, 3)]);
                    assert_eq!(set, DefectSet::of(&[tcm3(kind)]));
                    let acts = mode == Operational && (ltc_action || code != 0);
                    assert_eq!(sink.trail_failed(), acts, "{kind:?} {mode:?} {ltc_action}");
                    let (sink, set) = run(settings, &[(1, 5), (code, 9), (1, 2)]);
                    assert_eq!((set.is_empty(), sink.trail_failed()), (false, acts));
                    let (sink, set) = run(settings, &[(1, 5), (code, 9), (1, 3)]);
                    assert_eq!((set.is_empty(), sink.trail_failed()), (true, false));
                }
            }
        }
    }

    #[test]
    fn a_level_nobody_uses_has_no_defect_and_one_that_was_used_is_lost() {
        let settings = TandemSettings::default();
        for code in [0, 5, 6, 7] {
            let (sink, set) = run(settings, &[(0, 9), (code, 50)]);
            assert!(set.is_empty() && !sink.watches());
            let (_, set) = run(settings, &[(1, 15), (code, 50)]);
            assert!(set.is_empty(), "15 frames with a source are not enough");
            let (_, set) = run(settings, &[(1, 16), (code, 50)]);
            assert_eq!(set.iter().count(), 1);
        }
    }

    /// BDI, BIAE and IAE of a tandem connection; LCK shows a count and no BDI.
    #[test]
    fn backward_indications_need_their_number_of_frames() {
        let settings = TandemSettings { provisioned: true, ..Default::default() };
        let cases = [
            (0x09, 5, TandemDefect::Bdi),
            (0xB1, 3, TandemDefect::Biae),
            (0x02, 3, TandemDefect::Iae),
        ];
        for (octet, frames, kind) in cases {
            let (_, set) =
                run(settings, &[(1, 9), (octet, frames - 1), (1, 1), (octet, frames - 1)]);
            assert!(set.is_empty(), "{kind:?}");
            let (_, set) = run(settings, &[(1, 9), (octet, frames)]);
            assert_eq!(set, DefectSet::of(&[tcm3(kind)]));
            let (_, set) = run(settings, &[(1, 9), (octet, 20), (1, frames - 1)]);
            assert_eq!(set, DefectSet::of(&[tcm3(kind)]));
            let (_, set) = run(settings, &[(1, 9), (octet, 20), (1, frames)]);
            assert!(set.is_empty(), "{kind:?}");
        }
        // AIS has ones where BDI and a count are; neither is judged.
        let (sink, set) = run(settings, &[(0x09, 9), (0xFF, 9)]);
        assert_eq!(set, DefectSet::of(&[tcm3(TandemDefect::Ais)]));
        assert_eq!(sink.monitor().far_violations(), 0);
    }
}
