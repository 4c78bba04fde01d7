//! OTU frames from the files of lanes, in any order and bit phase.
//!
//! Clauses: G.709 Annex C; G.798 lane processes. In: four or twenty files, read in step. Out: OTU
//! frames with their times, and a report of the lanes. Four files are tried as OTL3.4 and as OTL4.4
//! until frames come out of one of them. Constant memory: bounded by the largest skew that the
//! lanes can tell.
//!
//! All files start at the same time. Where the first one ends, the lanes end: what the others still
//! have only makes the last frames whole.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime};
use otn_proc::defect::DefectEvent;
use otn_proc::otl::{
    LaneError, LaneEvent, LaneFrameInfo, LaneObserver, LaneSink, PhysicalLaneSink,
};

use super::{LaneForm, LanesReport};
use crate::input::SignalFile;

/// Octets taken from each file at once.
const STEP: usize = 32 * 1024;

/// One file.
struct LaneFile {
    file: SignalFile,
    /// Octets read and not yet taken.
    pending: VecDeque<u8>,
    /// Bits taken.
    taken: u64,
    ended: bool,
}

impl LaneFile {
    fn open(path: &Path, width: Option<u32>) -> Result<Self> {
        let file = SignalFile::open(path, width)?;
        let name = path.display();
        ensure!(!file.is_capture(), "{name}: found a capture, expected bits of a lane");
        Ok(Self { file, pending: VecDeque::new(), taken: 0, ended: false })
    }

    /// Takes the next octets, filled up with zeros after the end.
    fn take(&mut self, octets: &mut Vec<u8>) -> Result<()> {
        while !self.ended && self.pending.len() < STEP {
            match self.file.next_piece()? {
                Some(_) => self.pending.extend(self.file.octets()),
                None => self.ended = true,
            }
        }
        octets.clear();
        octets.extend(self.pending.drain(..STEP.min(self.pending.len())));
        self.taken += 8 * octets.len() as u64;
        octets.resize(STEP, 0);
        Ok(())
    }

    /// True where zeros come in the place of bits.
    fn over(&self) -> bool {
        self.ended && self.pending.is_empty()
    }
}

/// A frame that waits to be taken.
struct Whole {
    at: SimTime,
    info: LaneFrameInfo,
    octets: Vec<u8>,
}

/// What came out of a sink.
#[derive(Default)]
struct Heard {
    frames: VecDeque<Whole>,
    report: LanesReport,
    /// Defects that nobody has asked for yet.
    defects: Vec<DefectEvent>,
    /// The end of the lanes, once it is known: what comes later is no event.
    end: Option<SimTime>,
}

impl LaneObserver for Heard {
    fn frame(&mut self, at: SimTime, info: LaneFrameInfo, frame: &OtuFrame) {
        self.frames.push_back(Whole { at, info, octets: frame.octets().to_vec() });
    }

    fn event(&mut self, event: LaneEvent) {
        if self.end.is_none_or(|end| event.at <= end) {
            self.report.event(event);
            self.defects.extend(event.defect());
        }
    }
}

enum Sink {
    Logical(Box<LaneSink>),
    Physical(Box<PhysicalLaneSink>),
}

/// The files taken as one form of interface.
struct Receiver {
    form: LaneForm,
    clock: FrameClock,
    sink: Sink,
    heard: Heard,
}

impl Receiver {
    fn new(form: LaneForm) -> Result<Self, LaneError> {
        // Whatever the markers can tell is put right: a report of skew is worth more than a limit.
        let limit = form.otl().max_skew_frames();
        let sink = match form {
            LaneForm::Otl34 | LaneForm::Otl44Logical => {
                Sink::Logical(Box::new(LaneSink::new(form.otl(), limit)?))
            }
            LaneForm::Otl44Physical => Sink::Physical(Box::new(PhysicalLaneSink::new(limit)?)),
        };
        let clock = FrameClock::new(form.signal(), PartsPerBillion::default());
        Ok(Self { form, clock, sink, heard: Heard::default() })
    }

    fn push(&mut self, file: usize, octets: &[u8]) -> Result<(), LaneError> {
        let (clock, files) = (self.clock, self.form.files() as u64);
        let date = move |bit: u64| clock.bit_start(bit * files);
        match &mut self.sink {
            Sink::Logical(sink) => sink.push(file, octets, &date, &mut self.heard),
            Sink::Physical(sink) => sink.push(file, octets, &date, &mut self.heard),
        }
    }

    fn lanes(&self) -> &LaneSink {
        match &self.sink {
            Sink::Logical(sink) => sink,
            Sink::Physical(sink) => sink.lanes(),
        }
    }

    /// Time of a bit of a file.
    fn date(&self, bit: u64) -> SimTime {
        self.clock.bit_start(bit * self.form.files() as u64)
    }

    /// Notes order and skew. While lanes end nothing new is believed of those already known.
    fn note(&mut self, ending: bool) {
        let inputs = self.form.otl().lanes();
        let order: Vec<Option<u8>> = (0..inputs).map(|i| self.lanes().logical_lane(i)).collect();
        let skew = self.skew();
        let report = &mut self.heard.report;
        report.order.resize(order.len(), None);
        report.skew_bits.resize(skew.len(), None);
        for (known, now) in report.order.iter_mut().zip(order) {
            *known = if ending { known.or(now) } else { now };
        }
        for (known, now) in report.skew_bits.iter_mut().zip(skew) {
            *known = if ending { known.or(now) } else { now };
        }
    }

    /// Bits by which each file is later than the earliest one.
    fn skew(&self) -> Vec<Option<u64>> {
        let each = self.form.lanes_per_file();
        let lanes = self.lanes();
        // Bit n of the lane at input i is bit `each * n + i % each` of its file.
        let place =
            |i: usize| lanes.delay_bits(i).map(|bits| bits * each as u64 + (i % each) as u64);
        let first = |file: usize| (file * each..(file + 1) * each).map(place).min().flatten();
        let places: Vec<Option<u64>> = (0..self.form.files()).map(first).collect();
        let least = places.iter().flatten().min().copied().unwrap_or(0);
        places.into_iter().map(|place| place.map(|bits| bits - least)).collect()
    }

    /// Bits of a file after the end of the first one in which the last frames come out: those of the
    /// skew, the largest there can be where it is not known, and of the lane frames that hold them.
    fn tail(&self) -> u64 {
        let otl = self.form.otl();
        let frame_bits = otl.frame_time_bits() * self.form.lanes_per_file() as u64;
        let known: Option<Vec<u64>> = self.heard.report.skew_bits.iter().copied().collect();
        let most = u64::from(otl.max_skew_frames()) * frame_bits;
        let skew = known.and_then(|skew| skew.into_iter().max()).unwrap_or(most);
        skew + 3 * otl.lanes() as u64 * frame_bits
    }

    /// Lets go of frames that are not whole in the files, whose bits are given.
    fn drop_cut(&mut self, file_bits: &[u64]) {
        let each = self.form.lanes_per_file() as u64;
        let lanes = self.lanes();
        let inputs = 0..self.form.otl().lanes() as u64;
        let delays: Vec<u64> = inputs.map(|i| lanes.delay_bits(i as usize).unwrap_or(0)).collect();
        let latest = delays.iter().max().copied().unwrap_or(0);
        // The last bit of a frame, as it lies on the latest lane, that every lane still has.
        let end = |(i, delay): (u64, &u64)| {
            let bits = (file_bits[(i / each) as usize] + each - 1 - i % each) / each;
            bits + latest - delay
        };
        let end = (0..).zip(&delays).map(end).min().unwrap_or(0);
        let lasts = self.form.otl().frame_time_bits();
        self.heard.frames.retain(|whole| whole.info.start_bit + lasts <= end);
    }
}

/// The files of lanes, being read.
pub struct LaneFiles {
    files: Vec<LaneFile>,
    names: Vec<String>,
    /// What the files may be: one, once that is known.
    receivers: Vec<Receiver>,
    /// Bits of each file that were pushed, zeros among them.
    pushed: u64,
    /// [`Self::pushed`] from which on nothing more comes; known once a file has ended.
    over_at: Option<u64>,
    octets: Vec<u8>,
}

impl LaneFiles {
    /// Opens files; `asked` is the signal, if the user knows it.
    ///
    /// # Errors
    /// A file that cannot be opened or is a capture; a number of files or a signal that does not
    /// fit.
    pub fn open(paths: &[PathBuf], width: Option<u32>, asked: Option<Signal>) -> Result<Self> {
        let found = paths.len();
        let fits = |form: &LaneForm| form.files() == found;
        let forms: Vec<LaneForm> = LaneForm::ALL.into_iter().filter(fits).collect();
        ensure!(!forms.is_empty(), "--lanes: found {found} files, expected 4 or 20");
        if let Some(signal) = asked {
            let expected: Vec<&str> = forms.iter().map(|form| form.signal().name()).collect();
            ensure!(
                forms.iter().any(|form| form.signal() == signal),
                "--signal: found {signal}, expected {} in {found} lanes",
                expected.join(" or ")
            );
        }
        let asked_for = |form: &&LaneForm| asked.is_none_or(|signal| form.signal() == signal);
        let receivers = forms
            .iter()
            .filter(asked_for)
            .map(|&form| Receiver::new(form))
            .collect::<Result<_, _>>()?;
        let open = |path: &PathBuf| LaneFile::open(path, width);
        Ok(Self {
            files: paths.iter().map(open).collect::<Result<_>>()?,
            names: paths.iter().map(|path| path.display().to_string()).collect(),
            receivers,
            pushed: 0,
            over_at: None,
            octets: Vec::new(),
        })
    }

    /// Octets of all files.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|lane| lane.file.size()).sum()
    }

    /// The signal, once it is known.
    pub fn signal(&self) -> Option<Signal> {
        match self.receivers.as_slice() {
            [receiver] => Some(receiver.form.signal()),
            _ => None,
        }
    }

    /// Puts the next frame into `octets`. Returns when it began; `None` at the end.
    ///
    /// # Errors
    /// A file that cannot be read on; files that are lanes of nothing.
    pub fn next_frame(&mut self, octets: &mut Vec<u8>) -> Result<Option<SimTime>> {
        loop {
            // The first that finds frames is right: there are none to be found in the wrong form.
            if let Some(right) = self.receivers.iter().position(|r| !r.heard.frames.is_empty()) {
                self.receivers.swap(0, right);
                self.receivers.truncate(1);
                let next = self.receivers[0].heard.frames.pop_front();
                if let Some(whole) = next {
                    *octets = whole.octets;
                    return Ok(Some(whole.at));
                }
            }
            if self.over_at.is_some_and(|over| self.pushed >= over) {
                let names = self.receivers.iter().map(|r| r.form.otl().name()).collect::<Vec<_>>();
                if names.len() > 1 {
                    bail!("--lanes: found no frame, expected lanes of {}", names.join(" or "));
                }
                return Ok(None);
            }
            self.step()?;
        }
    }

    /// Pushes the next octets of every file.
    fn step(&mut self) -> Result<()> {
        let before = self.over_at.is_some();
        let mut steps = Vec::with_capacity(self.files.len());
        for lane in &mut self.files {
            lane.take(&mut self.octets)?;
            steps.push(self.octets.clone());
        }
        let taken: Vec<u64> = self.files.iter().map(|lane| lane.taken).collect();
        let end = taken.iter().min().copied().unwrap_or(0);
        let ending = self.files.iter().any(LaneFile::over);
        for receiver in &mut self.receivers {
            if ending {
                receiver.heard.end = Some(receiver.date(end));
            }
            for (file, octets) in steps.iter().enumerate() {
                receiver.push(file, octets).context("--lanes")?;
            }
            receiver.note(before);
            if ending {
                receiver.drop_cut(&taken);
            }
        }
        if ending && !before {
            self.over_at = self.receivers.iter().map(|r| end + r.tail()).max();
        }
        self.pushed += 8 * STEP as u64;
        Ok(())
    }

    /// A sentence where one file ended long before another, so that part of the other was not read.
    pub fn left_over(&self) -> Option<String> {
        let rest = self.files.iter().filter(|lane| !lane.over()).count();
        let first = (0..self.files.len()).min_by_key(|&file| self.files[file].taken)?;
        let name = &self.names[first];
        (rest > 0).then(|| {
            format!("{name}: ends first; what {rest} other lanes have after that is left out")
        })
    }

    /// The defects of the lanes since this was asked last, once it is known what they are.
    pub fn take_defects(&mut self) -> Vec<DefectEvent> {
        match self.receivers.as_mut_slice() {
            [receiver] => std::mem::take(&mut receiver.heard.defects),
            _ => Vec::new(),
        }
    }

    /// What was found out about the lanes, once it is known what they are.
    pub fn report(&self) -> Option<LanesReport> {
        let [receiver] = self.receivers.as_slice() else { return None };
        let mut report = receiver.heard.report.clone();
        report.otl = receiver.form.otl().name();
        report.files.clone_from(&self.names);
        Some(report)
    }
}
