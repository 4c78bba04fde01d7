//! ODUk at the sink: path termination, payload structure, adaptation of whatever is inside. The
//! sending side is in [`source`] and [`mux_source`].
//!
//! Clauses: G.798 14.2 (ODUkP_TT_Sk), 14.3 (adaptations). In: ODUk frames in alignment. Out, through an
//! [`Observer`]: what the path saw, GFP frames, client octets, and the ODUj of a multiplex, each a
//! sink of the same kind. The payload type decides on the adaptation.

pub mod cbr;
pub mod client;
pub mod egress;
pub mod management;
pub mod multiplex;
pub mod mux_source;
pub mod passage;
pub mod psi;
pub mod source;
pub mod stream;

use alloc::boxed::Box;
use alloc::vec::Vec;

use otn_frame::bip::Bip8;
use otn_frame::layout::{MFAS, ODU_COLS, ODU_OCTETS, PAYLOAD_OCTETS, PAYLOAD_RANGE, PSI};
use otn_frame::overhead::{PathMonitoring, PathStatus, PayloadType, TcmLevel};
use otn_frame::{Frame, OduFrame, Signal, SimTime};
use otn_map::gfp::{Delineation, Pti, Receiver};
use otn_map::odtu::{MAX_SLOTS, Slots};

use crate::defect::{Defect, DefectEvent, DefectSet, TandemDefect};
use crate::monitor::{ExpectedTrace, Monitor, MonitorSink};
use crate::observer::{ClientOctets, ClientPacket, Observer, OduReport};
use crate::path::PathSample;
use crate::place::Place;
use crate::provision::{OduProvision, TCM_LEVELS};
use crate::tandem::TandemSink;
use cbr::{BitSink, CbrSink};
use client::EthernetClient;
use management::ManagementProcess;
use multiplex::MultiplexSink;
use psi::PsiSink;
use source::extended_first;

/// What an ODUk sink has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OduCounters {
    /// Frames.
    pub frames: u64,
    /// BIP-8 violations of the path.
    pub bip_violations: u64,
    /// Frames with at least one of them.
    pub errored_blocks: u64,
    /// Sum of BEI counts in PM.
    pub bei: u64,
    /// Frames with BDI in PM.
    pub bdi_frames: u64,
    /// Frames whose PM STAT is a maintenance signal: AIS, OCI, LCK.
    pub maintenance_frames: [u64; 3],
}

impl OduCounters {
    fn count(&mut self, path: &PathSample) {
        self.frames += 1;
        let violations = u64::from(path.violations.unwrap_or(0));
        self.bip_violations += violations;
        self.errored_blocks += u64::from(violations > 0);
        match path.pm.stat {
            PathStatus::Ais => self.maintenance_frames[0] += 1,
            PathStatus::Oci => self.maintenance_frames[1] += 1,
            PathStatus::Lck => self.maintenance_frames[2] += 1,
            PathStatus::Normal | PathStatus::Other(_) => {
                self.bei += u64::from(path.pm.bei_errors());
                self.bdi_frames += u64::from(path.pm.bdi);
            }
        }
    }
}

/// When a frame came.
pub struct Arrival<'a> {
    /// Its start.
    pub at: SimTime,
    /// Its end.
    pub end: SimTime,
    /// Position of its first payload octet, as positions of GFP frames count.
    pub first: u64,
    /// The frame is known to be one: see [`crate::align::Aligner::trusts`].
    pub in_frame: bool,
    /// When the payload octet at a position was due.
    pub when: &'a dyn Fn(u64) -> SimTime,
}

/// The adaptation in use.
#[derive(Clone, Debug)]
pub enum Payload {
    /// GFP frames.
    Gfp(Box<Receiver>),
    /// GFP frames in the extended OPU2.
    GfpExtended(Box<Receiver>),
    /// A client of constant bit rate, and the Ethernet in it.
    Cbr(Box<CbrSink>, Option<Box<EthernetClient>>),
    /// ODUj.
    Multiplex(Box<MultiplexSink>),
    /// The PRBS test signal.
    Prbs(Box<BitSink>),
    /// The NULL test signal: octets other than zero.
    Null(u64),
    /// Nothing that this sink knows.
    Unknown,
}

/// How much payload may be held back until its structure is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hold {
    frames: usize,
    /// Octets of memory, for an ODU and all below it.
    octets: usize,
}

impl Hold {
    /// Nothing is held back.
    pub const NOTHING: Self = Self { frames: 0, octets: 0 };

    /// Up to so many frames of each ODU, in so many octets of memory for the whole tree.
    pub const fn new(frames: usize, octets: usize) -> Self {
        Self { frames, octets }
    }

    fn frames(self) -> usize {
        self.frames.min(self.octets / ODU_OCTETS)
    }

    /// What each of so many ODUs may hold.
    fn shared_by(self, count: usize) -> Self {
        Self { octets: self.octets / count.max(1), ..self }
    }
}

/// Whether a frame has a payload.
#[derive(Clone, Copy, Debug)]
struct Standing {
    /// AI_TSF: the path, or what is below it, has failed.
    failed: bool,
    /// The payload of this very frame is not the client's. A maintenance signal begins two frames before
    /// it is accepted, and ends two before that is taken back.
    withheld: bool,
}

/// A frame whose payload waits until it is known what it is.
#[derive(Clone, Debug)]
struct Held {
    frame: OduFrame,
    mfas: u8,
    at: SimTime,
    end: SimTime,
    first: u64,
    standing: Standing,
}

/// ODUkP_TT_Sk and the adaptation above it.
#[derive(Clone, Debug)]
pub struct OduSink {
    signal: Signal,
    place: Place,
    tandem: Box<[TandemSink; TCM_LEVELS]>,
    path: MonitorSink,
    psi: PsiSink,
    provision: OduProvision,
    payload: Payload,
    /// The payload type whose adaptation is in use, where it is one of a single client.
    adapted: Option<PayloadType>,
    /// What the adaptation was chosen for: payload type, and MSI of a multiplex.
    chosen: Option<(PayloadType, [u8; MAX_SLOTS])>,
    /// Generation of the PSI that was looked at last.
    generation: u32,
    /// Changes of the accepted MSI that were compared with the expected one; `None` where it has to
    /// be compared again.
    judged: Option<u32>,
    /// MSI that it is compared with in place of the one that came with the settings.
    compared_msi: Option<Vec<u8>>,
    held: Vec<Held>,
    hold: Hold,
    /// Nothing is held back any more.
    released: bool,
    management: ManagementProcess,
    /// The server signal has failed since the last frame.
    server_failed: bool,
    /// A tandem connection that acts has failed: there is nothing for the path.
    tandem_failed: bool,
    /// The next frame follows the one before.
    follows: bool,
    /// There was no payload before the next frame.
    gap: bool,
    defects: DefectSet,
    counters: OduCounters,
}

impl OduSink {
    /// A sink for this ODUk that is told what to expect. Until the payload structure is known payload is
    /// held back, as much as `hold` allows. The adaptation of a payload type that is expected is at work from the
    /// first frame on.
    //= g798:14.3-expected-adaptation
    pub fn new(odu: Signal, place: Place, provision: OduProvision, hold: Hold) -> Self {
        let tandem = |at: usize| {
            // There is a level for each place of the array.
            let level = TcmLevel::all().nth(at).unwrap_or(TcmLevel::FIRST);
            TandemSink::new(level, provision.tandem[at]).counting(odu.odu(), provision.performance)
        };
        let adapted = provision.payload_type.filter(|pt| adaptation(odu.odu(), *pt).is_some());
        let payload = adapted.and_then(|pt| adaptation(odu.odu(), pt));
        Self {
            signal: odu.odu(),
            place,
            tandem: Box::new(core::array::from_fn(tandem)),
            path: MonitorSink::new(Monitor::Path, provision.path)
                .counting(odu.odu(), provision.performance),
            psi: PsiSink::new(provision.payload_type),
            provision,
            payload: payload.unwrap_or_else(|| Payload::Gfp(Box::default())),
            adapted,
            chosen: None,
            generation: 0,
            judged: None,
            compared_msi: None,
            gap: false,
            held: Vec::new(),
            hold,
            released: false,
            management: ManagementProcess::default(),
            server_failed: false,
            tandem_failed: false,
            follows: false,
            defects: DefectSet::default(),
            counters: OduCounters::default(),
        }
    }

    /// Takes the next frame; gives what the path termination saw in it.
    pub fn receive<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        observer: &mut O,
    ) -> PathSample {
        let bip8 = frame.opu_bip8();
        self.server_failed = false;
        let (place, at) = (self.place, arrival.at);
        let (tandem, path) = self.terminate(arrival, frame, mfas, bip8, observer);
        let failed = self.path.trail_failed();
        let maintenance = path.pm.stat.is_maintenance();
        let by_status = self.path.maintenance() && !self.path.has(TandemDefect::Tim);
        let withheld = maintenance || self.tandem_failed || (failed && !by_status);
        let standing = Standing { failed, withheld };
        let defects = &mut self.defects;
        let mut note = |defect, raised| {
            note_at(defects, DefectEvent { place, at, defect, raised }, observer);
        };
        if self.provision.non_intrusive || !arrival.in_frame {
            // There is no adaptation, or nothing that it could go by.
        } else if failed {
            // PSI and payload are a maintenance pattern, or not what belongs here.
            self.management.server_failed();
            self.psi.signal_fail(&mut note);
            note(Defect::Lfd, false);
        } else {
            let by_frames = self.management.signal_fail();
            self.psi.receive(mfas, frame.octet(PSI), &mut |defect, raised| {
                // The PSI takes nothing back of what client management frames told.
                note(defect, raised || (defect == Defect::Csf && by_frames));
            });
        }
        if self.tandem_failed {
            // What stands in the place of PM is nobody's.
            self.counters.frames += 1;
        } else {
            self.counters.count(&path);
        }
        observer.odu_frame(&OduReport {
            place,
            at,
            mfas,
            mfas_received: frame.octet(MFAS),
            tandem,
            path,
            psi: frame.octet(PSI),
            opu_bip8: bip8,
            follows: core::mem::replace(&mut self.follows, true),
            trusted: arrival.in_frame,
            overhead: frame.overhead_columns(),
        });
        if !self.provision.non_intrusive {
            self.choose_and_take(arrival, frame, mfas, standing, observer);
        }
        path
    }

    /// The terminations of tandem connections and path; what each saw.
    //= g798:14.2-abdi
    fn terminate<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        bip8: Bip8,
        observer: &mut O,
    ) -> ([Option<u8>; TCM_LEVELS], PathSample) {
        let (place, at, defects) = (self.place, arrival.at, &mut self.defects);
        let mut note = |at, defect, raised| {
            note_at(defects, DefectEvent { place, at, defect, raised }, observer);
        };
        for sink in self.tandem.iter_mut() {
            sink.monitor_mut().trust(arrival.in_frame);
        }
        self.path.trust(arrival.in_frame);
        // Seconds end before the frame begins.
        self.tandem.iter_mut().for_each(|sink| sink.pass(at, &mut note));
        self.path.pass(at, &mut note);
        let tandem = self.tandem.each_mut().map(|sink| {
            let now = &mut |defect, raised| note(at, defect, raised);
            let violations = sink.receive(frame, arrival.in_frame, mfas, bip8, now);
            sink.count(at, &mut note);
            violations
        });
        let failed = self.tandem.iter().any(TandemSink::trail_failed);
        let mut violations = None;
        if !failed {
            let now = &mut |defect, raised| note(at, defect, raised);
            violations = self.path.receive(frame, mfas, bip8, now);
            self.path.count(at, &mut note);
        }
        if failed && !self.tandem_failed {
            self.path_fail(at, observer);
        }
        self.tandem_failed = failed;
        (tandem, PathSample { pm: PathMonitoring::read(frame), violations })
    }

    fn choose_and_take<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        standing: Standing,
        observer: &mut O,
    ) {
        if self.generation != self.psi.generation() {
            self.generation = self.psi.generation();
            self.choose(arrival.at, observer);
        }
        self.judge_structure(arrival.at, standing.failed, observer);
        if self.chosen.is_none() && !self.released && self.held.len() < self.hold.frames() {
            let mut copy = OduFrame::zeroed();
            for (to, from) in copy.rows_mut().iter_mut().zip(frame.rows()) {
                to.copy_from_slice(&from[..ODU_COLS]);
            }
            let Arrival { at, end, first, .. } = *arrival;
            self.held.push(Held { frame: copy, mfas, at, end, first, standing });
            return;
        }
        self.release(observer);
        self.take(arrival, frame, mfas, standing, observer);
    }

    /// Takes the payloads that were held back.
    fn release<O: Observer>(&mut self, observer: &mut O) {
        for held in core::mem::take(&mut self.held) {
            let Held { frame, mfas, at, end, first, standing } = held;
            let lasts = u128::from(end.since(at).as_ps());
            let when = |position: u64| {
                let share = lasts * u128::from(position.saturating_sub(first));
                at + SimTime::from_ps((share / PAYLOAD_OCTETS as u128) as u64)
            };
            let arrival = Arrival { at, end, first, in_frame: true, when: &when };
            self.take(&arrival, &frame, mfas, standing, observer);
        }
        self.released = true;
    }

    /// Compares the accepted MSI with the expected one, whenever it has changed. There is none while
    /// the payload is not that of a multiplex.
    fn judge_structure<O: Observer>(&mut self, at: SimTime, failed: bool, observer: &mut O) {
        if failed || self.psi.carries_something_else() {
            self.judged = None;
            return;
        }
        let expected = self.compared_msi.as_ref().or(self.provision.msi.as_ref());
        let (Payload::Multiplex(sink), Some(expected)) = (&mut self.payload, expected) else {
            return;
        };
        let changes = Some(self.psi.msi_changes());
        if self.judged == changes || expected.len() != sink.slots().count() {
            return;
        }
        self.judged = changes;
        if let Some(accepted) = self.psi.accepted_msi(sink.slots()) {
            sink.judge_structure(expected, &accepted[..expected.len()], at, observer);
        }
    }

    /// Chooses the adaptation, once payload type and, where there is one, the MSI are known.
    fn choose<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        let Some(payload_type) = self.psi.payload_type() else { return };
        if self.psi.carries_something_else() && matches!(self.payload, Payload::Multiplex(_)) {
            // The ports fail, and go on as they were when the mismatch ends.
            return;
        }
        let slots = Slots::of(self.signal, payload_type);
        let msi = match slots.map(|slots| self.psi.msi(slots)) {
            None => [0; MAX_SLOTS],
            Some(Some(msi)) => msi,
            Some(None) => return,
        };
        if self.chosen == Some((payload_type, msi)) {
            return;
        }
        self.chosen = Some((payload_type, msi));
        if let Some(slots) = slots {
            // Where a structure is expected, that is what is taken out.
            let expected = self.provision.msi.clone().filter(|e| e.len() == slots.count());
            let msi = expected.as_deref().unwrap_or(&msi[..slots.count()]);
            let (place, hold) = (self.place, self.hold);
            match &mut self.payload {
                Payload::Multiplex(sink) if sink.slots() == slots => {
                    sink.set_structure(msi, at, observer);
                }
                _ => {
                    self.payload_fail(at, observer);
                    let provisions = self.provision.tributaries.clone();
                    let sink = MultiplexSink::provisioned(slots, msi, (place, hold), provisions);
                    self.payload = Payload::Multiplex(Box::new(sink));
                    self.adapted = None;
                }
            }
            return;
        }
        if payload_type == PayloadType::GFP && matches!(self.payload, Payload::Gfp(_)) {
            // A receiver that is at work since before the type was known goes on.
            return;
        }
        if self.adapted == Some(payload_type) {
            // So does that of another client that was expected.
            return;
        }
        self.payload_fail(at, observer);
        self.adapted = Some(payload_type);
        self.payload = adaptation(self.signal, payload_type).unwrap_or(Payload::Unknown);
    }

    fn take<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        standing: Standing,
        observer: &mut O,
    ) {
        if self.psi.carries_something_else() {
            //= g798:14.3-plm-fails-payload
            self.payload_fail(arrival.at, observer);
            return;
        }
        let Arrival { at, end, .. } = *arrival;
        if let Payload::Gfp(_) | Payload::GfpExtended(_) = self.payload {
            self.gap |= standing.withheld;
            if standing.failed && standing.withheld {
                self.payload_fail(at, observer);
            }
            self.take_gfp(arrival, frame, standing, observer);
            return;
        }
        if standing.failed {
            self.payload_fail(at, observer);
            return;
        }
        match &mut self.payload {
            Payload::Cbr(sink, ethernet) => {
                let known = self.psi.accepted_type().is_some();
                let (place, octets) = (self.place, sink.receive(frame));
                let payload_type = self.psi.payload_type().unwrap_or_default();
                observer.client(&ClientOctets { place, at, payload_type, octets });
                if let Some(ethernet) = ethernet {
                    let lasts = u128::from(end.since(at).as_ps());
                    let all = octets.len().max(1) as u128;
                    ethernet.push(octets, |within, octets| {
                        let gone = lasts * within as u128 / all;
                        let came = at + SimTime::from_ps(gone as u64);
                        observer.packet(&ClientPacket { place, at, came, octets });
                    });
                    //= g798:14.3-lcs
                    let raised = known && ethernet.was_locked() && !ethernet.is_locked();
                    let event = DefectEvent { place, at, defect: Defect::Lcs, raised };
                    note_at(&mut self.defects, event, observer);
                }
            }
            Payload::Multiplex(sink) => sink.receive(frame, mfas, at, end, observer),
            Payload::Prbs(sink) => {
                frame.payload_rows().for_each(|row| sink.receive_test_signal(row));
                //= g798:14.3-lss
                let known = self.psi.accepted_type() == Some(PayloadType::PRBS);
                let raised = known && sink.prbs().polarity().is_none();
                let event = DefectEvent { place: self.place, at, defect: Defect::Lss, raised };
                note_at(&mut self.defects, event, observer);
            }
            Payload::Null(wrong) => {
                // Nearly always all are zero, which is seen much faster than counted.
                for row in frame.payload_rows() {
                    if row.iter().fold(0, |any, octet| any | octet) != 0 {
                        *wrong += row.iter().filter(|&&octet| octet != 0).count() as u64;
                    }
                }
            }
            Payload::Gfp(_) | Payload::GfpExtended(_) | Payload::Unknown => {}
        }
    }

    //= g806:6.2.5.2-lfd
    fn take_gfp<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        standing: Standing,
        observer: &mut O,
    ) {
        let (receiver, extended) = match &mut self.payload {
            Payload::Gfp(receiver) => (receiver, false),
            Payload::GfpExtended(receiver) => (receiver, true),
            _ => return,
        };
        // What GFP makes of a maintenance pattern is no defect of its own, nor what it makes of a
        // payload not known to be GFP.
        let gfp = [Some(PayloadType::GFP), Some(PayloadType::GFP_EXTENDED)];
        let Standing { failed, withheld } = standing;
        let known = !failed && !withheld && gfp.contains(&self.psi.payload_type());
        let by_psi = self.psi.client_signal_fail();
        let (upi, exi) = (self.provision.upi, self.provision.exi);
        if !withheld && core::mem::replace(&mut self.gap, false) {
            receiver.hunt();
        }
        let (management, defects) = (&mut self.management, &mut self.defects);
        let (place, mut position) = (self.place, arrival.first);
        let event = |at, defect, raised| DefectEvent { place, at, defect, raised };
        let losses = receiver.counters().sync_losses;
        for (number, row) in frame.rows().iter().enumerate() {
            let first = if extended { extended_first(number) } else { PAYLOAD_RANGE.start };
            let row = &row[first..PAYLOAD_RANGE.end];
            receiver.push(position, row, |received| {
                if withheld {
                    return;
                }
                let at = (arrival.when)(received.position + received.octets() as u64);
                observer.gfp(place, at, &received);
                if let (true, Ok(header)) = (known, received.header) {
                    management.receive(header, at);
                    if header.pti == Pti::ClientData {
                        //= g806:6.2.4-upm-exm
                        let other = |told: Option<u8>, found| told.is_some_and(|t| t != found);
                        let upm = other(upi, header.upi.0);
                        note_at(defects, event(at, Defect::Upm, upm), observer);
                        let exm = other(exi, header.exi.code());
                        note_at(defects, event(at, Defect::Exm, exm), observer);
                    }
                    let raised = by_psi || management.signal_fail();
                    note_at(defects, event(at, Defect::Csf, raised), observer);
                }
            });
            position += row.len() as u64;
        }
        if !known {
            return;
        }
        let at = arrival.end;
        management.pass(at);
        let raised = by_psi || management.signal_fail();
        note_at(defects, event(at, Defect::Csf, raised), observer);
        let lost_at_end = receiver.delineation() != Delineation::Sync;
        let lost = lost_at_end || receiver.counters().sync_losses > losses;
        if lost {
            note_at(defects, event(arrival.at, Defect::Lfd, true), observer);
        }
        if !lost_at_end {
            note_at(defects, event(at, Defect::Lfd, false), observer);
        }
    }

    /// The server signal failed: defects of these functions go false.
    pub fn signal_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        self.server_failed = true;
        let (place, defects) = (self.place, &mut self.defects);
        let mut note = |at, defect, raised| {
            note_at(defects, DefectEvent { place, at, defect, raised }, observer);
        };
        for sink in self.tandem.iter_mut() {
            sink.fail(at, &mut note);
        }
        self.tandem_failed = false;
        self.path_fail(at, observer);
    }

    /// Expects another trace of the path from now on.
    pub fn expect_path(&mut self, expected: ExpectedTrace) {
        self.path.expect(expected);
    }

    /// Expects another payload type from now on, or takes any.
    pub const fn expect_type(&mut self, payload_type: Option<PayloadType>) {
        self.psi.expect(payload_type);
    }

    /// Compares the accepted MSI with these octets from now on; what is taken out of the slots stays as it was.
    pub fn expect_msi(&mut self, msi: Vec<u8>) {
        self.compared_msi = Some(msi);
        self.judged = None;
    }

    /// Time passes up to `now` without a frame.
    pub fn pass<O: Observer>(&mut self, now: SimTime, observer: &mut O) {
        let (place, defects) = (self.place, &mut self.defects);
        let mut note = |at, defect, raised| {
            note_at(defects, DefectEvent { place, at, defect, raised }, observer);
        };
        self.tandem.iter_mut().for_each(|sink| sink.pass(now, &mut note));
        self.path.pass(now, &mut note);
        if let Payload::Multiplex(sink) = &mut self.payload {
            sink.pass(now, observer);
        }
    }

    /// There is no signal for the path and what is above it.
    fn path_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        let (place, defects) = (self.place, &mut self.defects);
        let mut note_dated = |at, defect, raised| {
            note_at(defects, DefectEvent { place, at, defect, raised }, observer);
        };
        self.path.fail(at, &mut note_dated);
        let mut note = |defect, raised| note_dated(at, defect, raised);
        self.follows = false;
        self.psi.signal_fail(&mut note);
        self.payload_fail(at, observer);
    }

    /// There is no payload: what is in the tributary slots fails too.
    fn payload_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        let (place, defects) = (self.place, &mut self.defects);
        self.management.server_failed();
        self.gap = true;
        for defect in PAYLOAD_DEFECTS {
            note_at(defects, DefectEvent { place, at, defect, raised: false }, observer);
        }
        if let Payload::Multiplex(sink) = &mut self.payload {
            sink.signal_fail(at, observer);
        }
    }

    /// No more frames will come: takes what is still held back.
    pub fn finish<O: Observer>(&mut self, observer: &mut O) {
        self.release(observer);
        if let Payload::Multiplex(sink) = &mut self.payload {
            sink.finish(observer);
        }
    }

    /// Frames do not follow one another here.
    pub fn restart(&mut self) {
        self.path.restart();
        for sink in self.tandem.iter_mut() {
            sink.monitor_mut().restart();
        }
        self.follows = false;
    }

    /// The ODUk.
    pub const fn signal(&self) -> Signal {
        self.signal
    }

    /// Where it stands.
    pub const fn place(&self) -> Place {
        self.place
    }

    /// The path termination, for its traces and its state.
    pub const fn path(&self) -> &MonitorSink {
        &self.path
    }

    /// The tandem connections, level 1 first.
    pub fn tandem(&self) -> &[TandemSink] {
        self.tandem.as_slice()
    }

    /// Payload type and MSI.
    pub const fn psi(&self) -> &PsiSink {
        &self.psi
    }

    /// The adaptation in use.
    pub const fn payload(&self) -> &Payload {
        &self.payload
    }

    /// Defects that stand now.
    pub const fn defects(&self) -> DefectSet {
        self.defects
    }

    /// What client management frames of a GFP client told.
    pub const fn management(&self) -> &ManagementProcess {
        &self.management
    }

    /// True while what stands in the place of the client is not the client: its port then sends the
    /// replacement signal.
    //= g709:17-client-fail-sink
    pub fn client_failed(&self) -> bool {
        let fails = |defect: &Defect| self.defects.contains(*defect);
        self.path.trail_failed() || CLIENT_FAILED.iter().any(fails)
    }

    /// Counters since the start.
    pub const fn counters(&self) -> &OduCounters {
        &self.counters
    }
}

/// The adaptation of a single client of this payload type; `None` where there is none.
fn adaptation(odu: Signal, payload_type: PayloadType) -> Option<Payload> {
    Some(match payload_type {
        PayloadType::GFP => Payload::Gfp(Box::default()),
        PayloadType::GFP_EXTENDED if odu == Signal::Odu2 => Payload::GfpExtended(Box::default()),
        PayloadType::NULL => Payload::Null(0),
        PayloadType::PRBS => Payload::Prbs(Box::default()),
        other => {
            let sink = CbrSink::new(odu, other)?;
            let ethernet = EthernetClient::new(odu, other).map(Box::new);
            Payload::Cbr(Box::new(sink), ethernet)
        }
    })
}

/// Defects that stand for the loss of the client.
const CLIENT_FAILED: [Defect; 9] = [
    Defect::Ais,
    Defect::Oci,
    Defect::Lck,
    Defect::Plm,
    Defect::Csf,
    Defect::Lfd,
    Defect::Upm,
    Defect::Exm,
    Defect::Lcs,
];

/// Defects of the adaptation of a client, false while there is no payload.
//= g798:6.2-signal-fail-forces-false
const PAYLOAD_DEFECTS: [Defect; 6] =
    [Defect::Csf, Defect::Lfd, Defect::Lss, Defect::Lcs, Defect::Upm, Defect::Exm];

/// Tells of a defect if it is news.
fn note_at<O: Observer>(defects: &mut DefectSet, event: DefectEvent, observer: &mut O) {
    if defects.set(event.defect, event.raised) {
        observer.defect(event);
    }
}

#[cfg(test)]
mod alignment_tests;
#[cfg(test)]
mod fail_tests;
#[cfg(test)]
mod supervision_tests;
#[cfg(test)]
mod tests;
