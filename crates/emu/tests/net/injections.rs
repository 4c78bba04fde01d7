//! Cascades of overhead that is put into frames.
//!
//! The network is A - B - C with 50 us and 100 us on the lines, and an ODU1 from A to C.

use otn_emu::net::injection::{At, Change, Lasts, Wrong};
use otn_emu::net::log::{Entry, Point, What};
use otn_emu::net::model::Action;
use otn_frame::layout::GCC1;
use otn_frame::{Signal, SimTime};
use otn_proc::defect::Defect;
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

/// The node behind it knows AIS from the bits, at once: an aligner that lost its frames tells nothing, and what goes on
/// is ODUk-AIS.
//= type=test g798:6.2.6.3.1-otu-ais
//= type=test g709:16.6.1-pn11
#[test]
fn otuk_ais_in_the_place_of_frames_is_no_loss_of_frame() {
    let record = injected(LINE, Change::OtuAis, Lasts::Time(us(5_000)), us(24_000)).run();
    let told = |defect: Defect, line: usize| {
        let same = move |what: &What, raised: bool| *what == What::Defect { defect, raised };
        let here = move |entry: &&Entry| matches!(entry.point, Some(Point::Section { line: of, end: 1 }) if of == line);
        [true, false].map(|raised| {
            let entries = record.entries.iter().filter(here);
            entries
                .filter(|entry| same(&entry.what, raised))
                .map(|entry| entry.at)
                .collect::<Vec<_>>()
        })
    };
    let [raised, cleared] = told(Defect::OtuAis, 0);
    assert_eq!((raised.len(), cleared.len()), (1, 1), "{:#?}", record.entries);
    // 50 us of fibre, and less than a frame until the first one that is replaced begins.
    assert!((us(10_050)..us(10_080)).contains(&raised[0]), "{raised:?}");
    assert!((us(15_050)..us(15_100)).contains(&cleared[0]), "{cleared:?}");
    for (defect, line) in
        [(Defect::Lof, 0), (Defect::OtuAis, 1), (Defect::Lof, 1), (Defect::Los, 0)]
    {
        assert_eq!(told(defect, line), [vec![], vec![]], "{defect} of {line}");
    }
    let flow = &record.flows[0][0];
    // A packet each 20 us: 5 ms of AIS, and what the ODU1 needs to be found behind it.
    let [not_found, maintenance] = [2, 3].map(|kind| flow.lost_by_kind()[kind]);
    assert!(not_found >= 248, "{:?}", flow.losses());
    assert!(maintenance > 0 || flow.lost_by_kind()[4] > 0, "{:?}", flow.losses());
    assert_eq!(flow.lost_by_kind()[6], 0, "{:?}", flow.losses());
    assert_eq!(record.flows[0][1].counts().lost, 0);
}

/// What is put into BIP-8 and BEI is counted, bit for bit, and nothing else is told; GCC1 is nobody's.
//= type=test g709:15.7.2.1.4-bei-backward
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
