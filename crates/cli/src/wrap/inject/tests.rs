//! Text forms and the frames that they mean.

use otn_frame::{PartsPerBillion, Signal, SimTime};
use proptest::prelude::*;

use super::event::{self, Event, Fault, Point};
use super::schedule::{Clock, Length, Pattern, Timing, Windows};
use super::text::{Asked, Injection};

fn parse(text: &str) -> Injection {
    match text.parse::<Asked>() {
        Ok(Asked::Event(injection)) => injection,
        other => panic!("{text}: {other:?}"),
    }
}

fn refused(text: &str) -> String {
    text.parse::<Asked>().unwrap_err().to_string()
}

#[test]
fn an_injection_is_an_event_a_place_a_time_and_how_long() {
    let ais = parse("odu-ais@10ms:20ms");
    assert_eq!(ais.timing.at, SimTime::from_ms(10));
    assert_eq!(ais.timing.pattern, Pattern::Once(Length::Time(SimTime::from_ms(20))));
    assert!(ais.place.is_empty());
    assert_eq!(parse("odu-oci/3.80@0 s").place, [3, 80]);
    assert_eq!(parse("lof@0.5us").timing.pattern, Pattern::ForGood);
    assert_eq!(parse("lof@0s:5f").timing.pattern, Pattern::Once(Length::Frames(5)));
    let repeated = Pattern::Repeated {
        on: Length::Frames(5),
        off: Length::Time(SimTime::from_ms(2)),
        lasts: Some(Length::Time(SimTime::from_ms(20))),
    };
    assert_eq!(parse("lof@1ms:on=5f,off=2ms,for=20ms").timing.pattern, repeated);
    assert_eq!(parse("lof@1ms:for=20ms, off=2 ms, on=5 f").timing.pattern, repeated);
    assert_eq!(parse("cut(12)@1ms").event, Event::Cut(12));
    assert_eq!(parse("lofl(19)@1ms").event, Event::LofLane(19));
    assert_eq!(parse("lor@1ms").event, Event::Lor(0));
    let bei = |event: &str| match parse(&format!("{event}@1ms")).event {
        Event::Monitor(Point::Path, Fault::Bei(count)) => count,
        other => panic!("{other:?}"),
    };
    assert_eq!((bei("pm-bei"), bei("pm-bei(8)")), (1, 8));
    assert_eq!("list".parse(), Ok(Asked::List));
}

#[test]
fn mistakes_name_the_field_what_was_found_and_what_is_expected() {
    for (text, message) in [
        ("lof", "injection: found `lof`, expected EVENT@TIME"),
        ("los-t@1ms", "event: found `los-t`, expected one of those that `--inject list` prints"),
        ("pm-iae@1ms", "event: found `pm-iae`"),
        ("tcm7-ais@1ms", "event: found `tcm7-ais`"),
        ("cut(1@1ms", "event: found `cut(1`, expected `)`"),
        ("lof(1)@1ms", "argument: found `1`, expected no argument for this event"),
        ("lofl(20)@1ms", "argument: found `20`, expected a lane from 0 to 19"),
        ("lol(1)@1ms", "argument: found `1`, expected no argument for this event"),
        ("sm-bei(9)@1ms", "argument: found `9`, expected a number from 1 to 8"),
        ("sm-bip(0)@1ms", "argument: found `0`, expected a number from 1 to 8"),
        ("sm-deg(1.1)@1ms", "argument: found `1.1`, expected a share"),
        ("sm-deg(NaN)@1ms", "argument: found `NaN`, expected a share"),
        ("cut(130560)@1ms", "argument: found `130560`, expected a number of bits up to 130559"),
        ("plm/@1ms", "place: found ``, expected first tributary slots"),
        ("plm/81@1ms", "place: found `81`, expected first tributary slots"),
        ("plm/1..2@1ms", "place: found ``, expected first tributary slots"),
        ("lof@1", "time: found `1`, expected a time such as `10 ms`"),
        ("lof@1ms:", "duration: found ``, expected a time such as `20ms` or frames such as `5f`"),
        ("lof@1ms:0f", "duration: found `0f`"),
        ("lof@1ms:0ms", "duration: found `0ms`"),
        ("lof@1ms:-1f", "duration: found `-1f`"),
        ("lof@1ms:on=5f", "off: found ``, expected a time"),
        ("lof@1ms:off=5f", "on: found ``, expected a time"),
        ("lof@1ms:on=5f,off=x", "off: found `x`, expected a time"),
        ("lof@1ms:on=5f,on=6f", "duration: found `on=5f,on=6f`, expected on=LENGTH"),
        ("lof@1ms:on=5f,of=6f", "duration: found `on=5f,of=6f`, expected on=LENGTH"),
        ("lof@1ms:on=5f;off=6f", "on: found `5f;off=6f`"),
        ("lof@1ms:on=1ps,off=1ps", "expected on and off of 100 ns or more together"),
    ] {
        let error = refused(text);
        assert!(error.contains(message), "{text}: {error}");
    }
}

#[test]
fn every_event_of_the_list_can_be_asked_for_and_has_a_line_of_its_own() {
    let list = event::list();
    let mut names: Vec<&str> = list.iter().map(|row| row.event.as_str()).collect();
    for row in &list {
        let name = row.event.split(['(', '/']).next().unwrap();
        assert!(Event::from_text(name).is_ok(), "{name}");
        assert!(!row.changes.is_empty() && !row.shows.is_empty());
    }
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), list.len());
    // 19 of whole signals, 7 of SM, 5 of PM, 11 of each level.
    assert_eq!(list.len(), 19 + 7 + 5 + 6 * 11);
    let text = event::table(&list);
    assert_eq!(text.lines().count(), list.len());
    assert!(text.lines().any(|line| line.starts_with("tcm3-ltc") && line.ends_with("TCM3 dLTC")));
}

/// The frames of an OTU2, 12.1914 us each, in which an event takes place.
fn frames(text: &str, upto: u64) -> Vec<u64> {
    let clock = Clock::new(Signal::Otu2, PartsPerBillion::default());
    let mut windows = Windows::new(Timing::from_text(text).unwrap(), clock);
    (0..upto).filter(|&n| windows.contain(n)).collect()
}

#[test]
fn a_frame_belongs_to_the_time_at_which_it_starts() {
    // Frame 82 starts at 999.69 us, frame 83 at 1011.88 us, frame 164 at 1999.38 us.
    assert_eq!(frames("1ms:1ms", 400), (83..165).collect::<Vec<_>>());
    assert_eq!(frames("1ms:3f", 400), [83, 84, 85]);
    assert_eq!(frames("1ms", 90), (83..90).collect::<Vec<_>>());
    assert_eq!(frames("0s:1f", 90), [0]);
    assert_eq!(frames("0s:1ps", 90), [0], "the frame that starts at zero");
    assert!(frames("1ms:1ns", 400).is_empty(), "no frame starts within it");
    assert_eq!(frames("0s:on=2f,off=3f", 12), [0, 1, 5, 6, 10, 11]);
    assert_eq!(frames("0s:on=2f,off=3f,for=6f", 100), [0, 1, 5]);
    // 50 us on, 50 us off: frames that start in [0, 50), [100, 150), and until 200 us.
    let halves = [0, 1, 2, 3, 4, 9, 10, 11, 12];
    assert_eq!(frames("0s:on=50us,off=50us,for=200us", 100), halves);
    // Off from 12.19 us to 112.19 us: frame 10 starts at 121.91 us and ends at 134.10 us; off until
    // 234.10 us, and frame 20 starts at 243.83 us.
    assert_eq!(frames("0s:on=1f,off=100us", 30), [0, 10, 20]);
}

#[test]
fn an_event_is_settled_when_nothing_more_changes() {
    let clock = Clock::new(Signal::Otu2, PartsPerBillion::default());
    let settled = |text: &str| Timing::from_text(text).unwrap().settled(clock);
    assert_eq!(settled("3ms"), SimTime::from_ms(3));
    assert_eq!(settled("3ms:4ms"), SimTime::from_ms(7));
    assert_eq!(settled("3ms:on=1f,off=1f"), SimTime::from_ms(3));
    assert_eq!(settled("3ms:on=1f,off=1f,for=4ms"), SimTime::from_ms(7));
    // Frame 85 starts at 85 x 130 560 x 237 / (255 x 9.953 280) = 1 036 265.4 ns.
    assert_eq!(settled("1ms:2f").as_ns(), 1_036_265);
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z0-9@:/.,=()-]{0,24}", rest in "\\PC{0,12}") {
        let _ = text.parse::<Asked>().is_ok();
        let _ = format!("lof@1ms:{rest}").parse::<Asked>().is_ok();
        let _ = format!("cut({rest})@{rest}").parse::<Asked>().is_ok();
    }

    /// A repetition by frames, beside the arithmetic of it.
    #[test]
    fn repetitions_by_frames_are_a_remainder(at in 0u64..2_000, on in 1u64..9, off in 1u64..9) {
        let found = frames(&format!("{at}us:on={on}f,off={off}f"), 300);
        // 130 560 bits at 255/237 x 9.953280 Gbit/s.
        let first = (0..300u64).find(|n| {
            u128::from(*n) * 130_560 * 237 * 1_000_000 >= u128::from(at) * 255 * 9_953_280_000
        });
        let expected: Vec<u64> = first
            .map(|first| (first..300).filter(|n| (n - first) % (on + off) < on).collect())
            .unwrap_or_default();
        prop_assert_eq!(found, expected);
    }
}
