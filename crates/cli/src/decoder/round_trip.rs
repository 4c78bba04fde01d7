//! Round trips between the two directions of a signal in one file.
//!
//! Clauses: G.709 15.8.2 (DMp, DMti), G.798 14.2 (the process). In: the delay measurement bits of two
//! streams. Out: for each inversion in one direction the time until the other direction brings it
//! back. The direction in which a bit is inverted first is that of the end point that measures; where
//! the file was taken in the middle of the way, what comes out is the way from there to the far end
//! and back.

use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};
use otn_proc::delay::DM_PERSIST;
use serde::Serialize;

use super::report::{DelayBitReport, StreamReport};

/// Round trips that are listed.
const LISTED: usize = 100;
/// An instant may be off by this share of a frame: stamps are rounded.
const SHARE: u64 = 32;

/// A measured delay.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RoundTripReport {
    /// The bit: `DMp`, `DMt1` to `DMt6`.
    pub bit: String,
    /// The stream in which it was inverted.
    pub from: usize,
    /// The stream in which it came back.
    pub to: usize,
    /// When it was inverted, in nanoseconds.
    pub at_ns: u64,
    /// Frames sent until it came back.
    pub frames: u64,
    /// The time until it came back, in microseconds.
    pub us: f64,
}

/// An inversion that stood: the time, and the new value.
type Inversion = (u64, u8);

/// The inversions that stood for more frames than a measurement waits for.
//= g798:14.2-dm-persistency
fn inversions(bit: &DelayBitReport) -> Vec<Inversion> {
    let mut kept: Vec<Inversion> = Vec::new();
    let (mut value, mut standing) = (bit.first, bit.first);
    for (n, (&frame, &at)) in bit.inverted_at.iter().zip(&bit.inverted_at_ns).enumerate() {
        value = 1 - value.min(1);
        let next = bit.inverted_at.get(n + 1);
        if next.is_none_or(|next| next - frame > u64::from(DM_PERSIST)) && value != standing {
            kept.push((at, value));
            standing = value;
        }
    }
    kept
}

/// Pairs of inversion and return, by time.
fn pairs(sent: &[Inversion], back: &[Inversion]) -> Vec<(u64, u64)> {
    let answer = |(n, &(at, value)): (usize, &Inversion)| {
        let until = sent.get(n + 1).map_or(u64::MAX, |next| next.0);
        let comes = |b: &&Inversion| b.1 == value && b.0 >= at && b.0 < until;
        back.iter().find(comes).map(|b| (at, b.0))
    };
    sent.iter().enumerate().filter_map(answer).collect()
}

/// Frames that begin in this time.
fn frames(signal: Signal, ns: u64) -> u64 {
    let clock = FrameClock::new(signal, PartsPerBillion::default());
    let frame = clock.frame_start(1).as_ps().max(1);
    (SimTime::from_ns(ns).as_ps() + frame / SHARE) / frame
}

/// The round trips of two streams of one signal; none where there are not just two.
pub fn round_trips(streams: &[StreamReport]) -> Vec<RoundTripReport> {
    let [a, b] = streams else { return Vec::new() };
    let Some(signal) = crate::capture::signal_by_name(a.signal).filter(|_| a.signal == b.signal)
    else {
        return Vec::new();
    };
    let mut list = Vec::new();
    for (name, of_a) in &a.odu.overhead.delay_bits {
        let Some(of_b) = b.odu.overhead.delay_bits.get(name) else { continue };
        let (mut sent, mut back) = (inversions(of_a), inversions(of_b));
        let first = |list: &[Inversion]| list.first().map_or(u64::MAX, |inversion| inversion.0);
        let (mut from, mut to) = (0, 1);
        if first(&back) < first(&sent) {
            (sent, back) = (back, sent);
            (from, to) = (1, 0);
        }
        for (at_ns, end_ns) in pairs(&sent, &back) {
            let ns = end_ns - at_ns;
            list.push(RoundTripReport {
                bit: format!("DM{name}"),
                from,
                to,
                at_ns,
                frames: frames(signal, ns),
                us: ns as f64 / 1e3,
            });
        }
    }
    list.truncate(LISTED);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bit(first: u8, inverted_at: &[u64]) -> DelayBitReport {
        let inverted_at_ns = inverted_at.iter().map(|n| n * 1_000).collect();
        DelayBitReport { first, inverted_at: inverted_at.to_vec(), inverted_at_ns }
    }

    //= type=test g798:14.2-dm-persistency
    #[test]
    fn a_bit_error_is_no_inversion() {
        // At 10 for good; a value that stands for 3 frames does not end a measurement, for 4 it does.
        let seen = inversions(&bit(0, &[10, 20, 23, 40, 44]));
        assert_eq!(seen, [(10_000, 1), (40_000, 0), (44_000, 1)]);
    }

    /// The example of the fact sheet, section 11: six frames.
    #[test]
    fn the_first_answer_after_an_inversion_counts() {
        let sent = [(9_000, 0), (50_000, 1)];
        assert_eq!(pairs(&sent, &[(15_000, 0), (56_000, 1)]), [(9_000, 15_000), (50_000, 56_000)]);
        assert_eq!(pairs(&sent, &[(55_000, 0)]), [], "no answer before the next inversion");
        // Conformance case 72: 979 us at ODU2 are 80 frames of 12.191 us.
        assert_eq!(frames(Signal::Odu2, 979_000), 80);
        assert_eq!(frames(Signal::Odu2, 6 * 12_191), 6);
    }
}
