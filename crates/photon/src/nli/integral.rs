//! The double integral of a pair: light of the interferer's band and of the own band, and what they mix to.
//!
//! Clauses: 6.3 of the fact sheet on GNPy. In: a pair of channels, a field. Out: psi of the pair, m² Hz².
//! Both bands are points from minus half the band on, in steps, half-open; sums are trapezoids. Spectra
//! are raised cosines: in the interferer's band, in the own band, and where the product falls, in the
//! interferer's band again. Of a far interferer only the edges of its band count.

use core::f64::consts::PI;

use super::field::{Field, MAX_CELLS, Mismatch, Table, cells, trapezoids};
use crate::fibre::FibreError;
use crate::grid::arange_len;

/// Most points of one band, and of both bands' sums.
const MAX_POINTS: usize = 4_000_000;
/// Most pairs of points of one integral.
const MAX_PAIRS: usize = 10_000_000_000;

/// A channel under test and its interferer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    /// From the centre of the channel under test to that of the interferer, Hz.
    pub(super) offset_hz: f64,
    /// Symbol rate and roll-off of the channel under test.
    pub(super) own: (f64, f64),
    /// Symbol rate and roll-off of the interferer.
    pub(super) other: (f64, f64),
    /// beta2 at the channel under test, s²/m.
    pub(super) beta2: f64,
    /// beta3 at the channel under test, s³/m.
    pub(super) beta3: f64,
    /// Step of the points in the interferer's band, Hz.
    pub(super) step_hz: f64,
    /// How many times finer the points in the own band are.
    pub(super) finer: usize,
}

/// Half of the band that a channel of this symbol rate and roll-off fills, Hz.
fn half_band((baud_rate, roll_off): (f64, f64)) -> f64 {
    (1.0 + roll_off) * baud_rate / 2.0
}

/// Spectrum of a channel at `offset_hz` from its centre: one inside, a cosine at the edges, zero outside.
//= gnpy:6.3-windows
fn raised_cosine(offset_hz: f64, (baud_rate, roll_off): (f64, f64)) -> f64 {
    let flat_hz = (1.0 - roll_off) * baud_rate / 2.0;
    let offset_hz = offset_hz.abs();
    if offset_hz <= flat_hz {
        1.0
    } else if offset_hz <= half_band((baud_rate, roll_off)) {
        0.5 * (1.0 + (PI / (roll_off * baud_rate) * (offset_hz - flat_hz)).cos())
    } else {
        0.0
    }
}

impl Pair {
    fn own_step_hz(&self) -> f64 {
        self.step_hz / self.finer as f64
    }

    /// Whether the interferer is so far away that only the edges of its band count.
    //= gnpy:6.3-far
    fn is_far(&self) -> bool {
        let limit_hz = 5.0 * 50e9 * 32e9 * 21.3e-27 / (self.beta2.abs() * self.other.0);
        self.offset_hz.abs() > limit_hz
    }

    /// Points of the interferer's band and of the own band.
    fn points(&self) -> (f64, f64) {
        let (half, own) = (half_band(self.other), half_band(self.own));
        let other = arange_len(-half, half, self.step_hz);
        let own_from = if self.is_far() { 0.0 } else { -own };
        (other, arange_len(own_from, own, self.own_step_hz()))
    }

    /// Largest mismatch in the bands, 1/m.
    fn largest_mismatch(&self) -> f64 {
        let x = self.offset_hz.abs() + half_band(self.other);
        let y = half_band(self.own);
        4.0 * PI * PI * x * y * (self.beta2.abs() + (PI * self.beta3 * (x + y)).abs())
    }

    /// Checks that the integral is not finer than what is computed, for a fibre of `length_m`.
    ///
    /// # Errors
    /// [`FibreError::TooFine`] says how many points it asks for.
    pub(super) fn check(&self, length_m: f64) -> Result<(), FibreError> {
        let (other, own) = self.points();
        let limited = |what, found: f64, limit: usize| {
            // A number of points that is no number is refused too.
            if found <= limit as f64 {
                Ok(())
            } else {
                Err(FibreError::TooFine { what, found, limit })
            }
        };
        limited("points in a channel's own band", own, MAX_POINTS)?;
        if self.is_far() {
            return Ok(());
        }
        limited("points in two bands", other * self.finer as f64 + own, MAX_POINTS)?;
        limited("pairs of points in two bands", other * own, MAX_PAIRS)?;
        limited("values of the field", cells(self.largest_mismatch(), length_m), MAX_CELLS)
    }

    /// psi of the pair, m² Hz².
    pub(super) fn psi(&self, field: &Field) -> f64 {
        if self.is_far() { self.edges(field) } else { self.bands(field) }
    }

    /// The mean of both edges of the interferer's band, times its symbol rate; half the own band, doubled.
    //= gnpy:6.3-far
    fn edges(&self, field: &Field) -> f64 {
        let half = half_band(self.other);
        let step_hz = self.own_step_hz();
        let (_, own) = self.points();
        let at_edge = |x: f64| {
            let scale = 4.0 * PI * PI * x * step_hz;
            let mismatch = Mismatch {
                first: scale * (self.beta2 + PI * self.beta3 * x),
                second: scale * PI * self.beta3 * step_hz,
            };
            2.0 * trapezoids(field, mismatch, own as usize) * step_hz
        };
        let sum = at_edge(self.offset_hz - half) + at_edge(self.offset_hz + half);
        sum / 2.0 * self.other.0
    }

    /// All of both bands.
    //= gnpy:6.3-windows
    fn bands(&self, field: &Field) -> f64 {
        let (other, own) = self.points();
        let (other, own) = (other as usize, own as usize);
        if other < 2 || own < 2 {
            return 0.0;
        }
        let (half, own_half) = (half_band(self.other), half_band(self.own));
        let step_hz = self.own_step_hz();
        let table = Table::new(field, self.largest_mismatch());
        let own_hz: Vec<f64> = (0..own).map(|b| -own_half + b as f64 * step_hz).collect();
        let mut weight: Vec<f64> = own_hz.iter().map(|&y| raised_cosine(y, self.own)).collect();
        weight[0] *= 0.5;
        weight[own - 1] *= 0.5;
        // The sum of two points lies on the finer grid: point a of one and b of the other make point
        // a times finer plus b.
        let sums = (other - 1) * self.finer + own;
        let product: Vec<f64> = (0..sums)
            .map(|m| raised_cosine(-half - own_half + m as f64 * step_hz, self.other))
            .collect();
        let first = product.iter().position(|&p| p > 0.0).unwrap_or(sums);
        let behind = product.iter().rposition(|&p| p > 0.0).map_or(first, |last| last + 1);
        let mut all = 0.0;
        for a in 0..other {
            let from = first.saturating_sub(a * self.finer).min(own);
            let to = behind.saturating_sub(a * self.finer).clamp(from, own);
            let x_hz = -half + a as f64 * self.step_hz;
            let band = raised_cosine(x_hz, self.other);
            let ends = if a == 0 || a == other - 1 { 0.5 } else { 1.0 };
            let mixed = &product[a * self.finer + from..a * self.finer + to];
            let points = own_hz[from..to].iter().zip(&weight[from..to]).zip(mixed);
            all += band * ends * self.row(&table, self.offset_hz + x_hz, points);
        }
        all * step_hz * self.step_hz
    }

    /// Sum over points of the own band for one frequency of the interferer's band.
    fn row<'a>(
        &self,
        table: &Table,
        x_hz: f64,
        points: impl Iterator<Item = ((&'a f64, &'a f64), &'a f64)>,
    ) -> f64 {
        let scale = 4.0 * PI * PI * x_hz;
        let first = scale * (self.beta2 + PI * self.beta3 * x_hz);
        let second = scale * PI * self.beta3;
        points
            .map(|((y, weight), product)| weight * product * table.at((first + second * y) * y))
            .sum()
    }
}
