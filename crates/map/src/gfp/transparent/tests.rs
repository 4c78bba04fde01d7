//! GFP-T against octets written by hand, a naive CRC and the naive GFP builder.

use super::layout::{BLOCK_CHARACTERS, CHARACTERS, SUPERBLOCK_OCTETS};
use super::superblock::{Character, Damaged, decode, encode, repair};
use super::*;
use crate::base_x::Event;
use crate::code8b10b::{Control, Symbol};
use crate::ethernet::MacQueue;
use otn_testkit::crc::Crc;
use otn_testkit::gfp as oracle;
use proptest::prelude::*;
use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

const CRC16: Crc = Crc {
    width: 16,
    // x^15, x^12, x^10, x^4, x^3, x^2, x, 1
    polynomial: 0x8000 + 0x1000 + 0x0400 + 0x10 + 8 + 4 + 2 + 1,
    init: 0,
    xor_out: 0,
    reflect_in: false,
    reflect_out: false,
};

fn with_crc(octets: &[u8; 65]) -> [u8; SUPERBLOCK_OCTETS] {
    let mut all = [0; SUPERBLOCK_OCTETS];
    all[..65].copy_from_slice(octets);
    all[65..].copy_from_slice(&(CRC16.of(octets) as u16).to_be_bytes());
    all
}

fn data(octet: u8) -> Character {
    Character::Symbol(Symbol::Data(octet))
}

fn control(control: Control) -> Character {
    Character::Symbol(Symbol::Control(control))
}

/// A superblock of octets 0 to 63 with one block changed.
fn with_first_block(block: [Character; 8]) -> [Character; CHARACTERS] {
    let mut characters: [Character; CHARACTERS] = std::array::from_fn(|n| data(n as u8));
    characters[..8].copy_from_slice(&block);
    characters
}

//= type=test g7041:8.1-control-octet
//= type=test g7041:8.2-superblock
#[test]
fn blocks_are_those_written_by_hand() {
    let k28_5 = control(Control::K28_5);
    let idles = [k28_5, data(0x50), k28_5, data(0x50), k28_5, data(0x50), k28_5, data(0x50)];
    let end = [
        data(0x11),
        data(0x22),
        control(Control::K29_7),
        control(Control::K23_7),
        Character::Error,
        data(0x33),
        data(0x44),
        Character::Pad,
    ];
    let all = [control(Control::K30_7); 8];
    let mut expected: [u8; 65] = std::array::from_fn(|n| n as u8);
    for (block, octets, flags) in [
        (std::array::from_fn(|n| data(n as u8)), [0, 1, 2, 3, 4, 5, 6, 7], 0x00),
        // More 1, place 0, code 5; more 1, place 2; more 1, place 4; more 0, place 6.
        (idles, [0x85, 0xA5, 0xC5, 0x65, 0x50, 0x50, 0x50, 0x50], 0x80),
        (end, [0xAA, 0xB8, 0xCC, 0x7D, 0x11, 0x22, 0x33, 0x44], 0x80),
        (all, [0x8B, 0x9B, 0xAB, 0xBB, 0xCB, 0xDB, 0xEB, 0x7B], 0x80),
    ] {
        expected[..8].copy_from_slice(&octets);
        expected[64] = flags;
        let characters = with_first_block(block);
        assert_eq!(encode(&characters), with_crc(&expected), "{block:?}");
        let contents = decode(&with_crc(&expected)).unwrap();
        assert_eq!((contents.characters, contents.malformed), (characters, 0));
    }
    // The flag of the last block is the last bit.
    let mut characters = with_first_block(std::array::from_fn(|n| data(n as u8)));
    characters[63] = k28_5;
    assert_eq!(encode(&characters)[56..65], [0x75, 56, 57, 58, 59, 60, 61, 62, 0x01]);
}

//= type=test g7041:8.1-control-codes
#[test]
fn every_control_octet_of_a_block_is_read_or_refused() {
    let names = [
        Control::K28_0,
        Control::K28_1,
        Control::K28_2,
        Control::K28_3,
        Control::K28_4,
        Control::K28_5,
        Control::K28_6,
        Control::K28_7,
        Control::K23_7,
        Control::K27_7,
        Control::K29_7,
        Control::K30_7,
    ];
    for octet in 0..=u8::MAX {
        let mut octets: [u8; 65] = std::array::from_fn(|n| n as u8);
        octets[64] = 0x80;
        octets[0] = octet;
        let contents = decode(&with_crc(&octets)).unwrap();
        let (more, place, code) = (octet >= 0x80, usize::from(octet / 16 % 8), octet % 16);
        let expected = match code {
            0..=11 => control(names[usize::from(code)]),
            12 => Character::Error,
            _ => Character::Pad,
        };
        // The second octet, 01, is a control octet of place 0 where the first says there is one.
        if more || code > 13 {
            assert_eq!(contents.malformed, 1, "{octet:02X}");
            assert_eq!(contents.characters[..8], [Character::Error; 8]);
        } else {
            assert_eq!(contents.malformed, 0);
            assert_eq!(contents.characters[place], expected);
            let mut block: Vec<Character> = (1..8).map(data).collect();
            block.insert(place, expected);
            assert_eq!(contents.characters[..8], block);
        }
        assert_eq!(contents.characters[8], data(8));
    }
    // Eight control octets and the last one says there is a ninth.
    let mut octets = [0; 65];
    octets[..8].copy_from_slice(&[0x80, 0x90, 0xA0, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0]);
    octets[64] = 0x80;
    assert_eq!(decode(&with_crc(&octets)).unwrap().malformed, 1);
}

//= type=test g7041:8.2-crc16
#[test]
fn the_crc_is_that_of_the_published_example() {
    let mut octets = [0; SUPERBLOCK_OCTETS];
    octets[0] = 0x80;
    octets[65..].copy_from_slice(&[0x9A, 0xA2]);
    assert!(decode(&octets).is_ok());
    assert_eq!(CRC16.of(&octets[..65]), 0x9AA2);
    octets[66] ^= 1;
    assert_eq!(decode(&octets), Err(Damaged { found: 0x9AA3, expected: 0x9AA2 }));
}

//= type=test g7041:8.2-crc16
#[test]
fn any_one_wrong_bit_is_noticed_and_so_are_the_two_that_the_descrambler_makes() {
    let good = encode(&with_first_block([control(Control::K28_5); 8]));
    for bit in 0..SUPERBLOCK_OCTETS * 8 {
        let mut bad = good;
        bad[bit / 8] ^= 0x80 >> (bit % 8);
        assert!(decode(&bad).is_err(), "{bit}");
        if let Some(octet) = bad.get_mut((bit + 43) / 8) {
            *octet ^= 0x80 >> ((bit + 43) % 8);
            assert!(decode(&bad).is_err(), "{bit} and 43 later");
        }
    }
}

//= type=test g7041:8.2-single-error
#[test]
fn every_single_error_and_every_pair_43_bits_apart_is_repaired() {
    let good = encode(&with_first_block([control(Control::K28_5); 8]));
    let flip = |octets: &mut [u8; SUPERBLOCK_OCTETS], bit: usize| {
        octets[bit / 8] ^= 0x80 >> (bit % 8);
    };
    for bit in 0..SUPERBLOCK_OCTETS * 8 {
        let mut bad = good;
        flip(&mut bad, bit);
        assert_eq!(repair(&bad), Some(good), "{bit}");
        if bit + 43 < SUPERBLOCK_OCTETS * 8 {
            flip(&mut bad, bit + 43);
            assert_eq!(repair(&bad), Some(good), "{bit} and 43 later");
        }
    }
}

//= type=test g7041:8.2-single-error
#[test]
fn a_wrong_bit_on_the_line_leaves_no_trace_in_superblocks_behind_a_sink_that_repairs() {
    let frames = vec![vec![0x11; 64], vec![0x22; 300], vec![0x33; 64]];
    let clean = stream(&frames, 75 * 20, 75);
    // From the first bit of the superblock to the last whose second error is no header bit.
    for wrong in (75 * 3 + 8) * 8..(75 * 4) * 8 - 43 {
        let mut line = clean.clone();
        line[wrong / 8] ^= 0x80 >> (wrong % 8);
        let mut sink = TransparentSink::with_repair();
        let heard = received(&line, 1_000, &mut sink);
        let octets: Vec<&Vec<u8>> = heard.iter().filter(|h| !h.2).map(|h| &h.1).collect();
        assert_eq!(octets, frames.iter().collect::<Vec<_>>());
        let counters = sink.counters();
        assert_eq!((counters.repaired, counters.crc_errors, counters.superblocks), (1, 0, 20));
    }
}

fn any_character() -> impl Strategy<Value = Character> {
    prop_oneof![
        4 => any::<u8>().prop_map(data),
        2 => (0usize..12).prop_map(|n| control(Control::ALL[n])),
        1 => Just(Character::Error),
        1 => Just(Character::Pad),
    ]
}

struct Waiting {
    frames: VecDeque<Vec<u8>>,
    current: Vec<u8>,
}

fn waiting(frames: &[Vec<u8>]) -> Waiting {
    Waiting { frames: frames.iter().cloned().collect(), current: Vec::new() }
}

impl MacQueue for Waiting {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        self.current = self.frames.pop_front()?;
        Some(&self.current)
    }
}

fn stream(frames: &[Vec<u8>], octets: usize, piece: usize) -> Vec<u8> {
    let (mut source, mut queue) = (TransparentSource::new(), waiting(frames));
    let mut line = vec![0; octets];
    line.chunks_mut(piece).for_each(|part| source.fill(part, &mut queue));
    line
}

type Heard = (u64, Vec<u8>, bool);

fn received(line: &[u8], piece: usize, sink: &mut TransparentSink) -> Vec<Heard> {
    let (mut heard, mut position) = (Vec::new(), 0);
    for part in line.chunks(piece) {
        sink.push(part, position, &mut |event| {
            if let TransparentEvent::Client(Event::Frame(frame)) = event {
                heard.push((frame.position, frame.octets.to_vec(), frame.errored));
            }
        });
        position += part.len() as u64;
    }
    heard
}

fn any_frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..200), 0..12)
}

proptest! {
    #[test]
    fn any_characters_come_back(
        characters in proptest::collection::vec(any_character(), CHARACTERS),
    ) {
        let characters: [Character; CHARACTERS] = characters.try_into().unwrap();
        let octets = encode(&characters);
        prop_assert_eq!(u64::from(u16::from_be_bytes([octets[65], octets[66]])),
            CRC16.of(&octets[..65]));
        for (n, block) in characters.chunks(BLOCK_CHARACTERS).enumerate() {
            let any = block.iter().any(|c| !matches!(c, Character::Symbol(Symbol::Data(_))));
            prop_assert_eq!(octets[64] >> (7 - n) & 1 == 1, any);
        }
        prop_assert_eq!(decode(&octets).unwrap().characters, characters);
    }

    //= type=test g709:17.7.1.1-75-octets
    //= type=test g7041:8-gbe-upi
    #[test]
    fn the_stream_is_one_superblock_a_frame_and_its_frames_come_back(
        frames in any_frames(),
        tx_piece in 1usize..500,
        rx_piece in 1usize..500,
    ) {
        let line = stream(&frames, 75 * 60, tx_piece);
        let mut descrambler = oracle::Descrambler::new();
        let parsed = oracle::parse(&line, &mut descrambler).unwrap();
        prop_assert_eq!(parsed.frames.len(), 60);
        for frame in &parsed.frames {
            let payload = frame.payload().unwrap();
            prop_assert_eq!(frame.type_header().unwrap().upi, 6);
            prop_assert_eq!(payload.len(), SUPERBLOCK_OCTETS);
        }
        let mut sink = TransparentSink::new();
        let heard = received(&line, rx_piece, &mut sink);
        let octets: Vec<Vec<u8>> = heard.iter().map(|(_, octets, _)| octets.clone()).collect();
        prop_assert_eq!(octets, frames);
        prop_assert!(heard.iter().all(|(_, _, errored)| !errored));
        prop_assert!(heard.is_sorted_by_key(|(position, _, _)| *position));
        let counters = sink.counters();
        prop_assert_eq!((counters.superblocks, counters.crc_errors), (60, 0));
        prop_assert_eq!((counters.character_errors, counters.symbols.stray), (0, 0));
    }

    //= type=test g7041:8.2-damaged-superblock
    #[test]
    fn a_wrong_bit_makes_errored_frames_and_never_wrong_ones(
        frames in any_frames(),
        wrong in 0usize..75 * 60 * 8,
    ) {
        let mut line = stream(&frames, 75 * 60, 500);
        line[wrong / 8] ^= 0x80 >> (wrong % 8);
        let mut sink = TransparentSink::new();
        let heard = received(&line, 77, &mut sink);
        for (_, octets, errored) in heard {
            prop_assert!(errored || frames.contains(&octets));
        }
        let counters = sink.counters();
        prop_assert!(counters.crc_errors + counters.superblocks >= 58);
    }
}

//= type=test g709:17.7.1.1-75-octets
#[test]
fn headers_are_those_of_the_fact_sheet_and_the_first_idles_those_written_by_hand() {
    let line = stream(&[], 150, 150);
    assert_eq!(FRAME_OCTETS, 75);
    for frame in line.chunks(75) {
        assert_eq!(frame[..4], [0xB6, 0xEC, 0x09, 0xC3]);
    }
    // The scrambler starts at zero: 43 bits go as they are, here the type header and an octet.
    assert_eq!(line[4..9], [0x00, 0x06, 0x60, 0xC6, 0x85]);
}

//= type=test g7041:8.2-damaged-superblock
#[test]
fn a_damaged_superblock_harms_only_the_frames_in_it() {
    let frames = vec![vec![0x11; 64], vec![0x22; 300], vec![0x33; 64]];
    let mut line = stream(&frames, 75 * 20, 75);
    line[75 * 3 + 40] ^= 0x10;
    let mut sink = TransparentSink::new();
    let heard = received(&line, 1_000, &mut sink);
    assert_eq!(sink.counters().crc_errors, 1);
    assert_eq!(sink.counters().symbols.invalid, 64);
    let good: Vec<&Vec<u8>> = heard.iter().filter(|h| !h.2).map(|h| &h.1).collect();
    assert_eq!(good, [&frames[0], &frames[2]]);
}

//= type=test g709:17.7.1.1-client-failed
#[test]
fn without_a_client_idles_go_out_and_management_frames_are_heard() {
    let header = TypeHeader { pti: Pti::ClientManagement, upi: Upi(1), ..HEADER };
    let mut source = TransparentSource::new();
    let mut queue = waiting(&[vec![9; 100]]);
    let mut line = vec![0; 75 * 40];
    source.fill(&mut line[..75 * 10], &mut queue);
    source.set_client(false);
    source.send_management(header);
    source.fill(&mut line[75 * 10..75 * 20], &mut queue);
    source.set_client(true);
    source.fill(&mut line[75 * 20..], &mut queue);
    // The idles make the frame boundaries fall elsewhere; a sink does not care.
    let (mut managed, mut frames) = (Vec::new(), 0);
    let mut sink = TransparentSink::new();
    sink.push(&line, 0, &mut |event| match event {
        TransparentEvent::Management(header) => managed.push(header),
        TransparentEvent::Client(Event::Frame(frame)) => frames += usize::from(!frame.errored),
        TransparentEvent::Client(_) => {}
    });
    assert_eq!((managed, frames), (vec![header], 1));
    assert!(sink.counters().gfp.idles > 150);
    assert_eq!(sink.counters().gfp.sync_losses, 0);
}

//= type=test g7041:8.1-control-codes
#[test]
fn lost_characters_and_pads_are_counted_and_pads_leave_no_trace() {
    let mut characters = with_first_block([data(0); 8]);
    characters[8] = Character::Error;
    characters[9] = Character::Pad;
    characters[10] = Character::Pad;
    let mut scrambler = oracle::Scrambler::new();
    let line: Vec<u8> = (0..4)
        .flat_map(|_| oracle::client_frame(0, false, 6, &encode(&characters), &mut scrambler))
        .collect();
    let mut sink = TransparentSink::new();
    sink.push(&line, 0, &mut |_| {});
    let counters = sink.counters();
    assert_eq!((counters.character_errors, counters.pads), (4, 8));
    assert_eq!((counters.symbols.invalid, counters.symbols.stray), (4, 4 * 61));
}

#[test]
fn the_rate_is_fifteen_sixteenths() {
    assert_eq!(FRAME_OCTETS * 8 * 16, CHARACTERS * 10 * 15);
}
