//! What ROADMs level to, and which levels enter fibres and ROADMs.
//!
//! Clauses: GNPy 6.6, 6.8. Levels are those of the reference channel.

use super::Reference;
use crate::models;
use crate::network::Network;
use crate::network::element::{Kind, Roadm};
use crate::network::graph::Vertex;

/// Gives every degree of a ROADM its target: that of the ROADM where the files name none.
pub(super) fn set_targets(network: &mut Network) {
    for vertex in network.vertices() {
        let degrees: Vec<String> = network
            .successors(vertex)
            .into_iter()
            .map(|next| network.element(next))
            .filter(|next| !matches!(next.kind, Kind::Transceiver(_)))
            .map(|next| next.uid.clone())
            .collect();
        if let Kind::Roadm(roadm) = &mut network.element_mut(vertex).kind {
            for degree in degrees {
                if !roadm.targets.iter().any(|(uid, _)| *uid == degree) {
                    roadm.targets.push((degree, roadm.equalisation));
                }
            }
        }
    }
}

/// The level of the reference channel behind a ROADM, dBm.
//= gnpy:6.6-targets
pub(crate) fn target_dbm(roadm: &Roadm, degree: &str, reference: &Reference) -> f64 {
    let own = roadm.targets.iter().find(|(uid, _)| uid == degree).map(|(_, target)| *target);
    let target = models::equalisation(own.unwrap_or(roadm.equalisation));
    target.target_dbm(reference.baud_rate, reference.spacing_hz)
}

/// Follows the reference channel: what enters every fibre, and what comes into every ROADM.
pub(super) fn set_inputs(network: &mut Network, reference: &Reference) {
    for start in network.vertices() {
        if !network.element(start).ends_line() {
            continue;
        }
        for next in network.successors(start) {
            follow(network, start, next, reference);
        }
    }
}

fn follow(network: &mut Network, start: Vertex, next: Vertex, reference: &Reference) {
    let degree = network.element(next).uid.clone();
    let mut level_dbm = match &network.element(start).kind {
        Kind::Roadm(roadm) => target_dbm(roadm, &degree, reference),
        // What a transceiver launches besides does not count for the reference channel.
        _ => reference.power_dbm,
    };
    let mut before = start;
    for at in super::bands::line(network, next) {
        match &mut network.element_mut(at).kind {
            Kind::Fibre(fibre) => {
                fibre.ref_pch_in_dbm = Some(level_dbm);
                level_dbm -= fibre.loss_db() - super::raman::estimated_gain_db(fibre);
            }
            Kind::Fused(loss_db) => level_dbm -= *loss_db,
            Kind::Edfa(edfa) => {
                if let Some(designed) = edfa.designed {
                    level_dbm = designed.target_pch_out_dbm - designed.out_voa_db;
                }
            }
            Kind::Multiband(multiband) => {
                // The weakest band counts.
                let each = multiband.amplifiers.iter().filter_map(|edfa| edfa.designed);
                let levels = each.map(|set| set.target_pch_out_dbm - set.out_voa_db);
                level_dbm = levels.reduce(f64::min).unwrap_or(level_dbm);
            }
            Kind::Transceiver(_) | Kind::Roadm(_) => {}
        }
        before = at;
    }
    let end = network.successors(before).first().copied().filter(|_| before != start);
    let Some(end) = end.or((before == start).then_some(next)) else { return };
    let from = network.element(before).uid.clone();
    if let Kind::Roadm(roadm) = &mut network.element_mut(end).kind {
        roadm.ref_pch_in_dbm.retain(|(uid, _)| *uid != from);
        roadm.ref_pch_in_dbm.push((from, level_dbm));
    }
}
