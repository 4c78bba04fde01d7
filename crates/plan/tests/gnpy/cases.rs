//! The cases of `tests/gnpy-data/cases.json` and their files.

use std::path::PathBuf;

use otn_photon::Compat;
use otn_photon::simulation::SimulationParameters;
use otn_plan::Source;
use otn_plan::library::Library;
use otn_plan::models;
use otn_plan::network::Network;
use otn_plan::sim_params;
use otn_plan::spectrum_file;
use otn_plan::topology::Topology;
use otn_plan::transmission::Settings;
use otn_plan::transmission::run::{Outcome, Request, run};
use serde_json::Value;

/// The folder of the reference data.
pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data")
}

/// The text of a file of the reference data.
pub(crate) fn text(name: &str) -> String {
    let path = folder().join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A file of the reference data as JSON.
pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&text(name)).unwrap()
}

/// Every case of one kind.
pub(crate) fn cases(kind: &str) -> Vec<Value> {
    let all = json("cases.json");
    let all = all["cases"].as_array().unwrap();
    all.iter().filter(|case| case["kind"] == kind).cloned().collect()
}

/// The library of a file and the extra configurations that ship with GNPy.
pub(crate) fn library(name: &str) -> Library {
    let text = text(name);
    Library::load(Source::new(name, &text), &[], &[])
        .unwrap_or_else(|error| panic!("{error}"))
        .value
}

/// The library of a case, its extra files read too.
pub(crate) fn library_of(case: &Value) -> Library {
    let texts = |key: &str| -> Vec<(String, String)> {
        let names = case[key].as_array().into_iter().flatten();
        names.map(|name| name.as_str().unwrap()).map(|name| (name.to_owned(), text(name))).collect()
    };
    let (extra, configurations) = (texts("extra_equipment"), texts("extra_config"));
    let name = case["equipment"].as_str().unwrap();
    let main = text(name);
    let extra: Vec<Source<'_>> = extra.iter().map(|(name, text)| Source::new(name, text)).collect();
    let configurations: Vec<Source<'_>> =
        configurations.iter().map(|(name, text)| Source::new(name, text)).collect();
    Library::load(Source::new(name, &main), &extra, &configurations)
        .unwrap_or_else(|error| panic!("{error}"))
        .value
}

/// The topology of a file.
pub(crate) fn topology(name: &str) -> Topology {
    let text = text(name);
    Topology::load(Source::new(name, &text)).unwrap_or_else(|error| panic!("{error}")).value
}

/// What `case` asks for.
pub(crate) fn request(case: &Value, compat: Compat) -> Request {
    let words = |key: &str| case[key].as_str().map(str::to_owned);
    let through = case["include_nodes"].as_array();
    let channels = words("spectrum").map(|name| {
        let text = text(&name);
        let partitions = spectrum_file::load(Source::new(&name, &text)).unwrap().value;
        models::channels(&partitions)
    });
    let simulation = words("sim_params").map(|name| {
        let text = text(&name);
        sim_params::load(Source::new(&name, &text)).unwrap().value
    });
    Request {
        source: words("source"),
        destination: words("destination"),
        through: through
            .map(|all| all.iter().map(|uid| uid.as_str().unwrap().to_owned()).collect())
            .unwrap_or_default(),
        power_dbm: case["power_dbm"].as_f64(),
        channels,
        no_insert: case["no_insert_edfas"] == true,
        settings: Settings {
            simulation: simulation.unwrap_or_else(SimulationParameters::default),
            compat,
        },
        ..Request::default()
    }
}

/// What `case` gives.
pub(crate) fn outcome(case: &Value, compat: Compat) -> Result<Outcome, String> {
    let library = library(case["equipment"].as_str().unwrap());
    let topology = topology(case["topology"].as_str().unwrap());
    let network = Network::new(&topology, &library).map_err(|error| error.to_string())?;
    run(network, &library, &request(case, compat)).map_err(|error| error.to_string())
}
