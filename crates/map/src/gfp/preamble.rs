//! 10GBASE-R by GFP-F with preamble and ordered sets, for the extended OPU2.
//!
//! Clauses: G.7041 7.9, G.709 17.4.1 (payload type 09). In: packets and ordered sets as they stand on the
//! 10-gigabit medium-independent interface, or payloads of GFP frames. Out: the other. Idles are not
//! carried: the far end makes its own. Which seven octets of overhead the extended payload adds is
//! not decided here.

use alloc::vec::Vec;
use core::fmt;

use super::header::{Exi, Pti, TypeHeader, Upi};
use super::transmitter::{ClientFrame, TooLong};

impl Upi {
    /// Frames of 10GBASE-R with their preamble.
    //= g7041:7.9-preamble-upi
    pub const ETHERNET_WITH_PREAMBLE: Self = Self(0x13);
    /// Ordered sets of 10GBASE-R.
    //= g7041:7.9-preamble-upi
    pub const ETHERNET_ORDERED_SET: Self = Self(0x14);
}

/// The start control character, as it stands before the rest of the preamble.
//= g7041:7.9-preamble-payload
pub const START: u8 = 0xFB;
/// Octets of preamble, the start control character and the start frame delimiter included.
pub const PREAMBLE_OCTETS: usize = 8;
/// The preamble that a sender makes when nothing else was put into it.
pub const USUAL_PREAMBLE: [u8; PREAMBLE_OCTETS - 1] = [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5];
/// Octets of an ordered set.
//= g7041:7.9-ordered-set-payload
pub const ORDERED_SET_OCTETS: usize = 4;

/// First character of an ordered set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetCode {
    /// Sequence, such as local and remote fault.
    Sequence,
    /// Signal.
    Signal,
    /// A reserved character.
    Other(u8),
}

impl SetCode {
    const fn from_octet(octet: u8) -> Self {
        match octet {
            0x9C => Self::Sequence,
            0x5C => Self::Signal,
            other => Self::Other(other),
        }
    }

    const fn octet(self) -> u8 {
        match self {
            Self::Sequence => 0x9C,
            Self::Signal => 0x5C,
            Self::Other(octet) => octet,
        }
    }
}

/// What such a GFP frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carried<'a> {
    /// A packet.
    Packet {
        /// The preamble behind the start control character, as it came.
        preamble: [u8; PREAMBLE_OCTETS - 1],
        /// Destination address to FCS.
        frame: &'a [u8],
    },
    /// An ordered set.
    OrderedSet {
        /// Its first character.
        code: SetCode,
        /// Its three data octets.
        data: [u8; ORDERED_SET_OCTETS - 1],
    },
}

/// A payload that is none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CarriedError {
    /// The type header is of other frames.
    Header(TypeHeader),
    /// Another length than there may be.
    Length {
        /// Octets found.
        found: usize,
        /// Octets of an ordered set; the least number of those of a packet.
        expected: usize,
    },
    /// A packet without the start control character.
    Start {
        /// The octet found.
        found: u8,
    },
}

impl fmt::Display for CarriedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(found) => write!(f, "found {found:?}, expected UPI 13 or 14"),
            Self::Length { found, expected } => {
                write!(f, "found {found} octets, expected {expected}")
            }
            Self::Start { found } => write!(f, "found {found:02X}, expected {START:02X}"),
        }
    }
}

impl core::error::Error for CarriedError {}

const fn header(upi: Upi, pfi: bool) -> TypeHeader {
    TypeHeader { pti: Pti::ClientData, pfi, exi: Exi::Null, upi }
}

/// The GFP frame of what is carried, its payload in `room`, with a payload FCS or without.
///
/// # Errors
/// [`TooLong`] where a packet does not fit a GFP frame.
pub fn encode<'a>(
    carried: Carried<'_>,
    pfi: bool,
    room: &'a mut Vec<u8>,
) -> Result<ClientFrame<'a>, TooLong> {
    room.clear();
    let upi = match carried {
        //= g7041:7.9-preamble-payload
        Carried::Packet { preamble, frame } => {
            room.push(START);
            room.extend_from_slice(&preamble);
            room.extend_from_slice(frame);
            Upi::ETHERNET_WITH_PREAMBLE
        }
        //= g7041:7.9-ordered-set-payload
        Carried::OrderedSet { code, data } => {
            room.push(code.octet());
            room.extend_from_slice(&data);
            Upi::ETHERNET_ORDERED_SET
        }
    };
    ClientFrame::new(header(upi, pfi), room)
}

/// What a received frame carries.
///
/// # Errors
/// [`CarriedError`] where it is no packet and no ordered set.
pub fn decode(received: TypeHeader, payload: &[u8]) -> Result<Carried<'_>, CarriedError> {
    let length = |expected| CarriedError::Length { found: payload.len(), expected };
    if received == header(Upi::ETHERNET_WITH_PREAMBLE, received.pfi) {
        let ([start, preamble @ ..], frame) =
            payload.split_first_chunk::<PREAMBLE_OCTETS>().ok_or(length(PREAMBLE_OCTETS))?;
        if *start != START {
            return Err(CarriedError::Start { found: *start });
        }
        Ok(Carried::Packet { preamble: *preamble, frame })
    } else if received == header(Upi::ETHERNET_ORDERED_SET, received.pfi) {
        let [code, data @ ..]: &[u8; ORDERED_SET_OCTETS] =
            payload.try_into().map_err(|_| length(ORDERED_SET_OCTETS))?;
        Ok(Carried::OrderedSet { code: SetCode::from_octet(*code), data: *data })
    } else {
        Err(CarriedError::Header(received))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gfp::{ClientQueue, Receiver, Transmitter};
    use otn_testkit::gfp as oracle;
    use proptest::prelude::*;
    use std::vec;

    /// One frame, then none.
    struct Once<'a>(Option<ClientFrame<'a>>);

    impl ClientQueue for Once<'_> {
        fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
            self.0.take()
        }
    }

    fn line(carried: Carried<'_>, pfi: bool, octets: usize) -> Vec<u8> {
        let mut room = Vec::new();
        let mut queue = Once(Some(encode(carried, pfi, &mut room).unwrap()));
        let mut line = vec![0; octets];
        Transmitter::new().fill(0, &mut line, &mut queue);
        line
    }

    proptest! {
        //= type=test g7041:7.9-preamble-payload
        #[test]
        fn packets_are_on_the_line_as_the_naive_builder_has_them_and_come_back(
            preamble in any::<[u8; 7]>(),
            frame in proptest::collection::vec(any::<u8>(), 0..300),
            pfi in any::<bool>(),
        ) {
            let mut payload = vec![0xFB];
            payload.extend(preamble);
            payload.extend(&frame);
            let mut scrambler = oracle::Scrambler::new();
            let expected = oracle::client_frame(0, pfi, 0x13, &payload, &mut scrambler);
            let carried = Carried::Packet { preamble, frame: &frame };
            let line = line(carried, pfi, expected.len() + 8);
            prop_assert_eq!(&line[..expected.len()], &expected[..]);
            let mut heard = 0;
            Receiver::new().push(0, &line, |received| {
                heard += 1;
                assert_eq!(decode(received.header.unwrap(), received.payload), Ok(carried));
            });
            prop_assert_eq!(heard, 1);
        }
    }

    //= type=test g7041:7.9-preamble-upi
    //= type=test g7041:7.9-ordered-set-payload
    #[test]
    fn headers_are_those_of_the_fact_sheet_and_every_set_reads_back() {
        let mut room = Vec::new();
        for octet in 0..=u8::MAX {
            let code = SetCode::from_octet(octet);
            let set = Carried::OrderedSet { code, data: [0, 0, octet] };
            let frame = encode(set, false, &mut room).unwrap();
            assert_eq!(frame.octets(), 4 + 4 + 4);
            assert_eq!(room, [octet, 0, 0, octet]);
            assert_eq!(decode(header(Upi::ETHERNET_ORDERED_SET, false), &room), Ok(set));
        }
        assert_eq!(SetCode::Sequence.octet(), 0x9C);
        assert_eq!(SetCode::Signal.octet(), 0x5C);
        let octets = header(Upi::ETHERNET_WITH_PREAMBLE, false).octets();
        assert_eq!(octets, [0x00, 0x13, 0x22, 0x52]);
        let octets = header(Upi::ETHERNET_ORDERED_SET, false).octets();
        assert_eq!(octets, [0x00, 0x14, 0x52, 0xB5]);
    }

    #[test]
    fn what_is_neither_is_refused_with_what_was_found() {
        let packet = header(Upi::ETHERNET_WITH_PREAMBLE, true);
        let set = header(Upi::ETHERNET_ORDERED_SET, false);
        let short = CarriedError::Length { found: 7, expected: 8 };
        assert_eq!(decode(packet, &[0xFB; 7]), Err(short));
        assert_eq!(decode(packet, &[0x55; 8]), Err(CarriedError::Start { found: 0x55 }));
        for found in [0, 3, 5] {
            let expected = CarriedError::Length { found, expected: 4 };
            assert_eq!(decode(set, &[0x9C; 5][..found]), Err(expected));
        }
        let ethernet = TypeHeader::ethernet(false);
        assert_eq!(decode(ethernet, &[0xFB; 80]), Err(CarriedError::Header(ethernet)));
        let long = vec![0; 0x10000 - 4 - 8];
        let carried = Carried::Packet { preamble: USUAL_PREAMBLE, frame: &long };
        assert!(encode(carried, false, &mut Vec::new()).is_err());
        let carried = Carried::Packet { preamble: USUAL_PREAMBLE, frame: &long[1..] };
        assert!(encode(carried, false, &mut Vec::new()).is_ok());
    }
}
