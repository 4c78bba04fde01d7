//! Cascades with tandem connections, and delays that are measured.
//!
//! The network is A - B - C with 50 us and 100 us on the lines, and an ODU1 from A to C. Domains: TCM1 from A to C,
//! TCM2 from A to B, TCM3 from B to C.

use otn_emu::net::log::Point;
use otn_emu::net::model::{Action, Trail};
use otn_emu::net::supervision::{Domain, domains};
use otn_emu::net::trails::{DelaySchedule, Tandem, trace};
use otn_emu::net::{Record, injection};
use otn_frame::overhead::TcmLevel;
use otn_frame::{FrameClock, Signal, SimTime};
use otn_proc::monitor::{ExpectedTrace, Monitor, TimMode};
use otn_proc::tandem::TandemMode;

use crate::build::{Build, us};
use crate::table::compare;

pub(crate) fn level(number: u8) -> TcmLevel {
    TcmLevel::new(number).unwrap()
}

/// Level, and lines of the route before its ends.
fn domain((number, from, to): (u8, usize, usize)) -> Domain {
    Domain { protection: false, tandem: Tandem::new(level(number), from, to) }
}

/// The network, with these domains.
pub(crate) fn domained(odu: Signal, all: &[(u8, usize, usize)], duration: SimTime) -> Build {
    let mut build = Build::new(&[2, -3, 5], duration);
    let lines = [build.line([0, 1], us(50), 0.0), build.line([1, 2], us(100), 0.0)];
    build.service(odu, [0, 2], &lines, us(20)).unwrap();
    build.plan.services[0].supervision.tandem = all.iter().copied().map(domain).collect();
    build
}

/// Those of this page.
const THREE: [(u8, usize, usize); 3] = [(1, 0, 2), (2, 0, 1), (3, 1, 2)];

fn check(name: &str, build: &Build) -> Record {
    let record = build.run();
    compare(name, &build.finished(), &record);
    record
}

/// The sound domain has no defect but by the frame start that moved; BDI tells each domain that the failure is in.
//= type=test g798:14.5.1-aais
//= type=test g798:14.5.1-abdi
//= type=test g798:14.5.1-iae-16-multiframes
#[test]
fn cut_in_the_first_of_two_domains() {
    let mut build = domained(Signal::Odu1, &THREE, us(25_000));
    build.dark((0, 1), us(10_000), us(16_000));
    check("tandem_cut.txt", &build);
}

/// What fails a domain fails nothing beside it; where it acts, ODUk-AIS goes on from its end.
#[test]
fn source_of_a_domain_lost() {
    let mut build = domained(Signal::Odu1, &THREE, us(20_000));
    let at = injection::At::Tributary { line: 0, end: 0, tributary: 0 };
    let ltc = injection::Change::Monitor(Monitor::Tandem(level(2)), injection::Wrong::Ltc);
    let lasts = injection::Lasts::Time(us(4_000));
    build.at(us(10_000), Action::Inject { at, change: ltc, lasts });
    check("tandem_ltc.txt", &build);
}

/// The same where it only tells, or only looks.
//= type=test g798:14.5.1-modes
#[test]
fn source_of_a_domain_lost_that_does_not_act() {
    for (mode, name) in [
        (TandemMode::Monitor, "tandem_ltc_monitor.txt"),
        (TandemMode::Transparent, "tandem_ltc_transparent.txt"),
    ] {
        let mut build = domained(Signal::Odu1, &THREE, us(18_000));
        build.plan.services[0].supervision.tandem[1].tandem.mode = mode;
        let at = injection::At::Tributary { line: 0, end: 0, tributary: 0 };
        let ltc = injection::Change::Monitor(Monitor::Tandem(level(2)), injection::Wrong::Ltc);
        let lasts = injection::Lasts::Time(us(4_000));
        build.at(us(10_000), Action::Inject { at, change: ltc, lasts });
        check(name, &build);
    }
}

#[test]
fn wrong_trace_of_a_domain() {
    let mut build = domained(Signal::Odu1, &[(4, 1, 2)], us(60_000));
    let names = |near: &str| trace(near, "C", "s0");
    let expected = ExpectedTrace { mode: TimMode::Sapi, tti: names("B"), action: true };
    build.plan.services[0].supervision.tandem[0].tandem.traces.expected[1] = expected;
    let trail = Trail::Tandem(0, 0);
    build.at(us(25_000), Action::SendTrace { trail, end: 0, trace: names("X") });
    build.at(us(42_000), Action::SendTrace { trail, end: 0, trace: names("B") });
    check("trace_of_tandem.txt", &build);
}

/// Levels one behind another, one in another, and overlapping: a network without a fault has no defect of them, and
/// every violation that a line makes in a domain is told back.
#[test]
fn domains_of_every_shape_are_quiet_and_count_alike() {
    let shapes: [&[(u8, usize, usize)]; 3] =
        [&[(1, 0, 1), (1, 1, 3)], &[(1, 0, 3), (2, 1, 2), (3, 0, 2)], &[(5, 0, 2), (6, 1, 3)]];
    for shape in shapes {
        let mut build = Build::new(&[2, -3, 5, 1], us(20_000));
        let lines = [
            build.line([0, 1], us(50), 0.0),
            build.line([1, 2], us(100), 3e-3),
            build.line([2, 3], us(20), 0.0),
        ];
        build.service(Signal::Odu0, [0, 3], &lines, us(20)).unwrap();
        build.plan.services[0].supervision.tandem = shape.iter().copied().map(domain).collect();
        let record = build.run();
        let told: Vec<_> = record
            .entries
            .iter()
            .filter(|e| matches!(e.point, Some(Point::Tandem { .. })))
            .collect();
        assert!(told.is_empty(), "{shape:?}: {told:#?}");
        let all = domains(&build.plan.services[0]);
        assert_eq!(all.len(), shape.len());
        for (tandem, domain) in all.iter().enumerate() {
            let summary = |end: usize| &record.tandems[&Point::Tandem { service: 0, tandem, end }];
            let errored = domain.tandem.from <= 1 && domain.tandem.to >= 2;
            for end in [0, 1] {
                let [near, far] = [summary(end), summary(1 - end)];
                assert_eq!(near.bip_violations > 0, errored, "{shape:?} {tandem} {end}");
                // On its way may be what the delay and some frames hold.
                assert!(far.bei <= near.bip_violations, "{shape:?} {tandem} {end}");
                assert!(near.bip_violations - far.bei <= 8 * 16, "{shape:?} {tandem} {end}");
                // From the first frame that was read to the end: 20 ms and the rest are 200 ODU0 frames.
                assert!(near.frames > 150, "{}", near.frames);
            }
        }
    }
}

/// The way there and back, as counted, is more than what the lines take and less than that with what nodes hold back:
/// at each pass a frame of the ODUj, two of latency and what GMP gathers.
//= type=test g709:15.8.2-delay-process
#[test]
fn delays_are_those_of_the_lines_and_what_nodes_hold_back() {
    let mut build = domained(Signal::Odu1, &THREE, us(40_000));
    let supervision = &mut build.plan.services[0].supervision;
    supervision.delay = Some(DelaySchedule { start: us(8_000), every: Some(us(6_000)) });
    supervision.tandem[1].tandem.delay = true;
    supervision.tandem[2].tandem.delay = true;
    let record = build.run();
    let frame = FrameClock::new(Signal::Odu1, Default::default()).frame_start(1);
    let mut found = vec![(record.paths[&(0, 0)].delay.clone().unwrap(), us(300), 2)];
    for (tandem, lines) in [(1, us(100)), (2, us(200))] {
        let point = Point::Tandem { service: 0, tandem, end: 0 };
        found.push((record.tandems[&point].delay.clone().unwrap(), lines, 1));
    }
    assert!(record.tandems[&Point::Tandem { service: 0, tandem: 0, end: 0 }].delay.is_none());
    for (delay, lines, hops) in found {
        assert_eq!((delay.measured, delay.abandoned, delay.waiting), (6, 0, false));
        for one in &delay.measurements {
            let most = lines + SimTime::from_ps(frame.as_ps() * 14 * hops);
            assert!(one.lasts > lines && one.lasts < most, "{} {lines} {most}", one.lasts);
        }
    }
}
