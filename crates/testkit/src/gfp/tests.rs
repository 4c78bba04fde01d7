//! Tests of GFP: golden vectors, the scrambler's recurrence, round trips and refusals.

use super::*;
use crate::golden;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

fn parse_all(stream: &[u8]) -> Parsed {
    parse(stream, &mut Descrambler::new()).unwrap()
}

#[test]
fn headers_equal_the_golden_vectors() {
    let vectors = golden::gfp();
    assert_eq!(idle(), vectors.octets("idle.line"));
    for pli in [4, 64, 71, 76, 65_535] {
        let core = core_header(pli);
        assert_eq!(core, vectors.octets(&format!("core.{pli}")));
        assert_eq!(mask(mask(core)), core);
        if let Some(line) = vectors.get(&format!("core.{pli}.line")) {
            assert_eq!(mask(core), line);
        }
    }
    assert_eq!(type_header(0, false, 0, 0x01), vectors.octets("type.0001"));
    assert_eq!(type_header(0, true, 0, 0x01), vectors.octets("type.1001"));
    assert_eq!(type_header(0, true, 1, 0x01), vectors.octets("type.1101"));
    assert_eq!(type_header(0, false, 0, 0x06), vectors.octets("type.0006"));
    assert_eq!(type_header(0, false, 0, 0x13), vectors.octets("type.0013"));
    assert_eq!(type_header(0, false, 0, 0x14), vectors.octets("type.0014"));
    assert_eq!(type_header(4, false, 0, 0x01), vectors.octets("type.8001"));
}

#[test]
fn frames_equal_the_golden_vectors() {
    let vectors = golden::gfp();
    let mut scrambler = Scrambler::new();
    assert_eq!(payload_area(0, true, 1, b"123456789"), vectors.octets("area.pfcs"));
    let first = client_frame(0, true, 1, b"123456789", &mut scrambler);
    assert_eq!(first, vectors.octets("frame.pfcs.line"));
    let second = client_frame(0, false, 1, b"123456789", &mut scrambler);
    assert_eq!(second, vectors.octets("frame.next.line"));
}

#[test]
fn a_lone_one_comes_back_every_43_bits() {
    let vectors = golden::gfp();
    let input = vectors.octets("scrambler.impulse.in");
    let output = vectors.octets("scrambler.impulse.out");
    assert_eq!(Scrambler::new().scramble(input), output);
    assert_eq!(Descrambler::new().descramble(output), input);
}

#[test]
fn scrambler_obeys_its_recurrence_and_keeps_its_state() {
    let mut input = vec![0; 300];
    ChaCha8Rng::seed_from_u64(1).fill_bytes(&mut input);
    let whole = Scrambler::new().scramble(&input);
    let given = bits::from_bytes(&input);
    let sent = bits::from_bytes(&whole);
    for n in 0..sent.len() {
        let earlier = n >= 43 && sent[n - 43];
        assert_eq!(sent[n], given[n] != earlier, "bit {n}");
    }
    let mut scrambler = Scrambler::new();
    let mut pieces = Vec::new();
    for piece in input.chunks(7) {
        pieces.extend(scrambler.scramble(piece));
    }
    assert_eq!(pieces, whole);
    assert_eq!(Descrambler::new().descramble(&whole), input);
}

#[test]
fn descrambler_synchronises_itself_after_43_bits() {
    let mut input = vec![0; 40];
    ChaCha8Rng::seed_from_u64(2).fill_bytes(&mut input);
    let mut scrambler = Scrambler::new();
    scrambler.scramble(&[0xA5; 6]);
    let line = scrambler.scramble(&input);
    let output = Descrambler::new().descramble(&line);
    assert_ne!(output[..6], input[..6]);
    assert_eq!(output[6..], input[6..]);
}

#[test]
fn frames_and_idles_come_back() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let mut scrambler = Scrambler::new();
    let mut stream = Vec::new();
    let mut expected = Vec::new();
    for length in [0, 1, 4, 60, 64, 1518, 9000] {
        let mut payload = vec![0; length];
        rng.fill_bytes(&mut payload);
        let pfi = length % 2 == 0;
        let offset = stream.len();
        stream.extend(client_frame(0, pfi, 0x01, &payload, &mut scrambler));
        stream.extend(idle());
        expected.push((offset, pfi, payload));
    }
    let parsed = parse_all(&stream);
    assert_eq!(parsed.consumed, stream.len());
    assert_eq!(parsed.frames.len(), 2 * expected.len());
    for (pair, (offset, pfi, payload)) in parsed.frames.chunks(2).zip(&expected) {
        let header = TypeHeader { pti: 0, pfi: *pfi, exi: 0, upi: 0x01, thec_is_right: true };
        assert_eq!(pair[0].offset, *offset);
        assert_eq!(pair[0].type_header(), Some(header));
        assert_eq!(pair[0].payload(), Some(payload.as_slice()));
        assert_eq!(pair[0].pfcs_is_right(), pfi.then_some(true));
        assert!(pair[1].is_idle());
        assert_eq!(pair[1].type_header(), None);
        assert_eq!(pair[1].payload(), None);
        assert_eq!(pair[1].pfcs_is_right(), None);
    }
}

#[test]
fn a_stream_cut_anywhere_is_continued() {
    let mut scrambler = Scrambler::new();
    let mut stream = client_frame(0, true, 1, b"first frame", &mut scrambler);
    stream.extend(idle());
    stream.extend(client_frame(4, false, 1, b"second", &mut scrambler));
    let whole = parse_all(&stream);
    for cut in 0..=stream.len() {
        let mut descrambler = Descrambler::new();
        let head = parse(&stream[..cut], &mut descrambler).unwrap();
        let tail = parse(&stream[head.consumed..], &mut descrambler).unwrap();
        let mut areas: Vec<_> = head.frames.into_iter().map(|frame| frame.payload_area).collect();
        areas.extend(tail.frames.into_iter().map(|frame| frame.payload_area));
        let expected: Vec<_> =
            whole.frames.iter().map(|frame| frame.payload_area.clone()).collect();
        assert_eq!(areas, expected, "cut at {cut}");
        assert_eq!(head.consumed + tail.consumed, stream.len());
    }
}

#[test]
fn linear_extension_header_is_told_from_the_payload() {
    let vectors = golden::gfp();
    let mut area = vectors.octets("type.1101").to_vec();
    area.extend_from_slice(vectors.octets("extension.8000"));
    area.extend_from_slice(&[0x55; 64]);
    area.extend(crc::gfp_pfcs(&[0x55; 64]));
    let stream = frame(&area, &mut Scrambler::new());
    assert_eq!(mask([stream[0], stream[1], stream[2], stream[3]]), vectors.octets("core.76"));
    let parsed = parse_all(&stream);
    assert_eq!(parsed.frames[0].extension_header(), Some(vectors.octets("extension.8000")));
    assert_eq!(parsed.frames[0].payload(), Some([0x55; 64].as_slice()));
    assert_eq!(parsed.frames[0].pfcs_is_right(), Some(true));
}

#[test]
fn wrong_checks_and_short_areas_are_reported() {
    let mut area = payload_area(0, true, 1, b"payload");
    area[6] ^= 0x10;
    let damaged = Frame { offset: 0, pli: area.len() as u16, payload_area: area };
    assert_eq!(damaged.pfcs_is_right(), Some(false));
    assert_eq!(damaged.type_header().map(|header| header.thec_is_right), Some(true));
    let mut area = type_header(0, false, 0, 1).to_vec();
    area[1] ^= 0x01;
    let damaged = Frame { offset: 0, pli: 4, payload_area: area };
    assert_eq!(damaged.type_header().map(|header| header.thec_is_right), Some(false));
    for (pfi, exi) in [(true, 0), (false, 1), (true, 1), (false, 2)] {
        let area = type_header(0, pfi, exi, 1).to_vec();
        let short = Frame { offset: 0, pli: 4, payload_area: area };
        assert_eq!(short.payload(), None, "{pfi} {exi}");
        assert_eq!(short.pfcs_is_right(), None, "{pfi} {exi}");
    }
}

#[test]
fn a_wrong_core_header_and_a_reserved_one_are_refused() {
    let mut stream = idle().to_vec();
    stream.extend(idle());
    stream[7] ^= 0x04;
    let error = parse(&stream, &mut Descrambler::new()).unwrap_err();
    let expected =
        ParseError::CoreHeader { offset: 4, expected: [0x00, 0x00], found: [0x00, 0x04] };
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), "octet 4: expected cHEC 0000, found 0004");
    for pli in 1..4 {
        let stream = mask(core_header(pli));
        let error = parse(&stream, &mut Descrambler::new()).unwrap_err();
        assert_eq!(error, ParseError::Reserved { offset: 0, pli });
    }
    assert_eq!(
        ParseError::Reserved { offset: 8, pli: 2 }.to_string(),
        "octet 8: expected PLI 0 or at least 4, found 2"
    );
}

#[test]
fn every_pli_has_its_own_core_header() {
    for pli in 0..=u16::MAX {
        let header = core_header(pli);
        assert_eq!(crc::GFP_HEC.of(&header), 0);
        assert_eq!(header[..2], pli.to_be_bytes());
    }
}
