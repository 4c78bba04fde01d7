//! Failures in plans, times, and fates from what two runs show; whole networks are in the tests of `otn whatif`.

use otn_frame::Signal;
use otn_map::odtu::Slots;
use otn_proc::aps::ApsLevel;
use otn_proc::protection::{Architecture, Monitoring, ProtectionConfig};
use otn_proc::terminal::{Fec, LineCoding};

use super::*;
use crate::net::model::{Client, Line, Node, ProtectionPlan, Service};
use crate::net::trails::Traces;

fn ms(ms: u64) -> SimTime {
    SimTime::from_ms(ms)
}

/// Three nodes in a row, one service from the first to the last.
fn plan() -> Plan {
    let line = |n: usize| Line {
        name: format!("l{n}"),
        ends: [n, n + 1],
        signal: Signal::Otu1,
        coding: LineCoding { fec: Fec::None, scrambled: true },
        codes: [None, None],
        delay: SimTime::ZERO,
        slots: Some(Slots::Opu1),
        tributaries: Vec::new(),
        light: [(); 2].map(|()| vec![LightState::steady(BitErrorRatio::ZERO)]),
        section: Traces::default(),
        path: Traces::default(),
        degrade: None,
    };
    let service = Service {
        name: "s".to_string(),
        odu: Signal::Odu0,
        client: Client::EthernetGfp,
        ends: [0, 2],
        route: Vec::new(),
        protection: None,
        restoration: None,
        sends: Default::default(),
        path: Traces::default(),
        degrade: None,
        supervision: Default::default(),
    };
    Plan {
        name: "row".to_string(),
        seed: 1,
        begin: ms(8),
        duration: ms(1_000),
        nodes: (0..3).map(|n| Node { name: format!("n{n}"), ..Node::default() }).collect(),
        lines: (0..2).map(line).collect(),
        services: vec![service],
        actions: Vec::new(),
    }
}

fn lit(states: &[LightState]) -> Vec<(SimTime, bool)> {
    states.iter().map(|state| (state.from, state.light)).collect()
}

#[test]
fn a_line_fails_in_both_directions_and_the_others_do_not() {
    let (plan, reach) = Failure::of_line(1).in_plan(&plan(), ms(20));
    for states in &plan.lines[1].light {
        assert_eq!(lit(states), [(ms(0), true), (ms(20), false)]);
    }
    assert!(plan.lines[0].light.iter().all(|states| lit(states) == [(ms(0), true)]));
    assert_eq!((reach.at, reach.lines), (ms(20), vec![(1, 0), (1, 1)]));
    assert!(plan.actions.is_empty());
}

#[test]
fn a_node_fails_by_its_power_and_its_neighbours_receive_nothing() {
    let (plan, reach) = Failure::of_node(1).in_plan(&plan(), ms(20));
    let action = Action::Power { node: 1, on: false };
    assert_eq!(plan.actions, [Timed { at: ms(20), action, event: 0 }]);
    assert_eq!((reach.nodes, reach.lines), (vec![1], vec![(0, 0), (1, 1)]));
}

#[test]
fn pairs_are_all_pairs_and_each_once() {
    let pairs: Vec<Vec<usize>> =
        Failure::pairs(&[2, 5, 7]).into_iter().map(|failure| failure.lines).collect();
    assert_eq!(pairs, [[2, 5], [2, 7], [5, 7]]);
    assert!(Failure::of_line(0).is_single() && Failure::of_node(0).is_single());
    assert!(!Failure::pairs(&[0, 1])[0].is_single());
}

#[test]
fn what_happens_later_is_left_out_and_what_stands_at_zero_stays() {
    let mut given = plan();
    let off = |at: SimTime| Timed { at, action: Action::Power { node: 0, on: false }, event: 0 };
    given.actions = vec![off(ms(0)), off(ms(3))];
    darken(&mut given.lines[0].light[0], ms(0));
    darken(&mut given.lines[0].light[1], ms(4));
    let still = still(&given, ms(50));
    assert_eq!(still.actions, [off(ms(0))]);
    assert_eq!(lit(&still.lines[0].light[0]), [(ms(0), false)]);
    assert_eq!(lit(&still.lines[0].light[1]), [(ms(0), true)]);
    assert_eq!((still.begin, still.duration), (ms(8), ms(50)));
}

#[test]
fn times_leave_what_a_switch_needs_whatever_the_file_says() {
    let times = |duration: SimTime, hold_off: Option<SimTime>| {
        let mut plan = Plan { duration, ..plan() };
        plan.services[0].protection = hold_off.map(|hold_off| {
            let (architecture, monitoring) =
                (Architecture::OnePlusOneUnidirectional, Monitoring::NonIntrusive);
            let mut config = ProtectionConfig::new(architecture, monitoring, ApsLevel::Path);
            config.hold_off = hold_off;
            ProtectionPlan { route: Vec::new(), config }
        });
        let times = Times::new(&plan, None, None).unwrap();
        (times.at, times.until)
    };
    assert_eq!(times(ms(1_000), None), (ms(13), ms(73)));
    assert_eq!(times(ms(50), None), (ms(13), ms(50)));
    // A file of 10 ms, as the reader takes where none is given, ends before anything could be seen.
    assert_eq!(times(ms(10), None), (ms(13), ms(33)));
    assert_eq!(times(ms(1_000), Some(ms(100))), (ms(13), ms(173)));
    assert_eq!(times(ms(10), Some(ms(100))), (ms(13), ms(133)));
    let given = Times::new(&plan(), Some(ms(9)), Some(ms(2))).unwrap();
    assert_eq!((given.at, given.until), (ms(9), ms(11)));
    let early = Times::new(&plan(), Some(ms(8)), None).unwrap_err();
    assert_eq!(early, TooEarly { found: ms(8), begin: ms(8) });
    assert!(early.to_string().starts_with("found 8.000 ms, expected later than 8.000 ms"));
}

#[test]
fn the_fate_of_a_service_is_seen_against_the_run_without_failure() {
    let good = Measured { sent: 100, by_packets: true, ..Measured::default() };
    let noisy = Measured { lost: 2, longest: Some(ms(1)), ..good };
    let gap = Measured { lost: 7, longest: Some(ms(4)), ..good };
    let gone = Measured { lost: 60, open: true, ..good };
    let fate = |failure: &Failure, with: Measured, without: Measured| {
        let measures = |m: Measured| Measures { services: vec![[m, good]], ..Measures::default() };
        let [there, back] = judge(&plan(), failure, &measures(with), &measures(without))[0];
        assert_eq!(there.measured, with);
        (there.fate, back.fate)
    };
    let (line, middle, end) = (Failure::of_line(0), Failure::of_node(1), Failure::of_node(2));
    assert_eq!(fate(&line, good, good), (Fate::NeverHit, Fate::NeverHit));
    assert_eq!(fate(&line, noisy, noisy).0, Fate::NeverHit);
    assert_eq!(fate(&line, gap, noisy).0, Fate::Survived);
    let hitless = Measured { switched: Some(ms(1)), ..good };
    assert_eq!(fate(&line, hitless, good).0, Fate::Survived);
    assert_eq!(fate(&middle, gone, good), (Fate::Lost, Fate::NeverHit));
    assert_eq!(fate(&line, gone, gone).0, Fate::Down);
    assert_eq!(fate(&end, gone, good), (Fate::EndNode, Fate::EndNode));
    assert!(Fate::Lost > Fate::Survived && Fate::Survived > Fate::NeverHit);
}
