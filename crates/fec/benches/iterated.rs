//! Coded octets a second of the iterated hard-decision codes: encoding, and decoding at the published
//! threshold, in blocks of a transmission that goes on.
//!
//! `cargo bench -p otn-fec --bench iterated`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_fec::bits;
use otn_fec::code::{Code, Received};
use otn_fec::registry;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::hint::black_box;

/// Blocks sent round and round.
const BLOCKS: usize = 200;

/// Blocks of zeros, which are a transmission without a seam, each bit wrong with probability `p`.
fn received(code: &dyn Code, p: f64) -> Vec<Vec<u8>> {
    let size = code.block();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let threshold = (p * 2f64.powi(32)) as u32;
    let block = |_| {
        let mut coded = vec![0; size.coded.div_ceil(8)];
        for at in 0..size.coded {
            bits::set(&mut coded, at, rng.next_u32() < threshold);
        }
        coded
    };
    (0..BLOCKS).map(block).collect()
}

fn benches(c: &mut Criterion) {
    for (name, p) in [("g975.1-i3", 3.15e-3), ("staircase", 4.5e-3), ("g975.1-i7", 1e-3)] {
        let Some(entry) = registry::find(name) else { continue };
        let code = (entry.code)();
        let size = code.block();
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes((size.coded / 8) as u64));
        let information = vec![0x5A; size.information.div_ceil(8)];
        let mut coded = vec![0; size.coded.div_ceil(8)];
        let mut encoder = code.encoder();
        group.bench_function("encode", |b| {
            b.iter(|| encoder.encode(black_box(&information), &mut coded));
        });
        for (label, p) in [("decode/no-errors", 0.0), ("decode/threshold", p)] {
            let blocks = received(&*code, p);
            let mut decoder = code.decoder();
            let mut out = information.clone();
            let mut next = 0;
            group.bench_function(label, |b| {
                b.iter(|| {
                    next = (next + 1) % BLOCKS;
                    decoder.decode(Received::Bits(black_box(&blocks[next])), &mut out)
                });
            });
        }
        group.finish();
    }
}

criterion_group!(all, benches);
criterion_main!(all);
