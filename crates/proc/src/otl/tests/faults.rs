//! What lanes suffer: lost, exchanged and mismarked lanes, skew beyond the limit, slips.

use super::*;

const FRAME: usize = 16_320;

/// Octet at which lane frame `count` of a lane starts in the oracle's lanes of frame 0 on.
pub(super) fn start_of(otl: Otl, lane: usize, count: usize) -> usize {
    lane * otl.share_octets() + count * FRAME
}

/// Date of the octet at which a lane frame starts.
pub(super) fn date_of(otl: Otl, lane: usize, count: usize) -> SimTime {
    date(start_of(otl, lane, count) as u64 * 8)
}

pub(super) fn sent(otl: Otl, lane_frames: usize) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
    let frames = line((lane_frames * otl.lanes()) as u64, 0);
    let lanes = oracle(otl, &frames, 0);
    (frames, lanes)
}

const MS_3: SimTime = SimTime::from_ms(3);

//= type=test g798:otl-oof-after-5
#[test]
fn four_wrong_fas_on_a_lane_are_borne_and_five_are_not() {
    for byte in [2, 3, 4] {
        for wrong in [4, 5] {
            let (frames, mut lanes) = sent(Otl::Otl34, 24);
            for count in 8..8 + wrong {
                lanes[1][start_of(Otl::Otl34, 1, count) + byte] ^= 0x10;
            }
            let (record, _) = receive(Otl::Otl34, 4, &lanes);
            let oof = record.with(LaneCondition::Oof { input: 1 });
            let raised: Vec<_> = oof.iter().filter(|(_, raised)| *raised).collect();
            if wrong == 4 {
                assert_eq!(raised, Vec::<&(SimTime, bool)>::new());
            } else {
                assert_eq!(raised, [&(date_of(Otl::Otl34, 1, 12), true)]);
            }
            // Nothing is lost either way: the old phase is used until it is found again.
            let damaged = |number: usize| number % 4 == 1 && (8..13).contains(&(number / 4));
            for (i, (_, got)) in record.frames.iter().enumerate() {
                let number = i + 3;
                assert_eq!(*got == frames[number], !damaged(number) || number / 4 >= 8 + wrong);
            }
            assert!(record.frames.len() > 80);
        }
    }
}

//= type=test g798:otl-loflane-3ms
//= type=test g798:otl-loflane-clear
//= type=test g798:otl-lol-3ms
//= type=test g798:otl-lol-clear
//= type=test g798:otl-lol-no-frames
#[test]
fn a_lost_lane_is_lof_and_lol_after_3_ms_and_comes_back() {
    let otl = Otl::Otl34;
    let (frames, mut lanes) = sent(otl, 90);
    let (lost, back) = (start_of(otl, 2, 20), start_of(otl, 2, 50));
    lanes[2][lost..back].fill(0);
    let (record, sink) = receive(otl, 4, &lanes);
    let input = 2;
    // Lane frames 20 to 24 are the five wrong ones; 50 is found together with 51.
    let (oof, found) = (date_of(otl, 2, 24), date_of(otl, 2, 50));
    let oofs = record.with(LaneCondition::Oof { input });
    assert_eq!(oofs[oofs.len() - 2..], [(oof, true), (found, false)]);
    let lofs = record.with(LaneCondition::Lof { input });
    assert_eq!(lofs, [(oof + MS_3, true), (found + MS_3, false)]);
    // Five periods until the lane is recovered, of which the first is the one found.
    let aligned = date_of(otl, 2, 54);
    let olas = record.with(LaneCondition::Ola);
    assert_eq!(olas[olas.len() - 2..], [(oof, true), (aligned, false)]);
    let lols = record.with(LaneCondition::Lol);
    assert_eq!(lols, [(oof + MS_3, true), (aligned, false)], "cleared at once");
    assert_eq!(record.with(LaneCondition::Lor { input }), [], "LOF stands for it");
    let position = |at: SimTime| record.frames.iter().position(|f| date(f.0.start_bit) >= at);
    let resumed = record.frames.iter().rposition(|f| f.0.realigned).expect("frames come again");
    assert!(position(oof + MS_3).is_some_and(|first| first.abs_diff(resumed) <= 4));
    // Whole frames again from the first that has all four shares.
    let after = &record.frames[resumed..];
    assert!(*after[0].1 == frames[50 * 4 + 2]);
    assert!(
        after
            .iter()
            .zip(&frames[50 * 4 + 2..])
            .all(|((info, got), expected)| { info.aligned && got == expected })
    );
    assert!(after.len() > 100 && sink.aligned() && !sink.loss_of_alignment());
}

/// The stimulus of a test set: five bad lane frames, then 6.2 ms of good ones, again and again.
//= type=test g798:otl-loflane-3ms
#[test]
fn short_spells_out_of_frame_never_become_a_defect() {
    let otl = Otl::Otl34;
    let good = (6_200_000 / BIT_NS) as usize / (FRAME * 8) + 1;
    let (_, mut lanes) = sent(otl, 10 + 6 * (5 + good) + 4);
    for spell in 0..6 {
        for count in 0..5 {
            let at = start_of(otl, 3, 10 + spell * (5 + good) + count);
            lanes[3][at + 2] ^= 0xFF;
            lanes[3][at + 3] ^= 0xFF;
        }
    }
    let (record, _) = receive(otl, 4, &lanes);
    let oofs = record.with(LaneCondition::Oof { input: 3 });
    assert_eq!(oofs.iter().filter(|(_, raised)| *raised).count(), 6);
    assert_eq!(record.with(LaneCondition::Lof { input: 3 }), []);
    assert_eq!(record.with(LaneCondition::Lol), []);
}

/// Two lanes change places in mid-stream, their FAS at the same phase: only markers tell.
//= type=test g798:otl-oor-after-5
//= type=test g798:otl-recovered-after-5
//= type=test g798:otl-ola
#[test]
fn exchanged_lanes_at_one_phase_are_out_of_recovery_and_then_in_order_again() {
    let otl = Otl::Otl44;
    let (frames, mut lanes) = sent(otl, 40);
    // Lane 3 is late by four frames, so that its FAS comes with that of lane 7.
    lanes[3].splice(0..0, vec![0; 4 * otl.share_octets()]);
    let at = start_of(otl, 7, 15);
    let (mut three, mut seven) = (lanes[3][..at].to_vec(), lanes[7][..at].to_vec());
    three.extend_from_slice(&lanes[7][at..]);
    seven.extend_from_slice(&lanes[3][at..]);
    (lanes[3], lanes[7]) = (three, seven);
    let (record, sink) = receive(otl, 8, &lanes);
    for input in [3, 7] {
        let oors = record.with(LaneCondition::Oor { input });
        let (out, again) = (date_of(otl, 7, 19), date_of(otl, 7, 24));
        assert_eq!(oors[1..], [(out, true), (again, false)], "five periods, and five more");
        assert!(!record.with(LaneCondition::Oof { input }).iter().any(|(_, raised)| *raised));
        assert_eq!(record.with(LaneCondition::Lor { input }), []);
    }
    assert_eq!((sink.logical_lane(3), sink.logical_lane(7)), (Some(7), Some(3)));
    let realigned = record.frames.iter().position(|frame| frame.0.realigned).unwrap();
    for ((info, got), (next, _)) in record.frames[realigned..].iter().zip(&record.frames[1..]) {
        assert!(*got == frames[usize::from(info.number)], "frame {}", info.number);
        assert_ne!(info.number, next.number);
    }
    assert!(record.frames.len() - realigned > 200);
    assert!(record.frames.windows(2).all(|f| f[0].0.number < f[1].0.number), "none comes twice");
}

/// Two lanes change places with their FAS elsewhere: out of frame first.
#[test]
fn exchanged_lanes_at_other_phases_come_back() {
    let otl = Otl::Otl44;
    let (frames, mut lanes) = sent(otl, 40);
    let at = 15 * FRAME + 77;
    let (three, seven) = (lanes[3].split_off(at), lanes[7].split_off(at));
    lanes[3].extend(seven);
    lanes[7].extend(three);
    let (record, sink) = receive(otl, 8, &lanes);
    assert_eq!((sink.logical_lane(3), sink.logical_lane(7)), (Some(7), Some(3)));
    for input in [3, 7] {
        for condition in [LaneCondition::Oof { input }, LaneCondition::Oor { input }] {
            let raised: Vec<_> = record.with(condition).iter().map(|event| event.1).collect();
            assert_eq!(raised, [false, true, false], "{condition:?}");
        }
    }
    let realigned = record.frames.iter().position(|frame| frame.0.realigned).unwrap();
    for (info, got) in &record.frames[realigned..] {
        assert!(info.aligned && *got == frames[usize::from(info.number)], "{}", info.number);
    }
    assert!(record.frames.windows(2).all(|f| f[0].0.number < f[1].0.number), "none comes twice");
}

/// Markers of one lane go wild for longer than 3 ms, while its FAS stays.
//= type=test g798:otl-lor-3ms
//= type=test g798:otl-lor-clear
//= type=test g798:otl-oor-after-5
#[test]
fn wild_markers_are_lor_and_lol_after_3_ms() {
    let otl = Otl::Otl44;
    let (_, mut lanes) = sent(otl, 70);
    // By then the spell at the start, before recovery, is wiped out by 3 ms.
    for count in 20..50 {
        // Never the same lane number twice in a row, never that of lane 4.
        lanes[4][start_of(otl, 4, count) + 5] = if count % 2 == 0 { 9 } else { 250 };
    }
    let (record, _) = receive(otl, 4, &lanes);
    let input = 4;
    let (out, again) = (date_of(otl, 4, 24), date_of(otl, 4, 54));
    assert_eq!(record.with(LaneCondition::Oor { input })[1..], [(out, true), (again, false)]);
    let lors = record.with(LaneCondition::Lor { input });
    assert_eq!(lors, [(out + MS_3, true), (again + MS_3, false)]);
    assert_eq!(record.with(LaneCondition::Ola)[1..], [(out, true), (again, false)]);
    assert_eq!(record.with(LaneCondition::Lol), [(out + MS_3, true), (again, false)]);
    assert_eq!(record.with(LaneCondition::Lof { input }), []);
}

/// Four wrong markers cost nothing: the count bridges them, and the octet is restored.
//= type=test g798:otl-marker-sequence
//= type=test g709:c-llm-restored
#[test]
fn four_wrong_markers_are_bridged() {
    let otl = Otl::Otl44;
    let (frames, mut lanes) = sent(otl, 30);
    for count in 12..16 {
        lanes[11][start_of(otl, 11, count) + 5] ^= 0xFF;
    }
    let (record, _) = receive(otl, 4, &lanes);
    record.assert_equals(&frames, 19);
    assert!(record.frames.iter().all(|frame| frame.0.aligned && !frame.0.realigned));
    assert!(!record.events.iter().any(|event| event.raised));
}

//= type=test g798:otl-ola
//= type=test g798:otl-lol-3ms
#[test]
fn two_lanes_with_one_marker_are_lol() {
    let otl = Otl::Otl44;
    let (_, mut lanes) = sent(otl, 40);
    for count in 0..40 {
        lanes[5][start_of(otl, 5, count) + 5] = ((count * 20 + 6) % 240) as u8;
    }
    let (record, sink) = receive(otl, 30, &lanes);
    assert_eq!((sink.logical_lane(5), sink.logical_lane(6)), (Some(6), Some(6)));
    assert_eq!(record.with(LaneCondition::Ola), []);
    assert_eq!(record.with(LaneCondition::Lol), [(date(0) + MS_3, true)]);
    assert_eq!(record.frames, []);
}

/// One bit beyond the limit is refused, the limit itself is not.
//= type=test g798:otl-skew-limit
//= type=test g798:otl-lol-3ms
#[test]
fn skew_beyond_the_limit_is_lol() {
    for otl in [Otl::Otl34, Otl::Otl44] {
        let limit = 10;
        let most = usize::from(limit) * otl.frame_time_bits() as usize;
        for (delay, aligned) in [(most, true), (most + 1, false)] {
            let (frames, lanes) = sent(otl, 30);
            let mut delays = vec![0; otl.lanes()];
            delays[1] = delay;
            let order: Vec<usize> = (0..otl.lanes()).collect();
            let (record, sink) = receive(otl, limit, &skewed(&lanes, &order, &delays));
            assert_eq!(sink.aligned(), aligned);
            if aligned {
                record.assert_equals(&frames, otl.lanes() - 1);
                assert!(record.frames.len() > 100 - usize::from(limit));
                assert_eq!(record.with(LaneCondition::Lol), []);
            } else {
                assert_eq!(record.frames, []);
                assert_eq!(record.with(LaneCondition::Lol), [(date(0) + MS_3, true)]);
                assert_eq!(record.with(LaneCondition::Ola), []);
            }
        }
    }
}

/// The whole range the markers can tell, in both directions: 1919 frames, and 127.
//= type=test g709:c-skew-range
//= type=test g709:c-otl34-skew-range
#[test]
fn the_largest_skew_of_all_is_put_right() {
    for otl in [Otl::Otl34, Otl::Otl44] {
        let most = otl.max_skew_frames();
        let frames = line(u64::from(most) + 14 * otl.lanes() as u64, 3);
        let mut lanes = oracle(otl, &frames, 17);
        for late in [0, 1, otl.lanes() - 1] {
            let zeros = vec![0; usize::from(most) * otl.share_octets()];
            lanes[late].splice(0..0, zeros);
        }
        // A lane bit of a picosecond: the line is whole before 3 ms are over.
        let mut sink = LaneSink::new(otl, most).unwrap();
        let mut record = Fast(Record::default());
        let shortest = lanes.iter().map(Vec::len).min().unwrap();
        let mut held = 0;
        for start in (0..shortest).step_by(FRAME) {
            for (input, lane) in lanes.iter().enumerate() {
                let part = &lane[start..(start + FRAME).min(shortest)];
                sink.push(input, part, &SimTime::from_ps, &mut record).unwrap();
            }
            held = held.max(sink.held_octets());
        }
        assert!(sink.aligned(), "{}", otl.name());
        assert_eq!(sink.delay_bits(0), Some(u64::from(most) * otl.frame_time_bits()));
        assert_eq!(sink.delay_bits(2), Some(0));
        let first = frames.iter().position(|frame| *frame == record.0.frames[0].1).unwrap();
        assert!(record.0.frames.len() > 10 * otl.lanes() && first < otl.lanes());
        record.0.assert_equals(&frames, first);
        let bound = otl.lanes() * (usize::from(most).div_ceil(otl.lanes()) + 8) * FRAME;
        assert!(held <= bound, "{held} octets held");
    }
}

/// A record of a line with another clock.
struct Fast(Record);

impl LaneObserver for Fast {
    fn frame(&mut self, at: SimTime, info: LaneFrameInfo, frame: &OtuFrame) {
        assert_eq!(at, SimTime::from_ps(info.start_bit));
        self.0.frames.push((info, frame.octets().to_vec()));
    }

    fn event(&mut self, event: LaneEvent) {
        self.0.event(event);
    }
}

/// A lane gets later in mid-stream, as when light takes another way.
#[test]
fn a_lane_that_slips_is_aligned_anew() {
    let otl = Otl::Otl34;
    // By 12 lane frames, so that old ones come in once more.
    for again in [0, 12] {
        let (frames, mut lanes) = sent(otl, 60);
        let late = bits::delay(&lanes[0][start_of(otl, 0, 20 - again)..], 1_003);
        lanes[0].truncate(start_of(otl, 0, 20));
        lanes[0].extend(late);
        let (record, sink) = receive(otl, 60, &lanes);
        assert_eq!(sink.delay_bits(0), Some(((again * FRAME) * 8 + 1_003) as u64));
        let realigned = record.frames.iter().position(|frame| frame.0.realigned).unwrap();
        assert!(record.frames.len() - realigned > 60);
        for (info, got) in &record.frames[realigned..] {
            assert!(info.aligned && *got == frames[usize::from(info.number)], "{}", info.number);
        }
        let mut pairs = record.frames.windows(2);
        assert!(pairs.all(|f| f[0].0.number < f[1].0.number), "none comes twice");
    }
}

/// Another signal comes in mid-stream, its lanes in another order and at another frame.
#[test]
fn another_signal_is_aligned_anew() {
    for (otl, llm) in [(Otl::Otl34, 0), (Otl::Otl44, 131)] {
        let (first, mut lanes) = sent(otl, 30);
        let second: Vec<_> = (0..30 * otl.lanes() as u64).map(|n| line_frame(n + 7, 77)).collect();
        let others = oracle(otl, &second, llm);
        let count = otl.lanes();
        for (input, lane) in lanes.iter_mut().enumerate() {
            lane.extend_from_slice(&others[(3 * input + 1) % count]);
        }
        let (record, sink) = receive(otl, 8, &lanes);
        assert!(sink.aligned());
        let realigned = record.frames.iter().position(|frame| frame.0.realigned).unwrap();
        let before = Record { frames: record.frames[..20 * count].to_vec(), events: vec![] };
        before.assert_equals(&first, count - 1);
        let after = Record { frames: record.frames[realigned..].to_vec(), events: vec![] };
        let start = second.iter().position(|frame| *frame == after.frames[0].1).unwrap();
        after.assert_equals(&second, start);
        // Frames are held from where the last lane is found: five bad lane frames and two more.
        assert!(start <= 8 * count && after.frames.len() >= 20 * count, "{start}");
    }
}

/// No lane ever has a signal: bounded memory, LOF everywhere, no frame.
#[test]
fn noise_on_every_lane_is_lof_and_holds_nothing() {
    let lanes: Vec<Vec<u8>> = (0..4).map(|lane| line_frame(lane, 0)[6..].repeat(20)).collect();
    let (record, mut sink) = receive(Otl::Otl34, 127, &lanes);
    let mut record = record;
    sink.wait_until(date(2 * BITS_OF_3_MS), &mut record);
    for input in 0..4 {
        assert_eq!(record.with(LaneCondition::Lof { input }), [(MS_3, true)]);
        assert_eq!(record.with(LaneCondition::Lor { input }), []);
    }
    assert_eq!(record.with(LaneCondition::Lol), [(MS_3, true)]);
    assert_eq!((record.frames.len(), sink.held_octets()), (0, 0));
}

/// Whole table: state x input.
//= type=test g798:otl-oor-after-5
//= type=test g798:otl-recovered-after-5
#[test]
fn recovery_table() {
    use Recovery::{InRecovery, OutOfRecovery};
    let out = |last, same| OutOfRecovery { last, same };
    let table = [
        (out(None, 0), None, out(None, 0)),
        (out(None, 0), Some(3), out(Some(3), 1)),
        (out(Some(3), 1), Some(3), out(Some(3), 2)),
        (out(Some(3), 3), Some(3), out(Some(3), 4)),
        (out(Some(3), 4), Some(3), InRecovery { lane: 3, bad: 0 }),
        (out(Some(3), 4), Some(2), out(Some(2), 1)),
        (out(Some(3), 4), None, out(None, 0)),
        (InRecovery { lane: 3, bad: 0 }, Some(3), InRecovery { lane: 3, bad: 0 }),
        (InRecovery { lane: 3, bad: 4 }, Some(3), InRecovery { lane: 3, bad: 0 }),
        (InRecovery { lane: 3, bad: 3 }, Some(2), InRecovery { lane: 3, bad: 4 }),
        (InRecovery { lane: 3, bad: 3 }, None, InRecovery { lane: 3, bad: 4 }),
        (InRecovery { lane: 3, bad: 4 }, Some(2), out(None, 0)),
        (InRecovery { lane: 3, bad: 4 }, None, out(None, 0)),
    ];
    for (state, read, next) in table {
        assert_eq!(state.after(read), next, "{state:?} {read:?}");
    }
}

/// Whole table: state x input.
//= type=test g798:otl-marker-sequence
#[test]
fn sequence_table() {
    use Sequence::{InSequence, OutOfSequence};
    let llm = |llm, mfas| Marker::Llm { llm, mfas };
    let (a, b, wild) = (llm(225, 250), llm(5, 14), llm(245, 14));
    let table = [
        (OutOfSequence { last: None }, a, OutOfSequence { last: Some(a) }),
        (OutOfSequence { last: None }, wild, OutOfSequence { last: None }),
        (OutOfSequence { last: Some(a) }, b, InSequence { last: b, bad: 0 }),
        (OutOfSequence { last: Some(a) }, a, OutOfSequence { last: Some(a) }),
        (OutOfSequence { last: Some(a) }, wild, OutOfSequence { last: None }),
        (InSequence { last: a, bad: 4 }, b, InSequence { last: b, bad: 0 }),
        (InSequence { last: a, bad: 3 }, wild, InSequence { last: b, bad: 4 }),
        (InSequence { last: a, bad: 4 }, a, OutOfSequence { last: Some(a) }),
        (InSequence { last: a, bad: 4 }, wild, OutOfSequence { last: None }),
        (
            OutOfSequence { last: Some(Marker::Mfas(254)) },
            Marker::Mfas(2),
            InSequence { last: Marker::Mfas(2), bad: 0 },
        ),
    ];
    for (state, read, next) in table {
        assert_eq!(state.after(read), next, "{state:?} {read:?}");
    }
}

/// Origins lie on a circle of one period; frames are numbered on across its seam, even where the
/// first input is another lane than before.
#[test]
fn numbers_go_on_across_the_seam() {
    use crate::otl::deskew::{Deskew, Seen};
    let otl = Otl::Otl34;
    let (frame_time, period) = (32_640, 256 * 32_640);
    let seen = |lane, origin| Some(Seen { lane, origin });
    let early = period - frame_time;
    let before = [seen(0, early), seen(1, 5), seen(2, 6), seen(3, 7)];
    let after = [seen(1, 5), seen(0, early), seen(2, 6), seen(3, 7)];
    let limit = 2 * frame_time;
    let before = Deskew::find(otl, &before, limit, None).expect("all lanes are there");
    let after = Deskew::find(otl, &after, limit, Some(&before)).expect("all lanes are there");
    for frame in [0, 4, 400] {
        let start = early + frame * frame_time;
        assert_eq!(before.number(0, start), Some(frame as i64));
        assert_eq!(after.number(0, start), Some(frame as i64));
    }
    assert_eq!(before.number(0, early + 1), None, "no frame starts there");
    assert_eq!(before.number(0, early + frame_time), None, "nor on this lane");
    assert_eq!(after.delay_bits(0), Some(frame_time + 5));
    assert!(after.continues(&before));
    let all = [seen(0, early), seen(1, early), seen(1, early), seen(3, early)];
    assert_eq!(Deskew::find(otl, &all, limit, None), None, "lane 1 twice");
    assert_eq!(Deskew::find(otl, &[seen(0, 0), None, seen(2, 0), seen(3, 0)], limit, None), None);
}
