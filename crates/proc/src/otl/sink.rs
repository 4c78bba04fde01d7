//! The receiving side of logical lanes: alignment, recovery, deskew, and whole frames again.
//!
//! Clauses: G.709 Annex C; G.798 lane processes. In: octets of each lane, in any order and phase,
//! and a function that dates a bit. Out, through a [`LaneObserver`]: frames as they were on the
//! line, states and defects of the lanes.
//!
//! All lanes run on one clock: bit n of every lane came at the same time. Skew is what the signal
//! itself shows. A lane without a signal is pushed as zeros, so that its time goes on too.

use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;
use core::fmt;

use otn_frame::frame::FAS_PATTERN;
use otn_frame::layout::{FAS, OTU_COLS, OTU_OCTETS};
use otn_frame::{OtuFrame, SimTime};

use super::deskew::{Deskew, Seen};
use super::distribute::collect;
use super::marker::{Marker, RECOVERED_AFTER, Recovery, Sequence};
use super::{LLM_OCTET, LaneCondition, LaneEvent, Otl};
use crate::align::{Aligner, FrameInfo, Step};
use crate::integrate::{Clearing, LossIntegrator};

/// dLOFLANE clears as dLOF does; the text of the clause was not seen.
//= g798:otl-loflane-clear
pub const LOF_CLEARING: Clearing = Clearing::Integrated;

/// dLOR clears after 3 ms; the text of the clause was not seen.
//= g798:otl-lor-clear
pub const LOR_CLEARING: Clearing = Clearing::Integrated;

/// dLOL clears with the alignment; the text of the clause was not seen.
//= g798:otl-lol-clear
pub const LOL_CLEARING: Clearing = Clearing::Immediate;

/// Octets by which one lane may be pushed ahead of another.
const MAX_LEAD: u64 = 16 * OTU_OCTETS as u64;

/// Lane frames held beyond what the skew needs: those that come in while a lane is recovered, so
/// that no frame is lost at the start.
const HELD_FOR_RECOVERY: usize = RECOVERED_AFTER as usize + 3;

/// A caller's mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneError {
    /// There is no such input.
    NoSuchInput {
        /// Input given.
        found: usize,
        /// Inputs of the sink.
        inputs: usize,
    },
    /// One input would get too far ahead of the slowest. Nothing was taken.
    TooFarAhead {
        /// Octets it would be ahead.
        found: u64,
        /// Octets it may be.
        most: u64,
    },
    /// A skew limit that the markers cannot tell.
    SkewLimit {
        /// Frames asked for.
        found: u16,
        /// Frames that can be told.
        most: u16,
    },
}

impl fmt::Display for LaneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSuchInput { found, inputs } => {
                write!(f, "found lane input {found}, expected one of {inputs} counted from 0")
            }
            Self::TooFarAhead { found, most } => {
                write!(f, "found a lane {found} octets ahead of another, expected at most {most}")
            }
            Self::SkewLimit { found, most } => {
                write!(f, "found a skew limit of {found} frames, expected at most {most}")
            }
        }
    }
}

impl core::error::Error for LaneError {}

/// What is known about one frame that came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LaneFrameInfo {
    /// Lane bit at which it started on the latest lane, counted from the first bit pushed.
    pub start_bit: u64,
    /// Number read in the lanes, modulo [`Otl::period`].
    pub number: u16,
    /// The lanes were aligned when it came out.
    pub aligned: bool,
    /// Lanes were aligned anew, or frames are missing before it.
    pub realigned: bool,
}

/// Takes what a lane sink has to say. Every method may be left out.
pub trait LaneObserver {
    /// A frame as it was on the line before it was spread over lanes. None comes while dLOL stands.
    fn frame(&mut self, at: SimTime, info: LaneFrameInfo, frame: &OtuFrame) {
        let _ = (at, info, frame);
    }

    /// A state or a defect appeared or went. A sink starts out of frame and out of recovery on
    /// every lane, and out of alignment; no event says so.
    fn event(&mut self, event: LaneEvent) {
        let _ = event;
    }
}

/// One lane frame that waits for the other lanes.
#[derive(Clone, Debug)]
struct Held {
    start_bit: u64,
    octets: Box<OtuFrame>,
}

/// One input.
#[derive(Clone, Debug)]
struct Lane {
    aligner: Aligner<OTU_COLS>,
    /// As last told.
    out_of_frame: bool,
    lof: LossIntegrator,
    recovery: Recovery,
    /// As last told.
    out_of_recovery: bool,
    lor: LossIntegrator,
    sequence: Sequence,
    seen: Option<Seen>,
    held: VecDeque<Held>,
}

impl Lane {
    const fn new() -> Self {
        Self {
            aligner: Aligner::new(),
            out_of_frame: true,
            lof: LossIntegrator::new(LOF_CLEARING),
            recovery: Recovery::OutOfRecovery { last: None, same: 0 },
            out_of_recovery: true,
            lor: LossIntegrator::new(LOR_CLEARING),
            sequence: Sequence::OutOfSequence { last: None },
            seen: None,
            held: VecDeque::new(),
        }
    }

    /// Takes the marker of a lane frame; returns where the lane lies. At a phase that is not
    /// trusted there is no marker to read.
    fn mark(&mut self, otl: Otl, info: FrameInfo, marker: Marker) -> Option<Seen> {
        if info.realigned || !info.in_frame {
            self.sequence = Sequence::default();
        }
        if !info.in_frame {
            return None;
        }
        self.recovery = self.recovery.after(marker.lane());
        self.sequence = self.sequence.after(marker);
        let lane = self.recovery.lane()?;
        let counted = self.sequence.marker().filter(|marker| marker.lane() == Some(lane))?;
        Some(Seen::new(otl, lane, info.start_bit, counted.number()?))
    }
}

/// The sink of all logical lanes of one interface.
#[derive(Clone, Debug)]
pub struct LaneSink {
    otl: Otl,
    limit_bits: u64,
    /// Lane frames held of one lane at most.
    most_held: usize,
    lanes: Vec<Lane>,
    aligned: bool,
    /// As last told.
    out_of_alignment: bool,
    lol: LossIntegrator,
    deskew: Option<Deskew>,
    /// Number of the next frame to come out; `None` until the lanes say which are there.
    next: Option<i64>,
    realigned: bool,
    now: SimTime,
    frame: Box<OtuFrame>,
}

impl LaneSink {
    /// A sink that holds lanes back for up to `skew_limit` frames.
    ///
    /// # Errors
    /// [`LaneError::SkewLimit`] beyond [`Otl::max_skew_frames`].
    //= g798:otl-skew-limit
    pub fn new(otl: Otl, skew_limit: u16) -> Result<Self, LaneError> {
        let most = otl.max_skew_frames();
        if skew_limit > most {
            return Err(LaneError::SkewLimit { found: skew_limit, most });
        }
        Ok(Self {
            otl,
            limit_bits: u64::from(skew_limit) * otl.frame_time_bits(),
            most_held: usize::from(skew_limit).div_ceil(otl.lanes()) + HELD_FOR_RECOVERY,
            lanes: (0..otl.lanes()).map(|_| Lane::new()).collect(),
            aligned: false,
            out_of_alignment: true,
            lol: LossIntegrator::new(LOL_CLEARING),
            deskew: None,
            next: None,
            realigned: false,
            now: SimTime::ZERO,
            frame: Box::new(OtuFrame::zeroed()),
        })
    }

    /// The interface.
    pub const fn otl(&self) -> Otl {
        self.otl
    }

    /// Takes the next octets of one lane; `date` gives the instant of a bit, counted from the
    /// first bit ever pushed, the same for all lanes.
    ///
    /// # Errors
    /// [`LaneError::NoSuchInput`]; [`LaneError::TooFarAhead`] where the other lanes have to be
    /// pushed first.
    pub fn push(
        &mut self,
        input: usize,
        octets: &[u8],
        date: &impl Fn(u64) -> SimTime,
        observer: &mut impl LaneObserver,
    ) -> Result<(), LaneError> {
        self.check_room(input, octets.len())?;
        if self.lanes.iter().all(|lane| lane.aligner.bits_pushed() == 0) {
            self.start(date(0));
        }
        self.lanes[input].aligner.push(octets);
        let mut lane_frame = Box::new(OtuFrame::zeroed());
        while let Some(earliest) = self.earliest() {
            let aligner = &mut self.lanes[earliest].aligner;
            let info = match aligner.next_frame(&mut lane_frame) {
                Step::Starved => break,
                Step::Searched => {
                    let now = date(aligner.position());
                    self.states(earliest, now, observer);
                    continue;
                }
                Step::Frame(info) => info,
            };
            let lane = &mut self.lanes[earliest];
            let before = lane.seen;
            lane.seen = lane.mark(self.otl, info, Marker::read(self.otl, &lane_frame));
            let changed = lane.seen != before;
            // What a lost lane still gives at its old phase is noise.
            if info.in_frame || !self.lol.raised() {
                self.hold(earliest, Held { start_bit: info.start_bit, octets: lane_frame });
                lane_frame = Box::new(OtuFrame::zeroed());
            }
            if changed {
                self.compare();
            }
            self.states(earliest, date(info.start_bit), observer);
            self.give(date, observer);
        }
        Ok(())
    }

    /// Refuses an input that is not there, and octets too far ahead of another input.
    pub(super) fn check_room(&self, input: usize, octets: usize) -> Result<(), LaneError> {
        let inputs = self.lanes.len();
        let Some(lane) = self.lanes.get(input) else {
            return Err(LaneError::NoSuchInput { found: input, inputs });
        };
        let slowest = self.lanes.iter().map(|lane| lane.aligner.bits_pushed()).min().unwrap_or(0);
        let found = (lane.aligner.bits_pushed() - slowest) / 8 + octets as u64;
        if found > MAX_LEAD {
            return Err(LaneError::TooFarAhead { found, most: MAX_LEAD });
        }
        Ok(())
    }

    /// The input to go on with: in order of time, so that the size of the pieces does not matter.
    fn earliest(&self) -> Option<usize> {
        let positions = self.lanes.iter().map(|lane| lane.aligner.position()).enumerate();
        positions.min_by_key(|&(_, position)| position).map(|(input, _)| input)
    }

    /// Out of frame and out of alignment from the first bit on, so that the 3 ms count from there.
    fn start(&mut self, now: SimTime) {
        self.now = now;
        for lane in &mut self.lanes {
            lane.lof.update(now, true);
        }
        self.lol.update(now, true);
    }

    fn hold(&mut self, input: usize, held: Held) {
        let queue = &mut self.lanes[input].held;
        queue.push_back(held);
        if queue.len() > self.most_held {
            queue.pop_front();
        }
    }

    /// Lets time pass without bits: integrators run on.
    pub fn wait_until(&mut self, now: SimTime, observer: &mut impl LaneObserver) {
        for input in 0..self.lanes.len() {
            self.states(input, now, observer);
        }
    }

    /// Brings states and defects up to date after input `input` went on to `now`.
    fn states(&mut self, input: usize, now: SimTime, observer: &mut impl LaneObserver) {
        self.now = self.now.max(now);
        self.lane_states(input, self.now, observer);
        self.alignment(self.now, observer);
    }

    /// Raises and clears what belongs to one lane.
    //= g798:otl-oof-after-5
    //= g798:otl-loflane-3ms
    //= g798:otl-lor-3ms
    fn lane_states(&mut self, input: usize, now: SimTime, observer: &mut impl LaneObserver) {
        let mut tell = |at, condition, raised| observer.event(LaneEvent { at, condition, raised });
        let lane = &mut self.lanes[input];
        let in_frame = lane.aligner.in_frame();
        if in_frame == lane.out_of_frame {
            lane.out_of_frame = !in_frame;
            tell(now, LaneCondition::Oof { input }, !in_frame);
        }
        if let Some(at) = lane.lof.update(now, !in_frame) {
            tell(at, LaneCondition::Lof { input }, lane.lof.raised());
            if lane.lof.raised() {
                // Recovery is not judged without frames, and starts anew when they are back.
                if lane.lor.raised() {
                    tell(at, LaneCondition::Lor { input }, false);
                }
                lane.lor = LossIntegrator::new(LOR_CLEARING);
                lane.recovery = Recovery::default();
                if !core::mem::replace(&mut lane.out_of_recovery, true) {
                    tell(at, LaneCondition::Oor { input }, true);
                }
            }
        }
        let recovered = lane.recovery.lane().is_some();
        if recovered == lane.out_of_recovery {
            lane.out_of_recovery = !recovered;
            tell(now, LaneCondition::Oor { input }, !recovered);
        }
        if let Some(at) = lane.lor.update(now, in_frame && !recovered) {
            tell(at, LaneCondition::Lor { input }, lane.lor.raised());
        }
    }

    /// Compares the lanes after one of them moved.
    //= g798:otl-ola
    fn compare(&mut self) {
        let seen: Vec<_> = self.lanes.iter().map(|lane| lane.seen).collect();
        let before = self.deskew.as_ref();
        let found = Deskew::find(self.otl, &seen, self.limit_bits, before);
        self.aligned = found.is_some();
        let Some(found) = found.filter(|found| before != Some(found)) else { return };
        self.realigned = before.is_some();
        if !before.is_some_and(|before| found.continues(before)) {
            self.next = None;
        }
        self.deskew = Some(found);
    }

    /// Raises and clears what belongs to all lanes together.
    //= g798:otl-lol-3ms
    fn alignment(&mut self, now: SimTime, observer: &mut impl LaneObserver) {
        let mut tell = |at, condition, raised| observer.event(LaneEvent { at, condition, raised });
        if self.aligned == self.out_of_alignment {
            self.out_of_alignment = !self.aligned;
            tell(now, LaneCondition::Ola, !self.aligned);
        }
        if let Some(at) = self.lol.update(now, !self.aligned) {
            tell(at, LaneCondition::Lol, self.lol.raised());
        }
    }

    /// Gives out all frames of which every lane has its share. Out of alignment they keep coming
    /// as the lanes lay before, until dLOL.
    //= g798:otl-lol-no-frames
    fn give(&mut self, date: &impl Fn(u64) -> SimTime, observer: &mut impl LaneObserver) {
        let Some(deskew) = self.deskew.take() else { return };
        while !self.lol.raised() && self.complete(&deskew) {
            let Some(number) = self.next else { break };
            self.assemble(&deskew, number);
            let info = LaneFrameInfo {
                start_bit: deskew.start_bit(number),
                number: number.rem_euclid(i64::from(self.otl.period())) as u16,
                aligned: self.aligned,
                realigned: core::mem::take(&mut self.realigned),
            };
            observer.frame(date(info.start_bit), info, &self.frame);
            self.next = Some(number + 1);
        }
        self.deskew = Some(deskew);
    }

    /// Drops what is behind and finds the next frame of which every lane still has its share.
    /// False while a lane has none.
    fn complete(&mut self, deskew: &Deskew) -> bool {
        let lanes = self.otl.lanes() as i64;
        loop {
            let mut next = self.next.unwrap_or(i64::MIN);
            for (logical, place) in deskew.places().iter().enumerate() {
                let held = &mut self.lanes[place.input].held;
                let first = loop {
                    let Some(front) = held.front() else { return false };
                    match deskew.number(logical, front.start_bit) {
                        Some(number) if number + lanes > next => break number,
                        // Behind, or cut at a phase that the lane no longer has.
                        Some(_) => {}
                        None if self.aligned => {}
                        // A phase that will be in use once the lanes are aligned again.
                        None => return false,
                    }
                    held.pop_front();
                };
                next = next.max(first);
            }
            if self.next == Some(next) {
                return true;
            }
            // A lane starts later than the one before it: look at all of them again.
            self.realigned |= self.next.is_some();
            self.next = Some(next);
        }
    }

    /// Puts the shares of one frame together. All of them are held.
    //= g709:c-llm-restored
    fn assemble(&mut self, deskew: &Deskew, number: i64) {
        let (lanes, share) = (self.otl.lanes(), self.otl.share_octets());
        for (logical, place) in deskew.places().iter().enumerate() {
            let Some(held) = self.lanes[place.input].held.front() else { continue };
            let turn = (logical as i64 - number).rem_euclid(lanes as i64) as usize;
            // The lane frame starts with the frame that has its first group on this lane.
            let age = (lanes - turn) % lanes;
            collect(&mut self.frame, lanes, turn, &held.octets.octets()[age * share..][..share]);
        }
        match self.otl {
            Otl::Otl34 => {}
            Otl::Otl44 => self.frame.field_mut(FAS)[LLM_OCTET] = FAS_PATTERN[LLM_OCTET],
        }
    }

    /// True while every lane is in its place.
    pub const fn aligned(&self) -> bool {
        self.aligned
    }

    /// True while dLOL stands.
    pub const fn loss_of_alignment(&self) -> bool {
        self.lol.raised()
    }

    /// The logical lane found on an input.
    pub fn logical_lane(&self, input: usize) -> Option<u8> {
        self.lanes.get(input)?.recovery.lane()
    }

    /// Bits by which an input lags behind the earliest one, as of the last alignment.
    pub fn delay_bits(&self, input: usize) -> Option<u64> {
        self.deskew.as_ref()?.delay_bits(input)
    }

    /// Octets held back for deskew: bounded by the skew limit.
    pub fn held_octets(&self) -> usize {
        self.lanes.iter().map(|lane| lane.held.len()).sum::<usize>() * OtuFrame::OCTETS
    }
}
