//! The ways of lightpaths through a plant, cut into the sections that they share.
//!
//! Clauses: GNPy 6.9 (route). A section is what lies between two places where channels come and go: ROADMs and
//! transceivers; in G.872's words an optical multiplex section.
//! In: a designed network, lightpaths. Out: [`Way`]s, [`Section`]s, the order in which light fills them.

use std::collections::BTreeMap;

use otn_frame::SimTime;
use otn_photon::spectrum::Channel;
use otn_plan::error::Hint;
use otn_plan::models;
use otn_plan::network::graph::Vertex;
use otn_plan::network::route::{Include, route};
use otn_plan::network::{Kind, Network};

use super::error::PlantError;
use super::lightpath::{Direction, Lightpath, LightpathId};
use super::receiver::Receiver;

/// One direction of a lightpath: from transceiver to transceiver.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) lightpath: LightpathId,
    pub(super) direction: Direction,
    /// Elements, transceivers at the ends.
    pub(super) route: Vec<Vertex>,
    /// Seconds of flight from the transmitter to the input of each element.
    pub(super) reached_s: Vec<f64>,
    /// The sections, in order, each with the place of its first element in `route`.
    pub(super) sections: Vec<(usize, usize)>,
    /// What is launched, at its nominal frequency.
    pub(super) channel: Channel,
    pub(super) receiver: Receiver,
    /// Time of flight of the whole way.
    pub(super) delay: SimTime,
}

impl Way {
    /// Seconds of flight of the whole way.
    pub(super) fn flight_s(&self) -> f64 {
        self.reached_s.last().copied().unwrap_or(0.0)
    }
}

/// What lies between two places where channels come and go.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// Where it begins: a ROADM or a transceiver.
    pub(super) from: Vertex,
    /// Fibres, amplifiers and joints, in order.
    pub(super) inner: Vec<Vertex>,
    /// Ways over it, by index, and the place of this section among those of the way.
    pub(super) ways: Vec<(usize, usize)>,
    /// Channels that are there besides, with their power at its beginning.
    pub(super) fill: Vec<Channel>,
}

/// A span of seconds as virtual time, to the nearest picosecond.
pub(super) fn time(seconds: f64) -> SimTime {
    SimTime::from_ps((seconds * 1e12).round() as u64)
}

/// The routes of a lightpath, forward and backward.
//= gnpy:6.9-route
pub(super) fn routes(
    network: &Network,
    lightpath: &Lightpath,
) -> Result<[Vec<Vertex>; 2], PlantError> {
    let mut ends = [0; 2];
    for (end, uid) in ends.iter_mut().zip(&lightpath.ends) {
        let transceivers =
            network.elements().iter().filter(|element| is_transceiver(&element.kind));
        let names = transceivers.map(|element| element.uid.as_str());
        let found = network.vertex(uid).filter(|&v| is_transceiver(&network.element(v).kind));
        *end = found.ok_or_else(|| unknown(lightpath, "transceiver", uid, names))?;
    }
    if ends[0] == ends[1] {
        let (lightpath, uid) = (lightpath.name.clone(), lightpath.ends[0].clone());
        return Err(PlantError::SameEnds { lightpath, uid });
    }
    let forward = one_route(network, lightpath, ends, &lightpath.through[0], true)?;
    let back = [ends[1], ends[0]];
    let given = &lightpath.through[1];
    let backward = if given.is_empty() {
        let nodes = forward.iter().rev().map(|&vertex| network.element(vertex));
        let roadms = nodes.filter(|element| matches!(element.kind, Kind::Roadm(_)));
        let same: Vec<String> = roadms.map(|element| element.uid.clone()).collect();
        // Where each direction has ROADMs of its own, the shortest way back has to do.
        one_route(network, lightpath, back, &same, false)?
    } else {
        one_route(network, lightpath, back, given, true)?
    };
    Ok([forward, backward])
}

fn is_transceiver(kind: &Kind) -> bool {
    matches!(kind, Kind::Transceiver(_))
}

fn unknown<'a>(
    lightpath: &Lightpath,
    what: &'static str,
    found: &str,
    names: impl Iterator<Item = &'a str>,
) -> PlantError {
    PlantError::Unknown {
        lightpath: lightpath.name.clone(),
        what,
        found: found.to_owned(),
        hint: Hint::for_name(found, names).to_string(),
    }
}

fn one_route(
    network: &Network,
    lightpath: &Lightpath,
    [from, to]: [Vertex; 2],
    through: &[String],
    strict: bool,
) -> Result<Vec<Vertex>, PlantError> {
    let mut wanted = Vec::with_capacity(through.len());
    for name in through {
        let vertex = named(network, name).ok_or_else(|| {
            let names = network.elements().iter().map(|element| element.uid.as_str());
            unknown(lightpath, "element", name, names)
        })?;
        wanted.push(Include { uid: network.element(vertex).uid.clone(), strict });
    }
    route(network, from, to, &wanted).map_err(|reason| PlantError::Route {
        lightpath: lightpath.name.clone(),
        from: network.element(from).uid.clone(),
        to: network.element(to).uid.clone(),
        reason,
    })
}

/// The element of this name; of a fibre that design has split, its first piece.
pub(super) fn named(network: &Network, name: &str) -> Option<Vertex> {
    // No fibre is split into more pieces than fit this: 150 km each would circle the Earth.
    const MOST_PIECES: usize = 300;
    let piece = |count| network.vertex(&format!("{name}_(1/{count})"));
    network.vertex(name).or_else(|| (2..=MOST_PIECES).find_map(piece))
}

/// Seconds from the transmitter to the input of each element of a route.
pub(super) fn reached_s(network: &Network, route: &[Vertex]) -> Result<Vec<f64>, PlantError> {
    let mut reached = Vec::with_capacity(route.len());
    let mut so_far = 0.0;
    for &vertex in route {
        reached.push(so_far);
        so_far += flight_s(network, vertex)?;
    }
    Ok(reached)
}

/// Seconds of flight through an element: only fibres take any.
//= otn:light-delay
pub(super) fn flight_s(network: &Network, vertex: Vertex) -> Result<f64, PlantError> {
    let element = network.element(vertex);
    let Some(fibre) = element.fibre() else { return Ok(0.0) };
    Ok(models::fibre(&element.uid, fibre).map_err(PlantError::Models)?.latency_s())
}

/// The sections of all ways; fills in those of each way.
pub(super) fn sections(network: &Network, ways: &mut [Way]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut known: BTreeMap<Vec<Vertex>, usize> = BTreeMap::new();
    for (index, way) in ways.iter_mut().enumerate() {
        let ends_line = |place: &usize| network.element(way.route[*place]).ends_line();
        let places: Vec<usize> = (0..way.route.len()).filter(ends_line).collect();
        for pair in places.windows(2) {
            let key = way.route[pair[0]..=pair[1]].to_vec();
            let number = *known.entry(key).or_insert_with_key(|key| {
                let inner = key[1..key.len() - 1].to_vec();
                sections.push(Section { from: key[0], inner, ways: Vec::new(), fill: Vec::new() });
                sections.len() - 1
            });
            sections[number].ways.push((index, way.sections.len()));
            way.sections.push((number, pair[0]));
        }
    }
    sections
}

/// An order in which every section comes after those that fill it, as far as there is one: `false` if some
/// sections fill one another in a circle.
pub(super) fn order(sections: &[Section], ways: &[Way]) -> (Vec<usize>, bool) {
    let mut waits = vec![0usize; sections.len()];
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); sections.len()];
    for way in ways {
        for pair in way.sections.windows(2) {
            next[pair[0].0].push(pair[1].0);
            waits[pair[1].0] += 1;
        }
    }
    let mut order = Vec::with_capacity(sections.len());
    let mut placed = vec![false; sections.len()];
    let mut open = true;
    while order.len() < sections.len() {
        let free = (0..sections.len()).find(|&s| !placed[s] && waits[s] == 0);
        // In a circle the first one of the file begins.
        let first = free.or_else(|| {
            open = false;
            placed.iter().position(|placed| !placed)
        });
        let Some(section) = first else { break };
        placed[section] = true;
        order.push(section);
        for &after in &next[section] {
            waits[after] = waits[after].saturating_sub(1);
        }
    }
    (order, open)
}
