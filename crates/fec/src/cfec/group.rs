//! The group of C-FEC: five staircase blocks as 10 976 units of 119 bits.
//!
//! In: information octets, staircase blocks, units. Out: the other way round. Where CRC, MBAS and pad
//! stand in a block is recalled and stands in [`FIELDS`] alone.
//!
//! Bit literals: polynomials and bits of an octet.

use super::hamming::K;
use crate::staircase;
use alloc::vec::Vec;

/// Staircase blocks of a group.
//= oif-400zr:group
pub(super) const BLOCKS: usize = 5;
/// Information octets of a staircase block.
pub(super) const BLOCK_INFORMATION: usize = 244_664 / 8;
/// Bits behind the information of a block: CRC, MBAS, pad. The pad is not sent.
//= oif-400zr:block-fields
const FIELDS: [usize; 3] = [32, 6, 34];
/// Pad bits of a block.
const PAD: usize = FIELDS[2];
/// The first pad bit among the coded bits of a block: the end of the last row's information.
const PAD_AT: usize = staircase::BLOCK.coded - staircase::PARITY - PAD;
/// Bits sent of a block.
const SENT: usize = staircase::BLOCK.coded - PAD;
/// Units of a group.
//= oif-400zr:group
pub(super) const UNITS: usize = 10_976;

const _: () =
    assert!(BLOCK_INFORMATION * 8 + FIELDS[0] + FIELDS[1] + PAD == staircase::BLOCK.information);
const _: () = assert!(BLOCKS * SENT == (UNITS - 6) * K);

/// The CRC-32 of IEEE 802.3 over octets as bits in their order, most significant first.
//= oif-400zr:crc
pub(super) fn crc32(octets: &[u8]) -> u32 {
    static TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut value = 0;
        while value < 256 {
            let mut rest = (value as u32) << 24;
            let mut bit = 0;
            while bit < 8 {
                rest = rest << 1 ^ if rest >> 31 == 1 { 0x04C1_1DB7 } else { 0 };
                bit += 1;
            }
            table[value] = rest;
            value += 1;
        }
        table
    };
    !octets
        .iter()
        .fold(u32::MAX, |rest, &octet| rest << 8 ^ TABLE[((rest >> 24) as u8 ^ octet) as usize])
}

/// Completes the information of a block with CRC, MBAS (zeros) and pad.
//= oif-400zr:block-fields
pub(super) fn complete(information: &[u8], block: &mut [u8; staircase::INFORMATION_OCTETS]) {
    block.fill(0);
    block[..BLOCK_INFORMATION].copy_from_slice(&information[..BLOCK_INFORMATION]);
    let crc = crc32(&information[..BLOCK_INFORMATION]);
    block[BLOCK_INFORMATION..][..4].copy_from_slice(&crc.to_be_bytes());
}

/// Whether the CRC of a block's information is right.
pub(super) fn is_right(block: &[u8]) -> bool {
    let (information, rest) = block.split_at(BLOCK_INFORMATION);
    rest[..4] == crc32(information).to_be_bytes()
}

/// Sequence of the scrambler: 1 + x + x^3 + x^12 + x^16 from all ones at the start of the group.
//= oif-400zr:scrambler
#[derive(Clone, Debug)]
struct Scrambler(u16);

impl Scrambler {
    fn next(&mut self) -> bool {
        let out = self.0 >> 15 & 1;
        let new = self.0 ^ self.0 >> 2 ^ self.0 >> 11 ^ self.0 >> 15;
        self.0 = self.0 << 1 | new & 1;
        out == 1
    }
}

/// Whether coded bit `at` of a block is sent.
fn is_sent(at: usize) -> bool {
    !(PAD_AT..PAD_AT + PAD).contains(&at)
}

/// Units of a group from its coded staircase blocks: scrambled, six units of scrambled zeros behind.
/// A unit is in the highest 119 bits.
//= oif-400zr:group
pub(super) fn to_units(blocks: &[Vec<u8>]) -> Vec<u128> {
    let mut scrambler = Scrambler(u16::MAX);
    let mut units = Vec::with_capacity(UNITS);
    let (mut unit, mut filled) = (0u128, 0);
    let mut push = |bit: bool| {
        unit = unit << 1 | u128::from(bit ^ scrambler.next());
        filled += 1;
        if filled == K {
            units.push(unit << (128 - K));
            (unit, filled) = (0, 0);
        }
    };
    for block in blocks {
        for at in (0..staircase::BLOCK.coded).filter(|&at| is_sent(at)) {
            push(crate::bits::get(block, at));
        }
    }
    (0..6 * K).for_each(|_| push(false));
    units
}

/// The inverse of [`to_units`]: coded blocks with their pad.
pub(super) fn from_units(units: &[u128]) -> [Vec<u8>; BLOCKS] {
    let mut scrambler = Scrambler(u16::MAX);
    let mut at = 0;
    core::array::from_fn(|_| {
        let mut block = alloc::vec![0; staircase::BLOCK_OCTETS];
        for place in (0..staircase::BLOCK.coded).filter(|&place| is_sent(place)) {
            let bit = units[at / K] >> (127 - at % K) & 1 == 1;
            if bit ^ scrambler.next() {
                crate::bits::flip(&mut block, place);
            }
            at += 1;
        }
        block
    })
}
