//! The report of a decoded stream: a tree that is printed or written as JSON.
//!
//! Its keys are described in `docs/json.md`. How it is filled is in [`super::tree`].

use std::collections::BTreeMap;

use otn_frame::{SimTime, Tti};
use otn_proc::defect::{DefectLog, DefectSpan};
use serde::Serialize;

use super::counters::PerformanceReport;
use super::supervision::CauseReport;
use super::timeline::{ProtectionReport, TimelineEntry, TraceReport};
use crate::lanes::LanesReport;

/// One stream of a signal file.
#[derive(Clone, Debug, Serialize)]
pub struct StreamReport {
    /// The signal.
    pub signal: &'static str,
    /// Neither the file nor its structure says so: it was assumed.
    pub signal_assumed: bool,
    /// Who says so: `file`, `option`, `structure` or `assumed`.
    pub signal_from: &'static str,
    /// Interface of the capture.
    pub interface: Option<String>,
    /// Bit 8 of each octet comes first in the file, where G.709 sends bit 1 first.
    pub lsb_first: bool,
    /// Every bit is inverted.
    pub inverted: bool,
    /// Scrambled on the line.
    pub scrambled: bool,
    /// Frames found.
    pub frames: u64,
    /// Time of the last bit, in nanoseconds.
    pub ends_at_ns: u64,
    /// The lanes that the stream came over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lanes: Option<LanesReport>,
    /// Alignment.
    pub alignment: AlignmentReport,
    /// Frame periods in which the line of an OTUk was the OTUk-AIS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub otu_ais_frames: Option<u64>,
    /// FEC of an OTUk.
    pub fec: Option<FecReport>,
    /// Section monitoring of an OTUk.
    pub sm: Option<MonitoringReport>,
    /// Octets of GCC0, where any was not zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gcc0: Option<ChannelReport>,
    /// Values other than zero of the reserved octet of the OTU overhead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub otu_reserved: Vec<String>,
    /// The ODUk inside.
    pub odu: OduReport,
    /// Defects in the order in which they were raised: the first hundred of a kind and its last.
    pub defects: Vec<DefectReport>,
    /// Times each defect was raised, listed or not, by layer and name.
    pub defect_times: BTreeMap<String, u64>,
    /// Fault causes, as defects are listed.
    pub causes: Vec<CauseReport>,
    /// Times each fault cause was raised.
    pub cause_times: BTreeMap<String, u64>,
    /// Trail traces that were accepted; the first hundred.
    pub traces: Vec<TraceReport>,
    /// APS words that were accepted, but for idle ones before all others; the first hundred.
    pub protection: Vec<ProtectionReport>,
    /// What happened, in order of time: the first events and the last ones.
    pub timeline: Vec<TimelineEntry>,
    /// Events between these two that were left out.
    pub timeline_left_out: u64,
}

impl StreamReport {
    /// True where nothing is wrong with the signal.
    pub fn is_fine(&self) -> bool {
        let mismatches = |m: &MonitoringReport| m.bip_mismatch_frames;
        self.alignment.is_fine()
            && self.defects.is_empty()
            && self.lanes.as_ref().is_none_or(LanesReport::is_fine)
            && self.fec.as_ref().is_none_or(|f| f.uncorrectable == 0)
            && self.sm.as_ref().map_or(0, mismatches) == 0
            && self.odu.is_fine()
    }
}

/// Frame alignment.
#[derive(Clone, Debug, Default, Serialize)]
pub struct AlignmentReport {
    /// A frame was found.
    pub found: bool,
    /// Bits before the first frame.
    pub bit_offset: Option<u64>,
    /// Frames with a wrong octet in the FAS.
    pub fas_errored_frames: u64,
    /// Times the process went out of frame.
    pub oof_events: u64,
    /// Times another phase was found.
    pub realignments: u64,
    /// Every bit of the stream is inverted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inverted: Option<bool>,
    /// Bit 8 of each octet of the stream comes first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lsb_first: Option<bool>,
}

impl AlignmentReport {
    fn is_fine(&self) -> bool {
        self.found && self.oof_events == 0
    }
}

/// Forward error correction.
#[derive(Clone, Debug, Serialize)]
pub struct FecReport {
    /// Name of the code.
    pub code: &'static str,
    /// Codewords decoded.
    pub codewords: u64,
    /// Codewords with errors.
    pub bad: u64,
    /// Codewords corrected.
    pub corrected: u64,
    /// Octets corrected.
    pub corrected_symbols: u64,
    /// Bits corrected.
    pub corrected_bits: u64,
    /// Codewords beyond correction.
    pub uncorrectable: u64,
    /// Corrected bits by all bits of codewords; a lower bound where some were beyond correction.
    pub pre_fec_ber: Option<f64>,
    /// It is such a lower bound.
    pub pre_fec_ber_lower_bound: bool,
    /// Estimated by the BIP-8 of the section.
    pub post_fec_ber: Option<f64>,
    /// There are more violations than can be told from chance: it is at least so.
    pub post_fec_ber_lower_bound: bool,
}

/// Section or path monitoring.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MonitoringReport {
    /// BIP-8 violations.
    pub bip_violations: u64,
    /// Frames with at least one.
    pub bip_mismatch_frames: u64,
    /// Sum of the BEI counts.
    pub bei_total: u64,
    /// Frames with BDI.
    pub bdi_frames: u64,
    /// Frames with incoming alignment error, of a section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iae_frames: Option<u64>,
    /// Frames with backward incoming alignment error, of a section.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub biae_frames: Option<u64>,
    /// Accepted trail trace, as text.
    pub accepted_tti: Option<TtiText>,
    /// Whole trail traces received, each with its number of copies.
    pub tti: Vec<TtiReport>,
    /// Near and far end, over the file and by intervals.
    pub performance: PerformanceReport,
}

/// A trail trace as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TtiText {
    /// Source access point identifier.
    pub sapi: String,
    /// Destination access point identifier.
    pub dapi: String,
    /// Operator-specific part.
    pub operator: String,
}

impl From<&Tti> for TtiText {
    fn from(tti: &Tti) -> Self {
        Self {
            sapi: tti.sapi().to_string(),
            dapi: tti.dapi().to_string(),
            operator: tti.operator().to_string(),
        }
    }
}

/// A trail trace that was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TtiReport {
    /// Source access point identifier.
    pub sapi: String,
    /// Destination access point identifier.
    pub dapi: String,
    /// The 32 operator-specific octets in hexadecimal.
    pub operator: String,
    /// Whole copies.
    pub repeats: u64,
}

/// The ODUk.
#[derive(Clone, Debug, Serialize)]
pub struct OduReport {
    /// ODU1 to ODU4.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Frames that were not lost to a failed section.
    pub frames: u64,
    /// Multiframe.
    pub mfas: MfasReport,
    /// Frames with a maintenance signal, by its name.
    pub maintenance: MaintenanceReport,
    /// Path monitoring.
    pub pm: MonitoringReport,
    /// What else in the overhead is in use.
    #[serde(flatten)]
    pub overhead: OverheadReport,
    /// The OPUk.
    pub opu: OpuReport,
}

/// Overhead of an ODU beside path monitoring, as far as it is in use.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OverheadReport {
    /// Name, first frame and frames of each maintenance signal; the first thousand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintenance_runs: Vec<(&'static str, u64, u64)>,
    /// Tandem connections by level.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub tcm: BTreeMap<usize, TandemReport>,
    /// Values of APS/PCC that are not zero, by the last three bits of MFAS.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub aps: BTreeMap<u8, Vec<String>>,
    /// Delay measurement bits that changed: `p` of the path, `t1` to `t6` of tandem connections.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub delay_bits: BTreeMap<String, DelayBitReport>,
    /// Values other than zero of the four experimental octets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exp: Option<Vec<Vec<String>>>,
    /// Values other than zero of reserved octets, by the name of the field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reserved: BTreeMap<&'static str, Vec<String>>,
    /// Octets of GCC1, where any was not zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gcc1: Option<ChannelReport>,
    /// Octets of GCC2, where any was not zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gcc2: Option<ChannelReport>,
}

/// Monitoring of a tandem connection, over the frames in which it was in use.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TandemReport {
    /// BIP-8 violations.
    pub bip_violations: u64,
    /// Frames with at least one.
    pub bip_mismatch_frames: u64,
    /// Sum of the BEI counts.
    pub bei_total: u64,
    /// Frames with BDI.
    pub bdi_frames: u64,
    /// Frames with incoming alignment error.
    pub iae_frames: u64,
    /// Frames with backward incoming alignment error.
    pub biae_frames: u64,
    /// Accepted trail trace, as text.
    pub accepted_tti: Option<TtiText>,
    /// Whole trail traces received, each with its number of copies.
    pub tti: Vec<TtiReport>,
    /// Near and far end, over the file and by intervals.
    pub performance: PerformanceReport,
}

/// A delay measurement bit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DelayBitReport {
    /// Its first value.
    pub first: u8,
    /// Frames at which it changed; the first hundred.
    pub inverted_at: Vec<u64>,
    /// Their times, in nanoseconds.
    pub inverted_at_ns: Vec<u64>,
}

/// A communication channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChannelReport {
    /// Octets received.
    pub octets: u64,
    /// SHA-256 over them.
    pub sha256: String,
}

/// Continuity of the multiframe count.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MfasReport {
    /// MFAS of the first frame.
    pub first: Option<u8>,
    /// Frames whose MFAS does not follow that of the frame before.
    pub jumps_at: Vec<u64>,
    /// Frames whose MFAS was not the expected one while aligned.
    pub errored_frames: u64,
}

/// Frames of maintenance signals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct MaintenanceReport {
    /// ODUk-AIS.
    #[serde(rename = "AIS")]
    pub ais: u64,
    /// ODUk-OCI.
    #[serde(rename = "OCI")]
    pub oci: u64,
    /// ODUk-LCK.
    #[serde(rename = "LCK")]
    pub lck: u64,
}

impl OduReport {
    /// True where nothing is wrong with it and what it carries.
    pub fn is_fine(&self) -> bool {
        let opu = &self.opu;
        let gfp_errors = |g: &GfpReport| {
            g.sync_losses + g.fcs_errors + g.thec_errors + g.ehec_errors + g.pfcs_errors
        };
        self.mfas.jumps_at.is_empty()
            && self.pm.bip_mismatch_frames == 0
            && self.overhead.tcm.values().all(|t| t.bip_mismatch_frames == 0)
            && opu.gfp.as_ref().is_none_or(|g| gfp_errors(g) == 0)
            && opu.gmp.as_ref().is_none_or(GmpReport::is_fine)
            && opu.prbs.as_ref().is_none_or(|p| !p.locked || p.errors == 0)
            && opu.null_errors.is_none_or(|errors| errors == 0)
            && opu.ethernet.as_ref().is_none_or(EthernetReport::is_fine)
            && opu.refused.as_ref().is_none_or(Vec::is_empty)
            && opu.tributaries.iter().flatten().all(TributaryReport::is_fine)
    }
}

/// The OPUk.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OpuReport {
    /// Payload types received, in order of appearance.
    pub pt: Vec<String>,
    /// Meaning of the last one.
    pub pt_meaning: Option<&'static str>,
    /// The payload type accepted after three multiframes.
    pub accepted_pt: Option<String>,
    /// Frames with client signal fail.
    pub csf_frames: u64,
    /// GFP, where the payload type says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gfp: Option<GfpReport>,
    /// AMP or BMP of a client of constant bit rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<JustificationReport>,
    /// GMP of a client of constant bit rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gmp: Option<GmpReport>,
    /// Octets of a client of constant bit rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_octets: Option<u64>,
    /// SHA-256 over them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_sha256: Option<String>,
    /// PRBS in the payload or in the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prbs: Option<PrbsReport>,
    /// Ethernet with a physical coding sublayer of its own in the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethernet: Option<EthernetReport>,
    /// Octets other than zero in the NULL test signal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_errors: Option<u64>,
    /// MSI octets in use, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msi: Option<String>,
    /// An MSI octet has come for each slot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub msi_complete: Option<bool>,
    /// Wrong OMFI while the multiframe of an OPU4 was aligned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub omfi_errors: Option<u64>,
    /// The ODTU in the slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tributaries: Option<Vec<TributaryReport>>,
    /// What the MSI tells of and cannot be: kind, port and slots.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<Vec<String>>,
}

/// Justification codes after the vote.
#[derive(Clone, Debug, Serialize)]
pub struct JustificationReport {
    /// `AMP` or `BMP`.
    pub mapping: &'static str,
    /// Opportunities by code.
    pub jc: BTreeMap<&'static str, u64>,
    /// Octets of stuff that are not zero, where a client of constant bit rate was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stuff_nonzero_octets: Option<u64>,
}

/// GMP overhead.
#[derive(Clone, Debug, Serialize)]
pub struct GmpReport {
    /// Bits of a block.
    pub m: u32,
    /// Frames or multiframes by their Cm, once it was known.
    pub cm: BTreeMap<u16, u64>,
    /// Those with a Cm beyond the first 256 different ones.
    pub cm_other: u64,
    /// Wrong CRC-8.
    pub crc8_errors: u64,
    /// Wrong CRC-5.
    pub crc5_errors: u64,
    /// Times the count was not known after JC1 to JC3.
    pub unsynchronised: u64,
    /// Octets of stuff that are not zero, while the count was known.
    pub stuff_nonzero_octets: u64,
}

impl GmpReport {
    fn is_fine(&self) -> bool {
        self.crc8_errors + self.crc5_errors == 0
    }
}

/// The PRBS 2^31 - 1.
#[derive(Clone, Debug, Serialize)]
pub struct PrbsReport {
    /// The checker was locked at the end.
    pub locked: bool,
    /// `normal` or `inverted`.
    pub polarity: Option<&'static str>,
    /// Bits compared.
    pub bits: u64,
    /// Wrong ones.
    pub errors: u64,
    /// Their ratio.
    pub ber: Option<f64>,
    /// Times it locked again.
    pub relocks: u64,
}

/// Ethernet frames of a client with a physical coding sublayer of its own.
#[derive(Clone, Debug, Serialize)]
pub struct EthernetReport {
    /// `1000BASE-X`, `10GBASE-R`, `40GBASE-R` or `100GBASE-R`.
    pub pcs: &'static str,
    /// Code groups or blocks were in lock at the end, and lanes aligned.
    pub locked: bool,
    /// Frames with a good FCS.
    pub frames: u64,
    /// Their octets without FCS.
    pub octets: u64,
    /// Frames with a wrong FCS.
    pub fcs_errors: u64,
    /// Frames that the coding sublayer gave up.
    pub errored_frames: u64,
    /// The link fault at the end: `local`, `remote` or none.
    pub link_fault: Option<&'static str>,
    /// Times a link fault began.
    pub faults: u64,
    /// Further counters of the coding sublayer, by name.
    pub counters: BTreeMap<&'static str, u64>,
    /// SHA-256 over all good frames without FCS, one after another.
    pub sha256: String,
    /// The same with FCS.
    pub sha256_with_fcs: String,
}

impl EthernetReport {
    fn is_fine(&self) -> bool {
        self.locked && self.fcs_errors + self.errored_frames == 0
    }
}

/// An ODTU.
#[derive(Clone, Debug, Serialize)]
pub struct TributaryReport {
    /// `ODTU12`, `ODTU4.8`.
    pub kind: String,
    /// Tributary port.
    pub port: u8,
    /// Tributary slots.
    pub slots: Vec<usize>,
    /// Codes of AMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub justification: Option<JustificationReport>,
    /// Counts of GMP.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gmp: Option<GmpReport>,
    /// Alignment of the ODUj.
    pub alignment: AlignmentReport,
    /// The ODUj, once it was known which one it is.
    pub odu: Option<OduReport>,
}

impl TributaryReport {
    fn is_fine(&self) -> bool {
        // A slot of PT 20 that nothing was put into has no frames, and is no fault.
        let silent = !self.alignment.found && self.justification.is_some();
        let good = |odu: &OduReport| odu.is_fine();
        let gmp = self.gmp.as_ref().is_none_or(GmpReport::is_fine);
        // Frames of which nobody can say what they carry are not fine.
        let untold = |odu: &OduReport| {
            odu.opu.pt.is_empty() && odu.maintenance == MaintenanceReport::default()
        };
        if self.odu.as_ref().is_some_and(|odu| odu.frames > 0 && untold(odu)) {
            return false;
        }
        silent || (gmp && self.alignment.is_fine() && self.odu.as_ref().is_none_or(good))
    }
}

/// GFP frames and Ethernet packets.
#[derive(Clone, Debug, Serialize)]
pub struct GfpReport {
    /// Delineated at the end.
    pub sync: bool,
    /// Times delineation was lost.
    pub sync_losses: u64,
    /// Idle frames.
    pub idles: u64,
    /// Core headers with one wrong bit, repaired.
    pub chec_corrected: u64,
    /// Frames with a wrong tHEC.
    pub thec_errors: u64,
    /// Frames with a wrong eHEC.
    pub ehec_errors: u64,
    /// Frames with a payload FCS.
    pub pfcs_frames: u64,
    /// Frames with a wrong payload FCS.
    pub pfcs_errors: u64,
    /// Client management frames.
    pub management_frames: u64,
    /// Ethernet frames with a good FCS.
    pub ethernet_frames: u64,
    /// Their octets without FCS.
    pub ethernet_octets: u64,
    /// Ethernet frames with a wrong FCS.
    pub fcs_errors: u64,
    /// Client frames that are not Ethernet.
    pub other_frames: u64,
    /// SHA-256 over all good Ethernet frames without FCS, one after another.
    pub sha256: String,
    /// The same with FCS.
    pub sha256_with_fcs: String,
}

/// A defect that stood at some time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DefectReport {
    /// OTU, ODU or OPU.
    pub layer: String,
    /// First tributary slots on the way to the ODU, with dots; empty for the one nearest the line.
    /// `lane` and a number from 0 for a lane of the OTUk.
    pub place: String,
    /// Name of G.798.
    pub defect: &'static str,
    /// When it was raised, in nanoseconds.
    pub raised_ns: u64,
    /// When it cleared; `null` where it stood at the end.
    pub cleared_ns: Option<u64>,
    /// The last frame of the line that had begun when it was raised, from 0, where frames are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_frame: Option<u64>,
    /// The same of when it cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cleared_frame: Option<u64>,
}

/// The spans of a log as a report lists them.
pub fn defect_list(log: &DefectLog) -> Vec<DefectReport> {
    let entry = |span: DefectSpan| DefectReport {
        layer: span.defect.layer().to_string(),
        place: span.place.to_string(),
        defect: span.defect.name(),
        raised_ns: span.raised.as_ns(),
        cleared_ns: span.cleared.map(SimTime::as_ns),
        raised_frame: None,
        cleared_frame: None,
    };
    log.spans().into_iter().map(entry).collect()
}

/// Times each defect of a log was raised, by layer and name.
pub fn defect_times(log: &DefectLog) -> BTreeMap<String, u64> {
    log.times().map(|(defect, times)| (defect.to_string(), times)).collect()
}

/// Spans of one defect that a text shows one by one.
const SHOWN: usize = 3;

/// A line of text for each span, or one for all of a defect that came often.
pub fn defect_lines(defects: &[DefectReport], times: &BTreeMap<String, u64>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, &times) in times {
        let of_name = |d: &&DefectReport| format!("{} {}", d.layer, d.defect) == *name;
        let spans: Vec<&DefectReport> = defects.iter().filter(of_name).collect();
        let end = |d: &DefectReport| match d.cleared_ns {
            Some(ns) => format!("cleared at {}", SimTime::from_ns(ns)),
            None => "standing at the end".to_string(),
        };
        let start = |d: &DefectReport| SimTime::from_ns(d.raised_ns);
        match spans.as_slice() {
            [first, .., last] if spans.len() > SHOWN => lines.push(format!(
                "{name} raised {times} times, first at {}, last at {}, {}",
                start(first),
                start(last),
                end(last)
            )),
            few => {
                lines.extend(few.iter().map(|d| {
                    let at = match d.place.as_bytes() {
                        [] => "",
                        [b'l', ..] => " at ",
                        _ => " at slot ",
                    };
                    format!("{name}{at}{} raised at {}, {}", d.place, start(d), end(d))
                }));
            }
        }
    }
    lines
}
