//! Power along a fibre: attenuation, stimulated Raman scattering, pumps, and the noise they add.
//!
//! Clauses: 6.4 of the fact sheet on GNPy. In: a fibre, frequencies, settings, then powers. Out:
//! [`PowerProfile`], powers and losses along the fibre, and the spontaneous emission of its pumps.
//!
//! [`Scattering`] holds what does not depend on power. Without the flag power falls exponentially
//! ([`linear`]); with it there is a series ([`perturbative`]) or steps ([`numerical`]), and with pumps against
//! the signal an iteration of steps ([`pumps`]). [`emission`] is the noise. The connector at the start
//! counts before, the one at the end after.

pub mod silica;

use crate::fibre::{Fibre, FibreError};
use crate::grid::{arange, arange_len, union};
use crate::simulation::RamanParameters;
use crate::units::linear;

/// Most positions along one fibre.
pub const MAX_POSITIONS: usize = 1_000_000;

/// Powers and losses along a fibre; one row a channel, then one a pump.
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
    /// Powers over the power each row was launched with, row after row.
    pub loss: Vec<f64>,
}

impl PowerProfile {
    /// Powers of one row along the fibre, W.
    pub fn row_power_w(&self, row: usize) -> &[f64] {
        let width = self.position_m.len();
        &self.power_w[row * width..(row + 1) * width]
    }

    /// Power of one row along the fibre over the power it was launched with.
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
    frequency_hz: Vec<f64>,
    channels: usize,
    position_m: Vec<f64>,
    /// Losses of the rows along the fibre.
    loss: Vec<f64>,
}

impl Scattering {
    /// Computes what does not depend on power.
    ///
    /// # Errors
    /// [`FibreError`] for a frequency outside a table of the fibre, or steps too fine.
    pub fn new(
        fibre: &Fibre,
        frequency_hz: &[f64],
        settings: &RamanParameters,
    ) -> Result<Self, FibreError> {
        settings.check()?;
        let alpha = fibre.alpha(frequency_hz)?;
        let length_m = fibre.parameters().length_m;
        let lumped = lumped_losses(fibre);
        let mut position_m = vec![0.0];
        position_m.extend(lumped.iter().map(|&(position_m, _)| position_m));
        position_m.push(length_m);
        let mut loss = Vec::with_capacity(alpha.len() * position_m.len());
        for alpha in &alpha {
            let mut factor = 1.0;
            for &at in &position_m {
                if let Some((_, lumped)) = lumped.iter().find(|(position_m, _)| *position_m == at) {
                    factor *= lumped;
                }
                loss.push((-alpha * at).exp() * factor);
            }
        }
        let frequency_hz = frequency_hz.to_vec();
        Ok(Self { channels: frequency_hz.len(), frequency_hz, position_m, loss })
    }

    /// The losses, if they do not depend on power.
    pub fn linear_loss(&self) -> Option<&[f64]> {
        Some(&self.loss)
    }

    /// Powers and losses along the fibre for the powers `power_w` of the channels behind the connector.
    pub fn profile(&self, power_w: &[f64]) -> PowerProfile {
        let width = self.position_m.len();
        let rows = self.loss.chunks_exact(width).zip(power_w);
        let power_w = rows.flat_map(|(row, power)| row.iter().map(move |loss| loss * power));
        PowerProfile {
            position_m: self.position_m.clone(),
            channels: self.channels,
            frequency_hz: self.frequency_hz.clone(),
            power_w: power_w.collect(),
            loss: self.loss.clone(),
        }
    }
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

/// Positions of a fibre's lumped losses, m, rising and once each, and the factors of power there.
fn lumped_losses(fibre: &Fibre) -> Vec<(f64, f64)> {
    let mut all: Vec<(f64, f64)> = fibre
        .parameters()
        .lumped_losses
        .iter()
        .map(|lumped| (lumped.position_m, linear(-lumped.loss_db)))
        .collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 *= next.1;
        }
        same
    });
    all
}

/// Positions every `step_m` from 0, the end, and the lumped losses.
fn positions(length_m: f64, step_m: f64, lumped: &[(f64, f64)]) -> Result<Vec<f64>, FibreError> {
    let Some(mut steps) = arange(0.0, length_m, step_m, MAX_POSITIONS) else {
        let found = arange_len(0.0, length_m, step_m);
        let what = "positions along a fibre";
        return Err(FibreError::TooFine { what, found, limit: MAX_POSITIONS });
    };
    steps.push(length_m);
    let lumped: Vec<f64> = lumped.iter().map(|&(position_m, _)| position_m).collect();
    Ok(union(&steps, &lumped))
}
