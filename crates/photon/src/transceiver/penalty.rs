//! What dispersion, polarisation effects and received power cost a mode.
//!
//! Clauses: GNPy 6.7.
//! In: points of a library (impairment, penalty). Out: the penalty at a value; infinite outside the points.

use core::fmt;

/// Most points a curve may have.
const MOST_POINTS: usize = 1_000_000;

/// What costs margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImpairmentKind {
    /// Chromatic dispersion, ps/nm.
    ChromaticDispersion,
    /// Polarisation mode dispersion, ps.
    Pmd,
    /// Polarisation dependent loss, dB.
    Pdl,
    /// Received power, dBm.
    RxPower,
}

impl ImpairmentKind {
    /// Its name in GNPy's files and results.
    pub fn name(self) -> &'static str {
        match self {
            Self::ChromaticDispersion => "chromatic_dispersion",
            Self::Pmd => "pmd",
            Self::Pdl => "pdl",
            Self::RxPower => "rx_power_dbm",
        }
    }
}

/// Why points are no curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PenaltyError {
    /// There is none, or too many.
    Count {
        /// Number of points found.
        found: usize,
    },
    /// A value is not finite.
    Value {
        /// The impairment of the point.
        impairment: f64,
        /// The penalty of the point, dB.
        penalty_db: f64,
    },
}

impl fmt::Display for PenaltyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count { found } => {
                write!(f, "penalty with {found} points, expected 1 to {MOST_POINTS}")
            }
            Self::Value { impairment, penalty_db } => {
                write!(f, "penalty of {penalty_db} dB up to {impairment}: expected finite numbers")
            }
        }
    }
}

impl core::error::Error for PenaltyError {}

/// A penalty over an impairment, straight between its points and infinite outside them.
#[derive(Clone, Debug, PartialEq)]
pub struct PenaltyCurve {
    /// Impairment and penalty (dB), in rising impairment.
    points: Vec<(f64, f64)>,
}

impl PenaltyCurve {
    /// The curve through `points` (impairment, penalty in dB), in any order.
    ///
    /// If all impairments are positive, no impairment without penalty is put before them.
    ///
    /// # Errors
    /// [`PenaltyError`] for no points and for values that are not finite.
    //= gnpy:6.7-penalties
    pub fn new(mut points: Vec<(f64, f64)>) -> Result<Self, PenaltyError> {
        if !(1..=MOST_POINTS).contains(&points.len()) {
            return Err(PenaltyError::Count { found: points.len() });
        }
        for &(impairment, penalty_db) in &points {
            if !(impairment.is_finite() && penalty_db.is_finite()) {
                return Err(PenaltyError::Value { impairment, penalty_db });
            }
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if points[0].0 > 0.0 {
            points.insert(0, (0.0, 0.0));
        }
        Ok(Self { points })
    }

    /// The points, in rising impairment.
    pub fn points(&self) -> &[(f64, f64)] {
        &self.points
    }

    /// Penalty at `impairment`, dB.
    //= gnpy:6.7-penalties
    pub fn penalty_db(&self, impairment: f64) -> f64 {
        // The last point at or below the value: of two at the same place the later one counts.
        let above = self.points.partition_point(|point| point.0 <= impairment);
        let Some(&(x0, y0)) = above.checked_sub(1).and_then(|below| self.points.get(below)) else {
            return f64::INFINITY;
        };
        match self.points.get(above) {
            Some(&(x1, y1)) => (y1 - y0) / (x1 - x0) * (impairment - x0) + y0,
            None if impairment == x0 => y0,
            None => f64::INFINITY,
        }
    }
}

/// Bounds of a power, both inside; nothing where there is no bound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PowerRange {
    /// Lowest power, dBm.
    pub min_dbm: Option<f64>,
    /// Highest power, dBm.
    pub max_dbm: Option<f64>,
}

impl PowerRange {
    /// Zero inside the range, infinite outside, dB.
    //= gnpy:6.7-rx-power
    pub fn penalty_db(&self, level_dbm: f64) -> f64 {
        let low = self.min_dbm.is_some_and(|min_dbm| level_dbm < min_dbm);
        let high = self.max_dbm.is_some_and(|max_dbm| level_dbm > max_dbm);
        if low || high { f64::INFINITY } else { 0.0 }
    }
}

/// What a mode bears, and at what cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Cost of chromatic dispersion (ps/nm), if it has one.
    pub chromatic_dispersion: Option<PenaltyCurve>,
    /// Cost of polarisation mode dispersion (ps), if it has one.
    pub pmd: Option<PenaltyCurve>,
    /// Cost of polarisation dependent loss (dB), if it has one.
    pub pdl: Option<PenaltyCurve>,
    /// Power that may be received; counted in 3.0 only.
    pub rx_power: PowerRange,
}
