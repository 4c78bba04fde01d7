//! The text form of an injection.
//!
//! In: `odu-ais@10ms:20ms`, `loflom/3.80@1ms`, `list`. Out: event, place and times.

use std::fmt;
use std::str::FromStr;

use super::event::Event;
use super::schedule::Timing;

/// An event, where and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Injection {
    /// The text that asked for it.
    pub text: String,
    /// What.
    pub event: Event,
    /// First tributary slots on the way to the ODU, as `otn decode` prints places.
    pub place: Vec<usize>,
    /// When.
    pub timing: Timing,
}

/// What `--inject` asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// The list of all events.
    List,
    /// An event.
    Event(Injection),
}

/// A text that is no injection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAnInjection {
    /// The part of it.
    field: &'static str,
    found: String,
    expected: String,
}

impl NotAnInjection {
    /// This part was found, and what should be there.
    pub(super) fn new(field: &'static str, found: &str, expected: &str) -> Self {
        Self { field, found: found.into(), expected: expected.into() }
    }
}

impl fmt::Display for NotAnInjection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found `{}`, expected {}", self.field, self.found, self.expected)
    }
}

impl std::error::Error for NotAnInjection {}

/// Tributary slots of the largest OPU.
const MOST_SLOTS: usize = 80;

fn place(text: &str) -> Result<Vec<usize>, NotAnInjection> {
    let expected = "first tributary slots with dots between them, such as 3 or 3.80";
    let slot = |text: &str| {
        let slot = text.parse().ok().filter(|slot| (1..=MOST_SLOTS).contains(slot));
        slot.ok_or_else(|| NotAnInjection::new("place", text, expected))
    };
    text.split('.').map(slot).collect()
}

impl FromStr for Asked {
    type Err = NotAnInjection;

    /// Reads `EVENT[/PLACE]@TIME[:DURATION]` or `list`.
    fn from_str(text: &str) -> Result<Self, NotAnInjection> {
        if text == "list" {
            return Ok(Self::List);
        }
        let expected = "EVENT@TIME, EVENT@TIME:DURATION or list";
        let (what, when) =
            text.split_once('@').ok_or_else(|| NotAnInjection::new("injection", text, expected))?;
        let (name, place) = match what.split_once('/') {
            None => (what, Vec::new()),
            Some((name, at)) => (name, place(at)?),
        };
        let (event, timing) = (Event::from_text(name)?, Timing::from_text(when)?);
        Ok(Self::Event(Injection { text: text.into(), event, place, timing }))
    }
}
