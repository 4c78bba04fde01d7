//! Bit error ratio behind the iterated codes over that of a binary symmetric channel, one thread.
//!
//! `cargo run --release -p otn-fec --example iterated -- CODE BLOCKS P[,P...] [SEED]`, CODE being
//! `staircase`, `g975.1-i3` or `g975.1-i7`. Stops early at 200 wrong blocks. Random information is
//! sent, so that encoder and decoder are both in the loop.

use otn_fec::code::{Code, Received};
use otn_fec::g975_1_i3::{G9751I3, RowConfig};
use otn_fec::staircase::{Staircase, WindowConfig};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Wrong blocks after which a point is done.
const ENOUGH: u64 = 200;

/// Inverts each bit with probability `p`, by the distance from one error to the next.
fn noise(coded: &mut [u8], bits: usize, p: f64, rng: &mut ChaCha8Rng) -> u64 {
    let (mut at, mut errors) = (0.0, 0);
    loop {
        let uniform = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        at += ((1.0 - uniform).ln() / (-p).ln_1p()).floor();
        if at >= bits as f64 {
            return errors;
        }
        coded[at as usize / 8] ^= 0x80 >> (at as usize % 8);
        (at, errors) = (at + 1.0, errors + 1);
    }
}

struct Point {
    blocks: u64,
    wrong_blocks: u64,
    wrong_bits: u64,
    errors: u64,
    unflagged: u64,
    /// Of each block.
    decoding: Vec<Duration>,
}

fn measure(code: &dyn Code, p: f64, blocks: u64, seed: u64) -> Point {
    let size = code.block();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
    let delay = decoder.delay();
    let mut sent = VecDeque::new();
    let mut coded = vec![0; size.coded.div_ceil(8)];
    let mut out = vec![0; size.information.div_ceil(8)];
    let mut point = Point {
        blocks: 0,
        wrong_blocks: 0,
        wrong_bits: 0,
        errors: 0,
        unflagged: 0,
        decoding: Vec::new(),
    };
    while point.blocks < blocks && point.wrong_blocks < ENOUGH {
        let mut information = vec![0u8; size.information.div_ceil(8)];
        rng.fill_bytes(&mut information);
        encoder.encode(&information, &mut coded);
        sent.push_back(information);
        point.errors += noise(&mut coded, size.coded, p, &mut rng);
        let start = Instant::now();
        let outcome = decoder.decode(Received::Bits(&coded), &mut out);
        point.decoding.push(start.elapsed());
        if sent.len() > delay {
            let expected = sent.pop_front().expect("one was pushed above");
            let octets = size.information / 8;
            let pairs = expected[..octets].iter().zip(&out[..octets]);
            let wrong: u64 = pairs.map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
            point.blocks += 1;
            point.wrong_bits += wrong;
            point.wrong_blocks += u64::from(wrong > 0);
            point.unflagged += u64::from(wrong > 0 && outcome.uncorrectable == 0);
        }
    }
    point
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, blocks, list, rest @ ..] = arguments.as_slice() else {
        eprintln!("usage: iterated CODE BLOCKS P[,P...] [SEED]");
        std::process::exit(2);
    };
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
    };
    let code: Box<dyn Code> = match name.as_str() {
        "staircase" => {
            let d = WindowConfig::default();
            Box::new(Staircase::new(WindowConfig {
                window: number("W", d.window),
                rounds: number("R", d.rounds),
                guarded: number("G", d.guarded),
            }))
        }
        _ => {
            let d = RowConfig::default();
            Box::new(G9751I3::new(RowConfig {
                window: number("W", d.window),
                rounds: number("R", d.rounds),
            }))
        }
    };
    let blocks: u64 = blocks.parse().expect("BLOCKS is a number");
    let seed = rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("{name}: p, blocks, wrong blocks, not flagged, post-FEC BER, Gbit/s decoded");
    for p in list.split(',').map(|p| p.parse::<f64>().expect("P is a number")) {
        let point = measure(&*code, p, blocks, seed);
        let size = code.block();
        let bits = point.blocks as f64 * size.information as f64;
        // The median, as others may use the machine.
        let mut times = point.decoding;
        times.sort_unstable();
        let median = times[times.len() / 2];
        println!(
            "{p:.3e} {:8} {:6} {:6} {:.2e} {:.2}",
            point.blocks,
            point.wrong_blocks,
            point.unflagged,
            point.wrong_bits as f64 / bits,
            size.coded as f64 / median.as_secs_f64() / 1e9,
        );
    }
}
