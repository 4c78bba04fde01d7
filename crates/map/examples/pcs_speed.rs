//! Speed of the 64B/66B coding sublayers, each way: bit/s of the coded stream.

use std::hint::black_box;
use std::time::Instant;

use otn_map::ethernet::MacQueue;
use otn_map::pcs::forty_gig::{FortyGigSink, FortyGigSource};
use otn_map::pcs::marker::MultiLane;
use otn_map::pcs::multi_lane::{MultiLaneSink, MultiLaneSource};
use otn_map::pcs::ten_gig::{TenGigSink, TenGigSource};

/// The same frame over and over.
struct Full(Vec<u8>);

impl MacQueue for Full {
    fn next(&mut self, _: u64) -> Option<&[u8]> {
        Some(&self.0)
    }
}

/// Octets of a run.
const OCTETS: usize = 4_194_304;
/// Octets in which a sink of 100GBASE-R meets markers.
const WARM_UP: usize = 3_000_000;
/// Octets asked for at once.
const PIECE: usize = 15_200;
/// Runs; the best counts, as other programs take time from some.
const RUNS: usize = 40;

/// Octets a second of the best of some runs.
fn best(mut run: impl FnMut() -> usize) -> f64 {
    let time = |run: &mut dyn FnMut() -> usize| {
        let start = Instant::now();
        let octets = run();
        octets as f64 / start.elapsed().as_secs_f64()
    };
    (0..RUNS).map(|_| time(&mut run)).fold(0.0, f64::max)
}

fn report(name: &str, frame: usize, octets_per_second: f64) {
    println!("{name} {frame:5}-octet frames: {:6.2} Gbit/s", octets_per_second * 8e-9);
}

fn main() {
    for size in [64, 1_518] {
        let mut queue = Full((0..size).map(|n| (n * 31) as u8).collect());
        let mut piece = vec![0; PIECE];
        let mut line = Vec::new();
        let mut source = MultiLaneSource::new(MultiLane::HundredGig);
        while line.len() < WARM_UP + OCTETS {
            source.fill(&mut piece, &mut queue);
            line.extend_from_slice(&piece);
        }
        let speed = best(|| {
            (0..OCTETS / PIECE).for_each(|_| source.fill(black_box(&mut piece), &mut queue));
            OCTETS
        });
        report("100GBASE-R source", size, speed);
        let mut ready = MultiLaneSink::new(MultiLane::HundredGig);
        ready.push(&line[..WARM_UP], &mut |_| {});
        assert!(ready.order().is_some());
        let speed = best(|| {
            let (mut sink, mut frames) = (ready.clone(), 0);
            line[WARM_UP..].chunks(PIECE).for_each(|part| sink.push(part, &mut |_| frames += 1));
            assert!(frames > 100);
            line.len() - WARM_UP
        });
        report("100GBASE-R sink  ", size, speed);
        let mut source = TenGigSource::default();
        let speed = best(|| {
            (0..OCTETS / PIECE).for_each(|_| source.fill(black_box(&mut piece), &mut queue));
            OCTETS
        });
        report("10GBASE-R source ", size, speed);
        let mut sink = TenGigSink::default();
        let mut line = vec![0; OCTETS];
        source.fill(&mut line, &mut queue);
        let speed = best(|| {
            line.chunks(PIECE).for_each(|part| sink.push(part, &mut |_| {}));
            line.len()
        });
        report("10GBASE-R sink   ", size, speed);
        let mut source = FortyGigSource::default();
        let speed = best(|| {
            source.fill(&mut line, &mut queue);
            OCTETS
        });
        report("40GBASE-R source ", size, speed);
        let speed = best(|| {
            let mut sink = FortyGigSink::default();
            line.chunks(PIECE).for_each(|part| sink.push(part, &mut |_| {}));
            line.len()
        });
        report("40GBASE-R sink   ", size, speed);
    }
}
