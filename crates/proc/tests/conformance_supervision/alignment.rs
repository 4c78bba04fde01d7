//! Cases 1 to 8: frame and multiframe alignment, on the clock of an OTU2.

use otn_frame::{Signal, SimTime};
use otn_proc::defect::Defect;

use crate::bench::{Seen, Terminal, clear, scramble, start_of};

/// The frame with which each stimulus begins.
const FIRST: usize = 300;
const MS_3: SimTime = SimTime::from_ms(3);

fn otu2(number: usize) -> SimTime {
    start_of(Signal::Otu2, number as u64)
}

/// Octets 3 to 5 of the FAS inverted.
fn without_fas(_: usize, frame: &mut [u8]) {
    frame[2..5].copy_from_slice(&[0x09, 0xD7, 0xD7]);
}

fn terminal() -> Terminal {
    let mut terminal = Terminal::new(Signal::Otu2);
    terminal.good(FIRST);
    terminal
}

/// The frames that were not cut in frame.
fn out_of_frame(line: &[Seen]) -> Vec<usize> {
    let out = line.iter().enumerate().filter(|(_, seen)| !seen.in_frame);
    out.map(|(number, _)| number).collect()
}

//= type=test g798:8.2.1-oof-after-5
//= type=test g798:8.2.1-check-bytes-3-4-5
#[test]
fn case_01_four_wrong_fas_are_no_loss() {
    let mut terminal = terminal();
    terminal.send(4, without_fas).good(20);
    assert_eq!(terminal.record.events, []);
    assert_eq!(out_of_frame(&terminal.record.line), []);
    assert_eq!(terminal.record.mfas.len(), FIRST + 24, "every frame is looked into");
    assert_eq!(terminal.sink.counters().oof_events, 0);
    assert_eq!(terminal.sink.counters().section_bip_violations, 0);
}

//= type=test g798:8.2.1-oof-after-5
//= type=test g798:8.2.1-two-frames
#[test]
fn case_02_five_wrong_fas_are_oof_for_a_frame_and_no_lof() {
    let mut terminal = terminal();
    terminal.send(5, without_fas).good(400);
    assert_eq!(out_of_frame(&terminal.record.line), [FIRST + 4]);
    assert!(terminal.record.line[1..].iter().all(|seen| !seen.realigned), "the phase is kept");
    assert_eq!(terminal.record.events, []);
    assert_eq!(terminal.sink.counters().oof_events, 1);
    assert_eq!(terminal.sink.counters().section_bip_violations, 0, "nothing moved");
}

/// Cases 3 and 6: lost for good is dLOF to the picosecond, and 3 ms of frames clear it.
//= type=test g798:6.2.5.1-lof-3ms
//= type=test g798:13.2-abdi
#[test]
fn case_03_and_06_a_lost_fas_is_lof_after_3_06_ms_and_clears_after_3() {
    let mut terminal = terminal();
    terminal.send(300, without_fas).settle();
    let raised = otu2(FIRST + 4) + MS_3;
    assert_eq!(terminal.record.of(Defect::Lof), [(raised, true)]);
    // 4 frames of 12.191 µs, and 3 ms.
    assert_eq!(raised.since(otu2(FIRST)).as_ns(), 3_048_765);
    assert_eq!(terminal.record.standing(), ["ODU cSSF", "OTU cLOF"]);
    let remote = terminal.sink.remote();
    assert!(remote.section.bdi() && remote.path.bdi());

    terminal.good(260).settle();
    let cleared = otu2(FIRST + 300) + MS_3;
    assert_eq!(terminal.record.of(Defect::Lof), [(raised, true), (cleared, false)]);
    assert_eq!(terminal.record.standing(), Vec::<String>::new());
    assert_eq!(terminal.record.told(), ["ODU cSSF", "OTU cLOF"]);
    let remote = terminal.sink.remote();
    assert!(!remote.section.bdi() && !remote.path.bdi());
    assert_eq!(terminal.record.names(), ["OTU dLOF"]);
}

/// Out of frame for `out` frames and in frame for `back`, again and again.
fn intermittent(out: usize, back: usize, rounds: usize) -> Vec<(SimTime, bool)> {
    let mut terminal = terminal();
    for _ in 0..rounds {
        // Out with the fifth wrong frame, in with the first good one: four more of one, four less of
        // the other.
        terminal.send(out + 4, without_fas).good(back - 4);
    }
    assert_eq!(terminal.sink.counters().oof_events, rounds as u64);
    terminal.record.of(Defect::Lof)
}

/// Case 4: 238 frames are 2.901 ms, 164 are 1.999 ms.
//= type=test g798:6.2.5.1-lof-intermittent
#[test]
fn case_04_short_spells_in_frame_do_not_wipe_the_time_out() {
    let second = FIRST + 4 + 238 + 164;
    let before = otu2(FIRST + 4 + 238).since(otu2(FIRST + 4));
    let raised = otu2(second) + (MS_3 - before);
    assert_eq!(before.as_ns() / 1_000, 2_901);
    assert_eq!(intermittent(238, 164, 3), [(raised, true)]);
}

/// Case 5: 238 frames are 2.901 ms, 288 are 3.511 ms; 247 are 3.011 ms and do as well, 246 are 2.999 ms
/// and do not.
//= type=test g798:6.2.5.1-lof-intermittent
#[test]
fn case_05_three_milliseconds_in_frame_do() {
    assert_eq!(intermittent(238, 288, 4), []);
    assert_eq!(intermittent(238, 247, 4), []);
    let second = FIRST + 4 + 238 + 246;
    let before = otu2(FIRST + 4 + 238).since(otu2(FIRST + 4));
    assert_eq!(intermittent(238, 246, 2), [(otu2(second) + (MS_3 - before), true)]);
}

//= type=test g798:8.2.2-oom-after-5
//= type=test g798:6.2.5.2-lom-3ms
#[test]
fn case_07_a_frozen_mfas_is_lom_and_no_lof() {
    let mut terminal = terminal();
    // 246.1 frames are 3 ms.
    terminal.send(260, |_, frame| frame[6] = (FIRST - 1) as u8).settle();
    let raised = otu2(FIRST + 4) + MS_3;
    assert_eq!(terminal.record.of(Defect::Lom), [(raised, true)]);
    assert_eq!(terminal.record.standing(), ["ODU cSSF", "OTU cLOM"]);
    assert!(terminal.sink.remote().section.bdi());
    terminal.good(20).settle();
    // In with the second good frame.
    let cleared = otu2(FIRST + 260 + 1);
    assert_eq!(terminal.record.of(Defect::Lom), [(raised, true), (cleared, false)]);
    assert_eq!(terminal.record.names(), ["OTU dLOM"]);
    assert_eq!(terminal.record.told(), ["ODU cSSF", "OTU cLOM"]);
    // Told with frame 251 from the first, which begins behind the 246.1; looked into again from 261 on.
    let skipped = terminal.record.line.len() - terminal.record.mfas.len();
    assert_eq!(skipped, 10);
    let last = terminal.record.mfas.len() - 19;
    assert!(terminal.record.mfas[last..].iter().all(|(used, received)| used == received));
}

/// Case 8: the multiframe jumps by 7 and counts on.
//= type=test g798:8.2.2-oom-after-5
//= type=test g798:8.2.2-two-in-sequence
#[test]
fn case_08_a_jump_of_the_mfas_costs_five_frames_and_is_no_lom() {
    let mut terminal = terminal();
    // As another source that is seven frames ahead.
    for number in 0..500 {
        let mut frame = clear(FIRST + 7 + number).to_vec();
        scramble(&mut frame);
        terminal.push(&frame);
    }
    let used = &terminal.record.mfas[FIRST..];
    let wrong: Vec<usize> = (0..500).filter(|&n| used[n].0 != used[n].1).collect();
    // The first four are frames with a wrong MFAS; with the fifth the process is out, and as it saw
    // the received values in sequence the fifth or sixth is in again.
    assert!(wrong.iter().copied().eq(0..wrong.len()), "{wrong:?}");
    assert!((4..=6).contains(&wrong.len()), "{wrong:?}");
    assert!(terminal.sink.in_multiframe());
    assert_eq!(terminal.record.of(Defect::Lom), []);
    assert_eq!(terminal.record.told(), Vec::<String>::new());
    // Traces and PSI begin again with their next first octet.
    let accepted = terminal.sink.section().trace().accepted().expect("accepted before");
    assert_eq!(accepted, &crate::bench::trace());
    assert_eq!(terminal.sink.section().trace().last_copy(), Some(accepted));
}
