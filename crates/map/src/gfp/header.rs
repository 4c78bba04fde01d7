//! Core and type headers of GFP frames, with their checks.
//!
//! Clauses: G.7041 6.1.1 (core header), 6.1.2.1.1 (type field), 6.1.2.2.1 (payload FCS).
//! In: header octets. Out: what they
//! say, or that the check fails. A core header with one wrong bit can be repaired here; whether
//! that is allowed at the moment is the receiver's knowledge.

use super::layout;
use crc::{CRC_16_XMODEM, CRC_32_BZIP2, Crc};

/// CRC-16 of cHEC, tHEC and eHEC: x^16 + x^12 + x^5 + 1, initial value 0.
//= g7041:6.1.1.2-hec
static HEC: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);
/// CRC-32 of the payload FCS: most significant bit first, preset and complemented.
//= g7041:6.1.2.2.1-pfcs
static PFCS: Crc<u32> = Crc::<u32>::new(&CRC_32_BZIP2);

/// CRC-16 over header octets.
pub fn hec(octets: &[u8]) -> u16 {
    HEC.checksum(octets)
}

/// CRC-32 over a payload information field.
pub fn pfcs(octets: &[u8]) -> u32 {
    PFCS.checksum(octets)
}

/// The core header of a frame with this payload length, not yet scrambled.
pub fn core_header(pli: u16) -> u32 {
    layout::join_core(pli, hec(&pli.to_be_bytes()))
}

/// Difference between the cHEC received and the one its PLI asks for; zero where they agree.
fn syndrome(core: u32) -> u16 {
    let (pli, chec) = layout::split_core(core);
    hec(&pli.to_be_bytes()) ^ chec
}

/// PLI of a descrambled core header whose cHEC is correct.
pub fn check_core(core: u32) -> Option<u16> {
    (syndrome(core) == 0).then_some(layout::split_core(core).0)
}

/// PLI of a descrambled core header after repair of at most one bit, and whether one was repaired.
//= g7041:6.3-single-bit-correction
pub fn correct_core(core: u32) -> Option<(u16, bool)> {
    if let Some(pli) = check_core(core) {
        return Some((pli, false));
    }
    let repaired = (0..u32::BITS).map(|bit| core ^ layout::core_bit(bit));
    repaired.filter_map(check_core).next().map(|pli| (pli, true))
}

/// Payload type identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pti {
    /// Client data.
    ClientData,
    /// Client management.
    ClientManagement,
    /// Management communications.
    ManagementCommunications,
    /// A reserved code.
    Other(u8),
}

impl Pti {
    const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::ClientData,
            4 => Self::ClientManagement,
            5 => Self::ManagementCommunications,
            other => Self::Other(other),
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::ClientData => 0,
            Self::ClientManagement => 4,
            Self::ManagementCommunications => 5,
            Self::Other(code) => code,
        }
    }
}

/// Extension header identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exi {
    /// No extension header.
    Null,
    /// Linear frame: channel identifier and spare octet with an eHEC.
    Linear,
    /// Ring frame, or a reserved code: its length is not known here.
    Other(u8),
}

impl Exi {
    const fn from_code(code: u8) -> Self {
        match code {
            0 => Self::Null,
            1 => Self::Linear,
            other => Self::Other(other),
        }
    }

    /// The four-bit code.
    pub const fn code(self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Linear => 1,
            Self::Other(code) => code,
        }
    }
}

/// User payload identifier; its meaning depends on the PTI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Upi(pub u8);

impl Upi {
    /// Frame-mapped Ethernet MAC frames.
    //= g7041:7.1-ethernet-upi
    pub const ETHERNET: Self = Self(0x01);
}

/// The type field of the payload header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeHeader {
    /// Payload type identifier.
    pub pti: Pti,
    /// A payload FCS follows the payload.
    pub pfi: bool,
    /// Extension header identifier.
    pub exi: Exi,
    /// User payload identifier.
    pub upi: Upi,
}

impl TypeHeader {
    /// An Ethernet MAC frame, null extension header.
    pub const fn ethernet(pfi: bool) -> Self {
        Self { pti: Pti::ClientData, pfi, exi: Exi::Null, upi: Upi::ETHERNET }
    }

    /// The type field and its tHEC as sent.
    pub fn octets(self) -> [u8; layout::TYPE_HEADER_OCTETS] {
        let word = layout::join_type(self.pti.code(), self.pfi, self.exi.code(), self.upi.0);
        let [t0, t1] = word.to_be_bytes();
        let [h0, h1] = hec(&[t0, t1]).to_be_bytes();
        [t0, t1, h0, h1]
    }

    /// The type field, or `None` where the tHEC is wrong.
    pub fn read(octets: [u8; layout::TYPE_HEADER_OCTETS]) -> Option<Self> {
        let [t0, t1, h0, h1] = octets;
        if hec(&[t0, t1]) != u16::from_be_bytes([h0, h1]) {
            return None;
        }
        let (pti, pfi, exi, upi) = layout::split_type(u16::from_be_bytes([t0, t1]));
        Some(Self { pti: Pti::from_code(pti), pfi, exi: Exi::from_code(exi), upi: Upi(upi) })
    }
}

/// The extension header of a linear frame of this channel: channel identifier, spare octet, eHEC.
//= g7041:6.1.2.1.1-type-field
pub fn linear_extension(channel: u8) -> [u8; layout::LINEAR_EXTENSION_OCTETS] {
    let [h0, h1] = hec(&[channel, 0]).to_be_bytes();
    [channel, 0, h0, h1]
}

#[cfg(test)]
mod tests {
    use super::*;

    //= type=test g7041:6.1.1.2-hec
    //= type=test g7041:7.1-ethernet-upi
    #[test]
    fn headers_are_those_of_the_fact_sheet() {
        assert_eq!(core_header(71), 0x0047_3823);
        assert_eq!(core_header(64), 0x0040_48C4);
        assert_eq!(core_header(0), layout::IDLE_CORE);
        assert_eq!(TypeHeader::ethernet(false).octets(), [0x00, 0x01, 0x10, 0x21]);
        assert_eq!(TypeHeader::ethernet(true).octets(), [0x10, 0x01, 0x13, 0x52]);
    }

    //= type=test g7041:6.1.1.3-core-scrambling
    #[test]
    fn scrambled_core_headers_are_those_of_the_fact_sheet() {
        assert_eq!(core_header(71) ^ layout::CORE_MASK, 0xB6EC_09C3);
        assert_eq!(core_header(64) ^ layout::CORE_MASK, 0xB6EB_7924);
        assert_eq!(layout::IDLE_CORE ^ layout::CORE_MASK, 0xB6AB_31E0);
    }

    //= type=test g7041:6.3-single-bit-correction
    #[test]
    fn any_one_bit_of_any_core_header_is_repaired_and_two_are_not() {
        for pli in 0..=u16::MAX {
            let core = core_header(pli);
            assert_eq!(correct_core(core), Some((pli, false)));
            for bit in 0..32 {
                assert_eq!(correct_core(core ^ 1 << bit), Some((pli, true)), "{pli} {bit}");
            }
        }
        // Two wrong bits have even weight: the factor x + 1 of the generator tells them apart.
        for pli in (0..=u16::MAX).step_by(257) {
            for a in 0..32u32 {
                for b in 0..a {
                    assert_eq!(correct_core(core_header(pli) ^ 1 << a ^ 1 << b), None);
                }
            }
        }
    }

    //= type=test g7041:6.1.2.2.1-pfcs
    #[test]
    fn payload_fcs_is_that_of_the_oracle() {
        let octets: std::vec::Vec<u8> = (0..600u32).map(|i| (i * 7 + i / 9) as u8).collect();
        for len in [0, 1, 64, 599] {
            assert_eq!(
                pfcs(&octets[..len]).to_be_bytes(),
                otn_testkit::crc::gfp_pfcs(&octets[..len])
            );
        }
    }

    #[test]
    fn type_headers_read_back_and_wrong_ones_are_refused() {
        for word in 0..=u16::MAX {
            let (pti, pfi, exi, upi) = layout::split_type(word);
            let header = TypeHeader {
                pti: Pti::from_code(pti),
                pfi,
                exi: Exi::from_code(exi),
                upi: Upi(upi),
            };
            let octets = header.octets();
            assert_eq!(octets[..2], word.to_be_bytes());
            assert_eq!(TypeHeader::read(octets), Some(header));
            let [a, b, c, d] = octets;
            assert_eq!(TypeHeader::read([a ^ 1, b, c, d]), None);
        }
    }
}
