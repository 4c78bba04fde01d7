//! The 3 ms of the lane defects to the picosecond: the clock of a line is bent where it matters.

use super::faults::{date_of, sent, start_of};
use super::*;
use crate::defect::{Defect, DefectEvent};
use crate::place::Place;

/// Events without the frames.
#[derive(Default)]
struct Events(Vec<LaneEvent>);

impl LaneObserver for Events {
    fn event(&mut self, event: LaneEvent) {
        self.0.push(event);
    }
}

/// The usual clock, but that some times of it, in order, last another time.
struct Clock<'a>(&'a [(SimTime, SimTime, SimTime)]);

impl Clock<'_> {
    fn of(&self, usual: SimTime) -> SimTime {
        let (mut then, mut now) = (SimTime::ZERO, SimTime::ZERO);
        for &(from, to, lasts) in self.0 {
            if usual <= from {
                break;
            }
            now = now + from.since(then);
            if usual < to {
                let part = u128::from(usual.since(from).as_ps()) * u128::from(lasts.as_ps());
                let whole = u128::from(to.since(from).as_ps());
                return now + SimTime::from_ps((part / whole) as u64);
            }
            (then, now) = (to, now + lasts);
        }
        now + usual.since(then)
    }

    /// When this condition appeared and went.
    fn spans(&self, otl: Otl, lanes: &[Vec<u8>], wanted: LaneCondition) -> Vec<(SimTime, bool)> {
        let mut sink = LaneSink::new(otl, 4).unwrap();
        let mut events = Events::default();
        let longest = lanes.iter().map(Vec::len).max().unwrap();
        for start in (0..longest).step_by(9_000) {
            for (input, lane) in lanes.iter().enumerate() {
                let part = lane.get(start..(start + 9_000).min(lane.len())).unwrap_or(&[]);
                sink.push(input, part, &|bit| self.of(date(bit)), &mut events).unwrap();
            }
        }
        let same = events.0.iter().filter(|event| event.condition == wanted);
        same.map(|event| (event.at, event.raised)).collect()
    }
}

const fn us(n: u64) -> SimTime {
    SimTime::from_ns(n * 1_000)
}

const MS_3: SimTime = SimTime::from_ms(3);

/// A picosecond before the limit, the limit, and one behind it.
const LENGTHS: [SimTime; 3] =
    [SimTime::from_ps(2_999_999_999), MS_3, SimTime::from_ps(3_000_000_001)];

/// Input of the lane that is damaged, in its lane frames 20 to 29 and 50 to 59 of 80.
const INPUT: usize = 2;

fn damaged(otl: Otl, damage: impl Fn(&mut [u8], usize)) -> Vec<Vec<u8>> {
    let (_, mut lanes) = sent(otl, 80);
    for count in (20..30).chain(50..60) {
        let start = start_of(otl, INPUT, count);
        damage(&mut lanes[INPUT][start..start + 16_320], count);
    }
    lanes
}

fn without_frames() -> Vec<Vec<u8>> {
    damaged(Otl::Otl34, |octets, _| octets.fill(0))
}

/// Never the same lane number twice in a row, never the right one.
fn without_markers() -> Vec<Vec<u8>> {
    damaged(Otl::Otl44, |octets, count| octets[5] = if count % 2 == 0 { 9 } else { 250 })
}

/// Raises and clears of `defect` where `state` lasts as long as said: bad, good, bad again.
fn with_spells(
    otl: Otl,
    lanes: &[Vec<u8>],
    (state, defect): (LaneCondition, LaneCondition),
    lasting: [SimTime; 3],
) -> (Vec<(SimTime, bool)>, SimTime) {
    let states = Clock(&[]).spans(otl, lanes, state);
    let first = states.iter().position(|event| event.1).expect("the state is lost");
    let [(bad, true), (good, false), (again, true), (end, false)] = states[first..] else {
        panic!("{states:?}");
    };
    assert_eq!(bad, date_of(otl, INPUT, 24), "the fifth wrong lane frame");
    let clock = [(bad, good, lasting[0]), (good, again, lasting[1]), (again, end, lasting[2])];
    (Clock(&clock).spans(otl, lanes, defect), bad)
}

/// Raised after exactly 3 ms; cleared after exactly 3 ms, or at once.
fn assert_limits(
    otl: Otl,
    lanes: &[Vec<u8>],
    pair: (LaneCondition, LaneCondition),
    clears_after: SimTime,
) {
    let at_once = clears_after == SimTime::ZERO;
    for lasts in LENGTHS {
        let (found, bad) = with_spells(otl, lanes, pair, [lasts, us(9_000), us(1)]);
        let expected = [(bad + MS_3, true), (bad + lasts + clears_after, false)];
        assert_eq!(found, expected[..if lasts < MS_3 { 0 } else { 2 }], "lost for {lasts}");

        let (found, bad) = with_spells(otl, lanes, pair, [us(4_000), lasts, us(1_000)]);
        let good = bad + us(4_000);
        let cleared = if at_once || lasts >= MS_3 {
            good + clears_after
        } else {
            good + lasts + us(1_000) + clears_after
        };
        assert_eq!(found, [(bad + MS_3, true), (cleared, false)], "good for {lasts}");

        // The time lost adds up until it was good for 3 ms, where the defect has an integrator.
        let (found, bad) = with_spells(otl, lanes, pair, [us(2_900), lasts, us(2_900)]);
        let raised = bad + us(2_900) + lasts + us(100);
        let expected = (!at_once && lasts < MS_3).then_some((raised, true));
        assert_eq!(found.first().copied(), expected, "good in between for {lasts}");
    }
}

//= type=test g798:otl-loflane-3ms
//= type=test g798:otl-loflane-clear
#[test]
fn loflane_is_raised_and_cleared_after_3_ms_to_the_picosecond() {
    let pair = (LaneCondition::Oof { input: INPUT }, LaneCondition::Lof { input: INPUT });
    assert_limits(Otl::Otl34, &without_frames(), pair, MS_3);
}

//= type=test g798:otl-lor-3ms
//= type=test g798:otl-lor-clear
#[test]
fn lor_is_raised_and_cleared_after_3_ms_to_the_picosecond() {
    let pair = (LaneCondition::Oor { input: INPUT }, LaneCondition::Lor { input: INPUT });
    assert_limits(Otl::Otl44, &without_markers(), pair, MS_3);
}

//= type=test g798:otl-lol-3ms
//= type=test g798:otl-lol-clear
#[test]
fn lol_is_raised_after_3_ms_and_cleared_at_once_to_the_picosecond() {
    let pair = (LaneCondition::Ola, LaneCondition::Lol);
    assert_limits(Otl::Otl44, &without_markers(), pair, SimTime::ZERO);
    // Without frames: raised so too; that recovery starts anew then is another matter.
    let lanes = without_frames();
    for lasts in LENGTHS {
        let (found, bad) = with_spells(Otl::Otl34, &lanes, pair, [lasts, us(9_000), us(1)]);
        assert_eq!(found.first().copied(), (lasts >= MS_3).then_some((bad + MS_3, true)));
    }
}

/// A lane slips in mid-stream: by the limit it is aligned anew, by a bit more there is OLA, and dLOL
/// exactly 3 ms later; the lane itself is found again at once.
//= type=test g798:otl-ola
//= type=test g798:otl-skew-limit
//= type=test g798:otl-lol-3ms
#[test]
fn a_lane_that_slips_beyond_the_limit_is_lol() {
    let otl = Otl::Otl34;
    let limit = 4 * otl.frame_time_bits() as usize;
    for (slip, expected) in [(limit, false), (limit + 1, true)] {
        let (_, mut lanes) = sent(otl, 60);
        let late = bits::delay(&lanes[0][start_of(otl, 0, 20)..], slip);
        lanes[0].truncate(start_of(otl, 0, 20));
        lanes[0].extend(late);
        let clock = Clock(&[]);
        let lols = clock.spans(otl, &lanes, LaneCondition::Lol);
        let ola = clock.spans(otl, &lanes, LaneCondition::Ola).into_iter().find(|event| event.1);
        let at = ola.map(|(at, _)| at).expect("aligned anew, or not at all");
        assert_eq!(lols, if expected { vec![(at + MS_3, true)] } else { vec![] });
        assert_eq!(clock.spans(otl, &lanes, LaneCondition::Lof { input: 0 }), []);
    }
}

/// A lane is named by where it comes in, whatever its marker says.
//= type=test g798:otl-lane-place
#[test]
fn defects_stand_at_the_place_where_the_lane_comes_in() {
    let event = |condition| LaneEvent { at: us(7), condition, raised: true }.defect();
    let at = |place, defect| Some(DefectEvent { place, at: us(7), defect, raised: true });
    for input in 0..20 {
        let place = Place::of_lane(input as u8);
        assert_eq!(event(LaneCondition::Lof { input }), at(place, Defect::LofLane));
        assert_eq!(event(LaneCondition::Lor { input }), at(place, Defect::Lor));
        assert_eq!(event(LaneCondition::Oof { input }), None);
        assert_eq!(event(LaneCondition::Oor { input }), None);
    }
    assert_eq!(event(LaneCondition::Lol), at(Place::ROOT, Defect::Lol));
    assert_eq!(event(LaneCondition::Ola), None);
    // Lanes in another order: the lost one is that of the input, not that of the marker.
    let mut lanes = without_frames();
    lanes.swap(INPUT, 0);
    let (input, clock) = (0, Clock(&[(date_of(Otl::Otl34, INPUT, 25), us(7_000), us(9_000))]));
    assert_eq!(clock.spans(Otl::Otl34, &lanes, LaneCondition::Lof { input }).len(), 2);
    assert_eq!(clock.spans(Otl::Otl34, &lanes, LaneCondition::Lof { input: INPUT }), []);
}
