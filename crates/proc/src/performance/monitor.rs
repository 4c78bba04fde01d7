//! All performance processes of one trail termination, behind one call a frame.
//!
//! Clauses: G.798 6.5, G.8201, G.7710. In: per frame two flags, conditions when they change, time
//! when a second is over. Out: dDEG, seconds, threshold reports as [`MonitorEvent`]s, and
//! registers.

use otn_frame::{Signal, SimTime};

use super::availability::{Availability, DecidedSecond};
use super::bins::{RegisterConfig, Registers, TimeOfDay};
use super::degrade::{Degrade, DegradeConfig, ses_threshold};
use super::primitives::{
    AlignmentErrorFilter, Conditions, FecCounts, FinalSecond, RawSecond, SecondAccumulator,
};
use super::threshold::ThresholdReport;

/// What a monitor says when seconds are over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MonitorEvent {
    /// A second is over; registers will know it later.
    Second(RawSecond),
    /// dDEG changed at the end of a second.
    Degrade {
        /// When.
        at: SimTime,
        /// The defect stands from then on.
        raised: bool,
    },
    /// A threshold was reached or reset.
    Threshold(ThresholdReport),
}

/// From final seconds to registers.
#[derive(Clone, Debug)]
struct Counting {
    availability: Availability,
    by_second: Registers,
    quarter_hours: Registers,
    days: Registers,
}

impl Counting {
    fn push(&mut self, second: FinalSecond, tell: &mut impl FnMut(ThresholdReport)) {
        let Self { availability, by_second, quarter_hours, days } = self;
        availability.push(second, &mut |decided: DecidedSecond| {
            by_second.count(&decided, tell);
            quarter_hours.count(&decided, tell);
            days.count(&decided, tell);
        });
    }

    fn finish(&mut self, tell: &mut impl FnMut(ThresholdReport)) {
        let Self { availability, by_second, quarter_hours, days } = self;
        availability.finish(&mut |decided: DecidedSecond| {
            by_second.count(&decided, tell);
            quarter_hours.count(&decided, tell);
            days.count(&decided, tell);
        });
    }
}

/// Performance monitoring of one trail termination.
#[derive(Clone, Debug)]
pub struct PerformanceMonitor {
    seconds: SecondAccumulator,
    degrade: Degrade,
    filter: AlignmentErrorFilter,
    counting: Counting,
}

impl PerformanceMonitor {
    /// A monitor of a trail of `signal`, from `now` on.
    pub fn new(
        signal: Signal,
        degrade: DegradeConfig,
        config: &RegisterConfig,
        now: SimTime,
    ) -> Self {
        Self {
            seconds: SecondAccumulator::new(now),
            degrade: Degrade::new(degrade),
            filter: AlignmentErrorFilter::default(),
            counting: Counting {
                availability: Availability::new(ses_threshold(signal)),
                by_second: Registers::seconds(config),
                quarter_hours: Registers::quarter_hours(config),
                days: Registers::days(config),
            },
        }
    }

    /// Counts one frame. [`Self::advance`] comes first if the second is over.
    #[inline]
    pub const fn frame(&mut self, near_errored: bool, far_errored: bool) {
        self.seconds.frame(near_errored, far_errored);
    }

    /// Takes what stands from `now` on.
    pub fn set_conditions(
        &mut self,
        now: SimTime,
        present: Conditions,
        tell: &mut impl FnMut(MonitorEvent),
    ) {
        self.advance(now, tell);
        self.seconds.set_conditions(present);
    }

    /// Adds what the FEC did.
    pub const fn add_fec(&mut self, counts: FecCounts) {
        self.seconds.add_fec(counts);
    }

    /// The end of the present second: call [`Self::advance`] then.
    pub const fn next_deadline(&self) -> SimTime {
        self.seconds.next_deadline()
    }

    /// Closes all seconds that are over at `now`.
    pub fn advance(&mut self, now: SimTime, tell: &mut impl FnMut(MonitorEvent)) {
        let mut end = self.seconds.next_deadline();
        while let Some(second) = self.seconds.close(now) {
            tell(MonitorEvent::Second(second));
            if let Some(raised) = self.degrade.second(&second) {
                tell(MonitorEvent::Degrade { at: end, raised });
            }
            if let Some(known) = self.filter.push(second) {
                self.counting.push(known, &mut |report| tell(MonitorEvent::Threshold(report)));
            }
            end = self.seconds.next_deadline();
        }
    }

    /// Ends monitoring: seconds that wait are counted as they stand. The open second is not a
    /// second and is left out; see [`Self::open_second`].
    pub fn finish(&mut self, now: SimTime, tell: &mut impl FnMut(MonitorEvent)) {
        self.advance(now, tell);
        let mut tell = |report| tell(MonitorEvent::Threshold(report));
        if let Some(known) = self.filter.finish() {
            self.counting.push(known, &mut tell);
        }
        self.counting.finish(&mut tell);
    }

    /// dDEG goes false and starts again; see [`Degrade::restart`].
    pub const fn restart_degrade(&mut self) {
        self.degrade.restart();
    }

    /// dDEG stands.
    pub const fn degraded(&self) -> bool {
        self.degrade.raised()
    }

    /// The second that is open, as far as it was seen.
    pub const fn open_second(&self) -> RawSecond {
        self.seconds.open_second()
    }

    /// Closed seconds that registers do not know yet, at most ten.
    pub const fn waiting(&self) -> u32 {
        self.filter.waiting() + self.counting.availability.waiting()
    }

    /// Which ends are unavailable, as far as is decided.
    pub const fn availability(&self) -> &Availability {
        &self.counting.availability
    }

    /// Registers of a second.
    pub const fn by_second(&self) -> &Registers {
        &self.counting.by_second
    }

    /// Registers of 15 minutes.
    pub const fn quarter_hours(&self) -> &Registers {
        &self.counting.quarter_hours
    }

    /// Registers of 24 hours.
    pub const fn days(&self) -> &Registers {
        &self.counting.days
    }

    /// Sets the current 15-minute register to zero.
    pub fn reset_quarter_hour(&mut self) {
        self.counting.quarter_hours.reset();
    }

    /// Sets the current 24-hour register to zero.
    pub fn reset_day(&mut self) {
        self.counting.days.reset();
    }

    /// The clock was set; see [`Registers::set_time_of_day`].
    pub fn set_time_of_day(&mut self, time_of_day: TimeOfDay) {
        self.counting.quarter_hours.set_time_of_day(time_of_day);
        self.counting.days.set_time_of_day(time_of_day);
    }
}
