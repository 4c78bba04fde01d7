//! ROADM types of the library.
//!
//! Clauses: section Roadm of GNPy's equipment file, with the impairments of paths through the node.

use super::Band;

/// What a ROADM levels its channels to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Equalisation {
    /// The same power for every channel, dBm.
    PowerDbm(f64),
    /// The same power per symbol rate, mW/GHz.
    PsdMwPerGhz(f64),
    /// The same power per slot width, mW/GHz.
    PswMwPerGhz(f64),
}

/// Amplifiers that design may put beside a ROADM; an empty list restricts nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restrictions {
    /// Names allowed for preamplifiers.
    pub preamp_variety_list: Vec<String>,
    /// Names allowed for boosters.
    pub booster_variety_list: Vec<String>,
}

/// The way a channel takes through a ROADM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathKind {
    /// Degree to degree.
    Express,
    /// Transceiver to degree.
    Add,
    /// Degree to transceiver.
    Drop,
}

/// What a path does to channels in one range of frequencies; what is not given stays open.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Impairment {
    /// Range it holds for; without one it holds everywhere.
    pub frequency_range: Option<Band>,
    /// Polarisation mode dispersion, s.
    pub pmd_s: Option<f64>,
    /// Chromatic dispersion, as the file gives it.
    pub cd: Option<f64>,
    /// Polarisation dependent loss, dB.
    pub pdl_db: Option<f64>,
    /// Crosstalk in the channel's band, dB.
    pub inband_crosstalk_db: Option<f64>,
    /// Largest loss, dB; 0 if not given.
    pub maxloss_db: f64,
    /// OSNR in 0.1 nm, dB.
    pub osnr_db: Option<f64>,
    /// Largest power, dBm.
    pub pmax_dbm: Option<f64>,
    /// Noise figure, dB.
    pub noise_figure_db: Option<f64>,
    /// Least loss, dB.
    pub minloss_db: Option<f64>,
    /// Usual loss, dB.
    pub typloss_db: Option<f64>,
    /// Least power, dBm.
    pub pmin_dbm: Option<f64>,
    /// Usual power, dBm.
    pub ptyp_dbm: Option<f64>,
}

/// One profile of a path through a ROADM.
#[derive(Clone, Debug, PartialEq)]
pub struct PathImpairments {
    /// Number by which a pair of degrees may name it.
    pub id: i64,
    /// Kind of path it is for.
    pub kind: PathKind,
    /// One entry a range of frequencies.
    pub impairments: Vec<Impairment>,
}

/// A ROADM that the library offers.
#[derive(Clone, Debug, PartialEq)]
pub struct RoadmType {
    /// Name; `default` if the file gives none.
    pub type_variety: String,
    /// What channels are levelled to.
    pub equalisation: Equalisation,
    /// OSNR of adding and dropping together, dB in 0.1 nm.
    pub add_drop_osnr_db: f64,
    /// Polarisation mode dispersion, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss, dB.
    pub pdl_db: f64,
    /// Amplifiers that design may put beside it.
    pub restrictions: Restrictions,
    /// Profiles of the paths; the first of a kind is that kind's default.
    pub path_impairments: Vec<PathImpairments>,
}
