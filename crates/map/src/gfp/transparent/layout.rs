//! Bits of the 64B/65B blocks and of the superblock of GFP-T: the one table.
//!
//! Clauses: G.7041 8.1, 8.2. A superblock is eight blocks of eight octets, the flag octet, the
//! CRC-16.

use crc::Algorithm;

/// Characters of a block.
pub const BLOCK_CHARACTERS: usize = 8;
/// Blocks of a superblock.
pub const BLOCKS: usize = 8;
/// Characters of a superblock.
pub const CHARACTERS: usize = BLOCKS * BLOCK_CHARACTERS;
/// Where the flag octet is.
pub const FLAGS_AT: usize = CHARACTERS;
/// Octets that the CRC covers.
pub const COVERED: usize = FLAGS_AT + 1;
/// Octets of a superblock with its CRC.
//= g7041:8.2-superblock
pub const SUPERBLOCK_OCTETS: usize = COVERED + 2;

/// x^16 + x^15 + x^12 + x^10 + x^4 + x^3 + x^2 + x + 1, register cleared, nothing inverted.
//= g7041:8.2-crc16
pub(super) const SUPERBLOCK_CRC: Algorithm<u16> = Algorithm {
    width: 16,
    poly: 0x941F,
    init: 0,
    refin: false,
    refout: false,
    xorout: 0,
    check: 0,
    residue: 0,
};

/// 4-bit code of a character lost before the source; the control codes have the numbers below it.
//= g7041:8.1-control-codes
pub const ERROR_CODE: u8 = 0xC;
/// 4-bit code of a character that only fills a block.
//= g7041:8.1-control-codes
pub const PAD_CODE: u8 = 0xD;

const MORE_SHIFT: u32 = 7;
const POSITION_SHIFT: u32 = 4;
const POSITION_MASK: u8 = 0x7;
const CODE_MASK: u8 = 0xF;

/// A control octet: whether another control octet follows, the character's place in the block, its
/// code.
//= g7041:8.1-control-octet
pub(super) const fn join_control(more: bool, position: u8, code: u8) -> u8 {
    (more as u8) << MORE_SHIFT | (position & POSITION_MASK) << POSITION_SHIFT | code & CODE_MASK
}

/// The fields of a control octet.
pub(super) const fn split_control(octet: u8) -> (bool, u8, u8) {
    (octet >> MORE_SHIFT == 1, octet >> POSITION_SHIFT & POSITION_MASK, octet & CODE_MASK)
}

/// The flag of a block in the flag octet, that of the first block most significant.
pub(super) const fn flag(block: usize) -> u8 {
    0x80 >> block
}

/// Bits of a superblock.
pub(super) const SUPERBLOCK_BITS: usize = SUPERBLOCK_OCTETS * 8;

/// What each bit of a superblock alone does to the CRC, the first bit sent first.
pub(super) const fn bit_syndromes() -> [u16; SUPERBLOCK_BITS] {
    let mut syndromes = [0; SUPERBLOCK_BITS];
    let (mut bit, mut syndrome) = (SUPERBLOCK_BITS, 1u16);
    while bit > 0 {
        bit -= 1;
        syndromes[bit] = syndrome;
        let carry = syndrome >> 15 == 1;
        syndrome = syndrome << 1 ^ if carry { SUPERBLOCK_CRC.poly } else { 0 };
    }
    syndromes
}

/// Inverts one bit of a superblock.
pub(super) fn invert(octets: &mut [u8; SUPERBLOCK_OCTETS], bit: usize) {
    octets[bit / 8] ^= 0x80 >> (bit % 8);
}
