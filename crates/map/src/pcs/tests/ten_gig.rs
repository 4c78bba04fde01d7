//! 10GBASE-R end to end: streams at any bit offset, in any pieces, with wrong bits.

use super::reference::{self, Lane};
use super::{Heard, Queue, frame};
use crate::pcs::block66::LinkFault;
use crate::pcs::ten_gig::{TenGigSink, TenGigSource};
use otn_testkit::bits::{advance, delay, from_bytes};
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

/// Blocks that pass before a sink at the right offset has lock, and some for a wrong one.
const WARM_UP: u64 = 66 * 200;

fn sent(queue: &mut Queue, octets: usize) -> Vec<u8> {
    let mut line = vec![0; octets];
    TenGigSource::default().fill(&mut line, queue);
    line
}

fn heard(sink: &mut TenGigSink, line: &[u8]) -> Heard {
    let mut heard = Heard::default();
    sink.push(line, &mut |e| heard.take(e));
    heard
}

//= type=test ieee802.3:49.2.5-transmission-order
#[test]
fn the_stream_is_that_of_the_bit_by_bit_descrambler() {
    let octets = frame(61, 3);
    let line = sent(&mut Queue::at([(40, octets.clone())]), 33 * 6);
    let lanes: Vec<Lane> = reference::descramble(&from_bytes(&line))
        .iter()
        .flat_map(|bits| reference::decode(bits).unwrap())
        .collect();
    let mut expected = vec![Lane::Idle; 40];
    expected.push(Lane::Start);
    expected.extend([0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xD5].map(Lane::Data));
    expected.extend(octets.iter().map(|o| Lane::Data(*o)));
    expected.push(Lane::Terminate);
    expected.resize(lanes.len(), Lane::Idle);
    assert_eq!(lanes, expected);
    // The first block by hand: sync header 10, type 1E and zeros, behind a line of ones.
    let word = 0x7BFF_F080_0000_001Eu64;
    let mut bits = vec![true, false];
    bits.extend((0..64).map(|n| word >> n & 1 == 1));
    assert_eq!(from_bytes(&line)[..66], bits);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Frames come back whole, in order and from where they were sent, whatever the pieces.
    #[test]
    fn frames_come_back_at_any_bit_offset_in_any_pieces(
        lengths in proptest::collection::vec((0usize..2_000, 0u64..3_000), 1..30),
        ask in proptest::collection::vec(1usize..700, 1..5),
        give in proptest::collection::vec(1usize..700, 1..5),
        offset in 0usize..66, noise in any::<u64>(),
    ) {
        let mut due = WARM_UP;
        let frames: Vec<(u64, Vec<u8>)> = lengths.iter().enumerate().map(|(n, (length, gap))| {
            due += gap;
            (due, frame(*length, n as u32))
        }).collect();
        let octets = WARM_UP as usize + lengths.iter().map(|(l, g)| l + 40 + *g as usize).sum::<usize>();
        let mut line = vec![0; octets * 34 / 33 + 100];
        let (mut source, mut queue) = (TenGigSource::default(), Queue::at(frames.clone()));
        let mut at = 0;
        for part in ask.iter().cycle() {
            let end = line.len().min(at + part);
            source.fill(&mut line[at..end], &mut queue);
            at = end;
            if at == line.len() {
                break;
            }
        }
        let mut whole = vec![0; line.len()];
        TenGigSource::default().fill(&mut whole, &mut Queue::at(frames.clone()));
        prop_assert!(line == whole, "pieces do not matter");
        // Some bits of another stream before ours.
        let mut moved = delay(&line, offset);
        for (n, octet) in moved.iter_mut().enumerate().take(offset / 8) {
            *octet = (noise >> (8 * n)) as u8;
        }
        let mut sink = TenGigSink::default();
        let mut found = Heard::default();
        let mut rest = &moved[..];
        for part in give.iter().cycle() {
            let (first, after) = rest.split_at(rest.len().min(*part));
            sink.push(first, &mut |e| found.take(e));
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        prop_assert!(found.octets() == frames.iter().map(|f| f.1.clone()).collect::<Vec<_>>());
        prop_assert!(found.broken.is_empty() && found.faults.is_empty());
        for ((position, _), (due, _)) in found.frames.iter().zip(&frames) {
            prop_assert!(position + 9 >= *due, "{} {}", position, due);
        }
    }

    #[test]
    fn any_octets_are_borne(octets in proptest::collection::vec(any::<u8>(), 0..5_000)) {
        let mut sink = TenGigSink::default();
        sink.push(&octets, &mut |_| {});
        let line = sent(&mut Queue::default(), 3_000);
        let mut mixed = line.clone();
        mixed.extend(octets);
        sink.push(&mixed, &mut |_| {});
        sink.push(&line, &mut |_| {});
    }
}

/// Each bit of a stretch of stream wrong once: what comes out with a right FCS is what was sent.
#[test]
fn a_wrong_bit_never_makes_a_wrong_frame() {
    let frames: Vec<Vec<u8>> = (0..6).map(|n| frame(60 + n, n as u32)).collect();
    let mut queue = Queue::at(frames.iter().map(|f| (WARM_UP, f.clone())));
    let line = sent(&mut queue, WARM_UP as usize + 900);
    let mut ready = TenGigSink::default();
    assert_eq!(heard(&mut ready, &line[..WARM_UP as usize]), Heard::default());
    assert!(ready.is_locked());
    let tail = &line[WARM_UP as usize..];
    assert_eq!(heard(&mut ready.clone(), tail).octets(), frames);
    for bit in 0..tail.len() * 8 {
        let mut wrong = tail.to_vec();
        wrong[bit / 8] ^= 0x80 >> (bit % 8);
        let mut sink = ready.clone();
        let found = heard(&mut sink, &wrong);
        // The frames that came through, in order, are some of those sent.
        let mut expected = frames.iter();
        assert!(found.good().all(|f| expected.any(|e| e == f)), "bit {bit}");
        // Three wrong bits behind the descrambler reach two frames at most, and a lost boundary the
        // one behind it.
        assert!(found.good().count() + 3 >= frames.len(), "bit {bit}");
        assert!(sink.sync_counters().lock_losses == 0);
    }
}

#[test]
fn a_slip_loses_lock_and_finds_it_again() {
    let frames: Vec<(u64, Vec<u8>)> =
        (0..60).map(|n| (n * 1_000 + 100, frame(500, n as u32))).collect();
    let line = sent(&mut Queue::at(frames), 60_000);
    let mut sink = TenGigSink::default();
    let first = heard(&mut sink, &line[..30_000]);
    let second = heard(&mut sink, &advance(&line[30_000..], 5));
    let counters = sink.sync_counters();
    assert_eq!((counters.locks, counters.lock_losses), (2, 1));
    assert!(first.frames.len() > 25 && second.frames.len() > 20);
    assert!(second.good().count() + 3 >= second.frames.len());
    assert!(counters.bad_headers >= 16);
}

//= type=test g709:17.7.4-lf-block
#[test]
fn a_fault_replaces_frames() {
    let mut source = TenGigSource::default();
    let mut queue = Queue::at_once([frame(100, 1)]);
    source.send_fault(Some(LinkFault::Local));
    let mut line = vec![0; 9_000];
    source.fill(&mut line, &mut queue);
    let mut sink = TenGigSink::default();
    assert_eq!(heard(&mut sink, &line).faults, [Some(LinkFault::Local)]);
    source.send_fault(None);
    source.fill(&mut line, &mut queue);
    let found = heard(&mut sink, &line);
    assert_eq!((found.octets(), found.faults), (vec![frame(100, 1)], vec![None]));
}
