//! One fibre as several, one behind the other.
//!
//! Clauses: 6.2 of the fact sheet on GNPy (splitting). [`Fibre::divided`] cuts the glass and changes nothing else;
//! [`Fibre::design_span`] is what automatic design of GNPy makes of a long fibre, with its traps.

use core::f64::consts::PI;

use super::{Fibre, FibreError, FibreParameters, MAX_SPANS, NONLINEAR_INDEX, RamanCurve};
use crate::raman::silica;
use crate::units::LIGHT_SPEED;

impl Fibre {
    /// Cuts the fibre into `spans` equal pieces: connectors, padding and pumps stay at the ends, lumped
    /// losses where they are; one on a cut belongs to neither piece and is refused.
    ///
    /// # Errors
    /// [`FibreError`] for no spans or too many, and for a lumped loss on a cut.
    pub fn divided(&self, spans: usize) -> Result<Vec<Self>, FibreError> {
        check(spans)?;
        let length_m = self.parameters.length_m / spans as f64;
        let piece = |n: usize| {
            let (from_m, to_m) = (n as f64 * length_m, (n + 1) as f64 * length_m);
            let mut parameters = FibreParameters { length_m, ..self.parameters.clone() };
            let (first, last) = (n == 0, n + 1 == spans);
            if !first {
                parameters.con_in_db = 0.0;
                parameters.att_in_db = 0.0;
            }
            if !last {
                parameters.con_out_db = 0.0;
            }
            parameters.lumped_losses.retain(|one| (from_m..to_m).contains(&one.position_m));
            for lumped in &mut parameters.lumped_losses {
                lumped.position_m -= from_m;
            }
            let mut operation = self.operation.clone();
            if let Some(operation) = &mut operation {
                operation.pumps.retain(|pump| match pump.direction {
                    super::PumpDirection::Co => first,
                    super::PumpDirection::Counter => last,
                });
            }
            Self::new(parameters, operation)
        };
        (0..spans).map(piece).collect()
    }

    /// The span that automatic design of GNPy puts `spans` times in place of this fibre.
    ///
    /// Each span has the connectors, the padding and the lumped losses of the whole. The effective area
    /// is lost and follows from the nonlinear coefficient, which did not count before if an area was
    /// given: if the two disagree, interference changes. The Raman gain is kept as measured by the old
    /// area. Pumps are lost.
    ///
    /// # Errors
    /// [`FibreError`] for no spans or too many, and for a lumped loss behind the end of the span.
    //= gnpy:6.2-split
    pub fn design_span(&self, spans: usize) -> Result<Self, FibreError> {
        check(spans)?;
        let mut parameters = self.parameters.clone();
        parameters.length_m /= spans as f64;
        let wavelength_m = LIGHT_SPEED / parameters.reference_frequency_hz;
        let implied = 2.0 * PI * NONLINEAR_INDEX / (wavelength_m * self.area_m2);
        parameters.gamma = Some(parameters.gamma.unwrap_or(implied));
        parameters.effective_area_m2 = None;
        if parameters.raman_curve.is_none() {
            parameters.raman_curve = Some(self.silica_curve());
        }
        Self::new(parameters, None)
    }

    /// The gain of silica as it would be measured on this fibre.
    fn silica_curve(&self) -> RamanCurve {
        let pump_hz = silica::REFERENCE_FREQUENCY_HZ;
        let pump_area_m2 = self.effective_area(pump_hz);
        let (offset_hz, normalised) = silica::normalised_gain();
        let measured = |(offset, gain): (&f64, f64)| {
            gain * pump_hz / ((self.effective_area(pump_hz - offset) + pump_area_m2) / 2.0)
        };
        let g0_per_w_m = offset_hz.iter().zip(normalised).map(measured).collect();
        RamanCurve { g0_per_w_m, offset_hz, reference_frequency_hz: pump_hz }
    }
}

fn check(spans: usize) -> Result<(), FibreError> {
    let what = "spans of a fibre that is split";
    if spans == 0 {
        Err(FibreError::Value { what, found: 0.0, expected: "at least one" })
    } else if spans > MAX_SPANS {
        Err(FibreError::TooFine { what, found: spans as f64, limit: MAX_SPANS })
    } else {
        Ok(())
    }
}
