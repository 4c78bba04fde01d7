//! Quality over time: when a change is seen, and what is seen after it.

use otn_emu::light::{
    Action, Course, Direction, Event, LightError, LightpathId, Options, Plant, Ramp, timeline,
};
use otn_frame::SimTime;
use proptest::prelude::*;

use crate::plants::{around, flight_s, one, ring};

fn ms(ms: u64) -> SimTime {
    SimTime::from_ms(ms)
}

fn event(at: SimTime, action: Action) -> Event {
    Event { at, action }
}

/// Milliseconds at which a course changes.
fn times(course: &Course) -> Vec<f64> {
    course.iter().map(|(at, _)| at.as_seconds() * 1e3).collect()
}

fn near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{found:?} {expected:?}");
    for (found, expected) in found.iter().zip(expected) {
        // To the picosecond, in milliseconds.
        assert!((found - expected).abs() < 2e-9, "{found} {expected}");
    }
}

#[test]
//= type=test otn:light-timeline
fn no_event_is_one_state() {
    let (_, plant) = one(3, 80.0, 0.0);
    let courses = timeline(&plant, &[]).unwrap();
    let now = plant.propagate(&plant.initial()).unwrap();
    assert_eq!(courses.len(), 1);
    for direction in 0..2 {
        assert_eq!(courses[0][direction], [(SimTime::ZERO, now[0][direction].clone())]);
    }
    // Nor is there another for events that change nothing.
    let (line, plant) = one(3, 80.0, 0.0);
    let fibre = plant.fibre(&line.fibre(0, Direction::Forward)).unwrap();
    let quiet = timeline(&plant, &[event(ms(5), Action::Repair(fibre))]).unwrap();
    assert_eq!(quiet, courses);
}

/// Three spans of 80 km; the first is cut in its middle: 200 km of light still arrive.
#[test]
//= type=test otn:light-arrival
fn what_has_passed_still_arrives() {
    let (line, plant) = one(3, 80.0, 0.0);
    let fibre = plant.fibre(&line.fibre(0, Direction::Forward)).unwrap();
    let amplifier = plant.amplifier(&line.amplifier(2, Direction::Forward)).unwrap();
    let lightpath = LightpathId(0);
    let events = [
        event(ms(20), Action::Repair(fibre)),
        event(ms(10), Action::Cut(fibre)),
        event(ms(30), Action::FailAmplifier(amplifier)),
        event(ms(40), Action::RepairAmplifier(amplifier)),
        event(ms(50), Action::Remove(lightpath)),
    ];
    let courses = timeline(&plant, &events).unwrap();
    let [forward, backward] = &courses[0];
    let (cut, all) = (flight_s(200e3) * 1e3, flight_s(240e3) * 1e3);
    // The last amplifier stands before the receiver.
    near(&times(forward), &[0.0, 10.0 + cut, 20.0 + cut, 30.0, 40.0, 50.0 + all]);
    let light: Vec<bool> = forward.iter().map(|(_, reception)| reception.light).collect();
    assert_eq!(light, [true, false, true, false, true, false]);
    assert_eq!(forward[0].1, forward[2].1, "a repaired fibre is as it was");
    near(&times(backward), &[0.0, 50.0 + all]);
}

/// Cuts far and near within one flight: the near one is seen first, and both are seen as they are.
#[test]
//= type=test otn:light-timeline
fn a_later_event_may_be_seen_earlier() {
    let (line, plant) = one(3, 80.0, -10.0);
    let fibre = |span| plant.fibre(&line.fibre(span, Direction::Forward)).unwrap();
    let bend = |span, loss_db| Action::Attenuate { fibre: fibre(span), loss_db, ramp: None };
    let later = ms(10) + SimTime::from_ns(100_000);
    let events = [event(ms(10), bend(0, 1.0)), event(later, bend(2, 2.0))];
    let [forward, _] = timeline(&plant, &events).unwrap().remove(0);
    let (far, near_) = (10.0 + flight_s(200e3) * 1e3, 10.1 + flight_s(40e3) * 1e3);
    near(&times(&forward), &[0.0, near_, far]);
    let with = |bends: &[Action]| {
        let mut state = plant.initial();
        bends.iter().for_each(|action| state.apply(action));
        plant.propagate(&state).unwrap()[0][0].clone()
    };
    assert_eq!(forward[1].1, with(&[bend(2, 2.0)]));
    assert_eq!(forward[2].1, with(&[bend(0, 1.0), bend(2, 2.0)]));
}

/// A neighbour that goes is missed where both meet: b, 60 km on its way and 60 km before the end of the other.
#[test]
//= type=test otn:light-arrival
fn neighbours_are_missed_where_they_met() {
    let lightpaths = vec![
        around("a-c over b", ["ta", "tc"], &["ab", "bc"], 193.2),
        around("b-a over c", ["tb", "ta"], &["bc", "ca"], 193.3),
    ];
    let plant = ring(lightpaths, &Options::default());
    let courses = timeline(&plant, &[event(ms(10), Action::Remove(LightpathId(1)))]).unwrap();
    // Forward they meet in bc, where the second begins; 60 km before the end of the first.
    near(&times(&courses[0][0]), &[0.0, 10.0 + flight_s(60e3) * 1e3]);
    // Backward the second comes to cb after 60 km of ac, where the first begins with 120 km before it.
    near(&times(&courses[0][1]), &[0.0, 10.0 + flight_s(180e3) * 1e3]);
    near(&times(&courses[1][0]), &[0.0, 10.0 + flight_s(120e3) * 1e3]);
    assert!(courses[0][0][1].1.gsnr_01nm_db > courses[0][0][0].1.gsnr_01nm_db);
}

#[test]
//= type=test otn:light-ramp
fn ramps_go_straight_and_end() {
    let (line, plant) = one(1, 80.0, -10.0);
    let fibre = plant.fibre(&line.fibre(0, Direction::Forward)).unwrap();
    let ramp = |loss_db, duration, every| Action::Attenuate {
        fibre,
        loss_db,
        ramp: Some(Ramp { duration: ms(duration), every: ms(every) }),
    };
    let clear_db = plant.propagate(&plant.initial()).unwrap()[0][0].osnr_01nm_db;
    let losses = |events: &[Event]| -> Vec<(f64, f64)> {
        let [forward, _] = timeline(&plant, events).unwrap().remove(0);
        let late = flight_s(40e3) * 1e3;
        let point = |(at, reception): &(SimTime, otn_emu::light::Reception)| {
            (at.as_seconds() * 1e3 - late, clear_db - reception.osnr_01nm_db)
        };
        forward[1..].iter().map(point).collect()
    };
    let check = |events: &[Event], expected: &[(f64, f64)]| {
        let found = losses(events);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            // One amplifier: OSNR falls by what the bend takes.
            let off = (found.0 - expected.0).abs().max((found.1 - expected.1).abs());
            assert!(off < 1e-6, "{found:?} {expected:?}");
        }
    };
    // 6 dB in 10 ms, a step each 4 ms: the last one is at the end.
    let up = event(ms(100), ramp(6.0, 10, 4));
    check(&[up], &[(104.0, 2.4), (108.0, 4.8), (110.0, 6.0)]);
    // A second ramp begins where the first one is; a repair ends it.
    let down = event(ms(106), ramp(0.4, 4, 1));
    let expected = [(104.0, 2.4), (107.0, 1.9), (108.0, 1.4), (109.0, 0.9), (110.0, 0.4)];
    check(&[up, down], &expected);
    check(&[up, event(ms(105), Action::Repair(fibre))], &[(104.0, 2.4), (105.0, 0.0)]);
    check(&[event(ms(100), ramp(3.0, 0, 0))], &[(100.0, 3.0)]);
    let endless = Action::Attenuate {
        fibre,
        loss_db: 3.0,
        ramp: Some(Ramp { duration: ms(1_000_000), every: SimTime::from_ps(1) }),
    };
    let refused = timeline(&plant, &[event(ms(0), endless)]);
    assert!(matches!(refused, Err(LightError::Ramp { .. })), "{refused:?}");
    let negative = Action::Attenuate { fibre, loss_db: -1.0, ramp: None };
    let refused = timeline(&plant, &[event(ms(0), negative)]);
    assert!(matches!(refused, Err(LightError::Loss { .. })), "{refused:?}");
    for loss_db in [200.5, f64::NAN, f64::INFINITY] {
        let bend = Action::Attenuate { fibre, loss_db, ramp: None };
        let mut state = plant.initial();
        state.apply(&bend);
        assert!(matches!(plant.propagate(&state), Err(LightError::Loss { .. })));
        assert!(matches!(timeline(&plant, &[event(ms(0), bend)]), Err(LightError::Loss { .. })));
    }
    let most = Action::Attenuate { fibre, loss_db: 200.0, ramp: None };
    let course = timeline(&plant, &[event(ms(0), most)]).unwrap().remove(0);
    assert!(course[0][1].1.pre_fec_ber > 0.49);
    let nobody = event(ms(0), Action::Add(LightpathId(7)));
    let refused = timeline(&plant, &[nobody]);
    assert!(matches!(refused, Err(LightError::Lightpath { found: 7, count: 1 })), "{refused:?}");
}

/// The ring, with something to share everywhere.
fn plant() -> Plant {
    let lightpaths = vec![
        around("a-b", ["ta", "tb"], &["ab"], 193.1),
        around("a-c over b", ["ta", "tc"], &["ab", "bc"], 193.15),
        around("b-a over c", ["tb", "ta"], &["bc", "ca"], 193.2),
        around("c-b over a", ["tc", "tb"], &["ca", "ab"], 193.25),
    ];
    ring(lightpaths, &Options::default())
}

/// One of all actions, by four numbers.
fn action(plant: &Plant, kind: u8, which: usize, side: bool, size: f64) -> Action {
    let fibres: Vec<_> = plant.fibres().collect();
    let amplifiers: Vec<_> = plant.amplifiers().collect();
    let (fibre, amplifier) = (fibres[which % fibres.len()], amplifiers[which % amplifiers.len()]);
    let lightpath = LightpathId(which % plant.lightpaths().len());
    let direction = Direction::ALL[usize::from(side)];
    match kind {
        0 => Action::Cut(fibre),
        1 => Action::Repair(fibre),
        2 => Action::Attenuate { fibre, loss_db: size, ramp: None },
        3 => Action::FailAmplifier(amplifier),
        4 => Action::RepairAmplifier(amplifier),
        5 => Action::Laser { lightpath, direction, on: size > 5.0 },
        6 => Action::Remove(lightpath),
        7 => Action::Add(lightpath),
        _ => Action::Shift { lightpath, direction, offset_hz: (size - 5.0) * 1e9 },
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// When all has arrived, each receiver has what the state at the end gives, whatever was between.
    #[test]
    //= type=test otn:light-timeline
    fn courses_end_in_the_last_state(
        given in prop::collection::vec((0u64..4_000, 0u8..9, 0usize..12, any::<bool>(), 0.0f64..10.0), 0..7)
    ) {
        let plant = plant();
        let mut events: Vec<Event> = given
            .iter()
            .map(|&(us, kind, which, side, size)| {
                event(SimTime::from_ns(us * 1_000), action(&plant, kind, which, side, size))
            })
            .collect();
        let courses = timeline(&plant, &events).unwrap();
        events.sort_by_key(|event| event.at);
        let mut state = plant.initial();
        events.iter().for_each(|event| state.apply(&event.action));
        let last = plant.propagate(&state).unwrap();
        for (courses, last) in courses.iter().zip(&last) {
            for (course, last) in courses.iter().zip(last) {
                prop_assert_eq!(&course[course.len() - 1].1, last);
                prop_assert_eq!(course[0].0, SimTime::ZERO);
                prop_assert!(course.windows(2).all(|w| w[0].0 < w[1].0 && w[0].1 != w[1].1));
            }
        }
    }
}
