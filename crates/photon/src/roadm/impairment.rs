//! What a path through a ROADM does to light, as a library describes it.
//!
//! Clauses: GNPy 6.6.
//! In: profiles of the library, and which the path of two degrees uses. Out: loss, PMD, PDL and OSNR at a
//! frequency.

use crate::units::linear;

/// Which way light goes through a ROADM.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathKind {
    /// From a degree to another.
    Express,
    /// From a transmitter to a degree.
    Add,
    /// From a degree to a receiver.
    Drop,
}

/// What a path does within a range of frequencies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Impairment {
    /// Loss that even an open path has, dB.
    pub max_loss_db: f64,
    /// Polarisation mode dispersion, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss, dB.
    pub pdl_db: f64,
    /// OSNR that the path alone would leave, in 0.1 nm, dB; nothing where the library names none.
    pub osnr_db: Option<f64>,
}

impl Impairment {
    /// The noise of the path as a share of the signal, in 0.1 nm.
    pub(super) fn noise(&self) -> f64 {
        self.osnr_db.map_or(0.0, |osnr_db| linear(-osnr_db))
    }
}

/// A profile of a library: ranges of frequency and what the path does in each.
#[derive(Clone, Debug, PartialEq)]
pub struct ImpairmentProfile {
    /// Number by which a pair of degrees names it.
    pub id: i64,
    /// Which paths use it where none is named.
    pub kind: PathKind,
    /// Lower and upper frequency, Hz, both inside, and the impairment between them.
    pub ranges: Vec<((f64, f64), Impairment)>,
}

impl ImpairmentProfile {
    /// What the path does at `frequency_hz`: the first range that holds it.
    //= gnpy:6.6-impairments
    pub fn at(&self, frequency_hz: f64) -> Option<&Impairment> {
        let holds = |range: &(f64, f64)| (range.0..=range.1).contains(&frequency_hz);
        self.ranges.iter().find(|(range, _)| holds(range)).map(|(_, impairment)| impairment)
    }
}
