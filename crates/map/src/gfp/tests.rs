//! GFP end to end: any frames, any cuts, damaged lines, against the naive parser.

use super::layout::{CORE_OCTETS, MAX_PLI};
use super::*;
use otn_testkit::gfp as oracle;
use proptest::prelude::*;
use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

/// Frames that wait from the start.
struct Waiting {
    frames: VecDeque<(TypeHeader, Vec<u8>)>,
    current: Vec<u8>,
}

impl Waiting {
    fn new(frames: &[(TypeHeader, Vec<u8>)]) -> Self {
        Self { frames: frames.iter().cloned().collect(), current: Vec::new() }
    }
}

impl ClientQueue for Waiting {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        let (header, payload) = self.frames.pop_front()?;
        self.current = payload;
        Some(ClientFrame::new(header, &self.current).expect("test frames fit"))
    }
}

fn stream(frames: &[(TypeHeader, Vec<u8>)], octets: usize, piece: usize) -> Vec<u8> {
    let mut queue = Waiting::new(frames);
    let mut transmitter = Transmitter::new();
    let mut out = vec![0; octets];
    for (n, part) in out.chunks_mut(piece).enumerate() {
        transmitter.fill(n * piece, part, &mut queue);
    }
    out
}

type Heard = (u64, Result<TypeHeader, HeaderFault>, Vec<u8>, PayloadFcs);

fn receive(line: &[u8], piece: usize) -> (Vec<Heard>, Receiver) {
    let mut receiver = Receiver::new();
    let mut heard = Vec::new();
    let mut position = 0;
    for part in line.chunks(piece) {
        receiver.push(position, part, |r| {
            heard.push((r.position, r.header, r.payload.to_vec(), r.pfcs));
        });
        position += part.len() as u64;
    }
    (heard, receiver)
}

fn ethernet(payload: Vec<u8>) -> (TypeHeader, Vec<u8>) {
    (TypeHeader::ethernet(false), payload)
}

fn any_frame() -> impl Strategy<Value = (TypeHeader, Vec<u8>)> {
    (any::<bool>(), proptest::collection::vec(any::<u8>(), 0..200))
        .prop_map(|(pfi, payload)| (TypeHeader::ethernet(pfi), payload))
}

proptest! {
    //= type=test g7041:6.1-frame
    //= type=test g7041:6.2-idle-insertion
    #[test]
    fn the_line_is_that_of_the_naive_builder_and_comes_back(
        frames in proptest::collection::vec(any_frame(), 0..12),
        tx_piece in 1usize..500,
        rx_piece in 1usize..500,
    ) {
        let mut scrambler = oracle::Scrambler::new();
        let mut expected: Vec<u8> = frames
            .iter()
            .flat_map(|(h, p)| oracle::client_frame(0, h.pfi, 1, p, &mut scrambler))
            .collect();
        expected.extend(oracle::idle().repeat(5));
        let line = stream(&frames, expected.len(), tx_piece);
        prop_assert_eq!(&line, &expected);

        let (heard, receiver) = receive(&line, rx_piece);
        prop_assert_eq!(heard.len(), frames.len());
        let mut position = 0;
        for ((at, header, payload, pfcs), (sent, octets)) in heard.iter().zip(&frames) {
            prop_assert_eq!((*at, *header, payload), (position, Ok(*sent), octets));
            let check = if sent.pfi { PayloadFcs::Good } else { PayloadFcs::Absent };
            prop_assert_eq!(*pfcs, check);
            position += ClientFrame::new(*sent, octets).unwrap().octets() as u64;
        }
        prop_assert_eq!(receiver.counters().idles, 5);
        prop_assert_eq!(receiver.delineation(), Delineation::Sync);
    }
}

/// A line of equal frames in which chosen bits of the header of frame 3 are flipped.
fn damaged(bits: &[usize]) -> (Vec<Heard>, Receiver) {
    let frames: Vec<_> = (0..8u8).map(|n| ethernet(vec![n; 60])).collect();
    let mut line = stream(&frames, 8 * 68 + 400, 1_000);
    let header = 3 * 68 * 8;
    for bit in bits {
        line[(header + bit) / 8] ^= 0x80 >> (bit % 8);
    }
    receive(&line, 1_000)
}

//= type=test g7041:6.3-delineation
//= type=test g7041:6.3-delta
#[test]
fn one_wrong_header_bit_is_repaired_in_sync_and_two_lose_delineation() {
    for bit in 0..32 {
        let (heard, receiver) = damaged(&[bit]);
        assert_eq!(heard.len(), 8, "bit {bit}");
        assert_eq!(receiver.counters().chec_corrected, 1);
        assert_eq!(receiver.counters().sync_losses, 0);
    }
    let (heard, receiver) = damaged(&[3, 17]);
    assert_eq!(receiver.counters().sync_losses, 1);
    let numbers: Vec<u8> = heard.iter().map(|(_, _, p, _)| p[0]).collect();
    assert_eq!(numbers, [0, 1, 2, 4, 5, 6, 7], "only the frame behind the wrong header is lost");
    assert_eq!(receiver.delineation(), Delineation::Sync);
}

#[test]
fn a_wrong_header_bit_is_not_repaired_while_hunting() {
    let mut line = oracle::idle().repeat(3);
    line[0] ^= 0x01;
    let (_, receiver) = receive(&line, 3);
    assert_eq!(receiver.counters().idles, 2);
    assert_eq!(receiver.counters().chec_corrected, 0);
}

#[test]
fn damaged_payload_headers_and_pfcs_are_counted_and_handed_out() {
    let frames = vec![(TypeHeader::ethernet(true), vec![9; 100]); 3];
    let line = stream(&frames, 3 * 112 + 40, 64);
    let mut thec = line.clone();
    thec[CORE_OCTETS] ^= 0x40;
    let (heard, receiver) = receive(&thec, 64);
    // The hunt met frame 0 first; with a wrong tHEC it counts as an accident of the hunt.
    assert_eq!((heard.len(), receiver.counters().thec_errors), (2, 0));
    let mut thec = line.clone();
    thec[112 + CORE_OCTETS] ^= 0x40;
    let (heard, receiver) = receive(&thec, 64);
    assert_eq!(heard[1].1, Err(HeaderFault::Type));
    assert_eq!((heard.len(), receiver.counters().thec_errors), (3, 1));
    let mut pfcs = line;
    pfcs[112 + 60] ^= 0x01;
    let (heard, receiver) = receive(&pfcs, 64);
    assert_eq!((heard[1].3, heard[2].3), (PayloadFcs::Bad, PayloadFcs::Good));
    assert_eq!(receiver.counters().pfcs_errors, 1);
}

#[test]
fn the_longest_frame_fits_and_one_more_octet_does_not() {
    let longest = vec![0xA5; MAX_PAYLOAD];
    assert_eq!(MAX_PAYLOAD, 65_531);
    let line = stream(&[ethernet(longest.clone())], MAX_PLI + CORE_OCTETS + 8, 15_232);
    let (heard, _) = receive(&line, 3_808);
    assert_eq!(heard[0].2, longest);
    let error = ClientFrame::new(TypeHeader::ethernet(false), &vec![0; 65_532]).unwrap_err();
    assert_eq!((error.found, error.limit), (65_532, 65_531));
    let error = ClientFrame::new(TypeHeader::ethernet(true), &vec![0; 65_532]).unwrap_err();
    assert_eq!(error.limit, 65_527);
}

#[test]
fn extension_headers_are_taken_apart_or_named() {
    let mut scrambler = oracle::Scrambler::new();
    let linear = |ehec: u16| {
        let mut area = oracle::type_header(0, false, 1, 1).to_vec();
        area.extend([0x80, 0x00]);
        area.extend(ehec.to_be_bytes());
        area.extend([1, 2, 3]);
        area
    };
    let mut ring = oracle::type_header(0, false, 2, 1).to_vec();
    ring.extend([0; 20]);
    let mut line = oracle::idle().repeat(2);
    for area in [linear(0x1B98), linear(0x1B99), ring] {
        line.extend(oracle::frame(&area, &mut scrambler));
    }
    let (heard, receiver) = receive(&line, 7);
    assert_eq!(heard[0].2, [1, 2, 3], "eHEC 1B98 is that of a published worked example");
    assert_eq!(heard[1].1, Err(HeaderFault::Extension));
    assert!(matches!(heard[2].1, Err(HeaderFault::Unknown(h)) if h.exi == Exi::Other(2)));
    assert_eq!(receiver.counters().ehec_errors, 1);
}

/// One frame due at each of these offsets of the stream, told ahead or not.
struct Timed {
    due: VecDeque<usize>,
    told_ahead: bool,
}

impl ClientQueue for Timed {
    fn next(&mut self, offset: usize) -> Option<ClientFrame<'_>> {
        self.due.front().is_some_and(|&due| due <= offset).then(|| self.due.pop_front())?;
        Some(ClientFrame::new(TypeHeader::ethernet(false), &[0x77; 61]).expect("short enough"))
    }

    fn none_before(&self) -> usize {
        match self.due.front() {
            _ if !self.told_ahead => 0,
            Some(&due) => due,
            None => usize::MAX,
        }
    }
}

proptest! {
    #[test]
    fn a_promise_of_idles_changes_nothing_on_the_line(
        mut due in proptest::collection::vec(0usize..4_000, 0..8),
        piece in 1usize..1_500,
    ) {
        due.sort_unstable();
        let line = |told_ahead| {
            let mut queue = Timed { due: due.iter().copied().collect(), told_ahead };
            let mut transmitter = Transmitter::new();
            let mut out = vec![0; 4_500];
            for (n, part) in out.chunks_mut(piece).enumerate() {
                transmitter.fill(n * piece, part, &mut queue);
            }
            out
        };
        prop_assert_eq!(line(true), line(false));
    }
}
