//! Bytes a second of 1000BASE-X and of GFP-T with full load, both ways; PN-11 and its detector.
//!
//! `cargo bench -p otn-map --bench base_x`. The rate of the line is 156.25 MB/s, that of the GFP-T
//! stream 146.5 MB/s.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_map::base_x::{self, Event};
use otn_map::ethernet::MacQueue;
use otn_map::gfp::transparent::{TransparentEvent, TransparentSink, TransparentSource};
use otn_map::pn11::{Pn11Detector, Pn11Source};
use std::hint::black_box;

/// Octets of one run.
const OCTETS: usize = 150_000;

/// One frame after another, without end.
struct Endless(Vec<u8>);

impl MacQueue for Endless {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        Some(&self.0)
    }
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("base_x");
    group.throughput(Throughput::Bytes(OCTETS as u64));
    let mut queue = Endless((0..1_518u32).map(|i| (i * 31) as u8).collect());
    let mut line = vec![0; OCTETS];

    let mut source = base_x::Source::new();
    source.fill(&mut line, &mut queue);
    group
        .bench_function("pcs/source", |b| b.iter(|| source.fill(black_box(&mut line), &mut queue)));
    let mut sink = base_x::Sink::new();
    let mut heard = 0;
    group.bench_function("pcs/sink", |b| {
        b.iter(|| {
            sink.push(black_box(&line), &mut |event| {
                heard += u64::from(black_box(event) == Event::LinkFault(true));
            });
        });
    });

    let mut source = TransparentSource::new();
    group.bench_function("gfp-t/source", |b| {
        b.iter(|| source.fill(black_box(&mut line), &mut queue));
    });
    let (mut sink, mut position) = (TransparentSink::new(), 0);
    group.bench_function("gfp-t/sink", |b| {
        b.iter(|| {
            sink.push(black_box(&line), position, &mut |event| {
                heard +=
                    u64::from(black_box(event) == TransparentEvent::Client(Event::LinkFault(true)));
            });
            position += OCTETS as u64;
        });
    });

    let mut source = Pn11Source::new();
    group.bench_function("pn-11/source", |b| b.iter(|| source.fill(black_box(&mut line))));
    let mut detector = Pn11Detector::new();
    group.bench_function("pn-11/detector", |b| b.iter(|| detector.push(black_box(&line))));
    assert_eq!(heard, 0);
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
