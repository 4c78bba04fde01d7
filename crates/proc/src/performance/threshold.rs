//! Threshold crossing alerts: TR15, RTR15 and TR24.
//!
//! Clauses: G.7710 (threshold reports). In: a register after each second and at its end. Out: one
//! report at the second that reaches a threshold, and none again in that interval.

use super::report::{End, EndCounters, Period, RegisterReport, Validity};

/// What may have a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// EBC.
    ErroredBlocks,
    /// BBE.
    BackgroundBlockErrors,
    /// ES.
    ErroredSeconds,
    /// SES.
    SeverelyErroredSeconds,
    /// UAS.
    UnavailableSeconds,
}

impl Parameter {
    /// All of them, in the order of [`Thresholds`].
    pub const ALL: [Self; 5] = [
        Self::ErroredBlocks,
        Self::BackgroundBlockErrors,
        Self::ErroredSeconds,
        Self::SeverelyErroredSeconds,
        Self::UnavailableSeconds,
    ];

    /// Its count in a register.
    pub const fn of(self, counters: &EndCounters) -> u64 {
        match self {
            Self::ErroredBlocks => counters.errored_blocks,
            Self::BackgroundBlockErrors => counters.background_block_errors,
            Self::ErroredSeconds => counters.errored_seconds as u64,
            Self::SeverelyErroredSeconds => counters.severely_errored_seconds as u64,
            Self::UnavailableSeconds => counters.unavailable_seconds as u64,
        }
    }
}

/// The threshold of one parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Threshold {
    /// Count that makes a report; 0 makes none.
    //= g7710:threshold-zero
    pub report: u64,
    /// 15 minutes only: count at or below which a later interval makes a reset report. With it a
    /// reported threshold stands, and makes no other report until the reset.
    pub reset: Option<u64>,
}

/// Thresholds of one end, one for each of [`Parameter::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// EBC.
    pub errored_blocks: Threshold,
    /// BBE.
    pub background_block_errors: Threshold,
    /// ES.
    pub errored_seconds: Threshold,
    /// SES.
    pub severely_errored_seconds: Threshold,
    /// UAS.
    pub unavailable_seconds: Threshold,
}

impl Thresholds {
    const fn of(&self, parameter: Parameter) -> Threshold {
        match parameter {
            Parameter::ErroredBlocks => self.errored_blocks,
            Parameter::BackgroundBlockErrors => self.background_block_errors,
            Parameter::ErroredSeconds => self.errored_seconds,
            Parameter::SeverelyErroredSeconds => self.severely_errored_seconds,
            Parameter::UnavailableSeconds => self.unavailable_seconds,
        }
    }
}

/// What is told of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportKind {
    /// The threshold was reached: TR15, TR24.
    Reached,
    /// A later interval stayed at or below the reset threshold: RTR15.
    Reset,
}

/// A threshold report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThresholdReport {
    /// Length of the interval.
    pub period: Period,
    /// Which end.
    pub end: End,
    /// Which counter.
    pub parameter: Parameter,
    /// What happened.
    pub kind: ReportKind,
    /// Number of the second whose count reached the threshold, or of the last one of the interval.
    /// The report may come later, when that second is decided.
    pub second: u64,
    /// The count.
    pub count: u64,
}

/// Where one threshold is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// Not reached.
    #[default]
    Armed,
    /// Reported in this interval.
    Reported,
    /// Reported in an earlier interval, and waits for the reset.
    Standing,
}

/// Watches the thresholds of one end and one length of interval.
#[derive(Clone, Debug)]
pub(super) struct ThresholdWatch {
    end: End,
    thresholds: Thresholds,
    stages: [Stage; Parameter::ALL.len()],
}

impl ThresholdWatch {
    pub(super) fn new(end: End, thresholds: Thresholds) -> Self {
        Self { end, thresholds, stages: Default::default() }
    }

    /// The register was reset: what it reported before is forgotten.
    pub(super) fn rearm(&mut self) {
        for stage in &mut self.stages {
            *stage = match stage {
                Stage::Armed | Stage::Reported => Stage::Armed,
                Stage::Standing => Stage::Standing,
            };
        }
    }

    /// Looks at a register into which `second` was just counted.
    //= g7710:tr15-once
    //= g7710:tr24-once
    pub(super) fn counted(
        &mut self,
        register: &RegisterReport,
        second: u64,
        tell: &mut impl FnMut(ThresholdReport),
    ) {
        for (parameter, stage) in Parameter::ALL.into_iter().zip(&mut self.stages) {
            let threshold = self.thresholds.of(parameter).report;
            let count = parameter.of(register.end(self.end));
            if *stage == Stage::Armed && threshold > 0 && count >= threshold {
                *stage = Stage::Reported;
                let (period, end, kind) = (register.period, self.end, ReportKind::Reached);
                tell(ThresholdReport { period, end, parameter, kind, second, count });
            }
        }
    }

    /// Looks at a register whose interval ended with `second`.
    //= g7710:rtr15
    pub(super) fn ended(
        &mut self,
        register: &RegisterReport,
        second: u64,
        tell: &mut impl FnMut(ThresholdReport),
    ) {
        let counters = register.end(self.end);
        let period = register.period;
        let may_reset = register.validity == Validity::Complete
            && counters.unavailable_seconds == 0
            && period == Period::QuarterHour;
        for (parameter, stage) in Parameter::ALL.into_iter().zip(&mut self.stages) {
            let reset = self.thresholds.of(parameter).reset;
            let reset = reset.filter(|_| period == Period::QuarterHour);
            let count = parameter.of(counters);
            *stage = match (*stage, reset) {
                (Stage::Armed, _) | (Stage::Reported | Stage::Standing, None) => Stage::Armed,
                (Stage::Reported, Some(_)) => Stage::Standing,
                (Stage::Standing, Some(limit)) if may_reset && count <= limit => {
                    let (end, kind) = (self.end, ReportKind::Reset);
                    tell(ThresholdReport { period, end, parameter, kind, second, count });
                    Stage::Armed
                }
                (Stage::Standing, Some(_)) => Stage::Standing,
            };
        }
    }
}
