//! A signal file taken apart: alignment, monitoring, FEC, payload, packets, defects.
//!
//! In: a [`SignalFile`]. Out: one [`StreamReport`] a stream, and through [`Harvest`] the packets
//! and GFP frames. Where the file does not say how the line is coded, the first frames tell.

mod probe;
mod report;

pub use report::{
    AlignmentReport, DefectReport, FecReport, GfpReport, MfasReport, MonitoringReport, OduReport,
    OpuReport, StreamReport, TtiReport, TtiText, defect_lines, defect_list, defect_times,
};

use anyhow::{Result, bail};
use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};
use otn_map::gfp::{Pti, Received, Upi};
use otn_proc::terminal::{LineCoding, TerminalSink};

use crate::input::{SignalFile, StreamInfo};
use crate::session::Interrupt;
use report::Collector;

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

    /// An Ethernet frame, FCS checked and removed; its stamp is on the clock of the file.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn packet(&mut self, stream: usize, stamp_ns: u64, octets: &[u8]) -> Result<()> {
        let _ = (stream, stamp_ns, octets);
        Ok(())
    }

    /// A GFP frame, descrambled.
    ///
    /// # Errors
    /// Whatever keeps it from being written.
    fn gfp(&mut self, stream: usize, stamp_ns: u64, received: &Received<'_>) -> Result<()> {
        let _ = (stream, stamp_ns, received);
        Ok(())
    }
}

/// A harvest of nothing: the report alone is wanted.
#[derive(Debug)]
pub struct ReportOnly;

impl Harvest for ReportOnly {}

/// True for a GFP frame whose payload is an Ethernet frame.
pub fn is_ethernet(received: &Received<'_>) -> bool {
    received.header.is_ok_and(|h| (h.pti, h.upi) == (Pti::ClientData, Upi::ETHERNET))
}

/// Octets kept back until the coding of the line is known.
const PROBE_OCTETS: usize = probe::FRAMES * otn_frame::OtuFrame::OCTETS;

/// A stream being decoded.
struct Stream {
    info: StreamInfo,
    signal: Signal,
    clock: FrameClock,
    /// Pieces that wait for the coding: time stamp and octets.
    waiting: Vec<(Option<SimTime>, Vec<u8>)>,
    waiting_octets: usize,
    sink: Option<(LineCoding, TerminalSink)>,
    collector: Collector,
    /// Bits pushed before the present piece.
    bits: u64,
    /// A bit and its time: the last stamp that moved on.
    base: (u64, SimTime),
    first_stamp_ns: u64,
}

impl Stream {
    fn new(info: StreamInfo, assumed: Signal) -> Result<Self> {
        let signal = info.metadata.map_or(assumed, |m| m.signal);
        if !signal.is_otu() {
            let name = info.interface.as_deref().unwrap_or("the stream");
            bail!("{name}: found signal {signal}, expected OTU1, OTU2, OTU3 or OTU4");
        }
        let coding = info.metadata.and_then(|m| m.coding);
        Ok(Self {
            info,
            signal,
            clock: FrameClock::new(signal, PartsPerBillion::default()),
            waiting: Vec::new(),
            waiting_octets: 0,
            sink: coding.map(|coding| (coding, TerminalSink::new(coding))),
            collector: Collector::default(),
            bits: 0,
            base: (0, SimTime::ZERO),
            first_stamp_ns: 0,
        })
    }

    fn take(
        &mut self,
        index: usize,
        stamp: Option<SimTime>,
        octets: &[u8],
        harvest: &mut dyn Harvest,
    ) -> Result<()> {
        if self.sink.is_some() {
            return self.push(index, stamp, octets, harvest);
        }
        self.waiting.push((stamp, octets.to_vec()));
        self.waiting_octets += octets.len();
        if self.waiting_octets >= PROBE_OCTETS { self.settle(index, harvest) } else { Ok(()) }
    }

    /// Decides on the coding and goes through the octets that waited for it.
    fn settle(&mut self, index: usize, harvest: &mut dyn Harvest) -> Result<()> {
        if self.sink.is_some() {
            return Ok(());
        }
        let octets: Vec<u8> = self.waiting.iter().flat_map(|(_, o)| o).copied().collect();
        let coding = probe::coding(&octets);
        self.sink = Some((coding, TerminalSink::new(coding)));
        for (stamp, octets) in std::mem::take(&mut self.waiting) {
            self.push(index, stamp, &octets, harvest)?;
        }
        Ok(())
    }

    fn push(
        &mut self,
        index: usize,
        stamp: Option<SimTime>,
        octets: &[u8],
        harvest: &mut dyn Harvest,
    ) -> Result<()> {
        let Some((_, sink)) = &mut self.sink else { return Ok(()) };
        // A capture dates its pieces; between two stamps, where stamps stand still or run back, and
        // in raw files, the nominal rate does.
        if let Some(stamp) = stamp.filter(|&stamp| stamp > self.base.1) {
            self.base = (self.bits, stamp);
        }
        let (clock, (base, at)) = (self.clock, self.base);
        let date = move |bit: u64| {
            if bit >= base {
                at + clock.bit_start(bit - base)
            } else {
                at - clock.bit_start(base - bit)
            }
        };
        let mut ear = self.collector.ear(index, self.first_stamp_ns, harvest);
        sink.push(octets, &date, &mut ear);
        let failed = ear.failed();
        self.bits += octets.len() as u64 * 8;
        self.collector.last = date(self.bits);
        failed
    }

    fn finish(&mut self, index: usize, harvest: &mut dyn Harvest) -> Result<StreamReport> {
        self.settle(index, harvest)?;
        let Some((coding, mut sink)) = self.sink.take() else { bail!("a stream has a coding") };
        let last = self.collector.last;
        let (clock, (base, at)) = (self.clock, self.base);
        let date = move |bit: u64| at + clock.bit_start(bit.saturating_sub(base));
        let mut ear = self.collector.ear(index, self.first_stamp_ns, harvest);
        sink.finish(&date, last, &mut ear);
        ear.failed()?;
        let assumed = self.info.metadata.is_none();
        Ok(std::mem::take(&mut self.collector).report(
            &self.info,
            self.signal,
            assumed,
            coding,
            &sink,
        ))
    }
}

/// Decodes a whole file.
///
/// # Errors
/// A file that cannot be read on, a signal that this version does not know, an output that cannot
/// be written.
pub fn decode(
    file: &mut SignalFile,
    assumed: Signal,
    interrupt: &Interrupt,
    harvest: &mut dyn Harvest,
    mut advance: impl FnMut(u64),
) -> Result<Vec<StreamReport>> {
    let mut streams: Vec<Stream> = Vec::new();
    let start = |file_streams: &[StreamInfo], streams: &mut Vec<Stream>, h: &mut dyn Harvest| {
        for info in &file_streams[streams.len()..] {
            h.stream(streams.len(), info)?;
            streams.push(Stream::new(info.clone(), assumed)?);
        }
        Ok::<(), anyhow::Error>(())
    };
    while !interrupt.requested() {
        let Some(piece) = file.next_piece()? else { break };
        start(file.streams(), &mut streams, harvest)?;
        streams[piece.stream].first_stamp_ns = file.first_stamp_ns();
        streams[piece.stream].take(piece.stream, piece.stamp, file.octets(), harvest)?;
        advance(file.octets().len() as u64);
    }
    start(file.streams(), &mut streams, harvest)?;
    streams.iter_mut().enumerate().map(|(index, s)| s.finish(index, harvest)).collect()
}
