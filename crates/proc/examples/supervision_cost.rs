//! Full supervision of an OTUk without FEC, for counting instructions: `supervision_cost OTU2|OTU4 FRAMES
//! [errors]`.
//!
//! Alignment at a bit offset, descrambler, SM, TCM1 to TCM6 and PM with their traces, defects, BIP-8 and
//! seconds. With `errors` every frame has one wrong payload bit, and a count in each backward field.
//! The same 256 frames go round and round. Prints what was counted, so that no part of the work can be
//! left away.

use std::process::ExitCode;

use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal};
use otn_proc::observer::Nobody;
use otn_proc::performance::monitor::PerformanceMonitor;

#[path = "../benches/supervised/mod.rs"]
mod supervised;

fn run(signal: Signal, frames: usize, errors: bool) -> Option<String> {
    let line = supervised::line(signal, errors)?;
    let mut sink = supervised::sink(signal);
    let clock = FrameClock::new(signal, PartsPerBillion::default());
    let date = |bit: u64| clock.bit_start(bit);
    for piece in line.chunks_exact(OtuFrame::OCTETS).cycle().take(frames) {
        sink.push(piece, &date, &mut Nobody);
    }
    let blocks = |monitor: &otn_proc::monitor::MonitorSink| {
        let open = monitor.performance().map(PerformanceMonitor::open_second);
        open.map(|s| (s.near.errored_blocks, s.far.errored_blocks)).unwrap_or_default()
    };
    let tandem: Vec<_> = sink.odu().tandem().iter().map(|t| blocks(t.monitor())).collect();
    Some(format!(
        "{} frames, SM {:?}, TCM {tandem:?}, PM {:?}, defects {}",
        sink.counters().frames,
        blocks(sink.section()),
        blocks(sink.odu().path()),
        sink.defects().iter().count(),
    ))
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [signal, frames, rest @ ..] = arguments.as_slice() else { return ExitCode::FAILURE };
    let signal = Signal::ALL.into_iter().find(|s| s.name() == signal.as_str());
    let (Some(signal), Ok(frames)) = (signal, frames.parse()) else { return ExitCode::FAILURE };
    match run(signal, frames, rest.first().is_some_and(|e| e == "errors")) {
        Some(text) => println!("{text}"),
        None => return ExitCode::FAILURE,
    }
    ExitCode::SUCCESS
}
