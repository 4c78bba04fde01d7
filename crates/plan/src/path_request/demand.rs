//! A request with what the library says of its transceiver; equal requests are joined.
//!
//! Clauses: GNPy 6.9 (aggregation), 1.2 (services). In: requests of a file, a library, a network. Out: [`Demand`]s.

use core::fmt;
use std::collections::BTreeSet;

use otn_photon::Compat;
use otn_photon::spectrum::floor_division;
use otn_photon::units::dbm;

use super::spectrum::half_width;
use super::{Disjunction, Options};
use crate::error::Hint;
use crate::library::{Library, Mode, SpectrumInformation, TransceiverType};
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::route::Include;
use crate::services::{FrequencySlot, Request, Services, Synchronization};

/// Why a request makes no sense on this network with this library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DemandError {
    /// An end is no transceiver of the network.
    End {
        /// Which end.
        end: &'static str,
        /// The name found.
        found: String,
        /// What might have been meant.
        hint: Hint,
    },
    /// Both ends are one.
    SameEnds,
    /// The library has no transceiver of this name.
    Transceiver {
        /// The name found.
        found: String,
        /// What might have been meant.
        hint: Hint,
    },
    /// The transceiver has no mode of this name.
    Mode {
        /// The name found.
        found: String,
        /// The transceiver.
        of: String,
        /// What might have been meant.
        hint: Hint,
    },
    /// The mode has no room in the spacing.
    Spacing {
        /// The spacing found, Hz.
        found_hz: u64,
        /// What the mode needs, Hz.
        least_hz: u64,
    },
    /// A node it must pass is not in the network.
    Include {
        /// The name found.
        found: String,
        /// What might have been meant.
        hint: Hint,
    },
    /// No channel has room in the band of the transceiver.
    NoChannel,
    /// The bandwidth is negative, or nothing.
    Bandwidth {
        /// The bandwidth found, bit/s.
        found_bit_per_s: i64,
    },
    /// So many channels have no room in the band of the transceiver.
    Channels {
        /// Channels found.
        found: usize,
        /// Width of the band, Hz.
        band_hz: u64,
    },
    /// Slots that are asked for overlap.
    Overlap {
        /// Centres of the two.
        centres: (i64, i64),
    },
    /// The slots asked for carry too few channels.
    TooFewSlots {
        /// Channels they carry.
        found: u64,
        /// Channels that the bandwidth needs.
        needed: u64,
    },
}

impl fmt::Display for DemandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ghz = |hz: &u64| *hz as f64 * 1e-9;
        match self {
            Self::End { end, found, hint } => {
                write!(f, "{end} '{found}' is no transceiver of the network{hint}")
            }
            Self::SameEnds => {
                write!(f, "source and destination are one, expected two transceivers")
            }
            Self::Transceiver { found, hint } => {
                write!(f, "no transceiver '{found}' in the library{hint}")
            }
            Self::Mode { found, of, hint } => {
                write!(f, "transceiver '{of}' has no mode '{found}'{hint}")
            }
            Self::Spacing { found_hz, least_hz } => write!(
                f,
                "spacing {} GHz, expected {} GHz or more for its mode",
                ghz(found_hz),
                ghz(least_hz)
            ),
            Self::Include { found, hint } => {
                write!(f, "it must pass '{found}', which is not in the network{hint}")
            }
            Self::Channels { found, band_hz } => write!(
                f,
                "{found} channels of its spacing, expected as many as have room in the {} GHz of its \
                 transceiver",
                ghz(band_hz)
            ),
            Self::Overlap { centres: (one, other) } => {
                write!(f, "its slots around N {one} and N {other} overlap")
            }
            Self::TooFewSlots { found, needed } => {
                write!(f, "its slots carry {found} channels, expected {needed} for its bandwidth")
            }
            Self::Bandwidth { found_bit_per_s } => {
                write!(f, "path_bandwidth {found_bit_per_s} bit/s, expected a number above zero")
            }
            Self::NoChannel => {
                write!(f, "no channel of its spacing lies in its transceiver's band")
            }
        }
    }
}

impl core::error::Error for DemandError {}

impl DemandError {
    /// Where the file says it, from the request on.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::End { end, .. } if end.len() == "source".len() => "/source",
            Self::End { .. } | Self::SameEnds => "/destination",
            Self::Transceiver { .. } => "/path-constraints/te-bandwidth/trx_type",
            Self::Mode { .. } => "/path-constraints/te-bandwidth/trx_mode",
            Self::Spacing { .. } | Self::NoChannel => "/path-constraints/te-bandwidth/spacing",
            Self::Include { .. } => "/explicit-route-objects/route-object-include-exclude",
            Self::Channels { .. } => "/path-constraints/te-bandwidth/max-nb-of-channel",
            Self::Bandwidth { .. } => "/path-constraints/te-bandwidth/path_bandwidth",
            Self::Overlap { .. } | Self::TooFewSlots { .. } => {
                "/path-constraints/te-bandwidth/effective-freq-slot"
            }
        }
    }
}

/// A request, or several equal ones, ready to be planned.
#[derive(Clone, Debug, PartialEq)]
pub struct Demand {
    /// Names of the requests, joined by ` | `.
    pub id: String,
    /// Where it starts.
    pub source: String,
    /// Where it ends.
    pub destination: String,
    /// Whether the way back is judged too.
    pub bidirectional: bool,
    /// Name of its transceiver.
    pub trx_type: String,
    /// Name of the mode, if the request names one.
    pub trx_mode: Option<String>,
    /// Spacing of channels, Hz.
    pub spacing_hz: f64,
    /// Number of channels the line is reckoned full with.
    pub channels: usize,
    /// Lowest and highest end of the comb the line is reckoned full with, Hz.
    pub comb_hz: (f64, f64),
    /// Power at the input of spans, W.
    pub power_w: f64,
    /// Power that the request asks its transmitter for, dBm.
    pub tx_power_dbm: Option<f64>,
    /// Power of its transmitter where it asks for none, dBm: the library's, else that at the input of spans.
    pub default_tx_power_dbm: f64,
    /// Bandwidth, bit/s.
    pub path_bandwidth_bit_per_s: f64,
    /// Slots asked for.
    pub slots: Vec<FrequencySlot>,
    /// Elements its route must pass, in order; those that the network does not have are left out.
    pub include: Vec<Include>,
    /// Why it cannot be planned.
    pub error: Option<DemandError>,
}

impl Demand {
    /// Its transceiver in `library`.
    pub fn transceiver<'a>(&self, library: &'a Library) -> Option<&'a TransceiverType> {
        library.transceiver(&self.trx_type)
    }

    /// The mode it names, in `library`.
    pub fn mode<'a>(&self, library: &'a Library) -> Option<&'a Mode> {
        self.transceiver(library)?.mode(self.trx_mode.as_deref()?)
    }

    /// Channels of `bit_rate` that carry its bandwidth.
    //= gnpy:6.9-slots
    pub fn pairs(&self, bit_rate: f64) -> u64 {
        (self.path_bandwidth_bit_per_s / bit_rate).ceil() as u64
    }
}

/// The requests of a file on this network.
pub(super) fn demands(
    network: &Network,
    library: &Library,
    services: &Services,
    options: &Options,
    warnings: &mut Vec<String>,
) -> Vec<Demand> {
    let Some(comb) = library.spectra.first() else { return Vec::new() };
    let one = |request: &Request| demand(network, library, comb, request, options, warnings);
    services.requests.iter().map(one).collect()
}

fn demand(
    network: &Network,
    library: &Library,
    comb: &SpectrumInformation,
    request: &Request,
    options: &Options,
    warnings: &mut Vec<String>,
) -> Demand {
    let (include, unknown) = include(network, request, warnings);
    let compat = options.settings.compat;
    let transceiver = library.transceiver(&request.trx_type);
    let (channels, comb_hz) = band(transceiver, request, compat);
    let power_w = request.output_power_w.unwrap_or_else(|| otn_photon::units::watt(comb.power_dbm));
    let mut demand = Demand {
        id: request.request_id.clone(),
        source: request.source.clone(),
        destination: request.destination.clone(),
        bidirectional: request.bidirectional || options.bidirectional,
        trx_type: request.trx_type.clone(),
        trx_mode: request.trx_mode.clone(),
        spacing_hz: request.spacing_hz,
        channels,
        comb_hz,
        power_w,
        default_tx_power_dbm: comb.tx_power_dbm.unwrap_or_else(|| dbm(power_w)),
        tx_power_dbm: request.tx_power_w.map(dbm),
        path_bandwidth_bit_per_s: request.path_bandwidth_bit_per_s,
        slots: request.frequency_slots.clone(),
        include,
        error: None,
    };
    demand.error = ends(network, request)
        .or_else(|| bandwidth(request, options))
        .or_else(|| equipment(transceiver, library, request))
        .or(unknown)
        .or_else(|| (channels == 0).then_some(DemandError::NoChannel))
        .or_else(|| crowded(transceiver, &demand))
        .or_else(|| slots(transceiver, &demand));
    demand
}

/// Number of channels a line is reckoned full with, and the comb they fill.
//= gnpy:6.9-comb
fn band(
    transceiver: Option<&TransceiverType>,
    request: &Request,
    compat: Compat,
) -> (usize, (f64, f64)) {
    let Some(band) = transceiver.map(|transceiver| transceiver.frequency) else {
        return (0, (0.0, 0.0));
    };
    let first = match compat {
        Compat::Gnpy214 => 0.0,
        Compat::Gnpy30 => 1.0,
    };
    match request.max_nb_of_channel {
        Some(count) => {
            let f_max_hz = band.f_min_hz + (f64::from(count) - first) * request.spacing_hz;
            (count as usize, (band.f_min_hz, f_max_hz))
        }
        None => {
            let spacings = floor_division(band.f_max_hz - band.f_min_hz, request.spacing_hz);
            ((spacings + first).max(0.0) as usize, (band.f_min_hz, band.f_max_hz))
        }
    }
}

fn ends(network: &Network, request: &Request) -> Option<DemandError> {
    let transceivers = || {
        let all = network.elements().iter();
        all.filter(|e| matches!(e.kind, Kind::Transceiver(_))).map(|e| e.uid.as_str())
    };
    for (end, found) in [("source", &request.source), ("destination", &request.destination)] {
        if !transceivers().any(|uid| uid == found) {
            let hint = Hint::for_name(found, transceivers());
            return Some(DemandError::End { end, found: found.clone(), hint });
        }
    }
    (request.source == request.destination).then_some(DemandError::SameEnds)
}

/// Whether there is something to carry. GNPy plans a service of no bandwidth, and so do we where its ways are
/// asked for.
fn bandwidth(request: &Request, options: &Options) -> Option<DemandError> {
    let found = request.path_bandwidth_bit_per_s;
    let none = found < 0.0 || (found == 0.0 && options.disjunction != Disjunction::Enumerated);
    none.then_some(DemandError::Bandwidth { found_bit_per_s: found as i64 })
}

fn equipment(
    transceiver: Option<&TransceiverType>,
    library: &Library,
    request: &Request,
) -> Option<DemandError> {
    let Some(transceiver) = transceiver else {
        let found = request.trx_type.clone();
        let names = library.transceivers.iter().map(|entry| entry.type_variety.as_str());
        let hint = Hint::for_name(&found, names);
        return Some(DemandError::Transceiver { found, hint });
    };
    let found = request.trx_mode.as_ref()?;
    match transceiver.mode(found) {
        None => {
            let names = transceiver.modes.iter().map(|mode| mode.format.as_str());
            let hint = Hint::for_name(found, names);
            let of = transceiver.type_variety.clone();
            Some(DemandError::Mode { found: found.clone(), of, hint })
        }
        Some(mode) if mode.min_spacing_hz > request.spacing_hz => Some(DemandError::Spacing {
            found_hz: request.spacing_hz as u64,
            least_hz: mode.min_spacing_hz as u64,
        }),
        Some(_) => None,
    }
}

/// Whether more channels are asked for than the band of the transceiver has room for.
fn crowded(transceiver: Option<&TransceiverType>, demand: &Demand) -> Option<DemandError> {
    let band = transceiver?.frequency;
    let band_hz = (band.f_max_hz - band.f_min_hz).max(0.0) as u64;
    let too_many = demand.comb_hz.1 > band.f_max_hz;
    too_many.then_some(DemandError::Channels { found: demand.channels, band_hz })
}

/// Whether slots that are asked for overlap, or are too few for the mode that is named.
fn slots(transceiver: Option<&TransceiverType>, demand: &Demand) -> Option<DemandError> {
    let whole = |slot: &FrequencySlot| slot.n.zip(slot.m);
    let given: Vec<(i64, i64)> = demand.slots.iter().filter_map(whole).collect();
    for (i, (n, m)) in given.iter().enumerate() {
        let touches =
            |other: &&(i64, i64)| (n - other.0).unsigned_abs() < (m + other.1).unsigned_abs();
        if let Some((other, _)) = given[i + 1..].iter().find(touches) {
            return Some(DemandError::Overlap { centres: (*n, *other) });
        }
    }
    let mode = transceiver?.mode(demand.trx_mode.as_deref()?)?;
    let widths: Option<Vec<i64>> = demand.slots.iter().map(|slot| slot.m).collect();
    let widths = widths.filter(|widths| !widths.is_empty())?;
    let each = half_width(demand.spacing_hz).max(1);
    let found: u64 = widths.iter().map(|m| (m / each).max(0) as u64).sum();
    let needed = demand.pairs(mode.bit_rate);
    (found < needed).then_some(DemandError::TooFewSlots { found, needed })
}

/// The nodes a route must pass. Where all are loose, those that are not there are left out.
//= gnpy:6.9-include
fn include(
    network: &Network,
    request: &Request,
    warnings: &mut Vec<String>,
) -> (Vec<Include>, Option<DemandError>) {
    let mut known = Vec::new();
    for node in &request.include {
        if network.vertex(&node.node_id).is_some() {
            // Its own ends say nothing of a route.
            if node.node_id != request.source && node.node_id != request.destination {
                known.push(Include { uid: node.node_id.clone(), strict: !node.loose });
            }
            continue;
        }
        if !node.loose {
            let names = network.elements().iter().map(|element| element.uid.as_str());
            let hint = Hint::for_name(&node.node_id, names);
            return (known, Some(DemandError::Include { found: node.node_id.clone(), hint }));
        }
        warnings.push(format!(
            "request {}: no element '{}' in the network, its route does without it",
            request.request_id, node.node_id
        ));
    }
    (known, None)
}

/// Joins requests that differ in nothing but bandwidth and slots, and keep clear of the same ones.
//= gnpy:6.9-aggregation
pub(super) fn joined(
    demands: Vec<Demand>,
    mut groups: Vec<Synchronization>,
) -> (Vec<Demand>, Vec<Synchronization>) {
    let mut all: Vec<Demand> = Vec::with_capacity(demands.len());
    for demand in demands {
        let same = all.iter().position(|before| equal(before, &demand, &groups));
        let Some(before) = same else {
            all.push(demand);
            continue;
        };
        let gone = all.remove(before);
        let mut one = demand;
        for group in &mut groups {
            group.request_ids.retain(|id| *id != gone.id);
        }
        let id = format!("{} | {}", one.id, gone.id);
        for name in groups.iter_mut().flat_map(|group| &mut group.request_ids) {
            if *name == one.id {
                name.clone_from(&id);
            }
        }
        one.id = id;
        one.path_bandwidth_bit_per_s += gone.path_bandwidth_bit_per_s;
        one.slots.extend(gone.slots);
        all.push(one);
    }
    (all, groups)
}

fn equal(one: &Demand, other: &Demand, groups: &[Synchronization]) -> bool {
    let partners = |id: &str| -> BTreeSet<BTreeSet<&str>> {
        let of = groups.iter().filter(|group| group.request_ids.iter().any(|name| name == id));
        let others = of.map(|group| group.request_ids.iter().map(String::as_str));
        others.map(|names| names.filter(|name| *name != id).collect()).collect()
    };
    let alone = |demand: &Demand| {
        let mut demand = demand.clone();
        demand.id.clear();
        demand.path_bandwidth_bit_per_s = 0.0;
        demand.slots.clear();
        demand
    };
    one.trx_mode.is_some()
        && one.source == other.source
        && one.destination == other.destination
        && alone(one) == alone(other)
        && partners(&one.id) == partners(&other.id)
}
