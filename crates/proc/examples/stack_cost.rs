//! An ODU4 there and back, for counting instructions: `stack_cost gmp|odu0 FRAMES`.
//!
//! `gmp`: a PRBS at the rate of 100GBASE-R by GMP. `odu0`: 80 ODU0, each made and received with all
//! its functions. Prints what came out, so that no part of the work can be left away.

use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OduFrame, PartsPerBillion, Signal, Tti};
use otn_map::gmp::Client;
use otn_map::odtu::Slots;
use otn_map::prbs::{Polarity, PrbsSource};
use otn_proc::observer::Nobody;
use otn_proc::odu::mux_source::{Allocation, MultiplexSource};
use otn_proc::odu::source::{OduSource, Pace, PayloadSource};
use otn_proc::odu::stream::OduStream;
use otn_proc::odu::{Hold, OduSink, Payload};
use otn_proc::place::Place;

fn tti() -> Tti {
    Tti::from_octets([0x41; 64])
}

fn gmp() -> Option<OduSource> {
    let nominal = PartsPerBillion::default();
    let rate = Client::from_name("100GBASE-R")?.rate;
    let pace = Pace::new(rate, nominal, Signal::Odu4, nominal);
    let client = Box::new(PrbsSource::new(Polarity::Inverted));
    let payload = PayloadSource::gmp(Signal::Odu4, 8, pace, client)?;
    Some(OduSource::new(Signal::Odu4, nominal, PayloadType(0x07), payload, tti()))
}

fn odu0() -> Option<OduSource> {
    let nominal = PartsPerBillion::default();
    let mut allocation = Allocation::new(Slots::Opu4);
    let mut multiplex = MultiplexSource::new(Slots::Opu4, nominal);
    for _ in 0..Slots::Opu4.count() {
        let content = allocation.place(Signal::Odu0, None, None).ok()?;
        let (payload_type, payload) = (PayloadType::PRBS, PayloadSource::prbs());
        // The payload type comes soon after the sink has found the frames.
        let source = OduSource::new(Signal::Odu0, nominal, payload_type, payload, tti());
        multiplex.add(content, source.starting_at(246));
    }
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    Some(OduSource::new(Signal::Odu4, nominal, PayloadType::ODTU_TS, payload, tti()))
}

/// Bits of the PRBS compared, and those found wrong.
fn bits(sink: &OduSink) -> (u64, u64) {
    let client = match sink.payload() {
        Payload::Cbr(client, _) => client.bits(),
        Payload::Prbs(bits) => bits,
        Payload::Multiplex(multiplex) => {
            let streams = multiplex.tributaries().iter().filter_map(|t| t.stream());
            return streams
                .map(|stream| bits(stream.odu()))
                .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        }
        _ => return (0, 0),
    };
    let counters = client.prbs().counters();
    (counters.bits, counters.errors)
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let source = match arguments.next().as_deref() {
        Some("odu0") => odu0(),
        _ => gmp(),
    };
    let Some(source) = source else { return };
    let mut source = source.starting_at(224);
    let frames: u64 = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(100);
    let clock = FrameClock::new(Signal::Odu4, PartsPerBillion::default());
    let mut sink = OduStream::new(Signal::Odu4, Place::ROOT, Hold::new(300, 400_000_000));
    let mut frame = OduFrame::zeroed();
    for n in 0..frames {
        source.next_frame(&mut frame);
        sink.push(frame.octets(), clock.frame_start(n), clock.frame_start(n + 1), &mut Nobody);
    }
    println!("{:?} bits compared and wrong, {:?}", bits(sink.odu()), sink.counters());
}
