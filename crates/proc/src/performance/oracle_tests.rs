//! Registers against an oracle that keeps every second and counts with hindsight.

use std::vec::Vec;

use otn_frame::Signal;
use otn_frame::rate::{FlexRate, Ratio};
use proptest::prelude::*;

use super::bins::{RegisterConfig, Registers, TimeOfDay};
use super::monitor::MonitorEvent;
use super::primitives::Conditions;
use super::report::{EndCounters, Inhibition};
use super::tests::{Bench, Stimulus};

/// 1 000 blocks a second, so that 150 are an SES and seconds are cheap.
const SIGNAL: Signal = Signal::Oduflex(FlexRate::measured(Ratio::new(122_368_000, 1)));
const SES: u32 = 150;
const TEN: usize = 10;
/// Threshold of near-end ES in 15 minutes.
const ES_ALERT: u64 = 5;

/// One second of one end with hindsight.
#[derive(Clone, Copy)]
struct Plain {
    blocks: u32,
    discarded: u32,
    defect: bool,
    severe: bool,
    unavailable: bool,
}

/// Looks ahead: the state turns where the next ten seconds all speak against it.
fn unavailable(severe: &[bool]) -> Vec<bool> {
    let mut state = false;
    let mut out = Vec::new();
    for n in 0..severe.len() {
        let ahead = severe.get(n..n + TEN);
        if ahead.is_some_and(|ten| ten.iter().all(|&s| s != state)) {
            state = !state;
        }
        out.push(state);
    }
    out
}

fn end(row: &[Stimulus], far: bool) -> Vec<Plain> {
    let discards =
        |n: usize| row.get(n).is_some_and(|s| s.conditions.iae || (far && s.conditions.biae));
    let seen = row.iter().enumerate().map(|(n, s)| {
        let blocks = if far { s.far } else { s.near };
        let blocks = if s.conditions.signal_fail { 0 } else { blocks };
        let defect = if far { s.conditions.far_defect } else { s.conditions.near_defect };
        if discards(n) || discards(n + 1) {
            return (0, blocks, false);
        }
        (blocks, 0, defect)
    });
    let seen = seen.collect::<Vec<_>>();
    let severe = seen.iter().map(|&(blocks, _, defect)| blocks >= SES || defect);
    let severe = severe.collect::<Vec<_>>();
    let states = unavailable(&severe);
    let rows = seen.into_iter().zip(severe).zip(states);
    rows.map(|(((blocks, discarded, defect), severe), unavailable)| Plain {
        blocks,
        discarded,
        defect,
        severe,
        unavailable,
    })
    .collect()
}

/// Counters of the seconds that `chosen` picks; `inhibited` says where ES, SES, BBE stop.
fn count(row: &[Plain], inhibited: &[bool], chosen: impl Fn(usize) -> bool) -> EndCounters {
    let sum = |value: &dyn Fn(&Plain, bool) -> u64| {
        let picked = row.iter().zip(inhibited).enumerate().filter(|(n, _)| chosen(*n));
        picked.map(|(_, (second, &inhibited))| value(second, inhibited)).sum::<u64>()
    };
    let seconds = |value: &dyn Fn(&Plain, bool) -> bool| {
        u32::try_from(sum(&|s, i| value(s, i).into())).unwrap()
    };
    EndCounters {
        errored_blocks: sum(&|s, _| s.blocks.into()),
        background_block_errors: sum(&|s, i| if !i && !s.severe { s.blocks.into() } else { 0 }),
        blocks_in_severe_seconds: sum(&|s, i| if !i && s.severe { s.blocks.into() } else { 0 }),
        blocks_in_unavailable_time: sum(&|s, i| if i { s.blocks.into() } else { 0 }),
        discarded_blocks: sum(&|s, _| s.discarded.into()),
        errored_seconds: seconds(&|s, i| !i && (s.blocks > 0 || s.defect)),
        severely_errored_seconds: seconds(&|s, i| !i && s.severe),
        unavailable_seconds: seconds(&|s, _| s.unavailable),
        defect_seconds: seconds(&|s, _| s.defect),
        available_seconds: seconds(&|_, i| !i),
    }
}

/// All that hindsight knows.
struct Oracle {
    near: Vec<Plain>,
    far: Vec<Plain>,
    near_inhibited: Vec<bool>,
    far_inhibited: Vec<bool>,
    offset: usize,
}

impl Oracle {
    fn new(row: &[Stimulus], config: &RegisterConfig) -> Self {
        let (near, far) = (end(row, false), end(row, true));
        let states = near.iter().zip(&far).map(|(n, f)| match config.inhibition {
            Inhibition::Direction => (n.unavailable, f.unavailable),
            Inhibition::Pair => (n.unavailable || f.unavailable, n.unavailable || f.unavailable),
        });
        let (near_inhibited, far_inhibited) = states.unzip();
        let offset = config.time_of_day.get() as usize;
        Self { near, far, near_inhibited, far_inhibited, offset }
    }

    /// Every register has what the first `decided` seconds give its interval.
    fn check(&self, registers: &Registers, length: usize, decided: usize) {
        let mut total = 0;
        for register in registers.history().copied().chain(registers.current()) {
            let interval = usize::try_from(register.interval).unwrap();
            let chosen = |n: usize| n < decided && (n + self.offset) / length == interval;
            assert_eq!(register.near, count(&self.near, &self.near_inhibited, chosen));
            assert_eq!(register.far, count(&self.far, &self.far_inhibited, chosen));
            let pair = |n: usize| self.near[n].unavailable || self.far[n].unavailable;
            let pairs = (0..decided).filter(|&n| chosen(n) && pair(n)).count();
            assert_eq!(register.pair_unavailable_seconds as usize, pairs);
            total += register.elapsed as usize;
        }
        assert_eq!(total, decided);
    }

    /// Seconds at which the count of near-end ES of an interval reaches the threshold.
    fn alerts(&self) -> Vec<u64> {
        let errored = |n: usize| {
            let second = &self.near[n];
            !self.near_inhibited[n] && (second.blocks > 0 || second.defect)
        };
        let interval = |n: usize| (n + self.offset) / 900;
        let reaches = |&n: &usize| {
            let so_far = (0..=n).filter(|&m| interval(m) == interval(n) && errored(m)).count();
            errored(n) && so_far as u64 == ES_ALERT
        };
        (0..self.near.len()).filter(reaches).map(|n| n as u64).collect()
    }
}

fn conditions() -> impl Strategy<Value = Conditions> {
    let none = Conditions::default();
    prop_oneof![
        8 => Just(none),
        2 => Just(Conditions { near_defect: true, signal_fail: true, ..none }),
        1 => Just(Conditions { near_defect: true, ..none }),
        2 => Just(Conditions { far_defect: true, ..none }),
        1 => Just(Conditions { near_defect: true, far_defect: true, ..none }),
        1 => Just(Conditions { iae: true, ..none }),
        1 => Just(Conditions { biae: true, far_defect: true, ..none }),
    ]
}

/// Runs of equal seconds, most of them about as long as a decision takes.
fn seconds() -> impl Strategy<Value = Vec<Stimulus>> {
    let blocks = || prop_oneof![4 => Just(0u32), 2 => 1..3u32, 2 => 148..152u32];
    let run = (blocks(), blocks(), conditions(), prop_oneof![1..4usize, 8..13usize]);
    prop::collection::vec(run, 1..40).prop_map(|runs| {
        let runs = runs.into_iter().flat_map(|(near, far, conditions, length)| {
            core::iter::repeat_n(Stimulus { near, far, conditions }, length)
        });
        runs.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    //= type=test g8201:a.1-unavailable
    //= type=test g8201:a.2-bidirectional
    //= type=test g8201:a.4-not-in-unavailable-time
    //= type=test g798:6.5-iae-discard
    //= type=test g798:6.5-biae-discard
    //= type=test g798:6.5-signal-fail-holds
    //= type=test g7710:tr15-once
    #[test]
    fn registers_are_what_hindsight_counts(
        row in seconds(),
        // Midnight, and with it the end of an interval, is close.
        to_midnight in 1u32..600,
        pair in any::<bool>(),
    ) {
        let mut config = RegisterConfig {
            time_of_day: TimeOfDay::new(86_400 - to_midnight).unwrap(),
            inhibition: if pair { Inhibition::Pair } else { Inhibition::Direction },
            ..RegisterConfig::default()
        };
        config.near_quarter_hour.errored_seconds.report = ES_ALERT;
        let oracle = Oracle::new(&row, &config);
        let mut bench = Bench::new(SIGNAL, &config);
        for (n, &stimulus) in row.iter().enumerate() {
            bench.second(stimulus);
            let waiting = bench.monitor.waiting() as usize;
            prop_assert!(waiting <= 10, "one for the discard, nine for availability");
            oracle.check(bench.monitor.quarter_hours(), 900, n + 1 - waiting);
            oracle.check(bench.monitor.days(), 86_400, n + 1 - waiting);
        }
        bench.finish();
        oracle.check(bench.monitor.quarter_hours(), 900, row.len());
        oracle.check(bench.monitor.days(), 86_400, row.len());

        let alerts = bench.events.iter().filter_map(|event| match event {
            MonitorEvent::Threshold(report) => Some(report.second),
            MonitorEvent::Second(_) | MonitorEvent::Degrade { .. } => None,
        });
        prop_assert_eq!(alerts.collect::<Vec<_>>(), oracle.alerts());
        every_block_is_somewhere(&row, &bench);
    }
}

/// Counters account for every errored block that was not seen in signal fail.
fn every_block_is_somewhere(row: &[Stimulus], bench: &Bench) {
    let seen = |far: bool| {
        let counted = row.iter().filter(|s| !s.conditions.signal_fail);
        counted.map(|s| u64::from(if far { s.far } else { s.near })).sum::<u64>()
    };
    for registers in [bench.monitor.quarter_hours(), bench.monitor.days()] {
        let sum = |far: bool| {
            let all = registers.history().copied().chain(registers.current());
            let parts = all.map(|register| {
                let end = if far { register.far } else { register.near };
                end.background_block_errors
                    + end.blocks_in_severe_seconds
                    + end.blocks_in_unavailable_time
                    + end.discarded_blocks
            });
            parts.sum::<u64>()
        };
        assert_eq!((sum(false), sum(true)), (seen(false), seen(true)));
    }
}
