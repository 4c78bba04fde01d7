//! Bit error ratio behind the iterated codes over that of a binary symmetric channel, one thread.
//!
//! `cargo run --release -p otn-fec --example iterated -- CODE BLOCKS P[,P...] [KEY=NUMBER ...]`
//!
//! CODE is `staircase`, `g975.1-i3` or `g975.1-i7`. Keys: `seed`; `rounds`, `window` and `guarded`
//! of the decoder; `restart=1` begins a transmission anew behind every wrong block, so that each
//! loss counts once (a staircase above its threshold does not recover by itself). A point ends
//! at 200 wrong blocks. Random information is sent, so that encoder and decoder are in the loop. The
//! speed is the median over the blocks and that of the fastest tenth, as others may use the machine.

use otn_fec::code::{Code, Received};
use otn_fec::g975_1_i3::{G9751I3, RowConfig};
use otn_fec::g975_1_i7::{G9751I7, ROUNDS};
use otn_fec::staircase::{Staircase, WindowConfig};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Wrong blocks after which a point is done.
const ENOUGH: u64 = 200;

/// The `KEY=NUMBER` arguments.
struct Keys(Vec<(String, usize)>);

impl Keys {
    fn number(&self, name: &str, default: usize) -> usize {
        self.0.iter().find(|(key, _)| key == name).map_or(default, |&(_, number)| number)
    }
}

/// Inverts each bit with probability `p`, by the distance from one error to the next.
fn noise(coded: &mut [u8], bits: usize, p: f64, rng: &mut ChaCha8Rng) {
    let mut at = 0.0;
    loop {
        let uniform = (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        at += ((1.0 - uniform).ln() / (-p).ln_1p()).floor();
        if at >= bits as f64 {
            return;
        }
        coded[at as usize / 8] ^= 0x80 >> (at as usize % 8);
        at += 1.0;
    }
}

#[derive(Default)]
struct Point {
    blocks: u64,
    wrong_blocks: u64,
    wrong_bits: u64,
    unflagged: u64,
    decoding: Vec<Duration>,
}

fn measure(code: &dyn Code, p: f64, blocks: u64, keys: &Keys) -> Point {
    let size = code.block();
    let mut rng = ChaCha8Rng::seed_from_u64(keys.number("seed", 1) as u64);
    let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
    let delay = decoder.delay();
    let mut sent = VecDeque::new();
    let mut coded = vec![0; size.coded.div_ceil(8)];
    let mut out = vec![0; size.information.div_ceil(8)];
    let mut point = Point::default();
    while point.blocks < blocks && point.wrong_blocks < ENOUGH {
        let mut information = vec![0u8; size.information.div_ceil(8)];
        rng.fill_bytes(&mut information);
        encoder.encode(&information, &mut coded);
        sent.push_back(information);
        noise(&mut coded, size.coded, p, &mut rng);
        let start = Instant::now();
        let outcome = decoder.decode(Received::Bits(&coded), &mut out);
        point.decoding.push(start.elapsed());
        if sent.len() <= delay {
            continue;
        }
        let expected = sent.pop_front().expect("one was pushed above");
        let octets = size.information / 8;
        let pairs = expected[..octets].iter().zip(&out[..octets]);
        let wrong: u64 = pairs.map(|(a, b)| u64::from((a ^ b).count_ones())).sum();
        point.blocks += 1;
        if wrong > 0 {
            point.wrong_bits += wrong;
            point.wrong_blocks += 1;
            point.unflagged += u64::from(outcome.uncorrectable == 0);
            if keys.number("restart", 0) == 1 {
                (encoder, decoder) = (code.encoder(), code.decoder());
                sent.clear();
            }
        }
    }
    point
}

fn code_of(name: &str, keys: &Keys) -> Option<Box<dyn Code>> {
    Some(match name {
        "staircase" => {
            let default = WindowConfig::default();
            Box::new(Staircase::new(WindowConfig {
                window: keys.number("window", default.window),
                rounds: keys.number("rounds", default.rounds),
                guarded: keys.number("guarded", default.guarded),
            }))
        }
        "g975.1-i3" => {
            let default = RowConfig::default();
            Box::new(G9751I3::new(RowConfig {
                window: keys.number("window", default.window),
                rounds: keys.number("rounds", default.rounds),
            }))
        }
        "g975.1-i7" => Box::new(G9751I7::new(keys.number("rounds", ROUNDS))),
        _ => return None,
    })
}

/// What to measure.
struct Task {
    code: Box<dyn Code>,
    blocks: u64,
    points: Vec<f64>,
    keys: Keys,
}

fn task() -> Option<Task> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, blocks, list, rest @ ..] = arguments.as_slice() else { return None };
    let key = |argument: &String| {
        let (key, number) = argument.split_once('=')?;
        Some((key.to_owned(), number.parse().ok()?))
    };
    let keys = Keys(rest.iter().map(key).collect::<Option<_>>()?);
    let points = list.split(',').map(|p| p.parse().ok()).collect::<Option<_>>()?;
    Some(Task { code: code_of(name, &keys)?, blocks: blocks.parse().ok()?, points, keys })
}

fn main() {
    let Some(Task { code, blocks, points, keys }) = task() else {
        eprintln!("usage: iterated staircase|g975.1-i3|g975.1-i7 BLOCKS P[,P...] [KEY=NUMBER ...]");
        std::process::exit(2);
    };
    println!("        p   blocks  wrong not-flagged  BER out  Gbit/s best-tenth");
    for p in points {
        let Point { blocks, wrong_blocks, wrong_bits, unflagged, mut decoding } =
            measure(&*code, p, blocks, &keys);
        let size = code.block();
        decoding.sort_unstable();
        let speed = |time: Duration| size.coded as f64 / time.as_secs_f64() / 1e9;
        println!(
            "{p:.3e} {blocks:8} {wrong_blocks:6} {unflagged:11} {:8.2e} {:7.2} {:10.2}",
            wrong_bits as f64 / (blocks as f64 * size.information as f64),
            speed(decoding[decoding.len() / 2]),
            speed(decoding[decoding.len() / 10]),
        );
    }
}
