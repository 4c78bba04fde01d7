//! When the clients of a signal fail, and for how long.
//!
//! In: `TIME[:FRAMES]`, or two times of a tree file. Out: frames of the ODU that carries the client.

use std::fmt;
use std::str::FromStr;

use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};

use crate::units;

/// How long a client fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lasting {
    /// For so many frames of its ODU.
    Frames(u64),
    /// For this time.
    Time(SimTime),
    /// It does not come back.
    ForGood,
}

/// The failure of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// It begins with the first frame of the ODU that starts at this time or later.
    pub at: SimTime,
    /// How long it lasts.
    pub lasts: Lasting,
}

/// A text that is no failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAFailure {
    found: String,
    expected: String,
}

impl fmt::Display for NotAFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "found `{}`, expected {}", self.found, self.expected)
    }
}

impl std::error::Error for NotAFailure {}

impl FromStr for Failure {
    type Err = NotAFailure;

    /// Reads `TIME[:FRAMES]`.
    fn from_str(text: &str) -> Result<Self, NotAFailure> {
        let no = |expected: &str| NotAFailure { found: text.into(), expected: expected.into() };
        let (time, frames) = match text.split_once(':') {
            None => (text, None),
            Some((time, frames)) => (time, Some(frames)),
        };
        let at = units::time(time).map_err(|error| no(error.expected))?;
        let lasts = match frames.map(str::parse) {
            None => Lasting::ForGood,
            Some(Ok(count)) if count > 0 => Lasting::Frames(count),
            Some(_) => return Err(no("TIME or TIME:FRAMES with a count of frames from 1 on")),
        };
        Ok(Self { at, lasts })
    }
}

/// The first frame that starts at this time or later.
fn first_frame(odu: Signal, offset: PartsPerBillion, at: SimTime) -> u64 {
    FrameClock::new(odu, offset).first_bit_from(at).div_ceil(odu.frame_bits())
}

impl Failure {
    /// The first frame of an ODU in which the client has failed, and the first one in which it is there
    /// again.
    pub fn frames(&self, odu: Signal, offset: PartsPerBillion) -> (u64, Option<u64>) {
        let from = first_frame(odu, offset, self.at);
        let until = match self.lasts {
            Lasting::Frames(count) => Some(from.saturating_add(count)),
            Lasting::Time(time) => Some(first_frame(odu, offset, self.at + time)),
            Lasting::ForGood => None,
        };
        (from, until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_a_count_are_frames_of_the_odu() {
        let none = PartsPerBillion::default();
        let frames = |text: &str, odu| text.parse::<Failure>().unwrap().frames(odu, none);
        // 98.354 us and 12.191 us a frame.
        assert_eq!(frames("2 ms:20", Signal::Odu0), (21, Some(41)));
        assert_eq!(frames("2ms", Signal::Odu2), (165, None));
        assert_eq!(frames("0 s:1", Signal::Odu0), (0, Some(1)));
        let millisecond = Lasting::Time(SimTime::from_ms(1));
        let failure = Failure { at: SimTime::from_ms(2), lasts: millisecond };
        assert_eq!(failure.frames(Signal::Odu0, none), (21, Some(31)));
    }

    #[test]
    fn mistakes_say_what_is_expected() {
        let error = |text: &str| text.parse::<Failure>().unwrap_err().to_string();
        assert!(error("soon").contains("found `soon`, expected a time such as"));
        assert!(error("2 ms:0").contains("expected TIME or TIME:FRAMES with a count"));
        assert!(error("2 ms:-1").contains("from 1 on"));
    }
}
