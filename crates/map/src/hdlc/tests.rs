//! HDLC against a reading of the same rules over lists of bits.

use super::*;
use otn_testkit::{bits, hdlc as oracle};
use proptest::prelude::*;
use std::string::String;
use std::vec::Vec;

const BOTH: [(Fcs, otn_testkit::crc::Crc); 2] =
    [(Fcs::Fcs16, oracle::FCS_16), (Fcs::Fcs32, oracle::FCS_32)];

/// Frames one after another.
struct Queue<'a>(&'a [Vec<u8>]);

impl FrameQueue for Queue<'_> {
    fn next_frame(&mut self) -> Option<&[u8]> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(first)
    }
}

/// Octets of a channel with all these frames, pulled in pieces.
fn encode(mut encoder: Encoder, frames: &[Vec<u8>], piece: usize) -> Vec<u8> {
    let (mut queue, mut sent) = (Queue(frames), Vec::new());
    while !queue.0.is_empty() || encoder.is_busy() {
        let mut octets = std::vec![0; piece];
        encoder.fill(&mut octets, &mut queue);
        sent.extend(octets);
    }
    // The rest of the last flag, and another one.
    sent.extend([(); 2].map(|()| encoder.next_octet(&mut queue)));
    sent
}

fn decode(mut decoder: Decoder, octets: &[u8], piece: usize) -> (Vec<Vec<u8>>, Counters) {
    let mut frames = Vec::new();
    for part in octets.chunks(piece.max(1)) {
        decoder.push(part, |frame| frames.push(frame.to_vec()));
    }
    (frames, *decoder.counters())
}

fn read_as_counters(read: &oracle::Read) -> Counters {
    Counters {
        good: read.frames.len() as u64,
        fcs_errors: read.fcs_errors,
        aborted: read.aborted,
        too_short: read.too_short,
        too_long: read.too_long,
        unaligned: read.unaligned,
    }
}

//= type=test rfc1662:c-fcs
#[test]
fn check_values_of_the_catalogue() {
    let mut frame = b"123456789".to_vec();
    Fcs::Fcs16.append(&mut frame);
    assert_eq!(frame[9..], [0x6E, 0x90], "least significant octet first");
    assert_eq!(Fcs::Fcs16.check(&frame), Some(&b"123456789"[..]));
    let mut frame = b"123456789".to_vec();
    Fcs::Fcs32.append(&mut frame);
    assert_eq!(frame[9..], [0x26, 0x39, 0xF4, 0xCB]);
    assert_eq!(Fcs::Fcs32.check(&frame), Some(&b"123456789"[..]));
    for fcs in [Fcs::Fcs16, Fcs::Fcs32] {
        for length in 0..fcs.octets() {
            assert_eq!(fcs.check(&std::vec![0; length]), None);
        }
        let mut frame = std::vec![1, 2, 3];
        fcs.append(&mut frame);
        for at in 0..frame.len() * 8 {
            let mut wrong = frame.clone();
            wrong[at / 8] ^= 1 << (at % 8);
            assert_eq!(fcs.check(&wrong), None, "bit {at}");
        }
    }
}

/// FF 03 7E between flags, by hand.
//= type=test rfc1662:3.1-flag
//= type=test rfc1662:5.2-bit-stuffing
//= type=test rfc1662:5-bit-order
#[test]
fn a_frame_by_hand() {
    let frame = std::vec![0xFF, 0x03, 0x7E];
    let sent =
        encode(Encoder::new(Framing::BitSynchronous, Fcs::Fcs16), std::slice::from_ref(&frame), 2);
    // FF 03 7E least significant bit first: 11111111 11000000 01111110.
    let text: String =
        bits::from_bytes(&sent).iter().map(|bit| if *bit { '1' } else { '0' }).collect();
    assert!(
        text.starts_with("01111110 111110 111110 000000 0 11111 0 1 0".replace(' ', "").as_str())
    );
    let decoder = Decoder::new(Framing::BitSynchronous, Check::Only(Fcs::Fcs16));
    assert_eq!(decode(decoder, &sent, 1).0, [frame]);
}

//= type=test rfc1662:4.2-octet-stuffing
//= type=test rfc1662:4.3-invalid
#[test]
fn octets_are_stuffed_and_aborted() {
    let frame = std::vec![0x7D, 0x7E, 0x11, 0x7D, 0x5E];
    let sent =
        encode(Encoder::new(Framing::OctetStuffed, Fcs::Fcs16), std::slice::from_ref(&frame), 1);
    let expected = oracle::octet_stuffed(&frame, &oracle::FCS_16);
    assert_eq!(sent[..expected.len()], expected);
    let decoder = || Decoder::new(Framing::OctetStuffed, Check::Only(Fcs::Fcs16));
    assert_eq!(decode(decoder(), &sent, 3).0, [frame]);
    let stream = [0x7E, 1, 2, 3, 0x7D, 0x7E, 1, 2, 3, 0x7E, 9, 9, 9, 9, 0x7E, 0x7E];
    let (frames, counters) = decode(decoder(), &stream, 1);
    let expected = Counters { aborted: 1, too_short: 1, fcs_errors: 1, ..Counters::default() };
    assert_eq!((frames, counters), (Vec::new(), expected));
}

//= type=test rfc1662:5.3-abort
#[test]
fn a_frame_is_broken_off() {
    for framing in [Framing::BitSynchronous, Framing::OctetStuffed] {
        let frames = [std::vec![0x55; 40], std::vec![0x66; 10]];
        let (mut encoder, mut queue) = (Encoder::new(framing, Fcs::Fcs32), Queue(&frames));
        let mut sent = std::vec![0; 20];
        encoder.fill(&mut sent, &mut queue);
        assert!(encoder.is_busy());
        encoder.abort();
        let mut more = std::vec![0; 40];
        encoder.fill(&mut more, &mut queue);
        sent.extend(more);
        let decoder = Decoder::new(framing, Check::Only(Fcs::Fcs32));
        let (received, counters) = decode(decoder, &sent, 7);
        assert_eq!(received, frames[1..]);
        assert_eq!(counters, Counters { good: 1, aborted: 1, ..Counters::default() });
    }
}

/// The limits of length, to the octet.
//= type=test rfc1662:4.3-invalid
#[test]
fn frames_too_short_and_too_long() {
    for framing in [Framing::BitSynchronous, Framing::OctetStuffed] {
        for fcs in [Fcs::Fcs16, Fcs::Fcs32] {
            for content in 0..12 {
                let frames = [std::vec![0x5A; content]];
                let sent = encode(Encoder::new(framing, fcs), &frames, 1);
                let limit = 8 + fcs.octets();
                let decoder = Decoder::new(framing, Check::Only(fcs)).with_longest(limit);
                let (received, counters) = decode(decoder, &sent, 1);
                let expected = match content {
                    0..2 => Counters { too_short: 1, ..Counters::default() },
                    2..=8 => Counters { good: 1, ..Counters::default() },
                    _ => Counters { too_long: 1, ..Counters::default() },
                };
                assert_eq!(counters, expected, "{content} octets, {framing:?}, {fcs:?}");
                assert_eq!(received.len() as u64, counters.good);
            }
        }
    }
}

#[test]
fn the_fcs_is_found_and_then_stays() {
    let frames = [std::vec![0xFF, 3, 0, 0x21, 9], std::vec![0xFF, 3, 0, 0x21]];
    for (fcs, other) in [(Fcs::Fcs16, Fcs::Fcs32), (Fcs::Fcs32, Fcs::Fcs16)] {
        let mut decoder = Decoder::new(Framing::BitSynchronous, Check::Find);
        assert_eq!(decoder.fcs(), None);
        let mut received = 0;
        let sent = encode(Encoder::new(Framing::BitSynchronous, fcs), &frames, 5);
        decoder.push(&sent, |_| received += 1);
        assert_eq!((received, decoder.fcs()), (2, Some(fcs)));
        let sent = encode(Encoder::new(Framing::BitSynchronous, other), &frames, 5);
        decoder.push(&sent, |_| received += 1);
        assert_eq!((received, decoder.counters().fcs_errors), (2, 2));
    }
}

#[test]
fn a_gap_loses_the_frame_in_progress_only() {
    let frame = std::vec![1, 2, 3, 4, 5, 6];
    let sent = encode(
        Encoder::new(Framing::BitSynchronous, Fcs::Fcs16),
        &[frame.clone(), frame.clone()],
        2,
    );
    let mut decoder = Decoder::new(Framing::BitSynchronous, Check::Find);
    let mut received = Vec::new();
    decoder.push(&sent[..4], |frame| received.push(frame.to_vec()));
    decoder.restart();
    decoder.push(&sent[4..], |frame| received.push(frame.to_vec()));
    assert_eq!(received, [frame]);
    assert_eq!(decoder.counters().bad(), 0);
}

fn any_frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    // Octets with many ones are frequent: they are what stuffing is for.
    let octet = prop_oneof![any::<u8>(), Just(0xFF), Just(0x7E), Just(0x7D), Just(0x1F)];
    prop::collection::vec(prop::collection::vec(octet, 2..40), 0..8)
}

proptest! {
    /// Through any bit phase, in pieces of any length, with shared flags and without.
    //= type=test rfc1662:3.1-flag
    //= type=test rfc1662:5.2-bit-stuffing
    #[test]
    fn frames_go_through_any_phase(
        frames in any_frames(),
        phase in 0usize..16,
        pieces in (1usize..9, 1usize..9),
        own_flags in any::<bool>(),
        which in 0usize..2,
    ) {
        let (fcs, rule) = BOTH[which];
        let mut encoder = Encoder::new(Framing::BitSynchronous, fcs);
        if own_flags {
            encoder = encoder.with_own_flags();
        }
        let sent = encode(encoder, &frames, pieces.0);
        let read = oracle::read(&bits::from_bytes(&sent), &rule, LONGEST_READ);
        prop_assert_eq!(&read.frames, &frames, "the oracle reads what was sent");
        prop_assert_eq!(read_as_counters(&read).bad(), 0);
        let late = bits::delay(&sent, phase);
        let decoder = Decoder::new(Framing::BitSynchronous, Check::Find);
        let (received, counters) = decode(decoder, &late, pieces.1);
        prop_assert_eq!(counters.bad(), 0);
        prop_assert_eq!(received, frames);
    }

    #[test]
    fn what_the_oracle_sends_is_received(frames in any_frames(), which in 0usize..2, phase in 0usize..8) {
        let (fcs, rule) = BOTH[which];
        let mut stream = std::vec![true; phase];
        for frame in &frames {
            stream.extend(oracle::flag());
            // The zero between two flags may be shared too.
            stream.extend(&oracle::flag()[1..]);
            stream.extend(oracle::between_flags(frame, &rule));
        }
        stream.extend(oracle::flag());
        stream.extend(oracle::flag());
        let octets = bits::to_bytes(&stream);
        let decoder = Decoder::new(Framing::BitSynchronous, Check::Only(fcs));
        prop_assert_eq!(decode(decoder, &octets, 3).0, frames);
    }

    #[test]
    fn octet_stuffed_frames_agree_with_the_oracle(frames in any_frames(), which in 0usize..2) {
        let (fcs, rule) = BOTH[which];
        let encoder = Encoder::new(Framing::OctetStuffed, fcs).with_own_flags();
        let sent = encode(encoder, &frames, 1);
        let expected: Vec<u8> = frames.iter().flat_map(|f| oracle::octet_stuffed(f, &rule)).collect();
        prop_assert_eq!(&sent[..expected.len()], &expected);
        prop_assert!(sent[expected.len()..].iter().all(|octet| *octet == FLAG));
        let (received, counters) = decode(Decoder::new(Framing::OctetStuffed, Check::Find), &sent, 4);
        prop_assert_eq!(received, frames);
        prop_assert_eq!(counters.bad(), 0);
    }

    /// Any octets at all: nothing breaks, and every count is that of the oracle.
    //= type=test rfc1662:5.3-abort
    //= type=test rfc1662:4.3-invalid
    #[test]
    fn any_octets_are_judged_as_the_oracle_does(
        octets in prop::collection::vec(
            prop_oneof![any::<u8>(), Just(0x7E), Just(0xFC), Just(0xFF), Just(0x3F)], 0..400),
        longest in 6usize..30,
        which in 0usize..2,
    ) {
        let (fcs, rule) = BOTH[which];
        let decoder = Decoder::new(Framing::BitSynchronous, Check::Only(fcs)).with_longest(longest);
        let (received, counters) = decode(decoder, &octets, 5);
        let read = oracle::read(&bits::from_bytes(&octets), &rule, longest);
        prop_assert_eq!(counters, read_as_counters(&read));
        prop_assert_eq!(received, read.frames);
        let decoder = Decoder::new(Framing::OctetStuffed, Check::Find).with_longest(longest);
        decode(decoder, &octets, 5);
    }

    /// Wrong bits among good frames: what is delivered was sent, whatever else is counted.
    #[test]
    fn errors_never_make_a_frame(
        frames in any_frames(),
        errors in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
    ) {
        let mut sent = encode(Encoder::new(Framing::BitSynchronous, Fcs::Fcs32), &frames, 2);
        for error in errors {
            let bit = error.index(sent.len() * 8);
            sent[bit / 8] ^= 1 << (bit % 8);
        }
        let decoder = Decoder::new(Framing::BitSynchronous, Check::Only(Fcs::Fcs32));
        for frame in decode(decoder, &sent, 2).0 {
            prop_assert!(frames.contains(&frame));
        }
    }
}

/// Longer than any frame of these tests.
const LONGEST_READ: usize = 100;
