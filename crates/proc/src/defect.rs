//! Defects by name, sets of them, and the events of raising and clearing.
//!
//! Clause: G.798 6.2. A defect is an output of a process with a time, not an error of the program.

use alloc::vec::Vec;
use core::fmt;

use otn_frame::SimTime;

use crate::place::Place;

/// The function that detects a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// OTUk: alignment and section monitoring.
    Otu,
    /// ODUk path.
    Odu,
    /// Adaptation of the client into the OPUk.
    Opu,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Otu => "OTU",
            Self::Odu => "ODU",
            Self::Opu => "OPU",
        })
    }
}

macro_rules! defects {
    ($($(#[$doc:meta])* $variant:ident: $name:literal, $layer:ident;)*) => {
        /// A defect of G.798, each at the function that detects it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Defect {
            $($(#[$doc])* $variant,)*
        }

        impl Defect {
            /// All defects, server layers first.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The name as G.798 writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The layer that detects it.
            pub const fn layer(self) -> Layer {
                match self {
                    $(Self::$variant => Layer::$layer,)*
                }
            }
        }
    };
}

defects! {
    /// Alarm indication signal in the place of the OTUk.
    OtuAis: "dAIS", Otu;
    /// Loss of frame.
    Lof: "dLOF", Otu;
    /// Loss of multiframe.
    Lom: "dLOM", Otu;
    /// Incoming alignment error.
    Iae: "dIAE", Otu;
    /// Backward incoming alignment error.
    Biae: "dBIAE", Otu;
    /// Backward defect indication of the section.
    SectionBdi: "dBDI", Otu;
    /// Alarm indication signal of the path.
    Ais: "dAIS", Odu;
    /// Open connection indication.
    Oci: "dOCI", Odu;
    /// Locked.
    Lck: "dLCK", Odu;
    /// Backward defect indication of the path.
    PathBdi: "dBDI", Odu;
    /// Loss of frame or multiframe of an ODUj in an ODTU.
    LofLom: "dLOFLOM", Odu;
    /// Payload mismatch.
    Plm: "dPLM", Opu;
    /// Loss of the OPU4 multiframe.
    Loomfi: "dLOOMFI", Opu;
    /// Client signal fail.
    Csf: "dCSF", Opu;
    /// GFP loss of frame delineation.
    Lfd: "dLFD", Opu;
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.layer(), self.name())
    }
}

/// A set of defects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefectSet(u32);

impl DefectSet {
    /// True where `defect` is in the set.
    pub const fn contains(self, defect: Defect) -> bool {
        self.0 & Self::bit(defect) != 0
    }

    /// Puts `defect` in or takes it out. True if that changed the set.
    pub const fn set(&mut self, defect: Defect, present: bool) -> bool {
        let changed = self.contains(defect) != present;
        if changed {
            self.0 ^= Self::bit(defect);
        }
        changed
    }

    /// True without any defect.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The defects of the set, server layers first.
    pub fn iter(self) -> impl Iterator<Item = Defect> {
        Defect::ALL.iter().copied().filter(move |&d| self.contains(d))
    }

    const fn bit(defect: Defect) -> u32 {
        1 << defect as u32
    }
}

/// A defect that appeared or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefectEvent {
    /// The ODU at which, or in whose server; the first one for the OTUk.
    pub place: Place,
    /// When.
    pub at: SimTime,
    /// Which.
    pub defect: Defect,
    /// True for raised, false for cleared.
    pub raised: bool,
}

/// A time during which a defect stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefectSpan {
    /// The ODU at which.
    pub place: Place,
    /// Which.
    pub defect: Defect,
    /// When it was raised.
    pub raised: SimTime,
    /// When it cleared, if it did.
    pub cleared: Option<SimTime>,
}

/// Spans of each defect that a log keeps: the first ones and the last.
const SPANS_KEPT: usize = 100;

/// Spans that a log keeps in all, of however many ODUs.
const SPANS_IN_ALL: usize = 10_000;

/// The spans of all defects, in bounded memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DefectLog {
    spans: Vec<DefectSpan>,
    /// Times each defect was raised, in the order of [`Defect::ALL`].
    raised: [u64; Defect::ALL.len()],
}

impl DefectLog {
    /// Takes an event.
    pub fn note(&mut self, event: DefectEvent) {
        let key = (event.place, event.defect);
        let full = self.spans.len() >= SPANS_IN_ALL;
        let mut same = self.spans.iter_mut().filter(|s| (s.place, s.defect) == key);
        if !event.raised {
            if let Some(open) = same.next_back().filter(|s| s.cleared.is_none()) {
                open.cleared = Some(event.at);
            }
            return;
        }
        let (place, defect) = key;
        let span = DefectSpan { place, defect, raised: event.at, cleared: None };
        match same.nth(SPANS_KEPT - 1) {
            Some(last) => *last = span,
            None if full => {}
            None => self.spans.push(span),
        }
        self.raised[event.defect as usize] += 1;
    }

    /// The spans kept, in the order in which they were raised.
    pub fn spans(&self) -> Vec<DefectSpan> {
        let mut spans = self.spans.clone();
        spans.sort_by_key(|span| span.raised);
        spans
    }

    /// Times each defect that ever stood was raised, kept as a span or not.
    pub fn times(&self) -> impl Iterator<Item = (Defect, u64)> {
        Defect::ALL.iter().copied().zip(self.raised).filter(|(_, times)| *times > 0)
    }

    /// True where no defect ever stood.
    pub const fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_set_holds_each_defect_once() {
        let mut set = DefectSet::default();
        for &defect in Defect::ALL {
            assert!(set.set(defect, true));
            assert!(!set.set(defect, true));
        }
        assert_eq!(set.iter().collect::<Vec<_>>(), Defect::ALL);
        for &defect in Defect::ALL {
            assert!(set.set(defect, false));
        }
        assert!(set.is_empty());
        assert_eq!(Defect::PathBdi.to_string(), "ODU dBDI");
    }

    #[test]
    fn a_log_keeps_the_first_spans_and_the_last_of_every_defect() {
        let mut log = DefectLog::default();
        let mut at = 0;
        let mut note = |log: &mut DefectLog, defect, raised| {
            at += 1;
            log.note(DefectEvent { place: Place::ROOT, at: SimTime::from_ps(at), defect, raised });
        };
        for _ in 0..5_000 {
            note(&mut log, Defect::Lfd, true);
            note(&mut log, Defect::Lfd, false);
        }
        note(&mut log, Defect::Lof, true);
        let spans = log.spans();
        assert_eq!(spans.len(), 101);
        let times: Vec<_> = log.times().collect();
        assert_eq!(times, [(Defect::Lof, 1), (Defect::Lfd, 5_000)]);
        assert_eq!(spans[0].raised, SimTime::from_ps(1));
        assert_eq!(spans[99].cleared, Some(SimTime::from_ps(10_000)), "the last one");
        assert_eq!((spans[100].defect, spans[100].cleared), (Defect::Lof, None));
    }
}
