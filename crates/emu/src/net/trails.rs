//! Trails between nodes: their traces, tandem connections, and when their delay is measured.
//!
//! In: values already checked for meaning, each in its unit. Out: the same, for the run.

use otn_frame::overhead::TcmLevel;
use otn_frame::{SimTime, Tti};
use otn_proc::monitor::ExpectedTrace;
use otn_proc::tandem::TandemMode;

/// The traces of a trail in both directions, by its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traces {
    /// What an end sends in the place of the names of the nodes.
    pub sent: [Option<Tti>; 2],
    /// What an end expects to receive.
    pub expected: [ExpectedTrace; 2],
}

/// The trace from node to node that a trail sends unless it is told otherwise; names longer than
/// their field are cut.
pub fn trace(near: &str, far: &str, operator: &str) -> Tti {
    let cut = |text: &str, limit: usize| -> String {
        text.chars().filter(|c| (' '..='~').contains(c)).take(limit).collect()
    };
    let (sapi, dapi) = (cut(near, 15), cut(far, 15));
    // Cut to size and filtered, the fields cannot be refused.
    Tti::new(&sapi, &dapi, &cut(operator, 32)).unwrap_or_else(|_| Tti::from_octets([0; 64]))
}

/// A tandem connection of a service, in both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tandem {
    /// The TCM field that it uses.
    pub level: TcmLevel,
    /// Where it begins: lines of the route before its first node.
    pub from: usize,
    /// Where it ends: lines of the route before its last node, more than `from`.
    pub to: usize,
    /// What its sinks do.
    pub mode: TandemMode,
    /// A source that is not there is a failure.
    pub ltc_action: bool,
    /// Its delay is measured when that of the path is.
    pub delay: bool,
    /// Its traces: those of the end at `from`, then those of the other.
    pub traces: Traces,
}

impl Tandem {
    /// One that terminates and acts, and takes any trace.
    pub fn new(level: TcmLevel, from: usize, to: usize) -> Self {
        let (mode, traces) = (TandemMode::Operational, Traces::default());
        Self { level, from, to, mode, ltc_action: true, delay: false, traces }
    }
}

/// When the two-way delay of a service is measured. Its first end measures, its last one sends back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DelaySchedule {
    /// The first measurement begins with the first frame from then on.
    pub start: SimTime,
    /// From one to the next; one only where there is nothing.
    pub every: Option<SimTime>,
}
