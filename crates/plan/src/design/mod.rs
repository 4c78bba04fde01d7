//! Design: what a network's files leave open is found by rule.
//!
//! Clauses: GNPy 6.8. The rules are GNPy's, one module each:
//! - `insertion`: elements that are left out;
//! - `losses`: connectors, margin, padding;
//! - `bands`: for which bands a line is designed;
//! - `levels`: what ROADMs level to, what enters fibres and ROADMs;
//! - `gains`: gain, power and attenuators of amplifiers, line by line;
//! - `multiband`: the same for amplifiers of several bands;
//! - `scattering`: what a span does to several bands;
//! - `selection`: which type of amplifier, and why.
//!
//! In: a [`Network`], a [`Library`], a [`Reference`]. Out: the network with nothing open, and an account of
//! every amplifier. Light does not cross it here, but where Raman pumps, or scattering between bands, have to
//! be reckoned with.

mod bands;
mod gains;
mod insertion;
mod levels;
mod losses;
mod multiband;
mod raman;
mod scattering;
mod selection;

use core::fmt;

use otn_photon::Compat;
use otn_photon::simulation::RamanParameters;

pub use bands::LineBand;
pub use gains::{AmplifierAccount, Held};
pub use selection::{Candidate, RuledOut, Selection};

use crate::library::Library;
use crate::models::{Models, ModelsError};
use crate::network::Network;
use crate::network::element::Kind;

/// The channel a network is designed for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reference {
    /// Power at the input of spans, dBm.
    pub power_dbm: f64,
    /// Power that transceivers launch, dBm.
    pub tx_power_dbm: f64,
    /// Symbol rate, Bd.
    pub baud_rate: f64,
    /// Spacing, Hz.
    pub spacing_hz: f64,
    /// Number of channels; that of each line's band if `None`.
    pub channels: Option<usize>,
    /// Which release's way of counting channels holds.
    pub compat: Compat,
    /// How Raman scattering is computed, which lines of several bands are designed for.
    pub raman: RamanParameters,
}

/// What design does besides setting amplifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Split fibres and insert amplifiers.
    pub insert: bool,
    /// Give connectors their loss, spans their padding.
    pub losses: bool,
}

impl Steps {
    /// All of it: for a network as files give it.
    pub const ALL: Self = Self { insert: true, losses: true };
    /// Only amplifiers: for a network that was designed before.
    pub const AGAIN: Self = Self { insert: false, losses: false };
}

/// What design found and did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// Every amplifier, in the order of the lines.
    pub amplifiers: Vec<AmplifierAccount>,
}

/// Why a network cannot be designed.
#[derive(Clone, Debug, PartialEq)]
pub enum DesignError {
    /// The library has no rules for spans.
    NoSpanRules,
    /// The library has no default comb.
    NoComb,
    /// An element has no model.
    Model(ModelsError),
    /// No amplifier of the library may stand here.
    NoCandidate {
        /// The amplifier.
        uid: String,
        /// What ruled out all of them.
        why: &'static str,
    },
    /// The bands of a line and the kind of its amplifiers disagree.
    Bands {
        /// The amplifier.
        uid: String,
        /// Number of bands the line is designed for.
        bands: usize,
    },
    /// Light could not be reckoned with in a pumped fibre.
    Raman {
        /// The fibre.
        uid: String,
        /// Why.
        reason: String,
    },
    /// An element that must have one neighbour on each side has another number.
    Neighbours {
        /// The element.
        uid: String,
        /// Neighbours that lead to it.
        before: usize,
        /// Neighbours it leads to.
        after: usize,
    },
}

impl fmt::Display for DesignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSpanRules => write!(f, "the library has no section Span with a default entry"),
            Self::NoComb => write!(f, "the library has no section SI with a default entry"),
            Self::Model(error) => write!(f, "{error}"),
            Self::NoCandidate { uid, why } => {
                write!(f, "amplifier '{uid}': no type of the library may be used: {why}")
            }
            Self::Bands { uid, bands } => write!(
                f,
                "amplifier '{uid}': its line is designed for {bands} band(s), expected one for an Edfa, \
                 several for a Multiband_amplifier"
            ),
            Self::Raman { uid, reason } => write!(f, "fibre '{uid}': {reason}"),
            Self::Neighbours { uid, before, after } => write!(
                f,
                "element '{uid}': {before} connections lead to it and {after} from it, expected at most \
                 one of each"
            ),
        }
    }
}

impl core::error::Error for DesignError {}

impl From<ModelsError> for DesignError {
    fn from(error: ModelsError) -> Self {
        Self::Model(error)
    }
}

/// Designs `network` for `reference`.
///
/// What files gave stays as it is, but where an amplifier could not give it. A second design takes what the
/// first one found as given.
///
/// # Errors
/// [`DesignError`]; the network is then half designed.
pub fn design(
    network: &mut Network,
    library: &Library,
    models: &Models,
    reference: &Reference,
    steps: Steps,
) -> Result<Design, DesignError> {
    let rules = library.span().ok_or(DesignError::NoSpanRules)?;
    check_neighbours(network)?;
    if steps.insert {
        insertion::insert(network, rules);
    }
    if steps.losses {
        losses::set_connectors(network, rules);
    }
    raman::estimate(network, library, reference)?;
    if steps.losses {
        losses::set_padding(network, rules);
    }
    levels::set_targets(network);
    let amplifiers = gains::set_all(network, library, models, reference)?;
    levels::set_inputs(network, reference);
    Ok(Design { amplifiers })
}

/// Lines are followed from one element to the next: only their ends may branch.
fn check_neighbours(network: &Network) -> Result<(), DesignError> {
    for vertex in network.vertices() {
        let element = network.element(vertex);
        let joints = matches!(element.kind, Kind::Fused(_));
        let (before, after) =
            (network.predecessors(vertex).len(), network.successors(vertex).len());
        if !element.ends_line() && !joints && (before > 1 || after > 1) {
            return Err(DesignError::Neighbours { uid: element.uid.clone(), before, after });
        }
    }
    Ok(())
}
