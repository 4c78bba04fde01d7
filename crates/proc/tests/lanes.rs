//! The lanes of an OTL4.4 and what they suffer: conformance cases 53, 54 and 80 of supervision on the
//! clock of an OTU4, and a table of faults for people to review.

mod tables;

use otn_frame::frame::FAS_PATTERN;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, scrambler};
use otn_proc::otl::{
    LLM_OCTET, LaneCondition, LaneDistributor, LaneEvent, LaneObserver, LaneSink, Otl,
};
use otn_testkit::bits;
use tables::{Table, reviewed};

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

/// Lane frames of 20 lanes, whole; on a slow clock 11.5 of them last 3 ms.
fn lanes(lane_frames: usize) -> Vec<Vec<u8>> {
    let mut source = LaneDistributor::new(OTL);
    let mut lanes = vec![Vec::new(); LANES];
    let mut frame = OtuFrame::zeroed();
    for number in 0..lane_frames * LANES {
        frame.octets_mut().fill(0);
        frame.set_alignment(number as u8);
        scrambler::scramble(&mut frame);
        let shares = source.distribute(&frame);
        lanes.iter_mut().zip(shares).for_each(|(lane, share)| lane.extend_from_slice(share));
    }
    lanes
}

fn slow(bit: u64) -> SimTime {
    SimTime::from_ns(2 * bit)
}

/// Lane frames in which a fault lasts.
const FAULT: std::ops::Range<usize> = 20..40;
/// The lane that suffers.
const LANE: usize = 3;
/// Frames of skew that the sink puts right.
const SKEW: u16 = 6;

/// Octet at which a lane frame of the lane begins.
fn start_of(count: usize) -> usize {
    LANE * OTL.share_octets() + count * LANE_FRAME
}

/// When a condition appeared and went, in lane frames and ms from the begin of the fault on.
fn spans(events: &Events, wanted: LaneCondition) -> String {
    let begin = slow(start_of(FAULT.start) as u64 * 8);
    let shown = |at: SimTime| {
        let ns = at.since(begin).as_ns();
        if ns.is_multiple_of(2 * 8 * LANE_FRAME as u64) {
            format!("{} f", ns / (2 * 8 * LANE_FRAME as u64))
        } else {
            format!("{}.{:03} ms", ns / 1_000_000, ns / 1_000 % 1_000)
        }
    };
    let late = events.of(wanted).into_iter().filter(|(at, _)| *at >= begin);
    let changes: Vec<String> = late
        .map(|(at, raised)| format!("{} {}", if raised { "on" } else { "off" }, shown(at)))
        .collect();
    if changes.is_empty() { "-".to_string() } else { changes.join(", ") }
}

/// Each lane fault and what comes of it.
//= type=test g798:otl-ola
//= type=test g798:otl-oof-after-5
//= type=test g798:otl-oor-after-5
//= type=test g798:otl-skew-limit
#[test]
fn lane_faults() {
    let heading = "Lanes of an OTL4.4 (otn_proc::otl). G.798 OTSiG/OTUk_A_Sk; g798.md sections 2 and 3.6.\n\
        A fault of lane 3 lasts 20 lane frames (f) of 0.261 ms, or stays. The sink bears 6 frames of skew.\n\
        Times from the begin of the fault on. 5 f until OOF and OOR: dated at the start of the fifth, 4 f.";
    let columns = ["fault", "OOF", "OOR", "OLA", "dLOFLANE", "dLOR", "dLOL"];
    let mut table = Table::new(heading, &columns);
    let whole = lanes(70);
    let share = OTL.share_octets();
    let heads = |octet: usize, change: &dyn Fn(usize, u8) -> u8| {
        let mut lane = whole[LANE].clone();
        for count in FAULT {
            let at = start_of(count) + octet;
            lane[at] = change(count, lane[at]);
        }
        lane
    };
    let dark = {
        let mut lane = whole[LANE].clone();
        lane[start_of(FAULT.start)..start_of(FAULT.end)].fill(0);
        lane
    };
    let later = |bits_later: usize| {
        let (before, after) = whole[LANE].split_at(start_of(FAULT.start));
        [before, &bits::delay(after, bits_later)[..]].concat()
    };
    let limit = usize::from(SKEW) * share * 8;
    let faults = [
        ("none", whole[LANE].clone()),
        ("no signal", dark),
        ("octet 3 of the FAS wrong", heads(2, &|_, octet| octet ^ 0xFF)),
        ("octet 6, the LLM: that of lane 4", heads(5, &|_, llm| (llm + 1) % 240)),
        ("LLM of no lane for long", heads(5, &|count, _| if count % 2 == 0 { 9 } else { 250 })),
        ("LLM beyond 239", heads(5, &|_, _| 250)),
        ("LLM of its lane, out of sequence", heads(5, &|_, _| LANE as u8)),
        ("stays later by a bit", later(1)),
        ("stays later by 6 frames", later(limit)),
        ("stays later by 6 frames and a bit", later(limit + 1)),
    ];
    for (name, lane) in faults {
        let mut sink = LaneSink::new(OTL, SKEW).expect("a limit that markers can tell");
        let mut events = Events::default();
        for start in (0..whole[0].len()).step_by(share) {
            for (input, octets) in whole.iter().enumerate() {
                let octets = if input == LANE { &lane } else { octets };
                sink.push(input, &octets[start..start + share], &slow, &mut events)
                    .expect("lanes keep step");
            }
        }
        let input = LANE;
        let conditions = [
            LaneCondition::Oof { input },
            LaneCondition::Oor { input },
            LaneCondition::Ola,
            LaneCondition::Lof { input },
            LaneCondition::Lor { input },
            LaneCondition::Lol,
        ];
        let mut cells = vec![name.to_string()];
        cells.extend(conditions.map(|condition| spans(&events, condition)));
        table.row(cells);
        if lane == whole[LANE] {
            table.gap();
        }
        let others = |event: &&LaneEvent| event.raised && !conditions.contains(&event.condition);
        assert_eq!(events.0.iter().filter(others).count(), 0, "{name}: other lanes are well");
    }
    reviewed("lane_faults", vec![table]);
}
