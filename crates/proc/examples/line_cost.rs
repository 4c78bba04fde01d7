//! One line there and back, for counting instructions: `line_cost rs255-239|none FRAMES BER`.
//!
//! Sends frames full of packets, flips a bit in every so many, and receives them. Prints what came
//! out, so that no part of the work can be left away.

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::gfp::{ClientFrame, ClientQueue, Received, TypeHeader};
use otn_proc::observer::Observer;
use otn_proc::odu::Hold;
use otn_proc::place::Place;
use otn_proc::remote::RemoteIndications;
use otn_proc::terminal::{Fec, LineCoding, TerminalSink, TerminalSource};

/// The same packet again and again.
struct Endless(Vec<u8>);

impl ClientQueue for Endless {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        ClientFrame::new(TypeHeader::ethernet(false), &self.0).ok()
    }
}

#[derive(Default)]
struct Count(u64);

impl Observer for Count {
    fn gfp(&mut self, _: Place, _: SimTime, _: &Received<'_>) {
        self.0 += 1;
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let fec = arguments.next().and_then(|name| Fec::from_name(&name)).unwrap_or(Fec::Rs255_239);
    let frames: u32 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(100);
    let flip_every: usize = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let coding = LineCoding { fec, scrambled: true };
    let tti = Tti::from_octets([0x41; 64]);
    let mut source = TerminalSource::new(coding, tti, tti);
    let mut sink = TerminalSink::new(Signal::Otu2, coding, Some(PayloadType::GFP), Hold::NOTHING);
    let mut queue = Endless((0..1_518u32).map(|i| (i * 31) as u8).collect());
    let mut remote = RemoteIndications::default();
    let clock = FrameClock::new(Signal::Otu2, PartsPerBillion::default());
    let mut frame = OtuFrame::zeroed();
    let mut count = Count::default();
    for _ in 0..frames {
        source.next_frame(&mut frame, &mut queue, &mut remote);
        if flip_every > 0 {
            frame.octets_mut()[100..].iter_mut().step_by(flip_every).for_each(|o| *o ^= 1);
        }
        sink.push(frame.octets(), &|bit| clock.bit_start(bit), &mut count);
    }
    println!("{} packets, {:?}", count.0, sink.counters());
}
