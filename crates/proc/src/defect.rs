//! Defects by name, sets of them, and the events of raising and clearing.
//!
//! Clause: G.798 6.2. A defect is an output of a process with a time, not an error of the program.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use otn_frame::SimTime;
use otn_frame::overhead::TcmLevel;

use crate::place::Place;

/// The layer whose functions detect a defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Layer {
    /// OTSi: the light under the OTUk.
    Otsi,
    /// OTUk: alignment, lanes and section monitoring.
    Otu,
    /// ODUkT: a tandem connection of an ODUk.
    Tcm(TcmLevel),
    /// ODUk path, and alignment of an ODUj in an ODTU.
    Odu,
    /// Adaptation of the client into the OPUk.
    Opu,
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Otsi => f.write_str("OTSi"),
            Self::Otu => f.write_str("OTU"),
            Self::Tcm(level) => write!(f, "TCM{}", level.get()),
            Self::Odu => f.write_str("ODU"),
            Self::Opu => f.write_str("OPU"),
        }
    }
}

/// A defect of a tandem connection: those that ODUkT_TT_Sk detects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TandemDefect {
    /// Loss of tandem connection.
    Ltc,
    /// Alarm indication signal.
    Ais,
    /// Open connection indication.
    Oci,
    /// Locked.
    Lck,
    /// Trail trace identifier mismatch.
    Tim,
    /// Signal degrade.
    Deg,
    /// Backward defect indication.
    Bdi,
    /// Incoming alignment error.
    Iae,
    /// Backward incoming alignment error.
    Biae,
}

impl TandemDefect {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ltc,
        Self::Ais,
        Self::Oci,
        Self::Lck,
        Self::Tim,
        Self::Deg,
        Self::Bdi,
        Self::Iae,
        Self::Biae,
    ];

    /// The name as G.798 writes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ltc => "dLTC",
            Self::Ais => "dAIS",
            Self::Oci => "dOCI",
            Self::Lck => "dLCK",
            Self::Tim => "dTIM",
            Self::Deg => "dDEG",
            Self::Bdi => "dBDI",
            Self::Iae => "dIAE",
            Self::Biae => "dBIAE",
        }
    }
}

macro_rules! defects {
    ($($(#[$doc:meta])* $variant:ident: $name:literal, $layer:ident;)*) => {
        /// A defect of G.798, each at the function that detects it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Defect {
            $($(#[$doc])* $variant,)*
            /// A defect of a tandem connection.
            Tcm(TcmLevel, TandemDefect),
        }

        /// Defects of all layers but the tandem connections, server layers first.
        const PLAIN: &[Defect] = &[$(Defect::$variant,)*];

        impl Defect {
            /// The name as G.798 writes it.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                    Self::Tcm(_, defect) => defect.name(),
                }
            }

            /// The layer that detects it.
            pub const fn layer(self) -> Layer {
                match self {
                    $(Self::$variant => Layer::$layer,)*
                    Self::Tcm(level, _) => Layer::Tcm(level),
                }
            }

            /// Its place among [`Self::ALL`].
            const fn index(self) -> usize {
                #[derive(Clone, Copy)]
                enum Plain {
                    $($variant,)*
                }
                match self {
                    $(Self::$variant => Plain::$variant as usize,)*
                    Self::Tcm(level, defect) => {
                        let levels_before = level.get() as usize - 1;
                        PLAIN.len() + levels_before * TandemDefect::ALL.len() + defect as usize
                    }
                }
            }
        }
    };
}

defects! {
    /// Loss of signal.
    Los: "dLOS", Otsi;
    /// Loss of frame of a lane.
    LofLane: "dLOFLANE", Otu;
    /// Loss of recovery of a lane: its marker.
    Lor: "dLOR", Otu;
    /// Loss of lane alignment.
    Lol: "dLOL", Otu;
    /// Alarm indication signal in the place of the OTUk.
    OtuAis: "dAIS", Otu;
    /// Loss of frame.
    Lof: "dLOF", Otu;
    /// Loss of multiframe.
    Lom: "dLOM", Otu;
    /// Trail trace identifier mismatch of the section.
    SectionTim: "dTIM", Otu;
    /// Signal degrade of the section.
    SectionDeg: "dDEG", Otu;
    /// Backward defect indication of the section.
    SectionBdi: "dBDI", Otu;
    /// Incoming alignment error.
    Iae: "dIAE", Otu;
    /// Backward incoming alignment error.
    Biae: "dBIAE", Otu;
    /// Loss of frame or multiframe of an ODUj in an ODTU.
    LofLom: "dLOFLOM", Odu;
    /// Alarm indication signal of the path.
    Ais: "dAIS", Odu;
    /// Open connection indication.
    Oci: "dOCI", Odu;
    /// Locked.
    Lck: "dLCK", Odu;
    /// Trail trace identifier mismatch of the path.
    PathTim: "dTIM", Odu;
    /// Signal degrade of the path.
    PathDeg: "dDEG", Odu;
    /// Backward defect indication of the path.
    PathBdi: "dBDI", Odu;
    /// Payload mismatch.
    Plm: "dPLM", Opu;
    /// Loss of the OPU4 multiframe.
    Loomfi: "dLOOMFI", Opu;
    /// Multiplex structure identifier mismatch of a tributary port; stands at the place of its ODUj.
    Msim: "dMSIM", Opu;
    /// Client signal fail.
    Csf: "dCSF", Opu;
    /// GFP loss of frame delineation.
    Lfd: "dLFD", Opu;
    /// GFP extension header mismatch.
    Exm: "dEXM", Opu;
    /// GFP user payload mismatch.
    Upm: "dUPM", Opu;
    /// Loss of sequence synchronisation of the PRBS test signal.
    Lss: "dLSS", Opu;
    /// Loss of character or block synchronisation of the client.
    Lcs: "dLCS", Opu;
}

/// Number of defects there are.
const COUNT: usize = PLAIN.len() + 6 * TandemDefect::ALL.len();

const fn all() -> [Defect; COUNT] {
    let mut all = [Defect::Los; COUNT];
    let mut at = 0;
    while at < PLAIN.len() {
        all[PLAIN[at].index()] = PLAIN[at];
        at += 1;
    }
    let mut number = 1;
    while let Some(level) = TcmLevel::new(number) {
        let mut at = 0;
        while at < TandemDefect::ALL.len() {
            let defect = Defect::Tcm(level, TandemDefect::ALL[at]);
            all[defect.index()] = defect;
            at += 1;
        }
        number += 1;
    }
    all
}

impl Defect {
    /// All defects: server layers first, tandem connections last.
    pub const ALL: &'static [Self] = &all();
}

impl fmt::Display for Defect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.layer(), self.name())
    }
}

/// A set of defects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DefectSet(u128);

impl DefectSet {
    /// True where `defect` is in the set.
    pub const fn contains(self, defect: Defect) -> bool {
        self.0 & Self::bit(defect) != 0
    }

    /// True where any of these is in the set.
    pub const fn contains_any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The set of these.
    pub const fn of(defects: &[Defect]) -> Self {
        let mut set = Self(0);
        let mut at = 0;
        while at < defects.len() {
            set.0 |= Self::bit(defects[at]);
            at += 1;
        }
        set
    }

    /// Those of both sets.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those that are not in `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
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

    /// The defects of the set, in the order of [`Defect::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Defect> {
        Defect::ALL.iter().copied().filter(move |&d| self.contains(d))
    }

    const fn bit(defect: Defect) -> u128 {
        1 << defect.index()
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
    /// Times each defect was raised.
    raised: BTreeMap<Defect, u64>,
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
        *self.raised.entry(event.defect).or_default() += 1;
    }

    /// The spans kept, in the order in which they were raised.
    pub fn spans(&self) -> Vec<DefectSpan> {
        let mut spans = self.spans.clone();
        spans.sort_by_key(|span| span.raised);
        spans
    }

    /// Times each defect that ever stood was raised, kept as a span or not.
    pub fn times(&self) -> impl Iterator<Item = (Defect, u64)> {
        self.raised.iter().map(|(&defect, &times)| (defect, times))
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
        let level = TcmLevel::new(4).unwrap();
        assert_eq!(Defect::Tcm(level, TandemDefect::Ltc).to_string(), "TCM4 dLTC");
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
