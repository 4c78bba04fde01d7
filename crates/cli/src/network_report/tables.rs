//! `alarms.csv` and `pm.csv`.
//!
//! In: a report. Out: a row an alarm; two rows a performance interval, its near end and its far end.

use serde::Serialize;

use super::csv::{Csv, optional};
use super::model::{Alarm, PerformanceBin, Report};

/// Columns of `alarms.csv`.
pub const ALARM_COLUMNS: [&str; 15] = [
    "id",
    "raised_ps",
    "cleared_ps",
    "node",
    "termination_point",
    "line",
    "service",
    "layer",
    "defect",
    "fault_cause",
    "probable_cause",
    "severity",
    "primary",
    "causes",
    "event",
];

/// Columns of `pm.csv`.
pub const PERFORMANCE_COLUMNS: [&str; 15] = [
    "node",
    "termination_point",
    "period",
    "start_ps",
    "elapsed_ps",
    "validity",
    "end",
    "errored_blocks",
    "background_block_errors",
    "errored_seconds",
    "severely_errored_seconds",
    "unavailable_seconds",
    "defect_seconds",
    "corrected_bits",
    "uncorrectable_codewords",
];

/// A value as JSON names it.
fn name<T: Serialize>(value: T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => String::new(),
    }
}

/// `alarms.csv`. The chain of causes has spaces between its numbers.
pub(super) fn alarms(report: &Report) -> String {
    let mut csv = Csv::new(&ALARM_COLUMNS);
    for alarm in &report.alarms {
        let Alarm { id, raised_ps, cleared_ps, node, termination_point, .. } = alarm;
        let causes: Vec<String> = alarm.causes.iter().map(u64::to_string).collect();
        csv.row([
            id.to_string(),
            raised_ps.to_string(),
            optional(*cleared_ps),
            node.clone(),
            termination_point.clone(),
            optional(alarm.line.as_ref()),
            optional(alarm.service.as_ref()),
            alarm.layer.clone(),
            alarm.defect.clone(),
            optional(alarm.fault_cause.as_ref()),
            optional(alarm.probable_cause.as_ref()),
            alarm.severity.map(name).unwrap_or_default(),
            alarm.primary.to_string(),
            causes.join(" "),
            optional(alarm.event),
        ]);
    }
    csv.finish()
}

/// `pm.csv`. What the decoder counted stands in the row of the near end.
pub(super) fn performance(report: &Report) -> String {
    let mut csv = Csv::new(&PERFORMANCE_COLUMNS);
    for bin in &report.performance {
        let PerformanceBin { node, termination_point, period, validity, .. } = bin;
        for (end, counters) in [("near", bin.near), ("far", bin.far)] {
            let near = |count: Option<u64>| optional(count.filter(|_| end == "near"));
            csv.row([
                node.clone(),
                termination_point.clone(),
                name(period),
                bin.start_ps.to_string(),
                bin.elapsed_ps.to_string(),
                name(validity),
                end.to_string(),
                counters.errored_blocks.to_string(),
                counters.background_block_errors.to_string(),
                counters.errored_seconds.to_string(),
                counters.severely_errored_seconds.to_string(),
                counters.unavailable_seconds.to_string(),
                counters.defect_seconds.to_string(),
                near(bin.corrected_bits),
                near(bin.uncorrectable_codewords),
            ]);
        }
    }
    csv.finish()
}
