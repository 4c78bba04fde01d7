//! Frames made by hand, octet by octet, and when they are received.

use std::path::Path;

use proptest::prelude::*;

use super::*;

const FRAME_OCTETS: usize = 4 * 4_080;

/// 2 488 320 kbit/s times 255/238, 130 560 bits: 48.97 us.
const FRAME: u64 = 48_971_428;

const MS: u64 = 1_000_000_000;

const FILE: &str = "
name: t
nodes: {A: {}, B: {}}
lines: {north: {ends: [A, B], signal: OTU1, fec: rs255-239, fibre: 20 km, ber: 0}}
services: {lan: {client: ethernet, mapping: gfp-f, odu: ODU0, ends: [A, B], route: [north], ports: {A: {tap: t0}}}}
";

fn play_out() -> PlayOut {
    let file = crate::network::read(Path::new("t.yaml"), FILE, &mut |_| Err(String::new()));
    let plan = Arc::new(file.expect("a network").plan);
    let timing = Timing {
        delay: SimTime::from_ps(MS / 10),
        play_out: SimTime::from_ps(MS / 2),
        watch: SimTime::from_ps(20 * MS),
        most: 200,
    };
    PlayOut::new(plan, (0, 1), timing)
}

/// Frame `n` of a sender, all octets of which are `mark`.
fn flight(n: u64, mark: u8) -> Flight {
    let mut octets = Vec::new();
    octets.extend((n * FRAME).to_be_bytes());
    octets.extend(((n + 1) * FRAME).to_be_bytes());
    octets.extend([0; 4 + 8 + 8 + 4]);
    octets.extend([mark; FRAME_OCTETS]);
    Flight::decode((0, 1), &octets).expect("a frame")
}

/// Begin, end and mark of what was given; darkness has mark 0.
fn seen(flights: &[Flight]) -> Vec<(u64, u64, u8)> {
    let mark = |flight: &Flight| {
        let mut octets = Vec::new();
        assert!(flight.encode(&mut octets));
        *octets.last().expect("octets")
    };
    flights.iter().map(|f| (f.begins().as_ps(), f.end.as_ps(), mark(f))).collect()
}

fn at(ps: u64) -> SimTime {
    SimTime::from_ps(ps)
}

fn real(seen: &[(u64, u64, u8)]) -> Vec<(u64, u64, u8)> {
    seen.iter().copied().filter(|(_, _, mark)| *mark != 0).collect()
}

#[test]
fn before_anything_comes_it_is_dark_without_a_gap() {
    let mut play = play_out();
    let mut dark = seen(&play.give(at(MS)));
    dark.extend(seen(&play.give(at(2 * MS))));
    assert_eq!(dark.len() as u64, 2 * MS / FRAME);
    assert_eq!(dark[0].0, 0);
    for pair in dark.windows(2) {
        assert_eq!((pair[0].1, pair[1].2), (pair[1].0, 0));
    }
    assert!(dark.iter().all(|(_, end, _)| *end < 2 * MS));
}

#[test]
fn the_first_frame_is_received_a_delay_and_a_play_out_time_later_and_the_others_behind_it() {
    let mut play = play_out();
    play.give(at(7 * MS));
    for n in 0..3 {
        play.take(at(7 * MS), 1, flight(1_000 + n, 1 + n as u8));
    }
    // The delay is 100 us, the play-out time 500 us.
    let first = 7 * MS + 6 * MS / 10;
    let all = seen(&play.give(at(first + 2 * FRAME + 1)));
    let frame = |n: u64| (first + n * FRAME, first + (n + 1) * FRAME, 1 + n as u8);
    assert_eq!(real(&all), [frame(0), frame(1)]);
    assert_eq!(real(&seen(&play.give(at(first + 3 * FRAME + 1)))), [frame(2)]);
    assert_eq!(play.played, Played::default());
}

#[test]
fn a_frame_that_is_missing_is_a_dark_frame_in_its_place() {
    let mut play = play_out();
    for n in [0, 1, 2, 4, 5] {
        play.take(at(0), 1, flight(n, 1 + n as u8));
    }
    let all = seen(&play.give(at(MS)));
    let upto = all.iter().position(|(_, _, mark)| *mark == 6).expect("the last frame");
    let marks: Vec<u8> = all[..=upto].iter().map(|seen| seen.2).collect();
    assert_eq!(marks[marks.len() - 6..], [1, 2, 3, 0, 5, 6]);
    assert!(all.windows(2).all(|pair| pair[0].1 <= pair[1].0));
    assert_eq!(play.played.retimed, 0);
}

#[test]
fn what_comes_too_late_sets_the_time_anew() {
    let mut play = play_out();
    play.take(at(0), 1, flight(0, 1));
    play.give(at(3 * MS));
    play.take(at(3 * MS), 1, flight(1, 2));
    let all = real(&seen(&play.give(at(4 * MS))));
    assert_eq!(all, [(3 * MS + 6 * MS / 10, 3 * MS + 6 * MS / 10 + FRAME, 2)]);
    assert_eq!(play.played, Played { retimed: 1, discarded: 0 });
}

#[test]
fn a_burst_is_not_early_and_a_fast_clock_is() {
    let mut play = play_out();
    // Bursts of 60 frames, 3 ms: the last of each is nearly 3 ms early, the first one is in time.
    for burst in 0..20 {
        let now = burst * 60 * FRAME;
        for n in 0..60 {
            play.take(at(now), 1, flight(burst * 60 + n, 1));
        }
        play.give(at(now + 60 * FRAME));
    }
    assert_eq!(play.played, Played::default());
    // The sender's clock is 1 ms ahead at once, and stays there.
    for n in 1_200..1_800 {
        let now = (n * FRAME - MS).max(1_200 * FRAME);
        play.take(at(now), 1, flight(n, 2));
        play.give(at(now + FRAME));
    }
    assert_eq!(play.played.retimed, 1);
    // What is beyond 600 us from now has no place any more: about 1 ms of frames.
    assert!((15..=25).contains(&play.played.discarded), "{:?}", play.played);
}

#[test]
fn there_are_never_more_than_the_limit() {
    let mut play = play_out();
    for n in 0..10_000 {
        play.take(at(0), 1, flight(n, 1));
        assert!(play.pending.len() <= 201);
    }
    assert!(play.played.retimed > 0);
}

#[test]
fn another_connection_has_a_time_of_its_own() {
    let mut play = play_out();
    play.take(at(0), 1, flight(5_000, 1));
    play.give(at(2 * MS));
    play.take(at(2 * MS), 2, flight(3, 2));
    let all = real(&seen(&play.give(at(4 * MS))));
    assert_eq!(all, [(2 * MS + 6 * MS / 10, 2 * MS + 6 * MS / 10 + FRAME, 2)]);
    assert_eq!(play.played, Played::default());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever comes whenever: time at the line end goes on without holes and never back, nothing is given late, in
    /// another order, or twice, and everything is accounted for.
    #[test]
    fn time_never_goes_back(
        comes in prop::collection::vec((0u64..3 * MS, prop_oneof![Just(1u64), 0u64..40, Just(5_000)], 0u64..50), 1..60)
    ) {
        let mut play = play_out();
        let (mut now, mut n, mut taken, mut connection) = (0, 10, 0u64, 1);
        let mut all = Vec::new();
        for (wait, skip, what) in comes {
            let until = now + wait;
            all.extend(seen(&play.give(at(until))));
            prop_assert!(all.iter().all(|(_, end, _)| *end < until));
            now = until;
            connection += u64::from(what == 0);
            n += skip;
            for _ in 0..what % 7 {
                play.take(at(now), connection, flight(n, 1 + (taken % 250) as u8));
                n += 1;
                taken += 1;
            }
        }
        let waiting = play.pending.len() as u64;
        for pair in all.windows(2) {
            prop_assert!(pair[0].1 < pair[1].1, "{pair:?}");
            prop_assert!(pair[1].0 + FRAME / 16 >= pair[0].1, "{pair:?}");
            prop_assert!(pair[1].0 < pair[0].1 + FRAME + FRAME / 16, "{pair:?}");
        }
        // No hole longer than a frame at the end either.
        prop_assert!(all.last().map_or(0, |last| last.1) + 2 * FRAME > now || waiting > 0);
        let given = real(&all).len() as u64;
        prop_assert_eq!(given + play.played.discarded + waiting, taken);
        let marks: Vec<u64> = real(&all).iter().map(|seen| u64::from(seen.2)).collect();
        prop_assert!(marks.windows(2).all(|pair| pair[0] < pair[1] || taken >= 250));
    }
}
