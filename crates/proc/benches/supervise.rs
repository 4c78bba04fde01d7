//! Full supervision of a line without FEC against a copy of its octets: alignment at a bit offset,
//! descrambler, SM, TCM1 to TCM6 and PM with traces, defects, BIP-8 and seconds.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal};
use otn_proc::observer::Nobody;
use std::hint::black_box;

mod supervised;

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("supervise");
    for signal in [Signal::Otu2, Signal::Otu4] {
        for (name, errors) in [("clean", false), ("an error in every frame", true)] {
            let Some(line) = supervised::line(signal, errors) else { continue };
            let mut copy = line.clone();
            group.throughput(Throughput::Bytes(line.len() as u64));
            if !errors {
                group.bench_function(format!("copy/{signal}"), |b| {
                    b.iter(|| copy.copy_from_slice(black_box(&line)));
                });
            }
            let clock = FrameClock::new(signal, PartsPerBillion::default());
            let mut sink = supervised::sink(signal);
            group.bench_function(format!("{signal}/{name}"), |b| {
                b.iter(|| {
                    for piece in line.chunks_exact(OtuFrame::OCTETS) {
                        sink.push(piece, &|bit| clock.bit_start(bit), &mut Nobody);
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
