//! Two end points and the way between them, frame by frame.

use super::*;
use otn_frame::{PartsPerBillion, Signal};
use proptest::prelude::*;
use std::collections::VecDeque;
use std::vec::Vec;

const WORKS: [bool; LEVELS] = [false; LEVELS];
const PATH: DelayLevel = DelayLevel::Path;

fn initiator(level: DelayLevel, persistency: u8) -> DelayProcess {
    let mut process = DelayProcess::default();
    process.set_role(level, DelayRole::Initiator);
    process.set_persistency(level, persistency);
    process
}

/// Receives an octet; gives the result, if any.
fn take(process: &mut DelayProcess, octet: u8) -> Option<DelayResult> {
    let mut found = None;
    process.receive(octet, WORKS, |result| found = Some(result));
    found
}

/// The time from one initiator over a far end and back, on a clock of frames: what was sent at the
/// start of frame n comes back `delay` later.
fn round_trip(signal: Signal, delay: SimTime, persistency: u8) -> Option<u32> {
    let clock = FrameClock::new(signal, PartsPerBillion::default());
    let (mut near, mut far) = (initiator(PATH, persistency), DelayProcess::default());
    far.set_role(PATH, DelayRole::LoopBack);
    let mut way: VecDeque<(SimTime, u8)> = VecDeque::new();
    // Before the first frame the way carries zeros.
    take(&mut near, 0);
    for n in 0..4_000 {
        let now = clock.frame_start(n);
        while let Some((_, octet)) = way.pop_front_if(|(at, _)| *at <= now) {
            if let Some(result) = take(&mut near, octet) {
                assert_eq!(near.results(PATH).last, Some(result.frames));
                return Some(result.frames);
            }
        }
        if n == 10 {
            near.start(PATH);
        }
        assert_eq!(take(&mut far, near.send(0)), None);
        way.push_back((now + delay, far.send(0)));
    }
    None
}

/// Conformance case 72: 979 µs are 80 or 81 frames of ODU2, and 838 or 839 of ODU4.
//= type=test g709:15.8.2-delay-process
#[test]
fn a_hundred_kilometres_there_and_back() {
    let delay = SimTime::from_ns(979_000);
    for persistency in [0, 3, 255] {
        assert!(matches!(round_trip(Signal::Odu2, delay, persistency), Some(80 | 81)));
        assert!(matches!(round_trip(Signal::Odu4, delay, persistency), Some(838 | 839)));
    }
    let clock = FrameClock::new(Signal::Odu2, PartsPerBillion::default());
    // 80 x 12.191 36 µs
    assert_eq!(duration(80, &clock).as_ns(), 975_308);
}

/// Conformance case 73a. The rows of the example, the newest bit first: the inversion was sent nine
/// frames ago, and three frames of it have come.
//= type=test g709:15.8.2-delay-process
//= type=test g798:14.2-dm-persistency
#[test]
fn the_published_example_gives_six_frames() {
    let sent = [1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    let received = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    let mut process = initiator(PATH, 2);
    let mut results = Vec::new();
    for at in (0..sent.len()).rev() {
        // The row of what is received begins with the frame before the first one sent.
        if at == 8 {
            process.start(PATH);
        }
        let octet = process.send(0);
        assert_eq!(DM_PATH.get(octet), sent[at], "{at} frames before the last");
        results.extend(take(&mut process, DM_PATH.set(0, received[at])));
    }
    assert_eq!(results, [DelayResult { level: PATH, frames: 6 }]);
}

#[test]
fn each_bit_is_at_its_place_and_what_passes_stays() {
    let places: Vec<u8> = DelayLevel::all().map(|level| level.bit().mask()).collect();
    assert_eq!(places, [0x02, 0x80, 0x40, 0x20, 0x10, 0x08, 0x04]);
    for level in DelayLevel::all() {
        let mut looped = DelayProcess::default();
        looped.set_role(level, DelayRole::LoopBack);
        let own = level.bit().mask();
        for octet in 0..=255 {
            assert_eq!(DelayProcess::default().send(octet), octet);
            take(&mut looped, octet);
            assert_eq!(looped.send(!octet), (octet & own) | (!octet & !own));
        }
    }
}

/// Conformance case 73.
//= type=test g798:14.2-dm-abandoned
#[test]
fn a_failed_return_path_gives_no_result_and_no_stale_one() {
    let mut process = initiator(PATH, 0);
    take(&mut process, 0);
    process.start(PATH);
    assert_eq!(DM_PATH.get(process.send(0)), 1);
    assert_eq!(take(&mut process, 0xFF).map(|r| r.frames), Some(0));
    // The second one meets ODU-AIS: all ones, then the inversion (1 to 0) is past.
    process.start(PATH);
    assert_eq!(DM_PATH.get(process.send(0)), 0);
    let mut failed = WORKS;
    failed[PATH.index()] = true;
    for octet in [0xFF, 0x00, 0xFF] {
        process.receive(octet, failed, |result| panic!("{result:?}"));
        assert_eq!(DM_PATH.get(process.send(0)), 0, "the new value stays");
    }
    let results = *process.results(PATH);
    assert_eq!((results.last, results.measured, results.abandoned), (None, 1, 1));
    assert_eq!((results.min, results.max), (Some(0), Some(0)));
    // Another one waits until the value of before has come back.
    process.start(PATH);
    for late in [1, 1] {
        assert_eq!(take(&mut process, DM_PATH.set(0, late)), None);
        assert_eq!(DM_PATH.get(process.send(0)), 0);
    }
    assert_eq!(take(&mut process, 0), None);
    assert_eq!(DM_PATH.get(process.send(0)), 1);
    assert_eq!(process.waiting(PATH), Some(0));
    process.signal_fail();
    assert_eq!((process.waiting(PATH), process.results(PATH).abandoned), (None, 2));
}

/// A wrong bit on the way must not end a measurement, nor lengthen it.
//= type=test g798:14.2-dm-persistency
#[test]
fn the_inverted_value_has_to_stand() {
    let run = |received: &[u8]| {
        let mut process = initiator(PATH, 3);
        take(&mut process, 0);
        process.start(PATH);
        let mut results = Vec::new();
        for bit in received {
            process.send(0);
            results.extend(take(&mut process, DM_PATH.set(0, *bit)).map(|r| r.frames));
        }
        results
    };
    assert_eq!(run(&[0, 1, 1, 1]), [], "three of four");
    assert_eq!(run(&[0, 1, 1, 1, 1]), [1]);
    assert_eq!(run(&[0, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1]), [7]);
}

#[test]
fn measurements_repeat_and_keep_least_and_most() {
    let level = TcmLevel::new(4).map(DelayLevel::Tandem).unwrap();
    let mut process = initiator(level, 0);
    process.set_interval(level, Some(50));
    let mut way: VecDeque<u8> = [0; 5].into();
    for n in 0..500 {
        // The way gets a frame longer in the middle.
        if n == 240 {
            way.push_back(process.send(0));
        }
        way.push_back(process.send(0));
        take(&mut process, way.pop_front().unwrap());
    }
    let results = process.results(level);
    assert_eq!((results.measured, results.abandoned), (10, 0));
    assert_eq!((results.min, results.max, results.last), (Some(5), Some(6), Some(6)));
}

proptest! {
    /// Seven levels with ends in different places, each over its own way, at one time.
    //= type=test g709:15.8.2-delay-process
    #[test]
    fn every_level_measures_its_own_way(
        delays in prop::array::uniform7(0usize..300),
        persistency in prop::array::uniform7(0u8..=255),
        started in prop::array::uniform7(0usize..40),
        first in 0u8..=255,
        reserved in 0u8..=1,
    ) {
        let mut process = DelayProcess::default();
        for (level, p) in DelayLevel::all().zip(persistency) {
            process.set_role(level, DelayRole::Initiator);
            process.set_persistency(level, p);
        }
        // One of them only loops back, and nobody asks it.
        let quiet = DelayLevel::Tandem(TcmLevel::new(1 + first % 6).unwrap());
        process.set_role(quiet, DelayRole::LoopBack);
        let mut sent: Vec<u8> = Vec::new();
        let mut results = Vec::new();
        for n in 0..700usize {
            for (level, at) in DelayLevel::all().zip(started) {
                if n == at {
                    process.start(level);
                }
            }
            let octet = process.send(layout_reserved(reserved));
            prop_assert_eq!(octet & 1, reserved);
            sent.push(octet);
            let back = DelayLevel::all().zip(delays).fold(0, |octet, (level, delay)| {
                let value = n.checked_sub(delay).map_or(0, |then| level.bit().get(sent[then]));
                level.bit().set(octet, value)
            });
            process.receive(back, WORKS, |result| results.push(result));
        }
        for (level, delay) in DelayLevel::all().zip(delays) {
            let of: Vec<u32> = results.iter().filter(|r| r.level == level).map(|r| r.frames).collect();
            let expected = if level == quiet { Vec::new() } else { std::vec![delay as u32] };
            prop_assert_eq!(of, expected);
        }
    }

    /// Whatever comes, nothing breaks, and there are never more results than starts.
    #[test]
    fn any_octets_are_survived(octets in prop::collection::vec((0u8..=255, 0u8..=127), 0..300)) {
        let mut process = DelayProcess::default();
        DelayLevel::all().for_each(|level| process.set_role(level, DelayRole::Initiator));
        DelayLevel::all().for_each(|level| process.set_persistency(level, 0));
        let (mut starts, mut results) = (0, 0);
        for (octet, failed) in octets {
            process.start(PATH);
            starts += 1;
            process.send(octet);
            let failed = core::array::from_fn(|at| failed >> at & 1 == 1);
            process.receive(octet, failed, |_| results += 1);
        }
        prop_assert!(results <= starts);
    }
}

/// An octet in which only the reserved bit is this.
fn layout_reserved(bit: u8) -> u8 {
    otn_frame::layout::DM_RES.set(0, bit)
}
