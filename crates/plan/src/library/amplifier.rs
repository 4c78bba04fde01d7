//! Amplifier types of the library.
//!
//! Clauses: section Edfa of GNPy's equipment file, and its amplifier configuration files.
//! An entry stands on its own once it is loaded: profiles of the configuration file and, for an amplifier
//! of two stages, gains and powers of its stages are filled in. The two stages and the bands of a
//! multiband amplifier are named; look them up in the library.

/// One band of frequencies, edges included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Lower edge, Hz.
    pub f_min_hz: f64,
    /// Upper edge, Hz.
    pub f_max_hz: f64,
}

/// How an amplifier's noise figure is told.
#[derive(Clone, Debug, PartialEq)]
pub enum NoiseModel {
    /// Two coils fitted to the noise figures at both ends of the gain range.
    VariableGain {
        /// Noise figure at the largest gain, dB.
        nf_min_db: f64,
        /// Noise figure at the least gain, dB.
        nf_max_db: f64,
    },
    /// One figure whatever the gain.
    FixedGain {
        /// Noise figure, dB.
        nf0_db: f64,
    },
    /// A polynomial over the gain reduction, highest power first.
    AdvancedModel {
        /// Coefficients, highest power first.
        nf_fit_coeff: Vec<f64>,
    },
    /// OpenROADM in-line amplifier: a polynomial over the input power a channel.
    OpenRoadm {
        /// Coefficients, highest power first.
        nf_coef: Vec<f64>,
    },
    /// OpenROADM preamplifier: its mask is part of the model.
    OpenRoadmPreamp,
    /// OpenROADM booster: adds no noise of its own.
    OpenRoadmBooster,
    /// Two amplifiers in a row.
    DualStage {
        /// Name of the first stage.
        preamp_variety: String,
        /// Name of the second stage.
        booster_variety: String,
    },
    /// One amplifier for each band.
    MultiBand {
        /// Names of the amplifiers, in the order of the file.
        amplifiers: Vec<String>,
    },
}

/// What an amplifier's configuration file tells over frequency.
///
/// The vectors lie evenly on the amplifier's band, both edges included; one value means flat.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Ripple of the noise figure, dB.
    pub nf_ripple_db: Vec<f64>,
    /// Ripple of the gain, dB.
    pub gain_ripple_db: Vec<f64>,
    /// Dynamic gain tilt, relative.
    pub dgt: Vec<f64>,
}

/// An amplifier that the library offers.
#[derive(Clone, Debug, PartialEq)]
pub struct AmplifierType {
    /// Name.
    pub type_variety: String,
    /// Noise model with its figures.
    pub model: NoiseModel,
    /// Bands it amplifies: one, or those of its amplifiers for [`NoiseModel::MultiBand`].
    pub bands: Vec<Band>,
    /// Lower edge of its band, Hz; the lowest of all bands for a multiband amplifier.
    pub f_min_hz: f64,
    /// Upper edge of its band, Hz; the highest of all bands for a multiband amplifier.
    pub f_max_hz: f64,
    /// Largest gain at which it is flat, dB; 0 for a multiband amplifier, which has none of its own.
    pub gain_flatmax_db: f64,
    /// Least gain, dB; 0 for a multiband amplifier.
    pub gain_min_db: f64,
    /// Largest total output power, dBm; 0 for a multiband amplifier.
    pub p_max_dbm: f64,
    /// Ripple and dynamic gain tilt.
    pub profile: Profile,
    /// Whether design may raise the output attenuator by itself.
    pub out_voa_auto: bool,
    /// Whether design may choose it where no restriction names it.
    pub allowed_for_design: bool,
    /// Whether it stands for Raman pumping.
    pub raman: bool,
    /// Polarisation mode dispersion, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss, dB.
    pub pdl_db: f64,
}
