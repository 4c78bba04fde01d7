//! What Raman pumps give back, as design reckons with it.
//!
//! Clauses: GNPy 6.8 (Raman gain estimate).

use otn_photon::raman::stimulated_raman_scattering;
use otn_photon::simulation::{RamanMethod, RamanParameters};
use otn_photon::units::{db, linear, watt};

use super::{DesignError, Reference, levels, losses};
use crate::library::Library;
use crate::models;
use crate::network::Network;
use crate::network::element::{Fibre, Kind};
use crate::network::graph::Vertex;

/// How many channels one of the estimate stands for: its spacing and power are so many times larger.
const CHANNELS_IN_ONE: f64 = 3.0;

/// How the estimate is computed.
const SETTINGS: RamanParameters = RamanParameters {
    flag: true,
    method: RamanMethod::Perturbative,
    order: 2,
    result_spatial_resolution_m: 50e3,
    solver_spatial_resolution_m: 100.0,
};

/// Estimates the gain of every pumped fibre that has none yet.
//= gnpy:6.8-raman-gain
pub(super) fn estimate(
    network: &mut Network,
    library: &Library,
    reference: &Reference,
) -> Result<(), DesignError> {
    for vertex in network.vertices() {
        let element = network.element(vertex);
        let Some(fibre) = element.fibre() else { continue };
        let known = fibre.raman.as_ref().is_none_or(|raman| raman.estimated_gain_db.is_some());
        if known {
            continue;
        }
        let level_dbm = level_dbm(network, vertex, reference);
        let gain_db = gain_db(&element.uid, fibre, level_dbm, library, reference)?;
        let fibre = network.element_mut(vertex).fibre_mut();
        if let Some(raman) = fibre.and_then(|fibre| fibre.raman.as_mut()) {
            raman.estimated_gain_db = Some(gain_db);
        }
    }
    Ok(())
}

/// The gain found for a fibre, dB; zero if it is not pumped.
pub(super) fn estimated_gain_db(fibre: &Fibre) -> f64 {
    fibre.raman.as_ref().and_then(|raman| raman.estimated_gain_db).unwrap_or(0.0)
}

/// The level that the estimate takes to enter a fibre, dBm: that behind the ROADM or transceiver where no
/// amplifier stands between, else the reference. What else the span holds before the fibre does not count.
//= gnpy:6.8-raman-gain-level
fn level_dbm(network: &Network, fibre: Vertex, reference: &Reference) -> f64 {
    let first = losses::span(network, fibre).first().copied().unwrap_or(fibre);
    let Some(&before) = network.predecessors(first).first() else { return reference.power_dbm };
    match &network.element(before).kind {
        Kind::Roadm(roadm) => levels::target_dbm(roadm, &network.element(first).uid, reference),
        Kind::Transceiver(_) => reference.tx_power_dbm,
        _ => reference.power_dbm,
    }
}

fn gain_db(
    uid: &str,
    fibre: &Fibre,
    level_dbm: f64,
    library: &Library,
    reference: &Reference,
) -> Result<f64, DesignError> {
    let comb = library.spectra.first().ok_or(DesignError::NoComb)?;
    let spacing_hz = comb.spacing_hz * CHANNELS_IN_ONE;
    let model = models::fibre(uid, fibre)?;
    let frequency_hz = otn_photon::spectrum::uniform_comb(
        comb.f_min_hz,
        comb.f_max_hz,
        spacing_hz,
        reference.compat,
    );
    let input =
        linear(-fibre.params.con_in_db.unwrap_or(0.0) - fibre.params.att_in_db.unwrap_or(0.0));
    let power_w = watt(level_dbm) * CHANNELS_IN_ONE * input;
    let power_w = vec![power_w; frequency_hz.len()];
    let raman = |reason: &dyn ToString| DesignError::Raman {
        uid: uid.to_owned(),
        reason: reason.to_string(),
    };
    let with = stimulated_raman_scattering(&model, &frequency_hz, &power_w, &SETTINGS)
        .map_err(|error| raman(&error))?;
    let end = with.end_loss();
    // Against the loss at the reference frequency, lumped losses counted in, connectors not.
    let lumped = fibre.params.lumped_losses.iter().flatten().map(|lump| lump.loss_db);
    let loss_db = fibre.loss_db_per_m() * fibre.length_m() + lumped.sum::<f64>();
    Ok(db(end.iter().sum::<f64>() / frequency_hz.len() as f64) + loss_db)
}
