//! Cases 18 to 22: a tandem connection that ends at the terminal, or in a node on the way.

use otn_frame::overhead::{PathMonitoring, PathStatus, TcmLevel};
use otn_frame::{OduFrame, Signal, SimTime, Tti};
use otn_proc::defect::{Defect, TandemDefect};
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::observer::Nobody;
use otn_proc::odu::passage::{Passage, TandemRemotes};
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::settings::{self, Mode, Settings};
use otn_proc::tandem::{TandemMode, TandemSettings};

use crate::bench::{Terminal, clear, start_of, tcm, trace};

const SIGNAL: Signal = Signal::Otu2;
const FIRST: usize = 64;
const NOTHING: [&str; 0] = [];

fn level() -> TcmLevel {
    TcmLevel::new(3).expect("there are six")
}

fn defect(kind: TandemDefect) -> Defect {
    Defect::Tcm(level(), kind)
}

fn otu2(number: usize) -> SimTime {
    start_of(SIGNAL, number as u64)
}

fn tandem(mode: TandemMode, action: bool) -> TandemSettings {
    let expected = ExpectedTrace { mode: TimMode::Both, tti: trace(), action };
    TandemSettings { mode, trace: expected, ltc_action: action, provisioned: true }
}

/// A terminal with TCM3, acting or not, in this mode.
fn terminal(mode: TandemMode, action: bool) -> Terminal {
    let mut odu = OduProvision::default();
    *odu.level_mut(level()) = tandem(mode, action);
    let mut reports = settings::TandemSettings {
        mode: match mode {
            TandemMode::Operational => Mode::Operational,
            TandemMode::Monitor => Mode::Monitor,
            TandemMode::Transparent => Mode::Transparent,
        },
        ltc_action: action,
        ..settings::TandemSettings::default()
    };
    reports.trail.tim_action = action;
    let mut settings = Settings::default();
    settings.odu.tandems.push((level(), reports));
    let provision = Provision { odu, ..Provision::default() };
    let mut terminal = Terminal::provisioned(SIGNAL, provision, settings);
    terminal.good(FIRST);
    terminal
}

/// What level 3 is in the next frames: its three octets, the first of them the trace.
fn status(octet: u8) -> impl FnMut(usize, &mut [u8]) {
    move |_, frame| frame[tcm(3) + 2] = octet
}

/// Cases 18 and 19: what a lost connection does without and with its action.
//= type=test g798:14.5.1-atsf
//= type=test g798:14.5.1-abdi
//= type=test g798:14.5-tandem-causes
#[test]
fn case_18_and_19_a_lost_connection_acts_only_where_it_should() {
    for action in [false, true] {
        let mut terminal = terminal(TandemMode::Operational, action);
        terminal.send(3, |_, frame| frame[tcm(3)..][..3].fill(0)).settle();
        let ltc = defect(TandemDefect::Ltc);
        assert_eq!(terminal.record.of(ltc), [(otu2(FIRST + 2), true)]);
        let told = if action { vec!["ODU cSSF", "TCM3 cLTC"] } else { vec!["TCM3 cLTC"] };
        assert_eq!(terminal.record.standing(), told);
        assert!(terminal.sink.remote().tandem[2].bdi());
        assert_eq!(terminal.sink.odu().tandem()[2].trail_failed(), action, "aTSF");
        assert_eq!(terminal.sink.remote().path.bdi(), action, "the path has no signal");
        assert_eq!(terminal.sink.odu().client_failed(), action);
        terminal.good(3).settle();
        assert_eq!(terminal.record.standing(), NOTHING);
        assert!(!terminal.sink.remote().tandem[2].bdi());
    }
}

/// Cases 18 and 19 in a node on the way: ODUk-AIS goes on from the third frame to the third good one.
//= type=test g798:14.5.1-aais
#[test]
fn case_19_a_node_on_the_way_sends_ais_on() {
    for action in [false, true] {
        let mut node = Passage::new();
        node.ends(level(), tandem(TandemMode::Operational, action));
        let mut back = TandemRemotes::default();
        let mut seen = Vec::new();
        for number in 0..60 {
            let mut frame = odu(number);
            if (20..40).contains(&number) {
                frame.octets_mut()[odu_place(tcm(3))..][..3].fill(0);
            }
            let at = otu2(number);
            node.receive(&mut frame, number as u8, at, &mut back, &mut Nobody);
            let ais = PathMonitoring::read(&frame).stat == PathStatus::Ais;
            let all_ones = frame.payload_rows().all(|row| row.iter().all(|&octet| octet == 0xFF));
            assert_eq!(ais, all_ones);
            seen.push((ais, back[2].bdi()));
        }
        let lost = |number: &usize| (22..42).contains(number);
        let expected: Vec<_> = (0..60).map(|n| (lost(&n) && action, lost(&n))).collect();
        assert_eq!(seen, expected);
    }
}

/// The ODUk of a frame of the line.
fn odu(number: usize) -> OduFrame {
    let octets: Vec<u8> =
        clear(number).chunks(4_080).flat_map(|row| row[..3_824].to_vec()).collect();
    OduFrame::from_octets(&octets).expect("a whole frame")
}

/// A place of an OTUk frame in the ODUk frame.
const fn odu_place(place: usize) -> usize {
    place / 4_080 * 3_824 + place % 4_080
}

/// Case 20: first there is OCI in TCM3, then the line is gone as well.
//= type=test g798:14.5-tandem-causes
//= type=test g798:6.2-signal-fail-forces-false
#[test]
fn case_20_below_a_failed_section_there_is_no_open_connection() {
    let mut terminal = terminal(TandemMode::Operational, false);
    let oci = |_: usize, frame: &mut [u8]| frame[tcm(3)..][..3].fill(0x66);
    terminal.send(20, oci).settle();
    assert_eq!(terminal.record.standing(), ["ODU cSSF", "TCM3 cOCI"]);
    terminal
        .send(300, |n, frame| {
            oci(n, frame);
            frame[2..5].fill(0x55);
        })
        .settle();
    assert_eq!(terminal.record.standing(), ["ODU cSSF", "TCM3 cSSF", "OTU cLOF"]);
    let changes: Vec<bool> =
        terminal.record.of(defect(TandemDefect::Oci)).iter().map(|change| change.1).collect();
    assert_eq!(changes, [true, false], "forced to false");
    // Back again while it is still open.
    terminal.send(300, oci).settle();
    assert_eq!(terminal.record.standing(), ["ODU cSSF", "TCM3 cOCI"]);
}

/// Cases 21 and 22: a monitor answers a mismatch and does not act; a transparent function does nothing.
//= type=test g798:14.5.1-modes
//= type=test g798:14.5.1-abdi
//= type=test g798:14.5.1-atsf
#[test]
fn case_21_and_22_what_monitor_and_transparent_mode_leave_out() {
    let other = Tti::new("ELSE", "TO", "op").expect("short enough");
    for (mode, answers, acts) in [
        (TandemMode::Operational, true, true),
        (TandemMode::Monitor, true, false),
        (TandemMode::Transparent, false, false),
    ] {
        let mut terminal = terminal(mode, true);
        terminal.send(192, |n, frame| frame[tcm(3)] = other.octet_at(n as u8)).settle();
        let tim = defect(TandemDefect::Tim);
        assert_eq!(terminal.record.of(tim), [(otu2(FIRST + 191), true)], "{mode:?}");
        let told = if acts { vec!["ODU cSSF", "TCM3 cTIM"] } else { vec!["TCM3 cTIM"] };
        assert_eq!(terminal.record.standing(), told);
        assert_eq!(terminal.sink.remote().tandem[2].bdi(), answers);
        assert_eq!(terminal.sink.odu().tandem()[2].trail_failed(), acts);

        let mut node = Passage::new();
        node.ends(level(), tandem(mode, true));
        let mut back = TandemRemotes::default();
        for number in 0..40 {
            let mut frame = odu(number);
            let sent = frame.clone();
            let octets = frame.octets_mut();
            let field = odu_place(tcm(3));
            match number {
                // A wrong bit, then IAE.
                20 => octets[field + 1] ^= 1,
                24.. => octets[field + 2] = 2,
                _ => {}
            }
            let damaged = frame.clone();
            node.receive(&mut frame, number as u8, otu2(number), &mut back, &mut Nobody);
            let mut erased = sent;
            erased.octets_mut()[field..][..3].fill(0);
            assert_eq!(frame, if acts { erased } else { damaged }, "{mode:?}, frame {number}");
        }
        assert_eq!(back[2].biae(), answers, "BIAE");
        assert_eq!(back[2].take_bei().get(), u8::from(answers), "BEI");
        assert!(!back[2].bdi());
    }
    let mut terminal = terminal(TandemMode::Monitor, true);
    terminal.send(5, status(0x09)).settle();
    assert_eq!(terminal.record.standing(), ["TCM3 cBDI"]);
}
