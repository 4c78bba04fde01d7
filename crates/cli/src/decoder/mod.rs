//! A signal file taken apart: alignment, monitoring, FEC, payload, clients, defects.
//!
//! In: a [`SignalFile`]. Out: one [`StreamReport`] a stream, and through [`Harvest`] the clients and
//! the frames. What the file does not say (bit order, inversion, structure, coding, which signal) the
//! first frames tell.

mod collect;
mod counters;
mod expect;
mod form;
mod frame_numbers;
mod overhead;
mod report;
mod round_trip;
mod structure;
mod supervision;
mod timeline;
mod tree;

pub use counters::{EndRegister, EndTotals, OpenSecond, PerformanceReport, Register, performance};
pub use expect::{Expectations, NotExpected};

pub use report::{
    AlignmentReport, ChannelReport, DefectReport, DelayBitReport, EthernetReport, FecReport,
    GfpReport, GmpReport, JustificationReport, MfasReport, MonitoringReport, OduReport, OpuReport,
    OverheadReport, PrbsReport, StreamReport, TandemReport, TributaryReport, TtiReport, TtiText,
    defect_lines, defect_list, defect_times,
};
pub use round_trip::{RoundTripReport, round_trips};
pub use supervision::CauseReport;
pub use timeline::{ProtectionReport, TimelineEntry, TraceReport};

use anyhow::{Result, bail};
use otn_frame::access::OverheadColumns;
use otn_frame::{
    FlexRate, FrameClock, OduFrame, OtuFrame, PartsPerBillion, Ratio, Signal, SimTime,
};
use otn_map::gfp::preamble::{self, Carried};
use otn_map::gfp::{Pti, Received, Upi};
use otn_proc::defect::DefectEvent;
use otn_proc::observer::ClientOctets;
use otn_proc::odu::Hold;
use otn_proc::odu::stream::OduStream;
use otn_proc::place::Place;
use otn_proc::terminal::{LineCoding, TerminalSink};

use crate::input::{SignalFile, StreamInfo};
use crate::session::Interrupt;
use collect::{Collector, Ear};
use form::{Form, Structure};

/// A frame as it came from the line.
#[derive(Clone, Copy, Debug)]
pub enum FrameView<'a> {
    /// Of an OTUk: as on the line, scrambled if the line is, not corrected.
    Otu(&'a OtuFrame),
    /// Of an ODUk.
    Odu(&'a OduFrame),
}

/// The overhead of a frame, wherever in the tree.
#[derive(Clone, Copy, Debug)]
pub struct OverheadView<'a> {
    /// Number of the stream.
    pub stream: usize,
    /// The ODU; the one nearest the line stands for the OTU too.
    pub place: Place,
    /// It is told of the OTUk, not of the ODUk.
    pub of_otu: bool,
    /// Start of the frame, on the clock of the file.
    pub stamp_ns: u64,
    /// It follows the one before.
    pub follows: bool,
    /// The signal is no maintenance signal and in frame: its channels mean something.
    pub usable: bool,
    /// The overhead columns.
    pub columns: &'a OverheadColumns,
}

/// Takes what comes out of a signal.
pub trait Harvest {
    /// A stream was met for the first time.
    ///
    /// # Errors
    /// Whatever keeps its output from being written.
    fn stream(&mut self, index: usize, info: &StreamInfo) -> Result<()> {
        let _ = (index, info);
        Ok(())
    }

    /// It is known what a stream is, and how its line is coded.
    ///
    /// # Errors
    /// Whatever keeps its output from being written.
    fn settled(&mut self, index: usize, signal: Signal, coding: LineCoding) -> Result<()> {
        let _ = (index, signal, coding);
        Ok(())
    }

    /// A frame nearest the line, counted from 0, that began at `at`.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn frame(
        &mut self,
        stream: usize,
        number: u64,
        at: SimTime,
        view: FrameView<'_>,
    ) -> Result<()> {
        let _ = (stream, number, at, view);
        Ok(())
    }

    /// An Ethernet frame, FCS checked and removed; its stamp is on the clock of the file.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn packet(&mut self, stream: usize, place: Place, stamp_ns: u64, octets: &[u8]) -> Result<()> {
        let _ = (stream, place, stamp_ns, octets);
        Ok(())
    }

    /// The overhead of a frame.
    ///
    /// # Errors
    /// Whatever keeps what is in it from being written.
    fn overhead(&mut self, view: &OverheadView<'_>) -> Result<()> {
        let _ = view;
        Ok(())
    }

    /// A GFP frame, descrambled.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn gfp(
        &mut self,
        stream: usize,
        place: Place,
        stamp_ns: u64,
        received: &Received<'_>,
    ) -> Result<()> {
        let _ = (stream, place, stamp_ns, received);
        Ok(())
    }

    /// Octets of a client of constant bit rate.
    ///
    /// # Errors
    /// Whatever keeps them from being written.
    fn client(&mut self, stream: usize, client: &ClientOctets<'_>) -> Result<()> {
        let _ = (stream, client);
        Ok(())
    }
}

/// A harvest of nothing: the report alone is wanted.
#[derive(Debug)]
pub struct ReportOnly;

impl Harvest for ReportOnly {}

/// The Ethernet frame in a GFP frame, destination address to FCS, if that is what it carries.
pub fn ethernet_of<'a>(received: &Received<'a>) -> Option<&'a [u8]> {
    let header = received.header.ok()?;
    if (header.pti, header.upi) == (Pti::ClientData, Upi::ETHERNET) {
        return Some(received.payload);
    }
    match preamble::decode(header, received.payload) {
        Ok(Carried::Packet { frame, .. }) => Some(frame),
        Ok(Carried::OrderedSet { .. }) | Err(_) => None,
    }
}

/// Frames whose payload is held back until the payload structure is known: a whole multiframe of
/// 256, and what comes before its start.
const HOLD: usize = 300;

/// Memory for that, enough for eighty ODU0.
const HELD_OCTETS: usize = 80 * HOLD * OduFrame::OCTETS;

/// Octets kept back until it is known what the signal is: frames enough for a whole PSI, that is.
const PROBE_OCTETS: usize = HOLD * OtuFrame::OCTETS;

/// What takes the bits of a stream.
enum Sink {
    Otu(Box<TerminalSink>),
    Odu(Box<OduStream>),
}

/// Who says what a signal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    File,
    Option,
    Structure,
    Assumed,
}

impl Source {
    const fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Option => "option",
            Self::Structure => "structure",
            Self::Assumed => "assumed",
        }
    }
}

/// A stream whose form is known.
struct Settled {
    form: Form,
    signal: Signal,
    from: Source,
    clock: FrameClock,
    sink: Sink,
}

/// What a user says of a file.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The signal of streams that do not say what they are.
    pub signal: Option<Signal>,
    /// What is expected of them.
    pub expected: Expectations,
}

impl From<Option<Signal>> for Asked {
    fn from(signal: Option<Signal>) -> Self {
        Self { signal, expected: Expectations::default() }
    }
}

/// A stream being decoded.
struct Stream {
    info: StreamInfo,
    asked: Asked,
    /// Pieces that wait until the form is known: time stamp and octets.
    waiting: Vec<(Option<SimTime>, Vec<u8>)>,
    waiting_octets: usize,
    settled: Option<Settled>,
    collector: Collector,
    /// Bits pushed before the present piece.
    bits: u64,
    /// A bit and its time: the last stamp that moved on.
    base: (u64, SimTime),
    first_stamp_ns: u64,
    buffer: Vec<u8>,
}

impl Stream {
    fn new(info: StreamInfo, asked: Asked) -> Self {
        Self {
            info,
            asked,
            waiting: Vec::new(),
            waiting_octets: 0,
            settled: None,
            collector: Collector::default(),
            bits: 0,
            base: (0, SimTime::ZERO),
            first_stamp_ns: 0,
            buffer: Vec::new(),
        }
    }

    fn take(
        &mut self,
        index: usize,
        stamp: Option<SimTime>,
        octets: &[u8],
        harvest: &mut dyn Harvest,
    ) -> Result<()> {
        if self.settled.is_some() {
            return self.push(index, stamp, octets, harvest);
        }
        self.waiting.push((stamp, octets.to_vec()));
        self.waiting_octets += octets.len();
        // A file that says what is in it leaves only its coding to be found.
        let enough = if self.info.metadata.is_some() { PROBE_OCTETS / 30 } else { PROBE_OCTETS };
        if self.waiting_octets >= enough { self.settle(index, harvest) } else { Ok(()) }
    }

    /// A defect of a lane that the stream came over.
    fn lane_defect(&mut self, event: DefectEvent) {
        self.collector.supervision.lane_defect(event);
    }

    /// Decides what the signal is and goes through the octets that waited for it.
    fn settle(&mut self, index: usize, harvest: &mut dyn Harvest) -> Result<()> {
        if self.settled.is_some() {
            return Ok(());
        }
        let octets: Vec<u8> = self.waiting.iter().flat_map(|(_, o)| o).copied().collect();
        let expected = self.info.metadata.map(|m| m.signal).or(self.asked.signal);
        let mut form = form::find(&octets, expected);
        if let Some(coding) = self.info.metadata.and_then(|m| m.coding) {
            form.coding = coding;
        }
        let (signal, from) = self.signal(form, &octets);
        let clock = FrameClock::new(signal, PartsPerBillion::default());
        let hold = Hold::new(HOLD, HELD_OCTETS);
        let provision = self.asked.expected.provision(signal)?;
        let sink = match form.structure {
            Structure::Otu => {
                let sink = TerminalSink::provisioned(signal, form.coding, provision, hold);
                Sink::Otu(Box::new(sink))
            }
            Structure::Odu => {
                let odu = provision.odu;
                Sink::Odu(Box::new(OduStream::provisioned(signal, Place::ROOT, odu, hold)))
            }
        };
        let supervision = &mut self.collector.supervision;
        supervision.numbers.set_period(clock.frame_start(1));
        supervision.configure(self.asked.expected.settings());
        self.settled = Some(Settled { form, signal, from, clock, sink });
        harvest.settled(index, signal, form.coding)?;
        for (stamp, octets) in std::mem::take(&mut self.waiting) {
            self.push(index, stamp, &octets, harvest)?;
        }
        Ok(())
    }

    fn signal(&self, form: Form, octets: &[u8]) -> (Signal, Source) {
        if let Some(metadata) = self.info.metadata {
            return (self.with_rate(metadata.signal), Source::File);
        }
        if let Some(asked) = self.asked.signal {
            return (asked, Source::Option);
        }
        match structure::find(form, octets) {
            Some(signal) => (signal, Source::Structure),
            None => (form.structure.signal(Signal::Odu2), Source::Assumed),
        }
    }

    /// An ODUflex with the rate that the first two stamps tell of.
    fn with_rate(&self, signal: Signal) -> Signal {
        let (Signal::Oduflex(_), [(Some(first), _), (Some(second), _), ..]) =
            (signal, self.waiting.as_slice())
        else {
            return signal;
        };
        let lasts = second.since(*first).as_ps();
        if lasts == 0 {
            return signal;
        }
        let bits = u128::from(signal.frame_bits()) * u128::from(otn_frame::time::PS_PER_S);
        Signal::Oduflex(FlexRate::measured(Ratio::new(bits, lasts.into())))
    }

    fn push(
        &mut self,
        index: usize,
        stamp: Option<SimTime>,
        octets: &[u8],
        harvest: &mut dyn Harvest,
    ) -> Result<()> {
        let Some(settled) = &mut self.settled else { return Ok(()) };
        // A capture dates its pieces; between two stamps, where stamps stand still or run back, and
        // in raw files, the nominal rate does.
        if let Some(stamp) = stamp.filter(|&stamp| stamp > self.base.1) {
            self.base = (self.bits, stamp);
        }
        let (clock, (base, at)) = (settled.clock, self.base);
        let date = move |bit: u64| {
            if bit >= base {
                at + clock.bit_start(bit - base)
            } else {
                at - clock.bit_start(base - bit)
            }
        };
        let octets = settled.form.put_right(octets, &mut self.buffer);
        let start = date(self.bits);
        self.bits += octets.len() as u64 * 8;
        let end = date(self.bits);
        let mut ear = self.collector.ear(index, self.first_stamp_ns, harvest);
        match &mut settled.sink {
            Sink::Otu(sink) => sink.push(octets, &date, &mut ear),
            Sink::Odu(stream) => stream.push(octets, start, end, &mut ear),
        }
        let failed = ear.failed();
        self.collector.last = end;
        failed
    }

    fn finish(&mut self, index: usize, harvest: &mut dyn Harvest) -> Result<StreamReport> {
        self.settle(index, harvest)?;
        let Some(mut settled) = self.settled.take() else { bail!("a stream has a form") };
        let last = self.collector.last;
        let (clock, (base, at)) = (settled.clock, self.base);
        let date = move |bit: u64| at + clock.bit_start(bit.saturating_sub(base));
        let mut ear = self.collector.ear(index, self.first_stamp_ns, harvest);
        settled.finish(&date, last, &mut ear);
        ear.failed()?;
        self.collector.supervision.finish(last);
        Ok(settled.report(&self.info, std::mem::take(&mut self.collector)))
    }
}

impl Settled {
    fn finish(&mut self, date: &impl Fn(u64) -> SimTime, last: SimTime, ear: &mut Ear<'_>) {
        match &mut self.sink {
            Sink::Otu(sink) => sink.finish(date, last, ear),
            Sink::Odu(stream) => stream.finish(ear),
        }
    }

    fn report(&self, info: &StreamInfo, mut collector: Collector) -> StreamReport {
        let (frames, mut alignment, fec, sm, odu) = match &self.sink {
            Sink::Otu(sink) => {
                let counters = sink.counters();
                let alignment = AlignmentReport {
                    found: counters.frames > 0,
                    bit_offset: collector.first_bit,
                    fas_errored_frames: counters.fas_errored_frames,
                    oof_events: counters.oof_events,
                    realignments: counters.realignments,
                    ..AlignmentReport::default()
                };
                let (section, now) = (&collector.section, collector.last);
                let fec = tree::fec(self.form.coding.fec, counters, section.compared);
                let sm = tree::section(counters, sink.section(), section, now);
                let odu = tree::odu(sink.odu(), counters.mfas_errored_frames, &mut collector);
                (counters.frames, alignment, Some(fec), Some(sm), odu)
            }
            Sink::Odu(stream) => {
                let alignment = tree::alignment(stream.counters());
                let odu = tree::odu_stream(stream, &mut collector);
                (stream.counters().frames, alignment, None, None, odu)
            }
        };
        alignment.inverted = Some(self.form.inverted);
        alignment.lsb_first = Some(self.form.lsb_first);
        let otu_ais_frames = match &self.sink {
            Sink::Otu(sink) => Some(sink.counters().ais_frames),
            Sink::Odu(_) => None,
        };
        let supervision = &collector.supervision;
        StreamReport {
            signal: self.signal.name(),
            signal_assumed: self.from == Source::Assumed,
            signal_from: self.from.name(),
            interface: info.interface.clone(),
            lsb_first: self.form.lsb_first,
            inverted: self.form.inverted,
            scrambled: self.form.structure == Structure::Otu && self.form.coding.scrambled,
            frames,
            ends_at_ns: collector.last.as_ns(),
            lanes: None,
            alignment,
            otu_ais_frames,
            fec,
            sm,
            gcc0: collector.section.gcc0.report(),
            otu_reserved: collector.section.reserved.report(),
            odu,
            defects: supervision.defects(),
            defect_times: defect_times(supervision.log()),
            causes: supervision.causes(),
            cause_times: supervision.cause_times(),
            traces: supervision.timeline.traces(&supervision.numbers),
            protection: supervision.timeline.protection(&supervision.numbers),
            timeline: supervision.timeline.report(&supervision.numbers),
            timeline_left_out: supervision.timeline.left_out(),
        }
    }
}

/// Decodes a whole file.
///
/// # Errors
/// A file that cannot be read on, an expectation that the signal cannot meet, an output that cannot be
/// written.
pub fn decode(
    file: &mut SignalFile,
    asked: &Asked,
    interrupt: &Interrupt,
    harvest: &mut dyn Harvest,
    mut advance: impl FnMut(u64),
) -> Result<Vec<StreamReport>> {
    let mut streams: Vec<Stream> = Vec::new();
    let start = |file_streams: &[StreamInfo], streams: &mut Vec<Stream>, h: &mut dyn Harvest| {
        for info in &file_streams[streams.len()..] {
            h.stream(streams.len(), info)?;
            streams.push(Stream::new(info.clone(), asked.clone()));
        }
        Ok::<(), anyhow::Error>(())
    };
    while !interrupt.requested() {
        let Some(piece) = file.next_piece()? else { break };
        start(file.streams(), &mut streams, harvest)?;
        streams[piece.stream].first_stamp_ns = file.first_stamp_ns();
        for event in file.take_lane_defects() {
            streams[piece.stream].lane_defect(event);
        }
        streams[piece.stream].take(piece.stream, piece.stamp, file.octets(), harvest)?;
        advance(file.octets().len() as u64);
    }
    start(file.streams(), &mut streams, harvest)?;
    let rest = file.take_lane_defects();
    if let [stream] = streams.as_mut_slice() {
        rest.into_iter().for_each(|event| stream.lane_defect(event));
    }
    let finished = streams.iter_mut().enumerate().map(|(index, s)| s.finish(index, harvest));
    let mut reports: Vec<StreamReport> = finished.collect::<Result<_>>()?;
    if let [report] = reports.as_mut_slice() {
        report.lanes = file.lanes_report();
    }
    Ok(reports)
}
