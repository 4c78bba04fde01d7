//! Cases 13 to 17, 23 to 31 and 44: what section and path say of themselves, on the clock of an OTU2.

use otn_frame::overhead::PayloadType;
use otn_frame::{Signal, SimTime, Tti};
use otn_proc::defect::{Defect, TandemDefect};
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::odu::source::Maintenance;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::supervision::settings::Settings;

use crate::bench::{NULL, PM_STATUS, PSI, SM_STATUS, Terminal, index_of, start_of, trace};

/// The frame with which each stimulus begins: MFAS 0, every trace is accepted.
const FIRST: usize = 256;
const NOTHING: [&str; 0] = [];

fn otu2(number: usize) -> SimTime {
    start_of(Signal::Otu2, number as u64)
}

fn terminal() -> Terminal {
    let mut terminal = Terminal::new(Signal::Otu2);
    terminal.good(FIRST);
    terminal
}

/// STAT of PM, with the rest of the frame as the maintenance signal has it.
fn maintenance(code: u8) -> impl FnMut(usize, &mut [u8]) {
    let fill = match code {
        7 => 0xFF,
        6 => 0x66,
        _ => 0x55,
    };
    move |_, frame| {
        for row in 1..=4 {
            let first = if row == 1 { 15 } else { 1 };
            frame[index_of(row, first)..=index_of(row, 3_824)].fill(fill);
        }
        assert_eq!(frame[PM_STATUS] % 8, code);
    }
}

/// Cases 13 to 16: two frames are none, three are; the far end is told, the causes are those of the path.
//= type=test g798:8.8-stat-3
//= type=test g798:6.2-stat-defects
//= type=test g798:14.2-abdi
#[test]
fn case_13_to_16_three_frames_of_a_maintenance_signal_are_its_defect() {
    let cases = [
        (Maintenance::Ais, 7, Defect::Ais, "ODU cSSF"),
        (Maintenance::Oci, 6, Defect::Oci, "ODU cOCI"),
        (Maintenance::Lck, 5, Defect::Lck, "ODU cLCK"),
    ];
    for (signal, code, defect, cause) in cases {
        assert_eq!(signal.fill() % 8, code, "the fill is the status");
        let mut terminal = terminal();
        terminal.send(2, maintenance(code)).good(20).settle();
        assert_eq!(terminal.record.events, [], "case 13, {defect}");
        assert!(!terminal.sink.remote().path.bdi());

        let at = terminal.sent();
        terminal.send(3, maintenance(code)).settle();
        assert_eq!(terminal.record.of(defect), [(otu2(at + 2), true)]);
        // The maintenance signal is in every tandem connection too.
        let mut standing = terminal.record.standing();
        standing.retain(|cause| !cause.starts_with("TCM"));
        assert_eq!(standing, [cause]);
        assert!(terminal.sink.remote().path.bdi() && !terminal.sink.remote().section.bdi());
        assert!(terminal.sink.odu().client_failed(), "the client is replaced");
        let failed = terminal.sink.odu().path().maintenance();
        assert!(failed, "AI_TSF");
        terminal.good(3).settle();
        assert_eq!(terminal.record.of(defect), [(otu2(at + 2), true), (otu2(at + 5), false)]);
        assert_eq!(terminal.record.standing(), NOTHING);
        assert!(!terminal.sink.remote().path.bdi());
        let others = terminal.record.events.iter().filter(|event| event.raised);
        let tcm = |defect: Defect| matches!(defect, Defect::Tcm(..));
        assert_eq!(others.filter(|e| e.defect != defect && !tcm(e.defect)).count(), 0);
    }
}

//= type=test g798:8.8-stat-3
#[test]
fn case_17_a_status_that_alternates_is_never_accepted() {
    let mut terminal = terminal();
    terminal.send(200, |n, frame| frame[PM_STATUS] = if n % 2 == 0 { 6 } else { 5 });
    assert_eq!(terminal.record.events, []);
    let at = terminal.sent();
    terminal.send(3, |_, frame| frame[PM_STATUS] = 6);
    terminal.send(200, |n, frame| frame[PM_STATUS] = [5, 1, 6, 7][n % 4]);
    assert_eq!(terminal.record.of(Defect::Oci), [(otu2(at + 2), true)], "and is held");
}

/// A terminal that compares the traces of section and path.
fn comparing(mode: TimMode, action: bool) -> Terminal {
    let expected = ExpectedTrace { mode, tti: trace(), action };
    let odu = OduProvision { path: expected, ..OduProvision::default() };
    let provision = Provision { section: expected, odu, ..Provision::default() };
    let mut settings = Settings::default();
    settings.section.tim_action = action;
    settings.odu.path.tim_action = action;
    let mut terminal = Terminal::provisioned(Signal::Otu2, provision, settings);
    terminal.good(FIRST);
    terminal
}

/// Another trace in the path.
fn path_trace(tti: Tti) -> impl FnMut(usize, &mut [u8]) {
    move |number, frame| frame[PM_STATUS - 2] = tti.octet_at(number as u8)
}

fn other(sapi: &str, dapi: &str, operator: &str) -> Tti {
    Tti::new(sapi, dapi, operator).expect("short enough")
}

/// Case 23: from a change at the start of a copy 2.33 ms, from one just behind it 3.1 ms less a frame.
//= type=test g798:8.6-tti-3
//= type=test g798:6.2.2.1-tim
//= type=test g798:14.2-abdi
#[test]
fn case_23_another_sapi_is_a_mismatch_after_three_copies() {
    for late in [0, 1, 63] {
        let mut terminal = comparing(TimMode::Sapi, false);
        terminal.good(late);
        terminal.send(300, path_trace(other("ELSE", "TO", "op"))).settle();
        // What a copy that begins in the middle has of the old trace: octet 0 is the same in both.
        let copy = if late <= 1 { 0 } else { 1 };
        let at = otu2(FIRST + 64 * copy + 191);
        assert_eq!(terminal.record.of(Defect::PathTim), [(at, true)], "{late} frames late");
        let took = at.since(otu2(FIRST + late)).as_ns() / 10_000;
        assert_eq!(took, [232, 231, 234][[0, 1, 63].iter().position(|&l| l == late).unwrap()]);
        assert_eq!(terminal.record.standing(), ["ODU cTIM"]);
        assert!(terminal.sink.remote().path.bdi());
        assert!(!terminal.sink.odu().client_failed(), "no TSF");
    }
}

/// Case 24: with the action the trail has failed, and a BDI that comes with it is not reported.
//= type=test g798:14.2-path-causes
#[test]
fn case_24_a_mismatch_that_acts_fails_the_path_and_hides_its_bdi() {
    for action in [false, true] {
        let mut terminal = comparing(TimMode::Sapi, action);
        let mut wrong = path_trace(other("ELSE", "TO", "op"));
        terminal.send(400, |n, frame| {
            wrong(n, frame);
            frame[PM_STATUS] |= 0x08;
        });
        terminal.settle();
        let told = if action { vec!["ODU cTIM"] } else { vec!["ODU cTIM", "ODU cBDI"] };
        assert_eq!(terminal.record.standing(), told);
        assert_eq!(terminal.sink.odu().client_failed(), action, "TSF");
        assert!(terminal.sink.remote().path.bdi());
    }
}

/// Cases 25 to 27: parts that are not compared, and a copy with an error.
//= type=test g798:8.6-tim-modes
//= type=test g798:8.6-tti-3
#[test]
fn case_25_to_27_what_is_not_compared_and_one_wrong_copy_are_no_mismatch() {
    let cases = [
        (TimMode::Sapi, other("FROM", "ELSE", "op"), 400),
        (TimMode::Both, other("FROM", "TO", "another"), 400),
        (TimMode::Both, other("FRIM", "TO", "op"), 64),
    ];
    for (mode, tti, lasts) in cases {
        let mut terminal = comparing(mode, true);
        terminal.send(lasts, path_trace(tti)).good(400).settle();
        assert_eq!(terminal.record.events, [], "{mode:?}");
        assert_eq!(terminal.record.told(), NOTHING);
        assert_eq!(terminal.sink.odu().path().trace().accepted(), Some(&trace()));
    }
}

/// Cases 28 and 29; the second in which the defect stood is one of the far end.
//= type=test g798:6.2.6.6.1-bdi-5
//= type=test g798:6.5-defect-second
#[test]
fn case_28_and_29_five_frames_of_bdi_are_a_defect_of_the_far_end() {
    let mut terminal = terminal();
    let bdi = |_: usize, frame: &mut [u8]| frame[PM_STATUS] |= 0x08;
    terminal.send(4, bdi).good(4).send(4, bdi).good(20).settle();
    assert_eq!(terminal.record.events, []);
    let path = terminal.sink.odu().path().performance().expect("it counts");
    assert!(!path.open_second().far.defect);
    let at = terminal.sent();
    terminal.send(5, bdi).good(20).settle();
    let both = [(otu2(at + 4), true), (otu2(at + 9), false)];
    assert_eq!(terminal.record.of(Defect::PathBdi), both);
    assert_eq!(terminal.record.told(), ["ODU cBDI"]);
    assert!(!terminal.sink.remote().path.bdi(), "BDI is not answered by BDI");
    let path = terminal.sink.odu().path().performance().expect("it counts");
    let second = path.open_second();
    assert!(second.far.defect && !second.near.defect, "pF_DS and no pN_DS");
}

/// Case 30: what is told back is BIAE, from the fifth frame on.
//= type=test g798:6.2.6.8-iae-5
//= type=test g798:13.2-abiae
#[test]
fn case_30_five_frames_of_iae_go_back_as_biae() {
    let iae = |_: usize, frame: &mut [u8]| frame[SM_STATUS] |= 0x04;
    let mut terminal = terminal();
    terminal.send(4, iae).good(20);
    assert_eq!(terminal.record.events, []);
    let at = terminal.sent();
    let mut told = Vec::new();
    for _ in 0..8 {
        terminal.send(1, iae);
        told.push(terminal.sink.remote().section.biae());
    }
    assert_eq!(terminal.record.of(Defect::Iae), [(otu2(at + 4), true)]);
    assert!(told.iter().position(|&biae| biae) >= Some(4), "{told:?}");
    assert!(told[7], "a frame is cut when the next one is there, at most");
    let code = terminal.sink.remote().section.bei_or_biae().code();
    assert_eq!(code, 0b1011);
    assert!(!terminal.sink.remote().section.bdi());
    terminal.good(5).settle();
    assert_eq!(terminal.record.of(Defect::Iae)[1..], [(otu2(at + 12), false)]);
    terminal.good(1);
    assert!(!terminal.sink.remote().section.biae());
    assert_eq!(terminal.record.told(), NOTHING, "it has no cause");
}

//= type=test g798:6.2.6.8-biae-3
#[test]
fn case_31_three_frames_of_biae_are_a_defect() {
    let biae = |_: usize, frame: &mut [u8]| frame[SM_STATUS] = 0xB0;
    let mut terminal = terminal();
    terminal.send(2, biae).good(1).send(2, biae).good(20);
    assert_eq!(terminal.record.events, []);
    let at = terminal.sent();
    terminal.send(3, biae).good(20).settle();
    assert_eq!(terminal.record.of(Defect::Biae), [(otu2(at + 2), true), (otu2(at + 5), false)]);
    assert!(!terminal.sink.section().has(TandemDefect::Biae));
    assert_eq!(terminal.sink.counters().section_bei, 0, "no count");
    assert_eq!(terminal.record.told(), NOTHING);
}

/// Case 44, and that three are one: 9.36 ms less what the last multiframe lasts on.
//= type=test g798:8.7-pt-3
//= type=test g798:6.2.4.1-plm
#[test]
fn case_44_a_payload_type_wrong_in_two_multiframes_is_no_mismatch() {
    let wrong = |number: usize, frame: &mut [u8]| {
        if number.is_multiple_of(256) {
            frame[PSI] = 0x21;
        }
    };
    let odu = OduProvision::expecting(Some(PayloadType(NULL)));
    let provision = Provision { odu, ..Provision::default() };
    let mut terminal = Terminal::provisioned(Signal::Otu2, provision, Settings::default());
    terminal.good(FIRST).send(512, wrong).good(256).settle();
    assert_eq!(terminal.record.events, []);
    let at = terminal.sent();
    assert_eq!(at % 256, 0);
    terminal.send(768, wrong).settle();
    assert_eq!(terminal.record.of(Defect::Plm), [(otu2(at + 512), true)]);
    assert_eq!(otu2(512).as_ns() / 10_000, 624, "6.24 ms after the first wrong one");
    assert_eq!(terminal.record.standing(), ["OPU cPLM"]);
}
