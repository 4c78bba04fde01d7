//! One side of an ODU connection: frames of an ODUj on their way to the tributary slots of a line.
//!
//! Clauses: G.798 13.3, 14.1 (ODU connection function), 14.3 (AIS in place of a signal that is not there),
//! G.709 16.5. In: frames, each with the time it came in, as they become known. Out: octets, as many as have
//! come by an instant, so that the mapping behind it sees a smooth clock; or whole frames, for an OTUk
//! around them. Each frame leaves a fixed latency after it came. Where none is there, frames of a
//! maintenance signal on the node's own clock take its place: the last of them is cut short where a frame of
//! the ODUj is due, as a frame of the ODUj is where another one that does not follow it is due.

use std::collections::VecDeque;
use std::rc::Rc;

use otn_frame::layout::MFAS;
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Signal, SimTime};
use otn_proc::odu::source::Maintenance;

use super::injection::{Change, Injector, Lasts, Stage};
use super::pool::Pool;
use super::tandem::Termination;

/// A frame that waits.
#[derive(Debug)]
struct Waiting {
    /// Its first and its last instant at the output.
    at: SimTime,
    end: SimTime,
    /// It follows the frame before.
    follows: bool,
    frame: Box<OduFrame>,
}

/// The frame that leaves now.
#[derive(Debug)]
struct Current {
    start: SimTime,
    end: SimTime,
    /// Octets that have left.
    given: usize,
    /// It came; otherwise it was made here.
    came: bool,
    frame: Box<OduFrame>,
}

/// A frame as it leaves in an OTUk of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// When it begins to leave.
    pub(super) start: SimTime,
    /// When it would have left.
    pub(super) end: SimTime,
    /// When it is cut short, if it is.
    pub(super) cut: Option<SimTime>,
    /// From start to end.
    pub(super) lasts: SimTime,
    /// It is the first one that ever came.
    pub(super) first: bool,
}

/// A hundredth of a time: more than clocks are off.
const fn percent(time: SimTime) -> SimTime {
    SimTime::from_ps(time.as_ps() / 100)
}

/// The queue.
#[derive(Debug)]
pub(super) struct OduQueue {
    odu: Signal,
    clock: FrameClock,
    latency: SimTime,
    waiting: VecDeque<Waiting>,
    current: Option<Current>,
    /// Up to here everything has left.
    now: SimTime,
    /// Of whole frames: the one before had come, and one had come ever.
    passing: bool,
    begun: bool,
    /// The clock until then.
    early: FrameClock,
    /// What is sent in place of a signal that does not come.
    absent: Maintenance,
    /// What is sent in place of any signal.
    forced: Option<Maintenance>,
    /// Multiframe count of the frame made next.
    mfas: u8,
    spare: Pool<OduFrame>,
    /// Frames that came too late.
    late: u64,
    /// The tandem connections with an end at this tributary: those that begin are written here, into whatever
    /// leaves.
    pub(super) tandem: Option<Box<Termination>>,
    /// What is put into the overhead of whatever leaves.
    injector: Option<Rc<Injector>>,
}

impl OduQueue {
    /// An ODUj of which nothing has come yet; frames leave `latency` after they came.
    pub(super) const fn new(odu: Signal, offset: PartsPerBillion, latency: SimTime) -> Self {
        Self {
            odu,
            clock: FrameClock::new(odu, offset),
            latency,
            waiting: VecDeque::new(),
            current: None,
            now: SimTime::ZERO,
            passing: false,
            begun: false,
            early: FrameClock::new(odu, offset),
            absent: Maintenance::Ais,
            forced: None,
            mfas: 0,
            spare: Pool::new(),
            late: 0,
            tandem: None,
            injector: None,
        }
    }

    /// The node's clock has another offset.
    pub(super) const fn retune(&mut self, offset: PartsPerBillion) {
        self.clock = FrameClock::new(self.odu, offset);
    }

    /// What is sent in place of any signal: LCK where it is locked, OCI where nothing is connected.
    pub(super) fn force(&mut self, signal: Option<Maintenance>) {
        self.forced = signal;
        if signal.is_some() {
            self.waiting.clear();
        }
    }

    /// Something else is connected to it, whose frames leave `latency` after they came.
    pub(super) fn reconnect(&mut self, latency: SimTime) {
        self.waiting.clear();
        (self.latency, self.forced) = (latency, None);
    }

    /// A change of the frames that leave from now on.
    pub(super) fn inject(&mut self, change: Change, now: SimTime, lasts: Lasts) {
        self.injector.get_or_insert_with(|| Injector::new(true)).add(change, now, lasts);
    }

    /// By how much what came is later when it leaves.
    pub(super) const fn latency(&self) -> SimTime {
        self.latency
    }

    /// Frames that came too late to leave.
    pub(super) const fn late(&self) -> u64 {
        self.late
    }

    /// A frame that is done with, for whoever hands over another one.
    pub(super) fn done_with(&mut self) -> Option<Box<OduFrame>> {
        self.spare.take()
    }

    /// An empty frame to fill and push.
    pub(super) fn blank(&mut self) -> Box<OduFrame> {
        self.spare.take().unwrap_or_else(|| Box::new(OduFrame::zeroed()))
    }

    /// Takes a frame that came from `at` to `end`.
    pub(super) fn push(
        &mut self,
        (at, end): (SimTime, SimTime),
        follows: bool,
        frame: Box<OduFrame>,
    ) {
        if self.forced.is_some() {
            self.spare.put(frame);
            return;
        }
        let (at, end) = (at + self.latency, end + self.latency);
        self.waiting.push_back(Waiting { at, end, follows, frame });
    }

    /// The first frame will come at `at` on this clock, so that it begins where one of those before it ends: when a
    /// network is built it has been at work for long.
    pub(super) const fn expect_first(&mut self, at: SimTime, offset: PartsPerBillion) {
        self.early = FrameClock::new(self.odu, offset);
        let before = at.as_ps() / self.early.frame_start(1).as_ps();
        self.now = at.since(self.early.frame_start(before));
    }

    /// Nothing leaves before the first frame does, of a signal that is made here.
    pub(super) const fn begin_with_first(&mut self) {
        self.now = self.latency;
    }

    /// Up to here everything has left.
    pub(super) const fn now(&self) -> SimTime {
        self.now
    }

    /// The next frame, and when it leaves: all of it, or as much of it as there is time for before the first frame
    /// of a signal that comes (again). With `all` it is whole in any case.
    //= g798:13.3-aais
    pub(super) fn next_whole(&mut self, all: bool, frame: &mut Box<OduFrame>) -> Whole {
        let clock = if self.begun { self.clock } else { self.early };
        let period = clock.frame_start(1);
        // A start that is off by less than an octet is where it should be.
        let slack = SimTime::from_ps(period.as_ps() / OduFrame::OCTETS as u64);
        let (start, after_one) = (self.now, self.passing);
        while let Some(next) = self.waiting.front()
            && next.at + slack < start
            && !(after_one && next.follows)
        {
            self.late += 1;
            if let Some(gone) = self.waiting.pop_front() {
                self.spare.put(gone.frame);
            }
            if let Some(next) = self.waiting.front_mut() {
                next.follows = false;
            }
        }
        let due = |next: &Waiting| next.at <= start + slack || (after_one && next.follows);
        let came =
            if self.waiting.front().is_some_and(due) { self.waiting.pop_front() } else { None };
        self.passing = came.is_some();
        let first = self.passing && !self.begun;
        self.begun |= self.passing;
        let mut end = start + period;
        if let Some(Waiting { end: leaves, frame: mut octets, .. }) = came {
            std::mem::swap(frame, &mut octets);
            self.spare.put(octets);
            self.pass_through(frame, (start, all));
            // Where a stream was broken off its dates may be no clock's.
            let (least, most) = (end - percent(period), end + percent(period));
            end = if (least..=most).contains(&leaves) { leaves } else { end };
        } else {
            self.make(frame, (start, all));
        }
        self.disturb(start, frame);
        let cut = self.waiting.front().filter(|next| !(self.passing && next.follows));
        let cut = cut.map(|next| next.at).filter(|at| !all && *at + slack < end);
        let lasts = end.since(start);
        self.now = cut.unwrap_or(end);
        Whole { start, end, cut, lasts, first }
    }

    /// A frame of the signal that stands in place of one that does not come.
    fn make(&mut self, frame: &mut OduFrame, leaves: (SimTime, bool)) {
        frame.rows_mut()[0].fill(0);
        frame.set_alignment(self.mfas);
        self.forced.unwrap_or(self.absent).write(frame);
        if let Some(tandem) = &mut self.tandem {
            tandem.send(frame, self.mfas, leaves);
        }
        self.mfas = self.mfas.wrapping_add(1);
    }

    /// A frame that came: tandem connections begin in it, where they do here.
    fn pass_through(&mut self, frame: &mut OduFrame, leaves: (SimTime, bool)) {
        if let Some(tandem) = &mut self.tandem {
            let mfas = frame.octet(MFAS);
            // What takes the place of frames that end counts on.
            self.mfas = mfas.wrapping_add(1);
            tandem.send(frame, mfas, leaves);
        }
    }

    /// Gives the octets that leave up to `until`.
    pub(super) fn emit(&mut self, until: SimTime, take: &mut impl FnMut(&[u8])) {
        while self.now < until {
            if self.current.as_ref().is_none_or(|current| current.end <= self.now) {
                self.begin();
            }
            let cut = self.cut();
            let Some(current) = &mut self.current else { return };
            let stop = cut.unwrap_or(current.end).min(current.end);
            let upto = stop.min(until);
            let due = if upto >= current.end {
                OduFrame::OCTETS
            } else {
                let lasts = current.end.since(current.start).as_ps().max(1);
                let gone = u128::from(upto.since(current.start).as_ps());
                (gone * OduFrame::OCTETS as u128 / u128::from(lasts)) as usize
            };
            if due > current.given {
                take(&current.frame.octets()[current.given..due]);
                current.given = due;
            }
            if upto == stop {
                current.end = stop;
            }
            self.now = upto;
        }
    }

    /// Where the present frame is cut short: a frame is due that does not follow it.
    fn cut(&mut self) -> Option<SimTime> {
        let came = self.current.as_ref().is_some_and(|current| current.came);
        self.drop_late();
        let next = self.waiting.front()?;
        (!(came && next.follows)).then_some(next.at)
    }

    /// Frames that should have begun to leave before now are lost.
    fn drop_late(&mut self) {
        let after_one = self.current.as_ref().is_some_and(|current| current.came);
        while let Some(next) = self.waiting.front()
            && next.at < self.now
            && !(after_one && next.follows)
        {
            self.late += 1;
            if let Some(gone) = self.waiting.pop_front() {
                self.spare.put(gone.frame);
            }
            if let Some(next) = self.waiting.front_mut() {
                next.follows = false;
            }
        }
    }

    /// The frame that leaves from now on.
    fn begin(&mut self) {
        self.drop_late();
        let before = self.current.take();
        let after_one = before.as_ref().is_some_and(|current| current.came);
        let cut = before.as_ref().is_some_and(|current| current.given < OduFrame::OCTETS);
        if let Some(current) = before {
            self.spare.put(current.frame);
        }
        let start = self.now;
        let due = |next: &Waiting| next.at <= start || (after_one && next.follows);
        if self.waiting.front().is_some_and(due)
            && let Some(Waiting { end, mut frame, .. }) = self.waiting.pop_front()
        {
            let end = end.max(start + SimTime::from_ps(1));
            self.pass_through(&mut frame, (start, cut));
            self.disturb(start, &mut frame);
            self.current = Some(Current { start, end, given: 0, came: true, frame });
            return;
        }
        let mut frame = self.blank();
        self.make(&mut frame, (start, cut));
        self.disturb(start, &mut frame);
        let end = start + self.clock.frame_start(1);
        self.current = Some(Current { start, end, given: 0, came: false, frame });
    }

    fn disturb(&self, start: SimTime, frame: &mut OduFrame) {
        if let Some(injector) = &self.injector {
            injector.begin(start);
            injector.apply(Stage::Odu, frame);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: SimTime = SimTime::from_ns(98_354);

    fn queue() -> OduQueue {
        OduQueue::new(Signal::Odu0, PartsPerBillion::default(), SimTime::from_ns(1_000))
    }

    fn frame(fill: u8) -> Box<OduFrame> {
        let mut frame = Box::new(OduFrame::zeroed());
        frame.octets_mut().fill(fill);
        frame
    }

    /// What leaves in small steps.
    fn run(queue: &mut OduQueue, until: SimTime) -> Vec<u8> {
        let mut all = Vec::new();
        let mut now = queue.now;
        while now < until {
            now = (now + SimTime::from_ns(12_191)).min(until);
            queue.emit(now, &mut |octets| all.extend_from_slice(octets));
        }
        all
    }

    #[test]
    fn frames_that_follow_leave_whole_one_latency_later() {
        let mut queue = queue();
        let mut at = SimTime::ZERO;
        for n in 0..4 {
            queue.push((at, at + PERIOD), n > 0, frame(n));
            at = at + PERIOD;
        }
        let all = run(&mut queue, at + SimTime::from_ns(1_000));
        let first = all.len() - 4 * OduFrame::OCTETS;
        // 1 us of 98.354 us, rounded down: AIS before the first.
        assert_eq!(first, 1_000 * OduFrame::OCTETS / 98_354);
        for n in 0..4usize {
            let part = &all[first + n * OduFrame::OCTETS..][..OduFrame::OCTETS];
            assert!(part.iter().all(|octet| usize::from(*octet) == n));
        }
        assert_eq!(queue.late(), 0);
    }

    #[test]
    fn in_place_of_what_does_not_come_there_is_ais_with_its_alignment() {
        let mut queue = queue();
        let all = run(&mut queue, PERIOD + PERIOD + PERIOD);
        for (n, part) in all.chunks_exact(OduFrame::OCTETS).enumerate() {
            assert_eq!(part[..7], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, n as u8]);
            assert!(part[14..].iter().all(|octet| *octet == 0xFF));
        }
        assert!(all.len() / OduFrame::OCTETS >= 2);
    }

    #[test]
    fn a_frame_of_another_phase_cuts_the_one_before_and_the_rate_stays() {
        let mut queue = queue();
        queue.push((SimTime::ZERO, PERIOD), false, frame(1));
        let jump = SimTime::from_ns(40_000);
        queue.push((jump, jump + PERIOD), false, frame(2));
        queue.push((jump + PERIOD, jump + PERIOD + PERIOD), true, frame(3));
        let end = jump + PERIOD + PERIOD + SimTime::from_ns(1_000);
        let all = run(&mut queue, end);
        let of = |fill: u8| all.iter().filter(|octet| **octet == fill).count();
        assert_eq!((of(2), of(3)), (OduFrame::OCTETS, OduFrame::OCTETS));
        assert_eq!(of(1), 40_000 * OduFrame::OCTETS / 98_354);
        let expected = u128::from(end.as_ps()) * OduFrame::OCTETS as u128 / 98_354_000;
        assert!(all.len().abs_diff(expected as usize) <= 3, "{} {expected}", all.len());
    }

    //= type=test g798:13.3-aais
    #[test]
    fn whole_frames_are_cut_only_where_a_signal_comes_back_in_another_phase() {
        let mut queue = queue();
        let period = queue.clock.frame_start(1);
        let latency = SimTime::from_ns(1_000);
        // Two frames, nothing for two and a half, and frames again; the last one not quite where it should be.
        let back = period + period + SimTime::from_ns(250_000);
        queue.push((SimTime::ZERO, period), false, frame(1));
        queue.push((period, period + period), true, frame(2));
        queue.push((back, back + period), false, frame(3));
        let late = back + period + SimTime::from_ps(3_000);
        queue.push((late, late + period), false, frame(4));
        let mut inside = Box::new(OduFrame::zeroed());
        let mut seen = Vec::new();
        for _ in 0..9 {
            let now = queue.now();
            let Whole { start, end, cut, lasts, first } = queue.next_whole(false, &mut inside);
            assert_eq!((start, lasts), (now, end.since(start)));
            assert_eq!(queue.now(), cut.unwrap_or(end));
            let octet = inside.octets()[OduFrame::OCTETS - 1];
            seen.push((start, cut.is_some(), octet, first));
        }
        let until = period + period + latency;
        let expected = [
            (SimTime::ZERO, true, 0xFF, false),
            (latency, false, 1, true),
            (latency + period, false, 2, false),
            (until, false, 0xFF, false),
            (until + period, false, 0xFF, false),
            (until + period + period, true, 0xFF, false),
            (back + latency, false, 3, false),
            // 3 ns are less than the 6.4 ns of an octet.
            (back + latency + period, false, 4, false),
            (late + latency + period, false, 0xFF, false),
        ];
        for (n, (seen, expected)) in seen.iter().zip(expected).enumerate() {
            let apart = seen.0.as_ps().abs_diff(expected.0.as_ps());
            assert!(apart <= 3, "{n}: {seen:?} {expected:?}");
            assert_eq!((seen.1, seen.2, seen.3), (expected.1, expected.2, expected.3), "{n}");
        }
        assert_eq!(queue.late(), 0);
    }

    #[test]
    fn what_comes_too_late_is_dropped_and_what_is_forced_stays() {
        let mut queue = queue();
        run(&mut queue, SimTime::from_ns(50_000));
        queue.push((SimTime::ZERO, PERIOD), false, frame(0xA1));
        queue.push((PERIOD, PERIOD + PERIOD), true, frame(0xA2));
        let all = run(&mut queue, PERIOD + PERIOD + SimTime::from_ns(1_000));
        assert!(!all.contains(&0xA1) && all.contains(&0xA2));
        assert_eq!(queue.late(), 1);
        queue.force(Some(Maintenance::Lck));
        queue.push((PERIOD + PERIOD, PERIOD + PERIOD + PERIOD), true, frame(0xA3));
        let until = queue.now + PERIOD + PERIOD;
        let all = run(&mut queue, until);
        assert!(!all.contains(&0xA3) && all.contains(&0x55));
    }
}
