//! ODUj out of the tributary slots of an OPUk.
//!
//! Clauses: G.798 14.3.10 (ODUkP/ODUj-21_A_Sk), 14.3.9 (-20). In: frames of the ODUk and the MSI that
//! was accepted. Out: for each tributary port an ODUj in a sink of its own, what its justification
//! overhead said, dLOOMFI, and dMSIM: a port of which the MSI says something else than expected fails.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use otn_frame::layout::{JC1, JC2, JC3, JC4, JC5, JC6, NJO};
use otn_frame::{Frame, SimTime};
use otn_map::odtu::amp::{Amp, Justification};
use otn_map::odtu::ts::TsSink;
use otn_map::odtu::{Content, Interleave, Odtu, Slots, msi, rate};

use super::Hold;
use super::cbr::GmpCounters;
use super::stream::OduStream;
use crate::defect::{Defect, DefectEvent};
use crate::integrate::{LOFLOM_CLEARING, LOOMFI_CLEARING, LossIntegrator};
use crate::observer::Observer;
use crate::omfi::OmfiAlignment;
use crate::place::Place;
use crate::provision::OduProvision;

/// How the ODUj of a tributary was mapped, and what its overhead told.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// By AMP.
    Amp {
        /// Where its octets are.
        amp: Amp,
        /// Opportunities by JC code.
        jc: [u64; 4],
    },
    /// By GMP.
    Ts {
        /// Its count and octets.
        sink: TsSink,
        /// What they told.
        counters: GmpCounters,
    },
}

/// Settings of ODUj by their first slot.
type Provisions = BTreeMap<u8, OduProvision>;

/// One tributary port.
#[derive(Clone, Debug)]
pub struct Tributary {
    content: Content,
    carrier: Carrier,
    /// The ODUj, once it is known which one it is.
    stream: Option<Box<OduStream>>,
    place: Place,
    hold: Hold,
    /// What the ODUj is told to expect.
    provision: OduProvision,
    octets: Vec<u8>,
    received: Vec<u8>,
    /// The accepted MSI does not have it.
    mismatched: bool,
    /// dLOFLOM of an ODUj of which nothing is known yet.
    silent: LossIntegrator,
}

impl Tributary {
    fn new(
        slots: Slots,
        content: Content,
        (parent, hold): (Place, Hold),
        provisions: &Provisions,
    ) -> Option<Self> {
        let first = content.set.first()?;
        let place = parent.child(first)?;
        let provision = u8::try_from(first).ok().and_then(|slot| provisions.get(&slot));
        let provision = provision.cloned().unwrap_or_default();
        let interleave = Interleave::new(slots, content.set)?;
        if !content.has_right_size(slots) {
            return None;
        }
        let carrier = match content.kind {
            Odtu::Ts => {
                Carrier::Ts { sink: TsSink::new(interleave), counters: GmpCounters::default() }
            }
            kind => Carrier::Amp { amp: Amp::new(kind, interleave), jc: [0; 4] },
        };
        // The MSI of these has no code for a free slot, and what is not there cannot be lost.
        let maybe_free = matches!(slots, Slots::Opu1 | Slots::Opu2By4 | Slots::Opu3By16);
        let stream = content.kind.odu().map(|odu| {
            let stream = OduStream::provisioned(odu, place, provision.clone(), hold);
            Box::new(if maybe_free { stream.judged_once_found() } else { stream })
        });
        let octets = alloc::vec![0; interleave.octets()];
        Some(Self {
            content,
            carrier,
            stream,
            place,
            hold,
            provision,
            octets,
            received: Vec::new(),
            mismatched: false,
            silent: LossIntegrator::new(LOFLOM_CLEARING),
        })
    }

    /// What it is and where.
    pub const fn content(&self) -> Content {
        self.content
    }

    /// How it is mapped.
    pub const fn carrier(&self) -> &Carrier {
        &self.carrier
    }

    /// The ODUj in it, once known.
    pub fn stream(&self) -> Option<&OduStream> {
        self.stream.as_deref()
    }

    /// Takes its octets out of a frame of the multiframe; gives how many of the ODUj were received.
    fn receive<const COLS: usize>(
        &mut self,
        octets: &Taken,
        frame: &Frame<COLS>,
        number: usize,
    ) -> usize {
        let received = &mut self.received;
        match &mut self.carrier {
            Carrier::Amp { amp, jc } => {
                let octets = octets.of(amp.interleave(), &mut self.octets);
                let mut justification = Justification::None;
                if amp.has_opportunity(number) {
                    justification =
                        Justification::vote([JC1, JC2, JC3].map(|field| frame.octet(field)));
                    jc[usize::from(justification.code())] += 1;
                }
                received.clear();
                amp.demap(number, justification, octets, frame.octet(NJO), |part| {
                    received.extend_from_slice(part);
                });
                received.len()
            }
            Carrier::Ts { sink, counters } => {
                if number == 0 {
                    sink.begin();
                    if let Some(count) = sink.count() {
                        counters.cm.note(count.get());
                    }
                }
                let mut there = 0;
                if sink.count().is_some() {
                    let octets = octets.of(sink.interleave(), &mut self.octets);
                    received.resize(octets.len(), 0);
                    there = sink.collect(octets, received);
                    // What is not zero and no client octet is stuff that should be.
                    counters.stuff_nonzero_octets += nonzero(octets) - nonzero(&received[..there]);
                }
                if !sink.has_overhead(number) {
                    return there;
                }
                let jc123 = [JC1, JC2, JC3].map(|field| frame.octet(field));
                let jc456 = [JC4, JC5, JC6].map(|field| frame.octet(field));
                if let Some((reception, crc5_good)) = sink.overhead(number, jc123, jc456) {
                    counters.crc8_errors += u64::from(!reception.crc_good);
                    counters.crc5_errors += u64::from(!crc5_good);
                    counters.unsynchronised += u64::from(!reception.synchronised);
                }
                there
            }
        }
    }

    /// The ODUj that an ODTUk.ts carries follows from the count.
    fn identify(&mut self, slots: Slots) {
        if self.stream.is_none()
            && let Carrier::Ts { sink, .. } = &self.carrier
            && let Some(count) = sink.count()
        {
            let by_count = || rate::odu_of(slots, self.content.set.len(), count);
            let odu = self.provision.signal.unwrap_or_else(by_count);
            let (place, provision, hold) = (self.place, self.provision.clone(), self.hold);
            self.stream = Some(Box::new(OduStream::provisioned(odu, place, provision, hold)));
        }
    }

    /// The mapping does not know its count: there is no frame of an ODUj to be found.
    //= g798:6.2.5.3-loflom
    fn starve<O: Observer>(&mut self, now: SimTime, observer: &mut O) {
        let Carrier::Ts { sink, .. } = &self.carrier else { return };
        if sink.count().is_some() {
            return;
        }
        match &mut self.stream {
            Some(stream) => stream.starve(now, observer),
            None => {
                if let Some(at) = self.silent.update(now, true) {
                    self.note_silent(at, true, observer);
                }
            }
        }
    }

    fn note_silent<O: Observer>(&self, at: SimTime, raised: bool, observer: &mut O) {
        let (place, defect) = (self.place, Defect::LofLom);
        observer.defect(DefectEvent { place, at, defect, raised });
    }

    /// It is not silent any more, or nobody can say.
    fn not_silent<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        if self.silent.raised() {
            self.note_silent(at, false, observer);
        }
        self.silent = LossIntegrator::new(LOFLOM_CLEARING);
    }

    /// The server signal failed.
    fn signal_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        self.not_silent(at, observer);
        if let Carrier::Ts { sink, .. } = &mut self.carrier {
            // A count from before would take out too many octets, or too few.
            *sink = TsSink::new(sink.interleave());
        }
        if let Some(stream) = &mut self.stream {
            stream.signal_fail(at, observer);
        }
    }

    fn interrupt(&mut self) {
        if let Carrier::Ts { sink, .. } = &mut self.carrier {
            sink.interrupt();
        }
    }
}

/// The slot octets of a frame.
#[derive(Clone, Debug)]
struct Taken {
    slots: Slots,
    in_turn: Vec<u8>,
    /// Each slot in one piece; empty where no ODTU has just one slot.
    by_slot: Vec<u8>,
}

impl Taken {
    fn new(slots: Slots, singles: bool) -> Self {
        let in_turn = alloc::vec![0; slots.slot_octets()];
        let by_slot = if singles { in_turn.clone() } else { Vec::new() };
        Self { slots, in_turn, by_slot }
    }

    fn take<const COLS: usize>(&mut self, frame: &Frame<COLS>) {
        self.slots.take(frame, &mut self.in_turn);
        if !self.by_slot.is_empty() {
            self.slots.by_slot(&self.in_turn, &mut self.by_slot);
        }
    }

    /// Those of an ODTU; `buffer` is for such as have several slots.
    fn of<'a>(&'a self, interleave: Interleave, buffer: &'a mut [u8]) -> &'a [u8] {
        let piece = |slot| self.by_slot.get(self.slots.piece(slot));
        if let Some(octets) = interleave.single().and_then(piece) {
            return octets;
        }
        interleave.gather(&self.in_turn, buffer);
        buffer
    }
}

fn nonzero(octets: &[u8]) -> u64 {
    // Counted in octets, as many as one can count, so that a vector holds sixteen counts.
    let parts = octets.chunks(u8::MAX.into());
    let count = |part: &[u8]| part.iter().fold(0u8, |n, &octet| n + u8::from(octet != 0));
    parts.map(|part| u64::from(count(part))).sum()
}

/// The adaptation of all ODUj in one OPUk.
#[derive(Clone, Debug)]
pub struct MultiplexSink {
    slots: Slots,
    place: Place,
    omfi: OmfiAlignment,
    loomfi: LossIntegrator,
    tributaries: Vec<Tributary>,
    /// Contents of the MSI that cannot be taken out: a size that is none, ports beyond the stages.
    refused: Vec<Content>,
    octets: Taken,
    /// Number of the frame before.
    last: Option<usize>,
    hold: Hold,
    /// What its ODUj are told to expect.
    provisions: Provisions,
    /// ODTU for which the accepted MSI is not the expected one.
    mismatched: Vec<Place>,
    /// The server signal has failed since the last frame.
    server_failed: bool,
}

impl MultiplexSink {
    /// The adaptation of the ODUj that this MSI tells of, which share what may be held back until
    /// their structure is known.
    pub fn new(slots: Slots, msi: &[u8], place: Place, hold: Hold) -> Self {
        Self::provisioned(slots, msi, (place, hold), BTreeMap::new())
    }

    /// The same for ODUj that are told what to expect, by their first slot.
    pub fn provisioned(
        slots: Slots,
        msi: &[u8],
        (place, hold): (Place, Hold),
        provisions: BTreeMap<u8, OduProvision>,
    ) -> Self {
        let contents = msi::contents(slots, msi);
        let hold = hold.shared_by(contents.len());
        let (mut tributaries, mut refused) = (Vec::new(), Vec::new());
        for content in contents {
            match Tributary::new(slots, content, (place, hold), &provisions) {
                Some(tributary) => tributaries.push(tributary),
                None => refused.push(content),
            }
        }
        let singles = tributaries.iter().any(|t| t.content.set.len() == 1);
        Self {
            slots,
            place,
            omfi: OmfiAlignment::default(),
            loomfi: LossIntegrator::new(LOOMFI_CLEARING),
            tributaries,
            refused,
            octets: Taken::new(slots, singles),
            last: None,
            hold,
            provisions,
            mismatched: Vec::new(),
            server_failed: false,
        }
    }

    /// Another MSI is known. Ports that are the same in it go on undisturbed.
    pub fn set_structure<O: Observer>(&mut self, msi: &[u8], at: SimTime, observer: &mut O) {
        let contents = msi::contents(self.slots, msi);
        let mut before = core::mem::take(&mut self.tributaries);
        self.refused.clear();
        for content in contents {
            if let Some(same) = before.iter().position(|t| t.content == content) {
                self.tributaries.push(before.swap_remove(same));
                continue;
            }
            let (at_place, provisions) = ((self.place, self.hold), &self.provisions);
            match Tributary::new(self.slots, content, at_place, provisions) {
                Some(mut tributary) => {
                    if self.server_failed {
                        tributary.signal_fail(at, observer);
                    }
                    self.tributaries.push(tributary);
                }
                None => self.refused.push(content),
            }
        }
        for mut gone in before {
            gone.signal_fail(at, observer);
        }
        let singles = self.tributaries.iter().any(|t| t.content.set.len() == 1);
        self.octets = Taken::new(self.slots, singles);
    }

    /// Compares the accepted MSI with the expected one, port by port.
    //= g798:6.2.9.1-msim
    pub fn judge_structure<O: Observer>(
        &mut self,
        expected: &[u8],
        accepted: &[u8],
        at: SimTime,
        observer: &mut O,
    ) {
        let expected = msi::contents(self.slots, expected);
        let accepted = msi::contents(self.slots, accepted);
        let missing = expected.iter().filter(|content| !accepted.contains(content));
        // What is there in place of a missing one is one mismatch with it, not another.
        let extra = accepted.iter().filter(|content| {
            expected.iter().all(|e| e.set.iter().all(|slot| !content.set.contains(slot)))
        });
        let place = |content: &Content| self.place.child(content.set.first()?);
        let mismatched: Vec<Place> = missing.chain(extra).filter_map(place).collect();
        self.set_mismatched(mismatched, at, observer);
    }

    fn set_mismatched<O: Observer>(&mut self, now: Vec<Place>, at: SimTime, observer: &mut O) {
        let before = core::mem::replace(&mut self.mismatched, now);
        let mut note = |place, raised| {
            observer.defect(DefectEvent { place, at, defect: Defect::Msim, raised });
        };
        before.iter().filter(|p| !self.mismatched.contains(p)).for_each(|&p| note(p, false));
        self.mismatched.iter().filter(|p| !before.contains(p)).for_each(|&p| note(p, true));
        for tributary in &mut self.tributaries {
            tributary.mismatched = self.mismatched.contains(&tributary.place);
            if tributary.mismatched {
                tributary.signal_fail(at, observer);
            }
        }
    }

    /// The structure of the slots.
    pub const fn slots(&self) -> Slots {
        self.slots
    }

    /// The tributary ports, in the order of their first slots.
    pub fn tributaries(&self) -> &[Tributary] {
        &self.tributaries
    }

    /// Contents of the MSI that make no sense.
    pub fn refused(&self) -> &[Content] {
        &self.refused
    }

    /// The OMFI process of an OPU4.
    pub const fn omfi(&self) -> &OmfiAlignment {
        &self.omfi
    }

    /// Takes the next frame, which lasts from `at` to `end`.
    pub fn receive<const COLS: usize, O: Observer>(
        &mut self,
        frame: &Frame<COLS>,
        mfas: u8,
        at: SimTime,
        end: SimTime,
        observer: &mut O,
    ) {
        self.server_failed = false;
        let number = match self.slots {
            Slots::Opu4 => {
                let number = self.omfi.receive(frame.octet(NJO));
                self.judge_omfi(at, observer);
                number
            }
            other => Some(usize::from(mfas) % other.count()),
        };
        let Some(number) = number else {
            self.last = None;
            for tributary in &mut self.tributaries {
                tributary.interrupt();
                if self.loomfi.raised() {
                    tributary.signal_fail(at, observer);
                }
            }
            return;
        };
        let follows = self.last.is_none_or(|last| (last + 1) % self.slots.count() == number);
        if !follows {
            self.tributaries.iter_mut().for_each(Tributary::interrupt);
        }
        self.last = Some(number);
        self.octets.take(frame);
        for tributary in self.tributaries.iter_mut().filter(|t| !t.mismatched) {
            let there = tributary.receive(&self.octets, frame, number);
            tributary.identify(self.slots);
            let was_silent =
                tributary.silent.raised() || tributary.silent.next_deadline().is_some();
            if tributary.stream.is_some() && was_silent {
                tributary.not_silent(at, observer);
            }
            tributary.starve(at, observer);
            if let Some(stream) = &mut tributary.stream {
                stream.push(&tributary.received[..there], at, end, observer);
            }
        }
    }

    //= g798:14.3.10.2-loomfi
    fn judge_omfi(&mut self, at: SimTime, observer: &mut impl Observer) {
        if let Some(at) = self.loomfi.update(at, !self.omfi.aligned()) {
            let raised = self.loomfi.raised();
            observer.defect(DefectEvent { place: self.place, at, defect: Defect::Loomfi, raised });
        }
    }

    /// The server signal failed at `at`: so does that of every port.
    //= g798:14.3-assf
    pub fn signal_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        if core::mem::replace(&mut self.server_failed, true) {
            return;
        }
        self.last = None;
        if self.loomfi.raised() {
            let (place, defect) = (self.place, Defect::Loomfi);
            observer.defect(DefectEvent { place, at, defect, raised: false });
        }
        self.loomfi = LossIntegrator::new(LOOMFI_CLEARING);
        self.set_mismatched(Vec::new(), at, observer);
        for tributary in &mut self.tributaries {
            tributary.signal_fail(at, observer);
        }
    }

    /// Time passes up to `now` without a frame.
    pub fn pass<O: Observer>(&mut self, now: SimTime, observer: &mut O) {
        for tributary in &mut self.tributaries {
            if let Some(stream) = &mut tributary.stream {
                stream.pass(now, observer);
            }
        }
    }

    /// No more frames will come.
    pub fn finish(&mut self, observer: &mut impl Observer) {
        for tributary in &mut self.tributaries {
            if let Some(stream) = &mut tributary.stream {
                stream.finish(observer);
            }
        }
    }
}
