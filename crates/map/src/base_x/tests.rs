//! 1000BASE-X end to end: any frames, any bit offset, damaged lines, and a naive reader.

use super::*;
use crate::code8b10b::{Decoded, Decoder, Encoder};
use crate::ethernet::MacQueue;
use otn_testkit::bits;
use proptest::prelude::*;
use std::collections::VecDeque;
use std::vec;
use std::vec::Vec;

/// Frames that wait, the first one from octet `from` of the line on.
struct Waiting {
    frames: VecDeque<Vec<u8>>,
    current: Vec<u8>,
    from: u64,
}

fn waiting(frames: &[Vec<u8>], from: u64) -> Waiting {
    Waiting { frames: frames.iter().cloned().collect(), current: Vec::new(), from }
}

impl MacQueue for Waiting {
    fn next(&mut self, position: u64) -> Option<&[u8]> {
        if position < self.from {
            return None;
        }
        self.current = self.frames.pop_front()?;
        Some(&self.current)
    }
}

fn sent(frames: &[Vec<u8>], from: u64, octets: usize, piece: usize) -> Vec<u8> {
    let (mut source, mut queue) = (Source::new(), waiting(frames, from));
    let mut line = vec![0; octets];
    line.chunks_mut(piece).for_each(|part| source.fill(part, &mut queue));
    line
}

fn symbols(line: &[u8]) -> Vec<Symbol> {
    let mut decoder = Decoder::new();
    bits::from_bytes(line)
        .chunks_exact(10)
        .map(|group| match decoder.decode(bits::to_number(group) as u16) {
            Decoded::Valid(symbol) => symbol,
            other => panic!("{other:?}"),
        })
        .collect()
}

/// Groups as on the line, from negative disparity.
fn coded(symbols: &[Symbol]) -> Vec<u8> {
    let mut encoder = Encoder::new();
    let bits: Vec<bool> = symbols
        .iter()
        .flat_map(|symbol| bits::from_number(u64::from(encoder.encode(*symbol)), 10))
        .collect();
    bits::to_bytes(&bits)
}

type Heard = (Vec<u8>, bool);
type Place = (u64, Vec<u8>);

fn received(line: &[u8], piece: usize) -> (Vec<Heard>, Vec<Place>, Sink) {
    let mut sink = Sink::new();
    let (mut frames, mut places) = (Vec::new(), Vec::new());
    for part in line.chunks(piece) {
        sink.push(part, &mut |event| {
            if let Event::Frame(frame) = event {
                frames.push((frame.octets.to_vec(), frame.errored));
                places.push((frame.position, frame.octets.to_vec()));
            }
        });
    }
    (frames, places, sink)
}

fn any_frames() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..120), 0..12)
}

proptest! {
    //= type=test ieee802.3:36.2.4.11-ordered-sets
    //= type=test ieee802.3:36.2.4.14-extend
    //= type=test ieee802.3:4.4.2-gap
    //= type=test ieee802.3:36.2.4.12-idle-disparity
    #[test]
    fn what_is_sent_is_sets_at_even_places_with_frames_and_gaps(
        frames in any_frames(),
        piece in 1usize..300,
    ) {
        let line = sent(&frames, 0, 3_000, piece);
        let (k, r, t) = (COMMA, EXTEND, TERMINATE);
        // The naive reader: cut at the start of packet, look at what stands between.
        let all = symbols(&line);
        let starts: Vec<usize> = (0..all.len()).filter(|n| all[*n] == START).collect();
        prop_assert_eq!(starts.len(), frames.len());
        for (n, (start, frame)) in starts.iter().zip(&frames).enumerate() {
            prop_assert_eq!(start % 2, 0);
            let mut expected = [0x55; 6].map(Symbol::Data).to_vec();
            expected.push(Symbol::Data(0xD5));
            expected.extend(frame.iter().map(|octet| Symbol::Data(*octet)));
            expected.extend([t, r]);
            if (start + 1 + expected.len()) % 2 == 1 {
                expected.push(r);
            }
            let behind = start + 1 + expected.len();
            prop_assert_eq!(&all[start + 1..behind], &expected[..]);
            let end = starts.get(n + 1).copied().unwrap_or(all.len());
            let gap = end - (start + 8 + frame.len());
            prop_assert!(n + 1 == starts.len() || (12..=13).contains(&gap), "{}", gap);
            // The first idle mends the disparity, the others keep it.
            let idles: Vec<&[Symbol]> = all[behind..end].chunks_exact(2).collect();
            for (n, idle) in idles.iter().enumerate() {
                prop_assert_eq!(idle[0], k);
                let turning = idle[1] == Symbol::data(5, 6);
                prop_assert!(turning || idle[1] == Symbol::data(16, 2));
                prop_assert!(n == 0 || !turning);
            }
        }
    }

    //= type=test ieee802.3:36.2.5.2.2-reception
    #[test]
    fn frames_come_back_at_any_bit_offset(
        frames in any_frames(),
        offset in 0usize..40,
        tx_piece in 1usize..300,
        rx_piece in 1usize..300,
    ) {
        // Eight octets hold three idles, which synchronise the sink.
        let line = bits::delay(&sent(&frames, 16, 3_000, tx_piece), offset);
        let (heard, places, sink) = received(&line, rx_piece);
        let expected: Vec<Heard> = frames.iter().map(|frame| (frame.clone(), false)).collect();
        prop_assert_eq!(heard, expected);
        let counters = sink.counters();
        prop_assert_eq!(counters.symbols.frames, frames.len() as u64);
        prop_assert_eq!((counters.symbols.invalid, counters.symbols.stray), (0, 0));
        prop_assert_eq!(counters.synchronisation_losses, 0);
        // A frame's position is that of the octet where its start of packet begins.
        for (position, frame) in places {
            let bit = (position as usize..).map(|octet| 8 * octet).next().unwrap();
            let found = (bit..bit + 8).any(|bit| {
                let group = bits::read(&line, bit, 10);
                [0b1101101000, 0b0010010111].contains(&group)
            });
            prop_assert!(found, "{} {:?}", position, frame);
        }
    }

    //= type=test ieee802.3:36.2.5.2.2-reception
    #[test]
    fn one_wrong_bit_harms_one_frame_at_most(
        frames in any_frames(),
        wrong in 40usize * 8..24_000,
        piece in 1usize..300,
    ) {
        let mut line = sent(&frames, 40, 3_000, 300);
        line[wrong / 8] ^= 0x80 >> (wrong % 8);
        let (heard, _, sink) = received(&line, piece);
        let expected: Vec<Heard> = frames.iter().map(|frame| (frame.clone(), false)).collect();
        let before = heard.iter().zip(&expected).take_while(|(a, b)| a == b).count();
        let behind = &expected[expected.len().min(before + 1)..];
        prop_assert!(heard.ends_with(behind), "{before} of {}", expected.len());
        prop_assert_eq!(sink.counters().synchronisation_losses, 0);
        // A line that is wrong somewhere has shown it by its end.
        let counters = sink.counters();
        prop_assert!(wrong > 23_900 || counters.symbols.invalid > 0);
    }
}

fn idles(count: usize) -> Vec<Symbol> {
    [COMMA, IDLE_KEEPING].repeat(count)
}

fn packet(octets: &[u8]) -> Vec<Symbol> {
    let mut symbols = vec![START];
    symbols.extend([0x55; 6].map(Symbol::Data));
    symbols.push(Symbol::Data(0xD5));
    symbols.extend(octets.iter().map(|octet| Symbol::Data(*octet)));
    symbols
}

/// A packet of `octets` with `middle` after the fourth one and `end`, between idles.
fn line_of(octets: &[u8], middle: &[Symbol], end: &[Symbol]) -> Vec<u8> {
    let mut all = idles(8);
    let mut packet = packet(octets);
    packet.splice(12..12, middle.iter().copied());
    all.extend(packet);
    all.extend_from_slice(end);
    if all.len() % 2 == 1 {
        all.push(EXTEND);
    }
    all.extend(idles(8));
    coded(&all)
}

//= type=test ieee802.3:36.2.5.2.2-reception
#[test]
fn error_propagation_and_wrong_ends_make_a_frame_errored() {
    let octets = [1, 2, 3, 4, 5, 6, 7, 8];
    let heard = |middle: &[Symbol], end: &[Symbol]| received(&line_of(&octets, middle, end), 9).0;
    assert_eq!(heard(&[], &[TERMINATE, EXTEND]), [(octets.to_vec(), false)]);
    let with_error = vec![1, 2, 3, 4, 0, 5, 6, 7, 8];
    assert_eq!(heard(&[ERROR], &[TERMINATE, EXTEND]), [(with_error, true)]);
    assert_eq!(heard(&[], &[]), [(octets.to_vec(), true)], "no end of packet");
    assert_eq!(heard(&[], &[TERMINATE]), [(octets.to_vec(), false)], "an extend was added");
    let idle = [TERMINATE, EXTEND, COMMA, IDLE_KEEPING, EXTEND];
    assert_eq!(heard(&[], &idle).len(), 1);
    let data = [TERMINATE, Symbol::Data(0), EXTEND];
    assert_eq!(heard(&[], &data), [(octets.to_vec(), true)], "data behind the end");
}

//= type=test ieee802.3:36.2.5.2.2-reception
#[test]
fn an_invalid_group_makes_a_frame_errored_and_four_lose_synchronisation() {
    let octets: Vec<u8> = (0..100).collect();
    let clean = line_of(&octets, &[], &[TERMINATE, EXTEND]);
    let damaged = |groups: std::ops::Range<usize>| {
        let mut bits = bits::from_bytes(&clean);
        bits[10 * groups.start..10 * groups.end].fill(false);
        bits::to_bytes(&bits)
    };
    let (heard, _, sink) = received(&damaged(40..41), 13);
    assert!(heard[0].1);
    assert_eq!(heard[0].0.len(), octets.len());
    assert_eq!(sink.counters().synchronisation_losses, 0);
    let (heard, _, sink) = received(&damaged(40..60), 13);
    assert!(heard[0].1);
    assert_eq!(sink.counters().synchronisation_losses, 1);
    assert!(sink.synchronisation().is_synchronised(), "the idles behind synchronise again");
}

//= type=test g709:17.7.1.1-link-fault
#[test]
fn link_fault_is_error_propagation_without_end_and_is_heard() {
    let frames = vec![vec![7; 64]; 3];
    let (mut source, mut queue) = (Source::new(), waiting(&frames, 0));
    let mut line = vec![0; 2_000];
    source.fill(&mut line[..40], &mut queue);
    source.set_link_fault(true);
    source.fill(&mut line[40..1_000], &mut queue);
    source.set_link_fault(false);
    source.fill(&mut line[1_000..], &mut queue);
    let sent = symbols(&line);
    assert!(sent[120..790].iter().all(|symbol| *symbol == ERROR));
    assert_eq!(sent.iter().filter(|symbol| **symbol == START).count(), 3);

    let mut all = coded(&idles(8));
    all.extend(&line);
    let (mut frames, mut faults) = (0, Vec::new());
    Sink::new().push(&all, &mut |event| match event {
        Event::Frame(frame) => frames += usize::from(!frame.errored),
        Event::LinkFault(present) => faults.push(present),
        Event::Configuration(_) | Event::Synchronised(_) => {}
    });
    assert_eq!((frames, faults), (3, vec![true, false]));
}

//= type=test ieee802.3:36.2.4.10-configuration
#[test]
fn configuration_sets_are_reported_once_each_value() {
    let set = |n: usize, register: u16| {
        let [low, high] = register.to_le_bytes().map(Symbol::Data);
        [COMMA, CONFIGURATION[n % 2], low, high]
    };
    let mut all = idles(8);
    (0..10).for_each(|n| all.extend(set(n, 0x4020)));
    (0..10).for_each(|n| all.extend(set(n, 0x0001)));
    all.extend(idles(4));
    (0..10).for_each(|n| all.extend(set(n, 0x0001)));
    let (mut sink, mut registers) = (Sink::new(), Vec::new());
    sink.push(&coded(&all), &mut |event| {
        if let Event::Configuration(register) = event {
            registers.push(register);
        }
    });
    assert_eq!(registers, [0x4020, 0x0001, 0x0001]);
    assert_eq!(sink.counters().symbols.configurations, 30);
}
