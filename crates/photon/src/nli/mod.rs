//! Nonlinear interference: what channels do to each other through the Kerr effect, as noise.
//!
//! Clauses: 6.3 of the fact sheet on GNPy; Poggiolini and others, "The GN model of fiber non-linear
//! propagation", 2014 (closed form); D'Amico and others, "Scalable and disaggregated GGN", 2021. In: a
//! fibre's coefficients, its power profile, powers. Out: noise power of each channel, W.
//!
//! In all models the noise of channel i is the sum over j of P_i P_j² times an efficiency of the pair.

pub mod analytic;
mod field;
pub mod generalised;
mod integral;

use std::sync::Arc;

use crate::fibre::{Fibre, FibreError};
use crate::raman::{PowerProfile, Scattering};
use crate::simulation::{NliMethod, SimulationParameters};
use crate::spectrum::ChannelPlan;
use analytic::{Efficiency, Kernel};
use generalised::{CutEfficiency, Generalised};

/// What the models need to know of a fibre and a plan; one entry a channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficients {
    /// Length of the fibre, m.
    pub length_m: f64,
    /// Centre frequencies, Hz, rising.
    pub frequency_hz: Vec<f64>,
    /// Symbol rates, Bd.
    pub baud_rate: Vec<f64>,
    /// Roll-offs.
    pub roll_off: Vec<f64>,
    /// Widest slot, Hz.
    pub widest_slot_hz: f64,
    /// Attenuation of power, 1/m.
    pub alpha: Vec<f64>,
    /// beta2, s²/m.
    pub beta2: Vec<f64>,
    /// Nonlinear coefficient, 1/(W m).
    pub gamma: Vec<f64>,
}

impl Coefficients {
    /// The coefficients of `fibre` at the channels of `plan`.
    ///
    /// # Errors
    /// [`FibreError`] for a channel outside a table of the fibre, and for too many channels.
    pub fn new(fibre: &Fibre, plan: &ChannelPlan) -> Result<Self, FibreError> {
        fibre.check_frequencies(&plan.frequency_hz)?;
        Ok(Self {
            length_m: fibre.parameters().length_m,
            alpha: fibre.alpha(&plan.frequency_hz)?,
            beta2: fibre.beta2(&plan.frequency_hz)?,
            gamma: fibre.gamma(&plan.frequency_hz),
            frequency_hz: plan.frequency_hz.clone(),
            baud_rate: plan.baud_rate.clone(),
            roll_off: plan.roll_off.clone(),
            widest_slot_hz: plan.slot_width_hz.iter().fold(0.0, |most: f64, x| most.max(*x)),
        })
    }
}

/// Weight of the pair: a channel counts half of what it does to others on itself.
//= gnpy:6.3-weights
fn weight(own: usize, other: usize) -> f64 {
    if own == other { 16.0 / 27.0 } else { 32.0 / 27.0 }
}

/// One of the models, ready for one fibre, plan and set of settings.
#[derive(Clone, Debug)]
pub struct Interference(Model);

#[derive(Clone, Debug)]
enum Model {
    Analytic(Efficiency),
    /// The efficiencies are kept if the profile does not depend on power.
    Generalised(Box<Generalised>, Option<CutEfficiency>),
}

impl Interference {
    /// Prepares the model that `settings` name, for the power profile of `scattering`.
    ///
    /// # Errors
    /// [`FibreError`] for a channel outside a table of the fibre, and for settings out of range.
    pub fn new(
        fibre: &Fibre,
        plan: &ChannelPlan,
        settings: &SimulationParameters,
        scattering: &Scattering,
    ) -> Result<Self, FibreError> {
        Self::with_kernel(fibre, plan, settings, scattering, None)
    }

    /// As [`Interference::new`], with the kernel of the closed form if it is known.
    pub(crate) fn with_kernel(
        fibre: &Fibre,
        plan: &ChannelPlan,
        settings: &SimulationParameters,
        scattering: &Scattering,
        kernel: Option<Arc<Kernel>>,
    ) -> Result<Self, FibreError> {
        let coefficients = Coefficients::new(fibre, plan)?;
        if is_analytic(settings) {
            let kernel = kernel.unwrap_or_else(|| Arc::new(Kernel::new(&coefficients)));
            return Ok(Self(Model::Analytic(Efficiency::new(&coefficients, kernel))));
        }
        let model = Generalised::new(coefficients, settings)?;
        let linear = scattering.linear_loss();
        let fixed = linear.map(|loss| model.efficiency(scattering.position_m(), loss));
        Ok(Self(Model::Generalised(Box::new(model), fixed)))
    }

    /// The kernel of the closed form, if it is used.
    pub(crate) fn kernel(&self) -> Option<Arc<Kernel>> {
        match &self.0 {
            Model::Analytic(efficiency) => Some(Arc::clone(efficiency.kernel())),
            Model::Generalised(..) => None,
        }
    }

    /// Noise power of each channel, W, for the powers `power_w` at the start of the fibre.
    ///
    /// `profile` is what the scattering gave for these powers; it counts only if it depends on power.
    pub fn nli_w(&self, power_w: &[f64], profile: Option<&PowerProfile>) -> Vec<f64> {
        match (&self.0, profile) {
            (Model::Analytic(efficiency), _) => efficiency.nli_w(power_w),
            (Model::Generalised(model, Some(efficiency)), _) => model.nli_w(efficiency, power_w),
            (Model::Generalised(model, None), Some(profile)) => {
                let efficiency = model.efficiency(&profile.position_m, &profile.loss);
                model.nli_w(&efficiency, power_w)
            }
            (Model::Generalised(..), None) => vec![0.0; power_w.len()],
        }
    }
}

/// Whether the closed form is used, which does not see the power profile.
pub(crate) fn is_analytic(settings: &SimulationParameters) -> bool {
    settings.nli.method == NliMethod::GnModelAnalytic
}
