//! Performance of the trails of a stream: totals of the file and registers.
//!
//! Clauses: G.798 6.5, G.8201, G.7710. In: the counters of a trail and its
//! [`PerformanceMonitor`]. Out: what a report says of near and far end. The seconds are those of the
//! sink; the file ends them, and the one that it cuts is told apart.

use otn_frame::SimTime;
use otn_proc::monitor::MonitorSink;
use otn_proc::performance::bins::Registers;
use otn_proc::performance::monitor::PerformanceMonitor;
use otn_proc::performance::report::{EndCounters, RegisterReport, Validity};
use serde::Serialize;

/// What one end of a trail counted over the whole file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndTotals {
    /// Errored blocks: frames with violations.
    pub errored_blocks: u64,
    /// BIP-8 violations; of the far end as BEI told them.
    pub violations: u64,
}

/// Both ends of a trail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerformanceReport {
    /// What arrived here.
    pub near: EndTotals,
    /// What arrived at the far end.
    pub far: EndTotals,
    /// The second that the end of the file cut; `null` where no frame was counted.
    pub open_second: Option<OpenSecond>,
    /// Registers of 15 minutes, in order of time; the last 33.
    pub quarter_hours: Vec<Register>,
    /// Registers of 24 hours, in order of time; the last two.
    pub days: Vec<Register>,
}

/// A second that was not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OpenSecond {
    /// Its number, from 0 at the first bit of the file.
    pub second: u64,
    /// How much of it was seen: always `partial`.
    pub validity: &'static str,
    /// Errored blocks of the near end.
    pub near_errored_blocks: u32,
    /// A defect of the near end stood in it.
    pub near_defect: bool,
    /// Errored blocks of the far end.
    pub far_errored_blocks: u32,
    /// A defect of the far end stood in it.
    pub far_defect: bool,
}

/// One register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Register {
    /// Number of the interval, from 0 at the first bit of the file.
    pub interval: u64,
    /// The first second that it counted.
    pub first_second: u64,
    /// Seconds that it counted.
    pub elapsed: u32,
    /// `complete`, `partial` or `suspect`.
    pub validity: &'static str,
    /// The near end.
    pub near: EndRegister,
    /// The far end.
    pub far: EndRegister,
    /// Seconds in which either end was unavailable.
    pub pair_unavailable_seconds: u32,
    /// Seconds with dIAE.
    pub iae_seconds: u32,
    /// Seconds with dBIAE.
    pub biae_seconds: u32,
}

/// One end of a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct EndRegister {
    /// EBC.
    pub errored_blocks: u64,
    /// BBE.
    pub background_block_errors: u64,
    /// Errored blocks that an alignment error explains, not in EBC.
    pub discarded_blocks: u64,
    /// ES.
    pub errored_seconds: u32,
    /// SES.
    pub severely_errored_seconds: u32,
    /// UAS.
    pub unavailable_seconds: u32,
    /// Seconds with a defect.
    pub defect_seconds: u32,
}

impl From<&EndCounters> for EndRegister {
    fn from(c: &EndCounters) -> Self {
        Self {
            errored_blocks: c.errored_blocks,
            background_block_errors: c.background_block_errors,
            discarded_blocks: c.discarded_blocks,
            errored_seconds: c.errored_seconds,
            severely_errored_seconds: c.severely_errored_seconds,
            unavailable_seconds: c.unavailable_seconds,
            defect_seconds: c.defect_seconds,
        }
    }
}

fn register(report: &RegisterReport) -> Register {
    Register {
        interval: report.interval,
        first_second: report.first_second,
        elapsed: report.elapsed,
        validity: match report.validity {
            Validity::Complete => "complete",
            Validity::Partial => "partial",
            Validity::Suspect => "suspect",
        },
        near: (&report.near).into(),
        far: (&report.far).into(),
        pair_unavailable_seconds: report.pair_unavailable_seconds,
        iae_seconds: report.alignment_error_seconds,
        biae_seconds: report.backward_alignment_error_seconds,
    }
}

fn in_order(registers: &Registers) -> Vec<Register> {
    let mut list: Vec<Register> = registers.history().map(register).collect();
    list.reverse();
    list.extend(registers.current().as_ref().map(register));
    list
}

fn open_second(monitor: &PerformanceMonitor) -> OpenSecond {
    let open = monitor.open_second();
    OpenSecond {
        second: open.number,
        validity: "partial",
        near_errored_blocks: open.near.errored_blocks,
        near_defect: open.near.defect,
        far_errored_blocks: open.far.errored_blocks,
        far_defect: open.far.defect,
    }
}

/// The performance of a trail at the end of the file or run, at `now`.
pub fn performance(
    sink: &MonitorSink,
    now: SimTime,
    near: EndTotals,
    far: EndTotals,
) -> PerformanceReport {
    let mut report = PerformanceReport { near, far, ..PerformanceReport::default() };
    if let Some(mut monitor) = sink.performance().cloned() {
        monitor.finish(now, &mut |_| {});
        report.open_second = Some(open_second(&monitor));
        report.quarter_hours = in_order(monitor.quarter_hours());
        report.days = in_order(monitor.days());
    }
    report
}
