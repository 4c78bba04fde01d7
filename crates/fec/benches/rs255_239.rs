//! Bytes a second of RS(255,239) on whole rows, beside the copy of the same octets.
//!
//! `cargo bench -p otn-fec`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use otn_fec::rs255_239::{ROW_OCTETS, decode_row, encode_row};
use std::hint::black_box;

fn row() -> [u8; ROW_OCTETS] {
    let mut row = core::array::from_fn(|i| (i * 167 + i / 255) as u8);
    encode_row(&mut row);
    row
}

/// `errors` wrong octets in each of the sixteen codewords.
fn damaged(errors: usize) -> [u8; ROW_OCTETS] {
    let mut row = row();
    for e in 0..errors {
        for octet in &mut row[e * 400..e * 400 + 16] {
            *octet ^= 0x11 << (e % 4);
        }
    }
    row
}

fn benches(c: &mut Criterion) {
    let mut group = c.benchmark_group("rs255-239");
    group.throughput(Throughput::Bytes(ROW_OCTETS as u64));
    let (clean, mut out) = (row(), row());
    group.bench_function("copy", |b| b.iter(|| out.copy_from_slice(black_box(&clean))));
    group.bench_function("encode", |b| b.iter(|| encode_row(black_box(&mut out))));
    for errors in [0, 1, 2, 8] {
        let damaged = damaged(errors);
        group.bench_function(format!("decode/{errors}-errors"), |b| {
            b.iter_batched_ref(|| damaged, decode_row, BatchSize::SmallInput);
        });
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
