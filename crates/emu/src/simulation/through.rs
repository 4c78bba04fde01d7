//! A node passes an ODUk on from one line to the next: the OTUk ends, the ODUk does not.
//!
//! Clauses: G.798 13.3 (OTUk/ODUk_A), 14.1 (connection). In: frames of the ODUk as the sink of the
//! line before gives them, and whether its signal has failed. Out: OTUk frames. As long as the ODUk
//! is there, the new OTUk runs on its recovered clock, [`LATENCY_FRAMES`] behind it. In its absence
//! the node sends ODUk-AIS on its own clock: the first such frame follows the frame before it; the
//! last one is cut short, as the ODUk comes back with a frame start of its own. Tandem connections that
//! begin here are written into whatever is sent; those that end here have been taken out before.

use std::collections::VecDeque;

use otn_frame::access::OverheadInsertion;
use otn_frame::layout::{ODU_COLS, OPU_RANGE, OTU_BITS, OTU_OCTETS, PM_TCM};
use otn_frame::{FrameClock, OduFrame, OtuFrame, SimTime};
use otn_proc::odu::passage::{Passage, TandemRemotes};
use otn_proc::odu::source::Maintenance;
use otn_proc::remote::RemoteIndication;
use otn_proc::section::SectionSource;
use otn_proc::terminal::LineCoding;

use super::delay::DelayMeter;
use super::sending::{Content, Flight, Output};
use super::stream::{Pace, Stretch};
use crate::ledger::Gone;

/// Frames by which an ODUk is later at the output of a node than at its input: while an aligner
/// searches, a frame is known three frame periods after its start.
pub(super) const LATENCY_FRAMES: u64 = 4;

/// A frame of the ODUk on its way through the node.
pub(super) struct Passed {
    /// Its first bit on the line before.
    pub(super) start_bit: u64,
    /// When it has to start on the next line.
    pub(super) at: SimTime,
    /// When it has to end there.
    pub(super) end: SimTime,
    /// Multiframe count.
    pub(super) mfas: u8,
    /// The frame.
    pub(super) frame: OduFrame,
    /// What is in it.
    pub(super) content: Content,
}

impl Passed {
    /// Frames of the ODUk before this number have passed, or never will; `None` where only a later
    /// frame can tell.
    fn before(&self) -> Option<u64> {
        match &self.content {
            Content::Odu(odu) => Some(odu.number),
            Content::Maintenance { before } => Some(*before),
            Content::Unknown => None,
        }
    }
}

/// What was sent last.
#[derive(Clone, Copy, Debug)]
enum Last {
    Nothing,
    /// A frame of the ODUk: the one that follows it begins with this bit of the line before.
    Passed(u64),
    /// The node's own signal, so many frames since this instant.
    Own {
        at: SimTime,
        frames: u64,
    },
}

/// Gives what is put into the overhead of the frame that starts at an instant with this MFAS.
pub(super) type Overhead<'a> = &'a mut dyn FnMut(SimTime, u8) -> OverheadInsertion;

/// What has to be sent that is not of the ODUk: what the sinks of the port have to send back, and what
/// others put in.
pub(super) struct Back<'a> {
    /// In SM.
    pub(super) section: &'a mut RemoteIndication,
    /// In the TCM fields.
    pub(super) tandem: &'a mut TandemRemotes,
    /// In PM&TCM.
    pub(super) delay: &'a mut DelayMeter,
    /// Wherever others want it.
    pub(super) overhead: Overhead<'a>,
}

/// What a node sends next.
pub(super) enum Next {
    /// This, up to this instant.
    Sent(Box<Flight>, SimTime),
    /// Nothing before this instant.
    Wait(SimTime),
    /// Nothing, until something comes.
    Silence,
}

/// The source of an OTUk around an ODUk from another line.
pub(super) struct Through {
    /// The port the ODUk comes from: line and end.
    pub(super) inward: (usize, usize),
    /// It sends, or is about to.
    pub(super) running: bool,
    coding: LineCoding,
    section: SectionSource,
    /// The tandem connections that begin here.
    tandem: Passage,
    /// The node's own clock.
    clock: FrameClock,
    queue: VecDeque<Passed>,
    last: Last,
    mfas: u8,
    lost_before: u64,
}

impl Through {
    pub(super) fn new(
        inward: (usize, usize),
        coding: LineCoding,
        section: SectionSource,
        tandem: Passage,
        clock: FrameClock,
    ) -> Self {
        Self {
            inward,
            running: false,
            coding,
            section,
            tandem,
            clock,
            queue: VecDeque::new(),
            last: Last::Nothing,
            mfas: u8::MAX,
            lost_before: 0,
        }
    }

    /// Takes frames of the ODUk; those before number `lost_before` will not come any more.
    pub(super) fn accept(&mut self, frames: impl Iterator<Item = Passed>, lost_before: u64) {
        self.queue.extend(frames);
        self.lost_before = lost_before;
    }

    /// When the next frame that waits has to start.
    pub(super) fn due(&self) -> Option<SimTime> {
        self.queue.front().map(|head| head.at)
    }

    /// What was sent before has ended at `now`: sends what comes next. `fails`: the signal of the
    /// line before has failed. `over`: where nothing waits, nothing more will come.
    //= g798:13.3-aais
    pub(super) fn next(
        &mut self,
        now: SimTime,
        (fails, over): (bool, bool),
        back: &mut Back<'_>,
        output: &mut Output,
    ) -> Next {
        if fails {
            self.queue.clear();
        }
        while let Some(head) = self.queue.front() {
            let follows = matches!(self.last, Last::Passed(bit) if bit == head.start_bit);
            if head.end > now && (follows || head.at >= now) {
                break;
            }
            // It became due while something else was sent.
            self.queue.pop_front();
        }
        let due = self.queue.front().map(|head| (head.at, head.start_bit));
        match (due, self.last) {
            (Some((_, start)), Last::Passed(bit)) if bit == start => {
                self.pass(now, false, back, output)
            }
            (Some((at, _)), Last::Nothing) if at == now => self.pass(now, false, back, output),
            (Some((at, _)), _) if at == now => self.pass(now, true, back, output),
            (None, _) if over => Next::Silence,
            (due, _) => self.alarm(now, due.map(|(at, _)| at), back, output),
        }
    }

    /// Passes the head of the queue on.
    fn pass(
        &mut self,
        now: SimTime,
        restart: bool,
        back: &mut Back<'_>,
        output: &mut Output,
    ) -> Next {
        let Some(mut head) = self.queue.pop_front() else { return Next::Silence };
        if restart {
            //= g798:14.5.1-iae-16-multiframes
            self.section.alignment_error();
            self.tandem.alignment_error();
        }
        self.last = Last::Passed(head.start_bit + OTU_BITS);
        self.mfas = head.mfas;
        let lasts = head.end.since(now);
        let (mut octets, mut end) = (OTU_OCTETS, head.end);
        // The next one does not follow it and comes too early: this one is cut short.
        let cut = |next: &&Passed| next.start_bit != head.start_bit + OTU_BITS && next.at < end;
        if let Some(next) = self.queue.front().filter(cut) {
            let share = u128::from(next.at.since(now).as_ps()) * OTU_OCTETS as u128;
            octets = (share / u128::from(lasts.as_ps().max(1))) as usize;
            end = next.at;
            if let Content::Odu(odu) = &mut head.content {
                odu.gone = odu.gone.or(Some(Gone::Alignment));
            }
        }
        if octets == 0 {
            return Next::Wait(end);
        }
        let pace = Pace::Even { bits: OTU_BITS, lasts };
        let stretch = Stretch { first_bit: output.bits(), at: now, pace };
        let mut flight = output.blank();
        let insertion = (back.overhead)(now, self.mfas);
        self.write(&mut flight.frame, &mut head.frame, (now, insertion), back);
        let flight = output.launch(flight, head.content, octets, Some(stretch), end);
        Next::Sent(Box::new(flight), end)
    }

    /// Sends a frame of ODUk-AIS, or as much of it as there is time for.
    fn alarm(
        &mut self,
        now: SimTime,
        due: Option<SimTime>,
        back: &mut Back<'_>,
        output: &mut Output,
    ) -> Next {
        let (at, frames, stretch) = match self.last {
            Last::Own { at, frames } => (at, frames, None),
            Last::Nothing | Last::Passed(_) => {
                let pace = Pace::Clock(self.clock);
                (now, 0, Some(Stretch { first_bit: output.bits(), at: now, pace }))
            }
        };
        let (mut octets, mut end) = (OTU_OCTETS, at + self.clock.frame_start(frames + 1));
        if let Some(due) = due.filter(|&due| due < end) {
            octets = self.octets_before(due.since(at), frames);
            end = due;
        }
        if octets == 0 {
            return Next::Wait(end);
        }
        self.last = Last::Own { at, frames: frames + 1 };
        self.mfas = self.mfas.wrapping_add(1);
        let mut inside = OduFrame::zeroed();
        Maintenance::Ais.write(&mut inside);
        let mut flight = output.blank();
        let OverheadInsertion { gcc0, osmc, reserved_otu, .. } = (back.overhead)(now, self.mfas);
        // The overhead of the ODUk is part of the maintenance signal.
        let insertion =
            OverheadInsertion { gcc0, osmc, reserved_otu, ..OverheadInsertion::default() };
        self.write(&mut flight.frame, &mut inside, (now, insertion), back);
        let before = self.queue.iter().find_map(Passed::before).unwrap_or(self.lost_before);
        let content = Content::Maintenance { before };
        Next::Sent(Box::new(output.launch(flight, content, octets, stretch, end)), end)
    }

    /// Octets of frame `frame` of the own clock that have ended at `time`.
    fn octets_before(&self, time: SimTime, frame: u64) -> usize {
        let first = self.clock.first_bit_from(time);
        let ended = if self.clock.bit_start(first) == time { first } else { first - 1 };
        (ended.saturating_sub(frame * OTU_BITS) / 8) as usize
    }

    /// An OTUk frame around the ODUk frame: its section begins here.
    //= g798:13.3-odu-passes
    fn write(
        &mut self,
        frame: &mut OtuFrame,
        inside: &mut OduFrame,
        (now, insertion): (SimTime, OverheadInsertion),
        back: &mut Back<'_>,
    ) {
        let passing = inside.octet(PM_TCM);
        inside.set_octet(PM_TCM, back.delay.send(now, passing));
        self.tandem.send(inside, self.mfas, back.tandem);
        for (row, inside) in frame.rows_mut().iter_mut().zip(inside.rows()) {
            row[..ODU_COLS].copy_from_slice(inside);
        }
        frame.rows_mut()[0][..OPU_RANGE.start].fill(0);
        frame.set_alignment(self.mfas);
        let bip8 = frame.opu_bip8();
        self.section.write(frame, self.mfas, bip8, back.section);
        insertion.write(frame, self.mfas);
        self.coding.put_on_line(frame);
    }
}
