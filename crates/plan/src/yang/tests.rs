//! Both forms against the fixtures that GNPy's own converter passes.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::{to_legacy, to_yang};
use crate::input::Source;

pub(crate) fn data(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data");
    fs::read_to_string(root.join(path)).expect(path)
}

/// Whether two values are the same, whole numbers and floating ones of the same size alike.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(k, v)| b.get(k).is_some_and(|w| same(v, w)))
        }
        _ => a == b,
    }
}

#[track_caller]
fn assert_same(found: &Value, expected: &str, name: &str) {
    let expected: Value = serde_json::from_str(&data(expected)).unwrap();
    assert!(same(found, &expected), "{name}:\n{found:#}");
}

const FOLDER: &str = "tests-data/convert/";

/// Legacy file and its YANG form: fx17 to fx25.
const TO_YANG: [(&str, &str); 9] = [
    ("edfa_example_network.json", "GNPy_yang_formatted-edfa_example_network_expected.json"),
    ("testTopology_auto_design.json", "GNPy_yang_formatted-testTopology_auto_design_expected.json"),
    ("testTopology_testservices.json", "testTopology_testservices_expected.json"),
    ("eqpt_config.json", "GNPy_yang_formatted-eqpt_config_expected.json"),
    ("extra_eqpt_config.json", "GNPy_yang_formatted-extra_eqpt_config_expected.json"),
    ("sim_params.json", "GNPy_yang_formatted-sim_params_expected.json"),
    ("spectrum.json", "GNPy_yang_formatted-spectrum_expected.json"),
    ("testTopology_response.json", "GNPy_yang_formatted-testTopology_response.json"),
    ("std_medium_gain_advanced_config.json", "GNPy_yang_formatted-edfa-config_expected.json"),
];

/// YANG file and its legacy form: fx26 to fx29.
const TO_LEGACY: [(&str, &str); 4] = [
    (
        "GNPy_yang_formatted-edfa_example_network.json",
        "GNPy_legacy_formatted-edfa_example_network_expected.json",
    ),
    (
        "GNPy_yang_formatted-testTopology_auto_design_expected.json",
        "GNPy_legacy_formatted-testTopology_auto_design_expected.json",
    ),
    ("network_per_frequency_loss_yang.json", "network_per_frequency_loss_expected.json"),
    ("GNPy_api_example.json", "GNPy_legacy_formatted-GNPy_api_example.json"),
];

//= type=test gnpy:1.2-yang
#[test]
fn legacy_to_yang() {
    for (given, expected) in TO_YANG {
        let text = data(&format!("{FOLDER}{given}"));
        let found = to_yang(Source::new(given, &text)).unwrap();
        assert_same(&found, &format!("{FOLDER}{expected}"), given);
        // The converter changes nothing in its own output.
        let again = to_yang(Source::new(given, &found.to_string())).unwrap();
        assert_eq!(again, found, "{given}");
    }
}

//= type=test gnpy:1.2-yang
#[test]
fn yang_to_legacy() {
    for (given, expected) in TO_LEGACY {
        let text = data(&format!("{FOLDER}{given}"));
        let found = to_legacy(Source::new(given, &text)).unwrap();
        assert_same(&found, &format!("{FOLDER}{expected}"), given);
        let again = to_legacy(Source::new(given, &found.to_string())).unwrap();
        assert!(same(&again, &found), "{given}");
    }
}

/// Legacy files of every kind come back from the YANG form as they were.
//= type=test gnpy:1.2-yang
//= type=test gnpy:1.2-degree-targets
#[test]
fn there_and_back() {
    let files = [
        "tests-data/perdegreemeshTopologyExampleV2_auto_design_expected.json",
        "example-data/raman_edfa_example_network.json",
        "example-data/multiband_example_network.json",
        "cases/va24_roadm_impairments/topology.json",
        "cases/va08_loss_per_freq/topology.json",
        "cases/va09_lumped_losses/topology.json",
        "example-data/sim_params.json",
        "example-data/multiband_spectrum.json",
        "example-data/Juniper-BoosterHG.json",
    ];
    for file in files {
        let text = data(file);
        let there = to_yang(Source::new(file, &text)).unwrap();
        let mut back = to_legacy(Source::new(file, &there.to_string())).unwrap();
        if let Some(content) = back.get("gnpy-edfa-config:edfa-config") {
            back = content.clone();
        }
        assert_same(&back, file, file);
    }
}

#[test]
fn a_document_of_another_kind_is_refused() {
    for (text, found) in [
        ("{}", "x.json: (whole document): found a document of another kind, expected a topology"),
        ("[1]", "x.json: (whole document): found a document of another kind, expected a topology"),
        ("{", "x.json: line 1 column 1: found no JSON (EOF while parsing an object)"),
    ] {
        for convert in [to_yang, to_legacy] {
            let error = convert(Source::new("x.json", text)).unwrap_err().to_string();
            assert!(error.starts_with(found), "{error}");
        }
    }
}
