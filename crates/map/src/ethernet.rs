//! The frame check sequence of an Ethernet MAC frame.
//!
//! Clause: IEEE 802.3 3.2.9. In: a MAC frame from destination address to the end of its data.
//! Out: the four FCS octets in the order they are sent. Lengths are not judged: a transport path
//! carries runts and giants as they come.

use core::fmt;

/// Octets of the FCS.
pub const FCS_OCTETS: usize = 4;

/// FCS of `frame`, in transmission order.
//= ieee802.3:3.2.9-fcs
pub fn fcs(frame: &[u8]) -> [u8; FCS_OCTETS] {
    crc32fast::hash(frame).to_le_bytes()
}

/// A MAC frame whose FCS is not that of its octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FcsError {
    /// Too short to hold an FCS at all.
    Short {
        /// Octets found.
        found: usize,
    },
    /// The FCS at its end is wrong.
    Mismatch {
        /// FCS at the end of the frame.
        found: [u8; FCS_OCTETS],
        /// FCS of the octets before it.
        expected: [u8; FCS_OCTETS],
    },
}

impl fmt::Display for FcsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { found } => {
                write!(f, "found {found} octets, an FCS alone has {FCS_OCTETS}")
            }
            Self::Mismatch { found, expected } => {
                write!(f, "found FCS {found:02X?}, expected {expected:02X?}")
            }
        }
    }
}

impl core::error::Error for FcsError {}

/// The frame without its FCS.
///
/// # Errors
/// [`FcsError`] where there is no FCS or it is wrong.
pub fn check_fcs(frame_with_fcs: &[u8]) -> Result<&[u8], FcsError> {
    let (frame, found) = frame_with_fcs
        .split_last_chunk::<FCS_OCTETS>()
        .ok_or(FcsError::Short { found: frame_with_fcs.len() })?;
    let expected = fcs(frame);
    if *found == expected { Ok(frame) } else { Err(FcsError::Mismatch { found: *found, expected }) }
}

/// Where a physical coding sublayer takes its MAC frames from.
pub trait MacQueue {
    /// The frame that goes next, destination address to FCS, if one waits when the octet `position`
    /// of the coded stream, counted from its start, is due.
    fn next(&mut self, position: u64) -> Option<&[u8]>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    //= type=test ieee802.3:3.2.9-fcs
    #[test]
    fn fcs_is_that_of_the_oracle_and_of_the_catalogue() {
        assert_eq!(fcs(b"123456789"), 0xCBF4_3926u32.to_le_bytes());
        let frame: Vec<u8> = (0..1514u32).map(|i| (i * 31) as u8).collect();
        for len in [0, 1, 14, 60, 64, 1514] {
            assert_eq!(fcs(&frame[..len]), otn_testkit::crc::ethernet_fcs(&frame[..len]));
        }
    }

    #[test]
    fn a_changed_bit_is_noticed() {
        let mut frame = b"some octets".to_vec();
        frame.extend(fcs(&frame));
        assert_eq!(check_fcs(&frame), Ok(&b"some octets"[..]));
        for bit in 0..frame.len() * 8 {
            let mut bad = frame.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            assert!(matches!(check_fcs(&bad), Err(FcsError::Mismatch { .. })));
        }
        assert_eq!(check_fcs(&[1, 2, 3]), Err(FcsError::Short { found: 3 }));
    }
}
