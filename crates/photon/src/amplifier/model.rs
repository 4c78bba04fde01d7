//! The type of an amplifier: what a library entry says of it, checked once and shared.
//!
//! Clauses: GNPy 6.5.
//! In: [`AmplifierParameters`], as a library gives them. Out: [`AmplifierModel`], immutable, or why there is
//! none. Gain and attenuators of one amplifier in a line are not here: see [`super::Amplifier`].

use core::fmt;
use std::sync::Arc;

use super::default_dgt::DEFAULT_DGT;
use super::noise::{FitError, NoiseFigure, NoiseLoad, NoiseModel, TwoCoil};

/// Band of an amplifier whose entry names none, Hz.
pub const DEFAULT_BAND_HZ: (f64, f64) = (191.275e12, 196.125e12);
/// Most points a ripple or tilt vector may have.
const MOST_POINTS: usize = 1_000_000;

/// Which model of GNPy an entry is, with the numbers that only this model has.
#[derive(Clone, Debug, PartialEq)]
pub enum Definition {
    /// Noise figures at the highest flat and the lowest gain; two coils are fitted to them.
    VariableGain {
        /// Noise figure at the highest flat gain, dB.
        nf_min_db: f64,
        /// Noise figure at the lowest gain, dB.
        nf_max_db: f64,
    },
    /// One noise figure.
    FixedGain {
        /// Noise figure, dB.
        nf0_db: f64,
    },
    /// Polynomial in the gain's distance from the highest flat gain.
    Advanced {
        /// Coefficients, highest power first.
        nf_coefficients: Vec<f64>,
    },
    /// Polynomial in the input power per 50 GHz.
    OpenRoadm {
        /// Coefficients, highest power first.
        nf_coefficients: Vec<f64>,
    },
    /// The preamplifier of the OpenROADM specification.
    OpenRoadmPreamp,
    /// The noiseless booster of the OpenROADM specification.
    OpenRoadmBooster,
    /// Two amplifiers one after the other; gain and power of the entry come from them.
    DualStage {
        /// First stage.
        preamp: Arc<AmplifierModel>,
        /// Second stage.
        booster: Arc<AmplifierModel>,
    },
}

/// An amplifier type as a library gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct AmplifierParameters {
    /// Name of the type.
    pub type_variety: String,
    /// Which model, with its numbers.
    pub definition: Definition,
    /// Highest gain at which the profile is flat, dB; of a dual stage: the sum of both, whatever stands here.
    pub gain_flatmax_db: f64,
    /// Lowest gain without a loss before the coil, dB.
    pub gain_min_db: f64,
    /// Highest output power, dBm; of a dual stage: that of its booster, whatever stands here.
    pub p_max_dbm: f64,
    /// Lower edge of the band, Hz.
    pub f_min_hz: f64,
    /// Upper edge of the band, Hz.
    pub f_max_hz: f64,
    /// Gain ripple over the band, equally spaced from edge to edge, dB.
    pub gain_ripple_db: Vec<f64>,
    /// Noise figure ripple over the band, equally spaced from edge to edge, dB.
    pub nf_ripple_db: Vec<f64>,
    /// Dynamic gain tilt over the band, equally spaced from edge to edge; its unit does not matter.
    pub dgt: Vec<f64>,
    /// Polarisation mode dispersion, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss, dB.
    pub pdl_db: f64,
    /// Whether design sets the output attenuator.
    pub out_voa_auto: bool,
    /// Whether the first stage is Raman gain in the fibre before it.
    pub raman: bool,
    /// Whether design may choose this type.
    pub allowed_for_design: bool,
}

impl AmplifierParameters {
    /// A flat type in the usual band: default gain tilt curve, no ripple, no polarisation effects.
    pub fn flat(
        type_variety: &str,
        definition: Definition,
        gain_min_db: f64,
        gain_flatmax_db: f64,
        p_max_dbm: f64,
    ) -> Self {
        Self {
            type_variety: type_variety.to_owned(),
            definition,
            gain_flatmax_db,
            gain_min_db,
            p_max_dbm,
            f_min_hz: DEFAULT_BAND_HZ.0,
            f_max_hz: DEFAULT_BAND_HZ.1,
            gain_ripple_db: vec![0.0],
            nf_ripple_db: vec![0.0],
            dgt: DEFAULT_DGT.to_vec(),
            pmd_s: 0.0,
            pdl_db: 0.0,
            out_voa_auto: false,
            raman: false,
            allowed_for_design: true,
        }
    }
}

/// Why an entry is no amplifier. Each names the type it was found in.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelError {
    /// A value is not finite or out of its range.
    Value {
        /// Name of the type.
        type_variety: String,
        /// Which value.
        what: &'static str,
        /// The value found.
        found: f64,
        /// What is expected of it.
        expected: &'static str,
    },
    /// A vector has no point, too many, or one that is not finite.
    Vector {
        /// Name of the type.
        type_variety: String,
        /// Which vector.
        what: &'static str,
        /// Number of its points.
        points: usize,
    },
    /// No two coils have the noise figures given.
    Fit {
        /// Name of the type.
        type_variety: String,
        /// Why not.
        reason: FitError,
    },
    /// A stage of a dual stage is itself of two stages.
    Stage {
        /// Name of the type.
        type_variety: String,
        /// Name of the stage.
        stage: String,
    },
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value { type_variety, what, found, expected } => {
                write!(f, "amplifier type {type_variety}: {what} is {found}, expected {expected}")
            }
            Self::Vector { type_variety, what, points } => write!(
                f,
                "amplifier type {type_variety}: {what} has {points} points, expected 1 to {MOST_POINTS} \
                 finite numbers"
            ),
            Self::Fit { type_variety, reason } => {
                write!(f, "amplifier type {type_variety}: {reason}")
            }
            Self::Stage { type_variety, stage } => write!(
                f,
                "amplifier type {type_variety}: its stage {stage} is a dual stage, expected a single one"
            ),
        }
    }
}

impl core::error::Error for ModelError {}

/// An amplifier type, checked; shared by all amplifiers of this type.
#[derive(Clone, Debug, PartialEq)]
pub struct AmplifierModel {
    /// What the library says; of a dual stage with gain and power of its stages filled in.
    pub parameters: AmplifierParameters,
    /// How the noise figure is had; of a variable gain with the two coils that were fitted.
    pub noise: NoiseModel,
}

impl AmplifierModel {
    /// Checks `parameters` and fits what is to be fitted.
    ///
    /// # Errors
    /// [`ModelError`] for values out of range and noise figures that no two coils have.
    pub fn new(mut parameters: AmplifierParameters) -> Result<Self, ModelError> {
        let noise = noise_model(&parameters)?;
        if let NoiseModel::DualStage { preamp, booster } = &noise {
            //= gnpy:6.5-dual-stage
            let (first, second) = (&preamp.parameters, &booster.parameters);
            parameters.gain_flatmax_db = first.gain_flatmax_db + second.gain_flatmax_db;
            parameters.p_max_dbm = second.p_max_dbm;
        }
        check(&parameters)?;
        Ok(Self { parameters, noise })
    }

    /// Noise figure at `gain_db`; auto-design asks with [`NoiseLoad::DESIGN`].
    pub fn noise_figure(&self, gain_db: f64, load: &NoiseLoad) -> NoiseFigure {
        let AmplifierParameters { gain_min_db, gain_flatmax_db, .. } = self.parameters;
        self.noise.noise_figure(gain_min_db, gain_flatmax_db, gain_db, load)
    }

    /// The two coils of a variable-gain amplifier: `nf1_db`, `nf2_db`, `delta_p_db`.
    pub fn coils(&self) -> Option<&TwoCoil> {
        match &self.noise {
            NoiseModel::VariableGain(coils) => Some(coils),
            _ => None,
        }
    }

    /// Band of the amplifier, Hz.
    pub fn band_hz(&self) -> (f64, f64) {
        (self.parameters.f_min_hz, self.parameters.f_max_hz)
    }
}

fn noise_model(parameters: &AmplifierParameters) -> Result<NoiseModel, ModelError> {
    let type_variety = || parameters.type_variety.clone();
    Ok(match &parameters.definition {
        Definition::VariableGain { nf_min_db, nf_max_db } => {
            let AmplifierParameters { gain_min_db, gain_flatmax_db, .. } = *parameters;
            let coils = TwoCoil::fit(gain_min_db, gain_flatmax_db, *nf_min_db, *nf_max_db);
            let fitted =
                coils.map_err(|reason| ModelError::Fit { type_variety: type_variety(), reason })?;
            NoiseModel::VariableGain(fitted)
        }
        Definition::FixedGain { nf0_db } => {
            finite(parameters, "nf0", *nf0_db)?;
            NoiseModel::FixedGain { nf0_db: *nf0_db }
        }
        Definition::Advanced { nf_coefficients } => {
            vector(parameters, "nf_fit_coeff", nf_coefficients)?;
            NoiseModel::Advanced { nf_coefficients: nf_coefficients.clone() }
        }
        Definition::OpenRoadm { nf_coefficients } => {
            vector(parameters, "nf_coef", nf_coefficients)?;
            NoiseModel::OpenRoadm { nf_coefficients: nf_coefficients.clone() }
        }
        Definition::OpenRoadmPreamp => NoiseModel::OpenRoadmPreamp,
        Definition::OpenRoadmBooster => NoiseModel::OpenRoadmBooster,
        Definition::DualStage { preamp, booster } => {
            for stage in [preamp, booster] {
                if matches!(stage.noise, NoiseModel::DualStage { .. }) {
                    let stage = stage.parameters.type_variety.clone();
                    return Err(ModelError::Stage { type_variety: type_variety(), stage });
                }
            }
            NoiseModel::DualStage { preamp: Arc::clone(preamp), booster: Arc::clone(booster) }
        }
    })
}

fn check(parameters: &AmplifierParameters) -> Result<(), ModelError> {
    finite(parameters, "gain_flatmax", parameters.gain_flatmax_db)?;
    finite(parameters, "gain_min", parameters.gain_min_db)?;
    finite(parameters, "p_max", parameters.p_max_dbm)?;
    vector(parameters, "gain_ripple", &parameters.gain_ripple_db)?;
    vector(parameters, "nf_ripple", &parameters.nf_ripple_db)?;
    vector(parameters, "dgt", &parameters.dgt)?;
    let positive = "a finite number above zero";
    let not_negative = "a finite number, zero or more";
    let AmplifierParameters { f_min_hz, f_max_hz, pmd_s, pdl_db, .. } = *parameters;
    let ranges = [
        ("f_min", f_min_hz, f_min_hz > 0.0, positive),
        ("f_max", f_max_hz, f_max_hz > f_min_hz, "a finite number above f_min"),
        ("pmd", pmd_s, pmd_s >= 0.0, not_negative),
        ("pdl", pdl_db, pdl_db >= 0.0, not_negative),
    ];
    for (what, found, holds, expected) in ranges {
        if !(holds && found.is_finite()) {
            let type_variety = parameters.type_variety.clone();
            return Err(ModelError::Value { type_variety, what, found, expected });
        }
    }
    Ok(())
}

fn finite(
    parameters: &AmplifierParameters,
    what: &'static str,
    found: f64,
) -> Result<(), ModelError> {
    if found.is_finite() {
        return Ok(());
    }
    let type_variety = parameters.type_variety.clone();
    Err(ModelError::Value { type_variety, what, found, expected: "a finite number" })
}

fn vector(
    parameters: &AmplifierParameters,
    what: &'static str,
    points: &[f64],
) -> Result<(), ModelError> {
    let count = points.len();
    if (1..=MOST_POINTS).contains(&count) && points.iter().all(|x| x.is_finite()) {
        return Ok(());
    }
    let type_variety = parameters.type_variety.clone();
    Err(ModelError::Vector { type_variety, what, points: count })
}
