//! Blocks as frames again: good ones, and those that broke on the way.
//!
//! Clauses: IEEE 802.3 49.2.13 (receive state diagram), 46.3.3 (preamble), 46.3.4 (fault). In: blocks
//! behind the descrambler, each with its position. Out: an [`Event`] for each frame and each change
//! of the link fault. The FCS is not checked here. A frame is good only when the block behind its
//! end is one that may follow; so it is handed out one block late.

use alloc::vec::Vec;

use super::super::block66::{Block, Class, LinkFault, OrderedSet, Pcs, SyncHeader};
use super::super::layout::{PAYLOAD_OCTETS, PREAMBLE_OCTETS, SFD};
use super::fault::FaultMonitor;

/// Octets of the longest frame that is kept.
pub const MAX_FRAME: usize = 65_536;

/// A frame as it was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// Octet of the coded stream in which its start character is, as the caller counts.
    pub position: u64,
    /// What stood between the start character and the frame, delimiter included.
    pub preamble: &'a [u8],
    /// Destination address to FCS, which is not checked.
    pub octets: &'a [u8],
}

/// Why a frame is not good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// A block in it or right behind it is none that may stand there.
    Sequence,
    /// There is no start frame delimiter where it belongs.
    Delimiter,
    /// It is longer than [`MAX_FRAME`].
    TooLong,
    /// The blocks ended: the caller lost them.
    Cut,
}

/// What a decoder reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// A frame that began and ended as it should.
    Frame(Frame<'a>),
    /// A frame that did not; what there is of it is not to be used.
    Broken {
        /// Octet of the coded stream in which its start character was.
        position: u64,
        /// Why.
        defect: Defect,
    },
    /// The link fault that is reported by the other side changed.
    Fault {
        /// Octet of the coded stream in which the block that changed it begins.
        position: u64,
        /// The fault from here on.
        fault: Option<LinkFault>,
    },
}

/// What a decoder has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DecoderCounters {
    /// Good frames.
    pub frames: u64,
    /// Broken ones.
    pub broken: u64,
    /// Of these, too long ones.
    pub too_long: u64,
    /// Blocks that are illegal, or that may not stand where they stood.
    pub errored_blocks: u64,
}

/// State of the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between frames.
    Idle,
    /// In a frame.
    Frame,
    /// Behind the end of a frame, which is good if what follows may follow.
    Ended,
    /// Behind an error: nothing starts before a control block.
    Lost,
}

/// The receiving side.
#[derive(Clone, Debug)]
pub struct Decoder {
    pcs: Pcs,
    state: State,
    /// Preamble and frame so far.
    line: Vec<u8>,
    position: u64,
    /// More came than is kept.
    cut: bool,
    monitor: FaultMonitor,
    counters: DecoderCounters,
}

impl Decoder {
    /// A decoder that waits for a frame.
    pub const fn new(pcs: Pcs) -> Self {
        Self {
            pcs,
            state: State::Idle,
            line: Vec::new(),
            position: 0,
            cut: false,
            monitor: FaultMonitor::new(pcs),
            counters: DecoderCounters { frames: 0, broken: 0, too_long: 0, errored_blocks: 0 },
        }
    }

    /// Counters since the start.
    pub const fn counters(&self) -> DecoderCounters {
        self.counters
    }

    /// The link fault that the other side reports.
    pub const fn fault(&self) -> Option<LinkFault> {
        self.monitor.fault()
    }

    /// Takes a block whose first octet is number `position` of the coded stream.
    #[inline]
    pub fn push(&mut self, position: u64, block: Block, on: &mut impl FnMut(Event<'_>)) {
        if block.sync == SyncHeader::Data && self.is_in_frame() {
            self.append(&block.octets());
        } else if block == Block::IDLE && self.is_between_frames() {
            // Nothing changes.
        } else {
            self.step(position, block, block.class(self.pcs), on);
        }
    }

    /// A data block is only one more.
    #[inline]
    fn is_in_frame(&self) -> bool {
        self.state == State::Frame && self.monitor.is_quiet()
    }

    /// An idle block changes nothing.
    #[inline]
    fn is_between_frames(&self) -> bool {
        self.state == State::Idle && self.monitor.is_quiet()
    }

    /// Takes as many data blocks as these octets are, if a frame is on its way; `false` if they
    /// have to come one by one.
    #[inline]
    pub(in super::super) fn push_data<const N: usize>(&mut self, octets: &[[u8; 8]; N]) -> bool {
        let taken = self.is_in_frame();
        if taken {
            self.append(octets.as_flattened());
        }
        taken
    }

    /// The blocks end here, or some are missing: a frame on its way is broken.
    pub fn reset(&mut self, on: &mut impl FnMut(Event<'_>)) {
        match self.state {
            State::Frame | State::Ended => self.broken(Defect::Cut, on),
            State::Idle | State::Lost => {}
        }
        self.state = State::Idle;
    }

    /// One step of the receive state diagram. Against the diagram, one control block ends every
    /// error: the diagram asks for one more when it broke a frame itself.
    //= ieee802.3:49.2.13-receive
    fn step(&mut self, position: u64, block: Block, class: Class, on: &mut impl FnMut(Event<'_>)) {
        let before = self.state;
        self.state = match (before, class) {
            (State::Idle, Class::Control) => State::Idle,
            (State::Idle, Class::Start { .. }) => State::Frame,
            (State::Idle, Class::Data | Class::Terminate { .. } | Class::Error) => State::Lost,
            (State::Frame, Class::Data) => State::Frame,
            (State::Frame, Class::Terminate { .. }) => State::Ended,
            (State::Frame, Class::Control) => State::Idle,
            (State::Frame, Class::Start { .. } | Class::Error) => State::Lost,
            (State::Ended, Class::Control) => State::Idle,
            (State::Ended, Class::Start { .. }) => State::Frame,
            (State::Ended, Class::Data | Class::Terminate { .. } | Class::Error) => State::Lost,
            (State::Lost, Class::Control) => State::Idle,
            (
                State::Lost,
                Class::Start { .. } | Class::Data | Class::Terminate { .. } | Class::Error,
            ) => State::Lost,
        };
        match (before, self.state) {
            (State::Ended, State::Idle | State::Frame) => self.finish(on),
            (State::Ended, State::Lost) | (State::Frame, State::Idle | State::Lost) => {
                self.broken(Defect::Sequence, on);
            }
            _ => {}
        }
        let illegal = class == Class::Error;
        let misplaced = self.state == State::Lost && before != State::Lost
            || (before, self.state) == (State::Frame, State::Idle);
        self.counters.errored_blocks += u64::from(illegal || misplaced);
        self.take(position, block, class);
        let sequences = match class {
            Class::Control | Class::Start { .. } => {
                block.ordered_sets().map(|set| set.and_then(OrderedSet::link_fault))
            }
            Class::Data | Class::Terminate { .. } | Class::Error => [None; 2],
        };
        if self.monitor.block(sequences) {
            on(Event::Fault { position, fault: self.monitor.fault() });
        }
    }

    /// The octets of a block that the state diagram let through.
    fn take(&mut self, position: u64, block: Block, class: Class) {
        let octets = block.octets();
        match (self.state, class) {
            (State::Frame, Class::Start { lane }) => {
                self.line.clear();
                self.cut = false;
                self.position = position + lane as u64;
                self.line.extend_from_slice(&octets[lane + 1..]);
            }
            (State::Frame, Class::Data) => self.append(&octets),
            (State::Ended, Class::Terminate { octets: count }) => {
                self.append(&octets[1..=count]);
            }
            _ => {}
        }
    }

    #[inline]
    fn append(&mut self, octets: &[u8]) {
        if self.line.len() + octets.len() <= PREAMBLE_OCTETS + MAX_FRAME {
            self.line.extend_from_slice(octets);
        } else {
            self.cut = true;
        }
    }

    /// A frame has ended and what follows may follow.
    fn finish(&mut self, on: &mut impl FnMut(Event<'_>)) {
        let position = self.position;
        let defect = match self.line.split_at_checked(PREAMBLE_OCTETS) {
            Some((preamble, octets)) if preamble.last() == Some(&SFD) && !self.cut => {
                self.counters.frames += 1;
                on(Event::Frame(Frame { position, preamble, octets }));
                return;
            }
            Some(_) if self.cut => Defect::TooLong,
            Some(_) | None => Defect::Delimiter,
        };
        self.broken(defect, on);
    }

    fn broken(&mut self, defect: Defect, on: &mut impl FnMut(Event<'_>)) {
        self.counters.broken += 1;
        self.counters.too_long += u64::from(defect == Defect::TooLong);
        on(Event::Broken { position: self.position, defect });
    }
}

const _: () = assert!(MAX_FRAME.is_multiple_of(PAYLOAD_OCTETS));
