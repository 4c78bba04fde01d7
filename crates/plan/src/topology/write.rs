//! A topology as JSON text.
//!
//! Clauses: GNPy's topology file, legacy form, as GNPy saves it: gain with 6 decimals, tilt with 5, length
//! in kilometres with 6. What GNPy's own writer forgets (lumped losses, dispersion, pumps' fibre) is kept.
//! In: [`Topology`]. Out: text, two spaces a level, letters as they are.

use serde_json::{Map, Value, json};

use super::{
    DegreeDesignBands, DesignBand, Direction, Edfa, Element, Kind, Location, Operational,
    RamanFibre, Roadm, Topology, Transceiver,
};
use crate::library::{Equalisation, FibreParams, Loss};

impl Topology {
    /// The network as a JSON value.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut top = Map::new();
        if let Some(name) = &self.network_name {
            put(&mut top, "network_name", json!(name));
        }
        put(&mut top, "elements", self.elements.iter().map(element).collect());
        let connection =
            |c: &super::Connection| json!({ "from_node": c.from_node, "to_node": c.to_node });
        put(&mut top, "connections", self.connections.iter().map(connection).collect());
        Value::Object(top)
    }

    /// The network as JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A value made of maps with text keys is always written.
        serde_json::to_string_pretty(&self.to_value()).unwrap_or_default()
    }
}

fn put(map: &mut Map<String, Value>, key: &str, value: Value) {
    map.insert(key.to_owned(), value);
}

/// A number rounded to `digits` decimals, half to even, as a decimal text would round it.
//= gnpy:6.10-saved-decimals
fn rounded(number: f64, digits: usize) -> f64 {
    format!("{number:.digits$}").parse().unwrap_or(number)
}

fn element(element: &Element) -> Value {
    let mut map = Map::new();
    put(&mut map, "uid", json!(element.uid));
    match &element.kind {
        Kind::Transceiver(it) => transceiver(&mut map, it),
        Kind::Roadm(it) => roadm(&mut map, it),
        Kind::Fused(it) => {
            put(&mut map, "type", json!("Fused"));
            let loss_db = it.loss_db.unwrap_or(super::Fused::DEFAULT_LOSS_DB);
            put(&mut map, "params", json!({ "loss": loss_db }));
        }
        Kind::Fibre(it) => {
            put(&mut map, "type", json!("Fiber"));
            variety(&mut map, it.type_variety.as_ref());
            put(&mut map, "params", fibre(&it.params));
        }
        Kind::RamanFibre(it) => raman_fibre(&mut map, it),
        Kind::Edfa(it) => {
            put(&mut map, "type", json!("Edfa"));
            amplifier(&mut map, it);
        }
        Kind::MultibandAmplifier(it) => {
            put(&mut map, "type", json!("Multiband_amplifier"));
            put(&mut map, "type_variety", json!(it.type_variety.as_deref().unwrap_or("")));
            let bands = it.amplifiers.iter().map(|band| {
                let mut map = Map::new();
                amplifier(&mut map, band);
                Value::Object(map)
            });
            put(&mut map, "amplifiers", bands.collect());
        }
    }
    put(&mut map, "metadata", json!({ "location": location(&element.location) }));
    Value::Object(map)
}

fn location(location: &Location) -> Value {
    json!({
        "latitude": location.latitude_deg,
        "longitude": location.longitude_deg,
        "city": location.city,
        "region": location.region,
    })
}

fn variety(map: &mut Map<String, Value>, variety: Option<&String>) {
    if let Some(variety) = variety {
        put(map, "type_variety", json!(variety));
    }
}

fn transceiver(map: &mut Map<String, Value>, transceiver: &Transceiver) {
    put(map, "type", json!("Transceiver"));
    variety(map, transceiver.type_variety.as_ref());
    let mut params = Map::new();
    bands(&mut params, &transceiver.design_bands, &transceiver.per_degree_design_bands);
    if !params.is_empty() {
        put(map, "params", Value::Object(params));
    }
}

fn bands(map: &mut Map<String, Value>, all: &[DesignBand], degrees: &[DegreeDesignBands]) {
    let band = |band: &DesignBand| {
        let mut map = Map::new();
        put(&mut map, "f_min", json!(band.f_min_hz));
        put(&mut map, "f_max", json!(band.f_max_hz));
        if let Some(spacing_hz) = band.spacing_hz {
            put(&mut map, "spacing", json!(spacing_hz));
        }
        Value::Object(map)
    };
    if !all.is_empty() {
        put(map, "design_bands", all.iter().map(band).collect());
    }
    if !degrees.is_empty() {
        let degrees = degrees
            .iter()
            .map(|degree| (degree.degree.clone(), degree.bands.iter().map(band).collect()));
        put(map, "per_degree_design_bands", Value::Object(degrees.collect()));
    }
}

fn roadm(map: &mut Map<String, Value>, roadm: &Roadm) {
    put(map, "type", json!("Roadm"));
    variety(map, roadm.type_variety.as_ref());
    let mut params = Map::new();
    if let Some(level) = roadm.equalisation {
        let (key, level) = match level {
            Equalisation::PowerDbm(level) => ("target_pch_out_db", level),
            Equalisation::PsdMwPerGhz(level) => ("target_psd_out_mWperGHz", level),
            Equalisation::PswMwPerGhz(level) => ("target_out_mWperSlotWidth", level),
        };
        put(&mut params, key, json!(level));
    }
    if let Some(restrictions) = &roadm.restrictions {
        let lists = json!({
            "preamp_variety_list": restrictions.preamp_variety_list,
            "booster_variety_list": restrictions.booster_variety_list,
        });
        put(&mut params, "restrictions", lists);
    }
    for degree in &roadm.per_degree_targets {
        let (key, level) = match degree.target {
            Equalisation::PowerDbm(level) => ("per_degree_pch_out_db", level),
            Equalisation::PsdMwPerGhz(level) => ("per_degree_psd_out_mWperGHz", level),
            Equalisation::PswMwPerGhz(level) => ("per_degree_psd_out_mWperSlotWidth", level),
        };
        let degrees = params.entry(key).or_insert_with(|| json!({}));
        if let Value::Object(degrees) = degrees {
            put(degrees, &degree.degree, json!(level));
        }
    }
    for (key, number) in
        [("add_drop_osnr", roadm.add_drop_osnr_db), ("pmd", roadm.pmd_s), ("pdl", roadm.pdl_db)]
    {
        number_if(&mut params, key, number);
    }
    let impairments = roadm.per_degree_impairments.iter().map(|pair| {
        json!({
            "from_degree": pair.from_degree,
            "to_degree": pair.to_degree,
            "impairment_id": pair.impairment_id,
        })
    });
    if !roadm.per_degree_impairments.is_empty() {
        put(&mut params, "per_degree_impairments", impairments.collect());
    }
    bands(&mut params, &roadm.design_bands, &roadm.per_degree_design_bands);
    put(map, "params", Value::Object(params));
}

fn number_if(map: &mut Map<String, Value>, key: &str, number: Option<f64>) {
    if let Some(number) = number {
        put(map, key, json!(number));
    }
}

fn fibre(fibre: &FibreParams) -> Value {
    let mut map = Map::new();
    if let Some(length_m) = fibre.length_m {
        put(&mut map, "length", json!(rounded(length_m / 1000.0, 6)));
    }
    put(&mut map, "length_units", json!("km"));
    put(&mut map, "att_in", json!(fibre.att_in_db.unwrap_or(0.0)));
    put(&mut map, "con_in", json!(fibre.con_in_db));
    put(&mut map, "con_out", json!(fibre.con_out_db));
    match &fibre.loss_coef {
        None => {}
        Some(Loss::Flat(loss)) => put(&mut map, "loss_coef", json!(loss)),
        Some(Loss::PerFrequency(table)) => {
            let rows = table.frequency_hz.iter().zip(&table.value).map(
                |(frequency, loss)| json!({ "frequency": frequency, "loss_coef_value": loss }),
            );
            put(&mut map, "loss_coef_per_frequency", rows.collect());
        }
    }
    for (key, number) in [
        ("pmd_coef", fibre.pmd_coef_s_per_sqrt_m),
        ("dispersion", fibre.dispersion_s_per_m2),
        ("dispersion_slope", fibre.dispersion_slope_s_per_m3),
        ("effective_area", fibre.effective_area_m2),
        ("gamma", fibre.gamma_per_w_m),
        ("ref_frequency", fibre.ref_frequency_hz),
    ] {
        number_if(&mut map, key, number);
    }
    if let Some(table) = &fibre.dispersion_per_frequency {
        let table = json!({ "value": table.value, "frequency": table.frequency_hz });
        put(&mut map, "dispersion_per_frequency", table);
    }
    if let Some(losses) = &fibre.lumped_losses {
        let losses = losses
            .iter()
            .map(|loss| json!({ "position": loss.position_m / 1000.0, "loss": loss.loss_db }));
        put(&mut map, "lumped_losses", losses.collect());
    }
    if let Some(curve) = &fibre.raman_coefficient {
        let curve = json!({
            "g0": curve.g0_per_w_m,
            "frequency_offset": curve.frequency_offset_hz,
            "reference_frequency": curve.reference_frequency_hz,
        });
        put(&mut map, "raman_coefficient", curve);
    }
    Value::Object(map)
}

fn raman_fibre(map: &mut Map<String, Value>, raman: &RamanFibre) {
    put(map, "type", json!("RamanFiber"));
    variety(map, raman.type_variety.as_ref());
    put(map, "params", fibre(&raman.params));
    if raman.temperature_k.is_none() && raman.raman_pumps.is_empty() {
        return;
    }
    let pumps = raman.raman_pumps.iter().map(|pump| {
        json!({
            "power": pump.power_w,
            "frequency": pump.frequency_hz,
            "propagation_direction": match pump.propagation_direction {
                Direction::CoPropagating => "coprop",
                Direction::CounterPropagating => "counterprop",
            },
        })
    });
    let mut operational = Map::new();
    number_if(&mut operational, "temperature", raman.temperature_k);
    put(&mut operational, "raman_pumps", pumps.collect());
    put(map, "operational", Value::Object(operational));
}

fn amplifier(map: &mut Map<String, Value>, amplifier: &Edfa) {
    put(map, "type_variety", json!(amplifier.type_variety.as_deref().unwrap_or("")));
    put(map, "operational", operational(&amplifier.operational));
}

fn operational(set: &Operational) -> Value {
    json!({
        "gain_target": set.gain_target_db.map(|gain| rounded(gain, 6)),
        "delta_p": set.delta_p_db,
        "tilt_target": set.tilt_target_db.map(|tilt| rounded(tilt, 5)),
        "out_voa": set.out_voa_db,
        "in_voa": set.in_voa_db.unwrap_or(0.0),
    })
}
