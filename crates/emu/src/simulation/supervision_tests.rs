//! Delay there and back, overhead from outside, traces that do not match, fault causes: over chains of
//! nodes, with times and counts worked out by hand.

use super::chain_tests::{
    DELAY, Random, chain, check_ledgers, fault, only, run, spans, tandem, tcm, us,
};
use super::*;
use crate::channel::BitErrorRatio;
use crate::network::{DelaySchedule, FaultKind};
use otn_frame::overhead::TcmLevel;
use otn_frame::{PartsPerBillion, Signal, Tti};
use otn_proc::aps::{ApsLevel, ApsRequest, ApsSink, ApsSource, ApsWord};
use otn_proc::defect::{Defect, TandemDefect};
use otn_proc::delay::DelayLevel;
use otn_proc::monitor::{ExpectedTrace, TimMode};
use otn_proc::tandem::TandemMode;
use rand_core::Rng;

/// Frames from the start of a frame to the moment when the receiver at the end of `line` on the way `from`
/// one node `to` the other has it: one more where its octets are not in step with the sender's.
fn frames_to_receive(network: &Network, line: usize, from: usize, to: usize) -> u64 {
    let what = format!("line{line}/node{from}>node{to}/phase");
    if seed::stream(network.seed, &what).next_u32().is_multiple_of(8) { 1 } else { 2 }
}

const ALL_EQUAL: [i32; 3] = [0, 0, 0];

/// With one clock everywhere a frame n that starts at n T is at the far end `way` later, and known
/// there some frames after that; the far end answers with its next frame.
fn frames_by_hand(way: SimTime, known: [u64; 2]) -> u64 {
    let frame = FrameClock::new(Signal::Otu2, Default::default());
    let next_from = |at: SimTime| (0..).find(|&n| frame.frame_start(n) >= at).unwrap();
    // Frame 0 carries the inverted bit.
    let answers = next_from(frame.frame_start(known[0]) + way);
    let back = frame.frame_start(answers + known[1]) + way;
    // Frames that start after frame 0 and before the answer is known.
    (1..).take_while(|&n| frame.frame_start(n) < back).count() as u64
}

//= type=test g709:15.8.2-delay-process
#[test]
fn the_delay_there_and_back_is_that_of_lines_and_nodes_to_the_frame() {
    let mut network = chain(&ALL_EQUAL, 20);
    network.lines[0].delay = us(1_300);
    network.lines[1].delay = us(800);
    let one = crate::network::Tandem { delay: true, ..tandem(2, 0, 1) };
    network.services[0].tandem = vec![one, tandem(1, 0, 2)];
    network.services[0].delay = Some(DelaySchedule { start: us(5_000), every: Some(us(8_000)) });
    let (simulation, _) = run(&network);
    check_ledgers(&simulation);
    let delay = simulation.port(0, 0).received.delay;
    let levels: Vec<DelayLevel> = delay.iter().map(|report| report.level).collect();
    let level = |n| TcmLevel::new(n).unwrap();
    assert_eq!(levels, [DelayLevel::Path, DelayLevel::Tandem(level(2))]);
    // The path: both lines and the four frames of the node each way.
    let frame = FrameClock::new(Signal::Otu2, Default::default());
    let way = us(1_300 + 800) + frame.frame_start(LATENCY_FRAMES);
    let receive = |line, from, to| frames_to_receive(&network, line, from, to);
    let path = frames_by_hand(way, [receive(1, 1, 2), receive(0, 1, 0)]);
    // 2.1 ms are 172.25 frames: 173 and 172, 4 more frames a way, and the frames that were waited for.
    let waited = receive(1, 1, 2) + receive(0, 1, 0);
    assert_eq!(path, 173 + 172 + 2 * LATENCY_FRAMES + waited);
    let measured = |at: usize| -> Vec<u64> {
        delay[at].measurements.iter().map(|one| u64::from(one.frames)).collect()
    };
    assert_eq!(measured(0), [path, path]);
    // The tandem connection: the first line only. dijon answers at the frame start of the ODUk that it
    // passes on, whose phase the second line decides: less than a frame is open.
    let near = frames_by_hand(us(1_300), [receive(0, 0, 1), receive(0, 1, 0)]);
    for frames in measured(1) {
        assert!(frames.abs_diff(near) <= 1, "{frames} {near}");
    }
    assert_eq!(measured(1).len(), 2);
    // Frame 411 is the first one that starts at 5 ms or later.
    let began: Vec<SimTime> = delay[0].measurements.iter().map(|one| one.began).collect();
    assert_eq!(began, [frame.frame_start(411), frame.frame_start(1_067)]);
    assert_eq!(delay[0].measurements[0].lasts, frame.frame_start(path));
    assert_eq!(network.round_trip(&network.services[0], 0, 2), us(4_200));
    assert!((0..2).all(|end| simulation.port(1, end).received.delay.is_empty()));
}

//= type=test g798:14.2-dm-abandoned
#[test]
fn a_measurement_that_meets_ais_gives_no_result_and_the_next_one_does() {
    let mut network = chain(&[4_000, -4_000, 9_000], 30);
    network.services[0].delay = Some(DelaySchedule { start: us(5_000), every: Some(us(15_000)) });
    // The way back fails while the answer is on it.
    let (from, until) = (us(5_100), us(9_000));
    network.lines[1].faults = vec![fault(FaultKind::OtuAis, from, until, [true, false])];
    let (simulation, _) = run(&network);
    check_ledgers(&simulation);
    // The far end of line 1, node2, is its end 0.
    let delay = simulation.port(0, 0).received.delay;
    let results = delay[0].results;
    assert_eq!((results.measured, results.abandoned), (1, 1), "{delay:?}");
    assert_eq!(delay[0].measurements.len(), 1);
    assert!(delay[0].measurements[0].began >= us(20_000));
    // Four lines of 400 us and four times four frames, at least; at most five frames more.
    let least = us(4 * 400).as_ps() + 8 * 12_191_000;
    let lasts = delay[0].measurements[0].lasts.as_ps();
    assert!(lasts >= least && lasts < least + 7 * 12_192_000, "{lasts} {least}");
}

/// Sends octets in the channels, and keeps those that come.
#[derive(Default)]
struct Channels {
    sent: u8,
    aps: ApsSource,
    accepted: ApsSink,
    words: Vec<(ApsLevel, ApsWord)>,
    /// GCC1 at the far end of the route.
    far: Vec<u8>,
    /// GCC0 by line, in the direction of the route.
    hops: [Vec<[u8; 2]>; 2],
}

impl Channels {
    /// The end of the lines of a chain that sends along the route.
    fn is_along(direction: Direction) -> bool {
        direction.from == direction.line % 2
    }
}

impl Taps for Channels {
    fn overhead_to_send(
        &mut self,
        direction: Direction,
        _: SimTime,
        mfas: u8,
    ) -> OverheadInsertion {
        let mut insertion = OverheadInsertion::default();
        if !Self::is_along(direction) {
            return insertion;
        }
        insertion.gcc0 = Some([0xA0 + direction.line as u8, mfas]);
        if direction.line == 0 {
            insertion.gcc1 = Some([self.sent, self.sent.wrapping_add(1)]);
            self.sent = self.sent.wrapping_add(2);
            insertion.aps = std::array::from_fn(|channel| Some(self.aps.octets(channel as u8)));
        }
        insertion
    }

    fn overhead_received(
        &mut self,
        direction: Direction,
        _: SimTime,
        mfas: u8,
        octets: &OverheadOctets,
    ) {
        if !Self::is_along(direction) {
            assert_eq!((octets.gcc0, octets.gcc1, octets.aps), ([0; 2], [0; 2], [0; 4]));
            return;
        }
        self.hops[direction.line].push(octets.gcc0);
        if direction.line == 1 {
            self.far.extend(octets.gcc1);
            let change = self.accepted.receive(mfas, octets.aps);
            self.words.extend(change.map(|change| (change.level, change.word)));
        }
    }
}

//= type=test g709:15.7.2-gcc0
//= type=test g709:15.8.2-gcc1-gcc2
//= type=test g709:15.8.2-aps-channel
#[test]
fn overhead_from_outside_goes_end_to_end_or_hop_by_hop_as_its_layer_does() {
    let network = chain(&[6_000, -6_000, 0], 5);
    let source = |name: &str| -> Option<Box<dyn PacketSource>> {
        Some(Box::new(Random(seed::stream(1, name))))
    };
    let mut simulation = Simulation::new(network, vec![[source("a"), source("b")]]);
    let mut channels = Channels::default();
    let word = ApsWord {
        request: ApsRequest::ForcedSwitch,
        channel: true,
        selective_bridge: false,
        bidirectional: true,
        revertive: true,
        requested: 1,
        bridged: 1,
        reserved: 0,
    };
    let level = ApsLevel::Tandem(TcmLevel::new(3).unwrap());
    channels.aps.set(level, Some(word));
    simulation.run(&mut channels).unwrap();
    check_ledgers(&simulation);
    // Every octet arrives once and in order, from the first frame on.
    assert!(channels.far.len() > 800, "{}", channels.far.len());
    let counting = |(at, octet): (usize, &u8)| *octet == at as u8;
    assert!(channels.far.iter().enumerate().all(counting));
    // GCC0 ends at each node: every line has its own, with the count of the frame it was put into.
    for (line, hop) in channels.hops.iter().enumerate() {
        let expected = (0..hop.len()).map(|at| [0xA0 + line as u8, at as u8]);
        assert!(hop.iter().copied().eq(expected), "line {line}");
    }
    let told: Vec<_> = channels.words.into_iter().filter(|(at, _)| *at == level).collect();
    assert_eq!(told, [(level, word)]);
    for line in 0..2 {
        for along in [true, false] {
            assert_eq!(spans(&simulation, line, along), []);
        }
    }
}

fn expects(sapi: &str, action: bool) -> ExpectedTrace {
    ExpectedTrace { mode: TimMode::Sapi, tti: Tti::new(sapi, "", "").unwrap(), action }
}

/// Line 0 from node0 to node1, received at its end 1.
//= type=test g798:13.2-atsf
//= type=test g798:13.3-aais
#[test]
fn a_section_of_the_wrong_trace_passes_nothing_on_only_where_it_acts() {
    for action in [false, true] {
        let mut network = chain(&[3_000, -3_000, 0], 12);
        network.lines[0].traces.expected[1] = expects("elsewhere", action);
        network.lines[1].traces.expected[0] = expects("node1", true);
        let (simulation, _) = run(&network);
        check_ledgers(&simulation);
        let tim = only(&spans(&simulation, 0, true), Defect::SectionTim);
        assert_eq!(tim.cleared, None);
        // A trace is whole after 64 frames, and taken for good with the third one.
        let frame = FrameClock::new(Signal::Otu2, PartsPerBillion::new(3_000).unwrap());
        assert_eq!(tim.raised, DELAY + frame.frame_start(191));
        let far = spans(&simulation, 1, true);
        assert_eq!(far.iter().any(|span| span.defect == Defect::Ais), action, "{far:?}");
        assert_eq!(simulation.flow(0, 0).packets.packets_lost() > 0, action);
        assert_eq!(simulation.flow(0, 1).packets.packets_lost(), 0);
        // BDI goes back either way.
        only(&spans(&simulation, 0, false), Defect::SectionBdi);
        let names = |line: usize, end: usize| -> Vec<String> {
            let (causes, more) = simulation.port(line, end).received.causes;
            assert_eq!(more, 0);
            causes.iter().map(|found| found.cause.to_string()).collect()
        };
        assert_eq!(names(0, 1), ["OTU cTIM"], "action {action}");
        let far = if action { &["ODU cSSF"][..] } else { &[] };
        assert_eq!(names(1, 0), far);
    }
}

/// TCM1 over the first line: its source sends another trace than the sink expects, or none.
//= type=test g798:14.5.1-modes
//= type=test g798:14.5.1-aais
#[test]
fn modes_and_actions_of_a_tandem_connection_decide_what_goes_on() {
    let modes = [TandemMode::Operational, TandemMode::Monitor, TandemMode::Transparent];
    for (mode, action) in modes.into_iter().flat_map(|mode| [(mode, true), (mode, false)]) {
        let mut network = chain(&[0, 2_000, -2_000], 12);
        let mut one = tandem(1, 0, 1);
        one.mode = mode;
        one.traces.sent[0] = Some(Tti::new("stranger", "node1", "").unwrap());
        one.traces.expected[1] = expects("node0", action);
        network.services[0].tandem = vec![one];
        let (simulation, _) = run(&network);
        check_ledgers(&simulation);
        let case = format!("{mode:?} {action}");
        only(&spans(&simulation, 0, true), tcm(1, TandemDefect::Tim));
        let far = spans(&simulation, 1, true);
        let acts = mode == TandemMode::Operational && action;
        assert_eq!(far.iter().any(|span| span.defect == Defect::Ais), acts, "{case} {far:?}");
        let near = spans(&simulation, 0, false);
        let told = near.iter().any(|span| span.defect == tcm(1, TandemDefect::Bdi));
        assert_eq!(told, mode != TandemMode::Transparent, "{case} {near:?}");
        let trace = simulation.port(0, 1).received.tandem[0].0.monitor().trace().accepted();
        assert_eq!(trace.unwrap().sapi().to_string(), "stranger");
    }
}

/// A cut in the first line: the light is the cause there; what lies behind has a server that failed, and
/// what lies before is told so. No fault has two causes in one layer.
#[test]
fn a_cut_has_one_cause_at_each_layer_that_ends() {
    let mut network = chain(&[12_000, -7_500, 3_000], 65);
    network.services[0].tandem = vec![tandem(1, 0, 2), tandem(2, 0, 1), tandem(3, 1, 2)];
    let (from, until) = (us(5_000), us(10_000));
    network.lines[0].faults = vec![fault(FaultKind::Cut, from, until, [true, false])];
    let (simulation, _) = run(&network);
    let causes = |line: usize, end: usize| -> Vec<(String, bool)> {
        let (causes, more) = simulation.port(line, end).received.causes;
        assert_eq!(more, 0);
        assert!(causes.iter().all(|found| found.cleared.is_some()), "{causes:?}");
        causes.iter().map(|found| (found.cause.to_string(), found.by_ais)).collect()
    };
    let one = |text: &str, by_ais| (text.to_string(), by_ais);
    let at = causes(0, 1);
    // dLOF stands as well: while there is no light, that explains it.
    assert_eq!(at.iter().filter(|(name, _)| name == "OTSi cLOS").count(), 1, "{at:?}");
    assert!(at.contains(&one("TCM2 cSSF", false)), "{at:?}");
    assert!(!at.iter().any(|(name, _)| name.starts_with("ODU")), "no path ends there: {at:?}");
    let far = causes(1, 0);
    assert!(far.contains(&one("TCM1 cSSF", true)), "{far:?}");
    assert!(far.contains(&one("ODU cSSF", false)), "{far:?}");
    let near = causes(0, 0);
    for told in ["OTU cBDI", "TCM2 cBDI", "TCM1 cBDI", "ODU cBDI"] {
        assert_eq!(near.iter().filter(|(name, _)| name == told).count(), 1, "{told} {near:?}");
    }
}

/// Errors of one line: the tandem connection over it counts them, its far end is told of each.
#[test]
fn what_a_tandem_connection_counts_comes_back_as_bei() {
    let mut network = chain(&[0, 0, 0], 20);
    network.services[0].tandem = vec![tandem(1, 0, 2), tandem(2, 0, 1), tandem(3, 1, 2)];
    network.lines[0].ber_towards[1] = BitErrorRatio::new(1e-6).unwrap();
    let (simulation, _) = run(&network);
    let counted = |line: usize, end: usize, level: u8| {
        let tandem = simulation.port(line, end).received.tandem;
        let of = otn_proc::monitor::Monitor::Tandem(TcmLevel::new(level).unwrap());
        tandem.iter().find(|(sink, _)| sink.monitor().monitor() == of).unwrap().1
    };
    let ([over_line, _], [around, _]) = (counted(0, 1, 2), counted(1, 0, 1));
    assert!(over_line > 50, "{over_line}");
    // The same frames, but for the last ones on their way.
    assert!(over_line.abs_diff(around) < 5, "{over_line} {around}");
    assert_eq!(counted(0, 0, 2)[0], 0);
    let told = counted(0, 0, 2)[1];
    assert!(over_line - told < 10, "{over_line} {told}");
    assert_eq!((counted(1, 0, 3), counted(1, 1, 3)), ([0; 2], [0; 2]), "the other line is sound");
    // The open second of the sink has them as errored blocks, no more of these than of violations.
    let tandem = simulation.port(0, 1).received.tandem;
    let second = tandem[0].0.monitor().performance().unwrap().open_second();
    let blocks = u64::from(second.near.errored_blocks);
    assert!(blocks > 0 && blocks <= over_line && !second.near.defect, "{second:?}");
}
