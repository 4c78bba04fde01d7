//! The generalised GN model: interference from the power profile of the channels, for some channels under
//! test; the density of the noise is interpolated to the others.
//!
//! Clauses: 6.3 of the fact sheet on GNPy, `ggn_approx` and `ggn_spectrally_separated`; D'Amico and others,
//! "Scalable and disaggregated GGN approximation applied to a C+L+S optical network", 2022. In: coefficients,
//! settings, a power profile, powers. Out: noise power of each channel, W.

use core::f64::consts::PI;

use super::field::Field;
use super::integral::Pair;
use super::{Coefficients, weight};
use crate::fibre::FibreError;
use crate::grid::{interpolate, parabola};
use crate::simulation::{NliMethod, SimulationParameters};

/// The model for one fibre, plan and set of settings.
#[derive(Clone, Debug)]
pub struct Generalised {
    fibre: Coefficients,
    /// Whether pairs have their closed form.
    approximate: bool,
    dispersion_tolerance: f64,
    phase_shift_tolerance: f64,
    result_step_m: f64,
    /// Indices of the channels under test, rising.
    cuts: Vec<usize>,
}

/// Efficiencies of the channels under test: a row for each, gamma² w psi / B_j² in it.
#[derive(Clone, Debug, PartialEq)]
pub struct CutEfficiency(Vec<f64>);

impl Generalised {
    /// The model with the method that `settings` name.
    ///
    /// # Errors
    /// [`FibreError`] for computed channels that are not there, and for integrals too fine.
    pub fn new(fibre: Coefficients, settings: &SimulationParameters) -> Result<Self, FibreError> {
        let nli = &settings.nli;
        let model = Self {
            approximate: nli.method == NliMethod::GgnApprox,
            dispersion_tolerance: nli.dispersion_tolerance,
            phase_shift_tolerance: nli.phase_shift_tolerance,
            result_step_m: settings.raman.result_spatial_resolution_m,
            cuts: nli.computed_channels.indices(fibre.frequency_hz.len())?,
            fibre,
        };
        for &i in &model.cuts {
            if model.approximate {
                model.own_pair(i).check(model.fibre.length_m)?;
            } else {
                let beta3 = model.beta3(i);
                for j in 0..model.fibre.frequency_hz.len() {
                    model.pair(i, j, beta3).check(model.fibre.length_m)?;
                }
            }
        }
        Ok(model)
    }

    /// Efficiencies for the loss profile `loss` of the channels, row after row, at `position_m`.
    pub fn efficiency(&self, position_m: &[f64], loss: &[f64]) -> CutEfficiency {
        let fibre = &self.fibre;
        let channels = fibre.frequency_hz.len();
        let rows: Vec<&[f64]> = loss.chunks_exact(position_m.len()).take(channels).collect();
        let field = |j: usize| Field::new(fibre.alpha[j], position_m, rows[j], self.result_step_m);
        let mut efficiency = Vec::with_capacity(self.cuts.len() * channels);
        if self.approximate {
            let square: Vec<f64> = rows.iter().map(|row| profile_square(position_m, row)).collect();
            for &i in &self.cuts {
                let psi = |j| match i == j {
                    true => self.own_pair(i).psi(&field(i)),
                    false => self.closed_form(i, j, square[j]),
                };
                efficiency.extend((0..channels).map(|j| self.scale(i, j) * psi(j)));
            }
        } else {
            let fields: Vec<Field> = (0..channels).map(field).collect();
            for &i in &self.cuts {
                let beta3 = self.beta3(i);
                let psi = |j: usize| self.pair(i, j, beta3).psi(&fields[j]);
                efficiency.extend((0..channels).map(|j| self.scale(i, j) * psi(j)));
            }
        }
        CutEfficiency(efficiency)
    }

    /// Noise power of each channel, W, for the powers `power_w`.
    //= gnpy:6.3-noise-density
    pub fn nli_w(&self, efficiency: &CutEfficiency, power_w: &[f64]) -> Vec<f64> {
        let fibre = &self.fibre;
        let rows = efficiency.0.chunks_exact(fibre.frequency_hz.len()).zip(&self.cuts);
        let density = rows.map(|(row, &i)| {
            let pairs = row.iter().zip(power_w);
            let sum: f64 = pairs.map(|(efficiency, power)| efficiency * power * power).sum();
            sum * power_w[i] / fibre.baud_rate[i]
        });
        let density: Vec<f64> = density.collect();
        let at_hz: Vec<f64> = self.cuts.iter().map(|&i| fibre.frequency_hz[i]).collect();
        let channels = fibre.frequency_hz.iter().zip(&fibre.baud_rate);
        channels.map(|(&f, baud_rate)| baud_rate * interpolate(f, &at_hz, &density)).collect()
    }

    /// All of an efficiency but psi.
    fn scale(&self, i: usize, j: usize) -> f64 {
        let (gamma, baud_rate) = (self.fibre.gamma[i], self.fibre.baud_rate[j]);
        gamma * gamma * weight(i, j) / (baud_rate * baud_rate)
    }

    /// beta3 at channel `i`, s³/m: the slope there of the parabola nearest to beta2 of all channels.
    //= gnpy:6.3-beta3-of-comb
    fn beta3(&self, i: usize) -> f64 {
        let own_hz = self.fibre.frequency_hz[i];
        let offset: Vec<f64> = self.fibre.frequency_hz.iter().map(|f| f - own_hz).collect();
        parabola(&offset, &self.fibre.beta2)[1] / (2.0 * PI)
    }

    /// Step of the points in a band before it is made finer, Hz.
    //= gnpy:6.3-resolution
    fn step_hz(&self, alpha: f64, beta2: f64) -> f64 {
        let tolerance = (self.dispersion_tolerance * alpha)
            .min(self.phase_shift_tolerance / self.result_step_m);
        tolerance / beta2.abs() / (4.0 * PI * PI) / self.fibre.widest_slot_hz
    }

    fn pair(&self, i: usize, j: usize, beta3: f64) -> Pair {
        let fibre = &self.fibre;
        Pair {
            offset_hz: fibre.frequency_hz[j] - fibre.frequency_hz[i],
            own: (fibre.baud_rate[i], fibre.roll_off[i]),
            other: (fibre.baud_rate[j], fibre.roll_off[j]),
            beta2: fibre.beta2[i],
            beta3,
            step_hz: self.step_hz(fibre.alpha[j], fibre.beta2[i]),
            finer: 1 + i.abs_diff(j),
        }
    }

    /// A channel with itself in the approximate model: no beta3, and steps that suit all channels.
    //= gnpy:6.3-ggn-approx
    fn own_pair(&self, i: usize) -> Pair {
        let largest = self.fibre.beta2.iter().fold(0.0, |most: f64, beta2| most.max(beta2.abs()));
        let step_hz = self.step_hz(self.fibre.alpha[i], largest);
        Pair { step_hz, ..self.pair(i, i, 0.0) }
    }

    /// psi of two channels in the approximate model, m² Hz².
    //= gnpy:6.3-ggn-approx
    fn closed_form(&self, i: usize, j: usize, square: f64) -> f64 {
        let fibre = &self.fibre;
        let beta2 = (fibre.beta2[i] + fibre.beta2[j]).abs() / 2.0;
        let offset = (fibre.frequency_hz[j] - fibre.frequency_hz[i]).abs();
        square * fibre.baud_rate[j] / (4.0 * PI * beta2 * offset)
    }
}

/// Square of the sum over the positions of |difference| over the root of |slope of the logarithm|, m.
//= gnpy:6.3-ggn-approx
fn profile_square(position_m: &[f64], loss: &[f64]) -> f64 {
    let pairs = position_m.windows(2).zip(loss.windows(2));
    let sum: f64 = pairs
        .map(|(z, loss)| {
            let slope = (loss[1] / loss[0]).ln() / (z[1] - z[0]);
            // Where the profile is flat there is no difference either.
            if slope == 0.0 {
                0.0
            } else {
                (loss[1] - loss[0]).abs() / slope.abs().sqrt() * slope.signum()
            }
        })
        .sum();
    sum * sum
}
