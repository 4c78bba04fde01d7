//! The whole way of a word: machine, APS/PCC field of ODU2 frames, machine.

use std::collections::VecDeque;

use otn_frame::SimTime;
use otn_proc::aps::{ApsSink, ApsSource, WORD_OCTETS};
use otn_proc::protection::{
    Architecture, Entity, ExternalCommand, Protection, ProtectionState, Signal,
};

use crate::harness::{A, Z, config, new_end};
use Entity::{Protection as P, Working as W};

/// Time of an ODU2 frame, rounded.
const FRAME: SimTime = SimTime::from_ps(12_191_000);
/// Frames on the way from one end to the other.
const ON_THE_WAY: usize = 100;

struct Line {
    ends: [Protection; 2],
    sinks: [ApsSink; 2],
    fibre: [VecDeque<(u8, [u8; WORD_OCTETS])>; 2],
    /// Protection has failed at an end.
    failed: [bool; 2],
    frame: u64,
}

impl Line {
    fn new(architecture: Architecture) -> Self {
        Self {
            ends: [A, Z].map(|_| new_end(config(architecture))),
            sinks: [ApsSink::default(); 2],
            fibre: [VecDeque::new(), VecDeque::new()],
            failed: [false; 2],
            frame: 0,
        }
    }

    fn now(&self) -> SimTime {
        SimTime::from_ps(FRAME.as_ps() * self.frame)
    }

    fn signal(&mut self, end: usize, entity: Entity, signal: Signal) {
        self.ends[end].signal(self.now(), entity, signal);
        if entity == P {
            self.failed[end] = signal == Signal::Failed;
        }
    }

    /// Frames until `done`, if it comes to that within 50 ms.
    fn until(&mut self, done: impl Fn(&[Protection; 2]) -> bool) -> Option<u64> {
        let limit = SimTime::from_ms(50).as_ps() / FRAME.as_ps();
        for frames in 0..limit {
            if done(&self.ends) {
                return Some(frames);
            }
            for end in [A, Z] {
                self.step(end);
            }
            self.frame += 1;
        }
        None
    }

    fn step(&mut self, end: usize) {
        let (now, mfas) = (self.now(), (self.frame % 256) as u8);
        let level = self.ends[end].config().level;
        let mut source = ApsSource::default();
        source.set(level, Some(self.ends[end].transmit()));
        self.fibre[1 - end].push_back((mfas, source.octets(mfas)));
        if self.failed[end] {
            self.sinks[end].signal_fail(level);
        }
        if self.fibre[end].len() <= ON_THE_WAY {
            return;
        }
        if let Some((mfas, octets)) = self.fibre[end].pop_front().filter(|_| !self.failed[end])
            && let Some(change) = self.sinks[end].receive(mfas, octets)
            && change.level == level
        {
            self.ends[end].received(now, Some(change.word));
        }
    }
}

fn selected(ends: &[Protection; 2]) -> [Entity; 2] {
    [A, Z].map(|end| ends[end].selected())
}

/// One way, and a word that has to come three times, once in eight frames.
//= type=test g873.1:8.2-accept-3
#[test]
fn the_far_end_switches_after_one_way_and_three_words() {
    for architecture in [Architecture::OnePlusOneBidirectional, Architecture::OneToOne] {
        let mut line = Line::new(architecture);
        line.until(|_| false);
        line.signal(A, W, Signal::Failed);
        let frames = line.until(|ends| selected(ends) == [P, P]).unwrap();
        let (way, words) = (ON_THE_WAY as u64, 16..=25);
        assert!(words.contains(&(frames - way)), "{frames} frames");
    }
}

//= type=test rfc8234:4.3-stale-word
//= type=test g873.1:8.2-signal-fail
#[test]
fn after_a_fail_of_protection_the_same_word_has_to_come_again() {
    let mut line = Line::new(Architecture::OneToOne);
    line.until(|_| false);
    let now = line.now();
    line.ends[Z].command(now, ExternalCommand::LockoutOfProtection).unwrap();
    let locked = |ends: &[Protection; 2]| matches!(ends[A].state(), ProtectionState::Lockout(_));
    assert!(line.until(locked).is_some());
    line.signal(A, P, Signal::Failed);
    line.until(|_| false);
    line.signal(A, P, Signal::Normal);
    assert_eq!(line.ends[A].state(), ProtectionState::NoRequest);
    let frames = line.until(locked).unwrap();
    assert!((16..=25).contains(&frames), "the lockout is heard anew: {frames} frames");
}
