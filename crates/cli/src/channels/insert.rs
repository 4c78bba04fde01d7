//! HDLC frames of captures into channels.
//!
//! In: captures, and finished frames before FEC and scrambler. Out: the frames with the channels in
//! use: HDLC with FCS-16, flags where there is no frame.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use otn_frame::Frame;
use otn_frame::overhead::PathMonitoring;
use otn_map::hdlc::{Encoder, Fcs, FrameQueue, Framing};
use otn_proc::channel::{ChannelOctets, CommunicationChannel};
use otn_proc::place::Place;
use serde::Serialize;

use super::{ChannelFile, PPP_START, name};
use crate::capture::{CaptureReader, LINK_ETHERNET};
use crate::text::grouped;

/// Octets of the shortest frame that can be sent.
const SHORTEST: usize = 2;

/// What was sent in a channel.
#[derive(Clone, Debug, Serialize)]
pub struct ChannelSent {
    /// The channel.
    pub channel: String,
    /// The capture.
    pub file: String,
    /// Frames sent.
    pub frames: u64,
    /// Their octets without FCS.
    pub octets: u64,
    /// Packets left out: cut by the snap length, or of less than two octets.
    pub left_out: u64,
    /// All of it was sent.
    pub ended: bool,
}

/// The packets of a capture as frames of a channel.
struct Frames {
    path: PathBuf,
    reader: CaptureReader,
    repeat: bool,
    frame: Vec<u8>,
    frames: u64,
    octets: u64,
    left_out: u64,
    /// Frames of the present pass.
    pass: u64,
    /// The capture came to its end at least once.
    ended: bool,
    error: Option<anyhow::Error>,
}

fn open(path: &Path) -> Result<CaptureReader> {
    let name = || path.display().to_string();
    CaptureReader::new(File::open(path).with_context(name)?).with_context(name)
}

impl Frames {
    /// Puts the next frame into its room; false at the end.
    fn read(&mut self) -> Result<bool> {
        loop {
            let name = || self.path.display().to_string();
            let Some(record) = self.reader.next_record().with_context(name)? else {
                self.ended = true;
                if !self.repeat || self.pass == 0 {
                    return Ok(false);
                }
                self.pass = 0;
                self.reader = open(&self.path)?;
                continue;
            };
            let (interface, cut) = (record.interface, record.cut());
            self.frame.clear();
            self.frame.extend_from_slice(record.octets);
            if cut || self.frame.len() < SHORTEST {
                self.left_out += 1;
                continue;
            }
            // What is no HDLC frame goes behind address and control of PPP.
            if self.reader.interfaces()[interface].link_type == LINK_ETHERNET {
                self.frame.splice(..0, PPP_START);
            }
            self.pass += 1;
            self.frames += 1;
            self.octets += self.frame.len() as u64;
            return Ok(true);
        }
    }
}

impl FrameQueue for Frames {
    fn next_frame(&mut self) -> Option<&[u8]> {
        if self.error.is_some() || (self.ended && !self.repeat) {
            return None;
        }
        match self.read() {
            Ok(more) => more.then_some(self.frame.as_slice()),
            Err(error) => {
                self.ended = true;
                self.error = Some(error);
                None
            }
        }
    }
}

/// A channel with its encoder.
struct Channel {
    channel: CommunicationChannel,
    frames: Frames,
    encoder: Encoder,
}

impl ChannelOctets for Channel {
    fn next_octet(&mut self) -> Option<u8> {
        Some(self.encoder.next_octet(&mut self.frames))
    }
}

/// All channels that are filled.
#[derive(Default)]
pub struct ChannelInserter(Vec<Channel>);

impl ChannelInserter {
    /// Opens the captures; `of_otu` tells whether the signal has a GCC0, `repeat` sends them again and
    /// again.
    ///
    /// # Errors
    /// A capture that cannot be read, a channel that the signal does not have, octets asked for by two.
    pub fn open(files: &[ChannelFile], of_otu: bool, repeat: bool) -> Result<Self> {
        let mut channels: Vec<Channel> = Vec::new();
        for file in files {
            let ChannelFile { channel, place, link: _, path } = file;
            if *place != Place::ROOT {
                bail!("--gcc {}: expected a channel of the outermost ODU", name(*channel, *place));
            }
            ensure!(of_otu || !channel.is_of_otu(), "--gcc gcc0: expected an OTU as signal");
            let taken = |other: &Channel| {
                let (own, other) = (channel.field(), other.channel.field());
                let apart = own.columns().end <= other.columns().start
                    || other.columns().end <= own.columns().start;
                own.row == other.row && !apart
            };
            ensure!(!channels.iter().any(taken), "--gcc {}: is filled twice", channel.name());
            let frames = Frames {
                path: path.clone(),
                reader: open(path)?,
                repeat,
                frame: Vec::new(),
                frames: 0,
                octets: 0,
                left_out: 0,
                pass: 0,
                ended: false,
                error: None,
            };
            let encoder = Encoder::new(Framing::BitSynchronous, Fcs::Fcs16);
            channels.push(Channel { channel: *channel, frames, encoder });
        }
        Ok(Self(channels))
    }

    /// Fills the channels of a finished frame. A maintenance signal has none of the ODU.
    ///
    /// # Errors
    /// A capture that cannot be read on, named.
    pub fn clear<const COLS: usize>(&mut self, frame: &mut Frame<COLS>) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let maintenance = PathMonitoring::read(frame).stat.is_maintenance();
        for channel in &mut self.0 {
            if channel.channel.is_of_otu() || !maintenance {
                channel.channel.write(frame, channel);
            }
            if let Some(error) = channel.frames.error.take() {
                return Err(error);
            }
        }
        Ok(())
    }

    /// True where every capture has been sent once.
    pub fn ended(&self) -> bool {
        let through = |c: &Channel| c.frames.ended && (c.frames.repeat || !c.encoder.is_busy());
        self.0.iter().all(through)
    }

    /// What was sent.
    pub fn report(&self) -> Vec<ChannelSent> {
        let sent = |c: &Channel| ChannelSent {
            channel: name(c.channel, Place::ROOT),
            file: c.frames.path.display().to_string(),
            frames: c.frames.frames,
            octets: c.frames.octets,
            left_out: c.frames.left_out,
            ended: c.frames.ended,
        };
        self.0.iter().map(sent).collect()
    }
}

/// What was sent in a channel, as a line.
pub fn sent_text(sent: &ChannelSent) -> String {
    let left_out = match sent.left_out {
        0 => String::new(),
        count => format!(", {} left out", grouped(count)),
    };
    let rest = if sent.ended { "" } else { ", not all of it" };
    let (frames, octets) = (grouped(sent.frames), grouped(sent.octets));
    format!(
        "  {} ← {}: {frames} frames, {octets} octets{left_out}{rest}\n",
        sent.channel, sent.file
    )
}
