//! A fibre: its coefficients over frequency, and the spectrum that leaves it.
//!
//! Clauses: 6.2 of the fact sheet on GNPy. In: [`FibreParameters`], pumps. Out: [`Fibre`], which answers for
//! single frequencies; [`Prepared`], which maps a spectrum to a spectrum. Power along the fibre is the
//! business of [`crate::raman`], nonlinear interference that of [`crate::nli`].
//!
//! Area, contrast of the index and the nonlinear coefficient over frequency follow the Gaussian mode of a
//! step-index fibre of fixed core (Marcuse's and Agrawal's relations).

mod cache;
mod error;
mod parameters;
mod prepared;
mod split;

use core::f64::consts::PI;
use std::sync::Arc;

use crate::Compat;
use crate::grid::{interpolate, parabola};
use crate::raman::silica;
use crate::simulation::SimulationParameters;
use crate::spectrum::ChannelPlan;
use crate::units::LIGHT_SPEED;

pub use cache::EfficiencyCache;
pub use error::FibreError;
pub use parameters::{
    DEFAULT_DISPERSION, Dispersion, FibreParameters, LossCoefficient, LumpedLoss,
    MAX_LUMPED_LOSSES, MAX_PUMPS, PumpDirection, REFERENCE_WAVELENGTH_M, RamanCurve,
    RamanOperation, RamanPump, Table,
};
use prepared::Glass;
pub use prepared::{FibreReport, Prepared};

/// Refractive index of the core.
pub const CORE_INDEX: f64 = 1.468;
/// Radius of the core, m.
pub const CORE_RADIUS_M: f64 = 4.2e-6;
/// Nonlinear refractive index, m²/W.
pub const NONLINEAR_INDEX: f64 = 2.6e-20;
/// Effective area of a fibre that neither area nor nonlinear coefficient is given for, m².
pub const DEFAULT_EFFECTIVE_AREA_M2: f64 = 83e-12;

/// Most spans that one fibre is split into.
pub const MAX_SPANS: usize = 100_000;

/// Most channels and pumps of one fibre: efficiencies are kept for all pairs.
pub const MAX_CHANNELS: usize = 5_000;

/// A fibre that was checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Fibre {
    parameters: FibreParameters,
    operation: Option<RamanOperation>,
    /// Effective area at the reference frequency, m².
    area_m2: f64,
    /// Relative difference of the indices of core and cladding.
    contrast: f64,
    /// Loss at the reference frequency without connectors, dB/m.
    loss_db_per_m: f64,
}

impl Fibre {
    /// Checks the values and derives what holds at all frequencies.
    ///
    /// # Errors
    /// [`FibreError`] names the first value that is out of range.
    //= gnpy:6.2-area
    pub fn new(
        parameters: FibreParameters,
        operation: Option<RamanOperation>,
    ) -> Result<Self, FibreError> {
        parameters.check()?;
        if let Some(operation) = &operation {
            operation.check()?;
        }
        let reference_hz = parameters.reference_frequency_hz;
        let area_m2 = match (parameters.effective_area_m2, parameters.gamma) {
            (Some(area), _) => area,
            (None, Some(gamma)) => {
                2.0 * PI * NONLINEAR_INDEX / (LIGHT_SPEED / reference_hz * gamma)
            }
            (None, None) => DEFAULT_EFFECTIVE_AREA_M2,
        };
        let aperture = LIGHT_SPEED / (2.0 * PI * reference_hz * CORE_RADIUS_M * CORE_INDEX)
            * (PI * CORE_RADIUS_M.powi(2) / area_m2).exp();
        let contrast = 0.5 * aperture.powi(2);
        if !contrast.is_finite() {
            let expected = "an area that a core of 4.2 µm can have";
            return Err(FibreError::Value {
                what: "effective area, m²,",
                found: area_m2,
                expected,
            });
        }
        let mut fibre = Self { parameters, operation, area_m2, contrast, loss_db_per_m: 0.0 };
        fibre.loss_db_per_m = fibre.loss_coefficient(reference_hz)?;
        Ok(fibre)
    }

    /// The values it was built from.
    pub fn parameters(&self) -> &FibreParameters {
        &self.parameters
    }

    /// The pumps, if it has any.
    pub fn operation(&self) -> Option<&RamanOperation> {
        self.operation.as_ref()
    }

    /// Loss from end to end at the reference frequency, dB: glass, connectors, padding, lumped losses.
    //= gnpy:6.2-loss
    pub fn loss_db(&self) -> f64 {
        let lumped: f64 = self.parameters.lumped_losses.iter().map(|lumped| lumped.loss_db).sum();
        self.loss_db_per_m * self.parameters.length_m
            + self.parameters.con_in_db
            + self.parameters.con_out_db
            + self.parameters.att_in_db
            + lumped
    }

    /// Loss of the glass, dB/m.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if it is a table that ends before `frequency_hz`.
    pub fn loss_coefficient(&self, frequency_hz: f64) -> Result<f64, FibreError> {
        match &self.parameters.loss {
            LossCoefficient::Constant(loss) => Ok(*loss),
            LossCoefficient::Table(table) => table.at("loss coefficient", frequency_hz),
        }
    }

    /// Attenuation of power, 1/m.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if the loss is a table that ends before a frequency.
    //= gnpy:6.2-loss
    pub fn alpha(&self, frequency_hz: &[f64]) -> Result<Vec<f64>, FibreError> {
        let decibel = 10.0 * core::f64::consts::E.log10();
        frequency_hz.iter().map(|&f| Ok(self.loss_coefficient(f)? / decibel)).collect()
    }

    /// Dispersion D, s/m².
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if it is a table that ends before `frequency_hz`.
    //= gnpy:6.2-dispersion
    pub fn dispersion(&self, frequency_hz: f64) -> Result<f64, FibreError> {
        let reference_hz = self.parameters.reference_frequency_hz;
        match &self.parameters.dispersion {
            Dispersion::Constant(dispersion) => {
                Ok((frequency_hz / reference_hz).powi(2) * dispersion)
            }
            Dispersion::Slope { dispersion, slope } => {
                let offset_m = LIGHT_SPEED / frequency_hz - LIGHT_SPEED / reference_hz;
                Ok(dispersion + slope * offset_m)
            }
            Dispersion::Table(table) => table.at("dispersion", frequency_hz),
        }
    }

    /// beta2, s²/m.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if dispersion is a table that ends before a frequency.
    //= gnpy:6.2-dispersion
    pub fn beta2(&self, frequency_hz: &[f64]) -> Result<Vec<f64>, FibreError> {
        let beta2 = |&frequency_hz: &f64| {
            let dispersion = self.dispersion(frequency_hz)?;
            Ok(-(LIGHT_SPEED / frequency_hz).powi(2) * dispersion / (2.0 * PI * LIGHT_SPEED))
        };
        frequency_hz.iter().map(beta2).collect()
    }

    /// beta3, s³/m.
    ///
    /// From a table it is the slope, at the reference frequency, of the parabola nearest to beta2 at the
    /// points of the table.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if dispersion is a table that ends before a frequency.
    //= gnpy:6.2-beta3
    pub fn beta3(&self, frequency_hz: &[f64]) -> Result<Vec<f64>, FibreError> {
        match &self.parameters.dispersion {
            Dispersion::Constant(_) => Ok(vec![0.0; frequency_hz.len()]),
            Dispersion::Slope { slope, .. } => {
                let beta2 = self.beta2(frequency_hz)?;
                let beta3 = |(f, beta2): (&f64, f64)| {
                    (slope - 4.0 * PI * f.powi(3) / LIGHT_SPEED.powi(2) * beta2)
                        / (2.0 * PI * f.powi(2) / LIGHT_SPEED).powi(2)
                };
                Ok(frequency_hz.iter().zip(beta2).map(beta3).collect())
            }
            Dispersion::Table(table) => {
                let reference_hz = self.parameters.reference_frequency_hz;
                let beta2 = self.beta2(&table.frequency_hz)?;
                let offset: Vec<f64> =
                    table.frequency_hz.iter().map(|f| f - reference_hz).collect();
                Ok(vec![parabola(&offset, &beta2)[1] / (2.0 * PI); frequency_hz.len()])
            }
        }
    }

    /// Dispersion gathered from end to end, s/m.
    ///
    /// GNPy 2.14 takes beta2 and beta3 back to D at the reference frequency; 3.0 takes D itself, and D
    /// as it was given if it has neither slope nor table.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] if dispersion is a table that ends before a frequency.
    //= gnpy:6.2-chromatic-dispersion
    pub fn chromatic_dispersion(
        &self,
        frequency_hz: &[f64],
        compat: Compat,
    ) -> Result<Vec<f64>, FibreError> {
        let reference_hz = self.parameters.reference_frequency_hz;
        let length_m = self.parameters.length_m;
        match (compat, &self.parameters.dispersion) {
            (Compat::Gnpy30, Dispersion::Constant(dispersion)) => {
                Ok(vec![dispersion * length_m; frequency_hz.len()])
            }
            (Compat::Gnpy30, _) => {
                frequency_hz.iter().map(|&f| Ok(self.dispersion(f)? * length_m)).collect()
            }
            (Compat::Gnpy214, _) => {
                let (beta2, beta3) = (self.beta2(frequency_hz)?, self.beta3(frequency_hz)?);
                let gathered = |((f, beta2), beta3): ((&f64, f64), f64)| {
                    let slope = 2.0 * PI * beta3 * (f - reference_hz);
                    -(beta2 + slope) * 2.0 * PI * reference_hz.powi(2) / LIGHT_SPEED * length_m
                };
                Ok(frequency_hz.iter().zip(beta2).zip(beta3).map(gathered).collect())
            }
        }
    }

    /// Effective area, m².
    //= gnpy:6.2-area
    pub fn effective_area(&self, frequency_hz: f64) -> f64 {
        let v = 2.0 * PI * frequency_hz / LIGHT_SPEED
            * CORE_RADIUS_M
            * CORE_INDEX
            * (2.0 * self.contrast).sqrt();
        let radius_m = CORE_RADIUS_M / v.ln().sqrt();
        PI * radius_m.powi(2)
    }

    /// Nonlinear coefficient, 1/(W m).
    //= gnpy:6.2-gamma
    pub fn gamma(&self, frequency_hz: &[f64]) -> Vec<f64> {
        let gamma =
            |&f: &f64| 2.0 * PI * NONLINEAR_INDEX * f / (LIGHT_SPEED * self.effective_area(f));
        frequency_hz.iter().map(gamma).collect()
    }

    /// Raman efficiency, 1/(W m): row i, column j is what the power of j gives to i; rows one after another.
    ///
    /// The gain of the pair is the antisymmetric curve at the offset of the two, times the frequency of
    /// the giver; light that loses power loses photons, hence the ratio of the frequencies.
    //= gnpy:6.2-raman-efficiency
    pub fn raman_efficiency(&self, frequency_hz: &[f64]) -> Vec<f64> {
        let count = frequency_hz.len();
        let (offset_hz, normalised) = self.raman_gain();
        let area: Vec<f64> = frequency_hz.iter().map(|&f| self.effective_area(f)).collect();
        let mut efficiency = Vec::with_capacity(count * count);
        for (i, &own) in frequency_hz.iter().enumerate() {
            for (j, &other) in frequency_hz.iter().enumerate() {
                let offset = other - own;
                let gain = interpolate(offset, &offset_hz, &normalised);
                let overlap_m2 = (area[i] + area[j]) / 2.0;
                let value = gain * other / overlap_m2;
                efficiency.push(if value < 0.0 { value * (own / other) } else { value });
            }
        }
        efficiency
    }

    /// Offsets from below to above zero, Hz, and the gain over them, free of area and frequency.
    fn raman_gain(&self) -> (Vec<f64>, Vec<f64>) {
        let (offset_hz, gain) = match &self.parameters.raman_curve {
            None => silica::normalised_gain(),
            Some(curve) => {
                let pump_hz = curve.reference_frequency_hz;
                let pump_area = self.effective_area(pump_hz);
                let normalised = |(g0, offset): (&f64, &f64)| {
                    let area = (self.effective_area(pump_hz - offset) + pump_area) / 2.0;
                    g0 * area / pump_hz
                };
                let points = curve.g0_per_w_m.iter().zip(&curve.offset_hz);
                (curve.offset_hz.clone(), points.map(normalised).collect())
            }
        };
        // GNPy takes the first point for that at zero and mirrors the others; so does this, though a
        // curve that begins above zero is then not antisymmetric below its first point.
        let above: Vec<(f64, f64)> = offset_hz.into_iter().zip(gain).collect();
        let below = above.iter().skip(1).rev().map(|&(offset, gain)| (-offset, -gain));
        below.chain(above.iter().copied()).unzip()
    }

    /// PMD from end to end, s.
    //= gnpy:6.2-pmd
    pub fn pmd_s(&self) -> f64 {
        self.parameters.pmd_coefficient * self.parameters.length_m.sqrt()
    }

    /// Time of flight, s.
    //= gnpy:6.2-latency
    pub fn latency_s(&self) -> f64 {
        self.parameters.length_m / (LIGHT_SPEED / CORE_INDEX)
    }

    /// Checks that a mode of the fibre is known at all frequencies, and that they are not too many.
    ///
    /// # Errors
    /// [`FibreError`] for too many frequencies, or one at which the core guides no mode.
    pub(crate) fn check_frequencies(&self, frequency_hz: &[f64]) -> Result<(), FibreError> {
        if frequency_hz.len() > MAX_CHANNELS {
            let found = frequency_hz.len() as f64;
            return Err(FibreError::TooFine { what: "channels", found, limit: MAX_CHANNELS });
        }
        for &frequency_hz in frequency_hz {
            if !self.effective_area(frequency_hz).is_finite() {
                return Err(FibreError::Value {
                    what: "frequency of a channel or pump, Hz,",
                    found: frequency_hz,
                    expected: "one that the core of the fibre guides",
                });
            }
        }
        Ok(())
    }

    /// Computes all that depends on fibre, plan and settings, and not on power.
    ///
    /// # Errors
    /// [`FibreError`] for a channel outside a table, and for settings out of range.
    pub fn prepare(
        &self,
        plan: &Arc<ChannelPlan>,
        settings: &SimulationParameters,
        compat: Compat,
    ) -> Result<Prepared, FibreError> {
        Prepared::new(self, plan, settings, compat, &Glass::default())
    }
}
