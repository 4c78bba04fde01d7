//! `otn plan` as its users meet it: exit codes, texts, files, services that cannot be served.

#![expect(clippy::unwrap_used, reason = "helpers of tests: what is missing fails the test")]

#[expect(dead_code, reason = "captures are for other tests")]
mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Ended, otn_in};
use serde_json::{Value, json};

fn data(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/gnpy-data");
    folder.join(name).display().to_string()
}

fn read(name: &str) -> String {
    fs::read_to_string(data(name)).expect("a file of the reference data")
}

fn cases() -> Vec<Value> {
    let cases: Value = serde_json::from_str(&read("cases.json")).expect("JSON");
    let cases = cases["cases"].as_array().unwrap().iter();
    cases.filter(|case| case["kind"] == "path-request").cloned().collect()
}

/// Runs the command on the files of a case.
fn on_case(folder: &Path, case: &Value, more: &[&str]) -> Ended {
    let file = |key: &str| data(case[key].as_str().unwrap());
    let mut arguments =
        vec!["plan".to_owned(), file("topology"), file("services"), "-e".into(), file("equipment")];
    for (key, option) in
        [("extra_equipment", "--extra-equipment"), ("extra_config", "--extra-config")]
    {
        for name in case[key].as_array().into_iter().flatten() {
            arguments.extend([option.to_owned(), data(name.as_str().unwrap())]);
        }
    }
    if case["redesign"] == true {
        arguments.push("--redesign-per-request".into());
    }
    let arguments: Vec<&str> =
        arguments.iter().map(String::as_str).chain(more.iter().copied()).collect();
    otn_in(folder, &arguments)
}

/// GNPy's console text, octet for octet, and its tables.
#[test]
//= type=test gnpy:6.10-plan-console
fn the_program_prints_gnpys_text() {
    let folder = tempfile::tempdir().unwrap();
    let (mut texts, mut tables) = (0, 0);
    for case in cases() {
        let id = case["id"].as_str().unwrap();
        let (text, table) = (format!("stdout/{id}.stdout.txt"), format!("stdout/{id}.csv"));
        let of_gnpy = case["expected"]["stdout_byte_exact"].as_str();
        let expected = match of_gnpy {
            Some(name) => read(name),
            // Nothing was printed where the case is a call of the library, or where 2.14 stops.
            None if !Path::new(&data(&text)).exists() || id == "pr10_multiband" => continue,
            None => read(&text),
        };
        let mut more = vec!["--compat", "2.14", "--format", "gnpy"];
        if case["bidir"] == true {
            more.push("--bidir");
        }
        if of_gnpy.is_none() {
            more.extend(["-o", "OUT.csv"]);
        }
        let ended = on_case(folder.path(), &case, &more);
        let blocked = expected.contains("NOT_FEASIBLE")
            || expected.contains("NO_FEASIBLE")
            || expected.contains("{rqs[i]");
        // The reference of this case was printed without the way back.
        if id != "pr04_testtopology_expected_response" {
            assert_eq!(ended.stdout, expected, "{id} {}", ended.stderr);
            assert_eq!(ended.code, i32::from(blocked), "{id}");
            texts += 1;
            if of_gnpy.is_none() {
                let found = fs::read_to_string(folder.path().join("OUT.csv")).unwrap();
                assert_eq!(found, read(&table), "{id}");
                tables += 1;
            }
        }
    }
    assert_eq!((texts, tables), (15, 11));
}

#[test]
fn a_response_is_written_as_gnpy_writes_it() {
    let folder = tempfile::tempdir().unwrap();
    let case = cases().into_iter().find(|case| case["id"] == "pr01_mesh").unwrap();
    let more = ["--compat", "2.14", "-o", "out.json", "--json"];
    let ended = on_case(folder.path(), &case, &more);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(report["served"], 7);
    assert_eq!(report["services"][5]["id"], "7 | 6");
    assert_eq!(report["services"][5]["pairs"], 7);
    let written = fs::read_to_string(folder.path().join("out.json")).unwrap();
    let written: Value = serde_json::from_str(&written).unwrap();
    let reference: Value = serde_json::from_str(&read("reference/pr01_mesh.json")).unwrap();
    let count = |of: &Value| of["response"].as_array().unwrap().len();
    assert_eq!(count(&written), count(&reference["response"]));
    assert_eq!(
        written["response"][1]["path-properties"]["path-route-objects"],
        reference["response"]["response"][1]["path-properties"]["path-route-objects"]
    );
}

/// The services of a case with one changed.
fn changed(folder: &Path, change: impl FnOnce(&mut Value)) -> Ended {
    let case = cases().into_iter().find(|case| case["id"] == "pr01_mesh").unwrap();
    let mut services: Value = serde_json::from_str(&read("cases/pr01_mesh/services.json")).unwrap();
    change(&mut services);
    let file = folder.join("services.json");
    fs::write(&file, services.to_string()).unwrap();
    let mut case = case;
    case["services"] = json!(file.display().to_string());
    let file = |key: &str| {
        let name = case[key].as_str().unwrap();
        if Path::new(name).is_absolute() { name.to_owned() } else { data(name) }
    };
    let arguments = [file("topology"), file("services"), "-e".to_owned(), file("equipment")];
    let arguments: Vec<&str> =
        ["plan"].into_iter().chain(arguments.iter().map(String::as_str)).collect();
    otn_in(folder, &arguments)
}

/// What is wrong with the first service, and what is said of it.
type Mistake = (fn(&mut Value), &'static str);

fn bandwidths() -> [Mistake; 2] {
    [
        (
            |s| {
                s["path-request"][0]["path-constraints"]["te-bandwidth"]["path_bandwidth"] =
                    json!(-1e11);
            },
            "path_bandwidth -100000000000 bit/s, expected a number above zero",
        ),
        (
            |s| {
                s["path-request"][0]["path-constraints"]["te-bandwidth"]["path_bandwidth"] =
                    json!(0);
            },
            "path_bandwidth 0 bit/s, expected a number above zero",
        ),
    ]
}

fn mistakes() -> [Mistake; 9] {
    [
        (
            |s| s["path-request"][0]["source"] = json!("trx Lorien_KMA"),
            "source 'trx Lorien_KMA' is no transceiver of the network, did you mean 'trx Lorient_KMA'?",
        ),
        (
            |s| s["path-request"][0]["destination"] = json!("roadm Brest_KLA"),
            "destination 'roadm Brest_KLA' is no transceiver of the network",
        ),
        (
            |s| s["path-request"][0]["destination"] = s["path-request"][0]["source"].clone(),
            "source and destination are one",
        ),
        (
            |s| {
                s["path-request"][0]["path-constraints"]["te-bandwidth"]["trx_type"] =
                    json!("Voyage");
            },
            "no transceiver 'Voyage' in the library, did you mean 'Voyager'?",
        ),
        (
            |s| {
                s["path-request"][0]["path-constraints"]["te-bandwidth"]["trx_mode"] =
                    json!("mode 9");
            },
            "transceiver 'Voyager' has no mode 'mode 9', did you mean 'mode 1'?",
        ),
        (
            |s| {
                let band = &mut s["path-request"][0]["path-constraints"]["te-bandwidth"];
                band["trx_mode"] = json!("mode 2");
            },
            "spacing 50 GHz, expected 75 GHz or more for its mode",
        ),
        (
            |s| {
                let band = &mut s["path-request"][0]["path-constraints"]["te-bandwidth"];
                band["max-nb-of-channel"] = json!(500);
            },
            "500 channels of its spacing, expected as many as have room in the 4750 GHz of its transceiver",
        ),
        (
            |s| {
                let band = &mut s["path-request"][0]["path-constraints"]["te-bandwidth"];
                band["effective-freq-slot"] = json!([{"N": 0, "M": 4}, {"N": 7, "M": 4}]);
            },
            "its slots around N 0 and N 7 overlap",
        ),
        (
            |s| {
                let hop =
                    json!({"node-id": "roadm Brest", "link-tp-id": "x", "hop-type": "STRICT"});
                let object = json!({"explicit-route-usage": "route-include-ero", "index": 0,
                "num-unnum-hop": hop});
                s["path-request"][0]["explicit-route-objects"] =
                    json!({"route-object-include-exclude": [object]});
            },
            "it must pass 'roadm Brest', which is not in the network, did you mean 'roadm Brest_KLA'?",
        ),
    ]
}

/// One service that makes no sense: a message that says what, and the others are planned.
#[test]
//= type=test gnpy:6.9-slot-order
fn a_bad_service_does_not_stop_the_others() {
    let folder = tempfile::tempdir().unwrap();
    for (change, message) in mistakes().into_iter().chain(bandwidths()) {
        let ended = changed(folder.path(), change);
        assert_eq!(ended.code, 1, "{}", ended.stderr);
        assert!(ended.stdout.starts_with("6 of 7 services, "), "{}", ended.stdout);
        assert!(ended.stdout.contains(&format!("  0: {message}")), "{message}\n{}", ended.stdout);
        assert!(ended.stdout.contains("services.json: /path-request/0/"), "{}", ended.stdout);
    }
    // The slots that are named, the wider one first, and no room for more.
    let ended = changed(folder.path(), |services| {
        let band = &mut services["path-request"][0]["path-constraints"]["te-bandwidth"];
        band["path_bandwidth"] = json!(3e11);
        band["effective-freq-slot"] = json!([{"N": 0, "M": 4}, {"N": -100, "M": 8}]);
    });
    assert!(
        ended
            .stdout
            .contains("192.42500-192.52500 THz (n -100, m 8), 193.07500-193.12500 THz (n 0, m 4)"),
        "{}",
        ended.stdout
    );
}

#[test]
fn outputs_keep_clear_of_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let case = cases().into_iter().find(|case| case["id"] == "pr01_mesh").unwrap();
    let ended = on_case(folder.path(), &case, &["-o", "out.txt"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("out.txt: expected a name that ends in .json or .csv"));
    let ended = on_case(folder.path(), &case, &["-o", "a.json", "--dump", "a.json"]);
    assert!(ended.stderr.contains("a.json: stands for both outputs"), "{}", ended.stderr);
    let services = data("cases/pr01_mesh/services.json");
    let ended = on_case(folder.path(), &case, &["--dump", &services]);
    assert!(ended.stderr.contains("is the input"), "{}", ended.stderr);
}

/// A plan written as an occupation, and the same services beside it: nothing moves, and a channel in the wrong place is
/// told.
#[test]
//= type=test otn:plan-beside
fn a_plan_goes_on_beside_what_it_left() {
    let folder = tempfile::tempdir().unwrap();
    let case = cases().into_iter().find(|case| case["id"] == "pr01_mesh").unwrap();
    let ended = on_case(folder.path(), &case, &["--save-occupation", "one.json", "--json"]);
    let first: Value = serde_json::from_str(&ended.stdout).unwrap();
    let of = |name: &str| -> Value {
        serde_json::from_str(&fs::read_to_string(folder.path().join(name)).unwrap()).unwrap()
    };
    let one = of("one.json");
    let pairs = first["services"].as_array().unwrap().iter();
    let pairs: u64 =
        pairs.filter(|s| s["blocked"].is_null()).filter_map(|s| s["pairs"].as_u64()).sum();
    assert_eq!(one["channels"].as_array().unwrap().len() as u64, pairs);
    let more = ["--occupation", "one.json", "--save-occupation", "two.json", "--json"];
    let ended = on_case(folder.path(), &case, &more);
    let second: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    assert_eq!(second["problems"], json!([]), "{}", ended.stderr);
    assert_eq!(second["existing"].as_array().unwrap().len() as u64, pairs);
    let two = of("two.json");
    let there = one["channels"].as_array().unwrap();
    assert_eq!(&two["channels"].as_array().unwrap()[..there.len()], &there[..]);
    let mut wrong = one;
    let again = wrong["channels"][0].clone();
    wrong["channels"].as_array_mut().unwrap().push(again);
    let last = wrong["channels"].as_array().unwrap().len() - 1;
    wrong["channels"][last]["id"] = json!("twice");
    fs::write(folder.path().join("three.json"), wrong.to_string()).unwrap();
    let ended = on_case(folder.path(), &case, &["--occupation", "three.json"]);
    assert_eq!(ended.code, 1);
    let said = format!("three.json: /channels/{last}/N: channel 'twice' has slots");
    assert!(ended.stdout.contains(&said), "{}", ended.stdout);
    let ended = on_case(folder.path(), &case, &["--occupation", "one.json", "--compat", "3.0"]);
    assert_eq!(ended.code, 2);
}

/// Clients in lines: slots by hand (an ODU2e takes 8 of the 80 of an OPU4, an ODU1 two, an ODU0 one), the lightpath of
/// the line among the services. The line is then built by `otn wrap` and taken apart by `otn decode`: the same ODUs in
/// the same slots at the same ports.
#[test]
//= type=test otn:plan-grooming
//= type=test otn:plan-lines
fn clients_are_groomed_and_the_line_decodes() {
    let folder = tempfile::tempdir().unwrap();
    let client = |id: &str, kind: &str, count: u64| {
        let ends = ["trx Lorient_KMA", "trx Vannes_KBE"];
        json!({"id": id, "source": ends[0], "destination": ends[1], "client": kind, "count": count})
    };
    let clients = json!({
        "line": {"otu": "OTU2", "trx_type": "Voyager", "trx_mode": "mode 1", "spacing": 50e9},
        "clients": [client("e", "1GbE", 3), client("s", "stm-16", 2)],
    });
    fs::write(folder.path().join("clients.json"), clients.to_string()).unwrap();
    let case = cases().into_iter().find(|case| case["id"] == "pr01_mesh").unwrap();
    let ended = on_case(folder.path(), &case, &["--clients", "clients.json", "--json"]);
    let report: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let digital = &report["digital"];
    assert_eq!(digital["problems"], json!([]));
    let lines = digital["lines"].as_array().unwrap();
    assert_eq!((lines.len(), lines[0]["used"].as_u64()), (1, Some(7)));
    let lightpath = lines[0]["lightpath"].as_str().unwrap();
    assert!(
        report["services"].as_array().unwrap().iter().any(|s| s["id"] == lightpath),
        "{lightpath}"
    );
    let contents = lines[0]["contents"].as_array().unwrap();
    let mut tree = String::from("signal: OTU2\nodu:\n  kind: ODU2\n  tributaries:\n");
    for one in contents {
        let (odu, slots, port) = (one["odu"].as_str().unwrap(), &one["slots"], &one["port"]);
        tree += &format!("    - {{kind: {odu}, slots: {slots}, port: {port}, client: prbs}}\n");
    }
    fs::write(folder.path().join("tree.yaml"), &tree).unwrap();
    let wrap = ["wrap", "--tree", "tree.yaml", "--frames", "1200", "-o", "line.pcapng"];
    let ended = otn_in(folder.path(), &wrap);
    assert_eq!(ended.code, 0, "{} {tree}", ended.stderr);
    let ended = otn_in(folder.path(), &["decode", "line.pcapng", "--json"]);
    let found: Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}", ended.stderr));
    let opu = multiplex(&found).unwrap_or_else(|| panic!("{found:#}"));
    let mut decoded = opu["tributaries"].as_array().unwrap().clone();
    decoded.sort_by_key(|one| one["slots"][0].as_u64());
    assert_eq!(decoded.len(), contents.len());
    for (one, other) in contents.iter().zip(&decoded) {
        assert_eq!((&one["odtu"], &one["port"]), (&other["kind"], &other["port"]));
        assert_eq!(one["slots"], other["slots"]);
        assert_eq!(one["odu"], other["odu"]["type"]);
        let prbs = &other["odu"]["opu"]["prbs"];
        assert_eq!((&prbs["locked"], &prbs["errors"]), (&json!(true), &json!(0)), "{other:#}");
    }
    // The MSI by hand: ODTU2.1 at ports 1 to 3 and ODTU12 at 1 and 2, slot 8 not allocated (fact sheet, 19.4.1).
    assert_eq!(opu["msi"], "80818200000101c0");
}

/// The OPU of a report that has tributaries, the nearest to the line.
fn multiplex(value: &Value) -> Option<&Value> {
    if value.get("tributaries").is_some_and(|list| list.as_array().is_some_and(|l| !l.is_empty())) {
        return Some(value);
    }
    match value {
        Value::Object(fields) => fields.values().find_map(multiplex),
        Value::Array(items) => items.iter().find_map(multiplex),
        _ => None,
    }
}
