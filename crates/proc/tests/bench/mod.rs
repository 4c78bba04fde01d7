//! A line of OTUk frames from the naive builder, changed at exact frames, and a terminal that hears it:
//! its defects, and the fault causes that a correlator makes of them.

use std::sync::OnceLock;

use otn_frame::layout::OTU_BITS;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_proc::align::FrameInfo;
use otn_proc::defect::{Defect, DefectEvent};
use otn_proc::observer::{FrameReport, Observer, OduReport};
use otn_proc::odu::Hold;
use otn_proc::provision::Provision;
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::Settings;
use otn_proc::terminal::{Fec, LineCoding, TerminalSink};
use otn_testkit::otu::{self, index};
use otn_testkit::scrambler;

/// Octets of a frame on the line.
pub(crate) const FRAME: usize = otu::FRAME_OCTETS;
/// No FEC: a wrong bit stays one.
pub(crate) const CODING: LineCoding = LineCoding { fec: Fec::None, scrambled: true };
/// The payload type that is sent: the NULL test signal.
pub(crate) const NULL: u8 = 0xFD;
/// Place of the third octet of SM.
pub(crate) const SM_STATUS: usize = index_of(1, 10);
/// Place of the third octet of PM.
pub(crate) const PM_STATUS: usize = index_of(3, 12);
/// Place of the PSI.
pub(crate) const PSI: usize = index_of(4, 15);
/// Frames that are made once and used again.
const MADE: usize = 1_024;

/// Index of an octet by row and column from 1.
pub(crate) const fn index_of(row: usize, column: usize) -> usize {
    (row - 1) * otu::COLUMNS + column - 1
}

/// Place of the first octet of a TCM field.
pub(crate) const fn tcm(level: usize) -> usize {
    match level {
        1..=3 => index_of(3, 1 + 3 * (3 - level)),
        _ => index_of(2, 5 + 3 * (6 - level)),
    }
}

/// The trace of every trail of the line.
pub(crate) fn trace() -> Tti {
    Tti::new("FROM", "TO", "op").expect("short enough")
}

/// Clear frame `number` of an undisturbed line: every TCM level is in use, each payload is another.
pub(crate) fn clear(number: usize) -> &'static [u8] {
    static FRAMES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let frames = FRAMES.get_or_init(|| {
        let mut payload = Vec::new();
        // The last payloads are those before the first frame, so that the row can be sent again.
        for number in 0..MADE + 2 {
            let number = (number + MADE - 2) % MADE;
            let octet = (number * 37 % 251) as u8;
            payload.push(octet ^ number as u8);
            payload.resize(payload.len() + otu::PAYLOAD_OCTETS - 1, octet);
        }
        let tti = *trace().octets();
        let settings = otu::Settings {
            sm_tti: tti,
            pm_tti: tti,
            payload_type: 0,
            fec: false,
            scramble: false,
        };
        let mut frames = otu::build(&settings, &payload).split_off(2);
        for (number, frame) in frames.iter_mut().enumerate() {
            let mfas = number % 256;
            // The payload type is sent with MFAS 0: BIP-8 two frames later.
            frame[PSI] = if mfas == 0 { NULL } else { 0 };
            let wrong = if mfas == 2 { NULL } else { 0 };
            frame[index(1, 7)] = mfas as u8;
            let parity = frame[index(1, 9)] ^ wrong;
            for first in [index(1, 8), index(3, 10)] {
                frame[first] = tti[mfas % 64];
                frame[first + 1] = parity;
            }
            for level in 1..=6 {
                frame[tcm(level)..][..3].copy_from_slice(&[tti[mfas % 64], parity, 1]);
            }
        }
        frames
    });
    &frames[number % MADE]
}

/// Scrambles a clear frame, or the other way round.
pub(crate) fn scramble(frame: &mut [u8]) {
    static MASK: OnceLock<Vec<u8>> = OnceLock::new();
    let mask = MASK.get_or_init(|| {
        let mut mask = vec![0; FRAME];
        scrambler::scramble_otu(&mut mask);
        mask
    });
    frame.iter_mut().zip(mask).for_each(|(octet, mask)| *octet ^= mask);
}

/// When a bit of the line of `signal` is there.
pub(crate) fn bit_of(signal: Signal, bit: u64) -> SimTime {
    FrameClock::new(signal, PartsPerBillion::default()).bit_start(bit)
}

/// When a frame of `signal` begins.
pub(crate) fn start_of(signal: Signal, number: u64) -> SimTime {
    bit_of(signal, number * OTU_BITS)
}

/// What was told of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The process was in frame.
    pub(crate) in_frame: bool,
    /// Another phase was found.
    pub(crate) realigned: bool,
}

/// Everything that a sink told.
#[derive(Default)]
pub(crate) struct Record {
    /// Defects, in the order in which they were told.
    pub(crate) events: Vec<DefectEvent>,
    /// Fault causes.
    pub(crate) causes: Vec<CauseEvent>,
    /// Frames as they were cut.
    pub(crate) line: Vec<Seen>,
    /// MFAS in use and MFAS received, of each frame that was looked into.
    pub(crate) mfas: Vec<(u8, u8)>,
    /// Start of each frame that the section looked into, and its BIP-8 violations.
    pub(crate) section: Vec<(SimTime, Option<u8>)>,
    /// The same of the path.
    pub(crate) path: Vec<(SimTime, Option<u8>)>,
    /// Makes causes of defects.
    pub(crate) correlator: Correlator,
}

impl Record {
    /// Changes of this defect: when, and whether it was raised.
    pub(crate) fn of(&self, defect: Defect) -> Vec<(SimTime, bool)> {
        let same = self.events.iter().filter(|event| event.defect == defect);
        same.map(|event| (event.at, event.raised)).collect()
    }

    /// Names of the defects that were ever raised, each once, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for event in self.events.iter().filter(|event| event.raised) {
            let name = event.defect.to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Names of the causes that were ever raised, each once, in order.
    pub(crate) fn told(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for event in self.causes.iter().filter(|event| event.raised) {
            let name = event.cause.to_string();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// Names of the causes that stand.
    pub(crate) fn standing(&self) -> Vec<String> {
        let standing = self.correlator.causes(otn_proc::place::Place::ROOT);
        standing.iter().map(|cause| cause.to_string()).collect()
    }

    /// Judges what was told up to `now`.
    pub(crate) fn settle(&mut self, now: SimTime) {
        self.correlator.settle(now, &mut |event| self.causes.push(event));
    }
}

impl Observer for Record {
    fn line_frame(&mut self, _: SimTime, info: FrameInfo, _: &OtuFrame) {
        self.line.push(Seen { in_frame: info.in_frame, realigned: info.realigned });
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        self.mfas.push((report.mfas, report.frame.octets()[6]));
        self.section.push((report.at, report.section.violations));
    }

    fn odu_frame(&mut self, report: &OduReport) {
        self.path.push((report.at, report.path.violations));
    }

    fn defect(&mut self, event: DefectEvent) {
        self.events.push(event);
        self.correlator.note(event, &mut |cause| self.causes.push(cause));
    }
}

/// A terminal and what it told.
pub(crate) struct Terminal {
    /// Receives.
    pub(crate) sink: TerminalSink,
    /// What it told.
    pub(crate) record: Record,
    signal: Signal,
    bits: u64,
    sent: usize,
}

impl Terminal {
    /// A terminal of `signal` that is told nothing.
    pub(crate) fn new(signal: Signal) -> Self {
        Self::provisioned(signal, Provision::default(), Settings::default())
    }

    /// A terminal that is told what to expect and what to report.
    pub(crate) fn provisioned(signal: Signal, provision: Provision, settings: Settings) -> Self {
        let sink = TerminalSink::provisioned(signal, CODING, provision, Hold::NOTHING);
        let record = Record { correlator: Correlator::new(settings), ..Record::default() };
        Self { sink, record, signal, bits: 0, sent: 0 }
    }

    /// Octets as they are on the line.
    pub(crate) fn push(&mut self, octets: &[u8]) {
        let signal = self.signal;
        self.push_dated(octets, &|bit| bit_of(signal, bit));
    }

    /// The same on a clock of the test's own.
    pub(crate) fn push_dated(&mut self, octets: &[u8], date: &impl Fn(u64) -> SimTime) {
        self.bits += octets.len() as u64 * 8;
        self.sink.push(octets, date, &mut self.record);
        // What is told of a bit may come with the frame after it.
        let told = self.bits.saturating_sub(3 * OTU_BITS);
        self.record.settle(date(told));
    }

    /// The next `count` frames of the line, each changed before it is scrambled.
    pub(crate) fn send(
        &mut self,
        count: usize,
        mut change: impl FnMut(usize, &mut [u8]),
    ) -> &mut Self {
        for _ in 0..count {
            let mut frame = clear(self.sent).to_vec();
            change(self.sent, &mut frame);
            scramble(&mut frame);
            self.sent += 1;
            self.push(&frame);
        }
        self
    }

    /// The next `count` frames as they are.
    pub(crate) fn good(&mut self, count: usize) -> &mut Self {
        self.send(count, |_, _| {})
    }

    /// Frames sent so far.
    pub(crate) fn sent(&self) -> usize {
        self.sent
    }

    /// Judges everything that was told.
    pub(crate) fn settle(&mut self) -> &mut Self {
        self.record.settle(bit_of(self.signal, self.bits));
        self
    }
}
