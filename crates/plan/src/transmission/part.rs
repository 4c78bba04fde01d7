//! One element of a path, made ready.

use std::sync::Arc;

use otn_photon::Compat;
use otn_photon::amplifier::{Amplifier, AmplifierReport, BandReport, MultibandAmplifier};
use otn_photon::fibre::{EfficiencyCache, FibreReport, Prepared};
use otn_photon::fused::Fused;
use otn_photon::roadm::{PathKind, Roadm, RoadmReport};
use otn_photon::spectrum::{ChannelPlan, Spectrum};

use super::{Settings, TransmissionError};
use crate::models::{self, Models};
use crate::network::Network;
use crate::network::element::{Edfa, Kind, Multiband};
use crate::network::graph::Vertex;

/// What an element did.
#[derive(Clone, Debug)]
pub enum Report {
    /// A transceiver: nothing.
    Transceiver,
    /// A ROADM.
    Roadm(RoadmReport),
    /// A joint: nothing but its loss.
    Fused,
    /// A fibre.
    Fibre(FibreReport),
    /// An amplifier of one band.
    Edfa(AmplifierReport),
    /// An amplifier of several bands.
    Multiband(Vec<BandReport>),
}

/// An element and its neighbours on the path.
pub(super) struct Around<'a> {
    pub(super) network: &'a Network,
    pub(super) models: &'a Models,
    pub(super) before: Option<Vertex>,
    pub(super) vertex: Vertex,
    pub(super) after: Option<Vertex>,
}

/// An element made ready.
#[derive(Debug)]
pub(super) enum Part {
    Transceiver,
    Roadm { roadm: Roadm, from: String, to: String, kind: PathKind },
    Fused(Fused),
    Fibre(Arc<Prepared>),
    Edfa(Amplifier),
    Multiband(MultibandAmplifier),
}

impl Part {
    pub(super) fn new(
        around: &Around<'_>,
        plan: &Arc<ChannelPlan>,
        settings: &Settings,
        cache: &mut EfficiencyCache,
    ) -> Result<Self, TransmissionError> {
        let element = around.network.element(around.vertex);
        let uid = &element.uid;
        Ok(match &element.kind {
            Kind::Transceiver(_) => Self::Transceiver,
            Kind::Fused(loss_db) => Self::Fused(Fused { loss_db: *loss_db }),
            Kind::Roadm(roadm) => {
                let uid_of = |vertex: Option<Vertex>| {
                    vertex
                        .map(|vertex| around.network.element(vertex).uid.clone())
                        .unwrap_or_default()
                };
                Self::Roadm {
                    roadm: models::roadm(roadm),
                    from: uid_of(around.before),
                    to: uid_of(around.after),
                    kind: path_kind(around),
                }
            }
            Kind::Fibre(fibre) => {
                let fibre = models::fibre(uid, fibre)?;
                let prepared = cache.prepare(&fibre, plan, &settings.simulation, settings.compat);
                Self::Fibre(prepared.map_err(|error| TransmissionError::Element {
                    uid: uid.clone(),
                    reason: error.to_string(),
                })?)
            }
            Kind::Edfa(edfa) => Self::Edfa(amplifier(uid, edfa, around.models)?),
            Kind::Multiband(multiband) => {
                Self::Multiband(multiband_amplifier(uid, multiband, around.models)?)
            }
        })
    }

    pub(super) fn propagate(
        &self,
        spectrum: &mut Spectrum,
        compat: Compat,
    ) -> Result<Report, String> {
        match self {
            Self::Transceiver => Ok(Report::Transceiver),
            Self::Fused(fused) => {
                fused.propagate(spectrum);
                Ok(Report::Fused)
            }
            Self::Roadm { roadm, from, to, kind } => {
                let path = roadm.path(from, to, *kind).map_err(|error| error.to_string())?;
                let report = roadm.propagate(spectrum, &path);
                report.map(Report::Roadm).map_err(|error| error.to_string())
            }
            Self::Fibre(fibre) => {
                let report = fibre.propagate(spectrum);
                report.map(Report::Fibre).map_err(|error| error.to_string())
            }
            Self::Edfa(amplifier) => {
                let report = amplifier.propagate(spectrum, compat);
                report.map(Report::Edfa).map_err(|error| error.to_string())
            }
            Self::Multiband(amplifier) => {
                let report = amplifier.propagate(spectrum, compat);
                report.map(Report::Multiband).map_err(|error| error.to_string())
            }
        }
    }
}

/// Which way a path goes through a ROADM: transceivers add and drop.
fn path_kind(around: &Around<'_>) -> PathKind {
    let transceiver = |vertex: Option<Vertex>| {
        vertex.is_none_or(|vertex| {
            matches!(around.network.element(vertex).kind, Kind::Transceiver(_))
        })
    };
    match (transceiver(around.before), transceiver(around.after)) {
        (true, _) => PathKind::Add,
        (false, true) => PathKind::Drop,
        (false, false) => PathKind::Express,
    }
}

fn amplifier(uid: &str, edfa: &Edfa, models: &Models) -> Result<Amplifier, TransmissionError> {
    let open = |what| TransmissionError::Open { uid: uid.to_owned(), what };
    let designed = edfa.designed.ok_or_else(|| open("gain"))?;
    let variety = edfa.type_variety.as_deref().ok_or_else(|| open("type"))?;
    let model = models.single(variety).ok_or_else(|| open("type of one band"))?;
    Ok(Amplifier {
        model: Arc::clone(model),
        gain_target_db: designed.gain_db,
        tilt_target_db: designed.tilt_db,
        in_voa_db: designed.in_voa_db,
        out_voa_db: designed.out_voa_db,
    })
}

fn multiband_amplifier(
    uid: &str,
    multiband: &Multiband,
    models: &Models,
) -> Result<MultibandAmplifier, TransmissionError> {
    let each = multiband.amplifiers.iter().map(|edfa| amplifier(uid, edfa, models));
    let amplifiers = each.collect::<Result<_, _>>()?;
    MultibandAmplifier::new(amplifiers).map_err(|error| TransmissionError::Element {
        uid: uid.to_owned(),
        reason: error.to_string(),
    })
}
