//! The octets that GMP gave back to MAC frames.
//!
//! Clauses: G.709 17.7.1.1, G.7041 8. In: octets of the stream, in order, each call with the position
//! of its first one as the caller counts. Out: events. What replaces a failed client is decided
//! elsewhere.

use super::HEADER;
use super::layout::{CHARACTERS, ERROR_CODE, FLAGS_AT};
use super::superblock::{Character, Contents, decode, repair};
use crate::base_x::{Event, SymbolCounters, SymbolSink};
use crate::gfp::layout::{CORE_OCTETS, TYPE_HEADER_OCTETS};
use crate::gfp::{Delineation, Pti, Received, Receiver, ReceiverCounters, TypeHeader};

/// What a sink has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransparentEvent<'a> {
    /// From the client; positions are octets of the stream as the caller counts.
    Client(Event<'a>),
    /// A client management frame with this type header.
    Management(TypeHeader),
}

/// What a sink has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransparentCounters {
    /// What the GFP receiver counted.
    pub gfp: ReceiverCounters,
    /// What the symbols gave.
    pub symbols: SymbolCounters,
    /// Superblocks with a good CRC.
    pub superblocks: u64,
    /// Superblocks with a wrong one, repaired; they count as good.
    pub repaired: u64,
    /// Superblocks with a wrong one, not repaired.
    pub crc_errors: u64,
    /// Blocks that made no sense in spite of a good CRC.
    pub malformed_blocks: u64,
    /// 10B_ERR characters received, those of damaged superblocks and malformed blocks not counted.
    pub character_errors: u64,
    /// 65B_PAD characters received.
    pub pads: u64,
    /// Frames that are neither superblocks of this client nor client management.
    pub other_frames: u64,
}

/// Finds MAC frames in the stream.
#[derive(Clone, Debug, Default)]
pub struct TransparentSink {
    receiver: Receiver,
    characters: Characters,
}

/// The part of a sink behind the GFP receiver.
#[derive(Clone, Debug, Default)]
struct Characters {
    symbols: SymbolSink,
    repairs: bool,
    /// Position behind the last frame.
    next: Option<u64>,
    counters: TransparentCounters,
}

impl TransparentSink {
    /// A sink that looks for GFP frames.
    pub fn new() -> Self {
        Self::default()
    }

    /// A sink that repairs superblocks with one wrong bit, as [`repair`] does.
    pub fn with_repair() -> Self {
        let mut sink = Self::default();
        sink.characters.repairs = true;
        sink
    }

    /// State of the GFP delineation process.
    pub fn delineation(&self) -> Delineation {
        self.receiver.delineation()
    }

    /// Counters since the start.
    pub fn counters(&self) -> TransparentCounters {
        TransparentCounters {
            gfp: self.receiver.counters(),
            symbols: self.characters.symbols.counters(),
            ..self.characters.counters
        }
    }

    /// Takes octets whose first one has this position.
    pub fn push(
        &mut self,
        octets: &[u8],
        position: u64,
        on: &mut impl FnMut(TransparentEvent<'_>),
    ) {
        let characters = &mut self.characters;
        self.receiver.push(position, octets, |received| characters.frame(&received, on));
    }
}

impl Characters {
    fn frame(&mut self, received: &Received<'_>, on: &mut impl FnMut(TransparentEvent<'_>)) {
        let follows = self.next == Some(received.position);
        self.next = Some(received.position + received.octets() as u64);
        match received.header {
            Ok(header) if header.pti == Pti::ClientManagement => {
                on(TransparentEvent::Management(header));
            }
            Ok(HEADER) => {
                let on = &mut |event: Event<'_>| on(TransparentEvent::Client(event));
                if !follows {
                    // Characters are missing between this superblock and the one before.
                    self.symbols.interrupt(on);
                }
                self.superblock(received, on);
            }
            Ok(_) => self.counters.other_frames += 1,
            Err(_) => {
                // Most likely a superblock: its characters are lost.
                self.symbols.interrupt(&mut |event| on(TransparentEvent::Client(event)));
            }
        }
    }

    fn superblock(&mut self, received: &Received<'_>, on: &mut impl FnMut(Event<'_>)) {
        let Ok(octets) = received.payload.try_into() else {
            self.counters.other_frames += 1;
            return self.symbols.interrupt(on);
        };
        let mut decoded = decode(octets);
        if self.repairs
            && decoded.is_err()
            && let Some(repaired) = repair(octets)
        {
            self.counters.repaired += 1;
            decoded = decode(&repaired);
        }
        let characters = match decoded {
            Ok(Contents { characters, malformed }) => {
                self.counters.superblocks += 1;
                if octets[FLAGS_AT] != 0 {
                    self.count(&characters, malformed);
                }
                characters
            }
            // None of its characters can be trusted.
            //= g7041:8.2-damaged-superblock
            Err(_) => {
                self.counters.crc_errors += 1;
                [Character::Error; CHARACTERS]
            }
        };
        let first = received.position + (CORE_OCTETS + TYPE_HEADER_OCTETS) as u64;
        for (position, character) in (first..).zip(characters) {
            match character {
                Character::Symbol(symbol) => self.symbols.take(Some(symbol), position, on),
                Character::Error => self.symbols.take(None, position, on),
                Character::Pad => {}
            }
        }
    }

    fn count(&mut self, characters: &[Character; CHARACTERS], malformed: u32) {
        let number =
            |wanted| characters.iter().filter(|character| **character == wanted).count() as u64;
        let lost = u64::from(malformed) * super::layout::BLOCK_CHARACTERS as u64;
        self.counters.malformed_blocks += u64::from(malformed);
        self.counters.character_errors += number(Character::Error) - lost;
        self.counters.pads += number(Character::Pad);
    }
}

const _: () = assert!(ERROR_CODE as usize == crate::code8b10b::Control::ALL.len());
