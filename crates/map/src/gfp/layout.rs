//! Offsets, widths and constants of the GFP frame: the one table.
//!
//! Clauses: G.7041 6.1. Octets count from 0 within their header here, since the figures of
//! G.7041 number bits, not columns.

/// Octets of the core header: PLI and cHEC.
pub const CORE_OCTETS: usize = 4;
/// Octets of the payload length indicator.
pub const PLI_OCTETS: usize = 2;
/// Octets of the type field with its tHEC.
pub const TYPE_HEADER_OCTETS: usize = 4;
/// Octets of the linear extension header with its eHEC.
pub const LINEAR_EXTENSION_OCTETS: usize = 4;
/// Octets of the payload FCS.
pub const PFCS_OCTETS: usize = 4;
/// Greatest payload length: PLI has 16 bits.
pub const MAX_PLI: usize = 0xFFFF;
/// Smallest payload length of a client frame; below it are control frames.
pub const MIN_CLIENT_PLI: usize = 4;

/// What the core header is added to, modulo 2, on the line.
//= g7041:6.1.1.3-core-scrambling
pub const CORE_MASK: u32 = 0xB6AB_31E0;
/// An idle frame before the core header scrambling: PLI 0, cHEC 0.
pub const IDLE_CORE: u32 = 0;

const PTI_SHIFT: u16 = 13;
const PTI_MASK: u16 = 0x7;
const PFI_SHIFT: u16 = 12;
const EXI_SHIFT: u16 = 8;
const EXI_MASK: u16 = 0xF;
const UPI_MASK: u16 = 0xFF;

/// The fields of the 16-bit type word: PTI, PFI, EXI, UPI.
//= g7041:6.1.2.1.1-type-field
pub const fn split_type(word: u16) -> (u8, bool, u8, u8) {
    (
        (word >> PTI_SHIFT & PTI_MASK) as u8,
        word >> PFI_SHIFT & 1 == 1,
        (word >> EXI_SHIFT & EXI_MASK) as u8,
        (word & UPI_MASK) as u8,
    )
}

/// The type word of PTI, PFI, EXI and UPI.
pub const fn join_type(pti: u8, pfi: bool, exi: u8, upi: u8) -> u16 {
    (pti as u16 & PTI_MASK) << PTI_SHIFT
        | (pfi as u16) << PFI_SHIFT
        | (exi as u16 & EXI_MASK) << EXI_SHIFT
        | upi as u16
}

/// Splits a core header into PLI and cHEC.
pub const fn split_core(core: u32) -> (u16, u16) {
    ((core >> 16) as u16, core as u16)
}

/// Joins PLI and cHEC to a core header.
pub const fn join_core(pli: u16, chec: u16) -> u32 {
    (pli as u32) << 16 | chec as u32
}

/// Core headers with exactly one wrong bit: for each bit of the 32, the value flipped.
pub(super) const fn core_bit(bit: u32) -> u32 {
    1 << bit
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g7041:6.1.2.1.1-type-field
    #[test]
    fn every_type_word_splits_and_joins() {
        for word in 0..=u16::MAX {
            let (pti, pfi, exi, upi) = split_type(word);
            assert_eq!(join_type(pti, pfi, exi, upi), word);
        }
        assert_eq!(split_type(0x1001), (0, true, 0, 1));
        assert_eq!(split_type(0x8001), (4, false, 0, 1), "client management, loss of signal");
    }
}
