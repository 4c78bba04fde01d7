//! Sub-block tables and bit positions of the 8B/10B code: the one table.
//!
//! Clause: IEEE 802.3 36.2.4. A code group holds its bits in the order they are sent, `a` first:
//! `a b c d e i f g h j`, `a` in bit 9 and `j` in bit 0.

/// Bits of a code group.
pub const GROUP_BITS: u32 = 10;
/// Values that ten bits can have.
pub const GROUPS: usize = 1 << GROUP_BITS;
/// Bits of the second sub-block, `f g h j`.
const SECOND_BITS: u32 = 4;

/// First sub-block `a b c d e i` of D0.y to D31.y where the running disparity before it is
/// negative.
//= ieee802.3:36.2.4-8b10b
pub(super) const FIVE_SIX: [u8; 32] = [
    0b100111, 0b011101, 0b101101, 0b110001, 0b110101, 0b101001, 0b011001, 0b111000, //
    0b111001, 0b100101, 0b010101, 0b110100, 0b001101, 0b101100, 0b011100, 0b010111, //
    0b011011, 0b100011, 0b010011, 0b110010, 0b001011, 0b101010, 0b011010, 0b111010, //
    0b110011, 0b100110, 0b010110, 0b110110, 0b001110, 0b101110, 0b011110, 0b101011,
];
/// The same of K28.y; the other control groups have that of the data group.
pub(super) const FIVE_SIX_K28: u8 = 0b001111;
/// The balanced first sub-block that has two forms nevertheless, that of D7.y.
pub(super) const BALANCED_SIX: u8 = 0b111000;

/// Second sub-block `f g h j` of Dx.0 to Dx.7 where the running disparity before it is negative.
pub(super) const THREE_FOUR: [u8; 8] =
    [0b1011, 0b1001, 0b0101, 0b1100, 0b1101, 0b1010, 0b0110, 0b1110];
/// The balanced second sub-block that has two forms, that of Dx.3.
pub(super) const BALANCED_FOUR: u8 = 0b1100;
/// The other Dx.7, which keeps five equal bits in a row from forming; control groups have it too.
pub(super) const ALTERNATE_SEVEN: u8 = 0b0111;
/// Second sub-block of a control group where the running disparity before it is negative. Every one
/// of them has two forms.
pub(super) const THREE_FOUR_K: [u8; 8] =
    [0b1011, 0b0110, 0b1010, 0b1100, 0b1101, 0b0101, 0b1001, ALTERNATE_SEVEN];

/// All bits of a first and of a second sub-block.
pub(super) const SIX_MASK: u8 = 0b111111;
pub(super) const FOUR_MASK: u8 = 0b1111;

/// Dx.7 takes the alternate form for these x where the disparity before the second sub-block is
/// negative, and for the others where it is positive.
pub(super) const ALTERNATE_NEGATIVE: [u8; 3] = [17, 18, 20];
pub(super) const ALTERNATE_POSITIVE: [u8; 3] = [11, 13, 14];

/// First seven bits of a group that is or holds a comma, in both forms.
pub(super) const COMMAS: [u16; 2] = [0b0011111, 0b1100000];
/// Places between the end of those seven and the end of the group.
pub(super) const COMMA_SHIFT: u32 = 3;

/// The illegal, balanced group that stands for a character lost on the way, negative disparity
/// first.
//= g7041:8.1-10b-err
pub const ERROR_GROUPS: [u16; 2] = [0b0011110001, 0b1100001110];

/// Splits an octet `H G F E D C B A` into x (`E D C B A`) and y (`H G F`).
pub(super) const fn split_octet(octet: u8) -> (u8, u8) {
    (octet & 0x1F, octet >> 5)
}

/// The octet of x and y.
pub(super) const fn join_octet(x: u8, y: u8) -> u8 {
    y << 5 | x
}

/// Splits a code group into its sub-blocks.
pub(super) const fn split_group(group: u16) -> (u8, u8) {
    ((group >> SECOND_BITS) as u8 & SIX_MASK, group as u8 & FOUR_MASK)
}

/// The code group of two sub-blocks.
pub(super) const fn join_group(first: u8, second: u8) -> u16 {
    (first as u16) << SECOND_BITS | second as u16
}
