//! What stands in a network: what files gave, and beside it what design found.
//!
//! Fields named as in the files hold what was given; those of `Designed*` types what was found. Levels are
//! those of the reference channel.

use otn_photon::fibre::REFERENCE_WAVELENGTH_M;
use otn_photon::grid::interpolate;
use otn_photon::units::LIGHT_SPEED;

use crate::library::{Equalisation, FibreParams, Loss, LumpedLoss, PathImpairments, Restrictions};
use crate::topology::{DegreeImpairment, DesignBand, Location, Operational, RamanPump};

/// An element and its place in the graph.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Name; no other element has it.
    pub uid: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub location: Location,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "most elements of a network are fibres, the largest")]
pub enum Kind {
    /// Where a lightpath begins or ends.
    Transceiver(Transceiver),
    /// Where lightpaths are switched.
    Roadm(Roadm),
    /// A joint of two fibres: its loss, dB.
    Fused(f64),
    /// A fibre, pumped or not.
    Fibre(Fibre),
    /// An amplifier of one band.
    Edfa(Edfa),
    /// An amplifier of several bands.
    Multiband(Multiband),
}

/// Where a lightpath begins or ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transceiver {
    /// Name of its type, if given.
    pub type_variety: Option<String>,
    /// Bands that lines from here are designed for, of all degrees and of single ones.
    pub bands: DegreeBands,
}

/// Design bands: of all degrees and of single ones.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DegreeBands {
    /// For all degrees; empty if not given.
    pub all: Vec<DesignBand>,
    /// For single degrees, by the name of the element the degree leads to.
    pub single: Vec<(String, Vec<DesignBand>)>,
}

/// Where lightpaths are switched.
#[derive(Clone, Debug, PartialEq)]
pub struct Roadm {
    /// Name of its type.
    pub type_variety: String,
    /// What channels are levelled to on degrees without a target of their own.
    pub equalisation: Equalisation,
    /// Targets of single degrees, in the order of the file; design adds the others.
    pub targets: Vec<(String, Equalisation)>,
    /// Profiles of single pairs of degrees.
    pub pairs: Vec<DegreeImpairment>,
    /// Profiles of its type; the first of a kind holds for pairs that name none.
    pub path_impairments: Vec<PathImpairments>,
    /// Amplifiers that design may put beside it.
    pub restrictions: Restrictions,
    /// OSNR of adding and dropping together, dB in 0.1 nm.
    pub add_drop_osnr_db: f64,
    /// Polarisation mode dispersion, s.
    pub pmd_s: f64,
    /// Polarisation dependent loss, dB.
    pub pdl_db: f64,
    /// Bands that lines from here are designed for.
    pub bands: DegreeBands,
    /// Found by design: the level that comes in from each neighbour, dBm.
    pub ref_pch_in_dbm: Vec<(String, f64)>,
    /// Which fields the file gave, so that they are written again.
    pub given: GivenRoadm,
}

/// What a file gave of a ROADM over its type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GivenRoadm {
    /// OSNR of adding and dropping.
    pub add_drop_osnr: bool,
    /// Polarisation mode dispersion.
    pub pmd: bool,
    /// Polarisation dependent loss.
    pub pdl: bool,
}

/// A fibre, pumped or not.
#[derive(Clone, Debug, PartialEq)]
pub struct Fibre {
    /// Name of its type.
    pub type_variety: Option<String>,
    /// Its figures over those of its type.
    pub params: FibreParams,
    /// Which of the figures the file gave itself; written back.
    pub own: FibreParams,
    /// Pumps and temperature of a fibre that is pumped.
    pub raman: Option<Raman>,
    /// Found by design: the level that enters, dBm.
    pub ref_pch_in_dbm: Option<f64>,
    /// Found by design: the loss of the span that begins here, padding counted in, dB.
    pub design_span_loss_db: Option<f64>,
}

/// How a fibre is pumped.
#[derive(Clone, Debug, PartialEq)]
pub struct Raman {
    /// Temperature, K.
    pub temperature_k: f64,
    /// Pumps.
    pub pumps: Vec<RamanPump>,
    /// Found by design: the gain at the reference channel, dB.
    pub estimated_gain_db: Option<f64>,
}

impl Fibre {
    /// Length, m.
    pub fn length_m(&self) -> f64 {
        self.params.length_m.unwrap_or(0.0)
    }

    /// Loss a metre at the reference frequency, dB/m.
    ///
    /// Points are brought to metres before they are joined by lines: design rounds at ties, which the last
    /// digit decides.
    pub fn loss_db_per_m(&self) -> f64 {
        match &self.params.loss_coef {
            None => 0.0,
            Some(Loss::Flat(loss)) => *loss * 1e-3,
            Some(Loss::PerFrequency(table)) => {
                let reference = LIGHT_SPEED / REFERENCE_WAVELENGTH_M;
                let at = self.params.ref_frequency_hz.unwrap_or(reference);
                let value: Vec<f64> = table.value.iter().map(|loss| loss * 1e-3).collect();
                interpolate(at, &table.frequency_hz, &value)
            }
        }
    }

    /// The highest loss a kilometre of its points, dB/km.
    pub fn most_loss_db_per_km(&self) -> f64 {
        match &self.params.loss_coef {
            Some(Loss::PerFrequency(table)) => table.value.iter().copied().fold(0.0, f64::max),
            None => 0.0,
            Some(Loss::Flat(loss)) => *loss,
        }
    }

    /// Loss from connector to connector at the reference frequency, padding counted in, dB.
    //= gnpy:6.2-loss
    pub fn loss_db(&self) -> f64 {
        let given = |loss: Option<f64>| loss.unwrap_or(0.0);
        let lumped = self.params.lumped_losses.iter().flatten();
        self.loss_db_per_m() * self.length_m()
            + given(self.params.con_in_db)
            + given(self.params.con_out_db)
            + given(self.params.att_in_db)
            + lumped.map(|lump: &LumpedLoss| lump.loss_db).sum::<f64>()
    }
}

/// An amplifier of one band.
#[derive(Clone, Debug, PartialEq)]
pub struct Edfa {
    /// Name of its type; `None` until design has chosen one.
    pub type_variety: Option<String>,
    /// Edges of the band of its type, Hz, once it has one.
    pub band_hz: Option<(f64, f64)>,
    /// Whether design chose the type.
    pub chosen: bool,
    /// How the file sets it.
    pub given: Operational,
    /// How design sets it.
    pub designed: Option<DesignedEdfa>,
}

/// How design sets an amplifier.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignedEdfa {
    /// Gain between the attenuators, dB.
    pub gain_db: f64,
    /// Offset of the output power a channel from the reference, dB; `None` where gain is what is held.
    pub delta_p_db: Option<f64>,
    /// The same, whether held or only found.
    pub design_delta_p_db: f64,
    /// Tilt, dB.
    pub tilt_db: f64,
    /// Attenuator at the output, dB.
    pub out_voa_db: f64,
    /// Attenuator at the input, dB.
    pub in_voa_db: f64,
    /// Level of the reference channel ahead of the output attenuator, dBm.
    pub target_pch_out_dbm: f64,
}

/// An amplifier of several bands.
#[derive(Clone, Debug, PartialEq)]
pub struct Multiband {
    /// Name of its type; `None` until design has chosen one.
    pub type_variety: Option<String>,
    /// Whether design chose the type.
    pub chosen: bool,
    /// One for each band, in the order of its type.
    pub amplifiers: Vec<Edfa>,
}

impl Edfa {
    /// An amplifier of a given type, or of one that design is to choose, and nothing else said of it.
    pub fn open(type_variety: Option<String>, band_hz: Option<(f64, f64)>) -> Self {
        let given = Operational::default();
        Self { type_variety, band_hz, chosen: false, given, designed: None }
    }

    /// Name of its type, unless design chose it.
    pub fn given_variety(&self) -> Option<&str> {
        self.type_variety.as_deref().filter(|_| !self.chosen)
    }
}

impl Element {
    /// Whether lines begin and end here.
    pub fn ends_line(&self) -> bool {
        matches!(self.kind, Kind::Transceiver(_) | Kind::Roadm(_))
    }

    /// Whether it is part of a span: a fibre or a joint.
    pub fn is_passive(&self) -> bool {
        matches!(self.kind, Kind::Fibre(_) | Kind::Fused(_))
    }

    /// Whether it amplifies.
    pub fn is_amplifier(&self) -> bool {
        matches!(self.kind, Kind::Edfa(_) | Kind::Multiband(_))
    }

    /// The fibre, if it is one.
    pub fn fibre(&self) -> Option<&Fibre> {
        match &self.kind {
            Kind::Fibre(fibre) => Some(fibre),
            _ => None,
        }
    }

    /// The fibre, if it is one.
    pub fn fibre_mut(&mut self) -> Option<&mut Fibre> {
        match &mut self.kind {
            Kind::Fibre(fibre) => Some(fibre),
            _ => None,
        }
    }

    /// Name of the kind as files have it.
    pub fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::Transceiver(_) => "Transceiver",
            Kind::Roadm(_) => "Roadm",
            Kind::Fused(_) => "Fused",
            Kind::Fibre(fibre) if fibre.raman.is_some() => "RamanFiber",
            Kind::Fibre(_) => "Fiber",
            Kind::Edfa(_) => "Edfa",
            Kind::Multiband(_) => "Multiband_amplifier",
        }
    }
}
