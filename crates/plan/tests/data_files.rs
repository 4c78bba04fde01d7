//! Every file of the reference data is read, in both forms.

use std::fs;
use std::path::{Path, PathBuf};

use otn_plan::library::Library;
use otn_plan::services::Services;
use otn_plan::sim_params::SimParams;
use otn_plan::topology::Topology;
use otn_plan::{FileError, Source, Warning, spectrum_file, yang};
use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect(path)
}

/// All JSON inputs, by their path below the root.
fn inputs() -> Vec<String> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        let entries = fs::read_dir(folder).expect("readable");
        for path in entries.map(|entry| entry.expect("readable").path()) {
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|kind| kind == "json") {
                out.push(path);
            }
        }
    }
    let mut found = Vec::new();
    for folder in ["cases", "example-data", "example-data-3.0.1", "tests-data"] {
        walk(&root().join(folder), &mut found);
    }
    let mut names: Vec<String> = found
        .iter()
        .map(|path| path.strip_prefix(root()).expect("below").to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

/// Reads a file of whatever kind it is: what it was, and what was passed over.
fn load(name: &str, text: &str) -> Result<(&'static str, Vec<Warning>), FileError> {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
    let source = Source::new(name, text);
    if has(&["elements", "gnpy-network-topology:topology"]) {
        return Topology::load(source).map(|loaded| ("topology", loaded.warnings));
    }
    if has(&["Edfa", "gnpy-eqpt-config:equipment"]) {
        return library(source).map(|warnings| ("library", warnings));
    }
    if has(&["path-request", "gnpy-path-computation:services"]) {
        return Services::load(source).map(|loaded| ("services", loaded.warnings));
    }
    if has(&["raman_params", "gnpy-sim-params:sim-params"]) {
        return SimParams::load(source).map(|loaded| ("sim-params", loaded.warnings));
    }
    if has(&["spectrum", "gnpy-spectrum:spectrum"]) {
        return spectrum_file::load(source).map(|loaded| ("spectrum", loaded.warnings));
    }
    if has(&["dgt", "gnpy-edfa-config:edfa-config"]) {
        let main = text_of_main();
        return Library::load(Source::new("main", &main), &[], &[source])
            .map(|loaded| ("configuration", loaded.warnings));
    }
    Ok(("other", Vec::new()))
}

fn text_of_main() -> String {
    text("example-data/eqpt_config.json")
}

/// Reads a library by itself if it is whole, else on top of another.
fn library(source: Source<'_>) -> Result<Vec<Warning>, FileError> {
    let user = text("tests-data/user_edfa_config.json");
    let default = text("example-data/std_medium_gain_advanced_config.json");
    let configurations = [
        Source::new("user_edfa_config.json", &user),
        Source::new("default_edfa_config.json", &default),
    ];
    let loaded = if source.text.contains("\"SI\"") {
        Library::load(source, &[], &configurations)
    } else {
        let main = text_of_main();
        Library::load(Source::new("main", &main), &[source], &configurations)
    };
    loaded.map(|loaded| loaded.warnings)
}

/// Files that are refused, and what is said: it names other files where numbers should be.
const REFUSED: (&str, &str) = (
    "example-data/edfa_model/OA.json",
    "example-data/edfa_model/OA.json: (whole document): 'f_min' is missing, expected a value for it",
);

#[test]
fn every_file_loads() {
    let mut counts = std::collections::BTreeMap::new();
    for name in inputs() {
        let text = text(&name);
        if !text.trim_start().starts_with('{') || name.ends_with("cases.json") {
            continue;
        }
        match load(&name, &text) {
            Ok((kind, warnings)) => {
                assert_eq!(warnings, [], "{name}");
                *counts.entry(kind).or_insert(0) += 1;
            }
            Err(error) => assert_eq!((name.as_str(), error.to_string().as_str()), REFUSED),
        }
    }
    // Bundles, responses and single fibres are of no loader here.
    let expected = [
        ("configuration", 8),
        ("library", 75),
        ("other", 12),
        ("services", 26),
        ("sim-params", 9),
        ("spectrum", 11),
        ("topology", 94),
    ];
    assert_eq!(counts.into_iter().collect::<Vec<_>>(), expected);
}

/// A bundle, in both forms, gives each loader its part.
//= type=test gnpy:1.2-yang
#[test]
fn a_bundle_is_read_by_every_loader() {
    let parts = |name: &str| {
        let name = format!("tests-data/convert/{name}");
        let text = text(&name);
        let source = Source::new(&name, &text);
        let library = Library::load(source, &[], &[]).expect("a library").value;
        let topology = Topology::load(source).expect("a topology").value;
        let services = Services::load(source).expect("services").value;
        let simulation = SimParams::load(source).expect("parameters").value;
        let spectrum = spectrum_file::load(source).expect("a spectrum").value;
        (library, topology, services, simulation, spectrum)
    };
    let yang = parts("GNPy_api_example.json");
    // Its library has the entries of its extra library after its own.
    assert_eq!(yang.0.amplifiers.len(), 7);
    assert_eq!(yang.0.transceivers.last().map(|t| t.type_variety.as_str()), Some("ZR400G"));
    assert_eq!(yang.1.elements.len(), 4);
    assert_eq!(yang.2.requests.len(), 19);
    assert_eq!(yang.3.nli.computed_channels, Some(vec![1, 18, 37, 56, 75]));
    assert_eq!(yang.4.len(), 2);
    assert_eq!(parts("GNPy_legacy_formatted-GNPy_api_example.json"), yang);
}

/// A network that GNPy's validator refuses for its extra `metadata`.
#[test]
fn extra_metadata_of_a_topology_is_no_matter() {
    let text = text("example-data/CORONET_CONUS_Topology.json");
    let loaded = Topology::load(Source::new("x", &text)).expect("readable");
    assert_eq!(loaded.value.elements.len(), 348);
}

/// Reads both forms of a file and compares what they say; decimals beyond the YANG form's are dropped first.
fn same_in_yang<T: PartialEq + std::fmt::Debug>(name: &str, load: impl Fn(Source<'_>) -> T) {
    let there = yang::to_yang(Source::new(name, &text(name))).expect("readable").to_string();
    let back = yang::to_legacy(Source::new(name, &there)).expect("readable").to_string();
    assert_eq!(load(Source::new(name, &back)), load(Source::new(name, &there)), "{name}");
}

//= type=test gnpy:1.2-yang
//= type=test gnpy:1.2-frequency-tables
//= type=test gnpy:1.2-degree-targets
#[test]
fn both_forms_say_the_same() {
    for name in [
        "example-data/meshTopologyExampleV2_from_xls.json",
        "example-data/multiband_example_network.json",
        "example-data/Sweden_OpenROADMv5_example_network.json",
        "example-data/raman_edfa_example_network.json",
        "tests-data/convert/edfa_example_network.json",
        "tests-data/perdegreemeshTopologyExampleV2_auto_design_expected.json",
        "tests-data/testTopology_auto_design_expected.json",
        "tests-data/network_per_frequency_loss_expected.json",
        "cases/va08_loss_per_freq/topology.json",
        "cases/va09_lumped_losses/topology.json",
        "cases/va24_roadm_impairments/topology.json",
    ] {
        same_in_yang(name, |source| Topology::load(source).expect("readable").value);
    }
    for name in [
        "example-data/eqpt_config.json",
        "example-data/eqpt_config_openroadm_ver4.json",
        "example-data/eqpt_config_openroadm_ver5.json",
        "example-data/eqpt_config_multiband.json",
        "tests-data/eqpt_config_psd.json",
        "tests-data/eqpt_config_sweep.json",
    ] {
        same_in_yang(name, |source| Library::load(source, &[], &[]).expect("readable").value);
    }
    for name in [
        "example-data/meshTopologyExampleV2_services.json",
        "tests-data/testTopology_testservices.json",
        "cases/pr08_synth20/services.json",
    ] {
        same_in_yang(name, |source| Services::load(source).expect("readable").value);
    }
    same_in_yang("example-data/sim_params.json", |s| SimParams::load(s).expect("readable").value);
    for name in ["example-data/multiband_spectrum.json", "example-data/initial_spectrum2.json"] {
        same_in_yang(name, |source| spectrum_file::load(source).expect("readable").value);
    }
}

/// What is written is read as it was, and GNPy's saved networks are written as they are.
//= type=test gnpy:6.10-saved-decimals
#[test]
fn a_network_written_is_the_network_read() {
    for name in inputs().iter().filter(|name| name.contains("opology") || name.contains("etwork")) {
        let text = text(name);
        if !text.contains("\"elements\"") || !text.contains("\"connections\"") {
            continue;
        }
        let Ok(first) = Topology::load(Source::new(name, &text)) else { continue };
        let written = first.value.to_json();
        let second = Topology::load(Source::new(name, &written)).expect(name).value;
        assert_eq!(second.to_json(), written, "{name}");
        assert_eq!(second.connections, first.value.connections, "{name}");
    }
    for name in [
        "tests-data/testTopology_auto_design_expected.json",
        "tests-data/perdegreemeshTopologyExampleV2_auto_design_expected.json",
        "tests-data/network_per_frequency_loss_expected.json",
    ] {
        let text = text(name);
        let network = Topology::load(Source::new(name, &text)).expect("readable").value;
        let mut expected: Value = serde_json::from_str(&text).expect("readable");
        floats(&mut expected);
        let mut written = network.to_value();
        floats(&mut written);
        assert_eq!(written, expected, "{name}");
    }
}

/// Whole numbers as floating ones: the files have both.
fn floats(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::from(number.as_f64()),
        Value::Array(items) => items.iter_mut().for_each(floats),
        Value::Object(map) => map.values_mut().for_each(floats),
        _ => {}
    }
}
