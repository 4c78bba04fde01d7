//! Alarms, protection switches and performance of a report.
//!
//! In: defects and counters of termination points. Out: the same as JSON.

use serde::{Deserialize, Serialize};

/// A time during which a fault cause, or a defect that is not reported, stood at a termination point.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alarm {
    /// Number in this report, from 1.
    pub id: u64,
    /// When it was raised.
    pub raised_ps: u64,
    /// When it cleared; `None` where it stood at the end.
    pub cleared_ps: Option<u64>,
    /// The node that saw it.
    pub node: String,
    /// Where in the node: port and what ends there.
    pub termination_point: String,
    /// The line on which it came, if it came on one.
    pub line: Option<String>,
    /// The service whose trail it hit, if it is the trail of one.
    pub service: Option<String>,
    /// `OTSi`, `OTU`, `TCM1` to `TCM6`, `ODU`, `OPU`.
    pub layer: String,
    /// What stands behind it: the name of G.798, `dLOS`; `CI_SSF` where that is the failure of the server.
    pub defect: String,
    /// The fault cause that is reported, `cLOS`; `None` where correlation keeps the defect quiet.
    pub fault_cause: Option<String>,
    /// Its name in OpenROADM, if it has one.
    pub probable_cause: Option<String>,
    /// Its severity, if it has been given one.
    pub severity: Option<Severity>,
    /// The one of its event that names the fault; all others follow from it.
    pub primary: bool,
    /// Alarms that it follows from: the nearest first, the primary one last.
    pub causes: Vec<u64>,
    /// The event at the end of that chain; `None` where nothing was ordered.
    pub event: Option<u64>,
}

/// How bad an alarm is, as OpenROADM has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// For information.
    Warning,
    /// Service is not hit.
    Minor,
    /// Service is impaired.
    Major,
    /// Service is lost.
    Critical,
}

/// A selector or bridge that moved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtectionSwitch {
    /// When.
    pub at_ps: u64,
    /// Where.
    pub node: String,
    /// The protected service.
    pub service: String,
    /// `working` or `protection`: before.
    pub from: String,
    /// `working` or `protection`: after.
    pub to: String,
    /// The request that won: `SF`, `SD`, `FS`, `WTR`.
    pub request: String,
    /// In words.
    pub reason: String,
    /// Since the defect or the command that asked for it was known to the process.
    pub since_detection_ps: Option<u64>,
    /// The alarm that asked for it, if it was one.
    pub alarm: Option<u64>,
    /// The event behind it, if it is known.
    pub event: Option<u64>,
}

/// Length of a performance interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Period {
    /// A second.
    #[default]
    #[serde(rename = "1s")]
    Second,
    /// A quarter of an hour.
    #[serde(rename = "15min")]
    QuarterHour,
    /// A day.
    #[serde(rename = "24h")]
    Day,
}

/// How far a performance interval can be trusted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// All of it was counted.
    #[default]
    Complete,
    /// It began or ended inside.
    Partial,
    /// Its clock or its counters were disturbed.
    Suspect,
}

/// Counters of a termination point over one interval.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PerformanceBin {
    /// The node.
    pub node: String,
    /// Where in the node: port and what ends there.
    pub termination_point: String,
    /// Length of the interval.
    pub period: Period,
    /// Its start.
    pub start_ps: u64,
    /// How much of it was counted.
    pub elapsed_ps: u64,
    /// How far it can be trusted.
    pub validity: Validity,
    /// Here, by BIP-8.
    pub near: EndCounters,
    /// At the other end, by BEI and BDI.
    pub far: EndCounters,
    /// Bits that the decoder corrected; of a section with FEC.
    pub corrected_bits: Option<u64>,
    /// Codewords that it could not correct; of a section with FEC.
    pub uncorrectable_codewords: Option<u64>,
}

/// Counters of one end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndCounters {
    /// EBC.
    pub errored_blocks: u64,
    /// BBE.
    pub background_block_errors: u64,
    /// ES.
    pub errored_seconds: u64,
    /// SES.
    pub severely_errored_seconds: u64,
    /// UAS.
    pub unavailable_seconds: u64,
    /// Seconds with a defect.
    pub defect_seconds: u64,
}
