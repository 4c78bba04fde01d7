//! dLOS and dAIS at their limits, on real lines and on lines whose clock is bent to hit a picosecond.

use super::*;
use crate::align::{Aligner, Step};
use crate::integrate::{Clearing, LossIntegrator};
use otn_frame::layout::{OTU_BITS, OTU_COLS, OTU_OCTETS};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, scrambler};
use otn_map::pn11::Pn11Source;
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

type Events = Vec<(SimTime, Defect, bool)>;

/// Ten nanoseconds a bit: 100 us are 10 000 bits, 125 us are 12 500.
fn tens(bit: u64) -> SimTime {
    SimTime::from_ns(bit * 10)
}

/// Octets of these numbers of equal bits in turn, zeros first; whole octets of them.
fn runs(lengths: &[usize]) -> Vec<u8> {
    let mut list = Vec::new();
    for (number, &length) in lengths.iter().enumerate() {
        list.resize(list.len() + length, number % 2 == 1);
    }
    list.truncate(list.len() / 8 * 8);
    otn_testkit::bits::to_bytes(&list)
}

fn pushed(octets: &[u8], piece: usize, date: &impl Fn(u64) -> SimTime) -> Events {
    let (mut monitor, mut events) = (LineMonitor::new(), vec![]);
    for (number, part) in octets.chunks(piece).enumerate() {
        let first_bit = bits(number * piece);
        monitor.push(part, first_bit, date, &mut |at, defect, raised| {
            events.push((at, defect, raised));
        });
    }
    events
}

/// dLOS bit by bit, in units of a bit of 10 ns.
fn naive(octets: &[u8]) -> Events {
    let list = otn_testkit::bits::from_bytes(octets);
    let (mut quiet, mut bright, mut lost) = (0, Some(0), false);
    let mut events = vec![];
    for bit in 0..=list.len() {
        // The bits before this one are over: what is true now that they are?
        if quiet == 10_000 {
            bright = None;
            if !lost {
                lost = true;
                events.push((tens(bit as u64), Defect::Los, true));
            }
        }
        if lost && bright == Some(12_500) {
            lost = false;
            events.push((tens(bit as u64), Defect::Los, false));
        }
        let transition = bit > 0 && bit < list.len() && list[bit] != list[bit - 1];
        if transition {
            quiet = 0;
            bright = bright.or(Some(0));
        }
        quiet += 1;
        bright = bright.map(|bits| bits + 1);
    }
    events
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    //= type=test g798:6.2.1.2-los-raise
    //= type=test g798:6.2.1.2-los-clear
    #[test]
    fn any_runs_in_any_pieces_are_judged_as_bit_by_bit(
        lengths in prop::collection::vec(
            prop_oneof![1usize..40, 9_990usize..10_010, 12_480usize..12_520, 1usize..30_000],
            1..30,
        ),
        piece in 1usize..5_000,
    ) {
        let octets = runs(&lengths);
        let expected = naive(&octets);
        prop_assert_eq!(pushed(&octets, piece, &tens), expected);
    }

    /// First and last transition of any octets, against a list of bits.
    #[test]
    fn transitions_are_those_of_the_bits(
        octets in prop::collection::vec(prop_oneof![Just(0u8), Just(255u8), any::<u8>()], 1..9),
        before in any::<Option<bool>>(),
    ) {
        let list = otn_testkit::bits::from_bytes(&octets);
        let mut found = vec![];
        for bit in 0..list.len() {
            let earlier = if bit == 0 { before } else { Some(list[bit - 1]) };
            if earlier.is_some_and(|earlier| earlier != list[bit]) {
                found.push(bit as u64);
            }
        }
        let expected = found.first().copied().zip(found.last().copied());
        prop_assert_eq!(transitions(before, &octets), expected);
    }
}

/// The second transition comes `gap` after the first, at whatever bits they are.
fn bent(first: u64, second: u64, gap: SimTime) -> impl Fn(u64) -> SimTime {
    move |bit| match bit {
        _ if bit <= first => tens(bit),
        _ if bit >= second => tens(first) + gap + tens(bit - second),
        _ => tens(first) + SimTime::from_ps(gap.as_ps() * (bit - first) / (second - first)),
    }
}

//= type=test g798:6.2.1.2-los-raise
#[test]
fn one_picosecond_short_of_100_us_is_no_loss_and_100_us_are() {
    for dark in [0x00, 0xFF] {
        let mut octets = vec![0x55; 4_000];
        octets[1_000..2_500].fill(dark);
        // The last transition is into the dark, or into the bit before it, which is a one.
        let last = if dark == 0 { 8_000 } else { 7_999 };
        let next = if dark == 0 { 20_001 } else { 20_000 };
        for (gap, raised) in [(99_999_999, false), (100_000_000, true), (100_000_001, true)] {
            let date = bent(last, next, SimTime::from_ps(gap));
            let events = pushed(&octets, 700, &date);
            let at = date(last) + SimTime::from_ns(100_000);
            let clear = date(next) + SimTime::from_ns(125_000);
            let los = Defect::Los;
            let expected = [(at, los, true), (clear, los, false)];
            let seen = usize::from(raised) * (1 + usize::from(clear <= date(32_000)));
            assert_eq!(events, expected[..seen], "{gap} ps of {dark:02X}");
        }
    }
}

//= type=test g798:6.2.1.2-los-clear
#[test]
fn signal_that_lasts_one_picosecond_short_of_125_us_does_not_clear() {
    // Dark from the start, bright from bit 12 001 on, dark again from the transition to bit 16 000 on.
    let mut octets = vec![0x00; 8_000];
    octets[1_500..2_000].fill(0x55);
    octets[2_000..].fill(0xFF);
    let (first, last, los) = (12_001, 15_999, Defect::Los);
    let start = date_of_start();
    // What counts is that at 125 us less than 100 us of dark were over: 25 us of light and more.
    for (lasts, clears) in [(24_999_999, false), (25_000_000, false), (25_000_001, true)] {
        let date = bent(first, last, SimTime::from_ps(lasts));
        let mut expected = vec![(start, los, true)];
        if clears {
            expected.push((date(first) + LOS_CLEAR, los, false));
            expected.push((date(last) + LOS_RAISE, los, true));
        }
        assert_eq!(pushed(&octets, 900, &date), expected, "{lasts} ps");
    }
    // And at the end of all bits: one picosecond early, and in time.
    octets.truncate(2_000);
    octets[1_500..].fill(0x55);
    for (lasts, clears) in [(124_999_999, false), (125_000_000, true)] {
        let date = bent(first, 16_000, SimTime::from_ps(lasts));
        let mut expected = vec![(start, los, true)];
        expected.extend(clears.then(|| (date(first) + LOS_CLEAR, los, false)));
        assert_eq!(pushed(&octets, 900, &date), expected, "{lasts} ps");
    }
}

fn date_of_start() -> SimTime {
    SimTime::from_ns(100_000)
}

/// A receiver's word, alone and together with what the bits show.
//= type=test g798:6.2.1.2-los-told
#[test]
fn a_receiver_that_says_lost_is_believed_while_it_says_so() {
    let (mut monitor, mut events) = (LineMonitor::new(), vec![]);
    let mut note = |at, defect, raised| events.push((at, defect, raised));
    monitor.signal_lost(tens(5), true, &mut note);
    monitor.signal_lost(tens(6), true, &mut note);
    monitor.push(&[0; 2_000], 0, &tens, &mut note);
    assert!(monitor.loss_of_signal());
    // The bits are still dark.
    monitor.signal_lost(tens(16_000), false, &mut note);
    monitor.push(&[0x55; 2_000], 16_000, &tens, &mut note);
    assert!(!monitor.loss_of_signal());
    monitor.signal_lost(tens(40_000), true, &mut note);
    monitor.signal_lost(tens(40_001), false, &mut note);
    let clear = tens(16_001) + LOS_CLEAR;
    let expected = [(5, true), (28_501, false), (40_000, true), (40_001, false)];
    assert_eq!(clear, tens(28_501));
    assert_eq!(events, expected.map(|(bit, raised)| (tens(bit), Defect::Los, raised)));
}

/// Where the bits of a sink go: to the monitor, and by the alignment to dLOF.
fn received(signal: Signal, line: &[u8]) -> Events {
    let clock = FrameClock::new(signal, PartsPerBillion::default());
    let date = |bit| clock.bit_start(bit);
    let (mut monitor, mut events) = (LineMonitor::new(), vec![]);
    let mut lof = LossIntegrator::new(Clearing::Integrated);
    let mut aligner = Aligner::<OTU_COLS>::new();
    let mut frame = OtuFrame::zeroed();
    lof.update(date(0), true);
    for part in line.chunks(10_000) {
        aligner.push(part);
        loop {
            let mut note = |at, defect, raised| events.push((at, defect, raised));
            let (now, oof) = match aligner.next_frame(&mut frame) {
                Step::Starved => break,
                Step::Searched => {
                    let from = aligner.position() - OTU_BITS;
                    let octets = &aligner.octets_from(from)[..OTU_OCTETS];
                    monitor.push(octets, from, &date, &mut note);
                    (date(aligner.position()), true)
                }
                Step::Frame(info) => {
                    if info.fas_intact {
                        monitor.intact_frame(frame.octets(), info.start_bit, &date, &mut note);
                    } else {
                        monitor.push(frame.octets(), info.start_bit, &date, &mut note);
                    }
                    (date(info.start_bit), !info.in_frame)
                }
            };
            if let Some(at) = lof.update(now, oof) {
                events.push((at, Defect::Lof, lof.raised()));
            }
        }
    }
    events
}

fn frames(count: usize) -> Vec<u8> {
    let mut line = vec![];
    for number in 0..count {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(number as u8);
        scrambler::scramble(&mut frame);
        line.extend_from_slice(frame.octets());
    }
    line
}

fn bit_of(signal: Signal, bit: u64) -> SimTime {
    FrameClock::new(signal, PartsPerBillion::default()).bit_start(bit)
}

/// Conformance case 9: 9.2 us after the frame that is none begins, and 9.2 us to clear.
//= type=test g798:6.2.6.3.1-pn11-interval-end
//= type=test g798:line-ais
#[test]
fn pn11_is_ais_after_three_intervals_long_before_lof() {
    let signal = Signal::Otu1;
    let lost = 4 * OTU_BITS;
    let mut line = frames(4);
    let mut ais = vec![0; 80 * OTU_OCTETS];
    Pn11Source::new().fill(&mut ais);
    line.extend(ais);
    let back = bits(line.len());
    line.extend(frames(4));
    let events = received(signal, &line);
    let of = |wanted| events.iter().filter(move |e| e.1 == wanted).map(|e| (e.0, e.2));
    let raised = bit_of(signal, lost + 3 * 8_192);
    let nine_us = raised.since(bit_of(signal, lost));
    assert_eq!(nine_us.as_ns(), 9_218, "9.22 us in the fact sheet");
    // The intervals go on from the first one: the first that is wholly framed is the next.
    let whole = (back - lost).div_ceil(8_192) * 8_192 + lost;
    let cleared = bit_of(signal, whole + 3 * 8_192);
    assert!(of(Defect::OtuAis).eq([(raised, true), (cleared, false)]), "{events:?}");
    // Frame 5 of the wrong ones begins four frames later.
    let oof = bit_of(signal, lost + 4 * OTU_BITS);
    assert_eq!(of(Defect::Lof).next(), Some((oof + SimTime::from_ms(3), true)));
    assert_eq!(of(Defect::Los).count(), 0);
}

/// An intact frame ends the row of intervals: two before and two behind it are not four.
//= type=test g798:line-ais
#[test]
fn a_frame_in_between_starts_the_intervals_anew() {
    let date = |bit| bit_of(Signal::Otu2, bit);
    let mut sequence = vec![0; 3 * 1_024];
    Pn11Source::new().fill(&mut sequence);
    let (mut monitor, mut events) = (LineMonitor::new(), vec![]);
    let mut note = |at, defect, raised| events.push((at, defect, raised));
    let frame = frames(1);
    monitor.push(&sequence[..2 * 1_024], 0, &date, &mut note);
    monitor.intact_frame(&frame, 2 * 8_192, &date, &mut note);
    let behind = 2 * 8_192 + OTU_BITS;
    monitor.push(&sequence[..2 * 1_024], behind, &date, &mut note);
    assert!(!monitor.ais());
    monitor.push(&sequence[2 * 1_024..], behind + 2 * 8_192, &date, &mut note);
    assert!(monitor.ais());
    assert_eq!(events, [(date(behind + 3 * 8_192), Defect::OtuAis, true)]);
}

/// Conformance case 11: dLOS at 100 us, dLOF at 3 ms, never dAIS; also from the first bit on.
//= type=test g798:6.2.1.2-los-raise
//= type=test g798:6.2.1.2-los-clear
//= type=test g798:6.2.6.3.1-pn11-ones
#[test]
fn a_dark_line_is_los_and_then_lof_and_never_ais() {
    for signal in [Signal::Otu1, Signal::Otu2] {
        for dark in [0x00, 0xFF] {
            let mut line = frames(6);
            // In the middle of a frame, and of an octet.
            let cut = 4 * OTU_OCTETS + 9_999;
            line[cut] = 0x5A;
            line.truncate(cut + 1);
            line.resize(cut + 400 * OTU_OCTETS, dark);
            let last = bits(cut) + if dark == 0 { 7 } else { 8 };
            let back = bits(line.len());
            line.extend(frames(260));
            let events = received(signal, &line);
            let at = |bit| bit_of(signal, bit);
            let los = at(last) + LOS_RAISE;
            // Frame 5 is the first wrong one, frame 9 the fifth.
            let lof = at(9 * OTU_BITS) + SimTime::from_ms(3);
            let first = [(los, Defect::Los, true), (lof, Defect::Lof, true)];
            assert_eq!(events[..2], first, "{signal} {dark:02X}");
            assert!(events.iter().all(|event| event.1 != Defect::OtuAis));
            let cleared = events.iter().find(|e| e.1 == Defect::Los && !e.2).expect("clears");
            // Bits in which the frame was not yet looked for are not shown: a frame at most.
            let exact = at(back) + LOS_CLEAR;
            assert!(cleared.0.since(exact) <= at(OTU_BITS), "{:?} {exact:?}", cleared.0);
            assert!(cleared.0 >= exact);
        }
        let events = received(signal, &vec![0; 500 * OTU_OCTETS]);
        let lof = (SimTime::from_ms(3), Defect::Lof, true);
        assert_eq!(events, [(LOS_RAISE, Defect::Los, true), lof]);
    }
}

/// A signal in good order never needs a date.
#[test]
fn a_line_in_good_order_is_not_dated() {
    let line = frames(40);
    let (mut monitor, dates) = (LineMonitor::new(), core::cell::Cell::new(0));
    let date = |bit| {
        dates.set(dates.get() + 1);
        tens(bit)
    };
    for (number, frame) in line.chunks(OTU_OCTETS).enumerate() {
        let first_bit = number as u64 * OTU_BITS;
        monitor.intact_frame(frame, first_bit, &date, &mut |_, _, _| unreachable!());
    }
    assert_eq!(dates.get(), 1, "the first bit of all");
}
