//! 40GBASE-R through its transcoding: frames, faults, wrong bits, and signals from elsewhere.

use super::{Heard, Queue, frame};
use crate::pcs::block66::{Block, LinkFault, Pcs};
use crate::pcs::forty_gig::{Egress, FortyGigSink, FortyGigSource, Ingress};
use crate::pcs::marker::MultiLane;
use crate::pcs::multi_lane::{MultiLaneSource, RowReceiver};
use crate::pcs::serial::{Aligned, BlockSync};
use crate::pcs::{base_r::Encoder, lock::LockRule};
use otn_testkit::bits::advance;
use std::vec;
use std::vec::Vec;

/// Octets of the transcoded stream between markers.
const PERIOD: usize = 65_536 / 16 * 1027 / 8;

fn frames(count: usize, first: usize, apart: usize) -> Vec<(u64, Vec<u8>)> {
    (0..count).map(|n| ((first + n * apart) as u64, frame(64 + n * 37 % 1_400, n as u32))).collect()
}

fn sent(queue: &mut Queue, octets: usize) -> Vec<u8> {
    let mut line = vec![0; octets];
    let mut source = FortyGigSource::new(Encoder::new(Pcs::Clause82));
    for part in line.chunks_mut(5_003) {
        source.fill(part, queue);
    }
    line
}

fn hear(sink: &mut FortyGigSink, line: &[u8]) -> Heard {
    let mut heard = Heard::default();
    for part in line.chunks(4_001) {
        sink.push(part, &mut |e| heard.take(e));
    }
    heard
}

//= type=test g709:17.7.4.1-transcoded-40g
#[test]
fn frames_come_back_at_any_bit_offset() {
    // Half of all patterns are legal: each wrong place costs a code block on average.
    let frames = frames(200, 200_000, 1_500);
    let line = sent(&mut Queue::at(frames.clone()), PERIOD + 200_000);
    for offset in [0, 1, 5, 1026, 1027 * 3 + 500] {
        let mut sink = FortyGigSink::default();
        let found = hear(&mut sink, &advance(&line, offset));
        assert!(found.octets() == frames.iter().map(|f| f.1.clone()).collect::<Vec<_>>());
        assert_eq!((found.broken.len(), found.faults.len()), (0, 0));
        for ((position, _), (due, _)) in found.frames.iter().zip(&frames) {
            // A gap, a row of markers, and the part of a code block that the count of octets rounds.
            assert!(position.abs_diff(*due) < 1_500 + 300, "{position} {due}");
        }
        let counters = sink.transcoded_counters();
        assert_eq!((counters.bad_markers, counters.bad_flags), (0, 0));
        assert_eq!((counters.markers % 4, counters.otn_errors), (0, [0; 4]));
    }
}

//= type=test g709:f.2-bad-flags
#[test]
fn a_wrong_flag_makes_error_blocks_and_a_wrong_bit_never_a_wrong_frame() {
    let frames = frames(8, 40_000, 200);
    let line = sent(&mut Queue::at(frames.clone()), 42_000 + 4_000);
    let mut ready = FortyGigSink::default();
    // Up to the start of a code block behind lock.
    let start = 1027 * 38;
    hear(&mut ready, &line[..start]);
    assert!(ready.is_locked());
    let tail = &line[start..];
    assert_eq!(hear(&mut ready.clone(), tail).frames.len(), 8);
    for bit in 0..(tail.len() - 1027) * 8 {
        let mut wrong = tail.to_vec();
        wrong[bit / 8] ^= 0x80 >> (bit % 8);
        let mut sink = ready.clone();
        let found = hear(&mut sink, &wrong);
        let mut expected = frames.iter();
        assert!(found.good().all(|f| expected.any(|e| e.1 == *f)), "bit {bit}");
        let is_flag = bit % 1027 < 3;
        assert_eq!(sink.transcoded_counters().bad_flags, u64::from(is_flag), "bit {bit}");
    }
}

//= type=test g709:17.7.4-lf-block
#[test]
fn the_replacement_signal_is_local_fault_with_markers() {
    let mut source = FortyGigSource::default();
    source.send_fault(Some(LinkFault::Local));
    let mut line = vec![0; PERIOD * 2];
    source.fill(&mut line, &mut Queue::at_once([frame(80, 1)]));
    let mut sink = FortyGigSink::default();
    assert_eq!(hear(&mut sink, &line).faults, [Some(LinkFault::Local)]);
    assert_eq!(sink.transcoded_counters().markers, 4);
    source.send_fault(None);
    source.fill(&mut line, &mut Queue::at_once([frame(80, 1)]));
    let found = hear(&mut sink, &line);
    assert_eq!((found.octets(), found.faults), (vec![frame(80, 1)], vec![None]));
}

/// The blocks of a 40GBASE-R line, from behind lock on.
fn blocks(line: &[u8]) -> Vec<Block> {
    let mut blocks = Vec::new();
    BlockSync::new(LockRule::LANE).push(line, |_, aligned| {
        if let Aligned::Blocks(part) = aligned {
            blocks.extend_from_slice(part);
        }
    });
    blocks
}

/// A 40GBASE-R signal through an OPU3: the frames are those that came, and the wrong bits of its
/// lanes are still seen behind it, those of the OTN too.
//= type=test g709:e.4.1-bip-transparency
#[test]
fn a_signal_from_elsewhere_passes_with_its_errors() {
    let interface = MultiLane::FortyGig;
    let period = interface.period() * 33 / 4;
    // The egress knows the lanes from the second markers on that it sees, the receiver behind it too.
    let frames = frames(200, period * 4, 1_500);
    let mut line = vec![0; period * 6];
    MultiLaneSource::new(interface).fill(&mut line, &mut Queue::at(frames.clone()));
    // Three wrong bits in lanes 1 and 3, of idle blocks in the fourth period.
    let block = interface.period() * 3;
    for (number, bit) in [(4 * 50 + 1, 30), (4 * 60 + 1, 31), (4 * 70 + 3, 40)] {
        let at = (block + number) * 66 + bit;
        line[at / 8] ^= 0x80 >> (at % 8);
    }
    let mut transcoded = Vec::new();
    let mut ingress = Ingress::default();
    for block in blocks(&line) {
        ingress.push(block, |octets| transcoded.extend(octets));
    }
    for wrong in [None, Some(PERIOD + 70_000)] {
        let mut stream = transcoded.clone();
        if let Some(at) = wrong {
            stream[at] ^= 0x10;
        }
        let mut egress = Egress::default();
        let mut receiver = RowReceiver::new(interface);
        let mut heard = Heard::default();
        for part in stream.chunks(3_333) {
            egress.push(part, |block| receiver.push(0, &[block.unwrap()], &mut |e| heard.take(e)));
        }
        let expected: Vec<_> = frames.iter().map(|f| f.1.clone()).collect();
        assert!(heard.octets() == expected[..heard.frames.len()]);
        assert!(heard.frames.len() > 190);
        let counters = egress.transcoded_counters();
        assert_eq!(counters.ingress_errors, [0, 2, 0, 1]);
        let otn: u64 = counters.otn_errors.iter().sum();
        assert_eq!(counters.bad_markers, 0);
        let seen: u64 = receiver.lane_counters().bip_errors.iter().sum();
        match wrong {
            None => assert_eq!((otn, seen), (0, 3)),
            // Behind the descrambler one wrong bit is three; in the head of a row it changes a type.
            Some(_) => assert!((1..=16).contains(&otn) && seen == 3 + otn, "{otn} {seen}"),
        }
    }
}

#[test]
fn any_octets_are_borne() {
    let noise = frame(60_000, 4);
    let mut sink = FortyGigSink::default();
    hear(&mut sink, &noise);
    let line = sent(&mut Queue::at(frames(100, 0, 500)), 60_000);
    hear(&mut sink, &line);
    let mixed: Vec<u8> = line.iter().zip(&noise).map(|(a, b)| a ^ (b & b >> 3 & b >> 5)).collect();
    let found = hear(&mut sink, &mixed);
    assert!(found.good().count() <= found.frames.len());
    let mut egress = Egress::default();
    egress.push(&line, |_| {});
    egress.push(&noise, |_| {});
    egress.push(&mixed, |_| {});
}
