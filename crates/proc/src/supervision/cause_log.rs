//! The spans of fault causes, in bounded memory: the log of defects, for causes.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use otn_frame::SimTime;

use crate::place::Place;

use super::causes::Cause;

/// A fault cause that appeared or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseEvent {
    /// The ODU, lane or, with the first ODU, line that it is about.
    pub place: Place,
    /// When.
    pub at: SimTime,
    /// Which.
    pub cause: Cause,
    /// True for raised, false for cleared.
    pub raised: bool,
}

/// A time during which a fault cause stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CauseSpan {
    /// What it is about.
    pub place: Place,
    /// Which.
    pub cause: Cause,
    /// When it was raised.
    pub raised: SimTime,
    /// When it cleared, if it did.
    pub cleared: Option<SimTime>,
}

/// Spans of each cause that a log keeps: the first ones and the last.
const SPANS_KEPT: usize = 100;

/// Spans that a log keeps in all, of however many places.
const SPANS_IN_ALL: usize = 10_000;

/// The spans of all causes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CauseLog {
    spans: Vec<CauseSpan>,
    raised: BTreeMap<Cause, u64>,
}

impl CauseLog {
    /// Takes an event.
    pub fn note(&mut self, event: CauseEvent) {
        let CauseEvent { place, cause, at, raised } = event;
        let full = self.spans.len() >= SPANS_IN_ALL;
        let mut same = self.spans.iter_mut().filter(|s| (s.place, s.cause) == (place, cause));
        if !raised {
            if let Some(open) = same.next_back().filter(|s| s.cleared.is_none()) {
                open.cleared = Some(at);
            }
            return;
        }
        let span = CauseSpan { place, cause, raised: at, cleared: None };
        match same.nth(SPANS_KEPT - 1) {
            Some(last) => *last = span,
            None if full => {}
            None => self.spans.push(span),
        }
        *self.raised.entry(cause).or_default() += 1;
    }

    /// The spans kept, in the order in which they were raised.
    pub fn spans(&self) -> Vec<CauseSpan> {
        let mut spans = self.spans.clone();
        spans.sort_by_key(|span| span.raised);
        spans
    }

    /// Times each cause that ever stood was raised, kept as a span or not.
    pub fn times(&self) -> impl Iterator<Item = (Cause, u64)> {
        self.raised.iter().map(|(&cause, &times)| (cause, times))
    }

    /// True where no cause ever stood.
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::{Defect, Layer};

    #[test]
    fn a_log_keeps_the_first_spans_and_the_last_of_every_cause() {
        let mut log = CauseLog::default();
        assert!(log.is_empty());
        let flapping = Cause::Of(Defect::Lfd);
        let note = |log: &mut CauseLog, at, cause, raised| {
            log.note(CauseEvent { place: Place::ROOT, at: SimTime::from_ps(at), cause, raised });
        };
        for n in 0..5_000 {
            note(&mut log, 2 * n + 1, flapping, true);
            note(&mut log, 2 * n + 2, flapping, false);
        }
        let server = Cause::Ssf(Layer::Odu);
        note(&mut log, 10_001, server, true);
        let spans = log.spans();
        assert_eq!(spans.len(), 101);
        assert_eq!(log.times().collect::<Vec<_>>(), [(flapping, 5_000), (server, 1)]);
        assert_eq!(spans[99].cleared, Some(SimTime::from_ps(10_000)), "the last one");
        assert_eq!((spans[100].cause, spans[100].cleared), (server, None));
    }
}
