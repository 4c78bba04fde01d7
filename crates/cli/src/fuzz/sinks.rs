//! Sinks of client signals and of tributaries, each by itself.

use std::sync::OnceLock;

use otn_frame::layout::{JC1, JC2, JC3, JC4, JC5, JC6, NJO, PSI};
use otn_frame::{FrameClock, OduFrame, PartsPerBillion};
use otn_map::base_x;
use otn_map::ethernet::MacQueue;
use otn_map::gfp::transparent::{TransparentEvent, TransparentSink, TransparentSource};
use otn_map::gmp::CountOverhead;
use otn_map::pcs::base_r::{Encoder, Event};
use otn_map::pcs::block66::Pcs;
use otn_map::pcs::forty_gig::{FortyGigSink, FortyGigSource};
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::multi_lane::{MultiLaneSink, MultiLaneSource};
use otn_map::pcs::ten_gig::{TenGigSink, TenGigSource};
use otn_proc::observer::{ClientOctets, ClientPacket, Observer};
use otn_proc::odu::Hold;
use otn_proc::odu::stream::OduStream;
use otn_proc::place::Place;

use super::signals;

/// Frames for the valid lines, one after another, of growing size.
#[derive(Default)]
struct Growing {
    size: usize,
    frame: Vec<u8>,
}

impl MacQueue for Growing {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        self.size = self.size % 400 + 1;
        self.frame = (0..63 + self.size).map(|at| (at * self.size) as u8).collect();
        Some(&self.frame)
    }
}

/// Sinks of this target.
const SINKS: usize = 7;

/// A valid line for a sink: two rows of markers where there are any.
fn valid(sink: usize) -> &'static [u8] {
    static LINES: [OnceLock<Vec<u8>>; SINKS] = [const { OnceLock::new() }; SINKS];
    LINES[sink].get_or_init(|| {
        let mut queue = Growing::default();
        let row = 16_384 * 66 / 8;
        let mut line = vec![0; 16_384];
        match sink {
            0 => TenGigSource::new(Encoder::new(Pcs::Clause49)).fill(&mut line, &mut queue),
            1 => {
                line.resize(9 * row, 0);
                FortyGigSource::default().fill(&mut line, &mut queue);
            }
            2 => {
                line.resize(9 * row, 0);
                MultiLaneSource::new(MultiLane::FortyGig).fill(&mut line, &mut queue);
            }
            3 => {
                line.resize(41 * row, 0);
                MultiLaneSource::new(MultiLane::HundredGig).fill(&mut line, &mut queue);
            }
            4 => base_x::Source::new().fill(&mut line, &mut queue),
            _ => TransparentSource::new().fill(&mut line, &mut queue),
        }
        line
    })
}

/// What a sink told of a line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    frames: usize,
    octets: usize,
    events: usize,
}

impl Told {
    fn base_r(&mut self, event: &Event<'_>) {
        self.events += 1;
        if let Event::Frame(frame) = event {
            self.frame(frame.octets);
        }
    }

    fn base_x(&mut self, event: &base_x::Event<'_>) {
        self.events += 1;
        if let base_x::Event::Frame(frame) = event {
            self.frame(frame.octets);
        }
    }

    fn transparent(&mut self, event: &TransparentEvent<'_>) {
        match event {
            TransparentEvent::Client(event) => self.base_x(event),
            TransparentEvent::Management(_) => self.events += 1,
        }
    }

    fn frame(&mut self, octets: &[u8]) {
        self.frames += 1;
        self.octets += octets.len();
    }
}

/// Pushes a line into a sink in pieces of that size.
fn push(sink: usize, line: &[u8], piece: usize) -> Told {
    let mut told = Told::default();
    let parts = line.chunks(piece);
    match sink {
        0 => {
            let mut sink = TenGigSink::default();
            parts.for_each(|part| sink.push(part, &mut |event| told.base_r(&event)));
        }
        1 => {
            let mut sink = FortyGigSink::default();
            parts.for_each(|part| sink.push(part, &mut |event| told.base_r(&event)));
        }
        2 | 3 => {
            let lanes = [MultiLane::FortyGig, MultiLane::HundredGig][sink - 2];
            let mut sink = MultiLaneSink::new(lanes);
            parts.for_each(|part| sink.push(part, &mut |event| told.base_r(&event)));
        }
        4 => {
            let mut sink = base_x::Sink::new();
            parts.for_each(|part| sink.push(part, &mut |event| told.base_x(&event)));
        }
        _ => {
            let mut sink =
                if sink == 5 { TransparentSink::new() } else { TransparentSink::with_repair() };
            let mut position = 0;
            for part in parts {
                sink.push(part, position, &mut |event| told.transparent(&event));
                position += part.len() as u64;
            }
        }
    }
    told
}

/// Octets into the sinks of the Ethernet coding sublayers. The first says which sink, the second
/// whether the others are the line itself or what is wrong with a valid one.
pub fn pcs_sinks(octets: &[u8]) {
    let &[sink, valid_line, ref rest @ ..] = octets else { return };
    let sink = usize::from(sink) % SINKS;
    let mut line;
    if valid_line % 2 == 0 {
        line = rest.to_vec();
    } else {
        line = valid(sink).to_vec();
        signals::mutate(&mut line, rest);
    }
    let whole = push(sink, &line, line.len().max(1));
    assert!(whole.octets <= line.len(), "{whole:?} out of {} octets", line.len());
    assert_eq!(whole, push(sink, &line, 1 + usize::from(valid_line)), "pieces do not matter");
}

/// Octets of clients of any kind.
#[derive(Debug, Default)]
struct Clients(usize);

impl Observer for Clients {
    fn client(&mut self, client: &ClientOctets<'_>) {
        self.0 += client.octets.len();
    }

    fn packet(&mut self, packet: &ClientPacket<'_>) {
        self.0 += packet.octets.len();
    }
}

/// Overhead of a frame that the target changes.
const CHANGED: [otn_frame::layout::Field; 8] = [JC1, JC2, JC3, JC4, JC5, JC6, PSI, NJO];

/// Frames of an ODUk with tributaries whose justification, PSI and OMFI are changed: eight octets a
/// frame. The first octet chooses the ODUk; the second whether the CRC-8 is made right again, and how
/// many frames are held back.
pub fn odtu_sinks(octets: &[u8]) {
    let &[tree, options, ref changes @ ..] = octets else { return };
    let tree = signals::MULTIPLEXES.start + usize::from(tree) % signals::MULTIPLEXES.len();
    let line = signals::line(tree, 0);
    let hold = Hold::new(usize::from(options / 2), line.octets.len());
    let mut stream = OduStream::new(line.signal, Place::ROOT, hold);
    let clock = FrameClock::new(line.signal, PartsPerBillion::default());
    let mut clients = Clients::default();
    let mut changes = changes.chunks(CHANGED.len());
    for (n, octets) in (0..).zip(line.octets.chunks(OduFrame::OCTETS)) {
        let Ok(mut frame) = OduFrame::from_octets(octets) else { return };
        for (field, change) in CHANGED.into_iter().zip(changes.next().unwrap_or_default()) {
            frame.set_octet(field, frame.octet(field) ^ change);
        }
        if options % 2 == 1 {
            let jc = [JC1, JC2, JC3].map(|field| frame.octet(field));
            let [_, _, jc3] = CountOverhead::read(jc).0.octets();
            frame.set_octet(JC3, jc3);
        }
        let (at, end) = (clock.frame_start(n), clock.frame_start(n + 1));
        stream.push(frame.octets(), at, end, &mut clients);
    }
    stream.finish(&mut clients);
    assert!(stream.counters().frames as usize <= line.octets.len() / OduFrame::OCTETS);
    assert!(clients.0 <= line.octets.len(), "{} octets of clients", clients.0);
}
