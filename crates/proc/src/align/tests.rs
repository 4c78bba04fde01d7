//! Alignment at every bit offset, the five-frame rule, and slips.

use super::*;
use otn_frame::OtuFrame;
use otn_frame::layout::OTU_COLS;
use otn_testkit::bits;
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

const FRAME: usize = OtuFrame::OCTETS;

/// Octet by octet: nothing comes of an aligner that says it is starved, and something of any other.
#[test]
fn a_starved_aligner_is_one_that_gives_nothing() {
    for offset in [0u32, 3] {
        let mut octets = line(6);
        octets.splice(..0, [0x5A; 40]);
        octets.drain(3 * FRAME..3 * FRAME + 9);
        let octets: Vec<u8> =
            octets.windows(2).map(|w| (u16::from_be_bytes([w[0], w[1]]) >> offset) as u8).collect();
        let mut aligner = Aligner::<OTU_COLS>::new();
        let mut frame = OtuFrame::zeroed();
        let mut steps = 0;
        let mut drain = |aligner: &mut Aligner<OTU_COLS>| loop {
            let starved = aligner.is_starved();
            assert_eq!(aligner.next_frame(&mut frame) == Step::Starved, starved, "{offset}");
            if starved {
                return;
            }
            steps += 1;
        };
        for octet in octets {
            aligner.push(&[octet]);
            drain(&mut aligner);
        }
        aligner.end();
        // Ended and out of frame it may have to look before it knows.
        if aligner.in_frame() {
            drain(&mut aligner);
        }
        assert!(steps >= 5, "{steps}");
    }
}

/// `n` scrambled frames with a counter in the payload.
fn line(n: usize) -> Vec<u8> {
    let mut octets = Vec::new();
    for i in 0..n {
        let mut frame = OtuFrame::zeroed();
        frame.set_alignment(i as u8);
        frame.rows_mut()[2][100] = i as u8;
        otn_frame::scrambler::scramble(&mut frame);
        octets.extend_from_slice(frame.octets());
    }
    octets
}

fn align(octets: &[u8], chunk: usize) -> (Vec<FrameInfo>, Vec<OtuFrame>) {
    let mut aligner = Aligner::<OTU_COLS>::new();
    let (mut infos, mut frames) = (Vec::new(), Vec::new());
    let mut frame = OtuFrame::zeroed();
    for part in octets.chunks(chunk) {
        aligner.push(part);
        loop {
            match aligner.next_frame(&mut frame) {
                Step::Starved => break,
                Step::Searched => {}
                Step::Frame(info) => {
                    infos.push(info);
                    frames.push(frame.clone());
                }
            }
        }
    }
    (infos, frames)
}

//= type=test g798:8.2.1-two-frames
//= type=test g798:8.2.1-search-4-bytes
#[test]
fn any_bit_offset_is_found_from_the_first_frame_on() {
    let sent = line(5);
    for offset in [0usize, 1, 2, 3, 4, 5, 6, 7, 8, 9, 63, 1000, 16319 * 8 + 7, 130_559] {
        let stream = bits::delay(&sent, offset);
        let (infos, frames) = align(&stream, 5_000);
        assert!(frames.len() >= 4, "offset {offset}: {} frames", frames.len());
        for (i, (info, frame)) in infos.iter().zip(&frames).enumerate() {
            assert_eq!(info.start_bit, offset as u64 + i as u64 * FRAME as u64 * 8);
            assert!(info.in_frame && info.fas_intact && !info.realigned);
            assert_eq!(frame.octets(), &sent[i * FRAME..(i + 1) * FRAME], "offset {offset}");
        }
    }
}

//= type=test g798:8.2.1-oof-after-5
//= type=test g798:8.2.1-check-bytes-3-4-5
#[test]
fn four_wrong_fas_are_borne_and_five_are_not() {
    for (wrong, expect_in_frame) in [(4, true), (5, false)] {
        // A bit of byte 3, 4 or 5 of the FAS is enough to make it wrong.
        for byte in [2, 3, 4] {
            let mut octets = line(20);
            for i in 0..wrong {
                octets[(6 + i) * FRAME + byte] ^= 0x80;
            }
            let (infos, _) = align(&octets, FRAME);
            assert_eq!(infos[6 + wrong - 1].in_frame, expect_in_frame, "{wrong} wrong FAS");
            assert!(infos[..6 + wrong - 1].iter().all(|i| i.in_frame));
            assert!(infos[6 + wrong..].iter().all(|i| i.in_frame && !i.realigned));
        }
    }
    // FAS bytes 1, 2 and 6 are not looked at while in frame.
    let mut octets = line(20);
    for i in 3..15 {
        for at in [0, 1, 5] {
            octets[i * FRAME + at] ^= 0xFF;
        }
    }
    assert!(align(&octets, FRAME).0.iter().all(|i| i.in_frame));
}

#[test]
fn after_a_slip_frames_come_at_the_old_phase_until_the_new_one_is_found() {
    let sent = line(30);
    let mut octets = sent[..10 * FRAME + 100].to_vec();
    // Eleven bits are lost in frame 10.
    let rest = bits::advance(&sent[10 * FRAME + 100..], 11);
    octets.extend_from_slice(&rest);
    let (infos, _) = align(&octets, 4_096);
    let realigned = infos.iter().position(|i| i.realigned).expect("the new phase is found");
    let new_phase = (11 * FRAME as u64 * 8) - 11;
    assert_eq!(infos[realigned].start_bit % (FRAME as u64 * 8), new_phase % (FRAME as u64 * 8));
    // Frame 11 is the first with its FAS at the wrong place, frame 15 the fifth.
    assert!(infos[..15].iter().all(|i| i.in_frame));
    assert!(!infos[15].in_frame && !infos[15].realigned);
    assert_eq!(realigned, 16, "both frames are already there to be compared");
}

/// Out of frame, bytes 2 to 5 must be right in two frames; bytes 1 and 6 are not looked at.
#[test]
fn the_search_looks_at_bytes_2_to_5() {
    for (byte, found_at) in [(0, 0), (1, 2), (2, 2), (3, 2), (4, 2), (5, 0)] {
        let mut octets = line(6);
        octets[FRAME + byte] ^= 0x01;
        let (infos, _) = align(&octets, FRAME);
        let first = infos[0].start_bit / (FRAME as u64 * 8);
        assert_eq!(first, found_at, "byte {}", byte + 1);
    }
}

fn align_to_the_end(octets: &[u8]) -> Vec<FrameInfo> {
    let mut aligner = Aligner::<OTU_COLS>::new();
    let mut frame = OtuFrame::zeroed();
    let mut infos = Vec::new();
    aligner.push(octets);
    aligner.end();
    while let Step::Frame(info) = aligner.next_frame(&mut frame) {
        infos.push(info);
    }
    infos
}

#[test]
fn one_or_two_whole_frames_are_enough_where_nothing_more_will_come() {
    for frames in [1usize, 2, 3] {
        for offset in [0usize, 3, 1_000] {
            let infos = align_to_the_end(&bits::delay(&line(frames), offset));
            assert_eq!(infos.len(), frames, "{frames} frames at {offset}");
            assert_eq!(infos[0].start_bit, offset as u64);
        }
    }
    assert_eq!(align_to_the_end(&line(1)[1..]), [], "no whole frame");
    assert_eq!(align_to_the_end(&[0xF6; 20_000]), []);
    assert_eq!(align_to_the_end(&[]), []);
}

#[test]
fn noise_is_searched_and_never_cut() {
    let noise: Vec<u8> = (0..20 * FRAME as u64)
        .map(|i| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as u8)
        .collect();
    assert_eq!(align(&noise, 7_777).0, vec![]);
}

/// Whole table: state x input.
#[test]
fn transition_table() {
    use Alignment::{InFrame, OutOfFrame};
    let table = [
        (OutOfFrame, true, OutOfFrame),
        (OutOfFrame, false, OutOfFrame),
        (InFrame { bad: 0 }, true, InFrame { bad: 0 }),
        (InFrame { bad: 0 }, false, InFrame { bad: 1 }),
        (InFrame { bad: 1 }, true, InFrame { bad: 0 }),
        (InFrame { bad: 1 }, false, InFrame { bad: 2 }),
        (InFrame { bad: 3 }, true, InFrame { bad: 0 }),
        (InFrame { bad: 3 }, false, InFrame { bad: 4 }),
        (InFrame { bad: 4 }, true, InFrame { bad: 0 }),
        (InFrame { bad: 4 }, false, OutOfFrame),
    ];
    for (state, hit, next) in table {
        assert_eq!(state.after(hit), next, "{state:?} {hit}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn the_size_of_the_pieces_does_not_matter(offset in 0usize..200_000, chunk in 1usize..40_000) {
        let stream = bits::delay(&line(4), offset);
        prop_assert!(align(&stream, chunk) == align(&stream, stream.len()));
    }
}
