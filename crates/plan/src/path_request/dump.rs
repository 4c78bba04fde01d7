//! What was planned, in full precision, as a JSON document whose keys other programs can rely on.
//!
//! In: a [`Planned`]. Out: design, requests with what their receivers see, slots in use. The keys are those of the
//! reference outputs in `tests/gnpy-data`.

use otn_photon::transceiver::Reception;
use serde_json::{Map, Value, json};

use super::response::response;
use super::{Outcome, Planned};
use crate::library::Library;
use crate::transmission::dump::design;

/// The document.
pub fn dump(planned: &Planned, library: &Library) -> Value {
    let requests = planned.outcomes.iter().map(|outcome| request(planned, library, outcome));
    let uid = |vertex: usize| planned.network.element(vertex).uid.as_str();
    let (n_min, n_max) = planned.spectrum.range;
    let mut lines = Map::new();
    for line in &planned.spectrum.lines {
        let occupied = line.occupied();
        let (Some(&from), Some(&to)) = (line.path.first(), line.path.last()) else { continue };
        if occupied.is_empty() {
            continue;
        }
        let name = format!("{} >> {} >> {}", uid(from), uid(line.path[1]), uid(to));
        lines.insert(name, json!({"n_min": n_min, "n_max": n_max, "occupied": occupied}));
    }
    json!({
        "kind": "path-request",
        "design": design(&planned.designed),
        "requests": requests.collect::<Vec<Value>>(),
        "oms_bitmaps": lines,
        "response": response(planned, library),
    })
}

fn request(planned: &Planned, library: &Library, outcome: &Outcome) -> Value {
    let demand = &outcome.demand;
    let modes = demand.transceiver(library).map(|transceiver| &transceiver.modes);
    let mode = modes.zip(outcome.mode).and_then(|(modes, at)| modes.get(at));
    let slots = |part: fn(&crate::services::FrequencySlot) -> Option<i64>| {
        let all: Vec<_> = outcome.slots.iter().map(part).collect();
        if all.is_empty() { Value::Null } else { json!(all) }
    };
    let uid = |vertex: &usize| planned.network.element(*vertex).uid.clone();
    let mut value = json!({
        "request_id": demand.id,
        "source": demand.source,
        "destination": demand.destination,
        "mode": mode.map(|mode| &mode.format),
        "baud_rate": mode.map(|mode| mode.baud_rate),
        "blocking_reason": outcome.blocked.as_ref().map(|blocked| blocked.word()),
        "path_bandwidth": demand.path_bandwidth_bit_per_s,
        "N": slots(|slot| slot.n),
        "M": slots(|slot| slot.m),
        "path": outcome.route.iter().map(uid).collect::<Vec<_>>(),
    });
    if let Some(seen) = &outcome.reception {
        value["receiver"] = receiver(seen, &demand.destination);
    }
    if let Some(seen) = &outcome.back {
        value["receiver_z_a"] = receiver(seen, &demand.source);
    }
    value
}

fn receiver(seen: &Reception, uid: &str) -> Value {
    let penalties: Map<String, Value> = seen
        .penalties_db
        .iter()
        .map(|(kind, values)| (kind.name().to_owned(), list(values)))
        .collect();
    let total = if penalties.is_empty() { json!([0.0]) } else { figures(&seen.total_penalty_db) };
    json!({
        "nch": seen.gsnr_bw_db.len(),
        "uid": uid,
        "gsnr_01nm_db": figures(&seen.gsnr_01nm_db),
        "gsnr_bw_db": figures(&seen.gsnr_bw_db),
        "osnr_ase_01nm_db": figures(&seen.osnr_ase_01nm_db),
        "osnr_ase_bw_db": figures(&seen.osnr_ase_bw_db),
        "osnr_nli_bw_db": figures(&seen.osnr_nli_bw_db),
        "raw_gsnr_bw_db": figures(&seen.raw_gsnr_bw_db),
        "cd_ps_nm": figures(&seen.cd_ps_nm),
        "pmd_ps": figures(&seen.pmd_ps),
        "pdl_db": figures(&seen.pdl_db),
        "latency_ms": figures(&seen.latency_ms),
        "penalties_db": penalties,
        "total_penalty_db": total,
    })
}

fn list(values: &[f64]) -> Value {
    values.iter().map(|&value| number(Some(value))).collect()
}

/// First, middle, last, least, most and mean.
fn figures(values: &[f64]) -> Value {
    let at = |i: usize| number(values.get(i).copied());
    let least = values.iter().copied().reduce(f64::min);
    let most = values.iter().copied().reduce(f64::max);
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    json!({
        "first": at(0),
        "mid": at(values.len() / 2),
        "last": at(values.len().saturating_sub(1)),
        "min": number(least),
        "max": number(most),
        "mean": number(Some(mean)),
    })
}

/// A number; those that JSON has no form for as words.
fn number(value: Option<f64>) -> Value {
    match value {
        None => Value::Null,
        Some(value) if value.is_finite() => json!(value),
        Some(value) if value.is_nan() => json!("nan"),
        Some(value) => json!(if value > 0.0 { "inf" } else { "-inf" }),
    }
}
