//! A network as the topology file that it would be read from.
//!
//! Clauses: GNPy 6.10 (saved values). In: a network, designed or not. Out: a [`Topology`] in the order of
//! the network; gains with 6 decimals, tilts with 5, lengths in kilometres with 6.

use otn_photon::rounding::round_python;

use super::Network;
use super::element::{DegreeBands, Edfa, Element, Fibre, Kind, Roadm};
use crate::topology::{
    self, Connection, DegreeDesignBands, DegreeTarget, Operational, RamanFibre, Topology,
};

/// The topology of `network`.
pub fn save(network: &Network) -> Topology {
    let uid = |vertex: usize| network.element(vertex).uid.clone();
    let edges = network
        .vertices()
        .flat_map(|from| network.successors(from).into_iter().map(move |to| (from, to)));
    Topology {
        network_name: network.name.clone(),
        elements: network.elements().iter().map(element).collect(),
        connections: edges
            .map(|(from, to)| Connection { from_node: uid(from), to_node: uid(to) })
            .collect(),
    }
}

fn element(element: &Element) -> topology::Element {
    let kind = match &element.kind {
        Kind::Transceiver(transceiver) => topology::Kind::Transceiver(topology::Transceiver {
            type_variety: transceiver.type_variety.clone(),
            design_bands: transceiver.bands.all.clone(),
            per_degree_design_bands: per_degree(&transceiver.bands),
        }),
        Kind::Roadm(given) => topology::Kind::Roadm(roadm(given)),
        Kind::Fused(loss_db) => topology::Kind::Fused(topology::Fused { loss_db: Some(*loss_db) }),
        Kind::Fibre(given) => fibre(given),
        Kind::Edfa(given) => topology::Kind::Edfa(edfa(given)),
        Kind::Multiband(given) => {
            topology::Kind::MultibandAmplifier(topology::MultibandAmplifier {
                type_variety: given.type_variety.clone(),
                amplifiers: given.amplifiers.iter().map(edfa).collect(),
            })
        }
    };
    topology::Element { uid: element.uid.clone(), kind, location: element.location.clone() }
}

fn per_degree(bands: &DegreeBands) -> Vec<DegreeDesignBands> {
    let each = bands.single.iter();
    each.map(|(degree, bands)| DegreeDesignBands { degree: degree.clone(), bands: bands.clone() })
        .collect()
}

fn roadm(given: &Roadm) -> topology::Roadm {
    let targets = given.targets.iter();
    topology::Roadm {
        type_variety: Some(given.type_variety.clone()),
        equalisation: Some(given.equalisation),
        per_degree_targets: targets
            .map(|(degree, target)| DegreeTarget { degree: degree.clone(), target: *target })
            .collect(),
        per_degree_impairments: given.pairs.clone(),
        restrictions: Some(given.restrictions.clone()),
        add_drop_osnr_db: given.given.add_drop_osnr.then_some(given.add_drop_osnr_db),
        pmd_s: given.given.pmd.then_some(given.pmd_s),
        pdl_db: given.given.pdl.then_some(given.pdl_db),
        design_bands: given.bands.all.clone(),
        per_degree_design_bands: per_degree(&given.bands),
    }
}

fn fibre(given: &Fibre) -> topology::Kind {
    let mut params = given.own.clone();
    params.length_m = Some(round_python(given.length_m() * 1e-3, 6) * 1e3);
    params.loss_coef = given.params.loss_coef.clone();
    params.att_in_db = given.params.att_in_db;
    params.con_in_db = given.params.con_in_db;
    params.con_out_db = given.params.con_out_db;
    let type_variety = given.type_variety.clone();
    match &given.raman {
        None => topology::Kind::Fibre(topology::Fibre { type_variety, params }),
        Some(raman) => topology::Kind::RamanFibre(RamanFibre {
            type_variety,
            params,
            temperature_k: Some(raman.temperature_k),
            raman_pumps: raman.pumps.clone(),
        }),
    }
}

fn edfa(given: &Edfa) -> topology::Edfa {
    let operational = match given.designed {
        None => given.given,
        Some(designed) => Operational {
            gain_target_db: Some(round_python(designed.gain_db, 6)),
            delta_p_db: designed.delta_p_db,
            tilt_target_db: Some(round_python(designed.tilt_db, 5)),
            out_voa_db: Some(designed.out_voa_db),
            in_voa_db: Some(designed.in_voa_db),
        },
    };
    topology::Edfa { type_variety: given.type_variety.clone(), operational }
}
