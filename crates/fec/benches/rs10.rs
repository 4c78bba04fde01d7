//! KP4 and KR4, one codeword a call: packed bits in, packed bits out. Throughput is in octets of coded
//! bits.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use otn_fec::bits::{flip, octets};
use otn_fec::code::Received;
use otn_fec::registry::find;

fn codes(c: &mut Criterion) {
    for name in ["kp4", "kr4"] {
        let Some(entry) = find(name) else { continue };
        let code = (entry.code)();
        let size = code.block();
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(size.coded as u64 / 8)).sample_size(20);
        let mut information: Vec<u8> =
            (0..octets(size.information)).map(|n| (n * n) as u8).collect();
        let mut coded = vec![0; octets(size.coded)];
        let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
        group.bench_function("encode", |b| b.iter(|| encoder.encode(&information, &mut coded)));
        for wrong in [0, 1, 7] {
            (0..wrong).for_each(|n| flip(&mut coded, 700 * n));
            group.bench_function(format!("decode, {wrong} wrong"), |b| {
                b.iter(|| decoder.decode(Received::Bits(&coded), &mut information));
            });
            (0..wrong).for_each(|n| flip(&mut coded, 700 * n));
        }
        group.finish();
    }
}

criterion_group!(benches, codes);
criterion_main!(benches);
