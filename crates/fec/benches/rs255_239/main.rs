//! Speed of RS(255,239) on OTU frames by backend, side by side with other libraries in one run.
//!
//! `taskset -c 1 cargo bench -p otn-fec --bench rs255_239`. Gbit/s of coded bits on one core, the
//! best of many short runs: other work on the machine can only make a run slower. Before a frame is
//! decoded its errors are put back in; that is part of the time. Libraries that are not installed
//! are left out with a line that says so (Debian: libisal2, libfec0).

mod peers;

use std::hint::black_box;
use std::time::{Duration, Instant};

use otn_fec::rs255_239::{Backend, FRAME_OCTETS, FrameCodec, N, ROW_OCTETS, ROWS, SUB_ROWS};
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

pub(crate) type Frame = [u8; FRAME_OCTETS];

/// Frames that a decoder goes through in turn.
const FRAMES: usize = 64;
/// One run, and how many of them.
const RUN: Duration = Duration::from_millis(5);
const RUNS: usize = 60;

/// What to put into a frame: place and value.
type Pattern = Vec<(usize, u8)>;

/// A name and error patterns, one for each frame.
pub(crate) struct Load {
    pub(crate) name: &'static str,
    pub(crate) patterns: Vec<Pattern>,
}

/// Wrong bits at a bit error ratio.
fn random_bits(name: &'static str, ratio: f64, rng: &mut ChaCha8Rng) -> Load {
    let limit = (ratio * f64::from(u32::MAX)) as u32;
    let mut pattern = || {
        let mut pattern = Pattern::new();
        for bit in 0..8 * FRAME_OCTETS {
            if rng.next_u32() < limit {
                pattern.push((bit / 8, 1 << (bit % 8)));
            }
        }
        pattern
    };
    Load { name, patterns: (0..FRAMES).map(|_| pattern()).collect() }
}

/// Wrong octets in every codeword.
fn in_every_word(name: &'static str, errors: usize, rng: &mut ChaCha8Rng) -> Load {
    let mut pattern = || {
        let mut pattern = Pattern::new();
        for word in 0..ROWS * SUB_ROWS {
            let mut places = Vec::new();
            while places.len() < errors {
                let place = rng.next_u32() as usize % N;
                if !places.contains(&place) {
                    places.push(place);
                }
            }
            let first = word / SUB_ROWS * ROW_OCTETS + word % SUB_ROWS;
            let value = 1 + (rng.next_u32() % 255) as u8;
            pattern.extend(places.iter().map(|place| (first + place * SUB_ROWS, value)));
        }
        pattern
    };
    Load { name, patterns: (0..FRAMES).map(|_| pattern()).collect() }
}

/// Gbit/s of a work that handles `frames` frames a call: the best of many runs.
pub(crate) fn speed(frames: usize, mut work: impl FnMut()) -> f64 {
    let start = Instant::now();
    work();
    let calls = (RUN.as_secs_f64() / start.elapsed().as_secs_f64().max(1e-7)).ceil();
    let mut best = f64::MAX;
    for _ in 0..RUNS {
        let start = Instant::now();
        for _ in 0..calls as usize {
            work();
        }
        best = best.min(start.elapsed().as_secs_f64() / calls);
    }
    (frames * 8 * FRAME_OCTETS) as f64 / best / 1e9
}

/// Speed of decoding frames with these errors.
pub(crate) fn decoding(clean: &Frame, load: &Load, mut decode: impl FnMut(&mut Frame)) -> f64 {
    let (mut frame, mut turn) = (Box::new(*clean), 0);
    let gbit_s = speed(1, || {
        for &(place, value) in &load.patterns[turn] {
            frame[place] ^= value;
        }
        turn = (turn + 1) % load.patterns.len();
        decode(black_box(&mut frame));
    });
    assert!(*frame == *clean, "the errors were corrected");
    gbit_s
}

fn print_row(name: &str, speeds: &[Option<f64>]) {
    let cells = speeds.iter().map(|speed| match speed {
        Some(speed) => format!("{speed:>12.2}"),
        None => format!("{:>12}", "-"),
    });
    println!("{name:<24}{}", cells.collect::<String>());
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let mut clean = Box::new([0; FRAME_OCTETS]);
    rng.fill_bytes(&mut clean[..]);
    FrameCodec::new().encode_frame(&mut clean);
    let loads = [
        Load { name: "clean", patterns: vec![Pattern::new()] },
        random_bits("BER 8e-5", 8e-5, &mut rng),
        random_bits("BER 1e-3", 1e-3, &mut rng),
        in_every_word("1 error", 1, &mut rng),
        in_every_word("2 errors", 2, &mut rng),
        in_every_word("3 errors", 3, &mut rng),
        in_every_word("8 errors", 8, &mut rng),
    ];
    println!("Gbit/s of coded bits, one core; OTU frames of RS(255,239)");
    let names = loads.iter().map(|load| format!("{:>12}", load.name)).collect::<String>();
    println!("{:<24}{:>12}{:>12}{names}", "", "copy", "encode");
    let mut best = Vec::new();
    for backend in Backend::available() {
        let Some(codec) = FrameCodec::with_backend(backend) else { continue };
        let mut frame = clean.clone();
        let copy = speed(1, || frame.copy_from_slice(&black_box(&clean)[..]));
        let mut speeds = vec![Some(copy)];
        speeds.push(Some(speed(1, || codec.encode_frame(black_box(&mut frame)))));
        speeds.extend(loads.iter().map(|load| {
            Some(decoding(&clean, load, |frame| {
                black_box(codec.decode_frame(frame));
            }))
        }));
        print_row(backend.name(), &speeds);
        best = speeds;
    }
    let row_codec = FrameCodec::new();
    let mut frame = clean.clone();
    let by_rows = speed(1, || {
        for row in black_box(&mut frame).as_chunks_mut().0 {
            row_codec.encode_row(row);
        }
    });
    let mut speeds = vec![None, Some(by_rows)];
    speeds.extend(loads.iter().map(|load| {
        Some(decoding(&clean, load, |frame| {
            for row in frame.as_chunks_mut().0 {
                black_box(row_codec.decode_row(row));
            }
        }))
    }));
    print_row("row by row", &speeds);
    for (name, speeds) in peers::all(&clean, &loads) {
        print_row(name, &speeds);
        let ratios: Vec<_> =
            best.iter().zip(&speeds).map(|(best, peer)| Some((*best)? / (*peer)?)).collect();
        print_row("  the fastest over it", &ratios);
    }
}
