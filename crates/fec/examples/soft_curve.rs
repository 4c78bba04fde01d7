//! Bit error ratio behind the soft decoders against the one before them, on the binary-input AWGN
//! channel: `soft_curve CODE [key=value]... P...`.
//!
//! Codes: `ofec`, `cfec`. Keys: `blocks` (at most so many at a point), `errors` (stop at so many wrong
//! bits), `seconds` (of a point), `seed`, `skip` (first blocks not counted), `hard-input` (1: signs
//! only), `bits` (least reliable bits tried), `scale` (steps of the quantised values for one unit);
//! for oFEC `iterations` (hard ones) and `schedule` (`weight:value,weight:value`, one for each soft
//! iteration); for C-FEC `window` and `rounds` of the outer decoder. Prints a line a point: p wanted,
//! p seen, blocks, wrong bits, ratio, blocks in error, coded Mbit/s of the decoder (of the time that
//! its thread had a processor). Noise is drawn from 65 536 quantiles of its distribution.

use otn_fec::cfec::{self, Cfec};
use otn_fec::code::{Code, Outcome, Received};
use otn_fec::ofec::{Config, Ofec};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::time::Instant;

struct Options {
    blocks: u64,
    errors: u64,
    seconds: u64,
    seed: u64,
    hard_input: bool,
    skip: u64,
}

/// Inverse of the standard normal distribution function, by bisection of the integral of its density.
fn quantiles(count: usize) -> Vec<f64> {
    let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let (mut x, mut sum) = (-8.0f64, 0.0);
    let step = 1e-5;
    let mut next = 0.5;
    let mut out = Vec::with_capacity(count);
    while out.len() < count {
        sum += step * density(x + step / 2.0);
        x += step;
        while out.len() < count && sum * count as f64 >= next || x > 8.0 {
            out.push(x);
            next += 1.0;
            if out.len() == count {
                break;
            }
        }
    }
    out
}

/// Standard deviation of the noise on amplitudes of one at which a share `p` changes its sign.
fn deviation(normal: &[f64], p: f64) -> f64 {
    let at = (1.0 - p) * normal.len() as f64 - 0.5;
    let low = at.floor() as usize;
    let fraction = at - low as f64;
    1.0 / (normal[low] * (1.0 - fraction) + normal[low + 1] * fraction)
}

/// Seconds that this thread has had a processor, where Linux says so; else the time of day.
fn busy_seconds() -> f64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse::<f64>().ok())
        .map_or_else(
            || std::time::UNIX_EPOCH.elapsed().map_or(0.0, |time| time.as_secs_f64()),
            |nanoseconds| nanoseconds / 1e9,
        )
}

/// Values of coded bits behind the channel; `raw` counts the wrong ones.
fn channel(
    coded: &[u8],
    ratios: &[f32],
    hard_input: bool,
    rng: &mut ChaCha8Rng,
    raw: &mut u64,
) -> Vec<f32> {
    let mut llr = vec![0f32; 8 * coded.len()];
    for (octet, llr) in coded.iter().zip(llr.chunks_mut(8)) {
        let noise = [rng.next_u64(), rng.next_u64()];
        for (i, llr) in llr.iter_mut().enumerate() {
            let ratio = ratios[(noise[i / 4] >> (i % 4 * 16) & 0xFFFF) as usize];
            *raw += u64::from(ratio < 0.0);
            let seen = if hard_input { ratio.signum() * 4.6 } else { ratio };
            *llr = if octet << i & 0x80 == 0 { seen } else { -seen };
        }
    }
    llr
}

fn point(code: &dyn Code, normal: &[f64], p: f64, options: &Options) {
    let sigma = deviation(normal, p);
    let ratios: Vec<f32> =
        normal.iter().map(|&x| ((1.0 + sigma * x) * 2.0 / (sigma * sigma)) as f32).collect();
    let size = code.block();
    let mut rng = ChaCha8Rng::seed_from_u64(options.seed);
    let (mut encoder, mut decoder) = (code.encoder(), code.decoder());
    let delay = decoder.delay();
    let octets = size.information.div_ceil(8);
    let mut sent = std::collections::VecDeque::new();
    let mut coded = vec![0u8; size.coded.div_ceil(8)];
    let (mut blocks, mut wrong, mut bad_blocks, mut raw) = (0u64, 0u64, 0u64, 0u64);
    let mut busy = 0.0;
    let mut total = Outcome::default();
    let start = Instant::now();
    let mut taken = 0u64;
    while blocks < options.blocks
        && wrong < options.errors
        && start.elapsed().as_secs() < options.seconds
    {
        // Many small blocks at once, so that the clock of the thread is read seldom.
        let many = (1usize << 20).div_ceil(size.coded);
        let mut received = Vec::with_capacity(many);
        for _ in 0..many {
            let mut information = vec![0; octets];
            rng.fill_bytes(&mut information);
            encoder.encode(&information, &mut coded);
            received.push(channel(&coded, &ratios, options.hard_input, &mut rng, &mut raw));
            sent.push_back(information);
        }
        let before = busy_seconds();
        let outs: Vec<Vec<u8>> = received
            .iter()
            .map(|llr| {
                let mut out = vec![0; octets];
                total.add(decoder.decode(Received::Llr(llr), &mut out));
                out
            })
            .collect();
        busy += busy_seconds() - before;
        for out in outs {
            taken += 1;
            if taken <= delay as u64 {
                continue;
            }
            let information = sent.pop_front().expect("more were sent than the delay");
            // The first blocks of a stream have fewer words over them: the figure is that of the rest.
            if taken > delay as u64 + options.skip {
                let pairs = out.iter().zip(&information);
                let errors: u32 = pairs.map(|(a, b)| (a ^ b).count_ones()).sum();
                wrong += u64::from(errors);
                bad_blocks += u64::from(errors > 0);
                blocks += 1;
            }
        }
    }
    let bits = taken as f64 * size.coded as f64;
    println!(
        "{p:.4e} {:.4e} {blocks} {wrong} {:.2e} {bad_blocks} {:.1}",
        raw as f64 / bits,
        wrong as f64 / (blocks as f64 * size.information as f64),
        bits / busy / 1e6
    );
}

fn main() {
    let mut options = Options {
        blocks: 20_000,
        errors: 2_000,
        seconds: 600,
        seed: 1,
        hard_input: false,
        skip: 10,
    };
    let mut config = Config::default();
    let mut inner = cfec::Config::default();
    let mut points = Vec::new();
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().expect("the name of a code");
    for argument in arguments {
        let Some((key, value)) = argument.split_once('=') else {
            points.push(argument.parse::<f64>().expect("a bit error ratio"));
            continue;
        };
        let number = || value.parse::<u64>().expect("a number");
        match key {
            "blocks" => options.blocks = number(),
            "errors" => options.errors = number(),
            "seconds" => options.seconds = number(),
            "seed" => options.seed = number(),
            "skip" => options.skip = number(),
            "hard-input" => options.hard_input = value == "1",
            "bits" => {
                config.pattern_bits = number() as usize;
                inner.pattern_bits = config.pattern_bits;
            }
            "window" => inner.outer.window = number() as usize,
            "rounds" => inner.outer.rounds = number() as usize,
            "iterations" => config.hard = number() as usize,
            "scale" => {
                config.scale = value.parse().expect("a number");
                inner.scale = config.scale;
            }
            "schedule" => {
                let pair = |text: &str| {
                    let (a, b) = text.split_once(':').expect("weight:value");
                    (a.parse().expect("a weight"), b.parse().expect("a value"))
                };
                config.schedule = value.split(',').map(pair).collect();
            }
            _ => panic!("no such key: {key}"),
        }
    }
    let code: Box<dyn Code> = match name.as_str() {
        "cfec" => Box::new(Cfec::new(inner)),
        "ofec" => Box::new(Ofec { config }),
        _ => panic!("no such code: {name}"),
    };
    let normal = quantiles(1 << 16);
    println!("# {name}: p, p seen, blocks, wrong bits, ratio, wrong blocks, coded Mbit/s");
    for p in points {
        point(code.as_ref(), &normal, p, &options);
    }
}
