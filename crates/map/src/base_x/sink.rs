//! A stream of bits to MAC frames.
//!
//! Clauses: IEEE 802.3 36.2.4, 36.2.5.2. In: octets of a stream whose groups begin at any bit. Out:
//! events. Positions are octets of that stream, counted from its start.

use super::synchronisation::{Heard, Synchronisation};
use super::{Event, SymbolCounters, SymbolSink};
use crate::code8b10b::layout::{GROUP_BITS, GROUPS};
use crate::code8b10b::{Decoded, Decoder, Disparity, Symbol, has_comma};

/// What a sink has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SinkCounters {
    /// What the symbols gave.
    pub symbols: SymbolCounters,
    /// Groups received while synchronised.
    pub groups: u64,
    /// Of these, groups of the column of the other disparity.
    pub wrong_disparity: u64,
    /// Times that synchronisation was lost.
    pub synchronisation_losses: u64,
}

/// Finds MAC frames in a stream of bits.
#[derive(Clone, Debug, Default)]
pub struct Sink {
    synchronisation: Synchronisation,
    decoder: Decoder,
    symbols: SymbolSink,
    /// The last bits received, the newest least significant.
    window: u32,
    /// Bits of it that belong to the next group.
    bits: u32,
    /// The last group had an even number.
    even: bool,
    /// Bits received.
    received: u64,
    counters: SinkCounters,
}

impl Sink {
    /// A sink that looks for commas.
    pub fn new() -> Self {
        Self::default()
    }

    /// State of the synchronisation process.
    pub const fn synchronisation(&self) -> Synchronisation {
        self.synchronisation
    }

    /// Counters since the start.
    pub const fn counters(&self) -> SinkCounters {
        SinkCounters { symbols: self.symbols.counters(), ..self.counters }
    }

    /// Takes octets, first bit most significant.
    pub fn push(&mut self, octets: &[u8], on: &mut impl FnMut(Event<'_>)) {
        for octet in octets {
            self.window = self.window << u8::BITS | u32::from(*octet);
            self.bits += u8::BITS;
            self.received += u64::from(u8::BITS);
            while self.bits >= GROUP_BITS {
                let group = (self.window >> (self.bits - GROUP_BITS)) as u16 % GROUPS as u16;
                // Where groups may begin anywhere, the next place is one bit further on.
                let lost = self.synchronisation == Synchronisation::Lost;
                if lost && !has_comma(group) {
                    self.bits -= 1;
                    continue;
                }
                if lost {
                    // A comma tells the disparity before it by its first bit.
                    self.decoder = Decoder::starting(comma_disparity(group));
                    self.even = false;
                }
                self.group(group, on);
                // A comma that was none in the end: the next may begin inside it.
                let still = lost && self.synchronisation == Synchronisation::Lost;
                self.bits -= if still { 1 } else { GROUP_BITS };
            }
        }
    }

    #[inline]
    fn group(&mut self, group: u16, on: &mut impl FnMut(Event<'_>)) {
        let decoded = self.decoder.decode(group);
        self.even = !self.even;
        // Nearly all groups of a good line: nothing to decide.
        if let (Synchronisation::Synchronised { bad: 0, .. }, Decoded::Valid(Symbol::Data(_))) =
            (self.synchronisation, decoded)
        {
            self.counters.groups += 1;
            return self.hand_on(decoded, on);
        }
        self.judge(group, decoded, on);
    }

    fn judge(&mut self, group: u16, decoded: Decoded, on: &mut impl FnMut(Event<'_>)) {
        let heard = match decoded {
            Decoded::WrongDisparity(_) | Decoded::Invalid => Heard::Bad,
            Decoded::Valid(_) if has_comma(group) => match self.even {
                true => Heard::Comma,
                false => Heard::Bad,
            },
            Decoded::Valid(Symbol::Data(_)) => Heard::Data,
            Decoded::Valid(Symbol::Control(_)) => Heard::Other,
        };
        let before = self.synchronisation.is_synchronised();
        self.synchronisation = self.synchronisation.step(heard);
        let now = self.synchronisation.is_synchronised();
        if before && now {
            self.counters.groups += 1;
            self.counters.wrong_disparity +=
                u64::from(matches!(decoded, Decoded::WrongDisparity(_)));
            self.hand_on(decoded, on);
        } else if before {
            self.counters.synchronisation_losses += 1;
            self.symbols.interrupt(on);
            on(Event::Synchronised(false));
        } else if now {
            on(Event::Synchronised(true));
        }
    }

    #[inline]
    fn hand_on(&mut self, decoded: Decoded, on: &mut impl FnMut(Event<'_>)) {
        let position = (self.received - u64::from(self.bits)) / u64::from(u8::BITS);
        self.symbols.take(valid(decoded), position, on);
    }
}

fn valid(decoded: Decoded) -> Option<Symbol> {
    match decoded {
        Decoded::Valid(symbol) => Some(symbol),
        Decoded::WrongDisparity(_) | Decoded::Invalid => None,
    }
}

fn comma_disparity(group: u16) -> Disparity {
    let first_bit_is_zero = group < GROUPS as u16 / 2;
    if first_bit_is_zero { Disparity::Negative } else { Disparity::Positive }
}
