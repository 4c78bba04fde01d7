//! How fast a point was simulated, and how much of that was the decoder.
//!
//! In: a code. Out: the same code with a clock on its decoders, and a line for the terminal. Nothing
//! of it goes into a result file: the same seed gives the same octets on every machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use otn_fec::code::{BlockSize, Code, Decoder, Encoder, Input, Outcome, Received};

/// Coded bits of a decoder between two that are timed, about: a look at the clock costs as much as
/// a small codeword.
const TIMED_BITS: usize = 65_536;

/// What is measured on one point, by all threads.
#[derive(Debug)]
pub struct Clocks {
    began: Instant,
    /// Nanoseconds from the start to the last work that ended.
    ended: AtomicU64,
    /// Nanoseconds of work.
    busy: AtomicU64,
    /// Nanoseconds of decoding; those not timed are taken to be like those that were.
    decoding: Arc<AtomicU64>,
}

impl Default for Clocks {
    fn default() -> Self {
        let (ended, busy, decoding) = Default::default();
        Self { began: Instant::now(), ended, busy, decoding }
    }
}

impl Clocks {
    /// When it began.
    pub fn began(&self) -> Instant {
        self.began
    }

    /// Notes work that ends now.
    pub fn worked(&self, time: Duration) {
        self.busy.fetch_add(nanoseconds(time), Ordering::Relaxed);
        self.ended.fetch_max(nanoseconds(self.began.elapsed()), Ordering::Relaxed);
    }

    /// What came of it, with so many coded bits counted.
    pub fn speed(&self, coded_bits: u64, threads: usize) -> Speed {
        let of = |clock: &AtomicU64| Duration::from_nanos(clock.load(Ordering::Relaxed));
        Speed {
            coded_bits,
            threads,
            wall: of(&self.ended),
            busy: of(&self.busy),
            decoding: of(&self.decoding),
        }
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// Speed of a point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed {
    /// Coded bits that were counted.
    pub coded_bits: u64,
    /// Threads.
    pub threads: usize,
    /// From the start to the last work that ended.
    pub wall: Duration,
    /// Work of all threads: encoder, channel, decoder, comparison.
    pub busy: Duration,
    /// The decoders' part of it.
    pub decoding: Duration,
}

impl Speed {
    /// In words.
    pub fn text(&self) -> String {
        let ratio = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let share = ratio(self.decoding.as_secs_f64(), self.busy.as_secs_f64()).min(1.0);
        let plural = if self.threads == 1 { "" } else { "s" };
        format!(
            "{:.3} coded Gbit/s of encoder, channel and decoder ({} thread{plural}, {:.1} s), {:.0} \
             % of it in the decoder",
            ratio(self.coded_bits as f64 * 1e-9, self.wall.as_secs_f64()),
            self.threads,
            self.wall.as_secs_f64(),
            100.0 * share
        )
    }
}

/// A code whose decoders are timed.
pub struct Timed<'a> {
    code: &'a dyn Code,
    decoding: Arc<AtomicU64>,
}

impl<'a> Timed<'a> {
    /// `code`, timed by `clocks`.
    pub fn new(code: &'a dyn Code, clocks: &Clocks) -> Self {
        Self { code, decoding: Arc::clone(&clocks.decoding) }
    }
}

impl Code for Timed<'_> {
    fn block(&self) -> BlockSize {
        self.code.block()
    }

    fn input(&self) -> Input {
        self.code.input()
    }

    fn encoder(&self) -> Box<dyn Encoder> {
        self.code.encoder()
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        let every = (TIMED_BITS / self.code.block().coded.max(1)).max(1) as u64;
        Box::new(TimedDecoder {
            decoder: self.code.decoder(),
            decoding: Arc::clone(&self.decoding),
            every,
            calls: 0,
        })
    }
}

struct TimedDecoder {
    decoder: Box<dyn Decoder>,
    decoding: Arc<AtomicU64>,
    /// Calls of which one is timed.
    every: u64,
    calls: u64,
}

impl Decoder for TimedDecoder {
    fn delay(&self) -> usize {
        self.decoder.delay()
    }

    fn decode(&mut self, received: Received<'_>, information: &mut [u8]) -> Outcome {
        self.calls += 1;
        if !self.calls.is_multiple_of(self.every) {
            return self.decoder.decode(received, information);
        }
        let began = Instant::now();
        let outcome = self.decoder.decode(received, information);
        let time = nanoseconds(began.elapsed()).saturating_mul(self.every);
        self.decoding.fetch_add(time, Ordering::Relaxed);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_bits_by_time_and_the_share_of_the_decoder() {
        let mut speed = Speed {
            coded_bits: 3_000_000_000,
            threads: 2,
            wall: Duration::from_secs(2),
            busy: Duration::from_secs(4),
            decoding: Duration::from_secs(1),
        };
        let expected = "1.500 coded Gbit/s of encoder, channel and decoder (2 threads, 2.0 s), 25 % \
                        of it in the decoder";
        assert_eq!(speed.text(), expected);
        (speed.wall, speed.busy, speed.threads) = (Duration::ZERO, Duration::ZERO, 1);
        assert!(speed.text().starts_with("0.000 coded Gbit/s"), "{}", speed.text());
        assert!(speed.text().contains("(1 thread, 0.0 s), 0 %"), "{}", speed.text());
    }

    /// A decoder that does nothing but wait takes nearly all the time.
    #[test]
    fn the_clock_is_on_the_decoder_alone() {
        struct Slow;
        impl Code for Slow {
            fn block(&self) -> BlockSize {
                BlockSize { information: TIMED_BITS / 2, coded: TIMED_BITS / 2 }
            }
            fn input(&self) -> Input {
                Input::Hard
            }
            fn encoder(&self) -> Box<dyn Encoder> {
                Box::new(Self)
            }
            fn decoder(&self) -> Box<dyn Decoder> {
                Box::new(Self)
            }
        }
        impl Encoder for Slow {
            fn encode(&mut self, _: &[u8], _: &mut [u8]) {}
        }
        impl Decoder for Slow {
            fn delay(&self) -> usize {
                0
            }
            fn decode(&mut self, _: Received<'_>, _: &mut [u8]) -> Outcome {
                std::thread::sleep(Duration::from_millis(5));
                Outcome::default()
            }
        }
        let clocks = Clocks::default();
        let timed = Timed::new(&Slow, &clocks);
        let mut decoder = timed.decoder();
        for _ in 0..6 {
            decoder.decode(Received::Bits(&[]), &mut []);
        }
        clocks.worked(clocks.began().elapsed());
        let speed = clocks.speed(6, 1);
        // Three of six calls are timed, and count twice.
        assert!(speed.decoding >= Duration::from_millis(30), "{speed:?}");
        assert!(speed.wall >= Duration::from_millis(30) && speed.busy <= speed.wall, "{speed:?}");
    }
}
