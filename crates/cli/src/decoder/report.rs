//! The report of a decoded stream, and the listener that collects it.
//!
//! In: what a terminal sink says frame by frame. Out: a tree that is printed or written as JSON;
//! its keys are described in `docs/json.md`.

use std::collections::BTreeMap;

use anyhow::Result;
use otn_frame::{Signal, SimTime, Tti};
use otn_map::gfp::{Delineation, HeaderFault, PayloadFcs, Pti, Received};
use otn_proc::defect::{DefectEvent, DefectLog, DefectSpan};
use otn_proc::terminal::{Counters, Fec, FrameReport, LineCoding, Observer, TerminalSink};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Harvest, is_ethernet};
use crate::input::StreamInfo;

/// Different TTIs that are listed.
const TTI_LIMIT: usize = 16;
/// MFAS jumps that are listed.
const LIST_LIMIT: usize = 1_000;

/// One stream of a signal file.
#[derive(Clone, Debug, Serialize)]
pub struct StreamReport {
    /// The signal, OTU1 to OTU4.
    pub signal: &'static str,
    /// The file does not say so: it was assumed.
    pub signal_assumed: bool,
    /// Interface of the capture.
    pub interface: Option<String>,
    /// Scrambled on the line.
    pub scrambled: bool,
    /// Frames found.
    pub frames: u64,
    /// Time of the last bit, in nanoseconds.
    pub ends_at_ns: u64,
    /// Alignment.
    pub alignment: AlignmentReport,
    /// FEC.
    pub fec: FecReport,
    /// Section monitoring.
    pub sm: MonitoringReport,
    /// The ODUk inside.
    pub odu: OduReport,
    /// Defects in the order in which they were raised: the first hundred of a kind and its last.
    pub defects: Vec<DefectReport>,
    /// Times each defect was raised, listed or not, by layer and name.
    pub defect_times: BTreeMap<String, u64>,
}

impl StreamReport {
    /// True where nothing is wrong with the signal.
    pub fn is_fine(&self) -> bool {
        let gfp_errors = |g: &GfpReport| {
            g.sync_losses + g.fcs_errors + g.thec_errors + g.ehec_errors + g.pfcs_errors
        };
        let gfp_fine = self.odu.opu.gfp.as_ref().is_none_or(|g| gfp_errors(g) == 0);
        self.alignment.found
            && self.alignment.oof_events == 0
            && self.odu.mfas.jumps_at.is_empty()
            && self.defects.is_empty()
            && self.fec.uncorrectable == 0
            && self.sm.bip_mismatch_frames + self.odu.pm.bip_mismatch_frames == 0
            && gfp_fine
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
    /// Accepted trail trace, as text.
    pub accepted_tti: Option<TtiText>,
    /// Whole trail traces received, each with its number of copies.
    pub tti: Vec<TtiReport>,
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
    /// The OPUk.
    pub opu: OpuReport,
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

/// The OPUk.
#[derive(Clone, Debug, Default, Serialize)]
pub struct OpuReport {
    /// Payload types received, in order of appearance.
    pub pt: Vec<String>,
    /// Meaning of the last one.
    pub pt_meaning: Option<&'static str>,
    /// The payload type accepted after three multiframes.
    pub accepted_pt: Option<String>,
    /// GFP, where the payload type says so.
    pub gfp: Option<GfpReport>,
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
    /// Name of G.798.
    pub defect: &'static str,
    /// When it was raised, in nanoseconds.
    pub raised_ns: u64,
    /// When it cleared; `null` where it stood at the end.
    pub cleared_ns: Option<u64>,
}

/// The spans of a log as a report lists them.
pub fn defect_list(log: &DefectLog) -> Vec<DefectReport> {
    let entry = |span: DefectSpan| DefectReport {
        layer: span.defect.layer().to_string(),
        defect: span.defect.name(),
        raised_ns: span.raised.as_ns(),
        cleared_ns: span.cleared.map(SimTime::as_ns),
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
                lines.extend(
                    few.iter().map(|d| format!("{name} raised at {}, {}", start(d), end(d))),
                );
            }
        }
    }
    lines
}

#[derive(Default)]
struct TtiCopies {
    /// Octets of the copy in progress.
    copy: Vec<u8>,
    seen: Vec<(Tti, u64)>,
}

impl TtiCopies {
    fn take(&mut self, mfas: u8, octet: u8) {
        let at = usize::from(mfas) % otn_frame::tti::TTI_OCTETS;
        if at != self.copy.len() {
            self.copy.clear();
        }
        if at == self.copy.len() {
            self.copy.push(octet);
        }
        let Ok(octets) = self.copy.as_slice().try_into() else { return };
        let tti = Tti::from_octets(octets);
        self.copy.clear();
        if let Some((_, copies)) = self.seen.iter_mut().find(|(known, _)| *known == tti) {
            *copies += 1;
        } else if self.seen.len() < TTI_LIMIT {
            self.seen.push((tti, 1));
        }
    }

    fn report(&self) -> Vec<TtiReport> {
        let hex = |octets: &[u8]| octets.iter().map(|o| format!("{o:02x}")).collect();
        let entry = |(tti, repeats): &(Tti, u64)| TtiReport {
            sapi: tti.sapi().to_string(),
            dapi: tti.dapi().to_string(),
            operator: hex(&tti.octets()[32..]),
            repeats: *repeats,
        };
        self.seen.iter().map(entry).collect()
    }
}

#[derive(Default)]
struct Packets {
    good: u64,
    octets: u64,
    fcs_errors: u64,
    other: u64,
    management: u64,
    with_pfcs: u64,
    sha: Sha256,
    sha_with_fcs: Sha256,
}

/// Collects a stream's report.
#[derive(Default)]
pub(super) struct Collector {
    section_tti: TtiCopies,
    path_tti: TtiCopies,
    mfas: MfasReport,
    last_mfas: Option<u8>,
    frames: u64,
    first_bit: Option<u64>,
    payload_types: Vec<u8>,
    packets: Packets,
    defects: DefectLog,
    pub(super) last: SimTime,
}

impl Collector {
    pub(super) fn ear<'a>(
        &'a mut self,
        stream: usize,
        first_stamp_ns: u64,
        harvest: &'a mut dyn Harvest,
    ) -> Ear<'a> {
        Ear { collector: self, stream, first_stamp_ns, harvest, error: None }
    }

    pub(super) fn report(
        self,
        info: &StreamInfo,
        signal: Signal,
        signal_assumed: bool,
        coding: LineCoding,
        sink: &TerminalSink,
    ) -> StreamReport {
        let counters = sink.counters();
        let accepted = |tti: Option<&Tti>| tti.map(TtiText::from);
        let [ais, oci, lck] = counters.maintenance_frames;
        let (defects, defect_times) = (defect_list(&self.defects), defect_times(&self.defects));
        StreamReport {
            signal: signal.name(),
            signal_assumed,
            interface: info.interface.clone(),
            scrambled: coding.scrambled,
            frames: counters.frames,
            ends_at_ns: self.last.as_ns(),
            alignment: AlignmentReport {
                found: counters.frames > 0,
                bit_offset: self.first_bit,
                fas_errored_frames: counters.fas_errored_frames,
                oof_events: counters.oof_events,
                realignments: counters.realignments,
            },
            fec: fec_report(coding.fec, counters),
            sm: MonitoringReport {
                bip_violations: counters.section_bip_violations,
                bip_mismatch_frames: counters.section_errored_blocks,
                bei_total: counters.section_bei,
                bdi_frames: counters.section_bdi_frames,
                accepted_tti: accepted(sink.section().trace().accepted()),
                tti: self.section_tti.report(),
            },
            odu: OduReport {
                kind: signal.odu().name(),
                frames: self.frames,
                mfas: MfasReport {
                    errored_frames: counters.mfas_errored_frames,
                    ..self.mfas.clone()
                },
                maintenance: MaintenanceReport { ais, oci, lck },
                pm: MonitoringReport {
                    bip_violations: counters.path_bip_violations,
                    bip_mismatch_frames: counters.path_errored_blocks,
                    bei_total: counters.path_bei,
                    bdi_frames: counters.path_bdi_frames,
                    accepted_tti: accepted(sink.path().trace().accepted()),
                    tti: self.path_tti.report(),
                },
                opu: self.opu_report(sink),
            },
            defects,
            defect_times,
        }
    }

    fn opu_report(self, sink: &TerminalSink) -> OpuReport {
        let last = sink.client().received_type();
        OpuReport {
            pt: self.payload_types.iter().map(|pt| format!("{pt:02x}")).collect(),
            pt_meaning: last.and_then(otn_frame::overhead::PayloadType::meaning),
            accepted_pt: sink.client().accepted_type().map(|pt| pt.to_string().to_lowercase()),
            gfp: sink.client().carries_gfp().then(|| gfp_report(self.packets, sink)),
        }
    }
}

fn fec_report(fec: Fec, counters: &Counters) -> FecReport {
    let bits = counters.codewords * 255 * 8;
    FecReport {
        code: fec.name(),
        codewords: counters.codewords,
        bad: counters.corrected_codewords + counters.uncorrectable_codewords,
        corrected: counters.corrected_codewords,
        corrected_symbols: counters.corrected_symbols,
        corrected_bits: counters.corrected_bits,
        uncorrectable: counters.uncorrectable_codewords,
        pre_fec_ber: (bits > 0).then(|| counters.corrected_bits as f64 / bits as f64),
    }
}

fn gfp_report(packets: Packets, sink: &TerminalSink) -> GfpReport {
    let receiver = sink.client().gfp();
    let counters = receiver.counters();
    let hex = |sha: Sha256| sha.finalize().iter().map(|o| format!("{o:02x}")).collect();
    GfpReport {
        sync: receiver.delineation() == Delineation::Sync,
        sync_losses: counters.sync_losses,
        idles: counters.idles,
        chec_corrected: counters.chec_corrected,
        thec_errors: counters.thec_errors,
        ehec_errors: counters.ehec_errors,
        pfcs_frames: packets.with_pfcs,
        pfcs_errors: counters.pfcs_errors,
        management_frames: packets.management,
        ethernet_frames: packets.good,
        ethernet_octets: packets.octets,
        fcs_errors: packets.fcs_errors,
        other_frames: packets.other,
        sha256: hex(packets.sha),
        sha256_with_fcs: hex(packets.sha_with_fcs),
    }
}

/// Listens to a sink for a collector; keeps the first error of the harvest.
pub(super) struct Ear<'a> {
    collector: &'a mut Collector,
    stream: usize,
    first_stamp_ns: u64,
    harvest: &'a mut dyn Harvest,
    error: Option<anyhow::Error>,
}

impl Ear<'_> {
    pub(super) fn failed(self) -> Result<()> {
        self.error.map_or(Ok(()), Err)
    }

    fn attempt(&mut self, work: impl FnOnce(&mut dyn Harvest) -> Result<()>) {
        if self.error.is_none() {
            self.error = work(self.harvest).err();
        }
    }
}

impl Observer for Ear<'_> {
    fn line_frame(
        &mut self,
        _: SimTime,
        info: otn_proc::align::FrameInfo,
        _: &otn_frame::OtuFrame,
    ) {
        self.collector.first_bit.get_or_insert(info.start_bit);
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        let collector = &mut *self.collector;
        let received = report.frame.octet(otn_frame::layout::MFAS);
        collector.mfas.first.get_or_insert(received);
        let jumped = collector.last_mfas.is_some_and(|last| received != last.wrapping_add(1));
        if jumped && collector.mfas.jumps_at.len() < LIST_LIMIT {
            collector.mfas.jumps_at.push(collector.frames);
        }
        collector.last_mfas = Some(received);
        collector.frames += 1;
        collector.section_tti.take(report.mfas, report.section.sm.tti);
        let normal = !report.path.pm.stat.is_maintenance();
        if normal {
            collector.path_tti.take(report.mfas, report.path.pm.tti);
        }
        let psi = report.frame.octet(otn_frame::layout::PSI);
        let is_pt = report.mfas == otn_frame::layout::PSI_PT && normal;
        if is_pt && !collector.payload_types.contains(&psi) {
            collector.payload_types.push(psi);
        }
    }

    fn gfp(&mut self, at: SimTime, received: &Received<'_>) {
        let (stream, stamp_ns) = (self.stream, self.first_stamp_ns.saturating_add(at.as_ns()));
        self.attempt(|harvest| harvest.gfp(stream, stamp_ns, received));
        let packets = &mut self.collector.packets;
        match received.header {
            Ok(header) if matches!(header.pti, Pti::ClientManagement) => packets.management += 1,
            Ok(_) | Err(HeaderFault::Unknown(_)) if !is_ethernet(received) => packets.other += 1,
            Ok(_) | Err(_) => {}
        }
        packets.with_pfcs += u64::from(received.pfcs != PayloadFcs::Absent);
        if !is_ethernet(received) {
            return;
        }
        match otn_map::ethernet::check_fcs(received.payload) {
            Ok(octets) => {
                packets.good += 1;
                packets.octets += octets.len() as u64;
                packets.sha.update(octets);
                packets.sha_with_fcs.update(received.payload);
                self.attempt(|harvest| harvest.packet(stream, stamp_ns, octets));
            }
            Err(_) => packets.fcs_errors += 1,
        }
    }

    fn defect(&mut self, event: DefectEvent) {
        self.collector.defects.note(event);
    }
}
