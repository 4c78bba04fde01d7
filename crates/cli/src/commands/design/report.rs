//! What design found, as the struct that text and JSON are made from.
//!
//! In: the network before and after, and the account of the design. Out: [`Report`].

use std::collections::HashSet;

use otn_plan::design::{AmplifierAccount, Candidate, Design, Held, Reference, RuledOut};
use otn_plan::library::Library;
use otn_plan::network::Network;
use otn_plan::network::element::Kind;
use serde::Serialize;

use crate::commands::transmit::inputs::Release;

/// What the topology file gave.
pub(super) struct Given {
    uids: HashSet<String>,
    fibres: usize,
}

impl Given {
    /// Of a network that is not designed yet.
    pub(super) fn of(network: &Network) -> Self {
        Self {
            uids: network.elements().iter().map(|element| element.uid.clone()).collect(),
            fibres: fibres(network),
        }
    }
}

fn fibres(network: &Network) -> usize {
    network.elements().iter().filter(|element| element.fibre().is_some()).count()
}

/// The rules that the choices go by.
#[derive(Clone, Debug, Serialize)]
pub struct Rules {
    /// Whether amplifiers hold power, not gain.
    pub power_mode: bool,
    /// Power of a channel at the input of spans, dBm.
    pub power_dbm: f64,
    /// Symbol rate of the channel that is reckoned with, GBd.
    pub baud_rate_gbd: f64,
    /// Loss of the span whose offset is zero, dB.
    pub span_loss_ref_db: f64,
    /// Offset per loss, dB/dB.
    pub power_slope: f64,
    /// Least, largest and step of the offset, dB.
    pub offset_range_db: [f64; 3],
    /// Least loss of a span, dB.
    pub padding_db: f64,
    /// Longest fibre that is not split, km.
    pub max_length_km: f64,
    /// How far beyond its flat gain a type may be chosen, dB.
    pub extended_gain_db: f64,
}

/// A type that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct CandidateReport {
    /// Its name.
    pub type_variety: String,
    /// Noise figure at the gain wanted, dB.
    pub noise_figure_db: Option<f64>,
    /// Power it can give over what is wanted, dB.
    pub power_margin_db: Option<f64>,
    /// Whether it was taken.
    pub taken: bool,
    /// Why it was not, as a word for programs.
    pub reason: Option<&'static str>,
    /// Least gain of a type that was ruled out by it, dB.
    pub least_gain_db: Option<f64>,
}

/// An amplifier and how it came to its setting.
#[derive(Clone, Debug, Serialize)]
pub struct AmplifierReport {
    /// Its name.
    pub uid: String,
    /// Whether design put it there.
    pub added: bool,
    /// Element before it, and its kind.
    pub before: Option<(String, &'static str)>,
    /// Element behind it, and its kind.
    pub after: Option<(String, &'static str)>,
    /// Edges of the band it is set for, THz.
    pub band_thz: [f64; 2],
    /// Channels that its power is reckoned with.
    pub channels: f64,
    /// Type taken or given.
    pub type_variety: String,
    /// Whether the file gave the type.
    pub type_given: bool,
    /// Whether it holds its power, not its gain.
    pub holds_power: bool,
    /// Loss of the span before it, dB.
    pub loss_before_db: f64,
    /// Loss of the span behind it, dB.
    pub loss_after_db: f64,
    /// Level of the reference channel at its input, dBm.
    pub level_in_dbm: f64,
    /// Offset from the reference power that was wanted, dB.
    pub wanted_offset_db: f64,
    /// Whether the file gave the offset.
    pub offset_given: bool,
    /// Gain that was wanted, dB.
    pub wanted_gain_db: f64,
    /// Power of all channels that was wanted, dBm.
    pub wanted_power_dbm: f64,
    /// What power and gain had to be lowered by, zero or below, dB.
    pub power_reduction_db: f64,
    /// Whether the gain wanted lies below the least of every type.
    pub below_all: bool,
    /// Attenuation put at the output by design, dB.
    pub automatic_voa_db: f64,
    /// Least gain and flat gain of the type, dB.
    pub gain_range_db: [f64; 2],
    /// Gain set, dB.
    pub gain_db: f64,
    /// Offset set, dB.
    pub offset_db: f64,
    /// Tilt set, dB.
    pub tilt_db: f64,
    /// Attenuator at the input, dB.
    pub in_voa_db: f64,
    /// Attenuator at the output, dB.
    pub out_voa_db: f64,
    /// All types that were looked at; empty if the file gave the type.
    pub candidates: Vec<CandidateReport>,
}

/// Result of `otn design`.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The topology file.
    pub topology: String,
    /// The file written.
    pub output: String,
    /// Release of GNPy that is followed.
    pub compat: String,
    /// Rules of the library.
    pub rules: Rules,
    /// Elements of the network.
    pub elements: usize,
    /// Fibres in the file.
    pub fibres_given: usize,
    /// Fibres once the long ones are split.
    pub fibres: usize,
    /// Amplifiers that design put in.
    pub amplifiers_added: usize,
    /// Every amplifier, one entry a band, in the order of the lines.
    pub amplifiers: Vec<AmplifierReport>,
}

/// What a report is made from.
pub(super) struct Designed<'a> {
    pub(super) topology: String,
    pub(super) output: String,
    pub(super) release: Release,
    pub(super) given: &'a Given,
    pub(super) network: &'a Network,
    pub(super) library: &'a Library,
    pub(super) reference: &'a Reference,
    pub(super) design: &'a Design,
}

/// The report of a design.
pub(super) fn report(designed: &Designed<'_>) -> Report {
    let network = designed.network;
    let rules = designed.library.span().cloned().unwrap_or_default();
    let range = rules.delta_power_range_db;
    let added = |element: &&otn_plan::network::Element| {
        matches!(element.kind, Kind::Edfa(_) | Kind::Multiband(_))
            && !designed.given.uids.contains(&element.uid)
    };
    Report {
        topology: designed.topology.clone(),
        output: designed.output.clone(),
        compat: designed.release.to_string(),
        rules: Rules {
            power_mode: rules.power_mode,
            power_dbm: designed.reference.power_dbm,
            baud_rate_gbd: designed.reference.baud_rate * 1e-9,
            span_loss_ref_db: rules.span_loss_ref_db,
            power_slope: rules.power_slope,
            offset_range_db: [range.min_db, range.max_db, range.step_db],
            padding_db: rules.padding_db,
            max_length_km: rules.max_length_m * 1e-3,
            extended_gain_db: rules.target_extended_gain_db,
        },
        elements: network.elements().len(),
        fibres_given: designed.given.fibres,
        fibres: fibres(network),
        amplifiers_added: network.elements().iter().filter(added).count(),
        amplifiers: designed.design.amplifiers.iter().map(|one| amplifier(designed, one)).collect(),
    }
}

fn amplifier(designed: &Designed<'_>, account: &AmplifierAccount) -> AmplifierReport {
    let network = designed.network;
    let vertex = network.vertex(&account.uid);
    let named = |vertex: Option<usize>| {
        let element = network.element(vertex?);
        Some((element.uid.clone(), element.kind_name()))
    };
    let reference = designed.reference;
    let counted = reference.channels.map(|count| count as f64);
    let selection = account.selection.as_ref();
    AmplifierReport {
        uid: account.uid.clone(),
        added: !designed.given.uids.contains(&account.uid),
        before: named(vertex.and_then(|v| network.predecessors(v).first().copied())),
        after: named(vertex.and_then(|v| network.successors(v).first().copied())),
        band_thz: [account.band.f_min_hz * 1e-12, account.band.f_max_hz * 1e-12],
        channels: counted.unwrap_or_else(|| account.band.channels(reference.compat)),
        type_variety: account.type_variety.clone(),
        type_given: selection.is_none(),
        holds_power: account.held == Held::Power,
        loss_before_db: account.loss_before_db,
        loss_after_db: account.loss_after_db,
        level_in_dbm: reference.power_dbm + account.wanted_delta_p_db - account.wanted_gain_db
            + account.designed.in_voa_db,
        wanted_offset_db: account.wanted_delta_p_db,
        offset_given: account.delta_p_given,
        wanted_gain_db: account.wanted_gain_db,
        wanted_power_dbm: account.wanted_power_dbm,
        power_reduction_db: account.power_reduction_db,
        below_all: selection.is_some_and(|selection| selection.below_all),
        automatic_voa_db: account.voa_db,
        gain_range_db: [account.gain_min_db, account.gain_flatmax_db],
        gain_db: account.designed.gain_db,
        offset_db: account.designed.design_delta_p_db,
        tilt_db: account.designed.tilt_db,
        in_voa_db: account.designed.in_voa_db,
        out_voa_db: account.designed.out_voa_db,
        candidates: selection
            .map(|selection| selection.candidates.iter().map(candidate).collect())
            .unwrap_or_default(),
    }
}

fn candidate(candidate: &Candidate) -> CandidateReport {
    let (reason, least_gain_db) = match candidate.ruled_out {
        None => (None, None),
        Some(RuledOut::NotAllowed) => (Some("not-allowed"), None),
        Some(RuledOut::Band) => (Some("band"), None),
        Some(RuledOut::LeastGain(least_db)) => (Some("least-gain"), Some(least_db)),
        Some(RuledOut::Raman) => (Some("raman"), None),
        Some(RuledOut::Power(_)) => (Some("power"), None),
        Some(RuledOut::Noise) => (Some("noise"), None),
    };
    CandidateReport {
        type_variety: candidate.type_variety.clone(),
        noise_figure_db: candidate.nf_db,
        power_margin_db: candidate.power_margin_db,
        taken: candidate.ruled_out.is_none(),
        reason,
        least_gain_db,
    }
}
