//! An ODUk as a stream of bits: a tributary, or a signal without an OTUk around it.
//!
//! Clauses: G.798 8.2.1, 8.2.2 (alignment), 6.2.5.3 (dLOFLOM). In: octets in any phase, with the time
//! in which they came. Out: frames, to the ODUk sink above; dLOFLOM.

use otn_frame::layout::{MFAS, ODU_COLS, PAYLOAD_OCTETS};
use otn_frame::{OduFrame, Signal, SimTime};

use super::{Arrival, Hold, OduSink};
use crate::align::{Aligner, FrameInfo, Step};
use crate::defect::{Defect, DefectEvent};
use crate::integrate::{LOFLOM_CLEARING, LossIntegrator};
use crate::multiframe::Multiframe;
use crate::observer::{Observer, OduCame};
use crate::place::Place;
use crate::provision::OduProvision;

/// What the alignment of an ODUk has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AlignmentCounters {
    /// Frames cut out, in frame or not.
    pub frames: u64,
    /// Position of the first one.
    pub first_bit: Option<u64>,
    /// Frames with a wrong octet in the FAS.
    pub fas_errored_frames: u64,
    /// Times the process went out of frame.
    pub oof_events: u64,
    /// Times another phase was found.
    pub realignments: u64,
    /// Frames with a wrong MFAS while aligned.
    pub mfas_errored_frames: u64,
}

/// So many bits in this time.
#[derive(Clone, Copy, Debug, Default)]
struct Pace {
    bits: u64,
    lasts_ps: u64,
}

impl Pace {
    fn of(self, bits: u64) -> SimTime {
        let ps = u128::from(bits) * u128::from(self.lasts_ps) / u128::from(self.bits.max(1));
        SimTime::from_ps(u64::try_from(ps).unwrap_or(u64::MAX))
    }

    /// Half as fast as `other` or slower: with a gap in it.
    fn lags(self, other: Self) -> bool {
        let time = |one: Self, bits: Self| u128::from(one.lasts_ps) * u128::from(bits.bits);
        other.bits > 0 && time(self, other) >= 2 * time(other, self)
    }
}

/// Dates bits between two instants.
#[derive(Clone, Copy, Debug, Default)]
struct Dating {
    first_bit: u64,
    at: SimTime,
    pace: Pace,
    /// The pace of bits that came before.
    before: Pace,
}

impl Dating {
    fn date(&self, bit: u64) -> SimTime {
        match bit.checked_sub(self.first_bit) {
            Some(later) => self.at + self.pace.of(later),
            None => self.at - self.before.of(self.first_bit - bit),
        }
    }

    /// The bits that come next. Where light is gone and comes back meanwhile their time says nothing of those before.
    fn then(self, first_bit: u64, at: SimTime, pace: Pace) -> Self {
        let before = if pace.lags(self.before) { self.before } else { pace };
        Self { first_bit, at, pace, before }
    }
}

/// The alignment and the functions of one ODUk.
#[derive(Clone, Debug)]
pub struct OduStream {
    place: Place,
    aligner: Aligner<ODU_COLS>,
    multiframe: Multiframe,
    loflom: LossIntegrator,
    /// Alignment is judged from the first frame on, not from the first bit.
    once_found: bool,
    /// The server signal has failed since the last octets.
    server_failed: bool,
    /// It was told that there are no frames to hand on.
    handed_failed: bool,
    odu: OduSink,
    dating: Dating,
    counters: AlignmentCounters,
}

impl OduStream {
    /// A stream that is out of frame; see [`OduSink::new`] for `hold`.
    pub fn new(odu: Signal, place: Place, hold: Hold) -> Self {
        Self::provisioned(odu, place, OduProvision::default(), hold)
    }

    /// The same for an ODUk that is told what to expect.
    pub fn provisioned(odu: Signal, place: Place, provision: OduProvision, hold: Hold) -> Self {
        Self {
            place,
            aligner: Aligner::new(),
            multiframe: Multiframe::default(),
            loflom: LossIntegrator::new(LOFLOM_CLEARING),
            once_found: false,
            server_failed: false,
            handed_failed: false,
            odu: OduSink::new(odu, place, provision, hold),
            dating: Dating::default(),
            counters: AlignmentCounters::default(),
        }
    }

    /// The same, but what never was in frame is no defect.
    #[must_use]
    pub const fn judged_once_found(mut self) -> Self {
        self.once_found = true;
        self
    }

    /// Takes the octets that came from `at` to `end`.
    pub fn push<O: Observer>(
        &mut self,
        octets: &[u8],
        at: SimTime,
        end: SimTime,
        observer: &mut O,
    ) {
        if octets.is_empty() {
            return;
        }
        let failed = core::mem::replace(&mut self.server_failed, false);
        let pace = Pace { bits: octets.len() as u64 * 8, lasts_ps: end.since(at).as_ps() };
        self.dating = self.dating.then(self.aligner.bits_pushed(), at, pace);
        if failed || self.aligner.bits_pushed() == 0 {
            self.judge(at, observer);
        }
        self.aligner.push(octets);
        self.frames(observer);
    }

    /// No octets come at `now`, though the server has not failed: their mapping does not know its count,
    /// and what will come has a phase of its own.
    pub fn starve<O: Observer>(&mut self, now: SimTime, observer: &mut O) {
        self.server_failed = false;
        if self.aligner.in_frame() {
            self.aligner.slip();
            self.odu.restart();
        }
        self.judge(now, observer);
    }

    fn frames<O: Observer>(&mut self, observer: &mut O) {
        if self.aligner.is_starved() {
            return;
        }
        let mut frame = OduFrame::zeroed();
        loop {
            let was_in_frame = self.aligner.in_frame();
            match self.aligner.next_frame(&mut frame) {
                Step::Starved => break,
                Step::Searched => self.judge(self.dating.date(self.aligner.position()), observer),
                Step::Frame(info) => {
                    let lost = was_in_frame && !info.in_frame;
                    self.counters.oof_events += u64::from(lost);
                    self.receive(&frame, info, observer);
                }
            }
        }
    }

    fn receive<O: Observer>(&mut self, frame: &OduFrame, info: FrameInfo, observer: &mut O) {
        let counters = &mut self.counters;
        counters.frames += 1;
        counters.first_bit.get_or_insert(info.start_bit);
        counters.fas_errored_frames += u64::from(!info.fas_intact);
        counters.realignments += u64::from(info.realigned);
        let was_aligned = self.multiframe.aligned();
        let (multiframe, mfas) = self.multiframe.after(frame.octet(MFAS));
        self.multiframe = multiframe;
        let unexpected = was_aligned && frame.octet(MFAS) != mfas;
        counters.mfas_errored_frames += u64::from(unexpected);
        let dating = self.dating;
        let at = dating.date(info.start_bit);
        self.judge(at, observer);
        if self.loflom.raised() {
            return;
        }
        if info.realigned {
            self.odu.restart();
        }
        let first = info.start_bit / otn_frame::layout::ODU_BITS * PAYLOAD_OCTETS as u64;
        let payload_starts = info.start_bit;
        let when = move |position: u64| {
            // Overhead columns shift it by less than a row: a row's time is all that can be said of
            // a bit that went through justification.
            let share = (position - first) * otn_frame::layout::ODU_BITS / PAYLOAD_OCTETS as u64;
            dating.date(payload_starts + share)
        };
        let end = dating.date(info.start_bit + otn_frame::layout::ODU_BITS);
        let arrival = Arrival { at, end, first, in_frame: self.aligner.trusts(), when: &when };
        //= g798:14.1-connection
        self.hand_failed(at, false, observer);
        let (place, follows) = (self.place, !info.realigned);
        let trusted = self.aligner.trusts();
        observer.odu_octets(OduCame { place, at, end, mfas, follows, trusted }, frame);
        self.odu.receive(&arrival, frame, mfas, observer);
    }

    //= g798:6.2.5.3-loflom
    fn judge(&mut self, now: SimTime, observer: &mut impl Observer) {
        if self.once_found && self.counters.frames == 0 {
            return;
        }
        // The multiframe is judged only in frame; it is not known before two frames came.
        let bad =
            !self.aligner.in_frame() || (!self.multiframe.aligned() && self.counters.frames > 1);
        if let Some(at) = self.loflom.update(now, bad) {
            let raised = self.loflom.raised();
            observer.defect(DefectEvent { place: self.place, at, defect: Defect::LofLom, raised });
            if raised {
                self.hand_failed(at, true, observer);
                self.odu.signal_fail(at, observer);
            }
        }
    }

    //= g798:14.3-aais
    fn hand_failed(&mut self, at: SimTime, failed: bool, observer: &mut impl Observer) {
        if core::mem::replace(&mut self.handed_failed, failed) != failed {
            observer.odu_failed(self.place, at, failed);
        }
    }

    /// The server signal failed: no bits come, and those that will come have a phase of their own.
    //= g798:14.3-assf
    pub fn signal_fail<O: Observer>(&mut self, at: SimTime, observer: &mut O) {
        if core::mem::replace(&mut self.server_failed, true) {
            return;
        }
        if self.loflom.raised() {
            let (place, defect) = (self.place, Defect::LofLom);
            observer.defect(DefectEvent { place, at, defect, raised: false });
        }
        self.loflom = LossIntegrator::new(LOFLOM_CLEARING);
        self.hand_failed(at, true, observer);
        self.aligner.lose();
        self.multiframe = Multiframe::default();
        self.odu.signal_fail(at, observer);
    }

    /// Time passes up to `now` without a bit.
    pub fn pass<O: Observer>(&mut self, now: SimTime, observer: &mut O) {
        self.odu.pass(now, observer);
    }

    /// No more bits will come.
    pub fn finish<O: Observer>(&mut self, observer: &mut O) {
        self.aligner.end();
        self.frames(observer);
        self.odu.finish(observer);
    }

    /// The ODUk.
    pub const fn signal(&self) -> Signal {
        self.odu.signal()
    }

    /// The functions of the ODUk.
    pub const fn odu(&self) -> &OduSink {
        &self.odu
    }

    /// Counters of the alignment.
    pub const fn counters(&self) -> &AlignmentCounters {
        &self.counters
    }
}
