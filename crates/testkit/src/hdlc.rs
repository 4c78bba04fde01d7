//! Bit-synchronous HDLC over lists of bits, and octet-stuffed HDLC over octets (RFC 1662).
//!
//! In: frames, or bits in order of transmission. Out: bits, or frames and counts. A stream is read as
//! runs of ones with a zero behind each: six are a flag, more abort, five hide their zero.

use crate::bits;
use crate::crc::Crc;

/// FCS-16: x^16 + x^12 + x^5 + 1 (RFC 1662 C.1).
pub const FCS_16: Crc = Crc {
    width: 16,
    polynomial: 0x1021,
    init: 0xFFFF,
    xor_out: 0xFFFF,
    reflect_in: true,
    reflect_out: true,
};

/// FCS-32: the polynomial of Ethernet (RFC 1662 C.2).
pub const FCS_32: Crc = crate::crc::ETHERNET_FCS;

/// What became of the frames of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Good ones, without FCS.
    pub frames: Vec<Vec<u8>>,
    /// With a wrong FCS.
    pub fcs_errors: u64,
    /// Broken off by seven ones, or by an escape before a flag.
    pub aborted: u64,
    /// Of less than two octets beside the FCS.
    pub too_short: u64,
    /// Longer than asked for.
    pub too_long: u64,
    /// Not of whole octets.
    pub unaligned: u64,
}

/// A frame with its FCS, lowest octet first.
pub fn with_fcs(frame: &[u8], fcs: &Crc) -> Vec<u8> {
    let check = fcs.of(frame).to_le_bytes();
    [frame, &check[..fcs.width / 8]].concat()
}

/// The bits of a flag.
pub fn flag() -> Vec<bool> {
    bits::from_bytes(&[0x7E])
}

/// The bits of a frame between its flags: FCS, least significant bits first, zeros stuffed.
pub fn between_flags(frame: &[u8], fcs: &Crc) -> Vec<bool> {
    let plain = bits::from_bytes(&bits::reverse_in_octets(&with_fcs(frame, fcs)));
    let mut stuffed = Vec::new();
    for bit in plain {
        stuffed.push(bit);
        if stuffed.len() >= 5 && stuffed[stuffed.len() - 5..].iter().all(|bit| *bit) {
            stuffed.push(false);
        }
    }
    stuffed
}

/// Reads a stream of bits; `longest` is in octets with FCS.
pub fn read(stream: &[bool], fcs: &Crc, longest: usize) -> Read {
    let mut found = Read::default();
    // Bits since the last flag; the zero that begins the next flag is the last of them.
    let mut frame: Option<Vec<bool>> = None;
    let mut rest = stream;
    while !rest.is_empty() {
        let ones = rest.iter().take_while(|bit| **bit).count();
        let ended = ones < rest.len();
        rest = &rest[(ones + 1).min(rest.len())..];
        let Some(bits) = frame.as_mut() else {
            if ones == 6 && ended {
                frame = Some(Vec::new());
            }
            continue;
        };
        if ones == 6 && ended {
            bits.pop();
            judge(bits, fcs, longest, &mut found);
            bits.clear();
            continue;
        }
        // Five ones look like bits of the frame, whatever comes behind them.
        bits.extend(vec![true; ones.min(5)]);
        if ended && ones < 5 {
            bits.push(false);
        }
        let too_long = bits.len() >= 8 * (longest + 1);
        let aborted = ones > 6;
        found.too_long += u64::from(too_long);
        found.aborted += u64::from(aborted && !too_long && bits.len() >= 8);
        if too_long || aborted {
            frame = None;
        }
    }
    found
}

fn judge(frame: &[bool], fcs: &Crc, longest: usize, found: &mut Read) {
    let shortest = 2 + fcs.width / 8;
    if frame.is_empty() {
    } else if frame.len() > 8 * longest {
        found.too_long += 1;
    } else if frame.len() < 8 * shortest {
        found.too_short += 1;
    } else if !frame.len().is_multiple_of(8) {
        found.unaligned += 1;
    } else {
        let octets = bits::reverse_in_octets(&bits::to_bytes(frame));
        let (content, _) = octets.split_at(octets.len() - fcs.width / 8);
        if with_fcs(content, fcs) == octets {
            found.frames.push(content.to_vec());
        } else {
            found.fcs_errors += 1;
        }
    }
}

/// An octet-stuffed frame with a flag before it and behind it.
pub fn octet_stuffed(frame: &[u8], fcs: &Crc) -> Vec<u8> {
    let mut sent = vec![0x7E];
    for octet in with_fcs(frame, fcs) {
        if octet == 0x7E {
            sent.extend([0x7D, 0x5E]);
        } else if octet == 0x7D {
            sent.extend([0x7D, 0x5D]);
        } else {
            sent.push(octet);
        }
    }
    sent.push(0x7E);
    sent
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_values_of_the_catalogue() {
        assert_eq!(FCS_16.of(b"123456789"), 0x906E);
        assert_eq!(FCS_32.of(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn a_frame_by_hand() {
        // FF 03: ten ones and six zeros, a zero behind each five ones.
        let sent = between_flags(&[0xFF, 0x03], &FCS_16);
        let text: String = sent.iter().map(|bit| if *bit { '1' } else { '0' }).collect();
        assert!(text.starts_with("111110111110000000"), "{text}");
        let stream = [flag(), sent, flag()].concat();
        assert_eq!(read(&stream, &FCS_16, 100).frames, [[0xFF, 0x03]]);
    }
}
