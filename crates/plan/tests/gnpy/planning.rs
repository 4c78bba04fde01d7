//! Planning cases: routes, modes, receivers, slots, response; both releases.

use otn_photon::Compat;
use otn_plan::Source;
use otn_plan::network::Network;
use otn_plan::path_request::{Blocked, Options, Planned, Policy, csv, dump, plan};
use otn_plan::services::Services;
use otn_plan::transmission::Settings;
use serde_json::Value;

use crate::cases::{cases, json, library_of, text, topology};
use crate::compare::differences;

/// The services of a file.
fn services(name: &str) -> Services {
    let text = text(name);
    Services::load(Source::new(name, &text)).unwrap_or_else(|error| panic!("{error}")).value
}

/// What `case` gives, with its dump.
fn planned(case: &Value, compat: Compat) -> (Planned, Value) {
    let library = library_of(case);
    let topology = topology(case["topology"].as_str().unwrap());
    let network = Network::new(&topology, &library).unwrap_or_else(|error| panic!("{error}"));
    let last_fit = case["spectrum_policy"] == "last_fit";
    let options = Options {
        settings: Settings { compat, ..Settings::default() },
        policy: if last_fit { Policy::LastFit } else { Policy::FirstFit },
        bidirectional: case["bidir"] == true,
        redesign: case["redesign"] == true,
        ..Options::default()
    };
    let services = services(case["services"].as_str().unwrap());
    let planned = plan(network, &library, &services, &options)
        .unwrap_or_else(|error| panic!("{}: {error}", case["id"]));
    let document = dump::dump(&planned, &library);
    (planned, document)
}

fn all(compat: Compat, folder: &str, count: usize) {
    let mut failed = Vec::new();
    let mut seen = 0;
    for case in cases("path-request") {
        let id = case["id"].as_str().unwrap();
        let name = format!("{folder}/{id}.json");
        if !crate::cases::folder().join(&name).exists() {
            continue;
        }
        seen += 1;
        let mut expected = json(&name);
        let (_, mut found) = planned(&case, compat);
        if id == "pr04_testtopology_expected_response" {
            // The case says so: what the way back gives is extra there.
            without_way_back(&mut expected["response"]);
            without_way_back(&mut found["response"]);
        }
        let fields = ["requests", "oms_bitmaps", "design"];
        let (differences, worst) = differences(&expected, &found, &fields);
        println!("{id}: {} differences, worst {worst:.1e}", differences.len());
        if !differences.is_empty() {
            let first: Vec<_> = differences.iter().take(6).collect();
            failed.push(format!("{id}: {} differences: {first:#?}", differences.len()));
        }
        if let Some(why) = unlike(&expected["response"], &found["response"], 0.010_000_1) {
            failed.push(format!("{id}: response: {why}"));
        }
    }
    assert!(failed.is_empty(), "{} of {seen} failed:\n{}", failed.len(), failed.join("\n"));
    assert_eq!(seen, count, "cases of the reference data");
}

/// Takes the metrics of the way back out of a response.
fn without_way_back(response: &mut Value) {
    for one in response["response"].as_array_mut().unwrap() {
        if let Some(properties) = one.pointer_mut("/path-properties").and_then(Value::as_object_mut)
        {
            properties.shift_remove("z-a-path-metric");
        }
    }
}

/// Where two responses differ: numbers by more than `by`, all else at all.
fn unlike(expected: &Value, found: &Value, by: f64) -> Option<String> {
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            if one.len() != other.len() {
                return Some(format!("keys {:?}, found {:?}", one.keys(), other.keys()));
            }
            one.iter().find_map(|(key, value)| {
                let of = other.get(key).unwrap_or(&Value::Null);
                unlike(value, of, by).map(|why| format!("{key}: {why}"))
            })
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                return Some(format!("length {}, found {}", one.len(), other.len()));
            }
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(i, (a, b))| unlike(a, b, by).map(|why| format!("{i}: {why}")))
        }
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            ((one - other).abs() > by).then(|| format!("{one}, found {other}"))
        }
        (one, other) => (one != other).then(|| format!("{one}, found {other}")),
    }
}

#[test]
//= type=test gnpy:6.7-mode-search
//= type=test gnpy:6.8-redesign
//= type=test gnpy:6.9-slots
fn planning_of_2_14() {
    all(Compat::Gnpy214, "reference", 17);
}

#[test]
//= type=test gnpy:6.9-comb
fn planning_of_3_0() {
    all(Compat::Gnpy30, "reference-3.0.1", 18);
}

/// The response that ships with GNPy's own tests, to the last figure.
#[test]
//= type=test gnpy:1.3-response
fn fx06_response_of_gnpy() {
    let all = cases("planning");
    assert_eq!(all.len(), 1, "cases of the reference data");
    let expected = json(all[0]["expected"].as_str().unwrap());
    let same = cases("path-request");
    let run = same.iter().find(|c| c["id"] == "pr04_testtopology_expected_response").unwrap();
    let (_, mut found) = planned(run, Compat::Gnpy214);
    without_way_back(&mut found["response"]);
    assert_eq!(unlike(&expected, &found["response"], 0.0), None);
}

/// GNPy's own tables of two responses; cells that are numbers are compared as such.
#[test]
//= type=test gnpy:1.3-csv
//= type=test gnpy:6.10-csv
fn fx07_and_fx08_tables_of_gnpy() {
    let all = cases("csv");
    assert_eq!(all.len(), 2, "cases of the reference data");
    for case in all {
        let inputs: Vec<&str> =
            case["inputs"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let library = crate::cases::library(inputs[1]);
        let found = csv::table(&json(inputs[0]), &library).unwrap();
        let expected = text(case["expected"].as_str().unwrap());
        let expected: Vec<Vec<String>> = rows(&expected);
        assert_eq!(expected.len(), found.len(), "{}", case["id"]);
        for (row, (one, other)) in expected.iter().zip(&found).enumerate() {
            for (column, name) in expected[0].iter().enumerate() {
                let at = found[0].iter().position(|of| of == name);
                let cell = &other[at.unwrap_or_else(|| panic!("no column {name}"))];
                let same = match (one[column].parse::<f64>(), cell.parse::<f64>()) {
                    (Ok(one), Ok(other)) => one == other,
                    _ => one[column] == *cell,
                };
                assert!(same, "{} row {row} {name}: {}, found {cell}", case["id"], one[column]);
            }
        }
    }
}

/// Rows of a table with commas; cells may be quoted.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for letter in line.chars() {
            match letter {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                letter => cells.last_mut().unwrap().push(letter),
            }
        }
        cells
    };
    text.lines().filter(|line| !line.is_empty()).map(cells).collect()
}

/// Routes of groups that must not share links, and of all others, as GNPy gave them; what 2.14.2's own tests look at.
#[test]
//= type=test gnpy:6.9-disjunction
//= type=test gnpy:6.9-include
//= type=test gnpy:6.9-aggregation
fn fx09_routes_of_gnpy() {
    let all = cases("routing");
    assert_eq!(all.len(), 1, "cases of the reference data");
    let inputs: Vec<&str> =
        all[0]["inputs"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let library = crate::cases::library(inputs[2]);
    let network = Network::new(&topology(inputs[0]), &library).unwrap();
    let settings = Settings { compat: Compat::Gnpy214, ..Settings::default() };
    let options = Options { settings, ..Options::default() };
    let planned = plan(network, &library, &services(inputs[1]), &options).unwrap();
    let expected = json("saved/fx09_disjunction.json");
    let expected = expected.as_array().unwrap();
    assert_eq!(planned.outcomes.len(), expected.len());
    let mut compared = 0;
    for (outcome, expected) in planned.outcomes.iter().zip(expected) {
        assert_eq!(outcome.demand.id, expected["id"].as_str().unwrap());
        let path = expected["path"].as_array().unwrap();
        if path.is_empty() {
            assert_eq!(outcome.blocked, Some(Blocked::NoFeasibleBaudRate));
            continue;
        }
        let route: Vec<&str> = outcome
            .route
            .iter()
            .map(|&vertex| planned.network.element(vertex).uid.as_str())
            .collect();
        assert_eq!(route, path.iter().map(|uid| uid.as_str().unwrap()).collect::<Vec<_>>());
        compared += 1;
    }
    assert_eq!(compared, 18);
}
