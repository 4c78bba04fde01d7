//! Design cases: networks designed and saved.

use otn_photon::Compat;
use otn_plan::design::{Design, Steps, design};
use otn_plan::library::Library;
use otn_plan::models::Models;
use otn_plan::network::Network;
use otn_plan::network::save::save;
use otn_plan::transmission::Settings;
use otn_plan::transmission::dump;
use otn_plan::transmission::run::{Request, reference};
use serde_json::Value;

use crate::cases::{json, library, topology};
use crate::compare::differences;

fn designed(mut network: Network, library: &Library, steps: Steps) -> (Network, Design) {
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    let request = Request { settings, ..Request::default() };
    let reference = reference(&library.spectra[0], &request);
    let models = Models::new(library).unwrap();
    let design = design(&mut network, library, &models, &reference, steps).unwrap();
    (network, design)
}

/// Designs the topology of a file and gives what is saved, and the topology's own JSON as we write it.
fn saved(name: &str, library: &Library) -> Value {
    let network = Network::new(&topology(name), library).unwrap();
    let (network, _) = designed(network, library, Steps::ALL);
    save(&network).to_value()
}

/// Equal, numbers by value: a whole number may be written with or without its point.
fn same(expected: &Value, found: &Value, path: &str, out: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for key in
                expected.keys().chain(found.keys().filter(|key| !expected.contains_key(*key)))
            {
                let null = Value::Null;
                let (left, right) =
                    (expected.get(key).unwrap_or(&null), found.get(key).unwrap_or(&null));
                same(left, right, &format!("{path}.{key}"), out);
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (i, (left, right)) in expected.iter().zip(found).enumerate() {
                same(left, right, &format!("{path}[{i}]"), out);
            }
        }
        (Value::Number(left), Value::Number(right)) if left.as_f64() == right.as_f64() => {}
        (left, right) if left == right => {}
        (left, right) => out.push(format!("{path}: {left}, found {right}")),
    }
}

fn elements_by_uid(topology: &Value) -> std::collections::BTreeMap<String, Value> {
    let elements = topology["elements"].as_array().unwrap();
    elements.iter().map(|one| (one["uid"].as_str().unwrap().to_owned(), one.clone())).collect()
}

fn connections(topology: &Value) -> Vec<(String, String)> {
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let all = topology["connections"].as_array().unwrap().iter();
    let mut all: Vec<_> = all.map(|one| (word(&one["from_node"]), word(&one["to_node"]))).collect();
    all.sort();
    all
}

fn check(input: &str, expected: &str, library: &Library) {
    let (found, expected) = (saved(input, library), json(expected));
    let mut out = Vec::new();
    let (left, right) = (elements_by_uid(&expected), elements_by_uid(&found));
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (uid, element) in &left {
        same(element, &right[uid], uid, &mut out);
    }
    assert!(out.is_empty(), "{} differences: {:#?}", out.len(), &out[..out.len().min(12)]);
    assert_eq!(connections(&expected), connections(&found));
}

fn gain_mode(name: &str) -> Library {
    let mut library = library(name);
    library.spans[0].power_mode = false;
    library
}

const TEST_TOPOLOGY: &str = "tests-data/testTopology_auto_design_expected.json";

#[test]
fn fx01_a_designed_network_stays_as_it_is_in_gain_mode() {
    check(TEST_TOPOLOGY, TEST_TOPOLOGY, &gain_mode("tests-data/eqpt_config.json"));
}

#[test]
fn fx02_a_raw_network_in_gain_mode() {
    let raw = "tests-data/testTopology_expected.json";
    check(raw, TEST_TOPOLOGY, &gain_mode("tests-data/eqpt_config.json"));
}

#[test]
fn fx03_targets_of_single_degrees() {
    let name = "tests-data/perdegreemeshTopologyExampleV2_auto_design_expected.json";
    check(name, name, &library("tests-data/eqpt_config.json"));
}

#[test]
fn fx04_loss_over_frequency() {
    let name = "tests-data/network_per_frequency_loss_expected.json";
    check(name, name, &library("tests-data/eqpt_config.json"));
}

#[test]
//= type=test gnpy:6.8-split
//= type=test gnpy:6.8-choice
fn fx05_coronet_global() {
    let library = library("tests-data/eqpt_config.json");
    let topology = topology("example-data/CORONET_Global_Topology.json");
    let network = Network::new(&topology, &library).unwrap();
    let (network, design) = designed(network, &library, Steps::ALL);
    assert_eq!(design.amplifiers.len(), 4052);
    let found = serde_json::json!({ "design": dump::design(&network) });
    let expected = json("reference/ds01_coronet_global_design.json");
    let (differences, worst) = differences(&expected, &found, &["design"]);
    let first: Vec<_> = differences.iter().take(12).collect();
    assert!(differences.is_empty(), "{} differences: {first:#?}, worst {worst}", differences.len());
}

/// Both bands of a multiband amplifier, each limited by its power: 98 and 72 channels are reckoned with,
/// those of the amplifiers' own bands, though the ROADMs name one band. Values: GNPy 2.14.2, 2 dBm.
#[test]
//= type=test gnpy:6.8-design-bands
//= type=test gnpy:6.8-multiband
fn multiband_amplifiers_at_their_power_limit() {
    let folder = "cases/inv16_multiband";
    let library = library(&format!("{folder}/equipment.json"));
    let topology = topology(&format!("{folder}/topology.json"));
    let mut network = Network::new(&topology, &library).unwrap();
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    let request = Request { settings, power_dbm: Some(2.0), ..Request::default() };
    let reference = reference(&library.spectra[0], &request);
    let models = Models::new(&library).unwrap();
    design(&mut network, &library, &models, &reference, Steps::ALL).unwrap();
    let found = dump::design(&network);
    let gains = |uid: &str| {
        let bands = &found["amplifiers"][uid]["bands"];
        ["CBAND", "LBAND"].map(|band| bands[band]["effective_gain_db"].as_f64().unwrap())
    };
    let expected = [
        ("east edfa in Site_A to Site_B", [21.087739243075053, 22.426675035687314]),
        ("west edfa in Site_D to Site_C", [21.7, 21.7]),
    ];
    for (uid, expected) in expected {
        for (found, expected) in gains(uid).into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-6, "{uid}: {found}, expected {expected}");
        }
    }
}
