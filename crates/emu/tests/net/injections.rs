//! Cascades of overhead that is put into frames.
//!
//! The network is A - B - C with 50 us and 100 us on the lines, and an ODU1 from A to C.

use otn_emu::net::injection::{At, Change, Lasts, Wrong};
use otn_emu::net::model::Action;
use otn_frame::layout::GCC1;
use otn_frame::{Signal, SimTime};
use otn_proc::monitor::Monitor;
use otn_proc::odu::source::Maintenance;

use crate::build::{Build, us};
use crate::table::compare;
use crate::tandem::domained;

const LINE: At = At::Line { line: 0, end: 0 };
const PATH: At = At::Path { service: 0, end: 0 };

fn injected(at: At, change: Change, lasts: Lasts, duration: SimTime) -> Build {
    let mut build = domained(Signal::Odu1, &[], duration);
    build.at(us(10_000), Action::Inject { at, change, lasts });
    build
}

fn check(name: &str, build: &Build) {
    compare(name, &build.finished(), &build.run());
}

#[test]
fn frame_alignment_signal_wrong() {
    let lasts = Lasts::Time(us(4_000));
    check("inject_fas.txt", &injected(LINE, Change::Fas, lasts, us(24_000)));
}

#[test]
fn multiframe_alignment_signal_stands_still() {
    let lasts = Lasts::Time(us(4_000));
    check("inject_mfas.txt", &injected(LINE, Change::Mfas, lasts, us(24_000)));
}

#[test]
fn backward_defect_indication_of_a_section() {
    let change = Change::Monitor(Monitor::Section, Wrong::Bdi);
    check("inject_sm_bdi.txt", &injected(LINE, change, Lasts::Frames(100), us(14_000)));
}

/// Four frames of BDI are not enough, five are.
#[test]
fn backward_defect_indication_of_a_path() {
    let change = Change::Monitor(Monitor::Path, Wrong::Bdi);
    let four = injected(PATH, change, Lasts::Frames(4), us(14_000)).run();
    assert!(four.entries.iter().all(|entry| entry.point.is_none()), "{:#?}", four.entries);
    check("inject_pm_bdi.txt", &injected(PATH, change, Lasts::Frames(5), us(14_000)));
}

#[test]
fn maintenance_signal_in_the_place_of_an_odu() {
    let change = Change::Odu(Maintenance::Oci);
    check("inject_odu_oci.txt", &injected(PATH, change, Lasts::Time(us(2_000)), us(16_000)));
}

/// What is put into BIP-8 and BEI is counted, bit for bit, and nothing else is told; GCC1 is nobody's.
#[test]
fn violations_are_counted_as_many_as_were_put_in() {
    let frames = Lasts::Frames(20);
    let bip =
        injected(PATH, Change::Monitor(Monitor::Path, Wrong::Bip(3)), frames, us(15_000)).run();
    let counters = bip.paths[&(0, 1)].counters;
    assert_eq!((counters.bip_violations, counters.errored_blocks), (60, 20));
    assert_eq!(bip.paths[&(0, 0)].counters.bei, 60, "told back");
    let bei =
        injected(PATH, Change::Monitor(Monitor::Path, Wrong::Bei(5)), frames, us(15_000)).run();
    assert_eq!(
        (bei.paths[&(0, 1)].counters.bei, bei.paths[&(0, 1)].counters.bip_violations),
        (100, 0)
    );
    let section = Change::Monitor(Monitor::Section, Wrong::Bip(2));
    let section = injected(LINE, section, frames, us(15_000)).run();
    assert_eq!(section.ports[&(0, 1)].counters.section_bip_violations, 40);
    assert_eq!(section.ports[&(0, 0)].counters.section_bei, 40, "told back");
    let gcc1 = Change::octets(GCC1, &[0xA5, 0x5A]).unwrap();
    for record in [bip, bei, section, injected(PATH, gcc1, frames, us(15_000)).run()] {
        assert!(record.entries.iter().all(|entry| entry.point.is_none()), "{:#?}", record.entries);
        let lost: u64 = record.flows[0].iter().map(|flow| flow.counts().lost).sum();
        assert_eq!(lost, 0);
    }
}
