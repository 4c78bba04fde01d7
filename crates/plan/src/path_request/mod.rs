//! Requests planned on a network: routes, disjointness, modes, spectrum.
//!
//! Clauses: GNPy 1.3 (the path request program), 6.7, 6.9. One module each:
//! - [`demand`]: a request with what the library says of its transceiver; equal ones joined;
//! - `exact`: routes of requests that must not share links, nodes or risk groups, over the [`fabric`] of lines;
//! - [`disjoint`]: the same for links as GNPy finds them;
//! - [`spectrum`]: who uses which slots of which line;
//! - [`quality`]: light across a route, and the mode it bears;
//! - [`beside`]: requests beside channels that are there; [`occupied`]: what is there after that;
//! - [`response`], [`csv`], [`dump`]: what came of it, in GNPy's forms.
//!
//! In: a network, a library, services. Out: [`Planned`]. A request that cannot be served says why, and the others
//! are planned all the same.

pub mod beside;
pub mod csv;
pub mod demand;
pub mod disjoint;
pub mod dump;
mod exact;
mod existing;
pub mod fabric;
mod light;
pub mod occupied;
pub mod quality;
mod redesign;
pub mod response;
pub mod spectrum;

use core::fmt;
use std::collections::HashMap;

use otn_photon::transceiver::Reception;

use crate::design::{Design, DesignError, Reference, Steps, design};
use crate::library::Library;
use crate::models::{Models, ModelsError};
use crate::network::Network;
use crate::network::graph::Vertex;
use crate::network::route::{NoRoute, route};
use crate::occupation::Occupation;
use crate::risk_groups::RiskGroups;
use crate::services::{FrequencySlot, Services, Synchronization};
use crate::transmission::Settings;
use crate::transmission::run::{Request as Transmission, reference};

pub use beside::{ExistingOutcome, Harm, Load};
pub use demand::{Demand, DemandError};
pub use disjoint::without_doubles;
pub use fabric::Fabric;
pub use light::Seen;
pub use response::mean;
pub use spectrum::{Line, Pairing, Policy, Spectrum};

use beside::Site;
use exact::Field;

/// How routes of requests that must not share something are found.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Disjunction {
    /// As GNPy finds them: by trying all, and for links alone.
    #[default]
    Enumerated,
    /// Of least length together, whatever must not be shared; with the risk groups of the network.
    Exact(RiskGroups),
}

/// How requests are planned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// What light is computed with.
    pub settings: Settings,
    /// Which of the free slots are taken.
    pub policy: Policy,
    /// The way back is judged too, whatever a request says.
    pub bidirectional: bool,
    /// How routes of requests that must not share something are found.
    pub disjunction: Disjunction,
    /// What the network carries already: requests are planned beside it. Lines are reckoned full of each request's own
    /// channels if `None`, as GNPy does it.
    pub occupation: Option<Occupation>,
    /// The line is designed anew for every request, along its route; not where the network carries something.
    pub redesign: bool,
    /// Power at the input of spans that the network is designed for, dBm; the library's if `None`.
    pub power_dbm: Option<f64>,
    /// Whether design leaves out splitting and insertion.
    pub no_insert: bool,
}

/// Why a request is not served.
#[derive(Clone, Debug, PartialEq)]
pub enum Blocked {
    /// The ends are not joined.
    NoPath,
    /// They are joined, but not as the request wants it.
    NoPathWithConstraint,
    /// No routes of its group keep clear of each other: why not.
    Disjoint(String),
    /// No mode of the transceiver has room in the spacing.
    NoFeasibleBaudRate,
    /// No light crosses the route.
    NoComputedSnr,
    /// No mode of the transceiver bears the route.
    NoFeasibleMode,
    /// The mode that the request names does not bear the route.
    ModeNotFeasible,
    /// The slots are not free on all lines of the route.
    NoSpectrum,
    /// The slots that the request names do not carry its bandwidth.
    NotEnoughReservedSpectrum,
    /// The request itself makes no sense; GNPy stops at such a one.
    Demand(DemandError),
}

impl Blocked {
    /// The word GNPy has for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoPath => "NO_PATH",
            Self::NoPathWithConstraint | Self::Disjoint(_) => "NO_PATH_WITH_CONSTRAINT",
            Self::NoFeasibleBaudRate => "NO_FEASIBLE_BAUDRATE_WITH_SPACING",
            Self::NoComputedSnr => "NO_COMPUTED_SNR",
            Self::NoFeasibleMode => "NO_FEASIBLE_MODE",
            Self::ModeNotFeasible => "MODE_NOT_FEASIBLE",
            Self::NoSpectrum => "NO_SPECTRUM",
            Self::NotEnoughReservedSpectrum => "NOT_ENOUGH_RESERVED_SPECTRUM",
            Self::Demand(_) => "BAD_REQUEST",
        }
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPath => write!(f, "no path between its ends"),
            Self::NoPathWithConstraint => {
                write!(
                    f,
                    "no path that passes what it must and keeps clear of what it must not share"
                )
            }
            Self::Disjoint(why) => write!(f, "no routes for its group: {why}"),
            Self::NoFeasibleBaudRate => {
                write!(f, "no mode of its transceiver has room in its spacing")
            }
            Self::NoComputedSnr => {
                write!(f, "none of its channels crosses the amplifiers of its route")
            }
            Self::NoFeasibleMode => {
                write!(
                    f,
                    "no mode of its transceiver bears its route: GSNR less penalties is too low"
                )
            }
            Self::ModeNotFeasible => {
                write!(f, "its mode does not bear its route: GSNR less penalties is too low")
            }
            Self::NoSpectrum => write!(f, "its slots are not free on all lines of its route"),
            Self::NotEnoughReservedSpectrum => {
                write!(f, "the slots it asks for do not carry its bandwidth")
            }
            Self::Demand(error) => write!(f, "{error}"),
        }
    }
}

/// What came of a request.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The request.
    pub demand: Demand,
    /// Index of its mode in its transceiver: the one named, or found.
    pub mode: Option<usize>,
    /// The route, from transceiver to transceiver; empty if there is none.
    pub route: Vec<Vertex>,
    /// What its receiver sees.
    pub reception: Option<Reception>,
    /// What the receiver of the way back sees.
    pub back: Option<Reception>,
    /// Slots that were given to it: all with centre and width.
    pub slots: Vec<FrequencySlot>,
    /// Why it is not served.
    pub blocked: Option<Blocked>,
}

/// A planned network.
#[derive(Clone, Debug)]
pub struct Planned {
    /// The network as it was designed before any request.
    pub designed: Network,
    /// The network, designed; where lines are designed anew for requests, as the last ones left it.
    pub network: Network,
    /// How it was designed.
    pub design: Design,
    /// The channel it was designed for.
    pub reference: Reference,
    /// Requests as they were made, before equal ones were joined.
    pub requested: Vec<Demand>,
    /// Requests, equal ones joined, in order.
    pub outcomes: Vec<Outcome>,
    /// Groups of requests that do not share links.
    pub groups: Vec<Synchronization>,
    /// Who uses which slots.
    pub spectrum: Spectrum,
    /// What became of what was there before, if anything was said of it.
    pub load: Option<Load>,
    /// What was passed over.
    pub warnings: Vec<String>,
}

/// Why nothing was planned.
#[derive(Clone, Debug, PartialEq)]
pub enum PlanError {
    /// The library has no default comb.
    NoComb,
    /// An amplifier type has no model.
    Models(ModelsError),
    /// The network cannot be designed.
    Design(DesignError),
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoComb => write!(f, "the library has no section SI with a default entry"),
            Self::Models(error) => write!(f, "{error}"),
            Self::Design(error) => write!(f, "{error}"),
        }
    }
}

impl core::error::Error for PlanError {}

impl From<ModelsError> for PlanError {
    fn from(error: ModelsError) -> Self {
        Self::Models(error)
    }
}

impl From<DesignError> for PlanError {
    fn from(error: DesignError) -> Self {
        Self::Design(error)
    }
}

/// Designs `network` and plans `services` on it, in their order.
///
/// # Errors
/// [`PlanError`]; what is wrong with a single request is said in its [`Outcome`].
pub fn plan(
    mut network: Network,
    library: &Library,
    services: &Services,
    options: &Options,
) -> Result<Planned, PlanError> {
    let comb = library.spectra.first().ok_or(PlanError::NoComb)?;
    let models = Models::new(library)?;
    let of_network = Transmission {
        power_dbm: options.power_dbm,
        settings: options.settings.clone(),
        ..Transmission::default()
    };
    let reference = reference(comb, &of_network);
    let steps = Steps { insert: !options.no_insert, losses: true };
    let account = design(&mut network, library, &models, &reference, steps)?;
    let designed = network.clone();
    let mut warnings = Vec::new();
    let groups = without_doubles(&services.synchronizations).into_iter().cloned().collect();
    let demands = demand::demands(&network, library, services, options, &mut warnings);
    let requested = demands.clone();
    let (demands, groups) = demand::joined(demands, groups);
    let pairing = match options.disjunction {
        Disjunction::Enumerated => Pairing::Order,
        Disjunction::Exact(_) => Pairing::Length,
    };
    let mut spectrum = Spectrum::new(&network, &models, pairing);
    let lines = &spectrum.lines;
    let found = match &options.disjunction {
        Disjunction::Enumerated => disjoint::routes(&network, &demands, &groups, &mut warnings),
        Disjunction::Exact(risks) => {
            let fabric = Fabric::new(&network, lines, risks);
            let field =
                Field { network: &network, lines, fabric: &fabric, risks, demands: &demands };
            exact::routes(&field, &groups, &mut warnings)
        }
    };
    let routes = routes(&network, &demands, found);
    let demands: Vec<_> = demands.into_iter().zip(routes).collect();
    let mut load = None;
    let outcomes = match &options.occupation {
        Some(occupation) => {
            let site = Site { network: &network, library, models: &models, options, comb };
            let (outcomes, told) = beside::plan(&site, occupation, &mut spectrum, demands);
            load = Some(told);
            outcomes
        }
        None => {
            let judge = quality::Judge::new(library, &models, options, reference);
            one_by_one(judge, &mut network, &mut spectrum, demands, options.policy)?
        }
    };
    Ok(Planned {
        designed,
        network,
        design: account,
        reference,
        requested,
        outcomes,
        groups,
        spectrum,
        load,
        warnings,
    })
}

/// Requests one after another, each alone on a full line.
fn one_by_one(
    mut judge: quality::Judge<'_>,
    network: &mut Network,
    spectrum: &mut Spectrum,
    demands: Vec<(Demand, Result<Vec<Vertex>, Blocked>)>,
    policy: Policy,
) -> Result<Vec<Outcome>, PlanError> {
    let mut outcomes = Vec::new();
    for (demand, route) in demands {
        let mut outcome = judge.outcome(network, spectrum, demand, route)?;
        spectrum.assign(&mut outcome, judge.library(), policy);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The routes of all requests: those of groups are found already.
fn routes(
    network: &Network,
    demands: &[Demand],
    mut found: HashMap<usize, Result<Vec<Vertex>, Blocked>>,
) -> Vec<Result<Vec<Vertex>, Blocked>> {
    let one = |(i, demand): (usize, &Demand)| {
        if let Some(error) = &demand.error {
            return Err(Blocked::Demand(error.clone()));
        }
        if let Some(route) = found.remove(&i) {
            return route;
        }
        let (Some(from), Some(to)) =
            (network.vertex(&demand.source), network.vertex(&demand.destination))
        else {
            return Err(Blocked::NoPath);
        };
        route(network, from, to, &demand.include).map_err(|none| match none {
            NoRoute::Apart => Blocked::NoPath,
            NoRoute::Constraint => Blocked::NoPathWithConstraint,
        })
    };
    demands.iter().enumerate().map(one).collect()
}
