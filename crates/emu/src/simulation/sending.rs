//! The sending half of a port: frames of a terminal, and the way out onto the line.
//!
//! In: the instants at which frames start. Out: frames on their way, each with a record of what is
//! in it and what the line did to it. What a node passes on is made in `through`.

use std::error::Error;

use otn_frame::layout::{
    OTU_BITS, OTU_OCTETS, OVERHEAD_COLS, PAYLOAD_COLS, PAYLOAD_OCTETS, PM_TCM,
};
use otn_frame::{FrameClock, OtuFrame, SimTime};
use otn_map::gfp::{ClientFrame, ClientQueue, TypeHeader};
use otn_proc::remote::RemoteIndications;
use otn_proc::terminal::TerminalSource;

use super::ROW_BITS;
use super::delay::DelayMeter;
use super::fault::Faults;
use super::stream::{Pace, Stretch};
use super::through::{Overhead, Through};
use crate::channel::Channel;
use crate::ledger::{Codeword, Gone, Ledger};
use crate::traffic::Client;

pub(super) type SourceError = Box<dyn Error + Send + Sync>;

/// What is in a frame of a line, as only someone who knows both ends can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// A frame of the ODUk.
    Odu(OduContent),
    /// A maintenance signal; frames of the ODUk before this number will not come any more.
    Maintenance {
        /// The number.
        before: u64,
    },
    /// A frame cut out of the line before at a place where none was.
    Unknown,
}

/// A frame of the ODUk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OduContent {
    /// Its number, from the first one that the path source made.
    pub(super) number: u64,
    /// Payload octets that lines before have left wrong, in order.
    pub(super) wrong: Vec<(u32, Codeword)>,
    /// Nothing of it can be relied on.
    pub(super) gone: Option<Gone>,
}

/// A frame of a line, or the part of it that was sent.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Its place in the stream of bits.
    pub(super) first_bit: u64,
    /// Bits of it that were sent.
    pub(super) bits: u64,
    /// Its number on this line.
    pub(super) number: u64,
    /// Bits that the line flipped, in order.
    pub(super) flipped: Vec<u32>,
    /// A fault of the line has hit it.
    pub(super) struck: bool,
    /// What is in it.
    pub(super) content: Content,
}

/// A frame between two ports.
pub(super) struct Flight {
    pub(super) frame: OtuFrame,
    /// A stretch of the stream that begins with it.
    pub(super) stretch: Option<Stretch>,
    pub(super) record: Record,
}

impl Flight {
    /// The octets that were sent.
    pub(super) fn octets(&self) -> &[u8] {
        let sent = (self.record.bits / 8) as usize;
        &self.frame.octets()[..sent.min(OTU_OCTETS)]
    }
}

/// The way out of a port.
pub(super) struct Output {
    channel: Channel,
    faults: Faults,
    stretch: Option<Stretch>,
    bits: u64,
    /// Frames sent so far.
    pub(super) frames: u64,
    /// Bits that the line flipped in them.
    pub(super) flipped: u64,
    spare: Vec<Flight>,
}

impl Output {
    pub(super) fn new(channel: Channel, faults: Faults) -> Self {
        let (frames, flipped, bits) = (0, 0, 0);
        Self { channel, faults, stretch: None, bits, frames, flipped, spare: Vec::new() }
    }

    /// Bits sent so far.
    pub(super) const fn bits(&self) -> u64 {
        self.bits
    }

    /// A flight to fill.
    pub(super) fn blank(&mut self) -> Flight {
        self.spare.pop().unwrap_or_else(|| Flight {
            frame: OtuFrame::zeroed(),
            stretch: None,
            record: Record {
                first_bit: 0,
                bits: 0,
                number: 0,
                flipped: Vec::new(),
                struck: false,
                content: Content::Unknown,
            },
        })
    }

    /// A flight that has arrived is free again.
    pub(super) fn recycle(&mut self, flight: Flight) {
        self.spare.push(flight);
    }

    /// Sends the first `octets` of the frame through the channel; the last one ends at `end`. A
    /// stretch is given where the stream does not simply go on.
    pub(super) fn launch(
        &mut self,
        mut flight: Flight,
        content: Content,
        octets: usize,
        stretch: Option<Stretch>,
        end: SimTime,
    ) -> Flight {
        self.stretch = stretch.or(self.stretch);
        let mut flipped = std::mem::take(&mut flight.record.flipped);
        flipped.clear();
        let sent = &mut flight.frame.octets_mut()[..octets];
        self.channel.transmit(sent, &mut flipped);
        let struck = self
            .stretch
            .and_then(|stretch| self.faults.strike(sent, self.bits, &stretch, end))
            .inspect(|range| flipped.retain(|bit| !range.contains(&(*bit as usize / 8))))
            .is_some();
        self.flipped += flipped.len() as u64;
        let bits = octets as u64 * 8;
        let (first_bit, number) = (self.bits, self.frames);
        flight.record = Record { first_bit, bits, number, flipped, struck, content };
        flight.stretch = stretch;
        self.frames += 1;
        self.bits += bits;
        flight
    }
}

/// The sending half of a port.
pub(super) struct Sending {
    pub(super) output: Output,
    pub(super) role: Role,
}

/// What a port sends.
pub(super) enum Role {
    /// A path that begins here.
    Terminal(Box<Terminal>),
    /// An ODUk that comes from another port of the node.
    Through(Box<Through>),
}

/// A path source on the node's clock.
pub(super) struct Terminal {
    pub(super) clock: FrameClock,
    pub(super) source: TerminalSource,
    /// Index of the ledger of what is sent.
    pub(super) flow: usize,
    pub(super) client: Option<Client>,
    /// First bit of the line at which the packet that waits may go.
    due_bit: Option<u64>,
}

impl Terminal {
    pub(super) fn new(clock: FrameClock, source: TerminalSource, flow: usize) -> Self {
        Self { clock, source, flow, client: None, due_bit: None }
    }

    /// Makes the next frame and sends it; gives the instant of its end too.
    pub(super) fn send(
        &mut self,
        output: &mut Output,
        accept_until: SimTime,
        (remote, delay): (&mut RemoteIndications, &mut DelayMeter),
        overhead: Overhead<'_>,
        ledger: &mut Ledger,
    ) -> Result<(Flight, SimTime), SourceError> {
        let mut flight = output.blank();
        let number = output.frames;
        let mut queue = Queue {
            client: self.client.as_mut(),
            clock: &self.clock,
            frame: number,
            due_bit: &mut self.due_bit,
            accept_until: self.clock.first_bit_from(accept_until),
            ledger,
            error: None,
        };
        let (at, mfas) = (self.clock.frame_start(number), self.source.mfas());
        let frame = &mut flight.frame;
        self.source.next_clear_frame(frame, &mut queue, remote);
        let passing = frame.octet(PM_TCM);
        frame.set_octet(PM_TCM, delay.send(at, passing));
        overhead(at, mfas).write(frame, mfas);
        self.source.coding().put_on_line(frame);
        if let Some(error) = queue.error {
            return Err(error);
        }
        let first = Stretch { first_bit: 0, at: SimTime::ZERO, pace: Pace::Clock(self.clock) };
        let stretch = (number == 0).then_some(first);
        let end = self.clock.frame_start(number + 1);
        let content = Content::Odu(OduContent { number, wrong: Vec::new(), gone: None });
        Ok((output.launch(flight, content, OTU_OCTETS, stretch, end), end))
    }
}

/// The client of a port as GFP sees it: a packet is there once it has arrived.
struct Queue<'a> {
    client: Option<&'a mut Client>,
    clock: &'a FrameClock,
    frame: u64,
    due_bit: &'a mut Option<u64>,
    /// Bit of the line from which on no packet is taken.
    accept_until: u64,
    ledger: &'a mut Ledger,
    error: Option<SourceError>,
}

impl Queue<'_> {
    /// First bit at which the next packet may go, if there is one.
    fn due_bit(&mut self) -> Option<u64> {
        if self.due_bit.is_none() {
            let client = self.client.as_deref_mut().filter(|_| self.error.is_none())?;
            if let Err(error) = client.prepare() {
                self.error = Some(error);
            }
            *self.due_bit = client.arrival().map(|arrival| self.clock.first_bit_from(arrival));
        }
        self.due_bit.filter(|&bit| bit < self.accept_until)
    }

    /// Bit of the line at which a payload octet of the present frame starts.
    fn line_bit(&self, offset: usize) -> u64 {
        let (row, column) = (offset / PAYLOAD_COLS, offset % PAYLOAD_COLS);
        let bit = row as u64 * ROW_BITS + (column + OVERHEAD_COLS) as u64 * 8;
        self.frame * OTU_BITS + bit
    }
}

impl ClientQueue for Queue<'_> {
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>> {
        let bit = self.line_bit(offset);
        if self.due_bit().is_none_or(|due| due > bit) || bit >= self.accept_until {
            return None;
        }
        *self.due_bit = None;
        let (arrival, packet) = self.client.as_deref_mut()?.take()?;
        match ClientFrame::new(TypeHeader::ethernet(false), packet) {
            Ok(frame) => {
                let start = self.frame * PAYLOAD_OCTETS as u64 + offset as u64;
                self.ledger.sent(arrival, start, frame.octets() as u64, packet);
                Some(frame)
            }
            Err(too_long) => {
                self.error = Some(too_long.into());
                None
            }
        }
    }

    fn none_before(&self) -> usize {
        let start = self.frame * OTU_BITS;
        let due = self.due_bit.filter(|&bit| bit < self.accept_until);
        let Some(bit) = due.map(|bit| bit.saturating_sub(start)).filter(|&bit| bit < OTU_BITS)
        else {
            return PAYLOAD_OCTETS;
        };
        let (row, within) = (bit / ROW_BITS, bit % ROW_BITS);
        let column = (within / 8).saturating_sub(OVERHEAD_COLS as u64).min(PAYLOAD_COLS as u64);
        (row * PAYLOAD_COLS as u64 + column) as usize
    }
}
