//! Conformance cases of performance monitoring, and half an hour counted by hand.

use std::vec::Vec;

use otn_frame::overhead::{BeiBiae, ErrorCount};
use otn_frame::{Signal, SimTime};

use super::bins::{HistoryLength, RegisterConfig, TimeOfDay};
use super::degrade::DegradeConfig;
use super::monitor::{MonitorEvent, PerformanceMonitor};
use super::primitives::{
    AlignmentErrorFilter, Conditions, FecCounts, RawSecond, SecondAccumulator, far_errored,
    far_errored_or_biae, near_errored,
};
use super::report::{EndCounters, Inhibition, RegisterReport, Validity};
use super::threshold::{Parameter, ReportKind, Threshold, ThresholdReport};

const ODU1_SES: u32 = 3_064;

/// What happens in one second.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stimulus {
    pub(super) near: u32,
    pub(super) far: u32,
    pub(super) conditions: Conditions,
}

pub(super) fn near(near: u32) -> Stimulus {
    Stimulus { near, ..Stimulus::default() }
}

fn far(far: u32) -> Stimulus {
    Stimulus { far, ..Stimulus::default() }
}

/// A defect of the near end in which frames cannot be read.
fn failed(near: u32) -> Stimulus {
    let conditions = Conditions { near_defect: true, signal_fail: true, ..Conditions::default() };
    Stimulus { near, conditions, ..Stimulus::default() }
}

/// A monitor, the time it has come to, and what it said.
pub(super) struct Bench {
    pub(super) monitor: PerformanceMonitor,
    number: u64,
    pub(super) events: Vec<MonitorEvent>,
}

impl Bench {
    pub(super) fn new(signal: Signal, config: &RegisterConfig) -> Self {
        let degrade = DegradeConfig::standard(signal);
        let monitor = PerformanceMonitor::new(signal, degrade, config, SimTime::ZERO);
        Self { monitor, number: 0, events: Vec::new() }
    }

    fn odu1(time_of_day: u32) -> Self {
        let time_of_day = TimeOfDay::new(time_of_day).unwrap();
        Self::new(Signal::Odu1, &RegisterConfig { time_of_day, ..RegisterConfig::default() })
    }

    /// One second: conditions stand from 0.1 s to 0.9 s, the frames come between.
    pub(super) fn second(&mut self, stimulus: Stimulus) {
        let Self { monitor, number, events } = self;
        let start = SimTime::from_ms(*number * 1_000);
        let mut tell = |event| events.push(event);
        monitor.set_conditions(start + SimTime::from_ms(100), stimulus.conditions, &mut tell);
        for frame in 0..stimulus.near.max(stimulus.far) {
            monitor.frame(frame < stimulus.near, frame < stimulus.far);
        }
        monitor.set_conditions(start + SimTime::from_ms(900), Conditions::default(), &mut tell);
        *number += 1;
        monitor.advance(SimTime::from_ms(*number * 1_000), &mut tell);
    }

    fn seconds(&mut self, count: usize, stimulus: Stimulus) -> &mut Self {
        for _ in 0..count {
            self.second(stimulus);
        }
        self
    }

    pub(super) fn finish(&mut self) {
        let now = SimTime::from_ms(self.number * 1_000);
        self.monitor.finish(now, &mut |event| self.events.push(event));
    }

    fn current(&self) -> RegisterReport {
        self.monitor.quarter_hours().current().unwrap()
    }

    fn history(&self) -> Vec<RegisterReport> {
        self.monitor.quarter_hours().history().copied().collect()
    }

    fn thresholds(&self) -> Vec<ThresholdReport> {
        let reports = self.events.iter().filter_map(|event| match event {
            MonitorEvent::Threshold(report) => Some(*report),
            MonitorEvent::Second(_) | MonitorEvent::Degrade { .. } => None,
        });
        reports.collect()
    }
}

//= type=test g798:6.5.1.1-errored-block
#[test]
fn a_block_is_errored_with_one_violation_or_more() {
    let counts = [None, Some(0), Some(1), Some(8)].map(near_errored);
    assert_eq!(counts, [false, false, true, true]);
    for code in 0..=8u8 {
        let count = ErrorCount::new(code).unwrap();
        assert_eq!(far_errored(count), code > 0);
        assert_eq!(far_errored_or_biae(BeiBiae::Errors(count)), code > 0);
    }
    assert!(!far_errored_or_biae(BeiBiae::Biae));
    assert!(!far_errored_or_biae(BeiBiae::Other(15)));
}

//= type=test g798:6.5-defect-second
//= type=test g798:6.5-signal-fail-holds
#[test]
fn seconds_close_one_by_one_and_a_standing_defect_is_in_each() {
    // The start lies inside second 2; the defect stands from 2.5 s to 4.0 s exactly.
    let mut seconds = SecondAccumulator::new(SimTime::from_ms(2_400));
    assert_eq!(seconds.next_deadline(), SimTime::from_ms(3_000));
    seconds.frame(true, true);
    let fail = Conditions { near_defect: true, signal_fail: true, ..Conditions::default() };
    seconds.set_conditions(fail);
    seconds.frame(true, true);
    assert_eq!(seconds.close(SimTime::from_ps(2_999_999_999_999)), None, "not over yet");
    let mut closed = Vec::new();
    while let Some(second) = seconds.close(SimTime::from_ms(4_000)) {
        closed.push((second.number, second.near.errored_blocks, second.near.defect));
    }
    assert_eq!(closed, [(2, 1, true), (3, 0, true)], "no frame counts in signal fail");
    // Second 4 is open and saw the defect at its first moment.
    seconds.set_conditions(Conditions::default());
    seconds.frame(true, false);
    let second = seconds.close(SimTime::from_ms(5_000)).unwrap();
    assert_eq!((second.near.errored_blocks, second.near.defect), (1, true));
    // A gap of 1 000 seconds without frames.
    let mut count = 0;
    while let Some(second) = seconds.close(SimTime::from_ms(1_005_000)) {
        assert_eq!(second, RawSecond { number: 5 + count, ..RawSecond::default() });
        count += 1;
    }
    assert_eq!(count, 1_000);
    // The end of time comes inside a second.
    let mut last = SecondAccumulator::new(SimTime::from_ps(u64::MAX));
    assert_eq!(last.close(SimTime::from_ps(u64::MAX)), None);
}

/// Conformance case 30, what is discarded: blocks and defects of both ends, of the second with the
/// alignment error and of the one before.
//= type=test g798:6.5-iae-discard
#[test]
fn an_alignment_error_takes_its_second_and_the_one_before() {
    let iae = Conditions { iae: true, far_defect: true, ..Conditions::default() };
    let before = Stimulus { near: 11, far: 12, ..failed(0) };
    let mut bench = Bench::odu1(0);
    bench.seconds(1, Stimulus { near: 1, far: 2, ..Stimulus::default() });
    bench.seconds(1, Stimulus { near: 3, far: 4, ..Stimulus::default() });
    bench.seconds(1, Stimulus { near: 5, far: 6, conditions: iae });
    bench.seconds(1, Stimulus { near: 7, far: 8, ..Stimulus::default() });
    bench.seconds(1, before).seconds(1, Stimulus { conditions: iae, ..Stimulus::default() });
    bench.finish();
    let counted = bench.current();
    let ends = [(counted.near, 8, 8, 2), (counted.far, 10, 10, 2)];
    for (end, errored, discarded, seconds) in ends {
        assert_eq!((end.errored_blocks, end.discarded_blocks), (errored, discarded));
        assert_eq!((end.errored_seconds, end.defect_seconds), (seconds, 0));
    }
    assert_eq!(counted.alignment_error_seconds, 2);
}

/// Conformance case 31, what is discarded: the far end only.
//= type=test g798:6.5-biae-discard
#[test]
fn a_backward_alignment_error_takes_the_far_end_only() {
    let both = |near, far, conditions| Stimulus { near, far, conditions };
    let far_defect = Conditions { far_defect: true, ..Conditions::default() };
    let biae = Conditions { biae: true, far_defect: true, ..Conditions::default() };
    let mut bench = Bench::odu1(0);
    bench.second(both(1, 2, Conditions::default()));
    bench.second(both(3, 4, far_defect));
    bench.second(both(5, 6, biae));
    bench.second(both(7, 8, Conditions::default()));
    bench.finish();
    let RegisterReport { near, far, .. } = bench.current();
    assert_eq!((near.errored_blocks, near.discarded_blocks, near.errored_seconds), (16, 0, 4));
    assert_eq!((far.errored_blocks, far.discarded_blocks, far.errored_seconds), (10, 10, 2));
    assert_eq!(far.defect_seconds, 0);
    assert_eq!(bench.current().backward_alignment_error_seconds, 1);
}

//= type=test g798:6.5-iae-discard
#[test]
fn a_second_before_a_gap_is_not_the_previous_one() {
    let mut filter = AlignmentErrorFilter::default();
    let mut second = RawSecond { number: 4, ..RawSecond::default() };
    second.near.errored_blocks = 9;
    assert_eq!(filter.push(second), None);
    let gap = RawSecond { number: 6, iae: true, ..second };
    assert_eq!(filter.push(gap).unwrap().second, second);
    assert_eq!(filter.waiting(), 1);
    let last = filter.finish().unwrap();
    assert_eq!((last.second.near.errored_blocks, last.near_discarded), (0, 9));
    assert_eq!(filter.finish(), None);
}

/// Conformance case 37: ODU1 with one block less than 15 % and with 15 %.
//= type=test g8201:3.2-bbe
//= type=test g8201:3.2-ses
#[test]
fn blocks_of_an_ses_are_no_background_errors() {
    let mut bench = Bench::odu1(0);
    bench.second(near(ODU1_SES - 1));
    bench.second(near(ODU1_SES));
    bench.finish();
    let RegisterReport { near, .. } = bench.current();
    assert_eq!((near.errored_seconds, near.severely_errored_seconds), (2, 1));
    assert_eq!((near.background_block_errors, near.blocks_in_severe_seconds), (3_063, 3_064));
}

/// Conformance cases 38 to 40.
//= type=test g8201:a.1-unavailable
//= type=test g8201:a.4-not-in-unavailable-time
#[test]
fn ten_ses_are_unavailable_time_and_nine_are_not() {
    let counts = |bench: &Bench| {
        let RegisterReport { near, .. } = bench.current();
        (near.errored_seconds, near.severely_errored_seconds, near.unavailable_seconds)
    };
    let mut bench = Bench::odu1(0);
    bench.seconds(9, near(ODU1_SES)).seconds(2, near(0));
    assert_eq!(counts(&bench), (9, 9, 0), "case 38");

    let mut bench = Bench::odu1(0);
    bench.seconds(10, near(ODU1_SES));
    assert_eq!(bench.monitor.quarter_hours().current(), None, "the tenth is not final yet");
    bench.second(near(0));
    assert_eq!(counts(&bench), (0, 0, 10), "case 39");
    assert!(bench.monitor.availability().near_unavailable());

    bench.seconds(8, near(0)).seconds(1, near(ODU1_SES)).seconds(10, near(0));
    assert_eq!(counts(&bench), (0, 0, 20), "case 40: 10 + 9 + 1, the clean ones not decided");
    assert!(bench.monitor.availability().near_unavailable());
    bench.second(near(0));
    assert_eq!(counts(&bench), (0, 0, 20), "case 40");
    assert!(!bench.monitor.availability().near_unavailable());
    assert_eq!(bench.current().near.available_seconds, 10);
}

/// Conformance case 41: the last 4 seconds of one interval and the first 6 of the next.
//= type=test g8201:a.4-charged-where-it-was
//= type=test g7710:intervals
#[test]
fn unavailable_time_is_charged_where_it_was() {
    let mut bench = Bench::odu1(0);
    bench.seconds(896, near(0)).seconds(10, near(ODU1_SES)).seconds(900, near(0));
    bench.finish();
    let history = bench.history();
    assert_eq!(history.iter().map(|r| r.near.unavailable_seconds).collect::<Vec<_>>(), [6, 4]);
    assert!(history.iter().all(|r| r.validity == Validity::Complete && r.elapsed == 900));
    assert_eq!(history.iter().map(|r| r.interval).collect::<Vec<_>>(), [1, 0]);
    assert_eq!(bench.monitor.quarter_hours().invalid_intervals(), 0);
}

/// Conformance case 42: counting begins 200 s into an interval.
//= type=test g7710:suspect
//= type=test g7710:invalid-intervals
//= type=test g7710:elapsed
#[test]
fn an_interval_counted_from_its_inside_is_partial() {
    let mut bench = Bench::odu1(200);
    bench.seconds(300, near(1));
    let current = bench.current();
    assert_eq!((current.validity, current.elapsed), (Validity::Partial, 299));
    bench.seconds(700, near(1));
    let first = bench.history()[0];
    assert_eq!((first.validity, first.elapsed), (Validity::Partial, 700));
    assert_eq!(bench.monitor.quarter_hours().invalid_intervals(), 1);
    // Ten seconds do not matter, eleven do.
    for (start, validity) in [(10, Validity::Complete), (11, Validity::Partial)] {
        let mut bench = Bench::odu1(start);
        bench.seconds(902, near(0));
        assert_eq!(bench.history()[0].validity, validity, "{start}");
    }
}

//= type=test g7710:suspect
//= type=test g7710:elapsed
#[test]
fn a_reset_and_a_clock_that_is_set_make_suspect_registers() {
    let mut bench = Bench::odu1(0);
    bench.seconds(400, near(1));
    bench.monitor.reset_quarter_hour();
    assert_eq!(bench.current().near, EndCounters::default());
    assert_eq!(bench.current().validity, Validity::Suspect);
    bench.seconds(502, near(1));
    // 399 were counted before the reset: the last one waited for the one after.
    let first = bench.history()[0];
    assert_eq!((first.validity, first.elapsed, first.first_second), (Validity::Suspect, 501, 399));
    assert_eq!(first.near.errored_seconds, 501);
    assert_eq!(bench.monitor.days().current().unwrap().near.errored_seconds, 901);

    // The clock goes back by 20 s: the interval would last 920 s.
    let mut bench = Bench::odu1(100);
    bench.seconds(500, near(0));
    bench.monitor.set_time_of_day(TimeOfDay::new(80).unwrap());
    bench.seconds(330, near(0));
    assert_eq!((bench.history().len(), bench.current().elapsed), (1, 9));
    assert_eq!(bench.history()[0].validity, Validity::Suspect);
    let mut bench = Bench::odu1(20);
    bench.monitor.set_time_of_day(TimeOfDay::new(0).unwrap());
    bench.seconds(902, near(0));
    assert_eq!(bench.history()[0].elapsed, 900, "never more than the interval has");
    // Forward by 1200 s: the interval left and the one entered 800 s late are suspect.
    let mut bench = Bench::odu1(0);
    bench.seconds(500, near(0));
    bench.monitor.set_time_of_day(TimeOfDay::new(1_200).unwrap());
    bench.seconds(102, near(0));
    assert!(bench.history().iter().all(|register| register.validity == Validity::Suspect));
    assert_eq!(bench.history().iter().map(|r| r.interval).collect::<Vec<_>>(), [1, 0]);
    // By 10 s: nothing is suspect.
    let mut bench = Bench::odu1(0);
    bench.seconds(500, near(0));
    bench.monitor.set_time_of_day(TimeOfDay::new(10).unwrap());
    bench.seconds(392, near(0));
    assert_eq!(
        (bench.history()[0].validity, bench.history()[0].elapsed),
        (Validity::Complete, 890)
    );
}

//= type=test g7710:history
#[test]
fn history_keeps_as_many_registers_as_asked_the_most_recent_first() {
    for registers in 0..=u8::MAX {
        assert_eq!(HistoryLength::new(registers).is_some(), (4..=96).contains(&registers));
    }
    assert_eq!(HistoryLength::default().get(), 32);
    assert_eq!(
        (TimeOfDay::new(86_399).map(TimeOfDay::get), TimeOfDay::new(86_400)),
        (Some(86_399), None)
    );
    let config = RegisterConfig { history: HistoryLength::new(4).unwrap(), ..Default::default() };
    let mut bench = Bench::new(Signal::Odu1, &config);
    // Two days and a bit: 193 intervals and two seconds, of which the last may yet be discarded.
    bench.monitor.advance(SimTime::from_ms(193 * 900_000 + 2_000), &mut |_| {});
    let intervals = bench.history().iter().map(|register| register.interval).collect::<Vec<_>>();
    assert_eq!(intervals, [192, 191, 190, 189]);
    assert_eq!(bench.current().interval, 193, "not in the row");
    let days = bench.monitor.days();
    assert_eq!(
        days.history().map(|day| (day.interval, day.elapsed)).collect::<Vec<_>>(),
        [(1, 86_400)]
    );
    assert_eq!(days.current().unwrap().interval, 2);
}

/// Conformance case 81, and that the next interval may report again; 24 hours report once.
//= type=test g7710:tr15-once
//= type=test g7710:tr24-once
//= type=test g7710:threshold-zero
#[test]
fn a_threshold_is_reported_once_at_the_second_that_reaches_it() {
    let mut config = RegisterConfig::default();
    config.near_quarter_hour.errored_seconds.report = 40;
    config.near_day.errored_seconds.report = 60;
    let mut bench = Bench::new(Signal::Odu1, &config);
    // 39 errored seconds end at 650; the 40th is second 700, and 50 more follow it.
    bench.seconds(612, near(0)).seconds(39, near(1)).seconds(49, near(0));
    assert_eq!(bench.thresholds(), []);
    bench.seconds(51, near(1)).seconds(149, near(0)).seconds(41, near(1));
    bench.finish();
    let seen = bench.thresholds();
    let seen = seen.iter().map(|r| (r.period.seconds(), r.second, r.count)).collect::<Vec<_>>();
    assert_eq!(seen, [(900, 700, 40), (86_400, 720, 60), (900, 939, 40)]);
    let report = bench.thresholds()[0];
    assert_eq!((report.parameter, report.kind), (Parameter::ErroredSeconds, ReportKind::Reached));
}

/// A threshold with a reset: reached in interval 0, too much in interval 1, unavailable time in
/// interval 2, quiet in interval 3, reached again in interval 4.
//= type=test g7710:rtr15
#[test]
fn a_reset_report_needs_a_quiet_whole_interval() {
    let mut config = RegisterConfig::default();
    config.near_quarter_hour.errored_seconds = Threshold { report: 5, reset: Some(1) };
    let mut bench = Bench::new(Signal::Odu1, &config);
    bench.seconds(6, near(1)).seconds(894, near(0));
    bench.seconds(6, near(1)).seconds(894, near(0));
    bench.seconds(10, near(ODU1_SES)).seconds(890, near(0));
    bench.seconds(1, near(1)).seconds(899, near(0));
    bench.seconds(5, near(1)).seconds(2, near(0));
    let seen = bench.thresholds();
    let seen = seen.iter().map(|r| (r.kind, r.second, r.count)).collect::<Vec<_>>();
    let expected = [
        (ReportKind::Reached, 4, 5),
        (ReportKind::Reset, 3_599, 1),
        (ReportKind::Reached, 3_604, 5),
    ];
    assert_eq!(seen, expected);
}

/// A register that is reset may report again in its interval, but not a threshold that stands.
//= type=test g7710:rtr15
#[test]
fn a_standing_threshold_outlives_a_reset_of_the_register() {
    let run = |reset| {
        let mut config = RegisterConfig::default();
        config.near_quarter_hour.errored_seconds = Threshold { report: 5, reset };
        let mut bench = Bench::new(Signal::Odu1, &config);
        bench.seconds(5, near(1)).seconds(900, near(0));
        bench.seconds(5, near(1)).seconds(5, near(0));
        bench.monitor.reset_quarter_hour();
        bench.seconds(5, near(1)).seconds(5, near(0));
        bench.thresholds().iter().map(|report| report.second).collect::<Vec<_>>()
    };
    assert_eq!(run(None), [4, 909, 919]);
    assert_eq!(run(Some(1)), [4]);
}

//= type=test g8201:a.2-bidirectional
#[test]
fn a_pair_of_directions_counts_in_neither_while_one_is_unavailable() {
    let config = RegisterConfig { inhibition: Inhibition::Pair, ..RegisterConfig::default() };
    let mut bench = Bench::new(Signal::Odu1, &config);
    let mut both = failed(0);
    both.conditions.signal_fail = false;
    bench.seconds(12, Stimulus { far: 2, ..both }).seconds(20, far(1));
    bench.finish();
    let counted = bench.current();
    assert_eq!((counted.near.unavailable_seconds, counted.far.unavailable_seconds), (12, 0));
    assert_eq!((counted.far.errored_seconds, counted.far.available_seconds), (20, 20));
    assert_eq!(counted.far.blocks_in_unavailable_time, 24);
    assert_eq!(counted.pair_unavailable_seconds, 12);
}

//= type=test g798:6.2.3-deg-raise
#[test]
fn a_degrade_is_told_at_the_end_of_its_second() {
    let mut bench = Bench::odu1(0);
    bench.seconds(7, near(ODU1_SES));
    let degrade = bench.events.iter().find(|e| matches!(e, MonitorEvent::Degrade { .. }));
    let expected = MonitorEvent::Degrade { at: SimTime::from_ms(7_000), raised: true };
    assert_eq!(degrade, Some(&expected));
    assert!(bench.monitor.degraded());
}

/// What happens in each second of the half hour.
fn half_hour(second: u32) -> Stimulus {
    let with = |near, far, conditions| Stimulus { near, far, conditions };
    let none = Conditions::default();
    let far_defect = Conditions { far_defect: true, ..none };
    match second {
        50 => near(3),
        51 => near(3_063),
        52 => near(3_064),
        100 => with(5, 4, none),
        101 => with(7, 6, Conditions { iae: true, ..none }),
        120 => with(9, 8, none),
        121 => with(1, 2, Conditions { biae: true, ..none }),
        200..=208 => near(4_000),
        300 => failed(10),
        400..=404 => far(2),
        405 => with(0, 100, far_defect),
        598 => with(5_000, 3, none),
        594..=603 => near(5_000),
        700 => near(20),
        1_000..=1_019 | 1_029 => failed(0),
        1_025 => near(6),
        1_100..=1_111 => with(0, 0, far_defect),
        1_500 => with(1, 1, none),
        1_795..=1_799 => near(4_000),
        _ => near(0),
    }
}

/// Half an hour of an ODU1 from 00:05:00 on, every register by hand. The 15-minute intervals are
/// A: seconds 0 to 599 (it began 300 s before), B: 600 to 1499, C: 1500 to 1799 and still open.
//= type=test g8201:3.2-es
//= type=test g8201:3.2-bbe
//= type=test g8201:a.4-charged-where-it-was
//= type=test g8201:a.4-not-in-unavailable-time
//= type=test g798:fec-counters
#[test]
fn half_an_hour_counted_by_hand() {
    let mut bench = Bench::odu1(300);
    for second in 0..1_800 {
        if let 10 | 600 = second {
            bench.monitor.add_fec(FecCounts {
                codewords: 1_000,
                corrected_bits: 7,
                corrected_symbols: 5,
                uncorrectable_codewords: 1,
            });
        }
        bench.second(half_hour(second));
    }
    // 1795 to 1798 are SES that may yet be unavailable time, 1799 may yet be discarded.
    assert_eq!((bench.monitor.waiting(), bench.current().elapsed), (5, 295));
    assert_eq!(bench.current().near.errored_seconds, 1);
    bench.finish();
    assert_eq!(bench.monitor.waiting(), 0);
    let [b, a] = bench.history()[..] else { panic!("two intervals are over") };
    let c = bench.current();
    half_hour_interval_a(&a);
    half_hour_interval_b(&b);

    // C near. ES: 1500 and 1795 to 1799. The latter five are SES, 5 x 4 000 blocks; too few to be
    // unavailable time.
    let near = EndCounters {
        errored_blocks: 20_001,
        background_block_errors: 1,
        blocks_in_severe_seconds: 20_000,
        errored_seconds: 6,
        severely_errored_seconds: 5,
        available_seconds: 300,
        ..EndCounters::default()
    };
    assert_eq!(c.near, near);
    // C far. The one block of 1500.
    let far = EndCounters {
        errored_blocks: 1,
        background_block_errors: 1,
        errored_seconds: 1,
        available_seconds: 300,
        ..EndCounters::default()
    };
    assert_eq!(c.far, far);
    assert_eq!((c.validity, c.elapsed, c.interval), (Validity::Partial, 300, 2));
    assert_eq!((c.pair_unavailable_seconds, c.alignment_error_seconds), (0, 0));
    half_hour_day(&bench.monitor.days().current().unwrap());
}

fn half_hour_interval_a(a: &RegisterReport) {
    // Near. ES: 50, 51, 52; 120, 121; 200 to 208; 300: 3 + 2 + 9 + 1. SES: 52 (at the limit), the
    // burst of nine, 300 (a defect). 100 and 101 are discarded: 5 + 7 blocks. 594 to 599 are the
    // first six of ten SES in a row: UAS, 6 x 5 000 blocks. The ten frames of 300 came in signal
    // fail and do not count. BBE: 3 + 3 063 + 9 + 1. Blocks of SES: 3 064 + 9 x 4 000.
    let near = EndCounters {
        errored_blocks: 72_140,
        background_block_errors: 3_076,
        blocks_in_severe_seconds: 39_064,
        blocks_in_unavailable_time: 30_000,
        discarded_blocks: 12,
        errored_seconds: 15,
        severely_errored_seconds: 11,
        unavailable_seconds: 6,
        defect_seconds: 1,
        available_seconds: 594,
    };
    assert_eq!(a.near, near);
    // Far. ES: 400 to 404 (2 blocks each), 405 (defect, so SES, with 100 blocks), 598 (3 blocks,
    // in unavailable time of the other direction only). Discarded: 4 + 6 with IAE, 8 + 2 with BIAE.
    let far = EndCounters {
        errored_blocks: 113,
        background_block_errors: 13,
        blocks_in_severe_seconds: 100,
        discarded_blocks: 20,
        errored_seconds: 7,
        severely_errored_seconds: 1,
        defect_seconds: 1,
        available_seconds: 600,
        ..EndCounters::default()
    };
    assert_eq!(a.far, far);
    assert_eq!((a.validity, a.elapsed, a.interval), (Validity::Partial, 600, 0));
    assert_eq!((a.pair_unavailable_seconds, a.alignment_error_seconds), (6, 1));
    assert_eq!(a.backward_alignment_error_seconds, 1);
    assert_eq!((a.fec.corrected_bits, a.fec.corrected_symbols), (7, 5));
}

fn half_hour_interval_b(b: &RegisterReport) {
    // Near. 600 to 603 are the last four of the ten: UAS, 4 x 5 000 blocks. 700: ES, 20 blocks.
    // 1000 to 1019: 20 defect seconds, UAS. Nine clean ones (with 6 blocks in 1025) do not end it,
    // 1029 is another defect: 30 UAS. The ten clean ones from 1030 on end it.
    let near = EndCounters {
        errored_blocks: 20_026,
        background_block_errors: 20,
        blocks_in_unavailable_time: 20_006,
        errored_seconds: 1,
        unavailable_seconds: 34,
        defect_seconds: 21,
        available_seconds: 866,
        ..EndCounters::default()
    };
    assert_eq!(b.near, near);
    // Far. 1100 to 1111: 12 defect seconds, all unavailable.
    let far = EndCounters {
        unavailable_seconds: 12,
        defect_seconds: 12,
        available_seconds: 888,
        ..EndCounters::default()
    };
    assert_eq!(b.far, far);
    assert_eq!((b.validity, b.elapsed, b.interval), (Validity::Complete, 900, 1));
    // 4 + 30 + 12, nowhere at the same time.
    assert_eq!((b.pair_unavailable_seconds, b.alignment_error_seconds), (46, 0));
    assert_eq!((b.fec.codewords, b.fec.uncorrectable_codewords), (1_000, 1));
}

fn half_hour_day(day: &RegisterReport) {
    // The sums of A, B and C.
    let near = EndCounters {
        errored_blocks: 112_167,
        background_block_errors: 3_097,
        blocks_in_severe_seconds: 59_064,
        blocks_in_unavailable_time: 50_006,
        discarded_blocks: 12,
        errored_seconds: 22,
        severely_errored_seconds: 16,
        unavailable_seconds: 40,
        defect_seconds: 22,
        available_seconds: 1_760,
    };
    assert_eq!(day.near, near);
    let far = EndCounters {
        errored_blocks: 114,
        background_block_errors: 14,
        blocks_in_severe_seconds: 100,
        discarded_blocks: 20,
        errored_seconds: 8,
        severely_errored_seconds: 1,
        unavailable_seconds: 12,
        defect_seconds: 13,
        available_seconds: 1_788,
        ..EndCounters::default()
    };
    assert_eq!(day.far, far);
    assert_eq!((day.validity, day.elapsed, day.interval), (Validity::Partial, 1_800, 0));
    assert_eq!((day.pair_unavailable_seconds, day.fec.corrected_bits), (52, 14));
}
