//! Seconds of a trail: dDEG, registers, and what may not be counted. Time jumps from frame to frame.

use std::vec::Vec;

use otn_frame::bip::Bip8;
use otn_frame::layout::{FAS, MON_BIP8, MON_STATUS, OTU_BITS, PM, SM};
use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{OtuFrame, Signal, SimTime};

use super::tests::{CODING, frames};
use super::{Fec, LineCoding, TerminalSink};
use crate::defect::{Defect, DefectEvent, TandemDefect};
use crate::monitor::{ExpectedTrace, Monitor, MonitorSink, PerformanceProvision};
use crate::observer::Observer;
use crate::odu::Hold;
use crate::performance::degrade::DegradeConfig;
use crate::performance::monitor::PerformanceMonitor;
use crate::performance::primitives::{FecCounts, RawSecond};
use crate::performance::report::{EndCounters, Validity};

/// A status octet of a trail in use: STAT 001, which SM does not have and does not read.
const IN_USE: u8 = 0x01;
const AIS: u8 = 0xFF;
const OCI: u8 = 0x66;
const LCK: u8 = 0x55;

/// What comes in a second: errored blocks with this status octet, then good ones with that.
#[derive(Clone, Copy)]
struct Sent {
    errored: u64,
    good: u64,
    status: u8,
}

const GOOD: Sent = Sent { errored: 0, good: 4, status: IN_USE };

/// A sink in an ODU0 and frames made by hand. The BIP-8 computed is always 00: what is received in its
/// place are the violations.
struct Trail {
    sink: MonitorSink,
    frame: OtuFrame,
    mfas: u8,
    events: Vec<(SimTime, Defect, bool)>,
}

impl Trail {
    fn new(monitor: Monitor, degrade: Option<DegradeConfig>) -> Self {
        let provision = PerformanceProvision { degrade, ..PerformanceProvision::default() };
        let sink = MonitorSink::new(monitor, ExpectedTrace::default());
        let (frame, events) = (OtuFrame::zeroed(), Vec::new());
        Self { sink: sink.counting(Signal::Odu0, provision), frame, mfas: 0, events }
    }

    fn frame(&mut self, at: SimTime, violations: u8, status: u8) {
        let octets = self.frame.field_mut(self.sink.monitor().field());
        (octets[MON_BIP8], octets[MON_STATUS]) = (violations, status);
        let events = &mut self.events;
        self.sink.receive(&self.frame, self.mfas, Bip8::default(), &mut |defect, raised| {
            events.push((at, defect, raised));
        });
        self.sink.count(at, &mut |at, defect, raised| events.push((at, defect, raised)));
        self.mfas = self.mfas.wrapping_add(1);
    }

    /// A whole second, its frames spread evenly.
    fn second(&mut self, number: u64, sent: Sent) {
        let Sent { errored, good, status } = sent;
        for frame in 0..errored + good {
            let within = 1_000_000_000 * frame / (errored + good);
            let at = SimTime::from_ns(number * 1_000_000_000 + within);
            self.frame(at, u8::from(frame < errored), status);
        }
    }

    fn fail(&mut self, at: SimTime) {
        let events = &mut self.events;
        self.sink.fail(at, &mut |at, defect, raised| events.push((at, defect, raised)));
    }

    fn take_events(&mut self) -> Vec<(SimTime, Defect, bool)> {
        core::mem::take(&mut self.events)
    }

    fn performance(&self) -> &PerformanceMonitor {
        self.sink.performance().unwrap()
    }
}

fn monitors() -> [Monitor; 3] {
    [Monitor::Section, Monitor::Tandem(TcmLevel::new(4).unwrap()), Monitor::Path]
}

/// DEGTHR 5, DEGM 3.
fn degraded() -> Option<DegradeConfig> {
    Some(DegradeConfig::blocks(Signal::Odu0, 5, 3).unwrap())
}

/// Errored blocks first; the first two frames ever are never judged.
fn bad(blocks: u64) -> Sent {
    Sent { errored: blocks, good: 3, status: IN_USE }
}

fn s(seconds: u64) -> SimTime {
    SimTime::from_ms(seconds * 1_000)
}

//= type=test g798:6.2.3-deg-raise
//= type=test g798:6.2.3-deg-clear
#[test]
fn degraded_seconds_raise_and_good_ones_clear_at_the_end_of_a_second() {
    for monitor in monitors() {
        let deg = monitor.defect(TandemDefect::Deg).unwrap();
        let mut trail = Trail::new(monitor, degraded());
        trail.second(0, GOOD);
        // One block short, one second short.
        for (number, blocks) in [4, 4, 4, 4, 5, 5, 4, 5, 5].into_iter().enumerate() {
            trail.second(1 + number as u64, bad(blocks));
        }
        trail.second(10, GOOD);
        assert_eq!(trail.take_events(), [], "{monitor:?}");
        for number in 11..14 {
            trail.second(number, bad(5));
        }
        assert_eq!(trail.take_events(), [], "the third second is not over");
        // The frame that shows it comes 100 ms late; the defect does not.
        trail.frame(SimTime::from_ms(14_100), 0, IN_USE);
        assert_eq!(trail.take_events(), [(s(14), deg, true)]);
        assert!(trail.sink.has(TandemDefect::Deg));
        assert!(!trail.sink.trail_failed(), "a degraded trail is there");
        trail.second(15, GOOD);
        trail.second(16, bad(5));
        for number in 17..20 {
            trail.second(number, bad(4));
        }
        assert_eq!(trail.take_events(), []);
        trail.second(20, GOOD);
        assert_eq!(trail.take_events(), [(s(20), deg, false)]);
    }
}

//= type=test g798:6.2-signal-fail-forces-false
//= type=test g798:6.2.3-deg-hold
#[test]
fn a_degraded_trail_that_fails_is_not_degraded_and_begins_anew() {
    for monitor in monitors() {
        let deg = monitor.defect(TandemDefect::Deg).unwrap();
        let mut trail = Trail::new(monitor, degraded());
        trail.second(0, GOOD);
        for number in 1..4 {
            trail.second(number, bad(5));
        }
        trail.second(4, bad(5));
        assert_eq!(trail.take_events(), [(s(4), deg, true)]);
        let cut = SimTime::from_ms(5_300);
        trail.fail(cut);
        assert_eq!(trail.take_events(), [(cut, deg, false)], "at once");
        trail.sink.pass(s(9), &mut |at, defect, raised| panic!("{at:?} {defect} {raised}"));
        // Back in second 9, which cannot be judged; 10 and 11 are too few, 12 is the third.
        for number in 9..13 {
            trail.second(number, bad(7));
        }
        assert_eq!(trail.take_events(), [], "{monitor:?}");
        trail.second(13, GOOD);
        assert_eq!(trail.take_events(), [(s(13), deg, true)]);
        // Two bad seconds before a failure do not count behind it.
        let mut trail = Trail::new(monitor, degraded());
        trail.second(0, GOOD);
        trail.second(1, bad(5));
        trail.second(2, bad(5));
        trail.fail(SimTime::from_ms(3_900));
        for number in 4..7 {
            trail.second(number, bad(5));
        }
        assert_eq!(trail.take_events(), [], "{monitor:?}");
    }
}

/// What comes in each second of the scenario below.
fn scenario(second: u64) -> Sent {
    match second {
        10 => Sent { errored: 3, ..GOOD },
        // 15 % of the blocks of an ODU0 are 1526.
        20 => Sent { errored: 1_526, ..GOOD },
        21 => Sent { errored: 1_525, ..GOOD },
        30 => Sent { good: 2, status: 0x21, ..GOOD },
        100..=111 => Sent { status: AIS, ..GOOD },
        895..=907 => Sent { status: LCK, ..GOOD },
        950 => Sent { errored: 4, ..GOOD },
        1_300 => Sent { errored: 7, ..GOOD },
        _ => GOOD,
    }
}

/// Four frames a second: AIS stands from the third frame of second 100 to that of second 112, which
/// makes 13 seconds; LCK from second 895 to second 908, 5 of them in the first interval.
//= type=test g8201:3.2-ses
//= type=test g8201:a.4-not-in-unavailable-time
//= type=test g7710:suspect
#[test]
fn half_an_hour_of_a_path_is_in_two_registers() {
    let mut trail = Trail::new(Monitor::Path, None);
    for second in 0..1_200 {
        trail.second(second, scenario(second));
    }
    let second_half = trail.performance().quarter_hours().current().unwrap();
    assert_eq!((second_half.near.unavailable_seconds, second_half.near.errored_blocks), (9, 4));
    assert_eq!(second_half.validity, Validity::Partial, "it still runs");
    trail.sink.performance_mut().unwrap().reset_quarter_hour();
    for second in 1_200..1_830 {
        trail.second(second, scenario(second));
    }
    let registers: Vec<_> = trail.performance().quarter_hours().history().copied().collect();
    let [second_half, first_half] = registers[..] else { panic!("{registers:?}") };
    let near = EndCounters {
        errored_blocks: 3 + 1_526 + 1_525,
        background_block_errors: 3 + 1_525,
        blocks_in_severe_seconds: 1_526,
        blocks_in_unavailable_time: 0,
        discarded_blocks: 0,
        errored_seconds: 3,
        severely_errored_seconds: 1,
        unavailable_seconds: 13 + 5,
        defect_seconds: 13 + 5,
        available_seconds: 900 - 18,
    };
    assert_eq!(first_half.near, near);
    let far = EndCounters {
        errored_blocks: 2,
        background_block_errors: 2,
        errored_seconds: 1,
        available_seconds: 900,
        ..EndCounters::default()
    };
    assert_eq!(first_half.far, far);
    assert_eq!((first_half.elapsed, first_half.validity), (900, Validity::Complete));
    assert_eq!(first_half.pair_unavailable_seconds, 18);
    // Only what came behind the reset.
    assert_eq!(second_half.validity, Validity::Suspect);
    let near = second_half.near;
    assert_eq!((near.errored_blocks, near.background_block_errors), (7, 7));
    assert_eq!((near.errored_seconds, near.unavailable_seconds), (1, 0));
    let day = trail.performance().days().current().unwrap();
    assert_eq!(day.near.unavailable_seconds, 13 + 14);
    assert_eq!(day.near.errored_blocks, 3 + 1_526 + 1_525 + 4 + 7);
}

/// Conformance case 42.
//= type=test g7710:suspect
#[test]
fn counting_that_begins_inside_an_interval_gives_a_partial_one() {
    let mut trail = Trail::new(Monitor::Path, None);
    for second in 700..920 {
        trail.second(second, GOOD);
    }
    let first = *trail.performance().quarter_hours().history().next().unwrap();
    assert_eq!((first.elapsed, first.validity), (200, Validity::Partial));
}

/// Five frames at once, for the alignment, then ten a second: 640 codewords of 16 in each of four rows.
#[test]
fn what_the_fec_did_is_in_the_seconds_of_the_section() {
    let mut line = frames(CODING, 0, 54);
    for i in 0..8 {
        line[12][4_080 + 16 * (40 + i) + 3] ^= 0x03;
    }
    // Nine octets of one codeword; an odd number of wrong bits is one errored block.
    for i in 0..9 {
        line[23][4_080 + 16 * (20 + i) + 2] ^= 0x01;
    }
    let expected = Some(PayloadType::GFP);
    let mut sink = TerminalSink::new(Signal::Otu2, CODING, expected, Hold::NOTHING);
    let date = |bit: u64| match bit / OTU_BITS {
        number @ 0..5 => SimTime::from_ns(number * 12_191),
        number => SimTime::from_ms((number - 4) * 100),
    };
    let mut changes = Changes::default();
    line.iter().for_each(|octets| sink.push(octets, &date, &mut changes));
    assert_eq!(changes.0, []);
    let seconds = sink.section().performance().unwrap();
    // Second 3 waits for the next one.
    let register = seconds.quarter_hours().current().unwrap();
    let fec = FecCounts {
        codewords: 3 * 640 + 4 * 64,
        corrected_bits: 16,
        corrected_symbols: 8,
        uncorrectable_codewords: 1,
    };
    assert_eq!((register.elapsed, register.fec), (3, fec));
    assert_eq!((register.near.errored_blocks, register.near.errored_seconds), (1, 1));
    let open = FecCounts { codewords: 640, ..FecCounts::default() };
    assert_eq!(seconds.open_second().fec, open);
    let path = sink.odu().path().performance().unwrap().open_second();
    assert_eq!(path.fec, FecCounts::default(), "the path has none");
}

/// In frames 10 to 19 the field is that of a maintenance signal with a wrong BIP-8, and with a count
/// and BDI where they would be. Every other frame has a violation.
//= type=test g798:6.5-signal-fail-holds
#[test]
fn a_maintenance_signal_and_the_two_frames_behind_it_have_no_violations() {
    let path = (Monitor::Path, [0x3F, AIS, 0x3E, OCI, 0x3D, LCK].to_vec());
    let tandem = Monitor::Tandem(TcmLevel::new(2).unwrap());
    let tandem = (tandem, [0x3F, AIS, 0x3E, OCI, 0x3D, LCK, 0x38, 0x00].to_vec());
    for (monitor, octets) in [path, tandem] {
        for octet in octets {
            let mut trail = Trail::new(monitor, None);
            for n in 0..40u64 {
                let failed = (10..20).contains(&n);
                // Four frames of BDI before and behind, which are not five in a row.
                let bdi = if (6..10).contains(&n) || (22..26).contains(&n) { 0x08 } else { 0 };
                let status = if failed { octet } else { 0x11 | bdi };
                trail.frame(SimTime::from_ns(n * 98_354), 0x01, status);
                let near = !(10..22).contains(&n) && n >= 2;
                assert_eq!(trail.sink.near_violations(), near.then_some(1), "{octet:02X} {n}");
                assert_eq!(trail.sink.far_violations(), u8::from(!failed), "{octet:02X} {n}");
            }
            let open = trail.performance().open_second();
            assert_eq!(open.near.errored_blocks, 8 + 18, "{octet:02X}");
            let bdi =
                trail.events.iter().filter(|e| Some(e.1) == monitor.defect(TandemDefect::Bdi));
            assert_eq!(bdi.count(), 0, "{octet:02X}");
            let changes: Vec<_> = trail.events.iter().map(|e| (e.0.as_ns(), e.2)).collect();
            assert_eq!(changes, [(12 * 98_354, true), (22 * 98_354, false)], "{octet:02X}");
        }
    }
}

#[derive(Default)]
struct Changes(Vec<(SimTime, Defect, bool)>);

impl Observer for Changes {
    fn defect(&mut self, event: DefectEvent) {
        self.0.push((event.at, event.defect, event.raised));
    }
}

/// From frame 100 to 699 the FAS is broken and all of SM and PM is noise of the worst kind: wrong BIP-8,
/// BDI and a count.
//= type=test g798:6.5-signal-fail-holds
//= type=test g798:6.2-signal-fail-forces-false
#[test]
fn nothing_that_comes_while_the_section_has_failed_is_counted_or_raised() {
    let clear = LineCoding { fec: Fec::None, scrambled: false };
    let date = |bit: u64| SimTime::from_ns(bit * 12_191 / OTU_BITS);
    let mut sink = TerminalSink::new(Signal::Otu2, clear, None, Hold::NOTHING);
    let mut changes = Changes::default();
    let (lof, back) = (
        SimTime::from_ns(104 * 12_191) + SimTime::from_ms(3),
        SimTime::from_ns(700 * 12_191) + SimTime::from_ms(3),
    );
    let mut while_failed: Option<[RawSecond; 2]> = None;
    for n in 0..1_100u64 {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(n as u8);
        if (100..700).contains(&n) {
            frame.field_mut(FAS).fill(0x55);
            frame.field_mut(SM).copy_from_slice(&[0xA5, 0x77, 0x38]);
            frame.field_mut(PM).copy_from_slice(&[0xA5, 0x77, 0x39]);
        }
        sink.push(frame.octets(), &date, &mut changes);
        let at = date(n * OTU_BITS);
        // Out of frame the search is up to three frames behind what came.
        if at < lof + SimTime::from_ns(4 * 12_191) || at >= back {
            continue;
        }
        let seconds = [sink.section(), sink.odu().path()].map(|s| s.performance());
        let now = seconds.map(|seconds| seconds.unwrap().open_second());
        let before = *while_failed.get_or_insert(now);
        assert_eq!(now, before, "frame {n}");
        assert!(now.iter().all(|second| second.near.defect && second.signal_fail));
        let remote = sink.remote();
        assert!(remote.section.bdi() && remote.path.bdi());
    }
    let noise = |at: SimTime| (lof..back).contains(&at);
    let of_noise: Vec<_> = changes.0.iter().filter(|event| noise(event.0) && event.2).collect();
    assert_eq!(of_noise, [&(lof, Defect::Lof, true)]);
    let [_, lasts @ ..] = &changes.0[..] else { panic!("{:?}", changes.0) };
    assert!(lasts.contains(&(back, Defect::Lof, false)));
    assert!(sink.defects().is_empty(), "{:?}", changes.0);
    let counters = *sink.counters();
    // What comes at the old phase until it is known to be lost is counted for what it is.
    assert!(counters.section_bdi_frames <= 5 + 247, "{}", counters.section_bdi_frames);
}
