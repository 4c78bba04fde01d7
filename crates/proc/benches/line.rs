//! Bytes a second of what every line frame goes through, beside the copy of the same octets.
//!
//! `cargo bench -p otn-proc`. The peer of each figure is `copy`: memory to memory, same run.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use otn_frame::layout::{OTU_BITS, OTU_COLS};
use otn_frame::overhead::PayloadType;
use otn_frame::{OtuFrame, Signal, SimTime, Tti, scrambler};
use otn_map::gfp::{ClientFrame, ClientQueue, TypeHeader};
use otn_proc::align::{Aligner, Step};
use otn_proc::monitor::{ExpectedTrace, Monitor, MonitorSink};
use otn_proc::observer::Nobody;
use otn_proc::odu::Hold;
use otn_proc::path::PathSource;
use otn_proc::remote::RemoteIndications;
use otn_proc::section::SectionSource;
use otn_proc::terminal::{Fec, LineCoding, TerminalSink, TerminalSource};
use std::hint::black_box;

const FRAMES: usize = 64;

/// One packet after another, without end.
struct Endless(Vec<u8>);

impl ClientQueue for Endless {
    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        ClientFrame::new(TypeHeader::ethernet(false), &self.0).ok()
    }
}

fn source(coding: LineCoding) -> TerminalSource {
    let tti = Tti::from_octets([0x41; 64]);
    TerminalSource::new(coding, tti, tti)
}

fn line(coding: LineCoding) -> Vec<Vec<u8>> {
    let mut source = source(coding);
    let mut queue = Endless((0..1_500u32).map(|i| (i * 31) as u8).collect());
    let mut remote = RemoteIndications::default();
    let mut frame = OtuFrame::zeroed();
    let mut make = || {
        source.next_frame(&mut frame, &mut queue, &mut remote);
        frame.octets().to_vec()
    };
    (0..FRAMES).map(|_| make()).collect()
}

/// Framing at the source: FAS, MFAS, PM and SM with their BIP-8, scrambler; no FEC, no client.
fn framing_source(group: &mut BenchmarkGroup<'_, WallTime>) {
    let tti = Tti::from_octets([0x41; 64]);
    let (mut section, mut path) = (SectionSource::new(tti), PathSource::new(tti));
    let mut remote = RemoteIndications::default();
    let mut frame = OtuFrame::zeroed();
    let mut mfas = 0u8;
    group.bench_function("framing/source", |b| {
        b.iter(|| {
            frame.set_alignment(mfas);
            let bip8 = frame.opu_bip8();
            path.write(&mut frame, mfas, bip8, &mut remote.path);
            section.write(&mut frame, mfas, bip8, &mut remote.section);
            scrambler::scramble(&mut frame);
            mfas = mfas.wrapping_add(1);
        });
    });
}

/// Framing at the sink: alignment at a bit offset, descrambler, SM and PM with their BIP-8.
fn framing_sink(group: &mut BenchmarkGroup<'_, WallTime>) {
    let clear = line(LineCoding { fec: Fec::None, scrambled: true }).concat();
    let shifted: Vec<u8> = clear.windows(2).map(|w| w[0] << 3 | w[1] >> 5).collect();
    let mut aligner = Aligner::<OTU_COLS>::new();
    let sink = |monitor| MonitorSink::new(monitor, ExpectedTrace::default());
    let (mut section, mut path) = (sink(Monitor::Section), sink(Monitor::Path));
    let mut frame = OtuFrame::zeroed();
    let mut pieces = shifted.chunks_exact(OtuFrame::OCTETS).cycle();
    group.bench_function("framing/sink", |b| {
        b.iter(|| {
            aligner.push(pieces.next().unwrap_or(&[]));
            while let Step::Frame(info) = aligner.next_frame(&mut frame) {
                scrambler::scramble(&mut frame);
                let mfas = info.start_bit as u8;
                let mut defects = |_, present: bool| assert!(!black_box(present));
                let bip8 = frame.opu_bip8();
                black_box(section.receive(&frame, mfas, bip8, &mut defects));
                black_box(path.receive(&frame, mfas, bip8, &mut defects));
            }
        });
    });
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("line");
    let octets = (FRAMES * OtuFrame::OCTETS) as u64;
    group.throughput(Throughput::Bytes(OtuFrame::OCTETS as u64));
    let mut frame = OtuFrame::zeroed();
    let mut copy = OtuFrame::zeroed();
    group.bench_function("copy", |b| {
        b.iter(|| copy.octets_mut().copy_from_slice(black_box(&frame).octets()));
    });
    framing_source(&mut group);
    framing_sink(&mut group);
    group.throughput(Throughput::Bytes(octets));
    for (name, fec) in [("no-fec", Fec::None), ("rs255-239", Fec::Rs255_239)] {
        let coding = LineCoding { fec, scrambled: true };
        let mut source = source(coding);
        let mut queue = Endless(vec![0x5A; 1_500]);
        let mut remote = RemoteIndications::default();
        group.bench_function(format!("source/{name}"), |b| {
            b.iter(|| {
                for _ in 0..FRAMES {
                    source.next_frame(&mut frame, &mut queue, &mut remote);
                }
            });
        });
        let line = line(coding);
        let mut sink =
            TerminalSink::new(Signal::Otu2, coding, Some(PayloadType::GFP), Hold::NOTHING);
        let date = |bit: u64| SimTime::from_ps(bit / OTU_BITS);
        group.bench_function(format!("sink/{name}"), |b| {
            b.iter(|| line.iter().for_each(|octets| sink.push(octets, &date, &mut Nobody)));
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
