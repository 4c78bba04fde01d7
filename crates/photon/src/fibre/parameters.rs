//! What a fibre is, as a file or a user gives it: plain numbers in SI units, with the checks on them.
//!
//! Clauses: 6.2 of the fact sheet on GNPy. In: values. Out: the same values, or what is wrong with them.
//! What follows from them is in the module above; defaults that a file format has are not here.

use super::FibreError;

/// Most lumped losses of one fibre.
pub const MAX_LUMPED_LOSSES: usize = 10_000;
/// Most Raman pumps of one fibre.
pub const MAX_PUMPS: usize = 1_000;

/// A quantity over frequency, linear between its points.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Frequencies, Hz, rising.
    pub frequency_hz: Vec<f64>,
    /// Values, one a frequency.
    pub value: Vec<f64>,
}

/// Loss of the glass, dB/m (a value in dB/km times 1e-3).
#[derive(Clone, Debug, PartialEq)]
pub enum LossCoefficient {
    /// The same at all frequencies.
    Constant(f64),
    /// A table of at least two points; frequencies outside it are refused.
    Table(Table),
}

/// Chromatic dispersion D, s/m² (a value in ps/nm/km times 1e-6).
#[derive(Clone, Debug, PartialEq)]
pub enum Dispersion {
    /// D at the reference frequency; it goes with the square of frequency, so that beta2 is constant.
    Constant(f64),
    /// D at the reference frequency and its slope over wavelength, s/m³.
    Slope {
        /// D at the reference frequency, s/m².
        dispersion: f64,
        /// dD/dλ, s/m³.
        slope: f64,
    },
    /// A table of at least three points; frequencies outside it are refused.
    Table(Table),
}

/// A loss at one place: a splice, a connector, a bend.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LumpedLoss {
    /// Distance from the start of the fibre, m.
    pub position_m: f64,
    /// Loss, dB.
    pub loss_db: f64,
}

/// Measured Raman gain of a fibre over the frequency offset from its pump.
#[derive(Clone, Debug, PartialEq)]
pub struct RamanCurve {
    /// Gain efficiency, 1/(W m), one an offset.
    pub g0_per_w_m: Vec<f64>,
    /// Offsets from the pump, Hz, rising; the first should be zero.
    pub offset_hz: Vec<f64>,
    /// Frequency of the pump it was measured with, Hz.
    pub reference_frequency_hz: f64,
}

/// Which way a pump's light goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PumpDirection {
    /// With the signal; the pump enters at the start of the fibre.
    Co,
    /// Against the signal; the pump enters at the end of the fibre.
    Counter,
}

/// One Raman pump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RamanPump {
    /// Power before the connector, W.
    pub power_w: f64,
    /// Frequency, Hz.
    pub frequency_hz: f64,
    /// Which way its light goes.
    pub direction: PumpDirection,
}

/// How a fibre is pumped.
#[derive(Clone, Debug, PartialEq)]
pub struct RamanOperation {
    /// Temperature of the fibre, K.
    pub temperature_k: f64,
    /// The pumps.
    pub pumps: Vec<RamanPump>,
}

/// A fibre.
#[derive(Clone, Debug, PartialEq)]
pub struct FibreParameters {
    /// Length, m.
    pub length_m: f64,
    /// Loss of the glass.
    pub loss: LossCoefficient,
    /// Loss of the connector at the start, dB.
    pub con_in_db: f64,
    /// Loss of the connector at the end, dB.
    pub con_out_db: f64,
    /// Padding at the start, dB.
    pub att_in_db: f64,
    /// Losses along the fibre, in any order.
    pub lumped_losses: Vec<LumpedLoss>,
    /// Frequency that loss, dispersion and area are given at, Hz.
    pub reference_frequency_hz: f64,
    /// Chromatic dispersion.
    pub dispersion: Dispersion,
    /// Effective area at the reference frequency, m².
    pub effective_area_m2: Option<f64>,
    /// Nonlinear coefficient at the reference frequency, 1/(W m); counts only if no area is given.
    pub gamma: Option<f64>,
    /// PMD coefficient, s/√m.
    pub pmd_coefficient: f64,
    /// Measured Raman gain; without it that of silica.
    pub raman_curve: Option<RamanCurve>,
}

/// Wavelength that values are given at unless said otherwise, m.
pub const REFERENCE_WAVELENGTH_M: f64 = 1550e-9;
/// Dispersion of a fibre that none is given for, s/m².
pub const DEFAULT_DISPERSION: f64 = 1.67e-5;

impl Default for FibreParameters {
    /// Standard single mode fibre of 80 km and 0.2 dB/km, without connectors.
    fn default() -> Self {
        Self {
            length_m: 80e3,
            loss: LossCoefficient::Constant(0.2e-3),
            con_in_db: 0.0,
            con_out_db: 0.0,
            att_in_db: 0.0,
            lumped_losses: Vec::new(),
            reference_frequency_hz: crate::units::LIGHT_SPEED / REFERENCE_WAVELENGTH_M,
            dispersion: Dispersion::Constant(DEFAULT_DISPERSION),
            effective_area_m2: None,
            gamma: None,
            pmd_coefficient: 0.0,
            raman_curve: None,
        }
    }
}

impl FibreParameters {
    /// Checks every value.
    ///
    /// # Errors
    /// [`FibreError`] names the first value that is out of range.
    pub fn check(&self) -> Result<(), FibreError> {
        positive("length, m,", self.length_m)?;
        positive("reference frequency, Hz,", self.reference_frequency_hz)?;
        match &self.loss {
            LossCoefficient::Constant(loss) => positive("loss coefficient, dB/m,", *loss)?,
            LossCoefficient::Table(table) => {
                table.check("loss coefficient", 2)?;
                for &loss in &table.value {
                    positive("loss coefficient in a table, dB/m,", loss)?;
                }
            }
        }
        match &self.dispersion {
            Dispersion::Constant(dispersion) => non_zero("dispersion, s/m²,", *dispersion)?,
            Dispersion::Slope { dispersion, slope } => {
                non_zero("dispersion, s/m²,", *dispersion)?;
                finite("dispersion slope, s/m³,", *slope)?;
            }
            Dispersion::Table(table) => table.check("dispersion", 3)?,
        }
        finite("loss of the input connector, dB,", self.con_in_db)?;
        finite("loss of the output connector, dB,", self.con_out_db)?;
        finite("padding, dB,", self.att_in_db)?;
        finite("PMD coefficient, s/√m,", self.pmd_coefficient)?;
        for (what, value) in [
            ("effective area, m²,", self.effective_area_m2),
            ("nonlinear coefficient, 1/(W m),", self.gamma),
        ] {
            if let Some(value) = value {
                positive(what, value)?;
            }
        }
        self.check_lumped_losses()?;
        self.raman_curve.as_ref().map_or(Ok(()), RamanCurve::check)
    }

    fn check_lumped_losses(&self) -> Result<(), FibreError> {
        at_most("lumped losses", self.lumped_losses.len(), MAX_LUMPED_LOSSES)?;
        for lumped in &self.lumped_losses {
            finite("lumped loss, dB,", lumped.loss_db)?;
            if !(lumped.position_m > 0.0 && lumped.position_m < self.length_m) {
                return Err(FibreError::Value {
                    what: "position of a lumped loss, m,",
                    found: lumped.position_m,
                    expected: "a place inside the fibre",
                });
            }
        }
        Ok(())
    }
}

impl Table {
    fn check(&self, what: &'static str, least: usize) -> Result<(), FibreError> {
        let wrong = |found| Err(FibreError::Table { what, found });
        if self.frequency_hz.len() != self.value.len() {
            wrong("has columns of unequal length")
        } else if self.value.len() < least {
            wrong("has too few points")
        } else if self.value.iter().chain(&self.frequency_hz).any(|value| !value.is_finite()) {
            wrong("holds a value that is not finite")
        } else if self.frequency_hz[0] <= 0.0 {
            wrong("begins at a frequency that is not above zero")
        } else if self.frequency_hz.windows(2).any(|pair| pair[0] >= pair[1]) {
            wrong("does not rise in frequency")
        } else {
            Ok(())
        }
    }

    /// The value at `frequency_hz`, linear between the points.
    ///
    /// # Errors
    /// [`FibreError::OutsideTable`] beyond the first or last point.
    pub fn at(&self, what: &'static str, frequency_hz: f64) -> Result<f64, FibreError> {
        let (Some(&from_hz), Some(&to_hz)) = (self.frequency_hz.first(), self.frequency_hz.last())
        else {
            return Err(FibreError::Table { what, found: "has no points" });
        };
        if (from_hz..=to_hz).contains(&frequency_hz) {
            Ok(crate::grid::interpolate(frequency_hz, &self.frequency_hz, &self.value))
        } else {
            Err(FibreError::OutsideTable { what, frequency_hz, from_hz, to_hz })
        }
    }
}

impl RamanCurve {
    fn check(&self) -> Result<(), FibreError> {
        let what = "Raman gain";
        positive("reference frequency of the Raman gain, Hz,", self.reference_frequency_hz)?;
        let wrong = |found| Err(FibreError::Table { what, found });
        if self.g0_per_w_m.len() != self.offset_hz.len() {
            wrong("has columns of unequal length")
        } else if self.offset_hz.is_empty() {
            wrong("has no points")
        } else if self.g0_per_w_m.iter().chain(&self.offset_hz).any(|value| !value.is_finite()) {
            wrong("holds a value that is not finite")
        } else if self.offset_hz[0] < 0.0 {
            wrong("has an offset below zero")
        } else if self.offset_hz.windows(2).any(|pair| pair[0] >= pair[1]) {
            wrong("does not rise in frequency")
        } else if self.offset_hz.last().is_some_and(|&last| last >= self.reference_frequency_hz) {
            wrong("reaches offsets as large as the frequency of its pump")
        } else {
            Ok(())
        }
    }
}

impl RamanOperation {
    /// Checks temperature and pumps.
    ///
    /// # Errors
    /// [`FibreError`] names the first value that is out of range.
    pub fn check(&self) -> Result<(), FibreError> {
        positive("temperature, K,", self.temperature_k)?;
        at_most("Raman pumps", self.pumps.len(), MAX_PUMPS)?;
        for pump in &self.pumps {
            positive("power of a Raman pump, W,", pump.power_w)?;
            positive("frequency of a Raman pump, Hz,", pump.frequency_hz)?;
        }
        Ok(())
    }
}

fn at_most(what: &'static str, found: usize, limit: usize) -> Result<(), FibreError> {
    if found <= limit {
        Ok(())
    } else {
        Err(FibreError::TooFine { what, found: found as f64, limit })
    }
}

fn positive(what: &'static str, found: f64) -> Result<(), FibreError> {
    if found.is_finite() && found > 0.0 {
        Ok(())
    } else {
        Err(FibreError::Value { what, found, expected: "a finite number above zero" })
    }
}

fn non_zero(what: &'static str, found: f64) -> Result<(), FibreError> {
    if found.is_finite() && found != 0.0 {
        Ok(())
    } else {
        Err(FibreError::Value { what, found, expected: "a finite number other than zero" })
    }
}

fn finite(what: &'static str, found: f64) -> Result<(), FibreError> {
    if found.is_finite() {
        Ok(())
    } else {
        Err(FibreError::Value { what, found, expected: "a finite number" })
    }
}
