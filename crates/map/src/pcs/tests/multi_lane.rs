//! 100GBASE-R and 40GBASE-R: markers, parity, lanes in any order and with any skew.

use super::reference;
use super::{Heard, Queue, frame};
use crate::pcs::block66::{Block, LinkFault, SyncHeader};
use crate::pcs::deskew::{Deskew, Distributor};
use crate::pcs::lock::LockRule;
use crate::pcs::marker::{LaneParity, MultiLane, bip_of};
use crate::pcs::multi_lane::{MultiLaneSink, MultiLaneSource, RowReceiver};
use crate::pcs::serial::{Aligned, BlockSync, pack};
use otn_testkit::bits::{advance, delay, from_bytes};
use std::vec;
use std::vec::Vec;

const BOTH: [MultiLane; 2] = [MultiLane::FortyGig, MultiLane::HundredGig];

/// Octets of so many periods of markers.
fn periods(interface: MultiLane, quarters: usize) -> usize {
    interface.period() * 33 / 4 * quarters / 4
}

fn frames(count: usize, apart: usize) -> Vec<(u64, Vec<u8>)> {
    (0..count).map(|n| ((n * apart) as u64, frame(64 + n * 37 % 1_400, n as u32))).collect()
}

fn sent(interface: MultiLane, queue: &mut Queue, octets: usize) -> Vec<u8> {
    let mut line = vec![0; octets];
    let mut source = MultiLaneSource::new(interface);
    for part in line.chunks_mut(10_007) {
        source.fill(part, queue);
    }
    line
}

/// The blocks of a line that begins with a block.
fn blocks(line: &[u8]) -> Vec<Block> {
    from_bytes(line)
        .chunks_exact(66)
        .map(|bits| Block {
            sync: SyncHeader::from_bits(u8::from(bits[0]) * 2 + u8::from(bits[1])),
            payload: bits[2..].iter().rev().fold(0, |v, b| v << 1 | u64::from(*b)),
        })
        .collect()
}

fn line_of(blocks: &[Block]) -> Vec<u8> {
    let (groups, _) = blocks.as_chunks();
    let mut line = Vec::new();
    for group in groups {
        let mut octets = [0; 33];
        pack(group, &mut octets);
        line.extend(octets);
    }
    line
}

/// Lane and M0, M1, M2, M4, M5, M6, as table E.1 of G.709 prints them.
const FORTY: [(usize, [u8; 6]); 4] = [
    (0, [0x90, 0x76, 0x47, 0x6F, 0x89, 0xB8]),
    (1, [0xF0, 0xC4, 0xE6, 0x0F, 0x3B, 0x19]),
    (2, [0xC5, 0x65, 0x9B, 0x3A, 0x9A, 0x64]),
    (3, [0xA2, 0x79, 0x3D, 0x5D, 0x86, 0xC2]),
];
/// The same of table E.2, as far as its page was read.
const HUNDRED: [(usize, [u8; 6]); 10] = [
    (0, [0xC1, 0x68, 0x21, 0x3E, 0x97, 0xDE]),
    (1, [0x9D, 0x71, 0x8E, 0x62, 0x8E, 0x71]),
    (2, [0x59, 0x4B, 0xE8, 0xA6, 0xB4, 0x17]),
    (3, [0x4D, 0x95, 0x7B, 0xB2, 0x6A, 0x84]),
    (4, [0xF5, 0x07, 0x09, 0x0A, 0xF8, 0xF6]),
    (10, [0xFD, 0x6C, 0x99, 0x02, 0x93, 0x66]),
    (11, [0xB9, 0x91, 0x55, 0x46, 0x6E, 0xAA]),
    (12, [0x5C, 0xB9, 0xB2, 0xA3, 0x46, 0x4D]),
    (13, [0x1A, 0xF8, 0xBD, 0xE5, 0x07, 0x42]),
    (14, [0x83, 0xC7, 0xCA, 0x7C, 0x38, 0x35]),
];

/// Marker octets, complements, and that no two lanes share a name.
//= type=test ieee802.3:82.2.7-marker-format
//= type=test ieee802.3:82.2.7-markers-40g
//= type=test ieee802.3:82.2.7-markers-100g
#[test]
fn markers_are_those_of_the_tables() {
    for (interface, rows) in [(MultiLane::FortyGig, &FORTY[..]), (MultiLane::HundredGig, &HUNDRED)]
    {
        for (lane, [m0, m1, m2, m4, m5, m6]) in rows {
            let found = interface.marker(*lane, 0x5A);
            assert_eq!(found.octets(), [*m0, *m1, *m2, 0x5A, *m4, *m5, *m6, 0xA5]);
        }
    }
    for interface in BOTH {
        for lane in 0..interface.lanes() {
            for bip in [0, 0x81, 0xFF] {
                let marker = interface.marker(lane, bip);
                assert_eq!(marker.sync, SyncHeader::Control);
                assert_eq!((interface.lane_of(marker), bip_of(marker)), (Some(lane), bip));
                // Half of a marker's bits are ones, so it needs no scrambler.
                assert_eq!(marker.payload.count_ones(), 32);
            }
        }
    }
}

/// Bits of a block that each bit of BIP covers, from the table: the sync header is bits 0 and 1.
const BIP_BITS: [&[usize]; 8] = [
    &[2, 10, 18, 26, 34, 42, 50, 58],
    &[3, 11, 19, 27, 35, 43, 51, 59],
    &[4, 12, 20, 28, 36, 44, 52, 60],
    &[0, 5, 13, 21, 29, 37, 45, 53, 61],
    &[1, 6, 14, 22, 30, 38, 46, 54, 62],
    &[7, 15, 23, 31, 39, 47, 55, 63],
    &[8, 16, 24, 32, 40, 48, 56, 64],
    &[9, 17, 25, 33, 41, 49, 57, 65],
];

//= type=test ieee802.3:82.2.8-bip
#[test]
fn each_bit_of_a_block_joins_the_bit_of_the_table() {
    for at in 0..66 {
        let mut bits = [false; 66];
        bits[at] = true;
        let bytes = otn_testkit::bits::to_bytes(&[bits; 4].concat());
        let block = blocks(&bytes)[0];
        let mut parity = LaneParity::START;
        parity.add(block);
        let expected = BIP_BITS.iter().position(|covered| covered.contains(&at)).unwrap();
        assert_eq!(parity.bip(), 1 << expected, "bit {at}");
        parity.add(block);
        assert_eq!(parity.take(), 0);
    }
}

/// Markers at their places, the parity in them that of the bits, and no payload but theirs outside
/// the scrambler.
//= type=test ieee802.3:82.2.7-marker-spacing
//= type=test g709:e.3-serial-order
#[test]
fn the_stream_has_its_markers_and_parities() {
    for interface in BOTH {
        let lanes = interface.lanes();
        let line = sent(interface, &mut Queue::at(frames(50, 900)), periods(interface, 9));
        let bits = from_bytes(&line);
        let found = blocks(&line);
        let mut payload = Vec::new();
        let mut parity = vec![0u8; lanes];
        let mut rows = 0;
        for (n, (block, bits)) in found.iter().zip(bits.chunks_exact(66)).enumerate() {
            let lane = n % lanes;
            if n / lanes % 16_384 == 0 {
                assert_eq!(interface.lane_of(*block), Some(lane));
                assert_eq!(bip_of(*block), parity[lane], "block {n}");
                parity[lane] = 0;
                rows += 1;
            } else {
                payload.extend_from_slice(bits);
            }
            for (bit, covered) in BIP_BITS.iter().enumerate() {
                let ones = covered.iter().filter(|at| bits[**at]).count();
                parity[lane] ^= (ones as u8 & 1) << bit;
            }
        }
        assert_eq!(rows, 3 * lanes);
        let lost = reference::descramble(&payload)
            .iter()
            .filter(|bits| reference::decode(bits).is_none())
            .count();
        assert_eq!(lost, 0);
    }
}

fn hear(sink: &mut MultiLaneSink, line: &[u8]) -> Heard {
    let mut heard = Heard::default();
    for part in line.chunks(7_001) {
        sink.push(part, &mut |e| heard.take(e));
    }
    heard
}

#[test]
fn frames_come_back_at_any_bit_offset() {
    for interface in BOTH {
        // The first frames pass before the sink has found the rows: at the second markers.
        let due = periods(interface, 4) as u64 + 2_000;
        let frames: Vec<(u64, Vec<u8>)> =
            frames(60, 1_500).into_iter().map(|(at, octets)| (at + due, octets)).collect();
        let line = sent(interface, &mut Queue::at(frames.clone()), periods(interface, 10));
        for offset in [1, 13, 66, 330] {
            let mut sink = MultiLaneSink::new(interface);
            let found = hear(&mut sink, &advance(&line, offset));
            assert!(found.octets() == frames.iter().map(|f| f.1.clone()).collect::<Vec<_>>());
            assert!(found.broken.is_empty());
            let counters = sink.lane_counters();
            assert_eq!((counters.alignments, counters.losses), (1, 0));
            assert_eq!(counters.bip_errors, [0; 20]);
            assert_eq!(sink.counters().errored_blocks, 0);
        }
    }
}

/// Places of a row that carry other lanes than their own.
//= type=test ieee802.3:82.2.12-alignment
#[test]
fn lanes_in_another_order_are_put_right() {
    for interface in BOTH {
        let lanes = interface.lanes();
        let frames = frames(300, 1_000);
        let line = sent(interface, &mut Queue::at(frames.clone()), periods(interface, 5));
        let mut mixed = blocks(&line);
        let order: Vec<usize> = (0..lanes).map(|place| (place * 3 + 2) % lanes).collect();
        for row in mixed.chunks_exact_mut(lanes) {
            let straight = row.to_vec();
            for (place, lane) in order.iter().enumerate() {
                row[place] = straight[*lane];
            }
        }
        // Blocks of a dead line before, for block lock.
        let mut blocks = vec![Block::IDLE; 200];
        blocks.extend(mixed);
        let mut sink = MultiLaneSink::new(interface);
        let found = hear(&mut sink, &line_of(&blocks));
        // The first frame starts in the block that the descrambler has to have.
        let expected: Vec<_> = frames[1..].iter().map(|f| f.1.clone()).collect();
        let count = found.frames.len();
        assert!(found.octets() == expected[..count]);
        assert!(count > 40);
        assert_eq!(sink.order(), Some(&order[..]));
        assert_eq!(sink.lane_counters().bip_errors, [0; 20]);
    }
}

//= type=test ieee802.3:82.2.12-marker-loss
#[test]
fn wrong_bits_are_counted_by_lane_and_dead_markers_lose_alignment() {
    let interface = MultiLane::FortyGig;
    let mut line = sent(interface, &mut Queue::default(), periods(interface, 33));
    let place = |block: usize, bit: usize| block * 66 + bit;
    let mut flip = |at: usize| line[at / 8] ^= 0x80 >> (at % 8);
    // In the second period: three bits of lane 2, one of them of a sync header.
    let second = interface.period();
    flip(place(second + 4 * 10 + 2, 0));
    flip(place(second + 4 * 20 + 2, 17));
    flip(place(second + 4 * 30 + 2, 18));
    // The markers of lane 1 from the fourth to the sixth, and then from the fifth to the eighth.
    let mut three = line.clone();
    for (first, count, line) in [(3, 3, &mut three), (4, 4, &mut line)] {
        for row in first..first + count {
            let at = place(row * second + 1, 5);
            line[at / 8] ^= 0x80 >> (at % 8);
        }
        let warm_up = line_of(&[Block::IDLE; 200]);
        let mut sink = MultiLaneSink::new(interface);
        hear(&mut sink, &warm_up);
        hear(&mut sink, line);
        let counters = sink.lane_counters();
        // A wrong marker is covered by the next one's BIP; while wrong it has none of its own.
        assert_eq!(counters.bip_errors[..4], [0, u64::from(count == 3), 3, 0]);
        assert_eq!(counters.bad_markers[..4], [0, count as u64, 0, 0]);
        assert_eq!(counters.losses, u64::from(count == 4));
        assert_eq!(counters.alignments, counters.losses + 1);
    }
}

//= type=test g709:17.7.4-lf-block
#[test]
fn the_replacement_signal_is_local_fault_with_markers() {
    for interface in BOTH {
        let mut source = MultiLaneSource::new(interface);
        source.send_fault(Some(LinkFault::Local));
        let mut line = vec![0; periods(interface, 5)];
        source.fill(&mut line, &mut Queue::at_once([frame(64, 1)]));
        let mut payload = Vec::new();
        for (n, bits) in from_bytes(&line).chunks_exact(66).enumerate() {
            if n % interface.period() >= interface.lanes() {
                payload.extend_from_slice(bits);
            }
        }
        let mut fault = vec![true, false];
        fault.extend(
            [0x4Bu64, 0, 0, 1, 0, 0, 0, 0]
                .iter()
                .flat_map(|o| (0..8).map(move |n| o >> n & 1 == 1)),
        );
        assert!(reference::descramble(&payload).iter().all(|bits| *bits == fault));
    }
}

/// Lanes apart, delayed by bits, in another order: the same frames, and the same line.
#[test]
fn lanes_with_skew_are_put_together() {
    for interface in BOTH {
        let lanes = interface.lanes();
        let due = periods(interface, 8) as u64 + 2_000;
        let frames: Vec<(u64, Vec<u8>)> =
            frames(60, 1_500).into_iter().map(|(at, octets)| (at + due, octets)).collect();
        let line = sent(interface, &mut Queue::at(frames.clone()), periods(interface, 14));
        let mut streams = vec![Vec::new(); lanes];
        let mut distributor = Distributor::new(interface);
        for block in blocks(&line) {
            distributor.push(block, |lane, octets| streams[lane].extend(octets));
        }
        let moved: Vec<Vec<u8>> = (0..lanes)
            .map(|at| {
                let skew = [0, 1, 77, 5_000, 66 * 300][at % 5] + at;
                delay(&streams[(at * 7 + 1) % lanes], skew)
            })
            .collect();
        let mut deskew = Deskew::new(interface);
        let mut receiver = RowReceiver::new(interface);
        let mut heard = Heard::default();
        let length = moved.iter().map(Vec::len).max().unwrap();
        for at in (0..length).step_by(2_003) {
            for (lane, stream) in moved.iter().enumerate() {
                let part = &stream[at.min(stream.len())..(at + 2_003).min(stream.len())];
                deskew.push(lane, part, |block| {
                    receiver.push(0, &[block.unwrap()], &mut |e| heard.take(e));
                });
            }
        }
        let order: Vec<usize> = (0..lanes)
            .map(|lane| (0..lanes).find(|at| (at * 7 + 1) % lanes == lane).unwrap())
            .collect();
        assert_eq!(deskew.order(), Some(&order[..]));
        assert!(heard.octets() == frames.iter().map(|f| f.1.clone()).collect::<Vec<_>>());
        assert_eq!(receiver.lane_counters().bip_errors, [0; 20]);
        assert_eq!(receiver.lane_counters().losses, 0);
    }
}

/// A lane that stops is noticed, and nothing grows without end.
#[test]
fn a_dead_lane_puts_the_others_out_of_step() {
    let interface = MultiLane::FortyGig;
    let line = sent(interface, &mut Queue::default(), periods(interface, 24));
    let mut streams = vec![Vec::new(); 4];
    let mut distributor = Distributor::new(interface);
    for block in blocks(&line) {
        distributor.push(block, |lane, octets| streams[lane].extend(octets));
    }
    let mut deskew = Deskew::new(interface);
    let mut missing = 0;
    let length = streams[0].len();
    for at in (0..length - 4_000).step_by(4_000) {
        for (lane, stream) in streams.iter().enumerate() {
            if lane != 2 || at < length / 2 {
                let part = &stream[at..at + 4_000];
                deskew.push(lane, part, |block| missing += u32::from(block.is_none()));
            }
        }
    }
    assert_eq!((missing, deskew.order(), deskew.alignments()), (1, None, 1));
}

#[test]
fn any_octets_are_borne() {
    let noise = frame(40_000, 9);
    for interface in BOTH {
        let mut sink = MultiLaneSink::new(interface);
        hear(&mut sink, &noise);
        let line = sent(interface, &mut Queue::default(), 30_000);
        let mixed: Vec<u8> =
            line.iter().zip(&noise).map(|(a, b)| a ^ (b & b >> 3 & b >> 5)).collect();
        hear(&mut sink, &line);
        let found = hear(&mut sink, &mixed);
        assert_eq!(found.frames, []);
        let mut deskew = Deskew::new(interface);
        (0..interface.lanes()).for_each(|lane| deskew.push(lane, &noise[lane * 100..], |_| {}));
    }
    let mut sync = BlockSync::new(LockRule::LANE);
    sync.push(&[0xFF; 2_000], |_, aligned| assert!(!matches!(aligned, Aligned::Blocks(_))));
}

/// A lane that comes to life a period after the others, and is ahead of them: its marker is known
/// when theirs of the same row are still to come.
#[test]
fn a_lane_that_comes_late_but_ahead_joins_the_right_row() {
    let interface = MultiLane::FortyGig;
    let line = sent(interface, &mut Queue::at(frames(900, 2_000)), periods(interface, 28));
    let sent_blocks = blocks(&line);
    let mut streams = vec![Vec::new(); 4];
    let mut distributor = Distributor::new(interface);
    for block in &sent_blocks {
        distributor.push(*block, |lane, octets| streams[lane].extend(octets));
    }
    let dead = streams[1].len() / 4;
    streams[1][..dead].fill(0);
    for (lane, stream) in streams.iter_mut().enumerate() {
        if lane != 1 {
            *stream = delay(stream, 66 * 300 + lane);
        }
    }
    let mut deskew = Deskew::new(interface);
    let mut found = Vec::new();
    for at in (0..streams[1].len() - 500).step_by(500) {
        for (lane, stream) in streams.iter().enumerate() {
            deskew.push(lane, &stream[at..at + 500], |block| found.push(block.unwrap()));
        }
    }
    // What comes out is the line from some row of markers on.
    let rows = (0..sent_blocks.len()).step_by(interface.period());
    let starts = rows.filter(|row| sent_blocks[*row..].starts_with(&found)).count();
    assert!(starts == 1 && found.len() > 2 * interface.period());
    assert_eq!(deskew.alignments(), 1);
}
