//! When an event takes place: `@TIME`, `@TIME:20ms`, `@TIME:5f`, `@TIME:on=5f,off=250f,for=20ms`.
//!
//! In: text, and the clock of a signal. Out: for each frame in turn whether the event takes place in
//! it. A frame belongs to the time at which it starts.

use otn_frame::{FrameClock, PartsPerBillion, Signal, SimTime};

use super::NotAnInjection;
use crate::units;

/// How long something lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// A time.
    Time(SimTime),
    /// So many frames.
    Frames(u64),
}

/// How often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// To the end.
    ForGood,
    /// Once.
    Once(Length),
    /// On and off in turn.
    Repeated {
        /// Beginning with this.
        on: Length,
        /// And then this.
        off: Length,
        /// In all; to the end without it.
        lasts: Option<Length>,
    },
}

/// When an event takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// It begins with the first frame that starts at this time or later.
    pub at: SimTime,
    /// How often.
    pub pattern: Pattern,
}

/// Frames that a length may have, so that times stay within their range.
const MOST_FRAMES: u64 = 1_000_000_000;
/// A repetition is not faster than this: shorter than any frame.
const FASTEST: SimTime = SimTime::from_ns(100);

const LENGTH: &str = "a time such as `20ms` or frames such as `5f`, more than none";

fn length(field: &'static str, text: &str) -> Result<Length, NotAnInjection> {
    let refuse = || NotAnInjection::new(field, text, LENGTH);
    if let Some(frames) = text.trim().strip_suffix('f') {
        let frames = frames.trim().parse().ok().filter(|n| (1..=MOST_FRAMES).contains(n));
        return frames.map(Length::Frames).ok_or_else(refuse);
    }
    let time = units::time(text).map_err(|_| refuse())?;
    if time == SimTime::ZERO { Err(refuse()) } else { Ok(Length::Time(time)) }
}

fn repetition(text: &str) -> Result<Pattern, NotAnInjection> {
    let (mut on, mut off, mut lasts) = (None, None, None);
    for part in text.split(',') {
        let expected = "on=LENGTH,off=LENGTH and perhaps ,for=LENGTH";
        let refuse = || NotAnInjection::new("duration", text, expected);
        let (key, value) = part.split_once('=').ok_or_else(refuse)?;
        let (field, slot) = match key.trim() {
            "on" => ("on", &mut on),
            "off" => ("off", &mut off),
            "for" => ("for", &mut lasts),
            _ => return Err(refuse()),
        };
        if slot.replace(length(field, value)?).is_some() {
            return Err(refuse());
        }
    }
    let missing = |field| NotAnInjection::new(field, "", LENGTH);
    let (on, off) = (on.ok_or_else(|| missing("on"))?, off.ok_or_else(|| missing("off"))?);
    match (on, off) {
        (Length::Time(a), Length::Time(b)) if a + b < FASTEST => {
            Err(NotAnInjection::new("duration", text, "on and off of 100 ns or more together"))
        }
        _ => Ok(Pattern::Repeated { on, off, lasts }),
    }
}

impl Timing {
    /// Reads what stands behind the `@`.
    ///
    /// # Errors
    /// A text that is no time, or no duration behind it.
    pub fn from_text(text: &str) -> Result<Self, NotAnInjection> {
        let (time, rest) = match text.split_once(':') {
            None => (text, None),
            Some((time, rest)) => (time, Some(rest)),
        };
        let at =
            units::time(time).map_err(|error| NotAnInjection::new("time", time, error.expected))?;
        let pattern = match rest {
            None => Pattern::ForGood,
            Some(text) if text.contains('=') => repetition(text)?,
            Some(text) => Pattern::Once(length("duration", text)?),
        };
        Ok(Self { at, pattern })
    }

    /// The time from which on nothing changes any more.
    pub fn settled(&self, clock: Clock) -> SimTime {
        match self.pattern {
            Pattern::Once(length) | Pattern::Repeated { lasts: Some(length), .. } => {
                clock.after(self.at, length)
            }
            Pattern::ForGood | Pattern::Repeated { lasts: None, .. } => self.at,
        }
    }
}

/// The clock of the frames in which an event takes place.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    clock: FrameClock,
    frame_bits: u64,
}

impl Clock {
    /// The clock of a signal.
    pub const fn new(signal: Signal, offset: PartsPerBillion) -> Self {
        Self { clock: FrameClock::new(signal, offset), frame_bits: signal.frame_bits() }
    }

    /// The first frame that starts at this time or later: as many start before it.
    pub const fn first_frame(self, at: SimTime) -> u64 {
        self.clock.first_bit_from(at).div_ceil(self.frame_bits)
    }

    fn after(self, start: SimTime, length: Length) -> SimTime {
        match length {
            Length::Time(time) => start + time,
            Length::Frames(count) => {
                self.clock.frame_start(self.first_frame(start).saturating_add(count))
            }
        }
    }
}

/// The frames in which an event takes place.
#[derive(Clone, Copy, Debug)]
pub struct Windows {
    clock: Clock,
    pattern: Pattern,
    /// The first frame of this time and the first one behind it.
    from: u64,
    until: u64,
    /// Where the pattern goes on.
    next: SimTime,
    /// The first frame behind all of it.
    end: u64,
}

impl Windows {
    /// The frames of a signal with this clock.
    pub fn new(timing: Timing, clock: Clock) -> Self {
        let Timing { at, pattern } = timing;
        let frame = |time| clock.first_frame(time);
        let end = match pattern {
            Pattern::ForGood | Pattern::Repeated { lasts: None, .. } => u64::MAX,
            Pattern::Once(length) | Pattern::Repeated { lasts: Some(length), .. } => {
                frame(clock.after(at, length))
            }
        };
        let mut windows = Self { clock, pattern, from: frame(at), until: end, next: at, end };
        windows.advance();
        windows
    }

    /// Goes on to the next time of a repetition.
    fn advance(&mut self) {
        let Pattern::Repeated { on, off, .. } = self.pattern else { return };
        let over = self.clock.after(self.next, on);
        self.from = self.clock.first_frame(self.next);
        self.until = self.clock.first_frame(over).min(self.end);
        self.next = self.clock.after(over, off);
    }

    /// True where the event takes place in this frame; numbers only grow.
    pub fn contain(&mut self, number: u64) -> bool {
        if number >= self.end {
            return false;
        }
        while number >= self.until {
            self.advance();
        }
        number >= self.from
    }
}
