//! ODUk at the sink: path termination, payload structure, adaptation of whatever is inside. The
//! sending side is in [`source`] and [`mux_source`].
//!
//! Clauses: G.798 14.2 (ODUkP_TT_Sk), 14.3 (adaptations). In: ODUk frames in alignment. Out, through an
//! [`Observer`]: what the path saw, GFP frames, client octets, and the ODUj of a multiplex, each a
//! sink of the same kind. The payload type decides on the adaptation.

pub mod cbr;
pub mod client;
pub mod multiplex;
pub mod mux_source;
pub mod psi;
pub mod source;
pub mod stream;

use alloc::boxed::Box;
use alloc::vec::Vec;

use otn_frame::layout::{MFAS, ODU_COLS, ODU_OCTETS, PAYLOAD_OCTETS, PAYLOAD_RANGE, PSI};
use otn_frame::overhead::{PathStatus, PayloadType};
use otn_frame::{Frame, OduFrame, Signal, SimTime};
use otn_map::gfp::{Delineation, Receiver};
use otn_map::odtu::{MAX_SLOTS, Slots};

use crate::defect::{Defect, DefectEvent, DefectSet};
use crate::observer::{ClientOctets, ClientPacket, Observer, OduReport};
use crate::path::{PathSample, PathSink};
use crate::place::Place;
use cbr::{BitSink, CbrSink};
use client::EthernetClient;
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

/// A frame whose payload waits until it is known what it is.
#[derive(Clone, Debug)]
struct Held {
    frame: OduFrame,
    mfas: u8,
    at: SimTime,
    end: SimTime,
    first: u64,
    maintenance: bool,
}

/// ODUkP_TT_Sk and the adaptation above it.
#[derive(Clone, Debug)]
pub struct OduSink {
    signal: Signal,
    place: Place,
    path: PathSink,
    psi: PsiSink,
    payload: Payload,
    /// What the adaptation was chosen for: payload type, and MSI of a multiplex.
    chosen: Option<(PayloadType, [u8; MAX_SLOTS])>,
    /// Generation of the PSI that was looked at last.
    generation: u32,
    held: Vec<Held>,
    hold: Hold,
    /// Nothing is held back any more.
    released: bool,
    /// The next frame follows the one before.
    follows: bool,
    defects: DefectSet,
    counters: OduCounters,
}

impl OduSink {
    /// A sink for this ODUk that expects this payload type, or takes any. Until the payload
    /// structure is known payload is held back, as much as `hold` allows.
    pub fn new(odu: Signal, place: Place, expected: Option<PayloadType>, hold: Hold) -> Self {
        Self {
            signal: odu.odu(),
            place,
            path: PathSink::default(),
            psi: PsiSink::new(expected),
            payload: Payload::Gfp(Box::default()),
            chosen: None,
            generation: 0,
            held: Vec::new(),
            hold,
            released: false,
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
        let (place, at, defects) = (self.place, arrival.at, &mut self.defects);
        let mut note = |defect, raised| {
            if defects.set(defect, raised) {
                observer.defect(DefectEvent { place, at, defect, raised });
            }
        };
        let path = self.path.receive(frame, mfas, bip8, &mut note);
        let maintenance = self.path.maintenance();
        if maintenance {
            // PSI and payload are a maintenance pattern, and none of it is the client's.
            self.psi.signal_fail(&mut note);
            note(Defect::Lfd, false);
        } else {
            self.psi.receive(mfas, frame.octet(PSI), &mut note);
        }
        self.counters.count(&path);
        observer.odu_frame(&OduReport {
            place,
            at,
            mfas,
            mfas_received: frame.octet(MFAS),
            path,
            psi: frame.octet(PSI),
            opu_bip8: bip8,
            follows: core::mem::replace(&mut self.follows, true),
            overhead: frame.overhead_columns(),
        });
        self.choose_and_take(arrival, frame, mfas, maintenance, observer);
        path
    }

    fn choose_and_take<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        maintenance: bool,
        observer: &mut O,
    ) {
        if self.generation != self.psi.generation() {
            self.generation = self.psi.generation();
            self.choose();
        }
        if self.chosen.is_none() && !self.released && self.held.len() < self.hold.frames() {
            let mut copy = OduFrame::zeroed();
            for (to, from) in copy.rows_mut().iter_mut().zip(frame.rows()) {
                to.copy_from_slice(&from[..ODU_COLS]);
            }
            let Arrival { at, end, first, .. } = *arrival;
            self.held.push(Held { frame: copy, mfas, at, end, first, maintenance });
            return;
        }
        self.release(observer);
        self.take(arrival, frame, mfas, maintenance, observer);
    }

    /// Takes the payloads that were held back.
    fn release<O: Observer>(&mut self, observer: &mut O) {
        for held in core::mem::take(&mut self.held) {
            let Held { frame, mfas, at, end, first, maintenance } = held;
            let lasts = u128::from(end.since(at).as_ps());
            let when = |position: u64| {
                let share = lasts * u128::from(position.saturating_sub(first));
                at + SimTime::from_ps((share / PAYLOAD_OCTETS as u128) as u64)
            };
            let arrival = Arrival { at, end, first, when: &when };
            self.take(&arrival, &frame, mfas, maintenance, observer);
        }
        self.released = true;
    }

    /// Chooses the adaptation, once payload type and, where there is one, the MSI are known.
    fn choose(&mut self) {
        let Some(payload_type) = self.psi.payload_type() else { return };
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
            let (msi, place, hold) = (&msi[..slots.count()], self.place, self.hold);
            self.payload =
                Payload::Multiplex(Box::new(MultiplexSink::new(slots, msi, place, hold)));
            return;
        }
        self.payload = match payload_type {
            // A receiver that is at work since before the type was known goes on.
            PayloadType::GFP if matches!(self.payload, Payload::Gfp(_)) => return,
            PayloadType::GFP => Payload::Gfp(Box::default()),
            PayloadType::GFP_EXTENDED if self.signal == Signal::Odu2 => {
                Payload::GfpExtended(Box::default())
            }
            PayloadType::NULL if matches!(self.payload, Payload::Null(_)) => return,
            PayloadType::NULL => Payload::Null(0),
            PayloadType::PRBS if matches!(self.payload, Payload::Prbs(_)) => return,
            PayloadType::PRBS => Payload::Prbs(Box::default()),
            other => CbrSink::new(self.signal, other).map_or(Payload::Unknown, |sink| {
                let ethernet = EthernetClient::new(self.signal, other).map(Box::new);
                Payload::Cbr(Box::new(sink), ethernet)
            }),
        };
    }

    fn take<const COLS: usize, O: Observer>(
        &mut self,
        arrival: &Arrival<'_>,
        frame: &Frame<COLS>,
        mfas: u8,
        maintenance: bool,
        observer: &mut O,
    ) {
        if self.psi.carries_something_else() {
            return;
        }
        let Arrival { at, end, .. } = *arrival;
        if let Payload::Gfp(_) | Payload::GfpExtended(_) = self.payload {
            self.take_gfp(arrival, frame, maintenance, observer);
            return;
        }
        if maintenance {
            if let Payload::Multiplex(sink) = &mut self.payload {
                sink.signal_fail(at, observer);
            }
            return;
        }
        match &mut self.payload {
            Payload::Cbr(sink, ethernet) => {
                let (place, octets) = (self.place, sink.receive(frame));
                let payload_type = self.psi.payload_type().unwrap_or_default();
                observer.client(&ClientOctets { place, at, payload_type, octets });
                if let Some(ethernet) = ethernet {
                    ethernet.push(octets, |octets| {
                        observer.packet(&ClientPacket { place, at, octets });
                    });
                }
            }
            Payload::Multiplex(sink) => sink.receive(frame, mfas, at, end, observer),
            Payload::Prbs(sink) => frame.payload_rows().for_each(|row| sink.receive(row)),
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
        maintenance: bool,
        observer: &mut O,
    ) {
        let (receiver, extended) = match &mut self.payload {
            Payload::Gfp(receiver) => (receiver, false),
            Payload::GfpExtended(receiver) => (receiver, true),
            _ => return,
        };
        let (place, mut position) = (self.place, arrival.first);
        let losses = receiver.counters().sync_losses;
        for (number, row) in frame.rows().iter().enumerate() {
            let first = if extended { extended_first(number) } else { PAYLOAD_RANGE.start };
            let row = &row[first..PAYLOAD_RANGE.end];
            receiver.push(position, row, |received| {
                let end = received.position + received.octets() as u64;
                observer.gfp(place, (arrival.when)(end), &received);
            });
            position += row.len() as u64;
        }
        let lost_at_end = receiver.delineation() != Delineation::Sync;
        let lost = lost_at_end || receiver.counters().sync_losses > losses;
        // What GFP makes of a maintenance pattern is no defect of its own, nor what it makes of a
        // payload not known to be GFP.
        let known = [Some(PayloadType::GFP), Some(PayloadType::GFP_EXTENDED)];
        if maintenance || !known.contains(&self.psi.payload_type()) {
            return;
        }
        if lost && self.defects.set(Defect::Lfd, true) {
            let (at, defect) = (arrival.at, Defect::Lfd);
            observer.defect(DefectEvent { place, at, defect, raised: true });
        }
        if !lost_at_end && self.defects.set(Defect::Lfd, false) {
            let (at, defect) = (arrival.end, Defect::Lfd);
            observer.defect(DefectEvent { place, at, defect, raised: false });
        }
    }

    /// The server signal failed: defects of these functions go false.
    pub fn signal_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        let before = self.defects;
        self.path.signal_fail(&mut self.defects);
        self.follows = false;
        self.psi.signal_fail(&mut |defect, present| {
            self.defects.set(defect, present);
        });
        self.defects.set(Defect::Lfd, false);
        let place = self.place;
        for defect in before.iter().filter(|&d| !self.defects.contains(d)) {
            observer.defect(DefectEvent { place, at, defect, raised: false });
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
    pub const fn restart(&mut self) {
        self.path.restart();
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
    pub const fn path(&self) -> &PathSink {
        &self.path
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

    /// Counters since the start.
    pub const fn counters(&self) -> &OduCounters {
        &self.counters
    }
}

#[cfg(test)]
mod tests;
