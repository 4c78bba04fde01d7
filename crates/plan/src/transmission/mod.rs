//! Light across a path of a designed network.
//!
//! Clauses: GNPy 6.1 (channels of a path), 6.2 to 6.7 (elements, receiver).
//! In: a network, a path through it, channels, settings. Out: the spectrum behind every element and what
//! each of them did. A [`Line`] is prepared once and can be crossed by any number of spectra of its channels.

pub mod dump;
mod part;
pub mod run;
pub mod section;

use core::fmt;
use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::simulation::SimulationParameters;
use otn_photon::spectrum::{ChannelPlan, Spectrum};

use crate::models::{Models, ModelsError};
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use part::Part;
pub use part::Report;

/// What light is computed with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// How scattering and nonlinear interference are computed.
    pub simulation: SimulationParameters,
    /// Which release's conventions hold.
    pub compat: Compat,
}

/// Why light does not cross a path.
#[derive(Clone, Debug, PartialEq)]
pub enum TransmissionError {
    /// An element has no model.
    Model(ModelsError),
    /// An element of the path was not designed.
    Open {
        /// The element.
        uid: String,
        /// What it lacks.
        what: &'static str,
    },
    /// No channel lies in the band that all amplifiers of the path share.
    NoChannel {
        /// The band, Hz; several for multiband lines, none if they share none.
        bands_hz: Vec<(f64, f64)>,
    },
    /// An element lets nothing through.
    Element {
        /// The element.
        uid: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for TransmissionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(error) => write!(f, "{error}"),
            Self::Open { uid, what } => {
                write!(f, "element '{uid}' has no {what}: the network was not designed")
            }
            Self::NoChannel { bands_hz } => {
                write!(f, "no channel lies in what the amplifiers of the path share:")?;
                for (low, high) in bands_hz {
                    write!(f, " {:.4} to {:.4} THz", low * 1e-12, high * 1e-12)?;
                }
                if bands_hz.is_empty() { write!(f, " nothing") } else { Ok(()) }
            }
            Self::Element { uid, reason } => write!(f, "element '{uid}': {reason}"),
        }
    }
}

impl core::error::Error for TransmissionError {}

impl From<ModelsError> for TransmissionError {
    fn from(error: ModelsError) -> Self {
        Self::Model(error)
    }
}

/// A path made ready for a plan of channels.
#[derive(Debug)]
pub struct Line {
    path: Vec<Vertex>,
    uids: Vec<String>,
    parts: Vec<Part>,
    plan: Arc<ChannelPlan>,
    compat: Compat,
}

/// The spectrum behind an element, and what the element did.
#[derive(Clone, Debug)]
pub struct Step {
    /// The element.
    pub vertex: Vertex,
    /// The spectrum that leaves it.
    pub spectrum: Spectrum,
    /// What it did.
    pub report: Report,
}

impl Line {
    /// Makes `path` ready for the channels of `plan` that every amplifier on it passes.
    ///
    /// # Errors
    /// [`TransmissionError`] for elements that are open or have no model, and if no channel is left.
    pub fn prepare(
        network: &Network,
        models: &Models,
        path: &[Vertex],
        plan: &ChannelPlan,
        settings: &Settings,
        cache: &mut EfficiencyCache,
    ) -> Result<Self, TransmissionError> {
        let plan = Arc::new(passed(network, models, path, plan)?);
        let mut parts = Vec::with_capacity(path.len());
        for (i, &vertex) in path.iter().enumerate() {
            let before = i.checked_sub(1).map(|i| path[i]);
            let after = path.get(i + 1).copied();
            let around = part::Around { network, models, before, vertex, after };
            parts.push(Part::new(&around, &plan, settings, cache)?);
        }
        let uids = path.iter().map(|&vertex| network.element(vertex).uid.clone()).collect();
        Ok(Self { path: path.to_vec(), uids, parts, plan, compat: settings.compat })
    }

    /// The channels that cross.
    pub fn plan(&self) -> &Arc<ChannelPlan> {
        &self.plan
    }

    /// The elements, in order.
    pub fn path(&self) -> &[Vertex] {
        &self.path
    }

    /// Takes `spectrum` across, and keeps no account of it.
    ///
    /// # Errors
    /// [`TransmissionError::Element`].
    pub fn cross(&self, spectrum: &mut Spectrum) -> Result<(), TransmissionError> {
        for (i, part) in self.parts.iter().enumerate() {
            part.propagate(spectrum, self.compat).map_err(|reason| self.stopped(i, reason))?;
        }
        Ok(())
    }

    /// Takes `spectrum` across and keeps what leaves every element.
    ///
    /// # Errors
    /// [`TransmissionError::Element`].
    pub fn trace(&self, mut spectrum: Spectrum) -> Result<Vec<Step>, TransmissionError> {
        let mut steps = Vec::with_capacity(self.parts.len());
        for (i, part) in self.parts.iter().enumerate() {
            let report = part
                .propagate(&mut spectrum, self.compat)
                .map_err(|reason| self.stopped(i, reason))?;
            steps.push(Step { vertex: self.path[i], spectrum: spectrum.clone(), report });
        }
        Ok(steps)
    }

    fn stopped(&self, at: usize, reason: String) -> TransmissionError {
        TransmissionError::Element { uid: self.uids[at].clone(), reason }
    }
}

/// The channels that all amplifiers of a path pass.
//= gnpy:6.1-cut
fn passed(
    network: &Network,
    models: &Models,
    path: &[Vertex],
    plan: &ChannelPlan,
) -> Result<ChannelPlan, TransmissionError> {
    let mut passes = vec![true; plan.len()];
    let mut before = Vec::new();
    for &vertex in path {
        let bands = amplifier_bands(network, models, vertex);
        // As a rule amplifiers of a line are of few types.
        if bands.is_empty() || bands == before {
            continue;
        }
        let mut inside = vec![false; plan.len()];
        plan.inside(&bands).into_iter().for_each(|i| inside[i] = true);
        passes.iter_mut().zip(inside).for_each(|(passes, inside)| *passes &= inside);
        before = bands;
    }
    let keep: Vec<usize> = (0..plan.len()).filter(|&i| passes[i]).collect();
    if keep.is_empty() {
        let bands_hz = shared_bands(network, models, path);
        return Err(TransmissionError::NoChannel { bands_hz });
    }
    Ok(plan.select(&keep))
}

/// The bands, Hz, that all amplifiers of a path pass; empty if it has none, or they share none.
pub fn shared_bands(network: &Network, models: &Models, path: &[Vertex]) -> Vec<(f64, f64)> {
    let each = path.iter().map(|&vertex| amplifier_bands(network, models, vertex));
    let amplifiers = each.filter(|bands| !bands.is_empty());
    amplifiers.reduce(|one, other| intersect(&one, &other)).unwrap_or_default()
}

fn intersect(one: &[(f64, f64)], other: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let pairs = one.iter().flat_map(|a| other.iter().map(move |b| (a.0.max(b.0), a.1.min(b.1))));
    pairs.filter(|(low, high)| low < high).collect()
}

fn amplifier_bands(network: &Network, models: &Models, vertex: Vertex) -> Vec<(f64, f64)> {
    let band = |variety: &Option<String>| Some(models.single(variety.as_deref()?)?.band_hz());
    match &network.element(vertex).kind {
        Kind::Edfa(edfa) => band(&edfa.type_variety).into_iter().collect(),
        Kind::Multiband(multiband) => {
            multiband.amplifiers.iter().filter_map(|edfa| band(&edfa.type_variety)).collect()
        }
        Kind::Transceiver(_) | Kind::Roadm(_) | Kind::Fused(_) | Kind::Fibre(_) => Vec::new(),
    }
}
