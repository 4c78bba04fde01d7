//! Bytes a second of the PRBS test signal, made and checked, beside the copy of the same octets.
//!
//! `cargo bench -p otn-map --bench prbs`. The peer of each figure is `copy`: memory to memory, same
//! run.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_map::prbs::{Polarity, PrbsChecker, PrbsSource};
use std::hint::black_box;

/// Octets of one OPU payload.
const OCTETS: usize = 4 * 3808;
/// Payloads checked one after another, so that the checker seldom meets the seam.
const PAYLOADS: usize = 64;

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("prbs");
    group.throughput(Throughput::Bytes(OCTETS as u64));
    let mut source = PrbsSource::new(Polarity::Inverted);
    let mut line = vec![0; PAYLOADS * OCTETS];
    source.fill(&mut line);
    let mut copy = vec![0; OCTETS];
    group.bench_function("copy", |b| {
        b.iter(|| copy.copy_from_slice(black_box(&line[..OCTETS])));
    });
    group.bench_function("source", |b| b.iter(|| source.fill(black_box(&mut copy))));
    group.throughput(Throughput::Bytes(line.len() as u64));
    for (name, every) in [("clean", usize::MAX), ("one bit in 10^5", 12_500)] {
        let mut line = line.clone();
        line.iter_mut().step_by(every).skip(1).for_each(|octet| *octet ^= 1);
        group.bench_function(format!("checker/{name}"), |b| {
            b.iter(|| {
                let mut checker = PrbsChecker::default();
                line.chunks(OCTETS).for_each(|payload| checker.check(payload));
                assert_eq!(checker.counters().locks, 1);
            });
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
