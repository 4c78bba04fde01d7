//! Cascades of faults: light, power, clocks, fibres, traces, clients.
//!
//! The network is A - B - C with 50 us and 100 us on the lines, and an ODU0 from A to C.

use otn_emu::net::model::{Action, Trail};
use otn_emu::net::trails::trace;
use otn_frame::{PartsPerBillion, Signal, SimTime};
use otn_proc::monitor::{ExpectedTrace, TimMode};

use crate::build::{Build, us};
use crate::table::compare;

const AB: usize = 0;
const BC: usize = 1;

/// The network of these tests.
fn chain(duration: SimTime) -> Build {
    chain_of(Signal::Odu0, duration)
}

fn chain_of(odu: Signal, duration: SimTime) -> Build {
    let mut build = Build::new(&[2, -3, 5], duration);
    let lines = [build.line([0, 1], us(50), 0.0), build.line([1, 2], us(100), 0.0)];
    build.service(odu, [0, 2], &lines, us(20)).unwrap();
    build
}

fn check(name: &str, build: &Build) {
    compare(name, &build.finished(), &build.run());
}

//= type=test g798:6.2.1.2-los-raise
//= type=test g798:6.2.1.2-los-clear
//= type=test g798:6.2.5.1-lof-3ms
//= type=test g798:14.2-abdi
//= type=test g709:15.7.2.1.3-bdi-backward
#[test]
fn cut_of_one_direction_and_its_repair() {
    let mut build = chain(us(25_000));
    build.dark((AB, 1), us(10_000), us(16_000));
    check("cut_one_direction.txt", &build);
}

#[test]
fn cut_of_both_directions_and_its_repair() {
    let mut build = chain(us(25_000));
    build.dark((BC, 0), us(10_000), us(16_000));
    build.dark((BC, 1), us(10_000), us(16_000));
    check("cut_both_directions.txt", &build);
}

#[test]
fn node_without_power() {
    let mut build = chain(us(30_000));
    build.at(us(10_000), Action::Power { node: 1, on: false });
    build.at(us(16_000), Action::Power { node: 1, on: true });
    check("power.txt", &build);
}

#[test]
fn clock_far_off() {
    // An ODU1 in an ODU2 goes by AMP, which follows 20 ppm of both clocks; GMP has room for more.
    let mut build = chain_of(Signal::Odu1, us(30_000));
    let clock =
        |ppm: i32| Action::Clock { node: 0, offset: PartsPerBillion::new(ppm * 1_000).unwrap() };
    build.at(us(10_000), clock(-400));
    build.at(us(20_000), clock(2));
    check("clock.txt", &build);
}

//= type=test g798:6.2.2.1-tim
#[test]
fn wrong_trace_of_a_path() {
    let mut build = chain(us(88_000));
    let names = |near: &str, far: &str| trace(near, far, "s0");
    let path = &mut build.plan.services[0].path;
    path.expected[1] = ExpectedTrace { mode: TimMode::Sapi, tti: names("A", "C"), action: true };
    let trail = Trail::Path(0);
    build.at(us(32_000), Action::SendTrace { trail, end: 0, trace: names("X", "C") });
    build.at(us(60_000), Action::SendTrace { trail, end: 0, trace: names("A", "C") });
    check("trace_of_path.txt", &build);
}

#[test]
fn multiframe_slip() {
    let mut build = chain(us(20_000));
    build.at(us(10_000), Action::MfasSlip { line: AB, end: 0, by: 7 });
    check("mfas_slip.txt", &build);
}

#[test]
fn client_that_fails() {
    let mut build = chain(us(160_000));
    build.at(us(10_000), Action::ClientFail { service: 0, end: 0, failed: true });
    build.at(us(100_000), Action::ClientFail { service: 0, end: 0, failed: false });
    check("client_fail.txt", &build);
}

//= type=test g798:6.2-stat-defects
#[test]
fn locked_odu() {
    let mut build = chain(us(25_000));
    build.at(us(10_000), Action::Lock { service: 0, end: 0, locked: true });
    build.at(us(15_000), Action::Lock { service: 0, end: 0, locked: false });
    check("lock.txt", &build);
}

#[test]
fn facility_loopback() {
    let mut build = chain(us(70_000));
    // The trace of A comes back to A, which expects that of C.
    let expected = ExpectedTrace { mode: TimMode::Sapi, tti: trace("C", "A", "s0"), action: false };
    build.plan.services[0].path.expected[0] = expected;
    build.at(us(28_000), Action::Loopback { service: 0, end: 1, on: true });
    build.at(us(50_000), Action::Loopback { service: 0, end: 1, on: false });
    check("loopback.txt", &build);
}

/// Two fibres that come in at C change places: the one from B, and the one from D.
fn misconnected(traces: bool) -> Build {
    let mut build = Build::new(&[2, -3, 5, 1], us(20_000));
    let lines = [build.line([0, 1], us(50), 0.0), build.line([1, 2], us(100), 0.0)];
    let other = build.line([2, 3], us(70), 0.0);
    build.service(Signal::Odu0, [0, 2], &lines, us(20)).unwrap();
    build.service(Signal::Odu0, [3, 2], &[other], us(20)).unwrap();
    if traces {
        for (line, end, from) in [(lines[1], 1, "B"), (other, 0, "D")] {
            let tti = trace(from, "C", "");
            let expected = ExpectedTrace { mode: TimMode::Sapi, tti, action: true };
            build.plan.lines[line].section.expected[end] = expected;
        }
    }
    let swap = || Action::Swap([(lines[1], 1), (other, 0)]);
    build.at(us(8_000), swap());
    build.at(us(14_000), swap());
    build
}

#[test]
fn swapped_fibres_with_traces() {
    check("swap_with_traces.txt", &misconnected(true));
}

#[test]
fn swapped_fibres_without_traces() {
    check("swap_without_traces.txt", &misconnected(false));
}

#[test]
fn errors_until_the_fec_fails() {
    let mut build = chain(us(40_000));
    let light = [(10_000, 1e-4), (12_000, 1e-3), (14_000, 2e-2), (16_000, 0.2), (22_000, 0.0)];
    for (from, ber) in light {
        build.light((AB, 1), us(from), true, ber);
    }
    check("errors.txt", &build);
}
