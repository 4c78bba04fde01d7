//! Registers of a second, of 15 minutes and of 24 hours, with history, validity and threshold reports.
//!
//! Clauses: G.7710 (performance data collection), RFC 3591 (history). In: decided seconds, the
//! time of day. Out: registers, and threshold reports as they come. An interval ends here with the
//! first decided second behind it, so its register is final when it enters the history.

use alloc::collections::VecDeque;

use super::availability::DecidedSecond;
use super::report::{End, Inhibition, Period, RegisterReport, Validity};
use super::threshold::{ThresholdReport, ThresholdWatch, Thresholds};

/// Seconds by which the length of a good interval may be off.
//= g7710:suspect
pub const LENGTH_TOLERANCE: u32 = 10;

/// Number of 15-minute registers kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistoryLength(u8);

impl HistoryLength {
    /// A length; `None` but for 4 to 96.
    //= g7710:history
    pub const fn new(registers: u8) -> Option<Self> {
        if registers >= 4 && registers <= 96 { Some(Self(registers)) } else { None }
    }

    /// Registers.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for HistoryLength {
    fn default() -> Self {
        Self(32)
    }
}

/// The second of the day at which virtual time begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// A second of the day; `None` from 86 400 on.
    pub const fn new(second: u32) -> Option<Self> {
        if second < Period::Day.seconds() { Some(Self(second)) } else { None }
    }

    /// Seconds after midnight.
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// How registers are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegisterConfig {
    /// The time of day at second 0.
    pub time_of_day: TimeOfDay,
    /// 15-minute registers kept.
    pub history: HistoryLength,
    /// In which seconds counting stops.
    pub inhibition: Inhibition,
    /// Thresholds of 15 minutes, near end.
    pub near_quarter_hour: Thresholds,
    /// Thresholds of 15 minutes, far end.
    pub far_quarter_hour: Thresholds,
    /// Thresholds of 24 hours, near end.
    pub near_day: Thresholds,
    /// Thresholds of 24 hours, far end.
    pub far_day: Thresholds,
}

/// Registers of a second that are kept.
const SECONDS: usize = Period::QuarterHour.seconds() as usize;

/// Registers of one length.
#[derive(Clone, Debug)]
pub struct Registers {
    period: Period,
    inhibition: Inhibition,
    /// Added to the number of a second it gives seconds since a midnight.
    offset: u64,
    current: Option<RegisterReport>,
    /// Seconds counted in the current interval, without a limit.
    counted: u32,
    /// Number of the last second counted.
    last_second: u64,
    /// The current interval was running when counting began.
    started_inside: bool,
    disturbed: bool,
    history: VecDeque<RegisterReport>,
    capacity: usize,
    near: ThresholdWatch,
    far: ThresholdWatch,
}

impl Registers {
    /// Registers of a second: the current one and those of a quarter of an hour before it.
    pub fn seconds(config: &RegisterConfig) -> Self {
        let none = (Thresholds::default(), Thresholds::default());
        Self::new(Period::Second, config, SECONDS, none)
    }

    /// Registers of 15 minutes.
    //= g7710:history
    pub fn quarter_hours(config: &RegisterConfig) -> Self {
        let thresholds = (config.near_quarter_hour, config.far_quarter_hour);
        Self::new(Period::QuarterHour, config, usize::from(config.history.get()), thresholds)
    }

    /// Registers of 24 hours: the current one and the previous one.
    //= g7710:history
    pub fn days(config: &RegisterConfig) -> Self {
        Self::new(Period::Day, config, 1, (config.near_day, config.far_day))
    }

    fn new(
        period: Period,
        config: &RegisterConfig,
        capacity: usize,
        (near, far): (Thresholds, Thresholds),
    ) -> Self {
        Self {
            period,
            inhibition: config.inhibition,
            offset: config.time_of_day.get().into(),
            current: None,
            counted: 0,
            last_second: 0,
            started_inside: false,
            disturbed: false,
            history: VecDeque::new(),
            capacity,
            near: ThresholdWatch::new(End::Near, near),
            far: ThresholdWatch::new(End::Far, far),
        }
    }

    /// Counts a second. Seconds come in order; one may be missing.
    //= g7710:intervals
    pub fn count(&mut self, decided: &DecidedSecond, tell: &mut impl FnMut(ThresholdReport)) {
        let second = decided.second.second.number;
        let since_midnight = second.saturating_add(self.offset);
        let length = u64::from(self.period.seconds());
        let interval = since_midnight / length;
        if self.current.is_some_and(|current| current.interval != interval) {
            self.close(tell);
        }
        let inside = u32::try_from(since_midnight % length).unwrap_or(u32::MAX);
        let first = self.history.is_empty();
        let current = self.current.get_or_insert_with(|| {
            self.started_inside = first && inside > LENGTH_TOLERANCE;
            RegisterReport::empty(self.period, interval, second)
        });
        current.count(decided, self.inhibition);
        self.counted = self.counted.saturating_add(1);
        self.last_second = second;
        self.near.counted(current, second, tell);
        self.far.counted(current, second, tell);
    }

    /// Sets counters of the current interval to zero; it is suspect from then on.
    //= g7710:suspect
    pub fn reset(&mut self) {
        let Some(current) = &mut self.current else { return };
        *current = RegisterReport::empty(self.period, current.interval, self.last_second + 1);
        self.counted = 0;
        self.disturbed = true;
        self.near.rearm();
        self.far.rearm();
    }

    /// The clock was set: second 0 was at this time of day, by the new clock. Seconds not yet
    /// decided are charged by the new clock. If it moved by more than the tolerance, the interval
    /// is suspect.
    //= g7710:suspect
    pub fn set_time_of_day(&mut self, time_of_day: TimeOfDay) {
        let offset = u64::from(time_of_day.get());
        self.disturbed |= offset.abs_diff(self.offset) > u64::from(LENGTH_TOLERANCE);
        self.offset = offset;
    }

    /// The register of the running interval; `None` before the first second.
    pub fn current(&self) -> Option<RegisterReport> {
        self.current.map(|current| {
            // The interval is not over: a complete one is one to come.
            let validity = if self.disturbed { Validity::Suspect } else { Validity::Partial };
            RegisterReport { validity, ..current }
        })
    }

    /// Registers of past intervals, the most recent first.
    pub fn history(&self) -> impl ExactSizeIterator<Item = &RegisterReport> {
        self.history.iter()
    }

    /// How many registers of the history may not be trusted.
    //= g7710:invalid-intervals
    pub fn invalid_intervals(&self) -> usize {
        self.history.iter().filter(|register| register.validity != Validity::Complete).count()
    }

    /// Ends the current interval.
    fn close(&mut self, tell: &mut impl FnMut(ThresholdReport)) {
        let Some(mut closed) = self.current.take() else { return };
        let off = self.counted.abs_diff(self.period.seconds()) > LENGTH_TOLERANCE;
        //= g7710:suspect
        closed.validity = match (self.disturbed, self.started_inside, off) {
            (false, false, false) => Validity::Complete,
            (false, true, true) => Validity::Partial,
            (true, _, _) | (false, false, true) | (false, true, false) => Validity::Suspect,
        };
        self.near.ended(&closed, self.last_second, tell);
        self.far.ended(&closed, self.last_second, tell);
        self.history.truncate(self.capacity.saturating_sub(1));
        self.history.push_front(closed);
        (self.counted, self.disturbed, self.started_inside) = (0, false, false);
    }
}
