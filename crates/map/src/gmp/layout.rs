//! Where the GMP overhead bits sit in JC1 to JC6, and the patterns that signal a change: the one
//! table.
//!
//! Clauses: G.709 17.4 and 19.4.3.2 (figures of JC1 to JC6), Annex D.3.

/// Bits of the count Cm.
pub const COUNT_BITS: u32 = 14;
/// Greatest count.
pub const MAX_COUNT: u16 = (1 << COUNT_BITS) - 1;

/// A change of Cm that is signalled by inverted bits: the change, the C bits that are inverted
/// (C1 most significant), the increment and the decrement indicator.
//= g709:d.3-inversion-patterns
pub const INVERSIONS: [(i16, u16, bool, bool); 4] = [
    (1, 0x2AAA, true, false),
    (-1, 0x1555, false, true),
    (2, 0x1999, true, false),
    (-2, 0x2666, false, true),
];

/// JC1 and JC2 of C1 to C14, II and DI.
//= g709:d.3-jc1-jc2
pub const fn join_count(c: u16, increment: bool, decrement: bool) -> [u8; 2] {
    let word = (c & MAX_COUNT) << 2 | (increment as u16) << 1 | decrement as u16;
    word.to_be_bytes()
}

/// C1 to C14, II and DI of JC1 and JC2.
pub const fn split_count(jc: [u8; 2]) -> (u16, bool, bool) {
    let word = u16::from_be_bytes(jc);
    (word >> 2, word >> 1 & 1 == 1, word & 1 == 1)
}

/// Bits of Sum CnD.
pub const TIMING_BITS: u32 = 10;
/// Greatest value of Sum CnD.
pub const MAX_TIMING: u16 = (1 << TIMING_BITS) - 1;
/// Bits 4 to 8 of JC4, JC5 and JC6: five bits each.
const FIVE: u16 = 0x1F;

/// JC4, JC5 and JC6 of D1 to D10 and a CRC-5; the reserved bits are zero.
//= g709:d.4-jc4-jc6
pub const fn join_timing(d: u16, crc: u8) -> [u8; 3] {
    [(d >> 5 & FIVE) as u8, (d & FIVE) as u8, crc & FIVE as u8]
}

/// D1 to D10 and the CRC-5 of JC4, JC5 and JC6.
pub const fn split_timing(jc: [u8; 3]) -> (u16, u8) {
    ((jc[0] as u16 & FIVE) << 5 | (jc[1] as u16 & FIVE), jc[2] & FIVE as u8)
}
