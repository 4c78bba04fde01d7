//! A network designed, a path through it found, and light taken across.
//!
//! Clauses: GNPy 1.3 (the transmission program), 6.1 (comb, cut), 6.8 (design), 6.9 (route).
//! In: a network as files give it, a library, a [`Request`]. Out: [`Outcome`], from which every text and
//! file is made.

use core::fmt;
use std::sync::Arc;

use otn_photon::fibre::EfficiencyCache;
use otn_photon::spectrum::{Channel, ChannelPlan, PlanError, Spectrum, uniform_comb};
use otn_photon::transceiver::{Reception, Tolerance, received};

use super::{Line, Settings, Step, TransmissionError};
use crate::design::{Design, DesignError, Reference, Steps, design};
use crate::library::{Library, PowerRange, SpectrumInformation};
use crate::models::{Models, ModelsError};
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;
use crate::network::route::{Include, NoRoute, route};

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Where light starts: a transceiver, or part of its name; the first one if `None`.
    pub source: Option<String>,
    /// Where it ends; the next transceiver if `None`.
    pub destination: Option<String>,
    /// Elements the path leads through, in order, by name or part of it.
    pub through: Vec<String>,
    /// Whether a path that does not lead through them will do where none does.
    pub loose: bool,
    /// The comb that design reckons with, and that is launched; the library's if `None`.
    pub comb: Option<SpectrumInformation>,
    /// Power at the input of spans, dBm; the library's if `None`.
    pub power_dbm: Option<f64>,
    /// Channels, where they are not those of the comb.
    pub channels: Option<Vec<Channel>>,
    /// Whether design leaves out splitting and insertion.
    pub no_insert: bool,
    /// What light is computed with.
    pub settings: Settings,
}

/// What came of the words by which an end was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// The name was that of a transceiver.
    Named,
    /// No end was asked for.
    Unasked,
    /// The words are part of a name.
    Part(String),
    /// The path asked for names it.
    OfPath,
}

/// Light of one power across the path.
#[derive(Clone, Debug)]
pub struct Crossing {
    /// Power at the input of spans, dBm; for one power alone, the library's offset is shown but not designed for.
    pub power_dbm: f64,
    /// What is launched.
    pub launched: Spectrum,
    /// What leaves each element; the first and last are the transceivers.
    pub steps: Vec<Step>,
    /// What the receiver sees.
    pub reception: Reception,
}

/// Everything a transmission gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The network, designed; for the last power of a sweep.
    pub network: Network,
    /// The network as it was designed before any light.
    pub designed: Network,
    /// How it was designed.
    pub design: Design,
    /// The channel it was designed for.
    pub reference: Reference,
    /// From transceiver to transceiver.
    pub path: Vec<Vertex>,
    /// How the source was found.
    pub source: Picked,
    /// How the destination was found.
    pub destination: Picked,
    /// One for each power.
    pub crossings: Vec<Crossing>,
}

/// Why there is no transmission.
#[derive(Clone, Debug, PartialEq)]
pub enum RunError {
    /// The library has no default comb.
    NoComb,
    /// The network has fewer than two transceivers.
    Transceivers {
        /// How many there are.
        found: usize,
    },
    /// No transceiver has the words in its name.
    Unknown {
        /// Which end.
        end: &'static str,
        /// The words found.
        found: String,
        /// The transceivers there are.
        known: Vec<String>,
    },
    /// An element of the path asked for is not in the network.
    Through {
        /// The words found.
        found: String,
    },
    /// Source and destination are one.
    SameEnds {
        /// The transceiver.
        uid: String,
    },
    /// The channels are no plan.
    Plan(PlanError),
    /// An amplifier type has no model.
    Models(ModelsError),
    /// The network cannot be designed.
    Design(DesignError),
    /// There is no path.
    Route(NoRoute),
    /// Light does not cross it.
    Transmission(TransmissionError),
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoComb => write!(f, "the library has no section SI with a default entry"),
            Self::Transceivers { found } => {
                write!(f, "the network has {found} transceiver(s), expected two or more")
            }
            Self::Unknown { end, found, known } => write!(
                f,
                "{end} '{found}': no transceiver has this in its name, expected one of: {}",
                known.join(", ")
            ),
            Self::Through { found } => {
                write!(f, "path element '{found}': no element of the network has this in its name")
            }
            Self::SameEnds { uid } => {
                write!(f, "source and destination are both '{uid}', expected two transceivers")
            }
            Self::Plan(error) => write!(f, "{error}"),
            Self::Models(error) => write!(f, "{error}"),
            Self::Design(error) => write!(f, "{error}"),
            Self::Route(error) => write!(f, "{error}"),
            Self::Transmission(error) => write!(f, "{error}"),
        }
    }
}

impl core::error::Error for RunError {}

macro_rules! from {
    ($($variant:ident($error:ty)),*) => {$(
        impl From<$error> for RunError {
            fn from(error: $error) -> Self {
                Self::$variant(error)
            }
        }
    )*};
}

from!(
    Plan(PlanError),
    Models(ModelsError),
    Design(DesignError),
    Route(NoRoute),
    Transmission(TransmissionError)
);

/// Designs `network`, finds the path, and takes light of every power asked for across.
///
/// # Errors
/// [`RunError`].
pub fn run(
    mut network: Network,
    library: &Library,
    request: &Request,
) -> Result<Outcome, RunError> {
    let of_library = library.spectra.first().ok_or(RunError::NoComb)?;
    let comb = request.comb.as_ref().unwrap_or(of_library);
    let models = Models::new(library)?;
    let ends = ends(&network, request)?;
    let reference = reference(comb, request);
    let steps = Steps { insert: !request.no_insert, losses: true };
    let uids = [ends.from, ends.to].map(|vertex| network.element(vertex).uid.clone());
    let through = ends.through.iter().map(|&vertex| network.element(vertex).uid.clone());
    let through: Vec<Include> =
        through.map(|uid| Include { uid, strict: !request.loose }).collect();
    let account = design(&mut network, library, &models, &reference, steps)?;
    let vertex = |uid: &String| network.vertex(uid).ok_or(RunError::Route(NoRoute::Apart));
    let path = route(&network, vertex(&uids[0])?, vertex(&uids[1])?, &through)?;
    let designed = network.clone();
    let plan = passed(&network, &path, of_library, channels(comb, &reference, request)?)?;
    let range = library.span().filter(|rules| rules.power_mode).map(|_| comb.power_range_db);
    let mut cache = EfficiencyCache::new(CACHED_FIBRES);
    let mut crossings = Vec::new();
    let powers = sweep(range);
    for offset_db in &powers {
        let power_dbm = reference.power_dbm + offset_db;
        if powers.len() > 1 {
            let tx_power_dbm = comb.tx_power_dbm.unwrap_or(power_dbm);
            let swept = Reference { power_dbm, tx_power_dbm, ..reference };
            design(&mut network, library, &models, &swept, Steps::AGAIN)?;
            keep_off_path(&mut network, &designed, &path);
        }
        let settings = &request.settings;
        let line = Line::prepare(&network, &models, &path, &plan, settings, &mut cache)?;
        let launched = Spectrum::launch(Arc::clone(line.plan()));
        let steps = line.trace(launched.clone())?;
        let last = steps.last().map_or(&launched, |step| &step.spectrum);
        let reception = received(last, &Tolerance::default(), settings.compat);
        crossings.push(Crossing { power_dbm, launched, steps, reception });
    }
    Ok(Outcome {
        network,
        designed,
        design: account,
        reference,
        path,
        source: ends.source,
        destination: ends.destination,
        crossings,
    })
}

/// A sweep of powers sets the path anew; what is not on it stays as it was designed.
//= gnpy:6.8-sweep
fn keep_off_path(network: &mut Network, designed: &Network, path: &[Vertex]) {
    for vertex in network.vertices().filter(|vertex| !path.contains(vertex)) {
        network.element_mut(vertex).clone_from(designed.element(vertex));
    }
}

/// Fibres of one kind are prepared once; so many kinds are kept.
const CACHED_FIBRES: usize = 256;

/// The channel that design reckons with.
pub fn reference(comb: &SpectrumInformation, request: &Request) -> Reference {
    let power_dbm = request.power_dbm.unwrap_or(comb.power_dbm);
    let compat = request.settings.compat;
    let centres = uniform_comb(comb.f_min_hz, comb.f_max_hz, comb.spacing_hz, compat).len();
    Reference {
        power_dbm,
        tx_power_dbm: comb.tx_power_dbm.unwrap_or(power_dbm),
        baud_rate: comb.baud_rate,
        spacing_hz: comb.spacing_hz,
        channels: comb.use_si_channel_count_for_design.then_some(centres),
        compat,
        raman: request.settings.simulation.raman,
    }
}

/// The channels asked for, or the library's comb.
fn channels(
    comb: &SpectrumInformation,
    reference: &Reference,
    request: &Request,
) -> Result<ChannelPlan, PlanError> {
    if let Some(channels) = &request.channels {
        return ChannelPlan::new(channels.clone());
    }
    let compat = request.settings.compat;
    let centres = uniform_comb(comb.f_min_hz, comb.f_max_hz, comb.spacing_hz, compat);
    let channel = |frequency_hz| Channel {
        frequency_hz,
        slot_width_hz: comb.spacing_hz,
        baud_rate: comb.baud_rate,
        roll_off: comb.roll_off,
        delta_power_db: 0.0,
        tx_osnr_db: comb.tx_osnr_db,
        tx_power_dbm: reference.tx_power_dbm,
        label: format!("{:.2}G", comb.baud_rate * 1e-9),
    };
    ChannelPlan::new(centres.into_iter().map(channel).collect())
}

/// The channels that may cross a path: where it has no amplifier, those inside the library's comb.
///
/// Amplifiers pass their own bands; [`Line`] sees to that.
//= gnpy:6.1-cut-without-amplifier
pub(crate) fn passed(
    network: &Network,
    path: &[Vertex],
    comb: &SpectrumInformation,
    plan: ChannelPlan,
) -> Result<ChannelPlan, TransmissionError> {
    if path.iter().any(|&vertex| network.element(vertex).is_amplifier()) {
        return Ok(plan);
    }
    let band_hz = (comb.f_min_hz, comb.f_max_hz);
    let inside = plan.inside(&[band_hz]);
    if inside.is_empty() {
        return Err(TransmissionError::NoChannel { bands_hz: vec![band_hz] });
    }
    Ok(plan.select(&inside))
}

/// Powers to try, relative to the reference, dB.
fn sweep(range: Option<PowerRange>) -> Vec<f64> {
    let Some(PowerRange { min_db, max_db, step_db }) = range else { return vec![0.0] };
    let steps = ((max_db - min_db) / step_db + 1e-9).floor();
    if !(0.0..=MOST_POWERS).contains(&steps) {
        return vec![0.0];
    }
    (0..=steps as usize).map(|i| min_db + i as f64 * step_db).collect()
}

/// Longest sweep.
const MOST_POWERS: f64 = 10_000.0;

/// The ends and the elements between, as the network knows them.
struct Ends {
    from: Vertex,
    to: Vertex,
    through: Vec<Vertex>,
    source: Picked,
    destination: Picked,
}

fn ends(network: &Network, request: &Request) -> Result<Ends, RunError> {
    let transceivers: Vec<Vertex> = network
        .vertices()
        .filter(|&vertex| matches!(network.element(vertex).kind, Kind::Transceiver(_)))
        .collect();
    if transceivers.len() < 2 {
        return Err(RunError::Transceivers { found: transceivers.len() });
    }
    let mut through = Vec::new();
    for words in &request.through {
        let roadms_first = network
            .vertices()
            .filter(|&vertex| matches!(network.element(vertex).kind, Kind::Roadm(_)));
        let found = matching(network, roadms_first, words)
            .or_else(|| matching(network, network.vertices(), words));
        through.push(found.ok_or_else(|| RunError::Through { found: words.clone() })?);
    }
    let of_path = |words: Option<&String>| {
        words.and_then(|words| matching(network, transceivers.iter().copied(), words))
    };
    let named =
        |end, words: &Option<String>, from_path: Option<Vertex>, other: Option<Vertex>| match (
            words, from_path,
        ) {
            (Some(words), _) => {
                let vertex = matching(network, transceivers.iter().copied(), words);
                let vertex = vertex.ok_or_else(|| RunError::Unknown {
                    end,
                    found: words.clone(),
                    known: transceivers.iter().map(|&v| network.element(v).uid.clone()).collect(),
                })?;
                let exact = network.element(vertex).uid == *words;
                let picked = if exact { Picked::Named } else { Picked::Part(words.clone()) };
                Ok::<_, RunError>((vertex, picked))
            }
            (None, Some(vertex)) => Ok((vertex, Picked::OfPath)),
            (None, None) => {
                let mut free = transceivers.iter().copied().filter(|&v| Some(v) != other);
                let vertex = free.next().ok_or(RunError::Transceivers { found: 1 })?;
                Ok((vertex, Picked::Unasked))
            }
        };
    let path_end = |words| of_path(words).filter(|_| request.through.len() > 1);
    let wanted = request.destination.as_ref();
    let other = wanted.and_then(|words| matching(network, transceivers.iter().copied(), words));
    let (from, source) =
        named("source", &request.source, path_end(request.through.first()), other)?;
    let path_to = path_end(request.through.last());
    let (to, destination) = named("destination", &request.destination, path_to, Some(from))?;
    if from == to {
        return Err(RunError::SameEnds { uid: network.element(from).uid.clone() });
    }
    Ok(Ends { from, to, through, source, destination })
}

/// The element of this name, or the first with the words in its name, whatever the case.
fn matching(
    network: &Network,
    among: impl Iterator<Item = Vertex> + Clone,
    words: &str,
) -> Option<Vertex> {
    let exact = among.clone().find(|&vertex| network.element(vertex).uid == words);
    let lower = words.to_lowercase();
    exact.or_else(|| {
        among.into_iter().find(|&v| network.element(v).uid.to_lowercase().contains(&lower))
    })
}
