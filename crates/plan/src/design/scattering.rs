//! What a span does to several bands, as design reckons with it: Raman scattering, loss over frequency.
//!
//! Clauses: GNPy 6.8 (multiband), black-box runs of 2.14.2.
//! In: a span, the level of each band at its input. Out: by how much each band is weaker at the end than the
//! strongest one, and how much it tilts. Connectors and padding are left out of it: they are the same for all
//! bands.

use otn_photon::grid::interpolate;
use otn_photon::raman::stimulated_raman_scattering;
use otn_photon::spectrum::uniform_comb;
use otn_photon::units::{db, linear, watt};

use super::{DesignError, LineBand, Reference, losses};
use crate::models;
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;

/// The share of the strongest band's power that the others are compared with.
const SHARE_OF_STRONGEST: f64 = 0.86;
/// Bands that tilt no more than this are taken to be as they were, dB.
const NO_TILT_DB: f64 = 1e-9;

/// What a span does to a band.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Scattered {
    /// By how much the centre of the band is weaker than the level compared with, dB.
    pub(super) deviation_db: f64,
    /// By how much the first channel is stronger than the last, dB.
    pub(super) tilt_db: f64,
}

/// Estimates what the span up to `last` does to channels that fill `bands` and enter it with `levels_dbm`.
///
/// Nothing if `last` is no fibre, or if no band tilts; without scattering only a loss over frequency tilts them.
//= gnpy:6.8-multiband-scattering
pub(super) fn estimate(
    network: &Network,
    last: Vertex,
    bands: &[LineBand],
    levels_dbm: &[f64],
    reference: &Reference,
) -> Result<Vec<Scattered>, DesignError> {
    let nothing = vec![Scattered::default(); bands.len()];
    if network.element(last).fibre().is_none() {
        return Ok(nothing);
    }
    let mut channels = Vec::new();
    for (at, (band, level_dbm)) in bands.iter().zip(levels_dbm).enumerate() {
        let (low, high) = (band.f_min_hz, band.f_max_hz);
        let comb = uniform_comb(low, high, band.spacing_hz, reference.compat);
        channels.extend(comb.into_iter().map(|frequency_hz| (frequency_hz, at, watt(*level_dbm))));
    }
    channels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let frequency_hz: Vec<f64> = channels.iter().map(|channel| channel.0).collect();
    let entering_w: Vec<f64> = channels.iter().map(|channel| channel.2).collect();
    let left = left_over(network, last, &frequency_hz, &entering_w, reference)?;
    let centres: Vec<f64> =
        bands.iter().map(|band| interpolate(band.centre_hz(), &frequency_hz, &left)).collect();
    let strongest = centres.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let of_band = |at: usize| {
        let mut inside = channels.iter().zip(&left).filter(|(channel, _)| channel.1 == at);
        let first = inside.next()?.1;
        let last = inside.next_back().map_or(first, |(_, left)| left);
        let deviation_db = db(strongest * SHARE_OF_STRONGEST / centres[at]);
        Some(Scattered { deviation_db, tilt_db: db(first / last) })
    };
    let all: Vec<_> = (0..bands.len()).map(|at| of_band(at).unwrap_or_default()).collect();
    let tilts = all.iter().any(|one| one.tilt_db.abs() > NO_TILT_DB);
    Ok(if tilts { all } else { nothing })
}

/// Of every channel, what is left of its power behind a span.
///
/// The elements count in the order in which GNPy takes them: from the last but one back to the first, and
/// then the last. This makes a difference where several fibres are joined.
fn left_over(
    network: &Network,
    last: Vertex,
    frequency_hz: &[f64],
    entering_w: &[f64],
    reference: &Reference,
) -> Result<Vec<f64>, DesignError> {
    let mut span = losses::span(network, last);
    span.truncate(span.iter().position(|&vertex| vertex == last).unwrap_or(span.len()));
    span.reverse();
    span.push(last);
    let mut power_w = entering_w.to_vec();
    for vertex in span {
        let element = network.element(vertex);
        match &element.kind {
            Kind::Fused(loss_db) => {
                power_w.iter_mut().for_each(|power| *power *= linear(-loss_db));
            }
            Kind::Fibre(fibre) => {
                let raman = |reason: &dyn ToString| DesignError::Raman {
                    uid: element.uid.clone(),
                    reason: reason.to_string(),
                };
                let model = models::fibre(&element.uid, fibre)?;
                let profile =
                    stimulated_raman_scattering(&model, frequency_hz, &power_w, &reference.raman)
                        .map_err(|error| raman(&error))?;
                let left = profile.end_loss();
                power_w.iter_mut().zip(left).for_each(|(power, left)| *power *= left);
            }
            Kind::Transceiver(_) | Kind::Roadm(_) | Kind::Edfa(_) | Kind::Multiband(_) => {}
        }
    }
    Ok(power_w.iter().zip(entering_w).map(|(left, entering)| left / entering).collect())
}
