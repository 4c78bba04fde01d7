//! The fault causes of a receiving port: one a fault and layer.
//!
//! Clauses: G.798 6.4. In: the defects that are judged at the port, in the order in which its sinks tell of
//! them. Out: causes with the times for which they stood.

use otn_frame::SimTime;
use otn_proc::defect::DefectEvent;
use otn_proc::place::Place;
use otn_proc::supervision::cause_log::CauseEvent;
use otn_proc::supervision::causes::Cause;
use otn_proc::supervision::correlator::Correlator;
use otn_proc::supervision::settings::Settings;

/// A time during which a fault cause stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultCause {
    /// Which.
    pub cause: Cause,
    /// Of a failed server: its own layer saw AIS for as long as it stood.
    pub by_ais: bool,
    /// When it was raised.
    pub raised: SimTime,
    /// When it cleared, if it did.
    pub cleared: Option<SimTime>,
}

/// Fault causes kept.
const KEPT: usize = 1_000;

/// From the defects of a port to its fault causes.
#[derive(Debug)]
pub(super) struct Causes {
    correlator: Correlator,
    /// The last instant of which anything was told.
    last: SimTime,
    found: Vec<FaultCause>,
    /// Those beyond the ones kept.
    left_out: u64,
}

impl Causes {
    /// A port without defects.
    pub(super) fn new(settings: Settings) -> Self {
        let correlator = Correlator::new(settings);
        Self { correlator, last: SimTime::ZERO, found: Vec::new(), left_out: 0 }
    }

    /// Takes a defect that changed. Those of one instant are judged together.
    pub(super) fn note(&mut self, event: DefectEvent) {
        if event.at > self.last {
            self.settle(SimTime::from_ps(event.at.as_ps() - 1));
            self.last = event.at;
        }
        let mut changes = Vec::new();
        self.correlator.note(event, &mut |change| changes.push(change));
        self.take_all(changes);
    }

    /// Nothing more will be told of what was up to `now`.
    pub(super) fn settle(&mut self, now: SimTime) {
        let mut changes = Vec::new();
        self.correlator.settle(now, &mut |change| changes.push(change));
        self.take_all(changes);
        // Before a cut is known as one, the dark may look like AIS for a moment.
        for found in self.found.iter_mut().filter(|found| found.by_ais && found.cleared.is_none()) {
            found.by_ais = self.correlator.failed_by_ais(Place::ROOT, found.cause.layer());
        }
    }

    fn take_all(&mut self, changes: Vec<CauseEvent>) {
        changes.into_iter().for_each(|change| self.take(change));
    }

    fn take(&mut self, CauseEvent { cause, at, raised, .. }: CauseEvent) {
        let mut same = self.found.iter_mut().rev().filter(|found| found.cause == cause);
        if !raised {
            if let Some(open) = same.next().filter(|found| found.cleared.is_none()) {
                open.cleared = Some(at);
            }
        } else if self.found.len() < KEPT {
            let by_ais = self.correlator.failed_by_ais(Place::ROOT, cause.layer());
            self.found.push(FaultCause { cause, by_ais, raised: at, cleared: None });
        } else {
            self.left_out += 1;
        }
    }

    /// The causes that ever stood, as they were raised, and how many more there were.
    pub(super) fn found(&self) -> (&[FaultCause], u64) {
        (&self.found, self.left_out)
    }
}
