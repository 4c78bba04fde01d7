//! Listens to a sink and collects what a report needs, node by node of the tree of ODUs.

use std::collections::BTreeMap;

use anyhow::Result;
use otn_frame::layout::{GCC0, PSI_PT, RES_OTU};
use otn_frame::overhead::BeiBiae;
use otn_frame::{OduFrame, OtuFrame, SimTime, Tti};
use otn_map::gfp::{HeaderFault, PayloadFcs, Pti, Received};
use otn_proc::align::FrameInfo;
use otn_proc::defect::{Defect, DefectEvent};
use otn_proc::monitor::Monitor;
use otn_proc::observer::{ClientOctets, ClientPacket, FrameReport, Observer, OduCame, OduReport};
use otn_proc::place::Place;
use sha2::{Digest, Sha256};

use super::overhead::{Channel, Overhead, TraceWatch, Values};
use super::report::{MfasReport, TtiReport};
use super::supervision::Supervision;
use super::timeline::Happening;
use super::{FrameView, Harvest, OverheadView, ethernet_of};

/// Different TTIs that are listed.
const TTI_LIMIT: usize = 16;
/// MFAS jumps, and maintenance signals, that are listed.
pub(super) const LIST_LIMIT: usize = 1_000;

#[derive(Default)]
pub(super) struct TtiCopies {
    /// Octets of the copy in progress.
    copy: Vec<u8>,
    seen: Vec<(Tti, u64)>,
}

impl TtiCopies {
    pub(super) fn take(&mut self, mfas: u8, octet: u8) {
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

    /// Forgets the copy in progress: frames are missing here.
    pub(super) fn restart(&mut self) {
        self.copy.clear();
    }

    pub(super) fn report(&self) -> Vec<TtiReport> {
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

/// Packets of a client.
#[derive(Default)]
pub(super) struct Packets {
    pub(super) good: u64,
    pub(super) octets: u64,
    pub(super) fcs_errors: u64,
    pub(super) other: u64,
    pub(super) management: u64,
    pub(super) with_pfcs: u64,
    pub(super) sha: Sha256,
    pub(super) sha_with_fcs: Sha256,
}

impl Packets {
    /// Counts a MAC frame; gives it without FCS where that is right.
    fn take<'a>(&mut self, frame: &'a [u8]) -> Option<&'a [u8]> {
        let Ok(octets) = otn_map::ethernet::check_fcs(frame) else {
            self.fcs_errors += 1;
            return None;
        };
        self.good += 1;
        self.octets += octets.len() as u64;
        self.sha.update(octets);
        self.sha_with_fcs.update(frame);
        Some(octets)
    }
}

/// What is collected about one ODU.
#[derive(Default)]
pub(super) struct Node {
    pub(super) tti: TtiCopies,
    pub(super) mfas: MfasReport,
    last_mfas: Option<u8>,
    pub(super) frames: u64,
    pub(super) payload_types: Vec<u8>,
    pub(super) packets: Packets,
    pub(super) client: Sha256,
    pub(super) overhead: Overhead,
    /// Frames whose BEI told of violations.
    pub(super) far_errored: u64,
}

/// What the sections of the frames of an OTUk said.
#[derive(Default)]
pub(super) struct Section {
    pub(super) tti: TtiCopies,
    trace: TraceWatch,
    pub(super) gcc0: Channel,
    pub(super) reserved: Values,
    /// Frames whose BIP-8 was compared.
    pub(super) compared: u64,
    /// Frames whose BEI told of violations.
    pub(super) far_errored: u64,
    pub(super) iae_frames: u64,
    pub(super) biae_frames: u64,
}

impl Section {
    /// Takes a frame; tells of a trace that was accepted with it.
    fn take(&mut self, report: &FrameReport<'_>) -> Option<Happening> {
        let sm = &report.section.sm;
        if report.info.realigned {
            self.trace.restart();
        }
        self.tti.take(report.mfas, sm.tti);
        self.compared += u64::from(report.section.violations.is_some());
        self.far_errored += u64::from(sm.bei.errors() > 0);
        self.iae_frames += u64::from(sm.iae);
        self.biae_frames += u64::from(sm.bei == BeiBiae::Biae);
        if report.info.in_frame {
            self.gcc0.take(report.frame.field(GCC0));
            self.reserved.note(report.frame.field(RES_OTU));
        }
        let accepted = self.trace.take(report.mfas, sm.tti);
        accepted.map(|traces| Happening::Trace(Monitor::Section, traces))
    }
}

/// Defects without whose absence there is no section to look into.
const LINE: [Defect; 5] = [Defect::Los, Defect::OtuAis, Defect::Lof, Defect::Lom, Defect::Lol];

/// Collects a stream's report.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) section: Section,
    pub(super) nodes: BTreeMap<Place, Node>,
    pub(super) first_bit: Option<u64>,
    pub(super) supervision: Supervision,
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

    fn stamp_ns(&self, at: SimTime) -> u64 {
        self.first_stamp_ns.saturating_add(at.as_ns())
    }

    fn node(&mut self, place: Place) -> &mut Node {
        let supervision = &mut self.collector.supervision;
        self.collector.nodes.entry(place).or_insert_with(|| {
            supervision.watch(place);
            Node::default()
        })
    }

    fn line(&mut self, at: SimTime, view: FrameView<'_>) {
        let (stream, number) = (self.stream, self.collector.supervision.numbers.take(at));
        self.attempt(|harvest| harvest.frame(stream, number, at, view));
    }
}

impl Observer for Ear<'_> {
    fn line_frame(&mut self, at: SimTime, info: FrameInfo, frame: &OtuFrame) {
        self.collector.first_bit.get_or_insert(info.start_bit);
        self.line(at, FrameView::Otu(frame));
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        if let Some(accepted) = self.collector.section.take(report) {
            self.collector.supervision.note(report.at, Place::ROOT, accepted);
        }
        let view = OverheadView {
            stream: self.stream,
            place: Place::ROOT,
            of_otu: true,
            stamp_ns: self.stamp_ns(report.at),
            follows: true,
            usable: report.info.in_frame,
            columns: &report.frame.overhead_columns(),
        };
        self.attempt(|harvest| harvest.overhead(&view));
    }

    fn odu_octets(&mut self, OduCame { place, at, .. }: OduCame, frame: &OduFrame) {
        if place == Place::ROOT {
            self.line(at, FrameView::Odu(frame));
        }
    }

    fn odu_frame(&mut self, report: &OduReport) {
        let view = OverheadView {
            stream: self.stream,
            place: report.place,
            of_otu: false,
            stamp_ns: self.stamp_ns(report.at),
            follows: report.follows,
            usable: report.trusted && !report.path.pm.stat.is_maintenance(),
            columns: &report.overhead,
        };
        self.attempt(|harvest| harvest.overhead(&view));
        let node = self.node(report.place);
        let received = report.mfas_received;
        node.mfas.first.get_or_insert(received);
        let jumped = node.last_mfas.is_some_and(|last| received != last.wrapping_add(1));
        if jumped && node.mfas.jumps_at.len() < LIST_LIMIT {
            node.mfas.jumps_at.push(node.frames);
        }
        node.mfas.errored_frames += u64::from(received != report.mfas);
        node.last_mfas = Some(received);
        if report.trusted {
            node.overhead.take(node.frames, report);
        }
        node.frames += 1;
        if !node.overhead.news.is_empty() {
            let news = std::mem::take(&mut node.overhead.news);
            let note = |what| self.collector.supervision.note(report.at, report.place, what);
            news.into_iter().for_each(note);
        }
        let node = self.node(report.place);
        if report.path.pm.stat.is_maintenance() {
            return;
        }
        node.tti.take(report.mfas, report.path.pm.tti);
        node.far_errored += u64::from(report.path.pm.bei_errors() > 0);
        if report.mfas == PSI_PT && !node.payload_types.contains(&report.psi) {
            node.payload_types.push(report.psi);
        }
    }

    fn gfp(&mut self, place: Place, at: SimTime, received: &Received<'_>) {
        let (stream, stamp_ns) = (self.stream, self.stamp_ns(at));
        self.attempt(|harvest| harvest.gfp(stream, place, stamp_ns, received));
        let frame = ethernet_of(received);
        let packets = &mut self.node(place).packets;
        match received.header {
            Ok(header) if matches!(header.pti, Pti::ClientManagement) => packets.management += 1,
            Ok(_) | Err(HeaderFault::Unknown(_)) if frame.is_none() => packets.other += 1,
            Ok(_) | Err(_) => {}
        }
        packets.with_pfcs += u64::from(received.pfcs != PayloadFcs::Absent);
        let Some(frame) = frame else { return };
        if let Some(octets) = packets.take(frame) {
            self.attempt(|harvest| harvest.packet(stream, place, stamp_ns, octets));
        }
    }

    fn client(&mut self, client: &ClientOctets<'_>) {
        let stream = self.stream;
        self.node(client.place).client.update(client.octets);
        self.attempt(|harvest| harvest.client(stream, client));
    }

    fn packet(&mut self, packet: &ClientPacket<'_>) {
        let (stream, stamp_ns) = (self.stream, self.stamp_ns(packet.at));
        if let Some(octets) = self.node(packet.place).packets.take(packet.octets) {
            self.attempt(|harvest| harvest.packet(stream, packet.place, stamp_ns, octets));
        }
    }

    fn defect(&mut self, event: DefectEvent) {
        if event.raised && LINE.contains(&event.defect) {
            self.collector.section.trace.restart();
        }
        self.collector.supervision.defect(event);
    }
}
