//! 64 characters of an 8B/10B client as one superblock, and back.
//!
//! Clauses: G.7041 8.1 (64B/65B), 8.2 (superblock). In: characters, or the 67 octets. Out: the
//! other. A block keeps its data octets in their order and has its control characters, with their
//! places, before them.

use core::fmt;

use super::layout::{
    self, BLOCK_CHARACTERS, CHARACTERS, COVERED, ERROR_CODE, FLAGS_AT, PAD_CODE, SUPERBLOCK_OCTETS,
};
use crate::code8b10b::{Control, Symbol};
use crc::Crc;

static BIT_SYNDROMES: [u16; layout::SUPERBLOCK_BITS] = layout::bit_syndromes();
/// Bits between the two errors that the payload descrambler makes of one.
const DESCRAMBLER_DELAY: usize = 43;

static CRC: Crc<u16> = Crc::<u16>::new(&layout::SUPERBLOCK_CRC);

/// One character of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Character {
    /// A valid symbol.
    Symbol(Symbol),
    /// 10B_ERR: an invalid code group came.
    Error,
    /// 65B_PAD: no character was there in time.
    Pad,
}

/// A superblock whose CRC is not that of its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged {
    /// CRC at its end.
    pub found: u16,
    /// CRC of its other octets.
    pub expected: u16,
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found superblock CRC {:04X}, expected {:04X}", self.found, self.expected)
    }
}

impl core::error::Error for Damaged {}

/// The characters of a superblock, and how many of its blocks made no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The characters; those of a block without sense are all errors.
    pub characters: [Character; CHARACTERS],
    /// Blocks without sense in spite of a good CRC.
    pub malformed: u32,
}

/// Code of a control character, `None` for a data octet.
const fn control_code(character: Character) -> Option<u8> {
    match character {
        Character::Symbol(Symbol::Data(_)) => None,
        Character::Symbol(Symbol::Control(control)) => Some(control as u8),
        Character::Error => Some(ERROR_CODE),
        Character::Pad => Some(PAD_CODE),
    }
}

//= g7041:8.1-control-codes
fn control_character(code: u8) -> Option<Character> {
    match code {
        ERROR_CODE => Some(Character::Error),
        PAD_CODE => Some(Character::Pad),
        _ => {
            let control = Control::ALL.get(usize::from(code))?;
            Some(Character::Symbol(Symbol::Control(*control)))
        }
    }
}

/// Octets of a block, and whether it has control characters.
//= g7041:8.1-control-octet
fn encode_block(characters: &[Character; BLOCK_CHARACTERS]) -> ([u8; BLOCK_CHARACTERS], bool) {
    let mut octets = [0; BLOCK_CHARACTERS];
    let mut all_data = true;
    for (octet, character) in octets.iter_mut().zip(characters) {
        match character {
            Character::Symbol(Symbol::Data(data)) => *octet = *data,
            Character::Symbol(Symbol::Control(_)) | Character::Error | Character::Pad => {
                all_data = false;
            }
        }
    }
    if all_data {
        return (octets, false);
    }
    let controls = characters.iter().filter(|c| control_code(**c).is_some()).count();
    let (mut control_at, mut data_at) = (0, controls);
    for (position, character) in characters.iter().enumerate() {
        if let Some(code) = control_code(*character) {
            let more = control_at + 1 < controls;
            octets[control_at] = layout::join_control(more, position as u8, code);
            control_at += 1;
        } else if let Character::Symbol(Symbol::Data(octet)) = character {
            octets[data_at] = *octet;
            data_at += 1;
        }
    }
    (octets, true)
}

/// Characters of a block, `None` where its control octets make no sense.
fn decode_block(
    octets: &[u8; BLOCK_CHARACTERS],
    flag: bool,
) -> Option<[Character; BLOCK_CHARACTERS]> {
    if !flag {
        return Some(octets.map(|octet| Character::Symbol(Symbol::Data(octet))));
    }
    let mut controls = [None; BLOCK_CHARACTERS];
    let mut rest = octets.iter();
    let mut more = true;
    let mut least = 0;
    while more {
        let (another, position, code) = layout::split_control(*rest.next()?);
        // Places grow: anything else is not what a source makes.
        if position < least {
            return None;
        }
        controls[usize::from(position)] = Some(control_character(code)?);
        least = position + 1;
        more = another;
    }
    Some(controls.map(|control| match control {
        Some(character) => character,
        // There are as many octets left as places without a control character.
        None => Character::Symbol(Symbol::Data(rest.next().copied().unwrap_or_default())),
    }))
}

/// The superblock of 64 characters.
//= g7041:8.2-superblock
pub fn encode(characters: &[Character; CHARACTERS]) -> [u8; SUPERBLOCK_OCTETS] {
    let mut octets = [0; SUPERBLOCK_OCTETS];
    let (blocks, _) = characters.as_chunks::<BLOCK_CHARACTERS>();
    for (n, block) in blocks.iter().enumerate() {
        let (coded, flag) = encode_block(block);
        octets[n * BLOCK_CHARACTERS..][..BLOCK_CHARACTERS].copy_from_slice(&coded);
        if flag {
            octets[FLAGS_AT] |= layout::flag(n);
        }
    }
    let crc = CRC.checksum(&octets[..COVERED]);
    octets[COVERED..].copy_from_slice(&crc.to_be_bytes());
    octets
}

/// The characters of a superblock.
///
/// # Errors
/// [`Damaged`] where the CRC is wrong.
//= g7041:8.2-crc16
pub fn decode(octets: &[u8; SUPERBLOCK_OCTETS]) -> Result<Contents, Damaged> {
    let expected = CRC.checksum(&octets[..COVERED]);
    let found = u16::from_be_bytes([octets[COVERED], octets[COVERED + 1]]);
    if found != expected {
        return Err(Damaged { found, expected });
    }
    let mut contents = Contents { characters: [Character::Error; CHARACTERS], malformed: 0 };
    let (places, _) = contents.characters.as_chunks_mut::<BLOCK_CHARACTERS>();
    let (blocks, _) = octets[..FLAGS_AT].as_chunks::<BLOCK_CHARACTERS>();
    for (n, (block, place)) in blocks.iter().zip(places).enumerate() {
        match decode_block(block, octets[FLAGS_AT] & layout::flag(n) != 0) {
            Some(characters) => *place = characters,
            None => contents.malformed += 1,
        }
    }
    Ok(contents)
}

/// The superblock as it was before one bit went wrong on the line, which the descrambler makes two
/// bits, or one where the other is outside the superblock. `None` where there is no such bit.
///
/// All these errors change the CRC in different ways. Others may look like one of them: a repair
/// hides some errors that [`decode`] finds.
//= g7041:8.2-single-error
pub fn repair(octets: &[u8; SUPERBLOCK_OCTETS]) -> Option<[u8; SUPERBLOCK_OCTETS]> {
    let found = u16::from_be_bytes([octets[COVERED], octets[COVERED + 1]]);
    let syndrome = found ^ CRC.checksum(&octets[..COVERED]);
    let mut repaired = *octets;
    if let Some(bit) = BIT_SYNDROMES.iter().position(|one| *one == syndrome) {
        layout::invert(&mut repaired, bit);
        return Some(repaired);
    }
    let later = BIT_SYNDROMES.iter().skip(DESCRAMBLER_DELAY);
    let bit = BIT_SYNDROMES.iter().zip(later).position(|(a, b)| a ^ b == syndrome)?;
    layout::invert(&mut repaired, bit);
    layout::invert(&mut repaired, bit + DESCRAMBLER_DELAY);
    Some(repaired)
}
