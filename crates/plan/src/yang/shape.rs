//! Objects and tables whose shape differs between the two forms.
//!
//! Clauses: keyed lists of GNPy's YANG models.
//! In: content of one topic, numbers as numbers. Out: the same in the other shape; what already has it is
//! left alone. Where a shape changes its key, the new key takes the old one's place.

use serde_json::{Map, Value};

use super::topic::Topic;

/// Which form to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ToYang,
    ToLegacy,
}

/// A change of one field: its new key and value, or nothing if it is not in the old shape.
type Changed = Option<(&'static str, Value)>;

/// A function that changes one field of a given key.
type Change = fn(&str, &Value) -> Changed;

pub(super) fn change(topic: Topic, content: Value, way: Way) -> Value {
    let change: Change = match (topic, way) {
        (Topic::Topology, Way::ToYang) => to_keyed,
        (Topic::Topology, Way::ToLegacy) => from_keyed,
        (Topic::Equipment, Way::ToYang) => to_keyed,
        (Topic::Equipment, Way::ToLegacy) => from_keyed,
        (Topic::Configuration, Way::ToYang) => coefficients_to_keyed,
        (Topic::Configuration, Way::ToLegacy) => coefficients_from_keyed,
        _ => return content,
    };
    let mut changed = everywhere(content, change);
    if way == Way::ToYang {
        match topic {
            Topic::Topology => gather_degrees(&mut changed),
            Topic::Equipment => name_roadms(&mut changed),
            _ => {}
        }
    } else if topic == Topic::Topology {
        scatter_degrees(&mut changed);
    }
    changed
}

/// Changes every field of every object in `value`, outer ones first.
fn everywhere(value: Value, change: Change) -> Value {
    match value {
        Value::Array(items) => {
            Value::Array(items.into_iter().map(|item| everywhere(item, change)).collect())
        }
        Value::Object(map) => {
            let fields = map.into_iter().map(|(key, value)| match change(&key, &value) {
                Some((key, value)) => (key.to_owned(), value),
                None => (key, everywhere(value, change)),
            });
            Value::Object(fields.collect())
        }
        other => other,
    }
}

/// An object with these fields.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Object(fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

/// Two lists of an object as a list of pairs.
fn zip(value: &Value, columns: [(&str, &str); 2]) -> Option<Value> {
    let [(first, first_key), (second, second_key)] = columns;
    let (first, second) = (value.get(first)?.as_array()?, value.get(second)?.as_array()?);
    if first.len() != second.len() {
        return None;
    }
    let rows = first.iter().zip(second);
    let row = |(a, b): (&Value, &Value)| object([(first_key, a.clone()), (second_key, b.clone())]);
    Some(rows.map(row).collect())
}

/// One column of a list of objects.
fn column(list: &Value, key: &str) -> Option<Value> {
    list.as_array()?.iter().map(|row| row.get(key).cloned()).collect::<Option<Value>>()
}

/// A list as a list keyed by place.
fn number_items(value: &Value, order: &str, item: &str) -> Option<Value> {
    let items = value.as_array()?;
    if items.iter().any(|item| !item.is_number()) {
        return None;
    }
    let rows = items.iter().enumerate();
    Some(rows.map(|(i, value)| object([(order, Value::from(i)), (item, value.clone())])).collect())
}

/// A list keyed by place as a list.
fn items_in_order(value: &Value, order: &str, item: &str) -> Option<Value> {
    let mut rows: Vec<(i64, &Value)> = Vec::new();
    for row in value.as_array()? {
        rows.push((row.get(order)?.as_i64()?, row.get(item)?));
    }
    rows.sort_by_key(|(order, _)| *order);
    Some(rows.into_iter().map(|(_, value)| value.clone()).collect())
}

const RANGE: [&str; 3] = ["min_value", "max_value", "step"];

fn range_to_object(value: &Value) -> Option<Value> {
    let items = value.as_array()?;
    if items.len() != RANGE.len() {
        return None;
    }
    let fields = RANGE.iter().zip(items).map(|(key, item)| ((*key).to_owned(), item.clone()));
    Some(Value::Object(fields.collect()))
}

fn range_to_list(value: &Value) -> Option<Value> {
    RANGE.iter().map(|key| value.get(key).cloned()).collect()
}

//= gnpy:1.2-yang
fn to_keyed(key: &str, value: &Value) -> Changed {
    match key {
        "loss_coef" => {
            let columns = [("frequency", "frequency"), ("value", "loss_coef_value")];
            Some(("loss_coef_per_frequency", zip(value, columns)?))
        }
        "dispersion_per_frequency" => {
            let columns = [("frequency", "frequency"), ("value", "dispersion")];
            Some(("dispersion_per_frequency", zip(value, columns)?))
        }
        "raman_coefficient" => {
            let columns = [("frequency_offset", "frequency_offset"), ("g0", "g0")];
            let rows = zip(value, columns)?;
            let reference = value.get("reference_frequency")?.clone();
            let fields = [("reference_frequency", reference), ("g0_per_frequency", rows)];
            Some(("raman_coefficient", object(fields)))
        }
        "raman_efficiency" => {
            let columns = [("frequency_offset", "frequency_offset"), ("cr", "cr")];
            Some(("raman_efficiency", zip(value, columns)?))
        }
        "delta_power_range_db" => Some(("delta_power_range_dict_db", range_to_object(value)?)),
        "power_range_db" => Some(("power_range_dict_db", range_to_object(value)?)),
        "nf_coef" => Some(("nf_coef", number_items(value, "coef_order", "nf_coef")?)),
        _ => None,
    }
}

fn from_keyed(key: &str, value: &Value) -> Changed {
    match key {
        "loss_coef_per_frequency" => {
            let (frequency, loss) =
                (column(value, "frequency")?, column(value, "loss_coef_value")?);
            Some(("loss_coef", object([("frequency", frequency), ("value", loss)])))
        }
        "dispersion_per_frequency" => {
            let (frequency, it) = (column(value, "frequency")?, column(value, "dispersion")?);
            Some(("dispersion_per_frequency", object([("frequency", frequency), ("value", it)])))
        }
        "raman_coefficient" => {
            let rows = value.get("g0_per_frequency")?;
            let fields = [
                ("reference_frequency", value.get("reference_frequency")?.clone()),
                ("frequency_offset", column(rows, "frequency_offset")?),
                ("g0", column(rows, "g0")?),
            ];
            Some(("raman_coefficient", object(fields)))
        }
        "raman_efficiency" => {
            // The converter takes the old name for the new one, and its values for gains.
            let (offset, cr) = (column(value, "frequency_offset")?, column(value, "cr")?);
            Some(("raman_coefficient", object([("frequency_offset", offset), ("g0", cr)])))
        }
        "delta_power_range_dict_db" => Some(("delta_power_range_db", range_to_list(value)?)),
        "power_range_dict_db" => Some(("power_range_db", range_to_list(value)?)),
        "nf_coef" => Some(("nf_coef", items_in_order(value, "coef_order", "nf_coef")?)),
        _ => None,
    }
}

fn coefficients_to_keyed(key: &str, value: &Value) -> Changed {
    (key == "nf_fit_coeff")
        .then(|| Some(("nf_fit_coeff", number_items(value, "coef_order", "nf_coef")?)))?
}

fn coefficients_from_keyed(key: &str, value: &Value) -> Changed {
    (key == "nf_fit_coeff")
        .then(|| Some(("nf_fit_coeff", items_in_order(value, "coef_order", "nf_coef")?)))?
}

/// A ROADM without a name is the default one; the YANG form needs the name.
fn name_roadms(equipment: &mut Value) {
    let Some(Value::Array(roadms)) = equipment.get_mut("Roadm") else { return };
    for roadm in roadms {
        if let Value::Object(roadm) = roadm {
            roadm.entry("type_variety").or_insert_with(|| Value::from("default"));
        }
    }
}

/// Keys of levels by degree.
const LEVELS: [&str; 3] =
    ["per_degree_pch_out_db", "per_degree_psd_out_mWperGHz", "per_degree_psd_out_mWperSlotWidth"];

/// Key that names the degree in a keyed list.
const DEGREE: &str = "degree_uid";

/// The `params` of every element.
fn each_params(topology: &mut Value, change: fn(&mut Map<String, Value>)) {
    let Some(Value::Array(elements)) = topology.get_mut("elements") else { return };
    for element in elements {
        if let Some(Value::Object(params)) = element.get_mut("params") {
            change(params);
        }
    }
}

/// Objects by degree to keyed lists.
fn gather_degrees(topology: &mut Value) {
    each_params(topology, |params| {
        let mut targets = Vec::new();
        for key in LEVELS {
            let Some(Value::Object(levels)) = params.shift_remove(key) else { continue };
            for (degree, level) in levels {
                targets.push(object([(DEGREE, Value::from(degree)), (key, level)]));
            }
        }
        if !targets.is_empty() {
            params.insert("per_degree_power_targets".to_owned(), Value::Array(targets));
        }
        let bands = params.shift_remove("per_degree_design_bands");
        let Some(Value::Object(bands)) = bands else { return };
        let rows = bands.into_iter().map(|(degree, bands)| {
            object([(DEGREE, Value::from(degree)), ("design_bands", bands)])
        });
        params.insert("per_degree_design_bands_targets".to_owned(), rows.collect());
    });
}

/// Keyed lists to objects by degree.
fn scatter_degrees(topology: &mut Value) {
    each_params(topology, |params| {
        if let Some(Value::Array(targets)) = params.shift_remove("per_degree_power_targets") {
            for target in &targets {
                let Some(degree) = target.get(DEGREE).and_then(Value::as_str) else { continue };
                for key in LEVELS {
                    let Some(level) = target.get(key) else { continue };
                    let levels = params.entry(key).or_insert_with(|| Value::Object(Map::new()));
                    if let Value::Object(levels) = levels {
                        levels.insert(degree.to_owned(), level.clone());
                    }
                }
            }
        }
        if let Some(Value::Array(rows)) = params.shift_remove("per_degree_design_bands_targets") {
            let bands = rows.iter().filter_map(|row| {
                let degree = row.get(DEGREE)?.as_str()?.to_owned();
                Some((degree, row.get("design_bands")?.clone()))
            });
            params.insert("per_degree_design_bands".to_owned(), Value::Object(bands.collect()));
        }
    });
}
