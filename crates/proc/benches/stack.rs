//! Bytes a second of what stands above the line: GMP, multiplexing, whole trees of ODUs, and
//! everything between an OTU4 and its client.
//!
//! `cargo bench -p otn-proc --bench stack`. The octets counted are those of the server: frames of
//! the ODU4, or of the OTU4 for the terminal.

use criterion::measurement::WallTime;
use criterion::{
    BatchSize, BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main,
};
use otn_frame::overhead::PayloadType;
use otn_frame::{FrameClock, OduFrame, OtuFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_map::gmp::{Client, Count14};
use otn_map::odtu::ts::TsSink;
use otn_map::odtu::{Interleave, SlotSet, Slots};
use otn_map::prbs::{Polarity, PrbsSource};
use otn_proc::observer::Nobody;
use otn_proc::odu::cbr::CbrSink;
use otn_proc::odu::mux_source::{Allocation, MultiplexSource};
use otn_proc::odu::source::{OctetSource, OduSource, Pace, PayloadSource};
use otn_proc::odu::stream::OduStream;
use otn_proc::odu::{Hold, OduSink, Payload};
use otn_proc::place::Place;
use otn_proc::terminal::{Fec, LineCoding, OtuSource, TerminalSink};
use std::hint::black_box;

/// Exact clocks on both sides.
const NOMINAL: PartsPerBillion = match PartsPerBillion::new(0) {
    Some(offset) => offset,
    None => panic!("zero is an offset"),
};
/// Frames of the ODU4 after which every sink of a tree knows what it receives.
const WARM: usize = 1_200;
/// Frames of the ODU4 that are measured: whole multiframes.
const FRAMES: usize = 480;

/// Octets of a client that come from memory, again and again.
#[derive(Debug)]
struct Opaque {
    octets: Vec<u8>,
    at: usize,
}

impl OctetSource for Opaque {
    fn fill(&mut self, octets: &mut [u8]) {
        if self.at + octets.len() > self.octets.len() {
            self.at = 0;
        }
        octets.copy_from_slice(&self.octets[self.at..self.at + octets.len()]);
        self.at += octets.len();
    }
}

fn tti() -> Tti {
    Tti::from_octets([0x41; 64])
}

/// A client of the rate of 100GBASE-R in an ODU4.
fn gmp_100g(client: Box<dyn OctetSource>) -> OduSource {
    let rate = Client::from_name("100GBASE-R").expect("a client of G.709").rate;
    let pace = Pace::new(rate, NOMINAL, Signal::Odu4, NOMINAL);
    let payload = PayloadSource::gmp(Signal::Odu4, 8, pace, client).expect("GMP into OPU4");
    OduSource::new(Signal::Odu4, NOMINAL, PayloadType(0x07), payload, tti()).starting_at(224)
}

fn gmp(group: &mut BenchmarkGroup<'_, WallTime>) {
    let octets = (0..60_000u32).map(|i| (i * 31 / 7) as u8).collect();
    let mut source = gmp_100g(Box::new(Opaque { octets, at: 0 }));
    let mut frame = OduFrame::zeroed();
    group.throughput(Throughput::Bytes(OduFrame::OCTETS as u64));
    group.bench_function("gmp-100g/map", |b| b.iter(|| source.next_frame(&mut frame)));
    let mut sink = CbrSink::new(Signal::Odu4, PayloadType(0x07)).expect("a client of the OPU4");
    for _ in 0..20 {
        source.next_frame(&mut frame);
        sink.receive(&frame);
    }
    let frames: Vec<OduFrame> = core::iter::repeat_with(|| {
        source.next_frame(&mut frame);
        frame.clone()
    })
    .take(4)
    .collect();
    let mut frames = frames.iter().cycle();
    group.bench_function("gmp-100g/demap", |b| {
        b.iter(|| black_box(sink.receive(frames.next().expect("endless")).len()));
    });
}

/// So many of an ODUj in an ODU4, each with this payload.
fn tree(odu: Signal, count: usize, leaf: impl Fn() -> (PayloadType, PayloadSource)) -> OduSource {
    let mut allocation = Allocation::new(Slots::Opu4);
    let mut multiplex = MultiplexSource::new(Slots::Opu4, NOMINAL);
    for _ in 0..count {
        let content = allocation.place(odu, None, None).expect("it fits");
        let (payload_type, payload) = leaf();
        let source = OduSource::new(odu, NOMINAL, payload_type, payload, tti());
        // The payload type comes once the sink has found the frames.
        multiplex.add(content, source.starting_at(if odu == Signal::Odu0 { 246 } else { 200 }));
    }
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    OduSource::new(Signal::Odu4, NOMINAL, PayloadType::ODTU_TS, payload, tti()).starting_at(224)
}

/// The ODUj come as octets, such as a sink elsewhere hands them on.
fn connections(group: &mut BenchmarkGroup<'_, WallTime>, odu: Signal, count: usize) {
    let mut allocation = Allocation::new(Slots::Opu4);
    let mut multiplex = MultiplexSource::new(Slots::Opu4, NOMINAL);
    for _ in 0..count {
        multiplex.connect(allocation.place(odu, None, None).expect("it fits"));
    }
    let payload = PayloadSource::Multiplex(Box::new(multiplex));
    let mut source = OduSource::new(Signal::Odu4, NOMINAL, PayloadType::ODTU_TS, payload, tti());
    let mut frame = OduFrame::zeroed();
    let mut whole = OduSource::new(odu, NOMINAL, PayloadType::PRBS, PayloadSource::prbs(), tti());
    let mut octets = Vec::new();
    for _ in 0..20 {
        whole.next_frame(&mut frame);
        octets.extend_from_slice(frame.octets());
    }
    let pace = Pace::new(odu.bit_rate(), NOMINAL, Signal::Odu4, NOMINAL);
    let multiframe = Slots::Opu4.count() as u64;
    group.throughput(Throughput::Bytes(multiframe * OduFrame::OCTETS as u64));
    group.bench_function(format!("{count}x{odu}/mux"), |b| {
        b.iter(|| {
            let due = pace.come(source.frames() + multiframe) - pace.come(source.frames());
            for index in 0..count {
                let PayloadSource::Multiplex(multiplex) = source.payload_mut() else { return };
                let Some(connection) = multiplex.connection(index) else { return };
                connection.push(&octets[..due as usize]);
            }
            for _ in 0..multiframe {
                source.next_frame(&mut frame);
            }
        });
    });
}

/// OPU4 in, octets of each ODUj out, and no look at them.
fn demultiplex(group: &mut BenchmarkGroup<'_, WallTime>, odu: Signal, count: usize) {
    let mut source = tree(odu, count, || (PayloadType::PRBS, PayloadSource::prbs()));
    let multiframe = Slots::Opu4.count();
    let frames: Vec<OduFrame> = (0..multiframe)
        .map(|_| {
            let mut frame = OduFrame::zeroed();
            source.next_frame(&mut frame);
            frame
        })
        .collect();
    let width = multiframe / count;
    let pace = Pace::new(odu.bit_rate(), NOMINAL, Signal::Odu4, NOMINAL);
    let cm = pace.come(multiframe as u64) / width as u64;
    let mut ports: Vec<(TsSink, Vec<u8>)> = (0..count)
        .map(|n| {
            let set = SlotSet::new(n * width + 1..=(n + 1) * width).expect("slots of the OPU4");
            let interleave = Interleave::new(Slots::Opu4, set).expect("slots of the OPU4");
            let mut sink = TsSink::new(interleave);
            let count = Count14::new(cm as u16).expect("14 bits");
            let jc123 = otn_map::gmp::CountOverhead::signal(count, count).octets();
            sink.overhead((n + 1) * width - 1, jc123, [0; 3]);
            (sink, vec![0; interleave.octets()])
        })
        .collect();
    let mut in_turn = vec![0; Slots::Opu4.slot_octets()];
    let mut by_slot = in_turn.clone();
    let mut received = vec![0; in_turn.len()];
    group.throughput(Throughput::Bytes((multiframe * OduFrame::OCTETS) as u64));
    group.bench_function(format!("{count}x{odu}/demux"), |b| {
        b.iter(|| {
            ports.iter_mut().for_each(|(sink, _)| sink.begin());
            for frame in &frames {
                Slots::Opu4.take(frame, &mut in_turn);
                if ports.iter().any(|(sink, _)| sink.interleave().single().is_some()) {
                    Slots::Opu4.by_slot(&in_turn, &mut by_slot);
                }
                for (sink, octets) in &mut ports {
                    let octets = match sink.interleave().single() {
                        Some(slot) => &by_slot[Slots::Opu4.piece(slot)],
                        None => {
                            sink.interleave().gather(&in_turn, octets);
                            octets
                        }
                    };
                    let there = sink.collect(octets, &mut received);
                    assert!(!black_box(&received[..there]).is_empty());
                }
            }
        });
    });
}

fn leaves_are_known(sink: &OduSink) -> bool {
    match sink.payload() {
        Payload::Multiplex(multiplex) => multiplex
            .tributaries()
            .iter()
            .all(|t| t.stream().is_some_and(|stream| leaves_are_known(stream.odu()))),
        Payload::Prbs(bits) => bits.prbs().counters().locks == 1,
        Payload::Null(wrong) => *wrong == 0,
        _ => false,
    }
}

/// Whole trees: every ODUj made frame by frame, and every one received with all its functions.
fn trees(group: &mut BenchmarkGroup<'_, WallTime>, odu: Signal, count: usize) {
    let prbs = || (PayloadType::PRBS, PayloadSource::prbs());
    let null = || (PayloadType::NULL, PayloadSource::Null);
    for (name, mut source) in [("PRBS", tree(odu, count, prbs)), ("NULL", tree(odu, count, null))] {
        let mut frame = OduFrame::zeroed();
        let mut line = || {
            source.next_frame(&mut frame);
            frame.clone()
        };
        let clock = FrameClock::new(Signal::Odu4, NOMINAL);
        let mut warm = OduStream::new(Signal::Odu4, Place::ROOT, Hold::NOTHING);
        let time = |n: usize| clock.frame_start(n as u64);
        for n in 0..WARM {
            warm.push(line().octets(), time(n), time(n + 1), &mut Nobody);
        }
        assert!(leaves_are_known(warm.odu()), "{odu} {name}");
        let frames: Vec<OduFrame> = (0..FRAMES).map(|_| line()).collect();
        group.throughput(Throughput::Bytes((FRAMES * OduFrame::OCTETS) as u64));
        group.bench_function(format!("{count}x{odu}/tree-sink/{name}"), |b| {
            let receive = |sink: &mut OduStream| {
                for (n, frame) in (WARM..).zip(&frames) {
                    sink.push(frame.octets(), time(n), time(n + 1), &mut Nobody);
                }
            };
            b.iter_batched_ref(|| warm.clone(), receive, BatchSize::PerIteration);
        });
        group.throughput(Throughput::Bytes((80 * OduFrame::OCTETS) as u64));
        group.bench_function(format!("{count}x{odu}/tree-source/{name}"), |b| {
            b.iter(|| (0..80).for_each(|_| source.next_frame(&mut frame)));
        });
    }
}

/// What `otn decode` does with the octets of an OTU4 at a bit offset, and its source.
fn terminal(group: &mut BenchmarkGroup<'_, WallTime>) {
    for (name, fec) in [("no-fec", Fec::None), ("rs255-239", Fec::Rs255_239)] {
        let coding = LineCoding { fec, scrambled: true };
        let client = || Box::new(PrbsSource::new(Polarity::Inverted));
        let mut source = OtuSource::new(coding, tti(), gmp_100g(client()));
        let mut frame = OtuFrame::zeroed();
        let mut clear = Vec::new();
        for _ in 0..=FRAMES {
            source.next_frame(&mut frame);
            clear.extend_from_slice(frame.octets());
        }
        let shifted: Vec<u8> = clear.windows(2).map(|w| w[0] << 3 | w[1] >> 5).collect();
        let date = |bit: u64| SimTime::from_ps(bit * 9);
        let (before, measured) = shifted.split_at(FRAMES / 2 * OtuFrame::OCTETS);
        let measured = &measured[..FRAMES / 2 * OtuFrame::OCTETS];
        let mut warm = TerminalSink::new(Signal::Otu4, coding, None, Hold::NOTHING);
        warm.push(before, &date, &mut Nobody);
        group.throughput(Throughput::Bytes(measured.len() as u64));
        group.bench_function(format!("OTU4/sink/{name}"), |b| {
            let receive = |sink: &mut TerminalSink| {
                // As it is read from a file.
                for piece in measured.chunks(1 << 16) {
                    sink.push(piece, &date, &mut Nobody);
                }
                let Payload::Cbr(client, _) = sink.odu().payload() else { panic!("not known") };
                let counters = client.bits().prbs().counters();
                assert_eq!((counters.locks, counters.errors), (1, 0));
            };
            b.iter_batched_ref(|| warm.clone(), receive, BatchSize::PerIteration);
        });
        group.throughput(Throughput::Bytes(OtuFrame::OCTETS as u64));
        group.bench_function(format!("OTU4/source/{name}"), |b| {
            b.iter(|| source.next_frame(&mut frame));
        });
    }
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("stack");
    gmp(&mut group);
    for (odu, count) in [(Signal::Odu0, 80), (Signal::Odu2e, 10)] {
        connections(&mut group, odu, count);
        demultiplex(&mut group, odu, count);
        trees(&mut group, odu, count);
    }
    terminal(&mut group);
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
