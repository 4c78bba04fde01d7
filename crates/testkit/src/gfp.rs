//! GFP-F frames of G.7041 clause 6, octet by octet and, in the scrambler, bit by bit.
//!
//! A frame is a core header of four octets (PLI, cHEC), added modulo 2 to B6AB31E0 on the line, and
//! a payload area of PLI octets: type header, extension header, payload information, pFCS. The
//! payload area is scrambled by x^43 + 1; the scrambler stands still during core headers and keeps
//! its state from frame to frame. A frame of PLI 0 is an idle and has no payload area.
//!
//! In: payloads, or a stream that begins at a frame. Out: octets on the line, or frames taken
//! apart. There is no delineation here (no hunting, no correction of headers) and no GFP-T.

use crate::{bits, crc};
use std::fmt;

/// Added modulo 2 to every core header (G.7041 6.1.1.3).
pub const CORE_HEADER_MASK: [u8; 4] = [0xB6, 0xAB, 0x31, 0xE0];

/// Bits that the scrambler remembers: the degree of x^43 + 1 (G.7041 6.1.2).
pub const SCRAMBLER_BITS: usize = 43;

/// The smallest PLI of a client frame: a type header alone (G.7041 6.1.2).
pub const SMALLEST_CLIENT_PLI: u16 = 4;

/// Core header before the mask: PLI and cHEC (G.7041 6.1.1).
pub fn core_header(pli: u16) -> [u8; 4] {
    let [high, low] = pli.to_be_bytes();
    let [check_high, check_low] = crc::hec(&[high, low]);
    [high, low, check_high, check_low]
}

/// A core header with the mask added, or taken off, which is the same (G.7041 6.1.1.3).
pub fn mask(core_header: [u8; 4]) -> [u8; 4] {
    let mut masked = [0; 4];
    for index in 0..4 {
        masked[index] = core_header[index] ^ CORE_HEADER_MASK[index];
    }
    masked
}

/// An idle frame on the line (G.7041 6.2.1).
pub fn idle() -> [u8; 4] {
    mask(core_header(0))
}

/// Type header: PTI (3 bits), PFI, EXI (4 bits), UPI, tHEC (G.7041 6.1.2.1).
///
/// # Panics
/// When PTI or EXI is wider than its field.
pub fn type_header(pti: u8, pfi: bool, exi: u8, upi: u8) -> [u8; 4] {
    assert!(pti < 8, "PTI {pti:#X} in 3 bits");
    assert!(exi < 16, "EXI {exi:#X} in 4 bits");
    let first = pti * 32 + u8::from(pfi) * 16 + exi;
    let [check_high, check_low] = crc::hec(&[first, upi]);
    [first, upi, check_high, check_low]
}

/// Payload area before scrambling, null extension header: type header, payload, and pFCS of the
/// payload if `pfi` (G.7041 6.1.2).
pub fn payload_area(pti: u8, pfi: bool, upi: u8, payload: &[u8]) -> Vec<u8> {
    let mut area = type_header(pti, pfi, 0, upi).to_vec();
    area.extend_from_slice(payload);
    if pfi {
        area.extend(crc::gfp_pfcs(payload));
    }
    area
}

/// A client frame on the line, null extension header (G.7041 6.1). `scrambler` carries on.
///
/// # Panics
/// When the payload area does not fit into a PLI of 16 bits.
pub fn client_frame(
    pti: u8,
    pfi: bool,
    upi: u8,
    payload: &[u8],
    scrambler: &mut Scrambler,
) -> Vec<u8> {
    frame(&payload_area(pti, pfi, upi, payload), scrambler)
}

/// A frame on the line around any payload area, well formed or not (G.7041 6.1).
///
/// # Panics
/// When the payload area does not fit into a PLI of 16 bits.
pub fn frame(payload_area: &[u8], scrambler: &mut Scrambler) -> Vec<u8> {
    assert!(payload_area.len() <= 65_535, "PLI {} in 16 bits", payload_area.len());
    let mut octets = mask(core_header(payload_area.len() as u16)).to_vec();
    octets.extend(scrambler.scramble(payload_area));
    octets
}

/// The x^43 + 1 self-synchronous scrambler: every bit sent is the bit given plus the bit sent 43
/// bits before (G.7041 6.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scrambler {
    /// The last 43 bits sent, oldest first.
    sent: Vec<bool>,
}

impl Scrambler {
    /// A scrambler whose last 43 bits were zeros.
    pub fn new() -> Self {
        Self { sent: vec![false; SCRAMBLER_BITS] }
    }

    /// Scrambles the next octets of payload areas.
    pub fn scramble(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        for bit in bits::from_bytes(octets) {
            let line_bit = bit != self.sent.remove(0);
            self.sent.push(line_bit);
            output.push(line_bit);
        }
        bits::to_bytes(&output)
    }
}

impl Default for Scrambler {
    fn default() -> Self {
        Self::new()
    }
}

/// The descrambler of x^43 + 1: every bit is the bit received plus the bit received 43 bits before
/// (G.7041 6.1.2). From an unknown state the first 43 bits may be wrong, the rest is right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descrambler {
    /// The last 43 bits received, oldest first.
    received: Vec<bool>,
}

impl Descrambler {
    /// A descrambler whose last 43 bits were zeros.
    pub fn new() -> Self {
        Self { received: vec![false; SCRAMBLER_BITS] }
    }

    /// Descrambles the next octets of payload areas.
    pub fn descramble(&mut self, octets: &[u8]) -> Vec<u8> {
        let mut output = Vec::new();
        for line_bit in bits::from_bytes(octets) {
            output.push(line_bit != self.received.remove(0));
            self.received.push(line_bit);
        }
        bits::to_bytes(&output)
    }
}

impl Default for Descrambler {
    fn default() -> Self {
        Self::new()
    }
}

/// A frame found by [`parse`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Where its core header begins in the stream, in octets from 0.
    pub offset: usize,
    /// Payload length indicator; 0 is an idle.
    pub pli: u16,
    /// The payload area after descrambling, PLI octets.
    pub payload_area: Vec<u8>,
}

/// The type header of a client frame, taken apart (G.7041 6.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeHeader {
    /// Payload type identifier, 3 bits.
    pub pti: u8,
    /// Whether a pFCS follows the payload.
    pub pfi: bool,
    /// Extension header identifier, 4 bits.
    pub exi: u8,
    /// User payload identifier.
    pub upi: u8,
    /// Whether the tHEC is right.
    pub thec_is_right: bool,
}

impl Frame {
    /// Whether this is an idle frame (G.7041 6.2.1).
    pub fn is_idle(&self) -> bool {
        self.pli == 0
    }

    /// The type header, `None` in an idle frame.
    pub fn type_header(&self) -> Option<TypeHeader> {
        let octets = self.payload_area.get(..4)?;
        Some(TypeHeader {
            pti: octets[0] / 32,
            pfi: octets[0] / 16 % 2 == 1,
            exi: octets[0] % 16,
            upi: octets[1],
            thec_is_right: crc::hec(&octets[..2]) == octets[2..],
        })
    }

    /// The extension header: no octets for EXI 0000, four for 0001 (CID, spare, eHEC); `None` for
    /// an EXI whose length G.7041 leaves open, or when the payload area is too short.
    pub fn extension_header(&self) -> Option<&[u8]> {
        let octets = match self.type_header()?.exi {
            0 => 0,
            1 => 4,
            _ => return None,
        };
        self.payload_area.get(4..4 + octets)
    }

    /// The payload information field, without headers and pFCS; `None` as
    /// [`Frame::extension_header`].
    pub fn payload(&self) -> Option<&[u8]> {
        let start = 4 + self.extension_header()?.len();
        let fcs_octets = if self.type_header()?.pfi { 4 } else { 0 };
        let end = self.payload_area.len().checked_sub(fcs_octets)?;
        self.payload_area.get(start..end)
    }

    /// Whether the pFCS is right; `None` without pFCS, or without a payload to check.
    pub fn pfcs_is_right(&self) -> Option<bool> {
        if !self.type_header()?.pfi {
            return None;
        }
        let payload = self.payload()?;
        Some(self.payload_area.ends_with(&crc::gfp_pfcs(payload)))
    }
}

/// What [`parse`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// The whole frames, idles included.
    pub frames: Vec<Frame>,
    /// Octets that these frames take; what follows is the beginning of a frame, or nothing.
    pub consumed: usize,
}

/// Why a stream is not a sequence of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseError {
    /// The cHEC of the core header at this octet is wrong.
    CoreHeader {
        /// Octets before the core header.
        offset: usize,
        /// The cHEC that its PLI asks for.
        expected: [u8; 2],
        /// The cHEC it carries, mask taken off.
        found: [u8; 2],
    },
    /// A control frame of PLI 1, 2 or 3, whose form G.7041 6.2.2 reserves.
    Reserved {
        /// Octets before the core header.
        offset: usize,
        /// The PLI.
        pli: u16,
    },
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CoreHeader { offset, expected, found } => write!(
                f,
                "octet {offset}: expected cHEC {:02X}{:02X}, found {:02X}{:02X}",
                expected[0], expected[1], found[0], found[1]
            ),
            Self::Reserved { offset, pli } => {
                write!(f, "octet {offset}: expected PLI 0 or at least 4, found {pli}")
            }
        }
    }
}

impl std::error::Error for ParseError {}

/// Takes a stream that begins exactly at a frame apart into frames; a frame that the stream cuts
/// off is left. `descrambler` carries on, so the rest can be given again with more behind it.
pub fn parse(stream: &[u8], descrambler: &mut Descrambler) -> Result<Parsed, ParseError> {
    let mut frames = Vec::new();
    let mut offset = 0;
    while let Some(line) = stream.get(offset..offset + 4) {
        let header = mask([line[0], line[1], line[2], line[3]]);
        let pli = u16::from_be_bytes([header[0], header[1]]);
        let expected = crc::hec(&header[..2]);
        let found = [header[2], header[3]];
        if expected != found {
            return Err(ParseError::CoreHeader { offset, expected, found });
        }
        if pli > 0 && pli < SMALLEST_CLIENT_PLI {
            return Err(ParseError::Reserved { offset, pli });
        }
        let start = offset + 4;
        let Some(area) = stream.get(start..start + usize::from(pli)) else { break };
        frames.push(Frame { offset, pli, payload_area: descrambler.descramble(area) });
        offset = start + usize::from(pli);
    }
    Ok(Parsed { frames, consumed: offset })
}

#[cfg(test)]
mod tests;
