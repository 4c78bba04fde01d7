//! Why packets were lost: codewords by name, lines that are dark or not found, maintenance signals.
//!
//! Codewords are told by the instants at which errors were put on a line: a frame of an OTU2 lasts 12.191 us, a row a
//! quarter of that, and octet n of a row is in sub-row n modulo 16.

use otn_emu::net::model::Action;
use otn_emu::net::spoiled::{Cause, Codeword, Loss};
use otn_emu::net::{Record, injection};
use otn_frame::{FrameClock, Signal, SimTime};
use otn_map::odtu::Slots;
use otn_proc::terminal::{Fec, LineCoding};

use crate::build::{Build, us};

const UNEXPLAINED: usize = Cause::Unexplained.kind();
const CODEWORD: usize = 0;

/// The network A - B - C, without slots or with them.
fn chain(slots: bool, duration: SimTime, every: SimTime) -> Build {
    let mut build = Build::new(&[2, -3, 5], duration);
    let (signal, ends) = (Signal::Otu2, [([0, 1], 50), ([1, 2], 100)]);
    let lines = ends.map(|(ends, delay)| match slots {
        true => build.line(ends, us(delay), 0.0),
        false => build.whole(ends, signal, us(delay), 0.0),
    });
    let odu = if slots { Signal::Odu1 } else { Signal::Odu2 };
    build.service(odu, [0, 2], &lines, every).unwrap();
    build
}

/// Row and sub-row of what is received at an instant in the frame of a codeword.
fn named(clock: &FrameClock, word: Codeword, at: SimTime) -> (u8, Option<u8>) {
    let period = u128::from(clock.frame_start(1).as_ps());
    let octet = (u128::from(at.since(word.at).as_ps()) * 16_320).div_ceil(period) as usize;
    ((octet / 4_080 + 1) as u8, Some((octet % 16 + 1) as u8))
}

fn losses(record: &Record, end: usize) -> &[Loss] {
    record.flows[0][end].losses()
}

fn codewords(record: &Record, end: usize) -> Vec<(Codeword, u64)> {
    let word = |loss: &Loss| match loss.cause {
        Cause::Codeword(word) => (word, loss.packets),
        other => panic!("{other:?}"),
    };
    losses(record, end).iter().map(word).collect()
}

/// The octets of a frame of a line in which half of the bits are wrong: a start in the frame, and how many.
fn burst(build: &mut Build, (line, end): (usize, usize), frame: u64, octets: (usize, usize)) {
    let of = &build.plan.lines[line];
    let clock = FrameClock::new(of.signal, build.plan.nodes[of.ends[1 - end]].clock);
    // A change takes effect with the next octet that begins.
    let bit = |octet: usize| frame * 130_560 + 8 * octet as u64 - 2;
    let (from, until) = (clock.bit_start(bit(octets.0)), clock.bit_start(bit(octets.0 + octets.1)));
    build.light((line, end), from, true, 0.5);
    build.light((line, end), until, true, 0.0);
}

/// 400 octets are 25 of each codeword of the row: none can be corrected. They hit the payload of one row and no other.
#[test]
fn a_burst_is_named_by_line_frame_and_row() {
    for slots in [false, true] {
        let mut build = chain(slots, us(20_000), us(3));
        burst(&mut build, (0, 1), 900, (4_080 + 1_000, 400));
        let record = build.run();
        let words = codewords(&record, 0);
        let (word, packets) = words[0];
        assert_eq!((word.line, word.end), (0, 1), "{slots}");
        let clock = FrameClock::new(Signal::Otu2, build.plan.nodes[0].clock);
        if slots {
            // The line has the frame start of its node: time zero.
            assert_eq!((word.frame, word.row, word.sub_row), (900, 2, Some(9)));
            assert_eq!(word.at, clock.frame_start(900) + us(50));
        }
        let begins = build.plan.lines[0].light[1][1].from + us(50);
        assert_eq!((word.row, word.sub_row), named(&clock, word, begins), "{slots}");
        // 400 octets of the line are 320 ns: less than one packet of 500 octets at 10 Gbit/s, and the one behind it.
        assert!(words.len() == 1 && (1..=3).contains(&packets), "{slots} {words:?}");
        assert_eq!(record.flows[0][1].counts().lost, 0);
    }
}

/// 9 wrong octets in steps of 16 are all in one codeword, which cannot correct them: 8 it could.
#[test]
fn a_codeword_is_named_by_its_sub_row() {
    for (wrong, lost) in [(8, false), (9, true)] {
        let mut build = chain(false, us(20_000), SimTime::from_ns(600));
        for n in 0..wrong {
            burst(&mut build, (1, 1), 1_000, (2 * 4_080 + 1_600 + 16 * n, 1));
        }
        // Half of the bits of an octet are wrong, or none: with this seed none is sound.
        build.plan.seed = SEED;
        let record = build.run();
        let words = codewords(&record, 0);
        assert_eq!(!words.is_empty(), lost, "{words:?}");
        for (word, _) in words {
            let clock = FrameClock::new(Signal::Otu2, build.plan.nodes[0].clock);
            let begins = build.plan.lines[1].light[1][1].from + us(100);
            assert_eq!(
                (word.line, word.row, word.sub_row.is_some()),
                (1, named(&clock, word, begins).0, true)
            );
        }
    }
}

const SEED: u64 = 5;

/// Noise that a code corrects but for some codewords: every packet that is missing has one, and it is of a line and
/// direction that was noisy.
#[test]
fn noise_leaves_no_lost_packet_without_a_codeword() {
    for slots in [false, true] {
        for seed in 0..4 {
            let mut build = chain(slots, us(15_000), us(3));
            build.plan.seed = seed;
            for line in [0, 1] {
                build.light((line, 1), us(4_000), true, 2e-3);
            }
            let record = build.run();
            let flow = &record.flows[0][0];
            let (counts, by_kind) = (flow.counts(), flow.lost_by_kind());
            assert!(counts.lost > 5, "{counts:?}");
            assert_eq!(
                by_kind[CODEWORD],
                counts.lost,
                "{slots} {seed} {by_kind:?} {:?}",
                flow.losses()
            );
            let words = codewords(&record, 0);
            assert!(
                words.iter().all(|(word, _)| word.end == 1 && word.at >= us(4_030)),
                "{words:?}"
            );
            let lines: Vec<usize> = words.iter().map(|(word, _)| word.line).collect();
            assert!(lines.contains(&0) && lines.contains(&1));
            assert_eq!(record.flows[0][1].counts().lost, 0);
        }
    }
}

/// Without a code every wrong octet may be the reason, and a row is all there is to name.
#[test]
fn without_fec_a_row_is_named() {
    let mut build = chain(false, us(12_000), us(3));
    let coding = LineCoding { fec: Fec::None, scrambled: true };
    build.plan.lines.iter_mut().for_each(|line| line.coding = coding);
    build.light((0, 1), us(4_000), true, 1e-6);
    let record = build.run();
    let flow = &record.flows[0][0];
    assert!(flow.counts().lost > 5);
    assert_eq!(flow.lost_by_kind()[CODEWORD], flow.counts().lost, "{:?}", flow.losses());
    assert!(codewords(&record, 0).iter().all(|(word, _)| word.sub_row.is_none() && word.line == 0));
}

/// What the line did comes first; what nodes send in the place of an ODU meanwhile follows from it.
#[test]
fn a_dark_line_a_lost_frame_and_a_lock_are_told_apart() {
    for slots in [false, true] {
        let mut build = chain(slots, us(40_000), us(10));
        build.dark((1, 1), us(8_000), us(12_000));
        let lasts = injection::Lasts::Time(us(6_000));
        let at = injection::At::Line { line: 0, end: 0 };
        build.at(us(18_000), Action::Inject { at, change: injection::Change::Fas, lasts });
        build.at(us(30_000), Action::Lock { service: 0, end: 0, locked: true });
        build.at(us(33_000), Action::Lock { service: 0, end: 0, locked: false });
        let record = build.run();
        let flow = &record.flows[0][0];
        let [_, dark, not_found, maintenance, ..] = flow.lost_by_kind();
        // A packet each 10 us. 4 ms in the dark; dLOF is raised after 3 ms and cleared 3 ms after frames came again,
        // once behind the dark, once for the 6 ms without FAS, the first 3 ms of which lose nothing; 3 ms of lock.
        assert!((395..405).contains(&dark), "{slots} {:?}", flow.losses());
        assert!((890..930).contains(&not_found), "{slots} {:?}", flow.losses());
        assert!((295..330).contains(&maintenance), "{slots} {:?}", flow.losses());
        assert_eq!(flow.lost_by_kind()[UNEXPLAINED], 0, "{slots} {:?}", flow.losses());
        let of_line =
            |loss: &&Loss| matches!(loss.cause, Cause::Dark { .. } | Cause::NotFound { .. });
        for loss in flow.losses().iter().filter(of_line) {
            let expected = match loss.cause {
                Cause::Dark { line, end } => (line, end) == (1, 1),
                // Behind a line without slots the frame start moves when AIS begins and ends.
                Cause::NotFound { line, end } => {
                    let behind = (line, end) == (1, 1);
                    (line, end) == (0, 1)
                        || behind && loss.packets < 10
                        || behind && loss.sent.0 < us(12_000)
                }
                _ => false,
            };
            assert!(expected, "{slots} {loss:?}");
        }
    }
}

/// Slots of others: a burst in the columns of one tributary spoils that one only.
#[test]
fn what_is_wrong_in_the_slots_of_another_service_explains_nothing_here() {
    let mut build = Build::new(&[2, -3], us(20_000));
    let line = build.line([0, 1], us(50), 0.0);
    for _ in 0..2 {
        build.service(Signal::Odu1, [0, 1], &[line], us(3)).unwrap();
    }
    assert_eq!(build.plan.lines[line].slots, Some(Slots::Opu2By8));
    // Slot 1 has the columns of the payload with number 0 modulo 8, sub-row and slot go round together.
    for n in 0..12 {
        burst(&mut build, (line, 1), 900, (4_080 + 1_600 + 16 * n, 1));
    }
    let set = |service: usize| {
        let tributary = build.plan.services[service].route[0].tributary;
        build.plan.lines[line].tributaries[tributary].content.unwrap().set
    };
    assert!(set(0).contains(1) && !set(1).contains(1));
    let record = build.run();
    assert!(record.flows[0][0].counts().lost > 0);
    assert_eq!(record.flows[1][0].counts().lost, 0);
    assert!(codewords(&record, 0).iter().all(|(word, _)| word.sub_row == Some(1)));
}
