//! Power along a fibre: attenuation, stimulated Raman scattering, pumps, and the noise they add.
//!
//! Clauses: 6.4 of the fact sheet on GNPy. In: a fibre, frequencies, settings, then powers. Out:
//! [`PowerProfile`], powers and losses along the fibre, and the spontaneous emission of its pumps.
//!
//! [`Scattering`] holds what does not depend on power. Without the flag power falls
//! exponentially; with it there is a series (`perturbative`) or steps (`numerical`), and with pumps against
//! the signal an iteration of steps (`pumps`). `emission` is the noise. The connector at the start
//! counts before, the one at the end after.

mod emission;
mod line;
mod numerical;
mod perturbative;
mod pumps;
mod separable;
pub mod silica;
mod solver;

use std::sync::Arc;

use crate::fibre::{Fibre, FibreError, PumpDirection, RamanPump};
use crate::grid::{arange, arange_len, union};
use crate::simulation::RamanParameters;
use line::Line;
use solver::Solver;

/// Most positions along one fibre, times its channels and pumps.
pub const MAX_VALUES: usize = 10_000_000;

/// Powers and losses along a fibre; one row a channel, then one a pump.
///
/// Pumps with the signal come before those against it; each keeps its place among its like.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerProfile {
    /// Positions from the start of the fibre, m, rising from zero to its length.
    pub position_m: Vec<f64>,
    /// How many of the rows are channels.
    pub channels: usize,
    /// Frequencies of the rows, Hz.
    pub frequency_hz: Vec<f64>,
    /// Powers, W, row after row.
    pub power_w: Vec<f64>,
    /// Powers over the power each row entered the fibre with, row after row; pumps against the signal
    /// enter at the end.
    pub loss: Vec<f64>,
}

impl PowerProfile {
    /// Powers of one row along the fibre, W.
    pub fn row_power_w(&self, row: usize) -> &[f64] {
        let width = self.position_m.len();
        &self.power_w[row * width..(row + 1) * width]
    }

    /// Power of one row along the fibre over the power it entered with.
    pub fn row_loss(&self, row: usize) -> &[f64] {
        let width = self.position_m.len();
        &self.loss[row * width..(row + 1) * width]
    }

    /// Of every channel, power at the end over power at the start.
    pub fn end_loss(&self) -> Vec<f64> {
        let last = self.position_m.len() - 1;
        (0..self.channels).map(|row| self.row_loss(row)[last]).collect()
    }
}

/// How power evolves along one fibre, for one set of frequencies and settings.
#[derive(Clone, Debug)]
pub struct Scattering {
    /// Frequencies of the rows, Hz.
    frequency_hz: Vec<f64>,
    channels: usize,
    /// Positions of the results, m.
    position_m: Vec<f64>,
    evolution: Evolution,
}

#[derive(Clone, Debug)]
enum Evolution {
    /// Attenuation alone: losses of the rows along the fibre.
    Linear(Vec<f64>),
    /// Scattering, solved for each set of powers.
    Scattered(Box<Solver>),
}

impl Scattering {
    /// Computes what does not depend on power. Without the flag pumps do not count.
    ///
    /// # Errors
    /// [`FibreError`] for a frequency outside a table of the fibre, or steps too fine.
    pub fn new(
        fibre: &Fibre,
        frequency_hz: &[f64],
        settings: &RamanParameters,
    ) -> Result<Self, FibreError> {
        Self::with_efficiency(fibre, frequency_hz, settings, None)
    }

    /// As [`Scattering::new`], with the Raman efficiency of channels and pumps if it is known.
    pub(crate) fn with_efficiency(
        fibre: &Fibre,
        frequency_hz: &[f64],
        settings: &RamanParameters,
        efficiency: Option<Arc<[f64]>>,
    ) -> Result<Self, FibreError> {
        settings.check()?;
        let length_m = fibre.parameters().length_m;
        let channels = frequency_hz.len();
        let mut frequency_hz = frequency_hz.to_vec();
        if !settings.flag {
            let (position_m, loss) = linear_loss(fibre, &frequency_hz)?;
            let evolution = Evolution::Linear(loss);
            return Ok(Self { frequency_hz, channels, position_m, evolution });
        }
        let pumps = pumps_in_order(fibre);
        frequency_hz.extend(pumps.iter().map(|pump| pump.frequency_hz));
        let line = Line::new(fibre, &frequency_hz, efficiency)?;
        let (step_m, rows) = (settings.result_spatial_resolution_m, frequency_hz.len());
        let position_m = positions(length_m, step_m, &line.lumped, rows)?;
        let solver = Solver::new(fibre, line, &pumps, settings)?;
        let evolution = Evolution::Scattered(Box::new(solver));
        Ok(Self { frequency_hz, channels, position_m, evolution })
    }

    /// The Raman efficiency of channels and pumps, if it is used.
    pub(crate) fn efficiency(&self) -> Option<Arc<[f64]>> {
        match &self.evolution {
            Evolution::Linear(_) => None,
            Evolution::Scattered(solver) => Some(Arc::clone(&solver.line.efficiency)),
        }
    }

    /// Positions of the results, m.
    pub fn position_m(&self) -> &[f64] {
        &self.position_m
    }

    /// The losses of the channels, row after row, if they do not depend on power.
    pub fn linear_loss(&self) -> Option<&[f64]> {
        match &self.evolution {
            Evolution::Linear(loss) => Some(loss),
            Evolution::Scattered(_) => None,
        }
    }

    /// Powers and losses along the fibre for the powers `power_w` of the channels behind the connector.
    pub fn profile(&self, power_w: &[f64]) -> PowerProfile {
        let width = self.position_m.len();
        let (power_w, loss) = match &self.evolution {
            Evolution::Linear(loss) => {
                let rows = loss.chunks_exact(width).zip(power_w);
                let power_w =
                    rows.flat_map(|(row, power)| row.iter().map(move |loss| loss * power));
                (power_w.collect(), loss.clone())
            }
            Evolution::Scattered(solver) => {
                let along_w = solver.solve(power_w, &self.position_m);
                let rows = along_w.chunks_exact(width).enumerate();
                let loss = rows.flat_map(|(row, along_w)| {
                    let entry = if row < solver.forward { 0 } else { width - 1 };
                    along_w.iter().map(move |power| power / along_w[entry])
                });
                let loss = loss.collect();
                (along_w, loss)
            }
        };
        PowerProfile {
            position_m: self.position_m.clone(),
            channels: self.channels,
            frequency_hz: self.frequency_hz.clone(),
            power_w,
            loss,
        }
    }

    /// Spontaneous emission of the pumps into the channels, W, referred to the start of the fibre.
    ///
    /// `profile` is what [`Scattering::profile`] gave; `baud_rate` holds the symbol rates of the channels.
    /// Nothing without pumps.
    pub fn spontaneous_emission_w(
        &self,
        profile: &PowerProfile,
        baud_rate: &[f64],
    ) -> Option<Vec<f64>> {
        match &self.evolution {
            Evolution::Scattered(solver) if !solver.pump_w.is_empty() => {
                let efficiency = &solver.line.efficiency;
                let (given_hz, temperature_k) = (&solver.given_hz, solver.temperature_k);
                Some(emission::ase_w(profile, efficiency, baud_rate, given_hz, temperature_k))
            }
            _ => None,
        }
    }
}

/// The pumps of a fibre, first those with the signal, then those against it.
fn pumps_in_order(fibre: &Fibre) -> Vec<RamanPump> {
    let mut pumps = fibre.operation().map(|operation| operation.pumps.clone()).unwrap_or_default();
    pumps.sort_by_key(|pump| pump.direction == PumpDirection::Counter);
    pumps
}

/// Positions of a fibre without scattering, and the losses there: a lumped loss counts at its position.
//= gnpy:6.4-flag-off
fn linear_loss(fibre: &Fibre, frequency_hz: &[f64]) -> Result<(Vec<f64>, Vec<f64>), FibreError> {
    let alpha = fibre.alpha(frequency_hz)?;
    let lumped = line::lumped_losses(fibre);
    let mut position_m = vec![0.0];
    position_m.extend(lumped.iter().map(|&(position_m, _)| position_m));
    position_m.push(fibre.parameters().length_m);
    let mut factors = vec![1.0];
    factors.extend(lumped.iter().scan(1.0, |all, &(_, factor)| {
        *all *= factor;
        Some(*all)
    }));
    factors.push(factors[lumped.len()]);
    let mut loss = Vec::with_capacity(alpha.len() * position_m.len());
    for alpha in &alpha {
        let at = |(z, factor): (&f64, &f64)| (-alpha * z).exp() * factor;
        loss.extend(position_m.iter().zip(&factors).map(at));
    }
    Ok((position_m, loss))
}

/// Powers and losses along `fibre` of channels at `frequency_hz` with the powers `power_w` behind the
/// connector at its start; pumps, if the fibre has any, come as rows after the channels.
///
/// # Errors
/// [`FibreError`] for a frequency outside a table of the fibre, or settings out of range.
pub fn stimulated_raman_scattering(
    fibre: &Fibre,
    frequency_hz: &[f64],
    power_w: &[f64],
    settings: &RamanParameters,
) -> Result<PowerProfile, FibreError> {
    if frequency_hz.len() != power_w.len() {
        let (found, expected) = (power_w.len(), frequency_hz.len());
        return Err(FibreError::Plan { found, expected });
    }
    Ok(Scattering::new(fibre, frequency_hz, settings)?.profile(power_w))
}

/// Positions every `step_m` from 0, the end, and the lumped losses, for `rows` rows of values.
//= gnpy:6.4-grids
fn positions(
    length_m: f64,
    step_m: f64,
    lumped: &[(f64, f64)],
    rows: usize,
) -> Result<Vec<f64>, FibreError> {
    let limit = MAX_VALUES / rows.max(1);
    let Some(mut steps) = arange(0.0, length_m, step_m, limit) else {
        let found = arange_len(0.0, length_m, step_m);
        return Err(FibreError::TooFine { what: "positions along a fibre", found, limit });
    };
    steps.push(length_m);
    let lumped: Vec<f64> = lumped.iter().map(|&(position_m, _)| position_m).collect();
    Ok(union(&steps, &lumped))
}
