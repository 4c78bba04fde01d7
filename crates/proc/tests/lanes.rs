//! Conformance cases 53, 54 and 80 of supervision: the lanes of an OTL4.4 on the clock of an OTU4.

use otn_frame::frame::FAS_PATTERN;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, scrambler};
use otn_proc::otl::{
    LLM_OCTET, LaneCondition, LaneDistributor, LaneEvent, LaneObserver, LaneSink, Otl,
};

const OTL: Otl = Otl::Otl44;
/// Lanes, and so frames of the OTU4 in the time of a lane frame.
const LANES: usize = 20;
/// Octets of a lane frame.
const LANE_FRAME: usize = 16_320;
const MS_3: SimTime = SimTime::from_ms(3);

#[derive(Default)]
struct Events(Vec<LaneEvent>);

impl LaneObserver for Events {
    fn event(&mut self, event: LaneEvent) {
        self.0.push(event);
    }
}

impl Events {
    fn of(&self, wanted: LaneCondition) -> Vec<(SimTime, bool)> {
        let same = self.0.iter().filter(|event| event.condition == wanted);
        same.map(|event| (event.at, event.raised)).collect()
    }
}

/// When lane frame `count` of a lane begins.
fn date_of(lane: usize, count: usize) -> SimTime {
    let clock = FrameClock::new(Signal::Otu4, PartsPerBillion::default());
    clock.frame_start((count * LANES + lane) as u64)
}

/// Lane frames of all lanes in order; `damage` gets the lane, the number and the head of each.
fn received(lane_frames: usize, damage: impl Fn(usize, usize, &mut [u8])) -> (Events, LaneSink) {
    let clock = FrameClock::new(Signal::Otu4, PartsPerBillion::default());
    let date = |bit: u64| clock.bit_start(bit * LANES as u64);
    let mut sink = LaneSink::new(OTL, 40).expect("a limit that markers can tell");
    let mut events = Events::default();
    let mut source = LaneDistributor::new(OTL);
    let mut frame = OtuFrame::zeroed();
    for number in 0..lane_frames * LANES {
        frame.octets_mut().fill(0);
        frame.set_alignment(number as u8);
        scrambler::scramble(&mut frame);
        let mut shares = source.distribute(&frame).to_vec();
        let (lane, count) = (number % LANES, number / LANES);
        assert_eq!(shares[lane][..LLM_OCTET], FAS_PATTERN[..LLM_OCTET]);
        damage(lane, count, &mut shares[lane][..LLM_OCTET + 1]);
        for (input, share) in shares.iter().enumerate() {
            sink.push(input, share, &date, &mut events).expect("lanes keep step");
        }
    }
    (events, sink)
}

/// Case 53: two lanes with one LLM from the start: dLOL at 3 ms, and no other defect.
//= type=test g798:otl-ola
//= type=test g798:otl-lol-3ms
#[test]
fn two_lanes_of_one_marker_are_lol_3_ms_after_the_start() {
    let (events, sink) = received(140, |lane, _, head| {
        if lane == 8 {
            head[LLM_OCTET] = head[LLM_OCTET].wrapping_sub(1);
        }
    });
    assert_eq!((sink.logical_lane(7), sink.logical_lane(8)), (Some(7), Some(7)));
    let defects: Vec<_> = events.0.iter().filter(|event| event.raised).collect();
    let lol = LaneEvent { at: MS_3, condition: LaneCondition::Lol, raised: true };
    assert_eq!(defects, [&lol]);
}

/// Case 54: the marker of one lane is another for five periods: out of recovery, and out of lane
/// alignment; where it stays away, dLOR and dLOL 3 ms later.
//= type=test g798:otl-oor-after-5
//= type=test g798:otl-recovered-after-5
//= type=test g798:otl-lor-3ms
//= type=test g798:otl-ola
#[test]
fn a_wrong_marker_in_five_periods_is_oor_and_lor_3_ms_later() {
    let input = 3;
    // After 150 lane frames the time of the start is wiped out. 128.5 of them last 3 ms.
    for (wrong, oor, lor) in [(4, false, false), (5, true, false), (133, true, true)] {
        let (events, _) = received(300, |lane, count, head| {
            if lane == input && (150..150 + wrong).contains(&count) {
                // Never the same lane number twice in a row, never the right one.
                head[LLM_OCTET] = if count % 2 == 0 { 9 } else { 250 };
            }
        });
        let (lost, found) = (date_of(input, 154), date_of(input, 150 + wrong + 4));
        let spell = [(lost, true), (found, false)];
        let expected = if oor { &spell[..] } else { &[] };
        assert_eq!(events.of(LaneCondition::Oor { input })[1..], *expected, "{wrong} wrong");
        assert_eq!(events.of(LaneCondition::Ola)[1..], *expected, "{wrong} wrong");
        let defect = |cleared| [(lost + MS_3, true), (cleared, false)];
        let expected = if lor { &defect(found + MS_3)[..1] } else { &[] };
        assert_eq!(events.of(LaneCondition::Lor { input }), expected, "{wrong} wrong");
        let expected = if lor { &defect(found)[..] } else { &[] };
        assert_eq!(events.of(LaneCondition::Lol), expected, "{wrong} wrong");
        let oof = |event: &&LaneEvent| matches!(event.condition, LaneCondition::Oof { .. });
        assert!(!events.0.iter().filter(oof).any(|event| event.raised));
    }
}

/// Case 80: octets 3 and 4 of the FAS inverted in 5 lane frames, then 256 good ones, again and again.
//= type=test g798:otl-oof-after-5
//= type=test g798:otl-loflane-3ms
//= type=test g798:otl-lol-3ms
#[test]
fn five_bad_lane_frames_in_261_are_oof_and_never_a_defect() {
    let input = 11;
    let bad = |count: usize| count >= 256 && (count - 256) % 261 < 5;
    let (events, sink) = received(256 + 3 * 261, |lane, count, head| {
        if lane == input && bad(count) {
            assert_eq!(head[2..4], [0xF6, 0x28]);
            head[2..4].copy_from_slice(&[0x09, 0xD7]);
        }
    });
    let oofs = events.of(LaneCondition::Oof { input });
    let expected: Vec<_> = (0..3)
        .map(|spell| 256 + 261 * spell)
        .flat_map(|first| [(date_of(input, first + 4), true), (date_of(input, first + 5), false)])
        .collect();
    assert_eq!(oofs[1..], expected);
    let defects = events.0.iter().filter(|event| event.defect().is_some());
    assert_eq!(defects.count(), 0);
    assert!(sink.aligned());
    assert_eq!(LANE_FRAME, LANES * OTL.share_octets());
}
