//! From sinks and what was collected to a report.

use std::collections::BTreeMap;

use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{SimTime, Tti};
use otn_map::gfp::{Delineation, Receiver};
use otn_map::odtu::{Content, Slots};
use otn_map::pcs::block66::LinkFault;
use otn_map::prbs::{Polarity, PrbsChecker};
use otn_proc::monitor::MonitorSink;
use otn_proc::odu::cbr::{CbrSink, GmpCounters, JC_CODES, Mapping};
use otn_proc::odu::client::{EthernetClient, Sublayer};
use otn_proc::odu::multiplex::{Carrier, MultiplexSink, Tributary};
use otn_proc::odu::stream::{AlignmentCounters, OduStream};
use otn_proc::odu::{OduSink, Payload};
use otn_proc::performance::ber;
use otn_proc::performance::primitives::FecCounts;
use otn_proc::terminal::{Counters, Fec};
use sha2::{Digest, Sha256};

use super::collect::{Collector, Node, Packets, Section};
use super::counters::{EndTotals, PerformanceReport, performance};
use super::report::{
    AlignmentReport, EthernetReport, FecReport, GfpReport, GmpReport, JustificationReport,
    MaintenanceReport, MfasReport, MonitoringReport, OduReport, OpuReport, OverheadReport,
    PrbsReport, TributaryReport, TtiText,
};

pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|o| format!("{o:02x}")).collect()
}

fn sha(hash: Sha256) -> String {
    hex(&hash.finalize())
}

fn accepted(tti: Option<&Tti>) -> Option<TtiText> {
    tti.map(TtiText::from)
}

/// The report of the ODU of a sink, and of all below it.
pub(super) fn odu(
    sink: &OduSink,
    mfas_errored_frames: u64,
    collector: &mut Collector,
) -> OduReport {
    let node = collector.nodes.remove(&sink.place()).unwrap_or_default();
    let counters = sink.counters();
    let [ais, oci, lck] = counters.maintenance_frames;
    OduReport {
        kind: sink.signal().name(),
        frames: node.frames,
        mfas: MfasReport { errored_frames: mfas_errored_frames, ..node.mfas.clone() },
        maintenance: MaintenanceReport { ais, oci, lck },
        pm: MonitoringReport {
            bip_violations: counters.bip_violations,
            bip_mismatch_frames: counters.errored_blocks,
            bei_total: counters.bei,
            bdi_frames: counters.bdi_frames,
            iae_frames: None,
            biae_frames: None,
            accepted_tti: accepted(sink.path().trace().accepted()),
            tti: node.tti.report(),
            performance: path_performance(sink, &node, collector.last),
        },
        overhead: overhead(sink, &node, collector.last),
        opu: opu(sink, node, collector),
    }
}

fn path_performance(sink: &OduSink, node: &Node, now: SimTime) -> PerformanceReport {
    let counters = sink.counters();
    let near =
        EndTotals { errored_blocks: counters.errored_blocks, violations: counters.bip_violations };
    let far = EndTotals { errored_blocks: node.far_errored, violations: counters.bei };
    performance(sink.path(), now, near, far)
}

fn overhead(sink: &OduSink, node: &Node, now: SimTime) -> OverheadReport {
    let mut report = node.overhead.report();
    for (level, tandem) in TcmLevel::all().zip(sink.tandem()) {
        if let Some(of_level) = report.tcm.get_mut(&usize::from(level.get())) {
            let (near, far) = node.overhead.totals(level);
            of_level.performance = performance(tandem.monitor(), now, near, far);
        }
    }
    report
}

fn opu(sink: &OduSink, node: Node, collector: &mut Collector) -> OpuReport {
    let psi = sink.psi();
    let mut report = OpuReport {
        pt: node.payload_types.iter().map(|pt| format!("{pt:02x}")).collect(),
        pt_meaning: psi.received_type().and_then(PayloadType::meaning),
        accepted_pt: psi.accepted_type().map(|pt| pt.to_string().to_lowercase()),
        csf_frames: psi.csf_frames(),
        ..OpuReport::default()
    };
    match sink.payload() {
        Payload::Gfp(receiver) | Payload::GfpExtended(receiver) => {
            let known = psi.payload_type().is_some() || receiver.counters().frames > 0;
            report.gfp = known.then(|| gfp(node.packets, receiver));
        }
        Payload::Cbr(client, ethernet) => cbr(client, ethernet.as_deref(), node, &mut report),
        Payload::Multiplex(multiplex) => tributaries(sink, multiplex, collector, &mut report),
        Payload::Prbs(bits) => report.prbs = Some(prbs(bits.prbs())),
        Payload::Null(wrong) => report.null_errors = Some(*wrong),
        Payload::Unknown => {}
    }
    report
}

fn cbr(client: &CbrSink, ethernet: Option<&EthernetClient>, node: Node, report: &mut OpuReport) {
    match client.mapping() {
        Mapping::Justified { jc, synchronous, stuff_nonzero_octets, .. } => {
            let mapping = if *synchronous { "BMP" } else { "AMP" };
            report.justification = Some(justification(mapping, *jc, Some(*stuff_nonzero_octets)));
        }
        Mapping::Gmp { shape, counters, .. } => {
            report.gmp = Some(gmp(8 * shape.block_octets, counters));
        }
    }
    report.client_octets = Some(client.bits().octets());
    report.client_sha256 = Some(sha(node.client));
    let checker = client.bits().prbs();
    report.prbs = (checker.counters().locks > 0).then(|| prbs(checker));
    let ethernet = ethernet.filter(|e| e.was_locked());
    report.ethernet = ethernet.map(|e| self::ethernet(e, node.packets));
}

fn ethernet(client: &EthernetClient, packets: Packets) -> EthernetReport {
    let mut counters = BTreeMap::from([("errored_blocks", client.errored_blocks())]);
    match client.sublayer() {
        Sublayer::Transparent(sink) => {
            let c = sink.counters();
            counters.insert("superblocks", c.superblocks);
            counters.insert("superblock_crc_errors", c.crc_errors);
            counters.insert("other_frames", c.other_frames);
        }
        Sublayer::TenGig(sink) => {
            counters.insert("bad_sync_headers", sink.sync_counters().bad_headers);
            counters.insert("lock_losses", sink.sync_counters().lock_losses);
        }
        Sublayer::FortyGig(sink) => {
            let c = sink.transcoded_counters();
            counters.insert("lock_losses", sink.sync_counters().lock_losses);
            counters.insert("bad_flags", c.bad_flags);
            counters.insert("bad_markers", c.bad_markers);
            counters.insert("lane_bip_errors", c.otn_errors.iter().sum());
        }
        Sublayer::HundredGig(sink) => {
            let c = sink.lane_counters();
            counters.insert("lock_losses", sink.sync_counters().lock_losses);
            counters.insert("bad_markers", c.bad_markers.iter().sum());
            counters.insert("lane_bip_errors", c.bip_errors.iter().sum());
        }
    }
    EthernetReport {
        pcs: client.name(),
        locked: client.is_locked(),
        frames: packets.good,
        octets: packets.octets,
        fcs_errors: packets.fcs_errors,
        errored_frames: client.errored_frames(),
        link_fault: client.fault().map(|fault| match fault {
            LinkFault::Local => "local",
            LinkFault::Remote => "remote",
        }),
        faults: client.faults(),
        counters,
        sha256: sha(packets.sha),
        sha256_with_fcs: sha(packets.sha_with_fcs),
    }
}

fn justification(
    mapping: &'static str,
    jc: [u64; 4],
    stuff_nonzero_octets: Option<u64>,
) -> JustificationReport {
    let seen = JC_CODES.into_iter().zip(jc).filter(|(_, times)| *times > 0);
    JustificationReport { mapping, jc: seen.collect(), stuff_nonzero_octets }
}

fn gmp(m: u32, counters: &GmpCounters) -> GmpReport {
    GmpReport {
        m,
        cm: counters.cm.values().collect::<BTreeMap<u16, u64>>(),
        cm_other: counters.cm.other(),
        crc8_errors: counters.crc8_errors,
        crc5_errors: counters.crc5_errors,
        unsynchronised: counters.unsynchronised,
        stuff_nonzero_octets: counters.stuff_nonzero_octets,
    }
}

fn prbs(checker: &PrbsChecker) -> PrbsReport {
    let counters = checker.counters();
    PrbsReport {
        locked: checker.polarity().is_some(),
        polarity: checker.polarity().map(|polarity| match polarity {
            Polarity::Normal => "normal",
            Polarity::Inverted => "inverted",
        }),
        bits: counters.bits,
        errors: counters.errors,
        ber: (counters.bits > 0).then(|| counters.errors as f64 / counters.bits as f64),
        relocks: counters.locks.saturating_sub(1),
    }
}

fn tributaries(
    sink: &OduSink,
    multiplex: &MultiplexSink,
    collector: &mut Collector,
    report: &mut OpuReport,
) {
    let slots = multiplex.slots();
    let msi = sink.psi().msi(slots);
    report.msi_complete = Some(msi.is_some());
    report.msi = msi.map(|msi| hex(&msi[..slots.count()]));
    if slots == Slots::Opu4 {
        report.omfi_errors = Some(multiplex.omfi().errors());
    }
    let of = |t| tributary(slots, t, collector);
    report.tributaries = Some(multiplex.tributaries().iter().map(of).collect());
    let refused: Vec<String> = multiplex.refused().iter().map(|c| refused(slots, c)).collect();
    report.refused = (!refused.is_empty()).then_some(refused);
}

fn refused(slots: Slots, content: &Content) -> String {
    let numbers: Vec<String> = content.set.iter().map(|slot| slot.to_string()).collect();
    let name = content.kind.name(slots, content.set.len());
    format!("{name} at port {} in slots {}", content.port, numbers.join(" "))
}

fn tributary(slots: Slots, tributary: &Tributary, collector: &mut Collector) -> TributaryReport {
    let Content { kind, port, set } = tributary.content();
    let (justification, gmp) = match tributary.carrier() {
        Carrier::Amp { jc, .. } => (Some(justification("AMP", *jc, None)), None),
        Carrier::Ts { counters, .. } => (None, Some(gmp(8 * set.len() as u32, counters))),
    };
    TributaryReport {
        kind: kind.name(slots, set.len()),
        port,
        slots: set.iter().collect(),
        justification,
        gmp,
        alignment: tributary.stream().map(|s| alignment(s.counters())).unwrap_or_default(),
        odu: tributary.stream().map(|stream| odu_stream(stream, collector)),
    }
}

/// The report of an ODU that came as a stream.
pub(super) fn odu_stream(stream: &OduStream, collector: &mut Collector) -> OduReport {
    odu(stream.odu(), stream.counters().mfas_errored_frames, collector)
}

/// The alignment of an ODU that came as a stream.
pub(super) fn alignment(counters: &AlignmentCounters) -> AlignmentReport {
    AlignmentReport {
        found: counters.frames > 0,
        bit_offset: counters.first_bit,
        fas_errored_frames: counters.fas_errored_frames,
        oof_events: counters.oof_events,
        realignments: counters.realignments,
        ..AlignmentReport::default()
    }
}

/// FEC of an OTUk.
pub(super) fn fec(fec: Fec, counters: &Counters, compared: u64) -> FecReport {
    let bits = counters.codewords * 255 * 8;
    let counts = FecCounts {
        codewords: counters.codewords,
        corrected_bits: counters.corrected_bits,
        corrected_symbols: counters.corrected_symbols,
        uncorrectable_codewords: counters.uncorrectable_codewords,
    };
    let before = ber::pre_fec(&counts, bits);
    let behind = ber::post_fec(counters.section_bip_violations, compared);
    FecReport {
        code: fec.name(),
        codewords: counters.codewords,
        bad: counters.corrected_codewords + counters.uncorrectable_codewords,
        corrected: counters.corrected_codewords,
        corrected_symbols: counters.corrected_symbols,
        corrected_bits: counters.corrected_bits,
        uncorrectable: counters.uncorrectable_codewords,
        pre_fec_ber: before.map(|estimate| estimate.ratio),
        pre_fec_ber_lower_bound: before.is_some_and(|estimate| estimate.lower_bound),
        post_fec_ber: behind.map(|estimate| estimate.ratio),
        post_fec_ber_lower_bound: behind.is_some_and(|estimate| estimate.lower_bound),
    }
}

/// Section monitoring of an OTUk.
pub(super) fn section(
    counters: &Counters,
    sink: &MonitorSink,
    section: &Section,
    now: SimTime,
) -> MonitoringReport {
    let near = EndTotals {
        errored_blocks: counters.section_errored_blocks,
        violations: counters.section_bip_violations,
    };
    let far = EndTotals { errored_blocks: section.far_errored, violations: counters.section_bei };
    MonitoringReport {
        bip_violations: counters.section_bip_violations,
        bip_mismatch_frames: counters.section_errored_blocks,
        bei_total: counters.section_bei,
        bdi_frames: counters.section_bdi_frames,
        iae_frames: Some(section.iae_frames),
        biae_frames: Some(section.biae_frames),
        accepted_tti: accepted(sink.trace().accepted()),
        tti: section.tti.report(),
        performance: performance(sink, now, near, far),
    }
}

fn gfp(packets: Packets, receiver: &Receiver) -> GfpReport {
    let counters = receiver.counters();
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
        sha256: sha(packets.sha),
        sha256_with_fcs: sha(packets.sha_with_fcs),
    }
}
