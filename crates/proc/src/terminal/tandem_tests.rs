//! Tandem connections on their way to a terminal, and what each of its eight monitors sends back.

use std::vec::Vec;

use otn_frame::layout::{MON_BIP8, MON_STATUS, ODU_COLS, OTU_BITS, PAYLOAD_OCTETS};
use otn_frame::overhead::TcmLevel;
use otn_frame::{OduFrame, OtuFrame, Signal, SimTime, Tti};

use super::{Fec, LineCoding, TerminalSink};
use crate::defect::{Defect, DefectEvent, TandemDefect};
use crate::monitor::{ExpectedTrace, Monitor, MonitorSink, PerformanceProvision, TimMode};
use crate::observer::Observer;
use crate::odu::Hold;
use crate::odu::passage::{Passage, TandemRemotes};
use crate::path::PathSource;
use crate::performance::monitor::PerformanceMonitor;
use crate::provision::{OduProvision, Provision};
use crate::remote::RemoteIndication;
use crate::section::SectionSource;
use crate::tandem::{TandemMode, TandemSettings, TandemSink};

const CLEAR: LineCoding = LineCoding { fec: Fec::None, scrambled: false };

/// A frame lasts so long here, so that a time is a number of frames.
const FRAME_NS: u64 = 12_191;

fn date(bit: u64) -> SimTime {
    SimTime::from_ns(bit * FRAME_NS / OTU_BITS)
}

fn level(number: u8) -> TcmLevel {
    TcmLevel::new(number).unwrap()
}

fn trace(sapi: &str) -> Tti {
    Tti::new(sapi, "TO", "").unwrap()
}

/// Defects by the frame in which they changed.
#[derive(Default)]
struct Record(Vec<(u64, Defect, bool)>);

impl Observer for Record {
    fn defect(&mut self, event: DefectEvent) {
        self.0.push((event.at.as_ns() / FRAME_NS, event.defect, event.raised));
    }
}

/// An ODU2 that begins, goes through nodes, and ends in the OTU2 of a terminal. Span n is before node
/// n; the last one is before the OTU2.
struct Route {
    path: PathSource,
    nodes: Vec<(Passage, Record)>,
    section: SectionSource,
    sink: TerminalSink,
    record: Record,
    frames: u64,
}

impl Route {
    fn new(nodes: Vec<Passage>, provision: Provision) -> Self {
        let performance = PerformanceProvision::default();
        let counting =
            |node: Passage| (node.counting(Signal::Odu2, performance), Record::default());
        let odu = OduProvision { non_intrusive: true, ..provision.odu };
        let provision = Provision { odu, ..provision };
        Self {
            path: PathSource::new(trace("PATH")),
            nodes: nodes.into_iter().map(counting).collect(),
            section: SectionSource::new(trace("SECTION")),
            sink: TerminalSink::provisioned(Signal::Otu2, CLEAR, provision, Hold::NOTHING),
            record: Record::default(),
            frames: 0,
        }
    }

    fn step(
        &mut self,
        on_span: &mut impl FnMut(usize, u64, &mut OduFrame),
        on_line: &mut impl FnMut(u64, &mut OtuFrame),
    ) {
        let (number, mfas) = (self.frames, self.frames as u8);
        self.frames += 1;
        let mut none = RemoteIndication::default();
        let mut odu = OduFrame::zeroed();
        odu.set_alignment(mfas);
        odu.set_payload(&[mfas; PAYLOAD_OCTETS]);
        let bip8 = odu.opu_bip8();
        self.path.write(&mut odu, mfas, bip8, &mut none);
        for (span, (node, record)) in self.nodes.iter_mut().enumerate() {
            on_span(span, number, &mut odu);
            let at = date(number * OTU_BITS);
            node.receive(&mut odu, mfas, at, &mut TandemRemotes::default(), record);
            node.send(&mut odu, mfas, &mut TandemRemotes::default());
        }
        on_span(self.nodes.len(), number, &mut odu);
        let mut otu = OtuFrame::zeroed();
        for (to, from) in otu.rows_mut().iter_mut().zip(odu.rows()) {
            to[..ODU_COLS].copy_from_slice(from);
        }
        let bip8 = otu.opu_bip8();
        self.section.write(&mut otu, mfas, bip8, &mut none);
        on_line(number, &mut otu);
        self.sink.push(otu.octets(), &date, &mut self.record);
    }

    /// Frames up to this one, with something done to the ODU2 on a span.
    fn run(mut self, frames: u64, mut on_span: impl FnMut(usize, u64, &mut OduFrame)) -> Self {
        while self.frames < frames {
            self.step(&mut on_span, &mut |_, _| {});
        }
        self
    }

    /// The same, with something done to the OTU2.
    fn run_line(mut self, frames: u64, mut on_line: impl FnMut(u64, &mut OtuFrame)) -> Self {
        while self.frames < frames {
            self.step(&mut |_, _, _| {}, &mut on_line);
        }
        self
    }

    /// Errored blocks of SM, of the levels from 1 on, and of PM at the terminal.
    fn blocks(&self) -> [u32; 8] {
        let tandem = self.sink.odu().tandem().iter().map(TandemSink::monitor);
        let all = [self.sink.section()].into_iter().chain(tandem).chain([self.sink.odu().path()]);
        let all: Vec<u32> = all.map(blocks).collect();
        all.try_into().unwrap()
    }

    /// Errored blocks of a connection that ends at a node.
    fn blocks_at(&self, node: usize) -> u32 {
        blocks(self.nodes[node].0.sinks()[0].monitor())
    }

    /// BDI, BIAE and waiting BEI of SM, of the levels from 1 on, and of PM.
    fn remotes(&mut self) -> [(bool, bool, u32); 8] {
        let remote = self.sink.remote();
        let all = [&mut remote.section].into_iter().chain(&mut remote.tandem);
        let all = all.chain([&mut remote.path]).map(|remote| {
            let bei = (0..64).map(|_| u32::from(remote.take_bei().get())).sum();
            (remote.bdi(), remote.biae(), bei)
        });
        let all: Vec<_> = all.collect();
        all.try_into().unwrap()
    }
}

/// Everything lies in the first second here.
fn blocks(sink: &MonitorSink) -> u32 {
    sink.performance().map(PerformanceMonitor::open_second).map_or(0, |s| s.near.errored_blocks)
}

fn begins(levels: &[u8]) -> Passage {
    ends_and_begins(&[], levels)
}

const ACTS: TandemSettings = TandemSettings {
    mode: TandemMode::Operational,
    trace: ExpectedTrace { mode: TimMode::Off, tti: Tti::from_octets([0; 64]), action: false },
    ltc_action: true,
    provisioned: true,
};

const WATCHES: TandemSettings = TandemSettings { mode: TandemMode::Monitor, ..ACTS };

fn ends_and_begins(ends: &[(u8, TandemSettings)], begin: &[u8]) -> Passage {
    let mut node = Passage::new();
    for &(number, settings) in ends {
        node.ends(level(number), settings);
    }
    for &number in begin {
        node.begins(level(number), trace(&std::format!("TCM{number}")));
    }
    node
}

fn told(levels: &[(u8, TandemSettings)]) -> Provision {
    let mut provision = Provision::default();
    for &(number, settings) in levels {
        *provision.odu.level_mut(level(number)) = settings;
    }
    provision
}

fn tcm(number: u8, kind: TandemDefect) -> Defect {
    Defect::Tcm(level(number), kind)
}

/// One wrong payload bit in frame 40 on a span.
fn bit_on(hit: usize) -> impl FnMut(usize, u64, &mut OduFrame) {
    move |span, number, frame| {
        if (span, number) == (hit, 40) {
            frame.rows_mut()[2][1_000] ^= 0x10;
        }
    }
}

/// Level 1 from A to the terminal; in it level 2 from B to the terminal; in that level 3 from B to C.
fn nested(levels: TandemSettings) -> Route {
    let nodes = [begins(&[1]), begins(&[2, 3]), ends_and_begins(&[(3, ACTS)], &[])];
    Route::new(nodes.into(), told(&[(1, levels), (2, levels)]))
}

//= type=test g709:15.8.2.2-tcm-bip8
//= type=test g798:14.5.1-erase
#[test]
fn nested_levels_see_the_spans_between_their_own_ends() {
    // Before A, A to B, B to C, C to the terminal: level 3 at C, then SM, levels 1 to 6 and PM.
    let expected = [
        (0, [0, 0, 0, 0, 0, 0, 0, 1]),
        (0, [0, 1, 0, 0, 0, 0, 0, 1]),
        (1, [0, 1, 1, 0, 0, 0, 0, 1]),
        (0, [0, 1, 1, 0, 0, 0, 0, 1]),
    ];
    for (span, expected) in expected.into_iter().enumerate() {
        let route = nested(ACTS).run(60, bit_on(span));
        assert_eq!((route.blocks_at(2), route.blocks()), expected, "span {span}");
        assert_eq!((route.record.0.len(), route.nodes[2].1.0.len()), (0, 0));
    }
}

//= type=test g798:14.5.1-erase
#[test]
fn cascaded_connections_of_one_level_see_one_span_each() {
    for (span, at_b, at_terminal) in [(1, 1, 0), (2, 0, 1)] {
        let nodes = [begins(&[1]), ends_and_begins(&[(1, ACTS)], &[1])];
        let route = Route::new(nodes.into(), told(&[(1, ACTS)])).run(60, bit_on(span));
        assert_eq!(route.blocks_at(1), at_b, "span {span}");
        assert_eq!(route.blocks(), [0, at_terminal, 0, 0, 0, 0, 0, 1], "span {span}");
        assert_eq!(route.record.0, []);
    }
}

/// Level 1 from A to C, level 2 from B to the terminal: C may only watch, so that level 1 goes on too.
//= type=test g798:14.5.1-modes
#[test]
fn overlapping_levels_share_the_span_in_the_middle() {
    let expected = [
        (0, [0, 0, 0, 0, 0, 0, 0, 1]),
        (1, [0, 1, 0, 0, 0, 0, 0, 1]),
        (1, [0, 1, 1, 0, 0, 0, 0, 1]),
        (0, [0, 1, 1, 0, 0, 0, 0, 1]),
    ];
    for (span, expected) in expected.into_iter().enumerate() {
        let nodes = [begins(&[1]), begins(&[2]), ends_and_begins(&[(1, WATCHES)], &[])];
        let route = Route::new(nodes.into(), told(&[(2, ACTS)])).run(60, bit_on(span));
        assert_eq!((route.blocks_at(2), route.blocks()), expected, "span {span}");
        assert_eq!(route.record.0, []);
    }
}

/// The innermost connection is lost in frames 100 to 149: C finds out in frame 102 and sends ODU2-AIS
/// until frame 151. The terminal has AIS for the third time in frame 104 and not in frame 154.
//= type=test g798:14.5.1-aais
//= type=test g798:14.5.1-atsf
#[test]
fn an_inner_connection_that_fails_is_ais_for_those_around_it() {
    let lost = |span: usize, number: u64, frame: &mut OduFrame| {
        if span == 2 && (100..150).contains(&number) {
            frame.field_mut(level(3).field()).fill(0);
        }
    };
    let ais = |defect| [(104, defect, true), (154, defect, false)];
    let [tcm1, tcm2] = [1, 2].map(|number| ais(tcm(number, TandemDefect::Ais)));
    // Where levels act there is nothing left for the path to see.
    let both = [tcm1[0], tcm2[0], tcm1[1], tcm2[1]].to_vec();
    let path = ais(Defect::Ais);
    let all = [tcm1[0], tcm2[0], path[0], tcm1[1], tcm2[1], path[1]].to_vec();
    for (levels, expected) in [(ACTS, both), (WATCHES, all)] {
        let mut route = nested(levels).run(130, lost);
        let bdi = route.remotes().map(|(bdi, ..)| bdi);
        assert_eq!(bdi, [false, true, true, false, false, false, false, true]);
        let mut route = route.run(200, lost);
        let ltc = tcm(3, TandemDefect::Ltc);
        assert_eq!(route.nodes[2].1.0, [(102, ltc, true), (152, ltc, false)]);
        assert_eq!(route.record.0, expected, "{:?}", levels.mode);
        assert_eq!(route.blocks(), [0; 8], "neither AIS nor its ends are errors");
        assert_eq!(route.remotes(), [(false, false, 0); 8]);
    }
}

/// In an overlap a connection that acts makes AIS of the other one too: why it may only watch there.
//= type=test g798:14.5.1-aais
#[test]
fn a_connection_that_acts_in_an_overlap_takes_the_other_with_it() {
    let lost = |span: usize, number: u64, frame: &mut OduFrame| {
        if span == 1 && (100..150).contains(&number) {
            frame.field_mut(level(1).field()).fill(0x66);
        }
    };
    for (settings, takes) in [(ACTS, true), (WATCHES, false)] {
        let nodes = [begins(&[1]), begins(&[2]), ends_and_begins(&[(1, settings)], &[])];
        let route = Route::new(nodes.into(), told(&[(2, ACTS)])).run(200, lost);
        let oci = tcm(1, TandemDefect::Oci);
        assert_eq!(route.nodes[2].1.0, [(102, oci, true), (152, oci, false)]);
        let of_2: Vec<_> = route.record.0.iter().filter(|event| event.1 != oci).collect();
        let ais = tcm(2, TandemDefect::Ais);
        let expected = [(104, ais, true), (154, ais, false)];
        assert_eq!(of_2, if takes { expected.iter().collect() } else { Vec::new() });
    }
}

/// Three copies of the trace end with frame 191.
//= type=test g798:14.5.1-atsf
#[test]
fn a_trace_mismatch_of_a_level_fails_the_path_where_it_acts() {
    for number in 1..=6 {
        for action in [false, true] {
            let expected = ExpectedTrace { mode: TimMode::Sapi, tti: trace("ANOTHER"), action };
            let settings = TandemSettings { trace: expected, ..ACTS };
            let route = Route::new([begins(&[number])].into(), told(&[(number, settings)]));
            let mut route = route.run(191, |_, _, _| {});
            assert_eq!(route.remotes(), [(false, false, 0); 8]);
            let mut route = route.run(220, |span, frame, odu| {
                // An error that a failed path must not count.
                odu.rows_mut()[1][500] ^= u8::from((span, frame) == (0, 200));
            });
            assert_eq!(route.record.0, [(191, tcm(number, TandemDefect::Tim), true)]);
            let mut back = [(false, false, 0); 8];
            back[usize::from(number)].0 = true;
            back[7] = (action, false, u32::from(!action));
            assert_eq!(route.remotes(), back, "level {number}, action {action}");
            let failed = route.sink.odu().path().trail_failed();
            assert_eq!((failed, route.blocks()[7]), (action, u32::from(!action)));
        }
    }
}

fn monitors() -> Vec<Monitor> {
    let tandem = TcmLevel::all().map(Monitor::Tandem);
    [Monitor::Section].into_iter().chain(tandem).chain([Monitor::Path]).collect()
}

/// A terminal with all levels in use.
fn all_levels(settings: TandemSettings, section: ExpectedTrace) -> Route {
    let levels: Vec<_> = (1..=6).map(|number| (number, settings)).collect();
    let provision = Provision { section, ..told(&levels) };
    Route::new([begins(&[1, 2, 3, 4, 5, 6])].into(), provision)
}

/// Three violations are told back by the monitor that saw them, once.
//= type=test g798:13.2-ri-bei
#[test]
fn violations_go_back_from_the_monitor_that_saw_them() {
    for (at, monitor) in monitors().into_iter().enumerate() {
        let route = all_levels(ACTS, ExpectedTrace::default());
        let mut route = route.run_line(50, |number, frame| {
            frame.field_mut(monitor.field())[MON_BIP8] ^= if number == 30 { 0x0B } else { 0 };
        });
        let mut expected = [(false, false, 0); 8];
        expected[at].2 = 3;
        assert_eq!(route.remotes(), expected, "{monitor:?}");
        assert_eq!(route.remotes(), [(false, false, 0); 8], "told once");
        assert_eq!(route.record.0, []);
    }
}

/// IAE of SM stands after five frames, STAT 010 of a level after three; PM has none.
//= type=test g798:13.2-abiae
#[test]
fn an_alignment_error_goes_back_from_the_monitor_that_saw_it() {
    for (at, monitor) in monitors().into_iter().enumerate() {
        let (code, frames) = match monitor {
            Monitor::Section => (0x04, 5),
            Monitor::Tandem(_) => (0x02, 3),
            Monitor::Path => (0x02, u64::MAX),
        };
        let mut route = all_levels(ACTS, ExpectedTrace::default());
        for number in 0..60 {
            route.step(&mut |_, _, _| {}, &mut |number, frame| {
                if (30..40).contains(&number) {
                    frame.field_mut(monitor.field())[MON_STATUS] = code;
                }
            });
            let from = 30u64.saturating_add(frames - 1);
            let mut expected = [(false, false, 0); 8];
            expected[at].1 = number >= from && number < from + 10;
            assert_eq!(route.remotes(), expected, "{monitor:?} in frame {number}");
        }
    }
}

/// OCI in the field of a level or of PM: BDI goes back there, and for the path too where the level acts.
//= type=test g798:14.5.1-abdi
//= type=test g798:14.2-abdi
#[test]
fn a_failure_goes_back_from_the_monitor_that_saw_it_and_those_above_it() {
    for (at, monitor) in monitors().into_iter().enumerate().skip(1) {
        for settings in [ACTS, WATCHES] {
            let mut route = all_levels(settings, ExpectedTrace::default());
            for number in 0..50 {
                route.step(&mut |_, _, _| {}, &mut |number, frame| {
                    if (30..40).contains(&number) {
                        frame.field_mut(monitor.field()).fill(0x66);
                    }
                });
                let stands = (32..42).contains(&number);
                let mut expected = [(false, false, 0); 8];
                expected[at].0 = stands;
                expected[7].0 |= stands && settings.mode == TandemMode::Operational;
                assert_eq!(route.remotes(), expected, "{monitor:?} in frame {number}");
            }
        }
    }
}

/// A trace of the section that is not expected: three copies end with frame 191.
//= type=test g798:13.2-abdi
#[test]
fn a_failure_of_the_section_goes_back_from_all_monitors_above_it() {
    for action in [false, true] {
        let section = ExpectedTrace { mode: TimMode::Both, tti: trace("ANOTHER"), action };
        let mut route = all_levels(ACTS, section).run_line(191, |_, _| {});
        assert_eq!(route.remotes(), [(false, false, 0); 8]);
        let mut route = route.run_line(192, |_, _| {});
        let mut expected = [(action, false, 0); 8];
        expected[0].0 = true;
        assert_eq!(route.remotes(), expected, "action {action}");
        assert_eq!(route.record.0, [(191, Defect::SectionTim, true)]);
    }
}
