//! Random events at two ends: where both are in the end, and what no end ever does.

use otn_proc::protection::{
    Architecture, Entity, ExternalCommand, ProtectionConfig, ProtectionDefect, ProtectionState,
    Signal,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::harness::{A, Input, Pair, Z, config, ms, us};
use Entity::{Protection as P, Working as W};

/// An event at a time in µs, at an end.
type Event = (u64, usize, Input);

fn event(span_us: u64) -> impl Strategy<Value = Event> {
    let entity = prop_oneof![Just(W), Just(P)];
    let signal = prop_oneof![Just(Signal::Normal), Just(Signal::Degraded), Just(Signal::Failed)];
    let command = prop_oneof![
        Just(ExternalCommand::LockoutOfProtection),
        Just(ExternalCommand::ForcedSwitch),
        Just(ExternalCommand::ManualSwitch(W)),
        Just(ExternalCommand::ManualSwitch(P)),
        Just(ExternalCommand::Exercise),
        Just(ExternalCommand::Clear),
    ];
    let input = prop_oneof![
        3 => (entity, signal).prop_map(|(entity, signal)| Input::Signal(entity, signal)),
        2 => command.prop_map(Input::Command),
    ];
    (0..span_us, 0..2usize, input)
}

fn architecture() -> impl Strategy<Value = Architecture> {
    prop_oneof![
        Just(Architecture::OnePlusOneUnidirectional),
        Just(Architecture::OnePlusOneBidirectional),
        Just(Architecture::OneToOne),
    ]
}

/// Hold-off and wait to restore in ms; the second of 0 is the hardest.
fn times() -> impl Strategy<Value = (u64, u64)> {
    (prop_oneof![Just(0), Just(3)], prop_oneof![Just(0), Just(1), Just(30)])
}

const SIGNALS: [Signal; 3] = [Signal::Normal, Signal::Degraded, Signal::Failed];

/// Checks what holds at one end at all times, whatever the far end says.
fn check_end(pair: &Pair, index: usize) {
    let end = &pair.ends[index];
    if matches!(end.state(), ProtectionState::Lockout(_)) {
        assert_eq!(end.selected(), W, "lockout keeps traffic on working");
    }
    if end.counts_as(P) == Signal::Failed {
        assert_eq!(end.selected(), W, "no request leads to a failed protection entity");
    }
}

/// With the signals of both ends as they are for long: a failed entity is not selected while the
/// other one is good at both ends, unless a command says so.
fn check_quiet(pair: &Pair) {
    let commanded = pair.states().iter().any(|state| {
        matches!(state, ProtectionState::Lockout(_) | ProtectionState::ForcedSwitch(_))
    });
    for index in [A, Z] {
        let end = &pair.ends[index];
        let selected = end.selected();
        let other_is_good = if end.is_bidirectional() {
            pair.ends.iter().all(|end| end.counts_as(selected.other()) == Signal::Normal)
        } else {
            end.counts_as(selected.other()) == Signal::Normal
        };
        assert!(
            commanded || end.counts_as(selected) != Signal::Failed || !other_is_good,
            "end {index} is on failed {selected:?}: {:?}",
            pair.states()
        );
    }
    if pair.ends[A].is_bidirectional() {
        assert_eq!(pair.selected()[A], pair.selected()[Z], "{:?}", pair.states());
        let apart = ProtectionDefect::NoResponse;
        assert!(pair.ends.iter().all(|end| !end.has(apart)));
    }
}

fn play(pair: &mut Pair, events: &[Event], span_us: u64) {
    for &(at, end, input) in events {
        pair.at(us(1_000 + at), end, input);
    }
    pair.run_with(us(1_000 + span_us), |pair| {
        check_end(pair, A);
        check_end(pair, Z);
    });
}

/// Repairs everything, clears every command, and lets all timers expire.
fn repair(pair: &mut Pair, from: u64) {
    for end in [A, Z] {
        for entity in [W, P] {
            pair.signal(ms(from), end, entity, Signal::Normal);
        }
        pair.command(ms(from + 20), end, ExternalCommand::Clear);
        pair.command(ms(from + 60), end, ExternalCommand::Clear);
    }
    pair.run(ms(from + 500));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    //= type=test rfc7271:11-missed-word
    //= type=test g873.1:8.8-selector
    #[test]
    fn the_ends_agree_when_nothing_happens_any_more(
        architecture in architecture(),
        revertive in any::<[bool; 2]>(),
        (hold_off, restore) in times(),
        delay_us in prop_oneof![Just(5u64), Just(700), Just(5_000)],
        span_us in prop_oneof![Just(3_000u64), Just(20_000), Just(300_000)],
        events in vec(event(1), 0..40),
        spread in vec(0u64..1_000_000, 40),
    ) {
        // Ends of which only one reverts are a legal group as well.
        let configs = revertive.map(|revertive| ProtectionConfig {
            revertive,
            hold_off: ms(hold_off),
            wait_to_restore: ms(restore),
            ..config(architecture)
        });
        let mut pair = Pair::new(configs, us(delay_us));
        let events: Vec<Event> = events
            .into_iter()
            .zip(&spread)
            .map(|((_, end, input), place)| (place * span_us / 1_000_000, end, input))
            .collect();
        play(&mut pair, &events, span_us);
        let settled = span_us / 1_000 + 400;
        pair.run(ms(settled));
        check_quiet(&pair);
        let switches = pair.log.len();
        pair.run(ms(settled + 400));
        prop_assert_eq!(pair.log.len(), switches, "it stays so");

        repair(&mut pair, settled + 400);
        check_quiet(&pair);
        if revertive == [true; 2] {
            prop_assert_eq!(pair.selected(), [W, W]);
            prop_assert_eq!(pair.states(), [ProtectionState::NoRequest; 2]);
        }
        for end in &pair.ends {
            prop_assert_eq!(end.next_deadline(), None);
        }
    }

    /// What is told late is worked off at its own time.
    #[test]
    fn a_late_caller_sees_the_same(
        events in vec((0u64..200, any::<bool>(), 0usize..3), 1..12),
        step in 1u64..400,
    ) {
        let config = ProtectionConfig {
            hold_off: ms(7),
            wait_to_restore: ms(40),
            ..config(Architecture::OnePlusOneUnidirectional)
        };
        let mut events = events;
        events.sort_by_key(|event| event.0);
        let run = |step: Option<u64>| {
            let mut group = otn_proc::protection::Protection::new(config).unwrap();
            let mut told = 0;
            for &(at, working, signal) in &events {
                while let Some(step) = step.filter(|step| told + step < at) {
                    told += step;
                    group.wait(ms(told));
                }
                group.signal(ms(at), if working { W } else { P }, SIGNALS[signal]);
            }
            group.wait(ms(1_000));
            let log: Vec<_> = std::iter::from_fn(|| group.next_event()).collect();
            (log, group.counts(ms(1_000)))
        };
        prop_assert_eq!(run(None), run(Some(step)));
    }
}
