//! The frame check sequences of HDLC.
//!
//! Clause: IETF RFC 1662 C. In: octets of a frame. Out: the same with an FCS behind, or without one
//! that is right.

use alloc::vec::Vec;

use crc::{CRC_16_IBM_SDLC, CRC_32_ISO_HDLC, Crc, Table};

static CRC_16: Crc<u16, Table<1>> = Crc::<u16, Table<1>>::new(&CRC_16_IBM_SDLC);
static CRC_32: Crc<u32, Table<1>> = Crc::<u32, Table<1>>::new(&CRC_32_ISO_HDLC);

/// A frame check sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Fcs {
    /// Of 16 bits.
    #[default]
    Fcs16,
    /// Of 32 bits.
    Fcs32,
}

/// Octets that a frame has at least beside its FCS.
//= rfc1662:4.3-invalid
const LEAST_CONTENT: usize = 2;

impl Fcs {
    /// Its octets.
    pub const fn octets(self) -> usize {
        match self {
            Self::Fcs16 => 2,
            Self::Fcs32 => 4,
        }
    }

    /// Its bits.
    pub const fn bits(self) -> u8 {
        8 * self.octets() as u8
    }

    /// Octets of the shortest frame, FCS included.
    pub const fn shortest(self) -> usize {
        LEAST_CONTENT + self.octets()
    }

    /// Puts the FCS of a frame behind it.
    //= rfc1662:c-fcs
    pub fn append(self, frame: &mut Vec<u8>) {
        match self {
            Self::Fcs16 => frame.extend(CRC_16.checksum(frame).to_le_bytes()),
            Self::Fcs32 => frame.extend(CRC_32.checksum(frame).to_le_bytes()),
        }
    }

    /// The frame without its FCS; `None` where that is wrong.
    pub fn check(self, frame: &[u8]) -> Option<&[u8]> {
        let (content, fcs) = frame.split_at_checked(frame.len().checked_sub(self.octets())?)?;
        let right = match self {
            Self::Fcs16 => CRC_16.checksum(content).to_le_bytes() == *fcs,
            Self::Fcs32 => CRC_32.checksum(content).to_le_bytes() == *fcs,
        };
        right.then_some(content)
    }
}
