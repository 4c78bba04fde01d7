//! One amplifier in a line.
//!
//! Clauses: GNPy 6.5.
//! In: a spectrum. Out: the spectrum behind the amplifier, and [`AmplifierReport`]. The amplifier itself is not
//! changed: a gain that saturation lowers stands in the report, and whoever wants it kept keeps it.

use core::fmt;
use std::sync::Arc;

use super::gain::{GainProfile, GainTarget, constant, gain_profile, over_band};
use super::model::AmplifierModel;
use super::noise::NoiseLoad;
use crate::Compat;
use crate::spectrum::Spectrum;
use crate::units::{PLANCK, dbm, linear};

/// An amplifier with its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Amplifier {
    /// Its type.
    pub model: Arc<AmplifierModel>,
    /// Gain set, before the output attenuator, dB.
    pub gain_target_db: f64,
    /// Tilt set over the band of the type, dB, positive towards longer waves.
    pub tilt_target_db: f64,
    /// Loss set at the input, dB.
    pub in_voa_db: f64,
    /// Loss set at the output, dB.
    pub out_voa_db: f64,
}

/// Why an amplifier passes nothing on.
#[derive(Clone, Debug, PartialEq)]
pub enum AmplifierError {
    /// A setting is not finite.
    Setting {
        /// Name of the type.
        type_variety: String,
        /// Which setting.
        what: &'static str,
        /// The value found.
        found: f64,
    },
    /// No channel lies in the band.
    OutOfBand {
        /// Name of the type.
        type_variety: String,
        /// Band of the amplifier, Hz.
        band_hz: (f64, f64),
        /// Lowest and highest centre at the input, Hz; zeros without channels.
        found_hz: (f64, f64),
    },
    /// The input power is zero, negative or no number.
    Power {
        /// Name of the type.
        type_variety: String,
        /// Power of all channels, W.
        found_w: f64,
    },
    /// A tilt is set, but the gain tilt curve of the type is level over the channels.
    Tilt {
        /// Name of the type.
        type_variety: String,
        /// The tilt set, dB.
        tilt_target_db: f64,
    },
}

impl fmt::Display for AmplifierError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Setting { type_variety, what, found } => {
                write!(
                    f,
                    "amplifier of type {type_variety}: {what} is {found}, expected a finite number"
                )
            }
            Self::OutOfBand { type_variety, band_hz, found_hz } => write!(
                f,
                "amplifier of type {type_variety}: no channel in its band {:.4} to {:.4} THz; the input \
                 has centres from {:.4} to {:.4} THz",
                band_hz.0 * 1e-12,
                band_hz.1 * 1e-12,
                found_hz.0 * 1e-12,
                found_hz.1 * 1e-12
            ),
            Self::Power { type_variety, found_w } => write!(
                f,
                "amplifier of type {type_variety}: input power is {found_w} W, expected more than zero"
            ),
            Self::Tilt { type_variety, tilt_target_db } => write!(
                f,
                "amplifier of type {type_variety}: a tilt of {tilt_target_db} dB is set, but its dgt is \
                 level over the channels; expected a curve"
            ),
        }
    }
}

impl core::error::Error for AmplifierError {}

/// What an amplifier did.
#[derive(Clone, Debug, PartialEq)]
pub struct AmplifierReport {
    /// Gain had: the one set, or what saturation leaves of it, dB.
    pub effective_gain_db: f64,
    /// Power of all channels behind the input attenuator, dBm.
    pub p_in_dbm: f64,
    /// Power of all channels behind the coil, before the output attenuator, noise included, dBm.
    pub p_out_dbm: f64,
    /// Loss that stands before the coil at gains below the lowest, dB.
    pub att_in_db: f64,
    /// Noise figure of each channel, dB; minus infinity for no noise.
    pub nf_db: Vec<f64>,
    /// Gain of each channel, before the output attenuator, dB.
    pub gain_profile_db: Vec<f64>,
    /// Indices of the channels kept, if the band of the type cut any.
    pub kept: Option<Vec<usize>>,
}

impl Amplifier {
    /// An amplifier without tilt or attenuators.
    pub fn new(model: Arc<AmplifierModel>, gain_target_db: f64) -> Self {
        Self { model, gain_target_db, tilt_target_db: 0.0, in_voa_db: 0.0, out_voa_db: 0.0 }
    }

    /// Amplifies `spectrum`, adds noise to it, and drops the channels outside the band.
    ///
    /// # Errors
    /// [`AmplifierError`]; `spectrum` is then as it was.
    //= gnpy:6.5-saturation
    pub fn propagate(
        &self,
        spectrum: &mut Spectrum,
        compat: Compat,
    ) -> Result<AmplifierReport, AmplifierError> {
        self.check()?;
        let kept = self.kept(spectrum)?;
        // Only a cut makes a copy of the channels.
        let mut cut = kept.as_ref().map(|kept| spectrum.select(kept));
        let report = self.amplify(cut.as_mut().unwrap_or(spectrum), kept, compat)?;
        if let Some(cut) = cut {
            *spectrum = cut;
        }
        Ok(report)
    }

    fn amplify(
        &self,
        spectrum: &mut Spectrum,
        kept: Option<Vec<usize>>,
        compat: Compat,
    ) -> Result<AmplifierReport, AmplifierError> {
        let parameters = &self.model.parameters;
        let total_w = spectrum.total_power_w() * linear(-self.in_voa_db);
        if !(total_w > 0.0 && total_w.is_finite()) {
            let type_variety = parameters.type_variety.clone();
            return Err(AmplifierError::Power { type_variety, found_w: total_w });
        }
        let p_in_dbm = dbm(total_w);
        let effective_gain_db = self.gain_target_db.min(parameters.p_max_dbm - p_in_dbm);
        let target =
            GainTarget { p_in_dbm, gain_db: effective_gain_db, tilt_db: self.tilt_target_db };
        let coil_w: Vec<f64>;
        let powers_w = if self.in_voa_db == 0.0 {
            &spectrum.power_w
        } else {
            let factor = linear(-self.in_voa_db);
            coil_w = spectrum.power_w.iter().map(|power| power * factor).collect();
            &coil_w
        };
        let profile = gain_profile(&self.model, &spectrum.plan.frequency_hz, powers_w, &target)
            .ok_or_else(|| AmplifierError::Tilt {
                type_variety: parameters.type_variety.clone(),
                tilt_target_db: self.tilt_target_db,
            })?;
        let load = NoiseLoad::with_power(spectrum, p_in_dbm, compat);
        let figure = self.model.noise_figure(effective_gain_db, &load);
        let nf_db = self.noise_figures(figure.nf_db, &spectrum.plan.frequency_hz);
        if self.in_voa_db != 0.0 {
            spectrum.attenuate(self.in_voa_db);
        }
        let out_w = self.pass(spectrum, &nf_db, &profile);
        if parameters.pmd_s != 0.0 || parameters.pdl_db != 0.0 {
            spectrum.add_polarisation(parameters.pmd_s, parameters.pdl_db);
        }
        Ok(AmplifierReport {
            effective_gain_db,
            p_in_dbm,
            p_out_dbm: dbm(out_w),
            att_in_db: figure.att_in_db,
            nf_db,
            gain_profile_db: profile.to_vec(spectrum.len()),
            kept,
        })
    }

    /// Noise at the input, gain and output attenuator; the power before that attenuator, W.
    //= gnpy:6.5-ase
    fn pass(&self, spectrum: &mut Spectrum, nf_db: &[f64], profile: &GainProfile) -> f64 {
        let nf = if constant(nf_db) {
            PerChannel::Same(linear(nf_db.first().copied().unwrap_or(0.0)))
        } else {
            PerChannel::Each(nf_db.iter().map(|&nf| linear(nf)).collect())
        };
        let behind_db = |gain_db: f64| linear(gain_db - self.out_voa_db);
        let gain = match profile {
            GainProfile::Flat(gain_db) => PerChannel::Same(behind_db(*gain_db)),
            GainProfile::Shaped(gains_db) => {
                PerChannel::Each(gains_db.iter().map(|&gain_db| behind_db(gain_db)).collect())
            }
        };
        let out_w = match (nf, gain) {
            // One factor for all lets the loop run in vectors.
            (PerChannel::Same(nf), PerChannel::Same(gain)) => {
                amplify_channels(spectrum, |_| nf, |_| gain)
            }
            (nf, gain) => amplify_channels(spectrum, |i| nf.at(i), |i| gain.at(i)),
        };
        out_w * linear(self.out_voa_db)
    }

    fn noise_figures(&self, nf_db: f64, frequency_hz: &[f64]) -> Vec<f64> {
        let parameters = &self.model.parameters;
        let ripple_db = &parameters.nf_ripple_db;
        if constant(ripple_db) {
            return vec![nf_db + ripple_db.first().copied().unwrap_or(0.0); frequency_hz.len()];
        }
        let mut figures = over_band(ripple_db, self.model.band_hz(), frequency_hz);
        for figure in &mut figures {
            *figure += nf_db;
        }
        figures
    }

    fn check(&self) -> Result<(), AmplifierError> {
        let settings = [
            ("gain_target", self.gain_target_db),
            ("tilt_target", self.tilt_target_db),
            ("in_voa", self.in_voa_db),
            ("out_voa", self.out_voa_db),
        ];
        for (what, found) in settings {
            if !found.is_finite() {
                let type_variety = self.model.parameters.type_variety.clone();
                return Err(AmplifierError::Setting { type_variety, what, found });
            }
        }
        Ok(())
    }

    /// Indices of the channels whose slot lies in the band, or nothing if all do.
    fn kept(&self, spectrum: &Spectrum) -> Result<Option<Vec<usize>>, AmplifierError> {
        let plan = &spectrum.plan;
        let band_hz = self.model.band_hz();
        let fits = |i: usize| {
            let half = plan.slot_width_hz[i] / 2.0;
            plan.frequency_hz[i] - half >= band_hz.0 && plan.frequency_hz[i] + half <= band_hz.1
        };
        if !spectrum.is_empty() && (0..spectrum.len()).all(fits) {
            return Ok(None);
        }
        let kept = plan.inside(&[band_hz]);
        if kept.is_empty() {
            let ends = (plan.frequency_hz.first(), plan.frequency_hz.last());
            return Err(AmplifierError::OutOfBand {
                type_variety: self.model.parameters.type_variety.clone(),
                band_hz,
                found_hz: (*ends.0.unwrap_or(&0.0), *ends.1.unwrap_or(&0.0)),
            });
        }
        Ok(Some(kept))
    }
}

/// A factor that is the same for all channels, or one for each.
enum PerChannel {
    Same(f64),
    Each(Vec<f64>),
}

impl PerChannel {
    fn at(&self, index: usize) -> f64 {
        match self {
            Self::Same(factor) => *factor,
            Self::Each(factors) => factors[index],
        }
    }
}

/// Adds the noise of each channel's noise figure, multiplies by its gain; the power of all channels then, W.
fn amplify_channels(
    spectrum: &mut Spectrum,
    nf: impl Fn(usize) -> f64,
    gain: impl Fn(usize) -> f64,
) -> f64 {
    let noise = spectrum.plan.baud_rate.iter().zip(&spectrum.plan.frequency_hz);
    let powers = spectrum.power_w.iter_mut().zip(&mut spectrum.signal);
    let shares = spectrum.ase.iter_mut().zip(&mut spectrum.nli);
    let mut out_w = 0.0;
    for (i, ((noise, power), shares)) in noise.zip(powers).zip(shares).enumerate() {
        let ((baud_rate, frequency_hz), (power_w, signal), (ase, nli)) = (noise, power, shares);
        let ase_w = PLANCK * baud_rate * frequency_hz * nf(i);
        let before = *power_w;
        let after = before + ase_w;
        let share = before / after;
        *signal *= share;
        *nli *= share;
        *ase = (*ase * before + ase_w) / after;
        *power_w = after * gain(i);
        out_w += *power_w;
    }
    out_w
}
