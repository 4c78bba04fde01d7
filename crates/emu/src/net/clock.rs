//! Frames on a clock whose offset may change.
//!
//! In: a signal, an offset from nominal, changes of it. Out: start and end of each frame, one after
//! another. Within a time of one offset frame n is computed from n, never by summing rounded periods.

use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};

/// The frames of a signal.
#[derive(Clone, Debug)]
pub(super) struct Frames {
    signal: Signal,
    clock: FrameClock,
    /// When the present offset began, with a frame.
    base: SimTime,
    /// Frames since then.
    count: u64,
}

impl Frames {
    /// The first frame starts at `base`.
    pub(super) const fn new(signal: Signal, offset: PartsPerBillion, base: SimTime) -> Self {
        Self { signal, clock: FrameClock::new(signal, offset), base, count: 0 }
    }

    /// Start of the frame that comes next.
    pub(super) fn next_start(&self) -> SimTime {
        self.base + self.clock.frame_start(self.count)
    }

    /// The next frame: its start and its end, which is the start of the one after it.
    pub(super) fn advance(&mut self) -> (SimTime, SimTime) {
        let start = self.next_start();
        self.count += 1;
        (start, self.next_start())
    }

    /// The clock has another offset from the next frame on.
    pub(super) fn retune(&mut self, offset: PartsPerBillion) {
        *self = Self::new(self.signal, offset, self.next_start());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_follow_one_another_whatever_the_clock_does() {
        let ppb = |ppm: i32| PartsPerBillion::new(ppm * 1_000).unwrap();
        let mut frames = Frames::new(Signal::Otu2, ppb(0), SimTime::from_ns(5));
        let mut last = SimTime::from_ns(5);
        for n in 0..1_000 {
            if n % 100 == 99 {
                frames.retune(ppb(n / 10 - 50));
            }
            let (start, end) = frames.advance();
            assert_eq!(start, last);
            last = end;
        }
        // 1 000 frames of 12.191 us, off by some ppm.
        let expected = 12_191_000.0 * 1_000.0;
        assert!((last.as_ps() as f64 / expected - 1.0).abs() < 1e-4, "{last}");
    }
}
