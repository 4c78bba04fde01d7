//! Tandem connections of an ODUk that passes through a node.
//!
//! Clauses: G.798 14.5.1 (ODUkT_TT, ODUkT/ODUk_A). In: frames of the ODUk in one direction, or the news that
//! there is none. Out: the same frames with the connections that end here terminated and those that
//! begin here written; ODUk-AIS where one that acts has failed. The backward indications of a
//! connection leave by the [`Passage`] of the other direction, which has its sources.

use alloc::vec::Vec;

use otn_frame::overhead::TcmLevel;
use otn_frame::{OduFrame, Signal, SimTime, Tti};

use super::source::Maintenance;
use crate::defect::{Defect, DefectEvent};
use crate::monitor::{ExpectedTrace, Monitor, PerformanceProvision};
use crate::observer::Observer;
use crate::place::Place;
use crate::provision::TCM_LEVELS;
use crate::remote::RemoteIndication;
use crate::supervision::actions::Action;
use crate::tandem::{TandemMode, TandemSettings, TandemSink, TandemSource};

/// What the sinks of a node have to send back, level 1 first.
pub type TandemRemotes = [RemoteIndication; TCM_LEVELS];

/// The tandem connections of one direction through a node.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    sinks: Vec<TandemSink>,
    sources: Vec<TandemSource>,
    server_failed: bool,
}

impl Passage {
    /// A passage that touches nothing.
    pub const fn new() -> Self {
        Self { sinks: Vec::new(), sources: Vec::new(), server_failed: false }
    }

    /// A connection of this level ends here. Those that end first are given first: the innermost.
    pub fn ends(&mut self, level: TcmLevel, settings: TandemSettings) {
        self.sinks.push(TandemSink::new(level, TandemSettings { provisioned: true, ..settings }));
    }

    /// The seconds of all connections that end here are counted from now on, in an ODU of `signal`.
    #[must_use]
    pub fn counting(mut self, signal: Signal, provision: PerformanceProvision) -> Self {
        self.sinks = self.sinks.into_iter().map(|sink| sink.counting(signal, provision)).collect();
        self
    }

    /// A connection of this level begins here. The outermost is given first.
    pub fn begins(&mut self, level: TcmLevel, tti: Tti) {
        self.sources.push(TandemSource::new(level, tti));
    }

    /// The connections that end here.
    pub fn sinks(&self) -> &[TandemSink] {
        &self.sinks
    }

    /// The connections that begin here.
    pub fn sources(&self) -> &[TandemSource] {
        &self.sources
    }

    /// Whether the frames that come are known to be frames; see [`MonitorSink::trust`].
    ///
    /// [`MonitorSink::trust`]: crate::monitor::MonitorSink::trust
    //= g798:8.2.1-trusted-frames
    pub fn trust(&mut self, trusted: bool) {
        self.sinks.iter_mut().for_each(|sink| sink.monitor_mut().trust(trusted));
    }

    /// Ends connections in a frame that came in at `at`. Where one that acts has failed the frame is
    /// ODUk-AIS from there on; one that acts is taken out of the overhead.
    //= g798:14.5.1-aais
    //= g798:14.5.1-erase
    pub fn receive(
        &mut self,
        frame: &mut OduFrame,
        mfas: u8,
        at: SimTime,
        back: &mut TandemRemotes,
        observer: &mut impl Observer,
    ) {
        self.server_failed = false;
        for sink in &mut self.sinks {
            let bip8 = frame.opu_bip8();
            // Seconds end before the frame begins.
            sink.pass(at, &mut |at, defect, raised| {
                observer.defect(DefectEvent { place: Place::ROOT, at, defect, raised });
            });
            sink.receive(frame, true, mfas, bip8, &mut |defect, raised| {
                observer.defect(DefectEvent { place: Place::ROOT, at, defect, raised });
            });
            sink.count(at, &mut |at, defect, raised| {
                observer.defect(DefectEvent { place: Place::ROOT, at, defect, raised });
            });
            tell(sink, back);
            if sink.actions().contains(Action::Tsf) {
                // aAIS, and AIS itself where that is the defect.
                Maintenance::Ais.write(frame);
            } else if sink.settings().mode == TandemMode::Operational {
                frame.field_mut(sink.monitor().monitor().field()).fill(0);
            }
        }
    }

    /// There is no ODUk at the input from `at` on: CI_SSF. What is sent in its place is the caller's
    /// matter.
    pub fn signal_fail(
        &mut self,
        at: SimTime,
        back: &mut TandemRemotes,
        observer: &mut impl Observer,
    ) {
        self.server_failed = true;
        for sink in &mut self.sinks {
            sink.fail(at, &mut |at, defect: Defect, raised| {
                observer.defect(DefectEvent { place: Place::ROOT, at, defect, raised });
            });
            tell(sink, back);
        }
    }

    /// Time passes up to `now` without a frame.
    pub fn pass(&mut self, now: SimTime, observer: &mut impl Observer) {
        for sink in &mut self.sinks {
            sink.pass(now, &mut |at, defect, raised| {
                observer.defect(DefectEvent { place: Place::ROOT, at, defect, raised });
            });
        }
    }

    /// The connection of this level that begins here sends another trace from now on.
    pub fn set_tti(&mut self, level: TcmLevel, tti: Tti) {
        self.sources.iter_mut().filter(|s| s.level() == level).for_each(|s| s.set_tti(tti));
    }

    /// The connection of this level that ends here expects another trace from now on.
    pub fn expect(&mut self, level: TcmLevel, expected: ExpectedTrace) {
        for sink in &mut self.sinks {
            if sink.monitor().monitor() == Monitor::Tandem(level) {
                sink.monitor_mut().expect(expected);
            }
        }
    }

    /// Frames do not follow one another here: the sources tell the far end of it.
    //= g798:14.5.1-iae-16-multiframes
    pub fn alignment_error(&mut self) {
        for sink in &mut self.sinks {
            sink.monitor_mut().restart();
        }
        for source in &mut self.sources {
            source.alignment_error();
        }
    }

    /// Begins connections in a frame that is about to leave, be it the ODUk or a maintenance signal.
    pub fn send(&mut self, frame: &mut OduFrame, mfas: u8, back: &mut TandemRemotes) {
        for source in &mut self.sources {
            let remote = &mut back[usize::from(source.level().get()) - 1];
            source.write(frame, mfas, frame.opu_bip8(), remote);
        }
    }

    /// True while there is no ODUk at the input.
    pub const fn server_failed(&self) -> bool {
        self.server_failed
    }
}

/// aBDI, aBEI and aBIAE of one connection.
//= g798:14.5.1-abdi
fn tell(sink: &TandemSink, back: &mut TandemRemotes) {
    let Monitor::Tandem(level) = sink.monitor().monitor() else { return };
    let remote = &mut back[usize::from(level.get()) - 1];
    remote.set_bdi(sink.actions().contains(Action::Bdi));
    remote.set_biae(sink.actions().contains(Action::Biae));
    remote.report(sink.last_violations());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::TandemDefect;
    use crate::observer::Nobody;
    use crate::path::PathSource;
    use otn_frame::layout::PAYLOAD_OCTETS;
    use otn_frame::overhead::{
        PathMonitoring, PathStatus, TandemConnectionMonitoring, TandemStatus,
    };
    use std::vec;

    #[derive(Default)]
    struct Record(Vec<(Defect, bool)>);

    impl Observer for Record {
        fn defect(&mut self, event: DefectEvent) {
            self.0.push((event.defect, event.raised));
        }
    }

    fn level(number: u8) -> TcmLevel {
        TcmLevel::new(number).unwrap()
    }

    const ACTS: TandemSettings = TandemSettings {
        mode: TandemMode::Operational,
        trace: ExpectedTrace {
            mode: crate::monitor::TimMode::Off,
            tti: Tti::from_octets([0; 64]),
            action: false,
        },
        ltc_action: true,
        provisioned: true,
    };

    /// A path of frames with counting payload.
    struct Line(PathSource, u8);

    impl Line {
        fn next(&mut self) -> (OduFrame, u8) {
            let mfas = self.1;
            self.1 = mfas.wrapping_add(1);
            let mut frame = OduFrame::zeroed();
            frame.set_alignment(mfas);
            frame.set_payload(&[mfas; PAYLOAD_OCTETS]);
            let bip8 = frame.opu_bip8();
            self.0.write(&mut frame, mfas, bip8, &mut RemoteIndication::default());
            (frame, mfas)
        }
    }

    fn line() -> Line {
        Line(PathSource::new(Tti::from_octets([0; 64])), 0)
    }

    /// West begins 1 and 2, middle ends 2 and begins 3, east ends 3 and 1: nested and cascaded.
    //= type=test g798:14.5.1-erase
    #[test]
    fn an_undisturbed_odu_comes_out_as_it_went_in() {
        let (mut west, mut middle, mut east) = (Passage::new(), Passage::new(), Passage::new());
        west.begins(level(1), Tti::from_octets([1; 64]));
        west.begins(level(2), Tti::from_octets([2; 64]));
        middle.ends(level(2), ACTS);
        middle.begins(level(3), Tti::from_octets([3; 64]));
        east.ends(level(3), ACTS);
        east.ends(level(1), ACTS);
        let mut back = TandemRemotes::default();
        let mut record = Record::default();
        let mut line = line();
        for n in 0..600 {
            let (mut frame, mfas) = line.next();
            let sent = frame.clone();
            west.send(&mut frame, mfas, &mut TandemRemotes::default());
            middle.receive(&mut frame, mfas, SimTime::ZERO, &mut back, &mut record);
            let of = |frame: &OduFrame, n| TandemConnectionMonitoring::read(frame, level(n)).stat;
            assert_eq!(of(&frame, 2), TandemStatus::NoSource, "taken out");
            middle.send(&mut frame, mfas, &mut TandemRemotes::default());
            assert_eq!((of(&frame, 1), of(&frame, 3)), (TandemStatus::InUse, TandemStatus::InUse));
            east.receive(&mut frame, mfas, SimTime::ZERO, &mut back, &mut record);
            assert_eq!(frame, sent, "frame {n}");
        }
        assert_eq!(record.0, []);
        assert!(back.iter_mut().all(|r| !r.bdi() && r.take_bei().get() == 0));
        let traces: Vec<_> = east
            .sinks()
            .iter()
            .chain(middle.sinks())
            .map(|s| s.monitor().trace().accepted().unwrap().octets()[0])
            .collect();
        assert_eq!(traces, [3, 1, 2]);
    }

    /// Frames of what looks like AIS, but nobody knows where they begin: nothing is judged.
    //= type=test g798:8.2.1-trusted-frames
    #[test]
    fn frames_that_are_not_trusted_raise_nothing_and_pass() {
        let mut node = Passage::new();
        node.ends(level(2), ACTS);
        let mut record = Record::default();
        let ais = |node: &mut Passage, record: &mut Record| {
            let mut frame = OduFrame::zeroed();
            Maintenance::Ais.write(&mut frame);
            node.receive(&mut frame, 0, SimTime::ZERO, &mut TandemRemotes::default(), record);
        };
        node.trust(false);
        (0..20).for_each(|_| ais(&mut node, &mut record));
        assert_eq!(record.0, []);
        node.trust(true);
        (0..20).for_each(|_| ais(&mut node, &mut record));
        assert_eq!(record.0, [(Defect::Tcm(level(2), TandemDefect::Ais), true)]);
    }

    //= type=test g798:14.5.1-aais
    //= type=test g798:14.5.1-abdi
    #[test]
    fn a_connection_that_fails_and_acts_sends_ais_on_and_bdi_back() {
        for mode in [TandemMode::Operational, TandemMode::Monitor, TandemMode::Transparent] {
            let mut node = Passage::new();
            node.ends(level(4), TandemSettings { mode, ..ACTS });
            let mut back = TandemRemotes::default();
            let mut record = Record::default();
            let mut line = line();
            let mut source = TandemSource::new(level(4), Tti::from_octets([4; 64]));
            let mut seen = vec![];
            for n in 0..30 {
                let (mut frame, mfas) = line.next();
                if !(10..20).contains(&n) {
                    let bip8 = frame.opu_bip8();
                    source.write(&mut frame, mfas, bip8, &mut RemoteIndication::default());
                }
                node.receive(&mut frame, mfas, SimTime::ZERO, &mut back, &mut record);
                let ais = PathMonitoring::read(&frame).stat == PathStatus::Ais;
                assert!(!ais || frame.payload_rows().all(|row| row.iter().all(|&o| o == 0xFF)));
                seen.push((ais, back[3].bdi()));
            }
            // STAT 000 for the third time in frame 12, 001 for the third time in frame 22.
            let failed = |n: &usize| (12..22).contains(n);
            let expected: Vec<_> = (0..30)
                .map(|n| {
                    let lost = failed(&n);
                    (
                        lost && mode == TandemMode::Operational,
                        lost && mode != TandemMode::Transparent,
                    )
                })
                .collect();
            assert_eq!(seen, expected, "{mode:?}");
            let ltc = Defect::Tcm(level(4), TandemDefect::Ltc);
            assert_eq!(record.0, [(ltc, true), (ltc, false)]);
            node.signal_fail(SimTime::ZERO, &mut back, &mut Nobody);
            assert_eq!(back[3].bdi(), mode != TandemMode::Transparent);
        }
    }
}
