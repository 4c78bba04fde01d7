//! What came of requests, as GNPy's response document.
//!
//! Clauses: GNPy 1.3 (response), 6.10 (rounding). In: a [`Planned`]. Out: a JSON document.

use otn_photon::Compat;
use otn_photon::rounding::round_numpy;
use otn_photon::transceiver::{ImpairmentKind, Reception};
use serde_json::{Map, Value, json};

use super::{Outcome, Planned};
use crate::library::Library;
use crate::network::element::Kind;

/// The document.
pub fn response(planned: &Planned, library: &Library) -> Value {
    let each = planned.outcomes.iter().map(|outcome| one(planned, library, outcome));
    json!({"response": each.collect::<Vec<Value>>()})
}

//= gnpy:1.3-response
fn one(planned: &Planned, library: &Library, outcome: &Outcome) -> Value {
    let properties = properties(planned, library, outcome);
    match &outcome.blocked {
        None => json!({
            "response-id": outcome.demand.id,
            "path-properties": properties,
        }),
        Some(blocked) => {
            let mut reason = Map::from_iter([("no-path".to_owned(), json!(blocked.word()))]);
            if outcome.reception.is_some() {
                reason.insert("path-properties".into(), properties);
            }
            json!({"response-id": outcome.demand.id, "no-path": reason})
        }
    }
}

fn properties(planned: &Planned, library: &Library, outcome: &Outcome) -> Value {
    let mut properties = Map::new();
    let seen = outcome.reception.as_ref();
    properties
        .insert("path-metric".into(), seen.map_or(json!([]), |s| metrics(planned, outcome, s)));
    if let (true, Some(back)) = (outcome.demand.bidirectional, &outcome.back) {
        properties.insert("z-a-path-metric".into(), metrics(planned, outcome, back));
    }
    properties.insert("path-route-objects".into(), objects(planned, library, outcome));
    Value::Object(properties)
}

/// The mean of values, rounded as GNPy shows it.
pub fn mean(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().sum();
    round_numpy(sum / values.len().max(1) as f64, 2)
}

//= gnpy:1.3-response
fn metrics(planned: &Planned, outcome: &Outcome, seen: &Reception) -> Value {
    let least = seen.gsnr_01nm_db.iter().copied().fold(f64::INFINITY, f64::min);
    let most = seen.gsnr_01nm_db.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let penalty = |kind: ImpairmentKind| {
        let costs = seen.penalties_db.iter().find(|(of, _)| *of == kind);
        match costs.map(|(_, costs)| mean(costs)) {
            None if planned.reference.compat == Compat::Gnpy30 => Value::Null,
            None => json!("not evaluated"),
            Some(cost) if cost.is_finite() => json!(cost),
            Some(_) => json!("Infinity"),
        }
    };
    let all = [
        ("SNR-bandwidth", json!(mean(&seen.gsnr_bw_db))),
        ("SNR-0.1nm", json!(mean(&seen.gsnr_01nm_db))),
        ("OSNR-bandwidth", json!(mean(&seen.osnr_ase_bw_db))),
        ("OSNR-0.1nm", json!(mean(&seen.osnr_ase_01nm_db))),
        ("lowest_SNR-0.1nm", json!(round_numpy(least, 2))),
        ("biggest_SNR-0.1nm", json!(round_numpy(most, 2))),
        ("PDL_penalty", penalty(ImpairmentKind::Pdl)),
        ("CD_penalty", penalty(ImpairmentKind::ChromaticDispersion)),
        ("PMD_penalty", penalty(ImpairmentKind::Pmd)),
        ("reference_power", json!(outcome.demand.power_w)),
        ("path_bandwidth", json!(outcome.demand.path_bandwidth_bit_per_s)),
    ];
    all.into_iter()
        .map(|(name, value)| json!({"metric-type": name, "accumulative-value": value}))
        .collect()
}

/// Elements of the route, each with the slots, and the transponders at its ends.
fn objects(planned: &Planned, library: &Library, outcome: &Outcome) -> Value {
    let labels: Vec<Value> =
        outcome.slots.iter().map(|slot| json!({"N": slot.n, "M": slot.m})).collect();
    let modes = outcome.demand.transceiver(library).map(|transceiver| &transceiver.modes);
    let mode = modes.zip(outcome.mode).and_then(|(modes, at)| modes.get(at));
    let format = mode.map(|mode| mode.format.clone()).or(outcome.demand.trx_mode.clone());
    let mut objects = Vec::new();
    let mut push = |key: &str, value: Value| {
        let index = objects.len();
        objects.push(json!({"path-route-object": {"index": index, key: value}}));
    };
    for &vertex in &outcome.route {
        let element = planned.network.element(vertex);
        push("num-unnum-hop", json!({"node-id": element.uid, "link-tp-id": element.uid}));
        if !labels.is_empty() {
            push("label-hop", json!(labels));
        }
        if matches!(element.kind, Kind::Transceiver(_)) {
            let of = &outcome.demand.trx_type;
            push("transponder", json!({"transponder-type": of, "transponder-mode": format}));
        }
    }
    Value::Array(objects)
}
