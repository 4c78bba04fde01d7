//! A line from one ROADM to the next, with whatever channels are in it.
//!
//! Clauses: GNPy 6.1 (shares of power), 6.6 (ROADM). In: the elements of a line, the channels in it. Out: what a pure
//! signal has become at its end.
//!
//! A ROADM sets the power of each channel, noise included, so that what happens in a line depends on nothing
//! before it but those powers. Shares of signal and noise go through it by factors: what was noise before
//! stays in proportion to the signal. So a line is crossed once for all channels in it, wherever they come
//! from ([`carry`]).

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::fibre::EfficiencyCache;
use otn_photon::roadm::PathKind;
use otn_photon::spectrum::{ChannelPlan, Spectrum};
use otn_photon::units::watt;

use super::part::{Around, Part};
use super::{Line, Settings, TransmissionError};
use crate::models::{self, Models};
use crate::network::Network;
use crate::network::element::Kind;
use crate::network::graph::Vertex;

/// Light that no ROADM finds too weak, dBm.
const AMPLE_DBM: f64 = 60.0;

/// A line made ready for the channels in it.
#[derive(Debug)]
pub struct Section {
    line: Line,
}

impl Section {
    /// Makes the elements of `path`, from ROADM to ROADM, ready for the channels of `plan`.
    ///
    /// # Errors
    /// [`TransmissionError`], also if the amplifiers of the line do not pass every channel.
    pub fn prepare(
        network: &Network,
        models: &Models,
        path: &[Vertex],
        plan: &ChannelPlan,
        settings: &Settings,
        cache: &mut EfficiencyCache,
    ) -> Result<Self, TransmissionError> {
        let inner = &path[1..path.len() - 1];
        let line = Line::prepare(network, models, inner, plan, settings, cache)?;
        if line.plan().len() != plan.len() {
            let bands_hz = super::shared_bands(network, models, inner);
            return Err(TransmissionError::NoChannel { bands_hz });
        }
        Ok(Self { line })
    }

    /// What pure signals of these powers, W, have become at the end of the line.
    ///
    /// # Errors
    /// [`TransmissionError::Element`].
    pub fn cross(&self, power_w: &[f64]) -> Result<Spectrum, TransmissionError> {
        let mut spectrum = Spectrum::launch(Arc::clone(self.line.plan()));
        spectrum.power_w.copy_from_slice(power_w);
        self.line.cross(&mut spectrum)?;
        Ok(spectrum)
    }
}

/// The powers that the ROADM at the start of `path` gives to channels that are strong enough, W.
///
/// # Errors
/// [`TransmissionError::Element`].
pub fn levels_w(
    network: &Network,
    path: &[Vertex],
    plan: &Arc<ChannelPlan>,
) -> Result<Vec<f64>, TransmissionError> {
    let mut ample = Spectrum::launch(Arc::clone(plan));
    ample.power_w.fill(watt(AMPLE_DBM));
    switch(network, [None, Some(path[0]), Some(path[1])], &mut ample)?;
    Ok(ample.power_w)
}

/// Takes light through a ROADM: from a neighbour, the ROADM, to a neighbour.
///
/// # Errors
/// [`TransmissionError::Element`] for what is no ROADM too.
pub fn switch(
    network: &Network,
    [before, at, after]: [Option<Vertex>; 3],
    spectrum: &mut Spectrum,
) -> Result<(), TransmissionError> {
    let uid = |vertex: Option<Vertex>| {
        vertex.map(|vertex| network.element(vertex).uid.clone()).unwrap_or_default()
    };
    let stopped = |reason: String| TransmissionError::Element { uid: uid(at), reason };
    let Some(Kind::Roadm(roadm)) = at.map(|at| &network.element(at).kind) else {
        return Err(stopped("expected a ROADM".into()));
    };
    let ends = |vertex: Option<Vertex>| {
        vertex.is_some_and(|at| matches!(network.element(at).kind, Kind::Transceiver(_)))
    };
    let kind = match (ends(before), ends(after)) {
        (true, _) => PathKind::Add,
        (false, true) => PathKind::Drop,
        (false, false) => PathKind::Express,
    };
    let roadm = models::roadm(roadm);
    let path = roadm.path(&uid(before), &uid(after), kind);
    let path = path.map_err(|error| stopped(error.to_string()))?;
    roadm.propagate(spectrum, &path).map_err(|error| stopped(error.to_string()))?;
    Ok(())
}

/// Lets light through one element that is no ROADM.
///
/// # Errors
/// [`TransmissionError`].
pub fn pass(
    network: &Network,
    models: &Models,
    vertex: Vertex,
    spectrum: &mut Spectrum,
    settings: &Settings,
    cache: &mut EfficiencyCache,
) -> Result<(), TransmissionError> {
    let around = Around { network, models, before: None, vertex, after: None };
    let part = Part::new(&around, &spectrum.plan, settings, cache)?;
    let compat: Compat = settings.compat;
    part.propagate(spectrum, compat).map_err(|reason| TransmissionError::Element {
        uid: network.element(vertex).uid.clone(),
        reason,
    })?;
    Ok(())
}

/// Takes channels across a line that was crossed by pure signals: channel `i` is channel `places[i]` of `crossed`.
//= otn:plan-line-factors
pub fn carry(spectrum: &mut Spectrum, crossed: &Spectrum, places: &[usize]) {
    for (i, &at) in places.iter().enumerate() {
        let kept = crossed.signal[at];
        spectrum.signal[i] *= kept;
        spectrum.ase[i] = spectrum.ase[i] * kept + crossed.ase[at];
        spectrum.nli[i] = spectrum.nli[i] * kept + crossed.nli[at];
        spectrum.power_w[i] = crossed.power_w[at];
        spectrum.dispersion_s_per_m[i] += crossed.dispersion_s_per_m[at];
        spectrum.pmd_s[i] = spectrum.pmd_s[i].hypot(crossed.pmd_s[at]);
        spectrum.pdl_db[i] = spectrum.pdl_db[i].hypot(crossed.pdl_db[at]);
        spectrum.latency_s[i] += crossed.latency_s[at];
        spectrum.added_noise[i] += crossed.added_noise[at];
    }
}
