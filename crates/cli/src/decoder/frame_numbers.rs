//! Which frame of the line an instant falls into.
//!
//! In: the start of each frame that was cut from the line. Out: for an instant the number, from 0, of
//! the last frame that had begun by then. Frames that follow one another are kept as one run, so that
//! memory does not grow with them.

use otn_frame::SimTime;

/// Frames of a run at most: so that a clock that wanders is followed.
const RUN_FRAMES: u64 = 65_536;
/// Runs that are kept apart; the last one grows on beyond that.
const RUNS: usize = 100_000;
/// A frame follows the one before where it starts within this share of a frame of when it should.
const SHARE: u64 = 32;

/// Frames that follow one another.
#[derive(Clone, Copy, Debug)]
struct Run {
    first: (u64, SimTime),
    last: (u64, SimTime),
}

impl Run {
    /// The number of the frame at `at`, which is not before the first one.
    fn at(&self, at: SimTime, slack: SimTime) -> u64 {
        let ((first, from), (last, to)) = (self.first, self.last);
        if last == first || at + slack >= to {
            return last;
        }
        let lasts = u128::from(to.since(from).as_ps());
        let passed = u128::from((at + slack).since(from).as_ps());
        let frames = passed * u128::from(last - first) / lasts.max(1);
        first + u64::try_from(frames).unwrap_or(u64::MAX).min(last - first)
    }
}

/// The starts of all frames.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameNumbers {
    period: SimTime,
    runs: Vec<Run>,
    frames: u64,
}

impl FrameNumbers {
    /// Frames last so long.
    pub(super) const fn set_period(&mut self, period: SimTime) {
        self.period = period;
    }

    fn slack(&self) -> SimTime {
        SimTime::from_ps(self.period.as_ps() / SHARE)
    }

    /// Takes the start of the next frame; gives its number.
    pub(super) fn take(&mut self, at: SimTime) -> u64 {
        let (number, slack, full) = (self.frames, self.slack(), self.runs.len() >= RUNS);
        self.frames += 1;
        let due = |last: SimTime| last + self.period;
        match self.runs.last_mut() {
            Some(run)
                if full
                    || number - run.first.0 < RUN_FRAMES
                        && at + slack >= due(run.last.1)
                        && due(run.last.1) + slack >= at =>
            {
                run.last = (number, at);
            }
            Some(_) | None => self.runs.push(Run { first: (number, at), last: (number, at) }),
        }
        number
    }

    /// The last frame that had begun at this instant; `None` before the first one.
    pub(super) fn at(&self, at: SimTime) -> Option<u64> {
        let slack = self.slack();
        let begun = self.runs.partition_point(|run| run.first.1 <= at + slack);
        Some(self.runs[..begun].last()?.at(at, slack))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: u64 = 1_000_000;

    fn numbers(starts: impl IntoIterator<Item = u64>) -> FrameNumbers {
        let mut numbers = FrameNumbers::default();
        numbers.set_period(SimTime::from_ps(PERIOD));
        for (n, start) in starts.into_iter().enumerate() {
            assert_eq!(numbers.take(SimTime::from_ps(start)), n as u64);
        }
        numbers
    }

    /// A clock that is 100 ppm slow, with stamps rounded to nanoseconds, and a hole behind frame 999.
    #[test]
    fn every_frame_is_found_by_its_start_and_by_its_end() {
        let start = |n: u64| {
            let hole = if n < 1_000 { 0 } else { 77 * PERIOD / 10 };
            (500 + n * (PERIOD + 100) + hole) / 1_000 * 1_000
        };
        let numbers = numbers((0..70_000).map(start));
        assert_eq!(numbers.runs.len(), 3, "the hole, and the longest run");
        let at = |ps| numbers.at(SimTime::from_ps(ps));
        for n in 0..70_000u64 {
            assert_eq!(at(start(n)), Some(n), "start of {n}");
            assert_eq!(at(start(n) + PERIOD / 2), Some(n), "middle of {n}");
            assert_eq!(at(start(n) + PERIOD * 15 / 16), Some(n), "end of {n}");
        }
        assert_eq!(at(start(999) + 5 * PERIOD), Some(999), "in the hole");
        assert_eq!(at(u64::MAX), Some(69_999));
    }

    #[test]
    fn nothing_has_begun_before_the_first_frame() {
        let numbers = numbers([5 * PERIOD]);
        assert_eq!(numbers.at(SimTime::from_ps(4 * PERIOD)), None);
        assert_eq!(numbers.at(SimTime::from_ps(5 * PERIOD)), Some(0));
        assert_eq!(FrameNumbers::default().at(SimTime::ZERO), None);
    }
}
