//! Widths, positions and codes of the 64B/66B family: the one table.
//!
//! Clauses: IEEE 802.3 49.2.4 (blocks), 82.2.7 and 82.2.8 (alignment markers, BIP); G.709 Annex B
//! (513B), E (markers) and F (1027B). Bits of a block's payload count from 0 as they are sent: bit 0
//! is the least significant bit of octet 0, so a payload is one number with the first bit least
//! significant.

/// Bits of a block.
pub const BLOCK_BITS: usize = 66;
/// Bits of a sync header.
pub const SYNC_BITS: usize = 2;
/// Payload octets of a block.
pub const PAYLOAD_OCTETS: usize = 8;
/// Octets behind the block type.
pub const TAIL_OCTETS: usize = PAYLOAD_OCTETS - 1;
/// Blocks that fill a whole number of octets.
pub const GROUP_BLOCKS: usize = 4;
/// The octets that they fill.
pub const GROUP_OCTETS: usize = GROUP_BLOCKS * BLOCK_BITS / 8;

/// Bits of a control character in a block.
pub const CHARACTER_BITS: u32 = 7;
const CHARACTER_MASK: u64 = 0x7F;
/// Bit where octets 5 to 7 begin, and where O4 ends.
pub const HALF_BIT: u32 = 40;
/// Bit of the code of an ordered set in lane 0.
pub const O0_BIT: u32 = 32;
/// Bit of the code of an ordered set in lane 4, and of the characters C4 to C7 behind O0.
pub const O4_BIT: u32 = 36;
const O_MASK: u64 = 0xF;
/// Bit where C0 begins.
pub const C0_BIT: u32 = 8;

/// The control character codes that are not reserved: idle, low power idle, error.
pub const IDLE: u8 = 0x00;
/// Low power idle.
pub const LOW_POWER_IDLE: u8 = 0x06;
/// Error.
pub const ERROR: u8 = 0x1E;
/// Control characters that are reserved, and legal in a block.
pub const RESERVED: [u8; 6] = [0x2D, 0x33, 0x4B, 0x55, 0x66, 0x78];
/// Code of a sequence ordered set.
pub const O_SEQUENCE: u8 = 0x0;
/// Code of a signal ordered set.
pub const O_SIGNAL: u8 = 0xF;
/// Third data octet of a sequence ordered set that reports a local fault.
pub const LOCAL_FAULT: u8 = 0x01;
/// The same for a remote fault.
pub const REMOTE_FAULT: u8 = 0x02;

/// Octet of the preamble.
pub const PREAMBLE: u8 = 0x55;
/// The start frame delimiter.
pub const SFD: u8 = 0xD5;
/// Octets between the start character and the frame: six of preamble and the delimiter.
pub const PREAMBLE_OCTETS: usize = 7;

/// The control character at a bit.
pub const fn character(payload: u64, bit: u32) -> u8 {
    (payload >> bit & CHARACTER_MASK) as u8
}

/// The code of an ordered set at a bit.
pub const fn o_code(payload: u64, bit: u32) -> u8 {
    (payload >> bit & O_MASK) as u8
}

/// Bit where the characters behind the terminate character in `lane` begin.
pub const fn characters_behind(lane: u32) -> u32 {
    u64::BITS - (TAIL_OCTETS as u32 - lane) * CHARACTER_BITS
}

/// Eight control characters from bit 8 on.
pub const fn eight_characters(code: u8) -> u64 {
    let mut payload = 0;
    let mut n = 0;
    while n < 8 {
        payload |= (code as u64) << (C0_BIT + n * CHARACTER_BITS);
        n += 1;
    }
    payload
}

/// A payload of its block type and the octets behind it.
pub const fn typed(code: u8, tail: u64) -> u64 {
    code as u64 | tail << 8
}

/// Four blocks as 33 octets, the first bit sent most significant: for each block its sync header
/// and its payload, the first bit most significant.
pub const fn join_group(blocks: [(u64, u64); GROUP_BLOCKS]) -> ([u64; GROUP_BLOCKS], u8) {
    let [(h0, p0), (h1, p1), (h2, p2), (h3, p3)] = blocks;
    let words = [
        h0 << 62 | p0 >> 2,
        p0 << 62 | h1 << 60 | p1 >> 4,
        p1 << 60 | h2 << 58 | p2 >> 6,
        p2 << 58 | h3 << 56 | p3 >> 8,
    ];
    (words, p3 as u8)
}

/// Octets of a window from which a block is read.
pub const WINDOW_OCTETS: usize = 16;

/// The block at a bit 0 to 61 of a window of two words, 16 octets: its sync header, and its payload
/// with the first bit most significant.
#[inline]
pub const fn split_window([first, second]: [u64; 2], bit: u32) -> (u8, u64) {
    let header = (first << bit >> 62) as u8;
    (header, first << (bit + 2) | second >> (62 - bit))
}

/// Words of a window from which four blocks are read.
pub const GROUP_WORDS: usize = GROUP_BLOCKS + 1;

/// Block `n` of four that begin at a bit 0 to 7 of a window, as [`split_window`] gives it.
#[inline]
pub const fn split_group(words: &[u64; GROUP_WORDS], n: usize, bit: u32) -> (u8, u64) {
    // Each block begins a word and two bits behind the one before.
    split_window([words[n], words[n + 1]], bit + (n * SYNC_BITS) as u32)
}

/// Lanes of 40GBASE-R.
pub const FORTY_LANES: usize = 4;
/// Lanes of 100GBASE-R.
pub const HUNDRED_LANES: usize = 20;
/// Blocks of a lane from one alignment marker to the next, the marker left out.
//= ieee802.3:82.2.7-marker-spacing
pub const MARKER_SPACING: usize = 16383;
/// M0, M1 and M2 of the markers of 40GBASE-R, by lane.
//= ieee802.3:82.2.7-markers-40g
pub const FORTY_MARKERS: [[u8; 3]; FORTY_LANES] =
    [[0x90, 0x76, 0x47], [0xF0, 0xC4, 0xE6], [0xC5, 0x65, 0x9B], [0xA2, 0x79, 0x3D]];
/// M0, M1 and M2 of the markers of 100GBASE-R, by lane.
//= ieee802.3:82.2.7-markers-100g
pub const HUNDRED_MARKERS: [[u8; 3]; HUNDRED_LANES] = [
    [0xC1, 0x68, 0x21],
    [0x9D, 0x71, 0x8E],
    [0x59, 0x4B, 0xE8],
    [0x4D, 0x95, 0x7B],
    [0xF5, 0x07, 0x09],
    [0xDD, 0x14, 0xC2],
    [0x9A, 0x4A, 0x26],
    [0x7B, 0x45, 0x66],
    [0xA0, 0x24, 0x76],
    [0x68, 0xC9, 0xFB],
    [0xFD, 0x6C, 0x99],
    [0xB9, 0x91, 0x55],
    [0x5C, 0xB9, 0xB2],
    [0x1A, 0xF8, 0xBD],
    [0x83, 0xC7, 0xCA],
    [0x35, 0x36, 0xCD],
    [0xC4, 0x31, 0x4C],
    [0xAD, 0xD6, 0xB7],
    [0x5F, 0x66, 0x2A],
    [0xC0, 0xF0, 0xE5],
];
/// Bits of a marker that name the lane: M0 to M2 and M4 to M6.
const MARKER_NAME: u64 = 0x00FF_FFFF_00FF_FFFF;

/// Payload of a marker: M0 to M2, BIP3, and the same octets inverted.
//= ieee802.3:82.2.7-marker-format
pub const fn join_marker(name: [u8; 3], bip: u8) -> u64 {
    let half = u32::from_le_bytes([name[0], name[1], name[2], bip]);
    half as u64 | (!half as u64) << 32
}

/// The octets of a marker that name its lane.
pub const fn marker_name(payload: u64) -> u64 {
    payload & MARKER_NAME
}

/// Whether M4 to M6 are M0 to M2 inverted, as in any marker.
#[inline]
pub const fn has_marker_form(payload: u64) -> bool {
    marker_name(payload ^ !payload >> 32) as u32 == 0
}

/// BIP3 of a marker.
pub const fn marker_bip(payload: u64) -> u8 {
    (payload >> 24) as u8
}

/// BIP-8 of a lane from the sums modulo 2 of its payloads and of its sync headers: bit `n` of the
/// octet covers bit `n` of each payload octet; the first sync bit joins bit 3, the second bit 4.
//= ieee802.3:82.2.8-bip
pub const fn fold_bip(payloads: u64, headers: u8) -> u8 {
    let half = payloads ^ payloads >> 32;
    let quarter = half ^ half >> 16;
    let octet = (quarter ^ quarter >> 8) as u8;
    octet ^ (headers >> 1 & 1) << 3 ^ (headers & 1) << 4
}

/// Blocks of a 513B code block, and its rows of eight octets.
pub const CODE_ROWS: usize = 8;
/// Code blocks that share a flag parity bit.
pub const CODE_PAIR: usize = 2;
/// Flag bits of a 1027B code block: P, F1, F2.
pub const FLAG_BITS: usize = 3;
/// Bits of a 1027B code block.
pub const CODE_BITS: usize = FLAG_BITS + CODE_PAIR * CODE_ROWS * 64;
/// 1027B code blocks that fill a whole number of octets, and those octets.
pub const CODE_GROUP: usize = 8;
/// The octets that they fill.
pub const CODE_GROUP_OCTETS: usize = CODE_BITS * CODE_GROUP / 8;

/// Code of a control block type in a 513B code block, as printed.
//= g709:b.3-type-codes
pub const TYPE_CODES: [(u8, u8); 15] = [
    (0x1E, 0b0001),
    (0x2D, 0b0010),
    (0x33, 0b0111),
    (0x66, 0b1011),
    (0x55, 0b1101),
    (0x78, 0b1110),
    (0x4B, 0b1000),
    (0x87, 0b0011),
    (0x99, 0b0101),
    (0xAA, 0b1001),
    (0xB4, 0b1010),
    (0xCC, 0b1100),
    (0xD2, 0b0110),
    (0xE1, 0b0000),
    (0xFF, 0b1111),
];
/// Code of an alignment marker.
//= g709:e.4-marker-row
pub const MARKER_CODE: u8 = 0b0100;

const OCTET: u64 = 0xFF;

/// A row of a control block: FC, POS and the type code in place of the block type. In order of
/// transmission they are FC, then POS and the code most significant bit first.
//= g709:b.3-control-row
pub const fn join_row(more: bool, position: u8, code: u8, payload: u64) -> u64 {
    let header = (more as u8) << 7 | position << 4 | code;
    payload & !OCTET | header.reverse_bits() as u64
}

/// FC, POS and code of a row, and the row with zeros in their place.
pub const fn split_row(row: u64) -> (bool, u8, u8, u64) {
    let header = (row as u8).reverse_bits();
    (header & 0x80 != 0, header >> 4 & 0x7, header & 0xF, row & !OCTET)
}

/// The octets of a marker's row behind its header: M0 to M2, the error mask of the PCS BIP-8, the
/// OTN BIP-8, and two zeros.
//= g709:e.4-marker-octets
pub const fn join_marker_row(name: [u8; 3], mask: u8, bip: u8) -> u64 {
    u64::from_le_bytes([0, name[0], name[1], name[2], mask, bip, 0, 0])
}

/// Name, error mask and OTN BIP-8 of a marker's row.
pub const fn split_marker_row(row: u64) -> ([u8; 3], u8, u8) {
    let [_, a, b, c, mask, bip, ..] = row.to_le_bytes();
    ([a, b, c], mask, bip)
}

/// P, F1 and F2 of two code blocks, P most significant.
//= g709:f.2-flag-parity
pub const fn join_flags(first: bool, second: bool) -> u8 {
    ((first == second) as u8) << 2 | (first as u8) << 1 | second as u8
}

/// F1 and F2, if P is right for them.
pub const fn split_flags(flags: u8) -> Option<(bool, bool)> {
    match flags {
        0b100 => Some((false, false)),
        0b001 => Some((false, true)),
        0b010 => Some((true, false)),
        0b111 => Some((true, true)),
        _ => None,
    }
}

/// The 64 bits at a bit 0 to 7 of a window of two words.
#[inline]
pub const fn word_of_window([first, second]: [u64; 2], bit: u32) -> u64 {
    first << bit | second >> 1 >> (63 - bit)
}

/// The first three bits of a word.
pub const fn flags_of_word(word: u64) -> u8 {
    (word >> 61) as u8
}
