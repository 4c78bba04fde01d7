//! For which bands a line is designed.
//!
//! Clauses: GNPy 6.8 (design bands), black-box runs of 2.14.2.
//! A line reaches from a ROADM or transceiver to the next one. Its bands are those its degree names; else
//! what the bands of its ROADM (or of the library's combs) and those of its given amplifiers share.

use otn_photon::Compat;
use otn_photon::spectrum::floor_division;

use crate::library::{Band, Library, SpectrumInformation};
use crate::network::Network;
use crate::network::element::{DegreeBands, Kind};
use crate::network::graph::Vertex;
use crate::topology::DesignBand;

/// A band and the spacing its channels are counted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LineBand {
    /// Lower edge, Hz.
    pub f_min_hz: f64,
    /// Upper edge, Hz.
    pub f_max_hz: f64,
    /// Spacing, Hz.
    pub spacing_hz: f64,
}

impl LineBand {
    /// How many channels a full band holds.
    //= gnpy:6.8-channel-count
    pub fn channels(&self, compat: Compat) -> f64 {
        let spacings = floor_division(self.f_max_hz - self.f_min_hz, self.spacing_hz);
        match compat {
            Compat::Gnpy214 => spacings.max(1.0),
            Compat::Gnpy30 => spacings.max(0.0) + 1.0,
        }
    }

    /// Centre, Hz.
    pub fn centre_hz(&self) -> f64 {
        (self.f_min_hz + self.f_max_hz) / 2.0
    }
}

/// The vertices of the line that begins with the step from `start` to `next`, without its ends.
pub(super) fn line(network: &Network, next: Vertex) -> Vec<Vertex> {
    let mut vertices = Vec::new();
    let mut at = next;
    while !network.element(at).ends_line() && !vertices.contains(&at) {
        vertices.push(at);
        match network.successors(at).first() {
            Some(&after) => at = after,
            None => break,
        }
    }
    vertices
}

/// Where the line through the edge from `before` to `after` begins: its start and the step that leaves it.
fn beginning(network: &Network, before: Vertex, after: Vertex) -> (Vertex, Vertex) {
    let (mut start, mut step) = (before, after);
    for _ in network.vertices() {
        match (network.element(start).ends_line(), network.predecessors(start).first()) {
            (false, Some(&earlier)) => (start, step) = (earlier, start),
            (true, _) | (false, None) => break,
        }
    }
    (start, step)
}

/// Whether the line through this edge is one of several bands.
pub(super) fn several(network: &Network, before: Vertex, after: Vertex) -> bool {
    let (start, step) = beginning(network, before, after);
    let multiband = |&vertex: &Vertex| matches!(network.element(vertex).kind, Kind::Multiband(_));
    let of_degree = given(network, start, &network.element(step).uid);
    line(network, step).iter().any(multiband) || of_degree.is_some_and(|bands| bands.len() > 1)
}

/// Whether any line may be one of several bands: following lines is dear where none is.
pub(super) fn any_several(network: &Network) -> bool {
    network.vertices().any(|vertex| {
        let multiband = matches!(network.element(vertex).kind, Kind::Multiband(_));
        let named = degree_bands(network, vertex).is_some_and(|bands| {
            bands.all.len() > 1 || bands.single.iter().any(|degree| degree.1.len() > 1)
        });
        multiband || named
    })
}

/// Bands that the files name for a degree or for all degrees of its node.
fn given<'a>(network: &'a Network, start: Vertex, degree: &str) -> Option<&'a [DesignBand]> {
    let bands = degree_bands(network, start)?;
    single(bands, degree).or(Some(&bands.all[..])).filter(|bands| !bands.is_empty())
}

fn degree_bands(network: &Network, vertex: Vertex) -> Option<&DegreeBands> {
    match &network.element(vertex).kind {
        Kind::Roadm(roadm) => Some(&roadm.bands),
        Kind::Transceiver(transceiver) => Some(&transceiver.bands),
        Kind::Fused(_) | Kind::Fibre(_) | Kind::Edfa(_) | Kind::Multiband(_) => None,
    }
}

fn single<'a>(bands: &'a DegreeBands, degree: &str) -> Option<&'a [DesignBand]> {
    bands.single.iter().find(|entry| entry.0 == degree).map(|entry| &entry.1[..])
}

/// The bands of the line from `start` over `next`, by rising frequency.
//= gnpy:6.8-design-bands
pub(super) fn of_line(
    network: &Network,
    library: &Library,
    start: Vertex,
    next: Vertex,
) -> Vec<LineBand> {
    let combs: Vec<LineBand> = library.spectra.iter().map(comb_band).collect();
    let with_spacing = |band: &DesignBand| {
        let spacing = band.spacing_hz.or_else(|| {
            let inside =
                combs.iter().find(|comb| overlap(comb, band.f_min_hz, band.f_max_hz).is_some());
            inside.or(combs.first()).map(|comb| comb.spacing_hz)
        });
        LineBand {
            f_min_hz: band.f_min_hz,
            f_max_hz: band.f_max_hz,
            spacing_hz: spacing.unwrap_or(SpectrumInformation::default().spacing_hz),
        }
    };
    let degree = &network.element(next).uid;
    let degrees = degree_bands(network, start);
    if let Some(bands) = degrees.and_then(|bands| single(bands, degree)) {
        return sorted(bands.iter().map(with_spacing).collect());
    }
    let of_node: Vec<LineBand> =
        degrees.map(|bands| bands.all.iter().map(with_spacing).collect()).unwrap_or_default();
    let vertices = line(network, next);
    let multiband = several(network, start, next);
    let Some(amplified) = common_bands(network, library, &vertices) else {
        let bands = if of_node.is_empty() { combs } else { of_node };
        return sorted(if multiband { bands } else { bands.into_iter().take(1).collect() });
    };
    // A node that names another number of bands than its amplifiers have does not narrow them.
    let node_counts = of_node.is_empty() || of_node.len() == amplified.len();
    let narrowed = amplified.iter().map(|band| {
        let wanted = of_node.iter().chain(&combs).filter(|_| node_counts);
        let mut shared = wanted.filter_map(|want| {
            let (f_min_hz, f_max_hz) = overlap(want, band.f_min_hz, band.f_max_hz)?;
            Some(LineBand { f_min_hz, f_max_hz, spacing_hz: want.spacing_hz })
        });
        shared.next().unwrap_or(LineBand {
            f_min_hz: band.f_min_hz,
            f_max_hz: band.f_max_hz,
            spacing_hz: combs.first().map_or(50e9, |comb| comb.spacing_hz),
        })
    });
    sorted(narrowed.collect())
}

fn sorted(mut bands: Vec<LineBand>) -> Vec<LineBand> {
    bands.sort_by(|a, b| a.f_min_hz.total_cmp(&b.f_min_hz));
    bands
}

fn comb_band(comb: &SpectrumInformation) -> LineBand {
    LineBand { f_min_hz: comb.f_min_hz, f_max_hz: comb.f_max_hz, spacing_hz: comb.spacing_hz }
}

/// What two bands share, if they share more than an edge.
fn overlap(band: &LineBand, f_min_hz: f64, f_max_hz: f64) -> Option<(f64, f64)> {
    let (low, high) = (band.f_min_hz.max(f_min_hz), band.f_max_hz.min(f_max_hz));
    (low < high).then_some((low, high))
}

/// The bands that all given amplifiers of a line share; `None` if no type is given.
fn common_bands(network: &Network, library: &Library, vertices: &[Vertex]) -> Option<Vec<Band>> {
    let mut common: Option<Vec<Band>> = None;
    for &vertex in vertices {
        let bands = amplifier_bands(network, library, vertex);
        if bands.is_empty() {
            continue;
        }
        common = Some(match common {
            None => bands,
            Some(before) => shared(&before, &bands),
        });
    }
    common
}

fn shared(one: &[Band], other: &[Band]) -> Vec<Band> {
    let mut all = Vec::new();
    for a in one {
        for b in other {
            let band =
                Band { f_min_hz: a.f_min_hz.max(b.f_min_hz), f_max_hz: a.f_max_hz.min(b.f_max_hz) };
            if band.f_min_hz < band.f_max_hz {
                all.push(band);
            }
        }
    }
    all
}

/// The bands of an amplifier whose type is given; none for other elements.
pub(super) fn amplifier_bands(network: &Network, library: &Library, vertex: Vertex) -> Vec<Band> {
    let of_type = |variety: Option<&str>| {
        let entry = library.amplifier(variety?)?;
        Some(entry.bands.clone())
    };
    match &network.element(vertex).kind {
        Kind::Edfa(edfa) => of_type(edfa.given_variety()).unwrap_or_default(),
        Kind::Multiband(multiband) if multiband.chosen => Vec::new(),
        Kind::Multiband(multiband) if multiband.amplifiers.is_empty() => {
            of_type(multiband.type_variety.as_deref()).unwrap_or_default()
        }
        Kind::Multiband(multiband) => {
            let each = multiband
                .amplifiers
                .iter()
                .filter_map(|edfa| of_type(edfa.type_variety.as_deref()));
            each.flatten().collect()
        }
        Kind::Transceiver(_) | Kind::Roadm(_) | Kind::Fused(_) | Kind::Fibre(_) => Vec::new(),
    }
}
