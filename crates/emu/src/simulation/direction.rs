//! One end of a line: the port that sends, the channel, the port that receives.
//!
//! In: the instants at which frames start and arrive. Out: frames on their way, and everything
//! that came of them. The receiver sees a stream of bits in a phase of its own.
//!
//! Bit literals: the receiver's deserialiser shifts octets by a bit phase.

use std::collections::VecDeque;
use std::error::Error;

use otn_fec::rs255_239::{SUB_ROWS, T};
use otn_frame::layout::{
    OTU_BITS, OTU_COLS, OVERHEAD_COLS, PAYLOAD_COLS, PAYLOAD_OCTETS, PAYLOAD_RANGE, ROWS,
};
use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OtuFrame, SimTime, Tti};
use otn_map::ethernet;
use otn_map::gfp::{ClientFrame, ClientQueue, Pti, Received, TypeHeader, Upi};
use otn_proc::align::FrameInfo;
use otn_proc::defect::{DefectEvent, DefectLog};
use otn_proc::observer::{FrameReport, Observer};
use otn_proc::odu::Hold;
use otn_proc::place::Place;
use otn_proc::remote::RemoteIndications;
use otn_proc::terminal::{Counters, Fec, TerminalSink, TerminalSource};
use rand_core::Rng;

use super::{Direction, Network, ROW_BITS, Taps, seed};
use crate::channel::Channel;
use crate::ledger::{Codeword, Counts, Ledger, Lost, Verdict};
use crate::traffic::Client;

/// Frames that may be in a sink without having come out: an aligner looks two ahead.
const SINK_HOLDS: u64 = 4;

type SourceError = Box<dyn Error + Send + Sync>;

/// A frame between two ports.
pub(super) struct Flight {
    frame: OtuFrame,
    /// Bits that the line flipped, in order.
    flipped: Vec<u32>,
}

/// The sending half of a port.
pub(super) struct Sending {
    clock: FrameClock,
    source: TerminalSource,
    channel: Channel,
    frames: u64,
    flipped: u64,
    pub(super) client: Option<Client>,
    /// First bit of the line at which the packet that waits may go.
    due_bit: Option<u64>,
    pub(super) spare: Vec<Flight>,
}

/// The receiving half of a port.
pub(super) struct Receiving {
    /// Clock of the far end, which dates the bits.
    clock: FrameClock,
    delay: SimTime,
    phase: Phase,
    fec: Fec,
    pub(super) sink: TerminalSink,
    pub(super) ledger: Ledger,
    pub(super) on_the_way: VecDeque<Flight>,
    /// What the line did to frames not yet reported: number of the first, then one list a frame.
    damage: (u64, VecDeque<Vec<u32>>),
    next_frame: u64,
    /// Frames whose bits are all in.
    arrived: u64,
    truth: Truth,
    defects: DefectLog,
    octets: Vec<u8>,
}

/// What only someone who knows both ends can count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Truth {
    miscorrected_codewords: u64,
    residual_bit_errors: u64,
}

/// One end of a line.
pub(super) struct Port {
    pub(super) sending: Sending,
    pub(super) receiving: Receiving,
}

/// What one direction did, seen from its receiving end.
#[derive(Clone, Copy, Debug)]
pub struct DirectionReport<'a> {
    /// Packets.
    pub packets: &'a Counts,
    /// The first lost packets, with their causes.
    pub lost: &'a [Lost],
    /// Frames, FEC, BIP.
    pub counters: &'a Counters,
    /// Defects.
    pub defects: &'a DefectLog,
    /// The sink itself.
    pub sink: &'a TerminalSink,
    /// Codewords with more than eight wrong octets that the decoder turned into another codeword.
    pub miscorrected_codewords: u64,
    /// Bits still wrong after the decoder, in codewords it gave up on or without FEC.
    pub residual_bit_errors: u64,
}

/// What one end of a line has sent, and what it has received.
#[derive(Clone, Copy, Debug)]
pub struct PortReport<'a> {
    /// Frames sent.
    pub frames_sent: u64,
    /// Bits that the line flipped in them.
    pub bits_flipped: u64,
    /// What arrived here.
    pub received: DirectionReport<'a>,
}

/// Both ends of a line at time zero.
pub(super) fn ports(network: &Network, line: usize) -> [Port; 2] {
    [0, 1].map(|end| port(network, line, end))
}

fn port(network: &Network, index: usize, end: usize) -> Port {
    let line = &network.lines[index];
    let (near, far) = (network.end_name(index, end), network.end_name(index, 1 - end));
    let service = network.services.iter().find(|s| s.line == index).map_or("", |s| &s.name);
    let trace = |operator: &str| trace(near, far, operator);
    let clock = |end: usize| FrameClock::new(line.signal, network.nodes[line.ends[end]].clock);
    let stream =
        |what: &str| seed::stream(network.seed, &format!("{}/{near}>{far}/{what}", line.name));
    let inbound = format!("{}/{far}>{near}/phase", line.name);
    Port {
        sending: Sending {
            clock: clock(end),
            source: TerminalSource::new(line.coding, trace(&line.name), trace(service)),
            channel: Channel::new(line.ber_towards[1 - end], stream("errors")),
            frames: 0,
            flipped: 0,
            client: None,
            due_bit: None,
            spare: Vec::new(),
        },
        receiving: Receiving {
            clock: clock(1 - end),
            delay: line.delay,
            phase: Phase::new(seed::stream(network.seed, &inbound).next_u32() % 8),
            fec: line.coding.fec,
            sink: TerminalSink::new(
                line.signal,
                line.coding,
                Some(PayloadType::GFP),
                Hold::NOTHING,
            ),
            ledger: Ledger::default(),
            on_the_way: VecDeque::new(),
            damage: (0, VecDeque::new()),
            next_frame: 0,
            arrived: 0,
            truth: Truth::default(),
            defects: DefectLog::default(),
            octets: Vec::new(),
        },
    }
}

/// A trace from node to node; names longer than their field are cut.
fn trace(near: &str, far: &str, operator: &str) -> Tti {
    let cut = |text: &str, limit: usize| -> String {
        text.chars().filter(|c| (' '..='~').contains(c)).take(limit).collect()
    };
    let (sapi, dapi) = (cut(near, 15), cut(far, 15));
    // Cut to size and filtered, the fields cannot be refused.
    Tti::new(&sapi, &dapi, &cut(operator, 32)).unwrap_or_else(|_| Tti::from_octets([0; 64]))
}

impl Sending {
    /// Start of the next frame.
    pub(super) fn frame_start(&self) -> SimTime {
        self.clock.frame_start(self.frames)
    }

    /// Makes the next frame and sends it through the channel.
    pub(super) fn send(
        &mut self,
        accept_until: SimTime,
        remote: &mut RemoteIndications,
        ledger: &mut Ledger,
    ) -> Result<Flight, SourceError> {
        let mut flight = self
            .spare
            .pop()
            .unwrap_or_else(|| Flight { frame: OtuFrame::zeroed(), flipped: Vec::new() });
        let mut queue = Queue {
            client: self.client.as_mut(),
            clock: &self.clock,
            frame: self.frames,
            due_bit: &mut self.due_bit,
            accept_until: self.clock.first_bit_from(accept_until),
            ledger,
            error: None,
        };
        self.source.next_frame(&mut flight.frame, &mut queue, remote);
        if let Some(error) = queue.error {
            return Err(error);
        }
        flight.flipped.clear();
        self.channel.transmit(flight.frame.octets_mut(), &mut flight.flipped);
        self.flipped += flight.flipped.len() as u64;
        self.frames += 1;
        Ok(flight)
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

/// The receiver's octet clock is not in step with the sender's: the stream comes some bits late.
struct Phase {
    shift: u32,
    carry: u8,
}

impl Phase {
    fn new(shift: u32) -> Self {
        Self { shift, carry: 0 }
    }

    fn pass(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        out.clear();
        if self.shift == 0 {
            out.extend_from_slice(octets);
            return;
        }
        let [first, rest @ ..] = octets else { return };
        let shift = self.shift;
        out.push(self.carry << (8 - shift) | first >> shift);
        // Two plain slices side by side: this loop becomes vector code.
        out.extend(octets.iter().zip(rest).map(|(a, b)| a << (8 - shift) | b >> shift));
        self.carry = octets[octets.len() - 1];
    }
}

impl Receiving {
    /// Takes the oldest frame on its way, bit by bit in the receiver's phase.
    pub(super) fn arrive(&mut self, direction: Direction, taps: &mut impl Taps) -> Option<Flight> {
        let mut flight = self.on_the_way.pop_front()?;
        self.phase.pass(flight.frame.octets(), &mut self.octets);
        self.damage.1.push_back(std::mem::take(&mut flight.flipped));
        let (clock, delay, shift) = (self.clock, self.delay, u64::from(self.phase.shift));
        let date = move |bit: u64| delay + clock.bit_start(bit.saturating_sub(shift));
        let mut ear = Ear {
            direction,
            taps,
            fec: self.fec,
            shift,
            ledger: &mut self.ledger,
            damage: &mut self.damage,
            next_frame: &mut self.next_frame,
            truth: &mut self.truth,
            defects: &mut self.defects,
        };
        self.sink.push(&self.octets, &date, &mut ear);
        self.arrived += 1;
        self.settle_old_frames();
        Some(flight)
    }

    /// Frames so far back that the sink cannot give them any more are missing, and what was in
    /// them is lost: nothing waits for an alignment that may never come.
    fn settle_old_frames(&mut self) {
        let oldest = self.arrived.saturating_sub(SINK_HOLDS);
        let payload = PAYLOAD_OCTETS as u64;
        if self.next_frame < oldest {
            self.ledger.missing(self.next_frame * payload, oldest * payload);
            self.next_frame = oldest;
        }
        while self.damage.0 < oldest && self.damage.1.pop_front().is_some() {
            self.damage.0 += 1;
        }
        self.ledger.lose_before(self.next_frame * payload);
    }

    /// The run is over.
    pub(super) fn finish(&mut self, now: SimTime, interrupted: bool) {
        struct Events<'a>(&'a mut DefectLog);
        impl Observer for Events<'_> {
            fn defect(&mut self, event: DefectEvent) {
                self.0.note(event);
            }
        }
        self.sink.wait_until(now, &mut Events(&mut self.defects));
        if interrupted {
            self.ledger.interrupt();
        } else {
            self.ledger.missing(self.next_frame * PAYLOAD_OCTETS as u64, u64::MAX);
            self.ledger.close();
        }
    }
}

impl Port {
    pub(super) fn report(&self) -> PortReport<'_> {
        let receiving = &self.receiving;
        PortReport {
            frames_sent: self.sending.frames,
            bits_flipped: self.sending.flipped,
            received: DirectionReport {
                packets: receiving.ledger.counts(),
                lost: receiving.ledger.lost(),
                counters: receiving.sink.counters(),
                defects: &receiving.defects,
                sink: &receiving.sink,
                miscorrected_codewords: receiving.truth.miscorrected_codewords,
                residual_bit_errors: receiving.truth.residual_bit_errors,
            },
        }
    }
}

/// Listens to a sink, compares with what is known of the far end, and tells the taps.
struct Ear<'a, T> {
    direction: Direction,
    taps: &'a mut T,
    fec: Fec,
    shift: u64,
    ledger: &'a mut Ledger,
    damage: &'a mut (u64, VecDeque<Vec<u32>>),
    next_frame: &'a mut u64,
    truth: &'a mut Truth,
    defects: &'a mut DefectLog,
}

impl<T: Taps> Ear<'_, T> {
    /// Bits that the line flipped in frame `number`; forgets the frames before it.
    fn damage_of(&mut self, number: u64) -> Vec<u32> {
        while self.damage.0 < number && self.damage.1.pop_front().is_some() {
            self.damage.0 += 1;
        }
        match self.damage.1.front_mut() {
            Some(list) if self.damage.0 == number => std::mem::take(list),
            Some(_) | None => Vec::new(),
        }
    }

    /// Settles what the decoder left wrong in a frame.
    fn settle(&mut self, number: u64, report: &FrameReport<'_>) {
        let flipped = self.damage_of(number);
        let word_of = |bit: u32| {
            let octet = bit as usize / 8;
            (octet / OTU_COLS, octet % SUB_ROWS)
        };
        let mut symbols = [[0usize; SUB_ROWS]; ROWS];
        let mut last = None;
        for &bit in &flipped {
            let (row, sub_row) = word_of(bit);
            if last != Some(bit / 8) {
                symbols[row][sub_row] += 1;
            }
            last = Some(bit / 8);
        }
        let given_up = |row: usize, x: usize| {
            report.fec[row].uncorrectable >> x & 1 == 1 || self.fec == Fec::None
        };
        let mut wrong: Vec<(u64, Codeword)> = Vec::new();
        for &bit in &flipped {
            let (row, sub_row) = word_of(bit);
            if given_up(row, sub_row) {
                self.truth.residual_bit_errors += 1;
                wrong.extend(payload_position(number, bit / 8, row, sub_row));
            }
        }
        if self.fec != Fec::None {
            for (row, words) in symbols.iter().enumerate() {
                for (x, _) in words.iter().enumerate().filter(|&(x, &n)| n > T && !given_up(row, x))
                {
                    self.truth.miscorrected_codewords += 1;
                    // Which octets the decoder made wrong is not asked: any of the codeword.
                    let octets = (0..OTU_COLS).filter(|c| c % SUB_ROWS == x);
                    wrong.extend(octets.filter_map(|column| {
                        payload_position(number, (row * OTU_COLS + column) as u32, row, x)
                    }));
                }
            }
        }
        wrong.sort_unstable_by_key(|(position, _)| *position);
        for (position, codeword) in wrong {
            self.ledger.wrong_octet(position, codeword);
        }
    }
}

/// Position in the payload stream of an octet of frame `frame`, if it is payload.
fn payload_position(frame: u64, octet: u32, row: usize, sub_row: usize) -> Option<(u64, Codeword)> {
    let column = octet as usize % OTU_COLS;
    let codeword = Codeword { frame, row: row as u8 + 1, sub_row: sub_row as u8 + 1 };
    PAYLOAD_RANGE.contains(&column).then(|| {
        let within = row * PAYLOAD_COLS + column - PAYLOAD_RANGE.start;
        (frame * PAYLOAD_OCTETS as u64 + within as u64, codeword)
    })
}

impl<T: Taps> Observer for Ear<'_, T> {
    fn line_frame(&mut self, at: SimTime, _: FrameInfo, frame: &OtuFrame) {
        self.taps.line_frame(self.direction, at, frame);
    }

    fn frame(&mut self, report: &FrameReport<'_>) {
        // Only frames cut at the sender's own boundaries are frames that were sent.
        if report.info.start_bit % OTU_BITS != self.shift {
            return;
        }
        let number = report.info.start_bit / OTU_BITS;
        if number > *self.next_frame {
            let octets = PAYLOAD_OCTETS as u64;
            self.ledger.missing(*self.next_frame * octets, number * octets);
        }
        *self.next_frame = (*self.next_frame).max(number + 1);
        self.settle(number, report);
    }

    fn gfp(&mut self, _: Place, at: SimTime, received: &Received<'_>) {
        self.taps.gfp(self.direction, at, received);
        let Ok(header) = received.header else { return };
        if (header.pti, header.upi) != (Pti::ClientData, Upi::ETHERNET) {
            return;
        }
        let checked = ethernet::check_fcs(received.payload);
        let verdict =
            self.ledger.received(at, received.position, received.payload, checked.is_ok());
        match (verdict, checked) {
            (Verdict::Delivered | Verdict::Corrupted, Ok(octets)) => {
                self.taps.packet(self.direction, at, octets);
            }
            (Verdict::Delivered | Verdict::Corrupted, Err(_)) => {}
            (Verdict::FcsError | Verdict::Phantom, _) => {}
        }
    }

    fn defect(&mut self, event: DefectEvent) {
        self.defects.note(event);
        self.taps.defect(self.direction, event);
    }
}
