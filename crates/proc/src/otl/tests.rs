//! Lanes against an oracle made of lists of groups and bits: any order, phase, skew and start.

use super::*;
use otn_frame::{OtuFrame, scrambler};
use otn_testkit::{bits, scrambler as scrambler_oracle};
use proptest::prelude::*;
use std::vec;
use std::vec::Vec;

mod faults;
mod limits;

/// Nanoseconds of a lane bit in these tests: whole, and long enough that 3 ms are few frames.
const BIT_NS: u64 = 2;

fn date(bit: u64) -> SimTime {
    SimTime::from_ns(bit * BIT_NS)
}

/// Lane bits of 3 ms.
const BITS_OF_3_MS: u64 = 3_000_000 / BIT_NS;

/// Frame `number` of a signal whose MFAS starts at `mfas`, scrambled, all octets different noise.
fn line_frame(number: u64, mfas: u8) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut octets: Vec<u8> = (0..16_320)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        })
        .collect();
    octets[..6].copy_from_slice(&[0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28]);
    octets[6] = mfas.wrapping_add(number as u8) ^ 0xFF;
    octets
}

fn line(frames: u64, mfas: u8) -> Vec<Vec<u8>> {
    (0..frames).map(|number| line_frame(number, mfas)).collect()
}

/// The octets of all lanes as Annex C says it: group by group. `llm` is the marker of frame 0.
fn oracle(otl: Otl, frames: &[Vec<u8>], llm: u64) -> Vec<Vec<u8>> {
    let count = match otl {
        Otl::Otl34 => 4,
        Otl::Otl44 => 20,
    };
    let mut lanes = vec![Vec::new(); count];
    for (number, frame) in frames.iter().enumerate() {
        let mut frame = frame.clone();
        let turn = match otl {
            Otl::Otl34 => usize::from(!frame[6]) % 4,
            Otl::Otl44 => {
                let marker = (number as u64 + llm) % 240;
                frame[5] = marker as u8;
                (marker % 20) as usize
            }
        };
        for group in 0..1_020 {
            lanes[(group + turn) % count].extend(&frame[16 * group..16 * group + 16]);
        }
    }
    lanes
}

/// Five streams, bit by bit in turn.
fn oracle_interleave(lanes: &[&[u8]]) -> Vec<u8> {
    let lists: Vec<_> = lanes.iter().map(|lane| bits::from_bytes(lane)).collect();
    let mut out = Vec::new();
    for bit in 0..lists[0].len() {
        out.extend(lists.iter().map(|list| list[bit]));
    }
    bits::to_bytes(&out)
}

fn to_frame(octets: &[u8]) -> OtuFrame {
    OtuFrame::from_octets(octets).unwrap()
}

#[derive(Default, Debug, PartialEq)]
struct Record {
    frames: Vec<(LaneFrameInfo, Vec<u8>)>,
    events: Vec<LaneEvent>,
}

impl Record {
    fn with(&self, wanted: LaneCondition) -> Vec<(SimTime, bool)> {
        let same = self.events.iter().filter(|event| event.condition == wanted);
        same.map(|event| (event.at, event.raised)).collect()
    }

    /// Asserts that the frames are those sent from `first` on, without a gap.
    fn assert_equals(&self, sent: &[Vec<u8>], first: usize) {
        assert!(first + self.frames.len() <= sent.len(), "more frames than were sent");
        for ((_, got), (number, expected)) in
            self.frames.iter().zip(sent.iter().enumerate().skip(first))
        {
            assert!(got == expected, "frame {number}");
        }
    }
}

impl LaneObserver for Record {
    fn frame(&mut self, at: SimTime, info: LaneFrameInfo, frame: &OtuFrame) {
        assert_eq!(at, date(info.start_bit));
        self.frames.push((info, frame.octets().to_vec()));
    }

    fn event(&mut self, event: LaneEvent) {
        self.events.push(event);
    }
}

/// Pushes all lanes in turn, `piece` octets at a time.
fn push_all(sink: &mut LaneSink, lanes: &[Vec<u8>], piece: usize, record: &mut Record) {
    let longest = lanes.iter().map(Vec::len).max().unwrap_or(0);
    for start in (0..longest).step_by(piece) {
        for (input, lane) in lanes.iter().enumerate() {
            let end = (start + piece).min(lane.len());
            sink.push(input, lane.get(start..end).unwrap_or(&[]), &date, record).unwrap();
        }
    }
}

fn receive(otl: Otl, limit: u16, lanes: &[Vec<u8>]) -> (Record, LaneSink) {
    let mut sink = LaneSink::new(otl, limit).unwrap();
    let mut record = Record::default();
    push_all(&mut sink, lanes, 5_000, &mut record);
    (record, sink)
}

//= type=test g709:c-groups
//= type=test g709:c-otl34-rotation
//= type=test g709:c-otl44-rotation
//= type=test g709:c-llm
//= type=test g709:c-mfas-on-the-line
#[test]
fn frames_are_spread_as_annex_c_says() {
    let frames = line(45, 7);
    for otl in [Otl::Otl34, Otl::Otl44] {
        let mut distributor = LaneDistributor::new(otl);
        let mut lanes = vec![Vec::<u8>::new(); otl.lanes()];
        for frame in &frames {
            let shares = distributor.distribute(&to_frame(frame));
            assert!(shares.iter().all(|share| share.len() == otl.share_octets()));
            lanes.iter_mut().zip(shares).for_each(|(lane, share)| lane.extend(share));
        }
        assert!(lanes == oracle(otl, &frames, 0), "{}", otl.name());
    }
}

/// The FAS and the second group of the first frames, by hand.
//= type=test g709:c-groups
//= type=test g709:c-otl34-rotation
//= type=test g709:c-llm
#[test]
fn first_groups_by_hand() {
    let mut frame = OtuFrame::zeroed();
    frame.set_alignment(2);
    frame.octets_mut()[16] = 0xA5;
    scrambler::scramble(&mut frame);
    let mut key = vec![0; 16_320];
    scrambler_oracle::scramble_otu(&mut key);
    let mut otl34 = LaneDistributor::new(Otl::Otl34);
    let lanes = otl34.distribute(&frame);
    assert_eq!(lanes[2][..7], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0x28, 0xFD], "MFAS 2 inverted");
    assert_eq!(lanes[3][0], 0xA5 ^ key[16], "group 2 goes to the next lane");
    assert_eq!(lanes[0][..16], key[32..48], "and group 3 to the first");
    assert_eq!(lanes[2][16..32], key[64..80], "group 5 is the second of this lane");
    let mut otl44 = LaneDistributor::new(Otl::Otl44);
    let lanes = otl44.distribute_numbered(239, &frame);
    assert_eq!(lanes[19][..7], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 239, 0xFD]);
    assert_eq!(lanes[0][0], 0xA5 ^ key[16]);
    assert_eq!(otl44.distribute(&frame)[0][..6], [0xF6, 0xF6, 0xF6, 0x28, 0x28, 0]);
    assert_eq!((Otl::Otl34.share_octets(), Otl::Otl44.share_octets()), (4_080, 816));
}

/// Every LLM value and every MFAS at every phase between them: numbers are in sequence, and stay
/// distinct for 3840 frames.
//= type=test g709:c-llm-range
//= type=test g709:c-lane-number
//= type=test g709:c-skew-range
//= type=test g709:c-otl34-skew-range
#[test]
fn markers_number_all_frames_of_a_period() {
    assert_eq!((Otl::Otl44.period(), Otl::Otl44.max_skew_frames()), (3_840, 1_919));
    assert_eq!((Otl::Otl34.period(), Otl::Otl34.max_skew_frames()), (256, 127));
    for phase in 0..=255u8 {
        let marker = |frame: u32| Marker::Llm {
            llm: (frame % 240) as u8,
            mfas: phase.wrapping_add(frame as u8),
        };
        let start = u32::from(marker(0).number().unwrap());
        for frame in 0..3_840 {
            let number = marker(frame).number().map(u32::from);
            assert_eq!(number, Some((start + frame) % 3_840), "phase {phase} frame {frame}");
            assert_eq!(marker(frame).lane(), Some((frame % 20) as u8));
        }
    }
    for llm in 240..=255 {
        for mfas in 0..=255 {
            let marker = Marker::Llm { llm, mfas };
            assert_eq!((marker.lane(), marker.number()), (None, None));
        }
    }
    for mfas in 0..=255 {
        assert_eq!(Marker::Mfas(mfas).lane(), Some(mfas % 4));
        assert_eq!(Marker::Mfas(mfas).number(), Some(u16::from(mfas)));
    }
}

//= type=test g709:c-bit-multiplexing
#[test]
fn bits_of_five_lanes_go_in_turn_and_come_back_in_any_pieces() {
    let lanes: Vec<Vec<u8>> = (0..5).map(|lane| line_frame(lane, 0)[..600].to_vec()).collect();
    let mut physical = Vec::new();
    interleave([0, 1, 2, 3, 4].map(|lane| &lanes[lane][..]), &mut physical);
    let slices: Vec<&[u8]> = lanes.iter().map(Vec::as_slice).collect();
    assert_eq!(physical, oracle_interleave(&slices));
    for piece in [1, 2, 3, 4, 5, 6, 7, 64, 3_000] {
        let mut deinterleaver = BitDeinterleaver::new();
        let mut out = [const { Vec::new() }; 5];
        for part in physical.chunks(piece) {
            deinterleaver.push(part, &mut out);
        }
        assert_eq!(out.to_vec(), lanes, "pieces of {piece}");
    }
}

/// Lanes in order, without skew, from any frame number: nothing is lost, the first frame included.
//= type=test g709:c-llm-restored
//= type=test g709:c-llm-range
#[test]
fn frames_come_back_from_any_start() {
    for (otl, start, mfas) in [
        (Otl::Otl34, 0, 0),
        (Otl::Otl34, 0, 254),
        (Otl::Otl44, 0, 0),
        (Otl::Otl44, 113, 250),
        (Otl::Otl44, 239, 3),
    ] {
        let sent = line(12 * otl.lanes() as u64, mfas);
        let (record, sink) = receive(otl, 20, &oracle(otl, &sent, start));
        assert!(sink.aligned());
        // Lanes are whole from the frame on in which the last of them has its FAS.
        let first = otl.lanes() - 1;
        record.assert_equals(&sent, first);
        let all = sent.len() - first - otl.lanes();
        assert!(record.frames.len() >= all, "{} frames of {all}", record.frames.len());
        for ((info, _), pair) in record.frames.iter().zip(record.frames.windows(2)) {
            assert!(info.aligned && !info.realigned);
            assert_eq!(pair[1].0.number, (pair[0].0.number + 1) % otl.period());
            assert_eq!(pair[1].0.start_bit - pair[0].0.start_bit, otl.frame_time_bits());
        }
        assert_eq!(record.frames[0].0.start_bit, first as u64 * otl.frame_time_bits());
        assert!(!record.events.iter().any(|event| event.raised), "{:?}", record.events);
    }
}

/// A permutation from a seed.
fn shuffled<const N: usize>(mut seed: u64) -> [usize; N] {
    let mut order = core::array::from_fn(|i| i);
    for i in (1..N).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        order.swap(i, (seed >> 33) as usize % (i + 1));
    }
    order
}

/// Lanes out of order, each behind noise of some bits of its own.
fn skewed(lanes: &[Vec<u8>], order: &[usize], delays: &[usize]) -> Vec<Vec<u8>> {
    order.iter().zip(delays).map(|(&lane, &delay)| bits::delay(&lanes[lane], delay)).collect()
}

fn assert_comes_back(otl: Otl, order: &[usize], delays: &[usize], mfas: u8, llm: u64) {
    let sent = line(14 * otl.lanes() as u64, mfas);
    let lanes = skewed(&oracle(otl, &sent, llm), order, delays);
    let (record, sink) = receive(otl, 60, &lanes);
    assert!(sink.aligned());
    assert!(record.frames.len() > 4 * otl.lanes(), "{} frames", record.frames.len());
    let turn = match otl {
        Otl::Otl34 => u64::from(mfas),
        Otl::Otl44 => llm,
    };
    // Lanes are numbered by the marker, and the least delay is that of the earliest.
    let least = delays.iter().min().unwrap();
    for (input, (&lane, delay)) in order.iter().zip(delays).enumerate() {
        assert_eq!(sink.logical_lane(input), Some(lane as u8));
        assert_eq!(sink.delay_bits(input), Some((delay - least) as u64));
    }
    let first = sent.iter().position(|frame| *frame == record.frames[0].1);
    let first = first.expect("the first frame is one that was sent");
    assert!(first < 2 * otl.lanes(), "frame {first}, turn {turn}");
    record.assert_equals(&sent, first);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    //= type=test g709:c-lane-number
    //= type=test g798:otl-ola
    #[test]
    fn otl34_comes_back_in_any_order_with_any_skew(
        seed in any::<u64>(),
        delays in prop::collection::vec(0usize..500_000, 4),
        mfas in any::<u8>(),
    ) {
        assert_comes_back(Otl::Otl34, &shuffled::<4>(seed), &delays, mfas, 0);
    }

    //= type=test g709:c-llm-restored
    //= type=test g798:otl-ola
    #[test]
    fn otl44_comes_back_in_any_order_with_any_skew(
        seed in any::<u64>(),
        delays in prop::collection::vec(0usize..300_000, 20),
        mfas in any::<u8>(),
        llm in 0u64..240,
    ) {
        assert_comes_back(Otl::Otl44, &shuffled::<20>(seed), &delays, mfas, llm);
    }

    #[test]
    fn the_size_of_the_pieces_does_not_matter(piece in 100usize..40_000, delay in 0usize..9_000) {
        let lanes = oracle(Otl::Otl34, &line(60, 1), 0);
        let lanes = skewed(&lanes, &[2, 0, 3, 1], &[0, delay, 5, 700]);
        let (expected, _) = receive(Otl::Otl34, 2, &lanes);
        let mut record = Record::default();
        let mut sink = LaneSink::new(Otl::Otl34, 2).unwrap();
        push_all(&mut sink, &lanes, piece, &mut record);
        prop_assert!(record.frames.len() > 20);
        prop_assert!(record == expected);
    }

    /// Physical lanes in any order, each with any logical lanes, from any bit on.
    //= type=test g709:c-any-assignment
    //= type=test g709:c-bit-multiplexing
    #[test]
    fn physical_lanes_come_back_in_any_assignment_and_phase(
        assignment in any::<u64>(),
        order in any::<u64>(),
        delays in prop::collection::vec(0usize..200_000, 4),
    ) {
        let sent = line(260, 9);
        let mut source = PhysicalLaneSource::new(shuffled(assignment)).unwrap();
        let mut physical = vec![Vec::<u8>::new(); 4];
        for frame in &sent {
            let parts = source.distribute(&to_frame(frame));
            physical.iter_mut().zip(parts).for_each(|(lane, part)| lane.extend(part));
        }
        let streams = skewed(&physical, &shuffled::<4>(order), &delays);
        let mut sink = PhysicalLaneSink::new(40).unwrap();
        let mut record = Record::default();
        let longest = streams.iter().map(Vec::len).max().unwrap();
        for start in (0..longest).step_by(9_999) {
            for (lane, stream) in streams.iter().enumerate() {
                let end = (start + 9_999).min(stream.len());
                let part = stream.get(start..end).unwrap_or(&[]);
                let date = |bit: u64| date(bit / 5);
                sink.push(lane, part, &date, &mut record).unwrap();
            }
        }
        prop_assert!(sink.lanes().aligned());
        let lanes: Vec<_> = (0..20).filter_map(|input| sink.lanes().logical_lane(input)).collect();
        let mut sorted = lanes.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, (0..20).collect::<Vec<u8>>());
        let first = sent.iter().position(|frame| *frame == record.frames[0].1).unwrap();
        prop_assert!(record.frames.len() > 100);
        record.assert_equals(&sent, first);
    }
}

/// The physical lanes of the source are the logical ones of the oracle, bit by bit.
//= type=test g709:c-bit-multiplexing
//= type=test g709:c-any-assignment
#[test]
fn physical_lanes_carry_the_logical_lanes_assigned() {
    let sent = line(3, 0);
    let lanes = oracle(Otl::Otl44, &sent, 0);
    let assignment = shuffled(99);
    let mut source = PhysicalLaneSource::new(assignment).unwrap();
    let mut physical = vec![Vec::<u8>::new(); 4];
    for frame in &sent {
        let parts = source.distribute(&to_frame(frame));
        physical.iter_mut().zip(parts).for_each(|(lane, part)| lane.extend(part));
    }
    for (part, five) in physical.iter().zip(assignment.chunks(5)) {
        let five: Vec<&[u8]> = five.iter().map(|&lane| lanes[lane].as_slice()).collect();
        assert!(*part == oracle_interleave(&five));
    }
    let mut twice = assignment;
    twice[3] = twice[4];
    let missing = assignment[3];
    assert_eq!(PhysicalLaneSource::new(twice).unwrap_err(), NotAPermutation { missing });
}

#[test]
fn a_callers_mistakes_are_refused_with_both_numbers() {
    let mut sink = LaneSink::new(Otl::Otl34, 127).unwrap();
    let mut record = Record::default();
    let mut push = |input, octets: usize| sink.push(input, &vec![0; octets], &date, &mut record);
    assert_eq!(push(4, 1), Err(LaneError::NoSuchInput { found: 4, inputs: 4 }));
    let most = 16 * 16_320;
    assert_eq!(push(0, most), Ok(()));
    assert_eq!(
        push(0, 1),
        Err(LaneError::TooFarAhead { found: most as u64 + 1, most: most as u64 })
    );
    let refused = LaneSink::new(Otl::Otl34, 128).unwrap_err();
    assert_eq!(refused, LaneError::SkewLimit { found: 128, most: 127 });
    let refused = PhysicalLaneSink::new(1_920).unwrap_err();
    assert_eq!(refused, LaneError::SkewLimit { found: 1_920, most: 1_919 });
}
