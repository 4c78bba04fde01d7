//! Blocks, classes, encoder and decoder.

use super::reference::{self, Lane};
use super::{Heard, Queue, frame};
use crate::pcs::base_r::{Decoder, Defect, Encoder, MAX_FRAME};
use crate::pcs::block66::{Block, BlockType, Class, LinkFault, OrderedSet, Pcs, SyncHeader};
use otn_testkit::bits::{from_bytes, reverse_in_octets};
use std::vec;
use std::vec::Vec;

/// The bits of a block in order of transmission.
fn bits(block: Block) -> Vec<bool> {
    let mut bits = Vec::from([block.sync as u8 & 2 != 0, block.sync as u8 & 1 != 0]);
    bits.extend(from_bytes(&reverse_in_octets(&block.octets())));
    bits
}

fn block(bits: &[bool]) -> Block {
    let sync = SyncHeader::from_bits(u8::from(bits[0]) * 2 + u8::from(bits[1]));
    let payload = bits[2..].iter().rev().fold(0, |v, b| v << 1 | u64::from(*b));
    Block { sync, payload }
}

//= type=test ieee802.3:49.2.4-sync-header
//= type=test g709:17.7.4-lf-block
#[test]
fn made_blocks_are_those_of_the_formats() {
    use Lane::{Data, Idle, Ordered, Start, Terminate};
    let expect = |made: Block, lanes: [Lane; 8]| {
        assert_eq!(Some(bits(made)), reference::encode(lanes), "{lanes:?}");
    };
    expect(Block::IDLE, [Idle; 8]);
    expect(Block::ERROR, [Lane::Other(0x1E); 8]);
    let octets = [0x81, 0x42, 0x24, 0x18, 0x01, 0x80, 0xF0];
    let data = octets.map(Data);
    let [a, b, c, d, e, f, g] = data;
    expect(Block::data([1, 2, 3, 4, 5, 6, 7, 8]), [1, 2, 3, 4, 5, 6, 7, 8].map(Data));
    expect(Block::start0(octets), [Start, a, b, c, d, e, f, g]);
    expect(Block::start4([1, 2, 3]), [Idle, Idle, Idle, Idle, Start, Data(1), Data(2), Data(3)]);
    for count in 0..8 {
        let mut lanes = [Idle; 8];
        lanes[..count].copy_from_slice(&data[..count]);
        lanes[count] = Terminate;
        expect(Block::terminate(&octets[..count]), lanes);
    }
    let fault = Block::ordered0(OrderedSet::fault(LinkFault::Local));
    expect(fault, [Ordered(0), Data(0), Data(0), Data(1), Idle, Idle, Idle, Idle]);
    assert_eq!(fault.octets(), [0x4B, 0, 0, 1, 0, 0, 0, 0]);
    let fault = Block::ordered0(OrderedSet::fault(LinkFault::Remote));
    expect(fault, [Ordered(0), Data(0), Data(0), Data(2), Idle, Idle, Idle, Idle]);
}

/// Sync headers and block types: all of them, with all-zero and with random octets behind.
//= type=test ieee802.3:49.2.4-block-types
//= type=test ieee802.3:82.2.3-block-types
#[test]
fn every_header_and_type_has_the_class_of_its_format() {
    for header in 0..4u8 {
        for code in 0..=255u8 {
            let found = Block { sync: SyncHeader::from_bits(header), payload: u64::from(code) };
            let format = reference::FORMATS.iter().find(|f| f.0 == code);
            for pcs in [Pcs::Clause49, Pcs::Clause82] {
                let expected = match (header, format) {
                    (1, _) => Class::Data,
                    (2, Some((_, kind, _))) => class_of(kind, pcs),
                    _ => Class::Error,
                };
                assert_eq!(found.class(pcs), expected, "{header} {code:02X}");
            }
            assert_eq!(BlockType::from_code(code).map(BlockType::code), format.map(|f| f.0));
        }
    }
}

fn class_of(kind: &str, pcs: Pcs) -> Class {
    let place = |letter| kind.find(letter);
    let halves = kind.contains("CO") || place('S') == Some(4) || kind == "ODDDODDD";
    if pcs == Pcs::Clause82 && halves {
        return Class::Error;
    }
    match (place('S'), place('T')) {
        (Some(lane), _) => Class::Start { lane },
        (_, Some(octets)) => Class::Terminate { octets },
        _ => Class::Control,
    }
}

/// Every control character code in every lane of every format, and every code of ordered sets.
//= type=test ieee802.3:49.2.13-classes
#[test]
fn a_wrong_character_or_code_makes_a_block_an_error() {
    let reserved = [0x2D, 0x33, 0x4B, 0x55, 0x66, 0x78];
    for (_, kind, _) in reference::FORMATS {
        let lanes: [Lane; 8] = core::array::from_fn(|n| match kind.as_bytes()[n] {
            b'D' => Lane::Data(0xA5),
            b'S' => Lane::Start,
            b'T' => Lane::Terminate,
            b'O' => Lane::Ordered(0),
            _ => Lane::Idle,
        });
        for pcs in [Pcs::Clause49, Pcs::Clause82] {
            let whole = class_of(kind, pcs);
            for n in 0..8 {
                let codes = if lanes[n] == Lane::Idle { 0..128 } else { 0..16 };
                for code in codes {
                    let mut changed = lanes;
                    let legal = match lanes[n] {
                        Lane::Idle => {
                            changed[n] = Lane::Other(code);
                            matches!(code, 0 | 6)
                                || code == 0x1E && kind != "CCCCCCCC"
                                || pcs == Pcs::Clause49 && reserved.contains(&code)
                        }
                        Lane::Ordered(_) => {
                            changed[n] = Lane::Ordered(code);
                            matches!(code, 0 | 0xF)
                        }
                        _ => true,
                    };
                    let found = block(&reference::encode(changed).unwrap()).class(pcs);
                    let expected = if legal { whole } else { Class::Error };
                    assert_eq!(found, expected, "{kind} lane {n} code {code:02X} {pcs:?}");
                }
            }
        }
    }
}

/// The lanes that an encoder sends, a list of characters.
fn lanes(encoder: &mut Encoder, queue: &mut Queue, blocks: usize) -> Vec<Lane> {
    let made = (0..blocks).map(|n| encoder.next_block(n as u64 * 66 / 8, queue));
    made.flat_map(|b| reference::decode(&bits(b)).unwrap()).collect()
}

/// Frames of a list of characters, with the lane of each start, and the gaps between them.
fn parse(lanes: &[Lane]) -> (Vec<(usize, Vec<u8>)>, Vec<usize>) {
    let (mut frames, mut gaps) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut end = None;
    while let Some(start) = lanes[at..].iter().position(|l| *l == Lane::Start) {
        let start = at + start;
        gaps.extend(end.map(|end| start - end));
        let length = lanes[start..].iter().position(|l| *l == Lane::Terminate).unwrap();
        let octets: Vec<u8> = lanes[start + 1..start + length]
            .iter()
            .map(|l| if let Lane::Data(octet) = l { *octet } else { panic!("{l:?}") })
            .collect();
        assert_eq!(octets[..7], [0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5]);
        frames.push((start % 8, octets[7..].to_vec()));
        at = start + length;
        end = Some(at);
    }
    assert!(lanes[at + 1..].iter().all(|l| *l == Lane::Idle));
    (frames, gaps)
}

//= type=test ieee802.3:46.3.1-gap
//= type=test ieee802.3:46.3.1-deficit-idle-count
//= type=test ieee802.3:46.2-preamble
#[test]
fn frames_one_after_the_other_have_twelve_octets_between_them_on_average() {
    for (pcs, alignment, asked) in [
        (Pcs::Clause49, 4, 12),
        (Pcs::Clause82, 8, 12),
        (Pcs::Clause49, 4, 8),
        (Pcs::Clause82, 8, 8),
    ] {
        let sent: Vec<Vec<u8>> = (0..400).map(|n| frame(60 + n * 7 % 41, n as u32)).collect();
        let mut queue = Queue::at_once(sent.clone());
        let mut encoder = Encoder::new(pcs).with_gap(asked as u32);
        let (frames, gaps) = parse(&lanes(&mut encoder, &mut queue, 6_000));
        assert_eq!(frames.iter().map(|f| f.1.clone()).collect::<Vec<_>>(), sent);
        assert!(frames.iter().all(|f| f.0 % alignment == 0));
        let mut missing = 0;
        for gap in &gaps {
            missing += asked as isize - *gap as isize;
            assert!((0..alignment as isize).contains(&missing), "{gap} {missing}");
        }
        let used: std::collections::BTreeSet<usize> = gaps.iter().copied().collect();
        let all: std::collections::BTreeSet<usize> =
            (asked - alignment + 1..asked + alignment).collect();
        assert!(used.is_subset(&all) && used.len() > alignment, "{used:?}");
    }
}

#[test]
fn a_frame_starts_in_lane_four_when_it_comes_due_there() {
    let sent = frame(64, 1);
    let mut encoder = Encoder::new(Pcs::Clause49);
    let (frames, _) = parse(&lanes(&mut encoder, &mut Queue::at([(20, sent.clone())]), 30));
    // Block 2 begins in octet 16; its lane 4 is octet 20.
    assert_eq!(frames, [(4, sent.clone())]);
    let mut encoder = Encoder::new(Pcs::Clause82);
    let (frames, _) = parse(&lanes(&mut encoder, &mut Queue::at([(20, sent.clone())]), 30));
    assert_eq!(frames, [(0, sent)]);
}

fn hear(decoder: &mut Decoder, blocks: &[Block]) -> Heard {
    let mut heard = Heard::default();
    for (n, block) in blocks.iter().enumerate() {
        decoder.push(n as u64 * 66 / 8, *block, &mut |e| heard.take(e));
    }
    heard
}

const FRAME: [Block; 3] = [
    Block::start0([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5]),
    Block::data([1, 2, 3, 4, 5, 6, 7, 8]),
    // A terminate in lane 2.
    Block::of_type(BlockType::Terminate2, [9, 10, 0, 0, 0, 0, 0]),
];

/// Every class behind every state: a frame is good only if its blocks follow one another as they
/// should, its successor included.
//= type=test ieee802.3:49.2.13-receive
#[test]
fn a_frame_is_good_only_with_the_right_blocks_around_it() {
    let [start, data, end] = FRAME;
    let others = [Block::IDLE, start, data, end, Block::ERROR];
    let good = |blocks: &[Block]| hear(&mut Decoder::new(Pcs::Clause49), blocks);
    for (n, other) in others.into_iter().enumerate() {
        let after = good(&[Block::IDLE, start, data, end, other, Block::IDLE]);
        assert_eq!(after.frames.len(), usize::from(n < 2), "behind the end: {other:?}");
        let inside = good(&[Block::IDLE, start, other, data, end, Block::IDLE]);
        assert_eq!(inside.frames.len(), usize::from(n == 2), "inside: {other:?}");
        let before = good(&[Block::IDLE, other, start, data, end, Block::IDLE]);
        assert_eq!(before.frames.len(), usize::from(n == 0), "before: {other:?}");
        for heard in [after, inside, before] {
            for (_, octets) in heard.frames {
                assert!(octets == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] || octets.len() == 18);
            }
        }
    }
    // Two frames without a block between them; the second starts in lane 4.
    let late = Block::start4([0x55, 0x55, 0x55]);
    let rest = Block::data([0x55, 0x55, 0x55, 0xD5, 7, 7, 7, 7]);
    let heard = good(&[start, data, end, late, rest, end, Block::IDLE]);
    assert_eq!(heard.frames[1], (3 * 66 / 8 + 4, vec![7, 7, 7, 7, 9, 10]));
    // The end of the blocks breaks a frame, also one that has ended.
    for count in 1..=3 {
        let mut decoder = Decoder::new(Pcs::Clause49);
        hear(&mut decoder, &FRAME[..count]);
        let mut heard = Heard::default();
        decoder.reset(&mut |e| heard.take(e));
        assert_eq!(heard.broken, [Defect::Cut]);
    }
}

#[test]
fn frames_without_delimiter_and_frames_beyond_the_limit_are_broken() {
    let [start, _, end] = FRAME;
    let mut decoder = Decoder::new(Pcs::Clause82);
    let wrong = Block::start0([0x55; 7]);
    assert_eq!(hear(&mut decoder, &[wrong, end, Block::IDLE]).broken, [Defect::Delimiter]);
    let mut longest = vec![start];
    longest.extend(vec![Block::data([1; 8]); MAX_FRAME / 8]);
    longest.push(Block::terminate(&[]));
    longest.push(Block::IDLE);
    let heard = hear(&mut decoder, &longest);
    assert_eq!((heard.frames[0].1.len(), heard.broken.len()), (MAX_FRAME, 0));
    longest.insert(1, Block::data([1; 8]));
    assert_eq!(hear(&mut decoder, &longest).broken, [Defect::TooLong]);
    assert_eq!(decoder.counters().too_long, 1);
    assert_eq!(hear(&mut decoder, &[start, end, Block::IDLE]).frames.len(), 1);
}

/// Faults come up after four sequences and go after 128 columns; a frame on its way is cut.
//= type=test ieee802.3:46.3.4-fault-sequences
//= type=test ieee802.3:46.3.4-link-fault
#[test]
fn faults_are_signalled_and_cleared() {
    for (pcs, quiet) in [(Pcs::Clause49, 64), (Pcs::Clause82, 128)] {
        let mut queue = Queue::at_once([frame(200, 1), frame(100, 2)]);
        let mut encoder = Encoder::new(pcs);
        let mut blocks: Vec<Block> = (0..10).map(|_| encoder.next_block(0, &mut queue)).collect();
        encoder.send_fault(Some(LinkFault::Local));
        blocks.extend((0..4).map(|_| encoder.next_block(0, &mut queue)));
        let mut decoder = Decoder::new(pcs);
        assert_eq!(hear(&mut decoder, &blocks).faults, [], "three sequences, one error block");
        encoder.send_fault(Some(LinkFault::Local));
        let last = encoder.next_block(0, &mut queue);
        assert_eq!(hear(&mut decoder, &[last]).faults, [Some(LinkFault::Local)]);
        encoder.send_fault(None);
        blocks = (0..40).map(|_| encoder.next_block(0, &mut queue)).collect();
        let heard = hear(&mut decoder, &blocks);
        assert_eq!((heard.octets(), heard.faults), (vec![frame(100, 2)], vec![]));
        assert_eq!(hear(&mut decoder, &vec![Block::IDLE; quiet - 41]).faults, []);
        assert_eq!(decoder.fault(), Some(LinkFault::Local));
        assert_eq!(hear(&mut decoder, &[Block::IDLE]).faults, [None]);
        assert_eq!(decoder.counters().broken, 1);
    }
    // Two sequences of one kind and two of the other are no fault yet.
    let local = Block::ordered0(OrderedSet::fault(LinkFault::Local));
    let remote = Block::ordered0(OrderedSet::fault(LinkFault::Remote));
    let mut decoder = Decoder::new(Pcs::Clause49);
    assert_eq!(hear(&mut decoder, &[local, local, remote, remote, remote]).faults, []);
    assert_eq!(hear(&mut decoder, &[remote]).faults, [Some(LinkFault::Remote)]);
}
