//! Full supervision of an OTUk without FEC, for counting instructions: `supervision_cost OTU2|OTU4 FRAMES
//! [errors]`.
//!
//! Alignment at a bit offset, descrambler, SM, TCM1 to TCM6 and PM with their traces, defects, BIP-8 and
//! seconds. With `errors` every frame has one wrong payload bit, and a count in each backward field.
//! The same 256 frames go round and round. Prints what was counted, so that no part of the work can be
//! left away.

use std::process::ExitCode;

use otn_frame::overhead::{PayloadType, TcmLevel};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, Tti};
use otn_proc::observer::Nobody;
use otn_proc::odu::Hold;
use otn_proc::odu::source::{OduSource, PayloadSource};
use otn_proc::performance::monitor::PerformanceMonitor;
use otn_proc::provision::{OduProvision, Provision};
use otn_proc::tandem::TandemSource;
use otn_proc::terminal::{Fec, LineCoding, OtuSource, TerminalSink};

const CODING: LineCoding = LineCoding { fec: Fec::None, scrambled: true };

/// Bits by which the line is late: no octet of the line is one of a frame.
const PHASE: u32 = 3;

/// A multiframe as it is on the line, in the receiver's octets.
fn line(signal: Signal, errors: bool) -> Option<Vec<u8>> {
    let tti = Tti::new("FROM", "TO", "supervision").ok()?;
    let nominal = PartsPerBillion::default();
    let mut odu =
        OduSource::new(signal.odu(), nominal, PayloadType::PRBS, PayloadSource::prbs(), tti);
    for level in TcmLevel::all() {
        odu = odu.with_tandem(TandemSource::new(level, tti));
    }
    let mut source = OtuSource::new(CODING, tti, odu);
    let mut frame = OtuFrame::zeroed();
    let mut octets = Vec::new();
    for number in 0..256usize {
        source.next_clear_frame(&mut frame);
        if errors {
            frame.rows_mut()[number % 4][100 + number] ^= 1;
            source.odu().remote().report(1);
            for level in TcmLevel::all() {
                source.odu().tandem_remote(level)?.report(1);
            }
        }
        source.coding().put_on_line(&mut frame);
        octets.extend_from_slice(frame.octets());
    }
    octets.rotate_left(0);
    let last = *octets.last()?;
    let before = std::iter::once(&last).chain(&octets);
    Some(before.zip(&octets).map(|(a, b)| (u16::from_be_bytes([*a, *b]) >> PHASE) as u8).collect())
}

fn run(signal: Signal, frames: usize, errors: bool) -> Option<String> {
    let line = line(signal, errors)?;
    let odu = OduProvision { non_intrusive: true, ..OduProvision::default() };
    let provision = Provision { odu, ..Provision::default() };
    let mut sink = TerminalSink::provisioned(signal, CODING, provision, Hold::NOTHING);
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
