//! A network as a file gives it: elements and the connections between them.
//!
//! Clauses: GNPy's topology file. What the file leaves out stays `None`, because design treats a value
//! that was given and one that was not in different ways.
//! In: a text with its file name. Out: [`Topology`]. It checks names and connections, and does not look
//! into an equipment library.

mod load;
mod write;

pub(crate) use load::TOPIC;

use crate::library::{Equalisation, FibreParams, Restrictions};

/// Where an element stands; at 0, 0 without names if the file does not say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Location {
    /// Latitude, degrees.
    pub latitude_deg: f64,
    /// Longitude, degrees.
    pub longitude_deg: f64,
    /// City; `None` is written as null.
    pub city: Option<String>,
    /// Region; `None` is written as null.
    pub region: Option<String>,
}

/// A band that amplifiers of a line are designed for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DesignBand {
    /// Lower edge, Hz.
    pub f_min_hz: f64,
    /// Upper edge, Hz.
    pub f_max_hz: f64,
    /// Spacing of the channels, Hz.
    pub spacing_hz: Option<f64>,
}

/// The design bands of one degree.
#[derive(Clone, Debug, PartialEq)]
pub struct DegreeDesignBands {
    /// Uid of the element the degree leads to.
    pub degree: String,
    /// Its bands.
    pub bands: Vec<DesignBand>,
}

/// A transceiver of the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transceiver {
    /// Name of its type, if given.
    pub type_variety: Option<String>,
    /// Bands to design for; empty if not given.
    pub design_bands: Vec<DesignBand>,
    /// Bands of single degrees; empty if not given.
    pub per_degree_design_bands: Vec<DegreeDesignBands>,
}

/// The level of one degree.
#[derive(Clone, Debug, PartialEq)]
pub struct DegreeTarget {
    /// Uid of the element the degree leads to.
    pub degree: String,
    /// What its channels are levelled to.
    pub target: Equalisation,
}

/// The profile of one pair of degrees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DegreeImpairment {
    /// Uid of the element the channel comes from.
    pub from_degree: String,
    /// Uid of the element it goes to.
    pub to_degree: String,
    /// Number of a profile of the ROADM's type.
    pub impairment_id: i64,
}

/// A ROADM of the network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roadm {
    /// Name of its type; `default` if not given.
    pub type_variety: Option<String>,
    /// What channels are levelled to; that of its type if not given.
    pub equalisation: Option<Equalisation>,
    /// Levels of single degrees.
    pub per_degree_targets: Vec<DegreeTarget>,
    /// Profiles of single pairs of degrees.
    pub per_degree_impairments: Vec<DegreeImpairment>,
    /// Amplifiers that design may put beside it; those of its type if not given.
    pub restrictions: Option<Restrictions>,
    /// OSNR of adding and dropping together, dB in 0.1 nm; that of its type if not given.
    pub add_drop_osnr_db: Option<f64>,
    /// Polarisation mode dispersion, s; that of its type if not given.
    pub pmd_s: Option<f64>,
    /// Polarisation dependent loss, dB; that of its type if not given.
    pub pdl_db: Option<f64>,
    /// Bands to design for; empty if not given.
    pub design_bands: Vec<DesignBand>,
    /// Bands of single degrees; empty if not given.
    pub per_degree_design_bands: Vec<DegreeDesignBands>,
}

/// A joint of two fibres.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fused {
    /// Loss, dB; 1 dB ([`Fused::DEFAULT_LOSS_DB`]) if not given.
    pub loss_db: Option<f64>,
}

impl Fused {
    /// Loss of a joint that gives none, dB.
    pub const DEFAULT_LOSS_DB: f64 = 1.0;
}

/// A fibre.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fibre {
    /// Name of its type.
    pub type_variety: Option<String>,
    /// What the file says of it.
    pub params: FibreParams,
}

/// Which way a pump's light goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// With the signal.
    CoPropagating,
    /// Against the signal.
    CounterPropagating,
}

/// A Raman pump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RamanPump {
    /// Power, W.
    pub power_w: f64,
    /// Frequency, Hz.
    pub frequency_hz: f64,
    /// Which way it goes.
    pub propagation_direction: Direction,
}

/// A fibre that is pumped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RamanFibre {
    /// Name of its type.
    pub type_variety: Option<String>,
    /// What the file says of it.
    pub params: FibreParams,
    /// Temperature, K.
    pub temperature_k: Option<f64>,
    /// Pumps.
    pub raman_pumps: Vec<RamanPump>,
}

/// How an amplifier is set; what is not given is for design to find.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Operational {
    /// Gain, dB.
    pub gain_target_db: Option<f64>,
    /// Offset of the output power a channel from the reference, dB.
    pub delta_p_db: Option<f64>,
    /// Tilt, dB, positive with growing wavelength.
    pub tilt_target_db: Option<f64>,
    /// Attenuator at the output, dB.
    pub out_voa_db: Option<f64>,
    /// Attenuator at the input, dB; 0 if not given.
    pub in_voa_db: Option<f64>,
}

/// An amplifier of one band.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edfa {
    /// Name of its type; `None` (in the file also an empty name) lets design choose.
    pub type_variety: Option<String>,
    /// How it is set.
    pub operational: Operational,
}

/// An amplifier of several bands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MultibandAmplifier {
    /// Name of its type; `None` lets design choose.
    pub type_variety: Option<String>,
    /// One for each band; empty lets design choose.
    pub amplifiers: Vec<Edfa>,
}

/// What an element is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Where a lightpath begins or ends.
    Transceiver(Transceiver),
    /// Where lightpaths are switched.
    Roadm(Roadm),
    /// A joint of two fibres.
    Fused(Fused),
    /// A fibre.
    Fibre(Fibre),
    /// A fibre that is pumped.
    RamanFibre(RamanFibre),
    /// An amplifier of one band.
    Edfa(Edfa),
    /// An amplifier of several bands.
    MultibandAmplifier(MultibandAmplifier),
}

/// An element of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct Element {
    /// Its name; no other element has it.
    pub uid: String,
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub location: Location,
}

/// A directed connection; both ends are uids of elements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Where it comes from.
    pub from_node: String,
    /// Where it goes to.
    pub to_node: String,
}

/// A network as a file gives it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Topology {
    /// Name of the network, if given.
    pub network_name: Option<String>,
    /// Elements, in the order of the file.
    pub elements: Vec<Element>,
    /// Connections, in the order of the file.
    pub connections: Vec<Connection>,
}

impl Topology {
    /// The element of this name.
    #[must_use]
    pub fn element(&self, uid: &str) -> Option<&Element> {
        self.elements.iter().find(|element| element.uid == uid)
    }
}
