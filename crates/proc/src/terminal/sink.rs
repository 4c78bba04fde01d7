//! The receiving side: bits of the line in, frames, defects and GFP client frames out.
//!
//! In: octets of the line in any phase, and a function that dates a bit. Out, through an
//! [`Observer`]: each frame with what every function saw in it, each GFP frame, each defect.

use alloc::boxed::Box;

use otn_fec::rs255_239::{self, FrameCodec, RowOutcome};
use otn_frame::layout::{MFAS, OTU_BITS, OTU_COLS, OVERHEAD_COLS, PAYLOAD_COLS, ROWS};
use otn_frame::overhead::{PayloadType, SectionMonitoring};
use otn_frame::{OtuFrame, Signal, SimTime, scrambler};

use super::{Fec, LineCoding};
use crate::align::{Aligner, FrameInfo, Step};
use crate::defect::{Defect, DefectEvent, DefectSet};
use crate::integrate::{LOF_CLEARING, LOM_CLEARING, LossIntegrator};
use crate::line::LineMonitor;
use crate::monitor::{ExpectedTrace, Monitor, MonitorSink};
use crate::multiframe::Multiframe;
use crate::observer::{FrameReport, Observer};
use crate::odu::{Arrival, Hold, OduSink};
use crate::path::PathSample;
use crate::performance::primitives::FecCounts;
use crate::place::Place;
use crate::provision::{OduProvision, Provision};
use crate::remote::RemoteIndications;
use crate::section::SectionSample;
use crate::supervision::actions::{self, Action};
use crate::supervision::expression::{Facts, Input, Inputs};
use crate::supervision::function::{Function, Trail};

/// Everything a terminal sink counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Frames cut out of the line, in frame or not.
    pub frames: u64,
    /// Frames with a wrong octet among the six of the FAS.
    pub fas_errored_frames: u64,
    /// Times the alignment process went out of frame.
    pub oof_events: u64,
    /// Times a new phase was found.
    pub realignments: u64,
    /// Frames whose MFAS was not the expected one while in multiframe.
    pub mfas_errored_frames: u64,
    /// Codewords decoded.
    pub codewords: u64,
    /// Codewords in which something was corrected.
    pub corrected_codewords: u64,
    /// Octets corrected.
    pub corrected_symbols: u64,
    /// Bits corrected.
    pub corrected_bits: u64,
    /// Codewords beyond correction.
    pub uncorrectable_codewords: u64,
    /// BIP-8 violations of the section.
    pub section_bip_violations: u64,
    /// Frames with at least one of them.
    pub section_errored_blocks: u64,
    /// Sum of BEI counts in SM.
    pub section_bei: u64,
    /// Frames with BDI in SM.
    pub section_bdi_frames: u64,
    /// Frame periods at whose end the line was the OTUk-AIS.
    pub ais_frames: u64,
}

impl Counters {
    fn count(&mut self, report: &FrameReport<'_>, fec: Fec) {
        self.mfas_errored_frames += u64::from(!report.mfas_expected);
        if fec != Fec::None {
            self.codewords += (ROWS * rs255_239::SUB_ROWS) as u64;
        }
        for row in &report.fec {
            self.corrected_codewords += u64::from(row.corrected_codewords);
            self.corrected_symbols += u64::from(row.corrected_symbols);
            self.corrected_bits += u64::from(row.corrected_bits);
            self.uncorrectable_codewords += u64::from(row.uncorrectable_codewords());
        }
        let violations = u64::from(report.section.violations.unwrap_or(0));
        self.section_bip_violations += violations;
        self.section_errored_blocks += u64::from(violations > 0);
        self.section_bei += u64::from(report.section.sm.bei.errors());
        self.section_bdi_frames += u64::from(report.section.sm.bdi);
    }
}

/// OTUk_A_Sk, OTUk_TT_Sk, ODUkP_TT_Sk and ODUkP/ETH_A_Sk, in this order.
#[derive(Clone, Debug)]
pub struct TerminalSink {
    coding: LineCoding,
    aligner: Aligner<OTU_COLS>,
    line: LineMonitor,
    /// Bit of the line up to which it was listened to.
    heard: u64,
    /// The frame that is being received; empty in between.
    frame: Option<Box<OtuFrame>>,
    lof: LossIntegrator,
    multiframe: Multiframe,
    lom: LossIntegrator,
    section: MonitorSink,
    odu: OduSink,
    /// SSF of the section: there is no OTUk.
    line_failed: bool,
    /// SSF of the ODUk: there is no OTUk, or not the one that is expected.
    path_failed: bool,
    defects: DefectSet,
    counters: Counters,
    remote: RemoteIndications,
}

impl TerminalSink {
    /// A sink for an OTUk whose line has this coding. It expects this payload type, or takes any; see
    /// [`OduSink::new`] for `hold`.
    pub fn new(
        signal: Signal,
        coding: LineCoding,
        expected: Option<PayloadType>,
        hold: Hold,
    ) -> Self {
        let odu = OduProvision::expecting(expected);
        Self::provisioned(signal, coding, Provision { odu, ..Provision::default() }, hold)
    }

    /// The same for a sink that is told more.
    pub fn provisioned(
        signal: Signal,
        coding: LineCoding,
        provision: Provision,
        hold: Hold,
    ) -> Self {
        Self {
            coding,
            aligner: Aligner::new(),
            line: LineMonitor::new(),
            heard: 0,
            frame: None,
            lof: LossIntegrator::new(LOF_CLEARING),
            multiframe: Multiframe::default(),
            lom: LossIntegrator::new(LOM_CLEARING),
            section: MonitorSink::new(Monitor::Section, provision.section)
                .counting(signal, provision.performance),
            odu: OduSink::new(signal.odu(), Place::ROOT, provision.odu, hold),
            path_failed: false,
            line_failed: false,
            defects: DefectSet::default(),
            counters: Counters::default(),
            remote: RemoteIndications::default(),
        }
    }

    /// Takes the next octets of the line; `date` gives the instant of a bit, counted from the
    /// first bit ever pushed.
    pub fn push(
        &mut self,
        octets: &[u8],
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl Observer,
    ) {
        if self.aligner.bits_pushed() == 0 {
            // Out of frame from the first bit on, so that the 3 ms count from there.
            self.frame_alignment(date(0), true, observer);
        }
        self.aligner.push(octets);
        // The aligner writes all of it: a frame of its own for each call would be cleared for nothing.
        let mut frame = self.frame.take().unwrap_or_else(|| Box::new(OtuFrame::zeroed()));
        loop {
            let was_in_frame = self.aligner.in_frame();
            match self.aligner.next_frame(&mut frame) {
                Step::Starved => break,
                Step::Searched => {
                    let now = date(self.aligner.position());
                    self.listen(self.aligner.position(), date, observer);
                    self.frame_alignment(now, true, observer);
                }
                Step::Frame(info) => {
                    self.counters.oof_events += u64::from(was_in_frame && !info.in_frame);
                    self.frame(&mut frame, info, date, observer);
                }
            }
        }
        self.frame = Some(frame);
    }

    /// No more bits will come: gives the frames that still waited for what follows them, and lets
    /// time pass up to `now`.
    pub fn finish(
        &mut self,
        date: &impl Fn(u64) -> SimTime,
        now: SimTime,
        observer: &mut impl Observer,
    ) {
        self.aligner.end();
        self.push(&[], date, observer);
        if self.counters.frames == 0 {
            // The search ends before the last frame periods, which have no successor.
            while self.heard + OTU_BITS <= self.aligner.bits_pushed() {
                self.listen(self.heard + OTU_BITS, date, observer);
            }
        }
        self.odu.finish(observer);
        self.wait_until(now, observer);
    }

    /// Lets time pass without bits: integrators run on.
    pub fn wait_until(&mut self, now: SimTime, observer: &mut impl Observer) {
        self.frame_alignment(now, !self.aligner.in_frame(), observer);
        self.pass(now, observer);
    }

    /// Seconds that are over at `now` end, frames or not.
    fn pass(&mut self, now: SimTime, observer: &mut impl Observer) {
        let defects = &mut self.defects;
        self.section.pass(now, &mut |at, defect, raised| {
            Changes { at, defects, observer }.note(defect, raised);
        });
        self.odu.pass(now, observer);
    }

    /// A receiver says that there is no light, or that it is back.
    pub fn signal_lost(&mut self, now: SimTime, lost: bool, observer: &mut impl Observer) {
        let defects = &mut self.defects;
        self.line.signal_lost(now, lost, &mut |at, defect, raised| {
            Changes { at, defects, observer }.note(defect, raised);
        });
        self.judge_line(now, observer);
    }

    /// Listens to the line up to this bit, in which no FAS was found.
    //= g798:6.2.6.3.1-otu-ais
    fn listen(&mut self, until: u64, date: &impl Fn(u64) -> SimTime, observer: &mut impl Observer) {
        let from = self.heard;
        let octets = self.aligner.octets_from(from);
        let there = until.saturating_sub(from) / 8;
        let octets = &octets[..octets.len().min(there as usize)];
        let (defects, mut last) = (&mut self.defects, None);
        self.line.push(octets, from, date, &mut |at, defect, raised| {
            Changes { at, defects, observer }.note(defect, raised);
            last = Some(at);
        });
        self.heard = until;
        self.after_listening(last, observer);
    }

    /// The same with a frame; true where it is nothing for those above.
    fn listen_to_frame(
        &mut self,
        frame: &OtuFrame,
        info: FrameInfo,
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl Observer,
    ) -> bool {
        if info.start_bit > self.heard {
            // A search went over these bits.
            self.listen(info.start_bit, date, observer);
        }
        self.heard = info.start_bit + OTU_BITS;
        let before = self.defects.contains_any(NO_FRAMES);
        let (defects, mut last) = (&mut self.defects, None);
        let mut note = |at, defect, raised| {
            Changes { at, defects, observer }.note(defect, raised);
            last = Some(at);
        };
        if info.fas_intact {
            self.line.intact_frame(frame.octets(), info.start_bit, date, &mut note);
        } else {
            self.line.push(frame.octets(), info.start_bit, date, &mut note);
        }
        self.after_listening(last, observer);
        // A frame in which the line failed or came back is half of something else.
        before || self.defects.contains_any(NO_FRAMES)
    }

    fn after_listening(&mut self, last: Option<SimTime>, observer: &mut impl Observer) {
        self.counters.ais_frames += u64::from(self.line.ais());
        if let Some(at) = last {
            self.judge_line(at, observer);
        }
    }

    fn frame_alignment(&mut self, now: SimTime, oof: bool, observer: &mut impl Observer) {
        if let Some(at) = self.lof.update(now, oof) {
            self.set(at, Defect::Lof, self.lof.raised(), observer);
            self.judge_line(at, observer);
        }
    }

    /// SSF of the section: its defects go false while there is no OTUk.
    //= g798:13.3-assf
    fn judge_line(&mut self, at: SimTime, observer: &mut impl Observer) {
        if self.defects.contains_any(NO_FRAMES) {
            // Multiframe alignment is not judged while there are no frames.
            self.lom = LossIntegrator::new(LOM_CLEARING);
            self.set(at, Defect::Lom, false, observer);
            self.multiframe = Multiframe::default();
        }
        let dark = self.defects.contains(Defect::Los);
        let inputs = Inputs::default().with(Input::AiTsfP, dark);
        let facts = Facts { trail: Trail::Section, defects: self.defects, inputs };
        let failed = [Function::OtsiOtu, Function::OtsigOtu]
            .into_iter()
            .any(|function| actions::of(function, &facts).contains(Action::Ssf));
        if failed && !self.line_failed {
            let defects = &mut self.defects;
            self.section.fail(at, &mut |at, defect, raised| {
                Changes { at, defects, observer }.note(defect, raised);
            });
        }
        self.line_failed = failed;
        self.judge_section(at, observer);
    }

    /// SSF of the ODUk, and what goes back to the far end.
    //= g798:13.2-abdi
    //= g798:13.2-atsf
    fn judge_section(&mut self, at: SimTime, observer: &mut impl Observer) {
        let failed = self.section.trail_failed();
        if failed && !self.path_failed {
            self.odu.signal_fail(at, observer);
        }
        if failed != self.path_failed {
            //= g798:13.3-aais
            observer.odu_failed(Place::ROOT, at, failed);
        }
        self.path_failed = failed;
        let remote = &mut self.remote;
        let section = self.section.actions();
        remote.section.set_bdi(section.contains(Action::Bdi));
        remote.section.set_biae(section.contains(Action::Biae));
        remote.path.set_bdi(self.odu.path().actions().contains(Action::Bdi));
        for (remote, sink) in remote.tandem.iter_mut().zip(self.odu.tandem()) {
            remote.set_bdi(sink.actions().contains(Action::Bdi));
            remote.set_biae(sink.actions().contains(Action::Biae));
        }
    }

    fn frame(
        &mut self,
        frame: &mut OtuFrame,
        info: FrameInfo,
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl Observer,
    ) {
        let at = date(info.start_bit);
        self.counters.frames += 1;
        self.counters.fas_errored_frames += u64::from(!info.fas_intact);
        self.counters.realignments += u64::from(info.realigned);
        observer.line_frame(at, info, frame);
        self.frame_alignment(at, !info.in_frame, observer);
        if self.listen_to_frame(frame, info, date, observer) {
            self.pass(at, observer);
            return;
        }
        if info.realigned {
            self.section.restart();
            self.odu.restart();
        }
        let fec = self.take_from_line(frame);
        let (multiframe, mfas) = self.multiframe.after(frame.octet(MFAS));
        self.multiframe = multiframe;
        if let Some(at) = self.lom.update(at, !multiframe.aligned()) {
            self.set(at, Defect::Lom, self.lom.raised(), observer);
            self.judge_line(at, observer);
        }
        self.section.pass(at, &mut |at, defect, raised| {
            Changes { at, defects: &mut self.defects, observer }.note(defect, raised);
        });
        if self.line_failed {
            self.pass(at, observer);
            return;
        }
        let bip8 = frame.opu_bip8();
        let trusted = self.aligner.trusts();
        self.section.trust(trusted);
        let mut changes = Changes { at, defects: &mut self.defects, observer };
        let violations = self
            .section
            .receive(frame, mfas, bip8, &mut |defect, raised| changes.note(defect, raised));
        self.section.count(at, &mut |at, defect, raised| {
            Changes { at, defects: &mut self.defects, observer }.note(defect, raised);
        });
        self.count_fec(&fec);
        let section = SectionSample { sm: SectionMonitoring::read(frame), violations };
        let mfas_expected = frame.octet(MFAS) == mfas;
        let end = date(info.start_bit + OTU_BITS);
        let report =
            FrameReport { info, at, end, trusted, mfas, mfas_expected, fec, section, frame };
        self.counters.count(&report, self.coding.fec);
        observer.frame(&report);
        self.remote.section.report(violations.unwrap_or(0));
        if !self.section.trail_failed() {
            let path = self.path_and_payload(frame, mfas, info, date, observer);
            self.remote.path.report(path.violations.unwrap_or(0));
            for (remote, sink) in self.remote.tandem.iter_mut().zip(self.odu.tandem()) {
                remote.report(sink.last_violations());
            }
        }
        self.judge_section(at, observer);
    }

    fn path_and_payload(
        &mut self,
        frame: &OtuFrame,
        mfas: u8,
        info: FrameInfo,
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl Observer,
    ) -> PathSample {
        let first = info.start_bit / OTU_BITS * PAYLOAD;
        let phase = info.start_bit % OTU_BITS;
        let when = |position: u64| date(phase + line_bit(position));
        let (at, end) = (date(info.start_bit), date(info.start_bit + OTU_BITS));
        let arrival = Arrival { at, end, first, in_frame: self.aligner.trusts(), when: &when };
        self.odu.receive(&arrival, frame, mfas, observer)
    }

    /// What the FEC did belongs to the second of the section.
    fn count_fec(&mut self, rows: &[RowOutcome; ROWS]) {
        if self.coding.fec == Fec::None {
            return;
        }
        let Some(monitor) = self.section.performance_mut() else { return };
        let mut counts =
            FecCounts { codewords: (ROWS * rs255_239::SUB_ROWS) as u64, ..FecCounts::default() };
        for row in rows {
            counts.corrected_bits += u64::from(row.corrected_bits);
            counts.corrected_symbols += u64::from(row.corrected_symbols);
            counts.uncorrectable_codewords += u64::from(row.uncorrectable_codewords());
        }
        monitor.add_fec(counts);
    }

    /// Counts what a decoder in front of this sink did, which has none of its own then.
    pub fn count_line_fec(&mut self, counts: FecCounts) {
        self.counters.codewords += counts.codewords;
        self.counters.corrected_symbols += counts.corrected_symbols;
        self.counters.corrected_bits += counts.corrected_bits;
        self.counters.uncorrectable_codewords += counts.uncorrectable_codewords;
        if let Some(monitor) = self.section.performance_mut() {
            monitor.add_fec(counts);
        }
    }

    /// Descrambles and corrects.
    fn take_from_line(&self, frame: &mut OtuFrame) -> [RowOutcome; ROWS] {
        if self.coding.scrambled {
            scrambler::scramble(frame);
        }
        match self.coding.fec {
            Fec::Rs255_239 => FrameCodec::new().decode_rows(frame.rows_mut()).rows,
            Fec::None => [RowOutcome::default(); ROWS],
        }
    }

    fn set(&mut self, at: SimTime, defect: Defect, raised: bool, observer: &mut impl Observer) {
        Changes { at, defects: &mut self.defects, observer }.note(defect, raised);
    }

    /// Expects another trace of the section from now on.
    pub fn expect_section(&mut self, expected: ExpectedTrace) {
        self.section.expect(expected);
    }

    /// Expects another trace of the ODUk path from now on.
    pub fn expect_path(&mut self, expected: ExpectedTrace) {
        self.odu.expect_path(expected);
    }

    /// Compares the accepted MSI with these octets from now on; see [`OduSink::expect_msi`].
    pub fn expect_msi(&mut self, msi: alloc::vec::Vec<u8>) {
        self.odu.expect_msi(msi);
    }

    /// Defects that stand now.
    pub fn defects(&self) -> DefectSet {
        self.odu.defects().iter().fold(self.defects, |mut all, defect| {
            all.set(defect, true);
            all
        })
    }

    /// Counters since the start.
    pub const fn counters(&self) -> &Counters {
        &self.counters
    }

    /// True while frames follow one another.
    pub const fn in_frame(&self) -> bool {
        self.aligner.in_frame()
    }

    /// True while the multiframe is aligned.
    pub const fn in_multiframe(&self) -> bool {
        self.multiframe.aligned()
    }

    /// What the source beside this sink has to send back.
    pub const fn remote(&mut self) -> &mut RemoteIndications {
        &mut self.remote
    }

    /// The section termination, for its traces.
    pub const fn section(&self) -> &MonitorSink {
        &self.section
    }

    /// The ODUk and what is in it.
    pub const fn odu(&self) -> &OduSink {
        &self.odu
    }
}

/// Defects that leave no frames to look into.
const NO_FRAMES: DefectSet = DefectSet::of(&[Defect::Los, Defect::OtuAis, Defect::Lof]);

/// Payload octets of one frame, as positions count them.
const PAYLOAD: u64 = (ROWS * PAYLOAD_COLS) as u64;

/// Bit of the line, from the start of frame 0, at which the payload octet `position` starts.
fn line_bit(position: u64) -> u64 {
    let (frame, rest) = (position / PAYLOAD, position % PAYLOAD);
    let (row, column) = (rest / PAYLOAD_COLS as u64, rest % PAYLOAD_COLS as u64);
    frame * OTU_BITS + (row * OTU_COLS as u64 + column + OVERHEAD_COLS as u64) * 8
}

struct Changes<'a, O> {
    at: SimTime,
    defects: &'a mut DefectSet,
    observer: &'a mut O,
}

impl<O: Observer> Changes<'_, O> {
    fn note(&mut self, defect: Defect, raised: bool) {
        if self.defects.set(defect, raised) {
            let (place, at) = (Place::ROOT, self.at);
            self.observer.defect(DefectEvent { place, at, defect, raised });
        }
    }
}
