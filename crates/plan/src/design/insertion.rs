//! Elements that files leave out: long fibres are split, amplifiers put where a line has none.
//!
//! Clauses: GNPy 6.8 (splitting, insertion).
//! In: a network as files give it. Out: the same with more elements; types and gains of the new amplifiers
//! are left open.

use std::collections::HashSet;

use super::bands;
use crate::library::SpanRules;
use crate::network::Network;
use crate::network::element::{Edfa, Element, Fibre, Kind, Multiband};
use crate::network::graph::Vertex;
use crate::topology::Location;

/// Length to which fibres are split where the rules leave a choice, m.
const USUAL_SPAN_M: f64 = 90e3;
/// Shortest length to which fibres are split, m.
const SHORTEST_SPAN_M: f64 = 50e3;
/// Loss of fibre by which padding is turned into a length, dB/km.
const USUAL_LOSS_DB_PER_KM: f64 = 0.2;

/// Splits long fibres, then puts preamplifiers and boosters at ROADMs, then amplifiers between fibres.
//= gnpy:6.8-insertion
pub(super) fn insert(network: &mut Network, rules: &SpanRules) {
    split_fibres(network, rules);
    let several = bands::any_several(network);
    for vertex in network.vertices() {
        if matches!(network.element(vertex).kind, Kind::Roadm(_)) {
            add_preamps(network, vertex, several);
            add_boosters(network, vertex, several);
        }
    }
    for vertex in network.vertices() {
        if network.element(vertex).fibre().is_some() {
            add_in_line(network, vertex, several);
        }
    }
}

/// Number of equal parts that a fibre of `length_m` is split into.
//= gnpy:6.8-split
fn parts(length_m: f64, rules: &SpanRules) -> usize {
    if length_m <= rules.max_length_m {
        return 1;
    }
    let least = (rules.padding_db / USUAL_LOSS_DB_PER_KM * 1000.0).trunc().max(SHORTEST_SPAN_M);
    let most = rules.max_length_m.trunc();
    let target = least.max(USUAL_SPAN_M.min(most));
    let fewer = (length_m / target).floor();
    if fewer < 1.0 {
        return 1;
    }
    let (long, short) = (length_m / fewer, length_m / (fewer + 1.0));
    let fits = |length: f64| (least..=most).contains(&length);
    let take_fewer = match (fits(long), fits(short)) {
        (true, false) => true,
        (false, true) => false,
        (true, true) | (false, false) => long - target <= target - short,
    };
    fewer as usize + usize::from(!take_fewer)
}

fn split_fibres(network: &mut Network, rules: &SpanRules) {
    let mut gone = HashSet::new();
    for vertex in network.vertices() {
        let element = network.element(vertex);
        let Some(fibre) = element.fibre().filter(|fibre| fibre.raman.is_none()) else { continue };
        let count = parts(fibre.length_m(), rules);
        let ends = (network.predecessors(vertex), network.successors(vertex));
        let (&[before], &[after]) = (&ends.0[..], &ends.1[..]) else { continue };
        if count > 1 {
            split(network, vertex, count, (before, after));
            gone.insert(vertex);
        }
    }
    network.remove(&gone);
}

fn split(network: &mut Network, vertex: Vertex, count: usize, (before, after): (Vertex, Vertex)) {
    let whole = network.element(vertex).clone();
    let Some(fibre) = whole.fibre() else { return };
    let part = part_of(fibre, count);
    let from = network.element(before).location.clone();
    let to = network.element(after).location.clone();
    network.part(before, vertex);
    network.part(vertex, after);
    let mut last = before;
    for number in 1..=count {
        let share = (number as f64 - 0.5) / count as f64;
        let between = |from: f64, to: f64| from + (to - from) * share;
        let location = Location {
            latitude_deg: between(from.latitude_deg, to.latitude_deg),
            longitude_deg: between(from.longitude_deg, to.longitude_deg),
            ..whole.location.clone()
        };
        let uid = format!("{}_({number}/{count})", whole.uid);
        let next = network.add(Element { uid, kind: Kind::Fibre(part.clone()), location });
        network.join(last, next);
        last = next;
    }
    network.join(last, after);
}

/// One of `count` equal parts of `fibre`.
///
/// The parts go by the nonlinear coefficient: where a file gives one and an effective area that disagree,
/// the area is dropped.
//= gnpy:6.2-split-gamma
fn part_of(fibre: &Fibre, count: usize) -> Fibre {
    let mut part = fibre.clone();
    let length_m = Some(fibre.length_m() / count as f64);
    part.params.length_m = length_m;
    part.own.length_m = length_m;
    if part.params.gamma_per_w_m.is_some() {
        part.params.effective_area_m2 = None;
    }
    part
}

fn add_preamps(network: &mut Network, roadm: Vertex, several: bool) {
    for before in network.predecessors(roadm) {
        if needs_amplifier(network.element(before)) {
            let uids = (&network.element(roadm).uid, &network.element(before).uid);
            let uid = format!("Edfa_preamp_{}_from_{}", uids.0, uids.1);
            let location = network.element(roadm).location.clone();
            put_between(network, (before, roadm), uid, location, several);
        }
    }
}

fn add_boosters(network: &mut Network, roadm: Vertex, several: bool) {
    for after in network.successors(roadm) {
        if needs_amplifier(network.element(after)) {
            let uids = (&network.element(roadm).uid, &network.element(after).uid);
            let uid = format!("Edfa_booster_{}_to_{}", uids.0, uids.1);
            let location = network.element(roadm).location.clone();
            put_between(network, (roadm, after), uid, location, several);
        }
    }
}

fn add_in_line(network: &mut Network, fibre: Vertex, several: bool) {
    for after in network.successors(fibre) {
        if network.element(after).fibre().is_none() {
            continue;
        }
        let uid = format!("Edfa_{}", network.element(fibre).uid);
        let (from, to) = (&network.element(fibre).location, &network.element(after).location);
        let location = Location {
            latitude_deg: (from.latitude_deg + to.latitude_deg) / 2.0,
            longitude_deg: (from.longitude_deg + to.longitude_deg) / 2.0,
            ..from.clone()
        };
        put_between(network, (fibre, after), uid, location, several);
    }
}

/// Whether a ROADM wants an amplifier towards this neighbour.
fn needs_amplifier(neighbour: &Element) -> bool {
    match neighbour.kind {
        Kind::Fibre(_) | Kind::Roadm(_) => true,
        Kind::Transceiver(_) | Kind::Fused(_) | Kind::Edfa(_) | Kind::Multiband(_) => false,
    }
}

/// Puts an amplifier on an edge; of several bands if its line is, which is looked at if any line may be.
fn put_between(
    network: &mut Network,
    (before, after): (Vertex, Vertex),
    uid: String,
    location: Location,
    several: bool,
) {
    let kind = if several && bands::several(network, before, after) {
        Kind::Multiband(Multiband { type_variety: None, chosen: false, amplifiers: Vec::new() })
    } else {
        Kind::Edfa(Edfa::open(None, None))
    };
    network.part(before, after);
    let amplifier = network.add(Element { uid, kind, location });
    network.join(before, amplifier);
    network.join(amplifier, after);
}
