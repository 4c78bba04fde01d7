//! A transmission in full precision, as a JSON document whose keys other programs can rely on.
//!
//! In: an [`Outcome`]. Out: design, path, what is left of the first, middle and last channel behind every
//! element, and what the receiver sees. The keys are those of the reference outputs in `tests/gnpy-data`.

use otn_photon::rounding::round_python;
use otn_photon::spectrum::Spectrum;
use otn_photon::units::dbm;
use serde_json::{Map, Value, json};

use super::run::{Crossing, Outcome};
use super::{Report, Step};
use crate::library::Equalisation;
use crate::models;
use crate::network::Network;
use crate::network::element::{DesignedEdfa, Edfa, Kind};

/// The document.
pub fn dump(outcome: &Outcome) -> Value {
    let network = &outcome.designed;
    let uid = |vertex: &usize| network.element(*vertex).uid.clone();
    let mut document = Map::new();
    document.insert("kind".into(), json!("transmission"));
    document.insert("design".into(), design(network));
    document.insert("source".into(), json!(outcome.path.first().map(uid)));
    document.insert("destination".into(), json!(outcome.path.last().map(uid)));
    document.insert("path".into(), outcome.path.iter().map(uid).collect());
    let powers = outcome.crossings.iter().map(|crossing| json!(crossing.power_dbm));
    document.insert("powers_dbm".into(), powers.collect());
    if let Some(last) = outcome.crossings.last() {
        let plan = &last.launched.plan;
        document.insert("frequency_hz".into(), json!(plan.frequency_hz));
        document.insert("baud_rate".into(), json!(plan.baud_rate));
        document.insert("slot_width_hz".into(), json!(plan.slot_width_hz));
        let all = outcome.crossings.iter();
        document.insert("receiver".into(), all.map(|one| receiver(network, one)).collect());
        let received = last.steps.last().map_or(&last.launched, |step| &step.spectrum);
        document.insert("final_pch_dbm".into(), received.power_w.iter().map(|&p| dbm(p)).collect());
        if outcome.crossings.len() == 1 {
            document.insert("elements".into(), elements(outcome, last));
        }
    }
    Value::Object(document)
}

/// Every element as design left it.
pub fn design(network: &Network) -> Value {
    let mut amplifiers = Map::new();
    let mut fibers = Map::new();
    let mut roadms = Map::new();
    let mut edges = Vec::new();
    for vertex in network.vertices() {
        let element = network.element(vertex);
        let uid = &element.uid;
        for next in network.successors(vertex) {
            edges.push((uid.clone(), network.element(next).uid.clone()));
        }
        match &element.kind {
            Kind::Edfa(edfa) => {
                amplifiers.insert(uid.clone(), amplifier(edfa));
            }
            Kind::Multiband(multiband) => {
                let each = multiband.amplifiers.iter();
                let bands: Map<String, Value> =
                    each.map(|edfa| (band_name(edfa), amplifier(edfa))).collect();
                let value = json!({"type_variety": multiband.type_variety, "bands": bands});
                amplifiers.insert(uid.clone(), value);
            }
            Kind::Fibre(fibre) => {
                let mut value = json!({
                    "length_m": fibre.length_m(),
                    "att_in_db": fibre.params.att_in_db.unwrap_or(0.0),
                    "con_in_db": fibre.params.con_in_db.unwrap_or(0.0),
                    "con_out_db": fibre.params.con_out_db.unwrap_or(0.0),
                    "loss_db": fibre.loss_db(),
                    "ref_pch_in_dbm": fibre.ref_pch_in_dbm,
                });
                if let Some(gain_db) =
                    fibre.raman.as_ref().and_then(|raman| raman.estimated_gain_db)
                {
                    value["estimated_raman_gain_db"] = json!(gain_db);
                }
                fibers.insert(uid.clone(), value);
            }
            Kind::Roadm(roadm) => {
                let levels: Map<String, Value> = roadm
                    .ref_pch_in_dbm
                    .iter()
                    .map(|(uid, level)| (uid.clone(), json!(level)))
                    .collect();
                let targets = roadm.targets.iter().filter_map(|(uid, target)| match target {
                    Equalisation::PowerDbm(level) => Some((uid.clone(), json!(level))),
                    Equalisation::PsdMwPerGhz(_) | Equalisation::PswMwPerGhz(_) => None,
                });
                let targets: Map<String, Value> = targets.collect();
                roadms.insert(
                    uid.clone(),
                    json!({"ref_pch_in_dbm": levels, "per_degree_pch_out_dbm": targets}),
                );
            }
            Kind::Transceiver(_) | Kind::Fused(_) => {}
        }
    }
    edges.sort();
    json!({"amplifiers": amplifiers, "fibers": fibers, "roadms": roadms, "edges": edges})
}

fn band_name(edfa: &Edfa) -> String {
    // The bands that GNPy knows by name are told apart at 191 THz; only names depend on it.
    let low = edfa.band_hz.is_some_and(|(low, _)| low < 191e12);
    if low { "LBAND".into() } else { "CBAND".into() }
}

fn amplifier(edfa: &Edfa) -> Value {
    let Some(designed) = edfa.designed else { return json!({"type_variety": edfa.type_variety}) };
    let DesignedEdfa { gain_db, delta_p_db, design_delta_p_db, tilt_db, .. } = designed;
    let reference_dbm = designed.target_pch_out_dbm - design_delta_p_db;
    json!({
        "type_variety": edfa.type_variety,
        "effective_gain_db": gain_db,
        "delta_p_db": delta_p_db,
        "design_delta_p_db": design_delta_p_db,
        "tilt_target_db": tilt_db,
        "out_voa_db": designed.out_voa_db,
        "in_voa_db": designed.in_voa_db,
        "target_pch_out_dbm": shown_target_dbm(edfa, reference_dbm),
    })
}

/// The level behind an amplifier as GNPy shows it: with the offset that the file gave, whatever came of it,
/// and rounded. `None` where gain is what is held.
pub fn shown_target_dbm(edfa: &Edfa, reference_dbm: f64) -> Option<f64> {
    let found_db = edfa.designed?.delta_p_db?;
    Some(round_python(reference_dbm + edfa.given.delta_p_db.unwrap_or(found_db), 2))
}

fn receiver(network: &Network, crossing: &Crossing) -> Value {
    let reception = &crossing.reception;
    let uid = crossing.steps.last().map(|step| network.element(step.vertex).uid.clone());
    let penalties: Map<String, Value> = reception
        .penalties_db
        .iter()
        .map(|(kind, values)| (kind.name().to_owned(), json!(values)))
        .collect();
    let no_penalty = penalties.is_empty();
    json!({
        "uid": uid,
        "gsnr_01nm_db": reception.gsnr_01nm_db,
        "gsnr_bw_db": reception.gsnr_bw_db,
        "osnr_ase_01nm_db": reception.osnr_ase_01nm_db,
        "osnr_ase_bw_db": reception.osnr_ase_bw_db,
        "osnr_nli_bw_db": reception.osnr_nli_bw_db,
        "raw_gsnr_bw_db": reception.raw_gsnr_bw_db,
        "cd_ps_nm": reception.cd_ps_nm,
        "pmd_ps": reception.pmd_ps,
        "pdl_db": reception.pdl_db,
        "latency_ms": reception.latency_ms,
        "penalties_db": penalties,
        "total_penalty_db": if no_penalty { json!([0.0]) } else { json!(reception.total_penalty_db) },
    })
}

/// First, middle and last.
fn shown(count: usize) -> [usize; 3] {
    [0, count / 2, count.saturating_sub(1)]
}

fn elements(outcome: &Outcome, crossing: &Crossing) -> Value {
    let inner = crossing.steps.len().saturating_sub(1);
    let steps = crossing.steps.get(1..inner).unwrap_or_default();
    let mut all = Vec::new();
    for step in steps {
        let element = outcome.network.element(step.vertex);
        match &step.report {
            Report::Multiband(bands) => {
                for band in bands {
                    let part = step.spectrum.select(&band.channels);
                    let mut value = state(&element.uid, "Edfa", &part);
                    add_amplifier(&mut value, &band.report, part.len());
                    all.push(value);
                }
            }
            report => {
                let mut value = state(&element.uid, element.kind_name(), &step.spectrum);
                match report {
                    Report::Edfa(report) => add_amplifier(&mut value, report, step.spectrum.len()),
                    Report::Roadm(report) => add_roadm(&mut value, outcome, step, report),
                    Report::Transceiver
                    | Report::Fused
                    | Report::Fibre(_)
                    | Report::Multiband(_) => {}
                }
                all.push(value);
            }
        }
    }
    Value::Array(all)
}

fn state(uid: &str, kind: &str, spectrum: &Spectrum) -> Value {
    let at = shown(spectrum.len());
    let each =
        |value: &dyn Fn(usize) -> f64| -> Vec<f64> { at.iter().map(|&i| value(i)).collect() };
    let power = &spectrum.power_w;
    json!({
        "uid": uid,
        "kind": kind,
        "nch": spectrum.len(),
        "channels": at,
        "frequency_hz": each(&|i| spectrum.plan.frequency_hz[i]),
        "pch_dbm": each(&|i| dbm(power[i])),
        "ase_w": each(&|i| spectrum.ase[i] * power[i]),
        "nli_w": each(&|i| spectrum.nli[i] * power[i]),
        "signal_w": each(&|i| spectrum.signal[i] * power[i]),
        "ptot_dbm": dbm(spectrum.total_power_w()),
        "cd_s_m_first": spectrum.dispersion_s_per_m[0],
        "pmd_s_first": spectrum.pmd_s[0],
        "pdl_db_first": spectrum.pdl_db[0],
        "latency_s": spectrum.latency_s[0],
    })
}

fn add_amplifier(value: &mut Value, report: &otn_photon::amplifier::AmplifierReport, count: usize) {
    let at = shown(count);
    let each = |values: &[f64]| -> Value {
        at.iter().filter_map(|&i| values.get(i)).map(|&value| number(value)).collect()
    };
    value["pin_dbm"] = json!(report.p_in_dbm);
    value["pout_dbm"] = json!(report.p_out_dbm);
    value["effective_gain_db"] = json!(report.effective_gain_db);
    value["att_in_db"] = json!(report.att_in_db);
    value["nf_db"] = json!(each(&report.nf_db));
    value["gain_profile_db"] = json!(each(&report.gain_profile_db));
}

fn add_roadm(
    value: &mut Value,
    outcome: &Outcome,
    step: &Step,
    report: &otn_photon::roadm::RoadmReport,
) {
    if let Some(levels) = reference_levels(outcome, step.vertex, report.max_loss_db) {
        value["ref_pch_out_dbm"] = json!(levels.out_dbm);
        value["ref_effective_loss_db"] = json!(levels.loss_db);
    }
}

/// A number; those that JSON has no form for as words.
fn number(value: f64) -> Value {
    if value.is_finite() {
        return json!(value);
    }
    json!(if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    })
}

/// What a ROADM of the path does to the reference channel.
pub fn reference_levels(
    outcome: &Outcome,
    vertex: usize,
    max_loss_db: f64,
) -> Option<otn_photon::roadm::ReferenceLevels> {
    let network = &outcome.network;
    let at = outcome.path.iter().position(|&on_path| on_path == vertex)?;
    let from = &network.element(*outcome.path.get(at.checked_sub(1)?)?).uid;
    let to = &network.element(*outcome.path.get(at + 1)?).uid;
    let Kind::Roadm(given) = &network.element(vertex).kind else { return None };
    let roadm = models::roadm(given);
    let kind = otn_photon::roadm::PathKind::Express;
    let path = roadm.path(from, to, kind).ok()?;
    let in_dbm = given.ref_pch_in_dbm.iter().find(|(uid, _)| uid == from)?.1;
    let reference = &outcome.reference;
    Some(otn_photon::roadm::Roadm::reference(
        &path,
        in_dbm,
        reference.baud_rate,
        reference.spacing_hz,
        max_loss_db,
    ))
}
