//! Coded bits a second of the soft decoders and their encoders, one core.
//!
//! `cargo bench -p otn-fec --bench soft`.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_fec::backend::Backend;
use otn_fec::cfec::Cfec;
use otn_fec::code::{Code, Decoder as _, Received};
use otn_fec::ofec::{Config, Decoder, Ofec};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::hint::black_box;

/// Values of `blocks` random blocks from the start of a stream, with noise at error ratio `p` of a
/// logistic distribution, whose inverse is closed.
fn received(code: &dyn Code, blocks: usize, p: f64) -> Vec<Vec<f32>> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut encoder = code.encoder();
    let size = code.block();
    let (mut u, mut y) = (vec![0; size.information.div_ceil(8)], vec![0; size.coded.div_ceil(8)]);
    let width = 1.0 / (1.0 / p - 1.0).ln();
    let mut value = |bit: bool| {
        let u = (f64::from(rng.next_u32()) + 0.5) / 4_294_967_296.0;
        let amplitude = 1.0 + width * (u / (1.0 - u)).ln();
        (8.0 * amplitude * if bit { -1.0 } else { 1.0 }) as f32
    };
    let mut octets = 0u32;
    let blocks = (0..blocks).map(|_| {
        for octet in &mut u {
            octets = octets.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *octet = (octets >> 24) as u8;
        }
        encoder.encode(&u, &mut y);
        (0..size.coded).map(|at| value(otn_fec::bits::get(&y, at))).collect()
    });
    blocks.collect()
}

fn ofec(c: &mut Criterion) {
    let mut group = c.benchmark_group("ofec");
    let code = Ofec::default();
    let size = code.block();
    group.throughput(Throughput::Elements(size.coded as u64));
    let mut out = vec![0; size.information / 8];
    let mut coded = vec![0; size.coded / 8];
    let mut encoder = code.encoder();
    group.bench_function("encode", |b| b.iter(|| encoder.encode(black_box(&out), &mut coded)));
    for p in [0.019, 0.015, 0.005] {
        let blocks = received(&code, 400, p);
        for backend in Backend::available() {
            for pattern_bits in [4, 5, 6] {
                let config = Config { pattern_bits, ..Config::default() };
                let mut decoder = Decoder::new(&config, backend);
                // The stream begins anew behind its last block: a seam costs some steps of noise.
                let mut at = blocks.iter().cycle();
                for block in at.by_ref().take(100) {
                    decoder.decode(Received::Llr(block), &mut out);
                }
                let name = format!("decode/{p}/{backend:?}/{pattern_bits}");
                group.bench_function(name, |b| {
                    b.iter(|| {
                        let block = at.next().map_or(&[][..], Vec::as_slice);
                        decoder.decode(Received::Llr(black_box(block)), &mut out)
                    });
                });
            }
        }
    }
    group.finish();
}

fn cfec(c: &mut Criterion) {
    let mut group = c.benchmark_group("cfec");
    group.sample_size(10);
    let code = Cfec::default();
    let size = code.block();
    group.throughput(Throughput::Elements(size.coded as u64));
    let blocks = received(&code, 3, 0.011);
    let mut out = vec![0; size.information / 8];
    let mut coded = vec![0; size.coded / 8];
    let mut encoder = code.encoder();
    group.bench_function("encode", |b| b.iter(|| encoder.encode(black_box(&out), &mut coded)));
    let mut decoder = code.decoder();
    let mut at = 0;
    group.bench_function("decode/0.011", |b| {
        b.iter(|| {
            at += 1;
            decoder.decode(Received::Llr(black_box(&blocks[at % blocks.len()])), &mut out)
        });
    });
    group.finish();
}

criterion_group!(all, ofec, cfec);
criterion_main!(all);
