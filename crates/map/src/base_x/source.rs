//! MAC frames to symbols and code groups.
//!
//! Clauses: IEEE 802.3 36.2.4, 36.2.5.2.1 (transmission); G.709 17.7.1.1 (link fault). In: frames
//! from a queue. Out: symbols, code groups, or a stream of bits, first bit most significant.

use alloc::vec::Vec;

use super::{
    COMMA, ERROR, EXTEND, GAP, IDLE_KEEPING, IDLE_TURNING, PREAMBLE, PREAMBLE_OCTETS, SFD, START,
    TERMINATE,
};
use crate::code8b10b::layout::GROUP_BITS;
use crate::code8b10b::{Disparity, Encoder, Symbol};
use crate::ethernet::MacQueue;

/// What goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// A new ordered set.
    Boundary,
    /// The second group of an idle, the disparity before the first being this.
    Idle(Disparity),
    /// This octet of the packet.
    Packet(usize),
    /// The end of packet.
    Terminate,
    /// Carrier extend.
    Extend,
}

/// Makes symbols, one each code group.
#[derive(Clone, Debug)]
pub struct SymbolSource {
    encoder: Encoder,
    state: State,
    /// The next group has an even number.
    even: bool,
    /// Groups since the last octet of a frame.
    gap: u32,
    /// The packet on its way, from the octet after the start of packet on.
    packet: Vec<u8>,
    link_fault: bool,
}

impl Default for SymbolSource {
    fn default() -> Self {
        Self {
            encoder: Encoder::new(),
            state: State::Boundary,
            even: true,
            gap: GAP,
            packet: Vec::new(),
            link_fault: false,
        }
    }
}

impl SymbolSource {
    /// A source between frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// From the end of the current packet on, error propagation goes out and the queue waits; or
    /// no longer.
    //= g709:17.7.1.1-link-fault
    pub fn set_link_fault(&mut self, present: bool) {
        self.link_fault = present;
    }

    /// The next symbol and its code group. `position` is what the queue is asked with.
    #[inline]
    pub fn next(&mut self, position: u64, queue: &mut impl MacQueue) -> (Symbol, u16) {
        // Nearly all symbols of a loaded line are octets of a packet; the gap does not count there.
        let symbol = match self.state {
            State::Packet(at) if at + 1 < self.packet.len() => {
                self.state = State::Packet(at + 1);
                Symbol::Data(self.packet[at])
            }
            _ => self.symbol(position, queue),
        };
        self.even = !self.even;
        (symbol, self.encoder.encode(symbol))
    }

    //= ieee802.3:36.2.4.11-ordered-sets
    fn symbol(&mut self, position: u64, queue: &mut impl MacQueue) -> Symbol {
        self.gap = self.gap.saturating_add(1);
        match self.state {
            State::Boundary if self.link_fault || !self.even => {
                // Idles come first when the fault is over.
                self.gap = 0;
                ERROR
            }
            State::Boundary => self.set(position, queue),
            State::Idle(before) => {
                self.state = State::Boundary;
                //= ieee802.3:36.2.4.12-idle-disparity
                match before {
                    Disparity::Negative => IDLE_KEEPING,
                    Disparity::Positive => IDLE_TURNING,
                }
            }
            State::Packet(at) => {
                let last = at + 1 == self.packet.len();
                self.state = if last { State::Terminate } else { State::Packet(at + 1) };
                Symbol::Data(self.packet[at])
            }
            State::Terminate => {
                self.gap = 1;
                self.state = State::Extend;
                TERMINATE
            }
            State::Extend => {
                // As many as bring the next set to an even place.
                //= ieee802.3:36.2.4.14-extend
                if !self.even {
                    self.state = State::Boundary;
                }
                EXTEND
            }
        }
    }

    /// First symbol of the next ordered set.
    fn set(&mut self, position: u64, queue: &mut impl MacQueue) -> Symbol {
        if self.gap > GAP
            && let Some(frame) = queue.next(position)
        {
            self.packet.clear();
            self.packet.extend([PREAMBLE; PREAMBLE_OCTETS]);
            self.packet.push(SFD);
            self.packet.extend_from_slice(frame);
            self.state = State::Packet(0);
            return START;
        }
        self.state = State::Idle(self.encoder.disparity());
        COMMA
    }
}

/// Makes a stream of bits.
#[derive(Clone, Debug, Default)]
pub struct Source {
    symbols: SymbolSource,
    /// Bits made and not yet sent, the newest least significant.
    bits: u32,
    waiting: u32,
    /// Octets sent.
    sent: u64,
}

impl Source {
    /// A source between frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`SymbolSource::set_link_fault`].
    pub fn set_link_fault(&mut self, present: bool) {
        self.symbols.set_link_fault(present);
    }

    /// Fills `octets` with what comes next, first bit most significant.
    pub fn fill(&mut self, octets: &mut [u8], queue: &mut impl MacQueue) {
        for octet in octets {
            if self.waiting < u8::BITS {
                let (_, group) = self.symbols.next(self.sent, queue);
                self.bits = self.bits << GROUP_BITS | u32::from(group);
                self.waiting += GROUP_BITS;
            }
            self.waiting -= u8::BITS;
            *octet = (self.bits >> self.waiting) as u8;
            self.sent += 1;
        }
    }
}
