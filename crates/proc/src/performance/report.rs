//! The counters of one interval, as plain data for whoever prints or stores them.
//!
//! Clauses: G.8201 3.2 (events), G.7710 (registers). In: decided seconds. Out: sums.

use super::availability::{DecidedSecond, Verdict};
use super::primitives::{EndSecond, FecCounts, FinalSecond};

/// The lengths of registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A second.
    Second,
    /// 15 minutes, from :00, :15, :30 and :45.
    QuarterHour,
    /// 24 hours, from midnight.
    Day,
}

impl Period {
    /// Its length in seconds.
    //= g7710:intervals
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::QuarterHour => 900,
            Self::Day => 86_400,
        }
    }
}

/// The end of the trail a counter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// What arrives here.
    Near,
    /// What arrived at the far end, by what it tells.
    Far,
}

/// In which seconds ES, SES and BBE of an end are not counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Inhibition {
    /// In unavailable time of that end.
    #[default]
    Direction,
    /// In unavailable time of either end: the trail is judged as a pair of directions.
    //= g8201:a.2-bidirectional
    Pair,
}

/// Whether a register may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// The whole interval was counted.
    Complete,
    /// Counting began inside the interval, ended inside it, or still goes on.
    Partial,
    /// The register was reset, the clock was set, or seconds are missing or too many.
    Suspect,
}

/// Counters of one end.
///
/// Every errored block is in one place: `errored_blocks` is the sum of
/// `background_block_errors`, `blocks_in_severe_seconds` and `blocks_in_unavailable_time`;
/// `discarded_blocks` are beside them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndCounters {
    /// EBC: errored blocks that were not discarded, of available and unavailable time.
    pub errored_blocks: u64,
    /// BBE: errored blocks of available time outside SES.
    pub background_block_errors: u64,
    /// Errored blocks of SES in available time.
    pub blocks_in_severe_seconds: u64,
    /// Errored blocks of seconds in which counting is inhibited.
    pub blocks_in_unavailable_time: u64,
    /// Errored blocks that an alignment error explains.
    pub discarded_blocks: u64,
    /// ES.
    pub errored_seconds: u32,
    /// SES.
    pub severely_errored_seconds: u32,
    /// UAS of this end.
    pub unavailable_seconds: u32,
    /// Defect seconds, of available and unavailable time.
    pub defect_seconds: u32,
    /// Seconds in which ES, SES and BBE were counted.
    pub available_seconds: u32,
}

impl EndCounters {
    fn count(&mut self, second: EndSecond, discarded: u32, verdict: Verdict, inhibited: bool) {
        let blocks = u64::from(second.errored_blocks);
        self.errored_blocks += blocks;
        self.discarded_blocks += u64::from(discarded);
        self.defect_seconds += u32::from(second.defect);
        self.unavailable_seconds += u32::from(verdict.unavailable);
        //= g8201:a.4-not-in-unavailable-time
        if inhibited {
            self.blocks_in_unavailable_time += blocks;
            return;
        }
        self.available_seconds += 1;
        self.errored_seconds += u32::from(verdict.errored);
        self.severely_errored_seconds += u32::from(verdict.severe);
        //= g8201:3.2-bbe
        if verdict.severe {
            self.blocks_in_severe_seconds += blocks;
        } else {
            self.background_block_errors += blocks;
        }
    }
}

/// One register: what an interval counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterReport {
    /// Length of the interval.
    pub period: Period,
    /// Number of the interval: whole periods from the midnight before the beginning of time.
    pub interval: u64,
    /// Number of the first second counted.
    pub first_second: u64,
    /// Seconds counted, at most the length of the interval.
    pub elapsed: u32,
    /// Whether it may be trusted.
    pub validity: Validity,
    /// The near end.
    pub near: EndCounters,
    /// The far end.
    pub far: EndCounters,
    /// Seconds in which either end was unavailable.
    pub pair_unavailable_seconds: u32,
    /// Seconds with an incoming alignment error.
    pub alignment_error_seconds: u32,
    /// Seconds in which the far end told of an incoming alignment error.
    pub backward_alignment_error_seconds: u32,
    /// What the FEC did.
    pub fec: FecCounts,
}

impl RegisterReport {
    /// A register of nothing.
    pub(super) fn empty(period: Period, interval: u64, first_second: u64) -> Self {
        Self {
            period,
            interval,
            first_second,
            elapsed: 0,
            validity: Validity::Partial,
            near: EndCounters::default(),
            far: EndCounters::default(),
            pair_unavailable_seconds: 0,
            alignment_error_seconds: 0,
            backward_alignment_error_seconds: 0,
            fec: FecCounts::default(),
        }
    }

    /// Counters of an end.
    pub const fn end(&self, end: End) -> &EndCounters {
        match end {
            End::Near => &self.near,
            End::Far => &self.far,
        }
    }

    pub(super) fn count(&mut self, decided: &DecidedSecond, inhibition: Inhibition) {
        let second = &decided.second.second;
        let inhibited = |verdict: Verdict| match inhibition {
            Inhibition::Direction => verdict.unavailable,
            Inhibition::Pair => decided.unavailable(),
        };
        let FinalSecond { near_discarded, far_discarded, .. } = decided.second;
        self.near.count(second.near, near_discarded, decided.near, inhibited(decided.near));
        self.far.count(second.far, far_discarded, decided.far, inhibited(decided.far));
        self.pair_unavailable_seconds += u32::from(decided.unavailable());
        self.alignment_error_seconds += u32::from(second.iae);
        self.backward_alignment_error_seconds += u32::from(second.biae);
        //= g798:fec-counters
        self.fec.add(second.fec);
        //= g7710:elapsed
        self.elapsed = self.period.seconds().min(self.elapsed.saturating_add(1));
    }
}
