//! A fibre made ready for one plan and one set of settings: a spectrum goes in, a spectrum comes out.
//!
//! Clauses: 6.2 of the fact sheet on GNPy (order inside a span). In: [`Fibre`], plan, settings; then spectra
//! of that plan. Out: the spectra behind the fibre and a [`FibreReport`]. Whatever does not depend on
//! power is computed once; the order of the steps is connector and padding, interference, Raman noise,
//! dispersion, the loss of the fibre, connector.

use std::sync::Arc;

use super::{Fibre, FibreError};
use crate::Compat;
use crate::nli::Interference;
use crate::nli::analytic::Kernel;
use crate::raman::{PowerProfile, Scattering};
use crate::simulation::SimulationParameters;
use crate::spectrum::{ChannelPlan, Spectrum};
use crate::units::linear;

/// What crossing a fibre did to a spectrum as a whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FibreReport {
    /// Loss from end to end at the reference frequency, without scattering, dB.
    pub loss_db: f64,
    /// Power of all channels before the fibre, W.
    pub input_power_w: f64,
    /// Power of all channels behind the fibre, W.
    pub output_power_w: f64,
}

/// What depends on the glass of a fibre and on the plan, and not on length and connectors; none if unknown.
#[derive(Clone, Debug, Default)]
pub(super) struct Glass {
    kernel: Option<Arc<Kernel>>,
    efficiency: Option<Arc<[f64]>>,
}

/// A fibre made ready for one plan and one set of settings.
#[derive(Clone, Debug)]
pub struct Prepared {
    plan: Arc<ChannelPlan>,
    loss_db: f64,
    /// Factor of power of connector and padding at the start.
    input_factor: f64,
    /// Factor of power of the connector at the end.
    output_factor: f64,
    dispersion_s_per_m: Vec<f64>,
    pmd_s: f64,
    latency_s: f64,
    scattering: Scattering,
    /// Power at the end over power at the start, if it does not depend on power.
    end_loss: Option<Vec<f64>>,
    interference: Interference,
}

impl Prepared {
    pub(super) fn new(
        fibre: &Fibre,
        plan: &Arc<ChannelPlan>,
        settings: &SimulationParameters,
        compat: Compat,
        glass: &Glass,
    ) -> Result<Self, FibreError> {
        settings.check()?;
        let parameters = fibre.parameters();
        let (frequency_hz, efficiency) = (&plan.frequency_hz, glass.efficiency.clone());
        let scattering =
            Scattering::with_efficiency(fibre, frequency_hz, &settings.raman, efficiency)?;
        let kernel = glass.kernel.clone();
        let interference = Interference::with_kernel(fibre, plan, settings, &scattering, kernel)?;
        let width = scattering.position_m().len();
        let end = |row: &[f64]| row[width - 1];
        let along = scattering.linear_loss();
        Ok(Self {
            plan: Arc::clone(plan),
            loss_db: fibre.loss_db(),
            input_factor: linear(-(parameters.con_in_db + parameters.att_in_db)),
            output_factor: linear(-parameters.con_out_db),
            dispersion_s_per_m: fibre.chromatic_dispersion(&plan.frequency_hz, compat)?,
            pmd_s: fibre.pmd_s(),
            latency_s: fibre.latency_s(),
            end_loss: along.map(|loss| loss.chunks_exact(width).map(end).collect()),
            scattering,
            interference,
        })
    }

    /// What fibres of the same glass can share with this one.
    pub(super) fn glass(&self) -> Glass {
        Glass { kernel: self.interference.kernel(), efficiency: self.scattering.efficiency() }
    }

    /// The plan it was prepared for.
    pub fn plan(&self) -> &Arc<ChannelPlan> {
        &self.plan
    }

    /// Powers and losses along the fibre for a spectrum before it.
    ///
    /// # Errors
    /// [`FibreError::Plan`] for a spectrum of another plan.
    pub fn profile(&self, spectrum: &Spectrum) -> Result<PowerProfile, FibreError> {
        self.check(spectrum)?;
        let power_w: Vec<f64> = spectrum.power_w.iter().map(|p| p * self.input_factor).collect();
        Ok(self.scattering.profile(&power_w))
    }

    /// Turns the spectrum before the fibre into that behind it.
    ///
    /// # Errors
    /// [`FibreError::Plan`] for a spectrum of another plan.
    //= gnpy:6.2-order
    pub fn propagate(&self, spectrum: &mut Spectrum) -> Result<FibreReport, FibreError> {
        self.check(spectrum)?;
        let input_power_w = spectrum.total_power_w();
        for power in &mut spectrum.power_w {
            *power *= self.input_factor;
        }
        let scattered = match self.end_loss {
            Some(_) => None,
            None => Some(self.scattering.profile(&spectrum.power_w)),
        };
        let nli_w = self.interference.nli_w(&spectrum.power_w, scattered.as_ref());
        spectrum.add_nli(&nli_w);
        if let Some(profile) = &scattered {
            let baud_rate = &self.plan.baud_rate;
            if let Some(ase_w) = self.scattering.spontaneous_emission_w(profile, baud_rate) {
                spectrum.add_ase(&ase_w);
            }
        }
        for (all, one) in spectrum.dispersion_s_per_m.iter_mut().zip(&self.dispersion_s_per_m) {
            *all += one;
        }
        spectrum.add_polarisation(self.pmd_s, 0.0);
        for all in &mut spectrum.latency_s {
            *all += self.latency_s;
        }
        match (&self.end_loss, &scattered) {
            (Some(end_loss), _) => spectrum.scale(end_loss),
            (None, Some(profile)) => spectrum.scale(&profile.end_loss()),
            (None, None) => {}
        }
        for power in &mut spectrum.power_w {
            *power *= self.output_factor;
        }
        Ok(FibreReport {
            loss_db: self.loss_db,
            input_power_w,
            output_power_w: spectrum.total_power_w(),
        })
    }

    fn check(&self, spectrum: &Spectrum) -> Result<(), FibreError> {
        // The same plan is as a rule the same object; its contents count if it is not.
        if Arc::ptr_eq(&self.plan, &spectrum.plan) || self.plan == spectrum.plan {
            Ok(())
        } else {
            Err(FibreError::Plan { found: spectrum.len(), expected: self.plan.len() })
        }
    }
}
