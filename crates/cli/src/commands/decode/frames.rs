//! Frames looked at one by one: `--frame` and `--watch`.

use std::io::{self, BufWriter, Write};

use anyhow::{Context, Result};
use otn_fec::rs255_239;
use otn_frame::layout::{MFAS, PSI, PSI_PT};
use otn_frame::overhead::PayloadType;
use otn_frame::{Frame, OtuFrame, Signal, SimTime, scrambler};
use otn_proc::bip::BipSource;
use otn_proc::terminal::{Fec, LineCoding};

use super::Arguments;
use crate::decoder::FrameView;
use crate::grid::{FrameContext, grid, text};
use crate::input::StreamInfo;
use crate::watch::Watch;

/// What is known of one stream.
struct Stream {
    name: String,
    signal: Option<Signal>,
    coding: LineCoding,
    payload_type: Option<PayloadType>,
    bip: BipSource,
    frames: u64,
    /// Remembers what this stream last showed.
    watch: Option<Watch>,
}

enum What {
    Nothing,
    /// One frame.
    Frame(u64),
    /// Fields of every frame; true where only changes are wanted.
    Watch(Box<Watch>, bool),
}

/// Prints frames as they come by.
pub(super) struct FrameTap {
    what: What,
    json: bool,
    streams: Vec<Stream>,
    out: BufWriter<io::Stdout>,
    shown: bool,
}

impl FrameTap {
    pub(super) fn new(arguments: &Arguments) -> Result<Self> {
        let what = match (&arguments.watch, arguments.frame) {
            (Some(list), _) => What::Watch(Box::new(Watch::parse(list)?), arguments.changes),
            (None, Some(number)) => What::Frame(number),
            (None, None) => What::Nothing,
        };
        let out = BufWriter::new(io::stdout());
        Ok(Self { what, json: arguments.format.json, streams: Vec::new(), out, shown: false })
    }

    pub(super) const fn shown(&self) -> bool {
        self.shown
    }

    pub(super) fn stream(&mut self, index: usize, info: &StreamInfo) {
        let name = info.interface.clone().unwrap_or_else(|| format!("stream {index}"));
        let coding = LineCoding { fec: Fec::None, scrambled: false };
        let (signal, bip) = (None, BipSource::default());
        let watch = match &self.what {
            What::Watch(watch, _) => Some((**watch).clone()),
            What::Frame(_) | What::Nothing => None,
        };
        let payload_type = None;
        self.streams.push(Stream { name, signal, coding, payload_type, bip, frames: 0, watch });
    }

    pub(super) fn settled(&mut self, index: usize, signal: Signal, coding: LineCoding) {
        if let Some(stream) = self.streams.get_mut(index) {
            stream.signal = Some(signal);
            stream.coding = coding;
        }
    }

    pub(super) fn frame(
        &mut self,
        stream: usize,
        number: u64,
        at: SimTime,
        view: FrameView<'_>,
    ) -> Result<()> {
        if let What::Nothing = self.what {
            return Ok(());
        }
        match view {
            FrameView::Odu(frame) => self.show(stream, number, at, frame),
            FrameView::Otu(frame) => {
                let coding = self.streams[stream].coding;
                let frame = clear(frame, coding);
                self.show(stream, number, at, &frame)
            }
        }
    }

    fn show<const COLS: usize>(
        &mut self,
        index: usize,
        number: u64,
        at: SimTime,
        frame: &Frame<COLS>,
    ) -> Result<()> {
        let several = self.streams.len() > 1;
        let stream = &mut self.streams[index];
        let due = stream.bip.exchange(frame.opu_bip8());
        stream.frames += 1;
        if frame.octet(MFAS) == PSI_PT {
            stream.payload_type = Some(PayloadType(frame.octet(PSI)));
        }
        match &mut self.what {
            What::Frame(wanted) if *wanted == number => {
                let context = FrameContext {
                    number,
                    time_ns: Some(at.as_ns()),
                    signal: stream.signal,
                    payload_type: stream.payload_type,
                    bip8_due: (stream.frames > 2).then_some(due),
                };
                let grid = grid(frame, &context);
                self.shown = true;
                if self.json {
                    serde_json::to_writer_pretty(&mut self.out, &grid)?;
                    writeln!(self.out)
                } else {
                    writeln!(self.out, "{}\n{}", stream.name, text(&grid))
                }
            }
            What::Watch(_, changes) => {
                let Some(watch) = &mut stream.watch else { return Ok(()) };
                let (first, changed) = (!self.shown, watch.changed(frame));
                self.shown = true;
                if *changes && !changed {
                    return Ok(());
                }
                if self.json {
                    let line = watch.json_line(index, number, at.as_ns(), frame);
                    writeln!(self.out, "{line}")
                } else {
                    if first {
                        writeln!(self.out, "{}", watch.header())?;
                    }
                    let line = watch.line(number, at.as_ns(), frame);
                    let name = if several { stream.name.as_str() } else { "" };
                    writeln!(self.out, "{line} {name}")
                }
            }
            What::Frame(_) | What::Nothing => return Ok(()),
        }
        .context("standard output")
    }
}

/// The frame descrambled and corrected.
fn clear(frame: &OtuFrame, coding: LineCoding) -> OtuFrame {
    let mut frame = frame.clone();
    if coding.scrambled {
        scrambler::scramble(&mut frame);
    }
    if coding.fec == Fec::Rs255_239 {
        frame.rows_mut().iter_mut().for_each(|row| {
            rs255_239::decode_row(row);
        });
    }
    frame
}
