//! Bodies of the fuzz targets: any octets, no panic, bounded memory.
//!
//! The targets in `fuzz/` call these; the tests replay their corpus on a stable toolchain.

use std::io::Cursor;
use std::path::Path;

use otn_frame::overhead::{PathMonitoring, SectionMonitoring};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime};
use otn_map::gfp::Receiver;
use otn_proc::observer::Nobody;
use otn_proc::odu::Hold;
use otn_proc::terminal::{Fec, LineCoding, TerminalSink};

use crate::capture::{CaptureReader, OtnMetadata};
use crate::network;

mod decode;
mod signals;
mod sinks;
mod supervision;
mod tree;

pub use decode::{decode_any, decode_mutated};
pub use sinks::{odtu_sinks, pcs_sinks};
pub use supervision::supervision;
pub use tree::tree_file;

/// Octets as bits of a line, through a whole terminal.
pub fn frame_decode(octets: &[u8]) {
    let Some((&first, line)) = octets.split_first() else { return };
    let fec = if first % 2 == 0 { Fec::None } else { Fec::Rs255_239 };
    let signal = [Signal::Otu1, Signal::Otu2, Signal::Otu3, Signal::Otu4][usize::from(first / 64)];
    let mut sink = TerminalSink::new(
        signal,
        LineCoding { fec, scrambled: first % 3 == 0 },
        None,
        Hold::new(4, 1_000_000),
    );
    let clock = FrameClock::new(Signal::Otu2, PartsPerBillion::default());
    // Framed octets get further than noise: the input fills frames that are in alignment.
    for (mfas, part) in line.chunks(OtuFrame::OCTETS - 7).enumerate() {
        let mut frame = OtuFrame::zeroed();
        frame.octets_mut()[7..7 + part.len()].copy_from_slice(part);
        frame.set_alignment(mfas as u8);
        sink.push(frame.octets(), &|bit| clock.bit_start(bit), &mut Nobody);
        let (section, path) = (SectionMonitoring::read(&frame), PathMonitoring::read(&frame));
        let mut back = frame.clone();
        section.write(&mut back);
        path.write(&mut back);
        assert!(back == frame, "what is read is what is written");
    }
    sink.push(line, &|bit| clock.bit_start(bit), &mut Nobody);
}

/// Octets as a GFP stream.
pub fn gfp_receiver(octets: &[u8]) {
    let mut whole = Receiver::new();
    let mut frames = 0u64;
    whole.push(0, octets, |received| {
        frames += 1;
        assert!(received.payload.len() <= received.area.len());
    });
    let mut pieces = Receiver::new();
    for (at, part) in octets.chunks(13).enumerate() {
        pieces.push(at as u64 * 13, part, |_| {});
    }
    assert_eq!(frames, whole.counters().frames);
    assert_eq!(whole.counters(), pieces.counters(), "pieces do not matter");
}

/// Octets as a pcap or pcapng file.
pub fn capture_input(octets: &[u8]) {
    let Ok(mut reader) = CaptureReader::new(Cursor::new(octets.to_vec())) else { return };
    while let Ok(Some(record)) = reader.next_record() {
        let _ = record.cut();
    }
    for interface in reader.interfaces() {
        let _ = interface.description.as_deref().and_then(OtnMetadata::read);
    }
}

/// Octets as a network file; what is read must hold together.
pub fn network_yaml(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let mut open = |_: &Path| Err("no files here".to_string());
    let Ok(file) = network::read(Path::new("fuzz.yaml"), text, &mut open) else { return };
    let plan = &file.plan;
    for service in &plan.services {
        for route in service.routes() {
            let mut here = service.ends[0];
            for hop in route {
                let line = &plan.lines[hop.line];
                assert_eq!(line.ends[hop.first], here, "a route is one way");
                assert_eq!(line.tributaries[hop.tributary].odu, service.odu);
                here = line.ends[hop.last()];
            }
            assert_eq!(here, service.ends[1], "a route ends at its end");
        }
    }
    for states in plan.lines.iter().flat_map(|line| &line.light) {
        assert_eq!(states.first().map(|state| state.from), Some(SimTime::ZERO));
        assert!(states.windows(2).all(|pair| pair[0].from < pair[1].from), "light goes forward");
    }
    assert!(plan.actions.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(file.events.len(), file.reaches.len());
}
