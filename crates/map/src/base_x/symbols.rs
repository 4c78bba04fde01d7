//! Symbols to MAC frames.
//!
//! Clause: IEEE 802.3 36.2.5.2.2 (reception). In: symbols, one each code group, and nothing where a
//! group was invalid. Out: events. Even and odd places are not looked at here: [`super::Sink`] has
//! done so, and GFP-T has none.

use alloc::vec::Vec;

use super::{COMMA, CONFIGURATION, ERROR, Event, Frame, PREAMBLE, SFD, START, TERMINATE};
use crate::base_x::EXTEND;
use crate::code8b10b::Symbol;

/// Most octets of a packet that are kept: more is no frame but a line that is stuck.
const MAX_PACKET: usize = 0xFFFF;
/// Errors in a row that end a packet, and, where all of them are error propagation, are a link
/// fault.
//= g709:17.7.1.1-link-fault
const FAULT: u32 = 4;

/// What a sink of symbols has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SymbolCounters {
    /// Frames handed out, errored ones included.
    pub frames: u64,
    /// Frames handed out as errored.
    pub errored_frames: u64,
    /// Packets without a start frame delimiter.
    pub fragments: u64,
    /// Idles.
    pub idles: u64,
    /// Configuration sets.
    pub configurations: u64,
    /// Groups of error propagation.
    pub violations: u64,
    /// Invalid groups.
    pub invalid: u64,
    /// Valid groups where no set has them.
    pub stray: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Between ordered sets.
    #[default]
    Boundary,
    /// K28.5 came.
    Comma,
    /// The two groups of a configuration set came.
    Configuration,
    /// So did the lower octet of its register.
    Register(u8),
    /// Inside a packet.
    Packet,
    /// The end of packet came.
    Terminated,
}

/// Finds MAC frames in symbols.
#[derive(Clone, Debug, Default)]
pub struct SymbolSink {
    state: State,
    packet: Vec<u8>,
    errored: bool,
    position: u64,
    /// Errors in a row, and of these the last ones that are error propagation.
    errors: u32,
    violations: u32,
    link_fault: bool,
    configuration: Option<u16>,
    counters: SymbolCounters,
}

impl SymbolSink {
    /// A sink between frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counters since the start.
    pub const fn counters(&self) -> SymbolCounters {
        self.counters
    }

    /// Gives up what is on its way: the groups no longer follow one another.
    pub fn interrupt(&mut self, on: &mut impl FnMut(Event<'_>)) {
        if matches!(self.state, State::Packet | State::Terminated) {
            self.finish(true, on);
        }
        self.state = State::Boundary;
    }

    /// Takes the symbol of the next group, `None` where it was invalid.
    //= ieee802.3:36.2.5.2.2-reception
    pub fn take(&mut self, symbol: Option<Symbol>, position: u64, on: &mut impl FnMut(Event<'_>)) {
        let Some(symbol) = symbol else {
            self.counters.invalid += 1;
            self.violations = 0;
            return self.error(on);
        };
        if symbol == ERROR {
            self.counters.violations += 1;
            self.violations = self.violations.saturating_add(1);
            return self.error(on);
        }
        self.errors = 0;
        self.violations = 0;
        match (self.state, symbol) {
            (State::Packet, Symbol::Data(octet)) => self.octet(octet),
            (State::Packet, TERMINATE) => self.state = State::Terminated,
            (State::Packet, _) => {
                // Any other set ends the packet early.
                self.finish(true, on);
                self.boundary(symbol, position);
            }
            (State::Terminated, _) => {
                self.finish(symbol != EXTEND, on);
                self.boundary(symbol, position);
            }
            (State::Comma, Symbol::Data(_)) if CONFIGURATION.contains(&symbol) => {
                self.state = State::Configuration;
            }
            (State::Comma, Symbol::Data(_)) => {
                self.counters.idles += 1;
                self.configuration = None;
                self.state = State::Boundary;
                self.alive(on);
            }
            (State::Configuration, Symbol::Data(low)) => self.state = State::Register(low),
            (State::Register(low), Symbol::Data(high)) => {
                self.state = State::Boundary;
                self.register(u16::from_le_bytes([low, high]), on);
            }
            (State::Boundary, _)
            | (State::Comma | State::Configuration | State::Register(_), Symbol::Control(_)) => {
                self.boundary(symbol, position);
            }
        }
    }

    /// The first symbol of an ordered set.
    fn boundary(&mut self, symbol: Symbol, position: u64) {
        self.state = match symbol {
            COMMA => State::Comma,
            START => {
                self.packet.clear();
                self.errored = false;
                self.position = position;
                State::Packet
            }
            EXTEND => State::Boundary,
            _ => {
                self.counters.stray += 1;
                State::Boundary
            }
        };
    }

    //= ieee802.3:36.2.4.10-configuration
    fn register(&mut self, register: u16, on: &mut impl FnMut(Event<'_>)) {
        self.counters.configurations += 1;
        if self.configuration != Some(register) {
            self.configuration = Some(register);
            on(Event::Configuration(register));
        }
        self.alive(on);
    }

    /// A whole set other than error propagation: no link fault.
    fn alive(&mut self, on: &mut impl FnMut(Event<'_>)) {
        if self.link_fault {
            self.link_fault = false;
            on(Event::LinkFault(false));
        }
    }

    /// Error propagation or an invalid group.
    fn error(&mut self, on: &mut impl FnMut(Event<'_>)) {
        self.errors = self.errors.saturating_add(1);
        match self.state {
            State::Packet if self.errors < FAULT => {
                self.errored = true;
                // The octet is lost; its place is not.
                self.octet(0);
            }
            State::Packet | State::Terminated => {
                self.finish(true, on);
                self.state = State::Boundary;
            }
            State::Boundary | State::Comma | State::Configuration | State::Register(_) => {
                self.state = State::Boundary;
            }
        }
        if self.violations >= FAULT && !self.link_fault {
            self.link_fault = true;
            on(Event::LinkFault(true));
        }
    }

    fn octet(&mut self, octet: u8) {
        if self.packet.len() < MAX_PACKET {
            self.packet.push(octet);
        } else {
            self.errored = true;
        }
    }

    /// Hands the packet out without its preamble.
    fn finish(&mut self, errored: bool, on: &mut impl FnMut(Event<'_>)) {
        let errored = errored || self.errored;
        let Some(sfd) = self.packet.iter().position(|octet| *octet != PREAMBLE) else {
            self.counters.fragments += 1;
            return;
        };
        if self.packet[sfd] != SFD {
            self.counters.fragments += 1;
            return;
        }
        self.counters.frames += 1;
        self.counters.errored_frames += u64::from(errored);
        let octets = &self.packet[sfd + 1..];
        on(Event::Frame(Frame { position: self.position, octets, errored }));
    }
}
