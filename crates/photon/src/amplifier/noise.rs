//! The noise figure of an amplifier: models of its library entry, and the fit of two coils.
//!
//! Clauses: GNPy 6.5.
//! In: numbers of the library, a gain, what stands at the input ([`NoiseLoad`]). Out: noise figure in dB.
//! Ripple over frequency is added by whoever propagates; power of the noise is not made here.

use core::fmt;
use std::sync::Arc;

use super::model::AmplifierModel;
use crate::Compat;
use crate::spectrum::Spectrum;
use crate::units::{db, dbm, linear};

/// Gain split first tried between the two coils, dB.
const USUAL_DELTA_P_DB: f64 = 5.0;
/// Lowest noise figure a first coil may have, dB.
const LOWEST_NF1_DB: f64 = 4.0;
/// What the second coil's noise figure lies above the first one's, at least and at most, dB.
const NF2_ABOVE_NF1_DB: (f64, f64) = (0.3, 2.0);
/// Range of the gain split, its ends left out, dB.
const DELTA_P_RANGE_DB: (f64, f64) = (1.0, 11.0);
/// How well the fit must meet the noise figures it was made from, dB.
const FIT_TOLERANCE_DB: f64 = 0.01;

/// Two coils with a variable attenuator between them: what a variable-gain amplifier is modelled as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoCoil {
    /// Noise figure of the first coil, dB.
    pub nf1_db: f64,
    /// Noise figure of the second coil, dB.
    pub nf2_db: f64,
    /// Gain of the amplifier above that of its first coil, at the highest flat gain, dB.
    pub delta_p_db: f64,
}

/// Why two noise figures are not those of two coils.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FitError {
    /// A number is not finite, or the lowest gain is not below the highest flat gain.
    Input {
        /// Lowest gain, dB.
        gain_min_db: f64,
        /// Highest flat gain, dB.
        gain_flatmax_db: f64,
        /// Noise figure at the highest flat gain, dB.
        nf_min_db: f64,
        /// Noise figure at the lowest gain, dB.
        nf_max_db: f64,
    },
    /// The first coil would be better than any is.
    FirstCoil {
        /// Its noise figure, dB; not a number if no coil of positive noise fits.
        nf1_db: f64,
    },
    /// The gain split lies outside 1 to 11 dB.
    GainSplit {
        /// The split found, dB.
        delta_p_db: f64,
    },
    /// The coils do not give the noise figures back within 0.01 dB.
    Ends {
        /// Noise figure they give at the highest flat gain, dB.
        nf_min_db: f64,
        /// Noise figure they give at the lowest gain, dB.
        nf_max_db: f64,
    },
}

impl fmt::Display for FitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Input { gain_min_db, gain_flatmax_db, nf_min_db, nf_max_db } => write!(
                f,
                "gain_min {gain_min_db} dB, gain_flatmax {gain_flatmax_db} dB, nf_min {nf_min_db} dB, \
                 nf_max {nf_max_db} dB: expected finite numbers and gain_min below gain_flatmax"
            ),
            Self::FirstCoil { nf1_db } => write!(
                f,
                "nf_min and nf_max ask for a first coil of {nf1_db:.2} dB noise figure: expected at least \
                 {LOWEST_NF1_DB} dB; raise nf_min, or lower nf_max"
            ),
            Self::GainSplit { delta_p_db } => write!(
                f,
                "nf_min and nf_max ask for coils {delta_p_db:.2} dB apart in gain: expected between \
                 {} and {} dB",
                DELTA_P_RANGE_DB.0, DELTA_P_RANGE_DB.1
            ),
            Self::Ends { nf_min_db, nf_max_db } => write!(
                f,
                "no two coils have these noise figures: the nearest give {nf_min_db:.3} dB at \
                 gain_flatmax and {nf_max_db:.3} dB at gain_min"
            ),
        }
    }
}

impl core::error::Error for FitError {}

impl TwoCoil {
    /// The two coils whose noise figure is `nf_min_db` at the highest flat gain and `nf_max_db` at the lowest.
    ///
    /// # Errors
    /// [`FitError`] when no such pair is plausible.
    //= gnpy:6.5-two-coils
    pub fn fit(
        gain_min_db: f64,
        gain_flatmax_db: f64,
        nf_min_db: f64,
        nf_max_db: f64,
    ) -> Result<Self, FitError> {
        let all = [gain_min_db, gain_flatmax_db, nf_min_db, nf_max_db];
        if !all.iter().all(|x| x.is_finite()) || gain_min_db >= gain_flatmax_db {
            return Err(FitError::Input { gain_min_db, gain_flatmax_db, nf_min_db, nf_max_db });
        }
        let (nf_min, nf_max) = (linear(nf_min_db), linear(nf_max_db));
        let lowest = |delta_p_db| gain_min_db - (gain_flatmax_db - gain_min_db) - delta_p_db;
        let mut delta_p_db = USUAL_DELTA_P_DB;
        let mut g1_max = linear(gain_flatmax_db - delta_p_db);
        let mut g1_min = linear(lowest(delta_p_db));
        let mut nf2_db = db((nf_min - nf_max) / (1.0 / g1_max - 1.0 / g1_min));
        let nf1 = nf_min - linear(nf2_db) / g1_max;
        let nf1_db = db(nf1);
        if nf1_db.is_nan() || nf1_db < LOWEST_NF1_DB {
            return Err(FitError::FirstCoil { nf1_db });
        }
        let (above, below) = (nf1_db + NF2_ABOVE_NF1_DB.0, nf1_db + NF2_ABOVE_NF1_DB.1);
        if !(above < nf2_db && nf2_db < below) {
            // The second coil is put on the nearer bound, and the split is made to meet nf_min again.
            nf2_db = if nf2_db >= below { below } else { above };
            g1_max = linear(nf2_db) / (nf_min - nf1);
            delta_p_db = gain_flatmax_db - db(g1_max);
            g1_min = linear(lowest(delta_p_db));
            if !(DELTA_P_RANGE_DB.0 < delta_p_db && delta_p_db < DELTA_P_RANGE_DB.1) {
                return Err(FitError::GainSplit { delta_p_db });
            }
        }
        let met = |g1: f64| db(nf1 + linear(nf2_db) / g1);
        let ends = (met(g1_max), met(g1_min));
        let near = |found: f64, given: f64| (found - given).abs() <= FIT_TOLERANCE_DB;
        if !(near(ends.0, nf_min_db) && near(ends.1, nf_max_db)) {
            return Err(FitError::Ends { nf_min_db: ends.0, nf_max_db: ends.1 });
        }
        Ok(Self { nf1_db, nf2_db, delta_p_db })
    }
}

/// How an amplifier's noise figure is had.
#[derive(Clone, Debug, PartialEq)]
pub enum NoiseModel {
    /// `variable_gain`: two coils.
    VariableGain(TwoCoil),
    /// `fixed_gain`: one number, dB.
    FixedGain {
        /// Noise figure, dB.
        nf0_db: f64,
    },
    /// `advanced_model`: a polynomial in the gain's distance from the highest flat gain, dB.
    Advanced {
        /// Coefficients, highest power first.
        nf_coefficients: Vec<f64>,
    },
    /// `openroadm`: OSNR out of a noiseless input as a polynomial in the power per 50 GHz at the input.
    OpenRoadm {
        /// Coefficients, highest power first.
        nf_coefficients: Vec<f64>,
    },
    /// `openroadm_preamp`: the straight line of the OpenROADM specification, at most 33 dB.
    OpenRoadmPreamp,
    /// `openroadm_booster`: no noise.
    OpenRoadmBooster,
    /// `dual_stage`: two amplifiers, the first at its highest flat gain.
    DualStage {
        /// First stage.
        preamp: Arc<AmplifierModel>,
        /// Second stage.
        booster: Arc<AmplifierModel>,
    },
}

/// What stands at an amplifier's input, as far as its noise figure asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseLoad {
    /// Power of all channels, dBm.
    pub p_in_dbm: f64,
    /// Number of channels.
    pub channels: usize,
    /// Bandwidth each of them stands for, Hz.
    pub slot_width_hz: f64,
}

impl NoiseLoad {
    /// What auto-design compares candidates with: 0 dBm, 88 channels, 50 GHz.
    pub const DESIGN: Self = Self { p_in_dbm: 0.0, channels: 88, slot_width_hz: 50e9 };

    /// The load that `spectrum` is.
    ///
    /// 2.14 takes the spacing of the first two channels for the slot (and stops on a single channel; here
    /// the slot width serves). 3.0 takes the slot width and refuses mixed ones; here their mean serves, which
    /// makes the power per 50 GHz that of the whole spectrum.
    //= gnpy:6.5-noise-figure
    pub fn of(spectrum: &Spectrum, compat: Compat) -> Self {
        Self::with_power(spectrum, dbm(spectrum.total_power_w()), compat)
    }

    /// As [`NoiseLoad::of`], with the power already at hand.
    pub(super) fn with_power(spectrum: &Spectrum, p_in_dbm: f64, compat: Compat) -> Self {
        let plan = &spectrum.plan;
        let slot_width_hz = match (compat, plan.frequency_hz.as_slice()) {
            (Compat::Gnpy214, [first, second, ..]) => second - first,
            _ => common_or_mean(&plan.slot_width_hz),
        };
        Self { p_in_dbm, channels: spectrum.len(), slot_width_hz }
    }

    /// Power of one channel per 50 GHz, dBm.
    fn per_50_ghz_dbm(&self) -> f64 {
        self.p_in_dbm - db(self.channels as f64) + db(50e9 / self.slot_width_hz)
    }
}

fn common_or_mean(widths_hz: &[f64]) -> f64 {
    match widths_hz {
        [] => 50e9,
        [first, rest @ ..] if rest.iter().all(|width| width == first) => *first,
        all => all.iter().sum::<f64>() / all.len() as f64,
    }
}

/// A noise figure, and the loss that stands before the coil at gains below the lowest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseFigure {
    /// Noise figure, the loss before the coil counted in, dB; minus infinity for no noise.
    pub nf_db: f64,
    /// The loss before the coil, dB; zero for two stages, which keep theirs inside.
    pub att_in_db: f64,
}

/// OSNR in 0.1 nm that noise of 0 dB noise figure leaves of 0 dBm, as OpenROADM rounds it, dB.
const OPENROADM_OSNR_DB: f64 = 58.0;

impl NoiseModel {
    /// The noise figure at `gain_db` of an amplifier between `gain_min_db` and `gain_flatmax_db`.
    //= gnpy:6.5-noise-figure
    pub fn noise_figure(
        &self,
        gain_min_db: f64,
        gain_flatmax_db: f64,
        gain_db: f64,
        load: &NoiseLoad,
    ) -> NoiseFigure {
        if let Self::DualStage { preamp, booster } = self {
            return dual_stage(preamp, booster, gain_db, load);
        }
        let att_in_db = (gain_min_db - gain_db).max(0.0);
        let gain_db = gain_db + att_in_db;
        let below_flat_db = (gain_flatmax_db - gain_db).max(0.0);
        let nf_db = match self {
            Self::VariableGain(coils) => {
                let g1_db = gain_db - coils.delta_p_db - below_flat_db;
                db(linear(coils.nf1_db) + linear(coils.nf2_db) / linear(g1_db))
            }
            Self::FixedGain { nf0_db } => *nf0_db,
            Self::Advanced { nf_coefficients } => polynomial(nf_coefficients, -below_flat_db),
            Self::OpenRoadm { nf_coefficients } => {
                let power_dbm = load.per_50_ghz_dbm();
                power_dbm - polynomial(nf_coefficients, power_dbm) + OPENROADM_OSNR_DB
            }
            Self::OpenRoadmPreamp => {
                let power_dbm = load.per_50_ghz_dbm();
                power_dbm - ((4.0 * power_dbm + 275.0) / 7.0).min(33.0) + OPENROADM_OSNR_DB
            }
            Self::OpenRoadmBooster | Self::DualStage { .. } => f64::NEG_INFINITY,
        };
        NoiseFigure { nf_db: nf_db + att_in_db, att_in_db }
    }
}

//= gnpy:6.5-dual-stage
fn dual_stage(
    preamp: &AmplifierModel,
    booster: &AmplifierModel,
    gain_db: f64,
    load: &NoiseLoad,
) -> NoiseFigure {
    let first_db = preamp.parameters.gain_flatmax_db;
    let nf1 = linear(preamp.noise_figure(first_db, load).nf_db);
    let nf2 = linear(booster.noise_figure(gain_db - first_db, load).nf_db);
    NoiseFigure { nf_db: db(nf1 + nf2 / linear(first_db)), att_in_db: 0.0 }
}

/// The polynomial at `x` by Horner's rule, highest power first.
fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}
